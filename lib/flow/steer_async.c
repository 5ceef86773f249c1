/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>

#include "steer_async.h"
#include "steer_engine_private.h"
#include "steer_error.h"

/* As many as a call may free of what others left, for each operation that it applies. */
#define RECLAIM_EACH 2

/* Most lists of actions need less. */
#define ROOM 256

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

enum op_kind {
	OP_CREATE,
	OP_UPDATE,
	OP_DESTROY,
	OP_DONE, /**< Before it was enqueued, or there is nothing to do. */
};

struct op {
	enum op_kind kind;
	enum rte_flow_op_status status;
	void *user_data;
	/** CREATE: until it is in force, the queue's. */
	struct steer_flow *flow;
	/** What req.actions points to: a copy, in room or on the heap. */
	struct rte_flow_action *actions;
	/** UPDATE: only its actions. */
	struct steer_request req;
	uint8_t room[ROOM] __rte_aligned(8);
};

/** A ring: free up to pulled + size, then to be applied up to pushed, then postponed up to tail. */
struct queue {
	struct steer_engine *engine;
	uint32_t size;
	uint32_t mask;
	uint32_t pulled;
	uint32_t applied;
	uint32_t pushed;
	uint32_t tail;
	struct op *ops;
} __rte_cache_aligned;

struct steer_async {
	uint16_t n_queues;
	struct queue queues[];
};

/* Operations */

static void
drop_actions(struct op *op)
{
	if ((void *)op->actions != (void *)op->room)
		free(op->actions);
	op->actions = NULL;
}

/** What becomes of one that is not applied any more. */
static void
drop(struct op *op)
{
	drop_actions(op);
	if (op->kind == OP_CREATE) {
		steer_condition_free(op->req.match.condition);
		steer_flow_drop(op->flow);
	} else if (op->kind != OP_DONE) {
		steer_flow_unawait(op->flow);
	}
}

static int
copy_actions(struct op *op, const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	int size = rte_flow_conv(RTE_FLOW_CONV_OP_ACTIONS, op->room, ROOM, actions, error);

	op->actions = (struct rte_flow_action *)op->room;
	if (size <= ROOM)
		return size < 0 ? size : 0;
	op->actions = malloc((size_t)size);
	if (op->actions == NULL)
		return REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
	size = rte_flow_conv(RTE_FLOW_CONV_OP_ACTIONS, op->actions, (size_t)size, actions, error);
	if (size < 0)
		drop_actions(op);
	return size < 0 ? size : 0;
}

/* Translating: nothing of the engine is needed for that but the number of queues. */

static int
translate_actions(const struct steer_engine *e, struct op *op,
		  const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	const uint16_t n_queues = steer_nameable_queues(e);
	/* First as the application has it, so that it is told what of it is wrong. */
	int rc = steer_actions_parse(actions, n_queues, &op->req.actions, error);

	if (rc == 0)
		rc = copy_actions(op, actions, error);
	if (rc == 0)
		rc = steer_actions_parse(op->actions, n_queues, &op->req.actions, error);
	return rc;
}

static int
translate(const struct steer_engine *e, struct op *op, const struct rte_flow_item *items,
	  const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	int rc = steer_flow_pattern(e, items, &op->req.match, error);

	if (rc < 0)
		return rc;
	rc = translate_actions(e, op, actions, error);
	if (rc < 0)
		steer_condition_free(op->req.match.condition);
	return rc;
}

/* Applying */

static void
apply_create(struct steer_engine *e, struct op *op)
{
	int rc = steer_flow_check(e, &op->req, NULL);

	if (rc == 0)
		rc = steer_flow_fill(e, op->flow, &op->req, NULL);
	drop_actions(op);
	if (rc < 0) {
		/* Until the result is pulled, its destruction may have been enqueued. */
		op->flow->destroyed = true;
		op->status = RTE_FLOW_OP_ERROR;
		return;
	}
	op->flow->table->rules++;
	op->flow = NULL;
}

static void
apply_update(struct steer_engine *e, struct op *op, struct steer_flow_list *dead)
{
	if (!steer_flow_is_ours(e, op->flow) ||
	    steer_flow_update(e, op->flow, &op->req.actions, dead, NULL) < 0)
		op->status = RTE_FLOW_OP_ERROR;
	drop_actions(op);
	steer_flow_unawait(op->flow);
	op->flow = NULL;
}

static void
apply_destroy(struct steer_engine *e, struct op *op, struct steer_flow_list *dead)
{
	if (steer_flow_is_ours(e, op->flow))
		steer_flow_remove(e, op->flow, dead);
	else
		op->status = RTE_FLOW_OP_ERROR;
	steer_flow_unawait(op->flow);
	op->flow = NULL;
}

/** All that may be, in one version. The engine's lock is held. @return how many. */
static uint32_t
apply_locked(struct queue *q)
{
	struct steer_flow_list dead = TAILQ_HEAD_INITIALIZER(dead);
	struct steer_engine *e = q->engine;
	const uint32_t n = q->pushed - q->applied;

	for (; q->applied != q->pushed; q->applied++) {
		struct op *op = &q->ops[q->applied & q->mask];

		if (op->kind == OP_CREATE)
			apply_create(e, op);
		else if (op->kind == OP_UPDATE)
			apply_update(e, op, &dead);
		else if (op->kind == OP_DESTROY)
			apply_destroy(e, op, &dead);
	}
	if (n > 0)
		steer_flows_commit(e, &dead);
	return n;
}

/** If nobody else is changing rules; if somebody is, the next call tries again. */
static void
apply(struct queue *q)
{
	if (q->applied == q->pushed || pthread_mutex_trylock(&q->engine->lock) != 0)
		return;
	steer_engine_unlock(q->engine, apply_locked(q) * RECLAIM_EACH);
}

/* Enqueueing */

static struct queue *
find(struct steer_engine *e, uint32_t queue, struct rte_flow_error *error)
{
	if (e->async != NULL && queue < e->async->n_queues)
		return &e->async->queues[queue];
	REFUSE(error, NULL, EINVAL, UNSPECIFIED, "flow queue %u: the port has %u of them", queue,
	       e->async != NULL ? e->async->n_queues : 0);
	return NULL;
}

/** Room for another one. @return NULL with rte_errno and error. */
static struct op *
reserve(struct queue *q, void *user_data, struct rte_flow_error *error)
{
	struct op *op = &q->ops[q->tail & q->mask];

	if (q->tail - q->pulled == q->size) {
		REFUSE(error, NULL, EAGAIN, UNSPECIFIED,
		       "the flow queue holds %u operations: pull results first", q->size);
		return NULL;
	}
	op->status = RTE_FLOW_OP_SUCCESS;
	op->user_data = user_data;
	op->flow = NULL;
	op->actions = NULL;
	return op;
}

static void
enqueue(struct queue *q, bool postpone)
{
	q->tail++;
	if (postpone)
		return;
	q->pushed = q->tail;
	apply(q);
}

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

struct steer_flow *
steer_async_create(struct steer_engine *e, uint32_t queue, bool postpone,
		   struct steer_template_table *table, const struct rte_flow_item pattern[],
		   uint8_t pattern_index, const struct rte_flow_action actions[],
		   uint8_t actions_index, void *user_data, struct rte_flow_error *error)
{
	struct rte_flow_action filled[STEER_TEMPLATE_MAX];
	struct rte_flow_item items[STEER_TEMPLATE_MAX];
	struct queue *q = find(e, queue, error);
	struct steer_flow *flow;
	struct op *op;

	if (q == NULL || check_table(e, table, pattern_index, actions_index, error) < 0)
		return NULL;
	op = reserve(q, user_data, error);
	if (op == NULL ||
	    steer_pattern_template_fill(table->patterns[pattern_index], pattern, items,
					error) < 0 ||
	    steer_actions_template_fill(table->actions[actions_index], actions, filled,
					error) < 0)
		return NULL;
	flow = calloc(1, sizeof(*flow));
	if (flow == NULL) {
		REFUSE(error, NULL, ENOMEM, HANDLE, "no memory for another rule");
		return NULL;
	}
	if (translate(e, op, items, filled, error) < 0) {
		free(flow);
		return NULL;
	}
	steer_request_attr(&op->req, &table->attr);
	op->kind = OP_CREATE;
	op->flow = flow;
	flow->table = table;
	enqueue(q, postpone);
	return flow;
}

/** The table that a rule was made from, if it has that actions template. */
static int
check_update(const struct steer_engine *e, const struct steer_flow *flow, uint8_t actions_index,
	     struct rte_flow_error *error)
{
	if (flow == NULL || flow->table == NULL)
		return REFUSE(error, flow, EINVAL, HANDLE, "not a rule of a table of this port");
	return check_table(e, flow->table, 0, actions_index, error);
}

int
steer_async_update(struct steer_engine *e, uint32_t queue, bool postpone, struct steer_flow *flow,
		   const struct rte_flow_action actions[], uint8_t actions_index, void *user_data,
		   struct rte_flow_error *error)
{
	struct rte_flow_action filled[STEER_TEMPLATE_MAX];
	struct queue *q = find(e, queue, error);
	struct op *op;
	int rc;

	if (q == NULL)
		return -EINVAL;
	rc = check_update(e, flow, actions_index, error);
	if (rc < 0)
		return rc;
	op = reserve(q, user_data, error);
	if (op == NULL)
		return -EAGAIN;
	rc = steer_actions_template_fill(flow->table->actions[actions_index], actions, filled,
					 error);
	if (rc == 0)
		rc = translate_actions(e, op, filled, error);
	if (rc < 0)
		return rc;
	op->kind = OP_UPDATE;
	op->flow = flow;
	flow->awaited++;
	enqueue(q, postpone);
	return 0;
}

int
steer_async_update_resized(struct steer_engine *e, uint32_t queue, bool postpone,
			   struct steer_flow *flow, void *user_data, struct rte_flow_error *error)
{
	struct queue *q = find(e, queue, error);
	struct op *op;
	int rc;

	if (q == NULL)
		return -EINVAL;
	rc = check_update(e, flow, 0, error);
	if (rc < 0)
		return rc;
	if (!flow->table->resizing)
		return REFUSE(error, flow, EINVAL, HANDLE, "its table is not being resized");
	op = reserve(q, user_data, error);
	if (op == NULL)
		return -EAGAIN;
	op->kind = OP_DONE;
	enqueue(q, postpone);
	return 0;
}

int
steer_async_destroy(struct steer_engine *e, uint32_t queue, bool postpone, struct steer_flow *flow,
		    void *user_data, struct rte_flow_error *error)
{
	struct queue *q = find(e, queue, error);
	struct op *op;

	if (q == NULL)
		return -EINVAL;
	if (flow == NULL)
		return REFUSE(error, NULL, EINVAL, HANDLE, "not a rule of this port");
	op = reserve(q, user_data, error);
	if (op == NULL)
		return -EAGAIN;
	op->kind = OP_DESTROY;
	op->flow = flow;
	flow->awaited++;
	enqueue(q, postpone);
	return 0;
}

/* Results */

int
steer_async_push(struct steer_engine *e, uint32_t queue, struct rte_flow_error *error)
{
	struct queue *q = find(e, queue, error);

	if (q == NULL)
		return -EINVAL;
	q->pushed = q->tail;
	apply(q);
	return 0;
}

int
steer_async_pull(struct steer_engine *e, uint32_t queue, struct rte_flow_op_result res[],
		 uint16_t n, struct rte_flow_error *error)
{
	struct queue *q = find(e, queue, error);
	uint16_t filled = 0;

	if (q == NULL)
		return -EINVAL;
	apply(q);
	for (; filled < n && q->pulled != q->applied; filled++) {
		struct op *op = &q->ops[q->pulled++ & q->mask];

		res[filled].status = op->status;
		res[filled].user_data = op->user_data;
		/* A rule that did not come to be. */
		if (op->flow != NULL)
			steer_flow_drop(op->flow);
		op->flow = NULL;
	}
	return filled;
}

/* Handles */

/**
 * After all that the queue holds, with the engine's lock held.
 * @return room for a result; NULL with rte_errno and error, and the lock is not held.
 */
static struct op *
begin_now(struct steer_engine *e, uint32_t queue, void *user_data, struct rte_flow_error *error)
{
	struct queue *q = find(e, queue, error);
	struct op *op = q != NULL ? reserve(q, user_data, error) : NULL;

	if (op == NULL)
		return NULL;
	if (pthread_mutex_trylock(&e->lock) != 0) {
		REFUSE(error, NULL, EAGAIN, UNSPECIFIED,
		       "another thread is changing rules: try again");
		return NULL;
	}
	q->pushed = q->tail;
	apply_locked(q);
	op->kind = OP_DONE;
	return op;
}

/** @param rc  What came of it: if it is refused, there is no result. */
static int
end_now(struct steer_engine *e, uint32_t queue, int rc)
{
	struct queue *q = &e->async->queues[queue];

	if (rc == 0)
		q->applied = q->pushed = ++q->tail;
	steer_engine_unlock(e, RECLAIM_EACH);
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

/* Life */

static void
free_queues(struct steer_async *async)
{
	for (unsigned int i = 0; async != NULL && i < async->n_queues; i++) {
		struct queue *q = &async->queues[i];

		for (; q->pulled != q->applied; q->pulled++)
			if (q->ops[q->pulled & q->mask].flow != NULL)
				steer_flow_drop(q->ops[q->pulled & q->mask].flow);
		for (; q->applied != q->tail; q->applied++)
			drop(&q->ops[q->applied & q->mask]);
		free(q->ops);
	}
	free(async);
}

void
steer_async_free(struct steer_engine *e)
{
	free_queues(e->async);
	e->async = NULL;
}

static int
check_configure(const struct steer_engine *e, uint16_t n_queues,
		const struct rte_flow_queue_attr *attr[], struct rte_flow_error *error)
{
	if (n_queues == 0 || n_queues > STEER_ASYNC_QUEUES)
		return REFUSE(error, NULL, EINVAL, UNSPECIFIED,
			      "%u flow queues: 1..%u are accepted", n_queues, STEER_ASYNC_QUEUES);
	for (unsigned int i = 0; i < n_queues; i++)
		if (attr[i] == NULL || attr[i]->size == 0 || attr[i]->size > STEER_ASYNC_SIZE)
			return REFUSE(error, attr[i], EINVAL, UNSPECIFIED,
				      "flow queue %u of size %u: 1..%u are accepted", i,
				      attr[i] != NULL ? attr[i]->size : 0, STEER_ASYNC_SIZE);
	for (unsigned int i = 0; e->async != NULL && i < e->async->n_queues; i++)
		if (e->async->queues[i].tail != e->async->queues[i].pulled)
			return REFUSE(error, NULL, EBUSY, UNSPECIFIED,
				      "flow queue %u holds operations: pull their results first",
				      i);
	return 0;
}

int
steer_async_configure(struct steer_engine *e, uint16_t n_queues,
		      const struct rte_flow_queue_attr *attr[], struct rte_flow_error *error)
{
	int rc = check_configure(e, n_queues, attr, error);
	struct steer_async *async;
	size_t size;

	if (rc < 0)
		return rc;
	size = RTE_ALIGN_CEIL(sizeof(*async) + n_queues * sizeof(struct queue),
			      (size_t)RTE_CACHE_LINE_SIZE);
	async = aligned_alloc(RTE_CACHE_LINE_SIZE, size);
	if (async == NULL)
		return REFUSE(error, NULL, ENOMEM, UNSPECIFIED, "no memory for flow queues");
	memset(async, 0, size);
	for (; async->n_queues < n_queues; async->n_queues++) {
		struct queue *q = &async->queues[async->n_queues];

		q->engine = e;
		q->size = attr[async->n_queues]->size;
		q->mask = rte_align32pow2(q->size) - 1;
		q->ops = calloc(q->mask + 1, sizeof(q->ops[0]));
		if (q->ops == NULL) {
			free_queues(async);
			return REFUSE(error, NULL, ENOMEM, UNSPECIFIED,
				      "no memory for flow queue %u of size %u", async->n_queues,
				      q->size);
		}
	}
	steer_async_free(e);
	e->async = async;
	return 0;
}
