/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_ring.h>
#include <rte_string_fns.h>

#include "handover.h"
#include "port.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define BELOW_SIZE 2048
#define BURST_MAX 128
/*
 * Rounds of polls without a packet, after which there is none: a queue that nobody polls is
 * drained by others after 64 of their polls.
 */
#define IDLE_ROUNDS 200
/* How many rounds of polls a poller that naps is awake. */
#define NAP_ROUNDS 2048
/* How often a sender makes way in vain until it gives up: seconds, on any machine. */
#define PATIENCE 5000000

/* Behind each mbuf's metadata. */
struct tag {
	struct test_flow *flow;
	uint32_t seq;
	uint32_t len;
};

static struct rte_ring *below[TEST_LOWER_MAX];
static int tag_offset;

static struct tag *
tag_of(struct rte_mbuf *m)
{
	return RTE_MBUF_DYNFIELD(m, tag_offset, struct tag *);
}

int
test_traffic_init(void)
{
	const struct rte_mbuf_dynfield field = {
		.name = "test_tag",
		.size = sizeof(struct tag),
		.align = __alignof__(struct tag),
	};
	char name[16];
	unsigned int i;

	tag_offset = rte_mbuf_dynfield_register(&field);
	if (tag_offset < 0)
		return -1;
	for (i = 0; i < TEST_LOWER_MAX; i++) {
		snprintf(name, sizeof(name), "below%u", i);
		below[i] = test_ring(name, BELOW_SIZE);
	}
	return 0;
}

/* The world */

struct rte_ring *
test_below(unsigned int lower)
{
	return below[lower];
}

void
test_world_up_on(struct test_world *w, const char *lower, uint16_t n_lower, uint16_t n_queues,
		 const char *args)
{
	char all[128];

	memset(w, 0, sizeof(*w));
	w->n_lower = n_lower;
	w->n_queues = n_queues;
	w->window = 1000;
	w->polled = TEST_ALL_QUEUES;
	w->burst = TEST_BURST;
	w->patience = PATIENCE;
	w->n_lcores = 1;
	strlcpy(w->lower, lower, sizeof(w->lower));
	assert_int_equal(rte_eth_dev_get_port_by_name(lower, &w->below), 0);
	snprintf(all, sizeof(all), "iface=%s%s%s", lower, args[0] != '\0' ? "," : "", args);
	w->port = test_plug("net_steer0", all);
	test_start(w->port, n_queues, 1);
}

void
test_world_up(struct test_world *w, uint16_t n_lower, uint16_t n_queues, const char *args)
{
	test_plug_rings("below", below, n_lower);
	test_world_up_on(w, "net_ring_below", n_lower, n_queues, args);
}

void
test_world_raise(struct test_world *w, const char *args)
{
	char all[128];

	test_stop(w->port);
	w->low = w->port;
	w->raised = true;
	snprintf(all, sizeof(all), "iface=net_steer0%s%s", args[0] != '\0' ? "," : "", args);
	w->port = test_plug("net_steer_top", all);
	test_start(w->port, w->n_queues, 1);
}

void
test_world_clear(const struct test_world *w)
{
	struct rte_mbuf *m;
	unsigned int i;

	for (i = 0; i < TEST_LOWER_MAX; i++)
		while (rte_ring_dequeue(below[i], (void **)&m) == 0)
			rte_pktmbuf_free(m);
	test_world_check(w);
}

void
test_world_down(struct test_world *w)
{
	test_stop(w->port);
	if (w->raised)
		test_unplug("net_steer_top");
	/* Closed already, if it was below another one. */
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(w->lower), 0);
	test_world_clear(w);
}

void
test_world_check(const struct test_world *w)
{
	if (w->bad)
		fail_msg("%s", w->sentence);
}

/* Sending */

uint64_t
test_received(const struct test_world *w)
{
	uint64_t n = 0;
	unsigned int i;

	/* The port may have had more queues before. */
	for (i = 0; i < TEST_QUEUES_MAX; i++)
		n += __atomic_load_n(&w->received[i], __ATOMIC_RELAXED);
	return n;
}

unsigned int
test_waiting_below(const struct test_world *w)
{
	unsigned int n = 0;
	unsigned int i;

	for (i = 0; i < w->n_lower; i++)
		n += rte_ring_count(below[i]);
	return n;
}

static void
give_up(struct test_world *w)
{
	struct rte_eth_stats stats = { .ipackets = 0 };
	unsigned int waiting = 0;
	uint16_t q;

	if (__atomic_test_and_set(&w->bad, __ATOMIC_RELAXED))
		return;
	rte_eth_stats_get(w->port, &stats);
	for (q = 0; q < w->n_queues; q++)
		waiting += rte_eth_rx_queue_count(w->port, q);
	snprintf(w->sentence, sizeof(w->sentence),
		"%u lower queues, %u queues: nothing arrives any more: sent %ld, delivered %ld, "
		"received %ld, missed %ld, waiting %u, below %u",
		w->n_lower, w->n_queues, (long)w->sent, (long)stats.ipackets,
		(long)test_received(w), (long)stats.imissed, waiting, test_waiting_below(w));
}

/* Something is in the way: whoever polls shall take it. False: nobody does. */
static bool
make_way(struct test_world *w)
{
	const uint64_t received = test_received(w);
	uint16_t q;

	if (received != w->received_then)
		w->patience = PATIENCE;
	w->received_then = received;
	if (--w->patience == 0)
		give_up(w);
	if (w->n_pollers > 0) {
		sched_yield();
		return !w->bad;
	}
	for (q = 0; q < w->n_queues; q++) {
		if (w->polled & RTE_BIT64(q))
			test_poll(w, q, w->burst);
	}
	return !w->bad;
}

bool
test_offer(struct test_world *w, struct test_flow *flow, uint16_t lower)
{
	struct rte_mbuf *m;

	if (rte_ring_full(below[lower]) || (m = test_packet_make(&flow->packet)) == NULL)
		return false;
	w->last_sent = m;
	*tag_of(m) = (struct tag){ flow, flow->sent++, m->pkt_len };
	if (flow->queue != TEST_NOWHERE)
		w->sent++;
	/* Nobody else sends: there is still room. */
	test_give(m);
	rte_ring_enqueue(below[lower], m);
	return true;
}

void
test_send_anyhow(struct test_world *w, struct test_flow *flow, uint16_t lower)
{
	while (!test_offer(w, flow, lower)) {
		if (!make_way(w))
			return;
	}
}

void
test_send(struct test_world *w, struct test_flow *flow, uint16_t lower)
{
	while (w->sent - test_received(w) >= w->window) {
		if (!make_way(w))
			return;
	}
	test_send_anyhow(w, flow, lower);
}

/* Receiving */

static void
complain(struct test_world *w, const struct test_flow *f, const char *what, uint64_t is,
	 uint64_t wanted)
{
	if (__atomic_test_and_set(&w->bad, __ATOMIC_RELAXED))
		return;
	snprintf(w->sentence, sizeof(w->sentence),
		"%u lower queues, %u queues: packet proto %u dst 0x%x port %u: %s is %ld, not %ld",
		w->n_lower, w->n_queues, f->packet.proto, f->packet.dst, f->packet.dport, what,
		(long)is, (long)wanted);
}

/* A rule to a queue that does not exist is none. */
static bool
has_rule(const struct test_world *w, const struct test_flow *f)
{
	return f->queue >= TEST_NOWHERE || f->queue < w->n_queues;
}

static void
check_metadata(struct test_world *w, uint16_t queue, struct rte_mbuf *m)
{
	const uint64_t flags = m->ol_flags & (RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID);
	const struct test_flow *f = tag_of(m)->flow;
	const bool rule = has_rule(w, f);
	uint64_t wanted = 0;

	if (rule && f->mark != 0)
		wanted = RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
	else if (rule && f->flag)
		wanted = RTE_MBUF_F_RX_FDIR;
	if (rule && f->queue != TEST_ANYWHERE && f->queue != queue)
		complain(w, f, "queue", queue, f->queue);
	if (flags != wanted && !w->any_metadata)
		complain(w, f, "flags", flags, wanted);
	if (rule && f->mark != 0 && m->hash.fdir.hi != f->mark)
		complain(w, f, "mark", m->hash.fdir.hi, f->mark);
	if (m->port != w->port)
		complain(w, f, "port", m->port, w->port);
	if (m->pkt_len != tag_of(m)->len)
		complain(w, f, "length", m->pkt_len, tag_of(m)->len);
}

static void
check_order(struct test_world *w, struct rte_mbuf *m)
{
	struct test_flow *f = tag_of(m)->flow;
	const uint32_t seq = tag_of(m)->seq;

	if (w->moving || !has_rule(w, f))
		return;
	if (seq < f->next || (seq != f->next && !w->lossy))
		complain(w, f, "sequence number", seq, f->next);
	f->next = seq + 1;
}

static void
take(struct test_world *w, uint16_t queue, struct rte_mbuf *m)
{
	struct test_flow *f = tag_of(m)->flow;

	check_metadata(w, queue, m);
	check_order(w, m);
	/* A flow that moves is taken by several threads. */
	__atomic_fetch_add(&f->received, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&f->came_from, queue, __ATOMIC_RELAXED);
	rte_pktmbuf_free(m);
}

static uint16_t
next_burst(unsigned int *turn, uint16_t burst)
{
	static const uint16_t odd[] = { 1, 3, 7, 2, 31, 5, 33, 64, 17, 4, 100 };

	return burst != TEST_ODD_BURSTS ? burst : odd[(*turn)++ % RTE_DIM(odd)];
}

static uint16_t
poll_queue(struct test_world *w, uint16_t queue, uint16_t burst)
{
	struct rte_mbuf *pkts[BURST_MAX];
	uint16_t n, i;

	n = rte_eth_rx_burst(w->port, queue, pkts, burst);
	if (n > burst)
		complain(w, tag_of(pkts[0])->flow, "burst", n, burst);
	for (i = 0; i < n; i++)
		take(w, queue, pkts[i]);
	/* Last of all: whoever waits for it goes on sending, or looks at the flows. */
	if (n > 0)
		__atomic_fetch_add(&w->received[queue], n, __ATOMIC_RELEASE);
	return n;
}

uint16_t
test_poll(struct test_world *w, uint16_t queue, uint16_t burst)
{
	return poll_queue(w, queue, next_burst(&w->turn, burst));
}

void
test_poll_rest(struct test_world *w, uint64_t queues, uint16_t burst)
{
	unsigned int idle, n;
	uint16_t q;

	for (idle = 0; idle < IDLE_ROUNDS; idle++) {
		for (q = 0, n = 0; q < w->n_queues; q++) {
			if (queues & RTE_BIT64(q))
				n += test_poll(w, q, burst);
		}
		if (n > 0)
			idle = 0;
	}
}

void
test_expect(struct test_world *w, const struct test_packet *packet, uint16_t queue, uint32_t mark)
{
	struct test_flow f = { .packet = *packet, .queue = queue, .mark = mark };
	const uint64_t received = test_received(w);

	test_send(w, &f, 0);
	test_poll_rest(w, TEST_ALL_QUEUES, TEST_BURST);
	test_world_check(w);
	assert_int_equal(f.received, queue == TEST_NOWHERE ? 0 : 1);
	assert_int_equal(test_received(w) - received, f.received);
}

/* Threads */

static int
poller_main(struct test_poller *p)
{
	struct test_world *w = p->world;
	unsigned int turn = 0, round, n;
	uint16_t q;

	for (round = 1; !__atomic_load_n(&w->stop, __ATOMIC_ACQUIRE); round++) {
		for (q = 0, n = 0; q < w->n_queues; q++) {
			if (p->queues & RTE_BIT64(q))
				n += poll_queue(w, q, next_burst(&turn, p->burst));
		}
		/* There may be more threads than cores. */
		if (n == 0)
			sched_yield();
		if (w->nap_us != 0 && round % NAP_ROUNDS == 0)
			usleep(w->nap_us);
	}
	return 0;
}

static void *
on_thread(void *arg)
{
	poller_main(arg);
	return NULL;
}

static int
on_lcore(void *arg)
{
	return poller_main(arg);
}

/* The n-th lcore besides the main one; RTE_MAX_LCORE: there is none. */
static unsigned int
nth_lcore(unsigned int n)
{
	unsigned int lcore = rte_get_next_lcore(-1, 1, 0);

	while (n-- > 0 && lcore < RTE_MAX_LCORE)
		lcore = rte_get_next_lcore(lcore, 1, 0);
	return lcore;
}

/* Some are lcores, if there are any besides us; the others are not EAL's. */
static void
launch(struct test_poller *p, unsigned int n)
{
	p->lcore = n < p->world->n_lcores ? nth_lcore(n) : RTE_MAX_LCORE;
	if (p->lcore < RTE_MAX_LCORE)
		assert_int_equal(rte_eal_remote_launch(on_lcore, p, p->lcore), 0);
	else
		assert_int_equal(pthread_create(&p->thread, NULL, on_thread, p), 0);
}

void
test_pollers_start(struct test_world *w, unsigned int n, uint64_t queues, uint16_t burst)
{
	unsigned int i, q, taken = 0;

	assert_true(n <= TEST_THREADS_MAX);
	w->stop = false;
	for (i = 0; i < n; i++)
		w->poller[i] = (struct test_poller){ .world = w, .burst = burst };
	for (q = 0; q < w->n_queues && n > 0; q++) {
		if (queues & RTE_BIT64(q))
			w->poller[taken++ % n].queues |= RTE_BIT64(q);
	}
	for (w->n_pollers = 0; w->n_pollers < n; w->n_pollers++)
		launch(&w->poller[w->n_pollers], w->n_pollers);
}

uint64_t
test_pollers_halt(struct test_world *w)
{
	struct test_poller *p;
	uint64_t queues = 0;

	__atomic_store_n(&w->stop, true, __ATOMIC_RELEASE);
	while (w->n_pollers > 0) {
		p = &w->poller[--w->n_pollers];
		if (p->lcore < RTE_MAX_LCORE)
			rte_eal_wait_lcore(p->lcore);
		else
			pthread_join(p->thread, NULL);
		queues |= p->queues;
	}
	return queues;
}

void
test_pollers_stop(struct test_world *w)
{
	test_poll_rest(w, test_pollers_halt(w), TEST_BURST);
}
