/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_ring.h>

#include "hostile_judge.h"

#define BURST_MOST 128
#define POLL_MOST 64
/* Of one burst: the pool has more. */
#define SEGMENTS_MOST 12000
/* Polls of all queues in turn, after which a packet has not been forgotten for a while. */
#define ROUNDS_MOST 100000
#define NO_QUEUE UINT16_MAX

void
hostile_batch_add(struct hostile_batch *b, const struct hostile_packet *p)
{
	struct hostile_flight *f = &b->flights[b->n++];

	memset(f, 0, sizeof(*f));
	hostile_mold_init(&f->mold, p, &b->world->random);
	b->longest = RTE_MAX(b->longest, p->len);
}

static void
decode(struct hostile_flight *f)
{
	const struct ref_input in = {
		.data = f->mold.data,
		.len = f->mold.len,
		.ol_flags = f->mold.ol_flags,
		.vlan_tci = f->mold.vlan_tci,
		.vlan_tci_outer = f->mold.vlan_tci_outer,
	};

	ref_decode(&in, &f->decoded);
}

static void
some_packet(void *arg, struct gen_random *r, struct ref_packet *p)
{
	const struct hostile_batch *b = arg;

	*p = b->flights[gen_below(r, b->n)].decoded;
}

static void
prepare(struct hostile_batch *b, bool edits)
{
	for (unsigned int i = 0; i < b->n; i++)
		decode(&b->flights[i]);
	hostile_world_rules(b->world, edits, some_packet, b);
	for (unsigned int i = 0; i < b->n; i++)
		hostile_judge_before(b, &b->flights[i]);
	b->world->stats->distinct += b->n;
}

static void
forget(struct hostile_batch *b)
{
	for (unsigned int i = 0; i < b->n; i++) {
		hostile_mold_free(&b->flights[i].mold);
		free(b->flights[i].made);
	}
	b->n = 0;
	b->longest = 0;
}

/* Sending */

/* One time that all packets are sent. */
struct trip {
	struct hostile_batch *batch;
	struct hostile_sums *sums;
	uint16_t lazy; /* A queue that nobody polls. */
	bool fence;
	uint16_t order[HOSTILE_BATCH];
	unsigned int at;
};

/* Until the pool is empty, or the ring full. @return how many went. */
static unsigned int
send_burst(struct trip *t)
{
	struct hostile_batch *b = t->batch;
	struct hostile_world *w = b->world;
	const unsigned int most = RTE_MIN(gen_between(&w->random, 1, BURST_MOST), b->n - t->at);
	unsigned int n, segments = 0;

	for (n = 0; n < most && segments < SEGMENTS_MOST; n++) {
		struct hostile_flight *f = &b->flights[t->order[t->at + n]];
		struct rte_mbuf *m = hostile_mold_cast(&f->mold, w->pool, &w->random, t->fence);

		if (m == NULL)
			break;
		f->out = true;
		segments += f->mold.n_segments;
		rte_ring_enqueue(w->below[gen_below(&w->random, w->n_lower)], m);
	}
	return n;
}

static void
poll(struct trip *t, uint16_t queue)
{
	static const uint16_t sizes[] = { 1, 4, 7, 31, 32, 33, POLL_MOST };
	struct hostile_world *w = t->batch->world;
	struct rte_mbuf *pkts[POLL_MOST];
	const uint16_t n = rte_eth_rx_burst(w->port, queue, pkts, gen_pick(&w->random, sizes));

	for (uint16_t i = 0; i < n; i++)
		hostile_judge(w, pkts[i], queue, t->sums);
}

/* Packets that are still below, or in rings of queues that are polled. */
static unsigned int
waiting(const struct trip *t)
{
	const struct hostile_world *w = t->batch->world;
	unsigned int n = 0;

	for (uint16_t i = 0; i < w->n_lower; i++)
		n += rte_ring_count(w->below[i]);
	for (uint16_t q = 0; q < w->ref.n_queues; q++)
		if (q != t->lazy)
			n += (unsigned int)rte_eth_rx_queue_count(w->port, q);
	return n;
}

static void
poll_all(struct trip *t)
{
	struct hostile_world *w = t->batch->world;

	for (unsigned int round = 0; round == 0 || waiting(t) > 0; round++) {
		for (uint16_t q = 0; q < w->ref.n_queues; q++)
			if (q != t->lazy)
				poll(t, q);
		if (round == ROUNDS_MOST) {
			hostile_find(w->stats, "%u packets are never delivered", waiting(t));
			break;
		}
	}
}

static void
shuffle(struct trip *t)
{
	struct gen_random *r = &t->batch->world->random;

	for (unsigned int i = 0; i < t->batch->n; i++)
		t->order[i] = (uint16_t)i;
	for (unsigned int i = t->batch->n; i > 1; i--) {
		const uint32_t with = gen_below(r, i);

		RTE_SWAP(t->order[i - 1], t->order[with]);
	}
}

static void
send_all(struct trip *t)
{
	struct hostile_batch *b = t->batch;
	unsigned int n;

	shuffle(t);
	for (t->at = 0; t->at < b->n; t->at += n) {
		n = send_burst(t);
		if (n == 0) {
			hostile_find(b->world->stats, "no mbufs are left");
			break;
		}
		poll_all(t);
		for (unsigned int i = t->at; t->lazy == NO_QUEUE && i < t->at + n; i++)
			hostile_judge_end(b->world, &b->flights[t->order[i]], t->sums);
	}
}

/* What waits for a queue that was not polled: comes now, or is freed by stop. */
static void
end_lazy(struct trip *t, bool stop)
{
	struct hostile_batch *b = t->batch;
	struct hostile_world *w = b->world;

	t->lazy = NO_QUEUE;
	if (stop) {
		t->sums->waiting = waiting(t);
		hostile_world_stop(w);
	} else {
		poll_all(t);
	}
	for (unsigned int i = 0; i < t->at; i++)
		hostile_judge_end(w, &b->flights[t->order[i]], t->sums);
}

void
hostile_batch_run(struct hostile_batch *b, unsigned int repeats, bool stop)
{
	struct hostile_world *w = b->world;
	struct hostile_counts before, after;
	struct hostile_sums sums = { 0 };
	static struct trip t;
	bool lazy;

	if (b->n == 0)
		return;
	lazy = w->ref.n_queues > 1 && (stop || gen_chance(&w->random, 6));
	prepare(b, b->longest <= REF_PACKET_MAX && gen_chance(&w->random, 50));
	t = (struct trip){ .batch = b, .sums = &sums, .lazy = NO_QUEUE,
			   .fence = w->style.edits == 0 };
	if (lazy) {
		t.lazy = (uint16_t)gen_below(&w->random, w->ref.n_queues);
		repeats = 1;
	}
	hostile_world_counts(w, &before);
	for (unsigned int i = 0; i < repeats; i++)
		send_all(&t);
	if (!lazy)
		hostile_world_forget(w, repeats);
	if (lazy) {
		end_lazy(&t, stop);
		hostile_world_forget(w, repeats);
	} else if (stop) {
		hostile_world_stop(w);
	}
	hostile_world_counts(w, &after);
	hostile_judge_sums(w, &sums, &before, &after);
	forget(b);
}
