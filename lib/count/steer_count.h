/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Hits and bytes of rules, sharded: each shard (one lower queue) has one writer at a time, so
 * that counting is a plain add. A reader of the sum sees each shard's latest value.
 *
 * Counters live in pages that are never moved; a counter's id says page and place. Resetting
 * remembers a base instead of writing to what another thread counts.
 *
 * A set may hold times instead of counts, sharded alike: see steer_count_stamp().
 */

#ifndef STEER_COUNT_H
#define STEER_COUNT_H

#include <stdint.h>

#include <rte_common.h>

#define STEER_COUNT_PAGE_BITS 12
#define STEER_COUNT_PAGE (1u << STEER_COUNT_PAGE_BITS)
#define STEER_COUNT_PAGES 4096
/** 16 M counters at most. */
#define STEER_COUNT_MAX (STEER_COUNT_PAGE * STEER_COUNT_PAGES)
#define STEER_COUNT_SHARDS 64
/** No counter. */
#define STEER_COUNT_NONE UINT32_MAX

struct steer_count_value {
	uint64_t hits;
	uint64_t bytes;
};

struct steer_count_shard {
	struct steer_count_value *page[STEER_COUNT_PAGES];
};

struct steer_count {
	/** Reader side. A shard's pages exist before its writer starts (see steer_count_shards). */
	struct steer_count_shard *shard[STEER_COUNT_SHARDS];
	/** Control side from here on; opaque to the data path. */
	struct steer_count_control *control;
};

/**
 * Make a set of counters with @p n_shards shards (1..STEER_COUNT_SHARDS), without any counter.
 * @return 0; -EINVAL, -ENOMEM.
 */
int steer_count_init(struct steer_count *c, unsigned int n_shards, int socket);

/** Free all. No writer may be active. A zeroed struct is allowed. */
void steer_count_fini(struct steer_count *c);

/**
 * Have at least @p n_shards shards, existing counters included. Shards never go away, so that
 * counts survive. Control path, not thread-safe, before the new shards' writers start.
 * @return 0; -EINVAL, -ENOMEM (then nothing changed).
 */
int steer_count_shards(struct steer_count *c, unsigned int n_shards);

/**
 * Take a counter; it starts at zero. Control path, not thread-safe.
 * @return id; STEER_COUNT_NONE if memory is short or all are taken.
 */
uint32_t steer_count_alloc(struct steer_count *c);

/** Give a counter back, when no writer can use it any more. */
void steer_count_release(struct steer_count *c, uint32_t id);

/** Read a counter: sum over the shards since the last reset. */
struct steer_count_value steer_count_read(const struct steer_count *c, uint32_t id);

/**
 * Start over from zero. Writers may be active: what they count meanwhile is either in the value
 * returned or counted from now on, never lost. Control path, not thread-safe.
 * @return the counter up to now.
 */
struct steer_count_value steer_count_reset(struct steer_count *c, uint32_t id);

/** Where a counter of a shard is: for its one writer, or to be fetched. */
static inline struct steer_count_value *
steer_count_in(const struct steer_count_shard *shard, uint32_t id)
{
	return &shard->page[id >> STEER_COUNT_PAGE_BITS][id & (STEER_COUNT_PAGE - 1)];
}

static inline struct steer_count_value *
steer_count_at(const struct steer_count *c, unsigned int shard, uint32_t id)
{
	return steer_count_in(c->shard[shard], id);
}

/** Count one packet. Only the one writer of the counter's shard may call it. */
static inline void
steer_count_add(struct steer_count_value *v, uint32_t bytes)
{
	/* One writer: relaxed stores only keep the values whole for who reads meanwhile. */
	__atomic_store_n(&v->hits, v->hits + 1, __ATOMIC_RELAXED);
	__atomic_store_n(&v->bytes, v->bytes + bytes, __ATOMIC_RELAXED);
}

/**
 * In a set that holds times: the latest one over the shards, in place of hits; 0: none since the
 * counter was taken.
 */
uint64_t steer_count_latest(const struct steer_count *c, uint32_t id);

/** Note a time instead of counting. Only the one writer of the counter's shard may call it. */
static inline void
steer_count_stamp(struct steer_count_value *v, uint64_t now)
{
	/* Packets of one burst have one time: the line is written once. */
	if (v->hits != now)
		__atomic_store_n(&v->hits, now, __ATOMIC_RELAXED);
}

#endif /* STEER_COUNT_H */
