/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Parts of the reference matcher: fields of an item, and items of a tunnel's header.
 */

#ifndef REF_MATCH_PART_H
#define REF_MATCH_PART_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "ref_fields.h"

struct ref_packet;

/** Is the value within spec..last, as far as the mask goes? Without range: is it spec? */
bool ref_in_range(ref_int value, ref_int spec, ref_int last, ref_int mask);

/** Does the header have what the item asks for? Without spec that is nothing. */
bool ref_fields_match(const struct rte_flow_item *item, const uint8_t *header);

/** An item of a tunnel's header. */
bool ref_tunnel_matches(const struct rte_flow_item *item, const struct ref_packet *p);

#endif /* REF_MATCH_PART_H */
