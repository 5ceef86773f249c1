/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_malloc.h>

#include "eal.h"
#include "flow_spy.h"
#include "hand.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Rules are handed down and come back while queues are polled. */

#define FLOWS 32

/* What a poller that is held up sees: between its look at who steers, and the lower's packets. */
struct meanwhile {
	const struct test_world *w;
	unsigned int calls;
};

/** The lower is about to steer these, when another thread makes a rule that it refuses. */
static uint16_t
refuse_meanwhile(uint16_t port __rte_unused, uint16_t queue __rte_unused,
		 struct rte_mbuf **pkts __rte_unused, uint16_t n, uint16_t max __rte_unused,
		 void *arg)
{
	struct meanwhile *m = arg;
	struct test_rule r;

	if (n > 0 && m->calls++ == 0) {
		test_hand_rule(&r, 1, 1000, UINT16_MAX, 0);
		test_action(&r, RTE_FLOW_ACTION_TYPE_FLAG);
		test_create(m->w->port, &r);
	}
	return n;
}

/* Packets that the lower steers after it has lost the rules, go by the rules nevertheless. */
static void
test_lost_meanwhile(void **state __rte_unused)
{
	struct flow_spy spy = { .action = RTE_FLOW_ACTION_TYPE_FLAG };
	const struct rte_eth_rxtx_callback *callback;
	struct test_flow f[FLOWS];
	struct meanwhile m;
	struct test_world w;
	unsigned int i;

	test_hand_up(&w, &spy, TEST_ROOMY);
	for (i = 0; i < FLOWS; i++) {
		f[i] = (struct test_flow){ .packet = test_hand_packet(i + 1), .queue = i % 2,
					   .mark = i + 1 };
		test_hand_create(&w, i + 1, i % 2);
	}
	/* Some of queue 0 wait in the lower's ring, steered by the rules; more will come after. */
	for (i = 0; i < 4 * FLOWS; i++)
		test_send(&w, &f[i % FLOWS], 1);
	while (test_poll(&w, 1, TEST_BURST) > 0)
		;
	for (i = 0; i < 2 * FLOWS; i++)
		test_send(&w, &f[i % FLOWS], 0);
	m = (struct meanwhile){ .w = &w };
	callback = rte_eth_add_rx_callback(w.below, 0, refuse_meanwhile, &m);
	assert_non_null(callback);
	test_log_begin();
	test_poll(&w, 0, 100);
	test_log_end_with(FLOW_SPY_MESSAGE, "in software");
	assert_int_equal(m.calls, 1);
	assert_int_equal(spy.rules, 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	test_world_check(&w);
	assert_int_equal(test_received(&w), w.sent);
	/* Only those of the other source passed software by. */
	assert_int_equal(test_xstat(w.port, "rx_handed_down"), 2 * FLOWS);
	assert_int_equal(rte_eth_remove_rx_callback(w.below, 0, callback), 0);
	rte_free((void *)(uintptr_t)callback);
	test_world_down(&w);
}

/*
 * Rules come and go by two threads, some of which the lower refuses, so that packets pass software
 * by now and then, while they flow: none is lost.
 */
#define CHANGERS 2
#define ROUNDS 400

struct changer {
	pthread_t thread;
	const struct test_world *w;
	uint16_t first;
	unsigned int bad;
};

static void *
changer_main(void *arg)
{
	struct changer *c = arg;
	struct rte_flow *flow[4];
	struct test_rule r;
	unsigned int i, k;

	for (i = 0; i < ROUNDS; i++) {
		for (k = 0; k < RTE_DIM(flow); k++) {
			test_hand_rule(&r, 1, c->first + k, UINT16_MAX, (i + k) % TEST_HAND_QUEUES);
			if (i % 8 == 7 && k == 3)
				test_action(&r, RTE_FLOW_ACTION_TYPE_FLAG);
			flow[k] = rte_flow_create(c->w->port, &r.attr, r.pattern, r.actions, NULL);
			c->bad += flow[k] == NULL;
		}
		sched_yield();
		for (k = 0; k < RTE_DIM(flow); k++)
			c->bad += rte_flow_destroy(c->w->port, flow[k], NULL) != 0;
	}
	return NULL;
}

static bool
all_done(struct changer *c)
{
	unsigned int i;

	for (i = 0; i < CHANGERS; i++) {
		if (c[i].w != NULL && pthread_tryjoin_np(c[i].thread, NULL) != 0)
			return false;
		c[i].w = NULL;
	}
	return true;
}

static void
test_storm(void **state __rte_unused)
{
	struct flow_spy spy = { .action = RTE_FLOW_ACTION_TYPE_FLAG };
	struct changer c[CHANGERS];
	struct test_flow f[FLOWS];
	struct test_world w;
	unsigned int i;

	test_hand_up(&w, &spy, TEST_ROOMY);
	w.moving = true;
	w.any_metadata = true;
	for (i = 0; i < FLOWS; i++)
		f[i] = (struct test_flow){ .packet = test_hand_packet(i), .queue = TEST_ANYWHERE };
	test_log_begin();
	test_pollers_start(&w, 2, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	for (i = 0; i < CHANGERS; i++) {
		c[i] = (struct changer){ .w = &w, .first = i * FLOWS / 4 };
		assert_int_equal(pthread_create(&c[i].thread, NULL, changer_main, &c[i]), 0);
	}
	do {
		for (i = 0; i < FLOWS; i++)
			test_send(&w, &f[i], i & 1);
	} while (!all_done(c));
	test_pollers_stop(&w);
	assert_non_null(strstr(test_log_end(NULL), FLOW_SPY_MESSAGE));
	test_world_check(&w);
	assert_int_equal(c[0].bad + c[1].bad, 0);
	assert_int_equal(spy.rules, 0);
	assert_int_equal(test_received(&w), w.sent);
	/* Both ways were used. */
	assert_in_range(test_xstat(w.port, "rx_handed_down"), 1, w.sent - 1);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lost_meanwhile, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_storm, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("hand_poll", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
