/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "eal.h"
#include "fake_lower.h"
#include "handover.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The port below is made of rings that take one sender at a time. */
#define BELOW "net_ring_below"
#define RING_SIZE 512
#define N_RINGS 2

static struct rte_ring *rings[N_RINGS];

static uint16_t
plug(unsigned int n_rings, uint16_t n_txq)
{
	uint16_t port;

	test_plug_rings("below", rings, n_rings);
	port = test_plug("net_steer0", "iface=" BELOW);
	test_start(port, 1, n_txq);
	return port;
}

static void
unplug(uint16_t port)
{
	test_stop(port);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

/* Packets of 60 bytes and more, all of different length. */
static void
make_packets(struct rte_mbuf **pkts, unsigned int n)
{
	unsigned int i;

	assert_int_equal(rte_pktmbuf_alloc_bulk(test_pool(), pkts, n), 0);
	for (i = 0; i < n; i++)
		assert_non_null(rte_pktmbuf_append(pkts[i], 60 + i));
}

/* Length of packets first to last, counted from 0. */
static uint64_t
bytes_of(unsigned int first, unsigned int last)
{
	uint64_t bytes = 0;

	for (; first <= last; first++)
		bytes += 60 + first;
	return bytes;
}

static unsigned int
drain(struct rte_ring *ring)
{
	struct rte_mbuf *pkts[TEST_BURST];
	unsigned int n, total = 0;

	while ((n = rte_ring_dequeue_burst(ring, (void **)pkts, TEST_BURST, NULL)) != 0) {
		rte_pktmbuf_free_bulk(pkts, n);
		total += n;
	}
	return total;
}

static void
transmit(uint16_t port, uint16_t queue, unsigned int n)
{
	struct rte_mbuf *pkts[TEST_BURST];

	make_packets(pkts, n);
	assert_int_equal(rte_eth_tx_prepare(port, queue, pkts, n), n);
	assert_int_equal(rte_eth_tx_burst(port, queue, pkts, n), n);
}

/* Queue t of ours feeds queue t % n below. */
static void
test_spread(void **state __rte_unused)
{
	uint16_t port = plug(N_RINGS, 5);
	uint16_t t;

	for (t = 0; t < 5; t++) {
		transmit(port, t, t + 1);
		assert_int_equal(drain(rings[t % N_RINGS]), t + 1);
		assert_int_equal(drain(rings[(t + 1) % N_RINGS]), 0);
	}
	unplug(port);
}

/* More queues below than ours: the rest stays unused. */
static void
test_fewer_of_ours(void **state __rte_unused)
{
	uint16_t port = plug(N_RINGS, 1);

	transmit(port, 0, 3);
	assert_int_equal(drain(rings[0]), 3);
	assert_int_equal(drain(rings[1]), 0);
	unplug(port);
}

/* What does not fit stays with the caller, and is not counted as sent. */
static void
test_full(void **state __rte_unused)
{
	struct rte_mbuf *pkts[TEST_BURST];
	uint16_t port = plug(1, 2);
	unsigned int room = RING_SIZE - 1;
	struct rte_eth_stats stats;
	uint64_t bytes = 0;
	uint16_t sent;

	while (room >= TEST_BURST) {
		transmit(port, 1, TEST_BURST);
		bytes += bytes_of(0, TEST_BURST - 1);
		room -= TEST_BURST;
	}
	make_packets(pkts, TEST_BURST);
	sent = rte_eth_tx_burst(port, 1, pkts, TEST_BURST);
	assert_int_equal(sent, room);
	bytes += bytes_of(0, room - 1);
	assert_int_equal(rte_eth_tx_burst(port, 1, &pkts[sent], TEST_BURST - sent), 0);
	assert_int_equal(rte_eth_tx_burst(port, 1, pkts, 0), 0);

	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	assert_int_equal(stats.opackets, RING_SIZE - 1);
	assert_int_equal(stats.obytes, bytes);
	assert_int_equal(test_xstat(port, "tx_q1_packets"), RING_SIZE - 1);
	assert_int_equal(test_xstat(port, "tx_q1_bytes"), bytes);
	assert_int_equal(test_xstat(port, "tx_q1_not_taken"), 2 * (TEST_BURST - sent));
	assert_int_equal(test_xstat(port, "tx_q0_packets"), 0);
	assert_int_equal(test_xstat(port, "tx_q0_not_taken"), 0);

	/* They are still the caller's to send. */
	assert_int_equal(drain(rings[0]), RING_SIZE - 1);
	assert_int_equal(rte_eth_tx_burst(port, 0, &pkts[sent], TEST_BURST - sent),
		TEST_BURST - sent);
	assert_int_equal(test_xstat(port, "tx_q0_bytes"), bytes_of(sent, TEST_BURST - 1));
	assert_int_equal(drain(rings[0]), TEST_BURST - sent);
	unplug(port);
}

static void
test_reset(void **state __rte_unused)
{
	uint16_t port = plug(1, 2);
	struct rte_eth_stats stats;

	transmit(port, 0, 4);
	transmit(port, 1, 5);
	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	assert_int_equal(stats.opackets, 9);
	assert_int_equal(stats.obytes, bytes_of(0, 3) + bytes_of(0, 4));
	assert_int_equal(stats.oerrors, 0);

	assert_int_equal(rte_eth_stats_reset(port), 0);
	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	assert_int_equal(stats.opackets, 0);
	assert_int_equal(stats.obytes, 0);
	assert_int_equal(test_xstat(port, "tx_q1_bytes"), 0);

	transmit(port, 1, 1);
	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	assert_int_equal(stats.opackets, 1);
	assert_int_equal(rte_eth_xstats_reset(port), 0);
	assert_int_equal(test_xstat(port, "tx_q1_packets"), 0);
	assert_int_equal(test_xstat(port, "tx_good_packets"), 0);
	assert_int_equal(drain(rings[0]), 10);
	unplug(port);
}

/* Names and values belong together, and their number does not change with traffic. */
static void
test_xstats(void **state __rte_unused)
{
	struct rte_eth_xstat_name names[128];
	struct rte_eth_xstat values[128];
	uint16_t port = plug(1, 2);
	int i, j, n;

	n = rte_eth_xstats_get_names(port, NULL, 0);
	assert_true(n > 0 && n <= (int)RTE_DIM(names));
	assert_int_equal(rte_eth_xstats_get(port, NULL, 0), n);
	assert_int_equal(rte_eth_xstats_get(port, values, n - 1), n);
	assert_int_equal(rte_eth_xstats_get_names(port, names, n), n);
	assert_int_equal(rte_eth_xstats_get(port, values, n), n);
	for (i = 0; i < n; i++) {
		assert_int_equal(values[i].id, i);
		assert_int_equal(values[i].value, 0);
		assert_int_not_equal(names[i].name[0], '\0');
		for (j = 0; j < i; j++)
			assert_string_not_equal(names[i].name, names[j].name);
	}
	transmit(port, 1, 7);
	assert_int_equal(rte_eth_xstats_get(port, values, n), n);
	for (i = 0; i < n; i++) {
		if (strcmp(names[i].name, "tx_q1_packets") == 0)
			assert_int_equal(values[i].value, 7);
		if (strcmp(names[i].name, "tx_q0_packets") == 0)
			assert_int_equal(values[i].value, 0);
	}
	assert_int_equal(test_xstat(port, "rx_q0_ring_full"), 0);
	assert_int_equal(test_xstat(port, "rx_rule_drops"), 0);
	assert_int_equal(drain(rings[0]), 7);
	unplug(port);
}

/* Rings have neither: their answers are passed on, whether the queue is shared or not. */
static void
test_passed_on(void **state __rte_unused)
{
	uint16_t port = plug(N_RINGS, 3);
	uint16_t t;

	for (t = 0; t < 3; t++) {
		assert_int_equal(rte_eth_tx_descriptor_status(port, t, 0), -ENOTSUP);
		assert_int_equal(rte_eth_tx_done_cleanup(port, t, 0), -ENOTSUP);
	}
	/* The lock was given back. */
	transmit(port, 0, 1);
	assert_int_equal(drain(rings[0]), 1);
	unplug(port);
}

/* Several threads, each with its own queues. */
#define N_THREADS 4
#define QUEUES_EACH 2
#define N_QUEUES (N_THREADS * QUEUES_EACH)
#define ROUNDS 2000

/* What each packet carries. */
struct label {
	uint32_t queue;
	uint32_t number;
};

struct sender {
	pthread_t thread;
	uint16_t port;
	uint16_t first_queue;
	uint32_t sent[QUEUES_EACH];
};

static unsigned int senders_left;

/* Below us: how many are sending, and how often somebody was met there. */
struct gate {
	const struct rte_eth_rxtx_callback *callback;
	unsigned int inside;
	unsigned int met;
};

static struct gate gates[N_RINGS];

static uint16_t
pass_gate(uint16_t port __rte_unused, uint16_t queue __rte_unused,
	  struct rte_mbuf **pkts __rte_unused, uint16_t n, void *arg)
{
	struct gate *gate = arg;

	if (__atomic_fetch_add(&gate->inside, 1, __ATOMIC_RELAXED) != 0)
		__atomic_add_fetch(&gate->met, 1, __ATOMIC_RELAXED);
	/* Others run into us now, were there no lock. */
	sched_yield();
	__atomic_sub_fetch(&gate->inside, 1, __ATOMIC_RELAXED);
	return n;
}

static void
put_up_gates(uint16_t below, unsigned int n_rings)
{
	unsigned int i;

	memset(gates, 0, sizeof(gates));
	for (i = 0; i < n_rings; i++) {
		gates[i].callback = rte_eth_add_tx_callback(below, i, pass_gate, &gates[i]);
		assert_non_null(gates[i].callback);
	}
}

static void
take_down_gates(uint16_t below, unsigned int n_rings)
{
	unsigned int i;

	for (i = 0; i < n_rings; i++) {
		assert_int_equal(rte_eth_remove_tx_callback(below, i, gates[i].callback), 0);
		/* It is left to us. */
		rte_free((void *)(uintptr_t)gates[i].callback);
		assert_int_equal(gates[i].met, 0);
	}
}

static void
label_packets(struct rte_mbuf **pkts, uint32_t queue, uint32_t number)
{
	struct label *label;
	unsigned int i;

	for (i = 0; i < TEST_BURST; i++) {
		label = (struct label *)(void *)rte_pktmbuf_append(pkts[i], sizeof(*label));
		label->queue = queue;
		label->number = number + i;
	}
}

static void *
sender_main(void *arg)
{
	struct rte_mbuf *pkts[TEST_BURST];
	struct sender *s = arg;
	unsigned int round, q, done;

	for (round = 0; round < ROUNDS; round++) {
		q = round % QUEUES_EACH;
		while (rte_pktmbuf_alloc_bulk(test_pool(), pkts, TEST_BURST) != 0)
			sched_yield();
		label_packets(pkts, s->first_queue + q, s->sent[q]);
		for (done = 0; done < TEST_BURST; ) {
			done += rte_eth_tx_burst(s->port, s->first_queue + q, &pkts[done],
				TEST_BURST - done);
			if (done < TEST_BURST)
				sched_yield();
		}
		s->sent[q] += TEST_BURST;
	}
	__atomic_sub_fetch(&senders_left, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* Each packet once, and those of a queue in order. */
static unsigned int
receive(struct rte_ring *ring, uint32_t *next)
{
	struct rte_mbuf *pkts[TEST_BURST];
	const struct label *label;
	unsigned int i, n;

	n = rte_ring_dequeue_burst(ring, (void **)pkts, TEST_BURST, NULL);
	for (i = 0; i < n; i++) {
		test_take(pkts[i]);
		label = rte_pktmbuf_mtod(pkts[i], const struct label *);
		assert_true(label->queue < N_QUEUES);
		assert_int_equal(label->number, next[label->queue]);
		next[label->queue]++;
	}
	rte_pktmbuf_free_bulk(pkts, n);
	return n;
}

static void
run_threads(unsigned int n_rings)
{
	struct sender senders[N_THREADS] = { 0 };
	uint32_t next[N_QUEUES] = { 0 };
	uint16_t port = plug(n_rings, N_QUEUES);
	struct rte_eth_stats stats;
	unsigned int i, got;
	uint16_t below;
	bool all_sent;

	assert_int_equal(rte_eth_dev_get_port_by_name(BELOW, &below), 0);
	put_up_gates(below, n_rings);
	__atomic_store_n(&senders_left, N_THREADS, __ATOMIC_RELAXED);
	for (i = 0; i < N_THREADS; i++) {
		senders[i].port = port;
		senders[i].first_queue = i * QUEUES_EACH;
		assert_int_equal(pthread_create(&senders[i].thread, NULL, sender_main,
			&senders[i]), 0);
	}
	do {
		all_sent = __atomic_load_n(&senders_left, __ATOMIC_ACQUIRE) == 0;
		for (got = 0, i = 0; i < n_rings; i++)
			got += receive(rings[i], next);
		if (got == 0)
			sched_yield();
	} while (!all_sent || got != 0);
	for (i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_join(senders[i].thread, NULL), 0);
	take_down_gates(below, n_rings);

	for (i = 0; i < N_QUEUES; i++)
		assert_int_equal(next[i], ROUNDS / QUEUES_EACH * TEST_BURST);
	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	assert_int_equal(stats.opackets, N_THREADS * ROUNDS * TEST_BURST);
	assert_int_equal(stats.obytes, stats.opackets * sizeof(struct label));
	unplug(port);
}

static void
test_threads_one_ring(void **state __rte_unused)
{
	run_threads(1);
}

static void
test_threads_two_rings(void **state __rte_unused)
{
	run_threads(N_RINGS);
}

/* A lower port that wants as many TX as RX queues gets them, and all of ours can send. */
static void
with_pairs(uint64_t rss_types, uint16_t n_rxq, uint16_t n_txq)
{
	struct fake_lower fake = { .n_queues = 2, .rss_types = rss_types, .pairs = true };
	struct rte_mbuf *pkt;
	uint16_t port, i;

	fake_lower_plug("net_fake0", &fake);
	port = test_plug("net_steer0", "iface=net_fake0");
	test_start(port, n_rxq, n_txq);
	for (i = 0; i < n_txq; i++) {
		make_packets(&pkt, 1);
		assert_int_equal(rte_eth_tx_burst(port, i, &pkt, 1), 1);
	}
	assert_int_equal(fake.sent, n_txq);
	assert_false(fake.misused);
	test_stop(port);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit("net_fake0"), 0);
}

static void
test_pairs(void **state __rte_unused)
{
	with_pairs(0, 1, 1);
	with_pairs(0, 4, 1);
	with_pairs(RTE_ETH_RSS_IP, 1, 2);
	with_pairs(RTE_ETH_RSS_IP, 1, 5);
	with_pairs(RTE_ETH_RSS_IP, 2, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_spread),
		TEST(test_fewer_of_ours),
		TEST(test_full),
		TEST(test_reset),
		TEST(test_xstats),
		TEST(test_passed_on),
		TEST(test_pairs),
		TEST(test_threads_one_ring),
		TEST(test_threads_two_rings),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	rings[0] = test_ring("below0", RING_SIZE);
	rings[1] = test_ring("below1", RING_SIZE);
	ret = cmocka_run_group_tests_name("tx", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
