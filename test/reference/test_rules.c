/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* The reference's rules and RSS, with a few rules written by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_common.h>

#include "hex.h"
#include "ref_rules.h"
#include "ref_shared.h"

#define PACKET MACS "0800" IPV4_TCP TCP

static const struct rte_flow_item everything[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
static const struct rte_flow_item udp[] = { { .type = RTE_FLOW_ITEM_TYPE_UDP },
					    { .type = RTE_FLOW_ITEM_TYPE_END } };
static const struct rte_flow_attr first = { .priority = 0 }, second = { .priority = 1 };

static const struct rte_flow_action_queue q1 = { .index = 1 }, q2 = { .index = 2 },
					  q9 = { .index = 9 };
static const struct rte_flow_action_mark m7 = { .id = 7 }, m8 = { .id = 8 };

#define ACTION(t, ...) { .type = RTE_FLOW_ACTION_TYPE_##t, __VA_ARGS__ }
static const struct rte_flow_action to1[] = { ACTION(QUEUE, .conf = &q1), ACTION(COUNT),
					      ACTION(END) };
static const struct rte_flow_action to2[] = { ACTION(QUEUE, .conf = &q2), ACTION(END) };
static const struct rte_flow_action to9[] = { ACTION(QUEUE, .conf = &q9), ACTION(END) };
static const struct rte_flow_action drop[] = { ACTION(DROP), ACTION(COUNT), ACTION(END) };
static const struct rte_flow_action mark[] = { ACTION(MARK, .conf = &m8), ACTION(END) };
static const struct rte_flow_action pass[] = { ACTION(PASSTHRU), ACTION(MARK, .conf = &m7),
					       ACTION(COUNT), ACTION(END) };

static struct ref_port port;

static void
classify(const char *hex, struct ref_verdict *v)
{
	struct ref_packet p;

	hex_decode(hex, &p);
	ref_port_classify(&port, &p, NULL, v);
}

static struct ref_rule
rule(const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
     const struct rte_flow_action *actions)
{
	return (struct ref_rule){ .attr = attr, .pattern = pattern, .actions = actions };
}

static void
test_order(void **state __rte_unused)
{
	struct ref_rule a = rule(&second, everything, to1), b = rule(&second, everything, to2);
	struct ref_rule c = rule(&first, everything, drop);
	struct ref_verdict v;

	ref_port_init(&port, 4);
	ref_port_add(&port, &a);
	ref_port_add(&port, &b);
	classify(PACKET, &v);
	assert_int_equal(v.queue, 1);
	ref_port_add(&port, &c);
	classify(PACKET, &v);
	assert_int_equal(v.fate, REF_DROP_RULE);
	ref_port_remove(&port, &c);
	ref_port_remove(&port, &a);
	classify(PACKET, &v);
	assert_int_equal(v.fate, REF_QUEUE);
	assert_int_equal(v.queue, 2);
	assert_int_equal(a.tally.hits, 1);
	assert_int_equal(a.tally.bytes, 54);
	assert_int_equal(c.tally.hits, 1);
}

static void
test_passthru(void **state __rte_unused)
{
	struct ref_rule a = rule(&first, everything, pass), b = rule(&second, everything, mark);
	struct ref_verdict v;

	ref_port_init(&port, 4);
	port.isolated = true;
	ref_port_add(&port, &a);
	classify(PACKET, &v);
	assert_int_equal(v.fate, REF_QUEUE);
	assert_null(v.ended_by);
	assert_int_equal(v.mark, 7);
	ref_port_add(&port, &b);
	classify(PACKET, &v);
	assert_ptr_equal(v.ended_by, &b);
	assert_true(v.spread);
	assert_int_equal(v.mark, 8);
	assert_int_equal(v.n_matched, 2);
	assert_int_equal(a.tally.hits, 2);
}

static void
test_no_match(void **state __rte_unused)
{
	struct ref_rule a = rule(&first, udp, to1);
	struct ref_verdict v;

	ref_port_init(&port, 4);
	ref_port_add(&port, &a);
	classify(PACKET, &v);
	assert_int_equal(v.fate, REF_QUEUE);
	assert_int_equal(v.queue, 0);
	assert_false(v.flagged);
	port.isolated = true;
	classify(PACKET, &v);
	assert_int_equal(v.fate, REF_DROP_ISOLATED);
}

static void
test_gone_queue(void **state __rte_unused)
{
	struct ref_rule a = rule(&first, everything, to9), b = rule(&first, everything, to1);
	struct ref_verdict v;

	ref_port_init(&port, 4);
	ref_port_add(&port, &a);
	ref_port_add(&port, &b);
	classify(PACKET, &v);
	assert_int_equal(v.queue, 1);
	port.n_queues = 10;
	classify(PACKET, &v);
	assert_int_equal(v.queue, 9);
}

static void
test_rss_action(void **state __rte_unused)
{
	static const uint16_t queues[] = { 3, 1, 9 };
	const struct rte_flow_action_rss rss = { .queue_num = 3, .queue = queues };
	const struct rte_flow_action spread[] = { ACTION(RSS, .conf = &rss), ACTION(END) };
	struct ref_rule a = rule(&first, everything, spread);
	struct ref_verdict v;

	ref_port_init(&port, 4);
	port.rss.types = RTE_ETH_RSS_IPV4;
	ref_port_add(&port, &a);
	classify(PACKET, &v);
	/* 128 entries 3, 1, 3, 1, ... without the queue that is gone. */
	assert_true(v.spread);
	assert_int_not_equal(v.hash, 0);
	assert_int_equal(v.queue, v.hash & 1 ? 1 : 3);
}

/** Microsoft's verification suite: 66.9.149.187:2794 to 161.142.100.80:1766. */
static void
test_toeplitz(void **state __rte_unused)
{
	static const uint8_t in[] = { 66, 9, 149, 187, 161, 142, 100, 80, 0x0a, 0xea, 0x06, 0xe6 };

	assert_int_equal(ref_toeplitz(in, 8), 0x323e8fc2);
	assert_int_equal(ref_toeplitz(in, 12), 0x51ccc178);
}

static uint32_t
hash(enum rte_eth_hash_function func, uint64_t types, const char *hex)
{
	struct ref_rss rss = { .func = func, .types = types };
	struct ref_packet p;

	ref_rss_set_key(&rss, ref_rss_default_key, REF_RSS_KEY_LEN);
	hex_decode(hex, &p);
	return ref_rss_hash(&rss, &p);
}

/* PACKET with addresses and ports the other way round. */
#define BACK MACS "0800" "4500002812340000" "40060000" "0a000002" "0a000001" \
	"005003e8" "00000001" "00000002" "5010" "1000" "0000" "0000"

static void
test_hash_input(void **state __rte_unused)
{
	const enum rte_eth_hash_function xor = RTE_ETH_HASH_FUNCTION_SIMPLE_XOR;
	const enum rte_eth_hash_function symmetric = RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ;
	const uint64_t tcp = RTE_ETH_RSS_NONFRAG_IPV4_TCP;

	assert_int_equal(hash(xor, RTE_ETH_RSS_IPV4, PACKET), 0x00000003);
	assert_int_equal(hash(xor, tcp, PACKET), 0x03e80050 ^ 0x3);
	assert_int_equal(hash(xor, tcp | RTE_ETH_RSS_L4_DST_ONLY, PACKET), 0x50 ^ 0x3);
	assert_int_equal(hash(xor, tcp | RTE_ETH_RSS_L3_SRC_ONLY, PACKET), 0x0a000001 ^ 0x03e80050);
	assert_int_equal(hash(xor, RTE_ETH_RSS_NONFRAG_IPV4_UDP, PACKET), 0);
	assert_int_equal(hash(xor, RTE_ETH_RSS_NONFRAG_IPV4_OTHER, PACKET), 0);
	assert_int_equal(hash(xor, tcp, MACS "0800" IPV4("5", "0028", "2000", "06") TCP), 0);
	assert_int_equal(hash(symmetric, tcp, PACKET), hash(symmetric, tcp, BACK));
	assert_int_not_equal(hash(symmetric, tcp, PACKET), 0);
}

/* Two rules, one counter; and one RSS action, which both have as it is at the time. */
static void
test_shared(void **state __rte_unused)
{
	static const uint16_t nine = 9, three = 3;
	const struct rte_flow_action_rss gone = { .queue = &nine, .queue_num = 1 };
	const struct rte_flow_action_rss there = { .queue = &three, .queue_num = 1 };
	struct ref_shared count = { .handle = &count, .action = ACTION(COUNT) };
	struct ref_shared rss = { .handle = &rss, .action = ACTION(RSS, .conf = &gone) };
	const struct rte_flow_action both[] = { ACTION(INDIRECT, .conf = &count),
						ACTION(INDIRECT, .conf = &rss), ACTION(END) };
	struct ref_rule a = rule(&first, everything, both), b = rule(&first, everything, both);
	struct ref_rule c = rule(&first, everything, to1);
	struct ref_verdict v;

	ref_port_init(&port, 4);
	ref_port_share(&port, &count);
	ref_port_share(&port, &rss);
	ref_port_add(&port, &a);
	ref_port_add(&port, &b);
	classify(PACKET, &v);
	assert_int_equal(count.tally.hits, 0);
	ref_port_add(&port, &c);
	ref_port_update_rss(&port, &rss, &(struct rte_flow_action)ACTION(RSS, .conf = &there));
	classify(PACKET, &v);
	assert_ptr_equal(v.ended_by, &c);
	ref_port_remove(&port, &c);
	for (unsigned int n = 1; n <= 2; n++) {
		classify(PACKET, &v);
		assert_ptr_equal(v.ended_by, n == 1 ? &a : &b);
		assert_int_equal(v.queue, 3);
		assert_int_equal(count.tally.hits, n);
		assert_int_equal(ref_shared_rules(&port, &count), 3 - n);
		ref_port_remove(&port, n == 1 ? &a : &b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_passthru),
		cmocka_unit_test(test_no_match),
		cmocka_unit_test(test_gone_queue),
		cmocka_unit_test(test_rss_action),
		cmocka_unit_test(test_toeplitz),
		cmocka_unit_test(test_hash_input),
		cmocka_unit_test(test_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
