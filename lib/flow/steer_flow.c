/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include "steer_draft.h"
#include "steer_engine_private.h"
#include "steer_error.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* In the table */

bool
steer_flow_usable(const struct steer_engine *e, const struct steer_flow *flow, uint16_t n_queues)
{
	if (flow->aside->edits != NULL && flow->aside->edits->sample.ratio != 0 &&
	    flow->aside->edits->sample.queue >= n_queues)
		return false;
	switch (steer_flow_fate(flow)) {
	case STEER_FATE_QUEUE:
		return flow->rule->target < n_queues;
	case STEER_FATE_RSS:
		return steer_contexts_usable(&e->contexts, flow->rule->target, n_queues);
	default:
		return true;
	}
}

/** It has a place there now. */
static void
stand(struct steer_flow *flow, const struct steer_place *place)
{
	flow->subtable = place->subtable;
	flow->rule = place->rule;
	flow->size = (uint16_t)place->size;
	flow->in_table = true;
}

/** It has not any more. */
static void
step_out(struct steer_engine *e, struct steer_flow *flow)
{
	const struct steer_place place = steer_flow_stands(flow);
	struct steer_group *group = steer_flow_group(flow);

	steer_group_remove(&e->groups, group, &place);
	flow->group = group;
	flow->in_table = false;
}

int
steer_flow_activate(struct steer_engine *e, struct steer_flow *flow,
		    const struct steer_match *match)
{
	struct steer_group *group = flow->group;
	struct steer_place place;
	int rc;

	rc = steer_table_insert(group->table, match, flow->rule, &place);
	if (rc < 0 && steer_engine_recover(e))
		rc = steer_table_insert(group->table, match, flow->rule, &place);
	if (rc < 0)
		return rc;
	stand(flow, &place);
	steer_group_deepen(&e->groups, group);
	return 0;
}

static int
refuse_memory(const struct steer_engine *e, struct rte_flow_error *error)
{
	return REFUSE(error, NULL, ENOMEM, HANDLE,
		      "no EAL memory for another rule: the port has %" PRIu64, e->n_flows);
}

int
steer_flow_stand(struct steer_engine *e, struct steer_flow *flow, struct steer_form *form,
		 const uint64_t *words, struct rte_flow_error *error)
{
	struct steer_group *group = flow->group;
	struct steer_place place;
	int rc;

	rc = steer_table_insert_words(group->table, form, words, flow->rule, &place);
	if (unlikely(rc < 0) && steer_engine_recover(e))
		rc = steer_table_insert_words(group->table, form, words, flow->rule, &place);
	if (unlikely(rc < 0))
		return refuse_memory(e, error);
	stand(flow, &place);
	steer_group_deepen(&e->groups, group);
	return 0;
}

int
steer_flow_replace(struct steer_engine *e, struct steer_flow *flow, const struct steer_flow *old)
{
	const struct steer_place there = steer_flow_stands(old);
	struct steer_place place;
	int rc;

	rc = steer_table_replace(flow->group->table, &there, flow->rule, &place);
	if (rc < 0 && steer_engine_recover(e))
		rc = steer_table_replace(flow->group->table, &there, flow->rule, &place);
	if (rc == 0)
		stand(flow, &place);
	return rc;
}

/** What the table has, aside. */
static void
keep_rule(struct steer_flow *flow)
{
	struct steer_aside *aside = steer_flow_has_aside(flow);

	aside->idle = *flow->rule;
	aside->idle.link = 0;
	flow->rule = &aside->idle;
}

void
steer_flow_deactivate(struct steer_engine *e, struct steer_flow *flow)
{
	const struct steer_place place = steer_flow_stands(flow);

	step_out(e, flow);
	keep_rule(flow);
	steer_table_release(flow->group->table, &place);
	flow->size = 0;
}

void
steer_flow_match(const struct steer_flow *flow, struct steer_match *match)
{
	const struct steer_place place = steer_flow_stands(flow);

	if (steer_flow_active(flow))
		steer_table_match(&place, match);
	else
		*match = *flow->aside->match;
}

/* Creating */

int
steer_flow_keep_match(struct steer_flow *flow, const struct steer_match *match)
{
	struct steer_aside *aside = steer_flow_aside(flow);

	if (aside == NULL)
		return -ENOMEM;
	aside->match = malloc(sizeof(*match));
	if (aside->match == NULL)
		return -ENOMEM;
	*aside->match = *match;
	return 0;
}

void
steer_flow_forget_match(struct steer_flow *flow)
{
	struct steer_aside *aside = steer_flow_has_aside(flow);

	free(aside->match);
	aside->match = NULL;
}

int
steer_flow_place(struct steer_engine *e, struct steer_flow *flow, const struct steer_match *match,
		 struct rte_flow_error *error)
{
	int rc;

	if (steer_flow_usable(e, flow, e->n_queues)) {
		rc = steer_flow_activate(e, flow, match);
	} else {
		rc = steer_flow_keep_match(flow, match);
		if (rc == 0)
			keep_rule(flow);
	}
	return rc < 0 ? refuse_memory(e, error) : 0;
}

void
steer_flow_begin(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req,
		 struct steer_rule *rule)
{
	*rule = (struct steer_rule){
		.prio = req->prio,
		.seq = e->next_version,
		.mark = req->actions.mark_id,
		.target = req->actions.queue,
		.count = STEER_COUNT_NONE,
	};
	flow->rule = rule;
}

void
steer_flow_enlist(struct steer_engine *e, struct steer_flow *flow)
{
	e->n_flows++;
	e->next_version++;
	TAILQ_INSERT_TAIL(&e->flows, flow, link);
}

int
steer_flow_fill(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req,
		struct rte_flow_error *error)
{
	struct steer_rule rule;

	steer_flow_begin(e, flow, req, &rule);
	if (steer_flow_take(e, flow, req, error) < 0 ||
	    steer_flow_place(e, flow, &req->match, error) < 0) {
		steer_flow_clear(e, flow);
		return -rte_errno;
	}
	steer_flow_enlist(e, flow);
	return 0;
}

void
steer_flow_last(struct steer_engine *e, struct steer_flow *flow)
{
	TAILQ_REMOVE(&e->flows, flow, link);
	TAILQ_INSERT_TAIL(&e->flows, flow, link);
}

struct steer_flow *
steer_flow_create(struct steer_engine *e, const struct steer_request *req,
		  struct rte_flow_error *error)
{
	struct steer_flow *flow = steer_flow_alloc(e);

	if (flow == NULL) {
		steer_condition_free(req->match.condition);
		REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
		return NULL;
	}
	if (steer_flow_fill(e, flow, req, error) < 0) {
		steer_flow_release(&e->flow_pool, flow);
		return NULL;
	}
	steer_table_commit(&e->table, e->next_version);
	return flow;
}

/** At length. */
static struct steer_flow * __rte_noinline
create(struct steer_engine *e, const struct rte_flow_attr *attr,
       const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
       struct rte_flow_error *error)
{
	struct steer_request req;

	if (steer_request_parse(e, &e->repeat, attr, pattern, actions, &req, error) < 0)
		return NULL;
	return steer_flow_create(e, &req, error);
}

struct steer_flow *
steer_engine_flow_create(struct steer_engine *e, const struct rte_flow_attr *attr,
			 const struct rte_flow_item pattern[],
			 const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	struct steer_flow *flow;
	struct steer_draft draft;

	pthread_mutex_lock(&e->lock);
	if (steer_draft_take(e, &e->repeat, attr, pattern, actions, &draft))
		flow = steer_draft_create(e, &draft, error);
	else
		flow = create(e, attr, pattern, actions, error);
	steer_engine_unlock(e, STEER_RECLAIM_MAX);
	return flow;
}

/* Destroying */

void
steer_flow_drop(struct steer_engine *e, struct steer_flow *flow)
{
	if (flow->awaited > 0)
		flow->gone = true;
	else
		steer_flow_release(&e->flow_pool, flow);
}

void
steer_flow_unawait(struct steer_engine *e, struct steer_flow *flow)
{
	if (--flow->awaited == 0 && flow->gone)
		steer_flow_release(&e->flow_pool, flow);
}

void
steer_flow_free(struct steer_engine *e, struct steer_flow *flow)
{
	steer_flow_clear(e, flow);
	steer_flow_drop(e, flow);
}

static void
free_retired(struct steer_retired *r)
{
	struct steer_flow *flow = RTE_PTR_SUB(r, offsetof(struct steer_flow, retired));

	steer_flow_free(steer_flow_engine(flow), flow);
}

/** Buried long enough that no reader sees the rule; some may still walk over it. */
static void
unlink_retired(struct steer_retired *r)
{
	struct steer_flow *flow = RTE_PTR_SUB(r, offsetof(struct steer_flow, retired));
	struct steer_engine *e = steer_flow_engine(flow);

	step_out(e, flow);
	steer_retire(&e->retire, r, free_retired);
}

void
steer_flow_bury(struct steer_engine *e, struct steer_flow *flow, struct steer_flow_list *dead)
{
	const struct steer_place place = steer_flow_stands(flow);

	/* First: what it has until then stands where the tomb will. */
	steer_flow_end(e, flow);
	if (steer_flow_active(flow))
		steer_table_bury(steer_flow_group(flow)->table, &place, &flow->tomb,
				 e->next_version);
	TAILQ_INSERT_TAIL(dead, flow, link);
}

void
steer_flow_remove(struct steer_engine *e, struct steer_flow *flow, struct steer_flow_list *dead)
{
	TAILQ_REMOVE(&e->flows, flow, link);
	e->n_flows--;
	steer_flow_bury(e, flow, dead);
}

void
steer_flows_commit(struct steer_engine *e, struct steer_flow_list *dead)
{
	struct steer_flow *flow;

	if (!TAILQ_EMPTY(dead))
		e->next_version++;
	steer_table_commit(&e->table, e->next_version);
	while ((flow = TAILQ_FIRST(dead)) != NULL) {
		TAILQ_REMOVE(dead, flow, link);
		steer_retire(&e->retire, &flow->retired,
			     steer_flow_active(flow) ? unlink_retired : free_retired);
	}
}

bool
steer_flow_is_ours(const struct steer_engine *e, const struct steer_flow *flow)
{
	return flow != NULL && !flow->destroyed && steer_flow_engine(flow) == e;
}

int
steer_flow_check_handle(const struct steer_engine *e, const struct steer_flow *flow,
			struct rte_flow_error *error)
{
	if (!steer_flow_is_ours(e, flow))
		return REFUSE(error, flow, EINVAL, HANDLE, "not a rule of this port");
	return 0;
}

int
steer_engine_flow_destroy(struct steer_engine *e, struct steer_flow *flow,
			  struct rte_flow_error *error)
{
	struct steer_flow_list list = TAILQ_HEAD_INITIALIZER(list);
	int rc;

	rte_prefetch0(flow);
	pthread_mutex_lock(&e->lock);
	rc = steer_flow_check_handle(e, flow, error);
	if (rc == 0) {
		steer_flow_expect(flow);
		steer_flow_remove(e, flow, &list);
		steer_flows_commit(e, &list);
	}
	steer_engine_unlock(e, STEER_RECLAIM_MAX);
	return rc;
}

int
steer_engine_flow_flush(struct steer_engine *e, struct rte_flow_error *error)
{
	struct steer_flow_list list = TAILQ_HEAD_INITIALIZER(list);
	struct steer_flow_list all = TAILQ_HEAD_INITIALIZER(all);
	struct steer_flow *flow;

	RTE_SET_USED(error);
	pthread_mutex_lock(&e->lock);
	TAILQ_CONCAT(&all, &e->flows, link);
	e->n_flows = 0;
	while ((flow = TAILQ_FIRST(&all)) != NULL) {
		TAILQ_REMOVE(&all, flow, link);
		if (flow->aside->note == NULL) {
			steer_flow_bury(e, flow, &list);
			continue;
		}
		TAILQ_INSERT_TAIL(&e->flows, flow, link);
		e->n_flows++;
	}
	steer_flows_commit(e, &list);
	steer_engine_unlock(e, UINT_MAX);
	return 0;
}
