/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The flow cache: what the search has found for the keys seen last, so that a flow under way costs
 * one probe, however many subtables there are.
 *
 * A key is compared in full, in all words that some mask touches: a cached outcome is the search's.
 * An entry knows the version it was right for; whether it still is, struct steer_changes tells.
 * Traffic can only push entries out, which costs the search that would be without a cache.
 *
 * Each shard (a lower queue) has entries of its own with one user at a time. Which words matter is
 * fixed when a cache is made: for other masks there is another cache.
 */

#ifndef STEER_CACHE_H
#define STEER_CACHE_H

#include <stdint.h>

#include "steer_secret.h"
#include "steer_table.h"

/** Most words compared: beyond, there is no cache. */
#define STEER_CACHE_WORDS 13
/** Entries of one place: who is looked for is in one of them. */
#define STEER_CACHE_WAYS 2
/** No queue is known without a look at the rule. */
#define STEER_CACHE_NO_QUEUE UINT16_MAX
/** Bounds of the entries of one shard; powers of two. */
#define STEER_CACHE_MIN 64
#define STEER_CACHE_MAX (1u << 24)

/** Packets in hand for which a cache is asked, or is not, and those of them that it knew. */
struct steer_cache_use {
	uint32_t left;
	uint32_t known;
	bool off;
} __rte_cache_aligned;

/** A cache that knew few of as many packets as it has entries is not asked for so many more. */
#define STEER_CACHE_PAUSE 32

struct steer_cache {
	struct steer_retired retired;
	/** That of the views it is for. */
	uint32_t layout;
	unsigned int n_words;
	uint8_t word[STEER_CACHE_WORDS];
	uint64_t mask[STEER_CACHE_WORDS];
	/** All of that is filled of easy packets (steer_easy.h). */
	bool easy;
	struct steer_secret secret;
	/** Places of a shard, less one; bytes of an entry. */
	uint32_t place_mask;
	uint32_t stride;
	unsigned int n_shards;
	uint8_t *entries;
	/** Of each shard. */
	struct steer_cache_use use[];
};

/**
 * Make a cache for the masks of a table as they are now.
 *
 * @param n_entries  Of each shard, a power of two within the bounds.
 * @return           NULL with rte_errno: E2BIG (the masks touch too many words), ENOMEM.
 */
struct steer_cache *steer_cache_create(const struct steer_table *t, uint32_t n_entries,
				       unsigned int n_shards, int socket);
/** Free it; no reader may use it. NULL is allowed. */
void steer_cache_free(struct steer_cache *c);

/** Entries of a shard. */
static inline uint32_t
steer_cache_size(const struct steer_cache *c)
{
	return (c->place_mask + 1) * STEER_CACHE_WAYS;
}

/** Time is up: go on with it, pause, or try again. */
void steer_cache_judge(const struct steer_cache *c, struct steer_cache_use *use);

/**
 * Where a search costs little, is the cache worth asking for the next @p n packets? It is not while
 * there are more flows under way than it holds. Only the shard's one user may call it.
 */
static inline bool
steer_cache_worth(struct steer_cache *c, unsigned int shard, unsigned int n)
{
	struct steer_cache_use *use = &c->use[shard];

	if (unlikely(use->left < n))
		steer_cache_judge(c, use);
	use->left -= n;
	return !use->off;
}

/**
 * Before keys are parsed: what a packet does not have must not be what another one had, or its
 * flow is not known again. Only what the masks touch matters. Of easy packets there is nothing left
 * to be cleared if c->easy.
 */
static inline void
steer_cache_clear(const struct steer_cache *c, struct steer_key *keys, unsigned int n)
{
	for (unsigned int w = 0; w < c->n_words; w++) {
		const unsigned int word = c->word[w];

		for (unsigned int i = 0; i < n; i++)
			((uint64_t *)&keys[i])[word] = 0;
	}
}

/**
 * As steer_table_lookup(), asking the cache first. Only the shard's one user may call it.
 *
 * @param c       For the view: layouts are equal.
 * @param keys    By steer_cache_clear(), then parsed.
 * @param queues  Of packets that were known and whose rule does nothing but name a queue, that one:
 *                the rule need not be looked at, nor fetched. Else CACHE_NO_QUEUE.
 * @return        Packets for which no search was needed.
 */
unsigned int steer_cache_lookup(struct steer_cache *c, unsigned int shard,
				const struct steer_table *t, const struct steer_view *view,
				uint64_t version, const struct steer_key *keys, unsigned int n,
				const struct steer_rule **found, uint16_t *queues);

#endif /* STEER_CACHE_H */
