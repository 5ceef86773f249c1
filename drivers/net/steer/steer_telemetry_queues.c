/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>

#include <rte_common.h>

#include "steer_port.h"
#include "steer_telemetry.h"

/* What an answer has room for, whatever their counters are. */
#define QUEUES_AT_ONCE 32

static struct rte_tel_data *
queue_data(struct steer_port *port, uint16_t queue)
{
	struct rte_tel_data *d = rte_tel_data_alloc();
	struct steer_rx_counts c;

	if (d == NULL)
		return NULL;
	steer_rx_counts_read(port, queue, &c);
	rte_tel_data_start_dict(d);
	STEER_TEL_DICT_UINT(d, "depth", steer_rx_depth(port, queue));
	STEER_TEL_DICT_UINT(d, "high_water", steer_rx_high_water(port, queue));
	STEER_TEL_DICT_UINT(d, "packets", c.packets);
	STEER_TEL_DICT_UINT(d, "bytes", c.bytes);
	STEER_TEL_DICT_UINT(d, "crossed", c.crossed);
	STEER_TEL_DICT_UINT(d, "ring_full", c.ring_full);
	STEER_TEL_DICT_UINT(d, "stopped", c.stopped);
	STEER_TEL_DICT_UINT(d, "lower_queues", steer_rx_own_sources(port, queue));
	return d;
}

/** What belongs to no queue. */
static void
add_drops(struct rte_tel_data *d, struct steer_port *port)
{
	struct steer_drop_counts c;

	steer_drop_counts_sum(port, &c);
	STEER_TEL_DICT_UINT(d, "flow_hits", c.hits);
	STEER_TEL_DICT_UINT(d, "flow_misses", c.misses);
	STEER_TEL_DICT_UINT(d, "flow_cached", c.cached);
	STEER_TEL_DICT_UINT(d, "handed_down", c.handed);
	STEER_TEL_DICT_UINT(d, "malformed", c.malformed);
	STEER_TEL_DICT_UINT(d, "rule_drops", c.rule);
	STEER_TEL_DICT_UINT(d, "isolated_drops", c.isolated);
	STEER_TEL_DICT_UINT(d, "no_mbuf_drops", c.no_mbuf);
	STEER_TEL_DICT_UINT(d, "stop_drops", steer_stop_drops_read(port));
}

int
steer_telemetry_queues(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_port *port = r->port;
	const uint64_t n = port->dev->data->nb_rx_queues, first = r->n > 0 ? r->number[0] : 0;
	const uint64_t end = RTE_MIN(n, first + QUEUES_AT_ONCE);
	struct rte_tel_data *queues = rte_tel_data_alloc();
	struct rte_tel_data *queue;
	char name[8];

	if (queues == NULL)
		return -ENOMEM;
	rte_tel_data_start_dict(queues);
	for (uint64_t i = first; i < end; i++) {
		queue = queue_data(port, (uint16_t)i);
		if (queue == NULL)
			break;
		snprintf(name, sizeof(name), "%u", (unsigned int)i);
		rte_tel_data_add_dict_container(queues, name, queue, 0);
	}
	rte_tel_data_start_dict(d);
	STEER_TEL_DICT_UINT(d, "n_queues", n);
	if (first < end && end < n)
		STEER_TEL_DICT_UINT(d, "next", end);
	rte_tel_data_add_dict_container(d, "queues", queues, 0);
	add_drops(d, port);
	return 0;
}
