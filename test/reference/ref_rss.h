/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Reference RSS: packet -> hash -> queue, bit by bit.
 *
 * What is hashed stands in lib/rss/steer_rss.h and steer_rss_plan.h. Beyond it:
 *  - L3_SRC_ONLY and L3_DST_ONLY choose among the addresses, L4_* among the ports; restricting one
 *    pair leaves the other as it is. Both of a pair together restrict nothing.
 *  - SIMPLE_XOR: a port that is hashed without the other stays in its half of the word (source
 *    above, destination below).
 *  - SIMPLE_XOR of more: each field begins a word of its own, and the last one is filled with
 *    zeros; so does each MAC address.
 *  - Level 2 is the inner stack where IP is inside; with anything else inside, or nothing, it is
 *    the outer one.
 */

#ifndef REF_RSS_H
#define REF_RSS_H

#include <stdint.h>

#include <rte_ethdev.h>
#include <rte_flow.h>

struct ref_packet;

#define REF_RSS_KEY_LEN 40
#define REF_RSS_KEY_MAX 80
#define REF_RETA_MAX 1024

/** Symmetric Toeplitz that sorts: its number, also where DPDK has no name for it yet. */
#define REF_RSS_SORT ((enum rte_eth_hash_function)4)

struct ref_rss {
	enum rte_eth_hash_function func;
	uint32_t level;
	uint64_t types;
	/** Repeated without end. */
	uint8_t key[REF_RSS_KEY_MAX];
	unsigned int key_len;
	uint16_t reta[REF_RETA_MAX];
	uint32_t reta_size;
};

/** The key of a port that was given none. */
extern const uint8_t ref_rss_default_key[REF_RSS_KEY_LEN];

/** RETA of a queue list: 128 entries, or the power of two that holds a longer list. */
void ref_rss_spread(struct ref_rss *rss, const uint16_t *queues, unsigned int n);

/** Toeplitz hash of @p len bytes, by the key of a port that was given none. */
uint32_t ref_toeplitz(const uint8_t *in, unsigned int len);

void ref_rss_set_key(struct ref_rss *rss, const uint8_t *key, unsigned int len);

uint32_t ref_rss_hash(const struct ref_rss *rss, const struct ref_packet *p);

/** Queue for a hash. */
uint16_t ref_rss_queue(const struct ref_rss *rss, uint32_t hash);

#endif /* REF_RSS_H */
