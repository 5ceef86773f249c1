/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* A port's life in any order, with packets at every stage; several ports; ports on ports. */

static struct test_flow
flow_to(uint16_t queue)
{
	return (struct test_flow){
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 100 + queue },
		.queue = queue,
		.mark = 1 + queue,
	};
}

/* Port 100 + q to queue q. */
static void
make_rules(uint16_t port, uint16_t n_queues)
{
	struct test_rule r;
	uint16_t q;

	for (q = 0; q < n_queues; q++) {
		test_rule(&r, 0);
		test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
		test_item_dst_port(&r, IPPROTO_UDP, 100 + q, UINT16_MAX);
		test_action_mark(&r, 1 + q);
		test_action_queue(&r, q);
		test_create(port, &r);
	}
}

/* Packets that came before start are taken, those in our rings at stop are freed. */
static void
test_packets_left(void **state __rte_unused)
{
	struct test_flow early, left;
	struct rte_eth_stats stats;
	struct test_world w;
	unsigned int i;

	test_world_up(&w, 1, 2, "");
	make_rules(w.port, 2);
	early = flow_to(1);
	left = flow_to(0);
	test_stop(w.port);
	for (i = 0; i < 10; i++)
		test_send(&w, &early, 0);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(early.received, 10);

	for (i = 0; i < 10; i++)
		test_send(&w, &left, 0);
	test_poll_rest(&w, 2, TEST_BURST);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 0), 10);
	test_stop(w.port);
	assert_int_equal(rte_mempool_in_use_count(test_pool()), 0);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 0), 0);
	left.next = left.sent;
	test_send(&w, &left, 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(left.received, 1);
	/* Counts outlive all that. */
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.ipackets, 21);
	test_world_down(&w);
}

static void
test_queue_status(void **state __rte_unused)
{
	struct test_flow f = flow_to(1);
	struct test_world w;
	unsigned int i;

	test_world_up(&w, 1, 2, "");
	make_rules(w.port, 2);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 1), 0);
	assert_int_equal(rte_eth_rx_descriptor_status(w.port, 1, 0), RTE_ETH_RX_DESC_AVAIL);
	for (i = 0; i < 7; i++)
		test_send(&w, &f, 0);
	test_poll_rest(&w, 1, TEST_BURST);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 1), 7);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 0), 0);
	assert_int_equal(rte_eth_rx_descriptor_status(w.port, 1, 6), RTE_ETH_RX_DESC_DONE);
	assert_int_equal(rte_eth_rx_descriptor_status(w.port, 1, 7), RTE_ETH_RX_DESC_AVAIL);
	assert_true(rte_eth_rx_descriptor_status(w.port, 1, UINT16_MAX) < 0);
	test_poll(&w, 1, 3);
	assert_int_equal(rte_eth_rx_queue_count(w.port, 1), 4);
	test_poll_rest(&w, 2, TEST_BURST);
	assert_int_equal(f.received, 7);
	test_world_down(&w);
}

/* Each in a state in which it is refused, and in one in which it is not. */
static void
test_any_order(void **state __rte_unused)
{
	const struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };
	struct test_world w;
	struct test_flow f;
	unsigned int i;

	test_world_up(&w, 2, 4, "");
	make_rules(w.port, 4);
	f = flow_to(3);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	/* ethdev says why. */
	test_log_begin();
	assert_int_equal(rte_eth_dev_configure(w.port, 2, 1, &conf), -EBUSY);
	assert_int_equal(rte_eth_rx_queue_setup(w.port, 0, 64, 0, NULL, test_pool()), -EBUSY);
	assert_int_equal(rte_eth_dev_close(w.port), -EINVAL);
	test_log_end(NULL);
	test_send(&w, &f, 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(f.received, 1);

	test_stop(w.port);
	assert_int_equal(rte_eth_dev_stop(w.port), 0);
	assert_int_equal(rte_eth_dev_configure(w.port, 2, 1, &conf), 0);
	assert_int_equal(rte_eth_dev_configure(w.port, 2, 1, &conf), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(rte_eth_rx_queue_setup(w.port, 0, 64, 0, NULL, test_pool()), 0);
	/* Not all queues are there. */
	assert_int_equal(rte_eth_dev_configure(w.port, 6, 1, &conf), 0);
	test_log_begin();
	assert_true(rte_eth_dev_start(w.port) < 0);
	test_log_end(NULL);
	test_start(w.port, 4, 2);
	test_send(&w, &f, 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(f.received, 2);

	/* Closed before it is unplugged; the port below is closed with it. */
	test_send(&w, &f, 0);
	test_poll_rest(&w, 1, TEST_BURST);
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_close(w.port), 0);
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit("net_ring_below"), 0);
	assert_int_equal(rte_eth_dev_count_total(), 0);
}

/* Transmission only, reception only. */
static void
test_one_way(void **state __rte_unused)
{
	struct test_flow f = flow_to(0);
	struct rte_eth_stats stats;
	struct rte_mbuf *m;
	struct test_world w;

	test_world_up(&w, 2, 2, "");
	test_stop(w.port);
	test_start(w.port, 0, 2);
	m = test_packet_make(&f.packet);
	assert_int_equal(rte_eth_tx_burst(w.port, 1, &m, 1), 1);
	assert_int_equal(test_waiting_below(&w), 1);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.opackets, 1);
	assert_int_equal(stats.ipackets, 0);
	assert_true(rte_eth_xstats_get(w.port, NULL, 0) > 0);
	test_stop(w.port);
	test_start(w.port, 2, 0);
	make_rules(w.port, 2);
	/* As it was sent, it comes back; nobody has numbered it. */
	assert_int_equal(rte_eth_rx_burst(w.port, 0, &m, 1) + rte_eth_rx_burst(w.port, 0, &m, 1) +
		rte_eth_rx_burst(w.port, 1, &m, 1) + rte_eth_rx_burst(w.port, 0, &m, 1), 1);
	assert_int_equal(m->hash.fdir.hi, 1);
	rte_pktmbuf_free(m);
	test_send(&w, &f, 1);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(f.received, 1);
	test_world_down(&w);
}

/* Statistics */

static void
check_names(uint16_t port, int n)
{
	struct rte_eth_xstat_name names[256];
	struct rte_eth_xstat values[256];
	int i, k;

	assert_true(n <= (int)RTE_DIM(names));
	assert_int_equal(rte_eth_xstats_get_names(port, names, n), n);
	assert_int_equal(rte_eth_xstats_get(port, values, n), n);
	for (i = 0; i < n; i++) {
		assert_int_equal(values[i].id, i);
		assert_int_not_equal(names[i].name[0], '\0');
		for (k = 0; k < i; k++)
			assert_string_not_equal(names[i].name, names[k].name);
	}
}

static void
test_stats(void **state __rte_unused)
{
	struct test_flow f = flow_to(1);
	struct rte_eth_stats stats;
	struct test_world w;
	int n;

	test_world_up(&w, 2, 3, "");
	make_rules(w.port, 3);
	n = rte_eth_xstats_get_names(w.port, NULL, 0);
	check_names(w.port, n);
	test_send(&w, &f, 0);
	test_send(&w, &f, 0);
	test_poll(&w, 0, TEST_BURST);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.ipackets, 2);
	assert_int_equal(test_q_ipackets(w.port, 1), 2);
	assert_int_equal(test_q_ipackets(w.port, 0), 0);
	assert_int_equal(test_xstat(w.port, "rx_q1_packets"), 2);
	assert_int_equal(test_xstat(w.port, "rx_q1_crossed"), 2);
	assert_int_equal(test_xstat(w.port, "rx_q1_direct"), 0);
	assert_int_equal(test_xstat(w.port, "rx_flow_hits"), 2);
	assert_int_equal(rte_eth_xstats_get_names(w.port, NULL, 0), n);

	assert_int_equal(rte_eth_stats_reset(w.port), 0);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.ipackets + stats.ibytes + test_q_ipackets(w.port, 1), 0);
	assert_int_equal(test_xstat(w.port, "rx_q1_crossed"), 0);
	assert_int_equal(test_xstat(w.port, "rx_flow_hits"), 0);
	test_send(&w, &f, 1);
	test_poll(&w, 1, TEST_BURST);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(test_xstat(w.port, "rx_q1_direct"), 1);
	assert_int_equal(rte_eth_xstats_reset(w.port), 0);
	assert_int_equal(test_xstat(w.port, "rx_q1_direct"), 0);
	check_names(w.port, n);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_packets_left, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_queue_status, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_any_order, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_one_way, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_stats, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("life", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
