/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_flow.h>
#include <rte_memory.h>
#include <rte_vect.h>

#include "steer_easy.h"
#include "steer_engine.h"
#include "steer_plain.h"
#include "steer_ptype.h"
#include "steer_rss_plain.h"
#include "steer_rss_tables.h"

#include "eal.h"
#include "engine_world.h"
#include "parse_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* What is made of plain packets without steer_parse(), steer_rss_hash() and a search, against what
 * those make of them. */

static const enum packet_layer plain_chains[][10] = {
	{ P_ETH, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_UDP, P_PAYLOAD },
	{ P_ETH, P_VLAN, P_IPV4, P_TCP },
	{ P_ETH, P_VLAN, P_IPV6, P_UDP },
	{ P_ETH, P_IPV4, P_UDP },
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_VLAN, P_IPV6, P_UDP, P_VXLAN, P_ETH, P_VLAN, P_IPV6, P_UDP },
};

static const uint32_t depths[] = {
	STEER_DEPTH_L3 | STEER_DEPTH_L4,
	STEER_DEPTH_MAC | STEER_DEPTH_L3 | STEER_DEPTH_L4 | STEER_DEPTH_TCP,
	STEER_DEPTH_ALL & ~STEER_DEPTH_RARE,
	(STEER_DEPTH_ALL & ~STEER_DEPTH_RARE) | STEER_DEPTH_TCP,
	STEER_DEPTH_TUNNEL,
};

/* One of the plain ones, mostly; mostly as it should be. */
static struct rte_mbuf *
random_packet(struct packet *p)
{
	uint32_t cut, len;
	struct rte_mbuf *m;

	if (rand() % 4 != 0)
		packet_make(p, plain_chains[(unsigned int)rand() % RTE_DIM(plain_chains)]);
	else
		packet_make(p, parse_chains[(unsigned int)rand() % parse_n_chains]);
	for (unsigned int i = (unsigned int)rand() % 8; i > 5; i--) {
		const unsigned int at = (unsigned int)rand() % RTE_MIN(p->len, 64u);

		p->data[at] = rand() % 2 ? (uint8_t)rand() : (uint8_t)(p->data[at] ^ 1);
	}
	len = rand() % 8 != 0 ? p->len : (uint32_t)rand() % (p->len + 1);
	cut = (uint32_t)rand() % (p->len + 1);
	m = packet_mbuf(p->data, len, &cut, rand() % 8 == 0);
	if (rand() % 16 == 0)
		m->ol_flags = rand() % 2 ? RTE_MBUF_F_RX_VLAN_STRIPPED :
					   RTE_MBUF_F_RX_QINQ_STRIPPED;
	return m;
}

/* What the key of a plain packet may lack. */
static void
blank_unasked(struct steer_key *key, uint32_t depth)
{
	if (depth & STEER_DEPTH_TCP)
		return;
	if (steer_meta_l4(key->meta) == STEER_L4_TCP)
		memset(key->outer.l4 + 8, EXPECT_UNTOUCHED, 12);
	if (steer_meta_l4(key->meta >> STEER_META_INNER) == STEER_L4_TCP)
		memset(key->inner.l4 + 8, EXPECT_UNTOUCHED, 12);
}

/* @return whether it is plain. */
static bool
compare_key(const struct rte_mbuf *m, uint32_t depth, const struct packet *p)
{
	struct steer_key plain_key, key;
	struct steer_plain plain;

	steer_plain_look(m, depth, &plain);
	memset(&plain_key, EXPECT_UNTOUCHED, sizeof(plain_key));
	if (plain.meta != 0)
		steer_plain_key(&plain, m, depth, &plain_key);
	else if (plain.around == 0 || !steer_plain_vxlan(&plain, m, depth, &plain_key))
		return false;
	assert_true(parse_fresh(m, depth, &key));
	if (plain.meta != 0)
		assert_int_equal(steer_plain_ptype(plain.meta), steer_ptype(m, &key));
	else
		assert_int_equal(steer_plain_vxlan_ptype(plain_key.meta), steer_ptype(m, &key));
	blank_unasked(&key, depth);
	if (memcmp(&plain_key, &key, sizeof(key)) != 0)
		fail_msg("%s: another key, depth %#x", packet_name(p), depth);
	return true;
}

/* @return whether it is easy, and no tunnel that is to be looked into. */
static bool
compare_easy(const struct rte_mbuf *m, uint32_t depth, const struct packet *p)
{
	const uint8_t *eth = rte_pktmbuf_mtod(m, const uint8_t *);
	const struct steer_easy *easy = steer_easy_look(m, eth), *easy6 = steer_easy6_look(m, eth);
	const uint8_t *l4 = eth + (easy != NULL ? STEER_EASY_L4 : STEER_EASY6_L4);
	struct steer_key easy_key, key;

	assert_true(easy == NULL || easy6 == NULL);
	if ((easy == NULL && easy6 == NULL) ||
	    ((depth & STEER_DEPTH_TUNNEL) && steer_easy_is_tunnel(l4)))
		return false;
	memset(&easy_key, EXPECT_UNTOUCHED, sizeof(easy_key));
	assert_true(parse_fresh(m, depth, &key));
	if (easy != NULL) {
		easy_key.meta = easy->meta;
		steer_easy_fill(easy, eth, depth, &easy_key.outer);
		assert_int_equal(easy->ptype, steer_ptype(m, &key));
	} else {
		easy_key.meta = easy6->meta ^ STEER_EASY6_META;
		steer_easy6_fill(easy6, eth, depth, &easy_key.outer);
		assert_int_equal(easy6->ptype ^ STEER_EASY6_PTYPE, steer_ptype(m, &key));
	}
	blank_unasked(&key, depth);
	if (memcmp(&easy_key, &key, sizeof(key)) != 0)
		fail_msg("%s: another key of an easy one, depth %#x", packet_name(p), depth);
	return true;
}

static void
test_key(void **state)
{
	unsigned int n_plain = 0, n_easy = 0;
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 40000; n++) {
		struct rte_mbuf *m = random_packet(&p);

		for (unsigned int i = 0; i < RTE_DIM(depths); i++) {
			n_plain += compare_key(m, depths[i], &p);
			n_easy += compare_easy(m, depths[i], &p);
		}
		packet_mbuf_free(m);
	}
	assert_true(n_plain > 40000);
	assert_true(n_easy > 20000);
}

/* What is said to be filled of easy packets is, and nothing else. */
static void
test_fills(void **state)
{
	struct steer_key low, high;
	const uint8_t *eth;
	struct rte_mbuf *m;
	struct packet p;

	RTE_SET_USED(state);
	packet_make_plain(&p, plain_chains[0]);
	m = packet_mbuf(p.data, p.len, NULL, 0);
	eth = rte_pktmbuf_mtod(m, const uint8_t *);
	memset(&low, 0, sizeof(low));
	memset(&high, UINT8_MAX, sizeof(high));
	low.meta = high.meta = steer_easy_look(m, eth)->meta;
	steer_easy_fill(steer_easy_look(m, eth), eth, STEER_DEPTH_L4, &low.outer);
	steer_easy_fill(steer_easy_look(m, eth), eth, STEER_DEPTH_L4, &high.outer);
	for (unsigned int w = 0; w < STEER_KEY_WORDS; w++) {
		const uint64_t kept = steer_key_words(&low)[w] ^ steer_key_words(&high)[w];

		assert_true(steer_easy_fills(w, ~kept));
		for (uint64_t left = kept; left != 0; left &= left - 1)
			assert_false(steer_easy_fills(w, left & -left));
	}
	packet_mbuf_free(m);
}

static bool
is_easy(const enum packet_layer *chain, uint32_t len, uint32_t depth)
{
	return (chain[1] == P_IPV6 || (chain[1] == P_IPV4 && len >= STEER_EASY_MIN)) &&
	       (chain[3] != P_VXLAN || (depth & STEER_DEPTH_TUNNEL) == 0);
}

/* Those that are meant are; they are not where more is asked for than is told of them. */
static void
test_which(void **state)
{
	static const struct {
		uint32_t depth;
		bool plain;
	} asked[] = {
		{ STEER_DEPTH_L3, false },
		{ STEER_DEPTH_MAC, false },
		{ STEER_DEPTH_L3 | STEER_DEPTH_L4, true },
		{ STEER_DEPTH_TUNNEL, true },
		{ STEER_DEPTH_L4 | STEER_DEPTH_RARE, false },
		{ STEER_DEPTH_L4 | STEER_DEPTH_PACKET, false },
		{ STEER_DEPTH_L4 | STEER_DEPTH_RANDOM, false },
	};
	struct packet p;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(asked); i++)
		assert_int_equal(steer_plain_depth(asked[i].depth), asked[i].plain);
	for (unsigned int c = 0; c < RTE_DIM(plain_chains); c++) {
		struct rte_mbuf *m;

		packet_make_plain(&p, plain_chains[c]);
		m = packet_mbuf(p.data, p.len, NULL, 0);
		for (unsigned int i = 0; i < RTE_DIM(depths); i++) {
			assert_true(compare_key(m, depths[i], &p));
			assert_int_equal(compare_easy(m, depths[i], &p),
					 is_easy(plain_chains[c], p.len, depths[i]));
		}
		packet_mbuf_free(m);
	}
}

/* A tunnel is looked into. */
static void
test_tunnels(void **state)
{
	static const uint16_t ports[] = { STEER_PORT_VXLAN, STEER_PORT_GENEVE, STEER_PORT_VXLAN_GPE,
					  STEER_PORT_GTPU, STEER_PORT_GTPC, STEER_PORT_MPLS };
	unsigned int n_plain = 0;
	struct packet p;

	RTE_SET_USED(state);
	packet_make_plain(&p, plain_chains[6]);
	for (unsigned int port = 0; port <= UINT16_MAX; port++) {
		struct steer_plain plain;
		struct rte_mbuf *m;

		packet_put16(&p, p.at[2] + 2u, (uint16_t)port);
		m = packet_mbuf(p.data, p.len, NULL, 0);
		steer_plain_look(m, STEER_DEPTH_TUNNEL, &plain);
		n_plain += plain.meta != 0;
		assert_int_equal(steer_easy_is_tunnel(p.data + STEER_EASY_L4), plain.meta == 0);
		for (unsigned int i = 0; i < RTE_DIM(ports); i++)
			assert_false(port == ports[i] && plain.meta != 0);
		packet_mbuf_free(m);
	}
	assert_int_equal(n_plain, UINT16_MAX + 1 - RTE_DIM(ports));
}

/* RSS */

static struct steer_rss *
random_rss(enum steer_simd simd)
{
	static const uint64_t types[] = {
		RTE_ETH_RSS_IP, RTE_ETH_RSS_IPV4, RTE_ETH_RSS_IPV6,
		RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP, RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP,
		RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP,
		RTE_ETH_RSS_IP | RTE_ETH_RSS_L3_SRC_ONLY, RTE_ETH_RSS_PORT, RTE_ETH_RSS_VLAN,
		RTE_ETH_RSS_IP | RTE_ETH_RSS_PORT | RTE_ETH_RSS_L4_DST_ONLY,
	};
	static const uint16_t reta[] = { 0 };
	struct steer_rss_conf conf = {
		.func = rand() % 4 != 0 ? RTE_ETH_HASH_FUNCTION_TOEPLITZ :
					  RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ,
		.level = (uint32_t)rand() % 3,
		.types = types[(unsigned int)rand() % RTE_DIM(types)],
		.reta = reta,
		.reta_size = 1,
		.simd = simd,
	};
	struct steer_rss *rss;

	for (unsigned int i = 0; i < sizeof(conf.key); i++)
		conf.key[i] = (uint8_t)rand();
	rss = steer_rss_create(&conf, SOCKET_ID_ANY);
	assert_non_null(rss);
	return rss;
}

static void
compare_hashes(const struct steer_rss *rss, unsigned int n)
{
	uint32_t hash[STEER_RSS_BURST + 1], expected[STEER_RSS_BURST];
	const uint32_t depth = STEER_DEPTH_L4 | STEER_DEPTH_TUNNEL;
	struct steer_rss_inputs inputs = { .longest = 0 };
	struct rte_mbuf *m[STEER_RSS_BURST];
	struct steer_plain plain;
	struct steer_key key;
	struct packet p;

	for (unsigned int i = 0; i < n; i++) {
		m[i] = random_packet(&p);
		steer_plain_look(m[i], depth, &plain);
		steer_rss_inputs_set(&inputs, i, rss, &plain);
		expected[i] = 0;
		if (plain.meta == 0)
			continue;
		parse_fresh(m[i], depth, &key);
		expected[i] = steer_rss_hash(rss, &key);
	}
	steer_rss_inputs_hash(rss, &inputs, n, hash);
	assert_memory_equal(hash, expected, n * sizeof(hash[0]));
	for (unsigned int i = 0; i < n; i++)
		packet_mbuf_free(m[i]);
}

/* Easy packets alone; what is behind a tuple does not matter. */
static void
compare_tuples(const struct steer_rss *rss, unsigned int n)
{
	uint32_t hash[STEER_RSS_BURST + 1], expected[STEER_RSS_BURST];
	struct steer_rss_tuples tuples;
	struct packet p;

	memset(&tuples, rand(), sizeof(tuples));
	for (unsigned int i = 0; i < n; i++) {
		struct steer_key key;
		struct rte_mbuf *m;

		packet_make_plain(&p, plain_chains[rand() % 2]);
		packet_put16(&p, p.at[2], (uint16_t)rand());
		packet_put16(&p, p.at[1] + 12u, (uint16_t)rand());
		m = packet_mbuf(p.data, p.len, NULL, 0);
		memcpy(tuples.tuple[i], p.data + STEER_EASY_TUPLE, STEER_RSS_TUPLE);
		parse_fresh(m, STEER_DEPTH_L4, &key);
		expected[i] = steer_rss_hash(rss, &key);
		packet_mbuf_free(m);
	}
	steer_rss_tuples_hash(rss, &tuples, n, hash);
	assert_memory_equal(hash, expected, n * sizeof(hash[0]));
}

/* What is asked for is taken; else what EAL allows. */
static void
test_simd(void **state)
{
	const bool gfni = steer_toeplitz_gfni_has();
	const uint16_t width = rte_vect_get_max_simd_bitwidth();

	RTE_SET_USED(state);
	assert_true(steer_simd_has(STEER_SIMD_AUTO) && steer_simd_has(STEER_SIMD_OFF));
	assert_int_equal(steer_simd_has(STEER_SIMD_GFNI), gfni);
	assert_false(steer_simd_has((enum steer_simd)(STEER_SIMD_GFNI + 1)));

	assert_int_equal(rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_256), 0);
	assert_int_equal(steer_simd_choose(STEER_SIMD_AUTO),
			 gfni ? STEER_SIMD_GFNI : STEER_SIMD_OFF);
	assert_int_equal(steer_simd_choose(STEER_SIMD_OFF), STEER_SIMD_OFF);
	assert_int_equal(rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_128), 0);
	assert_int_equal(steer_simd_choose(STEER_SIMD_AUTO), STEER_SIMD_OFF);
	assert_int_equal(steer_simd_choose(STEER_SIMD_GFNI), STEER_SIMD_GFNI);
	assert_int_equal(rte_vect_set_max_simd_bitwidth(width), 0);
}

static void
test_hash(void **state)
{
	const enum steer_simd simd = steer_simd_choose(STEER_SIMD_AUTO);
	unsigned int with = 0;

	RTE_SET_USED(state);
	if (simd == STEER_SIMD_OFF)
		print_message("no GFNI here: tables alone are looked at\n");
	/* By turns with the twin that is used elsewhere. */
	for (unsigned int n = 0; n < 2000; n++) {
		struct steer_rss *rss = random_rss(n % 2 == 0 ? simd : STEER_SIMD_OFF);

		assert_int_equal(rss->gfni != NULL, n % 2 == 0 && simd == STEER_SIMD_GFNI);
		with += steer_rss_has_plain(rss);
		if (steer_rss_has_plain(rss)) {
			compare_hashes(rss, 1 + (unsigned int)rand() % STEER_RSS_BURST);
			compare_tuples(rss, 1 + (unsigned int)rand() % STEER_RSS_BURST);
		}
		steer_rss_free(rss);
	}
	assert_in_range(with, 500, 1900);
}

/* The engine */

#define BURST 70

/* What becomes of packets. */
struct outcome {
	uint16_t queue[BURST];
	uint64_t flags[BURST];
	uint32_t ptype[BURST];
	uint32_t hash[BURST];
	struct steer_burst_stats stats;
};

static void
run(struct rte_mbuf **pkts, uint64_t flags, struct outcome *out)
{
	memset(out, 0, sizeof(*out));
	for (unsigned int i = 0; i < BURST; i++) {
		pkts[i]->ol_flags = (pkts[i]->ol_flags & STEER_STRIPPED) | flags;
		pkts[i]->packet_type = RTE_PTYPE_TUNNEL_MASK;
		pkts[i]->hash.rss = 0x55555555;
	}
	steer_engine_burst(engine, 0, 0, pkts, BURST, out->queue, &out->stats);
	for (unsigned int i = 0; i < BURST; i++) {
		out->flags[i] = pkts[i]->ol_flags;
		out->ptype[i] = pkts[i]->packet_type;
		out->hash[i] = pkts[i]->hash.rss;
	}
}

/* A rule that matches nothing has all packets searched for. */
static struct steer_flow *
rule_for_none(void)
{
	const struct rte_flow_item_eth spec = { .hdr.ether_type = RTE_BE16(0x1234) };
	const struct rte_flow_item_eth mask = { .hdr.ether_type = RTE_BE16(0xffff) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_ETH, .spec = &spec, .mask = &mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_attr attr = { .ingress = 1 };
	struct rte_flow_error error;

	return steer_engine_flow_create(engine, &attr, pattern, ACTIONS(QUEUE(1)), &error);
}

static void
test_burst(void **state)
{
	static const uint32_t ptypes[] = { 0, RTE_PTYPE_L2_MASK | RTE_PTYPE_L4_MASK, UINT32_MAX };
	struct steer_rss_conf conf = world_rss(WORLD_QUEUES);
	struct rte_mbuf *pkts[BURST];
	struct outcome without, with;
	struct packet p;

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_configure(engine, WORLD_QUEUES, 1), 0);
	for (unsigned int n = 0; n < 200; n++) {
		const uint64_t flags = rand() % 2 ? RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_RSS_HASH : 0;
		struct steer_flow *flow;

		conf.types = rand() % 2 ? RTE_ETH_RSS_IP : RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP;
		conf.level = (uint32_t)rand() % 3;
		assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
		steer_engine_ptypes(engine, ptypes[(unsigned int)rand() % RTE_DIM(ptypes)]);
		for (unsigned int i = 0; i < BURST; i++)
			pkts[i] = random_packet(&p);
		steer_engine_settle(engine);
		run(pkts, flags, &without);
		flow = rule_for_none();
		assert_non_null(flow);
		run(pkts, flags, &with);
		assert_memory_equal(&without, &with, sizeof(with));
		assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
		for (unsigned int i = 0; i < BURST; i++)
			packet_mbuf_free(pkts[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_fills),
		cmocka_unit_test(test_which),
		cmocka_unit_test(test_tunnels),
		cmocka_unit_test(test_simd),
		cmocka_unit_test(test_hash),
		cmocka_unit_test_setup_teardown(test_burst, world_begin, world_end),
	};

	srand(1);
	return cmocka_run_group_tests_name("plain", tests, test_eal_begin, test_eal_end);
}
