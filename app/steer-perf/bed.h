/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A net_steer port on a port that makes packets up.
 */

#ifndef PERF_BED_H
#define PERF_BED_H

#include <stdint.h>

struct rte_mempool;

/** RX queues of the net_steer port, as many as the floor has rings. */
#define PERF_QUEUES 4
#define PERF_BURST 32

struct perf_bed {
	unsigned int id;
	uint16_t lower;
	uint16_t port;
};

/** Mbufs for all beds that are open at once. Ends the program if there is no memory. */
struct rte_mempool *perf_pool_create(unsigned int lower_queues);

/** Make both ports and start them. Ends the program if that fails. */
void perf_bed_open(struct perf_bed *bed, uint16_t lower_queues, struct rte_mempool *pool);
void perf_bed_close(struct perf_bed *bed);

/** Packets that net_steer has had no room for. */
uint64_t perf_bed_missed(const struct perf_bed *bed);

/**
 * Poll all queues of the net_steer port until so many packets have come, or a few more.
 * @param bed  struct perf_bed.
 * @return     how many came.
 */
uint64_t perf_bed_run(void *bed, uint64_t packets);

/** The same of the lower port alone, its queue 0. */
uint64_t perf_bed_run_lower(void *bed, uint64_t packets);

#endif /* PERF_BED_H */
