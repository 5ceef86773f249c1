/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The floor: the least that any software flow director has to do, which everything else is compared
 * with. Lower RX, each header touched and read as a plain 5-tuple, Toeplitz, four rings, out again.
 */

#ifndef PERF_FLOOR_H
#define PERF_FLOOR_H

#include <stdbool.h>
#include <stdint.h>

struct perf_floor;

/**
 * Its instructions for each packet, without the lower port's: by gcc 12 on x86-64, as counted by
 * "steer-perf -- -i". They do not depend on the machine's mood.
 */
#define PERF_FLOOR_INSTRUCTIONS_GFNI 76
#define PERF_FLOOR_INSTRUCTIONS_TABLES 93

/** Fast variants of Toeplitz. */
enum perf_floor_hash {
	PERF_FLOOR_BEST,   /**< GFNI where the CPU has it and AVX-512, else tables. */
	PERF_FLOOR_TABLES,
};

/** Does the CPU have what the faster hash needs? */
bool perf_floor_has_gfni(void);

/**
 * @param key  RSS key, of 40 bytes.
 * @return     NULL: no memory.
 */
struct perf_floor *perf_floor_create(uint16_t port, uint16_t queue, enum perf_floor_hash hash,
				     const uint8_t *key);
void perf_floor_free(struct perf_floor *f);

/**
 * Move so many packets, or a few more.
 * @param floor  struct perf_floor.
 * @return       how many came out.
 */
uint64_t perf_floor_run(void *floor, uint64_t packets);

/** The hash of a tuple (addresses and ports, 12 bytes; 16 can be read), by the floor's variant. */
uint32_t perf_floor_hash(const struct perf_floor *f, const uint8_t *tuple);

#endif /* PERF_FLOOR_H */
