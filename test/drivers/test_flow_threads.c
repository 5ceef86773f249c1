/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Rules come and go by several threads at once, while others poll: the packets of rules that stay
 * are neither lost nor misdirected, all counts are right, and nothing is left behind.
 */

#define QUEUES 4
#define STEADY 32
#define STEADY_PRIORITY 5
#define CHANGERS 3
#define ROUNDS 1500
#define HELD 24

struct changer {
	pthread_t thread;
	const struct test_world *w;
	uint32_t x; /* What comes next, each time the same. */
	char error[128];
};

static struct test_flow steady[STEADY];
static struct rte_flow *steady_rule[STEADY];

static uint32_t
next(struct changer *c)
{
	c->x = c->x * 1664525 + 1013904223;
	return c->x >> 8;
}

/* Rules that stay */

static void
make_steady(const struct test_world *w)
{
	struct test_rule r;
	unsigned int i;

	for (i = 0; i < STEADY; i++) {
		steady[i] = (struct test_flow){
			.packet = { .v6 = i & 1, .dst = 1 + i, .proto = IPPROTO_UDP, .dport = i },
			.queue = i % QUEUES,
			.mark = 100 + i,
		};
		test_rule(&r, STEADY_PRIORITY);
		test_item(&r, RTE_FLOW_ITEM_TYPE_ETH);
		test_item_ip_dst(&r, i & 1, 1 + i);
		test_item_dst_port(&r, IPPROTO_UDP, i, UINT16_MAX);
		test_action_mark(&r, 100 + i);
		test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
		test_action_queue(&r, i % QUEUES);
		steady_rule[i] = test_create(w->port, &r);
	}
}

/* Rules that come and go */

/*
 * Better ones for other packets, worse ones for all packets, and of the same priority, but later.
 * Many kinds of patterns, so that tables come and go, too.
 */
static void
make_passing(struct changer *c, struct test_rule *r)
{
	const uint32_t x = next(c), kind = x % 8;

	test_rule(r, kind < 4 ? 1 : kind < 6 ? STEADY_PRIORITY : 9);
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	if (x & 0x100)
		test_item_vlan(r, 1 + (x >> 20));
	if (kind < 4)
		test_item_ip_dst(r, x & 0x200, 0x0a000000 + (x >> 10 & 0xff));
	if (kind == 1)
		test_item_dst_port(r, IPPROTO_TCP, 80, UINT16_MAX);
	if (kind == 2)
		test_item_udp_range(r, x >> 18, (x >> 18) + 100);
	if (kind == 3)
		test_item_dst_port(r, IPPROTO_UDP, x >> 12, 0xff << (x >> 12 & 7));
	if (x & 0x400)
		test_action(r, RTE_FLOW_ACTION_TYPE_COUNT);
	if (x & 0x800)
		test_action_mark(r, x);
	if (x & 0x1000)
		test_action(r, RTE_FLOW_ACTION_TYPE_DROP);
	else if (x & 0x2000)
		test_action_rss(r, x & 0x4000 ? RTE_ETH_RSS_IPV4 : RTE_ETH_RSS_IPV6, 1, 2);
	else
		test_action_queue(r, x >> 14 & (QUEUES - 1));
}

static void
note(struct changer *c, const char *what, const struct rte_flow_error *error)
{
	if (c->error[0] == '\0')
		snprintf(c->error, sizeof(c->error), "%s: %s", what,
			error->message != NULL ? error->message : "no message");
}

static struct rte_flow *
create_one(struct changer *c)
{
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow *flow;
	struct test_rule r;

	make_passing(c, &r);
	flow = rte_flow_create(c->w->port, &r.attr, r.pattern, r.actions, &error);
	if (flow == NULL)
		note(c, "create", &error);
	return flow;
}

static void
destroy_one(struct changer *c, struct rte_flow *flow)
{
	struct rte_flow_error error = { .message = NULL };

	if (flow != NULL && rte_flow_destroy(c->w->port, flow, &error) != 0)
		note(c, "destroy", &error);
}

/* A query of a rule that does not count is refused, which is all right. */
static void
query_one(struct changer *c, struct rte_flow *flow)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count query = { .reset = 1 };

	if (flow != NULL)
		rte_flow_query(c->w->port, flow, count, &query, NULL);
}

static void *
changer_main(void *arg)
{
	struct rte_flow *held[HELD] = { NULL };
	struct changer *c = arg;
	unsigned int i, slot;

	for (i = 0; i < ROUNDS * HELD; i++) {
		slot = next(c) % HELD;
		query_one(c, held[slot]);
		destroy_one(c, held[slot]);
		held[slot] = create_one(c);
	}
	for (slot = 0; slot < HELD; slot++)
		destroy_one(c, held[slot]);
	return NULL;
}

static bool
all_done(struct changer *c, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (c[i].w != NULL && pthread_tryjoin_np(c[i].thread, NULL) != 0)
			return false;
		c[i].w = NULL;
	}
	return true;
}

static void
start_changers(struct changer *c, unsigned int n, const struct test_world *w, void *(*main)(void *))
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		c[i] = (struct changer){ .w = w, .x = 17 + i };
		assert_int_equal(pthread_create(&c[i].thread, NULL, main, &c[i]), 0);
	}
}

static void
check_changers(const struct changer *c, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		assert_string_equal(c[i].error, "");
}

static void
test_steady(void **state __rte_unused)
{
	struct changer changers[CHANGERS];
	uint64_t hits[STEADY] = { 0 };
	struct test_world w;
	unsigned int i, n;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	make_steady(&w);
	test_pollers_start(&w, 2, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	start_changers(changers, CHANGERS, &w, changer_main);
	for (n = 0; !all_done(changers, CHANGERS); n++) {
		for (i = 0; i < STEADY; i++)
			test_send(&w, &steady[i], i / 2 % 2);
		/* Counts may be read and reset at any moment: none is lost. */
		for (i = 0; i < STEADY; i++)
			hits[i] += test_hits(w.port, steady_rule[i], n % 3 != 0) * (n % 3 != 0);
	}
	test_pollers_stop(&w);
	check_changers(changers, CHANGERS);
	test_world_check(&w);
	for (i = 0; i < STEADY; i++) {
		assert_int_equal(steady[i].received, steady[i].sent);
		assert_int_equal(hits[i] + test_hits(w.port, steady_rule[i], true), steady[i].sent);
		test_destroy(w.port, steady_rule[i]);
	}
	test_world_down(&w);
}

/* Flushing */

/* Nobody holds a handle: whose rules are flushed knows only that they are gone. */
static void *
flusher_main(void *arg)
{
	struct rte_flow_error error = { .message = NULL };
	struct changer *c = arg;
	struct test_rule r;
	unsigned int i;

	for (i = 0; i < ROUNDS * 8; i++) {
		make_passing(c, &r);
		/* None that drops. */
		memset(r.actions, 0, sizeof(r.actions));
		r.n_actions = 0;
		test_action_queue(&r, i % QUEUES);
		if (rte_flow_create(c->w->port, &r.attr, r.pattern, r.actions, &error) == NULL)
			note(c, "create", &error);
		if (i % 16 == 15 && rte_flow_flush(c->w->port, &error) != 0)
			note(c, "flush", &error);
	}
	return NULL;
}

static void
test_flush(void **state __rte_unused)
{
	struct changer changers[CHANGERS];
	struct test_world w;
	unsigned int i;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	make_steady(&w);
	for (i = 0; i < STEADY; i++) {
		test_destroy(w.port, steady_rule[i]);
		steady[i].queue = TEST_ANYWHERE;
		steady[i].mark = 0;
	}
	w.moving = true;
	test_pollers_start(&w, 2, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	start_changers(changers, CHANGERS, &w, flusher_main);
	while (!all_done(changers, CHANGERS)) {
		for (i = 0; i < STEADY; i++)
			test_send(&w, &steady[i], i / 2 % 2);
	}
	test_pollers_stop(&w);
	check_changers(changers, CHANGERS);
	test_world_check(&w);
	assert_int_equal(test_received(&w), w.sent);
	test_world_down(&w);
}

/* Everything else that may be asked of a port at work. */
static void *
asker_main(void *arg)
{
	struct changer *c = arg;
	const uint16_t port = c->w->port;
	struct rte_eth_xstat xstats[64];
	struct rte_eth_stats stats;
	struct test_rule r;
	unsigned int i;
	FILE *null = fopen("/dev/null", "w");

	if (null == NULL) {
		snprintf(c->error, sizeof(c->error), "no /dev/null");
		return NULL;
	}
	for (i = 0; i < ROUNDS; i++) {
		rte_flow_dev_dump(port, NULL, null, NULL);
		rte_flow_isolate(port, i & 1, NULL);
		rte_eth_stats_get(port, &stats);
		rte_eth_xstats_get(port, xstats, RTE_DIM(xstats));
		rte_eth_rx_queue_count(port, i % QUEUES);
		make_passing(c, &r);
		rte_flow_validate(port, &r.attr, r.pattern, r.actions, NULL);
		sched_yield();
	}
	fclose(null);
	return NULL;
}

static void
test_asking(void **state __rte_unused)
{
	struct changer changers[CHANGERS];
	struct test_world w;
	unsigned int i;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	make_steady(&w);
	test_pollers_start(&w, 2, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	start_changers(changers, 1, &w, asker_main);
	start_changers(changers + 1, CHANGERS - 1, &w, changer_main);
	while (!all_done(changers, CHANGERS)) {
		for (i = 0; i < STEADY; i++)
			test_send(&w, &steady[i], i / 2 % 2);
	}
	test_pollers_stop(&w);
	check_changers(changers, CHANGERS);
	test_world_check(&w);
	assert_int_equal(test_received(&w), w.sent);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_steady, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_flush, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_asking, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("flow_threads", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
