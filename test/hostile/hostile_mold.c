/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_mbuf_dyn.h>

#include "hostile_mold.h"
#include "hostile_poison.h"

static int mold_offset;

int
hostile_mold_register(void)
{
	const struct rte_mbuf_dynfield field = {
		.name = "hostile_mold",
		.size = sizeof(struct hostile_mold *),
		.align = __alignof__(struct hostile_mold *),
	};

	mold_offset = rte_mbuf_dynfield_register(&field);
	return mold_offset < 0 ? -1 : 0;
}

struct hostile_mold *
hostile_mold_of(const struct rte_mbuf *m)
{
	return *RTE_MBUF_DYNFIELD(m, mold_offset, struct hostile_mold *const *);
}

struct rte_mempool *
hostile_pool(unsigned int n)
{
	return rte_pktmbuf_pool_create("hostile", n, 256, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
				       SOCKET_ID_ANY);
}

/* EAL gives the memory to others. */
static void
open_all(struct rte_mempool *pool, void *arg, void *object, unsigned int i)
{
	struct rte_mbuf *m = object;

	RTE_SET_USED(pool);
	RTE_SET_USED(arg);
	RTE_SET_USED(i);
	hostile_unpoison(m->buf_addr, m->buf_len);
}

void
hostile_pool_free(struct rte_mempool *pool)
{
	rte_mempool_obj_iter(pool, open_all, NULL);
	rte_mempool_free(pool);
}

/* Molds */

static void *
checked(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static void
release(void *data, void *opaque)
{
	struct hostile_segment *s = opaque;

	RTE_SET_USED(data);
	s->released = true;
}

/* An mbuf's own memory holds no more than this. */
static bool
is_outside(const struct hostile_mold *mold, uint32_t len)
{
	return mold->memory == HOSTILE_EXACT || mold->memory == HOSTILE_ATTACHED ||
	       len > RTE_MBUF_DEFAULT_DATAROOM;
}

static void
init_segment(struct hostile_mold *mold, uint32_t from, uint32_t to)
{
	struct hostile_segment *s = &mold->segments[mold->n_segments++];

	s->at = from;
	s->len = (uint16_t)(to - from);
	if (!is_outside(mold, s->len))
		return;
	s->data = checked(malloc(RTE_MAX(s->len, 1)));
	memcpy(s->data, mold->data + from, s->len);
	if (s->len == 0)
		hostile_poison(s->data, 1);
	s->shared.free_cb = release;
	s->shared.fcb_opaque = s;
}

/* What a lower port may say that is not true of this packet any more, or not of interest. */
static uint64_t
stale_flags(struct gen_random *r)
{
	const uint64_t ours = RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID | RTE_MBUF_F_RX_RSS_HASH;
	const uint64_t sums = RTE_MBUF_F_RX_IP_CKSUM_MASK | RTE_MBUF_F_RX_L4_CKSUM_MASK |
			      RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD |
			      RTE_MBUF_F_RX_OUTER_L4_CKSUM_MASK;
	const uint64_t others = RTE_MBUF_F_RX_LRO | RTE_MBUF_F_RX_SEC_OFFLOAD |
				RTE_MBUF_F_RX_IEEE1588_PTP | RTE_MBUF_F_RX_IEEE1588_TMST;

	return (gen_chance(r, 50) ? gen_u64(r) & ours : 0) |
	       (gen_chance(r, 40) ? gen_u64(r) & sums : 0) |
	       (gen_chance(r, 20) ? gen_u64(r) & others : 0);
}

void
hostile_mold_init(struct hostile_mold *mold, const struct hostile_packet *p, struct gen_random *r)
{
	uint32_t at = 0;

	*mold = (struct hostile_mold){
		.kind = p->kind,
		.data = checked(malloc(RTE_MAX(p->len, 1u))),
		.len = p->len,
		.ol_flags = p->ol_flags | stale_flags(r),
		.vlan_tci = p->vlan_tci,
		.vlan_tci_outer = p->vlan_tci_outer,
		.memory = p->memory,
		.segments = checked(calloc(p->n_cuts + 1, sizeof(*mold->segments))),
	};
	memcpy(mold->data, p->data, p->len);
	for (unsigned int i = 0; i <= p->n_cuts; i++) {
		const uint32_t to = i < p->n_cuts ? p->cuts[i] : p->len;

		init_segment(mold, at, to);
		at = to;
	}
}

void
hostile_mold_free(struct hostile_mold *mold)
{
	for (unsigned int i = 0; i < mold->n_segments; i++) {
		struct hostile_segment *s = &mold->segments[i];

		if (s->data != NULL && s->len == 0)
			hostile_unpoison(s->data, 1);
		free(s->data);
	}
	free(mold->segments);
	free(mold->data);
}

/* Mbufs */

static void
attach_outside(struct rte_mbuf *m, struct hostile_segment *s)
{
	rte_mbuf_ext_refcnt_set(&s->shared, 1);
	s->released = false;
	rte_pktmbuf_attach_extbuf(m, s->data, (rte_iova_t)(uintptr_t)s->data, s->len, &s->shared);
	m->data_off = 0;
	m->data_len = s->len;
}

static void
fill(struct rte_mbuf *m, const struct hostile_mold *mold, const struct hostile_segment *s,
     struct gen_random *r, bool fence)
{
	const uint32_t room = m->buf_len - s->len;
	const uint32_t drawn = (uint32_t)gen_u64(r);

	hostile_unpoison(m->buf_addr, m->buf_len);
	m->data_off = (uint16_t)(drawn % 4 == 0 ? drawn / 4 % (room + 1)
						: RTE_MIN(room, (uint32_t)RTE_PKTMBUF_HEADROOM));
	m->data_len = s->len;
	memcpy(rte_pktmbuf_mtod(m, void *), mold->data + s->at, s->len);
	if (!fence)
		return;
	hostile_poison(m->buf_addr, m->data_off);
	hostile_poison(rte_pktmbuf_mtod_offset(m, uint8_t *, s->len), room - m->data_off);
}

/* Another mbuf with the same bytes; the first one is somebody else's, or nobody's. */
static struct rte_mbuf *
attach(struct rte_mbuf *m, struct hostile_segment *s, bool hold)
{
	struct rte_mbuf *other = rte_pktmbuf_alloc(m->pool);

	if (other == NULL) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	rte_pktmbuf_attach(other, m);
	if (hold)
		s->held = m;
	else
		rte_pktmbuf_free(m);
	return other;
}

static struct rte_mbuf *
cast_segment(const struct hostile_mold *mold, struct hostile_segment *s, struct rte_mempool *pool,
	     struct gen_random *r, bool fence)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	if (m == NULL)
		return NULL;
	if (s->data != NULL)
		attach_outside(m, s);
	else
		fill(m, mold, s, r, fence);
	if (mold->memory == HOSTILE_ATTACHED)
		return attach(m, s, true);
	if (mold->memory == HOSTILE_INDIRECT)
		return attach(m, s, gen_chance(r, 50));
	if (mold->memory == HOSTILE_SHARED) {
		rte_mbuf_refcnt_update(m, 1);
		s->held = m;
	}
	return m;
}

static void
drop_held(struct hostile_mold *mold)
{
	for (unsigned int i = 0; i < mold->n_segments; i++) {
		struct rte_mbuf *m = mold->segments[i].held;

		if (m == NULL)
			continue;
		/* Who freed the packet has left its reference's chain as it was. */
		m->next = NULL;
		m->nb_segs = 1;
		rte_pktmbuf_free_seg(m);
		mold->segments[i].held = NULL;
	}
}

/* All that is in an mbuf and is not of this packet. */
static void
leave_stale(struct rte_mbuf *m, const struct hostile_mold *mold, struct gen_random *r)
{
	const uint64_t drawn = gen_u64(r);

	m->ol_flags |= mold->ol_flags;
	m->vlan_tci = mold->vlan_tci;
	m->vlan_tci_outer = mold->vlan_tci_outer;
	m->packet_type = HOSTILE_STALE_TYPE | (uint32_t)(drawn >> 16);
	m->hash.rss = (uint32_t)drawn;
	m->hash.fdir.hi = (uint32_t)(drawn >> 32);
	m->tx_offload = ~drawn;
	m->port = (uint16_t)(drawn >> 24);
	*RTE_MBUF_DYNFIELD(m, mold_offset, const struct hostile_mold **) = mold;
}

struct rte_mbuf *
hostile_mold_cast(struct hostile_mold *mold, struct rte_mempool *pool, struct gen_random *r,
		  bool fence)
{
	struct rte_mbuf *head = NULL, **link = &head, *m;

	for (unsigned int i = 0; i < mold->n_segments; i++) {
		m = cast_segment(mold, &mold->segments[i], pool, r, fence);
		if (m == NULL) {
			rte_pktmbuf_free(head);
			drop_held(mold);
			return NULL;
		}
		*link = m;
		link = &m->next;
	}
	head->nb_segs = (uint16_t)mold->n_segments;
	head->pkt_len = mold->len;
	leave_stale(head, mold, r);
	return head;
}

/* Are the bytes that the packet did not have for itself what they were? */
static bool
is_untouched(const struct hostile_mold *mold, const struct hostile_segment *s)
{
	const uint8_t *data = s->data;

	if (data == NULL && s->held != NULL)
		data = rte_pktmbuf_mtod(s->held, const uint8_t *);
	return data == NULL || memcmp(data, mold->data + s->at, s->len) == 0;
}

const char *
hostile_mold_end(struct hostile_mold *mold)
{
	const char *wrong = NULL;

	for (unsigned int i = 0; i < mold->n_segments; i++) {
		const struct hostile_segment *s = &mold->segments[i];

		if (!is_untouched(mold, s))
			wrong = "bytes of another owner are changed";
		if (s->held != NULL && rte_mbuf_refcnt_read(s->held) != 1)
			wrong = "a shared mbuf is still held";
	}
	drop_held(mold);
	for (unsigned int i = 0; i < mold->n_segments; i++)
		if (mold->segments[i].data != NULL && !mold->segments[i].released)
			wrong = "an external buffer is still held";
	return wrong;
}
