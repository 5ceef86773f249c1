/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "telemetry.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Rules by requests of telemetry: control=on. */

#define QUEUES 4
#define ON TEST_ROOMY ",control=on"
/* A rule for a UDP port, behind "flow create PORT". */
#define RULE "priority %u ingress pattern eth / ipv4 / udp dst is %u / end " \
	"actions queue index %u / end"

static void
expect(struct test_world *w, uint16_t port, uint16_t queue)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = port };

	test_expect(w, &p, queue, 0);
}

/* Make a rule by request; its number. */
static uint64_t
add(struct test_world *w, unsigned int priority, unsigned int port, unsigned int queue)
{
	test_ask("/steer/flow_create,%u," RULE, w->port, priority, port, queue);
	assert_int_equal(test_answer_number("port"), w->port);
	return test_answer_number("flow");
}

/* One of the application's. */
static struct rte_flow *
app_rule(struct test_world *w, uint32_t priority, uint16_t port, uint16_t queue)
{
	struct test_rule r;

	test_rule(&r, priority);
	test_item(&r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, port, UINT16_MAX);
	test_action_queue(&r, queue);
	return test_create(w->port, &r);
}

static void
expect_flows(struct test_world *w, unsigned int n)
{
	test_ask("/steer/flows,%u", w->port);
	assert_int_equal(test_answer_number("n_flows"), n);
}

static void
test_life(void **state __rte_unused)
{
	struct test_world w;
	uint64_t rule;

	test_world_up(&w, 2, QUEUES, ON);
	rule = add(&w, 1, 100, 3);
	expect(&w, 100, 3);
	assert_non_null(strstr(test_ask("/steer/flow,%u,%" PRIu64, w.port, rule),
			       "\"made_by\":\"control\""));
	/* The application's flush, stop and start are not its own. */
	app_rule(&w, 1, 101, 2);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	expect_flows(&w, 1);
	expect(&w, 100, 3);
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	expect(&w, 100, 3);
	test_ask("/steer/flow_destroy,%u,%" PRIu64, w.port, rule);
	assert_int_equal(test_answer_number("flow"), rule);
	expect_flows(&w, 0);
	test_ask_refused(ENOENT, "no rule", "/steer/flow_destroy,%u,%" PRIu64, w.port, rule);
	/* Those that are left go with the port: test_end() would see them. */
	add(&w, 1, 100, 3);
	test_world_down(&w);
}

/* They stand among the application's as if it had made them. */
static void
test_order(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 1, QUEUES, ON);
	app_rule(&w, 2, 100, 1);
	add(&w, 2, 100, 2);
	expect(&w, 100, 1);
	add(&w, 1, 100, 3);
	expect(&w, 100, 3);
	app_rule(&w, 0, 100, 0);
	expect(&w, 100, 0);
	test_ask("/steer/flow_flush,%u", w.port);
	assert_int_equal(test_answer_number("destroyed"), 2);
	expect_flows(&w, 2);
	test_world_down(&w);
}

/* With "any"; what the application has of it then is no rule, and never another one. */
static void
test_any(void **state __rte_unused)
{
	struct rte_flow *mine, *others[64];
	struct test_world w;
	uint64_t rule;

	test_world_up(&w, 1, QUEUES, ON);
	mine = app_rule(&w, 0, 100, 1);
	assert_non_null(strstr(test_ask("/steer/flows,%u", w.port),
			       "\"made_by\":\"application\""));
	rule = test_answer_number("rule");
	test_ask_refused(EPERM, "not made by control", "/steer/flow_destroy,%u,%" PRIu64, w.port,
			 rule);
	expect(&w, 100, 1);
	test_ask("/steer/flow_destroy,%u,%" PRIu64 ",any", w.port, rule);
	assert_int_equal(test_answer_number("flow"), rule);
	expect_flows(&w, 0);
	for (uint16_t i = 0; i < RTE_DIM(others); i++) {
		/* All pollers have seen that it is gone, and what is gone is freed. */
		expect(&w, 100, TEST_ANYWHERE);
		test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
		others[i] = app_rule(&w, 0, 200 + i, 2);
		assert_ptr_not_equal(others[i], mine);
	}
	assert_int_equal(rte_flow_destroy(w.port, mine, NULL), -EINVAL);
	expect_flows(&w, RTE_DIM(others));
	test_world_down(&w);
}

static void
test_off(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY ",control=off");
	test_ask_refused(EPERM, "control=on", "/steer/flow_create,%u," RULE, w.port, 0, 100, 1);
	test_ask_refused(EPERM, "control=on", "/steer/flow_destroy,%u,1,any", w.port);
	test_ask_refused(EPERM, "control=on", "/steer/flow_flush,%u", w.port);
	test_ask_refused(EPERM, "control=on", "/steer/load_begin,%u,replace", w.port);
	test_ask_refused(EPERM, "control=on", "/steer/load_add,%u,1," RULE, w.port, 0, 100, 1);
	test_ask_refused(EPERM, "control=on", "/steer/load_commit,%u,1", w.port);
	test_ask_refused(EPERM, "control=on", "/steer/load_abort,%u,1", w.port);
	assert_null(strstr(test_ask("/steer/flow_validate,%u," RULE, w.port, 0, 100, 1), "error"));
	test_ask_refused(EINVAL, "queue", "/steer/flow_validate,%u," RULE, w.port, 0, 100, QUEUES);
	expect_flows(&w, 0);
	test_world_down(&w);
}

/* The column of what is wrong. */
static void
test_where(void **state __rte_unused)
{
	const char *text = "pattern eth / ipv4 dst is 10.0.0.300 / end actions drop / end";
	struct test_world w;

	test_world_up(&w, 1, QUEUES, ON);
	test_ask_refused(EINVAL, "10.0.0.300", "/steer/flow_create,%u,%s", w.port, text);
	assert_int_equal(test_answer_number("at"), strstr(text, "10.0.0.300") - text);
	text = "ingress pattern eth / end actions queue index 9 / end";
	test_ask_refused(EINVAL, "9", "/steer/flow_create,%u,%s", w.port, text);
	assert_int_equal(test_answer_number("at"), strstr(text, "queue index") - text);
	test_world_down(&w);
}

/* Requests that are none have no answer, or one that says why; and nothing has changed. */
static void
test_malformed(void **state __rte_unused)
{
	static const char *const none[] = {
		"/steer/flow_create", "/steer/flow_create,", "/steer/flow_create,x,y",
		"/steer/flow_create,%u", "/steer/flow_create,99999,pattern end actions drop / end",
		"/steer/flow_destroy,%u", "/steer/flow_destroy,%u,", "/steer/flow_destroy,%u,-1",
		"/steer/flow_destroy,%u,1,all", "/steer/flow_destroy,%u,18446744073709551616",
		"/steer/flow_flush,%u,0", "/steer/flow_flush,%u,", "/steer/load_begin,%u,x",
		"/steer/load_add,%u", "/steer/load_add,%u,1", "/steer/load_commit,%u,1,2",
	};
	static const char *const wrong[] = {
		" ", "# only a comment", "\x01\x02\xff\xfe", "\"\\\n\r\t", "flow", "flow destroy 0",
		"flow validate 0 ingress pattern eth / end actions drop / end", "%%s%%n",
		"flow indirect_action 0 create action_id 1 ingress action count / end",
		"set sample_actions 0 queue index 0 / end", "ingress pattern eth / end actions",
		"egress pattern eth / end actions drop / end",
	};
	struct test_world w;
	char text[1024];
	uint64_t rule;

	test_world_up(&w, 1, QUEUES, ON);
	rule = add(&w, 0, 100, 1);
	test_log_begin();
	for (unsigned int i = 0; i < RTE_DIM(none); i++) {
		snprintf(text, sizeof(text), none[i], w.port);
		if (strcmp(test_ask("%s", text), "null") != 0)
			fail_msg("%s is answered", text);
	}
	/* One that DPDK may have cut short. */
	snprintf(text, sizeof(text), "/steer/flow_create,%u," RULE, w.port, 0u, 300u, 1u);
	memset(text + strlen(text), ' ', sizeof(text) - strlen(text));
	text[sizeof(text) - 1] = '\0';
	assert_string_equal(test_ask("%s", text), "null");
	assert_string_equal(test_ask("%s and what is lost", text), "null");
	test_log_end(NULL);
	text[sizeof(text) - 2] = '\0';
	assert_non_null(strstr(test_ask("%s", text), "\"flow\""));
	for (unsigned int i = 0; i < RTE_DIM(wrong); i++) {
		test_ask("/steer/flow_create,%u,%s", w.port, wrong[i]);
		assert_in_range(test_answer_number("errno"), 1, 200);
	}
	expect_flows(&w, 2);
	expect(&w, 100, 1);
	test_ask("/steer/flow_destroy,%u,%" PRIu64, w.port, rule);
	test_world_down(&w);
}

/* Loads */

static uint64_t
begin(struct test_world *w, const char *how)
{
	test_ask("/steer/load_begin,%u%s", w->port, how);
	return test_answer_number("load");
}

static void
test_load(void **state __rte_unused)
{
	const char *sample = "set sample_actions 1 queue index 2 / end";
	struct test_world w;
	uint64_t load;

	test_world_up(&w, 1, QUEUES, ON);
	add(&w, 0, 99, 1);
	load = begin(&w, "");
	test_ask_refused(EBUSY, "another load", "/steer/load_begin,%u", w.port);
	for (unsigned int i = 0; i < 3; i++) {
		test_ask("/steer/load_add,%u,%" PRIu64 "," RULE, w.port, load, 0u, 100 + i, 3 - i);
		assert_int_equal(test_answer_number("line"), i + 1);
	}
	test_ask("/steer/load_add,%u,%" PRIu64 ",# a comment", w.port, load);
	test_ask_refused(EINVAL, "queue", "/steer/load_add,%u,%" PRIu64 "," RULE, w.port, load, 0u,
			 103u, 7u);
	assert_int_equal(test_answer_number("line"), 5);
	test_ask("/steer/load_add,%u,%" PRIu64 ",%s", w.port, load, sample);
	test_ask("/steer/load_add,%u,%" PRIu64 ",flow validate 0 " RULE, w.port, load, 0u, 1u, 1u);
	assert_int_equal(test_answer_number("line"), 6);
	expect_flows(&w, 1);
	test_ask_refused(ENOENT, "no load", "/steer/load_commit,%u,%" PRIu64, w.port, load + 1);
	test_ask("/steer/load_commit,%u,%" PRIu64, w.port, load);
	assert_int_equal(test_answer_number("flows"), 3);
	for (uint16_t i = 0; i < 3; i++)
		expect(&w, 100 + i, 3 - i);
	expect(&w, 99, 1);
	test_ask_refused(ENOENT, "no load", "/steer/load_commit,%u,%" PRIu64, w.port, load);
	/* One that is there when the port goes. */
	begin(&w, "");
	test_world_down(&w);
}

/* What only shows when all come together: then nothing has changed. */
static void
test_all_or_none(void **state __rte_unused)
{
	const char *jump = "group %u ingress pattern eth / end actions jump group %u / end";
	struct test_world w;
	char text[128];
	uint64_t load;

	test_world_up(&w, 1, QUEUES, ON);
	add(&w, 1, 100, 1);
	app_rule(&w, 1, 101, 2);
	load = begin(&w, ",replace");
	test_ask("/steer/load_add,%u,%" PRIu64 "," RULE, w.port, load, 0u, 100u, 3u);
	snprintf(text, sizeof(text), jump, 1, 2);
	test_ask("/steer/load_add,%u,%" PRIu64 ",%s", w.port, load, text);
	snprintf(text, sizeof(text), jump, 2, 1);
	test_ask("/steer/load_add,%u,%" PRIu64 ",%s", w.port, load, text);
	assert_int_equal(test_answer_number("line"), 3);
	for (unsigned int i = 0; i < 2; i++) {
		test_ask_refused(EINVAL, "jump", "/steer/load_commit,%u,%" PRIu64, w.port, load);
		assert_int_equal(test_answer_number("line"), 3);
		expect_flows(&w, 2);
		expect(&w, 100, 1);
	}
	test_ask("/steer/load_abort,%u,%" PRIu64, w.port, load);
	test_ask_refused(ENOENT, "no load", "/steer/load_abort,%u,%" PRIu64, w.port, load);
	load = begin(&w, ",replace");
	test_ask("/steer/load_add,%u,%" PRIu64 "," RULE, w.port, load, 1u, 100u, 3u);
	test_ask("/steer/load_commit,%u,%" PRIu64, w.port, load);
	expect_flows(&w, 2);
	expect(&w, 100, 3);
	expect(&w, 101, 2);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_life, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_order, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_any, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_off, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_where, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_malformed, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_load, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_all_or_none, test_begin, test_end),
	};
	int ret;

	if (test_telemetry_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("control", tests, NULL, NULL);
	test_telemetry_cleanup();
	return ret;
}
