/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>
#include <rte_flow.h>
#include <rte_mbuf.h>

#include "compare_verdict.h"

uint16_t
verdict_queue(const struct ref_verdict *v)
{
	switch (v->fate) {
	case REF_DROP_RULE:
		return STEER_DROP_RULE;
	case REF_DROP_ISOLATED:
		return STEER_DROP_ISOLATED;
	default:
		return v->queue;
	}
}

/** The hash is there where it chose the queue or is wanted, unless it is the hash of nothing. */
static bool
hash_agrees(const struct ref_verdict *v, bool want_hash, const struct rte_mbuf *m)
{
	bool there = (m->ol_flags & RTE_MBUF_F_RX_RSS_HASH) != 0;

	if (v->fate != REF_QUEUE)
		return true;
	if (!v->spread && !want_hash)
		return !there;
	return there ? m->hash.rss == v->hash : v->hash == 0;
}

/** Where the application has registered for it. */
static bool
metadata_agrees(const struct ref_verdict *v, struct rte_mbuf *m)
{
	bool there = (m->ol_flags & rte_flow_dynf_metadata_mask) != 0;

	if (!rte_flow_dynf_metadata_avail())
		return true;
	return there == v->meta_set && (!there || rte_flow_dynf_metadata_get(m) == v->meta);
}

/** Where the rules change none, they are what they were. */
static uint64_t
flags_after(const struct ref_verdict *v, uint64_t before)
{
	return v->n_edits > 0 ? v->out.ol_flags : before;
}

bool
verdict_bytes_agree(const struct ref_input *want, const struct rte_mbuf *m)
{
	uint32_t at = 0;

	if (m->pkt_len != want->len || m->vlan_tci != want->vlan_tci ||
			m->vlan_tci_outer != want->vlan_tci_outer)
		return false;
	for (; m != NULL; m = m->next) {
		if (m->data_len > want->len - at ||
				memcmp(rte_pktmbuf_mtod(m, void *), want->data + at,
				       m->data_len) != 0)
			return false;
		at += m->data_len;
	}
	return at == want->len;
}

bool
verdict_agrees(const struct ref_verdict *v, bool want_hash, struct rte_mbuf *m, uint16_t queue,
	       uint64_t flags_before)
{
	const uint64_t ours = RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID | RTE_MBUF_F_RX_RSS_HASH |
			      rte_flow_dynf_metadata_mask | RTE_MBUF_F_INDIRECT |
			      RTE_MBUF_F_EXTERNAL;

	if (queue != verdict_queue(v))
		return false;
	if (((m->ol_flags & RTE_MBUF_F_RX_FDIR) != 0) != v->flagged)
		return false;
	if (((m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0) != v->marked)
		return false;
	if (v->marked && m->hash.fdir.hi != v->mark)
		return false;
	if (!metadata_agrees(v, m))
		return false;
	if (((m->ol_flags ^ flags_after(v, flags_before)) & ~ours) != 0)
		return false;
	return verdict_bytes_agree(&v->out, m) && hash_agrees(v, want_hash, m);
}

void
verdict_want_copies(struct verdict_copies *copies, const struct ref_made *made)
{
	for (unsigned int i = 0; i < made->n_copies; i++)
		copies->want[copies->n++] = &made->copies[i];
}

bool
verdict_is_copy(const struct ref_copy *want, const struct rte_mbuf *m, uint16_t queue)
{
	return queue == want->queue &&
	       ((m->ol_flags & RTE_MBUF_F_RX_FDIR) != 0) == want->marked &&
	       ((m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0) == want->marked &&
	       (!want->marked || m->hash.fdir.hi == want->mark) &&
	       verdict_bytes_agree(&want->in, m);
}

/** One of those that are wanted, which then is not any more. */
static bool
take_copy(const struct verdict_copies *copies, bool *taken, const struct rte_mbuf *m,
	  uint16_t queue)
{
	for (unsigned int i = 0; i < copies->n; i++) {
		if (taken[i] || !verdict_is_copy(copies->want[i], m, queue))
			continue;
		taken[i] = true;
		return true;
	}
	return false;
}

bool
verdict_copies_agree(const struct verdict_copies *copies, const struct steer_copies *made,
		     unsigned int lost)
{
	bool taken[STEER_BURST_MAX * REF_COPIES_MAX] = { false };
	const unsigned int n = made != NULL ? made->n : 0;
	unsigned int possible = 0;

	for (unsigned int i = 0; i < copies->n; i++)
		possible += copies->want[i]->in.len > 0;
	for (unsigned int i = 0; i < n; i++)
		if (!take_copy(copies, taken, made->pkts[i], made->queues[i]))
			return false;
	return n == RTE_MIN(possible, (unsigned int)STEER_COPIES_MAX) && lost == copies->n - n;
}
