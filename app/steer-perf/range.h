/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A rule of DPVS's cpu_fdir: destination, its ports, protocol. Those who look at one rule after the
 * other keep it.
 */

#ifndef PERF_RANGE_H
#define PERF_RANGE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_byteorder.h>

#include "ruleset.h"
#include "walk.h"

/** Four of them in a cache line. */
struct perf_range {
	rte_be32_t dst;
	rte_be32_t mask;
	uint16_t from;
	uint16_t to;
	uint8_t proto;
	uint8_t queue;
	uint16_t unused;
};

/** What rules ask of a packet. */
struct perf_range_packet {
	rte_be32_t dst;
	uint16_t port;
	uint8_t proto;
};

static inline void
perf_range_of_rule(struct perf_range *range, const struct perf_rule *r)
{
	*range = (struct perf_range){
		.dst = r->value.dst & r->mask.dst,
		.mask = r->mask.dst,
		.from = rte_be_to_cpu_16(r->value.ports[1]),
		.to = rte_be_to_cpu_16(r->last_port),
		.proto = r->value.proto,
		.queue = (uint8_t)r->queue,
	};
}

static inline void
perf_range_look(struct perf_range_packet *p, const uint8_t *tuple)
{
	rte_be16_t port;

	memcpy(&p->dst, tuple + 4, sizeof(p->dst));
	memcpy(&port, tuple + 10, sizeof(port));
	p->port = rte_be_to_cpu_16(port);
	p->proto = tuple[-PERF_WALK_PROTO];
}

static inline bool
perf_range_matches(const struct perf_range *range, const struct perf_range_packet *p)
{
	return (p->dst & range->mask) == range->dst && p->proto == range->proto &&
	       p->port >= range->from && p->port <= range->to;
}

#endif /* PERF_RANGE_H */
