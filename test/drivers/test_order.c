/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>

#include <rte_common.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "flows.h"
#include "port.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Packets of a flow stay in order, whoever takes them from the lower port, and by which way. Each
 * test sends the same packets each time.
 */

/* A sanitizer takes ten times as long for each. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MILLION 100000
#else
#define MILLION 1000000
#endif

#define STREAMS 64
#define STREAM_QUEUES 8

static struct test_flow streams[STREAMS];

/* Now one stream, now another, a few packets of each. */
static void
send_streams(struct test_world *w, unsigned int n, void (*send)(struct test_world *w,
		struct test_flow *flow, uint16_t lower))
{
	unsigned int k, stream;
	uint32_t x = 1;

	while (w->sent < n && !w->bad) {
		x = x * 1664525 + 1013904223;
		stream = x >> 16 & (STREAMS - 1);
		for (k = 0; k <= x >> 29; k++)
			send(w, &streams[stream], stream / STREAM_QUEUES % w->n_lower);
		/* Alone, who sends also polls: any queue, any number. */
		if (w->n_pollers == 0)
			test_poll(w, x >> 8 & (STREAM_QUEUES - 1), TEST_ODD_BURSTS);
	}
}

static void
keep_order(const char *args, uint32_t window, unsigned int n_threads, unsigned int n)
{
	struct test_world w;

	test_world_up(&w, 4, STREAM_QUEUES, args);
	w.window = window;
	w.burst = 3;
	test_streams_make(w.port, streams, STREAMS, STREAM_QUEUES);
	test_pollers_start(&w, n_threads, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	send_streams(&w, n, test_send);
	test_pollers_stop(&w);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	assert_int_equal(test_received(&w), w.sent);
	test_world_down(&w);
}

static void
test_order(void **state __rte_unused)
{
	keep_order(TEST_ROOMY, 1000, 0, MILLION / 50);
	keep_order(TEST_ROOMY, 1000, 2, MILLION / 20);
	keep_order(TEST_ROOMY, 1000, 4, MILLION / 50);
}

/* Whoever polls takes a packet directly now, from a ring then. */
static void
test_order_small_rings(void **state __rte_unused)
{
	keep_order("ring_size=32", 31, 0, MILLION / 50);
	keep_order("ring_size=32", 31, 2, MILLION / 20);
}

/* What fits in no ring is lost, but the rest stays in order; and each packet is somewhere. */
static void
test_order_full_rings(void **state __rte_unused)
{
	struct rte_eth_stats stats;
	struct test_world w;

	test_world_up(&w, 4, STREAM_QUEUES, "ring_size=32");
	w.lossy = true;
	test_streams_make(w.port, streams, STREAMS, STREAM_QUEUES);
	test_pollers_start(&w, 2, 0x0f, TEST_ODD_BURSTS);
	send_streams(&w, MILLION / 20, test_send_anyhow);
	test_pollers_stop(&w);
	assert_int_equal(test_waiting_below(&w), 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_true(stats.imissed > 0);
	assert_int_equal(stats.ipackets, test_received(&w));
	assert_int_equal(stats.ipackets + stats.imissed, w.sent);
	test_world_down(&w);
}

/* Both by its own poller and by another's ring. */
static void
check_ways(const struct test_world *w)
{
	char name[RTE_ETH_XSTATS_NAME_SIZE];
	uint16_t q;

	for (q = 0; q < STREAM_QUEUES; q++) {
		snprintf(name, sizeof(name), "rx_q%u_direct", q);
		assert_true(test_xstat(w->port, name) > 0);
		snprintf(name, sizeof(name), "rx_q%u_crossed", q);
		assert_true(test_xstat(w->port, name) > 0);
	}
}

/* Two lcores with four queues each; no ring is too small. */
static void
test_two_lcores(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 4, STREAM_QUEUES, "ring_size=4096");
	w.window = 4095;
	w.n_lcores = 2;
	test_streams_make(w.port, streams, STREAMS, STREAM_QUEUES);
	test_pollers_start(&w, 2, TEST_ALL_QUEUES, TEST_BURST);
	send_streams(&w, 10 * MILLION, test_send);
	test_pollers_stop(&w);
	test_world_check(&w);
	assert_int_equal(test_received(&w), w.sent);
	assert_true(w.sent >= 10 * MILLION);
	check_ways(&w);
	test_world_down(&w);
}

/*
 * They fall asleep now and then: the other one takes over the lower queues, and hands them back.
 * Rings overflow meanwhile.
 */
static void
test_naps(void **state __rte_unused)
{
	struct rte_eth_stats stats;
	struct test_world w;

	test_world_up(&w, 4, STREAM_QUEUES, "ring_size=128");
	w.lossy = true;
	w.n_lcores = 2;
	w.nap_us = 1000;
	test_streams_make(w.port, streams, STREAMS, STREAM_QUEUES);
	test_pollers_start(&w, 2, TEST_ALL_QUEUES, TEST_BURST);
	send_streams(&w, MILLION, test_send_anyhow);
	test_pollers_stop(&w);
	test_world_check(&w);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.ipackets, test_received(&w));
	assert_int_equal(stats.ipackets + stats.imissed, w.sent);
	check_ways(&w);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_order_small_rings, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_order_full_rings, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_two_lcores, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_naps, test_begin, test_end),
	};
	int ret;

	/* Two poll, one sends. */
	if (test_driver_init_lcores(3) != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("order", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
