/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "../../drivers/net/steer/steer_port.h"
#include "doc.h"
#include "eal.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * The features against the code, both ways: what steer.ini lists is there, and what is there is
 * listed.
 */

#define LOWER "net_null_features"
#define UPPER "net_steer_features"

#define FEATURES "Features"

/* The port */

static struct rte_eth_dev *upper, *lower;
static const struct eth_dev_ops *lower_ops;
static struct rte_eth_dev_info info;

/* A lower port that can do everything: what it has and ours has not is ours to answer for. */
static int
all_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *all)
{
	int rc = lower_ops->dev_infos_get(dev, all);

	all->max_tx_queues = STEER_QUEUES_MAX;
	all->rx_offload_capa = UINT64_MAX;
	all->tx_offload_capa = UINT64_MAX;
	all->dev_capa = UINT64_MAX;
	all->speed_capa = RTE_ETH_LINK_SPEED_10G;
	all->max_vfs = 1;
	all->max_vmdq_pools = 1;
	return rc;
}

static int
set_up(void **state __rte_unused)
{
	static const struct rte_eth_conf conf = {
		.link_speeds = RTE_ETH_LINK_SPEED_10G | RTE_ETH_LINK_SPEED_FIXED,
	};
	static struct eth_dev_ops all_ops;

	test_doc_begin();
	lower = &rte_eth_devices[test_plug(LOWER, NULL)];
	lower_ops = lower->dev_ops;
	all_ops = *lower_ops;
	all_ops.dev_infos_get = all_infos_get;
	lower->dev_ops = &all_ops;
	lower->data->dev_flags |= RTE_ETH_DEV_INTR_LSC | RTE_ETH_DEV_INTR_RMV;

	upper = &rte_eth_devices[test_plug(UPPER, "iface=" LOWER)];
	assert_int_equal(rte_eth_dev_configure(upper->data->port_id, 1, 1, &conf), 0);
	assert_int_equal(rte_eth_dev_info_get(upper->data->port_id, &info), 0);
	return 0;
}

static int
tear_down(void **state __rte_unused)
{
	if (lower != NULL)
		lower->dev_ops = lower_ops;
	rte_vdev_uninit(UPPER);
	rte_vdev_uninit(LOWER);
	test_doc_end();
	return 0;
}

/* Features */

static bool
has_rss(void)
{
	return info.flow_type_rss_offloads != 0 && info.hash_key_size != 0;
}

static bool
has_inner_rss(void)
{
	const struct rte_flow_action_rss rss = { .level = 2, .types = RTE_ETH_RSS_IPV4 };
	const struct rte_flow_attr attr = { .ingress = 1 };
	const struct rte_flow_item pattern[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &rss },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};

	return rte_flow_validate(upper->data->port_id, &attr, pattern, actions, NULL) == 0;
}

static bool
has_speeds(void)
{
	return info.speed_capa == RTE_ETH_LINK_SPEED_10G;
}

static bool
has_speed_config(void)
{
	return lower->data->dev_conf.link_speeds == upper->data->dev_conf.link_speeds;
}

static bool
has_lsc(void)
{
	return upper->data->dev_flags & RTE_ETH_DEV_INTR_LSC;
}

static bool
has_rmv(void)
{
	return upper->data->dev_flags & RTE_ETH_DEV_INTR_RMV;
}

static bool
has_queue_stats(void)
{
	uint64_t id;

	return rte_eth_xstats_get_id_by_name(upper->data->port_id, "rx_q0_packets", &id) == 0;
}

static bool
has_rx_status(void)
{
	return upper->rx_descriptor_status != NULL;
}

static bool
has_tx_status(void)
{
	return upper->tx_descriptor_status != NULL;
}

static bool
has_vmdq(void)
{
	return info.max_vmdq_pools != 0;
}

static bool
has_vfs(void)
{
	return info.max_vfs != 0;
}

static bool
has_security(void)
{
	return rte_eth_dev_get_sec_ctx(upper->data->port_id) != NULL;
}

static bool
has_secondary(void)
{
	return steer_secondary_ops.stats_get != NULL;
}

/* Not to be seen in a port: what the guide says of it is all there is. */
static bool
stated(void)
{
	return true;
}

static bool
not_stated(void)
{
	return false;
}

/* Operations that make a feature: all or none of them. */
#define OP(name) (offsetof(struct eth_dev_ops, name) + 1)
#define OPS(...) .ops = { __VA_ARGS__ }

#define RX(name) RTE_ETH_RX_OFFLOAD_##name
#define TX(name) RTE_ETH_TX_OFFLOAD_##name

struct probe {
	const char *feature;
	/* It is there if all of what is given here is. */
	uint64_t rx;
	uint64_t tx;
	uint64_t capa;
	size_t ops[8];
	bool (*seen)(void);
};

/* In the order of DPDK's default.ini. */
static const struct probe probes[] = {
	{ "Speed capabilities", .seen = has_speeds },
	{ "Link speed configuration", .seen = has_speed_config },
	{ "Link status", OPS(OP(link_update)) },
	{ "Link status event", .seen = has_lsc },
	{ "Removal event", .seen = has_rmv },
	{ "Queue status event", .seen = not_stated },
	{ "Rx interrupt", OPS(OP(rx_queue_intr_enable), OP(rx_queue_intr_disable)) },
	{ "Lock-free Tx queue", .tx = TX(MT_LOCKFREE) },
	{ "Fast mbuf free", .tx = TX(MBUF_FAST_FREE) },
	{ "Free Tx mbuf on demand", OPS(OP(tx_done_cleanup)) },
	{ "Queue start/stop", OPS(OP(rx_queue_start), OP(rx_queue_stop), OP(tx_queue_start),
				  OP(tx_queue_stop)) },
	{ "Runtime Rx queue setup", .capa = RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP },
	{ "Runtime Tx queue setup", .capa = RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP },
	{ "Shared Rx queue", .capa = RTE_ETH_DEV_CAPA_RXQ_SHARE },
	{ "Burst mode info", OPS(OP(rx_burst_mode_get), OP(tx_burst_mode_get)) },
	{ "Power mgmt address monitor", OPS(OP(get_monitor_addr)) },
	{ "MTU update", OPS(OP(mtu_set)) },
	{ "Buffer split on Rx", .rx = RX(BUFFER_SPLIT) },
	{ "Scattered Rx", .rx = RX(SCATTER) },
	{ "LRO", .rx = RX(TCP_LRO) },
	{ "TSO", .tx = TX(TCP_TSO) },
	{ "Promiscuous mode", OPS(OP(promiscuous_enable), OP(promiscuous_disable)) },
	{ "Allmulticast mode", OPS(OP(allmulticast_enable), OP(allmulticast_disable)) },
	{ "Unicast MAC filter", OPS(OP(mac_addr_add), OP(mac_addr_remove), OP(mac_addr_set)) },
	{ "Multicast MAC filter", OPS(OP(set_mc_addr_list)) },
	{ "RSS hash", .rx = RX(RSS_HASH), .seen = has_rss },
	{ "RSS key update", OPS(OP(rss_hash_update), OP(rss_hash_conf_get)) },
	{ "RSS reta update", OPS(OP(reta_update), OP(reta_query)) },
	{ "Inner RSS", .seen = has_inner_rss },
	{ "VMDq", .seen = has_vmdq },
	{ "SR-IOV", .seen = has_vfs },
	{ "DCB", OPS(OP(get_dcb_info)) },
	{ "VLAN filter", .rx = RX(VLAN_FILTER), OPS(OP(vlan_filter_set)) },
	{ "Flow control", OPS(OP(flow_ctrl_get), OP(flow_ctrl_set),
			       OP(priority_flow_ctrl_set)) },
	{ "Rate limitation", OPS(OP(set_queue_rate_limit)) },
	{ "Congestion management", OPS(OP(cman_info_get), OP(cman_config_set),
				       OP(cman_config_get)) },
	{ "Traffic manager", OPS(OP(tm_ops_get)) },
	{ "Inline crypto", .seen = has_security },
	{ "Inline protocol", .seen = has_security },
	{ "CRC offload", .rx = RX(KEEP_CRC) },
	{ "VLAN offload", .rx = RX(VLAN_STRIP), .tx = TX(VLAN_INSERT),
	  OPS(OP(vlan_offload_set), OP(vlan_pvid_set)) },
	{ "QinQ offload", .rx = RX(QINQ_STRIP), .tx = TX(QINQ_INSERT), OPS(OP(vlan_tpid_set)) },
	{ "FEC", OPS(OP(fec_get_capability), OP(fec_get), OP(fec_set)) },
	{ "IP reassembly", OPS(OP(ip_reassembly_capability_get), OP(ip_reassembly_conf_get),
			       OP(ip_reassembly_conf_set)) },
	{ "L3 checksum offload", .rx = RX(IPV4_CKSUM), .tx = TX(IPV4_CKSUM) },
	{ "L4 checksum offload", .rx = RX(TCP_CKSUM) | RX(UDP_CKSUM),
	  .tx = TX(TCP_CKSUM) | TX(UDP_CKSUM) },
	{ "Timestamp offload", .rx = RX(TIMESTAMP), OPS(OP(read_clock)) },
	{ "MACsec offload", .rx = RX(MACSEC_STRIP), .tx = TX(MACSEC_INSERT) },
	{ "Inner L3 checksum", .rx = RX(OUTER_IPV4_CKSUM), .tx = TX(OUTER_IPV4_CKSUM) },
	{ "Inner L4 checksum", .rx = RX(OUTER_UDP_CKSUM), .tx = TX(OUTER_UDP_CKSUM) },
	{ "Packet type parsing", OPS(OP(dev_supported_ptypes_get), OP(dev_ptypes_set)) },
	{ "Timesync", OPS(OP(timesync_enable), OP(timesync_disable), OP(timesync_adjust_time),
			  OP(timesync_read_time), OP(timesync_write_time),
			  OP(timesync_read_rx_timestamp), OP(timesync_read_tx_timestamp)) },
	{ "Rx descriptor status", .seen = has_rx_status },
	{ "Tx descriptor status", .seen = has_tx_status },
	{ "Basic stats", OPS(OP(stats_get), OP(stats_reset)) },
	{ "Extended stats", OPS(OP(xstats_get), OP(xstats_get_names), OP(xstats_reset)) },
	{ "Stats per queue", .seen = has_queue_stats },
	{ "FW version", OPS(OP(fw_version_get)) },
	{ "EEPROM dump", OPS(OP(get_eeprom_length), OP(get_eeprom)) },
	{ "Module EEPROM dump", OPS(OP(get_module_info), OP(get_module_eeprom)) },
	{ "Registers dump", OPS(OP(get_reg)) },
	{ "LED", OPS(OP(dev_led_on), OP(dev_led_off)) },
	{ "Multiprocess aware", .seen = has_secondary },
	{ "Linux", .seen = stated },
	{ "ARMv8", .seen = stated },
	{ "x86-64", .seen = stated },
	{ "Usage doc", .seen = stated },
	{ "Design doc", .seen = stated },
};

/* What every port has, or what DPDK has no feature for. */
static const size_t plain_ops[] = {
	OP(dev_configure), OP(dev_start), OP(dev_stop), OP(dev_close), OP(dev_infos_get),
	OP(dev_reset), OP(is_removed),
	OP(rx_queue_setup), OP(rx_queue_release), OP(rxq_info_get),
	OP(tx_queue_setup), OP(tx_queue_release), OP(txq_info_get),
	OP(dev_set_link_up), OP(dev_set_link_down), OP(flow_ops_get), OP(rx_metadata_negotiate),
};

static bool
op_set(const void *table, size_t offset)
{
	void *op;

	memcpy(&op, (const uint8_t *)table + offset, sizeof(op));
	return op != NULL;
}

static void
tally(bool there, unsigned int *n, unsigned int *n_there)
{
	*n += 1;
	*n_there += there;
}

static unsigned int
check_probe(const struct probe *p)
{
	unsigned int n = 0, n_there = 0;

	if (p->rx != 0)
		tally((p->rx & ~info.rx_offload_capa) == 0, &n, &n_there);
	if (p->tx != 0)
		tally((p->tx & ~info.tx_offload_capa) == 0, &n, &n_there);
	if (p->capa != 0)
		tally((p->capa & ~info.dev_capa) == 0, &n, &n_there);
	for (unsigned int i = 0; i < RTE_DIM(p->ops) && p->ops[i] != 0; i++)
		tally(op_set(upper->dev_ops, p->ops[i] - 1), &n, &n_there);
	if (p->seen != NULL)
		tally(p->seen(), &n, &n_there);

	if (n_there != 0 && n_there != n) {
		print_error("%s: the code has it in part: %u of %u\n", p->feature, n_there, n);
		return 1;
	}
	return test_doc_disagrees(FEATURES, p->feature, n_there == n);
}

static void
test_features(void **state __rte_unused)
{
	unsigned int bad = 0;

	for (unsigned int i = 0; i < RTE_DIM(probes); i++)
		bad += check_probe(&probes[i]);
	bad += test_doc_unseen(FEATURES);
	assert_int_equal(bad, 0);
}

static bool
known_op(size_t op)
{
	for (unsigned int i = 0; i < RTE_DIM(plain_ops); i++)
		if (plain_ops[i] == op)
			return true;
	for (unsigned int i = 0; i < RTE_DIM(probes); i++)
		for (unsigned int j = 0; j < RTE_DIM(probes[i].ops); j++)
			if (probes[i].ops[j] == op)
				return true;
	return false;
}

/* An operation that no feature above asks about could be added and never be documented. */
static void
test_all_ops_known(void **state __rte_unused)
{
	for (size_t off = 0; off < sizeof(struct eth_dev_ops); off += sizeof(void *))
		if (op_set(upper->dev_ops, off) && !known_op(off + 1))
			fail_msg("operation %zu of struct eth_dev_ops: this test knows no feature "
				 "that it belongs to", off / sizeof(void *));
}

/* A secondary process can no more than the primary. */
static void
test_secondary_ops(void **state __rte_unused)
{
	for (size_t off = 0; off < sizeof(struct eth_dev_ops); off += sizeof(void *))
		if (op_set(&steer_secondary_ops, off) && !op_set(upper->dev_ops, off))
			fail_msg("operation %zu of struct eth_dev_ops: a secondary process has it, "
				 "the primary does not", off / sizeof(void *));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_all_ops_known),
		cmocka_unit_test(test_secondary_ops),
	};
	int rc;

	if (test_eal_init(NULL) != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, set_up, tear_down);
	test_eal_cleanup();
	return rc;
}
