/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * RSS contexts of rules. Rules with equal RSS actions share one, known by a number that fits into
 * a rule. What an action leaves open (types 0, no key, no queues) is the port's, also when the
 * port's changes later. Queues of its list that do not exist are left out.
 *
 * One writer; readers index rss[] under RCU.
 */

#ifndef STEER_CONTEXT_H
#define STEER_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "steer_retire.h"
#include "steer_rss.h"

/** Numbers 0..STEER_CONTEXTS-1. */
#define STEER_CONTEXTS UINT16_MAX
/** An action that leaves everything open: the port's RSS itself. */
#define STEER_CONTEXT_PORT UINT16_MAX

struct steer_context;

struct steer_contexts {
	/** For readers. */
	struct steer_rss **rss;
	/** Union of the depths (STEER_DEPTH_*) of those in use; only grows. */
	uint32_t depth;

	/* Control */
	struct steer_context **context;
	uint32_t n; /**< Numbers ever used. */
	int socket;
};

/** @return 0; -ENOMEM. */
int steer_contexts_init(struct steer_contexts *set, int socket);
/** No reader may be active. A zeroed set is allowed. */
void steer_contexts_fini(struct steer_contexts *set);

/**
 * Number of the context of an RSS action (checked by steer_actions_parse()).
 *
 * @param port      The port's RSS, for what the action leaves open.
 * @param n_queues  Queues that exist.
 * @return          Number or STEER_CONTEXT_PORT; -ENOMEM, -ENOSPC (too many distinct ones).
 */
int steer_contexts_get(struct steer_contexts *set, const struct rte_flow_action_rss *action,
		       const struct steer_rss_conf *port, uint16_t n_queues);
/** The same for an RSS of its own, which may be updated: no other action is given the number. */
int steer_contexts_get_own(struct steer_contexts *set, const struct rte_flow_action_rss *action,
			   const struct steer_rss_conf *port, uint16_t n_queues);
/** Give back what get gave, when no reader can use it for that rule any more. */
void steer_contexts_put(struct steer_contexts *set, uint16_t id);

/** Does at least one of its queues exist? */
bool steer_contexts_usable(const struct steer_contexts *set, uint16_t id, uint16_t n_queues);

/**
 * The port's RSS or the number of queues changes. Prepare makes all contexts anew, commit has
 * readers see them, abort forgets them.
 * @return 0; -ENOMEM.
 */
int steer_contexts_prepare(struct steer_contexts *set, const struct steer_rss_conf *port,
			   uint16_t n_queues);
void steer_contexts_commit(struct steer_contexts *set, struct steer_retire *retire);
void steer_contexts_abort(struct steer_contexts *set);

/**
 * A context of its own changes: bursts of versions above @p version see it so. Once there are such,
 * settle.
 * @return 0; -ENOMEM (then nothing changed).
 */
int steer_contexts_update(struct steer_contexts *set, uint16_t id,
			  const struct rte_flow_action_rss *action,
			  const struct steer_rss_conf *port, uint16_t n_queues, uint64_t version);
void steer_contexts_settle(struct steer_contexts *set, uint16_t id, struct steer_retire *retire);

/** The action as it was given; its key and queue list belong to the set. */
void steer_contexts_action(const struct steer_contexts *set, uint16_t id,
			   struct rte_flow_action_rss *action);

#endif /* STEER_CONTEXT_H */
