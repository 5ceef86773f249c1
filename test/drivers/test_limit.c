/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "soak.h"
#include "eal.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Rules until EAL has no memory left: the next one is refused, all others go on, some that go make
 * room for as many, and a flush for all of them. For devtools/soak.sh:
 *
 *	STEER_LIMIT_MEGABYTES  memory of EAL (48)
 *	STEER_LIMIT_RULES      which have to fit into it (100000)
 */

#define QUEUES 4
#define LOWERS 2
/* Packets of one round: fewer than a ring of the port holds. */
#define ROUND 64
/* Every so manyth rule goes, and comes again. */
#define SOME 16

static uint32_t wanted = 100000;
/* Rule i is flows[i], to address i; NULL: none. */
static struct rte_flow **flows;
static uint32_t n_flows;
static struct test_world world;

static uint32_t
number(const char *name, uint32_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : otherwise;
}

static struct rte_flow *
create(uint32_t i, struct rte_flow_error *error)
{
	struct test_rule r;

	test_rule(&r, 0);
	test_item_ip_dst(&r, false, i);
	test_item_dst_port(&r, IPPROTO_UDP, 100, UINT16_MAX);
	test_action_mark(&r, 1 + i);
	test_action_queue(&r, i % QUEUES);
	return rte_flow_create(world.port, &r.attr, r.pattern, r.actions, error);
}

static void
assert_no_memory(const struct rte_flow_error *error)
{
	assert_int_equal(rte_errno, ENOMEM);
	assert_int_equal(error->type, RTE_FLOW_ERROR_TYPE_HANDLE);
	assert_non_null(error->message);
	if (strstr(error->message, "memory for another rule") == NULL)
		fail_msg("refused: %s", error->message);
}

/* @return how many rules there are when there is no memory for another one. */
static uint32_t
fill(void)
{
	struct rte_flow_error error = { .message = NULL };
	static uint32_t room;
	uint32_t i;

	for (i = 0;; i++) {
		if (i == room) {
			room = room == 0 ? 1 << 16 : 2 * room;
			flows = realloc(flows, room * sizeof(flows[0]));
			assert_non_null(flows);
		}
		flows[i] = create(i, &error);
		if (flows[i] == NULL)
			break;
	}
	assert_no_memory(&error);
	return i;
}

/* Packets */

static void
send_to(uint32_t i)
{
	const struct test_packet p = { .dst = i, .proto = IPPROTO_UDP, .dport = 100 };
	struct rte_mbuf *m = test_packet_make(&p);

	assert_non_null(m);
	assert_int_equal(rte_ring_enqueue(test_below(i / QUEUES % LOWERS), m), 0);
}

static void
check(const struct rte_mbuf *m, uint16_t queue)
{
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *,
		sizeof(struct rte_ether_hdr));
	const uint32_t i = rte_be_to_cpu_32(ip->dst_addr);
	const bool marked = m->ol_flags & RTE_MBUF_F_RX_FDIR_ID;

	if (i >= n_flows || flows[i] == NULL) {
		assert_false(marked);
		return;
	}
	if (!marked || m->hash.fdir.hi != 1 + i || queue != i % QUEUES)
		fail_msg("packet of rule %" PRIu32 " on queue %u, mark %" PRIu32, i, queue,
			marked ? m->hash.fdir.hi : 0);
}

static void
receive(uint32_t n)
{
	struct rte_mbuf *pkts[TEST_BURST];
	unsigned int turn;
	uint16_t i, got;

	for (turn = 0; n > 0; turn++) {
		assert_true(turn < 100 * QUEUES);
		got = rte_eth_rx_burst(world.port, turn % QUEUES, pkts, TEST_BURST);
		for (i = 0; i < got; i++)
			check(pkts[i], turn % QUEUES);
		rte_pktmbuf_free_bulk(pkts, got);
		assert_true(got <= n);
		n -= got;
	}
}

/* A packet of each rule, and some of none. */
static void
assert_forwards(void)
{
	uint32_t i, n;

	for (i = 0; i < n_flows + ROUND; i += n) {
		for (n = 0; n < ROUND; n++)
			send_to(i + n);
		receive(n);
	}
}

/* At the limit */

/* Whatever needs memory is refused over and over, and takes none. */
static void
assert_refuses(void)
{
	struct rte_malloc_socket_stats then, now;
	struct rte_flow_error error;
	uint32_t i;

	rte_malloc_get_socket_stats(0, &then);
	for (i = 0; i < 1000; i++) {
		error = (struct rte_flow_error){ .message = NULL };
		assert_null(create(n_flows + i, &error));
		assert_no_memory(&error);
	}
	rte_malloc_get_socket_stats(0, &now);
	assert_int_equal(now.heap_allocsz_bytes, then.heap_allocsz_bytes);
	assert_int_equal(now.alloc_count, then.alloc_count);
}

static void
destroy_some(void)
{
	uint32_t i;

	for (i = 0; i < n_flows; i += SOME) {
		test_destroy(world.port, flows[i]);
		flows[i] = NULL;
	}
}

static void
create_some(void)
{
	struct rte_flow_error error = { .message = NULL };
	uint32_t i;

	for (i = 0; i < n_flows; i += SOME) {
		flows[i] = create(i, &error);
		if (flows[i] == NULL)
			fail_msg("rule %" PRIu32 " of %" PRIu32 " does not come again: %s", i,
				n_flows, error.message);
	}
}

static void
test_limit(void **state __rte_unused)
{
	const time_t begun = time(NULL);
	uint32_t again;

	test_world_up(&world, LOWERS, QUEUES, TEST_ROOMY);
	n_flows = fill();
	assert_in_range(n_flows, wanted, UINT32_MAX);
	assert_forwards();
	assert_refuses();
	assert_forwards();
	destroy_some();
	assert_forwards();
	create_some();
	assert_forwards();
	assert_int_equal(rte_flow_flush(world.port, NULL), 0);
	again = n_flows;
	n_flows = 0;
	assert_forwards();
	n_flows = fill();
	assert_in_range(n_flows, again - again / 100, UINT32_MAX);
	assert_forwards();
	print_message("%" PRIu32 " rules, %" PRIu32 " after a flush, %u s\n", again, n_flows,
		(unsigned int)(time(NULL) - begun));
	soak_result("%" PRIu32 " rules, 0 findings", again);
	/* All others are left to the port. */
	test_world_down(&world);
	free(flows);
}

int
main(void)
{
	char megabytes[16];
	const char *const args[] = { "-m", megabytes, "--log-level=pmd.net.steer:notice", NULL };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_limit, test_begin, test_end),
	};
	int ret;

	snprintf(megabytes, sizeof(megabytes), "%" PRIu32, number("STEER_LIMIT_MEGABYTES", 48));
	wanted = number("STEER_LIMIT_RULES", wanted);
	if (test_eal_init(args) != 0 || test_driver_prepare() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("limit", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
