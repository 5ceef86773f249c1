/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>

#include "ref_bugs.h"
#include "ref_fields.h"
#include "ref_packet.h"
#include "ref_raw.h"

static size_t
l3_length(const struct ref_stack *s)
{
	if (s->l3 == REF_L3_IPV4)
		return ref_bug == REF_BUG_RAW_IHL ? 20 : 4 * (s->l3_header[0] & 0xf);
	return s->l3 == REF_L3_IPV6 ? 40 : 28;
}

static size_t
l4_length(const struct ref_stack *s)
{
	size_t length = 4 * (s->l4_header[12] >> 4);

	switch (s->l4) {
	case REF_L4_TCP:
		return length < 20 || ref_bug == REF_BUG_RAW_IHL ? 20 : length;
	case REF_L4_SCTP:
		return 12;
	case REF_L4_ICMP6:
	case REF_L4_L2TPV3:
		return 4;
	default:
		return 8;
	}
}

/** From the packet with its tags put back to the mbuf. */
static size_t
in_mbuf(const struct ref_packet *p, size_t at)
{
	return ref_bug == REF_BUG_RAW_STRIPPED ? at : at - p->restored;
}

size_t
ref_header_end(enum rte_flow_item_type type, const struct ref_packet *p,
	       const struct ref_stack *s, unsigned int tag, size_t end)
{
	switch (type) {
	case RTE_FLOW_ITEM_TYPE_ETH:
		return s == &p->outer ? 14 : in_mbuf(p, s->l2_at + 14);
	case RTE_FLOW_ITEM_TYPE_VLAN:
		if (s == &p->outer)
			return RTE_MAX(in_mbuf(p, s->tag_at[tag - 1] + 4), (size_t)14);
		return in_mbuf(p, s->tag_at[tag - 1] + 4);
	case RTE_FLOW_ITEM_TYPE_E_TAG:
		return in_mbuf(p, s->etag_at + 8);
	case RTE_FLOW_ITEM_TYPE_PPPOES:
	case RTE_FLOW_ITEM_TYPE_PPPOED:
		return in_mbuf(p, s->pppoe_at + 6);
	case RTE_FLOW_ITEM_TYPE_PPPOE_PROTO_ID:
		return in_mbuf(p, s->pppoe_at + 8);
	case RTE_FLOW_ITEM_TYPE_MPLS:
		return in_mbuf(p, s->label_at[tag - 1] + 4);
	case RTE_FLOW_ITEM_TYPE_IPV4:
	case RTE_FLOW_ITEM_TYPE_IPV6:
	case RTE_FLOW_ITEM_TYPE_ARP_ETH_IPV4:
		return in_mbuf(p, s->l3_at + l3_length(s));
	case RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT:
		return in_mbuf(p, s->frag_at + 8);
	case RTE_FLOW_ITEM_TYPE_TCP:
	case RTE_FLOW_ITEM_TYPE_UDP:
	case RTE_FLOW_ITEM_TYPE_SCTP:
	case RTE_FLOW_ITEM_TYPE_ICMP:
	case RTE_FLOW_ITEM_TYPE_ICMP6:
	case RTE_FLOW_ITEM_TYPE_IGMP:
	case RTE_FLOW_ITEM_TYPE_L2TPV3OIP:
		return in_mbuf(p, s->l4_at + l4_length(s));
	case RTE_FLOW_ITEM_TYPE_ESP:
		if (s->l4 == REF_L4_UDP)
			return in_mbuf(p, s->l4_at + 16);
		return in_mbuf(p, s->l4_at + 8);
	case RTE_FLOW_ITEM_TYPE_PFCP:
		return in_mbuf(p, s->l4_at + 8 + (s->udp_header[0] & 1 ? 16 : 8));
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NS:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NA:
		return in_mbuf(p, s->l4_at + 24);
	case RTE_FLOW_ITEM_TYPE_AH:
		return in_mbuf(p, s->ah_at + 4 * (s->ah[1] + 2));
	default:
		return ref_item_is_tunnel(type) ? in_mbuf(p, p->tunnel_end) : end;
	}
}

/** What a RAW item asks for, with its mask applied to all but the bytes. */
struct wanted {
	bool relative, search;
	int64_t offset;
	uint32_t limit, length;
	const uint8_t *bytes, *mask; /**< mask NULL: all bits. */
};

static struct wanted
wanted(const struct rte_flow_item *item)
{
	const struct rte_flow_item_raw *spec = item->spec;
	const struct rte_flow_item_raw *mask = item->mask;

	if (mask == NULL)
		mask = &rte_flow_item_raw_mask;
	return (struct wanted){
		.relative = (spec->relative & mask->relative) && ref_bug != REF_BUG_RAW_FROM_START,
		.search = (spec->search & mask->search) && ref_bug != REF_BUG_RAW_HERE_ONLY,
		.offset = spec->offset & mask->offset,
		.limit = spec->limit & mask->limit,
		.length = spec->length & mask->length,
		.bytes = spec->pattern,
		.mask = ref_bug == REF_BUG_RAW_UNMASKED ? NULL : mask->pattern,
	};
}

static bool
is_at(const struct wanted *w, const struct ref_packet *p, int64_t at)
{
	if (at < 0 || at + w->length > p->in.len)
		return false;
	for (uint32_t i = 0; i < w->length; i++) {
		uint8_t ones = w->mask != NULL ? w->mask[i] : 0xff;

		if ((p->in.data[at + i] & ones) != (w->bytes[i] & ones))
			return false;
	}
	return true;
}

bool
ref_raw_matches(const struct rte_flow_item *item, const struct ref_packet *p, size_t *end)
{
	struct wanted w;
	int64_t at, last;

	if (item->spec == NULL)
		return true;
	w = wanted(item);
	at = w.offset + (w.relative ? (int64_t)*end : 0);
	last = at;
	/* One that would begin in front of the packet does not begin at all. */
	if (w.search && at >= 0)
		last = w.limit != 0 ? at + w.limit : p->in.len;
	if (ref_bug == REF_BUG_RAW_LIMIT && w.search && w.limit != 0)
		last--;
	for (; at <= last; at++) {
		if (is_at(&w, p, at)) {
			*end = at + w.length;
			return true;
		}
	}
	return false;
}
