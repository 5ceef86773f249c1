/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "fake_intr.h"
#include "flows.h"
#include "port.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Single queues: stopped, started, set up anew while the others go on. */

#define DESC 256
#define CYCLES 300

static void
send_some(struct test_world *w, struct test_flow *f, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		test_send_anyhow(w, f, w->n_lower - 1);
}

/* Packets arrive, where some queues (a bitmap) are polled. */
static void
check_arrival(struct test_world *w, struct test_flow *f, unsigned int n, uint64_t polled)
{
	const uint32_t before = f->received;

	send_some(w, f, n);
	test_poll_rest(w, polled, TEST_BURST);
	assert_int_equal(f->received, before + n);
}

static uint64_t
queue_xstat(uint16_t port, char direction, uint16_t queue, const char *what)
{
	char name[RTE_ETH_XSTATS_NAME_SIZE];

	snprintf(name, sizeof(name), "%cx_q%u_%s", direction, queue, what);
	return test_xstat(port, name);
}

static uint8_t
rx_state(uint16_t port, uint16_t queue)
{
	static struct rte_eth_rxq_info info; /* The sanitizers keep no alignment on the stack. */

	assert_int_equal(rte_eth_rx_queue_info_get(port, queue, &info), 0);
	return info.queue_state;
}

static uint8_t
tx_state(uint16_t port, uint16_t queue)
{
	static struct rte_eth_txq_info info; /* The sanitizers keep no alignment on the stack. */

	assert_int_equal(rte_eth_tx_queue_info_get(port, queue, &info), 0);
	return info.queue_state;
}

/* Reception */

static void
check_stopped(struct test_world *w, struct test_flow *f, struct test_flow *other)
{
	struct rte_eth_stats stats;
	struct rte_mbuf *m;

	send_some(w, f, 100);
	send_some(w, other, 100);
	test_poll_rest(w, 5, TEST_BURST);
	assert_int_equal(other->received, other->sent);
	assert_int_equal(queue_xstat(w->port, 'r', 1, "stopped"), 100);
	assert_int_equal(queue_xstat(w->port, 'r', 1, "ring_full"), 0);
	assert_int_equal(queue_xstat(w->port, 'r', 0, "stopped"), 0);
	assert_int_equal(rte_eth_stats_get(w->port, &stats), 0);
	assert_int_equal(stats.imissed, 100);
	assert_int_equal(rte_eth_rx_queue_count(w->port, 1), 0);

	/* Nothing is held back; and who polls it all the same takes nothing from others. */
	send_some(w, other, 1);
	assert_int_equal(rte_eth_rx_burst(w->port, 1, &m, 1), 0);
	test_poll_rest(w, 5, TEST_BURST);
	assert_int_equal(other->received, other->sent);
}

static void
stop_and_start(uint16_t n_lower)
{
	struct test_flow f, other;
	struct test_world w;

	test_world_up(&w, n_lower, 3, TEST_ROOMY);
	f = test_flow_to(w.port, 1);
	other = test_flow_to(w.port, 2);
	send_some(&w, &f, 20);
	test_poll_rest(&w, 1, TEST_BURST);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 1), 20);

	/* What waits in the rings goes at once. */
	assert_int_equal(rx_state(w.port, 1), RTE_ETH_QUEUE_STATE_STARTED);
	assert_int_equal(rte_eth_dev_rx_queue_stop(w.port, 1), 0);
	assert_int_equal(rx_state(w.port, 1), RTE_ETH_QUEUE_STATE_STOPPED);
	assert_int_equal(rx_state(w.port, 0), RTE_ETH_QUEUE_STATE_STARTED);
	assert_int_equal(rte_mempool_avail_count(test_pool()), test_pool()->size);
	assert_int_equal(test_xstat(w.port, "rx_stop_drops"), 20);
	check_stopped(&w, &f, &other);

	assert_int_equal(rte_eth_dev_rx_queue_start(w.port, 1), 0);
	assert_int_equal(rx_state(w.port, 1), RTE_ETH_QUEUE_STATE_STARTED);
	f.next = f.sent;
	check_arrival(&w, &f, 100, TEST_ALL_QUEUES);
	test_world_down(&w);
}

static void
test_rx_stop(void **state __rte_unused)
{
	stop_and_start(1);
	stop_and_start(4);
}

/* The one queue that polls is not the one that the lower queue belongs to. */
static void
test_rx_stop_owner(void **state __rte_unused)
{
	struct test_flow f;
	struct test_world w;

	test_world_up(&w, 2, 2, TEST_ROOMY);
	f = test_flow_to(w.port, 1);
	assert_int_equal(rte_eth_dev_rx_queue_stop(w.port, 0), 0);
	check_arrival(&w, &f, 100, 2);
	test_world_down(&w);
}

/* While the port runs, but a queue does not, a stop of the port starts it again. */
static void
test_port_restart(void **state __rte_unused)
{
	struct test_flow f;
	struct test_world w;

	test_world_up(&w, 1, 2, TEST_ROOMY);
	f = test_flow_to(w.port, 1);
	assert_int_equal(rte_eth_dev_rx_queue_stop(w.port, 1), 0);
	assert_int_equal(rte_eth_dev_tx_queue_stop(w.port, 0), 0);
	test_stop(w.port);
	assert_int_equal(rx_state(w.port, 0), RTE_ETH_QUEUE_STATE_STOPPED);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(rx_state(w.port, 1), RTE_ETH_QUEUE_STATE_STARTED);
	assert_int_equal(tx_state(w.port, 0), RTE_ETH_QUEUE_STATE_STARTED);
	check_arrival(&w, &f, 10, TEST_ALL_QUEUES);
	test_world_down(&w);
}

static void
test_rx_deferred(void **state __rte_unused)
{
	const struct rte_eth_rxconf deferred = { .rx_deferred_start = 1 };
	struct test_flow f, other;
	struct test_world w;

	test_world_up(&w, 2, 2, TEST_ROOMY);
	f = test_flow_to(w.port, 1);
	other = test_flow_to(w.port, 0);
	test_stop(w.port);
	assert_int_equal(rte_eth_rx_queue_setup(w.port, 1, DESC, 0, &deferred, test_pool()), 0);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(rx_state(w.port, 0), RTE_ETH_QUEUE_STATE_STARTED);
	assert_int_equal(rx_state(w.port, 1), RTE_ETH_QUEUE_STATE_STOPPED);
	send_some(&w, &f, 10);
	send_some(&w, &other, 10);
	test_poll_rest(&w, 1, TEST_BURST);
	assert_int_equal(other.received, 10);
	assert_int_equal(queue_xstat(w.port, 'r', 1, "stopped"), 10);

	assert_int_equal(rte_eth_dev_rx_queue_start(w.port, 1), 0);
	f.next = f.sent;
	check_arrival(&w, &f, 10, TEST_ALL_QUEUES);
	test_world_down(&w);
}

/* Until some poller has dropped packets for a stopped queue; not for ever. */
static void
wait_for_drops(struct test_world *w, uint16_t queue, uint64_t before)
{
	unsigned int i;

	for (i = 0; i < 10000000 && queue_xstat(w->port, 'r', queue, "stopped") == before; i++)
		sched_yield();
}

/* Queue 1 comes and goes while others are polled and packets for both arrive. */
static void
test_rx_under_fire(void **state __rte_unused)
{
	struct rte_eth_stats stats;
	struct test_flow f, other;
	struct test_world w;
	uint64_t stopped;
	unsigned int i;

	test_world_up(&w, 2, 3, TEST_ROOMY);
	w.lossy = true;
	f = test_flow_to(w.port, 1);
	other = test_flow_to(w.port, 2);
	test_pollers_start(&w, 2, 5, TEST_BURST);
	for (i = 0; i < CYCLES; i++) {
		send_some(&w, &f, 20);
		send_some(&w, &other, 20);
		assert_int_equal(rte_eth_dev_rx_queue_stop(w.port, 1), 0);
		assert_int_equal(rte_eth_rx_queue_count(w.port, 1), 0);
		stopped = queue_xstat(w.port, 'r', 1, "stopped");
		send_some(&w, &f, 20);
		if (i % 8 == 0)
			wait_for_drops(&w, 1, stopped);
		if (i % 2 == 0)
			assert_int_equal(rte_eth_rx_queue_setup(w.port, 1, DESC, 0, NULL,
				test_pool()), 0);
		assert_int_equal(rte_eth_rx_queue_count(w.port, 1), 0);
		assert_int_equal(rte_eth_dev_rx_queue_start(w.port, 1), 0);
	}
	test_pollers_stop(&w);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	/* All is accounted for. */
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_true(queue_xstat(w.port, 'r', 1, "stopped") > 0);
	assert_int_equal(stats.ipackets + stats.imissed, w.sent);
	test_world_down(&w);
}

static void
test_rx_runtime(void **state __rte_unused)
{
	struct rte_mempool *pool = rte_pktmbuf_pool_create("other", 1023, 0, 0,
		RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	static struct rte_eth_rxq_info info; /* The sanitizers keep no alignment on the stack. */
	struct test_flow f;
	struct test_world w;

	assert_non_null(pool);
	test_world_up(&w, 1, 2, TEST_ROOMY);
	f = test_flow_to(w.port, 1);
	assert_int_equal(rte_eth_rx_queue_setup(w.port, 1, DESC, 0, NULL, pool), -EBUSY);
	assert_int_equal(rte_eth_dev_rx_queue_stop(w.port, 1), 0);
	assert_int_equal(rte_eth_rx_queue_setup(w.port, 1, 2 * DESC, 0, NULL, pool), 0);
	assert_int_equal(rx_state(w.port, 1), RTE_ETH_QUEUE_STATE_STOPPED);
	send_some(&w, &f, 10);
	test_poll_rest(&w, 1, TEST_BURST);
	assert_int_equal(queue_xstat(w.port, 'r', 1, "stopped"), 10);

	assert_int_equal(rte_eth_dev_rx_queue_start(w.port, 1), 0);
	assert_int_equal(rte_eth_rx_queue_info_get(w.port, 1, &info), 0);
	assert_ptr_equal(info.mp, pool);
	assert_int_equal(info.nb_desc, 2 * DESC);
	f.next = f.sent;
	check_arrival(&w, &f, 10, TEST_ALL_QUEUES);
	test_world_down(&w);
	rte_mempool_free(pool);
}

/* A port with queue 1 stopped whose lower port goes away, and back if there is to be one again: the
 * queue is not started, and says why. */
static uint16_t
lower_goes(bool back)
{
	uint16_t port;

	test_plug("test_fake0", "");
	port = test_plug("net_steer0", "iface=test_fake0");
	test_start(port, 2, 2);
	assert_int_equal(rte_eth_dev_rx_queue_stop(port, 1), 0);
	assert_int_equal(rte_eth_dev_tx_queue_stop(port, 1), 0);
	test_log_begin();
	test_unplug("test_fake0");
	if (back)
		test_plug("test_fake0", "");
	test_log_end_with("net_steer0", "gone");
	test_log_begin();
	assert_int_equal(rte_eth_dev_rx_queue_start(port, 1), -ENODEV);
	test_log_end_with("RX queue 1", "test_fake0");
	test_log_begin();
	assert_int_equal(rte_eth_dev_tx_queue_start(port, 1), -ENODEV);
	test_log_end_with("TX queue 1", "test_fake0");
	return port;
}

/* A lower port that went away. */
static void
test_gone(void **state __rte_unused)
{
	const uint16_t port = lower_goes(false);

	assert_int_equal(rte_eth_dev_rx_queue_stop(port, 0), 0);
	assert_int_equal(rte_eth_dev_tx_queue_stop(port, 0), 0);
	test_stop(port);
	test_unplug("net_steer0");
}

/* It comes back, but nobody has started it: there is nothing to start a queue of ours upon. */
static void
test_came_back(void **state __rte_unused)
{
	const uint16_t port = lower_goes(true);

	test_stop(port);
	assert_int_equal(rte_eth_dev_start(port), 0);
	assert_int_equal(rte_eth_dev_tx_queue_stop(port, 1), 0);
	assert_int_equal(rte_eth_dev_tx_queue_start(port, 1), 0);
	assert_int_equal(rte_eth_dev_rx_queue_stop(port, 1), 0);
	assert_int_equal(rte_eth_dev_rx_queue_start(port, 1), 0);
	test_stop(port);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit("test_fake0"), 0);
}

/* Transmission */

static uint16_t
transmit(uint16_t port, uint16_t queue)
{
	const struct test_packet packet = { .dst = 1, .proto = IPPROTO_UDP };
	struct rte_mbuf *m = test_packet_make(&packet);
	uint16_t n;

	assert_non_null(m);
	n = rte_eth_tx_burst(port, queue, &m, 1);
	if (n == 0)
		rte_pktmbuf_free(m);
	return n;
}

/* More queues than below, so that they share. */
static void
test_tx_stop(void **state __rte_unused)
{
	const struct rte_eth_txconf deferred = { .tx_deferred_start = 1 };
	uint16_t port, i;

	test_plug("test_fake0", "");
	port = test_plug("net_steer0", "iface=test_fake0");
	test_start(port, 1, 6);
	test_stop(port);
	assert_int_equal(rte_eth_tx_queue_setup(port, 5, DESC, 0, &deferred), 0);
	assert_int_equal(rte_eth_dev_start(port), 0);
	assert_int_equal(tx_state(port, 5), RTE_ETH_QUEUE_STATE_STOPPED);
	assert_int_equal(transmit(port, 5), 0);
	assert_int_equal(rte_eth_dev_tx_queue_start(port, 5), 0);
	for (i = 0; i < 6; i++) {
		assert_int_equal(tx_state(port, i), RTE_ETH_QUEUE_STATE_STARTED);
		assert_int_equal(transmit(port, i), 1);
	}

	assert_int_equal(rte_eth_dev_tx_queue_stop(port, 1), 0);
	assert_int_equal(tx_state(port, 1), RTE_ETH_QUEUE_STATE_STOPPED);
	assert_int_equal(transmit(port, 1), 0);
	assert_int_equal(transmit(port, 5), 1);
	assert_int_equal(rte_eth_tx_queue_setup(port, 5, DESC, 0, NULL), -EBUSY);
	assert_int_equal(rte_eth_tx_queue_setup(port, 1, 2 * DESC, 0, NULL), 0);
	assert_int_equal(transmit(port, 1), 0);
	assert_int_equal(rte_eth_dev_tx_queue_start(port, 1), 0);
	assert_int_equal(transmit(port, 1), 1);
	/* Counts go on, a reset sets them back. */
	assert_int_equal(queue_xstat(port, 't', 1, "packets"), 2);
	assert_int_equal(queue_xstat(port, 't', 5, "packets"), 2);
	assert_int_equal(rte_eth_stats_reset(port), 0);
	assert_int_equal(transmit(port, 1), 1);
	assert_int_equal(queue_xstat(port, 't', 1, "packets"), 1);
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake0");
}

/* Modes */

static void
check_mode(uint16_t port, uint16_t queue, const char *rx, const char *tx)
{
	struct rte_eth_burst_mode mode;

	assert_int_equal(rte_eth_rx_burst_mode_get(port, queue, &mode), 0);
	assert_string_equal(mode.info, rx);
	assert_int_equal(rte_eth_tx_burst_mode_get(port, queue, &mode), 0);
	assert_string_equal(mode.info, tx);
}

static void
test_burst_mode(void **state __rte_unused)
{
	struct rte_eth_burst_mode mode;
	uint16_t port;

	test_plug("test_fake0", "");
	port = test_plug("net_steer0", "iface=test_fake0,simd=off");
	test_start(port, 2, 6);
	check_mode(port, 1, "Scalar; lower port: Fake 1", "Shared; lower port: Fake 1");
	check_mode(port, 0, "Scalar; lower port: Fake 0", "Shared; lower port: Fake 0");
	assert_int_equal(rte_eth_tx_burst_mode_get(port, 2, &mode), 0);
	assert_string_equal(mode.info, "Direct; lower port: Fake 2");
	assert_int_equal(mode.flags, RTE_ETH_BURST_FLAG_PER_QUEUE);
	test_stop(port);
	check_mode(port, 1, "Scalar", "Direct");
	test_unplug("net_steer0");
	test_unplug("test_fake0");

	test_plug("test_fake_deaf", "");
	port = test_plug("net_steer0", "iface=test_fake_deaf,simd=off");
	test_start(port, 1, 1);
	check_mode(port, 0, "Scalar", "Direct");
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake_deaf");
}

static int
monitor(const char *lower, const char *args, uint16_t n_rxq)
{
	struct rte_power_monitor_cond pmc = { 0 };
	uint16_t below = test_plug(lower, "");
	uint16_t port = test_plug("net_steer0", args);
	int ret;

	test_start(port, n_rxq, 1);
	ret = rte_eth_get_monitor_addr(port, 0, &pmc);
	if (ret == 0)
		assert_ptr_equal(pmc.addr, test_fake_monitored(below, 0));
	test_stop(port);
	/* Applications ask beforehand whether they may, and want no -ENOTSUP. */
	if (ret == 0)
		assert_int_equal(rte_eth_get_monitor_addr(port, 0, &pmc), -EAGAIN);
	else
		assert_int_equal(rte_eth_get_monitor_addr(port, 0, &pmc), ret);
	test_unplug("net_steer0");
	test_unplug(lower);
	return ret;
}

static void
test_monitor(void **state __rte_unused)
{
	assert_int_equal(monitor("test_fake0", "iface=test_fake0,lower_queues=1", 1), 0);
	assert_int_equal(monitor("test_fake0", "iface=test_fake0,lower_queues=1", 2), -ENOTSUP);
	assert_int_equal(monitor("test_fake0", "iface=test_fake0", 1), -ENOTSUP);
	assert_int_equal(monitor("test_fake_deaf", "iface=test_fake_deaf,lower_queues=1", 1),
		-ENOTSUP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rx_stop, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_rx_stop_owner, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_port_restart, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_rx_deferred, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_rx_under_fire, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_rx_runtime, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_gone, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_came_back, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_tx_stop, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_burst_mode, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_monitor, test_begin, test_end),
	};
	int rc;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	test_eal_cleanup();
	return rc;
}
