/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>

#include "gen_item.h"
#include "gen_rule.h"

/** Does it ask for nothing but layers? */
static bool
is_broad(const struct gen_rule *rule)
{
	for (unsigned int i = 0; i < rule->n_items; i++) {
		if (rule->pattern[i].type == RTE_FLOW_ITEM_TYPE_INVERT)
			return true;
	}
	for (unsigned int i = 0; i < rule->n_items; i++) {
		if (rule->pattern[i].spec != NULL)
			return false;
	}
	return true;
}

const uint32_t gen_groups[GEN_GROUPS] = { 0, 1, 7, UINT32_MAX, 0x80000000, 1024 };

static void
gen_attr(struct gen_random *r, const struct gen_style *style, struct gen_rule *rule)
{
	static const uint32_t priorities[] = { 0, 1, 2, 3, 4, 1000, 65536, UINT32_MAX - 1 };
	uint32_t n = RTE_MIN(style->n_priorities, RTE_DIM(priorities));

	rule->attr = (struct rte_flow_attr){
		.priority = priorities[gen_below(r, n)],
		.ingress = 1,
	};
	if (style->n_groups > 1 && gen_chance(r, 60))
		rule->attr.group = gen_groups[gen_below(r, style->n_groups)];
	/* A rule for everything leaves nothing to those behind it. */
	if (is_broad(rule) && gen_chance(r, 90))
		rule->attr.priority = UINT32_MAX;
}

void
gen_rule(struct gen_random *r, const struct gen_style *style, const struct ref_packet *p,
	 struct gen_rule *rule)
{
	if (style->dpvs || gen_chance(r, 8))
		gen_pattern_dpvs(r, p, rule);
	else
		gen_pattern(r, style, p, rule);
	gen_attr(r, style, rule);
	gen_actions(r, style, rule);
}

/** Have pointers into the old rule point into the new one. */
static void
repoint(const struct gen_rule *old, struct gen_rule *rule)
{
	for (unsigned int i = 0; i < old->n_items; i++) {
		struct rte_flow_item *item = &rule->pattern[i];

		item->spec = item->spec != NULL ? rule->store[i].spec : NULL;
		item->last = item->last != NULL ? rule->store[i].last : NULL;
		item->mask = item->mask != NULL ? rule->store[i].mask : NULL;
		if (item->type == RTE_FLOW_ITEM_TYPE_RAW)
			gen_item_raw_repoint(rule, i);
		if (item->type == RTE_FLOW_ITEM_TYPE_GENEVE_OPT)
			gen_item_geneve_opt_repoint(rule, i);
	}
}

void
gen_rule_update(struct gen_random *r, const struct gen_style *style, const struct gen_rule *old,
		struct gen_rule *rule)
{
	*rule = *old;
	repoint(old, rule);
	gen_actions(r, style, rule);
}

void
gen_rule_again(struct gen_random *r, const struct gen_style *style, const struct gen_rule *old,
	       struct gen_rule *rule)
{
	*rule = *old;
	repoint(old, rule);
	if (gen_chance(r, 60))
		gen_attr(r, style, rule);
	gen_actions(r, style, rule);
}
