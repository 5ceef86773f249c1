/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/epoll.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <ethdev_driver.h>
#include <rte_ethdev.h>
#include <rte_interrupts.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "fake_intr.h"
#include "packet.h"
#include "port.h"
#include "rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Sleeping until a packet comes, by whatever way it comes. */

#define DESC 256
#define N_QUEUES 2
#define ROUNDS 3000
/* Longer than any machine takes: who waits so long waits for ever. */
#define TIMEOUT_MS 10000

/* Ports */

static void
start(uint16_t port, uint16_t n_rxq, bool intr)
{
	struct rte_eth_conf conf = { .intr_conf.rxq = intr };
	uint16_t i;

	assert_int_equal(rte_eth_dev_configure(port, n_rxq, 1, &conf), 0);
	for (i = 0; i < n_rxq; i++)
		assert_int_equal(rte_eth_rx_queue_setup(port, i, DESC, 0, NULL, test_pool()), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, DESC, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(port), 0);
}

/* Destination port 100 + n goes to queue n. */
static void
make_rules(uint16_t port, uint16_t n_queues)
{
	struct test_rule r;
	uint16_t i;

	for (i = 0; i < n_queues; i++) {
		test_rule(&r, 0);
		test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
		test_item_dst_port(&r, IPPROTO_UDP, 100 + i, UINT16_MAX);
		test_action_queue(&r, i);
		test_create(port, &r);
	}
}

static struct rte_mbuf *
packet_for(uint16_t queue)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = 100 + queue };

	return test_packet_make(&p);
}

static void
arrive(uint16_t lower, uint16_t lower_queue, uint16_t queue)
{
	struct rte_mbuf *m = packet_for(queue);

	assert_non_null(m);
	assert_true(test_fake_receive(lower, lower_queue, m));
}

static unsigned int
take(uint16_t port, uint16_t queue)
{
	struct rte_mbuf *pkts[TEST_BURST];
	uint16_t n = rte_eth_rx_burst(port, queue, pkts, TEST_BURST);

	rte_pktmbuf_free_bulk(pkts, n);
	return n;
}

/* An epoll for one queue, as applications make it. */
static int
listen_to(uint16_t port, uint16_t queue)
{
	int epfd = epoll_create1(EPOLL_CLOEXEC);

	assert_true(epfd >= 0);
	assert_int_equal(rte_eth_dev_rx_intr_ctl_q(port, queue, epfd, RTE_INTR_EVENT_ADD,
		(void *)(uintptr_t)queue), 0);
	return epfd;
}

static void
listen_end(uint16_t port, uint16_t queue, int epfd)
{
	assert_int_equal(rte_eth_dev_rx_intr_ctl_q(port, queue, epfd, RTE_INTR_EVENT_DEL, NULL), 0);
	close(epfd);
}

static int
woken(int epfd, int timeout)
{
	struct rte_epoll_event event;

	return rte_epoll_wait(epfd, &event, 1, timeout);
}

/* One by one */

static void
test_wake(void **state __rte_unused)
{
	uint16_t lower = test_plug("test_fake0", "");
	uint16_t port = test_plug("net_steer0", "iface=test_fake0");
	int ep[N_QUEUES];
	uint16_t q;

	start(port, N_QUEUES, true);
	make_rules(port, N_QUEUES);
	for (q = 0; q < N_QUEUES; q++) {
		ep[q] = listen_to(port, q);
		assert_int_equal(rte_eth_dev_rx_intr_enable(port, q), 0);
	}
	/* All lower queues, as packets may come by any. */
	for (q = 0; q < TEST_FAKE_QUEUES; q++)
		assert_true(test_fake_armed(lower, q));
	assert_int_equal(woken(ep[0], 0), 0);
	assert_int_equal(woken(ep[1], 0), 0);

	/* A packet for one wakes both: it is not known yet whom it is for. */
	arrive(lower, 3, 1);
	assert_int_equal(woken(ep[0], TIMEOUT_MS), 1);
	assert_int_equal(woken(ep[1], TIMEOUT_MS), 1);
	assert_int_equal(rte_eth_dev_rx_intr_disable(port, 0), 0);
	assert_true(test_fake_armed(lower, 0));
	assert_int_equal(rte_eth_dev_rx_intr_disable(port, 1), 0);
	assert_false(test_fake_armed(lower, 0));

	/* Before it sleeps, who is to sleep finds what is there. */
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), 0);
	assert_int_equal(test_fake_waiting(lower, 3), 0);
	assert_int_equal(rte_eth_rx_queue_count(port, 1), 1);
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 1), 0);
	assert_int_equal(woken(ep[1], TIMEOUT_MS), 1);
	assert_int_equal(take(port, 1), 1);

	/* And then there is nothing. */
	for (q = 0; q < N_QUEUES; q++) {
		assert_int_equal(rte_eth_dev_rx_intr_enable(port, q), 0);
		assert_int_equal(woken(ep[q], 0), 0);
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

	start(port, N_QUEUES, true);
	make_rules(port, N_QUEUES);
	ep = listen_to(port, 1);
	for (i = 0; i < 100; i++) {
		assert_int_equal(rte_eth_dev_rx_intr_enable(port, 1), 0);
		assert_int_equal(woken(ep, 0), 0);
		/* It disables the interrupt below: only the ring can wake the other one now. */
		assert_int_equal(rte_eth_dev_rx_intr_disable(lower, 0), 0);
		arrive(lower, 0, 0);
		assert_int_equal(take(port, 0), 1);
		assert_int_equal(woken(ep, 0), 0);
		arrive(lower, 0, 1);
		assert_int_equal(take(port, 0), 0);
		assert_int_equal(woken(ep, TIMEOUT_MS), 1);
		/* Once is enough. */
		arrive(lower, 0, 1);
		assert_int_equal(take(port, 0), 0);
		assert_int_equal(woken(ep, 0), 0);
		assert_int_equal(rte_eth_dev_rx_intr_disable(port, 1), 0);
		assert_int_equal(take(port, 1), 2);
		/* Nobody sleeps, nobody is woken. */
		arrive(lower, 0, 1);
		assert_int_equal(take(port, 0), 0);
		assert_int_equal(woken(ep, 0), 0);
		assert_int_equal(take(port, 1), 1);
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

	start(port, 1, true);
	make_rules(port, 1);
	ep = listen_to(port, 0);
	for (i = 0; i < 100; i++)
		arrive(lower, 0, 0);
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), 0);
	while (n < 100) {
		assert_int_equal(woken(ep, TIMEOUT_MS), 1);
		n += take(port, 0);
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
	start(port, N_QUEUES, true);
	test_log_end_with("no RX interrupts", "test_fake_deaf");
	check_none(port);
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("test_fake_deaf");

	/* Not asked for, not asked of the lower either. */
	lower = test_plug("test_fake0", "");
	port = test_plug("net_steer0", "iface=test_fake0");
	test_log_begin();
	start(port, N_QUEUES, false);
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
	start(port, 1, true);
	ep = listen_to(port, 0);
	assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), 0);
	test_log_begin();
	test_unplug("test_fake0");
	test_log_end_with("net_steer0", "gone");
	assert_int_equal(woken(ep, TIMEOUT_MS), 1);
	assert_int_equal(rte_eth_dev_rx_intr_disable(port, 0), 0);
	assert_int_equal(take(port, 0), 0);
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
		start(port, 1 + i % 3, true);
		ep = listen_to(port, 0);
		assert_int_equal(rte_eth_dev_rx_intr_enable(port, 0), 0);
		assert_int_equal(woken(ep, 0), 0);
		arrive(lower, i % TEST_FAKE_QUEUES, 0);
		assert_int_equal(woken(ep, TIMEOUT_MS), 1);
		/* As applications may, or not. */
		if (i % 2 == 0)
			listen_end(port, 0, ep);
		test_stop(port);
		if (i % 2 == 1)
			close(ep);
	}
	test_unplug("net_steer0");
	test_unplug("test_fake0");
	assert_int_equal(open_files(), files);
}

/* All asleep */

struct sleeper {
	pthread_t thread;
	uint16_t port;
	uint16_t queue;
	uint64_t received;
	uint64_t wakeups;
	/* Nothing came for TIMEOUT_MS. */
	bool lost;
};

static bool stop;

static void
nap(struct sleeper *s, int epfd)
{
	unsigned int n;

	rte_eth_dev_rx_intr_enable(s->port, s->queue);
	if (woken(epfd, TIMEOUT_MS) == 0)
		s->lost = true;
	rte_eth_dev_rx_intr_disable(s->port, s->queue);
	s->wakeups++;
	/* One burst, and asleep again: no second look hides what the first one missed. */
	n = take(s->port, s->queue);
	__atomic_fetch_add(&s->received, n, __ATOMIC_RELAXED);
}

static void *
sleeper_main(void *arg)
{
	struct sleeper *s = arg;
	int epfd = listen_to(s->port, s->queue);

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED) && !s->lost)
		nap(s, epfd);
	listen_end(s->port, s->queue, epfd);
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
	const uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() * TIMEOUT_MS / 1000;

	while (received(s, n) < wanted) {
		if (rte_get_timer_cycles() > end)
			return false;
		sched_yield();
	}
	return true;
}

/*
 * Packets for each queue by each lower queue, now when all sleep, now while they fall asleep: after
 * a few packets, and a pause of any length, all must have arrived.
 */
static void
send_all(uint16_t lower, uint16_t n_lower, const struct sleeper *s, unsigned int n_queues)
{
	uint64_t sent = 0;
	unsigned int i, k;
	uint32_t x = 1;

	for (i = 0; i < ROUNDS; i++) {
		x = x * 1664525 + 1013904223;
		for (k = 0; k <= x >> 30; k++, sent++)
			arrive(lower, (x >> 16) % n_lower, (x >> 24) % n_queues);
		if (!wait_received(s, n_queues, sent))
			fail_msg("%u lower queues: %ld packets of %ld have come: a wake-up is lost",
				n_lower, (long)received(s, n_queues), (long)sent);
		rte_delay_us_block((x >> 8) % 64);
	}
}

static void
all_asleep(uint16_t lower, uint16_t n_lower, uint16_t port, unsigned int n_queues)
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
	send_all(lower, n_lower, s, n_queues);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	/* Something for each to wake up by. */
	for (i = 0; i < n_queues; i++)
		arrive(lower, 0, i);
	for (i = 0; i < n_queues; i++) {
		pthread_join(s[i].thread, NULL);
		assert_false(s[i].lost);
		assert_true(s[i].wakeups > 100);
	}
}

static void
asleep_over(const char *args, uint16_t n_lower, unsigned int n_queues)
{
	uint16_t lower = test_plug("test_fake0", "");
	uint16_t port = test_plug("net_steer0", args);

	start(port, n_queues, true);
	make_rules(port, n_queues);
	all_asleep(lower, n_lower, port, n_queues);
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
	uint16_t lower = test_plug("test_fake0", "");
	uint16_t port;

	test_plug("net_steer1", "iface=test_fake0,lower_queues=1");
	port = test_plug("net_steer0", "iface=net_steer1");
	start(port, N_QUEUES, true);
	make_rules(port, N_QUEUES);
	all_asleep(lower, 1, port, N_QUEUES);
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
vhost_send(uint16_t vhost, uint16_t queue)
{
	const uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() * TIMEOUT_MS / 1000;
	struct rte_mbuf *m = packet_for(queue);

	while (rte_eth_tx_burst(vhost, 0, &m, 1) == 0) {
		if (rte_get_timer_cycles() > end) {
			rte_pktmbuf_free(m);
			return false;
		}
		sched_yield();
	}
	return true;
}

static void
vhost_send_all(uint16_t vhost, const struct sleeper *s)
{
	uint64_t sent = 0;
	unsigned int i, k;
	uint32_t x = 1;

	for (i = 0; i < ROUNDS; i++) {
		x = x * 1664525 + 1013904223;
		for (k = 0; k <= x >> 30; k++, sent++)
			assert_true(vhost_send(vhost, (x >> 24) % N_QUEUES));
		if (!wait_received(s, N_QUEUES, sent))
			fail_msg("%ld packets of %ld have come: a wake-up is lost",
				(long)received(s, N_QUEUES), (long)sent);
		rte_delay_us_block((x >> 8) % 64);
	}
}

static void
virtio_asleep(uint16_t vhost, uint16_t port)
{
	struct sleeper s[N_QUEUES];
	uint16_t q;

	stop = false;
	for (q = 0; q < N_QUEUES; q++) {
		s[q] = (struct sleeper){ .port = port, .queue = q };
		assert_int_equal(pthread_create(&s[q].thread, NULL, sleeper_main, &s[q]), 0);
	}
	vhost_send_all(vhost, s);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (q = 0; q < N_QUEUES; q++)
		assert_true(vhost_send(vhost, q));
	for (q = 0; q < N_QUEUES; q++) {
		pthread_join(s[q].thread, NULL);
		assert_false(s[q].lost);
		assert_true(s[q].wakeups > 100);
	}
}

/* These drivers log and keep what they like: only packets are counted. */
static void
test_virtio(void **state __rte_unused)
{
	const unsigned int mbufs = rte_mempool_avail_count(test_pool());
	char args[128];
	uint16_t vhost, port;

	snprintf(args, sizeof(args), "iface=/tmp/steer_intr_%d.sock", (int)getpid());
	test_log_begin();
	if (rte_vdev_init("net_vhost0", args) != 0) {
		test_log_end(NULL);
		print_message("no net_vhost in this DPDK\n");
		skip();
	}
	assert_int_equal(rte_eth_dev_get_port_by_name("net_vhost0", &vhost), 0);
	start(vhost, 1, false);
	snprintf(args, sizeof(args), "path=/tmp/steer_intr_%d.sock", (int)getpid());
	test_plug("net_virtio_user0", args);
	port = test_plug("net_steer0", "iface=net_virtio_user0");
	start(port, N_QUEUES, true);
	make_rules(port, N_QUEUES);
	virtio_asleep(vhost, port);
	test_stop(port);
	test_unplug("net_steer0");
	test_unplug("net_virtio_user0");
	test_stop(vhost);
	test_unplug("net_vhost0");
	test_log_end(NULL);
	assert_int_equal(rte_mempool_avail_count(test_pool()), mbufs);
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
