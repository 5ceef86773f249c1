/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <sched.h>
#include <stdio.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_service.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* dispatch=service: service cores drain the lower queues, and whoever polls finds all in rings. */

#define SERVICE "dispatch=service," TEST_ROOMY
/* Lcore 1 is for pollers. */
#define FIRST_CORE 2
#define N_CORES 2
/* How often nothing arrives until nothing will: seconds, on any machine. */
#define PATIENCE 5000000

#define STREAMS 32
#define QUEUES 8

static struct test_flow streams[STREAMS];

/* Service cores */

static void
add_cores(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		assert_int_equal(rte_service_lcore_add(FIRST_CORE + i), 0);
}

/* It may not have been started, or even not quite yet. */
static void
stop_core(unsigned int lcore)
{
	const int ret = rte_service_lcore_stop(lcore);

	assert_true(ret == 0 || ret == -EALREADY);
	rte_eal_wait_lcore(lcore);
}

static void
remove_cores(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		stop_core(FIRST_CORE + i);
		assert_int_equal(rte_service_lcore_del(FIRST_CORE + i), 0);
	}
}

static uint32_t
service(const char *name)
{
	uint32_t id;

	assert_int_equal(rte_service_get_by_name(name, &id), 0);
	return id;
}

static void
no_service(const char *name)
{
	uint32_t id;

	assert_int_equal(rte_service_get_by_name(name, &id), -ENODEV);
}

static void
check_mapped(const char *name, unsigned int lcore)
{
	unsigned int i;

	for (i = 0; i < (unsigned int)rte_service_lcore_count(); i++)
		assert_int_equal(rte_service_map_lcore_get(service(name), FIRST_CORE + i),
			FIRST_CORE + i == lcore);
}

/* Traffic */

static void
stream_rule(struct test_rule *r, uint32_t priority, uint16_t queue)
{
	test_rule(r, priority);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(r, IPPROTO_UDP, queue, QUEUES - 1);
	test_action_mark(r, 1 + queue);
	test_action_queue(r, queue);
}

/* Streams to all queues, by their destination's last bits. */
static void
make_streams(const struct test_world *w)
{
	struct test_rule r;
	unsigned int i;

	for (i = 0; i < STREAMS; i++)
		streams[i] = (struct test_flow){
			.packet = { .proto = IPPROTO_UDP, .src = i, .dst = i, .dport = i },
			.queue = i % QUEUES,
			.mark = 1 + i % QUEUES,
		};
	for (i = 0; i < QUEUES; i++) {
		stream_rule(&r, 1, i);
		test_create(w->port, &r);
	}
}

static void
send_streams(struct test_world *w, unsigned int n)
{
	unsigned int i, stream;

	for (i = 0; i < n; i++) {
		stream = i * 7 % STREAMS;
		test_send(w, &streams[stream], stream / QUEUES % w->n_lower);
	}
}

/* Poll until all has come that was sent. */
static void
receive_all(struct test_world *w)
{
	unsigned int patience = PATIENCE, n;
	uint16_t q;

	while (test_received(w) < w->sent && patience-- > 0) {
		for (q = 0, n = 0; q < w->n_queues; q++)
			n += test_poll(w, q, TEST_BURST);
		if (n > 0)
			patience = PATIENCE;
		else
			sched_yield();
	}
	test_world_check(w);
	assert_int_equal(test_received(w), w->sent);
}

/* Tests */

/* Without a service core the port does not start, and says why; with one it does. */
static void
test_no_core(void **state __rte_unused)
{
	struct test_world w;

	add_cores(1);
	test_world_up(&w, 1, QUEUES, SERVICE);
	make_streams(&w);
	test_stop(w.port);
	remove_cores(1);

	test_log_begin();
	assert_int_equal(rte_eth_dev_start(w.port), -ENOENT);
	test_log_end_with("net_steer0: dispatch=service needs a service core", "-s or -S");
	assert_int_equal(test_link_status(w.port), RTE_ETH_LINK_DOWN);
	assert_int_equal(test_link_status(w.below), RTE_ETH_LINK_DOWN);

	add_cores(1);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	send_streams(&w, 100);
	receive_all(&w);
	test_world_down(&w);
	remove_cores(1);
	no_service("net_steer0_rx0");
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

	add_cores(1);
	test_world_up(&w, 1, 2, SERVICE);
	test_stop(w.port);
	rte_service_map_lcore_set(service("net_steer0_rx0"), FIRST_CORE, 0);
	stop_core(FIRST_CORE);
	assert_int_equal(rte_eal_remote_launch(wait_for, &end, FIRST_CORE), 0);

	test_log_begin();
	assert_int_equal(rte_eth_dev_start(w.port), -EBUSY);
	test_log_end_with("net_steer0: dispatch=service", "busy");
	assert_int_equal(test_link_status(w.below), RTE_ETH_LINK_DOWN);
	__atomic_store_n(&end, true, __ATOMIC_RELEASE);
	rte_eal_wait_lcore(FIRST_CORE);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_world_down(&w);
	remove_cores(1);
}

static void
steer(uint16_t n_lower, uint16_t n_cores)
{
	struct test_world w;
	char name[32];
	uint16_t q;

	add_cores(n_cores);
	test_world_up(&w, n_lower, QUEUES, SERVICE);
	make_streams(&w);
	send_streams(&w, 1000);
	receive_all(&w);
	for (q = 0; q < QUEUES; q++) {
		snprintf(name, sizeof(name), "rx_q%u_direct", q);
		assert_int_equal(test_xstat(w.port, name), 0);
		snprintf(name, sizeof(name), "rx_q%u_crossed", q);
		assert_int_equal(test_xstat(w.port, name), w.received[q]);
	}
	/* As many as have something to do, on a core each. */
	check_mapped("net_steer0_rx0", FIRST_CORE);
	if (n_lower > 1 && n_cores > 1)
		check_mapped("net_steer0_rx1", FIRST_CORE + 1);
	else
		no_service("net_steer0_rx1");
	no_service("net_steer0_rx2");
	test_world_down(&w);
	no_service("net_steer0_rx0");
	remove_cores(n_cores);
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

	add_cores(1);
	test_world_up(&w, 1, QUEUES, SERVICE);
	make_streams(&w);
	id = service("net_steer0_rx0");
	/* Its only core may not be stopped. */
	assert_int_equal(rte_service_lcore_stop(FIRST_CORE), -EBUSY);
	assert_int_equal(rte_service_map_lcore_set(id, FIRST_CORE, 0), 0);
	stop_core(FIRST_CORE);

	send_streams(&w, 20);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(test_received(&w), 0);
	assert_int_equal(test_waiting_below(&w), 20);

	assert_int_equal(rte_service_run_iter_on_app_lcore(id, 1), 0);
	assert_int_equal(test_waiting_below(&w), 0);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 3), 2);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(test_received(&w), 20);
	test_world_down(&w);
	remove_cores(1);
}

/* One queue over one lower queue: all of it has to fit into a ring. */
static void
test_one_ring(void **state __rte_unused)
{
	struct test_flow f = { .packet = { .dst = 1, .proto = IPPROTO_UDP } };
	struct test_world w;
	unsigned int i;

	add_cores(1);
	test_world_up(&w, 1, 1, "dispatch=service");
	/* Half of the queue's 256 descriptors. */
	for (i = 0; i < 100; i++)
		test_send(&w, &f, 0);
	receive_all(&w);
	assert_int_equal(test_xstat(w.port, "rx_q0_ring_full"), 0);
	test_world_down(&w);
	remove_cores(1);
}

/* Packets for a stopped queue are dropped, and no others. */
static void
test_queue_stop(void **state __rte_unused)
{
	struct test_flow f = { .packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 2 },
			       .queue = TEST_NOWHERE };
	struct test_world w;
	unsigned int i;

	add_cores(1);
	test_world_up(&w, 1, QUEUES, SERVICE);
	make_streams(&w);
	assert_int_equal(rte_eth_dev_rx_queue_stop(w.port, 2), 0);
	for (i = 0; i < 50; i++)
		test_send(&w, &f, 0);
	test_send(&w, &streams[3], 0);
	receive_all(&w);
	assert_int_equal(test_xstat(w.port, "rx_q2_stopped"), 50);
	assert_int_equal(rte_eth_dev_rx_queue_start(w.port, 2), 0);
	send_streams(&w, 500);
	receive_all(&w);
	test_world_down(&w);
	remove_cores(1);
}

/* Packets come by rings: the lower's address is nothing to wait for. */
static void
test_modes(void **state __rte_unused)
{
	struct rte_power_monitor_cond pmc = { 0 };
	struct rte_eth_burst_mode mode;
	uint16_t port;

	add_cores(1);
	test_plug("test_fake0", "");
	port = test_plug("net_steer0", "iface=test_fake0,lower_queues=1,dispatch=service");
	test_start(port, 1, 1);
	assert_int_equal(rte_eth_get_monitor_addr(port, 0, &pmc), -ENOTSUP);
	assert_int_equal(rte_eth_rx_burst_mode_get(port, 0, &mode), 0);
	assert_string_equal(mode.info, "Scalar, by services; lower port: Fake 0");
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake0");
	remove_cores(1);
}

/* A flow stays in order, whichever core drains, and also while rules come and go beside it. */
static void
test_order(void **state __rte_unused)
{
	struct test_world w;
	struct rte_flow *flow;
	struct test_rule r;
	unsigned int round;

	add_cores(N_CORES);
	test_world_up(&w, 4, QUEUES, SERVICE);
	make_streams(&w);
	test_pollers_start(&w, 2, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	for (round = 0; round < 100; round++) {
		/* The first service by both cores, then by one; the second one hands over. */
		rte_service_map_lcore_set(service("net_steer0_rx0"), FIRST_CORE + 1, round & 1);
		rte_service_map_lcore_set(service("net_steer0_rx1"), FIRST_CORE, round & 1);
		rte_service_map_lcore_set(service("net_steer0_rx1"), FIRST_CORE + 1, ~round & 1);
		stream_rule(&r, 0, round % QUEUES);
		flow = test_create(w.port, &r);
		send_streams(&w, 200);
		test_destroy(w.port, flow);
	}
	test_pollers_stop(&w);
	receive_all(&w);
	test_world_down(&w);
	remove_cores(N_CORES);
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

	add_cores(1);
	test_world_up(&w, 2, QUEUES, SERVICE);
	w.moving = true;
	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_action_queue(&r, 0);
	old = test_create(w.port, &r);
	for (i = 1; i < 400; i++) {
		test_rule(&r, 0);
		test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
		test_action_queue(&r, i % QUEUES);
		flow = test_create(w.port, &r);
		test_destroy(w.port, old);
		old = flow;
		test_send(&w, &f, i & 1);
		test_poll(&w, i % QUEUES, TEST_BURST);
	}
	receive_all(&w);
	test_world_down(&w);
	remove_cores(1);
}

/* Stopped at any moment, and closed, while packets come; what is under way is lost, not leaked. */
static void
test_stop_under_way(void **state __rte_unused)
{
	struct test_world w;
	unsigned int i;

	add_cores(N_CORES);
	test_world_up(&w, 2, QUEUES, SERVICE);
	w.lossy = true;
	w.window = UINT32_MAX;
	make_streams(&w);
	for (i = 0; i < 300; i++) {
		send_streams(&w, i % 64);
		test_poll(&w, i % QUEUES, TEST_BURST);
		test_stop(w.port);
		assert_int_equal(rte_eth_dev_start(w.port), 0);
	}
	assert_int_equal(rte_service_lcore_count_services(FIRST_CORE), 1);
	assert_int_equal(rte_service_lcore_count_services(FIRST_CORE + 1), 1);
	test_world_down(&w);

	for (i = 0; i < 50; i++) {
		test_world_up(&w, 4, QUEUES, SERVICE);
		w.window = UINT32_MAX;
		make_streams(&w);
		send_streams(&w, i);
		test_world_down(&w);
	}
	remove_cores(N_CORES);
}

/* Where the application maps a service holds over stop and start; fewer queues leave one idle. */
static void
test_again(void **state __rte_unused)
{
	struct test_world w;

	add_cores(N_CORES);
	test_world_up(&w, 2, QUEUES, SERVICE);
	rte_service_map_lcore_set(service("net_steer0_rx0"), FIRST_CORE, 0);
	rte_service_map_lcore_set(service("net_steer0_rx0"), FIRST_CORE + 1, 1);
	test_stop(w.port);
	assert_int_equal(rte_service_runstate_get(service("net_steer0_rx0")), 0);
	test_start(w.port, QUEUES, 1);
	assert_int_equal(rte_service_runstate_get(service("net_steer0_rx0")), 1);
	check_mapped("net_steer0_rx0", FIRST_CORE + 1);
	check_mapped("net_steer0_rx1", FIRST_CORE + 1);

	/* One core is left: one service does it all. */
	test_stop(w.port);
	stop_core(FIRST_CORE);
	assert_int_equal(rte_service_lcore_del(FIRST_CORE), 0);
	test_start(w.port, QUEUES, 1);
	assert_int_equal(rte_service_runstate_get(service("net_steer0_rx1")), 0);
	make_streams(&w);
	send_streams(&w, 500);
	receive_all(&w);
	test_world_down(&w);
	add_cores(1);
	remove_cores(N_CORES);
}

/* A port that comes later takes the core with the least to do, and starts it. */
static void
test_hot_plug(void **state __rte_unused)
{
	struct rte_mbuf *m, *got = NULL;
	unsigned int patience = PATIENCE;
	struct test_world w;
	struct rte_ring *ring;
	uint16_t port;

	ring = test_ring("other", 64);
	add_cores(1);
	test_world_up(&w, 1, QUEUES, SERVICE);
	make_streams(&w);
	send_streams(&w, 100);
	assert_int_equal(rte_service_lcore_add(FIRST_CORE + 1), 0);
	assert_int_equal(rte_service_lcore_may_be_active(FIRST_CORE + 1), 0);
	test_plug_rings("other", &ring, 1);
	port = test_plug("net_steer1", "iface=net_ring_other,dispatch=service");
	test_start(port, 1, 1);
	check_mapped("net_steer0_rx0", FIRST_CORE);
	check_mapped("net_steer1_rx0", FIRST_CORE + 1);

	m = rte_pktmbuf_alloc(test_pool());
	assert_non_null(m);
	assert_non_null(rte_pktmbuf_append(m, 60));
	assert_int_equal(rte_ring_enqueue(ring, m), 0);
	while (rte_eth_rx_burst(port, 0, &got, 1) == 0 && patience-- > 0)
		sched_yield();
	assert_ptr_equal(got, m);
	assert_int_equal(m->port, port);
	rte_pktmbuf_free(m);
	send_streams(&w, 100);
	receive_all(&w);

	test_stop(port);
	test_unplug("net_steer1");
	test_unplug("net_ring_other");
	rte_ring_free(ring);
	send_streams(&w, 100);
	receive_all(&w);
	test_world_down(&w);
	remove_cores(N_CORES);
}

/* The application takes all service cores away: the port stops, and starts with others. */
static void
test_cores_gone(void **state __rte_unused)
{
	const uint32_t before = rte_service_get_count();
	struct test_world w;

	add_cores(1);
	test_world_up(&w, 1, QUEUES, SERVICE);
	assert_int_equal(rte_service_lcore_reset_all(), 0);
	rte_eal_mp_wait_lcore();
	test_stop(w.port);
	add_cores(1);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	make_streams(&w);
	send_streams(&w, 100);
	receive_all(&w);

	/* Closed without a core, it leaves its service behind, and finds it again. */
	assert_int_equal(rte_service_lcore_reset_all(), 0);
	rte_eal_mp_wait_lcore();
	test_world_down(&w);
	add_cores(1);
	test_world_up(&w, 1, QUEUES, SERVICE);
	test_world_down(&w);
	assert_int_equal(rte_service_get_count(), before);
	remove_cores(1);
}

/* Nothing of this concerns a port that is polled. */
static void
test_poll_mode(void **state __rte_unused)
{
	const uint32_t before = rte_service_get_count();
	struct test_world w;

	test_world_up(&w, 1, QUEUES, "dispatch=poll," TEST_ROOMY);
	assert_int_equal(rte_service_get_count(), before);
	make_streams(&w);
	send_streams(&w, 500);
	receive_all(&w);
	test_world_down(&w);
}

/* An application that ends without closing its ports: EAL frees services before it does so. */
static void
leave_running(void)
{
	static struct test_world w;

	add_cores(1);
	test_world_up(&w, 1, QUEUES, SERVICE);
	test_eal_cleanup();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_core, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_busy_core, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_steering, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_poll_drains_nothing, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_one_ring, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_queue_stop, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_modes, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_order, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_moving, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_stop_under_way, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_again, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_hot_plug, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_cores_gone, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_poll_mode, test_begin, test_end),
	};
	int ret;

	if (test_driver_init_lcores(FIRST_CORE + N_CORES) != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("service", tests, NULL, NULL);
	if (ret == 0)
		leave_running();
	return ret;
}
