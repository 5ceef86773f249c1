/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <sys/epoll.h>

#include <ethdev_driver.h>
#include <rte_ethdev.h>
#include <rte_interrupts.h>

#include "eal.h"
#include "fake_intr.h"
#include "intr.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Sleeping until a packet comes, by whatever way it comes. */

#define N_QUEUES 2

/* One by one */

static void
test_wake(void **state __rte_unused)
{
	uint16_t lower = test_plug("test_fake0", "");
	uint16_t port = test_plug("net_steer0", "iface=test_fake0");
	int ep[N_QUEUES];
	uint16_t q;

	test_intr_start(port, N_QUEUES, true);
	test_intr_rules(port, N_QUEUES);
	for (q = 0; q < N_QUEUES; q++) {
		ep[q] = test_intr_listen(port, q);
		assert_int_equal(rte_eth_dev_rx_intr_enable(port, q), 0);
	}
	/* All lower queues, as packets may come by any. */
	for (q = 0; q < TEST_FAKE_QUEUES; q++)
		assert_true(test_fake_armed(lower, q));
	assert_int_equal(test_intr_woken(ep[0], 0), 0);
	assert_int_equal(test_intr_woken(ep[1], 0), 0);

	/* A packet for one wakes both: it is not known yet whom it is for. */
	test_intr_arrive(lower, 3, 1);
	assert_int_equal(test_intr_woken(ep[0], TEST_INTR_TIMEOUT_MS), 1);
	assert_int_equal(test_intr_woken(ep[1], TEST_INTR_TIMEOUT_MS), 1);
	assert_int_equal(rte_eth_dev_rx_intr_disable(port, 0), 0);
	assert_true(test_fake_armed(lower, 0));
	assert_int_equal(rte_eth_dev_rx_intr_disable(port, 1), 0);
	assert_false(test_fake_armed(lower, 0));

	/* Before it sleeps, who is to sleep finds what is there. */
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), 0);
	assert_int_equal(test_fake_waiting(lower, 3), 0);
	assert_int_equal(rte_eth_rx_queue_count(port, 1), 1);
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 1), 0);
	assert_int_equal(test_intr_woken(ep[1], TEST_INTR_TIMEOUT_MS), 1);
	assert_int_equal(test_intr_take(port, 1), 1);

	/* And then there is nothing. */
	for (q = 0; q < N_QUEUES; q++) {
		assert_int_equal(rte_eth_dev_rx_intr_enable(port, q), 0);
		assert_int_equal(test_intr_woken(ep[q], 0), 0);
	}
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake0");
	close(ep[0]);
	close(ep[1]);
}

/* One sleeps, the other polls and has a packet for it. */
static void
test_cross(void **state __rte_unused)
{
	uint16_t lower = test_plug("test_fake0", "");
	uint16_t port = test_plug("net_steer0", "iface=test_fake0,lower_queues=1");
	unsigned int i;
	int ep;

	test_intr_start(port, N_QUEUES, true);
	test_intr_rules(port, N_QUEUES);
	ep = test_intr_listen(port, 1);
	for (i = 0; i < 100; i++) {
		assert_int_equal(rte_eth_dev_rx_intr_enable(port, 1), 0);
		assert_int_equal(test_intr_woken(ep, 0), 0);
		/* It disables the interrupt below: only the ring can wake the other one now. */
		assert_int_equal(rte_eth_dev_rx_intr_disable(lower, 0), 0);
		test_intr_arrive(lower, 0, 0);
		assert_int_equal(test_intr_take(port, 0), 1);
		assert_int_equal(test_intr_woken(ep, 0), 0);
		test_intr_arrive(lower, 0, 1);
		assert_int_equal(test_intr_take(port, 0), 0);
		assert_int_equal(test_intr_woken(ep, TEST_INTR_TIMEOUT_MS), 1);
		/* Once is enough. */
		test_intr_arrive(lower, 0, 1);
		assert_int_equal(test_intr_take(port, 0), 0);
		assert_int_equal(test_intr_woken(ep, 0), 0);
		assert_int_equal(rte_eth_dev_rx_intr_disable(port, 1), 0);
		assert_int_equal(test_intr_take(port, 1), 2);
		/* Nobody sleeps, nobody is woken. */
		test_intr_arrive(lower, 0, 1);
		assert_int_equal(test_intr_take(port, 0), 0);
		assert_int_equal(test_intr_woken(ep, 0), 0);
		assert_int_equal(test_intr_take(port, 1), 1);
	}
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake0");
	close(ep);
}

/* More than one look takes: whoever sleeps is woken for the rest. */
static void
test_many(void **state __rte_unused)
{
	uint16_t lower = test_plug("test_fake0", "");
	uint16_t port = test_plug("net_steer0", "iface=test_fake0,ring_size=32");
	unsigned int i, n = 0;
	int ep;

	test_intr_start(port, 1, true);
	test_intr_rules(port, 1);
	ep = test_intr_listen(port, 0);
	for (i = 0; i < 100; i++)
		test_intr_arrive(lower, 0, 0);
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), 0);
	while (n < 100) {
		assert_int_equal(test_intr_woken(ep, TEST_INTR_TIMEOUT_MS), 1);
		n += test_intr_take(port, 0);
		assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), 0);
	}
	assert_int_equal(test_xstat(port, "rx_q0_ring_full"), 0);
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake0");
	close(ep);
}

/* Refused, gone, started anew */

static void
check_none(uint16_t port)
{
	int epfd = epoll_create1(EPOLL_CLOEXEC);

	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), -ENOTSUP);
	assert_int_equal(rte_eth_dev_rx_intr_disable(port, 0), -ENOTSUP);
	test_log_begin();
	assert_int_equal(rte_eth_dev_rx_intr_ctl_q(port, 0, epfd, RTE_INTR_EVENT_ADD, NULL),
		-ENOTSUP);
	test_log_end(NULL);
	close(epfd);
}

static void
test_none(void **state __rte_unused)
{
	uint16_t port, lower;

	test_plug("test_fake_deaf", "");
	port = test_plug("net_steer0", "iface=test_fake_deaf");
	test_log_begin();
	test_intr_start(port, N_QUEUES, true);
	test_log_end_with("no RX interrupts", "test_fake_deaf");
	check_none(port);
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake_deaf");

	/* Not asked for, not asked of the lower either. */
	lower = test_plug("test_fake0", "");
	port = test_plug("net_steer0", "iface=test_fake0");
	test_log_begin();
	test_intr_start(port, N_QUEUES, false);
	test_log_end_empty();
	assert_null(rte_eth_devices[lower].intr_handle);
	check_none(port);
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake0");
}

/* The lower goes: all are woken, find nothing and cannot sleep any more. */
static void
test_gone(void **state __rte_unused)
{
	uint16_t port;
	int ep;

	test_plug("test_fake0", "");
	port = test_plug("net_steer0", "iface=test_fake0");
	test_intr_start(port, 1, true);
	ep = test_intr_listen(port, 0);
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), 0);
	test_log_begin();
	test_unplug("test_fake0");
	test_log_end_with("net_steer0", "gone");
	assert_int_equal(test_intr_woken(ep, TEST_INTR_TIMEOUT_MS), 1);
	assert_int_equal(rte_eth_dev_rx_intr_disable(port, 0), 0);
	assert_int_equal(test_intr_take(port, 0), 0);
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), -ENODEV);
	test_stop(port);
	test_unplug("net_steer0");
	close(ep);
}

static unsigned int
open_files(void)
{
	unsigned int n = 0;
	int fd;

	for (fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
test_restart(void **state __rte_unused)
{
	const unsigned int files = open_files();
	uint16_t lower = test_plug("test_fake0", "");
	uint16_t port = test_plug("net_steer0", "iface=test_fake0");
	unsigned int i;
	int ep;

	for (i = 0; i < 100; i++) {
		test_intr_start(port, 1 + i % 3, true);
		ep = test_intr_listen(port, 0);
		assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), 0);
		assert_int_equal(test_intr_woken(ep, 0), 0);
		test_intr_arrive(lower, i % TEST_FAKE_QUEUES, 0);
		assert_int_equal(test_intr_woken(ep, TEST_INTR_TIMEOUT_MS), 1);
		/* As applications may, or not. */
		if (i % 2 == 0)
			test_intr_listen_end(port, 0, ep);
		test_stop(port);
		if (i % 2 == 1)
			close(ep);
	}
	test_unplug("net_steer0");
	test_unplug("test_fake0");
	assert_int_equal(open_files(), files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_wake, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_cross, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_many, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_none, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_gone, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_restart, test_begin, test_end),
	};
	int rc;

	if (test_driver_init() != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	test_eal_cleanup();
	return rc;
}
