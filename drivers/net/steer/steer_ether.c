/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ether.h>

#include "steer_ether.h"
#include "steer_port.h"

/*
 * Which packets come up by their destination: all of it is the lower's to do. Applications take for
 * granted that a port takes a second address or another default one, a list of multicast addresses,
 * or all multicast, which many virtual ports do not. What a lower does not take is received all the
 * same if it takes more than that: all multicast for a list, everything for the rest. So it is made
 * to for as long as there is something that it does not take (port->untaken), with a notice, as the
 * application then also sees what is for others.
 */

/*
 * Is the lower without the means or the room, rather than unwilling or broken? -EPERM is what
 * net_virtio says if its host keeps no table of addresses.
 */
static bool
cannot(int ret)
{
	return ret == -ENOTSUP || ret == -ENOSPC || ret == -EPERM;
}

/* A driver without the operation has no filter that could be opened. */
static bool
has_promiscuous(const struct steer_port *port)
{
	return rte_eth_devices[port->lower.port_id].dev_ops->promiscuous_enable != NULL;
}

/* Promiscuous if the application wants it or if something needs it. */
static int
promiscuous_set(const struct steer_port *port, bool wanted, const struct steer_untaken *untaken)
{
	if (!steer_bound(port))
		return -ENODEV;
	if (!wanted && untaken->macs == 0 && !untaken->multicast)
		return rte_eth_promiscuous_disable(port->lower.port_id);
	return has_promiscuous(port) ? rte_eth_promiscuous_enable(port->lower.port_id) : 0;
}

int
steer_promiscuous_enable(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	ret = promiscuous_set(port, true, &port->untaken);
	if (ret == 0)
		port->promiscuous = true;
	steer_remote_changed(port);
	return ret;
}

int
steer_promiscuous_disable(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	ret = promiscuous_set(port, false, &port->untaken);
	if (ret == 0)
		port->promiscuous = false;
	steer_remote_changed(port);
	return ret;
}

/* There is more that the lower does not take. @return 0 if it is received. */
static int
untaken_more(struct steer_port *port, const struct steer_untaken *more, const char *what)
{
	const uint16_t lower = port->lower.port_id;
	bool was_on = rte_eth_promiscuous_get(lower) == 1;
	int ret;

	ret = promiscuous_set(port, port->promiscuous, more);
	if (ret != 0)
		return ret;
	if (!was_on && rte_eth_promiscuous_get(lower) == 1)
		STEER_LOG(NOTICE, "%s: iface=%s: the port does not take %s, it is made promiscuous",
			port->dev->data->name, port->args.iface, what);
	port->untaken = *more;
	return 0;
}

/* There is less of it. A lower that cannot leave promiscuity was in it before. */
static void
untaken_less(struct steer_port *port, const struct steer_untaken *less)
{
	port->untaken = *less;
	promiscuous_set(port, port->promiscuous, less);
}

/* All multicast */

/* Wanted by the application, or in place of its list. */
static int
all_multicast_set(struct steer_port *port, bool wanted, bool list_untaken)
{
	const uint16_t lower = port->lower.port_id;
	struct steer_untaken untaken = port->untaken;
	int ret;

	untaken.multicast = false;
	if (wanted || list_untaken) {
		ret = rte_eth_allmulticast_enable(lower);
		untaken.multicast = ret == -ENOTSUP;
	} else {
		ret = rte_eth_allmulticast_disable(lower);
	}
	if (untaken.multicast)
		return untaken_more(port, &untaken, "all multicast");
	if (ret == 0 && port->untaken.multicast)
		untaken_less(port, &untaken);
	return ret;
}

int
steer_allmulticast_enable(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	ret = all_multicast_set(port, true, port->mc_untaken);
	if (ret == 0)
		port->all_multicast = true;
	steer_remote_changed(port);
	return ret;
}

int
steer_allmulticast_disable(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	ret = all_multicast_set(port, false, port->mc_untaken);
	if (ret == 0)
		port->all_multicast = false;
	steer_remote_changed(port);
	return ret;
}

/* MAC addresses */

static void
mac_untaken_remove(struct steer_port *port, uint64_t bit)
{
	struct steer_untaken untaken = port->untaken;

	if ((untaken.macs & bit) == 0)
		return;
	untaken.macs &= ~bit;
	untaken_less(port, &untaken);
}

/* Take note of how the lower answered for the address at this index. */
static int
mac_answer(struct steer_port *port, uint32_t index, int ret)
{
	struct steer_untaken untaken = port->untaken;
	uint64_t bit = RTE_BIT64(index);

	untaken.macs |= bit;
	if (ret == 0)
		mac_untaken_remove(port, bit);
	else if (cannot(ret) && untaken_more(port, &untaken, "the MAC address") == 0)
		ret = 0;
	return ret;
}

int
steer_mac_addr_set(struct rte_eth_dev *dev, struct rte_ether_addr *addr)
{
	struct steer_port *port = steer_port(dev);
	struct rte_ether_addr now;
	bool known;
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	/* At each start ethdev sets the address again, which mostly is the lower's own. */
	ret = rte_eth_macaddr_get(port->lower.port_id, &now);
	known = ret == 0;
	if (!known || !rte_is_same_ether_addr(&now, addr))
		ret = rte_eth_dev_default_mac_addr_set(port->lower.port_id, addr);
	/* Who has no address, and takes none, does not look at addresses. */
	if (cannot(ret) && known && rte_is_zero_ether_addr(&now))
		ret = 0;
	ret = mac_answer(port, 0, ret);
	if (ret == 0)
		steer_remote_mac(port, 0, addr);
	return ret;
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
	ret = mac_answer(port, index, ret);
	if (ret == 0)
		steer_remote_mac(port, index, addr);
	return ret;
}

void
steer_mac_addr_remove(struct rte_eth_dev *dev, uint32_t index)
{
	struct steer_port *port = steer_port(dev);
	uint64_t bit = RTE_BIT64(index);

	steer_remote_mac(port, index, NULL);
	if (!steer_bound(port))
		port->untaken.macs &= ~bit;
	else if (port->untaken.macs & bit)
		mac_untaken_remove(port, bit);
	else
		rte_eth_dev_mac_addr_remove(port->lower.port_id, &dev->data->mac_addrs[index]);
}

/* Multicast addresses */

/* @param list  Ours from now on. */
static void
mc_remember(struct steer_port *port, struct rte_ether_addr *list, uint32_t n)
{
	free(port->mc_addrs);
	port->mc_addrs = list;
	port->n_mc_addrs = n;
}

/* All multicast stands in for a list that the lower does not take; none is always taken. */
static int
mc_set(struct steer_port *port, struct rte_ether_addr *list, uint32_t n)
{
	const uint16_t lower = port->lower.port_id;
	int ret = rte_eth_dev_set_mc_addr_list(lower, list, n);
	bool was_on = rte_eth_allmulticast_get(lower) == 1;

	if (ret != 0 && !cannot(ret))
		return ret;
	if (ret == 0 || n == 0) {
		if (port->mc_untaken)
			all_multicast_set(port, port->all_multicast, false);
		port->mc_untaken = false;
		return 0;
	}
	ret = all_multicast_set(port, port->all_multicast, true);
	if (ret != 0)
		return ret;
	port->mc_untaken = true;
	if (!was_on && rte_eth_allmulticast_get(lower) == 1)
		STEER_LOG(NOTICE, "%s: iface=%s: the port does not take the multicast addresses, "
			"it receives all multicast", port->dev->data->name, port->args.iface);
	return 0;
}

int
steer_set_mc_addr_list(struct rte_eth_dev *dev, struct rte_ether_addr *list, uint32_t n)
{
	struct steer_port *port = steer_port(dev);
	struct rte_ether_addr *copy = NULL;
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	if (n != 0) {
		copy = malloc(n * sizeof(*copy));
		if (copy == NULL) {
			STEER_LOG(ERR, "%s: no memory for %u multicast addresses", dev->data->name,
				n);
			return -ENOMEM;
		}
		memcpy(copy, list, n * sizeof(*copy));
	}
	ret = mc_set(port, list, n);
	if (ret == 0)
		mc_remember(port, copy, n);
	else
		free(copy);
	steer_remote_changed(port);
	return ret;
}

/* After a start */

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
restore_all(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	ret = promiscuous_set(port, port->promiscuous, &port->untaken);
	if (ret != 0 && ret != -ENOTSUP)
		return ret;
	ret = all_multicast_set(port, port->all_multicast, port->mc_untaken);
	if (ret != 0 && ret != -ENOTSUP)
		return ret;
	ret = restore_macs(dev);
	if (ret == 0 && port->n_mc_addrs != 0)
		ret = mc_set(port, port->mc_addrs, port->n_mc_addrs);
	return ret != 0 ? ret : steer_vlan_restore(dev);
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
