/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What is left of several measurements of the same thing.
 */

#ifndef PERF_STATS_H
#define PERF_STATS_H

/** Half of the measurements are between low and high. */
struct perf_value {
	double median;
	double low;
	double high;
};

/** @param samples  n of them, n > 0; sorted by this. */
struct perf_value perf_value_of(double *samples, unsigned int n);

/** Half of the distance between the quartiles, in percent of the median. */
double perf_spread(const struct perf_value *v);

#endif /* PERF_STATS_H */
