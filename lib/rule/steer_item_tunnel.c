/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Items of tunnels, and of what stands between a tunnel's header and what it carries. */

#include <assert.h>

#include "steer_item_row.h"
#include "steer_match.h"

/* Slots are laid out as the items are: as on the wire. */
static_assert(sizeof(struct rte_flow_item_vxlan) == 8, "vxlan item: header");
static_assert(sizeof(struct rte_flow_item_vxlan_gpe) == 8, "vxlan_gpe item: header");
static_assert(sizeof(struct rte_flow_item_geneve) == 8, "geneve item: header");
static_assert(sizeof(struct rte_flow_item_gre) == 4, "gre item: header");
static_assert(sizeof(struct rte_flow_item_gre_opt) == 12, "gre_option item: three words");
static_assert(sizeof(struct rte_flow_item_nvgre) == 8, "nvgre item: header");
static_assert(sizeof(struct rte_flow_item_gtp) == 8, "gtp item: header");
static_assert(sizeof(struct rte_flow_item_gtp_psc) == 3, "gtp_psc item: header");

static const struct steer_item_field vxlan_fields[] = {
	FIELD("flags", 0, 1, 0, HEX),
	FIELD("rsvd0", 1, 3, 0, HEX),
	FIELD("vni", 4, 3, 0, UINT),
	FIELD("rsvd1", 7, 1, 0, HEX),
};

static const struct steer_item_field vxlan_gpe_fields[] = {
	FIELD("flags", 0, 1, 0, HEX),
	FIELD("rsvd0", 1, 2, 0, HEX),
	FIELD("protocol", 3, 1, 0, UINT),
	FIELD("vni", 4, 3, 0, UINT),
	FIELD("rsvd1", 7, 1, 0, HEX),
};

static const struct steer_item_field geneve_fields[] = {
	FIELD("ver_opt_len_o_c_rsvd0", 0, 2, 0, HEX),
	FIELD("protocol", 2, 2, 0, HEX),
	FIELD("vni", 4, 3, 0, UINT),
	FIELD("rsvd1", 7, 1, 0, HEX),
};

static const struct steer_item_field gre_fields[] = {
	FIELD("c_rsvd0_ver", 0, 2, 0, HEX),
	FIELD("protocol", 2, 2, 0, HEX),
};

static const struct steer_item_field nvgre_fields[] = {
	FIELD("c_k_s_rsvd0_ver", 0, 2, 0, HEX),
	FIELD("protocol", 2, 2, 0, HEX),
	FIELD("tni", 4, 3, 0, UINT),
	FIELD("flow_id", 7, 1, 0, UINT),
};

/* The key is a number of its own, without a structure. */
static const struct steer_item_field gre_key_fields[] = { FIELD("value", 0, 4, 0, UINT) };
static const rte_be32_t gre_key_mask = RTE_BE32(0xffffffff);

static const struct steer_item_field gre_option_fields[] = {
	FIELD("checksum", 0, 2, 0, HEX),
	FIELD("reserved", 2, 2, 0, HEX),
	FIELD("key", 4, 4, 0, UINT),
	FIELD("sequence", 8, 4, 0, UINT),
};
static const uint8_t gre_option_needs[] = {
	STEER_GRE_C, STEER_GRE_C, STEER_GRE_K, STEER_GRE_S,
};
static_assert(RTE_DIM(gre_option_needs) == RTE_DIM(gre_option_fields), "a flag for each field");
/* rte_flow has no default for it: all but what is reserved. */
static const struct rte_flow_item_gre_opt gre_option_mask = {
	.checksum_rsvd = { .checksum = 0xffff },
	.key = { .key = 0xffffffff },
	.sequence = { .sequence = 0xffffffff },
};

static const struct steer_item_field gtp_fields[] = {
	FIELD("v_pt_rsv_flags", 0, 1, 0, HEX),
	FIELD("msg_type", 1, 1, 0, UINT),
	FIELD("msg_len", 2, 2, 0, UINT),
	FIELD("teid", 4, 4, 0, UINT),
};

static const struct steer_item_field gtp_psc_fields[] = {
	FIELD("ext_hdr_len", 0, 1, 0, UINT),
	FIELD("pdu_t", 1, 1, 0xf0, UINT),
	FIELD("qmp", 1, 1, 0x08, UINT),
	FIELD("pad", 1, 1, 0x07, HEX),
	FIELD("spare", 2, 1, 0xc0, HEX),
	FIELD("qfi", 2, 1, 0x3f, UINT),
};

#define OVER_UDP .layer = STEER_LAYER_TUNNEL, .over = STEER_L4_UDP, TUNNEL_SLOT(0)
#define OVER_IP .layer = STEER_LAYER_TUNNEL, .over = STEER_L4_NONE, TUNNEL_SLOT(0)

const struct steer_item steer_items_tunnel[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_VXLAN, .name = "vxlan", OVER_UDP, .len = 8, TUNNEL(VXLAN),
	  .default_mask = &rte_flow_item_vxlan_mask, FIELDS(vxlan_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_GENEVE, .name = "geneve", OVER_UDP, .len = 8, TUNNEL(GENEVE),
	  .default_mask = &rte_flow_item_geneve_mask, FIELDS(geneve_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_VXLAN_GPE, .name = "vxlan-gpe", OVER_UDP, .len = 8,
	  TUNNEL(VXLAN_GPE),
	  .default_mask = &rte_flow_item_vxlan_gpe_mask, FIELDS(vxlan_gpe_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_GTP, .name = "gtp", OVER_UDP, .len = 8,
	  TUNNEL_OF(GTPU, ANY_GTP),
	  .default_mask = &rte_flow_item_gtp_mask, FIELDS(gtp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_GTPU, .name = "gtpu", OVER_UDP, .len = 8,
	  TUNNEL_OF(GTPU, ANY_GTPX),
	  .default_mask = &rte_flow_item_gtp_mask, FIELDS(gtp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_GTPC, .name = "gtpc", OVER_UDP, .len = 8,
	  TUNNEL_OF(GTPC, ANY_GTPX),
	  .default_mask = &rte_flow_item_gtp_mask, FIELDS(gtp_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_GTP_PSC, .name = "gtp_psc",
	  .layer = STEER_LAYER_TUNNEL, .over = STEER_L4_UDP, TUNNEL_SLOT(STEER_GTP_PSC),
	  .behind = STEER_BEHIND_GTP_PSC, .len = 3, TUNNEL_OF(GTPU_PSC, ANY_PSC),
	  .default_mask = &rte_flow_item_gtp_psc_mask, FIELDS(gtp_psc_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_GRE, .name = "gre", OVER_IP, .len = 4,
	  TUNNEL_OF(GRE, ANY_GRE),
	  .default_mask = &rte_flow_item_gre_mask, FIELDS(gre_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_NVGRE, .name = "nvgre", OVER_IP, .len = 8, TUNNEL(NVGRE),
	  .default_mask = &rte_flow_item_nvgre_mask, FIELDS(nvgre_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_GRE_KEY, .name = "gre_key",
	  .layer = STEER_LAYER_TUNNEL, .over = STEER_L4_NONE, TUNNEL_SLOT(STEER_GRE_KEY),
	  .behind = STEER_BEHIND_GRE_KEY, .len = 4, TUNNEL_OF(GRE, ANY_GRE), .needs = STEER_GRE_K,
	  .default_mask = &gre_key_mask, FIELDS(gre_key_fields) },
	{ .type = RTE_FLOW_ITEM_TYPE_GRE_OPTION, .name = "gre_option",
	  .layer = STEER_LAYER_TUNNEL, .over = STEER_L4_NONE, TUNNEL_SLOT(STEER_GRE_OPTION),
	  .behind = STEER_BEHIND_GRE_OPTION, .len = 12, TUNNEL_OF(GRE, ANY_GRE),
	  .field_needs = gre_option_needs,
	  .default_mask = &gre_option_mask, FIELDS(gre_option_fields) },
};
const unsigned int steer_n_items_tunnel = RTE_DIM(steer_items_tunnel);

static bool
demanded(const struct steer_item *item, const struct steer_match *match)
{
	return (match->mask[0] & item->meta_mask) == item->meta_mask &&
	       (match->spec[0] & item->meta_mask) == item->meta_spec;
}

/** Does a match ask for anything in the slot of an item? */
static bool
slot_asked(const struct steer_item *item, const struct steer_match *match)
{
	const uint8_t *mask = (const uint8_t *)match->mask + item->slot;

	for (unsigned int i = 0; i < item->len; i++)
		if (mask[i] != 0)
			return true;
	for (unsigned int i = 0; i < match->n_ranges; i++)
		if (match->fields[i].off >= item->slot &&
		    match->fields[i].off < item->slot + item->len)
			return true;
	return false;
}

/** Does the tunnel's own item have the bytes of one that stands behind it, too? */
static bool
is_covered(const struct steer_item *item, const struct steer_match *match)
{
	for (unsigned int i = 0; i < steer_n_items_tunnel; i++) {
		const struct steer_item *other = &steer_items_tunnel[i];

		if (other->behind == 0 && demanded(other, match) && other->slot <= item->slot &&
		    other->slot + other->len >= item->slot + item->len)
			return true;
	}
	return false;
}

bool
steer_item_tunnel_asked(const struct steer_item *item, const struct steer_match *match)
{
	if (!demanded(item, match))
		return false;
	/* The container has bits of meta; keys and options are said by the flags of GRE. */
	if (item->behind != 0)
		return item->behind == STEER_BEHIND_GTP_PSC ||
		       (slot_asked(item, match) && !is_covered(item, match));
	for (unsigned int i = 0; i < steer_n_items_tunnel; i++) {
		const struct steer_item *other = &steer_items_tunnel[i];

		if (other->behind == 0 && demanded(other, match) &&
		    __builtin_popcountll(other->meta_mask) > __builtin_popcountll(item->meta_mask))
			return false;
	}
	return true;
}
