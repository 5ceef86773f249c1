/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdbool.h>

#include <rte_common.h>

#include "steer_error.h"
#include "steer_pattern_walk.h"

static const char *const layer_names[] = {
	[STEER_LAYER_NONE] = "the beginning", [STEER_LAYER_ETH] = "L2",
	[STEER_LAYER_ETAG] = "an E-tag",      [STEER_LAYER_VLAN] = "VLAN",
	[STEER_LAYER_PPPOE] = "PPPoE",	      [STEER_LAYER_PPP] = "a PPP protocol",
	[STEER_LAYER_MPLS] = "MPLS",	      [STEER_LAYER_L3] = "L3",
	[STEER_LAYER_EXT] = "an extension header", [STEER_LAYER_L4] = "L4",
	[STEER_LAYER_ND] = "an option of neighbor discovery",
	[STEER_LAYER_UDP] = "what udp carries", [STEER_LAYER_TUNNEL] = "a tunnel",
};

#define REFUSE(w, cause, code, type, ...) \
	steer_error((w)->error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

unsigned int
steer_walk_same(const struct steer_walk *w, const struct rte_flow_item *item)
{
	unsigned int n = 0;

	for (const struct rte_flow_item *each = w->begin; each < item; each++)
		n += each->type == item->type;
	return n;
}

/** May the items of a layer stand in any order? */
static bool
any_order(enum steer_layer layer)
{
	return layer == STEER_LAYER_EXT || layer == STEER_LAYER_ND;
}

/** An item of the layer that the one before it was of, too. */
static int
check_same_layer(struct steer_walk *w, const struct rte_flow_item *item,
		 const struct steer_item *row)
{
	if (!any_order(row->layer) && w->nth == 0)
		return REFUSE(w, item, EINVAL, ITEM, "%s: cannot follow %s", row->name,
			      layer_names[w->layer]);
	if (w->nth < RTE_MAX(row->most, 1u))
		return 0;
	if (row->layer == STEER_LAYER_VLAN)
		return REFUSE(w, item, ENOTSUP, ITEM,
			      "vlan: the third one: at most two tags can be matched");
	return REFUSE(w, item, ENOTSUP, ITEM, "%s: number %u of them: at most %u can be matched",
		      row->name, w->nth + 1, RTE_MAX(row->most, 1u));
}

/** What is part of the tunnel's header. */
static int
check_behind(struct steer_walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	if (w->layer != STEER_LAYER_NONE)
		return REFUSE(w, item, EINVAL, ITEM,
			      "%s: stands right behind the item of its tunnel or nowhere",
			      row->name);
	if (w->behind & row->behind)
		return REFUSE(w, item, EINVAL, ITEM, "%s: the second one of a tunnel", row->name);
	return 0;
}

int
steer_walk_order(struct steer_walk *w, const struct rte_flow_item *item,
		 const struct steer_item *row)
{
	if (row->behind != 0 && w->inner)
		return check_behind(w, item, row);
	if (row->layer == STEER_LAYER_TUNNEL && w->inner)
		return REFUSE(w, item, ENOTSUP, ITEM,
			      "%s: a tunnel inside a tunnel: one level can be matched", row->name);
	if (row->layer == w->layer && (row->most > 0 || any_order(row->layer)))
		return check_same_layer(w, item, row);
	if (row->layer <= w->layer)
		return REFUSE(w, item, EINVAL, ITEM, "%s: cannot follow %s", row->name,
			      layer_names[w->layer]);
	return 0;
}

/** Can what stands before a tunnel's item carry it? */
static int
check_over(struct steer_walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	if (row->over == STEER_L4_UDP &&
	    (w->l3 == STEER_L3_ARP || (w->l4 != STEER_L4_NONE && w->l4 != STEER_L4_UDP)))
		return REFUSE(w, item, EINVAL, ITEM, "%s: is carried by udp only", row->name);
	if (row->over == STEER_L4_NONE &&
	    (w->l3 == STEER_L3_ARP || w->layer >= STEER_LAYER_L4))
		return REFUSE(w, item, EINVAL, ITEM, "%s: is carried by ipv4 and ipv6 only",
			      row->name);
	return 0;
}

/** The row says which L3 items may be before its own. */
static int
refuse_l3(struct steer_walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	static const char *const names[] = {
		[STEER_L3_IPV4] = "ipv4", [STEER_L3_IPV6] = "ipv6", [STEER_L3_ARP] = "arp_eth_ipv4",
	};
	static const char *const accepted[] = {
		[1 << STEER_L3_IPV4] = "ipv4 is",
		[1 << STEER_L3_IPV6] = "ipv6 is",
		[1 << STEER_L3_IPV4 | 1 << STEER_L3_IPV6] = "ipv4 and ipv6 are",
	};

	return REFUSE(w, item, EINVAL, ITEM, "%s: never follows %s: %s accepted before it",
		      row->name, names[w->l3], accepted[row->below_l3]);
}

int
steer_walk_below(struct steer_walk *w, const struct rte_flow_item *item,
		 const struct steer_item *row)
{
	const uint64_t rare = w->match->spec[STEER_KEY_RARE] >> (w->inner ? STEER_RARE_INNER : 0);

	if ((rare & STEER_RARE_PPPOED) && row->layer > STEER_LAYER_PPPOE)
		return REFUSE(w, item, EINVAL, ITEM, "%s: nothing follows pppoed", row->name);
	if (w->l3 != STEER_L3_NONE && row->below_l3 != 0 && !(row->below_l3 & 1 << w->l3))
		return refuse_l3(w, item, row);
	if (row->layer == STEER_LAYER_ND && w->l4 != STEER_L4_NONE && w->l4 != STEER_L4_ICMP6)
		return REFUSE(w, item, EINVAL, ITEM, "%s: is carried by icmp6 only", row->name);
	if (row->layer == STEER_LAYER_UDP && w->l4 != STEER_L4_NONE && w->l4 != STEER_L4_UDP)
		return REFUSE(w, item, EINVAL, ITEM, "%s: is carried by udp only", row->name);
	if (row->layer == STEER_LAYER_TUNNEL)
		return check_over(w, item, row);
	return 0;
}

/** What follows, from an item on, is inside the tunnel. */
static void
enter(struct steer_walk *w, const struct rte_flow_item *begin)
{
	w->inner = true;
	w->layer = STEER_LAYER_NONE;
	w->begin = begin;
	w->nth = 0;
	w->l3 = STEER_L3_NONE;
	w->l4 = STEER_L4_NONE;
}

static bool
is_ip(enum steer_l3 l3)
{
	return l3 == STEER_L3_IPV4 || l3 == STEER_L3_IPV6;
}

/** @return the tunnel that an item is in, by what stands before it; NONE: it begins none. */
static enum steer_tunnel
tunnel_without_item(const struct steer_walk *w, const struct steer_item *row)
{
	if (row->layer == STEER_LAYER_L3 && is_ip(steer_meta_l3(row->meta_spec)) && is_ip(w->l3) &&
	    w->layer < STEER_LAYER_L4)
		return STEER_TUNNEL_IP;
	if (row->layer == STEER_LAYER_MPLS && w->layer == STEER_LAYER_L4 && w->l4 == STEER_L4_UDP)
		return STEER_TUNNEL_MPLS;
	return STEER_TUNNEL_NONE;
}

int
steer_walk_enter(struct steer_walk *w, const struct rte_flow_item *item,
		 const struct steer_item *row)
{
	const enum steer_tunnel tunnel = tunnel_without_item(w, row);
	int rc;

	if (tunnel == STEER_TUNNEL_NONE)
		return 0;
	if (w->inner)
		return REFUSE(w, item, ENOTSUP, ITEM,
			      "%s: a tunnel inside a tunnel: one level can be matched", row->name);
	rc = steer_walk_meta(w, item, row->name, STEER_META_TUNNEL,
			     (uint64_t)tunnel << STEER_META_TUNNEL_SHIFT);
	if (rc == 0)
		enter(w, item);
	return rc;
}

void
steer_walk_advance(struct steer_walk *w, const struct rte_flow_item *item,
		   const struct steer_item *row)
{
	w->layer = row->layer;
	if (row->layer == STEER_LAYER_L3)
		w->l3 = steer_meta_l3(row->meta_spec);
	if (row->layer == STEER_LAYER_L4)
		w->l4 = steer_meta_l4(row->meta_spec);
	if (row->layer == STEER_LAYER_TUNNEL) {
		w->behind |= row->behind;
		enter(w, item + 1);
	}
}
