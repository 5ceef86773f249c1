/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "fake_lower.h"
#include "flows.h"
#include "port.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* What goes wrong at work is counted, does not fill the log, and is over when its cause is. */

#define LOWER "net_fake0"
#define FEW 63
#define MANY 300000

static struct rte_mempool *few;
static struct fake_lower fake;

static void
up(struct test_world *w, uint16_t n_lower, uint16_t n_queues, const char *args)
{
	uint16_t i;

	fake = (struct fake_lower){ .n_queues = n_lower };
	for (i = 0; i < n_lower; i++)
		fake.rings[i] = test_below(i);
	fake_lower_plug(LOWER, &fake);
	test_world_up_on(w, LOWER, n_lower, n_queues, args);
}

static void
arrives(struct test_world *w, struct test_flow *f)
{
	const uint32_t before = f->received;

	f->next = f->sent;
	test_send_anyhow(w, f, 0);
	test_poll_rest(w, TEST_ALL_QUEUES, TEST_BURST);
	test_world_check(w);
	assert_int_equal(f->received, before + 1);
}

/* No mbufs */

static void
receive_from(uint16_t port, uint16_t n_queues, struct rte_mempool *pool)
{
	uint16_t q;

	for (q = 0; q < n_queues; q++)
		assert_int_equal(rte_eth_rx_queue_setup(port, q, 64, 0, NULL, pool), 0);
}

/* The application holds them all; then it gives them back. */
static void
test_no_mbufs(void **state __rte_unused)
{
	struct rte_mbuf *held[2 * FEW];
	struct rte_eth_stats stats;
	struct test_flow f[2];
	struct test_world w;
	unsigned int i, n = 0;

	up(&w, 2, 2, "");
	test_stop(w.port);
	receive_from(w.port, 2, few);
	fake.copies = true;
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	for (i = 0; i < 2; i++)
		f[i] = test_flow_to(w.port, i);
	test_log_begin();
	for (i = 0; i < 1000; i++) {
		test_send_anyhow(&w, &f[i & 1], i >> 1 & 1);
		n += rte_eth_rx_burst(w.port, i & 1, &held[n], RTE_DIM(held) - n);
	}
	assert_int_equal(test_waiting_below(&w), 0);
	assert_int_equal(n, FEW);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.rx_nombuf, 1000 - FEW);
	assert_int_equal(stats.ipackets, FEW);
	rte_pktmbuf_free_bulk(held, n);
	for (i = 0; i < 1000; i++)
		arrives(&w, &f[i & 1]);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.rx_nombuf, 1000 - FEW);
	test_log_end_empty();
	test_world_down(&w);
	assert_int_equal(rte_mempool_avail_count(few), FEW);
}

/* Rings full */

/* Sends, and lets the pollers keep up. */
static void
keep_sending(struct test_world *w, struct test_flow *polled, struct test_flow *unpolled)
{
	unsigned int i;

	for (i = 0; i < MANY && !w->bad; i++) {
		while (polled->sent - __atomic_load_n(&polled->received, __ATOMIC_ACQUIRE) > 500)
			sched_yield();
		test_send_anyhow(w, polled, i & 1);
		test_send_anyhow(w, unpolled, i & 1);
	}
	while (!w->bad && __atomic_load_n(&polled->received, __ATOMIC_ACQUIRE) < polled->sent)
		sched_yield();
}

static void
test_ring_full(void **state __rte_unused)
{
	struct test_flow polled, unpolled;
	struct rte_eth_stats stats;
	struct test_world w;
	unsigned int waiting;

	up(&w, 2, 2, TEST_ROOMY);
	polled = test_flow_to(w.port, 0);
	unpolled = test_flow_to(w.port, 1);
	/* It comes by both lower queues. */
	w.moving = true;
	test_log_begin();
	test_pollers_start(&w, 1, 1, TEST_BURST);
	keep_sending(&w, &polled, &unpolled);
	test_pollers_stop(&w);
	test_world_check(&w);
	waiting = rte_eth_rx_queue_count(w.port, 1);
	assert_int_equal(waiting, 2 * 1023);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.imissed, MANY - waiting);
	assert_int_equal(test_xstat(w.port, "rx_q1_ring_full"), stats.imissed);
	assert_int_equal(test_xstat(w.port, "rx_q0_ring_full"), 0);

	test_poll_rest(&w, 2, TEST_BURST);
	assert_int_equal(unpolled.received, waiting);
	arrives(&w, &unpolled);
	arrives(&w, &polled);
	test_log_end_empty();
	test_world_down(&w);
}

/* Somebody else at the lower port */

static void
assert_no_packets(const struct test_world *w)
{
	struct rte_mbuf *m;
	unsigned int i;

	for (i = 0; i < 1000; i++)
		assert_int_equal(rte_eth_rx_burst(w->port, i % w->n_queues, &m, 1), 0);
	m = rte_pktmbuf_alloc(test_pool());
	assert_non_null(m);
	assert_int_equal(rte_eth_tx_burst(w->port, 0, &m, 1), 0);
	rte_pktmbuf_free(m);
}

static void
test_lower_stopped(void **state __rte_unused)
{
	struct rte_eth_stats stats;
	struct test_flow f;
	struct test_world w;

	up(&w, 2, 2, "");
	f = test_flow_to(w.port, 1);
	arrives(&w, &f);
	test_log_begin();
	assert_int_equal(rte_eth_dev_stop(w.below), 0);
	assert_no_packets(&w);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(rte_eth_dev_start(w.below), 0);
	test_log_end(NULL);
	arrives(&w, &f);

	/* Stopped by both, started by us. */
	assert_int_equal(rte_eth_dev_stop(w.below), 0);
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	arrives(&w, &f);
	assert_int_equal(rte_eth_dev_stop(w.below), 0);
	test_world_down(&w);
}

static void
test_lower_started(void **state __rte_unused)
{
	struct test_flow f;
	struct test_world w;

	up(&w, 2, 2, "");
	f = test_flow_to(w.port, 1);
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_start(w.below), 0);
	test_log_begin();
	test_start(w.port, 2, 2);
	test_log_end_with("net_steer0", "started by somebody else");
	arrives(&w, &f);
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_start(w.below), 0);
	test_log_begin();
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_log_end_with("net_steer0", "started by somebody else");
	arrives(&w, &f);
	test_world_down(&w);
}

/* The card is pulled out */

struct sender {
	pthread_t thread;
	struct test_world *w;
	struct test_flow *flow;
	bool stop;
};

static void *
sender_main(void *arg)
{
	struct sender *s = arg;

	while (!__atomic_load_n(&s->stop, __ATOMIC_ACQUIRE))
		if (!test_offer(s->w, s->flow, 0))
			sched_yield();
	return NULL;
}

static void
await_packets(const struct test_world *w, uint64_t n)
{
	while (!w->bad && test_received(w) < n)
		sched_yield();
	test_world_check(w);
}

static unsigned int removals;

/* As applications do: the port must not be detached in the callback. */
static int
on_removal(uint16_t port __rte_unused, enum rte_eth_event_type event __rte_unused,
	   void *arg __rte_unused, void *ret_param __rte_unused)
{
	__atomic_fetch_add(&removals, 1, __ATOMIC_RELAXED);
	return 0;
}

static void
pull(struct test_world *w, bool while_polled)
{
	struct sender s = { .w = w };
	struct test_flow f;
	unsigned int seen = __atomic_load_n(&removals, __ATOMIC_RELAXED);
	uint64_t before;

	up(w, 1, 2, "");
	f = test_flow_to(w->port, 1);
	s.flow = &f;
	w->lossy = true;
	assert_int_equal(rte_eth_dev_callback_register(w->port, RTE_ETH_EVENT_INTR_RMV,
		on_removal, NULL), 0);
	assert_int_equal(pthread_create(&s.thread, NULL, sender_main, &s), 0);
	test_pollers_start(w, 2, TEST_ALL_QUEUES, TEST_BURST);
	await_packets(w, 1000);
	test_log_begin();
	if (while_polled)
		__atomic_store_n(&fake.pulled_when_polled, true, __ATOMIC_RELAXED);
	else
		fake_lower_pull(w->below);
	while (__atomic_load_n(&removals, __ATOMIC_RELAXED) == seen)
		sched_yield();
	test_pollers_stop(w);
	test_log_end_with("net_steer0", "pulled out");
	before = fake_lower_packets(&fake);
	/* Even if it has something again. */
	fake.dead = false;
	test_poll_rest(w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(fake_lower_packets(&fake), before);
	assert_int_equal(__atomic_load_n(&removals, __ATOMIC_RELAXED), seen + 1);
	__atomic_store_n(&s.stop, true, __ATOMIC_RELEASE);
	pthread_join(s.thread, NULL);

	/* Stop, close, detach. */
	test_stop(w->port);
	assert_int_equal(rte_eth_dev_callback_unregister(w->port, RTE_ETH_EVENT_INTR_RMV,
		on_removal, NULL), 0);
	assert_int_equal(rte_eth_dev_close(w->port), 0);
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(LOWER), 0);
	test_world_clear(w);
	assert_false(fake.misused);
}

static void
test_pulled(void **state __rte_unused)
{
	struct test_world w;
	unsigned int i;

	for (i = 0; i < 20; i++)
		pull(&w, i & 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_mbufs, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_ring_full, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_lower_stopped, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_lower_started, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_pulled, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	few = rte_pktmbuf_pool_create("few", FEW, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (few == NULL)
		return 1;
	ret = cmocka_run_group_tests_name("trouble", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
