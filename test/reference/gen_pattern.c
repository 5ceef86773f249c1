/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "gen_item.h"
#include "gen_pattern.h"
#include "gen_put.h"
#include "gen_rule.h"
#include "ref_fields.h"
#include "ref_packet.h"

static const enum rte_flow_item_type l3_items[] = {
	[REF_L3_IPV4] = RTE_FLOW_ITEM_TYPE_IPV4,
	[REF_L3_IPV6] = RTE_FLOW_ITEM_TYPE_IPV6,
	[REF_L3_ARP] = RTE_FLOW_ITEM_TYPE_ARP_ETH_IPV4,
};

static const enum rte_flow_item_type l4_items[] = {
	[REF_L4_TCP] = RTE_FLOW_ITEM_TYPE_TCP,	 [REF_L4_UDP] = RTE_FLOW_ITEM_TYPE_UDP,
	[REF_L4_SCTP] = RTE_FLOW_ITEM_TYPE_SCTP, [REF_L4_ICMP] = RTE_FLOW_ITEM_TYPE_ICMP,
	[REF_L4_ICMP6] = RTE_FLOW_ITEM_TYPE_ICMP6, [REF_L4_ESP] = RTE_FLOW_ITEM_TYPE_ESP,
	[REF_L4_IGMP] = RTE_FLOW_ITEM_TYPE_IGMP,
	[REF_L4_L2TPV3] = RTE_FLOW_ITEM_TYPE_L2TPV3OIP,
};

void
gen_add_item(const struct gen_maker *m, enum rte_flow_item_type type, const uint8_t *header)
{
	struct gen_flags flags = {
		.has_vlan = m->stack->n_tags > 0,
		.exts = m->stack->exts,
	};

	gen_item(m->r, m->style, type, header, &flags, m->rule);
}

/** Items that say nothing. */
static void
add_noise(const struct gen_maker *m)
{
	if (gen_chance(m->r, 4))
		gen_item_bare(m->rule, RTE_FLOW_ITEM_TYPE_VOID);
	if (gen_chance(m->r, 2))
		gen_item_fuzzy(m->r, m->rule);
}

/** @return how many. */
static unsigned int
add_vlans(const struct gen_maker *m)
{
	const struct ref_stack *s = m->stack;
	unsigned int n = RTE_MIN(s->n_tags, 2u);

	if (gen_chance(m->r, 30))
		n = gen_below(m->r, n + 1);
	if (n < 2 && gen_chance(m->r, 2))
		n++;
	for (unsigned int i = 0; i < n; i++) {
		struct gen_flags flags = { .has_more_vlan = i + 1 < s->n_tags };

		gen_item(m->r, m->style, RTE_FLOW_ITEM_TYPE_VLAN, s->tag[i], &flags, m->rule);
		add_noise(m);
	}
	return n;
}

/** PPPoE and MPLS. @return true if there are some. */
static bool
add_l25(const struct gen_maker *m)
{
	const struct ref_stack *s = m->stack;
	unsigned int n = m->rule->n_items;
	unsigned int labels = gen_chance(m->r, 70) ? s->n_labels : gen_below(m->r, s->n_labels + 1);

	if (s->pppoe != REF_PPPOE_NONE && gen_chance(m->r, 70))
		gen_add_item(m, s->pppoe == REF_PPPOE_SESSION ? RTE_FLOW_ITEM_TYPE_PPPOES
							  : RTE_FLOW_ITEM_TYPE_PPPOED,
			 s->pppoe_header);
	if (s->has_ppp && gen_chance(m->r, 50))
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_PPPOE_PROTO_ID, s->ppp);
	for (unsigned int i = 0; i < labels; i++)
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_MPLS, s->label[i]);
	return m->rule->n_items > n;
}

/** ANY in place of some layers behind @p layer. @return true if nothing can follow. */
static bool
add_any(const struct gen_maker *m, unsigned int layer)
{
	unsigned int most = m->stack->l4 != REF_L4_NONE ? 3 : m->stack->l3 != REF_L3_NONE ? 2 : 1;
	unsigned int upto = gen_between(m->r, 1, most);

	if (upto <= layer) {
		gen_item_any(m->r, 0, m->rule);
		return false;
	}
	gen_item_any(m->r, upto - layer, m->rule);
	return upto == 3;
}

/** The first ones of those that are there. */
static void
add_some(const struct gen_maker *m, enum rte_flow_item_type type, unsigned int n, unsigned int size,
	 const uint8_t *headers)
{
	if (n > 0)
		n = gen_between(m->r, 1, n);
	for (unsigned int i = 0; i < n; i++)
		gen_add_item(m, type, headers + i * size);
}

/** Neighbor discovery. @return true if the message is named. */
static bool
add_nd(const struct gen_maker *m)
{
	const struct ref_stack *s = m->stack;

	if (s->nd == REF_ND_NONE || !gen_chance(m->r, 70))
		return false;
	gen_add_item(m, s->nd == REF_ND_NS ? RTE_FLOW_ITEM_TYPE_ICMP6_ND_NS
				       : RTE_FLOW_ITEM_TYPE_ICMP6_ND_NA, s->nd_header);
	return true;
}

/** Its options, in any order. */
static void
add_nd_options(const struct gen_maker *m)
{
	const struct ref_stack *s = m->stack;
	bool first = gen_chance(m->r, 50);

	if (s->has_tla && first)
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_TLA_ETH, s->tla);
	if (gen_chance(m->r, 40))
		add_some(m, RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT, s->n_opts, 2, s->opt[0]);
	if (s->has_sla && gen_chance(m->r, 50))
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_SLA_ETH, s->sla);
	if (s->has_tla && !first)
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_TLA_ETH, s->tla);
}

/** In any order. */
static void
add_exts(const struct gen_maker *m)
{
	const struct ref_stack *s = m->stack;
	bool ah = s->has_ah && gen_chance(m->r, 50);

	if (ah && gen_chance(m->r, 50)) {
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_AH, s->ah);
		ah = false;
	}
	if (gen_chance(m->r, 30))
		add_some(m, RTE_FLOW_ITEM_TYPE_IPV6_EXT, s->n_next, 1, s->next);
	if (s->has_frag_ext && gen_chance(m->r, 50))
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT, s->frag_ext);
	if (ah)
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_AH, s->ah);
}

static void
add_l3(const struct gen_maker *m)
{
	const struct ref_stack *s = m->stack;

	if (s->l3 == REF_L3_NONE)
		return;
	if (gen_chance(m->r, 75))
		gen_add_item(m, l3_items[s->l3], s->l3_header);
	add_exts(m);
}

/** L4, and what UDP carries. */
static void
add_l4(const struct gen_maker *m, unsigned int percent)
{
	const struct ref_stack *s = m->stack;

	if (s->l4 == REF_L4_NONE || !gen_chance(m->r, percent))
		return;
	if (!add_nd(m))
		gen_add_item(m, l4_items[s->l4], s->l4_header);
	if (s->l4 == REF_L4_ICMP6 && gen_chance(m->r, 70))
		add_nd_options(m);
	if (s->udp != REF_UDP_NONE && gen_chance(m->r, 60))
		gen_add_item(m, s->udp == REF_UDP_ESP ? RTE_FLOW_ITEM_TYPE_ESP
						  : RTE_FLOW_ITEM_TYPE_PFCP, s->udp_header);
}

/** Items of a stack from IP on. */
static void
add_inside_ip(const struct gen_maker *m)
{
	const struct ref_stack *s = m->stack;

	if (s->l3 == REF_L3_NONE)
		return;
	gen_add_item(m, l3_items[s->l3], s->l3_header);
	if (s->has_frag_ext && gen_chance(m->r, 50))
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT, s->frag_ext);
	add_noise(m);
	if (s->l4 != REF_L4_NONE && gen_chance(m->r, 70))
		gen_add_item(m, l4_items[s->l4], s->l4_header);
}

/** Items of the stack that MPLS over UDP carries: the first one is MPLS. */
static void
add_inside_udp(const struct gen_maker *m)
{
	unsigned int n = m->stack->n_labels;

	if (n > 1 && gen_chance(m->r, 30))
		n = gen_between(m->r, 1, n);
	for (unsigned int i = 0; i < n; i++)
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_MPLS, m->stack->label[i]);
	if (n > 0 && gen_chance(m->r, 80))
		add_inside_ip(m);
}

/** Items of one stack. */
static void
add_stack(const struct gen_maker *m, bool tunnel_follows)
{
	const struct ref_stack *s = m->stack;
	unsigned int layer = 0;

	add_noise(m);
	if (s->has_eth && gen_chance(m->r, 65)) {
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_ETH, s->eth);
		layer = 1;
	}
	if (s->has_etag && gen_chance(m->r, 60)) {
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_E_TAG, s->etag);
		layer = 1;
	}
	if (s->has_eth && gen_chance(m->r, 70) && add_vlans(m) > 0)
		layer = 1;
	if (add_l25(m))
		layer = 1;
	if (gen_chance(m->r, 8)) {
		/* Instead of some layers; where it stands for all, nothing may follow. */
		if (add_any(m, layer))
			return;
	} else {
		add_l3(m);
	}
	add_noise(m);
	add_l4(m, tunnel_follows ? 50 : 70);
}

/** Is there an item of this type in the same stack, behind this one? */
static bool
followed_by(const struct rte_flow_item *item, enum rte_flow_item_type type)
{
	for (item++; item->type != RTE_FLOW_ITEM_TYPE_END; item++) {
		if (item->type == type)
			return true;
		if (ref_item_is_tunnel(item->type))
			return false;
	}
	return false;
}

/** GRE's flags that items of the optional fields demand. */
static void
reconcile_gre(struct gen_rule *rule, unsigned int n)
{
	struct rte_flow_item *item = &rule->pattern[n];

	if (item[1].type != RTE_FLOW_ITEM_TYPE_GRE_KEY &&
			item[1].type != RTE_FLOW_ITEM_TYPE_GRE_OPTION)
		return;
	rule->store[n].mask[0] &= ~0xb0;
	item->last = NULL;
}

/** Flags must not deny what later items demand: such rules are refused. */
static void
reconcile(struct gen_rule *rule)
{
	for (unsigned int i = 0; i < rule->n_items; i++) {
		const struct rte_flow_item *item = &rule->pattern[i];
		void *spec = rule->store[i].spec;

		if (item->type == RTE_FLOW_ITEM_TYPE_ETH &&
				followed_by(item, RTE_FLOW_ITEM_TYPE_VLAN))
			((struct rte_flow_item_eth *)spec)->has_vlan = 1;
		if (item->type == RTE_FLOW_ITEM_TYPE_VLAN &&
				followed_by(item, RTE_FLOW_ITEM_TYPE_VLAN))
			((struct rte_flow_item_vlan *)spec)->has_more_vlan = 1;
		if (item->type == RTE_FLOW_ITEM_TYPE_IPV6 &&
				followed_by(item, RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT))
			((struct rte_flow_item_ipv6 *)spec)->has_frag_ext = 1;
		if (item->type == RTE_FLOW_ITEM_TYPE_GRE ||
				item->type == RTE_FLOW_ITEM_TYPE_NVGRE)
			reconcile_gre(rule, i);
	}
}

/** @return the last item that says something; END: none. */
static enum rte_flow_item_type
last_item(const struct gen_rule *rule)
{
	unsigned int n = rule->n_items;

	while (n > 0 && (rule->pattern[n - 1].type == RTE_FLOW_ITEM_TYPE_VOID ||
			 rule->pattern[n - 1].type == RTE_FLOW_ITEM_TYPE_FUZZY))
		n--;
	return n > 0 ? rule->pattern[n - 1].type : RTE_FLOW_ITEM_TYPE_END;
}

/** The port itself, in front of all else. */
static void
add_port(struct gen_random *r, struct gen_rule *rule)
{
	if (gen_chance(r, 2))
		gen_item_port(r, RTE_FLOW_ITEM_TYPE_PORT_ID, rule);
	if (gen_chance(r, 2))
		gen_item_port(r, RTE_FLOW_ITEM_TYPE_REPRESENTED_PORT, rule);
}

static void
add_regs(struct gen_random *r, struct gen_rule *rule)
{
	if (gen_chance(r, 40))
		gen_item_reg(r, RTE_FLOW_ITEM_TYPE_MARK, 0, rule);
	if (gen_chance(r, 40))
		gen_item_reg(r, RTE_FLOW_ITEM_TYPE_META, 0, rule);
	for (uint8_t i = 0; i < 8; i++) {
		if (gen_chance(r, 15))
			gen_item_reg(r, RTE_FLOW_ITEM_TYPE_TAG, i, rule);
	}
}

static void
make_pattern(struct gen_random *r, const struct gen_style *style, const struct ref_packet *p,
	     struct gen_rule *rule)
{
	struct gen_maker m = { r, style, &p->outer, rule };
	bool tunnel = p->tunnel != REF_TUNNEL_NONE && gen_chance(r, 75);

	memset(rule, 0, sizeof(*rule));
	add_port(r, rule);
	if (gen_chance(r, style->regs))
		add_regs(r, rule);
	if (!tunnel || gen_chance(r, 80))
		add_stack(&m, tunnel);
	if (!tunnel)
		return;
	m.stack = &p->inner;
	if (p->tunnel == REF_TUNNEL_IP) {
		if (gen_is_ip_item(last_item(rule)))
			add_inside_ip(&m);
		return;
	}
	if (p->tunnel == REF_TUNNEL_MPLS) {
		if (last_item(rule) == RTE_FLOW_ITEM_TYPE_UDP)
			add_inside_udp(&m);
		return;
	}
	gen_add_tunnel(&m, p);
	if (p->tunnel == REF_TUNNEL_GENEVE && style->conditions > 0 && gen_chance(r, 60)) {
		for (unsigned int n = gen_between(r, 1, 2); n > 0; n--)
			gen_item_geneve_opt(r, p, rule);
	}
	if (gen_chance(r, 90))
		add_stack(&m, false);
}

/** One layer, and what is behind or in it. */
static void
make_condition(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule)
{
	const struct ref_stack *s = &p->outer;

	memset(rule, 0, sizeof(*rule));
	if (p->tunnel == REF_TUNNEL_GENEVE && gen_chance(r, 85)) {
		gen_item_geneve_opt(r, p, rule);
		return;
	}
	if (s->l4 != REF_L4_NONE && gen_chance(r, 50))
		gen_item_bare(rule, l4_items[s->l4]);
	else if (s->l3 != REF_L3_NONE)
		gen_item_bare(rule, l3_items[s->l3]);
	gen_item_raw(r, p, rule);
}

/** Does it ask for anything that a packet may not have? */
static bool
asks(const struct gen_rule *rule)
{
	for (unsigned int i = 0; i < rule->n_items; i++) {
		const struct rte_flow_item *item = &rule->pattern[i];

		if (ref_item(item->type)->wire_size > 0 ||
				(item->type == RTE_FLOW_ITEM_TYPE_RAW && item->spec != NULL))
			return true;
	}
	return false;
}

/** Items that are not headers. */
static void
add_conditions(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule)
{
	if (gen_chance(r, p->tunnel != REF_TUNNEL_NONE ? 70 : 40))
		gen_item_integrity(r, p, rule);
	if (gen_chance(r, 60)) {
		for (unsigned int n = gen_between(r, 1, 3); n > 0; n--)
			gen_item_raw(r, p, rule);
	}
	if (asks(rule) && gen_chance(r, 40))
		gen_item_bare(rule, RTE_FLOW_ITEM_TYPE_INVERT);
}

void
gen_pattern(struct gen_random *r, const struct gen_style *style, const struct ref_packet *p,
	    struct gen_rule *rule)
{
	if (style->conditions > 0 && gen_chance(r, 20)) {
		make_condition(r, p, rule);
		return;
	}
	make_pattern(r, style, p, rule);
	reconcile(rule);
	if (gen_chance(r, style->conditions))
		add_conditions(r, p, rule);
}

static void
fill_dpvs_address(struct rte_flow_item *item, unsigned int n, enum ref_l3 l3,
		  const uint8_t *header, struct gen_rule *rule)
{
	unsigned int at = l3 == REF_L3_IPV4 ? 16 : 24;
	unsigned int len = l3 == REF_L3_IPV4 ? 4 : 16;

	memcpy(rule->store[n].spec + at, header + at, len);
	memset(rule->store[n].mask + at, 0xff, len);
	item->spec = rule->store[n].spec;
	item->mask = rule->store[n].mask;
}

void
gen_pattern_dpvs(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule)
{
	static const uint8_t masks[] = { 0, 1, 3, 7 };
	const struct ref_stack *s = &p->outer;
	bool tcp = s->l4 != REF_L4_NONE ? s->l4 == REF_L4_TCP : gen_chance(r, 50);
	struct rte_flow_item *item;

	memset(rule, 0, sizeof(*rule));
	gen_item_bare(rule, RTE_FLOW_ITEM_TYPE_ETH);
	item = gen_item_bare(rule, l3_items[s->l3 == REF_L3_IPV6 ? REF_L3_IPV6 : REF_L3_IPV4]);
	fill_dpvs_address(item, 1, s->l3 == REF_L3_IPV6 ? REF_L3_IPV6 : REF_L3_IPV4, s->l3_header,
			  rule);
	/* Other local addresses: many rules of one shape. */
	if (gen_chance(r, 50))
		gen_bytes(r, &rule->store[1].spec[s->l3 == REF_L3_IPV6 ? 38 : 18], 2);
	item = gen_item_bare(rule, tcp ? RTE_FLOW_ITEM_TYPE_TCP : RTE_FLOW_ITEM_TYPE_UDP);
	/* Destination port: TCP and UDP have it at the same place. */
	rule->store[2].mask[3] = gen_pick(r, masks);
	rule->store[2].spec[3] = gen_below(r, 8) & rule->store[2].mask[3];
	item->spec = rule->store[2].spec;
	item->mask = rule->store[2].mask;
	if (gen_chance(r, 20))
		gen_item_fuzzy(r, rule);
}
