/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* What was done to an object before it went into a pool is done before it comes out. */

#include <rte_mempool.h>

#include "tsan.h"

static struct {
	rte_mempool_enqueue_t enqueue;
	rte_mempool_dequeue_t dequeue;
} dpdk[RTE_MEMPOOL_MAX_OPS_IDX];

static int
enqueue(struct rte_mempool *mp, void *const *objs, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		__tsan_release(objs[i]);
	return dpdk[mp->ops_index].enqueue(mp, objs, n);
}

static int
dequeue(struct rte_mempool *mp, void **objs, unsigned int n)
{
	const int rc = dpdk[mp->ops_index].dequeue(mp, objs, n);

	for (unsigned int i = 0; rc == 0 && i < n; i++)
		__tsan_acquire(objs[i]);
	return rc;
}

/* Constructors call it, maybe those of libraries that come before ours. */
int
rte_mempool_register_ops(const struct rte_mempool_ops *ops)
{
	static int (*dpdk_register)(const struct rte_mempool_ops *ops);
	struct rte_mempool_ops ours = *ops;
	int index;

	find_dpdk("rte_mempool_register_ops", &dpdk_register);
	ours.enqueue = enqueue;
	ours.dequeue = dequeue;
	index = dpdk_register(&ours);
	if (index >= 0) {
		dpdk[index].enqueue = ops->enqueue;
		dpdk[index].dequeue = ops->dequeue;
	}
	return index;
}
