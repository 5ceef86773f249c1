/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Source and destination as they enter a hash, for the files of RSS alone.
 */

#ifndef STEER_RSS_PAIR_H
#define STEER_RSS_PAIR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ethdev.h>

#include "steer_compat.h"

/** Which of a pair. */
#define STEER_RSS_SRC (1u << 0)
#define STEER_RSS_DST (1u << 1)
#define STEER_RSS_BOTH (STEER_RSS_SRC | STEER_RSS_DST)

/** What a hash function does with a pair that enters whole. */
enum steer_rss_order {
	STEER_RSS_AS_IS,
	STEER_RSS_XORED, /**< Both are replaced by their XOR. */
	STEER_RSS_SORTED, /**< The lower one, as a number, comes first. */
};

static inline enum steer_rss_order
steer_rss_order(enum rte_eth_hash_function func)
{
	if (func == RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ)
		return STEER_RSS_XORED;
	return func == STEER_HASH_FUNCTION_SORT ? STEER_RSS_SORTED : STEER_RSS_AS_IS;
}

/** Append those of a pair that are in; @return the bytes appended. */
static __rte_always_inline unsigned int
steer_rss_append(uint8_t *in, const uint8_t *src, const uint8_t *dst, unsigned int len,
		 unsigned int which, enum steer_rss_order order)
{
	const bool whole = which == STEER_RSS_BOTH;
	unsigned int n = 0;

	if (whole && order == STEER_RSS_XORED) {
		for (unsigned int i = 0; i < len; i++)
			in[i] = in[len + i] = src[i] ^ dst[i];
		return 2 * len;
	}
	if (whole && order == STEER_RSS_SORTED && memcmp(src, dst, len) > 0)
		RTE_SWAP(src, dst);
	if (which & STEER_RSS_SRC) {
		memcpy(in, src, len);
		n = len;
	}
	if (which & STEER_RSS_DST) {
		memcpy(in + n, dst, len);
		n += len;
	}
	return n;
}

/** XOR of 32-bit words as they stand in the packet; what is missing of the last one is zero. */
static __rte_always_inline rte_be32_t
steer_rss_xor_words(const uint8_t *bytes, unsigned int len)
{
	rte_be32_t hash = 0, word;
	unsigned int i;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		hash ^= word;
	}
	if (i == len)
		return hash;
	word = 0;
	memcpy(&word, bytes + i, len - i);
	return hash ^ word;
}

#endif /* STEER_RSS_PAIR_H */
