/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <string.h>

#include <rte_mbuf_core.h>

#include "ref_bugs.h"
#include "ref_decode.h"
#include "ref_edit.h"

#define MACS 12
#define ETAG 8

/** The packet being changed, and as it was before. */
struct edit {
	const struct rte_flow_action *action;
	struct ref_packet *p;
	uint8_t *data;
	const uint8_t *before;
};

static void
put_be16(uint8_t *to, unsigned int value)
{
	to[0] = value >> 8;
	to[1] = value;
}

bool
ref_is_edit(enum rte_flow_action_type type)
{
	switch (type) {
	case RTE_FLOW_ACTION_TYPE_OF_POP_VLAN:
	case RTE_FLOW_ACTION_TYPE_OF_PUSH_VLAN:
	case RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_VID:
	case RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_PCP:
	case RTE_FLOW_ACTION_TYPE_OF_DEC_NW_TTL:
	case RTE_FLOW_ACTION_TYPE_DEC_TTL:
	case RTE_FLOW_ACTION_TYPE_SET_TTL:
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_SRC:
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_DST:
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_SRC:
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_DST:
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_DSCP:
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_DSCP:
	case RTE_FLOW_ACTION_TYPE_SET_TP_SRC:
	case RTE_FLOW_ACTION_TYPE_SET_TP_DST:
	case RTE_FLOW_ACTION_TYPE_INC_TCP_SEQ:
	case RTE_FLOW_ACTION_TYPE_DEC_TCP_SEQ:
	case RTE_FLOW_ACTION_TYPE_INC_TCP_ACK:
	case RTE_FLOW_ACTION_TYPE_DEC_TCP_ACK:
	case RTE_FLOW_ACTION_TYPE_SET_MAC_SRC:
	case RTE_FLOW_ACTION_TYPE_SET_MAC_DST:
	case RTE_FLOW_ACTION_TYPE_MAC_SWAP:
		return true;
	default:
		return false;
	}
}

/* Tags */

/** Which tag the mbuf has: the one that was stripped, or that it tells of. */
enum which { NO_TAG, OUTER_TCI, INNER_TCI };

static enum which
stripped(const struct ref_input *in)
{
	if (ref_bug == REF_BUG_EDIT_STRIPPED)
		return NO_TAG;
	if (in->ol_flags & RTE_MBUF_F_RX_QINQ_STRIPPED)
		return OUTER_TCI;
	return in->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED ? INNER_TCI : NO_TAG;
}

static enum which
told(const struct ref_input *in)
{
	if (in->ol_flags & RTE_MBUF_F_RX_QINQ)
		return OUTER_TCI;
	return in->ol_flags & RTE_MBUF_F_RX_VLAN ? INNER_TCI : NO_TAG;
}

static void
forget(struct ref_input *in, enum which which)
{
	if (which == OUTER_TCI) {
		in->ol_flags &= ~(RTE_MBUF_F_RX_QINQ | RTE_MBUF_F_RX_QINQ_STRIPPED);
		in->vlan_tci_outer = 0;
	} else {
		in->ol_flags &= ~(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED);
		in->vlan_tci = 0;
	}
}

static bool
is_tpid(unsigned int type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/** Where VLAN tags stand in the mbuf. */
static size_t
tags_at(const struct edit *e)
{
	return be16(e->data + MACS) == 0x893f && e->p->in.len >= 14 + ETAG ? MACS + ETAG : MACS;
}

/** @return where the outermost tag stands in the mbuf, TPID first; 0: there is none. */
static size_t
tag_at(const struct edit *e)
{
	size_t at = tags_at(e);

	return there(at, e->p->in.len, 6) && is_tpid(be16(e->data + at)) ? at : 0;
}

static void
move(struct edit *e, size_t from, size_t to)
{
	struct ref_input *in = &e->p->in;

	assert(in->len + to - from <= REF_PACKET_ROOM);
	memmove(e->data + to, e->data + from, in->len - from);
	in->len = in->len + to - from;
}

static void
pop_vlan(struct edit *e)
{
	struct ref_input *in = &e->p->in;
	size_t at = tag_at(e);

	if (stripped(in) != NO_TAG) {
		forget(in, stripped(in));
		return;
	}
	if (at == 0)
		return;
	if (ref_bug == REF_BUG_EDIT_POP_INNER && is_tpid(be16(e->data + at + 4)) &&
			there(at + 4, in->len, 6))
		at += 4;
	move(e, at + 4, at);
	forget(in, told(in));
}

static void
push_vlan(struct edit *e, unsigned int tpid)
{
	struct ref_input *in = &e->p->in;
	size_t at = tags_at(e);
	unsigned int tci = tag_at(e) != 0 ? be16(e->data + at + 2) : 0;

	if (in->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) {
		tci = in->vlan_tci;
		move(e, at, at + 4);
		put_be16(e->data + at, 0x8100);
		put_be16(e->data + at + 2, tci);
	}
	if (in->ol_flags & RTE_MBUF_F_RX_QINQ_STRIPPED) {
		tci = in->vlan_tci_outer;
		move(e, at, at + 4);
		put_be16(e->data + at, 0x88a8);
		put_be16(e->data + at + 2, tci);
	}
	move(e, at, at + 4);
	put_be16(e->data + at, tpid);
	put_be16(e->data + at + 2, tci);
	forget(in, OUTER_TCI);
	forget(in, INNER_TCI);
}

static unsigned int
with(unsigned int tci, unsigned int mask, unsigned int value)
{
	return (tci & ~mask) | value;
}

static void
set_tci(struct edit *e, unsigned int mask, unsigned int value)
{
	struct ref_input *in = &e->p->in;
	enum which which = stripped(in);
	size_t at = tag_at(e);

	if (which == NO_TAG) {
		if (at == 0)
			return;
		put_be16(e->data + at + 2, with(be16(e->data + at + 2), mask, value));
		which = told(in);
	}
	if (which == OUTER_TCI)
		in->vlan_tci_outer = with(in->vlan_tci_outer, mask, value);
	if (which == INNER_TCI)
		in->vlan_tci = with(in->vlan_tci, mask, value);
}

static void
edit_l2(struct edit *e)
{
	const void *conf = e->action->conf;
	uint8_t mac[6];

	switch (e->action->type) {
	case RTE_FLOW_ACTION_TYPE_OF_POP_VLAN:
		pop_vlan(e);
		break;
	case RTE_FLOW_ACTION_TYPE_OF_PUSH_VLAN:
		push_vlan(e, be16(conf));
		break;
	case RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_VID:
		set_tci(e, 0xfff, be16(conf));
		break;
	case RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_PCP:
		set_tci(e, 7 << 13, *(const uint8_t *)conf << 13);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_MAC_DST:
		memcpy(e->data, conf, 6);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_MAC_SRC:
		memcpy(e->data + 6, conf, 6);
		break;
	case RTE_FLOW_ACTION_TYPE_MAC_SWAP:
		memcpy(mac, e->data, 6);
		memcpy(e->data, e->data + 6, 6);
		memcpy(e->data + 6, mac, 6);
		break;
	default:
		break;
	}
}

/* L3 and L4, without their checksums */

static uint8_t *
at(const struct edit *e, size_t off)
{
	return e->data + off - e->p->restored;
}

static const uint8_t *
was_at(const struct edit *e, size_t off)
{
	return e->before + off - e->p->restored;
}

static void
edit_hops(const struct edit *e, uint8_t *hops)
{
	if (e->action->type == RTE_FLOW_ACTION_TYPE_SET_TTL)
		*hops = *(const uint8_t *)e->action->conf;
	else if (*hops > 0 || ref_bug == REF_BUG_EDIT_TTL_WRAPS)
		--*hops;
}

static void
edit_ipv4(const struct edit *e, uint8_t *h)
{
	switch (e->action->type) {
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_SRC:
		memcpy(h + 12, e->action->conf, 4);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_DST:
		memcpy(h + 16, e->action->conf, 4);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_DSCP:
		h[1] = *(const uint8_t *)e->action->conf << 2 | (h[1] & 3);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_TTL:
	case RTE_FLOW_ACTION_TYPE_DEC_TTL:
	case RTE_FLOW_ACTION_TYPE_OF_DEC_NW_TTL:
		edit_hops(e, &h[8]);
		break;
	default:
		break;
	}
}

static void
edit_ipv6(const struct edit *e, uint8_t *h)
{
	unsigned int class = (be16(h) >> 4 & 3);

	switch (e->action->type) {
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_SRC:
		memcpy(h + 8, e->action->conf, 16);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_DST:
		memcpy(h + 24, e->action->conf, 16);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_DSCP:
		class |= *(const uint8_t *)e->action->conf << 2;
		put_be16(h, (be16(h) & 0xf00f) | class << 4);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_TTL:
	case RTE_FLOW_ACTION_TYPE_DEC_TTL:
	case RTE_FLOW_ACTION_TYPE_OF_DEC_NW_TTL:
		edit_hops(e, &h[7]);
		break;
	default:
		break;
	}
}

static void
add_to(uint8_t *field, const uint8_t *by, int sign)
{
	uint32_t value = (uint32_t)be16(field) << 16 | be16(field + 2);

	value += sign * ((uint32_t)be16(by) << 16 | be16(by + 2));
	put_be16(field, value >> 16);
	put_be16(field + 2, value & 0xffff);
}

static void
edit_tcp(const struct edit *e, uint8_t *h)
{
	switch (e->action->type) {
	case RTE_FLOW_ACTION_TYPE_INC_TCP_SEQ:
		add_to(h + 4, e->action->conf, 1);
		break;
	case RTE_FLOW_ACTION_TYPE_DEC_TCP_SEQ:
		add_to(h + 4, e->action->conf, -1);
		break;
	case RTE_FLOW_ACTION_TYPE_INC_TCP_ACK:
		add_to(h + 8, e->action->conf, 1);
		break;
	case RTE_FLOW_ACTION_TYPE_DEC_TCP_ACK:
		add_to(h + 8, e->action->conf, -1);
		break;
	default:
		break;
	}
}

static void
edit_ports(const struct edit *e, uint8_t *h)
{
	if (e->action->type == RTE_FLOW_ACTION_TYPE_SET_TP_SRC)
		memcpy(h, e->action->conf, 2);
	if (e->action->type == RTE_FLOW_ACTION_TYPE_SET_TP_DST)
		memcpy(h + 2, e->action->conf, 2);
}

/* Checksums */

/** Words that have changed. */
static void
add_changes(const struct edit *e, size_t off, size_t len, uint64_t *sum, bool *any)
{
	for (size_t i = 0; i < len; i += 2) {
		unsigned int old = be16(was_at(e, off + i)), new = be16(at(e, off + i));

		if (old == new)
			continue;
		*sum += 0xffff - old + new;
		*any = true;
	}
}

static unsigned int
ones(uint64_t sum)
{
	return sum == 0 ? 0 : (sum - 1) % 0xffff + 1;
}

static void
fix_ipv4_sum(const struct edit *e)
{
	const struct ref_stack *s = &e->p->outer;
	uint8_t *sum = at(e, s->l3_at + 10);
	uint64_t total = 0xffff - be16(sum);
	bool any = false;

	add_changes(e, s->l3_at, 20, &total, &any);
	if (any && ref_bug != REF_BUG_EDIT_SUM_IP)
		put_be16(sum, 0xffff - ones(total));
}

/** Are there addresses left in the first routing header? */
static bool
is_routed(const struct edit *e)
{
	const struct ref_stack *s = &e->p->outer;
	unsigned int proto = s->l3_header[6];
	size_t off = s->l3_at + 40;

	if (ref_bug == REF_BUG_EDIT_ROUTED)
		return false;
	for (unsigned int i = 0; i < s->n_next; i++) {
		const uint8_t *h = at(e, off);

		if (proto == 43)
			return h[3] != 0;
		off += proto == 44 ? 8 : proto == 51 ? 4 * (h[1] + 2u) : 8 * (h[1] + 1u);
		proto = h[0];
	}
	return false;
}

static void
add_pseudo(const struct edit *e, uint64_t *total, bool *any)
{
	const struct ref_stack *s = &e->p->outer;

	if (s->l3 == REF_L3_IPV4) {
		add_changes(e, s->l3_at + 12, 8, total, any);
	} else {
		add_changes(e, s->l3_at + 8, 16, total, any);
		if (!is_routed(e))
			add_changes(e, s->l3_at + 24, 16, total, any);
	}
}

static void
fix_l4_sum(const struct edit *e, size_t off, size_t len)
{
	const struct ref_stack *s = &e->p->outer;
	uint8_t *sum = at(e, s->l4_at + off);
	bool partial = (e->p->in.ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) ==
		       RTE_MBUF_F_RX_L4_CKSUM_NONE;
	uint64_t total;
	bool any = false;

	if (s->l4 == REF_L4_UDP && be16(sum) == 0 && ref_bug != REF_BUG_EDIT_UDP_ZERO)
		return;
	if (ref_bug == REF_BUG_EDIT_PARTIAL)
		partial = false;
	total = partial ? be16(sum) : 0xffff - be16(sum);
	if (ref_bug != REF_BUG_EDIT_SUM_PSEUDO)
		add_pseudo(e, &total, &any);
	if (!partial)
		add_changes(e, s->l4_at, len, &total, &any);
	if (!any)
		return;
	put_be16(sum, partial ? ones(total) : 0xffff - ones(total));
	if (!partial && s->l4 == REF_L4_UDP && be16(sum) == 0)
		put_be16(sum, 0xffff);
}

static void
edit_ip(struct edit *e)
{
	const struct ref_stack *s = &e->p->outer;

	if (s->l3 == REF_L3_IPV4)
		edit_ipv4(e, at(e, s->l3_at));
	if (s->l3 == REF_L3_IPV6)
		edit_ipv6(e, at(e, s->l3_at));
	if (s->l4 == REF_L4_TCP)
		edit_tcp(e, at(e, s->l4_at));
	if (s->l4 == REF_L4_TCP || s->l4 == REF_L4_UDP)
		edit_ports(e, at(e, s->l4_at));
	if (s->l3 == REF_L3_IPV4)
		fix_ipv4_sum(e);
	if (s->l4 == REF_L4_TCP)
		fix_l4_sum(e, 16, 20);
	if (s->l4 == REF_L4_UDP)
		fix_l4_sum(e, 6, 8);
	if (s->l4 == REF_L4_ICMP6)
		fix_l4_sum(e, 2, 4);
}

void
ref_edit(const struct rte_flow_action *action, struct ref_packet *p, struct ref_edited *to)
{
	const struct ref_regs regs = p->regs;
	uint8_t before[REF_PACKET_ROOM];
	struct edit e = { .action = action, .p = p, .data = to->data, .before = before };
	struct ref_input in;

	if (p->in.len < 14)
		return;
	memmove(to->data, p->in.data, p->in.len);
	memcpy(before, p->in.data, p->in.len);
	p->in.data = to->data;
	edit_ip(&e);
	edit_l2(&e);
	in = p->in;
	ref_decode(&in, p);
	p->regs = regs;
}
