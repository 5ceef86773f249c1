/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Random items: spec, last and mask for one header.
 */

#ifndef GEN_ITEM_H
#define GEN_ITEM_H

#include <rte_flow.h>

#include "gen_random.h"

struct gen_rule;
struct gen_style;
struct ref_packet;

/** Flags of an item that are no part of the header (has_vlan, ...), as the packet has them. */
struct gen_flags {
	bool has_vlan;      /**< ETH. */
	bool has_more_vlan; /**< VLAN. */
	unsigned int exts;  /**< IPV6. */
};

/** Append an item without spec. */
struct rte_flow_item *gen_item_bare(struct gen_rule *rule, enum rte_flow_item_type type);

/** Append an item that asks for something of @p header (as it is on the wire), or for nothing. */
void gen_item(struct gen_random *r, const struct gen_style *style, enum rte_flow_item_type type,
	      const uint8_t *header, const struct gen_flags *flags, struct gen_rule *rule);

/** Append ANY for @p num layers. */
void gen_item_any(struct gen_random *r, uint32_t num, struct gen_rule *rule);

/** MARK, META or a TAG: a small value, a range, or nothing, under masks of all kinds. */
void gen_item_reg(struct gen_random *r, enum rte_flow_item_type type, uint8_t index,
		  struct gen_rule *rule);

/** Append PORT_ID or REPRESENTED_PORT, which name port GEN_PORT or nothing. */
void gen_item_port(struct gen_random *r, enum rte_flow_item_type type, struct gen_rule *rule);

/** Append FUZZY, with any threshold. */
void gen_item_fuzzy(struct gen_random *r, struct gen_rule *rule);

/** Append RAW for bytes of the packet, more often than not where they are. */
void gen_item_raw(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule);

/** Have the bytes of item @p n, copied with its rule, be those of the copy. */
void gen_item_raw_repoint(struct gen_rule *rule, unsigned int n);

/** Append GENEVE_OPT for an option of the packet. */
void gen_item_geneve_opt(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule);
void gen_item_geneve_opt_repoint(struct gen_rule *rule, unsigned int n);

/** Append INTEGRITY. */
void gen_item_integrity(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule);

#endif /* GEN_ITEM_H */
