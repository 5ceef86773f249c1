/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What a rule's pattern asks of a key: words under a mask, and ranges of fields.
 */

#ifndef STEER_MATCH_H
#define STEER_MATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_flow.h>

#include "steer_key.h"

struct steer_condition;
struct steer_repeat;

/** Wide enough for an IPv6 address; aligned as words are, so that it can stand behind them. */
__extension__ typedef unsigned __int128 steer_u128 __attribute__((aligned(8)));

/** A field of the key that some rule asks a range of. */
struct steer_field {
	/** First byte in struct steer_key, and bytes: 1..16. */
	uint16_t off;
	uint16_t len;
	/** Bits of the field that count, as a big-endian integer of len bytes. */
	steer_u128 mask;
};

struct steer_bounds {
	steer_u128 lo;
	steer_u128 hi;
};

/** Most ranged fields of one rule. */
#define STEER_RANGES_MAX 16

struct steer_match {
	/** spec has no bit outside mask. */
	uint64_t spec[STEER_KEY_WORDS];
	uint64_t mask[STEER_KEY_WORDS];
	unsigned int n_ranges;
	struct steer_field fields[STEER_RANGES_MAX];
	struct steer_bounds bounds[STEER_RANGES_MAX];
	/** What must hold besides; NULL: nothing. Belongs to who had it made, or to the rule. */
	struct steer_condition *condition;
};

/** Bytes as a big-endian integer. */
static inline steer_u128
steer_load_be(const uint8_t *p, unsigned int len)
{
	steer_u128 v = 0;

	if (len == sizeof(uint16_t))
		return (uint16_t)(p[0] << 8 | p[1]);
	if (len == sizeof(uint32_t))
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	for (unsigned int i = 0; i < len; i++)
		v = v << 8 | p[i];
	return v;
}

static inline void
steer_match_copy(struct steer_match *to, const struct steer_match *from)
{
	memcpy(to->spec, from->spec, sizeof(to->spec));
	memcpy(to->mask, from->mask, sizeof(to->mask));
	to->n_ranges = from->n_ranges;
	memcpy(to->fields, from->fields, from->n_ranges * sizeof(to->fields[0]));
	memcpy(to->bounds, from->bounds, from->n_ranges * sizeof(to->bounds[0]));
	to->condition = from->condition;
}

/** Does it ask for a register? */
bool steer_match_regs(const struct steer_match *match);

/** The field's value in a key. */
static inline steer_u128
steer_field_value(const struct steer_field *f, const struct steer_key *key)
{
	return steer_load_be((const uint8_t *)key + f->off, f->len) & f->mask;
}

/** STEER_DEPTH_* that words and ranges need. */
uint32_t steer_match_depth(const struct steer_match *match);

/** Does a key, parsed that deep, have the words, and values within the ranges? */
bool steer_match_covers(const struct steer_match *match, const struct steer_key *key);

/**
 * Translate an rte_flow pattern.
 *
 * @param pattern  Up to and including the END item; only read.
 * @param match    Filled. Its condition is to be freed (steer_condition_free()) by who does not
 *                 keep it; on failure there is none.
 * @param error    rte_flow_error with type, cause (the offending item) and message; may be NULL.
 * @return         0; -EINVAL (malformed), -ENOTSUP (an item or combination that is not known).
 *                 Thread-safe.
 */
int steer_pattern_parse(const struct rte_flow_item pattern[], struct steer_match *match,
			struct rte_flow_error *error);

/**
 * The same for one pattern after another, all of them translated to @p repeat's match, which nobody
 * else changes: where one differs from some of the last ones in values only, it takes less time.
 */
int steer_pattern_parse_next(const struct rte_flow_item pattern[], struct steer_repeat *repeat,
			     struct rte_flow_error *error);

#endif /* STEER_MATCH_H */
