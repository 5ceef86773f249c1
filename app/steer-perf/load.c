/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "profile.h"
#include "race.h"
#include "random.h"

/* One lcore polls, another one changes rules. */

#define RULES 10000

/** Rules that come and go. */
struct changer {
	uint16_t port;
	uint32_t n_rules;
	struct rte_flow **flows;
	/** Which rule each of the flows is. */
	const uint32_t *order;
	struct perf_flow_args args;
	uint64_t random;
	/** Which one is not there; n_rules: all are. */
	uint32_t absent;
	/** Of cycles, from one change to the next; 0: none. */
	uint64_t interval;
	uint64_t next;
	/** What there was, and in which time, as far as this lcore was at work. */
	uint64_t changes;
	uint64_t cycles;
	uint64_t last;
};

/** A rule goes, or comes back. */
static void
change(struct changer *c)
{
	struct perf_rule rule;

	if (c->absent == c->n_rules) {
		c->absent = perf_random_below(&c->random, c->n_rules);
		perf_flow_destroy(c->port, c->flows[c->absent]);
	} else {
		perf_rule_exact(c->order[c->absent], &rule);
		perf_flow_args_set(&c->args, &rule);
		c->flows[c->absent] = perf_flow_create(c->port, &c->args);
		c->absent = c->n_rules;
	}
	c->changes++;
}

/** One change, if it is time. */
static uint64_t
change_at_times(void *changer)
{
	struct changer *c = changer;
	const uint64_t now = rte_rdtsc();

	/* Not what somebody else had the core for. */
	c->cycles += now - c->last < c->interval ? now - c->last : c->interval;
	c->last = now;
	if (c->interval == 0 || now < c->next)
		return 0;
	/* What was missed while somebody else had the core is not made up for. */
	c->next = RTE_MAX(c->next + c->interval, now);
	change(c);
	return 0;
}

static uint64_t
poll_all(void *port)
{
	struct rte_mbuf *pkts[PERF_BURST];
	uint64_t n = 0;

	for (uint16_t q = 0; q < PERF_QUEUES; q++)
		n += rte_eth_rx_burst(*(const uint16_t *)port, q, pkts, PERF_BURST);
	return n;
}

static const struct {
	const char *name;
	uint32_t per_second;
} paces[] = {
	{ "no changes", 0 },
	{ "1 k changes a second", 1000 },
	{ "100 k changes a second", 100000 },
};

#define PACES RTE_DIM(paces)

static void
open_changer(struct changer *c, const struct perf *p, unsigned int pace)
{
	*c = (struct changer){
		.n_rules = perf_scaled(RULES, p->args.scale, 64),
		.random = pace,
		.interval = paces[pace].per_second != 0 ?
				    rte_get_tsc_hz() / paces[pace].per_second : 0,
	};
	c->absent = c->n_rules;
	perf_flow_args_init(&c->args, PERF_IPV4, PERF_QUEUE);
}

static void
run(struct perf *p, uint16_t port, struct rte_flow **flows, const uint32_t *order)
{
	struct perf_race races[PACES];
	struct changer changers[PACES];

	for (unsigned int i = 0; i < PACES; i++) {
		open_changer(&changers[i], p, i);
		changers[i].port = port;
		changers[i].flows = flows;
		changers[i].order = order;
		races[i] = (struct perf_race){ .name = paces[i].name, .n_tasks = 2 };
		races[i].tasks[0] = (struct perf_task){ .step = change_at_times,
							.arg = &changers[i] };
		races[i].tasks[1] = (struct perf_task){ .step = poll_all, .arg = &port };
	}
	for (unsigned int round = 0; round < p->args.rounds; round++) {
		for (unsigned int i = 0; i < PACES; i++) {
			perf_race_run(&races[i], round);
			/* The next one begins with all of them. */
			if (changers[i].absent != changers[i].n_rules)
				change(&changers[i]);
		}
	}
	for (unsigned int i = 0; i < PACES; i++) {
		const double ratio = perf_race_report(p, &races[i], &races[0]);

		if (paces[i].per_second == 0)
			continue;
		perf_report_note(&p->report, "  %.0f changes a second in fact",
				 (double)changers[i].changes * (double)rte_get_tsc_hz() /
					 (double)changers[i].cycles);
		if (i == PACES - 1 && ratio != 0)
			perf_report_target(&p->report, "100 k changes a second cost",
					   100 * (1 - ratio), 5, false, "percent");
	}
}

void
perf_load(struct perf *p, const char *heading)
{
	const uint32_t n_rules = perf_scaled(RULES, p->args.scale, 64);
	const struct perf_draw draw = { .rule = perf_rule_exact, .n_rules = n_rules };
	struct perf_traffic traffic;
	struct rte_flow **flows;
	struct perf_bed bed;
	uint32_t *order = perf_shuffled(n_rules);

	perf_bed_open(&bed, 1, p->pool);
	perf_traffic_make(&traffic, PERF_IPV4,
			  perf_scaled(PERF_PROFILE_PACKETS, p->args.scale, 64),
			  perf_flow_of_rules, &draw);
	flows = perf_ruleset_create(bed.port, PERF_IPV4, perf_rule_exact, n_rules, PERF_QUEUE);
	perf_traffic_start(&traffic, bed.lower, 0);
	perf_report_section(&p->report, heading, "none");
	run(p, bed.port, flows, order);
	perf_ruleset_destroy(bed.port, flows, n_rules);
	perf_bed_close(&bed);
	free(flows);
	free(order);
	perf_traffic_free(&traffic);
}
