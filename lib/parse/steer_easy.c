/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>
#include <stddef.h>

#include <rte_mbuf_ptype.h>

#include "steer_easy.h"

#define META(l4) \
	(STEER_META_ETH | (uint64_t)STEER_L3_IPV4 << STEER_META_L3_SHIFT | STEER_META_L3_ANY | \
	 (uint64_t)(l4) << STEER_META_L4_SHIFT | STEER_META_L4_ANY)

static_assert(META(STEER_L4_L2TPV3) <= UINT16_MAX, "meta of one stack has 16 bits here");

#define ROW(name, header) \
	[IPPROTO_ ## name] = { \
		.above = sizeof(struct rte_ipv4_hdr) + sizeof(header) - 1, \
		.meta = META(STEER_L4_ ## name), \
		.ptype = RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV4 | RTE_PTYPE_L4_ ## name, \
	}
#define NONE(first, last) [first ... last] = { .above = UINT16_MAX }

const struct steer_easy steer_easy[UINT8_MAX + 1] = {
	NONE(0, IPPROTO_TCP - 1),
	ROW(TCP, struct rte_tcp_hdr),
	NONE(IPPROTO_TCP + 1, IPPROTO_UDP - 1),
	ROW(UDP, struct rte_udp_hdr),
	NONE(IPPROTO_UDP + 1, UINT8_MAX),
};

#define TUNNEL(port) [STEER_EASY_TUNNEL((port) & UINT8_MAX)] = RTE_BE16(port)

const rte_be16_t steer_easy_tunnels[128] = {
	/* No port that has its place here: else port 0 were in it. */
	[0] = RTE_BE16(UINT16_MAX),
	TUNNEL(STEER_PORT_VXLAN), TUNNEL(STEER_PORT_GENEVE), TUNNEL(STEER_PORT_VXLAN_GPE),
	TUNNEL(STEER_PORT_GTPU),  TUNNEL(STEER_PORT_GTPC),   TUNNEL(STEER_PORT_MPLS),
};

bool
steer_easy_fills(unsigned int word, uint64_t mask)
{
	static const struct {
		size_t at, len;
	} filled[] = {
		{ offsetof(struct steer_key, meta), sizeof(uint64_t) },
		{ offsetof(struct steer_key, outer.l3), sizeof(struct rte_ipv4_hdr) },
		{ offsetof(struct steer_key, outer.l4), sizeof(struct rte_udp_hdr) },
	};
	uint8_t bytes[sizeof(mask)];

	memcpy(bytes, &mask, sizeof(mask));
	for (unsigned int i = 0; i < sizeof(bytes); i++) {
		const size_t at = word * sizeof(mask) + i;
		bool is = bytes[i] == 0;

		for (unsigned int f = 0; f < RTE_DIM(filled); f++)
			is |= at >= filled[f].at && at < filled[f].at + filled[f].len;
		if (!is)
			return false;
	}
	return true;
}
