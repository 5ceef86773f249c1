/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Toeplitz hash by byte tables: for each input byte one look-up and one XOR.
 */

#ifndef STEER_TOEPLITZ_H
#define STEER_TOEPLITZ_H

#include <stdint.h>

/** Bytes of an RSS key, as most NICs have it. */
#define STEER_RSS_KEY_LEN 40
/** Usual input: two IPv6 addresses and two ports. */
#define STEER_TOEPLITZ_INPUT 36

/** What each value of one input byte adds to the hash. */
typedef uint32_t steer_toeplitz_row[256];

/**
 * Compute the rows of the first @p rows bytes of input.
 *
 * @param key  At least @p rows + 4 bytes.
 */
void steer_toeplitz_init(steer_toeplitz_row *t, unsigned int rows, const uint8_t *key);

/**
 * Hash bytes as they stand in the packet.
 *
 * @param pos  Position of the first byte in the whole input, so that a hash can be put together
 *             from pieces by XOR; there are at least pos + len rows.
 */
static inline uint32_t
steer_toeplitz(const steer_toeplitz_row *t, const uint8_t *in, unsigned int pos, unsigned int len)
{
	const steer_toeplitz_row *table = t + pos;
	uint32_t hash = 0;
	unsigned int i;

	/* By whole words: compilers do not unroll this by themselves at -O2 (a third slower). */
	for (i = 0; i + 4 <= len; i += 4)
		hash ^= table[i][in[i]] ^ table[i + 1][in[i + 1]] ^ table[i + 2][in[i + 2]] ^
			table[i + 3][in[i + 3]];
	for (; i < len; i++)
		hash ^= table[i][in[i]];
	return hash;
}

#endif /* STEER_TOEPLITZ_H */
