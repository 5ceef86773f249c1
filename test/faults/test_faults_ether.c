/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "fault_case.h"
#include "overlay.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Addresses, promiscuity, VLAN filters and the port's own RSS, of which any call fails. */

#define PORT (fault_world.port)
#define VLAN 7

static struct rte_ether_addr unicast = { { 2, 0, 0, 0, 0, 0x42 } };
static struct rte_ether_addr multicast = { { 1, 0, 0x5e, 0, 0, 0x42 } };
static struct rte_ether_addr before;

/* Below */

static eth_dev_infos_get_t own_info;

static int
info_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	own_info(dev, info);
	info->rx_offload_capa |= RTE_ETH_RX_OFFLOAD_VLAN_FILTER | RTE_ETH_RX_OFFLOAD_VLAN_STRIP;
	info->max_mac_addrs = 8;
	return 0;
}

static int
mac_addr_set(struct rte_eth_dev *dev __rte_unused, struct rte_ether_addr *addr __rte_unused)
{
	return 0;
}

static int
set_mc_addr_list(struct rte_eth_dev *dev __rte_unused, struct rte_ether_addr *list __rte_unused,
		 uint32_t n __rte_unused)
{
	return 0;
}

static int
vlan_filter_set(struct rte_eth_dev *dev __rte_unused, uint16_t vlan __rte_unused,
		int on __rte_unused)
{
	return 0;
}

static int
vlan_offload_set(struct rte_eth_dev *dev __rte_unused, int mask __rte_unused)
{
	return 0;
}

static int
vlan_tpid_set(struct rte_eth_dev *dev __rte_unused, enum rte_vlan_type type __rte_unused,
	      uint16_t tpid __rte_unused)
{
	return 0;
}

static int
vlan_pvid_set(struct rte_eth_dev *dev __rte_unused, uint16_t pvid __rte_unused,
	      int on __rte_unused)
{
	return 0;
}

static int
start(void)
{
	struct rte_eth_conf conf = { .rxmode.offloads = RTE_ETH_RX_OFFLOAD_VLAN_FILTER };
	uint16_t i;
	int ret = rte_eth_dev_configure(PORT, FAULT_QUEUES, 1, &conf);

	for (i = 0; ret == 0 && i < FAULT_QUEUES; i++)
		ret = rte_eth_rx_queue_setup(PORT, i, 128, 0, NULL, test_pool());
	if (ret == 0)
		ret = rte_eth_tx_queue_setup(PORT, 0, 128, 0, NULL);
	return ret != 0 ? ret : rte_eth_dev_start(PORT);
}

/* All is taken below. */
static void
up(const struct fault_case *c)
{
	struct eth_dev_ops *ops;

	fault_world_up(c);
	test_stop(PORT);
	ops = test_overlay_begin(fault_world.below);
	own_info = ops->dev_infos_get;
	ops->dev_infos_get = info_get;
	ops->mac_addr_set = mac_addr_set;
	ops->set_mc_addr_list = set_mc_addr_list;
	ops->vlan_filter_set = vlan_filter_set;
	ops->vlan_offload_set = vlan_offload_set;
	ops->vlan_tpid_set = vlan_tpid_set;
	ops->vlan_pvid_set = vlan_pvid_set;
	assert_int_equal(start(), 0);
	assert_int_equal(rte_eth_macaddr_get(PORT, &before), 0);
}

/* None of the addresses is: promiscuity and all multicast stand in for it. */
static void
up_untaken(const struct fault_case *c)
{
	struct eth_dev_ops *ops;

	fault_world_up(c);
	ops = test_overlay_begin(fault_world.below);
	ops->mac_addr_set = NULL;
	ops->mac_addr_add = NULL;
	ops->set_mc_addr_list = NULL;
	assert_int_equal(rte_eth_macaddr_get(PORT, &before), 0);
}

/* What is taken away, or comes back at a start. */
static void
set_all(void)
{
	assert_int_equal(rte_eth_dev_mac_addr_add(PORT, &unicast, 0), 0);
	assert_int_equal(rte_eth_dev_set_mc_addr_list(PORT, &multicast, 1), 0);
	assert_int_equal(rte_eth_promiscuous_enable(PORT), 0);
	assert_int_equal(rte_eth_allmulticast_enable(PORT), 0);
}

static void
up_set(const struct fault_case *c)
{
	up(c);
	set_all();
	assert_int_equal(rte_eth_dev_vlan_filter(PORT, VLAN, 1), 0);
}

static void
up_untaken_set(const struct fault_case *c)
{
	test_log_begin();
	up_untaken(c);
	assert_int_equal(rte_eth_dev_mac_addr_add(PORT, &unicast, 0), 0);
	assert_int_equal(rte_eth_dev_set_mc_addr_list(PORT, &multicast, 1), 0);
	test_log_end(NULL);
}

static void
down(const struct fault_case *c)
{
	test_overlay_end();
	fault_world_down(c);
}

/* Above */

static int
enable_promiscuous(const struct fault_case *c __rte_unused)
{
	return rte_eth_promiscuous_enable(PORT);
}

static int
disable_promiscuous(const struct fault_case *c __rte_unused)
{
	return rte_eth_promiscuous_disable(PORT);
}

static int
enable_allmulticast(const struct fault_case *c __rte_unused)
{
	return rte_eth_allmulticast_enable(PORT);
}

static int
disable_allmulticast(const struct fault_case *c __rte_unused)
{
	return rte_eth_allmulticast_disable(PORT);
}

static int
set_mac(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_default_mac_addr_set(PORT, &unicast);
}

static int
add_mac(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_mac_addr_add(PORT, &unicast, 0);
}

static int
remove_mac(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_mac_addr_remove(PORT, &unicast);
}

static int
set_list(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_mc_addr_list(PORT, &multicast, 1);
}

static int
clear_list(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_mc_addr_list(PORT, NULL, 0);
}

static int
set_filter(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_vlan_filter(PORT, VLAN, 1);
}

static int
set_offload(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_vlan_offload(PORT,
		RTE_ETH_VLAN_FILTER_OFFLOAD | RTE_ETH_VLAN_STRIP_OFFLOAD);
}

static int
set_tpid(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_vlan_ether_type(PORT, RTE_ETH_VLAN_TYPE_OUTER, 0x88a8);
}

static int
set_pvid(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_vlan_pvid(PORT, VLAN, 1);
}

static int
start_again(const struct fault_case *c __rte_unused)
{
	int ret = rte_eth_dev_stop(PORT);

	return ret != 0 ? ret : rte_eth_dev_start(PORT);
}

static int
set_reta(const struct fault_case *c __rte_unused)
{
	struct rte_eth_rss_reta_entry64 reta = { .mask = 3, .reta = { 1, 0 } };

	return rte_eth_dev_rss_reta_update(PORT, &reta, 64);
}

/* Fields that need a plan, too. */
static int
set_hash(const struct fault_case *c __rte_unused)
{
	struct rte_eth_rss_conf conf = {
		.rss_hf = RTE_ETH_RSS_ETH | RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_L3_SRC_ONLY,
	};

	return rte_eth_dev_rss_hash_update(PORT, &conf);
}

/* As it says. */
static void
check(const struct fault_case *c, bool done)
{
	struct rte_ether_addr now;

	/* It does not run, then. */
	if (c->op == start_again && !done)
		return;
	if (c->op == enable_promiscuous || c->op == disable_promiscuous)
		assert_int_equal(rte_eth_promiscuous_get(PORT),
			done == (c->op == enable_promiscuous));
	if (c->op == enable_allmulticast || c->op == disable_allmulticast)
		assert_int_equal(rte_eth_allmulticast_get(PORT),
			done == (c->op == enable_allmulticast));
	assert_int_equal(rte_eth_macaddr_get(PORT, &now), 0);
	assert_int_equal(rte_is_same_ether_addr(&now, c->op == set_mac && done ? &unicast :
		&before), 1);
	fault_forwards();
}

#define CASE(what, before, operation) \
	{ .name = what, .up = before, .op = operation, .check = check, .down = down }

static const struct fault_case cases[] = {
	CASE("promiscuous", up, enable_promiscuous),
	CASE("not promiscuous", up_set, disable_promiscuous),
	CASE("all multicast", up, enable_allmulticast),
	CASE("not all multicast", up_set, disable_allmulticast),
	CASE("address", up, set_mac),
	CASE("address untaken", up_untaken, set_mac),
	CASE("another address", up, add_mac),
	CASE("another address untaken", up_untaken, add_mac),
	CASE("address goes", up_set, remove_mac),
	CASE("address untaken goes", up_untaken_set, remove_mac),
	CASE("multicast", up, set_list),
	CASE("multicast untaken", up_untaken, set_list),
	CASE("multicast goes", up_set, clear_list),
	CASE("multicast untaken goes", up_untaken_set, clear_list),
	CASE("VLAN filter", up, set_filter),
	CASE("VLAN offload", up, set_offload),
	CASE("VLAN type", up, set_tpid),
	CASE("VLAN id", up, set_pvid),
	CASE("restored", up_set, start_again),
	CASE("restored untaken", up_untaken_set, start_again),
	{ .name = "reta", .op = set_reta },
	{ .name = "hash", .op = set_hash },
};

static const struct fault_group groups[] = {
	FAULT_GROUP(cases),
};

int
main(void)
{
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = fault_run("faults_ether", groups, RTE_DIM(groups));
	test_eal_cleanup();
	return ret;
}
