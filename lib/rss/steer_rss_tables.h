/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Toeplitz tables of keys. Contexts with the same key share them, also those of several ports.
 *
 * A key of any length is taken as if it were repeated without end: the default key's 40 bytes are
 * enough for addresses and ports, and longer inputs begin with it anew.
 */

#ifndef STEER_RSS_TABLES_H
#define STEER_RSS_TABLES_H

#include <stdint.h>
#include <sys/queue.h>

#include <rte_common.h>

#include "steer_rss_plan.h"
#include "steer_toeplitz.h"
#include "steer_toeplitz_gfni.h"

/** Bytes of a key that the longest input needs. */
#define STEER_RSS_KEY_USED (STEER_RSS_INPUT_MAX + 4)

struct steer_rss_tables {
	LIST_ENTRY(steer_rss_tables) next;
	unsigned int refs;
	unsigned int rows;
	int socket;
	/** The same as matrices; NULL: the CPU cannot use them. */
	struct steer_toeplitz_gfni *gfni;
	/** Repeated. */
	uint8_t key[STEER_RSS_KEY_USED];
	steer_toeplitz_row row[] __rte_cache_aligned;
};

/**
 * @param key   Of @p len bytes, at least 1.
 * @param rows  Bytes of the longest input.
 * @return      NULL: no memory. Thread-safe.
 */
struct steer_rss_tables *steer_rss_tables_get(const uint8_t *key, uint32_t len, unsigned int rows,
					      int socket);
void steer_rss_tables_put(struct steer_rss_tables *tables);

#endif /* STEER_RSS_TABLES_H */
