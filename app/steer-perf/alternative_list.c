/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_malloc.h>

#include "alternative.h"
#include "walk.h"

/** As small as it can be: four to a cache line. */
struct entry {
	rte_be32_t dst;
	rte_be32_t mask;
	uint16_t from;
	uint16_t to;
	uint8_t proto;
	uint8_t queue;
	uint16_t unused;
};

struct list {
	struct perf_walk walk;
	uint32_t n;
	struct entry entries[];
};

static void
list_free(void *arg)
{
	struct list *l = arg;

	if (l != NULL)
		perf_walk_free(&l->walk);
	rte_free(l);
}

static void *
list_create(uint16_t lower, perf_rule_fn rule, uint32_t n)
{
	struct list *l = rte_zmalloc("list", sizeof(*l) + n * sizeof(l->entries[0]),
				     RTE_CACHE_LINE_SIZE);

	if (l == NULL || perf_walk_init(&l->walk, lower, 0) != 0) {
		list_free(l);
		return NULL;
	}
	l->n = n;
	for (uint32_t i = 0; i < n; i++) {
		struct perf_rule r;

		rule(i, &r);
		l->entries[i] = (struct entry){
			.dst = r.value.dst & r.mask.dst,
			.mask = r.mask.dst,
			.from = rte_be_to_cpu_16(r.value.ports[1]),
			.to = rte_be_to_cpu_16(r.last_port),
			.proto = r.value.proto,
			.queue = (uint8_t)r.queue,
		};
	}
	return l;
}

static inline unsigned int
look_up(const struct list *l, const uint8_t *tuple)
{
	const uint8_t proto = tuple[-PERF_WALK_PROTO];
	rte_be32_t dst;
	rte_be16_t dst_port;
	uint16_t port;

	memcpy(&dst, tuple + 4, sizeof(dst));
	memcpy(&dst_port, tuple + 10, sizeof(dst_port));
	port = rte_be_to_cpu_16(dst_port);
	for (uint32_t i = 0; i < l->n; i++) {
		const struct entry *e = &l->entries[i];

		if ((dst & e->mask) == e->dst && proto == e->proto && port >= e->from &&
		    port <= e->to)
			return e->queue;
	}
	return 0;
}

static inline unsigned int
burst(struct list *l)
{
	struct rte_mbuf *pkts[PERF_WALK_BURST];
	const uint8_t *tuples[PERF_WALK_BURST];
	const unsigned int n = perf_walk_rx(&l->walk, pkts, tuples);

	for (unsigned int i = 0; i < n; i++)
		perf_walk_stage(&l->walk, look_up(l, tuples[i]), pkts[i]);
	perf_walk_scatter(&l->walk);
	return perf_walk_out(&l->walk);
}

static uint64_t
list_run(void *arg, uint64_t packets)
{
	uint64_t done = 0;

	while (done < packets)
		done += burst(arg);
	return done;
}

const struct perf_alternative perf_alternative_list = {
	.name = "linear list",
	.create = list_create,
	.run = list_run,
	.free = list_free,
};
