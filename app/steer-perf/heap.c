/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <malloc.h>

#include <rte_config.h>
#include <rte_malloc.h>

#include "heap.h"

uint64_t
perf_heap(void)
{
	const struct mallinfo2 libc = mallinfo2();
	uint64_t bytes = libc.uordblks + libc.hblkhd;

	for (int socket = 0; socket < RTE_MAX_NUMA_NODES; socket++) {
		struct rte_malloc_socket_stats stats;

		if (rte_malloc_get_socket_stats(socket, &stats) == 0)
			bytes += stats.heap_allocsz_bytes;
	}
	return bytes;
}
