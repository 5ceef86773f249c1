/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "steer_editor.h"
#include "steer_parse.h"

void
steer_editor_parse(struct steer_editor *e)
{
	if (!e->parsed)
		steer_parse(e->m, STEER_DEPTH_ALL | STEER_DEPTH_PACKET, e->key);
	e->parsed = true;
}

void
steer_edit_end(struct steer_editor *e)
{
	e->parsed = false;
	steer_editor_parse(e);
}

/**
 * As DPDK's own functions that write headers see it, external buffers are not ours to write; but
 * that which belongs to an mbuf for good is as good as its own.
 */
static bool
is_own_segment(const struct rte_mbuf *m)
{
	if (rte_mbuf_refcnt_read(m) != 1 || RTE_MBUF_CLONED(m))
		return false;
	return !RTE_MBUF_HAS_EXTBUF(m) ||
	       (RTE_MBUF_HAS_PINNED_EXTBUF(m) && rte_mbuf_ext_refcnt_read(m->shinfo) == 1);
}

static bool
is_owned(const struct rte_mbuf *m)
{
	while (m != NULL && is_own_segment(m))
		m = m->next;
	return m == NULL;
}

/**
 * Without room for data a copy would take all mbufs there are; and of buffers that belong to mbufs
 * for good, rte_pktmbuf_copy() forgets that they do.
 */
static bool
takes_copies(struct rte_mempool *pool)
{
	return pool != NULL && rte_pktmbuf_data_room_size(pool) > RTE_PKTMBUF_HEADROOM &&
	       (rte_pktmbuf_priv_flags(pool) & RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF) == 0;
}

static struct rte_mbuf *
copy_part(const struct rte_mbuf *m, struct rte_mempool *pool, uint32_t off, uint32_t len)
{
	return takes_copies(pool) ? rte_pktmbuf_copy(m, pool, off, len) : NULL;
}

struct rte_mbuf *
steer_edit_copy(const struct rte_mbuf *m, struct rte_mempool *pool)
{
	return copy_part(m, pool, 0, UINT32_MAX);
}

struct rte_mbuf *
steer_editor_copy(const struct steer_editor *e, uint32_t off, uint32_t len)
{
	return copy_part(e->m, e->pool, off, len);
}

bool
steer_editor_own(struct steer_editor *e)
{
	struct rte_mbuf *copy;

	if (e->owned || is_owned(e->m)) {
		e->owned = true;
		return true;
	}
	copy = steer_edit_copy(e->m, e->pool);
	if (copy == NULL)
		return false;
	rte_pktmbuf_free(e->m);
	e->m = copy;
	e->owned = true;
	return true;
}

void
steer_editor_get(const struct steer_editor *e, uint32_t off, void *to, uint32_t len)
{
	const void *from = rte_pktmbuf_read(e->m, off, len, to);

	if (from != to)
		memcpy(to, from, len);
}

void
steer_editor_put(struct steer_editor *e, uint32_t off, const void *from, uint32_t len)
{
	struct rte_mbuf *seg = e->m;
	const uint8_t *at = from;

	for (; len > 0; seg = seg->next) {
		uint32_t n;

		if (off >= seg->data_len) {
			off -= seg->data_len;
			continue;
		}
		n = RTE_MIN(seg->data_len - off, len);
		memcpy(rte_pktmbuf_mtod_offset(seg, uint8_t *, off), at, n);
		at += n;
		len -= n;
		off = 0;
	}
}
