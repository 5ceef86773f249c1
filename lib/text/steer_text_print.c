/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * What is printed is what the table compares, read back from a rule's masks and words, so a dump
 * shows what is really in force.
 */

#include <inttypes.h>


#include "steer_action.h"
#include "steer_compat.h"
#include "steer_condition.h"
#include "steer_item.h"
#include "steer_pattern_extra.h"
#include "steer_match.h"
#include "steer_raw.h"
#include "steer_text.h"
#include "steer_words_item.h"

/** One pattern being printed. */
struct printer {
	FILE *file;
	const struct steer_match *match;
	bool inner;
	/** Which fields are asked for and by which masks, not for which values. */
	bool fields;
	/** What must stay the last header, as RAW counts from its end; FROM_UNKNOWN: none. */
	enum steer_raw_from last;
	bool last_inner;
	/** The last field printed under another name than the table's. */
	const struct steer_value *other;
};

/** Does any range ask for these bytes? */
static bool
is_ranged(const struct steer_match *m, const struct steer_value *v, size_t base)
{
	for (unsigned int i = 0; i < m->n_ranges; i++)
		if (m->fields[i].off < base + v->f.off + v->f.len &&
		    m->fields[i].off + m->fields[i].len > base + v->f.off)
			return true;
	return false;
}

/* Fields */

static void
print_token(FILE *file, const struct steer_value *v, const char *what, steer_u128 value)
{
	fprintf(file, "%s%s %s ", v->f.name[0] != '\0' ? " " : "", v->f.name, what);
	steer_value_print_placed(file, v, value);
}

/** A prefix where that reads better. */
static void
print_mask(FILE *file, const struct steer_value *v, steer_u128 mask)
{
	const steer_u128 zeros = ~mask & steer_value_mask(v);
	unsigned int n = steer_value_bits(v);

	if ((v->f.format != STEER_FORMAT_IPV4 && v->f.format != STEER_FORMAT_IPV6) ||
	    (zeros & (zeros + 1)) != 0) {
		print_token(file, v, "mask", mask);
		return;
	}
	for (steer_u128 z = zeros; z != 0; z >>= 1)
		n--;
	fprintf(file, "%s%s prefix %u", v->f.name[0] != '\0' ? " " : "", v->f.name, n);
}

static void
print_asked(const struct printer *p, const struct steer_value *v, steer_u128 mask, bool range)
{
	if (range)
		fprintf(p->file, "%s%s range", v->f.name[0] != '\0' ? " " : "", v->f.name);
	else if (mask == steer_value_mask(v))
		fprintf(p->file, "%s%s", v->f.name[0] != '\0' ? " " : "", v->f.name);
	else if (mask != 0)
		print_mask(p->file, v, mask);
}

static void
print_value(const struct printer *p, const struct steer_value *v, size_t base)
{
	const struct steer_match *m = p->match;
	const int range = steer_value_range(m, v, base);
	steer_u128 mask = steer_value_load(m->mask, v, base);

	if (p->fields) {
		print_asked(p, v, mask, range >= 0);
	} else if (range >= 0) {
		print_token(p->file, v, "spec", m->bounds[range].lo);
		print_token(p->file, v, "last", m->bounds[range].hi);
		print_mask(p->file, v, m->fields[range].mask);
	} else if (mask == steer_value_mask(v)) {
		print_token(p->file, v, "is", steer_value_load(m->spec, v, base) & mask);
	} else if (mask != 0) {
		print_token(p->file, v, "spec", steer_value_load(m->spec, v, base) & mask);
		print_mask(p->file, v, mask);
	}
}

static bool
contains(const struct steer_value *outer, const struct steer_value *inner)
{
	return outer->f.off <= inner->f.off &&
	       outer->f.off + outer->f.len >= inner->f.off + inner->f.len;
}

/** The field under another name, if all that is asked of it can be said by that. */
static const struct steer_value *
other_name(const struct printer *p, const struct steer_item *row, const struct steer_value *v,
	   size_t base)
{
	const struct steer_value *o;

	for (unsigned int i = 0; (o = steer_words_printed_at(row->type, i)) != NULL; i++) {
		/* The same bytes, or a part of them. */
		if (contains(v, o) && v->f.len == o->f.len && v->f.bits == 0 &&
		    (steer_value_load(p->match->mask, v, base) & ~steer_value_mask(o)) == 0 &&
		    !is_ranged(p->match, o, base))
			return o;
		/* Several fields in one. */
		if (contains(o, v) && v->f.bits != 0 && !is_ranged(p->match, o, base))
			return o;
	}
	return NULL;
}

static void
print_field(struct printer *p, const struct steer_item *row, const struct steer_item_field *f,
	    size_t base)
{
	const struct steer_value v = { .f = *f };
	const struct steer_value *other = other_name(p, row, &v, base);

	if (other == NULL)
		print_value(p, &v, base);
	else if (other != p->other)
		print_value(p, other, base);
	p->other = other;
}

/* Items */

static uint64_t
stack_meta(const struct printer *p, uint64_t meta)
{
	return p->inner ? meta << STEER_META_INNER : meta;
}

/** The item of a layer that a bit of another item says is there. */
static enum steer_raw_from
layer_of(const struct steer_item *row, unsigned int nth)
{
	if (row->layer == STEER_LAYER_VLAN || row->type == RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT)
		return steer_extra_end(row, nth);
#ifdef STEER_HAS_ITEM_IPV6_ROUTING_EXT
	/* its end is not known, so that only RAW behind IPv6 itself is of interest */
	if (row->type == RTE_FLOW_ITEM_TYPE_IPV6_ROUTING_EXT)
		return STEER_FROM_L3 + 1;
#endif
	return STEER_FROM_START;
}

/** Must the item be the last one, because RAW counts from its end? */
static bool
is_last(const struct printer *p, const struct steer_item *row)
{
	return p->last_inner == p->inner && p->last == steer_extra_end(row, 0);
}

/**
 * Is the layer only to be said by a bit (has_vlan, has_more_vlan, has_frag_ext, has_route_ext)? Its
 * item would say the same, and reads better, but must not come between RAW and what that counts
 * from.
 */
static bool
said_by_bit(const struct printer *p, const struct steer_item *row, unsigned int nth)
{
	return p->last != STEER_FROM_UNKNOWN && p->last_inner == p->inner &&
	       p->last < layer_of(row, nth);
}

/** Is it ICMPv6 of a kind that has an item of its own? */
static bool
said_by_message(const struct printer *p, const struct steer_item *row)
{
	const uint64_t messages = STEER_RARE_ND_NS | STEER_RARE_ND_NA | STEER_RARE_ECHO_REQUEST |
				  STEER_RARE_ECHO_REPLY;
	const uint64_t rare = p->match->spec[STEER_KEY_RARE] >>
			      (p->inner ? STEER_RARE_INNER : 0);

	return row->type == RTE_FLOW_ITEM_TYPE_ICMP6 && (rare & messages) != 0;
}

/** @return the item that says the same as a bit of meta, END if there is none. */
static enum rte_flow_item_type
item_of_bit(uint64_t meta)
{
	switch (meta) {
	case STEER_META_VLAN0:
	case STEER_META_VLAN1:
		return RTE_FLOW_ITEM_TYPE_VLAN;
	case STEER_META_EXT(STEER_EXT_FRAG):
		return RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT;
#ifdef STEER_HAS_ITEM_IPV6_ROUTING_EXT
	case STEER_META_EXT(STEER_EXT_ROUTE):
		return RTE_FLOW_ITEM_TYPE_IPV6_ROUTING_EXT;
#endif
	default:
		return RTE_FLOW_ITEM_TYPE_END;
	}
}

/** Is a bit of meta said by an item of its own? */
static bool
said_by_item(const struct printer *p, uint64_t meta)
{
	const enum rte_flow_item_type type = item_of_bit(meta);
	const struct steer_item *row;

	if (type == RTE_FLOW_ITEM_TYPE_END)
		return false;
	row = steer_item(type, STEER_L4_NONE);
	return (p->match->spec[0] & stack_meta(p, meta)) != 0 &&
	       !said_by_bit(p, row, meta == STEER_META_VLAN1);
}

static void
print_bits(const struct printer *p, const struct steer_item *row, unsigned int nth)
{
	for (unsigned int i = 0; i < row->n_bits; i++) {
		uint64_t bit = row->bits[i].meta;

		if (row->layer == STEER_LAYER_VLAN)
			bit <<= nth;
		if ((p->match->mask[0] & stack_meta(p, bit)) != 0 && !said_by_item(p, bit))
			fprintf(p->file, " %s is %d", row->bits[i].name,
				(p->match->spec[0] & stack_meta(p, bit)) != 0);
	}
}

/** @return true if the item is asked for. */
static bool
print_item(struct printer *p, const struct steer_item *row, unsigned int nth)
{
	if (!steer_item_asked(row, p->match, nth, p->inner) || said_by_bit(p, row, nth) ||
	    said_by_message(p, row))
		return false;
	fprintf(p->file, " %s", row->name);
	p->other = NULL;
	for (unsigned int i = 0; i < row->n_fields; i++)
		print_field(p, row, &row->fields[i], steer_item_offset(row, nth, p->inner));
	print_bits(p, row, nth);
	fputs(" /", p->file);
	return true;
}

/** A layer demanded, but whichever it is. */
static void
print_any(const struct printer *p, uint64_t meta)
{
	if (p->match->spec[0] & stack_meta(p, meta))
		fputs(" any num is 1 /", p->file);
}

static void
print_layers(struct printer *p, enum steer_layer from, enum steer_layer to)
{
	const struct steer_item *row;
	unsigned int nth;

	for (unsigned int layer = from; layer <= to; layer++) {
		for (unsigned int i = 0; (row = steer_item_at(i)) != NULL; i++)
			for (nth = 0; row->layer == layer && nth < RTE_MAX(row->most, 1u); nth++)
				if (!print_item(p, row, nth))
					break;
	}
}

/** Extension headers, which may stand in any order. */
static void
print_exts(struct printer *p)
{
	const struct steer_item *row;
	unsigned int nth;

	for (unsigned int last = 0; last < 2; last++) {
		for (unsigned int i = 0; (row = steer_item_at(i)) != NULL; i++) {
			if (row->layer != STEER_LAYER_EXT || is_last(p, row) != (last == 1))
				continue;
			for (nth = 0; nth < RTE_MAX(row->most, 1u); nth++)
				if (!print_item(p, row, nth))
					break;
		}
	}
}

static void
print_stack(struct printer *p)
{
	print_layers(p, STEER_LAYER_ETH, STEER_LAYER_L3);
	print_any(p, STEER_META_L3_ANY);
	print_exts(p);
	print_any(p, STEER_META_L4_ANY);
	print_layers(p, STEER_LAYER_L4, STEER_LAYER_UDP);
}

/** Does the first RAW item count from the end of a header? */
static void
find_last(struct printer *p, const struct steer_condition *condition)
{
	const struct steer_raw *raw;

	for (const struct steer_check *c = condition->checks; c != NULL; c = c->next) {
		if (c->type != STEER_CHECK_RAW)
			continue;
		raw = (const struct steer_raw *)c;
		if (raw->from >= STEER_FROM_ETH) {
			p->last = raw->from;
			p->last_inner = raw->inner;
		}
		return;
	}
}

/** @param v  The value of the item, as a field of struct steer_regs. */
static bool
reg_asked(const struct printer *p, const struct steer_value *v)
{
	const size_t base = offsetof(struct steer_key, regs);

	return steer_value_load(p->match->mask, v, base) != 0 || is_ranged(p->match, v, base);
}

static void
print_regs(struct printer *p)
{
	const size_t base = offsetof(struct steer_key, regs);
	struct steer_value mark = { .f = { "id", offsetof(struct steer_regs, mark), 4, 0,
					   STEER_FORMAT_UINT } };
	struct steer_value marked = { .f = { "", offsetof(struct steer_regs, marked), 4, 0,
					     STEER_FORMAT_UINT } };

	if (reg_asked(p, &marked)) {
		fputs(" mark", p->file);
		print_value(p, &mark, base);
		fputs(" /", p->file);
	}
	for (unsigned int i = 0; i < STEER_REGS; i++) {
		struct steer_value v = {
			.f = { "data", (uint8_t)(offsetof(struct steer_regs, reg) + 4 * i), 4, 0,
			       STEER_FORMAT_UINT },
		};

		if (!reg_asked(p, &v))
			continue;
		fputs(i == STEER_REG_META ? " meta" : " tag", p->file);
		print_value(p, &v, base);
		if (i != STEER_REG_META)
			fprintf(p->file, " index is %u", i - STEER_REG_TAG(0));
		fputs(" /", p->file);
	}
}

static void
print_pattern(FILE *file, const struct steer_match *match, bool fields)
{
	const struct steer_condition *condition = match->condition;
	struct printer p = {
		.file = file,
		.match = match,
		.fields = fields,
		.last = STEER_FROM_UNKNOWN,
	};

	fputs("pattern", file);
	if (condition != NULL && condition->inverted != NULL) {
		fputs(" invert /", file);
		p.match = condition->inverted;
	}
	if (condition != NULL)
		find_last(&p, condition);
	print_regs(&p);
	print_stack(&p);
	print_layers(&p, STEER_LAYER_TUNNEL, STEER_LAYER_TUNNEL);
	if (condition != NULL)
		steer_condition_print(file, condition, true);
	p.inner = true;
	print_stack(&p);
	if (condition != NULL)
		steer_condition_print(file, condition, false);
	fputs(" end", file);
}

void
steer_text_print(FILE *file, const struct rte_flow_attr *attr, const struct steer_match *match,
		 const struct steer_actions *actions)
{
	fprintf(file, "ingress group %u priority %u ", attr->group, attr->priority);
	print_pattern(file, match, false);
	fputs(" actions", file);
	steer_text_print_actions(file, actions);
}

void
steer_text_print_fields(FILE *file, const struct steer_match *match)
{
	struct steer_match words = *match;

	/* Conditions are of each rule. */
	words.condition = NULL;
	print_pattern(file, &words, true);
}
