/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "steer_error.h"
#include "steer_op.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Operations ahead of the one that is applied, for which memory is fetched. */
#define AHEAD 8u

/* Applying */

uint32_t
steer_ops_apply(struct steer_op_queue *q)
{
	struct steer_flow_list dead = TAILQ_HEAD_INITIALIZER(dead);
	struct steer_engine *e = q->engine;
	const uint32_t n = q->pushed - q->applied;

	for (uint32_t i = 0; i < RTE_MIN(n, AHEAD); i++)
		steer_op_expect(e, &q->ops[(q->applied + i) & q->mask]);
	for (; q->applied != q->pushed; q->applied++) {
		if (q->pushed - q->applied > AHEAD)
			steer_op_expect(e, &q->ops[(q->applied + AHEAD) & q->mask]);
		steer_op_apply(e, &q->ops[q->applied & q->mask], &dead);
	}
	if (n > 0)
		steer_flows_commit(e, &dead);
	return n;
}

/** If nobody else is changing rules; if somebody is, the next call tries again. */
static void
apply(struct steer_op_queue *q)
{
	if (q->applied == q->pushed || pthread_mutex_trylock(&q->engine->lock) != 0)
		return;
	steer_engine_unlock(q->engine, steer_ops_apply(q) * STEER_OP_RECLAIM);
}

/* Enqueueing */

struct steer_op_queue *
steer_op_queue_find(struct steer_engine *e, uint32_t queue, struct rte_flow_error *error)
{
	if (e->async != NULL && queue < e->async->n_queues)
		return &e->async->queues[queue];
	REFUSE(error, NULL, EINVAL, UNSPECIFIED, "flow queue %u: the port has %u of them", queue,
	       e->async != NULL ? e->async->n_queues : 0);
	return NULL;
}

struct steer_op *
steer_op_reserve(struct steer_op_queue *q, void *user_data, struct rte_flow_error *error)
{
	struct steer_op *op = &q->ops[q->tail & q->mask];

	if (q->tail - q->pulled == q->size) {
		REFUSE(error, NULL, EAGAIN, UNSPECIFIED,
		       "the flow queue holds %u operations: pull results first", q->size);
		return NULL;
	}
	op->status = RTE_FLOW_OP_SUCCESS;
	op->user_data = user_data;
	op->flow = NULL;
	return op;
}

void
steer_op_enqueue(struct steer_op_queue *q, bool postpone)
{
	q->tail++;
	if (postpone)
		return;
	q->pushed = q->tail;
	apply(q);
}

/* Results */

int
steer_async_push(struct steer_engine *e, uint32_t queue, struct rte_flow_error *error)
{
	struct steer_op_queue *q = steer_op_queue_find(e, queue, error);

	if (q == NULL)
		return -EINVAL;
	q->pushed = q->tail;
	apply(q);
	return 0;
}

/** A rule that did not come to be: the next one's, unless an operation that waits names it. */
static void
give_back(struct steer_op *op)
{
	if (op->flow->awaited > 0) {
		op->flow->gone = true;
	} else {
		steer_flow_blank(op->flow);
		op->spare = op->flow;
	}
	op->flow = NULL;
}

int
steer_async_pull(struct steer_engine *e, uint32_t queue, struct rte_flow_op_result res[],
		 uint16_t n, struct rte_flow_error *error)
{
	struct steer_op_queue *q = steer_op_queue_find(e, queue, error);
	uint16_t filled = 0;

	if (q == NULL)
		return -EINVAL;
	apply(q);
	for (; filled < n && q->pulled != q->applied; filled++) {
		struct steer_op *op = &q->ops[q->pulled++ & q->mask];

		res[filled].status = op->status;
		res[filled].user_data = op->user_data;
		if (op->flow != NULL)
			give_back(op);
	}
	return filled;
}

/* Life */

static void
free_ops(struct steer_op_queue *q)
{
	for (uint32_t i = 0; q->ops != NULL && i <= q->mask; i++) {
		if (q->ops[i].spare != NULL)
			steer_flow_release(&q->engine->flow_pool, q->ops[i].spare);
		free(q->ops[i].more);
	}
	free(q->ops);
}

static int
make_spares(struct steer_op_queue *q)
{
	for (uint32_t i = 0; i <= q->mask; i++) {
		q->ops[i].spare = steer_flow_alloc(q->engine);
		if (q->ops[i].spare == NULL)
			return -ENOMEM;
	}
	return 0;
}

static int
init_queue(struct steer_op_queue *q, struct steer_engine *e, uint32_t size)
{
	q->engine = e;
	q->size = size;
	q->mask = rte_align32pow2(size) - 1;
	q->ops = calloc(q->mask + 1, sizeof(q->ops[0]));
	return q->ops != NULL ? make_spares(q) : -ENOMEM;
}

static void
free_queues(struct steer_async *async)
{
	for (unsigned int i = 0; async != NULL && i < async->n_queues; i++) {
		struct steer_op_queue *q = &async->queues[i];

		for (; q->pulled != q->applied; q->pulled++)
			if (q->ops[q->pulled & q->mask].flow != NULL)
				steer_flow_drop(q->engine, q->ops[q->pulled & q->mask].flow);
		for (; q->applied != q->tail; q->applied++)
			steer_op_drop(q->engine, &q->ops[q->applied & q->mask]);
		free_ops(q);
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

/** All of them, or none. The engine's lock is held. */
static int
init_queues(struct steer_async *async, struct steer_engine *e, uint16_t n_queues,
	    const struct rte_flow_queue_attr *attr[], struct rte_flow_error *error)
{
	while (async->n_queues < n_queues) {
		const uint16_t i = async->n_queues++;

		if (init_queue(&async->queues[i], e, attr[i]->size) < 0) {
			free_queues(async);
			return REFUSE(error, attr[i], ENOMEM, UNSPECIFIED,
				      "no memory for flow queue %u of size %u", i, attr[i]->size);
		}
	}
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
	size = RTE_ALIGN_CEIL(sizeof(*async) + n_queues * sizeof(struct steer_op_queue),
			      (size_t)RTE_CACHE_LINE_SIZE);
	async = aligned_alloc(RTE_CACHE_LINE_SIZE, size);
	if (async == NULL)
		return REFUSE(error, NULL, ENOMEM, UNSPECIFIED, "no memory for flow queues");
	memset(async, 0, size);
	pthread_mutex_lock(&e->lock);
	rc = init_queues(async, e, n_queues, attr, error);
	if (rc == 0) {
		steer_async_free(e);
		e->async = async;
	}
	pthread_mutex_unlock(&e->lock);
	return rc;
}
