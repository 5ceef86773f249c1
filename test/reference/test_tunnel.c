/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Tunnels, written by hand: what the reference decoder makes of them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_common.h>

#include "hex.h"
#include "ref_packet.h"

/* Of unknown length, so that anything may follow. */
#define OVER_IP(proto) MACS "0800" IPV4("5", "0000", "0000", proto)
#define OVER_UDP(port) OVER_IP("11") "03e8" port "0000" "0000"
#define INNER IPV4_TCP TCP
#define INNER_IPV6 IPV6("0008", "11") UDP

static void
test_gre(void **state __rte_unused)
{
	static const uint8_t key[] = { 0, 0, 2, 0 }, sequence[] = { 0, 0, 0, 7 };
	struct ref_packet p;

	hex_decode(OVER_IP("2f") "0000" "0800" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GRE);
	assert_false(p.gre.has_key || p.gre.has_checksum || p.gre.has_sequence);
	assert_false(p.inner.has_eth);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	hex_decode(OVER_IP("2f") "b000" "86dd" "abcd0000" "00000200" "00000007" INNER_IPV6, &p);
	assert_true(p.gre.has_key && p.gre.has_checksum && p.gre.has_sequence);
	assert_memory_equal(p.gre.key, key, sizeof(key));
	assert_memory_equal(p.gre.sequence, sequence, sizeof(sequence));
	assert_int_equal(p.inner.l3, REF_L3_IPV6);
	hex_decode(OVER_IP("2f") "2000" "6558" "00000200" MACS "0800" INNER, &p);
	assert_true(p.inner.has_eth);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	/* Another version, and the routing of RFC 1701. */
	hex_decode(OVER_IP("2f") "0001" "0800" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GRE);
	assert_int_equal(p.inner.l3, REF_L3_NONE);
	hex_decode(OVER_IP("2f") "4000" "0800" "00000000" INNER, &p);
	assert_int_equal(p.inner.l3, REF_L3_NONE);
	/* A key that is cut. */
	hex_decode(OVER_IP("2f") "2000" "0800" "000000", &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_NONE);
}

static void
test_ip_in_ip(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(OVER_IP("04") INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_IP);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	hex_decode(OVER_IP("29") INNER_IPV6, &p);
	assert_int_equal(p.inner.l3, REF_L3_IPV6);
	assert_int_equal(p.inner.l4, REF_L4_UDP);
	hex_decode(OVER_IP("29") INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_IP);
	assert_int_equal(p.inner.l3, REF_L3_NONE);
	/* Behind an extension header, and in a tunnel already. */
	hex_decode(MACS "86dd" IPV6("0000", "3c") "04000000" "00000000" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_IP);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	hex_decode(OVER_IP("04") IPV4("5", "0000", "0000", "04") INNER, &p);
	assert_int_equal(p.inner.l3, REF_L3_IPV4);
	assert_int_equal(p.inner.l4, REF_L4_NONE);
}

static void
test_vxlan_gpe(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(OVER_UDP("12b6") "0c000001" "00000500" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_VXLAN_GPE);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	hex_decode(OVER_UDP("12b6") "0c000003" "00000500" MACS "0800" INNER, &p);
	assert_true(p.inner.has_eth);
	hex_decode(OVER_UDP("12b6") "08000001" "00000500" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_VXLAN_GPE);
	assert_int_equal(p.inner.l3, REF_L3_NONE);
}

static void
test_gtp(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(OVER_UDP("0868") "30ff0000" "12345678" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GTPU);
	assert_false(p.has_psc);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	hex_decode(OVER_UDP("0868") "32ff0000" "12345678" "00010085" INNER_IPV6, &p);
	assert_false(p.has_psc);
	assert_int_equal(p.inner.l3, REF_L3_IPV6);
	/* Another extension header of eight bytes, then two containers. */
	hex_decode(OVER_UDP("0868") "34ff0000" "12345678" "000000c0" "02000000" "00000085"
		   "01103485" "01102200" INNER, &p);
	assert_true(p.has_psc);
	assert_int_equal(p.psc[2], 0x34);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	/* Of length 0, and cut short: the container before it is there. */
	hex_decode(OVER_UDP("0868") "34ff0000" "12345678" "00000085" "00103400" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GTPU);
	assert_false(p.has_psc);
	hex_decode(OVER_UDP("0868") "34ff0000" "12345678" "00000085" "01103485" "0110", &p);
	assert_true(p.has_psc);
	assert_int_equal(p.inner.l3, REF_L3_NONE);
	/* An echo request, version 2, and what is no user data. */
	hex_decode(OVER_UDP("0868") "30010000" "00000000" INNER, &p);
	assert_int_equal(p.inner.l3, REF_L3_NONE);
	hex_decode(OVER_UDP("0868") "50ff0000" "00000000" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GTPU);
	assert_int_equal(p.inner.l3, REF_L3_NONE);
	hex_decode(OVER_UDP("084b") "30ff0000" "00000000" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GTPC);
	assert_int_equal(p.inner.l3, REF_L3_NONE);
}

static void
test_mpls(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(OVER_UDP("19eb") "00064040" "00032140" INNER, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_MPLS);
	assert_int_equal(p.inner.n_labels, 2);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	hex_decode(OVER_IP("2f") "0000" "8847" "00064140" INNER_IPV6, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GRE);
	assert_int_equal(p.inner.n_labels, 1);
	assert_int_equal(p.inner.l3, REF_L3_IPV6);
	hex_decode(OVER_UDP("12b6") "0c000005" "00000500" "00064140" INNER, &p);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gre),
		cmocka_unit_test(test_ip_in_ip),
		cmocka_unit_test(test_vxlan_gpe),
		cmocka_unit_test(test_gtp),
		cmocka_unit_test(test_mpls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
