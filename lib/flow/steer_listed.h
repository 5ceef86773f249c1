/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What rules an engine has, for who has them carried out by somebody else as well.
 */

#ifndef STEER_LISTED_H
#define STEER_LISTED_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_action.h"

struct steer_engine;
struct steer_flow;
struct steer_match;
struct steer_rss;

/** What holds for all packets. */
struct steer_listed_port {
	/** Active rules of group 0. */
	uint64_t n_rules;
	/** NULL: all to queue 0. */
	const struct steer_rss *rss;
	bool isolated;
	bool want_hash;
};

/** An active rule of group 0. */
struct steer_listed {
	uint32_t prio;
	/** Among those of equal priority, the lowest comes first. A dump names the rule so. */
	uint64_t seq;
	enum steer_fate fate;
	/** FATE_QUEUE. */
	uint16_t queue;
	/** FATE_RSS; NULL: as the port's. */
	const struct steer_rss *rss;
	bool mark;
	bool flag;
	uint32_t mark_id;
	/** It does more than its fate, mark and flag: counts, ages, changes packets, ... */
	bool more;
	const struct steer_match *match;
};

/** All that they are given is valid only during the call. @return 0 to go on; negative errno. */
struct steer_list_to {
	/** First; may be NULL. */
	int (*port)(const struct steer_listed_port *port, void *arg);
	/** Then for each rule, in the order in which they came. */
	int (*rule)(const struct steer_listed *rule, void *arg);
	void *arg;
};

/**
 * Tell all rules as of one moment.
 * @param only  One alone, or NULL: all.
 * @return      0; what a callback returned; -EINVAL: @p only is no rule of this engine.
 *              Thread-safe; the engine is locked during callbacks.
 */
int steer_engine_list(struct steer_engine *e, const struct steer_flow *only,
		      const struct steer_list_to *to);

#endif /* STEER_LISTED_H */
