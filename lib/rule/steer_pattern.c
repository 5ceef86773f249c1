/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdbool.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "steer_error.h"
#include "steer_item.h"
#include "steer_match.h"
#include "steer_pattern_regs.h"
#include "steer_pattern_extra.h"
#include "steer_port_item.h"
#include "steer_tunnel.h"

/** Where we are in a pattern. */
struct walk {
	struct steer_match *match;
	struct rte_flow_error *error;
	enum steer_layer layer;
	/** First item of this stack. */
	const struct rte_flow_item *begin;
	/** Items of the same type before this one in the stack: this one is of the next header. */
	unsigned int nth;
	bool inner;
	/** STEER_BEHIND_* of items so far. */
	unsigned int behind;
	/** L3 type and L4 type so far in this stack; NONE: skipped or open. */
	enum steer_l3 l3;
	enum steer_l4 l4;
	/** Registers asked for. */
	uint32_t regs;
	struct steer_extra extra;
};

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

/* Meta */

/** Demand bits of meta; what was demanded before must not contradict. */
static int
demand_meta(struct walk *w, const struct rte_flow_item *item, const char *name, uint64_t mask,
	    uint64_t spec)
{
	uint64_t *have_mask = &w->match->mask[0];
	uint64_t *have_spec = &w->match->spec[0];

	if (((*have_spec ^ spec) & *have_mask & mask) != 0)
		return REFUSE(w, item, EINVAL, ITEM,
			      "%s: contradicts an item before it, nothing could match", name);
	*have_mask |= mask;
	*have_spec |= spec;
	return 0;
}

/** Shift meta bits of the outer stack to the stack we are in. TUNNEL has bits of its own. */
static uint64_t
stack_meta(const struct walk *w, uint64_t meta)
{
	return w->inner ? meta << STEER_META_INNER : meta;
}

/** Demand that rare headers are there: nothing demands that one is not. */
static void
demand_rare(struct walk *w, uint64_t bits)
{
	bits <<= w->nth;
	if (w->inner)
		bits <<= STEER_RARE_INNER;
	w->match->mask[STEER_KEY_RARE] |= bits;
	w->match->spec[STEER_KEY_RARE] |= bits;
}

static int
demand_layer(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	uint64_t mask = row->meta_mask, spec = row->meta_spec;

	if (row->layer == STEER_LAYER_VLAN) {
		mask <<= w->nth;
		spec <<= w->nth;
	}
	if (row->layer == STEER_LAYER_TUNNEL)
		return demand_meta(w, item, row->name, mask, spec);
	demand_rare(w, row->rare);
	return demand_meta(w, item, row->name, stack_meta(w, mask), stack_meta(w, spec));
}

/** has_vlan, has_more_vlan, has_*_ext. */
static int
demand_bits(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row,
	    const void *mask_ptr)
{
	const uint32_t spec = steer_item_bits(row, item->spec);
	const uint32_t mask = steer_item_bits(row, mask_ptr);
	const uint32_t last = steer_item_bits(row, item->last);

	for (unsigned int i = 0; i < row->n_bits; i++) {
		const struct steer_item_bit *b = &row->bits[i];
		const uint32_t bit = UINT32_C(1) << b->bit;
		uint64_t meta = b->meta;
		int rc;

		if (!(mask & bit))
			continue;
		if ((last & bit) && !(spec & bit))
			return REFUSE(w, item, EINVAL, ITEM_LAST,
				      "%s: %s is one bit and cannot be a range", row->name,
				      b->name);
		if (row->layer == STEER_LAYER_VLAN)
			meta <<= w->nth;
		meta = stack_meta(w, meta);
		rc = demand_meta(w, item, b->name, meta, (spec & bit) ? meta : 0);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Fields */

static int
add_range(struct walk *w, const struct rte_flow_item *item, const char *name,
	  const struct steer_field *field, steer_u128 lo, steer_u128 hi)
{
	struct steer_match *m = w->match;
	unsigned int i;

	/* All values: the layer's presence is demanded anyway. */
	if (lo == 0 && hi == field->mask)
		return 0;
	if (m->n_ranges == STEER_RANGES_MAX)
		return REFUSE(w, item, ENOTSUP, ITEM_LAST,
			      "%s: more than %d ranges in one pattern", name,
			      STEER_RANGES_MAX);
	/* In the order of the key: that of the items does not make another rule. */
	for (i = m->n_ranges++; i > 0 && m->fields[i - 1].off > field->off; i--) {
		m->fields[i] = m->fields[i - 1];
		m->bounds[i] = m->bounds[i - 1];
	}
	m->fields[i] = *field;
	m->bounds[i].lo = lo;
	m->bounds[i].hi = hi;
	return 0;
}

/** A big-endian integer as the word of the key in which it stands, up to byte @p end of that. */
static uint64_t
in_word(steer_u128 value, unsigned int bytes, unsigned int end)
{
	const uint64_t ones = UINT64_MAX >> (64 - 8 * bytes);

	return rte_cpu_to_be_64(((uint64_t)value & ones) << (64 - 8 * end));
}

static int
contradicts(struct walk *w, const struct rte_flow_item *item, const char *name)
{
	/* Only items of one tunnel speak of the same header. */
	return REFUSE(w, item, EINVAL, ITEM,
		      "%s: contradicts an item before it, nothing could match", name);
}

static int
add_word(struct walk *w, const struct rte_flow_item *item, const char *name, unsigned int word,
	 uint64_t mask, uint64_t spec)
{
	struct steer_match *m = w->match;

	if (((m->spec[word] ^ spec) & m->mask[word] & mask) != 0)
		return contradicts(w, item, name);
	m->mask[word] |= mask;
	m->spec[word] |= spec;
	return 0;
}

static int
add_exact(struct walk *w, const struct rte_flow_item *item, const char *name,
	  const struct steer_field *field, steer_u128 spec)
{
	steer_u128 mask = field->mask;
	unsigned int end = field->off + field->len, bytes;
	int rc = 0;

	/* Word by word, the last bytes first. */
	for (unsigned int left = field->len; rc == 0 && left > 0; left -= bytes, end -= bytes) {
		const unsigned int in = (end - 1) % sizeof(uint64_t) + 1;

		bytes = RTE_MIN(in, left);
		rc = add_word(w, item, name, (end - 1) / sizeof(uint64_t),
			      in_word(mask, bytes, in), in_word(spec, bytes, in));
		mask >>= 8 * bytes;
		spec >>= 8 * bytes;
	}
	return rc;
}

/** Demand flags of the tunnel's header that say that an item, or a field of it, is there. */
static int
demand_flags(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row,
	     uint8_t flags)
{
	const struct steer_field field = {
		.off = offsetof(struct steer_key, tunnel), .len = 1, .mask = flags,
	};

	return flags != 0 ? add_exact(w, item, row->name, &field, flags) : 0;
}

/** @param last  0: no range. All within the field's mask. */
static int
demand_value(struct walk *w, const struct rte_flow_item *item, const char *name,
	     const char *field_name, const struct steer_field *field, steer_u128 spec,
	     steer_u128 last)
{
	if (last == 0 || last == spec)
		return add_exact(w, item, name, field, spec);
	if (last < spec)
		return REFUSE(w, item, EINVAL, ITEM_LAST,
			      "%s: last of %s is below its spec: last must be 0 or at least spec",
			      name, field_name);
	return add_range(w, item, name, field, spec, last);
}

static int
demand_field(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row,
	     const struct steer_item_field *f, const void *mask_ptr, size_t base)
{
	struct steer_field field = { .off = (uint16_t)(base + f->off), .len = f->len };
	steer_u128 spec, last = 0;

	field.mask = steer_load_be((const uint8_t *)mask_ptr + f->off, f->len);
	if (f->bits != 0)
		field.mask &= f->bits;
	if (field.mask == 0)
		return 0;
	spec = steer_load_be((const uint8_t *)item->spec + f->off, f->len) & field.mask;
	if (item->last != NULL)
		last = steer_load_be((const uint8_t *)item->last + f->off, f->len) & field.mask;
	if (row->field_needs != NULL) {
		int rc = demand_flags(w, item, row, row->field_needs[f - row->fields]);

		if (rc < 0)
			return rc;
	}
	return demand_value(w, item, row->name, f->name[0] != '\0' ? f->name : row->name,
			    &field, spec, last);
}

static int
demand_fields(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	const void *mask = item->mask != NULL ? item->mask : row->default_mask;
	const size_t base = steer_item_offset(row, w->nth, w->inner);
	int rc;

	if (item->spec == NULL)
		return 0;
	for (unsigned int i = 0; i < row->n_fields; i++) {
		rc = demand_field(w, item, row, &row->fields[i], mask, base);
		if (rc < 0)
			return rc;
	}
	return demand_bits(w, item, row, mask);
}

/* Order */

/** @return items of the same type before this one in its stack. */
static unsigned int
same_before(const struct walk *w, const struct rte_flow_item *item)
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
check_same_layer(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	if (!any_order(row->layer) && w->nth == 0)
		return REFUSE(w, item, EINVAL, ITEM, "%s: cannot follow %s", row->name,
			      layer_names[w->layer]);
	if (w->nth < RTE_MAX(row->most, 1))
		return 0;
	if (row->layer == STEER_LAYER_VLAN)
		return REFUSE(w, item, ENOTSUP, ITEM,
			      "vlan: the third one: at most two tags can be matched");
	return REFUSE(w, item, ENOTSUP, ITEM, "%s: number %u of them: at most %u can be matched",
		      row->name, w->nth + 1, RTE_MAX(row->most, 1));
}

/** What is part of the tunnel's header. */
static int
check_behind(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	if (w->layer != STEER_LAYER_NONE)
		return REFUSE(w, item, EINVAL, ITEM,
			      "%s: stands right behind the item of its tunnel or nowhere",
			      row->name);
	if (w->behind & row->behind)
		return REFUSE(w, item, EINVAL, ITEM, "%s: the second one of a tunnel", row->name);
	return 0;
}

static int
check_order(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
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
check_over(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
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

static int
check_below(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	const uint64_t rare = w->match->spec[STEER_KEY_RARE] >> (w->inner ? STEER_RARE_INNER : 0);

	if ((rare & STEER_RARE_PPPOED) && row->layer > STEER_LAYER_PPPOE)
		return REFUSE(w, item, EINVAL, ITEM, "%s: nothing follows pppoed", row->name);
	if (w->l3 != STEER_L3_NONE && row->below_l3 != 0 && !(row->below_l3 & 1 << w->l3))
		return REFUSE(w, item, EINVAL, ITEM, "%s: never follows that L3 item", row->name);
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
enter(struct walk *w, const struct rte_flow_item *begin)
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
tunnel_without_item(const struct walk *w, const struct steer_item *row)
{
	if (row->layer == STEER_LAYER_L3 && is_ip(steer_meta_l3(row->meta_spec)) && is_ip(w->l3) &&
	    w->layer < STEER_LAYER_L4)
		return STEER_TUNNEL_IP;
	if (row->layer == STEER_LAYER_MPLS && w->layer == STEER_LAYER_L4 && w->l4 == STEER_L4_UDP)
		return STEER_TUNNEL_MPLS;
	return STEER_TUNNEL_NONE;
}

/** IP behind IP and MPLS behind UDP are inside tunnels that have no items. */
static int
enter_without_item(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	const enum steer_tunnel tunnel = tunnel_without_item(w, row);
	int rc;

	if (tunnel == STEER_TUNNEL_NONE)
		return 0;
	if (w->inner)
		return REFUSE(w, item, ENOTSUP, ITEM,
			      "%s: a tunnel inside a tunnel: one level can be matched", row->name);
	rc = demand_meta(w, item, row->name, STEER_META_TUNNEL,
			 (uint64_t)tunnel << STEER_META_TUNNEL_SHIFT);
	if (rc == 0)
		enter(w, item);
	return rc;
}

static void
advance(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
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

/* Items */

static int
check_spec(struct walk *w, const struct rte_flow_item *item, const char *name)
{
	if (item->spec != NULL)
		return 0;
	if (item->mask != NULL)
		return REFUSE(w, item, EINVAL, ITEM_MASK, "%s: mask without spec", name);
	if (item->last != NULL)
		return REFUSE(w, item, EINVAL, ITEM_LAST, "%s: last without spec", name);
	return 0;
}

static int
parse_header(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	int rc = check_spec(w, item, row->name);

	w->nth = same_before(w, item);
	if (rc == 0)
		rc = steer_extra_may_follow(&w->extra, item, row->name);
	if (rc == 0)
		rc = enter_without_item(w, item, row);
	if (rc == 0)
		rc = check_order(w, item, row);
	if (rc == 0)
		rc = check_below(w, item, row);
	if (rc == 0)
		rc = demand_layer(w, item, row);
	if (rc == 0)
		rc = demand_flags(w, item, row, row->needs);
	if (rc == 0)
		rc = demand_fields(w, item, row);
	if (rc == 0) {
		steer_extra_passed(&w->extra, steer_extra_end(row, w->nth),
				   w->inner && row->layer != STEER_LAYER_TUNNEL);
		advance(w, item, row);
	}
	return rc;
}

/** MARK, META, TAG: nothing of the packet. @return as steer_reg_item(). */
static int
parse_reg(struct walk *w, const struct rte_flow_item *item)
{
	const struct steer_field marked = {
		.off = offsetof(struct steer_key, regs) + offsetof(struct steer_regs, marked),
		.len = sizeof(uint32_t),
		.mask = UINT32_MAX,
	};
	struct steer_reg_item reg;
	int rc = steer_reg_item(item, &w->regs, &reg, w->error);

	if (rc != 0)
		return rc;
	if (item->type == RTE_FLOW_ITEM_TYPE_MARK)
		rc = add_exact(w, item, reg.name, &marked, UINT32_MAX);
	if (rc < 0 || reg.field.mask == 0)
		return rc;
	return demand_value(w, item, reg.name, reg.field_name, &reg.field, reg.spec, reg.last);
}

/** ANY stands for the next @p n layers of eth, L3, L4. */
static int
step_any(struct walk *w, const struct rte_flow_item *item, uint32_t n)
{
	static const struct {
		enum steer_layer layer;
		uint64_t meta;
		enum steer_raw_from end;
	} step[] = {
		{ STEER_LAYER_ETH, STEER_META_ETH, STEER_FROM_ETH },
		{ STEER_LAYER_L3, STEER_META_L3_ANY, STEER_FROM_L3 },
		{ STEER_LAYER_L4, STEER_META_L4_ANY, STEER_FROM_L4 },
	};
	int rc = n > 0 ? steer_extra_may_follow(&w->extra, item, "any") : 0;

	if (rc < 0)
		return rc;

	for (unsigned int i = 0; i < RTE_DIM(step) && n > 0; i++) {
		if (step[i].layer <= w->layer)
			continue;
		rc = demand_meta(w, item, "any", stack_meta(w, step[i].meta),
				 stack_meta(w, step[i].meta));
		if (rc < 0)
			return rc;
		w->layer = step[i].layer;
		steer_extra_passed(&w->extra, step[i].end, w->inner);
		n--;
	}
	if (n > 0)
		return REFUSE(w, item, EINVAL, ITEM_SPEC, "any: num goes beyond L4");
	return 0;
}

static int
parse_any(struct walk *w, const struct rte_flow_item *item)
{
	const struct rte_flow_item_any *spec = item->spec, *mask = item->mask, *last = item->last;
	int rc = check_spec(w, item, "any");

	if (rc < 0 || spec == NULL)
		return rc;
	if (mask == NULL)
		mask = &rte_flow_item_any_mask;
	if (last != NULL && (last->num & mask->num) != 0 &&
	    (last->num & mask->num) < (spec->num & mask->num))
		return REFUSE(w, item, EINVAL, ITEM_LAST,
			      "any: last of num is below its spec: last must be 0 or at least "
			      "spec");
	return step_any(w, item, spec->num & mask->num);
}

/** A header that the pattern leaves out, but @p item stands for. */
static int
imply_header(struct walk *w, const struct rte_flow_item *item, const struct steer_item *row)
{
	int rc;

	w->nth = 0;
	rc = check_order(w, item, row);
	if (rc == 0)
		rc = check_below(w, item, row);
	if (rc == 0)
		rc = demand_layer(w, item, row);
	if (rc == 0) {
		steer_extra_passed(&w->extra, steer_extra_end(row, w->nth), false);
		advance(w, item, row);
	}
	return rc;
}

/** An option behind GENEVE, which it stands for where it is left out. */
static int
parse_geneve_opt(struct walk *w, const struct rte_flow_item *item)
{
	const uint64_t geneve = (uint64_t)STEER_TUNNEL_GENEVE << STEER_META_TUNNEL_SHIFT;
	int rc = steer_extra_may_follow(&w->extra, item, "geneve-opt");

	if (rc < 0)
		return rc;
	if (!w->inner) {
		rc = imply_header(w, item, steer_item(RTE_FLOW_ITEM_TYPE_GENEVE, w->l4));
	} else if (w->layer != STEER_LAYER_NONE ||
		   (w->match->spec[0] & STEER_META_TUNNEL) != geneve) {
		return REFUSE(w, item, EINVAL, ITEM, "geneve-opt: stands behind geneve only");
	}
	return rc < 0 ? rc : steer_extra_geneve_opt(&w->extra, item);
}

static int
parse_item(struct walk *w, const struct rte_flow_item *item)
{
	const struct steer_item *row;
	int rc = steer_extra_item(&w->extra, item);
	const char *reason;

	if (rc == 1)
		rc = parse_reg(w, item);
	/* Ports and tunnels are checked by who knows which one this is, and which there are. */
	if (rc <= 0 || steer_is_port_item(item->type) || item->type == STEER_ITEM_TUNNEL)
		return RTE_MIN(rc, 0);
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_VOID:
		return 0;
	case RTE_FLOW_ITEM_TYPE_FUZZY:
		/* How sloppy a match may be: ours is exact, which is as good as any. */
		return check_spec(w, item, "fuzzy");
	case RTE_FLOW_ITEM_TYPE_ANY:
		return parse_any(w, item);
	case RTE_FLOW_ITEM_TYPE_GENEVE_OPT:
		return parse_geneve_opt(w, item);
	default:
		row = steer_item(item->type, w->l4);
		if (row != NULL)
			return parse_header(w, item, row);
		reason = steer_refused_item(item->type);
		if (reason != NULL)
			return REFUSE(w, item, ENOTSUP, ITEM, "%s", reason);
		return REFUSE(w, item, ENOTSUP, ITEM,
			      "item type %d: accepted are void, any, fuzzy, raw, integrity, ptype, "
			      "random, compare, port_id, represented_port, mark, meta, tag, invert "
			      "and the headers that the guide lists",
			      item->type);
	}
}

int
steer_pattern_parse(const struct rte_flow_item pattern[], struct steer_match *match,
		    struct rte_flow_error *error)
{
	struct walk w = { .match = match, .error = error, .begin = pattern,
			  .extra.error = error };
	const struct rte_flow_item *item;
	int rc;

	/* Not the fields and bounds: n_ranges says how many there are. */
	memset(match->spec, 0, sizeof(match->spec));
	memset(match->mask, 0, sizeof(match->mask));
	match->n_ranges = 0;
	match->condition = NULL;
	if (pattern == NULL)
		return REFUSE(&w, NULL, EINVAL, ITEM_NUM, "no pattern");
	for (item = pattern; item->type != RTE_FLOW_ITEM_TYPE_END; item++) {
		rc = parse_item(&w, item);
		if (rc < 0) {
			steer_extra_abort(&w.extra);
			return rc;
		}
	}
	return steer_extra_finish(&w.extra, match);
}
