/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
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

/* What would happen to a packet on a port that is at work: /steer/trace. */

#define QUEUES 4
/* UDP to 10.0.0.1, ports 53 and %04x; without data. */
#define PACKET "020000000002020000000001" "0800" "4500001c0000000040110000" "0a000002" "0a000001" \
	"0035%04x00080000"

static struct rte_flow *
add(struct test_world *w, uint32_t priority, uint16_t port, uint16_t queue, uint32_t mark)
{
	struct test_rule r;

	test_rule(&r, priority);
	test_item(&r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, port, UINT16_MAX);
	if (mark != 0)
		test_action_mark(&r, mark);
	test_action_queue(&r, queue);
	return test_create(w->port, &r);
}

static void
expect_part(const char *answer, const char *part)
{
	if (strstr(answer, part) == NULL)
		fail_msg("no \"%s\" in %s", part, answer);
}

/* The same queue and mark as packets get that come, and the reason. */
static void
test_verdict(void **state __rte_unused)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = 1500 };
	struct test_world w;
	const char *answer;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	add(&w, 0, 1400, 2, 0);
	add(&w, 1, 1500, 3, 7);
	test_expect(&w, &p, 3, 7);
	answer = test_ask("/steer/trace,%u,0," PACKET, w.port, 1500);
	assert_int_equal(test_answer_number("queue"), 3);
	assert_int_equal(test_answer_number("mark"), 7);
	expect_part(answer, "udp dst is 1500, not 1400");
	expect_part(answer, "udp @34: src 53 dst 1500");
	expect_part(answer, "\"verdict\":\"queue\"");
	answer = test_ask("/steer/trace,%u,0,0x" PACKET, w.port, 1600);
	expect_part(answer, "udp dst is 1600, not 1500");
	expect_part(answer, "(no rule)");
	test_world_down(&w);
}

/* Nothing is counted. */
static void
test_no_trace_left(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY);
	add(&w, 0, 1500, 3, 0);
	for (unsigned int i = 0; i < 5; i++)
		test_ask("/steer/trace,%u,0," PACKET, w.port, 1500);
	test_ask("/steer/queues,%u", w.port);
	assert_int_equal(test_answer_number("packets"), 0);
	test_world_down(&w);
}

/* An answer is no longer than DPDK's 16 KB, and says when it was cut. */
static void
test_long(void **state __rte_unused)
{
	struct test_world w;
	const char *answer;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY);
	for (uint16_t i = 0; i < 200; i++)
		add(&w, 0, (uint16_t)(1 + i), i % QUEUES, 0);
	answer = test_ask("/steer/trace,%u,0," PACKET, w.port, 1500);
	expect_part(answer, "and 192 rules that are farther from it");
	assert_true(strlen(answer) < 16384);
	test_world_down(&w);
}

static void
test_malformed(void **state __rte_unused)
{
	static const char *const bad[] = { "", "0", "0,", "0,xyz", "0,123", "x,00", "99,00",
					   "0,00,", "0,00,x", "0,00,99999999", "0,00,1,2" };
	struct test_world w;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY);
	for (unsigned int i = 0; i < RTE_DIM(bad); i++)
		assert_string_equal(test_ask("/steer/trace,%u,%s", w.port, bad[i]), "null");
	assert_string_equal(test_ask("/steer/trace,31,0,00"), "null");
	/* A single byte is a packet, too. */
	expect_part(test_ask("/steer/trace,%u,0,00", w.port), "\"malformed\":\"yes\"");
	expect_part(test_ask("/steer/trace,%u,0,00,64", w.port), "eth @0");
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_verdict, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_no_trace_left, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_long, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_malformed, test_begin, test_end),
	};
	int ret;

	if (test_telemetry_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("telemetry_trace", tests, NULL, NULL);
	test_telemetry_cleanup();
	return ret;
}
