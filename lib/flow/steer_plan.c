/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include "steer_condition.h"
#include "steer_plan.h"

/**
 * A pattern as a rule of the template would have it, without items that are not looked at.
 * @param at  Filled: numbers of the items in the template.
 * @return    whether there was room.
 */
static bool
example(const struct rte_flow_item items[], uint64_t ignored, struct rte_flow_item *pattern,
	uint8_t *at)
{
	unsigned int n = 0;

	for (uint8_t i = 0; items[i].type != RTE_FLOW_ITEM_TYPE_END; i++) {
		if ((ignored >> i & 1) != 0)
			continue;
		if (n == STEER_REPEAT_ITEMS)
			return false;
		at[n] = i;
		pattern[n] = items[i];
		/* Any value; a mask has the size of one. */
		pattern[n++].spec = items[i].mask;
	}
	pattern[n] = (struct rte_flow_item){ .type = RTE_FLOW_ITEM_TYPE_END };
	return true;
}

/** What is noted of the example. @return false: nothing. */
static bool
note(struct steer_repeat *repeat, const struct rte_flow_item *pattern, const uint8_t *at,
     struct steer_plan *plan)
{
	struct steer_repeat_pattern *p = &plan->pattern;

	if (steer_pattern_parse_next(pattern, repeat, NULL) < 0)
		return false;
	steer_condition_free(repeat->match.condition);
	if (repeat->shown == NULL)
		return false;
	*p = *repeat->shown;
	for (unsigned int i = 0; i < p->n_items; i++)
		plan->valued |= (uint64_t)p->items[i].has_spec << at[i];
	for (unsigned int i = 0; i < p->n_copies; i++)
		p->copies[i].item = at[p->copies[i].item];
	return true;
}

struct steer_plan *
steer_plan_create(const struct rte_flow_item items[], uint64_t ignored)
{
	struct rte_flow_item pattern[STEER_REPEAT_ITEMS + 1];
	uint8_t at[STEER_REPEAT_ITEMS];
	struct steer_repeat *repeat;
	struct steer_plan *plan;

	if (!example(items, ignored, pattern, at))
		return NULL;
	plan = calloc(1, sizeof(*plan));
	repeat = calloc(1, sizeof(*repeat));
	if (plan == NULL || repeat == NULL || !note(repeat, pattern, at, plan)) {
		free(plan);
		plan = NULL;
	} else {
		plan->ignored = ignored;
	}
	free(repeat);
	return plan;
}

void
steer_plan_free(struct steer_plan *plan)
{
	free(plan);
}

struct steer_form *
steer_plan_values(struct steer_plan *plan, const struct rte_flow_item items[], unsigned int n,
		  const struct rte_flow_item pattern[], uint64_t *values)
{
	uint64_t valued = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (pattern[i].type != items[i].type)
			return NULL;
		valued |= (uint64_t)(pattern[i].spec != NULL) << i;
	}
	if (((valued ^ plan->valued) & ~plan->ignored) != 0)
		return NULL;
	steer_repeat_load(&plan->pattern, pattern, values);
	return &plan->pattern.form;
}
