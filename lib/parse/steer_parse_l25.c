/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "steer_cursor.h"

#define PPPOE_LEN 6
#define PPPOE_VERSION_TYPE 0x11
#define PPP_LEN 2
#define MPLS_LEN 4
#define MPLS_BOTTOM 0x01 /* in the third byte */

/* PPP protocols */
#define PPP_IPV4 0x0021
#define PPP_IPV6 0x0057
#define PPP_MPLS 0x0281
#define PPP_MPLSM 0x0283

/** @return the EtherType that says the same; 0 if there is none that we know. */
static uint16_t
type_of_ppp(uint16_t proto)
{
	switch (proto) {
	case PPP_IPV4:
		return RTE_ETHER_TYPE_IPV4;
	case PPP_IPV6:
		return RTE_ETHER_TYPE_IPV6;
	case PPP_MPLS:
	case PPP_MPLSM:
		return RTE_ETHER_TYPE_MPLS;
	default:
		return 0;
	}
}

/** The PPP protocol, as PPPoE has it: in two bytes. */
static uint16_t
parse_ppp(struct steer_cursor *c)
{
	uint8_t buf[PPP_LEN];
	const uint8_t *proto = steer_peek(c, sizeof(buf), buf);

	if (proto == NULL)
		return 0;
	c->off += sizeof(buf);
	if (c->rare != NULL)
		memcpy(c->rare->pppoe + PPPOE_LEN, proto, sizeof(buf));
	c->rare_meta |= STEER_RARE_PPP;
	return type_of_ppp(steer_load_be16(proto));
}

static uint16_t
parse_pppoe(struct steer_cursor *c, uint16_t type, uint64_t *meta)
{
	const bool session = type == RTE_ETHER_TYPE_PPPOE_SESSION;
	uint8_t buf[PPPOE_LEN];
	const uint8_t *hdr = steer_peek(c, sizeof(buf), buf);

	if (hdr == NULL || hdr[0] != PPPOE_VERSION_TYPE)
		return 0;
	c->at.pppoe = (uint16_t)c->off;
	c->off += sizeof(buf);
	if (c->rare != NULL)
		memcpy(c->rare->pppoe, hdr, sizeof(buf));
	c->rare_meta |= session ? STEER_RARE_PPPOES : STEER_RARE_PPPOED;
	*meta |= STEER_META_L25;
	steer_cut(c, (uint64_t)c->off + steer_load_be16(hdr + 4));
	return session ? parse_ppp(c) : 0;
}

/** What stands behind the last label has no type: IP is told by its version. */
static uint16_t
type_behind_mpls(struct steer_cursor *c)
{
	uint8_t buf;

	if (steer_left(c) == 0)
		return 0;
	switch (*steer_peek(c, sizeof(buf), &buf) >> 4) {
	case 4:
		return RTE_ETHER_TYPE_IPV4;
	case 6:
		return RTE_ETHER_TYPE_IPV6;
	default:
		return 0;
	}
}

static uint16_t
parse_mpls(struct steer_cursor *c, uint64_t *meta)
{
	c->at.mpls = (uint16_t)c->off;
	for (unsigned int n = 0; n < STEER_MPLS_MAX; n++) {
		uint8_t buf[MPLS_LEN];
		const uint8_t *label = steer_peek(c, sizeof(buf), buf);

		if (label == NULL)
			return 0;
		c->off += sizeof(buf);
		if (c->rare != NULL)
			memcpy(c->rare->mpls + n * sizeof(buf), label, sizeof(buf));
		c->rare_meta |= STEER_RARE_MPLS(n);
		*meta |= STEER_META_L25;
		if (label[2] & MPLS_BOTTOM)
			return type_behind_mpls(c);
	}
	return 0;
}

uint16_t
steer_parse_l25(struct steer_cursor *c, uint16_t type, uint64_t *meta)
{
	if (type == RTE_ETHER_TYPE_PPPOE_SESSION || type == RTE_ETHER_TYPE_PPPOE_DISCOVERY)
		type = parse_pppoe(c, type, meta);
	if (type == RTE_ETHER_TYPE_MPLS || type == RTE_ETHER_TYPE_MPLSM)
		type = parse_mpls(c, meta);
	return type;
}
