/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The way through the items of a pattern: what they demand of a packet, and which may follow which.
 * Functions that return int return 0, or -EINVAL or -ENOTSUP with the error set.
 */

#ifndef STEER_PATTERN_WALK_H
#define STEER_PATTERN_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "steer_item.h"
#include "steer_match.h"
#include "steer_pattern_extra.h"
#include "steer_repeat.h"

/** Where we are in a pattern. */
struct steer_walk {
	struct steer_match *match;
	struct rte_flow_error *error;
	enum steer_layer layer;
	/** First item of this stack. */
	const struct rte_flow_item *begin;
	/** Items of the same type before this one in the stack: this one is of the next header. */
	unsigned int nth;
	bool inner;
	/** STEER_BEHIND_* of items so far. */
	unsigned int behind;
	/** L3 type and L4 type so far in this stack; NONE: skipped or open. */
	enum steer_l3 l3;
	enum steer_l4 l4;
	/** Registers asked for. */
	uint32_t regs;
	struct steer_extra extra;
	/** What is noted for the next pattern; NULL: nothing. */
	struct steer_repeat *repeat;
};

/** Shift meta bits of the outer stack to the stack we are in. TUNNEL has bits of its own. */
static inline uint64_t
steer_walk_stack(const struct steer_walk *w, uint64_t meta)
{
	return w->inner ? meta << STEER_META_INNER : meta;
}

/* What is demanded: steer_pattern_demand.c. Names are those of items, for messages. */

/** Demand bits of meta; what was demanded before must not contradict. */
int steer_walk_meta(struct steer_walk *w, const struct rte_flow_item *item, const char *name,
		    uint64_t mask, uint64_t spec);

/** Demand that the layer of an item is there. */
int steer_walk_layer(struct steer_walk *w, const struct rte_flow_item *item,
		     const struct steer_item *row);

/** Demand flags of the tunnel's header that say that an item, or a field of it, is there. */
int steer_walk_flags(struct steer_walk *w, const struct rte_flow_item *item,
		     const struct steer_item *row, uint8_t flags);

/** Demand one value of a field, within its mask. */
int steer_walk_exact(struct steer_walk *w, const struct rte_flow_item *item, const char *name,
		     const struct steer_field *field, steer_u128 spec);

/** Demand a value or a range. @param last  0: no range. All within the field's mask. */
int steer_walk_value(struct steer_walk *w, const struct rte_flow_item *item, const char *name,
		     const char *field_name, const struct steer_field *field, steer_u128 spec,
		     steer_u128 last);

/** Demand all that spec, mask and last of an item say. */
int steer_walk_fields(struct steer_walk *w, const struct rte_flow_item *item,
		      const struct steer_item *row);

/* Which may follow which: steer_pattern_order.c. */

/** @return items of the same type before this one in its stack. */
unsigned int steer_walk_same(const struct steer_walk *w, const struct rte_flow_item *item);

/** IP behind IP and MPLS behind UDP are inside tunnels that have no items: go into these. */
int steer_walk_enter(struct steer_walk *w, const struct rte_flow_item *item,
		     const struct steer_item *row);

/** May the item follow the layer that the one before it was of? */
int steer_walk_order(struct steer_walk *w, const struct rte_flow_item *item,
		     const struct steer_item *row);

/** Can what stands before the item carry it? */
int steer_walk_below(struct steer_walk *w, const struct rte_flow_item *item,
		     const struct steer_item *row);

/** The item was taken: what follows stands behind it. */
void steer_walk_advance(struct steer_walk *w, const struct rte_flow_item *item,
			const struct steer_item *row);

#endif /* STEER_PATTERN_WALK_H */
