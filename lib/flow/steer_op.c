/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include "steer_error.h"
#include "steer_op.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Taking */

static void
drop_actions(struct steer_op *op)
{
	if ((void *)op->actions != (void *)op->room)
		free(op->actions);
	op->actions = NULL;
}

/** Handles that its actions name have to be there until it is applied. */
static void
hold_handles(const struct steer_op *op, bool hold)
{
	for (unsigned int i = 0; i < STEER_SHARES; i++)
		if (op->req.actions.shared[i] != NULL)
			steer_shared_hold(op->req.actions.shared[i], hold);
}

/** What it was to do is done, or is not to be done. */
static void
end_actions(struct steer_op *op)
{
	hold_handles(op, false);
	drop_actions(op);
}

static int
copy_actions(struct steer_op *op, const struct rte_flow_action *actions,
	     struct rte_flow_error *error)
{
	int size = rte_flow_conv(RTE_FLOW_CONV_OP_ACTIONS, op->room, STEER_OP_ROOM, actions, error);

	op->actions = (struct rte_flow_action *)op->room;
	if (size <= STEER_OP_ROOM)
		return size < 0 ? size : 0;
	op->actions = malloc((size_t)size);
	if (op->actions == NULL)
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
	size = rte_flow_conv(RTE_FLOW_CONV_OP_ACTIONS, op->actions, (size_t)size, actions, error);
	if (size < 0)
		drop_actions(op);
	return size < 0 ? size : 0;
}

int
steer_op_translate_actions(const struct steer_engine *e, struct steer_op *op,
			   const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	const uint16_t n_queues = steer_nameable_queues(e);
	/* First as the application has it, so that it is told what of it is wrong. */
	int rc = steer_actions_parse(actions, n_queues, &op->req.actions, error);

	if (rc == 0)
		rc = copy_actions(op, actions, error);
	if (rc == 0)
		rc = steer_actions_parse(op->actions, n_queues, &op->req.actions, error);
	if (rc == 0)
		rc = steer_indirect_check(e, &op->req.actions, error);
	if (rc == 0)
		hold_handles(op, true);
	else
		drop_actions(op);
	return rc;
}

int
steer_op_translate(struct steer_op_queue *q, struct steer_op *op,
		   const struct rte_flow_item *items, const struct rte_flow_action *actions,
		   struct rte_flow_error *error)
{
	int rc = steer_flow_pattern(q->engine, &q->repeat, items, &op->req.match, error);

	if (rc < 0)
		return rc;
	rc = steer_op_translate_actions(q->engine, op, actions, error);
	if (rc < 0)
		steer_condition_free(op->req.match.condition);
	return rc;
}

int
steer_op_have_spare(struct steer_engine *e, struct steer_op *op)
{
	if (op->spare == NULL) {
		pthread_mutex_lock(&e->lock);
		op->spare = steer_flow_alloc(&e->flow_pool);
		pthread_mutex_unlock(&e->lock);
	}
	return op->spare != NULL ? 0 : -ENOMEM;
}

/* Applying */

static void
apply_create(struct steer_engine *e, struct steer_op *op)
{
	int rc = steer_flow_check(e, &op->req, NULL);

	if (rc == 0)
		rc = steer_flow_fill(e, op->flow, &op->req, NULL);
	end_actions(op);
	if (rc < 0) {
		/* Until the result is pulled, its destruction may have been enqueued. */
		op->flow->destroyed = true;
		op->status = RTE_FLOW_OP_ERROR;
		return;
	}
	op->flow->table->rules++;
	op->flow = NULL;
	op->spare = steer_flow_alloc(&e->flow_pool);
}

static void
apply_update(struct steer_engine *e, struct steer_op *op, struct steer_flow_list *dead)
{
	if (!steer_flow_is_ours(e, op->flow) ||
	    steer_flow_update(e, op->flow, &op->req.actions, dead, NULL) < 0)
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
	if (op->kind == STEER_OP_CREATE && steer_request_group(&op->req) == 0)
		steer_table_expect(&e->table, &op->req.match);
	else if (op->kind == STEER_OP_DESTROY)
		steer_flow_expect(op->flow);
}

void
steer_op_apply(struct steer_engine *e, struct steer_op *op, struct steer_flow_list *dead)
{
	switch (op->kind) {
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
	if (op->kind == STEER_OP_CREATE) {
		steer_condition_free(op->req.match.condition);
		steer_flow_drop(e, op->flow);
	} else if (op->kind != STEER_OP_DONE) {
		steer_flow_unawait(e, op->flow);
	}
}
