/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>
#include <rte_ethdev.h>

#include "fuzz_rule.h"
#include "steer_action.h"
#include "steer_compat.h"

#define ITEM(type, name) { RTE_FLOW_ITEM_TYPE_##type, sizeof(struct rte_flow_item_##name) }
/* One that this release does not have. */
#define NO_ITEM { RTE_FLOW_ITEM_TYPE_VOID, 0 }

static const struct {
	enum rte_flow_item_type type;
	size_t size;
} items[] = {
	ITEM(ETH, eth),
	ITEM(VLAN, vlan),
	ITEM(IPV4, ipv4),
	ITEM(IPV6, ipv6),
	ITEM(IPV6_FRAG_EXT, ipv6_frag_ext),
	ITEM(ARP_ETH_IPV4, arp_eth_ipv4),
	ITEM(TCP, tcp),
	ITEM(UDP, udp),
	ITEM(SCTP, sctp),
	ITEM(ICMP, icmp),
	ITEM(ICMP6, icmp6),
	ITEM(VXLAN, vxlan),
	ITEM(GENEVE, geneve),
	ITEM(ANY, any),
	ITEM(FUZZY, fuzzy),
	{ RTE_FLOW_ITEM_TYPE_VOID, 0 },
	ITEM(RAW, raw),
	{ RTE_FLOW_ITEM_TYPE_INVERT, 0 },
	ITEM(MARK, mark),
	ITEM(META, meta),
	ITEM(TAG, tag),
	ITEM(AH, ah),
	ITEM(ESP, esp),
	ITEM(IGMP, igmp),
	ITEM(L2TPV3OIP, l2tpv3oip),
	ITEM(VXLAN_GPE, vxlan_gpe),
	ITEM(GRE, gre),
	{ RTE_FLOW_ITEM_TYPE_GRE_KEY, sizeof(rte_be32_t) },
	ITEM(GRE_OPTION, gre_opt),
	ITEM(NVGRE, nvgre),
	ITEM(GTP, gtp),
	ITEM(GTPU, gtp),
	ITEM(GTPC, gtp),
	ITEM(GTP_PSC, gtp_psc),
	ITEM(E_TAG, e_tag),
	ITEM(PPPOES, pppoe),
	ITEM(PPPOED, pppoe),
	ITEM(PPPOE_PROTO_ID, pppoe_proto_id),
	ITEM(MPLS, mpls),
	ITEM(IPV6_EXT, ipv6_ext),
	ITEM(ICMP6_ND_NS, icmp6_nd_ns),
	ITEM(ICMP6_ND_NA, icmp6_nd_na),
	ITEM(ICMP6_ND_OPT, icmp6_nd_opt),
	ITEM(ICMP6_ND_OPT_SLA_ETH, icmp6_nd_opt_sla_eth),
	ITEM(ICMP6_ND_OPT_TLA_ETH, icmp6_nd_opt_tla_eth),
	ITEM(PFCP, pfcp),
	ITEM(GENEVE_OPT, geneve_opt),
	ITEM(INTEGRITY, integrity),
	ITEM(PORT_ID, port_id),
	ITEM(REPRESENTED_PORT, ethdev),
	{ STEER_ITEM_TUNNEL, sizeof(struct steer_tunnel_name) },
#ifdef STEER_HAS_ITEM_PTYPE
	ITEM(PTYPE, ptype),
#else
	NO_ITEM,
#endif
#ifdef STEER_HAS_ITEM_RANDOM
	ITEM(RANDOM, random),
#else
	NO_ITEM,
#endif
#ifdef STEER_HAS_ITEM_COMPARE
	ITEM(COMPARE, compare),
#else
	NO_ITEM,
#endif
};

static const enum rte_flow_action_type actions[] = {
	RTE_FLOW_ACTION_TYPE_QUEUE, RTE_FLOW_ACTION_TYPE_MARK,
	RTE_FLOW_ACTION_TYPE_COUNT, RTE_FLOW_ACTION_TYPE_RSS,
	RTE_FLOW_ACTION_TYPE_DROP,  RTE_FLOW_ACTION_TYPE_PASSTHRU,
	RTE_FLOW_ACTION_TYPE_FLAG,  RTE_FLOW_ACTION_TYPE_VOID,
	RTE_FLOW_ACTION_TYPE_JUMP,  RTE_FLOW_ACTION_TYPE_SET_META,
	RTE_FLOW_ACTION_TYPE_SET_TAG, RTE_FLOW_ACTION_TYPE_AGE,
	RTE_FLOW_ACTION_TYPE_INDIRECT,
	/* Instead of it, any of those that change packets. */
	RTE_FLOW_ACTION_TYPE_OF_POP_VLAN,
	RTE_FLOW_ACTION_TYPE_SAMPLE,
	STEER_ACTION_TUNNEL,
};

/* Of them, those without actions of their own. */
#define N_SIMPLE 8

static const enum rte_flow_action_type edits[] = {
	RTE_FLOW_ACTION_TYPE_OF_POP_VLAN,     RTE_FLOW_ACTION_TYPE_OF_PUSH_VLAN,
	RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_VID, RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_PCP,
	RTE_FLOW_ACTION_TYPE_OF_DEC_NW_TTL,   RTE_FLOW_ACTION_TYPE_DEC_TTL,
	RTE_FLOW_ACTION_TYPE_SET_TTL,         RTE_FLOW_ACTION_TYPE_SET_IPV4_SRC,
	RTE_FLOW_ACTION_TYPE_SET_IPV4_DST,    RTE_FLOW_ACTION_TYPE_SET_IPV6_SRC,
	RTE_FLOW_ACTION_TYPE_SET_IPV6_DST,    RTE_FLOW_ACTION_TYPE_SET_IPV4_DSCP,
	RTE_FLOW_ACTION_TYPE_SET_IPV6_DSCP,   RTE_FLOW_ACTION_TYPE_SET_TP_SRC,
	RTE_FLOW_ACTION_TYPE_SET_TP_DST,      RTE_FLOW_ACTION_TYPE_INC_TCP_SEQ,
	RTE_FLOW_ACTION_TYPE_DEC_TCP_SEQ,     RTE_FLOW_ACTION_TYPE_INC_TCP_ACK,
	RTE_FLOW_ACTION_TYPE_DEC_TCP_ACK,     RTE_FLOW_ACTION_TYPE_SET_MAC_SRC,
	RTE_FLOW_ACTION_TYPE_SET_MAC_DST,     RTE_FLOW_ACTION_TYPE_MAC_SWAP,
};

/* What a type that we do not know may point to. */
#define UNKNOWN_SIZE 4

static void *
keep(struct fuzz_rule *rule, void *p)
{
	rule->memory[rule->n_memory++] = p;
	return p;
}

/* A specification: none, zeros, ones, or what comes. */
static const void *
read_spec(struct fuzz_stream *s, struct fuzz_rule *rule, unsigned int kind, size_t size)
{
	void *p;

	switch (kind & 3) {
	case 0:
		return NULL;
	case 1:
		p = keep(rule, fuzz_bytes(s, size));
		return p;
	case 2:
		/* One byte that matters. */
		p = keep(rule, fuzz_alloc(size));
		memset(p, 0, size);
		if (size > 0) {
			const size_t at = fuzz_u8(s) % size;

			((uint8_t *)p)[at] = fuzz_u8(s);
		}
		return p;
	default:
		p = keep(rule, fuzz_alloc(size));
		memset(p, 0xff, size);
		return p;
	}
}

/* Bytes as many as the structure says: of a mask, as many as spec and mask say together. */
static struct rte_flow_item_raw *
read_raw(struct fuzz_stream *s, struct fuzz_rule *rule, const struct rte_flow_item_raw *spec)
{
	struct rte_flow_item_raw *raw = keep(rule, fuzz_alloc(sizeof(*raw)));
	const uint8_t flags = fuzz_u8(s);

	memset(raw, spec != NULL && !(flags & 0x80) ? 0xff : 0, sizeof(*raw));
	raw->relative = flags;
	raw->search = flags >> 1;
	raw->reserved = (flags & 0x1c) == 0x1c;
	if (flags & 0x20)
		raw->offset = (int32_t)fuzz_u32(s);
	else if (spec == NULL)
		raw->offset = (int8_t)fuzz_u8(s);
	if (flags & 0x40)
		raw->limit = fuzz_u16(s);
	if (spec == NULL || flags & 0x80)
		raw->length = (flags & 0x0c) == 0x0c ? fuzz_u16(s) % 1024 : fuzz_u8(s) % 8;
	raw->pattern = NULL;
	if ((flags & 0x18) != 0x18)
		raw->pattern = keep(rule, fuzz_bytes(s, spec == NULL ? raw->length :
						     spec->length & raw->length));
	return raw;
}

static void
read_raw_item(struct fuzz_stream *s, struct fuzz_rule *rule, struct rte_flow_item *item,
	      unsigned int kinds)
{
	struct rte_flow_item_raw *spec = NULL;

	if ((kinds & 3) != 0)
		item->spec = spec = read_raw(s, rule, NULL);
	if ((kinds & 0x0c) != 0)
		item->mask = read_raw(s, rule, spec);
	if ((kinds & 0x70) == 0x70)
		item->last = read_raw(s, rule, NULL);
	else if ((kinds & 0x70) == 0x60)
		item->last = spec;
}

/* Data as much as spec says, or as its own length says if there is no spec, or none. */
static struct rte_flow_item_geneve_opt *
read_option(struct fuzz_stream *s, struct fuzz_rule *rule,
	    const struct rte_flow_item_geneve_opt *spec)
{
	struct rte_flow_item_geneve_opt *opt = keep(rule, fuzz_alloc(sizeof(*opt)));
	const uint8_t flags = fuzz_u8(s);

	opt->option_class = flags & 0x80 ? fuzz_u16(s) : spec != NULL ? UINT16_MAX : 0;
	opt->option_type = flags & 0x40 ? fuzz_u8(s) : 0;
	opt->option_len = flags & 0x20 ? fuzz_u8(s) : flags % 32;
	opt->data = NULL;
	if ((flags & 0x18) != 0x18)
		opt->data = keep(rule, fuzz_bytes(s, 4u * (spec != NULL ? spec->option_len :
									  opt->option_len)));
	return opt;
}

static void
read_option_item(struct fuzz_stream *s, struct fuzz_rule *rule, struct rte_flow_item *item,
		 unsigned int kinds)
{
	struct rte_flow_item_geneve_opt *spec = NULL;

	if ((kinds & 3) != 0)
		item->spec = spec = read_option(s, rule, NULL);
	if ((kinds & 0x0c) != 0)
		item->mask = read_option(s, rule, spec);
	if ((kinds & 0x70) == 0x70)
		item->last = read_option(s, rule, NULL);
}

/* A name is copied as rte_flow_conv() does, and so it may be one of before. */
static const void *
read_tunnel(struct fuzz_stream *s, struct fuzz_rule *rule)
{
	const struct fuzz_given *given = rule->given;
	struct steer_tunnel_name *name;

	if (given->n_tunnels == 0)
		return keep(rule, fuzz_bytes(s, sizeof(*name)));
	name = keep(rule, fuzz_alloc(sizeof(*name)));
	*name = given->tunnels[fuzz_u8(s) % given->n_tunnels];
	return name;
}

#ifdef STEER_HAS_ITEM_COMPARE
static void
read_field(struct fuzz_stream *s, struct fuzz_rule *rule, struct rte_flow_field_data *data)
{
	const uint8_t field = fuzz_u8(s), flags = fuzz_u8(s);

	memset(data, 0, sizeof(*data));
	data->field = (enum rte_flow_field_id)field;
	data->level = flags & 3;
	data->tag_index = flags >> 2 & 3;
	data->offset = flags & 0x10 ? fuzz_u8(s) : 0;
	if (data->field == RTE_FLOW_FIELD_POINTER)
		data->pvalue = flags & 0x20 ? NULL : keep(rule, fuzz_bytes(s, 16));
	for (unsigned int i = 0; data->field == RTE_FLOW_FIELD_VALUE && i < 16; i++)
		data->value[i] = flags & 0x20 ? 0xff : fuzz_u8(s);
}

/* What a pointer of it points to is there. */
static const void *
read_compare(struct fuzz_stream *s, struct fuzz_rule *rule, unsigned int kind)
{
	struct rte_flow_item_compare *compare;

	if ((kind & 3) == 0)
		return NULL;
	compare = keep(rule, fuzz_alloc(sizeof(*compare)));
	memset(compare, (kind & 3) == 3 ? 0xff : 0, sizeof(*compare));
	if ((kind & 3) == 3)
		return compare;
	compare->operation = (enum rte_flow_item_compare_op)(fuzz_u8(s) % 8);
	read_field(s, rule, &compare->a);
	read_field(s, rule, &compare->b);
	compare->width = fuzz_u8(s);
	return compare;
}
#endif

/* Items with pointers, or that say how long they are. @return false: it is none of them. */
static bool
read_special(struct fuzz_stream *s, struct fuzz_rule *rule, struct rte_flow_item *item,
	     unsigned int kinds)
{
	if (item->type == STEER_ITEM_TUNNEL) {
		item->spec = (kinds & 7) == 7 ? NULL : read_tunnel(s, rule);
		return true;
	}
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_RAW:
		read_raw_item(s, rule, item, kinds);
		return true;
	case RTE_FLOW_ITEM_TYPE_GENEVE_OPT:
		read_option_item(s, rule, item, kinds);
		return true;
#ifdef STEER_HAS_ITEM_COMPARE
	case RTE_FLOW_ITEM_TYPE_COMPARE:
		item->spec = read_compare(s, rule, kinds);
		item->mask = read_compare(s, rule, kinds >> 2);
		item->last = read_compare(s, rule, kinds & 0x40 ? kinds >> 4 : 0);
		return true;
#endif
	default:
		return false;
	}
}

static void
read_item(struct fuzz_stream *s, struct fuzz_rule *rule, struct rte_flow_item *item)
{
	const uint8_t type = fuzz_u8(s), kinds = fuzz_u8(s);
	size_t size = UNKNOWN_SIZE;

	if (type >= 0xfe) {
		item->type = (enum rte_flow_item_type)fuzz_u16(s);
		for (unsigned int i = 0; i < RTE_DIM(items); i++)
			if (items[i].type == item->type)
				size = items[i].size;
		/* An end that we do not know of. */
		if (item->type == RTE_FLOW_ITEM_TYPE_END)
			item->type = RTE_FLOW_ITEM_TYPE_VOID;
	} else {
		item->type = items[type % RTE_DIM(items)].type;
		size = items[type % RTE_DIM(items)].size;
	}
	if (read_special(s, rule, item, kinds))
		return;
	item->spec = read_spec(s, rule, kinds, size);
	item->mask = read_spec(s, rule, kinds >> 2, size);
	item->last = read_spec(s, rule, kinds & 0x40 ? kinds >> 4 : 0, size);
}

static void
read_rss(struct fuzz_stream *s, struct fuzz_rule *rule, struct rte_flow_action_rss *rss)
{
	static const uint64_t types[] = { 0, RTE_ETH_RSS_IP, RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP,
					  RTE_ETH_RSS_PROTO_MASK & ~RTE_ETH_RSS_IPV6_EX };
	const uint8_t flags = fuzz_u8(s);

	memset(rss, 0, sizeof(*rss));
	rss->func = (enum rte_eth_hash_function)(fuzz_u8(s) % 6);
	rss->level = fuzz_u8(s) % 4;
	rss->types = types[flags >> 6];
	if (flags & 1)
		rss->types |= RTE_BIT64(fuzz_u8(s) % 64) | RTE_BIT64(fuzz_u8(s) % 64);
	rss->key_len = flags & 2 ? 40 : flags & 4 ? fuzz_u8(s) : 0;
	if (rss->key_len > 0 && !(flags & 8))
		rss->key = keep(rule, fuzz_bytes(s, rss->key_len));
	rss->queue_num = fuzz_u8(s) % 20;
	if (!(flags & 16)) {
		uint16_t *queue = keep(rule, fuzz_alloc(rss->queue_num * sizeof(*queue)));

		for (uint32_t i = 0; i < rss->queue_num; i++)
			queue[i] = flags & 32 ? fuzz_u16(s) : fuzz_u8(s) % 8;
		rss->queue = queue;
	}
}

static void read_action(struct fuzz_stream *s, struct fuzz_rule *rule, unsigned int n_types,
			struct rte_flow_action *action);

static struct rte_flow_action_sample *
read_sample(struct fuzz_stream *s, struct fuzz_rule *rule)
{
	struct rte_flow_action_sample *sample = keep(rule, fuzz_alloc(sizeof(*sample)));
	const uint8_t flags = fuzz_u8(s), n = flags % 4;
	struct rte_flow_action *actions;

	memset(sample, 0, sizeof(*sample));
	sample->ratio = flags & 0x10 ? fuzz_u8(s) : 1;
	if ((flags & 0xe0) == 0xe0)
		return sample;
	actions = keep(rule, fuzz_alloc((n + 1u) * sizeof(*actions)));
	memset(actions, 0, (n + 1u) * sizeof(*actions));
	for (unsigned int i = 0; i < n; i++)
		read_action(s, rule, N_SIMPLE, &actions[i]);
	sample->actions = actions;
	return sample;
}

static const void *
read_conf(struct fuzz_stream *s, struct fuzz_rule *rule, enum rte_flow_action_type type)
{
	const struct fuzz_given *given = rule->given;
	struct rte_flow_action_queue *queue;
	struct rte_flow_action_mark *mark;
	struct rte_flow_action_jump *jump;
	struct rte_flow_action_set_meta *meta;
	struct rte_flow_action_set_tag *tag;
	struct rte_flow_action_rss *rss;
	struct rte_flow_action_age *age;
	size_t size;

	if (type == STEER_ACTION_TUNNEL)
		return read_tunnel(s, rule);
	switch (type) {
	case RTE_FLOW_ACTION_TYPE_INDIRECT:
		return given->n_handles > 0 ? given->handles[fuzz_u8(s) % given->n_handles] : NULL;
	case RTE_FLOW_ACTION_TYPE_SAMPLE:
		return read_sample(s, rule);
	case RTE_FLOW_ACTION_TYPE_SET_META:
		meta = keep(rule, fuzz_alloc(sizeof(*meta)));
		meta->data = fuzz_u8(s);
		meta->mask = fuzz_u8(s);
		return meta;
	case RTE_FLOW_ACTION_TYPE_SET_TAG:
		tag = keep(rule, fuzz_alloc(sizeof(*tag)));
		memset(tag, 0, sizeof(*tag));
		tag->data = fuzz_u8(s);
		tag->mask = fuzz_u8(s);
		tag->index = fuzz_u8(s) % 9;
		return tag;
	case RTE_FLOW_ACTION_TYPE_AGE:
		age = keep(rule, fuzz_alloc(sizeof(*age)));
		*age = (struct rte_flow_action_age){ .timeout = fuzz_u8(s) % 4 };
		return age;
	case RTE_FLOW_ACTION_TYPE_JUMP:
		jump = keep(rule, fuzz_alloc(sizeof(*jump)));
		jump->group = fuzz_u8(s) % 5;
		return jump;
	case RTE_FLOW_ACTION_TYPE_QUEUE:
		queue = keep(rule, fuzz_alloc(sizeof(*queue)));
		queue->index = fuzz_u8(s) % 10;
		return queue;
	case RTE_FLOW_ACTION_TYPE_MARK:
		mark = keep(rule, fuzz_alloc(sizeof(*mark)));
		mark->id = fuzz_u32(s);
		return mark;
	case RTE_FLOW_ACTION_TYPE_RSS:
		rss = keep(rule, fuzz_alloc(sizeof(*rss)));
		read_rss(s, rule, rss);
		return rss;
	default:
		return steer_action_edits(type, &size) ? keep(rule, fuzz_bytes(s, size)) : NULL;
	}
}

/* Of @n_types, so that a sample has none inside. */
static void
read_action(struct fuzz_stream *s, struct fuzz_rule *rule, unsigned int n_types,
	    struct rte_flow_action *action)
{
	const uint8_t type = fuzz_u8(s);

	if (type >= 0xfe) {
		action->type = (enum rte_flow_action_type)fuzz_u16(s);
		if (action->type == RTE_FLOW_ACTION_TYPE_END)
			action->type = RTE_FLOW_ACTION_TYPE_VOID;
	} else {
		action->type = actions[type % n_types];
		if (action->type == RTE_FLOW_ACTION_TYPE_OF_POP_VLAN)
			action->type = edits[fuzz_u8(s) % RTE_DIM(edits)];
	}
	/* Now and then nothing, where something is needed. */
	if ((type & 0xf8) != 0xf8)
		action->conf = read_conf(s, rule, action->type);
}

static void
begin(const struct fuzz_given *given, struct fuzz_rule *rule)
{
	memset(rule, 0, sizeof(*rule));
	rule->given = given;
}

void
fuzz_rule_read_action(struct fuzz_stream *s, const struct fuzz_given *given,
		      struct fuzz_rule *rule, struct rte_flow_action *action)
{
	begin(given, rule);
	*action = (struct rte_flow_action){ .conf = NULL };
	read_action(s, rule, RTE_DIM(actions), action);
}

void
fuzz_rule_read_actions(struct fuzz_stream *s, const struct fuzz_given *given,
		       struct fuzz_rule *rule)
{
	const uint8_t n = fuzz_u8(s) % (FUZZ_ACTIONS + 1u);

	begin(given, rule);
	for (unsigned int i = 0; i < n; i++)
		read_action(s, rule, RTE_DIM(actions), &rule->actions[i]);
}

void
fuzz_rule_read(struct fuzz_stream *s, const struct fuzz_given *given, struct fuzz_rule *rule)
{
	const uint8_t attr = fuzz_u8(s), n = fuzz_u8(s);

	begin(given, rule);
	rule->attr.ingress = (attr & 0xf0) != 0xf0;
	rule->attr.egress = (attr & 0xf1) == 0xf1;
	rule->attr.transfer = (attr & 0xf2) == 0xf2;
	rule->attr.group = (attr & 0xf4) == 0xe4 ? fuzz_u32(s) : attr & 0x40 ? fuzz_u8(s) % 4 : 0;
	rule->attr.priority = attr & 0x08 ? fuzz_u32(s) : attr & 3;
	for (unsigned int i = 0; i < (n & 0xf) % (FUZZ_ITEMS + 1u); i++)
		read_item(s, rule, &rule->pattern[i]);
	for (unsigned int i = 0; i < (n >> 4) % (FUZZ_ACTIONS + 1u); i++)
		read_action(s, rule, RTE_DIM(actions), &rule->actions[i]);
}

void
fuzz_rule_free(struct fuzz_rule *rule)
{
	for (unsigned int i = 0; i < rule->n_memory; i++)
		free(rule->memory[i]);
}
