/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A hash of words whose collisions nobody can compute who does not know its secret.
 *
 * A CRC is linear: the difference of two CRCs depends on the difference of the words alone, so that
 * values that collide are found with pencil and paper, whatever the seed. Here each pair of words
 * is one multiplication of 64 by 64 bits, after numbers at random have been added to both (NH, of
 * UMAC): for two different rows of words, no more than one in 2^64 secrets makes the sums of the
 * products equal, whoever has chosen the words. What the sum is folded to is multiplied by one more
 * random, odd number. The upper a bit of this product, the more it depends on: the uppermost byte
 * comes to be the lowest one, which buckets are told by.
 *
 * A factor that is 0 would lose the word it is multiplied by. It takes a word that is the negative
 * of its secret, which is as hard to hit as 64 bits are to guess; and products are added up, so
 * that no other words would be lost with it. In a chain, where each product is a factor of the next
 * one, everything before would be.
 *
 * Who can measure how long single packets take learns of collisions by and by, and of nothing else.
 */

#ifndef STEER_SECRET_H
#define STEER_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "steer_key.h"
#include "steer_match.h"

/** Of each table, cache and filter its own: who meets in one is not together in another. */
struct steer_secret {
	/** Odd. */
	uint64_t last;
	/** One more than there can be words: a word without a second one has it all the same. */
	uint64_t word[STEER_KEY_WORDS + 1];
};

/** Draw one, from the system's random numbers. Thread-safe; it never fails. */
void steer_secret_draw(struct steer_secret *secret);

/**
 * Hash of words, the lowest bits being the best ones. Where @p n, @p which and @p mask are known
 * when compiled, there is no loop and no question left of it. Only hashes of equally many words
 * are compared.
 *
 * @param which  Indices of the words; NULL: 0 .. n - 1.
 * @param mask   Of each word, what counts; NULL: all of it.
 */
static __rte_always_inline uint32_t
steer_secret_hash(const struct steer_secret *secret, unsigned int n, const uint64_t *words,
		  const uint8_t *which, const uint64_t *mask)
{
	steer_u128 sum = 0;
	unsigned int i;

#define STEER_WORD(i) \
	(words[which != NULL ? which[i] : (i)] & (mask != NULL ? mask[i] : UINT64_MAX))
	for (i = 0; i + 1 < n; i += 2)
		sum += (steer_u128)(STEER_WORD(i) + secret->word[i]) *
		       (STEER_WORD(i + 1) + secret->word[i + 1]);
	if (i < n)
		sum += (steer_u128)(STEER_WORD(i) + secret->word[i]) * secret->word[i + 1];
#undef STEER_WORD
	return (uint32_t)rte_bswap64(((uint64_t)sum ^ (uint64_t)(sum >> 64)) * secret->last);
}

#endif /* STEER_SECRET_H */
