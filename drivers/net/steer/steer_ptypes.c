/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "steer_device.h"
#include "steer_port.h"
#include "steer_ptype.h"

/*
 * Packet types come from our own parse, whatever the lower port is: the application gets the same
 * ones over all of them. ethdev has all that are supported told until the application reduces them.
 */

const uint32_t *
steer_supported_ptypes_get(struct rte_eth_dev *dev STEER_PTYPES_PARAM)
{
	RTE_SET_USED(dev);
	STEER_PTYPES_COUNT(STEER_PTYPES);
	return steer_ptypes;
}

int
steer_ptypes_set(struct rte_eth_dev *dev, uint32_t mask)
{
	steer_engine_ptypes(steer_port(dev)->engine, mask);
	return 0;
}
