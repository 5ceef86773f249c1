/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Each packet arrives at the queue its rule says, marked: whoever polls what, and how. */

/* Kinds of packets, and the rule of each. */

static void
match_udp(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_ip_dst(r, false, 0x0a000001);
	test_item_dst_port(r, IPPROTO_UDP, 53, 0xffff);
}

static void
match_tcp6(struct test_rule *r)
{
	test_item_ip_dst(r, true, 0x99);
	test_item_dst_port(r, IPPROTO_TCP, 0x0100, 0xff00);
}

static void
match_sctp(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item(r, RTE_FLOW_ITEM_TYPE_SCTP);
}

static void
match_icmp6(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV6);
	test_item(r, RTE_FLOW_ITEM_TYPE_ICMP6);
}

static void
match_lldp(struct test_rule *r)
{
	test_item_eth_type(r, 0x88cc);
}

static void
match_vlan(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_vlan(r, 100);
}

static void
match_qinq(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_vlan(r, 200);
	test_item_vlan(r, 300);
	test_item_ip_dst(r, false, 0x0a000007);
}

static void
match_vxlan(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item(r, RTE_FLOW_ITEM_TYPE_UDP);
	test_item_vxlan(r, 42);
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_ip_dst(r, false, 0x0a000008);
}

static void
match_fragment(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_ip_dst(r, false, 0x0a000009);
}

static void
match_range(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_ip_dst(r, false, 0x0a00000a);
	test_item_udp_range(r, 5000, 5999);
}

static const struct {
	void (*match)(struct test_rule *r);
	struct test_packet packet;
	enum { PLAINLY, MARKED, FLAGGED, DROPPED } how;
} kinds[] = {
	{ match_udp, { .dst = 0x0a000001, .proto = IPPROTO_UDP, .dport = 53 }, MARKED },
	{ match_tcp6, { .v6 = true, .dst = 0x99, .proto = IPPROTO_TCP, .dport = 0x01ff }, MARKED },
	{ match_sctp, { .dst = 0x0a000003, .proto = IPPROTO_SCTP }, PLAINLY },
	{ match_icmp6, { .v6 = true, .dst = 0x98, .proto = IPPROTO_ICMPV6 }, FLAGGED },
	{ match_lldp, { .eth_type = 0x88cc }, FLAGGED },
	{ match_vlan, { .vlan = { 100 }, .dst = 0x0a000006, .proto = IPPROTO_TCP }, MARKED },
	{ match_qinq, { .vlan = { 200, 300 }, .dst = 0x0a000007, .proto = IPPROTO_UDP }, MARKED },
	{ match_vxlan, { .vni = 42, .dst = 0x0a000008, .proto = IPPROTO_TCP }, MARKED },
	{ match_fragment, { .dst = 0x0a000009, .proto = IPPROTO_UDP, .frag = 3 }, PLAINLY },
	{ match_range, { .dst = 0x0a00000a, .proto = IPPROTO_UDP, .dport = 5999 }, DROPPED },
	/* Nobody's: by RSS, or, with a header cut short, as if there was no more. */
	{ NULL, { .dst = 0x0a00000a, .proto = IPPROTO_UDP, .dport = 6000 }, PLAINLY },
	{ NULL, { .dst = 0x0a000001, .proto = IPPROTO_UDP, .dport = 53, .cut = 40 }, PLAINLY },
};

#define KINDS RTE_DIM(kinds)
/* Each in all memory there is but TEST_SHARED. */
#define FLOWS (KINDS * TEST_SHARED)

static struct test_flow flows[FLOWS];

static uint16_t
queue_of(const struct test_world *w, unsigned int kind)
{
	return (kind * 5 + 3) % w->n_queues;
}

static void
make_rule(const struct test_world *w, unsigned int kind)
{
	struct test_rule r;

	test_rule(&r, kind % 3);
	kinds[kind].match(&r);
	if (kinds[kind].how == DROPPED) {
		test_action(&r, RTE_FLOW_ACTION_TYPE_DROP);
	} else {
		if (kinds[kind].how == MARKED)
			test_action_mark(&r, 1000 + kind);
		if (kinds[kind].how == FLAGGED)
			test_action(&r, RTE_FLOW_ACTION_TYPE_FLAG);
		test_action_queue(&r, queue_of(w, kind));
	}
	test_create(w->port, &r);
}

static void
make_flow(const struct test_world *w, unsigned int i)
{
	const unsigned int kind = i % KINDS;
	struct test_flow *f = &flows[i];

	*f = (struct test_flow){ .packet = kinds[kind].packet, .queue = queue_of(w, kind) };
	f->packet.memory = (enum test_memory)(i / KINDS);
	f->packet.src = 0x0b000000 + i;
	if (kinds[kind].how == DROPPED)
		f->queue = TEST_NOWHERE;
	if (kinds[kind].match == NULL)
		f->queue = TEST_ANYWHERE;
	if (kinds[kind].how == MARKED)
		f->mark = 1000 + kind;
	f->flag = kinds[kind].how == FLAGGED;
}

static void
make_kinds(const struct test_world *w)
{
	unsigned int i;

	for (i = 0; i < KINDS; i++) {
		if (kinds[i].match != NULL)
			make_rule(w, i);
	}
	for (i = 0; i < FLOWS; i++)
		make_flow(w, i);
}

/* Each flow enters by one lower queue, each kind by all of them. */
static uint16_t
lower_of(const struct test_world *w, unsigned int i)
{
	return (i + i / KINDS) % w->n_lower;
}

static void
send_rounds(struct test_world *w, unsigned int n)
{
	unsigned int i, round;

	for (round = 0; round < n; round++) {
		for (i = 0; i < FLOWS; i++)
			test_send(w, &flows[i], lower_of(w, i));
	}
}

static void
check_all_arrived(const struct test_world *w)
{
	unsigned int i;

	test_world_check(w);
	for (i = 0; i < FLOWS; i++)
		assert_int_equal(flows[i].received,
			flows[i].queue == TEST_NOWHERE ? 0 : flows[i].sent);
	assert_int_equal(test_xstat(w->port, "rx_rule_drops"),
		flows[FLOWS - 1].sent * (uint64_t)TEST_SHARED);
	assert_int_equal(test_waiting_below(w), 0);
}

/* One thread polls all queues in turn. */
static void
poll_in_turn(uint16_t n_lower, uint16_t n_queues)
{
	static const uint16_t bursts[] = { 1, 4, 32, 64, 100, TEST_ODD_BURSTS };
	struct test_world w;
	unsigned int i;

	test_world_up(&w, n_lower, n_queues, TEST_ROOMY);
	make_kinds(&w);
	for (i = 0; i < RTE_DIM(bursts); i++) {
		w.burst = bursts[i];
		send_rounds(&w, 3);
		test_poll_rest(&w, TEST_ALL_QUEUES, bursts[i]);
		check_all_arrived(&w);
	}
	test_world_down(&w);
}

static void
test_in_turn(void **state __rte_unused)
{
	uint16_t n_lower, n_queues;

	for (n_lower = 1; n_lower <= TEST_LOWER_MAX; n_lower *= 2) {
		for (n_queues = 1; n_queues <= TEST_QUEUES_MAX; n_queues++)
			poll_in_turn(n_lower, n_queues);
	}
}

static void
poll_by_threads(uint16_t n_lower, uint16_t n_queues, unsigned int n_threads, uint16_t burst)
{
	struct test_world w;

	test_world_up(&w, n_lower, n_queues, TEST_ROOMY);
	make_kinds(&w);
	test_pollers_start(&w, n_threads, TEST_ALL_QUEUES, burst);
	send_rounds(&w, 400);
	test_pollers_stop(&w);
	check_all_arrived(&w);
	test_world_down(&w);
}

static void
test_threads(void **state __rte_unused)
{
	poll_by_threads(1, 2, 2, 32);
	poll_by_threads(1, 16, 4, 32);
	poll_by_threads(2, 8, 2, 4);
	poll_by_threads(2, 3, 3, 64);
	poll_by_threads(4, 4, 4, 32);
	poll_by_threads(4, 8, 2, 1);
	poll_by_threads(4, 8, 3, TEST_ODD_BURSTS);
	poll_by_threads(4, 3, 2, 100);
	poll_by_threads(4, 16, 4, TEST_ODD_BURSTS);
}

/* Only some queues are polled */

/* Flows to the polled queues only: the others' rings shall not be full. */
static void
poll_partly(uint16_t n_lower, uint16_t n_queues, uint64_t polled, unsigned int n_threads)
{
	struct test_world w;
	unsigned int round, i;

	test_world_up(&w, n_lower, n_queues, TEST_ROOMY);
	w.polled = polled;
	make_kinds(&w);
	if (n_threads > 0)
		test_pollers_start(&w, n_threads, polled, 32);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < FLOWS; i++) {
			if (flows[i].queue < n_queues && polled & RTE_BIT64(flows[i].queue))
				test_send(&w, &flows[i], lower_of(&w, i));
		}
	}
	if (n_threads > 0)
		test_pollers_stop(&w);
	test_poll_rest(&w, polled, 32);
	assert_int_equal(test_received(&w), w.sent);
	test_world_down(&w);
}

static void
test_partly(void **state __rte_unused)
{
	poll_partly(1, 8, RTE_BIT64(7), 0);
	poll_partly(1, 16, RTE_BIT64(3) | RTE_BIT64(13), 0);
	poll_partly(2, 16, RTE_BIT64(3) | RTE_BIT64(13), 0);
	poll_partly(4, 1, RTE_BIT64(0), 0);
	poll_partly(4, 2, RTE_BIT64(1), 0);
	poll_partly(4, 4, RTE_BIT64(0), 0);
	poll_partly(4, 8, RTE_BIT64(2) | RTE_BIT64(5), 2);
	/* The lower queues 1 and 2 belong to none of these. */
	poll_partly(4, 16, RTE_BIT64(7) | RTE_BIT64(8), 0);
	poll_partly(4, 16, RTE_BIT64(7) | RTE_BIT64(8), 2);
}

/* A queue that always has enough of its own looks after others' lower queues nevertheless. */
static void
test_neglected(void **state __rte_unused)
{
	struct test_flow near = { .packet = { .dst = 1, .proto = IPPROTO_UDP } };
	struct test_flow far = { .packet = { .dst = 2, .proto = IPPROTO_UDP } };
	struct test_world w;
	struct test_rule r;
	unsigned int i;

	test_world_up(&w, 2, 2, TEST_ROOMY);
	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_action_queue(&r, 0);
	test_create(w.port, &r);
	for (i = 0; i < 1000; i++)
		test_send_anyhow(&w, &near, 0);
	for (i = 0; i < 100; i++)
		test_send_anyhow(&w, &far, 1);

	for (i = 0; i < 800 && far.received < far.sent; i++)
		assert_int_equal(test_poll(&w, 0, 1), 1);
	assert_int_equal(far.received, far.sent);
	assert_true(near.received < near.sent);
	test_poll_rest(&w, 1, 32);
	assert_int_equal(near.received, near.sent);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_in_turn, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_threads, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_partly, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_neglected, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("steer_rx", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
