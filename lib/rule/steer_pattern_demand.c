/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "steer_error.h"
#include "steer_pattern_walk.h"

#define REFUSE(w, cause, code, type, ...) \
	steer_error((w)->error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Meta */

int
steer_walk_meta(struct steer_walk *w, const struct rte_flow_item *item, const char *name,
		uint64_t mask, uint64_t spec)
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

/** Demand that rare headers are there: nothing demands that one is not. */
static void
demand_rare(struct steer_walk *w, uint64_t bits)
{
	bits <<= w->nth;
	if (w->inner)
		bits <<= STEER_RARE_INNER;
	w->match->mask[STEER_KEY_RARE] |= bits;
	w->match->spec[STEER_KEY_RARE] |= bits;
}

int
steer_walk_layer(struct steer_walk *w, const struct rte_flow_item *item,
		 const struct steer_item *row)
{
	uint64_t mask = row->meta_mask, spec = row->meta_spec;

	if (row->layer == STEER_LAYER_VLAN) {
		mask <<= w->nth;
		spec <<= w->nth;
	}
	if (row->layer == STEER_LAYER_TUNNEL)
		return steer_walk_meta(w, item, row->name, mask, spec);
	demand_rare(w, row->rare);
	return steer_walk_meta(w, item, row->name, steer_walk_stack(w, mask),
			       steer_walk_stack(w, spec));
}

/** has_vlan, has_more_vlan, has_*_ext. */
static int
demand_bits(struct steer_walk *w, const struct rte_flow_item *item, const struct steer_item *row,
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
		meta = steer_walk_stack(w, meta);
		rc = steer_walk_meta(w, item, b->name, meta, (spec & bit) ? meta : 0);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Fields */

static int
add_range(struct steer_walk *w, const struct rte_flow_item *item, const char *name,
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
contradicts(struct steer_walk *w, const struct rte_flow_item *item, const char *name)
{
	/* Only items of one tunnel speak of the same header. */
	return REFUSE(w, item, EINVAL, ITEM,
		      "%s: contradicts an item before it, nothing could match", name);
}

static int
add_word(struct steer_walk *w, const struct rte_flow_item *item, const char *name,
	 unsigned int word, uint64_t mask, uint64_t spec)
{
	struct steer_match *m = w->match;

	if (((m->spec[word] ^ spec) & m->mask[word] & mask) != 0)
		return contradicts(w, item, name);
	m->mask[word] |= mask;
	m->spec[word] |= spec;
	return 0;
}

int
steer_walk_exact(struct steer_walk *w, const struct rte_flow_item *item, const char *name,
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

int
steer_walk_flags(struct steer_walk *w, const struct rte_flow_item *item,
		 const struct steer_item *row, uint8_t flags)
{
	const struct steer_field field = {
		.off = offsetof(struct steer_key, tunnel), .len = 1, .mask = flags,
	};

	return flags != 0 ? steer_walk_exact(w, item, row->name, &field, flags) : 0;
}

int
steer_walk_value(struct steer_walk *w, const struct rte_flow_item *item, const char *name,
		 const char *field_name, const struct steer_field *field, steer_u128 spec,
		 steer_u128 last)
{
	if (last == 0 || last == spec)
		return steer_walk_exact(w, item, name, field, spec);
	if (last < spec)
		return REFUSE(w, item, EINVAL, ITEM_LAST,
			      "%s: last of %s is below its spec: last must be 0 or at least spec",
			      name, field_name);
	return add_range(w, item, name, field, spec, last);
}

static int
demand_field(struct steer_walk *w, const struct rte_flow_item *item, const struct steer_item *row,
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
		int rc = steer_walk_flags(w, item, row, row->field_needs[f - row->fields]);

		if (rc < 0)
			return rc;
	}
	return steer_walk_value(w, item, row->name, f->name[0] != '\0' ? f->name : row->name,
				&field, spec, last);
}

int
steer_walk_fields(struct steer_walk *w, const struct rte_flow_item *item,
		  const struct steer_item *row)
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
