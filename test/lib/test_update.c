/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * One thread replaces a rule again and again (the new one first, then the old one goes), gives it
 * other actions, or flushes two rules at once, while another one classifies: each packet is judged
 * by one of the rule sets that there were, all packets of a burst by the same one.
 */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_flow.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>

#include "eal.h"
#include "steer_engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define BURST 32
#define UPDATES 20000
#define DST 0x0a010000

static struct steer_engine *engine;
static struct rte_mbuf *pkts[BURST];
static bool done;
/* Queues that some packet has gone to, a bit each. */
static unsigned int seen;

static void
fill_packet(struct rte_mbuf *m, uint32_t src)
{
	struct rte_ether_hdr *eth;
	struct rte_ipv4_hdr *ip;
	struct rte_tcp_hdr *tcp;
	const uint16_t len = sizeof(*eth) + sizeof(*ip) + sizeof(*tcp);

	eth = memset(rte_pktmbuf_append(m, len), 0, len);
	ip = (struct rte_ipv4_hdr *)(eth + 1);
	tcp = (struct rte_tcp_hdr *)(ip + 1);
	eth->ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16(sizeof(*ip) + sizeof(*tcp));
	ip->next_proto_id = IPPROTO_TCP;
	ip->src_addr = rte_cpu_to_be_32(src);
	ip->dst_addr = RTE_BE32(DST);
	tcp->dst_port = RTE_BE16(80);
}

/* Shapes of rules that stand in different subtables, one of them among ranges. */
enum shape { SHAPE_ADDR, SHAPE_NET, SHAPE_PORTS, SHAPES };

static struct steer_flow *
create_in(uint32_t group, enum shape shape, uint32_t prio, enum rte_flow_action_type type,
	  const void *conf)
{
	const struct rte_flow_attr attr = { .ingress = 1, .group = group, .priority = prio };
	const struct rte_flow_action actions[] = {
		{ .type = type, .conf = conf },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	const struct rte_flow_item_ipv4 ip = { .hdr.dst_addr = RTE_BE32(DST) };
	const struct rte_flow_item_ipv4 addr = { .hdr.dst_addr = RTE_BE32(0xffffffff) };
	const struct rte_flow_item_ipv4 net = { .hdr.dst_addr = RTE_BE32(0xffffff00) };
	const struct rte_flow_item_tcp first = { .hdr.dst_port = RTE_BE16(1) };
	const struct rte_flow_item_tcp last = { .hdr.dst_port = RTE_BE16(1000) };
	const struct rte_flow_item_tcp port = { .hdr.dst_port = RTE_BE16(0xffff) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4, .spec = &ip,
		  .mask = shape == SHAPE_NET ? &net : &addr },
		{ .type = RTE_FLOW_ITEM_TYPE_TCP, .spec = shape == SHAPE_PORTS ? &first : NULL,
		  .last = shape == SHAPE_PORTS ? &last : NULL,
		  .mask = shape == SHAPE_PORTS ? &port : NULL },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	struct rte_flow_error error;

	return steer_engine_flow_create(engine, &attr, pattern, actions, &error);
}

static struct steer_flow *
create(enum shape shape, uint32_t prio, uint16_t queue)
{
	const struct rte_flow_action_queue to = { .index = queue };

	return create_in(0, shape, prio, RTE_FLOW_ACTION_TYPE_QUEUE, &to);
}

/* EAL has pinned the thread that starts us. */
static void
unpin(void)
{
	cpu_set_t all;
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	CPU_ZERO(&all);
	for (long i = 0; i < n; i++)
		CPU_SET(i, &all);
	pthread_setaffinity_np(pthread_self(), sizeof(all), &all);
}

/* So many rounds, and until packets have gone to both: the reader may wait for a core. */
static bool
goes_on(unsigned int round, unsigned int rounds)
{
	const unsigned int both = 1u << 5 | 1u << 6;

	return round < rounds || (__atomic_load_n(&seen, __ATOMIC_RELAXED) & both) != both;
}

/* There is always a rule, to queue 5 or 6. */
static void *
replace(void *arg)
{
	struct steer_flow *old = arg, *new;
	bool failed = false;

	unpin();
	for (unsigned int i = 0; goes_on(i, UPDATES) && !failed; i++) {
		new = create(i % SHAPES, 0, 5 + i % 2);
		failed = new == NULL || steer_engine_flow_destroy(engine, old, NULL) != 0;
		old = new;
	}
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);
	return failed ? NULL : old;
}

/* Two rules for the same packets: the first one, to queue 5 or 6, decides; 7 is the other's. */
static void *
rewrite(void *arg)
{
	struct steer_flow **flows = arg;
	bool failed = false;

	unpin();
	for (unsigned int i = 0; goes_on(i, UPDATES) && !failed; i++) {
		const struct rte_flow_action_queue to = { .index = i % 2 ? 7 : 5 + i / 2 % 2 };
		const struct rte_flow_action_mark mark = { .id = i };
		const struct rte_flow_action actions[] = {
			{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &to },
			/* Now and then in a rule of another size. */
			{ .type = i % 3 == 0 ? RTE_FLOW_ACTION_TYPE_COUNT :
					       RTE_FLOW_ACTION_TYPE_MARK, .conf = &mark },
			{ .type = RTE_FLOW_ACTION_TYPE_END },
		};

		failed = steer_engine_flow_update(engine, flows[i % 2], actions, NULL) != 0;
	}
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);
	return failed ? NULL : arg;
}

/*
 * A new group is filled and jumped to, then the old jump goes, and the rule that it led to: there
 * is always a way to a queue.
 */
static void *
regroup(void *arg)
{
	struct steer_flow *old[2] = { NULL }, *new[2];
	bool failed = false;

	unpin();
	for (uint32_t i = 0; goes_on(i, UPDATES / 2) && !failed; i++) {
		const struct rte_flow_action_queue to = { .index = 5 + i % 2 };
		const struct rte_flow_action_jump jump = { .group = 1 + i };

		new[0] = create_in(jump.group, i % SHAPES, i % 7, RTE_FLOW_ACTION_TYPE_QUEUE, &to);
		new[1] = create_in(0, i % 2, 0, RTE_FLOW_ACTION_TYPE_JUMP, &jump);
		failed = new[0] == NULL || new[1] == NULL;
		for (unsigned int k = 0; k < 2 && !failed && old[0] != NULL; k++)
			failed = steer_engine_flow_destroy(engine, old[1 - k], NULL) != 0;
		old[0] = new[0];
		old[1] = new[1];
	}
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);
	return failed ? NULL : arg;
}

/* Two rules, that to queue 5 first, or none. */
static void *
flush(void *arg)
{
	bool failed = false;

	unpin();
	for (unsigned int i = 0; i < UPDATES / 4 && !failed; i++)
		failed = create(SHAPE_NET, 1, 6) == NULL || create(SHAPE_ADDR, 0, 5) == NULL ||
			 steer_engine_flow_flush(engine, NULL) != 0;
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);
	return failed ? NULL : arg;
}

/* Classify until the other thread is done. @return packets to each queue, and bursts not of one. */
static unsigned int
classify(uint64_t *to)
{
	struct steer_burst_stats stats;
	uint16_t queues[BURST];
	unsigned int mixed = 0;
	bool last;

	do {
		last = __atomic_load_n(&done, __ATOMIC_ACQUIRE);
		steer_engine_burst(engine, 0, 0, pkts, BURST, queues, &stats);
		for (unsigned int i = 0; i < BURST; i++) {
			assert_true(queues[i] < 8);
			__atomic_fetch_or(&seen, 1u << queues[i], __ATOMIC_RELAXED);
			to[queues[i]]++;
			mixed += queues[i] != queues[0];
		}
	} while (!last);
	return mixed;
}

static void
run(void *(*writer)(void *), void *arg, uint64_t *to)
{
	pthread_t thread;
	unsigned int mixed;
	void *result;

	done = false;
	seen = 0;
	memset(to, 0, 8 * sizeof(to[0]));
	assert_int_equal(pthread_create(&thread, NULL, writer, arg), 0);
	mixed = classify(to);
	pthread_join(thread, &result);
	assert_non_null(result);
	assert_int_equal(mixed, 0);
}

static void
test_replace(void **state)
{
	uint64_t to[8];

	(void)state;
	run(replace, create(SHAPE_ADDR, 0, 5), to);
	assert_true(to[5] > 0);
	assert_true(to[6] > 0);
	to[5] = to[6] = 0;
	for (unsigned int q = 0; q < 8; q++)
		assert_int_equal(to[q], 0);
}

static void
rewrites(enum shape shape)
{
	struct steer_flow *flows[2];
	uint64_t to[8];

	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	flows[0] = create(shape, 3, 6);
	flows[1] = create(shape, 3, 7);
	run(rewrite, flows, to);
	assert_true(to[5] > 0);
	assert_true(to[6] > 0);
	to[5] = to[6] = 0;
	for (unsigned int q = 0; q < 8; q++)
		assert_int_equal(to[q], 0);
	assert_int_equal(steer_engine_flow_count(engine), 2);
}

static void
test_rewrite(void **state)
{
	(void)state;
	rewrites(SHAPE_ADDR);
	rewrites(SHAPE_PORTS);
}

static void
test_flush(void **state)
{
	uint64_t to[8];

	(void)state;
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	run(flush, engine, to);
	/* None, the first alone (its queue is 6), or both (5 wins). */
	to[0] = to[5] = to[6] = 0;
	for (unsigned int q = 0; q < 8; q++)
		assert_int_equal(to[q], 0);
	assert_int_equal(steer_engine_flow_count(engine), 0);
}

static void
test_regroup(void **state)
{
	uint64_t to[8];

	(void)state;
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	steer_engine_isolate(engine, true);
	/* There is a rule before the first jump. */
	assert_non_null(create(SHAPE_NET, UINT32_MAX, 7));
	run(regroup, engine, to);
	steer_engine_isolate(engine, false);
	assert_true(to[5] > 0);
	assert_true(to[6] > 0);
	to[5] = to[6] = to[7] = 0;
	for (unsigned int q = 0; q < 8; q++)
		assert_int_equal(to[q], 0);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
}

/* A handle that was destroyed is none any more; nor is one of another engine. */
static void
test_handles(void **state)
{
	struct steer_engine *other = steer_engine_create(8, SOCKET_ID_ANY);
	struct rte_flow_error error;
	struct steer_flow *flow;

	(void)state;
	assert_non_null(other);
	flow = create(SHAPE_ADDR, 0, 5);
	assert_int_equal(steer_engine_flow_destroy(other, flow, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_HANDLE);
	assert_int_equal(steer_engine_flow_destroy(engine, NULL, &error), -EINVAL);
	assert_int_equal(steer_engine_flow_count(engine), 1);
	assert_int_equal(steer_engine_flow_destroy(engine, flow, &error), 0);
	assert_int_equal(steer_engine_flow_count(engine), 0);
	steer_engine_free(other);
}

static int
setup(void **state)
{
	struct rte_mempool *pool;

	(void)state;
	pool = rte_pktmbuf_pool_create("update", 255, 0, 0, 256, SOCKET_ID_ANY);
	engine = steer_engine_create(8, SOCKET_ID_ANY);
	if (pool == NULL || engine == NULL || steer_engine_configure(engine, 8, 1) != 0 ||
	    rte_pktmbuf_alloc_bulk(pool, pkts, BURST) != 0)
		return -1;
	for (uint32_t i = 0; i < BURST; i++)
		fill_packet(pkts[i], 0x0a020000 + i);
	return 0;
}

static int
teardown(void **state)
{
	struct rte_mempool *pool = pkts[0]->pool;
	unsigned int missing;

	(void)state;
	steer_engine_free(engine);
	rte_pktmbuf_free_bulk(pkts, BURST);
	missing = rte_mempool_in_use_count(pool);
	rte_mempool_free(pool);
	return missing == 0 ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_rewrite),
		cmocka_unit_test(test_flush),
		cmocka_unit_test(test_regroup),
		cmocka_unit_test(test_handles),
	};
	int failed;

	if (test_eal_init(NULL) != 0)
		return 1;
	failed = cmocka_run_group_tests_name("update", tests, setup, teardown);
	test_eal_cleanup();
	return failed;
}
