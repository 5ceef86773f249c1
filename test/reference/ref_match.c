/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <string.h>

#include "ref_bugs.h"
#include "ref_fields.h"
#include "ref_geneve_opt.h"
#include "ref_integrity.h"
#include "ref_match.h"
#include "ref_match_part.h"
#include "ref_packet.h"
#include "ref_raw.h"

/** The layer of the item before, for ANY. */
enum layer { LAYER_START, LAYER_ETH, LAYER_L3, LAYER_L4 };

/** How far in the pattern. */
struct place {
	const struct ref_packet *packet;
	const struct ref_stack *stack;
	unsigned int tag; /**< Which tag the next VLAN item speaks of. */
	unsigned int ext;   /**< Which extension header the next IPV6_EXT item speaks of. */
	unsigned int opt;   /**< Which option the next ICMP6_ND_OPT item speaks of. */
	unsigned int label; /**< Which label the next MPLS item speaks of. */
	unsigned int layer;
	size_t end; /**< Of what the item before has matched, in the mbuf. */
	bool udp; /**< Behind a UDP item. */
	bool inside; /**< A tunnel has been entered. */
};

static bool
flag_matches(bool spec, bool mask, bool value)
{
	return !mask || spec == value;
}

static bool
eth_matches(const struct rte_flow_item *item, const struct ref_stack *s)
{
	const struct rte_flow_item_eth *spec = item->spec;
	const struct rte_flow_item_eth *mask = item->mask;
	uint8_t header[14];

	if (!s->has_eth)
		return false;
	memcpy(header, s->eth, sizeof(header));
	if (ref_bug == REF_BUG_ETH_TYPE_LOOKS_THROUGH && s->n_tags > 0)
		memcpy(header + 12, s->tag[s->n_tags - 1] + 2, 2);
	if (!ref_fields_match(item, header))
		return false;
	if (spec == NULL || mask == NULL || ref_bug == REF_BUG_HAS_VLAN_IGNORED)
		return true;
	return flag_matches(spec->has_vlan, mask->has_vlan, s->n_tags > 0);
}

static bool
vlan_matches(const struct rte_flow_item *item, const struct ref_stack *s, unsigned int n)
{
	const struct rte_flow_item_vlan *spec = item->spec;
	const struct rte_flow_item_vlan *mask = item->mask;
	unsigned int at = n;

	if (n >= s->n_tags)
		return false;
	if (ref_bug == REF_BUG_VLAN_ORDER)
		at = RTE_MIN(s->n_tags, 2u) - 1 - n;
	if (!ref_fields_match(item, s->tag[at]))
		return false;
	if (spec == NULL || mask == NULL || ref_bug == REF_BUG_HAS_VLAN_IGNORED)
		return true;
	return flag_matches(spec->has_more_vlan, mask->has_more_vlan, n + 1 < s->n_tags);
}

static bool
exts_match(const struct rte_flow_item_ipv6 *spec, const struct rte_flow_item_ipv6 *mask,
	   unsigned int exts)
{
#define EXT_MATCHES(bit, name) flag_matches(spec->name, mask->name, exts >> (bit) & 1)
	return EXT_MATCHES(REF_EXT_HOP, has_hop_ext) &&
	       EXT_MATCHES(REF_EXT_ROUTE, has_route_ext) &&
	       EXT_MATCHES(REF_EXT_FRAG, has_frag_ext) &&
	       EXT_MATCHES(REF_EXT_AUTH, has_auth_ext) &&
	       EXT_MATCHES(REF_EXT_ESP, has_esp_ext) &&
	       EXT_MATCHES(REF_EXT_DEST, has_dest_ext) &&
	       EXT_MATCHES(REF_EXT_MOBIL, has_mobil_ext) &&
	       EXT_MATCHES(REF_EXT_HIP, has_hip_ext) &&
	       EXT_MATCHES(REF_EXT_SHIM6, has_shim6_ext);
#undef EXT_MATCHES
}

static bool
l3_matches(const struct rte_flow_item *item, const struct ref_stack *s, enum ref_l3 l3)
{
	if (s->l3 != l3 || !ref_fields_match(item, s->l3_header))
		return false;
	if (l3 != REF_L3_IPV6 || item->spec == NULL || item->mask == NULL ||
			ref_bug == REF_BUG_HAS_EXT_IGNORED)
		return true;
	return exts_match(item->spec, item->mask, s->exts);
}

static bool
mpls_matches(const struct rte_flow_item *item, const struct ref_stack *s, unsigned int n)
{
	if (n >= s->n_labels)
		return false;
	if (ref_bug == REF_BUG_MPLS_ORDER)
		n = s->n_labels - 1 - n;
	return ref_fields_match(item, s->label[n]);
}

static bool
ext_matches(const struct rte_flow_item *item, const struct ref_stack *s, unsigned int n)
{
	if (n >= s->n_next)
		return false;
	if (ref_bug == REF_BUG_EXT_ORDER)
		n = s->n_next - 1 - n;
	return ref_fields_match(item, &s->next[n]);
}

/** Neighbor discovery: the message, or an option of it. */
static bool
nd_matches(const struct rte_flow_item *item, struct place *at)
{
	const struct ref_stack *s = at->stack;
	unsigned int n = at->opt;

	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NS:
		return s->nd == REF_ND_NS && ref_fields_match(item, s->nd_header);
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NA:
		return s->nd == REF_ND_NA && ref_fields_match(item, s->nd_header);
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_SLA_ETH:
		return s->has_sla && ref_fields_match(item, s->sla);
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_TLA_ETH:
		return s->has_tla && ref_fields_match(item, s->tla);
	default:
		at->opt++;
		return n < s->n_opts && ref_fields_match(item, s->opt[n]);
	}
}

static bool
pppoe_matches(const struct rte_flow_item *item, const struct ref_stack *s, enum ref_pppoe pppoe)
{
	return s->pppoe == pppoe && ref_fields_match(item, s->pppoe_header);
}

static bool
l4_matches(const struct rte_flow_item *item, const struct ref_stack *s, enum ref_l4 l4)
{
	return s->l4 == l4 && ref_fields_match(item, s->l4_header);
}

static bool
layer_present(const struct ref_stack *s, unsigned int layer)
{
	switch (layer) {
	case LAYER_ETH:
		return s->has_eth;
	case LAYER_L3:
		return s->l3 != REF_L3_NONE;
	case LAYER_L4:
		return s->l4 != REF_L4_NONE;
	default:
		return false;
	}
}

static bool
any_matches(const struct rte_flow_item *item, struct place *at)
{
	const struct rte_flow_item_any *spec = item->spec;
	const struct rte_flow_item_any *mask = item->mask;
	uint32_t num;

	if (spec == NULL || mask == NULL || ref_bug == REF_BUG_ANY_IGNORED)
		return true;
	for (num = spec->num & mask->num; num > 0; num--) {
		at->layer++;
		if (!layer_present(at->stack, at->layer))
			return false;
	}
	return true;
}

/** What follows is inside the tunnel. */
static void
enter(struct place *at)
{
	if (ref_bug != REF_BUG_INNER_IS_OUTER)
		at->stack = &at->packet->inner;
	at->tag = 0;
	at->label = 0;
	at->ext = 0;
	at->opt = 0;
	at->udp = false;
	at->layer = LAYER_START;
	at->inside = true;
}

static bool
is_ip(enum rte_flow_item_type type)
{
	return type == RTE_FLOW_ITEM_TYPE_IPV4 || type == RTE_FLOW_ITEM_TYPE_IPV6;
}

/** IP behind IP and MPLS behind UDP are inside tunnels that have no item. */
static enum ref_tunnel
tunnel_without_item(const struct rte_flow_item *item, const struct place *at)
{
	if (at->inside)
		return REF_TUNNEL_NONE;
	if (is_ip(item->type) && at->layer == LAYER_L3)
		return REF_TUNNEL_IP;
	if (item->type == RTE_FLOW_ITEM_TYPE_MPLS && at->udp)
		return REF_TUNNEL_MPLS;
	return REF_TUNNEL_NONE;
}

/** @return false if the packet is in no such tunnel. */
static bool
enter_without_item(const struct rte_flow_item *item, struct place *at)
{
	enum ref_tunnel tunnel = tunnel_without_item(item, at);

	if (tunnel == REF_TUNNEL_NONE)
		return true;
	if (at->packet->tunnel != tunnel)
		return false;
	enter(at);
	return true;
}

/** Over IP, or behind a UDP item in UDP. */
static bool
esp_matches(const struct rte_flow_item *item, const struct place *at)
{
	const struct ref_stack *s = at->stack;

	if (at->udp && ref_bug != REF_BUG_ESP_ANYWHERE)
		return s->udp == REF_UDP_ESP && ref_fields_match(item, s->udp_header);
	return l4_matches(item, s, REF_L4_ESP);
}

/** An item of one of the three layers. */
static bool
header_matches(const struct rte_flow_item *item, struct place *at)
{
	const struct ref_stack *s = at->stack;

	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_ETH:
		at->layer = LAYER_ETH;
		return eth_matches(item, s);
	case RTE_FLOW_ITEM_TYPE_VLAN:
		at->layer = LAYER_ETH;
		return vlan_matches(item, s, at->tag++);
	case RTE_FLOW_ITEM_TYPE_E_TAG:
		at->layer = LAYER_ETH;
		return s->has_etag && ref_fields_match(item, s->etag);
	case RTE_FLOW_ITEM_TYPE_PPPOES:
		at->layer = LAYER_ETH;
		return pppoe_matches(item, s, REF_PPPOE_SESSION);
	case RTE_FLOW_ITEM_TYPE_PPPOED:
		at->layer = LAYER_ETH;
		return pppoe_matches(item, s, REF_PPPOE_DISCOVERY);
	case RTE_FLOW_ITEM_TYPE_PPPOE_PROTO_ID:
		at->layer = LAYER_ETH;
		return s->has_ppp && ref_fields_match(item, s->ppp);
	case RTE_FLOW_ITEM_TYPE_MPLS:
		at->layer = LAYER_ETH;
		return mpls_matches(item, s, at->label++);
	case RTE_FLOW_ITEM_TYPE_IPV4:
		at->layer = LAYER_L3;
		return l3_matches(item, s, REF_L3_IPV4);
	case RTE_FLOW_ITEM_TYPE_IPV6:
		at->layer = LAYER_L3;
		return l3_matches(item, s, REF_L3_IPV6);
	case RTE_FLOW_ITEM_TYPE_ARP_ETH_IPV4:
		at->layer = LAYER_L3;
		return l3_matches(item, s, REF_L3_ARP);
	case RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT:
		at->layer = LAYER_L3;
		return s->has_frag_ext && ref_fields_match(item, s->frag_ext);
	case RTE_FLOW_ITEM_TYPE_IPV6_EXT:
		at->layer = LAYER_L3;
		return ext_matches(item, s, at->ext++);
	case RTE_FLOW_ITEM_TYPE_AH:
		at->layer = LAYER_L3;
		return s->has_ah && ref_fields_match(item, s->ah);
	default:
		break;
	}
	at->layer = LAYER_L4;
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_TCP:
		return l4_matches(item, s, REF_L4_TCP);
	case RTE_FLOW_ITEM_TYPE_UDP:
		at->udp = true;
		return l4_matches(item, s, REF_L4_UDP);
	case RTE_FLOW_ITEM_TYPE_SCTP:
		return l4_matches(item, s, REF_L4_SCTP);
	case RTE_FLOW_ITEM_TYPE_ICMP:
		return l4_matches(item, s, REF_L4_ICMP);
	case RTE_FLOW_ITEM_TYPE_ICMP6:
		return l4_matches(item, s, REF_L4_ICMP6);
	case RTE_FLOW_ITEM_TYPE_ESP:
		return esp_matches(item, at);
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NS:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NA:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_SLA_ETH:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_TLA_ETH:
		return nd_matches(item, at);
	case RTE_FLOW_ITEM_TYPE_PFCP:
		return s->udp == REF_UDP_PFCP && ref_fields_match(item, s->udp_header);
	case RTE_FLOW_ITEM_TYPE_IGMP:
		return l4_matches(item, s, REF_L4_IGMP);
	case RTE_FLOW_ITEM_TYPE_L2TPV3OIP:
		return l4_matches(item, s, REF_L4_L2TPV3);
	default:
		assert(!"an item that the reference does not know");
		return false;
	}
}

/** The value that begins each of the items MARK, META and TAG. */
static bool
reg_matches(const struct rte_flow_item *item, uint32_t value)
{
	const uint32_t *spec = item->spec, *last = item->last, *mask = item->mask;

	return spec == NULL || ref_in_range(value, *spec, last != NULL ? *last : 0,
					mask != NULL ? *mask : UINT32_MAX);
}

static bool
regs_match(const struct rte_flow_item *item, const struct ref_regs *regs)
{
	const struct rte_flow_item_tag *tag = item->spec;

	if (item->type == RTE_FLOW_ITEM_TYPE_MARK)
		return (regs->marked || ref_bug == REF_BUG_MARK_ANY) &&
		       reg_matches(item, regs->mark);
	if (item->type == RTE_FLOW_ITEM_TYPE_META)
		return reg_matches(item, regs->meta);
	return reg_matches(item, tag != NULL ? regs->tag[tag->index] : 0);
}

static bool
item_matches(const struct rte_flow_item *item, struct place *at)
{
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_MARK:
	case RTE_FLOW_ITEM_TYPE_META:
	case RTE_FLOW_ITEM_TYPE_TAG:
		return regs_match(item, &at->packet->regs);
	case RTE_FLOW_ITEM_TYPE_VOID:
	case RTE_FLOW_ITEM_TYPE_FUZZY:
	/* All packets are of the port itself, and no rule names another one. */
	case RTE_FLOW_ITEM_TYPE_PORT_ID:
	case RTE_FLOW_ITEM_TYPE_REPRESENTED_PORT:
		return true;
	case RTE_FLOW_ITEM_TYPE_ANY:
		return any_matches(item, at);
	default:
		break;
	}
	if (ref_item_is_tunnel(item->type)) {
		enter(at);
		return ref_tunnel_matches(item, at->packet);
	}
	return enter_without_item(item, at) && header_matches(item, at);
}

bool
ref_is_reg(enum rte_flow_item_type type)
{
	return type == RTE_FLOW_ITEM_TYPE_MARK || type == RTE_FLOW_ITEM_TYPE_META ||
	       type == RTE_FLOW_ITEM_TYPE_TAG;
}

/** The last layer that an item stands for, as an item that would stand for it. */
static enum rte_flow_item_type
layer_type(const struct rte_flow_item *item, const struct place *at)
{
	if (item->type != RTE_FLOW_ITEM_TYPE_ANY)
		return item->type;
	if (item->spec == NULL || item->mask == NULL)
		return RTE_FLOW_ITEM_TYPE_VOID;
	if ((((const struct rte_flow_item_any *)item->spec)->num &
	     ((const struct rte_flow_item_any *)item->mask)->num) == 0)
		return RTE_FLOW_ITEM_TYPE_VOID;
	if (at->layer == LAYER_ETH)
		return RTE_FLOW_ITEM_TYPE_ETH;
	return at->layer == LAYER_L3 ? RTE_FLOW_ITEM_TYPE_IPV4 : RTE_FLOW_ITEM_TYPE_TCP;
}

/** Behind GENEVE, or standing for it. */
static bool
geneve_opt_matches(const struct rte_flow_item *item, struct place *at)
{
	if (!at->inside) {
		if (at->packet->tunnel != REF_TUNNEL_GENEVE)
			return false;
		enter(at);
		at->end = ref_header_end(RTE_FLOW_ITEM_TYPE_GENEVE, at->packet, at->stack, 0, 0);
	}
	return ref_geneve_opt_matches(item, at->packet);
}

static bool
pattern_matches(const struct rte_flow_item pattern[], struct place *at)
{
	unsigned int n;

	for (; pattern->type != RTE_FLOW_ITEM_TYPE_END; pattern++) {
		if (pattern->type == RTE_FLOW_ITEM_TYPE_INVERT)
			continue;
		if (ref_is_reg(pattern->type)) {
			if (!item_matches(pattern, at))
				return false;
			continue;
		}
		if (pattern->type == RTE_FLOW_ITEM_TYPE_RAW) {
			if (!ref_raw_matches(pattern, at->packet, &at->end))
				return false;
			continue;
		}
		if (pattern->type == RTE_FLOW_ITEM_TYPE_INTEGRITY) {
			if (!ref_integrity_matches(pattern, at->packet))
				return false;
			continue;
		}
		if (pattern->type == RTE_FLOW_ITEM_TYPE_GENEVE_OPT) {
			if (!geneve_opt_matches(pattern, at))
				return false;
			continue;
		}
		if (!item_matches(pattern, at))
			return false;
		n = pattern->type == RTE_FLOW_ITEM_TYPE_MPLS ? at->label : at->tag;
		at->end = ref_header_end(layer_type(pattern, at), at->packet, at->stack, n,
					 at->end);
	}
	return true;
}

bool
ref_match_end(const struct rte_flow_item pattern[], const struct ref_packet *p, size_t *end)
{
	struct place at = { .packet = p, .stack = &p->outer };
	bool matches = pattern_matches(pattern, &at);

	*end = at.end;
	return matches;
}

bool
ref_match(const struct rte_flow_item pattern[], const struct ref_packet *p)
{
	struct place at = { .packet = p, .stack = &p->outer };
	bool inverted = false;

	for (unsigned int i = 0; pattern[i].type != RTE_FLOW_ITEM_TYPE_END; i++)
		inverted |= pattern[i].type == RTE_FLOW_ITEM_TYPE_INVERT;
	if (ref_bug == REF_BUG_INVERT_IGNORED)
		inverted = false;
	return pattern_matches(pattern, &at) != inverted;
}
