/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_thash.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "steer_simd.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Where RSS sends packets, by another implementation of Toeplitz; and changes of it at work. */

#define QUEUES 6
#define RETA_MAX RTE_ETH_RSS_RETA_SIZE_512
#define TYPES (RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_UDP)

/* The port's RSS as it should be. */
struct spread {
	uint8_t key[40];
	uint16_t reta[RETA_MAX];
	uint16_t reta_size;
};

static struct test_packet
packet_of(unsigned int i)
{
	return (struct test_packet){
		.src = 0x0a000000 + i * 77, .dst = 0x0b000000 + i * 13,
		.proto = i & 1 ? IPPROTO_UDP : IPPROTO_TCP,
		.sport = 1000 + i, .dport = i * 7,
	};
}

/* Addresses, and the ports of UDP: what TYPES says. */
static uint32_t
hash_of(const struct spread *s, const struct test_packet *p)
{
	uint32_t words[] = { p->src, p->dst, (uint32_t)p->sport << 16 | p->dport };

	return rte_softrss(words, p->proto == IPPROTO_UDP ? 3 : 2, s->key);
}

static void
get_spread(const struct test_world *w, struct spread *s)
{
	struct rte_eth_rss_reta_entry64 reta[RETA_MAX / RTE_ETH_RETA_GROUP_SIZE];
	struct rte_eth_rss_conf conf = { .rss_key = s->key, .rss_key_len = sizeof(s->key) };
	struct rte_eth_dev_info info;
	unsigned int i;

	assert_int_equal(rte_eth_dev_info_get(w->port, &info), 0);
	if (s->reta_size == 0)
		s->reta_size = info.reta_size;
	memset(reta, 0xff, sizeof(reta));
	assert_int_equal(rte_eth_dev_rss_reta_query(w->port, reta, s->reta_size), 0);
	for (i = 0; i < s->reta_size; i++)
		s->reta[i] = reta[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE];
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(w->port, &conf), 0);
	assert_int_equal(conf.rss_hf, TYPES);
}

static void
set_reta(const struct test_world *w, struct spread *s, unsigned int step)
{
	struct rte_eth_rss_reta_entry64 reta[RETA_MAX / RTE_ETH_RETA_GROUP_SIZE];
	unsigned int i;

	memset(reta, 0xff, sizeof(reta));
	for (i = 0; i < s->reta_size; i++) {
		s->reta[i] = i * step / 3 % QUEUES;
		reta[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] = s->reta[i];
	}
	assert_int_equal(rte_eth_dev_rss_reta_update(w->port, reta, s->reta_size), 0);
}

static void
set_hash(const struct test_world *w, struct spread *s, unsigned int step, uint64_t types)
{
	struct rte_eth_rss_conf conf = { .rss_key = s->key, .rss_key_len = 40, .rss_hf = types };
	unsigned int i;

	for (i = 0; i < sizeof(s->key); i++)
		s->key[i] += i * step;
	assert_int_equal(rte_eth_dev_rss_hash_update(w->port, &conf), 0);
}

static void
check_spread(struct test_world *w, const struct spread *s)
{
	struct test_packet p;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		p = packet_of(i);
		test_expect(w, &p, s->reta[hash_of(s, &p) % s->reta_size], 0);
	}
}

static void
test_port(void **state __rte_unused)
{
	struct spread s = { .reta_size = 0 };
	struct test_world w;
	unsigned int i;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	get_spread(&w, &s);
	check_spread(&w, &s);
	for (i = 1; i < 5; i++) {
		set_reta(&w, &s, i);
		check_spread(&w, &s);
		set_hash(&w, &s, i, TYPES);
		check_spread(&w, &s);
		get_spread(&w, &s);
		check_spread(&w, &s);
	}
	/* Not an IP packet: as if the hash were 0. */
	set_reta(&w, &s, 0);
	test_expect(&w, &(struct test_packet){ .eth_type = 0x88cc }, s.reta[0], 0);
	test_world_down(&w);
}

/* By whatever instructions: the same. One that the CPU does not have is refused. */
static void
test_simd(void **state __rte_unused)
{
	static const char *const args[] = { "simd=off", "simd=auto", "simd=gfni" };
	const bool gfni = steer_simd_has(STEER_SIMD_GFNI);
	struct rte_eth_burst_mode mode;
	struct test_world w;
	unsigned int i;

	if (!gfni)
		test_plug_refused("net_steer0", "iface=eth_below,simd=gfni", "simd=gfni",
				  "must be off or auto");
	for (i = 0; i < RTE_DIM(args) - !gfni; i++) {
		struct spread s = { .reta_size = 0 };

		test_world_up(&w, 2, QUEUES, args[i]);
		get_spread(&w, &s);
		check_spread(&w, &s);
		/* The choice stays when RSS changes. */
		set_hash(&w, &s, 3, TYPES);
		check_spread(&w, &s);
		assert_int_equal(rte_eth_rx_burst_mode_get(w.port, 0, &mode), 0);
		assert_string_equal(mode.info, gfni && i != 0 ? "Vector GFNI" : "Scalar");
		test_world_down(&w);
	}
}

/* Tables of any size, also at work. */
static void
test_sizes(void **state __rte_unused)
{
	static const uint16_t sizes[] = { 1, 2, 3, 64, 100, 127, 129, 500, 511, 512 };
	struct spread s = { .reta_size = 0 };
	struct test_world w;
	unsigned int i;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	get_spread(&w, &s);
	for (i = 0; i < RTE_DIM(sizes); i++) {
		s.reta_size = sizes[i];
		set_reta(&w, &s, i + 1);
		check_spread(&w, &s);
	}
	test_world_down(&w);
}

/* A rule's own spread: over its queues, by the port's key. */
static void
test_rule_queues(void **state __rte_unused)
{
	struct test_world w;
	struct test_packet p;
	struct spread s = { .reta_size = 0 };
	struct test_rule r;
	unsigned int i;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	get_spread(&w, &s);
	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_action_mark(&r, 5);
	test_action_rss(&r, TYPES, 2, 4);
	test_create(w.port, &r);
	for (i = 0; i < 100; i++) {
		p = packet_of(i);
		/* Four queues take turns in any table. */
		test_expect(&w, &p, 2 + hash_of(&s, &p) % 4, 5);
	}
	test_world_down(&w);
}

/* Changes while packets are under way: all arrive; then all is as it was set last. */
static void
test_at_work(void **state __rte_unused)
{
	static struct test_flow flows[64];
	struct test_world w;
	struct spread s = { .reta_size = 0 };
	struct test_rule r;
	unsigned int i, round;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	get_spread(&w, &s);
	w.moving = true;
	for (i = 0; i < RTE_DIM(flows); i++)
		flows[i] = (struct test_flow){ .packet = packet_of(i), .queue = TEST_ANYWHERE };
	/* Contexts of rules change with the port's. */
	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, 0, 2);
	test_action_rss(&r, 0, 1, 3);
	test_create(w.port, &r);

	test_pollers_start(&w, 2, TEST_ALL_QUEUES, TEST_ODD_BURSTS);
	for (round = 1; round < 300; round++) {
		for (i = 0; i < RTE_DIM(flows); i++)
			test_send(&w, &flows[i], i & 1);
		set_reta(&w, &s, round);
		set_hash(&w, &s, round, round % 5 == 0 ? 0 : TYPES);
	}
	test_pollers_stop(&w);
	test_world_check(&w);
	assert_int_equal(test_received(&w), w.sent);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	check_spread(&w, &s);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_port, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_simd, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_sizes, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_rule_queues, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_at_work, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("spread", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
