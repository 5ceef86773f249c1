/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_ether.h>

#include "fault_case.h"
#include "netdev.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* remote=, packets of another netdev, of which any call fails. */

#define REMOTE "iface=tap:" NETDEV_TAP ",remote=" NETDEV_VETH
#define GROUP "01005e010203"

static struct rte_ether_addr group = { .addr_bytes = { 0x01, 0, 0x5e, 1, 2, 3 } };
static struct rte_ether_addr mac = { .addr_bytes = { 2, 0, 0, 0, 0, 9 } };

static struct rte_ether_addr own;

static void
begin(void)
{
	netdev_begin(REMOTE);
	assert_int_equal(rte_eth_macaddr_get(netdev_port, &own), 0);
}

/* As before the operation. */
static void
restore(const struct fault_case *c __rte_unused)
{
	rte_eth_promiscuous_enable(netdev_port);
	rte_eth_allmulticast_disable(netdev_port);
	rte_eth_dev_mac_addr_remove(netdev_port, &mac);
	assert_int_equal(rte_eth_dev_default_mac_addr_set(netdev_port, &own), 0);
	assert_int_equal(rte_eth_dev_set_mc_addr_list(netdev_port, NULL, 0), 0);
	assert_int_equal(rte_eth_dev_set_mtu(netdev_port, RTE_ETHER_MTU), 0);
}

static int
promiscuous(const struct fault_case *c __rte_unused)
{
	return rte_eth_promiscuous_disable(netdev_port);
}

static int
all_multicast(const struct fault_case *c __rte_unused)
{
	return rte_eth_allmulticast_enable(netdev_port);
}

static int
set_mac(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_default_mac_addr_set(netdev_port, &mac);
}

static int
add_mac(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_mac_addr_add(netdev_port, &mac, 0);
}

static int
set_groups(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_mc_addr_list(netdev_port, &group, 1);
}

/* The remote receives it, or it was said that it cannot. */
static void
check_groups(const struct fault_case *c __rte_unused, bool done)
{
	const char *log = test_log_end(NULL);

	if (done && !netdev_receives(NETDEV_VETH, GROUP) &&
			strstr(log, "remote=" NETDEV_VETH ": address: ") == NULL)
		fail_msg("the group is not received: \"%s\"", log);
	test_log_begin();
}

static int
link_of(const struct fault_case *c __rte_unused)
{
	struct rte_eth_link link;

	return rte_eth_link_get_nowait(netdev_port, &link);
}

static int
set_mtu(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_mtu(netdev_port, 1400);
}

/* Without what loads programs. */
#define PLUG_ONLY \
	"bpf_link_create bpf_map_ if_ ioctl rte_eth_dev_default_mac_addr_set rte_eth_macaddr_get " \
	"setsockopt socket"
#define CASE(what, operation, checked, which) \
	{ .name = what, .up = netdev_stays, .op = operation, .check = checked, .down = restore, \
	  .only = which }
/* What is the netdev's: rules follow it as with any other operation. */
#define MEMBERS "bpf_map_create ioctl malloc rte_ setsockopt socket"

/* The TAP device goes and comes back, while the port has an address of its own. */
static void
up_again(const struct fault_case *c)
{
	netdev_up(c);
	test_log_begin();
	assert_int_equal(netdev_plug(c), 0);
	assert_int_equal(set_mac(c), 0);
	assert_int_equal(rte_vdev_uninit(NETDEV_LOWER), 0);
	assert_int_equal(rte_vdev_init(NETDEV_LOWER, "iface=" NETDEV_TAP), 0);
	test_log_end(NULL);
}

static const struct fault_case plugs[] = {
	{ .name = "plug", .args = REMOTE, .up = netdev_up, .op = netdev_plug,
	  .check = netdev_check_plugged, .down = netdev_down, .only = PLUG_ONLY },
	{ .name = "configure again", .args = REMOTE, .up = up_again, .op = netdev_configure,
	  .down = netdev_down, .only = "rte_eth_dev_default_mac_addr_set rte_eth_macaddr_get" },
};

static const struct fault_case cases[] = {
	CASE("start", netdev_start, netdev_check_forwards, NETDEV_ONLY),
	CASE("promiscuous", promiscuous, netdev_check_forwards, NETDEV_ONLY),
	CASE("all multicast", all_multicast, netdev_check_forwards, MEMBERS),
	CASE("address", set_mac, netdev_check_forwards, MEMBERS),
	CASE("another address", add_mac, netdev_check_forwards, MEMBERS),
	CASE("groups", set_groups, check_groups, MEMBERS),
	CASE("link", link_of, netdev_check_forwards, NETDEV_ONLY),
	CASE("MTU", set_mtu, netdev_check_forwards, NETDEV_ONLY),
	{ .name = "create", .up = netdev_stays, .op = netdev_create,
	  .check = netdev_check_forwards, .down = netdev_flush, .only = NETDEV_ONLY,
	  .flow = true },
};

static const struct fault_group groups[] = {
	FAULT_GROUP(plugs),
	{ "cases", cases, RTE_DIM(cases), begin, netdev_end, false },
};

int
main(void)
{
	static const char *const ports[] = { REMOTE, NULL };

	return netdev_main("faults_remote", ports, groups, RTE_DIM(groups));
}
