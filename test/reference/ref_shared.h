/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Reference of actions that rules share by a handle: RSS, COUNT, AGE.
 *
 * Where the semantics leave room, this is how they are read here:
 *  - Naming a handle of AGE in a rule begins its time anew, as a packet of the rule does.
 *  - A rule that had none of the queues of its shared RSS action, and has some by an update, comes
 *    last within its priority; several of them in the order in which they stood.
 */

#ifndef REF_SHARED_H
#define REF_SHARED_H

#include <rte_flow.h>

#include "ref_rules.h"

/** There is a handle from now on. */
void ref_port_share(struct ref_port *port, struct ref_shared *shared);

/** No rule names it. */
void ref_port_unshare(struct ref_port *port, struct ref_shared *shared);

/** Another RSS action, of which @p action points to the configuration. */
void ref_port_update_rss(struct ref_port *port, struct ref_shared *shared,
			 const struct rte_flow_action *action);

/** By what rte_flow calls it. */
struct ref_shared *ref_port_shared(const struct ref_port *port, const void *handle);

/** Rules that name it. */
unsigned int ref_shared_rules(const struct ref_port *port, const struct ref_shared *shared);

/** Find an action of a rule, its own or by a handle; NULL if it has none of this type. */
const struct rte_flow_action *ref_rule_action(const struct ref_port *port,
					      const struct ref_rule *rule,
					      enum rte_flow_action_type type);

/**
 * An action as it is for this rule.
 *
 * @param a      An action of the rule; that of the handle takes its place.
 * @param tally  Where it counts: the rule's, or the handle's.
 */
const struct rte_flow_action *ref_action_meant(const struct ref_port *port, struct ref_rule *rule,
					       const struct rte_flow_action *a,
					       struct ref_tally **tally);

/** The time of a rule's AGE, if it has one, begins now. */
void ref_rule_touch(const struct ref_port *port, struct ref_rule *rule);

#endif /* REF_SHARED_H */
