/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * RSS of plain packets (steer_plain.h), a burst at a time and without a key: in such a packet
 * addresses and ports stand one behind the other, as they enter the hash.
 */

#ifndef STEER_RSS_PLAIN_H
#define STEER_RSS_PLAIN_H

#include <stdint.h>

#include "steer_plain.h"
#include "steer_rss.h"

/** Most packets at a time. */
#define STEER_RSS_BURST 32

/** What enters of each packet; room for one more than there are. */
struct steer_rss_inputs {
	const uint8_t *in[STEER_RSS_BURST + 1];
	uint8_t len[STEER_RSS_BURST + 1];
	/** At least that of the longest one. */
	unsigned int longest;
};

/**
 * Take the i-th packet.
 *
 * @param rss  With steer_rss_has_plain().
 * @param p    If it is not plain, it will have hash 0.
 */
static __rte_always_inline void
steer_rss_inputs_set(struct steer_rss_inputs *inputs, unsigned int i, const struct steer_rss *rss,
		     const struct steer_plain *p)
{
	inputs->in[i] = p->addrs;
	inputs->len[i] = rss->plain[steer_meta_l3(p->meta)];
	inputs->longest |= inputs->len[i];
}

/**
 * Hashes of packets, as steer_rss_hash() has them of their keys. Thread-safe.
 *
 * @param inputs  Of @p n packets; its own memory is written behind them.
 * @param hash    Room for n + 1.
 */
void steer_rss_inputs_hash(const struct steer_rss *rss, struct steer_rss_inputs *inputs,
			   unsigned int n, uint32_t *hash);

/** Bytes for each tuple; addresses and ports are fewer. */
#define STEER_RSS_TUPLE 16

/** What enters of easy packets (steer_easy.h): addresses and ports, and whatever is behind them. */
struct steer_rss_tuples {
	uint8_t tuple[STEER_RSS_BURST][STEER_RSS_TUPLE] __rte_aligned(32);
};

/**
 * As steer_rss_inputs_hash(), of easy packets.
 *
 * @param n     At most STEER_RSS_BURST.
 * @param hash  Room for n + 1.
 */
void steer_rss_tuples_hash(const struct steer_rss *rss, const struct steer_rss_tuples *tuples,
			   unsigned int n, uint32_t *hash);

#endif /* STEER_RSS_PLAIN_H */
