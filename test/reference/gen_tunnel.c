/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>

#include "gen_put.h"

static uint16_t
type_of(const struct gen_layers *inner)
{
	if (inner->eth)
		return 0x6558;
	if (inner->n_labels > 0)
		return 0x8847;
	return inner->l3 == REF_L3_IPV4 ? 0x0800 : 0x86dd;
}

/** Mostly the right one. */
static uint16_t
random_type(struct gen_random *r, const struct gen_layers *inner)
{
	static const uint16_t others[] = { 0x0806, 0x8100, 0x880b, 0x0000, 0x8847, 0x6558 };

	return gen_chance(r, 4) ? gen_pick(r, others) : type_of(inner);
}

static void
put_vni(struct gen_random *r, struct gen_packet *p)
{
	put_u32(p, gen_between(r, 1, 4) << 8 | (gen_chance(r, 10) ? 0x5a : 0));
}

/** Words of options: one behind the other, or anything. */
static void
put_options(struct gen_random *r, unsigned int words, struct gen_packet *p)
{
	static const uint16_t classes[] = { 0x0101, 0x0101, 0x0102, 0xffff };
	static const uint8_t types[] = { 0x01, 0x02, 0x80, 0x81 };
	unsigned int length;

	while (words > 0 && !gen_chance(r, 8)) {
		/* Now and then one word too long. */
		length = gen_below(r, RTE_MIN(words, 4u));
		put_u16(p, gen_pick(r, classes));
		put_u8(p, gen_pick(r, types));
		put_u8(p, (length + gen_chance(r, 2)) | (gen_chance(r, 10) ? 0xe0 : 0));
		for (unsigned int i = 0; i < 4 * length; i++)
			put_u8(p, gen_below(r, 2));
		words -= 1 + length;
	}
	put_random(r, p, 4 * words);
}

static void
put_geneve(struct gen_random *r, const struct gen_layers *inner, struct gen_packet *p)
{
	unsigned int options = 0;

	if (gen_chance(r, 50))
		options = gen_chance(r, 90) ? gen_between(r, 1, 8) : gen_between(r, 9, 63);
	/* Version, options, OAM and critical bits. */
	put_u8(p, options | (gen_chance(r, 3) ? gen_below(r, 4) << 6 : 0));
	put_u8(p, gen_chance(r, 80) ? 0 : gen_u64(r));
	put_u16(p, random_type(r, inner));
	put_vni(r, p);
	put_options(r, options, p);
}

static void
put_vxlan(struct gen_random *r, struct gen_packet *p)
{
	put_u8(p, gen_chance(r, 90) ? 0x08 : gen_u64(r));
	put_u8(p, 0);
	put_u16(p, gen_chance(r, 90) ? 0 : gen_u64(r));
	put_vni(r, p);
}

static void
put_vxlan_gpe(struct gen_random *r, const struct gen_layers *inner, struct gen_packet *p)
{
	uint8_t next = inner->l3 == REF_L3_IPV4 ? 1 : 2;

	if (inner->eth || inner->n_labels > 0)
		next = inner->eth ? 3 : 5;
	put_u8(p, gen_chance(r, 90) ? 0x0c : gen_u64(r));
	put_u16(p, gen_chance(r, 90) ? 0 : gen_u64(r));
	put_u8(p, gen_chance(r, 92) ? next : gen_below(r, 8));
	put_vni(r, p);
}

static uint8_t
random_gre_flags(struct gen_random *r, const struct gen_plan *plan)
{
	uint8_t flags = plan->gre_flags;

	if (plan->nvgre)
		return flags | 0x20;
	if (gen_chance(r, 50))
		flags |= gen_u64(r) & 0xb0;
	if (gen_chance(r, 3))
		flags |= gen_u64(r) & 0x4f;
	return flags;
}

static void
put_gre(struct gen_random *r, const struct gen_plan *plan, struct gen_packet *p)
{
	uint8_t flags = random_gre_flags(r, plan);

	put_u8(p, flags);
	put_u8(p, gen_chance(r, 4) ? gen_u64(r) : 0);
	put_u16(p, random_type(r, &plan->inner));
	if ((flags & 0xb0) == 0xb0)
		p->gre_option_at = p->len;
	if (flags & 0xc0)
		put_random(r, p, 4);
	if (flags & 0x20) {
		p->gre_key_at = p->len;
		put_u32(p, gen_between(r, 1, 4) << 8 | gen_below(r, 2));
	}
	if (flags & 0x10)
		put_u32(p, gen_below(r, 5));
}

/** Extension headers; each says in front how long it is, and at its end what follows. */
static void
put_gtp_exts(struct gen_random *r, const struct gen_plan *plan, struct gen_packet *p)
{
	static const uint8_t types[] = { 0x85, 0xc0, 0x40, 0x20 };
	unsigned int n = gen_chance(r, 85) ? gen_between(r, 1, 3) : gen_between(r, 7, 9);
	unsigned int psc = plan->psc ? gen_below(r, RTE_MIN(n, 2u)) : n;

	for (unsigned int i = 0; i < n; i++) {
		unsigned int words = gen_chance(r, 70) ? 1 : gen_between(r, 2, 3);
		uint8_t type = i == psc ? 0x85 : gen_pick(r, types);

		/* In what stands in front of it. */
		p->data[p->len - 1] = type;
		if (type == 0x85 && p->psc_at == GEN_NOWHERE)
			p->psc_at = p->len;
		put_u8(p, gen_chance(r, 98) ? words : gen_below(r, 3));
		put_u8(p, gen_below(r, 2) << 4);
		put_u8(p, gen_chance(r, 80) ? gen_below(r, 10) : gen_u64(r));
		put_random(r, p, 4 * (words - 1));
		put_u8(p, 0);
	}
}

static void
put_gtp(struct gen_random *r, const struct gen_plan *plan, struct gen_packet *p)
{
	uint8_t flags = 0x30;

	if (plan->psc || gen_chance(r, 15))
		flags |= 0x04;
	if (gen_chance(r, 30))
		flags |= gen_below(r, 4);
	if (gen_chance(r, 4))
		flags ^= 0x10 << gen_below(r, 4);
	put_u8(p, flags);
	put_u8(p, gen_chance(r, 85) ? 255 : gen_u64(r));
	put_u16(p, gen_u64(r));
	put_u32(p, gen_between(r, 1, 6));
	if ((flags & 0x07) == 0)
		return;
	put_random(r, p, 3);
	put_u8(p, 0);
	if (flags & 0x04)
		put_gtp_exts(r, plan, p);
	else if (gen_chance(r, 30))
		/* Means nothing without its flag. */
		p->data[p->len - 1] = 0x85;
}

void
gen_tunnel_header(struct gen_random *r, const struct gen_plan *plan, struct gen_packet *p)
{
	if (plan->tunnel != REF_TUNNEL_IP && plan->tunnel != REF_TUNNEL_MPLS)
		p->tunnel_at = p->len;
	switch (plan->tunnel) {
	case REF_TUNNEL_VXLAN:
		put_vxlan(r, p);
		break;
	case REF_TUNNEL_GENEVE:
		put_geneve(r, &plan->inner, p);
		break;
	case REF_TUNNEL_VXLAN_GPE:
		put_vxlan_gpe(r, &plan->inner, p);
		break;
	case REF_TUNNEL_GRE:
		put_gre(r, plan, p);
		break;
	case REF_TUNNEL_GTPU:
	case REF_TUNNEL_GTPC:
		put_gtp(r, plan, p);
		break;
	case REF_TUNNEL_IP:
	case REF_TUNNEL_MPLS:
	case REF_TUNNEL_NONE:
		break;
	}
}

uint16_t
gen_tunnel_port(enum ref_tunnel tunnel)
{
	static const uint16_t ports[] = {
		[REF_TUNNEL_VXLAN] = 4789, [REF_TUNNEL_VXLAN_GPE] = 4790,
		[REF_TUNNEL_GENEVE] = 6081, [REF_TUNNEL_GTPU] = 2152, [REF_TUNNEL_GTPC] = 2123,
		[REF_TUNNEL_MPLS] = 6635,
	};

	return ports[tunnel];
}

uint8_t
gen_tunnel_proto(struct gen_random *r, const struct gen_plan *plan)
{
	if (plan->tunnel == REF_TUNNEL_GRE)
		return 47;
	/* Now and then that of the other version. */
	return (plan->inner.l3 == REF_L3_IPV4) != gen_chance(r, 8) ? 4 : 41;
}
