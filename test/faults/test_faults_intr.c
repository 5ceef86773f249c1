/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "fault_case.h"
#include "intr.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* RX interrupts, of which any call fails: who sleeps is refused, or woken. */

#define BELOW "test_fake0"
#define PORT "net_steer0"

static uint16_t lower, port;

static void
up(const struct fault_case *c __rte_unused)
{
	lower = test_plug(BELOW, "");
	port = test_plug(PORT, "iface=" BELOW ",lower_queues=2");
}

static int
bring_up(const struct fault_case *c __rte_unused)
{
	const struct rte_eth_conf conf = { .intr_conf.rxq = 1 };
	uint16_t i;
	/* Which a start could not do. */
	int ret = rte_eth_dev_stop(port);

	if (ret == 0)
		ret = rte_eth_dev_configure(port, FAULT_QUEUES, 1, &conf);
	for (i = 0; i < FAULT_QUEUES && ret == 0; i++)
		ret = rte_eth_rx_queue_setup(port, i, 128, 0, NULL, test_pool());
	if (ret == 0)
		ret = rte_eth_tx_queue_setup(port, 0, 128, 0, NULL);
	return ret != 0 ? ret : rte_eth_dev_start(port);
}

static void
up_started(const struct fault_case *c)
{
	up(c);
	test_intr_start(port, FAULT_QUEUES, true);
	test_intr_rules(port, FAULT_QUEUES);
}

static int
enable(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_rx_intr_enable(port, 1);
}

static void
up_enabled(const struct fault_case *c)
{
	up_started(c);
	assert_int_equal(enable(c), 0);
}

static int
disable(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_rx_intr_disable(port, 1);
}

/* The port below goes while somebody sleeps. */
static int
pull(const struct fault_case *c __rte_unused)
{
	return rte_vdev_uninit(BELOW);
}

static void
down(const struct fault_case *c __rte_unused)
{
	if (rte_eth_dev_is_valid_port(port))
		rte_eth_dev_stop(port);
	rte_vdev_uninit(PORT);
	rte_vdev_uninit(BELOW);
}

/* Packets come, and who enables now is woken by one. */
static void
check(const struct fault_case *c, bool done)
{
	int epfd;

	if (c->op == bring_up) {
		if (!done)
			return;
		test_intr_rules(port, FAULT_QUEUES);
	}
	epfd = test_intr_listen(port, 1);
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 1), 0);
	assert_int_equal(test_intr_woken(epfd, 0), 0);
	test_intr_arrive(lower, 1, 1);
	assert_int_equal(test_intr_woken(epfd, TEST_INTR_TIMEOUT_MS), 1);
	assert_int_equal(rte_eth_dev_rx_intr_disable(port, 1), 0);
	assert_int_equal(test_intr_take(port, 1), 1);
	test_intr_listen_end(port, 1, epfd);
}

#define CASE(what, before, operation, checked) \
	{ .name = what, .up = before, .op = operation, .check = checked, .down = down }

static const struct fault_case cases[] = {
	CASE("bring up", up, bring_up, check),
	CASE("enable", up_started, enable, check),
	CASE("disable", up_enabled, disable, check),
	CASE("pulled", up_enabled, pull, NULL),
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
	ret = fault_run("faults_intr", groups, RTE_DIM(groups));
	test_eal_cleanup();
	return ret;
}
