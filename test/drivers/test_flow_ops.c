/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "steer_compat.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* What rules do to packets: which one wins, which actions add up, what counts. */

static const struct test_packet udp = { .dst = 1, .proto = IPPROTO_UDP, .dport = 53 };
static const struct test_packet tcp = { .dst = 1, .proto = IPPROTO_TCP, .dport = 53 };
/* No rule of these tests is for it. */
static const struct test_packet other = { .eth_type = 0x88cc };

/* A rule for UDP, or for all of IPv4; the actions follow. */
static void
for_udp(struct test_rule *r, uint32_t priority)
{
	test_rule(r, priority);
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(r, IPPROTO_UDP, 53, UINT16_MAX);
}

static void
for_ipv4(struct test_rule *r, uint32_t priority)
{
	test_rule(r, priority);
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
}

static struct rte_flow *
udp_to_queue(const struct test_world *w, uint32_t priority, uint16_t queue)
{
	struct test_rule r;

	for_udp(&r, priority);
	test_action_queue(&r, queue);
	return test_create(w->port, &r);
}

static struct rte_flow *
ipv4_to_queue(const struct test_world *w, uint32_t priority, uint16_t queue)
{
	struct test_rule r;

	for_ipv4(&r, priority);
	test_action_queue(&r, queue);
	return test_create(w->port, &r);
}

static void
test_priority(void **state __rte_unused)
{
	struct rte_flow *first, *best;
	struct test_world w;

	test_world_up(&w, 1, 8, TEST_ROOMY);
	first = ipv4_to_queue(&w, 7, 1);
	test_expect(&w, &udp, 1, 0);
	udp_to_queue(&w, 7, 2);
	/* Equal priority: the earlier, even if the later says more. */
	test_expect(&w, &udp, 1, 0);
	best = ipv4_to_queue(&w, 3, 3);
	test_expect(&w, &udp, 3, 0);
	udp_to_queue(&w, UINT32_MAX, 4);
	test_expect(&w, &udp, 3, 0);
	test_destroy(w.port, best);
	test_expect(&w, &udp, 1, 0);
	test_destroy(w.port, first);
	test_expect(&w, &udp, 2, 0);
	test_expect(&w, &other, 0, 0);
	/* What is made anew is the latest. */
	ipv4_to_queue(&w, 7, 5);
	test_expect(&w, &udp, 2, 0);
	test_expect(&w, &tcp, 5, 0);
	udp_to_queue(&w, 0, 6);
	test_expect(&w, &udp, 6, 0);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_expect(&w, &other, 0, 0);
	udp_to_queue(&w, 1, 7);
	test_expect(&w, &udp, 7, 0);
	test_world_down(&w);
}

static void
test_drop(void **state __rte_unused)
{
	struct test_world w;
	struct test_rule r;
	struct rte_flow *flow;

	test_world_up(&w, 1, 4, TEST_ROOMY);
	ipv4_to_queue(&w, 5, 3);
	for_udp(&r, 4);
	test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
	test_action(&r, RTE_FLOW_ACTION_TYPE_DROP);
	flow = test_create(w.port, &r);
	test_expect(&w, &udp, TEST_NOWHERE, 0);
	test_expect(&w, &tcp, 3, 0);
	assert_int_equal(test_hits(w.port, flow, false), 1);
	assert_int_equal(test_xstat(w.port, "rx_rule_drops"), 1);
	test_destroy(w.port, flow);
	test_expect(&w, &udp, 3, 0);
	test_world_down(&w);
}

static struct rte_flow *
udp_pass(const struct test_world *w, uint32_t priority, uint32_t mark)
{
	struct test_rule r;

	for_udp(&r, priority);
	test_action_mark(&r, mark);
	test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
	test_action(&r, RTE_FLOW_ACTION_TYPE_PASSTHRU);
	return test_create(w->port, &r);
}

/* PASSTHRU goes on, and what it did stays done. */
static void
test_passthru(void **state __rte_unused)
{
	struct rte_flow *pass[2], *end;
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 1, 4, TEST_ROOMY);
	pass[0] = udp_pass(&w, 1, 11);
	/* On to the port's default. */
	test_expect(&w, &udp, TEST_ANYWHERE, 11);
	end = ipv4_to_queue(&w, 9, 3);
	test_expect(&w, &udp, 3, 11);
	test_expect(&w, &tcp, 3, 0);
	/* A later mark takes the earlier's place. */
	pass[1] = udp_pass(&w, 1, 12);
	test_expect(&w, &udp, 3, 12);
	assert_int_equal(test_hits(w.port, pass[0], false), 3);
	assert_int_equal(test_hits(w.port, pass[1], false), 1);
	test_destroy(w.port, pass[1]);
	test_expect(&w, &udp, 3, 11);
	test_destroy(w.port, end);

	for_ipv4(&r, 2);
	test_action(&r, RTE_FLOW_ACTION_TYPE_DROP);
	test_create(w.port, &r);
	test_expect(&w, &udp, TEST_NOWHERE, 0);
	assert_int_equal(test_hits(w.port, pass[0], false), 5);
	test_world_down(&w);
}

/* A packet that jumps keeps what it has; rules of the group are found by it alone. */
static void
test_jump(void **state __rte_unused)
{
	struct rte_flow *in, *jump;
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 1, 4, TEST_ROOMY);
	for_ipv4(&r, 0);
	r.attr.group = UINT32_MAX;
	test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
	test_action_queue(&r, 3);
	in = test_create(w.port, &r);
	test_expect(&w, &udp, TEST_ANYWHERE, 0);
	for_udp(&r, 1);
	test_action_mark(&r, 7);
	test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
	test_action_jump(&r, UINT32_MAX);
	jump = test_create(w.port, &r);
	test_expect(&w, &udp, 3, 7);
	test_expect(&w, &tcp, TEST_ANYWHERE, 0);
	assert_int_equal(test_hits(w.port, in, false), 1);
	assert_int_equal(test_hits(w.port, jump, false), 1);
	test_destroy(w.port, in);
	test_expect(&w, &udp, TEST_ANYWHERE, 7);
	assert_int_equal(rte_flow_isolate(w.port, 1, NULL), 0);
	test_expect(&w, &udp, TEST_NOWHERE, 0);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_world_down(&w);
}

#if STEER_FLOW_OPS_23_11

/* What a group does with packets that none of its rules matches. */
static void
test_group_miss(void **state __rte_unused)
{
	const struct rte_flow_action_mark mark = { .id = 9 };
	const struct rte_flow_action_queue queue = { .index = 2 };
	const struct rte_flow_action to_queue[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_MARK, .conf = &mark },
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &queue },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	const struct rte_flow_action none[] = { { .type = RTE_FLOW_ACTION_TYPE_END } };
	const struct rte_flow_group_attr ingress = { .ingress = 1 }, egress = { .egress = 1 };
	struct rte_flow_error error;
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 1, 4, TEST_ROOMY);
	for_udp(&r, 1);
	test_action_jump(&r, 5);
	test_create(w.port, &r);
	test_expect(&w, &udp, TEST_ANYWHERE, 0);
	assert_int_equal(rte_flow_group_set_miss_actions(w.port, 5, &ingress, to_queue, &error), 0);
	test_expect(&w, &udp, 2, 9);
	test_expect(&w, &tcp, TEST_ANYWHERE, 0);
	assert_int_equal(rte_flow_group_set_miss_actions(w.port, 5, &egress, to_queue, &error),
			 -ENOTSUP);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ATTR_INGRESS);
	assert_int_equal(rte_flow_group_set_miss_actions(w.port, 0, &ingress, to_queue, &error),
			 -ENOTSUP);
	assert_non_null(strstr(error.message, "group 0"));
	test_expect(&w, &udp, 2, 9);
	assert_int_equal(rte_flow_group_set_miss_actions(w.port, 5, &ingress, none, &error), 0);
	test_expect(&w, &udp, TEST_ANYWHERE, 0);
	test_world_down(&w);
}

#endif

/* MARK alone leaves the queue to RSS, and ends the search. FLAG is a mark without a number. */
static void
test_no_fate(void **state __rte_unused)
{
	struct test_flow flagged = { .packet = tcp, .queue = TEST_ANYWHERE, .flag = true };
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 1, 4, TEST_ROOMY);
	for_udp(&r, 1);
	test_action_mark(&r, UINT32_MAX);
	test_create(w.port, &r);
	for_ipv4(&r, 2);
	test_action(&r, RTE_FLOW_ACTION_TYPE_FLAG);
	test_create(w.port, &r);
	for_ipv4(&r, 3);
	test_action(&r, RTE_FLOW_ACTION_TYPE_DROP);
	test_create(w.port, &r);
	test_expect(&w, &udp, TEST_ANYWHERE, UINT32_MAX);
	test_send(&w, &flagged, 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(flagged.received, 1);
	test_world_down(&w);
}

static void
test_count(void **state __rte_unused)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count query = { .reset = 1 };
	struct rte_flow_error error;
	struct rte_flow *counting, *silent;
	struct test_world w;
	struct test_rule r;
	unsigned int i;

	test_world_up(&w, 2, 4, TEST_ROOMY);
	for_udp(&r, 1);
	test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
	test_action_queue(&r, 2);
	counting = test_create(w.port, &r);
	silent = ipv4_to_queue(&w, 2, 1);
	for (i = 0; i < 10; i++) {
		test_expect(&w, &udp, 2, 0);
		test_expect(&w, &tcp, 1, 0);
	}
	assert_int_equal(rte_flow_query(w.port, counting, count, &query, NULL), 0);
	assert_int_equal(query.hits_set, 1);
	assert_int_equal(query.bytes_set, 1);
	assert_int_equal(query.hits, 10);
	assert_int_equal(query.bytes, 10 * (14 + 20 + 8 + 18));
	assert_int_equal(test_hits(w.port, counting, false), 0);
	test_expect(&w, &udp, 2, 0);
	assert_int_equal(test_hits(w.port, counting, false), 1);
	assert_int_equal(test_hits(w.port, counting, true), 1);
	assert_int_equal(test_hits(w.port, counting, true), 0);

	assert_true(rte_flow_query(w.port, silent, count, &query, &error) < 0);
	assert_non_null(strstr(error.message, "count"));
	/* A counter taken over starts at zero. */
	test_expect(&w, &udp, 2, 0);
	test_destroy(w.port, counting);
	counting = test_create(w.port, &r);
	assert_int_equal(test_hits(w.port, counting, false), 0);
	test_world_down(&w);
}

static void
isolate(const struct test_world *w, int on)
{
	assert_int_equal(rte_flow_isolate(w->port, on, NULL), 0);
}

static void
test_isolate(void **state __rte_unused)
{
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 1, 4, TEST_ROOMY);
	udp_to_queue(&w, 1, 2);
	isolate(&w, 1);
	test_expect(&w, &udp, 2, 0);
	test_expect(&w, &tcp, TEST_NOWHERE, 0);
	test_expect(&w, &other, TEST_NOWHERE, 0);
	assert_int_equal(test_xstat(w.port, "rx_isolated_drops"), 2);
	/* It is the port's, not the configuration's. */
	test_stop(w.port);
	test_start(w.port, 4, 1);
	test_expect(&w, &tcp, TEST_NOWHERE, 0);
	isolate(&w, 0);
	test_expect(&w, &tcp, TEST_ANYWHERE, 0);

	/* A rule that asks for RSS is a rule. */
	for_ipv4(&r, 5);
	test_action_rss(&r, 0, 0, 0);
	test_create(w.port, &r);
	isolate(&w, 1);
	test_expect(&w, &tcp, TEST_ANYWHERE, 0);
	test_expect(&w, &other, TEST_NOWHERE, 0);

	/* And so is one that only marks, and passes on to nobody. */
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	udp_pass(&w, 1, 11);
	test_expect(&w, &udp, TEST_ANYWHERE, 11);
	test_expect(&w, &tcp, TEST_NOWHERE, 0);
	test_world_down(&w);
}

/* Rules of one port are not another's. */
static void
test_handles(void **state __rte_unused)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count query = { .reset = 0 };
	struct rte_flow_error error;
	struct test_world w;
	struct rte_flow *flow;
	uint16_t second;

	test_world_up(&w, 1, 2, TEST_ROOMY);
	test_log_begin();
	second = test_plug("net_steer1", "iface=nothing");
	test_log_end(NULL);
	flow = udp_to_queue(&w, 1, 1);
	assert_int_equal(rte_flow_destroy(second, flow, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_HANDLE);
	assert_ptr_equal(error.cause, flow);
	assert_int_equal(rte_flow_query(second, flow, count, &query, &error), -EINVAL);
	assert_int_equal(rte_flow_dev_dump(second, flow, stderr, &error), -EINVAL);
	assert_int_equal(rte_flow_destroy(w.port, NULL, &error), -EINVAL);
	assert_int_equal(rte_flow_flush(second, NULL), 0);
	test_expect(&w, &udp, 1, 0);
	test_unplug("net_steer1");
	test_world_down(&w);
}

static char *
dump(uint16_t port, struct rte_flow *flow)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	assert_int_equal(rte_flow_dev_dump(port, flow, f, NULL), 0);
	fclose(f);
	return text;
}

static void
check_dump(uint16_t port, struct rte_flow *flow, const char *format)
{
	char *text = dump(port, flow);
	char wanted[512];

	snprintf(wanted, sizeof(wanted), format, port, port);
	if (strcmp(text, wanted) != 0)
		fail_msg("dumped is \"%s\", wanted \"%s\"", text, wanted);
	free(text);
}

/* With the port's number; a comment has the rule's own. */
#define IPV4_RULE "flow create %u ingress group 0 priority 4 pattern eth / ipv4 / end actions " \
	"queue index 1 / end # rule 0\n"
#define UDP_RULE "flow create %u ingress group 0 priority 0 pattern eth / ipv4 / " \
	"udp dst is 53 / end actions mark id 9 / count / passthru / end # rule 1\n"

static void
test_dump(void **state __rte_unused)
{
	struct rte_flow *first, *second;
	struct test_world w;

	test_world_up(&w, 1, 2, TEST_ROOMY);
	check_dump(w.port, NULL, "");
	first = ipv4_to_queue(&w, 4, 1);
	second = udp_pass(&w, 0, 9);
	check_dump(w.port, NULL, IPV4_RULE UDP_RULE);
	check_dump(w.port, first, IPV4_RULE);
	check_dump(w.port, second, UDP_RULE);
	test_destroy(w.port, first);
	check_dump(w.port, NULL, UDP_RULE);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_priority, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_drop, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_passthru, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_jump, test_begin, test_end),
#if STEER_FLOW_OPS_23_11
		cmocka_unit_test_setup_teardown(test_group_miss, test_begin, test_end),
#endif
		cmocka_unit_test_setup_teardown(test_no_fate, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_count, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_isolate, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_handles, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_dump, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("flow_ops", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
