/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>
#include <rte_malloc.h>

#include "steer_slab.h"

/* First chunk one page for the port with a few rules, then doubling up to this. */
#define CHUNK_MIN 4096
#define CHUNK_MAX (256 * 1024)

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define POISON(addr, len) ASAN_POISON_MEMORY_REGION(addr, len)
#define UNPOISON(addr, len) ASAN_UNPOISON_MEMORY_REGION(addr, len)
#else
#define POISON(addr, len) RTE_SET_USED(addr)
#define UNPOISON(addr, len) RTE_SET_USED(addr)
#endif

struct steer_slab_chunk {
	struct steer_slab_chunk *next;
	size_t len;
} __rte_aligned(STEER_SLAB_UNIT);

struct steer_slab_free {
	struct steer_slab_free *next;
};

void
steer_slab_init(struct steer_slab *slab, int socket)
{
	memset(slab, 0, sizeof(*slab));
	slab->socket = socket;
}

void
steer_slab_fini(struct steer_slab *slab)
{
	struct steer_slab_chunk *chunk;

	while ((chunk = slab->chunks) != NULL) {
		slab->chunks = chunk->next;
		UNPOISON(chunk + 1, chunk->len - sizeof(*chunk));
		rte_free(chunk);
	}
	steer_slab_init(slab, slab->socket);
}

/** What is left of the old chunk is too small for some size: let the smallest use it. */
static void
keep_rest(struct steer_slab *slab)
{
	struct steer_slab_free *obj;

	while (slab->room_len >= STEER_SLAB_UNIT) {
		obj = (struct steer_slab_free *)slab->room;
		UNPOISON(obj, sizeof(*obj));
		obj->next = slab->free[0];
		POISON(obj, sizeof(*obj));
		slab->free[0] = obj;
		slab->room += STEER_SLAB_UNIT;
		slab->room_len -= STEER_SLAB_UNIT;
	}
}

static int
add_chunk(struct steer_slab *slab)
{
	size_t len = slab->chunks == NULL ?
			     CHUNK_MIN :
			     RTE_MIN(slab->chunks->len * 2, (size_t)CHUNK_MAX);
	struct steer_slab_chunk *chunk =
		rte_malloc_socket("steer_slab", len, STEER_SLAB_UNIT, slab->socket);

	if (chunk == NULL)
		return -1;
	keep_rest(slab);
	chunk->next = slab->chunks;
	chunk->len = len;
	slab->chunks = chunk;
	slab->room = (char *)(chunk + 1);
	slab->room_len = len - sizeof(*chunk);
	slab->bytes += len;
	POISON(slab->room, slab->room_len);
	return 0;
}

void *
steer_slab_alloc(struct steer_slab *slab, size_t size)
{
	size_t len = RTE_ALIGN_CEIL(size, STEER_SLAB_UNIT);
	struct steer_slab_free **list = &slab->free[len / STEER_SLAB_UNIT - 1];
	void *obj = *list;

	if (obj != NULL) {
		UNPOISON(obj, len);
		*list = (*list)->next;
		POISON(obj, len);
		UNPOISON(obj, size);
		return obj;
	}
	if (slab->room_len < len && add_chunk(slab) < 0)
		return NULL;
	obj = slab->room;
	slab->room += len;
	slab->room_len -= len;
	UNPOISON(obj, size);
	return obj;
}

void
steer_slab_free(struct steer_slab *slab, void *obj, size_t size)
{
	size_t len = RTE_ALIGN_CEIL(size, STEER_SLAB_UNIT);
	struct steer_slab_free *node = obj;

	UNPOISON(obj, sizeof(*node));
	node->next = slab->free[len / STEER_SLAB_UNIT - 1];
	slab->free[len / STEER_SLAB_UNIT - 1] = node;
	POISON(obj, len);
}
