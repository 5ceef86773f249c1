/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_ether.h>
#include <rte_mbuf.h>

#include "steer_cursor.h"
#include "steer_editor.h"

#define TAG_LEN 4
#define ETAG_LEN 8
/** Of what stands in front of the VLAN tags. */
#define HEAD_MAX (2 * RTE_ETHER_ADDR_LEN + ETAG_LEN)

#define QINQ_FLAGS (RTE_MBUF_F_RX_QINQ | RTE_MBUF_F_RX_QINQ_STRIPPED)
#define VLAN_FLAGS (RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED)

/* Addresses */

bool
steer_edit_mac(struct steer_editor *e, const struct steer_edit *edit)
{
	uint8_t old[2 * RTE_ETHER_ADDR_LEN], macs[2 * RTE_ETHER_ADDR_LEN];

	if (rte_pktmbuf_pkt_len(e->m) < RTE_ETHER_HDR_LEN)
		return true;
	steer_editor_get(e, 0, old, sizeof(old));
	memcpy(macs, old, sizeof(old));
	if (edit->type == RTE_FLOW_ACTION_TYPE_SET_MAC_DST) {
		memcpy(macs, edit->conf, RTE_ETHER_ADDR_LEN);
	} else if (edit->type == RTE_FLOW_ACTION_TYPE_SET_MAC_SRC) {
		memcpy(macs + RTE_ETHER_ADDR_LEN, edit->conf, RTE_ETHER_ADDR_LEN);
	} else {
		memcpy(macs, old + RTE_ETHER_ADDR_LEN, RTE_ETHER_ADDR_LEN);
		memcpy(macs + RTE_ETHER_ADDR_LEN, old, RTE_ETHER_ADDR_LEN);
	}
	return steer_edit_field(e, 0, macs, sizeof(macs), STEER_SUM_NONE);
}

/* Tags */

static uint16_t
type_at(const struct steer_editor *e, uint32_t off)
{
	uint8_t type[2];

	steer_editor_get(e, off, type, sizeof(type));
	return steer_load_be16(type);
}

/** Where VLAN tags stand, or would: behind the MAC addresses, or an E-tag. 0: there is no L2. */
static uint32_t
tags_at(const struct steer_editor *e)
{
	const uint32_t len = rte_pktmbuf_pkt_len(e->m), off = 2 * RTE_ETHER_ADDR_LEN;

	if (len < RTE_ETHER_HDR_LEN)
		return 0;
	if (type_at(e, off) == RTE_ETHER_TYPE_ETAG && len >= RTE_ETHER_HDR_LEN + ETAG_LEN)
		return off + ETAG_LEN;
	return off;
}

/** @return where the outermost tag in the packet is, with its TPID; 0: there is none. */
static uint32_t
first_tag(const struct steer_editor *e)
{
	const uint32_t off = tags_at(e);

	if (off == 0 || rte_pktmbuf_pkt_len(e->m) < off + 2 + TAG_LEN ||
	    !steer_is_tpid(type_at(e, off)))
		return 0;
	return off;
}

/** The mbuf has no outermost tag any more. */
static void
forget_tag(struct rte_mbuf *m, uint64_t outer)
{
	if ((m->ol_flags & outer) != 0) {
		m->ol_flags &= ~QINQ_FLAGS;
		m->vlan_tci_outer = 0;
	} else {
		m->ol_flags &= ~VLAN_FLAGS;
		m->vlan_tci = 0;
	}
}

/** Have room in front of the first segment for what is moved or put there. */
static bool
own_head(struct steer_editor *e, uint16_t more)
{
	const uint32_t moved = HEAD_MAX + TAG_LEN;
	struct rte_mbuf *copy;

	if (!steer_editor_own(e))
		return false;
	if (rte_pktmbuf_data_len(e->m) >= RTE_MIN(rte_pktmbuf_pkt_len(e->m), moved) &&
	    rte_pktmbuf_headroom(e->m) >= more)
		return true;
	copy = steer_edit_copy(e->m, e->pool);
	if (copy == NULL)
		return false;
	rte_pktmbuf_free(e->m);
	e->m = copy;
	return true;
}

static bool
take_out(struct steer_editor *e, uint32_t off)
{
	uint8_t head[HEAD_MAX];

	if (!own_head(e, 0))
		return false;
	steer_editor_get(e, 0, head, off);
	steer_editor_put(e, TAG_LEN, head, off);
	return rte_pktmbuf_adj(e->m, TAG_LEN) != NULL;
}

bool
steer_edit_pop_vlan(struct steer_editor *e)
{
	uint32_t off;

	if (tags_at(e) == 0)
		return true;
	if ((e->m->ol_flags & STEER_STRIPPED) != 0) {
		forget_tag(e->m, RTE_MBUF_F_RX_QINQ_STRIPPED);
	} else {
		off = first_tag(e);
		if (off == 0)
			return true;
		if (!take_out(e, off))
			return false;
		forget_tag(e->m, RTE_MBUF_F_RX_QINQ);
	}
	e->parsed = false;
	return true;
}

/** All tags that the packet has after the push, and that are not in its data. */
static uint32_t
tags_to_put(const struct steer_editor *e, uint32_t off, uint16_t tpid, uint8_t *tags)
{
	const struct rte_mbuf *m = e->m;
	uint32_t n = TAG_LEN;

	if ((m->ol_flags & RTE_MBUF_F_RX_QINQ_STRIPPED) != 0) {
		steer_store_be16(tags + n, RTE_ETHER_TYPE_QINQ);
		steer_store_be16(tags + n + 2, m->vlan_tci_outer);
		n += TAG_LEN;
	}
	if ((m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) != 0) {
		steer_store_be16(tags + n, RTE_ETHER_TYPE_VLAN);
		steer_store_be16(tags + n + 2, m->vlan_tci);
		n += TAG_LEN;
	}
	/* As OpenFlow has it: the new tag begins as the outermost one so far, or as 0. */
	steer_store_be16(tags, tpid);
	if (n > TAG_LEN)
		memcpy(tags + 2, tags + TAG_LEN + 2, 2);
	else
		steer_store_be16(tags + 2, first_tag(e) != 0 ? type_at(e, off + 2) : 0);
	return n;
}

bool
steer_edit_push_vlan(struct steer_editor *e, uint16_t tpid)
{
	const uint32_t off = tags_at(e);
	uint8_t head[HEAD_MAX + 3 * TAG_LEN];
	uint32_t n;

	if (off == 0)
		return true;
	steer_editor_get(e, 0, head, off);
	n = tags_to_put(e, off, tpid, head + off);
	if (!own_head(e, (uint16_t)n) || rte_pktmbuf_prepend(e->m, (uint16_t)n) == NULL)
		return false;
	steer_editor_put(e, 0, head, off + n);
	e->m->ol_flags &= ~(QINQ_FLAGS | VLAN_FLAGS);
	e->m->vlan_tci = 0;
	e->m->vlan_tci_outer = 0;
	e->parsed = false;
	return true;
}

static uint16_t
changed(uint16_t tci, uint16_t mask, uint16_t value)
{
	return (uint16_t)((tci & ~mask) | value);
}

/** Where the mbuf has the outermost tag, too. */
static void
set_mbuf_tci(struct rte_mbuf *m, uint64_t outer, uint64_t inner, uint16_t mask, uint16_t value)
{
	if ((m->ol_flags & outer) != 0)
		m->vlan_tci_outer = changed(m->vlan_tci_outer, mask, value);
	else if ((m->ol_flags & inner) != 0)
		m->vlan_tci = changed(m->vlan_tci, mask, value);
}

bool
steer_edit_tci(struct steer_editor *e, uint16_t mask, uint16_t value)
{
	uint8_t tci[2];
	uint32_t off;

	if (tags_at(e) == 0)
		return true;
	if ((e->m->ol_flags & STEER_STRIPPED) != 0) {
		set_mbuf_tci(e->m, RTE_MBUF_F_RX_QINQ_STRIPPED, RTE_MBUF_F_RX_VLAN_STRIPPED, mask,
			     value);
		e->parsed = false;
		return true;
	}
	off = first_tag(e);
	if (off == 0)
		return true;
	steer_store_be16(tci, changed(type_at(e, off + 2), mask, value));
	if (!steer_edit_field(e, off + 2, tci, sizeof(tci), STEER_SUM_NONE))
		return false;
	set_mbuf_tci(e->m, RTE_MBUF_F_RX_QINQ, RTE_MBUF_F_RX_VLAN, mask, value);
	return true;
}
