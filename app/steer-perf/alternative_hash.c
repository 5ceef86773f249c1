/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include <rte_hash.h>

#include "alternative.h"
#include "tuple_hash.h"
#include "walk.h"

static inline unsigned int
burst(struct perf_hash_walk *h)
{
	struct rte_mbuf *pkts[PERF_WALK_BURST];
	const uint8_t *tuples[PERF_WALK_BURST];
	struct perf_key keys[PERF_WALK_BURST];
	const void *key_of[PERF_WALK_BURST];
	void *queues[PERF_WALK_BURST];
	uint64_t hits = 0;
	const unsigned int n = perf_walk_rx(&h->walk, pkts, tuples);

	for (unsigned int i = 0; i < n; i++) {
		perf_key_of_tuple(&keys[i], tuples[i]);
		key_of[i] = &keys[i];
	}
	if (n != 0)
		rte_hash_lookup_bulk_data(h->table, key_of, n, &hits, queues);
	for (unsigned int i = 0; i < n; i++)
		perf_walk_stage(&h->walk, hits >> i & 1 ? (unsigned int)(uintptr_t)queues[i] : 0,
				pkts[i]);
	perf_walk_scatter(&h->walk);
	return perf_walk_out(&h->walk);
}

static uint64_t
hash_run(void *arg, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += burst(arg);
	return done;
}

const struct perf_alternative perf_alternative_hash = {
	.name = "rte_hash, bursts",
	.create = perf_hash_walk_create,
	.run = hash_run,
	.free = perf_hash_walk_free,
};
