/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "parse_coherent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Bytes that nobody planned. */

/* Deeper sees all that shallower sees, and segments make no difference. */
static void
check_bytes(const uint8_t *data, uint32_t len, uint64_t flags)
{
	const uint32_t at = len > 0 ? (uint32_t)rand() % len : 0;
	const uint32_t cuts[] = { at, at + 1, at + 5 };
	struct rte_mbuf *one = packet_mbuf(data, len, NULL, 0);
	struct rte_mbuf *many = packet_mbuf(data, len, cuts, RTE_DIM(cuts));
	static const uint32_t depths[] = { STEER_DEPTH_ALL, STEER_DEPTH_ALL & ~STEER_DEPTH_RARE,
					   STEER_DEPTH_ALL & ~STEER_DEPTH_TUNNEL,
					   STEER_DEPTH_MAC | STEER_DEPTH_L3, STEER_DEPTH_MAC };
	uint64_t deeper = UINT64_MAX;

	one->ol_flags = flags;
	many->ol_flags = flags;
	for (unsigned int i = 0; i < RTE_DIM(depths); i++) {
		struct steer_key a, b;

		assert_int_equal(parse_fresh(one, depths[i], &a), parse_fresh(many, depths[i], &b));
		assert_memory_equal(&a, &b, sizeof(a));
		if (parse_incoherence(&a, depths[i]) != NULL)
			fail_msg("%s", parse_incoherence(&a, depths[i]));
		assert_int_equal(a.meta & ~deeper, 0);
		deeper = a.meta;
	}
	packet_mbuf_free(one);
	packet_mbuf_free(many);
}

static uint64_t
random_flags(void)
{
	static const uint64_t flags[] = {
		0,
		RTE_MBUF_F_RX_VLAN_STRIPPED,
		RTE_MBUF_F_RX_QINQ_STRIPPED,
		RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ_STRIPPED,
	};

	return flags[(unsigned int)rand() % RTE_DIM(flags)];
}

static void
test_random_bytes(void **state)
{
	static const uint16_t types[] = { 0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8,
					 0x8847, 0x8848, 0x8863, 0x8864, 0x893f };
	uint8_t data[256];

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 20000; n++) {
		const uint16_t type = types[(unsigned int)rand() % RTE_DIM(types)];

		for (unsigned int i = 0; i < sizeof(data); i++)
			data[i] = (uint8_t)rand();
		/* Mostly something that is looked into. */
		if (n % 4 != 0) {
			data[12] = (uint8_t)(type >> 8);
			data[13] = (uint8_t)type;
			data[14] = (uint8_t)(type == 0x0800 ? 0x45 : 0x60 | data[14]);
			if (type == 0x8863 || type == 0x8864)
				data[14] = 0x11;
		}
		check_bytes(data, (uint32_t)rand() % (sizeof(data) + 1), random_flags());
	}
}

/* Whole packets with a few bytes changed. */
static void
test_flipped_bytes(void **state)
{
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 30000; n++) {
		packet_make(&p, parse_chains[n % parse_n_chains]);
		for (unsigned int i = (unsigned int)rand() % 4; i > 0; i--) {
			const unsigned int at = (unsigned int)rand() % p.len;

			p.data[at] = rand() % 2 ? (uint8_t)rand() : (uint8_t)(p.data[at] ^ 1);
		}
		check_bytes(p.data, p.len - (rand() % 8 == 0 ? (uint32_t)rand() % p.len : 0),
			    random_flags());
	}
}

/* Every value of every byte of one packet of each kind. */
static void
test_each_byte(void **state)
{
	static const enum packet_layer chains[][10] = {
		{ P_ETH, P_VLAN, P_IPV4_OPT, P_UDP, P_GENEVE_OPT, P_ETH, P_IPV4, P_TCP },
		{ P_ETH, P_IPV6, P_DEST, P_FRAG, P_AUTH, P_UDP, P_VXLAN, P_ETH, P_ARP },
	};
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int c = 0; c < RTE_DIM(chains); c++) {
		packet_make(&p, chains[c]);
		for (unsigned int i = 12; i < p.len; i++) {
			const uint8_t old = p.data[i];

			for (unsigned int v = 0; v < 256; v++) {
				p.data[i] = (uint8_t)v;
				check_bytes(p.data, p.len, 0);
			}
			p.data[i] = old;
		}
	}
}

/* Demand of a mask */

static void
assert_depth(size_t off, uint64_t word, uint32_t depth)
{
	uint64_t mask[STEER_KEY_WORDS] = { 0 };

	mask[off / 8] = word;
	assert_int_equal(steer_parse_depth(mask), depth);
}

/* A mask of one bit demands the depth that fills this bit. */
static void
test_depth_of_slots(void **state)
{
	const size_t outer = offsetof(struct steer_key, outer);
	const uint32_t l4 = STEER_DEPTH_L3 | STEER_DEPTH_L4;

	RTE_SET_USED(state);
	assert_depth(0, 0, 0);
	for (unsigned int bit = 0; bit < 64; bit++) {
		const uint64_t word = UINT64_C(1) << bit;

		for (size_t i = 0; i < 24; i += 8)
			assert_depth(outer + offsetof(struct steer_stack, l2) + i, word,
				     STEER_DEPTH_MAC);
		for (size_t i = 0; i < 40; i += 8)
			assert_depth(outer + offsetof(struct steer_stack, l3) + i, word,
				     STEER_DEPTH_L3);
		assert_depth(outer + offsetof(struct steer_stack, frag), word, l4);
		for (size_t i = 0; i < 24; i += 8)
			assert_depth(outer + offsetof(struct steer_stack, l4) + i, word,
				     i == 0 ? l4 : l4 | STEER_DEPTH_TCP);
	}
}

/* So does one of what few packets have. */
static void
test_depth_of_rare(void **state)
{
	const uint32_t rare = STEER_DEPTH_L3 | STEER_DEPTH_L4 | STEER_DEPTH_RARE;

	RTE_SET_USED(state);
	for (unsigned int bit = 0; bit < 64; bit++) {
		const uint64_t word = UINT64_C(1) << bit;

		assert_depth(offsetof(struct steer_key, rare), word,
			     rare | (bit < STEER_RARE_INNER ? 0 : STEER_DEPTH_TUNNEL));
		for (size_t i = 0; i < sizeof(struct steer_rare); i += 8) {
			assert_depth(offsetof(struct steer_key, outer_rare) + i, word, rare);
			assert_depth(offsetof(struct steer_key, inner_rare) + i, word, rare);
		}
	}
}

/* Whatever is known of a packet is known as well when parsed as deep as a mask of it demands. */
static void
test_depth_of_meta(void **state)
{
	struct steer_key all, some;
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int c = 0; c < parse_n_chains; c++) {
		struct rte_mbuf *m;

		packet_make(&p, parse_chains[c]);
		m = packet_mbuf(p.data, p.len, NULL, 0);
		parse_fresh(m, STEER_DEPTH_ALL, &all);
		for (unsigned int bit = 0; bit < 64; bit++) {
			uint64_t mask[STEER_KEY_WORDS] = { UINT64_C(1) << bit };

			parse_fresh(m, steer_parse_depth(mask), &some);
			assert_int_equal(some.meta & mask[0], all.meta & mask[0]);
		}
		packet_mbuf_free(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_flipped_bytes),
		cmocka_unit_test(test_each_byte),
		cmocka_unit_test(test_depth_of_slots),
		cmocka_unit_test(test_depth_of_rare),
		cmocka_unit_test(test_depth_of_meta),
	};

	srand(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
