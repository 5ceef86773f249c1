/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
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

/* Rules handed down to a lower port that takes them all: another net_steer port. */

static bool
dump_has(uint16_t port, const char *part)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	bool has;

	assert_non_null(f);
	assert_int_equal(rte_flow_dev_dump(port, NULL, f, NULL), 0);
	fclose(f);
	has = strstr(text, part) != NULL;
	free(text);
	return has;
}

/* Rules are below, packets pass software by. */
static void
test_down(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct rte_flow *flow[TEST_HAND_QUEUES], *drop;
	struct test_world w;
	uint16_t q;

	test_hand_up(&w, &spy, "");
	for (q = 0; q < TEST_HAND_QUEUES; q++)
		flow[q] = test_hand_create(&w, 100 + q, q);
	drop = test_hand_create(&w, 200, TEST_NOWHERE);
	assert_int_equal(spy.rules, TEST_HAND_QUEUES + 1);
	for (q = 0; q < TEST_HAND_QUEUES; q++)
		test_hand_expect(&w, 100 + q, q);
	test_hand_expect(&w, 200, TEST_NOWHERE);
	test_hand_expect(&w, 300, TEST_ANYWHERE);
	assert_int_equal(test_xstat(w.low, "rx_flow_hits"), TEST_HAND_QUEUES + 1);
	assert_int_equal(test_xstat(w.low, "rx_rule_drops"), 1);
	assert_int_equal(test_xstat(w.port, "rx_flow_hits"), 0);
	assert_int_equal(test_xstat(w.port, "rx_rule_drops"), 0);
	assert_int_equal(test_xstat(w.port, "rx_handed_down"), TEST_HAND_QUEUES + 1);
	assert_true(test_xstat(w.port, "rx_q2_packets") >= 1);
	assert_true(dump_has(w.port, "handed down to lower port 'net_steer0'"));
	assert_true(dump_has(w.low, "udp dst is 102"));

	test_destroy(w.port, flow[2]);
	assert_int_equal(spy.rules, TEST_HAND_QUEUES);
	test_hand_expect(&w, 102, TEST_ANYWHERE);
	assert_int_equal(test_hits(w.port, drop, false), 1);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_int_equal(spy.rules, 0);
	test_hand_expect(&w, 101, TEST_ANYWHERE);
	test_world_down(&w);
}

/* What no rule matches goes where it goes in software, also when the RETA changes. */
/* Bytes that an item leaves out, where DPDK would read them to copy the rule. */
static void
test_incomplete(void **state __rte_unused)
{
	static const struct rte_flow_item_raw spec = {
		.offset = 36, .length = 2, .pattern = (const uint8_t *)"\x01\x00",
	};
	static const struct rte_flow_item_raw mask = {
		.relative = 1, .offset = -1, .length = UINT16_MAX,
	};
	static const struct rte_flow_item_raw last = { .length = 2 };
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;
	struct test_rule r;

	test_hand_up(&w, &spy, "");
	test_rule(&r, 1);
	test_item(&r, RTE_FLOW_ITEM_TYPE_RAW);
	r.pattern[0].spec = &spec;
	r.pattern[0].mask = &mask;
	r.pattern[0].last = &last;
	test_action_mark(&r, 0x100);
	test_action_queue(&r, 2);
	test_create(w.port, &r);
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 0x100, 2);
	test_hand_expect(&w, 0x200, TEST_ANYWHERE);
	test_world_down(&w);
}

static void
test_spread(void **state __rte_unused)
{
	struct rte_eth_rss_reta_entry64 reta[2];
	struct flow_spy spy = { .rules = 0 };
	struct test_flow f[32];
	struct test_world w;
	uint16_t queue[32];
	unsigned int i, round;

	test_hand_up(&w, &spy, "");
	for (round = 0; round < 4; round++) {
		if (round == 1)
			test_hand_create(&w, 1, 0);
		for (i = 0; i < 2 && round == 2; i++) {
			memset(&reta[i], 0, sizeof(reta[i]));
			reta[i].mask = UINT64_MAX;
			reta[i].reta[i] = 3;
		}
		if (round == 2)
			assert_int_equal(rte_eth_dev_rss_reta_update(w.port, reta, 128), 0);
		if (round == 3)
			assert_int_equal(rte_flow_flush(w.port, NULL), 0);
		for (i = 0; i < RTE_DIM(f); i++) {
			f[i] = (struct test_flow){ .packet = test_hand_packet(100 + i),
						   .queue = TEST_ANYWHERE };
			test_send(&w, &f[i], i & 1);
			test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
			/* The same twice: in software, then handed down, or the other way round. */
			if (round & 1)
				assert_int_equal(f[i].came_from, queue[i]);
			queue[i] = f[i].came_from;
		}
		assert_int_equal(spy.rules, round == 1 || round == 2);
	}
	assert_int_equal(test_xstat(w.port, "rx_handed_down"), 2 * RTE_DIM(f));
	test_world_down(&w);
}

static void
test_isolated(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;

	test_hand_up(&w, &spy, "");
	assert_int_equal(rte_flow_isolate(w.port, 1, NULL), 0);
	test_hand_expect(&w, 300, TEST_NOWHERE);
	assert_int_equal(test_xstat(w.port, "rx_isolated_drops"), 1);
	assert_false(spy.isolated);
	test_hand_create(&w, 100, 2);
	assert_true(spy.isolated);
	test_hand_expect(&w, 100, 2);
	test_hand_expect(&w, 300, TEST_NOWHERE);
	assert_int_equal(test_xstat(w.port, "rx_isolated_drops"), 1);
	assert_int_equal(test_xstat(w.low, "rx_isolated_drops"), 1);
	assert_int_equal(rte_flow_isolate(w.port, 0, NULL), 0);
	assert_false(spy.isolated);
	test_hand_expect(&w, 300, TEST_ANYWHERE);
	assert_int_equal(rte_flow_isolate(w.port, 1, NULL), 0);
	assert_true(spy.isolated);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_false(spy.isolated);
	test_hand_expect(&w, 100, TEST_NOWHERE);
	test_world_down(&w);
}

/* One packet more is one more, with its bytes. */
static void
check_counts(struct test_world *w, struct rte_flow *flow, uint64_t hits)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	const struct test_packet p = test_hand_packet(100);
	struct rte_flow_query_count query = { .reset = 0 };
	uint64_t bytes;

	assert_int_equal(rte_flow_query(w->port, flow, count, &query, NULL), 0);
	assert_int_equal(query.hits, hits);
	bytes = query.bytes / RTE_MAX(query.hits, 1u);
	test_expect(w, &p, 1, 100);
	assert_int_equal(rte_flow_query(w->port, flow, count, &query, NULL), 0);
	assert_int_equal(query.hits, hits + 1);
	assert_true(query.bytes_set && query.bytes >= query.hits * 42);
	if (hits > 0)
		assert_int_equal(query.bytes, query.hits * bytes);
}

static void
restart(struct test_world *w, bool configure)
{
	test_stop(w->port);
	if (configure)
		test_start(w->port, TEST_HAND_QUEUES, 1);
	else
		assert_int_equal(rte_eth_dev_start(w->port), 0);
}

/* Rules stay or are replayed, and counts go on. */
static void
test_restart(void **state)
{
	const bool no_keep = *state != NULL;
	struct flow_spy spy = { .no_keep = no_keep };
	struct rte_flow *flow, *late;
	struct test_world w;

	test_hand_up(&w, &spy, "");
	flow = test_hand_create(&w, 100, 1);
	check_counts(&w, flow, 0);
	restart(&w, false);
	assert_int_equal(spy.rules, 1);
	assert_int_equal(spy.creates, no_keep ? 2 : 1);
	check_counts(&w, flow, 1);
	restart(&w, true);
	assert_int_equal(spy.creates, no_keep ? 3 : 2);
	check_counts(&w, flow, 2);
	assert_int_equal(test_hits(w.port, flow, true), 3);
	check_counts(&w, flow, 0);

	/* Made and destroyed in between. */
	test_stop(w.port);
	assert_int_equal(spy.rules, no_keep ? 0 : 1);
	late = test_hand_create(&w, 101, 3);
	assert_int_equal(spy.rules, no_keep ? 0 : 1);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(spy.rules, 2);
	test_hand_expect(&w, 101, 3);
	test_stop(w.port);
	test_destroy(w.port, flow);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 100, TEST_ANYWHERE);
	assert_int_equal(test_hits(w.port, late, false), 1);
	assert_int_equal(test_xstat(w.port, "rx_flow_hits"), 0);
	test_world_down(&w);
}

static void
test_no_keep(void **state __rte_unused)
{
	void *no_keep = &no_keep;

	test_restart(&no_keep);
}

/* Rules of before the first start. */
static void
test_early(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 1, TEST_HAND_QUEUES, TEST_ROOMY);
	flow_spy_on(w.port, &spy);
	test_stop(w.port);
	w.low = w.port;
	w.raised = true;
	w.port = test_plug("net_steer_top", "iface=net_steer0");
	test_hand_create(&w, 100, 2);
	test_rule(&r, 5);
	test_action_rss(&r, RTE_ETH_RSS_IPV4, 3, 1);
	test_create(w.port, &r);
	assert_int_equal(spy.rules, 0);
	test_start(w.port, TEST_HAND_QUEUES, 1);
	assert_int_equal(spy.rules, 2);
	test_hand_expect(&w, 100, 2);
	test_expect(&w, &(struct test_packet){ .dst = 5, .proto = IPPROTO_UDP }, 3, 0);
	assert_int_equal(test_xstat(w.port, "rx_handed_down"), 2);
	test_world_down(&w);
}

/* A rule to a queue that is gone is nothing that the lower would take. */
static void
test_fewer_queues(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;

	test_hand_up(&w, &spy, "");
	test_hand_create(&w, 100, 3);
	test_hand_create(&w, 101, 1);
	test_stop(w.port);
	test_log_begin();
	w.n_queues = 2;
	test_start(w.port, w.n_queues, 1);
	test_log_end_with("queue index 3", "net_steer0");
	assert_int_equal(spy.rules, 0);
	test_hand_expect(&w, 100, TEST_ANYWHERE);
	test_hand_expect(&w, 101, 1);
	test_stop(w.port);
	w.n_queues = TEST_HAND_QUEUES;
	test_start(w.port, w.n_queues, 1);
	assert_int_equal(spy.rules, 2);
	test_hand_expect(&w, 100, 3);
	test_world_down(&w);
}

/* The hash that the application wants is the lower's. */
static void
test_hash(void **state)
{
	struct flow_spy spy = { .no_hash = *state != NULL };
	struct rte_eth_conf conf = {
		.rxmode = { .mq_mode = RTE_ETH_MQ_RX_RSS,
			    .offloads = RTE_ETH_RX_OFFLOAD_RSS_HASH },
		.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IPV4,
	};
	struct rte_mbuf *m;
	struct test_world w;
	struct test_flow f = { .packet = test_hand_packet(100), .queue = 2 };
	unsigned int i;

	test_hand_up(&w, &spy, "");
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_configure(w.port, TEST_HAND_QUEUES, 1, &conf), 0);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_log_begin();
	test_hand_create(&w, 100, 2);
	if (spy.no_hash)
		test_log_end_with("RSS hash", "net_steer0");
	else
		test_log_end_empty();
	assert_int_equal(spy.rules, !spy.no_hash);
	test_send(&w, &f, 0);
	for (i = 0; i < 200 && rte_eth_rx_burst(w.port, 2, &m, 1) == 0; i++)
		;
	assert_true(i < 200);
	assert_true(m->ol_flags & RTE_MBUF_F_RX_RSS_HASH);
	assert_int_not_equal(m->hash.rss, 0);
	rte_pktmbuf_free(m);
	test_world_down(&w);
}

static void
test_no_hash(void **state __rte_unused)
{
	void *no_hash = &no_hash;

	test_hash(&no_hash);
}

/* The lower goes away while it has the rules. */
static void
test_lost(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct rte_flow *flow;
	struct test_world w;
	struct rte_mbuf *m;

	test_hand_up(&w, &spy, "");
	flow = test_hand_create(&w, 100, 3);
	test_hand_create(&w, 101, 2);
	test_hand_expect(&w, 100, 3);
	test_log_begin();
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	test_log_end_with("net_steer0", "gone");
	assert_int_equal(rte_eth_rx_burst(w.port, 3, &m, 1), 0);
	assert_false(dump_has(w.port, "handed down"));
	test_hits(w.port, flow, false);
	test_destroy(w.port, flow);
	test_hand_create(&w, 102, 1);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_stop(w.port);
	test_unplug("net_steer_top");
	assert_int_equal(rte_vdev_uninit("net_ring_below"), 0);
	test_world_check(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_down, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_incomplete, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_spread, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_isolated, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_restart, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_no_keep, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_early, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_fewer_queues, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_hash, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_no_hash, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_lost, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("hand", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
