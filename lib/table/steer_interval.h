/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Rules that share their exact words and ask for ranges of the same fields.
 *
 * The values of the first field are cut into elementary intervals, at whose borders some rule's
 * range begins or ends. Each interval knows the first rule (in order) that covers it. Looking up
 * is one binary search, within the values that have the same highest bits; where a rule asks for
 * ranges of further fields too, or the search goes on after PASSTHRU, the rules behind it are tried
 * one by one. Memory is linear in the rules, however they overlap.
 *
 * A map is immutable but for steer_interval_map_clear(); a change builds a new one.
 */

#ifndef STEER_INTERVAL_H
#define STEER_INTERVAL_H

#include <stdint.h>

#include "steer_match.h"
#include "steer_retire.h"
#include "steer_rule.h"

struct steer_interval_map {
	struct steer_retired retired;
	uint32_t n_rules;
	uint32_t n_intervals;
	/** In order; NULL where a rule was taken out. */
	struct steer_rule **rules;
	/** For each interval the index of the first rule that covers it, or n_rules. */
	uint32_t *first;
	/** First value of each interval, ascending, the first being 0; NULL if they are wide. */
	uint32_t *start;
	/** The same of a field that has more than four bytes, else NULL. */
	steer_u128 *wide;
	/**
	 * Where there are many and they are not wide: the interval that the first value of each
	 * page lies in, and the last interval behind; else NULL. A page are the values that are the
	 * same but for their lowest @p shift bits.
	 */
	uint32_t *page;
	uint32_t shift;
} __rte_aligned(16);

/** Shape of the rules in a map: words, and fields with ranges behind them. */
struct steer_shape {
	uint8_t n_words;
	uint8_t n_fields;
	const struct steer_field *fields;
};

/** Ranges of a rule: one for each field of its shape. */
static inline const struct steer_bounds *
steer_rule_bounds(const struct steer_rule *rule, unsigned int n_words)
{
	return (const struct steer_bounds *)(rule->words + n_words);
}

/**
 * Make a map of @p old's rules and @p add, without @p drop. Each of the three may be NULL.
 * @return NULL if memory is short or no rule is left.
 */
struct steer_interval_map *steer_interval_map_create(const struct steer_interval_map *old,
						     struct steer_rule *add,
						     const struct steer_rule *drop,
						     const struct steer_shape *shape, int socket);

void steer_interval_map_free(struct steer_interval_map *map);

/** Rules in it that are still there. */
uint32_t steer_interval_map_count(const struct steer_interval_map *map);

/** Take a rule out without memory: look-ups of its values get slower until the next change. */
void steer_interval_map_clear(struct steer_interval_map *map, const struct steer_rule *rule);

/**
 * First visible rule in order that covers the key's values; with @p after, the first one behind
 * it. For readers.
 */
struct steer_rule *steer_interval_map_lookup(const struct steer_interval_map *map,
					     const struct steer_shape *shape,
					     const struct steer_key *key, uint64_t version,
					     const struct steer_rule *after);

#endif /* STEER_INTERVAL_H */
