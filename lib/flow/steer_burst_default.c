/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "steer_burst.h"
#include "steer_easy.h"
#include "steer_plain.h"
#include "steer_rss_plain.h"

static_assert(STEER_BATCH <= STEER_RSS_BURST, "hashed at once");

static inline void
set_hash(struct rte_mbuf *m, uint32_t hash)
{
	uint64_t flags = m->ol_flags & ~STEER_BATCH_FLAGS;

	if (likely(hash != 0)) {
		m->hash.rss = hash;
		flags |= RTE_MBUF_F_RX_RSS_HASH;
	}
	m->ol_flags = flags;
}

/** A packet that is not plain. */
static __rte_noinline uint16_t
default_other(const struct steer_batch *b, struct rte_mbuf *m, struct steer_burst_stats *stats)
{
	struct steer_key key;

	stats->malformed += !steer_parse(m, b->depth, &key);
	m->packet_type = steer_batch_ptype(b, m, &key);
	m->ol_flags &= ~STEER_BATCH_FLAGS;
	return steer_batch_spread(b, b->port_rss, m, &key);
}

/** Packets that are not easy: @p which. */
static __rte_noinline void
default_hard(const struct steer_batch *b, struct rte_mbuf **pkts, const uint8_t *which,
	     unsigned int n, uint16_t *queues, struct steer_burst_stats *stats)
{
	struct steer_rss_inputs inputs;
	uint32_t hash[STEER_BATCH + 1], meta[STEER_BATCH];
	struct steer_plain plain;

	inputs.longest = 0;
	for (unsigned int i = 0; i < n; i++) {
		steer_plain_look(pkts[which[i]], b->depth, &plain);
		steer_rss_inputs_set(&inputs, i, b->port_rss, &plain);
		meta[i] = plain.meta;
	}
	steer_rss_inputs_hash(b->port_rss, &inputs, n, hash);
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[which[i]];

		if (unlikely(meta[i] == 0)) {
			queues[which[i]] = default_other(b, m, stats);
			continue;
		}
		m->packet_type = steer_plain_ptype(meta[i]) & b->ptypes;
		set_hash(m, hash[i]);
		queues[which[i]] = steer_rss_queue(b->port_rss, hash[i]);
	}
}

/** What run_batch() comes to for such packets. */
void
steer_batch_default(const struct steer_batch *b, struct rte_mbuf **pkts, uint16_t n,
		    uint16_t *queues, struct steer_burst_stats *stats)
{
	const bool tunnels = (b->depth & STEER_DEPTH_TUNNEL) != 0;
	const struct steer_rss *rss = b->port_rss;
	const uint32_t ptypes = b->ptypes;
	struct steer_rss_tuples tuples;
	uint32_t hash[STEER_BATCH + 1];
	uint8_t hard[STEER_BATCH];
	unsigned int n_hard = 0;

	steer_batch_prefetch(pkts, n);
	/* Not memcpy(), which is a call for each packet where it is fortified. */
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];
		const uint8_t *eth = rte_pktmbuf_mtod(m, const uint8_t *);
		const struct steer_easy *easy = steer_easy_look(m, eth);

		if (unlikely(easy == NULL) ||
		    unlikely(tunnels && steer_easy_is_tunnel(eth + STEER_EASY_L4))) {
			hard[n_hard++] = (uint8_t)i;
			/* Its hash is 0. */
			__builtin_memset(tuples.tuple[i], 0, STEER_RSS_TUPLE);
			continue;
		}
		__builtin_memcpy(tuples.tuple[i], eth + STEER_EASY_TUPLE, STEER_RSS_TUPLE);
		m->packet_type = easy->ptype & ptypes;
	}
	if (likely(n_hard < n)) {
		steer_rss_tuples_hash(rss, &tuples, n, hash);
		for (uint16_t i = 0; i < n; i++) {
			set_hash(pkts[i], hash[i]);
			queues[i] = steer_rss_queue(rss, hash[i]);
		}
	}
	if (unlikely(n_hard > 0))
		default_hard(b, pkts, hard, n_hard, queues, stats);
}
