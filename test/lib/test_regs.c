/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* What rules set for those behind them: MARK, SET_META, SET_TAG, and the items that ask for it. */

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

#define SET_META(d, m) { .type = RTE_FLOW_ACTION_TYPE_SET_META, \
	.conf = &(const struct rte_flow_action_set_meta){ .data = d, .mask = m } }
#define SET_TAG(i, d, m) { .type = RTE_FLOW_ACTION_TYPE_SET_TAG, \
	.conf = &(const struct rte_flow_action_set_tag){ .data = d, .mask = m, .index = i } }

/* Rules that ask */

static struct steer_flow *
ask(uint32_t prio, const struct rte_flow_item *item, const struct rte_flow_action *actions,
    struct rte_flow_error *error)
{
	const struct rte_flow_attr attr = {
		.ingress = 1, .group = world_group, .priority = prio,
	};
	const struct rte_flow_item pattern[] = { *item, { .type = RTE_FLOW_ITEM_TYPE_END } };
	struct rte_flow_error unused;

	return steer_engine_flow_create(engine, &attr, pattern, actions,
					error != NULL ? error : &unused);
}

static struct steer_flow *
ask_mark(uint32_t prio, uint32_t id, const struct rte_flow_action *actions)
{
	const struct rte_flow_item_mark spec = { .id = id };
	const struct rte_flow_item item = { .type = RTE_FLOW_ITEM_TYPE_MARK, .spec = &spec };
	struct steer_flow *flow = ask(prio, &item, actions, NULL);

	assert_non_null(flow);
	return flow;
}

static struct steer_flow *
ask_meta(uint32_t prio, uint32_t data, const struct rte_flow_action *actions)
{
	const struct rte_flow_item_meta spec = { .data = data };
	const struct rte_flow_item item = { .type = RTE_FLOW_ITEM_TYPE_META, .spec = &spec };
	struct steer_flow *flow = ask(prio, &item, actions, NULL);

	assert_non_null(flow);
	return flow;
}

static struct steer_flow *
ask_tag(uint32_t prio, uint8_t index, uint32_t data, uint32_t bits,
	const struct rte_flow_action *actions)
{
	const struct rte_flow_item_tag spec = { .data = data, .index = index };
	const struct rte_flow_item_tag mask = { .data = bits, .index = UINT8_MAX };
	const struct rte_flow_item item = {
		.type = RTE_FLOW_ITEM_TYPE_TAG, .spec = &spec, .mask = &mask,
	};
	struct steer_flow *flow = ask(prio, &item, actions, NULL);

	assert_non_null(flow);
	return flow;
}

/* Set and asked */

static void
test_mark(void **state)
{
	const struct rte_flow_item any = { .type = RTE_FLOW_ITEM_TYPE_MARK };

	RTE_SET_USED(state);
	world_rule(0, 3, ACTIONS(MARK(0), DO(PASSTHRU)));
	world_rule(0, 4, ACTIONS(MARK(7), DO(PASSTHRU)));
	world_rule(1, 4, ACTIONS(MARK(8), DO(PASSTHRU)));
	world_rule(0, 5, ACTIONS(DO(FLAG), DO(PASSTHRU)));
	world_rule(0, 6, ACTIONS(MARK(9), DO(PASSTHRU)));
	ask_mark(2, 0, ACTIONS(QUEUE(1)));
	ask_mark(2, 8, ACTIONS(QUEUE(2)));
	assert_non_null(ask(3, &any, ACTIONS(QUEUE(3)), NULL));
	assert_int_equal(world_queue(3), 1);
	assert_int_equal(world_queue(4), 2);
	assert_int_equal(world_queue(6), 3);
	/* A flag is no mark, nor is none one of 0. */
	assert_int_equal(world_queue(5), 0);
	assert_int_equal(world_queue(7), 0);
}

/* A rule sees what those before it have set, not what those behind it will. */
static void
test_order(void **state)
{
	RTE_SET_USED(state);
	ask_tag(0, 0, 1, UINT32_MAX, ACTIONS(QUEUE(1)));
	world_rule(1, 3, ACTIONS(SET_TAG(0, 1, UINT32_MAX), DO(PASSTHRU)));
	ask_tag(2, 0, 1, UINT32_MAX, ACTIONS(QUEUE(2)));
	assert_int_equal(world_queue(3), 2);
	assert_int_equal(world_queue(4), 0);
	/* 0 is what all begin with. */
	ask_tag(3, 0, 0, UINT32_MAX, ACTIONS(QUEUE(3)));
	assert_int_equal(world_queue(4), 3);
}

static void
test_masks(void **state)
{
	RTE_SET_USED(state);
	world_rule_all(0, ACTIONS(SET_TAG(7, 0xff, 0xf0), SET_TAG(7, 0x0a, 0x0f),
				  SET_TAG(6, UINT32_MAX, 0), DO(PASSTHRU)));
	world_rule(1, 3, ACTIONS(SET_TAG(7, 0, 0x80), SET_META(5, UINT32_MAX), DO(PASSTHRU)));
	ask_tag(2, 7, 0x7a, UINT32_MAX, ACTIONS(QUEUE(1)));
	ask_tag(2, 7, 0xf0, 0xf0, ACTIONS(QUEUE(2)));
	ask_tag(0, 6, 1, 1, ACTIONS(DO(DROP)));
	assert_int_equal(world_queue(3), 1);
	assert_int_equal(world_queue(4), 2);
}

static void
test_range(void **state)
{
	const struct rte_flow_item_meta spec = { .data = 0x100 }, last = { .data = 0x1ff };
	const struct rte_flow_item item = {
		.type = RTE_FLOW_ITEM_TYPE_META, .spec = &spec, .last = &last,
	};

	RTE_SET_USED(state);
	world_rule(0, 3, ACTIONS(SET_META(0x1ff, UINT32_MAX), DO(PASSTHRU)));
	world_rule(0, 4, ACTIONS(SET_META(0x100, UINT32_MAX), DO(PASSTHRU)));
	world_rule(0, 5, ACTIONS(SET_META(0x200, UINT32_MAX), DO(PASSTHRU)));
	assert_non_null(ask(1, &item, ACTIONS(QUEUE(1)), NULL));
	assert_int_equal(world_queue(3), 1);
	assert_int_equal(world_queue(4), 1);
	assert_int_equal(world_queue(5), 0);
	assert_int_equal(world_queue(6), 0);
}

/* Over groups; with the flow cache before the first one. */
static void
test_groups(void **state)
{
	struct world_result r;

	RTE_SET_USED(state);
	for (uint16_t i = 0; i < WORLD_PORTS; i++)
		world_rule(0, i, ACTIONS(SET_TAG(i % 8, 100 + i, UINT32_MAX), MARK(i), JUMP(1)));
	for (uint16_t i = 0; i < 8; i++)
		world_rule_range(1, i, 9, ACTIONS(DO(DROP)));
	world_group = 1;
	for (uint16_t i = 0; i < WORLD_PORTS; i += 2)
		ask_tag(0, i % 8, 100 + i, UINT32_MAX,
			ACTIONS(SET_META(i, UINT32_MAX), JUMP(2)));
	world_group = 2;
	for (uint16_t i = 2; i < WORLD_PORTS; i += 2)
		ask_meta(0, i, ACTIONS(QUEUE(1 + i % 3)));
	ask_mark(1, 0, ACTIONS(DO(DROP)));
	steer_engine_settle(engine);
	for (unsigned int round = 0; round < 3; round++) {
		world_burst(&r);
		assert_int_equal(r.queue[0], STEER_DROP_RULE);
		for (unsigned int i = 1; i < WORLD_PORTS; i++)
			assert_int_equal(r.queue[i], i % 2 ? 0 : 1 + i % 3);
	}
	assert_int_equal(r.stats.cached, WORLD_PORTS);
}

/* Rules come and go: what nobody sets is 0 for each packet anew. */
static void
test_come_and_go(void **state)
{
	struct steer_flow *set, *asks;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 3; i++) {
		set = world_rule_all(0, ACTIONS(SET_META(3, 3), DO(PASSTHRU)));
		asks = ask_meta(1, 3, ACTIONS(QUEUE(1)));
		assert_int_equal(world_queue(3), 1);
		assert_int_equal(steer_engine_flow_destroy(engine, set, NULL), 0);
		assert_int_equal(world_queue(3), 0);
		assert_int_equal(steer_engine_flow_destroy(engine, asks, NULL), 0);
		assert_int_equal(world_queue(3), 0);
	}
}

/* To the application */

/* One packet through the rules. @return its flags. */
static uint64_t
metadata_of(uint32_t *metadata)
{
	static const enum packet_layer chain[] = { P_ETH, P_IPV4, P_UDP, P_END };
	struct steer_burst_stats stats;
	struct rte_mbuf *m;
	struct packet p;
	uint64_t flags;
	uint16_t queue;

	packet_make_plain(&p, chain);
	m = packet_mbuf(p.data, p.len, NULL, 0);
	steer_engine_burst(engine, 0, 0, &m, 1, &queue, &stats);
	flags = m->ol_flags;
	if (rte_flow_dynf_metadata_avail())
		*metadata = rte_flow_dynf_metadata_get(m);
	packet_mbuf_free(m);
	return flags;
}

static void
test_metadata(void **state)
{
	uint32_t metadata = 0;

	RTE_SET_USED(state);
	world_rule_all(0, ACTIONS(SET_META(0x12345678, 0xffff0000), DO(PASSTHRU)));
	world_rule_all(1, ACTIONS(SET_META(0x12345678, 0x00000fff), QUEUE(1)));
	if (!rte_flow_dynf_metadata_avail()) {
		assert_int_equal(metadata_of(&metadata), 0);
		return;
	}
	assert_int_equal(metadata_of(&metadata), RTE_MBUF_DYNFLAG_RX_METADATA);
	assert_int_equal(metadata, 0x12340678);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	assert_int_equal(metadata_of(&metadata), 0);
}

static void
test_register(void **state)
{
	RTE_SET_USED(state);
	assert_int_equal(rte_flow_dynf_metadata_register(), 0);
}

/* Refused */

static void
refused(const struct rte_flow_item *item, enum rte_flow_error_type type, const char *words)
{
	struct rte_flow_error error = { 0 };

	assert_null(ask(0, item, ACTIONS(QUEUE(1)), &error));
	assert_int_equal(error.type, type);
	assert_non_null(error.cause);
	if (strstr(error.message, words) == NULL)
		fail_msg("%s", error.message);
}

#define ITEM(t, ...) (&(const struct rte_flow_item){ .type = RTE_FLOW_ITEM_TYPE_##t, __VA_ARGS__ })
#define TAG(...) (&(const struct rte_flow_item_tag){ __VA_ARGS__ })
#define META(n) (&(const struct rte_flow_item_meta){ .data = n })

static void
test_refused_items(void **state)
{
	RTE_SET_USED(state);
	refused(ITEM(MARK, .mask = META(1)), RTE_FLOW_ERROR_TYPE_ITEM_MASK, "mark: mask without");
	refused(ITEM(META, .last = META(1)), RTE_FLOW_ERROR_TYPE_ITEM_LAST, "meta: last without");
	refused(ITEM(TAG, .mask = TAG(0)), RTE_FLOW_ERROR_TYPE_ITEM_MASK, "tag: mask without");
	refused(ITEM(META, .spec = META(2), .last = META(1)), RTE_FLOW_ERROR_TYPE_ITEM_LAST,
		"meta: last of data is below its spec");
	refused(ITEM(TAG, .spec = TAG(.index = 8)), RTE_FLOW_ERROR_TYPE_ITEM_SPEC,
		"tag: index 8: there are 0..7");
	refused(ITEM(TAG, .spec = TAG(.index = 1), .mask = TAG(.data = 1, .index = 1)),
		RTE_FLOW_ERROR_TYPE_ITEM_MASK, "tag: index has mask 0x1");
	refused(ITEM(TAG, .spec = TAG(.index = 1), .last = TAG(.index = 2)),
		RTE_FLOW_ERROR_TYPE_ITEM_LAST, "tag: index 1..2");
}

static void
test_refused_twice(void **state)
{
	const struct rte_flow_attr attr = { .ingress = 1 };
	const struct rte_flow_item pattern[] = {
		*ITEM(TAG, .spec = TAG(.index = 1)), *ITEM(TAG, .spec = TAG(.index = 2)),
		*ITEM(TAG, .spec = TAG(.data = 1, .index = 1)), *ITEM(END),
	};
	struct rte_flow_error error = { 0 };

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_validate(engine, &attr, pattern, ACTIONS(DO(DROP)), &error),
			 -EINVAL);
	assert_ptr_equal(error.cause, &pattern[2]);
	assert_non_null(strstr(error.message, "tag: the same one is asked for twice"));
}

static void
test_refused_actions(void **state)
{
	struct rte_flow_error error = { 0 };

	RTE_SET_USED(state);
	assert_null(world_try(0, 3, ACTIONS(DO(SET_META)), &error));
	assert_string_equal(error.message, "set_meta: no data given");
	assert_null(world_try(0, 3, ACTIONS(DO(SET_TAG)), &error));
	assert_string_equal(error.message, "set_tag: no data given");
	assert_null(world_try(0, 3, ACTIONS(SET_TAG(8, 1, 1)), &error));
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION_CONF);
	assert_string_equal(error.message, "set_tag: index 8: there are 0..7");
	/* Sets nothing. */
	assert_null(world_try(0, 3, ACTIONS(SET_TAG(1, 1, 0)), &error));
	assert_non_null(strstr(error.message, "the rule does nothing"));
}

static void
test_create_without_memory(void **state)
{
	struct rte_flow_error error;
	struct steer_flow *flow;

	RTE_SET_USED(state);
	for (unsigned int n = 1;; n++) {
		test_alloc_fail(n);
		flow = world_try(0, 3, ACTIONS(DO(COUNT), SET_TAG(1, 1, 1), JUMP(1)), &error);
		if (!test_alloc_failed())
			break;
		test_alloc_fail(0);
		assert_null(flow);
		assert_int_equal(rte_errno, ENOMEM);
		assert_int_equal(steer_engine_flow_count(engine), 0);
	}
	test_alloc_fail(0);
	assert_non_null(flow);
}

static void
test_dump(void **state)
{
	static char *text;
	static size_t len;
	FILE *file = open_memstream(&text, &len);

	RTE_SET_USED(state);
	world_rule(0, 3, ACTIONS(SET_META(5, UINT32_MAX), SET_TAG(2, 0x12, 0xf0), DO(PASSTHRU)));
	ask_tag(1, 7, 3, 3, ACTIONS(QUEUE(1)));
	ask_mark(1, 9, ACTIONS(DO(DROP)));
	ask_meta(1, 4, ACTIONS(DO(DROP)));
	assert_int_equal(steer_engine_flow_dump(engine, 0, NULL, file, NULL), 0);
	fclose(file);
	assert_non_null(strstr(text, "set_meta data 5 mask 0xffffffff / "
				     "set_tag data 16 mask 0xf0 index 2 / passthru / end"));
	assert_non_null(strstr(text, "pattern tag data spec 3 data mask 3 index is 7 / end"));
	assert_non_null(strstr(text, "pattern mark id is 9 / end"));
	assert_non_null(strstr(text, "pattern meta data is 4 / end"));
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin_ready, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_mark),
		TEST(test_order),
		TEST(test_masks),
		TEST(test_range),
		TEST(test_groups),
		TEST(test_come_and_go),
		TEST(test_refused_items),
		TEST(test_refused_twice),
		TEST(test_refused_actions),
		TEST(test_create_without_memory),
		TEST(test_dump),
		TEST(test_metadata),
		cmocka_unit_test(test_register),
		TEST(test_metadata),
	};

	return cmocka_run_group_tests_name("regs", tests, test_eal_begin, test_eal_end);
}
