/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "ref_bugs.h"
#include "ref_shared.h"

void
ref_port_share(struct ref_port *port, struct ref_shared *shared)
{
	assert(port->n_shared < REF_SHARED_MAX);
	memset(&shared->tally, 0, sizeof(shared->tally));
	shared->before = shared->action;
	shared->tally.last_hit = port->now;
	port->shared[port->n_shared++] = shared;
}

void
ref_port_unshare(struct ref_port *port, struct ref_shared *shared)
{
	unsigned int at = 0;

	while (port->shared[at] != shared)
		at++;
	port->shared[at] = port->shared[--port->n_shared];
}

struct ref_shared *
ref_port_shared(const struct ref_port *port, const void *handle)
{
	for (unsigned int i = 0; i < port->n_shared; i++) {
		if (port->shared[i]->handle == handle)
			return port->shared[i];
	}
	assert(!"a handle that the reference does not know");
	return NULL;
}

static bool
names(const struct ref_rule *rule, const struct ref_shared *shared)
{
	for (const struct rte_flow_action *a = rule->actions;
	     a->type != RTE_FLOW_ACTION_TYPE_END; a++) {
		if (a->type == RTE_FLOW_ACTION_TYPE_INDIRECT && a->conf == shared->handle)
			return true;
	}
	return false;
}

unsigned int
ref_shared_rules(const struct ref_port *port, const struct ref_shared *shared)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < port->n_rules; i++)
		n += names(port->rules[i], shared);
	return n;
}

const struct rte_flow_action *
ref_rule_action(const struct ref_port *port, const struct ref_rule *rule,
		enum rte_flow_action_type type)
{
	for (const struct rte_flow_action *a = rule->actions;
	     a->type != RTE_FLOW_ACTION_TYPE_END; a++) {
		const struct rte_flow_action *meant = a;

		if (a->type == RTE_FLOW_ACTION_TYPE_INDIRECT)
			meant = &ref_port_shared(port, a->conf)->action;
		if (meant->type == type)
			return meant;
	}
	return NULL;
}

/** For the bugs by which only one rule has all of a shared action. */
static bool
is_first(const struct ref_port *port, const struct ref_rule *rule, const struct ref_shared *shared)
{
	unsigned int i = 0;

	while (!names(port->rules[i], shared))
		i++;
	return port->rules[i] == rule;
}

/** Does a bug keep this rule from the handle? */
static bool
is_kept_from(const struct ref_port *port, const struct ref_rule *rule,
	     const struct ref_shared *shared)
{
	switch (shared->action.type) {
	case RTE_FLOW_ACTION_TYPE_RSS:
		return ref_bug == REF_BUG_SHARED_RSS && !is_first(port, rule, shared);
	case RTE_FLOW_ACTION_TYPE_COUNT:
		return ref_bug == REF_BUG_SHARED_COUNT && !is_first(port, rule, shared);
	default:
		return ref_bug == REF_BUG_SHARED_AGE && !is_first(port, rule, shared);
	}
}

const struct rte_flow_action *
ref_action_meant(const struct ref_port *port, struct ref_rule *rule,
		 const struct rte_flow_action *a, struct ref_tally **tally)
{
	struct ref_shared *shared;

	*tally = &rule->tally;
	if (a->type != RTE_FLOW_ACTION_TYPE_INDIRECT)
		return a;
	shared = ref_port_shared(port, a->conf);
	if (is_kept_from(port, rule, shared))
		return &shared->before;
	*tally = &shared->tally;
	return &shared->action;
}

void
ref_rule_touch(const struct ref_port *port, struct ref_rule *rule)
{
	for (const struct rte_flow_action *a = rule->actions;
	     a->type != RTE_FLOW_ACTION_TYPE_END; a++) {
		struct ref_tally *tally;

		if (ref_action_meant(port, rule, a, &tally)->type == RTE_FLOW_ACTION_TYPE_AGE)
			tally->last_hit = port->now;
	}
}

void
ref_port_update_rss(struct ref_port *port, struct ref_shared *shared,
		    const struct rte_flow_action *action)
{
	struct ref_rule *asleep[REF_RULES_MAX];
	unsigned int n = 0;

	for (unsigned int i = 0; i < port->n_rules; i++) {
		if (names(port->rules[i], shared) && !ref_rule_active(port, port->rules[i]))
			asleep[n++] = port->rules[i];
	}
	shared->before = shared->action;
	shared->action = *action;
	for (unsigned int i = 0; i < n && ref_bug != REF_BUG_SHARED_WOKEN; i++) {
		if (!ref_rule_active(port, asleep[i]))
			continue;
		ref_port_remove(port, asleep[i]);
		ref_port_insert(port, asleep[i]);
	}
}
