/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_common.h>
#include <rte_malloc.h>
#include <rte_prefetch.h>

#include "steer_slots.h"

/* Grow when there are more than this many slots in use for each primary bucket: with a mean of
 * four in six few buckets overflow, and the pointer array stays below two thirds empty. */
#define LOAD_MAX 4
/* Buckets ahead whose rules are had in cache while all move to a larger hash. */
#define AHEAD 4

struct steer_hash *
steer_hash_create(uint32_t n_primary, int socket)
{
	const uint32_t n = n_primary + n_primary / 4 + 1;
	struct steer_hash *h;

	h = rte_zmalloc_socket("steer_hash", sizeof(*h) + n * sizeof(h->buckets[0]),
			       RTE_CACHE_LINE_SIZE, socket);
	if (h == NULL)
		return NULL;
	h->mask = n_primary - 1;
	h->n_buckets = n;
	h->next_more = n_primary;
	return h;
}

static void
free_hash(struct steer_retired *r)
{
	rte_free(RTE_PTR_SUB(r, offsetof(struct steer_hash, retired)));
}

struct steer_rule **
steer_slot_find(struct steer_subtable *st, const struct steer_rule *rule, uint32_t hash)
{
	struct steer_bucket *b = &st->hash->buckets[hash & st->hash->mask];

	for (;; b = &st->hash->buckets[b->more]) {
		uint32_t fits = steer_bucket_fits(b, steer_hash_tag(hash));

		for (; fits != 0; fits &= fits - 1, fits &= fits - 1) {
			struct steer_rule **slot = &b->rule[(unsigned int)__builtin_ctz(fits) / 2];

			if (*slot != NULL && steer_rules_same_words(st, *slot, rule))
				return slot;
		}
		if (b->more == 0)
			return NULL;
	}
}

/** A bit of each. Without branches: which one is the first cannot be foretold. */
static uint32_t
empty_slots(const struct steer_bucket *b)
{
	uint32_t empty = 0;

	for (unsigned int i = 0; i < STEER_BUCKET_SLOTS; i++)
		empty |= (uint32_t)(b->rule[i] == NULL) << i;
	return empty;
}

/** Put @p rule into a free slot of its bucket; readers active. @return -ENOSPC: grow first. */
static int
fill_slot(struct steer_hash *h, struct steer_rule *rule, uint32_t hash)
{
	struct steer_bucket *b = &h->buckets[hash & h->mask];

	for (;;) {
		const uint32_t empty = empty_slots(b);

		if (empty != 0) {
			const unsigned int i = (unsigned int)__builtin_ctz(empty);

			__atomic_store_n(&b->rule[i], rule, __ATOMIC_RELEASE);
			__atomic_store_n(&b->tag[i], steer_hash_tag(hash), __ATOMIC_RELEASE);
			return 0;
		}
		if (b->more == 0) {
			if (h->next_more == h->n_buckets)
				return -ENOSPC;
			__atomic_store_n(&b->more, h->next_more++, __ATOMIC_RELEASE);
		}
		b = &h->buckets[b->more];
	}
}

static void
prefetch_rules(const struct steer_bucket *b)
{
	for (unsigned int i = 0; i < STEER_BUCKET_SLOTS; i++)
		rte_prefetch0(b->rule[i]);
}

/**
 * Hash of what stands in a slot, as far as a hash of twice to four times the size needs it: what
 * tells buckets apart beyond 16 bits the tag has as well, so that rules need not be looked at.
 *
 * @param primary  Bucket that it was hashed to.
 */
static uint32_t
slot_hash(const struct steer_subtable *st, uint32_t primary, const struct steer_bucket *b,
	  unsigned int slot)
{
	if (st->hash->mask >= UINT16_MAX)
		return (uint32_t)b->tag[slot] << 16 | (primary & UINT16_MAX);
	return steer_rule_hash(st, b->rule[slot]);
}

/** A larger hash that nobody sees yet, while one bucket is copied to it. */
struct copy {
	struct steer_hash *to;
	/** Of the smaller one, as a power of two. */
	unsigned int log_buckets;
	/** Slots in use of those buckets of the larger one that the bucket goes to. */
	uint8_t used[4];
};

/** Into a bucket that has nothing but what came from the same one: in most no slot is looked at. */
static int
copy_slot(struct copy *c, struct steer_rule *rule, uint32_t hash)
{
	const uint32_t primary = hash & c->to->mask;
	const uint32_t part = primary >> c->log_buckets;
	struct steer_bucket *b = &c->to->buckets[primary];

	if (part >= RTE_DIM(c->used) || c->used[part] == STEER_BUCKET_SLOTS)
		return fill_slot(c->to, rule, hash);
	b->rule[c->used[part]] = rule;
	b->tag[c->used[part]++] = steer_hash_tag(hash);
	return 0;
}

static int
copy_bucket(const struct steer_subtable *st, struct steer_hash *to, uint32_t primary)
{
	const struct steer_bucket *b = &st->hash->buckets[primary];
	struct copy c = {
		.to = to, .log_buckets = rte_bsf32(st->hash->mask + 1),
	};

	for (;; b = &st->hash->buckets[b->more]) {
		for (unsigned int i = 0; i < STEER_BUCKET_SLOTS; i++)
			if (b->rule[i] != NULL &&
			    copy_slot(&c, b->rule[i], slot_hash(st, primary, b, i)) < 0)
				return -ENOSPC;
		if (b->more == 0)
			return 0;
	}
}

static int
copy_slots(const struct steer_subtable *st, struct steer_hash *to)
{
	const struct steer_hash *from = st->hash;

	for (uint32_t i = 0; i <= from->mask; i++) {
		if (i + AHEAD <= from->mask && from->mask < UINT16_MAX)
			prefetch_rules(&from->buckets[i + AHEAD]);
		if (copy_bucket(st, to, i) < 0)
			return -ENOSPC;
	}
	return 0;
}

/** A hash of twice the size; of four times if so many words collide that twice does not do. */
static int
grow(struct steer_subtable *st, struct steer_retire *retire)
{
	uint32_t n = st->hash->mask + 1;
	struct steer_hash *h, *old = st->hash;

	do {
		if (n > UINT32_MAX / 4)
			return -ENOMEM;
		n *= 2;
		h = steer_hash_create(n, st->socket);
		if (h == NULL)
			return -ENOMEM;
		if (copy_slots(st, h) == 0)
			break;
		rte_free(h);
	} while (1);
	__atomic_store_n(&st->hash, h, __ATOMIC_RELEASE);
	steer_retire(retire, &old->retired, free_hash);
	return 0;
}

int
steer_slot_add(struct steer_subtable *st, struct steer_rule *rule, uint32_t hash,
	       struct steer_retire *retire)
{
	int rc;

	if (st->n_slots >= (uint64_t)LOAD_MAX * (st->hash->mask + 1) && grow(st, retire) < 0)
		return -ENOMEM;
	while (fill_slot(st->hash, rule, hash) < 0) {
		rc = grow(st, retire);
		if (rc < 0)
			return rc;
	}
	st->n_slots++;
	return 0;
}

struct steer_rule *
steer_subtable_find(const struct steer_subtable *st, const struct steer_hash *h, uint32_t hash,
		    const uint64_t *key)
{
	const struct steer_bucket *b = steer_hash_bucket(h, hash);
	struct steer_rule *rule;
	uint32_t more;

	for (;;) {
		for (unsigned int i = 0; i < STEER_BUCKET_SLOTS; i++) {
			if (__atomic_load_n(&b->tag[i], __ATOMIC_ACQUIRE) != steer_hash_tag(hash))
				continue;
			rule = __atomic_load_n(&b->rule[i], __ATOMIC_ACQUIRE);
			if (rule != NULL && steer_subtable_equal(st, rule, key))
				return rule;
		}
		more = __atomic_load_n(&b->more, __ATOMIC_ACQUIRE);
		if (more == 0)
			return NULL;
		b = &h->buckets[more];
	}
}
