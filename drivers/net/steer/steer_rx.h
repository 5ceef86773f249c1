/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The receive side: sources (lower queues), targets (our RX queues) and the rings between them.
 *
 * Whoever polls a target may drain a source, under the source's lock, which nobody waits for. The
 * holder classifies a burst, takes its own packets directly and puts the others into their rings.
 *
 * Who drains what: each target has its own sources (those with the same number, counted round), so
 * with as many lower queues as ours nobody shares a lock. A source that nobody has drained during
 * STEER_NEGLECT of a poller's bursts is adopted by it, until its owner polls again: an application
 * may leave queues unpolled without starving the others. With dispatch=service it is services that
 * drain, each its own sources, and pollers only empty their rings.
 *
 * Order within a flow: a flow enters by one source and leaves by one target. Packets may be
 * delivered directly only while the ring from that source is empty, which is looked at under the
 * lock, since an earlier holder may have filled it after the poller last looked.
 */

#ifndef STEER_RX_H
#define STEER_RX_H

#include <rte_spinlock.h>

#include "steer_port.h"
#include "steer_rings.h"

/** Bursts of a poller after which it looks for sources that nobody drains. A power of two. */
#define STEER_NEGLECT 64

/** See staged_sum of struct steer_source. */
#define STEER_STAGED_BITS 8
#define STEER_STAGED_MASK ((1u << STEER_STAGED_BITS) - 1)

struct steer_source {
	rte_spinlock_t lock;
	/** How often it was drained. Written under the lock, read by others. */
	uint32_t drains;

	/* From here on only the lock's holder. */
	uint16_t id __rte_cache_aligned;
	/** RTE_MAX_ETHPORTS: gone. It is cut off from outside: to be read once. */
	uint16_t lower_port;
	uint16_t n_targets;
	/** Packets to ask the lower for at once, at most. */
	uint16_t burst;
	struct steer_drop_counts drops;
	struct steer_rx_counts counts[STEER_QUEUES_MAX];
	/** Most packets that its ring to each queue has held. */
	uint32_t high_water[STEER_QUEUES_MAX];
	/**
	 * Packets sorted by target, within one drain: how many, in the lowest STEER_STAGED_BITS,
	 * and how long they are above them.
	 */
	uint64_t staged_sum[STEER_QUEUES_MAX];
	/** To be freed at its end. */
	uint16_t n_dropped;
	struct rte_mbuf *dropped[STEER_BURST_MAX];
	struct rte_mbuf *staged[STEER_QUEUES_MAX][STEER_BURST_MAX];
};

/** Our RX queue; also what a service reads sources with (steer_service.c). */
struct steer_rxq {
	struct steer_port *port;
	struct steer_engine *engine;
	struct steer_rings *rings;
	struct steer_source **sources;
	uint16_t n_sources;
	uint16_t id;
	uint16_t port_id;
	/** Not started, or stopped: polling finds nothing. */
	bool stopped;
	/** The lower steers: what its queue of the same number gives is ours. It is read before and
	 * after that queue is polled. */
	bool handed;
	/** What the kernel has found in packets counts if it is of this generation; 0: it never
	 * does. */
	uint32_t generation;
	/** Sources to drain: the own ones, and those adopted. */
	uint64_t own;
	uint64_t adopted;
	uint32_t bursts;
	/** drains of each source when last looked at. */
	uint32_t seen[STEER_RINGS_SOURCES];

	/* Set-up */
	struct rte_mempool *pool;
	struct rte_eth_rxconf conf;
	uint16_t n_desc;
} __rte_cache_aligned;

/** What is left of sources that are gone, and where counting began. Control path. */
struct steer_rx_totals {
	struct steer_rx_counts counts[STEER_QUEUES_MAX];
	struct steer_rx_counts counts_base[STEER_QUEUES_MAX];
	struct steer_drop_counts drops[STEER_RINGS_SOURCES];
	struct steer_drop_counts drops_base[STEER_RINGS_SOURCES];
	/** Delivered into a ring, and freed there at stop. */
	uint64_t stopped;
	uint64_t stopped_base;
};

/* steer_rx.c */

/**
 * Look for packets before sleeping: those in lower queues, if @p below, are put into rings.
 * @return whether there is something to receive for the queue now, or may be below.
 */
bool steer_rx_look(struct steer_rxq *rxq, bool below);

/* steer_source.c */

/**
 * Make sources and rings for the port's lower queues and point the RX queues at them.
 * @param ring_size  Packets each ring holds.
 * @return           0; -ENOMEM (then nothing is left).
 */
int steer_sources_create(struct steer_port *port, uint32_t ring_size);
/** Free them and the packets in the rings; their counts are kept. */
void steer_sources_free(struct steer_port *port);
/** Let an RX queue poll the port's sources; it is stopped if @p stopped. */
void steer_rxq_point(struct steer_port *port, struct steer_rxq *rxq, bool stopped);
/** Stop an RX queue that nobody polls: from now on its packets are dropped, none waits for it. */
void steer_rxq_stop(struct steer_rxq *rxq);
void steer_rxq_start(struct steer_rxq *rxq);
/**
 * Point a reader at the port's data path.
 * @param n_readers  Among how many the sources are divided, by number.
 */
void steer_reader_point(struct steer_port *port, struct steer_rxq *rxq, uint16_t n_readers);

/* steer_rx.c */

/**
 * Receive a burst from each of a reader's own sources and put all of it into rings. The reader is
 * no queue: it uses the slot of the engine with its number, which no other may use meanwhile.
 * @return packets received.
 */
uint16_t steer_rx_drain(struct steer_rxq *reader);

#endif /* STEER_RX_H */
