/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* What a flow holds besides its place in the table: memory, groups, registers, its RSS context,
 * its counter, its age, handles. */

#include <errno.h>
#include <stdlib.h>

#include "steer_engine_private.h"
#include "steer_error.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Taking */

struct steer_more *
steer_flow_more(struct steer_flow *flow)
{
	struct steer_aside *aside = steer_flow_aside(flow);
	struct steer_rule *rule = flow->rule;

	if (aside == NULL)
		return NULL;
	if (rule->flags & STEER_RULE_MORE)
		return &aside->more;
	aside->more.mark = rule->mark;
	aside->more.count = rule->count;
	rule->flags |= STEER_RULE_MORE;
	rule->more = &aside->more;
	return &aside->more;
}

void
steer_flow_set_count(struct steer_flow *flow, uint32_t count)
{
	if (flow->rule->flags & STEER_RULE_MORE)
		steer_flow_has_aside(flow)->more.count = count;
	else
		flow->rule->count = count;
}

static uint16_t
rule_flags(const struct steer_actions *a)
{
	return (uint16_t)(a->fate | (a->mark ? STEER_RULE_MARK : 0) |
			  (a->flag ? STEER_RULE_FLAG : 0) | (a->count ? STEER_RULE_COUNT : 0) |
			  (steer_sets_any(&a->sets) ? STEER_RULE_SETS : 0) |
			  (a->edits.n > 0 ? STEER_RULE_EDITS : 0));
}

/** Room for what few rules have. The condition is the flow's, or freed. */
static int
take_more(struct steer_flow *flow, const struct steer_request *req, struct rte_flow_error *error)
{
	struct steer_more *more;

	if (req->match.condition == NULL && req->actions.fate != STEER_FATE_JUMP &&
	    !steer_sets_any(&req->actions.sets) && req->actions.edits.n == 0)
		return 0;
	more = steer_flow_more(flow);
	if (more == NULL) {
		steer_condition_free(req->match.condition);
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
	}
	more->condition = req->match.condition;
	if (more->condition != NULL)
		flow->rule->flags |= STEER_RULE_CONDITION;
	return 0;
}

/** Who delivers a packet of a tunnel takes it out of it. */
static bool
decapsulates(const struct steer_request *req)
{
	return req->tunnel != NULL && req->actions.fate <= STEER_FATE_RSS;
}

/** Registers are kept from now on, if the rule needs them. */
static int
take_regs(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req,
	  struct rte_flow_error *error)
{
	const struct steer_condition *condition = req->match.condition;
	struct steer_aside *aside;

	if (steer_sets_any(&req->actions.sets)) {
		aside = steer_flow_has_aside(flow);
		aside->sets = malloc(sizeof(*aside->sets));
		if (aside->sets == NULL)
			return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
		*aside->sets = req->actions.sets;
		aside->more.sets = aside->sets;
	}
	flow->regs = flow->aside->sets != NULL || steer_match_regs(&req->match) ||
		     (condition != NULL && condition->inverted != NULL &&
		      steer_match_regs(condition->inverted));
	if (flow->regs && e->n_regs++ == 0)
		__atomic_store_n(&e->regs, true, __ATOMIC_RELAXED);
	return 0;
}

static int
hold_tunnel(struct steer_flow *flow, struct steer_app_tunnel *tunnel)
{
	struct steer_aside *aside;

	if (tunnel == NULL)
		return 0;
	aside = steer_flow_aside(flow);
	if (aside == NULL)
		return -ENOMEM;
	aside->tunnel = tunnel;
	tunnel->rules++;
	return 0;
}

static int
hold_next(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req)
{
	struct steer_aside *aside = steer_flow_has_aside(flow);

	aside->next_group = steer_group_get(&e->groups, steer_request_next(e, req));
	if (aside->next_group == NULL)
		return -ENOMEM;
	aside->more.jump = aside->next_group->table;
	aside->more.tunnel = aside->tunnel != NULL ? aside->tunnel->id : 0;
	aside->more.group = req->actions.jump->group;
	aside->jump = steer_group_jump(flow->group, aside->next_group);
	return aside->jump != NULL ? 0 : -ENOMEM;
}

static int
hold_groups(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req)
{
	if (hold_tunnel(flow, steer_offload_tunnel(e, req)) < 0)
		return -ENOMEM;
	flow->group = steer_group_get(&e->groups, steer_request_group(req));
	if (flow->group == NULL)
		return -ENOMEM;
	return req->actions.fate == STEER_FATE_JUMP ? hold_next(e, flow, req) : 0;
}

static int
take_groups(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req,
	    struct rte_flow_error *error)
{
	if (hold_groups(e, flow, req) < 0)
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another group");
	return 0;
}

static int
take_context(struct steer_engine *e, struct steer_flow *flow, const struct steer_actions *a,
	     struct rte_flow_error *error)
{
	int number;

	if (a->fate != STEER_FATE_RSS || a->shared[STEER_SHARE_RSS] != NULL)
		return 0;
	number = steer_contexts_get(&e->contexts, a->rss, &e->port_conf,
				    steer_nameable_queues(e));
	if (number < 0)
		return REFUSE(error, a->rss, -number, ACTION_CONF,
			      number == -ENOSPC ? "rss: more than %u distinct RSS actions"
						: "rss: no memory for its context",
			      STEER_CONTEXTS);
	flow->rule->target = (uint16_t)number;
	return 0;
}

static int
take_age(struct steer_engine *e, struct steer_flow *flow, const struct rte_flow_action_age *conf,
	 struct rte_flow_error *error)
{
	struct steer_aside *aside;

	if (conf == NULL && flow->aside->age == NULL)
		return 0;
	if (steer_flow_more(flow) == NULL)
		return REFUSE(error, conf, ENOMEM, ACTION, "age: no memory for another one");
	aside = steer_flow_has_aside(flow);
	if (conf != NULL)
		aside->age = steer_age_create(&e->ages, conf->timeout,
					      conf->context != NULL ? conf->context : flow);
	if (aside->age == NULL)
		return REFUSE(error, conf, ENOMEM, ACTION, "age: no memory for another one");
	aside->more.age = aside->age->id;
	flow->rule->flags |= STEER_RULE_AGE;
	/* Its first packet may take as long as any other. */
	steer_age_touch(&e->ages, aside->age);
	steer_aged_watch(e);
	return 0;
}

void
steer_flow_count_quietly(struct steer_engine *e, struct steer_flow *flow)
{
	uint32_t id;

	if (!e->count_all || steer_rule_count(flow->rule) != STEER_COUNT_NONE)
		return;
	id = steer_count_alloc(&e->count);
	/* It is a rule without one as well. */
	if (id == STEER_COUNT_NONE)
		return;
	steer_flow_set_count(flow, id);
	flow->rule->flags |= STEER_RULE_COUNT;
	flow->quiet = true;
}

/** Context, counter, age. */
static int
take_resources(struct steer_engine *e, struct steer_flow *flow, const struct steer_actions *a,
	       struct rte_flow_error *error)
{
	int rc;

	/* First: who has the fate RSS, and no handle of it, has a context to give back. */
	if (steer_indirect_share(flow, a) < 0)
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
	rc = take_context(e, flow, a, error);
	if (rc < 0)
		return rc;
	flow->rule->flags |= rule_flags(a);
	if ((a->count || a->edits.sample.count) &&
	    steer_rule_count(flow->rule) == STEER_COUNT_NONE) {
		steer_flow_set_count(flow, steer_count_alloc(&e->count));
		if (steer_rule_count(flow->rule) == STEER_COUNT_NONE)
			return REFUSE(error, NULL, ENOMEM, ACTION,
				      "count: no memory for another counter");
	}
	steer_flow_count_quietly(e, flow);
	return take_age(e, flow, a->age, error);
}

int
steer_flow_take(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req,
		struct rte_flow_error *error)
{
	int rc = take_more(flow, req, error);

	if (rc == 0)
		rc = take_groups(e, flow, req, error);
	if (rc == 0)
		rc = take_regs(e, flow, req, error);
	if (rc == 0)
		rc = steer_change_take(e, flow, &req->actions.edits, error);
	if (rc == 0)
		rc = take_resources(e, flow, &req->actions, error);
	if (rc == 0 && decapsulates(req))
		flow->rule->flags |= STEER_RULE_DECAP;
	return rc;
}

/* Giving back */

static void
end_jump(struct steer_flow *flow)
{
	if (flow->aside->jump == NULL)
		return;
	steer_group_jump_end(flow->aside->jump);
	steer_flow_has_aside(flow)->jump = NULL;
}

void
steer_flow_end(struct steer_engine *e, struct steer_flow *flow)
{
	struct steer_group *group = steer_flow_group(flow);

	flow->destroyed = true;
	if (flow->miss && group->miss == flow)
		group->miss = NULL;
	end_jump(flow);
	steer_indirect_unshare(flow);
	if (flow->aside->age != NULL && flow->aside->shared[STEER_SHARE_AGE] == NULL)
		steer_age_stop(&e->ages, flow->aside->age);
	if (flow->table != NULL)
		flow->table->rules--;
}

static void
put_groups(struct steer_engine *e, struct steer_flow *flow)
{
	end_jump(flow);
	if (flow->aside->next_group != NULL)
		steer_group_put(&e->groups, flow->aside->next_group);
	if (flow->group != NULL)
		steer_group_put(&e->groups, flow->group);
	flow->group = NULL;
	if (flow->aside->tunnel != NULL) {
		flow->aside->tunnel->rules--;
		steer_tunnel_settle(flow->aside->tunnel);
	}
}

static void
put_regs(struct steer_engine *e, struct steer_flow *flow)
{
	if (flow->regs && --e->n_regs == 0)
		__atomic_store_n(&e->regs, false, __ATOMIC_RELAXED);
}

/** Counter, context and age, if they are its own. */
static void
release_resources(struct steer_engine *e, struct steer_flow *flow)
{
	const uint32_t count = steer_rule_count(flow->rule);

	if (count != STEER_COUNT_NONE && !flow->lent &&
	    flow->aside->shared[STEER_SHARE_COUNT] == NULL)
		steer_count_release(&e->count, count);
	if (steer_flow_fate(flow) == STEER_FATE_RSS && flow->aside->shared[STEER_SHARE_RSS] == NULL)
		steer_contexts_put(&e->contexts, flow->rule->target);
	if (flow->aside->age != NULL && flow->aside->shared[STEER_SHARE_AGE] == NULL)
		steer_age_free(&e->ages, flow->aside->age);
	steer_indirect_put(flow);
}

void
steer_flow_clear(struct steer_engine *e, struct steer_flow *flow)
{
	const struct steer_place place = steer_flow_stands(flow);

	release_resources(e, flow);
	if (flow->size != 0)
		steer_table_release(flow->group->table, &place);
	put_groups(e, flow);
	put_regs(e, flow);
	steer_aside_free(flow);
}
