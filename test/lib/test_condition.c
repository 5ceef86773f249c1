/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Items that make a condition, over packets written by hand: which packets match, whole and cut
 * into segments everywhere. And what a condition must not disturb: the order of rules, PASSTHRU,
 * ranges, the flow cache, rules that go.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "eal.h"
#include "engine_world.h"
#include "hex.h"
#include "packet.h"
#include "steer_compare.h"
#include "steer_compat.h"
#include "steer_condition.h"
#include "steer_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Packets. hex.h has names of its own for headers. */

#define FOO "666f6f"
#define BAR "626172"
/* UDP with "..foo...foobar." behind it; and with IPv4 options. */
#define PAYLOAD "2e2e" FOO "2e2e2e" FOO BAR "2e"
#define UDP_FRAME MACS "0800" IPV4("5", "002b", "0000", "11") UDP PAYLOAD
#define OUTER MACS "0800" IPV4("5", "0000", "0000", "11")

static const char udp_packet[] = UDP_FRAME;
static const char udp_shifted[] = MACS "0800" IPV4("5", "002b", "0000", "11") UDP "00" PAYLOAD;
static const char udp_short[] = MACS "0800" IPV4_UDP UDP;
static const char options_packet[] =
	MACS "0800" IPV4("6", "002f", "0000", "11") "01010101" UDP PAYLOAD;
static const char tagged_packet[] =
	MACS "8100" "0064" "0800" IPV4("5", "002b", "0000", "11") UDP PAYLOAD;
static const char tcp_packet[] =
	MACS "0800" IPV4("5", "0000", "0000", "06") "03e80050" "00000001" "00000002" "6010" "1000"
	"0000" "0000" "01010101" PAYLOAD;
static const char ipv6_packet[] = MACS "86dd" IPV6("001f", "3c") "1100010400000000" UDP PAYLOAD;
static const char vxlan_packet[] = OUTER UDP_VXLAN VXLAN UDP_FRAME;
static const char geneve_packet[] =
	OUTER UDP_GENEVE GENEVE("01", "6558") "01020300" UDP_FRAME;

/* Two options: class 0x0101, type 1, one word; 0x0102, 0x80, two. */
static const char options_packet_2[] = OUTER UDP_GENEVE GENEVE("05", "6558") "0101010111223344"
	"0102800200000000aabbccdd" UDP_FRAME;
/* The second one is longer than the header says. */
static const char broken_options[] = OUTER UDP_GENEVE GENEVE("04", "6558") "0101010111223344"
	"0102800200000000aabbccdd" UDP_FRAME;

/* With right checksums; behind UDP's there is "hello". */
#define FRAME(type, rest) MACS type rest
#define GOOD_UDP FRAME("0800", "4500002112340000401154960a0000010a000002" \
		       "03e80050000da3c768656c6c6f")
static const char good_udp[] = GOOD_UDP;
static const char bad_udp[] = FRAME("0800", "4500002112340000401154960a0000010a000002"
				    "03e80050000da3c768656c6c6e");
static const char no_sum_udp[] = FRAME("0800", "4500002112340000401154960a0000010a000002"
				       "03e80050000d000068656c6c6f");
static const char bad_ip[] = FRAME("0800", "4500002112340000401154970a0000010a000002"
				   "03e80050000da3c768656c6c6f");
static const char padded_udp[] = GOOD_UDP "000000";
static const char cut_udp[] = FRAME("0800", "4500002112340000401154960a0000010a000002"
				    "03e80050000da3c768656c6c");
static const char good_tcp[] = FRAME("0800", "4500002d12340000400654950a0000010a000002"
	"03e8005000000001000000025010100043c0000068656c6c6f");
static const char good_icmp[] = FRAME("0800", "4500002112340000400154a60a0000010a000002"
				      "0800b42b0001000168656c6c6f");
static const char good_sctp[] = FRAME("0800", "4500002412340000408454200a0000010a000002"
				      "03e800500000000771dae58c0b000004");
static const char good_icmp6[] = FRAME("86dd", "60000000000d3a40" IPV6_ADDRESSES
				       "8000e06e0001000168656c6c6f");
static const char good_inner[] = OUTER UDP_VXLAN VXLAN GOOD_UDP;

#undef IPV4
#undef IPV6
#undef TCP
#undef UDP
#undef VXLAN
#undef GENEVE

#define T(name) RTE_FLOW_ITEM_TYPE_##name
#define I(name, ...) { .type = T(name), ##__VA_ARGS__ }
#define PATTERN(...) ((const struct rte_flow_item[]){ __VA_ARGS__, I(END) })

/* A RAW item: what its structure says, under the default mask. */
#define RAW(...) I(RAW, .spec = &(const struct rte_flow_item_raw){ __VA_ARGS__ })
#define BYTES(text) .pattern = (const uint8_t *)(text), .length = sizeof(text) - 1
/* With a mask for the bytes. */
#define RAW_MASKED(bytes, ...)                                                                     \
	I(RAW, .spec = &(const struct rte_flow_item_raw){ __VA_ARGS__ },                           \
	  .mask = &(const struct rte_flow_item_raw){ .relative = 1, .search = 1, .offset = -1,     \
	     .limit = UINT16_MAX, .length = UINT16_MAX, .pattern = (const uint8_t *)(bytes) })

static struct rte_mbuf *
make(const char *hex, unsigned int piece)
{
	uint8_t bytes[REF_PACKET_MAX];
	uint32_t cuts[REF_PACKET_MAX];
	const uint32_t len = hex_bytes(hex, bytes);
	unsigned int n = 0;

	for (uint32_t at = piece; piece > 0 && at < len; at += piece)
		cuts[n++] = at;
	return packet_mbuf(bytes, len, cuts, n);
}

static uint16_t
send_flagged(const char *hex, unsigned int piece, uint64_t flags)
{
	struct rte_mbuf *m = make(hex, piece);
	struct steer_burst_stats stats;
	uint16_t queue;

	m->ol_flags = flags;
	steer_engine_burst(engine, 0, 0, &m, 1, &queue, &stats);
	packet_mbuf_free(m);
	return queue;
}

static uint16_t
send_packet(const char *hex)
{
	return send_flagged(hex, 0, 0);
}

static struct steer_flow *
rule_at(uint32_t prio, const struct rte_flow_item *pattern, const struct rte_flow_action *actions)
{
	const struct rte_flow_attr attr = { .ingress = 1, .priority = prio };
	struct rte_flow_error error = { 0 };
	struct steer_flow *flow;

	assert_int_equal(steer_engine_validate(engine, &attr, pattern, actions, &error), 0);
	flow = steer_engine_flow_create(engine, &attr, pattern, actions, &error);
	if (flow == NULL)
		fail_msg("%s", error.message);
	return flow;
}

static void
assert_match(const struct rte_flow_item *pattern, const char *hex, uint64_t flags, bool expected)
{
	static const unsigned int pieces[] = { 0, 1, 3, 16 };
	struct steer_flow *flow = rule_at(0, pattern, ACTIONS(QUEUE(1)));

	for (unsigned int i = 0; i < RTE_DIM(pieces); i++)
		assert_int_equal(send_flagged(hex, pieces[i], flags), expected ? 1 : 0);
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
}

static int
begin(void **state)
{
	const int rc = world_begin(state);

	return rc == 0 ? steer_engine_configure(engine, 4, 1) : rc;
}

/* RAW */

#define REL .relative = 1
#define SEARCH .search = 1

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

/* GENEVE_OPT */

static uint32_t data_1[] = { RTE_BE32(0x11223344) };
static uint32_t data_1_off[] = { RTE_BE32(0x11223345) };
static uint32_t data_2[] = { RTE_BE32(0), RTE_BE32(0xaabbccdd) };
static uint32_t data_2_off[] = { RTE_BE32(1), RTE_BE32(0xaabbccdd) };
static uint32_t ones[] = { UINT32_MAX, UINT32_MAX };
static uint32_t second_word[] = { 0, UINT32_MAX };

#define OPT(...) (const struct rte_flow_item_geneve_opt){ __VA_ARGS__ }
#define CLASS(n) .option_class = RTE_BE16(n)
#define TYPE(n) .option_type = n
#define WORDS(n) .option_len = n
static const struct rte_flow_item_geneve_opt full = OPT(CLASS(0xffff), TYPE(0xff), WORDS(0x1f),
							 .data = ones);
#define GENEVE_OPT(...) I(GENEVE_OPT, .spec = &OPT(__VA_ARGS__), .mask = &full)

static void
test_geneve_opt(void **state __rte_unused)
{
	const char *two = options_packet_2;

	/* Without spec any, without mask the type. */
	assert_match(PATTERN(I(GENEVE), I(GENEVE_OPT)), two, 0, true);
	assert_match(PATTERN(I(GENEVE), I(GENEVE_OPT)), vxlan_packet, 0, false);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x80)))), two, 0, true);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x81)))), two, 0, false);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x101), TYPE(1), WORDS(1), .data = data_1)), two, 0,
		     true);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x101), TYPE(1), WORDS(1), .data = data_1_off)), two,
		     0, false);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x101), TYPE(1), WORDS(0))), two, 0, false);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x102), TYPE(1), WORDS(1))), two, 0, false);
	assert_match(PATTERN(GENEVE_OPT(CLASS(0x102), TYPE(0x80), WORDS(2), .data = data_2)), two,
		     0, true);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(WORDS(2), .data = data_2_off),
			       .mask = &OPT(.data = second_word))), two, 0, true);
	/* Three words of data are in no option. */
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(WORDS(3), .data = (uint32_t[3]){ 0 }),
			       .mask = &OPT(.data = (uint32_t[3]){ 0 }))), two, 0, false);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x70)), .last = &OPT(TYPE(0x80)))),
		     two, 0, true);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x70)), .last = &OPT(TYPE(0x7f)))),
		     two, 0, false);
	/* Each of several, in any order; and what is inside. */
	assert_match(PATTERN(I(UDP), I(GENEVE), I(GENEVE_OPT, .spec = &OPT(TYPE(0x80))),
			     I(GENEVE_OPT, .spec = &OPT(TYPE(1))), I(ETH), I(UDP),
			     RAW(REL, .offset = 2, BYTES("foo"))), two, 0, true);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x80))),
			     I(GENEVE_OPT, .spec = &OPT(TYPE(2)))), two, 0, false);
	/* An option that is cut is none. */
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(0x80)))), broken_options, 0, false);
	assert_match(PATTERN(I(GENEVE_OPT, .spec = &OPT(TYPE(1)))), broken_options, 0, true);
}

/* INTEGRITY */

#define CHECKED(l, bits, ones)                                                                     \
	I(INTEGRITY, .spec = &(const struct rte_flow_item_integrity){ .level = l, .value = bits }, \
	  .mask = &(const struct rte_flow_item_integrity){ .value = ones })
#define INTEGRITY(l, bits, ones) PATTERN(CHECKED(l, bits, ones))
enum { PACKET_OK = 1, L2_OK = 2, L3_OK = 4, L4_OK = 8, CRC_OK = 16, IPV4_OK = 32, SUM_OK = 64,
       LEN_OK = 128 };

/* All bits of a packet, each as it must be and as it must not. */
static void
assert_state(const char *hex, uint64_t flags, unsigned int level, unsigned int expected)
{
	for (unsigned int bit = 1; bit <= LEN_OK; bit <<= 1) {
		assert_match(INTEGRITY(level, expected, bit), hex, flags, true);
		assert_match(INTEGRITY(level, ~expected, bit), hex, flags, false);
	}
	assert_match(INTEGRITY(level, expected, 0xff), hex, flags, true);
}

static void
test_integrity(void **state __rte_unused)
{
	const unsigned int all = 0xff, ipv6 = all & ~IPV4_OK;

	assert_state(good_udp, 0, 0, all);
	assert_state(good_udp, 0, 1, all);
	assert_state(good_tcp, 0, 0, all);
	assert_state(good_icmp, 0, 0, all);
	assert_state(good_sctp, 0, 0, all);
	assert_state(good_icmp6, 0, 0, ipv6);
	assert_state(no_sum_udp, 0, 0, all);
	assert_state(padded_udp, 0, 0, all);
	assert_state(bad_udp, 0, 0, all & ~(SUM_OK | L4_OK | PACKET_OK));
	assert_state(bad_ip, 0, 0, all & ~(IPV4_OK | L3_OK | PACKET_OK));
	assert_state(cut_udp, 0, 0, L2_OK | CRC_OK | IPV4_OK);
	/* Without spec, or under the default mask, nothing is asked for. */
	assert_match(PATTERN(I(INTEGRITY)), bad_udp, 0, true);
	assert_match(PATTERN(I(INTEGRITY,
			       .spec = &(const struct rte_flow_item_integrity){ .value = 1 })),
		     bad_udp, 0, true);
}

static void
test_integrity_by_port(void **state __rte_unused)
{
	assert_state(bad_udp, RTE_MBUF_F_RX_L4_CKSUM_GOOD, 0, 0xff);
	assert_state(bad_udp, RTE_MBUF_F_RX_L4_CKSUM_NONE, 0, 0xff);
	assert_state(good_udp, RTE_MBUF_F_RX_L4_CKSUM_BAD, 0, 0xff & ~(SUM_OK | L4_OK | PACKET_OK));
	assert_state(bad_ip, RTE_MBUF_F_RX_IP_CKSUM_GOOD, 0, 0xff);
	assert_state(good_udp, RTE_MBUF_F_RX_IP_CKSUM_BAD, 0,
		     0xff & ~(IPV4_OK | L3_OK | PACKET_OK));
}

static void
test_integrity_inner(void **state __rte_unused)
{
	assert_state(good_inner, 0, 2, 0xff);
	/* Of which of the two would the port speak? */
	assert_state(good_inner, RTE_MBUF_F_RX_IP_CKSUM_BAD | RTE_MBUF_F_RX_L4_CKSUM_BAD, 2, 0xff);
	assert_match(INTEGRITY(2, 0xff, CRC_OK), good_udp, 0, false);
	assert_match(INTEGRITY(2, 0, PACKET_OK), good_udp, 0, false);
	assert_match(INTEGRITY(1, 0, IPV4_OK), good_inner, 0, true);
	assert_match(PATTERN(I(INVERT), CHECKED(2, 0, PACKET_OK)), good_udp, 0, true);
}

/* Numbers: in 22.11 there are no such items, but the checks are there. */

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
	struct rte_mbuf *m = make(vxlan_packet, 0);
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
	struct rte_mbuf *m = make(udp_packet, 0);
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
	struct rte_mbuf *udp = make(udp_packet, 0), *tcp = make(tcp_packet, 0);
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

#define COMPARE(...) I(COMPARE, .spec = &(const struct rte_flow_item_compare){ __VA_ARGS__ })
#define OP(name) .operation = RTE_FLOW_ITEM_COMPARE_##name
#define FIELD(name) { .field = RTE_FLOW_FIELD_##name }
#define NUMBER(...) { .field = RTE_FLOW_FIELD_VALUE, .value = { __VA_ARGS__ } }
#define WIDTH(n) .width = n

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

/* Ports */

#define PORT(n) I(PORT_ID, .spec = &(const struct rte_flow_item_port_id){ .id = n })
#define REPRESENTED(n) \
	I(REPRESENTED_PORT, .spec = &(const struct rte_flow_item_ethdev){ .port_id = n })

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

#define HAS(text) PATTERN(I(UDP), RAW(REL, SEARCH, BYTES(text)))

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

/* Refusals */

static const uint8_t three[] = { 1, 2, 3 };
static const struct rte_flow_item_integrity checked = { .value = 1 };
static const struct rte_flow_item_raw raw_abc = { BYTES("abc") };
static const struct rte_flow_item_raw raw_abd = { BYTES("abd") };

static const struct {
	struct rte_flow_item pattern[5];
	unsigned int cause;
	int code;
	enum rte_flow_error_type type;
	const char *words;
} refused[] = {
#define BAD(cause, code, type, words, ...) \
	{ { __VA_ARGS__, I(END) }, cause, code, RTE_FLOW_ERROR_TYPE_##type, words }
	BAD(0, EINVAL, ITEM_MASK, "raw: mask without spec", I(RAW, .mask = &raw_abc)),
	BAD(0, EINVAL, ITEM_LAST, "raw: last without spec", I(RAW, .last = &raw_abc)),
	BAD(1, EINVAL, ITEM_SPEC, "raw: reserved is 0x3", I(UDP), RAW(.reserved = 3)),
	BAD(0, ENOTSUP, ITEM_SPEC, "raw: length 257: up to 256 bytes",
	    RAW(.length = 257, .pattern = three)),
	BAD(0, EINVAL, ITEM_SPEC, "raw: length 3 without a pattern", RAW(.length = 3)),
	BAD(0, EINVAL, ITEM_SPEC, "raw: offset -1 in front", RAW(.offset = -1)),
	BAD(0, EINVAL, ITEM_LAST, "raw: has no ranges",
	    I(RAW, .spec = &raw_abc, .last = &raw_abd)),
	BAD(1, ENOTSUP, ITEM, "udp: cannot follow raw", RAW(.offset = 3), I(UDP)),
	BAD(2, ENOTSUP, ITEM, "ipv4: cannot follow raw", I(ETH), RAW(REL), I(IPV4)),
	BAD(1, ENOTSUP, ITEM, "any: cannot follow raw", RAW(REL),
	    I(ANY, .spec = &(const struct rte_flow_item_any){ .num = 1 },
	      .mask = &(const struct rte_flow_item_any){ .num = 1 })),
	BAD(0, EINVAL, ITEM_MASK, "geneve-opt: mask without spec", I(GENEVE_OPT, .mask = &full)),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: last without spec", I(GENEVE_OPT, .last = &full)),
	BAD(1, EINVAL, ITEM, "geneve-opt: stands behind geneve only", I(VXLAN), I(GENEVE_OPT)),
	BAD(2, EINVAL, ITEM, "geneve-opt: stands behind geneve only", I(GENEVE), I(ETH),
	    I(GENEVE_OPT)),
	BAD(1, EINVAL, ITEM, "geneve: is carried by udp only", I(TCP), I(GENEVE_OPT)),
	BAD(1, ENOTSUP, ITEM, "geneve-opt: cannot follow raw", RAW(REL), I(GENEVE_OPT)),
	BAD(0, EINVAL, ITEM_SPEC, "geneve-opt: length 32: options have up to 31",
	    GENEVE_OPT(WORDS(32), .data = ones)),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: last of type is below",
	    I(GENEVE_OPT, .spec = &OPT(TYPE(3)), .last = &OPT(TYPE(2)))),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: last of class is below",
	    I(GENEVE_OPT, .spec = &OPT(CLASS(0x200)), .last = &OPT(CLASS(0x1ff)), .mask = &full)),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: last of length is below",
	    I(GENEVE_OPT, .spec = &OPT(WORDS(3)), .last = &OPT(WORDS(2)), .mask = &full)),
	BAD(0, EINVAL, ITEM_LAST, "geneve-opt: data has no ranges",
	    I(GENEVE_OPT, .spec = &OPT(WORDS(1), .data = data_1),
	      .last = &OPT(WORDS(1), .data = data_1_off))),
	BAD(0, EINVAL, ITEM_MASK, "integrity: mask without spec", I(INTEGRITY, .mask = &checked)),
	BAD(0, EINVAL, ITEM_LAST, "integrity: last without spec", I(INTEGRITY, .last = &checked)),
	BAD(0, EINVAL, ITEM_SPEC, "integrity: level 3: 0 and 1 are", CHECKED(3, 1, 1)),
	BAD(0, EINVAL, ITEM_MASK, "integrity: mask 0x100 has bits", CHECKED(0, 1, 0x100)),
	BAD(0, EINVAL, ITEM_LAST, "integrity: bits have no ranges",
	    I(INTEGRITY, .spec = &(const struct rte_flow_item_integrity){ .value = 0 },
	      .last = &checked, .mask = &checked)),
#ifdef STEER_HAS_ITEM_COMPARE
	BAD(0, ENOTSUP, ITEM_SPEC, "compare: field", COMPARE(.a = FIELD(ESP_SPI), WIDTH(32))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: width 15: ipv4_ttl has 8 bits",
	    COMPARE(.a = FIELD(IPV4_TTL), .b = NUMBER(1), WIDTH(15))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: width 8: udp_port_dst has 16",
	    COMPARE(.a = FIELD(IPV4_TTL), .b = FIELD(UDP_PORT_DST), WIDTH(8))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: a is a number", COMPARE(.a = NUMBER(1), WIDTH(8))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: operation 6",
	    COMPARE(.operation = 6, .a = FIELD(IPV4_TTL), WIDTH(8))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: ipv4_ttl: level 3",
	    COMPARE(.a = { .field = RTE_FLOW_FIELD_IPV4_TTL, .level = 3 }, WIDTH(8))),
	BAD(0, ENOTSUP, ITEM_SPEC, "compare: ipv4_ttl: offset 1",
	    COMPARE(.a = { .field = RTE_FLOW_FIELD_IPV4_TTL, .offset = 1 }, WIDTH(8))),
	BAD(0, EINVAL, ITEM_SPEC, "compare: b is a pointer to nothing",
	    COMPARE(.a = FIELD(IPV4_TTL), .b = FIELD(POINTER), WIDTH(8))),
#endif
	BAD(1, EINVAL, ITEM_SPEC, "port_id: port 4: no packet of another port", I(ETH), PORT(4)),
	BAD(0, EINVAL, ITEM_SPEC, "represented_port: port 0: no", REPRESENTED(0)),
	BAD(0, EINVAL, ITEM_MASK, "port_id: mask without spec",
	    I(PORT_ID, .mask = &rte_flow_item_port_id_mask)),
	BAD(0, EINVAL, ITEM_LAST, "represented_port: last without spec",
	    I(REPRESENTED_PORT, .last = &rte_flow_item_ethdev_mask)),
	BAD(0, EINVAL, ITEM_LAST, "port_id: last is below its spec",
	    I(PORT_ID, .spec = &(const struct rte_flow_item_port_id){ .id = 2 },
	      .last = &(const struct rte_flow_item_port_id){ .id = 1 })),
	BAD(2, EINVAL, ITEM, "invert: the second one", I(INVERT), I(UDP), I(INVERT)),
	BAD(0, EINVAL, ITEM, "invert: all else in the pattern matches every", I(INVERT)),
	BAD(1, EINVAL, ITEM, "invert: all else", I(VOID), I(INVERT), I(ANY)),
};

static void
test_refused(void **state __rte_unused)
{
	const struct rte_flow_attr attr = { .ingress = 1 };

	steer_engine_port_id(engine, 3);
	for (unsigned int i = 0; i < RTE_DIM(refused); i++) {
		const struct rte_flow_action *actions = ACTIONS(QUEUE(1));
		struct rte_flow_error error = { 0 };

		assert_int_equal(steer_engine_validate(engine, &attr, refused[i].pattern, actions,
						       &error), -refused[i].code);
		if (strstr(error.message, refused[i].words) == NULL)
			fail_msg("'%s' does not say '%s'", error.message, refused[i].words);
		assert_int_equal(error.type, refused[i].type);
		assert_ptr_equal(error.cause, &refused[i].pattern[refused[i].cause]);
		assert_null(steer_engine_flow_create(engine, &attr, refused[i].pattern, actions,
						     NULL));
	}
	/* A pattern that is fine, with actions that are not. */
	assert_null(steer_engine_flow_create(engine, &attr, HAS("foo"), ACTIONS(QUEUE(99)), NULL));
	/* All of last as in spec is no range. */
	assert_match(PATTERN(I(RAW, .spec = &raw_abc, .last = &raw_abc)), udp_packet, 0, false);
}

static int
setup(void **state __rte_unused)
{
	return test_eal_init(NULL);
}

static int
teardown(void **state __rte_unused)
{
	test_eal_cleanup();
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_raw_absolute),
		TEST(test_raw_relative),
		TEST(test_raw_tunnels),
		TEST(test_raw_search),
		TEST(test_raw_chain),
		TEST(test_raw_mask),
		TEST(test_raw_long),
		TEST(test_invert),
		TEST(test_geneve_opt),
		TEST(test_integrity),
		TEST(test_integrity_by_port),
		TEST(test_integrity_inner),
		TEST(test_ptype),
		TEST(test_random),
		TEST(test_compare),
#ifdef STEER_HAS_ITEM_COMPARE
		TEST(test_compare_items),
#endif
		TEST(test_ports),
		TEST(test_order),
		TEST(test_other_words),
		TEST(test_passthru),
		TEST(test_ranges),
		TEST(test_cache),
		TEST(test_inactive),
		TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
