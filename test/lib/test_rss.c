/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <arpa/inet.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_memory.h>
#include <rte_random.h>
#include <rte_thash.h>

#include "steer_rss.h"

#include "eal.h"
#include "rss_ref.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define IPV4_TCP RTE_ETH_RSS_NONFRAG_IPV4_TCP
#define IPV6_TCP RTE_ETH_RSS_NONFRAG_IPV6_TCP

static const enum rte_eth_hash_function functions[] = {
	RTE_ETH_HASH_FUNCTION_DEFAULT,
	RTE_ETH_HASH_FUNCTION_TOEPLITZ,
	RTE_ETH_HASH_FUNCTION_SIMPLE_XOR,
	RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ,
	STEER_HASH_FUNCTION_SORT,
};

static const uint16_t one_queue[1];

static struct steer_rss_conf
conf_make(enum rte_eth_hash_function func, uint64_t types, uint32_t level)
{
	struct steer_rss_conf conf = {
		.func = func,
		.types = types,
		.level = level,
		.reta = one_queue,
		.reta_size = 1,
	};

	memcpy(conf.key, steer_rss_default_key, sizeof(conf.key));
	return conf;
}

static struct steer_rss_conf
conf_toeplitz(uint64_t types)
{
	return conf_make(RTE_ETH_HASH_FUNCTION_TOEPLITZ, types, 0);
}

static struct steer_rss *
rss_make(const struct steer_rss_conf *conf)
{
	struct steer_rss *rss = steer_rss_create(conf, SOCKET_ID_ANY);

	assert_non_null(rss);
	return rss;
}

static uint32_t
rss_hash(const struct steer_rss *rss, const struct rss_packet *p)
{
	struct steer_key key;

	rss_packet_key(p, &key);
	return steer_rss_hash(rss, &key);
}

/* The hash of one packet in a context made for it alone. */
static uint32_t
hash_once(const struct steer_rss_conf *conf, const struct rss_packet *p)
{
	struct steer_rss *rss = rss_make(conf);
	const uint32_t hash = rss_hash(rss, p);

	steer_rss_free(rss);
	return hash;
}

/* A packet with addresses and ports of which none is equal or zero. */
static struct rss_packet
packet_make(enum steer_l3 l3, enum steer_l4 l4)
{
	struct rss_packet p = {
		.outer = { .l3 = l3, .l4 = l4, .sport = 0x1234, .dport = 0x5678 },
	};

	for (uint8_t i = 0; i < 16; i++) {
		p.outer.src[i] = 0x10 + i;
		p.outer.dst[i] = 0xa1 + 3 * i;
	}
	return p;
}

/* Microsoft's verification suite for RSS, as app/test/test_thash.c of DPDK has it. */
static const struct {
	int family;
	const char *src;
	const char *dst;
	uint16_t sport;
	uint16_t dport;
	uint32_t hash_ip;
	uint32_t hash_tcp;
} vectors[] = {
	{ AF_INET, "66.9.149.187", "161.142.100.80", 2794, 1766, 0x323e8fc2, 0x51ccc178 },
	{ AF_INET, "199.92.111.2", "65.69.140.83", 14230, 4739, 0xd718262a, 0xc626b0ea },
	{ AF_INET, "24.19.198.95", "12.22.207.184", 12898, 38024, 0xd2d0a5de, 0x5c2b394a },
	{ AF_INET, "38.27.205.30", "209.142.163.6", 48228, 2217, 0x82989176, 0xafc7327f },
	{ AF_INET, "153.39.163.191", "202.188.127.2", 44251, 1303, 0x5d1809c5, 0x10e828a2 },
	{ AF_INET6, "3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1", 2794, 1766,
	  0x2cc18cd5, 0x40207d3d },
	{ AF_INET6, "3ffe:501:8::260:97ff:fe40:efab", "ff02::1", 14230, 4739,
	  0x0f0c461c, 0xdde51bbf },
	{ AF_INET6, "3ffe:1900:4545:3:200:f8ff:fe21:67cf", "fe80::200:f8ff:fe21:67cf", 44251, 38024,
	  0x4b61e985, 0x02d1feef },
};

static void
test_vectors(void **state)
{
	const struct steer_rss_conf conf_ip = conf_toeplitz(RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_IPV6);
	const struct steer_rss_conf conf_tcp = conf_toeplitz(IPV4_TCP | IPV6_TCP);

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(vectors); i++) {
		struct rss_packet p = { .outer = {
			.l3 = vectors[i].family == AF_INET ? STEER_L3_IPV4 : STEER_L3_IPV6,
			.l4 = STEER_L4_TCP,
			.sport = vectors[i].sport,
			.dport = vectors[i].dport,
		} };

		assert_int_equal(inet_pton(vectors[i].family, vectors[i].src, p.outer.src), 1);
		assert_int_equal(inet_pton(vectors[i].family, vectors[i].dst, p.outer.dst), 1);
		assert_int_equal(hash_once(&conf_ip, &p), vectors[i].hash_ip);
		assert_int_equal(hash_once(&conf_tcp, &p), vectors[i].hash_tcp);
	}
}

/* The tables against DPDK's slow hash, which takes words in the host's order. */
static void
test_softrss(void **state)
{
	static steer_toeplitz_row t[STEER_TOEPLITZ_INPUT];
	uint8_t key[STEER_RSS_KEY_LEN], in[STEER_TOEPLITZ_INPUT];
	uint32_t words[STEER_TOEPLITZ_INPUT / 4];

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 200; n++) {
		rss_random_bytes(key, sizeof(key));
		rss_random_bytes(in, sizeof(in));
		steer_toeplitz_init(t, RTE_DIM(t), key);
		for (unsigned int i = 0; i < RTE_DIM(words); i++) {
			memcpy(&words[i], in + 4 * i, 4);
			words[i] = rte_be_to_cpu_32(words[i]);
		}
		for (unsigned int i = 0; i <= RTE_DIM(words); i++)
			assert_int_equal(steer_toeplitz(t, in, 0, 4 * i),
					rte_softrss(words, i, key));
	}
}

/* Any length, and a hash put together from pieces. */
static void
test_pieces(void **state)
{
	static steer_toeplitz_row t[STEER_TOEPLITZ_INPUT];
	uint8_t key[STEER_RSS_KEY_LEN], in[STEER_TOEPLITZ_INPUT];

	RTE_SET_USED(state);
	rss_random_bytes(key, sizeof(key));
	rss_random_bytes(in, sizeof(in));
	steer_toeplitz_init(t, RTE_DIM(t), key);
	for (unsigned int len = 0; len <= sizeof(in); len++) {
		const uint32_t hash = rss_ref_toeplitz(key, in, len);

		for (unsigned int cut = 0; cut <= len; cut++)
			assert_int_equal(steer_toeplitz(t, in, 0, cut) ^
							 steer_toeplitz(t, in + cut, cut,
									 len - cut),
					hash);
	}
}

/* Every type alone, with every function, at every level, with every kind of packet. */
static void
test_each_type(void **state)
{
	struct rss_packet p;

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 64 * 3 * RTE_DIM(functions); n++) {
		const uint64_t type = RTE_BIT64(n % 64);
		const struct steer_rss_conf conf = conf_make(
				functions[n / (64 * 3)], type & STEER_RSS_TYPES_TUPLE, n / 64 % 3);
		struct steer_rss *rss = rss_make(&conf);

		for (unsigned int i = 0; i < 200; i++) {
			rss_packet_random(&p);
			assert_int_equal(rss_hash(rss, &p), rss_ref_hash(&conf, &p));
		}
		steer_rss_free(rss);
	}
}

/* Any types together, and any key. */
static void
test_any_types(void **state)
{
	struct rss_packet p;

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 2000; n++) {
		struct steer_rss_conf conf = conf_make(functions[rte_rand_max(RTE_DIM(functions))],
				rte_rand() & STEER_RSS_TYPES_TUPLE, rte_rand_max(3));
		struct steer_rss *rss;

		if (rte_rand_max(2) == 0)
			conf.types &= rte_rand() & rte_rand();
		rss_random_bytes(conf.key, sizeof(conf.key));
		rss = rss_make(&conf);
		for (unsigned int i = 0; i < 100; i++) {
			rss_packet_random(&p);
			assert_int_equal(rss_hash(rss, &p), rss_ref_hash(&conf, &p));
		}
		steer_rss_free(rss);
	}
}

/* What enters the hash, told by which changes of the packet change it. */
#define SRC RTE_BIT32(0)
#define DST RTE_BIT32(1)
#define SPORT RTE_BIT32(2)
#define DPORT RTE_BIT32(3)

static uint32_t
fields_in_hash(const struct steer_rss_conf *conf, enum steer_l3 l3, enum steer_l4 l4, bool frag)
{
	struct rss_packet p[5];
	uint32_t fields = 0;

	for (unsigned int i = 0; i < RTE_DIM(p); i++) {
		p[i] = packet_make(l3, l4);
		p[i].outer.frag = frag;
	}
	p[1].outer.src[3] ^= 0x40;
	p[2].outer.dst[0] ^= 0x01;
	p[3].outer.sport ^= 0x8000;
	p[4].outer.dport ^= 0x0001;
	for (unsigned int i = 1; i < RTE_DIM(p); i++) {
		if (hash_once(conf, &p[i]) != hash_once(conf, &p[0]))
			fields |= RTE_BIT32(i - 1);
	}
	/* Nothing in it: 0 and not just anything. */
	assert_true(fields != 0 || hash_once(conf, &p[0]) == 0);
	return fields;
}

static const struct {
	uint64_t types;
	enum steer_l3 l3;
	enum steer_l4 l4;
	bool frag;
	uint32_t fields;
} fields_cases[] = {
	{ 0, STEER_L3_IPV4, STEER_L4_TCP, false, 0 },
	{ RTE_ETH_RSS_IPV4, STEER_L3_IPV4, STEER_L4_TCP, false, SRC | DST },
	{ RTE_ETH_RSS_IPV4, STEER_L3_IPV4, STEER_L4_NONE, false, SRC | DST },
	{ RTE_ETH_RSS_IPV4, STEER_L3_IPV4, STEER_L4_UDP, true, SRC | DST },
	{ RTE_ETH_RSS_IPV4, STEER_L3_IPV6, STEER_L4_TCP, false, 0 },
	{ RTE_ETH_RSS_IPV4, STEER_L3_ARP, STEER_L4_NONE, false, 0 },
	{ RTE_ETH_RSS_IPV6_EX, STEER_L3_IPV6, STEER_L4_ICMP6, false, SRC | DST },
	{ IPV4_TCP, STEER_L3_IPV4, STEER_L4_TCP, false, SRC | DST | SPORT | DPORT },
	{ IPV4_TCP, STEER_L3_IPV4, STEER_L4_TCP, true, 0 },
	{ IPV4_TCP, STEER_L3_IPV4, STEER_L4_UDP, false, 0 },
	{ IPV4_TCP | RTE_ETH_RSS_FRAG_IPV4, STEER_L3_IPV4, STEER_L4_TCP, true, SRC | DST },
	{ IPV4_TCP | RTE_ETH_RSS_NONFRAG_IPV4_OTHER, STEER_L3_IPV4, STEER_L4_UDP, false, 0 },
	{ RTE_ETH_RSS_NONFRAG_IPV4_OTHER, STEER_L3_IPV4, STEER_L4_ICMP, false, SRC | DST },
	{ RTE_ETH_RSS_NONFRAG_IPV4_OTHER, STEER_L3_IPV4, STEER_L4_NONE, true, 0 },
	{ RTE_ETH_RSS_IPV6_UDP_EX, STEER_L3_IPV6, STEER_L4_UDP, false, SRC | DST | SPORT | DPORT },
	{ RTE_ETH_RSS_IPV6_UDP_EX, STEER_L3_IPV6, STEER_L4_TCP, false, 0 },
	{ IPV4_TCP | RTE_ETH_RSS_L3_SRC_ONLY, STEER_L3_IPV4, STEER_L4_TCP, false,
	  SRC | SPORT | DPORT },
	{ IPV4_TCP | RTE_ETH_RSS_L3_DST_ONLY, STEER_L3_IPV4, STEER_L4_TCP, false,
	  DST | SPORT | DPORT },
	{ IPV6_TCP | RTE_ETH_RSS_L4_SRC_ONLY, STEER_L3_IPV6, STEER_L4_TCP, false,
	  SRC | DST | SPORT },
	{ IPV6_TCP | RTE_ETH_RSS_L4_DST_ONLY, STEER_L3_IPV6, STEER_L4_TCP, false,
	  SRC | DST | DPORT },
	{ IPV6_TCP | RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L4_DST_ONLY, STEER_L3_IPV6, STEER_L4_TCP,
	  false, SRC | DPORT },
	{ IPV6_TCP | RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L3_DST_ONLY, STEER_L3_IPV6, STEER_L4_TCP,
	  false, SRC | DST | SPORT | DPORT },
	{ IPV6_TCP | RTE_ETH_RSS_L4_SRC_ONLY | RTE_ETH_RSS_L4_DST_ONLY, STEER_L3_IPV6, STEER_L4_TCP,
	  false, SRC | DST | SPORT | DPORT },
	{ RTE_ETH_RSS_L3_SRC_ONLY, STEER_L3_IPV4, STEER_L4_TCP, false, 0 },
	{ RTE_ETH_RSS_PORT, STEER_L3_IPV4, STEER_L4_TCP, false, SPORT | DPORT },
	{ RTE_ETH_RSS_PORT, STEER_L3_IPV6, STEER_L4_SCTP, false, SPORT | DPORT },
	{ RTE_ETH_RSS_PORT, STEER_L3_IPV4, STEER_L4_UDP, true, 0 },
	{ RTE_ETH_RSS_PORT, STEER_L3_IPV6, STEER_L4_ICMP6, false, 0 },
	{ RTE_ETH_RSS_PORT | RTE_ETH_RSS_IPV4, STEER_L3_IPV4, STEER_L4_UDP, false,
	  SRC | DST | SPORT | DPORT },
	{ RTE_ETH_RSS_PORT | IPV4_TCP | RTE_ETH_RSS_L4_DST_ONLY, STEER_L3_IPV4, STEER_L4_TCP, false,
	  SRC | DST | DPORT },
};

static void
test_fields(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(fields_cases); i++) {
		for (unsigned int f = 0; f < RTE_DIM(functions); f++) {
			const struct steer_rss_conf conf =
					conf_make(functions[f], fields_cases[i].types, 0);

			assert_int_equal(fields_in_hash(&conf, fields_cases[i].l3,
							 fields_cases[i].l4, fields_cases[i].frag),
					fields_cases[i].fields);
		}
	}
}

/* Both directions of a flow hash alike, and the hash is more than a constant. */
static void
check_symmetric(enum rte_eth_hash_function func)
{
	const uint64_t only = RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L3_DST_ONLY |
			      RTE_ETH_RSS_L4_SRC_ONLY | RTE_ETH_RSS_L4_DST_ONLY;
	const struct steer_rss_conf conf = conf_make(func, STEER_RSS_TYPES_TUPLE & ~only, 2);
	const struct steer_rss_conf plain = conf_make(RTE_ETH_HASH_FUNCTION_TOEPLITZ,
			STEER_RSS_TYPES_TUPLE & ~only, 2);
	struct steer_rss *rss = rss_make(&conf), *rss_plain = rss_make(&plain);
	unsigned int differ = 0;
	struct rss_packet p;

	for (unsigned int i = 0; i < 1000; i++) {
		uint32_t hash, hash_plain;

		rss_packet_random(&p);
		hash = rss_hash(rss, &p);
		hash_plain = rss_hash(rss_plain, &p);
		rss_packet_swap(&p);
		assert_int_equal(rss_hash(rss, &p), hash);
		differ += rss_hash(rss_plain, &p) != hash_plain;
	}
	assert_in_range(differ, 800, 1000);
	steer_rss_free(rss_plain);
	steer_rss_free(rss);
}

static void
test_symmetric(void **state)
{
	RTE_SET_USED(state);
	check_symmetric(RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ);
	check_symmetric(STEER_HASH_FUNCTION_SORT);
}

/*
 * Sorted, Microsoft's packets hash as those of them do whose addresses and ports are in order, and
 * as they do themselves where both are. Addresses and ports are sorted apart.
 */
static void
test_sort(void **state)
{
	const struct steer_rss_conf sort = conf_make(STEER_HASH_FUNCTION_SORT, IPV4_TCP, 0);
	const struct steer_rss_conf plain = conf_toeplitz(IPV4_TCP);
	struct rss_packet p = packet_make(STEER_L3_IPV4, STEER_L4_TCP), ordered;

	RTE_SET_USED(state);
	/* 38.27.205.30:48228 to 209.142.163.6:2217: addresses in order, ports not. */
	memcpy(p.outer.src, (const uint8_t[]){ 38, 27, 205, 30 }, 4);
	memcpy(p.outer.dst, (const uint8_t[]){ 209, 142, 163, 6 }, 4);
	p.outer.sport = 48228;
	p.outer.dport = 2217;
	assert_int_equal(hash_once(&plain, &p), 0xafc7327f);
	ordered = p;
	ordered.outer.sport = 2217;
	ordered.outer.dport = 48228;
	assert_int_equal(hash_once(&sort, &ordered), hash_once(&plain, &ordered));
	assert_int_equal(hash_once(&sort, &p), hash_once(&plain, &ordered));
	rss_packet_swap(&p);
	assert_int_equal(hash_once(&sort, &p), hash_once(&plain, &ordered));
	/* 153.39.163.191:44251 from 202.188.127.2:1303: both are turned round. */
	memcpy(p.outer.src, (const uint8_t[]){ 202, 188, 127, 2 }, 4);
	memcpy(p.outer.dst, (const uint8_t[]){ 153, 39, 163, 191 }, 4);
	p.outer.sport = 44251;
	p.outer.dport = 1303;
	ordered = p;
	memcpy(ordered.outer.src, p.outer.dst, 4);
	memcpy(ordered.outer.dst, p.outer.src, 4);
	ordered.outer.sport = 1303;
	ordered.outer.dport = 44251;
	assert_int_equal(hash_once(&sort, &p), hash_once(&plain, &ordered));
}

/* A key is repeated without end: any prefix of it that repeats is the same key. */
static void
test_key_length(void **state)
{
	const struct rss_packet p = packet_make(STEER_L3_IPV6, STEER_L4_TCP);
	struct steer_rss_conf conf = conf_toeplitz(IPV6_TCP);
	static const uint8_t two[] = { 0x6d, 0x5a };
	uint8_t in[36], key[1024];

	RTE_SET_USED(state);
	memcpy(in, p.outer.src, 16);
	memcpy(in + 16, p.outer.dst, 16);
	memcpy(in + 32, (const uint8_t[]){ 0x12, 0x34, 0x56, 0x78 }, 4);
	rss_random_bytes(key, sizeof(key));
	conf.other_key = key;
	for (conf.other_key_len = 1; conf.other_key_len <= sizeof(key); conf.other_key_len++) {
		uint8_t repeated[40];

		for (unsigned int i = 0; i < sizeof(repeated); i++)
			repeated[i] = key[i % conf.other_key_len];
		assert_int_equal(hash_once(&conf, &p),
				rss_ref_toeplitz(repeated, in, sizeof(in)));
	}
	/* The key by which both directions of a flow hash alike. */
	conf.other_key = two;
	conf.other_key_len = sizeof(two);
	{
		struct rss_packet back = p;

		rss_packet_swap(&back);
		assert_int_equal(hash_once(&conf, &p), hash_once(&conf, &back));
	}
}

/* Addresses alone decide where a fragment goes, or its flow would be torn. */
static void
test_fragments(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int f = 0; f < RTE_DIM(functions); f++) {
		const struct steer_rss_conf conf =
				conf_make(functions[f], STEER_RSS_TYPES_TUPLE, 0);
		struct rss_packet first = packet_make(STEER_L3_IPV6, STEER_L4_UDP), later = first;
		uint32_t whole = hash_once(&conf, &first);

		first.outer.frag = true;
		later.outer.frag = later.outer.nonfirst = true;
		later.outer.l4 = STEER_L4_NONE;
		assert_int_equal(hash_once(&conf, &first), hash_once(&conf, &later));
		assert_int_not_equal(hash_once(&conf, &first), whole);
		first.outer.l3 = later.outer.l3 = STEER_L3_IPV4;
		assert_int_equal(hash_once(&conf, &first), hash_once(&conf, &later));
	}
}

/* Level 2 looks at the inner headers of a tunnel, where they are IP, and else at the outer. */
static void
test_level(void **state)
{
	const uint64_t types = IPV4_TCP | RTE_ETH_RSS_NONFRAG_IPV4_UDP | IPV6_TCP;
	const struct rss_packet inner = packet_make(STEER_L3_IPV6, STEER_L4_TCP);
	const struct rss_packet plain = packet_make(STEER_L3_IPV4, STEER_L4_UDP);
	struct rss_packet tunnel = plain;

	RTE_SET_USED(state);
	tunnel.inner = inner.outer;
	for (unsigned int f = 0; f < RTE_DIM(functions); f++) {
		struct steer_rss_conf conf = conf_make(functions[f], types, 2);
		const uint32_t hash_inner = hash_once(&conf, &inner);
		const uint32_t hash_outer = hash_once(&conf, &plain);

		tunnel.inner.l3 = STEER_L3_IPV6;
		tunnel.inner.l4 = STEER_L4_TCP;
		assert_int_not_equal(hash_inner, hash_outer);
		assert_int_equal(hash_once(&conf, &tunnel), hash_inner);
		/* Inner IP that the types leave out: no way back to the outer one. */
		conf.types &= ~IPV6_TCP;
		assert_int_equal(hash_once(&conf, &tunnel), 0);
		tunnel.inner.l3 = STEER_L3_ARP;
		tunnel.inner.l4 = STEER_L4_NONE;
		assert_int_equal(hash_once(&conf, &tunnel), hash_outer);

		tunnel.inner.l3 = STEER_L3_IPV6;
		tunnel.inner.l4 = STEER_L4_TCP;
		for (conf.level = 0; conf.level < 2; conf.level++)
			assert_int_equal(hash_once(&conf, &tunnel), hash_outer);
		/* The level in the types says nothing. */
		conf.level = 0;
		conf.types |= RTE_ETH_RSS_LEVEL_INNERMOST;
		assert_int_equal(hash_once(&conf, &tunnel), hash_outer);
	}
}

/* The XOR by hand. */
static void
test_xor(void **state)
{
	const struct rss_packet p = { .outer = {
		.l3 = STEER_L3_IPV4,
		.l4 = STEER_L4_UDP,
		.src = { 0x01, 0x02, 0x03, 0x04 },
		.dst = { 0x10, 0x20, 0x30, 0x40 },
		.sport = 0x8000,
		.dport = 0x0001,
	} };
	struct steer_rss_conf conf = conf_make(RTE_ETH_HASH_FUNCTION_SIMPLE_XOR,
			RTE_ETH_RSS_NONFRAG_IPV4_UDP, 0);

	RTE_SET_USED(state);
	assert_int_equal(hash_once(&conf, &p), 0x91223345);
	conf.types |= RTE_ETH_RSS_L4_DST_ONLY;
	assert_int_equal(hash_once(&conf, &p), 0x11223345);
	conf.types |= RTE_ETH_RSS_L3_DST_ONLY;
	assert_int_equal(hash_once(&conf, &p), 0x10203041);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_softrss),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_each_type),
		cmocka_unit_test(test_any_types),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_symmetric),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_key_length),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_level),
		cmocka_unit_test(test_xor),
	};

	return cmocka_run_group_tests_name("rss", tests, test_eal_begin, test_eal_end);
}
