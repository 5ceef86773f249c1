/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "steer_engine_private.h"

void
steer_flow_blank(struct steer_flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	flow->aside = &steer_aside_none;
}

struct steer_flow *
steer_flow_alloc(struct steer_engine *e)
{
	struct steer_flow *flow = steer_slab_alloc(&e->flow_pool, sizeof(*flow));

	if (unlikely(flow == NULL) && steer_engine_recover(e))
		flow = steer_slab_alloc(&e->flow_pool, sizeof(*flow));
	if (flow != NULL)
		steer_flow_blank(flow);
	return flow;
}

void
steer_flow_release(struct steer_slab *pool, struct steer_flow *flow)
{
	steer_slab_free(pool, flow, sizeof(*flow));
}
