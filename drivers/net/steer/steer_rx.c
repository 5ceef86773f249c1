/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_branch_prediction.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "steer_queue.h"
#include "steer_rx.h"

/* Smaller bursts would waste the lower's vector paths and our pipelining. */
#define BURST_MIN 32

/* Enough for any lower's vector path, and it fits into the smallest ring. */
#define BURST_SMALL 16

/* How fast bursts grow again after a ring had no room. */
#define BURST_STEP 4

static_assert((STEER_NEGLECT & (STEER_NEGLECT - 1)) == 0, "masked, not divided by");

/** A count that one thread writes and others read. */
static inline void
add(uint64_t *count, uint64_t n)
{
	__atomic_store_n(count, *count + n, __ATOMIC_RELAXED);
}

/* Sorting a burst */

/** The caller's own part of what comes from a source. */
struct sorted {
	struct rte_mbuf **own; /**< Room in the caller's array. */
	uint16_t n_own;
	uint16_t room;
};

static_assert(STEER_BURST_MAX < 1 << STEER_STAGED_BITS, "packets and bytes are in one word");

static inline void
stage_drop(struct steer_source *s, uint16_t queue, struct rte_mbuf *m)
{
	if (queue == STEER_DROP_RULE)
		add(&s->drops.rule, 1);
	else
		add(queue == STEER_DROP_ISOLATED ? &s->drops.isolated : &s->drops.no_mbuf, 1);
	s->dropped[s->n_dropped++] = m;
}

static inline void
free_dropped(struct steer_source *s)
{
	if (s->n_dropped == 0)
		return;
	rte_pktmbuf_free_bulk(s->dropped, s->n_dropped);
	s->n_dropped = 0;
}

/** Own packets are staged as all others are: which they are is not to be predicted. */
static inline void
sort(struct steer_source *s, const struct steer_rxq *rxq, struct rte_mbuf *const *pkts,
     const uint16_t *queues, uint16_t n)
{
	const uint16_t port_id = rxq->port_id;

	for (uint16_t i = 0; i < n; i++) {
		const uint16_t queue = queues[i];
		struct rte_mbuf *m = pkts[i];
		uint64_t sum;

		m->port = port_id;
		if (unlikely(STEER_IS_DROP(queue))) {
			stage_drop(s, queue, m);
			continue;
		}
		sum = s->staged_sum[queue];
		s->staged[queue][sum & STEER_STAGED_MASK] = m;
		s->staged_sum[queue] = sum + ((uint64_t)m->pkt_len << STEER_STAGED_BITS) + 1;
	}
}

/* Delivering */

static uint64_t
sum_bytes(struct rte_mbuf **pkts, uint16_t n)
{
	uint64_t bytes = 0;

	for (uint16_t i = 0; i < n; i++)
		bytes += pkts[i]->pkt_len;
	return bytes;
}

/** How full is the ring now? Its consumer may have taken some meanwhile. */
static inline void
note_high_water(struct steer_source *s, const struct steer_rings *rings, uint16_t queue)
{
	const uint32_t n = rte_ring_count(steer_ring(rings, s->id, queue));

	if (unlikely(n > s->high_water[queue]))
		__atomic_store_n(&s->high_water[queue], n, __ATOMIC_RELAXED);
}

/** Into the ring what fits; what does not is freed and counted. @return bytes that were not. */
static inline uint64_t
cross(struct steer_source *s, struct steer_rings *rings, uint16_t queue, struct rte_mbuf **pkts,
      uint16_t n)
{
	struct steer_rx_counts *c = &s->counts[queue];
	const unsigned int sent = steer_rings_enqueue(rings, s->id, queue, pkts, n);
	uint64_t bytes = 0;

	note_high_water(s, rings, queue);
	add(&c->packets, sent);
	add(&c->crossed, sent);
	if (unlikely(sent < n)) {
		/* What was sent may be gone already, what was not is still ours. */
		bytes = sum_bytes(pkts + sent, (uint16_t)(n - sent));
		rte_pktmbuf_free_bulk(pkts + sent, n - sent);
		add(&c->ring_full, n - sent);
		s->burst = BURST_SMALL;
	}
	return bytes;
}

/** Free what is for a stopped queue. @return its bytes. */
static uint64_t
drop_stopped(struct steer_source *s, uint16_t queue, struct rte_mbuf **pkts, uint16_t n)
{
	const uint64_t bytes = sum_bytes(pkts, n);

	rte_pktmbuf_free_bulk(pkts, n);
	add(&s->counts[queue].stopped, n);
	return bytes;
}

/** Own packets, as many as there is room for. @return how many. */
static inline uint16_t
keep_own(struct steer_source *s, uint16_t queue, uint16_t n, struct sorted *out)
{
	n = RTE_MIN(n, (uint16_t)(out->room - out->n_own));
	for (uint16_t i = 0; i < n; i++)
		out->own[out->n_own + i] = s->staged[queue][i];
	out->n_own = (uint16_t)(out->n_own + n);
	add(&s->counts[queue].packets, n);
	return n;
}

static inline void
notify(const struct steer_source *s, const struct steer_rxq *rxq, uint64_t targets)
{
	const uint64_t sleeping = steer_rings_notify(rxq->rings, s->id, targets);

	if (unlikely(sleeping != 0))
		steer_intr_wake(rxq->port->intr, sleeping);
}

/** What is staged for one queue. @return whether some of it went into the ring. */
static inline bool
deliver_to(struct steer_source *s, const struct steer_rxq *rxq, uint16_t queue, bool closed,
	   struct sorted *out)
{
	const uint64_t sum = s->staged_sum[queue];
	const uint16_t n = (uint16_t)(sum & STEER_STAGED_MASK);
	const uint16_t done = queue == rxq->id ? keep_own(s, queue, n, out) : 0;
	const uint16_t left = (uint16_t)(n - done);
	struct rte_mbuf **pkts = s->staged[queue] + done;
	uint64_t bytes = sum >> STEER_STAGED_BITS;

	s->staged_sum[queue] = 0;
	if (unlikely(closed) && left > 0)
		bytes -= drop_stopped(s, queue, pkts, left);
	else if (left > 0)
		bytes -= cross(s, rxq->rings, queue, pkts, left);
	add(&s->counts[queue].bytes, bytes);
	return left > 0 && !closed;
}

static inline void
deliver(struct steer_source *s, const struct steer_rxq *rxq, struct sorted *out)
{
	const uint64_t closed = __atomic_load_n(&rxq->rings->closed, __ATOMIC_RELAXED);
	uint64_t crossed = 0;

	for (uint16_t queue = 0; queue < s->n_targets; queue++)
		if (s->staged_sum[queue] != 0)
			crossed |= (uint64_t)deliver_to(s, rxq, queue, closed >> queue & 1, out)
				   << queue;
	if (crossed != 0)
		notify(s, rxq, crossed);
	free_dropped(s);
}

/* Draining */

/** What rules have copied of a burst, behind the burst itself. */
static __rte_noinline void
deliver_copies(struct steer_source *s, struct steer_rxq *rxq,
	       const struct steer_burst_stats *stats, struct sorted *out)
{
	const struct steer_copies *copies = steer_engine_copies(rxq->engine, rxq->id);
	uint16_t part;

	add(&s->drops.copies, stats->copies);
	add(&s->drops.uncopied, stats->uncopied);
	for (uint16_t i = 0; i < stats->copies; i = (uint16_t)(i + part)) {
		part = RTE_MIN((uint16_t)(stats->copies - i), (uint16_t)STEER_BURST_MAX);
		sort(s, rxq, copies->pkts + i, copies->queues + i, part);
		deliver(s, rxq, out);
	}
}

/** Software decides what becomes of a burst. */
static inline void
decide(struct steer_source *s, struct steer_rxq *rxq, struct rte_mbuf **burst, uint16_t n,
       uint16_t *queues, struct steer_burst_stats *stats)
{
	const uint32_t generation = __atomic_load_n(&rxq->generation, __ATOMIC_ACQUIRE);

	if (unlikely(generation != 0))
		add(&s->drops.in_kernel, steer_in_kernel_burst(rxq, s->id, generation, burst, n,
							       queues, stats));
	else
		steer_engine_burst(rxq->engine, rxq->id, s->id, burst, n, queues, stats);
	add(&s->drops.malformed, stats->malformed);
	add(&s->drops.hits, stats->hits);
	add(&s->drops.misses, (uint64_t)n - stats->hits);
	add(&s->drops.cached, stats->cached);
}

/** Steer a burst from a source, its lock held. */
static inline void
steer(struct steer_source *s, struct steer_rxq *rxq, struct rte_mbuf **burst, uint16_t n,
      struct sorted *out)
{
	uint16_t queues[STEER_BURST_MAX];
	struct steer_burst_stats stats;

	decide(s, rxq, burst, n, queues, &stats);
	sort(s, rxq, burst, queues, n);
	deliver(s, rxq, out);
	if (unlikely((stats.copies | stats.uncopied) != 0))
		deliver_copies(s, rxq, &stats, out);
}

/** The same where there is one queue, and room for all of it. */
static inline void
steer_alone(struct steer_source *s, struct steer_rxq *rxq, uint16_t n, struct sorted *out)
{
	uint16_t queues[STEER_BURST_MAX];
	const uint16_t port_id = rxq->port_id;
	struct steer_burst_stats stats;
	uint64_t bytes = 0;

	decide(s, rxq, out->own, n, queues, &stats);
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = out->own[i];

		m->port = port_id;
		if (unlikely(STEER_IS_DROP(queues[i]))) {
			stage_drop(s, queues[i], m);
			continue;
		}
		out->own[out->n_own++] = m;
		bytes += m->pkt_len;
	}
	add(&s->counts[0].packets, out->n_own);
	add(&s->counts[0].bytes, bytes);
	free_dropped(s);
	if (unlikely((stats.copies | stats.uncopied) != 0))
		deliver_copies(s, rxq, &stats, out);
}

/** At most @p n packets of a source, its lock held. */
static inline uint16_t
receive(struct steer_source *s, struct rte_mbuf **pkts, uint16_t n)
{
	const uint16_t lower = __atomic_load_n(&s->lower_port, __ATOMIC_RELAXED);

	if (unlikely(lower == RTE_MAX_ETHPORTS))
		return 0;
	n = rte_eth_rx_burst(lower, s->id, pkts, n);
	__atomic_store_n(&s->drains, s->drains + 1, __ATOMIC_RELAXED);
	return n;
}

/** One burst of at most @p n from a source, its lock held. @return how many came. */
static uint16_t
drain_locked(struct steer_source *s, struct steer_rxq *rxq, struct sorted *out, uint16_t n)
{
	struct rte_mbuf *burst[STEER_BURST_MAX];

	n = receive(s, burst, n);
	if (n > 0)
		steer(s, rxq, burst, n, out);
	return n;
}

/**
 * How many to ask the lower for. Not more than asked of us, where that is enough: they would leave
 * the first cache before the application reads them. After a ring had no room they are few, and
 * become more again: what is dropped has cost as much as what is not, and who empties that ring may
 * be this lcore.
 */
static inline uint16_t
burst_size(struct steer_source *s, uint16_t room)
{
	const uint16_t most = s->burst;

	s->burst = RTE_MIN((uint16_t)(most + BURST_STEP), (uint16_t)STEER_BURST_MAX);
	return RTE_MIN(RTE_MAX(room, (uint16_t)BURST_MIN), most);
}

/**
 * One burst, into @p pkts; for the others' sake it may be more.
 * @return packets put into @p pkts; without room, packets received.
 */
static uint16_t
drain_into(struct steer_source *s, struct steer_rxq *rxq, struct rte_mbuf **pkts, uint16_t room)
{
	struct sorted out = { .own = pkts, .room = room };
	uint16_t n = burst_size(s, room);

	if (s->n_targets > 1 || n > room) {
		n = drain_locked(s, rxq, &out, n);
	} else {
		n = receive(s, pkts, n);
		if (n > 0)
			steer_alone(s, rxq, n, &out);
	}
	return room > 0 ? out.n_own : n;
}

static uint16_t
drain(struct steer_rxq *rxq, uint16_t source, struct rte_mbuf **pkts, uint16_t room)
{
	struct steer_source *s = rxq->sources[source];
	uint16_t n = 0;

	/* Looking is cheaper than trying: the line stays shared. */
	if (rte_spinlock_is_locked(&s->lock) || !rte_spinlock_trylock(&s->lock))
		return 0;
	if (room > 0)
		n = (uint16_t)steer_rings_dequeue_from(rxq->rings, source, rxq->id, pkts, room);
	/* A full burst may have left something in the ring: then it is not our turn. */
	if (n < room || room == 0)
		n = (uint16_t)(n + drain_into(s, rxq, pkts + n, (uint16_t)(room - n)));
	rte_spinlock_unlock(&s->lock);
	return n;
}

/** Adopt sources that nobody has drained since the last look; let go of those that somebody did. */
static void
look_around(struct steer_rxq *rxq)
{
	rxq->adopted = 0;
	for (uint16_t i = 0; i < rxq->n_sources; i++) {
		const uint32_t drains = __atomic_load_n(&rxq->sources[i]->drains, __ATOMIC_RELAXED);

		if (drains == rxq->seen[i])
			rxq->adopted |= UINT64_C(1) << i;
		rxq->seen[i] = drains;
	}
}

/** An adopted source's owner is back if it was drained more often than by us alone. */
static inline void
check_adopted(struct steer_rxq *rxq, uint16_t source)
{
	const uint32_t drains = __atomic_load_n(&rxq->sources[source]->drains, __ATOMIC_RELAXED);

	if (drains - rxq->seen[source] > 1)
		rxq->adopted &= ~(UINT64_C(1) << source);
	rxq->seen[source] = drains;
}

static uint16_t
drain_all(struct steer_rxq *rxq, struct rte_mbuf **pkts, uint16_t n, uint16_t max)
{
	uint64_t todo = rxq->own | rxq->adopted;

	while (todo != 0 && n < max) {
		const uint16_t source = (uint16_t)__builtin_ctzll(todo);

		todo &= todo - 1;
		n = (uint16_t)(n + drain(rxq, source, pkts + n, (uint16_t)(max - n)));
		if (unlikely(rxq->adopted & UINT64_C(1) << source))
			check_adopted(rxq, source);
	}
	return n;
}

/** One burst of each of these sources, all of it into rings. @return packets received. */
static uint16_t
drain_for_others(struct steer_rxq *rxq, uint64_t sources)
{
	uint16_t n = 0;

	for (; sources != 0; sources &= sources - 1)
		n = (uint16_t)(n + drain(rxq, (uint16_t)__builtin_ctzll(sources), NULL, 0));
	return n;
}

/** The lower steered these as its rules were. */
static void
count_handed(struct steer_source *s, const struct steer_rxq *rxq, struct rte_mbuf **pkts,
	     uint16_t n)
{
	struct steer_rx_counts *c = &s->counts[rxq->id];

	for (uint16_t i = 0; i < n; i++)
		pkts[i]->port = rxq->port_id;
	add(&s->drops.handed, n);
	add(&c->packets, n);
	add(&c->bytes, sum_bytes(pkts, n));
}

/**
 * The lower lost rules while it was asked for these: software decides after all.
 * @return how many of them are ours: they are moved to the front.
 */
static uint16_t
steer_again(struct steer_source *s, struct steer_rxq *rxq, struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t part, n_own = 0;

	for (uint16_t i = 0; i < n; i = (uint16_t)(i + part)) {
		struct sorted out = { .own = pkts + n_own };

		part = RTE_MIN((uint16_t)(n - i), (uint16_t)STEER_BURST_MAX);
		out.room = part;
		steer(s, rxq, pkts + i, part, &out);
		n_own = (uint16_t)(n_own + out.n_own);
	}
	return n_own;
}

/** Rules and RSS are the lower's: its queue is ours. Nobody else drains it for us. */
static uint16_t
drain_handed(struct steer_rxq *rxq, struct rte_mbuf **pkts, uint16_t room)
{
	struct steer_source *s = rxq->sources[rxq->id];
	const uint16_t lower = __atomic_load_n(&s->lower_port, __ATOMIC_RELAXED);
	uint16_t n, got = 0;

	if (rte_spinlock_is_locked(&s->lock) || !rte_spinlock_trylock(&s->lock))
		return 0;
	/* Left by who has not noticed yet that software has stepped aside. */
	n = (uint16_t)steer_rings_dequeue_from(rxq->rings, s->id, rxq->id, pkts, room);
	if (n < room && lower != RTE_MAX_ETHPORTS)
		got = rte_eth_rx_burst(lower, s->id, pkts + n, (uint16_t)(room - n));
	__atomic_store_n(&s->drains, s->drains + 1, __ATOMIC_RELAXED);
	/* Pairs with set_path(): what came without rules, came when this was off already. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	if (likely(__atomic_load_n(&rxq->handed, __ATOMIC_RELAXED)))
		count_handed(s, rxq, pkts + n, got);
	else
		got = steer_again(s, rxq, pkts + n, got);
	rte_spinlock_unlock(&s->lock);
	return (uint16_t)(n + got);
}

uint16_t
steer_rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t max)
{
	struct steer_rxq *rxq = queue;
	uint16_t n;

	if (unlikely(rxq->stopped))
		return 0;
	n = (uint16_t)steer_rings_dequeue(rxq->rings, rxq->id, pkts, max);
	if (__atomic_load_n(&rxq->handed, __ATOMIC_ACQUIRE))
		return n < max ? n + drain_handed(rxq, pkts + n, (uint16_t)(max - n)) : n;
	if (unlikely((++rxq->bursts & (STEER_NEGLECT - 1)) == 0)) {
		look_around(rxq);
		/* Own rings fill every burst, and meanwhile nobody drains the adopted ones. */
		if (n == max)
			drain_for_others(rxq, rxq->adopted);
	}
	if (n < max)
		n = drain_all(rxq, pkts, n, max);
	return n;
}

uint16_t
steer_rx_burst_rings(void *queue, struct rte_mbuf **pkts, uint16_t max)
{
	struct steer_rxq *rxq = queue;

	return (uint16_t)steer_rings_dequeue(rxq->rings, rxq->id, pkts, max);
}

uint16_t
steer_rx_drain(struct steer_rxq *reader)
{
	return drain_for_others(reader, reader->own);
}

/*
 * Lower queues are not asked whether they have something, as not all drivers can tell: they are
 * drained. Their locks are waited for here: the holder may have received before the lower's
 * interrupt was enabled, and not look again.
 */
bool
steer_rx_look(struct steer_rxq *rxq, bool below)
{
	bool more = false;

	/* Then it does not sleep, and its rings may have no room. */
	if (steer_rings_count(rxq->rings, rxq->id) > 0)
		return true;
	for (uint16_t i = 0; below && i < rxq->n_sources; i++) {
		struct steer_source *s = rxq->sources[i];
		struct sorted out = { .room = 0 };

		rte_spinlock_lock(&s->lock);
		more |= drain_locked(s, rxq, &out, BURST_SMALL) > 0;
		rte_spinlock_unlock(&s->lock);
	}
	return more || steer_rings_count(rxq->rings, rxq->id) > 0;
}

/* Status */

int
steer_rx_descriptor_status(void *queue, uint16_t offset)
{
	const struct steer_rxq *rxq = queue;

	/* ethdev passes on any queue id as NULL, unless built for debugging */
	if (rxq == NULL || offset >= rxq->n_desc)
		return -EINVAL;
	if (rxq->rings != NULL && offset < steer_rings_count(rxq->rings, rxq->id))
		return RTE_ETH_RX_DESC_DONE;
	return RTE_ETH_RX_DESC_AVAIL;
}

steer_rx_queue_count_t
steer_rx_queue_count(void *queue)
{
	const struct steer_rxq *rxq = queue;

	return rxq != NULL && rxq->rings != NULL ? steer_rings_count(rxq->rings, rxq->id) : 0;
}
