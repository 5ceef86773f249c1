/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The inside of flow queues: steer_async.c (what is asked of them), steer_op_queue.c (queues), and
 * steer_op.c (one operation: what it takes from the application, and what it does to the engine).
 */

#ifndef STEER_OP_H
#define STEER_OP_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>

#include "steer_async.h"
#include "steer_draft.h"
#include "steer_engine_private.h"

/** As many as a call may free of what others left, for each operation that it applies. */
#define STEER_OP_RECLAIM 2

/** Most lists of actions need less. */
#define STEER_OP_ROOM 256

enum steer_op_kind {
	STEER_OP_DRAFT,  /**< A rule is created, which is told in short. */
	STEER_OP_CREATE, /**< Another one. */
	STEER_OP_UPDATE,
	STEER_OP_DESTROY,
	STEER_OP_DONE, /**< Before it was enqueued, or there is nothing to do. */
};

/** What few operations need, ten times as much as the others. */
struct steer_op_more {
	/** What req.actions points to: a copy, in room or on the heap. */
	struct rte_flow_action *actions;
	/** UPDATE: only its actions. */
	struct steer_request req;
	uint8_t room[STEER_OP_ROOM] __rte_aligned(8);
};

struct steer_op {
	enum steer_op_kind kind;
	enum rte_flow_op_status status;
	void *user_data;
	/** DRAFT, CREATE: until it is in force, the queue's. */
	struct steer_flow *flow;
	/**
	 * For the next rule: made when the one before is applied, so that enqueueing takes no
	 * lock that flow queues share.
	 */
	struct steer_flow *spare;
	/** CREATE, UPDATE: made for the first one, kept for the next ones; or NULL. */
	struct steer_op_more *more;
	struct steer_draft draft;
};

/** A ring: free up to pulled + size, then to be applied up to pushed, then postponed up to tail. */
struct steer_op_queue {
	struct steer_engine *engine;
	uint32_t size;
	uint32_t mask;
	uint32_t pulled;
	uint32_t applied;
	uint32_t pushed;
	uint32_t tail;
	struct steer_op *ops;
	/** Last patterns, for what repeats them. */
	struct steer_repeat repeat;
} __rte_cache_aligned;

struct steer_async {
	uint16_t n_queues;
	struct steer_op_queue queues[];
};

/* steer_op.c */

/**
 * Take a rule in short, by the plan of its template.
 * @return false: nothing is taken, steer_op_translate() has to.
 */
bool steer_op_take_draft(const struct steer_engine *e, struct steer_op *op,
			 const struct steer_template_table *table,
			 const struct rte_flow_item pattern[], uint8_t pattern_index,
			 const struct rte_flow_action actions[], uint8_t actions_index);
/**
 * Take a copy of actions, translated. Nothing of the engine is needed for that but its queues.
 * @return 0; -EINVAL, -ENOTSUP, -ENOMEM.
 */
int steer_op_translate_actions(const struct steer_engine *e, struct steer_op *op,
			       const struct rte_flow_action *actions,
			       struct rte_flow_error *error);
/** The same with a pattern. */
int steer_op_translate(struct steer_op_queue *q, struct steer_op *op,
		       const struct rte_flow_item *items, const struct rte_flow_action *actions,
		       struct rte_flow_error *error);
/** Without a spare, make one, by the engine's lock. @return 0; -ENOMEM. */
int steer_op_have_spare(struct steer_engine *e, struct steer_op *op);
/** It will be applied soon: have what that takes in the processor's caches. */
void steer_op_expect(const struct steer_engine *e, const struct steer_op *op);
/** Do it, and note what came of it. The engine's lock is held; steer_flows_commit() is next. */
void steer_op_apply(struct steer_engine *e, struct steer_op *op, struct steer_flow_list *dead);
/** What becomes of one that is not applied any more. */
void steer_op_drop(struct steer_engine *e, struct steer_op *op);

/* steer_op_queue.c */

/** @return NULL with rte_errno and error. */
struct steer_op_queue *steer_op_queue_find(struct steer_engine *e, uint32_t queue,
					   struct rte_flow_error *error);
/** Room for another one. @return NULL with rte_errno and error. */
struct steer_op *steer_op_reserve(struct steer_op_queue *q, void *user_data,
				  struct rte_flow_error *error);
/** What there was room for is complete. */
void steer_op_enqueue(struct steer_op_queue *q, bool postpone);
/** Apply all that may be, in one version. The engine's lock is held. @return how many. */
uint32_t steer_ops_apply(struct steer_op_queue *q);

#endif /* STEER_OP_H */
