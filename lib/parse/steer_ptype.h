/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Packet type (mbuf packet_type) of a parsed packet: what its key tells of its layers.
 *
 * A layer is named only if its header is wholly there. L2 is as the bytes are in the mbuf: a tag
 * that the lower port has stripped is not named. The L4 of any fragment is FRAG, and what is inside
 * it is not named. ICMPv6 is ICMP, as NICs have it. ESP and L2TPv3 over IP are told as tunnels.
 */

#ifndef STEER_PTYPE_H
#define STEER_PTYPE_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf_ptype.h>

#include "steer_key.h"

struct rte_mbuf;

/** All types that are told; the end is RTE_PTYPE_UNKNOWN. */
#define STEER_PTYPES 40
extern const uint32_t steer_ptypes[STEER_PTYPES + 1];

/** Types of outer L2, L3 and L4 by STEER_META_KIND(): without tags, options and extensions. */
extern const uint32_t steer_ptype_kinds[STEER_META_KINDS];

/** Where the table of kinds is not enough, if it has these bits but STEER_META_ETH. */
#define STEER_PTYPE_RARE \
	(STEER_META_ETH | STEER_META_VLAN0 | STEER_META_VLAN1 | STEER_META_VLAN2 | \
	 STEER_META_L25 | \
	 ~((UINT64_C(1) << STEER_META_INNER) - 1))

/** The rest of steer_ptype(). */
uint32_t steer_ptype_rare(const struct rte_mbuf *m, const struct steer_key *key);

/** Depth of parsing (STEER_DEPTH_*) that tells all types within a mask of RTE_PTYPE_*_MASK. */
uint32_t steer_ptype_depth(uint32_t mask);

/** Next headers of IPv6 that make it one with extensions, as rte_mbuf_ptype.h lists them. */
static inline bool
steer_ptype_is_ext(uint8_t proto)
{
	const uint64_t below_64 = UINT64_C(1) << 0 | UINT64_C(1) << 43 | UINT64_C(1) << 44 |
				  UINT64_C(1) << 50 | UINT64_C(1) << 51 | UINT64_C(1) << 60;

	return proto < 64 ? below_64 >> proto & 1 : proto == 135;
}

/** Has the L3 header of a stack options (IPv4) or extension headers behind it (IPv6)? */
static inline bool
steer_ptype_l3_ext(const struct steer_stack *stack, enum steer_l3 l3)
{
	if (likely(l3 == STEER_L3_IPV4))
		return stack->l3[0] != 0x45;
	return l3 == STEER_L3_IPV6 && steer_ptype_is_ext(stack->l3[6]);
}

/**
 * Packet type, as deep as was parsed.
 *
 * @param m    Packet; only read.
 * @param key  Its key, by steer_parse().
 */
static inline uint32_t
steer_ptype(const struct rte_mbuf *m, const struct steer_key *key)
{
	const uint64_t meta = key->meta;

	if (unlikely((meta & STEER_PTYPE_RARE) != STEER_META_ETH ||
		     steer_ptype_l3_ext(&key->outer, steer_meta_l3(meta))))
		return steer_ptype_rare(m, key);
	return steer_ptype_kinds[STEER_META_KIND(meta)];
}

#endif /* STEER_PTYPE_H */
