/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* The reference decoder, on packets written by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_mbuf_core.h>

#include "hex.h"

#define EXT(next) next "00" "010203040506"
#define EXT_AH(next) next "02" "0000" "000000010000000200000003"
#define EXT_FRAG(next, data) next "00" data "00000007"

static void
decode_stripped(const char *hex, uint64_t ol_flags, struct ref_packet *p)
{
	uint8_t bytes[REF_PACKET_MAX];
	struct ref_input in = {
		.data = bytes,
		.len = hex_bytes(hex, bytes),
		.ol_flags = ol_flags,
		.vlan_tci = 0x6064,
		.vlan_tci_outer = 0x2065,
	};

	ref_decode(&in, p);
}

static void
test_plain(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "0800" IPV4_TCP TCP, &p);
	assert_true(p.outer.has_eth);
	assert_int_equal(p.outer.n_tags, 0);
	assert_int_equal(p.outer.l3, REF_L3_IPV4);
	assert_int_equal(p.outer.l4, REF_L4_TCP);
	assert_int_equal(p.outer.l3_header[19], 2);
	assert_int_equal(p.outer.l4_header[3], 80);
	assert_int_equal(p.tunnel, REF_TUNNEL_NONE);

	hex_decode(MACS "86dd" IPV6("0008", "11") UDP, &p);
	assert_int_equal(p.outer.l3, REF_L3_IPV6);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
}

static void
test_runts(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode_cut(MACS "0800" IPV4_TCP TCP, 0, &p);
	assert_false(p.outer.has_eth);
	hex_decode_cut(MACS "0800" IPV4_TCP TCP, 13, &p);
	assert_false(p.outer.has_eth);
	hex_decode_cut(MACS "0800" IPV4_TCP TCP, 14, &p);
	assert_true(p.outer.has_eth);
	assert_int_equal(p.outer.l3, REF_L3_NONE);
	hex_decode_cut(MACS "0800" IPV4_TCP TCP, 33, &p);
	assert_int_equal(p.outer.l3, REF_L3_NONE);
	hex_decode_cut(MACS "0800" IPV4_TCP TCP, 34, &p);
	assert_int_equal(p.outer.l3, REF_L3_IPV4);
	hex_decode_cut(MACS "0800" IPV4_TCP TCP, 53, &p);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
	hex_decode_cut(MACS "0800" IPV4_TCP TCP, 54, &p);
	assert_int_equal(p.outer.l4, REF_L4_TCP);
}

static void
test_arp(void **state __rte_unused)
{
	static const char arp[] = MACS "0806" "0001" "0800" "0604" "0001" "020000000001"
				       "0a000001" "000000000000" "0a000002";
	struct ref_packet p;

	hex_decode(arp, &p);
	assert_int_equal(p.outer.l3, REF_L3_ARP);
	hex_decode_cut(arp, 41, &p);
	assert_int_equal(p.outer.l3, REF_L3_NONE);
}

static void
test_tags(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "8100" "0064" "0800" IPV4_TCP TCP, &p);
	assert_int_equal(p.outer.n_tags, 1);
	assert_int_equal(p.outer.l4, REF_L4_TCP);
	hex_decode(MACS "88a8" "0065" "9100" "0064" "86dd" IPV6("0008", "11") UDP, &p);
	assert_int_equal(p.outer.n_tags, 2);
	assert_int_equal(p.outer.tag[0][1], 0x65);
	assert_int_equal(p.outer.tag[1][1], 0x64);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	hex_decode(MACS "8100" "0001" "8100" "0002" "8100" "0003" "0800" IPV4_TCP TCP, &p);
	assert_int_equal(p.outer.n_tags, 3);
	assert_int_equal(p.outer.l3, REF_L3_NONE);
	/* A tag without its last byte is none. */
	hex_decode(MACS "8100" "0001" "08", &p);
	assert_int_equal(p.outer.n_tags, 0);
	assert_int_equal(p.outer.eth[12], 0x81);
}

static void
test_stripped(void **state __rte_unused)
{
	const uint64_t vlan = RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
	const uint64_t qinq = RTE_MBUF_F_RX_QINQ | RTE_MBUF_F_RX_QINQ_STRIPPED;
	struct ref_packet p;

	decode_stripped(MACS "0800" IPV4_TCP TCP, RTE_MBUF_F_RX_VLAN, &p);
	assert_int_equal(p.outer.n_tags, 0);
	decode_stripped(MACS "0800" IPV4_TCP TCP, vlan, &p);
	assert_int_equal(p.outer.n_tags, 1);
	assert_memory_equal(p.outer.eth + 12, "\x81\x00", 2);
	assert_memory_equal(p.outer.tag[0], "\x60\x64\x08\x00", 4);
	assert_int_equal(p.outer.l4, REF_L4_TCP);
	decode_stripped(MACS "0800" IPV4_TCP TCP, vlan | qinq, &p);
	assert_int_equal(p.outer.n_tags, 2);
	assert_memory_equal(p.outer.eth + 12, "\x88\xa8", 2);
	assert_memory_equal(p.outer.tag[0], "\x20\x65\x81\x00", 4);
	assert_memory_equal(p.outer.tag[1], "\x60\x64\x08\x00", 4);
	/* Only the outer one is gone. */
	decode_stripped(MACS "8100" "0007" "0800" IPV4_TCP TCP, qinq | RTE_MBUF_F_RX_VLAN, &p);
	assert_int_equal(p.outer.n_tags, 2);
	assert_memory_equal(p.outer.tag[0], "\x20\x65\x81\x00", 4);
	assert_memory_equal(p.outer.tag[1], "\x00\x07\x08\x00", 4);
	/* Two stripped ones and one left make three. */
	decode_stripped(MACS "8100" "0007" "0800" IPV4_TCP TCP, vlan | qinq, &p);
	assert_int_equal(p.outer.n_tags, 3);
	assert_int_equal(p.outer.l3, REF_L3_NONE);
}

static void
test_ipv4_lengths(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "0800" IPV4("6", "0020", "0000", "11") "01010101" UDP, &p);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	assert_int_equal(p.outer.l4_header[1], 0xe8);
	/* Options that are cut off, and a header shorter than 20 bytes. */
	hex_decode(MACS "0800" IPV4("6", "0020", "0000", "11") "010101", &p);
	assert_int_equal(p.outer.l3, REF_L3_NONE);
	hex_decode(MACS "0800" IPV4("4", "001c", "0000", "11") UDP, &p);
	assert_int_equal(p.outer.l3, REF_L3_NONE);
	/* One byte less than header and UDP, all of it, and "no length". */
	hex_decode(MACS "0800" IPV4("5", "001b", "0000", "11") UDP, &p);
	assert_int_equal(p.outer.l3, REF_L3_IPV4);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
	hex_decode(MACS "0800" IPV4("5", "0000", "0000", "11") UDP, &p);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	/* Shorter than the header itself. */
	hex_decode(MACS "0800" IPV4("5", "0001", "0000", "11") UDP, &p);
	assert_int_equal(p.outer.l3, REF_L3_IPV4);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
	hex_decode(MACS "0800" "65" "000028" "00000000" "40060000" "0a0000010a000002" TCP, &p);
	assert_int_equal(p.outer.l3, REF_L3_NONE);
}

static void
test_ipv4_fragments(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "0800" IPV4("5", "001c", "4000", "11") UDP, &p);
	assert_false(p.outer.fragment);
	hex_decode(MACS "0800" IPV4("5", "001c", "2000", "11") UDP, &p);
	assert_true(p.outer.fragment);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	hex_decode(MACS "0800" IPV4("5", "001c", "0001", "11") UDP, &p);
	assert_true(p.outer.fragment);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
}

static void
test_icmp_only_over_its_own(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "0800" IPV4("5", "001c", "0000", "01") "0800000000010001", &p);
	assert_int_equal(p.outer.l4, REF_L4_ICMP);
	hex_decode(MACS "0800" IPV4("5", "001c", "0000", "3a") "8000000000010001", &p);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
	hex_decode(MACS "86dd" IPV6("0004", "3a") "80000000", &p);
	assert_int_equal(p.outer.l4, REF_L4_ICMP6);
	hex_decode(MACS "86dd" IPV6("0008", "01") "0800000000010001", &p);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
}

static void
test_ipv6_exts(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "86dd" IPV6("0028", "00") EXT("33") EXT_AH("3c") EXT("11") UDP, &p);
	assert_int_equal(p.outer.exts, 1 << REF_EXT_HOP | 1 << REF_EXT_AUTH | 1 << REF_EXT_DEST);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	/* A payload length that ends in the last one. */
	hex_decode(MACS "86dd" IPV6("000f", "00") EXT("3c") EXT("11") UDP, &p);
	assert_int_equal(p.outer.exts, 1 << REF_EXT_HOP);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
	hex_decode(MACS "86dd" IPV6("0010", "00") EXT("32") UDP, &p);
	assert_int_equal(p.outer.exts, 1 << REF_EXT_HOP | 1 << REF_EXT_ESP);
	assert_int_equal(p.outer.l4, REF_L4_ESP);
	hex_decode(MACS "86dd" IPV6("000f", "00") EXT("32") UDP, &p);
	assert_int_equal(p.outer.exts, 1 << REF_EXT_HOP | 1 << REF_EXT_ESP);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
}

static void
test_between_l2_and_l3(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "8100" "6064" "8864" "1100" "0005" "002a" "0021" IPV4_TCP TCP, &p);
	assert_int_equal(p.outer.pppoe, REF_PPPOE_SESSION);
	assert_int_equal(p.outer.pppoe_header[3], 5);
	assert_int_equal(p.outer.ppp[1], 0x21);
	assert_int_equal(p.outer.l4, REF_L4_TCP);
	hex_decode(MACS "8863" "1109" "0000" "0004" "01010000", &p);
	assert_int_equal(p.outer.pppoe, REF_PPPOE_DISCOVERY);
	assert_false(p.outer.has_ppp);
	hex_decode(MACS "8847" "00064040" "00065140" IPV4_TCP TCP, &p);
	assert_int_equal(p.outer.n_labels, 2);
	assert_int_equal(p.outer.label[1][2], 0x51);
	assert_int_equal(p.outer.l4, REF_L4_TCP);
	hex_decode(MACS "893f" "2001" "1002" "0304" "8100" "6064" "0800" IPV4_TCP TCP, &p);
	assert_true(p.outer.has_etag);
	assert_int_equal(p.outer.etag[4], 3);
	assert_int_equal(p.outer.n_tags, 1);
	assert_int_equal(p.outer.l4, REF_L4_TCP);
}

static void
test_ipsec(void **state __rte_unused)
{
	static const char ah[] = MACS "86dd" IPV6("0028", "33") EXT_AH("33") EXT_AH("11") UDP;
	struct ref_packet p;

	hex_decode(ah, &p);
	assert_true(p.outer.has_ah);
	assert_int_equal(p.outer.ah[0], 0x33);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	/* Over IPv4 one is looked through. */
	hex_decode(MACS "0800" IPV4("5", "0030", "0000", "33") EXT_AH("11") UDP "0102030405060708",
		   &p);
	assert_true(p.outer.has_ah);
	assert_int_equal(p.outer.ah[7], 1);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	hex_decode(MACS "0800" IPV4("5", "003c", "0000", "33") EXT_AH("33") EXT_AH("11") UDP, &p);
	assert_true(p.outer.has_ah);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
}

static void
test_esp_in_udp(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "0800" IPV4("5", "0024", "0000", "11") "11940009" "00100000"
		   "00000001" "00000002", &p);
	assert_int_equal(p.outer.udp, REF_UDP_ESP);
	assert_int_equal(p.outer.udp_header[7], 2);
	/* IKE, and a keepalive. */
	hex_decode(MACS "0800" IPV4("5", "0024", "0000", "11") "00091194" "00100000"
		   "00000000" "00000002", &p);
	assert_int_equal(p.outer.udp, REF_UDP_NONE);
	hex_decode(MACS "0800" IPV4("5", "001d", "0000", "11") "00091194" "00090000" "ff", &p);
	assert_int_equal(p.outer.udp, REF_UDP_NONE);
}

static void
test_ipv6_many_exts(void **state __rte_unused)
{
#define DEST4 EXT("3c") EXT("3c") EXT("3c") EXT("3c")
	struct ref_packet p;

	hex_decode(MACS "86dd" IPV6("0000", "3c") DEST4 EXT("3c") EXT("3c") EXT("3c") EXT("11")
		   UDP, &p);
	assert_int_equal(p.outer.exts, 1 << REF_EXT_DEST);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	/* The ninth: routing. */
	hex_decode(MACS "86dd" IPV6("0000", "3c") DEST4 EXT("3c") EXT("3c") EXT("3c") EXT("2b")
		   EXT("11") UDP, &p);
	assert_int_equal(p.outer.exts, 1 << REF_EXT_DEST);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
#undef DEST4
}

static void
test_ipv6_fragments(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "86dd" IPV6("0010", "2c") EXT_FRAG("11", "0001") UDP, &p);
	assert_true(p.outer.fragment);
	assert_true(p.outer.has_frag_ext);
	assert_int_equal(p.outer.frag_ext[7], 7);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	hex_decode(MACS "86dd" IPV6("0010", "2c") EXT_FRAG("11", "0008") UDP, &p);
	assert_true(p.outer.has_frag_ext);
	assert_int_equal(p.outer.l4, REF_L4_NONE);
	/* What follows a later fragment's header is no header. */
	hex_decode(MACS "86dd" IPV6("0018", "2c") EXT_FRAG("3c", "0008") EXT("11") UDP, &p);
	assert_int_equal(p.outer.exts, 1 << REF_EXT_FRAG);
}

static void
test_vxlan(void **state __rte_unused)
{
	struct ref_packet p;

	hex_decode(MACS "0800" IPV4("5", "0000", "0000", "11") UDP_VXLAN VXLAN MACS
		   "8100" "0064" "0800" IPV4_TCP TCP, &p);
	assert_int_equal(p.outer.l4, REF_L4_UDP);
	assert_int_equal(p.tunnel, REF_TUNNEL_VXLAN);
	assert_int_equal(p.tunnel_header[6], 5);
	assert_true(p.inner.has_eth);
	assert_int_equal(p.inner.n_tags, 1);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	/* The outer packet ends in the middle of the inner TCP header. */
	hex_decode(MACS "0800" IPV4("5", "0057", "0000", "11") UDP_VXLAN VXLAN MACS
		   "0800" IPV4_TCP TCP, &p);
	assert_int_equal(p.inner.l3, REF_L3_IPV4);
	assert_int_equal(p.inner.l4, REF_L4_NONE);
	/* Inside, a tunnel is only UDP. */
	hex_decode(MACS "0800" IPV4("5", "0000", "0000", "11") UDP_VXLAN VXLAN MACS "0800"
		   IPV4("5", "0000", "0000", "11") UDP_VXLAN VXLAN MACS "0800" IPV4_TCP TCP, &p);
	assert_int_equal(p.inner.l4, REF_L4_UDP);
}

static void
test_geneve(void **state __rte_unused)
{
#define OUTER MACS "0800" IPV4("5", "0000", "0000", "11") UDP_GENEVE
	struct ref_packet p;

	hex_decode(OUTER GENEVE("01", "6558") "aabbccdd" MACS "0800" IPV4_TCP TCP, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GENEVE);
	assert_true(p.inner.has_eth);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	hex_decode(OUTER GENEVE("00", "0800") IPV4_TCP TCP, &p);
	assert_false(p.inner.has_eth);
	assert_int_equal(p.inner.l4, REF_L4_TCP);
	hex_decode(OUTER GENEVE("00", "86dd") IPV6("0008", "11") UDP, &p);
	assert_int_equal(p.inner.l3, REF_L3_IPV6);
	/* Something else inside, another version, options that are not there. */
	hex_decode(OUTER GENEVE("00", "1234") IPV4_TCP TCP, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GENEVE);
	assert_int_equal(p.inner.l3, REF_L3_NONE);
	hex_decode(OUTER GENEVE("40", "0800") IPV4_TCP TCP, &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_NONE);
	hex_decode(OUTER GENEVE("01", "0800") "aabbcc", &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_NONE);
	hex_decode(OUTER GENEVE("01", "0800") "aabbccdd", &p);
	assert_int_equal(p.tunnel, REF_TUNNEL_GENEVE);
#undef OUTER
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_runts),
		cmocka_unit_test(test_arp),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_stripped),
		cmocka_unit_test(test_ipv4_lengths),
		cmocka_unit_test(test_ipv4_fragments),
		cmocka_unit_test(test_icmp_only_over_its_own),
		cmocka_unit_test(test_ipv6_exts),
		cmocka_unit_test(test_between_l2_and_l3),
		cmocka_unit_test(test_ipsec),
		cmocka_unit_test(test_esp_in_udp),
		cmocka_unit_test(test_ipv6_many_exts),
		cmocka_unit_test(test_ipv6_fragments),
		cmocka_unit_test(test_vxlan),
		cmocka_unit_test(test_geneve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
