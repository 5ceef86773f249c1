/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include "steer_ether.h"
#include "steer_port.h"

/* The link and its MTU are the lower's: what it cannot do, we cannot, its error is returned. */

int
steer_link_update(struct rte_eth_dev *dev, int wait)
{
	struct steer_port *port = steer_port(dev);
	const uint16_t lower = steer_lower_ask(port);
	struct rte_eth_link link;
	int ret = -ENODEV;

	/* It is just being changed: the link is as it was. */
	if (lower == RTE_MAX_ETHPORTS && steer_bound(port))
		return -EBUSY;
	memset(&link, 0, sizeof(link));
	if (lower != RTE_MAX_ETHPORTS)
		ret = wait ? rte_eth_link_get(lower, &link) : rte_eth_link_get_nowait(lower, &link);
	if (ret != 0 || !steer_remote_link(port))
		link.link_status = RTE_ETH_LINK_DOWN;
	ret = rte_eth_linkstatus_set(dev, &link);
	/* Not before: a link that has gone down since must not be up again. */
	if (lower != RTE_MAX_ETHPORTS)
		steer_lower_told(port);
	return ret;
}

/* Not every driver sends an event about what it was told to do. */
static int
link_set(struct rte_eth_dev *dev, int ret)
{
	if (ret == 0)
		steer_link_update(dev, 0);
	return ret;
}

int
steer_set_link_up(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	steer_lower_lock(port);
	ret = steer_bound(port) ? rte_eth_dev_set_link_up(port->lower.port_id) : -ENODEV;
	steer_lower_unlock(port);
	return link_set(dev, ret);
}

int
steer_set_link_down(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	steer_lower_lock(port);
	ret = steer_bound(port) ? rte_eth_dev_set_link_down(port->lower.port_id) : -ENODEV;
	steer_lower_unlock(port);
	return link_set(dev, ret);
}

/*
 * A lower whose MTU is fixed carries all that is smaller. Most applications set the default MTU,
 * and some take no error for an answer.
 */
static int
set_mtu(const struct steer_port *port, uint16_t mtu)
{
	uint16_t fixed;
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	ret = steer_remote_mtu(port, mtu);
	if (ret != 0)
		return ret;
	ret = rte_eth_dev_set_mtu(port->lower.port_id, mtu);
	if (ret == -ENOTSUP && rte_eth_dev_get_mtu(port->lower.port_id, &fixed) == 0 &&
			mtu <= fixed)
		return 0;
	return ret;
}

/* Drivers may set their queues up anew for it. */
int
steer_mtu_set(struct rte_eth_dev *dev, uint16_t mtu)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	steer_lower_lock(port);
	ret = set_mtu(port, mtu);
	steer_lower_unlock(port);
	return ret;
}

/* Pause frames */

int
steer_flow_ctrl_get(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf)
{
	struct steer_port *port = steer_port(dev);
	const uint16_t lower = steer_lower_ask(port);
	int ret;

	if (lower == RTE_MAX_ETHPORTS)
		return -ENODEV;
	ret = rte_eth_dev_flow_ctrl_get(lower, conf);
	steer_lower_told(port);
	return ret;
}

int
steer_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_flow_ctrl_set(port->lower.port_id, conf);
}

int
steer_priority_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_pfc_conf *conf)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_priority_flow_ctrl_set(port->lower.port_id, conf);
}
