/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

#include "steer_subtable.h"
#include "steer_table.h"

#define BURST 64

/** First visible rule of a slot that matches; with @p after, the first one behind it. */
static inline const struct steer_rule *
resolve(const struct steer_subtable *st, const struct steer_rule *rule, uint64_t version,
	const struct steer_key *key, const struct steer_rule *after)
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

static inline void
keep_better(const struct steer_rule **found, const struct steer_rule *rule)
{
	if (rule != NULL && (*found == NULL || steer_rule_before(rule, *found)))
		*found = rule;
}

/** Of the open keys those for which a subtable may have a rule. */
static inline unsigned int
of_kind(const struct steer_view_entry *e, const struct steer_key *keys, const uint8_t *open,
	unsigned int n, uint8_t *which)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < n; i++) {
		which[kept] = open[i];
		kept += steer_view_entry_kind(e, &keys[open[i]]);
	}
	return kept;
}

/** Keys that may still find something better in this and later subtables. */
static unsigned int
still_open(const struct steer_view_entry *e, const struct steer_rule **found, uint8_t *open,
	   unsigned int n)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct steer_rule *rule = found[open[i]];

		open[kept] = open[i];
		kept += rule == NULL || !steer_order_before(rule, e->prio, e->seq);
	}
	return kept;
}

/**
 * One subtable, a whole burst: first all hashes, then all buckets, then all rules, so that the
 * cache misses of a burst overlap.
 */
static __rte_always_inline void
probe_words(const struct steer_subtable *st, unsigned int n_words, uint64_t version,
	    const struct steer_key *keys, const uint8_t *open, unsigned int n,
	    const struct steer_rule **found)
{
	const struct steer_hash *h = __atomic_load_n(&st->hash, __ATOMIC_ACQUIRE);
	const struct steer_rule *candidate[BURST], *rule;
	uint32_t hash[BURST];

	for (unsigned int i = 0; i < n; i++) {
		hash[i] = steer_subtable_hash_n(st, n_words, steer_key_words(&keys[open[i]]));
		rte_prefetch0(steer_hash_bucket(h, hash[i]));
	}
	for (unsigned int i = 0; i < n; i++) {
		const struct steer_bucket *b = steer_hash_bucket(h, hash[i]);

		candidate[i] = steer_bucket_candidate(b, steer_hash_tag(hash[i]));
		if (candidate[i] != NULL)
			rte_prefetch0(candidate[i]);
		else if (unlikely(__atomic_load_n(&b->more, __ATOMIC_RELAXED) != 0))
			candidate[i] = steer_subtable_find(st, h, hash[i],
							   steer_key_words(&keys[open[i]]));
	}
	for (unsigned int i = 0; i < n; i++) {
		const uint64_t *key = steer_key_words(&keys[open[i]]);

		rule = candidate[i];
		if (rule == NULL)
			continue;
		if (unlikely(!steer_subtable_equal_n(st, n_words, rule, key)))
			rule = steer_subtable_find(st, h, hash[i], key);
		if (rule != NULL)
			keep_better(&found[open[i]],
				    resolve(st, rule, version, &keys[open[i]], NULL));
	}
}

/** What most rules ask for is told apart: IPv4 and IPv6 5-tuples, and less. */
static void
probe(const struct steer_subtable *st, uint64_t version, const struct steer_key *keys,
      const uint8_t *open, unsigned int n, const struct steer_rule **found)
{
	switch (st->shape.n_words) {
	case 2:
		probe_words(st, 2, version, keys, open, n, found);
		break;
	case 3:
		probe_words(st, 3, version, keys, open, n, found);
		break;
	case 4:
		probe_words(st, 4, version, keys, open, n, found);
		break;
	case 6:
		probe_words(st, 6, version, keys, open, n, found);
		break;
	default:
		probe_words(st, st->shape.n_words, version, keys, open, n, found);
		break;
	}
}

void
steer_table_lookup_some(const struct steer_view *view, uint64_t version,
			const struct steer_key *keys, const uint8_t *which, unsigned int n,
			const struct steer_rule **found)
{
	uint8_t open[BURST], kind[BURST];
	unsigned int n_kind;

	for (unsigned int i = 0; i < n; i++) {
		open[i] = which[i];
		found[which[i]] = NULL;
	}
	for (uint32_t s = 0; s < view->n; s++) {
		if (s > 0)
			n = still_open(&view->entry[s], found, open, n);
		if (n == 0)
			break;
		n_kind = of_kind(&view->entry[s], keys, open, n, kind);
		if (n_kind > 0)
			probe(view->entry[s].subtable, version, keys, kind, n_kind, found);
	}
}

void
steer_table_lookup(const struct steer_view *view, uint64_t version, const struct steer_key *keys,
		   unsigned int n, const struct steer_rule **found)
{
	uint8_t all[BURST];

	for (unsigned int i = 0; i < n; i++)
		all[i] = (uint8_t)i;
	steer_table_lookup_some(view, version, keys, all, n, found);
}

const struct steer_rule *
steer_table_next(const struct steer_view *view, uint64_t version, const struct steer_key *key,
		 const struct steer_rule *after)
{
	const struct steer_rule *found = NULL, *rule;

	for (uint32_t s = 0; s < view->n; s++) {
		const struct steer_view_entry *e = &view->entry[s];
		const struct steer_subtable *st = e->subtable;
		const struct steer_hash *h = __atomic_load_n(&st->hash, __ATOMIC_ACQUIRE);

		if (found != NULL && steer_order_before(found, e->prio, e->seq))
			break;
		if (!steer_view_entry_kind(e, key))
			continue;
		rule = steer_subtable_find(st, h, steer_subtable_hash(st, steer_key_words(key)),
					   steer_key_words(key));
		if (rule != NULL)
			keep_better(&found, resolve(st, rule, version, key, after));
	}
	return found;
}
