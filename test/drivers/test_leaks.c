/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>
#include <rte_ring.h>

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
 * A thousand lives of a port, each another one: afterwards all is as it was. Some things are
 * allocated once and kept, so counting begins after the first lives.
 */

#define LIVES 2000
#define FIRST 250
#define FLOWS 8

/* What a life must leave as it was. */
struct use {
	unsigned int ports;
	unsigned int mbufs;
	unsigned int memzones;
	unsigned int files;
	struct rte_malloc_socket_stats eal;
	/* libc's: the allocator keeps some to itself. */
	size_t process;
};

static void
count_memzone(const struct rte_memzone *mz __rte_unused, void *arg)
{
	++*(unsigned int *)arg;
}

static unsigned int
open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static void
look(struct use *u)
{
	memset(u, 0, sizeof(*u));
	u->ports = rte_eth_dev_count_total();
	u->mbufs = rte_mempool_avail_count(test_pool());
	rte_memzone_walk(count_memzone, &u->memzones);
	u->files = open_files();
	rte_malloc_get_socket_stats(0, &u->eal);
	u->process = mallinfo2().uordblks;
}

static void
assert_same(const struct use *then)
{
	struct use now;

	look(&now);
	assert_int_equal(now.ports, then->ports);
	assert_int_equal(now.mbufs, then->mbufs);
	assert_int_equal(now.memzones, then->memzones);
	assert_int_equal(now.files, then->files);
	assert_int_equal(now.eal.alloc_count, then->eal.alloc_count);
	assert_int_equal(now.eal.heap_allocsz_bytes, then->eal.heap_allocsz_bytes);
	/*
	 * Less than two bytes for each life, so nothing grows with them. What the allocator keeps,
	 * up to seven of each size, it calls used.
	 */
	assert_in_range(now.process, 0, then->process + 2 * LIVES - 1);
}

/* One life */

/* Port 100 + i; actions change from life to life. */
static struct rte_flow *
make_rule(const struct test_world *w, unsigned int life, uint16_t i)
{
	struct test_rule r;

	test_rule(&r, i % 3);
	test_item(&r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_ip_dst(&r, false, 1);
	test_item_dst_port(&r, IPPROTO_UDP, 100 + i, UINT16_MAX);
	test_action_mark(&r, 1 + i);
	if (life % 4 == 1)
		test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
	if (life % 8 == 3)
		test_action_rss(&r, RTE_ETH_RSS_IP, 0, w->n_queues);
	else
		test_action_queue(&r, i % w->n_queues);
	return test_create(w->port, &r);
}

static void
use_control(const struct test_world *w, unsigned int life)
{
	struct rte_ether_addr macs[] = {
		{ { 2, 0, 0, 0, 0, 1 } }, { { 2, 0, 0, 0, 0, 2 } }, { { 1, 0, 0x5e, 0, 0, 1 } },
	};
	struct rte_eth_rss_conf rss = { .rss_hf = RTE_ETH_RSS_IP };
	struct rte_eth_xstat xstats[512];
	struct rte_eth_stats stats;

	if (life % 2 == 0) {
		assert_int_equal(rte_eth_dev_mac_addr_add(w->port, &macs[0], 0), 0);
		assert_int_equal(rte_eth_dev_mac_addr_add(w->port, &macs[1], 0), 0);
		assert_int_equal(rte_eth_dev_mac_addr_remove(w->port, &macs[1]), 0);
	}
	if (life % 3 == 0)
		rte_eth_dev_set_mc_addr_list(w->port, &macs[2], 1);
	if (w->n_queues > 1)
		assert_int_equal(rte_eth_dev_rss_hash_update(w->port, &rss), 0);
	assert_true(rte_eth_xstats_get(w->port, xstats, RTE_DIM(xstats)) > 0);
	assert_int_equal(rte_eth_stats_get(w->port, &stats), 0);
	if (life % 5 == 0)
		assert_int_equal(rte_eth_stats_reset(w->port), 0);
}

/* Some are received, some wait in rings, some are still below. */
static void
use_packets(struct test_world *w, struct test_flow *flows, unsigned int life)
{
	struct rte_mbuf *m;
	unsigned int i;

	for (i = 0; i < FLOWS; i++) {
		flows[i] = (struct test_flow){
			.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 100 + i,
				    .memory = (enum test_memory)(life % TEST_SHARED) },
			.queue = life % 8 == 3 ? TEST_ANYWHERE : i % w->n_queues,
			.mark = 1 + i,
		};
		test_send(w, &flows[i], i % w->n_lower);
		test_send(w, &flows[i], i % w->n_lower);
	}
	if (life % 3 != 0)
		test_poll(w, life % w->n_queues, 1 + life % 7);
	m = test_packet_make(&flows[0].packet);
	if (rte_eth_tx_burst(w->port, 0, &m, 1) == 0)
		rte_pktmbuf_free(m);
}

static void
work(struct test_world *w, unsigned int life)
{
	struct test_flow flows[FLOWS];
	struct rte_flow *rules[FLOWS];
	unsigned int i;

	for (i = 0; i < FLOWS; i++)
		rules[i] = make_rule(w, life, i);
	use_control(w, life);
	use_packets(w, flows, life);
	/* Most rules are left to the port. */
	if (life % 4 == 0)
		test_destroy(w->port, rules[life % FLOWS]);
	if (life % 7 == 0)
		assert_int_equal(rte_flow_flush(w->port, NULL), 0);
	if (life % 6 == 0) {
		test_stop(w->port);
		test_start(w->port, 1 + life % 3, 2);
	}
}

static const char *const args[] = {
	"", "ring_size=64", "queues=16", "lower_queues=1", "queues=8,ring_size=1024,lower_queues=2",
};

/* Over a port of rings, or over one that copies packets; stopped and closed, or just unplugged. */
static void
live_over(unsigned int life)
{
	struct fake_lower fake = { .n_queues = 1 + life % 4, .copies = life % 3 == 0 };
	const uint16_t n_queues = 1 + life % 5;
	struct test_world w;
	uint16_t i;

	/* Of which it uses fewer: what is sent to the others stays below. */
	for (i = 0; i < fake.n_queues; i++)
		fake.rings[i] = test_below(i);
	if (life % 2 == 0) {
		test_world_up(&w, fake.n_queues, n_queues, args[life % RTE_DIM(args)]);
	} else {
		fake_lower_plug("net_fake0", &fake);
		test_world_up_on(&w, "net_fake0", fake.n_queues, n_queues,
			args[life % RTE_DIM(args)]);
	}
	work(&w, life);
	if (life % 3 == 0) {
		test_stop(w.port);
		assert_int_equal(rte_eth_dev_close(w.port), 0);
	}
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(w.lower), 0);
	test_world_clear(&w);
}

/* Over a port that net_steer makes itself, and unplugs. */
static void
live_over_made(unsigned int life)
{
	struct fake_lower fake = { .n_queues = 3 };
	uint16_t port;

	fake_lower_next(&fake);
	port = test_plug("net_steer0", "iface=(net_fake1)");
	test_start(port, 1 + life % 3, 1);
	test_stop(port);
	assert_int_equal(rte_eth_dev_close(port), 0);
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_eth_dev_count_total(), 0);
}

static void
test_lives(void **state __rte_unused)
{
	struct use then = { .ports = 0 };
	unsigned int life;

	for (life = 0; life < FIRST + LIVES; life++) {
		if (life == FIRST)
			look(&then);
		/* Over and over that the lower port takes no further address. */
		test_log_begin();
		if (life % 10 == 9)
			live_over_made(life);
		else
			live_over(life);
		test_log_end(NULL);
	}
	assert_same(&then);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lives, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("leaks", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
