/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "steer_flow_tunnel.h"
#include "steer_port.h"

int
steer_flow_tunnel_set(struct rte_eth_dev *dev, struct rte_flow_tunnel *tunnel,
		      struct rte_flow_action **actions, uint32_t *n, struct rte_flow_error *error)
{
	return steer_engine_tunnel_set(steer_port(dev)->engine, tunnel, actions, n, error);
}

int
steer_flow_tunnel_match(struct rte_eth_dev *dev, struct rte_flow_tunnel *tunnel,
			struct rte_flow_item **items, uint32_t *n, struct rte_flow_error *error)
{
	return steer_engine_tunnel_match(steer_port(dev)->engine, tunnel, items, n, error);
}

int
steer_flow_tunnel_release_actions(struct rte_eth_dev *dev, struct rte_flow_action *actions,
				  uint32_t n, struct rte_flow_error *error)
{
	return steer_engine_tunnel_release_actions(steer_port(dev)->engine, actions, n, error);
}

int
steer_flow_tunnel_release_items(struct rte_eth_dev *dev, struct rte_flow_item *items, uint32_t n,
				struct rte_flow_error *error)
{
	return steer_engine_tunnel_release_items(steer_port(dev)->engine, items, n, error);
}

int
steer_flow_restore_info(struct rte_eth_dev *dev, struct rte_mbuf *m,
			struct rte_flow_restore_info *info, struct rte_flow_error *error)
{
	return steer_engine_restore_info(steer_port(dev)->engine, m, info, error);
}
