/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ip.h>

#include "steer_compat.h"
#include "steer_item_row.h"
#include "steer_match.h"

/* Slots are laid out as the items are: as on the wire, but for ARP's addresses in some releases. */
static_assert(sizeof(struct rte_flow_item_eth) == 14 + 2 + 4, "eth item: header, then bits");
static_assert(sizeof(struct rte_flow_item_vlan) == 4 + 4, "vlan item: header, then bits");
static_assert(sizeof(struct rte_flow_item_ipv4) == 20, "ipv4 item: header");
static_assert(sizeof(struct rte_flow_item_ipv6) == 40 + 4, "ipv6 item: header, then bits");
static_assert(sizeof(struct rte_flow_item_ipv6_frag_ext) == 8, "ipv6_frag_ext item: header");
static_assert(sizeof(struct rte_flow_item_arp_eth_ipv4) == 32, "arp_eth_ipv4 item: aligned");
static_assert(sizeof(struct rte_flow_item_tcp) == 20, "tcp item: header");
static_assert(sizeof(struct rte_flow_item_udp) == 8, "udp item: header");
static_assert(sizeof(struct rte_flow_item_sctp) == 12, "sctp item: header");
static_assert(sizeof(struct rte_flow_item_icmp) == 8, "icmp item: header");
static_assert(sizeof(struct rte_flow_item_icmp6) == 4, "icmp6 item: header");

static const struct steer_item_field eth_fields[] = {
	FIELD("dst", 0, 6, 0, MAC),
	FIELD("src", 6, 6, 0, MAC),
	FIELD("type", 12, 2, 0, HEX),
};
static const struct steer_item_bit eth_bits[] = { { "has_vlan", 0, STEER_META_VLAN0 } };

static const struct steer_item_field vlan_fields[] = {
	FIELD("pcp", 0, 2, 0xe000, UINT),
	FIELD("dei", 0, 2, 0x1000, UINT),
	FIELD("vid", 0, 2, 0x0fff, UINT),
	FIELD("inner_type", 2, 2, 0, HEX),
};
static const struct steer_item_bit vlan_bits[] = { { "has_more_vlan", 0, STEER_META_VLAN1 } };

static const struct steer_item_field ipv4_fields[] = {
	FIELD("version", 0, 1, 0xf0, UINT),
	FIELD("ihl", 0, 1, 0x0f, UINT),
	FIELD("tos", 1, 1, 0, UINT),
	FIELD("length", 2, 2, 0, UINT),
	FIELD("packet_id", 4, 2, 0, UINT),
	FIELD("fragment_offset", 6, 2, 0, HEX),
	FIELD("ttl", 8, 1, 0, UINT),
	FIELD("proto", 9, 1, 0, UINT),
	FIELD("checksum", 10, 2, 0, HEX),
	FIELD("src", 12, 4, 0, IPV4),
	FIELD("dst", 16, 4, 0, IPV4),
};

static const struct steer_item_field ipv6_fields[] = {
	FIELD("version", 0, 4, 0xf0000000, UINT),
	FIELD("tc", 0, 4, 0x0ff00000, UINT),
	FIELD("flow", 0, 4, 0x000fffff, HEX),
	FIELD("length", 4, 2, 0, UINT),
	FIELD("proto", 6, 1, 0, UINT),
	FIELD("hop", 7, 1, 0, UINT),
	FIELD("src", 8, 16, 0, IPV6),
	FIELD("dst", 24, 16, 0, IPV6),
};
static const struct steer_item_bit ipv6_bits[] = {
	{ "has_hop_ext", 0, STEER_META_EXT(STEER_EXT_HOP) },
	{ "has_route_ext", 1, STEER_META_EXT(STEER_EXT_ROUTE) },
	{ "has_frag_ext", 2, STEER_META_EXT(STEER_EXT_FRAG) },
	{ "has_auth_ext", 3, STEER_META_EXT(STEER_EXT_AUTH) },
	{ "has_esp_ext", 4, STEER_META_EXT(STEER_EXT_ESP) },
	{ "has_dest_ext", 5, STEER_META_EXT(STEER_EXT_DEST) },
	{ "has_mobil_ext", 6, STEER_META_EXT(STEER_EXT_MOBIL) },
	{ "has_hip_ext", 7, STEER_META_EXT(STEER_EXT_HIP) },
	{ "has_shim6_ext", 8, STEER_META_EXT(STEER_EXT_SHIM6) },
};

static const struct steer_item_field frag_fields[] = {
	FIELD("next_hdr", 0, 1, 0, UINT),
	FIELD("reserved", 1, 1, 0, HEX),
	FIELD("frag_data", 2, 2, 0, HEX),
	FIELD("packet_id", 4, 4, 0, HEX),
};
/* rte_flow has no default for it: all but what is reserved. */
static const struct rte_flow_item_ipv6_frag_ext frag_mask = {
	.hdr = { .next_header = 0xff, .frag_data = 0xffff, .id = 0xffffffff },
};

static const struct steer_item_field arp_fields[] = {
	FIELD("hrd", 0, 2, 0, UINT),
	FIELD("pro", 2, 2, 0, HEX),
	FIELD("hln", 4, 1, 0, UINT),
	FIELD("pln", 5, 1, 0, UINT),
	FIELD("op", 6, 2, 0, UINT),
	FIELD("sha", 8, 6, 0, MAC),
	FIELD("spa", STEER_ARP_SPA, 4, 0, IPV4),
	FIELD("tha", STEER_ARP_SPA + 4, 6, 0, MAC),
	FIELD("tpa", STEER_ARP_TPA, 4, 0, IPV4),
};

static const struct steer_item_field tcp_fields[] = {
	FIELD("src", 0, 2, 0, UINT),
	FIELD("dst", 2, 2, 0, UINT),
	FIELD("seq", 4, 4, 0, UINT),
	FIELD("ack", 8, 4, 0, UINT),
	FIELD("data_off", 12, 1, 0xf0, UINT),
	FIELD("reserved", 12, 1, 0x0f, HEX),
	FIELD("flags", 13, 1, 0, HEX),
	FIELD("window", 14, 2, 0, UINT),
	FIELD("checksum", 16, 2, 0, HEX),
	FIELD("urgent", 18, 2, 0, UINT),
};

static const struct steer_item_field udp_fields[] = {
	FIELD("src", 0, 2, 0, UINT),
	FIELD("dst", 2, 2, 0, UINT),
	FIELD("length", 4, 2, 0, UINT),
	FIELD("checksum", 6, 2, 0, HEX),
};

static const struct steer_item_field sctp_fields[] = {
	FIELD("src", 0, 2, 0, UINT),
	FIELD("dst", 2, 2, 0, UINT),
	FIELD("tag", 4, 4, 0, HEX),
	FIELD("cksum", 8, 4, 0, HEX),
};

static const struct steer_item_field icmp_fields[] = {
	FIELD("type", 0, 1, 0, UINT),
	FIELD("code", 1, 1, 0, UINT),
	FIELD("checksum", 2, 2, 0, HEX),
	FIELD("ident", 4, 2, 0, UINT),
	FIELD("seq", 6, 2, 0, UINT),
};

static const struct steer_item_field icmp6_fields[] = {
	FIELD("type", 0, 1, 0, UINT),
	FIELD("code", 1, 1, 0, UINT),
	FIELD("checksum", 2, 2, 0, HEX),
};

static const struct steer_item items[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_ETH, .name = "eth",
	  .layer = STEER_LAYER_ETH, .len = 14, SLOT(l2, 0),
	  BIT(STEER_META_ETH),
	  .default_mask = &rte_flow_item_eth_mask, FIELDS(eth_fields), BITS(eth_bits) },
	{ .type = RTE_FLOW_ITEM_TYPE_VLAN, .name = "vlan",
	  .layer = STEER_LAYER_VLAN, .most = 2, .len = 4, SLOT(l2, STEER_L2_VLAN(0)),
	  BIT(STEER_META_VLAN0), .default_mask = &rte_flow_item_vlan_mask, FIELDS(vlan_fields),
	  BITS(vlan_bits) },
	{ .type = RTE_FLOW_ITEM_TYPE_IPV4, .name = "ipv4",
	  .layer = STEER_LAYER_L3, .len = 20, SLOT(l3, 0),
	  L3(IPV4),
	  .default_mask = &rte_flow_item_ipv4_mask, FIELDS(ipv4_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_IPV6, .name = "ipv6",
	  .layer = STEER_LAYER_L3, .len = 40, SLOT(l3, 0),
	  L3(IPV6),
	  .default_mask = &rte_flow_item_ipv6_mask, FIELDS(ipv6_fields), BITS(ipv6_bits) },
	{ .type = RTE_FLOW_ITEM_TYPE_ARP_ETH_IPV4, .name = "arp_eth_ipv4",
	  .layer = STEER_LAYER_L3, .len = 32, SLOT(l3, 0),
	  L3(ARP),
	  .default_mask = &rte_flow_item_arp_eth_ipv4_mask, FIELDS(arp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT, .name = "ipv6_frag_ext",
	  .layer = STEER_LAYER_EXT, .len = 8, SLOT(frag, 0),
	  BIT(STEER_META_EXT(STEER_EXT_FRAG)), .below_l3 = 1 << STEER_L3_IPV6,
	  .default_mask = &frag_mask, FIELDS(frag_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_TCP, .name = "tcp",
	  .layer = STEER_LAYER_L4, .len = 20, SLOT(l4, 0),
	  L4(TCP),
	  BELOW_IP,
	  .default_mask = &rte_flow_item_tcp_mask, FIELDS(tcp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_UDP, .name = "udp",
	  .layer = STEER_LAYER_L4, .len = 8, SLOT(l4, 0),
	  L4(UDP),
	  BELOW_IP,
	  .default_mask = &rte_flow_item_udp_mask, FIELDS(udp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_SCTP, .name = "sctp",
	  .layer = STEER_LAYER_L4, .len = 12, SLOT(l4, 0),
	  L4(SCTP),
	  BELOW_IP,
	  .default_mask = &rte_flow_item_sctp_mask, FIELDS(sctp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_ICMP, .name = "icmp",
	  .layer = STEER_LAYER_L4, .len = 8, SLOT(l4, 0),
	  L4(ICMP),
	  .below_l3 = 1 << STEER_L3_IPV4, .default_mask = &rte_flow_item_icmp_mask,
	  FIELDS(icmp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_ICMP6, .name = "icmp6",
	  .layer = STEER_LAYER_L4, .len = 4, SLOT(l4, 0),
	  L4(ICMP6),
	  .below_l3 = 1 << STEER_L3_IPV6, .default_mask = &rte_flow_item_icmp6_mask,
	  FIELDS(icmp6_fields) },
};

const struct steer_item *
steer_item_at(unsigned int i)
{
	if (i < RTE_DIM(items))
		return &items[i];
	i -= RTE_DIM(items);
	if (i < steer_n_items_rare)
		return &steer_items_rare[i];
	i -= steer_n_items_rare;
	return i < steer_n_items_tunnel ? &steer_items_tunnel[i] : NULL;
}

const struct steer_item *
steer_item(enum rte_flow_item_type type, enum steer_l4 below)
{
	const struct steer_item *row, *found = NULL;

	for (unsigned int i = 0; (row = steer_item_at(i)) != NULL; i++) {
		if (row->type != type)
			continue;
		if ((row->layer == STEER_LAYER_UDP) == (below == STEER_L4_UDP))
			return row;
		found = row;
	}
	return found;
}

uint32_t
steer_item_bits(const struct steer_item *item, const void *spec)
{
	uint32_t word = 0;

	/* Bit fields begin where the header ends: the compiler aligns none of them. */
	if (item->n_bits > 0 && spec != NULL)
		memcpy(&word, (const uint8_t *)spec + item->len, sizeof(word));
	return word;
}

size_t
steer_item_offset(const struct steer_item *item, unsigned int nth, bool inner)
{
	size_t off = item->slot;

	if (item->layer == STEER_LAYER_TUNNEL)
		return off;
	if (inner && off >= offsetof(struct steer_key, outer_rare))
		off += offsetof(struct steer_key, inner_rare) -
		       offsetof(struct steer_key, outer_rare);
	else if (inner)
		off += offsetof(struct steer_key, inner) - offsetof(struct steer_key, outer);
	return off + nth * item->len;
}

bool
steer_item_asked(const struct steer_item *item, const struct steer_match *match, unsigned int nth,
		 bool inner)
{
	const uint64_t mask = steer_item_meta(item, item->meta_mask, nth, inner);
	const uint64_t spec = steer_item_meta(item, item->meta_spec, nth, inner);
	const uint64_t rare = steer_item_rare(item, nth, inner);

	if (item->layer == STEER_LAYER_TUNNEL)
		return steer_item_tunnel_asked(item, match);
	return (match->mask[0] & mask) == mask && (match->spec[0] & mask) == spec &&
	       (match->spec[STEER_KEY_RARE] & rare) == rare;
}
