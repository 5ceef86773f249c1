/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "port.h"
#include "steer_kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * kernel= over a port that is on no netdev, where no program can be. What programs do is looked at
 * by testpmd_kernel.
 */

#define RINGS "in_kernel"
#define LOWER "net_ring_" RINGS
#define UPPER "net_steer_in_kernel"

static struct rte_ring *rings[2];

static const char *
why(void)
{
	return steer_kernel_built() ? "is on no netdev" : "built without BPF";
}

static bool
takes_send_to_kernel(uint16_t port)
{
	const struct rte_flow_attr attr = { .ingress = 1 };
	const struct rte_flow_item pattern[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_SEND_TO_KERNEL },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow *flow = rte_flow_create(port, &attr, pattern, actions, &error);

	if (flow != NULL) {
		assert_int_equal(rte_flow_destroy(port, flow, NULL), 0);
		return true;
	}
	assert_int_equal(rte_errno, ENOTSUP);
	assert_non_null(strstr(error.message, "send_to_kernel: only where the kernel steers"));
	return false;
}

/* User space goes on alone. */
static void
test_auto(void **state __rte_unused)
{
	uint16_t port;

	test_plug_rings(RINGS, rings, RTE_DIM(rings));
	test_log_begin();
	port = test_plug(UPPER, "iface=" LOWER ",kernel=auto");
	test_log_end_with("kernel=auto: user space steers alone", why());
	test_log_begin();
	test_start(port, 2, 2);
	assert_false(takes_send_to_kernel(port));
	assert_int_equal(rte_flow_isolate(port, 1, NULL), 0);
	test_stop(port);
	test_log_end_empty();
	test_unplug(UPPER);
	test_unplug(LOWER);
}

static void
test_require(void **state __rte_unused)
{
	test_plug_rings(RINGS, rings, RTE_DIM(rings));
	test_plug_refused(UPPER, "iface=" LOWER ",kernel=require", "kernel=require, but ", why());
	test_unplug(LOWER);
}

/* So it does for another netdev beside one that no program can be on. */
static void
test_remote(void **state __rte_unused)
{
	test_plug_rings(RINGS, rings, RTE_DIM(rings));
	test_plug_refused(UPPER, "iface=" LOWER ",remote=lo", "kernel=require, but ", why());
	test_unplug(LOWER);
}

/* A port that comes later is found to be none when it is needed. */
static void
test_late(void **state __rte_unused)
{
	const struct rte_eth_conf conf = { .rxmode = { .mq_mode = RTE_ETH_MQ_RX_NONE } };
	unsigned int lines;
	const char *log;
	uint16_t port;

	if (!steer_kernel_built()) {
		print_message("built without BPF\n");
		skip();
	}
	port = test_plug_waiting(UPPER, "iface=" LOWER ",kernel=require");
	test_plug_rings(RINGS, rings, RTE_DIM(rings));
	test_log_begin();
	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), -ENOTSUP);
	/* A line of ours, and one of ethdev's. */
	log = test_log_end(&lines);
	assert_int_equal(lines, 2);
	assert_non_null(strstr(log, "kernel=require, but "));
	assert_non_null(strstr(log, why()));
	test_unplug(UPPER);
	test_unplug(LOWER);
}

/* Without the argument nothing is tried, nor said. */
static void
test_off(void **state __rte_unused)
{
	uint16_t port;

	test_plug_rings(RINGS, rings, RTE_DIM(rings));
	test_log_begin();
	port = test_plug(UPPER, "iface=" LOWER);
	test_start(port, 1, 1);
	assert_false(takes_send_to_kernel(port));
	test_stop(port);
	test_log_end_empty();
	test_unplug(UPPER);
	test_unplug(LOWER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_auto), TEST(test_require), TEST(test_remote), TEST(test_late),
		TEST(test_off),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	rings[0] = test_ring("in_kernel0", 64);
	rings[1] = test_ring("in_kernel1", 64);
	ret = cmocka_run_group_tests_name("in_kernel", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
