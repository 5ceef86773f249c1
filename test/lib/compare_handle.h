/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Actions that rules of a world share by a handle.
 */

#ifndef COMPARE_HANDLE_H
#define COMPARE_HANDLE_H

#include <rte_flow.h>

#include "compare_world.h"

struct steer_indirect;

/** A handle that both have. */
struct held {
	struct steer_indirect *handle;
	struct ref_shared ref;
	/** What the reference points to: it keeps the one before, too. */
	struct gen_rss rss[2];
	unsigned int turn;
	struct rte_flow_action_age age;
};

/** Make some, update some, destroy those that no rule names and try to destroy others. */
void world_change_handles(struct world *w);

/** Compare what they have counted, and forget them: they go with the engine. */
void world_forget_handles(struct world *w);

/** Actions of a rule with the handles of another engine, which get made in it. */
struct rte_flow_action *world_copy_actions(const struct world *w, struct steer_engine *e,
					   struct steer_indirect *handles[GEN_HANDLES],
					   const struct rte_flow_action *actions,
					   struct rte_flow_action copy[GEN_ACTIONS + 1]);

void world_print_handles(const struct world *w);

#endif /* COMPARE_HANDLE_H */
