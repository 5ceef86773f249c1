/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include "steer_parse.h"
#include "steer_rss.h"
#include "steer_rss_pair.h"
#include "steer_rss_tables.h"

/*
 * All that depends on the configuration and the packet's layers alone is decided when a context
 * is made: steer_rss.fields[] has for each kind of packet the bits of steer_rss_plan.h.
 */

/* Source address, destination address: where in the L3 slot, and the length of each. */
#define RSS_IPV4_OFFSET 12
#define RSS_IPV4_LEN 4
#define RSS_IPV6_OFFSET 8
#define RSS_IPV6_LEN 16
/* Source port, destination port: at the start of the L4 slot. */
#define RSS_PORT_LEN 2

#define RSS_RETA_MAX 32768

/* What RTE_ETH_RSS_* types ask for, by family. */
struct rss_family {
	uint64_t any;                      /* Every packet. */
	uint64_t frag;                     /* Fragments. */
	uint64_t ports[STEER_L4_SCTP + 1]; /* What has ports, by L4. */
	uint64_t other;                    /* What has no ports. */
};

static const struct rss_family rss_families[STEER_L3_ARP + 1] = {
	[STEER_L3_IPV4] = {
		.any = RTE_ETH_RSS_IPV4,
		.frag = RTE_ETH_RSS_FRAG_IPV4,
		.ports = {
			[STEER_L4_TCP] = RTE_ETH_RSS_NONFRAG_IPV4_TCP,
			[STEER_L4_UDP] = RTE_ETH_RSS_NONFRAG_IPV4_UDP,
			[STEER_L4_SCTP] = RTE_ETH_RSS_NONFRAG_IPV4_SCTP,
		},
		.other = RTE_ETH_RSS_NONFRAG_IPV4_OTHER,
	},
	[STEER_L3_IPV6] = {
		.any = RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_IPV6_EX,
		.frag = RTE_ETH_RSS_FRAG_IPV6,
		.ports = {
			[STEER_L4_TCP] = RTE_ETH_RSS_NONFRAG_IPV6_TCP | RTE_ETH_RSS_IPV6_TCP_EX,
			[STEER_L4_UDP] = RTE_ETH_RSS_NONFRAG_IPV6_UDP | RTE_ETH_RSS_IPV6_UDP_EX,
			[STEER_L4_SCTP] = RTE_ETH_RSS_NONFRAG_IPV6_SCTP,
		},
		.other = RTE_ETH_RSS_NONFRAG_IPV6_OTHER,
	},
};

const uint8_t steer_rss_default_key[STEER_RSS_KEY_LEN] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

bool
steer_rss_has_func(enum rte_eth_hash_function func)
{
	switch (func) {
	case RTE_ETH_HASH_FUNCTION_DEFAULT:
	case RTE_ETH_HASH_FUNCTION_TOEPLITZ:
	case RTE_ETH_HASH_FUNCTION_SIMPLE_XOR:
	case RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ:
		return true;
	default:
		return func == STEER_HASH_FUNCTION_SORT;
	}
}

static bool
rss_conf_valid(const struct steer_rss_conf *conf)
{
	return steer_rss_has_func(conf->func) && conf->level <= 2 &&
	       (conf->types & ~(uint64_t)STEER_RSS_TYPES) == 0 &&
	       (conf->other_key == NULL || conf->other_key_len >= 1) &&
	       conf->reta_size >= 1 && conf->reta_size <= RSS_RETA_MAX &&
	       steer_simd_has(conf->simd);
}

/* Fields that the types ask for in a kind of packet. */
static unsigned int
rss_fields_asked(uint64_t types, unsigned int kind)
{
	const uint64_t meta = (uint64_t)kind << STEER_META_L3_SHIFT;
	const struct rss_family *family = &rss_families[steer_meta_l3(meta)];
	const enum steer_l4 l4 = steer_meta_l4(meta);
	uint64_t l3_types = family->any;
	unsigned int ports = 0;

	/* Only a flow's first fragment has ports: all its packets must go without. */
	if (meta & STEER_META_FRAG)
		l3_types |= family->frag;
	else if (l4 == STEER_L4_NONE || l4 > STEER_L4_SCTP)
		l3_types |= family->other;
	else if (types & family->ports[l4])
		return STEER_RSS_L3 | STEER_RSS_L4;
	else if ((types & RTE_ETH_RSS_PORT) && family->any != 0)
		ports = STEER_RSS_L4;
	return (types & l3_types ? STEER_RSS_L3 : 0) | ports;
}

/* Fields left by the SRC_ONLY and DST_ONLY types. */
static unsigned int
rss_fields_left(uint64_t types)
{
	unsigned int fields = STEER_RSS_L3 | STEER_RSS_L4;

	types = rte_eth_rss_hf_refine(types);
	if (types & RTE_ETH_RSS_L3_SRC_ONLY)
		fields &= ~STEER_RSS_L3_DST;
	if (types & RTE_ETH_RSS_L3_DST_ONLY)
		fields &= ~STEER_RSS_L3_SRC;
	if (types & RTE_ETH_RSS_L4_SRC_ONLY)
		fields &= ~STEER_RSS_L4_DST;
	if (types & RTE_ETH_RSS_L4_DST_ONLY)
		fields &= ~STEER_RSS_L4_SRC;
	return fields;
}

static unsigned int
rss_func_bits(enum rte_eth_hash_function func)
{
	switch (func) {
	case RTE_ETH_HASH_FUNCTION_SIMPLE_XOR:
		return STEER_RSS_SIMPLE_XOR;
	default:
		return steer_rss_order(func) != STEER_RSS_AS_IS ? STEER_RSS_SYMMETRIC : 0;
	}
}

static void
rss_fields_init(struct steer_rss *rss)
{
	const unsigned int left = rss_fields_left(rss->types);
	const unsigned int func = rss_func_bits(rss->func);

	for (unsigned int kind = 0; kind < STEER_META_KINDS; kind++) {
		const uint64_t meta = (uint64_t)kind << STEER_META_L3_SHIFT;
		unsigned int fields = rss_fields_asked(rss->types, kind) & left;

		if (fields == 0)
			continue;
		fields |= func;
		if (steer_meta_l3(meta) == STEER_L3_IPV6)
			fields |= STEER_RSS_IPV6;
		rss->fields[kind] = (uint8_t)fields;
	}
}

/*
 * A kind of packet as it appears where only L3 is parsed: the L4 type is not known, and whether
 * it is a fragment is known for IPv4 alone (IPv6 tells it in an extension header).
 */
static unsigned int
rss_kind_at_l3(unsigned int kind)
{
	uint64_t meta = (uint64_t)kind << STEER_META_L3_SHIFT;

	meta &= ~STEER_META_L4;
	if (steer_meta_l3(meta) == STEER_L3_IPV6)
		meta &= ~STEER_META_FRAG;
	return STEER_META_KIND(meta);
}

static uint32_t
rss_depth(const struct steer_rss *rss)
{
	uint32_t depth = 0;

	for (unsigned int kind = 0; kind < STEER_META_KINDS; kind++) {
		if (rss->fields[kind] != 0)
			depth |= STEER_DEPTH_L3;
		if (rss->fields[kind] != rss->fields[rss_kind_at_l3(kind)])
			depth |= STEER_DEPTH_L4;
	}
	return depth;
}

/* What is parsed for inner headers is parsed for outer ones, too. */
static int
rss_plan_init(struct steer_rss *rss, int socket)
{
	rss->depth = rss_depth(rss);
	if (rss->types & STEER_RSS_TYPES_PLANNED) {
		rss->plan = steer_rss_plan_create(rss->types, rss->func, rss->level, rss->fields,
						  &rss->depth, socket);
		if (rss->plan == NULL)
			return -ENOMEM;
	}
	if (rss->depth != 0 && rss->inner != 0)
		rss->depth |= STEER_DEPTH_TUNNEL;
	return 0;
}

/* Of plain packets what enters is contiguous, if all of each pair does, TCP and UDP alike. */
static void
rss_plain_init(struct steer_rss *rss)
{
	static const uint8_t addresses[] = {
		[STEER_L3_IPV4] = 2 * RSS_IPV4_LEN,
		[STEER_L3_IPV6] = 2 * RSS_IPV6_LEN,
	};

	rss->has_plain = true;
	for (enum steer_l3 l3 = STEER_L3_IPV4; l3 <= STEER_L3_IPV6; l3++) {
		const uint64_t meta = (uint64_t)l3 << STEER_META_L3_SHIFT;
		const uint64_t tcp = meta | STEER_L4_TCP << STEER_META_L4_SHIFT;
		const uint64_t udp = meta | STEER_L4_UDP << STEER_META_L4_SHIFT;
		const unsigned int fields = rss->fields[STEER_META_KIND(tcp)];

		rss->has_plain &= fields == rss->fields[STEER_META_KIND(udp)];
		switch (fields & ~STEER_RSS_IPV6) {
		case 0:
			break;
		case STEER_RSS_L3:
			rss->plain[l3] = addresses[l3];
			break;
		case STEER_RSS_L3 | STEER_RSS_L4:
			rss->plain[l3] = (uint8_t)(addresses[l3] + 2 * RSS_PORT_LEN);
			break;
		default:
			rss->has_plain = false;
			break;
		}
	}
}

static int
rss_tables_init(struct steer_rss *rss, const struct steer_rss_conf *conf, int socket)
{
	const bool other = conf->other_key != NULL;
	unsigned int rows = STEER_TOEPLITZ_INPUT;

	if (rss->plan != NULL)
		rows = RTE_MAX(rows, steer_rss_plan_input(rss->plan));
	rss->tables = steer_rss_tables_get(other ? conf->other_key : conf->key,
					   other ? conf->other_key_len : STEER_RSS_KEY_LEN, rows,
					   socket);
	if (rss->tables == NULL)
		return -ENOMEM;
	rss->toeplitz = rss->tables->row;
	if (steer_simd_choose(conf->simd) == STEER_SIMD_GFNI)
		rss->gfni = rss->tables->gfni;
	rss_plain_init(rss);
	return 0;
}

static void
rss_reta_init(struct steer_rss *rss, const struct steer_rss_conf *conf)
{
	rss->reta_size = conf->reta_size;
	rss->reta_mask = conf->reta_size - 1;
	if (!rte_is_power_of_2(conf->reta_size))
		rss->reta_inverse = UINT64_MAX / conf->reta_size + 1;
	memcpy(rss->reta, conf->reta, conf->reta_size * sizeof(conf->reta[0]));
}

struct steer_rss *
steer_rss_create(const struct steer_rss_conf *conf, int socket)
{
	const size_t reta_len = conf->reta_size * sizeof(conf->reta[0]);
	struct steer_rss *rss;

	if (!rss_conf_valid(conf)) {
		rte_errno = EINVAL;
		return NULL;
	}
	rss = rte_zmalloc_socket("steer_rss", sizeof(*rss) + reta_len, RTE_CACHE_LINE_SIZE, socket);
	if (rss == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	rss->func = conf->func;
	rss->level = conf->level;
	rss->types = conf->types;
	rss->inner = conf->level == 2 ? STEER_META_INNER : 0;
	rss_fields_init(rss);
	rss_reta_init(rss, conf);
	if (rss_plan_init(rss, socket) != 0 || rss_tables_init(rss, conf, socket) != 0) {
		steer_rss_free(rss);
		rte_errno = ENOMEM;
		return NULL;
	}
	return rss;
}

void
steer_rss_free(struct steer_rss *rss)
{
	if (rss == NULL)
		return;
	if (rss->tables != NULL)
		steer_rss_tables_put(rss->tables);
	steer_rss_plan_free(rss->plan);
	rte_free(rss);
}

const uint8_t *
steer_rss_key(const struct steer_rss *rss)
{
	return rss->tables->key;
}

static __rte_always_inline uint32_t
rss_toeplitz_ordered(const struct steer_rss *rss, const struct steer_stack *stack,
		     unsigned int fields, enum steer_rss_order order)
{
	const bool ipv6 = fields & STEER_RSS_IPV6;
	const unsigned int l3 = fields & STEER_RSS_L3;
	const unsigned int l4 = (fields & STEER_RSS_L4) >> STEER_RSS_L4_SHIFT;
	const uint8_t *src = stack->l3 + (ipv6 ? RSS_IPV6_OFFSET : RSS_IPV4_OFFSET);
	uint8_t in[STEER_TOEPLITZ_INPUT];
	unsigned int len;

	if (ipv6)
		len = steer_rss_append(in, src, src + RSS_IPV6_LEN, RSS_IPV6_LEN, l3, order);
	else
		len = steer_rss_append(in, src, src + RSS_IPV4_LEN, RSS_IPV4_LEN, l3, order);
	len += steer_rss_append(in + len, stack->l4, stack->l4 + RSS_PORT_LEN, RSS_PORT_LEN, l4,
				order);
	return steer_toeplitz(rss->toeplitz, in, 0, len);
}

/* As for what is contiguous: the usual lengths are constant. */
static __rte_always_inline uint32_t
rss_toeplitz_symmetric(const struct steer_rss *rss, const struct steer_stack *stack,
		       unsigned int fields, enum steer_rss_order order)
{
	const unsigned int ipv4 = STEER_RSS_L3 | STEER_RSS_L4, ipv6 = ipv4 | STEER_RSS_IPV6;

	if ((fields & ipv6) == ipv4)
		return rss_toeplitz_ordered(rss, stack, ipv4, order);
	if ((fields & ipv6) == ipv6)
		return rss_toeplitz_ordered(rss, stack, ipv6, order);
	return rss_toeplitz_ordered(rss, stack, fields, order);
}

/* Toeplitz of what is not contiguous in the packet or must be changed first. */
static uint32_t
rss_toeplitz_gathered(const struct steer_rss *rss, const struct steer_stack *stack,
		      unsigned int fields)
{
	switch (steer_rss_order(rss->func)) {
	case STEER_RSS_XORED:
		return rss_toeplitz_symmetric(rss, stack, fields, STEER_RSS_XORED);
	case STEER_RSS_SORTED:
		return rss_toeplitz_symmetric(rss, stack, fields, STEER_RSS_SORTED);
	default:
		return rss_toeplitz_ordered(rss, stack, fields, STEER_RSS_AS_IS);
	}
}

static inline rte_be32_t
rss_xor_address(const uint8_t *address, bool ipv6)
{
	return ipv6 ? steer_rss_xor_words(address, RSS_IPV6_LEN)
		    : steer_rss_xor_words(address, RSS_IPV4_LEN);
}

/* A port that enters without the other one keeps its half of the word. */
static uint32_t
rss_xor(const struct steer_stack *stack, unsigned int fields)
{
	const bool ipv6 = fields & STEER_RSS_IPV6;
	const uint8_t *src = stack->l3 + (ipv6 ? RSS_IPV6_OFFSET : RSS_IPV4_OFFSET);
	const uint32_t ports = (fields & STEER_RSS_L4_SRC ? 0xffff0000 : 0) |
			       (fields & STEER_RSS_L4_DST ? 0x0000ffff : 0);
	rte_be32_t hash = steer_rss_xor_words(stack->l4, 2 * RSS_PORT_LEN);

	hash &= rte_cpu_to_be_32(ports);
	if (fields & STEER_RSS_L3_SRC)
		hash ^= rss_xor_address(src, ipv6);
	if (fields & STEER_RSS_L3_DST)
		hash ^= rss_xor_address(src + (ipv6 ? RSS_IPV6_LEN : RSS_IPV4_LEN), ipv6);
	return rte_be_to_cpu_32(hash);
}

static __rte_always_inline uint32_t
rss_hash_fields(const struct steer_rss *rss, const struct steer_stack *stack, unsigned int fields)
{
	const steer_toeplitz_row *t = rss->toeplitz;

	/* Whole pairs are contiguous in the packet: constant lengths let the loops unroll. */
	switch (fields) {
	case 0:
		return 0;
	case STEER_RSS_L3:
		return steer_toeplitz(t, stack->l3 + RSS_IPV4_OFFSET, 0, 2 * RSS_IPV4_LEN);
	case STEER_RSS_L3 | STEER_RSS_L4:
		return steer_toeplitz(t, stack->l3 + RSS_IPV4_OFFSET, 0, 2 * RSS_IPV4_LEN) ^
		       steer_toeplitz(t, stack->l4, 2 * RSS_IPV4_LEN, 2 * RSS_PORT_LEN);
	case STEER_RSS_IPV6 | STEER_RSS_L3:
		return steer_toeplitz(t, stack->l3 + RSS_IPV6_OFFSET, 0, 2 * RSS_IPV6_LEN);
	case STEER_RSS_IPV6 | STEER_RSS_L3 | STEER_RSS_L4:
		return steer_toeplitz(t, stack->l3 + RSS_IPV6_OFFSET, 0, 2 * RSS_IPV6_LEN) ^
		       steer_toeplitz(t, stack->l4, 2 * RSS_IPV6_LEN, 2 * RSS_PORT_LEN);
	default:
		if (fields & STEER_RSS_SIMPLE_XOR)
			return rss_xor(stack, fields);
		return rss_toeplitz_gathered(rss, stack, fields);
	}
}

/* Most packets of kinds that are planned have none of what the plan is for. */
static __rte_noinline uint32_t
rss_hash_planned(const struct steer_rss *rss, const struct steer_key *key,
		 const struct steer_stack *stack)
{
	const bool inner = stack == &key->inner;
	const unsigned int fields = steer_rss_plan_fields(rss->plan, key, inner);

	if (fields & STEER_RSS_PLANNED)
		return steer_rss_plan_hash(rss->plan, rss->toeplitz, key, inner);
	return rss_hash_fields(rss, stack, fields);
}

static inline bool
rss_meta_is_ip(uint64_t meta)
{
	const enum steer_l3 l3 = steer_meta_l3(meta);

	return l3 == STEER_L3_IPV4 || l3 == STEER_L3_IPV6;
}

uint32_t
steer_rss_hash(const struct steer_rss *rss, const struct steer_key *key)
{
	const struct steer_stack *stack = &key->outer;
	uint64_t meta = key->meta;
	unsigned int fields;

	if (rss->inner != 0 && rss_meta_is_ip(meta >> rss->inner)) {
		stack = &key->inner;
		meta >>= rss->inner;
	}
	fields = rss->fields[STEER_META_KIND(meta)];
	if (unlikely(fields & STEER_RSS_PLANNED))
		return rss_hash_planned(rss, key, stack);
	return rss_hash_fields(rss, stack, fields);
}
