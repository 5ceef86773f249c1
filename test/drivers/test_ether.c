/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ethdev_driver.h>
#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_log.h>
#include <rte_ring.h>

#include "eal.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * The port below. As a rule it is made of a ring: what is sent is received. net_null has a MAC
 * address, but leaves memory behind when it has been started.
 */
#define BELOW "net_ring_below"
#define IFACE "iface=" BELOW
#define NULL_BELOW "net_null_below"
#define NULL_IFACE "iface=" NULL_BELOW
#define TAP_BELOW "net_tap_below"

static struct rte_ring *ring;
/* The kernel's end of a TAP device: of a name that no other test run has. */
static char netdev[IFNAMSIZ];

static uint16_t
plug_below(void)
{
	return test_plug_rings("below", &ring, 1);
}

static void
assert_same_mac(uint16_t port, uint16_t other)
{
	struct rte_ether_addr a, b;

	assert_int_equal(rte_eth_macaddr_get(port, &a), 0);
	assert_int_equal(rte_eth_macaddr_get(other, &b), 0);
	assert_true(rte_is_same_ether_addr(&a, &b));
}

/* An address comes up from below, through ports that had none to give when they were bound. */
static void
test_mac_comes(void **state __rte_unused)
{
	struct rte_ether_addr mac;
	uint16_t below, upper, lower;

	upper = test_plug_waiting("net_steer1", "iface=net_steer0");
	lower = test_plug_waiting("net_steer0", NULL_IFACE);
	below = test_plug(NULL_BELOW, "");
	assert_same_mac(lower, below);
	assert_same_mac(upper, below);
	assert_int_equal(rte_eth_macaddr_get(upper, &mac), 0);
	assert_true(rte_is_valid_assigned_ether_addr(&mac));
	test_unplug("net_steer1");
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(NULL_BELOW), 0);
}

/* Applications read the address once: that of a later port below does not take its place. */
static void
test_mac_stays(void **state __rte_unused)
{
	struct rte_eth_conf conf = { 0 };
	struct rte_ether_addr mac, later;
	uint16_t below, port;

	below = test_plug(NULL_BELOW, "");
	port = test_plug("net_steer0", NULL_IFACE);
	assert_same_mac(port, below);
	assert_int_equal(rte_eth_macaddr_get(port, &mac), 0);
	test_log_begin();
	test_unplug(NULL_BELOW);
	test_log_end(NULL);

	below = test_plug(NULL_BELOW, "");
	assert_int_equal(rte_eth_macaddr_get(port, &later), 0);
	assert_true(rte_is_same_ether_addr(&mac, &later));
	assert_int_equal(rte_eth_macaddr_get(below, &later), 0);
	assert_false(rte_is_same_ether_addr(&mac, &later));
	/* The port below gets it instead. */
	assert_int_equal(rte_eth_dev_configure(port, 0, 1, &conf), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, 64, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(port), 0);
	assert_same_mac(port, below);
	test_stop(port);
	/* Without a queue, net_null frees what it has for it. */
	assert_int_equal(rte_eth_dev_configure(port, 1, 0, &conf), 0);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(NULL_BELOW), 0);
}

/* net_null takes another MTU and another address, is always promiscuous, and that is it. */
static void
test_shown_through_null(void **state __rte_unused)
{
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } }, more = { { 2, 0, 0, 0, 0, 2 } };
	struct rte_eth_conf conf = { 0 };
	uint16_t below, port, mtu;

	below = test_plug(NULL_BELOW, "");
	port = test_plug("net_steer0", NULL_IFACE);
	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), 0);

	assert_int_equal(rte_eth_dev_set_mtu(port, 1400), 0);
	assert_int_equal(rte_eth_dev_get_mtu(below, &mtu), 0);
	assert_int_equal(mtu, 1400);
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port, &mac), 0);
	assert_same_mac(port, below);
	test_log_begin();
	assert_int_equal(rte_eth_dev_mac_addr_add(port, &more, 0), 0);
	assert_int_equal(rte_eth_dev_mac_addr_remove(port, &more), 0);
	test_log_end_empty();
	assert_int_equal(rte_eth_promiscuous_enable(port), 0);
	assert_int_equal(rte_eth_promiscuous_disable(port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_set_mc_addr_list(port, &more, 1), 0);
	assert_int_equal(rte_eth_dev_set_link_down(port), -ENOTSUP);

	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(NULL_BELOW), 0);
}

static void
assert_promiscuous(uint16_t below, int on)
{
	assert_int_equal(rte_eth_promiscuous_get(below), on);
}

static void
test_shown_through_rings(void **state __rte_unused)
{
	uint16_t below, port;

	below = plug_below();
	port = test_plug("net_steer0", IFACE);
	test_start(port, 1, 1);

	assert_promiscuous(below, 0);
	assert_int_equal(rte_eth_promiscuous_enable(port), 0);
	assert_promiscuous(below, 1);
	assert_int_equal(rte_eth_promiscuous_disable(port), 0);
	assert_promiscuous(below, 0);
	assert_int_equal(rte_eth_allmulticast_enable(port), 0);
	assert_int_equal(rte_eth_allmulticast_get(below), 1);
	assert_int_equal(rte_eth_allmulticast_disable(port), 0);
	assert_int_equal(rte_eth_allmulticast_get(below), 0);

	assert_int_equal(test_link_status(port), RTE_ETH_LINK_UP);
	assert_int_equal(rte_eth_dev_set_link_down(port), 0);
	assert_int_equal(test_link_status(port), RTE_ETH_LINK_DOWN);
	assert_int_equal(rte_eth_dev_set_link_up(port), 0);
	assert_int_equal(test_link_status(port), RTE_ETH_LINK_UP);

	/* Its MTU is fixed: what is not larger is all right. */
	assert_int_equal(rte_eth_dev_set_mtu(port, 1500), 0);
	assert_int_equal(rte_eth_dev_set_mtu(port, 1280), 0);
	assert_int_equal(rte_eth_dev_set_mtu(port, 9000), -ENOTSUP);

	test_stop(port);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static void
restart(uint16_t port)
{
	test_stop(port);
	test_start(port, 1, 1);
}

/* Addresses that the port below does not take are received by promiscuity. */
static void
test_more_addresses(void **state __rte_unused)
{
	struct rte_ether_addr a = { { 2, 0, 0, 0, 0, 1 } }, b = { { 2, 0, 0, 0, 0, 2 } };
	uint16_t below, port;

	below = plug_below();
	/* Rings have no address: a card would. */
	rte_eth_devices[below].data->mac_addrs[0] = (struct rte_ether_addr){ { 2, 0, 0, 0, 0, 9 } };
	port = test_plug("net_steer0", IFACE);
	test_start(port, 1, 1);
	assert_promiscuous(below, 0);

	test_log_begin();
	assert_int_equal(rte_eth_dev_mac_addr_add(port, &a, 0), 0);
	test_log_end_with(BELOW, "promiscuous");
	assert_promiscuous(below, 1);
	assert_promiscuous(port, 0);
	test_log_begin();
	assert_int_equal(rte_eth_dev_mac_addr_add(port, &b, 0), 0);
	test_log_end_empty();

	/* It stays so, whatever the application says of promiscuity and however often it starts. */
	restart(port);
	assert_promiscuous(below, 1);
	assert_int_equal(rte_eth_promiscuous_enable(port), 0);
	assert_int_equal(rte_eth_promiscuous_disable(port), 0);
	assert_promiscuous(below, 1);

	/* Until the last is gone. */
	assert_int_equal(rte_eth_dev_mac_addr_remove(port, &a), 0);
	assert_promiscuous(below, 1);
	assert_int_equal(rte_eth_dev_mac_addr_remove(port, &b), 0);
	assert_promiscuous(below, 0);
	restart(port);
	assert_promiscuous(below, 0);

	/* The application's own promiscuity is not taken away with an address. */
	assert_int_equal(rte_eth_promiscuous_enable(port), 0);
	test_log_begin();
	assert_int_equal(rte_eth_dev_mac_addr_add(port, &a, 0), 0);
	test_log_end_empty();
	assert_int_equal(rte_eth_dev_mac_addr_remove(port, &a), 0);
	assert_promiscuous(below, 1);
	assert_int_equal(rte_eth_promiscuous_disable(port), 0);

	/* So is another default address. */
	test_log_begin();
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port, &a), 0);
	test_log_end_with(BELOW, "promiscuous");
	assert_promiscuous(below, 1);
	restart(port);
	assert_promiscuous(below, 1);

	test_stop(port);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static unsigned long
kernel_says(const char *what)
{
	char path[64], line[32];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", netdev, what);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	return strtoul(line, NULL, 0);
}

/* What is set arrives at the kernel's end of a TAP device. */
static void
test_shown_through_tap(void **state __rte_unused)
{
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };
	struct rte_ether_addr mc[] = { { { 1, 0, 0x5e, 0, 0, 1 } }, { { 1, 0, 0x5e, 0, 0, 2 } } };
	uint16_t below, port;
	char args[32];
	int ret;

	/* It complains about missing secondary processes. */
	rte_log_set_level_pattern("pmd.net.tap", RTE_LOG_CRIT);
	snprintf(netdev, sizeof(netdev), "steer%u", (unsigned int)getpid());
	snprintf(args, sizeof(args), "iface=%s", netdev);
	test_log_begin();
	ret = rte_vdev_init(TAP_BELOW, args);
	test_log_end(NULL);
	if (ret != 0) {
		print_message("no TAP device can be made here\n");
		skip();
	}
	assert_int_equal(rte_eth_dev_get_port_by_name(TAP_BELOW, &below), 0);
	port = test_plug("net_steer0", "iface=" TAP_BELOW);
	assert_same_mac(port, below);
	test_start(port, 4, 4);

	assert_int_equal(rte_eth_dev_set_mtu(port, 1400), 0);
	assert_int_equal(kernel_says("mtu"), 1400);
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port, &mac), 0);
	assert_same_mac(port, below);
	assert_int_equal(rte_eth_promiscuous_enable(port), 0);
	assert_true(kernel_says("flags") & IFF_PROMISC);
	assert_int_equal(rte_eth_allmulticast_enable(port), 0);
	assert_true(kernel_says("flags") & IFF_ALLMULTI);
	assert_int_equal(rte_eth_dev_set_mc_addr_list(port, mc, RTE_DIM(mc)), 0);
	assert_int_equal(rte_eth_dev_set_link_down(port), 0);
	assert_int_equal(test_link_status(port), RTE_ETH_LINK_DOWN);
	assert_int_equal(rte_eth_dev_set_link_up(port), 0);

	/* All but the link is as before after another start. */
	test_stop(port);
	assert_int_equal(rte_eth_dev_start(port), 0);
	assert_int_equal(kernel_says("mtu"), 1400);
	assert_true(kernel_says("flags") & IFF_PROMISC);
	assert_true(kernel_says("flags") & IFF_ALLMULTI);
	assert_same_mac(port, below);
	assert_int_equal(rte_eth_dev_set_mc_addr_list(port, NULL, 0), 0);
	test_stop(port);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(TAP_BELOW), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mac_comes, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_mac_stays, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_shown_through_null, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_shown_through_rings, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_more_addresses, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_shown_through_tap, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ring = test_ring("below", 1024);
	ret = cmocka_run_group_tests_name("ether", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
