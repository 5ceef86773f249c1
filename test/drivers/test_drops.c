/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Where packets end that do not arrive: counted, freed, and nobody else's loss. */

/* ring_size=32 holds one less. */
#define SMALL_RINGS "ring_size=32"
#define SMALL 31

/* A flow to a port, and the rule that sends it to a queue. */
static struct test_flow
flow_to(const struct test_world *w, uint16_t queue, enum test_memory memory)
{
	struct test_flow f = {
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 100 + queue,
			    .memory = memory },
		.queue = queue,
	};
	struct test_rule r;

	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, f.packet.dport, UINT16_MAX);
	if (queue == TEST_NOWHERE)
		test_action(&r, RTE_FLOW_ACTION_TYPE_DROP);
	else
		test_action_queue(&r, queue);
	test_create(w->port, &r);
	return f;
}

static uint64_t
queue_xstat(const struct test_world *w, uint16_t queue, const char *what)
{
	char name[RTE_ETH_XSTATS_NAME_SIZE];

	snprintf(name, sizeof(name), "rx_q%u_%s", queue, what);
	return test_xstat(w->port, name);
}

/* Nobody polls queue 1, while its packets keep coming between those of the others. */
static void
overflow(enum test_memory memory)
{
	struct test_flow unpolled, polled[2];
	struct rte_eth_stats stats;
	struct test_world w;
	unsigned int i;

	test_world_up(&w, 1, 3, SMALL_RINGS);
	unpolled = flow_to(&w, 1, memory);
	polled[0] = flow_to(&w, 0, memory);
	polled[1] = flow_to(&w, 2, memory);
	for (i = 0; i < 500; i++) {
		test_send_anyhow(&w, &unpolled, 0);
		test_send_anyhow(&w, &polled[i & 1], 0);
		if (i % 8 == 7)
			test_poll_rest(&w, 5, TEST_BURST);
	}
	test_poll_rest(&w, 5, TEST_BURST);

	assert_int_equal(polled[0].received + polled[1].received, 500);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 1), SMALL);
	assert_int_equal(queue_xstat(&w, 1, "packets"), SMALL);
	assert_int_equal(queue_xstat(&w, 1, "ring_full"), 500 - SMALL);
	assert_int_equal(queue_xstat(&w, 0, "ring_full"), 0);
	assert_int_equal(queue_xstat(&w, 2, "ring_full"), 0);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.imissed, 500 - SMALL);
	assert_int_equal(stats.ipackets, 500 + SMALL);
	assert_int_equal(stats.ibytes, stats.ipackets * (14 + 20 + 8 + 18));

	/* Those that came first, in order; then whatever comes. */
	test_poll_rest(&w, 2, TEST_BURST);
	assert_int_equal(unpolled.received, SMALL);
	unpolled.next = unpolled.sent;
	test_send(&w, &unpolled, 0);
	test_poll_rest(&w, 2, TEST_BURST);
	assert_int_equal(unpolled.received, SMALL + 1);
	test_world_down(&w);
}

static void
test_ring_full(void **state __rte_unused)
{
	enum test_memory memory;

	for (memory = TEST_PLAIN; memory < TEST_SHARED; memory++)
		overflow(memory);
}

/* How many packets one poll takes from below. */
static unsigned int
taken(struct test_world *w, uint16_t queue)
{
	const unsigned int before = test_waiting_below(w);

	test_poll(w, queue, TEST_BURST);
	return before - test_waiting_below(w);
}

/* What has no room is dropped after it has cost as much as what has: less is taken of it. */
static void
test_small_bursts(void **state __rte_unused)
{
	unsigned int i, n = 0, last = 0;
	struct test_flow unpolled;
	struct test_world w;

	test_world_up(&w, 1, 2, SMALL_RINGS);
	w.lossy = true;
	unpolled = flow_to(&w, 1, TEST_PLAIN);
	for (i = 0; i < 400; i++)
		test_send_anyhow(&w, &unpolled, 0);
	assert_int_equal(taken(&w, 0), TEST_BURST);
	for (i = 0; i < 4; i++)
		assert_int_equal(taken(&w, 0), TEST_BURST / 2);
	/* There is room again, and bursts become what they were. */
	while (test_waiting_below(&w) > 0) {
		n = last;
		last = taken(&w, 1);
	}
	assert_int_equal(n, TEST_BURST);
	test_world_down(&w);
}

/* Whatever was sent has arrived, waits, or was dropped for a reason. */
static void
check_sum(const struct test_world *w, uint64_t sent)
{
	struct rte_eth_stats stats;
	uint64_t waiting = 0;
	uint16_t q;

	for (q = 0; q < w->n_queues; q++)
		waiting += rte_eth_rx_queue_count(w->port, q);
	assert_int_equal(rte_eth_stats_get(w->port, &stats), 0);
	assert_int_equal(stats.ipackets, test_received(w) + waiting);
	assert_int_equal(stats.ipackets + stats.imissed + test_xstat(w->port, "rx_rule_drops") +
		test_xstat(w->port, "rx_isolated_drops") + test_waiting_below(w), sent);
}

static void
test_sum(void **state __rte_unused)
{
	struct test_flow flows[4];
	struct test_world w;
	unsigned int i, round;

	test_world_up(&w, 2, 2, SMALL_RINGS);
	w.lossy = true;
	flows[0] = flow_to(&w, 0, TEST_PLAIN);
	flows[1] = flow_to(&w, 1, TEST_SEGMENTS);
	flows[2] = flow_to(&w, TEST_NOWHERE, TEST_CLONE);
	/* No rule's. */
	flows[3] = (struct test_flow){ .packet = { .v6 = true, .proto = IPPROTO_TCP },
		.queue = TEST_ANYWHERE };

	for (round = 0; round < 300; round++) {
		for (i = 0; i < 8; i++)
			test_send_anyhow(&w, &flows[i & 3], i & 1);
		if (round == 100)
			assert_int_equal(rte_flow_isolate(w.port, 1, NULL), 0);
		if (round == 200)
			assert_int_equal(rte_flow_isolate(w.port, 0, NULL), 0);
		/* The other queue gets nothing polled for a third of the time. */
		test_poll_rest(&w, round > 200 ? 1 : 3, 5);
		check_sum(&w, (round + 1) * 8);
	}
	assert_int_equal(test_xstat(w.port, "rx_rule_drops"), flows[2].sent);
	assert_true(test_xstat(w.port, "rx_isolated_drops") > 0);
	assert_true(queue_xstat(&w, 1, "ring_full") > 0);
	test_world_down(&w);
}

/* An mbuf that somebody else holds too is given back once, wherever it ends. */
static void
give_back(struct test_world *w, struct test_flow *f, uint16_t n, uint64_t polled)
{
	struct rte_mbuf *m[64];
	unsigned int i;

	for (i = 0; i < n; i++) {
		test_send_anyhow(w, f, 0);
		m[i] = w->last_sent;
		assert_int_equal(rte_mbuf_refcnt_read(m[i]), 2);
	}
	test_poll_rest(w, polled, TEST_BURST);
	for (i = 0; i < n; i++) {
		/* What waits in a ring is not given back yet. */
		if (polled != 1 || f->queue == TEST_NOWHERE || i >= SMALL)
			assert_int_equal(rte_mbuf_refcnt_read(m[i]), 1);
		rte_pktmbuf_free(m[i]);
	}
}

static void
test_shared(void **state __rte_unused)
{
	struct test_flow arriving, dropped;
	struct test_world w;

	test_world_up(&w, 1, 2, SMALL_RINGS);
	arriving = flow_to(&w, 1, TEST_SHARED);
	dropped = flow_to(&w, TEST_NOWHERE, TEST_SHARED);
	give_back(&w, &arriving, 20, 3);
	give_back(&w, &dropped, 20, 3);
	give_back(&w, &arriving, 60, 1);
	assert_int_equal(queue_xstat(&w, 1, "ring_full"), 60 - SMALL);
	test_world_down(&w);
}

/* Headers cut short are counted. */
static void
test_malformed(void **state __rte_unused)
{
	struct test_flow f = {
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 1 },
		.queue = TEST_ANYWHERE,
	};
	struct test_world w;
	uint16_t cut;

	test_world_up(&w, 1, 2, SMALL_RINGS);
	flow_to(&w, 0, TEST_PLAIN);
	for (cut = 1; cut < 14 + 20 + 8; cut++) {
		f.packet.cut = cut;
		test_send(&w, &f, 0);
	}
	f.packet.cut = 0;
	test_send(&w, &f, 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(f.received, f.sent);
	assert_int_equal(test_xstat(w.port, "rx_malformed"), f.sent - 1);
	test_world_down(&w);
}

/*
 * By default rings hold no more than the descriptors that the application asked for: 4 queues of
 * 256 each, half of which the lower port has.
 */
static void
test_default_rings(void **state __rte_unused)
{
	struct test_flow f[4];
	struct test_world w;
	unsigned int i, waiting = 0;

	test_world_up(&w, 4, 4, "");
	for (i = 1; i < 4; i++)
		f[i] = flow_to(&w, i, TEST_PLAIN);
	for (i = 0; i < 4000; i++) {
		test_send_anyhow(&w, &f[1 + i % 3], i / 3 % 4);
		if (i % 500 == 499)
			test_poll_rest(&w, 1, TEST_BURST);
	}
	for (i = 1; i < 4; i++) {
		waiting += rte_eth_rx_queue_count(w.port, i);
		assert_true(queue_xstat(&w, i, "ring_full") > 0);
	}
	assert_true(waiting >= 4 * SMALL);
	assert_true(waiting <= 512);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_small_bursts, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_ring_full, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_sum, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_shared, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_malformed, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_default_rings, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("drops", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
