/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_common.h>

#include "steer_port.h"
#include "steer_telemetry.h"

/* What an answer has room for, whatever their counters are. */
#define QUEUES_AT_ONCE 32

static void
add_queue(struct steer_telemetry_page *page, struct steer_port *port, uint16_t queue)
{
	struct rte_tel_data *d = steer_telemetry_page_entry(page);
	struct steer_rx_counts c;

	if (d == NULL)
		return;
	steer_rx_counts_read(port, queue, &c);
	STEER_TEL_DICT_UINT(d, "depth", steer_rx_depth(port, queue));
	STEER_TEL_DICT_UINT(d, "high_water", steer_rx_high_water(port, queue));
	STEER_TEL_DICT_UINT(d, "packets", c.packets);
	STEER_TEL_DICT_UINT(d, "bytes", c.bytes);
	STEER_TEL_DICT_UINT(d, "crossed", c.crossed);
	STEER_TEL_DICT_UINT(d, "ring_full", c.ring_full);
	STEER_TEL_DICT_UINT(d, "stopped", c.stopped);
	STEER_TEL_DICT_UINT(d, "lower_queues", steer_rx_own_sources(port, queue));
	steer_telemetry_page_add(page, d, 0);
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
	struct steer_telemetry_page page = {
		.name = "queues", .first = first, .base = first, .max = QUEUES_AT_ONCE,
	};
	int rc;

	if (steer_telemetry_page_begin(&page) < 0)
		return -ENOMEM;
	for (uint64_t i = first; i < n && page.n < page.max && !page.lost; i++)
		add_queue(&page, port, (uint16_t)i);
	rc = steer_telemetry_page_end(&page, d, n);
	if (rc == 0)
		add_drops(d, port);
	return rc;
}
