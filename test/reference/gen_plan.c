/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_flow.h>

#include "gen_packet.h"
#include "gen_put.h"
#include "ref_fields.h"

static const enum ref_l3 l3s[] = {
	REF_L3_IPV4, REF_L3_IPV4, REF_L3_IPV4, REF_L3_IPV4, REF_L3_IPV4, REF_L3_IPV6, REF_L3_IPV6,
	REF_L3_IPV6, REF_L3_IPV6, REF_L3_ARP,  REF_L3_NONE,
};
static const enum ref_l4 ipv4_l4s[] = {
	REF_L4_TCP,  REF_L4_TCP,  REF_L4_TCP, REF_L4_UDP,  REF_L4_UDP,	  REF_L4_UDP, REF_L4_SCTP,
	REF_L4_ICMP, REF_L4_NONE, REF_L4_ESP, REF_L4_IGMP, REF_L4_L2TPV3,
};
static const enum ref_l4 ipv6_l4s[] = {
	REF_L4_TCP,   REF_L4_TCP,  REF_L4_TCP, REF_L4_UDP,    REF_L4_UDP, REF_L4_UDP, REF_L4_SCTP,
	REF_L4_ICMP6, REF_L4_NONE, REF_L4_ESP, REF_L4_L2TPV3,
};
static const enum ref_tunnel tunnels[] = {
	REF_TUNNEL_VXLAN, REF_TUNNEL_VXLAN,  REF_TUNNEL_VXLAN,     REF_TUNNEL_GENEVE,
	REF_TUNNEL_GENEVE, REF_TUNNEL_GENEVE, REF_TUNNEL_VXLAN_GPE, REF_TUNNEL_VXLAN_GPE,
	REF_TUNNEL_GRE,   REF_TUNNEL_GRE,    REF_TUNNEL_GRE,       REF_TUNNEL_GRE,
	REF_TUNNEL_IP,    REF_TUNNEL_IP,     REF_TUNNEL_GTPU,      REF_TUNNEL_GTPU,
	REF_TUNNEL_GTPC,  REF_TUNNEL_MPLS,   REF_TUNNEL_MPLS,
};

static unsigned int
random_tags(struct gen_random *r)
{
	static const unsigned int tags[] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3 };

	return gen_pick(r, tags);
}

/** What a rule asks for, with the rest at random. */
static void
complete(struct gen_random *r, bool l3_known, bool l4_known, struct gen_layers *l)
{
	if (l->frag_ext || (l4_known && l->l4 == REF_L4_ICMP6))
		l->l3 = REF_L3_IPV6;
	else if (l4_known && (l->l4 == REF_L4_ICMP || l->l4 == REF_L4_IGMP))
		l->l3 = REF_L3_IPV4;
	else if ((l4_known || l->ah) && !l3_known)
		l->l3 = gen_chance(r, 50) ? REF_L3_IPV4 : REF_L3_IPV6;
	else if (!l3_known)
		l->l3 = gen_pick(r, l3s);
	if (l4_known)
		return;
	l->l4 = REF_L4_NONE;
	if (l->l3 == REF_L3_IPV4)
		l->l4 = gen_pick(r, ipv4_l4s);
	else if (l->l3 == REF_L3_IPV6)
		l->l4 = gen_pick(r, ipv6_l4s);
}

/** Without Ethernet and its tags, where there is IP. */
static void
no_eth(struct gen_layers *l)
{
	l->eth = false;
	l->n_tags = 0;
	l->etag = false;
	l->pppoe = REF_PPPOE_NONE;
	l->n_labels = 0;
	if (l->l3 == REF_L3_ARP)
		l->l3 = REF_L3_NONE;
}

/** Some tunnels carry IP or MPLS alone, others may. */
static void
fit_inner(struct gen_random *r, const struct gen_plan *plan, struct gen_layers *l)
{
	bool ip = l->l3 == REF_L3_IPV4 || l->l3 == REF_L3_IPV6;
	unsigned int labels = l->n_labels;

	switch (plan->tunnel) {
	case REF_TUNNEL_IP:
	case REF_TUNNEL_GTPU:
	case REF_TUNNEL_GTPC:
		no_eth(l);
		break;
	case REF_TUNNEL_MPLS:
		no_eth(l);
		l->n_labels = labels > 0 ? labels : gen_between(r, 1, 3);
		break;
	case REF_TUNNEL_GENEVE:
	case REF_TUNNEL_VXLAN_GPE:
	case REF_TUNNEL_GRE:
		if (plan->nvgre || !(ip || labels > 0) || l->n_tags > 0 || l->etag ||
				l->pppoe != REF_PPPOE_NONE || !gen_chance(r, 40))
			break;
		no_eth(l);
		l->n_labels = labels;
		break;
	default:
		break;
	}
}

/** An E-tag, PPPoE, MPLS. */
static void
plan_l25(struct gen_random *r, struct gen_layers *l)
{
	l->etag = gen_chance(r, 5);
	if (gen_chance(r, 7))
		l->pppoe = gen_chance(r, 80) ? REF_PPPOE_SESSION : REF_PPPOE_DISCOVERY;
	if (l->pppoe == REF_PPPOE_NONE ? gen_chance(r, 7) : gen_chance(r, 20))
		l->n_labels = gen_chance(r, 90) ? gen_between(r, 1, 3) : gen_between(r, 4, 6);
}

static void
plan_layers(struct gen_random *r, struct gen_layers *l)
{
	l->eth = true;
	l->n_tags = random_tags(r);
	plan_l25(r, l);
	complete(r, false, false, l);
	l->frag_ext = l->l3 == REF_L3_IPV6 && gen_chance(r, 12);
	l->ah = (l->l3 == REF_L3_IPV4 || l->l3 == REF_L3_IPV6) && gen_chance(r, 8);
	if (l->l4 == REF_L4_UDP && gen_chance(r, 30))
		l->udp = gen_chance(r, 45) ? REF_UDP_ESP : REF_UDP_PFCP;
}

/** What carries the tunnel. */
static void
plan_carrier(struct gen_random *r, struct gen_plan *plan, bool l3_known)
{
	if (gen_tunnel_port(plan->tunnel) != 0) {
		plan->outer.l4 = REF_L4_UDP;
		plan->outer.udp = REF_UDP_NONE;
		complete(r, l3_known, true, &plan->outer);
		return;
	}
	if (!l3_known)
		plan->outer.l3 = gen_chance(r, 50) ? REF_L3_IPV4 : REF_L3_IPV6;
	complete(r, true, false, &plan->outer);
	plan->outer.l4 = REF_L4_NONE;
}

void
gen_plan_random(struct gen_random *r, struct gen_plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	plan_layers(r, &plan->outer);
	if (gen_chance(r, 45)) {
		plan->tunnel = gen_pick(r, tunnels);
		plan_carrier(r, plan, false);
		plan->nvgre = gen_chance(r, 25);
		plan->psc = gen_chance(r, 40);
	}
	plan_layers(r, &plan->inner);
	fit_inner(r, plan, &plan->inner);
}

static bool
l3_asked(enum rte_flow_item_type type, enum ref_l3 *l3)
{
	switch (type) {
	case RTE_FLOW_ITEM_TYPE_IPV4:
		*l3 = REF_L3_IPV4;
		return true;
	case RTE_FLOW_ITEM_TYPE_IPV6:
	case RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT:
	case RTE_FLOW_ITEM_TYPE_IPV6_EXT:
		*l3 = REF_L3_IPV6;
		return true;
	case RTE_FLOW_ITEM_TYPE_ARP_ETH_IPV4:
		*l3 = REF_L3_ARP;
		return true;
	default:
		return false;
	}
}

static bool
l4_asked(enum rte_flow_item_type type, enum ref_l4 *l4)
{
	switch (type) {
	case RTE_FLOW_ITEM_TYPE_TCP:
		*l4 = REF_L4_TCP;
		return true;
	case RTE_FLOW_ITEM_TYPE_UDP:
		*l4 = REF_L4_UDP;
		return true;
	case RTE_FLOW_ITEM_TYPE_SCTP:
		*l4 = REF_L4_SCTP;
		return true;
	case RTE_FLOW_ITEM_TYPE_ICMP:
		*l4 = REF_L4_ICMP;
		return true;
	case RTE_FLOW_ITEM_TYPE_ICMP6:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NS:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NA:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_SLA_ETH:
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_TLA_ETH:
		*l4 = REF_L4_ICMP6;
		return true;
	case RTE_FLOW_ITEM_TYPE_ESP:
		*l4 = REF_L4_ESP;
		return true;
	case RTE_FLOW_ITEM_TYPE_IGMP:
		*l4 = REF_L4_IGMP;
		return true;
	case RTE_FLOW_ITEM_TYPE_L2TPV3OIP:
		*l4 = REF_L4_L2TPV3;
		return true;
	default:
		return false;
	}
}

static void
some_asked(enum rte_flow_item_type type, struct gen_layers *l)
{
	switch (type) {
	case RTE_FLOW_ITEM_TYPE_E_TAG:
		l->etag = true;
		break;
	case RTE_FLOW_ITEM_TYPE_PPPOES:
	case RTE_FLOW_ITEM_TYPE_PPPOE_PROTO_ID:
		l->pppoe = REF_PPPOE_SESSION;
		break;
	case RTE_FLOW_ITEM_TYPE_PPPOED:
		l->pppoe = REF_PPPOE_DISCOVERY;
		break;
	case RTE_FLOW_ITEM_TYPE_MPLS:
		l->n_labels++;
		break;
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NS:
		l->nd = REF_ND_NS;
		break;
	case RTE_FLOW_ITEM_TYPE_ICMP6_ND_NA:
		l->nd = REF_ND_NA;
		break;
	default:
		break;
	}
}

/** @param behind  A UDP item stands before it. */
static bool
udp_asked(enum rte_flow_item_type type, bool behind, enum ref_udp *udp)
{
	if (type == RTE_FLOW_ITEM_TYPE_PFCP)
		*udp = REF_UDP_PFCP;
	else if (type == RTE_FLOW_ITEM_TYPE_ESP && behind)
		*udp = REF_UDP_ESP;
	else
		return false;
	return true;
}

bool
gen_is_ip_item(enum rte_flow_item_type type)
{
	return type == RTE_FLOW_ITEM_TYPE_IPV4 || type == RTE_FLOW_ITEM_TYPE_IPV6;
}

/** What an item of a tunnel's header asks for. */
static void
tunnel_asked(struct gen_random *r, enum rte_flow_item_type type, struct gen_plan *plan)
{
	switch (type) {
	case RTE_FLOW_ITEM_TYPE_VXLAN:
		plan->tunnel = REF_TUNNEL_VXLAN;
		break;
	case RTE_FLOW_ITEM_TYPE_VXLAN_GPE:
		plan->tunnel = REF_TUNNEL_VXLAN_GPE;
		break;
	case RTE_FLOW_ITEM_TYPE_GENEVE:
		plan->tunnel = REF_TUNNEL_GENEVE;
		break;
	case RTE_FLOW_ITEM_TYPE_GTPU:
		plan->tunnel = REF_TUNNEL_GTPU;
		break;
	case RTE_FLOW_ITEM_TYPE_GTPC:
		plan->tunnel = REF_TUNNEL_GTPC;
		break;
	case RTE_FLOW_ITEM_TYPE_GTP:
		plan->tunnel = gen_chance(r, 70) ? REF_TUNNEL_GTPU : REF_TUNNEL_GTPC;
		break;
	case RTE_FLOW_ITEM_TYPE_GTP_PSC:
		if (plan->tunnel != REF_TUNNEL_GTPC)
			plan->tunnel = REF_TUNNEL_GTPU;
		plan->psc = true;
		break;
	case RTE_FLOW_ITEM_TYPE_GRE_KEY:
		plan->gre_flags |= 0x20;
		plan->tunnel = REF_TUNNEL_GRE;
		break;
	case RTE_FLOW_ITEM_TYPE_GRE_OPTION:
		plan->gre_flags |= 0xb0;
		plan->tunnel = REF_TUNNEL_GRE;
		break;
	default:
		plan->nvgre = type == RTE_FLOW_ITEM_TYPE_NVGRE;
		plan->tunnel = REF_TUNNEL_GRE;
		break;
	}
}

/**
 * Layers that the items of one stack ask for.
 *
 * @return the item of a tunnel, the second one of IP, MPLS behind UDP, or the end of the pattern.
 */
static const struct rte_flow_item *
plan_stack(struct gen_random *r, const struct rte_flow_item *item, struct gen_layers *l,
	   bool *l3_known)
{
	bool l4_known = false, ip = false;

	*l3_known = false;
	l->eth = true;
	for (; item->type != RTE_FLOW_ITEM_TYPE_END; item++) {
		if (ref_item_is_tunnel(item->type) || (ip && gen_is_ip_item(item->type)))
			break;
		if (item->type == RTE_FLOW_ITEM_TYPE_MPLS && l4_known)
			break;
		if (item->type == RTE_FLOW_ITEM_TYPE_VLAN)
			l->n_tags++;
		some_asked(item->type, l);
		if (item->type == RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT)
			l->frag_ext = true;
		if (item->type == RTE_FLOW_ITEM_TYPE_AH)
			l->ah = true;
		ip |= gen_is_ip_item(item->type);
		*l3_known |= l3_asked(item->type, &l->l3);
		if (udp_asked(item->type, l4_known && l->l4 == REF_L4_UDP, &l->udp)) {
			l->l4 = REF_L4_UDP;
			l4_known = true;
			continue;
		}
		l4_known |= l4_asked(item->type, &l->l4);
	}
	if (l->n_tags < 2 && gen_chance(r, 15))
		l->n_tags++;
	complete(r, *l3_known, l4_known, l);
	return item;
}

void
gen_plan_pattern(struct gen_random *r, const struct rte_flow_item pattern[], struct gen_plan *plan)
{
	bool l3_known, inner_known;

	memset(plan, 0, sizeof(*plan));
	pattern = plan_stack(r, pattern, &plan->outer, &l3_known);
	if (pattern->type == RTE_FLOW_ITEM_TYPE_END)
		return;
	if (gen_is_ip_item(pattern->type))
		plan->tunnel = REF_TUNNEL_IP;
	if (pattern->type == RTE_FLOW_ITEM_TYPE_MPLS)
		plan->tunnel = REF_TUNNEL_MPLS;
	for (; ref_item_is_tunnel(pattern->type); pattern++)
		tunnel_asked(r, pattern->type, plan);
	plan_carrier(r, plan, l3_known);
	plan_stack(r, pattern, &plan->inner, &inner_known);
	if (pattern->type != RTE_FLOW_ITEM_TYPE_ETH)
		fit_inner(r, plan, &plan->inner);
}
