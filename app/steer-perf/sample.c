/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_cycles.h>

#include "sample.h"
#include "synthetic.h"

/* Each mbuf of the lower port once. */
#define PIECE SYNTHETIC_MBUFS
#define PIECES_MAX 1024

/** So that caches and branch prediction know the way. */
static void
prepare(struct perf_way *way, const struct perf_traffic **now, const struct perf_args *args)
{
	if (way->traffic != NULL && way->traffic != *now) {
		perf_traffic_start(way->traffic, way->lower, 0);
		*now = way->traffic;
	}
	way->run(way->arg, args->packets / 8);
}

/**
 * One measurement: the median of its pieces. They are shorter than the time for which a thread is
 * let run, so that what others do meanwhile does not count, however often they do it.
 */
static double
measure(const struct perf_way *way, uint64_t packets)
{
	double cycles[PIECES_MAX];
	unsigned int n = 0;

	for (uint64_t done = 0; done < packets && n < PIECES_MAX; n++) {
		const uint64_t start = rte_rdtsc_precise();
		const uint64_t moved = way->run(way->arg, PIECE);

		cycles[n] = (double)(rte_rdtsc_precise() - start) / (double)moved;
		done += moved;
	}
	return perf_value_of(cycles, n).median;
}

void
perf_measure(struct perf_way *ways, unsigned int n, const struct perf_args *args)
{
	const struct perf_traffic *now = NULL;

	for (unsigned int round = 0; round < args->rounds; round++) {
		for (unsigned int i = 0; i < n; i++) {
			prepare(&ways[i], &now, args);
			ways[i].samples[round] = measure(&ways[i], args->packets);
		}
	}
}

struct perf_value
perf_way_value(const struct perf_way *way, const struct perf_args *args)
{
	double samples[PERF_ROUNDS_MAX];

	memcpy(samples, way->samples, sizeof(samples));
	return perf_value_of(samples, args->rounds);
}

struct perf_value
perf_way_ratio(const struct perf_way *way, const struct perf_way *to, const struct perf_args *args)
{
	double samples[PERF_ROUNDS_MAX];

	for (unsigned int i = 0; i < args->rounds; i++)
		samples[i] = way->samples[i] / to->samples[i];
	return perf_value_of(samples, args->rounds);
}
