/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "steer_lookup.h"

/** Of the open keys those that may find something better in subtables whose best rule is that. */
static unsigned int
still_open(uint32_t prio, uint64_t seq, const struct steer_rule **found, const uint8_t *open,
	   unsigned int n, uint8_t *which)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct steer_rule *rule = found[open[i]];

		which[kept] = open[i];
		kept += rule == NULL || !steer_order_before(rule, prio, seq);
	}
	return kept;
}

/** Keys that one subtable is asked for, and what is known of each by and by. */
struct probe {
	const struct steer_hash *h;
	uint8_t key[STEER_LOOKUP_BURST];
	uint32_t hash[STEER_LOOKUP_BURST];
	const struct steer_rule *candidate[STEER_LOOKUP_BURST];
	/** Those that have found nothing in a bucket that has run over, and its next ones. */
	unsigned int n_late;
	uint8_t late[STEER_LOOKUP_BURST];
	uint32_t more[STEER_LOOKUP_BURST];
};

/** Those that are late look into their next buckets. */
static __rte_noinline void
overflow(struct probe *p, unsigned int n_words)
{
	unsigned int left = 0;

	for (unsigned int k = 0; k < p->n_late; k++)
		rte_prefetch0(&p->h->buckets[p->more[k]]);
	for (unsigned int k = 0; k < p->n_late; k++) {
		const struct steer_bucket *b = &p->h->buckets[p->more[k]];
		const uint8_t i = p->late[k];

		p->candidate[i] = steer_bucket_candidate(b, steer_hash_tag(p->hash[i]));
		if (p->candidate[i] != NULL) {
			steer_lookup_prefetch(p->candidate[i], n_words);
			continue;
		}
		p->late[left] = i;
		p->more[left] = __atomic_load_n(&b->more, __ATOMIC_ACQUIRE);
		left += p->more[left] != 0;
	}
	p->n_late = left;
}

/** Hashes of the open keys for which the subtable may have a rule. @return how many they are. */
static __rte_always_inline unsigned int
begin_probe(struct probe *p, const struct steer_view_entry *e, unsigned int n_words,
	    const struct steer_key *keys, const uint8_t *open, unsigned int n)
{
	const struct steer_subtable *st = e->subtable;
	unsigned int kept = 0;

	p->h = __atomic_load_n(&st->hash, __ATOMIC_ACQUIRE);
	for (unsigned int i = 0; i < n; i++) {
		const struct steer_key *key = &keys[open[i]];
		uint32_t hash;

		if (!steer_view_entry_kind(e, key))
			continue;
		hash = steer_subtable_hash_n(st, n_words, steer_key_words(key));
		rte_prefetch0(steer_hash_bucket(p->h, hash));
		p->hash[kept] = hash;
		p->key[kept++] = open[i];
	}
	return kept;
}

/** Rules that may be theirs. */
static __rte_always_inline void
find_candidates(struct probe *p, unsigned int n_words, unsigned int n)
{
	p->n_late = 0;
	for (unsigned int i = 0; i < n; i++) {
		const struct steer_bucket *b = steer_hash_bucket(p->h, p->hash[i]);

		p->candidate[i] = steer_bucket_candidate(b, steer_hash_tag(p->hash[i]));
		if (likely(p->candidate[i] != NULL)) {
			steer_lookup_prefetch(p->candidate[i], n_words);
			continue;
		}
		p->more[p->n_late] = __atomic_load_n(&b->more, __ATOMIC_ACQUIRE);
		p->late[p->n_late] = (uint8_t)i;
		p->n_late += p->more[p->n_late] != 0;
	}
	while (unlikely(p->n_late > 0))
		overflow(p, n_words);
}

/**
 * One subtable, a whole burst: first all hashes, then all buckets, then all rules, so that the
 * cache misses of a burst overlap.
 *
 * @param first  Nothing has been found before.
 */
static __rte_always_inline void
probe_words(const struct steer_view_entry *e, unsigned int n_words, bool first, uint64_t version,
	    const struct steer_key *keys, const uint8_t *open, unsigned int n,
	    const struct steer_rule **found)
{
	const struct steer_subtable *st = e->subtable;
	const struct steer_rule *rule;
	struct probe p;

	n = begin_probe(&p, e, n_words, keys, open, n);
	find_candidates(&p, n_words, n);
	for (unsigned int i = 0; i < n; i++) {
		const struct steer_key *key = &keys[p.key[i]];

		rule = p.candidate[i];
		if (unlikely(rule == NULL))
			continue;
		if (unlikely(!steer_subtable_equal_n(st, n_words, rule, steer_key_words(key)))) {
			rule = steer_subtable_find(st, p.h, p.hash[i], steer_key_words(key));
			if (rule == NULL)
				continue;
		}
		rule = steer_lookup_first(st, rule, version, key);
		if (first)
			found[p.key[i]] = rule;
		else
			steer_lookup_keep(&found[p.key[i]], rule);
	}
}

static __rte_always_inline void
probe_some(const struct steer_view_entry *e, bool first, uint64_t version,
	   const struct steer_key *keys, const uint8_t *open, unsigned int n,
	   const struct steer_rule **found)
{
	const unsigned int n_words = e->subtable->shape.n_words;

	switch (n_words) {
	case 2:
		probe_words(e, 2, first, version, keys, open, n, found);
		break;
	case 3:
		probe_words(e, 3, first, version, keys, open, n, found);
		break;
	case 4:
		probe_words(e, 4, first, version, keys, open, n, found);
		break;
	case 6:
		probe_words(e, 6, first, version, keys, open, n, found);
		break;
	default:
		probe_words(e, n_words, first, version, keys, open, n, found);
		break;
	}
}

/** What most rules ask for is told apart: IPv4 and IPv6 5-tuples, and less. */
static void
probe(const struct steer_view_entry *e, uint64_t version, const struct steer_key *keys,
      const uint8_t *open, unsigned int n, const struct steer_rule **found)
{
	probe_some(e, false, version, keys, open, n, found);
}

/** The same where nothing has been found before. */
static void
probe_first(const struct steer_view_entry *e, uint64_t version, const struct steer_key *keys,
	    const uint8_t *open, unsigned int n, const struct steer_rule **found)
{
	probe_some(e, true, version, keys, open, n, found);
}

/** The keys in @p open, of which nothing is found yet; it is written to. */
static void
search(const struct steer_view *view, uint64_t version, const struct steer_key *keys,
       uint8_t *open, unsigned int n, const struct steer_rule **found)
{
	unsigned int n_left;
	uint8_t left[STEER_LOOKUP_BURST];

	for (uint32_t f = 0; f < view->n_filters; f++) {
		const struct steer_view_filter *vf = &view->filter[f];

		n_left = still_open(vf->prio, vf->seq, found, open, n, left);
		steer_lookup_filter(view, vf, version, keys, left, n_left, found);
	}
	for (uint32_t r = 0; r < view->n_rest; r++) {
		const struct steer_view_entry *e = &view->entry[view->rest[r]];

		if (r == 0 && view->n_filters == 0) {
			probe_first(e, version, keys, open, n, found);
			continue;
		}
		n = still_open(e->prio, e->seq, found, open, n, open);
		if (n == 0)
			break;
		probe(e, version, keys, open, n, found);
	}
}

void
steer_table_lookup_some(const struct steer_view *view, uint64_t version,
			const struct steer_key *keys, const uint8_t *which, unsigned int n,
			const struct steer_rule **found)
{
	uint8_t open[STEER_LOOKUP_BURST];

	for (unsigned int i = 0; i < n; i++) {
		open[i] = which[i];
		found[which[i]] = NULL;
	}
	search(view, version, keys, open, n, found);
}

void
steer_table_lookup(const struct steer_view *view, uint64_t version, const struct steer_key *keys,
		   unsigned int n, const struct steer_rule **found)
{
	uint8_t all[STEER_LOOKUP_BURST];

	for (unsigned int i = 0; i < STEER_LOOKUP_BURST; i++)
		all[i] = (uint8_t)i;
	memset(found, 0, n * sizeof(found[0]));
	search(view, version, keys, all, n, found);
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
			steer_lookup_keep(&found, steer_lookup_resolve(st, rule, version, key,
								       after));
	}
	return found;
}
