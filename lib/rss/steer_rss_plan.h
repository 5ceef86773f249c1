/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * RSS over more than addresses and ports: a list of fields of the key, made when the context is.
 * Packets of kinds that none of these fields can be in are hashed without it.
 *
 * The input is the concatenation of those fields that the packet has, in this order: MAC addresses
 * (source first, as of all pairs), VLAN ids (outer tag first), EtherType of what is no IP, PPPoE
 * session, MPLS labels, IP addresses, IPv6 flow label, checksum of IPv4, SPI of AH, ports, checksum
 * of L4, SPI of ESP, session of L2TPv3, SEID of PFCP, id of the tunnel. A field of less than whole
 * bytes has zeros in place of its neighbours.
 *
 * Of fragments, the first one included, nothing behind L3 enters.
 */

#ifndef STEER_RSS_PLAN_H
#define STEER_RSS_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>

#include "steer_compat.h"
#include "steer_key.h"
#include "steer_toeplitz.h"

/** Of these types the fields are planned. */
#define STEER_RSS_TYPES_PLANNED \
	(RTE_ETH_RSS_L2_PAYLOAD | RTE_ETH_RSS_ETH | RTE_ETH_RSS_C_VLAN | RTE_ETH_RSS_S_VLAN | \
	 RTE_ETH_RSS_PPPOE | RTE_ETH_RSS_MPLS | RTE_ETH_RSS_AH | RTE_ETH_RSS_ESP | \
	 RTE_ETH_RSS_L2TPV3 | RTE_ETH_RSS_PFCP | RTE_ETH_RSS_VXLAN | RTE_ETH_RSS_GENEVE | \
	 RTE_ETH_RSS_NVGRE | RTE_ETH_RSS_GTPU | RTE_ETH_RSS_IPV4_CHKSUM | \
	 RTE_ETH_RSS_L4_CHKSUM | STEER_RSS_IPV6_FLOW_LABEL | STEER_RSS_TYPES_PREFIX)

/** Prefixes of IPv6 addresses: one at a time. */
#define STEER_RSS_TYPES_PREFIX \
	(RTE_ETH_RSS_L3_PRE32 | RTE_ETH_RSS_L3_PRE40 | RTE_ETH_RSS_L3_PRE48 | \
	 RTE_ETH_RSS_L3_PRE56 | RTE_ETH_RSS_L3_PRE64 | RTE_ETH_RSS_L3_PRE96)

/*
 * What enters the hash of a kind of packet (STEER_META_KIND()), or 0 for hash 0. These bits are all
 * that the hot path looks at.
 */
#define STEER_RSS_L3_SRC (1u << 0)
#define STEER_RSS_L3_DST (1u << 1)
#define STEER_RSS_L4_SRC (1u << 2)
#define STEER_RSS_L4_DST (1u << 3)
#define STEER_RSS_IPV6 (1u << 4)      /* Addresses are those of IPv6, else of IPv4. */
#define STEER_RSS_SYMMETRIC (1u << 5) /* Not Toeplitz, but a symmetric one. */
#define STEER_RSS_SIMPLE_XOR (1u << 6)
#define STEER_RSS_PLANNED (1u << 7)

#define STEER_RSS_L3 (STEER_RSS_L3_SRC | STEER_RSS_L3_DST)
#define STEER_RSS_L4 (STEER_RSS_L4_SRC | STEER_RSS_L4_DST)
/** The pair of L4, shifted down to where that of L3 is. */
#define STEER_RSS_L4_SHIFT 2

/** Longest input of a plan. */
#define STEER_RSS_INPUT_MAX 128

struct steer_rss_plan;

/**
 * Make a plan.
 *
 * @param types   With at least one of STEER_RSS_TYPES_PLANNED.
 * @param level   2: fields are those of the inner stack, where IP is inside.
 * @param fields  For each kind of packet what enters of addresses and ports; of kinds that go by
 *                the plan it becomes STEER_RSS_PLANNED.
 * @param depth   Depth of parsing that the plan needs is added.
 * @return        The plan; NULL: no memory.
 */
struct steer_rss_plan *steer_rss_plan_create(uint64_t types, enum rte_eth_hash_function func,
					     uint32_t level, uint8_t fields[STEER_META_KINDS],
					     uint32_t *depth, int socket);

/** NULL is allowed. */
void steer_rss_plan_free(struct steer_rss_plan *plan);

/** Bytes of the longest input. */
unsigned int steer_rss_plan_input(const struct steer_rss_plan *plan);

/**
 * What enters of a packet of a kind that is planned if it has nothing but addresses and ports;
 * STEER_RSS_PLANNED if it has more. Thread-safe.
 */
unsigned int steer_rss_plan_fields(const struct steer_rss_plan *plan, const struct steer_key *key,
				   bool inner);

/**
 * Hash of a packet of a kind that is planned. Thread-safe.
 *
 * @param t      As many rows as the longest input has bytes.
 * @param inner  By the headers of the inner stack.
 */
uint32_t steer_rss_plan_hash(const struct steer_rss_plan *plan, const steer_toeplitz_row *t,
			     const struct steer_key *key, bool inner);

#endif /* STEER_RSS_PLAN_H */
