/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* RSS over more than addresses and ports: what of a packet each type hashes. */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "gen_packet.h"
#include "packet.h"
#include "ref_rss.h"
#include "rss_ref.h"
#include "steer_parse.h"
#include "steer_rss.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define T(name) RTE_ETH_RSS_##name
#define PIECES 8

static const uint16_t one_queue[1];

static const enum rte_eth_hash_function functions[] = {
	RTE_ETH_HASH_FUNCTION_TOEPLITZ,
	RTE_ETH_HASH_FUNCTION_SIMPLE_XOR,
	RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ,
	STEER_HASH_FUNCTION_SORT,
};

static struct steer_rss_conf
conf_make(enum rte_eth_hash_function func, uint64_t types, uint32_t level)
{
	struct steer_rss_conf conf = {
		.func = func, .types = types, .level = level, .reta = one_queue, .reta_size = 1,
	};

	memcpy(conf.key, steer_rss_default_key, sizeof(conf.key));
	return conf;
}

static struct steer_rss *
rss_make(enum rte_eth_hash_function func, uint64_t types, uint32_t level)
{
	const struct steer_rss_conf conf = conf_make(func, types, level);
	struct steer_rss *rss = steer_rss_create(&conf, SOCKET_ID_ANY);

	assert_non_null(rss);
	return rss;
}

/* Parsed no deeper than the context asks for. What is absent is full of ones. */
static uint32_t
hash_mbuf(const struct steer_rss *rss, const struct rte_mbuf *m)
{
	struct steer_key key;

	memset(&key, 0xff, sizeof(key));
	steer_parse(m, steer_rss_depth(rss), &key);
	return steer_rss_hash(rss, &key);
}

static uint32_t
hash_packet(const struct steer_rss *rss, const struct packet *p)
{
	struct rte_mbuf *m = packet_mbuf(p->data, p->len, NULL, 0);
	const uint32_t hash = hash_mbuf(rss, m);

	packet_mbuf_free(m);
	return hash;
}

/* Some bytes of a layer; of the first and of the last one these bits. */
struct piece {
	unsigned int layer;
	int off;
	unsigned int len;
	uint8_t first;
	uint8_t last;
};

#define WHOLE(layer, off, len) { layer, off, len, 0xff, 0xff }
#define VID(layer) { layer, 0, 2, 0x0f, 0xff }
#define LABEL(layer) { layer, 0, 3, 0xff, 0xf0 }
#define MACS WHOLE(0, 6, 6), WHOLE(0, 0, 6)
#define ADDR4(layer) WHOLE(layer, 12, 8)
#define ADDR6(layer) WHOLE(layer, 8, 32)
#define PREFIX(layer, len) WHOLE(layer, 8, len), WHOLE(layer, 24, len)

/* A tag begins with its TCI; the type of a layer stands at the end of the one before. */
static const struct {
	enum packet_layer chain[PACKET_LAYERS];
	uint64_t types;
	uint32_t level;
	struct piece pieces[PIECES];
} cases[] = {
	{ { P_ETH, P_PAYLOAD }, T(ETH), 0, { MACS } },
	{ { P_ETH, P_VLAN, P_IPV4, P_TCP }, T(ETH), 1, { MACS } },
	{ { P_ETH, P_PAYLOAD }, T(ETH) | T(L2_SRC_ONLY), 0, { WHOLE(0, 6, 6) } },
	{ { P_ETH, P_PAYLOAD }, T(ETH) | T(L2_DST_ONLY), 0, { WHOLE(0, 0, 6) } },
	{ { P_ETH, P_PAYLOAD }, T(ETH) | T(L2_DST_ONLY) | T(L2_SRC_ONLY), 0, { MACS } },
	{ { P_ETH, P_IPV4, P_TCP }, T(ETH) | T(NONFRAG_IPV4_TCP), 0,
	  { MACS, ADDR4(1), WHOLE(2, 0, 4) } },
	{ { P_ETH, P_IPV4, P_UDP }, T(ETH) | T(NONFRAG_IPV4_TCP), 0, { MACS } },
	{ { P_ETH, P_IPV6, P_UDP }, T(ETH) | T(IPV6), 0, { MACS, ADDR6(1) } },
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP }, T(ETH), 2,
	  { WHOLE(4, 6, 6), WHOLE(4, 0, 6) } },
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_ARP }, T(ETH), 2, { MACS } },

	{ { P_ETH, P_VLAN, P_IPV4, P_TCP }, T(C_VLAN), 0, { VID(1) } },
	{ { P_ETH, P_VLAN, P_IPV4, P_TCP }, T(S_VLAN), 0, { } },
	{ { P_ETH, P_QINQ, P_VLAN, P_IPV4, P_TCP }, T(S_VLAN), 0, { VID(1) } },
	{ { P_ETH, P_QINQ, P_VLAN, P_IPV4, P_TCP }, T(C_VLAN), 0, { VID(2) } },
	{ { P_ETH, P_QINQ, P_VLAN, P_ARP }, T(C_VLAN) | T(S_VLAN), 0, { VID(1), VID(2) } },
	{ { P_ETH, P_IPV4, P_TCP }, T(C_VLAN) | T(S_VLAN), 0, { } },

	{ { P_ETH, P_PAYLOAD }, T(L2_PAYLOAD), 0, { WHOLE(0, 12, 2) } },
	{ { P_ETH, P_ARP }, T(L2_PAYLOAD), 0, { WHOLE(0, 12, 2) } },
	{ { P_ETH, P_VLAN, P_ARP }, T(L2_PAYLOAD), 0, { WHOLE(2, -2, 2) } },
	{ { P_ETH, P_QINQ, P_VLAN, P_PAYLOAD }, T(L2_PAYLOAD), 0, { WHOLE(3, -2, 2) } },
	{ { P_ETH, P_IPV4, P_TCP }, T(L2_PAYLOAD), 0, { } },
	{ { P_ETH, P_IPV6, P_PAYLOAD }, T(L2_PAYLOAD), 0, { } },

	{ { P_ETH, P_PPPOE, P_PPP, P_IPV4, P_UDP }, T(PPPOE), 0, { WHOLE(1, 2, 2) } },
	{ { P_ETH, P_PPPOE, P_PPP, P_IPV4, P_UDP }, T(PPPOE) | T(IPV4), 0,
	  { WHOLE(1, 2, 2), ADDR4(3) } },
	{ { P_ETH, P_PPPOED, P_PAYLOAD }, T(PPPOE), 0, { } },
	{ { P_ETH, P_LABEL, P_LAST_LABEL, P_IPV4, P_UDP }, T(MPLS), 0, { LABEL(1), LABEL(2) } },
	{ { P_ETH, P_LAST_LABEL, P_PAYLOAD }, T(MPLS), 0, { LABEL(1) } },

	{ { P_ETH, P_IPV6, P_UDP }, T(IPV6) | T(L3_PRE32), 0, { PREFIX(1, 4) } },
	{ { P_ETH, P_IPV6, P_UDP }, T(IPV6) | T(L3_PRE40), 0, { PREFIX(1, 5) } },
	{ { P_ETH, P_IPV6, P_UDP }, T(IPV6) | T(L3_PRE48), 0, { PREFIX(1, 6) } },
	{ { P_ETH, P_IPV6, P_UDP }, T(IPV6) | T(L3_PRE56), 0, { PREFIX(1, 7) } },
	{ { P_ETH, P_IPV6, P_UDP }, T(NONFRAG_IPV6_UDP) | T(L3_PRE64), 0,
	  { PREFIX(1, 8), WHOLE(2, 0, 4) } },
	{ { P_ETH, P_IPV6, P_UDP }, T(IPV6) | T(L3_PRE96) | T(L3_DST_ONLY), 0,
	  { WHOLE(1, 24, 12) } },
	{ { P_ETH, P_IPV4, P_UDP }, T(IPV4) | T(IPV6) | T(L3_PRE32), 0, { ADDR4(1) } },
	{ { P_ETH, P_IPV4, P_UDP }, T(IPV4_CHKSUM), 0, { WHOLE(1, 10, 2) } },
	{ { P_ETH, P_IPV6, P_UDP }, T(IPV4_CHKSUM), 0, { } },

	{ { P_ETH, P_IPV4, P_AUTH, P_UDP }, T(AH), 0, { WHOLE(2, 4, 4) } },
	{ { P_ETH, P_IPV6, P_AUTH, P_TCP }, T(AH) | T(IPV6), 0, { ADDR6(1), WHOLE(2, 4, 4) } },
	{ { P_ETH, P_IPV4, P_TCP }, T(L4_CHKSUM), 0, { WHOLE(2, 16, 2) } },
	{ { P_ETH, P_IPV6, P_UDP }, T(L4_CHKSUM), 0, { WHOLE(2, 6, 2) } },
	{ { P_ETH, P_IPV4, P_SCTP }, T(L4_CHKSUM) | T(NONFRAG_IPV4_SCTP), 0,
	  { ADDR4(1), WHOLE(2, 0, 4), WHOLE(2, 8, 4) } },
	{ { P_ETH, P_IPV4, P_ICMP }, T(L4_CHKSUM), 0, { } },
	{ { P_ETH, P_IPV4, P_ESP }, T(ESP), 0, { WHOLE(2, 0, 4) } },
	{ { P_ETH, P_IPV6, P_ESP }, T(ESP) | T(IPV6), 0, { ADDR6(1), WHOLE(2, 0, 4) } },
	{ { P_ETH, P_IPV4, P_UDP, P_UDP_ESP }, T(ESP), 0, { WHOLE(3, 0, 4) } },
	{ { P_ETH, P_IPV6, P_L2TPV3 }, T(L2TPV3), 0, { WHOLE(2, 0, 4) } },
	{ { P_ETH, P_IPV4, P_UDP, P_PFCP_SEID }, T(PFCP), 0, { WHOLE(3, 4, 8) } },

	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP }, T(VXLAN), 0,
	  { WHOLE(3, 4, 3) } },
	{ { P_ETH, P_IPV4, P_UDP, P_GPE, P_IPV4, P_TCP }, T(VXLAN), 1, { WHOLE(3, 4, 3) } },
	{ { P_ETH, P_IPV6, P_UDP, P_GENEVE_OPT, P_ETH, P_IPV4, P_TCP }, T(GENEVE), 2,
	  { WHOLE(3, 4, 3) } },
	{ { P_ETH, P_IPV4, P_GRE_KEY, P_ETH, P_IPV4, P_TCP }, T(NVGRE), 0, { WHOLE(2, 4, 3) } },
	{ { P_ETH, P_IPV4, P_GRE_KEY, P_IPV4, P_TCP }, T(NVGRE), 0, { } },
	{ { P_ETH, P_IPV4, P_UDP, P_GTPU, P_IPV4, P_TCP }, T(GTPU), 1, { WHOLE(3, 4, 4) } },
	{ { P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_IPV4, P_TCP }, T(GTPU) | T(IPV4), 2,
	  { ADDR4(5), WHOLE(3, 4, 4) } },
	{ { P_ETH, P_IPV4, P_UDP, P_GTPC, P_PAYLOAD }, T(GTPU), 0, { } },
	{ { P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV6, P_UDP },
	  T(VXLAN) | T(NONFRAG_IPV6_UDP), 2, { ADDR6(5), WHOLE(6, 0, 4), WHOLE(3, 4, 3) } },
	{ { P_ETH, P_IPV4, P_UDP }, T(VXLAN) | T(GENEVE) | T(GTPU) | T(NVGRE), 0, { } },
	/* Longer than the key. */
	{ { P_ETH, P_QINQ, P_VLAN, P_IPV6, P_UDP },
	  T(ETH) | T(S_VLAN) | T(C_VLAN) | T(NONFRAG_IPV6_UDP) | T(L4_CHKSUM), 0,
	  { MACS, VID(1), VID(2), ADDR6(3), WHOLE(4, 0, 4), WHOLE(4, 6, 2) } },
};

/* The input, by hand. @return its length; *words: what the XOR of it is. */
static unsigned int
gather(const struct packet *p, const struct piece *pieces, uint8_t *in, uint32_t *words)
{
	unsigned int len = 0;

	*words = 0;
	for (; pieces->len != 0; pieces++) {
		uint8_t *piece = in + len;

		memcpy(piece, p->data + p->at[pieces->layer] + pieces->off, pieces->len);
		piece[0] &= pieces->first;
		piece[pieces->len - 1] &= pieces->last;
		for (unsigned int i = 0; i < pieces->len; i++)
			*words ^= (uint32_t)piece[i] << (24 - i % 4 * 8);
		len += pieces->len;
	}
	return len;
}

static void
test_cases(void **state)
{
	uint8_t key[256];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < sizeof(key); i++)
		key[i] = steer_rss_default_key[i % STEER_RSS_KEY_LEN];
	for (unsigned int c = 0; c < RTE_DIM(cases); c++) {
		struct steer_rss *plain = rss_make(functions[0], cases[c].types, cases[c].level);
		struct steer_rss *xor = rss_make(functions[1], cases[c].types, cases[c].level);

		for (unsigned int n = 0; n < 20; n++) {
			struct packet p;
			uint8_t in[128];
			uint32_t words, want;
			unsigned int len;

			packet_make(&p, cases[c].chain);
			len = gather(&p, cases[c].pieces, in, &words);
			want = rss_ref_toeplitz(key, in, len);
			if (hash_packet(plain, &p) != want)
				fail_msg("case %u, %s: types %#lx", c, packet_name(&p),
					 (unsigned long)cases[c].types);
			if (hash_packet(xor, &p) != words)
				fail_msg("case %u, %s: XOR, types %#lx", c, packet_name(&p),
					 (unsigned long)cases[c].types);
		}
		steer_rss_free(plain);
		steer_rss_free(xor);
	}
}

/* Both directions of a flow hash alike, MAC addresses too. */
static void
test_symmetric(void **state)
{
	const enum packet_layer chain[] = { P_ETH, P_IPV4, P_TCP, P_END };
	const uint64_t types = T(ETH) | T(NONFRAG_IPV4_TCP);

	RTE_SET_USED(state);
	for (unsigned int f = 2; f < RTE_DIM(functions); f++) {
		struct steer_rss *rss = rss_make(functions[f], types, 0);
		struct packet p, back;

		for (unsigned int n = 0; n < 100; n++) {
			packet_make(&p, chain);
			back = p;
			memcpy(back.data, p.data + 6, 6);
			memcpy(back.data + 6, p.data, 6);
			memcpy(back.data + p.at[1] + 12, p.data + p.at[1] + 16, 4);
			memcpy(back.data + p.at[1] + 16, p.data + p.at[1] + 12, 4);
			memcpy(back.data + p.at[2], p.data + p.at[2] + 2, 2);
			memcpy(back.data + p.at[2] + 2, p.data + p.at[2], 2);
			assert_int_equal(hash_packet(rss, &p), hash_packet(rss, &back));
			back.data[0] ^= 1;
			assert_int_not_equal(hash_packet(rss, &p), hash_packet(rss, &back));
		}
		steer_rss_free(rss);
	}
}

/* Of all fragments of a packet the same is hashed. */
static void
test_fragments(void **state)
{
	const enum packet_layer chains[][5] = {
		{ P_ETH, P_IPV4_FIRST, P_UDP, P_PAYLOAD, P_END },
		{ P_ETH, P_IPV4_FIRST, P_ESP, P_PAYLOAD, P_END },
	};
	const uint64_t types = T(IPV4) | T(L4_CHKSUM) | T(ESP) | T(AH) | T(PFCP) | T(VXLAN) |
			       T(PORT);
	struct steer_rss *rss = rss_make(functions[0], types, 0);

	RTE_SET_USED(state);
	for (unsigned int c = 0; c < RTE_DIM(chains); c++) {
		struct packet p;
		uint32_t hash;

		packet_make(&p, chains[c]);
		hash = rss_ref_toeplitz(steer_rss_default_key, p.data + p.at[1] + 12, 8);
		assert_int_equal(hash_packet(rss, &p), hash);
		packet_put16(&p, p.at[1] + 6, 0x0001);
		packet_put16(&p, p.at[1] + 10, 0x1234);
		assert_int_equal(hash_packet(rss, &p), hash);
	}
	steer_rss_free(rss);
}

/*
 * Some applications ask any port for all of these and compute the hash of TCP and UDP themselves:
 * what the types add is for other packets, and the others go the short way.
 */
static void
test_common(void **state)
{
	const uint64_t all = RTE_ETH_RSS_PROTO_MASK & STEER_RSS_TYPES_PORT;
	const uint64_t tuple = all & STEER_RSS_TYPES_TUPLE & ~RTE_ETH_RSS_PORT;
	struct steer_rss *rss = rss_make(functions[0], all, 0);
	struct steer_rss *bare = rss_make(functions[0], tuple, 0);
	const enum packet_layer chains[][4] = {
		{ P_ETH, P_IPV4, P_TCP, P_END }, { P_ETH, P_IPV4, P_UDP, P_END },
		{ P_ETH, P_IPV6, P_TCP, P_END }, { P_ETH, P_IPV6, P_UDP, P_END },
		{ P_ETH, P_IPV4, P_SCTP, P_END }, { P_ETH, P_IPV4, P_ICMP, P_END },
	};

	RTE_SET_USED(state);
	assert_int_equal(all & ~tuple, T(L2_PAYLOAD) | T(PORT) | T(VXLAN) | T(GENEVE) | T(NVGRE) |
					       T(MPLS));
	for (unsigned int c = 0; c < RTE_DIM(chains); c++) {
		struct packet p;
		struct steer_key key = { 0 };
		struct rte_mbuf *m;

		packet_make(&p, chains[c]);
		assert_int_equal(hash_packet(rss, &p), hash_packet(bare, &p));
		m = packet_mbuf(p.data, p.len, NULL, 0);
		steer_parse(m, steer_rss_depth(rss), &key);
		assert_int_equal(steer_rss_plan_fields(rss->plan, &key, false),
				 bare->fields[STEER_META_KIND(key.meta)]);
		packet_mbuf_free(m);
	}
	steer_rss_free(bare);
	steer_rss_free(rss);
}

/* All that there is, at once: within bounds. */
static void
test_longest(void **state)
{
	RTE_SET_USED(state);
	for (uint32_t level = 0; level <= 2; level++) {
		struct steer_rss *rss = rss_make(functions[0],
						 STEER_RSS_TYPES & ~STEER_RSS_TYPES_PREFIX, level);

		assert_in_range(steer_rss_plan_input(rss->plan), 80, STEER_RSS_INPUT_MAX);
		steer_rss_free(rss);
	}
}

static struct rte_mbuf *
mbuf_of(const struct gen_packet *p)
{
	struct rte_mbuf *m = packet_mbuf(p->data, p->len, NULL, 0);

	m->ol_flags |= p->ol_flags;
	m->vlan_tci = p->vlan_tci;
	m->vlan_tci_outer = p->vlan_tci_outer;
	return m;
}

/* Each type alone, with every function, at every level, against the reference. */
static void
test_reference(void **state)
{
	struct gen_random r = { .state = 20261121 };
	struct ref_rss ref = { 0 };

	RTE_SET_USED(state);
	ref_rss_set_key(&ref, steer_rss_default_key, STEER_RSS_KEY_LEN);
	for (unsigned int n = 0; n < 64 * 3 * RTE_DIM(functions); n++) {
		struct steer_rss *rss;

		ref.func = functions[n / (64 * 3)];
		ref.level = n / 64 % 3;
		ref.types = RTE_BIT64(n % 64) & STEER_RSS_TYPES;
		if (ref.types & STEER_RSS_TYPES_LESS)
			ref.types |= T(ETH) | T(IPV6) | T(NONFRAG_IPV4_TCP);
		if (ref.types == 0)
			continue;
		rss = rss_make(ref.func, ref.types, ref.level);
		for (unsigned int i = 0; i < 60; i++) {
			struct gen_packet p;
			struct ref_packet decoded;
			struct ref_input in;
			struct rte_mbuf *m;

			gen_packet_any(&r, &p);
			in = gen_input(&p);
			ref_decode(&in, &decoded);
			m = mbuf_of(&p);
			if (hash_mbuf(rss, m) != ref_rss_hash(&ref, &decoded))
				fail_msg("func %d, level %u, types %#lx", ref.func, ref.level,
					 (unsigned long)ref.types);
			packet_mbuf_free(m);
		}
		steer_rss_free(rss);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_symmetric),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_reference),
	};

	return cmocka_run_group_tests_name("rss_types", tests, test_eal_begin, test_eal_end);
}
