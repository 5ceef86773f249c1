/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>

#include "fault_case.h"
#include "port.h"
#include "second.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The port comes and goes in a secondary process, and any call of it fails there. */

/* Secondary */

static void
up(const struct fault_case *c __rte_unused)
{
	uint16_t id;

	if (rte_eth_dev_get_port_by_name(TEST_SECOND_PORT, &id) == 0)
		assert_int_equal(rte_vdev_uninit(TEST_SECOND_PORT), 0);
}

static int
attach(const struct fault_case *c __rte_unused)
{
	return rte_vdev_init(TEST_SECOND_PORT, "");
}

static void
up_attached(const struct fault_case *c)
{
	up(c);
	assert_int_equal(attach(c), 0);
}

static int
detach(const struct fault_case *c __rte_unused)
{
	return rte_vdev_uninit(TEST_SECOND_PORT);
}

/* It is seen as it was, or not there; who was refused it was told so. */
static void
check(const struct fault_case *c, bool done)
{
	const bool there = done == (c->op == attach);
	const char *log = test_log_end(NULL);
	uint16_t id;

	assert_int_equal(rte_eth_dev_get_port_by_name(TEST_SECOND_PORT, &id) == 0, there);
	if (there)
		test_second_counts(id, TEST_SECOND_PACKETS);
	if (!done)
		assert_non_null(strstr(log, TEST_SECOND_PORT));
	test_log_begin();
}

static void
down(const struct fault_case *c)
{
	uint16_t id;

	if (rte_eth_dev_get_port_by_name(TEST_SECOND_PORT, &id) != 0)
		assert_int_equal(attach(c), 0);
}

static const struct fault_case cases[] = {
	{ .name = "attach", .up = up, .op = attach, .check = check, .down = down },
	{ .name = "detach", .up = up_attached, .op = detach, .check = check, .down = down },
};

static const struct fault_group groups[] = {
	FAULT_GROUP(cases),
};

static int
secondary(void)
{
	int ret;

	test_driver_join();
	ret = fault_run("faults in a secondary process", groups, RTE_DIM(groups));
	test_second_turn();
	return ret;
}

/* Primary */

static void
test_faults(void **state __rte_unused)
{
	test_second_disturb("cases");
}

static int
primary(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_faults, test_begin, test_end),
	};

	return cmocka_run_group_tests_name("faults_second", tests, NULL, NULL);
}

int
main(int argc, char **argv)
{
	return test_second_main(argc, argv, primary, secondary);
}
