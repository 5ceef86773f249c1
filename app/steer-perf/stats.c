/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include "stats.h"

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/** What @p part of the sorted samples are below, between two of them in proportion. */
static double
quantile(const double *sorted, unsigned int n, double part)
{
	const double at = part * (n - 1);
	const unsigned int below = (unsigned int)at;

	if (below + 1 >= n)
		return sorted[n - 1];
	return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}

struct perf_value
perf_value_of(double *samples, unsigned int n)
{
	qsort(samples, n, sizeof(samples[0]), compare);
	return (struct perf_value){
		.median = quantile(samples, n, 0.5),
		.low = quantile(samples, n, 0.25),
		.high = quantile(samples, n, 0.75),
	};
}

double
perf_spread(const struct perf_value *v)
{
	return v->median != 0 ? 50 * (v->high - v->low) / v->median : 0;
}
