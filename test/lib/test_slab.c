/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "steer_slab.h"

#include "alloc.h"
#include "eal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define N 4096

/* Objects that are out, each filled with its own byte. */
static struct {
	uint8_t *at;
	size_t size;
	uint8_t byte;
} objects[N];

static void
take(struct steer_slab *slab, unsigned int i, size_t size)
{
	objects[i].at = steer_slab_alloc(slab, size);
	assert_non_null(objects[i].at);
	assert_int_equal((uintptr_t)objects[i].at % STEER_SLAB_UNIT, 0);
	objects[i].size = size;
	objects[i].byte = (uint8_t)rand();
	memset(objects[i].at, objects[i].byte, size);
}

/* Nobody has written to it meanwhile. */
static void
give(struct steer_slab *slab, unsigned int i)
{
	for (size_t b = 0; b < objects[i].size; b++)
		assert_int_equal(objects[i].at[b], objects[i].byte);
	steer_slab_free(slab, objects[i].at, objects[i].size);
	objects[i].at = NULL;
}

static void
test_every_size(void **state)
{
	const size_t used = test_heap_used();
	struct steer_slab slab;

	RTE_SET_USED(state);
	steer_slab_init(&slab, SOCKET_ID_ANY);
	assert_int_equal(slab.bytes, 0);
	for (unsigned int size = 1; size <= STEER_SLAB_MAX; size++)
		take(&slab, size, size);
	assert_true(slab.bytes > STEER_SLAB_MAX * STEER_SLAB_MAX / 2);
	assert_true(test_heap_used() >= used + slab.bytes);
	for (unsigned int size = 1; size <= STEER_SLAB_MAX; size++)
		give(&slab, size);
	steer_slab_fini(&slab);
	assert_int_equal(test_heap_used(), used);
	assert_int_equal(slab.bytes, 0);
}

static void
test_random(void **state)
{
	const size_t used = test_heap_used();
	struct steer_slab slab;

	RTE_SET_USED(state);
	memset(objects, 0, sizeof(objects));
	steer_slab_init(&slab, SOCKET_ID_ANY);
	for (unsigned int n = 0; n < 200000; n++) {
		const unsigned int i = (unsigned int)rand() % N;

		if (objects[i].at != NULL)
			give(&slab, i);
		else
			take(&slab, i, 1 + (size_t)rand() % STEER_SLAB_MAX);
	}
	/* What is still out goes as well. */
	steer_slab_fini(&slab);
	assert_int_equal(test_heap_used(), used);
}

/* What was freed is what comes next of this size: no more memory than at the most. */
static void
test_reuse(void **state)
{
	struct steer_slab slab;
	size_t bytes;

	RTE_SET_USED(state);
	steer_slab_init(&slab, SOCKET_ID_ANY);
	for (unsigned int i = 0; i < N; i++)
		take(&slab, i, 100);
	bytes = slab.bytes;
	/* Packed: two units each, chunks of which at most one is not full. */
	assert_true(bytes < N * 128 + 512 * 1024);
	for (unsigned int round = 0; round < 5; round++) {
		for (unsigned int i = 0; i < N; i++)
			give(&slab, i);
		for (unsigned int i = 0; i < N; i++)
			take(&slab, i, 65 + (size_t)rand() % 64);
	}
	assert_int_equal(slab.bytes, bytes);
	steer_slab_fini(&slab);
}

/* The rest of a chunk that is too small for a large object serves small ones. */
static void
test_rest_of_chunk(void **state)
{
	struct steer_slab slab;
	unsigned int n = 0, last;
	size_t bytes;

	RTE_SET_USED(state);
	steer_slab_init(&slab, SOCKET_ID_ANY);
	take(&slab, n++, 1024);
	bytes = slab.bytes;
	while (slab.bytes == bytes)
		take(&slab, n++, 1024);
	/* The last one that the first chunk had room for. */
	last = n - 2;
	take(&slab, n++, 64);
	assert_in_range(objects[n - 1].at - objects[last].at, 1024, 2047);
	while (n-- > 0)
		give(&slab, n);
	steer_slab_fini(&slab);
}

/* Memory of many objects is there for others when they are gone; that of a few is kept. */
static void
test_give_back(void **state)
{
	const size_t used = test_heap_used();
	struct steer_slab slab;
	size_t bytes;

	RTE_SET_USED(state);
	steer_slab_init(&slab, SOCKET_ID_ANY);
	take(&slab, 0, 64);
	bytes = slab.bytes;
	give(&slab, 0);
	assert_int_equal(slab.bytes, bytes);
	for (unsigned int turn = 0; turn < 2; turn++) {
		for (unsigned int i = 0; i < N; i++)
			take(&slab, i, 1 + i % STEER_SLAB_MAX);
		for (unsigned int i = 1; i < N; i++)
			give(&slab, i);
		assert_true(slab.bytes > N * STEER_SLAB_UNIT);
		give(&slab, 0);
		assert_int_equal(slab.bytes, 0);
		assert_int_equal(test_heap_used(), used);
	}
	steer_slab_fini(&slab);
}

static void
test_no_memory(void **state)
{
	const size_t used = test_heap_used();
	struct steer_slab slab;
	unsigned int n = 0;
	size_t bytes;

	RTE_SET_USED(state);
	steer_slab_init(&slab, SOCKET_ID_ANY);
	test_alloc_fail(1);
	assert_null(steer_slab_alloc(&slab, 64));
	assert_int_equal(test_heap_used(), used);
	/* All that is there can still be had. */
	take(&slab, n++, 64);
	bytes = slab.bytes;
	test_alloc_fail(1);
	for (; steer_slab_alloc(&slab, 64) != NULL; n++)
		assert_int_equal(slab.bytes, bytes);
	assert_true(test_alloc_failed());
	assert_true(n >= bytes / 64 - 1);
	assert_int_equal(slab.bytes, bytes);
	test_alloc_fail(0);
	assert_non_null(steer_slab_alloc(&slab, 64));
	steer_slab_fini(&slab);
	assert_int_equal(test_heap_used(), used);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_rest_of_chunk),
		cmocka_unit_test(test_give_back),
		cmocka_unit_test(test_no_memory),
	};

	srand(1);
	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
