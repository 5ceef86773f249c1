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
	const unsigned int n = perf_walk_rx(&h->walk, pkts, tuples);
	unsigned int own = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct perf_key key;
		void *queue = NULL;

		perf_key_of_tuple(&key, tuples[i]);
		rte_hash_lookup_data(h->table, &key, &queue);
		/* Queue 0 is whoever polls. */
		if (queue == NULL)
			own++;
		else
			rte_ring_sp_enqueue(h->walk.rings[(uintptr_t)queue], pkts[i]);
	}
	return own + perf_walk_out(&h->walk);
}

static uint64_t
redirect_run(void *arg, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += burst(arg);
	return done;
}

const struct perf_alternative perf_alternative_redirect = {
	.name = "DPVS's redirect",
	.create = perf_hash_walk_create,
	.run = redirect_run,
	.free = perf_hash_walk_free,
};
