/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Rules by a flow queue: its templates, and many operations in one change.
 */

#ifndef PERF_FLOW_QUEUE_H
#define PERF_FLOW_QUEUE_H

#include <stdint.h>

#include "rule.h"

/** So many operations are pushed at once. */
#define PERF_FLOW_QUEUE_BATCH 64

struct perf_flow_queue {
	uint16_t port;
	/** Operations since the last push. */
	unsigned int n_postponed;
	/** Its pattern, UDP and TCP. */
	struct rte_flow_pattern_template *patterns[2];
	struct rte_flow_actions_template *actions;
	struct rte_flow_template_table *table;
};

/** Give a stopped port a flow queue. Ends the program if that fails, as all of these do. */
void perf_flow_queue_configure(uint16_t port);

/** Templates of rules like this one, whose actions are QUEUE, and a table of @p n. */
void perf_flow_queue_open(struct perf_flow_queue *q, uint16_t port, const struct perf_rule *rule,
			  uint32_t n);
void perf_flow_queue_close(struct perf_flow_queue *q);

struct rte_flow *perf_flow_queue_create(struct perf_flow_queue *q, const struct perf_flow_args *f);
/** Give a rule other actions; where DPDK has no function for it, by another rule in its place. */
struct rte_flow *perf_flow_queue_update(struct perf_flow_queue *q, struct rte_flow *flow,
					const struct perf_flow_args *f);
void perf_flow_queue_destroy(struct perf_flow_queue *q, struct rte_flow *flow);
/** What is postponed, now. */
void perf_flow_queue_push(struct perf_flow_queue *q);

#endif /* PERF_FLOW_QUEUE_H */
