/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_errno.h>

#include "async_world.h"
#include "eal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Templates and their tables. */

static const struct rte_flow_item masked_raw[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_RAW, .mask = &rte_flow_item_raw_mask },
	{ .type = RTE_FLOW_ITEM_TYPE_END },
};

static void
test_templates(void **state)
{
	const struct rte_flow_template_table_attr egress = { .flow_attr = { .egress = 1 } };
	const struct rte_flow_pattern_template_attr out = { .egress = 1 };
	const struct rte_flow_actions_template_attr do_out = { .transfer = 1 };
	struct steer_templates others = { .patterns = LIST_HEAD_INITIALIZER(patterns) };
	const struct rte_flow_action *a = ACTIONS(QUEUE(1));
	const struct rte_flow_action_sample copies = { .ratio = 1, .actions = a };
	const struct rte_flow_action *sampled =
		ACTIONS({ .type = RTE_FLOW_ACTION_TYPE_SAMPLE, .conf = &copies });
	struct rte_flow_error error;
	struct steer_flow *flow;

	RTE_SET_USED(state);
	assert_null(steer_pattern_template_create(templates(), &in, masked_raw, &error));
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ITEM_MASK);
	assert_ptr_equal(error.cause, masked_raw);
	assert_null(steer_pattern_template_create(templates(), &out, by_port, &error));
	assert_int_equal(rte_errno, ENOTSUP);
	assert_null(steer_actions_template_create(templates(), &do_out, a, a, &error));
	assert_null(steer_actions_template_create(templates(), &do_in, a, ACTIONS(DO(DROP)),
						  &error));
	assert_non_null(strstr(error.message, "mask 0 is of drop: the action is "));
	assert_null(steer_actions_template_create(templates(), &do_in, sampled, sampled, &error));
	assert_ptr_equal(error.cause, sampled);
	assert_int_equal(rte_errno, ENOTSUP);
	assert_null(steer_template_table_create(&others, &egress, patterns, 1, to_queue, 1,
						&error));
	assert_non_null(strstr(error.message, "not a template or table of this port"));
	assert_null(steer_template_table_create(templates(), &egress, patterns, 0, to_queue, 1,
						&error));
	assert_int_equal(steer_async_check_table(&egress, &error), -ENOTSUP);
	assert_int_equal(steer_pattern_template_destroy(templates(), patterns[0], &error), -EBUSY);
	assert_non_null(strstr(error.message, "in use by 1 table: destroy it"));
	assert_int_equal(steer_actions_template_destroy(templates(), to_queue[1], &error), -EBUSY);
	flow = add_to(0, false, 3, 1);
	assert_int_equal(steer_template_table_destroy(templates(), table, &error), -EBUSY);
	assert_non_null(strstr(error.message, "in use by 1 rule: destroy it"));
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
	assert_int_equal(steer_template_table_destroy(templates(), table, &error), 0);
	assert_int_equal(steer_pattern_template_destroy(templates(), patterns[0], &error), 0);
	/* What is left goes with the engine. */
}

/* Relaxed, a layer without a mask is not asked for. */
static void
test_relaxed(void **state)
{
	const struct rte_flow_pattern_template_attr relaxed = { .ingress = 1,
								.relaxed_matching = 1 };
	const struct rte_flow_item ipv6[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV6 },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .mask = &full },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_item_udp spec = { .hdr.dst_port = RTE_BE16(3) };
	const struct rte_flow_item rule[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV6 },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_template_table_attr attr = { .flow_attr = { .ingress = 1 } };
	struct steer_template_table *t[2];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 2; i++) {
		struct steer_pattern_template *p =
			steer_pattern_template_create(templates(), i == 0 ? &in : &relaxed, ipv6,
						      NULL);

		assert_non_null(p);
		t[i] = steer_template_table_create(templates(), &attr, &p, 1, to_queue, 1, NULL);
		assert_non_null(t[i]);
		assert_non_null(steer_async_create(engine, 0, false, t[i], rule, 0,
						   ACTIONS(MARK(0), QUEUE(2)), 0, NULL, NULL));
		assert_int_equal(world_queue(3), i == 0 ? 0 : 2);
	}
}

/* What is no layer is asked for all the same. */
static void
test_relaxed_inverted(void **state)
{
	const struct rte_flow_pattern_template_attr relaxed = { .ingress = 1,
								.relaxed_matching = 1 };
	const struct rte_flow_item items[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_INVERT },
		{ .type = RTE_FLOW_ITEM_TYPE_RAW },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	/* The low byte of the destination port. */
	const struct rte_flow_item_raw spec = {
		.offset = 37, .length = 1, .pattern = (const uint8_t[]){ 3 },
	};
	const struct rte_flow_item rule[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_INVERT },
		{ .type = RTE_FLOW_ITEM_TYPE_RAW, .spec = &spec },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_template_table_attr attr = { .flow_attr = { .ingress = 1 } };
	struct steer_pattern_template *p =
		steer_pattern_template_create(templates(), &relaxed, items, NULL);
	struct steer_template_table *t;

	RTE_SET_USED(state);
	assert_non_null(p);
	t = steer_template_table_create(templates(), &attr, &p, 1, to_queue, 1, NULL);
	assert_non_null(t);
	assert_non_null(steer_async_create(engine, 0, false, t, rule, 0,
					   ACTIONS(MARK(0), QUEUE(2)), 0, NULL, NULL));
	assert_int_equal(world_queue(3), 0);
	assert_int_equal(world_queue(4), 2);
}

static void
test_handles(void **state)
{
	const struct rte_flow_indir_action_conf conf = { .ingress = 1 };
	const struct rte_flow_action count = DO(COUNT);
	const struct rte_flow_action *a = ACTIONS(DO(INDIRECT), QUEUE(0));
	struct rte_flow_query_count value = { 0 };
	struct steer_actions_template *sharing;
	const struct rte_flow_template_table_attr attr = { .flow_attr = { .ingress = 1 } };
	struct steer_indirect *handle;
	struct steer_flow *flow;
	uintptr_t data = 1;

	RTE_SET_USED(state);
	sharing = steer_actions_template_create(templates(), &do_in, a, a, NULL);
	assert_non_null(sharing);
	table = steer_template_table_create(templates(), &attr, patterns, 1, &sharing, 1, NULL);
	assert_non_null(table);
	handle = steer_async_indirect_create(engine, 0, &conf, &count, (void *)data, NULL);
	assert_non_null(handle);
	a = (const struct rte_flow_action[]){
		{ .type = RTE_FLOW_ACTION_TYPE_INDIRECT, .conf = handle }, QUEUE(2), DO(END),
	};
	flow = add(0, true, 3, a, 0, NULL);
	assert_non_null(flow);
	/* After what is waiting. */
	assert_int_equal(steer_async_indirect_destroy(engine, 0, handle, NULL, NULL), -EBUSY);
	assert_int_equal(world_queue(3), 2);
	assert_int_equal(steer_async_indirect_query(engine, 0, handle, &value, (void *)(data + 1),
						    NULL), 0);
	assert_int_equal(value.hits, 1);
	take(0, true, flow, 30);
	assert_int_equal(steer_async_indirect_update(engine, 0, handle, &count, NULL, NULL),
			 -ENOTSUP);
	assert_int_equal(steer_async_indirect_destroy(engine, 0, handle, (void *)(data + 2), NULL),
			 0);
	EXPECT(0, 1, 3, 2, 30, 3);
}

/* A handle that a template or a rule to come names stays. */
static void
test_held(void **state)
{
	const struct rte_flow_indir_action_conf conf = { .ingress = 1 };
	const struct rte_flow_template_table_attr attr = { .flow_attr = { .ingress = 1 } };
	const struct rte_flow_action count = DO(COUNT), *a;
	struct steer_actions_template *naming;
	struct steer_template_table *other;
	struct steer_indirect *handle;
	struct rte_flow_error error;
	struct steer_flow *flow;

	RTE_SET_USED(state);
	handle = steer_engine_indirect_create(engine, &conf, &count, NULL);
	assert_non_null(handle);
	a = ACTIONS({ .type = RTE_FLOW_ACTION_TYPE_INDIRECT, .conf = handle }, QUEUE(0));
	naming = steer_actions_template_create(templates(), &do_in, a, a, NULL);
	assert_non_null(naming);
	assert_int_equal(steer_engine_indirect_destroy(engine, handle, &error), -EBUSY);
	assert_non_null(strstr(error.message, "by an actions template"));
	other = steer_template_table_create(templates(), &attr, patterns, 1, &naming, 1, NULL);
	assert_non_null(other);
	table = other;
	flow = add(0, true, 3, ACTIONS(DO(INDIRECT), QUEUE(2)), 0, NULL);
	assert_non_null(flow);
	assert_int_equal(steer_engine_indirect_destroy(engine, handle, &error), -EBUSY);
	assert_int_equal(steer_async_push(engine, 0, NULL), 0);
	assert_int_equal(world_queue(3), 2);
	take(0, false, flow, 30);
	assert_int_equal(steer_template_table_destroy(templates(), other, &error), 0);
	assert_int_equal(steer_actions_template_destroy(templates(), naming, &error), 0);
	assert_int_equal(steer_engine_indirect_destroy(engine, handle, &error), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ASYNC_TEST(test_templates),
		ASYNC_TEST(test_relaxed),
		ASYNC_TEST(test_relaxed_inverted),
		ASYNC_TEST(test_handles),
		ASYNC_TEST(test_held),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
