/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Other actions for a rule. What readers see of a rule does not change: a new one takes its place
 * in the order, and the old one is buried in the same version, so that each packet is judged by
 * the one or the other. The application's handle is the new one's then. */

#include <errno.h>
#include <stdlib.h>

#include <rte_errno.h>

#include "steer_engine_private.h"
#include "steer_error.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/** The rule asked for anew, with its pattern as it is. */
static int
ask(struct steer_engine *e, const struct steer_flow *flow, const struct steer_actions *actions,
    struct steer_request *req, struct rte_flow_error *error)
{
	req->actions = *actions;
	req->group = steer_group_number(steer_flow_group(flow));
	req->tunnel = steer_flow_matches_tunnel(flow) ? flow->aside->tunnel : NULL;
	req->prio = flow->rule->prio;
	steer_flow_match(flow, &req->match);
	steer_condition_hold(req->match.condition);
	return steer_flow_check(e, req, error);
}

/** A counter of its own stays, if it is for the same: packets, or copies. */
static bool
keeps_count(const struct steer_flow *flow, const struct steer_actions *actions)
{
	const bool copies = flow->aside->edits != NULL && flow->aside->edits->sample.count;

	return steer_rule_count(flow->rule) != STEER_COUNT_NONE &&
	       flow->aside->shared[STEER_SHARE_COUNT] == NULL &&
	       (copies ? actions->edits.sample.count : actions->count);
}

/** In its place, if it stands somewhere; else as a new rule would. */
static int
place(struct steer_engine *e, struct steer_flow *fresh, const struct steer_flow *flow,
      const struct steer_match *match, struct rte_flow_error *error)
{
	const bool usable = steer_flow_usable(e, fresh, e->n_queues);

	if (usable && steer_flow_active(flow)) {
		if (steer_flow_replace(e, fresh, flow) < 0)
			return REFUSE(error, NULL, ENOMEM, HANDLE, "no EAL memory for its actions");
		return 0;
	}
	/* Bursts of older versions must not see it. */
	if (usable)
		fresh->rule->seq = e->next_version++;
	return steer_flow_place(e, fresh, match, error);
}

static int
fill(struct steer_engine *e, struct steer_flow *fresh, const struct steer_flow *flow,
     const struct steer_request *req, struct rte_flow_error *error)
{
	struct steer_rule rule;

	steer_flow_begin(e, fresh, req, &rule);
	rule.seq = flow->rule->seq;
	fresh->lent = keeps_count(flow, &req->actions);
	if (fresh->lent)
		rule.count = steer_rule_count(flow->rule);
	if (steer_flow_take(e, fresh, req, error) == 0 &&
	    place(e, fresh, flow, &req->match, error) == 0)
		return 0;
	steer_flow_clear(e, fresh);
	return -rte_errno;
}

/** Has it somebody's notes aside? */
static bool
is_owned(const struct steer_flow *flow)
{
	return flow->aside->cookie != NULL || flow->aside->note != NULL;
}

/** They stay with the handle. */
static void
exchange_owner(struct steer_flow *flow, struct steer_flow *fresh)
{
	struct steer_aside *from, *to;

	if (!is_owned(fresh))
		return;
	from = steer_flow_has_aside(fresh);
	to = steer_flow_has_aside(flow);
	to->cookie = from->cookie;
	to->note = from->note;
	from->cookie = NULL;
	from->note = NULL;
}

/** All but who it is, and whose. */
static void
exchange(struct steer_flow *flow, struct steer_flow *fresh)
{
	const struct steer_flow old = *flow;

	*flow = *fresh;
	flow->link = old.link;
	flow->awaited = old.awaited;
	*fresh = old;
	fresh->awaited = 0;
	flow->table = fresh->table;
	fresh->table = NULL;
	exchange_owner(flow, fresh);
	fresh->lent = flow->lent;
	flow->lent = false;
}

int
steer_flow_update(struct steer_engine *e, struct steer_flow *flow,
		  const struct steer_actions *actions, struct steer_flow_list *dead,
		  struct rte_flow_error *error)
{
	struct steer_flow *fresh;
	struct steer_request req;
	struct rte_flow_action_age age;
	int rc = ask(e, flow, actions, &req, error);

	if (rc < 0)
		return rc;
	if (actions->age != NULL && actions->age->context == NULL) {
		age = *actions->age;
		age.context = flow;
		req.actions.age = &age;
	}
	fresh = steer_flow_alloc(e);
	if (fresh == NULL || (is_owned(flow) && steer_flow_aside(fresh) == NULL)) {
		if (fresh != NULL)
			steer_flow_release(&e->flow_pool, fresh);
		steer_condition_free(req.match.condition);
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for its actions");
	}
	rc = fill(e, fresh, flow, &req, error);
	if (rc < 0) {
		steer_flow_release(&e->flow_pool, fresh);
		return rc;
	}
	exchange(flow, fresh);
	if (flow->rule->seq != fresh->rule->seq)
		steer_flow_last(e, flow);
	steer_flow_bury(e, fresh, dead);
	return 0;
}

int
steer_engine_flow_update(struct steer_engine *e, struct steer_flow *flow,
			 const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	struct steer_flow_list dead = TAILQ_HEAD_INITIALIZER(dead);
	struct steer_actions parsed;
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = steer_flow_check_handle(e, flow, error);
	if (rc == 0)
		rc = steer_actions_parse(actions, steer_nameable_queues(e), &parsed, error);
	if (rc == 0)
		rc = steer_flow_update(e, flow, &parsed, &dead, error);
	if (rc == 0)
		steer_flows_commit(e, &dead);
	steer_engine_unlock(e, STEER_RECLAIM_MAX);
	return rc;
}
