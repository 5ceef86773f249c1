/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A random script of changes to the rules of one port, and for each of the states between two of
 * them what the reference makes of each packet. It ends as it begins, so that it can be played
 * again and again: rules, some of which change and copy packets, shared RSS and what groups do on a
 * miss come and go.
 */

#ifndef CHANGE_SCRIPT_H
#define CHANGE_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "gen_packet.h"
#include "gen_rule.h"
#include "ref_rules.h"

#define CHANGE_QUEUES 8
/** Packets, that are always the same. */
#define CHANGE_PACKETS 96
#define CHANGE_STEPS 600
/** Rules at once, and in all. */
#define CHANGE_LIVE 48
#define CHANGE_RULES CHANGE_STEPS
/** Ways in which the shared RSS spreads. */
#define CHANGE_SPREADS 4

enum change_kind {
	CHANGE_CREATE,
	CHANGE_DESTROY,
	CHANGE_MISS,   /**< A group drops or steers what it has no rule for. */
	CHANGE_FORGET, /**< It does not any more. */
	CHANGE_SPREAD, /**< The RSS that rules share is another one. */
};

struct change_step {
	enum change_kind kind;
	unsigned int which; /**< Rule, group (of gen_groups) or spread. */
	uint16_t queue;     /**< MISS: to which; CHANGE_QUEUES: drop. */
};

struct change_rule {
	struct gen_rule gen;
	struct ref_rule ref;
	/** What the reference does by actions of the rule itself the engine does by the handle. */
	bool shared;
	struct rte_flow_action shared_actions[GEN_ACTIONS + 1];
	/** By a flow queue, if it can be. */
	bool async;
};

/** The rule that is always there, before all others. */
struct change_base {
	struct rte_flow_attr attr;
	struct rte_flow_item pattern[1];
	struct rte_flow_action actions[3];
	struct ref_rule ref;
};

struct change_script {
	struct gen_random random;
	struct gen_style style;
	bool isolated;
	struct change_base base;
	struct change_rule rules[CHANGE_RULES];
	unsigned int n_rules;
	struct rte_flow_action_rss spreads[CHANGE_SPREADS];
	uint16_t spread_queues[CHANGE_SPREADS][CHANGE_QUEUES];

	struct gen_packet packets[CHANGE_PACKETS];
	struct ref_packet decoded[CHANGE_PACKETS];

	/** The i-th leads from state i to state i + 1; the last one to a state like the first. */
	struct change_step steps[CHANGE_STEPS];
	struct ref_verdict verdicts[CHANGE_STEPS + 1][CHANGE_PACKETS];
	/** What rules make of a packet that they neither change nor copy. */
	struct ref_made unmade;
};

/** Make one: all of it follows from the seed. */
void change_script_make(struct change_script *s, uint64_t seed);

/** Free what it has made. */
void change_script_free(struct change_script *s);

/** The engine's handle for the RSS that rules share. */
void change_script_share(struct change_script *s, void *handle);

/** What the port begins with: its RSS. */
void change_script_port_rss(struct ref_rss *rss);

#endif /* CHANGE_SCRIPT_H */
