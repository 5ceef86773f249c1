/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Rules as text, in the words of testpmd's flow command. What is printed is what the table
 * compares, read back from a rule's masks and words, so a dump shows what is really in force.
 */

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "steer_condition.h"
#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_item.h"

/** One pattern being printed. */
struct printer {
	FILE *file;
	const struct steer_match *match;
	bool inner;
};

/* Values */

static void
print_bytes(FILE *file, const char *sep, const uint8_t *bytes, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++)
		fprintf(file, "%s%02x", i > 0 ? sep : "", bytes[i]);
}

static void
print_value(FILE *file, const struct steer_item_field *f, steer_u128 value)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t bytes[16];

	if (f->bits != 0)
		value >>= __builtin_ctz(f->bits);
	for (unsigned int i = 0; i < f->len; i++)
		bytes[i] = (uint8_t)(value >> 8 * (f->len - 1u - i));
	if (f->format == STEER_FORMAT_MAC)
		print_bytes(file, ":", bytes, f->len);
	else if (f->format == STEER_FORMAT_IPV4)
		fputs(inet_ntop(AF_INET, bytes, text, sizeof(text)), file);
	else if (f->format == STEER_FORMAT_IPV6)
		fputs(inet_ntop(AF_INET6, bytes, text, sizeof(text)), file);
	else
		fprintf(file, f->format == STEER_FORMAT_HEX ? "0x%" PRIx64 : "%" PRIu64,
			(uint64_t)value);
}

static steer_u128
full_mask(const struct steer_item_field *f)
{
	if (f->bits != 0)
		return f->bits;
	return f->len == 16 ? ~(steer_u128)0 : ((steer_u128)1 << 8 * f->len) - 1;
}

static void
print_token(FILE *file, const struct steer_item_field *f, const char *what, steer_u128 value)
{
	fprintf(file, " %s %s ", f->name, what);
	print_value(file, f, value);
}

/* Fields */

/** @return index of the field's range, or -1. */
static int
find_range(const struct steer_match *m, const struct steer_item_field *f, size_t off)
{
	for (unsigned int i = 0; i < m->n_ranges; i++)
		if (m->fields[i].off == off && m->fields[i].len == f->len &&
		    (m->fields[i].mask & full_mask(f)) != 0)
			return (int)i;
	return -1;
}

static void
print_field(const struct printer *p, const struct steer_item_field *f, size_t base)
{
	const struct steer_match *m = p->match;
	const size_t off = base + f->off;
	steer_u128 mask = steer_load_be((const uint8_t *)m->mask + off, f->len) & full_mask(f);
	steer_u128 spec = steer_load_be((const uint8_t *)m->spec + off, f->len) & mask;
	const int range = find_range(m, f, off);

	if (range >= 0) {
		mask = m->fields[range].mask;
		spec = m->bounds[range].lo;
	}
	if (mask == 0)
		return;
	if (range < 0 && mask == full_mask(f)) {
		print_token(p->file, f, "is", spec);
		return;
	}
	print_token(p->file, f, "spec", spec);
	if (range >= 0)
		print_token(p->file, f, "last", m->bounds[range].hi);
	print_token(p->file, f, "mask", mask);
}

/* Items */

static uint64_t
stack_meta(const struct printer *p, uint64_t meta)
{
	return p->inner ? meta << STEER_META_INNER : meta;
}

static bool
demanded(const struct printer *p, const struct steer_item *row, unsigned int vlan)
{
	uint64_t mask = row->meta_mask, spec = row->meta_spec;

	if (row->layer == STEER_LAYER_VLAN) {
		mask <<= vlan;
		spec <<= vlan;
	}
	if (row->layer != STEER_LAYER_TUNNEL) {
		mask = stack_meta(p, mask);
		spec = stack_meta(p, spec);
	}
	return (p->match->mask[0] & mask) == mask && (p->match->spec[0] & mask) == spec;
}

static void
print_bits(const struct printer *p, const struct steer_item *row, unsigned int vlan)
{
	for (unsigned int i = 0; i < row->n_bits; i++) {
		uint64_t bit = row->bits[i].meta;

		if (row->layer == STEER_LAYER_VLAN)
			bit <<= vlan;
		bit = stack_meta(p, bit);
		if (p->match->mask[0] & bit)
			fprintf(p->file, " %s is %d", row->bits[i].name,
				(p->match->spec[0] & bit) != 0);
	}
}

static void
print_item(const struct printer *p, const struct steer_item *row, unsigned int vlan)
{
	if (!demanded(p, row, vlan))
		return;
	fprintf(p->file, " %s", row->name);
	for (unsigned int i = 0; i < row->n_fields; i++)
		print_field(p, &row->fields[i], steer_item_offset(row, vlan, p->inner));
	print_bits(p, row, vlan);
	fputs(" /", p->file);
}

/** L3 or L4 demanded, but whichever it is. */
static void
print_any(const struct printer *p)
{
	const uint64_t meta = p->match->spec[0] >> (p->inner ? STEER_META_INNER : 0);
	const unsigned int num =
		((meta & STEER_META_L3_ANY) != 0) + ((meta & STEER_META_L4_ANY) != 0);

	if (num > 0)
		fprintf(p->file, " any num is %u /", num);
}

static void
print_layers(const struct printer *p, enum steer_layer from, enum steer_layer to)
{
	const struct steer_item *row;

	for (unsigned int i = 0; (row = steer_item_at(i)) != NULL; i++) {
		if (row->layer < from || row->layer > to)
			continue;
		print_item(p, row, 0);
		if (row->layer == STEER_LAYER_VLAN)
			print_item(p, row, 1);
	}
}

static void
print_stack(const struct printer *p)
{
	print_layers(p, STEER_LAYER_ETH, STEER_LAYER_FRAG);
	print_any(p);
	print_layers(p, STEER_LAYER_L4, STEER_LAYER_L4);
}

static void
print_pattern(FILE *file, const struct steer_match *match)
{
	const struct steer_condition *condition = match->condition;
	struct printer p = { .file = file, .match = match };

	fputs(" pattern", file);
	if (condition != NULL && condition->inverted != NULL) {
		fputs(" invert /", file);
		p.match = condition->inverted;
	}
	print_stack(&p);
	print_layers(&p, STEER_LAYER_TUNNEL, STEER_LAYER_TUNNEL);
	p.inner = true;
	print_stack(&p);
	if (condition != NULL)
		steer_condition_print(file, condition);
	fputs(" end", file);
}

/* Actions */

static const char *
func_name(enum rte_eth_hash_function func)
{
	switch (func) {
	case RTE_ETH_HASH_FUNCTION_TOEPLITZ:
		return "toeplitz";
	case RTE_ETH_HASH_FUNCTION_SIMPLE_XOR:
		return "simple_xor";
	case RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ:
		return "symmetric_toeplitz";
	default:
		return "default";
	}
}

static void
print_rss(FILE *file, const struct steer_contexts *set, uint16_t id)
{
	struct rte_flow_action_rss rss;

	steer_contexts_action(set, id, &rss);
	fprintf(file, " rss func %s level %u types 0x%" PRIx64, func_name(rss.func), rss.level,
		rss.types);
	if (rss.key_len > 0) {
		fputs(" key ", file);
		print_bytes(file, "", rss.key, rss.key_len);
	}
	if (rss.queue_num > 0) {
		fputs(" queues", file);
		for (uint32_t i = 0; i < rss.queue_num; i++)
			fprintf(file, " %u", rss.queue[i]);
		fputs(" end", file);
	}
	fputs(" /", file);
}

static void
print_actions(FILE *file, const struct steer_flow *flow)
{
	fputs(" actions", file);
	if (flow->flags & STEER_RULE_MARK)
		fprintf(file, " mark id %u /", flow->mark);
	if (flow->flags & STEER_RULE_FLAG)
		fputs(" flag /", file);
	if (flow->flags & STEER_RULE_COUNT)
		fputs(" count /", file);
	switch (steer_flow_fate(flow)) {
	case STEER_FATE_QUEUE:
		fprintf(file, " queue index %u /", flow->target);
		break;
	case STEER_FATE_RSS:
		print_rss(file, &flow->engine->contexts, flow->target);
		break;
	case STEER_FATE_DROP:
		fputs(" drop /", file);
		break;
	case STEER_FATE_PASSTHRU:
		fputs(" passthru /", file);
		break;
	case STEER_FATE_NONE:
		break;
	}
	fputs(" end", file);
}

/* Flows */

static void
print_flow(FILE *file, const struct steer_flow *flow)
{
	struct steer_match match;

	steer_flow_match(flow, &match);
	fprintf(file, "rule %" PRIu64 ": ingress group 0 priority %u", flow->seq, flow->prio);
	print_pattern(file, &match);
	print_actions(file, flow);
	if (!steer_flow_active(flow))
		fputs(" (inactive: its queue does not exist)", file);
	fputc('\n', file);
}

int
steer_engine_flow_dump(struct steer_engine *e, const struct steer_flow *flow, FILE *file,
		       struct rte_flow_error *error)
{
	const struct steer_flow *each;

	if (flow != NULL && flow->engine != e)
		return steer_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_HANDLE, flow,
				   "not a rule of this port");
	pthread_mutex_lock(&e->lock);
	TAILQ_FOREACH(each, &e->flows, link)
		if (flow == NULL || flow == each)
			print_flow(file, each);
	pthread_mutex_unlock(&e->lock);
	return 0;
}
