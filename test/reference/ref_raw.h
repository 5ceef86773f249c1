/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * RAW items: bytes at a place of the mbuf. See ref_match.h for how places are counted.
 */

#ifndef REF_RAW_H
#define REF_RAW_H

#include <stdbool.h>
#include <stddef.h>

#include <rte_flow.h>

struct ref_packet;
struct ref_stack;

/**
 * The first byte behind a header.
 *
 * @param type  Of its item; of L3 and L4 any that has the layer.
 * @param tag   For VLAN and MPLS: tags or labels up to and including this one.
 * @param end   What it is for items that are no header.
 */
size_t ref_header_end(enum rte_flow_item_type type, const struct ref_packet *p,
		      const struct ref_stack *s, unsigned int tag, size_t end);

/** @param end  In: of what the item before has matched. Out: of what this one has. */
bool ref_raw_matches(const struct rte_flow_item *item, const struct ref_packet *p, size_t *end);

#endif /* REF_RAW_H */
