/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>

#include <netinet/in.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "eal.h"
#include "fake_lower.h"
#include "packet.h"
#include "port.h"
#include "rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* As many queues as there may be, on both sides. */

#define WIDE 64
#define LOWER "net_fake0"

static struct fake_lower fake;
static struct rte_ring *rings[WIDE];

/* Port 100 + q goes to queue q. */
static void
make_rules(uint16_t port)
{
	struct test_rule r;
	uint16_t q;

	for (q = 0; q < WIDE; q++) {
		test_rule(&r, 0);
		test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
		test_item_dst_port(&r, IPPROTO_UDP, 100 + q, UINT16_MAX);
		test_action_mark(&r, q);
		test_action_queue(&r, q);
		test_create(port, &r);
	}
}

/* One packet for each queue into each lower queue. */
static void
send_all(void)
{
	struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP };
	struct rte_mbuf *m;
	uint16_t lower, q;

	for (lower = 0; lower < WIDE; lower++) {
		for (q = 0; q < WIDE; q++) {
			p.dport = 100 + q;
			m = test_packet_make(&p);
			assert_non_null(m);
			assert_int_equal(rte_ring_enqueue(rings[lower], m), 0);
		}
	}
}

static uint16_t
poll_once(uint16_t port, uint16_t queue)
{
	struct rte_mbuf *pkts[TEST_BURST];
	uint16_t n, i;

	n = rte_eth_rx_burst(port, queue, pkts, TEST_BURST);
	for (i = 0; i < n; i++)
		assert_int_equal(pkts[i]->hash.fdir.hi, queue);
	rte_pktmbuf_free_bulk(pkts, n);
	return n;
}

/* From queue to queue, or from one alone, which then drains all lower queues. */
static void
check_all(uint16_t port, uint16_t first)
{
	unsigned int received[WIDE] = { 0 }, i;
	uint16_t q;

	send_all();
	for (i = 0; i < 1000 * first; i++)
		received[first] += poll_once(port, first);
	for (i = 0; i < 1000; i++)
		for (q = 0; q < WIDE; q++)
			received[q] += poll_once(port, q);
	for (q = 0; q < WIDE; q++)
		assert_int_equal(received[q], WIDE);
}

static void
plug(struct fake_lower *lower)
{
	unsigned int i;

	*lower = (struct fake_lower){ .n_queues = WIDE };
	for (i = 0; i < WIDE; i++)
		lower->rings[i] = rings[i];
	fake_lower_plug(LOWER, lower);
}

static void
test_wide(void **state __rte_unused)
{
	struct rte_eth_stats stats;
	struct rte_mbuf *m;
	uint16_t port, q;

	plug(&fake);
	port = test_plug("net_steer0", "iface=" LOWER ",ring_size=32");
	test_start(port, WIDE, WIDE);
	make_rules(port);
	check_all(port, 0);
	/* Rings are filled to the brim, and no further: 31 of each pair at most. */
	check_all(port, 1);
	for (q = 0; q < WIDE; q++)
		assert_int_equal(fake.packets[q], 2 * WIDE);
	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	assert_int_equal(stats.ipackets, 2 * WIDE * WIDE);
	assert_int_equal(stats.imissed, 0);

	/* What waits at stop is given back. */
	send_all();
	for (q = 0; q < WIDE; q++)
		poll_once(port, q);
	test_stop(port);
	assert_true(test_xstat(port, "rx_stop_drops") > 0);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(LOWER), 0);
	assert_false(fake.misused);
	for (q = 0; q < WIDE; q++)
		while (rte_ring_dequeue(rings[q], (void **)&m) == 0)
			rte_pktmbuf_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_wide, test_begin, test_end),
	};
	char name[16];
	int ret, i;

	if (test_driver_init() != 0)
		return 1;
	for (i = 0; i < WIDE; i++) {
		snprintf(name, sizeof(name), "wide%d", i);
		rings[i] = test_ring(name, 128);
	}
	ret = cmocka_run_group_tests_name("wide", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
