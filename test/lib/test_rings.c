/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "steer_rings.h"

#include "alloc.h"
#include "eal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define BURST 32

/* What goes through the rings need not be packets: source and number, never NULL. */
static struct rte_mbuf *
token(unsigned int source, unsigned int n)
{
	return (struct rte_mbuf *)(((uintptr_t)n << 8 | source) + 1);
}

static unsigned int
token_source(const struct rte_mbuf *m)
{
	return ((uintptr_t)m - 1) & 0xff;
}

static unsigned int
token_number(const struct rte_mbuf *m)
{
	return (unsigned int)(((uintptr_t)m - 1) >> 8);
}

static struct steer_rings *
make(uint16_t n_sources, uint16_t n_targets, uint32_t size)
{
	struct steer_rings *r = steer_rings_create(n_sources, n_targets, size, SOCKET_ID_ANY);

	assert_non_null(r);
	return r;
}

/* Put in numbers first..first+n-1. @return how many fitted. */
static unsigned int
put(struct steer_rings *r, unsigned int source, unsigned int target, unsigned int first,
    unsigned int n)
{
	unsigned int done = 0;

	while (done < n) {
		struct rte_mbuf *m = token(source, first + done);

		if (steer_rings_enqueue(r, source, target, &m, 1) == 0)
			break;
		done++;
	}
	return done;
}

static void
drain(struct steer_rings *r, unsigned int target)
{
	struct rte_mbuf *pkts[BURST];

	for (unsigned int s = 0; s < r->n_sources; s++)
		while (steer_rings_dequeue_from(r, s, target, pkts, BURST) > 0)
			;
}

static void
assert_invalid(uint16_t n_sources, uint16_t n_targets, uint32_t size)
{
	rte_errno = 0;
	assert_null(steer_rings_create(n_sources, n_targets, size, SOCKET_ID_ANY));
	assert_int_equal(rte_errno, EINVAL);
}

static void
test_create(void **state)
{
	const size_t used = test_heap_used();

	RTE_SET_USED(state);
	assert_invalid(0, 1, 1);
	assert_invalid(1, 0, 1);
	assert_invalid(STEER_RINGS_SOURCES + 1, 1, 1);
	assert_invalid(1, STEER_RINGS_TARGETS + 1, 1);
	assert_invalid(1, 1, 0);
	assert_invalid(1, 1, UINT32_MAX);
	assert_invalid(1, 1, 1u << 31);
	assert_invalid(1, 1, STEER_RINGS_SIZE + 1);
	for (unsigned int n = 1; n <= 2; n++) {
		test_alloc_fail(n);
		rte_errno = 0;
		assert_null(steer_rings_create(2, 2, 64, SOCKET_ID_ANY));
		assert_true(test_alloc_failed());
		assert_int_equal(rte_errno, ENOMEM);
		assert_int_equal(test_heap_used(), used);
	}
	test_alloc_fail(0);
	steer_rings_free(NULL);
	steer_rings_free(make(STEER_RINGS_SOURCES, STEER_RINGS_TARGETS, 8));
	assert_int_equal(test_heap_used(), used);
}

static void
test_bytes(void **state)
{
	const size_t used = test_heap_used();
	struct steer_rings *r;
	size_t bytes;

	RTE_SET_USED(state);
	for (uint32_t size = 1; size <= 1024; size *= 3) {
		bytes = steer_rings_bytes(3, 5, size);
		r = make(3, 5, size);
		assert_in_range(test_heap_used() - used, bytes, bytes + 4096);
		assert_true(bytes >= 3 * 5 * size * sizeof(void *));
		steer_rings_free(r);
	}
}

/* Each holds what was asked for, and rejects what is too much without harm. */
static void
test_full(void **state)
{
	static const uint32_t sizes[] = { 1, 2, 3, 7, 8, 255, 256, 257 };
	struct rte_mbuf *pkts[1024];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(sizes); i++) {
		struct steer_rings *r = make(2, 2, sizes[i]);
		const unsigned int n = put(r, 1, 0, 0, 1024);

		assert_true(n >= sizes[i]);
		assert_int_equal(steer_rings_count(r, 0), n);
		assert_int_equal(steer_rings_count(r, 1), 0);
		assert_int_equal(put(r, 1, 0, n, 1), 0);
		assert_int_equal(steer_rings_dequeue_from(r, 1, 0, pkts, 1024), n);
		for (unsigned int p = 0; p < n; p++)
			assert_ptr_equal(pkts[p], token(1, p));
		assert_int_equal(put(r, 1, 0, 0, 1024), n);
		drain(r, 0);
		steer_rings_free(r);
	}
}

/* Rings do not lie in one another, whoever fills them. */
static void
test_all_pairs(void **state)
{
	struct steer_rings *r = make(16, 16, 20);
	struct rte_mbuf *pkts[64];

	RTE_SET_USED(state);
	for (unsigned int s = 0; s < 16; s++)
		for (unsigned int t = 0; t < 16; t++)
			assert_int_equal(put(r, s, t, t, 20), 20);
	for (unsigned int s = 0; s < 16; s++)
		for (unsigned int t = 0; t < 16; t++) {
			assert_int_equal(steer_rings_dequeue_from(r, s, t, pkts, 64), 20);
			for (unsigned int p = 0; p < 20; p++)
				assert_ptr_equal(pkts[p], token(s, t + p));
		}
	steer_rings_free(r);
}

/* The bitmap */

static void
test_notify(void **state)
{
	struct steer_rings *r = make(64, 64, 64);
	struct rte_mbuf *pkts[BURST];

	RTE_SET_USED(state);
	/* A target looks only where it was told to. */
	put(r, 63, 5, 0, 3);
	put(r, 0, 5, 0, 3);
	put(r, 63, 63, 0, 3);
	assert_int_equal(steer_rings_dequeue(r, 5, pkts, BURST), 0);
	steer_rings_notify(r, 63, UINT64_C(1) << 5 | UINT64_C(1) << 63);
	assert_int_equal(r->target[5].pending, UINT64_C(1) << 63);
	assert_int_equal(r->target[63].pending, UINT64_C(1) << 63);
	assert_int_equal(r->target[4].pending, 0);
	assert_int_equal(steer_rings_dequeue(r, 5, pkts, BURST), 3);
	assert_ptr_equal(pkts[2], token(63, 2));
	/* Who has found nothing does not look again. */
	assert_int_equal(steer_rings_dequeue(r, 5, pkts, BURST), 0);
	assert_int_equal(r->target[5].pending, 0);
	steer_rings_notify(r, 0, UINT64_C(1) << 5);
	assert_int_equal(steer_rings_dequeue(r, 5, pkts, BURST), 3);
	assert_int_equal(steer_rings_dequeue(r, 63, pkts, BURST), 3);
	steer_rings_free(r);
}

/* What a burst has no room for is still told of. */
static void
test_pending_stays(void **state)
{
	struct steer_rings *r = make(3, 1, 64);
	struct rte_mbuf *pkts[BURST];

	RTE_SET_USED(state);
	for (unsigned int s = 0; s < 3; s++) {
		put(r, s, 0, 0, BURST);
		steer_rings_notify(r, s, 1);
	}
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(steer_rings_dequeue(r, 0, pkts, BURST), BURST);
	/* Who has just filled a burst may have more. */
	assert_int_equal(steer_rings_dequeue(r, 0, pkts, BURST), 0);
	assert_int_equal(r->target[0].pending, 0);
	assert_int_equal(steer_rings_dequeue(r, 0, pkts, 0), 0);
	steer_rings_free(r);
}

/* Fairness */

/* All sources always have more than a burst: in as many bursts as there are, each has its turn. */
static void
check_fair(uint16_t n_sources, unsigned int burst)
{
	struct steer_rings *r = make(n_sources, 1, 128);
	unsigned int got[64] = { 0 };
	struct rte_mbuf *pkts[BURST];

	for (unsigned int i = 0; i < 10u * n_sources; i++) {
		for (unsigned int s = 0; s < n_sources; s++) {
			put(r, s, 0, 0, 128);
			steer_rings_notify(r, s, 1);
		}
		assert_int_equal(steer_rings_dequeue(r, 0, pkts, burst), burst);
		for (unsigned int p = 0; p < burst; p++)
			got[token_source(pkts[p])]++;
	}
	for (unsigned int s = 0; s < n_sources; s++)
		assert_int_equal(got[s], 10 * burst);
	drain(r, 0);
	steer_rings_free(r);
}

static void
test_fair(void **state)
{
	static const uint16_t sources[] = { 1, 2, 3, 7, 33, 63, 64 };

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(sources); i++) {
		check_fair(sources[i], 1);
		check_fair(sources[i], BURST);
	}
}

/* One that always has a burst's worth, and one that has a packet now and then. */
static void
test_flood(void **state)
{
	struct steer_rings *r = make(64, 1, 256);
	struct rte_mbuf *pkts[BURST];
	unsigned int got;

	RTE_SET_USED(state);
	for (unsigned int quiet = 0; quiet < 64; quiet++) {
		const unsigned int loud = (quiet * 31 + 1) % 64;

		if (quiet == loud)
			continue;
		put(r, quiet, 0, 0, 1);
		steer_rings_notify(r, quiet, 1);
		got = 0;
		for (unsigned int i = 0; i < 3; i++) {
			put(r, loud, 0, 0, 256);
			steer_rings_notify(r, loud, 1);
			for (unsigned int p = steer_rings_dequeue(r, 0, pkts, BURST); p > 0; p--)
				got += token_source(pkts[p - 1]) == quiet;
		}
		assert_int_equal(got, 1);
		drain(r, 0);
	}
	steer_rings_free(r);
}

/* Freeing */

static void
test_free_packets(void **state)
{
	const size_t used = test_heap_used();
	struct rte_mempool *pool;
	struct steer_rings *r;
	struct rte_mbuf *m;
	unsigned int before;

	RTE_SET_USED(state);
	pool = rte_pktmbuf_pool_create("rings", 1023, 0, 0, 128, SOCKET_ID_ANY);
	assert_non_null(pool);
	before = rte_mempool_avail_count(pool);
	r = make(3, 4, 100);
	for (unsigned int i = 0; i < 900; i++) {
		m = rte_pktmbuf_alloc(pool);
		assert_non_null(m);
		assert_int_equal(steer_rings_enqueue(r, i % 3, i % 4, &m, 1), 1);
	}
	assert_int_equal(rte_mempool_avail_count(pool), before - 900);
	steer_rings_free(r);
	assert_int_equal(rte_mempool_avail_count(pool), before);
	rte_mempool_free(pool);
	assert_int_equal(test_heap_used(), used);
}

/* Threads */

#define SOURCES 2
#define TARGETS 2

static struct steer_rings *shared;
/* Sources and targets at work. */
static unsigned int n_sources, n_targets, n_packets;
/* Packets of each source that each target was told of. */
static atomic_uint told[SOURCES][TARGETS];
static atomic_uint n_lost, n_disorder;

/*
 * How many to send next. Source 0 sends whenever there is room; source 1 at the moment the last
 * one was taken, when the consumer is about to clear its bit.
 */
static unsigned int
to_send(unsigned int s, unsigned int t, unsigned int sent)
{
	if (sent == n_packets || (s == 1 && !rte_ring_empty(steer_ring(shared, s, t))))
		return 0;
	return 1;
}

static void *
producer(void *arg)
{
	const unsigned int s = (unsigned int)(uintptr_t)arg;
	unsigned int sent[TARGETS] = { 0 };

	while (sent[0] < n_packets || sent[n_targets - 1] < n_packets) {
		uint64_t targets = 0;
		unsigned int n = 0;

		for (unsigned int t = 0; t < n_targets; t++) {
			n = put(shared, s, t, sent[t], to_send(s, t, sent[t]));
			sent[t] += n;
			targets |= (uint64_t)(n > 0) << t;
		}
		steer_rings_notify(shared, s, targets);
		for (unsigned int t = 0; t < n_targets; t++)
			told[s][t] = sent[t];
		if (targets == 0)
			sched_yield();
	}
	return NULL;
}

static void *
consumer(void *arg)
{
	const unsigned int t = (unsigned int)(uintptr_t)arg;
	unsigned int next[SOURCES] = { 0 };
	struct rte_mbuf *pkts[BURST];

	while (next[0] < n_packets || next[n_sources - 1] < n_packets) {
		unsigned int known = 0, n;

		for (unsigned int s = 0; s < n_sources; s++)
			known += told[s][t] - RTE_MIN(next[s], (unsigned int)told[s][t]);
		n = steer_rings_dequeue(shared, t, pkts, BURST);
		/* Who has been told finds something, and goes on finding it. */
		if (n == 0 && known > 0) {
			n_lost++;
			break;
		}
		for (unsigned int i = 0; i < n; i++)
			n_disorder += token_number(pkts[i]) != next[token_source(pkts[i])]++;
		if (n == 0)
			sched_yield();
	}
	return NULL;
}

static bool
all_told(void)
{
	for (unsigned int i = 0; i < n_sources * n_targets; i++)
		if (told[i % n_sources][i / n_sources] < n_packets)
			return false;
	return true;
}

static void
run_threads(unsigned int sources, unsigned int targets, unsigned int packets)
{
	pthread_t threads[SOURCES + TARGETS];

	n_sources = sources;
	n_targets = targets;
	n_packets = packets;
	memset(told, 0, sizeof(told));
	/* Small, so that both ends are hit. */
	shared = make((uint16_t)n_sources, (uint16_t)n_targets, 3);
	for (unsigned int i = 0; i < n_targets + n_sources; i++) {
		const uintptr_t arg = i < n_targets ? i : i - n_targets;

		assert_int_equal(pthread_create(&threads[i], NULL,
						i < n_targets ? consumer : producer, (void *)arg),
				 0);
	}
	for (unsigned int i = 0; i < n_targets; i++)
		pthread_join(threads[i], NULL);
	/* Should a consumer have given up, let the producers come to their end. */
	while (n_lost > 0 && !all_told())
		for (unsigned int t = 0; t < n_targets; t++)
			drain(shared, t);
	for (unsigned int i = n_targets; i < n_targets + n_sources; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(n_lost, 0);
	assert_int_equal(n_disorder, 0);
	for (unsigned int t = 0; t < n_targets; t++)
		drain(shared, t);
	steer_rings_free(shared);
}

static void
test_threads(void **state)
{
	RTE_SET_USED(state);
	run_threads(1, 1, 300000);
	run_threads(2, 1, 100000);
	run_threads(2, 2, 100000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_all_pairs),
		cmocka_unit_test(test_notify),
		cmocka_unit_test(test_pending_stays),
		cmocka_unit_test(test_fair),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_free_packets),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
