/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The way from any source (a lower queue) to any target (one of our RX queues): one SP/SC ring for
 * each pair. A source has one producer at a time (who holds its drain lock), a target one consumer
 * (who polls it), so that nobody ever waits for a preempted one.
 *
 * Each target has a bitmap of the sources whose rings may hold something, so that an idle poll
 * looks at one cache line, however many sources there are.
 */

#ifndef STEER_RINGS_H
#define STEER_RINGS_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

/** Most sources: bits of a bitmap; and most targets. */
#define STEER_RINGS_SOURCES 64
#define STEER_RINGS_TARGETS 64
/** Most packets that a ring can be asked to hold. */
#define STEER_RINGS_SIZE (1u << 24)

struct steer_rings_target {
	uint64_t pending;
	/** Source to begin with: behind the last one that filled a burst, so that none starves. */
	uint32_t start;
} __rte_cache_aligned;

struct steer_rings {
	uint16_t n_sources;
	uint16_t n_targets;
	/** Distance of two rings in memory. */
	uint32_t stride;
	uint8_t *rings;
	/** Targets (a bitmap) that take nothing: their owner sets it, producers look at it. */
	uint64_t closed;
	/** Targets whose consumers sleep: see steer_rings_sleeps(). */
	uint64_t sleeping;
	struct steer_rings_target target[];
};

/**
 * @param size    Packets that each ring holds at least, 1..STEER_RINGS_SIZE.
 * @param socket  NUMA node.
 * @return        NULL with rte_errno (EINVAL, ENOMEM).
 */
struct steer_rings *steer_rings_create(uint16_t n_sources, uint16_t n_targets, uint32_t size,
				       int socket);

/** Free the rings and the packets in them. Nobody may use them. NULL is allowed. */
void steer_rings_free(struct steer_rings *r);

/** Bytes that steer_rings_create() takes. */
size_t steer_rings_bytes(uint16_t n_sources, uint16_t n_targets, uint32_t size);

static inline struct rte_ring *
steer_ring(const struct steer_rings *r, unsigned int source, unsigned int target)
{
	return (struct rte_ring *)(r->rings +
				   (size_t)(source * r->n_targets + target) * r->stride);
}

/**
 * Put packets into a ring; steer_rings_notify() has to follow before the source is let go.
 * @return how many fitted.
 */
static inline unsigned int
steer_rings_enqueue(struct steer_rings *r, unsigned int source, unsigned int target,
		    struct rte_mbuf **pkts, unsigned int n)
{
	return rte_ring_sp_enqueue_burst(steer_ring(r, source, target), (void **)pkts, n, NULL);
}

/**
 * The consumer of a target sleeps, or does not any more. Who is about to sleep says so first, and
 * then looks at its rings: either it sees what is in them, or who puts it in sees that it sleeps.
 */
static inline void
steer_rings_sleeps(struct steer_rings *r, unsigned int target, bool sleeps)
{
	const uint64_t bit = UINT64_C(1) << target;

	if (sleeps)
		__atomic_fetch_or(&r->sleeping, bit, __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_and(&r->sleeping, ~bit, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/**
 * Tell targets (a bitmap) that the source has something for them.
 * @return those of them that sleep, and that nobody else has been asked to wake: wake them.
 */
static inline uint64_t
steer_rings_notify(struct steer_rings *r, unsigned int source, uint64_t targets)
{
	const uint64_t bit = UINT64_C(1) << source;
	uint64_t sleeping;

	/* Against the consumer, who clears its bit, or says that it sleeps, and then looks at the
	 * ring: one of both sees what the other wrote. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	sleeping = __atomic_load_n(&r->sleeping, __ATOMIC_RELAXED) & targets;
	while (targets != 0) {
		const unsigned int t = (unsigned int)__builtin_ctzll(targets);
		uint64_t *pending = &r->target[t].pending;

		targets &= targets - 1;
		if (!(__atomic_load_n(pending, __ATOMIC_RELAXED) & bit))
			__atomic_fetch_or(pending, bit, __ATOMIC_RELEASE);
	}
	if (likely(sleeping == 0))
		return 0;
	/* Once is enough until it sleeps anew. */
	return sleeping & __atomic_fetch_and(&r->sleeping, ~sleeping, __ATOMIC_SEQ_CST);
}

/** Take packets that came from one source. */
static inline unsigned int
steer_rings_dequeue_from(struct steer_rings *r, unsigned int source, unsigned int target,
			 struct rte_mbuf **pkts, unsigned int n)
{
	return rte_ring_sc_dequeue_burst(steer_ring(r, source, target), (void **)pkts, n, NULL);
}

/** Take up to @p n packets for a target, from whatever source. */
unsigned int steer_rings_dequeue(struct steer_rings *r, unsigned int target,
				 struct rte_mbuf **pkts, unsigned int n);

/** Free what waits for a target, as its consumer: nobody else may take meanwhile. */
void steer_rings_flush(struct steer_rings *r, unsigned int target);

/** Packets waiting for a target. */
unsigned int steer_rings_count(const struct steer_rings *r, unsigned int target);

#endif /* STEER_RINGS_H */
