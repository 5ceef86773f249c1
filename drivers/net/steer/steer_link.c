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
	const struct steer_port *port = steer_port(dev);
	struct rte_eth_link link;
	int ret = -ENODEV;

	memset(&link, 0, sizeof(link));
	if (steer_bound(port))
		ret = wait ? rte_eth_link_get(port->lower.port_id, &link) :
			     rte_eth_link_get_nowait(port->lower.port_id, &link);
	if (ret != 0 || !steer_remote_link(port))
		link.link_status = RTE_ETH_LINK_DOWN;
	return rte_eth_linkstatus_set(dev, &link);
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
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return link_set(dev, rte_eth_dev_set_link_up(port->lower.port_id));
}

int
steer_set_link_down(struct rte_eth_dev *dev)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return link_set(dev, rte_eth_dev_set_link_down(port->lower.port_id));
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
	ret = steer_remote_mtu(port, mtu);
	if (ret != 0)
		return ret;
	ret = rte_eth_dev_set_mtu(port->lower.port_id, mtu);
	if (ret == -ENOTSUP && rte_eth_dev_get_mtu(port->lower.port_id, &fixed) == 0 &&
			mtu <= fixed)
		return 0;
	return ret;
}

/* Pause frames */

int
steer_flow_ctrl_get(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_flow_ctrl_get(port->lower.port_id, conf);
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
