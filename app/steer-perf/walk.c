/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_malloc.h>

#include "walk.h"

#define RING_SIZE 512

static const uint8_t none[32];

const uint8_t *const perf_walk_none = &none[16];

int
perf_walk_init(struct perf_walk *w, uint16_t port, uint16_t queue)
{
	memset(w, 0, sizeof(*w));
	w->port = port;
	w->queue = queue;
	for (unsigned int r = 0; r < PERF_WALK_RINGS; r++) {
		w->rings[r] = rte_malloc("perf_walk", (size_t)rte_ring_get_memsize(RING_SIZE),
					 RTE_CACHE_LINE_SIZE);
		if (w->rings[r] == NULL || rte_ring_init(w->rings[r], "walk", RING_SIZE,
							 RING_F_SP_ENQ | RING_F_SC_DEQ) != 0)
			return -ENOMEM;
	}
	return 0;
}

void
perf_walk_free(struct perf_walk *w)
{
	for (unsigned int r = 0; r < PERF_WALK_RINGS; r++)
		rte_free(w->rings[r]);
}
