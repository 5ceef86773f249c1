/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_udp.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "steer_text.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Rules of a port that change packets, or copy them: what is received, and no mbuf is lost. */

#define NEW_DST 0xc0000201u
/* As many as test_pool() has, and more. */
#define MANY 8192

/* Sum of the words of the IPv4 header, as it was sent. */
static uint16_t sum;

/* Set by lines; freed by the test that has set them. */
static struct steer_text_samples samples;

static struct steer_text_rule *
read_line(const char *line)
{
	struct steer_text_rule *rule;
	struct steer_text_error bad;

	if (steer_text_parse_among(line, strlen(line), &samples, &rule, &bad) != 0)
		fail_msg("%s: %s", line, bad.message);
	return rule;
}

static struct rte_flow *
create(uint16_t port, const char *line)
{
	struct rte_flow_error error = { .message = NULL };
	struct steer_text_rule *rule = read_line(line);
	struct rte_flow *flow;

	flow = rte_flow_create(port, &rule->attr, rule->pattern, rule->actions, &error);
	if (flow == NULL)
		fail_msg("%s: %s", line, error.message);
	steer_text_free(rule);
	return flow;
}

static unsigned int
take_all(struct rte_mbuf **taken)
{
	unsigned int n = 0;

	while (n < MANY && (taken[n] = rte_pktmbuf_alloc(test_pool())) != NULL)
		n++;
	assert_in_range(n, 1, MANY - 1);
	return n;
}

/* @return for TEST_SHARED, the caller's reference. */
static struct rte_mbuf *
put_below(enum test_memory memory)
{
	const struct test_packet p = {
		.vlan = { 7 }, .proto = IPPROTO_UDP, .dst = 0x0a000001, .dport = 53,
		.memory = memory,
	};
	struct rte_mbuf *m = test_packet_make(&p);
	uint8_t room[20];

	assert_non_null(m);
	sum = rte_raw_cksum(rte_pktmbuf_read(m, 18, sizeof(room), room), sizeof(room));
	assert_int_equal(rte_ring_enqueue(test_below(0), m), 0);
	return m;
}

static struct rte_mbuf *
receive(uint16_t port, uint16_t queue)
{
	struct rte_mbuf *m;

	for (unsigned int i = 0; i < 4; i++)
		if (rte_eth_rx_burst(port, queue, &m, 1) == 1)
			return m;
	return NULL;
}

static void
check_changed(const struct rte_mbuf *m)
{
	uint8_t room[14 + 20 + 8];
	const uint8_t *data = rte_pktmbuf_read(m, 0, sizeof(room), room);
	struct rte_ipv4_hdr ip;
	struct rte_udp_hdr udp;

	assert_int_equal(data[12] << 8 | data[13], 0x0800);
	memcpy(&ip, data + 14, sizeof(ip));
	assert_int_equal(rte_be_to_cpu_32(ip.dst_addr), NEW_DST);
	/* These packets have no true checksum: then it is to be as wrong. */
	assert_int_equal(rte_raw_cksum(&ip, sizeof(ip)) % UINT16_MAX, sum % UINT16_MAX);
	memcpy(&udp, data + 34, sizeof(udp));
	assert_int_equal(rte_be_to_cpu_16(udp.dst_port), 5353);
	assert_int_equal(m->packet_type,
			 RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV4 | RTE_PTYPE_L4_UDP);
}

/* However it lies in memory; what others hold of it is not touched, and given back. */
static void
test_changed(void **state __rte_unused)
{
	struct rte_flow *flow;
	struct test_world w;

	test_world_up(&w, 1, 2, "");
	flow = create(w.port, "ingress pattern eth / vlan vid is 7 / ipv4 / udp dst is 53 / end "
			      "actions of_pop_vlan / set_ipv4_dst ipv4_addr 192.0.2.1 / "
			      "set_tp_dst port 5353 / count / queue index 1 / end");
	for (enum test_memory memory = TEST_PLAIN; memory < TEST_MEMORIES; memory++) {
		struct rte_mbuf *sent = put_below(memory), *m = receive(w.port, 1);

		assert_non_null(m);
		check_changed(m);
		assert_int_equal(m == sent, memory == TEST_PLAIN || memory == TEST_SEGMENTS);
		if (memory == TEST_SHARED) {
			assert_int_equal(rte_mbuf_refcnt_read(sent), 1);
			assert_int_equal(rte_pktmbuf_mtod(sent, uint8_t *)[12], 0x81);
			rte_pktmbuf_free(sent);
		}
		rte_pktmbuf_free(m);
	}
	assert_int_equal(test_hits(w.port, flow, false), TEST_MEMORIES);
	assert_int_equal(test_xstat(w.port, "rx_no_mbuf_drops"), 0);
	test_world_down(&w);
}

/* Without an mbuf a packet that others hold too is dropped and counted, one of ours is not. */
static void
test_no_mbuf(void **state __rte_unused)
{
	static struct rte_mbuf *taken[MANY];
	struct rte_mbuf *shared, *m;
	unsigned int n;
	struct test_world w;

	test_world_up(&w, 1, 2, "");
	create(w.port, "ingress pattern end actions dec_ttl / queue index 1 / end");
	shared = put_below(TEST_SHARED);
	put_below(TEST_PLAIN);
	n = take_all(taken);
	m = receive(w.port, 1);
	assert_non_null(m);
	assert_ptr_not_equal(m, shared);
	rte_pktmbuf_free(m);
	assert_null(receive(w.port, 1));
	assert_int_equal(test_xstat(w.port, "rx_no_mbuf_drops"), 1);
	assert_int_equal(test_xstat(w.port, "rx_lq0_no_mbuf_drops"), 1);
	assert_int_equal(rte_mbuf_refcnt_read(shared), 1);
	rte_pktmbuf_free(shared);
	rte_pktmbuf_free_bulk(taken, n);
	assert_int_equal(rte_eth_xstats_reset(w.port), 0);
	assert_int_equal(test_xstat(w.port, "rx_no_mbuf_drops"), 0);
	test_world_down(&w);
}

/* Copies */

/* A mirror: of each packet, however it lies in memory, a copy that is nobody else's. */
static void
test_mirrored(void **state __rte_unused)
{
	struct rte_eth_stats stats;
	struct rte_flow *flow;
	struct test_world w;

	test_world_up(&w, 1, 3, "");
	assert_null(read_line("set sample_actions 0 mark id 9 / count / queue index 2 / end"));
	flow = create(w.port, "ingress pattern eth / vlan vid is 7 / end "
			      "actions sample ratio 1 index 0 / mark id 3 / queue index 1 / end");
	for (enum test_memory memory = TEST_PLAIN; memory < TEST_MEMORIES; memory++) {
		struct rte_mbuf *sent = put_below(memory), *m = receive(w.port, 1);
		struct rte_mbuf *copy = receive(w.port, 2);

		assert_non_null(copy);
		assert_ptr_equal(m, sent);
		assert_int_equal(m->hash.fdir.hi, 3);
		assert_int_equal(copy->hash.fdir.hi, 9);
		assert_true(RTE_MBUF_DIRECT(copy) && rte_mbuf_refcnt_read(copy) == 1);
		assert_int_equal(copy->pkt_len, m->pkt_len);
		assert_int_equal(copy->port, w.port);
		rte_pktmbuf_mtod(copy, uint8_t *)[0] ^= 0xff;
		assert_int_not_equal(*rte_pktmbuf_mtod(m, uint8_t *),
				     *rte_pktmbuf_mtod(copy, uint8_t *));
		rte_pktmbuf_free(copy);
		rte_pktmbuf_free(m);
		if (memory == TEST_SHARED)
			rte_pktmbuf_free(sent);
	}
	assert_int_equal(test_hits(w.port, flow, false), TEST_MEMORIES);
	assert_int_equal(test_xstat(w.port, "rx_sampled"), TEST_MEMORIES);
	assert_int_equal(test_xstat(w.port, "rx_sample_drops"), 0);
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.ipackets, 2 * TEST_MEMORIES);
	steer_text_samples_free(&samples);
	test_world_down(&w);
}

/* Into the very queue that is polled, more than the caller has room for: they come one by one. */
static void
test_same_queue(void **state __rte_unused)
{
	struct test_world w;
	struct rte_mbuf *m;

	test_world_up(&w, 1, 2, "");
	assert_null(read_line("set sample_actions 0 mark id 9 / queue index 1 / end"));
	create(w.port, "ingress pattern end "
		       "actions sample ratio 1 index 0 / mark id 3 / queue index 1 / end");
	for (unsigned int i = 0; i < 10; i++)
		put_below(TEST_PLAIN);
	for (unsigned int i = 0; i < 20; i++) {
		m = receive(w.port, 1);
		assert_non_null(m);
		assert_int_equal(m->hash.fdir.hi, i < 10 ? 3 : 9);
		rte_pktmbuf_free(m);
	}
	assert_null(receive(w.port, 1));
	steer_text_samples_free(&samples);
	test_world_down(&w);
}

/* Without an mbuf for the copy the packet itself goes on. */
static void
test_no_copy(void **state __rte_unused)
{
	static struct rte_mbuf *taken[MANY];
	struct test_world w;
	struct rte_mbuf *m;
	unsigned int n;

	test_world_up(&w, 1, 3, "");
	assert_null(read_line("set sample_actions 0 queue index 2 / end"));
	create(w.port, "ingress pattern end actions sample ratio 1 index 0 / queue index 1 / end");
	put_below(TEST_PLAIN);
	n = take_all(taken);
	m = receive(w.port, 1);
	assert_non_null(m);
	assert_null(receive(w.port, 2));
	assert_int_equal(test_xstat(w.port, "rx_sample_drops"), 1);
	assert_int_equal(test_xstat(w.port, "rx_lq0_sample_drops"), 1);
	assert_int_equal(test_xstat(w.port, "rx_sampled"), 0);
	rte_pktmbuf_free(m);
	rte_pktmbuf_free_bulk(taken, n);
	steer_text_samples_free(&samples);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_changed, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_no_mbuf, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_mirrored, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_same_queue, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_no_copy, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("edits", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
