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

const struct steer_item steer_items_rare[] = {
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
