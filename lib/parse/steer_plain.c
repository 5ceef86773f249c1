/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>

#include <rte_tcp.h>

#include "steer_plain.h"

#define VXLAN_LEN 8

#define L4(type, header) \
	((uint32_t)sizeof(header) | \
	 (uint32_t)((uint64_t)(type) << STEER_META_L4_SHIFT | STEER_META_L4_ANY) << 16)

const uint32_t steer_plain_l4[UINT8_MAX + 1] = {
	[IPPROTO_TCP] = L4(STEER_L4_TCP, struct rte_tcp_hdr),
	[IPPROTO_UDP] = L4(STEER_L4_UDP, struct rte_udp_hdr),
};

bool
steer_plain_vxlan(const struct steer_plain *p, const struct rte_mbuf *m, uint32_t depth,
		  struct steer_key *key)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	const uint8_t *udp = p->l3 + (steer_meta_l3(p->around) == STEER_L3_IPV4 ?
				      sizeof(struct rte_ipv4_hdr) : sizeof(struct rte_ipv6_hdr));
	const uint8_t *vxlan = udp + sizeof(struct rte_udp_hdr);
	const uint32_t at = (uint32_t)(vxlan - data) + VXLAN_LEN;
	struct steer_plain inner;

	if (steer_meta_l4(p->around) != STEER_L4_UDP ||
	    steer_load_be16(udp + 2) != STEER_PORT_VXLAN || at > m->data_len || at > p->end)
		return false;
	steer_plain_look_at(&(struct steer_plain_room){
		.eth = data + at, .contiguous = m->data_len - at, .end = p->end - at,
	}, &inner);
	if (inner.meta == 0)
		return false;
	key->meta = p->around | (uint64_t)inner.meta << STEER_META_INNER |
		    (uint64_t)STEER_TUNNEL_VXLAN << STEER_META_TUNNEL_SHIFT;
	steer_plain_fill(p->l3, data, p->around, depth, &key->outer);
	memcpy(key->tunnel, vxlan, VXLAN_LEN);
	steer_plain_fill(inner.l3, data + at, inner.meta, depth | STEER_DEPTH_MAC, &key->inner);
	return true;
}
