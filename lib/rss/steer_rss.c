/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/queue.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include "steer_parse.h"
#include "steer_rss.h"

/*
 * All that depends on the configuration and the packet's layers alone is decided when a context
 * is made: steer_rss.fields[] has for each kind of packet these bits, or 0 for hash 0.
 */
#define RSS_L3_SRC (1u << 0)
#define RSS_L3_DST (1u << 1)
#define RSS_L4_SRC (1u << 2)
#define RSS_L4_DST (1u << 3)
#define RSS_IPV6 (1u << 4)      /* Addresses are those of IPv6, else of IPv4. */
#define RSS_SYMMETRIC (1u << 5) /* Not Toeplitz, but symmetric Toeplitz. */
#define RSS_XOR (1u << 6)       /* Not Toeplitz, but simple XOR. */

#define RSS_L3 (RSS_L3_SRC | RSS_L3_DST)
#define RSS_L4 (RSS_L4_SRC | RSS_L4_DST)

/* One pair of fields: the bits of L3 as they are, those of L4 shifted down. */
#define RSS_SRC RSS_L3_SRC
#define RSS_DST RSS_L3_DST
#define RSS_L4_SHIFT 2

/* Source address, destination address: where in the L3 slot, and the length of each. */
#define RSS_IPV4_OFFSET 12
#define RSS_IPV4_LEN 4
#define RSS_IPV6_OFFSET 8
#define RSS_IPV6_LEN 16
/* Source port, destination port: at the start of the L4 slot. */
#define RSS_PORT_LEN 2

#define RSS_RETA_MAX 32768

/* What the hot path reads stands first, at the start of a cache line. */
struct steer_rss_tables {
	struct steer_toeplitz toeplitz;
	LIST_ENTRY(steer_rss_tables) next;
	unsigned int refs;
	int socket;
	uint8_t key[STEER_RSS_KEY_LEN];
};

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

/* Ports share the default key as a rule; contexts of several engines share this list. */
static pthread_mutex_t rss_tables_lock = PTHREAD_MUTEX_INITIALIZER;
static LIST_HEAD(, steer_rss_tables) rss_tables_list = LIST_HEAD_INITIALIZER(rss_tables_list);

static struct steer_rss_tables *
rss_tables_find(const uint8_t *key, int socket)
{
	struct steer_rss_tables *tables;

	LIST_FOREACH(tables, &rss_tables_list, next) {
		if (tables->socket == socket && memcmp(tables->key, key, STEER_RSS_KEY_LEN) == 0)
			return tables;
	}
	return NULL;
}

static struct steer_rss_tables *
rss_tables_add(const uint8_t *key, int socket)
{
	struct steer_rss_tables *tables;

	tables = rte_zmalloc_socket("steer_rss", sizeof(*tables), RTE_CACHE_LINE_SIZE, socket);
	if (tables == NULL)
		return NULL;
	steer_toeplitz_init(&tables->toeplitz, key);
	memcpy(tables->key, key, STEER_RSS_KEY_LEN);
	tables->socket = socket;
	LIST_INSERT_HEAD(&rss_tables_list, tables, next);
	return tables;
}

static struct steer_rss_tables *
rss_tables_get(const uint8_t *key, int socket)
{
	struct steer_rss_tables *tables;

	pthread_mutex_lock(&rss_tables_lock);
	tables = rss_tables_find(key, socket);
	if (tables == NULL)
		tables = rss_tables_add(key, socket);
	if (tables != NULL)
		tables->refs++;
	pthread_mutex_unlock(&rss_tables_lock);
	return tables;
}

static void
rss_tables_put(struct steer_rss_tables *tables)
{
	pthread_mutex_lock(&rss_tables_lock);
	if (--tables->refs == 0) {
		LIST_REMOVE(tables, next);
		rte_free(tables);
	}
	pthread_mutex_unlock(&rss_tables_lock);
}

static bool
rss_conf_valid(const struct steer_rss_conf *conf)
{
	switch (conf->func) {
	case RTE_ETH_HASH_FUNCTION_DEFAULT:
	case RTE_ETH_HASH_FUNCTION_TOEPLITZ:
	case RTE_ETH_HASH_FUNCTION_SIMPLE_XOR:
	case RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ:
		break;
	default:
		return false;
	}
	return conf->level <= 2 && (conf->types & ~STEER_RSS_TYPES) == 0 &&
	       conf->reta_size >= 1 && conf->reta_size <= RSS_RETA_MAX;
}

/* Fields that the types ask for in a kind of packet. */
static unsigned int
rss_fields_asked(uint64_t types, unsigned int kind)
{
	const uint64_t meta = (uint64_t)kind << STEER_META_L3_SHIFT;
	const struct rss_family *family = &rss_families[steer_meta_l3(meta)];
	const enum steer_l4 l4 = steer_meta_l4(meta);
	uint64_t l3_types = family->any;

	/* Only a flow's first fragment has ports: all its packets must go without. */
	if (meta & STEER_META_FRAG)
		l3_types |= family->frag;
	else if (l4 == STEER_L4_NONE || l4 > STEER_L4_SCTP)
		l3_types |= family->other;
	else if (types & family->ports[l4])
		return RSS_L3 | RSS_L4;
	return types & l3_types ? RSS_L3 : 0;
}

/* Fields left by the SRC_ONLY and DST_ONLY types. */
static unsigned int
rss_fields_left(uint64_t types)
{
	unsigned int fields = RSS_L3 | RSS_L4;

	types = rte_eth_rss_hf_refine(types);
	if (types & RTE_ETH_RSS_L3_SRC_ONLY)
		fields &= ~RSS_L3_DST;
	if (types & RTE_ETH_RSS_L3_DST_ONLY)
		fields &= ~RSS_L3_SRC;
	if (types & RTE_ETH_RSS_L4_SRC_ONLY)
		fields &= ~RSS_L4_DST;
	if (types & RTE_ETH_RSS_L4_DST_ONLY)
		fields &= ~RSS_L4_SRC;
	return fields;
}

static unsigned int
rss_func_bits(enum rte_eth_hash_function func)
{
	switch (func) {
	case RTE_ETH_HASH_FUNCTION_SIMPLE_XOR:
		return RSS_XOR;
	case RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ:
		return RSS_SYMMETRIC;
	default:
		return 0;
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
			fields |= RSS_IPV6;
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
	if (depth != 0 && rss->inner != 0)
		depth |= STEER_DEPTH_TUNNEL;
	return depth;
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
	rss->tables = rss_tables_get(conf->key, socket);
	if (rss->tables == NULL) {
		rte_free(rss);
		rte_errno = ENOMEM;
		return NULL;
	}
	rss->toeplitz = &rss->tables->toeplitz;
	rss->func = conf->func;
	rss->level = conf->level;
	rss->types = conf->types;
	rss->inner = conf->level == 2 ? STEER_META_INNER : 0;
	rss_fields_init(rss);
	rss->depth = rss_depth(rss);
	rss_reta_init(rss, conf);
	return rss;
}

void
steer_rss_free(struct steer_rss *rss)
{
	if (rss == NULL)
		return;
	rss_tables_put(rss->tables);
	rte_free(rss);
}

const uint8_t *
steer_rss_key(const struct steer_rss *rss)
{
	return rss->tables->key;
}

/* Append those fields of a pair that are in; returns the bytes appended. */
static __rte_always_inline unsigned int
rss_append_pair(uint8_t *in, const uint8_t *pair, unsigned int len, unsigned int which,
		bool symmetric)
{
	unsigned int n = 0;

	if (symmetric && which == (RSS_SRC | RSS_DST)) {
		for (unsigned int i = 0; i < len; i++)
			in[i] = in[len + i] = pair[i] ^ pair[len + i];
		return 2 * len;
	}
	if (which & RSS_SRC) {
		memcpy(in, pair, len);
		n = len;
	}
	if (which & RSS_DST) {
		memcpy(in + n, pair + len, len);
		n += len;
	}
	return n;
}

/* Toeplitz of what is not contiguous in the packet or must be changed first. */
static uint32_t
rss_toeplitz_gathered(const struct steer_rss *rss, const struct steer_stack *stack,
		unsigned int fields)
{
	const bool symmetric = fields & RSS_SYMMETRIC;
	const unsigned int l3 = fields & RSS_L3;
	const unsigned int l4 = (fields & RSS_L4) >> RSS_L4_SHIFT;
	uint8_t in[STEER_TOEPLITZ_INPUT];
	unsigned int len;

	if (fields & RSS_IPV6)
		len = rss_append_pair(in, stack->l3 + RSS_IPV6_OFFSET, RSS_IPV6_LEN, l3, symmetric);
	else
		len = rss_append_pair(in, stack->l3 + RSS_IPV4_OFFSET, RSS_IPV4_LEN, l3, symmetric);
	len += rss_append_pair(in + len, stack->l4, RSS_PORT_LEN, l4, symmetric);
	return steer_toeplitz(rss->toeplitz, in, 0, len);
}

static uint32_t
rss_xor_words(const uint8_t *bytes, unsigned int len)
{
	uint32_t hash = 0;

	for (unsigned int i = 0; i < len; i += sizeof(hash)) {
		uint32_t word;

		memcpy(&word, bytes + i, sizeof(word));
		hash ^= word;
	}
	return hash;
}

static uint32_t
rss_xor(const struct steer_stack *stack, unsigned int fields)
{
	const bool ipv6 = fields & RSS_IPV6;
	const uint8_t *src = stack->l3 + (ipv6 ? RSS_IPV6_OFFSET : RSS_IPV4_OFFSET);
	const unsigned int len = ipv6 ? RSS_IPV6_LEN : RSS_IPV4_LEN;
	uint8_t ports[2 * RSS_PORT_LEN] = {0};
	uint32_t hash = 0;

	if (fields & RSS_L3_SRC)
		hash ^= rss_xor_words(src, len);
	if (fields & RSS_L3_DST)
		hash ^= rss_xor_words(src + len, len);
	if (fields & RSS_L4_SRC)
		memcpy(ports, stack->l4, RSS_PORT_LEN);
	if (fields & RSS_L4_DST)
		memcpy(ports + RSS_PORT_LEN, stack->l4 + RSS_PORT_LEN, RSS_PORT_LEN);
	hash ^= rss_xor_words(ports, sizeof(ports));
	return rte_be_to_cpu_32(hash);
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
	const struct steer_toeplitz *t = rss->toeplitz;
	const struct steer_stack *stack = &key->outer;
	uint64_t meta = key->meta;
	unsigned int fields;

	if (rss->inner != 0 && rss_meta_is_ip(meta >> rss->inner)) {
		stack = &key->inner;
		meta >>= rss->inner;
	}
	fields = rss->fields[STEER_META_KIND(meta)];

	/* Whole pairs are contiguous in the packet: constant lengths let the loops unroll. */
	switch (fields) {
	case 0:
		return 0;
	case RSS_L3:
		return steer_toeplitz(t, stack->l3 + RSS_IPV4_OFFSET, 0, 2 * RSS_IPV4_LEN);
	case RSS_L3 | RSS_L4:
		return steer_toeplitz(t, stack->l3 + RSS_IPV4_OFFSET, 0, 2 * RSS_IPV4_LEN) ^
		       steer_toeplitz(t, stack->l4, 2 * RSS_IPV4_LEN, 2 * RSS_PORT_LEN);
	case RSS_IPV6 | RSS_L3:
		return steer_toeplitz(t, stack->l3 + RSS_IPV6_OFFSET, 0, 2 * RSS_IPV6_LEN);
	case RSS_IPV6 | RSS_L3 | RSS_L4:
		return steer_toeplitz(t, stack->l3 + RSS_IPV6_OFFSET, 0, 2 * RSS_IPV6_LEN) ^
		       steer_toeplitz(t, stack->l4, 2 * RSS_IPV6_LEN, 2 * RSS_PORT_LEN);
	default:
		if (fields & RSS_XOR)
			return rss_xor(stack, fields);
		return rss_toeplitz_gathered(rss, stack, fields);
	}
}
