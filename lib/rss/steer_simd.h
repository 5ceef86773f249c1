/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Which of several ways of computing the same is taken: all have a twin in plain C, which the
 * compiler is free to vectorize within what every CPU of the architecture has.
 */

#ifndef STEER_SIMD_H
#define STEER_SIMD_H

#include <stdbool.h>

enum steer_simd {
	/** The fastest that the CPU has and EAL allows (--force-max-simd-bitwidth). */
	STEER_SIMD_AUTO,
	/** Plain C. */
	STEER_SIMD_OFF,
	/** steer_toeplitz_gfni.h, whatever EAL allows. */
	STEER_SIMD_GFNI,
};

/** Can this CPU do what is asked for? */
bool steer_simd_has(enum steer_simd asked);

/**
 * What is taken for what is asked for, which the CPU has.
 *
 * @return  STEER_SIMD_OFF or STEER_SIMD_GFNI. Thread-safe.
 */
enum steer_simd steer_simd_choose(enum steer_simd asked);

#endif /* STEER_SIMD_H */
