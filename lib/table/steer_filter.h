/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Many masks: in which subtables may a key have a rule?
 *
 * A filter stands for up to 64 subtables that look at the same words of a key, each under a mask of
 * its own. What all masks have in common is hashed to a row, whose bits name the subtables that
 * have rules there: one look-up instead of one for each mask, and mostly no subtable too many. Bits
 * of rules that are gone stay until the filter is made anew: they cost time, never a rule. Rules
 * that lie in each other are all in one row; steer_crowds.h tells them apart.
 *
 * One writer, any number of readers under RCU.
 */

#ifndef STEER_FILTER_H
#define STEER_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>

#include "steer_crowds.h"
#include "steer_key.h"
#include "steer_match.h"
#include "steer_retire.h"
#include "steer_secret.h"

struct steer_rule;
struct steer_subtable;

/** Subtables of one filter: bits of a row. */
#define STEER_FILTER_SUBTABLES 64
/** Words of a key that a filter can look at. */
#define STEER_FILTER_WORDS 8

struct steer_filter {
	struct steer_retired retired;
	/* Readers */
	uint8_t n_words;
	uint8_t word[STEER_FILTER_WORDS];
	/** Common to all subtables. */
	uint64_t mask[STEER_FILTER_WORDS];
	uint32_t row_mask;
	uint64_t *rows;
	struct steer_secret secret;
	struct steer_crowds crowds;

	/* Control */
	unsigned int n;
	struct steer_subtable *subtable[STEER_FILTER_SUBTABLES];
	/** Rules when it was made, and those that have come since. */
	uint64_t n_rules;
	uint64_t n_added;
};

/**
 * Make a filter for subtables that all have the same words.
 *
 * @param n   1..STEER_FILTER_SUBTABLES.
 * @return    NULL: no memory, or it would not tell subtables apart.
 */
struct steer_filter *steer_filter_create(struct steer_subtable *const *subtables, unsigned int n,
					 int socket);
/** NULL is allowed; no reader may use it. */
void steer_filter_free(struct steer_filter *f);

/** A rule comes into one of its subtables; before any reader sees it. */
void steer_filter_add(struct steer_filter *f, const struct steer_subtable *st,
		      const struct steer_rule *rule, struct steer_retire *retire);
/** A rule is taken out of one of its subtables: no reader sees it any more. */
void steer_filter_forget(struct steer_filter *f, const struct steer_subtable *st,
			 const struct steer_rule *rule);

/** So many rules have come, or gone, that it should be made anew. */
static inline bool
steer_filter_worn(const struct steer_filter *f)
{
	return f->n_added > f->n_rules + 1024 || steer_crowds_full(&f->crowds);
}

/* Readers */

static __rte_always_inline const uint64_t *
steer_filter_row(const struct steer_filter *f, unsigned int n_words, const uint64_t *key)
{
	const uint32_t hash = steer_secret_hash(&f->secret, n_words, key, f->word, f->mask);

	return &f->rows[hash & f->row_mask];
}

#endif /* STEER_FILTER_H */
