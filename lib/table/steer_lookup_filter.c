/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "steer_lookup.h"

/** A key, and a subtable that may have a rule for it. */
struct pair {
	uint8_t key;
	const struct steer_subtable *st;
	const struct steer_hash *h;
	uint32_t hash;
	const struct steer_rule *candidate;
};

/** Each key in a subtable of its own, hashes, buckets and rules of all after each other. */
static __rte_always_inline void
probe_pairs(struct pair *pairs, unsigned int n, unsigned int n_words, uint64_t version,
	    const struct steer_key *keys, const struct steer_rule **found)
{
	for (unsigned int i = 0; i < n; i++) {
		struct pair *p = &pairs[i];

		p->h = __atomic_load_n(&p->st->hash, __ATOMIC_ACQUIRE);
		p->hash = steer_subtable_hash_n(p->st, n_words, steer_key_words(&keys[p->key]));
		rte_prefetch0(steer_hash_bucket(p->h, p->hash));
	}
	for (unsigned int i = 0; i < n; i++) {
		struct pair *p = &pairs[i];
		const struct steer_bucket *b = steer_hash_bucket(p->h, p->hash);

		p->candidate = steer_bucket_candidate(b, steer_hash_tag(p->hash));
		if (p->candidate != NULL)
			steer_lookup_prefetch(p->candidate, n_words);
		else if (unlikely(__atomic_load_n(&b->more, __ATOMIC_RELAXED) != 0))
			p->candidate = steer_subtable_find(p->st, p->h, p->hash,
							   steer_key_words(&keys[p->key]));
	}
	for (unsigned int i = 0; i < n; i++) {
		const struct pair *p = &pairs[i];
		const uint64_t *key = steer_key_words(&keys[p->key]);
		const struct steer_rule *rule = p->candidate;

		if (rule == NULL)
			continue;
		if (unlikely(!steer_subtable_equal_n(p->st, n_words, rule, key)))
			rule = steer_subtable_find(p->st, p->h, p->hash, key);
		if (rule != NULL)
			steer_lookup_keep(&found[p->key],
					  steer_lookup_first(p->st, rule, version, &keys[p->key]));
	}
}

/**
 * Subtables that the filter names for the keys from the first one on, as many as there is room for.
 * @param bits  Of each key those that are left.
 * @param at    The key that is next. @return how many pairs.
 */
static __rte_always_inline unsigned int
next_pairs(const struct steer_view *view, const struct steer_view_filter *vf, const uint8_t *open,
	   unsigned int n, uint64_t *bits, unsigned int *at, struct pair *pairs)
{
	unsigned int n_pairs = 0;

	for (; *at < n; (*at)++)
		for (uint64_t *left = &bits[*at]; *left != 0; *left &= *left - 1) {
			const uint16_t entry = vf->entry[__builtin_ctzll(*left)];

			if (unlikely(entry == STEER_VIEW_NONE))
				continue;
			if (n_pairs == STEER_LOOKUP_BURST)
				return n_pairs;
			pairs[n_pairs].key = open[*at];
			pairs[n_pairs++].st = view->entry[entry].subtable;
		}
	return n_pairs;
}

/* Crowds */

/** A key whose row has a crowd. */
struct crowded {
	const struct steer_crowd *crowd;
	/** Entries, and the one that is next. */
	uint32_t n;
	uint32_t next;
	uint8_t key;
};

/**
 * The keys whose rows have a crowd. Only those subtables are left to be searched for them that it
 * knows nothing of; for all others, those of their rows.
 *
 * @return how many have a crowd.
 */
static __rte_noinline unsigned int
take_crowded(const struct steer_filter *f, const uint64_t *const *row, const uint8_t *open,
	     unsigned int n, uint64_t *bits, struct crowded *crowded)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct steer_crowd *c;

		bits[i] = __atomic_load_n(row[i], __ATOMIC_ACQUIRE);
		if (!steer_crowded(bits[i]) || f->crowds.places == NULL)
			continue;
		c = steer_crowds_find(&f->crowds, (uint32_t)(row[i] - f->rows));
		if (c == NULL)
			continue;
		rte_prefetch0(c);
		rte_prefetch0(c->groups);
		bits[i] &= __atomic_load_n(&c->always, __ATOMIC_ACQUIRE);
		crowded[kept++] = (struct crowded){
			.crowd = c,
			.n = __atomic_load_n(&c->n, __ATOMIC_ACQUIRE),
			.key = open[i],
		};
	}
	return kept;
}

/** Where to search next for something better than what is found. @return is there anything? */
static inline bool
next_pair(const struct steer_view *view, const struct steer_view_filter *vf,
	  struct crowded *crowded, const struct steer_key *keys, const struct steer_rule *found,
	  struct pair *pair)
{
	const uint8_t *key = (const uint8_t *)steer_key_words(&keys[crowded->key]);
	const struct steer_crowd *c = crowded->crowd;
	uint32_t at = crowded->next;

	/* Nothing comes behind the last one that is before it. */
	if (found != NULL && at > 0 && !steer_crowd_before(c, at - 1, found))
		return false;
	while ((at = steer_crowd_next(c, at, crowded->n, key, vf->filter->crowds.key_byte)) <
	       crowded->n) {
		const uint16_t entry = vf->entry[c->bit[at]];

		if (found != NULL && !steer_crowd_before(c, at, found))
			return false;
		at++;
		if (unlikely(entry == STEER_VIEW_NONE))
			continue;
		crowded->next = at;
		pair->key = crowded->key;
		pair->st = view->entry[entry].subtable;
		return true;
	}
	return false;
}

static __rte_noinline void
search_crowds(const struct steer_view *view, const struct steer_view_filter *vf, uint64_t version,
	      const struct steer_key *keys, struct crowded *crowded, unsigned int n,
	      const struct steer_rule **found)
{
	const unsigned int n_words = vf->filter->n_words;
	struct pair pairs[STEER_LOOKUP_BURST];

	do {
		unsigned int kept = 0;

		for (unsigned int i = 0; i < n; i++) {
			crowded[kept] = crowded[i];
			kept += next_pair(view, vf, &crowded[kept], keys, found[crowded[i].key],
					  &pairs[kept]);
		}
		n = kept;
		if (n_words == 3)
			probe_pairs(pairs, n, 3, version, keys, found);
		else
			probe_pairs(pairs, n, n_words, version, keys, found);
	} while (n > 0);
}

/* Filters */

static __rte_always_inline void
search_filter_words(const struct steer_view *view, const struct steer_view_filter *vf,
		    unsigned int n_words, uint64_t version, const struct steer_key *keys,
		    const uint8_t *open, unsigned int n, const struct steer_rule **found)
{
	const uint64_t *row[STEER_LOOKUP_BURST];
	struct pair pairs[STEER_LOOKUP_BURST];
	struct crowded crowded[STEER_LOOKUP_BURST];
	unsigned int n_pairs, n_crowded = 0, at = 0;
	uint64_t bits[STEER_LOOKUP_BURST];

	for (unsigned int i = 0; i < n; i++) {
		row[i] = steer_filter_row(vf->filter, n_words, steer_key_words(&keys[open[i]]));
		rte_prefetch0(row[i]);
	}
	for (unsigned int i = 0; i < n; i++)
		bits[i] = __atomic_load_n(row[i], __ATOMIC_ACQUIRE);
	n_pairs = next_pairs(view, vf, open, n, bits, &at, pairs);
	/* Up to two for each key are what they mostly are: it is not asked of each of them. */
	if (unlikely(n_pairs > 2 * n || at < n)) {
		n_crowded = take_crowded(vf->filter, row, open, n, bits, crowded);
		at = 0;
		n_pairs = next_pairs(view, vf, open, n, bits, &at, pairs);
	}
	for (; n_pairs > 0; n_pairs = next_pairs(view, vf, open, n, bits, &at, pairs))
		probe_pairs(pairs, n_pairs, n_words, version, keys, found);
	if (unlikely(n_crowded > 0))
		search_crowds(view, vf, version, keys, crowded, n_crowded, found);
}

void
steer_lookup_filter(const struct steer_view *view, const struct steer_view_filter *vf,
		    uint64_t version, const struct steer_key *keys, const uint8_t *open,
		    unsigned int n, const struct steer_rule **found)
{
	switch (vf->filter->n_words) {
	case 3:
		search_filter_words(view, vf, 3, version, keys, open, n, found);
		break;
	case 4:
		search_filter_words(view, vf, 4, version, keys, open, n, found);
		break;
	default:
		search_filter_words(view, vf, vf->filter->n_words, version, keys, open, n, found);
		break;
	}
}
