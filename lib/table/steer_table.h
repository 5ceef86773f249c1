/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Tuple-space search: one subtable for each distinct mask.
 *
 * Readers see a view: the subtables in the order of their best rules, so that a search ends at the
 * first subtable whose best rule comes after what was found. A view is immutable; it is replaced
 * when a subtable comes or goes or gets a better best rule. The parsing depth that the masks need
 * is part of the view, since a key must never be compared with a mask it was not parsed for.
 *
 * One writer, any number of readers under RCU.
 */

#ifndef STEER_TABLE_H
#define STEER_TABLE_H

#include <stdint.h>

#include "steer_key.h"
#include "steer_match.h"
#include "steer_retire.h"
#include "steer_rule.h"
#include "steer_slab.h"

struct steer_subtable;

struct steer_view_entry {
	struct steer_subtable *subtable;
	uint64_t seq;
	uint32_t prio;
};

struct steer_view {
	struct steer_retired retired;
	uint32_t depth; /**< STEER_DEPTH_*. */
	uint32_t n;
	struct steer_view_entry entry[];
};

struct steer_table {
	struct steer_view *view; /**< For readers: steer_table_view(). */
	uint64_t version;        /**< For readers: steer_table_version(). */

	/* Control */
	struct steer_retire *retire;
	struct steer_slab slab;
	struct steer_subtable *untidy;
	uint64_t n_rules;
	uint32_t seed;
	int socket;
};

/** Where a rule stands, for taking it out again. */
struct steer_place {
	struct steer_subtable *subtable;
	struct steer_rule *rule;
	/** Bytes of the rule. */
	size_t size;
};

/** @return 0; -ENOMEM. */
int steer_table_init(struct steer_table *t, struct steer_retire *retire, int socket);
/** Free all. No reader may be active; the retire list is flushed before. */
void steer_table_fini(struct steer_table *t);

/**
 * Add a rule, readers active. They see it from the next steer_table_commit() on.
 *
 * @param match  What it asks for.
 * @param rule   Verdict, prio and seq; copied. Words and links are ignored.
 * @param place  Filled.
 * @return       0; -ENOMEM (then no reader sees a difference).
 */
int steer_table_insert(struct steer_table *t, const struct steer_match *match,
		       const struct steer_rule *rule, struct steer_place *place);

/**
 * Readers that come from now on are of version @p version: they see rules whose seq is below it
 * and which did not die below it. Versions only grow.
 */
void steer_table_commit(struct steer_table *t, uint64_t version);

/**
 * Take a rule out that no reader sees any more: buried (steer_rule_bury()) at least a grace period
 * ago. Never fails. Readers may still walk over it: steer_table_release() has to be called after
 * another grace period.
 */
void steer_table_remove(struct steer_table *t, const struct steer_place *place);
/** After one or many steer_table_remove(), before the next insert: make look-ups fast again. */
void steer_table_tidy(struct steer_table *t);
void steer_table_release(struct steer_table *t, const struct steer_place *place);

/** What a rule in the table asks for. */
void steer_table_match(const struct steer_place *place, struct steer_match *match);

/* Readers */

/** The version of one burst, online to RCU; to be taken before the view. */
static inline uint64_t
steer_table_version(const struct steer_table *t)
{
	return __atomic_load_n(&t->version, __ATOMIC_ACQUIRE);
}

/** The view to use for one burst. It is at least as new as the version taken before. */
static inline const struct steer_view *
steer_table_view(const struct steer_table *t)
{
	return __atomic_load_n(&t->view, __ATOMIC_ACQUIRE);
}

/**
 * First matching rule of each key that is visible in a version.
 *
 * @param keys   Parsed as deep as view->depth.
 * @param n      At most 64.
 * @param found  For each key the rule, or NULL.
 */
void steer_table_lookup(const struct steer_view *view, uint64_t version,
			const struct steer_key *keys, unsigned int n,
			const struct steer_rule **found);

/** First visible matching rule behind @p after, or NULL. */
const struct steer_rule *steer_table_next(const struct steer_view *view, uint64_t version,
					  const struct steer_key *key,
					  const struct steer_rule *after);

#endif /* STEER_TABLE_H */
