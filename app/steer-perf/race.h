/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Throughput of two lcores at work at once.
 */

#ifndef PERF_RACE_H
#define PERF_RACE_H

#include <stdbool.h>
#include <stdint.h>

#include "perf.h"
#include "sample.h"

/** Short windows of time: those in which somebody else had a core do not count. */
#define PERF_RACE_WINDOWS 64

/** What one lcore does. */
struct perf_task {
	/** A burst, or so; @return packets that count. */
	uint64_t (*step)(void *arg);
	void *arg;
	uint32_t counts[PERF_RACE_WINDOWS];
	/** For how many cycles at most it did not work. */
	uint64_t gaps[PERF_RACE_WINDOWS];
};

struct perf_race {
	const char *name;
	/** One: the main lcore's. Two: the second one is another lcore's. */
	unsigned int n_tasks;
	struct perf_task tasks[2];
	/** Its samples are million packets a second; 0: all cores were never free at once. */
	struct perf_way way;
};

/** Is there a second lcore? */
bool perf_race_possible(void);

/** Measure one, in one round. */
void perf_race_run(struct perf_race *race, unsigned int round);

/** Measure all of them in turn, each in each round. */
void perf_race_measure(struct perf_race *races, unsigned int n, const struct perf_args *args);

/** A line of the table, as a ratio to another one. @return the ratio; 0: there is none. */
double perf_race_report(struct perf *p, const struct perf_race *race, const struct perf_race *base);

#endif /* PERF_RACE_H */
