/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* What was done to a packet before a port of rings sent it is done before one receives it. */

#include <string.h>

#include <ethdev_driver.h>

#include "tsan.h"

static eth_rx_burst_t dpdk_rx;
static eth_tx_burst_t dpdk_tx;

static uint16_t
rx(void *queue, struct rte_mbuf **pkts, uint16_t max)
{
	const uint16_t n = dpdk_rx(queue, pkts, max);

	for (uint16_t i = 0; i < n; i++)
		__tsan_acquire(pkts[i]);
	return n;
}

static uint16_t
tx(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		__tsan_release(pkts[i]);
	return dpdk_tx(queue, pkts, n);
}

/* Drivers call it once all of a new port is there. */
void
rte_eth_dev_probing_finish(struct rte_eth_dev *dev)
{
	static void (*dpdk_finish)(struct rte_eth_dev *dev);

	find_dpdk("rte_eth_dev_probing_finish", &dpdk_finish);
	if (strncmp(dev->data->name, "net_ring", strlen("net_ring")) == 0) {
		dpdk_rx = dev->rx_pkt_burst;
		dpdk_tx = dev->tx_pkt_burst;
		dev->rx_pkt_burst = rx;
		dev->tx_pkt_burst = tx;
	}
	dpdk_finish(dev);
}
