/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Items for headers that few packets have. */

#include <assert.h>

#include "steer_compat.h"
#include "steer_item_row.h"

/* As on the wire: bit fields of whole bytes lie where the bytes do. */
static_assert(sizeof(struct rte_flow_item_ah) == 12, "ah item: header");
static_assert(sizeof(struct rte_flow_item_esp) == 8, "esp item: header");
static_assert(sizeof(struct rte_flow_item_igmp) == 8, "igmp item: header");
static_assert(sizeof(struct rte_flow_item_l2tpv3oip) == 4, "l2tpv3oip item: header");
static_assert(sizeof(struct rte_flow_item_e_tag) == 8, "e_tag item: header behind its TPID");
static_assert(sizeof(struct rte_flow_item_pppoe) == 6, "pppoe item: header");
static_assert(sizeof(struct rte_flow_item_pppoe_proto_id) == 2, "pppoe_proto_id item: header");
static_assert(sizeof(struct rte_flow_item_mpls) == 4, "mpls item: header");
static_assert(sizeof(struct rte_flow_item_ipv6_ext) == 1, "ipv6_ext item: one byte");
static_assert(sizeof(struct rte_flow_item_icmp6_nd_ns) == 24, "icmp6_nd_ns item: header");
static_assert(sizeof(struct rte_flow_item_icmp6_nd_na) == 24, "icmp6_nd_na item: header");
static_assert(sizeof(struct rte_flow_item_icmp6_nd_opt) == 2, "icmp6_nd_opt item: header");
static_assert(sizeof(struct rte_flow_item_icmp6_nd_opt_sla_eth) == 8, "sla_eth item: option");
static_assert(sizeof(struct rte_flow_item_icmp6_nd_opt_tla_eth) == 8, "tla_eth item: option");
static_assert(sizeof(struct rte_flow_item_pfcp) == 16, "pfcp item: its SEID aligned");

static const struct steer_item_field ah_fields[] = {
	FIELD("next_hdr", 0, 1, 0, UINT),
	FIELD("payload_len", 1, 1, 0, UINT),
	FIELD("reserved", 2, 2, 0, HEX),
	FIELD("spi", 4, 4, 0, UINT),
	FIELD("seq_num", 8, 4, 0, UINT),
};

static const struct steer_item_field esp_fields[] = {
	FIELD("spi", 0, 4, 0, UINT),
	FIELD("seq", 4, 4, 0, UINT),
};

static const struct steer_item_field igmp_fields[] = {
	FIELD("type", 0, 1, 0, UINT),
	FIELD("max_resp_time", 1, 1, 0, UINT),
	FIELD("checksum", 2, 2, 0, HEX),
	FIELD("group_addr", 4, 4, 0, IPV4),
};

static const struct steer_item_field l2tpv3oip_fields[] = {
	FIELD("session_id", 0, 4, 0, UINT),
};

static const struct steer_item_field e_tag_fields[] = {
	FIELD("epcp", 0, 2, 0xe000, UINT),
	FIELD("edei", 0, 2, 0x1000, UINT),
	FIELD("in_ecid_b", 0, 2, 0x0fff, UINT),
	FIELD("rsvd", 2, 2, 0xc000, HEX),
	FIELD("grp_ecid_b", 2, 2, 0x3fff, UINT),
	FIELD("in_ecid_e", 4, 1, 0, UINT),
	FIELD("ecid_e", 5, 1, 0, UINT),
	FIELD("inner_type", 6, 2, 0, HEX),
};

static const struct steer_item_field pppoe_fields[] = {
	FIELD("version_type", 0, 1, 0, HEX),
	FIELD("code", 1, 1, 0, UINT),
	FIELD("seid", 2, 2, 0, UINT),
	FIELD("length", 4, 2, 0, UINT),
};
/* rte_flow has no default for it. */
static const struct rte_flow_item_pppoe pppoe_mask = { .session_id = 0xffff };

static const struct steer_item_field ppp_fields[] = {
	FIELD("", 0, 2, 0, HEX),
};

static const struct steer_item_field mpls_fields[] = {
	FIELD("label", 0, 3, 0xfffff0, UINT),
	FIELD("tc", 2, 1, 0x0e, UINT),
	FIELD("s", 2, 1, 0x01, UINT),
	FIELD("ttl", 3, 1, 0, UINT),
};

static const struct steer_item_field next_fields[] = {
	FIELD("next_hdr", 0, 1, 0, UINT),
};

#ifdef STEER_HAS_ITEM_IPV6_ROUTING_EXT
static const struct steer_item_field route_fields[] = {
	FIELD("ext_next_hdr", 0, 1, 0, UINT),
	FIELD("ext_len", 1, 1, 0, UINT),
	FIELD("ext_type", 2, 1, 0, UINT),
	FIELD("ext_seg_left", 3, 1, 0, UINT),
	FIELD("ext_flags", 4, 4, 0, HEX),
};
/* rte_flow has no default for it: what kind it is. */
static const struct rte_flow_item_ipv6_routing_ext route_mask = { .hdr = { .type = 0xff } };
#endif

static const struct steer_item_field nd_ns_fields[] = {
	FIELD("type", 0, 1, 0, UINT),
	FIELD("code", 1, 1, 0, UINT),
	FIELD("checksum", 2, 2, 0, HEX),
	FIELD("reserved", 4, 4, 0, HEX),
	FIELD("target_addr", 8, 16, 0, IPV6),
};

static const struct steer_item_field nd_na_fields[] = {
	FIELD("type", 0, 1, 0, UINT),
	FIELD("code", 1, 1, 0, UINT),
	FIELD("checksum", 2, 2, 0, HEX),
	FIELD("rso_reserved", 4, 4, 0, HEX),
	FIELD("target_addr", 8, 16, 0, IPV6),
};

#ifdef STEER_HAS_ITEM_ICMP6_ECHO
static const struct steer_item_field echo_fields[] = {
	FIELD("type", 0, 1, 0, UINT),
	FIELD("code", 1, 1, 0, UINT),
	FIELD("checksum", 2, 2, 0, HEX),
	FIELD("ident", 4, 2, 0, UINT),
	FIELD("seq", 6, 2, 0, UINT),
};
/* rte_flow has no default for them. */
static const struct rte_flow_item_icmp6_echo echo_mask = {
	.hdr = { .identifier = 0xffff, .sequence = 0xffff },
};
#endif

static const struct steer_item_field nd_opt_fields[] = {
	FIELD("type", 0, 1, 0, UINT),
	FIELD("length", 1, 1, 0, UINT),
};

static const struct steer_item_field sla_fields[] = {
	FIELD("type", 0, 1, 0, UINT),
	FIELD("length", 1, 1, 0, UINT),
	FIELD("sla", 2, 6, 0, MAC),
};

static const struct steer_item_field tla_fields[] = {
	FIELD("type", 0, 1, 0, UINT),
	FIELD("length", 1, 1, 0, UINT),
	FIELD("tla", 2, 6, 0, MAC),
};

/* The parser lays the slot out as the structure is: the SEID is aligned there. */
static const struct steer_item_field pfcp_fields[] = {
	FIELD("s_field", 0, 1, 0, UINT),
	FIELD("msg_type", 1, 1, 0, UINT),
	FIELD("msg_len", 2, 2, 0, UINT),
	FIELD("seid", offsetof(struct rte_flow_item_pfcp, seid), 8, 0, HEX),
};

#define ICMP6_MESSAGE L4(ICMP6), .below_l3 = 1 << STEER_L3_IPV6
#define ND_OPTION .layer = STEER_LAYER_ND, .below_l3 = 1 << STEER_L3_IPV6

const struct steer_item steer_items_rare[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_IPV6_EXT, .name = "ipv6_ext", .most = STEER_NEXT_MAX,
	  .layer = STEER_LAYER_EXT, .len = 1, RARE_SLOT(next, 0), .rare = STEER_RARE_NEXT(0),
	  .below_l3 = 1 << STEER_L3_IPV6,
	  .default_mask = &rte_flow_item_ipv6_ext_mask, FIELDS(next_fields) },
#ifdef STEER_HAS_ITEM_IPV6_ROUTING_EXT
	{ .type = RTE_FLOW_ITEM_TYPE_IPV6_ROUTING_EXT, .name = "ipv6_routing_ext",
	  .layer = STEER_LAYER_EXT, .len = 8, RARE_SLOT(route, 0),
	  BIT(STEER_META_EXT(STEER_EXT_ROUTE)), .below_l3 = 1 << STEER_L3_IPV6,
	  .default_mask = &route_mask, FIELDS(route_fields) },
#endif
	{ .type = RTE_FLOW_ITEM_TYPE_ICMP6_ND_NS, .name = "icmp6_nd_ns",
	  .layer = STEER_LAYER_L4, .len = 24, SLOT(l4, 0), .rare = STEER_RARE_ND_NS,
	  ICMP6_MESSAGE, .default_mask = &rte_flow_item_icmp6_nd_ns_mask, FIELDS(nd_ns_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_ICMP6_ND_NA, .name = "icmp6_nd_na",
	  .layer = STEER_LAYER_L4, .len = 24, SLOT(l4, 0), .rare = STEER_RARE_ND_NA,
	  ICMP6_MESSAGE, .default_mask = &rte_flow_item_icmp6_nd_na_mask, FIELDS(nd_na_fields) },
#ifdef STEER_HAS_ITEM_ICMP6_ECHO
	{ .type = RTE_FLOW_ITEM_TYPE_ICMP6_ECHO_REQUEST, .name = "icmp6_echo_request",
	  .layer = STEER_LAYER_L4, .len = 8, SLOT(l4, 0), .rare = STEER_RARE_ECHO_REQUEST,
	  ICMP6_MESSAGE, .default_mask = &echo_mask, FIELDS(echo_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_ICMP6_ECHO_REPLY, .name = "icmp6_echo_reply",
	  .layer = STEER_LAYER_L4, .len = 8, SLOT(l4, 0), .rare = STEER_RARE_ECHO_REPLY,
	  ICMP6_MESSAGE, .default_mask = &echo_mask, FIELDS(echo_fields) },
#endif
	{ .type = RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT, .name = "icmp6_nd_opt",
	  .most = STEER_ND_OPTS_MAX, .len = 2, RARE_SLOT(nd_opts, 0),
	  .rare = STEER_RARE_ND_OPT(0), ND_OPTION,
	  .default_mask = &rte_flow_item_icmp6_nd_opt_mask, FIELDS(nd_opt_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_SLA_ETH, .name = "icmp6_nd_opt_sla_eth",
	  .len = 8, RARE_SLOT(sla, 0), .rare = STEER_RARE_SLA, ND_OPTION,
	  .default_mask = &rte_flow_item_icmp6_nd_opt_sla_eth_mask, FIELDS(sla_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_TLA_ETH, .name = "icmp6_nd_opt_tla_eth",
	  .len = 8, RARE_SLOT(tla, 0), .rare = STEER_RARE_TLA, ND_OPTION,
	  .default_mask = &rte_flow_item_icmp6_nd_opt_tla_eth_mask, FIELDS(tla_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_PFCP, .name = "pfcp",
	  .layer = STEER_LAYER_UDP, .len = sizeof(struct rte_flow_item_pfcp),
	  SLOT(l4, STEER_L4_BEHIND_UDP), .rare = STEER_RARE_PFCP,
	  BELOW_IP, .default_mask = &rte_flow_item_pfcp_mask, FIELDS(pfcp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_E_TAG, .name = "e_tag",
	  .layer = STEER_LAYER_ETAG, .len = 8, RARE_SLOT(etag, 0), .rare = STEER_RARE_ETAG,
	  .default_mask = &rte_flow_item_e_tag_mask, FIELDS(e_tag_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_PPPOES, .name = "pppoes",
	  .layer = STEER_LAYER_PPPOE, .len = 6, RARE_SLOT(pppoe, 0), .rare = STEER_RARE_PPPOES,
	  .default_mask = &pppoe_mask, FIELDS(pppoe_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_PPPOED, .name = "pppoed",
	  .layer = STEER_LAYER_PPPOE, .len = 6, RARE_SLOT(pppoe, 0), .rare = STEER_RARE_PPPOED,
	  .default_mask = &pppoe_mask, FIELDS(pppoe_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_PPPOE_PROTO_ID, .name = "pppoe_proto_id",
	  .layer = STEER_LAYER_PPP, .len = 2, RARE_SLOT(pppoe, 6), .rare = STEER_RARE_PPP,
	  .default_mask = &rte_flow_item_pppoe_proto_id_mask, FIELDS(ppp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_MPLS, .name = "mpls", .most = STEER_MPLS_MAX,
	  .layer = STEER_LAYER_MPLS, .len = 4, RARE_SLOT(mpls, 0), .rare = STEER_RARE_MPLS(0),
	  .default_mask = &rte_flow_item_mpls_mask, FIELDS(mpls_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_AH, .name = "ah",
	  .layer = STEER_LAYER_EXT, .len = 12, RARE_SLOT(ah, 0), .rare = STEER_RARE_AH,
	  BELOW_IP, .default_mask = &rte_flow_item_ah_mask, FIELDS(ah_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_ESP, .name = "esp",
	  .layer = STEER_LAYER_UDP, .len = 8, SLOT(l4, STEER_L4_BEHIND_UDP),
	  .rare = STEER_RARE_UDP_ESP,
	  BELOW_IP, .default_mask = &rte_flow_item_esp_mask, FIELDS(esp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_ESP, .name = "esp",
	  .layer = STEER_LAYER_L4, .len = 8, SLOT(l4, 0), L4(ESP),
	  BELOW_IP, .default_mask = &rte_flow_item_esp_mask, FIELDS(esp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_IGMP, .name = "igmp",
	  .layer = STEER_LAYER_L4, .len = 8, SLOT(l4, 0), L4(IGMP),
	  .below_l3 = 1 << STEER_L3_IPV4,
	  .default_mask = &rte_flow_item_igmp_mask, FIELDS(igmp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_L2TPV3OIP, .name = "l2tpv3oip",
	  .layer = STEER_LAYER_L4, .len = 4, SLOT(l4, 0), L4(L2TPV3),
	  BELOW_IP, .default_mask = &rte_flow_item_l2tpv3oip_mask, FIELDS(l2tpv3oip_fields) },
};
const unsigned int steer_n_items_rare = RTE_DIM(steer_items_rare);
