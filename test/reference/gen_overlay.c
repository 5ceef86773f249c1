/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_flow.h>

#include "gen_packet.h"
#include "gen_put.h"
#include "ref_fields.h"

/** A value that the field's condition admits. */
static ref_int
admitted(struct gen_random *r, const struct rte_flow_item *item, const struct ref_field *f,
	 ref_int mask)
{
	ref_int spec = ref_get(item->spec, f->item_bit, f->bits) & mask;
	ref_int last = 0;

	if (item->last != NULL)
		last = ref_get(item->last, f->item_bit, f->bits) & mask;
	/* The ends of a range tell most. */
	return last != 0 && gen_chance(r, 50) ? last : spec;
}

static void
overlay(struct gen_random *r, const struct rte_flow_item *item, uint8_t *header)
{
	const struct ref_item *known = ref_item(item->type);
	const void *mask_bytes = item->mask != NULL ? item->mask : known->default_mask;

	for (unsigned int i = 0; i < known->n_fields; i++) {
		const struct ref_field *f = &known->fields[i];
		ref_int mask = ref_get(mask_bytes, f->item_bit, f->bits);
		ref_int old = ref_get(header, f->wire_bit, f->bits);

		if (mask != 0)
			ref_put(header, f->wire_bit, f->bits,
				(old & ~mask) | admitted(r, item, f, mask));
	}
}

/** Bytes at a place that is known without looking. */
static void
overlay_raw(const struct rte_flow_item *item, struct gen_packet *p)
{
	const struct rte_flow_item_raw *spec = item->spec, *mask = item->mask;

	if (spec == NULL || spec->relative || spec->offset < 0 ||
			spec->offset + spec->length > (int64_t)p->len)
		return;
	for (unsigned int i = 0; i < spec->length; i++) {
		uint8_t *byte = &p->data[spec->offset + i];
		uint8_t ones = mask != NULL && mask->pattern != NULL ? mask->pattern[i] : 0xff;

		*byte = (*byte & ~ones) | (spec->pattern[i] & ones);
	}
}

/** Where in the packet the header of an item is. */
static uint16_t
offset_of(const struct gen_packet *p, unsigned int stack, unsigned int nth,
	  enum rte_flow_item_type type)
{
	const struct gen_offsets *at = &p->at[stack];

	switch (type) {
	case RTE_FLOW_ITEM_TYPE_ETH:
		return at->eth;
	case RTE_FLOW_ITEM_TYPE_VLAN:
		return nth < REF_TAGS ? at->tag[nth] : GEN_NOWHERE;
	case RTE_FLOW_ITEM_TYPE_E_TAG:
		return at->etag;
	case RTE_FLOW_ITEM_TYPE_PPPOES:
	case RTE_FLOW_ITEM_TYPE_PPPOED:
		return at->pppoe;
	case RTE_FLOW_ITEM_TYPE_PPPOE_PROTO_ID:
		return at->pppoe != GEN_NOWHERE ? at->pppoe + 6 : GEN_NOWHERE;
	case RTE_FLOW_ITEM_TYPE_MPLS:
		return nth < REF_LABELS ? at->label[nth] : GEN_NOWHERE;
	case RTE_FLOW_ITEM_TYPE_IPV4:
	case RTE_FLOW_ITEM_TYPE_IPV6:
	case RTE_FLOW_ITEM_TYPE_ARP_ETH_IPV4:
		return at->l3;
	case RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT:
		return at->frag_ext;
	case RTE_FLOW_ITEM_TYPE_IPV6_EXT:
		return nth < REF_EXT_MAX ? at->next[nth] : GEN_NOWHERE;
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT:
		return nth < REF_OPTS ? at->opt[nth] : GEN_NOWHERE;
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_SLA_ETH:
		return at->sla;
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_TLA_ETH:
		return at->tla;
	case RTE_FLOW_ITEM_TYPE_PFCP:
		return at->udp;
	case RTE_FLOW_ITEM_TYPE_AH:
		return at->ah;
	case RTE_FLOW_ITEM_TYPE_ESP:
		return at->udp != GEN_NOWHERE ? at->udp : at->l4;
	case RTE_FLOW_ITEM_TYPE_VXLAN:
	case RTE_FLOW_ITEM_TYPE_VXLAN_GPE:
	case RTE_FLOW_ITEM_TYPE_GENEVE:
	case RTE_FLOW_ITEM_TYPE_GRE:
	case RTE_FLOW_ITEM_TYPE_NVGRE:
	case RTE_FLOW_ITEM_TYPE_GTP:
	case RTE_FLOW_ITEM_TYPE_GTPU:
	case RTE_FLOW_ITEM_TYPE_GTPC:
		return p->tunnel_at;
	case RTE_FLOW_ITEM_TYPE_GRE_KEY:
		return p->gre_key_at;
	case RTE_FLOW_ITEM_TYPE_GRE_OPTION:
		return p->gre_option_at;
	case RTE_FLOW_ITEM_TYPE_GTP_PSC:
		return p->psc_at;
	case RTE_FLOW_ITEM_TYPE_ANY:
	case RTE_FLOW_ITEM_TYPE_FUZZY:
	case RTE_FLOW_ITEM_TYPE_VOID:
	case RTE_FLOW_ITEM_TYPE_PORT_ID:
	case RTE_FLOW_ITEM_TYPE_REPRESENTED_PORT:
	case RTE_FLOW_ITEM_TYPE_INVERT:
	case RTE_FLOW_ITEM_TYPE_RAW:
	case RTE_FLOW_ITEM_TYPE_MARK:
	case RTE_FLOW_ITEM_TYPE_META:
	case RTE_FLOW_ITEM_TYPE_TAG:
	case RTE_FLOW_ITEM_TYPE_GENEVE_OPT:
	case RTE_FLOW_ITEM_TYPE_INTEGRITY:
		return GEN_NOWHERE;
	default:
		return at->l4;
	}
}

/** Items of the same type before this one in its stack. */
static unsigned int
same_before(const struct rte_flow_item *begin, const struct rte_flow_item *item)
{
	unsigned int n = 0;

	for (; begin < item; begin++)
		n += begin->type == item->type;
	return n;
}

void
gen_packet_for(struct gen_random *r, const struct rte_flow_item pattern[], struct gen_packet *p)
{
	const struct rte_flow_item *begin = pattern;
	unsigned int stack = 0;
	struct gen_plan plan;
	bool l3 = false, udp = false;

	gen_plan_pattern(r, pattern, &plan);
	gen_packet(r, &plan, p);
	for (; pattern->type != RTE_FLOW_ITEM_TYPE_END; pattern++) {
		uint16_t at;

		/* IP behind IP is inside a tunnel. */
		if (gen_is_ip_item(pattern->type)) {
			stack = l3 ? 1 : stack;
			l3 = true;
		}
		/* So is MPLS behind UDP. */
		if (pattern->type == RTE_FLOW_ITEM_TYPE_MPLS && udp && stack == 0) {
			stack = 1;
			begin = pattern;
		}
		udp |= pattern->type == RTE_FLOW_ITEM_TYPE_UDP;
		at = offset_of(p, stack, same_before(begin, pattern), pattern->type);
		if (at != GEN_NOWHERE && pattern->spec != NULL)
			overlay(r, pattern, p->data + at);
		if (pattern->type == RTE_FLOW_ITEM_TYPE_RAW)
			overlay_raw(pattern, p);
		if (ref_item_is_tunnel(pattern->type)) {
			stack = 1;
			begin = pattern + 1;
		}
	}
	if (gen_chance(r, 30))
		gen_fix_sums(p);
}
