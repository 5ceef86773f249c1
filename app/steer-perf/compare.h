/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Several ways to do the same, measured and reported, or their instructions.
 */

#ifndef PERF_COMPARE_H
#define PERF_COMPARE_H

#include <stdbool.h>

#include "perf.h"
#include "sample.h"

/**
 * Measure ways in turn, or count their instructions if that was asked for. Those with a name are
 * reported.
 * @param to_first  As a ratio to the first of them.
 * @return          have they been measured?
 */
bool perf_compare(struct perf *p, struct perf_way *ways, unsigned int n, bool to_first);

#endif /* PERF_COMPARE_H */
