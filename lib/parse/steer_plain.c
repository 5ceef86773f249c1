/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>

#include <rte_tcp.h>

#include "steer_plain.h"

#define VXLAN_LEN 8

#define L4(type, header) \
	((STEER_PLAIN_L4_NONE - (uint32_t)sizeof(header)) | \
	 (uint32_t)((uint64_t)(type) << STEER_META_L4_SHIFT | STEER_META_L4_ANY) \
		 << STEER_PLAIN_L4_SHIFT)

const uint32_t steer_plain_l4[UINT8_MAX + 1] = {
	[IPPROTO_TCP] = L4(STEER_L4_TCP, struct rte_tcp_hdr),
	[IPPROTO_UDP] = L4(STEER_L4_UDP, struct rte_udp_hdr),
};

static inline uint64_t
vxlan_meta(uint32_t around, uint32_t inside)
{
	return around | (uint64_t)inside << STEER_META_INNER |
	       (uint64_t)STEER_TUNNEL_VXLAN << STEER_META_TUNNEL_SHIFT;
}

bool
steer_plain_vxlan(const struct steer_plain *p, const struct rte_mbuf *m, uint32_t depth,
		  struct steer_key *key)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	const uint8_t *udp = p->l3 + (steer_meta_l3(p->around) == STEER_L3_IPV4 ?
				      sizeof(struct rte_ipv4_hdr) : sizeof(struct rte_ipv6_hdr));
	const uint8_t *vxlan = udp + sizeof(struct rte_udp_hdr);
	const uint32_t at = (uint32_t)(vxlan - data) + VXLAN_LEN;
	const struct steer_easy *easy;
	struct steer_plain inner;

	if (steer_meta_l4(p->around) != STEER_L4_UDP ||
	    steer_load_be16(udp + 2) != STEER_PORT_VXLAN || at > m->data_len || at > p->end)
		return false;
	easy = steer_easy_at(data + at, m->data_len - at, p->end - at);
	if (likely(easy != NULL)) {
		key->meta = vxlan_meta(p->around, easy->meta);
		steer_easy_fill(easy, data + at, depth | STEER_DEPTH_MAC, &key->inner);
	} else {
		steer_plain_look_at(&(struct steer_plain_room){
			.eth = data + at, .contiguous = m->data_len - at, .end = p->end - at,
		}, &inner);
		if (inner.meta == 0)
			return false;
		key->meta = vxlan_meta(p->around, inner.meta);
		steer_plain_fill(inner.l3, data + at, inner.meta, depth | STEER_DEPTH_MAC,
				 &key->inner);
	}
	steer_plain_fill(p->l3, data, p->around, depth, &key->outer);
	memcpy(key->tunnel, vxlan, VXLAN_LEN);
	return true;
}

/* L4 types are the same inside, elsewhere; L3 types are not. */
uint32_t
steer_plain_vxlan_ptype(uint64_t meta)
{
	const uint32_t inner = steer_plain_ptype((uint32_t)(meta >> STEER_META_INNER));
	const uint32_t tagged = meta >> STEER_META_INNER & STEER_META_VLAN0;

	return steer_plain_ptype((uint32_t)meta) | RTE_PTYPE_TUNNEL_VXLAN |
	       (tagged ? RTE_PTYPE_INNER_L2_ETHER_VLAN : RTE_PTYPE_INNER_L2_ETHER) |
	       (steer_meta_l3(meta >> STEER_META_INNER) == STEER_L3_IPV4 ?
			RTE_PTYPE_INNER_L3_IPV4 : RTE_PTYPE_INNER_L3_IPV6) |
	       (inner & RTE_PTYPE_L4_MASK) << 16;
}
