/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Items for headers that few packets have. */

#include <assert.h>

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

const struct steer_item steer_items_rare[] = {
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
