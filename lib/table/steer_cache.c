/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_branch_prediction.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_prefetch.h>

#include "steer_action.h"
#include "steer_cache.h"
#include "steer_easy.h"

#define BURST 64
/** Where a key can be: two places. */
#define CANDIDATES (2 * STEER_CACHE_WAYS)

struct entry {
	/** The outcome is right for a burst of this version; 0: none was. */
	uint64_t version;
	const struct steer_rule *rule;
	uint32_t hash;
	/** Has been found since somebody wanted its place. */
	uint16_t used;
	/** As of steer_cache_lookup(). */
	uint16_t queue;
	uint64_t words[];
};

/* Life */

static uint32_t
stride_of(unsigned int n_words)
{
	return (uint32_t)rte_align32pow2((uint32_t)(sizeof(struct entry) +
						    n_words * sizeof(uint64_t)));
}

static int
take_words(struct steer_cache *c, const uint64_t *used)
{
	c->easy = true;
	for (unsigned int i = 0; i < STEER_KEY_WORDS; i++) {
		if (used[i] == 0)
			continue;
		c->easy = c->easy && steer_easy_fills(i, used[i]);
		if (c->n_words == STEER_CACHE_WORDS)
			return -1;
		c->word[c->n_words] = (uint8_t)i;
		c->mask[c->n_words++] = used[i];
	}
	return 0;
}

struct steer_cache *
steer_cache_create(const struct steer_table *t, uint32_t n_entries, unsigned int n_shards,
		   int socket)
{
	struct steer_cache *c = rte_zmalloc_socket("steer_cache",
						   sizeof(*c) + n_shards * sizeof(c->use[0]),
						   RTE_CACHE_LINE_SIZE, socket);

	if (c == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	if (take_words(c, t->used) < 0) {
		rte_free(c);
		rte_errno = E2BIG;
		return NULL;
	}
	c->layout = t->view->layout;
	steer_secret_draw(&c->secret);
	c->stride = RTE_MAX(stride_of(c->n_words), (uint32_t)RTE_CACHE_LINE_SIZE);
	c->place_mask = n_entries / STEER_CACHE_WAYS - 1;
	c->n_shards = n_shards;
	for (unsigned int i = 0; i < n_shards; i++)
		c->use[i].left = steer_cache_size(c);
	c->entries = rte_zmalloc_socket("steer_cache", (size_t)n_shards * n_entries * c->stride,
					RTE_CACHE_LINE_SIZE, socket);
	if (c->entries == NULL) {
		rte_free(c);
		rte_errno = ENOMEM;
		return NULL;
	}
	return c;
}

void
steer_cache_judge(const struct steer_cache *c, struct steer_cache_use *use)
{
	const uint32_t size = RTE_MAX(steer_cache_size(c), (uint32_t)STEER_CACHE_MIN);

	use->off = !use->off && use->known < size / 2;
	use->left = use->off ? size * STEER_CACHE_PAUSE : size;
	use->known = 0;
}

void
steer_cache_free(struct steer_cache *c)
{
	if (c == NULL)
		return;
	rte_free(c->entries);
	rte_free(c);
}

/* Entries */

static inline struct entry *
way(const struct steer_cache *c, uint8_t *shard, uint32_t place, unsigned int n)
{
	return (struct entry *)(shard + ((size_t)(place & c->place_mask) * STEER_CACHE_WAYS + n) *
						c->stride);
}

/** Where a key is whose first place was taken: it is the hash that tells the first one. */
static inline uint32_t
second_place(uint32_t hash)
{
	return hash >> 16 | hash << 16;
}

/** Fetch a place. @return its first way. */
static inline struct entry *
prefetch_place(const struct steer_cache *c, uint8_t *shard, uint32_t place)
{
	struct entry *first = way(c, shard, place, 0);

	rte_prefetch0(first);
	rte_prefetch0((const uint8_t *)first + c->stride);
	return first;
}

/* Of a number of words that is known when compiled, there is no loop. */

static __rte_always_inline uint32_t
hash_key(const struct steer_cache *c, unsigned int n_words, const uint64_t *key)
{
	return steer_secret_hash(&c->secret, n_words, key, c->word, c->mask);
}

static __rte_always_inline bool
is_for(const struct steer_cache *c, unsigned int n_words, const struct entry *e,
       const uint64_t *key)
{
	uint64_t diff = 0;

	for (unsigned int i = 0; i < n_words; i++)
		diff |= (key[c->word[i]] & c->mask[i]) ^ e->words[i];
	return diff == 0;
}

static __rte_always_inline struct entry *
find(const struct steer_cache *c, unsigned int n_words, uint8_t *shard, uint32_t place,
     uint32_t hash, const uint64_t *key)
{
	for (unsigned int i = 0; i < STEER_CACHE_WAYS; i++) {
		struct entry *e = way(c, shard, place, i);

		if (e->hash == hash && is_for(c, n_words, e, key))
			return e;
	}
	return NULL;
}

static_assert(STEER_CACHE_WAYS == 2, "find_at() looks at two");

/** As find(), at a place. Which way it is, is not to be predicted: it is no branch. */
static __rte_always_inline struct entry *
find_at(const struct steer_cache *c, unsigned int n_words, struct entry *first, uint32_t hash,
	const uint64_t *key)
{
	const size_t stride = c->stride;
	uint8_t *const ways = (uint8_t *)first;
	const size_t is_second = ((struct entry *)(ways + stride))->hash == hash;
	struct entry *e = (struct entry *)(ways + (stride & -is_second));

	if (unlikely(e->hash != hash))
		return NULL;
	if (likely(is_for(c, n_words, e, key)))
		return e;
	/* Both may have the hash. */
	return is_second && first->hash == hash && is_for(c, n_words, first, key) ? first : NULL;
}

/** Is the outcome right for a burst of @p version? */
static inline bool
holds(struct entry *e, const struct steer_changes *changes, uint64_t version)
{
	if (likely(steer_changes_none(changes, e->version)))
		return true;
	if (!steer_changes_holds(changes, e->rule, e->version))
		return false;
	e->version = version;
	return true;
}

/** The ways of both places of a hash, counted round. */
static inline struct entry *
candidate(const struct steer_cache *c, uint8_t *shard, uint32_t hash, unsigned int n)
{
	n %= CANDIDATES;
	return n < STEER_CACHE_WAYS ? way(c, shard, hash, n) :
				      way(c, shard, second_place(hash), n - STEER_CACHE_WAYS);
}

/**
 * An empty one, or one that was not found since the last time somebody asked, makes room. Each key
 * looks from another one on, so that new ones do not push out each other in turn.
 */
static struct entry *
victim(const struct steer_cache *c, uint8_t *shard, uint32_t hash)
{
	const unsigned int start = hash / (UINT32_MAX / CANDIDATES + 1);

	for (unsigned int i = 0; i < CANDIDATES; i++)
		if (candidate(c, shard, hash, i)->version == 0)
			return candidate(c, shard, hash, i);
	for (unsigned int i = 0; i < CANDIDATES; i++)
		if (candidate(c, shard, hash, start + i)->used == 0)
			return candidate(c, shard, hash, start + i);
	for (unsigned int i = 0; i < CANDIDATES; i++)
		candidate(c, shard, hash, i)->used = 0;
	return candidate(c, shard, hash, start);
}

static void
remember(const struct steer_cache *c, uint8_t *shard, uint32_t hash, const uint64_t *key,
	 const struct steer_rule *rule, uint64_t version)
{
	struct entry *e = find(c, c->n_words, shard, hash, hash, key);

	if (e == NULL)
		e = find(c, c->n_words, shard, second_place(hash), hash, key);
	if (e == NULL)
		e = victim(c, shard, hash);
	e->version = version;
	e->rule = rule;
	e->hash = hash;
	e->used = 0;
	e->queue = rule != NULL && rule->flags == STEER_FATE_QUEUE ? rule->target :
								     STEER_CACHE_NO_QUEUE;
	for (unsigned int i = 0; i < c->n_words; i++)
		e->words[i] = key[c->word[i]] & c->mask[i];
}

/** What is known of a key at one of its places. @return whether there is something. */
static __rte_always_inline bool
look(const struct steer_cache *c, unsigned int n_words, struct entry *place, uint32_t hash,
     const struct steer_changes *changes, uint64_t version, const struct steer_key *key,
     const struct steer_rule **found, uint16_t *queue)
{
	struct entry *e = find_at(c, n_words, place, hash, steer_key_words(key));

	if (unlikely(e == NULL || !holds(e, changes, version)))
		return false;
	*found = e->rule;
	*queue = e->queue;
	if (e->queue == STEER_CACHE_NO_QUEUE)
		rte_prefetch0(e->rule);
	if (unlikely(e->used == 0))
		e->used = 1;
	return true;
}

static inline uint8_t *
entries_of(const struct steer_cache *c, unsigned int shard)
{
	return c->entries + (size_t)shard * (c->place_mask + 1) * STEER_CACHE_WAYS * c->stride;
}

/** What is known of keys. @return how many of them are not known: which, is in @p open. */
static __rte_always_inline unsigned int
look_all(const struct steer_cache *c, unsigned int n_words, uint8_t *entries,
	 const struct steer_changes *changes, uint64_t version, const struct steer_key *keys,
	 unsigned int n, uint32_t *hash, const struct steer_rule **found, uint16_t *queues,
	 uint8_t *open)
{
	unsigned int n_second = 0, n_open = 0;
	struct entry *place[BURST];
	uint8_t second[BURST];

	for (unsigned int i = 0; i < n; i++) {
		hash[i] = hash_key(c, n_words, steer_key_words(&keys[i]));
		place[i] = prefetch_place(c, entries, hash[i]);
	}
	for (unsigned int i = 0; i < n; i++) {
		if (likely(look(c, n_words, place[i], hash[i], changes, version, &keys[i],
				&found[i], &queues[i])))
			continue;
		place[n_second] = prefetch_place(c, entries, second_place(hash[i]));
		second[n_second++] = (uint8_t)i;
	}
	for (unsigned int s = 0; s < n_second; s++) {
		const uint8_t i = second[s];

		if (!look(c, n_words, place[s], hash[i], changes, version, &keys[i], &found[i],
			  &queues[i]))
			open[n_open++] = i;
	}
	return n_open;
}

unsigned int
steer_cache_lookup(struct steer_cache *c, unsigned int shard, const struct steer_table *t,
		   const struct steer_view *view, uint64_t version, const struct steer_key *keys,
		   unsigned int n, const struct steer_rule **found, uint16_t *queues)
{
	uint8_t *entries = entries_of(c, shard);
	unsigned int n_open;
	uint8_t open[BURST];
	uint32_t hash[BURST];

	switch (c->n_words) {
	case 3:
		n_open = look_all(c, 3, entries, t->changes, version, keys, n, hash, found,
				  queues, open);
		break;
	case 4:
		n_open = look_all(c, 4, entries, t->changes, version, keys, n, hash, found,
				  queues, open);
		break;
	default:
		n_open = look_all(c, c->n_words, entries, t->changes, version, keys, n, hash,
				  found, queues, open);
		break;
	}
	c->use[shard].known += n - n_open;
	if (likely(n_open == 0))
		return n;
	steer_table_lookup_some(view, version, keys, open, n_open, found);
	for (unsigned int i = 0; i < n_open; i++) {
		queues[open[i]] = STEER_CACHE_NO_QUEUE;
		remember(c, entries, hash[open[i]], steer_key_words(&keys[open[i]]),
			 found[open[i]], version);
	}
	return n - n_open;
}
