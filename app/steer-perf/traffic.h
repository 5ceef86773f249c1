/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Packets: which bytes, and the fields of one after the other.
 */

#ifndef PERF_TRAFFIC_H
#define PERF_TRAFFIC_H

#include <stdint.h>

#include "synthetic.h"

enum perf_kind {
	PERF_IPV4,
	PERF_IPV6,
	PERF_VXLAN, /**< A flow is what is inside. */
};

struct perf_traffic {
	struct synthetic_layout layout;
	struct synthetic_flow *flows;
	/** A power of two. */
	uint32_t n;
};

/** The i-th packet's fields. */
typedef void (*perf_flow_fn)(const void *arg, uint64_t i, struct synthetic_flow *flow);

/** @param n  At least so many packets. Ends the program if there is no memory. */
void perf_traffic_make(struct perf_traffic *t, enum perf_kind kind, uint32_t n, perf_flow_fn flow,
		       const void *arg);
/** Let a lower port's queue have these packets from now on. */
void perf_traffic_start(const struct perf_traffic *t, uint16_t lower, uint16_t queue);
void perf_traffic_free(struct perf_traffic *t);

/** Addresses and ports at random, TCP and UDP. */
void perf_flow_any(const void *unused, uint64_t i, struct synthetic_flow *flow);

/** First bytes of the IPv6 addresses, whose last ones are the flow's. */
extern const uint8_t perf_ipv6_prefix[12];

#endif /* PERF_TRAFFIC_H */
