/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_mbuf.h>

#include "steer_in_kernel.h"
#include "steer_kernel.h"
#include "steer_rx.h"

/*
 * What the XDP program has found stands in front of a packet. Where it is all that is to be found,
 * by the rules that are in force now, the packet is not judged again. All others are: those that
 * the program leaves to us, those of old rules, those of drivers without metadata.
 */

#define OURS (RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID | RTE_MBUF_F_RX_RSS_HASH)
#define NOT_WHOLE (STEER_KERNEL_REFINE | STEER_KERNEL_DROP | STEER_KERNEL_STAY)

/** Packets of a burst that have to be judged. */
struct rest {
	uint16_t n;
	uint8_t at[STEER_BURST_MAX];
	uint16_t queues[STEER_BURST_MAX];
	struct rte_mbuf *pkts[STEER_BURST_MAX];
};

static inline bool
take(struct rte_mbuf *m, uint32_t generation, uint16_t n_queues, struct steer_kernel_meta *meta)
{
	return rte_pktmbuf_headroom(m) >= sizeof(*meta) &&
	       steer_kernel_take(rte_pktmbuf_mtod(m, void *), generation, meta) &&
	       (meta->flags & NOT_WHOLE) == 0 && meta->queue < n_queues;
}

static inline void
apply(const struct steer_kernel_meta *meta, struct rte_mbuf *m)
{
	uint64_t flags = m->ol_flags & ~OURS;

	if (meta->flags & STEER_KERNEL_MARK) {
		m->hash.fdir.hi = meta->mark;
		flags |= RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
	}
	if (meta->flags & STEER_KERNEL_FLAG)
		flags |= RTE_MBUF_F_RX_FDIR;
	if (meta->flags & STEER_KERNEL_HASH) {
		m->hash.rss = meta->hash;
		flags |= RTE_MBUF_F_RX_RSS_HASH;
	}
	m->ol_flags = flags;
}

/** Rules may put other packets in the place of these. */
static void
judge(const struct steer_rxq *rxq, uint16_t source, struct rest *rest, struct rte_mbuf **pkts,
      uint16_t *queues, struct steer_burst_stats *stats)
{
	steer_engine_burst(rxq->engine, rxq->id, source, rest->pkts, rest->n, rest->queues, stats);
	for (uint16_t i = 0; i < rest->n; i++) {
		pkts[rest->at[i]] = rest->pkts[i];
		queues[rest->at[i]] = rest->queues[i];
	}
}

uint16_t
steer_in_kernel_burst(const struct steer_rxq *rxq, uint16_t source, uint32_t generation,
		      struct rte_mbuf **pkts, uint16_t n, uint16_t *queues,
		      struct steer_burst_stats *stats)
{
	const uint16_t n_queues = rxq->sources[source]->n_targets;
	struct steer_kernel_meta meta;
	struct rest rest = { .n = 0 };
	uint16_t hits = 0;

	for (uint16_t i = 0; i < n; i++) {
		if (take(pkts[i], generation, n_queues, &meta)) {
			apply(&meta, pkts[i]);
			steer_engine_types(rxq->engine, pkts[i]);
			queues[i] = meta.queue;
			hits = (uint16_t)(hits + ((meta.flags & STEER_KERNEL_MATCHED) != 0));
		} else {
			rest.pkts[rest.n] = pkts[i];
			rest.at[rest.n++] = (uint8_t)i;
		}
	}
	*stats = (struct steer_burst_stats){ .hits = 0 };
	if (rest.n > 0)
		judge(rxq, source, &rest, pkts, queues, stats);
	stats->hits = (uint16_t)(stats->hits + hits);
	return (uint16_t)(n - rest.n);
}
