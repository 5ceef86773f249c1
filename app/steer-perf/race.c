/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "race.h"
#include "stats.h"

#define WINDOWS_PER_SECOND 1000
/* Until all lcores are there. */
#define START_AFTER_MS 2
/* On a machine at work not many windows are valid. */
#define ENOUGH (PERF_RACE_WINDOWS / 4)
#define TRIES 8

static uint64_t start_at;

static unsigned int
other_lcore(void)
{
	return rte_get_next_lcore(rte_lcore_id(), 1, 0);
}

bool
perf_race_possible(void)
{
	return other_lcore() < RTE_MAX_LCORE;
}

static int
work(void *arg)
{
	struct perf_task *t = arg;
	const uint64_t window = rte_get_tsc_hz() / WINDOWS_PER_SECOND;
	uint64_t end = start_at, now = rte_rdtsc(), last = start_at;

	while (now < start_at)
		now = rte_rdtsc();
	for (unsigned int w = 0; w < PERF_RACE_WINDOWS; w++) {
		uint64_t count = 0, gap = 0;

		end += window;
		for (; now < end; now = rte_rdtsc()) {
			gap = RTE_MAX(gap, now - last);
			last = now;
			count += t->step(t->arg);
		}
		t->counts[w] = (uint32_t)count;
		t->gaps[w] = RTE_MAX(gap, now - last);
	}
	return 0;
}

static void
run_once(struct perf_race *race)
{
	start_at = rte_rdtsc() + rte_get_tsc_hz() / 1000 * START_AFTER_MS;
	if (race->n_tasks > 1)
		rte_eal_remote_launch(work, &race->tasks[1], other_lcore());
	work(&race->tasks[0]);
	if (race->n_tasks > 1)
		rte_eal_wait_lcore(other_lcore());
}

/** Rates of the windows in which all tasks were at work. @return how many. */
static unsigned int
valid_rates(const struct perf_race *race, double *rates)
{
	const uint64_t too_long = rte_get_tsc_hz() / WINDOWS_PER_SECOND / 10;
	unsigned int n = 0;

	for (unsigned int w = 0; w < PERF_RACE_WINDOWS; w++) {
		uint64_t count = 0, gap = 0;

		for (unsigned int i = 0; i < race->n_tasks; i++) {
			count += race->tasks[i].counts[w];
			gap = RTE_MAX(gap, race->tasks[i].gaps[w]);
		}
		if (gap < too_long)
			rates[n++] = (double)count * WINDOWS_PER_SECOND / 1e6;
	}
	return n;
}

void
perf_race_run(struct perf_race *race, unsigned int round)
{
	double rates[TRIES * PERF_RACE_WINDOWS];
	unsigned int n = 0;

	for (unsigned int i = 0; i < TRIES && n < ENOUGH; i++) {
		run_once(race);
		n += valid_rates(race, &rates[n]);
	}
	race->way.samples[round] = n != 0 ? perf_value_of(rates, n).median : 0;
}

void
perf_race_measure(struct perf_race *races, unsigned int n, const struct perf_args *args)
{
	for (unsigned int round = 0; round < args->rounds; round++)
		for (unsigned int i = 0; i < n; i++)
			perf_race_run(&races[i], round);
}

double
perf_race_report(struct perf *p, const struct perf_race *race, const struct perf_race *base)
{
	const struct perf_value value = perf_way_value(&race->way, &p->args);
	const struct perf_value base_value = perf_way_value(&base->way, &p->args);
	const struct perf_value ratio = {
		.median = value.median / base_value.median,
		.low = value.low / base_value.median,
		.high = value.high / base_value.median,
	};

	if (value.median == 0 || base_value.median == 0) {
		perf_report_note(&p->report, "%s: not measured, others had the cores", race->name);
		return 0;
	}
	perf_report_row(&p->report, race->name, "M packets/s", &value, &base_value, &ratio);
	return ratio.median;
}
