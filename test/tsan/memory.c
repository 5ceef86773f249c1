/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Memory: the sanitizer takes a block of EAL's heap for the one that was there before it, and its
 * first writes for a race with the last reads of that one. Blocks are malloc()'s instead, which it
 * knows from allocation to release: so it also sees memory that a reader uses after its release.
 *
 * And what no function in here can tell it.
 */

#include <string.h>

#include <rte_common.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#include "tsan.h"

/* The sanitizer's. */
const char *__tsan_default_suppressions(void);
size_t malloc_usable_size(void *p);

/* What is allocated here, for tests that look for leaks. */
static size_t bytes;
static unsigned int blocks;

static int (*dpdk_stats)(int socket, struct rte_malloc_socket_stats *stats);
static void (*dpdk_free)(void *ptr);

RTE_INIT(find_memory)
{
	find_dpdk("rte_malloc_get_socket_stats", &dpdk_stats);
	find_dpdk("rte_free", &dpdk_free);
}

/* DPDK's functions, never ours. */
const char *
__tsan_default_suppressions(void)
{
	/* These load both tails of a ring, which are volatile, and nothing else; others write them
	 * by an atomic. */
	return "race:^rte_ring_count$\n"
	       "race:^rte_ring_empty$\n"
	       /* It stores a tail by an atomic, and nothing else: the two above are what loads it
		* plainly, if the sanitizer has forgotten who it was. */
	       "race:^__rte_ring_update_tail$\n"
	       /* It closes its socket once nobody reads it any more, by a lock of EAL's. */
	       "race:librte_net_virtio\n";
}

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
		dpdk_free(ptr);
		return;
	}
	__atomic_fetch_sub(&bytes, malloc_usable_size(ptr), __ATOMIC_RELAXED);
	__atomic_fetch_sub(&blocks, 1, __ATOMIC_RELAXED);
	free(ptr);
}

int
rte_malloc_get_socket_stats(int socket, struct rte_malloc_socket_stats *stats)
{
	const int rc = dpdk_stats(socket, stats);

	if (rc == 0 && socket == 0) {
		stats->heap_allocsz_bytes += __atomic_load_n(&bytes, __ATOMIC_RELAXED);
		stats->alloc_count += __atomic_load_n(&blocks, __ATOMIC_RELAXED);
	}
	return rc;
}
