/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Where the parser is in a packet, for its files alone; and the tags of VLANs, for those that
 * change them, too. Nothing of the parser reads a packet but by peek().
 */

#ifndef STEER_CURSOR_H
#define STEER_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_ether.h>
#include <rte_mbuf.h>

#include "steer_key.h"
#include "steer_parse.h"

/** Everything below @e end may be read, and nothing else. */
struct steer_cursor {
	const struct rte_mbuf *m;
	const uint8_t *data;    /**< First segment. */
	uint32_t contiguous;    /**< Bytes in the first segment. */
	uint32_t off;           /**< Next header. */
	uint32_t end;           /**< End of what the headers so far contain. */
	struct steer_places at; /**< Headers of the stack we are in. */
	uint16_t tunnel_end;    /**< Of the tunnel's header. */
	bool malformed;
	/** Protocol behind L3 that is no L4 header; 0: none (that number is one of IPv6's own). */
	uint8_t carried;
	/** Where rare headers of this stack go; NULL: not asked for. */
	struct steer_rare *rare;
	/** STEER_RARE_* of this stack so far. */
	uint64_t rare_meta;
};

/** @return bytes from the cursor to the end. */
static inline uint32_t
steer_left(const struct steer_cursor *c)
{
	return likely(c->end >= c->off) ? c->end - c->off : 0;
}

/** @return @p len bytes at the cursor, copied to @p buf if they cross segments; NULL if cut. */
static inline const uint8_t *
steer_peek(struct steer_cursor *c, uint32_t len, void *buf)
{
	if (unlikely(c->end < c->off || c->end - c->off < len)) {
		c->malformed = true;
		return NULL;
	}
	if (likely(c->off + len <= c->contiguous))
		return c->data + c->off;
	return rte_pktmbuf_read(c->m, c->off, len, buf);
}

/** @return @p len bytes @p ahead of the cursor, as steer_peek(); NULL if they are not there. */
static inline const uint8_t *
steer_look(const struct steer_cursor *c, uint32_t ahead, uint32_t len, void *buf)
{
	struct steer_cursor there = *c;

	if (steer_left(c) < ahead + len)
		return NULL;
	there.off += ahead;
	return steer_peek(&there, len, buf);
}

/** The length field of a header can only make the packet shorter. */
static inline void
steer_cut(struct steer_cursor *c, uint64_t end)
{
	if (end < c->end)
		c->end = (uint32_t)end;
	else if (end > c->end)
		c->malformed = true;
}

static inline uint16_t
steer_load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline void
steer_store_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/** Tags that the lower port took out of the packet. */
#define STEER_STRIPPED (RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ_STRIPPED)

static inline bool
steer_is_tpid(uint16_t type)
{
	return type == RTE_ETHER_TYPE_VLAN || type == RTE_ETHER_TYPE_QINQ ||
	       type == RTE_ETHER_TYPE_QINQ1;
}

/** Does a tag follow that is looked through? */
static inline bool
steer_is_tag(uint16_t type)
{
	/* What most packets have is told apart first. */
	return type != RTE_ETHER_TYPE_IPV4 && type != RTE_ETHER_TYPE_IPV6 &&
	       (steer_is_tpid(type) || type == RTE_ETHER_TYPE_ETAG);
}

/* steer_parse_tags.c: tags behind the MAC addresses. */

/**
 * E-tag and VLAN tags.
 *
 * @param l2        Slot of L2, where the VLAN tags go.
 * @param type      EtherType behind the MAC addresses.
 * @param stripped  The lower port took tags out: those go in front.
 * @param meta      Bits are added.
 * @return          EtherType behind the tags that were looked through.
 */
uint16_t steer_parse_tags(struct steer_cursor *c, uint8_t *l2, uint16_t type, bool stripped,
			  uint64_t *meta);

/* steer_parse_l25.c: what stands between L2 and L3. */

/**
 * PPPoE, MPLS.
 *
 * @param type  EtherType behind L2.
 * @param meta  Bits are added.
 * @return      EtherType of the L3 header behind it, 0 if there is none that we know.
 */
uint16_t steer_parse_l25(struct steer_cursor *c, uint16_t type, uint64_t *meta);

/* steer_parse_ext.c: IPv6 extension headers, AH. */

/**
 * Step over the extension headers of IPv6.
 *
 * @param stack  Where the fragment header goes.
 * @param proto  Next header in the IPv6 header; becomes that of L4.
 * @param meta   Bits are added.
 * @return       True if there may be an L4 header.
 */
bool steer_parse_exts(struct steer_cursor *c, struct steer_stack *stack, uint8_t *proto,
		      uint64_t *meta);

/** Step over an AH. @return true if the way goes on with *proto. */
bool steer_parse_ah(struct steer_cursor *c, uint8_t *proto);

/* steer_parse_l4.c: L4 headers that few packets have. */

/** As parse_l4() in steer_parse.c, which has TCP, UDP, SCTP and ICMP. */
void steer_parse_l4_rare(struct steer_cursor *c, struct steer_stack *stack, uint8_t proto,
			 enum steer_l3 l3, uint64_t *meta);

/* steer_parse_icmp6.c */

/**
 * What follows the first four bytes of ICMPv6, if somebody asks for it: the cursor stands behind
 * them, and stays there.
 */
void steer_parse_icmp6(struct steer_cursor *c, struct steer_stack *stack);

/* steer_parse_l4.c */

/** What UDP carries in the same stack. The cursor stands behind UDP, and stays there. */
void steer_parse_behind_udp(struct steer_cursor *c, struct steer_stack *stack);

/*
 * steer_parse_tunnel.c: headers of tunnels. Both take the cursor behind the header and return the
 * EtherType of what follows, RTE_ETHER_TYPE_TEB for Ethernet, 0 if nothing that we know does.
 */

/** @param port  UDP destination port. */
uint16_t steer_parse_tunnel_udp(struct steer_cursor *c, uint16_t port, struct steer_key *key);

/** @param proto  IP protocol. */
uint16_t steer_parse_tunnel_ip(struct steer_cursor *c, uint8_t proto, struct steer_key *key);

#endif /* STEER_CURSOR_H */
