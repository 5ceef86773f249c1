/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>
#include <string.h>

#include <rte_flow.h>

#include "steer_cursor.h"
#include "steer_parse.h"

#define PROTO_L2TP 115

#define ESP_LEN 8
#define IGMP_LEN 8
#define L2TPV3_LEN 4
#define ICMP6_LEN 4
#define PFCP_LEN 8       /* without a SEID */
#define PFCP_SEID_LEN 16 /* with one */
#define PFCP_VERSION 1
#define PFCP_S 0x01

/** Length of the L4 header that @p proto needs, and its type. 0: none that we know. */
static uint32_t
l4_of(uint8_t proto, enum steer_l3 l3, enum steer_l4 *l4)
{
	switch (proto) {
	case IPPROTO_ICMPV6:
		*l4 = STEER_L4_ICMP6;
		return l3 == STEER_L3_IPV6 ? ICMP6_LEN : 0;
	case IPPROTO_ESP:
		*l4 = STEER_L4_ESP;
		return ESP_LEN;
	case IPPROTO_IGMP:
		*l4 = STEER_L4_IGMP;
		return l3 == STEER_L3_IPV4 ? IGMP_LEN : 0;
	case PROTO_L2TP:
		*l4 = STEER_L4_L2TPV3;
		return L2TPV3_LEN;
	default:
		return 0;
	}
}

void
steer_parse_l4_rare(struct steer_cursor *c, struct steer_stack *stack, uint8_t proto,
		    enum steer_l3 l3, uint64_t *meta)
{
	uint8_t buf[sizeof(stack->l4)];
	enum steer_l4 l4;
	const uint8_t *hdr;
	uint32_t len = l4_of(proto, l3, &l4);

	if (len == 0) {
		c->carried = proto;
		return;
	}
	hdr = steer_peek(c, len, buf);
	if (hdr == NULL)
		return;
	memcpy(stack->l4, hdr, len);
	c->at.l4 = (uint16_t)c->off;
	*meta |= (uint64_t)l4 << STEER_META_L4_SHIFT | STEER_META_L4_ANY;
	c->off += len;
	if (l4 == STEER_L4_ICMP6 && c->rare != NULL)
		steer_parse_icmp6(c, stack);
}

/* Behind UDP */

static bool
has_port(const struct steer_stack *stack, uint16_t port)
{
	return steer_load_be16(stack->l4) == port || steer_load_be16(stack->l4 + 2) == port;
}

/** @return true if four bytes are all zero. */
static bool
is_zero(const uint8_t *p)
{
	return (p[0] | p[1] | p[2] | p[3]) == 0;
}

static void
parse_udp_esp(struct steer_cursor *c, struct steer_stack *stack)
{
	uint8_t buf[ESP_LEN];
	/* A keepalive is one byte, and whole. */
	const uint8_t *hdr = steer_look(c, 0, ESP_LEN, buf);

	if (hdr == NULL || is_zero(hdr))
		return;
	memcpy(stack->l4 + STEER_L4_BEHIND_UDP, hdr, ESP_LEN);
	c->rare_meta |= STEER_RARE_UDP_ESP;
}

/** As struct rte_flow_item_pfcp has it: S alone, and a SEID of 0 where there is none. */
static void
parse_pfcp(struct steer_cursor *c, struct steer_stack *stack)
{
	uint8_t *slot = stack->l4 + STEER_L4_BEHIND_UDP;
	uint8_t buf[PFCP_SEID_LEN];
	const uint8_t *hdr = steer_look(c, 0, PFCP_LEN, buf);
	bool session;

	if (hdr == NULL || hdr[0] >> 5 != PFCP_VERSION)
		return;
	session = hdr[0] & PFCP_S;
	if (session)
		hdr = steer_look(c, 0, PFCP_SEID_LEN, buf);
	if (hdr == NULL)
		return;
	memset(slot, 0, sizeof(struct rte_flow_item_pfcp));
	slot[0] = session;
	memcpy(slot + 1, hdr + 1, 3);
	if (session)
		memcpy(slot + offsetof(struct rte_flow_item_pfcp, seid), hdr + 4, 8);
	c->rare_meta |= STEER_RARE_PFCP;
}

void
steer_parse_behind_udp(struct steer_cursor *c, struct steer_stack *stack)
{
	if (has_port(stack, STEER_PORT_ESP))
		parse_udp_esp(c, stack);
	else if (has_port(stack, STEER_PORT_PFCP))
		parse_pfcp(c, stack);
}
