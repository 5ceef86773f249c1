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

/**
 * Packets that are run through without being counted: what is done once is done then, and all of
 * 8,192 flows have been seen. Of rules, not as many as tables grow at: that takes millions of
 * steps.
 */
#define PERF_INSTRUCTIONS_BEFORE 100000u

/**
 * Instructions that each packet costs, on the whole way. A repeated string instruction counts as
 * often as it repeats.
 * @param run      Moves so many packets, or a few more; returns how many.
 * @param packets  That many are counted. Each step is a signal, which some systems take long to
 *                 deliver. What is in rings at the beginning and at the end differs: with more
 *                 packets that matters less.
 * @return         negative: not known how to on this CPU.
 */
double perf_instructions(uint64_t (*run)(void *arg, uint64_t packets), void *arg,
			 uint64_t packets);

#endif /* PERF_INSTRUCTIONS_H */
