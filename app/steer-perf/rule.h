/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A rule in numbers, and as rte_flow has it.
 */

#ifndef PERF_RULE_H
#define PERF_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "traffic.h"

struct perf_rule {
	struct synthetic_flow value;
	/** Bits of value that matter; proto: all or none. */
	struct synthetic_flow mask;
	/** Destination port up to this one, if it is not 0. */
	rte_be16_t last_port;
	uint16_t queue;
};

/** What rules do besides QUEUE, or in place of it. */
enum perf_actions {
	PERF_QUEUE,
	PERF_QUEUE_MARK_COUNT_AGE,
	PERF_MARK_RSS,
};

#define PERF_ITEMS 8
#define PERF_ACTIONS 5

/** Pattern and actions; it points into itself: not to be copied. */
struct perf_flow_args {
	struct rte_flow_attr attr;
	struct rte_flow_item items[PERF_ITEMS];
	struct rte_flow_action actions[PERF_ACTIONS];
	union {
		struct rte_flow_item_ipv4 ipv4;
		struct rte_flow_item_ipv6 ipv6;
	} l3[2];
	union {
		struct rte_flow_item_tcp tcp;
		struct rte_flow_item_udp udp;
	} l4[3];
	struct rte_flow_item *l4_item;
	bool v6;
	struct rte_flow_action_queue queue;
	struct rte_flow_action_mark mark;
	struct rte_flow_action_age age;
	struct rte_flow_action_rss rss;
};

/** Begin: what all rules of a set have in common. */
void perf_flow_args_init(struct perf_flow_args *f, enum perf_kind kind, enum perf_actions actions);
/** The rule's own. */
void perf_flow_args_set(struct perf_flow_args *f, const struct perf_rule *rule);

/** Create a rule. Ends the program if it is refused. */
struct rte_flow *perf_flow_create(uint16_t port, const struct perf_flow_args *f);
void perf_flow_destroy(uint16_t port, struct rte_flow *flow);

#endif /* PERF_RULE_H */
