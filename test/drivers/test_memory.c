/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_ring.h>

#include "../lib/alloc.h"
#include "eal.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Wherever memory runs out, one line says so and nothing stays behind. */

#define BELOW "net_ring_below"
/* More allocations than any operation here makes. */
#define MANY 1000

static struct rte_ring *ring;

static void
test_probe(void **state)
{
	struct rte_eth_dev_owner owner;
	uint16_t below = test_plug_rings("below", &ring, 1);
	unsigned int n, lines;
	bool failed;
	int ret;

	for (n = 1; n < MANY; n++) {
		test_begin(state);
		test_log_begin();
		test_alloc_fail(n);
		ret = rte_vdev_init("net_steer0", "iface=" BELOW);
		failed = test_alloc_failed();
		test_alloc_fail(0);
		test_log_end(&lines);
		if (!failed)
			break;
		assert_int_equal(ret, -ENOMEM);
		assert_int_equal(lines, 1);
		assert_int_equal(rte_eth_dev_owner_get(below, &owner), 0);
		assert_int_equal(owner.id, RTE_ETH_DEV_NO_OWNER);
		assert_int_equal(test_end(state), 0);
	}
	print_message("%u allocations\n", n - 1);
	assert_int_equal(ret, 0);
	assert_true(n > 3);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static int
bring_up(uint16_t port, const struct rte_eth_conf *conf)
{
	uint16_t i;
	int ret;

	ret = rte_eth_dev_configure(port, 4, 4, conf);
	for (i = 0; i < 4 && ret == 0; i++)
		ret = rte_eth_rx_queue_setup(port, i, 128, 0, NULL, test_pool());
	for (i = 0; i < 4 && ret == 0; i++)
		ret = rte_eth_tx_queue_setup(port, i, 128, 0, NULL);
	if (ret == 0)
		ret = rte_eth_dev_start(port);
	return ret;
}

/* A port that could not be started can be started later, or closed. */
static void
test_start_up(void **state __rte_unused)
{
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_RSS };
	unsigned int n;
	uint16_t port;
	bool failed;
	int ret;

	conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IP;
	for (n = 1; n < MANY; n++) {
		test_plug_rings("below", &ring, 1);
		port = test_plug("net_steer0", "iface=" BELOW);
		test_log_begin();
		test_alloc_fail(n);
		ret = bring_up(port, &conf);
		failed = test_alloc_failed();
		test_alloc_fail(0);
		test_log_end(NULL);
		if (failed)
			assert_int_equal(ret, -ENOMEM);
		/* Odd ones are tried again, even ones closed as they are. */
		if (failed && n % 2 != 0)
			ret = bring_up(port, &conf);
		if (ret == 0)
			test_stop(port);
		test_unplug("net_steer0");
		assert_int_equal(rte_vdev_uninit(BELOW), 0);
		if (!failed)
			break;
	}
	print_message("%u allocations\n", n - 1);
	assert_int_equal(ret, 0);
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe), /* looks at what is left behind itself */
		cmocka_unit_test_setup_teardown(test_start_up, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ring = test_ring("below", 1024);
	ret = cmocka_run_group_tests_name("memory", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
