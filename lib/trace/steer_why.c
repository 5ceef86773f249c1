/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "steer_condition.h"
#include "steer_item.h"
#include "steer_why.h"

/** What is asked of what. */
struct question {
	const struct steer_match *match;
	const struct steer_key *key;
	const uint64_t *words;
	struct steer_why *why;
	/** Only what no item of its own has said: see bits_refuse(). */
	bool later;
};

/* Fields */

/** @return whether the field refuses. */
static bool
field_refuses(const struct question *q, const char *item, const struct steer_value *v, size_t base)
{
	const struct steer_match *m = q->match;
	const steer_u128 mask = steer_value_load(m->mask, v, base);
	const int range = steer_value_range(m, v, base);
	struct steer_why *why = q->why;

	if (mask == 0 && range < 0)
		return false;
	why->item = item;
	why->field = *v;
	why->have = steer_value_load(q->words, v, base);
	if (range >= 0) {
		why->kind = STEER_WHY_RANGE;
		why->lo = m->bounds[range].lo;
		why->hi = m->bounds[range].hi;
		why->mask = m->fields[range].mask;
		if ((why->have & why->mask) < why->lo || (why->have & why->mask) > why->hi)
			return true;
	}
	why->kind = STEER_WHY_VALUE;
	why->lo = steer_value_load(m->spec, v, base);
	why->mask = mask;
	if (((why->have ^ why->lo) & mask) != 0)
		return true;
	why->agreed++;
	return false;
}

static bool
regs_refuse(const struct question *q)
{
	const size_t base = offsetof(struct steer_key, regs);
	struct steer_value v = { .f = { "id", offsetof(struct steer_regs, mark), 4, 0,
					STEER_FORMAT_UINT } };

	if (field_refuses(q, "mark", &v, base))
		return true;
	v.f.name = "set";
	v.f.off = offsetof(struct steer_regs, marked);
	if (field_refuses(q, "mark", &v, base))
		return true;
	v.f.name = "data";
	for (unsigned int i = 0; i < STEER_REGS; i++) {
		v.f.off = (uint8_t)(offsetof(struct steer_regs, reg) + 4 * i);
		if (field_refuses(q, i == STEER_REG_META ? "meta" : "tag", &v, base))
			return true;
	}
	return false;
}

/* Headers */

/** Is the header missing? */
static bool
absent(const struct question *q, const struct steer_item *row, unsigned int nth, bool inner)
{
	const uint64_t meta = steer_item_meta(row, row->meta_mask, nth, inner);
	const uint64_t rare = steer_item_rare(row, nth, inner);
	const uint64_t differs = (q->words[0] ^ q->match->spec[0]) & q->match->mask[0];

	return (differs & meta) != 0 || (q->words[STEER_KEY_RARE] & rare) != rare;
}

/**
 * Headers that it says must follow, or must not. Most that must have an item, which says so better:
 * what is left of them is looked at later.
 */
static bool
bits_refuse(const struct question *q, const struct steer_item *row, unsigned int nth, bool inner)
{
	for (unsigned int i = 0; i < row->n_bits; i++) {
		const uint64_t bit = steer_item_meta(row, row->bits[i].meta, nth, inner);

		if ((q->match->mask[0] & bit) == 0 ||
		    ((q->match->spec[0] & bit) != 0) != q->later)
			continue;
		if (((q->words[0] ^ q->match->spec[0]) & bit) == 0) {
			q->why->agreed++;
			continue;
		}
		q->why->kind = STEER_WHY_BIT;
		q->why->item = row->name;
		q->why->field = (struct steer_value){ .f = { row->bits[i].name, 0, 1, 1,
							     STEER_FORMAT_UINT } };
		q->why->have = (q->words[0] & bit) != 0;
		q->why->lo = (q->match->spec[0] & bit) != 0;
		q->why->mask = 1;
		return true;
	}
	return false;
}

static bool
header_refuses(const struct question *q, const struct steer_item *row, unsigned int nth, bool inner)
{
	const size_t base = steer_item_offset(row, nth, inner);

	q->why->inner = inner;
	if (q->later)
		return bits_refuse(q, row, nth, inner);
	q->why->item = row->name;
	q->why->kind = STEER_WHY_ABSENT;
	if (absent(q, row, nth, inner))
		return true;
	q->why->agreed++;
	for (unsigned int i = 0; i < row->n_fields; i++) {
		const struct steer_value v = { .f = row->fields[i] };

		if (field_refuses(q, row->name, &v, base))
			return true;
	}
	return bits_refuse(q, row, nth, inner);
}

static bool
layer_refuses(const struct question *q, enum steer_layer layer, bool inner)
{
	const struct steer_item *row;

	for (unsigned int i = 0; (row = steer_item_at(i)) != NULL; i++) {
		if (row->layer != layer)
			continue;
		for (unsigned int nth = 0; nth < RTE_MAX(row->most, 1u); nth++) {
			if (!steer_item_asked(row, q->match, nth, inner))
				break;
			if (header_refuses(q, row, nth, inner))
				return true;
		}
	}
	return false;
}

/** As headers stand in a packet. */
static bool
headers_refuse(const struct question *q)
{
	for (unsigned int layer = STEER_LAYER_ETH; layer < STEER_LAYER_TUNNEL; layer++)
		if (layer_refuses(q, layer, false))
			return true;
	if (layer_refuses(q, STEER_LAYER_TUNNEL, false))
		return true;
	for (unsigned int layer = STEER_LAYER_ETH; layer < STEER_LAYER_TUNNEL; layer++)
		if (layer_refuses(q, layer, true))
			return true;
	return false;
}

/* Conditions */

static void
keep_check(struct steer_why *why, const struct steer_check *check)
{
	size_t len = 0;
	FILE *file = open_memstream(&why->check, &len);

	why->kind = STEER_WHY_CHECK;
	if (file == NULL)
		return;
	steer_check_print(file, check);
	fclose(file);
}

static bool
condition_refuses(const struct question *q, const struct steer_condition *c)
{
	const struct steer_check *check;

	if (c == NULL || steer_condition_holds(c, q->key))
		return false;
	check = steer_condition_fails(c, q->key);
	if (c->inverted != NULL || check == NULL)
		q->why->kind = STEER_WHY_INVERT;
	else
		keep_check(q->why, check);
	return true;
}

void
steer_why(const struct steer_match *match, const struct steer_key *key, struct steer_why *why)
{
	struct question q = {
		.match = match, .key = key, .words = steer_key_words(key), .why = why,
	};

	memset(why, 0, sizeof(*why));
	if (steer_match_covers(match, key)) {
		if (!condition_refuses(&q, match->condition))
			why->kind = STEER_WHY_MATCHES;
		return;
	}
	if (regs_refuse(&q) || headers_refuse(&q))
		return;
	q.later = true;
	if (!headers_refuse(&q))
		why->kind = STEER_WHY_OTHER;
}

void
steer_why_free(struct steer_why *why)
{
	free(why->check);
	why->check = NULL;
}

/* Printing */

void
steer_why_print_what(FILE *file, const struct steer_why *why)
{
	switch (why->kind) {
	case STEER_WHY_MATCHES:
		return;
	case STEER_WHY_CHECK:
		fputs(why->check != NULL ? why->check + 1 : "item", file);
		return;
	case STEER_WHY_INVERT:
		fputs("invert", file);
		return;
	case STEER_WHY_OTHER:
		fputs("headers", file);
		return;
	default:
		break;
	}
	fprintf(file, "%s%s", why->inner ? "inner " : "", why->item);
	if (why->kind != STEER_WHY_ABSENT && why->field.f.name[0] != '\0')
		fprintf(file, " %s", why->field.f.name);
}

void
steer_why_print_have(FILE *file, const struct steer_why *why)
{
	if (why->kind == STEER_WHY_VALUE || why->kind == STEER_WHY_RANGE ||
	    why->kind == STEER_WHY_BIT)
		steer_value_print_placed(file, &why->field, why->have);
}

static void
print_mask(FILE *file, const struct steer_why *why)
{
	if (why->mask == steer_value_mask(&why->field))
		return;
	fputs(" mask ", file);
	steer_value_print_placed(file, &why->field, why->mask);
}

void
steer_why_print_want(FILE *file, const struct steer_why *why)
{
	if (why->kind != STEER_WHY_VALUE && why->kind != STEER_WHY_RANGE &&
	    why->kind != STEER_WHY_BIT)
		return;
	steer_value_print_placed(file, &why->field, why->lo);
	if (why->kind == STEER_WHY_RANGE) {
		fputs("..", file);
		steer_value_print_placed(file, &why->field, why->hi);
	}
	print_mask(file, why);
}

void
steer_why_print(FILE *file, const struct steer_why *why)
{
	switch (why->kind) {
	case STEER_WHY_MATCHES:
		fputs("matches", file);
		return;
	case STEER_WHY_ABSENT:
		fputs("no ", file);
		steer_why_print_what(file, why);
		return;
	case STEER_WHY_CHECK:
		fputs("does not hold: ", file);
		steer_why_print_what(file, why);
		return;
	case STEER_WHY_INVERT:
		fputs("all holds that invert forbids", file);
		return;
	case STEER_WHY_OTHER:
		fputs("headers are others", file);
		return;
	default:
		break;
	}
	steer_why_print_what(file, why);
	fputs(" is ", file);
	steer_why_print_have(file, why);
	fputs(", not ", file);
	steer_why_print_want(file, why);
}
