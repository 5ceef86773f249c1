/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef PERF_CRC_KERNEL_H
#define PERF_CRC_KERNEL_H

#include <stdint.h>

/*
 * Words that collide under CRC32C, whatever it begins with: a CRC of differences is the difference
 * of CRCs, so that those who have CRC 0 can be added to anything. Linear algebra finds them.
 */

#define CRC_KERNEL_WORDS 8
/** Bits of the words that may differ, at most. */
#define CRC_KERNEL_BITS 128

struct crc_kernel {
	unsigned int n_words;
	/** As many independent rows of words, all of them with CRC 0. */
	unsigned int n;
	uint64_t row[CRC_KERNEL_BITS][CRC_KERNEL_WORDS];
};

/** Find all differences within the bits of a mask, which are not more than CRC_KERNEL_BITS. */
void crc_kernel_find(struct crc_kernel *k, const uint64_t *mask, unsigned int n_words);

/** Add the i-th of 2^n differences to words; none two are alike. */
void crc_kernel_add(const struct crc_kernel *k, uint64_t i, uint64_t *words);

/** CRC32C of words, eight bytes at a time. */
uint32_t crc_of_words(uint32_t seed, const uint64_t *words, unsigned int n_words);

#endif /* PERF_CRC_KERNEL_H */
