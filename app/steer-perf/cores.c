/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>
#include <rte_ethdev.h>

#include "profile.h"
#include "race.h"

/* One and two lcores that poll. */

#define FLOWS (1u << 18)

/** Queues that one lcore polls. */
struct slice {
	uint16_t port;
	uint16_t first;
	uint16_t n;
};

static uint64_t
poll_slice(void *slice)
{
	const struct slice *s = slice;
	struct rte_mbuf *pkts[PERF_BURST];
	uint64_t n = 0;

	for (uint16_t q = s->first; q < s->first + s->n; q++)
		n += rte_eth_rx_burst(s->port, q, pkts, PERF_BURST);
	return n;
}

/** By how many lcores queues of which beds are polled. */
enum {
	ONE_OVER_ONE,
	TWO_OVER_ONE,
	ONE_OVER_TWO,
	TWO_OVER_TWO,
	TWO_PORTS,
	RACES,
};

static void
add(struct perf_race *race, const char *name, struct slice *first, struct slice *second)
{
	*race = (struct perf_race){ .name = name, .n_tasks = second != NULL ? 2 : 1 };
	race->tasks[0] = (struct perf_task){ .step = poll_slice, .arg = first };
	race->tasks[1] = (struct perf_task){ .step = poll_slice, .arg = second };
}

static void
run(struct perf *p, const struct perf_bed *one, const struct perf_bed *two,
    const struct perf_bed *other)
{
	const uint16_t half = PERF_QUEUES / 2;
	struct slice whole[] = {
		{ one->port, 0, PERF_QUEUES },
		{ two->port, 0, PERF_QUEUES },
		{ other->port, 0, PERF_QUEUES },
	};
	struct slice halves[][2] = {
		{ { one->port, 0, half }, { one->port, half, half } },
		{ { two->port, 0, half }, { two->port, half, half } },
	};
	struct perf_race races[RACES];

	add(&races[ONE_OVER_ONE], "one lcore, one lower queue", &whole[0], NULL);
	add(&races[TWO_OVER_ONE], "two lcores, one lower queue", &halves[0][0], &halves[0][1]);
	add(&races[ONE_OVER_TWO], "one lcore, two lower queues", &whole[1], NULL);
	add(&races[TWO_OVER_TWO], "two lcores, two lower queues", &halves[1][0], &halves[1][1]);
	add(&races[TWO_PORTS], "control: two lcores, a port for each", &whole[0], &whole[2]);
	perf_race_measure(races, RACES, &p->args);
	for (unsigned int i = 0; i < RACES; i++) {
		const double ratio = perf_race_report(p, &races[i], &races[ONE_OVER_TWO]);

		if (i == TWO_OVER_TWO && ratio != 0)
			perf_report_target(&p->report, "Two lcores, two lower queues", ratio, 1.85,
					   true, "x one lcore");
	}
}

void
perf_cores(struct perf *p, const char *heading)
{
	struct perf_bed one, two, other;
	struct perf_traffic traffic[2];

	perf_bed_open(&one, 1, p->pool);
	perf_bed_open(&two, 2, p->pool);
	perf_bed_open(&other, 1, p->pool);
	for (unsigned int i = 0; i < 2; i++) {
		/* Lower queues have flows of their own, and not a cache line in common. */
		perf_traffic_make(&traffic[i], PERF_IPV4, FLOWS, perf_flow_any, NULL);
		perf_traffic_start(&traffic[i], two.lower, (uint16_t)i);
	}
	perf_traffic_start(&traffic[0], one.lower, 0);
	perf_traffic_start(&traffic[1], other.lower, 0);
	perf_report_section(&p->report, heading, "one, two");
	run(p, &one, &two, &other);
	perf_bed_close(&other);
	perf_bed_close(&two);
	perf_bed_close(&one);
	for (unsigned int i = 0; i < 2; i++)
		perf_traffic_free(&traffic[i]);
}
