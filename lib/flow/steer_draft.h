/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A rule in short, as most of millions are: its pattern asks for words of the key alone, and its
 * actions are a queue or another simple fate, a mark, a flag, a counter. It takes a tenth of the
 * memory of a steer_request, and of its time. What cannot be said so is no error: it is asked for
 * by a steer_request then, which also has the words for what is refused.
 */

#ifndef STEER_DRAFT_H
#define STEER_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_engine_private.h"
#include "steer_form.h"

struct steer_draft {
	/** Of its values; may be shared with others, and outlives it. */
	struct steer_form *form;
	uint32_t prio;
	uint32_t group;
	uint32_t mark;
	uint16_t queue;
	/** STEER_RULE_*, those that simple actions set. */
	uint16_t flags;
	uint64_t values[STEER_FORM_WORDS];
};

/**
 * Add an action to a draft, which begins with flags 0.
 * @param conf      NULL is refused where one is needed.
 * @param n_queues  Queues that may be named.
 * @return          false: it cannot be said in short, or is wrong.
 */
bool steer_draft_action(struct steer_draft *d, enum rte_flow_action_type type, const void *conf,
			uint16_t n_queues);
/** Its actions are complete. @return false: they do nothing. */
static inline bool
steer_draft_acts(const struct steer_draft *d)
{
	return d->flags != 0;
}

/**
 * A rule of an application, if its pattern repeats a known one. The lock is held.
 * @return false: it has to be asked for at length.
 */
bool steer_draft_take(const struct steer_engine *e, struct steer_repeat *repeat,
		      const struct rte_flow_attr *attr, const struct rte_flow_item pattern[],
		      const struct rte_flow_action actions[], struct steer_draft *d);

/** It will be made soon: have what that takes in the processor's caches. */
void steer_draft_expect(const struct steer_engine *e, const struct steer_draft *d);
/** As steer_flow_fill(). */
int steer_draft_fill(struct steer_engine *e, struct steer_flow *flow, const struct steer_draft *d,
		     struct rte_flow_error *error);
/** As steer_flow_create(). */
struct steer_flow *steer_draft_create(struct steer_engine *e, const struct steer_draft *d,
				      struct rte_flow_error *error);

#endif /* STEER_DRAFT_H */
