/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "fault_case.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Handles, flow queues, templates and tunnels of which any call fails. */

#define SIZE 16
#define END_ITEM { .type = RTE_FLOW_ITEM_TYPE_END }
#define END_ACTION { .type = RTE_FLOW_ACTION_TYPE_END }

static const struct rte_flow_item_udp full = { .hdr.dst_port = RTE_BE16(0xffff) };
static const struct rte_flow_item_udp spec = { .hdr.dst_port = RTE_BE16(101) };
static const struct rte_flow_item masked[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_IPV4 },
	{ .type = RTE_FLOW_ITEM_TYPE_UDP, .mask = &full },
	END_ITEM,
};
static const struct rte_flow_item by_port[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_IPV4 },
	{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec },
	END_ITEM,
};
static const uint16_t both[] = { 0, 1 };
static const struct rte_flow_action_rss spread = { .queue = both, .queue_num = 2 };
static const struct rte_flow_action_age aging = { .timeout = 10 };
static const struct rte_flow_action_queue first = { .index = 0 };
static const struct rte_flow_action count = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
static const struct rte_flow_action rss = { .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &spread };
static const struct rte_flow_action age = { .type = RTE_FLOW_ACTION_TYPE_AGE, .conf = &aging };
static const struct rte_flow_action counted[] = {
	{ .type = RTE_FLOW_ACTION_TYPE_COUNT },
	{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &first },
	END_ACTION,
};
static const struct rte_flow_action shared_out[] = {
	{ .type = RTE_FLOW_ACTION_TYPE_COUNT },
	{ .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &spread },
	END_ACTION,
};
/* Queues that come with each rule, more than an operation has room for. */
static uint16_t many[128];
static const struct rte_flow_action_rss wide = { .queue = many, .queue_num = RTE_DIM(many) };
static const struct rte_flow_action wide_mask[] = {
	{ .type = RTE_FLOW_ACTION_TYPE_COUNT },
	{ .type = RTE_FLOW_ACTION_TYPE_RSS },
	END_ACTION,
};
static const struct rte_flow_action wide_out[] = {
	{ .type = RTE_FLOW_ACTION_TYPE_COUNT },
	{ .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &wide },
	END_ACTION,
};
static const struct rte_flow_op_attr now = { .postpone = 0 };
static const struct rte_flow_indir_action_conf in = { .ingress = 1 };

static struct rte_flow_pattern_template *pattern;
static struct rte_flow_actions_template *actions;
static struct rte_flow_template_table *table;
static struct rte_flow_action_handle *handle;
static struct rte_flow *flow;

#define PORT (fault_world.port)

/* What is there beforehand: the more, the larger. */
enum stage {
	QUEUES,
	TEMPLATES,
	TABLE,
	RULE,
	HANDLE,
};

static const struct rte_flow_action *
by_name(const struct fault_case *c)
{
	if (strstr(c->name, "rss") != NULL)
		return &rss;
	return strstr(c->name, "age") != NULL ? &age : &count;
}

static int
of(const void *made)
{
	return made != NULL ? 0 : -rte_errno;
}

static const struct rte_flow_action *
list_by_name(const struct fault_case *c)
{
	if (strstr(c->name, "wide") != NULL)
		return wide_out;
	return strstr(c->name, "rss") != NULL ? shared_out : counted;
}

static int
configure(const struct fault_case *c __rte_unused)
{
	const struct rte_flow_queue_attr size = { .size = SIZE };
	const struct rte_flow_queue_attr *sizes[] = { &size, &size };
	const struct rte_flow_port_attr attr = { .nb_counters = 0 };

	return rte_flow_configure(PORT, &attr, RTE_DIM(sizes), sizes, &fault_error);
}

static int
make_pattern(const struct fault_case *c __rte_unused)
{
	const struct rte_flow_pattern_template_attr attr = { .ingress = 1 };

	pattern = rte_flow_pattern_template_create(PORT, &attr, masked, &fault_error);
	return of(pattern);
}

static int
make_actions(const struct fault_case *c)
{
	const struct rte_flow_actions_template_attr attr = { .ingress = 1 };
	const struct rte_flow_action *list = list_by_name(c);

	actions = rte_flow_actions_template_create(PORT, &attr, list,
		list == wide_out ? wide_mask : list, &fault_error);
	return of(actions);
}

static int
make_table(const struct fault_case *c __rte_unused)
{
	const struct rte_flow_template_table_attr attr = {
		.flow_attr = { .ingress = 1, .priority = 3 }, .nb_flows = 64,
	};

	table = rte_flow_template_table_create(PORT, &attr, &pattern, 1, &actions, 1,
		&fault_error);
	return of(table);
}

static int
add(const struct fault_case *c)
{
	flow = rte_flow_async_create(PORT, 0, &now, table, by_port, 0, list_by_name(c), 0, NULL,
		&fault_error);
	return of(flow);
}

static int
make_handle(const struct fault_case *c)
{
	handle = rte_flow_action_handle_create(PORT, &in, by_name(c), &fault_error);
	return of(handle);
}

static int
make_handle_async(const struct fault_case *c)
{
	handle = rte_flow_async_action_handle_create(PORT, 0, &now, &in, by_name(c), NULL,
		&fault_error);
	return of(handle);
}

static int
update_handle(const struct fault_case *c)
{
	return rte_flow_action_handle_update(PORT, handle, by_name(c), &fault_error);
}

static int
use_handle(const struct fault_case *c)
{
	const struct rte_flow_attr attr = { .ingress = 1 };
	const struct rte_flow_action list[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_INDIRECT, .conf = handle },
		{ .type = strstr(c->name, "rss") != NULL ? RTE_FLOW_ACTION_TYPE_VOID :
							   RTE_FLOW_ACTION_TYPE_DROP },
		END_ACTION,
	};
	const struct rte_flow_item by_full_port[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4 },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec, .mask = &full },
		END_ITEM,
	};

	flow = rte_flow_create(PORT, &attr, by_full_port, list, &fault_error);
	return of(flow);
}

static int
destroy_handle(const struct fault_case *c __rte_unused)
{
	return rte_flow_action_handle_destroy(PORT, handle, &fault_error);
}

static int
remove_rule(const struct fault_case *c __rte_unused)
{
	return rte_flow_async_destroy(PORT, 0, &now, flow, NULL, &fault_error);
}

/* As it is asked for: a port of the tunnel's, and what a rule does to set it. */
static int
set_tunnel(const struct fault_case *c __rte_unused)
{
	struct rte_flow_tunnel tunnel = { .type = RTE_FLOW_ITEM_TYPE_VXLAN, .tun_id = 7 };
	struct rte_flow_action *acts;
	uint32_t n;
	int ret = rte_flow_tunnel_decap_set(PORT, &tunnel, &acts, &n, &fault_error);

	if (ret == 0)
		rte_flow_tunnel_action_decap_release(PORT, acts, n, &fault_error);
	return ret;
}

static int
match_tunnel(const struct fault_case *c __rte_unused)
{
	struct rte_flow_tunnel tunnel = { .type = RTE_FLOW_ITEM_TYPE_GENEVE, .tun_id = 7 };
	struct rte_flow_item *items;
	uint32_t n;
	int ret = rte_flow_tunnel_match(PORT, &tunnel, &items, &n, &fault_error);

	if (ret == 0)
		rte_flow_tunnel_item_release(PORT, items, n, &fault_error);
	return ret;
}

static void
up_to(const struct fault_case *c, enum stage stage)
{
	fault_world_up(c);
	test_stop(PORT);
	if (stage > QUEUES || c->op != configure)
		assert_int_equal(configure(c), 0);
	assert_int_equal(rte_eth_dev_start(PORT), 0);
	if (stage == HANDLE)
		assert_int_equal(make_handle(c), 0);
	if (stage == QUEUES || stage == HANDLE)
		return;
	if (c->op != make_pattern)
		assert_int_equal(make_pattern(c), 0);
	if (c->op != make_actions)
		assert_int_equal(make_actions(c), 0);
	if (stage >= TABLE)
		assert_int_equal(make_table(c), 0);
	if (stage >= RULE)
		assert_int_equal(add(c), 0);
}

static void
up_stopped(const struct fault_case *c)
{
	fault_world_up(c);
	test_stop(PORT);
}

static void
up_queues(const struct fault_case *c)
{
	up_to(c, QUEUES);
}

static void
up_templates(const struct fault_case *c)
{
	up_to(c, TEMPLATES);
}

static void
up_table(const struct fault_case *c)
{
	up_to(c, TABLE);
}

static void
up_rule(const struct fault_case *c)
{
	up_to(c, RULE);
}

static void
up_handle(const struct fault_case *c)
{
	up_to(c, HANDLE);
}

static void
check_forwards(const struct fault_case *c, bool done __rte_unused)
{
	if (c->up == up_stopped)
		assert_int_equal(rte_eth_dev_start(PORT), 0);
	fault_forwards();
	if (c->up == up_stopped)
		test_stop(PORT);
}

#define CASE(what, before, operation) \
	{ .name = what, .up = before, .op = operation, .check = check_forwards, .flow = true }

static const struct fault_case cases[] = {
	CASE("flow queues", up_stopped, configure),
	CASE("pattern template", up_templates, make_pattern),
	CASE("actions template", up_templates, make_actions),
	CASE("actions template rss", up_templates, make_actions),
	CASE("table", up_templates, make_table),
	CASE("table rss", up_templates, make_table),
	CASE("rule of a table", up_table, add),
	CASE("rule of a table rss", up_table, add),
	CASE("rule of a table wide", up_table, add),
	CASE("rule of a table goes", up_rule, remove_rule),
	CASE("handle count", up_queues, make_handle),
	CASE("handle rss", up_queues, make_handle),
	CASE("handle age", up_queues, make_handle),
	CASE("handle by a queue count", up_queues, make_handle_async),
	CASE("handle by a queue rss", up_queues, make_handle_async),
	CASE("handle update rss", up_handle, update_handle),
	CASE("handle used count", up_handle, use_handle),
	CASE("handle used rss", up_handle, use_handle),
	CASE("handle used age", up_handle, use_handle),
	CASE("handle goes rss", up_handle, destroy_handle),
	CASE("tunnel set", up_queues, set_tunnel),
	CASE("tunnel match", up_queues, match_tunnel),
};

/* What is registered for good, the first time, where that fails and once more. */
static void
begin(void)
{
	const struct fault_case c = { .name = "first" };
	const char *failed;
	unsigned int n;
	int ret;

	fault_world_up(&c);
	for (n = 1; ; n++) {
		test_fault_begin(n, false, TEST_FAULT_CALLER);
		ret = set_tunnel(&c);
		failed = test_fault_end();
		if (failed == NULL)
			break;
		assert_true(ret < 0);
	}
	assert_int_equal(ret, 0);
	fault_world_down(&c);
}

static const struct fault_group groups[] = {
	{ "cases", cases, RTE_DIM(cases), begin, NULL, false },
};

int
main(void)
{
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = fault_run("faults_async", groups, RTE_DIM(groups));
	test_eal_cleanup();
	return ret;
}
