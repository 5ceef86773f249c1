/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_common.h>

#include "steer_compat.h"
#include "steer_compare.h"
#include "steer_error.h"
#include "steer_item.h"
#include "steer_parse.h"
#include "steer_pattern_extra.h"

#define REFUSE(x, cause, code, type, ...) \
	steer_error((x)->error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

#ifdef STEER_HAS_ITEM_COMPARE

/* Fields of headers: bytes of the item that has them, and which of their bits. */
#define FIELD(id, name, item, off, len, bits) \
	{ RTE_FLOW_FIELD_##id, name, RTE_FLOW_ITEM_TYPE_##item, off, len, bits }

static const struct known_field {
	enum rte_flow_field_id id;
	const char *name;
	enum rte_flow_item_type item;
	uint8_t off;
	uint8_t len;
	/** 0: all. */
	uint32_t bits;
} fields[] = {
	FIELD(MAC_DST, "mac_dst", ETH, 0, 6, 0),
	FIELD(MAC_SRC, "mac_src", ETH, 6, 6, 0),
	FIELD(MAC_TYPE, "mac_type", ETH, 12, 2, 0),
	FIELD(VLAN_ID, "vlan_id", VLAN, 0, 2, 0x0fff),
	FIELD(IPV4_DSCP, "ipv4_dscp", IPV4, 1, 1, 0xfc),
	FIELD(IPV4_ECN, "ipv4_ecn", IPV4, 1, 1, 0x03),
	FIELD(IPV4_IHL, "ipv4_ihl", IPV4, 0, 1, 0x0f),
	FIELD(IPV4_TOTAL_LEN, "ipv4_total_len", IPV4, 2, 2, 0),
	FIELD(IPV4_TTL, "ipv4_ttl", IPV4, 8, 1, 0),
	FIELD(IPV4_PROTO, "ipv4_proto", IPV4, 9, 1, 0),
	FIELD(IPV4_SRC, "ipv4_src", IPV4, 12, 4, 0),
	FIELD(IPV4_DST, "ipv4_dst", IPV4, 16, 4, 0),
	FIELD(IPV6_TRAFFIC_CLASS, "ipv6_traffic_class", IPV6, 0, 4, 0x0ff00000),
	FIELD(IPV6_DSCP, "ipv6_dscp", IPV6, 0, 4, 0x0fc00000),
	FIELD(IPV6_ECN, "ipv6_ecn", IPV6, 0, 4, 0x00300000),
	FIELD(IPV6_FLOW_LABEL, "ipv6_flow_label", IPV6, 0, 4, 0x000fffff),
	FIELD(IPV6_PAYLOAD_LEN, "ipv6_payload_len", IPV6, 4, 2, 0),
	FIELD(IPV6_PROTO, "ipv6_proto", IPV6, 6, 1, 0),
	FIELD(IPV6_HOPLIMIT, "ipv6_hoplimit", IPV6, 7, 1, 0),
	FIELD(IPV6_SRC, "ipv6_src", IPV6, 8, 16, 0),
	FIELD(IPV6_DST, "ipv6_dst", IPV6, 24, 16, 0),
	FIELD(TCP_PORT_SRC, "tcp_port_src", TCP, 0, 2, 0),
	FIELD(TCP_PORT_DST, "tcp_port_dst", TCP, 2, 2, 0),
	FIELD(TCP_SEQ_NUM, "tcp_seq_num", TCP, 4, 4, 0),
	FIELD(TCP_ACK_NUM, "tcp_ack_num", TCP, 8, 4, 0),
	FIELD(TCP_DATA_OFFSET, "tcp_data_off", TCP, 12, 1, 0xf0),
	FIELD(TCP_FLAGS, "tcp_flags", TCP, 13, 1, 0),
	FIELD(UDP_PORT_SRC, "udp_port_src", UDP, 0, 2, 0),
	FIELD(UDP_PORT_DST, "udp_port_dst", UDP, 2, 2, 0),
	FIELD(VXLAN_VNI, "vxlan_vni", VXLAN, 4, 3, 0),
	FIELD(GENEVE_VNI, "geneve_vni", GENEVE, 4, 3, 0),
};

static steer_u128
ones(unsigned int bits)
{
	return bits == 128 ? ~(steer_u128)0 : ((steer_u128)1 << bits) - 1;
}

static unsigned int
bits_of(const struct known_field *f)
{
	return f->bits != 0 ? (unsigned int)__builtin_popcount(f->bits) : 8u * f->len;
}

const char *
steer_compare_field_at(unsigned int i, uint32_t *number)
{
	static const struct {
		const char *name;
		enum rte_flow_field_id id;
	} others[] = { { "random", RTE_FLOW_FIELD_RANDOM }, { "value", RTE_FLOW_FIELD_VALUE } };

	if (i < RTE_DIM(fields)) {
		*number = fields[i].id;
		return fields[i].name;
	}
	i -= RTE_DIM(fields);
	*number = i < RTE_DIM(others) ? others[i].id : 0;
	return i < RTE_DIM(others) ? others[i].name : NULL;
}

static const struct known_field *
find_field(enum rte_flow_field_id id)
{
	for (unsigned int i = 0; i < RTE_DIM(fields); i++)
		if (fields[i].id == id)
			return &fields[i];
	return NULL;
}

/** A field of the packet, and how many bits it has. */
static int
field_operand(struct steer_extra *x, const struct rte_flow_item *item,
	      const struct rte_flow_field_data *data, struct steer_operand *o, unsigned int *bits)
{
	const struct known_field *f = find_field(data->field);
	const struct steer_item *row;
	unsigned int shift;

	if (f == NULL)
		return REFUSE(x, item, ENOTSUP, ITEM_SPEC,
			      "compare: field %d: fields of eth, vlan, ipv4, ipv6, tcp, udp, "
			      "vxlan, geneve and random can be compared",
			      data->field);
	if (data->level > 2 || data->tag_index > 1 ||
	    (data->tag_index > 0 && f->item != RTE_FLOW_ITEM_TYPE_VLAN))
		return REFUSE(x, item, EINVAL, ITEM_SPEC,
			      "compare: %s: level %u, tag_index %u: level must be up to 2, "
			      "tag_index 0, or 1 for the second tag",
			      f->name, data->level, data->tag_index);
	if (data->offset != 0)
		return REFUSE(x, item, ENOTSUP, ITEM_SPEC,
			      "compare: %s: offset %u: fields are compared as a whole", f->name,
			      data->offset);
	row = steer_item(f->item, STEER_L4_NONE);
	shift = row->layer == STEER_LAYER_TUNNEL ? 0 :
		(data->level == 2 ? STEER_META_INNER : 0) + data->tag_index;
	o->kind = STEER_OPERAND_KEY;
	o->name = f->name;
	o->level = data->level;
	o->tag = data->tag_index;
	o->meta_mask = row->meta_mask << shift;
	o->meta_spec = row->meta_spec << shift;
	o->off = (uint16_t)(steer_item_offset(row, data->tag_index, data->level == 2) + f->off);
	o->len = f->len;
	o->shift = f->bits != 0 ? (uint8_t)__builtin_ctz(f->bits) : 0;
	*bits = bits_of(f);
	return 0;
}

/** A number, which stands in memory as the other operand's field does in its item. */
static void
value_operand(const struct rte_flow_field_data *data, const struct steer_operand *like,
	      struct steer_operand *o)
{
	const uint8_t *bytes = data->field == RTE_FLOW_FIELD_POINTER ? data->pvalue : data->value;
	uint32_t number;

	o->kind = STEER_OPERAND_VALUE;
	o->name = "value";
	if (like->kind == STEER_OPERAND_RANDOM) {
		memcpy(&number, bytes, sizeof(number));
		o->value = number;
		o->len = sizeof(number);
		o->host = true;
		return;
	}
	o->len = like->len;
	o->shift = like->shift;
	o->value = steer_load_be(bytes, like->len) >> like->shift;
}

static bool
is_value(const struct rte_flow_field_data *data)
{
	return data->field == RTE_FLOW_FIELD_VALUE || data->field == RTE_FLOW_FIELD_POINTER;
}

static int
operand(struct steer_extra *x, const struct rte_flow_item *item,
	const struct rte_flow_field_data *data, struct steer_operand *o, unsigned int *bits)
{
	if (data->field != RTE_FLOW_FIELD_RANDOM)
		return field_operand(x, item, data, o, bits);
	o->kind = STEER_OPERAND_RANDOM;
	o->name = "random";
	*bits = 32;
	return 0;
}

/** Of a random number any bits are as good as others; fields are compared in full. */
static int
check_width(struct steer_extra *x, const struct rte_flow_item *item,
	    const struct steer_operand *o, unsigned int bits)
{
	const struct rte_flow_item_compare *spec = item->spec;

	if (spec->width == bits ||
	    (o->kind == STEER_OPERAND_RANDOM && spec->width > 0 && spec->width < bits))
		return 0;
	return REFUSE(x, item, EINVAL, ITEM_SPEC, "compare: width %u: %s has %u bits", spec->width,
		      o->name, bits);
}

static int
fill(struct steer_extra *x, const struct rte_flow_item *item, struct steer_compare *c)
{
	const struct rte_flow_item_compare *spec = item->spec;
	unsigned int bits;
	int rc;

	if ((unsigned int)spec->operation > RTE_FLOW_ITEM_COMPARE_GE)
		return REFUSE(x, item, EINVAL, ITEM_SPEC, "compare: operation %d: there are 0..%d",
			      spec->operation, RTE_FLOW_ITEM_COMPARE_GE);
	if (item->last != NULL)
		return REFUSE(x, item, EINVAL, ITEM_LAST,
			      "compare: has no ranges: last must be NULL");
	if (is_value(&spec->a))
		return REFUSE(x, item, EINVAL, ITEM_SPEC,
			      "compare: a is a number: only b can be one");
	if (spec->b.field == RTE_FLOW_FIELD_POINTER && spec->b.pvalue == NULL)
		return REFUSE(x, item, EINVAL, ITEM_SPEC, "compare: b is a pointer to nothing");
	c->op = (enum steer_compare_op)spec->operation;
	rc = operand(x, item, &spec->a, &c->a, &bits);
	if (rc == 0)
		rc = check_width(x, item, &c->a, bits);
	if (rc == 0 && is_value(&spec->b)) {
		value_operand(&spec->b, &c->a, &c->b);
	} else if (rc == 0) {
		rc = operand(x, item, &spec->b, &c->b, &bits);
		if (rc == 0)
			rc = check_width(x, item, &c->b, bits);
	}
	c->a.mask = c->b.mask = ones(spec->width <= 128 ? spec->width : 128);
	return rc;
}

int
steer_extra_compare(struct steer_extra *x, const struct rte_flow_item *item)
{
	struct steer_compare *c;
	int rc;

	if (item->type != RTE_FLOW_ITEM_TYPE_COMPARE)
		return 1;
	rc = steer_extra_spec(x, item, "compare");
	if (rc < 0 || item->spec == NULL)
		return rc;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return steer_extra_add(x, item, "compare", NULL, 0);
	c->check.type = STEER_CHECK_COMPARE;
	rc = fill(x, item, c);
	if (rc < 0) {
		free(c);
		return rc;
	}
	return steer_extra_add(x, item, "compare", &c->check,
			       STEER_DEPTH_ALL | STEER_DEPTH_RANDOM);
}

#else

int
steer_extra_compare(struct steer_extra *x, const struct rte_flow_item *item)
{
	RTE_SET_USED(x);
	RTE_SET_USED(item);
	return 1;
}

#endif
