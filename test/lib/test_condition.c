/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Items that make a condition: INVERT, ports, and what a condition must not disturb: the order of
 * rules, PASSTHRU, ranges, the flow cache, rules that go. Each of the other items has a test of its
 * own.
 */

#include <rte_common.h>

#include "condition_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* INVERT */

static const struct rte_flow_item_udp port_80 = { .hdr.dst_port = RTE_BE16(80) };
static const struct rte_flow_item_udp port_90 = { .hdr.dst_port = RTE_BE16(90) };
static const struct rte_flow_item_udp port_mask = { .hdr.dst_port = RTE_BE16(0xffff) };

static void
test_invert(void **state __rte_unused)
{
	const struct rte_flow_item is_80 = I(UDP, .spec = &port_80, .mask = &port_mask);
	const struct rte_flow_item is_90 = I(UDP, .spec = &port_90, .mask = &port_mask);
	const struct rte_flow_item upto_90 = I(UDP, .spec = &port_80, .last = &port_90,
					       .mask = &port_mask);

	assert_match(PATTERN(I(INVERT), is_80), udp_packet, 0, false);
	assert_match(PATTERN(I(ETH), is_80, I(INVERT)), udp_packet, 0, false);
	assert_match(PATTERN(I(INVERT), is_90), udp_packet, 0, true);
	assert_match(PATTERN(I(INVERT), upto_90), udp_packet, 0, false);
	assert_match(PATTERN(I(INVERT), is_80), tcp_packet, 0, true);
	assert_match(PATTERN(I(INVERT), I(IPV6)), udp_packet, 0, true);
	assert_match(PATTERN(I(INVERT), I(IPV6)), ipv6_packet, 0, false);
	/* Of both together, one must not hold. */
	assert_match(PATTERN(is_80, I(INVERT), RAW(SEARCH, BYTES("bar"))), udp_packet, 0, false);
	assert_match(PATTERN(is_80, I(INVERT), RAW(SEARCH, BYTES("baz"))), udp_packet, 0, true);
	assert_match(PATTERN(is_90, I(INVERT), RAW(SEARCH, BYTES("bar"))), udp_packet, 0, true);
	assert_match(PATTERN(I(INVERT), RAW(SEARCH, BYTES("bar"))), udp_packet, 0, false);
	/* Inner layers that nobody else asks for. */
	assert_match(PATTERN(I(INVERT), I(VXLAN), is_80), vxlan_packet, 0, false);
	assert_match(PATTERN(I(INVERT), I(VXLAN), is_90), vxlan_packet, 0, true);
}

/* Ports */

static void
test_ports(void **state __rte_unused)
{
	steer_engine_port_id(engine, 3);
	assert_match(PATTERN(PORT(3)), udp_packet, 0, true);
	assert_match(PATTERN(I(ETH), REPRESENTED(3), I(TCP)), udp_packet, 0, false);
	assert_match(PATTERN(I(PORT_ID), I(REPRESENTED_PORT)), udp_packet, 0, true);
	assert_match(PATTERN(I(PORT_ID, .spec = &(const struct rte_flow_item_port_id){ .id = 2 },
			       .last = &(const struct rte_flow_item_port_id){ .id = 5 })),
		     udp_packet, 0, true);
}

/* Rules among others */

/* Equal words: the first whose condition holds, before or behind rules without one. */
static void
test_order(void **state __rte_unused)
{
	rule_at(1, HAS("baz"), ACTIONS(QUEUE(1)));
	rule_at(1, HAS("bar"), ACTIONS(QUEUE(2)));
	rule_at(1, HAS("foo"), ACTIONS(QUEUE(1)));
	assert_int_equal(send_packet(udp_packet), 2);
	rule_at(1, PATTERN(I(UDP)), ACTIONS(QUEUE(3)));
	assert_int_equal(send_packet(udp_packet), 2);
	rule_at(0, HAS("qux"), ACTIONS(QUEUE(1)));
	assert_int_equal(send_packet(udp_packet), 2);
	rule_at(0, PATTERN(I(UDP)), ACTIONS(QUEUE(3)));
	assert_int_equal(send_packet(udp_packet), 3);
	rule_at(0, HAS("foo"), ACTIONS(QUEUE(1)));
	assert_int_equal(send_packet(udp_packet), 3);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	assert_int_equal(send_packet(udp_packet), 0);
}

/* A condition that does not hold is no match: rules of other words go on. */
static void
test_other_words(void **state __rte_unused)
{
	rule_at(0, HAS("baz"), ACTIONS(QUEUE(1)));
	rule_at(1, PATTERN(I(IPV4)), ACTIONS(QUEUE(2)));
	rule_at(2, PATTERN(I(INVERT), I(TCP)), ACTIONS(QUEUE(3)));
	assert_int_equal(send_packet(udp_packet), 2);
	assert_int_equal(send_packet(ipv6_packet), 3);
}

static void
test_passthru(void **state __rte_unused)
{
	const struct rte_flow_action count = DO(COUNT);
	struct rte_flow_query_count query = { 0 };
	struct steer_flow *first, *second;

	first = rule_at(0, HAS("foo"), ACTIONS(DO(COUNT), DO(PASSTHRU)));
	second = rule_at(0, HAS("baz"), ACTIONS(DO(COUNT), DO(PASSTHRU)));
	rule_at(0, HAS("qux"), ACTIONS(QUEUE(1)));
	rule_at(0, HAS("bar"), ACTIONS(QUEUE(2)));
	assert_int_equal(send_packet(udp_packet), 2);
	assert_int_equal(steer_engine_flow_query(engine, first, &count, &query, NULL), 0);
	assert_int_equal(query.hits, 1);
	assert_int_equal(steer_engine_flow_query(engine, second, &count, &query, NULL), 0);
	assert_int_equal(query.hits, 0);
}

static void
test_ranges(void **state __rte_unused)
{
	const struct rte_flow_item upto_90 = I(UDP, .spec = &port_80, .last = &port_90,
					       .mask = &port_mask);

	rule_at(0, PATTERN(upto_90, RAW(REL, SEARCH, BYTES("baz"))), ACTIONS(QUEUE(1)));
	rule_at(0, PATTERN(upto_90, RAW(REL, SEARCH, BYTES("bar"))),
		ACTIONS(MARK(7), DO(PASSTHRU)));
	rule_at(0, PATTERN(upto_90), ACTIONS(QUEUE(2)));
	assert_int_equal(send_packet(udp_packet), 2);
}

/* What is remembered of a flow is forgotten while its next packet may be judged otherwise. */
static void
test_cache(void **state __rte_unused)
{
	static const enum rte_flow_item_type types[] = { T(TCP), T(SCTP), T(ICMP), T(UDP) };
	struct steer_flow *flow;

	/* Enough tables for a cache. */
	for (unsigned int i = 0; i < RTE_DIM(types); i++)
		rule_at(9, PATTERN(I(ETH), { .type = types[i] }), ACTIONS(QUEUE(1)));
	rule_at(8, PATTERN(I(UDP, .spec = &port_80, .mask = &port_mask)), ACTIONS(QUEUE(2)));
	rule_at(9, PATTERN(I(UDP, .spec = &port_80, .last = &port_90, .mask = &port_mask)),
		ACTIONS(QUEUE(1)));
	steer_engine_settle(engine);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(send_packet(udp_packet), 2);
	flow = rule_at(7, PATTERN(I(UDP), RAW(.offset = 42, BYTES("..foo"))), ACTIONS(QUEUE(3)));
	steer_engine_settle(engine);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(send_packet(udp_packet), 3);
		assert_int_equal(send_packet(udp_shifted), 2);
	}
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
	assert_int_equal(send_packet(udp_packet), 2);
	steer_engine_settle(engine);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(send_packet(udp_packet), 2);
}

/* Its queue goes and returns. */
static void
test_inactive(void **state __rte_unused)
{
	rule_at(0, HAS("foo"), ACTIONS(QUEUE(3)));
	rule_at(0, PATTERN(I(INVERT), I(UDP)), ACTIONS(QUEUE(3)));
	assert_int_equal(steer_engine_configure(engine, 2, 1), 0);
	assert_int_equal(send_packet(udp_packet), 0);
	assert_int_equal(send_packet(tcp_packet), 0);
	assert_int_equal(steer_engine_configure(engine, 4, 1), 0);
	assert_int_equal(send_packet(udp_packet), 3);
	assert_int_equal(send_packet(tcp_packet), 3);
	assert_int_equal(send_packet(udp_short), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONDITION_TEST(test_invert),
		CONDITION_TEST(test_ports),
		CONDITION_TEST(test_order),
		CONDITION_TEST(test_other_words),
		CONDITION_TEST(test_passthru),
		CONDITION_TEST(test_ranges),
		CONDITION_TEST(test_cache),
		CONDITION_TEST(test_inactive),
	};

	return cmocka_run_group_tests(tests, condition_set_up, condition_tear_down);
}
