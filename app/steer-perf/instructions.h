/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Instructions, counted one by one: they do not depend on what else the machine does.
 */

#ifndef PERF_INSTRUCTIONS_H
#define PERF_INSTRUCTIONS_H

#include <stdint.h>

/** How many packets are run through for a count. */
#define PERF_INSTRUCTIONS_RUN (16384 + 128)

/**
 * Instructions that each packet costs, on the whole way. A repeated string instruction counts as
 * often as it repeats.
 * @return negative: not known how to on this CPU.
 */
double perf_instructions(uint64_t (*run)(void *arg, uint64_t packets), void *arg);

#endif /* PERF_INSTRUCTIONS_H */
