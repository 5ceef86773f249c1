/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "overlay.h"

static struct eth_dev_ops ops;
static const struct eth_dev_ops *own;
static struct rte_eth_dev *dev;

struct eth_dev_ops *
test_overlay_begin(uint16_t port)
{
	dev = &rte_eth_devices[port];
	own = dev->dev_ops;
	ops = *own;
	dev->dev_ops = &ops;
	return &ops;
}

void
test_overlay_end(void)
{
	if (dev->dev_ops == &ops)
		dev->dev_ops = own;
}
