/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* The port below is reset, recovers, or is pulled out, while there are rules and packets. */

#include <errno.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "overlay.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define QUEUE 1
#define MARK 7

static const struct test_packet packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 5 };

/* Resets of the port below: how many, what it answers; it must be stopped then. */
static unsigned int resets;
static int answer;
static int started;

static int
dev_reset(struct rte_eth_dev *dev)
{
	resets++;
	started = dev->data->dev_started;
	return answer;
}

static void
begin(struct test_world *w)
{
	struct test_rule r;

	test_world_up(w, 1, 2, TEST_ROOMY);
	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, packet.dport, UINT16_MAX);
	test_action_mark(&r, MARK);
	test_action_queue(&r, QUEUE);
	test_create(w->port, &r);
	test_expect(w, &packet, QUEUE, MARK);
	resets = 0;
	answer = 0;
}

static void
test_reset(void **state __rte_unused)
{
	struct test_world w;
	unsigned int i;

	begin(&w);
	test_overlay_begin(w.below)->dev_reset = dev_reset;
	for (i = 1; i <= 3; i++) {
		assert_int_equal(rte_eth_dev_reset(w.port), 0);
		assert_int_equal(resets, i);
		assert_false(started);
		/* The queues below are gone: nothing to start upon. */
		assert_int_equal(rte_eth_dev_start(w.port), -EINVAL);
		test_start(w.port, 2, 1);
		/* Rules are as they were. */
		test_expect(&w, &packet, QUEUE, MARK);
	}
	test_overlay_end();
	test_world_down(&w);
}

/* It only stops, as ethdev stops it before it asks. */
static void
test_no_reset(void **state __rte_unused)
{
	struct test_world w;

	begin(&w);
	assert_int_equal(rte_eth_dev_reset(w.port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_expect(&w, &packet, QUEUE, MARK);
	test_world_down(&w);
}

static void
test_reset_fails(void **state __rte_unused)
{
	struct test_world w;

	begin(&w);
	test_overlay_begin(w.below)->dev_reset = dev_reset;
	answer = -EBUSY;
	test_log_begin();
	assert_int_equal(rte_eth_dev_reset(w.port), -EBUSY);
	test_log_end_with("net_ring_below", "cannot be reset");
	assert_int_equal(rte_eth_dev_start(w.port), -EINVAL);
	test_overlay_end();
	test_start(w.port, 2, 1);
	test_expect(&w, &packet, QUEUE, MARK);
	test_world_down(&w);
}

static uint16_t
no_rx(void *queue __rte_unused, struct rte_mbuf **pkts __rte_unused, uint16_t n __rte_unused)
{
	return 0;
}

/* A driver that recovers puts functions that do nothing in place of its own. */
static void
test_recovery(void **state __rte_unused)
{
	struct test_flow flow = { .packet = packet, .queue = QUEUE, .mark = MARK };
	eth_rx_burst_t own_rx;
	struct test_world w;

	begin(&w);
	own_rx = rte_eth_fp_ops[w.below].rx_pkt_burst;
	rte_eth_fp_ops[w.below].rx_pkt_burst = no_rx;
	rte_eth_dev_callback_process(&rte_eth_devices[w.below], RTE_ETH_EVENT_ERR_RECOVERING, NULL);
	test_send(&w, &flow, 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(flow.received, 0);
	rte_eth_fp_ops[w.below].rx_pkt_burst = own_rx;
	rte_eth_dev_callback_process(&rte_eth_devices[w.below], RTE_ETH_EVENT_RECOVERY_SUCCESS,
		NULL);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(flow.received, 1);
	test_world_down(&w);
}

static unsigned int seen;

static int
on_removal(uint16_t port __rte_unused, enum rte_eth_event_type event __rte_unused,
	   void *arg __rte_unused, void *ret_param __rte_unused)
{
	seen++;
	return 0;
}

/* The port below is not asked any more, although it is still there. */
static void
test_pulled_out(void **state __rte_unused)
{
	struct test_flow flow = { .packet = packet, .queue = QUEUE, .mark = MARK };
	struct rte_mbuf *m;
	struct test_world w;

	begin(&w);
	seen = 0;
	assert_int_equal(rte_eth_dev_callback_register(w.port, RTE_ETH_EVENT_INTR_RMV, on_removal,
		NULL), 0);
	test_send(&w, &flow, 0);
	rte_eth_dev_callback_process(&rte_eth_devices[w.below], RTE_ETH_EVENT_INTR_RMV, NULL);
	assert_int_equal(seen, 1);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(flow.received, 0);
	assert_int_equal(test_waiting_below(&w), 1);
	m = test_packet_make(&packet);
	assert_non_null(m);
	assert_int_equal(rte_eth_tx_burst(w.port, 0, &m, 1), 0);
	assert_int_equal(rte_eth_tx_prepare(w.port, 0, &m, 1), 0);
	assert_int_equal(rte_errno, ENODEV);
	rte_pktmbuf_free(m);
	/* Nor by a queue that is started anew. */
	assert_int_equal(rte_eth_dev_tx_queue_stop(w.port, 0), 0);
	test_log_begin();
	assert_int_equal(rte_eth_dev_tx_queue_start(w.port, 0), -ENODEV);
	test_log_end_with("TX queue 0", "gone");
	assert_int_equal(rte_eth_dev_callback_unregister(w.port, RTE_ETH_EVENT_INTR_RMV, on_removal,
		NULL), 0);

	/* Closed, and made again on a new one. */
	test_world_down(&w);
	begin(&w);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reset, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_no_reset, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_reset_fails, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_recovery, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_pulled_out, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("reset", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
