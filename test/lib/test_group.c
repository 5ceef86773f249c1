/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Groups: what a jump keeps, where it ends, which ones are refused, and what is left of them. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

#define FAR UINT32_MAX

static struct steer_flow *
rule_in(uint32_t group, uint32_t prio, uint16_t port, const struct rte_flow_action *actions)
{
	struct steer_flow *flow;

	world_group = group;
	flow = world_rule(prio, port, actions);
	world_group = 0;
	return flow;
}

static struct steer_flow *
all_in(uint32_t group, uint32_t prio, const struct rte_flow_action *actions)
{
	struct steer_flow *flow;

	world_group = group;
	flow = world_rule_all(prio, actions);
	world_group = 0;
	return flow;
}

static void
gone(struct steer_flow *flow)
{
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
}

/* Where packets go */

/* Rules of a group see those packets only that jump to it, whatever their priority. */
static void
test_jump(void **state)
{
	struct world_result r;

	RTE_SET_USED(state);
	rule_in(FAR, 0, 3, ACTIONS(QUEUE(3)));
	rule_in(FAR, 0, 4, ACTIONS(DO(DROP)));
	assert_int_equal(world_queue(3), 0);
	rule_in(0, 9, 3, ACTIONS(JUMP(FAR)));
	rule_in(0, 9, 5, ACTIONS(JUMP(FAR)));
	world_rule_all(10, ACTIONS(QUEUE(1)));
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		assert_int_equal(r.queue[i], i == 3 ? 3 : i == 5 ? 0 : 1);
	assert_int_equal(r.stats.hits, WORLD_PORTS);
}

/* What no rule of the group matches goes the port's way, not back to where it came from. */
static void
test_miss(void **state)
{
	const struct steer_rss_conf rss = world_rss(4);
	struct world_result without, with;

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_port_rss(engine, &rss), 0);
	world_burst(&without);
	world_rule_all(0, ACTIONS(JUMP(7)));
	world_rule_all(1, ACTIONS(DO(DROP)));
	world_burst(&with);
	assert_memory_equal(with.queue, without.queue, sizeof(with.queue));
	assert_memory_equal(with.hash, without.hash, sizeof(with.hash));
	rule_in(7, 0, 3, ACTIONS(MARK(1), DO(PASSTHRU)));
	steer_engine_isolate(engine, true);
	world_burst(&with);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		assert_int_equal(with.queue[i], i == 3 ? without.queue[3] : STEER_DROP_ISOLATED);
	assert_int_equal(with.mark[3], 1);
}

/* MARK, FLAG and COUNT of the rule that jumps stay; a later MARK takes the place of the first. */
static void
test_kept(void **state)
{
	struct steer_flow *counted[3];
	struct world_result r;

	RTE_SET_USED(state);
	counted[0] = world_rule_range(0, 2, 5, ACTIONS(MARK(1), DO(COUNT), JUMP(1)));
	rule_in(0, 1, 6, ACTIONS(DO(FLAG), DO(PASSTHRU)));
	rule_in(0, 2, 6, ACTIONS(JUMP(1)));
	counted[1] = rule_in(1, 0, 3, ACTIONS(MARK(2), DO(COUNT), JUMP(2)));
	counted[2] = all_in(2, 0, ACTIONS(DO(COUNT), QUEUE(2)));
	rule_in(1, 0, 4, ACTIONS(DO(FLAG), QUEUE(1)));
	world_burst(&r);
	assert_int_equal(r.mark[2], 1);
	assert_int_equal(r.mark[3], 2);
	assert_int_equal(r.mark[4], 1);
	assert_int_equal(r.queue[3], 2);
	assert_int_equal(r.queue[4], 1);
	assert_int_equal(r.flags[4], RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID);
	assert_int_equal(r.flags[6], RTE_MBUF_F_RX_FDIR);
	assert_int_equal(r.flags[7], 0);
	assert_int_equal(world_hits(counted[0]), 4);
	assert_int_equal(world_hits(counted[1]), 1);
	assert_int_equal(world_hits(counted[2]), 1);
}

/* PASSTHRU goes on in its own group; the rule that jumps may itself come after one. */
static void
test_passthru(void **state)
{
	struct world_result r;

	RTE_SET_USED(state);
	rule_in(0, 0, 3, ACTIONS(MARK(1), DO(PASSTHRU)));
	rule_in(0, 0, 3, ACTIONS(DO(PASSTHRU)));
	world_rule_range(1, 3, 4, ACTIONS(JUMP(5)));
	rule_in(5, 0, 3, ACTIONS(DO(FLAG), DO(PASSTHRU)));
	all_in(5, 3, ACTIONS(QUEUE(3)));
	rule_in(5, 1, 4, ACTIONS(MARK(4), DO(PASSTHRU)));
	world_rule_all(2, ACTIONS(MARK(9), QUEUE(1)));
	world_burst(&r);
	assert_int_equal(r.queue[3], 3);
	assert_int_equal(r.mark[3], 1);
	assert_int_equal(r.queue[4], 3);
	assert_int_equal(r.mark[4], 4);
	assert_int_equal(r.queue[5], 1);
	assert_int_equal(r.mark[5], 9);
}

/* Each packet of a burst by another way of groups, some of which meet again. */
static void
test_many_ways(void **state)
{
	struct world_result r;

	RTE_SET_USED(state);
	for (uint16_t i = 0; i < WORLD_PORTS; i++) {
		rule_in(0, 0, i, ACTIONS(MARK(i), JUMP(100 + i % 5)));
		rule_in(100 + i % 5, 0, i, ACTIONS(JUMP(200 + i % 3)));
		rule_in(200 + i % 3, 0, i, ACTIONS(JUMP(300)));
		rule_in(300, 0, i, ACTIONS(QUEUE(i % 4)));
	}
	for (unsigned int round = 0; round < 2; round++) {
		world_burst(&r);
		for (unsigned int i = 0; i < WORLD_PORTS; i++) {
			assert_int_equal(r.queue[i], i % 4);
			assert_int_equal(r.mark[i], i);
		}
		/* The same with a flow cache before it. */
		for (uint16_t i = 0; i < 8; i++)
			world_rule_range(1, i, 9, ACTIONS(DO(DROP)));
		steer_engine_settle(engine);
		world_burst(&r);
	}
	assert_int_equal(r.stats.cached, WORLD_PORTS);
}

/* Group 0 asks for nothing of the packet, the group for its L4. */
static void
test_depth(void **state)
{
	RTE_SET_USED(state);
	world_rule_all(0, ACTIONS(JUMP(1)));
	assert_int_equal(world_queue(3), 0);
	rule_in(1, 0, 3, ACTIONS(QUEUE(3)));
	assert_int_equal(world_queue(3), 3);
	assert_int_equal(world_queue(4), 0);
}

/* Refused */

static void
refused(uint32_t from, uint32_t to, const char *path)
{
	const struct rte_flow_item pattern[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	const struct rte_flow_attr attr = { .ingress = 1, .group = from };
	const struct rte_flow_action_jump jump = { .group = to };
	const struct rte_flow_action actions[] = {
		DO(COUNT), { .type = RTE_FLOW_ACTION_TYPE_JUMP, .conf = &jump }, DO(END),
	};
	const uint64_t before = steer_engine_flow_count(engine);
	struct rte_flow_error error = { 0 };

	assert_int_equal(steer_engine_validate(engine, &attr, pattern, actions, &error), -EINVAL);
	assert_non_null(strstr(error.message, path));
	memset(&error, 0, sizeof(error));
	assert_null(steer_engine_flow_create(engine, &attr, pattern, actions, &error));
	assert_int_equal(rte_errno, EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION_CONF);
	assert_ptr_equal(error.cause, &jump);
	assert_non_null(strstr(error.message, path));
	assert_int_equal(steer_engine_flow_count(engine), before);
}

static void
test_loops(void **state)
{
	struct steer_flow *twice[2];

	RTE_SET_USED(state);
	refused(0, 0, "0 -> 0");
	refused(FAR, FAR, "4294967295 -> 4294967295");
	all_in(0, 0, ACTIONS(JUMP(1)));
	twice[0] = all_in(1, 0, ACTIONS(JUMP(2)));
	twice[1] = rule_in(1, 0, 3, ACTIONS(JUMP(2)));
	all_in(2, 0, ACTIONS(JUMP(4)));
	all_in(0, 0, ACTIONS(JUMP(2)));
	all_in(0, 0, ACTIONS(JUMP(4)));
	refused(1, 0, "jump: group 0 leads back to group 1: 1 -> 0 -> 1");
	refused(2, 1, "2 -> 1 -> 2");
	refused(4, 1, "4 -> 1 -> 2 -> 4");
	refused(4, 0, "4 -> 0 -> 4");
	gone(twice[0]);
	refused(4, 1, "4 -> 1 -> 2 -> 4");
	gone(twice[1]);
	all_in(4, 0, ACTIONS(JUMP(1)));
	refused(1, 2, "1 -> 2 -> 4 -> 1");
	assert_int_equal(world_queue(3), 0);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	all_in(1, 0, ACTIONS(JUMP(0)));
	refused(0, 1, "0 -> 1 -> 0");
}

/* A way that is longer than a message can be. */
static void
test_long_loop(void **state)
{
	RTE_SET_USED(state);
	for (uint32_t i = 0; i < 1000; i++)
		all_in(i, 0, ACTIONS(JUMP(i + 1)));
	all_in(1000, 0, ACTIONS(QUEUE(2)));
	assert_int_equal(world_queue(3), 2);
	refused(1000, 500, "1000 -> 500 -> 501");
	refused(1000, 0, "...");
}

static void
test_no_group(void **state)
{
	struct rte_flow_error error = { 0 };

	RTE_SET_USED(state);
	assert_null(world_try(0, 3, ACTIONS(DO(JUMP)), &error));
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION);
	assert_string_equal(error.message, "jump: no group given");
	assert_null(world_try(0, 3, ACTIONS(JUMP(1), QUEUE(1)), &error));
	assert_non_null(strstr(error.message, "queue: the rule has jump already"));
}

/* Life */

/* The rules of a group stay when nothing leads to it any more, and the other way round. */
static void
test_come_and_go(void **state)
{
	struct steer_flow *jump, *in;
	struct world_result r;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 3; i++) {
		jump = rule_in(0, 0, 3, ACTIONS(JUMP(1)));
		assert_int_equal(world_queue(3), 0);
		in = rule_in(1, 0, 3, ACTIONS(DO(COUNT), QUEUE(2)));
		assert_int_equal(world_queue(3), 2);
		gone(jump);
		assert_int_equal(world_queue(3), 0);
		jump = rule_in(0, 0, 3, ACTIONS(JUMP(1)));
		assert_int_equal(world_queue(3), 2);
		assert_int_equal(world_hits(in), 2);
		gone(in);
		world_burst(&r);
		assert_int_equal(r.queue[3], 0);
		assert_int_equal(r.stats.hits, 1);
		gone(jump);
	}
	assert_int_equal(steer_engine_flow_count(engine), 0);
}

/* A flush takes all groups; so does the engine's end, of which the heap tells. */
static void
test_flush(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 200; i++) {
			all_in(i * 65536, i, ACTIONS(MARK(i), JUMP((i + 1) * 65536)));
			world_group = i * 65536;
			world_rule_range(0, 1, 2 + i % 9, ACTIONS(DO(COUNT), DO(PASSTHRU)));
			world_group = 0;
		}
		all_in(200 * 65536, 0, ACTIONS(QUEUE(3)));
		assert_int_equal(world_queue(1), 3);
		if (round == 0)
			assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	}
	assert_int_equal(steer_engine_flow_count(engine), 401);
}

/* Groups that are empty again leave nothing behind. */
static void
test_nothing_left(void **state)
{
	struct steer_flow *flows[50][2];
	size_t before = 0;

	RTE_SET_USED(state);
	for (unsigned int round = 0; round < 6; round++) {
		for (uint32_t i = 0; i < RTE_DIM(flows); i++) {
			flows[i][0] = rule_in(0, 0, 3, ACTIONS(JUMP(1 + i)));
			flows[i][1] = rule_in(1 + i, 0, 3, ACTIONS(QUEUE(1)));
		}
		assert_int_equal(world_queue(3), 1);
		for (uint32_t i = 0; i < RTE_DIM(flows); i++) {
			gone(flows[i][round & 1]);
			gone(flows[i][!(round & 1)]);
		}
		steer_engine_settle(engine);
		if (round == 0)
			before = test_heap_used();
		/* The heap may give a little more than it is asked for; a table is 500 bytes. */
		assert_in_range(test_heap_used(), before - 256, before + 256);
	}
}

/* Rules to queues that are gone are not there, in whichever group. */
static void
test_queues(void **state)
{
	struct steer_flow *in;

	RTE_SET_USED(state);
	rule_in(0, 0, 3, ACTIONS(JUMP(1)));
	in = rule_in(1, 0, 3, ACTIONS(QUEUE(3)));
	world_group = 1;
	world_rule_range(1, 3, 5, ACTIONS(QUEUE(1)));
	world_rule_range(2, 3, 5, ACTIONS(QUEUE(2)));
	assert_int_equal(world_queue(3), 3);
	assert_int_equal(steer_engine_configure(engine, 2, 4), 0);
	assert_int_equal(world_queue(3), 1);
	assert_int_equal(steer_engine_configure(engine, 1, 4), 0);
	assert_int_equal(world_queue(3), 0);
	assert_int_equal(steer_engine_configure(engine, 4, 4), 0);
	assert_int_equal(world_queue(3), 3);
	gone(in);
	assert_int_equal(world_queue(3), 1);
}

/* Without memory, at each place in turn: refused, and nothing stays behind. */
static void
test_create_without_memory(void **state)
{
	struct rte_flow_error error;
	struct steer_flow *flow;

	RTE_SET_USED(state);
	for (uint16_t i = 0; i < 12; i++) {
		for (unsigned int n = 1;; n++) {
			world_group = 1u << (i % 6);
			test_alloc_fail(n);
			flow = world_try(0, i, ACTIONS(DO(COUNT), MARK(i), JUMP(100 + i / 2)),
					 &error);
			if (!test_alloc_failed())
				break;
			test_alloc_fail(0);
			if (flow != NULL) {
				gone(flow);
				continue;
			}
			assert_int_equal(rte_errno, ENOMEM);
			assert_non_null(strstr(error.message, "memory"));
			assert_int_equal(steer_engine_flow_count(engine), i);
		}
		test_alloc_fail(0);
		assert_non_null(flow);
	}
}

/* Miss actions */

static void
set_miss(uint32_t group, const struct rte_flow_action *actions)
{
	struct rte_flow_error error = { 0 };

	if (steer_engine_group_miss(engine, group, actions, &error) != 0)
		fail_msg("%s", error.message);
}

/* As a rule behind all others, of no application; replaced, and taken away again. */
static void
test_miss_actions(void **state)
{
	struct world_result r;

	RTE_SET_USED(state);
	world_rule_all(0, ACTIONS(JUMP(5)));
	rule_in(5, 1, 3, ACTIONS(QUEUE(3)));
	rule_in(5, 1, 4, ACTIONS(MARK(4), DO(PASSTHRU)));
	set_miss(5, ACTIONS(MARK(9), QUEUE(2)));
	steer_engine_isolate(engine, true);
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++) {
		assert_int_equal(r.queue[i], i == 3 ? 3 : 2);
		assert_int_equal(r.mark[i], i == 3 ? 0 : 9);
	}
	assert_int_equal(steer_engine_flow_count(engine), 3);
	rule_in(5, UINT32_MAX - 1, 5, ACTIONS(QUEUE(1)));
	assert_int_equal(world_queue(5), 1);
	set_miss(5, ACTIONS(JUMP(6)));
	assert_int_equal(world_queue(6), STEER_DROP_ISOLATED);
	set_miss(6, ACTIONS(DO(DROP)));
	assert_int_equal(world_queue(6), STEER_DROP_RULE);
	assert_int_equal(world_queue(3), 3);
	set_miss(5, ACTIONS(DO(VOID)));
	assert_int_equal(world_queue(6), STEER_DROP_ISOLATED);
	set_miss(5, ACTIONS(DO(VOID)));
	set_miss(77, ACTIONS(DO(VOID)));
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	world_rule_all(0, ACTIONS(JUMP(6)));
	assert_int_equal(world_queue(6), STEER_DROP_ISOLATED);
}

/* Of that priority, too, what was there first is first; what is set anew comes last again. */
static void
test_miss_last(void **state)
{
	RTE_SET_USED(state);
	world_rule_all(0, ACTIONS(JUMP(5)));
	rule_in(5, UINT32_MAX, 3, ACTIONS(QUEUE(3)));
	set_miss(5, ACTIONS(QUEUE(2)));
	rule_in(5, UINT32_MAX, 4, ACTIONS(QUEUE(1)));
	assert_int_equal(world_queue(3), 3);
	assert_int_equal(world_queue(4), 2);
	assert_int_equal(world_queue(5), 2);
	set_miss(5, ACTIONS(DO(DROP)));
	assert_int_equal(world_queue(3), 3);
	assert_int_equal(world_queue(4), 1);
	assert_int_equal(world_queue(5), STEER_DROP_RULE);
}

static void
miss_refused(uint32_t group, const struct rte_flow_action *actions, int code, const char *words)
{
	struct rte_flow_error error = { 0 };

	assert_int_equal(steer_engine_group_miss(engine, group, actions, &error), -code);
	assert_non_null(strstr(error.message, words));
}

static void
test_miss_refused(void **state)
{
	const struct rte_flow_action_sample counted = {
		.ratio = 1, .actions = ACTIONS(DO(COUNT), QUEUE(1)),
	};
	const struct rte_flow_action_age age = { .timeout = 1 };

	RTE_SET_USED(state);
	set_miss(5, ACTIONS(QUEUE(2)));
	world_rule_all(0, ACTIONS(JUMP(5)));
	miss_refused(5, NULL, EINVAL, "no actions");
	miss_refused(5, ACTIONS(QUEUE(1), DO(DROP)), EINVAL, "queue already");
	miss_refused(5, ACTIONS(DO(COUNT), QUEUE(1)), ENOTSUP, "count: there is no rule");
	miss_refused(5, ACTIONS({ .type = RTE_FLOW_ACTION_TYPE_SAMPLE, .conf = &counted }), ENOTSUP,
		     "count: there is no rule");
	miss_refused(5, ACTIONS({ .type = RTE_FLOW_ACTION_TYPE_AGE, .conf = &age }, QUEUE(1)),
		     ENOTSUP, "age: no context");
	miss_refused(5, ACTIONS(JUMP(0)), EINVAL, "5 -> 0 -> 5");
	miss_refused(0, ACTIONS(QUEUE(1)), ENOTSUP, "group 0");
	assert_int_equal(world_queue(3), 2);
	refused(2, 2, "2 -> 2");
	set_miss(5, ACTIONS(JUMP(6)));
	refused(6, 5, "6 -> 5 -> 6");
	for (unsigned int n = 1;; n++) {
		test_alloc_fail(n);
		if (steer_engine_group_miss(engine, 6, ACTIONS(JUMP(100)), NULL) == 0)
			break;
		test_alloc_fail(0);
		assert_int_equal(world_queue(3), 0);
	}
	test_alloc_fail(0);
	set_miss(100, ACTIONS(QUEUE(1)));
	assert_int_equal(world_queue(3), 1);
}

static void
test_dump(void **state)
{
	static char *text;
	static size_t len;
	FILE *file = open_memstream(&text, &len);

	RTE_SET_USED(state);
	rule_in(0, 0, 3, ACTIONS(MARK(1), JUMP(FAR)));
	rule_in(FAR, 2, 3, ACTIONS(QUEUE(3)));
	assert_int_equal(steer_engine_configure(engine, 2, 4), 0);
	assert_int_equal(steer_engine_flow_dump(engine, 5, NULL, file, NULL), 0);
	fclose(file);
	assert_string_equal(text,
		"flow create 5 ingress group 0 priority 0 pattern udp dst is 3 / end "
		"actions mark id 1 / jump group 4294967295 / end # rule 0\n"
		"# inactive, its queue does not exist: flow create 5 ingress group 4294967295 "
		"priority 2 pattern udp dst is 3 / end actions queue index 3 / end # rule 1\n");
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin_ready, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_jump),
		TEST(test_miss),
		TEST(test_kept),
		TEST(test_passthru),
		TEST(test_many_ways),
		TEST(test_depth),
		TEST(test_loops),
		TEST(test_long_loop),
		TEST(test_no_group),
		TEST(test_come_and_go),
		TEST(test_flush),
		TEST(test_nothing_left),
		TEST(test_queues),
		TEST(test_create_without_memory),
		TEST(test_miss_actions),
		TEST(test_miss_last),
		TEST(test_miss_refused),
		TEST(test_dump),
	};

	return cmocka_run_group_tests_name("group", tests, test_eal_begin, test_eal_end);
}
