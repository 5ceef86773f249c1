/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "parse_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint32_t depths[] = {
	0,
	STEER_DEPTH_MAC,
	STEER_DEPTH_L3,
	STEER_DEPTH_L3 | STEER_DEPTH_MAC,
	STEER_DEPTH_L3 | STEER_DEPTH_L4,
	STEER_DEPTH_L3 | STEER_DEPTH_L4 | STEER_DEPTH_MAC,
	STEER_DEPTH_L3 | STEER_DEPTH_L4 | STEER_DEPTH_RARE,
	STEER_DEPTH_ALL & ~STEER_DEPTH_RARE,
	STEER_DEPTH_ALL & ~STEER_DEPTH_MAC,
	STEER_DEPTH_ALL,
};

/* Without DEPTH_MAC nobody may ask for the L2 slots. */
static void
hide_l2(struct steer_key *key, uint32_t depth)
{
	if (!(depth & STEER_DEPTH_MAC))
		memset(key->outer.l2, 0, sizeof(key->outer.l2));
}

static void
assert_key(struct steer_key *got, struct parse_expect *e, uint32_t depth, const char *name)
{
	hide_l2(got, depth);
	hide_l2(&e->key, depth);
	if (got->meta != e->key.meta)
		print_error("%s depth 0x%x\n", name, depth);
	assert_int_equal(got->meta, e->key.meta);
	if (memcmp(got, &e->key, sizeof(*got)) != 0)
		print_error("%s depth 0x%x\n", name, depth);
	assert_memory_equal(got, &e->key, sizeof(*got));
}

/* Parse the first len bytes, cut into segments, and compare with what they must give. */
static void
check(const struct packet *p, uint32_t len, uint32_t depth, const uint32_t *cuts,
      unsigned int n_cuts)
{
	struct rte_mbuf *m = packet_mbuf(p->data, len, cuts, n_cuts);
	struct parse_expect e;
	struct steer_key key;
	bool whole;

	parse_expect(p, len, depth, &e);
	whole = parse_fresh(m, depth, &key);
	if (whole != e.whole)
		print_error("%s %u of %u bytes depth 0x%x\n", packet_name(p), len, p->len, depth);
	assert_int_equal(whole, e.whole);
	assert_key(&key, &e, depth, packet_name(p));
	packet_mbuf_free(m);
}

static void
test_layers(void **state)
{
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int c = 0; c < parse_n_chains; c++) {
		packet_make(&p, parse_chains[c]);
		for (unsigned int d = 0; d < RTE_DIM(depths); d++)
			check(&p, p.len, depths[d], NULL, 0);
	}
}

static void
test_truncation(void **state)
{
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int c = 0; c < parse_n_chains; c++) {
		packet_make(&p, parse_chains[c]);
		for (uint32_t len = 0; len <= p.len; len++)
			for (unsigned int d = 0; d < RTE_DIM(depths); d++)
				check(&p, len, depths[d], NULL, 0);
	}
}

static void
test_split(void **state)
{
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int c = 0; c < parse_n_chains; c++) {
		packet_make(&p, parse_chains[c]);
		for (uint32_t cut = 0; cut <= p.len; cut++)
			for (unsigned int d = 0; d < RTE_DIM(depths); d++)
				check(&p, p.len, depths[d], &cut, 1);
	}
}

/* Also cut off, and with a short or an empty segment in between. */
static void
test_split_truncated(void **state)
{
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int c = 0; c < parse_n_chains; c++) {
		packet_make(&p, parse_chains[c]);
		for (uint32_t len = 0; len <= p.len; len++) {
			const uint32_t cut = len > 0 ? (uint32_t)rand() % len : 0;
			const uint32_t cuts[] = { cut, cut, cut + 1, cut + 3 };

			check(&p, len, STEER_DEPTH_ALL, cuts, RTE_DIM(cuts));
		}
	}
}

static void
test_split_bytes(void **state)
{
	uint32_t cuts[PACKET_MAX];
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(cuts); i++)
		cuts[i] = i + 1;
	for (unsigned int c = 0; c < parse_n_chains; c++) {
		packet_make(&p, parse_chains[c]);
		for (unsigned int d = 0; d < RTE_DIM(depths); d++)
			check(&p, p.len, depths[d], cuts, p.len - 1);
	}
}

/* What lies deeper than asked for is not even read: for the address sanitizer. */
static void
test_depth_reads(void **state)
{
	struct parse_expect e;
	struct steer_key key;
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int c = 0; c < parse_n_chains; c++) {
		packet_make(&p, parse_chains[c]);
		for (unsigned int d = 0; d < RTE_DIM(depths); d++) {
			struct rte_mbuf *m;

			parse_expect(&p, p.len, depths[d], &e);
			m = packet_mbuf_backed(p.data, p.len, e.reads);
			assert_true(parse_fresh(m, depths[d], &key));
			assert_key(&key, &e, depths[d], packet_name(&p));
			packet_mbuf_free(m);
		}
	}
}

/* A header says how long it is, or of which version. */
static const struct contradiction {
	const char *what;
	enum packet_layer chain[8];
	/* A number of two bytes to be put at this byte of this header. */
	enum packet_layer layer;
	int off;
	uint16_t value;
	uint32_t len_more; /* bytes behind the packet */
	bool whole;
	/* Headers that are found. */
	unsigned int n;
} contradictions[] = {
#define CHAIN4 { P_ETH, P_IPV4, P_UDP, P_PAYLOAD }
	{ "ipv4 total 0 is unknown", CHAIN4, P_IPV4, 2, 0, 0, true, 3 },
	{ "ipv4 total below its header", CHAIN4, P_IPV4, 2, 19, 0, false, 2 },
	{ "ipv4 total is its header", CHAIN4, P_IPV4, 2, 20, 0, false, 2 },
	{ "ipv4 total cuts udp", CHAIN4, P_IPV4, 2, 27, 0, false, 2 },
	{ "ipv4 total ends behind udp", CHAIN4, P_IPV4, 2, 28, 0, true, 3 },
	{ "ipv4 total one too few", CHAIN4, P_IPV4, 2, 32, 0, true, 3 },
	{ "ipv4 total one too many", CHAIN4, P_IPV4, 2, 34, 0, false, 3 },
	{ "ipv4 total 65535", CHAIN4, P_IPV4, 2, 65535, 0, false, 3 },
	{ "ipv4 padded", CHAIN4, P_IPV4, 2, 33, 26, true, 3 },
	{ "ipv4 ihl 0", CHAIN4, P_IPV4, 0, 0x4000, 0, false, 1 },
	{ "ipv4 ihl 4", CHAIN4, P_IPV4, 0, 0x4400, 0, false, 1 },
	{ "ipv4 ihl behind the end", CHAIN4, P_IPV4, 0, 0x4f00, 0, false, 1 },
	{ "ipv4 version 6", CHAIN4, P_IPV4, 0, 0x6500, 0, false, 1 },
	{ "ipv4 version 0", CHAIN4, P_IPV4, 0, 0x0500, 0, false, 1 },
#define CHAIN6 { P_ETH, P_IPV6, P_DEST, P_TCP, P_PAYLOAD }
	{ "ipv6 payload 0 is unknown", CHAIN6, P_IPV6, 4, 0, 0, true, 4 },
	{ "ipv6 payload cuts the extension's first bytes", CHAIN6, P_IPV6, 4, 7, 0, false, 2 },
	{ "ipv6 payload cuts the extension", CHAIN6, P_IPV6, 4, 15, 0, false, 2 },
	{ "ipv6 payload is the extension", CHAIN6, P_IPV6, 4, 16, 0, false, 3 },
	{ "ipv6 payload cuts tcp", CHAIN6, P_IPV6, 4, 35, 0, false, 3 },
	{ "ipv6 payload ends behind tcp", CHAIN6, P_IPV6, 4, 36, 0, true, 4 },
	{ "ipv6 payload one too many", CHAIN6, P_IPV6, 4, 42, 0, false, 4 },
	{ "ipv6 payload 65535", CHAIN6, P_IPV6, 4, 65535, 0, false, 4 },
	{ "ipv6 padded", CHAIN6, P_IPV6, 4, 41, 9, true, 4 },
	{ "ipv6 version 4", CHAIN6, P_IPV6, 0, 0x4000, 0, false, 1 },
	{ "extension behind the end", CHAIN6, P_DEST, 0, 0x0605, 0, false, 2 },
	{ "extension of 2048 bytes", CHAIN6, P_DEST, 0, 0x06ff, 0, false, 2 },
	{ "extension leads to nothing", CHAIN6, P_DEST, 0, 0x3b01, 0, true, 3 },
	{ "icmp below ipv6", CHAIN6, P_DEST, 0, 0x0101, 0, true, 3 },
#define CHAIN_AH { P_ETH, P_IPV6, P_AUTH, P_TCP }
	{ "auth of the least length", CHAIN_AH, P_AUTH, 0, 0x3b01, 0, true, 3 },
	{ "auth behind the end", CHAIN_AH, P_AUTH, 0, 0x060a, 0, false, 2 },
#define CHAIN_GENEVE { P_ETH, P_IPV4, P_UDP, P_GENEVE_OPT, P_ETH, P_ARP }
	{ "geneve version 1", CHAIN_GENEVE, P_GENEVE_OPT, 0, 0x4100, 0, true, 3 },
	{ "geneve version 3", CHAIN_GENEVE, P_GENEVE_OPT, 0, 0xc100, 0, true, 3 },
	{ "geneve options behind the end", CHAIN_GENEVE, P_GENEVE_OPT, 0, 0x3f00, 0, false, 3 },
	{ "geneve with unknown content", CHAIN_GENEVE, P_GENEVE_OPT, 2, 0x88b5, 0, true, 4 },
	{ "geneve with arp", CHAIN_GENEVE, P_GENEVE_OPT, 2, 0x0806, 0, true, 4 },
	{ "geneve with a tag", CHAIN_GENEVE, P_GENEVE_OPT, 2, 0x8100, 0, true, 4 },
	{ "udp from the port, not to it", CHAIN_GENEVE, P_UDP, 2, 6080, 0, true, 3 },
#define CHAIN_VXLAN { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_PAYLOAD }
	{ "vxlan with other flags", CHAIN_VXLAN, P_VXLAN, 0, 0xffff, 0, true, 5 },
	{ "udp length does not matter", CHAIN_VXLAN, P_UDP, 4, 0, 0, true, 5 },
	{ "another port", CHAIN_VXLAN, P_UDP, 2, 4788, 0, true, 3 },
#define CHAIN_GPE { P_ETH, P_IPV4, P_UDP, P_GPE, P_IPV4, P_TCP }
	{ "gpe without next protocol", CHAIN_GPE, P_GPE, 0, 0x0800, 0, true, 4 },
	{ "gpe with nsh", CHAIN_GPE, P_GPE, 2, 0x0004, 0, true, 4 },
	{ "gpe with 255", CHAIN_GPE, P_GPE, 2, 0x00ff, 0, true, 4 },
	{ "gpe with the other ip", CHAIN_GPE, P_GPE, 2, 0x0002, 0, false, 4 },
#define CHAIN_GRE { P_ETH, P_IPV4, P_GRE, P_IPV4, P_TCP }
	{ "gre with reserved bits", CHAIN_GRE, P_GRE, 0, 0x0ff8, 0, true, 5 },
	{ "gre of version 1", CHAIN_GRE, P_GRE, 0, 0x0001, 0, true, 3 },
	{ "gre with unknown content", CHAIN_GRE, P_GRE, 2, 0x880b, 0, true, 3 },
	{ "gre with arp", CHAIN_GRE, P_GRE, 2, 0x0806, 0, true, 3 },
	{ "gre with the other ip", CHAIN_GRE, P_GRE, 2, 0x86dd, 0, false, 3 },
	{ "gre with a sequence number that is cut", { P_ETH, P_IPV4, P_GRE }, P_GRE, 0, 0x1000, 0,
	  false, 2 },
#define CHAIN_GTP { P_ETH, P_IPV4, P_UDP, P_GTPU, P_IPV4, P_TCP }
	{ "gtp of version 2", CHAIN_GTP, P_GTPU, 0, 0x50ff, 0, true, 4 },
	{ "gtp'", CHAIN_GTP, P_GTPU, 0, 0x20ff, 0, true, 4 },
	{ "gtp with the reserved bit", CHAIN_GTP, P_GTPU, 0, 0x38ff, 0, true, 6 },
	{ "gtp with an echo", CHAIN_GTP, P_GTPU, 0, 0x3001, 0, true, 4 },
	{ "gtp without ip", { P_ETH, P_IPV4, P_UDP, P_GTPU, P_PAYLOAD }, P_PAYLOAD, 0, 0x5000, 0,
	  true, 4 },
	{ "gtp without user data", { P_ETH, P_IPV4, P_UDP, P_GTPU }, P_GTPU, 2, 0, 0, false, 4 },
#define CHAIN_PSC { P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_IPV4, P_TCP }
	{ "gtp extension of length 0", CHAIN_PSC, P_PSC, 0, 0, 0, false, 4 },
	{ "gtp extension behind the end", CHAIN_PSC, P_PSC, 0, 0x2000, 0, false, 4 },
	{ "gtp without the flag", CHAIN_PSC, P_GTPU_EXT, 0, 0x32ff, 0, true, 4 },
	{ "icmp6 below ipv4", { P_ETH, P_IPV4, P_ICMP }, P_IPV4, 8, 0xff3a, 0, true, 2 },
	{ "tcp below ipv4 in ospf", { P_ETH, P_IPV4, P_TCP }, P_IPV4, 8, 0xff59, 0, true, 2 },
	{ "igmp below ipv6", { P_ETH, P_IPV6, P_TCP }, P_IPV6, 6, 0x02ff, 0, true, 2 },
#define CHAIN_PPPOE { P_ETH, P_PPPOE, P_PPP, P_IPV4, P_UDP }
	{ "pppoe of another version", CHAIN_PPPOE, P_PPPOE, 0, 0x2100, 0, true, 1 },
	{ "pppoe length cuts its protocol", CHAIN_PPPOE, P_PPPOE, 4, 1, 0, false, 2 },
	{ "pppoe length cuts ipv4", CHAIN_PPPOE, P_PPPOE, 4, 21, 0, false, 3 },
	{ "pppoe length 65535", CHAIN_PPPOE, P_PPPOE, 4, 65535, 0, false, 5 },
	{ "pppoe padded", CHAIN_PPPOE, P_PPP, 0, 0x0021, 12, true, 5 },
	{ "ppp of another protocol", CHAIN_PPPOE, P_PPP, 0, 0xc021, 0, true, 3 },
#define CHAIN_MPLS { P_ETH, P_LAST_LABEL, P_IPV4, P_UDP }
	{ "mpls with a control word", CHAIN_MPLS, P_IPV4, 0, 0, 0, true, 2 },
	{ "mpls with version 5", CHAIN_MPLS, P_IPV4, 0, 0x5500, 0, true, 2 },
#define CHAIN_ETAG { P_ETH, P_ETAG, P_VLAN, P_IPV4, P_UDP }
	{ "two e-tags", CHAIN_ETAG, P_ETAG, 6, 0x893f, 0, true, 2 },
	{ "an e-tag behind a tag", { P_ETH, P_VLAN, P_IPV4 }, P_VLAN, 2, 0x893f, 0, true, 2 },
#define CHAIN_AH4 { P_ETH, P_IPV4, P_AUTH, P_TCP }
	{ "auth in ipv4 behind the end", CHAIN_AH4, P_AUTH, 0, 0x060a, 0, false, 2 },
	{ "auth in auth in ipv4", CHAIN_AH4, P_AUTH, 0, 0x3304, 0, true, 3 },
#define CHAIN_ESP { P_ETH, P_IPV4, P_UDP, P_UDP_ESP, P_PAYLOAD }
	{ "esp behind another port", CHAIN_ESP, P_UDP, 2, 4501, 0, true, 3 },
	{ "a keepalive", CHAIN_ESP, P_IPV4, 2, 29, 0, true, 3 },
	{ "esp cut", CHAIN_ESP, P_IPV4, 2, 35, 0, true, 3 },
	{ "esp just there", CHAIN_ESP, P_IPV4, 2, 36, 0, true, 4 },
	{ "a length for a type", { P_ETH, P_IPV4, P_TCP }, P_ETH, 12, 0x0040, 0, true, 1 },
	{ "rarp is not arp", { P_ETH, P_ARP }, P_ETH, 12, 0x8035, 0, true, 1 },
};

/* As if the packet ended behind its n-th header, which is then whole. */
static void
expect_layers(const struct packet *p, unsigned int n, struct parse_expect *e)
{
	struct packet part = *p;

	part.n = n;
	parse_expect(&part, part.len, STEER_DEPTH_ALL, e);
}

static void
check_contradiction(const struct contradiction *c)
{
	struct parse_expect e;
	struct rte_mbuf *m;
	struct steer_key key;
	struct packet p;

	packet_make(&p, c->chain);
	packet_put16(&p, p.at[packet_find(&p, c->layer, 0)] + (unsigned int)c->off, c->value);
	p.len += c->len_more;
	expect_layers(&p, c->n, &e);
	m = packet_mbuf(p.data, p.len, NULL, 0);
	if (parse_fresh(m, STEER_DEPTH_ALL, &key) != c->whole)
		fail_msg("%s: %s", c->what, c->whole ? "is not malformed" : "is malformed");
	assert_key(&key, &e, STEER_DEPTH_ALL, c->what);
	packet_mbuf_free(m);
}

static void
test_contradictions(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(contradictions); i++)
		check_contradiction(&contradictions[i]);
}

/* What lies on port 4500 is told by its first four bytes; either port will do. */
static void
test_esp_or_ike(void **state)
{
	static const enum packet_layer chain[] = { P_ETH, P_IPV4, P_UDP, P_UDP_ESP, P_END };
	struct steer_key key;
	struct packet p;

	RTE_SET_USED(state);
	packet_make(&p, chain);
	for (unsigned int i = 0; i < 12; i++) {
		const unsigned int zeros = i % 6, at = p.at[3];
		struct rte_mbuf *m;

		memset(&p.data[at], 0xff, 8);
		memset(&p.data[at], 0, zeros);
		packet_put16(&p, p.at[2], i < 6 ? 4500 : 9);
		packet_put16(&p, p.at[2] + 2, i < 6 ? 9 : 4500);
		m = packet_mbuf(p.data, p.len, NULL, 0);
		assert_true(parse_fresh(m, STEER_DEPTH_ALL, &key));
		assert_int_equal(key.rare, zeros < 4 ? STEER_RARE_UDP_ESP : 0);
		packet_mbuf_free(m);
	}
}

/* Too short to be one: walked over, and not kept. */
static void
test_short_auth(void **state)
{
	static const enum packet_layer chains[][5] = {
		{ P_ETH, P_IPV6, P_AUTH, P_TCP }, { P_ETH, P_IPV4, P_AUTH, P_TCP },
	};
	struct steer_key key;
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(chains); i++) {
		struct rte_mbuf *m;

		packet_make(&p, chains[i]);
		p.data[p.at[2] + 1] = 0;
		m = packet_mbuf(p.data, p.len, NULL, 0);
		assert_true(parse_fresh(m, STEER_DEPTH_ALL, &key));
		assert_int_equal(key.rare & STEER_RARE_AH, 0);
		assert_int_equal(steer_meta_l4(key.meta), STEER_L4_TCP);
		assert_memory_equal(key.outer.l4, &p.data[p.at[2] + 8], 20);
		packet_mbuf_free(m);
	}
}

/* Tags that the lower port took out: as if they were still there. */
static const struct stripped {
	enum packet_layer with[8];
	enum packet_layer without[8];
	uint64_t flags;
	/* Tags in the mbuf: outer first. */
	enum packet_layer took[2];
} strips[] = {
	{ { P_ETH, P_VLAN, P_IPV4, P_TCP }, { P_ETH, P_IPV4, P_TCP },
	  RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED, { P_VLAN } },
	{ { P_ETH, P_VLAN, P_VLAN, P_ARP }, { P_ETH, P_VLAN, P_ARP },
	  RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED, { P_VLAN } },
	{ { P_ETH, P_QINQ, P_VLAN, P_IPV6 }, { P_ETH, P_IPV6 },
	  RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ |
	  RTE_MBUF_F_RX_QINQ_STRIPPED, { P_QINQ, P_VLAN } },
	{ { P_ETH, P_QINQ, P_VLAN, P_IPV6 }, { P_ETH, P_VLAN, P_IPV6 },
	  RTE_MBUF_F_RX_QINQ | RTE_MBUF_F_RX_QINQ_STRIPPED, { P_QINQ } },
	{ { P_ETH, P_QINQ, P_VLAN, P_VLAN, P_IPV4 }, { P_ETH, P_VLAN, P_IPV4 },
	  RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ_STRIPPED, { P_QINQ, P_VLAN } },
	{ { P_ETH, P_VLAN, P_PPPOE, P_PPP, P_IPV4, P_TCP },
	  { P_ETH, P_PPPOE, P_PPP, P_IPV4, P_TCP },
	  RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED, { P_VLAN } },
	/* What is known of the tags, but left in the packet, counts once. */
	{ { P_ETH, P_VLAN, P_IPV4, P_TCP }, { P_ETH, P_VLAN, P_IPV4, P_TCP },
	  RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_QINQ, { P_END } },
};

/* A packet and the same without tags, which are in the mbuf, must give the same key. */
static void
check_strip(const struct stripped *s)
{
	struct packet with, without;
	struct steer_key a, b;
	struct rte_mbuf *m;
	uint16_t tci[2] = { 0 };

	packet_make(&with, s->with);
	packet_make(&without, s->without);
	for (unsigned int i = 0; i < 2 && s->took[i] != P_END; i++)
		tci[i] = (uint16_t)(with.data[14 + 4 * i] << 8 | with.data[15 + 4 * i]);
	/* The same bytes from the first header that both have on. */
	memcpy(without.data, with.data, 12);
	memcpy(without.data + 14, with.data + 14 + (with.len - without.len), without.len - 14);

	m = packet_mbuf(with.data, with.len, NULL, 0);
	assert_true(parse_fresh(m, STEER_DEPTH_ALL, &a));
	packet_mbuf_free(m);
	m = packet_mbuf(without.data, without.len, NULL, 0);
	m->ol_flags = s->flags;
	m->vlan_tci = s->flags & RTE_MBUF_F_RX_QINQ_STRIPPED ? tci[1] : tci[0];
	m->vlan_tci_outer = tci[0];
	assert_true(parse_fresh(m, STEER_DEPTH_ALL, &b));
	packet_mbuf_free(m);
	assert_memory_equal(&a, &b, sizeof(a));
}

static void
test_stripped(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(strips); i++)
		check_strip(&strips[i]);
}

/* What stands inside a tunnel was never stripped. */
static void
test_stripped_not_inner(void **state)
{
	static const enum packet_layer chain[] = { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_ARP,
						   P_END };
	struct packet p;
	struct rte_mbuf *m;
	struct steer_key key;

	RTE_SET_USED(state);
	packet_make(&p, chain);
	m = packet_mbuf(p.data, p.len, NULL, 0);
	m->ol_flags = RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ_STRIPPED;
	assert_true(parse_fresh(m, STEER_DEPTH_ALL, &key));
	assert_true(key.meta & STEER_META_VLAN1);
	assert_false(key.meta & STEER_META_VLAN0 << STEER_META_INNER);
	packet_mbuf_free(m);
}

/* The data need not begin where the buffer does. */
static void
test_headroom(void **state)
{
	struct parse_expect e;
	struct rte_mbuf *m;
	struct steer_key key;
	struct packet p;

	RTE_SET_USED(state);
	packet_make(&p, parse_chains[parse_n_chains / 2]);
	memmove(p.data + 100, p.data, p.len);
	m = packet_mbuf(p.data, p.len + 100, NULL, 0);
	memmove(p.data, p.data + 100, p.len);
	assert_non_null(rte_pktmbuf_adj(m, 100));
	parse_expect(&p, p.len, STEER_DEPTH_ALL, &e);
	assert_true(parse_fresh(m, STEER_DEPTH_ALL, &key));
	assert_key(&key, &e, STEER_DEPTH_ALL, packet_name(&p));
	packet_mbuf_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_truncated),
		cmocka_unit_test(test_split_bytes),
		cmocka_unit_test(test_depth_reads),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_esp_or_ike),
		cmocka_unit_test(test_short_auth),
		cmocka_unit_test(test_stripped),
		cmocka_unit_test(test_stripped_not_inner),
		cmocka_unit_test(test_headroom),
	};

	srand(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
