/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <string.h>

#include <rte_common.h>
#include <rte_mbuf_core.h>

#include "ref_bugs.h"
#include "ref_decode.h"

#define PROTO_FRAGMENT 44
#define PROTO_ESP 50
#define PROTO_AH 51

static void
append(struct bytes *b, const void *data, size_t len)
{
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

static void
append_tag(struct bytes *b, unsigned int tpid, unsigned int tci)
{
	uint8_t tag[4] = { tpid >> 8, tpid & 0xff, tci >> 8, tci & 0xff };

	append(b, tag, sizeof(tag));
}

static bool
all_set(uint64_t flags, uint64_t want)
{
	return (flags & want) == want;
}

/** Put stripped tags back between the MACs and what follows them. */
static void
restore(const struct ref_input *in, struct bytes *b)
{
	bool qinq = all_set(in->ol_flags, RTE_MBUF_F_RX_QINQ | RTE_MBUF_F_RX_QINQ_STRIPPED);
	bool vlan = all_set(in->ol_flags, RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED);
	unsigned int outer = in->vlan_tci_outer;
	unsigned int inner = in->vlan_tci;

	assert(in->len <= REF_FRAME_MAX);
	b->len = 0;
	if (in->len < 14 || ref_bug == REF_BUG_STRIPPED_IGNORED) {
		append(b, in->data, in->len);
		return;
	}
	if (ref_bug == REF_BUG_QINQ_SWAPPED && qinq && vlan)
		RTE_SWAP(outer, inner);
	append(b, in->data, 12);
	if (qinq)
		append_tag(b, 0x88a8, outer);
	if (vlan)
		append_tag(b, 0x8100, inner);
	append(b, in->data + 12, in->len - 12);
}

static bool
is_tpid(unsigned int type)
{
	if (type == 0x9100)
		return ref_bug != REF_BUG_TPID_9100;
	return type == 0x8100 || type == 0x88a8;
}

static size_t
l4_length(enum ref_l4 l4)
{
	static const size_t length[] = {
		[REF_L4_TCP] = 20, [REF_L4_UDP] = 8,   [REF_L4_SCTP] = 12,
		[REF_L4_ICMP] = 8, [REF_L4_ICMP6] = 4, [REF_L4_ESP] = 8,
		[REF_L4_IGMP] = 8, [REF_L4_L2TPV3] = 4,
	};

	return ref_bug == REF_BUG_L4_CUT ? length[l4] / 2 : length[l4];
}

static enum ref_l4
l4_of(enum ref_l3 l3, unsigned int proto)
{
	bool anywhere = ref_bug == REF_BUG_ICMP_ANYWHERE;

	switch (proto) {
	case 6:
		return REF_L4_TCP;
	case 17:
		return REF_L4_UDP;
	case 132:
		return REF_L4_SCTP;
	case 1:
		return l3 == REF_L3_IPV4 || anywhere ? REF_L4_ICMP : REF_L4_NONE;
	case 58:
		return l3 == REF_L3_IPV6 || anywhere ? REF_L4_ICMP6 : REF_L4_NONE;
	case 2:
		return l3 == REF_L3_IPV4 || anywhere ? REF_L4_IGMP : REF_L4_NONE;
	case PROTO_ESP:
		return REF_L4_ESP;
	case 115:
		return REF_L4_L2TPV3;
	default:
		return REF_L4_NONE;
	}
}

static void
decode_l4(const struct bytes *b, size_t at, unsigned int proto, struct ref_stack *s)
{
	enum ref_l4 l4 = l4_of(s->l3, proto);

	s->carried = proto;
	s->carried_at = at;
	if (l4 == REF_L4_NONE || !there(at, s->l3_end, l4_length(l4)))
		return;
	s->l4 = l4;
	s->l4_at = at;
	memcpy(s->l4_header, b->data + at, l4_length(l4));
}

static size_t
ah_length(const uint8_t *h)
{
	return 4 * (h[1] + 2);
}

static void
note_ah(const struct bytes *b, size_t at, struct ref_stack *s)
{
	const uint8_t *h = b->data + at;

	if (ah_length(h) < 12 || (s->has_ah && ref_bug != REF_BUG_AH_LAST))
		return;
	s->has_ah = true;
	s->ah_at = at;
	memcpy(s->ah, h, 12);
}

/** IPv4's L4, which AH may protect. */
static void
decode_protected(const struct bytes *b, size_t at, unsigned int proto, struct ref_stack *s)
{
	const uint8_t *h = b->data + at;

	if (proto != PROTO_AH) {
		decode_l4(b, at, proto, s);
		return;
	}
	if (!there(at, s->l3_end, 8) || !there(at, s->l3_end, ah_length(h)))
		return;
	note_ah(b, at, s);
	if (ref_bug != REF_BUG_AH_IPV4)
		decode_l4(b, at + ah_length(h), h[0], s);
}

static void
decode_ipv4(const struct bytes *b, size_t at, size_t end, struct ref_stack *s)
{
	const uint8_t *h = b->data + at;
	size_t ihl, total;

	if (!there(at, end, 20))
		return;
	ihl = 4 * (h[0] & 0xf);
	if ((h[0] >> 4 != 4 && ref_bug != REF_BUG_IP_VERSION_IGNORED) || ihl < 20)
		return;
	if (!there(at, end, ihl))
		return;
	s->l3 = REF_L3_IPV4;
	s->l3_at = at;
	memcpy(s->l3_header, h, 20);

	total = be16(h + 2);
	s->l3_end = end;
	if (total != 0 && at + total < end && ref_bug != REF_BUG_TOTAL_LENGTH_IGNORED)
		s->l3_end = at + total;

	s->fragment = (be16(h + 6) & 0x3fff) != 0;
	if ((be16(h + 6) & 0x1fff) != 0 && ref_bug != REF_BUG_LATER_FRAGMENT_L4)
		return;
	if (s->fragment && ref_bug == REF_BUG_FIRST_FRAGMENT_NO_L4)
		return;
	decode_protected(b, at + (ref_bug == REF_BUG_IHL_IGNORED ? 20 : ihl), h[9], s);
}

/** Which extension header a protocol number is. */
static bool
ext_of(unsigned int proto, enum ref_ext *ext)
{
	static const struct {
		uint8_t proto;
		enum ref_ext ext;
	} map[] = {
		{ 0, REF_EXT_HOP },     { 43, REF_EXT_ROUTE }, { PROTO_FRAGMENT, REF_EXT_FRAG },
		{ 60, REF_EXT_DEST },   { 135, REF_EXT_MOBIL }, { PROTO_ESP, REF_EXT_ESP },
		{ PROTO_AH, REF_EXT_AUTH }, { 139, REF_EXT_HIP }, { 140, REF_EXT_SHIM6 },
	};

	for (unsigned int i = 0; i < RTE_DIM(map); i++) {
		if (map[i].proto == proto) {
			*ext = map[i].ext;
			return true;
		}
	}
	return false;
}

static size_t
ext_length(const uint8_t *h, unsigned int proto)
{
	if (proto == PROTO_FRAGMENT)
		return 8;
	if (proto == PROTO_AH && ref_bug != REF_BUG_AH_LENGTH)
		return ah_length(h);
	return 8 * (h[1] + 1);
}

/** @return true if this is a fragment other than the first. */
static bool
note_fragment(const uint8_t *h, struct ref_stack *s)
{
	s->fragment = true;
	s->has_frag_ext = true;
	memcpy(s->frag_ext, h, 8);
	return be16(h + 2) >> 3 != 0;
}

static void
walk_exts(const struct bytes *b, size_t at, unsigned int proto, struct ref_stack *s)
{
	unsigned int most = ref_bug == REF_BUG_EXT_NINE ? REF_EXT_MAX + 1 : REF_EXT_MAX;
	enum ref_ext ext;

	for (unsigned int n = 0; ext_of(proto, &ext); n++) {
		const uint8_t *h = b->data + at;
		bool later = false;

		if (n == most)
			return;
		if (ext == REF_EXT_ESP) {
			s->exts |= 1u << ext;
			break;
		}
		/* The length is in the second byte of the 8 that each has at least. */
		if (!there(at, s->l3_end, 8) || !there(at, s->l3_end, ext_length(h, proto)))
			return;
		s->exts |= 1u << ext;
		if (s->n_next < REF_EXT_MAX)
			s->next[s->n_next++] = h[0];
		if (ext == REF_EXT_AUTH)
			note_ah(b, at, s);
		if (ext == REF_EXT_FRAG) {
			later = note_fragment(h, s);
			s->frag_at = at;
		}
		if (later && ref_bug != REF_BUG_LATER_FRAGMENT_L4)
			return;
		at += ext_length(h, proto);
		proto = h[0];
	}
	if (s->fragment && ref_bug == REF_BUG_FIRST_FRAGMENT_NO_L4)
		return;
	decode_l4(b, at, proto, s);
}

static void
decode_ipv6(const struct bytes *b, size_t at, size_t end, struct ref_stack *s)
{
	const uint8_t *h = b->data + at;
	size_t payload;

	if (!there(at, end, 40))
		return;
	if (h[0] >> 4 != 6 && ref_bug != REF_BUG_IP_VERSION_IGNORED)
		return;
	s->l3 = REF_L3_IPV6;
	s->l3_at = at;
	memcpy(s->l3_header, h, 40);

	payload = be16(h + 4);
	s->l3_end = end;
	if (payload != 0 && at + 40 + payload < end && ref_bug != REF_BUG_PAYLOAD_LEN_IGNORED)
		s->l3_end = at + 40 + payload;

	if (ref_bug == REF_BUG_EXT_NOT_SKIPPED)
		decode_l4(b, at + 40, h[6], s);
	else
		walk_exts(b, at + 40, h[6], s);
}

void
ref_decode_l3(const struct bytes *b, unsigned int type, size_t at, size_t end,
	      struct ref_stack *s)
{
	switch (type) {
	case TYPE_IPV4:
		decode_ipv4(b, at, end, s);
		break;
	case TYPE_IPV6:
		decode_ipv6(b, at, end, s);
		break;
	case TYPE_ARP:
		if (there(at, end, 28)) {
			s->l3 = REF_L3_ARP;
			s->l3_at = at;
			memcpy(s->l3_header, b->data + at, 28);
		}
		break;
	}
}

void
ref_decode_eth(const struct bytes *b, size_t at, size_t end, unsigned int restored,
	       struct ref_stack *s)
{
	unsigned int through = 2;
	unsigned int type;

	if (!there(at, end, 14))
		return;
	s->has_eth = true;
	s->l2_at = at;
	memcpy(s->eth, b->data + at, 14);
	type = be16(s->eth + 12);
	at += 14;
	if (restored == 0 && !ref_decode_etag(b, &type, &at, end, s))
		return;
	while (is_tpid(type)) {
		if (s->n_tags == REF_TAGS || !there(at, end, 4))
			return;
		s->tag_at[s->n_tags] = at;
		memcpy(s->tag[s->n_tags], b->data + at, 4);
		type = be16(s->tag[s->n_tags] + 2);
		s->n_tags++;
		at += 4;
		if (s->n_tags == restored && !ref_decode_etag(b, &type, &at, end, s))
			return;
	}
	if (ref_bug == REF_BUG_VLAN_DEPTH)
		through = 1;
	if (ref_bug == REF_BUG_THIRD_TAG)
		through = 3;
	if (s->n_tags <= through)
		ref_decode_type(b, type, at, end, s);
}

void
ref_decode(const struct ref_input *in, struct ref_packet *out)
{
	struct ref_stack between;
	struct bytes b;

	memset(out, 0, sizeof(*out));
	restore(in, &b);
	out->in = *in;
	out->restored = b.len - in->len;
	ref_decode_eth(&b, 0, b.len, out->restored / 4, &out->outer);
	ref_decode_tunnel(&b, &out->outer, out);
	ref_decode_udp(&b, &out->outer);
	ref_decode_udp(&b, &out->inner);
	ref_decode_nd(&b, &out->outer);
	ref_decode_nd(&b, &out->inner);
	if (ref_bug == REF_BUG_NESTED_TUNNEL && out->inner.l4 == REF_L4_UDP) {
		between = out->inner;
		memset(&out->inner, 0, sizeof(out->inner));
		ref_decode_tunnel(&b, &between, out);
	}
}
