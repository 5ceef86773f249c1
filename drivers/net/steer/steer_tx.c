/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <sched.h>

#include <rte_branch_prediction.h>
#include <rte_errno.h>
#include <rte_ip.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

#include "steer_port.h"
#include "steer_queue.h"

/*
 * Looks at a taken lock before the time slice is given away. A burst takes a few microseconds:
 * who waits longer than this waits for a holder that was preempted, perhaps on this very core.
 */
#define LOCK_SPINS 1000

static void
txq_lock(rte_spinlock_t *lock)
{
	unsigned int spins = 0;

	while (!rte_spinlock_trylock(lock)) {
		/* Only look, or the cache line goes to and fro and the holder waits for it too. */
		while (rte_spinlock_is_locked(lock)) {
			if (++spins < LOCK_SPINS) {
				rte_pause();
			} else {
				sched_yield();
				spins = 0;
			}
		}
	}
}

static inline void
txq_begin(const struct steer_txq *q)
{
	if (q->lock != NULL)
		txq_lock(q->lock);
}

static inline void
txq_end(const struct steer_txq *q)
{
	if (q->lock != NULL)
		rte_spinlock_unlock(q->lock);
}

/* Read once: it is cut off from outside. RTE_MAX_ETHPORTS then, and no index. */
static inline uint16_t
txq_lower(const struct steer_txq *q)
{
	return __atomic_load_n(&q->lower_port, __ATOMIC_RELAXED);
}

static uint64_t
sum_bytes(struct rte_mbuf *const *pkts, uint16_t n)
{
	uint64_t bytes = 0;
	uint16_t i;

	for (i = 0; i < n; i++)
		bytes += pkts[i]->pkt_len;
	return bytes;
}

/* The one writer; statistics are read meanwhile. */
static inline void
count(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, *counter + n, __ATOMIC_RELAXED);
}

/* Short only if the lower is full, never because another thread is sending. */
uint16_t
steer_tx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct steer_txq *q = queue;
	uint16_t lower = txq_lower(q);
	uint64_t bytes;
	uint16_t sent;

	if (unlikely(lower == RTE_MAX_ETHPORTS))
		return 0;
	/* The lower may free packets at once. */
	bytes = sum_bytes(pkts, n);

	txq_begin(q);
	sent = rte_eth_tx_burst(lower, q->lower_queue, pkts, n);
	txq_end(q);

	if (unlikely(sent < n)) {
		bytes -= sum_bytes(&pkts[sent], n - sent);
		count(&q->not_taken, n - sent);
	}
	count(&q->packets, sent);
	count(&q->bytes, bytes);
	return sent;
}

bool
steer_tx_checksums(const struct rte_eth_dev *dev, const struct rte_eth_dev_info *lower)
{
	return (dev->data->dev_conf.txmode.offloads & ~lower->tx_offload_capa &
		RTE_ETH_TX_OFFLOAD_IPV4_CKSUM) != 0;
}

/* Lengths that lead out of the first segment are the application's mistake: nothing is written. */
static inline void
write_checksum(struct rte_mbuf *m)
{
	uint32_t off = m->l2_len;
	struct rte_ipv4_hdr *ip;

	if (m->ol_flags & (RTE_MBUF_F_TX_OUTER_IPV4 | RTE_MBUF_F_TX_OUTER_IPV6))
		off += m->outer_l2_len + m->outer_l3_len;
	m->ol_flags &= ~RTE_MBUF_F_TX_IP_CKSUM;
	if (unlikely(m->l3_len < sizeof(*ip) || off + m->l3_len > rte_pktmbuf_data_len(m)))
		return;
	ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, off);
	ip->hdr_checksum = 0;
	ip->hdr_checksum = (rte_be16_t)~rte_raw_cksum(ip, m->l3_len);
}

/* A packet that the lower does not take has its checksum already when it comes again. */
uint16_t
steer_tx_burst_checksums(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		if (pkts[i]->ol_flags & RTE_MBUF_F_TX_IP_CKSUM)
			write_checksum(pkts[i]);
	return steer_tx_burst(queue, pkts, n);
}

/* Touches packets only, not the queue: no lock. */
uint16_t
steer_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	const struct steer_txq *q = queue;
	uint16_t lower = txq_lower(q);

	if (unlikely(lower == RTE_MAX_ETHPORTS)) {
		rte_errno = ENODEV;
		return 0;
	}
	return rte_eth_tx_prepare(lower, q->lower_queue, pkts, n);
}

int
steer_tx_descriptor_status(void *queue, uint16_t offset)
{
	const struct steer_txq *q = queue;
	uint16_t lower;
	int ret;

	/* ethdev passes on any queue id as NULL, unless built for debugging */
	if (q == NULL)
		return -EINVAL;
	lower = txq_lower(q);
	if (lower == RTE_MAX_ETHPORTS)
		return -ENODEV;
	txq_begin(q);
	ret = rte_eth_tx_descriptor_status(lower, q->lower_queue, offset);
	txq_end(q);
	return ret;
}

int
steer_tx_done_cleanup(void *queue, uint32_t free_cnt)
{
	const struct steer_txq *q = queue;
	uint16_t lower = txq_lower(q);
	int ret;

	if (lower == RTE_MAX_ETHPORTS)
		return -ENODEV;
	txq_begin(q);
	ret = rte_eth_tx_done_cleanup(lower, q->lower_queue, free_cnt);
	txq_end(q);
	return ret;
}

static rte_spinlock_t *
lock_of(const struct steer_port *port, uint16_t lower_queue)
{
	return RTE_PTR_ADD(port->tx_locks, (size_t)lower_queue * RTE_CACHE_LINE_SIZE);
}

int
steer_txq_start(const struct steer_port *port, struct steer_txq *q)
{
	uint16_t n_lower = port->lower.n_txq;

	if (!steer_reachable(port))
		return -ENODEV;
	q->lower_queue = q->id % n_lower;
	/* Shared if there is another one of ours at the distance of n_lower. */
	__atomic_store_n(&q->lock,
		q->id >= n_lower || q->id + n_lower < port->dev->data->nb_tx_queues ?
			lock_of(port, q->lower_queue) : NULL, __ATOMIC_RELAXED);
	__atomic_store_n(&q->lower_port, port->lower.port_id, __ATOMIC_RELEASE);
	return 0;
}

void
steer_txq_stop(struct steer_txq *q)
{
	__atomic_store_n(&q->lower_port, RTE_MAX_ETHPORTS, __ATOMIC_RELAXED);
}

int
steer_tx_map(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	uint16_t n_queues = dev->data->nb_tx_queues;
	uint16_t n_lower = port->lower.n_txq;
	struct steer_txq *q;
	uint16_t i;

	if (n_queues > n_lower) {
		/* Zeroed locks are unlocked ones. */
		port->tx_locks = rte_zmalloc("steer_tx_locks",
			(size_t)n_lower * RTE_CACHE_LINE_SIZE, RTE_CACHE_LINE_SIZE);
		if (port->tx_locks == NULL)
			return -ENOMEM;
	}
	for (i = 0; i < n_queues; i++) {
		q = dev->data->tx_queues[i];
		if (!q->conf.tx_deferred_start)
			steer_txq_start(port, q);
	}
	return 0;
}

void
steer_tx_cut(struct steer_port *port)
{
	uint16_t i;

	steer_counts_lock(port);
	for (i = 0; i < STEER_QUEUES_MAX; i++) {
		if (port->txqs[i] != NULL)
			steer_txq_stop(port->txqs[i]);
	}
	steer_counts_unlock(port);
}

void
steer_tx_unmap(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	struct steer_txq *q;
	uint16_t i;

	steer_tx_cut(port);
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		q = dev->data->tx_queues[i];
		if (q != NULL)
			__atomic_store_n(&q->lock, NULL, __ATOMIC_RELAXED);
	}
	rte_free(port->tx_locks);
	port->tx_locks = NULL;
}
