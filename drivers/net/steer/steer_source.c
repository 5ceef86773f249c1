/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_malloc.h>

#include "steer_rx.h"

/* Life */

static struct steer_source *
create_source(const struct steer_port *port, uint16_t id)
{
	struct steer_source *s = rte_zmalloc_socket("steer_source", sizeof(*s), RTE_CACHE_LINE_SIZE,
						    port->dev->data->numa_node);

	if (s == NULL)
		return NULL;
	rte_spinlock_init(&s->lock);
	s->id = id;
	s->lower_port = port->lower.port_id;
	s->n_targets = port->dev->data->nb_rx_queues;
	s->burst = STEER_BURST_MAX;
	return s;
}

/** Own sources are those with the reader's number, counted round on the longer side. */
static uint64_t
own_sources(uint16_t reader, uint16_t n_readers, uint16_t n_sources)
{
	uint64_t own = 0;

	if (n_sources <= n_readers)
		return UINT64_C(1) << reader % n_sources;
	for (uint16_t s = reader; s < n_sources; s = (uint16_t)(s + n_readers))
		own |= UINT64_C(1) << s;
	return own;
}

void
steer_reader_point(struct steer_port *port, struct steer_rxq *rxq, uint16_t n_readers)
{
	rxq->port = port;
	rxq->engine = port->engine;
	rxq->rings = port->rings;
	rxq->sources = port->sources;
	rxq->n_sources = port->lower.n_rxq;
	rxq->own = own_sources(rxq->id, n_readers, port->lower.n_rxq);
	rxq->adopted = 0;
	rxq->bursts = 0;
	memset(rxq->seen, 0, sizeof(rxq->seen));
}

void
steer_rxq_point(struct steer_port *port, struct steer_rxq *rxq, bool stopped)
{
	steer_reader_point(port, rxq, port->dev->data->nb_rx_queues);
	rxq->stopped = stopped;
	if (stopped)
		__atomic_fetch_or(&port->rings->closed, UINT64_C(1) << rxq->id, __ATOMIC_RELAXED);
}

static void
point_queues(struct steer_port *port)
{
	struct rte_eth_dev_data *data = port->dev->data;

	for (uint16_t i = 0; i < data->nb_rx_queues; i++) {
		struct steer_rxq *rxq = data->rx_queues[i];

		steer_rxq_point(port, rxq, rxq->conf.rx_deferred_start != 0);
	}
}

static void
free_sources(struct steer_source **sources, uint16_t n)
{
	for (uint16_t i = 0; sources != NULL && i < n; i++)
		rte_free(sources[i]);
	rte_free(sources);
}

static struct steer_source **
create_sources(const struct steer_port *port, uint16_t n)
{
	struct steer_source **sources = rte_calloc_socket("steer_sources", n, sizeof(sources[0]), 0,
							  port->dev->data->numa_node);

	for (uint16_t i = 0; sources != NULL && i < n; i++) {
		sources[i] = create_source(port, i);
		if (sources[i] == NULL) {
			free_sources(sources, n);
			return NULL;
		}
	}
	return sources;
}

int
steer_sources_create(struct steer_port *port, uint32_t ring_size)
{
	const uint16_t n = port->lower.n_rxq;
	struct steer_source **sources = create_sources(port, n);
	const struct steer_rxq *first = port->dev->data->rx_queues[0];
	struct steer_rings *rings;

	if (sources == NULL)
		return -ENOMEM;
	/* Also that of the lower's first queue. */
	steer_engine_pool(port->engine, first->pool);
	rings = steer_rings_create(n, port->dev->data->nb_rx_queues, ring_size,
				   port->dev->data->numa_node);
	if (rings == NULL) {
		free_sources(sources, n);
		return -ENOMEM;
	}
	steer_counts_lock(port);
	port->sources = sources;
	port->n_sources = n;
	port->rings = rings;
	steer_counts_unlock(port);
	point_queues(port);
	return 0;
}

/** Nobody is within a drain any more that has not seen what was written before. */
static void
pass_sources(struct steer_port *port)
{
	for (uint16_t i = 0; i < port->n_sources; i++) {
		rte_spinlock_lock(&port->sources[i]->lock);
		rte_spinlock_unlock(&port->sources[i]->lock);
	}
}

void
steer_rxq_stop(struct steer_rxq *rxq)
{
	struct steer_port *port = rxq->port;

	rxq->stopped = true;
	__atomic_fetch_or(&rxq->rings->closed, UINT64_C(1) << rxq->id, __ATOMIC_RELAXED);
	pass_sources(port);
	steer_counts_lock(port);
	port->totals->stopped += steer_rings_count(rxq->rings, rxq->id);
	steer_counts_unlock(port);
	steer_rings_flush(rxq->rings, rxq->id);
}

void
steer_rxq_start(struct steer_rxq *rxq)
{
	rxq->stopped = false;
	__atomic_fetch_and(&rxq->rings->closed, ~(UINT64_C(1) << rxq->id), __ATOMIC_RELAXED);
}

void
steer_rx_cut(struct steer_port *port)
{
	steer_counts_lock(port);
	for (uint16_t i = 0; i < port->n_sources; i++)
		__atomic_store_n(&port->sources[i]->lower_port, RTE_MAX_ETHPORTS, __ATOMIC_RELAXED);
	steer_counts_unlock(port);
}

static void
add_counts(struct steer_rx_counts *to, const struct steer_rx_counts *from)
{
	to->packets += __atomic_load_n(&from->packets, __ATOMIC_RELAXED);
	to->bytes += __atomic_load_n(&from->bytes, __ATOMIC_RELAXED);
	to->crossed += __atomic_load_n(&from->crossed, __ATOMIC_RELAXED);
	to->ring_full += __atomic_load_n(&from->ring_full, __ATOMIC_RELAXED);
	to->stopped += __atomic_load_n(&from->stopped, __ATOMIC_RELAXED);
}

static void
add_drops(struct steer_drop_counts *to, const struct steer_drop_counts *from)
{
	to->rule += __atomic_load_n(&from->rule, __ATOMIC_RELAXED);
	to->isolated += __atomic_load_n(&from->isolated, __ATOMIC_RELAXED);
	to->no_mbuf += __atomic_load_n(&from->no_mbuf, __ATOMIC_RELAXED);
	to->malformed += __atomic_load_n(&from->malformed, __ATOMIC_RELAXED);
	to->hits += __atomic_load_n(&from->hits, __ATOMIC_RELAXED);
	to->misses += __atomic_load_n(&from->misses, __ATOMIC_RELAXED);
	to->cached += __atomic_load_n(&from->cached, __ATOMIC_RELAXED);
	to->copies += __atomic_load_n(&from->copies, __ATOMIC_RELAXED);
	to->uncopied += __atomic_load_n(&from->uncopied, __ATOMIC_RELAXED);
	to->handed += __atomic_load_n(&from->handed, __ATOMIC_RELAXED);
	to->in_kernel += __atomic_load_n(&from->in_kernel, __ATOMIC_RELAXED);
}

static void
keep_counts(struct steer_port *port, const struct steer_source *s)
{
	for (uint16_t q = 0; q < STEER_QUEUES_MAX; q++)
		add_counts(&port->totals->counts[q], &s->counts[q]);
	add_drops(&port->totals->drops[s->id], &s->drops);
}

static void
unpoint_queues(const struct steer_port *port)
{
	const struct rte_eth_dev_data *data = port->dev->data;

	for (uint16_t i = 0; i < data->nb_rx_queues; i++) {
		struct steer_rxq *rxq = data->rx_queues != NULL ? data->rx_queues[i] : NULL;

		if (rxq != NULL)
			rxq->rings = NULL;
	}
}

/** What waits in rings is lost. */
static void
count_stopped(struct steer_port *port)
{
	for (uint16_t t = 0; port->rings != NULL && t < port->rings->n_targets; t++)
		port->totals->stopped += steer_rings_count(port->rings, t);
}

void
steer_sources_free(struct steer_port *port)
{
	struct steer_source **sources = port->sources;
	struct steer_rings *rings = port->rings;
	const uint16_t n = port->n_sources;

	unpoint_queues(port);
	steer_counts_lock(port);
	for (uint16_t i = 0; i < n; i++)
		keep_counts(port, sources[i]);
	count_stopped(port);
	port->sources = NULL;
	port->n_sources = 0;
	port->rings = NULL;
	steer_counts_unlock(port);
	free_sources(sources, n);
	steer_rings_free(rings);
}

/* Counts */

int
steer_rx_totals_create(struct steer_port *port)
{
	port->totals = rte_zmalloc("steer_totals", sizeof(*port->totals), 0);
	return port->totals != NULL ? 0 : -ENOMEM;
}

void
steer_rx_totals_free(struct steer_port *port)
{
	rte_free(port->totals);
	port->totals = NULL;
}

static void
sum_counts(const struct steer_port *port, uint16_t queue, struct steer_rx_counts *c)
{
	*c = port->totals->counts[queue];
	for (uint16_t i = 0; i < port->n_sources; i++)
		add_counts(c, &port->sources[i]->counts[queue]);
}

/** Those of one lower queue, whether it is a source now or was one. */
static void
sum_drops(const struct steer_port *port, uint16_t lower_queue, struct steer_drop_counts *c)
{
	*c = port->totals->drops[lower_queue];
	if (lower_queue < port->n_sources)
		add_drops(c, &port->sources[lower_queue]->drops);
}

void
steer_rx_counts_read(struct steer_port *port, uint16_t queue, struct steer_rx_counts *c)
{
	const struct steer_rx_counts *base = &port->totals->counts_base[queue];

	steer_counts_lock(port);
	sum_counts(port, queue, c);
	c->packets -= base->packets;
	c->bytes -= base->bytes;
	c->crossed -= base->crossed;
	c->ring_full -= base->ring_full;
	c->stopped -= base->stopped;
	steer_counts_unlock(port);
}

void
steer_drop_counts_read(struct steer_port *port, uint16_t lower_queue, struct steer_drop_counts *c)
{
	const struct steer_drop_counts *base = &port->totals->drops_base[lower_queue];

	steer_counts_lock(port);
	sum_drops(port, lower_queue, c);
	c->rule -= base->rule;
	c->isolated -= base->isolated;
	c->no_mbuf -= base->no_mbuf;
	c->malformed -= base->malformed;
	c->hits -= base->hits;
	c->misses -= base->misses;
	c->cached -= base->cached;
	c->copies -= base->copies;
	c->uncopied -= base->uncopied;
	c->handed -= base->handed;
	c->in_kernel -= base->in_kernel;
	steer_counts_unlock(port);
}

void
steer_drop_counts_sum(struct steer_port *port, struct steer_drop_counts *c)
{
	struct steer_drop_counts one;

	memset(c, 0, sizeof(*c));
	for (uint16_t i = 0; i < STEER_RINGS_SOURCES; i++) {
		steer_drop_counts_read(port, i, &one);
		add_drops(c, &one);
	}
}

uint64_t
steer_stop_drops_read(struct steer_port *port)
{
	uint64_t n;

	steer_counts_lock(port);
	n = port->totals->stopped - port->totals->stopped_base;
	steer_counts_unlock(port);
	return n;
}

void
steer_rx_counts_reset(struct steer_port *port)
{
	steer_counts_lock(port);
	for (uint16_t q = 0; q < STEER_QUEUES_MAX; q++)
		sum_counts(port, q, &port->totals->counts_base[q]);
	for (uint16_t i = 0; i < STEER_RINGS_SOURCES; i++)
		sum_drops(port, i, &port->totals->drops_base[i]);
	port->totals->stopped_base = port->totals->stopped;
	steer_counts_unlock(port);
}

uint64_t
steer_rx_own_sources(const struct steer_port *port, uint16_t queue)
{
	const uint16_t n = port->dev->data->nb_rx_queues, n_sources = port->lower.n_rxq;

	return port->args.dispatch == STEER_DISPATCH_POLL && queue < n && n_sources > 0 ?
		       own_sources(queue, n, n_sources) : 0;
}

unsigned int
steer_rx_high_water(struct steer_port *port, uint16_t queue)
{
	uint32_t high = 0;

	steer_counts_lock(port);
	for (uint16_t i = 0; port->sources != NULL && i < port->n_sources; i++)
		high = RTE_MAX(high, __atomic_load_n(&port->sources[i]->high_water[queue],
						     __ATOMIC_RELAXED));
	steer_counts_unlock(port);
	return high;
}

unsigned int
steer_rx_depth(struct steer_port *port, uint16_t queue)
{
	unsigned int n;

	steer_counts_lock(port);
	n = port->rings != NULL && queue < port->rings->n_targets ?
		    steer_rings_count(port->rings, queue) : 0;
	steer_counts_unlock(port);
	return n;
}
