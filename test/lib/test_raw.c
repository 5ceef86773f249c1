/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* RAW: bytes at a place, in front of and behind others, and searched for. */

#include <string.h>

#include "condition_world.h"
#include "ref_packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* With a mask for the bytes. */
#define RAW_MASKED(bytes, ...)                                                                     \
	I(RAW, .spec = &(const struct rte_flow_item_raw){ __VA_ARGS__ },                           \
	  .mask = &(const struct rte_flow_item_raw){ .relative = 1, .search = 1, .offset = -1,     \
	     .limit = UINT16_MAX, .length = UINT16_MAX, .pattern = (const uint8_t *)(bytes) })

static const uint8_t foo_nibbles[] = { 0xf0, 0x0f, 0x00 };

static void
test_raw_absolute(void **state __rte_unused)
{
	assert_match(PATTERN(RAW(.offset = 44, BYTES("foo"))), udp_packet, 0, true);
	assert_match(PATTERN(RAW(.offset = 43, BYTES("foo"))), udp_packet, 0, false);
	assert_match(PATTERN(I(ETH), I(TCP), RAW(.offset = 44, BYTES("foo"))), udp_packet, 0,
		     false);
	/* The first and the last bytes, and beyond. */
	assert_match(PATTERN(RAW(BYTES("\x02\x00\x00"))), udp_packet, 0, true);
	assert_match(PATTERN(RAW(.offset = 53, BYTES("bar."))), udp_packet, 0, true);
	assert_match(PATTERN(RAW(.offset = 53, BYTES("bar.."))), udp_packet, 0, false);
	assert_match(PATTERN(RAW(.offset = INT32_MAX, BYTES("bar"))), udp_packet, 0, false);
	/* Nothing can be at the end, but not behind it. */
	assert_match(PATTERN(RAW(.offset = 57)), udp_packet, 0, true);
	assert_match(PATTERN(RAW(.offset = 58)), udp_packet, 0, false);
	assert_match(PATTERN(I(RAW)), udp_packet, 0, true);
}

static void
test_raw_relative(void **state __rte_unused)
{
	assert_match(PATTERN(RAW(REL, BYTES("\x02\x00"))), udp_packet, 0, true);
	assert_match(PATTERN(I(ETH), RAW(REL, BYTES("\x45\x00"))), udp_packet, 0, true);
	assert_match(PATTERN(I(IPV4), RAW(REL, BYTES("\x03\xe8\x00\x50"))), udp_packet, 0, true);
	assert_match(PATTERN(I(IPV4), RAW(REL, BYTES("\x03\xe8\x00\x50"))), options_packet, 0,
		     true);
	assert_match(PATTERN(I(UDP), RAW(REL, .offset = 2, BYTES("foo"))), options_packet, 0, true);
	assert_match(PATTERN(I(UDP), RAW(REL, .offset = -4, BYTES("\x00\x08"))), udp_packet, 0,
		     true);
	assert_match(PATTERN(I(UDP), RAW(REL, .offset = -43, BYTES("\x02"))), udp_packet, 0, false);
	assert_match(PATTERN(I(TCP), RAW(REL, .offset = 2, BYTES("foo"))), tcp_packet, 0, true);
	assert_match(PATTERN(I(IPV6), RAW(REL, BYTES("\x11\x00\x01\x04"))), ipv6_packet, 0, true);
	assert_match(PATTERN(I(IPV6), I(UDP), RAW(REL, .offset = 2, BYTES("foo"))), ipv6_packet, 0,
		     true);
	assert_match(PATTERN(I(VLAN), RAW(REL, BYTES("\x45"))), tagged_packet, 0, true);
	assert_match(PATTERN(I(ETH), RAW(REL, BYTES("\x00\x64"))), tagged_packet, 0, true);
	/* A tag that was taken out is not there. */
	assert_match(PATTERN(I(VLAN), RAW(REL, BYTES("\x45"))), udp_packet,
		     RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED, true);
}

static void
test_raw_tunnels(void **state __rte_unused)
{
	assert_match(PATTERN(I(VXLAN), RAW(REL, BYTES("\x02\x00\x00\x00\x00\x02"))), vxlan_packet,
		     0, true);
	assert_match(PATTERN(I(GENEVE), RAW(REL, BYTES("\x02\x00\x00\x00\x00\x02"))),
		     geneve_packet, 0, true);
	assert_match(PATTERN(I(VXLAN), I(UDP), RAW(REL, .offset = 2, BYTES("foo"))), vxlan_packet,
		     0, true);
	assert_match(PATTERN(I(GENEVE), I(ETH), I(IPV4), RAW(REL, .offset = 10, BYTES("foo"))),
		     geneve_packet, 0, true);
	assert_match(PATTERN(I(UDP), RAW(REL, BYTES("\x08\x00\x00\x00"))), vxlan_packet, 0, true);
}

static void
test_raw_search(void **state __rte_unused)
{
	assert_match(PATTERN(RAW(SEARCH, BYTES("foobar"))), udp_packet, 0, true);
	assert_match(PATTERN(RAW(SEARCH, BYTES("foobaz"))), udp_packet, 0, false);
	assert_match(PATTERN(I(UDP), RAW(REL, SEARCH, BYTES("bar"))), udp_packet, 0, true);
	/* "bar" begins 11 bytes behind. */
	assert_match(PATTERN(I(UDP), RAW(REL, SEARCH, .limit = 11, BYTES("bar"))), udp_packet, 0,
		     true);
	assert_match(PATTERN(I(UDP), RAW(REL, SEARCH, .limit = 10, BYTES("bar"))), udp_packet, 0,
		     false);
	assert_match(PATTERN(RAW(SEARCH, .offset = 53, BYTES("bar."))), udp_packet, 0, true);
	assert_match(PATTERN(RAW(SEARCH, .offset = 54, BYTES("bar."))), udp_packet, 0, false);
}

static void
test_raw_chain(void **state __rte_unused)
{
	/* As in rte_flow's guide: back from "bar" to what is in front of it. */
	assert_match(PATTERN(I(ETH), I(IPV4), I(UDP), RAW(REL, SEARCH, BYTES("foo")),
			     RAW(REL, .offset = 6, BYTES("bar")),
			     RAW(REL, .offset = -6, BYTES("foo"))), udp_packet, 0, true);
	/* Of two the first is taken, and no other one tried. */
	assert_match(PATTERN(I(UDP), RAW(REL, SEARCH, BYTES("foo")), RAW(REL, BYTES("bar"))),
		     udp_packet, 0, false);
	assert_match(PATTERN(I(UDP), RAW(REL, SEARCH, .offset = 3, BYTES("foo")),
			     RAW(REL, BYTES("bar"))), udp_packet, 0, true);
	/* No bytes: only the place. */
	assert_match(PATTERN(I(UDP), RAW(.offset = 44), RAW(REL, BYTES("foo"))), udp_packet, 0,
		     true);
	assert_match(PATTERN(RAW(.offset = 44, BYTES("foo")), I(VOID), I(FUZZY), I(ANY),
			     RAW(.offset = 50, BYTES("foo"))), udp_packet, 0, true);
}

static void
test_raw_mask(void **state __rte_unused)
{
	/* f.o: the high nibble of the first byte, the low one of the second. */
	assert_match(PATTERN(RAW_MASKED(foo_nibbles, .offset = 44, BYTES("\x6a\xaf\x00"))),
		     udp_packet, 0, true);
	assert_match(PATTERN(RAW_MASKED(foo_nibbles, .offset = 44, BYTES("\x7a\xaf\x00"))),
		     udp_packet, 0, false);
	assert_match(PATTERN(I(UDP), RAW_MASKED(foo_nibbles, REL, SEARCH, BYTES("\x6a\xaf\x00")),
			     RAW(REL, .offset = -3, BYTES("foo"))), udp_packet, 0, true);
	/* Under a mask of zeros neither relative nor offset are asked for. */
	assert_match(PATTERN(I(UDP), I(RAW,
		     .spec = &(const struct rte_flow_item_raw){ REL, .offset = 7, BYTES("\x02") },
		     .mask = &(const struct rte_flow_item_raw){ .length = UINT16_MAX })),
		     udp_packet, 0, true);
}

/* Longer than what is looked at in one go, and the bytes at its end. */
static void
test_raw_long(void **state __rte_unused)
{
	static char hex[2 * REF_PACKET_MAX];
	const size_t head = strlen(udp_packet);
	uint8_t bytes[256], mask[256];

	memset(hex, '0', sizeof(hex) - 1);
	memcpy(hex, udp_packet, head);
	memset(hex + 2 * 1700, 'f', 2 * sizeof(bytes));
	memset(bytes, 0xff, sizeof(bytes));
	memset(mask, 0xff, sizeof(mask));
	assert_match(PATTERN(RAW(SEARCH, .pattern = bytes, .length = sizeof(bytes)),
			     RAW(REL, BYTES("\x00"))), hex, 0, true);
	mask[7] = 0x7f;
	assert_match(PATTERN(RAW_MASKED(mask, SEARCH, .pattern = bytes, .length = sizeof(bytes)),
			     RAW(REL, BYTES("\x00"))), hex, 0, true);
	bytes[255] = 0xfe;
	assert_match(PATTERN(RAW(SEARCH, .pattern = bytes, .length = sizeof(bytes))), hex, 0,
		     false);
	assert_match(PATTERN(RAW_MASKED(mask, SEARCH, .pattern = bytes, .length = sizeof(bytes))),
		     hex, 0, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONDITION_TEST(test_raw_absolute),
		CONDITION_TEST(test_raw_relative),
		CONDITION_TEST(test_raw_tunnels),
		CONDITION_TEST(test_raw_search),
		CONDITION_TEST(test_raw_chain),
		CONDITION_TEST(test_raw_mask),
		CONDITION_TEST(test_raw_long),
	};

	return cmocka_run_group_tests(tests, condition_set_up, condition_tear_down);
}
