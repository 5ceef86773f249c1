/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_errno.h>
#include <rte_malloc.h>

#include "steer_rings.h"

/** Entries of an rte_ring that holds @p size: a power of two above it. */
static uint32_t
ring_entries(uint32_t size)
{
	return rte_align32pow2(size + 1);
}

/** Bytes from one ring to the next; 0 if a ring cannot be so large. */
static size_t
ring_stride(uint32_t size)
{
	ssize_t len;

	/* Beyond that the number of entries, or the stride, would come round to zero. */
	if (size > STEER_RINGS_SIZE)
		return 0;
	len = rte_ring_get_memsize(ring_entries(size));
	return len < 0 ? 0 : RTE_ALIGN_CEIL((size_t)len, (size_t)RTE_CACHE_LINE_SIZE * 2);
}

size_t
steer_rings_bytes(uint16_t n_sources, uint16_t n_targets, uint32_t size)
{
	return (size_t)n_sources * n_targets * ring_stride(size);
}

static int
init_rings(struct steer_rings *r, uint32_t size)
{
	int rc;

	for (unsigned int s = 0; s < r->n_sources; s++)
		for (unsigned int t = 0; t < r->n_targets; t++) {
			rc = rte_ring_init(steer_ring(r, s, t), "steer", ring_entries(size),
					   RING_F_SP_ENQ | RING_F_SC_DEQ);
			if (rc < 0)
				return rc;
		}
	return 0;
}

struct steer_rings *
steer_rings_create(uint16_t n_sources, uint16_t n_targets, uint32_t size, int socket)
{
	struct steer_rings *r;

	if (n_sources == 0 || n_sources > STEER_RINGS_SOURCES || n_targets == 0 ||
	    n_targets > STEER_RINGS_TARGETS || size == 0 || ring_stride(size) == 0) {
		rte_errno = EINVAL;
		return NULL;
	}
	r = rte_zmalloc_socket("steer_rings", sizeof(*r) + n_targets * sizeof(r->target[0]),
			       RTE_CACHE_LINE_SIZE, socket);
	if (r == NULL)
		goto fail;
	r->n_sources = n_sources;
	r->n_targets = n_targets;
	r->stride = (uint32_t)ring_stride(size);
	r->rings = rte_malloc_socket("steer_rings", steer_rings_bytes(n_sources, n_targets, size),
				     RTE_CACHE_LINE_SIZE * 2, socket);
	if (r->rings == NULL || init_rings(r, size) < 0)
		goto fail;
	return r;
fail:
	if (r != NULL)
		rte_free(r->rings);
	rte_free(r);
	rte_errno = ENOMEM;
	return NULL;
}

static void
drain(struct rte_ring *ring)
{
	struct rte_mbuf *pkts[32];
	unsigned int n;

	while ((n = rte_ring_sc_dequeue_burst(ring, (void **)pkts, RTE_DIM(pkts), NULL)) > 0)
		rte_pktmbuf_free_bulk(pkts, n);
}

void
steer_rings_free(struct steer_rings *r)
{
	if (r == NULL)
		return;
	for (unsigned int s = 0; s < r->n_sources; s++)
		for (unsigned int t = 0; t < r->n_targets; t++)
			drain(steer_ring(r, s, t));
	rte_free(r->rings);
	rte_free(r);
}

/** The ring was found empty: clear its bit, unless the producer has just put something in. */
static void
clear_pending(struct steer_rings *r, unsigned int source, unsigned int target)
{
	const uint64_t bit = UINT64_C(1) << source;
	uint64_t *pending = &r->target[target].pending;

	__atomic_fetch_and(pending, ~bit, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!rte_ring_empty(steer_ring(r, source, target)))
		__atomic_fetch_or(pending, bit, __ATOMIC_RELAXED);
}

static inline uint64_t
rotate_right(uint64_t bits, unsigned int n)
{
	return bits >> (n & 63) | bits << (-n & 63);
}

unsigned int
steer_rings_dequeue(struct steer_rings *r, unsigned int target, struct rte_mbuf **pkts,
		    unsigned int n)
{
	struct steer_rings_target *t = &r->target[target];
	uint64_t pending = __atomic_load_n(&t->pending, __ATOMIC_ACQUIRE);
	const unsigned int start = t->start;
	unsigned int got = 0;

	pending = rotate_right(pending, start);
	while (pending != 0 && got < n) {
		const unsigned int s = ((unsigned int)__builtin_ctzll(pending) + start) & 63;
		const unsigned int more = steer_rings_dequeue_from(r, s, target, pkts + got,
								   n - got);

		pending &= pending - 1;
		got += more;
		/* While packets come, the bit stays: neither side pays for an atomic change. */
		if (got == n)
			t->start = (s + 1) & 63;
		else if (more == 0)
			clear_pending(r, s, target);
	}
	return got;
}

void
steer_rings_flush(struct steer_rings *r, unsigned int target)
{
	for (unsigned int s = 0; s < r->n_sources; s++) {
		drain(steer_ring(r, s, target));
		clear_pending(r, s, target);
	}
}

unsigned int
steer_rings_count(const struct steer_rings *r, unsigned int target)
{
	unsigned int n = 0;

	for (unsigned int s = 0; s < r->n_sources; s++)
		n += rte_ring_count(steer_ring(r, s, target));
	return n;
}
