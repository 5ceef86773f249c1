/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ether.h>
#include <rte_mbuf.h>

#include "steer_cursor.h"
#include "steer_parse.h"
#include "steer_ptype.h"

const uint32_t steer_ptypes[STEER_PTYPES + 1] = {
	RTE_PTYPE_L2_ETHER,
	RTE_PTYPE_L2_ETHER_ARP,
	RTE_PTYPE_L2_ETHER_VLAN,
	RTE_PTYPE_L2_ETHER_QINQ,
	RTE_PTYPE_L2_ETHER_PPPOE,
	RTE_PTYPE_L2_ETHER_MPLS,
	RTE_PTYPE_L3_IPV4,
	RTE_PTYPE_L3_IPV4_EXT,
	RTE_PTYPE_L3_IPV6,
	RTE_PTYPE_L3_IPV6_EXT,
	RTE_PTYPE_L4_TCP,
	RTE_PTYPE_L4_UDP,
	RTE_PTYPE_L4_FRAG,
	RTE_PTYPE_L4_SCTP,
	RTE_PTYPE_L4_ICMP,
	RTE_PTYPE_L4_IGMP,
	RTE_PTYPE_TUNNEL_IP,
	RTE_PTYPE_TUNNEL_GRE,
	RTE_PTYPE_TUNNEL_VXLAN,
	RTE_PTYPE_TUNNEL_NVGRE,
	RTE_PTYPE_TUNNEL_GENEVE,
	RTE_PTYPE_TUNNEL_ESP,
	RTE_PTYPE_TUNNEL_L2TP,
	RTE_PTYPE_TUNNEL_GTPC,
	RTE_PTYPE_TUNNEL_GTPU,
	RTE_PTYPE_TUNNEL_VXLAN_GPE,
	RTE_PTYPE_TUNNEL_MPLS_IN_GRE,
	RTE_PTYPE_TUNNEL_MPLS_IN_UDP,
	RTE_PTYPE_INNER_L2_ETHER,
	RTE_PTYPE_INNER_L2_ETHER_VLAN,
	RTE_PTYPE_INNER_L2_ETHER_QINQ,
	RTE_PTYPE_INNER_L3_IPV4,
	RTE_PTYPE_INNER_L3_IPV4_EXT,
	RTE_PTYPE_INNER_L3_IPV6,
	RTE_PTYPE_INNER_L3_IPV6_EXT,
	RTE_PTYPE_INNER_L4_TCP,
	RTE_PTYPE_INNER_L4_UDP,
	RTE_PTYPE_INNER_L4_FRAG,
	RTE_PTYPE_INNER_L4_SCTP,
	RTE_PTYPE_INNER_L4_ICMP,
	RTE_PTYPE_UNKNOWN,
};

/* The table of kinds, for all L4 types, without and with the bit for fragments. */
#define KIND(l3, l4, frag) ((l3) | (l4) << 2 | (frag) << 6)
#define KINDS(l3, l4, ptype) \
	[KIND(l3, l4, 0)] = RTE_PTYPE_L2_ETHER | (ptype), \
	[KIND(l3, l4, 1)] = RTE_PTYPE_L2_ETHER | ((ptype) & RTE_PTYPE_L3_MASK) | RTE_PTYPE_L4_FRAG
#define KINDS_OF_IP(l3, ptype) \
	KINDS(l3, STEER_L4_NONE, ptype), \
	KINDS(l3, STEER_L4_TCP, (ptype) | RTE_PTYPE_L4_TCP), \
	KINDS(l3, STEER_L4_UDP, (ptype) | RTE_PTYPE_L4_UDP), \
	KINDS(l3, STEER_L4_SCTP, (ptype) | RTE_PTYPE_L4_SCTP), \
	KINDS(l3, STEER_L4_ICMP, (ptype) | RTE_PTYPE_L4_ICMP), \
	KINDS(l3, STEER_L4_ICMP6, (ptype) | RTE_PTYPE_L4_ICMP), \
	KINDS(l3, STEER_L4_ESP, (ptype) | RTE_PTYPE_TUNNEL_ESP), \
	KINDS(l3, STEER_L4_IGMP, (ptype) | RTE_PTYPE_L4_IGMP), \
	KINDS(l3, STEER_L4_L2TPV3, (ptype) | RTE_PTYPE_TUNNEL_L2TP)

static_assert(STEER_META_L4_SHIFT == STEER_META_L3_SHIFT + 2, "as KIND() has it");
static_assert(STEER_META_FRAG == UINT64_C(1) << (STEER_META_L3_SHIFT + 6), "as KIND() has it");

const uint32_t steer_ptype_kinds[STEER_META_KINDS] = {
	[STEER_L3_NONE] = RTE_PTYPE_L2_ETHER,
	[STEER_L3_ARP] = RTE_PTYPE_L2_ETHER_ARP,
	KINDS_OF_IP(STEER_L3_IPV4, RTE_PTYPE_L3_IPV4),
	KINDS_OF_IP(STEER_L3_IPV6, RTE_PTYPE_L3_IPV6),
};

/* Outer and inner L4 types are the same numbers elsewhere. */
#define INNER_L4_SHIFT 16
static_assert(RTE_PTYPE_L4_TCP << INNER_L4_SHIFT == RTE_PTYPE_INNER_L4_TCP, "");
static_assert(RTE_PTYPE_L4_FRAG << INNER_L4_SHIFT == RTE_PTYPE_INNER_L4_FRAG, "");
static_assert(RTE_PTYPE_L4_ICMP << INNER_L4_SHIFT == RTE_PTYPE_INNER_L4_ICMP, "");

static unsigned int
tags(uint64_t meta)
{
	return !!(meta & STEER_META_VLAN0) + !!(meta & STEER_META_VLAN1) +
	       !!(meta & STEER_META_VLAN2);
}

/* The first EtherType is that of the outermost tag in the packet, if one is left there. */
static uint32_t
type_l2(uint16_t type)
{
	switch (type) {
	case RTE_ETHER_TYPE_VLAN:
		return RTE_PTYPE_L2_ETHER_VLAN;
	case RTE_ETHER_TYPE_QINQ:
	case RTE_ETHER_TYPE_QINQ1:
		return RTE_PTYPE_L2_ETHER_QINQ;
	case RTE_ETHER_TYPE_PPPOE_DISCOVERY:
	case RTE_ETHER_TYPE_PPPOE_SESSION:
		return RTE_PTYPE_L2_ETHER_PPPOE;
	case RTE_ETHER_TYPE_MPLS:
	case RTE_ETHER_TYPE_MPLSM:
		return RTE_PTYPE_L2_ETHER_MPLS;
	default:
		return RTE_PTYPE_L2_ETHER;
	}
}

static uint32_t
outer_l2(const struct rte_mbuf *m, uint64_t meta)
{
	const unsigned int stripped = !!(m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) +
				      !!(m->ol_flags & RTE_MBUF_F_RX_QINQ_STRIPPED);
	uint8_t buf[2];

	if (tags(meta) > stripped || (meta & STEER_META_L25))
		return type_l2(steer_load_be16(rte_pktmbuf_read(m, STEER_L2_TYPE, sizeof(buf),
								buf)));
	return steer_meta_l3(meta) == STEER_L3_ARP ? RTE_PTYPE_L2_ETHER_ARP : RTE_PTYPE_L2_ETHER;
}

static uint32_t
outer_l3(const struct steer_stack *stack, uint64_t meta)
{
	const enum steer_l3 l3 = steer_meta_l3(meta);
	const bool ext = steer_ptype_l3_ext(stack, l3);

	if (l3 == STEER_L3_IPV4)
		return ext ? RTE_PTYPE_L3_IPV4_EXT : RTE_PTYPE_L3_IPV4;
	if (l3 == STEER_L3_IPV6)
		return ext ? RTE_PTYPE_L3_IPV6_EXT : RTE_PTYPE_L3_IPV6;
	return 0;
}

static uint32_t
inner_l2(const struct steer_stack *stack, uint64_t meta)
{
	const rte_be16_t type = *(const unaligned_uint16_t *)&stack->l2[STEER_L2_TYPE];

	if ((meta & STEER_META_ETH) == 0)
		return 0;
	if (tags(meta) == 0)
		return RTE_PTYPE_INNER_L2_ETHER;
	switch (type_l2(rte_be_to_cpu_16(type))) {
	case RTE_PTYPE_L2_ETHER_VLAN:
		return RTE_PTYPE_INNER_L2_ETHER_VLAN;
	case RTE_PTYPE_L2_ETHER_QINQ:
		return RTE_PTYPE_INNER_L2_ETHER_QINQ;
	default:
		return RTE_PTYPE_INNER_L2_ETHER;
	}
}

static uint32_t
inner_l3(const struct steer_stack *stack, uint64_t meta)
{
	const enum steer_l3 l3 = steer_meta_l3(meta);
	const bool ext = steer_ptype_l3_ext(stack, l3);

	if (l3 == STEER_L3_IPV4)
		return ext ? RTE_PTYPE_INNER_L3_IPV4_EXT : RTE_PTYPE_INNER_L3_IPV4;
	if (l3 == STEER_L3_IPV6)
		return ext ? RTE_PTYPE_INNER_L3_IPV6_EXT : RTE_PTYPE_INNER_L3_IPV6;
	return 0;
}

/* ESP and L2TP over IP are L4 headers here, and tunnels there. */
static uint32_t
outer_l4(uint64_t meta)
{
	return steer_ptype_kinds[STEER_META_KIND(meta)] &
	       (RTE_PTYPE_L4_MASK | RTE_PTYPE_TUNNEL_MASK);
}

/* There is no inner IGMP. */
static uint32_t
inner_l4(uint64_t meta)
{
	const uint32_t l4 = steer_ptype_kinds[STEER_META_KIND(meta)] & RTE_PTYPE_L4_MASK;

	return l4 == RTE_PTYPE_L4_IGMP ? 0 : l4 << INNER_L4_SHIFT;
}

/* GRE that carries Ethernet is NVGRE here, with a key or without. */
static uint32_t
gre(const struct steer_key *key)
{
	const rte_be16_t type = *(const unaligned_uint16_t *)&key->tunnel[2];

	if (type == RTE_BE16(RTE_ETHER_TYPE_TEB))
		return RTE_PTYPE_TUNNEL_NVGRE;
	if (type == RTE_BE16(RTE_ETHER_TYPE_MPLS) || type == RTE_BE16(RTE_ETHER_TYPE_MPLSM))
		return RTE_PTYPE_TUNNEL_MPLS_IN_GRE;
	return RTE_PTYPE_TUNNEL_GRE;
}

/* Tunnel and what is in it. */
static uint32_t
tunnel(const struct steer_key *key)
{
	static const uint32_t ptypes[STEER_TUNNEL_ONE + 1] = {
		[STEER_TUNNEL_VXLAN] = RTE_PTYPE_TUNNEL_VXLAN,
		[STEER_TUNNEL_GENEVE] = RTE_PTYPE_TUNNEL_GENEVE,
		[STEER_TUNNEL_VXLAN_GPE] = RTE_PTYPE_TUNNEL_VXLAN_GPE,
		[STEER_TUNNEL_NVGRE] = RTE_PTYPE_TUNNEL_NVGRE,
		[STEER_TUNNEL_IP] = RTE_PTYPE_TUNNEL_IP,
		[STEER_TUNNEL_MPLS] = RTE_PTYPE_TUNNEL_MPLS_IN_UDP,
		[STEER_TUNNEL_GTPU] = RTE_PTYPE_TUNNEL_GTPU,
		[STEER_TUNNEL_GTPU_PSC] = RTE_PTYPE_TUNNEL_GTPU,
		[STEER_TUNNEL_GTPC] = RTE_PTYPE_TUNNEL_GTPC,
		[STEER_TUNNEL_GTPC_PSC] = RTE_PTYPE_TUNNEL_GTPC,
	};
	const uint64_t type = (key->meta & STEER_META_TUNNEL) >> STEER_META_TUNNEL_SHIFT;
	const uint64_t meta = key->meta >> STEER_META_INNER;

	if (type == STEER_TUNNEL_NONE)
		return 0;
	return (type == STEER_TUNNEL_GRE ? gre(key) : ptypes[type]) |
	       inner_l2(&key->inner, meta) | inner_l3(&key->inner, meta) | inner_l4(meta);
}

uint32_t
steer_ptype_rare(const struct rte_mbuf *m, const struct steer_key *key)
{
	const uint64_t meta = key->meta;
	uint32_t ptype;

	if ((meta & STEER_META_ETH) == 0)
		return RTE_PTYPE_UNKNOWN;
	ptype = outer_l2(m, meta) | outer_l3(&key->outer, meta) | outer_l4(meta);
	if ((meta & STEER_META_FRAG) == 0)
		ptype |= tunnel(key);
	return ptype;
}

uint32_t
steer_ptype_depth(uint32_t mask)
{
	uint32_t depth = 0;

	/* ARP counts as L2, and is told by L3. */
	if (mask != 0)
		depth |= STEER_DEPTH_L3;
	if (mask & RTE_PTYPE_L4_MASK)
		depth |= STEER_DEPTH_L4;
	if (mask & (RTE_PTYPE_TUNNEL_MASK | RTE_PTYPE_INNER_L2_MASK | RTE_PTYPE_INNER_L3_MASK |
		    RTE_PTYPE_INNER_L4_MASK))
		depth |= STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL;
	return depth;
}
