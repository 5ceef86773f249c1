/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_debug.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "race.h"

/* What it costs to hand a packet to another lcore, and to get it back. */

#define RING_SIZE 512
/* On their way: less than either ring holds. */
#define PACKETS 256

struct lane {
	struct rte_ring *there;
	struct rte_ring *back;
	/** The other lcore reads the header. */
	bool touch;
	/** So that it is read. */
	uint64_t sum;
};

/** From one ring into another. */
static uint64_t
move(struct lane *l, struct rte_ring *from, struct rte_ring *to, bool touch)
{
	struct rte_mbuf *pkts[PERF_BURST];
	const unsigned int n = rte_ring_sc_dequeue_burst(from, (void **)pkts, PERF_BURST, NULL);

	for (unsigned int i = 0; touch && i < n; i++)
		l->sum += *rte_pktmbuf_mtod(pkts[i], const uint64_t *);
	rte_ring_sp_enqueue_burst(to, (void **)pkts, n, NULL);
	return n;
}

static uint64_t
send(void *lane)
{
	struct lane *l = lane;

	return move(l, l->back, l->there, false);
}

static uint64_t
send_back(void *lane)
{
	struct lane *l = lane;

	move(l, l->there, l->back, l->touch);
	return 0;
}

static struct rte_ring *
make_ring(void)
{
	struct rte_ring *ring = rte_malloc("perf_ring", (size_t)rte_ring_get_memsize(RING_SIZE),
					   RTE_CACHE_LINE_SIZE);

	if (ring == NULL || rte_ring_init(ring, "lane", RING_SIZE,
					  RING_F_SP_ENQ | RING_F_SC_DEQ) != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory for a ring\n");
	return ring;
}

/** Cycles of each of the two lcores for a packet. */
static void
report(struct perf *p, const struct perf_race *race)
{
	struct perf_way way;
	struct perf_value value;

	for (unsigned int i = 0; i < p->args.rounds; i++) {
		const double rate = race->way.samples[i];

		way.samples[i] = rate != 0 ? (double)rte_get_tsc_hz() / 1e6 / rate : 0;
	}
	value = perf_way_value(&way, &p->args);
	if (value.median == 0)
		perf_report_note(&p->report, "%s: not measured, others had the cores", race->name);
	else
		perf_report_row(&p->report, race->name, "cycles", &value, NULL, NULL);
}

void
perf_ring(struct perf *p, const char *heading)
{
	struct rte_mbuf *pkts[PACKETS];
	struct lane lanes[2] = { { .touch = false }, { .touch = true } };
	struct perf_race races[2] = {
		{ .name = "ring to another lcore, and back" },
		{ .name = "the same, the header read there" },
	};

	if (rte_pktmbuf_alloc_bulk(p->pool, pkts, PACKETS) != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: no mbufs\n");
	for (unsigned int i = 0; i < 2; i++) {
		lanes[i].there = make_ring();
		lanes[i].back = make_ring();
		races[i].n_tasks = 2;
		races[i].tasks[0] = (struct perf_task){ .step = send, .arg = &lanes[i] };
		races[i].tasks[1] = (struct perf_task){ .step = send_back, .arg = &lanes[i] };
		rte_ring_enqueue_bulk(lanes[i].there, (void **)pkts, PACKETS, NULL);
	}
	perf_race_measure(races, 2, &p->args);
	perf_report_section(&p->report, heading, NULL);
	for (unsigned int i = 0; i < 2; i++) {
		report(p, &races[i]);
		rte_free(lanes[i].there);
		rte_free(lanes[i].back);
	}
	rte_pktmbuf_free_bulk(pkts, PACKETS);
}
