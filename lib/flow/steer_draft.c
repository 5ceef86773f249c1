/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_errno.h>

#include "steer_draft.h"
#include "steer_error.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Taking */

static bool
set_fate(struct steer_draft *d, enum steer_fate fate)
{
	if ((d->flags & STEER_RULE_FATE) != STEER_FATE_NONE)
		return false;
	d->flags |= fate;
	return true;
}

static bool
set_queue(struct steer_draft *d, const struct rte_flow_action_queue *conf, uint16_t n_queues)
{
	if (conf == NULL || conf->index >= n_queues)
		return false;
	d->queue = conf->index;
	return set_fate(d, STEER_FATE_QUEUE);
}

static bool
set_mark(struct steer_draft *d, const struct rte_flow_action_mark *conf)
{
	if (conf == NULL)
		return false;
	d->mark = conf->id;
	d->flags |= STEER_RULE_MARK;
	return true;
}

bool
steer_draft_action(struct steer_draft *d, enum rte_flow_action_type type, const void *conf,
		   uint16_t n_queues)
{
	switch (type) {
	case RTE_FLOW_ACTION_TYPE_VOID:
		return true;
	case RTE_FLOW_ACTION_TYPE_QUEUE:
		return set_queue(d, conf, n_queues);
	case RTE_FLOW_ACTION_TYPE_DROP:
		return set_fate(d, STEER_FATE_DROP);
	case RTE_FLOW_ACTION_TYPE_PASSTHRU:
		return set_fate(d, STEER_FATE_PASSTHRU);
	case RTE_FLOW_ACTION_TYPE_MARK:
		return set_mark(d, conf);
	case RTE_FLOW_ACTION_TYPE_FLAG:
		d->flags |= STEER_RULE_FLAG;
		return true;
	case RTE_FLOW_ACTION_TYPE_COUNT:
		d->flags |= STEER_RULE_COUNT;
		return true;
	default:
		return false;
	}
}

static bool
take_actions(struct steer_draft *d, const struct rte_flow_action actions[], uint16_t n_queues)
{
	d->queue = 0;
	d->mark = 0;
	d->flags = 0;
	for (; actions->type != RTE_FLOW_ACTION_TYPE_END; actions++)
		if (!steer_draft_action(d, actions->type, actions->conf, n_queues))
			return false;
	return steer_draft_acts(d);
}

bool
steer_draft_take(const struct steer_engine *e, struct steer_repeat *repeat,
		 const struct rte_flow_attr *attr, const struct rte_flow_item pattern[],
		 const struct rte_flow_action actions[], struct steer_draft *d)
{
	if (attr == NULL || pattern == NULL || actions == NULL || !attr->ingress || attr->egress ||
	    attr->transfer)
		return false;
	d->form = steer_repeat_guess(repeat, pattern, d->values);
	if (d->form == NULL)
		return false;
	d->prio = attr->priority;
	d->group = attr->group;
	steer_draft_expect(e, d);
	d->form = steer_repeat_confirm(repeat, pattern, d->values);
	return d->form != NULL && take_actions(d, actions, steer_nameable_queues(e));
}

/* Making */

void
steer_draft_expect(const struct steer_engine *e, const struct steer_draft *d)
{
	if (d->group == 0)
		steer_table_expect_words(&e->table, d->form, d->values);
}

/** At length. Its queue is none yet, so that it is kept aside. */
static int __rte_noinline
fill_unusable(struct steer_engine *e, struct steer_flow *flow, const struct steer_draft *d,
	      struct rte_flow_error *error)
{
	struct steer_request req = {
		.actions = {
			.fate = (enum steer_fate)(d->flags & STEER_RULE_FATE),
			.queue = d->queue,
			.mark_id = d->mark,
			.mark = (d->flags & STEER_RULE_MARK) != 0,
			.flag = (d->flags & STEER_RULE_FLAG) != 0,
			.count = (d->flags & STEER_RULE_COUNT) != 0,
		},
		.group = d->group,
		.prio = d->prio,
	};

	steer_form_match(d->form, d->values, &req.match);
	return steer_flow_fill(e, flow, &req, error);
}

/** Group and counter. */
static int
take_resources(struct steer_engine *e, struct steer_flow *flow, const struct steer_draft *d,
	       struct rte_flow_error *error)
{
	flow->group = steer_group_get(&e->groups, STEER_GROUP_ID(0, d->group));
	if (flow->group == NULL)
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another group");
	if ((d->flags & STEER_RULE_COUNT) == 0) {
		steer_flow_count_quietly(e, flow);
		return 0;
	}
	flow->rule->count = steer_count_alloc(&e->count);
	if (flow->rule->count == STEER_COUNT_NONE)
		return REFUSE(error, NULL, ENOMEM, ACTION, "count: no memory for another counter");
	return 0;
}

int
steer_draft_fill(struct steer_engine *e, struct steer_flow *flow, const struct steer_draft *d,
		 struct rte_flow_error *error)
{
	struct steer_rule rule = {
		.prio = d->prio,
		.flags = d->flags,
		.target = d->queue,
		.mark = d->mark,
		.count = STEER_COUNT_NONE,
		.seq = e->next_version,
	};

	if (unlikely((d->flags & STEER_RULE_FATE) == STEER_FATE_QUEUE && d->queue >= e->n_queues))
		return fill_unusable(e, flow, d, error);
	/* The table copies it to where the flow finds it from then on. */
	/* cppcheck-suppress autoVariables */
	flow->rule = &rule;
	if (take_resources(e, flow, d, error) < 0 ||
	    steer_flow_stand(e, flow, d->form, d->values, error) < 0) {
		steer_flow_clear(e, flow);
		return -rte_errno;
	}
	steer_flow_enlist(e, flow);
	return 0;
}

struct steer_flow *
steer_draft_create(struct steer_engine *e, const struct steer_draft *d,
		   struct rte_flow_error *error)
{
	struct steer_flow *flow = steer_flow_alloc(e);

	if (flow == NULL) {
		REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
		return NULL;
	}
	if (steer_draft_fill(e, flow, d, error) < 0) {
		steer_flow_release(&e->flow_pool, flow);
		return NULL;
	}
	steer_table_commit(&e->table, e->next_version);
	return flow;
}
