/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdint.h>

#include <rte_common.h>
#include <rte_memory.h>

/*
 * What a producer does between two steps of the consumer, which threads hit once in millions of
 * packets: here it happens whenever the consumer is about to clear a bit, or has just done so.
 */
static void (*before_clear)(void);
static void (*after_clear)(void);
static uint64_t clear_between(uint64_t *pending, uint64_t mask);

#define __atomic_fetch_and(pending, mask, order) clear_between(pending, mask)
#include "steer_rings.c"
#undef __atomic_fetch_and

#include "eal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static uint64_t
clear_between(uint64_t *pending, uint64_t mask)
{
	uint64_t old;

	if (before_clear != NULL)
		before_clear();
	old = __atomic_fetch_and(pending, mask, __ATOMIC_SEQ_CST);
	if (after_clear != NULL)
		after_clear();
	return old;
}

static struct steer_rings *r;
static unsigned int n_sent;

static void
send_one(void)
{
	struct rte_mbuf *m = (struct rte_mbuf *)(uintptr_t)++n_sent;

	assert_int_equal(steer_rings_enqueue(r, 7, 0, &m, 1), 1);
	steer_rings_notify(r, 7, 1);
}

/* Each time something came in between: the next look must find it. */
static void
check(void (*before)(void), void (*after)(void), unsigned int each)
{
	struct rte_mbuf *pkts[8];

	r = steer_rings_create(8, 1, 64, SOCKET_ID_ANY);
	assert_non_null(r);
	n_sent = 0;
	before_clear = NULL;
	after_clear = NULL;
	send_one();
	assert_int_equal(steer_rings_dequeue(r, 0, pkts, 8), 1);
	for (unsigned int i = 0; i < 5; i++) {
		/* A bit is cleared when nothing was found. */
		before_clear = before;
		after_clear = after;
		assert_int_equal(steer_rings_dequeue(r, 0, pkts, 8), 0);
		before_clear = NULL;
		after_clear = NULL;
		assert_int_equal(steer_rings_count(r, 0), each);
		assert_int_equal(steer_rings_dequeue(r, 0, pkts, 8), each);
		assert_ptr_equal(pkts[each - 1], (void *)(uintptr_t)n_sent);
	}
	assert_int_equal(steer_rings_dequeue(r, 0, pkts, 8), 0);
	steer_rings_free(r);
}

static void
test_before(void **state)
{
	RTE_SET_USED(state);
	check(send_one, NULL, 1);
}

static void
test_after(void **state)
{
	RTE_SET_USED(state);
	check(NULL, send_one, 1);
}

static void
test_both(void **state)
{
	RTE_SET_USED(state);
	check(send_one, send_one, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_before),
		cmocka_unit_test(test_after),
		cmocka_unit_test(test_both),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
