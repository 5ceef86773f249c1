/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "fake_lower.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * A port is stopped, configured and started over and over, while packets keep arriving below,
 * rules come and go, RSS changes and statistics are read. Rules stay, every packet is somewhere.
 */

#define ROUNDS 120
#define LOWERS 4
#define FLOWS 32
#define HELD 16
#define LOWER "net_fake0"

static struct test_world world;
static struct fake_lower fake;
static struct test_flow flows[FLOWS];
static struct rte_flow *rules[FLOWS];
static bool done;
/* ethdev has the application see to it that a port is not configured by two at once. */
static pthread_mutex_t control = PTHREAD_MUTEX_INITIALIZER;

struct helper {
	pthread_t thread;
	uint32_t x; /* What comes next, each time the same. */
	char error[128];
};

static uint32_t
next(struct helper *h, uint32_t n)
{
	h->x = h->x * 1664525 + 1013904223;
	return (h->x >> 8) % n;
}

static bool
finished(void)
{
	return __atomic_load_n(&done, __ATOMIC_ACQUIRE);
}

static void
note(struct helper *h, const char *what, long value)
{
	if (h->error[0] == '\0')
		snprintf(h->error, sizeof(h->error), "%s: %ld", what, value);
}

/* Packets */

static void
make_flows(void)
{
	struct test_rule r;
	unsigned int i;

	for (i = 0; i < FLOWS; i++) {
		flows[i] = (struct test_flow){
			.packet = { .src = i, .dst = 1, .proto = IPPROTO_UDP, .dport = 100 + i },
			.queue = i % TEST_QUEUES_MAX,
			.mark = 1000 + i,
		};
		test_rule(&r, 1);
		test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
		test_item_dst_port(&r, IPPROTO_UDP, 100 + i, UINT16_MAX);
		test_action_mark(&r, 1000 + i);
		test_action_queue(&r, flows[i].queue);
		rules[i] = test_create(world.port, &r);
	}
}

static void *
send_main(void *arg __rte_unused)
{
	unsigned int i, n;

	while (!finished()) {
		for (i = 0, n = 0; i < FLOWS; i++)
			n += test_offer(&world, &flows[i], i / 2 % LOWERS);
		if (n == 0)
			sched_yield();
	}
	return NULL;
}

/* Rules: for packets that nobody sends. */

static struct rte_flow *
create_passing(struct helper *h)
{
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow *flow;
	struct test_rule r;

	test_rule(&r, next(h, 3));
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, next(h, 2) ? IPPROTO_UDP : IPPROTO_TCP, 5000 + next(h, 2000),
		UINT16_MAX << next(h, 4));
	test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
	if (next(h, 4) == 0)
		test_action_rss(&r, RTE_ETH_RSS_IP, next(h, 8), 1 + next(h, 8));
	else
		test_action_queue(&r, next(h, TEST_QUEUES_MAX));
	flow = rte_flow_create(world.port, &r.attr, r.pattern, r.actions, &error);
	/* A queue that does not exist just now. */
	if (flow == NULL && rte_errno != EINVAL)
		note(h, "create", rte_errno);
	return flow;
}

static void
destroy_passing(struct helper *h, struct rte_flow *flow)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count query = { .reset = 0 };
	struct rte_flow_error error;

	if (flow == NULL)
		return;
	if (rte_flow_query(world.port, flow, count, &query, &error) != 0)
		note(h, "query", rte_errno);
	if (rte_flow_destroy(world.port, flow, &error) != 0)
		note(h, "destroy", rte_errno);
}

static void *
rules_main(void *arg)
{
	struct rte_flow *held[HELD] = { NULL };
	struct helper *h = arg;
	unsigned int slot;

	while (!finished()) {
		slot = next(h, HELD);
		destroy_passing(h, held[slot]);
		held[slot] = create_passing(h);
		/* On few cores the others shall have their turn, too. */
		sched_yield();
	}
	for (slot = 0; slot < HELD; slot++)
		destroy_passing(h, held[slot]);
	return NULL;
}

/* RSS */

static void
change_rss(struct helper *h)
{
	struct rte_eth_rss_reta_entry64 reta[RTE_ETH_RSS_RETA_SIZE_512 / RTE_ETH_RETA_GROUP_SIZE];
	uint8_t key[40];
	struct rte_eth_rss_conf conf = {
		.rss_key = key, .rss_key_len = sizeof(key), .rss_hf = RTE_ETH_RSS_IP,
	};
	struct rte_eth_dev_info info;
	unsigned int i;
	int ret;

	for (i = 0; i < sizeof(key); i++)
		key[i] = next(h, 256);
	memset(reta, 0xff, sizeof(reta));
	ret = rte_eth_dev_info_get(world.port, &info);
	if (ret != 0) {
		note(h, "info", ret);
		return;
	}
	for (i = 0; i < info.reta_size; i++)
		reta[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] =
			next(h, world.n_queues);
	ret = rte_eth_dev_rss_reta_update(world.port, reta, info.reta_size);
	if (ret != 0)
		note(h, "RETA", ret);
	ret = rte_eth_dev_rss_hash_update(world.port, &conf);
	if (ret != 0)
		note(h, "hash", ret);
}

static void *
rss_main(void *arg)
{
	struct helper *h = arg;

	while (!finished()) {
		pthread_mutex_lock(&control);
		if (next(h, 8) != 0)
			change_rss(h);
		else if (rte_eth_dev_set_mtu(world.port, 1200 + next(h, 300)) != 0)
			note(h, "MTU", 0);
		pthread_mutex_unlock(&control);
		usleep(200);
	}
	return NULL;
}

/* Statistics: telemetry asks for them at any time. */

static void *
stats_main(void *arg)
{
	struct helper *h = arg;
	struct rte_eth_xstat xstats[1024];
	struct rte_eth_stats stats;
	uint64_t received = 0, sent = 0;
	int n;

	while (!finished()) {
		if (rte_eth_stats_get(world.port, &stats) != 0 || stats.ipackets < received ||
				stats.opackets < sent)
			note(h, "packets were more before", (long)received);
		received = stats.ipackets;
		sent = stats.opackets;
		n = rte_eth_xstats_get(world.port, xstats, RTE_DIM(xstats));
		if (n < 0 || n > (int)RTE_DIM(xstats))
			note(h, "xstats", n);
		usleep(100);
	}
	return NULL;
}

/* The port */

static void
configure(struct helper *h)
{
	struct rte_eth_conf conf = { .rxmode.mtu = 1200 + next(h, 300) };
	uint16_t n = 1 + next(h, TEST_QUEUES_MAX), n_tx = 1 + next(h, 8), q;

	conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IP;
	assert_int_equal(rte_eth_dev_configure(world.port, n, n_tx, &conf), 0);
	for (q = 0; q < n; q++)
		assert_int_equal(rte_eth_rx_queue_setup(world.port, q, 64, 0, NULL, test_pool()),
			0);
	for (q = 0; q < n_tx; q++)
		assert_int_equal(rte_eth_tx_queue_setup(world.port, q, 64, 0, NULL), 0);
	world.n_queues = n;
}

/* Some rounds only stop and start, some configure twice. */
static void
restart(struct helper *h)
{
	unsigned int n = next(h, 4), i;

	pthread_mutex_lock(&control);
	test_stop(world.port);
	for (i = 0; i < RTE_MIN(n, 2u); i++)
		configure(h);
	if (next(h, 8) == 0)
		assert_int_equal(rte_eth_dev_stop(world.port), 0);
	assert_int_equal(rte_eth_dev_start(world.port), 0);
	pthread_mutex_unlock(&control);
	i = next(h, FLOWS);
	assert_int_equal(test_inactive(world.port, rules[i]), flows[i].queue >= world.n_queues);
}

/* One packet by each queue: what was sent before is not forgotten. */
static void
transmit(uint16_t n_queues)
{
	struct rte_mbuf *m;
	uint16_t q;

	for (q = 0; q < n_queues; q++) {
		/* All may be waiting below. */
		m = test_packet_make(&flows[0].packet);
		if (m != NULL)
			assert_int_equal(rte_eth_tx_burst(world.port, q, &m, 1), 1);
	}
}

static void
run_rounds(struct helper *h)
{
	struct rte_eth_dev_info info;
	uint64_t before;
	unsigned int i;

	for (i = 0; i < ROUNDS && !world.bad; i++) {
		test_pollers_halt(&world);
		restart(h);
		assert_int_equal(rte_eth_dev_info_get(world.port, &info), 0);
		transmit(info.nb_tx_queues);
		before = test_received(&world);
		test_pollers_start(&world, 1 + next(h, 3), TEST_ALL_QUEUES, TEST_ODD_BURSTS);
		while (test_received(&world) < before + 100 + next(h, 3000) && !world.bad)
			sched_yield();
	}
	test_pollers_halt(&world);
}

/* The lower port's packets are all accounted for. */
static void
check_sum(uint64_t received)
{
	struct rte_eth_stats stats;

	assert_int_equal(rte_eth_stats_get(world.port, &stats), 0);
	assert_int_equal(received + test_xstat(world.port, "rx_stop_drops"), stats.ipackets);
	assert_int_equal(stats.ipackets + stats.imissed, fake_lower_packets(&fake));
	assert_int_equal(stats.opackets, fake.sent);
	assert_int_equal(test_xstat(world.port, "rx_rule_drops"), 0);
	assert_int_equal(test_xstat(world.port, "rx_isolated_drops"), 0);
}

/* All queues are there, and all rules hold. */
static void
check_rules(void)
{
	unsigned int i;

	test_stop(world.port);
	test_start(world.port, TEST_QUEUES_MAX, 1);
	world.n_queues = TEST_QUEUES_MAX;
	test_poll_rest(&world, TEST_ALL_QUEUES, TEST_BURST);
	test_world_check(&world);
	assert_int_equal(test_inactive(world.port, NULL), 0);
	for (i = 0; i < FLOWS; i++) {
		const uint32_t before = flows[i].received;

		test_send_anyhow(&world, &flows[i], i % LOWERS);
		test_poll_rest(&world, TEST_ALL_QUEUES, TEST_BURST);
		assert_int_equal(flows[i].received, before + 1);
		assert_int_equal(flows[i].came_from, flows[i].queue);
	}
	check_sum(test_received(&world));
}

static void
under_fire(uint64_t lower_rss)
{
	static void *(*const mains[])(void *) = {
		send_main, rules_main, rules_main, rss_main, stats_main,
	};
	struct helper helpers[RTE_DIM(mains)], self = { .x = 1 };
	unsigned int i;

	fake = (struct fake_lower){ .n_queues = LOWERS, .rss_types = lower_rss };
	for (i = 0; i < LOWERS; i++)
		fake.rings[i] = test_below(i);
	fake_lower_plug(LOWER, &fake);
	test_world_up_on(&world, LOWER, LOWERS, TEST_QUEUES_MAX, "");
	world.lossy = true;
	make_flows();
	done = false;
	for (i = 0; i < RTE_DIM(mains); i++) {
		helpers[i] = (struct helper){ .x = 100 + i };
		assert_int_equal(pthread_create(&helpers[i].thread, NULL, mains[i], &helpers[i]),
			0);
	}
	run_rounds(&self);
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);
	for (i = 0; i < RTE_DIM(mains); i++)
		pthread_join(helpers[i].thread, NULL);
	for (i = 0; i < RTE_DIM(mains); i++)
		assert_string_equal(helpers[i].error, "");
	test_world_check(&world);
	assert_false(fake.misused);
	check_rules();
	test_world_down(&world);
}

/* All lower queues are always used. */
static void
test_no_rss_below(void **state __rte_unused)
{
	under_fire(0);
}

/* The lower port has as many queues as ours, so that sources come and go, too. */
static void
test_rss_below(void **state __rte_unused)
{
	under_fire(RTE_ETH_RSS_IP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_rss_below, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_rss_below, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("reconfigure", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
