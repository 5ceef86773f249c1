/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_common.h>

#include "steer_match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Items that stand for others, and what a pattern leaves out. */

#define I(name) { .type = RTE_FLOW_ITEM_TYPE_##name }
#define ANY(n) { .type = RTE_FLOW_ITEM_TYPE_ANY, .spec = &num[n], .mask = &num_all }
#define ITEMS 12

static const struct rte_flow_item_any num[] = {
	{ .num = 0 }, { .num = 1 }, { .num = 2 }, { .num = 3 }, { .num = 0xffff0001 },
};
static const struct rte_flow_item_any num_all = { .num = UINT32_MAX };
static const struct rte_flow_item_any num_low = { .num = 0xffff };
static const struct rte_flow_item_any num_none = { .num = 0 };
static const struct rte_flow_item_fuzzy fuzzy = { .thresh = 7 };

#define META_L3(type) ((uint64_t)STEER_L3_##type << STEER_META_L3_SHIFT)
#define META_L4(type) ((uint64_t)STEER_L4_##type << STEER_META_L4_SHIFT)
#define META_TUNNEL(type) ((uint64_t)STEER_TUNNEL_##type << STEER_META_TUNNEL_SHIFT)
#define IN(meta) ((meta) << STEER_META_INNER)
#define ETH STEER_META_ETH
#define L3 STEER_META_L3
#define L4 STEER_META_L4
#define L3_ANY STEER_META_L3_ANY
#define L4_ANY STEER_META_L4_ANY
#define TUNNEL STEER_META_TUNNEL
#define ANY_GRE (UINT64_C(0xe) << STEER_META_TUNNEL_SHIFT)
#define ANY_PSC ANY_GRE
#define ANY_GTP (UINT64_C(0xc) << STEER_META_TUNNEL_SHIFT)

static const struct accepted {
	struct rte_flow_item pattern[ITEMS];
	uint64_t mask, spec;
} accepted[] = {
	{ { I(END) }, 0, 0 },
	{ { I(VOID), I(VOID), I(VOID), I(END) }, 0, 0 },
	{ { I(VOID), I(ETH), I(VOID), I(END) }, ETH, ETH },
	{ { I(FUZZY), I(ETH), I(END) }, ETH, ETH },
	{ { I(ETH), { .type = RTE_FLOW_ITEM_TYPE_FUZZY, .spec = &fuzzy }, I(IPV4), I(END) },
	  ETH | L3, ETH | META_L3(IPV4) },
	{ { { .type = RTE_FLOW_ITEM_TYPE_FUZZY, .spec = &fuzzy, .last = &fuzzy, .mask = &fuzzy },
	    I(END) }, 0, 0 },
	/* Layers may be left out. */
	{ { I(IPV4), I(END) }, L3, META_L3(IPV4) },
	{ { I(TCP), I(END) }, L4, META_L4(TCP) },
	{ { I(ETH), I(UDP), I(END) }, ETH | L4, ETH | META_L4(UDP) },
	{ { I(VLAN), I(END) }, STEER_META_VLAN0, STEER_META_VLAN0 },
	{ { I(VLAN), I(VLAN), I(END) }, STEER_META_VLAN0 | STEER_META_VLAN1,
	  STEER_META_VLAN0 | STEER_META_VLAN1 },
	{ { I(VLAN), I(VOID), I(VLAN), I(IPV6), I(SCTP), I(END) },
	  STEER_META_VLAN0 | STEER_META_VLAN1 | L3 | L4,
	  STEER_META_VLAN0 | STEER_META_VLAN1 | META_L3(IPV6) | META_L4(SCTP) },
	{ { I(IPV6_FRAG_EXT), I(END) }, STEER_META_EXT(STEER_EXT_FRAG),
	  STEER_META_EXT(STEER_EXT_FRAG) },
	{ { I(IPV6), I(IPV6_FRAG_EXT), I(UDP), I(END) }, L3 | L4 | STEER_META_EXT(STEER_EXT_FRAG),
	  META_L3(IPV6) | META_L4(UDP) | STEER_META_EXT(STEER_EXT_FRAG) },
	{ { I(IPV4), I(ICMP), I(END) }, L3 | L4, META_L3(IPV4) | META_L4(ICMP) },
	{ { I(IPV6), I(ICMP6), I(END) }, L3 | L4, META_L3(IPV6) | META_L4(ICMP6) },
	/* Tunnels, and what is inside. */
	{ { I(VXLAN), I(END) }, TUNNEL, META_TUNNEL(VXLAN) },
	{ { I(IPV4), I(GENEVE), I(END) }, L3 | TUNNEL, META_L3(IPV4) | META_TUNNEL(GENEVE) },
	{ { I(ETH), I(IPV6), I(UDP), I(VXLAN), I(ETH), I(IPV4), I(TCP), I(END) },
	  ETH | L3 | L4 | TUNNEL | IN(ETH | L3 | L4),
	  ETH | META_L3(IPV6) | META_L4(UDP) | META_TUNNEL(VXLAN) |
	  IN(ETH | META_L3(IPV4) | META_L4(TCP)) },
	{ { I(GENEVE), I(VLAN), I(VLAN), I(ARP_ETH_IPV4), I(END) },
	  TUNNEL | IN(STEER_META_VLAN0 | STEER_META_VLAN1 | L3),
	  META_TUNNEL(GENEVE) | IN(STEER_META_VLAN0 | STEER_META_VLAN1 | META_L3(ARP)) },
	{ { I(VXLAN), I(UDP), I(END) }, TUNNEL | IN(L4), META_TUNNEL(VXLAN) | IN(META_L4(UDP)) },
	{ { I(ETH), I(IPV4), I(GRE), I(IPV6), I(END) }, ETH | L3 | ANY_GRE | IN(L3),
	  ETH | META_L3(IPV4) | META_TUNNEL(GRE) | IN(META_L3(IPV6)) },
	{ { I(NVGRE), I(ETH), I(END) }, TUNNEL | IN(ETH), META_TUNNEL(NVGRE) | IN(ETH) },
	{ { I(GRE), I(GRE_OPTION), I(ETH), I(END) }, ANY_GRE | IN(ETH),
	  META_TUNNEL(GRE) | IN(ETH) },
	{ { I(GTP), I(IPV4), I(END) }, ANY_GTP | IN(L3), META_TUNNEL(GTPU) | IN(META_L3(IPV4)) },
	{ { I(UDP), I(GTPU), I(GTP_PSC), I(IPV4), I(END) }, L4 | TUNNEL | IN(L3),
	  META_L4(UDP) | META_TUNNEL(GTPU_PSC) | IN(META_L3(IPV4)) },
	{ { I(GTPC), I(GTP_PSC), I(END) }, TUNNEL, META_TUNNEL(GTPC_PSC) },
	{ { I(GTP_PSC), I(END) }, ANY_PSC, META_TUNNEL(GTPU_PSC) },
	{ { I(UDP), I(VXLAN_GPE), I(IPV4), I(END) }, L4 | TUNNEL | IN(L3),
	  META_L4(UDP) | META_TUNNEL(VXLAN_GPE) | IN(META_L3(IPV4)) },
	/* IP in IP has no item. */
	{ { I(ETH), I(IPV4), I(VOID), I(IPV6), I(TCP), I(END) }, ETH | L3 | TUNNEL | IN(L3 | L4),
	  ETH | META_L3(IPV4) | META_TUNNEL(IP) | IN(META_L3(IPV6) | META_L4(TCP)) },
	{ { I(IPV6), I(IPV6_FRAG_EXT), I(IPV4), I(ICMP), I(END) },
	  L3 | STEER_META_EXT(STEER_EXT_FRAG) | TUNNEL | IN(L3 | L4),
	  META_L3(IPV6) | STEER_META_EXT(STEER_EXT_FRAG) | META_TUNNEL(IP) |
	  IN(META_L3(IPV4) | META_L4(ICMP)) },
	/* The layers begin anew in there. */
	{ { I(IPV4), I(VXLAN), I(ICMP6), I(END) }, L3 | TUNNEL | IN(L4),
	  META_L3(IPV4) | META_TUNNEL(VXLAN) | IN(META_L4(ICMP6)) },
	{ { I(VLAN), I(VLAN), I(VXLAN), I(VLAN), I(END) },
	  STEER_META_VLAN0 | STEER_META_VLAN1 | TUNNEL | IN(STEER_META_VLAN0),
	  STEER_META_VLAN0 | STEER_META_VLAN1 | META_TUNNEL(VXLAN) | IN(STEER_META_VLAN0) },
	/* ANY: the next num layers of eth, L3, L4. */
	{ { I(ANY), I(END) }, 0, 0 },
	{ { ANY(0), I(END) }, 0, 0 },
	/* Its default mask, says rte_flow.h, is 0. */
	{ { { .type = RTE_FLOW_ITEM_TYPE_ANY, .spec = &num[3] }, I(END) }, 0, 0 },
	{ { ANY(1), I(END) }, ETH, ETH },
	{ { ANY(2), I(END) }, ETH | L3_ANY, ETH | L3_ANY },
	{ { ANY(3), I(END) }, ETH | L3_ANY | L4_ANY, ETH | L3_ANY | L4_ANY },
	{ { ANY(1), ANY(1), ANY(1), I(END) }, ETH | L3_ANY | L4_ANY, ETH | L3_ANY | L4_ANY },
	{ { I(ETH), ANY(1), I(END) }, ETH | L3_ANY, ETH | L3_ANY },
	{ { I(ETH), ANY(2), I(END) }, ETH | L3_ANY | L4_ANY, ETH | L3_ANY | L4_ANY },
	{ { I(VLAN), ANY(1), I(END) }, STEER_META_VLAN0 | L3_ANY, STEER_META_VLAN0 | L3_ANY },
	{ { I(ETH), ANY(1), I(TCP), I(END) }, ETH | L3_ANY | L4, ETH | L3_ANY | META_L4(TCP) },
	{ { I(ETH), I(IPV4), ANY(1), I(END) }, ETH | L3 | L4_ANY, ETH | META_L3(IPV4) | L4_ANY },
	{ { I(IPV6), I(IPV6_FRAG_EXT), ANY(1), I(END) },
	  L3 | STEER_META_EXT(STEER_EXT_FRAG) | L4_ANY,
	  META_L3(IPV6) | STEER_META_EXT(STEER_EXT_FRAG) | L4_ANY },
	{ { ANY(3), I(VXLAN), ANY(2), I(END) }, ETH | L3_ANY | L4_ANY | TUNNEL | IN(ETH | L3_ANY),
	  ETH | L3_ANY | L4_ANY | META_TUNNEL(VXLAN) | IN(ETH | L3_ANY) },
	{ { ANY(1), I(VLAN), I(IPV4), I(END) }, ETH | STEER_META_VLAN0 | L3,
	  ETH | STEER_META_VLAN0 | META_L3(IPV4) },
	/* num is masked, and may be a range: at least so many. */
	{ { { .type = RTE_FLOW_ITEM_TYPE_ANY, .spec = &num[4], .mask = &num_low }, I(END) },
	  ETH, ETH },
	{ { { .type = RTE_FLOW_ITEM_TYPE_ANY, .spec = &num[3], .mask = &num_none }, I(END) },
	  0, 0 },
	{ { { .type = RTE_FLOW_ITEM_TYPE_ANY, .spec = &num[1], .last = &num[3],
	    .mask = &num_all }, I(END) },
	  ETH, ETH },
	{ { { .type = RTE_FLOW_ITEM_TYPE_ANY, .spec = &num[2], .last = &num[0],
	    .mask = &num_all }, I(END) },
	  ETH | L3_ANY, ETH | L3_ANY },
	{ { { .type = RTE_FLOW_ITEM_TYPE_ANY, .spec = &num[2], .last = &num[2],
	    .mask = &num_all }, I(END) },
	  ETH | L3_ANY, ETH | L3_ANY },
};

static void
test_meta(void **state)
{
	static const struct steer_match empty;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(accepted); i++) {
		struct rte_flow_error error = { 0 };
		struct steer_match got;

		if (steer_pattern_parse(accepted[i].pattern, &got, &error) != 0)
			fail_msg("pattern %u: %s", i, error.message);
		if (got.mask[0] != accepted[i].mask || got.spec[0] != accepted[i].spec)
			print_error("pattern %u\n", i);
		assert_int_equal(got.mask[0], accepted[i].mask);
		assert_int_equal(got.spec[0], accepted[i].spec);
		got.mask[0] = 0;
		got.spec[0] = 0;
		assert_memory_equal(got.mask, empty.mask, sizeof(got.mask));
		assert_memory_equal(got.spec, empty.spec, sizeof(got.spec));
		assert_int_equal(got.n_ranges, 0);
	}
}

static void
test_many_voids(void **state)
{
	struct rte_flow_item pattern[202] = { 0 };
	struct steer_match got;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 200; i++)
		pattern[i].type = RTE_FLOW_ITEM_TYPE_VOID;
	pattern[200].type = RTE_FLOW_ITEM_TYPE_UDP;
	pattern[201].type = RTE_FLOW_ITEM_TYPE_END;
	assert_int_equal(steer_pattern_parse(pattern, &got, NULL), 0);
	assert_int_equal(got.mask[0], L4);
	assert_int_equal(got.spec[0], META_L4(UDP));
}

/* Sixteen ranges are as many as one rule may have. */
static void
test_most_ranges(void **state)
{
	uint8_t spec[20], last[20], ipv4_mask[20], tcp_mask[20];
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4, .spec = spec, .last = last, .mask = ipv4_mask },
		{ .type = RTE_FLOW_ITEM_TYPE_TCP, .spec = spec, .last = last, .mask = tcp_mask },
		I(END),
	};
	struct rte_flow_error error = { 0 };
	struct steer_match got;

	RTE_SET_USED(state);
	memset(spec, 0x01, sizeof(spec));
	memset(last, 0x03, sizeof(last));
	memset(ipv4_mask, 0xff, sizeof(ipv4_mask));
	memset(tcp_mask, 0xff, sizeof(tcp_mask));
	/* All but the first byte: nine fields; all but data offset and urgent pointer: seven. */
	ipv4_mask[0] = 0;
	tcp_mask[12] = 0;
	memset(tcp_mask + 18, 0, 2);
	assert_int_equal(steer_pattern_parse(pattern, &got, &error), 0);
	assert_int_equal(got.n_ranges, 16);
	for (unsigned int i = 0; i < got.n_ranges; i++)
		assert_true(got.bounds[i].hi == 3 * got.bounds[i].lo);
	assert_int_equal(got.mask[0], L3 | L4);

	memset(tcp_mask + 18, 0xff, 2);
	assert_int_equal(steer_pattern_parse(pattern, &got, &error), -ENOTSUP);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ITEM_LAST);
	assert_ptr_equal(error.cause, &pattern[1]);
	assert_string_equal(error.message, "tcp: more than 16 ranges in one pattern");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meta),
		cmocka_unit_test(test_many_voids),
		cmocka_unit_test(test_most_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
