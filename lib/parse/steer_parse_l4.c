/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>
#include <string.h>

#include "steer_cursor.h"
#include "steer_parse.h"

#define PROTO_L2TP 115

#define ESP_LEN 8
#define IGMP_LEN 8
#define L2TPV3_LEN 4
#define ICMP6_LEN 4

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

void
steer_parse_behind_udp(struct steer_cursor *c, struct steer_stack *stack)
{
	uint8_t buf[ESP_LEN];
	const uint8_t *hdr;

	if (!has_port(stack, STEER_PORT_ESP))
		return;
	/* A keepalive is one byte, and whole. */
	if (steer_left(c) < ESP_LEN)
		return;
	hdr = steer_peek(c, ESP_LEN, buf);
	if (is_zero(hdr))
		return;
	memcpy(stack->l4 + STEER_L4_BEHIND_UDP, hdr, ESP_LEN);
	c->rare_meta |= STEER_RARE_UDP_ESP;
}
