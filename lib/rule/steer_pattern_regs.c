/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include "steer_error.h"
#include "steer_pattern_regs.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

#define OFF(member) (uint16_t)(offsetof(struct steer_key, regs) + \
			       offsetof(struct steer_regs, member))

/** The value begins each of the three items, as a number of the CPU. */
static uint32_t
value_of(const void *item)
{
	uint32_t value = 0;

	if (item != NULL)
		memcpy(&value, item, sizeof(value));
	return value;
}

static int
check_spec(const struct rte_flow_item *item, const char *name, struct rte_flow_error *error)
{
	if (item->spec != NULL)
		return 0;
	if (item->mask != NULL)
		return REFUSE(error, item, EINVAL, ITEM_MASK, "%s: mask without spec", name);
	if (item->last != NULL)
		return REFUSE(error, item, EINVAL, ITEM_LAST, "%s: last without spec", name);
	return 0;
}

/** @return the register that a TAG item asks for; -EINVAL, -ENOTSUP. */
static int
tag_of(const struct rte_flow_item *item, struct rte_flow_error *error)
{
	const struct rte_flow_item_tag *spec = item->spec, *last = item->last, *mask = item->mask;

	if (spec == NULL)
		return STEER_REG_TAG(0);
	if (mask != NULL && mask->index != UINT8_MAX)
		return REFUSE(error, item, ENOTSUP, ITEM_MASK,
			      "tag: index has mask 0x%x: 0xff is accepted", mask->index);
	if (last != NULL && last->index != 0 && last->index != spec->index)
		return REFUSE(error, item, ENOTSUP, ITEM_LAST,
			      "tag: index %u..%u: one index is accepted", spec->index,
			      last->index);
	if (spec->index >= STEER_TAGS)
		return REFUSE(error, item, EINVAL, ITEM_SPEC, "tag: index %u: there are 0..%u",
			      spec->index, STEER_TAGS - 1);
	return STEER_REG_TAG(spec->index);
}

/** Which register, and its field of the key. Those of MARK are numbered behind the others. */
static int
find_reg(const struct rte_flow_item *item, struct steer_reg_item *reg, struct rte_flow_error *error)
{
	int n;

	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_MARK:
		reg->name = "mark";
		reg->field_name = "id";
		reg->field.off = OFF(mark);
		return STEER_REGS;
	case RTE_FLOW_ITEM_TYPE_META:
		reg->name = "meta";
		reg->field_name = "data";
		reg->field.off = OFF(reg[STEER_REG_META]);
		return STEER_REG_META;
	default:
		reg->name = "tag";
		reg->field_name = "data";
		n = tag_of(item, error);
		if (n >= 0)
			reg->field.off = (uint16_t)(OFF(reg) + n * sizeof(uint32_t));
		return n;
	}
}

static bool
is_reg(enum rte_flow_item_type type)
{
	return type == RTE_FLOW_ITEM_TYPE_MARK || type == RTE_FLOW_ITEM_TYPE_META ||
	       type == RTE_FLOW_ITEM_TYPE_TAG;
}

int
steer_reg_item(const struct rte_flow_item *item, uint32_t *seen, struct steer_reg_item *reg,
	       struct rte_flow_error *error)
{
	int n, rc;

	if (!is_reg(item->type))
		return 1;
	*reg = (struct steer_reg_item){ .field.len = sizeof(uint32_t) };
	n = find_reg(item, reg, error);
	if (n < 0)
		return n;
	rc = check_spec(item, reg->name, error);
	if (rc < 0 || (item->spec == NULL && item->type != RTE_FLOW_ITEM_TYPE_MARK))
		return rc;
	if ((*seen & RTE_BIT32(n)) != 0)
		return REFUSE(error, item, EINVAL, ITEM, "%s: the same one is asked for twice",
			      reg->name);
	*seen |= RTE_BIT32(n);
	if (item->spec == NULL)
		return 0;
	/* The default masks of all three: all of the value. */
	reg->field.mask = item->mask != NULL ? value_of(item->mask) : UINT32_MAX;
	reg->spec = value_of(item->spec) & reg->field.mask;
	reg->last = value_of(item->last) & reg->field.mask;
	return 0;
}
