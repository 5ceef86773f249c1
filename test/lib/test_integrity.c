/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* INTEGRITY: right and wrong checksums and lengths, also by what the port says of them. */

#include "condition_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONDITION_TEST(test_integrity),
		CONDITION_TEST(test_integrity_by_port),
		CONDITION_TEST(test_integrity_inner),
	};

	return cmocka_run_group_tests(tests, condition_set_up, condition_tear_down);
}
