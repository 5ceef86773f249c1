/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A packet that is sent many times: its bytes and its segments are made once, its mbufs for each
 * time.
 */

#ifndef HOSTILE_MOLD_H
#define HOSTILE_MOLD_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "gen_random.h"
#include "hostile_packet.h"

/** Bits of packet_type that have no meaning: only what is left of before has them. */
#define HOSTILE_STALE_TYPE 0xf0000000u

struct hostile_segment {
	struct rte_mbuf_ext_shared_info shared;
	uint8_t *data; /**< As large as the segment. NULL: in mbufs. */
	uint32_t at;
	uint16_t len;
	/** Has been given back by all mbufs. */
	bool released;
	/** Another reference to the bytes, or NULL. */
	struct rte_mbuf *held;
};

struct hostile_mold {
	const char *kind;
	uint8_t *data;
	uint32_t len;
	/** Those of each mbuf, with what a lower port has left there. */
	uint64_t ol_flags;
	uint16_t vlan_tci;
	uint16_t vlan_tci_outer;
	enum hostile_memory memory;
	struct hostile_segment *segments;
	unsigned int n_segments;
};

/** Room in each mbuf for its mold. Once. @return 0; -1. */
int hostile_mold_register(void);

/** A pool of them; all that mbufs are made of here. NULL: no memory. */
struct rte_mempool *hostile_pool(unsigned int n);
void hostile_pool_free(struct rte_mempool *pool);

void hostile_mold_init(struct hostile_mold *mold, const struct hostile_packet *p,
		       struct gen_random *r);
void hostile_mold_free(struct hostile_mold *mold);

/**
 * Make the packet; one at a time. What it does not say of itself is arbitrary.
 *
 * @param fence  All memory around the bytes must not be touched; false: room that the mbuf has in
 *               front and behind may be used.
 * @return       NULL if the pool has no more.
 */
struct rte_mbuf *hostile_mold_cast(struct hostile_mold *mold, struct rte_mempool *pool,
				   struct gen_random *r, bool fence);

/**
 * All mbufs of it are gone.
 *
 * @return NULL; what is wrong: memory that was not the packet's own has changed, or is still held.
 */
const char *hostile_mold_end(struct hostile_mold *mold);

/** Of a packet, or of one made after it. */
struct hostile_mold *hostile_mold_of(const struct rte_mbuf *m);

#endif /* HOSTILE_MOLD_H */
