/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "steer_count.h"

#include "alloc.h"
#include "eal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Each test begins with a set of its own, and must leave the heap as it was. */
struct fixture {
	struct steer_count c;
	size_t heap;
};

static struct fixture fixture;

static int
begin(void **state)
{
	fixture.heap = test_heap_used();
	*state = &fixture.c;
	return steer_count_init(&fixture.c, 1, SOCKET_ID_ANY);
}

static int
end(void **state)
{
	test_alloc_fail(0);
	steer_count_fini(*state);
	return test_heap_used() == fixture.heap ? 0 : -1;
}

static uint32_t
take(struct steer_count *c)
{
	const uint32_t id = steer_count_alloc(c);

	assert_int_not_equal(id, STEER_COUNT_NONE);
	return id;
}

static void
add(struct steer_count *c, unsigned int shard, uint32_t id, unsigned int hits, uint32_t bytes)
{
	while (hits-- != 0)
		steer_count_add(steer_count_at(c, shard, id), bytes);
}

static void
assert_value(struct steer_count_value v, uint64_t hits, uint64_t bytes)
{
	assert_int_equal(v.hits, hits);
	assert_int_equal(v.bytes, bytes);
}

static void
assert_count(const struct steer_count *c, uint32_t id, uint64_t hits, uint64_t bytes)
{
	assert_value(steer_count_read(c, id), hits, bytes);
}

static void
test_init(void **state)
{
	struct steer_count c;

	RTE_SET_USED(state);
	memset(&c, 0, sizeof(c));
	steer_count_fini(&c);
	memset(&c, 0xff, sizeof(c));
	assert_int_equal(steer_count_init(&c, 0, SOCKET_ID_ANY), -EINVAL);
	steer_count_fini(&c);
	assert_int_equal(steer_count_init(&c, STEER_COUNT_SHARDS + 1, SOCKET_ID_ANY), -EINVAL);
	assert_int_equal(steer_count_init(&c, STEER_COUNT_SHARDS, SOCKET_ID_ANY), 0);
	steer_count_fini(&c);
	steer_count_fini(&c);
}

static void
test_add(void **state)
{
	struct steer_count *c = *state;
	const uint32_t a = take(c), b = take(c);

	assert_int_not_equal(a, b);
	assert_count(c, a, 0, 0);
	add(c, 0, a, 3, 100);
	add(c, 0, b, 1, 60);
	/* More than 32 bits of bytes. */
	add(c, 0, b, 4, UINT32_MAX);
	assert_count(c, a, 3, 300);
	assert_count(c, b, 5, 60 + UINT64_C(4) * UINT32_MAX);
}

/* Every shard counts, on cache lines of its own. */
static void
test_shards(void **state)
{
	struct steer_count *c = *state;
	uint32_t id;

	assert_int_equal(steer_count_shards(c, STEER_COUNT_SHARDS), 0);
	id = take(c);
	for (unsigned int n = 0; n < STEER_COUNT_SHARDS; n++) {
		const uintptr_t page = (uintptr_t)c->shard[n]->page[0];

		assert_int_equal(page % RTE_CACHE_LINE_SIZE, 0);
		add(c, n, id, n + 1, n);
	}
	assert_count(c, id, 64 * 65 / 2, 63 * 64 * 65 / 3);
}

/* Several pages, none of which moves; each counter stays apart from all others. */
static void
test_growth(void **state)
{
	struct steer_count *c = *state;
	const uint32_t n_counters = 3 * STEER_COUNT_PAGE + 1;
	const struct steer_count_value *first_page;
	uint32_t *ids = calloc(n_counters, sizeof(*ids));

	assert_non_null(ids);
	assert_int_equal(steer_count_shards(c, 2), 0);
	ids[0] = take(c);
	first_page = c->shard[1]->page[0];
	for (uint32_t i = 1; i < n_counters; i++)
		ids[i] = take(c);
	assert_ptr_equal(c->shard[1]->page[0], first_page);
	assert_null(c->shard[1]->page[4]);
	for (uint32_t i = 0; i < n_counters; i++)
		add(c, i % 2, ids[i], 1 + i % 3, i);
	for (uint32_t i = 0; i < n_counters; i++)
		assert_count(c, ids[i], 1 + i % 3, (uint64_t)(1 + i % 3) * i);
	free(ids);
}

static void
test_reset(void **state)
{
	struct steer_count *c = *state;
	const uint32_t a = take(c), b = take(c);

	assert_int_equal(steer_count_shards(c, 2), 0);
	add(c, 0, a, 5, 10);
	add(c, 1, a, 2, 20);
	add(c, 1, b, 1, 7);
	assert_value(steer_count_reset(c, a), 7, 90);
	assert_count(c, a, 0, 0);
	assert_count(c, b, 1, 7);
	add(c, 1, a, 1, 30);
	assert_count(c, a, 1, 30);
	assert_value(steer_count_reset(c, a), 1, 30);
	assert_value(steer_count_reset(c, a), 0, 0);
}

/* EAL has pinned this thread to one core, and a thread made by it would stay there too. */
static void
unpin(void)
{
	cpu_set_t all;

	memset(&all, 0xff, sizeof(all));
	assert_int_equal(pthread_setaffinity_np(pthread_self(), sizeof(all), &all), 0);
}

#define WRITERS 2
#define RESETS 2000000

struct writer {
	struct steer_count *c;
	unsigned int shard;
	uint32_t id;
	uint64_t hits;
	atomic_bool *stop;
	pthread_t thread;
};

static void *
writer_run(void *arg)
{
	struct writer *w = arg;

	for (; !atomic_load_explicit(w->stop, memory_order_relaxed); w->hits++)
		steer_count_add(steer_count_at(w->c, w->shard, w->id), 3);
	return NULL;
}

/* Whatever is counted meanwhile comes out of exactly one reset. */
static void
test_reset_while_counting(void **state)
{
	struct steer_count *c = *state;
	const uint32_t id = take(c);
	struct steer_count_value sum = {0}, v;
	struct writer writers[WRITERS];
	atomic_bool stop = false;

	assert_int_equal(steer_count_shards(c, WRITERS), 0);
	unpin();
	for (unsigned int n = 0; n < WRITERS; n++) {
		writers[n] = (struct writer){ .c = c, .shard = n, .id = id, .stop = &stop };
		assert_int_equal(pthread_create(&writers[n].thread, NULL, writer_run, &writers[n]),
				0);
	}
	for (unsigned int n = 0; n < RESETS; n++) {
		v = steer_count_reset(c, id);
		sum.hits += v.hits;
		sum.bytes += v.bytes;
	}
	stop = true;
	for (unsigned int n = 0; n < WRITERS; n++) {
		assert_int_equal(pthread_join(writers[n].thread, NULL), 0);
		sum.hits -= writers[n].hits;
		sum.bytes -= 3 * writers[n].hits;
	}
	v = steer_count_read(c, id);
	assert_value((struct steer_count_value){ sum.hits + v.hits, sum.bytes + v.bytes }, 0, 0);
}

/* A counter taken again knows nothing of its former life: neither counts nor a base. */
static void
test_reuse(void **state)
{
	struct steer_count *c = *state;
	uint32_t id, again;

	assert_int_equal(steer_count_shards(c, 3), 0);
	id = take(c);
	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int n = 0; n < 3; n++)
			add(c, n, id, 4, 100);
		if (round == 1)
			steer_count_reset(c, id);
		steer_count_release(c, id);
		again = take(c);
		assert_int_equal(again, id);
		assert_count(c, id, 0, 0);
		add(c, 2, id, 1, 9);
		assert_count(c, id, 1, 9);
	}
}

/* However many are given back, in any order: none is lost, none is handed out twice. */
static void
test_release_many(void **state)
{
	struct steer_count *c = *state;
	const uint32_t n_counters = 2 * STEER_COUNT_PAGE;
	bool *taken = calloc(n_counters, sizeof(*taken));
	size_t heap;

	assert_non_null(taken);
	for (uint32_t i = 0; i < n_counters; i++)
		add(c, 0, take(c), 1, 1);
	heap = test_heap_used();
	for (uint32_t i = 0; i < n_counters; i++)
		steer_count_release(c, i * 5 % n_counters);
	for (uint32_t i = 0; i < n_counters; i++) {
		const uint32_t id = take(c);

		assert_true(id < n_counters && !taken[id]);
		taken[id] = true;
		assert_count(c, id, 0, 0);
	}
	assert_int_equal(test_heap_used(), heap);
	assert_int_equal(take(c), n_counters);
	free(taken);
}

/* A port gets more queues: what has been counted stays, and new shards count it all. */
static void
test_shards_later(void **state)
{
	struct steer_count *c = *state;
	uint32_t ids[STEER_COUNT_PAGE + 2];

	for (unsigned int i = 0; i < RTE_DIM(ids); i++) {
		ids[i] = take(c);
		add(c, 0, ids[i], 2, i);
	}
	steer_count_reset(c, ids[1]);
	assert_int_equal(steer_count_shards(c, 5), 0);
	for (unsigned int i = 0; i < RTE_DIM(ids); i++)
		add(c, 4, ids[i], 1, 1);
	for (unsigned int i = 0; i < RTE_DIM(ids); i++) {
		const unsigned int old = i == 1 ? 0 : 2;

		assert_count(c, ids[i], old + 1, old * i + 1);
	}
}

static void
test_shards_stay(void **state)
{
	struct steer_count *c = *state;
	const uint32_t id = take(c);

	assert_int_equal(steer_count_shards(c, 4), 0);
	add(c, 3, id, 1, 5);
	assert_int_equal(steer_count_shards(c, 2), 0);
	add(c, 3, id, 1, 5);
	assert_count(c, id, 2, 10);
	assert_int_equal(steer_count_shards(c, 0), -EINVAL);
	assert_int_equal(steer_count_shards(c, STEER_COUNT_SHARDS + 1), -EINVAL);
	assert_null(c->shard[4]);
	assert_count(c, id, 2, 10);
}

static void
test_init_no_memory(void **state)
{
	const size_t heap = test_heap_used();
	struct steer_count c;
	unsigned int n;

	RTE_SET_USED(state);
	for (n = 1;; n++) {
		int ret;

		test_alloc_fail(n);
		ret = steer_count_init(&c, 3, SOCKET_ID_ANY);
		if (!test_alloc_failed())
			break;
		assert_int_equal(ret, -ENOMEM);
		assert_int_equal(test_heap_used(), heap);
		assert_null(c.control);
	}
	test_alloc_fail(0);
	/* The control side and three shards. */
	assert_int_equal(n, 5);
	steer_count_fini(&c);
}

static void
test_shards_no_memory(void **state)
{
	struct steer_count *c = *state;
	const uint32_t id = take(c);
	unsigned int n;
	size_t heap;

	while (take(c) != STEER_COUNT_PAGE)
		;
	heap = test_heap_used();
	add(c, 0, id, 1, 2);
	for (n = 1;; n++) {
		int ret;

		test_alloc_fail(n);
		ret = steer_count_shards(c, 3);
		if (!test_alloc_failed())
			break;
		assert_int_equal(ret, -ENOMEM);
		assert_int_equal(test_heap_used(), heap);
		assert_null(c->shard[1]);
		assert_count(c, id, 1, 2);
	}
	test_alloc_fail(0);
	/* Two shards with two pages each. */
	assert_int_equal(n, 7);
	add(c, 2, id, 1, 2);
	assert_count(c, id, 2, 4);
}

static void
test_alloc_no_memory(void **state)
{
	struct steer_count *c = *state;
	size_t heap;
	uint32_t id;
	unsigned int n;

	assert_int_equal(steer_count_shards(c, 3), 0);
	heap = test_heap_used();
	for (n = 1;; n++) {
		test_alloc_fail(n);
		id = steer_count_alloc(c);
		if (!test_alloc_failed())
			break;
		assert_int_equal(id, STEER_COUNT_NONE);
		assert_int_equal(test_heap_used(), heap);
	}
	test_alloc_fail(0);
	/* A page for control and three shards. */
	assert_int_equal(n, 5);
	assert_int_equal(id, 0);
	add(c, 2, id, 1, 1);
	assert_count(c, id, 1, 1);
}

/* All of them: no more, but again one when one is given back. */
static void
test_all_taken(void **state)
{
	struct steer_count *c = *state;

	for (uint32_t i = 0; i < STEER_COUNT_MAX; i++) {
		if (steer_count_alloc(c) != i)
			fail_msg("counter %u", i);
	}
	add(c, 0, STEER_COUNT_MAX - 1, 1, 1);
	assert_int_equal(steer_count_alloc(c), STEER_COUNT_NONE);
	assert_count(c, STEER_COUNT_MAX - 1, 1, 1);
	steer_count_release(c, 12345);
	assert_int_equal(steer_count_alloc(c), 12345);
	assert_int_equal(steer_count_alloc(c), STEER_COUNT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init),
		cmocka_unit_test_setup_teardown(test_add, begin, end),
		cmocka_unit_test_setup_teardown(test_shards, begin, end),
		cmocka_unit_test_setup_teardown(test_growth, begin, end),
		cmocka_unit_test_setup_teardown(test_reset, begin, end),
		cmocka_unit_test_setup_teardown(test_reset_while_counting, begin, end),
		cmocka_unit_test_setup_teardown(test_reuse, begin, end),
		cmocka_unit_test_setup_teardown(test_release_many, begin, end),
		cmocka_unit_test_setup_teardown(test_shards_later, begin, end),
		cmocka_unit_test_setup_teardown(test_shards_stay, begin, end),
		cmocka_unit_test(test_init_no_memory),
		cmocka_unit_test_setup_teardown(test_shards_no_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_alloc_no_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_all_taken, begin, end),
	};

	return cmocka_run_group_tests_name("count", tests, test_eal_begin, test_eal_end);
}
