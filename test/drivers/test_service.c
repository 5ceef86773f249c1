/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>

#include <netinet/in.h>

#include <rte_ethdev.h>
#include <rte_service.h>

#include "eal.h"
#include "fake_intr.h"
#include "flows.h"
#include "port.h"
#include "rule.h"
#include "service.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* dispatch=service: service cores drain the lower queues, and whoever polls finds all in rings. */

static void
steer(uint16_t n_lower, uint16_t n_cores)
{
	struct test_world w;
	char name[32];
	uint16_t q;

	test_cores_add(n_cores);
	test_world_up(&w, n_lower, TEST_SERVICE_QUEUES, TEST_SERVICE);
	test_service_streams(&w);
	test_service_send(&w, 1000);
	test_service_receive(&w);
	for (q = 0; q < TEST_SERVICE_QUEUES; q++) {
		snprintf(name, sizeof(name), "rx_q%u_direct", q);
		assert_int_equal(test_xstat(w.port, name), 0);
		snprintf(name, sizeof(name), "rx_q%u_crossed", q);
		assert_int_equal(test_xstat(w.port, name), w.received[q]);
	}
	/* As many as have something to do, on a core each. */
	test_service_mapped("net_steer0_rx0", TEST_FIRST_CORE);
	if (n_lower > 1 && n_cores > 1)
		test_service_mapped("net_steer0_rx1", TEST_FIRST_CORE + 1);
	else
		test_service_absent("net_steer0_rx1");
	test_service_absent("net_steer0_rx2");
	test_world_down(&w);
	test_service_absent("net_steer0_rx0");
	test_cores_remove(n_cores);
}

static void
test_steering(void **state __rte_unused)
{
	steer(1, 1);
	steer(1, 2);
	steer(4, 1);
	steer(3, 2);
}

/* Who polls drains nothing; who runs the service does, and a stopped core is no trouble. */
static void
test_poll_drains_nothing(void **state __rte_unused)
{
	struct test_world w;
	uint32_t id;

	test_cores_add(1);
	test_world_up(&w, 1, TEST_SERVICE_QUEUES, TEST_SERVICE);
	test_service_streams(&w);
	id = test_service_id("net_steer0_rx0");
	/* Its only core may not be stopped. */
	assert_int_equal(rte_service_lcore_stop(TEST_FIRST_CORE), -EBUSY);
	assert_int_equal(rte_service_map_lcore_set(id, TEST_FIRST_CORE, 0), 0);
	test_core_stop(TEST_FIRST_CORE);

	test_service_send(&w, 20);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(test_received(&w), 0);
	assert_int_equal(test_waiting_below(&w), 20);

	assert_int_equal(rte_service_run_iter_on_app_lcore(id, 1), 0);
	assert_int_equal(test_waiting_below(&w), 0);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 3), 2);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(test_received(&w), 20);
	test_world_down(&w);
	test_cores_remove(1);
}

/* One queue over one lower queue: all of it has to fit into a ring. */
static void
test_one_ring(void **state __rte_unused)
{
	struct test_flow f = { .packet = { .dst = 1, .proto = IPPROTO_UDP } };
	struct test_world w;
	unsigned int i;

	test_cores_add(1);
	test_world_up(&w, 1, 1, "dispatch=service");
	/* Half of the queue's 256 descriptors. */
	for (i = 0; i < 100; i++)
		test_send(&w, &f, 0);
	test_service_receive(&w);
	assert_int_equal(test_xstat(w.port, "rx_q0_ring_full"), 0);
	test_world_down(&w);
	test_cores_remove(1);
}

/* Packets for a stopped queue are dropped, and no others. */
static void
test_queue_stop(void **state __rte_unused)
{
	struct test_flow f = { .packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 2 },
			       .queue = TEST_NOWHERE };
	struct test_world w;
	unsigned int i;

	test_cores_add(1);
	test_world_up(&w, 1, TEST_SERVICE_QUEUES, TEST_SERVICE);
	test_service_streams(&w);
	assert_int_equal(rte_eth_dev_rx_queue_stop(w.port, 2), 0);
	for (i = 0; i < 50; i++)
		test_send(&w, &f, 0);
	test_send(&w, test_service_stream(3), 0);
	test_service_receive(&w);
	assert_int_equal(test_xstat(w.port, "rx_q2_stopped"), 50);
	assert_int_equal(rte_eth_dev_rx_queue_start(w.port, 2), 0);
	test_service_send(&w, 500);
	test_service_receive(&w);
	test_world_down(&w);
	test_cores_remove(1);
}

/* Packets come by rings: the lower's address is nothing to wait for. */
static void
test_modes(void **state __rte_unused)
{
	struct rte_power_monitor_cond pmc = { 0 };
	struct rte_eth_burst_mode mode;
	uint16_t port, lower;

	test_cores_add(1);
	lower = test_plug("test_fake0", "");
	port = test_plug("net_steer0", "iface=test_fake0,lower_queues=1,simd=off,dispatch=service");
	test_start(port, 1, 1);
	assert_int_equal(rte_eth_get_monitor_addr(port, 0, &pmc), -ENOTSUP);
	assert_int_equal(rte_eth_rx_burst_mode_get(port, 0, &mode), 0);
	assert_string_equal(mode.info, "Scalar, by services; lower port: Fake 0");
	/* Services poll. */
	assert_false(test_fake_armed(lower, 0));
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake0");
	test_cores_remove(1);
}

/* A flow stays in order, whichever core drains, and also while rules come and go beside it. */
static void
test_order(void **state __rte_unused)
{
	uint32_t first, second;
	struct test_world w;
	struct rte_flow *flow;
	struct test_rule r;
	unsigned int round;

	test_cores_add(TEST_SERVICE_CORES);
	test_world_up(&w, 4, TEST_SERVICE_QUEUES, TEST_SERVICE);
	test_service_streams(&w);
	test_pollers_start(&w, 2, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	first = test_service_id("net_steer0_rx0");
	second = test_service_id("net_steer0_rx1");
	for (round = 0; round < 100; round++) {
		/* The first service by both cores, then by one; the second one hands over. */
		rte_service_map_lcore_set(first, TEST_FIRST_CORE + 1, round & 1);
		rte_service_map_lcore_set(second, TEST_FIRST_CORE, round & 1);
		rte_service_map_lcore_set(second, TEST_FIRST_CORE + 1, ~round & 1);
		test_stream_rule(&r, 0, round % TEST_SERVICE_QUEUES, TEST_SERVICE_QUEUES);
		flow = test_create(w.port, &r);
		test_service_send(&w, 200);
		test_destroy(w.port, flow);
	}
	test_pollers_stop(&w);
	test_service_receive(&w);
	test_world_down(&w);
	test_cores_remove(TEST_SERVICE_CORES);
}

/* Flows that rules move get all of their packets. */
static void
test_moving(void **state __rte_unused)
{
	struct test_flow f = { .packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 5 },
			       .queue = TEST_ANYWHERE };
	struct rte_flow *old, *flow;
	struct test_world w;
	struct test_rule r;
	unsigned int i;

	test_cores_add(1);
	test_world_up(&w, 2, TEST_SERVICE_QUEUES, TEST_SERVICE);
	w.moving = true;
	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_action_queue(&r, 0);
	old = test_create(w.port, &r);
	for (i = 1; i < 400; i++) {
		test_rule(&r, 0);
		test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
		test_action_queue(&r, i % TEST_SERVICE_QUEUES);
		flow = test_create(w.port, &r);
		test_destroy(w.port, old);
		old = flow;
		test_send(&w, &f, i & 1);
		test_poll(&w, i % TEST_SERVICE_QUEUES, TEST_BURST);
	}
	test_service_receive(&w);
	test_world_down(&w);
	test_cores_remove(1);
}

/* Nothing of this concerns a port that is polled. */
static void
test_poll_mode(void **state __rte_unused)
{
	const uint32_t before = rte_service_get_count();
	struct test_world w;

	test_world_up(&w, 1, TEST_SERVICE_QUEUES, "dispatch=poll," TEST_ROOMY);
	assert_int_equal(rte_service_get_count(), before);
	test_service_streams(&w);
	test_service_send(&w, 500);
	test_service_receive(&w);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_steering, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_poll_drains_nothing, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_one_ring, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_queue_stop, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_modes, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_order, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_moving, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_poll_mode, test_begin, test_end),
	};
	int ret;

	if (test_driver_init_lcores(TEST_FIRST_CORE + TEST_SERVICE_CORES) != 0 ||
	    test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("service", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
