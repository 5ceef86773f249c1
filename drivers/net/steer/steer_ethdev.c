/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <bus_vdev_driver.h>
#include <ethdev_vdev.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_malloc.h>
#include <rte_version.h>

#include "steer_control.h"
#include "steer_device.h"
#include "steer_ether.h"
#include "steer_port.h"
#include "steer_queue.h"
#include "steer_rx.h"
#include "steer_telemetry.h"

const struct eth_dev_ops steer_ops = {
	.dev_configure = steer_dev_configure,
	.dev_start = steer_dev_start,
	.dev_stop = steer_dev_stop,
	.dev_close = steer_dev_close,
	.dev_reset = steer_dev_reset,
	.is_removed = steer_is_removed,
	.dev_infos_get = steer_dev_infos_get,
	.dev_supported_ptypes_get = steer_supported_ptypes_get,
	.dev_ptypes_set = steer_ptypes_set,

	.rx_queue_setup = steer_rx_queue_setup,
	.rx_queue_release = steer_rx_queue_release,
	.rxq_info_get = steer_rxq_info_get,
	.rx_queue_start = steer_rx_queue_start,
	.rx_queue_stop = steer_rx_queue_stop,
	.rx_queue_intr_enable = steer_rx_queue_intr_enable,
	.rx_queue_intr_disable = steer_rx_queue_intr_disable,
	.rx_burst_mode_get = steer_rx_burst_mode_get,
	.get_monitor_addr = steer_get_monitor_addr,
	.tx_queue_setup = steer_tx_queue_setup,
	.tx_queue_release = steer_tx_queue_release,
	.txq_info_get = steer_txq_info_get,
	.tx_queue_start = steer_tx_queue_start,
	.tx_queue_stop = steer_tx_queue_stop,
	.tx_burst_mode_get = steer_tx_burst_mode_get,
	.tx_done_cleanup = steer_tx_done_cleanup,

	.link_update = steer_link_update,
	.dev_set_link_up = steer_set_link_up,
	.dev_set_link_down = steer_set_link_down,
	.mtu_set = steer_mtu_set,
	.flow_ctrl_get = steer_flow_ctrl_get,
	.flow_ctrl_set = steer_flow_ctrl_set,
	.priority_flow_ctrl_set = steer_priority_flow_ctrl_set,
	.promiscuous_enable = steer_promiscuous_enable,
	.promiscuous_disable = steer_promiscuous_disable,
	.allmulticast_enable = steer_allmulticast_enable,
	.allmulticast_disable = steer_allmulticast_disable,
	.mac_addr_set = steer_mac_addr_set,
	.mac_addr_add = steer_mac_addr_add,
	.mac_addr_remove = steer_mac_addr_remove,
	.set_mc_addr_list = steer_set_mc_addr_list,
	.vlan_filter_set = steer_vlan_filter_set,
	.vlan_offload_set = steer_vlan_offload_set,
	.vlan_tpid_set = steer_vlan_tpid_set,
	.vlan_pvid_set = steer_vlan_pvid_set,

	.read_clock = steer_read_clock,
	.timesync_enable = steer_timesync_enable,
	.timesync_disable = steer_timesync_disable,
	.timesync_read_rx_timestamp = steer_timesync_read_rx_timestamp,
	.timesync_read_tx_timestamp = steer_timesync_read_tx_timestamp,
	.timesync_adjust_time = steer_timesync_adjust_time,
	.timesync_read_time = steer_timesync_read_time,
	.timesync_write_time = steer_timesync_write_time,

	.fw_version_get = steer_fw_version_get,
	.get_module_info = steer_get_module_info,
	.get_module_eeprom = steer_get_module_eeprom,

	.reta_update = steer_reta_update,
	.reta_query = steer_reta_query,
	.rss_hash_update = steer_rss_hash_update,
	.rss_hash_conf_get = steer_rss_hash_conf_get,
	.flow_ops_get = steer_flow_ops_get,
	.rx_metadata_negotiate = steer_rx_metadata_negotiate,

	.stats_get = steer_stats_get,
	.stats_reset = steer_stats_reset,
	.xstats_get = steer_xstats_get,
	.xstats_get_names = steer_xstats_get_names,
	.xstats_reset = steer_xstats_reset,
};

/*
 * The driver interface has no stable ABI: with another release the structures that we share with
 * ethdev lie elsewhere.
 */
static int
check_version(const char *name)
{
	if (rte_version_year() == STEER_DPDK_YEAR && rte_version_month() == STEER_DPDK_MONTH)
		return 0;
	STEER_LOG(ERR, "%s: net_steer was built for DPDK %u.%02u and cannot run with %s", name,
		STEER_DPDK_YEAR, STEER_DPDK_MONTH, rte_version());
	return -ENOTSUP;
}

const struct steer_build steer_build = {
	.version = STEER_VERSION,
	.size = {
		sizeof(struct steer_port), sizeof(struct steer_rxq), sizeof(struct steer_txq),
		sizeof(struct steer_source), sizeof(struct rte_eth_dev_data),
	},
};

/* All that needs no lower port and cannot fail. */
static void
set_up_dev(struct rte_eth_dev *dev)
{
	struct rte_eth_dev_data *data = dev->data;

	/* Applications index arrays with the node: SOCKET_ID_ANY is none. */
	data->numa_node = RTE_MAX(data->numa_node, 0);
	data->dev_flags = RTE_ETH_DEV_FLOW_OPS_THREAD_SAFE;

	dev->dev_ops = &steer_ops;
	dev->rx_pkt_burst = steer_rx_burst;
	dev->rx_queue_count = steer_rx_queue_count;
	dev->rx_descriptor_status = steer_rx_descriptor_status;
	dev->tx_pkt_burst = steer_tx_burst;
	dev->tx_pkt_prepare = steer_tx_prepare;
	dev->tx_descriptor_status = steer_tx_descriptor_status;
}

static int
make_engine(struct steer_port *port)
{
	const struct steer_args *args = &port->args;
	int socket = SOCKET_ID_ANY;
	int ret;

	if (steer_bound(port))
		socket = rte_eth_dev_socket_id(port->lower.port_id);
	ret = steer_rx_totals_create(port);
	if (ret == 0)
		ret = steer_hand_create(port);
	if (ret == 0) {
		port->engine = steer_engine_create(args->queues, socket);
		if (port->engine == NULL)
			ret = -rte_errno;
		else
			ret = steer_engine_cache(port->engine, args->cache);
	}
	if (ret == 0) {
		steer_engine_port_id(port->engine, port->dev->data->port_id);
		steer_engine_count_all(port->engine, args->count_all);
	} else {
		STEER_LOG(ERR, "%s: no flow engine: %s", port->dev->data->name,
			rte_strerror(-ret));
	}
	return ret;
}

static int
set_up_port(struct rte_eth_dev *dev, const struct steer_args *args)
{
	struct steer_port *port = steer_port(dev);
	int ret;

	port->dev = dev;
	port->args = *args;
	ret = steer_counts_lock_init(port);
	if (ret == 0)
		ret = steer_lower_lock_init(port);
	if (ret != 0) {
		STEER_LOG(ERR, "%s: no locks for statistics: %s", dev->data->name,
			rte_strerror(-ret));
		return ret;
	}
	if (args->dispatch == STEER_DISPATCH_SERVICE)
		dev->rx_pkt_burst = steer_rx_burst_rings;
	steer_rss_init(port);
	/* Released with the port. Before the lower is bound, whose address goes there. */
	dev->data->mac_addrs = rte_calloc("steer_mac", STEER_MAC_ADDRS,
		sizeof(struct rte_ether_addr), 0);
	if (dev->data->mac_addrs == NULL) {
		STEER_LOG(ERR, "%s: no memory for MAC addresses", dev->data->name);
		return -ENOMEM;
	}

	ret = steer_lower_attach(port);
	if (ret != 0)
		return ret;

	ret = make_engine(port);
	if (ret == 0)
		ret = steer_in_kernel_create(port);
	if (ret == 0 && steer_bound(port))
		ret = steer_in_kernel_attach(port);
	if (ret == 0)
		ret = steer_rules_load(port);
	if (ret == 0)
		ret = steer_control_create(port);
	if (ret != 0) {
		steer_rules_free(port);
		steer_in_kernel_free(port);
		steer_engine_free(port->engine);
		steer_hand_free(port);
		steer_rx_totals_free(port);
		steer_lower_detach(port, false);
		return ret;
	}
	steer_ptypes_set(dev, RTE_PTYPE_ALL_MASK);
	steer_flow_init(dev);
	return 0;
}

static int
primary_probe(struct rte_vdev_device *vdev)
{
	const char *name = rte_vdev_device_name(vdev);
	struct steer_args args;
	struct rte_eth_dev *dev;
	int ret;

	ret = steer_args_parse(name, rte_vdev_device_args(vdev), &args);
	if (ret != 0)
		return ret;

	dev = rte_eth_vdev_allocate(vdev, sizeof(struct steer_port));
	if (dev == NULL) {
		STEER_LOG(ERR, "%s: no port can be allocated", name);
		return -ENOMEM;
	}
	set_up_dev(dev);
	steer_port(dev)->build = steer_build;
	ret = set_up_port(dev, &args);
	if (ret != 0) {
		rte_eth_dev_release_port(dev);
		return ret;
	}
	steer_telemetry_add(dev);
	rte_eth_dev_probing_finish(dev);
	return 0;
}

static int
steer_probe(struct rte_vdev_device *vdev)
{
	int ret = check_version(rte_vdev_device_name(vdev));

	if (ret != 0)
		return ret;
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return steer_secondary_probe(vdev);
	ret = primary_probe(vdev);
	/* Whatever has become of this one: others may wait for it. */
	if (!steer_more_to_come(rte_vdev_device_name(vdev)))
		steer_lower_make_put_off();
	return ret;
}

static int
primary_remove(struct rte_vdev_device *vdev)
{
	struct rte_eth_dev *dev = rte_eth_dev_allocated(rte_vdev_device_name(vdev));
	int ret;

	/* The application has closed it before. */
	if (dev == NULL)
		return 0;
	steer_port(dev)->removing = true;
	if (dev->data->dev_started) {
		ret = rte_eth_dev_stop(dev->data->port_id);
		if (ret != 0)
			return ret;
	}
	return rte_eth_dev_close(dev->data->port_id);
}

static int
steer_remove(struct rte_vdev_device *vdev)
{
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return steer_secondary_remove(vdev);
	return primary_remove(vdev);
}

static struct rte_vdev_driver steer_driver = {
	.probe = steer_probe,
	.remove = steer_remove,
};

RTE_PMD_REGISTER_VDEV(net_steer, steer_driver);
RTE_PMD_REGISTER_PARAM_STRING(net_steer, STEER_PARAM_STRING);
RTE_LOG_REGISTER(steer_logtype, pmd.net.steer, NOTICE);

/* What dpdk-pmdinfo looks for: DPDK's build generates it for its own drivers. */
static const char pmd_info[] __rte_used =
	"PMD_INFO_STRING= {\"name\": \"" STEER_DRIVER_NAME "\", \"params\": \"" STEER_PARAM_STRING
	"\", \"pci_ids\": []}";
