/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "gen_mbuf.h"
#include "gen_packet.h"

/** How one packet is cut into segments. */
enum split { WHOLE, FEW, TINY };

/** Memory of a segment with a size of its own. */
struct exact {
	struct rte_mbuf_ext_shared_info shared;
	void *data;
};

static void
free_exact(void *data, void *opaque)
{
	struct exact *e = opaque;

	free(data);
	free(e);
}

static struct rte_mbuf *
make_exact(struct rte_mempool *pool, const uint8_t *data, uint16_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	struct exact *e = calloc(1, sizeof(*e));

	if (m == NULL || e == NULL)
		abort();
	e->data = malloc(RTE_MAX(len, 1));
	if (e->data == NULL)
		abort();
	memcpy(e->data, data, len);
	e->shared.free_cb = free_exact;
	e->shared.fcb_opaque = e;
	rte_mbuf_ext_refcnt_set(&e->shared, 1);
	rte_pktmbuf_attach_extbuf(m, e->data, (rte_iova_t)(uintptr_t)e->data, len, &e->shared);
	m->data_off = 0;
	m->data_len = len;
	return m;
}

static struct rte_mbuf *
make_direct(struct gen_random *r, struct rte_mempool *pool, const uint8_t *data, uint16_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	if (m == NULL)
		abort();
	m->data_off = gen_below(r, m->buf_len - len + 1);
	m->data_len = len;
	memcpy(rte_pktmbuf_mtod(m, void *), data, len);
	return m;
}

static struct rte_mbuf *
make_indirect(struct gen_random *r, struct rte_mempool *pool, const uint8_t *data, uint16_t len)
{
	struct rte_mbuf *direct = make_direct(r, pool, data, len);
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	if (m == NULL)
		abort();
	rte_pktmbuf_attach(m, direct);
	rte_pktmbuf_free(direct);
	return m;
}

static struct rte_mbuf *
make_segment(struct gen_random *r, struct rte_mempool *pool, const uint8_t *data, uint16_t len)
{
	switch (gen_below(r, 8)) {
	case 0:
	case 1:
	case 2:
		return make_exact(pool, data, len);
	case 3:
		return make_indirect(r, pool, data, len);
	default:
		return make_direct(r, pool, data, len);
	}
}

static uint32_t
segment_length(struct gen_random *r, enum split split, uint32_t at, uint32_t left)
{
	if (split == WHOLE || left == 0)
		return left;
	if (split == FEW)
		return RTE_MIN(gen_between(r, 1, 1 + left / 2), left);
	/* Single bytes as far as headers reach; a segment without any now and then. */
	if (at > 128)
		return left;
	return gen_chance(r, 5) ? 0 : RTE_MIN(gen_between(r, 1, gen_between(r, 1, 4)), left);
}

static void
append(struct rte_mbuf **head, struct rte_mbuf **tail, struct rte_mbuf *m)
{
	if (*head == NULL) {
		*head = m;
		(*head)->nb_segs = 1;
	} else {
		(*tail)->next = m;
		(*head)->nb_segs++;
	}
	*tail = m;
}

struct rte_mbuf *
gen_mbuf(struct gen_random *r, struct rte_mempool *pool, const struct gen_packet *p)
{
	enum split split = gen_chance(r, 75) ? WHOLE : gen_chance(r, 80) ? FEW : TINY;
	struct rte_mbuf *head = NULL, *tail = NULL;
	uint32_t at = 0;

	do {
		uint32_t len = segment_length(r, split, at, p->len - at);

		append(&head, &tail, make_segment(r, pool, p->data + at, len));
		at += len;
	} while (at < p->len);
	head->pkt_len = p->len;
	head->ol_flags |= p->ol_flags;
	head->vlan_tci = p->vlan_tci;
	head->vlan_tci_outer = p->vlan_tci_outer;
	return head;
}
