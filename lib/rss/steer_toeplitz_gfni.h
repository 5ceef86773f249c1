/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Toeplitz hash by matrices: GFNI multiplies eight bytes by one 8 x 8 matrix of bits each, and a
 * byte of the hash is the sum of as many products as the input has bytes.
 *
 * As steer_toeplitz(), which is its twin, and stands in where the CPU does not have GFNI and
 * AVX512-VBMI; steer_simd.h tells which one is taken. Vectors of more than 256 bits would not be
 * worth another limit: a tuple of IPv4 does not fill them.
 */

#ifndef STEER_TOEPLITZ_GFNI_H
#define STEER_TOEPLITZ_GFNI_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>

#include "steer_toeplitz.h"

/** One matrix for each byte of the key that bits of the hash begin in; four make a vector. */
#define STEER_TOEPLITZ_VECTORS ((STEER_TOEPLITZ_INPUT + 3 + 3) / 4)
/** Up to so many bytes two inputs are hashed at a time, by so many vectors. */
#define STEER_TOEPLITZ_SHORT 12
#define STEER_TOEPLITZ_SHORT_VECTORS ((STEER_TOEPLITZ_SHORT + 3 + 3) / 4)

/** A byte of a short input that is always zero, in the place of none. */
#define STEER_TOEPLITZ_NOTHING 15

/** Which byte of the input each byte of a vector is made from, and whether of any. */
struct steer_toeplitz_from {
	uint8_t from[32] __rte_aligned(32);
	uint32_t valid;
};

struct steer_toeplitz_gfni {
	uint64_t matrix[4 * STEER_TOEPLITZ_VECTORS];
	/** Of two short inputs, the second one from byte 16 on: each lane has 4 bytes of both. */
	uint8_t pair[STEER_TOEPLITZ_SHORT_VECTORS][32] __rte_aligned(32);
	struct steer_toeplitz_from one[STEER_TOEPLITZ_VECTORS];
} __rte_cache_aligned;

/** Can the CPU do it? */
bool steer_toeplitz_gfni_has(void);

/** @param key  Of at least STEER_RSS_KEY_LEN bytes. */
void steer_toeplitz_gfni_init(struct steer_toeplitz_gfni *g, const uint8_t *key);

/**
 * Hash inputs, each beginning with the hash's first byte.
 *
 * @param in    n + 1 of them; the last one is of length 0.
 * @param len   Bytes of each, at most STEER_TOEPLITZ_INPUT; no more are read. n + 1.
 * @param max   The longest one.
 * @param hash  Room for n + 1.
 */
void steer_toeplitz_gfni(const struct steer_toeplitz_gfni *g, const uint8_t *const *in,
			 const uint8_t *len, unsigned int max, unsigned int n, uint32_t *hash);

/**
 * The same of short inputs of one length.
 *
 * @param in   One in 16 bytes each, aligned to 32; of an odd number there is one more, any.
 * @param len  At most STEER_TOEPLITZ_SHORT.
 */
void steer_toeplitz_gfni_tuples(const struct steer_toeplitz_gfni *g, const uint8_t *in,
				unsigned int len, unsigned int n, uint32_t *hash);

#endif /* STEER_TOEPLITZ_GFNI_H */
