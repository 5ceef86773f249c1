/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Easy packets: what most plain ones (steer_plain.h) are, told with a few comparisons.
 *
 * Ethernet without a tag, IPv4 without options, no fragment, TCP or UDP, all lengths coherent, and
 * so much in the first segment that TCP's header is there, whatever L4 is. Their key has all of
 * that, and nothing else: see steer_easy_fills(). With IPv6 without extensions instead, packets are
 * nearly as easy.
 */

#ifndef STEER_EASY_H
#define STEER_EASY_H

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
#include "steer_key.h"
#include "steer_parse.h"

/** What an easy packet comes to, by its IP protocol. */
struct steer_easy {
	/** IPv4's total length is above this; of a protocol that is not easy, none is. */
	uint16_t above;
	/** STEER_META_*, as steer_parse() would have it. */
	uint16_t meta;
	/** As steer_ptype() would have it. */
	uint32_t ptype;
};

extern const struct steer_easy steer_easy[UINT8_MAX + 1];

/** UDP ports of tunnels, each at its STEER_EASY_TUNNEL(). */
extern const rte_be16_t steer_easy_tunnels[128];
#define STEER_EASY_TUNNEL(low_byte) ((low_byte) >> 1)

#define STEER_EASY_L4 (RTE_ETHER_HDR_LEN + sizeof(struct rte_ipv4_hdr))
#define STEER_EASY_MIN (STEER_EASY_L4 + sizeof(struct rte_tcp_hdr))
/** Where addresses and ports begin, which follow each other. */
#define STEER_EASY_TUPLE (RTE_ETHER_HDR_LEN + offsetof(struct rte_ipv4_hdr, src_addr))

/**
 * Is a packet easy? Protocols are told by a table: TCP and UDP in turn would be mispredicted.
 *
 * @param eth         Where it begins.
 * @param contiguous  Bytes of it in the first segment.
 * @param end         Bytes of it in all segments.
 * @return            What it comes to; NULL: it is not, but it may be plain.
 */
static __rte_always_inline const struct steer_easy *
steer_easy_at(const uint8_t *eth, uint32_t contiguous, uint32_t end)
{
	const uint8_t *ip = eth + RTE_ETHER_HDR_LEN;
	const struct steer_easy *easy;
	/* EtherType, and the first bytes of IP. */
	unaligned_uint32_t head;
	unaligned_uint16_t frag;
	uint32_t len;

	if (unlikely(contiguous < STEER_EASY_MIN))
		return NULL;
	memcpy(&head, ip - 2, sizeof(head));
	memcpy(&frag, ip + offsetof(struct rte_ipv4_hdr, fragment_offset), sizeof(frag));
	if (unlikely((head & RTE_BE32(0xffffff00)) !=
		     RTE_BE32(RTE_ETHER_TYPE_IPV4 << 16 | 0x4500)) ||
	    unlikely((frag & RTE_BE16(0x3fff)) != 0))
		return NULL;
	easy = &steer_easy[ip[offsetof(struct rte_ipv4_hdr, next_proto_id)]];
	len = steer_load_be16(ip + offsetof(struct rte_ipv4_hdr, total_length));
	if (unlikely(len <= easy->above) || unlikely(RTE_ETHER_HDR_LEN + len > end))
		return NULL;
	return easy;
}

/** The same of a packet of the lower port, whose tags are where they were. */
static __rte_always_inline const struct steer_easy *
steer_easy_look(const struct rte_mbuf *m, const uint8_t *eth)
{
	const struct steer_easy *easy = steer_easy_at(eth, m->data_len, m->pkt_len);

	return unlikely((m->ol_flags & STEER_STRIPPED) != 0) ? NULL : easy;
}

/** Is the destination port of a TCP or UDP header that of a tunnel? */
static __rte_always_inline bool
steer_easy_is_tunnel(const uint8_t *l4)
{
	const uint8_t *dst = l4 + offsetof(struct rte_udp_hdr, dst_port);
	unaligned_uint16_t port;

	memcpy(&port, dst, sizeof(port));
	return port == steer_easy_tunnels[STEER_EASY_TUNNEL(dst[1])];
}

/** What IP carries, of TCP not all, unless asked for; and Ethernet, if asked for. */
static __rte_always_inline void
steer_easy_fill_l4(const struct steer_easy *easy, const uint8_t *eth, const uint8_t *l4,
		   uint32_t depth, struct steer_stack *stack)
{
	memcpy(stack->l4, l4, sizeof(struct rte_udp_hdr));
	if (likely((depth & (STEER_DEPTH_MAC | STEER_DEPTH_TCP)) == 0))
		return;
	if (depth & STEER_DEPTH_MAC)
		memcpy(stack->l2, eth, RTE_ETHER_HDR_LEN);
	if ((depth & STEER_DEPTH_TCP) && steer_meta_l4(easy->meta) == STEER_L4_TCP)
		memcpy(stack->l4 + sizeof(struct rte_udp_hdr), l4 + sizeof(struct rte_udp_hdr),
		       sizeof(struct rte_tcp_hdr) - sizeof(struct rte_udp_hdr));
}

/** The slots of an easy packet. */
static __rte_always_inline void
steer_easy_fill(const struct steer_easy *easy, const uint8_t *eth, uint32_t depth,
		struct steer_stack *stack)
{
	memcpy(stack->l3, eth + RTE_ETHER_HDR_LEN, sizeof(struct rte_ipv4_hdr));
	steer_easy_fill_l4(easy, eth, eth + STEER_EASY_L4, depth, stack);
}

/* IPv6 */

#define STEER_EASY6_L4 (RTE_ETHER_HDR_LEN + sizeof(struct rte_ipv6_hdr))
/** What else steer_easy.meta and .ptype are with IPv6: these bits are flipped. */
#define STEER_EASY6_META \
	((uint32_t)(STEER_L3_IPV4 ^ STEER_L3_IPV6) << STEER_META_L3_SHIFT)
#define STEER_EASY6_PTYPE (RTE_PTYPE_L3_IPV4 ^ RTE_PTYPE_L3_IPV6)

/** As steer_easy_look(), with IPv6; the key is to be filled by steer_easy6_fill(). */
static __rte_always_inline const struct steer_easy *
steer_easy6_look(const struct rte_mbuf *m, const uint8_t *eth)
{
	const uint8_t *ip = eth + RTE_ETHER_HDR_LEN;
	const struct steer_easy *easy;
	unaligned_uint32_t head;
	uint32_t len;

	if (m->data_len < STEER_EASY6_L4)
		return NULL;
	memcpy(&head, ip - 2, sizeof(head));
	if ((head & RTE_BE32(0xfffff000)) != RTE_BE32(RTE_ETHER_TYPE_IPV6 * 0x10000u | 0x6000))
		return NULL;
	easy = &steer_easy[ip[offsetof(struct rte_ipv6_hdr, proto)]];
	/* As if it were IPv4's; of no protocol that is not easy has the first segment so much. */
	len = sizeof(struct rte_ipv4_hdr) +
	      steer_load_be16(ip + offsetof(struct rte_ipv6_hdr, payload_len));
	if (len <= easy->above ||
	    m->data_len - STEER_EASY6_L4 + sizeof(struct rte_ipv4_hdr) <= easy->above ||
	    STEER_EASY6_L4 - sizeof(struct rte_ipv4_hdr) + len > m->pkt_len ||
	    (m->ol_flags & STEER_STRIPPED) != 0)
		return NULL;
	return easy;
}

/** As steer_easy_fill(). */
static __rte_always_inline void
steer_easy6_fill(const struct steer_easy *easy, const uint8_t *eth, uint32_t depth,
		 struct steer_stack *stack)
{
	memcpy(stack->l3, eth + RTE_ETHER_HDR_LEN, sizeof(struct rte_ipv6_hdr));
	steer_easy_fill_l4(easy, eth, eth + STEER_EASY6_L4, depth, stack);
}

/** Is what a mask touches in a word of the key filled of all easy packets, however deep? */
bool steer_easy_fills(unsigned int word, uint64_t mask);

#endif /* STEER_EASY_H */
