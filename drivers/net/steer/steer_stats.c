/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stddef.h>
#include <string.h>

#include "steer_port.h"
#include "steer_queue.h"

/*
 * Counters are never set back, as others are counting: a reset remembers where they stood. Those
 * of the lower are not ours to reset at all.
 */

static uint64_t
read_counter(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

/* Adds what a queue has counted since the last reset. */
static void
add_tx_counts(struct steer_tx_counts *to, const struct steer_txq *q)
{
	to->packets += read_counter(&q->packets) - q->packets_base;
	to->bytes += read_counter(&q->bytes) - q->bytes_base;
	to->not_taken += read_counter(&q->not_taken) - q->not_taken_base;
}

void
steer_tx_counts_read(struct steer_port *port, uint16_t id, struct steer_tx_counts *c)
{
	steer_counts_lock(port);
	*c = port->tx_gone[id];
	if (port->txqs[id] != NULL)
		add_tx_counts(c, port->txqs[id]);
	steer_counts_unlock(port);
}

struct steer_txq *
steer_stats_take_txq(struct rte_eth_dev *dev, uint16_t id)
{
	struct steer_port *port = steer_port(dev);
	struct steer_txq *q = dev->data->tx_queues[id];

	steer_counts_lock(port);
	if (q != NULL)
		add_tx_counts(&port->tx_gone[id], q);
	port->txqs[id] = NULL;
	steer_counts_unlock(port);
	dev->data->tx_queues[id] = NULL;
	return q;
}

/* What was lost below us, or never reached us. */
static void
add_lower(struct steer_port *port, struct rte_eth_stats *stats)
{
	const struct rte_eth_stats *base = &port->lower_base;
	const uint16_t lower_id = steer_lower_ask(port);
	struct rte_eth_stats lower;

	if (lower_id == RTE_MAX_ETHPORTS)
		return;
	if (rte_eth_stats_get(lower_id, &lower) == 0) {
		stats->imissed += steer_since(lower.imissed, base->imissed);
		stats->ierrors += steer_since(lower.ierrors, base->ierrors);
		stats->rx_nombuf += steer_since(lower.rx_nombuf, base->rx_nombuf);
		stats->oerrors += steer_since(lower.oerrors, base->oerrors);
	}
	steer_lower_told(port);
}

static void
reset_lower(struct steer_port *port)
{
	const uint16_t lower_id = steer_lower_ask(port);
	struct rte_eth_stats lower;

	if (lower_id == RTE_MAX_ETHPORTS)
		return;
	if (rte_eth_stats_get(lower_id, &lower) == 0)
		port->lower_base = lower;
	steer_lower_told(port);
}

int
steer_stats_get(struct rte_eth_dev *dev, struct rte_eth_stats *stats STEER_QSTATS_PARAM)
{
	__typeof__(STEER_QSTATS(stats)) q = STEER_QSTATS(stats);
	struct steer_port *port = steer_port(dev);
	struct steer_rx_counts rx;
	struct steer_tx_counts tx;
	uint16_t i;

	/* Also of queues that were there before the last configure: a counter never falls. */
	for (i = 0; i < port->args.queues; i++) {
		steer_rx_counts_read(port, i, &rx);
		stats->ipackets += rx.packets;
		stats->ibytes += rx.bytes;
		stats->imissed += rx.ring_full + rx.stopped;
		if (q == NULL || i >= RTE_MIN(dev->data->nb_rx_queues, RTE_ETHDEV_QUEUE_STAT_CNTRS))
			continue;
		q->q_ipackets[i] = rx.packets;
		q->q_ibytes[i] = rx.bytes;
		q->q_errors[i] = rx.ring_full + rx.stopped;
	}
	for (i = 0; i < port->args.queues; i++) {
		steer_tx_counts_read(port, i, &tx);
		stats->opackets += tx.packets;
		stats->obytes += tx.bytes;
		if (q == NULL || i >= RTE_MIN(dev->data->nb_tx_queues, RTE_ETHDEV_QUEUE_STAT_CNTRS))
			continue;
		q->q_opackets[i] = tx.packets;
		q->q_obytes[i] = tx.bytes;
	}
	add_lower(port, stats);
	return 0;
}

int
steer_stats_reset(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	struct steer_txq *q;
	uint16_t i;

	steer_counts_lock(port);
	memset(port->tx_gone, 0, sizeof(port->tx_gone));
	for (i = 0; i < STEER_QUEUES_MAX; i++) {
		q = port->txqs[i];
		if (q == NULL)
			continue;
		q->packets_base = read_counter(&q->packets);
		q->bytes_base = read_counter(&q->bytes);
		q->not_taken_base = read_counter(&q->not_taken);
	}
	steer_counts_unlock(port);
	steer_rx_counts_reset(port);
	reset_lower(port);
	return 0;
}
