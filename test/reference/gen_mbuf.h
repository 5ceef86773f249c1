/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Packets as mbufs, in all shapes that an mbuf can have: any headroom, any number of segments
 * split anywhere, indirect ones, and ones whose memory ends where the packet ends, so that the
 * address sanitizer sees a read behind it.
 */

#ifndef GEN_MBUF_H
#define GEN_MBUF_H

#include "gen_random.h"

struct gen_packet;
struct rte_mbuf;
struct rte_mempool;

/** Aborts if the pool is empty. */
struct rte_mbuf *gen_mbuf(struct gen_random *r, struct rte_mempool *pool,
			  const struct gen_packet *p);

#endif /* GEN_MBUF_H */
