/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_ether.h>

#include "steer_ether.h"
#include "steer_port.h"

/*
 * VLAN functions are the lower's, those of the port as a whole. Stripping for single queues is not
 * offered: any of our queues may get a packet from any of the lower's.
 */

int
steer_vlan_filter_set(struct rte_eth_dev *dev, uint16_t vlan, int on)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_vlan_filter(port->lower.port_id, vlan, on);
}

/* ethdev has put what is wanted into our rxmode; the lower's function takes the whole state. */
int
steer_vlan_offload_set(struct rte_eth_dev *dev, int mask __rte_unused)
{
	const struct steer_port *port = steer_port(dev);
	uint64_t offloads = dev->data->dev_conf.rxmode.offloads;
	int state = 0;

	if (!steer_bound(port))
		return -ENODEV;
	if (offloads & RTE_ETH_RX_OFFLOAD_VLAN_STRIP)
		state |= RTE_ETH_VLAN_STRIP_OFFLOAD;
	if (offloads & RTE_ETH_RX_OFFLOAD_VLAN_FILTER)
		state |= RTE_ETH_VLAN_FILTER_OFFLOAD;
	if (offloads & RTE_ETH_RX_OFFLOAD_VLAN_EXTEND)
		state |= RTE_ETH_VLAN_EXTEND_OFFLOAD;
	if (offloads & RTE_ETH_RX_OFFLOAD_QINQ_STRIP)
		state |= RTE_ETH_QINQ_STRIP_OFFLOAD;
	return rte_eth_dev_set_vlan_offload(port->lower.port_id, state);
}

int
steer_vlan_tpid_set(struct rte_eth_dev *dev, enum rte_vlan_type type, uint16_t tpid)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_set_vlan_ether_type(port->lower.port_id, type, tpid);
}

int
steer_vlan_pvid_set(struct rte_eth_dev *dev, uint16_t pvid, int on)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_set_vlan_pvid(port->lower.port_id, pvid, on);
}

int
steer_vlan_restore(struct rte_eth_dev *dev)
{
	const struct rte_vlan_filter_conf *filter = &dev->data->vlan_filter_conf;
	uint16_t lower_id = steer_port(dev)->lower.port_id;
	uint16_t vlan;
	int ret;

	if ((dev->data->dev_conf.rxmode.offloads & RTE_ETH_RX_OFFLOAD_VLAN_FILTER) == 0)
		return 0;
	for (vlan = 0; vlan <= RTE_ETHER_MAX_VLAN_ID; vlan++) {
		if ((filter->ids[vlan / 64] & RTE_BIT64(vlan % 64)) == 0)
			continue;
		ret = rte_eth_dev_vlan_filter(lower_id, vlan, 1);
		if (ret != 0)
			return ret;
	}
	return 0;
}
