/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_flow_driver.h>

#include "steer_flow_refused.h"

/* An operation that is missing would be refused by ethdev, with the name of an error at best. */

static int
refuse(struct rte_flow_error *error, const char *sentence)
{
	return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL, sentence);
}

static const char flex[] = "flex items: not accepted; bytes of one's own choice are matched by raw";

struct rte_flow_item_flex_handle *
steer_refused_flex_create(struct rte_eth_dev *dev __rte_unused,
			  const struct rte_flow_item_flex_conf *conf __rte_unused,
			  struct rte_flow_error *error)
{
	refuse(error, flex);
	return NULL;
}

int
steer_refused_flex_release(struct rte_eth_dev *dev __rte_unused,
			   const struct rte_flow_item_flex_handle *handle __rte_unused,
			   struct rte_flow_error *error)
{
	return refuse(error, flex);
}

#if STEER_FLOW_OPS_23_11
/* Handles of lists */

static const char list[] = "indirect lists: not accepted; single actions are shared by a handle: "
			   "rss, count and age";

struct rte_flow_action_list_handle *
steer_refused_list_create(struct rte_eth_dev *dev __rte_unused,
			  const struct rte_flow_indir_action_conf *conf __rte_unused,
			  const struct rte_flow_action actions[] __rte_unused,
			  struct rte_flow_error *error)
{
	refuse(error, list);
	return NULL;
}

int
steer_refused_list_destroy(struct rte_eth_dev *dev __rte_unused,
			   struct rte_flow_action_list_handle *handle __rte_unused,
			   struct rte_flow_error *error)
{
	return refuse(error, list);
}

int
steer_refused_list_query_update(struct rte_eth_dev *dev __rte_unused,
				const struct rte_flow_action_list_handle *handle __rte_unused,
				const void **update __rte_unused, void **query __rte_unused,
				enum rte_flow_query_update_mode mode __rte_unused,
				struct rte_flow_error *error)
{
	return refuse(error, list);
}

struct rte_flow_action_list_handle *
steer_refused_async_list_create(struct rte_eth_dev *dev __rte_unused, uint32_t queue __rte_unused,
				const struct rte_flow_op_attr *attr __rte_unused,
				const struct rte_flow_indir_action_conf *conf __rte_unused,
				const struct rte_flow_action *actions __rte_unused,
				void *user_data __rte_unused, struct rte_flow_error *error)
{
	refuse(error, list);
	return NULL;
}

int
steer_refused_async_list_destroy(struct rte_eth_dev *dev __rte_unused, uint32_t queue __rte_unused,
				 const struct rte_flow_op_attr *attr __rte_unused,
				 struct rte_flow_action_list_handle *handle __rte_unused,
				 void *user_data __rte_unused, struct rte_flow_error *error)
{
	return refuse(error, list);
}

int
steer_refused_async_list_query_update(struct rte_eth_dev *dev __rte_unused,
				      uint32_t queue __rte_unused,
				      const struct rte_flow_op_attr *attr __rte_unused,
				      const struct rte_flow_action_list_handle *handle __rte_unused,
				      const void **update __rte_unused, void **query __rte_unused,
				      enum rte_flow_query_update_mode mode __rte_unused,
				      void *user_data __rte_unused, struct rte_flow_error *error)
{
	return refuse(error, list);
}

/* Tables as hash tables of a NIC's */

static const char by_index[] = "rules by index: not accepted; rules of tables are made by pattern";

struct rte_flow *
steer_refused_create_by_index(struct rte_eth_dev *dev __rte_unused, uint32_t queue __rte_unused,
			      const struct rte_flow_op_attr *attr __rte_unused,
			      struct rte_flow_template_table *table __rte_unused,
			      uint32_t index __rte_unused,
			      const struct rte_flow_action actions[] __rte_unused,
			      uint8_t actions_index __rte_unused, void *user_data __rte_unused,
			      struct rte_flow_error *error)
{
	refuse(error, by_index);
	return NULL;
}

int
steer_refused_table_hash(struct rte_eth_dev *dev __rte_unused,
			 const struct rte_flow_template_table *table __rte_unused,
			 const struct rte_flow_item pattern[] __rte_unused,
			 uint8_t pattern_index __rte_unused, uint32_t *hash __rte_unused,
			 struct rte_flow_error *error)
{
	return refuse(error, "table hash: tables have none, all rules are searched together");
}
#endif

#if STEER_FLOW_OPS_24_03
int
steer_refused_encap_hash(struct rte_eth_dev *dev __rte_unused,
			 const struct rte_flow_item pattern[] __rte_unused,
			 enum rte_flow_encap_hash_field field __rte_unused,
			 uint8_t *hash __rte_unused, struct rte_flow_error *error)
{
	return refuse(error, "encapsulation hash: there is none, the port does not encapsulate");
}
#endif

#if STEER_FLOW_OPS_24_11
struct rte_flow *
steer_refused_create_by_index_with_pattern(struct rte_eth_dev *dev __rte_unused,
					   uint32_t queue __rte_unused,
					   const struct rte_flow_op_attr *attr __rte_unused,
					   struct rte_flow_template_table *table __rte_unused,
					   uint32_t index __rte_unused,
					   const struct rte_flow_item *pattern __rte_unused,
					   uint8_t pattern_index __rte_unused,
					   const struct rte_flow_action *actions __rte_unused,
					   uint8_t actions_index __rte_unused,
					   void *user_data __rte_unused,
					   struct rte_flow_error *error)
{
	refuse(error, by_index);
	return NULL;
}
#endif
