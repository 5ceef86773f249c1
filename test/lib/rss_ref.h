/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _RSS_REF_H_
#define _RSS_REF_H_

#include <stdbool.h>
#include <stdint.h>

#include "steer_rss.h"

/*
 * What RSS has to give, written down once more in the plainest way: from a description of the
 * packet, bit by bit, without a table. It judges lib/rss.
 */

/* One stack of headers. */
struct rss_headers {
	enum steer_l3 l3;
	enum steer_l4 l4;
	bool frag;
	bool nonfirst; /* A fragment without L4 header. */
	/* IPv4: the first 4 bytes. */
	uint8_t src[16];
	uint8_t dst[16];
	uint16_t sport;
	uint16_t dport;
};

struct rss_packet {
	struct rss_headers outer;
	struct rss_headers inner; /* No tunnel: l3 and l4 NONE. */
};

/* A packet of any kind; most are IP, half have a tunnel. */
void rss_packet_random(struct rss_packet *p);

/* Source and destination of both stacks the other way round. */
void rss_packet_swap(struct rss_packet *p);

/* The key as the parser makes it; slots of absent layers hold random bytes. */
void rss_packet_key(const struct rss_packet *p, struct steer_key *key);

/* The hash. */
uint32_t rss_ref_hash(const struct steer_rss_conf *conf, const struct rss_packet *p);

/* Toeplitz hash of bytes, with a key of at least len + 4 bytes. */
uint32_t rss_ref_toeplitz(const uint8_t *key, const uint8_t *in, unsigned int len);

void rss_random_bytes(void *buf, unsigned int len);

#endif /* _RSS_REF_H_ */
