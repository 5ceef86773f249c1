/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "alloc.h"
#include "async_world.h"
#include "eal.h"

#include <setjmp.h>
#include <cmocka.h>

/* Flow queues. */

static void
test_come_and_go(void **state)
{
	struct steer_flow *flow[3];
	struct world_result r;

	RTE_SET_USED(state);
	flow[0] = add_to(0, false, 3, 1);
	world_burst(&r);
	assert_int_equal(r.queue[3], 1);
	assert_int_equal(r.mark[3], 3);
	assert_int_equal(r.queue[4], 0);
	flow[1] = add_to(1, false, 4, 2);
	/* What the template says of the queue holds. */
	flow[2] = add(0, false, 5, ACTIONS(DO(COUNT), QUEUE(1)), 1, NULL);
	assert_non_null(flow[2]);
	world_burst(&r);
	assert_int_equal(r.queue[4], 2);
	assert_int_equal(r.queue[5], 3);
	assert_int_equal(world_hits(flow[2]), 1);
	EXPECT(0, 3, 5);
	EXPECT(1, 4);
	expect(0, 0, NULL);
	assert_int_equal(steer_engine_flow_count(engine), 3);
	take(0, false, flow[0], 30);
	assert_int_equal(world_queue(3), 0);
	EXPECT(0, 30);
	/* The usual calls know these rules, too. */
	assert_int_equal(steer_engine_flow_destroy(engine, flow[1], NULL), 0);
	assert_int_equal(world_queue(4), 0);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	assert_int_equal(world_queue(5), 0);
}

/* What was postponed waits for a push, or for one that was not; then all of it at once. */
static void
test_postpone(void **state)
{
	struct steer_flow *flow[3];
	struct world_result r;

	RTE_SET_USED(state);
	flow[0] = add_to(0, true, 3, 1);
	flow[1] = add_to(0, true, 4, 1);
	assert_int_equal(world_queue(3), 0);
	expect(0, 0, NULL);
	assert_int_equal(steer_async_push(engine, 1, NULL), 0);
	assert_int_equal(world_queue(3), 0);
	assert_int_equal(steer_async_push(engine, 0, NULL), 0);
	world_burst(&r);
	assert_int_equal(r.queue[3], 1);
	assert_int_equal(r.queue[4], 1);
	EXPECT(0, 3, 4);
	take(0, true, flow[0], 30);
	flow[2] = add_to(0, true, 3, 2);
	assert_int_equal(world_queue(3), 1);
	take(0, false, flow[1], 40);
	world_burst(&r);
	assert_int_equal(r.queue[3], 2);
	assert_int_equal(r.queue[4], 0);
	EXPECT(0, 30, 3, 40);
	/* It need not ever be seen by anyone. */
	flow[0] = add_to(0, true, 9, 3);
	take(0, true, flow[0], 90);
	assert_int_equal(steer_async_push(engine, 0, NULL), 0);
	assert_int_equal(world_queue(9), 0);
	EXPECT(0, 9, 90);
	assert_int_equal(steer_engine_flow_count(engine), 1);
}

static int
redo(uint32_t queue, bool postpone, struct steer_flow *flow,
     const struct rte_flow_action *actions, uint8_t template, uintptr_t data,
     struct rte_flow_error *error)
{
	return steer_async_update(engine, queue, postpone, flow, actions, template, (void *)data,
				  error);
}

/* Other actions, of the same template or another one, in one version with what stands by. */
static void
test_update(void **state)
{
	struct steer_flow *flow;
	struct world_result r;

	RTE_SET_USED(state);
	flow = add_to(0, false, 3, 1);
	assert_int_equal(redo(0, true, flow, ACTIONS(MARK(8), QUEUE(2)), 0, 30, NULL), 0);
	assert_int_equal(world_queue(3), 1);
	add_to(0, false, 4, 2);
	world_burst(&r);
	assert_int_equal(r.queue[3], 2);
	assert_int_equal(r.mark[3], 8);
	assert_int_equal(r.queue[4], 2);
	assert_int_equal(redo(0, false, flow, ACTIONS(DO(COUNT), QUEUE(0)), 1, 31, NULL), 0);
	world_burst(&r);
	assert_int_equal(r.queue[3], 3);
	assert_int_equal(world_hits(flow), 1);
	EXPECT(0, 3, 30, 4, 31);
	/* Before anyone has seen it, and before it goes. */
	flow = add_to(0, true, 5, 1);
	assert_int_equal(redo(0, true, flow, ACTIONS(MARK(1), QUEUE(2)), 0, 50, NULL), 0);
	assert_int_equal(redo(0, true, flow, ACTIONS(MARK(1), QUEUE(3)), 0, 51, NULL), 0);
	assert_int_equal(steer_async_push(engine, 0, NULL), 0);
	assert_int_equal(world_queue(5), 3);
	assert_int_equal(redo(0, true, flow, ACTIONS(MARK(1), QUEUE(1)), 0, 52, NULL), 0);
	take(0, false, flow, 53);
	assert_int_equal(world_queue(5), 0);
	EXPECT(0, 5, 50, 51, 52, 53);
	assert_int_equal(steer_engine_flow_count(engine), 2);
}

static void
test_update_fails(void **state)
{
	struct rte_flow_op_result res[4];
	struct rte_flow_error error;
	struct steer_flow *flow;

	RTE_SET_USED(state);
	flow = add_to(0, false, 3, 1);
	assert_int_equal(redo(0, false, flow, ACTIONS(MARK(1), QUEUE(RX_QUEUES)), 0, 0, &error),
			 -EINVAL);
	assert_int_equal(redo(0, false, flow, ACTIONS(MARK(1), QUEUE(2)), 2, 0, &error), -EINVAL);
	assert_int_equal(redo(0, false, flow, ACTIONS(QUEUE(2)), 0, 0, &error), -EINVAL);
	assert_int_equal(redo(2, false, flow, ACTIONS(MARK(1), QUEUE(2)), 0, 0, &error), -EINVAL);
	assert_int_equal(redo(0, false, NULL, ACTIONS(MARK(1), QUEUE(2)), 0, 0, &error), -EINVAL);
	assert_int_equal(redo(0, false, world_rule(0, 9, ACTIONS(QUEUE(1))),
				ACTIONS(MARK(1), QUEUE(2)), 0, 0, &error), -EINVAL);
	assert_non_null(strstr(error.message, "not a rule of a table"));
	EXPECT(0, 3);
	/* It has gone meanwhile: its memory is still there. */
	assert_int_equal(redo(0, true, flow, ACTIONS(MARK(1), QUEUE(2)), 0, 30, NULL), 0);
	take(0, true, flow, 31);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	assert_int_equal(steer_async_push(engine, 0, NULL), 0);
	assert_int_equal(steer_async_pull(engine, 0, res, 4, NULL), 2);
	assert_int_equal(res[0].status, RTE_FLOW_OP_ERROR);
	assert_int_equal(res[1].status, RTE_FLOW_OP_ERROR);
	/* It never comes to be applied: what is left goes with the engine. */
	flow = add_to(0, false, 3, 1);
	assert_int_equal(redo(0, true, flow, ACTIONS(MARK(1), QUEUE(2)), 0, 30, NULL), 0);
}

/* A full queue takes nothing more until results are pulled, and goes round many times. */
static void
test_full(void **state)
{
	struct rte_flow_error error = { 0 };
	struct rte_flow_op_result res[3];
	struct steer_flow *flow[ASYNC_SIZE];

	RTE_SET_USED(state);
	for (unsigned int round = 0; round < 5; round++) {
		for (unsigned int i = 0; i < ASYNC_SIZE; i++)
			flow[i] = add_to(0, round % 2 == 0, (uint16_t)i, 1);
		assert_null(add(0, false, 9, ACTIONS(MARK(9), QUEUE(1)), 0, &error));
		assert_int_equal(rte_errno, EAGAIN);
		assert_non_null(strstr(error.message, "holds 8 operations"));
		assert_int_equal(steer_async_destroy(engine, 0, false, flow[0], NULL, &error),
				 -EAGAIN);
		/* The other queue has room. */
		take(1, false, add_to(1, false, 9, 1), 90);
		EXPECT(1, 9, 90);
		assert_int_equal(steer_async_push(engine, 0, NULL), 0);
		assert_int_equal(steer_async_pull(engine, 0, res, 3, NULL), 3);
		for (unsigned int i = 0; i < 3; i++)
			take(0, true, flow[i], 10 + i);
		EXPECT(0, 3, 4, 5, 6, 7);
		assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
		/* Gone already by another way. */
		assert_int_equal(steer_async_push(engine, 0, NULL), 0);
		assert_int_equal(steer_async_pull(engine, 0, res, 3, NULL), 3);
		assert_int_equal(res[2].status, RTE_FLOW_OP_ERROR);
		assert_int_equal((uintptr_t)res[2].user_data, 12);
	}
}

/* Whoever holds the engine is not waited for; the next call does it. */
static void
test_busy(void **state)
{
	RTE_SET_USED(state);
	steer_async_lock(engine);
	add_to(0, false, 3, 1);
	assert_int_equal(steer_async_push(engine, 0, NULL), 0);
	expect(0, 0, NULL);
	assert_null(steer_async_indirect_create(engine, 0, NULL, NULL, NULL, NULL));
	assert_int_equal(rte_errno, EAGAIN);
	assert_int_equal(world_queue(3), 0);
	steer_async_unlock(engine);
	EXPECT(0, 3);
	assert_int_equal(world_queue(3), 1);
}

/* Nor by rules that are enqueued: each has its memory, in the first lap of the ring and later. */
static void
test_busy_full(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int lap = 0; lap < 3; lap++) {
		steer_async_lock(engine);
		for (unsigned int i = 0; i < ASYNC_SIZE; i++)
			add_to(0, false, (uint16_t)i, 1);
		steer_async_unlock(engine);
		EXPECT(0, 0, 1, 2, 3, 4, 5, 6, 7);
		assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	}
}

/* A rule that cannot be: its result says so, and nothing of it is left. */
static void
test_fails(void **state)
{
	struct rte_flow_op_result res[4];
	struct steer_flow *flow;

	RTE_SET_USED(state);
	for (unsigned int n = 1;; n++) {
		test_alloc_fail(n);
		flow = add(0, true, 3, ACTIONS(DO(COUNT), QUEUE(1)), 1, NULL);
		if (flow == NULL) {
			assert_true(test_alloc_failed());
			assert_int_equal(rte_errno, ENOMEM);
			continue;
		}
		assert_int_equal(steer_async_push(engine, 0, NULL), 0);
		if (!test_alloc_failed())
			break;
		test_alloc_fail(0);
		/* Enqueued before the result was known. */
		take(0, false, flow, 30);
		assert_int_equal(steer_async_pull(engine, 0, res, 4, NULL), 2);
		assert_int_equal(res[0].status, RTE_FLOW_OP_ERROR);
		assert_int_equal(res[1].status, RTE_FLOW_OP_ERROR);
		/* The same, with a result pulled between. */
		test_alloc_fail(n);
		flow = add(0, true, 3, ACTIONS(DO(COUNT), QUEUE(1)), 1, NULL);
		assert_non_null(flow);
		assert_int_equal(steer_async_push(engine, 0, NULL), 0);
		test_alloc_fail(0);
		take(0, true, flow, 30);
		assert_int_equal(steer_async_pull(engine, 0, &res[0], 1, NULL), 1);
		assert_int_equal(steer_async_push(engine, 0, NULL), 0);
		assert_int_equal(steer_async_pull(engine, 0, &res[1], 1, NULL), 1);
		/* Not always are there as many allocations as the first time. */
		assert_int_equal(res[0].status, res[1].status);
		assert_int_equal(steer_engine_flow_count(engine), 0);
		assert_int_equal(steer_engine_flow_count(engine), 0);
	}
	test_alloc_fail(0);
	EXPECT(0, 3);
	assert_int_equal(world_queue(3), 3);
}

static void
refused(struct steer_flow *flow, const struct rte_flow_error *error, const void *cause,
	const char *words)
{
	assert_null(flow);
	assert_int_equal(rte_errno, EINVAL);
	assert_ptr_equal(error->cause, cause);
	if (strstr(error->message, words) == NULL)
		fail_msg("%s", error->message);
}

static void
test_refused(void **state)
{
	const struct rte_flow_action *a = ACTIONS(MARK(1), QUEUE(RX_QUEUES));
	const struct rte_flow_item other[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV6 }, { .type = RTE_FLOW_ITEM_TYPE_END },
	};
	struct rte_flow_error error;

	RTE_SET_USED(state);
	refused(add(0, false, 3, a, 0, &error), &error, a[1].conf, "queue: index 4");
	a = ACTIONS(QUEUE(1), MARK(1));
	refused(add(0, false, 3, a, 0, &error), &error, &a[0], "the template has");
	a = ACTIONS(MARK(1));
	refused(add(0, false, 3, a, 0, &error), &error, &a[1], "the template has");
	a = ACTIONS(MARK(1), QUEUE(1));
	refused(add(0, false, 3, a, 2, &error), &error, table, "the table has 1");
	refused(add(2, false, 3, a, 0, &error), &error, NULL, "flow queue 2: the port has 2");
	refused(steer_async_create(engine, 0, false, NULL, by_port, 0, a, 0, NULL, &error), &error,
		NULL, "not a table of this port");
	refused(steer_async_create(engine, 0, false, table, other, 0, a, 0, NULL, &error), &error,
		&other[0], "item 0 is ipv6: the template has ");
	assert_int_equal(steer_async_destroy(engine, 0, false, NULL, NULL, &error), -EINVAL);
	assert_int_equal(steer_async_push(engine, 9, &error), -EINVAL);
	assert_int_equal(steer_async_pull(engine, 9, NULL, 0, &error), -EINVAL);
	expect(0, 0, NULL);
	assert_int_equal(configure(0, 1, &error), -EINVAL);
	assert_int_equal(configure(STEER_ASYNC_QUEUES + 1, 1, &error), -EINVAL);
	assert_int_equal(configure(1, 0, &error), -EINVAL);
	assert_int_equal(configure(1, STEER_ASYNC_SIZE + 1, &error), -EINVAL);
	assert_non_null(strstr(error.message, "of size 65537"));
	add_to(1, true, 3, 1);
	assert_int_equal(configure(4, 4, &error), -EBUSY);
	assert_non_null(strstr(error.message, "flow queue 1 holds operations"));
	assert_int_equal(steer_async_push(engine, 1, NULL), 0);
	EXPECT(1, 3);
	assert_int_equal(configure(4, 5, &error), 0);
	for (unsigned int i = 0; i < 5; i++)
		add_to(3, false, (uint16_t)i, 1);
	assert_null(add(3, false, 9, a, 0, NULL));
}

/* Several threads, each with a queue of its own, and one that polls. */

#define ROUNDS 3000

static atomic_bool stop;

static void *
change(void *arg)
{
	const uint32_t queue = *(const uint32_t *)arg;
	const uint16_t port = (uint16_t)(queue * 4);
	struct rte_flow_op_result res[ASYNC_SIZE];
	struct steer_flow *now, *before = add_to(queue, false, port, 1);
	unsigned int done = 0, sent = 1;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		/* Another one in its place, at once. */
		while (sent - done > ASYNC_SIZE - 2) {
			done += (unsigned int)steer_async_pull(engine, queue, res, RTE_DIM(res),
							       NULL);
			sched_yield();
		}
		now = add_to(queue, true, port, (uint16_t)(1 + i % 3));
		take(queue, i % 4 == 0, before, 0);
		before = now;
		sent += 2;
	}
	while (done < sent) {
		assert_int_equal(steer_async_push(engine, queue, NULL), 0);
		done += (unsigned int)steer_async_pull(engine, queue, res, ASYNC_SIZE, NULL);
		sched_yield();
	}
	return NULL;
}

static void *
poll(void *arg)
{
	unsigned int *bad = arg;
	struct world_result r;

	while (!stop) {
		world_burst(&r);
		/* There is always one of them. */
		*bad += r.queue[0] == 0 || r.queue[4] == 0;
		*bad += r.mark[0] != 0 || r.mark[4] != 4;
	}
	return NULL;
}

static void
test_threads(void **state)
{
	const uint32_t queues[] = { 0, 1 };
	pthread_t thread[2], poller;
	unsigned int bad = 0;

	RTE_SET_USED(state);
	/* The first ones are there before anybody looks. */
	add_to(0, false, 0, 1);
	add_to(1, false, 4, 1);
	EXPECT(0, 0);
	EXPECT(1, 4);
	stop = false;
	assert_int_equal(pthread_create(&poller, NULL, poll, &bad), 0);
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, change,
						(void *)(uintptr_t)&queues[i]), 0);
	for (unsigned int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	stop = true;
	pthread_join(poller, NULL);
	assert_int_equal(bad, 0);
	assert_int_equal(steer_engine_flow_count(engine), 4);
}

/* What is waiting when the engine goes, goes with it. */
static void
test_left(void **state)
{
	RTE_SET_USED(state);
	add_to(0, false, 1, 1);
	add_to(0, true, 2, 1);
	add_to(1, true, 3, 1);
	take(0, true, add_to(0, true, 4, 1), 0);
	/* Gone already, but for what waits for it. */
	steer_engine_flow_flush(engine, NULL);
}

/* A flush comes before what was postponed. */
static void
test_flushed(void **state)
{
	struct steer_flow *flow = add_to(0, false, 1, 1);
	struct rte_flow_op_result res[2];

	RTE_SET_USED(state);
	take(0, true, flow, 1);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	assert_int_equal(steer_async_push(engine, 0, NULL), 0);
	assert_int_equal(steer_async_pull(engine, 0, res, 2, NULL), 2);
	assert_int_equal(res[0].status, RTE_FLOW_OP_SUCCESS);
	assert_int_equal(res[1].status, RTE_FLOW_OP_ERROR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ASYNC_TEST(test_come_and_go),
		ASYNC_TEST(test_postpone),
		ASYNC_TEST(test_update),
		ASYNC_TEST(test_update_fails),
		ASYNC_TEST(test_full),
		ASYNC_TEST(test_busy),
		ASYNC_TEST(test_busy_full),
		ASYNC_TEST(test_fails),
		ASYNC_TEST(test_refused),
		ASYNC_TEST(test_threads),
		ASYNC_TEST(test_flushed),
		ASYNC_TEST(test_left),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
