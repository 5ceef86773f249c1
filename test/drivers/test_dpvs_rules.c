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

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * The rules of DPVS's full NAT: each worker owns the local ports whose low bits are its number, so
 * that the answers of a server come back to the worker that has the connection. Each worker makes
 * its own rules, for TCP and UDP on each local address, at work.
 */

#define LOCAL_IPS 2
#define LOCAL_IP(i) (0x0a010001 + (i))
/* An address of the kernel's; its queue is behind those of the workers. */
#define KERNEL_IP 0x0a020001
#define WORKERS_MAX 8
/* TCP and UDP, of IPv4 and IPv6. */
#define KINDS 4
#define RULES (LOCAL_IPS * KINDS)
#define COPIES 2

struct worker {
	pthread_t thread;
	struct test_world *w;
	uint16_t id;
	uint16_t mask;
	bool fuzzy;
	struct rte_flow *flow[COPIES][RULES];
	char error[128];
};

static struct worker workers[WORKERS_MAX];
/* Of each kind one for each value of the port's low bits. */
static struct test_flow streams[KINDS][WORKERS_MAX];

static bool
is_v6(unsigned int kind)
{
	return kind & 1;
}

static uint8_t
proto_of(unsigned int kind)
{
	return kind & 2 ? IPPROTO_UDP : IPPROTO_TCP;
}

/* Workers */

static void
make_pattern(struct test_rule *r, const struct worker *me, unsigned int n)
{
	const unsigned int kind = n % KINDS;

	test_rule(r, 1);
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_ip_dst(r, is_v6(kind), LOCAL_IP(n / KINDS));
	test_item_dst_port(r, proto_of(kind), me->id, me->mask);
	if (me->fuzzy)
		test_item_fuzzy(r);
	test_action_queue(r, me->id);
}

static struct rte_flow *
make_rule(struct worker *me, unsigned int n)
{
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow *flow = NULL;
	struct test_rule r;

	make_pattern(&r, me, n);
	if (rte_flow_validate(me->w->port, &r.attr, r.pattern, r.actions, &error) == 0)
		flow = rte_flow_create(me->w->port, &r.attr, r.pattern, r.actions, &error);
	if (flow == NULL)
		snprintf(me->error, sizeof(me->error), "worker %u, rule %u: %s", me->id, n,
			error.message);
	return flow;
}

static void *
worker_main(void *arg)
{
	struct worker *me = arg;
	unsigned int copy, n;

	for (copy = 0; copy < COPIES; copy++) {
		for (n = 0; n < RULES; n++) {
			me->flow[copy][n] = make_rule(me, n);
			test_poll(me->w, me->id, TEST_BURST);
		}
	}
	while (!__atomic_load_n(&me->w->stop, __ATOMIC_ACQUIRE)) {
		if (test_poll(me->w, me->id, TEST_BURST) == 0)
			sched_yield();
	}
	return NULL;
}

static void
start_workers(struct test_world *w, uint16_t n_workers, bool fuzzy)
{
	const uint16_t mask = rte_align32pow2(n_workers) - 1;
	struct worker *me;
	uint16_t i;

	for (i = 0; i < n_workers; i++) {
		me = &workers[i];
		*me = (struct worker){ .w = w, .id = i, .mask = mask, .fuzzy = fuzzy };
		assert_int_equal(pthread_create(&me->thread, NULL, worker_main, me), 0);
	}
	w->n_pollers = n_workers;
}

static void
stop_workers(struct test_world *w, uint16_t n_workers)
{
	uint16_t i;

	__atomic_store_n(&w->stop, true, __ATOMIC_RELEASE);
	for (i = 0; i < n_workers; i++)
		pthread_join(workers[i].thread, NULL);
	w->n_pollers = 0;
	for (i = 0; i < n_workers; i++)
		assert_string_equal(workers[i].error, "");
	test_poll_rest(w, TEST_ALL_QUEUES, TEST_BURST);
}

/* Traffic */

static void
make_streams(unsigned int mask)
{
	unsigned int kind, i;

	for (kind = 0; kind < KINDS; kind++) {
		for (i = 0; i <= mask; i++)
			streams[kind][i] = (struct test_flow){
				.packet = { .v6 = is_v6(kind), .proto = proto_of(kind) },
				.queue = TEST_ANYWHERE,
			};
	}
}

/* From now on the rules are there. A port that is no worker's goes by RSS. */
static void
expect_queues(uint16_t n_workers, unsigned int mask)
{
	unsigned int kind, i;

	for (kind = 0; kind < KINDS; kind++) {
		for (i = 0; i <= mask; i++)
			streams[kind][i].queue = i < n_workers ? i : TEST_ANYWHERE;
	}
}

static void
send_port(struct test_world *w, unsigned int kind, unsigned int ip, uint16_t port)
{
	struct test_flow *f = &streams[kind][port & workers[0].mask];

	f->packet.src = 0x0a030000 + (port * 2654435761u >> 20);
	f->packet.sport = 80;
	f->packet.dst = LOCAL_IP(ip);
	f->packet.dport = port;
	f->packet.vlan[0] = port % 7 == 0 ? 100 : 0;
	f->packet.vlan[1] = port % 21 == 0 ? 200 : 0;
	test_send(w, f, port % w->n_lower);
}

static void
send_ports(struct test_world *w, unsigned int ip, unsigned int step)
{
	unsigned int kind, port;

	for (kind = 0; kind < KINDS; kind++) {
		for (port = 0; port <= UINT16_MAX; port += step)
			send_port(w, kind, ip, port);
	}
}

static void
check_streams(struct test_world *w)
{
	test_poll_rest(w, TEST_ALL_QUEUES, TEST_BURST);
	test_world_check(w);
	assert_int_equal(test_received(w), w->sent);
}

/* The steps */

/* DPVS lets RSS spread over its workers only. */
static void
spread_over_workers(const struct test_world *w, uint16_t n_workers)
{
	struct rte_eth_rss_reta_entry64 reta[RTE_ETH_RSS_RETA_SIZE_512 / RTE_ETH_RETA_GROUP_SIZE];
	struct rte_eth_dev_info info;
	unsigned int i;

	assert_int_equal(rte_eth_dev_info_get(w->port, &info), 0);
	assert_true(info.reta_size > 0 && info.reta_size <= RTE_ETH_RSS_RETA_SIZE_512);
	for (i = 0; i < info.reta_size; i++) {
		reta[i / RTE_ETH_RETA_GROUP_SIZE].mask = UINT64_MAX;
		reta[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] = i % n_workers;
	}
	assert_int_equal(rte_eth_dev_rss_reta_update(w->port, reta, info.reta_size), 0);
}

/* What is the kernel's, on an address of its own, and on a local one what no worker has. */
static void
check_kernel(struct test_world *w, uint16_t n_workers)
{
	struct test_flow own = {
		.packet = { .dst = KERNEL_IP, .proto = IPPROTO_TCP, .dport = 22 },
		.queue = n_workers,
	};
	struct test_flow ping = {
		.packet = { .v6 = true, .dst = LOCAL_IP(1), .proto = IPPROTO_ICMPV6 },
		.queue = n_workers,
	};
	struct test_rule r;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		test_rule(&r, 2);
		test_item(&r, RTE_FLOW_ITEM_TYPE_ETH);
		test_item_ip_dst(&r, i, i == 0 ? KERNEL_IP : LOCAL_IP(1));
		test_action_queue(&r, n_workers);
		test_create(w->port, &r);
	}
	test_send(w, &own, 0);
	test_send(w, &ping, 0);
	test_poll_rest(w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(own.received, 1);
	assert_int_equal(ping.received, 1);
}

/* Of two equal rules one may go: the other is still there. */
static void
destroy_copies(const struct test_world *w, uint16_t n_workers)
{
	unsigned int n, i;

	for (i = 0; i < n_workers; i++) {
		for (n = 0; n < RULES; n++)
			test_destroy(w->port, workers[i].flow[(n + i) % COPIES][n]);
	}
}

static void
check_spread(uint16_t n_workers)
{
	unsigned int kind, i;

	for (kind = 0; kind < KINDS; kind++) {
		for (i = 0; i < WORKERS_MAX && i <= workers[0].mask; i++) {
			assert_int_equal(streams[kind][i].received, streams[kind][i].sent);
			if (i >= n_workers)
				assert_true(streams[kind][i].came_from < n_workers);
		}
	}
}

static void
check_workers(uint16_t n_lower, uint16_t n_workers, bool fuzzy)
{
	const unsigned int mask = rte_align32pow2(n_workers) - 1;
	struct test_world w;

	test_world_up(&w, n_lower, n_workers + 1, TEST_ROOMY);
	spread_over_workers(&w, n_workers);
	make_streams(mask);
	/* Packets of a stream take many ways. */
	w.moving = true;

	start_workers(&w, n_workers, fuzzy);
	w.n_queues = n_workers;
	send_ports(&w, 0, 61);
	stop_workers(&w, n_workers);
	check_streams(&w);

	w.n_queues = n_workers + 1;
	expect_queues(n_workers, mask);
	send_ports(&w, 0, 97);
	send_ports(&w, 1, 97);
	destroy_copies(&w, n_workers);
	send_ports(&w, 0, 1);
	check_streams(&w);
	check_spread(n_workers);
	check_kernel(&w, n_workers);
	test_world_down(&w);
}

static void
test_one_worker(void **state __rte_unused)
{
	check_workers(1, 1, false);
}

static void
test_two_workers(void **state __rte_unused)
{
	check_workers(1, 2, false);
}

static void
test_three_workers(void **state __rte_unused)
{
	check_workers(4, 3, false);
}

static void
test_four_workers(void **state __rte_unused)
{
	check_workers(2, 4, true);
}

static void
test_eight_workers(void **state __rte_unused)
{
	check_workers(4, 8, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_worker, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_two_workers, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_three_workers, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_four_workers, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_eight_workers, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("dpvs_rules", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
