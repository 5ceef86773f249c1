/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What steer_parse.h finds out of a packet, once more: into the same layout, so that masks and
 * values of rules are those of the engine. Of what is not looked through here (PPPoE, MPLS, E-tags,
 * AH in IPv4, tunnels other than VXLAN and GENEVE) it is noted that there is more.
 */

#ifndef STEER_BPF_PARSE_H
#define STEER_BPF_PARSE_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>

#include "steer_bpf_packet.h"

#define TYPE_QINQ1 0x9100
#define TYPE_ETAG 0x893f
#define TYPE_TEB 0x6558

#define PORT_VXLAN 4789
#define PORT_GENEVE 6081
#define PORT_VXLAN_GPE 4790
#define PORT_GTPU 2152
#define PORT_GTPC 2123
#define PORT_MPLS 6635

#define PROTO_SHIM6 140
#define PROTO_HIP 139
#define PROTO_MOBIL 135
#define PROTO_L2TP 115
#define PROTO_IGMP 2

/* L2 */

static __always_inline bool
is_tpid(__u32 type)
{
	return type == ETH_P_8021Q || type == ETH_P_8021AD || type == TYPE_QINQ1;
}

/** The tag that stands beside the packet goes into the first slot. */
static __always_inline void
restore_tag(struct packet *p, struct steer_stack *stack)
{
	stack->l2[12] = (__u8)(p->tag_type >> 8);
	stack->l2[13] = (__u8)p->tag_type;
	stack->l2[14] = (__u8)(p->tag >> 8);
	stack->l2[15] = (__u8)p->tag;
	stack->l2[16] = (__u8)(p->type >> 8);
	stack->l2[17] = (__u8)p->type;
	p->stack_meta |= STEER_META_VLAN0;
}

/** @return true if a tag was there, or would have been. */
static __always_inline bool
parse_tag(void *ctx, bool xdp, struct packet *p, __u8 *slot, __u64 bit)
{
	if (!is_tpid(p->type))
		return false;
	if (!load(ctx, xdp, p, slot, 4)) {
		p->type = 0;
		return false;
	}
	p->type = be16(slot + 2);
	p->off += 4;
	p->stack_meta |= bit;
	return true;
}

/** Ethernet and its tags: type becomes that of what follows, 0 if nothing can. */
static __always_inline void
parse_l2(void *ctx, bool xdp, struct packet *p, struct steer_stack *stack, bool outer)
{
	p->type = 0;
	if (!load(ctx, xdp, p, stack->l2, ETH_HLEN))
		return;
	p->stack_meta |= STEER_META_ETH;
	p->type = be16(stack->l2 + STEER_L2_TYPE);
	p->off += ETH_HLEN;
	if (outer && p->tagged)
		restore_tag(p, stack);
	if (p->type == TYPE_ETAG) {
		p->beyond = 1;
		p->type = 0;
		return;
	}
	if (!(p->stack_meta & STEER_META_VLAN0) &&
	    !parse_tag(ctx, xdp, p, stack->l2 + STEER_L2_VLAN(0), STEER_META_VLAN0))
		return;
	if (!parse_tag(ctx, xdp, p, stack->l2 + STEER_L2_VLAN(1), STEER_META_VLAN1))
		return;
	if (is_tpid(p->type) && load(ctx, xdp, p, p->buf, 4))
		p->stack_meta |= STEER_META_VLAN2;
}

/* L4 */

static __always_inline bool
parse_l4_as(void *ctx, bool xdp, struct packet *p, struct steer_stack *stack, __u64 l4, __u32 len)
{
	if (!load(ctx, xdp, p, stack->l4, len))
		return false;
	p->stack_meta |= l4 << STEER_META_L4_SHIFT | STEER_META_L4_ANY;
	p->off += len;
	return true;
}

static __always_inline void
parse_l4(void *ctx, bool xdp, struct packet *p, struct steer_stack *stack, bool ipv4)
{
	switch (p->proto) {
	case IPPROTO_TCP:
		parse_l4_as(ctx, xdp, p, stack, STEER_L4_TCP, 20);
		return;
	case IPPROTO_UDP:
		parse_l4_as(ctx, xdp, p, stack, STEER_L4_UDP, 8);
		return;
	case IPPROTO_SCTP:
		parse_l4_as(ctx, xdp, p, stack, STEER_L4_SCTP, 12);
		return;
	case IPPROTO_ESP:
		parse_l4_as(ctx, xdp, p, stack, STEER_L4_ESP, 8);
		return;
	case PROTO_L2TP:
		parse_l4_as(ctx, xdp, p, stack, STEER_L4_L2TPV3, 4);
		return;
	case IPPROTO_ICMP:
		if (ipv4)
			parse_l4_as(ctx, xdp, p, stack, STEER_L4_ICMP, 8);
		return;
	case PROTO_IGMP:
		if (ipv4)
			parse_l4_as(ctx, xdp, p, stack, STEER_L4_IGMP, 8);
		return;
	case IPPROTO_ICMPV6:
		if (!ipv4)
			parse_l4_as(ctx, xdp, p, stack, STEER_L4_ICMP6, 4);
		return;
	case IPPROTO_AH:
	case IPPROTO_GRE:
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		p->beyond = 1;
		return;
	}
}

/* L3 */

static __always_inline void
set_l3(struct packet *p, __u64 l3)
{
	p->stack_meta |= l3 << STEER_META_L3_SHIFT | STEER_META_L3_ANY;
}

static __always_inline void
parse_ipv4(void *ctx, bool xdp, struct packet *p, struct steer_stack *stack)
{
	const __u8 *ip = stack->l3;
	__u32 ihl, total, frag;

	if (!load(ctx, xdp, p, stack->l3, 20))
		return;
	ihl = (ip[0] & 0xfu) * 4;
	if (ip[0] >> 4 != 4 || ihl < 20 || left(p) < ihl)
		return;
	set_l3(p, STEER_L3_IPV4);
	total = be16(ip + 2);
	if (total != 0)
		cut(p, p->off + total);
	p->off += ihl;
	frag = be16(ip + 6);
	if (frag & 0x3fff) {
		p->stack_meta |= STEER_META_FRAG;
		if (frag & 0x1fff) {
			p->stack_meta |= STEER_META_NONFIRST;
			return;
		}
	}
	p->proto = ip[9];
	parse_l4(ctx, xdp, p, stack, true);
}

/** @return the bit of STEER_META_EXT(), 0 if it is no extension header. */
static __always_inline __u64
ext_bit(__u32 proto)
{
	switch (proto) {
	case IPPROTO_HOPOPTS:
		return STEER_META_EXT(STEER_EXT_HOP);
	case IPPROTO_ROUTING:
		return STEER_META_EXT(STEER_EXT_ROUTE);
	case IPPROTO_FRAGMENT:
		return STEER_META_EXT(STEER_EXT_FRAG);
	case IPPROTO_AH:
		return STEER_META_EXT(STEER_EXT_AUTH);
	case IPPROTO_ESP:
		return STEER_META_EXT(STEER_EXT_ESP);
	case IPPROTO_DSTOPTS:
		return STEER_META_EXT(STEER_EXT_DEST);
	case PROTO_MOBIL:
		return STEER_META_EXT(STEER_EXT_MOBIL);
	case PROTO_HIP:
		return STEER_META_EXT(STEER_EXT_HIP);
	case PROTO_SHIM6:
		return STEER_META_EXT(STEER_EXT_SHIM6);
	default:
		return 0;
	}
}

/** Step over one. @return true if the way goes on. */
static __always_inline bool
parse_ext(void *ctx, bool xdp, struct packet *p, struct steer_stack *stack, __u64 bit)
{
	const __u32 proto = p->proto;
	__u32 len;

	if (!load(ctx, xdp, p, p->buf, 8))
		return false;
	if (proto == IPPROTO_FRAGMENT)
		len = 8;
	else if (proto == IPPROTO_AH)
		len = (p->buf[1] + 2u) * 4;
	else
		len = (p->buf[1] + 1u) * 8;
	if (left(p) < len)
		return false;
	p->off += len;
	p->stack_meta |= bit;
	p->proto = p->buf[0];
	if (proto != IPPROTO_FRAGMENT)
		return true;
	__builtin_memcpy(stack->frag, p->buf, sizeof(stack->frag));
	p->stack_meta |= STEER_META_FRAG;
	if ((be16(p->buf + 2) & 0xfff8) == 0)
		return true;
	p->stack_meta |= STEER_META_NONFIRST;
	return false;
}

/** @return true if there may be an L4 header. */
static __always_inline bool
parse_exts(void *ctx, bool xdp, struct packet *p, struct steer_stack *stack)
{
	for (int n = 0; n < STEER_NEXT_MAX; n++) {
		const __u64 bit = ext_bit(p->proto);

		if (bit == 0)
			return true;
		if (p->proto == IPPROTO_ESP) {
			p->stack_meta |= bit;
			return true;
		}
		if (!parse_ext(ctx, xdp, p, stack, bit))
			return false;
	}
	if (p->proto == IPPROTO_ESP || ext_bit(p->proto) != 0)
		return false;
	return true;
}

static __always_inline void
parse_ipv6(void *ctx, bool xdp, struct packet *p, struct steer_stack *stack)
{
	const __u8 *ip = stack->l3;
	__u32 len;

	if (!load(ctx, xdp, p, stack->l3, 40) || ip[0] >> 4 != 6)
		return;
	set_l3(p, STEER_L3_IPV6);
	len = be16(ip + 4);
	p->proto = ip[6];
	p->off += 40;
	if (len != 0)
		cut(p, p->off + len);
	if (parse_exts(ctx, xdp, p, stack))
		parse_l4(ctx, xdp, p, stack, false);
}

/** As struct rte_flow_item_arp_eth_ipv4 of this DPDK has it. */
static __always_inline void
parse_arp(void *ctx, bool xdp, struct packet *p, struct steer_stack *stack)
{
	if (left(p) < 28 || !load(ctx, xdp, p, stack->l3, 14))
		return;
	p->off += 14;
	if (!load(ctx, xdp, p, stack->l3 + STEER_ARP_SPA, 10))
		return;
	p->off += 10;
	if (!load(ctx, xdp, p, stack->l3 + STEER_ARP_TPA, 4))
		return;
	set_l3(p, STEER_L3_ARP);
}

static __always_inline void
parse_l3(void *ctx, bool xdp, struct packet *p, struct steer_stack *stack)
{
	switch (p->type) {
	case ETH_P_IP:
		parse_ipv4(ctx, xdp, p, stack);
		return;
	case ETH_P_IPV6:
		parse_ipv6(ctx, xdp, p, stack);
		return;
	case ETH_P_ARP:
		parse_arp(ctx, xdp, p, stack);
		return;
	case ETH_P_PPP_DISC:
	case ETH_P_PPP_SES:
	case ETH_P_MPLS_UC:
	case ETH_P_MPLS_MC:
		p->beyond = 1;
		return;
	}
}

/* Tunnels */

/** @return true if there is one: type becomes that of what is inside. */
static __always_inline bool
parse_tunnel(void *ctx, bool xdp, struct packet *p)
{
	__u32 len;

	switch (be16(p->outer.l4 + 2)) {
	case PORT_VXLAN:
		if (!load(ctx, xdp, p, p->tunnel, 8))
			return false;
		p->meta |= (__u64)STEER_TUNNEL_VXLAN << STEER_META_TUNNEL_SHIFT;
		p->off += 8;
		p->type = TYPE_TEB;
		return true;
	case PORT_GENEVE:
		if (!load(ctx, xdp, p, p->tunnel, 8) || p->tunnel[0] >> 6 != 0)
			return false;
		len = 8 + (p->tunnel[0] & 0x3fu) * 4;
		if (left(p) < len)
			return false;
		p->meta |= (__u64)STEER_TUNNEL_GENEVE << STEER_META_TUNNEL_SHIFT;
		p->off += len;
		p->type = be16(p->tunnel + 2);
		return true;
	case PORT_VXLAN_GPE:
	case PORT_GTPU:
	case PORT_GTPC:
	case PORT_MPLS:
		p->beyond = 1;
		return false;
	default:
		return false;
	}
}

static __always_inline void
parse_inner(void *ctx, bool xdp, struct packet *p)
{
	p->stack_meta = 0;
	if (p->type == TYPE_TEB)
		parse_l2(ctx, xdp, p, &p->inner, false);
	parse_l3(ctx, xdp, p, &p->inner);
	p->meta |= p->stack_meta << STEER_META_INNER;
}

static __always_inline bool
is_udp(const struct packet *p)
{
	return (p->meta & STEER_META_L4) == (__u64)STEER_L4_UDP << STEER_META_L4_SHIFT;
}

static __always_inline void
parse(void *ctx, bool xdp, struct packet *p, __u32 flags)
{
	p->off = 0;
	p->beyond = 0;
	p->stack_meta = 0;
	parse_l2(ctx, xdp, p, &p->outer, true);
	parse_l3(ctx, xdp, p, &p->outer);
	p->meta = p->stack_meta;
	if ((flags & STEER_KERNEL_TUNNELS) && is_udp(p) && parse_tunnel(ctx, xdp, p))
		parse_inner(ctx, xdp, p);
}

/* One each for the two kinds of packets, so that they are verified once. */

static __noinline int
parse_xdp(struct xdp_md *ctx, struct packet *p, __u32 flags)
{
	parse(ctx, true, p, flags);
	return 0;
}

static __noinline int
parse_skb(struct __sk_buff *ctx, struct packet *p, __u32 flags)
{
	parse(ctx, false, p, flags);
	return 0;
}

#endif /* STEER_BPF_PARSE_H */
