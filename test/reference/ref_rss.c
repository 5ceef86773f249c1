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

/** What is hashed, as it is put together. */
struct input {
	const struct ref_rss *rss;
	uint8_t bytes[256];
	unsigned int len;
	uint8_t word[4]; /**< XOR of all words. */
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

/* Putting together */

static void
add_xor(struct input *in, const uint8_t *bytes, unsigned int len, unsigned int from)
{
	for (unsigned int i = 0; i < len; i++)
		in->word[(from + i) % 4] ^= bytes[i];
}

static void
add_bytes(struct input *in, const uint8_t *bytes, unsigned int len)
{
	assert(in->len + len <= sizeof(in->bytes));
	memcpy(in->bytes + in->len, bytes, len);
	in->len += len;
}

static void
add(struct input *in, const uint8_t *bytes, unsigned int len)
{
	add_xor(in, bytes, len, 0);
	add_bytes(in, bytes, len);
}

/** Only some bits of the first byte and of the last one. */
static void
add_bits(struct input *in, const uint8_t *bytes, unsigned int len, uint8_t first, uint8_t last)
{
	uint8_t copy[4];

	memcpy(copy, bytes, len);
	copy[0] &= first;
	copy[len - 1] &= last;
	add(in, copy, len);
}

static void
xor_pair(uint8_t *a, uint8_t *b, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++) {
		a[i] ^= b[i];
		b[i] = a[i];
	}
}

static void
sort_pair(uint8_t *a, uint8_t *b, unsigned int len)
{
	uint8_t lower[16];

	if (memcmp(a, b, len) <= 0)
		return;
	memcpy(lower, b, len);
	memcpy(b, a, len);
	memcpy(a, lower, len);
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
add_pair(struct input *in, const uint8_t *src, const uint8_t *dst, unsigned int len,
	 uint64_t src_only, uint64_t dst_only)
{
	const bool use_src = used(in->rss->types, src_only, dst_only);
	const bool use_dst = used(in->rss->types, dst_only, src_only);
	uint8_t a[16], b[16];

	memcpy(a, src, len);
	memcpy(b, dst, len);
	/* A port keeps its half of the word. */
	if (use_src)
		add_xor(in, a, len, 0);
	if (use_dst)
		add_xor(in, b, len, len == 2 ? 2 : 0);
	if (use_src && use_dst && in->rss->func == RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ &&
			ref_bug != REF_BUG_RSS_SYMMETRIC)
		xor_pair(a, b, len);
	if (use_src && use_dst && in->rss->func == REF_RSS_SORT && ref_bug != REF_BUG_RSS_SORT)
		sort_pair(a, b, len);
	if (use_src)
		add_bytes(in, a, len);
	if (use_dst)
		add_bytes(in, b, len);
}

/* Addresses and ports */

/** Types with which the ports of this packet are hashed, with its addresses. */
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

static unsigned int
prefix_len(uint64_t types)
{
	if (types & RTE_ETH_RSS_L3_PRE32)
		return 4;
	if (types & RTE_ETH_RSS_L3_PRE40)
		return 5;
	if (types & RTE_ETH_RSS_L3_PRE48)
		return 6;
	if (types & RTE_ETH_RSS_L3_PRE56)
		return 7;
	if (types & RTE_ETH_RSS_L3_PRE64)
		return 8;
	return types & RTE_ETH_RSS_L3_PRE96 ? 12 : 16;
}

static void
add_addresses(struct input *in, const struct ref_stack *s)
{
	const struct types *t = s->l3 == REF_L3_IPV4 ? &ipv4_types : &ipv6_types;
	const unsigned int at = s->l3 == REF_L3_IPV4 ? 12 : 8;
	const unsigned int each = s->l3 == REF_L3_IPV4 ? 4 : 16;
	unsigned int len = each;

	if (!is_ip(s) || (in->rss->types & address_types(s, t)) == 0)
		return;
	if (s->l3 == REF_L3_IPV6 && ref_bug != REF_BUG_RSS_PREFIX)
		len = prefix_len(in->rss->types);
	add_pair(in, s->l3_header + at, s->l3_header + at + each, len, RTE_ETH_RSS_L3_SRC_ONLY,
		 RTE_ETH_RSS_L3_DST_ONLY);
}

static void
add_ports(struct input *in, const struct ref_stack *s)
{
	const struct types *t = s->l3 == REF_L3_IPV4 ? &ipv4_types : &ipv6_types;

	if (!is_ip(s) || !has_ports(s) ||
			(in->rss->types & (port_types(s, t) | RTE_ETH_RSS_PORT)) == 0)
		return;
	add_pair(in, s->l4_header, s->l4_header + 2, 2, RTE_ETH_RSS_L4_SRC_ONLY,
		 RTE_ETH_RSS_L4_DST_ONLY);
}

/* What other types ask for */

static void
add_l2(struct input *in, const struct ref_stack *s)
{
	const uint64_t types = in->rss->types;
	const unsigned int tags = s->n_tags > 2 ? 2 : s->n_tags;
	const unsigned int customer = ref_bug == REF_BUG_RSS_CVLAN_OUTER ? 0 : tags - 1;

	if ((types & RTE_ETH_RSS_ETH) && s->has_eth)
		add_pair(in, s->eth + 6, s->eth, 6, RTE_ETH_RSS_L2_SRC_ONLY,
			 RTE_ETH_RSS_L2_DST_ONLY);
	if ((types & RTE_ETH_RSS_S_VLAN) && tags == 2)
		add_bits(in, s->tag[0], 2, 0x0f, 0xff);
	if ((types & RTE_ETH_RSS_C_VLAN) && tags > 0)
		add_bits(in, s->tag[customer], 2, 0x0f, 0xff);
	if ((types & RTE_ETH_RSS_L2_PAYLOAD) && s->has_eth && !is_ip(s))
		add(in, tags == 0 ? s->eth + 12 : s->tag[tags - 1] + 2, 2);
	if ((types & RTE_ETH_RSS_PPPOE) && s->pppoe == REF_PPPOE_SESSION)
		add(in, s->pppoe_header + 2, 2);
	for (unsigned int i = 0; (types & RTE_ETH_RSS_MPLS) && i < s->n_labels; i++)
		add_bits(in, s->label[i], 3, 0xff,
			 ref_bug == REF_BUG_RSS_MPLS_CLASS ? 0xff : 0xf0);
}

static void
add_l3(struct input *in, const struct ref_stack *s)
{
	const uint64_t types = in->rss->types;

	add_addresses(in, s);
#ifdef RTE_ETH_RSS_IPV6_FLOW_LABEL
	if ((types & RTE_ETH_RSS_IPV6_FLOW_LABEL) && s->l3 == REF_L3_IPV6)
		add_bits(in, s->l3_header + 1, 3, 0x0f, 0xff);
#endif
	if ((types & RTE_ETH_RSS_IPV4_CHKSUM) && s->l3 == REF_L3_IPV4)
		add(in, s->l3_header + 10, 2);
	if ((types & RTE_ETH_RSS_AH) && s->has_ah && !s->fragment)
		add(in, s->ah + 4, 4);
}

static void
add_l4_checksum(struct input *in, const struct ref_stack *s)
{
	switch (s->l4) {
	case REF_L4_TCP:
		add(in, s->l4_header + 16, 2);
		break;
	case REF_L4_UDP:
		add(in, s->l4_header + 6, 2);
		break;
	case REF_L4_SCTP:
		add(in, s->l4_header + 8, 4);
		break;
	default:
		break;
	}
}

static void
add_l4(struct input *in, const struct ref_stack *s)
{
	const uint64_t types = in->rss->types;

	add_ports(in, s);
	if (s->fragment && ref_bug != REF_BUG_RSS_FRAGMENT_L4)
		return;
	if (types & RTE_ETH_RSS_L4_CHKSUM)
		add_l4_checksum(in, s);
	if ((types & RTE_ETH_RSS_ESP) && s->l4 == REF_L4_ESP)
		add(in, s->l4_header, 4);
	if ((types & RTE_ETH_RSS_ESP) && s->udp == REF_UDP_ESP)
		add(in, s->udp_header, 4);
	if ((types & RTE_ETH_RSS_L2TPV3) && s->l4 == REF_L4_L2TPV3)
		add(in, s->l4_header, 4);
	if ((types & RTE_ETH_RSS_PFCP) && s->udp == REF_UDP_PFCP)
		add(in, s->udp_header + 4, 8);
}

static bool
is_nvgre(const struct ref_packet *p)
{
	return p->tunnel == REF_TUNNEL_GRE && p->gre.has_key && !p->gre.has_checksum &&
	       !p->gre.has_sequence && p->tunnel_header[2] == 0x65 && p->tunnel_header[3] == 0x58;
}

/** Whatever the level is: the tunnel has one header. */
static void
add_tunnel(struct input *in, const struct ref_packet *p)
{
	const uint64_t types = in->rss->types;
	const bool vxlan = p->tunnel == REF_TUNNEL_VXLAN || p->tunnel == REF_TUNNEL_VXLAN_GPE;

	if (p->outer.fragment)
		return;
	if ((types & RTE_ETH_RSS_VXLAN) && vxlan)
		add(in, p->tunnel_header + 4, ref_bug == REF_BUG_RSS_VNI ? 4 : 3);
	if ((types & RTE_ETH_RSS_GENEVE) && p->tunnel == REF_TUNNEL_GENEVE)
		add(in, p->tunnel_header + 4, 3);
	if ((types & RTE_ETH_RSS_NVGRE) && is_nvgre(p))
		add(in, p->gre.key, 3);
	if ((types & RTE_ETH_RSS_GTPU) && p->tunnel == REF_TUNNEL_GTPU)
		add(in, p->tunnel_header + 4, 4);
}

/* Hashing */

/** Bit @p n of a key that is repeated. */
static unsigned int
key_bit(const uint8_t *key, unsigned int key_len, unsigned int n)
{
	return key[n / 8 % key_len] >> (7 - n % 8) & 1;
}

static uint32_t
toeplitz(const uint8_t *key, unsigned int key_len, const uint8_t *in, unsigned int len)
{
	uint32_t hash = 0;

	for (unsigned int bit = 0; bit < 8 * len; bit++) {
		uint32_t window = 0;

		if ((in[bit / 8] >> (7 - bit % 8) & 1) == 0)
			continue;
		for (unsigned int i = 0; i < 32; i++)
			window = window << 1 | key_bit(key, key_len, bit + i);
		hash ^= window;
	}
	return hash;
}

uint32_t
ref_toeplitz(const uint8_t *in, unsigned int len)
{
	return toeplitz(ref_rss_default_key, REF_RSS_KEY_LEN, in, len);
}

void
ref_rss_set_key(struct ref_rss *rss, const uint8_t *key, unsigned int len)
{
	assert(len > 0 && len <= REF_RSS_KEY_MAX);
	memcpy(rss->key, key, len);
	rss->key_len = ref_bug == REF_BUG_RSS_KEY_40 && len > REF_RSS_KEY_LEN ? REF_RSS_KEY_LEN
									      : len;
}

uint32_t
ref_rss_hash(const struct ref_rss *rss, const struct ref_packet *p)
{
	struct input in = { .rss = rss };
	bool inner = rss->level == 2 && is_ip(&p->inner);
	const struct ref_stack *s;

	if (ref_bug == REF_BUG_RSS_LEVEL)
		inner = false;
	s = inner ? &p->inner : &p->outer;
	add_l2(&in, s);
	add_l3(&in, s);
	add_l4(&in, s);
	add_tunnel(&in, p);
	if (rss->func == RTE_ETH_HASH_FUNCTION_SIMPLE_XOR)
		return (uint32_t)in.word[0] << 24 | in.word[1] << 16 | in.word[2] << 8 | in.word[3];
	return toeplitz(rss->key, rss->key_len, in.bytes, in.len);
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
