/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "steer_burst.h"
#include "steer_easy.h"
#include "steer_plain.h"

/** A packet that is not plain. @return whether it is malformed. */
static __rte_noinline bool
parse_other(const struct steer_batch *b, struct rte_mbuf *m, struct steer_key *key)
{
	const bool malformed = !steer_parse(m, b->depth, key);

	m->packet_type = steer_batch_ptype(b, m, key);
	return malformed;
}

/** A plain packet in a tunnel. @return false: it is something else. */
static bool
parse_tunnel(const struct steer_batch *b, const struct steer_plain *plain, struct rte_mbuf *m,
	     struct steer_key *key)
{
	if (!steer_plain_vxlan(plain, m, b->depth, key))
		return false;
	m->packet_type = steer_plain_vxlan_ptype(key->meta) & b->ptypes;
	return true;
}

/** An easy packet that may be a tunnel. @return whether it is malformed. */
static bool
parse_easy_tunnel(const struct steer_batch *b, const struct steer_easy *easy, struct rte_mbuf *m,
		  struct steer_key *key)
{
	const uint8_t *l3 = rte_pktmbuf_mtod(m, const uint8_t *) + RTE_ETHER_HDR_LEN;
	const struct steer_plain plain = {
		.around = easy->meta,
		.l3 = l3,
		.end = RTE_ETHER_HDR_LEN +
		       steer_load_be16(l3 + offsetof(struct rte_ipv4_hdr, total_length)),
	};

	return !parse_tunnel(b, &plain, m, key) && parse_other(b, m, key);
}

/** A packet that is not easy, but may be plain. @return whether it is malformed. */
static bool
parse_hard(const struct steer_batch *b, struct rte_mbuf *m, struct steer_key *key)
{
	struct steer_plain plain;

	steer_plain_look(m, b->depth, &plain);
	if (likely(plain.meta != 0)) {
		steer_plain_key(&plain, m, b->depth, key);
		m->packet_type = steer_plain_ptype(plain.meta) & b->ptypes;
		return false;
	}
	return (plain.around == 0 || !parse_tunnel(b, &plain, m, key)) && parse_other(b, m, key);
}

/**
 * A packet that is easy with IPv6: apart from others, which need more registers.
 *
 * @return false: it is not, or may be a tunnel.
 */
static __rte_noinline bool
parse_easy6(const struct steer_batch *b, const struct steer_cache *cache, struct rte_mbuf *m,
	    struct steer_key *key)
{
	const uint8_t *eth = rte_pktmbuf_mtod(m, const uint8_t *);
	const struct steer_easy *easy = steer_easy6_look(m, eth);

	if (easy == NULL ||
	    ((b->depth & STEER_DEPTH_TUNNEL) && steer_easy_is_tunnel(eth + STEER_EASY6_L4)))
		return false;
	if (cache != NULL && cache->easy)
		steer_cache_clear(cache, key, 1);
	key->meta = easy->meta ^ STEER_EASY6_META;
	steer_easy6_fill(easy, eth, b->depth, &key->outer);
	m->packet_type = (easy->ptype ^ STEER_EASY6_PTYPE) & b->ptypes;
	return true;
}

/**
 * A packet that is not easy, or may be a tunnel.
 *
 * @param easy  If it may be a tunnel, what is around that.
 * @return      Whether it is malformed.
 */
static __rte_noinline bool
parse_rest(const struct steer_batch *b, const struct steer_cache *cache,
	   const struct steer_easy *easy, struct rte_mbuf *m, struct steer_key *key)
{
	if (cache != NULL && cache->easy)
		steer_cache_clear(cache, key, 1);
	if (unlikely(!b->plain))
		return parse_other(b, m, key);
	return easy != NULL ? parse_easy_tunnel(b, easy, m, key) : parse_hard(b, m, key);
}

static inline void
clear_flags(struct rte_mbuf *m)
{
	m->ol_flags &= ~STEER_BATCH_FLAGS;
}

uint16_t
steer_batch_parse(const struct steer_batch *b, const struct steer_cache *cache,
		  struct rte_mbuf **pkts, uint16_t n, struct steer_key *keys)
{
	/* Copies: what is written meanwhile might be them, as far as the compiler knows. */
	const uint32_t depth = b->depth, ptypes = b->ptypes;
	const bool plain = b->plain, tunnels = (depth & STEER_DEPTH_TUNNEL) != 0;
	uint16_t malformed = 0;

	steer_batch_prefetch(pkts, n);
	if (cache != NULL && unlikely(!cache->easy))
		steer_cache_clear(cache, keys, n);
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];
		const uint8_t *eth = rte_pktmbuf_mtod(m, const uint8_t *);
		const struct steer_easy *easy = steer_easy_look(m, eth);
		struct steer_key *key = &keys[i];

		clear_flags(m);
		if (likely(easy != NULL) && likely(plain) &&
		    likely(!tunnels || !steer_easy_is_tunnel(eth + STEER_EASY_L4))) {
			key->meta = easy->meta;
			steer_easy_fill(easy, eth, depth, &key->outer);
			m->packet_type = easy->ptype & ptypes;
			continue;
		}
		if (easy == NULL && plain && parse_easy6(b, cache, m, key))
			continue;
		malformed += parse_rest(b, cache, easy, m, key);
	}
	return malformed;
}
