/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Random numbers that are the same on every machine: splitmix64.
 */

#ifndef GEN_RANDOM_H
#define GEN_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_common.h>

struct gen_random {
	uint64_t state;
};

static inline uint64_t
gen_u64(struct gen_random *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/** 0 .. @p n - 1. */
static inline uint32_t
gen_below(struct gen_random *r, uint32_t n)
{
	return gen_u64(r) % n;
}

/** @p lo .. @p hi, both included. */
static inline uint32_t
gen_between(struct gen_random *r, uint32_t lo, uint32_t hi)
{
	return lo + gen_below(r, hi - lo + 1);
}

/** True in @p percent of 100 cases. */
static inline bool
gen_chance(struct gen_random *r, unsigned int percent)
{
	return gen_below(r, 100) < percent;
}

static inline void
gen_bytes(struct gen_random *r, void *bytes, size_t n)
{
	uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		p[i] = gen_u64(r);
}

/** One element of an array. */
#define gen_pick(r, array) ((array)[gen_below((r), RTE_DIM(array))])

#endif /* GEN_RANDOM_H */
