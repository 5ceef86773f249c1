/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Other actions for a rule: what stays, what becomes of what it had, what is refused. */

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "alloc.h"
#include "clock.h"
#include "eal.h"
#include "engine_world.h"

#include <setjmp.h>
#include <cmocka.h>

#define AGE(...) { .type = RTE_FLOW_ACTION_TYPE_AGE, \
		   .conf = &(const struct rte_flow_action_age){ __VA_ARGS__ } }
#define META(n) { .type = RTE_FLOW_ACTION_TYPE_SET_META, \
		  .conf = &(const struct rte_flow_action_set_meta){ .data = n, .mask = ~0u } }
#define BY(handle) { .type = RTE_FLOW_ACTION_TYPE_INDIRECT, .conf = (handle) }

static void
update(struct steer_flow *flow, const struct rte_flow_action *actions)
{
	struct rte_flow_error error = { 0 };

	if (steer_engine_flow_update(engine, flow, actions, &error) != 0)
		fail_msg("%s", error.message);
}

static void
refused(struct steer_flow *flow, const struct rte_flow_action *actions, int code,
	const char *words)
{
	struct rte_flow_error error = { 0 };

	assert_int_equal(steer_engine_flow_update(engine, flow, actions, &error), -code);
	if (strstr(error.message, words) == NULL)
		fail_msg("%s", error.message);
}

/* Time passes, and what has aged is looked for. */
static void
pass(uint64_t ms)
{
	test_clock_forward(ms);
	steer_engine_look_aged(engine);
}

static struct steer_flow *
in_group(uint32_t group, uint32_t prio, uint16_t port, const struct rte_flow_action *actions)
{
	struct steer_flow *flow;

	world_group = group;
	flow = world_rule(prio, port, actions);
	world_group = 0;
	return flow;
}

/* Order */

/* Of equal rules, of one shape or several, the first stays the first. */
static void
test_order(void **state)
{
	struct steer_flow *flows[] = {
		world_rule(3, 5, ACTIONS(MARK(1), DO(PASSTHRU))),
		world_rule(3, 5, ACTIONS(QUEUE(1))),
		world_rule_range(3, 4, 6, ACTIONS(QUEUE(2))),
		world_rule_range(3, 5, 7, ACTIONS(QUEUE(3))),
		world_rule_all(3, ACTIONS(DO(DROP))),
	};

	RTE_SET_USED(state);
	for (unsigned int round = 0; round < 3; round++) {
		update(flows[0], ACTIONS(MARK(1 + round), DO(PASSTHRU)));
		update(flows[1], ACTIONS(QUEUE(1), DO(FLAG)));
		update(flows[3], ACTIONS(QUEUE(3), DO(COUNT)));
		update(flows[2], ACTIONS(QUEUE(2), DO(COUNT)));
		update(flows[4], ACTIONS(DO(DROP), DO(COUNT)));
		assert_int_equal(world_queue(5), 1);
		assert_int_equal(world_queue(6), 2);
		assert_int_equal(world_queue(7), 3);
		assert_int_equal(world_queue(8), STEER_DROP_RULE);
	}
	assert_int_equal(steer_engine_flow_count(engine), RTE_DIM(flows));
	assert_int_equal(steer_engine_flow_destroy(engine, flows[1], NULL), 0);
	assert_int_equal(world_queue(5), 2);
	assert_int_equal(steer_engine_flow_destroy(engine, flows[2], NULL), 0);
	assert_int_equal(world_queue(5), 3);
	assert_int_equal(steer_engine_flow_destroy(engine, flows[3], NULL), 0);
	assert_int_equal(world_queue(5), STEER_DROP_RULE);
}

/* A rule that comes while an old one is not freed yet is behind the one that took its place. */
static void
test_order_of_later(void **state)
{
	struct steer_flow *first = world_rule(0, 5, ACTIONS(QUEUE(1)));
	struct steer_flow *range = world_rule_range(0, 6, 9, ACTIONS(QUEUE(1)));

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 50; i++) {
		update(first, ACTIONS(QUEUE(i % 3), MARK(i)));
		update(range, ACTIONS(QUEUE(i % 3), MARK(i)));
		world_rule(0, 5, ACTIONS(QUEUE(3)));
		world_rule_range(0, 6, 9, ACTIONS(QUEUE(3)));
		assert_int_equal(world_queue(5), i % 3);
		assert_int_equal(world_queue(7), i % 3);
	}
}

/* Everything to everything: the flow cache knows of it. */
static void
test_fates(void **state)
{
	const struct rte_flow_action *lists[] = {
		ACTIONS(QUEUE(1)),
		ACTIONS(DO(DROP), DO(COUNT)),
		ACTIONS(JUMP(7), MARK(9)),
		ACTIONS(RSS(.queue = (const uint16_t[]){ 2 }, .queue_num = 1)),
		ACTIONS(DO(PASSTHRU), META(5)),
		ACTIONS(AGE(.timeout = 100), QUEUE(1)),
	};
	const uint16_t queues[] = { 1, STEER_DROP_RULE, 3, 2, 0, 1 };
	struct steer_flow *flow = world_rule(1, 5, lists[0]);

	RTE_SET_USED(state);
	in_group(7, 0, 5, ACTIONS(QUEUE(3)));
	/* Enough shapes for a cache. */
	world_rule_range(9, 8, 9, ACTIONS(QUEUE(3)));
	for (unsigned int from = 0; from < RTE_DIM(lists); from++) {
		for (unsigned int to = 0; to < RTE_DIM(lists); to++) {
			update(flow, lists[from]);
			steer_engine_settle(engine);
			assert_int_equal(world_queue(5), queues[from]);
			assert_int_equal(world_queue(5), queues[from]);
			update(flow, lists[to]);
			assert_int_equal(world_queue(5), queues[to]);
		}
	}
}

/* What it had */

static void
test_count(void **state)
{
	const struct rte_flow_indir_action_conf in = { .ingress = 1 };
	const struct rte_flow_action count = DO(COUNT);
	struct steer_flow *flow = world_rule(0, 5, ACTIONS(DO(COUNT), QUEUE(1)));
	struct steer_indirect *shared =
		steer_engine_indirect_create(engine, &in, &count, NULL);

	RTE_SET_USED(state);
	world_queue(5);
	update(flow, ACTIONS(QUEUE(2), DO(COUNT)));
	world_queue(5);
	assert_int_equal(world_hits(flow), 2);
	/* Refused: it still counts. */
	refused(flow, ACTIONS(QUEUE(9), DO(COUNT)), EINVAL, "queue");
	world_queue(5);
	assert_int_equal(world_hits(flow), 3);
	update(flow, ACTIONS(QUEUE(2)));
	update(flow, ACTIONS(QUEUE(2), DO(COUNT)));
	assert_int_equal(world_hits(flow), 0);
	/* A shared one is another one, and is let go of. */
	update(flow, ACTIONS(QUEUE(2), BY(shared)));
	world_queue(5);
	assert_int_equal(world_hits(flow), 1);
	assert_int_equal(steer_engine_indirect_destroy(engine, shared, NULL), -EBUSY);
	update(flow, ACTIONS(QUEUE(1), BY(shared)));
	world_queue(5);
	assert_int_equal(world_hits(flow), 2);
	update(flow, ACTIONS(QUEUE(2), DO(COUNT)));
	assert_int_equal(world_hits(flow), 0);
	assert_int_equal(steer_engine_indirect_destroy(engine, shared, NULL), 0);
	world_queue(5);
	assert_int_equal(world_hits(flow), 1);
}

/* Its age begins anew; who is told is the rule, or whom the actions name. */
static void
test_age(void **state)
{
	struct steer_flow *flow = world_rule(0, 5, ACTIONS(QUEUE(1), AGE(.timeout = 10)));
	const struct rte_flow_action age = DO(AGE);
	struct rte_flow_query_age query;
	void *context;

	RTE_SET_USED(state);
	pass(8000);
	update(flow, ACTIONS(QUEUE(2), AGE(.timeout = 10)));
	pass(8000);
	assert_int_equal(steer_engine_aged(engine, &context, 1, NULL), 0);
	assert_int_equal(steer_engine_flow_query(engine, flow, &age, &query, NULL), 0);
	assert_int_equal(query.sec_since_last_hit, 8);
	pass(4000);
	assert_int_equal(steer_engine_aged(engine, &context, 1, NULL), 1);
	assert_ptr_equal(context, flow);
	update(flow, ACTIONS(QUEUE(2), AGE(.timeout = 10, .context = &query)));
	assert_int_equal(steer_engine_aged(engine, &context, 1, NULL), 0);
	pass(12000);
	assert_int_equal(steer_engine_aged(engine, &context, 1, NULL), 1);
	assert_ptr_equal(context, &query);
	update(flow, ACTIONS(QUEUE(2)));
	assert_int_equal(steer_engine_aged(engine, &context, 1, NULL), 0);
	assert_int_equal(steer_engine_flow_query(engine, flow, &age, &query, NULL), -EINVAL);
}

/* What the pattern asks beyond the key stays, whichever rule of the two is freed first. */
static void
test_condition(void **state)
{
	const struct rte_flow_attr attr = { .ingress = 1 };
	const struct rte_flow_item_raw spec = {
		.offset = 36, .length = 2, .pattern = (const uint8_t[]){ 0, 5 },
	};
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_RAW, .spec = &spec },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	struct steer_flow *flow =
		steer_engine_flow_create(engine, &attr, pattern, ACTIONS(QUEUE(1)), NULL);

	RTE_SET_USED(state);
	assert_non_null(flow);
	for (unsigned int i = 0; i < 3; i++) {
		update(flow, ACTIONS(QUEUE(2), MARK(7)));
		assert_int_equal(world_queue(5), 2);
		assert_int_equal(world_queue(6), 0);
		update(flow, ACTIONS(QUEUE(3)));
		steer_engine_settle(engine);
		assert_int_equal(world_queue(5), 3);
		assert_int_equal(world_queue(6), 0);
	}
	refused(flow, ACTIONS(QUEUE(9)), EINVAL, "queue");
	assert_int_equal(world_queue(5), 3);
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
	steer_engine_settle(engine);
	assert_int_equal(world_queue(5), 0);
}

/* A loop of groups is refused, and the way stays as it was; groups go when nobody needs them. */
static void
test_groups(void **state)
{
	struct steer_flow *first = world_rule(0, 5, ACTIONS(QUEUE(1)));
	struct steer_flow *second;
	size_t before;

	RTE_SET_USED(state);
	steer_engine_settle(engine);
	before = test_heap_used();
	second = in_group(1, 0, 5, ACTIONS(QUEUE(2)));
	update(first, ACTIONS(JUMP(1)));
	assert_int_equal(world_queue(5), 2);
	refused(second, ACTIONS(JUMP(0)), EINVAL, "1 -> 0 -> 1");
	refused(second, ACTIONS(JUMP(1)), EINVAL, "1 -> 1");
	assert_int_equal(world_queue(5), 2);
	update(second, ACTIONS(JUMP(2)));
	assert_int_equal(world_queue(5), 0);
	in_group(2, 0, 5, ACTIONS(QUEUE(3)));
	assert_int_equal(world_queue(5), 3);
	/* The old way is none any more. */
	update(first, ACTIONS(QUEUE(1)));
	update(second, ACTIONS(JUMP(0)));
	refused(first, ACTIONS(JUMP(1)), EINVAL, "0 -> 1 -> 0");
	assert_int_equal(world_queue(5), 1);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	world_rule(0, 5, ACTIONS(QUEUE(1)));
	steer_engine_settle(engine);
	assert_in_range(test_heap_used(), before - 256, before + 256);
}

/* Inactive rules */

/* A rule whose queue is gone gets one that is there, and comes last; and the other way round. */
static void
test_gone_queue(void **state)
{
	struct steer_flow *flow = world_rule(0, 5, ACTIONS(QUEUE(3)));
	struct steer_flow *idle;

	RTE_SET_USED(state);
	world_rule(0, 5, ACTIONS(QUEUE(1)));
	assert_int_equal(world_queue(5), 3);
	assert_int_equal(steer_engine_configure(engine, 2, 4), 0);
	assert_int_equal(world_queue(5), 1);
	update(flow, ACTIONS(DO(DROP), DO(COUNT)));
	assert_int_equal(world_queue(5), 1);
	world_rule(0, 5, ACTIONS(QUEUE(0)));
	assert_int_equal(world_queue(5), 1);
	idle = world_rule(0, 6, ACTIONS(QUEUE(1)));
	assert_int_equal(steer_engine_configure(engine, 1, 4), 0);
	/* Of those left, the one that was updated was there first. */
	assert_int_equal(world_queue(5), STEER_DROP_RULE);
	assert_int_equal(world_queue(6), 0);
	refused(idle, ACTIONS(QUEUE(3)), EINVAL, "queue");
	update(idle, ACTIONS(DO(DROP)));
	assert_int_equal(world_queue(6), STEER_DROP_RULE);
	assert_int_equal(steer_engine_configure(engine, 4, 4), 0);
	assert_int_equal(world_queue(5), 1);
	assert_int_equal(world_queue(6), STEER_DROP_RULE);
}

/* Before there are queues at all, rules are only noted. */
static void
test_not_configured(void **state)
{
	struct steer_flow *flow = world_rule(0, 5, ACTIONS(QUEUE(3)));

	RTE_SET_USED(state);
	world_rule(0, 5, ACTIONS(QUEUE(1)));
	update(flow, ACTIONS(QUEUE(2), DO(COUNT)));
	assert_int_equal(steer_engine_configure(engine, 4, 1), 0);
	assert_int_equal(world_queue(5), 2);
	assert_int_equal(world_hits(flow), 1);
}

/* Refused */

static void
test_refused(void **state)
{
	struct steer_engine *other = steer_engine_create(4, SOCKET_ID_ANY);
	struct steer_flow *flow = world_rule(0, 5, ACTIONS(QUEUE(1)));
	struct steer_flow *gone = world_rule(0, 6, ACTIONS(QUEUE(1)));
	struct rte_flow_error error;

	RTE_SET_USED(state);
	refused(flow, NULL, EINVAL, "actions");
	refused(flow, ACTIONS(QUEUE(1), DO(DROP)), EINVAL, "queue");
	refused(flow, ACTIONS(DO(OF_PUSH_MPLS)), ENOTSUP, "of_push_mpls");
	assert_int_equal(steer_engine_flow_destroy(engine, gone, NULL), 0);
	refused(NULL, ACTIONS(QUEUE(2)), EINVAL, "not a rule");
	assert_int_equal(steer_engine_flow_update(other, flow, ACTIONS(QUEUE(2)), &error),
			 -EINVAL);
	assert_int_equal(world_queue(5), 1);
	steer_engine_free(other);
}

/* Without memory, at each place in turn: the old actions stay, and nothing else does. */
static void
no_memory(struct steer_flow *flow, const struct rte_flow_action *actions, uint16_t port)
{
	const uint16_t before = world_queue(port);
	struct rte_flow_error error;
	int rc;

	for (unsigned int n = 1;; n++) {
		test_alloc_fail(n);
		rc = steer_engine_flow_update(engine, flow, actions, &error);
		if (!test_alloc_failed())
			break;
		test_alloc_fail(0);
		if (rc == 0)
			continue;
		assert_int_equal(rc, -ENOMEM);
		assert_int_equal(rte_errno, ENOMEM);
		assert_non_null(strstr(error.message, "memory"));
		assert_int_equal(world_queue(port), before);
	}
	test_alloc_fail(0);
	assert_int_equal(rc, 0);
}

static void
test_no_memory(void **state)
{
	struct steer_flow *flow = world_rule(0, 5, ACTIONS(QUEUE(1), DO(COUNT)));
	struct steer_flow *range = world_rule_range(0, 6, 9, ACTIONS(QUEUE(1)));

	RTE_SET_USED(state);
	world_queue(5);
	no_memory(flow, ACTIONS(JUMP(3), DO(COUNT), META(5), AGE(.timeout = 9)), 5);
	assert_in_range(world_hits(flow), 1, 100);
	no_memory(flow, ACTIONS(RSS(.queue = (const uint16_t[]){ 2 }, .queue_num = 1)), 5);
	assert_int_equal(world_queue(5), 2);
	no_memory(range, ACTIONS(MARK(4), QUEUE(3), DO(COUNT)), 7);
	assert_int_equal(world_queue(7), 3);
}

/* Old actions are freed with the next changes, not only in the end. */
static void
test_nothing_left(void **state)
{
	struct steer_flow *flow = world_rule(0, 5, ACTIONS(QUEUE(1)));
	struct steer_flow *range = world_rule_range(0, 6, 9, ACTIONS(QUEUE(1)));
	size_t before = 0;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 3000; i++) {
		update(flow, i % 2 ? ACTIONS(META(1), QUEUE(1)) : ACTIONS(DO(COUNT), JUMP(3)));
		update(range, i % 2 ? ACTIONS(DO(COUNT), QUEUE(1)) : ACTIONS(DO(DROP)));
		if (i == 1000)
			before = test_heap_used();
	}
	assert_in_range(test_heap_used(), before - 4096, before + 4096);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin_ready, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order),
		TEST(test_order_of_later),
		TEST(test_fates),
		TEST(test_count),
		TEST(test_age),
		TEST(test_condition),
		TEST(test_groups),
		TEST(test_gone_queue),
		cmocka_unit_test_setup_teardown(test_not_configured, world_begin, world_end),
		TEST(test_refused),
		TEST(test_no_memory),
		TEST(test_nothing_left),
	};
	int rc;

	if (test_eal_init(NULL) != 0)
		return 1;
	rc = cmocka_run_group_tests_name("actions update", tests, NULL, NULL);
	test_eal_cleanup();
	return rc;
}
