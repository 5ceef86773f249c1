/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "intr.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Threads that sleep on RX queues, each on its own: no wake-up is lost. */

#define N_QUEUES 2
#define ROUNDS 3000

struct sleeper {
	pthread_t thread;
	uint16_t port;
	uint16_t queue;
	uint64_t received;
	uint64_t wakeups;
	/* Nothing came for TEST_INTR_TIMEOUT_MS. */
	bool lost;
};

static bool stop;

static void
nap(struct sleeper *s, int epfd)
{
	unsigned int n;

	rte_eth_dev_rx_intr_enable(s->port, s->queue);
	if (test_intr_woken(epfd, TEST_INTR_TIMEOUT_MS) == 0)
		s->lost = true;
	rte_eth_dev_rx_intr_disable(s->port, s->queue);
	s->wakeups++;
	/* One burst, and asleep again: no second look hides what the first one missed. */
	n = test_intr_take(s->port, s->queue);
	__atomic_fetch_add(&s->received, n, __ATOMIC_RELAXED);
}

static void *
sleeper_main(void *arg)
{
	struct sleeper *s = arg;
	int epfd = test_intr_listen(s->port, s->queue);

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED) && !s->lost)
		nap(s, epfd);
	test_intr_listen_end(s->port, s->queue, epfd);
	return NULL;
}

static uint64_t
received(const struct sleeper *s, unsigned int n)
{
	uint64_t sum = 0;

	while (n-- > 0)
		sum += __atomic_load_n(&s[n].received, __ATOMIC_RELAXED);
	return sum;
}

/* False: it has not come in time. */
static bool
wait_received(const struct sleeper *s, unsigned int n, uint64_t wanted)
{
	const uint64_t end = rte_get_timer_cycles() +
			     rte_get_timer_hz() * TEST_INTR_TIMEOUT_MS / 1000;

	while (received(s, n) < wanted) {
		if (rte_get_timer_cycles() > end)
			return false;
		sched_yield();
	}
	return true;
}

/* By which way packets come to the port: by a queue of the port below, if that has several. */
struct way {
	uint16_t port;
	uint16_t n_lower;
	bool (*send)(const struct way *way, uint16_t lower_queue, uint16_t queue);
};

/*
 * Packets for each queue by each lower queue, now when all sleep, now while they fall asleep: after
 * a few packets, and a pause of any length, all must have arrived.
 */
static void
send_all(const struct way *way, const struct sleeper *s, unsigned int n_queues)
{
	uint64_t sent = 0;
	unsigned int i, k;
	uint32_t x = 1;

	for (i = 0; i < ROUNDS; i++) {
		x = x * 1664525 + 1013904223;
		for (k = 0; k <= x >> 30; k++, sent++)
			assert_true(way->send(way, (x >> 16) % way->n_lower, (x >> 24) % n_queues));
		if (!wait_received(s, n_queues, sent))
			fail_msg("%u lower queues: %ld packets of %ld have come: a wake-up is lost",
				way->n_lower, (long)received(s, n_queues), (long)sent);
		rte_delay_us_block((x >> 8) % 64);
	}
}

static void
all_asleep(const struct way *way, uint16_t port, unsigned int n_queues)
{
	struct sleeper s[4] = { { .port = port } };
	unsigned int i;

	assert_true(n_queues <= RTE_DIM(s));
	stop = false;
	for (i = 0; i < n_queues; i++) {
		s[i].port = port;
		s[i].queue = i;
		assert_int_equal(pthread_create(&s[i].thread, NULL, sleeper_main, &s[i]), 0);
	}
	send_all(way, s, n_queues);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	/* Something for each to wake up by. */
	for (i = 0; i < n_queues; i++)
		assert_true(way->send(way, 0, i));
	for (i = 0; i < n_queues; i++) {
		pthread_join(s[i].thread, NULL);
		assert_false(s[i].lost);
		assert_true(s[i].wakeups > 100);
	}
}

/* Over a port whose packets come from here. */

static bool
fake_send(const struct way *way, uint16_t lower_queue, uint16_t queue)
{
	test_intr_arrive(way->port, lower_queue, queue);
	return true;
}

static void
asleep_over(const char *args, uint16_t n_lower, unsigned int n_queues)
{
	const struct way way = { test_plug("test_fake0", ""), n_lower, fake_send };
	uint16_t port = test_plug("net_steer0", args);

	test_intr_start(port, n_queues, true);
	test_intr_rules(port, n_queues);
	all_asleep(&way, port, n_queues);
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake0");
}

static void
test_asleep(void **state __rte_unused)
{
	asleep_over("iface=test_fake0,lower_queues=1", 1, 2);
	asleep_over("iface=test_fake0", 4, 2);
	asleep_over("iface=test_fake0,lower_queues=2", 2, 3);
}

/* A port on a port on the one with interrupts. */
static void
test_stack(void **state __rte_unused)
{
	const struct way way = { test_plug("test_fake0", ""), 1, fake_send };
	uint16_t port;

	test_plug("net_steer1", "iface=test_fake0,lower_queues=1");
	port = test_plug("net_steer0", "iface=net_steer1");
	test_intr_start(port, N_QUEUES, true);
	test_intr_rules(port, N_QUEUES);
	all_asleep(&way, port, N_QUEUES);
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("net_steer1");
	test_unplug("test_fake0");
}

/*
 * The same over a port of DPDK's with descriptors of its own making: what net_vhost sends,
 * net_virtio_user receives.
 */
static bool
vhost_send(const struct way *way, uint16_t lower_queue __rte_unused, uint16_t queue)
{
	const uint64_t end = rte_get_timer_cycles() +
			     rte_get_timer_hz() * TEST_INTR_TIMEOUT_MS / 1000;
	struct rte_mbuf *m = test_intr_packet(queue);

	while (rte_eth_tx_burst(way->port, 0, &m, 1) == 0) {
		if (rte_get_timer_cycles() > end) {
			rte_pktmbuf_free(m);
			return false;
		}
		sched_yield();
	}
	return true;
}

/* These drivers log and keep what they like: only packets are counted. */
static void
test_virtio(void **state __rte_unused)
{
	const unsigned int mbufs = rte_mempool_avail_count(test_pool());
	struct way way = { .n_lower = 1, .send = vhost_send };
	char args[128];
	uint16_t port;

	snprintf(args, sizeof(args), "iface=/tmp/steer_intr_%d.sock", (int)getpid());
	test_log_begin();
	if (rte_vdev_init("net_vhost0", args) != 0) {
		test_log_end(NULL);
		print_message("no net_vhost in this DPDK\n");
		skip();
	}
	way.port = test_port_of("net_vhost0");
	test_intr_start(way.port, 1, false);
	snprintf(args, sizeof(args), "path=/tmp/steer_intr_%d.sock", (int)getpid());
	test_plug("net_virtio_user0", args);
	port = test_plug("net_steer0", "iface=net_virtio_user0");
	test_intr_start(port, N_QUEUES, true);
	test_intr_rules(port, N_QUEUES);
	all_asleep(&way, port, N_QUEUES);
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("net_virtio_user0");
	test_stop(way.port);
	test_unplug("net_vhost0");
	test_log_end(NULL);
	assert_int_equal(rte_mempool_avail_count(test_pool()), mbufs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_asleep, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_stack, test_begin, test_end),
		cmocka_unit_test(test_virtio),
	};
	int rc;

	if (test_driver_init() != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	test_eal_cleanup();
	return rc;
}
