/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Flow queues: rules made and destroyed by several threads, none of which waits for another.
 *
 * A queue belongs to one thread. What it enqueues is checked and translated there and then, without
 * a lock, and put into the queue's own ring; what is to be applied is applied by the same thread,
 * many operations in one version of the rules, if the engine's mutex is free. If it is not, the
 * next call on the queue tries again: nobody waits. A rule that comes and one that goes by one push
 * do so at once for every burst.
 *
 * Results come out of the ring in the order in which operations went in.
 */

#ifndef STEER_ASYNC_H
#define STEER_ASYNC_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "steer_engine.h"
#include "steer_template.h"

/** Most flow queues, and operations that a queue holds. */
#define STEER_ASYNC_QUEUES 64
#define STEER_ASYNC_SIZE 65536

/**
 * Have so many flow queues. Only while none of them holds anything.
 * @return 0; -EINVAL, -EBUSY, -ENOMEM (then as before).
 */
int steer_async_configure(struct steer_engine *e, uint16_t n_queues,
			  const struct rte_flow_queue_attr *attr[], struct rte_flow_error *error);
/** Free the queues with all they hold; no thread uses them. */
void steer_async_free(struct steer_engine *e);

/** Templates and tables of the engine, for who holds its lock. */
struct steer_templates *steer_async_templates(struct steer_engine *e);
/** Attributes of a table's rules. @return 0; -EINVAL, -ENOTSUP. */
int steer_async_check_table(const struct rte_flow_template_table_attr *attr,
			    struct rte_flow_error *error);
void steer_async_lock(struct steer_engine *e);
void steer_async_unlock(struct steer_engine *e);

/*
 * From here on: by the queue's own thread only, except while it is configured. -EINVAL: no such
 * queue, template or rule; -EAGAIN: the queue is full, results have to be pulled first.
 */

/** @return the rule, which is there once its result says so; NULL with rte_errno and error. */
struct steer_flow *steer_async_create(struct steer_engine *e, uint32_t queue, bool postpone,
				      struct steer_template_table *table,
				      const struct rte_flow_item pattern[], uint8_t pattern_index,
				      const struct rte_flow_action actions[], uint8_t actions_index,
				      void *user_data, struct rte_flow_error *error);
/** As steer_engine_flow_update(), with a template of the rule's table. @return 0; -errno. */
int steer_async_update(struct steer_engine *e, uint32_t queue, bool postpone,
		       struct steer_flow *flow, const struct rte_flow_action actions[],
		       uint8_t actions_index, void *user_data, struct rte_flow_error *error);
/** After steer_template_table_resize(): the rule needs nothing, there is only a result. */
int steer_async_update_resized(struct steer_engine *e, uint32_t queue, bool postpone,
			       struct steer_flow *flow, void *user_data,
			       struct rte_flow_error *error);
int steer_async_destroy(struct steer_engine *e, uint32_t queue, bool postpone,
			struct steer_flow *flow, void *user_data, struct rte_flow_error *error);

/**
 * Handles of shared actions: done there and then, after all that the queue holds already.
 * -EAGAIN also if another thread is changing rules just now.
 */
struct steer_indirect *steer_async_indirect_create(struct steer_engine *e, uint32_t queue,
						   const struct rte_flow_indir_action_conf *conf,
						   const struct rte_flow_action *action,
						   void *user_data, struct rte_flow_error *error);
int steer_async_indirect_destroy(struct steer_engine *e, uint32_t queue,
				 struct steer_indirect *handle, void *user_data,
				 struct rte_flow_error *error);
int steer_async_indirect_update(struct steer_engine *e, uint32_t queue,
				struct steer_indirect *handle, const void *what, void *user_data,
				struct rte_flow_error *error);
int steer_async_indirect_query(struct steer_engine *e, uint32_t queue,
			       const struct steer_indirect *handle, void *data, void *user_data,
			       struct rte_flow_error *error);
int steer_async_indirect_query_update(struct steer_engine *e, uint32_t queue,
				      struct steer_indirect *handle, const void *what, void *data,
				      bool update_first, void *user_data,
				      struct rte_flow_error *error);

/** Let go of what was postponed. @return 0. */
int steer_async_push(struct steer_engine *e, uint32_t queue, struct rte_flow_error *error);
/** @return how many results were filled in, at most @p n. */
int steer_async_pull(struct steer_engine *e, uint32_t queue, struct rte_flow_op_result res[],
		     uint16_t n, struct rte_flow_error *error);

#endif /* STEER_ASYNC_H */
