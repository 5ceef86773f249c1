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
	struct steer_port *port = steer_port(dev);
	const uint16_t lower = steer_lower_ask(port);
	int ret;

	if (lower == RTE_MAX_ETHPORTS)
		return -ENODEV;
	ret = rte_eth_dev_fw_version_get(lower, version, size);
	steer_lower_told(port);
	return ret;
}

int
steer_get_module_info(struct rte_eth_dev *dev, struct rte_eth_dev_module_info *info)
{
	struct steer_port *port = steer_port(dev);
	const uint16_t lower = steer_lower_ask(port);
	int ret;

	if (lower == RTE_MAX_ETHPORTS)
		return -ENODEV;
	ret = rte_eth_dev_get_module_info(lower, info);
	steer_lower_told(port);
	return ret;
}

int
steer_get_module_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info)
{
	struct steer_port *port = steer_port(dev);
	const uint16_t lower = steer_lower_ask(port);
	int ret;

	if (lower == RTE_MAX_ETHPORTS)
		return -ENODEV;
	ret = rte_eth_dev_get_module_eeprom(lower, info);
	steer_lower_told(port);
	return ret;
}

/* A lower that was never there, or that went in order, is none that was pulled out. */
int
steer_is_removed(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	const uint16_t lower = steer_lower_ask(port);
	int ret;

	if (lower == RTE_MAX_ETHPORTS)
		return 0;
	ret = rte_eth_dev_is_removed(lower);
	steer_lower_told(port);
	return ret;
}

/*
 * ethdev has stopped us. The lower's queues are gone, and with them its configuration: ours cannot
 * be started upon that, so the application has to configure again, as the interface demands. Rules
 * stay, and addresses are set again at start.
 */
static int
reset(struct rte_eth_dev *dev)
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
	/* Also where the stop failed, which ethdev ignores: else nobody could configure. */
	if (ret == 0) {
		port->lower.started = false;
		dev->data->dev_started = 0;
	}
	if (ret != 0)
		STEER_LOG(ERR, "%s: iface=%s: the port cannot be reset: %s", dev->data->name,
			port->args.iface, rte_strerror(-ret));
	return ret;
}

int
steer_dev_reset(struct rte_eth_dev *dev)
{
	int ret;

	steer_lower_lock(steer_port(dev));
	ret = reset(dev);
	steer_lower_unlock(steer_port(dev));
	return ret;
}
