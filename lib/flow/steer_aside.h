/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What few flows have, kept aside so that the others stay small. A flow begins with one that is
 * shared by all, of which nothing is set, and gets its own when something is to be.
 */

#ifndef STEER_ASIDE_H
#define STEER_ASIDE_H

#include <stdbool.h>

#include "steer_action.h"
#include "steer_rule.h"

struct steer_age;
struct steer_app_tunnel;
struct steer_edits;
struct steer_flow;
struct steer_group;
struct steer_indirect;
struct steer_jump;
struct steer_match;
struct steer_sets;

struct steer_aside {
	/** What readers see of a rule with STEER_RULE_MORE. */
	struct steer_more more;
	/** Indirect actions know of the flow as a rule still. */
	bool sharing;
	/** The group that it jumps to, held; or NULL. */
	struct steer_group *next_group;
	/** The tunnel that its group is of, or else that it sets; NULL: none. */
	struct steer_app_tunnel *tunnel;
	/** NULL: does not jump, or not any more. */
	struct steer_jump *jump;
	/** NULL: it sets no register. */
	struct steer_sets *sets;
	/** NULL: it does not change packets. */
	struct steer_edits *edits;
	/** What it asks for, if not active: the table does not have it then. */
	struct steer_match *match;
	/** Indirect actions that it names, or NULL. */
	struct steer_indirect *shared[STEER_SHARES];
	/** Its own, or that of the handle; or NULL. */
	struct steer_age *age;
	void *cookie;
	/** Where a rule comes from that is kept when all are flushed; else NULL. */
	char *note;
	/** Without words: the rule of a flow that is not active. Last, as it has no end. */
	struct steer_rule idle;
};

/** Of a flow that has nothing aside. */
extern const struct steer_aside steer_aside_none;

/** A flow's own, to be written to. @return NULL if memory is short. */
struct steer_aside *steer_flow_aside(struct steer_flow *flow);

/** The same of a flow that has something aside already. */
struct steer_aside *steer_flow_has_aside(struct steer_flow *flow);

/** Free it, and what is its alone. */
void steer_aside_free(struct steer_flow *flow);

#endif /* STEER_ASIDE_H */
