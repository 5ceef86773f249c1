/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FUZZ_FLOW_H_
#define _TEST_FUZZ_FLOW_H_

#include "steer_action.h"
#include "steer_condition.h"
#include "steer_engine.h"
#include "steer_match.h"

#include "fuzz_rule.h"

#define MAX_QUEUES 8
#define MAX_FLOWS 32
#define MAX_OPS 64

/* A rule that was taken, or what a group does on a miss, as we know it. */
struct known {
	/* Never that of another one. */
	unsigned int id;
	/* NULL: of a miss. */
	struct steer_flow *flow;
	struct steer_match match;
	/* What it points to is gone. */
	struct steer_actions actions;
	/* STEER_GROUP_ID() */
	uint64_t group;
	uint32_t prio;
	/* Of a JUMP action. */
	uint64_t next_group;
	uint64_t hits;
	/* Of an RSS action: those that may come out; 0: any. */
	uint64_t queues;
};

/* An action that rules share by a handle. */
struct held {
	struct steer_indirect *handle;
	enum rte_flow_action_type type;
	uint64_t hits;
	uint64_t queues;
};

/* A tunnel that was asked for. It may be gone. */
struct asked {
	struct rte_flow_tunnel tunnel;
	struct rte_flow_action *action;
	struct rte_flow_item *item;
	/* How often they were given, and not given back. */
	unsigned int actions_out;
	unsigned int items_out;
};

struct world {
	struct steer_engine *e;
	uint16_t n_queues; /* 0: not configured. */
	bool isolated;
	/* Chance has had a say: what counts say is not known any more. */
	bool drawn;
	unsigned int last_id;
	unsigned int n;
	/* In the order in which they came. */
	struct known known[MAX_FLOWS];
	/* The same handles and tunnels are in what was given. */
	struct held held[FUZZ_HANDLES];
	struct asked asked[FUZZ_TUNNELS];
	struct fuzz_given given;
};

/* Rules */

/* Queues that an RSS action names; 0: all. */
uint64_t fuzz_rss_queues(const struct rte_flow_action_rss *rss);
/* Those of a rule's RSS action, its own or by a handle. */
uint64_t fuzz_queues(const struct world *w, const struct known *k);
/* Has it some queue that is there? */
bool fuzz_active(const struct world *w, const struct known *k);
/* It comes last among those of its priority. */
void fuzz_move_last(struct world *w, struct known *k);

/* Is chance part of what the rule asks for, or does? */
bool fuzz_draws(const struct known *k);

/* Handles */

/* That of a rule's action; NULL if it has its own or none. */
struct held *fuzz_held(const struct world *w, const struct known *k, enum steer_share kind);
void fuzz_handle_operate(struct world *w, struct fuzz_stream *s);

/* Tunnels */

/* Of a name; NULL: there never was one. */
const struct asked *fuzz_tunnel(const struct world *w, uint32_t id);
/* That of an item in a rule that was taken, and what it asks for; 0: there is none. */
uint32_t fuzz_tunnel_match(const struct world *w, const struct rte_flow_item *pattern,
			   struct steer_match *match);
void fuzz_tunnel_operate(struct world *w, struct fuzz_stream *s);

/* Packets */

void fuzz_burst(struct world *w, struct fuzz_stream *s);

#endif /* _TEST_FUZZ_FLOW_H_ */
