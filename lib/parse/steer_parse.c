/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_arp.h>
#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_random.h>
#include <rte_sctp.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "steer_compat.h"
#include "steer_cursor.h"
#include "steer_parse.h"


#define FRAG_OFFSET_MASK 0x1fff
#define FRAG_MF 0x2000

/**
 * Ethernet and its tags. @p outer: tags may have been stripped.
 * @return EtherType of what follows, 0 if nothing can.
 */
static inline uint16_t
parse_l2(struct steer_cursor *c, struct steer_stack *stack, bool fill, bool outer, uint64_t *meta)
{
	uint8_t buf[RTE_ETHER_HDR_LEN];
	const uint8_t *eth = steer_peek(c, RTE_ETHER_HDR_LEN, buf);
	bool stripped;
	uint16_t type;

	if (unlikely(eth == NULL))
		return 0;
	c->at.l2 = (uint16_t)c->off;
	if (fill)
		memcpy(stack->l2, eth, RTE_ETHER_HDR_LEN);
	*meta |= STEER_META_ETH;
	type = steer_load_be16(eth + STEER_L2_TYPE);
	c->off += RTE_ETHER_HDR_LEN;
	stripped = outer && (c->m->ol_flags & STEER_STRIPPED) != 0;
	if (unlikely(stripped || steer_is_tag(type)))
		type = steer_parse_tags(c, stack->l2, type, stripped, meta);
	return type;
}

/* L4 */

/** Length of the L4 header that @p proto needs, and its type. 0: none that is looked for here. */
static inline uint32_t
l4_of(uint8_t proto, enum steer_l3 l3, enum steer_l4 *l4)
{
	switch (proto) {
	case IPPROTO_TCP:
		*l4 = STEER_L4_TCP;
		return sizeof(struct rte_tcp_hdr);
	case IPPROTO_UDP:
		*l4 = STEER_L4_UDP;
		return sizeof(struct rte_udp_hdr);
	case IPPROTO_SCTP:
		*l4 = STEER_L4_SCTP;
		return sizeof(struct rte_sctp_hdr);
	case IPPROTO_ICMP:
		*l4 = STEER_L4_ICMP;
		return l3 == STEER_L3_IPV4 ? sizeof(struct rte_icmp_hdr) : 0;
	default:
		return 0;
	}
}

static void parse_l4_other(struct steer_cursor *c, struct steer_stack *stack, uint8_t proto,
			   enum steer_l3 l3, uint64_t *meta);

static inline void
parse_l4(struct steer_cursor *c, struct steer_stack *stack, uint8_t proto, enum steer_l3 l3,
	 uint64_t *meta)
{
	uint8_t buf[sizeof(stack->l4)];
	enum steer_l4 l4;
	const uint8_t *hdr;
	uint32_t len = l4_of(proto, l3, &l4);

	if (unlikely(len == 0)) {
		parse_l4_other(c, stack, proto, l3, meta);
		return;
	}
	hdr = steer_peek(c, len, buf);
	if (unlikely(hdr == NULL))
		return;
	if (len == sizeof(struct rte_tcp_hdr))
		memcpy(stack->l4, hdr, sizeof(struct rte_tcp_hdr));
	else if (len == sizeof(struct rte_udp_hdr))
		memcpy(stack->l4, hdr, sizeof(struct rte_udp_hdr));
	else
		memcpy(stack->l4, hdr, len);
	*meta |= (uint64_t)l4 << STEER_META_L4_SHIFT | STEER_META_L4_ANY;
	c->at.l4 = (uint16_t)c->off;
	c->off += len;
}

/**
 * What few packets have. What AH protects is authenticated, not encrypted: in IPv4 it is looked
 * through here, in IPv6 it is one of the extension headers.
 */
static void
parse_l4_other(struct steer_cursor *c, struct steer_stack *stack, uint8_t proto, enum steer_l3 l3,
	       uint64_t *meta)
{
	if (proto != IPPROTO_AH || l3 != STEER_L3_IPV4)
		steer_parse_l4_rare(c, stack, proto, l3, meta);
	else if (steer_parse_ah(c, &proto) && proto != IPPROTO_AH)
		parse_l4(c, stack, proto, l3, meta);
}

/* L3 */

static inline void
set_l3(uint64_t *meta, enum steer_l3 l3)
{
	*meta |= (uint64_t)l3 << STEER_META_L3_SHIFT | STEER_META_L3_ANY;
}

static inline void
parse_ipv4(struct steer_cursor *c, struct steer_stack *stack, uint32_t depth, uint64_t *meta)
{
	uint8_t buf[sizeof(struct rte_ipv4_hdr)];
	const uint8_t *ip = steer_peek(c, sizeof(buf), buf);
	uint16_t total, frag;
	uint32_t ihl;

	if (unlikely(ip == NULL))
		return;
	ihl = (ip[0] & 0xfu) * 4;
	if (unlikely(ip[0] >> 4 != 4 || ihl < sizeof(buf) || c->end - c->off < ihl)) {
		c->malformed = true;
		return;
	}
	memcpy(stack->l3, ip, sizeof(buf));
	set_l3(meta, STEER_L3_IPV4);
	total = steer_load_be16(ip + 2);
	if (likely(total != 0))
		steer_cut(c, (uint64_t)c->off + total);
	c->off += ihl;
	frag = steer_load_be16(ip + 6);
	if (unlikely((frag & (FRAG_OFFSET_MASK | FRAG_MF)) != 0)) {
		*meta |= STEER_META_FRAG;
		if ((frag & FRAG_OFFSET_MASK) != 0) {
			*meta |= STEER_META_NONFIRST;
			return;
		}
	}
	if (depth & (STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL))
		parse_l4(c, stack, ip[9], STEER_L3_IPV4, meta);
}

static void
parse_ipv6(struct steer_cursor *c, struct steer_stack *stack, uint32_t depth, uint64_t *meta)
{
	uint8_t buf[sizeof(struct rte_ipv6_hdr)];
	const uint8_t *ip = steer_peek(c, sizeof(buf), buf);
	uint16_t len;
	uint8_t proto;

	if (unlikely(ip == NULL))
		return;
	if (unlikely(ip[0] >> 4 != 6)) {
		c->malformed = true;
		return;
	}
	memcpy(stack->l3, ip, sizeof(buf));
	set_l3(meta, STEER_L3_IPV6);
	len = steer_load_be16(ip + 4);
	proto = ip[6];
	c->off += sizeof(buf);
	if (likely(len != 0))
		steer_cut(c, (uint64_t)c->off + len);
	if (!(depth & (STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL)))
		return;
	if (unlikely(proto != IPPROTO_TCP && proto != IPPROTO_UDP) &&
	    !steer_parse_exts(c, stack, &proto, meta))
		return;
	parse_l4(c, stack, proto, STEER_L3_IPV6, meta);
}

static void
parse_arp(struct steer_cursor *c, struct steer_stack *stack, uint64_t *meta)
{
	uint8_t buf[sizeof(struct rte_arp_hdr)];
	const uint8_t *arp = steer_peek(c, sizeof(buf), buf);

	if (arp == NULL)
		return;
	/* As struct rte_flow_item_arp_eth_ipv4 has it. */
	memcpy(stack->l3, arp, 14);
	memcpy(stack->l3 + STEER_ARP_SPA, arp + 14, 10);
	memcpy(stack->l3 + STEER_ARP_TPA, arp + 24, 4);
	set_l3(meta, STEER_L3_ARP);
}

/** Behind PPPoE or MPLS. */
static void
parse_l3_behind(struct steer_cursor *c, struct steer_stack *stack, uint16_t type, uint32_t depth,
		uint64_t *meta)
{
	type = steer_parse_l25(c, type, meta);
	c->at.l3 = (uint16_t)c->off;
	if (type == RTE_ETHER_TYPE_IPV4)
		parse_ipv4(c, stack, depth, meta);
	else if (type == RTE_ETHER_TYPE_IPV6)
		parse_ipv6(c, stack, depth, meta);
}

static inline void
parse_l3(struct steer_cursor *c, struct steer_stack *stack, uint16_t type, uint32_t depth,
	 uint64_t *meta)
{
	c->at.l3 = (uint16_t)c->off;
	if (likely(type == RTE_ETHER_TYPE_IPV4))
		parse_ipv4(c, stack, depth, meta);
	else if (type == RTE_ETHER_TYPE_IPV6)
		parse_ipv6(c, stack, depth, meta);
	else if (type == RTE_ETHER_TYPE_ARP)
		parse_arp(c, stack, meta);
	else
		parse_l3_behind(c, stack, type, depth, meta);
}

/* Tunnels */

/** UDP destination ports that steer_parse_tunnel_udp() knows. */
static inline bool
is_tunnel_port(uint16_t port)
{
	switch (port) {
	case STEER_PORT_VXLAN:
	case STEER_PORT_GENEVE:
	case STEER_PORT_VXLAN_GPE:
	case STEER_PORT_GTPU:
	case STEER_PORT_GTPC:
	case STEER_PORT_MPLS:
		return true;
	default:
		return false;
	}
}

/** What is inside, if it is of a @p type (EtherType) that we know. */
static void
parse_inner(struct steer_cursor *c, uint16_t type, struct steer_key *key)
{
	uint64_t meta = 0;

	c->tunnel_end = (uint16_t)c->off;
	c->rare = c->rare != NULL ? &key->inner_rare : NULL;
	c->rare_meta = 0;
	if (type == RTE_ETHER_TYPE_TEB)
		type = parse_l2(c, &key->inner, true, false, &meta);
	else if (type != RTE_ETHER_TYPE_IPV4 && type != RTE_ETHER_TYPE_IPV6 &&
		 type != RTE_ETHER_TYPE_MPLS && type != RTE_ETHER_TYPE_MPLSM)
		return;
	parse_l3(c, &key->inner, type, STEER_DEPTH_L4, &meta);
	key->meta |= meta << STEER_META_INNER;
	if (c->rare == NULL)
		return;
	if (steer_meta_l4(meta) == STEER_L4_UDP)
		steer_parse_behind_udp(c, &key->inner);
	key->rare |= c->rare_meta << STEER_RARE_INNER;
}

/** What UDP carries: a tunnel, or a header in the same stack. */
static void
parse_udp(struct steer_cursor *c, uint32_t depth, struct steer_key *key)
{
	const uint16_t port = steer_load_be16(key->outer.l4 + 2);

	if (depth & STEER_DEPTH_RARE) {
		steer_parse_behind_udp(c, &key->outer);
		key->rare = c->rare_meta;
	}
	if ((depth & STEER_DEPTH_TUNNEL) && is_tunnel_port(port))
		parse_inner(c, steer_parse_tunnel_udp(c, port, key), key);
}

bool
steer_parse(const struct rte_mbuf *m, uint32_t depth, struct steer_key *key)
{
	struct steer_cursor c = {
		.m = m,
		.data = rte_pktmbuf_mtod(m, const uint8_t *),
		.contiguous = rte_pktmbuf_data_len(m),
		.end = rte_pktmbuf_pkt_len(m),
		.rare = (depth & STEER_DEPTH_RARE) ? &key->outer_rare : NULL,
	};
	uint64_t meta = 0;
	uint16_t type;

	type = parse_l2(&c, &key->outer, depth & STEER_DEPTH_MAC, true, &meta);
	if (depth & (STEER_DEPTH_L3 | STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL))
		parse_l3(&c, &key->outer, type, depth, &meta);
	key->meta = meta;
	if (depth & STEER_DEPTH_RARE)
		key->rare = c.rare_meta;
	if (unlikely(depth & STEER_DEPTH_PACKET)) {
		key->packet = m;
		key->at[0] = c.at;
		key->end[0] = c.end;
		if (depth & STEER_DEPTH_RANDOM)
			key->random = (uint32_t)rte_rand();
	}
	if ((depth & (STEER_DEPTH_TUNNEL | STEER_DEPTH_RARE)) &&
	    steer_meta_l4(meta) == STEER_L4_UDP)
		parse_udp(&c, depth, key);
	else if ((depth & STEER_DEPTH_TUNNEL) && unlikely(c.carried != 0))
		parse_inner(&c, steer_parse_tunnel_ip(&c, c.carried, key), key);
	if (unlikely(depth & STEER_DEPTH_PACKET)) {
		key->at[1] = c.at;
		key->end[1] = c.end;
		key->tunnel_end = c.tunnel_end;
	}
	return !c.malformed;
}
