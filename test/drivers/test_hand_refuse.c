/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_bus_vdev.h>
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

/* A lower port that refuses: all rules come back to software; or, with hw=require, are refused. */

/* A rule that the lower refuses while it refuses FLAG. */
static struct rte_flow *
flag_rule(const struct test_world *w, uint16_t port)
{
	struct test_rule r;

	test_rule(&r, 1);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, port, UINT16_MAX);
	test_action(&r, RTE_FLOW_ACTION_TYPE_FLAG);
	return test_create(w->port, &r);
}

/* Packets that passed software by since the last look. */
static void
expect_handed(struct test_world *w, uint64_t n)
{
	assert_int_equal(test_xstat(w->port, "rx_handed_down"), n);
	assert_int_equal(rte_eth_xstats_reset(w->port), 0);
}

/* At the first refusal all come back, with their counts, and it stays so until none is left. */
static void
test_come_back(void **state __rte_unused)
{
	struct flow_spy spy = { .action = RTE_FLOW_ACTION_TYPE_FLAG };
	struct rte_flow *flow[TEST_HAND_QUEUES], *flag;
	struct test_world w;
	uint16_t q;

	test_hand_up(&w, &spy, "");
	for (q = 0; q < TEST_HAND_QUEUES; q++) {
		flow[q] = test_hand_create(&w, 100 + q, q);
		test_hand_expect(&w, 100 + q, q);
	}
	expect_handed(&w, TEST_HAND_QUEUES);
	test_log_begin();
	flag = flag_rule(&w, 200);
	test_log_end_with("pattern ipv4 / udp dst is 200 / end actions flag / end",
		FLOW_SPY_MESSAGE);
	assert_int_equal(spy.rules, 0);
	test_log_begin();
	test_hand_create(&w, 101, 3);
	flag_rule(&w, 201);
	test_log_end_empty();
	for (q = 0; q < TEST_HAND_QUEUES; q++) {
		test_hand_expect(&w, 100 + q, q);
		assert_int_equal(test_hits(w.port, flow[q], q & 1), 2);
		assert_int_equal(test_hits(w.port, flow[q], false), q & 1 ? 0 : 2);
	}
	expect_handed(&w, 0);
	/* The one that was refused goes: no reason to begin again with every change. */
	test_destroy(w.port, flag);
	test_hand_create(&w, 105, 1);
	assert_int_equal(spy.rules, 0);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_hand_create(&w, 106, 1);
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 106, 1);
	expect_handed(&w, 1);
	test_world_down(&w);
}

/* A start begins again. */
static void
test_try_again(void **state __rte_unused)
{
	struct flow_spy spy = { .create = true };
	struct rte_flow *flow;
	struct test_world w;

	test_hand_up(&w, &spy, "");
	test_log_begin();
	flow = test_hand_create(&w, 100, 3);
	test_log_end_with("udp dst is 100", FLOW_SPY_MESSAGE);
	test_hand_expect(&w, 100, 3);
	spy.create = false;
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 100, 3);
	assert_int_equal(test_hits(w.port, flow, false), 2);
	expect_handed(&w, 1);
	test_world_down(&w);
}

/* Of equal priority the earlier wins, which is more than a lower port promises. */
static void
test_overlap(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;
	struct test_rule r;

	test_hand_up(&w, &spy, "");
	test_hand_rule(&r, 1, 1, 3, 2);
	test_create(w.port, &r);
	test_hand_rule(&r, 1, 2, 3, 3);
	test_create(w.port, &r);
	test_hand_rule(&r, 1, 4, 7, 3);
	test_create(w.port, &r);
	test_hand_rule(&r, 0, 5, UINT16_MAX, 0);
	test_create(w.port, &r);
	assert_int_equal(spy.rules, 4);
	test_hand_expect(&w, 5, 0);
	test_log_begin();
	test_hand_rule(&r, 1, 9, UINT16_MAX, 1);
	test_create(w.port, &r);
	test_log_end_with("udp dst is 9 ", "overlaps");
	assert_int_equal(spy.rules, 0);
	test_expect(&w, &(struct test_packet){ .dst = 1, .proto = IPPROTO_UDP, .dport = 9 }, 2, 1);
	test_world_down(&w);
}

/* What groups are to the lower is not known. */
static void
make_jump(struct test_rule *r, uint32_t priority, uint32_t group)
{
	test_rule(r, priority);
	test_item_dst_port(r, IPPROTO_UDP, 100, UINT16_MAX);
	test_action_jump(r, group);
}

static void
test_groups(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct rte_flow *flow;
	struct test_world w;
	struct test_rule r;

	test_hand_up(&w, &spy, "");
	test_hand_create(&w, 101, 2);
	test_log_begin();
	test_hand_rule(&r, 1, 100, UINT16_MAX, 3);
	r.attr.group = 5;
	flow = test_create(w.port, &r);
	test_log_end_with("ingress group 5 ", "rules in groups are kept in software");
	assert_int_equal(spy.rules, 0);
	test_hand_expect(&w, 100, TEST_ANYWHERE);
	test_log_begin();
	make_jump(&r, 1, 5);
	test_create(w.port, &r);
	test_log_end_empty();
	test_hand_expect(&w, 100, 3);
	assert_int_equal(test_hits(w.port, flow, false), 1);
	test_hand_expect(&w, 101, 2);
	expect_handed(&w, 0);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	make_jump(&r, 1, 5);
	test_log_begin();
	test_create(w.port, &r);
	test_log_end_with("jump group 5", "rules in groups are kept in software");
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_rule(&r, 0);
	test_action_set_meta(&r, 5);
	test_action(&r, RTE_FLOW_ACTION_TYPE_PASSTHRU);
	test_log_begin();
	test_create(w.port, &r);
	test_log_end_with("set_meta data 5", "rules with tags or metadata are kept in software");
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_MARK);
	test_action_queue(&r, 2);
	test_log_begin();
	test_create(w.port, &r);
	test_log_end_with("pattern mark", "rules with tags or metadata are kept in software");
	test_world_down(&w);
	assert_int_equal(spy.rules, 0);
}

static void
test_isolate(void **state __rte_unused)
{
	struct flow_spy spy = { .isolate = true };
	struct test_world w;

	test_hand_up(&w, &spy, "");
	test_hand_create(&w, 100, 3);
	test_log_begin();
	assert_int_equal(rte_flow_isolate(w.port, 1, NULL), 0);
	test_log_end_with("net_steer0", FLOW_SPY_MESSAGE);
	assert_int_equal(spy.rules, 0);
	test_hand_expect(&w, 100, 3);
	test_hand_expect(&w, 101, TEST_NOWHERE);
	assert_int_equal(test_xstat(w.port, "rx_isolated_drops"), 1);
	/* Now it would have to be isolated first. */
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_log_begin();
	test_hand_create(&w, 100, 2);
	test_log_end_with("net_steer0", FLOW_SPY_MESSAGE);
	assert_int_equal(spy.rules, 0);
	test_hand_expect(&w, 100, 2);
	test_world_down(&w);
}

/* What is not destroyed one by one goes all at once; or stays, and the lower gets no more. */
static void
test_destroy_refused(void **state __rte_unused)
{
	struct flow_spy spy = { .destroy = true };
	struct rte_flow *flow;
	struct test_world w;
	const char *text;

	test_hand_up(&w, &spy, "");
	flow = test_hand_create(&w, 100, 3);
	test_hand_create(&w, 101, 2);
	test_log_begin();
	test_destroy(w.port, flow);
	test_log_end_with("udp dst is 100", FLOW_SPY_MESSAGE);
	assert_int_equal(spy.rules, 0);
	test_hand_expect(&w, 100, TEST_ANYWHERE);
	test_hand_expect(&w, 101, 2);

	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	flow = test_hand_create(&w, 100, 3);
	spy.flush = true;
	test_log_begin();
	test_destroy(w.port, flow);
	text = test_log_end(NULL);
	assert_non_null(strstr(text, "does not give back"));
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 100, TEST_ANYWHERE);
	test_log_begin();
	test_hand_create(&w, 101, 1);
	test_log_end_with("net_steer0", "did not give back");
	test_hand_expect(&w, 101, 1);
	test_world_down(&w);
}

static void
test_rss(void **state __rte_unused)
{
	struct rte_eth_rss_conf conf = { .rss_hf = RTE_ETH_RSS_IPV4 };
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;

	test_hand_up(&w, &spy, "");
	test_hand_create(&w, 100, 3);
	spy.rss = true;
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_hash_update(w.port, &conf), 0);
	test_log_end_with("net_steer0", "RSS");
	assert_int_equal(spy.rules, 0);
	test_hand_expect(&w, 100, 3);
	test_world_down(&w);
}

/* What comes for a stopped queue is dropped, which the lower would not do. */
static void
test_queue_stop(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;

	test_hand_up(&w, &spy, "");
	test_hand_create(&w, 100, 3);
	test_hand_expect(&w, 100, 3);
	test_log_begin();
	assert_int_equal(rte_eth_dev_rx_queue_stop(w.port, 3), 0);
	test_log_end_with("net_steer0", "RX queue");
	assert_int_equal(spy.rules, 0);
	test_hand_expect(&w, 100, TEST_NOWHERE);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_log_begin();
	test_hand_create(&w, 100, 2);
	test_log_end_with("net_steer0", "RX queue");
	test_hand_expect(&w, 100, 2);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_int_equal(rte_eth_dev_rx_queue_start(w.port, 3), 0);
	test_hand_create(&w, 100, 3);
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 100, 3);
	expect_handed(&w, 2);
	test_world_down(&w);
}

/* Fewer queues below, which is said; forbidden, or no flow API below, which is not. */
static void
test_unfit(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;

	test_hand_up(&w, &spy, "lower_queues=2");
	test_log_begin();
	test_hand_create(&w, 100, 3);
	test_log_end_with("net_steer0", "2 RX queues for the port's 4");
	test_hand_expect(&w, 100, 3);
	test_world_down(&w);

	test_hand_up(&w, &spy, "hw=off");
	test_log_begin();
	test_hand_create(&w, 100, 3);
	test_log_end_empty();
	test_hand_expect(&w, 100, 3);
	test_world_down(&w);

	spy.no_api = true;
	test_hand_up(&w, &spy, "");
	test_log_begin();
	test_hand_create(&w, 100, 3);
	test_log_end_empty();
	test_hand_expect(&w, 100, 3);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_world_down(&w);
	assert_int_equal(spy.creates, 0);
}

/* hw=require */

static void
refused_rule(const struct test_world *w, const struct test_rule *r, const char *message)
{
	struct rte_flow_error error = { .message = NULL };

	assert_null(rte_flow_create(w->port, &r->attr, r->pattern, r->actions, &error));
	assert_int_equal(rte_errno, ENOTSUP);
	assert_non_null(error.message);
	assert_non_null(strstr(error.message, message));
}

/* Nothing changes by what is refused. */
static void
test_require(void **state __rte_unused)
{
	struct rte_eth_rss_conf conf = { .rss_hf = RTE_ETH_RSS_IPV4 };
	struct flow_spy spy = { .create = true };
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow *flow;
	struct test_world w;
	struct test_rule r;

	test_hand_up(&w, &spy, "hw=require");
	test_hand_rule(&r, 1, 100, UINT16_MAX, 3);
	test_log_begin();
	refused_rule(&w, &r, FLOW_SPY_MESSAGE);
	assert_int_equal(rte_flow_validate(w.port, &r.attr, r.pattern, r.actions, &error),
		-ENOTSUP);
	spy.create = false;
	flow = test_create(w.port, &r);
	refused_rule(&w, &r, "overlaps");
	make_jump(&r, 0, 5);
	refused_rule(&w, &r, "rules in groups");
	assert_int_equal(rte_flow_validate(w.port, &r.attr, r.pattern, r.actions, &error),
		-ENOTSUP);
	assert_string_equal(error.message, "rules in groups are kept in software");
	spy.create = true;
	test_hand_rule(&r, 1, 101, UINT16_MAX, 2);
	refused_rule(&w, &r, FLOW_SPY_MESSAGE);
	spy.isolate = spy.destroy = true;
	assert_int_equal(rte_flow_isolate(w.port, 1, &error), -ENOTSUP);
	assert_string_equal(error.message, FLOW_SPY_MESSAGE);
	assert_int_equal(rte_flow_destroy(w.port, flow, &error), -ENOTSUP);
	test_log_end_empty();
	test_log_begin();
	assert_true(rte_eth_dev_rx_queue_stop(w.port, 3) < 0);
	test_log_end_with("hw=require", "RX queue 3");
	spy.rss = true;
	test_log_begin();
	assert_true(rte_eth_dev_rss_hash_update(w.port, &conf) < 0);
	test_log_end_with("hw=require", "RSS");
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 100, 3);
	test_hand_expect(&w, 101, TEST_ANYWHERE);
	assert_int_equal(test_hits(w.port, flow, false), 1);
	expect_handed(&w, 2);
	spy = (struct flow_spy){ .rules = 1 };
	test_destroy(w.port, flow);
	assert_int_equal(spy.rules, 0);
	test_world_down(&w);
}

/* Where nothing can be handed down, the port is not even configured; or not started. */
static void
test_require_port(void **state __rte_unused)
{
	const struct rte_eth_conf conf = { .rxmode = { .mq_mode = RTE_ETH_MQ_RX_NONE } };
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;

	test_hand_up(&w, &spy, "hw=require");
	test_hand_create(&w, 100, 3);
	test_stop(w.port);
	test_hand_create(&w, 101, 2);
	spy.create = true;
	test_log_begin();
	assert_true(rte_eth_dev_start(w.port) < 0);
	test_log_end_with("hw=require", "udp dst is 101");
	assert_int_equal(spy.rules, 0);
	spy.create = false;
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(spy.rules, 2);
	test_hand_expect(&w, 100, 3);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_stop(w.port);
	spy.no_api = true;
	test_log_begin();
	assert_int_equal(rte_eth_dev_configure(w.port, TEST_HAND_QUEUES, 1, &conf), -ENOTSUP);
	assert_non_null(strstr(test_log_end(NULL), "cannot have rules: it has no flow API"));
	spy.no_api = false;
	test_start(w.port, TEST_HAND_QUEUES, 1);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_come_back, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_try_again, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_overlap, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_groups, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_isolate, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_destroy_refused, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_rss, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_queue_stop, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_unfit, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_require, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_require_port, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("hand_refuse", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
