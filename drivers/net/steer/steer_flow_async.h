/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Operations of flow queues and templates, for the tables of operations in steer_flow.c: as in
 * rte_flow_driver.h.
 */

#ifndef STEER_FLOW_ASYNC_H
#define STEER_FLOW_ASYNC_H

#include <rte_ethdev.h>
#include <rte_flow.h>

#include "steer_compat.h"

int steer_async_info_get(struct rte_eth_dev *dev, struct rte_flow_port_info *port,
			 struct rte_flow_queue_info *queue, struct rte_flow_error *error);
int steer_async_flow_configure(struct rte_eth_dev *dev, const struct rte_flow_port_attr *attr,
			       uint16_t n_queues, const struct rte_flow_queue_attr *queues[],
			       struct rte_flow_error *error);

struct rte_flow_pattern_template *
steer_async_pattern_template_create(struct rte_eth_dev *dev,
				    const struct rte_flow_pattern_template_attr *attr,
				    const struct rte_flow_item pattern[],
				    struct rte_flow_error *error);
int steer_async_pattern_template_destroy(struct rte_eth_dev *dev,
					 struct rte_flow_pattern_template *t,
					 struct rte_flow_error *error);
struct rte_flow_actions_template *
steer_async_actions_template_create(struct rte_eth_dev *dev,
				    const struct rte_flow_actions_template_attr *attr,
				    const struct rte_flow_action actions[],
				    const struct rte_flow_action masks[],
				    struct rte_flow_error *error);
int steer_async_actions_template_destroy(struct rte_eth_dev *dev,
					 struct rte_flow_actions_template *t,
					 struct rte_flow_error *error);
struct rte_flow_template_table *
steer_async_table_create(struct rte_eth_dev *dev, const struct rte_flow_template_table_attr *attr,
			 struct rte_flow_pattern_template *patterns[], uint8_t n_patterns,
			 struct rte_flow_actions_template *actions[], uint8_t n_actions,
			 struct rte_flow_error *error);
int steer_async_table_destroy(struct rte_eth_dev *dev, struct rte_flow_template_table *table,
			      struct rte_flow_error *error);

int steer_async_table_resize(struct rte_eth_dev *dev, struct rte_flow_template_table *table,
			     uint32_t n_rules, struct rte_flow_error *error);
int steer_async_table_resized(struct rte_eth_dev *dev, struct rte_flow_template_table *table,
			      struct rte_flow_error *error);
int steer_async_flow_update_resized(struct rte_eth_dev *dev, uint32_t queue,
				    const struct rte_flow_op_attr *attr, struct rte_flow *flow,
				    void *user_data, struct rte_flow_error *error);

struct rte_flow *steer_async_flow_create(struct rte_eth_dev *dev, uint32_t queue,
					 const struct rte_flow_op_attr *attr,
					 struct rte_flow_template_table *table,
					 const struct rte_flow_item pattern[],
					 uint8_t pattern_index,
					 const struct rte_flow_action actions[],
					 uint8_t actions_index, void *user_data,
					 struct rte_flow_error *error);
int steer_async_flow_update(struct rte_eth_dev *dev, uint32_t queue,
			    const struct rte_flow_op_attr *attr, struct rte_flow *flow,
			    const struct rte_flow_action actions[], uint8_t actions_index,
			    void *user_data, struct rte_flow_error *error);
int steer_async_flow_destroy(struct rte_eth_dev *dev, uint32_t queue,
			     const struct rte_flow_op_attr *attr, struct rte_flow *flow,
			     void *user_data, struct rte_flow_error *error);
int steer_async_flow_push(struct rte_eth_dev *dev, uint32_t queue, struct rte_flow_error *error);
int steer_async_flow_pull(struct rte_eth_dev *dev, uint32_t queue, struct rte_flow_op_result res[],
			  uint16_t n, struct rte_flow_error *error);

struct rte_flow_action_handle *
steer_async_handle_create(struct rte_eth_dev *dev, uint32_t queue,
			  const struct rte_flow_op_attr *attr,
			  const struct rte_flow_indir_action_conf *conf,
			  const struct rte_flow_action *action, void *user_data,
			  struct rte_flow_error *error);
int steer_async_handle_destroy(struct rte_eth_dev *dev, uint32_t queue,
			       const struct rte_flow_op_attr *attr,
			       struct rte_flow_action_handle *handle, void *user_data,
			       struct rte_flow_error *error);
int steer_async_handle_update(struct rte_eth_dev *dev, uint32_t queue,
			      const struct rte_flow_op_attr *attr,
			      struct rte_flow_action_handle *handle, const void *update,
			      void *user_data, struct rte_flow_error *error);
int steer_async_handle_query(struct rte_eth_dev *dev, uint32_t queue,
			     const struct rte_flow_op_attr *attr,
			     const struct rte_flow_action_handle *handle, void *data,
			     void *user_data, struct rte_flow_error *error);
#if STEER_FLOW_OPS_23_11
int steer_async_handle_query_update(struct rte_eth_dev *dev, uint32_t queue,
				    const struct rte_flow_op_attr *attr,
				    struct rte_flow_action_handle *handle, const void *update,
				    void *query, enum rte_flow_query_update_mode mode,
				    void *user_data, struct rte_flow_error *error);
#endif

#endif /* STEER_FLOW_ASYNC_H */
