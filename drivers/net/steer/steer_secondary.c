/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <bus_vdev_driver.h>
#include <rte_errno.h>

#include "steer_device.h"
#include "steer_port.h"
#include "steer_queue.h"

/*
 * The port in a secondary process: it is looked at, and nothing else. All that has to do with the
 * lower port, the engine or packets is the primary's: its functions, its malloc() and the engine's
 * mutex mean nothing here. What is read here lies in DPDK's shared memory.
 *
 * The primary may close the port without a word to us, and its data may then even become those of
 * another port: each operation looks first whether they are still the port's.
 */
static bool
is_there(const struct rte_eth_dev *dev)
{
	return dev->data->dev_private != NULL && strcmp(dev->data->name, dev->device->name) == 0;
}

/* A package may be brought up to date while the primary runs: what it shares is of before. */
static int
check_build(const struct rte_eth_dev *dev)
{
	const struct steer_port *port = dev->data->dev_private;

	if (port == NULL)
		return -ENODEV;
	if (memcmp(&port->build, &steer_build, sizeof(steer_build)) == 0)
		return 0;
	STEER_LOG(ERR, "%s: the primary process has net_steer %.31s, this one %s of another build: "
		"a port is shared by equal ones only", dev->data->name, port->build.version,
		steer_build.version);
	return -ENOTSUP;
}

/* Operations */

static int
secondary_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	return is_there(dev) ? steer_dev_infos_get(dev, info) : -ENODEV;
}

static const uint32_t *
secondary_ptypes_get(struct rte_eth_dev *dev STEER_PTYPES_PARAM)
{
	return is_there(dev) ? steer_supported_ptypes_get(dev STEER_PTYPES_ARG) : NULL;
}

static void
secondary_rxq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_rxq_info *info)
{
	if (is_there(dev))
		steer_rxq_info_get(dev, id, info);
}

static void
secondary_txq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_txq_info *info)
{
	if (is_there(dev))
		steer_txq_info_get(dev, id, info);
}

/* ethdev shows the link as the primary has last seen it. */
static int
secondary_link_update(struct rte_eth_dev *dev, int wait)
{
	RTE_SET_USED(wait);
	return is_there(dev) ? 0 : -ENODEV;
}

static int
secondary_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size)
{
	return is_there(dev) ? steer_reta_query(dev, conf, size) : -ENODEV;
}

static int
secondary_rss_hash_conf_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	return is_there(dev) ? steer_rss_hash_conf_get(dev, conf) : -ENODEV;
}

static int
secondary_stats_get(struct rte_eth_dev *dev, struct rte_eth_stats *stats STEER_QSTATS_PARAM)
{
	return is_there(dev) ? steer_stats_get(dev, stats STEER_QSTATS_ARG) : -ENODEV;
}

static int
secondary_stats_reset(struct rte_eth_dev *dev)
{
	return is_there(dev) ? steer_stats_reset(dev) : -ENODEV;
}

static int
secondary_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n)
{
	return is_there(dev) ? steer_xstats_get(dev, xstats, n) : -ENODEV;
}

static int
secondary_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names,
			   unsigned int n)
{
	return is_there(dev) ? steer_xstats_get_names(dev, names, n) : -ENODEV;
}

static int
secondary_xstats_reset(struct rte_eth_dev *dev)
{
	return is_there(dev) ? steer_xstats_reset(dev) : -ENODEV;
}

/* Without this operation ethdev would answer ENOSYS, as for a port that never has rules. */
static int
secondary_flow_ops_get(struct rte_eth_dev *dev, const struct rte_flow_ops **ops)
{
	RTE_SET_USED(dev);
	*ops = NULL;
	/* Positive: ethdev puts it into rte_errno as it is. */
	return ENOTSUP;
}

/* ethdev lets go of what is this process's own; the rest stays. */
static int
secondary_close(struct rte_eth_dev *dev)
{
	RTE_SET_USED(dev);
	return 0;
}

/* To what is not here ethdev answers -ENOTSUP before it changes anything. */
const struct eth_dev_ops steer_secondary_ops = {
	.dev_close = secondary_close,
	.dev_infos_get = secondary_infos_get,
	.dev_supported_ptypes_get = secondary_ptypes_get,
	.rxq_info_get = secondary_rxq_info_get,
	.txq_info_get = secondary_txq_info_get,
	.link_update = secondary_link_update,
	.reta_query = secondary_reta_query,
	.rss_hash_conf_get = secondary_rss_hash_conf_get,
	.flow_ops_get = secondary_flow_ops_get,
	.stats_get = secondary_stats_get,
	.stats_reset = secondary_stats_reset,
	.xstats_get = secondary_xstats_get,
	.xstats_get_names = secondary_xstats_get_names,
	.xstats_reset = secondary_xstats_reset,
};

/* Bursts and what else has no table; none may be NULL for DPDK 25.11 */

static uint16_t
secondary_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	RTE_SET_USED(queue);
	RTE_SET_USED(pkts);
	RTE_SET_USED(n);
	rte_errno = ENOTSUP;
	return 0;
}

static steer_rx_queue_count_t
secondary_rx_queue_count(void *queue)
{
	RTE_SET_USED(queue);
	return (steer_rx_queue_count_t)-ENOTSUP;
}

static int
secondary_descriptor_status(void *queue, uint16_t offset)
{
	RTE_SET_USED(queue);
	RTE_SET_USED(offset);
	return -ENOTSUP;
}

static void
set_functions(struct rte_eth_dev *dev)
{
	dev->dev_ops = &steer_secondary_ops;
	dev->rx_pkt_burst = rte_eth_pkt_burst_dummy;
	dev->rx_queue_count = secondary_rx_queue_count;
	dev->rx_descriptor_status = secondary_descriptor_status;
	dev->tx_pkt_burst = rte_eth_pkt_burst_dummy;
	dev->tx_pkt_prepare = secondary_tx_prepare;
	dev->tx_descriptor_status = secondary_descriptor_status;
}

/*
 * They find their queue in an array that ethdev takes from
 * the data at probe: the primary may have none yet, or free it later. Ours is always there.
 */
static void
set_queues(uint16_t id)
{
	static void *no_queues[RTE_MAX_QUEUES_PER_PORT];
	struct rte_eth_fp_ops *fp = &rte_eth_fp_ops[id];

	fp->rxq.data = no_queues;
	fp->txq.data = no_queues;
}

/* Probe, remove */

int
steer_secondary_probe(struct rte_vdev_device *vdev)
{
	const char *name = rte_vdev_device_name(vdev);
	struct rte_eth_dev *dev;
	int ret;

	/* Arguments, if there are any at all, are those of the primary. */
	dev = rte_eth_dev_attach_secondary(name);
	if (dev == NULL) {
		STEER_LOG(ERR, "%s: a secondary process cannot make the port: the primary has none "
			"of this name", name);
		return -ENODEV;
	}
	ret = check_build(dev);
	if (ret != 0) {
		rte_eth_dev_release_port(dev);
		return ret;
	}
	dev->device = &vdev->device;
	set_functions(dev);
	rte_eth_dev_probing_finish(dev);
	set_queues((uint16_t)(dev - rte_eth_devices));
	return 0;
}

/* By the device: the primary may have taken the name away. */
static struct rte_eth_dev *
find_dev(const struct rte_device *device)
{
	struct rte_eth_dev *dev;

	for (dev = rte_eth_devices; dev < rte_eth_devices + RTE_MAX_ETHPORTS; dev++)
		if (dev->state != RTE_ETH_DEV_UNUSED && dev->device == device)
			return dev;
	return NULL;
}

int
steer_secondary_remove(struct rte_vdev_device *vdev)
{
	struct rte_eth_dev *dev = find_dev(&vdev->device);
	int ret;

	/* The application has closed it before. */
	if (dev == NULL)
		return 0;
	if (is_there(dev)) {
		ret = rte_eth_dev_close(dev->data->port_id);
		if (ret != 0)
			STEER_LOG(ERR, "%s: a secondary process cannot let go of the port: %s",
				rte_vdev_device_name(vdev), rte_strerror(-ret));
		return ret;
	}
	/* Its data are those of another port by now, which ethdev would release. */
	dev->state = RTE_ETH_DEV_UNUSED;
	dev->device = NULL;
	return 0;
}
