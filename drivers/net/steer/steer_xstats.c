/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stddef.h>
#include <stdio.h>

#include <rte_common.h>

#include "steer_port.h"

/*
 * Extended statistics: for each RX queue, for each TX queue, for each RX queue of the lower port
 * (what is counted before a packet has a queue of ours), sums of these, then the lower port's own.
 * How many there are is settled by configure. ethdev puts its rx_good_packets and so on in front.
 */

/* One counter within a struct of them; those of a table belong to the same. */
struct xstat {
	const char *name;
	size_t offset;
};

static const struct xstat rxq_xstats[] = {
	{ "packets", offsetof(struct steer_rx_counts, packets) },
	{ "bytes", offsetof(struct steer_rx_counts, bytes) },
	{ "crossed", offsetof(struct steer_rx_counts, crossed) },
	{ "ring_full", offsetof(struct steer_rx_counts, ring_full) },
	{ "stopped", offsetof(struct steer_rx_counts, stopped) },
};

/* Not counted as such: packets that did not cross. */
#define RXQ_DIRECT 1
#define RXQ_XSTATS (RTE_DIM(rxq_xstats) + RXQ_DIRECT)

static const struct xstat txq_xstats[] = {
	{ "packets", offsetof(struct steer_tx_counts, packets) },
	{ "bytes", offsetof(struct steer_tx_counts, bytes) },
	{ "not_taken", offsetof(struct steer_tx_counts, not_taken) },
};

static const struct xstat drop_xstats[] = {
	{ "rule_drops", offsetof(struct steer_drop_counts, rule) },
	{ "isolated_drops", offsetof(struct steer_drop_counts, isolated) },
	{ "no_mbuf_drops", offsetof(struct steer_drop_counts, no_mbuf) },
	{ "malformed", offsetof(struct steer_drop_counts, malformed) },
	{ "flow_hits", offsetof(struct steer_drop_counts, hits) },
	{ "flow_misses", offsetof(struct steer_drop_counts, misses) },
	{ "flow_cached", offsetof(struct steer_drop_counts, cached) },
	{ "sampled", offsetof(struct steer_drop_counts, copies) },
	{ "sample_drops", offsetof(struct steer_drop_counts, uncopied) },
	{ "handed_down", offsetof(struct steer_drop_counts, handed) },
	{ "judged_below", offsetof(struct steer_drop_counts, in_kernel) },
};

/* Not of a lower queue. */
#define STOP_DROPS 1

/* What there are statistics of: read once, as the port may be configured anew meanwhile. */
struct sizes {
	uint16_t rx;
	uint16_t tx;
	uint16_t lower_rx;
	unsigned int lower_xstats;
};

static struct sizes
sizes_of(const struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);

	return (struct sizes){
		.rx = __atomic_load_n(&dev->data->nb_rx_queues, __ATOMIC_RELAXED),
		.tx = __atomic_load_n(&dev->data->nb_tx_queues, __ATOMIC_RELAXED),
		.lower_rx = __atomic_load_n(&port->lower.n_rxq, __ATOMIC_RELAXED),
		.lower_xstats = steer_lower_xstats_count(port),
	};
}

static unsigned int
count_of(const struct sizes *sizes)
{
	return sizes->rx * RXQ_XSTATS + sizes->tx * RTE_DIM(txq_xstats) +
		(sizes->lower_rx + 1) * RTE_DIM(drop_xstats) + STOP_DROPS + sizes->lower_xstats;
}

static unsigned int
put_names(struct rte_eth_xstat_name *to, const char *prefix, const struct xstat *xstats,
	  unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		snprintf(to[i].name, sizeof(to[i].name), "%s_%s", prefix, xstats[i].name);
	return n;
}

static unsigned int
put_queue_names(struct rte_eth_xstat_name *to, const char *kind, uint16_t queue,
		const struct xstat *xstats, unsigned int n)
{
	char prefix[16];

	snprintf(prefix, sizeof(prefix), "%s%u", kind, queue);
	return put_names(to, prefix, xstats, n);
}

static unsigned int
put_values(struct rte_eth_xstat *to, const void *counts, const struct xstat *xstats, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		to[i].value = *(const uint64_t *)RTE_PTR_ADD(counts, xstats[i].offset);
	return n;
}

int
steer_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names, unsigned int n)
{
	struct steer_port *port = steer_port(dev);
	const struct sizes sizes = sizes_of(dev);
	const unsigned int count = count_of(&sizes);
	uint16_t q;

	if (names == NULL || n < count)
		return count;
	for (q = 0; q < sizes.rx; q++) {
		names += put_queue_names(names, "rx_q", q, rxq_xstats, RTE_DIM(rxq_xstats));
		snprintf(names->name, sizeof(names->name), "rx_q%u_direct", q);
		names += RXQ_DIRECT;
	}
	for (q = 0; q < sizes.tx; q++)
		names += put_queue_names(names, "tx_q", q, txq_xstats, RTE_DIM(txq_xstats));
	for (q = 0; q < sizes.lower_rx; q++)
		names += put_queue_names(names, "rx_lq", q, drop_xstats, RTE_DIM(drop_xstats));
	names += put_names(names, "rx", drop_xstats, RTE_DIM(drop_xstats));
	snprintf(names->name, sizeof(names->name), "rx_stop_drops");
	names += STOP_DROPS;
	steer_lower_xstats_names(port, names, sizes.lower_xstats);
	return count;
}

int
steer_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n)
{
	struct steer_port *port = steer_port(dev);
	const struct sizes sizes = sizes_of(dev);
	const unsigned int count = count_of(&sizes);
	struct rte_eth_xstat *to = xstats;
	struct steer_drop_counts drops;
	struct steer_rx_counts rx;
	struct steer_tx_counts tx;
	unsigned int i;
	uint16_t q;

	if (xstats == NULL || n < count)
		return count;
	for (q = 0; q < sizes.rx; q++) {
		steer_rx_counts_read(port, q, &rx);
		to += put_values(to, &rx, rxq_xstats, RTE_DIM(rxq_xstats));
		to->value = rx.packets - rx.crossed;
		to += RXQ_DIRECT;
	}
	for (q = 0; q < sizes.tx; q++) {
		steer_tx_counts_read(port, q, &tx);
		to += put_values(to, &tx, txq_xstats, RTE_DIM(txq_xstats));
	}
	for (q = 0; q < sizes.lower_rx; q++) {
		steer_drop_counts_read(port, q, &drops);
		to += put_values(to, &drops, drop_xstats, RTE_DIM(drop_xstats));
	}
	steer_drop_counts_sum(port, &drops);
	to += put_values(to, &drops, drop_xstats, RTE_DIM(drop_xstats));
	to->value = steer_stop_drops_read(port);
	to += STOP_DROPS;
	steer_lower_xstats_read(port, to, sizes.lower_xstats);
	for (i = 0; i < count; i++)
		xstats[i].id = i;
	return count;
}

int
steer_xstats_reset(struct rte_eth_dev *dev)
{
	int ret;

	ret = steer_lower_xstats_reset(steer_port(dev));
	return ret == 0 ? steer_stats_reset(dev) : ret;
}
