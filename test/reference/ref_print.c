/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <stdbool.h>

#include <rte_byteorder.h>

#include "ref_fields.h"
#include "ref_match.h"
#include "ref_packet.h"
#include "ref_print.h"
#include "ref_rss.h"

void
ref_print_hex(FILE *f, const uint8_t *data, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		fprintf(f, "%02x", data[i]);
}

static void
print_int(FILE *f, ref_int value, unsigned int bits)
{
	for (unsigned int digit = (bits + 3) / 4; digit > 0; digit--)
		fputc("0123456789abcdef"[value >> (4 * (digit - 1)) & 0xf], f);
}

static void
print_field(FILE *f, const struct rte_flow_item *item, const void *mask_bytes,
	    const struct ref_field *field)
{
	ref_int mask = ref_get(mask_bytes, field->item_bit, field->bits);
	ref_int spec = ref_get(item->spec, field->item_bit, field->bits);
	ref_int last = 0;

	if (mask == 0)
		return;
	if (item->last != NULL)
		last = ref_get(item->last, field->item_bit, field->bits) & mask;
	fprintf(f, " %s ", field->name);
	print_int(f, spec, field->bits);
	if (last != 0 && last != (spec & mask)) {
		fprintf(f, "..");
		print_int(f, last, field->bits);
	}
	if (mask != ref_ones(field->bits)) {
		fprintf(f, "/");
		print_int(f, mask, field->bits);
	}
}

#define PRINT_FLAG(spec, mask, name) \
	do { \
		if ((mask)->name) \
			fprintf(f, " %s %u", #name, (spec)->name); \
	} while (0)

static void
print_ipv6_flags(FILE *f, const struct rte_flow_item_ipv6 *spec,
		 const struct rte_flow_item_ipv6 *mask)
{
	PRINT_FLAG(spec, mask, has_hop_ext);
	PRINT_FLAG(spec, mask, has_route_ext);
	PRINT_FLAG(spec, mask, has_frag_ext);
	PRINT_FLAG(spec, mask, has_auth_ext);
	PRINT_FLAG(spec, mask, has_esp_ext);
	PRINT_FLAG(spec, mask, has_dest_ext);
	PRINT_FLAG(spec, mask, has_mobil_ext);
	PRINT_FLAG(spec, mask, has_hip_ext);
	PRINT_FLAG(spec, mask, has_shim6_ext);
}

static void
print_flags(FILE *f, const struct rte_flow_item *item)
{
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_ETH:
		PRINT_FLAG((const struct rte_flow_item_eth *)item->spec,
			   (const struct rte_flow_item_eth *)item->mask, has_vlan);
		break;
	case RTE_FLOW_ITEM_TYPE_VLAN:
		PRINT_FLAG((const struct rte_flow_item_vlan *)item->spec,
			   (const struct rte_flow_item_vlan *)item->mask, has_more_vlan);
		break;
	case RTE_FLOW_ITEM_TYPE_IPV6:
		print_ipv6_flags(f, item->spec, item->mask);
		break;
	case RTE_FLOW_ITEM_TYPE_ANY:
		fprintf(f, " num %u/%x", ((const struct rte_flow_item_any *)item->spec)->num,
			((const struct rte_flow_item_any *)item->mask)->num);
		break;
	default:
		break;
	}
}

static void
print_raw(FILE *f, const struct rte_flow_item *item)
{
	const struct rte_flow_item_raw *spec = item->spec, *mask = item->mask;

	fprintf(f, " relative %u search %u offset %d limit %u length %u pattern ", spec->relative,
		spec->search, spec->offset, spec->limit, spec->length);
	ref_print_hex(f, spec->pattern, spec->length);
	if (mask == NULL)
		return;
	fprintf(f, " mask: relative %u search %u offset %#x limit %#x length %#x pattern ",
		mask->relative, mask->search, (unsigned int)mask->offset, mask->limit,
		mask->length);
	if (mask->pattern != NULL)
		ref_print_hex(f, mask->pattern, spec->length);
}

static void
print_reg(FILE *f, const struct rte_flow_item *item)
{
	const struct rte_flow_item_tag *tag = item->spec;
	const uint32_t *spec = item->spec, *last = item->last, *mask = item->mask;

	fprintf(f, " %#x last %#x mask %#x", *spec, last != NULL ? *last : 0,
		mask != NULL ? *mask : UINT32_MAX);
	if (item->type == RTE_FLOW_ITEM_TYPE_TAG)
		fprintf(f, " index %u", tag->index);
}

static void
print_option(FILE *f, const struct rte_flow_item_geneve_opt *o, unsigned int words)
{
	fprintf(f, " class %#x type %#x length %u data ", rte_be_to_cpu_16(o->option_class),
		o->option_type, o->option_len);
	if (o->data != NULL)
		ref_print_hex(f, (const uint8_t *)o->data, 4 * words);
}

static void
print_geneve_opt(FILE *f, const struct rte_flow_item *item)
{
	const struct rte_flow_item_geneve_opt *spec = item->spec;

	print_option(f, spec, spec->option_len);
	if (item->last != NULL) {
		fprintf(f, " last:");
		print_option(f, item->last, 0);
	}
	if (item->mask != NULL) {
		fprintf(f, " mask:");
		print_option(f, item->mask, spec->option_len);
	}
}

static void
print_integrity(FILE *f, const struct rte_flow_item *item)
{
	const struct rte_flow_item_integrity *spec = item->spec, *mask = item->mask;

	fprintf(f, " level %u value %#" PRIx64, spec->level, spec->value);
	if (mask != NULL)
		fprintf(f, " mask %#" PRIx64, mask->value);
}

/** @return false: it is made of fields. */
static bool
print_other(FILE *f, const struct rte_flow_item *item)
{
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_RAW:
		print_raw(f, item);
		return true;
	case RTE_FLOW_ITEM_TYPE_GENEVE_OPT:
		print_geneve_opt(f, item);
		return true;
	case RTE_FLOW_ITEM_TYPE_INTEGRITY:
		print_integrity(f, item);
		return true;
	default:
		return false;
	}
}

static void
print_item(FILE *f, const struct rte_flow_item *item)
{
	const struct ref_item *known = ref_item(item->type);
	const void *mask = item->mask;

	fprintf(f, "%s", known->name);
	if (item->spec == NULL)
		return;
	if (ref_is_reg(item->type)) {
		print_reg(f, item);
		return;
	}
	if (print_other(f, item))
		return;
	if (mask == NULL) {
		fprintf(f, " (default mask)");
		mask = known->default_mask;
	}
	for (unsigned int i = 0; i < known->n_fields; i++)
		print_field(f, item, mask, &known->fields[i]);
	if (item->mask != NULL)
		print_flags(f, item);
}

void
ref_print_pattern(FILE *f, const struct rte_flow_item pattern[])
{
	for (; pattern->type != RTE_FLOW_ITEM_TYPE_END; pattern++) {
		print_item(f, pattern);
		fprintf(f, " / ");
	}
	fprintf(f, "end");
}

static void
print_rss_action(FILE *f, const struct rte_flow_action_rss *conf)
{
	fprintf(f, "rss func %d level %u types %#" PRIx64 " key ", conf->func, conf->level,
		conf->types);
	if (conf->key == NULL)
		fprintf(f, "none");
	else
		ref_print_hex(f, conf->key, conf->key_len);
	fprintf(f, " queues");
	for (unsigned int i = 0; i < conf->queue_num; i++)
		fprintf(f, " %u", conf->queue[i]);
}

static void
print_action(FILE *f, const struct rte_flow_action *a)
{
	switch (a->type) {
	case RTE_FLOW_ACTION_TYPE_QUEUE:
		fprintf(f, "queue %u", ((const struct rte_flow_action_queue *)a->conf)->index);
		break;
	case RTE_FLOW_ACTION_TYPE_MARK:
		fprintf(f, "mark %#x", ((const struct rte_flow_action_mark *)a->conf)->id);
		break;
	case RTE_FLOW_ACTION_TYPE_RSS:
		print_rss_action(f, a->conf);
		break;
	case RTE_FLOW_ACTION_TYPE_DROP:
		fprintf(f, "drop");
		break;
	case RTE_FLOW_ACTION_TYPE_PASSTHRU:
		fprintf(f, "passthru");
		break;
	case RTE_FLOW_ACTION_TYPE_SET_META:
		fprintf(f, "set_meta %#x/%#x",
			((const struct rte_flow_action_set_meta *)a->conf)->data,
			((const struct rte_flow_action_set_meta *)a->conf)->mask);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_TAG:
		fprintf(f, "set_tag %u %#x/%#x",
			((const struct rte_flow_action_set_tag *)a->conf)->index,
			((const struct rte_flow_action_set_tag *)a->conf)->data,
			((const struct rte_flow_action_set_tag *)a->conf)->mask);
		break;
	case RTE_FLOW_ACTION_TYPE_JUMP:
		fprintf(f, "jump %u", ((const struct rte_flow_action_jump *)a->conf)->group);
		break;
	case RTE_FLOW_ACTION_TYPE_FLAG:
		fprintf(f, "flag");
		break;
	case RTE_FLOW_ACTION_TYPE_AGE:
		fprintf(f, "age timeout %u",
			((const struct rte_flow_action_age *)a->conf)->timeout);
		break;
	case RTE_FLOW_ACTION_TYPE_COUNT:
		fprintf(f, "count");
		break;
	case RTE_FLOW_ACTION_TYPE_INDIRECT:
		fprintf(f, "indirect %p", a->conf);
		break;
	case RTE_FLOW_ACTION_TYPE_VOID:
		fprintf(f, "void");
		break;
	case RTE_FLOW_ACTION_TYPE_SAMPLE:
		fprintf(f, "sample ratio %u",
			((const struct rte_flow_action_sample *)a->conf)->ratio);
		break;
	default:
		fprintf(f, "type %d", a->type);
		if (a->conf != NULL)
			fprintf(f, " ");
		if (a->conf != NULL)
			ref_print_hex(f, a->conf, 16);
		break;
	}
}

void
ref_print_actions(FILE *f, const struct rte_flow_action actions[])
{
	for (; actions->type != RTE_FLOW_ACTION_TYPE_END; actions++) {
		print_action(f, actions);
		fprintf(f, " / ");
	}
	fprintf(f, "end");
}

void
ref_print_rule(FILE *f, const struct rte_flow_attr *attr, const struct rte_flow_item pattern[],
	       const struct rte_flow_action actions[])
{
	fprintf(f, "group %u priority %u pattern ", attr->group, attr->priority);
	ref_print_pattern(f, pattern);
	fprintf(f, " actions ");
	ref_print_actions(f, actions);
	fprintf(f, "\n");
}

static void
print_stack(FILE *f, const struct ref_stack *s)
{
	static const char *const l3[] = { "-", "ipv4", "ipv6", "arp" };
	static const char *const l4[] = { "-", "tcp", "udp", "sctp", "icmp", "icmp6",
					  "esp", "igmp", "l2tpv3" };

	fprintf(f, "%s%s tags %u pppoe %d%s labels %u l3 %s exts %#x%s%s%s l4 %s%s",
		s->has_eth ? "eth" : "-", s->has_etag ? " etag" : "", s->n_tags, s->pppoe,
		s->has_ppp ? " ppp" : "", s->n_labels, l3[s->l3], s->exts,
		s->has_frag_ext ? " frag_ext" : "",
		s->fragment ? " fragment" : "", s->has_ah ? " ah" : "", l4[s->l4],
		s->udp == REF_UDP_ESP ? " esp" : "");
}

void
ref_print_packet(FILE *f, const struct ref_packet *p)
{
	static const char *const tunnels[] = {
		"", "vxlan", "geneve", "vxlan_gpe", "gre", "ip", "gtpu", "gtpc", "mpls",
	};

	print_stack(f, &p->outer);
	if (p->tunnel != REF_TUNNEL_NONE) {
		fprintf(f, " | %s | ", tunnels[p->tunnel]);
		print_stack(f, &p->inner);
	}
	fprintf(f, "\n");
}

void
ref_print_rss(FILE *f, const struct ref_rss *rss)
{
	fprintf(f, "port rss func %d level %u types %#" PRIx64 " key ", rss->func, rss->level,
		rss->types);
	ref_print_hex(f, rss->key, sizeof(rss->key));
	fprintf(f, " reta (%u)", rss->reta_size);
	for (unsigned int i = 0; i < rss->reta_size; i++)
		fprintf(f, " %u", rss->reta[i]);
	fprintf(f, "\n");
}
