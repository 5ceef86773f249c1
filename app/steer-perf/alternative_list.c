/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <sys/queue.h>

#include <rte_malloc.h>
#include <rte_mempool.h>

#include "alternative.h"
#include "range.h"
#include "walk.h"

/** As cpu_fdir has it: a cache line for each rule, of a pool of them. */
struct node {
	TAILQ_ENTRY(node) next;
	struct perf_range range;
} __rte_cache_aligned;

struct list {
	struct perf_walk walk;
	struct rte_mempool *nodes;
	TAILQ_HEAD(, node) head;
};

static void
list_free(void *arg)
{
	struct list *l = arg;

	if (l == NULL)
		return;
	perf_walk_free(&l->walk);
	rte_mempool_free(l->nodes);
	rte_free(l);
}

/** What was added last is looked at first. @return whether there was memory. */
static bool
list_add(struct list *l, const struct perf_rule *r)
{
	struct node *node;

	if (rte_mempool_get(l->nodes, (void **)&node) != 0)
		return false;
	perf_range_of_rule(&node->range, r);
	TAILQ_INSERT_HEAD(&l->head, node, next);
	return true;
}

static void *
list_create(uint16_t lower, perf_rule_fn rule, uint32_t n)
{
	struct list *l = rte_zmalloc("list", sizeof(*l), RTE_CACHE_LINE_SIZE);
	bool done;

	if (l == NULL)
		return NULL;
	TAILQ_INIT(&l->head);
	l->nodes = rte_mempool_create("perf_list", n, sizeof(struct node), 0, 0, NULL, NULL, NULL,
				      NULL, SOCKET_ID_ANY, 0);
	done = perf_walk_init(&l->walk, lower, 0) == 0 && l->nodes != NULL;
	for (uint32_t i = 0; done && i < n; i++) {
		struct perf_rule r;

		rule(i, &r);
		done = list_add(l, &r);
	}
	if (done)
		return l;
	list_free(l);
	return NULL;
}

static inline const struct perf_range *
look_up(const struct list *l, const uint8_t *tuple)
{
	struct perf_range_packet packet;
	const struct node *node;

	perf_range_look(&packet, tuple);
	TAILQ_FOREACH(node, &l->head, next)
		if (perf_range_matches(&node->range, &packet))
			return &node->range;
	return NULL;
}

static inline unsigned int
burst(struct list *l)
{
	struct rte_mbuf *pkts[PERF_WALK_BURST];
	const uint8_t *tuples[PERF_WALK_BURST];
	const unsigned int n = perf_walk_rx(&l->walk, pkts, tuples);
	unsigned int own = 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct perf_range *range = look_up(l, tuples[i]);

		/* One by one, also to whoever polls. */
		if (range == NULL)
			own++;
		else
			rte_ring_sp_enqueue(l->walk.rings[range->queue], pkts[i]);
	}
	return own + perf_walk_out(&l->walk);
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
	.name = "list of cpu_fdir",
	.create = list_create,
	.run = list_run,
	.free = list_free,
};
