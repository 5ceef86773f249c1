/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * PTYPE, RANDOM and COMPARE: numbers out of the key. In 22.11 there are no such items, but the
 * checks are there.
 */

#include <rte_common.h>

#include "condition_world.h"
#include "packet.h"
#include "steer_compare.h"
#include "steer_condition.h"
#include "steer_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct steer_key
parsed(struct rte_mbuf *m)
{
	struct steer_key key;

	steer_parse(m, STEER_DEPTH_ALL | STEER_DEPTH_PACKET | STEER_DEPTH_RANDOM, &key);
	return key;
}

static bool
bounded_holds(enum steer_check_type type, uint32_t mask, uint32_t lo, uint32_t hi,
	      const struct steer_key *key)
{
	struct steer_bounded b = { .check = { .type = type }, .mask = mask, .lo = lo, .hi = hi };
	const struct steer_condition c = { .checks = &b.check };

	return steer_condition_holds(&c, key);
}

static void
test_ptype(void **state __rte_unused)
{
	struct rte_mbuf *m = condition_mbuf(vxlan_packet, 0);
	const struct steer_key key = parsed(m);
	const uint32_t l4 = RTE_PTYPE_L4_MASK;

	assert_true(bounded_holds(STEER_CHECK_PTYPE, l4, RTE_PTYPE_L4_UDP, RTE_PTYPE_L4_UDP, &key));
	assert_false(bounded_holds(STEER_CHECK_PTYPE, l4, RTE_PTYPE_L4_TCP, RTE_PTYPE_L4_TCP,
				   &key));
	assert_true(bounded_holds(STEER_CHECK_PTYPE, l4, RTE_PTYPE_L4_TCP, RTE_PTYPE_L4_SCTP,
				  &key));
	assert_true(bounded_holds(STEER_CHECK_PTYPE, RTE_PTYPE_TUNNEL_MASK, RTE_PTYPE_TUNNEL_VXLAN,
				  RTE_PTYPE_TUNNEL_VXLAN, &key));
	assert_false(bounded_holds(STEER_CHECK_PTYPE, UINT32_MAX, 0, 0, &key));
	packet_mbuf_free(m);
}

static void
test_random(void **state __rte_unused)
{
	struct rte_mbuf *m = condition_mbuf(udp_packet, 0);
	unsigned int seen[8] = { 0 };

	for (unsigned int i = 0; i < 4000; i++) {
		const struct steer_key key = parsed(m);
		unsigned int n = 0;

		for (uint32_t r = 0; r < 8; r++) {
			if (!bounded_holds(STEER_CHECK_RANDOM, 7, r, r, &key))
				continue;
			seen[r]++;
			n++;
		}
		assert_int_equal(n, 1);
	}
	/* 500 of each, more or less: 15 sigma. */
	for (unsigned int r = 0; r < 8; r++)
		assert_in_range(seen[r], 200, 800);
	packet_mbuf_free(m);
}

#define L4_IS(type) \
	.meta_mask = STEER_META_L4, .meta_spec = (uint64_t)STEER_L4_##type << STEER_META_L4_SHIFT
#define OUTER_AT(slot, at) \
	(uint16_t)(offsetof(struct steer_key, outer) + offsetof(struct steer_stack, slot) + (at))

static void
test_compare(void **state __rte_unused)
{
	static const struct {
		enum steer_compare_op op;
		/* What holds for 1000 and 999, 1000, 1001. */
		bool holds[3];
	} ops[] = {
		{ STEER_COMPARE_EQ, { false, true, false } },
		{ STEER_COMPARE_NE, { true, false, true } },
		{ STEER_COMPARE_LT, { false, false, true } },
		{ STEER_COMPARE_LE, { false, true, true } },
		{ STEER_COMPARE_GT, { true, false, false } },
		{ STEER_COMPARE_GE, { true, true, false } },
	};
	const struct steer_operand src = { .name = "udp_port_src", L4_IS(UDP), .len = 2,
					   .off = OUTER_AT(l4, 0), .mask = UINT16_MAX };
	const struct steer_operand dst = { .name = "udp_port_dst", L4_IS(UDP), .len = 2,
					   .off = OUTER_AT(l4, 2), .mask = UINT16_MAX };
	struct rte_mbuf *udp = condition_mbuf(udp_packet, 0), *tcp = condition_mbuf(tcp_packet, 0);
	const struct steer_key udp_key = parsed(udp), tcp_key = parsed(tcp);
	struct steer_compare c = { .check.type = STEER_CHECK_COMPARE, .a = src };
	const struct steer_condition condition = { .checks = &c.check };

	for (unsigned int i = 0; i < RTE_DIM(ops); i++) {
		c.op = ops[i].op;
		for (unsigned int k = 0; k < 3; k++) {
			c.b = (struct steer_operand){ .kind = STEER_OPERAND_VALUE,
						      .mask = UINT16_MAX, .value = 999 + k };
			assert_int_equal(steer_condition_holds(&condition, &udp_key),
					 ops[i].holds[k]);
			assert_false(steer_condition_holds(&condition, &tcp_key));
		}
	}
	/* From port 1000 to port 80. */
	c.op = STEER_COMPARE_GT;
	c.b = dst;
	assert_true(steer_condition_holds(&condition, &udp_key));
	c.op = STEER_COMPARE_LE;
	assert_false(steer_condition_holds(&condition, &udp_key));
	packet_mbuf_free(udp);
	packet_mbuf_free(tcp);
}

#ifdef STEER_HAS_ITEM_COMPARE

static void
test_compare_items(void **state __rte_unused)
{
	assert_match(PATTERN(COMPARE(OP(GT), .a = FIELD(UDP_PORT_SRC), .b = FIELD(UDP_PORT_DST),
				     WIDTH(16))), udp_packet, 0, true);
	assert_match(PATTERN(COMPARE(OP(LT), .a = FIELD(UDP_PORT_SRC), .b = FIELD(UDP_PORT_DST),
				     WIDTH(16))), udp_packet, 0, false);
	assert_match(PATTERN(COMPARE(OP(EQ), .a = FIELD(IPV4_TTL), .b = NUMBER(64), WIDTH(8))),
		     udp_packet, 0, true);
	assert_match(PATTERN(COMPARE(OP(NE), .a = FIELD(IPV4_TTL), .b = NUMBER(64), WIDTH(8))),
		     ipv6_packet, 0, false);
	assert_match(PATTERN(COMPARE(OP(EQ), .a = FIELD(VLAN_ID), .b = NUMBER(0xf0, 0x64),
				     WIDTH(12))), tagged_packet, 0, true);
	assert_match(PATTERN(COMPARE(OP(LE), .a = { .field = RTE_FLOW_FIELD_UDP_PORT_DST,
						    .level = 2 }, .b = NUMBER(0, 80), WIDTH(16))),
		     vxlan_packet, 0, true);
	assert_match(PATTERN(COMPARE(OP(GE), .a = FIELD(RANDOM), .b = NUMBER(0), WIDTH(16))),
		     udp_packet, 0, true);
	assert_match(PATTERN(I(PTYPE, .spec = &(const struct rte_flow_item_ptype){
			     .packet_type = RTE_PTYPE_L4_UDP },
			     .mask = &(const struct rte_flow_item_ptype){
			     .packet_type = RTE_PTYPE_L4_MASK })), udp_packet, 0, true);
	assert_match(PATTERN(I(RANDOM, .spec = &(const struct rte_flow_item_random){ 1 },
			       .mask = &(const struct rte_flow_item_random){ 0 })), udp_packet, 0,
		     true);
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONDITION_TEST(test_ptype),
		CONDITION_TEST(test_random),
		CONDITION_TEST(test_compare),
#ifdef STEER_HAS_ITEM_COMPARE
		CONDITION_TEST(test_compare_items),
#endif
	};

	return cmocka_run_group_tests(tests, condition_set_up, condition_tear_down);
}
