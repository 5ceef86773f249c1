/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include "steer_device.h"
#include "steer_port.h"

/*
 * The lower's clock. It is the one of the timestamps in packets too, which come up as they are,
 * like the marks of PTP packets.
 */

int
steer_read_clock(struct rte_eth_dev *dev, uint64_t *clock)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_read_clock(port->lower.port_id, clock);
}

int
steer_timesync_enable(struct rte_eth_dev *dev)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_timesync_enable(port->lower.port_id);
}

int
steer_timesync_disable(struct rte_eth_dev *dev)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_timesync_disable(port->lower.port_id);
}

int
steer_timesync_read_rx_timestamp(struct rte_eth_dev *dev, struct timespec *time,
				 uint32_t flags)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_timesync_read_rx_timestamp(port->lower.port_id, time, flags);
}

int
steer_timesync_read_tx_timestamp(struct rte_eth_dev *dev, struct timespec *time)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_timesync_read_tx_timestamp(port->lower.port_id, time);
}

int
steer_timesync_adjust_time(struct rte_eth_dev *dev, int64_t delta)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_timesync_adjust_time(port->lower.port_id, delta);
}

int
steer_timesync_read_time(struct rte_eth_dev *dev, struct timespec *time)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_timesync_read_time(port->lower.port_id, time);
}

int
steer_timesync_write_time(struct rte_eth_dev *dev, const struct timespec *time)
{
	const struct steer_port *port = steer_port(dev);

	if (!steer_bound(port))
		return -ENODEV;
	return rte_eth_timesync_write_time(port->lower.port_id, time);
}
