/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Tunnel offload as ethdev hands it down: the engine's alone, as are the rules of tunnels.
 */

#ifndef STEER_FLOW_TUNNEL_H
#define STEER_FLOW_TUNNEL_H

#include <stdint.h>

#include <ethdev_driver.h>
#include <rte_flow_driver.h>

int steer_flow_tunnel_set(struct rte_eth_dev *dev, struct rte_flow_tunnel *tunnel,
			  struct rte_flow_action **actions, uint32_t *n,
			  struct rte_flow_error *error);
int steer_flow_tunnel_match(struct rte_eth_dev *dev, struct rte_flow_tunnel *tunnel,
			    struct rte_flow_item **items, uint32_t *n,
			    struct rte_flow_error *error);
int steer_flow_tunnel_release_actions(struct rte_eth_dev *dev, struct rte_flow_action *actions,
				      uint32_t n, struct rte_flow_error *error);
int steer_flow_tunnel_release_items(struct rte_eth_dev *dev, struct rte_flow_item *items,
				    uint32_t n, struct rte_flow_error *error);
int steer_flow_restore_info(struct rte_eth_dev *dev, struct rte_mbuf *m,
			    struct rte_flow_restore_info *info, struct rte_flow_error *error);

#endif /* STEER_FLOW_TUNNEL_H */
