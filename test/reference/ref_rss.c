/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "ref_bugs.h"
#include "ref_packet.h"
#include "ref_rss.h"

/* Microsoft's verification key. */
const uint8_t ref_rss_default_key[REF_RSS_KEY_LEN] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/** Addresses and ports as they enter the hash. */
struct fields {
	uint8_t src[16];
	uint8_t dst[16];
	unsigned int ip_len; /**< 0: no addresses. */
	uint8_t sport[2];
	uint8_t dport[2];
	bool ports;
	bool use_src, use_dst, use_sport, use_dport;
};

/** The types that apply to a packet of one IP version, by what it carries. */
struct types {
	uint64_t ip, frag, tcp, udp, sctp, other, ex, tcp_ex, udp_ex;
};

static const struct types ipv4_types = {
	.ip = RTE_ETH_RSS_IPV4,
	.frag = RTE_ETH_RSS_FRAG_IPV4,
	.tcp = RTE_ETH_RSS_NONFRAG_IPV4_TCP,
	.udp = RTE_ETH_RSS_NONFRAG_IPV4_UDP,
	.sctp = RTE_ETH_RSS_NONFRAG_IPV4_SCTP,
	.other = RTE_ETH_RSS_NONFRAG_IPV4_OTHER,
};

static const struct types ipv6_types = {
	.ip = RTE_ETH_RSS_IPV6,
	.frag = RTE_ETH_RSS_FRAG_IPV6,
	.tcp = RTE_ETH_RSS_NONFRAG_IPV6_TCP,
	.udp = RTE_ETH_RSS_NONFRAG_IPV6_UDP,
	.sctp = RTE_ETH_RSS_NONFRAG_IPV6_SCTP,
	.other = RTE_ETH_RSS_NONFRAG_IPV6_OTHER,
	.ex = RTE_ETH_RSS_IPV6_EX,
	.tcp_ex = RTE_ETH_RSS_IPV6_TCP_EX,
	.udp_ex = RTE_ETH_RSS_IPV6_UDP_EX,
};

static bool
is_ip(const struct ref_stack *s)
{
	return s->l3 == REF_L3_IPV4 || s->l3 == REF_L3_IPV6;
}

static bool
has_ports(const struct ref_stack *s)
{
	if (s->fragment && ref_bug != REF_BUG_RSS_FRAGMENT_PORTS)
		return false;
	return s->l4 == REF_L4_TCP || s->l4 == REF_L4_UDP || s->l4 == REF_L4_SCTP;
}

/** Types with which the ports of this packet are hashed. */
static uint64_t
port_types(const struct ref_stack *s, const struct types *t)
{
	if (!has_ports(s))
		return 0;
	if (s->l4 == REF_L4_TCP)
		return t->tcp | t->tcp_ex;
	if (s->l4 == REF_L4_UDP)
		return t->udp | t->udp_ex;
	return t->sctp;
}

/** Types with which at least its addresses are. */
static uint64_t
address_types(const struct ref_stack *s, const struct types *t)
{
	uint64_t types = t->ip | t->ex;

	if (s->fragment)
		types |= t->frag;
	else if (!has_ports(s))
		types |= t->other;
	return types | port_types(s, t);
}

/** Both "only" bits of a pair restrict nothing. */
static bool
used(uint64_t types, uint64_t this_only, uint64_t other_only)
{
	if (ref_bug == REF_BUG_RSS_ONLY_IGNORED)
		return true;
	return (types & this_only) != 0 || (types & other_only) == 0;
}

static void
restrict_fields(uint64_t types, struct fields *f)
{
	f->use_src = used(types, RTE_ETH_RSS_L3_SRC_ONLY, RTE_ETH_RSS_L3_DST_ONLY);
	f->use_dst = used(types, RTE_ETH_RSS_L3_DST_ONLY, RTE_ETH_RSS_L3_SRC_ONLY);
	f->use_sport = f->ports &&
		       used(types, RTE_ETH_RSS_L4_SRC_ONLY, RTE_ETH_RSS_L4_DST_ONLY);
	f->use_dport = f->ports &&
		       used(types, RTE_ETH_RSS_L4_DST_ONLY, RTE_ETH_RSS_L4_SRC_ONLY);
}

static void
find_fields(const struct ref_stack *s, uint64_t types, struct fields *f)
{
	const struct types *t = s->l3 == REF_L3_IPV4 ? &ipv4_types : &ipv6_types;
	unsigned int at = s->l3 == REF_L3_IPV4 ? 12 : 8;

	memset(f, 0, sizeof(*f));
	if (!is_ip(s))
		return;
	if ((types & address_types(s, t)) == 0)
		return;
	f->ip_len = s->l3 == REF_L3_IPV4 ? 4 : 16;
	memcpy(f->src, s->l3_header + at, f->ip_len);
	memcpy(f->dst, s->l3_header + at + f->ip_len, f->ip_len);
	if ((types & port_types(s, t)) != 0) {
		f->ports = true;
		memcpy(f->sport, s->l4_header, 2);
		memcpy(f->dport, s->l4_header + 2, 2);
	}
	restrict_fields(types, f);
}

static void
xor_pair(uint8_t *a, uint8_t *b, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++) {
		a[i] ^= b[i];
		b[i] = a[i];
	}
}

/** Source and destination both become their XOR, so that both directions hash alike. */
static void
make_symmetric(struct fields *f)
{
	if (f->use_src && f->use_dst)
		xor_pair(f->src, f->dst, f->ip_len);
	if (f->use_sport && f->use_dport)
		xor_pair(f->sport, f->dport, 2);
}

static unsigned int
concatenate(const struct fields *f, uint8_t *in)
{
	unsigned int len = 0;

	if (f->use_src) {
		memcpy(in + len, f->src, f->ip_len);
		len += f->ip_len;
	}
	if (f->use_dst) {
		memcpy(in + len, f->dst, f->ip_len);
		len += f->ip_len;
	}
	if (f->use_sport) {
		memcpy(in + len, f->sport, 2);
		len += 2;
	}
	if (f->use_dport) {
		memcpy(in + len, f->dport, 2);
		len += 2;
	}
	return len;
}

/** XOR of 32-bit words; only the ports can be less than a word. */
static uint32_t
simple_xor(const struct fields *f)
{
	uint8_t word[4] = { 0, 0, 0, 0 };

	for (unsigned int i = 0; i < f->ip_len; i++) {
		if (f->use_src)
			word[i % 4] ^= f->src[i];
		if (f->use_dst)
			word[i % 4] ^= f->dst[i];
	}
	for (unsigned int i = 0; i < 2; i++) {
		if (f->use_sport)
			word[i] ^= f->sport[i];
		if (f->use_dport)
			word[2 + i] ^= f->dport[i];
	}
	return (uint32_t)word[0] << 24 | word[1] << 16 | word[2] << 8 | word[3];
}

/** Bit @p n of the key, counted from its front; the key is as long as it needs to be. */
static unsigned int
key_bit(const uint8_t *key, unsigned int n)
{
	return n / 8 < REF_RSS_KEY_LEN ? key[n / 8] >> (7 - n % 8) & 1 : 0;
}

uint32_t
ref_toeplitz(const uint8_t *key, const uint8_t *in, unsigned int len)
{
	uint32_t hash = 0;

	for (unsigned int bit = 0; bit < 8 * len; bit++) {
		uint32_t window = 0;

		if ((in[bit / 8] >> (7 - bit % 8) & 1) == 0)
			continue;
		for (unsigned int i = 0; i < 32; i++)
			window = window << 1 | key_bit(key, bit + i);
		hash ^= window;
	}
	return hash;
}

uint32_t
ref_rss_hash(const struct ref_rss *rss, const struct ref_packet *p)
{
	bool inner = rss->level == 2 && is_ip(&p->inner);
	struct fields f;
	uint8_t in[36];

	if (ref_bug == REF_BUG_RSS_LEVEL)
		inner = false;
	find_fields(inner ? &p->inner : &p->outer, rss->types, &f);
	if (rss->func == RTE_ETH_HASH_FUNCTION_SIMPLE_XOR)
		return simple_xor(&f);
	if (rss->func == RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ &&
			ref_bug != REF_BUG_RSS_SYMMETRIC)
		make_symmetric(&f);
	return ref_toeplitz(rss->key, in, concatenate(&f, in));
}

void
ref_rss_spread(struct ref_rss *rss, const uint16_t *queues, unsigned int n)
{
	assert(n > 0 && n <= REF_RETA_MAX);
	rss->reta_size = 128;
	while (rss->reta_size < n)
		rss->reta_size *= 2;
	if (ref_bug == REF_BUG_RSS_LIST_SHORT)
		rss->reta_size = n;
	for (unsigned int i = 0; i < rss->reta_size; i++)
		rss->reta[i] = queues[i % n];
}

uint16_t
ref_rss_queue(const struct ref_rss *rss, uint32_t hash)
{
	return rss->reta[hash % rss->reta_size];
}
