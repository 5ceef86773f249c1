/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>
#include <rte_flow.h>
#include <rte_malloc.h>

#include "steer_parse.h"
#include "steer_rss_pair.h"
#include "steer_rss_plan.h"

/** Which of the key's words tells whether a field is there. */
enum rss_word {
	RSS_META,  /**< Of the stack. */
	RSS_RARE,  /**< Of the stack. */
	RSS_WHOLE, /**< Meta as a whole, with the tunnel's type. */
	RSS_WORDS,
};

/** Which part of the key it is in. */
enum rss_part {
	RSS_IN_STACK,
	RSS_IN_RARE,
	RSS_IN_TUNNEL,
	RSS_PARTS,
};

/** What of a field enters, as long as types do not say less. */
struct rss_bytes {
	/** Offset in struct steer_key of source and destination, or of the one that there is. */
	uint16_t src;
	uint16_t dst;
	/** Of each. */
	uint8_t len;
	/** What of the first and of the last byte; of what is one byte, both. */
	uint8_t first;
	uint8_t last;
	bool pair;
};

/** A field that packets have of which one word says so. */
struct rss_test {
	uint8_t word;
	uint64_t mask;
	uint64_t value;
};

/** What types can ask for. */
struct rss_row {
	/** Any of these asks for it; or, of addresses and ports, any of these bits of the kind. */
	uint64_t types;
	uint8_t base;
	uint64_t src_only;
	uint64_t dst_only;
	/** Kinds of packets that can have it: 1 << enum steer_l3, 1 << enum steer_l4, fragments. */
	uint8_t l3;
	uint16_t l4;
	bool frags;
	struct rss_test test;
	uint8_t part;
	struct rss_bytes bytes;
	uint32_t depth;
};

/** A row that was asked for. */
struct rss_field {
	/** A bit for each kind that can have it. */
	uint64_t kinds[STEER_META_KINDS / 64];
	struct rss_test test;
	uint8_t part;
	uint8_t use; /**< STEER_RSS_SRC, STEER_RSS_DST. */
	struct rss_bytes bytes;
};

struct steer_rss_plan {
	/** By kind: what there is besides; PLANNED where an extra field is in every packet. */
	uint8_t fields[STEER_META_KINDS];
	/** Bits without any of which none of the other extra fields is there. */
	uint64_t any[RSS_WORDS];
	enum steer_rss_order order;
	bool simple_xor;
	unsigned int input;
	unsigned int n;
	struct rss_field field[];
};

#define L3(name) (1u << STEER_L3_##name)
#define L4(name) (1u << STEER_L4_##name)
#define ANY 0xffff
#define ANY_L3 0xff
#define ANY_IP (L3(IPV4) | L3(IPV6))
#define NO_IP (L3(NONE) | L3(ARP))

#define ALL_KINDS .l3 = ANY_L3, .l4 = ANY, .frags = true
#define UNFRAGMENTED(l4_) .l3 = ANY_IP, .l4 = (l4_)

#define STACK(slot) (offsetof(struct steer_key, outer) + offsetof(struct steer_stack, slot))
#define RARE(slot) (offsetof(struct steer_key, outer_rare) + offsetof(struct steer_rare, slot))
#define TUNNEL_SLOT offsetof(struct steer_key, tunnel)

#define ONE(at, len_) { .src = (at), .len = (len_), .first = 0xff, .last = 0xff }
#define PAIR(src_, dst_, len_) \
	{ .src = (src_), .dst = (dst_), .len = (len_), .first = 0xff, .last = 0xff, .pair = true }
/** Bits in the middle: of the first byte and of the last one. */
#define BITS(at, len_, first_, last_) \
	{ .src = (at), .len = (len_), .first = (first_), .last = (last_) }

#define IF(word_, mask_, value_) { .word = RSS_##word_, .mask = (mask_), .value = (value_) }
#define IF_META(bits) IF(META, bits, bits)
#define IF_RARE(bits) IF(RARE, bits, bits)
/** Not in what is itself a fragment. */
#define IF_TUNNEL(mask_, tunnel) \
	IF(WHOLE, (uint64_t)(mask_) << STEER_META_TUNNEL_SHIFT | STEER_META_FRAG, \
	   (uint64_t)STEER_TUNNEL_##tunnel << STEER_META_TUNNEL_SHIFT)

#define DEPTH_L2 STEER_DEPTH_MAC
#define DEPTH_L3 STEER_DEPTH_L3
#define DEPTH_L4 (STEER_DEPTH_L3 | STEER_DEPTH_L4)
#define DEPTH_RARE (DEPTH_L4 | STEER_DEPTH_RARE)
#define DEPTH_TUNNEL (DEPTH_L4 | STEER_DEPTH_TUNNEL)

#define VLAN_ID(n) BITS(STACK(l2) + STEER_L2_VLAN(n), 2, 0x0f, 0xff)
#define VLANS (STEER_META_VLAN0 | STEER_META_VLAN1)

#define VLAN_ROW(types_, vlans, n) \
	{ .types = (types_), ALL_KINDS, .test = IF(META, VLANS, vlans), \
	  .part = RSS_IN_STACK, .bytes = VLAN_ID(n), .depth = DEPTH_L2 }
#define PAYLOAD_ROW(vlans, at) \
	{ .types = RTE_ETH_RSS_L2_PAYLOAD, .l3 = NO_IP, .l4 = ANY, .frags = true, \
	  .test = IF(META, VLANS | STEER_META_ETH, (vlans) | STEER_META_ETH), \
	  .part = RSS_IN_STACK, .bytes = ONE(STACK(l2) + (at), 2), \
	  .depth = DEPTH_L2 | DEPTH_L3 }
/* A label without traffic class, bottom mark and TTL. */
#define MPLS_ROW(n) \
	{ .types = RTE_ETH_RSS_MPLS, ALL_KINDS, .test = IF_RARE(STEER_RARE_MPLS(n)), \
	  .part = RSS_IN_RARE, .bytes = BITS(RARE(mpls) + 4 * (n), 3, 0xff, 0xf0), \
	  .depth = DEPTH_RARE }
#define CHKSUM_ROW(l4_, at, len) \
	{ .types = RTE_ETH_RSS_L4_CHKSUM, UNFRAGMENTED(L4(l4_)), .part = RSS_IN_STACK, \
	  .bytes = ONE(STACK(l4) + (at), len), .depth = DEPTH_L4 | STEER_DEPTH_TCP }
#define TUNNEL_ROW(types_, l4_, test_, at, len) \
	{ .types = (types_), UNFRAGMENTED(L4(l4_)), .test = test_, .part = RSS_IN_TUNNEL, \
	  .bytes = ONE(TUNNEL_SLOT + (at), len), .depth = DEPTH_TUNNEL }

static const struct rss_row rows[] = {
	{ .types = RTE_ETH_RSS_ETH, ALL_KINDS, .test = IF_META(STEER_META_ETH),
	  .src_only = RTE_ETH_RSS_L2_SRC_ONLY, .dst_only = RTE_ETH_RSS_L2_DST_ONLY,
	  .part = RSS_IN_STACK, .bytes = PAIR(STACK(l2) + 6, STACK(l2), 6), .depth = DEPTH_L2 },
	/* The only tag is the customer's. */
	VLAN_ROW(RTE_ETH_RSS_S_VLAN, VLANS, 0),
	VLAN_ROW(RTE_ETH_RSS_C_VLAN, STEER_META_VLAN0, 0),
	VLAN_ROW(RTE_ETH_RSS_C_VLAN, VLANS, 1),
	PAYLOAD_ROW(0, STEER_L2_TYPE),
	PAYLOAD_ROW(STEER_META_VLAN0, STEER_L2_VLAN(0) + 2),
	PAYLOAD_ROW(VLANS, STEER_L2_VLAN(1) + 2),
	{ .types = RTE_ETH_RSS_PPPOE, ALL_KINDS, .test = IF_RARE(STEER_RARE_PPPOES),
	  .part = RSS_IN_RARE, .bytes = ONE(RARE(pppoe) + 2, 2), .depth = DEPTH_RARE },
	MPLS_ROW(0),
	MPLS_ROW(1),
	MPLS_ROW(2),
	MPLS_ROW(3),
	MPLS_ROW(4),
	{ .base = STEER_RSS_L3, .l3 = L3(IPV4), .l4 = ANY, .frags = true,
	  .src_only = RTE_ETH_RSS_L3_SRC_ONLY, .dst_only = RTE_ETH_RSS_L3_DST_ONLY,
	  .part = RSS_IN_STACK, .bytes = PAIR(STACK(l3) + 12, STACK(l3) + 16, 4) },
	{ .base = STEER_RSS_L3, .l3 = L3(IPV6), .l4 = ANY, .frags = true,
	  .src_only = RTE_ETH_RSS_L3_SRC_ONLY, .dst_only = RTE_ETH_RSS_L3_DST_ONLY,
	  .part = RSS_IN_STACK, .bytes = PAIR(STACK(l3) + 8, STACK(l3) + 24, 16) },
	{ .types = STEER_RSS_IPV6_FLOW_LABEL, .l3 = L3(IPV6), .l4 = ANY, .frags = true,
	  .part = RSS_IN_STACK, .bytes = BITS(STACK(l3) + 1, 3, 0x0f, 0xff), .depth = DEPTH_L3 },
	{ .types = RTE_ETH_RSS_IPV4_CHKSUM, .l3 = L3(IPV4), .l4 = ANY, .frags = true,
	  .part = RSS_IN_STACK, .bytes = ONE(STACK(l3) + 10, 2), .depth = DEPTH_L3 },
	{ .types = RTE_ETH_RSS_AH, UNFRAGMENTED(ANY), .test = IF_RARE(STEER_RARE_AH),
	  .part = RSS_IN_RARE, .bytes = ONE(RARE(ah) + 4, 4), .depth = DEPTH_RARE },
	{ .base = STEER_RSS_L4, UNFRAGMENTED(ANY),
	  .src_only = RTE_ETH_RSS_L4_SRC_ONLY, .dst_only = RTE_ETH_RSS_L4_DST_ONLY,
	  .part = RSS_IN_STACK, .bytes = PAIR(STACK(l4), STACK(l4) + 2, 2) },
	CHKSUM_ROW(TCP, 16, 2),
	CHKSUM_ROW(UDP, 6, 2),
	CHKSUM_ROW(SCTP, 8, 4),
	{ .types = RTE_ETH_RSS_ESP, UNFRAGMENTED(L4(ESP)),
	  .part = RSS_IN_STACK, .bytes = ONE(STACK(l4), 4), .depth = DEPTH_L4 },
	{ .types = RTE_ETH_RSS_ESP, UNFRAGMENTED(L4(UDP)), .test = IF_RARE(STEER_RARE_UDP_ESP),
	  .part = RSS_IN_STACK, .bytes = ONE(STACK(l4) + STEER_L4_BEHIND_UDP, 4),
	  .depth = DEPTH_RARE },
	{ .types = RTE_ETH_RSS_L2TPV3, UNFRAGMENTED(L4(L2TPV3)),
	  .part = RSS_IN_STACK, .bytes = ONE(STACK(l4), 4), .depth = DEPTH_L4 },
	{ .types = RTE_ETH_RSS_PFCP, UNFRAGMENTED(L4(UDP)), .test = IF_RARE(STEER_RARE_PFCP),
	  .part = RSS_IN_STACK,
	  .bytes = ONE(STACK(l4) + STEER_L4_BEHIND_UDP +
		       offsetof(struct rte_flow_item_pfcp, seid), 8),
	  .depth = DEPTH_RARE },
	TUNNEL_ROW(RTE_ETH_RSS_VXLAN, UDP, IF_TUNNEL(STEER_TUNNEL_ONE, VXLAN), 4, 3),
	TUNNEL_ROW(RTE_ETH_RSS_VXLAN, UDP, IF_TUNNEL(STEER_TUNNEL_ONE, VXLAN_GPE), 4, 3),
	TUNNEL_ROW(RTE_ETH_RSS_GENEVE, UDP, IF_TUNNEL(STEER_TUNNEL_ONE, GENEVE), 4, 3),
	TUNNEL_ROW(RTE_ETH_RSS_NVGRE, NONE, IF_TUNNEL(STEER_TUNNEL_ONE, NVGRE), STEER_GRE_KEY, 3),
	TUNNEL_ROW(RTE_ETH_RSS_GTPU, UDP, IF_TUNNEL(STEER_TUNNEL_ANY_GTPX, GTPU), 4, 4),
};

/* Making */

/** Bytes of each IPv6 address. */
static uint8_t
prefix_len(uint64_t types)
{
	static const struct {
		uint64_t type;
		uint8_t len;
	} prefixes[] = {
		{ RTE_ETH_RSS_L3_PRE32, 4 }, { RTE_ETH_RSS_L3_PRE40, 5 },
		{ RTE_ETH_RSS_L3_PRE48, 6 }, { RTE_ETH_RSS_L3_PRE56, 7 },
		{ RTE_ETH_RSS_L3_PRE64, 8 }, { RTE_ETH_RSS_L3_PRE96, 12 },
	};

	for (unsigned int i = 0; i < RTE_DIM(prefixes); i++)
		if (types & prefixes[i].type)
			return prefixes[i].len;
	return 16;
}

static bool
kind_has(const struct rss_row *row, unsigned int kind, uint8_t fields)
{
	const uint64_t meta = (uint64_t)kind << STEER_META_L3_SHIFT;

	if (row->base != 0 && (fields & row->base) == 0)
		return false;
	return (row->l3 >> steer_meta_l3(meta) & 1) && (row->l4 >> steer_meta_l4(meta) & 1) &&
	       (row->frags || (meta & STEER_META_FRAG) == 0);
}

/** Does the row ask for more than what is hashed without a plan? */
static bool
is_extra(const struct rss_row *row, uint64_t types)
{
	return row->base == 0 ||
	       (row->l3 == L3(IPV6) && (types & STEER_RSS_TYPES_PREFIX) != 0);
}

static uint8_t
use_of(const struct rss_row *row, uint64_t types)
{
	const bool src = types & row->src_only, dst = types & row->dst_only;

	if (!row->bytes.pair)
		return STEER_RSS_SRC;
	if (src == dst)
		return STEER_RSS_BOTH;
	return src ? STEER_RSS_SRC : STEER_RSS_DST;
}

/** @param every  Of inner headers the tunnel around them says nothing. */
static void
make_field(const struct rss_row *row, uint64_t types, bool every,
	   const uint8_t fields[STEER_META_KINDS], struct rss_field *f)
{
	f->test = row->test;
	f->part = row->part;
	f->use = use_of(row, types);
	f->bytes = row->bytes;
	if (row->base == STEER_RSS_L3 && row->l3 == L3(IPV6))
		f->bytes.len = prefix_len(types);
	for (unsigned int kind = 0; kind < STEER_META_KINDS; kind++)
		if (every || kind_has(row, kind, fields[kind]))
			f->kinds[kind / 64] |= RTE_BIT64(kind % 64);
}

static bool
has_kind(const struct rss_field *f, unsigned int kind)
{
	return f->kinds[kind / 64] >> kind % 64 & 1;
}

/** A field that makes kinds planned. That there is Ethernet goes without saying. */
static void
note_extra(struct steer_rss_plan *plan, const struct rss_field *f, bool extra[STEER_META_KINDS])
{
	const bool eth = f->test.word == RSS_META && (f->test.value & STEER_META_ETH) != 0;
	const bool always = f->test.value == 0 || eth;

	for (unsigned int k = 0; k < STEER_META_KINDS; k++) {
		extra[k] |= has_kind(f, k);
		if (always && has_kind(f, k))
			plan->fields[k] = STEER_RSS_PLANNED;
	}
	if (!always)
		plan->any[f->test.word] |= f->test.value;
}

static unsigned int
longest_input(const struct steer_rss_plan *plan)
{
	unsigned int longest = 0;

	for (unsigned int kind = 0; kind < STEER_META_KINDS; kind++) {
		unsigned int len = 0;

		for (unsigned int i = 0; i < plan->n; i++)
			if (has_kind(&plan->field[i], kind))
				len += plan->field[i].bytes.len << plan->field[i].bytes.pair;
		longest = RTE_MAX(longest, len);
	}
	return longest;
}

struct steer_rss_plan *
steer_rss_plan_create(uint64_t types, enum rte_eth_hash_function func, uint32_t level,
		      uint8_t fields[STEER_META_KINDS], uint32_t *depth, int socket)
{
	bool extra[STEER_META_KINDS] = { false };
	struct steer_rss_plan *plan;

	plan = rte_zmalloc_socket("steer_rss",
				  sizeof(*plan) + RTE_DIM(rows) * sizeof(plan->field[0]),
				  RTE_CACHE_LINE_SIZE, socket);
	if (plan == NULL)
		return NULL;
	memcpy(plan->fields, fields, sizeof(plan->fields));
	plan->order = steer_rss_order(func);
	plan->simple_xor = func == RTE_ETH_HASH_FUNCTION_SIMPLE_XOR;
	for (unsigned int i = 0; i < RTE_DIM(rows); i++) {
		struct rss_field *f = &plan->field[plan->n];

		if (rows[i].base == 0 && (rows[i].types & types) == 0)
			continue;
		make_field(&rows[i], types, level == 2 && rows[i].part == RSS_IN_TUNNEL, fields, f);
		*depth |= rows[i].depth;
		plan->n++;
		if (is_extra(&rows[i], types))
			note_extra(plan, f, extra);
	}
	plan->input = longest_input(plan);
	for (unsigned int k = 0; k < STEER_META_KINDS; k++)
		if (extra[k])
			fields[k] = STEER_RSS_PLANNED;
	return plan;
}

void
steer_rss_plan_free(struct steer_rss_plan *plan)
{
	rte_free(plan);
}

unsigned int
steer_rss_plan_input(const struct steer_rss_plan *plan)
{
	return plan->input;
}

/* Hashing */

/** Where to look: the words of a stack, and how far its slots are from those of the outer one. */
struct rss_view {
	uint64_t word[RSS_WORDS];
	const uint8_t *part[RSS_PARTS];
	unsigned int kind;
};

static void
rss_look(const struct steer_key *key, bool inner, struct rss_view *v)
{
	const uint8_t *bytes = (const uint8_t *)key;

	v->word[RSS_META] = inner ? key->meta >> STEER_META_INNER : key->meta;
	v->word[RSS_RARE] = inner ? key->rare >> STEER_RARE_INNER : key->rare;
	v->word[RSS_WHOLE] = key->meta;
	v->part[RSS_IN_STACK] = bytes;
	v->part[RSS_IN_RARE] = bytes;
	v->part[RSS_IN_TUNNEL] = bytes;
	if (inner) {
		v->part[RSS_IN_STACK] += offsetof(struct steer_key, inner) -
					 offsetof(struct steer_key, outer);
		v->part[RSS_IN_RARE] += offsetof(struct steer_key, inner_rare) -
					offsetof(struct steer_key, outer_rare);
	}
	v->kind = STEER_META_KIND(v->word[RSS_META]);
}

unsigned int
steer_rss_plan_fields(const struct steer_rss_plan *plan, const struct steer_key *key, bool inner)
{
	const uint64_t meta = inner ? key->meta >> STEER_META_INNER : key->meta;
	const uint64_t rare = inner ? key->rare >> STEER_RARE_INNER : key->rare;

	if ((meta & plan->any[RSS_META]) | (rare & plan->any[RSS_RARE]) |
	    (key->meta & plan->any[RSS_WHOLE]))
		return STEER_RSS_PLANNED;
	return plan->fields[STEER_META_KIND(meta)];
}

static bool
rss_is_there(const struct rss_field *f, const struct rss_view *v)
{
	return has_kind(f, v->kind) && (v->word[f->test.word] & f->test.mask) == f->test.value;
}

/** Append a field. @return its bytes. */
static unsigned int
rss_append_field(const struct rss_field *f, const uint8_t *part, enum steer_rss_order order,
		 uint8_t *in)
{
	const struct rss_bytes *b = &f->bytes;

	if (b->pair)
		return steer_rss_append(in, part + b->src, part + b->dst, b->len, f->use, order);
	memcpy(in, part + b->src, b->len);
	in[0] &= b->first;
	in[b->len - 1] &= b->last;
	return b->len;
}

/** Each field begins a word of its own, but for the two ports: those share one. */
static rte_be32_t
rss_xor_field(const struct rss_field *f, const uint8_t *part)
{
	const struct rss_bytes *b = &f->bytes;
	uint8_t bytes[32] = { 0 };
	rte_be32_t hash = 0;

	if (!b->pair) {
		rss_append_field(f, part, STEER_RSS_AS_IS, bytes);
		return steer_rss_xor_words(bytes, b->len);
	}
	if (b->len == 2) {
		if (f->use & STEER_RSS_SRC)
			memcpy(bytes, part + b->src, 2);
		if (f->use & STEER_RSS_DST)
			memcpy(bytes + 2, part + b->dst, 2);
		return steer_rss_xor_words(bytes, 4);
	}
	if (f->use & STEER_RSS_SRC)
		hash ^= steer_rss_xor_words(part + b->src, b->len);
	if (f->use & STEER_RSS_DST)
		hash ^= steer_rss_xor_words(part + b->dst, b->len);
	return hash;
}

uint32_t
steer_rss_plan_hash(const struct steer_rss_plan *plan, const steer_toeplitz_row *t,
		    const struct steer_key *key, bool inner)
{
	uint8_t in[STEER_RSS_INPUT_MAX];
	unsigned int len = 0;
	rte_be32_t hash = 0;
	struct rss_view v;

	rss_look(key, inner, &v);
	for (unsigned int i = 0; i < plan->n; i++) {
		const struct rss_field *f = &plan->field[i];
		const uint8_t *part = v.part[f->part];

		if (!rss_is_there(f, &v))
			continue;
		if (plan->simple_xor)
			hash ^= rss_xor_field(f, part);
		else
			len += rss_append_field(f, part, plan->order, in + len);
	}
	return plan->simple_xor ? rte_be_to_cpu_32(hash) : steer_toeplitz(t, in, 0, len);
}
