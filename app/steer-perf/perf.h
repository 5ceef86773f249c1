/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The program's parts.
 */

#ifndef PERF_PERF_H
#define PERF_PERF_H

#include <stdbool.h>

#include "args.h"
#include "bed.h"
#include "report.h"

struct perf {
	struct perf_args args;
	struct perf_report report;
	struct rte_mempool *pool;
	/** With one lower queue. */
	struct perf_bed bed;
};

/** Has this been asked for? @param name  Of a set of rules, or the heading of a table. */
bool perf_wanted(const struct perf *p, const char *name);

/** The key that net_steer has where nobody sets one. */
const uint8_t *perf_rss_key(const struct perf *p);

/** Cycles of a packet with different rules. */
void perf_profiles(struct perf *p);

/** What others cost for the same. */
void perf_alternatives(struct perf *p);

/* The rest have ports of their own, for which the pool has mbufs: four lower queues. */

/** Cycles, or instructions, of packets that are chosen to be dear. */
void perf_hostile(struct perf *p, const char *heading);
/** Rates of rules, by all ways. */
void perf_rates(struct perf *p, const char *heading);
/** Memory of a rule. */
void perf_memory(struct perf *p, const char *heading);
/** What a poller notices of changes of rules by another lcore. */
void perf_load(struct perf *p, const char *heading);
/** Polling by one and two lcores. */
void perf_cores(struct perf *p, const char *heading);
/** A ring from one lcore to another and back. */
void perf_ring(struct perf *p, const char *heading);
/** Programs in the kernel that judge packets. */
void perf_in_kernel(struct perf *p, const char *heading);
/** A virtual machine's port with net_steer and without. */
void perf_virtio(struct perf *p, const char *heading);

#endif /* PERF_PERF_H */
