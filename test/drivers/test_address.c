/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Addresses: what the port below does not take is received by a wider mode; and ports below that
 * have none of their own.
 */

#include <errno.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_ring.h>

#include "eal.h"
#include "overlay.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define BELOW "net_ring_below"

static struct rte_ring *ring;
static struct eth_dev_ops *ops;
static uint16_t below, port;

static struct rte_ether_addr mcs[] = { { { 1, 0, 0x5e, 0, 0, 1 } }, { { 1, 0, 0x5e, 0, 0, 2 } } };
/* What the port below answers to a list, and how long the list was. */
static int answer;
static uint32_t listed;
static unsigned int lists;

static int
set_mc_addr_list(struct rte_eth_dev *dev __rte_unused, struct rte_ether_addr *list __rte_unused,
		 uint32_t n)
{
	lists++;
	listed = n;
	return answer;
}

static int
refuse(struct rte_eth_dev *dev __rte_unused)
{
	return answer;
}

/* Rings as a card: with an address, in no mode; with a list of multicast addresses. */
static void
begin(void)
{
	struct rte_eth_dev_data *data;

	below = test_plug_rings("below", &ring, 1);
	data = rte_eth_devices[below].data;
	data->mac_addrs[0] = (struct rte_ether_addr){ { 2, 0, 0, 0, 0, 9 } };
	data->promiscuous = 0;
	data->all_multicast = 0;
	ops = test_overlay_begin(below);
	ops->set_mc_addr_list = set_mc_addr_list;
	answer = 0;
	port = test_plug("net_steer0", "iface=" BELOW);
	test_start(port, 1, 1);
}

static void
end(void)
{
	test_stop(port);
	test_overlay_end();
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static void
restart(void)
{
	test_stop(port);
	test_start(port, 1, 1);
}

static void
assert_modes(uint16_t id, int promiscuous, int all_multicast)
{
	assert_int_equal(rte_eth_promiscuous_get(id), promiscuous);
	assert_int_equal(rte_eth_allmulticast_get(id), all_multicast);
}

/* Promiscuity stands in for a mode that the port below has not got. */
static void
test_no_all_multicast(void **state __rte_unused)
{
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };

	begin();
	ops->allmulticast_enable = NULL;
	ops->allmulticast_disable = NULL;
	test_log_begin();
	assert_int_equal(rte_eth_allmulticast_enable(port), 0);
	test_log_end_with("all multicast", "promiscuous");
	assert_modes(below, 1, 0);
	assert_modes(port, 0, 1);

	/* For as long as there is a reason. */
	test_log_begin();
	restart();
	assert_modes(below, 1, 0);
	assert_int_equal(rte_eth_promiscuous_enable(port), 0);
	assert_int_equal(rte_eth_promiscuous_disable(port), 0);
	assert_modes(below, 1, 0);
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port, &mac), 0);
	assert_int_equal(rte_eth_allmulticast_disable(port), 0);
	assert_modes(below, 1, 0);
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port,
		rte_eth_devices[below].data->mac_addrs), 0);
	assert_modes(below, 0, 0);
	test_log_end_empty();
	end();
}

/* An error is an error: nothing stands in. */
static void
test_errors(void **state __rte_unused)
{
	begin();
	ops->allmulticast_enable = refuse;
	ops->promiscuous_enable = refuse;
	test_log_begin();
	answer = -EBUSY;
	assert_int_equal(rte_eth_allmulticast_enable(port), -EBUSY);
	assert_int_equal(rte_eth_dev_set_mc_addr_list(port, mcs, 2), -EBUSY);
	/* Nor does what cannot stand in. */
	ops->allmulticast_enable = NULL;
	answer = -EAGAIN;
	assert_int_equal(rte_eth_allmulticast_enable(port), -EAGAIN);
	answer = -ENOTSUP;
	assert_int_equal(rte_eth_promiscuous_enable(port), -ENOTSUP);
	test_log_end_empty();
	assert_modes(below, 0, 0);
	assert_modes(port, 0, 0);
	answer = 0;
	lists = 0;
	restart();
	assert_modes(below, 0, 0);
	assert_int_equal(lists, 0);
	end();
}

/* All multicast stands in for a list. */
static void
test_list(void **state __rte_unused)
{
	static const int no_room[] = { -ENOTSUP, -ENOSPC, -EPERM };
	unsigned int i;

	begin();
	assert_int_equal(rte_eth_dev_set_mc_addr_list(port, mcs, 2), 0);
	assert_int_equal(listed, 2);
	assert_modes(below, 0, 0);
	lists = 0;
	restart();
	assert_int_equal(lists, 1);
	assert_int_equal(listed, 2);

	for (i = 0; i < RTE_DIM(no_room); i++) {
		answer = no_room[i];
		test_log_begin();
		assert_int_equal(rte_eth_dev_set_mc_addr_list(port, mcs, 2), 0);
		test_log_end_with("multicast addresses", "all multicast");
		assert_modes(below, 0, 1);
		assert_modes(port, 0, 0);
		test_log_begin();
		restart();
		assert_int_equal(rte_eth_allmulticast_enable(port), 0);
		assert_int_equal(rte_eth_allmulticast_disable(port), 0);
		assert_int_equal(rte_eth_dev_set_mc_addr_list(port, mcs, 1), 0);
		assert_modes(below, 0, 1);
		/* Until it is taken, or empty. */
		if (i == 0)
			answer = 0;
		assert_int_equal(rte_eth_dev_set_mc_addr_list(port, mcs, i == 0), 0);
		assert_modes(below, 0, 0);
		test_log_end_empty();
	}
	end();
}

/* With neither, the list needs promiscuity; what the application itself wants stays. */
static void
test_list_only_promiscuous(void **state __rte_unused)
{
	begin();
	ops->set_mc_addr_list = NULL;
	ops->allmulticast_enable = NULL;
	test_log_begin();
	assert_int_equal(rte_eth_dev_set_mc_addr_list(port, mcs, 2), 0);
	test_log_end_with("all multicast", "promiscuous");
	assert_modes(below, 1, 0);
	assert_int_equal(rte_eth_allmulticast_enable(port), 0);
	assert_int_equal(rte_eth_dev_set_mc_addr_list(port, NULL, 0), 0);
	assert_modes(below, 1, 0);
	assert_int_equal(rte_eth_allmulticast_disable(port), 0);
	assert_modes(below, 0, 0);
	end();
}

/* A port without a promiscuous mode has nothing to open: applications give up on an error. */
static void
test_no_promiscuous(void **state __rte_unused)
{
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };

	begin();
	ops->promiscuous_enable = NULL;
	ops->promiscuous_disable = NULL;
	ops->allmulticast_enable = NULL;
	test_log_begin();
	assert_int_equal(rte_eth_promiscuous_enable(port), 0);
	assert_modes(port, 1, 0);
	assert_int_equal(rte_eth_allmulticast_enable(port), 0);
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port, &mac), 0);
	restart();
	assert_int_equal(rte_eth_promiscuous_disable(port), 0);
	assert_modes(port, 0, 1);
	test_log_end_empty();
	end();
}

/* Rings have no address: the port has one all the same, and keeps it. */
static void
test_no_address(void **state __rte_unused)
{
	struct rte_ether_addr mac, later, again;
	uint16_t upper;

	upper = test_plug_waiting("net_steer1", "iface=net_steer0");
	port = test_plug_waiting("net_steer0", "iface=" BELOW);
	assert_int_equal(rte_eth_macaddr_get(port, &mac), 0);
	assert_true(rte_is_zero_ether_addr(&mac));
	below = test_plug_rings("below", &ring, 1);
	assert_int_equal(rte_eth_macaddr_get(port, &mac), 0);
	assert_true(rte_is_local_admin_ether_addr(&mac));
	assert_true(rte_is_unicast_ether_addr(&mac));
	assert_int_equal(rte_eth_macaddr_get(upper, &later), 0);
	assert_true(rte_is_same_ether_addr(&mac, &later));

	/* Nobody filters by it: no need for promiscuity. */
	rte_eth_devices[below].data->promiscuous = 0;
	test_log_begin();
	test_start(upper, 1, 1);
	test_log_end_empty();
	assert_int_equal(rte_eth_promiscuous_get(below), 0);
	test_stop(upper);

	test_log_begin();
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
	test_log_end(NULL);
	test_plug_rings("below", &ring, 1);
	assert_int_equal(rte_eth_macaddr_get(port, &later), 0);
	assert_true(rte_is_same_ether_addr(&mac, &later));
	test_unplug("net_steer1");
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(BELOW), 0);

	/* Another one has another. */
	test_plug_rings("below", &ring, 1);
	port = test_plug("net_steer0", "iface=" BELOW);
	assert_int_equal(rte_eth_macaddr_get(port, &again), 0);
	assert_false(rte_is_same_ether_addr(&mac, &again));
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static const struct rte_ether_addr late = { { 2, 0, 0, 0, 0, 0x11 } };

static int
configure_with_mac(struct rte_eth_dev *dev)
{
	dev->data->mac_addrs[0] = late;
	return 0;
}

/* A bonding port gets its address when it is configured, from its arguments or members. */
static void
test_late_address(void **state __rte_unused)
{
	const struct rte_ether_addr own = { { 2, 0, 0, 0, 0, 0x12 } };
	struct rte_ether_addr mac;
	uint16_t upper;

	below = test_plug_rings("below", &ring, 1);
	port = test_plug("net_steer0", "iface=" BELOW);
	upper = test_plug("net_steer1", "iface=net_steer0");
	ops = test_overlay_begin(below);
	ops->dev_configure = configure_with_mac;
	test_start(upper, 1, 1);
	assert_int_equal(rte_eth_macaddr_get(port, &mac), 0);
	assert_true(rte_is_same_ether_addr(&mac, &late));
	assert_int_equal(rte_eth_macaddr_get(upper, &mac), 0);
	assert_true(rte_is_same_ether_addr(&mac, &late));
	test_stop(upper);
	test_overlay_end();
	test_unplug("net_steer1");
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(BELOW), 0);

	/* But the application's own stays. */
	below = test_plug_rings("below", &ring, 1);
	port = test_plug("net_steer0", "iface=" BELOW);
	mac = own;
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port, &mac), 0);
	ops = test_overlay_begin(below);
	ops->dev_configure = configure_with_mac;
	test_start(port, 1, 1);
	assert_int_equal(rte_eth_macaddr_get(port, &mac), 0);
	assert_true(rte_is_same_ether_addr(&mac, &own));
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_all_multicast, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_errors, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_list, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_list_only_promiscuous, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_no_promiscuous, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_no_address, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_late_address, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ring = test_ring("below", 1024);
	ret = cmocka_run_group_tests_name("address", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
