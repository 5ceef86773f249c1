/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "ref_bugs.h"
#include "ref_decode.h"

#define PORT_GTPC 2123
#define PORT_GTPU 2152
#define PORT_VXLAN 4789
#define PORT_VXLAN_GPE 4790
#define PORT_GENEVE 6081
#define PORT_MPLS 6635

#define PROTO_IPV4 4
#define PROTO_IPV6 41
#define PROTO_GRE 47

/** What a tunnel carries as its type says: Ethernet, IP or MPLS, nothing else. */
static void
decode_type(const struct bytes *b, unsigned int type, size_t at, size_t end, struct ref_packet *p)
{
	if (type == TYPE_TEB)
		ref_decode_eth(b, at, end, 0, &p->inner);
	else if (type == TYPE_IPV4 || type == TYPE_IPV6 || type == TYPE_MPLS || type == TYPE_MPLSM)
		ref_decode_type(b, type, at, end, &p->inner);
}

/** IP of the version that it says itself. */
static void
decode_ip(const struct bytes *b, size_t at, size_t end, struct ref_packet *p)
{
	if (!there(at, end, 1))
		return;
	if (b->data[at] >> 4 == 4)
		decode_type(b, TYPE_IPV4, at, end, p);
	if (b->data[at] >> 4 == 6)
		decode_type(b, TYPE_IPV6, at, end, p);
}

static void
decode_vxlan(const struct bytes *b, size_t at, size_t end, struct ref_packet *p)
{
	if (!there(at, end, 8))
		return;
	p->tunnel = REF_TUNNEL_VXLAN;
	p->tunnel_end = at + 8;
	memcpy(p->tunnel_header, b->data + at, 8);
	decode_type(b, TYPE_TEB, at + 8, end, p);
}

static void
decode_vxlan_gpe(const struct bytes *b, size_t at, size_t end, struct ref_packet *p)
{
	const uint8_t *h = b->data + at;

	if (!there(at, end, 8))
		return;
	p->tunnel = REF_TUNNEL_VXLAN_GPE;
	p->tunnel_end = at + 8;
	memcpy(p->tunnel_header, h, 8);
	if ((h[0] & 0x04) == 0 && ref_bug != REF_BUG_GPE_FLAG)
		return;
	if (h[3] == 1)
		decode_type(b, TYPE_IPV4, at + 8, end, p);
	if (h[3] == 2)
		decode_type(b, TYPE_IPV6, at + 8, end, p);
	if (h[3] == 5)
		decode_type(b, TYPE_MPLS, at + 8, end, p);
	if (h[3] == 3)
		decode_type(b, TYPE_TEB, at + 8, end, p);
}

static void
decode_geneve(const struct bytes *b, size_t at, size_t end, struct ref_packet *p)
{
	const uint8_t *h = b->data + at;
	size_t inside = at + 8;

	if (!there(at, end, 8) || (h[0] >> 6 != 0 && ref_bug != REF_BUG_GENEVE_VERSION))
		return;
	if (ref_bug != REF_BUG_GENEVE_OPTIONS)
		inside += 4 * (h[0] & 0x3f);
	if (!there(inside, end, 0))
		return;
	p->tunnel = REF_TUNNEL_GENEVE;
	p->tunnel_end = at + 8 + 4 * (h[0] & 0x3f);
	memcpy(p->tunnel_header, h, 8);
	decode_type(b, ref_bug == REF_BUG_GENEVE_ETH ? TYPE_TEB : be16(h + 2), inside, end, p);
}

/** Note an extension header that is wholly there. */
static void
note_gtp_ext(const uint8_t *h, unsigned int type, struct ref_packet *p)
{
	bool note = type == 0x85 && (!p->has_psc || ref_bug == REF_BUG_GTP_LAST_PSC);

	if (!note)
		return;
	p->has_psc = true;
	memcpy(p->psc, h, 3);
}

/**
 * Extension headers of GTP: length in words, content, type of the next one.
 *
 * @return true if user data may follow.
 */
static bool
walk_gtp_exts(const struct bytes *b, size_t at, size_t end, unsigned int type,
	      struct ref_packet *p)
{
	for (unsigned int n = 0; type != 0; n++) {
		const uint8_t *h = b->data + at;

		if (n == REF_GTP_EXT_MAX || !there(at, end, 4) || h[0] == 0 ||
				!there(at, end, 4 * h[0]))
			return false;
		note_gtp_ext(h, type, p);
		at += 4 * h[0];
		type = b->data[at - 1];
		p->tunnel_end = at;
	}
	return true;
}

static void
decode_gtp(const struct bytes *b, size_t at, size_t end, bool user, struct ref_packet *p)
{
	const uint8_t *h = b->data + at;
	bool known = there(at, end, 8) && h[0] >> 5 == 1 && (h[0] & 0x10) != 0;
	bool optional = known && (h[0] & 0x07) != 0 && ref_bug != REF_BUG_GTP_OPTIONAL;

	if (!there(at, end, optional ? 12 : 8))
		return;
	p->tunnel_end = at + (optional ? 12 : 8);
	p->tunnel = user ? REF_TUNNEL_GTPU : REF_TUNNEL_GTPC;
	memcpy(p->tunnel_header, h, 8);
	if (optional && (h[0] & 0x04) != 0 && !walk_gtp_exts(b, at + 12, end, h[11], p))
		return;
	if (known && user && (h[1] == 255 || ref_bug == REF_BUG_GTP_TYPE))
		decode_ip(b, p->tunnel_end, end, p);
}

/** The next optional field of GRE. */
static void
take_word(const struct bytes *b, size_t *at, uint8_t *word)
{
	memcpy(word, b->data + *at, 4);
	*at += 4;
}

static void
decode_gre(const struct bytes *b, size_t at, size_t end, struct ref_packet *p)
{
	const uint8_t *h = b->data + at;
	bool c, r, k, s;
	size_t inside = at + 4;

	if (!there(at, end, 4))
		return;
	c = h[0] & 0x80;
	r = h[0] & 0x40;
	k = h[0] & 0x20;
	s = h[0] & 0x10;
	if (!there(at, end, 4 + 4 * (c || r) + 4 * k + 4 * s))
		return;
	p->tunnel = REF_TUNNEL_GRE;
	memcpy(p->tunnel_header, h, 4);
	p->gre.has_checksum = c;
	p->gre.has_key = k;
	p->gre.has_sequence = s;
	if (c || r)
		take_word(b, &inside, p->gre.checksum);
	if (k)
		take_word(b, &inside, p->gre.key);
	if (s)
		take_word(b, &inside, p->gre.sequence);
	p->tunnel_end = inside;
	if (ref_bug == REF_BUG_GRE_FLAGS)
		inside = at + 4;
	if (!r && (h[1] & 7) == 0)
		decode_type(b, be16(h + 2), inside, end, p);
}

static void
decode_in_udp(const struct bytes *b, unsigned int port, size_t at, size_t end,
	      struct ref_packet *p)
{
	switch (port) {
	case PORT_VXLAN:
		decode_vxlan(b, at, end, p);
		break;
	case PORT_VXLAN_GPE:
		decode_vxlan_gpe(b, at, end, p);
		break;
	case PORT_GENEVE:
		decode_geneve(b, at, end, p);
		break;
	case PORT_MPLS:
		p->tunnel = REF_TUNNEL_MPLS;
		p->tunnel_end = at;
		if (ref_bug != REF_BUG_MPLS_IN_UDP)
			decode_type(b, TYPE_MPLS, at, end, p);
		break;
	case PORT_GTPU:
	case PORT_GTPC:
		decode_gtp(b, at, end, port == PORT_GTPU, p);
		break;
	}
}

static void
decode_in_ip(const struct bytes *b, unsigned int proto, size_t at, size_t end,
	     struct ref_packet *p)
{
	if (proto == PROTO_GRE)
		decode_gre(b, at, end, p);
	if (proto != PROTO_IPV4 && proto != PROTO_IPV6)
		return;
	p->tunnel = REF_TUNNEL_IP;
	if (ref_bug == REF_BUG_IP_IN_IP_VERSION)
		decode_ip(b, at, end, p);
	else
		decode_type(b, proto == PROTO_IPV4 ? TYPE_IPV4 : TYPE_IPV6, at, end, p);
}

void
ref_decode_tunnel(const struct bytes *b, const struct ref_stack *outer, struct ref_packet *p)
{
	size_t end = ref_bug == REF_BUG_INNER_END ? b->len : outer->l3_end;

	if (outer->l4 == REF_L4_UDP)
		decode_in_udp(b, be16(outer->l4_header + 2), outer->l4_at + 8, end, p);
	else if (outer->l4 == REF_L4_NONE && outer->carried != 0)
		decode_in_ip(b, outer->carried, outer->carried_at, end, p);
}
