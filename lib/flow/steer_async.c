/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_errno.h>

#include "steer_error.h"
#include "steer_op.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Rules */

static int
check_table(const struct steer_engine *e, const struct steer_template_table *table,
	    uint8_t pattern_index, uint8_t actions_index, struct rte_flow_error *error)
{
	if (table == NULL || table->owner != &e->templates)
		return REFUSE(error, table, EINVAL, UNSPECIFIED, "not a table of this port");
	if (pattern_index >= table->n_patterns || actions_index >= table->n_actions)
		return REFUSE(error, table, EINVAL, UNSPECIFIED,
			      "templates %u and %u: the table has %u for patterns, %u for actions",
			      pattern_index, actions_index, table->n_patterns, table->n_actions);
	return 0;
}

/** What is refused is an element of the caller's list, not of what that was filled into. */
static void
name_given(struct rte_flow_error *error, const void *filled, const void *given, size_t size)
{
	uintptr_t at;

	if (error == NULL)
		return;
	at = (uintptr_t)error->cause - (uintptr_t)filled;
	if (at < STEER_TEMPLATE_MAX * size)
		error->cause = (const uint8_t *)given + at;
}

/** What cannot be said in short. */
static int
translate(struct steer_op_queue *q, struct steer_op *op, const struct steer_template_table *table,
	  const struct rte_flow_item pattern[], uint8_t pattern_index,
	  const struct rte_flow_action actions[], uint8_t actions_index,
	  struct rte_flow_error *error)
{
	struct rte_flow_action filled[STEER_TEMPLATE_MAX];
	struct rte_flow_item items[STEER_TEMPLATE_MAX];
	int rc = steer_pattern_template_fill(table->patterns[pattern_index], pattern, items, error);

	if (rc == 0)
		rc = steer_actions_template_fill(table->actions[actions_index], actions, filled,
						 error);
	if (rc == 0)
		rc = steer_op_translate(q, op, items, filled, error);
	if (rc < 0) {
		name_given(error, items, pattern, sizeof(items[0]));
		name_given(error, filled, actions, sizeof(filled[0]));
		return rc;
	}
	steer_request_attr(&op->more->req, &table->attr);
	op->kind = STEER_OP_CREATE;
	return 0;
}

struct steer_flow *
steer_async_create(struct steer_engine *e, uint32_t queue, bool postpone,
		   struct steer_template_table *table, const struct rte_flow_item pattern[],
		   uint8_t pattern_index, const struct rte_flow_action actions[],
		   uint8_t actions_index, void *user_data, struct rte_flow_error *error)
{
	struct steer_op_queue *q = steer_op_queue_find(e, queue, error);
	struct steer_flow *flow;
	struct steer_op *op;

	if (q == NULL || check_table(e, table, pattern_index, actions_index, error) < 0)
		return NULL;
	op = steer_op_reserve(q, user_data, error);
	if (op == NULL)
		return NULL;
	if (steer_op_have_spare(e, op) < 0) {
		REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
		return NULL;
	}
	if (!steer_op_take_draft(e, op, table, pattern, pattern_index, actions, actions_index) &&
	    translate(q, op, table, pattern, pattern_index, actions, actions_index, error) < 0)
		return NULL;
	flow = op->spare;
	op->spare = NULL;
	op->flow = flow;
	flow->table = table;
	steer_op_enqueue(q, postpone);
	return flow;
}

/** The table that a rule was made from, if it has that actions template. */
static int
check_update(const struct steer_engine *e, const struct steer_flow *flow, uint8_t actions_index,
	     struct rte_flow_error *error)
{
	if (flow == NULL || flow->destroyed || flow->table == NULL)
		return REFUSE(error, flow, EINVAL, HANDLE, "not a rule of a table of this port");
	return check_table(e, flow->table, 0, actions_index, error);
}

int
steer_async_update(struct steer_engine *e, uint32_t queue, bool postpone, struct steer_flow *flow,
		   const struct rte_flow_action actions[], uint8_t actions_index, void *user_data,
		   struct rte_flow_error *error)
{
	struct rte_flow_action filled[STEER_TEMPLATE_MAX];
	struct steer_op_queue *q = steer_op_queue_find(e, queue, error);
	struct steer_op *op;
	int rc;

	if (q == NULL)
		return -EINVAL;
	rc = check_update(e, flow, actions_index, error);
	if (rc < 0)
		return rc;
	op = steer_op_reserve(q, user_data, error);
	if (op == NULL)
		return -EAGAIN;
	rc = steer_actions_template_fill(flow->table->actions[actions_index], actions,
					 filled, error);
	if (rc == 0)
		rc = steer_op_translate_actions(e, op, filled, error);
	if (rc < 0) {
		name_given(error, filled, actions, sizeof(filled[0]));
		return rc;
	}
	op->kind = STEER_OP_UPDATE;
	op->flow = flow;
	flow->awaited++;
	steer_op_enqueue(q, postpone);
	return 0;
}

int
steer_async_update_resized(struct steer_engine *e, uint32_t queue, bool postpone,
			   struct steer_flow *flow, void *user_data, struct rte_flow_error *error)
{
	struct steer_op_queue *q = steer_op_queue_find(e, queue, error);
	struct steer_op *op;
	int rc;

	if (q == NULL)
		return -EINVAL;
	rc = check_update(e, flow, 0, error);
	if (rc < 0)
		return rc;
	if (!flow->table->resizing)
		return REFUSE(error, flow, EINVAL, HANDLE, "its table is not being resized");
	op = steer_op_reserve(q, user_data, error);
	if (op == NULL)
		return -EAGAIN;
	op->kind = STEER_OP_DONE;
	steer_op_enqueue(q, postpone);
	return 0;
}

int
steer_async_destroy(struct steer_engine *e, uint32_t queue, bool postpone, struct steer_flow *flow,
		    void *user_data, struct rte_flow_error *error)
{
	struct steer_op_queue *q = steer_op_queue_find(e, queue, error);
	struct steer_op *op;

	if (q == NULL)
		return -EINVAL;
	if (flow == NULL)
		return REFUSE(error, NULL, EINVAL, HANDLE, "not a rule of this port");
	op = steer_op_reserve(q, user_data, error);
	if (op == NULL)
		return -EAGAIN;
	op->kind = STEER_OP_DESTROY;
	op->flow = flow;
	flow->awaited++;
	steer_op_enqueue(q, postpone);
	return 0;
}

/* Handles */

/**
 * After all that the queue holds, with the engine's lock held.
 * @return room for a result; NULL with rte_errno and error, and the lock is not held.
 */
static struct steer_op *
begin_now(struct steer_engine *e, uint32_t queue, void *user_data, struct rte_flow_error *error)
{
	struct steer_op_queue *q = steer_op_queue_find(e, queue, error);
	struct steer_op *op = q != NULL ? steer_op_reserve(q, user_data, error) : NULL;

	if (op == NULL)
		return NULL;
	if (pthread_mutex_trylock(&e->lock) != 0) {
		REFUSE(error, NULL, EAGAIN, UNSPECIFIED,
		       "another thread is changing rules: try again");
		return NULL;
	}
	q->pushed = q->tail;
	steer_ops_apply(q);
	op->kind = STEER_OP_DONE;
	return op;
}

/** @param rc  What came of it: if it is refused, there is no result. */
static int
end_now(struct steer_engine *e, uint32_t queue, int rc)
{
	struct steer_op_queue *q = &e->async->queues[queue];

	if (rc == 0)
		q->applied = q->pushed = ++q->tail;
	steer_engine_unlock(e, STEER_OP_RECLAIM);
	return rc;
}

struct steer_indirect *
steer_async_indirect_create(struct steer_engine *e, uint32_t queue,
			    const struct rte_flow_indir_action_conf *conf,
			    const struct rte_flow_action *action, void *user_data,
			    struct rte_flow_error *error)
{
	struct steer_indirect *handle;

	if (begin_now(e, queue, user_data, error) == NULL)
		return NULL;
	handle = steer_indirect_create(e, conf, action, error);
	end_now(e, queue, handle != NULL ? 0 : -rte_errno);
	return handle;
}

int
steer_async_indirect_destroy(struct steer_engine *e, uint32_t queue, struct steer_indirect *handle,
			     void *user_data, struct rte_flow_error *error)
{
	if (begin_now(e, queue, user_data, error) == NULL)
		return -rte_errno;
	return end_now(e, queue, steer_indirect_destroy(e, handle, error));
}

int
steer_async_indirect_update(struct steer_engine *e, uint32_t queue, struct steer_indirect *handle,
			    const void *what, void *user_data, struct rte_flow_error *error)
{
	if (begin_now(e, queue, user_data, error) == NULL)
		return -rte_errno;
	return end_now(e, queue, steer_indirect_update(e, handle, what, error));
}

int
steer_async_indirect_query(struct steer_engine *e, uint32_t queue,
			   const struct steer_indirect *handle, void *data, void *user_data,
			   struct rte_flow_error *error)
{
	if (begin_now(e, queue, user_data, error) == NULL)
		return -rte_errno;
	return end_now(e, queue, steer_indirect_query(e, handle, data, error));
}

int
steer_async_indirect_query_update(struct steer_engine *e, uint32_t queue,
				  struct steer_indirect *handle, const void *what, void *data,
				  bool update_first, void *user_data,
				  struct rte_flow_error *error)
{
	if (begin_now(e, queue, user_data, error) == NULL)
		return -rte_errno;
	return end_now(e, queue, steer_indirect_query_update(e, handle, what, data, update_first,
							     error));
}

/* Templates and tables */

struct steer_templates *
steer_async_templates(struct steer_engine *e)
{
	return &e->templates;
}

int
steer_async_check_table(const struct rte_flow_template_table_attr *attr,
			struct rte_flow_error *error)
{
	return steer_flow_check_attr(&attr->flow_attr, error);
}

void
steer_async_lock(struct steer_engine *e)
{
	pthread_mutex_lock(&e->lock);
}

void
steer_async_unlock(struct steer_engine *e)
{
	pthread_mutex_unlock(&e->lock);
}
