/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* The reference matcher, on patterns and packets written by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_flow.h>

#include "hex.h"
#include "ref_match.h"

#define TAGGED MACS "8100" "6064" "0800" IPV4_TCP TCP
#define TAGGED_TWICE MACS "88a8" "2065" "8100" "6064" "0800" IPV4_TCP TCP
#define IN_VXLAN MACS "0800" IPV4("5", "0000", "0000", "11") UDP_VXLAN VXLAN MACS \
	"0800" IPV4_TCP TCP

#define ITEM(t, ...) { .type = RTE_FLOW_ITEM_TYPE_##t, __VA_ARGS__ }
#define PATTERN(...) ((const struct rte_flow_item[]){ __VA_ARGS__, ITEM(END) })

static bool
matches(const struct rte_flow_item pattern[], const char *hex)
{
	struct ref_packet p;

	hex_decode(hex, &p);
	return ref_match(pattern, &p);
}

static void
test_layers(void **state __rte_unused)
{
	static const char packet[] = MACS "0800" IPV4_TCP TCP;
	const struct rte_flow_item nothing[] = { ITEM(END) };

	assert_true(matches(nothing, packet));
	assert_true(matches(nothing, ""));
	assert_true(matches(PATTERN(ITEM(ETH), ITEM(IPV4), ITEM(TCP)), packet));
	assert_true(matches(PATTERN(ITEM(IPV4), ITEM(TCP)), packet));
	assert_true(matches(PATTERN(ITEM(ETH), ITEM(TCP)), packet));
	assert_true(matches(PATTERN(ITEM(VOID), ITEM(TCP), ITEM(FUZZY)), packet));
	assert_false(matches(PATTERN(ITEM(IPV6)), packet));
	assert_false(matches(PATTERN(ITEM(UDP)), packet));
	assert_false(matches(PATTERN(ITEM(VLAN)), packet));
	assert_false(matches(PATTERN(ITEM(ETH)), "020000000002"));
}

static void
test_default_mask(void **state __rte_unused)
{
	/* Only the addresses count; of TCI only the VID. */
	struct rte_flow_item_ipv4 ip = {
		.hdr = { .src_addr = RTE_BE32(0x0a000001), .dst_addr = RTE_BE32(0x0a000002),
			 .time_to_live = 99 },
	};
	struct rte_flow_item_vlan vlan = { .hdr = { .vlan_tci = RTE_BE16(0xf064) } };

	assert_true(matches(PATTERN(ITEM(IPV4, .spec = &ip)), TAGGED));
	ip.hdr.dst_addr = RTE_BE32(0x0a000003);
	assert_false(matches(PATTERN(ITEM(IPV4, .spec = &ip)), TAGGED));
	assert_true(matches(PATTERN(ITEM(VLAN, .spec = &vlan)), TAGGED));
	vlan.hdr.vlan_tci = RTE_BE16(0x6065);
	assert_false(matches(PATTERN(ITEM(VLAN, .spec = &vlan)), TAGGED));
}

static void
test_spec_outside_mask(void **state __rte_unused)
{
	const struct rte_flow_item_tcp spec = { .hdr = { .dst_port = RTE_BE16(0xff50) } };
	const struct rte_flow_item_tcp mask = { .hdr = { .dst_port = RTE_BE16(0x00f3) } };

	assert_true(matches(PATTERN(ITEM(TCP, .spec = &spec, .mask = &mask)), TAGGED));
}

/** Is port 80 within a range? */
static bool
in_range(uint16_t from, uint16_t to, uint16_t bits)
{
	const struct rte_flow_item_tcp spec = { .hdr = { .dst_port = rte_cpu_to_be_16(from) } };
	const struct rte_flow_item_tcp last = { .hdr = { .dst_port = rte_cpu_to_be_16(to) } };
	const struct rte_flow_item_tcp mask = { .hdr = { .dst_port = rte_cpu_to_be_16(bits) } };

	return matches(PATTERN(ITEM(TCP, .spec = &spec, .last = &last, .mask = &mask)), TAGGED);
}

static void
test_range(void **state __rte_unused)
{
	assert_true(in_range(79, 81, 0xffff));
	assert_true(in_range(80, 81, 0xffff));
	assert_true(in_range(1, 80, 0xffff));
	assert_false(in_range(1, 79, 0xffff));
	assert_false(in_range(81, 1000, 0xffff));
	/* As numbers, not byte by byte. */
	assert_true(in_range(0x004f, 0x0100, 0xffff));
	/* No range: last is 0, or spec, or nothing of either is left under the mask. */
	assert_true(in_range(80, 0, 0xffff));
	assert_false(in_range(79, 0, 0xffff));
	assert_false(in_range(79, 79, 0xffff));
	assert_true(in_range(0xff00, 0xff0f, 0x0f));
	/* 80 & 0xf0 is 0x50. */
	assert_true(in_range(0x4f, 0x5f, 0xf0));
	assert_false(in_range(0x6f, 0x7f, 0xf0));
}

static void
test_tci_is_three_fields(void **state __rte_unused)
{
	/* PCP 2..3 and VID 0x60..0x70: as one number, 0x6064 is not within 0x4060..0x6070. */
	const struct rte_flow_item_vlan spec = { .hdr = { .vlan_tci = RTE_BE16(0x4060) } };
	const struct rte_flow_item_vlan last = { .hdr = { .vlan_tci = RTE_BE16(0x6070) } };
	const struct rte_flow_item_vlan mask = { .hdr = { .vlan_tci = RTE_BE16(0xefff) } };
	const struct rte_flow_item range = ITEM(VLAN, .spec = &spec, .last = &last, .mask = &mask);

	assert_true(matches(PATTERN(range), MACS "8100" "4070" "0800" IPV4_TCP TCP));
	assert_true(matches(PATTERN(range), TAGGED));
	assert_false(matches(PATTERN(range), MACS "8100" "4071" "0800" IPV4_TCP TCP));
	assert_false(matches(PATTERN(range), MACS "8100" "2065" "0800" IPV4_TCP TCP));
}

static void
test_eth_type_and_tags(void **state __rte_unused)
{
	const struct rte_flow_item_eth ip = { .hdr = { .ether_type = RTE_BE16(0x0800) } };
	const struct rte_flow_item_eth tpid = { .hdr = { .ether_type = RTE_BE16(0x8100) } };
	const struct rte_flow_item_eth mask = { .hdr = { .ether_type = RTE_BE16(0xffff) } };
	const struct rte_flow_item eth_ip = ITEM(ETH, .spec = &ip, .mask = &mask);
	const struct rte_flow_item eth_tpid = ITEM(ETH, .spec = &tpid, .mask = &mask);

	assert_true(matches(PATTERN(eth_ip), MACS "0800" IPV4_TCP TCP));
	assert_false(matches(PATTERN(eth_ip), TAGGED));
	assert_true(matches(PATTERN(eth_tpid, ITEM(VLAN), ITEM(IPV4)), TAGGED));
	assert_true(matches(PATTERN(eth_tpid, ITEM(IPV4)), TAGGED));
	assert_true(matches(PATTERN(ITEM(ETH), ITEM(IPV4)), TAGGED_TWICE));
}

static void
test_tag_order(void **state __rte_unused)
{
	const struct rte_flow_item_vlan outer = { .hdr = { .vlan_tci = RTE_BE16(0x65) } };
	const struct rte_flow_item_vlan inner = { .hdr = { .vlan_tci = RTE_BE16(0x64) } };

	assert_true(matches(PATTERN(ITEM(VLAN, .spec = &outer)), TAGGED_TWICE));
	assert_false(matches(PATTERN(ITEM(VLAN, .spec = &inner)), TAGGED_TWICE));
	assert_true(matches(PATTERN(ITEM(VLAN), ITEM(VLAN, .spec = &inner)), TAGGED_TWICE));
	assert_false(matches(PATTERN(ITEM(VLAN), ITEM(VLAN)), TAGGED));
}

static void
test_flags(void **state __rte_unused)
{
	const struct rte_flow_item_eth tagged = { .has_vlan = 1 }, untagged = { .has_vlan = 0 };
	const struct rte_flow_item_vlan more = { .has_more_vlan = 1 };
	const struct rte_flow_item_ipv6 frag = { .has_frag_ext = 1 };
	const struct rte_flow_item eth = ITEM(ETH, .spec = &tagged, .mask = &tagged);
	const struct rte_flow_item eth_not = ITEM(ETH, .spec = &untagged, .mask = &tagged);
	const struct rte_flow_item vlan = ITEM(VLAN, .spec = &more, .mask = &more);
	const struct rte_flow_item ipv6 = ITEM(IPV6, .spec = &frag, .mask = &frag);

	assert_true(matches(PATTERN(eth), TAGGED));
	assert_false(matches(PATTERN(eth_not), TAGGED));
	assert_false(matches(PATTERN(eth), MACS "0800" IPV4_TCP TCP));
	assert_true(matches(PATTERN(eth_not), MACS "0800" IPV4_TCP TCP));
	assert_true(matches(PATTERN(vlan), TAGGED_TWICE));
	assert_false(matches(PATTERN(vlan), TAGGED));
	assert_false(matches(PATTERN(ITEM(VLAN), vlan), TAGGED_TWICE));
	assert_true(matches(PATTERN(ipv6),
			    MACS "86dd" IPV6("0008", "2c") "1100" "0001" "00000007"));
	assert_false(matches(PATTERN(ipv6), MACS "86dd" IPV6("0008", "11") UDP));
}

static void
test_frag_ext(void **state __rte_unused)
{
	const struct rte_flow_item_ipv6_frag_ext spec = { .hdr = { .frag_data = RTE_BE16(1) } };
	const struct rte_flow_item_ipv6_frag_ext mask = { .hdr = { .frag_data = 0xffff } };
	const struct rte_flow_item item = ITEM(IPV6_FRAG_EXT, .spec = &spec, .mask = &mask);

	assert_true(matches(PATTERN(ITEM(IPV6), item),
			    MACS "86dd" IPV6("0008", "2c") "1100" "0001" "00000007"));
	assert_false(matches(PATTERN(item),
			     MACS "86dd" IPV6("0008", "2c") "1100" "0008" "00000007"));
}

static void
test_tunnel(void **state __rte_unused)
{
	const struct rte_flow_item_tcp port = { .hdr = { .src_port = RTE_BE16(1000),
							 .dst_port = RTE_BE16(80) } };
	const struct rte_flow_item_vxlan vni = { .hdr = { .vx_vni = RTE_BE32(5 << 8 | 0x77) } };
	const struct rte_flow_item tcp = ITEM(TCP, .spec = &port);

	assert_true(matches(PATTERN(ITEM(UDP), ITEM(VXLAN), ITEM(ETH), ITEM(IPV4), tcp), IN_VXLAN));
	assert_true(matches(PATTERN(ITEM(VXLAN, .spec = &vni), tcp), IN_VXLAN));
	assert_false(matches(PATTERN(tcp), IN_VXLAN));
	assert_true(matches(PATTERN(ITEM(UDP)), IN_VXLAN));
	assert_false(matches(PATTERN(ITEM(VXLAN), ITEM(UDP)), IN_VXLAN));
	assert_false(matches(PATTERN(ITEM(GENEVE)), IN_VXLAN));
}

static void
test_any(void **state __rte_unused)
{
	const struct rte_flow_item_any one = { .num = 1 }, two = { .num = 2 }, three = { .num = 3 };
	const struct rte_flow_item_any all = { .num = UINT32_MAX };
	const struct rte_flow_item any = ITEM(ANY, .spec = &two);
	const struct rte_flow_item any1 = ITEM(ANY, .spec = &one, .mask = &all);
	const struct rte_flow_item any2 = ITEM(ANY, .spec = &two, .mask = &all);
	const struct rte_flow_item any3 = ITEM(ANY, .spec = &three, .mask = &all);
	static const char unknown[] = MACS "8809" "01020304";
	static const char no_l4[] = MACS "0800" IPV4("5", "0014", "0000", "06");

	assert_true(matches(PATTERN(any), ""));
	assert_true(matches(PATTERN(ITEM(ANY)), ""));
	assert_true(matches(PATTERN(any1), unknown));
	assert_false(matches(PATTERN(any2), unknown));
	assert_false(matches(PATTERN(ITEM(ETH), any1), unknown));
	assert_true(matches(PATTERN(ITEM(ETH), any1), no_l4));
	assert_false(matches(PATTERN(ITEM(ETH), any2), no_l4));
	assert_true(matches(PATTERN(any2), no_l4));
	assert_false(matches(PATTERN(any3), no_l4));
	assert_true(matches(PATTERN(any3), TAGGED));
	assert_true(matches(PATTERN(ITEM(ETH), ITEM(VLAN), any1, ITEM(TCP)), TAGGED));
	assert_true(matches(PATTERN(ITEM(ETH), any2, ITEM(VXLAN), any2, ITEM(TCP)), IN_VXLAN));
	assert_true(matches(PATTERN(ITEM(ETH), ITEM(ANY), ITEM(TCP)), TAGGED));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_default_mask),
		cmocka_unit_test(test_spec_outside_mask),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_tci_is_three_fields),
		cmocka_unit_test(test_eth_type_and_tags),
		cmocka_unit_test(test_tag_order),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_frag_ext),
		cmocka_unit_test(test_tunnel),
		cmocka_unit_test(test_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
