/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Reference rule list: a port with its rules x packet -> verdict, by walking the whole list.
 *
 * Where the semantics leave room, this is how they are read here:
 *  - An RSS action takes from the port what it leaves out (queue list, types, key, function
 *    DEFAULT, level 0) as the port has it when the packet comes: one that leaves out all is the
 *    port's RSS.
 *  - An RSS action whose queues are all gone is inactive like a QUEUE action; with some left, its
 *    list is what is left of it.
 *  - MARK and FLAG together are a MARK. A FLAG does not undo an earlier MARK.
 *  - COUNT counts the packet as it is in the mbuf, without stripped tags, before the rule itself
 *    changes it. That of a SAMPLE counts the packet as it is copied.
 *  - Actions that change the packet take effect in their order, before RSS; rules behind see the
 *    packet as it is then. Copies say nothing but what the actions of SAMPLE say.
 *  - SAMPLE is known with ratio 1 alone.
 *  - What no rule of the group matches that a packet has come to goes by the port's default, and is
 *    dropped where the port is isolated, whatever matched in groups before. PASSTHRU does not leave
 *    the group.
 */

#ifndef REF_RULES_H
#define REF_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "ref_edit.h"
#include "ref_packet.h"
#include "ref_rss.h"

#define REF_RULES_MAX 4096
/** Most copies of one packet. */
#define REF_COPIES_MAX 16
#define REF_SHARED_MAX 16

/** What packets leave behind. */
struct ref_tally {
	uint64_t hits;     /**< What a COUNT action says. */
	uint64_t bytes;
	uint64_t last_hit; /**< Of AGE, in milliseconds; also when its time was begun anew. */
};

/** An action that rules share. */
struct ref_shared {
	/** What rte_flow calls it: the configuration of INDIRECT actions. */
	const void *handle;
	/** As given to rte_flow; its configuration is not copied. The one before for the bugs. */
	struct rte_flow_action action, before;
	struct ref_tally tally;
};

struct ref_rule {
	/** As given to rte_flow; not copied. */
	const struct rte_flow_attr *attr;
	const struct rte_flow_item *pattern;
	const struct rte_flow_action *actions;
	/** What the caller calls the rule. */
	void *cookie;
	uint64_t matched; /**< Packets it was applied to, counted or not. */
	struct ref_tally tally; /**< Of its own COUNT and AGE. */
};

struct ref_port {
	bool isolated;
	uint16_t n_queues;
	/** Types 0 and a RETA of queue 0 alone where no RSS is configured. */
	struct ref_rss rss;
	/** In the order in which they are tried. */
	struct ref_rule *rules[REF_RULES_MAX];
	unsigned int n_rules;
	struct ref_shared *shared[REF_SHARED_MAX];
	unsigned int n_shared;
	/** Milliseconds. */
	uint64_t now;
};

enum ref_fate { REF_QUEUE, REF_DROP_RULE, REF_DROP_ISOLATED };

/** What a SAMPLE made. */
struct ref_copy {
	uint16_t queue;
	bool marked;
	uint32_t mark;
	struct ref_input in;
	struct ref_edited bytes;
};

/** Room for what rules make of a packet. */
struct ref_made {
	struct ref_edited edited;
	unsigned int n_copies;
	struct ref_copy copies[REF_COPIES_MAX];
};

struct ref_verdict {
	enum ref_fate fate;
	uint16_t queue;
	bool flagged; /**< By FLAG or MARK. */
	bool marked;
	uint32_t mark;
	bool spread;   /**< The queue was chosen by the hash. */
	uint32_t hash; /**< The hash that chose it; else that of the port. */
	unsigned int n_matched; /**< Rules that took part. */
	unsigned int n_jumps;
	unsigned int n_passed; /**< Of the rules, those with PASSTHRU. */
	bool passed_marked;    /**< One of them marked. */
	bool passed_counted;
	bool passed_behind_jump;
	bool meta_set;
	uint32_t meta;
	const struct ref_rule *ended_by; /**< NULL: the port's default. */
	unsigned int n_edits;
	struct ref_input out; /**< What the packet has become. */
	struct ref_made *made;
};

/** Make a port without rules and without RSS. */
void ref_port_init(struct ref_port *port, uint16_t n_queues);

/** Add a rule behind those of the same priority. */
void ref_port_add(struct ref_port *port, struct ref_rule *rule);

/** Only put it there: it is not new. */
void ref_port_insert(struct ref_port *port, struct ref_rule *rule);

/**
 * A rule gets other actions: @p rule takes the place of @p old, and its counts where both count
 * for themselves. Its age begins anew. One that was not in force, and is now, comes last within
 * its priority.
 */
void ref_port_update(struct ref_port *port, const struct ref_rule *old, struct ref_rule *rule);

void ref_port_remove(struct ref_port *port, struct ref_rule *rule);

/** Would the jump of a rule that is to be added close a loop of groups? */
bool ref_port_loops(const struct ref_port *port, const struct ref_rule *rule);

/**
 * Classify a packet, and count it.
 * @param made  NULL: no rule changes packets or copies them.
 */
void ref_port_classify(struct ref_port *port, const struct ref_packet *p, struct ref_made *made,
		       struct ref_verdict *v);

/** Find an action, not by a handle; NULL if the list has none of this type. */
const struct rte_flow_action *ref_action(const struct rte_flow_action *actions,
					 enum rte_flow_action_type type);

/** Is the rule in force, with the queues the port has? */
bool ref_rule_active(const struct ref_port *port, const struct ref_rule *rule);

#endif /* REF_RULES_H */
