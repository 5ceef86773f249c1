/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Addresses, VLANs and the link.
 */

#ifndef STEER_ETHER_H
#define STEER_ETHER_H

#include <stdint.h>

#include <ethdev_driver.h>
#include <rte_ethdev.h>

struct steer_port;

/* steer_ether.c: registered in the table of operations only. */
int steer_mac_addr_set(struct rte_eth_dev *dev, struct rte_ether_addr *addr);
int steer_mac_addr_add(struct rte_eth_dev *dev, struct rte_ether_addr *addr, uint32_t index,
		       uint32_t vmdq);
void steer_mac_addr_remove(struct rte_eth_dev *dev, uint32_t index);
int steer_set_mc_addr_list(struct rte_eth_dev *dev, struct rte_ether_addr *list, uint32_t n);
int steer_promiscuous_enable(struct rte_eth_dev *dev);
int steer_promiscuous_disable(struct rte_eth_dev *dev);
int steer_allmulticast_enable(struct rte_eth_dev *dev);
int steer_allmulticast_disable(struct rte_eth_dev *dev);
/** After the lower was configured anew: promiscuity, addresses, VLAN filter as we have them. */
int steer_ether_restore(struct rte_eth_dev *dev);
/** Free what is remembered for that. */
void steer_ether_fini(struct steer_port *port);

/* steer_vlan.c */
int steer_vlan_filter_set(struct rte_eth_dev *dev, uint16_t vlan, int on);
int steer_vlan_offload_set(struct rte_eth_dev *dev, int mask);
int steer_vlan_tpid_set(struct rte_eth_dev *dev, enum rte_vlan_type type, uint16_t tpid);
int steer_vlan_pvid_set(struct rte_eth_dev *dev, uint16_t pvid, int on);
/** Filter as ethdev remembers it, for steer_ether_restore(). @return 0; the lower's error. */
int steer_vlan_restore(struct rte_eth_dev *dev);

/* steer_link.c */
int steer_link_update(struct rte_eth_dev *dev, int wait);
int steer_set_link_up(struct rte_eth_dev *dev);
int steer_set_link_down(struct rte_eth_dev *dev);
int steer_mtu_set(struct rte_eth_dev *dev, uint16_t mtu);
int steer_flow_ctrl_get(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf);
int steer_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf);
int steer_priority_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_pfc_conf *conf);

#endif /* STEER_ETHER_H */
