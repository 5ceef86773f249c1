/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_mbuf.h>
#include <rte_net.h>

#include "parse_expect.h"
#include "steer_ptype.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Packet types: by hand, and against those that DPDK finds by itself. */

#define OUTER (RTE_PTYPE_L2_MASK | RTE_PTYPE_L3_MASK | RTE_PTYPE_L4_MASK)

#define T(what) RTE_PTYPE_##what

static const struct {
	enum packet_layer chain[PACKET_LAYERS];
	uint64_t flags;
	uint32_t ptype;
} cases[] = {
	{ { P_ETH, P_PAYLOAD }, 0, T(L2_ETHER) },
	{ { P_ETH, P_ARP }, 0, T(L2_ETHER_ARP) },
	{ { P_ETH, P_VLAN, P_ARP }, 0, T(L2_ETHER_VLAN) },
	{ { P_ETH, P_VLAN, P_VLAN, P_IPV4, P_TCP }, 0,
	  T(L2_ETHER_VLAN) | T(L3_IPV4) | T(L4_TCP) },
	{ { P_ETH, P_QINQ, P_IPV6, P_UDP }, 0, T(L2_ETHER_QINQ) | T(L3_IPV6) | T(L4_UDP) },
	{ { P_ETH, P_QINQ1, P_VLAN, P_IPV4, P_UDP }, 0,
	  T(L2_ETHER_QINQ) | T(L3_IPV4) | T(L4_UDP) },
	{ { P_ETH, P_PPPOE, P_PPP, P_IPV4, P_UDP }, 0,
	  T(L2_ETHER_PPPOE) | T(L3_IPV4) | T(L4_UDP) },
	{ { P_ETH, P_PPPOED, P_PAYLOAD }, 0, T(L2_ETHER_PPPOE) },
	{ { P_ETH, P_VLAN, P_PPPOE, P_PPP, P_IPV6, P_TCP }, 0,
	  T(L2_ETHER_VLAN) | T(L3_IPV6) | T(L4_TCP) },
	{ { P_ETH, P_PPPOE, P_PPP, P_IPV4, P_UDP }, RTE_MBUF_F_RX_VLAN_STRIPPED,
	  T(L2_ETHER_PPPOE) | T(L3_IPV4) | T(L4_UDP) },
	{ { P_ETH, P_LABEL, P_LAST_LABEL, P_IPV4_OPT, P_UDP }, 0,
	  T(L2_ETHER_MPLS) | T(L3_IPV4_EXT) | T(L4_UDP) },
	{ { P_ETH, P_LAST_LABEL, P_PAYLOAD }, 0, T(L2_ETHER_MPLS) },
	{ { P_ETH, P_ETAG, P_IPV4, P_UDP }, 0, T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) },
	{ { P_ETH, P_ETAG, P_VLAN, P_IPV4, P_UDP }, 0, T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) },
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_LAST_LABEL, P_IPV4, P_TCP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_VXLAN) | T(INNER_L2_ETHER) |
		  T(INNER_L3_IPV4) | T(INNER_L4_TCP) },
	/* Tags that were stripped. */
	{ { P_ETH, P_IPV4, P_TCP }, RTE_MBUF_F_RX_VLAN_STRIPPED,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_TCP) },
	{ { P_ETH, P_ARP }, RTE_MBUF_F_RX_VLAN_STRIPPED, T(L2_ETHER_ARP) },
	{ { P_ETH, P_VLAN, P_IPV4, P_TCP }, RTE_MBUF_F_RX_QINQ_STRIPPED,
	  T(L2_ETHER_VLAN) | T(L3_IPV4) | T(L4_TCP) },
	{ { P_ETH, P_IPV4, P_TCP }, RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ_STRIPPED,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_TCP) },
	/* What rte_net_get_ptype() does not know. */
	{ { P_ETH, P_IPV4, P_ICMP }, 0, T(L2_ETHER) | T(L3_IPV4) | T(L4_ICMP) },
	{ { P_ETH, P_IPV6, P_ICMP6 }, 0, T(L2_ETHER) | T(L3_IPV6) | T(L4_ICMP) },
	{ { P_ETH, P_IPV6, P_AUTH, P_TCP }, 0, T(L2_ETHER) | T(L3_IPV6_EXT) | T(L4_TCP) },
	{ { P_ETH, P_IPV6, P_ESP }, 0, T(L2_ETHER) | T(L3_IPV6_EXT) | T(TUNNEL_ESP) },
	{ { P_ETH, P_IPV4, P_ESP }, 0, T(L2_ETHER) | T(L3_IPV4) | T(TUNNEL_ESP) },
	{ { P_ETH, P_VLAN, P_IPV4, P_ESP }, 0, T(L2_ETHER_VLAN) | T(L3_IPV4) | T(TUNNEL_ESP) },
	{ { P_ETH, P_IPV4, P_IGMP }, 0, T(L2_ETHER) | T(L3_IPV4) | T(L4_IGMP) },
	{ { P_ETH, P_IPV6, P_L2TPV3 }, 0, T(L2_ETHER) | T(L3_IPV6) | T(TUNNEL_L2TP) },
	{ { P_ETH, P_IPV4, P_AUTH, P_UDP }, 0, T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) },
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_IGMP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_VXLAN) | T(INNER_L2_ETHER) |
		  T(INNER_L3_IPV4) },
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_ESP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_VXLAN) | T(INNER_L2_ETHER) |
		  T(INNER_L3_IPV4) },
	{ { P_ETH, P_IPV6, P_MOBIL, P_TCP }, 0, T(L2_ETHER) | T(L3_IPV6_EXT) | T(L4_TCP) },
	/* Tunnels. */
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_VXLAN) | T(INNER_L2_ETHER) |
		  T(INNER_L3_IPV4) | T(INNER_L4_TCP) },
	{ { P_ETH, P_VLAN, P_IPV6, P_UDP, P_GENEVE_OPT, P_ETH, P_VLAN, P_IPV6, P_UDP }, 0,
	  T(L2_ETHER_VLAN) | T(L3_IPV6) | T(L4_UDP) | T(TUNNEL_GENEVE) |
		  T(INNER_L2_ETHER_VLAN) | T(INNER_L3_IPV6) | T(INNER_L4_UDP) },
	{ { P_ETH, P_IPV4_OPT, P_UDP, P_VXLAN, P_ETH, P_QINQ, P_VLAN, P_IPV4_OPT, P_SCTP }, 0,
	  T(L2_ETHER) | T(L3_IPV4_EXT) | T(L4_UDP) | T(TUNNEL_VXLAN) |
		  T(INNER_L2_ETHER_QINQ) | T(INNER_L3_IPV4_EXT) | T(INNER_L4_SCTP) },
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV6, P_DEST, P_ICMP6 }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_VXLAN) | T(INNER_L2_ETHER) |
		  T(INNER_L3_IPV6_EXT) | T(INNER_L4_ICMP) },
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4_LATER, P_PAYLOAD }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_VXLAN) | T(INNER_L2_ETHER) |
		  T(INNER_L3_IPV4) | T(INNER_L4_FRAG) },
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_ARP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_VXLAN) | T(INNER_L2_ETHER) },
	{ { P_ETH, P_IPV4, P_UDP, P_GENEVE, P_IPV4, P_UDP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_GENEVE) | T(INNER_L3_IPV4) |
		  T(INNER_L4_UDP) },
	{ { P_ETH, P_IPV4, P_UDP, P_GPE, P_IPV6, P_TCP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_VXLAN_GPE) | T(INNER_L3_IPV6) |
		  T(INNER_L4_TCP) },
	{ { P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_IPV4, P_UDP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_GTPU) | T(INNER_L3_IPV4) |
		  T(INNER_L4_UDP) },
	{ { P_ETH, P_IPV6, P_UDP, P_GTPC, P_PAYLOAD }, 0,
	  T(L2_ETHER) | T(L3_IPV6) | T(L4_UDP) | T(TUNNEL_GTPC) },
	{ { P_ETH, P_IPV6, P_UDP, P_GTPC_EXT, P_PSC }, 0,
	  T(L2_ETHER) | T(L3_IPV6) | T(L4_UDP) | T(TUNNEL_GTPC) },
	{ { P_ETH, P_IPV4, P_UDP, P_LABEL, P_LAST_LABEL, P_IPV4, P_TCP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_UDP) | T(TUNNEL_MPLS_IN_UDP) | T(INNER_L3_IPV4) |
		  T(INNER_L4_TCP) },
	{ { P_ETH, P_IPV6, P_GRE, P_LAST_LABEL, P_IPV6, P_UDP }, 0,
	  T(L2_ETHER) | T(L3_IPV6) | T(TUNNEL_MPLS_IN_GRE) | T(INNER_L3_IPV6) |
		  T(INNER_L4_UDP) },
	{ { P_ETH, P_IPV4_FIRST, P_GRE, P_IPV4, P_TCP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_FRAG) },
	{ { P_ETH, P_IPV4_FIRST, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP }, 0,
	  T(L2_ETHER) | T(L3_IPV4) | T(L4_FRAG) },
};

static uint32_t
ptype_of(const struct rte_mbuf *m, uint32_t depth)
{
	struct steer_key key;

	parse_fresh(m, depth, &key);
	return steer_ptype(m, &key);
}

static void
test_cases(void **state)
{
	const uint32_t cuts[] = { 13, 30 };
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(cases); i++) {
		for (unsigned int n_cuts = 0; n_cuts <= RTE_DIM(cuts); n_cuts++) {
			struct rte_mbuf *m;

			packet_make(&p, cases[i].chain);
			m = packet_mbuf(p.data, p.len, cuts, n_cuts);
			m->ol_flags = cases[i].flags;
			if (ptype_of(m, STEER_DEPTH_ALL) != cases[i].ptype)
				fail_msg("%s: %#x, not %#x", packet_name(&p),
					 ptype_of(m, STEER_DEPTH_ALL), cases[i].ptype);
			packet_mbuf_free(m);
		}
	}
}

/* Kinds of packets that both know in full. */
static const enum packet_layer l2s[][3] = {
	{ P_ETH }, { P_ETH, P_VLAN }, { P_ETH, P_QINQ, P_VLAN },
};
static const enum packet_layer l3s[][4] = {
	{ P_IPV4 }, { P_IPV4_OPT }, { P_IPV4_FULL }, { P_IPV4_FIRST }, { P_IPV4_LATER },
	{ P_IPV6 }, { P_HOP }, { P_ROUTE, P_DEST }, { P_FRAG }, { P_FRAG_LATER }, { P_HOP, P_FRAG },
};
static const enum packet_layer l4s[] = { P_TCP, P_UDP, P_SCTP, P_PAYLOAD };

#define KINDS (RTE_DIM(l2s) * RTE_DIM(l3s) * RTE_DIM(l4s))

static void
make_kind(unsigned int kind, struct packet *p)
{
	const enum packet_layer *l2 = l2s[kind % RTE_DIM(l2s)];
	const enum packet_layer *l3 = l3s[kind / RTE_DIM(l2s) % RTE_DIM(l3s)];
	enum packet_layer chain[PACKET_LAYERS] = { P_END };
	unsigned int n = 0;

	for (unsigned int i = 0; i < RTE_DIM(l2s[0]) && l2[i] != P_END; i++)
		chain[n++] = l2[i];
	if (l3[0] >= P_HOP)
		chain[n++] = P_IPV6;
	for (unsigned int i = 0; i < RTE_DIM(l3s[0]) && l3[i] != P_END; i++)
		chain[n++] = l3[i];
	chain[n++] = l4s[kind / RTE_DIM(l2s) / RTE_DIM(l3s)];
	chain[n++] = P_PAYLOAD;
	packet_make(p, chain);
}

static void
test_oracle(void **state)
{
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int kind = 0; kind < KINDS; kind++) {
		struct rte_mbuf *m;
		uint32_t theirs;

		make_kind(kind, &p);
		m = packet_mbuf(p.data, p.len, NULL, 0);
		theirs = rte_net_get_ptype(m, NULL, OUTER);
		if ((ptype_of(m, STEER_DEPTH_ALL) & OUTER) != theirs)
			fail_msg("%s: %#x, not %#x", packet_name(&p), ptype_of(m, STEER_DEPTH_ALL),
				 theirs);
		/* Fewer layers, parsed no deeper. */
		assert_int_equal(ptype_of(m, steer_ptype_depth(RTE_PTYPE_L3_MASK)) &
					 RTE_PTYPE_L3_MASK, theirs & RTE_PTYPE_L3_MASK);
		assert_int_equal(ptype_of(m, steer_ptype_depth(RTE_PTYPE_L2_MASK)) &
					 RTE_PTYPE_L2_MASK, theirs & RTE_PTYPE_L2_MASK);
		assert_int_equal(ptype_of(m, steer_ptype_depth(RTE_PTYPE_L4_MASK)) &
					 RTE_PTYPE_L4_MASK, theirs & RTE_PTYPE_L4_MASK);
		packet_mbuf_free(m);
	}
}

/* Tunnels that DPDK finds by itself. */
static void
test_tunnel_oracle(void **state)
{
	static const enum packet_layer carriers[][3] = {
		{ P_IPV4 }, { P_IPV4_OPT }, { P_IPV6 }, { P_IPV6, P_DEST },
	};
	static const enum packet_layer tunnels[] = { P_END, P_GRE, P_GRE_KEY, P_GRE_FULL };
	static const enum packet_layer inner[][5] = {
		{ P_IPV4, P_TCP }, { P_IPV4_OPT, P_UDP }, { P_IPV4_LATER, P_TCP },
		{ P_IPV6, P_SCTP }, { P_IPV6, P_HOP, P_FRAG, P_UDP }, { P_IPV4, P_PAYLOAD },
		{ P_ETH, P_IPV4, P_UDP }, { P_ETH, P_VLAN, P_IPV6, P_TCP },
		{ P_ETH, P_QINQ, P_VLAN, P_IPV4, P_TCP },
	};
	enum packet_layer chain[PACKET_LAYERS];
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < RTE_DIM(carriers) * RTE_DIM(tunnels) * RTE_DIM(inner); n++) {
		const enum packet_layer tunnel = tunnels[n / RTE_DIM(carriers) % RTE_DIM(tunnels)];
		const enum packet_layer *in = inner[n / RTE_DIM(carriers) / RTE_DIM(tunnels)];
		struct rte_mbuf *m;
		uint32_t theirs;
		unsigned int at = 0;

		if (tunnel == P_END && in[0] == P_ETH)
			continue;
		memset(chain, 0, sizeof(chain));
		chain[at++] = P_ETH;
		for (unsigned int i = 0; i < 2 && carriers[n % RTE_DIM(carriers)][i] != P_END; i++)
			chain[at++] = carriers[n % RTE_DIM(carriers)][i];
		if (tunnel != P_END)
			chain[at++] = tunnel;
		for (unsigned int i = 0; i < RTE_DIM(inner[0]) && in[i] != P_END; i++)
			chain[at++] = in[i];
		chain[at] = P_PAYLOAD;
		packet_make(&p, chain);
		m = packet_mbuf(p.data, p.len, NULL, 0);
		theirs = rte_net_get_ptype(m, NULL, RTE_PTYPE_ALL_MASK);
		if (ptype_of(m, STEER_DEPTH_ALL) != theirs)
			fail_msg("%s: %#x, not %#x", packet_name(&p), ptype_of(m, STEER_DEPTH_ALL),
				 theirs);
		packet_mbuf_free(m);
	}
}

/* Cut short, a packet is what it was, without the layers that are cut. */
static void
test_cut(void **state)
{
	static const uint32_t layers[] = { T(L2_MASK), T(L3_MASK), T(L4_MASK), T(TUNNEL_MASK),
					   T(INNER_L2_MASK), T(INNER_L3_MASK), T(INNER_L4_MASK) };
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(cases); i++) {
		packet_make(&p, cases[i].chain);
		for (uint32_t len = 0; len < p.len; len++) {
			struct rte_mbuf *m = packet_mbuf(p.data, len, NULL, 0);
			uint32_t ptype;

			m->ol_flags = cases[i].flags;
			ptype = ptype_of(m, STEER_DEPTH_ALL);
			packet_mbuf_free(m);
			if (len < 14)
				assert_int_equal(ptype, 0);
			/* What tells more than plain Ethernet is cut, too. */
			if ((ptype & T(L2_MASK)) == T(L2_ETHER))
				ptype = (ptype & ~T(L2_MASK)) | (cases[i].ptype & T(L2_MASK));
			if ((ptype & T(INNER_L2_MASK)) == T(INNER_L2_ETHER))
				ptype = (ptype & ~T(INNER_L2_MASK)) |
					(cases[i].ptype & T(INNER_L2_MASK));
			for (unsigned int k = 0; k < RTE_DIM(layers); k++)
				assert_true((ptype & layers[k]) == 0 ||
					    (ptype & layers[k]) == (cases[i].ptype & layers[k]));
		}
	}
}

/* Kinds that one of the two does not know, or knows by another name. */
static bool
told_otherwise(const struct steer_key *key, uint32_t theirs)
{
	const uint64_t ext = STEER_META_EXT(STEER_EXT_AUTH) | STEER_META_EXT(STEER_EXT_MOBIL) |
			     STEER_META_EXT(STEER_EXT_HIP) | STEER_META_EXT(STEER_EXT_SHIM6);

	return (key->meta & (STEER_META_VLAN0 | STEER_META_L25 | ext)) != 0 ||
	       steer_meta_l3(key->meta) == STEER_L3_ARP ||
	       steer_meta_l4(key->meta) >= STEER_L4_ICMP ||
	       (steer_meta_l3(key->meta) == STEER_L3_IPV4 && key->outer.l3[9] == 51) ||
	       (theirs & T(L2_MASK)) == T(L2_ETHER_MPLS) ||
	       (steer_meta_l3(key->meta) == STEER_L3_IPV6 && key->outer.l3[6] == 135);
}

/* Bytes changed at random: whole packets are what DPDK takes them for. */
static void
test_flipped(void **state)
{
	unsigned int compared = 0;
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 50000; n++) {
		struct steer_key key;
		struct rte_mbuf *m;
		uint32_t theirs;

		make_kind(n % KINDS, &p);
		for (unsigned int i = (unsigned int)rand() % 4; i > 0; i--)
			p.data[12 + (unsigned int)rand() % (p.len - 12)] ^= 1u << rand() % 8;
		m = packet_mbuf(p.data, p.len, NULL, 0);
		theirs = rte_net_get_ptype(m, NULL, OUTER);
		if (parse_fresh(m, STEER_DEPTH_ALL & ~STEER_DEPTH_TUNNEL, &key) &&
		    !told_otherwise(&key, theirs)) {
			compared++;
			if (steer_ptype(m, &key) != theirs)
				fail_msg("%s: %#x, not %#x", packet_name(&p), steer_ptype(m, &key),
					 theirs);
		}
		packet_mbuf_free(m);
	}
	assert_in_range(compared, 5000, 50000);
}

static bool
is_listed(uint32_t ptype)
{
	for (unsigned int i = 0; i < STEER_PTYPES; i++)
		if (steer_ptypes[i] == ptype)
			return true;
	return ptype == 0;
}

/* The list has all types that there are, and no others. */
static void
test_list(void **state)
{
	bool seen[STEER_PTYPES] = { false };
	struct packet p;

	RTE_SET_USED(state);
	assert_int_equal(steer_ptypes[STEER_PTYPES], RTE_PTYPE_UNKNOWN);
	for (unsigned int i = 0; i < RTE_DIM(cases) + KINDS + parse_n_chains; i++) {
		struct rte_mbuf *m;
		uint32_t ptype;

		if (i < RTE_DIM(cases))
			packet_make(&p, cases[i].chain);
		else if (i < RTE_DIM(cases) + KINDS)
			make_kind(i - RTE_DIM(cases), &p);
		else
			packet_make(&p, parse_chains[i - RTE_DIM(cases) - KINDS]);
		m = packet_mbuf(p.data, p.len, NULL, 0);
		ptype = ptype_of(m, STEER_DEPTH_ALL);
		packet_mbuf_free(m);
		for (unsigned int shift = 0; shift < 28; shift += 4) {
			const uint32_t part = ptype & UINT32_C(0xf) << shift;

			assert_true(is_listed(part));
			for (unsigned int k = 0; k < STEER_PTYPES; k++)
				seen[k] |= steer_ptypes[k] == part;
		}
	}
	for (unsigned int k = 0; k < STEER_PTYPES; k++)
		if (!seen[k])
			fail_msg("%#x is never told", steer_ptypes[k]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_oracle),
		cmocka_unit_test(test_tunnel_oracle),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests_name("ptype", tests, NULL, NULL);
}
