/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Rules outlive stop, start and configure; those to queues that are gone wait for their return. */

#define QUEUES 8

static struct test_packet
packet_to(uint16_t port)
{
	return (struct test_packet){ .dst = 1, .proto = IPPROTO_UDP, .dport = port };
}

/* A rule for a port, that counts. */
static struct rte_flow *
port_to_queue(const struct test_world *w, uint32_t priority, uint16_t port, uint16_t queue)
{
	struct test_rule r;

	test_rule(&r, priority);
	test_item(&r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, port, UINT16_MAX);
	test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
	test_action_queue(&r, queue);
	return test_create(w->port, &r);
}

static void
expect(struct test_world *w, uint16_t port, uint16_t queue)
{
	const struct test_packet p = packet_to(port);

	test_expect(w, &p, queue, 0);
}

static void
reconfigure(struct test_world *w, uint16_t n_queues)
{
	test_stop(w->port);
	test_start(w->port, n_queues, 1);
	w->n_queues = n_queues;
}

static void
test_stop_start(void **state __rte_unused)
{
	struct rte_flow *flow[QUEUES];
	struct test_world w;
	unsigned int round;
	uint16_t q;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	for (q = 0; q < QUEUES; q++)
		flow[q] = port_to_queue(&w, q, 100 + q, q);
	for (round = 0; round < 3; round++) {
		for (q = 0; q < QUEUES; q++)
			expect(&w, 100 + q, q);
		test_stop(w.port);
		if (round == 1)
			test_start(w.port, QUEUES, 1);
		else
			assert_int_equal(rte_eth_dev_start(w.port), 0);
	}
	for (q = 0; q < QUEUES; q++)
		assert_int_equal(test_hits(w.port, flow[q], false), 3);
	test_world_down(&w);
}

static void
test_fewer_queues(void **state __rte_unused)
{
	struct rte_flow *flow[QUEUES];
	struct test_world w;
	uint16_t q;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	for (q = 0; q < QUEUES; q++)
		flow[q] = port_to_queue(&w, 1, 100 + q, q);
	port_to_queue(&w, 2, 106, 1);
	port_to_queue(&w, 3, 106, 0);
	expect(&w, 106, 6);
	expect(&w, 107, 7);

	reconfigure(&w, 3);
	assert_int_equal(test_inactive(w.port, NULL), QUEUES - 3);
	assert_int_equal(test_inactive(w.port, flow[2]), 0);
	assert_int_equal(test_inactive(w.port, flow[3]), 1);
	for (q = 0; q < 3; q++)
		expect(&w, 100 + q, q);
	/* The next rule that matches, or RSS. */
	expect(&w, 106, 1);
	expect(&w, 107, TEST_ANYWHERE);
	/* A rule that waits is a rule nevertheless. */
	assert_int_equal(test_hits(w.port, flow[7], false), 1);
	test_destroy(w.port, flow[5]);

	reconfigure(&w, QUEUES);
	assert_int_equal(test_inactive(w.port, NULL), 0);
	for (q = 0; q < QUEUES; q++)
		expect(&w, 100 + q, q == 5 ? TEST_ANYWHERE : q);
	assert_int_equal(test_hits(w.port, flow[7], false), 2);
	test_world_down(&w);
}

/* A rule that returns is as old as it was. */
static void
test_seniority(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY);
	port_to_queue(&w, 1, 100, 5);
	port_to_queue(&w, 1, 100, 1);
	expect(&w, 100, 5);
	reconfigure(&w, 2);
	expect(&w, 100, 1);
	port_to_queue(&w, 1, 100, 0);
	expect(&w, 100, 1);
	reconfigure(&w, QUEUES);
	expect(&w, 100, 5);
	/* Gone while they wait. */
	reconfigure(&w, 2);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	reconfigure(&w, QUEUES);
	assert_int_equal(test_inactive(w.port, NULL), 0);
	port_to_queue(&w, 1, 100, 7);
	expect(&w, 100, 7);
	test_world_down(&w);
}

/* RSS goes over those of its queues that are there. */
static void
test_rss_queues(void **state __rte_unused)
{
	struct rte_flow *flow;
	struct test_world w;
	struct test_rule r;
	uint16_t port;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY);
	test_rule(&r, 1);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_action_rss(&r, RTE_ETH_RSS_NONFRAG_IPV4_UDP, 3, 3);
	flow = test_create(w.port, &r);
	reconfigure(&w, 4);
	assert_int_equal(test_inactive(w.port, flow), 0);
	for (port = 100; port < 110; port++)
		expect(&w, port, 3);
	port_to_queue(&w, 2, 100, 1);
	reconfigure(&w, 3);
	assert_int_equal(test_inactive(w.port, flow), 1);
	expect(&w, 100, 1);
	reconfigure(&w, QUEUES);
	assert_int_equal(test_inactive(w.port, flow), 0);
	for (port = 100; port < 110; port++) {
		struct test_flow f = { .packet = packet_to(port), .queue = TEST_ANYWHERE };

		test_send(&w, &f, 0);
		test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
		assert_in_range(f.came_from, 3, 5);
	}
	test_world_down(&w);
}

/* Rules may be made before there are queues: for all that there may ever be. */
static void
test_before_configure(void **state __rte_unused)
{
	struct test_world w = { .n_lower = 1, .n_queues = 2 };
	struct test_rule r;

	test_log_begin();
	w.port = test_plug("net_steer0", "iface=nothing,queues=4");
	test_log_end(NULL);
	port_to_queue(&w, 1, 100, 3);
	assert_int_equal(test_inactive(w.port, NULL), 1);
	test_rule(&r, 1);
	test_action_queue(&r, 4);
	assert_null(rte_flow_create(w.port, &r.attr, r.pattern, r.actions, NULL));
	test_unplug("net_steer0");
}

/* Rules made between stop and start, and while the port has fewer queues. */
static void
test_made_meanwhile(void **state __rte_unused)
{
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 1, 2, TEST_ROOMY);
	test_stop(w.port);
	port_to_queue(&w, 1, 100, 1);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	expect(&w, 100, 1);
	test_rule(&r, 0);
	test_action_queue(&r, 2);
	assert_null(rte_flow_create(w.port, &r.attr, r.pattern, r.actions, NULL));
	reconfigure(&w, 3);
	test_create(w.port, &r);
	expect(&w, 100, 2);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stop_start, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_fewer_queues, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_seniority, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_rss_queues, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_before_configure, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_made_meanwhile, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("flow_keep", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
