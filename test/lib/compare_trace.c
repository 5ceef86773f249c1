/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_mbuf.h>

#include "compare_trace.h"
#include "steer_trace.h"

struct steer_trace *
compare_trace(struct steer_engine *e, const struct rte_mbuf *m)
{
	struct rte_mbuf *copy = steer_trace_packet(NULL, 0, m->pkt_len);
	struct steer_trace *t;
	uint32_t at = 0;

	if (copy == NULL)
		return NULL;
	for (const struct rte_mbuf *s = m; s != NULL; s = s->next) {
		memcpy(rte_pktmbuf_mtod_offset(copy, uint8_t *, at),
		       rte_pktmbuf_mtod(s, const uint8_t *), s->data_len);
		at += s->data_len;
	}
	copy->ol_flags = m->ol_flags & ~(RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL);
	copy->vlan_tci = m->vlan_tci;
	copy->vlan_tci_outer = m->vlan_tci_outer;
	t = steer_trace_create(e, copy, 0, true);
	steer_trace_packet_free(copy);
	return t;
}

bool
compare_trace_agrees(const struct steer_trace *t, const struct rte_mbuf *m, uint16_t queue)
{
	const struct steer_path *p = &t->path;

	if (t->disagree != 0 || p->queue != queue)
		return false;
	if (p->flagged != ((m->ol_flags & RTE_MBUF_F_RX_FDIR) != 0) ||
	    p->marked != ((m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0) ||
	    p->hashed != ((m->ol_flags & RTE_MBUF_F_RX_RSS_HASH) != 0))
		return false;
	return (!p->marked || p->mark == m->hash.fdir.hi) &&
	       (!p->hashed || p->hash == m->hash.rss);
}
