/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <sched.h>

#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_service.h>

#include "eal.h"
#include "handover.h"
#include "port.h"
#include "service.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Service cores that come and go, and ports that do while they run. */

/* Without a service core the port does not start, and says why; with one it does. */
static void
test_no_core(void **state __rte_unused)
{
	struct test_world w;

	test_cores_add(1);
	test_world_up(&w, 1, TEST_SERVICE_QUEUES, TEST_SERVICE);
	test_service_streams(&w);
	test_stop(w.port);
	test_cores_remove(1);

	test_log_begin();
	assert_int_equal(rte_eth_dev_start(w.port), -ENOENT);
	test_log_end_with("net_steer0: dispatch=service needs a service core", "-s or -S");
	assert_int_equal(test_link_status(w.port), RTE_ETH_LINK_DOWN);
	assert_int_equal(test_link_status(w.below), RTE_ETH_LINK_DOWN);

	test_cores_add(1);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_service_send(&w, 100);
	test_service_receive(&w);
	test_world_down(&w);
	test_cores_remove(1);
	test_service_absent("net_steer0_rx0");
}

/* A core that is at other work cannot be started: nor can the port, and nothing stays behind. */
static int
wait_for(void *arg)
{
	while (!__atomic_load_n((bool *)arg, __ATOMIC_ACQUIRE))
		sched_yield();
	return 0;
}

static void
test_busy_core(void **state __rte_unused)
{
	struct test_world w;
	bool end = false;

	test_cores_add(1);
	test_world_up(&w, 1, 2, TEST_SERVICE);
	test_stop(w.port);
	rte_service_map_lcore_set(test_service_id("net_steer0_rx0"), TEST_FIRST_CORE, 0);
	test_core_stop(TEST_FIRST_CORE);
	assert_int_equal(rte_eal_remote_launch(wait_for, &end, TEST_FIRST_CORE), 0);

	test_log_begin();
	assert_int_equal(rte_eth_dev_start(w.port), -EBUSY);
	test_log_end_with("net_steer0: dispatch=service", "busy");
	assert_int_equal(test_link_status(w.below), RTE_ETH_LINK_DOWN);
	__atomic_store_n(&end, true, __ATOMIC_RELEASE);
	rte_eal_wait_lcore(TEST_FIRST_CORE);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_world_down(&w);
	test_cores_remove(1);
}

/* Stopped at any moment, and closed, while packets come; what is under way is lost, not leaked. */
static void
test_stop_under_way(void **state __rte_unused)
{
	struct test_world w;
	unsigned int i;

	test_cores_add(TEST_SERVICE_CORES);
	test_world_up(&w, 2, TEST_SERVICE_QUEUES, TEST_SERVICE);
	w.lossy = true;
	w.window = UINT32_MAX;
	test_service_streams(&w);
	for (i = 0; i < 300; i++) {
		test_service_send(&w, i % 64);
		test_poll(&w, i % TEST_SERVICE_QUEUES, TEST_BURST);
		test_stop(w.port);
		assert_int_equal(rte_eth_dev_start(w.port), 0);
	}
	assert_int_equal(rte_service_lcore_count_services(TEST_FIRST_CORE), 1);
	assert_int_equal(rte_service_lcore_count_services(TEST_FIRST_CORE + 1), 1);
	test_world_down(&w);

	for (i = 0; i < 50; i++) {
		test_world_up(&w, 4, TEST_SERVICE_QUEUES, TEST_SERVICE);
		w.window = UINT32_MAX;
		test_service_streams(&w);
		test_service_send(&w, i);
		test_world_down(&w);
	}
	test_cores_remove(TEST_SERVICE_CORES);
}

/* Where the application maps a service holds over stop and start; fewer queues leave one idle. */
static void
test_again(void **state __rte_unused)
{
	struct test_world w;

	test_cores_add(TEST_SERVICE_CORES);
	test_world_up(&w, 2, TEST_SERVICE_QUEUES, TEST_SERVICE);
	rte_service_map_lcore_set(test_service_id("net_steer0_rx0"), TEST_FIRST_CORE, 0);
	rte_service_map_lcore_set(test_service_id("net_steer0_rx0"), TEST_FIRST_CORE + 1, 1);
	test_stop(w.port);
	assert_int_equal(rte_service_runstate_get(test_service_id("net_steer0_rx0")), 0);
	test_start(w.port, TEST_SERVICE_QUEUES, 1);
	assert_int_equal(rte_service_runstate_get(test_service_id("net_steer0_rx0")), 1);
	test_service_mapped("net_steer0_rx0", TEST_FIRST_CORE + 1);
	test_service_mapped("net_steer0_rx1", TEST_FIRST_CORE + 1);

	/* One core is left: one service does it all. */
	test_stop(w.port);
	test_core_stop(TEST_FIRST_CORE);
	assert_int_equal(rte_service_lcore_del(TEST_FIRST_CORE), 0);
	test_start(w.port, TEST_SERVICE_QUEUES, 1);
	assert_int_equal(rte_service_runstate_get(test_service_id("net_steer0_rx1")), 0);
	test_service_streams(&w);
	test_service_send(&w, 500);
	test_service_receive(&w);
	test_world_down(&w);
	test_cores_add(1);
	test_cores_remove(TEST_SERVICE_CORES);
}

/* A port that comes later takes the core with the least to do, and starts it. */
static void
test_hot_plug(void **state __rte_unused)
{
	struct rte_mbuf *m, *got = NULL;
	unsigned int patience = TEST_PATIENCE;
	struct test_world w;
	struct rte_ring *ring;
	uint16_t port;

	ring = test_ring("other", 64);
	test_cores_add(1);
	test_world_up(&w, 1, TEST_SERVICE_QUEUES, TEST_SERVICE);
	test_service_streams(&w);
	test_service_send(&w, 100);
	assert_int_equal(rte_service_lcore_add(TEST_FIRST_CORE + 1), 0);
	assert_int_equal(rte_service_lcore_may_be_active(TEST_FIRST_CORE + 1), 0);
	test_plug_rings("other", &ring, 1);
	port = test_plug("net_steer1", "iface=net_ring_other,dispatch=service");
	test_start(port, 1, 1);
	test_service_mapped("net_steer0_rx0", TEST_FIRST_CORE);
	test_service_mapped("net_steer1_rx0", TEST_FIRST_CORE + 1);

	m = rte_pktmbuf_alloc(test_pool());
	assert_non_null(m);
	assert_non_null(rte_pktmbuf_append(m, 60));
	test_give(m);
	assert_int_equal(rte_ring_enqueue(ring, m), 0);
	while (rte_eth_rx_burst(port, 0, &got, 1) == 0 && patience-- > 0)
		sched_yield();
	assert_ptr_equal(got, m);
	assert_int_equal(m->port, port);
	rte_pktmbuf_free(m);
	test_service_send(&w, 100);
	test_service_receive(&w);

	test_stop(port);
	test_unplug("net_steer1");
	test_unplug("net_ring_other");
	rte_ring_free(ring);
	test_service_send(&w, 100);
	test_service_receive(&w);
	test_world_down(&w);
	test_cores_remove(TEST_SERVICE_CORES);
}

/* The application takes all service cores away: the port stops, and starts with others. */
static void
test_cores_gone(void **state __rte_unused)
{
	const uint32_t before = rte_service_get_count();
	struct test_world w;

	test_cores_add(1);
	test_world_up(&w, 1, TEST_SERVICE_QUEUES, TEST_SERVICE);
	assert_int_equal(rte_service_lcore_reset_all(), 0);
	rte_eal_mp_wait_lcore();
	test_stop(w.port);
	test_cores_add(1);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_service_streams(&w);
	test_service_send(&w, 100);
	test_service_receive(&w);

	/* Closed without a core, it leaves its service behind, and finds it again. */
	assert_int_equal(rte_service_lcore_reset_all(), 0);
	rte_eal_mp_wait_lcore();
	test_world_down(&w);
	test_cores_add(1);
	test_world_up(&w, 1, TEST_SERVICE_QUEUES, TEST_SERVICE);
	test_world_down(&w);
	assert_int_equal(rte_service_get_count(), before);
	test_cores_remove(1);
}

/* An application that ends without closing its ports: EAL frees services before it does so. */
static void
leave_running(void)
{
	static struct test_world w;

	test_cores_add(1);
	test_world_up(&w, 1, TEST_SERVICE_QUEUES, TEST_SERVICE);
	test_eal_cleanup();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_core, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_busy_core, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_stop_under_way, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_again, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_hot_plug, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_cores_gone, test_begin, test_end),
	};
	int ret;

	if (test_driver_init_lcores(TEST_FIRST_CORE + TEST_SERVICE_CORES) != 0 ||
	    test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("service_cores", tests, NULL, NULL);
	if (ret == 0)
		leave_running();
	return ret;
}
