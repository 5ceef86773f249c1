/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_malloc.h>

#include "steer_rx.h"

/* Our queues only remember how they were set up: the lower's are set up at start, when all of ours
 * are known. */

int
steer_rx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc, unsigned int socket,
		     const struct rte_eth_rxconf *conf, struct rte_mempool *pool)
{
	struct steer_port *port = steer_port(dev);
	struct steer_rxq *rxq;

	RTE_SET_USED(socket);
	if (conf->rx_deferred_start) {
		STEER_LOG(ERR, "%s: RX queue %u: deferred start is not supported", dev->data->name,
			  id);
		return -ENOTSUP;
	}
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
	dev->data->rx_queues[id] = rxq;
	port->lower.queues_ready = false;
	return 0;
}

void
steer_rx_queue_release(struct rte_eth_dev *dev, uint16_t id)
{
	rte_free(dev->data->rx_queues[id]);
	dev->data->rx_queues[id] = NULL;
}

int
steer_tx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc, unsigned int socket,
		     const struct rte_eth_txconf *conf)
{
	struct steer_txq *txq;

	RTE_SET_USED(socket);
	if (conf->tx_deferred_start) {
		STEER_LOG(ERR, "%s: TX queue %u: deferred start is not supported", dev->data->name,
			  id);
		return -ENOTSUP;
	}
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
	dev->data->tx_queues[id] = txq;
	steer_port(dev)->lower.queues_ready = false;
	return 0;
}

void
steer_tx_queue_release(struct rte_eth_dev *dev, uint16_t id)
{
	rte_free(steer_stats_take_txq(dev, id));
}

void
steer_rxq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_rxq_info *info)
{
	const struct steer_rxq *rxq = dev->data->rx_queues[id];

	info->mp = rxq->pool;
	info->conf = rxq->conf;
	info->scattered_rx = dev->data->scattered_rx;
	info->nb_desc = rxq->n_desc;
}

void
steer_txq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_txq_info *info)
{
	const struct steer_txq *txq = dev->data->tx_queues[id];

	info->conf = txq->conf;
	info->nb_desc = txq->n_desc;
}
