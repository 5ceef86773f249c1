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
#include "packet.h"
#include "port.h"
#include "rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Several ports side by side, and one on top of another. */

#define PORTS 4
#define QUEUES 4
/* Polls after which nothing comes any more. */
#define POLLS 200

static struct rte_ring *rings[PORTS];

static void
send_port(struct rte_ring *ring, uint16_t dport)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = dport };
	struct rte_mbuf *m = test_packet_make(&p);

	assert_non_null(m);
	m->hash.fdir.hi = 0;
	assert_int_equal(rte_ring_enqueue(ring, m), 0);
}

/* Ports that give the same low bits under a mask, to a queue, with a mark or, with 0, without. */
static void
make_rule(uint16_t port, uint16_t spec, uint16_t mask, uint16_t queue, uint32_t mark)
{
	struct test_rule r;

	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, spec, mask);
	if (mark != 0)
		test_action_mark(&r, mark);
	test_action_queue(&r, queue);
	test_create(port, &r);
}

/* How many packets a queue gives, all of this port and with this mark (0: none). */
static unsigned int
take(uint16_t port, uint16_t queue, uint32_t mark)
{
	struct rte_mbuf *pkts[TEST_BURST];
	unsigned int poll, n = 0;
	uint16_t got, i;

	for (poll = 0; poll < POLLS; poll++) {
		got = rte_eth_rx_burst(port, queue, pkts, TEST_BURST);
		for (i = 0; i < got; i++) {
			assert_int_equal(pkts[i]->port, port);
			assert_int_equal(!!(pkts[i]->ol_flags & RTE_MBUF_F_RX_FDIR_ID), mark != 0);
			if (mark != 0)
				assert_int_equal(pkts[i]->hash.fdir.hi, mark);
		}
		rte_pktmbuf_free_bulk(pkts, got);
		n += got;
	}
	return n;
}

static void
plug(unsigned int i, uint16_t *port)
{
	char below[16], name[16], args[64];

	snprintf(below, sizeof(below), "below%u", i);
	snprintf(name, sizeof(name), "net_steer%u", i);
	snprintf(args, sizeof(args), "iface=net_ring_%s", below);
	test_plug_rings(below, &rings[i], 1);
	*port = test_plug(name, args);
	test_start(*port, QUEUES, 1);
}

static void
unplug(unsigned int i)
{
	char name[32];

	snprintf(name, sizeof(name), "net_steer%u", i);
	test_unplug(name);
	snprintf(name, sizeof(name), "net_ring_below%u", i);
	assert_int_equal(rte_vdev_uninit(name), 0);
}

/* The same rule on each port, with another queue and mark. */
static void
test_side_by_side(void **state __rte_unused)
{
	uint16_t port[PORTS];
	unsigned int i, k;

	for (i = 0; i < PORTS; i++) {
		plug(i, &port[i]);
		make_rule(port[i], 53, UINT16_MAX, i, 100 + i);
	}
	for (k = 0; k < PORTS; k++) {
		for (i = k; i < PORTS; i++)
			send_port(rings[i], 53);
		for (i = k; i < PORTS; i++)
			assert_int_equal(take(port[i], i, 100 + i), 1);
		/* One goes: the others do not notice. */
		test_stop(port[k]);
		unplug(k);
	}
}

/* Below by the low bit of the port, on top by the two next; rules above forget the marks below. */
static void
test_on_top(void **state __rte_unused)
{
	uint16_t low, high, q;
	unsigned int i;

	test_plug_rings("below0", &rings[0], 1);
	low = test_plug("net_steer0", "iface=net_ring_below0");
	high = test_plug("net_steer1", "iface=net_steer0,hw=off");
	test_start(high, QUEUES, 1);
	for (q = 0; q < 2; q++)
		make_rule(low, q, 1, q, 70 + q);
	for (q = 0; q < QUEUES; q++)
		make_rule(high, q << 1, 6, q, q == 0 ? 0 : 80 + q);

	for (i = 0; i < 800; i++) {
		send_port(rings[0], i);
		/* No more than the rings hold. */
		for (q = 0; i % 16 == 15 && q < QUEUES; q++)
			assert_int_equal(take(high, q, q == 0 ? 0 : 80 + q), 4);
	}
	assert_int_equal(test_xstat(high, "rx_flow_hits"), 800);
	assert_int_equal(test_xstat(low, "rx_flow_hits"), 800);
	assert_int_equal(test_xstat(low, "rx_q0_packets"), 400);
	assert_int_equal(test_xstat(low, "rx_q1_packets"), 400);

	test_stop(high);
	test_unplug("net_steer1");
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit("net_ring_below0"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_side_by_side, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_on_top, test_begin, test_end),
	};
	char name[16];
	unsigned int i;
	int ret;

	if (test_driver_init() != 0)
		return 1;
	for (i = 0; i < PORTS; i++) {
		snprintf(name, sizeof(name), "below%u", i);
		rings[i] = test_ring(name, 1024);
	}
	ret = cmocka_run_group_tests_name("life_stack", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
