/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * The programs in the kernel against the engine: random rules, and random packets through
 * BPF_PROG_TEST_RUN. What the kernel says must be what the engine says; where it leaves a packet to
 * user space it must not have been the kernel's.
 *
 * STEER_TEST_SEED is another seed.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <rte_byteorder.h>
#include <rte_ip.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>

#include "eal.h"
#include "kernel_set.h"
#include "steer_engine.h"
#include "steer_kernel.h"

#define SKIPPED 77
#define SEED 20261121
#define SETS 300
#define PACKETS 450
#define TAP_SETS 60
#define REMOTE_SETS 100
/** Sets that a deliberate bug has to be found in. */
#define BUG_SETS 40
#define BUG_PACKETS 200

static struct rte_mempool *pool;
static struct steer_kernel *xdp;
static struct steer_kernel *tap;
static struct steer_kernel *remote;

static uint64_t
first_seed(void)
{
	const char *seed = getenv("STEER_TEST_SEED");

	return seed != NULL ? strtoull(seed, NULL, 0) : SEED;
}

static void
test_xdp(void **state __rte_unused)
{
	const unsigned int before = rte_mempool_avail_count(pool);
	static struct kernel_set s;
	struct kernel_tally t = { 0 };

	printf("seed %lu\n", (unsigned long)first_seed());
	for (unsigned int i = 0; i < SETS; i++) {
		s = (struct kernel_set){ .kernel = xdp, .xdp = xdp, .pool = pool, .tally = &t,
					 .report = true };
		kernel_set_begin(&s, first_seed() + i);
		kernel_set_packets(&s, PACKETS);
		kernel_set_end(&s);
	}
	kernel_tally_print(&t);
	assert_int_equal(t.differences, 0);
	assert_true(t.packets >= 100000);
	assert_true(t.verdicts * 4 > t.packets);
	assert_true(t.matched * 10 > t.packets);
	assert_true(t.stayed * 20 > t.packets);
	assert_true(t.dropped > 500 && t.hashed > 5000 && t.marked > 2000);
	assert_true(t.fragments > 5000 && t.exts > 5000 && t.tunnels > 5000);
	assert_int_equal(rte_mempool_avail_count(pool), before);
}

static void
test_tap(void **state __rte_unused)
{
	static struct kernel_set s;
	struct kernel_tally t = { 0 };

	for (unsigned int i = 0; i < TAP_SETS; i++) {
		s = (struct kernel_set){ .kernel = tap, .xdp = xdp, .pool = pool, .tally = &t,
					 .report = true };
		kernel_set_begin(&s, first_seed() + SETS + i);
		kernel_set_packets(&s, PACKETS);
		kernel_set_end(&s);
	}
	kernel_tally_print(&t);
	assert_int_equal(t.differences, 0);
	assert_true(t.verdicts * 8 > t.packets);
	assert_true(t.dropped * 50 > t.packets);
}

static void
test_remote(void **state __rte_unused)
{
	struct steer_kernel_remote to;
	static struct kernel_set s;
	struct kernel_tally t = { 0 };

	for (unsigned int i = 0; i < REMOTE_SETS; i++) {
		s = (struct kernel_set){ .kernel = remote, .xdp = xdp, .remote = &to, .pool = pool,
					 .tally = &t, .report = true };
		kernel_set_begin(&s, first_seed() + SETS + TAP_SETS + i);
		kernel_set_packets(&s, PACKETS);
		kernel_set_end(&s);
	}
	kernel_tally_print(&t);
	assert_int_equal(t.differences, 0);
	assert_true(t.matched * 10 > t.packets);
	assert_true(t.stayed * 20 > t.packets && t.copied > 500);
	assert_true(t.dropped * 100 > t.packets);
}

static bool
is_found(const struct kernel_bug *bug)
{
	static struct kernel_set s;
	struct kernel_tally t = { 0 };

	for (unsigned int i = 0; i < BUG_SETS && t.differences == 0; i++) {
		s = (struct kernel_set){ .kernel = xdp, .xdp = xdp, .pool = pool, .tally = &t };
		kernel_set_begin(&s, first_seed() + i);
		if (bug->plant != NULL)
			bug->plant(&s);
		s.change = bug->change;
		kernel_set_packets(&s, BUG_PACKETS);
		kernel_set_end(&s);
	}
	printf("%s: %lu packets\n", bug->name, (unsigned long)t.packets);
	return t.differences > 0;
}

static void
test_bugs(void **state __rte_unused)
{
	const struct kernel_bug *bug;

	for (unsigned int i = 0; (bug = kernel_bug_at(i)) != NULL; i++)
		if (!is_found(bug))
			fail_msg("%s: not found", bug->name);
}

/* Many rules */

#define MANY 10000

static void
create_many(struct steer_engine *e, unsigned int n)
{
	struct rte_flow_item_ipv4 ip = { .hdr.next_proto_id = 0 };
	struct rte_flow_item_tcp tcp = { .hdr.dst_port = 0 };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_ETH },
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4, .spec = &ip, .mask = &rte_flow_item_ipv4_mask },
		{ .type = RTE_FLOW_ITEM_TYPE_TCP, .spec = &tcp, .mask = &rte_flow_item_tcp_mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	struct rte_flow_action_queue queue;
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &queue },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	const struct rte_flow_attr attr = { .ingress = 1 };
	struct rte_flow_error error;

	for (unsigned int i = 0; i < n; i++) {
		ip.hdr.dst_addr = rte_cpu_to_be_32(0x0a000000 + i);
		tcp.hdr.dst_port = rte_cpu_to_be_16((uint16_t)(i * 7));
		queue.index = (uint16_t)(i % KERNEL_QUEUES);
		assert_non_null(steer_engine_flow_create(e, &attr, pattern, actions, &error));
	}
}

/** For the i-th of them. */
static void
packet_for_many(struct gen_packet *p, unsigned int i)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(p->data + 14);
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)(ip + 1);

	memset(p, 0, sizeof(*p));
	p->len = 60;
	p->data[12] = 0x08;
	ip->version_ihl = 0x45;
	ip->next_proto_id = IPPROTO_TCP;
	ip->dst_addr = rte_cpu_to_be_32(0x0a000000 + i);
	tcp->dst_port = rte_cpu_to_be_16((uint16_t)(i * 7));
}

static void
test_many(void **state __rte_unused)
{
	struct steer_engine *e = steer_engine_create(KERNEL_QUEUES, SOCKET_ID_ANY);
	struct steer_kernel_trouble trouble;
	struct steer_kernel_info info;
	struct steer_kernel_run run;
	struct timespec begin, end;
	struct gen_packet p;

	assert_non_null(e);
	assert_int_equal(steer_engine_configure(e, KERNEL_QUEUES, 1), 0);
	create_many(e, MANY);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_int_equal(steer_kernel_sync(xdp, e, &trouble), 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%u rules in %ld ms\n", MANY, (long)((end.tv_sec - begin.tv_sec) * 1000 +
						   (end.tv_nsec - begin.tv_nsec) / 1000000));
	steer_kernel_info(xdp, &info);
	assert_int_equal(info.rules, MANY);
	assert_int_equal(info.masks, 1);
	for (unsigned int i = 0; i <= MANY; i += MANY / 100) {
		packet_for_many(&p, i);
		assert_int_equal(steer_kernel_test(xdp, p.data, p.len, 1, &run), 0);
		assert_int_equal(run.meta.flags & STEER_KERNEL_MATCHED,
				 i < MANY ? STEER_KERNEL_MATCHED : 0);
		assert_int_equal(run.meta.queue, i < MANY ? i % KERNEL_QUEUES : 0);
	}
	assert_int_equal(steer_kernel_pause(xdp, &trouble), 0);
	assert_int_equal(steer_kernel_test(xdp, p.data, p.len, 1, &run), 0);
	assert_int_equal(run.meta.flags, STEER_KERNEL_STAY);
	steer_engine_free(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xdp),
		cmocka_unit_test(test_tap),
		cmocka_unit_test(test_remote),
		cmocka_unit_test(test_bugs),
		cmocka_unit_test(test_many),
	};
	struct steer_kernel_trouble trouble;
	int rc;

	xdp = steer_kernel_open(STEER_KERNEL_XDP, &trouble);
	if (xdp == NULL || (tap = steer_kernel_open(STEER_KERNEL_TAP, &trouble)) == NULL ||
	    (remote = steer_kernel_open(STEER_KERNEL_REMOTE, &trouble)) == NULL) {
		printf("skipped: %s\n", trouble.text);
		/* What the verifier refuses is our fault. */
		return trouble.code == EACCES ? 1 : SKIPPED;
	}
	if (test_eal_init(NULL) != 0)
		return 1;
	pool = rte_pktmbuf_pool_create("packets", 4095, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
				       SOCKET_ID_ANY);
	if (pool == NULL)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	steer_kernel_close(xdp);
	steer_kernel_close(tap);
	steer_kernel_close(remote);
	rte_mempool_free(pool);
	test_eal_cleanup();
	return rc;
}
