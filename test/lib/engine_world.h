/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_ENGINE_WORLD_H_
#define _TEST_ENGINE_WORLD_H_

#include <stdint.h>

#include "steer_engine.h"

/*
 * One engine, packets of UDP with a port each, and rules for ports. Set-up and tear-down see to it
 * that nothing is left on EAL's heap.
 */

#define WORLD_QUEUES 8
/* Packets have the ports 0..WORLD_PORTS-1. */
#define WORLD_PORTS 16

extern struct steer_engine *engine;

/* Set-up: an engine that is not configured yet; tear-down. */
int world_begin(void **state);
/* The same with 4 queues, and as many shards that count. */
int world_begin_ready(void **state);
int world_end(void **state);

/* What became of the packet of each port. */
struct world_result {
	uint16_t queue[WORLD_PORTS];
	uint64_t flags[WORLD_PORTS];
	uint32_t mark[WORLD_PORTS];
	uint32_t hash[WORLD_PORTS];
	struct steer_burst_stats stats;
};

/* One packet of each port, through that slot and shard. */
void world_burst_at(struct world_result *r, unsigned int slot, unsigned int shard);
/* The same through slot and shard 0. */
void world_burst(struct world_result *r);
/* Of one port. */
uint16_t world_queue(unsigned int port);

/* Bytes of each packet. */
#define WORLD_PACKET_LEN (14 + 20 + 8)

/* Action lists. */
#define QUEUE(n) { .type = RTE_FLOW_ACTION_TYPE_QUEUE, \
		   .conf = &(const struct rte_flow_action_queue){ .index = n } }
#define MARK(n) { .type = RTE_FLOW_ACTION_TYPE_MARK, \
		  .conf = &(const struct rte_flow_action_mark){ .id = n } }
#define RSS(...) { .type = RTE_FLOW_ACTION_TYPE_RSS, \
		   .conf = &(const struct rte_flow_action_rss){ __VA_ARGS__ } }
#define JUMP(n) { .type = RTE_FLOW_ACTION_TYPE_JUMP, \
		  .conf = &(const struct rte_flow_action_jump){ .group = n } }
#define DO(name) { .type = RTE_FLOW_ACTION_TYPE_##name }
#define ACTIONS(...) ((const struct rte_flow_action[]){ __VA_ARGS__, DO(END) })

/* The group of rules made from now on; 0 at set-up. */
extern uint32_t world_group;

/* A rule for a port; must be taken. */
struct steer_flow *world_rule(uint32_t prio, uint16_t port, const struct rte_flow_action *actions);
/* May be refused. */
struct steer_flow *world_try(uint32_t prio, uint16_t port, const struct rte_flow_action *actions,
			     struct rte_flow_error *error);
/* For all packets. */
struct steer_flow *world_rule_all(uint32_t prio, const struct rte_flow_action *actions);
/* For ports from..to. */
struct steer_flow *world_rule_range(uint32_t prio, uint16_t from, uint16_t to,
				    const struct rte_flow_action *actions);

/* Hits that a rule has counted; bytes must fit. */
uint64_t world_hits(struct steer_flow *flow);

/* RSS over that many queues by addresses and ports; 128 entries of the table. */
struct steer_rss_conf world_rss(uint16_t n_queues);

#endif /* _TEST_ENGINE_WORLD_H_ */
