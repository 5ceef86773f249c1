/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A packet's walk without net_steer: lower RX, its 5-tuple, one of four rings, out again. The floor
 * and the alternatives have it in common, and differ in how they find the ring.
 *
 * Frozen, as the floor is: see floor.h.
 */

#ifndef PERF_WALK_H
#define PERF_WALK_H

#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>
#include <rte_ring.h>

#define PERF_WALK_BURST 32
#define PERF_WALK_RINGS 4
/** Bytes of a tuple: two addresses and two ports. */
#define PERF_WALK_TUPLE 12
/** The protocol is so many bytes in front of the tuple. */
#define PERF_WALK_PROTO 3

struct perf_walk {
	uint16_t port;
	uint16_t queue;
	struct rte_ring *rings[PERF_WALK_RINGS];
	uint16_t n_staged[PERF_WALK_RINGS];
	struct rte_mbuf *staged[PERF_WALK_RINGS][PERF_WALK_BURST];
};

/** @return 0; -ENOMEM: to be freed all the same. */
int perf_walk_init(struct perf_walk *w, uint16_t port, uint16_t queue);
void perf_walk_free(struct perf_walk *w);

/** The tuple of packets without one; PERF_WALK_PROTO bytes in front of it can be read, too. */
extern const uint8_t *const perf_walk_none;

/** Protocols that begin with two ports: not one branch each, which a mixture would mispredict. */
#define PERF_WALK_PORTS (UINT32_C(1) << IPPROTO_TCP | UINT32_C(1) << IPPROTO_UDP)

/** Addresses and ports of the packet, which follow each other; NULL: no such packet. */
static inline const uint8_t *
perf_walk_parse(const struct rte_mbuf *m)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	const struct rte_ipv4_hdr *ip = (const void *)(data + RTE_ETHER_HDR_LEN);

	if (unlikely(rte_pktmbuf_data_len(m) < RTE_ETHER_HDR_LEN + sizeof(*ip) + 4 ||
		     ((const struct rte_ether_hdr *)data)->ether_type !=
			     RTE_BE16(RTE_ETHER_TYPE_IPV4) ||
		     ip->version_ihl != RTE_IPV4_VHL_DEF ||
		     (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_MF_FLAG |
						     RTE_IPV4_HDR_OFFSET_MASK)) != 0 ||
		     ip->next_proto_id > 31 || (PERF_WALK_PORTS >> ip->next_proto_id & 1) == 0))
		return NULL;
	return (const uint8_t *)&ip->src_addr;
}

/** A burst comes in. @param tuples  Of each packet. @return how many. */
static inline unsigned int
perf_walk_rx(const struct perf_walk *w, struct rte_mbuf **pkts, const uint8_t **tuples)
{
	const unsigned int n = rte_eth_rx_burst(w->port, w->queue, pkts, PERF_WALK_BURST);

	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkts[i], void *));
	for (unsigned int i = 0; i < n; i++) {
		tuples[i] = perf_walk_parse(pkts[i]);
		if (unlikely(tuples[i] == NULL))
			tuples[i] = perf_walk_none;
	}
	return n;
}

/** A packet is for this ring. */
static inline void
perf_walk_stage(struct perf_walk *w, unsigned int ring, struct rte_mbuf *m)
{
	w->staged[ring][w->n_staged[ring]++] = m;
}

/** What is staged goes into the rings. */
static inline void
perf_walk_scatter(struct perf_walk *w)
{
	for (unsigned int r = 0; r < PERF_WALK_RINGS; r++) {
		rte_ring_sp_enqueue_burst(w->rings[r], (void **)w->staged[r], w->n_staged[r], NULL);
		w->n_staged[r] = 0;
	}
}

/** All that is in the rings goes out. @return how many. */
static inline unsigned int
perf_walk_out(struct perf_walk *w)
{
	struct rte_mbuf *pkts[PERF_WALK_BURST];
	unsigned int out = 0;

	for (unsigned int r = 0; r < PERF_WALK_RINGS; r++)
		out += rte_ring_sc_dequeue_burst(w->rings[r], (void **)pkts, PERF_WALK_BURST, NULL);
	return out;
}

#endif /* PERF_WALK_H */
