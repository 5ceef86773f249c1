/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

#include <rte_flow.h>

#include "compare_cover.h"
#include "ref_rules.h"
#include "steer_action.h"
#include "steer_compat.h"
#include "steer_condition.h"
#include "steer_match.h"

/** What is not compared, and why not. */
static const struct {
	bool action;
	int type;
	const char *why;
} left_out[] = {
#ifdef STEER_HAS_ITEM_RANDOM
	{ false, RTE_FLOW_ITEM_TYPE_RANDOM, "whether it matches cannot be foreseen" },
#endif
#ifdef STEER_HAS_ITEM_PTYPE
	{ false, RTE_FLOW_ITEM_TYPE_PTYPE, "the reference has no packet types" },
#endif
#ifdef STEER_HAS_ITEM_COMPARE
	{ false, RTE_FLOW_ITEM_TYPE_COMPARE, "the reference does not know it" },
#endif
#ifdef STEER_HAS_ITEM_ICMP6_ECHO
	{ false, RTE_FLOW_ITEM_TYPE_ICMP6_ECHO_REQUEST, "the reference does not know it" },
	{ false, RTE_FLOW_ITEM_TYPE_ICMP6_ECHO_REPLY, "the reference does not know it" },
#endif
#ifdef STEER_HAS_ITEM_IPV6_ROUTING_EXT
	{ false, RTE_FLOW_ITEM_TYPE_IPV6_ROUTING_EXT, "the reference does not know it" },
#endif
	{ true, RTE_FLOW_ACTION_TYPE_SEND_TO_KERNEL, "there is no kernel here" },
	{ .why = NULL },
};

/** @return why it is left out; NULL: it is not. */
static const char *
reason(bool action, int type)
{
	for (unsigned int i = 0; left_out[i].why != NULL; i++) {
		if (left_out[i].action == action && left_out[i].type == type)
			return left_out[i].why;
	}
	return NULL;
}

/** What the engine does not know it does not support, wherever it stands. */
static bool
item_is_known(int type)
{
	const struct rte_flow_item pattern[] = {
		{ .type = (enum rte_flow_item_type)type }, { .type = RTE_FLOW_ITEM_TYPE_END },
	};
	struct steer_match match = { 0 };
	int rc = steer_pattern_parse(pattern, &match, NULL);

	if (rc == 0)
		steer_condition_free(match.condition);
	return rc != -ENOTSUP;
}

static bool
action_is_known(int type)
{
	const struct rte_flow_action actions[] = {
		{ .type = (enum rte_flow_action_type)type }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct steer_actions parsed;

	return steer_actions_parse(actions, 1, &parsed, NULL) != -ENOTSUP;
}

void
compare_cover_add(struct compare_cover *cover, const struct ref_rule *rule)
{
	bool inverted = false;

	if (rule->matched == 0)
		return;
	for (const struct rte_flow_item *i = rule->pattern; i->type != RTE_FLOW_ITEM_TYPE_END; i++)
		inverted |= i->type == RTE_FLOW_ITEM_TYPE_INVERT;
	for (const struct rte_flow_item *i = rule->pattern; i->type != RTE_FLOW_ITEM_TYPE_END; i++)
		cover->items[i->type] += !inverted || i->type == RTE_FLOW_ITEM_TYPE_INVERT;
	for (const struct rte_flow_action *a = rule->actions;
	     a->type != RTE_FLOW_ACTION_TYPE_END; a++)
		cover->actions[a->type]++;
}

static void
print_name(FILE *f, bool action, int type, uint64_t n)
{
	const char *name = NULL, *why = reason(action, type);

	rte_flow_conv(action ? RTE_FLOW_CONV_OP_ACTION_NAME_PTR : RTE_FLOW_CONV_OP_ITEM_NAME_PTR,
		      &name, sizeof(name), (const void *)(intptr_t)type, NULL);
	fprintf(f, "%8" PRIu64 " rules with %s %s matched%s%s\n", n, action ? "action" : "item",
		name != NULL ? name : "?", why != NULL ? ": left out, " : "",
		why != NULL ? why : "");
}

void
compare_cover_print(FILE *f, const struct compare_cover *cover)
{
	for (int type = RTE_FLOW_ITEM_TYPE_END + 1; type < COMPARE_TYPES; type++) {
		if (item_is_known(type))
			print_name(f, false, type, cover->items[type]);
	}
	for (int type = RTE_FLOW_ACTION_TYPE_END + 1; type < COMPARE_TYPES; type++) {
		if (action_is_known(type))
			print_name(f, true, type, cover->actions[type]);
	}
}

unsigned int
compare_cover_missing(const struct compare_cover *cover)
{
	unsigned int n = 0;

	for (int type = RTE_FLOW_ITEM_TYPE_END + 1; type < COMPARE_TYPES; type++)
		n += cover->items[type] == 0 && reason(false, type) == NULL && item_is_known(type);
	for (int type = RTE_FLOW_ACTION_TYPE_END + 1; type < COMPARE_TYPES; type++)
		n += cover->actions[type] == 0 && reason(true, type) == NULL &&
		     action_is_known(type);
	return n;
}
