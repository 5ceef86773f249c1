/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Patterns that differ from one of the last ones in nothing but values, as those of most rules do:
 * with the same items and masks there is nothing to check again, and the values are copied to where
 * they stand in the match.
 *
 * Not for patterns with ranges, conditions, registers, or items that say more than their fields.
 */

#ifndef STEER_REPEAT_H
#define STEER_REPEAT_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "steer_form.h"
#include "steer_match.h"

struct steer_item;

/** Patterns that are known: those with TCP and with UDP may come by turns. */
#define STEER_REPEAT_PATTERNS 4
/** Items, END not included; and values in words of the key, at most. */
#define STEER_REPEAT_ITEMS 8
#define STEER_REPEAT_COPIES 16
/** Bytes of the longest item that has fields. */
#define STEER_REPEAT_MASK 44

struct steer_repeat_item {
	enum rte_flow_item_type type;
	bool has_spec;
	/** Bytes of its mask, as it was or by default. */
	uint8_t len;
	const void *default_mask;
	uint8_t mask[STEER_REPEAT_MASK];
};

/** Bytes of an item's spec that stand in one word of the key. */
struct steer_repeat_copy {
	uint8_t item;
	uint8_t from;
	uint8_t len;
	/** Byte in the word. */
	uint8_t to;
	/** While it is noted, of the key; then of the form. */
	uint8_t word;
	uint64_t mask;
};

struct steer_repeat_pattern {
	/** It can be repeated. */
	bool known;
	unsigned int n_items;
	unsigned int n_copies;
	struct steer_repeat_item items[STEER_REPEAT_ITEMS];
	struct steer_form form;
	/** What of its words is the same whatever the items' values are. */
	uint64_t fixed[STEER_FORM_WORDS];
	struct steer_repeat_copy copies[STEER_REPEAT_COPIES];
};

/** The last patterns that were translated to one place. Zeroed: none yet. */
struct steer_repeat {
	struct steer_match match;
	/** What the match is of; NULL: of one that is not known. */
	struct steer_repeat_pattern *shown;
	/** What is being noted, or was last; and what came last. */
	unsigned int noted;
	unsigned int last;
	struct steer_repeat_pattern patterns[STEER_REPEAT_PATTERNS];
};

/**
 * If a pattern, which is not NULL, repeats one that is known but for values, have the match be that
 * of it. @return whether it does; else nothing is changed.
 */
bool steer_repeat(struct steer_repeat *r, const struct rte_flow_item pattern[]);

/* The same with the values alone, in two steps; the match is not touched. */

/**
 * What a pattern most likely repeats, by its items: known before its masks are compared, so that
 * what it takes can be fetched meanwhile.
 * @param values  Filled, STEER_FORM_WORDS of them.
 * @return        what they are values of; NULL: it repeats none.
 */
struct steer_form *steer_repeat_guess(struct steer_repeat *r, const struct rte_flow_item pattern[],
				      uint64_t *values);
/**
 * What it does repeat.
 * @param values  As guessed, of the same pattern; others if the guess was wrong.
 * @return        what they are values of; NULL: it repeats none.
 */
struct steer_form *steer_repeat_confirm(struct steer_repeat *r,
					const struct rte_flow_item pattern[], uint64_t *values);

/** Values of a pattern that is known to repeat @p p. */
void steer_repeat_load(const struct steer_repeat_pattern *p, const struct rte_flow_item pattern[],
		       uint64_t *values);

/* While a pattern is translated to r->match. */

/** Another one begins. */
void steer_repeat_begin(struct steer_repeat *r);
/** It is none that can be repeated. */
void steer_repeat_forget(struct steer_repeat *r);
/**
 * The next item is done.
 * @param base  Byte in struct steer_key where its header is.
 */
void steer_repeat_note(struct steer_repeat *r, const struct rte_flow_item *item,
		       const struct steer_item *row, size_t base);
/** The pattern is done. */
void steer_repeat_end(struct steer_repeat *r);

#endif /* STEER_REPEAT_H */
