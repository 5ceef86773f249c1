/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "ref_bugs.h"
#include "ref_fields.h"
#include "ref_match_part.h"

static bool
is_port(const char *item, const struct ref_field *f)
{
	return f->bits == 16 && f->wire_bit < 32 && f->wire_bit % 16 == 0 &&
	       (strcmp(item, "tcp") == 0 || strcmp(item, "udp") == 0 || strcmp(item, "sctp") == 0);
}

static const void *
mask_of(const struct rte_flow_item *item, const struct ref_item *known)
{
	static const uint8_t ones[64] = {
		[0 ... 63] = 0xff,
	};

	if (item->mask != NULL)
		return item->mask;
	return ref_bug == REF_BUG_MASK_ALL_ONES ? ones : known->default_mask;
}

bool
ref_in_range(ref_int value, ref_int spec, ref_int last, ref_int mask)
{
	ref_int v = value & mask;
	ref_int lo = spec & mask;
	ref_int hi = last & mask;

	if (ref_bug == REF_BUG_SPEC_UNMASKED)
		lo = spec;
	if ((hi == 0 && ref_bug != REF_BUG_LAST_ZERO) || hi == lo)
		return v == lo;
	if (ref_bug == REF_BUG_RANGE_UNMASKED)
		return spec <= value && value <= last;
	if (ref_bug == REF_BUG_RANGE_END)
		return lo <= v && v < hi;
	return lo <= v && v <= hi;
}

static bool
field_matches(const struct rte_flow_item *item, const struct ref_item *known,
	      const struct ref_field *f, const uint8_t *header)
{
	ref_int mask = ref_get(mask_of(item, known), f->item_bit, f->bits);
	ref_int spec = ref_get(item->spec, f->item_bit, f->bits);
	ref_int last = 0;
	ref_int value = ref_get(header, f->wire_bit, f->bits);

	if (ref_bug == REF_BUG_PORT_MASK_SWAPPED && is_port(known->name, f))
		mask = (mask & 0xff) << 8 | mask >> 8;
	if (item->last != NULL)
		last = ref_get(item->last, f->item_bit, f->bits);
	else if (ref_bug == REF_BUG_LAST_ZERO)
		last = spec;
	return ref_in_range(value, spec, last, mask);
}

/** A VLAN item as if its TCI were one field: what a careless matcher does. */
static bool
tci_as_one_field(const struct rte_flow_item *item, const struct ref_item *known,
		 const uint8_t *header)
{
	static const struct ref_field tci = { "tci", 0, 0, 16 };

	return field_matches(item, known, &tci, header) &&
	       field_matches(item, known, &known->fields[3], header);
}

bool
ref_fields_match(const struct rte_flow_item *item, const uint8_t *header)
{
	const struct ref_item *known = ref_item(item->type);

	if (item->spec == NULL)
		return true;
	if (ref_bug == REF_BUG_TCI_ONE_FIELD && item->type == RTE_FLOW_ITEM_TYPE_VLAN)
		return tci_as_one_field(item, known, header);
	for (unsigned int i = 0; i < known->n_fields; i++) {
		if (!field_matches(item, known, &known->fields[i], header))
			return false;
	}
	return true;
}
