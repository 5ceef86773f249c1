/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include "steer_error.h"
#include "steer_op.h"
#include "steer_plan.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Taking */

static bool
draft_actions(struct steer_draft *d, const struct steer_actions_template *t,
	      const struct rte_flow_action actions[], uint16_t n_queues)
{
	const struct rte_flow_action *ours = t->head.list;
	const unsigned int end = t->head.n - 1;

	d->queue = 0;
	d->mark = 0;
	d->flags = 0;
	for (unsigned int i = 0; i < end; i++) {
		const bool fixed = (t->fixed >> i & 1) != 0;

		if (actions[i].type != ours[i].type ||
		    !steer_draft_action(d, ours[i].type, fixed ? ours[i].conf : actions[i].conf,
					n_queues))
			return false;
	}
	return actions[end].type == RTE_FLOW_ACTION_TYPE_END && steer_draft_acts(d);
}

bool
steer_op_take_draft(const struct steer_engine *e, struct steer_op *op,
		    const struct steer_template_table *table, const struct rte_flow_item pattern[],
		    uint8_t pattern_index, const struct rte_flow_action actions[],
		    uint8_t actions_index)
{
	const struct steer_pattern_template *t = table->patterns[pattern_index];
	struct steer_draft *d = &op->draft;

	if (t->plan == NULL)
		return false;
	d->form = steer_plan_values(t->plan, t->head.list, t->head.n, pattern, d->values);
	if (d->form == NULL ||
	    !draft_actions(d, table->actions[actions_index], actions, steer_nameable_queues(e)))
		return false;
	d->prio = table->attr.priority;
	d->group = table->attr.group;
	op->kind = STEER_OP_DRAFT;
	return true;
}

static int
have_more(struct steer_op *op, struct rte_flow_error *error)
{
	if (op->more == NULL)
		op->more = malloc(sizeof(*op->more));
	if (op->more == NULL)
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
	op->more->actions = NULL;
	return 0;
}

static void
drop_actions(struct steer_op_more *more)
{
	if ((void *)more->actions != (void *)more->room)
		free(more->actions);
	more->actions = NULL;
}

/** Handles that its actions name have to be there until it is applied. */
static void
hold_handles(const struct steer_op_more *more, bool hold)
{
	for (unsigned int i = 0; i < STEER_SHARES; i++)
		if (more->req.actions.shared[i] != NULL)
			steer_shared_hold(more->req.actions.shared[i], hold);
}

/** What it was to do is done, or is not to be done. */
static void
end_actions(struct steer_op *op)
{
	hold_handles(op->more, false);
	drop_actions(op->more);
}

static int
copy_actions(struct steer_op_more *more, const struct rte_flow_action *actions,
	     struct rte_flow_error *error)
{
	int size = rte_flow_conv(RTE_FLOW_CONV_OP_ACTIONS, more->room, STEER_OP_ROOM, actions,
				 error);

	more->actions = (struct rte_flow_action *)more->room;
	if (size <= STEER_OP_ROOM)
		return size < 0 ? size : 0;
	more->actions = malloc((size_t)size);
	if (more->actions == NULL)
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
	size = rte_flow_conv(RTE_FLOW_CONV_OP_ACTIONS, more->actions, (size_t)size, actions, error);
	if (size < 0)
		drop_actions(more);
	return size < 0 ? size : 0;
}

static int
translate_actions(const struct steer_engine *e, struct steer_op_more *more,
		  const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	const uint16_t n_queues = steer_nameable_queues(e);
	/* First as the application has it, so that it is told what of it is wrong. */
	int rc = steer_actions_parse(actions, n_queues, &more->req.actions, error);

	if (rc == 0)
		rc = copy_actions(more, actions, error);
	if (rc == 0)
		rc = steer_actions_parse(more->actions, n_queues, &more->req.actions, error);
	if (rc == 0)
		rc = steer_request_kernel(e, &more->req.actions, error);
	if (rc == 0)
		rc = steer_indirect_check(e, &more->req.actions, error);
	if (rc == 0)
		hold_handles(more, true);
	else
		drop_actions(more);
	return rc;
}

int
steer_op_translate_actions(const struct steer_engine *e, struct steer_op *op,
			   const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	int rc = have_more(op, error);

	return rc == 0 ? translate_actions(e, op->more, actions, error) : rc;
}

int
steer_op_translate(struct steer_op_queue *q, struct steer_op *op,
		   const struct rte_flow_item *items, const struct rte_flow_action *actions,
		   struct rte_flow_error *error)
{
	struct steer_match *match;
	int rc = have_more(op, error);

	if (rc < 0)
		return rc;
	match = &op->more->req.match;
	rc = steer_flow_pattern(q->engine, &q->repeat, items, match, error);
	if (rc < 0)
		return rc;
	rc = translate_actions(q->engine, op->more, actions, error);
	if (rc < 0)
		steer_condition_free(match->condition);
	return rc;
}

int
steer_op_have_spare(struct steer_engine *e, struct steer_op *op)
{
	if (op->spare == NULL) {
		pthread_mutex_lock(&e->lock);
		op->spare = steer_flow_alloc(e);
		pthread_mutex_unlock(&e->lock);
	}
	return op->spare != NULL ? 0 : -ENOMEM;
}

/* Applying */

/** @param rc  What came of it. */
static void
end_create(struct steer_engine *e, struct steer_op *op, int rc)
{
	if (rc < 0) {
		/* Until the result is pulled, its destruction may have been enqueued. */
		op->flow->destroyed = true;
		op->status = RTE_FLOW_OP_ERROR;
		return;
	}
	op->flow->table->rules++;
	op->flow = NULL;
	op->spare = steer_flow_alloc(e);
}

static void
apply_create(struct steer_engine *e, struct steer_op *op)
{
	int rc = steer_flow_check(e, &op->more->req, NULL);

	if (rc == 0)
		rc = steer_flow_fill(e, op->flow, &op->more->req, NULL);
	end_actions(op);
	end_create(e, op, rc);
}

static void
apply_update(struct steer_engine *e, struct steer_op *op, struct steer_flow_list *dead)
{
	if (!steer_flow_is_ours(e, op->flow) ||
	    steer_flow_update(e, op->flow, &op->more->req.actions, dead, NULL) < 0)
		op->status = RTE_FLOW_OP_ERROR;
	end_actions(op);
	steer_flow_unawait(e, op->flow);
	op->flow = NULL;
}

static void
apply_destroy(struct steer_engine *e, struct steer_op *op, struct steer_flow_list *dead)
{
	if (steer_flow_is_ours(e, op->flow))
		steer_flow_remove(e, op->flow, dead);
	else
		op->status = RTE_FLOW_OP_ERROR;
	steer_flow_unawait(e, op->flow);
	op->flow = NULL;
}

void
steer_op_expect(const struct steer_engine *e, const struct steer_op *op)
{
	if (op->kind == STEER_OP_DRAFT)
		steer_draft_expect(e, &op->draft);
	else if (op->kind == STEER_OP_CREATE && steer_request_group(&op->more->req) == 0)
		steer_table_expect(&e->table, &op->more->req.match);
	else if (op->kind == STEER_OP_DESTROY)
		steer_flow_expect(op->flow);
}

void
steer_op_apply(struct steer_engine *e, struct steer_op *op, struct steer_flow_list *dead)
{
	switch (op->kind) {
	case STEER_OP_DRAFT:
		end_create(e, op, steer_draft_fill(e, op->flow, &op->draft, NULL));
		break;
	case STEER_OP_CREATE:
		apply_create(e, op);
		break;
	case STEER_OP_UPDATE:
		apply_update(e, op, dead);
		break;
	case STEER_OP_DESTROY:
		apply_destroy(e, op, dead);
		break;
	case STEER_OP_DONE:
		break;
	}
}

void
steer_op_drop(struct steer_engine *e, struct steer_op *op)
{
	if (op->kind == STEER_OP_CREATE || op->kind == STEER_OP_UPDATE)
		end_actions(op);
	if (op->kind == STEER_OP_CREATE)
		steer_condition_free(op->more->req.match.condition);
	if (op->kind == STEER_OP_CREATE || op->kind == STEER_OP_DRAFT)
		steer_flow_drop(e, op->flow);
	else if (op->kind != STEER_OP_DONE)
		steer_flow_unawait(e, op->flow);
}
