/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stddef.h>
#include <string.h>

#include <rte_common.h>

#include "steer_item.h"
#include "steer_trace.h"

/* Which headers a packet has, by the rows of the table of items. */

#define VLAN_TAG 4
#define MPLS_LABEL 4
#define UDP_HDR 8

/** Does the tunnel's header have what its flags announce? */
static bool
has_behind(const struct steer_key *key, const struct steer_item *row)
{
	return (key->tunnel[0] & row->needs) == row->needs &&
	       (row->needs != 0 || row->behind == STEER_BEHIND_GTP_PSC);
}

/** Of rows that stand for a family of tunnels, the one that says most. */
static bool
says_most(const struct steer_key *key, const struct steer_item *row)
{
	const struct steer_item *other;

	for (unsigned int i = 0; (other = steer_item_at(i)) != NULL; i++)
		if (other->layer == STEER_LAYER_TUNNEL && other->behind == 0 &&
		    (key->meta & other->meta_mask) == other->meta_spec &&
		    __builtin_popcountll(other->meta_mask) > __builtin_popcountll(row->meta_mask))
			return false;
	return true;
}

static bool
is_there(const struct steer_key *key, const struct steer_item *row, unsigned int nth, bool inner)
{
	const uint64_t rare = steer_item_rare(row, nth, inner);

	/* IPv6 extension headers are told by items of their own, but this one. */
	if (row->type == RTE_FLOW_ITEM_TYPE_IPV6_EXT)
		return false;
	if ((key->meta & steer_item_meta(row, row->meta_mask, nth, inner)) !=
		    steer_item_meta(row, row->meta_spec, nth, inner) ||
	    (key->rare & rare) != rare)
		return false;
	if (row->layer != STEER_LAYER_TUNNEL)
		return row->meta_mask != 0 || rare != 0;
	return row->behind != 0 ? has_behind(key, row) : says_most(key, row);
}

static int
offset_of(const struct steer_key *key, const struct steer_item *row, unsigned int nth, bool inner)
{
	const struct steer_places *at = &key->at[inner];

	switch (row->layer) {
	case STEER_LAYER_ETH:
		return at->l2;
	case STEER_LAYER_VLAN:
		/* Behind an E-tag it is not kept. */
		return (key->rare & (STEER_RARE_ETAG << (inner ? STEER_RARE_INNER : 0))) != 0 ?
			       -1 : at->l2 + STEER_L2_VLAN(0) + (int)nth * VLAN_TAG;
	case STEER_LAYER_PPPOE:
		return at->pppoe;
	case STEER_LAYER_MPLS:
		return at->mpls + (int)nth * MPLS_LABEL;
	case STEER_LAYER_L3:
		return at->l3;
	case STEER_LAYER_EXT:
		if (row->type == RTE_FLOW_ITEM_TYPE_AH)
			return at->ah;
		return row->type == RTE_FLOW_ITEM_TYPE_IPV6_FRAG_EXT ? at->frag : -1;
	case STEER_LAYER_L4:
		return at->l4;
	case STEER_LAYER_UDP:
		return at->l4 + UDP_HDR;
	case STEER_LAYER_TUNNEL:
		return row->over == STEER_L4_UDP && row->behind == 0 ? at->l4 + UDP_HDR : -1;
	default:
		return -1;
	}
}

static void
tell_layer(const struct steer_key *key, enum steer_layer layer, bool inner,
	   steer_trace_layer_cb cb, void *arg)
{
	struct steer_trace_layer told = { .inner = inner };

	for (unsigned int i = 0; (told.item = steer_item_at(i)) != NULL; i++) {
		if (told.item->layer != layer)
			continue;
		for (told.nth = 0; told.nth < RTE_MAX(told.item->most, 1u); told.nth++) {
			if (!is_there(key, told.item, told.nth, inner))
				break;
			told.offset = offset_of(key, told.item, told.nth, inner);
			cb(&told, arg);
		}
	}
}

void
steer_trace_layers(const struct steer_key *key, steer_trace_layer_cb cb, void *arg)
{
	for (unsigned int layer = STEER_LAYER_ETH; layer <= STEER_LAYER_TUNNEL; layer++)
		tell_layer(key, layer, false, cb, arg);
	for (unsigned int layer = STEER_LAYER_ETH; layer < STEER_LAYER_TUNNEL; layer++)
		tell_layer(key, layer, true, cb, arg);
}

/** Fields that tell one flow from another, or why a packet is what it is. */
static bool
is_main(const char *name)
{
	static const char *const names[] = {
		"", "dst", "src", "type", "vid", "proto", "ttl", "hop", "flags", "op", "spa", "tpa",
		"code", "ident", "label", "s", "session_id", "seid", "vni", "teid", "spi", "tni",
		"protocol", "value", "frag_data", "fragment_offset", "inner_type", "qfi",
		"group_addr", "target_addr", "msg_type", "ecid_e", "grp_ecid_b",
	};

	for (unsigned int i = 0; i < RTE_DIM(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

const struct steer_item_field *
steer_trace_field(const struct steer_key *key, const struct steer_trace_layer *layer, bool all,
		  unsigned int *i, struct steer_value *v, steer_u128 *value)
{
	const struct steer_item *row = layer->item;
	const size_t base = steer_item_offset(row, layer->nth, layer->inner);

	for (; *i < row->n_fields; ++*i) {
		const struct steer_item_field *f = &row->fields[*i];
		const uint8_t needs = row->field_needs != NULL ? row->field_needs[*i] : 0;

		if ((!all && !is_main(f->name)) || (key->tunnel[0] & needs) != needs)
			continue;
		++*i;
		*v = (struct steer_value){ .f = *f };
		*value = steer_value_load(steer_key_words(key), v, base);
		return f;
	}
	return NULL;
}
