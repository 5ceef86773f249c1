/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Measuring: several ways to do the same, in turn, so that all see the same machine.
 */

#ifndef PERF_SAMPLE_H
#define PERF_SAMPLE_H

#include <stdint.h>

#include "args.h"
#include "stats.h"
#include "traffic.h"

/** Most ways that are measured in turn. */
#define PERF_WAYS_MAX 12

struct perf_way {
	const char *name;
	/** Move so many packets, or a few more; @return how many. */
	uint64_t (*run)(void *arg, uint64_t packets);
	void *arg;
	/** What comes into the lower port's queue 0; NULL: left as it is. */
	const struct perf_traffic *traffic;
	uint16_t lower;
	/** Cycles for each packet in each round. */
	double samples[PERF_ROUNDS_MAX];
};

/** Measure all of them in turn, each in each round, with a start that is not measured. */
void perf_measure(struct perf_way *ways, unsigned int n, const struct perf_args *args);

/** @return cycles for each packet. */
struct perf_value perf_way_value(const struct perf_way *way, const struct perf_args *args);
/** @return how many times those of another way, round by round. */
struct perf_value perf_way_ratio(const struct perf_way *way, const struct perf_way *to,
				 const struct perf_args *args);

#endif /* PERF_SAMPLE_H */
