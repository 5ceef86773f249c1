/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ether.h>

#include "steer_port.h"

/*
 * All of it is the lower's: what it cannot do, we cannot, and its error is returned as it is.
 *
 * MAC addresses are the exception. Applications take for granted that a port takes a second
 * address or another default one, which many virtual ports do not. Such an address is received
 * all the same if the lower is promiscuous, so it is made promiscuous for as long as there is
 * one (mac_untaken), with a notice, as the application then also sees what is for others.
 */

int
steer_link_update(struct rte_eth_dev *dev, int wait)
{
	const struct steer_port *port = steer_port(dev);
	struct rte_eth_link link;
	int ret = -ENODEV;

	memset(&link, 0, sizeof(link));
	if (steer_bound(port))
		ret = wait ? rte_eth_link_get(port->lower.port_id, &link) :
			     rte_eth_link_get_nowait(port->lower.port_id, &link);
	if (ret != 0)
		link.link_status = RTE_ETH_LINK_DOWN;
	return rte_eth_linkstatus_set(dev, &link);
}

int
steer_set_link_up(struct rte_eth_dev *dev)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_set_link_up(port->lower.port_id);
}

int
steer_set_link_down(struct rte_eth_dev *dev)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_set_link_down(port->lower.port_id);
}

/*
 * A lower whose MTU is fixed carries all that is smaller. Most applications set the default MTU,
 * and some take no error for an answer.
 */
int
steer_mtu_set(struct rte_eth_dev *dev, uint16_t mtu)
{
	const struct steer_port *port = steer_port(dev);
	uint16_t fixed;
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	ret = rte_eth_dev_set_mtu(port->lower.port_id, mtu);
	if (ret == -ENOTSUP && rte_eth_dev_get_mtu(port->lower.port_id, &fixed) == 0 &&
			mtu <= fixed)
		return 0;
	return ret;
}

/* Promiscuous if the application wants it or if an address needs it. */
static int
promiscuous_set(const struct steer_port *port, bool wanted, uint64_t mac_untaken)
{
	if (!steer_bound(port))
		return -ENODEV;
	if (wanted || mac_untaken != 0)
		return rte_eth_promiscuous_enable(port->lower.port_id);
	return rte_eth_promiscuous_disable(port->lower.port_id);
}

int
steer_promiscuous_enable(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	ret = promiscuous_set(port, true, port->mac_untaken);
	if (ret == 0)
		port->promiscuous = true;
	return ret;
}

int
steer_promiscuous_disable(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	ret = promiscuous_set(port, false, port->mac_untaken);
	if (ret == 0)
		port->promiscuous = false;
	return ret;
}

int
steer_allmulticast_enable(struct rte_eth_dev *dev)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_allmulticast_enable(port->lower.port_id);
}

int
steer_allmulticast_disable(struct rte_eth_dev *dev)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_allmulticast_disable(port->lower.port_id);
}

/* Is the lower without room for the address, rather than unwilling or broken? */
static bool
mac_no_room(int ret)
{
	return ret == -ENOTSUP || ret == -ENOSPC;
}

static int
mac_untaken_add(struct steer_port *port, uint64_t bit)
{
	bool was_on = rte_eth_promiscuous_get(port->lower.port_id) == 1;
	int ret;

	ret = promiscuous_set(port, port->promiscuous, bit);
	if (ret != 0)
		return ret;
	if (!was_on)
		STEER_LOG(NOTICE, "%s: iface=%s: the port does not take the MAC address, "
			"it is made promiscuous", port->dev->data->name, port->args.iface);
	port->mac_untaken |= bit;
	return 0;
}

/* A lower that cannot leave promiscuity was in it before. */
static void
mac_untaken_remove(struct steer_port *port, uint64_t bit)
{
	if ((port->mac_untaken & bit) == 0)
		return;
	port->mac_untaken &= ~bit;
	promiscuous_set(port, port->promiscuous, port->mac_untaken);
}

/* Take note of how the lower answered for the address at this index. */
static int
mac_answer(struct steer_port *port, uint32_t index, int ret)
{
	uint64_t bit = RTE_BIT64(index);

	if (ret == 0)
		mac_untaken_remove(port, bit);
	else if (mac_no_room(ret) && mac_untaken_add(port, bit) == 0)
		ret = 0;
	return ret;
}

int
steer_mac_addr_set(struct rte_eth_dev *dev, struct rte_ether_addr *addr)
{
	struct steer_port *port = steer_port(dev);
	struct rte_ether_addr now;
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	/* At each start ethdev sets the address again, which mostly is the lower's own. */
	ret = rte_eth_macaddr_get(port->lower.port_id, &now);
	if (ret != 0 || !rte_is_same_ether_addr(&now, addr))
		ret = rte_eth_dev_default_mac_addr_set(port->lower.port_id, addr);
	return mac_answer(port, 0, ret);
}

int
steer_mac_addr_add(struct rte_eth_dev *dev, struct rte_ether_addr *addr, uint32_t index,
		   uint32_t vmdq)
{
	struct steer_port *port = steer_port(dev);
	struct rte_eth_dev_info info;
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	if (vmdq != 0)
		return -ENOTSUP;
	/* A port with room for its own address only is not asked: ethdev would log an error. */
	ret = rte_eth_dev_info_get(port->lower.port_id, &info);
	if (ret == 0)
		ret = info.max_mac_addrs > 1 ?
			rte_eth_dev_mac_addr_add(port->lower.port_id, addr, 0) : -ENOTSUP;
	return mac_answer(port, index, ret);
}

void
steer_mac_addr_remove(struct rte_eth_dev *dev, uint32_t index)
{
	struct steer_port *port = steer_port(dev);
	uint64_t bit = RTE_BIT64(index);

	if (!steer_bound(port))
		port->mac_untaken &= ~bit;
	else if (port->mac_untaken & bit)
		mac_untaken_remove(port, bit);
	else
		rte_eth_dev_mac_addr_remove(port->lower.port_id, &dev->data->mac_addrs[index]);
}

/* Remember the list, if memory permits: without, it is only lost when the lower loses it. */
static void
mc_remember(struct steer_port *port, const struct rte_ether_addr *list, uint32_t n)
{
	struct rte_ether_addr *copy = NULL;

	if (n != 0) {
		copy = malloc(n * sizeof(*copy));
		if (copy != NULL)
			memcpy(copy, list, n * sizeof(*copy));
	}
	free(port->mc_addrs);
	port->mc_addrs = copy;
	port->n_mc_addrs = copy != NULL ? n : 0;
}

int
steer_set_mc_addr_list(struct rte_eth_dev *dev, struct rte_ether_addr *list, uint32_t n)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	ret = rte_eth_dev_set_mc_addr_list(port->lower.port_id, list, n);
	if (ret == 0)
		mc_remember(port, list, n);
	return ret;
}

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

static int
restore_macs(struct rte_eth_dev *dev)
{
	struct rte_ether_addr *addrs = dev->data->mac_addrs;
	uint32_t i;
	int ret;

	if (!rte_is_zero_ether_addr(&addrs[0])) {
		ret = steer_mac_addr_set(dev, &addrs[0]);
		if (ret != 0)
			return ret;
	}
	for (i = 1; i < STEER_MAC_ADDRS; i++) {
		if (rte_is_zero_ether_addr(&addrs[i]))
			continue;
		ret = steer_mac_addr_add(dev, &addrs[i], i, 0);
		if (ret != 0)
			return ret;
	}
	return 0;
}

static int
restore_vlan_filter(struct rte_eth_dev *dev)
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

static int
restore_all(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	uint16_t lower_id = port->lower.port_id;
	int ret;

	ret = promiscuous_set(port, port->promiscuous, port->mac_untaken);
	if (ret != 0 && ret != -ENOTSUP)
		return ret;
	ret = dev->data->all_multicast ? rte_eth_allmulticast_enable(lower_id) :
					 rte_eth_allmulticast_disable(lower_id);
	if (ret != 0 && ret != -ENOTSUP)
		return ret;
	ret = restore_macs(dev);
	if (ret != 0)
		return ret;
	if (port->n_mc_addrs != 0) {
		ret = rte_eth_dev_set_mc_addr_list(lower_id, port->mc_addrs, port->n_mc_addrs);
		if (ret != 0)
			return ret;
	}
	return restore_vlan_filter(dev);
}

int
steer_ether_restore(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	ret = restore_all(dev);
	if (ret != 0)
		STEER_LOG(ERR, "%s: iface=%s: addresses, promiscuity or VLAN filter cannot be "
			"restored: %s", dev->data->name, port->args.iface, rte_strerror(-ret));
	return ret;
}

void
steer_ether_fini(struct steer_port *port)
{
	mc_remember(port, NULL, 0);
}

/* Packet types are passed on as the lower sets them. */
const uint32_t *
steer_supported_ptypes_get(struct rte_eth_dev *dev STEER_PTYPES_PARAM)
{
	const struct steer_port *port = steer_port(dev);
	const uint16_t lower_id = steer_lower_asked(port);
	struct rte_eth_dev *lower;

	if (lower_id == RTE_MAX_ETHPORTS)
		return NULL;
	lower = &rte_eth_devices[lower_id];
	if (lower->dev_ops->dev_supported_ptypes_get == NULL)
		return NULL;
	return lower->dev_ops->dev_supported_ptypes_get(lower STEER_PTYPES_ARG);
}
