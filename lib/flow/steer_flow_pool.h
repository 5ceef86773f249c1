/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Memory for flows: packed, without what an allocator adds to each. Thread-safe: flow queues make
 * flows without the engine's lock.
 */

#ifndef STEER_FLOW_POOL_H
#define STEER_FLOW_POOL_H

#include <rte_spinlock.h>

#include "steer_slab.h"

struct steer_flow;

struct steer_flow_pool {
	rte_spinlock_t lock;
	struct steer_slab slab;
};

void steer_flow_pool_init(struct steer_flow_pool *pool, int socket);
/** Free all; flows that are still there, too. */
void steer_flow_pool_fini(struct steer_flow_pool *pool);

/** A flow of which nothing is set. @return NULL if memory is short. */
struct steer_flow *steer_flow_alloc(struct steer_flow_pool *pool);
/** Only its own memory. */
void steer_flow_release(struct steer_flow_pool *pool, struct steer_flow *flow);

#endif /* STEER_FLOW_POOL_H */
