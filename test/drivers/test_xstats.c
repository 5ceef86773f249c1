/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <unistd.h>

#include <ethdev_driver.h>
#include <rte_bus_vdev.h>
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

/* Extended statistics: by lower queue and reason, and those of the lower port. */

#define BELOW "net_ring_below"

/* A list of the lower port's, besides what ethdev puts in front of it. */
static struct {
	const char *name[8];
	unsigned int n;
	/* More than it fills in: as virtio does before its queues are set up. */
	unsigned int said;
	uint64_t first; /* Value of the first one; each further one is one more. */
} list;

static struct eth_dev_ops fake_ops;
static const struct eth_dev_ops *true_ops;

static int
fake_names(struct rte_eth_dev *dev __rte_unused, struct rte_eth_xstat_name *names, unsigned int n)
{
	unsigned int count = RTE_MAX(list.n, list.said);

	if (names == NULL || n < count)
		return count;
	for (unsigned int i = 0; i < list.n; i++)
		strncpy(names[i].name, list.name[i], sizeof(names[i].name));
	return list.n;
}

static int
fake_values(struct rte_eth_dev *dev __rte_unused, struct rte_eth_xstat *values, unsigned int n)
{
	unsigned int count = RTE_MAX(list.n, list.said);

	if (values == NULL || n < count)
		return count;
	for (unsigned int i = 0; i < list.n; i++) {
		values[i].id = i;
		values[i].value = list.first + i;
	}
	return list.n;
}

static void
set_list(uint64_t first, unsigned int said, const char *const *names)
{
	list.first = first;
	list.said = said;
	for (list.n = 0; names[list.n] != NULL; list.n++)
		list.name[list.n] = names[list.n];
}

#define LIST(first, said, ...) \
	set_list(first, said, (const char *const[]){ __VA_ARGS__, NULL })

static void
fake_below(uint16_t below)
{
	true_ops = rte_eth_devices[below].dev_ops;
	fake_ops = *true_ops;
	fake_ops.xstats_get_names = fake_names;
	fake_ops.xstats_get = fake_values;
	rte_eth_devices[below].dev_ops = &fake_ops;
}

static bool
has_xstat(uint16_t port, const char *name)
{
	uint64_t id;

	test_log_begin();
	bool has = rte_eth_xstats_get_id_by_name(port, name, &id) == 0;

	test_log_end(NULL);
	return has;
}

static int
count(uint16_t port)
{
	int n = rte_eth_xstats_get_names(port, NULL, 0);

	assert_int_equal(rte_eth_xstats_get(port, NULL, 0), n);
	return n;
}

static void
assert_unique(uint16_t port)
{
	struct rte_eth_xstat_name names[256];
	int n = count(port);

	assert_in_range(n, 1, RTE_DIM(names));
	assert_int_equal(rte_eth_xstats_get_names(port, names, n), n);
	for (int i = 0; i < n; i++) {
		assert_in_range(strnlen(names[i].name, sizeof(names[i].name)), 1,
				sizeof(names[i].name) - 1);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(names[i].name, names[k].name);
	}
}

/* Why packets end, and where they came in. */
static void
test_reasons(void **state __rte_unused)
{
	struct test_flow dropped = { .queue = TEST_NOWHERE,
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 1 } };
	struct test_flow other = { .queue = TEST_ANYWHERE,
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 2 } };
	struct test_flow cut = { .queue = TEST_ANYWHERE,
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 2, .cut = 30 } };
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 3, 2, "");
	w.lossy = true;
	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, 1, UINT16_MAX);
	test_action(&r, RTE_FLOW_ACTION_TYPE_DROP);
	test_create(w.port, &r);
	for (unsigned int i = 0; i < 6; i++)
		test_send_anyhow(&w, &dropped, i % 3);
	test_send_anyhow(&w, &dropped, 1);
	test_send_anyhow(&w, &other, 2);
	test_send_anyhow(&w, &cut, 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(test_xstat(w.port, "rx_lq0_rule_drops"), 2);
	assert_int_equal(test_xstat(w.port, "rx_lq1_rule_drops"), 3);
	assert_int_equal(test_xstat(w.port, "rx_rule_drops"), 7);
	assert_int_equal(test_xstat(w.port, "rx_lq1_flow_hits"), 3);
	assert_int_equal(test_xstat(w.port, "rx_flow_hits"), 7);
	assert_int_equal(test_xstat(w.port, "rx_lq0_flow_misses"), 1);
	assert_int_equal(test_xstat(w.port, "rx_lq1_flow_misses"), 0);
	assert_int_equal(test_xstat(w.port, "rx_flow_misses"), 2);
	assert_int_equal(test_xstat(w.port, "rx_lq0_malformed"), 1);
	assert_int_equal(test_xstat(w.port, "rx_malformed"), 1);

	assert_int_equal(rte_flow_isolate(w.port, 1, NULL), 0);
	test_send_anyhow(&w, &other, 2);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(test_xstat(w.port, "rx_lq2_isolated_drops"), 1);
	assert_int_equal(test_xstat(w.port, "rx_lq0_isolated_drops"), 0);
	assert_int_equal(test_xstat(w.port, "rx_isolated_drops"), 1);

	/* Counting goes on after a stop, and begins anew after a reset. */
	test_stop(w.port);
	assert_int_equal(test_xstat(w.port, "rx_lq1_rule_drops"), 3);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(rte_eth_stats_reset(w.port), 0);
	assert_int_equal(test_xstat(w.port, "rx_lq1_rule_drops"), 0);
	test_send_anyhow(&w, &dropped, 1);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(test_xstat(w.port, "rx_lq1_rule_drops"), 1);
	assert_int_equal(test_xstat(w.port, "rx_rule_drops"), 1);
	assert_int_equal(rte_flow_isolate(w.port, 0, NULL), 0);
	test_world_down(&w);
}

/* Rules of so many masks that searching is worth remembering. */
static void
create_masks(uint16_t port_id, unsigned int n)
{
	struct test_rule r;

	for (unsigned int i = 0; i < n; i++) {
		test_rule(&r, 0);
		test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
		test_item_dst_port(&r, IPPROTO_UDP, 0, 1 << i);
		test_action_queue(&r, 1);
		test_create(port_id, &r);
	}
}

/* The cache is made by an alarm: soon. */
static void
test_cached(void **state __rte_unused)
{
	struct test_flow f = { .queue = TEST_ANYWHERE,
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 2 } };
	struct test_world w;

	test_world_up(&w, 1, 2, "");
	create_masks(w.port, 8);
	for (unsigned int i = 0; i < 1000 && test_xstat(w.port, "rx_flow_cached") < 5; i++) {
		usleep(10000);
		test_send(&w, &f, 0);
		test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	}
	assert_int_equal(test_xstat(w.port, "rx_flow_cached"), 5);
	assert_int_equal(test_xstat(w.port, "rx_lq0_flow_cached"), 5);
	assert_true(test_xstat(w.port, "rx_flow_hits") > 5);
	test_world_down(&w);

	test_world_up(&w, 1, 2, "cache=0");
	create_masks(w.port, 8);
	for (unsigned int i = 0; i < 10; i++) {
		usleep(10000);
		test_send(&w, &f, 0);
		test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	}
	assert_int_equal(test_xstat(w.port, "rx_flow_cached"), 0);
	test_world_down(&w);
}

/* Sums go on where a lower queue is not used any more. */
static void
test_fewer_lower_queues(void **state __rte_unused)
{
	struct test_flow f = { .queue = TEST_ANYWHERE,
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 1 } };
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };
	struct test_world w;

	test_world_up(&w, 2, 2, "");
	test_send(&w, &f, 0);
	test_send(&w, &f, 1);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	test_stop(w.port);
	assert_true(has_xstat(w.port, "rx_lq1_flow_misses"));
	assert_int_equal(rte_eth_dev_configure(w.port, 0, 1, &conf), 0);
	assert_false(has_xstat(w.port, "rx_lq0_flow_misses"));
	assert_int_equal(test_xstat(w.port, "rx_flow_misses"), 2);
	test_world_down(&w);
}

static struct rte_ring *ring;
static uint16_t below, port;

static void
plug(void)
{
	below = test_plug_rings("below", &ring, 1);
	fake_below(below);
	port = test_plug("net_steer0", "iface=" BELOW);
}

static void
unplug(void)
{
	test_unplug("net_steer0");
	rte_vdev_uninit(BELOW);
}

/* The lower's under its names, whatever their order becomes; the number stays. */
static void
test_list_changes(void **state __rte_unused)
{
	int n;

	LIST(100, 0, "a", "b", "c");
	plug();
	test_start(port, 2, 2);
	n = count(port);
	assert_unique(port);
	assert_int_equal(test_xstat(port, "lower_rx_good_packets"), 0);
	assert_int_equal(test_xstat(port, "lower_b"), 101);
	LIST(200, 0, "c", "new", "b", "a", "newer");
	assert_int_equal(test_xstat(port, "lower_a"), 203);
	assert_int_equal(test_xstat(port, "lower_c"), 200);
	assert_int_equal(count(port), n);
	LIST(300, 0, "b");
	assert_int_equal(test_xstat(port, "lower_a"), 0);
	assert_int_equal(test_xstat(port, "lower_b"), 300);
	assert_int_equal(count(port), n);
	/* Only configure makes room. */
	LIST(400, 0, "b", "c", "a", "new");
	test_stop(port);
	assert_int_equal(rte_eth_dev_start(port), 0);
	assert_int_equal(count(port), n);
	assert_false(has_xstat(port, "lower_new"));
	test_stop(port);
	test_start(port, 2, 2);
	assert_int_equal(count(port), n + 1);
	assert_int_equal(test_xstat(port, "lower_new"), 403);
	unplug();
}

/* A lower that is gone leaves the number as it is, and zeros. */
static void
test_lower_goes(void **state __rte_unused)
{
	int n;

	LIST(7, 0, "a", "b");
	plug();
	assert_false(has_xstat(port, "lower_a"));
	test_start(port, 2, 2);
	n = count(port);
	test_log_begin();
	rte_eth_devices[below].dev_ops = true_ops;
	test_unplug(BELOW);
	test_log_end_with("net_steer0", "gone");
	assert_int_equal(count(port), n);
	assert_int_equal(test_xstat(port, "lower_b"), 0);
	assert_int_equal(rte_eth_xstats_reset(port), 0);
	/* Another one in its place, with the same number of others. */
	LIST(7, 0, "x", "b");
	below = test_plug_rings("below", &ring, 1);
	fake_below(below);
	assert_int_equal(count(port), n);
	assert_int_equal(test_xstat(port, "lower_a"), 0);
	assert_int_equal(test_xstat(port, "lower_b"), 8);
	assert_unique(port);
	assert_int_equal(rte_eth_dev_stop(port), 0);
	unplug();
}

/* Names that are known once queues are set up. */
static void
test_late_names(void **state __rte_unused)
{
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };
	int n;

	LIST(10, 4, "a");
	plug();
	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), 0);
	n = count(port);
	assert_unique(port);
	assert_int_equal(test_xstat(port, "lower_a"), 10);
	assert_int_equal(rte_eth_rx_queue_setup(port, 0, 128, 0, NULL, test_pool()), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, 128, 0, NULL), 0);
	LIST(20, 4, "q0", "a", "q1", "q2");
	assert_int_equal(rte_eth_dev_start(port), 0);
	assert_int_equal(count(port), n);
	assert_unique(port);
	assert_int_equal(test_xstat(port, "lower_a"), 21);
	assert_int_equal(test_xstat(port, "lower_q0"), 20);
	assert_int_equal(test_xstat(port, "lower_q2"), 23);
	test_stop(port);
	unplug();
}

#define NAME_57 "0123456789abcdef0123456789abcdef0123456789abcdef012345678"

/* With the prefix the first one fits just so; the others are the same as far as they would fit. */
static void
test_long_names(void **state __rte_unused)
{
	LIST(50, 0, NAME_57, NAME_57 "9", NAME_57 "90123", NAME_57 "90124");
	plug();
	test_start(port, 1, 1);
	assert_unique(port);
	assert_int_equal(test_xstat(port, "lower_" NAME_57), 50);
	test_stop(port);
	unplug();
}

static void
test_reset(void **state __rte_unused)
{
	LIST(100, 0, "a", "b");
	plug();
	test_start(port, 1, 1);
	assert_int_equal(rte_eth_stats_reset(port), 0);
	assert_int_equal(test_xstat(port, "lower_a"), 100);
	assert_int_equal(rte_eth_xstats_reset(port), 0);
	assert_int_equal(test_xstat(port, "lower_a"), 0);
	LIST(150, 0, "a", "b");
	assert_int_equal(test_xstat(port, "lower_b"), 50);
	/* It holds over configure, also where the order has changed. */
	LIST(200, 0, "new", "b", "a");
	test_stop(port);
	test_start(port, 1, 1);
	assert_int_equal(test_xstat(port, "lower_a"), 102);
	assert_int_equal(test_xstat(port, "lower_b"), 100);
	assert_int_equal(test_xstat(port, "lower_new"), 200);
	/* One that counts from zero again. */
	LIST(3, 0, "new", "b", "a");
	assert_int_equal(test_xstat(port, "lower_a"), 5);
	test_stop(port);
	unplug();
}

/* Names and values by id: ethdev cuts them out. */
static void
test_by_id(void **state __rte_unused)
{
	struct rte_eth_xstat_name all[128], some[2];
	uint64_t ids[2], values[2];
	int n;

	LIST(5, 0, "a", "b");
	plug();
	test_start(port, 1, 1);
	n = count(port);
	assert_in_range(n, 3, RTE_DIM(all));
	assert_int_equal(rte_eth_xstats_get_names(port, all, n), n);
	ids[0] = n - 1;
	ids[1] = n - 3;
	assert_int_equal(rte_eth_xstats_get_names_by_id(port, some, 2, ids), 2);
	assert_string_equal(some[0].name, "lower_b");
	assert_string_equal(some[1].name, all[n - 3].name);
	assert_int_equal(rte_eth_xstats_get_by_id(port, ids, values, 2), 2);
	assert_int_equal(values[0], 6);
	test_stop(port);
	unplug();
}

/* Nothing is left behind: the fixture compares the heap. */
static void
test_many_times(void **state __rte_unused)
{
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };

	LIST(5, 0, "a", "b");
	plug();
	for (unsigned int i = 0; i < 1000; i++) {
		list.n = 1 + i % 2;
		assert_int_equal(rte_eth_dev_configure(port, 1 + i % 3, 1, &conf), 0);
		assert_int_equal(rte_eth_xstats_reset(port), 0);
		assert_int_equal(test_xstat(port, "lower_a"), 0);
	}
	unplug();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reasons),
		TEST(test_cached),
		TEST(test_fewer_lower_queues),
		TEST(test_list_changes),
		TEST(test_lower_goes),
		TEST(test_late_names),
		TEST(test_long_names),
		TEST(test_reset),
		TEST(test_by_id),
		TEST(test_many_times),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ring = test_ring("xstats", 1024);
	ret = cmocka_run_group_tests_name("xstats", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
