/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_hash_crc.h>

#include "crc_kernel.h"

uint32_t
crc_of_words(uint32_t seed, const uint64_t *words, unsigned int n_words)
{
	for (unsigned int i = 0; i < n_words; i++)
		seed = rte_hash_crc_8byte(words[i], seed);
	return seed;
}

/** Words, and what their CRC is. */
struct line {
	uint32_t crc;
	uint64_t words[CRC_KERNEL_WORDS];
};

static void
add_line(struct line *to, const struct line *line)
{
	to->crc ^= line->crc;
	for (unsigned int i = 0; i < CRC_KERNEL_WORDS; i++)
		to->words[i] ^= line->words[i];
}

/** Have a line lose all bits of its CRC that others have as their highest one. */
static void
reduce(struct line *line, const struct line *by_bit)
{
	for (unsigned int bit = 32; bit-- > 0;)
		if (line->crc >> bit & 1 && by_bit[bit].crc != 0)
			add_line(line, &by_bit[bit]);
}

void
crc_kernel_find(struct crc_kernel *k, const uint64_t *mask, unsigned int n_words)
{
	struct line by_bit[32];

	memset(k, 0, sizeof(*k));
	memset(by_bit, 0, sizeof(by_bit));
	k->n_words = n_words;
	for (unsigned int b = 0; b < n_words * 64; b++) {
		struct line line = { .crc = 0 };

		if ((mask[b / 64] >> b % 64 & 1) == 0)
			continue;
		line.words[b / 64] = UINT64_C(1) << b % 64;
		line.crc = crc_of_words(0, line.words, n_words);
		reduce(&line, by_bit);
		if (line.crc != 0)
			by_bit[31 - __builtin_clz(line.crc)] = line;
		else
			memcpy(k->row[k->n++], line.words, sizeof(line.words));
	}
}

void
crc_kernel_add(const struct crc_kernel *k, uint64_t i, uint64_t *words)
{
	for (unsigned int r = 0; r < k->n && r < 64; r++)
		for (unsigned int w = 0; i >> r & 1 && w < k->n_words; w++)
			words[w] ^= k->row[r][w];
}
