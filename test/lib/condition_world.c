/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>

#include "eal.h"
#include "hex.h"
#include "packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Packets. hex.h has names of its own for headers. */

#define FOO "666f6f"
#define BAR "626172"
/* UDP with "..foo...foobar." behind it; and with IPv4 options. */
#define PAYLOAD "2e2e" FOO "2e2e2e" FOO BAR "2e"
#define UDP_FRAME MACS "0800" IPV4("5", "002b", "0000", "11") UDP PAYLOAD
#define OUTER MACS "0800" IPV4("5", "0000", "0000", "11")

const char udp_packet[] = UDP_FRAME;
const char udp_shifted[] = MACS "0800" IPV4("5", "002b", "0000", "11") UDP "00" PAYLOAD;
const char udp_short[] = MACS "0800" IPV4_UDP UDP;
const char options_packet[] =
	MACS "0800" IPV4("6", "002f", "0000", "11") "01010101" UDP PAYLOAD;
const char tagged_packet[] =
	MACS "8100" "0064" "0800" IPV4("5", "002b", "0000", "11") UDP PAYLOAD;
const char tcp_packet[] =
	MACS "0800" IPV4("5", "0000", "0000", "06") "03e80050" "00000001" "00000002" "6010" "1000"
	"0000" "0000" "01010101" PAYLOAD;
const char ipv6_packet[] = MACS "86dd" IPV6("001f", "3c") "1100010400000000" UDP PAYLOAD;
const char vxlan_packet[] = OUTER UDP_VXLAN VXLAN UDP_FRAME;
const char geneve_packet[] =
	OUTER UDP_GENEVE GENEVE("01", "6558") "01020300" UDP_FRAME;

/* Two options: class 0x0101, type 1, one word; 0x0102, 0x80, two. */
const char options_packet_2[] = OUTER UDP_GENEVE GENEVE("05", "6558") "0101010111223344"
	"0102800200000000aabbccdd" UDP_FRAME;
/* The second one is longer than the header says. */
const char broken_options[] = OUTER UDP_GENEVE GENEVE("04", "6558") "0101010111223344"
	"0102800200000000aabbccdd" UDP_FRAME;

/* With right checksums; behind UDP's there is "hello". */
#define FRAME(type, rest) MACS type rest
#define GOOD_UDP FRAME("0800", "4500002112340000401154960a0000010a000002" \
		       "03e80050000da3c768656c6c6f")
const char good_udp[] = GOOD_UDP;
const char bad_udp[] = FRAME("0800", "4500002112340000401154960a0000010a000002"
				    "03e80050000da3c768656c6c6e");
const char no_sum_udp[] = FRAME("0800", "4500002112340000401154960a0000010a000002"
				       "03e80050000d000068656c6c6f");
const char bad_ip[] = FRAME("0800", "4500002112340000401154970a0000010a000002"
				   "03e80050000da3c768656c6c6f");
const char padded_udp[] = GOOD_UDP "000000";
const char cut_udp[] = FRAME("0800", "4500002112340000401154960a0000010a000002"
				    "03e80050000da3c768656c6c");
const char good_tcp[] = FRAME("0800", "4500002d12340000400654950a0000010a000002"
	"03e8005000000001000000025010100043c0000068656c6c6f");
const char good_icmp[] = FRAME("0800", "4500002112340000400154a60a0000010a000002"
				      "0800b42b0001000168656c6c6f");
const char good_sctp[] = FRAME("0800", "4500002412340000408454200a0000010a000002"
				      "03e800500000000771dae58c0b000004");
const char good_icmp6[] = FRAME("86dd", "60000000000d3a40" IPV6_ADDRESSES
				       "8000e06e0001000168656c6c6f");
const char good_inner[] = OUTER UDP_VXLAN VXLAN GOOD_UDP;

#undef IPV4
#undef IPV6
#undef TCP
#undef UDP
#undef VXLAN
#undef GENEVE

#include "condition_world.h"

uint32_t condition_ones[2] = { UINT32_MAX, UINT32_MAX };
const struct rte_flow_item_geneve_opt opt_full =
	OPT(CLASS(0xffff), TYPE(0xff), WORDS(0x1f), .data = condition_ones);

struct rte_mbuf *
condition_mbuf(const char *hex, unsigned int piece)
{
	uint8_t bytes[REF_PACKET_MAX];
	uint32_t cuts[REF_PACKET_MAX];
	const uint32_t len = hex_bytes(hex, bytes);
	unsigned int n = 0;

	for (uint32_t at = piece; piece > 0 && at < len; at += piece)
		cuts[n++] = at;
	return packet_mbuf(bytes, len, cuts, n);
}

uint16_t
send_flagged(const char *hex, unsigned int piece, uint64_t flags)
{
	struct rte_mbuf *m = condition_mbuf(hex, piece);
	struct steer_burst_stats stats;
	uint16_t queue;

	m->ol_flags = flags;
	steer_engine_burst(engine, 0, 0, &m, 1, &queue, &stats);
	packet_mbuf_free(m);
	return queue;
}

uint16_t
send_packet(const char *hex)
{
	return send_flagged(hex, 0, 0);
}

struct steer_flow *
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

void
assert_match(const struct rte_flow_item *pattern, const char *hex, uint64_t flags, bool expected)
{
	static const unsigned int pieces[] = { 0, 1, 3, 16 };
	struct steer_flow *flow = rule_at(0, pattern, ACTIONS(QUEUE(1)));

	for (unsigned int i = 0; i < RTE_DIM(pieces); i++)
		assert_int_equal(send_flagged(hex, pieces[i], flags), expected ? 1 : 0);
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
}

int
condition_begin(void **state)
{
	const int rc = world_begin(state);

	return rc == 0 ? steer_engine_configure(engine, 4, 1) : rc;
}

int
condition_set_up(void **state __rte_unused)
{
	return test_eal_init(NULL);
}

int
condition_tear_down(void **state __rte_unused)
{
	test_eal_cleanup();
	return 0;
}
