/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * rte_hash with the 5-tuple of exact rules as key, as several compare with.
 */

#ifndef PERF_TUPLE_HASH_H
#define PERF_TUPLE_HASH_H

#include <stdint.h>
#include <string.h>

#include "ruleset.h"
#include "walk.h"

struct rte_hash;

/** Addresses, ports, protocol; the rest is 0. */
struct perf_key {
	uint8_t bytes[16] __rte_aligned(8);
};

static inline void
perf_key_of_tuple(struct perf_key *key, const uint8_t *tuple)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->bytes, tuple, PERF_WALK_TUPLE);
	key->bytes[PERF_WALK_TUPLE] = tuple[-PERF_WALK_PROTO];
}

static inline void
perf_key_of_rule(struct perf_key *key, const struct perf_rule *r)
{
	memset(key, 0, sizeof(*key));
	memcpy(&key->bytes[0], &r->value.src, sizeof(r->value.src));
	memcpy(&key->bytes[4], &r->value.dst, sizeof(r->value.dst));
	memcpy(&key->bytes[8], r->value.ports, sizeof(r->value.ports));
	key->bytes[PERF_WALK_TUPLE] = r->value.proto;
}

/** An empty one. @return NULL: no memory. */
struct rte_hash *perf_tuple_hash_create(uint32_t n);
/** One with the first @p n rules of a set, data being their queues. @return NULL: no memory. */
struct rte_hash *perf_tuple_hash_fill(perf_rule_fn rule, uint32_t n);

/** A walk that finds its ring there. */
struct perf_hash_walk {
	struct perf_walk walk;
	struct rte_hash *table;
};

/** See struct perf_alternative. */
void *perf_hash_walk_create(uint16_t lower, perf_rule_fn rule, uint32_t n);
void perf_hash_walk_free(void *arg);

#endif /* PERF_TUPLE_HASH_H */
