/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>
#include <rte_flow.h>

#include "gen_packet.h"
#include "gen_put.h"
#include "ref_fields.h"

static const uint16_t vids[] = { 0, 1, 2, 100, 101, 1000, 4095 };
static const uint16_t tpids[] = { 0x8100, 0x8100, 0x8100, 0x88a8, 0x88a8, 0x9100 };
static const uint16_t other_types[] = { 0x8809, 0x88cc, 0x0842, 0x0000, 0x05dc, 0x8847, 0xffff };
static const uint8_t other_protos[] = { 2, 4, 41, 47, 51, 59, 89, 115, 253, 255 };
static const uint8_t ext_protos[] = { 0, 43, 60, 135, 139, 140, 51 };
static const uint16_t ports[] = { 0,	53,   80,   443,  1000, 1023, 1024, 1025,  2123,  2152,
				  4500, 4789, 4790, 5000, 5001, 5002, 5003, 6081, 32768, 40000,
				  65535 };
static const uint32_t ipv4s[] = { 0x0a000001, 0x0a000002, 0x0a000003, 0x0a000004, 0x0a000101,
				  0x0a010001, 0xc0a80101, 0xac100509, 0x08080808, 0xe0000001 };

static void
put_mac(struct gen_random *r, struct gen_packet *p)
{
	uint8_t mac[6] = { 0x02, 0, 0, 0, 0, gen_below(r, 5) };

	if (gen_chance(r, 5))
		memset(mac, 0xff, sizeof(mac));
	else if (gen_chance(r, 5))
		gen_bytes(r, mac, sizeof(mac));
	put(p, mac, sizeof(mac));
}

static uint32_t
random_ipv4(struct gen_random *r)
{
	return gen_chance(r, 4) ? (uint32_t)gen_u64(r) : gen_pick(r, ipv4s);
}

static void
put_ipv6_address(struct gen_random *r, struct gen_packet *p)
{
	static const uint8_t nets[][8] = {
		{ 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1 },
		{ 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 2 },
		{ 0xfd, 0, 0, 0, 0, 0, 0, 0 },
	};

	if (gen_chance(r, 4)) {
		put_random(r, p, 16);
		return;
	}
	put(p, gen_pick(r, nets), 8);
	put_u32(p, 0);
	put_u32(p, gen_below(r, 4));
}

static uint16_t
random_port(struct gen_random *r)
{
	return gen_chance(r, 5) ? gen_u64(r) : gen_pick(r, ports);
}

static uint16_t
random_tci(struct gen_random *r)
{
	uint16_t tci = gen_pick(r, vids);

	if (gen_chance(r, 40))
		tci |= gen_below(r, 16) << 12;
	return tci;
}

static void
put_tcp(struct gen_random *r, struct gen_packet *p)
{
	static const uint8_t flags[] = { 0x02, 0x12, 0x10, 0x18, 0x11, 0x04 };

	put_u16(p, random_port(r));
	put_u16(p, random_port(r));
	put_random(r, p, 8);
	put_u8(p, gen_chance(r, 80) ? 0x50 : gen_u64(r));
	put_u8(p, gen_pick(r, flags));
	put_random(r, p, 6);
}

static void
put_sctp(struct gen_random *r, struct gen_packet *p)
{
	put_u16(p, random_port(r));
	put_u16(p, random_port(r));
	put_random(r, p, 8);
}

static void
put_icmp(struct gen_random *r, struct gen_packet *p)
{
	static const uint8_t types[] = { 0, 3, 8, 128, 129, 135 };

	put_u8(p, gen_pick(r, types));
	put_u8(p, gen_below(r, 3));
	put_random(r, p, 6);
}

static void
put_igmp(struct gen_random *r, struct gen_packet *p)
{
	static const uint8_t types[] = { 0x11, 0x16, 0x17, 0x22 };

	put_u8(p, gen_pick(r, types));
	put_u8(p, gen_below(r, 3));
	put_u16(p, gen_u64(r));
	put_u32(p, gen_chance(r, 50) ? 0xe0000001 : random_ipv4(r));
}

static void put_layers(struct gen_random *r, const struct gen_plan *plan, bool inner,
		       struct gen_packet *p);

static void
put_udp(struct gen_random *r, const struct gen_plan *plan, bool inner, struct gen_packet *p)
{
	uint16_t port = inner ? 0 : gen_tunnel_port(plan->tunnel);
	enum ref_udp udp = inner ? plan->inner.udp : plan->outer.udp;
	uint16_t to = port != 0 ? port : random_port(r);
	uint16_t from = random_port(r);
	uint32_t at = p->len;

	if (udp != REF_UDP_NONE && gen_chance(r, 60))
		to = udp == REF_UDP_ESP ? 4500 : 8805;
	else if (udp != REF_UDP_NONE)
		from = udp == REF_UDP_ESP ? 4500 : 8805;
	put_u16(p, from);
	put_u16(p, to);
	put_u16(p, 0);
	put_u16(p, gen_chance(r, 50) ? 0 : gen_u64(r));
	if (port != 0) {
		gen_tunnel_header(r, plan, p);
		put_layers(r, plan, true, p);
	} else {
		gen_put_behind_udp(r, udp, inner, p);
	}
	set_u16(p, at + 4, p->len - at);
}

/** Is it the tunnel that is carried by IP? */
static bool
in_ip(const struct gen_plan *plan, bool inner)
{
	return !inner && plan->tunnel != REF_TUNNEL_NONE && gen_tunnel_port(plan->tunnel) == 0;
}

static void
put_l4(struct gen_random *r, const struct gen_plan *plan, bool inner, struct gen_packet *p)
{
	enum ref_l4 l4 = inner ? plan->inner.l4 : plan->outer.l4;

	if (l4 != REF_L4_NONE)
		p->at[inner].l4 = p->len;
	switch (l4) {
	case REF_L4_TCP:
		put_tcp(r, p);
		break;
	case REF_L4_UDP:
		put_udp(r, plan, inner, p);
		return;
	case REF_L4_SCTP:
		put_sctp(r, p);
		break;
	case REF_L4_ICMP:
		put_icmp(r, p);
		break;
	case REF_L4_ICMP6:
		gen_put_icmp6(r, inner ? plan->inner.nd : plan->outer.nd, inner, p);
		break;
	case REF_L4_ESP:
		gen_put_esp(r, p);
		break;
	case REF_L4_IGMP:
		put_igmp(r, p);
		break;
	case REF_L4_L2TPV3:
		put_u32(p, gen_below(r, 5));
		break;
	case REF_L4_NONE:
		if (in_ip(plan, inner)) {
			gen_tunnel_header(r, plan, p);
			put_layers(r, plan, true, p);
			return;
		}
		break;
	}
	/* As long as tunnel headers where the protocol says so by chance. */
	put_random(r, p, gen_below(r, 24));
}

static uint8_t
proto_of(struct gen_random *r, const struct gen_plan *plan, bool inner)
{
	const struct gen_layers *l = inner ? &plan->inner : &plan->outer;

	static const uint8_t protos[] = {
		[REF_L4_TCP] = 6,  [REF_L4_UDP] = 17,	[REF_L4_SCTP] = 132,
		[REF_L4_ICMP] = 1, [REF_L4_ICMP6] = 58, [REF_L4_ESP] = 50,
		[REF_L4_IGMP] = 2, [REF_L4_L2TPV3] = 115,
	};

	if (l->l4 != REF_L4_NONE)
		return protos[l->l4];
	if (in_ip(plan, inner))
		return gen_tunnel_proto(r, plan);
	/* The other version's ICMP is no known L4 either. */
	if (gen_chance(r, 30))
		return l->l3 == REF_L3_IPV4 ? 58 : 1;
	return gen_pick(r, other_protos);
}

static uint16_t
random_fragment(struct gen_random *r)
{
	static const uint16_t fragments[] = { 0x2000, 0x2000, 0x2001, 0x00b9, 0x20b9, 0x1fff };

	if (gen_chance(r, 12))
		return gen_pick(r, fragments);
	return gen_chance(r, 40) ? 0x4000 : gen_chance(r, 3) ? 0x8000 : 0;
}

/** An authentication header. The first one may be asked for. */
static void
put_ah(struct gen_random *r, uint8_t next, bool inner, struct gen_packet *p)
{
	unsigned int len = gen_chance(r, 90) ? gen_between(r, 1, 4) : 0;

	if (len > 0 && p->at[inner].ah == GEN_NOWHERE)
		p->at[inner].ah = p->len;
	put_u8(p, next);
	put_u8(p, len);
	put_u16(p, gen_chance(r, 80) ? 0 : gen_u64(r));
	if (len == 0) {
		put_random(r, p, 4);
		return;
	}
	put_u32(p, gen_below(r, 4));
	put_u32(p, gen_below(r, 8));
	put_random(r, p, 4 * (len - 1));
}

static void
put_ipv4(struct gen_random *r, const struct gen_plan *plan, bool inner, struct gen_packet *p)
{
	const struct gen_layers *l = inner ? &plan->inner : &plan->outer;
	uint8_t proto = proto_of(r, plan, inner);
	unsigned int ihl = gen_chance(r, 75) ? 5 : gen_between(r, 6, 15);
	uint32_t at = p->len;

	p->at[inner].l3 = at;
	put_u8(p, 0x40 | ihl);
	put_u8(p, gen_chance(r, 70) ? 0 : gen_u64(r));
	put_u16(p, 0);
	put_u16(p, gen_u64(r));
	put_u16(p, random_fragment(r));
	put_u8(p, gen_chance(r, 70) ? 64 : gen_u64(r));
	put_u8(p, l->ah ? 51 : proto);
	put_u16(p, gen_u64(r));
	put_u32(p, random_ipv4(r));
	put_u32(p, random_ipv4(r));
	put_random(r, p, 4 * (ihl - 5));
	if (l->ah)
		put_ah(r, proto, inner, p);
	put_l4(r, plan, inner, p);
	if (!gen_chance(r, 4))
		set_u16(p, at + 2, p->len - at);
}

/** Extension headers of one packet: what each is, and last what follows them. */
struct chain {
	uint8_t proto[13];
	unsigned int n;
};

static void
insert_ext(struct gen_random *r, struct chain *c, uint8_t proto)
{
	unsigned int at = gen_below(r, c->n + 1);

	memmove(&c->proto[at + 1], &c->proto[at], c->n - at);
	c->proto[at] = proto;
	c->n++;
}

static void
random_chain(struct gen_random *r, const struct gen_plan *plan, bool inner, struct chain *c)
{
	const struct gen_layers *l = inner ? &plan->inner : &plan->outer;

	c->n = gen_chance(r, 65) ? 0 : gen_chance(r, 75) ? gen_between(r, 1, 3)
							   : gen_between(r, 4, 10);
	for (unsigned int i = 0; i < c->n; i++)
		c->proto[i] = gen_pick(r, ext_protos);
	if (l->frag_ext)
		insert_ext(r, c, 44);
	if (l->ah)
		insert_ext(r, c, 51);
	c->proto[c->n] = proto_of(r, plan, inner);
	if (l->l4 == REF_L4_NONE && !in_ip(plan, inner) && gen_chance(r, 40))
		c->proto[c->n] = 50;
}

static void
put_ext(struct gen_random *r, uint8_t proto, uint8_t next, bool inner, struct gen_packet *p)
{
	static const uint16_t frags[] = { 0x0001, 0x0001, 0x0000, 0x0006, 0x0008, 0x0009, 0x0bb9 };
	unsigned int len = gen_chance(r, 70) ? 0 : gen_between(r, 1, 3);

	if (proto == 51) {
		put_ah(r, next, inner, p);
		return;
	}
	if (proto == 44)
		p->at[inner].frag_ext = p->len;
	put_u8(p, next);
	if (proto == 44) {
		put_u8(p, gen_chance(r, 80) ? 0 : gen_u64(r));
		put_u16(p, gen_pick(r, frags));
		put_random(r, p, 4);
	} else {
		put_u8(p, len);
		put_random(r, p, 8 * (len + 1) - 2);
	}
}

static void
put_ipv6(struct gen_random *r, const struct gen_plan *plan, bool inner, struct gen_packet *p)
{
	struct chain c;
	uint32_t at = p->len;

	random_chain(r, plan, inner, &c);
	p->at[inner].l3 = at;
	put_u32(p, 0x60000000 | (gen_chance(r, 60) ? 0 : gen_below(r, 1 << 28)));
	put_u16(p, 0);
	put_u8(p, c.proto[0]);
	put_u8(p, gen_chance(r, 70) ? 64 : gen_u64(r));
	put_ipv6_address(r, p);
	put_ipv6_address(r, p);
	for (unsigned int i = 0; i < c.n; i++) {
		if (i < REF_EXT_MAX)
			p->at[inner].next[i] = p->len;
		put_ext(r, c.proto[i], c.proto[i + 1], inner, p);
	}
	put_l4(r, plan, inner, p);
	if (!gen_chance(r, 4))
		set_u16(p, at + 4, p->len - at - 40);
}

static void
put_arp(struct gen_random *r, bool inner, struct gen_packet *p)
{
	p->at[inner].l3 = p->len;
	put_u16(p, 1);
	put_u16(p, 0x0800);
	put_u16(p, gen_chance(r, 90) ? 0x0604 : gen_u64(r));
	put_u16(p, gen_between(r, 1, 2));
	put_mac(r, p);
	put_u32(p, random_ipv4(r));
	put_mac(r, p);
	put_u32(p, random_ipv4(r));
	put_random(r, p, gen_below(r, 20));
}

static void
put_etag(struct gen_random *r, bool inner, struct gen_packet *p)
{
	put_u16(p, 0x893f);
	p->at[inner].etag = p->len;
	put_u16(p, gen_below(r, 8) << 13 | gen_below(r, 3));
	put_u16(p, gen_below(r, 4) << 12 | gen_below(r, 4));
	put_u16(p, gen_chance(r, 80) ? 0 : gen_u64(r));
}

static void
put_eth(struct gen_random *r, const struct gen_layers *l, bool inner, struct gen_packet *p)
{
	static const uint16_t types[] = { [REF_L3_IPV4] = 0x0800,
					  [REF_L3_IPV6] = 0x86dd,
					  [REF_L3_ARP] = 0x0806 };

	p->at[inner].eth = p->len;
	put_mac(r, p);
	put_mac(r, p);
	if (l->etag)
		put_etag(r, inner, p);
	for (unsigned int i = 0; i < l->n_tags; i++) {
		put_u16(p, gen_pick(r, tpids));
		p->at[inner].tag[i] = p->len;
		put_u16(p, random_tci(r));
	}
	if (l->pppoe != REF_PPPOE_NONE)
		put_u16(p, l->pppoe == REF_PPPOE_SESSION ? 0x8864 : 0x8863);
	else if (l->n_labels > 0)
		put_u16(p, gen_chance(r, 70) ? 0x8847 : 0x8848);
	else
		put_u16(p, l->l3 != REF_L3_NONE ? types[l->l3] : gen_pick(r, other_types));
}

/** The header and the PPP protocol; the length comes later. */
static void
put_pppoe(struct gen_random *r, const struct gen_layers *l, bool inner, struct gen_packet *p)
{
	p->at[inner].pppoe = p->len;
	put_u8(p, gen_chance(r, 97) ? 0x11 : gen_u64(r));
	put_u8(p, gen_chance(r, 80) ? 0 : gen_u64(r));
	put_u16(p, gen_below(r, 5));
	put_u16(p, 0);
	if (l->n_labels > 0)
		put_u16(p, gen_chance(r, 70) ? 0x0281 : 0x0283);
	else if (l->l3 == REF_L3_IPV4)
		put_u16(p, 0x0021);
	else
		put_u16(p, l->l3 == REF_L3_IPV6 ? 0x0057 : 0xc021);
}

static void
put_labels(struct gen_random *r, const struct gen_layers *l, bool inner, struct gen_packet *p)
{
	for (unsigned int i = 0; i < l->n_labels; i++) {
		bool bottom = i + 1 == l->n_labels;

		if (i < REF_LABELS)
			p->at[inner].label[i] = p->len;
		put_u16(p, 0);
		put_u8(p, gen_below(r, 4) << 4 | gen_below(r, 3) << 1 | bottom);
		put_u8(p, gen_chance(r, 50) ? 64 : gen_u64(r));
	}
}

static void
put_layers(struct gen_random *r, const struct gen_plan *plan, bool inner, struct gen_packet *p)
{
	const struct gen_layers *l = inner ? &plan->inner : &plan->outer;

	if (l->eth)
		put_eth(r, l, inner, p);
	if (l->pppoe != REF_PPPOE_NONE)
		put_pppoe(r, l, inner, p);
	put_labels(r, l, inner, p);
	switch (l->l3) {
	case REF_L3_IPV4:
		put_ipv4(r, plan, inner, p);
		break;
	case REF_L3_IPV6:
		put_ipv6(r, plan, inner, p);
		break;
	case REF_L3_ARP:
		put_arp(r, inner, p);
		break;
	case REF_L3_NONE:
		put_random(r, p, gen_below(r, 40));
		break;
	}
	if (l->pppoe != REF_PPPOE_NONE && !gen_chance(r, 10))
		set_u16(p, p->at[inner].pppoe + 4, p->len - p->at[inner].pppoe - 6);
}

void
gen_packet_forget(struct gen_packet *p)
{
	memset(p->at, 0xff, sizeof(p->at));
	p->tunnel_at = GEN_NOWHERE;
	p->gre_key_at = GEN_NOWHERE;
	p->gre_option_at = GEN_NOWHERE;
	p->psc_at = GEN_NOWHERE;
}

void
gen_packet(struct gen_random *r, const struct gen_plan *plan, struct gen_packet *p)
{
	memset(p, 0, sizeof(*p));
	gen_packet_forget(p);
	/* Metadata of tags means nothing as long as no flag says so. */
	p->vlan_tci = random_tci(r);
	p->vlan_tci_outer = random_tci(r);
	put_layers(r, plan, false, p);
	if (gen_chance(r, 50))
		gen_fix_sums(p);
}

struct ref_input
gen_input(const struct gen_packet *p)
{
	return (struct ref_input){
		.data = p->data,
		.len = p->len,
		.ol_flags = p->ol_flags,
		.vlan_tci = p->vlan_tci,
		.vlan_tci_outer = p->vlan_tci_outer,
	};
}
