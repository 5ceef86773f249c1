/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_port_item.h"

/* A call that creates or destroys one rule may come from a thread that polls: it frees a few that
 * others left, more than it adds, but not all of them. */
#define RECLAIM_MAX 32

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Checks */

int
steer_flow_check_attr(const struct rte_flow_attr *attr, struct rte_flow_error *error)
{
	if (attr == NULL)
		return REFUSE(error, NULL, EINVAL, ATTR, "no attributes");
	/* Some clients try this first with every rule and log all but this type of error. */
	if (attr->transfer)
		return REFUSE(error, attr, ENOTSUP, ACTION,
			      "transfer: the port has no switch, ingress rules are accepted");
	if (attr->egress)
		return REFUSE(error, attr, ENOTSUP, ATTR_EGRESS,
			      "egress: ingress rules are accepted");
	if (!attr->ingress)
		return REFUSE(error, attr, EINVAL, ATTR_INGRESS,
			      "neither ingress nor egress: ingress rules are accepted");
	return 0;
}

static int
check_jump(struct steer_engine *e, const struct steer_request *req, struct rte_flow_error *error)
{
	const struct rte_flow_action_jump *jump = req->actions.jump;
	char path[160];

	if (req->actions.fate != STEER_FATE_JUMP ||
	    !steer_groups_loop(&e->groups, req->group, jump->group, path, sizeof(path)))
		return 0;
	return REFUSE(error, jump, EINVAL, ACTION_CONF,
		      "jump: group %u leads back to group %u: %s", jump->group, req->group, path);
}

int
steer_flow_pattern(const struct steer_engine *e, const struct rte_flow_item pattern[],
		   struct steer_match *match, struct rte_flow_error *error)
{
	int rc = steer_port_items_check(pattern, e->port_id, error);

	return rc == 0 ? steer_pattern_parse(pattern, match, error) : rc;
}

int
steer_flow_check(struct steer_engine *e, const struct steer_request *req,
		 struct rte_flow_error *error)
{
	int rc = steer_indirect_check(e, &req->actions, error);

	if (rc == 0)
		rc = check_jump(e, req, error);
	if (rc < 0)
		steer_condition_free(req->match.condition);
	return rc;
}

static int
check(struct steer_engine *e, const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
      const struct rte_flow_action *actions, struct steer_request *req,
      struct rte_flow_error *error)
{
	int rc = steer_flow_check_attr(attr, error);

	if (rc == 0)
		rc = steer_flow_pattern(e, pattern, &req->match, error);
	if (rc < 0)
		return rc;
	steer_request_attr(req, attr);
	rc = steer_actions_parse(actions, steer_nameable_queues(e), &req->actions, error);
	if (rc < 0) {
		steer_condition_free(req->match.condition);
		return rc;
	}
	return steer_flow_check(e, req, error);
}

int
steer_engine_validate(struct steer_engine *e, const struct rte_flow_attr *attr,
		      const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
		      struct rte_flow_error *error)
{
	struct steer_request req;
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = check(e, attr, pattern, actions, &req, error);
	pthread_mutex_unlock(&e->lock);
	if (rc == 0)
		steer_condition_free(req.match.condition);
	return rc;
}

/* Flows */

bool
steer_flow_usable(const struct steer_engine *e, const struct steer_flow *flow, uint16_t n_queues)
{
	switch (steer_flow_fate(flow)) {
	case STEER_FATE_QUEUE:
		return flow->target < n_queues;
	case STEER_FATE_RSS:
		return steer_contexts_usable(&e->contexts, flow->target, n_queues);
	default:
		return true;
	}
}

int
steer_flow_activate(struct steer_engine *e, struct steer_flow *flow,
		    const struct steer_match *match)
{
	struct steer_rule rule = {
		.prio = flow->prio,
		.seq = flow->seq,
		.flags = flow->flags,
		.target = flow->target,
	};
	int rc;

	if (flow->more != NULL) {
		flow->more->mark = flow->mark;
		flow->more->count = flow->count;
		rule.flags |= STEER_RULE_MORE;
		rule.more = flow->more;
	} else {
		rule.mark = flow->mark;
		rule.count = flow->count;
	}
	rc = steer_table_insert(flow->group->table, match, &rule, &flow->place);
	if (rc == 0)
		steer_group_deepen(&e->groups, flow->group);
	return rc;
}

void
steer_flow_match(const struct steer_flow *flow, struct steer_match *match)
{
	if (steer_flow_active(flow))
		steer_table_match(&flow->place, match);
	else
		*match = *flow->match;
}

static void
end_jump(struct steer_flow *flow)
{
	if (flow->jump != NULL)
		steer_group_jump_end(flow->jump);
	flow->jump = NULL;
}

static void
put_groups(struct steer_flow *flow)
{
	end_jump(flow);
	if (flow->next_group != NULL)
		steer_group_put(&flow->engine->groups, flow->next_group);
	if (flow->group != NULL)
		steer_group_put(&flow->engine->groups, flow->group);
}

static void
put_regs(struct steer_flow *flow)
{
	struct steer_engine *e = flow->engine;

	if (flow->regs && --e->n_regs == 0)
		__atomic_store_n(&e->regs, false, __ATOMIC_RELAXED);
	free(flow->sets);
}

struct steer_more *
steer_flow_more(struct steer_flow *flow)
{
	if (flow->more == NULL)
		flow->more = calloc(1, sizeof(*flow->more));
	return flow->more;
}

/** Counter, context and age, if they are its own. */
static void
release_resources(struct steer_engine *e, struct steer_flow *flow)
{
	if (flow->count != STEER_COUNT_NONE && flow->shared[STEER_SHARE_COUNT] == NULL)
		steer_count_release(&e->count, flow->count);
	if (steer_flow_fate(flow) == STEER_FATE_RSS && flow->shared[STEER_SHARE_RSS] == NULL)
		steer_contexts_put(&e->contexts, flow->target);
	if (flow->age != NULL && flow->shared[STEER_SHARE_AGE] == NULL)
		steer_age_free(&e->ages, flow->age);
	steer_indirect_put(flow);
}

/** Give back all that it has. */
static void
clear(struct steer_flow *flow)
{
	struct steer_engine *e = flow->engine;

	if (flow->place.rule != NULL)
		steer_table_release(flow->group->table, &flow->place);
	release_resources(e, flow);
	put_groups(flow);
	put_regs(flow);
	free(flow->match);
	free(flow->note);
	if (flow->more != NULL)
		steer_condition_free(flow->more->condition);
	free(flow->more);
}

void
steer_flow_drop(struct steer_flow *flow)
{
	if (flow->awaited)
		flow->gone = true;
	else
		free(flow);
}

void
steer_flow_unawait(struct steer_flow *flow)
{
	flow->awaited = false;
	if (flow->gone)
		free(flow);
}

void
steer_flow_free(struct steer_flow *flow)
{
	clear(flow);
	steer_flow_drop(flow);
}

static void
free_retired(struct steer_retired *r)
{
	steer_flow_free(RTE_PTR_SUB(r, offsetof(struct steer_flow, retired)));
}

/** Buried long enough that no reader sees the rule; some may still walk over it. */
static void
unlink_retired(struct steer_retired *r)
{
	struct steer_flow *flow = RTE_PTR_SUB(r, offsetof(struct steer_flow, retired));
	struct steer_engine *e = flow->engine;

	steer_group_remove(&e->groups, flow->group, &flow->place);
	steer_retire(&e->retire, r, free_retired);
}

/* Creating */

static uint16_t
rule_flags(const struct steer_actions *a)
{
	return (uint16_t)(a->fate | (a->mark ? STEER_RULE_MARK : 0) |
			  (a->flag ? STEER_RULE_FLAG : 0) | (a->count ? STEER_RULE_COUNT : 0) |
			  (steer_sets_any(&a->sets) ? STEER_RULE_SETS : 0));
}

/** Room for what few rules have. The condition is the flow's, or freed. */
static int
take_more(struct steer_flow *flow, const struct steer_request *req, struct rte_flow_error *error)
{
	if (req->match.condition == NULL && req->actions.fate != STEER_FATE_JUMP &&
	    !steer_sets_any(&req->actions.sets))
		return 0;
	if (steer_flow_more(flow) == NULL) {
		steer_condition_free(req->match.condition);
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
	}
	flow->more->condition = req->match.condition;
	return 0;
}

/** Registers are kept from now on, if the rule needs them. */
static int
take_regs(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req,
	  struct rte_flow_error *error)
{
	const struct steer_condition *condition = req->match.condition;

	if (steer_sets_any(&req->actions.sets)) {
		flow->sets = malloc(sizeof(*flow->sets));
		if (flow->sets == NULL)
			return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
		*flow->sets = req->actions.sets;
		flow->more->sets = flow->sets;
	}
	flow->regs = flow->sets != NULL || steer_match_regs(&req->match) ||
		     (condition != NULL && condition->inverted != NULL &&
		      steer_match_regs(condition->inverted));
	if (flow->regs && e->n_regs++ == 0)
		__atomic_store_n(&e->regs, true, __ATOMIC_RELAXED);
	return 0;
}

static int
hold_groups(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req)
{
	flow->group = steer_group_get(&e->groups, req->group);
	if (flow->group == NULL)
		return -ENOMEM;
	if (req->actions.fate != STEER_FATE_JUMP)
		return 0;
	flow->next_group = steer_group_get(&e->groups, req->actions.jump->group);
	if (flow->next_group == NULL)
		return -ENOMEM;
	flow->more->jump = flow->next_group->table;
	flow->jump = steer_group_jump(flow->group, flow->next_group);
	return flow->jump != NULL ? 0 : -ENOMEM;
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
	flow->target = (uint16_t)number;
	return 0;
}

static int
take_age(struct steer_engine *e, struct steer_flow *flow, const struct rte_flow_action_age *conf,
	 struct rte_flow_error *error)
{
	struct steer_more *more;

	if (conf != NULL)
		flow->age = steer_age_create(&e->ages, conf->timeout,
					     conf->context != NULL ? conf->context : flow);
	else if (flow->age == NULL)
		return 0;
	more = steer_flow_more(flow);
	if (flow->age == NULL || more == NULL)
		return REFUSE(error, conf, ENOMEM, ACTION, "age: no memory for another one");
	more->age = flow->age->id;
	flow->flags |= STEER_RULE_AGE;
	/* Its first packet may take as long as any other. */
	steer_age_touch(&e->ages, flow->age);
	steer_aged_watch(e);
	return 0;
}

/** Context, counter, age. On failure, what the flow has is given back by steer_flow_free(). */
static int
take_resources(struct steer_engine *e, struct steer_flow *flow, const struct steer_actions *a,
	       struct rte_flow_error *error)
{
	int rc = take_context(e, flow, a, error);

	if (rc < 0)
		return rc;
	flow->flags = rule_flags(a);
	steer_indirect_share(flow, a);
	if (a->count) {
		flow->count = steer_count_alloc(&e->count);
		if (flow->count == STEER_COUNT_NONE)
			return REFUSE(error, NULL, ENOMEM, ACTION,
				      "count: no memory for another counter");
	}
	return take_age(e, flow, a->age, error);
}

/** Into the table, or, if its queue does not exist (yet), kept aside. */
static int
place_flow(struct steer_engine *e, struct steer_flow *flow, const struct steer_match *match,
	   struct rte_flow_error *error)
{
	int rc;

	if (steer_flow_usable(e, flow, e->n_queues)) {
		rc = steer_flow_activate(e, flow, match);
	} else {
		flow->match = malloc(sizeof(*match));
		rc = flow->match != NULL ? 0 : -ENOMEM;
		if (rc == 0)
			*flow->match = *match;
	}
	if (rc < 0)
		return REFUSE(error, NULL, ENOMEM, HANDLE,
			      "no EAL memory for another rule: the port has %" PRIu64,
			      e->n_flows);
	return 0;
}

int
steer_flow_fill(struct steer_engine *e, struct steer_flow *flow, const struct steer_request *req,
		struct rte_flow_error *error)
{
	flow->engine = e;
	flow->prio = req->prio;
	flow->seq = e->next_version;
	flow->mark = req->actions.mark_id;
	flow->target = req->actions.queue;
	flow->count = STEER_COUNT_NONE;
	if (take_more(flow, req, error) < 0 || take_groups(e, flow, req, error) < 0 ||
	    take_regs(e, flow, req, error) < 0 ||
	    take_resources(e, flow, &req->actions, error) < 0 ||
	    place_flow(e, flow, &req->match, error) < 0) {
		clear(flow);
		return -rte_errno;
	}
	e->n_flows++;
	e->next_version++;
	TAILQ_INSERT_TAIL(&e->flows, flow, link);
	return 0;
}

static struct steer_flow *
create(struct steer_engine *e, const struct steer_request *req, struct rte_flow_error *error)
{
	struct steer_flow *flow = calloc(1, sizeof(*flow));

	if (flow == NULL) {
		steer_condition_free(req->match.condition);
		REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
		return NULL;
	}
	if (steer_flow_fill(e, flow, req, error) < 0) {
		free(flow);
		return NULL;
	}
	steer_table_commit(&e->table, e->next_version);
	return flow;
}

struct steer_flow *
steer_engine_flow_create(struct steer_engine *e, const struct rte_flow_attr *attr,
			 const struct rte_flow_item pattern[],
			 const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	struct steer_flow *flow = NULL;
	struct steer_request req;

	pthread_mutex_lock(&e->lock);
	if (check(e, attr, pattern, actions, &req, error) == 0)
		flow = create(e, &req, error);
	steer_engine_unlock(e, RECLAIM_MAX);
	return flow;
}

/* Destroying */

/** For versions from the next one on it is gone. */
static void
bury(struct steer_engine *e, struct steer_flow *flow)
{
	if (steer_flow_active(flow))
		steer_table_bury(flow->group->table, &flow->place, &flow->tomb, e->next_version);
	flow->destroyed = true;
	if (flow->miss && flow->group->miss == flow)
		flow->group->miss = NULL;
	end_jump(flow);
	steer_indirect_unshare(flow);
	if (flow->age != NULL && flow->shared[STEER_SHARE_AGE] == NULL)
		steer_age_stop(&e->ages, flow->age);
	if (flow->table != NULL)
		flow->table->rules--;
}

void
steer_flow_bury(struct steer_engine *e, struct steer_flow *flow, struct steer_flow_list *dead)
{
	TAILQ_REMOVE(&e->flows, flow, link);
	TAILQ_INSERT_TAIL(dead, flow, link);
	e->n_flows--;
	bury(e, flow);
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
	return flow != NULL && flow->engine == e && !flow->destroyed;
}

static int
check_handle(const struct steer_engine *e, const struct steer_flow *flow,
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

	pthread_mutex_lock(&e->lock);
	rc = check_handle(e, flow, error);
	if (rc == 0) {
		steer_flow_bury(e, flow, &list);
		steer_flows_commit(e, &list);
	}
	steer_engine_unlock(e, RECLAIM_MAX);
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
		TAILQ_INSERT_TAIL(flow->note != NULL ? &e->flows : &list, flow, link);
		if (flow->note != NULL)
			e->n_flows++;
		else
			bury(e, flow);
	}
	steer_flows_commit(e, &list);
	steer_engine_unlock(e, UINT_MAX);
	return 0;
}

int
steer_engine_flow_keep(struct steer_engine *e, struct steer_flow *flow, const char *note)
{
	char *copy = strdup(note);
	int rc = copy != NULL ? 0 : -ENOMEM;

	pthread_mutex_lock(&e->lock);
	if (rc == 0)
		rc = check_handle(e, flow, NULL);
	if (rc == 0) {
		free(flow->note);
		flow->note = copy;
	} else {
		free(copy);
	}
	pthread_mutex_unlock(&e->lock);
	return rc;
}

struct steer_flow *
steer_engine_flow_kept(struct steer_engine *e)
{
	struct steer_flow *flow;

	pthread_mutex_lock(&e->lock);
	TAILQ_FOREACH(flow, &e->flows, link)
		if (flow->note != NULL)
			break;
	pthread_mutex_unlock(&e->lock);
	return flow;
}

/* Misses */

static int
check_miss(struct steer_engine *e, uint32_t group, const struct rte_flow_action *actions,
	   struct steer_request *req, struct rte_flow_error *error)
{
	const struct rte_flow_item all[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	const struct rte_flow_attr attr = {
		.ingress = 1, .group = group, .priority = UINT32_MAX,
	};
	int rc;

	if (group == 0)
		return REFUSE(error, NULL, ENOTSUP, ATTR_GROUP,
			      "group 0: its misses go by the port's RSS; a rule of the last "
			      "priority does otherwise");
	rc = check(e, &attr, all, actions, req, error);
	if (rc == 0 && req->actions.count)
		return REFUSE(error, actions, ENOTSUP, ACTION,
			      "count: there is no rule to query it by");
	return rc;
}

static bool
is_empty(const struct rte_flow_action *actions)
{
	while (actions->type == RTE_FLOW_ACTION_TYPE_VOID)
		actions++;
	return actions->type == RTE_FLOW_ACTION_TYPE_END;
}

static int
create_miss(struct steer_engine *e, uint32_t group, const struct rte_flow_action *actions,
	    struct steer_flow **miss, struct rte_flow_error *error)
{
	struct steer_request req;
	int rc = check_miss(e, group, actions, &req, error);

	if (rc < 0)
		return rc;
	*miss = create(e, &req, error);
	if (*miss == NULL)
		return -rte_errno;
	(*miss)->miss = true;
	e->n_flows--;
	return 0;
}

/** The new ones, if any, are there before the old ones go: no packet is without either. */
static void
replace_miss(struct steer_engine *e, struct steer_group *group, struct steer_flow *miss)
{
	struct steer_flow_list list = TAILQ_HEAD_INITIALIZER(list);
	struct steer_flow *old = group->miss;

	group->miss = miss;
	if (old == NULL)
		return;
	TAILQ_REMOVE(&e->flows, old, link);
	TAILQ_INSERT_TAIL(&list, old, link);
	bury(e, old);
	steer_flows_commit(e, &list);
}

int
steer_engine_group_miss(struct steer_engine *e, uint32_t id,
			const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	struct steer_flow *miss = NULL;
	struct steer_group *group;
	int rc = 0;

	if (actions == NULL)
		return REFUSE(error, NULL, EINVAL, ACTION_NUM, "no actions");
	pthread_mutex_lock(&e->lock);
	if (!is_empty(actions))
		rc = create_miss(e, id, actions, &miss, error);
	group = steer_group_find(&e->groups, id);
	if (rc == 0 && group != NULL)
		replace_miss(e, group, miss);
	steer_engine_unlock(e, RECLAIM_MAX);
	return rc;
}

/* Querying */

void
steer_engine_query_count(struct steer_engine *e, uint32_t id, struct rte_flow_query_count *query)
{
	const struct steer_count_value v = query->reset ? steer_count_reset(&e->count, id) :
							  steer_count_read(&e->count, id);

	query->hits = v.hits;
	query->bytes = v.bytes;
	query->hits_set = 1;
	query->bytes_set = 1;
}

static int
check_query(const struct steer_engine *e, const struct steer_flow *flow,
	    const struct rte_flow_action *action, const void *data, struct rte_flow_error *error)
{
	int rc = check_handle(e, flow, error);

	if (rc < 0)
		return rc;
	if (action == NULL || data == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "query: no action or no data given");
	if (action->type == RTE_FLOW_ACTION_TYPE_VOID)
		return 0;
	if (action->type != RTE_FLOW_ACTION_TYPE_COUNT &&
	    action->type != RTE_FLOW_ACTION_TYPE_AGE)
		return REFUSE(error, action, ENOTSUP, ACTION,
			      "query: action type %d: count and age are accepted", action->type);
	if (action->type == RTE_FLOW_ACTION_TYPE_AGE && flow->age == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "query: the rule has no age action");
	if (action->type == RTE_FLOW_ACTION_TYPE_COUNT && flow->count == STEER_COUNT_NONE)
		return REFUSE(error, action, EINVAL, ACTION, "query: the rule has no count action");
	return 0;
}

int
steer_engine_flow_query(struct steer_engine *e, struct steer_flow *flow,
			const struct rte_flow_action *action, void *data,
			struct rte_flow_error *error)
{
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = check_query(e, flow, action, data, error);
	if (rc == 0 && action->type == RTE_FLOW_ACTION_TYPE_COUNT)
		steer_engine_query_count(e, flow->count, data);
	if (rc == 0 && action->type == RTE_FLOW_ACTION_TYPE_AGE)
		steer_age_query(&e->ages, flow->age, data);
	pthread_mutex_unlock(&e->lock);
	return rc;
}

/* For who hands rules on */

void
steer_engine_flow_set_cookie(struct steer_engine *e, struct steer_flow *flow, void *cookie)
{
	pthread_mutex_lock(&e->lock);
	if (steer_flow_is_ours(e, flow))
		flow->cookie = cookie;
	pthread_mutex_unlock(&e->lock);
}

void *
steer_engine_flow_cookie(struct steer_engine *e, const struct steer_flow *flow)
{
	void *cookie;

	pthread_mutex_lock(&e->lock);
	cookie = steer_flow_is_ours(e, flow) ? flow->cookie : NULL;
	pthread_mutex_unlock(&e->lock);
	return cookie;
}

int
steer_engine_flow_overlaps(struct steer_engine *e, const struct steer_flow *flow,
			   unsigned int budget)
{
	int rc = 0;

	pthread_mutex_lock(&e->lock);
	if (steer_flow_is_ours(e, flow) && steer_flow_active(flow))
		rc = steer_table_overlaps(flow->group->table, &flow->place, e->next_version,
					  budget);
	pthread_mutex_unlock(&e->lock);
	return rc;
}
