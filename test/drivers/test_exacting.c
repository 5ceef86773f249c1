/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_bus_vdev.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "fake_lower.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Lower ports that take few numbers of queues and descriptors, as those of clouds do: net_ena and
 * net_vmxnet3 powers of two, net_gve one number only. The application need not know.
 */

#define LOWER "net_fake0"
#define LOWERS 3
#define DESCRIPTORS 200

static struct fake_lower fake;
static uint16_t port;

static void
bring(const struct fake_lower *kind)
{
	fake = *kind;
	fake.n_queues = LOWERS;
	fake_lower_plug(LOWER, &fake);
	port = test_plug("net_steer0", "iface=" LOWER);
}

static void
take_away(void)
{
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(LOWER), 0);
}

static void
assert_starts(uint16_t queues)
{
	const struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_RSS };
	uint16_t q;

	assert_int_equal(rte_eth_dev_configure(port, queues, queues, &conf), 0);
	for (q = 0; q < queues; q++) {
		assert_int_equal(rte_eth_rx_queue_setup(port, q, DESCRIPTORS, 0, NULL, test_pool()),
				 0);
		assert_int_equal(rte_eth_tx_queue_setup(port, q, DESCRIPTORS, 0, NULL), 0);
	}
	assert_int_equal(rte_eth_dev_start(port), 0);
	assert_int_equal(rte_eth_dev_stop(port), 0);
}

static void
test_powers_of_two(void **state __rte_unused)
{
	const struct fake_lower kind = { .powers_of_two = true, .rss_types = RTE_ETH_RSS_IP };
	uint16_t queues;

	bring(&kind);
	for (queues = 1; queues <= 5; queues++)
		assert_starts(queues);
	assert_int_equal(fake.calls[FAKE_START], 5);
	take_away();
}

static void
test_one_number(void **state __rte_unused)
{
	const struct fake_lower kind = { .n_desc = 96 };
	uint16_t queues;

	bring(&kind);
	for (queues = 1; queues <= 5; queues++)
		assert_starts(queues);
	take_away();
}

static void
test_one_power_of_two(void **state __rte_unused)
{
	const struct fake_lower kind = { .powers_of_two = true, .rss_types = RTE_ETH_RSS_IP,
					 .n_desc = 512 };

	bring(&kind);
	assert_starts(3);
	take_away();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_powers_of_two, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_one_number, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_one_power_of_two, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("exacting", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
