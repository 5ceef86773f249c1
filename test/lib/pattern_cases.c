/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "pattern_cases.h"
#include "steer_compat.h"

#define SLOT(name) offsetof(struct steer_key, outer.name)
#define RARE(name) offsetof(struct steer_key, outer_rare.name)
#define TYPE(name) RTE_FLOW_ITEM_TYPE_##name
#define L3(type) STEER_META_L3, (uint64_t)STEER_L3_##type << STEER_META_L3_SHIFT
#define L4(type) STEER_META_L4, (uint64_t)STEER_L4_##type << STEER_META_L4_SHIFT
#define TUNNEL(type) STEER_META_TUNNEL, (uint64_t)STEER_TUNNEL_##type << STEER_META_TUNNEL_SHIFT
#define FAMILY(mask, type)                                                                         \
	(uint64_t)(mask) << STEER_META_TUNNEL_SHIFT,                                               \
	(uint64_t)STEER_TUNNEL_##type << STEER_META_TUNNEL_SHIFT
#define BIT(name) STEER_META_##name, STEER_META_##name

/* rte_flow.h has none: all but the reserved byte. */
static const uint8_t frag_mask[8] = { 0xff, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static const uint8_t gre_key_mask[4] = { 0xff, 0xff, 0xff, 0xff };
static const uint8_t gre_option_mask[12] = {
	0xff, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

#define TUNNEL_SLOT offsetof(struct steer_key, tunnel)

/* Neither has it one for PPPoE: the session. */
static const uint8_t seid_mask[6] = { 0, 0, 0xff, 0xff };

#define ITEM(type, name, slot, meta, layer)                                                        \
	{ TYPE(type), #name, sizeof(struct rte_flow_item_##name), slot, meta, layer,              \
	  &rte_flow_item_##name##_mask, 0, 0 }

#define RARE_ITEM(type, name, slot, bit, layer, mask, most)                                        \
	{ TYPE(type), #name, sizeof(struct rte_flow_item_##name), slot, 0, 0, layer, mask,         \
	  STEER_RARE_##bit, 0, most }

#define ND_ITEM(type, name, bit)                                                                   \
	{ TYPE(type), #name, sizeof(struct rte_flow_item_##name), SLOT(l4), L4(ICMP6), 5,          \
	  &rte_flow_item_##name##_mask, STEER_RARE_##bit, 0, 0 }

/* What 22.11 does not have, and what later releases have no default mask for. */
#ifdef STEER_HAS_ITEM_ICMP6_ECHO
static const uint8_t route_mask[8] = { 0, 0, 0xff };
static const uint8_t echo_mask[8] = { 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff };

#define ECHO_ITEM(type, name, bit)                                                                 \
	{ TYPE(type), name, 8, SLOT(l4), L4(ICMP6), 5, echo_mask, STEER_RARE_##bit, 0, 0 }
#define LATER_ITEMS                                                                                \
	{ TYPE(IPV6_ROUTING_EXT), "ipv6_routing_ext", 8, RARE(route),                              \
	  STEER_META_EXT(STEER_EXT_ROUTE), STEER_META_EXT(STEER_EXT_ROUTE), 4, route_mask, 0, 0,   \
	  0 },                                                                                     \
	ECHO_ITEM(ICMP6_ECHO_REQUEST, "icmp6_echo_request", ECHO_REQUEST),                         \
	ECHO_ITEM(ICMP6_ECHO_REPLY, "icmp6_echo_reply", ECHO_REPLY),
#define ECHO_FIELDS(type)                                                                          \
	{ TYPE(type), "type", 0, 1, 0 }, { TYPE(type), "code", 1, 1, 0 },                          \
	{ TYPE(type), "checksum", 2, 2, 0 }, { TYPE(type), "ident", 4, 2, 0 },                     \
	{ TYPE(type), "seq", 6, 2, 0 },
#define LATER_FIELDS                                                                               \
	{ TYPE(IPV6_ROUTING_EXT), "ext_next_hdr", 0, 1, 0 },                                       \
	{ TYPE(IPV6_ROUTING_EXT), "ext_len", 1, 1, 0 },                                            \
	{ TYPE(IPV6_ROUTING_EXT), "ext_type", 2, 1, 0 },                                           \
	{ TYPE(IPV6_ROUTING_EXT), "ext_seg_left", 3, 1, 0 },                                       \
	{ TYPE(IPV6_ROUTING_EXT), "ext_flags", 4, 4, 0 },                                          \
	ECHO_FIELDS(ICMP6_ECHO_REQUEST) ECHO_FIELDS(ICMP6_ECHO_REPLY)
#else
#define LATER_ITEMS
#define LATER_FIELDS
#endif

const struct case_item case_items[] = {
	ITEM(ETH, eth, SLOT(l2), BIT(ETH), 1),
	ITEM(VLAN, vlan, SLOT(l2) + 14, BIT(VLAN0), 2),
	ITEM(IPV4, ipv4, SLOT(l3), L3(IPV4), 3),
	ITEM(IPV6, ipv6, SLOT(l3), L3(IPV6), 3),
	ITEM(ARP_ETH_IPV4, arp_eth_ipv4, SLOT(l3), L3(ARP), 3),
	{ TYPE(IPV6_FRAG_EXT), "ipv6_frag_ext", 8, SLOT(frag), STEER_META_EXT(STEER_EXT_FRAG),
	  STEER_META_EXT(STEER_EXT_FRAG), 4, frag_mask, 0, 0 },
	RARE_ITEM(AH, ah, RARE(ah), AH, 4, &rte_flow_item_ah_mask, 0),
	RARE_ITEM(E_TAG, e_tag, RARE(etag), ETAG, 11, &rte_flow_item_e_tag_mask, 0),
	{ TYPE(PPPOES), "pppoes", 6, RARE(pppoe), 0, 0, 21, seid_mask, STEER_RARE_PPPOES, 0, 0 },
	{ TYPE(PPPOED), "pppoed", 6, RARE(pppoe), 0, 0, 21, seid_mask, STEER_RARE_PPPOED, 0, 0 },
	RARE_ITEM(PPPOE_PROTO_ID, pppoe_proto_id, RARE(pppoe) + 6, PPP, 22,
		  &rte_flow_item_pppoe_proto_id_mask, 0),
	RARE_ITEM(IPV6_EXT, ipv6_ext, RARE(next), NEXT(0), 4, &rte_flow_item_ipv6_ext_mask, 8),
	ND_ITEM(ICMP6_ND_NS, icmp6_nd_ns, ND_NS),
	ND_ITEM(ICMP6_ND_NA, icmp6_nd_na, ND_NA),
	RARE_ITEM(ICMP6_ND_OPT, icmp6_nd_opt, RARE(nd_opts), ND_OPT(0), 51,
		  &rte_flow_item_icmp6_nd_opt_mask, 4),
	RARE_ITEM(ICMP6_ND_OPT_SLA_ETH, icmp6_nd_opt_sla_eth, RARE(sla), SLA, 51,
		  &rte_flow_item_icmp6_nd_opt_sla_eth_mask, 0),
	RARE_ITEM(ICMP6_ND_OPT_TLA_ETH, icmp6_nd_opt_tla_eth, RARE(tla), TLA, 51,
		  &rte_flow_item_icmp6_nd_opt_tla_eth_mask, 0),
	RARE_ITEM(PFCP, pfcp, SLOT(l4) + 8, PFCP, 52, &rte_flow_item_pfcp_mask, 0),
	LATER_ITEMS
	RARE_ITEM(MPLS, mpls, RARE(mpls), MPLS(0), 23, &rte_flow_item_mpls_mask, 5),
	ITEM(TCP, tcp, SLOT(l4), L4(TCP), 5),
	ITEM(UDP, udp, SLOT(l4), L4(UDP), 5),
	ITEM(SCTP, sctp, SLOT(l4), L4(SCTP), 5),
	ITEM(ICMP, icmp, SLOT(l4), L4(ICMP), 5),
	ITEM(ICMP6, icmp6, SLOT(l4), L4(ICMP6), 5),
	ITEM(ESP, esp, SLOT(l4), L4(ESP), 5),
	ITEM(IGMP, igmp, SLOT(l4), L4(IGMP), 5),
	ITEM(L2TPV3OIP, l2tpv3oip, SLOT(l4), L4(L2TPV3), 5),
	ITEM(VXLAN, vxlan, TUNNEL_SLOT, TUNNEL(VXLAN), 6),
	ITEM(GENEVE, geneve, TUNNEL_SLOT, TUNNEL(GENEVE), 6),
	{ TYPE(VXLAN_GPE), "vxlan-gpe", 8, TUNNEL_SLOT, TUNNEL(VXLAN_GPE), 6,
	  &rte_flow_item_vxlan_gpe_mask },
	ITEM(GTP, gtp, TUNNEL_SLOT, FAMILY(0xc, GTPU), 6),
	{ TYPE(GTPU), "gtpu", 8, TUNNEL_SLOT, FAMILY(0xd, GTPU), 6, &rte_flow_item_gtp_mask },
	{ TYPE(GTPC), "gtpc", 8, TUNNEL_SLOT, FAMILY(0xd, GTPC), 6, &rte_flow_item_gtp_mask },
	ITEM(GTP_PSC, gtp_psc, TUNNEL_SLOT + 8, FAMILY(0xe, GTPU_PSC), 6),
	ITEM(GRE, gre, TUNNEL_SLOT, FAMILY(0xe, GRE), 6),
	ITEM(NVGRE, nvgre, TUNNEL_SLOT, TUNNEL(NVGRE), 6),
	{ TYPE(GRE_KEY), "gre_key", 4, TUNNEL_SLOT + 4, FAMILY(0xe, GRE), 6, gre_key_mask,
	  .needs = 0x20 },
	{ TYPE(GRE_OPTION), "gre_option", 12, TUNNEL_SLOT + 8, FAMILY(0xe, GRE), 6,
	  gre_option_mask },
};
const unsigned int case_n_items = RTE_DIM(case_items);

/* A field by its member, where it has one. */
#define FIELD(type, item, name, member)                                                            \
	{ TYPE(type), name, offsetof(struct rte_flow_item_##item, member),                         \
	  sizeof(((struct rte_flow_item_##item *)0)->member), 0 }
#define ETH(name, member) FIELD(ETH, eth, name, member)
#define IPV4(name, member) FIELD(IPV4, ipv4, name, hdr.member)
#define IPV6(name, member) FIELD(IPV6, ipv6, name, hdr.member)
#define ARP(name) FIELD(ARP_ETH_IPV4, arp_eth_ipv4, #name, name)
/* where its hdr has it, which 22.11 does not have: the old members lie elsewhere */
#define ARP_AT(name, at) \
	{ TYPE(ARP_ETH_IPV4), #name, at, sizeof(((struct rte_flow_item_arp_eth_ipv4 *)0)->name), 0 }
#define TCP(name, member) FIELD(TCP, tcp, name, hdr.member)
#define UDP(name, member) FIELD(UDP, udp, name, hdr.member)
#define SCTP(name, member) FIELD(SCTP, sctp, name, hdr.member)
#define ICMP(name, member) FIELD(ICMP, icmp, name, hdr.member)
#define ICMP6(name) FIELD(ICMP6, icmp6, #name, name)
#define VXLAN(name) FIELD(VXLAN, vxlan, #name, name)
#define GENEVE(name) FIELD(GENEVE, geneve, #name, name)
#define GTP_FIELDS(type)                                                                           \
	FIELD(type, gtp, "v_pt_rsv_flags", v_pt_rsv_flags),                                        \
	FIELD(type, gtp, "msg_type", msg_type), FIELD(type, gtp, "msg_len", msg_len),              \
	FIELD(type, gtp, "teid", teid)

const struct case_field case_fields[] = {
	ETH("dst", dst),
	ETH("src", src),
	ETH("type", type),
	{ TYPE(VLAN), "pcp", 0, 2, 0xe000 },
	{ TYPE(VLAN), "dei", 0, 2, 0x1000 },
	{ TYPE(VLAN), "vid", 0, 2, 0x0fff },
	FIELD(VLAN, vlan, "inner_type", inner_type),
	{ TYPE(IPV4), "version", 0, 1, 0xf0 },
	{ TYPE(IPV4), "ihl", 0, 1, 0x0f },
	IPV4("tos", type_of_service),
	IPV4("length", total_length),
	IPV4("packet_id", packet_id),
	IPV4("fragment_offset", fragment_offset),
	IPV4("ttl", time_to_live),
	IPV4("proto", next_proto_id),
	IPV4("checksum", hdr_checksum),
	IPV4("src", src_addr),
	IPV4("dst", dst_addr),
	{ TYPE(IPV6), "version", 0, 4, 0xf0000000 },
	{ TYPE(IPV6), "tc", 0, 4, 0x0ff00000 },
	{ TYPE(IPV6), "flow", 0, 4, 0x000fffff },
	IPV6("length", payload_len),
	IPV6("proto", proto),
	IPV6("hop", hop_limits),
	IPV6("src", src_addr),
	IPV6("dst", dst_addr),
	ARP(hrd),
	ARP(pro),
	ARP(hln),
	ARP(pln),
	ARP(op),
	ARP(sha),
	ARP_AT(spa, STEER_ARP_SPA),
	ARP_AT(tha, STEER_ARP_SPA + 4),
	ARP_AT(tpa, STEER_ARP_TPA),
	{ TYPE(IPV6_FRAG_EXT), "next_hdr", 0, 1, 0 },
	{ TYPE(IPV6_FRAG_EXT), "reserved", 1, 1, 0 },
	{ TYPE(IPV6_FRAG_EXT), "frag_data", 2, 2, 0 },
	{ TYPE(IPV6_FRAG_EXT), "packet_id", 4, 4, 0 },
	TCP("src", src_port),
	TCP("dst", dst_port),
	TCP("seq", sent_seq),
	TCP("ack", recv_ack),
	{ TYPE(TCP), "data_off", 12, 1, 0xf0 },
	{ TYPE(TCP), "reserved", 12, 1, 0x0f },
	TCP("flags", tcp_flags),
	TCP("window", rx_win),
	TCP("checksum", cksum),
	TCP("urgent", tcp_urp),
	UDP("src", src_port),
	UDP("dst", dst_port),
	UDP("length", dgram_len),
	UDP("checksum", dgram_cksum),
	SCTP("src", src_port),
	SCTP("dst", dst_port),
	SCTP("tag", tag),
	SCTP("cksum", cksum),
	ICMP("type", icmp_type),
	ICMP("code", icmp_code),
	ICMP("checksum", icmp_cksum),
	ICMP("ident", icmp_ident),
	ICMP("seq", icmp_seq_nb),
	ICMP6(type),
	ICMP6(code),
	ICMP6(checksum),
	VXLAN(flags),
	VXLAN(rsvd0),
	VXLAN(vni),
	VXLAN(rsvd1),
	GENEVE(ver_opt_len_o_c_rsvd0),
	GENEVE(protocol),
	GENEVE(vni),
	GENEVE(rsvd1),
	{ TYPE(AH), "next_hdr", 0, 1, 0 },
	{ TYPE(AH), "payload_len", 1, 1, 0 },
	{ TYPE(AH), "reserved", 2, 2, 0 },
	FIELD(AH, ah, "spi", spi),
	FIELD(AH, ah, "seq_num", seq_num),
	FIELD(ESP, esp, "spi", hdr.spi),
	FIELD(ESP, esp, "seq", hdr.seq),
	{ TYPE(IGMP), "type", 0, 1, 0 },
	{ TYPE(IGMP), "max_resp_time", 1, 1, 0 },
	{ TYPE(IGMP), "checksum", 2, 2, 0 },
	FIELD(IGMP, igmp, "group_addr", group_addr),
	FIELD(L2TPV3OIP, l2tpv3oip, "session_id", session_id),
	{ TYPE(VXLAN_GPE), "flags", 0, 1, 0 },
	{ TYPE(VXLAN_GPE), "rsvd0", 1, 2, 0 },
	{ TYPE(VXLAN_GPE), "protocol", 3, 1, 0 },
	{ TYPE(VXLAN_GPE), "vni", 4, 3, 0 },
	{ TYPE(VXLAN_GPE), "rsvd1", 7, 1, 0 },
	GTP_FIELDS(GTP),
	GTP_FIELDS(GTPU),
	GTP_FIELDS(GTPC),
	{ TYPE(GTP_PSC), "ext_hdr_len", 0, 1, 0 },
	{ TYPE(GTP_PSC), "pdu_t", 1, 1, 0xf0 },
	{ TYPE(GTP_PSC), "qmp", 1, 1, 0x08 },
	{ TYPE(GTP_PSC), "pad", 1, 1, 0x07 },
	{ TYPE(GTP_PSC), "spare", 2, 1, 0xc0 },
	{ TYPE(GTP_PSC), "qfi", 2, 1, 0x3f },
	FIELD(GRE, gre, "c_rsvd0_ver", c_rsvd0_ver),
	FIELD(GRE, gre, "protocol", protocol),
	FIELD(NVGRE, nvgre, "c_k_s_rsvd0_ver", c_k_s_rsvd0_ver),
	FIELD(NVGRE, nvgre, "protocol", protocol),
	FIELD(NVGRE, nvgre, "tni", tni),
	FIELD(NVGRE, nvgre, "flow_id", flow_id),
	{ TYPE(GRE_KEY), "value", 0, 4, 0 },
	{ TYPE(GRE_OPTION), "checksum", 0, 2, 0, 0x80 },
	{ TYPE(GRE_OPTION), "reserved", 2, 2, 0, 0x80 },
	{ TYPE(GRE_OPTION), "key", 4, 4, 0, 0x20 },
	{ TYPE(GRE_OPTION), "sequence", 8, 4, 0, 0x10 },
	{ TYPE(E_TAG), "epcp", 0, 2, 0xe000 },
	{ TYPE(E_TAG), "edei", 0, 2, 0x1000 },
	{ TYPE(E_TAG), "in_ecid_b", 0, 2, 0x0fff },
	{ TYPE(E_TAG), "rsvd", 2, 2, 0xc000 },
	{ TYPE(E_TAG), "grp_ecid_b", 2, 2, 0x3fff },
	FIELD(E_TAG, e_tag, "in_ecid_e", in_ecid_e),
	FIELD(E_TAG, e_tag, "ecid_e", ecid_e),
	FIELD(E_TAG, e_tag, "inner_type", inner_type),
	FIELD(PPPOES, pppoe, "version_type", version_type),
	FIELD(PPPOES, pppoe, "code", code),
	FIELD(PPPOES, pppoe, "seid", session_id),
	FIELD(PPPOES, pppoe, "length", length),
	FIELD(PPPOED, pppoe, "version_type", version_type),
	FIELD(PPPOED, pppoe, "code", code),
	FIELD(PPPOED, pppoe, "seid", session_id),
	FIELD(PPPOED, pppoe, "length", length),
	FIELD(PPPOE_PROTO_ID, pppoe_proto_id, "pppoe_proto_id", proto_id),
	FIELD(IPV6_EXT, ipv6_ext, "next_hdr", next_hdr),
	FIELD(ICMP6_ND_NS, icmp6_nd_ns, "type", type),
	FIELD(ICMP6_ND_NS, icmp6_nd_ns, "code", code),
	FIELD(ICMP6_ND_NS, icmp6_nd_ns, "checksum", checksum),
	FIELD(ICMP6_ND_NS, icmp6_nd_ns, "reserved", reserved),
	FIELD(ICMP6_ND_NS, icmp6_nd_ns, "target_addr", target_addr),
	FIELD(ICMP6_ND_NA, icmp6_nd_na, "type", type),
	FIELD(ICMP6_ND_NA, icmp6_nd_na, "code", code),
	FIELD(ICMP6_ND_NA, icmp6_nd_na, "checksum", checksum),
	FIELD(ICMP6_ND_NA, icmp6_nd_na, "rso_reserved", rso_reserved),
	FIELD(ICMP6_ND_NA, icmp6_nd_na, "target_addr", target_addr),
	FIELD(ICMP6_ND_OPT, icmp6_nd_opt, "type", type),
	FIELD(ICMP6_ND_OPT, icmp6_nd_opt, "length", length),
	FIELD(ICMP6_ND_OPT_SLA_ETH, icmp6_nd_opt_sla_eth, "type", type),
	FIELD(ICMP6_ND_OPT_SLA_ETH, icmp6_nd_opt_sla_eth, "length", length),
	FIELD(ICMP6_ND_OPT_SLA_ETH, icmp6_nd_opt_sla_eth, "sla", sla),
	FIELD(ICMP6_ND_OPT_TLA_ETH, icmp6_nd_opt_tla_eth, "type", type),
	FIELD(ICMP6_ND_OPT_TLA_ETH, icmp6_nd_opt_tla_eth, "length", length),
	FIELD(ICMP6_ND_OPT_TLA_ETH, icmp6_nd_opt_tla_eth, "tla", tla),
	FIELD(PFCP, pfcp, "s_field", s_field),
	FIELD(PFCP, pfcp, "msg_type", msg_type),
	FIELD(PFCP, pfcp, "msg_len", msg_len),
	FIELD(PFCP, pfcp, "seid", seid),
	LATER_FIELDS
	{ TYPE(MPLS), "label", 0, 3, 0xfffff0 },
	{ TYPE(MPLS), "tc", 2, 1, 0x0e },
	{ TYPE(MPLS), "s", 2, 1, 0x01 },
	FIELD(MPLS, mpls, "ttl", ttl),
};
const unsigned int case_n_fields = RTE_DIM(case_fields);

#define EXT_BIT(name, n, ext) { TYPE(IPV6), name, 40, n, STEER_META_EXT(STEER_EXT_##ext) }

const struct case_bit case_bits[] = {
	/* Bit fields are not aligned as their type is. */
	{ TYPE(ETH), "has_vlan", 14, 0, STEER_META_VLAN0 },
	{ TYPE(VLAN), "has_more_vlan", 4, 0, STEER_META_VLAN1 },
	EXT_BIT("has_hop_ext", 0, HOP),
	EXT_BIT("has_route_ext", 1, ROUTE),
	EXT_BIT("has_frag_ext", 2, FRAG),
	EXT_BIT("has_auth_ext", 3, AUTH),
	EXT_BIT("has_esp_ext", 4, ESP),
	EXT_BIT("has_dest_ext", 5, DEST),
	EXT_BIT("has_mobil_ext", 6, MOBIL),
	EXT_BIT("has_hip_ext", 7, HIP),
	{ TYPE(IPV6), "has_shim6_ext", 41, 0, STEER_META_EXT(STEER_EXT_SHIM6) },
};
const unsigned int case_n_bits = RTE_DIM(case_bits);

const struct case_item *
case_item(enum rte_flow_item_type type)
{
	for (unsigned int i = 0; i < RTE_DIM(case_items); i++)
		if (case_items[i].type == type)
			return &case_items[i];
	return NULL;
}

unsigned int
case_order(const struct case_item *item)
{
	static const unsigned int order[] = { 1, 11, 2, 21, 22, 23, 3, 4, 5, 51, 52, 6 };
	unsigned int n = 0;

	while (order[n] != item->layer)
		n++;
	return n;
}

void
case_full_mask(const struct case_field *f, uint8_t *bytes)
{
	for (size_t i = 0; i < f->len; i++)
		bytes[i] = f->bits != 0 ? (uint8_t)(f->bits >> 8 * (f->len - 1 - i)) : 0xff;
}
