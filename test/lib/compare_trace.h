/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What is told of a packet step by step against what a burst has made of it.
 */

#ifndef COMPARE_TRACE_H
#define COMPARE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;
struct steer_engine;
struct steer_trace;

/** Follow a copy of a packet, which a burst is to have next. NULL: no memory. */
struct steer_trace *compare_trace(struct steer_engine *e, const struct rte_mbuf *m);

/**
 * Do both say the same, and is each rule explained as tables judge it?
 * @param m  After the burst.
 */
bool compare_trace_agrees(const struct steer_trace *t, const struct rte_mbuf *m, uint16_t queue);

#endif /* COMPARE_TRACE_H */
