/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "alloc.h"
#include "eal.h"
#include "engine_world.h"

#include <setjmp.h>
#include <cmocka.h>

static const uint16_t list[] = { 1, 5, 6 };

static void
configure(uint16_t n_queues)
{
	assert_int_equal(steer_engine_configure(engine, n_queues, 2), 0);
}

static void
assert_same(const struct world_result *a, const struct world_result *b)
{
	assert_memory_equal(a->queue, b->queue, sizeof(a->queue));
	assert_memory_equal(a->flags, b->flags, sizeof(a->flags));
	assert_memory_equal(a->mark, b->mark, sizeof(a->mark));
	assert_memory_equal(a->hash, b->hash, sizeof(a->hash));
	assert_int_equal(a->stats.hits, b->stats.hits);
}

/* Making */

static void
test_create(void **state)
{
	size_t used;

	RTE_SET_USED(state);
	used = test_heap_used();
	rte_errno = 0;
	assert_null(steer_engine_create(0, SOCKET_ID_ANY));
	assert_int_equal(rte_errno, EINVAL);
	rte_errno = 0;
	assert_null(steer_engine_create(STEER_QUEUES_MAX + 1, SOCKET_ID_ANY));
	assert_int_equal(rte_errno, EINVAL);
	for (unsigned int n = 1;; n++) {
		struct steer_engine *e;

		test_alloc_fail(n);
		rte_errno = 0;
		e = steer_engine_create(STEER_QUEUES_MAX, SOCKET_ID_ANY);
		if (!test_alloc_failed()) {
			assert_non_null(e);
			steer_engine_free(e);
			break;
		}
		assert_null(e);
		assert_int_equal(rte_errno, ENOMEM);
		assert_int_equal(test_heap_used(), used);
	}
	assert_int_equal(test_heap_used(), used);
	steer_engine_free(NULL);
}

/* Before it is configured, rules may name any queue there may ever be, and wait for it. */
static void
test_unconfigured(void **state)
{
	struct world_result r;

	RTE_SET_USED(state);
	world_rule(0, 3, ACTIONS(QUEUE(7)));
	world_rule(0, 4, ACTIONS(DO(DROP)));
	assert_null(world_try(0, 5, ACTIONS(QUEUE(WORLD_QUEUES)), NULL));
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		assert_int_equal(r.queue[i], i == 4 ? STEER_DROP_RULE : 0);
	configure(8);
	assert_int_equal(world_queue(3), 7);
	/* From now on only those that are there. */
	configure(4);
	assert_null(world_try(0, 5, ACTIONS(QUEUE(4)), NULL));
	world_rule(0, 5, ACTIONS(QUEUE(3)));
}

/* Queues */

static void
test_configure_invalid(void **state)
{
	static const struct {
		uint16_t queues;
		unsigned int shards;
	} bad[] = { { 0, 1 }, { WORLD_QUEUES + 1, 1 }, { UINT16_MAX, 1 }, { 1, 0 }, { 1, 65 } };
	struct world_result before, after;

	RTE_SET_USED(state);
	configure(4);
	world_rule(0, 3, ACTIONS(QUEUE(3)));
	world_burst(&before);
	for (unsigned int i = 0; i < RTE_DIM(bad); i++) {
		assert_int_equal(steer_engine_configure(engine, bad[i].queues, bad[i].shards),
				 -EINVAL);
		world_burst(&after);
		assert_same(&before, &after);
	}
}

static void
make_rules(void)
{
	/* Two of the same words, the worse one to a queue that is always there. */
	world_rule(1, 1, ACTIONS(QUEUE(0)));
	world_rule(0, 1, ACTIONS(QUEUE(6)));
	world_rule(0, 2, ACTIONS(MARK(2), QUEUE(1)));
	world_rule(0, 3, ACTIONS(RSS(.queue = list, .queue_num = RTE_DIM(list),
				     .types = RTE_ETH_RSS_IP)));
	world_rule(0, 4, ACTIONS(MARK(4), DO(PASSTHRU)));
	world_rule(1, 4, ACTIONS(QUEUE(7)));
	world_rule_range(0, 5, 9, ACTIONS(QUEUE(5)));
	world_rule_range(1, 7, 12, ACTIONS(QUEUE(2)));
}

/* Queue of each port with so many queues. */
static const struct expected {
	uint16_t n_queues;
	uint16_t queue[14];
} expected[] = {
	{ 8, { 0, 6, 1, 99, 7, 5, 5, 5, 5, 5, 2, 2, 2, 0 } },
	{ 7, { 0, 6, 1, 99, 0, 5, 5, 5, 5, 5, 2, 2, 2, 0 } },
	{ 6, { 0, 0, 1, 99, 0, 5, 5, 5, 5, 5, 2, 2, 2, 0 } },
	{ 5, { 0, 0, 1, 1, 0, 0, 0, 2, 2, 2, 2, 2, 2, 0 } },
	{ 3, { 0, 0, 1, 1, 0, 0, 0, 2, 2, 2, 2, 2, 2, 0 } },
	{ 2, { 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } },
	{ 1, { 0 } },
};

static void
assert_expected(const struct expected *e)
{
	struct world_result r;

	world_burst(&r);
	for (unsigned int i = 0; i < RTE_DIM(e->queue); i++) {
		if (e->queue[i] == 99)
			assert_true(r.queue[i] == 1 || r.queue[i] == 5 || r.queue[i] == 6);
		else
			assert_int_equal(r.queue[i], e->queue[i]);
		assert_true(r.queue[i] < e->n_queues);
	}
	/* MARK of a rule that goes on is there whatever becomes of the next one. */
	assert_int_equal(r.mark[4], 4);
	assert_int_equal(r.mark[2], e->n_queues > 1 ? 2 : 0);
}

/* Rules to queues that are gone sleep; when the queues are back so are they, in their old order. */
static void
test_fewer_and_more_queues(void **state)
{
	RTE_SET_USED(state);
	configure(8);
	make_rules();
	for (unsigned int n = 0; n < 60; n++) {
		const struct expected *e = &expected[(n * 5 + n / 7) % RTE_DIM(expected)];

		configure(e->n_queues);
		assert_expected(e);
		assert_int_equal(steer_engine_flow_count(engine), 8);
	}
}

/* All rules can still go, and come again. */
static void
start_over(const struct expected *e)
{
	static const struct expected none = { .n_queues = 1 };
	struct world_result r;

	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	world_burst(&r);
	assert_memory_equal(r.queue, none.queue, sizeof(none.queue));
	assert_int_equal(r.stats.hits, 0);
	configure(8);
	make_rules();
	configure(e->n_queues);
}

/* Running out of memory half-way changes nothing, from whatever to whatever. */
static void
check_configure_without_memory(const struct expected *from, const struct expected *to)
{
	configure(from->n_queues);
	for (unsigned int n = 1;; n++) {
		int rc;

		test_alloc_fail(n);
		rc = steer_engine_configure(engine, to->n_queues, 2 + n % 3);
		if (!test_alloc_failed()) {
			assert_int_equal(rc, 0);
			break;
		}
		test_alloc_fail(0);
		/* Some of it can be done without. */
		if (rc == 0) {
			assert_expected(to);
			configure(from->n_queues);
			continue;
		}
		assert_int_equal(rc, -ENOMEM);
		assert_expected(from);
		assert_int_equal(steer_engine_flow_count(engine), 8);
		start_over(from);
	}
	test_alloc_fail(0);
	assert_expected(to);
}

static void
test_configure_without_memory(void **state)
{
	RTE_SET_USED(state);
	configure(8);
	make_rules();
	for (unsigned int i = 0; i < RTE_DIM(expected); i++)
		for (unsigned int j = 0; j < RTE_DIM(expected); j++)
			check_configure_without_memory(&expected[i], &expected[j]);
}

/* Hits are kept, whatever happens to rules and shards. */
static void
test_counts_survive(void **state)
{
	struct world_result r;
	struct steer_flow *flow;

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_configure(engine, 8, 1), 0);
	flow = world_rule(0, 3, ACTIONS(DO(COUNT), QUEUE(7)));
	world_burst(&r);
	assert_int_equal(world_hits(flow), 1);
	assert_int_equal(steer_engine_configure(engine, 2, 4), 0);
	world_burst_at(&r, 63, 3);
	assert_int_equal(world_hits(flow), 1);
	assert_int_equal(steer_engine_configure(engine, 8, 64), 0);
	world_burst_at(&r, 63, 63);
	world_burst_at(&r, 0, 3);
	world_burst_at(&r, 5, 0);
	assert_int_equal(world_hits(flow), 4);
}

/* The port's RSS */

static void
test_port_rss(void **state)
{
	struct steer_rss_conf conf = world_rss(4);
	unsigned int seen[4] = { 0 };
	struct world_result r;

	RTE_SET_USED(state);
	configure(4);
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		assert_true(r.queue[i] == 0 && r.flags[i] == 0);
	assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
	/* The table is a copy. */
	memset((void *)(uintptr_t)conf.reta, 0xff, conf.reta_size * sizeof(conf.reta[0]));
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++) {
		assert_int_equal(r.flags[i], RTE_MBUF_F_RX_RSS_HASH);
		assert_int_equal(r.queue[i], r.hash[i] % 128 % 4);
		seen[r.queue[i]]++;
	}
	for (unsigned int q = 0; q < 4; q++)
		assert_true(seen[q] > 0);
	assert_int_equal(steer_engine_port_rss(engine, NULL), 0);
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		assert_true(r.queue[i] == 0 && r.flags[i] == 0);
}

/* The table may name queues that are gone: it has to be set anew. */
static void
test_configure_resets_rss(void **state)
{
	const struct steer_rss_conf conf = world_rss(4);
	struct world_result r;

	RTE_SET_USED(state);
	configure(4);
	assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
	world_rule(0, 3, ACTIONS(RSS(.types = RTE_ETH_RSS_IP)));
	configure(2);
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		assert_int_equal(r.queue[i], 0);
	assert_int_equal(r.flags[0], 0);
}

/* What a rule made later leaves open is the port's, of which the application's copy has gone. */
static void
test_later_rule(void **state)
{
	struct steer_rss_conf conf = world_rss(8);
	struct world_result r;

	RTE_SET_USED(state);
	configure(8);
	assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
	memset((void *)(uintptr_t)conf.reta, 0, conf.reta_size * sizeof(conf.reta[0]));
	world_rule_all(0, ACTIONS(RSS(.types = RTE_ETH_RSS_NONFRAG_IPV4_UDP,
				      .func = RTE_ETH_HASH_FUNCTION_SIMPLE_XOR)));
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		assert_int_equal(r.queue[i], r.hash[i] % 128 % 8);
	assert_int_not_equal(r.queue[1], r.queue[2]);
}

/* Without types the first entry of the table counts. */
static void
test_port_without_types(void **state)
{
	static const uint16_t reta[] = { 3, 1 };
	struct steer_rss_conf conf = { .reta = reta, .reta_size = 2 };
	struct world_result r;

	RTE_SET_USED(state);
	configure(4);
	assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		assert_true(r.queue[i] == 3 && r.flags[i] == 0);
}

static void
test_port_rss_invalid(void **state)
{
	const struct steer_rss_conf good = world_rss(4);
	static const uint16_t beyond[] = { 0, 1, 2, 4 };
	struct steer_rss_conf bad[] = { good, good, good, good, good };
	struct world_result before, after;

	RTE_SET_USED(state);
	bad[0].reta = beyond;
	bad[0].reta_size = RTE_DIM(beyond);
	bad[1].reta_size = 0;
	bad[2].func = STEER_HASH_FUNCTION_SORT + 1;
	bad[3].level = 3;
	bad[4].types = RTE_ETH_RSS_ECPRI;
	configure(4);
	assert_int_equal(steer_engine_port_rss(engine, &good), 0);
	world_burst(&before);
	for (unsigned int i = 0; i < RTE_DIM(bad); i++) {
		assert_int_equal(steer_engine_port_rss(engine, &bad[i]), -EINVAL);
		world_burst(&after);
		assert_same(&before, &after);
	}
}

static void
test_port_rss_without_memory(void **state)
{
	struct steer_rss_conf conf = world_rss(4);
	struct world_result before, after;
	int rc;

	RTE_SET_USED(state);
	configure(4);
	world_rule(0, 3, ACTIONS(RSS(.queue = list, .queue_num = 1)));
	world_rule(0, 4, ACTIONS(RSS(.types = RTE_ETH_RSS_IP)));
	assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
	world_burst(&before);
	conf.func = RTE_ETH_HASH_FUNCTION_SIMPLE_XOR;
	conf.key[7] ^= 1;
	for (unsigned int n = 1;; n++) {
		test_alloc_fail(n);
		rc = steer_engine_port_rss(engine, &conf);
		if (!test_alloc_failed())
			break;
		test_alloc_fail(0);
		assert_int_equal(rc, -ENOMEM);
		world_burst(&after);
		assert_same(&before, &after);
	}
	test_alloc_fail(0);
	assert_int_equal(rc, 0);
	world_burst(&after);
	assert_memory_not_equal(before.hash, after.hash, sizeof(before.hash));
}

/* Rules that leave something open follow the port. */
static void
test_rule_follows_port(void **state)
{
	struct steer_rss_conf conf = world_rss(8);
	struct world_result r;

	RTE_SET_USED(state);
	configure(8);
	world_rule_all(0, ACTIONS(DO(FLAG), RSS(.queue = list, .queue_num = RTE_DIM(list))));
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		assert_true(r.queue[i] == list[0] && r.flags[i] == RTE_MBUF_F_RX_FDIR);
	assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++) {
		assert_int_equal(r.flags[i], RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_RSS_HASH);
		assert_int_equal(r.queue[i], list[r.hash[i] % 128 % 3]);
	}
}

static void
test_want_hash(void **state)
{
	struct steer_rss_conf conf = world_rss(4);
	struct world_result with, without;

	RTE_SET_USED(state);
	configure(4);
	assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
	world_rule(0, 3, ACTIONS(QUEUE(2)));
	world_rule(0, 4, ACTIONS(MARK(77), QUEUE(1)));
	world_burst(&without);
	assert_int_equal(without.flags[3], 0);
	steer_engine_want_hash(engine, true);
	world_burst(&with);
	assert_memory_equal(with.queue, without.queue, sizeof(with.queue));
	assert_int_equal(with.flags[3], RTE_MBUF_F_RX_RSS_HASH);
	assert_int_not_equal(with.hash[3], 0);
	/* Both can be set. */
	assert_int_equal(with.mark[4], 77);
	assert_int_not_equal(with.hash[4], 0);
	steer_engine_want_hash(engine, false);
	world_burst(&with);
	assert_same(&with, &without);
}

static void
test_isolate(void **state)
{
	struct world_result r;

	RTE_SET_USED(state);
	configure(4);
	world_rule(0, 3, ACTIONS(QUEUE(2)));
	world_rule(0, 4, ACTIONS(DO(DROP)));
	world_rule(0, 5, ACTIONS(DO(PASSTHRU)));
	world_rule(0, 6, ACTIONS(DO(FLAG)));
	steer_engine_isolate(engine, true);
	world_burst(&r);
	for (unsigned int i = 0; i < WORLD_PORTS; i++)
		if (i < 3 || i > 6)
			assert_int_equal(r.queue[i], STEER_DROP_ISOLATED);
	assert_int_equal(r.queue[3], 2);
	assert_int_equal(r.queue[4], STEER_DROP_RULE);
	/* Some rule matched them. */
	assert_int_equal(r.queue[5], 0);
	assert_int_equal(r.queue[6], 0);
	assert_int_equal(r.stats.hits, 4);
	assert_true(STEER_IS_DROP(STEER_DROP_RULE) && STEER_IS_DROP(STEER_DROP_ISOLATED));
	steer_engine_isolate(engine, false);
	assert_int_equal(world_queue(0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_create),
		TEST(test_unconfigured),
		TEST(test_configure_invalid),
		TEST(test_fewer_and_more_queues),
		TEST(test_configure_without_memory),
		TEST(test_counts_survive),
		TEST(test_port_rss),
		TEST(test_configure_resets_rss),
		TEST(test_later_rule),
		TEST(test_port_without_types),
		TEST(test_port_rss_invalid),
		TEST(test_port_rss_without_memory),
		TEST(test_rule_follows_port),
		TEST(test_want_hash),
		TEST(test_isolate),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
