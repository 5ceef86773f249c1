/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "alloc.h"
#include "eal.h"
#include "engine_world.h"
#include "packet.h"

#include <setjmp.h>
#include <cmocka.h>

static const uint16_t list[] = { 1, 2 };
static const struct rte_flow_item all[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };

/* Attributes */

static const struct {
	struct rte_flow_attr attr;
	int code;
	enum rte_flow_error_type type;
	const char *words;
} attrs[] = {
	{ { .ingress = 1 }, 0, RTE_FLOW_ERROR_TYPE_NONE, "" },
	{ { .ingress = 1, .priority = UINT32_MAX }, 0, RTE_FLOW_ERROR_TYPE_NONE, "" },
	{ { 0 }, EINVAL, RTE_FLOW_ERROR_TYPE_ATTR_INGRESS, "neither ingress nor egress" },
	{ { .egress = 1 }, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR_EGRESS, "egress: ingress rules" },
	{ { .ingress = 1, .egress = 1 }, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR_EGRESS, "egress" },
	/* This is the type that the clients who try it first do not log. */
	{ { .transfer = 1 }, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, "transfer: the port has no" },
	{ { .transfer = 1, .ingress = 1 }, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, "transfer" },
};

static void
test_attr(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(attrs); i++) {
		const struct rte_flow_action *actions = ACTIONS(QUEUE(1));
		struct rte_flow_error error = { 0 };
		struct steer_flow *flow;
		int rc;

		rc = steer_engine_validate(engine, &attrs[i].attr, all, actions, &error);
		assert_int_equal(rc, -attrs[i].code);
		rte_errno = 0;
		flow = steer_engine_flow_create(engine, &attrs[i].attr, all, actions, &error);
		assert_int_equal(flow != NULL, attrs[i].code == 0);
		if (flow != NULL)
			continue;
		assert_int_equal(rte_errno, attrs[i].code);
		assert_int_equal(error.type, attrs[i].type);
		assert_ptr_equal(error.cause, &attrs[i].attr);
		assert_non_null(strstr(error.message, attrs[i].words));
	}
	assert_int_equal(steer_engine_flow_count(engine), 2);
}

static void
test_nothing_given(void **state)
{
	const struct rte_flow_attr attr = { .ingress = 1 };
	const struct rte_flow_action *actions = ACTIONS(QUEUE(1));
	struct rte_flow_error error = { 0 };

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_validate(engine, NULL, all, actions, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ATTR);
	assert_int_equal(steer_engine_validate(engine, &attr, NULL, actions, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ITEM_NUM);
	assert_int_equal(steer_engine_validate(engine, &attr, all, NULL, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION_NUM);
	assert_null(steer_engine_flow_create(engine, NULL, NULL, NULL, NULL));
}

/* Order and fate */

static void
test_order(void **state)
{
	struct steer_flow *first, *second;

	RTE_SET_USED(state);
	world_rule(2, 3, ACTIONS(QUEUE(3)));
	first = world_rule(1, 3, ACTIONS(QUEUE(1)));
	second = world_rule(1, 3, ACTIONS(QUEUE(2)));
	/* Another shape, the same priority, later. */
	world_rule_range(1, 2, 4, ACTIONS(DO(DROP)));
	assert_int_equal(world_queue(3), 1);
	assert_int_equal(world_queue(2), STEER_DROP_RULE);
	assert_int_equal(steer_engine_flow_destroy(engine, first, NULL), 0);
	assert_int_equal(world_queue(3), 2);
	assert_int_equal(steer_engine_flow_destroy(engine, second, NULL), 0);
	assert_int_equal(world_queue(3), STEER_DROP_RULE);
	world_rule_all(0, ACTIONS(QUEUE(0)));
	assert_int_equal(world_queue(3), 0);
}

static void
test_passthru(void **state)
{
	struct steer_flow *counted[3];
	struct world_result r;

	RTE_SET_USED(state);
	counted[0] = world_rule(0, 3, ACTIONS(MARK(1), DO(COUNT), DO(PASSTHRU)));
	counted[1] = world_rule_range(1, 0, 9, ACTIONS(DO(FLAG), DO(COUNT), DO(PASSTHRU)));
	world_rule(2, 3, ACTIONS(MARK(2), DO(PASSTHRU)));
	counted[2] = world_rule_all(3, ACTIONS(DO(COUNT), QUEUE(2)));
	world_rule_all(4, ACTIONS(MARK(9), DO(DROP)));
	world_burst(&r);
	assert_int_equal(r.queue[3], 2);
	assert_int_equal(r.mark[3], 2);
	assert_int_equal(r.flags[3], RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID);
	assert_int_equal(r.flags[4], RTE_MBUF_F_RX_FDIR);
	assert_int_equal(r.flags[12], 0);
	assert_int_equal(world_hits(counted[0]), 1);
	assert_int_equal(world_hits(counted[1]), 10);
	assert_int_equal(world_hits(counted[2]), WORLD_PORTS);
	assert_int_equal(r.stats.hits, WORLD_PORTS);
}

/* MARK, FLAG or COUNT alone end the search; the packet goes by the port's RSS. */
static void
test_no_fate(void **state)
{
	const struct steer_rss_conf conf = world_rss(4);
	struct world_result before, after;

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
	world_burst(&before);
	world_rule_all(1, ACTIONS(DO(DROP)));
	world_rule_all(0, ACTIONS(MARK(5)));
	world_burst(&after);
	assert_memory_equal(before.queue, after.queue, sizeof(before.queue));
	assert_memory_equal(before.hash, after.hash, sizeof(before.hash));
	assert_int_equal(after.mark[7], 5);
}

/* The kernel */

static void
assert_no_kernel(uint32_t group, const char *words)
{
	const struct rte_flow_attr attr = { .ingress = 1, .group = group };
	const struct rte_flow_action *actions = ACTIONS(DO(SEND_TO_KERNEL));
	struct rte_flow_error error = { 0 };

	rte_errno = 0;
	assert_null(steer_engine_flow_create(engine, &attr, all, actions, &error));
	assert_int_equal(rte_errno, ENOTSUP);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION);
	assert_ptr_equal(error.cause, actions);
	assert_non_null(strstr(error.message, words));
}

/* Only where something steers there. What comes up in spite of such a rule is dropped. */
static void
test_kernel(void **state)
{
	RTE_SET_USED(state);
	assert_no_kernel(0, "send_to_kernel: only where the kernel steers");
	steer_engine_kernel(engine, true);
	assert_no_kernel(3, "send_to_kernel: in group 3: only rules of group 0");
	world_rule(1, 3, ACTIONS(DO(SEND_TO_KERNEL)));
	assert_int_equal(world_queue(3), STEER_DROP_RULE);
	assert_int_equal(world_queue(4), 0);
	world_rule(0, 3, ACTIONS(QUEUE(2)));
	assert_int_equal(world_queue(3), 2);
	steer_engine_kernel(engine, false);
	assert_no_kernel(0, "send_to_kernel: only where the kernel steers");
}

/* Bursts */

static void
test_stats(void **state)
{
	static const enum packet_layer good[] = { P_ETH, P_IPV4, P_UDP, P_PAYLOAD, P_END };
	struct steer_burst_stats stats = { 99, 99 };
	struct rte_mbuf *pkts[STEER_BURST_MAX];
	uint16_t queues[STEER_BURST_MAX];
	struct packet p;

	RTE_SET_USED(state);
	steer_engine_burst(engine, 0, 0, NULL, 0, NULL, &stats);
	assert_int_equal(stats.hits, 0);
	assert_int_equal(stats.malformed, 0);
	/* A rule for which UDP is looked at. */
	world_rule(0, 1000, ACTIONS(DO(DROP)));
	packet_make_plain(&p, good);
	packet_put16(&p, p.at[2] + 2u, 1000);
	for (unsigned int i = 0; i < STEER_BURST_MAX; i++)
		pkts[i] = packet_mbuf(p.data, i % 4 == 0 ? p.at[3] - 1u : p.len, NULL, 0);
	steer_engine_burst(engine, 63, 3, pkts, STEER_BURST_MAX, queues, &stats);
	assert_int_equal(stats.malformed, STEER_BURST_MAX / 4);
	assert_int_equal(stats.hits, STEER_BURST_MAX * 3 / 4);
	for (unsigned int i = 0; i < STEER_BURST_MAX; i++) {
		assert_int_equal(queues[i], i % 4 == 0 ? 0 : STEER_DROP_RULE);
		packet_mbuf_free(pkts[i]);
	}
}

/* Counting */

static void
test_query(void **state)
{
	const struct rte_flow_action count = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	const struct rte_flow_action nothing = { .type = RTE_FLOW_ACTION_TYPE_VOID };
	const struct rte_flow_action mark = { .type = RTE_FLOW_ACTION_TYPE_MARK };
	struct steer_flow *counts = world_rule(0, 3, ACTIONS(DO(COUNT), QUEUE(1)));
	struct steer_flow *does_not = world_rule(0, 4, ACTIONS(QUEUE(1)));
	struct rte_flow_query_count q = { .reset = 1 };
	struct rte_flow_error error = { 0 };
	struct world_result r;

	RTE_SET_USED(state);
	for (unsigned int shard = 0; shard < 4; shard++)
		world_burst_at(&r, shard, shard);
	assert_int_equal(steer_engine_flow_query(engine, counts, &count, &q, &error), 0);
	assert_int_equal(q.hits, 4);
	assert_int_equal(q.bytes, 4 * WORLD_PACKET_LEN);
	world_burst_at(&r, 0, 2);
	assert_int_equal(world_hits(counts), 1);
	assert_int_equal(world_hits(counts), 1);

	assert_int_equal(steer_engine_flow_query(engine, counts, &nothing, &q, &error), 0);
	assert_int_equal(steer_engine_flow_query(engine, counts, &mark, &q, &error), -ENOTSUP);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION);
	assert_ptr_equal(error.cause, &mark);
	assert_int_equal(steer_engine_flow_query(engine, does_not, &count, &q, &error), -EINVAL);
	assert_non_null(strstr(error.message, "no count action"));
	assert_int_equal(steer_engine_flow_query(engine, counts, NULL, &q, &error), -EINVAL);
	assert_int_equal(steer_engine_flow_query(engine, counts, &count, NULL, &error), -EINVAL);
}

/* A counter is the next rule's, from zero. */
static void
test_counter_again(void **state)
{
	struct world_result r;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 100; i++) {
		struct steer_flow *flow = world_rule(0, 3, ACTIONS(DO(COUNT), QUEUE(1)));

		assert_int_equal(world_hits(flow), 0);
		world_burst(&r);
		assert_int_equal(world_hits(flow), 1);
		assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
	}
}

/* Handles */

static void
test_handles(void **state)
{
	const struct rte_flow_action count = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	struct steer_engine *mine = engine;
	struct rte_flow_query_count q;
	struct rte_flow_error error = { 0 };
	struct steer_flow *flow;

	RTE_SET_USED(state);
	flow = world_rule(0, 3, ACTIONS(DO(COUNT)));
	engine = steer_engine_create(1, SOCKET_ID_ANY);
	assert_non_null(engine);
	assert_int_equal(steer_engine_flow_destroy(engine, flow, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_HANDLE);
	assert_ptr_equal(error.cause, flow);
	assert_string_equal(error.message, "not a rule of this port");
	assert_int_equal(steer_engine_flow_query(engine, flow, &count, &q, &error), -EINVAL);
	assert_int_equal(steer_engine_flow_dump(engine, 0, flow, stderr, &error), -EINVAL);
	assert_int_equal(steer_engine_flow_destroy(engine, NULL, &error), -EINVAL);
	assert_int_equal(steer_engine_flow_query(engine, NULL, &count, &q, &error), -EINVAL);
	steer_engine_free(engine);
	engine = mine;
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
	assert_int_equal(steer_engine_flow_count(engine), 0);
}

static void
test_flush(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int round = 0; round < 3; round++) {
		assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
		assert_int_equal(steer_engine_flow_count(engine), 0);
		for (uint16_t i = 0; i < 1000; i++) {
			world_rule(0, i, ACTIONS(DO(COUNT), QUEUE(i % 4)));
			world_rule_range(1, i, i + 10, ACTIONS(DO(DROP)));
		}
		assert_int_equal(steer_engine_flow_count(engine), 2000);
		assert_int_equal(world_queue(7), 3);
	}
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	assert_int_equal(world_queue(7), 0);
}

/* What a rule takes, counter and context, it gives back. */
static void
test_come_and_go(void **state)
{
	uint8_t key[40] = { 0 };
	const struct rte_flow_action_rss rss = { .queue = list, .queue_num = 2, .key = key,
						 .key_len = sizeof(key) };
	const struct rte_flow_action actions[] = {
		DO(COUNT), { .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &rss }, DO(END),
	};
	size_t used = 0;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 10000; i++) {
		struct steer_flow *flow;

		memcpy(key, &i, sizeof(i));
		flow = world_rule(0, 3, actions);
		steer_engine_settle(engine);
		if (i == 10)
			used = test_heap_used();
		else if (i > 10)
			assert_true(test_heap_used() <= used);
		assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
	}
}

/* Rules that a test ends with are freed with the engine, sleeping ones as well. */
static void
test_left_behind(void **state)
{
	RTE_SET_USED(state);
	assert_int_equal(steer_engine_configure(engine, 8, 4), 0);
	for (uint16_t i = 0; i < 20; i++) {
		world_rule(0, i, ACTIONS(DO(COUNT), QUEUE(i % 8)));
		world_rule(0, i, ACTIONS(RSS(.queue = list, .queue_num = 2)));
		world_rule_range(0, i, i + 2, ACTIONS(QUEUE(i % 8)));
	}
	assert_int_equal(steer_engine_configure(engine, 2, 4), 0);
}

/* Memory */

static const struct rte_flow_action *
actions_of(unsigned int kind)
{
	static const struct rte_flow_action_queue queue = { .index = 3 };
	static const struct rte_flow_action_rss rss[] = {
		{ .queue = list, .queue_num = 2 }, { .types = RTE_ETH_RSS_IP, .level = 2 },
	};
	static const struct rte_flow_action kinds[][3] = {
		{ { .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &queue } },
		{ { .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_DROP } },
		{ { .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &rss[0] },
		  { .type = RTE_FLOW_ACTION_TYPE_COUNT } },
		{ { .type = RTE_FLOW_ACTION_TYPE_COUNT },
		  { .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &rss[1] } },
	};

	return kinds[kind % RTE_DIM(kinds)];
}

static void
test_create_without_memory(void **state)
{
	struct rte_flow_error error = { 0 };
	struct world_result before, after;
	struct steer_flow *flow;

	RTE_SET_USED(state);
	for (uint16_t i = 0; i < 60; i++) {
		world_burst(&before);
		for (unsigned int n = 1;; n++) {
			test_alloc_fail(n);
			rte_errno = 0;
			flow = world_try(0, i % 20, actions_of(i), &error);
			if (!test_alloc_failed())
				break;
			test_alloc_fail(0);
			/* It was done without. */
			if (flow != NULL) {
				assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
				continue;
			}
			assert_int_equal(rte_errno, ENOMEM);
			assert_non_null(strstr(error.message, "memory"));
			assert_int_equal(steer_engine_flow_count(engine), i);
			world_burst(&after);
			assert_memory_equal(before.queue, after.queue, sizeof(before.queue));
		}
		test_alloc_fail(0);
		assert_non_null(flow);
	}
}

/* Destroying never fails. */
static void
test_destroy_without_memory(void **state)
{
	struct steer_flow *flows[40];

	RTE_SET_USED(state);
	for (unsigned int fail = 1; fail < 5; fail++) {
		for (uint16_t i = 0; i < RTE_DIM(flows); i++)
			flows[i] = i % 2 ? world_rule(i % 3, i, actions_of(i))
					 : world_rule_range(i % 3, i, i + 5, actions_of(i));
		for (unsigned int i = 0; i < RTE_DIM(flows); i++) {
			test_alloc_fail(fail);
			assert_int_equal(steer_engine_flow_destroy(engine, flows[i], NULL), 0);
			test_alloc_fail(0);
		}
		assert_int_equal(steer_engine_flow_count(engine), 0);
		assert_int_equal(world_queue(5), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin_ready, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_attr),
		TEST(test_nothing_given),
		TEST(test_order),
		TEST(test_passthru),
		TEST(test_no_fate), TEST(test_kernel),
		TEST(test_stats),
		TEST(test_query),
		TEST(test_counter_again),
		TEST(test_handles),
		TEST(test_flush),
		TEST(test_come_and_go),
		TEST(test_left_behind),
		TEST(test_create_without_memory),
		TEST(test_destroy_without_memory),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
