/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "steer_context.h"
#include "steer_parse.h"

#include "alloc.h"
#include "eal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint16_t list[] = { 3, 1, 2 };
static const uint16_t list_other[] = { 3, 1, 1 };
static const uint16_t list_one[] = { 5 };
static const uint8_t key[STEER_RSS_KEY_LEN] = { 1 };
static const uint8_t key_other[STEER_RSS_KEY_LEN] = { [STEER_RSS_KEY_LEN - 1] = 1 };
static const uint16_t port_reta[] = { 0, 1, 2, 3, 4, 5, 6, 7 };

static struct steer_contexts set;
static struct steer_rss_conf port;
static struct rte_rcu_qsbr *qsbr;
static struct steer_retire retire;
static size_t heap_before;

static int
begin(void **state)
{
	const size_t size = rte_rcu_qsbr_get_memsize(1);

	RTE_SET_USED(state);
	heap_before = test_heap_used();
	port = (struct steer_rss_conf){ .types = RTE_ETH_RSS_IPV4, .reta = port_reta,
					.reta_size = RTE_DIM(port_reta) };
	memcpy(port.key, steer_rss_default_key, sizeof(port.key));
	qsbr = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL(size, RTE_CACHE_LINE_SIZE));
	if (qsbr == NULL || rte_rcu_qsbr_init(qsbr, 1) != 0)
		return -1;
	rte_rcu_qsbr_thread_register(qsbr, 0);
	steer_retire_init(&retire, qsbr);
	return steer_contexts_init(&set, SOCKET_ID_ANY);
}

static int
end(void **state)
{
	RTE_SET_USED(state);
	steer_retire_flush(&retire);
	steer_contexts_fini(&set);
	/* Once more does no harm. */
	steer_contexts_fini(&set);
	free(qsbr);
	return test_heap_used() == heap_before ? 0 : -1;
}

static int
get(const struct rte_flow_action_rss *action)
{
	return steer_contexts_get(&set, action, &port, 8);
}

#define LIST(l) .queue = l, .queue_num = RTE_DIM(l)

/* Each distinct in one thing from the first. */
static const struct rte_flow_action_rss distinct[] = {
	{ .types = RTE_ETH_RSS_IPV4, LIST(list) },
	{ .types = RTE_ETH_RSS_IPV6, LIST(list) },
	{ LIST(list) },
	{ .types = RTE_ETH_RSS_IPV4, LIST(list_other) },
	{ .types = RTE_ETH_RSS_IPV4, .queue = list, .queue_num = 2 },
	{ .types = RTE_ETH_RSS_IPV4 },
	{ .types = RTE_ETH_RSS_IPV4, .level = 1, LIST(list) },
	{ .types = RTE_ETH_RSS_IPV4, .level = 2, LIST(list) },
	{ .types = RTE_ETH_RSS_IPV4, .func = RTE_ETH_HASH_FUNCTION_TOEPLITZ, LIST(list) },
	{ .types = RTE_ETH_RSS_IPV4, .func = RTE_ETH_HASH_FUNCTION_SIMPLE_XOR, LIST(list) },
	{ .types = RTE_ETH_RSS_IPV4, .key = key, .key_len = 40, LIST(list) },
	{ .types = RTE_ETH_RSS_IPV4, .key = key_other, .key_len = 40, LIST(list) },
};

static void
test_share(void **state)
{
	int ids[RTE_DIM(distinct)];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(distinct); i++) {
		ids[i] = get(&distinct[i]);
		assert_int_equal(ids[i], i);
	}
	for (unsigned int i = 0; i < RTE_DIM(distinct); i++) {
		assert_int_equal(get(&distinct[i]), i);
		steer_contexts_put(&set, (uint16_t)i);
		assert_non_null(set.rss[i]);
	}
	/* The last one that has it gives it back; its number is the next one's. */
	steer_contexts_put(&set, 4);
	assert_null(set.rss[4]);
	steer_contexts_put(&set, 2);
	assert_int_equal(get(&distinct[4]), 2);
	assert_int_equal(get(&distinct[2]), 4);
	for (unsigned int i = RTE_DIM(distinct); i-- > 0;)
		steer_contexts_put(&set, (uint16_t)i);
	assert_int_equal(set.n, 0);
}

/* What leaves everything open is the port's own. */
static void
test_port(void **state)
{
	static const struct rte_flow_action_rss open = { 0 };
	static const struct rte_flow_action_rss open_key = { .key = key };
	struct rte_flow_action_rss action;

	RTE_SET_USED(state);
	assert_int_equal(get(&open), STEER_CONTEXT_PORT);
	assert_int_equal(get(&open_key), STEER_CONTEXT_PORT);
	assert_int_equal(set.n, 0);
	assert_true(steer_contexts_usable(&set, STEER_CONTEXT_PORT, 1));
	memset(&action, 0xff, sizeof(action));
	steer_contexts_action(&set, STEER_CONTEXT_PORT, &action);
	assert_int_equal(action.queue_num, 0);
	assert_int_equal(action.types, 0);
	assert_null(action.queue);
	steer_contexts_put(&set, STEER_CONTEXT_PORT);
}

/* The application's structure may go; what was asked for can be told. */
static void
test_action(void **state)
{
	uint16_t queues[] = { 1, 2, 3 };
	uint8_t bytes[40] = { 9, 8, 7 };
	const struct rte_flow_action_rss action = {
		.func = RTE_ETH_HASH_FUNCTION_SIMPLE_XOR,
		.level = 2,
		.types = RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_L3_SRC_ONLY,
		.key = bytes,
		.key_len = 40,
		LIST(queues),
	};
	struct rte_flow_action_rss got;
	int id;

	RTE_SET_USED(state);
	id = get(&action);
	memset(queues, 0xee, sizeof(queues));
	memset(bytes, 0xee, sizeof(bytes));
	steer_contexts_action(&set, (uint16_t)id, &got);
	assert_int_equal(got.func, action.func);
	assert_int_equal(got.level, 2);
	assert_int_equal(got.types, action.types);
	assert_int_equal(got.key_len, 40);
	assert_int_equal(got.key[1], 8);
	assert_int_equal(got.queue_num, 3);
	assert_int_equal(got.queue[2], 3);
}

/* What is open is the port's, also later. */
static void
test_open_parts(void **state)
{
	static const struct rte_flow_action_rss only_queues = { LIST(list) };
	static const struct rte_flow_action_rss only_types = { .types = RTE_ETH_RSS_IPV6 };
	static const uint16_t other_reta[] = { 7, 6 };
	int queues, types;

	RTE_SET_USED(state);
	queues = get(&only_queues);
	types = get(&only_types);
	assert_int_equal(set.rss[queues]->types, RTE_ETH_RSS_IPV4);
	assert_int_equal(steer_rss_queue(set.rss[queues], 0), 3);
	assert_int_equal(set.rss[types]->types, RTE_ETH_RSS_IPV6);
	assert_int_equal(steer_rss_queue(set.rss[types], 5), 5);

	port.types = RTE_ETH_RSS_IPV6;
	port.func = RTE_ETH_HASH_FUNCTION_SIMPLE_XOR;
	port.key[0] = 0xaa;
	port.reta = other_reta;
	port.reta_size = RTE_DIM(other_reta);
	assert_int_equal(steer_contexts_prepare(&set, &port, 8), 0);
	/* Not before it is meant. */
	assert_int_equal(set.rss[queues]->types, RTE_ETH_RSS_IPV4);
	steer_contexts_commit(&set, &retire);
	assert_int_equal(set.rss[queues]->types, RTE_ETH_RSS_IPV6);
	assert_int_equal(set.rss[queues]->func, RTE_ETH_HASH_FUNCTION_SIMPLE_XOR);
	assert_int_equal(steer_rss_key(set.rss[queues])[0], 0xaa);
	assert_int_equal(steer_rss_queue(set.rss[queues], 0), 3);
	assert_int_equal(steer_rss_queue(set.rss[types], 1), 6);
}

static void
test_prepare_and_abort(void **state)
{
	struct steer_rss *before[RTE_DIM(distinct)];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(distinct); i++)
		before[get(&distinct[i])] = set.rss[i];
	steer_contexts_put(&set, 3);
	before[3] = NULL;
	port.types = RTE_ETH_RSS_IPV6;
	assert_int_equal(steer_contexts_prepare(&set, &port, 8), 0);
	steer_contexts_abort(&set);
	for (unsigned int i = 0; i < RTE_DIM(distinct); i++)
		assert_ptr_equal(set.rss[i], before[i]);
}

/* Queues that are not there are left out; with none left there is no context to use. */
static void
test_queues(void **state)
{
	static const struct rte_flow_action_rss one = { LIST(list_one) };
	unsigned int seen[8] = { 0 };
	int some, none;

	RTE_SET_USED(state);
	some = get(&distinct[0]);
	none = get(&one);
	assert_true(steer_contexts_usable(&set, (uint16_t)none, 6));
	assert_false(steer_contexts_usable(&set, (uint16_t)none, 5));
	assert_true(steer_contexts_usable(&set, (uint16_t)some, 2));
	assert_false(steer_contexts_usable(&set, (uint16_t)some, 1));
	assert_int_equal(steer_contexts_prepare(&set, &port, 3), 0);
	steer_contexts_commit(&set, &retire);
	assert_null(set.rss[none]);
	for (uint32_t h = 0; h < STEER_RETA_SIZE; h++)
		seen[steer_rss_queue(set.rss[some], h)]++;
	assert_int_equal(seen[1], STEER_RETA_SIZE / 2);
	assert_int_equal(seen[2], STEER_RETA_SIZE / 2);
	/* And back. */
	assert_int_equal(steer_contexts_prepare(&set, &port, 8), 0);
	steer_contexts_commit(&set, &retire);
	assert_int_equal(steer_rss_queue(set.rss[none], 99), 5);
	memset(seen, 0, sizeof(seen));
	for (uint32_t h = 0; h < STEER_RETA_SIZE; h++)
		seen[steer_rss_queue(set.rss[some], h)]++;
	for (unsigned int q = 1; q <= 3; q++)
		assert_in_range(seen[q], STEER_RETA_SIZE / 3, STEER_RETA_SIZE / 3 + 1);
}

/* Not even at the beginning: it waits for its queue. */
static void
test_no_queue_yet(void **state)
{
	static const struct rte_flow_action_rss one = { LIST(list_one) };
	int id;

	RTE_SET_USED(state);
	id = steer_contexts_get(&set, &one, &port, 5);
	assert_int_equal(id, 0);
	assert_null(set.rss[id]);
	assert_false(steer_contexts_usable(&set, (uint16_t)id, 5));
	assert_int_equal(steer_contexts_prepare(&set, &port, 6), 0);
	steer_contexts_commit(&set, &retire);
	assert_int_equal(steer_rss_queue(set.rss[id], 0), 5);
	steer_contexts_put(&set, (uint16_t)id);
}

/* A list longer than the table: each of its queues has its share. */
static void
test_long_list(void **state)
{
	static uint16_t many[200];
	static const struct rte_flow_action_rss action = { LIST(many) };
	unsigned int seen[200] = { 0 };
	int id;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(many); i++)
		many[i] = (uint16_t)i;
	id = steer_contexts_get(&set, &action, &port, 200);
	for (uint32_t h = 0; h < 256; h++)
		seen[steer_rss_queue(set.rss[id], h)]++;
	for (unsigned int i = 0; i < RTE_DIM(many); i++)
		assert_in_range(seen[i], 1, 2);
}

static void
test_depth(void **state)
{
	static const struct rte_flow_action_rss l3 = { .types = RTE_ETH_RSS_IPV4 };
	static const struct rte_flow_action_rss inner = { .types = RTE_ETH_RSS_IPV4, .level = 2 };

	RTE_SET_USED(state);
	assert_int_equal(set.depth, 0);
	get(&l3);
	assert_true(set.depth & STEER_DEPTH_L3);
	assert_false(set.depth & STEER_DEPTH_TUNNEL);
	get(&inner);
	assert_true(set.depth & STEER_DEPTH_TUNNEL);
}

/* Memory and numbers */

static void
test_get_without_memory(void **state)
{
	size_t used;
	int rc;

	RTE_SET_USED(state);
	get(&distinct[1]);
	used = test_heap_used();
	for (unsigned int n = 1;; n++) {
		test_alloc_fail(n);
		rc = get(&distinct[10]);
		if (!test_alloc_failed())
			break;
		assert_int_equal(rc, -ENOMEM);
		assert_int_equal(test_heap_used(), used);
		assert_int_equal(set.n, 1);
	}
	test_alloc_fail(0);
	assert_int_equal(rc, 1);
}

static void
test_prepare_without_memory(void **state)
{
	struct steer_rss *before[RTE_DIM(distinct)];
	size_t used;
	int rc;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(distinct); i++)
		before[get(&distinct[i])] = set.rss[i];
	used = test_heap_used();
	for (unsigned int n = 1;; n++) {
		test_alloc_fail(n);
		rc = steer_contexts_prepare(&set, &port, 4);
		if (!test_alloc_failed())
			break;
		assert_int_equal(rc, -ENOMEM);
		assert_int_equal(test_heap_used(), used);
		for (unsigned int i = 0; i < RTE_DIM(distinct); i++)
			assert_ptr_equal(set.rss[i], before[i]);
	}
	test_alloc_fail(0);
	assert_int_equal(rc, 0);
	steer_contexts_abort(&set);
	assert_int_equal(test_heap_used(), used);
}

static void
test_init_without_memory(void **state)
{
	struct steer_contexts other;

	RTE_SET_USED(state);
	for (unsigned int n = 1; n <= 2; n++) {
		test_alloc_fail(n);
		assert_int_equal(steer_contexts_init(&other, SOCKET_ID_ANY), -ENOMEM);
		assert_true(test_alloc_failed());
	}
	test_alloc_fail(0);
}

/* All numbers are in use: none is given twice, and the last one is not the port's. */
static void
test_numbers_run_out(void **state)
{
	RTE_SET_USED(state);
	assert_int_equal(get(&distinct[0]), 0);
	/* As if all others were equal to this one: 65,535 real ones take long. */
	for (uint32_t i = 1; i < STEER_CONTEXTS; i++)
		set.context[i] = set.context[0];
	set.n = STEER_CONTEXTS - 1;
	set.context[STEER_CONTEXTS - 1] = NULL;
	assert_int_equal(get(&distinct[1]), STEER_CONTEXTS - 1);
	assert_true(STEER_CONTEXTS - 1 < STEER_CONTEXT_PORT);
	assert_int_equal(get(&distinct[2]), -ENOSPC);
	assert_int_equal(get(&distinct[1]), STEER_CONTEXTS - 1);
	steer_contexts_put(&set, STEER_CONTEXTS - 1);
	steer_contexts_put(&set, STEER_CONTEXTS - 1);
	for (uint32_t i = 1; i < STEER_CONTEXTS; i++)
		set.context[i] = NULL;
	set.n = 1;
}

/* Bursts of old versions go on with what was, however often it has changed meanwhile. */
static void
test_update(void **state)
{
	const struct rte_flow_action_rss one = { .queue = list_one, .queue_num = 1 };
	const struct rte_flow_action_rss many = { .queue = list, .queue_num = RTE_DIM(list) };
	const struct rte_flow_action_rss open = { .level = 0 };
	const struct steer_rss *first, *second, *third;
	int own;

	RTE_SET_USED(state);
	own = steer_contexts_get_own(&set, &one, &port, 8);
	assert_true(own >= 0);
	assert_int_not_equal(get(&one), own);
	first = set.rss[own];
	assert_int_equal(steer_contexts_update(&set, (uint16_t)own, &many, &port, 8, 10), 0);
	second = set.rss[own];
	/* Somebody is still reading: what is replaced stays. */
	rte_rcu_qsbr_thread_online(qsbr, 0);
	steer_contexts_settle(&set, (uint16_t)own, &retire);
	assert_int_equal(steer_contexts_update(&set, (uint16_t)own, &open, &port, 8, 20), 0);
	third = set.rss[own];
	steer_contexts_settle(&set, (uint16_t)own, &retire);
	steer_retire_reclaim(&retire);
	assert_ptr_equal(steer_rss_at(third, 10), first);
	assert_ptr_equal(steer_rss_at(third, 11), second);
	assert_ptr_equal(steer_rss_at(third, 20), second);
	assert_ptr_equal(steer_rss_at(third, 21), third);
	assert_int_equal(steer_rss_queue(steer_rss_at(third, 9), 0), 5);
	assert_int_equal(steer_rss_queue(steer_rss_at(third, 15), 1), 1);
	rte_rcu_qsbr_thread_offline(qsbr, 0);
	assert_int_equal(steer_retire_reclaim(&retire), 2);
	steer_contexts_put(&set, (uint16_t)own);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_share),
		TEST(test_port),
		TEST(test_action),
		TEST(test_open_parts),
		TEST(test_prepare_and_abort),
		TEST(test_queues),
		TEST(test_no_queue_yet),
		TEST(test_long_list),
		TEST(test_depth),
		TEST(test_get_without_memory),
		TEST(test_prepare_without_memory),
		TEST(test_init_without_memory),
		TEST(test_numbers_run_out),
		TEST(test_update),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
