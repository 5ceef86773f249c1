/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_random.h>

#include "rss_ref.h"

void
rss_random_bytes(void *buf, unsigned int len)
{
	uint8_t *bytes = buf;

	for (unsigned int i = 0; i < len; i++)
		bytes[i] = (uint8_t)rte_rand();
}

static bool
is_ip(const struct rss_headers *h)
{
	return h->l3 == STEER_L3_IPV4 || h->l3 == STEER_L3_IPV6;
}

static bool
has_ports(const struct rss_headers *h)
{
	return h->l4 == STEER_L4_TCP || h->l4 == STEER_L4_UDP || h->l4 == STEER_L4_SCTP;
}

static void
headers_random(struct rss_headers *h)
{
	memset(h, 0, sizeof(*h));
	rss_random_bytes(h->src, sizeof(h->src));
	rss_random_bytes(h->dst, sizeof(h->dst));
	h->sport = (uint16_t)rte_rand();
	h->dport = (uint16_t)rte_rand();
	h->l3 = rte_rand_max(2) ? STEER_L3_IPV4 : STEER_L3_IPV6;
	if (rte_rand_max(8) == 0)
		h->l3 = rte_rand_max(2) ? STEER_L3_NONE : STEER_L3_ARP;
	if (!is_ip(h))
		return;
	h->frag = rte_rand_max(4) == 0;
	h->nonfirst = h->frag && rte_rand_max(2) == 0;
	if (!h->nonfirst)
		h->l4 = (enum steer_l4)rte_rand_max(STEER_L4_ICMP6 + 1);
}

void
rss_packet_random(struct rss_packet *p)
{
	headers_random(&p->outer);
	headers_random(&p->inner);
	if (rte_rand_max(2) == 0)
		memset(&p->inner, 0, sizeof(p->inner));
}

static void
headers_swap(struct rss_headers *h)
{
	const struct rss_headers old = *h;

	memcpy(h->src, old.dst, sizeof(h->src));
	memcpy(h->dst, old.src, sizeof(h->dst));
	h->sport = old.dport;
	h->dport = old.sport;
}

void
rss_packet_swap(struct rss_packet *p)
{
	headers_swap(&p->outer);
	headers_swap(&p->inner);
}

static uint64_t
headers_meta(const struct rss_headers *h)
{
	uint64_t meta = STEER_META_ETH;

	meta |= (uint64_t)h->l3 << STEER_META_L3_SHIFT;
	meta |= (uint64_t)h->l4 << STEER_META_L4_SHIFT;
	if (h->l3 != STEER_L3_NONE)
		meta |= STEER_META_L3_ANY;
	if (h->l4 != STEER_L4_NONE)
		meta |= STEER_META_L4_ANY;
	if (h->frag)
		meta |= STEER_META_FRAG;
	if (h->nonfirst)
		meta |= STEER_META_NONFIRST;
	if (h->frag && h->l3 == STEER_L3_IPV6)
		meta |= STEER_META_EXT(STEER_EXT_FRAG);
	return meta;
}

static void
headers_stack(const struct rss_headers *h, struct steer_stack *stack)
{
	const rte_be16_t sport = rte_cpu_to_be_16(h->sport);
	const rte_be16_t dport = rte_cpu_to_be_16(h->dport);

	if (h->l3 == STEER_L3_IPV4) {
		memcpy(stack->l3 + 12, h->src, 4);
		memcpy(stack->l3 + 16, h->dst, 4);
	} else if (h->l3 == STEER_L3_IPV6) {
		memcpy(stack->l3 + 8, h->src, 16);
		memcpy(stack->l3 + 24, h->dst, 16);
	}
	if (has_ports(h)) {
		memcpy(stack->l4, &sport, 2);
		memcpy(stack->l4 + 2, &dport, 2);
	}
}

void
rss_packet_key(const struct rss_packet *p, struct steer_key *key)
{
	rss_random_bytes(key, sizeof(*key));
	key->meta = headers_meta(&p->outer);
	headers_stack(&p->outer, &key->outer);
	if (p->inner.l3 == STEER_L3_NONE)
		return;
	key->meta |= headers_meta(&p->inner) << STEER_META_INNER;
	key->meta |= (uint64_t)STEER_TUNNEL_VXLAN << STEER_META_TUNNEL_SHIFT;
	headers_stack(&p->inner, &key->inner);
}

uint32_t
rss_ref_toeplitz(const uint8_t *key, const uint8_t *in, unsigned int len)
{
	uint32_t hash = 0;

	for (unsigned int i = 0; i < len * 8; i++) {
		if (!(in[i / 8] & (0x80 >> i % 8)))
			continue;
		for (unsigned int j = i; j < i + 32; j++) {
			if (key[j / 8] & (0x80 >> j % 8))
				hash ^= UINT32_C(1) << (31 - (j - i));
		}
	}
	return hash;
}

/* The types that say that this L4 of IPv4 is hashed. */
static uint64_t
ipv4_type(enum steer_l4 l4)
{
	switch (l4) {
	case STEER_L4_TCP:
		return RTE_ETH_RSS_NONFRAG_IPV4_TCP;
	case STEER_L4_UDP:
		return RTE_ETH_RSS_NONFRAG_IPV4_UDP;
	case STEER_L4_SCTP:
		return RTE_ETH_RSS_NONFRAG_IPV4_SCTP;
	default:
		return RTE_ETH_RSS_NONFRAG_IPV4_OTHER;
	}
}

static uint64_t
ipv6_type(enum steer_l4 l4)
{
	switch (l4) {
	case STEER_L4_TCP:
		return RTE_ETH_RSS_NONFRAG_IPV6_TCP | RTE_ETH_RSS_IPV6_TCP_EX;
	case STEER_L4_UDP:
		return RTE_ETH_RSS_NONFRAG_IPV6_UDP | RTE_ETH_RSS_IPV6_UDP_EX;
	case STEER_L4_SCTP:
		return RTE_ETH_RSS_NONFRAG_IPV6_SCTP;
	default:
		return RTE_ETH_RSS_NONFRAG_IPV6_OTHER;
	}
}

static uint64_t
packet_type(const struct rss_headers *h)
{
	if (h->l3 == STEER_L3_IPV4)
		return h->frag ? RTE_ETH_RSS_FRAG_IPV4 : ipv4_type(h->l4);
	return h->frag ? RTE_ETH_RSS_FRAG_IPV6 : ipv6_type(h->l4);
}

/* A pair of fields as it enters the hash. */
struct pair {
	uint8_t src[16];
	uint8_t dst[16];
	unsigned int len;
	bool has_src;
	bool has_dst;
};

static void
pair_restrict(struct pair *pair, bool src_only, bool dst_only)
{
	pair->has_src = pair->len != 0 && !(dst_only && !src_only);
	pair->has_dst = pair->len != 0 && !(src_only && !dst_only);
}

static void
pair_symmetric(struct pair *pair)
{
	for (unsigned int i = 0; pair->has_src && pair->has_dst && i < pair->len; i++)
		pair->src[i] = pair->dst[i] = pair->src[i] ^ pair->dst[i];
}

/* The lower one first. */
static void
pair_sort(struct pair *pair)
{
	unsigned int i = 0;

	while (i < pair->len && pair->src[i] == pair->dst[i])
		i++;
	if (!pair->has_src || !pair->has_dst || i == pair->len || pair->src[i] < pair->dst[i])
		return;
	for (i = 0; i < pair->len; i++) {
		const uint8_t byte = pair->src[i];

		pair->src[i] = pair->dst[i];
		pair->dst[i] = byte;
	}
}

static unsigned int
pair_append(const struct pair *pair, uint8_t *in, unsigned int pos)
{
	for (unsigned int i = 0; pair->has_src && i < pair->len; i++)
		in[pos++] = pair->src[i];
	for (unsigned int i = 0; pair->has_dst && i < pair->len; i++)
		in[pos++] = pair->dst[i];
	return pos;
}

static uint32_t
addresses_xor(const struct pair *addr)
{
	uint32_t hash = 0;

	/* The second condition is for gcc on aarch64, which fears more. */
	for (unsigned int i = 0; i < addr->len && i < sizeof(addr->src); i++) {
		if (addr->has_src)
			hash ^= (uint32_t)addr->src[i] << (24 - 8 * (i % 4));
		if (addr->has_dst)
			hash ^= (uint32_t)addr->dst[i] << (24 - 8 * (i % 4));
	}
	return hash;
}

/* The two pairs of a stack, of length 0 where they do not enter. */
static void
headers_pairs(const struct rss_headers *h, uint64_t types, struct pair *addr, struct pair *port)
{
	const uint64_t ipv4 = RTE_ETH_RSS_IPV4, ipv6 = RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_IPV6_EX;
	const bool plain = types & (h->l3 == STEER_L3_IPV4 ? ipv4 : ipv6);
	const bool own = types & packet_type(h);

	*addr = *port = (struct pair){0};
	if (is_ip(h) && (plain || own))
		addr->len = h->l3 == STEER_L3_IPV4 ? 4 : 16;
	if (is_ip(h) && (own || (types & RTE_ETH_RSS_PORT)) && has_ports(h) && !h->frag)
		port->len = 2;
	memcpy(addr->src, h->src, 16);
	memcpy(addr->dst, h->dst, 16);
	port->src[0] = h->sport >> 8;
	port->src[1] = h->sport & 0xff;
	port->dst[0] = h->dport >> 8;
	port->dst[1] = h->dport & 0xff;
	pair_restrict(addr, types & RTE_ETH_RSS_L3_SRC_ONLY, types & RTE_ETH_RSS_L3_DST_ONLY);
	pair_restrict(port, types & RTE_ETH_RSS_L4_SRC_ONLY, types & RTE_ETH_RSS_L4_DST_ONLY);
}

uint32_t
rss_ref_hash(const struct steer_rss_conf *conf, const struct rss_packet *p)
{
	const bool inner = conf->level == 2 && is_ip(&p->inner);
	const struct rss_headers *h = inner ? &p->inner : &p->outer;
	struct pair addr, port;
	unsigned int len;
	uint8_t in[36];

	headers_pairs(h, conf->types, &addr, &port);
	if (conf->func == RTE_ETH_HASH_FUNCTION_SIMPLE_XOR)
		return addresses_xor(&addr) ^ (port.has_src ? (uint32_t)h->sport << 16 : 0) ^
		       (port.has_dst ? h->dport : 0);
	if (conf->func == RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ) {
		pair_symmetric(&addr);
		pair_symmetric(&port);
	}
	if (conf->func == STEER_HASH_FUNCTION_SORT) {
		pair_sort(&addr);
		pair_sort(&port);
	}
	len = pair_append(&addr, in, 0);
	len = pair_append(&port, in, len);
	return rss_ref_toeplitz(conf->key, in, len);
}
