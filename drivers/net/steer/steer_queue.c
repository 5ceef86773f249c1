/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>

#include <rte_malloc.h>

#include "steer_queue.h"
#include "steer_rx.h"

/* Our queues only remember how they were set up: the lower's are set up at start, when all of ours
 * are known. One that is set up while the port runs is a stopped one; the lower's stay as they are
 * until the next start. */

int
steer_rx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc, unsigned int socket,
		     const struct rte_eth_rxconf *conf, struct rte_mempool *pool)
{
	struct steer_port *port = steer_port(dev);
	struct steer_rxq *rxq;

	RTE_SET_USED(socket);
	rxq = rte_zmalloc_socket("steer_rxq", sizeof(*rxq), RTE_CACHE_LINE_SIZE,
				 dev->data->numa_node);
	if (rxq == NULL) {
		STEER_LOG(ERR, "%s: RX queue %u: no memory", dev->data->name, id);
		return -ENOMEM;
	}
	rxq->port = port;
	rxq->id = id;
	rxq->port_id = dev->data->port_id;
	rxq->pool = pool;
	rxq->conf = *conf;
	rxq->n_desc = n_desc;
	if (port->rings != NULL)
		steer_rxq_point(port, rxq, true);
	steer_counts_lock(port);
	port->rxqs[id] = rxq;
	steer_counts_unlock(port);
	dev->data->rx_queues[id] = rxq;
	port->lower.queues_ready = false;
	return 0;
}

void
steer_rx_queue_release(struct rte_eth_dev *dev, uint16_t id)
{
	struct steer_port *port = steer_port(dev);

	steer_counts_lock(port);
	port->rxqs[id] = NULL;
	steer_counts_unlock(port);
	rte_free(dev->data->rx_queues[id]);
	dev->data->rx_queues[id] = NULL;
}

int
steer_tx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc, unsigned int socket,
		     const struct rte_eth_txconf *conf)
{
	struct steer_port *port = steer_port(dev);
	struct steer_txq *txq;

	RTE_SET_USED(socket);
	txq = rte_zmalloc_socket("steer_txq", sizeof(*txq), RTE_CACHE_LINE_SIZE,
				 dev->data->numa_node);
	if (txq == NULL) {
		STEER_LOG(ERR, "%s: TX queue %u: no memory", dev->data->name, id);
		return -ENOMEM;
	}
	txq->id = id;
	txq->n_desc = n_desc;
	txq->conf = *conf;
	txq->lower_port = RTE_MAX_ETHPORTS;
	/* Others may read the port's counters meanwhile. */
	steer_counts_lock(port);
	port->txqs[id] = txq;
	steer_counts_unlock(port);
	dev->data->tx_queues[id] = txq;
	port->lower.queues_ready = false;
	return 0;
}

void
steer_tx_queue_release(struct rte_eth_dev *dev, uint16_t id)
{
	rte_free(steer_stats_take_txq(dev, id));
}

/*
 * DPDK's telemetry asks for these while another thread may configure the port: a queue that goes
 * after ethdev has seen it has nothing to tell, and stays until it has been read.
 */

void
steer_rxq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_rxq_info *info)
{
	struct steer_port *port = steer_port(dev);
	const struct steer_rxq *rxq;

	steer_counts_lock(port);
	rxq = port->rxqs[id];
	if (rxq != NULL) {
		info->mp = rxq->pool;
		info->conf = rxq->conf;
		info->scattered_rx = dev->data->scattered_rx;
		info->nb_desc = rxq->n_desc;
	}
	steer_counts_unlock(port);
}

void
steer_txq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_txq_info *info)
{
	struct steer_port *port = steer_port(dev);
	const struct steer_txq *txq;

	steer_counts_lock(port);
	txq = port->txqs[id];
	if (txq != NULL) {
		info->conf = txq->conf;
		info->nb_desc = txq->n_desc;
	}
	steer_counts_unlock(port);
}

/* Start, stop. ethdev does so only while the port runs, and not what is so already. */

static int
lower_gone(const struct rte_eth_dev *dev, char direction, uint16_t id)
{
	STEER_LOG(ERR, "%s: %cX queue %u cannot be started: lower port '%s' is gone",
		  dev->data->name, direction, id, steer_port(dev)->args.iface);
	return -ENODEV;
}

int
steer_rx_queue_start(struct rte_eth_dev *dev, uint16_t id)
{
	if (!steer_reachable(steer_port(dev)))
		return lower_gone(dev, 'R', id);
	steer_rxq_start(dev->data->rx_queues[id]);
	dev->data->rx_queue_state[id] = RTE_ETH_QUEUE_STATE_STARTED;
	return 0;
}

int
steer_rx_queue_stop(struct rte_eth_dev *dev, uint16_t id)
{
	int rc = steer_hand_queue_stop(steer_port(dev), id);

	if (rc < 0)
		return rc;
	steer_rxq_stop(dev->data->rx_queues[id]);
	dev->data->rx_queue_state[id] = RTE_ETH_QUEUE_STATE_STOPPED;
	return 0;
}

int
steer_tx_queue_start(struct rte_eth_dev *dev, uint16_t id)
{
	if (steer_txq_start(steer_port(dev), dev->data->tx_queues[id]) < 0)
		return lower_gone(dev, 'T', id);
	dev->data->tx_queue_state[id] = RTE_ETH_QUEUE_STATE_STARTED;
	return 0;
}

int
steer_tx_queue_stop(struct rte_eth_dev *dev, uint16_t id)
{
	steer_txq_stop(dev->data->tx_queues[id]);
	dev->data->tx_queue_state[id] = RTE_ETH_QUEUE_STATE_STOPPED;
	return 0;
}

/* All at once */

/** ethdev starts a port whose queues were never set up, too. */
int
steer_queues_check(const struct rte_eth_dev *dev)
{
	for (uint16_t i = 0; i < dev->data->nb_rx_queues; i++)
		if (dev->data->rx_queues[i] == NULL) {
			STEER_LOG(ERR, "%s: RX queue %u is not set up", dev->data->name, i);
			return -EINVAL;
		}
	for (uint16_t i = 0; i < dev->data->nb_tx_queues; i++)
		if (dev->data->tx_queues[i] == NULL) {
			STEER_LOG(ERR, "%s: TX queue %u is not set up", dev->data->name, i);
			return -EINVAL;
		}
	return 0;
}

void
steer_queues_started(struct rte_eth_dev *dev)
{
	struct rte_eth_dev_data *data = dev->data;

	for (uint16_t i = 0; i < data->nb_rx_queues; i++) {
		const struct steer_rxq *rxq = data->rx_queues[i];

		data->rx_queue_state[i] = rxq->conf.rx_deferred_start ?
			RTE_ETH_QUEUE_STATE_STOPPED : RTE_ETH_QUEUE_STATE_STARTED;
	}
	for (uint16_t i = 0; i < data->nb_tx_queues; i++) {
		const struct steer_txq *txq = data->tx_queues[i];

		data->tx_queue_state[i] = txq->conf.tx_deferred_start ?
			RTE_ETH_QUEUE_STATE_STOPPED : RTE_ETH_QUEUE_STATE_STARTED;
	}
}

void
steer_queues_stopped(struct rte_eth_dev *dev)
{
	for (uint16_t i = 0; i < dev->data->nb_rx_queues; i++)
		dev->data->rx_queue_state[i] = RTE_ETH_QUEUE_STATE_STOPPED;
	for (uint16_t i = 0; i < dev->data->nb_tx_queues; i++)
		dev->data->tx_queue_state[i] = RTE_ETH_QUEUE_STATE_STOPPED;
}

/* Modes */

/** Our way of doing it, and the lower's where it says so: "Scalar; lower port: Vector AVX2". */
static void
name_mode(struct rte_eth_burst_mode *mode, const char *ours, const struct rte_eth_burst_mode *lower)
{
	mode->flags = lower->flags;
	if (lower->info[0] == '\0')
		snprintf(mode->info, sizeof(mode->info), "%s", ours);
	else
		snprintf(mode->info, sizeof(mode->info), "%s; lower port: %.900s", ours,
			 lower->info);
}

static const char *
rx_mode(const struct steer_port *port)
{
	const bool service = port->args.dispatch == STEER_DISPATCH_SERVICE;

	if (steer_simd_choose(port->rss.simd) == STEER_SIMD_GFNI)
		return service ? "Vector GFNI, by services" : "Vector GFNI";
	return service ? "Scalar, by services" : "Scalar";
}

/** Empty if it cannot tell: some drivers cannot before their queues are set up. */
static void
ask_mode(struct steer_port *port,
	 int (*get)(uint16_t port, uint16_t queue, struct rte_eth_burst_mode *mode), uint16_t id,
	 const uint16_t *n, struct rte_eth_burst_mode *mode)
{
	const uint16_t lower = steer_lower_ask(port);

	*mode = (struct rte_eth_burst_mode){ 0 };
	if (lower == RTE_MAX_ETHPORTS)
		return;
	if (!port->lower.started || *n == 0 || get(lower, id % *n, mode) < 0)
		*mode = (struct rte_eth_burst_mode){ 0 };
	steer_lower_told(port);
}

int
steer_rx_burst_mode_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_burst_mode *mode)
{
	struct steer_port *port = steer_port(dev);
	struct rte_eth_burst_mode lower;

	ask_mode(port, rte_eth_rx_burst_mode_get, id, &port->lower.n_rxq, &lower);
	name_mode(mode, rx_mode(port), &lower);
	return 0;
}

/** A queue that is not set up shares nothing: ethdev does not ask whether it is. */
static bool
shares(struct steer_port *port, uint16_t id)
{
	const struct steer_txq *q;
	bool shared;

	steer_counts_lock(port);
	q = port->txqs[id];
	shared = q != NULL && __atomic_load_n(&q->lock, __ATOMIC_RELAXED) != NULL;
	steer_counts_unlock(port);
	return shared;
}

int
steer_tx_burst_mode_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_burst_mode *mode)
{
	struct steer_port *port = steer_port(dev);
	struct rte_eth_burst_mode lower;

	ask_mode(port, rte_eth_tx_burst_mode_get, id, &port->lower.n_txq, &lower);
	name_mode(mode, shares(port, id) ? "Shared" : "Direct", &lower);
	return 0;
}

/** Writes of the lower wake a sleeper: it must be all that can bring packets to the queue. */
int
steer_get_monitor_addr(void *queue, struct rte_power_monitor_cond *pmc)
{
	const struct steer_rxq *rxq = queue;
	const struct steer_port *port;

	if (rxq == NULL)
		return -EINVAL;
	port = rxq->port;
	if (port->dev->data->nb_rx_queues != 1 || port->lower.n_rxq != 1 ||
	    port->args.dispatch != STEER_DISPATCH_POLL)
		return -ENOTSUP;
	if (!steer_bound(port))
		return -ENODEV;
	if (rte_eth_devices[port->lower.port_id].dev_ops->get_monitor_addr == NULL)
		return -ENOTSUP;
	/* Not set up below yet; or there is something to receive, and nothing to wait for. */
	if (rxq->rings == NULL || steer_rings_count(rxq->rings, 0) > 0)
		return -EAGAIN;
	return rte_eth_get_monitor_addr(port->lower.port_id, 0, pmc);
}
