/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "steer_retire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SLOTS 8
#define N 100

struct object {
	struct steer_retired retired;
	unsigned int number;
	bool freed;
};

static struct rte_rcu_qsbr *qsbr;
static struct object objects[N];
/* Number of the one that must be freed next. */
static unsigned int next_freed;

static int
begin(void **state)
{
	const size_t size = rte_rcu_qsbr_get_memsize(SLOTS);

	RTE_SET_USED(state);
	qsbr = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL(size, RTE_CACHE_LINE_SIZE));
	if (qsbr == NULL || rte_rcu_qsbr_init(qsbr, SLOTS) != 0)
		return -1;
	for (unsigned int i = 0; i < SLOTS; i++)
		rte_rcu_qsbr_thread_register(qsbr, i);
	for (unsigned int i = 0; i < N; i++) {
		objects[i] = (struct object){ .number = i };
		/* Nobody promised to clear what is retired. */
		memset(&objects[i].retired, 0xee, sizeof(objects[i].retired));
	}
	next_freed = 0;
	return 0;
}

static int
end(void **state)
{
	RTE_SET_USED(state);
	free(qsbr);
	return 0;
}

static void
free_object(struct steer_retired *r)
{
	struct object *o = (struct object *)r;

	assert_false(o->freed);
	assert_int_equal(o->number, next_freed);
	o->freed = true;
	next_freed++;
	/* What is freed is nobody's any more. */
	memset(&o->retired, 0xee, sizeof(o->retired));
}

static void
retire(struct steer_retire *list, unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		steer_retire(list, &objects[i].retired, free_object);
}

static void
test_no_reader(void **state)
{
	struct steer_retire list;

	RTE_SET_USED(state);
	steer_retire_init(&list, qsbr);
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 0);
	retire(&list, 0, 3);
	assert_int_equal(next_freed, 0);
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 3);
	assert_int_equal(next_freed, 3);
	/* The list is as new. */
	retire(&list, 3, 4);
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 1);
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 0);
}

/* A reader holds what was retired while it was online, whatever others do. */
static void
test_reader_online(void **state)
{
	struct steer_retire list;

	RTE_SET_USED(state);
	steer_retire_init(&list, qsbr);
	retire(&list, 0, 1);
	rte_rcu_qsbr_thread_online(qsbr, 3);
	retire(&list, 1, 3);
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 1);
	for (unsigned int i = 0; i < SLOTS; i++) {
		if (i == 3)
			continue;
		rte_rcu_qsbr_thread_online(qsbr, i);
		assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 0);
		rte_rcu_qsbr_thread_offline(qsbr, i);
	}
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 0);
	rte_rcu_qsbr_thread_offline(qsbr, 3);
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 2);
}

/* One that came later does not hold it. */
static void
test_later_reader(void **state)
{
	struct steer_retire list;

	RTE_SET_USED(state);
	steer_retire_init(&list, qsbr);
	rte_rcu_qsbr_thread_online(qsbr, 0);
	retire(&list, 0, 2);
	rte_rcu_qsbr_thread_online(qsbr, 1);
	retire(&list, 2, 4);
	rte_rcu_qsbr_thread_offline(qsbr, 0);
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 2);
	rte_rcu_qsbr_quiescent(qsbr, 1);
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 2);
	rte_rcu_qsbr_thread_offline(qsbr, 1);
}

static void
test_some(void **state)
{
	struct steer_retire list;

	RTE_SET_USED(state);
	steer_retire_init(&list, qsbr);
	retire(&list, 0, 10);
	assert_int_equal(steer_retire_reclaim_some(&list, 0), 0);
	assert_int_equal(steer_retire_reclaim_some(&list, 4), 4);
	assert_int_equal(steer_retire_reclaim_some(&list, 4), 4);
	assert_int_equal(steer_retire_reclaim_some(&list, 4), 2);
	assert_int_equal(next_freed, 10);
}

/* When nobody can be active any more, also what a slot left online would hold. */
static void
test_flush(void **state)
{
	struct steer_retire list;

	RTE_SET_USED(state);
	steer_retire_init(&list, qsbr);
	rte_rcu_qsbr_thread_online(qsbr, 0);
	retire(&list, 0, N);
	steer_retire_flush(&list);
	assert_int_equal(next_freed, N);
	steer_retire_flush(&list);
	rte_rcu_qsbr_thread_offline(qsbr, 0);
}

static struct steer_retire *again_list;

static void
free_second(struct steer_retired *r)
{
	free_object(r);
}

static void
free_first(struct steer_retired *r)
{
	/* Once more round: something else has to wait for it. */
	steer_retire(again_list, r, free_second);
}

/* What is freed may be retired again by its own function. */
static void
test_retire_again(void **state)
{
	struct steer_retire list;

	RTE_SET_USED(state);
	steer_retire_init(&list, qsbr);
	again_list = &list;
	steer_retire(&list, &objects[0].retired, free_first);
	assert_int_equal(steer_retire_reclaim_some(&list, 1), 1);
	assert_int_equal(next_freed, 0);
	rte_rcu_qsbr_thread_online(qsbr, 0);
	retire(&list, 1, 2);
	assert_int_equal(steer_retire_reclaim_some(&list, UINT_MAX), 1);
	assert_int_equal(next_freed, 1);
	rte_rcu_qsbr_thread_offline(qsbr, 0);
	steer_retire_flush(&list);
	assert_int_equal(next_freed, 2);
}

/* Readers at work: a pointer taken online is good until offline. */

#define ROUNDS 20000

struct shared {
	struct steer_retired retired;
	atomic_bool dead;
};

static struct shared *published;
static atomic_bool stop;
static atomic_uint n_bad;

static void *
reader(void *arg)
{
	const unsigned int slot = *(const unsigned int *)arg;

	while (!stop) {
		const struct shared *s;

		rte_rcu_qsbr_thread_online(qsbr, slot);
		s = __atomic_load_n(&published, __ATOMIC_ACQUIRE);
		for (unsigned int i = 0; i < 50; i++)
			n_bad += s->dead;
		rte_rcu_qsbr_thread_offline(qsbr, slot);
	}
	return NULL;
}

/* Kept a while as dead, so that a reader who still has it sees it without a sanitizer too. */
static void
kill_shared(struct steer_retired *r)
{
	struct shared *s = (struct shared *)r;

	s->dead = true;
	sched_yield();
	free(s);
}

static void
test_threads(void **state)
{
	static const unsigned int slots[] = { 1, 4, 7 };
	pthread_t threads[RTE_DIM(slots)];
	struct steer_retire list;

	RTE_SET_USED(state);
	steer_retire_init(&list, qsbr);
	published = calloc(1, sizeof(*published));
	stop = false;
	for (unsigned int i = 0; i < RTE_DIM(slots); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader,
						(void *)(uintptr_t)&slots[i]), 0);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct shared *new = calloc(1, sizeof(*new)), *old = published;

		assert_non_null(new);
		__atomic_store_n(&published, new, __ATOMIC_RELEASE);
		steer_retire(&list, &old->retired, kill_shared);
		if (i % 8 == 0)
			steer_retire_reclaim_some(&list, UINT_MAX);
	}
	stop = true;
	for (unsigned int i = 0; i < RTE_DIM(slots); i++)
		pthread_join(threads[i], NULL);
	steer_retire_flush(&list);
	free(published);
	assert_int_equal(n_bad, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_reader),
		TEST(test_reader_online),
		TEST(test_later_reader),
		TEST(test_some),
		TEST(test_flush),
		TEST(test_retire_again),
		TEST(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
