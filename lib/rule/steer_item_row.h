/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Words that the tables of items are written in; for their files alone.
 */

#ifndef STEER_ITEM_ROW_H
#define STEER_ITEM_ROW_H

#include <rte_common.h>

#include "steer_item.h"

#define FIELD(name, off, len, bits, format) { name, off, len, bits, STEER_FORMAT_##format }
#define FIELDS(array) .fields = array, .n_fields = RTE_DIM(array)
#define BITS(array) .bits = array, .n_bits = RTE_DIM(array)
#define L3(type) \
	.meta_mask = STEER_META_L3, .meta_spec = (uint64_t)STEER_L3_##type << STEER_META_L3_SHIFT
#define L4(type) \
	.meta_mask = STEER_META_L4, .meta_spec = (uint64_t)STEER_L4_##type << STEER_META_L4_SHIFT
#define BIT(name) .meta_mask = name, .meta_spec = name
/** One kind of tunnel, or all that agree with it under a STEER_TUNNEL_ANY_*. */
#define TUNNEL_OF(type, which) \
	.meta_mask = (uint64_t)STEER_TUNNEL_##which << STEER_META_TUNNEL_SHIFT,                    \
	.meta_spec = (uint64_t)STEER_TUNNEL_##type << STEER_META_TUNNEL_SHIFT
#define TUNNEL(type) TUNNEL_OF(type, ONE)
/** Where the header stands: in a stack, in what a stack rarely has, or in the tunnel's slot. */
#define SLOT(member, at) .slot = offsetof(struct steer_key, outer.member) + (at)
#define RARE_SLOT(member, at) .slot = offsetof(struct steer_key, outer_rare.member) + (at)
#define TUNNEL_SLOT(at) .slot = offsetof(struct steer_key, tunnel) + (at)
#define BELOW_IP .below_l3 = 1 << STEER_L3_IPV4 | 1 << STEER_L3_IPV6

/* steer_item_rare.c */
extern const struct steer_item steer_items_rare[];
extern const unsigned int steer_n_items_rare;

/* steer_item_tunnel.c */
extern const struct steer_item steer_items_tunnel[];
extern const unsigned int steer_n_items_tunnel;

#endif /* STEER_ITEM_ROW_H */
