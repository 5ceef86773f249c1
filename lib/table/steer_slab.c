/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <string.h>

#include <rte_common.h>
#include <rte_malloc.h>
#include <rte_prefetch.h>

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

/* As many as fit into the smallest object. */
#define FREE_MAX 6

/**
 * Free objects, noted in one of them. Most have long been out of the caches when they are asked
 * for again: a list from one to the next would be walked at the pace of memory, while these are
 * known before they are needed.
 */
struct steer_slab_free {
	/** It is handed out after those that it notes; then come those of the next one. */
	struct steer_slab_free *next;
	size_t n;
	void *obj[FREE_MAX];
};

static_assert(sizeof(struct steer_slab_free) <= STEER_SLAB_UNIT, "wider than the smallest object");

/* Free objects */

static void
expect(struct steer_slab_free *f)
{
	UNPOISON(f, sizeof(*f));
	for (size_t i = 0; i < f->n; i++)
		rte_prefetch0(f->obj[i]);
	rte_prefetch0(f->next);
	POISON(f, sizeof(*f));
}

/** @return NULL: there is none. */
static void *
pop(struct steer_slab_free **list)
{
	struct steer_slab_free *f = *list;

	if (f == NULL)
		return NULL;
	UNPOISON(f, sizeof(*f));
	if (f->n > 0) {
		void *obj = f->obj[--f->n];

		POISON(f, sizeof(*f));
		return obj;
	}
	*list = f->next;
	if (f->next != NULL)
		expect(f->next);
	return f;
}

static void
push(struct steer_slab_free **list, void *obj)
{
	struct steer_slab_free *f = *list;

	if (f != NULL)
		UNPOISON(f, sizeof(*f));
	if (f != NULL && f->n < FREE_MAX) {
		f->obj[f->n++] = obj;
		POISON(f, sizeof(*f));
		return;
	}
	if (f != NULL)
		POISON(f, sizeof(*f));
	UNPOISON(obj, sizeof(*f));
	*list = obj;
	(*list)->next = f;
	(*list)->n = 0;
	POISON(obj, sizeof(*f));
}

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
	while (slab->room_len >= STEER_SLAB_UNIT) {
		push(&slab->free[0], slab->room);
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
	void *obj = pop(&slab->free[len / STEER_SLAB_UNIT - 1]);

	if (obj != NULL) {
		POISON(obj, len);
	} else {
		if (slab->room_len < len && add_chunk(slab) < 0)
			return NULL;
		obj = slab->room;
		slab->room += len;
		slab->room_len -= len;
	}
	UNPOISON(obj, size);
	slab->used++;
	return obj;
}

void
steer_slab_free(struct steer_slab *slab, void *obj, size_t size)
{
	size_t len = RTE_ALIGN_CEIL(size, STEER_SLAB_UNIT);

	POISON(obj, len);
	push(&slab->free[len / STEER_SLAB_UNIT - 1], obj);
	/* A few rules that come and go need not ask the EAL each time. */
	if (--slab->used == 0 && slab->bytes > CHUNK_MAX)
		steer_slab_fini(slab);
}
