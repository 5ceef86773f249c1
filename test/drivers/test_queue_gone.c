/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <ethdev_driver.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "port.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Queues that are not there when they are asked about. ethdev looks first, but with no lock:
 * DPDK's telemetry asks in a thread of its own while another one configures the port.
 */

static void
configure(uint16_t port, uint16_t n_rxq, uint16_t n_txq)
{
	static const struct rte_eth_conf conf;

	assert_int_equal(rte_eth_dev_configure(port, n_rxq, n_txq, &conf), 0);
}

/* As if they had been there when ethdev looked. */
static void
ask_rx(uint16_t port, uint16_t queue)
{
	static struct rte_eth_rxq_info info; /* The sanitizers keep no alignment on the stack. */
	struct rte_eth_dev *dev = &rte_eth_devices[port];

	memset(&info, 0, sizeof(info));
	dev->dev_ops->rxq_info_get(dev, queue, &info);
	assert_null(info.mp);
	assert_int_equal(info.nb_desc, 0);
}

static void
ask_tx(uint16_t port, uint16_t queue)
{
	static struct rte_eth_txq_info info; /* The sanitizers keep no alignment on the stack. */
	struct rte_eth_dev *dev = &rte_eth_devices[port];
	struct rte_eth_burst_mode mode;

	memset(&info, 0, sizeof(info));
	dev->dev_ops->txq_info_get(dev, queue, &info);
	assert_int_equal(info.nb_desc, 0);
	assert_int_equal(dev->dev_ops->tx_burst_mode_get(dev, queue, &mode), 0);
}

/* ethdev has freed its array of them. */
static void
test_none(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 1, 2, TEST_ROOMY);
	assert_int_equal(rte_eth_dev_stop(w.port), 0);
	configure(w.port, 0, 1);
	ask_rx(w.port, 1);
	configure(w.port, 1, 0);
	ask_tx(w.port, 0);
	test_world_down(&w);
}

/* Fewer than before; and those that are new, before they are set up. */
static void
test_others(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 1, 2, TEST_ROOMY);
	assert_int_equal(rte_eth_dev_stop(w.port), 0);
	configure(w.port, 1, 1);
	ask_rx(w.port, 1);
	configure(w.port, 4, 4);
	ask_rx(w.port, 3);
	ask_tx(w.port, 3);
	test_world_down(&w);
}

/* ethdev does not look at all. */
static void
test_mode(void **state __rte_unused)
{
	struct rte_eth_burst_mode mode;
	struct test_world w;

	test_world_up(&w, 1, 1, TEST_ROOMY);
	assert_int_equal(rte_eth_dev_stop(w.port), 0);
	configure(w.port, 2, 2);
	assert_int_equal(rte_eth_rx_burst_mode_get(w.port, 1, &mode), 0);
	assert_int_equal(rte_eth_tx_burst_mode_get(w.port, 1, &mode), 0);
	assert_string_equal(mode.info, "Direct");
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_none, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_others, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_mode, test_begin, test_end),
	};
	int rc;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	test_eal_cleanup();
	return rc;
}
