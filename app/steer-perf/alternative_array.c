/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include <rte_malloc.h>

#include "alternative.h"
#include "range.h"
#include "walk.h"

struct array {
	struct perf_walk walk;
	uint32_t n;
	struct perf_range ranges[];
};

static void
array_free(void *arg)
{
	struct array *a = arg;

	if (a != NULL)
		perf_walk_free(&a->walk);
	rte_free(a);
}

static void *
array_create(uint16_t lower, perf_rule_fn rule, uint32_t n)
{
	struct array *a = rte_zmalloc("array", sizeof(*a) + n * sizeof(a->ranges[0]),
				      RTE_CACHE_LINE_SIZE);

	if (a == NULL || perf_walk_init(&a->walk, lower, 0) != 0) {
		array_free(a);
		return NULL;
	}
	a->n = n;
	for (uint32_t i = 0; i < n; i++) {
		struct perf_rule r;

		rule(i, &r);
		perf_range_of_rule(&a->ranges[i], &r);
	}
	return a;
}

static inline unsigned int
look_up(const struct array *a, const uint8_t *tuple)
{
	struct perf_range_packet packet;

	perf_range_look(&packet, tuple);
	for (uint32_t i = 0; i < a->n; i++)
		if (perf_range_matches(&a->ranges[i], &packet))
			return a->ranges[i].queue;
	return 0;
}

static inline unsigned int
burst(struct array *a)
{
	struct rte_mbuf *pkts[PERF_WALK_BURST];
	const uint8_t *tuples[PERF_WALK_BURST];
	const unsigned int n = perf_walk_rx(&a->walk, pkts, tuples);

	for (unsigned int i = 0; i < n; i++)
		perf_walk_stage(&a->walk, look_up(a, tuples[i]), pkts[i]);
	perf_walk_scatter(&a->walk);
	return perf_walk_out(&a->walk);
}

static uint64_t
array_run(void *arg, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += burst(arg);
	return done;
}

const struct perf_alternative perf_alternative_array = {
	.name = "rules in an array",
	.create = array_create,
	.run = array_run,
	.free = array_free,
};
