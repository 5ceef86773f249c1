/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>
#include <string.h>

#include <rte_hash_crc.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_sctp.h>

#include "steer_integrity.h"

/* Bytes of a packet that are summed up at a time. */
#define PIECE 256

/** Headers of one stack in their packet. */
struct headers {
	const struct rte_mbuf *m;
	const struct steer_stack *stack;
	/** Bits of the stack, shifted down for the inner one. */
	uint64_t meta;
	enum steer_l3 l3;
	enum steer_l4 l4;
	uint32_t l3_at;
	uint32_t l4_at;
	/** What they may not go beyond, and where all of them together end. */
	uint32_t limit;
	uint32_t end;
	/** End of the L3 packet as it says itself. */
	uint32_t l3_end;
};

static uint16_t
load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/** Where the L3 packet of a stack ends; of one that does not say, at the limit. */
static uint32_t
l3_end(const struct headers *h)
{
	uint32_t len = 0;

	if (h->l3 == STEER_L3_IPV4)
		len = load_be16(h->stack->l3 + 2);
	else if (h->l3 == STEER_L3_IPV6 && load_be16(h->stack->l3 + 4) != 0)
		len = sizeof(struct rte_ipv6_hdr) + load_be16(h->stack->l3 + 4);
	return len != 0 ? h->l3_at + len : h->limit;
}

static void
find_headers(const struct steer_key *key, bool inner, uint32_t limit, struct headers *h)
{
	h->m = key->packet;
	h->stack = inner ? &key->inner : &key->outer;
	h->meta = inner ? key->meta >> STEER_META_INNER : key->meta;
	h->l3 = steer_meta_l3(h->meta);
	h->l4 = steer_meta_l4(h->meta);
	h->l3_at = key->at[inner].l3;
	h->l4_at = key->at[inner].l4;
	h->limit = limit;
	h->end = key->end[inner];
	h->l3_end = l3_end(h);
}

/* Lengths and checksums */

static bool
l3_len_ok(const struct headers *h)
{
	if (h->l3 == STEER_L3_IPV4 &&
	    load_be16(h->stack->l3 + 2) < (h->stack->l3[0] & 0xfu) * 4)
		return false;
	return h->l3 != STEER_L3_NONE && h->l3_end <= h->limit;
}

static bool
ipv4_csum_right(const struct headers *h)
{
	const uint32_t len = (h->stack->l3[0] & 0xfu) * 4;
	uint8_t buf[60];
	const uint8_t *ip = rte_pktmbuf_read(h->m, h->l3_at, len, buf);

	return ip != NULL && rte_raw_cksum(ip, len) == 0xffff;
}

/** Takes a piece of the packet: even but for the last one. */
typedef uint32_t (*take_piece)(const uint8_t *bytes, uint32_t len, uint32_t so_far);

/** Over @p len bytes, across segments. rte_raw_cksum_mbuf() loses carries of odd ones. */
static bool
over_pieces(const struct rte_mbuf *m, uint32_t at, uint32_t len, take_piece take, uint32_t *sum)
{
	uint8_t buf[PIECE];

	for (uint32_t n; len > 0; len -= n, at += n) {
		const uint8_t *bytes;

		n = RTE_MIN(len, (uint32_t)PIECE);
		bytes = rte_pktmbuf_read(m, at, n, buf);
		if (bytes == NULL)
			return false;
		*sum = take(bytes, n, *sum);
	}
	return true;
}

static uint32_t
take_words(const uint8_t *bytes, uint32_t len, uint32_t so_far)
{
	return __rte_raw_cksum_reduce(__rte_raw_cksum(bytes, len, so_far));
}

static uint32_t
take_crc(const uint8_t *bytes, uint32_t len, uint32_t so_far)
{
	/* It reads whole words. */
	uint64_t aligned[PIECE / sizeof(uint64_t)];

	memcpy(aligned, bytes, len);
	return rte_hash_crc(aligned, len, so_far);
}

/** The sum of @p len bytes of L4 and, if @p proto is not 0, of the pseudo header. */
static bool
sum_right(const struct headers *h, uint32_t len, uint8_t proto)
{
	const uint32_t tail[2] = { rte_cpu_to_be_32(len), rte_cpu_to_be_32(proto) };
	uint32_t sum = 0;

	if (proto != 0) {
		sum = __rte_raw_cksum(tail, sizeof(tail), sum);
		sum = h->l3 == STEER_L3_IPV4 ? __rte_raw_cksum(h->stack->l3 + 12, 8, sum) :
					       __rte_raw_cksum(h->stack->l3 + 8, 32, sum);
	}
	return over_pieces(h->m, h->l4_at, len, take_words, &sum) && sum == 0xffff;
}

/** A sender may do without, by a checksum of 0. */
static bool
udp_csum_right(const struct headers *h, uint32_t len)
{
	const uint16_t own = load_be16(h->stack->l4 + 4);

	if (load_be16(h->stack->l4 + 6) == 0)
		return true;
	return own >= 8 && own <= len && sum_right(h, own, IPPROTO_UDP);
}

/** CRC-32C of the packet with zeros in place of the sum. */
static bool
sctp_csum_right(const struct headers *h, uint32_t len)
{
	const uint32_t zeros = 0;
	const uint32_t header = sizeof(struct rte_sctp_hdr);
	uint32_t crc = UINT32_MAX, sum;

	crc = rte_hash_crc(h->stack->l4, 8, crc);
	crc = rte_hash_crc(&zeros, sizeof(zeros), crc);
	memcpy(&sum, h->stack->l4 + 8, sizeof(sum));
	return over_pieces(h->m, h->l4_at + header, len - header, take_crc, &crc) &&
	       rte_le_to_cpu_32(sum) == ~crc;
}

/** Has the L4 header a checksum that we can compute? Not over a fragment. */
static bool
has_l4_csum(const struct headers *h)
{
	if ((h->meta & STEER_META_FRAG) != 0)
		return false;
	return h->l4 == STEER_L4_TCP || h->l4 == STEER_L4_UDP || h->l4 == STEER_L4_SCTP ||
	       h->l4 == STEER_L4_ICMP || h->l4 == STEER_L4_ICMP6;
}

static bool
l4_csum_right(const struct headers *h)
{
	/* The parser has seen to it that the header at least is within. */
	const uint32_t len = h->end - h->l4_at;

	switch (h->l4) {
	case STEER_L4_TCP:
		return sum_right(h, len, IPPROTO_TCP);
	case STEER_L4_UDP:
		return udp_csum_right(h, len);
	case STEER_L4_SCTP:
		return sctp_csum_right(h, len);
	case STEER_L4_ICMP:
		return sum_right(h, len, 0);
	case STEER_L4_ICMP6:
		return sum_right(h, len, IPPROTO_ICMPV6);
	default:
		return false;
	}
}

/* What the lower port says */

enum word { SAYS_NOTHING, SAYS_GOOD, SAYS_BAD };

/** NONE: the sum in the packet is not right, but what it stands for is. */
static enum word
word_of(uint64_t flags, uint64_t mask, uint64_t bad, uint64_t good, uint64_t none)
{
	flags &= mask;
	if (flags == bad)
		return SAYS_BAD;
	return flags == good || flags == none ? SAYS_GOOD : SAYS_NOTHING;
}

/**
 * Of the IPv4 header. In a packet with a tunnel, nobody knows of which header a lower port speaks
 * that knows no tunnels.
 */
static enum word
word_of_ip(const struct headers *h, bool inner, bool tunnel)
{
	const uint64_t flags = h->m->ol_flags;

	if (inner)
		return SAYS_NOTHING;
	if (tunnel)
		return (flags & RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD) != 0 ? SAYS_BAD : SAYS_NOTHING;
	return word_of(flags, RTE_MBUF_F_RX_IP_CKSUM_MASK, RTE_MBUF_F_RX_IP_CKSUM_BAD,
		       RTE_MBUF_F_RX_IP_CKSUM_GOOD, RTE_MBUF_F_RX_IP_CKSUM_NONE);
}

static enum word
word_of_l4(const struct headers *h, bool inner, bool tunnel)
{
	const uint64_t flags = h->m->ol_flags;

	if (inner)
		return SAYS_NOTHING;
	if (tunnel)
		return word_of(flags, RTE_MBUF_F_RX_OUTER_L4_CKSUM_MASK,
			       RTE_MBUF_F_RX_OUTER_L4_CKSUM_BAD,
			       RTE_MBUF_F_RX_OUTER_L4_CKSUM_GOOD,
			       RTE_MBUF_F_RX_OUTER_L4_CKSUM_GOOD);
	return word_of(flags, RTE_MBUF_F_RX_L4_CKSUM_MASK, RTE_MBUF_F_RX_L4_CKSUM_BAD,
		       RTE_MBUF_F_RX_L4_CKSUM_GOOD, RTE_MBUF_F_RX_L4_CKSUM_NONE);
}

/* Bits */

static bool
ipv4_csum_ok(const struct headers *h, bool inner, bool tunnel)
{
	const enum word word = word_of_ip(h, inner, tunnel);

	if (h->l3 != STEER_L3_IPV4)
		return false;
	return word == SAYS_GOOD || (word == SAYS_NOTHING && ipv4_csum_right(h));
}

static bool
l4_csum_ok(const struct headers *h, bool inner, bool tunnel)
{
	const enum word word = word_of_l4(h, inner, tunnel);

	if (h->l4 == STEER_L4_NONE)
		return false;
	return word == SAYS_GOOD ||
	       (word == SAYS_NOTHING && has_l4_csum(h) && l4_csum_right(h));
}

/** All bits; sums only where they are wanted. */
static uint8_t
state(const struct headers *h, bool inner, bool tunnel, uint8_t wanted)
{
	const bool packet = wanted & STEER_INTEGRITY_PACKET;
	const bool l3 = packet || (wanted & (STEER_INTEGRITY_L3 | STEER_INTEGRITY_IPV4_CSUM));
	const bool l4 = packet || (wanted & (STEER_INTEGRITY_L4 | STEER_INTEGRITY_L4_CSUM));
	uint8_t bits = STEER_INTEGRITY_L2_CRC;

	if ((h->meta & STEER_META_ETH) != 0)
		bits |= STEER_INTEGRITY_L2;
	if (l3_len_ok(h))
		bits |= STEER_INTEGRITY_L3_LEN;
	if (l3 && ipv4_csum_ok(h, inner, tunnel))
		bits |= STEER_INTEGRITY_IPV4_CSUM;
	if (l4 && l4_csum_ok(h, inner, tunnel))
		bits |= STEER_INTEGRITY_L4_CSUM;
	if ((bits & STEER_INTEGRITY_L3_LEN) != 0 &&
	    (h->l3 != STEER_L3_IPV4 || (bits & STEER_INTEGRITY_IPV4_CSUM) != 0))
		bits |= STEER_INTEGRITY_L3;
	if (h->l4 != STEER_L4_NONE &&
	    ((bits & STEER_INTEGRITY_L4_CSUM) != 0 ||
	     (!has_l4_csum(h) && word_of_l4(h, inner, tunnel) != SAYS_BAD)))
		bits |= STEER_INTEGRITY_L4;
	if (((bits & STEER_INTEGRITY_L2) != 0 || inner) &&
	    (h->l3 == STEER_L3_NONE || (bits & STEER_INTEGRITY_L3) != 0) &&
	    (h->l4 == STEER_L4_NONE || (bits & STEER_INTEGRITY_L4) != 0))
		bits |= STEER_INTEGRITY_PACKET;
	return bits;
}

bool
steer_integrity_holds(const struct steer_integrity *i, const struct steer_key *key)
{
	const bool tunnel = (key->meta & STEER_META_TUNNEL) != 0;
	struct headers h;

	if (i->inner && !tunnel)
		return false;
	find_headers(key, false, key->packet->pkt_len, &h);
	if (i->inner)
		find_headers(key, true, key->end[0], &h);
	return ((state(&h, i->inner, tunnel, i->mask) ^ i->spec) & i->mask) == 0;
}
