/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <sys/wait.h>

#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_ring.h>

#include "../../drivers/net/steer/steer_port.h"
#include "port.h"
#include "second.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The port in a secondary process: it comes and goes there, or here, or the process dies. */

/* Secondary */

static void
second_close(void **state __rte_unused)
{
	uint16_t port = test_port_of(TEST_SECOND_PORT);

	assert_int_equal(rte_eth_dev_close(port), 0);
	assert_int_equal(rte_eth_dev_is_valid_port(port), 0);
	test_second_turn();
	assert_int_equal(rte_vdev_uninit(TEST_SECOND_PORT), 0);
}

/* Killed while it reads statistics. */
static void
second_dies(void **state __rte_unused)
{
	struct rte_eth_dev *dev = &rte_eth_devices[test_port_of(TEST_SECOND_PORT)];

	steer_counts_lock(steer_port(dev));
	test_second_turn();
	/* there will be nobody to say it, where cmocka has told that it runs */
	printf("[       OK ] %s\n", __func__);
	fflush(stdout);
	raise(SIGKILL);
}

static void
second_remove(void **state __rte_unused)
{
	uint16_t port = test_port_of(TEST_SECOND_PORT);

	assert_int_equal(rte_vdev_uninit(TEST_SECOND_PORT), 0);
	assert_int_equal(rte_eth_dev_is_valid_port(port), 0);
	test_second_turn();
	/* And back. */
	assert_int_equal(rte_vdev_init(TEST_SECOND_PORT, NULL), 0);
	test_second_counts(test_port_of(TEST_SECOND_PORT), 2 * TEST_SECOND_PACKETS);
	/* What the primary does not have is not made. */
	test_log_begin();
	assert_int_equal(rte_vdev_init("net_steer9", "iface=" TEST_SECOND_BELOW), -ENODEV);
	assert_non_null(strstr(test_log_end(NULL), "net_steer9: a secondary process"));
}

static void
second_waits(void **state __rte_unused)
{
	uint16_t port = test_port_of(TEST_SECOND_PORT);
	struct rte_eth_dev_info info;
	struct rte_eth_stats stats;

	/* It was there before its queues were. */
	test_second_bursts(port);
	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	test_second_turn();
	test_second_bursts(port);
	test_second_counts(port, 0);

	test_second_turn();
	/* Closed; its data have become another port's. */
	test_second_bursts(port);
	assert_int_equal(rte_eth_stats_get(port, &stats), -ENODEV);
	assert_int_equal(rte_eth_stats_reset(port), -ENODEV);
	assert_int_equal(rte_eth_xstats_get_names(port, NULL, 0), -ENODEV);
	assert_int_equal(rte_eth_dev_info_get(port, &info), -ENODEV);
	assert_int_equal(rte_vdev_uninit(TEST_SECOND_PORT), 0);
	assert_int_equal(rte_eth_dev_is_valid_port(port), 0);
}

static void
second_hotplug(void **state __rte_unused)
{
	struct rte_eth_dev_info info;
	uint16_t port;

	assert_int_not_equal(rte_eth_dev_get_port_by_name("net_steer1", &port), 0);
	test_second_turn();
	port = test_port_of("net_steer1");
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.max_rx_queues, 8);
	/* net_steer has made it, here too. */
	test_port_of("net_null1");
	test_second_turn();
	assert_int_equal(rte_eth_dev_is_valid_port(port), 0);
}

/* Primary */

static void
test_close(void **state __rte_unused)
{
	test_second_disturb("second_close");
}

static void
test_dies(void **state __rte_unused)
{
	struct test_flow f = test_second_flow();
	struct test_world w;
	pid_t pid;

	if (test_second_emulated()) {
		printf("# skipped: under qemu a lock whose owner dies stays locked\n");
		skip();
	}
	test_world_up(&w, 2, TEST_SECOND_QUEUES, "");
	test_second_rule(w.port);
	pid = test_second_start("second_dies");
	test_second_listen();
	test_second_say();
	assert_true(WIFSIGNALED(test_second_wait(pid)));
	test_second_exchange(&w, &f);
	assert_int_equal(test_xstat(w.port, "rx_q1_packets"), TEST_SECOND_PACKETS);
	test_world_down(&w);
}

static void
test_remove(void **state __rte_unused)
{
	test_second_disturb("second_remove");
}

static void
test_waits(void **state __rte_unused)
{
	struct rte_ring *ring = test_ring("waits", 64);
	uint16_t port = test_plug_waiting(TEST_SECOND_PORT, "iface=net_ring_waits");
	pid_t pid = test_second_start("second_waits");

	test_second_listen();
	test_plug_rings("waits", &ring, 1);
	test_start(port, TEST_SECOND_QUEUES, 1);
	test_second_turn();
	test_stop(port);
	assert_int_equal(rte_eth_dev_close(port), 0);
	assert_int_equal(test_plug("net_null0", ""), port);
	test_second_say();
	test_second_end(pid);
	test_unplug("net_null0");
	assert_int_equal(rte_vdev_uninit(TEST_SECOND_PORT), 0);
	assert_int_equal(rte_vdev_uninit("net_ring_waits"), 0);
	rte_ring_free(ring);
}

static void
test_hotplug(void **state __rte_unused)
{
	pid_t pid = test_second_start("second_hotplug");

	test_second_listen();
	assert_int_equal(rte_eal_hotplug_add("vdev", "net_steer1", "iface=(net_null1),queues=8"),
			 0);
	test_second_turn();
	assert_int_equal(rte_eal_hotplug_remove("vdev", "net_steer1"), 0);
	test_second_say();
	test_second_end(pid);
	assert_int_equal(rte_eal_hotplug_remove("vdev", "net_null1"), 0);
}

static int
primary(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_close, test_begin, test_end),
		/* What EAL has allocated for a process that is killed is never freed. */
		cmocka_unit_test(test_dies),
		cmocka_unit_test_setup_teardown(test_remove, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_waits, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_hotplug, test_begin, test_end),
	};

	return cmocka_run_group_tests_name("secondary_life", tests, NULL, NULL);
}

static int
secondary(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(second_close),
		cmocka_unit_test(second_dies),
		cmocka_unit_test(second_remove),
		cmocka_unit_test(second_waits),
		cmocka_unit_test(second_hotplug),
	};

	return cmocka_run_group_tests_name("secondary process", tests, NULL, NULL);
}

int
main(int argc, char **argv)
{
	return test_second_main(argc, argv, primary, secondary);
}
