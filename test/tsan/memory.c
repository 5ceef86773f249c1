/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * What the thread sanitizer cannot see of DPDK, whose libraries are not built with it: linked into
 * each test of a build with -Db_sanitize=thread, in front of these libraries. It is not built with
 * the sanitizer itself, so that nothing in here orders what the tests do.
 *
 * Memory: the sanitizer takes a block of EAL's heap for the one that was there before it, and its
 * first writes for a race with the last reads of that one. Blocks are malloc()'s instead, which it
 * knows from allocation to release: so it also sees memory that a reader uses after its release.
 *
 * Alarms: it does not see that what was done before an alarm was set is done before it goes off,
 * and what the alarm does before its cancellation returns.
 *
 * Rings: who asks whether there is something in one reads plainly what others write by an atomic.
 */

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_alarm.h>
#include <rte_common.h>
#include <rte_malloc.h>
#include <rte_memory.h>

/* The sanitizer's. */
void __tsan_acquire(void *p);
void __tsan_release(void *p);
const char *__tsan_default_suppressions(void);
size_t malloc_usable_size(void *p);

#define ALARMS_MAX 4096

/* Each pair of these there ever was: an alarm may be set as long as it goes off. */
struct alarm {
	rte_eal_alarm_callback cb;
	void *arg;
};

static struct alarm alarms[ALARMS_MAX];
static unsigned int n_alarms;
static int alarms_lock;

/* What is allocated here, for tests that look for leaks. */
static size_t bytes;
static unsigned int blocks;

static struct {
	int (*stats)(int socket, struct rte_malloc_socket_stats *stats);
	void (*free)(void *ptr);
	int (*alarm_set)(uint64_t us, rte_eal_alarm_callback cb, void *arg);
	int (*alarm_cancel)(rte_eal_alarm_callback cb, void *arg);
} dpdk;

static void *
find(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

RTE_INIT(find_dpdk)
{
	*(void **)&dpdk.stats = find("rte_malloc_get_socket_stats");
	*(void **)&dpdk.free = find("rte_free");
	*(void **)&dpdk.alarm_set = find("rte_eal_alarm_set");
	*(void **)&dpdk.alarm_cancel = find("rte_eal_alarm_cancel");
}

/* DPDK's functions, never ours. */
const char *
__tsan_default_suppressions(void)
{
	/* These load both tails of a ring, which are volatile, and nothing else. */
	return "race:^rte_ring_count$\n"
	       "race:^rte_ring_empty$\n";
}

/* Memory */

void *
rte_malloc_socket(const char *type, size_t size, unsigned int align, int socket)
{
	void *p;

	RTE_SET_USED(type);
	RTE_SET_USED(socket);
	align = RTE_MAX(align, (unsigned int)RTE_CACHE_LINE_SIZE);
	if (size == 0 || !rte_is_power_of_2(align) || posix_memalign(&p, align, size) != 0)
		return NULL;
	__atomic_fetch_add(&bytes, malloc_usable_size(p), __ATOMIC_RELAXED);
	__atomic_fetch_add(&blocks, 1, __ATOMIC_RELAXED);
	return p;
}

void *
rte_zmalloc_socket(const char *type, size_t size, unsigned int align, int socket)
{
	void *p = rte_malloc_socket(type, size, align, socket);

	return p != NULL ? memset(p, 0, size) : NULL;
}

void *
rte_calloc_socket(const char *type, size_t n, size_t size, unsigned int align, int socket)
{
	return rte_zmalloc_socket(type, n * size, align, socket);
}

void *
rte_malloc(const char *type, size_t size, unsigned int align)
{
	return rte_malloc_socket(type, size, align, SOCKET_ID_ANY);
}

void *
rte_zmalloc(const char *type, size_t size, unsigned int align)
{
	return rte_zmalloc_socket(type, size, align, SOCKET_ID_ANY);
}

void *
rte_calloc(const char *type, size_t n, size_t size, unsigned int align)
{
	return rte_calloc_socket(type, n, size, align, SOCKET_ID_ANY);
}

void *
rte_realloc_socket(void *old, size_t size, unsigned int align, int socket)
{
	void *p = rte_malloc_socket(NULL, size, align, socket);

	if (old != NULL && (p != NULL || size == 0)) {
		if (p != NULL)
			memcpy(p, old, RTE_MIN(size, malloc_usable_size(old)));
		rte_free(old);
	}
	return p;
}

void *
rte_realloc(void *old, size_t size, unsigned int align)
{
	return rte_realloc_socket(old, size, align, SOCKET_ID_ANY);
}

void
rte_free(void *ptr)
{
	if (ptr == NULL)
		return;
	/* EAL frees its memory zones by this. */
	if (rte_mem_virt2memseg_list(ptr) != NULL) {
		dpdk.free(ptr);
		return;
	}
	__atomic_fetch_sub(&bytes, malloc_usable_size(ptr), __ATOMIC_RELAXED);
	__atomic_fetch_sub(&blocks, 1, __ATOMIC_RELAXED);
	free(ptr);
}

int
rte_malloc_get_socket_stats(int socket, struct rte_malloc_socket_stats *stats)
{
	const int rc = dpdk.stats(socket, stats);

	if (rc == 0 && socket == 0) {
		stats->heap_allocsz_bytes += __atomic_load_n(&bytes, __ATOMIC_RELAXED);
		stats->alloc_count += __atomic_load_n(&blocks, __ATOMIC_RELAXED);
	}
	return rc;
}

/* Alarms */

static struct alarm *
alarm_of(rte_eal_alarm_callback cb, void *arg, bool add)
{
	struct alarm *a = NULL;

	while (__atomic_exchange_n(&alarms_lock, 1, __ATOMIC_ACQUIRE) != 0)
		;
	for (unsigned int i = 0; i < n_alarms && a == NULL; i++)
		if (alarms[i].cb == cb && alarms[i].arg == arg)
			a = &alarms[i];
	if (a == NULL && add) {
		if (n_alarms == ALARMS_MAX)
			abort();
		a = &alarms[n_alarms++];
		*a = (struct alarm){ .cb = cb, .arg = arg };
	}
	__atomic_store_n(&alarms_lock, 0, __ATOMIC_RELEASE);
	return a;
}

static void
on_alarm(void *arg)
{
	struct alarm *a = arg;

	__tsan_acquire(a);
	a->cb(a->arg);
	__tsan_release(a);
}

int
rte_eal_alarm_set(uint64_t us, rte_eal_alarm_callback cb, void *arg)
{
	struct alarm *a = alarm_of(cb, arg, true);

	__tsan_release(a);
	return dpdk.alarm_set(us, on_alarm, a);
}

int
rte_eal_alarm_cancel(rte_eal_alarm_callback cb, void *arg)
{
	struct alarm *a = alarm_of(cb, arg, false);
	int rc;

	if (a == NULL)
		return dpdk.alarm_cancel(cb, arg);
	rc = dpdk.alarm_cancel(on_alarm, a);
	__tsan_acquire(a);
	return rc;
}
