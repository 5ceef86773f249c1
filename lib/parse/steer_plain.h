/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Plain packets: what most packets are, told at a fifth of the cost of steer_parse().
 *
 * Ethernet, at most one VLAN tag (TPID 0x8100, not stripped), IPv4 without options or IPv6 without
 * extension headers, no fragment, TCP or UDP, all lengths coherent, and these headers in the first
 * segment. What is not plain is no worse for it: steer_parse() has it, and has the same of plain
 * packets.
 */

#ifndef STEER_PLAIN_H
#define STEER_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "steer_cursor.h"
#include "steer_easy.h"
#include "steer_key.h"
#include "steer_parse.h"
#include "steer_ptype.h"

/** A plain packet. */
struct steer_plain {
	/** STEER_META_* as steer_parse() would have it, as deep as L4; 0: not plain, nothing else
	 * of it is told. */
	uint32_t meta;
	/** Not plain, for it may be a tunnel: what is around that, else 0. */
	uint32_t around;
	/** IP header, L4 behind it; of what is neither: anything. */
	const uint8_t *l3;
	/** IP addresses, ports behind them; of what is neither: anything. */
	const uint8_t *addrs;
	/** Where IP ends, from Ethernet on. */
	uint32_t end;
};

/**
 * For each IP protocol: in the low bits by how much its header is shorter than none is, above them
 * bits of meta. A protocol that is not plain has 0: no packet has room for its header.
 */
extern const uint32_t steer_plain_l4[UINT8_MAX + 1];
#define STEER_PLAIN_L4_SHIFT 17
#define STEER_PLAIN_L4_NONE (1u << STEER_PLAIN_L4_SHIFT)

/** Can packets be plain where so deep is parsed? */
static inline bool
steer_plain_depth(uint32_t depth)
{
	return (depth & (STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL)) != 0 &&
	       (depth & (STEER_DEPTH_RARE | STEER_DEPTH_PACKET | STEER_DEPTH_RANDOM)) == 0;
}

/** Where a stack of headers may be: from Ethernet on. */
struct steer_plain_room {
	const uint8_t *eth;
	/** Bytes of it in the first segment, and of what it is in. */
	uint32_t contiguous;
	uint32_t end;
};

/**
 * L4, told by a table: TCP and UDP in turn would be mispredicted.
 *
 * @param at     Where it begins.
 * @param meta   Becomes that with L4.
 * @return       Where its header ends; if it is not plain, beyond the end of any packet.
 */
static __rte_always_inline uint32_t
steer_plain_add_l4(uint32_t at, uint8_t proto, uint32_t *meta)
{
	const uint32_t l4 = steer_plain_l4[proto];

	*meta |= l4 >> STEER_PLAIN_L4_SHIFT;
	return at + STEER_PLAIN_L4_NONE - (l4 & (STEER_PLAIN_L4_NONE - 1));
}

/** What a plain packet has at least: enough to tell IPv4 from IPv6, with a tag or without. */
#define STEER_PLAIN_MIN \
	(RTE_ETHER_HDR_LEN + sizeof(struct rte_ipv4_hdr) + sizeof(struct rte_udp_hdr))
#define STEER_PLAIN_META(l3) \
	(STEER_META_ETH | (uint64_t)(l3) << STEER_META_L3_SHIFT | STEER_META_L3_ANY)

/** @return whether L4 is where it should be. */
static __rte_always_inline bool
steer_plain_fits(const struct steer_plain_room *room, const struct steer_plain *p, uint32_t l4_end)
{
	return l4_end <= p->end && p->end <= room->end && l4_end <= room->contiguous;
}

/** @return bytes in front of L4, from Ethernet on. */
static __rte_always_inline uint32_t
steer_plain_look_at(const struct steer_plain_room *room, struct steer_plain *p)
{
	const uint8_t *ip = room->eth + RTE_ETHER_HDR_LEN;
	uint32_t off = RTE_ETHER_HDR_LEN, meta = 0, l4_end;
	/* EtherType, and the first bytes of what follows. */
	unaligned_uint32_t head;

	p->meta = 0;
	p->l3 = ip;
	p->addrs = ip;
	if (unlikely(room->contiguous < STEER_PLAIN_MIN))
		return 0;
	memcpy(&head, ip - 2, sizeof(head));
	if (unlikely((head & RTE_BE32(0xffff0000)) == RTE_BE32(RTE_ETHER_TYPE_VLAN * 0x10000u))) {
		off += RTE_VLAN_HLEN;
		ip += RTE_VLAN_HLEN;
		meta = STEER_META_VLAN0;
		memcpy(&head, ip - 2, sizeof(head));
	}
	p->l3 = ip;
	if ((head & RTE_BE32(0xfffff000)) == RTE_BE32(RTE_ETHER_TYPE_IPV6 * 0x10000u | 0x6000)) {
		off += sizeof(struct rte_ipv6_hdr);
		p->addrs = ip + offsetof(struct rte_ipv6_hdr, src_addr);
		p->end = off + steer_load_be16(ip + 4);
		meta |= STEER_PLAIN_META(STEER_L3_IPV6);
		l4_end = steer_plain_add_l4(off, ip[6], &meta);
	} else if ((head & RTE_BE32(0xffffff00)) ==
		   RTE_BE32(RTE_ETHER_TYPE_IPV4 << 16 | 0x4500) &&
		   (steer_load_be16(ip + 6) & 0x3fff) == 0) {
		p->addrs = ip + offsetof(struct rte_ipv4_hdr, src_addr);
		p->end = off + steer_load_be16(ip + 2);
		off += sizeof(struct rte_ipv4_hdr);
		meta |= STEER_PLAIN_META(STEER_L3_IPV4);
		l4_end = steer_plain_add_l4(off, ip[9], &meta);
	} else {
		return off;
	}
	if (likely(steer_plain_fits(room, p, l4_end)))
		p->meta = meta;
	return off;
}

/**
 * Is a packet plain?
 *
 * @param depth  For which steer_plain_depth(); with STEER_DEPTH_TUNNEL what may be a tunnel is not
 *               plain, but see steer_plain_vxlan().
 */
static __rte_always_inline void
steer_plain_look(const struct rte_mbuf *m, uint32_t depth, struct steer_plain *p)
{
	const struct steer_plain_room room = {
		.eth = rte_pktmbuf_mtod(m, const uint8_t *),
		.contiguous = m->data_len,
		.end = m->pkt_len,
	};
	const uint32_t l4 = steer_plain_look_at(&room, p);

	p->around = 0;
	if (unlikely((m->ol_flags & STEER_STRIPPED) != 0)) {
		p->meta = 0;
		return;
	}
	/* Of TCP, too: it matters to nobody. */
	if ((depth & STEER_DEPTH_TUNNEL) && likely(p->meta != 0) &&
	    unlikely(steer_easy_is_tunnel(room.eth + l4))) {
		p->around = p->meta;
		p->meta = 0;
	}
}

/** Ports and what is behind them: of TCP not all, unless asked for. */
static __rte_always_inline void
steer_plain_fill_l4(const uint8_t *l4, uint32_t meta, uint32_t depth, struct steer_stack *stack)
{
	memcpy(stack->l4, l4, sizeof(struct rte_udp_hdr));
	if ((depth & STEER_DEPTH_TCP) && steer_meta_l4(meta) == STEER_L4_TCP)
		memcpy(stack->l4 + sizeof(struct rte_udp_hdr), l4 + sizeof(struct rte_udp_hdr),
		       sizeof(struct rte_tcp_hdr) - sizeof(struct rte_udp_hdr));
}

static __rte_always_inline void
steer_plain_fill(const uint8_t *l3, const uint8_t *l2, uint32_t meta, uint32_t depth,
		 struct steer_stack *stack)
{
	if (depth & STEER_DEPTH_MAC)
		memcpy(stack->l2, l2, RTE_ETHER_HDR_LEN);
	if (unlikely(meta & STEER_META_VLAN0))
		memcpy(stack->l2 + STEER_L2_VLAN(0), l2 + STEER_L2_VLAN(0), RTE_VLAN_HLEN);
	if (likely(steer_meta_l3(meta) == STEER_L3_IPV4)) {
		memcpy(stack->l3, l3, sizeof(struct rte_ipv4_hdr));
		steer_plain_fill_l4(l3 + sizeof(struct rte_ipv4_hdr), meta, depth, stack);
	} else {
		memcpy(stack->l3, l3, sizeof(struct rte_ipv6_hdr));
		steer_plain_fill_l4(l3 + sizeof(struct rte_ipv6_hdr), meta, depth, stack);
	}
}

/** The key of a plain packet, as steer_parse() makes it; what nobody asks for may be missing. */
static __rte_always_inline void
steer_plain_key(const struct steer_plain *p, const struct rte_mbuf *m, uint32_t depth,
		struct steer_key *key)
{
	key->meta = p->meta;
	steer_plain_fill(p->l3, rte_pktmbuf_mtod(m, const uint8_t *), p->meta, depth, &key->outer);
}

/**
 * The same of VXLAN with plain headers around and inside.
 *
 * @param p  By steer_plain_look(), p->around is not 0.
 * @return   False: it is something else.
 */
bool steer_plain_vxlan(const struct steer_plain *p, const struct rte_mbuf *m, uint32_t depth,
		       struct steer_key *key);

/** As steer_ptype(). */
static __rte_always_inline uint32_t
steer_plain_ptype(uint32_t meta)
{
	const uint32_t ptype = steer_ptype_kinds[STEER_META_KIND(meta)];

	if (unlikely(meta & STEER_META_VLAN0))
		return (ptype & ~RTE_PTYPE_L2_MASK) | RTE_PTYPE_L2_ETHER_VLAN;
	return ptype;
}

/** The same of what steer_plain_vxlan() has made a key of. */
uint32_t steer_plain_vxlan_ptype(uint64_t meta);

#endif /* STEER_PLAIN_H */
