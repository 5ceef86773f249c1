/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "gen_item.h"
#include "gen_rule.h"
#include "ref_match.h"
#include "ref_packet.h"

/* Bytes stand behind the item's structure, in its own store. */
#define AT sizeof(struct rte_flow_item_raw)
#define MOST (GEN_ITEM_SIZE - AT)

void
gen_item_raw_repoint(struct gen_rule *rule, unsigned int n)
{
	struct rte_flow_item_raw *spec = (struct rte_flow_item_raw *)rule->store[n].spec;
	struct rte_flow_item_raw *mask = (struct rte_flow_item_raw *)rule->store[n].mask;

	spec->pattern = rule->store[n].spec + AT;
	mask->pattern = mask->pattern != NULL ? rule->store[n].mask + AT : NULL;
}

/** Where the bytes are, and where an item before ends. */
static void
place(struct gen_random *r, uint32_t at, uint32_t end, bool endless, struct rte_flow_item_raw *spec)
{
	uint32_t early = 0;

	spec->relative = !endless && gen_chance(r, 60);
	spec->search = gen_chance(r, 50);
	if (spec->search && gen_chance(r, 80))
		early = gen_below(r, (spec->relative ? 30 : at) + 1);
	spec->offset = (int32_t)at - (int32_t)early - (spec->relative ? (int32_t)end : 0);
	/* Just enough, one too few, or no bound. */
	if (spec->search && early > 0 && gen_chance(r, 60))
		spec->limit = early + gen_below(r, 3) - gen_chance(r, 30);
	if (!spec->search && gen_chance(r, 20))
		spec->limit = gen_u64(r);
}

static void
add_mask(struct gen_random *r, struct rte_flow_item *item, unsigned int n, struct gen_rule *rule)
{
	struct rte_flow_item_raw *mask = (struct rte_flow_item_raw *)rule->store[n].mask;

	*mask = rte_flow_item_raw_mask;
	if (gen_chance(r, 10))
		mask->search = 0;
	if (gen_chance(r, 80)) {
		gen_bytes(r, rule->store[n].mask + AT, MOST);
		mask->pattern = rule->store[n].mask + AT;
	}
	item->mask = mask;
}

/** Is there an item whose header has no end that is known? Nothing is counted from it. */
static bool
has_endless(const struct gen_rule *rule)
{
	for (unsigned int i = 0; i < rule->n_items; i++) {
		switch (rule->pattern[i].type) {
		case RTE_FLOW_ITEM_TYPE_IPV6_EXT:
		case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT:
		case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_SLA_ETH:
		case RTE_FLOW_ITEM_TYPE_ICMP6_ND_OPT_TLA_ETH:
			return true;
		default:
			break;
		}
	}
	return false;
}

void
gen_item_raw(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule)
{
	uint32_t length = gen_chance(r, 85) ? gen_between(r, 1, 4) : gen_below(r, MOST + 1);
	unsigned int n = rule->n_items;
	struct rte_flow_item *item;
	struct rte_flow_item_raw *spec;
	size_t end;
	uint32_t at;

	if (!ref_match_end(rule->pattern, p, &end) || end > p->in.len)
		end = 0;
	item = gen_item_bare(rule, RTE_FLOW_ITEM_TYPE_RAW);
	if (gen_chance(r, 3))
		return;
	spec = (struct rte_flow_item_raw *)rule->store[n].spec;
	length = RTE_MIN(length, p->in.len);
	at = gen_below(r, p->in.len - length + 1);
	if (gen_chance(r, 70) && end + length <= p->in.len)
		at = gen_between(r, end, RTE_MIN(end + 12, p->in.len - length));
	place(r, at, end, has_endless(rule), spec);
	spec->length = length;
	spec->pattern = rule->store[n].spec + AT;
	memcpy(rule->store[n].spec + AT, p->in.data + at, length);
	if (gen_chance(r, 5))
		rule->store[n].spec[AT] ^= 1;
	item->spec = spec;
	if (gen_chance(r, 35))
		add_mask(r, item, n, rule);
}
