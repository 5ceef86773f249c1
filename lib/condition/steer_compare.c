/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "steer_compare.h"

static bool
get(const struct steer_operand *o, const struct steer_key *key, steer_u128 *value)
{
	switch (o->kind) {
	case STEER_OPERAND_KEY:
		if ((key->meta & o->meta_mask) != o->meta_spec)
			return false;
		*value = steer_load_be((const uint8_t *)key + o->off, o->len) >> o->shift;
		break;
	case STEER_OPERAND_RANDOM:
		*value = key->random;
		break;
	case STEER_OPERAND_VALUE:
		*value = o->value;
		break;
	}
	*value &= o->mask;
	return true;
}

bool
steer_compare_holds(const struct steer_compare *c, const struct steer_key *key)
{
	steer_u128 a = 0, b = 0;

	if (!get(&c->a, key, &a) || !get(&c->b, key, &b))
		return false;
	switch (c->op) {
	case STEER_COMPARE_EQ:
		return a == b;
	case STEER_COMPARE_NE:
		return a != b;
	case STEER_COMPARE_LT:
		return a < b;
	case STEER_COMPARE_LE:
		return a <= b;
	case STEER_COMPARE_GT:
		return a > b;
	case STEER_COMPARE_GE:
		return a >= b;
	}
	return false;
}

static unsigned int
width_of(const struct steer_operand *o)
{
	unsigned int n = 0;

	for (steer_u128 m = o->mask; m != 0; m >>= 1)
		n++;
	return n;
}

/** As it stands in memory. */
static void
print_bytes(FILE *file, const struct steer_operand *o)
{
	const uint32_t number = (uint32_t)o->value;
	uint8_t bytes[sizeof(o->value)];

	for (unsigned int i = 0; i < o->len; i++)
		bytes[i] = (uint8_t)((o->value << o->shift) >> 8 * (o->len - 1u - i));
	if (o->host)
		memcpy(bytes, &number, sizeof(number));
	for (unsigned int i = 0; i < o->len; i++)
		fprintf(file, "%02x", bytes[i]);
}

static void
print_operand(FILE *file, char which, const struct steer_operand *o)
{
	fprintf(file, " %c_type is %s", which, o->name);
	if (o->kind == STEER_OPERAND_VALUE) {
		fprintf(file, " %c_value is ", which);
		print_bytes(file, o);
		return;
	}
	if (o->level != 0)
		fprintf(file, " %c_level is %u", which, o->level);
	if (o->tag != 0)
		fprintf(file, " %c_tag_index is %u", which, o->tag);
}

static const char *const ops[] = { "eq", "ne", "lt", "le", "gt", "ge" };

const char *
steer_compare_op_at(unsigned int i, uint32_t *number)
{
	*number = i;
	return i < RTE_DIM(ops) ? ops[i] : NULL;
}

void
steer_compare_print(FILE *file, const struct steer_compare *c)
{
	fprintf(file, " op is %s", ops[c->op]);
	print_operand(file, 'a', &c->a);
	print_operand(file, 'b', &c->b);
	fprintf(file, " width is %u", width_of(&c->a));
}
