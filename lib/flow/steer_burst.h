/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A burst's way through the engine, in batches: steer_burst.c (what rules say), steer_burst_parse.c
 * (keys of packets), steer_burst_default.c (packets that no rule has a say in).
 */

#ifndef STEER_BURST_H
#define STEER_BURST_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "steer_engine_private.h"
#include "steer_parse.h"
#include "steer_ptype.h"

/* Keys of a batch stay in L1 between parsing, classifying and spreading. */
#define STEER_BATCH 32

/** What an mbuf may tell that is ours to tell. */
#define STEER_BATCH_FLAGS (RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID | RTE_MBUF_F_RX_RSS_HASH)

/** What readers saw when the batch began. */
struct steer_batch {
	struct steer_engine *e;
	/** Where copies go; NULL: no rule makes any. */
	struct steer_copies *copies;
	const struct steer_view *view;
	struct steer_cache *cache;
	uint64_t version;
	const struct steer_rss *port_rss;
	uint32_t depth;
	uint32_t ptypes;
	unsigned int shard;
	/** Time, for AGE; 0 where no rule has it. */
	uint64_t now;
	bool isolated;
	bool want_hash;
	/** Registers are kept. */
	bool regs;
	/** Plain packets are told from others. */
	bool plain;
};

static inline void
steer_batch_prefetch(struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkts[i], void *));
}

/** The lower port's types follow other rules than ours: they are replaced, be it by none. */
static inline uint32_t
steer_batch_ptype(const struct steer_batch *b, const struct rte_mbuf *m,
		  const struct steer_key *key)
{
	return b->ptypes != 0 ? steer_ptype(m, key) & b->ptypes : RTE_PTYPE_UNKNOWN;
}

/** What came after the burst began may need more than was parsed. */
static inline void
steer_batch_deepen(const struct steer_batch *b, uint32_t depth, const struct rte_mbuf *m,
		   struct steer_key *key)
{
	if (unlikely((depth & ~b->depth) != 0))
		steer_parse(m, STEER_DEPTH_ALL | b->depth | depth, key);
}

static inline uint16_t
steer_batch_spread(const struct steer_batch *b, const struct steer_rss *rss, struct rte_mbuf *m,
		   struct steer_key *key)
{
	uint32_t hash;

	if (rss == NULL)
		return 0;
	steer_batch_deepen(b, steer_rss_depth(rss), m, key);
	hash = steer_rss_hash(rss, key);
	if (hash != 0) {
		m->hash.rss = hash;
		m->ol_flags |= RTE_MBUF_F_RX_RSS_HASH;
	}
	return steer_rss_queue(rss, hash);
}

/** Where a rule sends a packet, whose search it ends. */
static inline uint16_t
steer_batch_rule_queue(const struct steer_batch *b, const struct steer_rule *rule,
		       struct rte_mbuf *m, struct steer_key *key)
{
	switch (rule->flags & STEER_RULE_FATE) {
	case STEER_FATE_QUEUE:
		if (b->want_hash)
			steer_batch_spread(b, b->port_rss, m, key);
		return rule->target;
	case STEER_FATE_KERNEL:
		/* It was on its way when the rule came: there is no way back. */
	case STEER_FATE_DROP:
		return STEER_DROP_RULE;
	case STEER_FATE_RSS:
		if (rule->target != STEER_CONTEXT_PORT)
			return steer_batch_spread(b,
				      steer_rss_at(__atomic_load_n(
							   &b->e->contexts.rss[rule->target],
							   __ATOMIC_ACQUIRE),
						   b->version),
				      m, key);
		/* fallthrough */
	default:
		return steer_batch_spread(b, b->port_rss, m, key);
	}
}

/* steer_burst_parse.c */

/**
 * Keys of packets; what their mbufs tell of them from the lower port is replaced.
 *
 * @param cache  That will be asked for them; NULL: none.
 * @return       How many are malformed.
 */
uint16_t steer_batch_parse(const struct steer_batch *b, const struct steer_cache *cache,
			   struct rte_mbuf **pkts, uint16_t n, struct steer_key *keys);

/* steer_burst_default.c */

/** All that is to be done with packets that nothing but the port's RSS has a say in. */
void steer_batch_default(const struct steer_batch *b, struct rte_mbuf **pkts, uint16_t n,
			 uint16_t *queues, struct steer_burst_stats *stats);

#endif /* STEER_BURST_H */
