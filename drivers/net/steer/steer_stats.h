/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What is counted, and how it is told.
 */

#ifndef STEER_STATS_H
#define STEER_STATS_H

#include <pthread.h>
#include <stdint.h>

#include <ethdev_driver.h>
#include <rte_ethdev.h>

#include "steer_compat.h"

struct steer_port;
struct steer_txq;

/** Totals of one target queue from one lower queue; one writer (the drain lock's holder). */
struct steer_rx_counts {
	uint64_t packets;   /**< Delivered, directly or by ring. */
	uint64_t bytes;
	uint64_t crossed;   /**< Of packets: by ring. */
	uint64_t ring_full; /**< Freed because the ring was full. */
	uint64_t stopped;   /**< Freed because the queue was stopped. */
};

/** What of one lower queue belongs to no target: drops, and what is known before; same writer. */
struct steer_drop_counts {
	uint64_t rule;
	uint64_t isolated;
	uint64_t no_mbuf;   /**< A rule changes them, and there was no mbuf for that. */
	uint64_t malformed; /**< Not dropped, only counted. */
	uint64_t hits;      /**< Matched by some rule; not dropped. */
	uint64_t misses;    /**< Matched by none. With hits and handed, all packets received. */
	uint64_t cached;    /**< Of hits and misses, those that the flow cache knew. */
	uint64_t copies;    /**< Made by rules, of packets that are counted besides. */
	uint64_t uncopied;  /**< That rules would have made. */
	uint64_t handed;    /**< Taken as the lower steered them; not dropped. */
	uint64_t in_kernel; /**< Of hits and misses, those taken as the kernel judged them. */
};

/** What a TX queue has sent, as statistics show it. */
struct steer_tx_counts {
	uint64_t packets;
	uint64_t bytes;
	uint64_t not_taken; /**< Packets that the lower did not take: left with the caller. */
};

/* steer_counts.c */
/**
 * Make a lock in shared memory that a killed process leaves to the next.
 * @param type  As of pthread_mutexattr_settype().
 * @return 0; -errno.
 */
int steer_shared_lock_init(pthread_mutex_t *lock, int type);
/** @return 0; -errno. */
int steer_counts_lock_init(struct steer_port *port);
/** Also where the process that had it is dead. Short, and nothing is called that may call us. */
void steer_counts_lock(struct steer_port *port);
void steer_counts_unlock(struct steer_port *port);

/* steer_source.c */
/** Where receive counts outlive the sources. @return 0; -ENOMEM. */
int steer_rx_totals_create(struct steer_port *port);
void steer_rx_totals_free(struct steer_port *port);
/** Counts of one target summed over the lower queues, since the last reset. */
void steer_rx_counts_read(struct steer_port *port, uint16_t queue, struct steer_rx_counts *c);
/** Those of one lower queue. */
void steer_drop_counts_read(struct steer_port *port, uint16_t lower_queue,
			    struct steer_drop_counts *c);
/** Those of all, also of lower queues that are not used any more. */
void steer_drop_counts_sum(struct steer_port *port, struct steer_drop_counts *c);
/** Lower queues (a bitmap) that who polls a queue drains. */
uint64_t steer_rx_own_sources(const struct steer_port *port, uint16_t queue);
/** Most packets that one of a queue's rings has held since the port was started. */
unsigned int steer_rx_high_water(struct steer_port *port, uint16_t queue);
/** Packets that wait for a queue in its rings. */
unsigned int steer_rx_depth(struct steer_port *port, uint16_t queue);
/** Packets delivered into a ring and freed there at stop. */
uint64_t steer_stop_drops_read(struct steer_port *port);
/**
 * The lower port is gone: receive nothing from it any more, also while queues are polled. Does not
 * wait for who is polling it, as that may be us: a driver may notice it there.
 */
void steer_rx_cut(struct steer_port *port);
/** Start counting from zero; packets may be arriving. */
void steer_rx_counts_reset(struct steer_port *port);

/* steer_stats.c */
/** Take a TX queue away that may be freed then; its counts are kept. NULL if there is none. */
struct steer_txq *steer_stats_take_txq(struct rte_eth_dev *dev, uint16_t id);
int steer_stats_get(struct rte_eth_dev *dev, struct rte_eth_stats *stats STEER_QSTATS_PARAM);
int steer_stats_reset(struct rte_eth_dev *dev);
void steer_tx_counts_read(struct steer_port *port, uint16_t id, struct steer_tx_counts *c);

/** A counter of the lower since a reset: one that was started anew may have begun from zero. */
static inline uint64_t
steer_since(uint64_t now, uint64_t base)
{
	return now >= base ? now - base : now;
}

/* steer_xstats.c */
int steer_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n);
int steer_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names,
			   unsigned int n);
int steer_xstats_reset(struct rte_eth_dev *dev);

#endif /* STEER_STATS_H */
