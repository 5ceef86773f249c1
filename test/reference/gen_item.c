/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <string.h>

#include <rte_common.h>

#include "gen_item.h"
#include "gen_rule.h"
#include "ref_fields.h"
#include "ref_packet.h"

struct rte_flow_item *
gen_item_bare(struct gen_rule *rule, enum rte_flow_item_type type)
{
	struct rte_flow_item *item = &rule->pattern[rule->n_items];

	assert(rule->n_items < GEN_ITEMS);
	rule->n_items++;
	*item = (struct rte_flow_item){ .type = type };
	item[1] = (struct rte_flow_item){ .type = RTE_FLOW_ITEM_TYPE_END };
	return item;
}

static ref_int
random_int(struct gen_random *r, unsigned int bits)
{
	return ((ref_int)gen_u64(r) << 64 | gen_u64(r)) & ref_ones(bits);
}

/** Full, a prefix, low bits as for spreading, or any bits. */
static ref_int
random_mask(struct gen_random *r, const struct gen_style *style, unsigned int bits)
{
	unsigned int n = gen_between(r, 1, bits);

	if (gen_chance(r, style->strict))
		return ref_ones(bits);
	switch (gen_below(r, 4)) {
	case 0:
		return ref_ones(bits) & ~ref_ones(bits - n);
	case 1:
		return ref_ones(RTE_MIN(n, 4u));
	case 2:
		return random_int(r, bits) & random_int(r, bits);
	default:
		return random_int(r, bits);
	}
}

/** Bits that do not count, and must not. */
static ref_int
garbage(struct gen_random *r, unsigned int bits, ref_int mask)
{
	return gen_chance(r, 40) ? random_int(r, bits) & ~mask : 0;
}

/** Bounds around a masked value, often at it. Both stay within the mask. */
static void
random_range(struct gen_random *r, ref_int value, ref_int mask, unsigned int bits, ref_int *lo,
	     ref_int *hi)
{
	ref_int step = random_int(r, bits) & 0xff;

	*lo = value;
	*hi = value;
	if (!gen_chance(r, 25))
		*lo = value & random_int(r, bits);
	if (!gen_chance(r, 25))
		*hi = value | (mask & random_int(r, bits));
	/* Neighbours, where the mask lets them be. */
	if (mask == ref_ones(bits) && gen_chance(r, 50)) {
		*lo = value >= step ? value - step : 0;
		*hi = ref_ones(bits) - value >= step ? value + step : ref_ones(bits);
		if (gen_chance(r, 30))
			*hi = value;
	}
	/* Beside the value: no match. */
	if (gen_chance(r, 8) && value > 0) {
		*lo = 0;
		*hi = (value - 1) & mask;
	}
}

/** One field of an item with mask, and range if @p ranged. */
static void
fill_field(struct gen_random *r, const struct gen_style *style, const struct ref_field *f,
	   const uint8_t *header, bool ranged, struct rte_flow_item *item)
{
	uint8_t *spec = (uint8_t *)(uintptr_t)item->spec;
	uint8_t *mask = (uint8_t *)(uintptr_t)item->mask;
	uint8_t *last = (uint8_t *)(uintptr_t)item->last;
	ref_int value = ref_get(header, f->wire_bit, f->bits);
	ref_int m = gen_chance(r, 65) ? 0 : random_mask(r, style, f->bits);
	ref_int lo, hi;

	if (gen_chance(r, 3))
		value ^= (ref_int)1 << gen_below(r, f->bits);
	value &= m;
	lo = hi = value;
	if (ranged && gen_chance(r, 60))
		random_range(r, value, m, f->bits, &lo, &hi);
	ref_put(mask, f->item_bit, f->bits, m);
	ref_put(spec, f->item_bit, f->bits, lo | garbage(r, f->bits, m));
	if (!ranged)
		return;
	if (hi == lo && gen_chance(r, 50))
		hi = 0; /* means no range, like last = spec */
	ref_put(last, f->item_bit, f->bits, hi | garbage(r, f->bits, m));
}

static bool
flag_value(struct gen_random *r, bool value)
{
	return gen_chance(r, 5) ? !value : value;
}

static void
fill_ipv6_flags(struct gen_random *r, unsigned int exts, struct rte_flow_item_ipv6 *spec,
		struct rte_flow_item_ipv6 *mask)
{
#define FILL_FLAG(bit, name) \
	do { \
		mask->name = gen_chance(r, 12); \
		spec->name = flag_value(r, exts >> (bit) & 1); \
	} while (0)
	FILL_FLAG(REF_EXT_HOP, has_hop_ext);
	FILL_FLAG(REF_EXT_ROUTE, has_route_ext);
	FILL_FLAG(REF_EXT_FRAG, has_frag_ext);
	FILL_FLAG(REF_EXT_AUTH, has_auth_ext);
	FILL_FLAG(REF_EXT_ESP, has_esp_ext);
	FILL_FLAG(REF_EXT_DEST, has_dest_ext);
	FILL_FLAG(REF_EXT_MOBIL, has_mobil_ext);
	FILL_FLAG(REF_EXT_HIP, has_hip_ext);
	FILL_FLAG(REF_EXT_SHIM6, has_shim6_ext);
#undef FILL_FLAG
}

static void
fill_flags(struct gen_random *r, const struct gen_flags *flags, void *spec, void *mask,
	   enum rte_flow_item_type type)
{
	struct rte_flow_item_eth *eth = spec, *eth_mask = mask;
	struct rte_flow_item_vlan *vlan = spec, *vlan_mask = mask;

	switch (type) {
	case RTE_FLOW_ITEM_TYPE_ETH:
		eth_mask->has_vlan = gen_chance(r, 20);
		eth->has_vlan = flag_value(r, flags->has_vlan);
		break;
	case RTE_FLOW_ITEM_TYPE_VLAN:
		vlan_mask->has_more_vlan = gen_chance(r, 25);
		vlan->has_more_vlan = flag_value(r, flags->has_more_vlan);
		break;
	case RTE_FLOW_ITEM_TYPE_IPV6:
		fill_ipv6_flags(r, flags->exts, spec, mask);
		break;
	default:
		break;
	}
}

static void
fill_masked(struct gen_random *r, const struct gen_style *style, const struct ref_item *known,
	    const uint8_t *header, const struct gen_flags *flags, struct gen_rule *rule)
{
	struct rte_flow_item *item = &rule->pattern[rule->n_items - 1];
	bool ranged = gen_chance(r, 25);

	item->spec = rule->store[rule->n_items - 1].spec;
	item->mask = rule->store[rule->n_items - 1].mask;
	item->last = ranged ? rule->store[rule->n_items - 1].last : NULL;
	for (unsigned int i = 0; i < known->n_fields; i++)
		fill_field(r, style, &known->fields[i], header, ranged, item);
	fill_flags(r, flags, rule->store[rule->n_items - 1].spec,
		   rule->store[rule->n_items - 1].mask, known->type);
}

/** Spec alone: what is outside the default mask may be anything. */
static void
fill_default(struct gen_random *r, const struct ref_item *known, const uint8_t *header,
	     struct gen_rule *rule)
{
	uint8_t *spec = rule->store[rule->n_items - 1].spec;

	for (unsigned int i = 0; i < known->n_fields; i++) {
		const struct ref_field *f = &known->fields[i];
		ref_int mask = ref_get(known->default_mask, f->item_bit, f->bits);
		ref_int value = ref_get(header, f->wire_bit, f->bits);

		if (gen_chance(r, 50))
			value = (value & mask) | garbage(r, f->bits, mask);
		ref_put(spec, f->item_bit, f->bits, value);
	}
	rule->pattern[rule->n_items - 1].spec = spec;
}

void
gen_item(struct gen_random *r, const struct gen_style *style, enum rte_flow_item_type type,
	 const uint8_t *header, const struct gen_flags *flags, struct gen_rule *rule)
{
	const struct ref_item *known = ref_item(type);

	gen_item_bare(rule, type);
	if (gen_chance(r, 25))
		return;
	if (known->default_mask != NULL && gen_chance(r, 20))
		fill_default(r, known, header, rule);
	else
		fill_masked(r, style, known, header, flags, rule);
}

void
gen_item_any(struct gen_random *r, uint32_t num, struct gen_rule *rule)
{
	unsigned int n = rule->n_items;
	struct rte_flow_item *item = gen_item_bare(rule, RTE_FLOW_ITEM_TYPE_ANY);
	struct rte_flow_item_any *spec = (struct rte_flow_item_any *)rule->store[n].spec;
	struct rte_flow_item_any *mask = (struct rte_flow_item_any *)rule->store[n].mask;

	if (num == 0 && gen_chance(r, 50))
		return;
	spec->num = num;
	mask->num = UINT32_MAX;
	item->spec = spec;
	/* The default mask is 0: any number of layers, whatever spec says. */
	if (num != 0 || gen_chance(r, 50))
		item->mask = mask;
}

void
gen_item_reg(struct gen_random *r, enum rte_flow_item_type type, uint8_t index,
	     struct gen_rule *rule)
{
	static const uint32_t masks[] = { UINT32_MAX, UINT32_MAX, 1, 2, 3, 0xffff0000, 0 };
	unsigned int n = rule->n_items;
	struct rte_flow_item *item = gen_item_bare(rule, type);
	/* The largest of the three; value first in all. */
	struct rte_flow_item_tag *spec = (struct rte_flow_item_tag *)rule->store[n].spec;
	struct rte_flow_item_tag *last = (struct rte_flow_item_tag *)rule->store[n].last;
	struct rte_flow_item_tag *mask = (struct rte_flow_item_tag *)rule->store[n].mask;

	if (gen_chance(r, 15))
		return;
	spec->data = gen_below(r, 4) | (gen_chance(r, 10) ? gen_u64(r) : 0);
	spec->index = type == RTE_FLOW_ITEM_TYPE_TAG ? index : 0;
	item->spec = spec;
	if (gen_chance(r, 50)) {
		mask->data = gen_pick(r, masks);
		mask->index = type == RTE_FLOW_ITEM_TYPE_TAG ? UINT8_MAX : 0;
		item->mask = mask;
	}
	if (item->mask == NULL && gen_chance(r, 30)) {
		last->data = gen_chance(r, 50) ? UINT32_MAX : spec->data;
		item->last = last;
	}
}

void
gen_item_port(struct gen_random *r, enum rte_flow_item_type type, struct gen_rule *rule)
{
	unsigned int n = rule->n_items;
	struct rte_flow_item *item = gen_item_bare(rule, type);

	if (gen_chance(r, 30))
		return;
	if (type == RTE_FLOW_ITEM_TYPE_PORT_ID)
		((struct rte_flow_item_port_id *)rule->store[n].spec)->id = GEN_PORT;
	else
		((struct rte_flow_item_ethdev *)rule->store[n].spec)->port_id = GEN_PORT;
	item->spec = rule->store[n].spec;
}

void
gen_item_fuzzy(struct gen_random *r, struct gen_rule *rule)
{
	unsigned int n = rule->n_items;
	struct rte_flow_item *item = gen_item_bare(rule, RTE_FLOW_ITEM_TYPE_FUZZY);
	struct rte_flow_item_fuzzy *spec = (struct rte_flow_item_fuzzy *)rule->store[n].spec;
	struct rte_flow_item_fuzzy *mask = (struct rte_flow_item_fuzzy *)rule->store[n].mask;

	if (gen_chance(r, 20))
		return;
	spec->thresh = gen_chance(r, 50) ? UINT32_MAX : gen_u64(r);
	mask->thresh = UINT32_MAX;
	item->spec = spec;
	item->mask = mask;
}
