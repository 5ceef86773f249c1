/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "steer_toeplitz.h"

/* The 32 bits of the key that begin at each of the 8 bits of byte pos. */
static void
toeplitz_windows(uint32_t window[8], const uint8_t *key, unsigned int pos)
{
	uint32_t word;

	memcpy(&word, key + pos, sizeof(word));
	word = rte_be_to_cpu_32(word);
	for (unsigned int bit = 0; bit < 8; bit++)
		window[bit] = word << bit | (uint32_t)key[pos + sizeof(word)] >> (8 - bit);
}

void
steer_toeplitz_init(steer_toeplitz_row *t, unsigned int rows, const uint8_t *key)
{
	uint32_t window[8];

	/* The window of the last input bit ends one bit before the key does. */
	RTE_BUILD_BUG_ON(STEER_TOEPLITZ_INPUT + sizeof(uint32_t) > STEER_RSS_KEY_LEN);

	for (unsigned int pos = 0; pos < rows; pos++) {
		uint32_t *table = t[pos];

		toeplitz_windows(window, key, pos);
		table[0] = 0;
		/* The hash is linear: a byte's entry is that of the byte without its lowest set
		 * bit, plus that bit's window. Bit 0 of the input is the byte's highest one.
		 */
		for (unsigned int byte = 1; byte < RTE_DIM(t[0]); byte++)
			table[byte] = table[byte & (byte - 1)] ^ window[7 - __builtin_ctz(byte)];
	}
}
