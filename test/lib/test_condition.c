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
	BAD(2, EINVAL, ITEM, "invert: the second one", I(INVERT), I(UDP), I(INVERT)),
	BAD(0, EINVAL, ITEM, "invert: all else in the pattern matches every", I(INVERT)),
	BAD(1, EINVAL, ITEM, "invert: all else", I(VOID), I(INVERT), I(ANY)),
};

static void
test_refused(void **state __rte_unused)
{
	const struct rte_flow_attr attr = { .ingress = 1 };

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
