/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <stdlib.h>

#include <rte_distributor.h>
#include <rte_hash_crc.h>
#include <rte_malloc.h>

#include "alternative.h"
#include "tuple_hash.h"
#include "walk.h"

#define WORKERS PERF_WALK_RINGS
/*
 * At most so many at once: a worker's backlog is no longer, and a distributor that waits for one
 * would wait for us.
 */
#define GROUP 8

struct distributor {
	struct perf_walk walk;
	struct rte_distributor *d;
};

/** There is no function that frees one: it is made once, and stays. */
static struct rte_distributor *
distributor(void)
{
	static struct rte_distributor *d;

	if (d == NULL)
		d = rte_distributor_create("perf", rte_socket_id(), WORKERS,
					   RTE_DIST_ALG_BURST);
	return d;
}

static void
distributor_free(void *arg)
{
	struct distributor *d = arg;

	if (d != NULL)
		perf_walk_free(&d->walk);
	rte_free(d);
}

/** What has been handed out comes back, and they ask for more. @return how many. */
static unsigned int
work(struct distributor *d)
{
	struct rte_mbuf *pkts[GROUP];
	unsigned int done = 0;

	for (unsigned int w = 0; w < WORKERS; w++) {
		const int n = rte_distributor_poll_pkt(d->d, w, pkts);

		if (n < 0)
			continue;
		done += (unsigned int)n;
		rte_distributor_request_pkt(d->d, w, pkts, (unsigned int)n);
	}
	return done;
}

static void *
distributor_create(uint16_t lower, perf_rule_fn rule __rte_unused, uint32_t n __rte_unused)
{
	static bool asked;
	struct distributor *d = rte_zmalloc("distributor", sizeof(*d), RTE_CACHE_LINE_SIZE);

	if (d == NULL)
		return NULL;
	d->d = distributor();
	if (perf_walk_init(&d->walk, lower, 0) != 0 || d->d == NULL) {
		distributor_free(d);
		return NULL;
	}
	for (unsigned int w = 0; !asked && w < WORKERS; w++)
		rte_distributor_request_pkt(d->d, w, NULL, 0);
	asked = true;
	return d;
}

static inline unsigned int
burst(struct distributor *d)
{
	struct rte_mbuf *pkts[PERF_WALK_BURST];
	const uint8_t *tuples[PERF_WALK_BURST];
	const unsigned int n = perf_walk_rx(&d->walk, pkts, tuples);
	unsigned int done = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct perf_key key;

		perf_key_of_tuple(&key, tuples[i]);
		pkts[i]->hash.usr = rte_hash_crc(&key, sizeof(key), 0);
	}
	for (unsigned int i = 0; i < n; i += GROUP) {
		rte_distributor_process(d->d, &pkts[i], RTE_MIN(n - i, (unsigned int)GROUP));
		done += work(d);
	}
	/* What workers have returned. */
	while (rte_distributor_returned_pkts(d->d, pkts, PERF_WALK_BURST) > 0)
		;
	return done;
}

static uint64_t
distributor_run(void *arg, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += burst(arg);
	return done;
}

const struct perf_alternative perf_alternative_distributor = {
	.name = "rte_distributor",
	.create = distributor_create,
	.run = distributor_run,
	.free = distributor_free,
};
