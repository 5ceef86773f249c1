/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What is known of a pattern template's rules when it is made: into which words of the key which
 * bytes of which item's value go. A rule is then checked for having the template's items, and its
 * values are copied.
 *
 * There is none for templates with ranges, conditions, registers, or items that say more than
 * their fields (see steer_repeat.h); these, and rules that leave out a value or give one that the
 * template has no mask for, are translated one by one.
 */

#ifndef STEER_PLAN_H
#define STEER_PLAN_H

#include <stdint.h>

#include <rte_flow.h>

#include "steer_repeat.h"

struct steer_plan {
	/** Copies' items are those of the template. */
	struct steer_repeat_pattern pattern;
	/** By number of the item: it has a value; it is not looked at. */
	uint64_t valued;
	uint64_t ignored;
};

/**
 * @param items    Of a template, up to END: its masks.
 * @param ignored  By number: such an item is not asked for.
 * @return         NULL: there is none, or memory is short.
 */
struct steer_plan *steer_plan_create(const struct rte_flow_item items[], uint64_t ignored);
/** NULL is allowed. */
void steer_plan_free(struct steer_plan *plan);

/**
 * A rule's values.
 * @param items    Of the template.
 * @param n        Its items, END included.
 * @param pattern  Of the rule.
 * @param values   Filled, STEER_FORM_WORDS of them.
 * @return         what they are values of; NULL: the rule has to be translated.
 */
struct steer_form *steer_plan_values(struct steer_plan *plan, const struct rte_flow_item items[],
				     unsigned int n, const struct rte_flow_item pattern[],
				     uint64_t *values);

#endif /* STEER_PLAN_H */
