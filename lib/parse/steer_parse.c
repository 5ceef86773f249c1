/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_arp.h>
#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_sctp.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "steer_compat.h"
#include "steer_parse.h"

#define ICMP6_LEN 4
#define TUNNEL_LEN 8 /* VXLAN's and GENEVE's base headers alike */

#define FRAG_OFFSET_MASK 0x1fff
#define FRAG_MF 0x2000

/** Where we are in a packet. Everything below @e end may be read, and nothing else. */
struct cursor {
	const struct rte_mbuf *m;
	const uint8_t *data;    /**< First segment. */
	uint32_t contiguous;    /**< Bytes in the first segment. */
	uint32_t off;           /**< Next header. */
	uint32_t end;           /**< End of what the headers so far contain. */
	struct steer_places at; /**< Headers of the stack we are in. */
	uint16_t tunnel_at;
	bool malformed;
};

/** @return @p len bytes at the cursor, copied to @p buf if they cross segments; NULL if cut. */
static inline const uint8_t *
peek(struct cursor *c, uint32_t len, void *buf)
{
	if (unlikely(c->end < c->off || c->end - c->off < len)) {
		c->malformed = true;
		return NULL;
	}
	if (likely(c->off + len <= c->contiguous))
		return c->data + c->off;
	return rte_pktmbuf_read(c->m, c->off, len, buf);
}

/** The length field of a header can only make the packet shorter. */
static inline void
cut(struct cursor *c, uint64_t end)
{
	if (end < c->end)
		c->end = (uint32_t)end;
	else if (end > c->end)
		c->malformed = true;
}

static inline uint16_t
load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline void
store_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline bool
is_tpid(uint16_t type)
{
	return type == RTE_ETHER_TYPE_VLAN || type == RTE_ETHER_TYPE_QINQ ||
	       type == RTE_ETHER_TYPE_QINQ1;
}

/* VLAN */

#define STRIPPED (RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ_STRIPPED)

/** One tag in front of @p type. */
static void
restore_tag(uint8_t *l2, unsigned int n, uint16_t tpid, uint16_t tci, uint16_t type)
{
	store_be16(l2 + STEER_L2_VLAN(n) - 2, tpid);
	store_be16(l2 + STEER_L2_VLAN(n), tci);
	store_be16(l2 + STEER_L2_VLAN(n) + 2, type);
}

/**
 * Put the tags that the lower port took out back in front of @p type, so that a rule sees the
 * packet as it came over the wire. A port may take out the outer one alone.
 *
 * @return tags put into @p l2 (always room for two).
 */
static unsigned int
restore_stripped(const struct rte_mbuf *m, uint8_t *l2, uint16_t type)
{
	unsigned int n = 0;

	if ((m->ol_flags & RTE_MBUF_F_RX_QINQ_STRIPPED) != 0)
		restore_tag(l2, n++, RTE_ETHER_TYPE_QINQ, m->vlan_tci_outer, type);
	if ((m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) != 0)
		restore_tag(l2, n++, RTE_ETHER_TYPE_VLAN, m->vlan_tci, type);
	return n;
}

/**
 * Tags in the packet, behind @p n that were restored.
 *
 * @param type  EtherType so far.
 * @return      EtherType behind the tags that were looked through.
 */
static uint16_t
parse_tags(struct cursor *c, uint8_t *l2, uint16_t type, unsigned int *n)
{
	while (is_tpid(type) && *n < 2) {
		uint8_t buf[4];
		const uint8_t *tag = peek(c, sizeof(buf), buf);

		if (tag == NULL)
			return 0;
		memcpy(l2 + STEER_L2_VLAN(*n), tag, sizeof(buf));
		type = load_be16(tag + 2);
		c->off += sizeof(buf);
		(*n)++;
	}
	return type;
}

/** Is the tag that would be the third one wholly there? */
static bool
third_tag(struct cursor *c, uint16_t type)
{
	uint8_t buf[4];

	return is_tpid(type) && peek(c, sizeof(buf), buf) != NULL;
}

static uint16_t
parse_vlan(struct cursor *c, uint8_t *l2, uint16_t type, bool stripped, uint64_t *meta)
{
	unsigned int n = stripped ? restore_stripped(c->m, l2, type) : 0;

	type = parse_tags(c, l2, type, &n);
	if (n > 0)
		*meta |= STEER_META_VLAN0;
	if (n > 1)
		*meta |= STEER_META_VLAN1;
	if (n == 2 && third_tag(c, type))
		*meta |= STEER_META_VLAN2;
	return type;
}

/**
 * Ethernet and its tags. @p outer: tags may have been stripped.
 * @return EtherType of what follows, 0 if nothing can.
 */
static inline uint16_t
parse_l2(struct cursor *c, struct steer_stack *stack, bool fill, bool outer, uint64_t *meta)
{
	uint8_t buf[RTE_ETHER_HDR_LEN];
	const uint8_t *eth = peek(c, RTE_ETHER_HDR_LEN, buf);
	bool stripped;
	uint16_t type;

	if (unlikely(eth == NULL))
		return 0;
	c->at.l2 = (uint16_t)c->off;
	if (fill)
		memcpy(stack->l2, eth, RTE_ETHER_HDR_LEN);
	*meta |= STEER_META_ETH;
	type = load_be16(eth + STEER_L2_TYPE);
	c->off += RTE_ETHER_HDR_LEN;
	stripped = outer && (c->m->ol_flags & STRIPPED) != 0;
	if (unlikely(stripped || is_tpid(type)))
		type = parse_vlan(c, stack->l2, type, stripped, meta);
	return type;
}

/* L4 */

/** Length of the L4 header that @p proto needs, and its type. 0: none that we know. */
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
	case IPPROTO_ICMPV6:
		*l4 = STEER_L4_ICMP6;
		return l3 == STEER_L3_IPV6 ? ICMP6_LEN : 0;
	default:
		return 0;
	}
}

static inline void
parse_l4(struct cursor *c, struct steer_stack *stack, uint8_t proto, enum steer_l3 l3,
	 uint64_t *meta)
{
	uint8_t buf[sizeof(stack->l4)];
	enum steer_l4 l4;
	const uint8_t *hdr;
	uint32_t len = l4_of(proto, l3, &l4);

	if (len == 0)
		return;
	hdr = peek(c, len, buf);
	if (unlikely(hdr == NULL))
		return;
	/* Ports first: eight bytes are there except behind ICMPv6. */
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

/* L3 */

static inline void
set_l3(uint64_t *meta, enum steer_l3 l3)
{
	*meta |= (uint64_t)l3 << STEER_META_L3_SHIFT | STEER_META_L3_ANY;
}

static inline void
parse_ipv4(struct cursor *c, struct steer_stack *stack, uint32_t depth, uint64_t *meta)
{
	uint8_t buf[sizeof(struct rte_ipv4_hdr)];
	const uint8_t *ip = peek(c, sizeof(buf), buf);
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
	total = load_be16(ip + 2);
	if (likely(total != 0))
		cut(c, (uint64_t)c->off + total);
	c->off += ihl;
	frag = load_be16(ip + 6);
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

/** @return index of an extension header in STEER_META_EXT(), or -1. */
static inline int
ext_of(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_HOPOPTS:
		return STEER_EXT_HOP;
	case IPPROTO_ROUTING:
		return STEER_EXT_ROUTE;
	case IPPROTO_FRAGMENT:
		return STEER_EXT_FRAG;
	case IPPROTO_AH:
		return STEER_EXT_AUTH;
	case IPPROTO_ESP:
		return STEER_EXT_ESP;
	case IPPROTO_DSTOPTS:
		return STEER_EXT_DEST;
	case 135:
		return STEER_EXT_MOBIL;
	case 139:
		return STEER_EXT_HIP;
	case 140:
		return STEER_EXT_SHIM6;
	default:
		return -1;
	}
}

static inline uint32_t
ext_len(int ext, const uint8_t *hdr)
{
	if (ext == STEER_EXT_FRAG)
		return 8;
	if (ext == STEER_EXT_AUTH)
		return (hdr[1] + 2u) * 4;
	return (hdr[1] + 1u) * 8;
}

/**
 * Step over one extension header.
 * @return true if the walk goes on with *proto.
 */
static bool
skip_ext(struct cursor *c, struct steer_stack *stack, int ext, uint8_t *proto, uint64_t *meta)
{
	uint8_t buf[8];
	const uint8_t *hdr;
	uint32_t len;

	if (ext == STEER_EXT_ESP) {
		*meta |= STEER_META_EXT(ext);
		return false;
	}
	hdr = peek(c, sizeof(buf), buf);
	if (hdr == NULL)
		return false;
	len = ext_len(ext, hdr);
	if (c->end - c->off < len) {
		c->malformed = true;
		return false;
	}
	*meta |= STEER_META_EXT(ext);
	*proto = hdr[0];
	if (ext == STEER_EXT_FRAG)
		c->at.frag = (uint16_t)c->off;
	c->off += len;
	if (ext == STEER_EXT_FRAG) {
		memcpy(stack->frag, hdr, sizeof(buf));
		*meta |= STEER_META_FRAG;
		if ((load_be16(hdr + 2) & 0xfff8) != 0) {
			*meta |= STEER_META_NONFIRST;
			return false;
		}
	}
	return true;
}

static void
parse_ipv6(struct cursor *c, struct steer_stack *stack, uint32_t depth, uint64_t *meta)
{
	uint8_t buf[sizeof(struct rte_ipv6_hdr)];
	const uint8_t *ip = peek(c, sizeof(buf), buf);
	unsigned int n = 0;
	uint16_t len;
	uint8_t proto;
	int ext;

	if (unlikely(ip == NULL))
		return;
	if (unlikely(ip[0] >> 4 != 6)) {
		c->malformed = true;
		return;
	}
	memcpy(stack->l3, ip, sizeof(buf));
	set_l3(meta, STEER_L3_IPV6);
	len = load_be16(ip + 4);
	proto = ip[6];
	c->off += sizeof(buf);
	if (likely(len != 0))
		cut(c, (uint64_t)c->off + len);
	if (!(depth & (STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL)))
		return;
	while ((ext = ext_of(proto)) >= 0) {
		if (n++ == STEER_EXT_MAX || !skip_ext(c, stack, ext, &proto, meta))
			return;
	}
	parse_l4(c, stack, proto, STEER_L3_IPV6, meta);
}

static void
parse_arp(struct cursor *c, struct steer_stack *stack, uint64_t *meta)
{
	uint8_t buf[sizeof(struct rte_arp_hdr)];
	const uint8_t *arp = peek(c, sizeof(buf), buf);

	if (arp == NULL)
		return;
	/* As struct rte_flow_item_arp_eth_ipv4 has it. */
	memcpy(stack->l3, arp, 14);
	memcpy(stack->l3 + STEER_ARP_SPA, arp + 14, 10);
	memcpy(stack->l3 + STEER_ARP_TPA, arp + 24, 4);
	set_l3(meta, STEER_L3_ARP);
}

static inline void
parse_l3(struct cursor *c, struct steer_stack *stack, uint16_t type, uint32_t depth,
	 uint64_t *meta)
{
	c->at.l3 = (uint16_t)c->off;
	if (likely(type == RTE_ETHER_TYPE_IPV4))
		parse_ipv4(c, stack, depth, meta);
	else if (type == RTE_ETHER_TYPE_IPV6)
		parse_ipv6(c, stack, depth, meta);
	else if (type == RTE_ETHER_TYPE_ARP)
		parse_arp(c, stack, meta);
}

/* Tunnels */

/** @return EtherType of what a VXLAN or GENEVE packet carries, 0 if nothing we know. */
static uint16_t
parse_tunnel(struct cursor *c, uint16_t port, struct steer_key *key)
{
	uint8_t buf[TUNNEL_LEN];
	const uint8_t *hdr = peek(c, TUNNEL_LEN, buf);
	enum steer_tunnel tunnel = STEER_TUNNEL_VXLAN;
	uint16_t type = RTE_ETHER_TYPE_TEB;
	uint32_t len = TUNNEL_LEN;

	if (hdr == NULL)
		return 0;
	if (port == STEER_PORT_GENEVE) {
		if (hdr[0] >> 6 != 0)
			return 0;
		tunnel = STEER_TUNNEL_GENEVE;
		type = load_be16(hdr + 2);
		len += (hdr[0] & 0x3fu) * 4;
		if (c->end - c->off < len) {
			c->malformed = true;
			return 0;
		}
	}
	memcpy(key->tunnel, hdr, TUNNEL_LEN);
	c->tunnel_at = (uint16_t)c->off;
	key->meta |= (uint64_t)tunnel << STEER_META_TUNNEL_SHIFT;
	c->off += len;
	return type;
}

static void
parse_inner(struct cursor *c, uint16_t port, struct steer_key *key)
{
	uint16_t type = parse_tunnel(c, port, key);
	uint64_t meta = 0;

	if (type == RTE_ETHER_TYPE_TEB)
		type = parse_l2(c, &key->inner, true, false, &meta);
	else if (type != RTE_ETHER_TYPE_IPV4 && type != RTE_ETHER_TYPE_IPV6)
		return;
	parse_l3(c, &key->inner, type, STEER_DEPTH_L4, &meta);
	key->meta |= meta << STEER_META_INNER;
}

bool
steer_parse(const struct rte_mbuf *m, uint32_t depth, struct steer_key *key)
{
	struct cursor c = {
		.m = m,
		.data = rte_pktmbuf_mtod(m, const uint8_t *),
		.contiguous = rte_pktmbuf_data_len(m),
		.end = rte_pktmbuf_pkt_len(m),
	};
	uint64_t meta = 0;
	uint16_t type, port;

	type = parse_l2(&c, &key->outer, depth & STEER_DEPTH_MAC, true, &meta);
	if (depth & (STEER_DEPTH_L3 | STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL))
		parse_l3(&c, &key->outer, type, depth, &meta);
	key->meta = meta;
	if (unlikely(depth & STEER_DEPTH_PACKET)) {
		key->packet = m;
		key->at[0] = c.at;
	}
	if (!(depth & STEER_DEPTH_TUNNEL) || steer_meta_l4(meta) != STEER_L4_UDP)
		return !c.malformed;
	port = load_be16(key->outer.l4 + 2);
	if (port == STEER_PORT_VXLAN || port == STEER_PORT_GENEVE)
		parse_inner(&c, port, key);
	if (unlikely(depth & STEER_DEPTH_PACKET)) {
		key->at[1] = c.at;
		key->tunnel_at = c.tunnel_at;
	}
	return !c.malformed;
}

/* Demand */

static bool
any_word(const uint64_t *mask, size_t from, size_t len)
{
	uint64_t any = 0;

	for (size_t i = from / 8; i < (from + len) / 8; i++)
		any |= mask[i];
	return any != 0;
}

/** Does the mask touch a slot of the outer stack? */
#define TOUCHES(mask, slot) \
	any_word(mask, offsetof(struct steer_key, outer) + offsetof(struct steer_stack, slot), \
		 RTE_SIZEOF_FIELD(struct steer_stack, slot))

uint32_t
steer_parse_depth(const uint64_t *mask)
{
	const uint64_t l4_bits = STEER_META_L4 | STEER_META_L4_ANY | STEER_META_FRAG |
				 STEER_META_NONFIRST |
				 ((UINT64_C(1) << STEER_EXT_COUNT) - 1) << STEER_META_EXT_SHIFT;
	const uint64_t l3_bits = STEER_META_L3 | STEER_META_L3_ANY;
	uint32_t depth = 0;

	if (TOUCHES(mask, l2))
		depth |= STEER_DEPTH_MAC;
	if ((mask[0] & l3_bits) != 0 || TOUCHES(mask, l3))
		depth |= STEER_DEPTH_L3;
	if ((mask[0] & l4_bits) != 0 || TOUCHES(mask, frag) || TOUCHES(mask, l4))
		depth |= STEER_DEPTH_L3 | STEER_DEPTH_L4;
	if (mask[0] >> STEER_META_INNER != 0)
		depth |= STEER_DEPTH_L3 | STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL;
	return depth;
}
