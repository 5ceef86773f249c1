/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ethdev_driver.h>
#include <rte_flow_driver.h>

#include "steer_flow_async.h"
#include "steer_flow_refused.h"
#include "steer_flow_tunnel.h"
#include "steer_port.h"

/* rte_flow as ethdev hands it down: the engine has it all, and the kernel and the lower port what
 * they take. */

static int
flow_validate(struct rte_eth_dev *dev, const struct rte_flow_attr *attr,
	      const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
	      struct rte_flow_error *error)
{
	return steer_hand_flow_validate(steer_port(dev), attr, pattern, actions, error);
}

static struct rte_flow *
flow_create(struct rte_eth_dev *dev, const struct rte_flow_attr *attr,
	    const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
	    struct rte_flow_error *error)
{
	return steer_in_kernel_flow_create(steer_port(dev), attr, pattern, actions, error);
}

static int
flow_destroy(struct rte_eth_dev *dev, struct rte_flow *flow, struct rte_flow_error *error)
{
	return steer_in_kernel_flow_destroy(steer_port(dev), flow, error);
}

static int
flow_flush(struct rte_eth_dev *dev, struct rte_flow_error *error)
{
	return steer_in_kernel_flow_flush(steer_port(dev), error);
}

static int
flow_query(struct rte_eth_dev *dev, struct rte_flow *flow, const struct rte_flow_action *action,
	   void *data, struct rte_flow_error *error)
{
	return steer_hand_flow_query(steer_port(dev), flow, action, data, error);
}

static int
flow_isolate(struct rte_eth_dev *dev, int on, struct rte_flow_error *error)
{
	return steer_in_kernel_flow_isolate(steer_port(dev), on != 0, error);
}

static int
flow_dump(struct rte_eth_dev *dev, struct rte_flow *flow, FILE *file, struct rte_flow_error *error)
{
	if (flow == NULL)
		steer_in_kernel_dump(steer_port(dev), file);
	return steer_hand_flow_dump(steer_port(dev), flow, file, error);
}

#if STEER_FLOW_OPS_23_11
static int
flow_actions_update(struct rte_eth_dev *dev, struct rte_flow *flow,
		    const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	return steer_in_kernel_flow_update(steer_port(dev), flow, actions, error);
}

/** Groups are never handed down, and group 0 has no miss actions: the lower port is not asked. */
static int
flow_group_set_miss(struct rte_eth_dev *dev, uint32_t group,
		    const struct rte_flow_group_attr *attr, const struct rte_flow_action actions[],
		    struct rte_flow_error *error)
{
	if (attr == NULL || !attr->ingress || attr->egress || attr->transfer)
		return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR_INGRESS, attr,
					  "groups are of ingress rules");
	return steer_engine_group_miss(steer_port(dev)->engine, group, actions, error);
}
#endif

static int
flow_get_aged(struct rte_eth_dev *dev, void **contexts, uint32_t n, struct rte_flow_error *error)
{
	return steer_engine_aged(steer_port(dev)->engine, contexts, n, error);
}

/** Which flow queue made a rule makes no difference. */
static int
flow_get_q_aged(struct rte_eth_dev *dev, uint32_t queue, void **contexts, uint32_t n,
		struct rte_flow_error *error)
{
	RTE_SET_USED(queue);
	return flow_get_aged(dev, contexts, n, error);
}

/* Handles are the engine's alone: a rule that names one is not handed down. */

static inline struct steer_indirect *
ours(struct rte_flow_action_handle *handle)
{
	return (struct steer_indirect *)handle;
}

static struct rte_flow_action_handle *
handle_create(struct rte_eth_dev *dev, const struct rte_flow_indir_action_conf *conf,
	      const struct rte_flow_action *action, struct rte_flow_error *error)
{
	return (struct rte_flow_action_handle *)steer_engine_indirect_create(
		steer_port(dev)->engine, conf, action, error);
}

static int
handle_destroy(struct rte_eth_dev *dev, struct rte_flow_action_handle *handle,
	       struct rte_flow_error *error)
{
	return steer_engine_indirect_destroy(steer_port(dev)->engine, ours(handle), error);
}

/** The programs in the kernel spread by handles as well. */
static int
told(struct rte_eth_dev *dev, int rc)
{
	if (rc == 0)
		steer_in_kernel_changed(steer_port(dev));
	return rc;
}

static int
handle_update(struct rte_eth_dev *dev, struct rte_flow_action_handle *handle, const void *update,
	      struct rte_flow_error *error)
{
	return told(dev, steer_engine_indirect_update(steer_port(dev)->engine, ours(handle), update,
						      error));
}

static int
handle_query(struct rte_eth_dev *dev, const struct rte_flow_action_handle *handle, void *data,
	     struct rte_flow_error *error)
{
	return steer_engine_indirect_query(steer_port(dev)->engine,
					   (const struct steer_indirect *)handle, data, error);
}

#if STEER_FLOW_OPS_23_11
static int
handle_query_update(struct rte_eth_dev *dev, struct rte_flow_action_handle *handle,
		    const void *update, void *query, enum rte_flow_query_update_mode mode,
		    struct rte_flow_error *error)
{
	return told(dev, steer_engine_indirect_query_update(steer_port(dev)->engine, ours(handle),
							    update, query,
							    mode == RTE_FLOW_QU_UPDATE_FIRST,
							    error));
}
#endif

/* Every operation that there is, in each release: of flow queues' ethdev does not even look
 * whether a port has them. */

#if STEER_FLOW_OPS_23_11
#define QUEUE_OPS_23_11 \
	.async_create_by_index = steer_refused_create_by_index, \
	.async_actions_update = steer_async_flow_update, \
	.async_action_handle_query_update = steer_async_handle_query_update, \
	.async_action_list_handle_create = steer_refused_async_list_create, \
	.async_action_list_handle_destroy = steer_refused_async_list_destroy, \
	.async_action_list_handle_query_update = steer_refused_async_list_query_update,
#else
#define QUEUE_OPS_23_11
#endif

#if STEER_FLOW_OPS_24_11
#define QUEUE_OPS_24_11 \
	.async_create_by_index_with_pattern = steer_refused_create_by_index_with_pattern,
#else
#define QUEUE_OPS_24_11
#endif

/* The same members, wherever they are. */
#define QUEUE_OPS \
	QUEUE_OPS_23_11 \
	QUEUE_OPS_24_11 \
	.async_create = steer_async_flow_create, \
	.async_destroy = steer_async_flow_destroy, \
	.push = steer_async_flow_push, \
	.pull = steer_async_flow_pull, \
	.async_action_handle_create = steer_async_handle_create, \
	.async_action_handle_destroy = steer_async_handle_destroy, \
	.async_action_handle_update = steer_async_handle_update, \
	.async_action_handle_query = steer_async_handle_query

#if STEER_FLOW_FP_OPS
static const struct rte_flow_fp_ops queue_ops = { QUEUE_OPS };
#endif

static const struct rte_flow_ops flow_ops = {
	.validate = flow_validate,
	.create = flow_create,
	.destroy = flow_destroy,
	.flush = flow_flush,
	.query = flow_query,
	.isolate = flow_isolate,
	.dev_dump = flow_dump,
#if STEER_FLOW_OPS_23_11
	.actions_update = flow_actions_update,
	.group_set_miss_actions = flow_group_set_miss,
	.action_handle_query_update = handle_query_update,
	.action_list_handle_create = steer_refused_list_create,
	.action_list_handle_destroy = steer_refused_list_destroy,
	.action_list_handle_query_update = steer_refused_list_query_update,
	.flow_calc_table_hash = steer_refused_table_hash,
#endif
#if STEER_FLOW_OPS_24_03
	.flow_calc_encap_hash = steer_refused_encap_hash,
	.flow_template_table_resize = steer_async_table_resize,
	.flow_update_resized = steer_async_flow_update_resized,
	.flow_template_table_resize_complete = steer_async_table_resized,
#endif
	.flex_item_create = steer_refused_flex_create,
	.flex_item_release = steer_refused_flex_release,
	.tunnel_decap_set = steer_flow_tunnel_set,
	.tunnel_match = steer_flow_tunnel_match,
	.tunnel_action_decap_release = steer_flow_tunnel_release_actions,
	.tunnel_item_release = steer_flow_tunnel_release_items,
	.get_restore_info = steer_flow_restore_info,
	.get_aged_flows = flow_get_aged,
	.action_handle_create = handle_create,
	.action_handle_destroy = handle_destroy,
	.action_handle_update = handle_update,
	.action_handle_query = handle_query,
	.get_q_aged_flows = flow_get_q_aged,
	.info_get = steer_async_info_get,
	.configure = steer_async_flow_configure,
	.pattern_template_create = steer_async_pattern_template_create,
	.pattern_template_destroy = steer_async_pattern_template_destroy,
	.actions_template_create = steer_async_actions_template_create,
	.actions_template_destroy = steer_async_actions_template_destroy,
	.template_table_create = steer_async_table_create,
	.template_table_destroy = steer_async_table_destroy,
#if !STEER_FLOW_FP_OPS
	QUEUE_OPS,
#endif
};

/** All that rules give is delivered, whether it is asked for or not. */
int
steer_rx_metadata_negotiate(struct rte_eth_dev *dev, uint64_t *features)
{
	RTE_SET_USED(dev);
	*features &= RTE_ETH_RX_METADATA_USER_FLAG | RTE_ETH_RX_METADATA_USER_MARK |
		     RTE_ETH_RX_METADATA_TUNNEL_ID;
	return 0;
}

static void
tell_aged(void *dev)
{
	rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_FLOW_AGED, NULL);
}

void
steer_flow_init(struct rte_eth_dev *dev)
{
	steer_engine_on_aged(steer_port(dev)->engine, tell_aged, dev);
#if STEER_FLOW_FP_OPS
	dev->flow_fp_ops = &queue_ops;
#endif
}

int
steer_flow_ops_get(struct rte_eth_dev *dev, const struct rte_flow_ops **ops)
{
	RTE_SET_USED(dev);
	*ops = &flow_ops;
	return 0;
}
