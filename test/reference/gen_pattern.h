/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Parts that random patterns are made of.
 */

#ifndef GEN_PATTERN_H
#define GEN_PATTERN_H

#include <stdint.h>

#include <rte_flow.h>

struct gen_random;
struct gen_rule;
struct gen_style;
struct ref_packet;
struct ref_stack;

/** What a pattern is made from. */
struct gen_maker {
	struct gen_random *r;
	const struct gen_style *style;
	const struct ref_stack *stack;
	struct gen_rule *rule;
};

/** An item of the header that is given. */
void gen_add_item(const struct gen_maker *m, enum rte_flow_item_type type, const uint8_t *header);

/** Items of the packet's tunnel, if it has some. */
void gen_add_tunnel(const struct gen_maker *m, const struct ref_packet *p);

#endif /* GEN_PATTERN_H */
