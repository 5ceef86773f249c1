/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Memory for rules: objects of a few cache lines, packed on EAL memory (huge pages) in chunks.
 * rte_malloc would add 128 bytes and a walk of its heap to each rule; a mempool wants to know
 * their number beforehand.
 *
 * Freed objects are kept for the next ones of their size; chunks go back with the last object in
 * use, but for a few, and with the slab.
 * Not thread-safe.
 */

#ifndef STEER_SLAB_H
#define STEER_SLAB_H

#include <stddef.h>

/** Largest object. */
#define STEER_SLAB_MAX 1024
/** Granularity and alignment. */
#define STEER_SLAB_UNIT 64

struct steer_slab_chunk;
struct steer_slab_free;

struct steer_slab {
	int socket;
	struct steer_slab_chunk *chunks;
	/** What is left of the newest chunk. */
	char *room;
	size_t room_len;
	struct steer_slab_free *free[STEER_SLAB_MAX / STEER_SLAB_UNIT];
	size_t used;  /**< Objects. */
	size_t bytes; /**< Taken from the EAL. */
};

void steer_slab_init(struct steer_slab *slab, int socket);
/** Give everything back, objects still in use included. */
void steer_slab_fini(struct steer_slab *slab);
/** @return @p size bytes (1..STEER_SLAB_MAX) aligned to a cache line, not cleared; or NULL. */
void *steer_slab_alloc(struct steer_slab *slab, size_t size);
/** @param size  As it was asked for. */
void steer_slab_free(struct steer_slab *slab, void *obj, size_t size);

#endif /* STEER_SLAB_H */
