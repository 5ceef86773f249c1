/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Numbers that look random and are the same in every run.
 */

#ifndef PERF_RANDOM_H
#define PERF_RANDOM_H

#include <stdint.h>

/** A permutation of all 64-bit numbers (splitmix64's). */
static inline uint64_t
perf_mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static inline uint64_t
perf_random(uint64_t *state)
{
	return perf_mix((*state)++);
}

/** One of 0 .. n - 1. */
static inline uint32_t
perf_random_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)((perf_random(state) >> 32) * n >> 32);
}

#endif /* PERF_RANDOM_H */
