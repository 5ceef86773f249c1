/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "steer_engine_private.h"

void
steer_flow_pool_init(struct steer_flow_pool *pool, int socket)
{
	rte_spinlock_init(&pool->lock);
	steer_slab_init(&pool->slab, socket);
}

void
steer_flow_pool_fini(struct steer_flow_pool *pool)
{
	steer_slab_fini(&pool->slab);
}

struct steer_flow *
steer_flow_alloc(struct steer_flow_pool *pool)
{
	struct steer_flow *flow;

	rte_spinlock_lock(&pool->lock);
	flow = steer_slab_alloc(&pool->slab, sizeof(*flow));
	rte_spinlock_unlock(&pool->lock);
	if (flow == NULL)
		return NULL;
	memset(flow, 0, sizeof(*flow));
	flow->aside = &steer_aside_none;
	return flow;
}

void
steer_flow_release(struct steer_flow_pool *pool, struct steer_flow *flow)
{
	rte_spinlock_lock(&pool->lock);
	steer_slab_free(&pool->slab, flow, sizeof(*flow));
	rte_spinlock_unlock(&pool->lock);
}
