/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * RX and TX queues: their life, and who moves packets through them.
 */

#ifndef STEER_QUEUE_H
#define STEER_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include <ethdev_driver.h>
#include <rte_ethdev.h>
#include <rte_spinlock.h>

#include "steer_compat.h"

struct steer_intr;
struct steer_port;

/** Our TX queue. */
struct steer_txq {
	/** Where packets go. RTE_MAX_ETHPORTS: nowhere, it is stopped or the lower is gone. */
	uint16_t lower_port;
	uint16_t lower_queue;
	/** NULL if no other queue uses the lower queue. */
	rte_spinlock_t *lock;
	uint16_t id;
	/** Written by the queue's one user. */
	uint64_t packets;
	uint64_t bytes;
	uint64_t not_taken; /**< Packets that the lower did not take: left with the caller. */
	/** What the counts were at the last reset. */
	uint64_t packets_base;
	uint64_t bytes_base;
	uint64_t not_taken_base;
	uint16_t n_desc;
	struct rte_eth_txconf conf;
} __rte_cache_aligned;

/* steer_queue.c */
int steer_rx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc, unsigned int socket,
			 const struct rte_eth_rxconf *conf, struct rte_mempool *pool);
void steer_rx_queue_release(struct rte_eth_dev *dev, uint16_t id);
int steer_tx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc, unsigned int socket,
			 const struct rte_eth_txconf *conf);
void steer_tx_queue_release(struct rte_eth_dev *dev, uint16_t id);
void steer_rxq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_rxq_info *info);
void steer_txq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_txq_info *info);
int steer_rx_queue_start(struct rte_eth_dev *dev, uint16_t id);
int steer_rx_queue_stop(struct rte_eth_dev *dev, uint16_t id);
int steer_tx_queue_start(struct rte_eth_dev *dev, uint16_t id);
int steer_tx_queue_stop(struct rte_eth_dev *dev, uint16_t id);
/** Are all set up? @return 0; -EINVAL, one log line. */
int steer_queues_check(const struct rte_eth_dev *dev);
/** With the port: only set the states that ethdev tells. */
void steer_queues_started(struct rte_eth_dev *dev);
void steer_queues_stopped(struct rte_eth_dev *dev);
int steer_rx_burst_mode_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_burst_mode *mode);
int steer_tx_burst_mode_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_burst_mode *mode);
int steer_get_monitor_addr(void *queue, struct rte_power_monitor_cond *pmc);

/* steer_rx.c */
uint16_t steer_rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** Only what others have drained. */
uint16_t steer_rx_burst_rings(void *queue, struct rte_mbuf **pkts, uint16_t n);
int steer_rx_descriptor_status(void *queue, uint16_t offset);
steer_rx_queue_count_t steer_rx_queue_count(void *queue);

/* steer_tx.c */
uint16_t steer_tx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** The same for a port that has IPv4 checksums to write. */
uint16_t steer_tx_burst_checksums(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** Does the application want IPv4 checksums that this lower does not write? */
bool steer_tx_checksums(const struct rte_eth_dev *dev, const struct rte_eth_dev_info *lower);
uint16_t steer_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t n);
int steer_tx_descriptor_status(void *queue, uint16_t offset);
int steer_tx_done_cleanup(void *queue, uint32_t free_cnt);
/** Point a TX queue at its queue of the lower. @return 0; -ENODEV: the lower is gone. */
int steer_txq_start(const struct steer_port *port, struct steer_txq *q);
/** Let it take no packets from now on. */
void steer_txq_stop(struct steer_txq *q);
/** Point all queues but those with deferred start. @return 0; -ENOMEM. */
int steer_tx_map(struct rte_eth_dev *dev);
void steer_tx_unmap(struct rte_eth_dev *dev);
/** The lower is gone while queues may be in use: they take no packets from now on. */
void steer_tx_cut(struct steer_port *port);

/* steer_intr.c */
/**
 * Make the queues' file descriptors, if interrupts are configured and the lower, which runs, has
 * them; one log line if it has none.
 * @return 0, also without; -ENOMEM, -EMFILE.
 */
int steer_intr_create(struct rte_eth_dev *dev);
void steer_intr_free(struct rte_eth_dev *dev);
/** The lower is gone: wake all. */
void steer_intr_cut(struct steer_port *port);
/** Wake those who sleep on queues (a bitmap). Thread-safe. */
void steer_intr_wake(struct steer_intr *intr, uint64_t queues);
/**
 * By the queue's poller, when it finds nothing more: an event follows if there is something all the
 * same. @return 0; -ENOTSUP, -ENODEV (the lower is gone), or the lower's error.
 */
int steer_rx_queue_intr_enable(struct rte_eth_dev *dev, uint16_t id);
int steer_rx_queue_intr_disable(struct rte_eth_dev *dev, uint16_t id);

/* steer_service.c: nothing happens in there with dispatch=poll. */
/** Is there a service core? @return 0; -ENOENT, one log line. */
int steer_services_check(const struct steer_port *port);
/**
 * Have the sources drained: register services that are not yet, map those that no service core
 * runs, start their cores.
 * @return 0; -errno, one log line (then none is active).
 */
int steer_services_start(struct steer_port *port);
/** When it returns, no service core touches the data path. They stay registered, and mapped. */
void steer_services_stop(struct steer_port *port);
/** Unregister; waits until all service cores have let go. */
void steer_services_release(struct steer_port *port);

#endif /* STEER_QUEUE_H */
