/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "steer_raw.h"

/* Places that are searched at a time: what crosses segments is copied. */
#define WINDOW 1024

#define UDP_LEN 8
#define SCTP_LEN 12
#define ICMP_LEN 8
#define ICMP6_LEN 4
#define ICMP6_ECHO_LEN 8
#define ICMP6_ND_LEN 24
#define L2TPV3_LEN 4
#define ESP_LEN 8
#define TCP_LEN 20
#define IPV6_LEN 40
#define ARP_LEN 28
#define FRAG_LEN 8
#define ETH_LEN 14
#define TAG_LEN 4
#define PPPOE_LEN 6
#define PPP_LEN 2
#define MPLS_LEN 4

/* Ends of headers */

/** Options belong to their headers. What the header says of them is checked where it is parsed. */
static uint32_t
l3_len(const struct steer_stack *stack, uint64_t meta)
{
	switch (steer_meta_l3(meta)) {
	case STEER_L3_IPV4:
		return (stack->l3[0] & 0xfu) * 4;
	case STEER_L3_IPV6:
		return IPV6_LEN;
	default:
		return ARP_LEN;
	}
}

static uint32_t
l4_len(const struct steer_stack *stack, uint64_t meta)
{
	switch (steer_meta_l4(meta)) {
	case STEER_L4_TCP:
		return RTE_MAX((stack->l4[12] >> 4) * 4u, (uint32_t)TCP_LEN);
	case STEER_L4_UDP:
		return UDP_LEN;
	case STEER_L4_SCTP:
		return SCTP_LEN;
	case STEER_L4_ICMP6:
		return ICMP6_LEN;
	case STEER_L4_L2TPV3:
		return L2TPV3_LEN;
	default:
		/* ICMP, IGMP, ESP */
		return ICMP_LEN;
	}
}

/** End of the n-th tag; of one that was taken out, where it was. */
static uint32_t
tag_end(const struct steer_raw *raw, const struct steer_key *key, unsigned int n)
{
	const uint64_t flags = raw->inner ? 0 : key->packet->ol_flags;
	const unsigned int stripped = !!(flags & RTE_MBUF_F_RX_VLAN_STRIPPED) +
				      !!(flags & RTE_MBUF_F_RX_QINQ_STRIPPED);

	if (n < stripped)
		return key->at[raw->inner].l2 + ETH_LEN;
	return key->at[raw->inner].tags + TAG_LEN * (n + 1 - stripped);
}

static uint32_t
origin(const struct steer_raw *raw, const struct steer_key *key, uint32_t at)
{
	const uint64_t meta = key->meta >> (raw->inner ? STEER_META_INNER : 0);
	const struct steer_stack *stack = raw->inner ? &key->inner : &key->outer;
	const struct steer_places *places = &key->at[raw->inner];
	const uint8_t *ah = raw->inner ? key->inner_rare.ah : key->outer_rare.ah;

	switch (raw->from) {
	case STEER_FROM_START:
		return 0;
	case STEER_FROM_RAW:
		return at;
	case STEER_FROM_ETH:
		return places->l2 + ETH_LEN;
	case STEER_FROM_VLAN0:
		return tag_end(raw, key, 0);
	case STEER_FROM_VLAN1:
		return tag_end(raw, key, 1);
	case STEER_FROM_L3:
		return places->l3 + l3_len(stack, meta);
	case STEER_FROM_FRAG:
		return places->frag + FRAG_LEN;
	case STEER_FROM_AH:
		return places->ah + (ah[1] + 2u) * 4;
	case STEER_FROM_ICMP6_ECHO:
		return places->l4 + ICMP6_ECHO_LEN;
	case STEER_FROM_ICMP6_ND:
		return places->l4 + ICMP6_ND_LEN;
	case STEER_FROM_PFCP:
		/* With a SEID, or without. */
		return places->l4 + UDP_LEN + (stack->l4[STEER_L4_BEHIND_UDP] != 0 ? 16 : 8);
	case STEER_FROM_UDP_ESP:
		return places->l4 + UDP_LEN + ESP_LEN;
	case STEER_FROM_L4:
		return places->l4 + l4_len(stack, meta);
	case STEER_FROM_ETAG:
		return places->tags;
	case STEER_FROM_PPPOE:
		return places->pppoe + PPPOE_LEN;
	case STEER_FROM_PPP:
		return places->pppoe + PPPOE_LEN + PPP_LEN;
	case STEER_FROM_MPLS ... STEER_FROM_MPLS_LAST:
		return places->mpls + (raw->from - STEER_FROM_MPLS + 1) * MPLS_LEN;
	case STEER_FROM_TUNNEL:
	case STEER_FROM_UNKNOWN:
		break;
	}
	return key->tunnel_end;
}

/* Bytes */

static bool
equal(const struct steer_raw *raw, const uint8_t *bytes)
{
	uint32_t i = 0;

	for (; i + 8 <= raw->length; i += 8) {
		uint64_t v, mask, spec;

		memcpy(&v, bytes + i, 8);
		memcpy(&mask, raw->mask + i, 8);
		memcpy(&spec, raw->spec + i, 8);
		if ((v & mask) != spec)
			return false;
	}
	for (; i < raw->length; i++)
		if ((bytes[i] & raw->mask[i]) != raw->spec[i])
			return false;
	return true;
}

/** First of @p n places from @p bytes on where they are; NULL if none. */
static const uint8_t *
find(const struct steer_raw *raw, const uint8_t *bytes, uint32_t n)
{
	/* Its time is linear, whatever somebody sends. */
	if (raw->exact)
		return memmem(bytes, n + raw->length - 1, raw->spec, raw->length);
	for (uint32_t i = 0; i < n; i++)
		if (equal(raw, bytes + i))
			return bytes + i;
	return NULL;
}

/** Search places @p from .. @p to, both included; all of their bytes are there. */
static bool
search(const struct steer_raw *raw, const struct rte_mbuf *m, uint32_t from, uint32_t to,
       uint32_t *at)
{
	uint8_t buf[WINDOW + STEER_RAW_MAX];
	const uint8_t *bytes, *found;
	uint32_t n;

	for (; from <= to; from += n) {
		n = RTE_MIN(to - from + 1, (uint32_t)WINDOW);
		bytes = rte_pktmbuf_read(m, from, n + raw->length - 1, buf);
		if (unlikely(bytes == NULL))
			return false;
		found = find(raw, bytes, n);
		if (found != NULL) {
			*at = from + (uint32_t)(found - bytes) + raw->length;
			return true;
		}
	}
	return false;
}

bool
steer_raw_holds(const struct steer_raw *raw, const struct steer_key *key, uint32_t *at)
{
	const struct rte_mbuf *m = key->packet;
	const int64_t from = (int64_t)origin(raw, key, *at) + raw->offset;
	const int64_t last = (int64_t)m->pkt_len - raw->length;

	if (from < 0 || from > last)
		return false;
	if (raw->length == 0) {
		*at = (uint32_t)from;
		return true;
	}
	return search(raw, m, (uint32_t)from,
		      raw->search ? (uint32_t)RTE_MIN(from + raw->limit, last) : (uint32_t)from,
		      at);
}
