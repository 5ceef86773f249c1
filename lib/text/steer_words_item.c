/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>

#include <rte_common.h>

#include "steer_compare.h"
#include "steer_compat.h"
#include "steer_pattern_extra.h"
#include "steer_words_item.h"

/* Items without a header: their structures hold numbers of the CPU. */

#define HOST(type, member, name, format) \
	{ .f = { name, offsetof(struct rte_flow_item_##type, member), \
	    sizeof(((struct rte_flow_item_##type *)0)->member), 0, STEER_FORMAT_##format }, \
	  .order = STEER_ORDER_HOST }
#define ITEM(type_, name_) { .name = name_, .type = RTE_FLOW_ITEM_TYPE_##type_ }
#define ITEM_WITH(type_, name_, array) \
	{ .name = name_, .type = RTE_FLOW_ITEM_TYPE_##type_, .fields = array, \
	  .n_fields = RTE_DIM(array) }

static const struct steer_value any_fields[] = { HOST(any, num, "num", UINT) };
static const struct steer_value fuzzy_fields[] = { HOST(fuzzy, thresh, "thresh", UINT) };
static const struct steer_value mark_fields[] = { HOST(mark, id, "id", UINT) };
static const struct steer_value meta_fields[] = { HOST(meta, data, "data", UINT) };
static const struct steer_value tag_fields[] = {
	HOST(tag, data, "data", UINT),
	HOST(tag, index, "index", UINT),
};
static const struct steer_value port_id_fields[] = { HOST(port_id, id, "id", UINT) };
static const struct steer_value representor_fields[] = {
	HOST(ethdev, port_id, "port_id", UINT),
};
static const struct steer_value represented_fields[] = {
	HOST(ethdev, port_id, "ethdev_port_id", UINT),
};
static const struct steer_value integrity_fields[] = {
	HOST(integrity, level, "level", UINT),
	HOST(integrity, value, "value", HEX),
};

#ifdef STEER_HAS_ITEM_PTYPE
static const struct steer_value ptype_fields[] = {
	HOST(ptype, packet_type, "packet_type", HEX),
};
#endif
#ifdef STEER_HAS_ITEM_RANDOM
static const struct steer_value random_fields[] = { HOST(random, value, "value", HEX) };
#endif

#ifdef STEER_HAS_ITEM_COMPARE
#define NAME(type, member, name, names) \
	{ .f = { name, offsetof(struct rte_flow_item_##type, member), 4, 0, STEER_FORMAT_UINT }, \
	  .order = STEER_ORDER_HOST, .kind = STEER_VALUE_NAME, .name_at = names }

static const struct steer_value compare_fields[] = {
	NAME(compare, operation, "op", steer_compare_op_at),
	NAME(compare, a.field, "a_type", steer_compare_field_at),
	HOST(compare, a.level, "a_level", UINT),
	HOST(compare, a.tag_index, "a_tag_index", UINT),
	HOST(compare, a.offset, "a_offset", UINT),
	NAME(compare, b.field, "b_type", steer_compare_field_at),
	HOST(compare, b.level, "b_level", UINT),
	HOST(compare, b.tag_index, "b_tag_index", UINT),
	HOST(compare, b.offset, "b_offset", UINT),
	{ .f = { "b_value", offsetof(struct rte_flow_item_compare, b.value), 16, 0,
	    STEER_FORMAT_HEX }, .kind = STEER_VALUE_PLACED },
	HOST(compare, width, "width", UINT),
};
static_assert(sizeof(struct rte_flow_item_compare) <= STEER_ITEM_SIZE_MAX, "compare fits");
static_assert(sizeof(enum rte_flow_field_id) == 4, "names of fields are stored in four bytes");
#endif

static const struct steer_value raw_fields[] = {
	/* Bit fields, first in their word. */
	{ .f = { "relative", 0, 4, 1 << 0, STEER_FORMAT_UINT }, .order = STEER_ORDER_HOST,
	  .kind = STEER_VALUE_BOOLEAN },
	{ .f = { "search", 0, 4, 1 << 1, STEER_FORMAT_UINT }, .order = STEER_ORDER_HOST,
	  .kind = STEER_VALUE_BOOLEAN },
	{ .f = { "offset", offsetof(struct rte_flow_item_raw, offset), 4, 0, STEER_FORMAT_UINT },
	  .order = STEER_ORDER_HOST, .kind = STEER_VALUE_SIGNED },
	HOST(raw, limit, "limit", UINT),
	{ .f = { .name = "pattern", .off = offsetof(struct rte_flow_item_raw, pattern) },
	  .kind = STEER_VALUE_TEXT, .len_off = offsetof(struct rte_flow_item_raw, length) },
	{ .f = { .name = "pattern_hex", .off = offsetof(struct rte_flow_item_raw, pattern) },
	  .kind = STEER_VALUE_HEX, .len_off = offsetof(struct rte_flow_item_raw, length) },
};

static const struct steer_value geneve_opt_fields[] = {
	{ .f = { "class", offsetof(struct rte_flow_item_geneve_opt, option_class), 2, 0,
	    STEER_FORMAT_HEX } },
	HOST(geneve_opt, option_type, "type", HEX),
	HOST(geneve_opt, option_len, "length", HEX),
	/* Their number goes behind the structure. */
	{ .f = { .name = "data", .off = offsetof(struct rte_flow_item_geneve_opt, data) },
	  .kind = STEER_VALUE_DATA, .len_off = sizeof(struct rte_flow_item_geneve_opt) },
};

static const struct steer_words_item plain[] = {
	ITEM(VOID, "void"),
	ITEM(INVERT, "invert"),
	ITEM_WITH(ANY, "any", any_fields),
	ITEM_WITH(FUZZY, "fuzzy", fuzzy_fields),
	ITEM_WITH(MARK, "mark", mark_fields),
	ITEM_WITH(META, "meta", meta_fields),
	ITEM_WITH(TAG, "tag", tag_fields),
	ITEM_WITH(PORT_ID, "port_id", port_id_fields),
	ITEM_WITH(PORT_REPRESENTOR, "port_representor", representor_fields),
	ITEM_WITH(REPRESENTED_PORT, "represented_port", represented_fields),
	ITEM_WITH(RAW, "raw", raw_fields),
	ITEM_WITH(INTEGRITY, "integrity", integrity_fields),
	ITEM_WITH(GENEVE_OPT, "geneve-opt", geneve_opt_fields),
#ifdef STEER_HAS_ITEM_PTYPE
	ITEM_WITH(PTYPE, "ptype", ptype_fields),
#endif
#ifdef STEER_HAS_ITEM_RANDOM
	ITEM_WITH(RANDOM, "random", random_fields),
#endif
#ifdef STEER_HAS_ITEM_COMPARE
	ITEM_WITH(COMPARE, "compare", compare_fields),
#endif
};

static_assert(sizeof(struct rte_flow_item_ipv6) <= STEER_ITEM_SIZE_MAX, "ipv6 fits");
static_assert(sizeof(struct rte_flow_item_integrity) <= STEER_ITEM_SIZE_MAX, "integrity fits");

/* What testpmd calls otherwise than the table does. */

#define OTHER(type, name, off, len, bits, format, printed) \
	{ RTE_FLOW_ITEM_TYPE_##type, printed, \
	  { .f = { name, off, len, bits, STEER_FORMAT_##format }, .order = STEER_ORDER_NETWORK } }

#define OTHER_BIT(type, name, bit) \
	{ RTE_FLOW_ITEM_TYPE_##type, false, \
	  { .f = { name, 0, 2, bit, STEER_FORMAT_UINT }, .order = STEER_ORDER_NETWORK, \
	    .kind = STEER_VALUE_BOOLEAN } }

static const struct {
	enum rte_flow_item_type type;
	/** Also where rules are printed: testpmd has no other name for it. */
	bool printed;
	struct steer_value field;
} others[] = {
	OTHER(VLAN, "tci", 0, 2, 0, HEX, false),
	OTHER(IPV4, "version_ihl", 0, 1, 0, HEX, true),
	OTHER(VXLAN, "last_rsvd", 7, 1, 0, HEX, true),
	OTHER(GENEVE, "optlen", 0, 2, 0x3f00, UINT, true),
	OTHER_BIT(GRE, "c_bit", 0x8000),
	OTHER_BIT(GRE, "k_bit", 0x2000),
	OTHER_BIT(GRE, "s_bit", 0x1000),
};

bool
steer_words_item_at(unsigned int i, struct steer_words_item *item)
{
	unsigned int n = 0;
	const struct steer_item *row;

	for (unsigned int at = 0; (row = steer_item_at(at)) != NULL; at++) {
		/* One that stands elsewhere behind UDP is still one item. */
		if (row != steer_item(row->type, STEER_L4_NONE) || n++ < i)
			continue;
		*item = (struct steer_words_item){ .name = row->name, .type = row->type,
						   .row = row };
		return true;
	}
	if (i - n >= RTE_DIM(plain))
		return false;
	*item = plain[i - n];
	return true;
}

bool
steer_words_item(struct steer_word w, struct steer_words_item *item)
{
	for (unsigned int i = 0; steer_words_item_at(i, item); i++)
		if (steer_word_is(w, item->name))
			return true;
	return false;
}

static bool
other_field_at(enum rte_flow_item_type type, unsigned int i, struct steer_value *field)
{
	for (unsigned int o = 0; o < RTE_DIM(others); o++) {
		if (others[o].type == type && i-- == 0) {
			*field = others[o].field;
			return true;
		}
	}
	return false;
}

const struct steer_value *
steer_words_printed_at(enum rte_flow_item_type type, unsigned int i)
{
	for (unsigned int o = 0; o < RTE_DIM(others); o++)
		if (others[o].type == type && others[o].printed && i-- == 0)
			return &others[o].field;
	return NULL;
}

bool
steer_words_field_at(const struct steer_words_item *item, unsigned int i,
		     struct steer_value *field)
{
	const struct steer_item *row = item->row;

	if (row == NULL) {
		if (i >= item->n_fields)
			return false;
		*field = item->fields[i];
		return true;
	}
	if (i < row->n_fields) {
		*field = (struct steer_value){ .f = row->fields[i] };
		if (steer_value_bits(field) == 1)
			field->kind = STEER_VALUE_BOOLEAN;
		return true;
	}
	i -= row->n_fields;
	if (i < row->n_bits) {
		*field = (struct steer_value){
			.f = { row->bits[i].name, row->len, sizeof(uint32_t),
			       UINT32_C(1) << row->bits[i].bit, STEER_FORMAT_UINT },
			.order = STEER_ORDER_HOST,
			.kind = STEER_VALUE_BOOLEAN,
		};
		return true;
	}
	return other_field_at(row->type, i - row->n_bits, field);
}

bool
steer_words_field(const struct steer_words_item *item, struct steer_word w,
		  struct steer_value *field)
{
	for (unsigned int i = 0; steer_words_field_at(item, i, field); i++)
		if (steer_word_is(w, field->f.name))
			return true;
	return false;
}
