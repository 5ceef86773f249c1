/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_bus.h>
#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_dev.h>
#include <rte_devargs.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Lower ports that net_steer makes: they come after it, belong to it, and go with it. */

static void
assert_no_port(const char *name)
{
	uint16_t id;

	assert_int_equal(rte_eth_dev_get_port_by_name(name, &id), -ENODEV);
}

/* Not started: net_null loses memory of each queue that was set up. */
static void
configure(uint16_t port, uint16_t n_rxq, uint16_t n_txq)
{
	const struct rte_eth_conf conf = { 0 };

	assert_int_equal(rte_eth_dev_configure(port, n_rxq, n_txq, &conf), 0);
}

/* A virtual device with arguments of its own, equal signs and commas in them. */
static void
test_devargs(void **state __rte_unused)
{
	uint16_t port, lower;

	port = test_plug("net_steer0", "queues=4,iface=(net_null7,size=128,copy=1),ring_size=64");
	lower = test_port_of("net_null7");
	assert_true(lower > port);
	test_owner_is(lower, "net_steer0");
	configure(port, 4, 2);
	assert_int_equal(rte_eth_dev_close(port), 0);
	assert_no_port("net_null7");
	/* Not only its port: the device is gone, and can be plugged by others. */
	assert_int_equal(rte_vdev_init("net_null7", "size=64"), 0);
	test_unplug("net_null7");
	test_unplug("net_steer0");
}

/* All of ours have the ids from 0 on, as in an application that counts ports and numbers them. */
static void
test_ids(void **state __rte_unused)
{
	uint16_t port[3], id, n = 0;

	port[0] = test_plug("net_steer0", "iface=net_null5");
	port[1] = test_plug("net_steer1", "iface=net_null6");
	test_plug("net_null5", "");
	test_plug("net_null6", "");
	port[2] = test_plug("net_steer2", "iface=(net_null7)");
	assert_int_equal(port[0], 0);
	assert_int_equal(port[1], 1);
	assert_true(test_port_of("net_null5") > port[1]);
	assert_true(test_port_of("net_null6") > port[1]);
	assert_true(test_port_of("net_null7") > port[2]);
	RTE_ETH_FOREACH_DEV(id)
		assert_int_equal(id, port[n++]);
	assert_int_equal(n, 3);
	assert_int_equal(rte_eth_dev_count_avail(), 3);
	for (n = 0; n < 3; n++)
		assert_int_equal(rte_eth_dev_close(port[n]), 0);
	test_unplug("net_null5");
	test_unplug("net_null6");
	test_unplug("net_steer2");
	test_unplug("net_steer1");
	test_unplug("net_steer0");
}

/* Also on a command line, with lower ports that we make, and if the last one of ours fails. */
static void
test_ids_of_command_line(void **state __rte_unused)
{
	static const char *const args[] = {
		"net_steer0,iface=(net_null5)",
		"net_steer1,iface=(net_null6)",
		"net_steer2,iface=net_steer2",
	};
	uint16_t port[2];
	unsigned int i;

	for (i = 0; i < RTE_DIM(args); i++)
		assert_int_equal(rte_devargs_add(RTE_DEVTYPE_VIRTUAL, args[i]), 0);
	assert_int_equal(rte_bus_scan(), 0);
	rte_bus_probe();
	assert_no_port("net_steer2");
	for (i = 0; i < RTE_DIM(port); i++) {
		port[i] = test_port_of(i == 0 ? "net_steer0" : "net_steer1");
		assert_int_equal(port[i], i);
	}
	test_owner_is(test_port_of("net_null5"), "net_steer0");
	test_owner_is(test_port_of("net_null6"), "net_steer1");
	for (i = 0; i < RTE_DIM(port); i++)
		assert_int_equal(rte_eth_dev_close(port[i]), 0);
	assert_no_port("net_null5");
	assert_no_port("net_null6");
	test_unplug("net_steer1");
	test_unplug("net_steer0");

	/* The one that failed is still on the bus: nobody waits for it. */
	port[0] = test_plug("net_steer0", "iface=(net_null5)");
	test_owner_is(test_port_of("net_null5"), "net_steer0");
	assert_int_equal(rte_eth_dev_close(port[0]), 0);
	test_unplug("net_steer0");
}

/* The bus removes ours without closing it: the lower's device is left, and taken over again. */
static void
test_left_over(void **state __rte_unused)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		test_plug("net_steer0", "iface=(net_null7)");
		test_port_of("net_null7");
		test_unplug("net_steer0");
		assert_no_port("net_null7");
	}
	test_unplug("net_null7");
}

/* One upon another, both made. */
static void
test_nested(void **state __rte_unused)
{
	uint16_t port;

	port = test_plug("net_steer0", "iface=(net_steer1,iface=(net_null7,size=64),queues=2)");
	test_owner_is(test_port_of("net_steer1"), "net_steer0");
	test_owner_is(test_port_of("net_null7"), "net_steer1");
	configure(port, 4, 4);
	assert_int_equal(rte_eth_dev_close(port), 0);
	assert_no_port("net_steer1");
	assert_no_port("net_null7");
	test_unplug("net_steer0");
	/* The bus of the middle one had no time for the lowest one's device. */
	rte_vdev_uninit("net_null7");
}

static unsigned int
devices(void)
{
	struct rte_dev_iterator it;
	struct rte_device *dev;
	unsigned int n = 0;

	RTE_DEV_FOREACH(dev, "bus=vdev", &it)
		n++;
	return n;
}

/* What cannot be made: the probe fails, neither a port nor a device is left. */
static void
test_not_made(void **state __rte_unused)
{
	static const char *const args[] = {
		"iface=(no_such_driver)",
		"iface=(net_null7,nonsense=1)",
		"iface=(net_steer1,iface=net_steer0)",
		"iface=(net_steer1,queues=0)",
	};
	const unsigned int before = devices();
	unsigned int i;

	for (i = 0; i < RTE_DIM(args); i++) {
		assert_true(rte_vdev_init("net_steer0", args[i]) < 0);
		assert_no_port("net_steer0");
		assert_int_equal(rte_eth_dev_count_avail(), 0);
		assert_int_equal(devices(), before);
	}
	/* The name is free for others. */
	test_plug("net_null7", "");
	test_unplug("net_null7");
}

/* No such device yet: it may be plugged in later. */
static void
test_absent_address(void **state __rte_unused)
{
	const char *text;
	uint16_t port;

	test_log_begin();
	port = test_plug("net_steer0", "iface=0000:ff:1f.7");
	text = test_log_end(NULL);
	assert_non_null(strstr(text, "iface=0000:ff:1f.7"));
	assert_non_null(strstr(text, "waited for"));
	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &(struct rte_eth_conf){ 0 }), -ENODEV);
	test_unplug("net_steer0");
}

/* As many of the lower's queues as are asked for, not more than it has. */
static void
test_lower_queues(void **state __rte_unused)
{
	static const struct {
		const char *args;
		uint16_t queues;
	} cases[] = {
		{ "iface=(net_null7),lower_queues=2", 2 },
		{ "iface=(net_null7),lower_queues=1", 1 },
		{ "iface=(net_null7)", 3 },
	};
	struct rte_eth_dev_info info;
	uint16_t port;
	unsigned int i;

	for (i = 0; i < RTE_DIM(cases); i++) {
		port = test_plug("net_steer0", cases[i].args);
		configure(port, 3, 1);
		assert_int_equal(rte_eth_dev_info_get(test_port_of("net_null7"), &info), 0);
		assert_int_equal(info.nb_rx_queues, cases[i].queues);
		assert_int_equal(rte_eth_dev_close(port), 0);
		test_unplug("net_steer0");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_devargs, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_ids, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_left_over, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_nested, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_not_made, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_absent_address, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_lower_queues, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_ids_of_command_line, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("make", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
