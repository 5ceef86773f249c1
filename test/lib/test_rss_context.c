/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>
#include <rte_random.h>

#include "steer_parse.h"
#include "steer_rss.h"

#include "alloc.h"
#include "eal.h"
#include "rss_ref.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const uint16_t four_queues[] = { 3, 1, 4, 1 };

static struct steer_rss_conf
conf_make(void)
{
	struct steer_rss_conf conf = {
		.types = RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP,
		.reta = four_queues,
		.reta_size = RTE_DIM(four_queues),
	};

	memcpy(conf.key, steer_rss_default_key, sizeof(conf.key));
	return conf;
}

static struct steer_rss *
rss_make(const struct steer_rss_conf *conf)
{
	struct steer_rss *rss = steer_rss_create(conf, SOCKET_ID_ANY);

	assert_non_null(rss);
	return rss;
}

/* What was given can be asked for, and is a copy. */
static void
test_conf(void **state)
{
	uint16_t reta[] = { 7, 6, 5, 4, 3, 2, 1, 0 };
	struct steer_rss_conf conf = conf_make();
	struct steer_rss *rss;

	RTE_SET_USED(state);
	conf.func = RTE_ETH_HASH_FUNCTION_DEFAULT;
	conf.level = 1;
	conf.types |= RTE_ETH_RSS_LEVEL_OUTERMOST;
	conf.reta = reta;
	conf.reta_size = RTE_DIM(reta);
	rss_random_bytes(conf.key, sizeof(conf.key));
	rss = rss_make(&conf);
	memset(reta, 0xff, sizeof(reta));

	assert_int_equal(rss->func, RTE_ETH_HASH_FUNCTION_DEFAULT);
	assert_int_equal(rss->level, 1);
	assert_int_equal(rss->types, conf.types);
	assert_memory_equal(steer_rss_key(rss), conf.key, sizeof(conf.key));
	assert_ptr_not_equal(steer_rss_key(rss), conf.key);
	for (uint32_t hash = 0; hash < 1000; hash++)
		assert_int_equal(steer_rss_queue(rss, hash), 7 - hash % 8);
	assert_int_equal(steer_rss_queue(rss, UINT32_MAX), 0);
	steer_rss_free(rss);
}

/* Where rounding would show: on both sides of multiples of the size, small and large ones. */
static void
assert_modulo(const struct steer_rss *rss, uint32_t size)
{
	const uint32_t last = UINT32_MAX / size;

	for (uint32_t i = 0; i <= 2 * size; i++)
		assert_int_equal(steer_rss_queue(rss, i), i % size);
	for (uint32_t i = 0; i <= 100; i++) {
		const uint32_t k = i < 50 ? last - RTE_MIN(i, last) :
					    (uint32_t)rte_rand_max((uint64_t)last + 1);
		const uint32_t hash = (uint32_t)rte_rand();

		assert_int_equal(steer_rss_queue(rss, k * size), 0);
		assert_int_equal(steer_rss_queue(rss, k * size - 1), (k * size - 1) % size);
		assert_int_equal(steer_rss_queue(rss, hash), hash % size);
	}
	assert_int_equal(steer_rss_queue(rss, UINT32_MAX), UINT32_MAX % size);
}

static void
test_reta_size(void **state)
{
	static uint16_t reta[32768];
	struct steer_rss_conf conf = conf_make();

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(reta); i++)
		reta[i] = (uint16_t)i;
	conf.reta = reta;
	for (uint32_t n = 1; n <= RTE_DIM(reta); n++) {
		struct steer_rss *rss;

		/* All that a port may have, and some of those that rules may. */
		if (n > 512 && n % 997 != 0 && !rte_is_power_of_2(n) && !rte_is_power_of_2(n + 1))
			continue;
		conf.reta_size = n;
		rss = rss_make(&conf);
		assert_modulo(rss, n);
		steer_rss_free(rss);
	}
}

static void
assert_invalid(const struct steer_rss_conf *conf)
{
	const size_t used = test_heap_used();

	rte_errno = 0;
	assert_null(steer_rss_create(conf, SOCKET_ID_ANY));
	assert_int_equal(rte_errno, EINVAL);
	assert_int_equal(test_heap_used(), used);
}

static void
test_invalid_reta_size(void **state)
{
	static const uint32_t sizes[] = { 0, 32769, 65536, UINT32_MAX, 1u << 31 };
	struct steer_rss_conf conf = conf_make();

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(sizes); i++) {
		conf.reta_size = sizes[i];
		assert_invalid(&conf);
	}
}

static void
test_invalid_func(void **state)
{
	struct steer_rss_conf conf = conf_make();

	RTE_SET_USED(state);
	/* All others, also those that later releases add. */
	for (int f = STEER_HASH_FUNCTION_SORT + 1; f < 16; f++) {
		conf.func = (enum rte_eth_hash_function)f;
		assert_invalid(&conf);
	}
}

static void
test_invalid_level(void **state)
{
	struct steer_rss_conf conf = conf_make();

	RTE_SET_USED(state);
	conf.level = 3;
	assert_invalid(&conf);
	conf.level = UINT32_MAX;
	assert_invalid(&conf);
}

static void
test_invalid_types(void **state)
{
	struct steer_rss_conf conf = conf_make();
	const uint64_t types = conf.types;

	RTE_SET_USED(state);
	for (unsigned int bit = 0; bit < 64; bit++) {
		conf.types = types | RTE_BIT64(bit);
		if (RTE_BIT64(bit) & STEER_RSS_TYPES)
			steer_rss_free(rss_make(&conf));
		else
			assert_invalid(&conf);
	}
}

static void
test_depth(void **state)
{
	const uint32_t l3 = STEER_DEPTH_L3, l4 = STEER_DEPTH_L3 | STEER_DEPTH_L4;
	const struct {
		uint64_t types;
		uint32_t depth;
	} cases[] = {
		{ 0, 0 },
		{ RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L4_DST_ONLY, 0 },
		{ RTE_ETH_RSS_IPV4, l3 },
		{ RTE_ETH_RSS_IPV6, l3 },
		{ RTE_ETH_RSS_IPV6_EX, l3 },
		{ RTE_ETH_RSS_FRAG_IPV4, l3 },
		{ RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_OTHER, l3 },
		{ RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_FRAG_IPV6 | RTE_ETH_RSS_NONFRAG_IPV6_OTHER, l3 },
		{ RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_L3_DST_ONLY, l3 },
		{ RTE_ETH_RSS_FRAG_IPV6, l4 },
		{ RTE_ETH_RSS_NONFRAG_IPV4_OTHER, l4 },
		{ RTE_ETH_RSS_NONFRAG_IPV6_OTHER, l4 },
		{ RTE_ETH_RSS_NONFRAG_IPV4_TCP, l4 },
		{ RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_UDP, l4 },
		{ RTE_ETH_RSS_NONFRAG_IPV6_SCTP, l4 },
		{ RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_IPV6_TCP_EX, l4 },
		{ RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV6_UDP, l4 },
	};
	struct steer_rss_conf conf = conf_make();

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(cases); i++) {
		for (conf.level = 0; conf.level <= 2; conf.level++) {
			const uint32_t tunnel = conf.level == 2 ? STEER_DEPTH_TUNNEL : 0;
			struct steer_rss *rss;

			conf.types = cases[i].types;
			rss = rss_make(&conf);
			assert_int_equal(steer_rss_depth(rss),
					cases[i].depth ? cases[i].depth | tunnel : 0);
			steer_rss_free(rss);
		}
	}
}

/* The key as far as the parser fills it when only this depth is asked for. */
static void
key_cut(struct steer_key *key, uint32_t depth)
{
	const uint64_t l4 = STEER_META_L4 | STEER_META_L4_ANY;

	if (depth & STEER_DEPTH_TUNNEL)
		return;
	key->meta &= RTE_BIT64(STEER_META_INNER) - 1;
	if (depth & STEER_DEPTH_L4)
		return;
	key->meta &= ~l4;
	if (steer_meta_l3(key->meta) == STEER_L3_IPV6)
		key->meta &= ~(STEER_META_FRAG | STEER_META_NONFIRST);
	if (!(depth & STEER_DEPTH_L3))
		key->meta &= STEER_META_ETH;
}

/* No packet hashes otherwise when it is parsed only as deep as the context says. */
static void
test_depth_suffices(void **state)
{
	struct steer_rss_conf conf = conf_make();

	RTE_SET_USED(state);
	for (unsigned int n = 0; n < 1000; n++) {
		struct rss_packet p;
		struct steer_key key;
		struct steer_rss *rss;

		conf.types = rte_rand() & rte_rand() & rte_rand() & STEER_RSS_TYPES_TUPLE;
		conf.level = rte_rand_max(3);
		rss = rss_make(&conf);
		for (unsigned int i = 0; i < 100; i++) {
			rss_packet_random(&p);
			rss_packet_key(&p, &key);
			key_cut(&key, steer_rss_depth(rss));
			assert_int_equal(steer_rss_hash(rss, &key), rss_ref_hash(&conf, &p));
		}
		steer_rss_free(rss);
	}
}

/* Equal keys share their tables, on the same NUMA node, and the last user frees them. */
static void
test_sharing(void **state)
{
	struct steer_rss_conf conf = conf_make();
	const size_t before = test_heap_used();
	struct steer_rss *a, *b, *other_key, *other_socket;
	size_t used;

	RTE_SET_USED(state);
	a = steer_rss_create(&conf, 0);
	used = test_heap_used() - before;
	assert_true(used >= STEER_TOEPLITZ_INPUT * sizeof(steer_toeplitz_row));

	conf.types = RTE_ETH_RSS_IPV6;
	conf.func = RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ;
	b = steer_rss_create(&conf, 0);
	assert_ptr_equal(a->toeplitz, b->toeplitz);
	assert_true(test_heap_used() - before < used + 1024);
	other_socket = steer_rss_create(&conf, SOCKET_ID_ANY);
	assert_ptr_not_equal(a->toeplitz, other_socket->toeplitz);
	conf.key[STEER_RSS_KEY_LEN - 1] ^= 1;
	other_key = steer_rss_create(&conf, 0);
	assert_ptr_not_equal(a->toeplitz, other_key->toeplitz);

	steer_rss_free(other_socket);
	steer_rss_free(a);
	assert_memory_equal(steer_rss_key(b), steer_rss_default_key, STEER_RSS_KEY_LEN);
	steer_rss_free(other_key);
	steer_rss_free(b);
	steer_rss_free(NULL);
	assert_int_equal(test_heap_used(), before);
}

/* EAL has pinned this thread to one core, and a thread made by it would stay there too. */
static void
unpin(void)
{
	cpu_set_t all;

	memset(&all, 0xff, sizeof(all));
	assert_int_equal(pthread_setaffinity_np(pthread_self(), sizeof(all), &all), 0);
}

#define CHURNS 50000

/*
 * Engines make and free contexts at the same time, each under a lock of its own: mostly with a key
 * that all use, now and then with one that comes and goes.
 */
static void *
churn(void *arg)
{
	for (unsigned int n = 0; n < CHURNS; n++) {
		struct steer_rss_conf conf = conf_make();
		struct steer_rss *rss;

		if (n % 16 == 0)
			conf.key[0] = 0;
		rss = steer_rss_create(&conf, SOCKET_ID_ANY);
		if (rss == NULL || memcmp(steer_rss_key(rss), conf.key, sizeof(conf.key)) != 0)
			return arg;
		steer_rss_free(rss);
	}
	return NULL;
}

static void
test_threads(void **state)
{
	const struct steer_rss_conf conf = conf_make();
	const size_t before = test_heap_used();
	struct steer_rss *rss = rss_make(&conf);
	pthread_t threads[4];
	void *failed;

	RTE_SET_USED(state);
	unpin();
	for (unsigned int i = 0; i < RTE_DIM(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, churn, threads), 0);
	for (unsigned int i = 0; i < RTE_DIM(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	steer_rss_free(rss);
	assert_int_equal(test_heap_used(), before);
}

static void
test_no_memory(void **state)
{
	const struct steer_rss_conf conf = conf_make();
	const size_t before = test_heap_used();
	struct steer_rss *rss;
	unsigned int n;

	RTE_SET_USED(state);
	for (n = 1;; n++) {
		test_alloc_fail(n);
		rte_errno = 0;
		rss = steer_rss_create(&conf, SOCKET_ID_ANY);
		if (!test_alloc_failed())
			break;
		assert_null(rss);
		assert_int_equal(rte_errno, ENOMEM);
		assert_int_equal(test_heap_used(), before);
	}
	test_alloc_fail(0);
	/* The context and the tables. */
	assert_int_equal(n, 3);
	assert_non_null(rss);
	steer_rss_free(rss);
	assert_int_equal(test_heap_used(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conf),
		cmocka_unit_test(test_reta_size),
		cmocka_unit_test(test_invalid_reta_size),
		cmocka_unit_test(test_invalid_func),
		cmocka_unit_test(test_invalid_level),
		cmocka_unit_test(test_invalid_types),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_depth_suffices),
		cmocka_unit_test(test_sharing),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("rss_context", tests, test_eal_begin, test_eal_end);
}
