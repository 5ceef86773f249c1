/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "flow_spy.h"
#include "hand.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Flow queues and templates, through the port. */

#define QUEUES 4
#define SIZE 16

#define END_ITEM { .type = RTE_FLOW_ITEM_TYPE_END }
#define END_ACTION { .type = RTE_FLOW_ACTION_TYPE_END }

static const struct rte_flow_item_udp full = { .hdr.dst_port = RTE_BE16(0xffff) };
static const struct rte_flow_item by_port[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_IPV4 },
	{ .type = RTE_FLOW_ITEM_TYPE_UDP, .mask = &full },
	END_ITEM,
};
static const struct rte_flow_action_queue any_queue = { .index = 0 };
static const struct rte_flow_action to_any[] = {
	{ .type = RTE_FLOW_ACTION_TYPE_COUNT },
	{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &any_queue },
	END_ACTION,
};
static const struct rte_flow_op_attr now = { .postpone = 0 }, later = { .postpone = 1 };

struct made {
	struct rte_flow_pattern_template *pattern;
	struct rte_flow_actions_template *actions;
	struct rte_flow_template_table *table;
};

static int
configure(uint16_t port, uint16_t n, uint32_t flags, struct rte_flow_error *error)
{
	const struct rte_flow_queue_attr size = { .size = SIZE };
	const struct rte_flow_queue_attr *sizes[] = { &size, &size };
	const struct rte_flow_port_attr attr = { .flags = flags };

	return rte_flow_configure(port, &attr, n, sizes, error);
}

static void
set_up(const struct test_world *w)
{
	test_stop(w->port);
	assert_int_equal(configure(w->port, 2, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(w->port), 0);
}

static void
make(uint16_t port, struct made *m)
{
	const struct rte_flow_pattern_template_attr in = { .ingress = 1 };
	const struct rte_flow_actions_template_attr do_in = { .ingress = 1 };
	const struct rte_flow_template_table_attr attr = {
		.flow_attr = { .ingress = 1, .priority = 3 }, .nb_flows = 64,
	};

	m->pattern = rte_flow_pattern_template_create(port, &in, by_port, NULL);
	m->actions = rte_flow_actions_template_create(port, &do_in, to_any, to_any, NULL);
	assert_true(m->pattern != NULL && m->actions != NULL);
	m->table = rte_flow_template_table_create(port, &attr, &m->pattern, 1, &m->actions, 1,
						  NULL);
	assert_non_null(m->table);
}

static struct rte_flow *
add(uint16_t port, const struct made *m, uint32_t flow_queue, const struct rte_flow_op_attr *attr,
    uint16_t dst, uint16_t queue)
{
	const struct rte_flow_item_udp spec = { .hdr.dst_port = rte_cpu_to_be_16(dst) };
	const struct rte_flow_action_queue to = { .index = queue };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4 },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec },
		END_ITEM,
	};
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT },
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &to },
		END_ACTION,
	};
	struct rte_flow *flow = rte_flow_async_create(port, flow_queue, attr, m->table, pattern, 0,
						      actions, 0, (void *)(uintptr_t)dst, NULL);

	assert_non_null(flow);
	return flow;
}

/* All there is, each a success. @return how many. */
static unsigned int
pull(uint16_t port, uint32_t flow_queue)
{
	struct rte_flow_op_result res[SIZE];
	int n = rte_flow_pull(port, flow_queue, res, SIZE, NULL);

	assert_in_range(n, 0, SIZE);
	for (int i = 0; i < n; i++)
		assert_int_equal(res[i].status, RTE_FLOW_OP_SUCCESS);
	return (unsigned int)n;
}

static void
expect(struct test_world *w, uint16_t port, uint16_t queue)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = port };

	test_expect(w, &p, queue, 0);
}

static void
test_rules(void **state __rte_unused)
{
	struct rte_flow_port_info info;
	struct rte_flow_queue_info queue;
	struct rte_flow *flow[3];
	struct rte_flow_error error;
	struct test_world w;
	struct made m;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	assert_int_equal(rte_flow_info_get(w.port, &info, &queue, NULL), 0);
	assert_true(info.max_nb_queues >= 2 && queue.max_size >= SIZE);
	set_up(&w);
	make(w.port, &m);
	flow[0] = add(w.port, &m, 0, &now, 100, 1);
	expect(&w, 100, 1);
	flow[1] = add(w.port, &m, 1, &later, 101, 2);
	flow[2] = add(w.port, &m, 1, &later, 102, 3);
	expect(&w, 101, TEST_ANYWHERE);
	assert_int_equal(rte_flow_push(w.port, 1, NULL), 0);
	expect(&w, 101, 2);
	expect(&w, 102, 3);
	assert_int_equal(pull(w.port, 0), 1);
	assert_int_equal(pull(w.port, 1), 2);
	assert_int_equal(test_hits(w.port, flow[0], false), 1);
	/* Over a stop and a start. */
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	expect(&w, 102, 3);
	assert_int_equal(rte_flow_async_destroy(w.port, 0, &now, flow[0], NULL, NULL), 0);
	assert_int_equal(pull(w.port, 0), 1);
	expect(&w, 100, TEST_ANYWHERE);
	test_destroy(w.port, flow[1]);
	assert_int_equal(rte_flow_template_table_destroy(w.port, m.table, &error), -EBUSY);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_int_equal(rte_flow_template_table_destroy(w.port, m.table, &error), 0);
	assert_int_equal(rte_flow_pattern_template_destroy(w.port, m.pattern, &error), 0);
	assert_int_equal(rte_flow_actions_template_destroy(w.port, m.actions, &error), 0);
	test_world_down(&w);
}

static void
test_handles(void **state __rte_unused)
{
	const struct rte_flow_indir_action_conf in = { .ingress = 1 };
	const struct rte_flow_action count = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	struct rte_flow_query_count value = { 0 };
	struct rte_flow_action_handle *handle;
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	set_up(&w);
	handle = rte_flow_async_action_handle_create(w.port, 1, &now, &in, &count, NULL, NULL);
	assert_non_null(handle);
	test_rule(&r, 1);
	test_item_dst_port(&r, IPPROTO_UDP, 100, UINT16_MAX);
	test_action_indirect(&r, handle);
	test_action_queue(&r, 3);
	test_create(w.port, &r);
	expect(&w, 100, 3);
	assert_int_equal(rte_flow_async_action_handle_query(w.port, 1, &now, handle, &value, NULL,
							    NULL), 0);
	assert_int_equal(value.hits, 1);
	assert_int_equal(rte_flow_async_action_handle_destroy(w.port, 1, &now, handle, NULL, NULL),
			 -EBUSY);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_int_equal(rte_flow_async_action_handle_destroy(w.port, 1, &now, handle, NULL, NULL),
			 0);
	assert_int_equal(pull(w.port, 1), 3);
	test_world_down(&w);
}

static void
test_refused(void **state __rte_unused)
{
	struct rte_flow_op_result res;
	struct rte_flow_error error;
	struct test_world w;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	assert_int_equal(rte_flow_push(w.port, 0, &error), -EINVAL);
	assert_non_null(strstr(error.message, "flow queue 0: the port has 0"));
	assert_int_equal(rte_flow_pull(w.port, 0, &res, 1, &error), -EINVAL);
	test_stop(w.port);
	assert_int_equal(configure(w.port, 1, RTE_FLOW_PORT_FLAG_STRICT_QUEUE, &error), -ENOTSUP);
	assert_non_null(strstr(error.message, "no flags"));
	assert_int_equal(configure(w.port, 0, 0, &error), -EINVAL);
	test_world_down(&w);
}

/* Rules that come by flow queues stay in software, and all others with them. */
static void
test_not_handed(void **state __rte_unused)
{
	struct flow_spy spy = { 0 };
	struct test_world w;
	struct made m;

	test_hand_up(&w, &spy, "");
	test_hand_create(&w, 100, 1);
	assert_int_equal(spy.rules, 1);
	test_stop(w.port);
	assert_int_equal(configure(w.port, 1, 0, NULL), 0);
	test_log_begin();
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_log_end_with("in software", "with flow queues");
	assert_int_equal(spy.rules, 0);
	make(w.port, &m);
	add(w.port, &m, 0, &now, 101, 2);
	assert_int_equal(pull(w.port, 0), 1);
	test_hand_expect(&w, 100, 1);
	expect(&w, 101, 2);
	test_world_down(&w);
}

/* Flow queues that it does not get make no difference to a port. */
static void
test_refused_handed(void **state __rte_unused)
{
	struct flow_spy spy = { 0 };
	struct test_world w;

	test_hand_up(&w, &spy, "");
	test_hand_create(&w, 100, 1);
	test_stop(w.port);
	assert_int_equal(configure(w.port, 0, 0, NULL), -EINVAL);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 100, 1);
	test_world_down(&w);
}

static void
test_required(void **state __rte_unused)
{
	struct flow_spy spy = { 0 };
	struct rte_flow_error error;
	struct test_world w;

	test_hand_up(&w, &spy, "hw=require");
	test_stop(w.port);
	assert_int_equal(configure(w.port, 1, 0, &error), -ENOTSUP);
	assert_non_null(strstr(error.message, "hw=require: with flow queues"));
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_world_down(&w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rules),
		TEST(test_handles),
		TEST(test_refused),
		TEST(test_not_handed),
		TEST(test_refused_handed),
		TEST(test_required),
	};
	int rc;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	test_eal_cleanup();
	return rc;
}
