/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ethdev_driver.h>
#include <rte_flow_driver.h>

#include "steer_async.h"
#include "steer_count.h"
#include "steer_flow_async.h"
#include "steer_port.h"

/*
 * Flow queues and templates as ethdev hands them down. All of it is the engine's: a port with flow
 * queues keeps its rules in software.
 */

#define CAST(type, p) ((struct type *)(p))

static inline struct steer_engine *
engine_of(struct rte_eth_dev *dev)
{
	return steer_port(dev)->engine;
}

/* Settings */

int
steer_async_info_get(struct rte_eth_dev *dev, struct rte_flow_port_info *port,
		     struct rte_flow_queue_info *queue, struct rte_flow_error *error)
{
	RTE_SET_USED(dev);
	RTE_SET_USED(error);
	*port = (struct rte_flow_port_info){
		.max_nb_queues = STEER_ASYNC_QUEUES,
		.max_nb_counters = STEER_COUNT_MAX,
		.max_nb_aging_objects = STEER_COUNT_MAX,
	};
	if (queue != NULL)
		*queue = (struct rte_flow_queue_info){ .max_size = STEER_ASYNC_SIZE };
	return 0;
}

/** Numbers of counters and the like are not needed: there are as many as rules ask for. */
int
steer_async_flow_configure(struct rte_eth_dev *dev, const struct rte_flow_port_attr *attr,
			   uint16_t n_queues, const struct rte_flow_queue_attr *queues[],
			   struct rte_flow_error *error)
{
	int rc;

	if (attr->flags != 0)
		return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, attr,
					  "flow queues: no flags of the port are accepted");
	rc = steer_hand_check_queues(steer_port(dev), error);
	if (rc == 0)
		rc = steer_in_kernel_check_queues(steer_port(dev), error);
	if (rc == 0)
		rc = steer_async_configure(engine_of(dev), n_queues, queues, error);
	if (rc == 0)
		steer_hand_flow_queues(steer_port(dev));
	return rc;
}

/* Templates */

struct rte_flow_pattern_template *
steer_async_pattern_template_create(struct rte_eth_dev *dev,
				    const struct rte_flow_pattern_template_attr *attr,
				    const struct rte_flow_item pattern[],
				    struct rte_flow_error *error)
{
	struct steer_engine *e = engine_of(dev);
	struct steer_pattern_template *t;

	steer_async_lock(e);
	t = steer_pattern_template_create(steer_async_templates(e), attr, pattern, error);
	steer_async_unlock(e);
	return CAST(rte_flow_pattern_template, t);
}

int
steer_async_pattern_template_destroy(struct rte_eth_dev *dev, struct rte_flow_pattern_template *t,
				     struct rte_flow_error *error)
{
	struct steer_engine *e = engine_of(dev);
	int rc;

	steer_async_lock(e);
	rc = steer_pattern_template_destroy(steer_async_templates(e),
					    CAST(steer_pattern_template, t), error);
	steer_async_unlock(e);
	return rc;
}

struct rte_flow_actions_template *
steer_async_actions_template_create(struct rte_eth_dev *dev,
				    const struct rte_flow_actions_template_attr *attr,
				    const struct rte_flow_action actions[],
				    const struct rte_flow_action masks[],
				    struct rte_flow_error *error)
{
	struct steer_engine *e = engine_of(dev);
	struct steer_actions_template *t;

	steer_async_lock(e);
	t = steer_actions_template_create(steer_async_templates(e), attr, actions, masks, error);
	steer_async_unlock(e);
	return CAST(rte_flow_actions_template, t);
}

int
steer_async_actions_template_destroy(struct rte_eth_dev *dev, struct rte_flow_actions_template *t,
				     struct rte_flow_error *error)
{
	struct steer_engine *e = engine_of(dev);
	int rc;

	steer_async_lock(e);
	rc = steer_actions_template_destroy(steer_async_templates(e),
					    CAST(steer_actions_template, t), error);
	steer_async_unlock(e);
	return rc;
}

struct rte_flow_template_table *
steer_async_table_create(struct rte_eth_dev *dev, const struct rte_flow_template_table_attr *attr,
			 struct rte_flow_pattern_template *patterns[], uint8_t n_patterns,
			 struct rte_flow_actions_template *actions[], uint8_t n_actions,
			 struct rte_flow_error *error)
{
	struct steer_engine *e = engine_of(dev);
	struct steer_template_table *table;

	if (steer_async_check_table(attr, error) < 0)
		return NULL;
	steer_async_lock(e);
	table = steer_template_table_create(steer_async_templates(e), attr,
					    (struct steer_pattern_template **)patterns, n_patterns,
					    (struct steer_actions_template **)actions, n_actions,
					    error);
	steer_async_unlock(e);
	return CAST(rte_flow_template_table, table);
}

int
steer_async_table_destroy(struct rte_eth_dev *dev, struct rte_flow_template_table *table,
			  struct rte_flow_error *error)
{
	struct steer_engine *e = engine_of(dev);
	int rc;

	steer_async_lock(e);
	rc = steer_template_table_destroy(steer_async_templates(e),
					  CAST(steer_template_table, table), error);
	steer_async_unlock(e);
	return rc;
}

/* Another size, from 24.03 on: a table holds as many rules as there are. */

int
steer_async_table_resize(struct rte_eth_dev *dev, struct rte_flow_template_table *table,
			 uint32_t n_rules, struct rte_flow_error *error)
{
	struct steer_engine *e = engine_of(dev);
	int rc;

	RTE_SET_USED(n_rules);
	steer_async_lock(e);
	rc = steer_template_table_resize(steer_async_templates(e),
					 CAST(steer_template_table, table), error);
	steer_async_unlock(e);
	return rc;
}

int
steer_async_table_resized(struct rte_eth_dev *dev, struct rte_flow_template_table *table,
			  struct rte_flow_error *error)
{
	struct steer_engine *e = engine_of(dev);
	int rc;

	steer_async_lock(e);
	rc = steer_template_table_resized(steer_async_templates(e),
					  CAST(steer_template_table, table), error);
	steer_async_unlock(e);
	return rc;
}

int
steer_async_flow_update_resized(struct rte_eth_dev *dev, uint32_t queue,
				const struct rte_flow_op_attr *attr, struct rte_flow *flow,
				void *user_data, struct rte_flow_error *error)
{
	return steer_async_update_resized(engine_of(dev), queue, attr != NULL && attr->postpone,
					  CAST(steer_flow, flow), user_data, error);
}

/* Rules */

struct rte_flow *
steer_async_flow_create(struct rte_eth_dev *dev, uint32_t queue,
			const struct rte_flow_op_attr *attr, struct rte_flow_template_table *table,
			const struct rte_flow_item pattern[], uint8_t pattern_index,
			const struct rte_flow_action actions[], uint8_t actions_index,
			void *user_data, struct rte_flow_error *error)
{
	return CAST(rte_flow, steer_async_create(engine_of(dev), queue,
						 attr != NULL && attr->postpone,
						 CAST(steer_template_table, table), pattern,
						 pattern_index, actions, actions_index, user_data,
						 error));
}

int
steer_async_flow_update(struct rte_eth_dev *dev, uint32_t queue,
			const struct rte_flow_op_attr *attr, struct rte_flow *flow,
			const struct rte_flow_action actions[], uint8_t actions_index,
			void *user_data, struct rte_flow_error *error)
{
	return steer_async_update(engine_of(dev), queue, attr != NULL && attr->postpone,
				  CAST(steer_flow, flow), actions, actions_index, user_data,
				  error);
}

int
steer_async_flow_destroy(struct rte_eth_dev *dev, uint32_t queue,
			 const struct rte_flow_op_attr *attr, struct rte_flow *flow,
			 void *user_data, struct rte_flow_error *error)
{
	return steer_async_destroy(engine_of(dev), queue, attr != NULL && attr->postpone,
				   CAST(steer_flow, flow), user_data, error);
}

int
steer_async_flow_push(struct rte_eth_dev *dev, uint32_t queue, struct rte_flow_error *error)
{
	return steer_async_push(engine_of(dev), queue, error);
}

int
steer_async_flow_pull(struct rte_eth_dev *dev, uint32_t queue, struct rte_flow_op_result res[],
		      uint16_t n, struct rte_flow_error *error)
{
	return steer_async_pull(engine_of(dev), queue, res, n, error);
}

/* Handles: not postponed, whatever the attributes say */

struct rte_flow_action_handle *
steer_async_handle_create(struct rte_eth_dev *dev, uint32_t queue,
			  const struct rte_flow_op_attr *attr,
			  const struct rte_flow_indir_action_conf *conf,
			  const struct rte_flow_action *action, void *user_data,
			  struct rte_flow_error *error)
{
	RTE_SET_USED(attr);
	return CAST(rte_flow_action_handle,
		    steer_async_indirect_create(engine_of(dev), queue, conf, action, user_data,
						error));
}

int
steer_async_handle_destroy(struct rte_eth_dev *dev, uint32_t queue,
			   const struct rte_flow_op_attr *attr,
			   struct rte_flow_action_handle *handle, void *user_data,
			   struct rte_flow_error *error)
{
	RTE_SET_USED(attr);
	return steer_async_indirect_destroy(engine_of(dev), queue, CAST(steer_indirect, handle),
					    user_data, error);
}

int
steer_async_handle_update(struct rte_eth_dev *dev, uint32_t queue,
			  const struct rte_flow_op_attr *attr,
			  struct rte_flow_action_handle *handle, const void *update,
			  void *user_data, struct rte_flow_error *error)
{
	RTE_SET_USED(attr);
	return steer_async_indirect_update(engine_of(dev), queue, CAST(steer_indirect, handle),
					   update, user_data, error);
}

int
steer_async_handle_query(struct rte_eth_dev *dev, uint32_t queue,
			 const struct rte_flow_op_attr *attr,
			 const struct rte_flow_action_handle *handle, void *data, void *user_data,
			 struct rte_flow_error *error)
{
	RTE_SET_USED(attr);
	return steer_async_indirect_query(engine_of(dev), queue,
					  (const struct steer_indirect *)handle, data, user_data,
					  error);
}

#if STEER_FLOW_OPS_23_11
int
steer_async_handle_query_update(struct rte_eth_dev *dev, uint32_t queue,
				const struct rte_flow_op_attr *attr,
				struct rte_flow_action_handle *handle, const void *update,
				void *query, enum rte_flow_query_update_mode mode,
				void *user_data, struct rte_flow_error *error)
{
	RTE_SET_USED(attr);
	return steer_async_indirect_query_update(engine_of(dev), queue,
						 CAST(steer_indirect, handle), update, query,
						 mode == RTE_FLOW_QU_UPDATE_FIRST, user_data,
						 error);
}
#endif
