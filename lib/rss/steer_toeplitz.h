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
/** Longest input: two IPv6 addresses and two ports. */
#define STEER_TOEPLITZ_INPUT 36

struct steer_toeplitz {
	uint32_t table[STEER_TOEPLITZ_INPUT][256];
};

/** Compute the tables of a key of STEER_RSS_KEY_LEN bytes. */
void steer_toeplitz_init(struct steer_toeplitz *t, const uint8_t *key);

/**
 * Hash bytes as they stand in the packet.
 *
 * @param pos  Position of the first byte in the whole input, so that a hash can be put together
 *             from pieces by XOR; pos + len <= STEER_TOEPLITZ_INPUT.
 */
static inline uint32_t
steer_toeplitz(const struct steer_toeplitz *t, const uint8_t *in, unsigned int pos,
	       unsigned int len)
{
	const uint32_t(*table)[256] = &t->table[pos];
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
