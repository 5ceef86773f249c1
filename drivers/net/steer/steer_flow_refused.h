/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Operations of flows that are refused, whatever they are called with: ENOTSUP, and a sentence that
 * says what is accepted. Each as in rte_flow_driver.h.
 */

#ifndef STEER_FLOW_REFUSED_H
#define STEER_FLOW_REFUSED_H

#include <rte_ethdev.h>
#include <rte_flow.h>

#include "steer_compat.h"

struct rte_flow_item_flex_handle *
steer_refused_flex_create(struct rte_eth_dev *dev, const struct rte_flow_item_flex_conf *conf,
			  struct rte_flow_error *error);
int steer_refused_flex_release(struct rte_eth_dev *dev,
			       const struct rte_flow_item_flex_handle *handle,
			       struct rte_flow_error *error);

#if STEER_FLOW_OPS_23_11
struct rte_flow_action_list_handle *
steer_refused_list_create(struct rte_eth_dev *dev, const struct rte_flow_indir_action_conf *conf,
			  const struct rte_flow_action actions[], struct rte_flow_error *error);
int steer_refused_list_destroy(struct rte_eth_dev *dev, struct rte_flow_action_list_handle *handle,
			       struct rte_flow_error *error);
int steer_refused_list_query_update(struct rte_eth_dev *dev,
				    const struct rte_flow_action_list_handle *handle,
				    const void **update, void **query,
				    enum rte_flow_query_update_mode mode,
				    struct rte_flow_error *error);
struct rte_flow_action_list_handle *
steer_refused_async_list_create(struct rte_eth_dev *dev, uint32_t queue,
				const struct rte_flow_op_attr *attr,
				const struct rte_flow_indir_action_conf *conf,
				const struct rte_flow_action *actions, void *user_data,
				struct rte_flow_error *error);
int steer_refused_async_list_destroy(struct rte_eth_dev *dev, uint32_t queue,
				     const struct rte_flow_op_attr *attr,
				     struct rte_flow_action_list_handle *handle, void *user_data,
				     struct rte_flow_error *error);
int steer_refused_async_list_query_update(struct rte_eth_dev *dev, uint32_t queue,
					  const struct rte_flow_op_attr *attr,
					  const struct rte_flow_action_list_handle *handle,
					  const void **update, void **query,
					  enum rte_flow_query_update_mode mode, void *user_data,
					  struct rte_flow_error *error);

struct rte_flow *steer_refused_create_by_index(struct rte_eth_dev *dev, uint32_t queue,
					       const struct rte_flow_op_attr *attr,
					       struct rte_flow_template_table *table,
					       uint32_t index,
					       const struct rte_flow_action actions[],
					       uint8_t actions_index, void *user_data,
					       struct rte_flow_error *error);
int steer_refused_table_hash(struct rte_eth_dev *dev, const struct rte_flow_template_table *table,
			     const struct rte_flow_item pattern[], uint8_t pattern_index,
			     uint32_t *hash, struct rte_flow_error *error);
#endif

#if STEER_FLOW_OPS_24_03
int steer_refused_encap_hash(struct rte_eth_dev *dev, const struct rte_flow_item pattern[],
			     enum rte_flow_encap_hash_field field, uint8_t *hash,
			     struct rte_flow_error *error);
#endif

#if STEER_FLOW_OPS_24_11
struct rte_flow *steer_refused_create_by_index_with_pattern(
	struct rte_eth_dev *dev, uint32_t queue, const struct rte_flow_op_attr *attr,
	struct rte_flow_template_table *table, uint32_t index, const struct rte_flow_item *pattern,
	uint8_t pattern_index, const struct rte_flow_action *actions, uint8_t actions_index,
	void *user_data, struct rte_flow_error *error);
#endif

#endif /* STEER_FLOW_REFUSED_H */
