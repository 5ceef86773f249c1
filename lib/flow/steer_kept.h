/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Rules that the application does not know: they stay when it flushes its own, and it is not told
 * of their age. Each has a note of where it comes from, which is the comment behind it in dumps; by
 * its beginning those that came from one place are found again.
 *
 * All calls are thread-safe.
 */

#ifndef STEER_KEPT_H
#define STEER_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

struct steer_engine;
struct steer_flow;

/** What one rule is made of. */
struct steer_flow_spec {
	const struct rte_flow_attr *attr;
	const struct rte_flow_item *pattern;
	const struct rte_flow_action *actions;
};

/** Where several rules come from, one after another. */
struct steer_flow_source {
	/**
	 * The engine is locked meanwhile.
	 * @param spec  Filled; valid until the next call.
	 * @return      1; 0: that was all; -errno with error.
	 */
	int (*next)(void *arg, struct steer_flow_spec *spec, struct rte_flow_error *error);
	void *arg;
};

/** Numbers of rules, as in a dump: from the first one on, end left out. */
struct steer_flow_range {
	uint64_t first;
	uint64_t end;
};

#define STEER_FLOW_ALL ((struct steer_flow_range){ 0, UINT64_MAX })

/**
 * Keep a rule that there is.
 * @param note  Copied.
 * @return      0; -ENOMEM; -EINVAL (no rule of this engine).
 */
int steer_engine_flow_keep(struct steer_engine *e, struct steer_flow *flow, const char *note);

/**
 * Make rules that are kept: all of them at one moment, or none.
 * @param replace  In the same moment, those kept with this very note go.
 * @param made     Filled: the numbers of what was made.
 * @return         0; -errno with error, and nothing has changed.
 */
int steer_engine_flow_load(struct steer_engine *e, const struct steer_flow_source *source,
			   const char *note, bool replace, struct steer_flow_range *made,
			   struct rte_flow_error *error);

/**
 * Destroy, at one moment, the rules in a range that are kept with a note.
 * @param by  How their notes begin.
 * @return    How many.
 */
uint64_t steer_engine_flow_unload(struct steer_engine *e, const char *by,
				  struct steer_flow_range range);

/** @return some rule in a range that is kept with a note that begins so; NULL if there is none. */
struct steer_flow *steer_engine_flow_kept(struct steer_engine *e, const char *by,
					  struct steer_flow_range range);

/**
 * A rule by its number.
 * @param by  How its note begins; NULL: any rule, the application's included.
 * @return    0, @p flow set; -ENOENT; -EPERM: there is one, but it is another one's.
 */
int steer_engine_flow_find(struct steer_engine *e, uint64_t number, const char *by,
			   struct steer_flow **flow);
/** Number of a rule. It must be one, and stay. */
uint64_t steer_engine_flow_number(const struct steer_flow *flow);

/**
 * Destroy a rule by its number. Should it be the application's, its handle is not given to another
 * rule before the engine is freed: who uses it is told that it is none.
 * @return As steer_engine_flow_find().
 */
int steer_engine_flow_destroy_number(struct steer_engine *e, uint64_t number, const char *by);

#endif /* STEER_KEPT_H */
