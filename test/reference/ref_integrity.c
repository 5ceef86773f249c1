/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>
#include <rte_mbuf_core.h>

#include "ref_bugs.h"
#include "ref_integrity.h"
#include "ref_packet.h"

static unsigned int
be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

/* Sums */

uint16_t
ref_sum(const uint8_t *bytes, size_t len, uint16_t start)
{
	uint32_t sum = start;

	for (size_t i = 0; i < len; i++) {
		sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

uint16_t
ref_pseudo_sum(const uint8_t *l3_header, bool ipv6, uint8_t proto, size_t len)
{
	const uint8_t tail[] = { len >> 24, len >> 16, len >> 8, len, 0, 0, 0, proto };
	uint16_t sum = ref_sum(tail, sizeof(tail), 0);

	return ipv6 ? ref_sum(l3_header + 8, 32, sum) : ref_sum(l3_header + 12, 8, sum);
}

uint32_t
ref_crc32c(const uint8_t *bytes, size_t len, size_t hole)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= i >= hole && i < hole + 4 ? 0 : bytes[i];
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

/* Headers of one stack */

struct view {
	const struct ref_packet *p;
	const struct ref_stack *s;
	bool inner;
};

static const uint8_t *
at(const struct view *v, size_t off)
{
	return v->p->in.data + off - v->p->restored;
}

/** Where what surrounds the L3 packet ends. */
static size_t
limit(const struct view *v)
{
	return v->inner ? v->p->outer.l3_end : v->p->in.len + v->p->restored;
}

static bool
l3_len_ok(const struct view *v)
{
	const uint8_t *h = v->s->l3_header;

	switch (v->s->l3) {
	case REF_L3_IPV4:
		/* A length of 0 is taken for all there is elsewhere, but is not right. */
		return be16(h + 2) >= 4u * (h[0] & 0xf) &&
		       v->s->l3_at + be16(h + 2) <= limit(v);
	case REF_L3_IPV6:
		return v->s->l3_at + 40 + be16(h + 4) <= limit(v);
	case REF_L3_ARP:
		return true;
	default:
		return false;
	}
}

static bool
ipv4_sum_right(const struct view *v)
{
	return ref_sum(at(v, v->s->l3_at), 4 * (v->s->l3_header[0] & 0xf), 0) == 0xffff;
}

static bool
pseudo_sum_right(const struct view *v, uint8_t proto, size_t len)
{
	uint16_t sum = ref_pseudo_sum(v->s->l3_header, v->s->l3 == REF_L3_IPV6, proto, len);

	if (ref_bug == REF_BUG_SUM_NO_PSEUDO)
		sum = 0;
	return ref_sum(at(v, v->s->l4_at), len, sum) == 0xffff;
}

static bool
udp_sum_right(const struct view *v, size_t len)
{
	unsigned int own = be16(v->s->l4_header + 4);

	if (be16(v->s->l4_header + 6) == 0)
		return ref_bug != REF_BUG_SUM_UDP_ZERO;
	return own >= 8 && own <= len && pseudo_sum_right(v, 17, own);
}

static bool
sctp_sum_right(const struct view *v, size_t len)
{
	const uint8_t *sum = v->s->l4_header + 8;

	return ref_crc32c(at(v, v->s->l4_at), len, 8) ==
	       (sum[0] | sum[1] << 8 | sum[2] << 16 | (uint32_t)sum[3] << 24);
}

static bool
l4_sum_right(const struct view *v)
{
	size_t len = v->s->l3_end - v->s->l4_at;

	switch (v->s->l4) {
	case REF_L4_TCP:
		return pseudo_sum_right(v, 6, len);
	case REF_L4_UDP:
		return udp_sum_right(v, len);
	case REF_L4_SCTP:
		return sctp_sum_right(v, len);
	case REF_L4_ICMP:
		return ref_sum(at(v, v->s->l4_at), len, 0) == 0xffff;
	case REF_L4_ICMP6:
		return pseudo_sum_right(v, 58, len);
	default:
		return false;
	}
}

static bool
has_sum(const struct view *v)
{
	if (v->s->fragment)
		return false;
	return v->s->l4 == REF_L4_TCP || v->s->l4 == REF_L4_UDP || v->s->l4 == REF_L4_SCTP ||
	       v->s->l4 == REF_L4_ICMP || v->s->l4 == REF_L4_ICMP6;
}

/* What the port says: 1 right, -1 wrong, 0 nothing. */

static int
port_on_ipv4(const struct view *v)
{
	uint64_t flags = v->p->in.ol_flags;

	if (v->inner || ref_bug == REF_BUG_SUM_PORT_IGNORED)
		return 0;
	if (v->p->tunnel != REF_TUNNEL_NONE)
		return flags & RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD ? -1 : 0;
	switch (flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) {
	case RTE_MBUF_F_RX_IP_CKSUM_GOOD:
	case RTE_MBUF_F_RX_IP_CKSUM_NONE:
		return 1;
	case RTE_MBUF_F_RX_IP_CKSUM_BAD:
		return -1;
	default:
		return 0;
	}
}

static int
port_on_l4(const struct view *v)
{
	uint64_t flags = v->p->in.ol_flags;

	if (v->inner || ref_bug == REF_BUG_SUM_PORT_IGNORED)
		return 0;
	if (v->p->tunnel != REF_TUNNEL_NONE) {
		flags &= RTE_MBUF_F_RX_OUTER_L4_CKSUM_MASK;
		return flags == RTE_MBUF_F_RX_OUTER_L4_CKSUM_GOOD ? 1 :
		       flags == RTE_MBUF_F_RX_OUTER_L4_CKSUM_BAD  ? -1 : 0;
	}
	switch (flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) {
	case RTE_MBUF_F_RX_L4_CKSUM_GOOD:
	case RTE_MBUF_F_RX_L4_CKSUM_NONE:
		return 1;
	case RTE_MBUF_F_RX_L4_CKSUM_BAD:
		return -1;
	default:
		return 0;
	}
}

/* Bits */

static bool
ipv4_csum_ok(const struct view *v)
{
	int word = port_on_ipv4(v);

	return v->s->l3 == REF_L3_IPV4 && (word != 0 ? word > 0 : ipv4_sum_right(v));
}

static bool
l4_csum_ok(const struct view *v)
{
	int word = port_on_l4(v);

	if (v->s->l4 == REF_L4_NONE)
		return false;
	return word != 0 ? word > 0 : has_sum(v) && l4_sum_right(v);
}

static bool
l3_ok(const struct view *v)
{
	return l3_len_ok(v) && (v->s->l3 != REF_L3_IPV4 || ipv4_csum_ok(v));
}

static bool
l4_ok(const struct view *v)
{
	if (v->s->l4 == REF_L4_NONE)
		return false;
	return has_sum(v) ? l4_csum_ok(v) : port_on_l4(v) >= 0;
}

static bool
packet_ok(const struct view *v)
{
	return (v->inner || v->s->has_eth) && (v->s->l3 == REF_L3_NONE || l3_ok(v)) &&
	       (v->s->l4 == REF_L4_NONE || l4_ok(v));
}

bool
ref_integrity_matches(const struct rte_flow_item *item, const struct ref_packet *p)
{
	const struct rte_flow_item_integrity *spec = item->spec, *mask = item->mask;
	struct view v = { .p = p, .s = &p->outer };

	/* The default mask asks for nothing. */
	if (spec == NULL || mask == NULL || mask->value == 0)
		return true;
	if (spec->level == 2 && ref_bug != REF_BUG_INTEGRITY_LEVEL) {
		if (p->tunnel == REF_TUNNEL_NONE)
			return false;
		v.inner = true;
		v.s = &p->inner;
	}
#define AGREES(bit, is) (!mask->bit || spec->bit == (is))
	return AGREES(packet_ok, packet_ok(&v)) && AGREES(l2_ok, v.s->has_eth) &&
	       AGREES(l3_ok, l3_ok(&v)) && AGREES(l4_ok, l4_ok(&v)) && AGREES(l2_crc_ok, true) &&
	       AGREES(ipv4_csum_ok, ipv4_csum_ok(&v)) && AGREES(l4_csum_ok, l4_csum_ok(&v)) &&
	       AGREES(l3_len_ok, l3_len_ok(&v));
#undef AGREES
}
