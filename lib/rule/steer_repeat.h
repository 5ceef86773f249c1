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

#include "steer_match.h"

struct steer_item;

/** Patterns that are known: those with TCP and with UDP may come by turns. */
#define STEER_REPEAT_PATTERNS 4
/** Items, END not included; words of the key that are asked for; and values in them, at most. */
#define STEER_REPEAT_ITEMS 8
#define STEER_REPEAT_WORDS 16
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

/** A word of the key that is asked for, without what is copied into it. */
struct steer_repeat_word {
	uint16_t word;
	uint64_t mask;
	uint64_t spec;
};

/** Bytes of an item's spec that stand in one word of the key. */
struct steer_repeat_copy {
	uint8_t item;
	uint8_t from;
	uint8_t len;
	/** Byte in the word. */
	uint8_t to;
	uint16_t word;
	uint64_t mask;
};

struct steer_repeat_pattern {
	/** It can be repeated. */
	bool known;
	unsigned int n_items;
	unsigned int n_words;
	unsigned int n_copies;
	struct steer_repeat_item items[STEER_REPEAT_ITEMS];
	struct steer_repeat_word words[STEER_REPEAT_WORDS];
	struct steer_repeat_copy copies[STEER_REPEAT_COPIES];
};

/** The last patterns that were translated to one place. Zeroed: none yet. */
struct steer_repeat {
	struct steer_match match;
	/** What the match is of; NULL: of one that is not known. */
	struct steer_repeat_pattern *shown;
	/** What is being noted, or was last. */
	unsigned int noted;
	struct steer_repeat_pattern patterns[STEER_REPEAT_PATTERNS];
};

/**
 * If a pattern, which is not NULL, repeats one that is known but for values, have the match be that
 * of it. @return whether it does; else nothing is changed.
 */
bool steer_repeat(struct steer_repeat *r, const struct rte_flow_item pattern[]);

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
