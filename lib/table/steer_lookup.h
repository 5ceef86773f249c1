/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What the two ways of a look-up have in common: steer_lookup.c, which asks one subtable for all
 * keys, and steer_lookup_filter.c, which asks for each key the subtables that a filter names.
 */

#ifndef STEER_LOOKUP_H
#define STEER_LOOKUP_H

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

#include "steer_subtable.h"
#include "steer_table.h"

/** Keys at once. */
#define STEER_LOOKUP_BURST 64

/** First visible rule of a slot that matches; with @p after, the first one behind it. */
static inline const struct steer_rule *
steer_lookup_resolve(const struct steer_subtable *st, const struct steer_rule *rule,
		     uint64_t version, const struct steer_key *key, const struct steer_rule *after)
{
	if (unlikely(rule->flags & STEER_RULE_RANGES))
		return steer_interval_map_lookup(__atomic_load_n(&rule->map, __ATOMIC_ACQUIRE),
						 &st->shape, key, version, after);
	while (rule != NULL && ((after != NULL && !steer_rule_before(after, rule)) ||
				unlikely(!steer_rule_visible(rule, version)) ||
				unlikely(!steer_rule_holds(rule, key))))
		rule = steer_rule_next(rule);
	return rule;
}

/** The same of a slot that is mostly one rule, which nothing but its words has to hold for. */
static __rte_always_inline const struct steer_rule *
steer_lookup_first(const struct steer_subtable *st, const struct steer_rule *rule,
		   uint64_t version, const struct steer_key *key)
{
	if (likely((rule->flags & (STEER_RULE_RANGES | STEER_RULE_CONDITION)) == 0) &&
	    likely(steer_rule_visible_now(rule, version)))
		return rule;
	return steer_lookup_resolve(st, rule, version, key, NULL);
}

/** Keep the better one of two; each may be NULL. */
static inline void
steer_lookup_keep(const struct steer_rule **found, const struct steer_rule *rule)
{
	if (rule != NULL && (*found == NULL || steer_rule_before(rule, *found)))
		*found = rule;
}

/** A rule of up to four words is one cache line. */
static __rte_always_inline void
steer_lookup_prefetch(const struct steer_rule *rule, unsigned int n_words)
{
	rte_prefetch0(rule);
	if (n_words > 4)
		rte_prefetch0(&rule->words[4]);
}

/** The subtables of one filter, for the keys in @p open; what is better, is put into @p found. */
void steer_lookup_filter(const struct steer_view *view, const struct steer_view_filter *vf,
			 uint64_t version, const struct steer_key *keys, const uint8_t *open,
			 unsigned int n, const struct steer_rule **found);

#endif /* STEER_LOOKUP_H */
