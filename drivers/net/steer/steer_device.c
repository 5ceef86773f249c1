/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_errno.h>

#include "steer_device.h"
#include "steer_port.h"

/* The lower's device: firmware, module, whether it is still there, and its reset. */

int
steer_fw_version_get(struct rte_eth_dev *dev, char *version, size_t size)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_fw_version_get(port->lower.port_id, version, size);
}

int
steer_get_module_info(struct rte_eth_dev *dev, struct rte_eth_dev_module_info *info)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_get_module_info(port->lower.port_id, info);
}

int
steer_get_module_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_dev_get_module_eeprom(port->lower.port_id, info);
}

/* A lower that was never there, or that went in order, is none that was pulled out. */
int
steer_is_removed(struct rte_eth_dev *dev)
{
	const struct steer_port *port = steer_port(dev);

	return steer_bound(port) && rte_eth_dev_is_removed(port->lower.port_id);
}

/*
 * ethdev has stopped us. The lower's queues are gone, and with them its configuration: ours cannot
 * be started upon that, so the application has to configure again, as the interface demands. Rules
 * stay, and addresses are set again at start.
 */
int
steer_dev_reset(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	if (!steer_bound(port))
		return -ENODEV;
	ret = rte_eth_dev_reset(port->lower.port_id);
	if (ret == -ENOTSUP)
		return ret;
	port->lower.queues_ready = false;
	dev->data->dev_configured = 0;
	if (ret != 0)
		STEER_LOG(ERR, "%s: iface=%s: the port cannot be reset: %s", dev->data->name,
			port->args.iface, rte_strerror(-ret));
	return ret;
}
