/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Memory for flows: packed, without what an allocator adds to each. Not thread-safe: the engine's
 * lock is held.
 */

#ifndef STEER_FLOW_POOL_H
#define STEER_FLOW_POOL_H

#include "steer_slab.h"

struct steer_engine;
struct steer_flow;

/** A flow of which nothing is set. @return NULL if memory is short. */
struct steer_flow *steer_flow_alloc(struct steer_engine *e);
/** Set nothing of it again. What it held is not looked at. */
void steer_flow_blank(struct steer_flow *flow);
/** Only its own memory. */
void steer_flow_release(struct steer_slab *pool, struct steer_flow *flow);

#endif /* STEER_FLOW_POOL_H */
