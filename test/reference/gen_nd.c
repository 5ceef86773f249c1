/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* ICMPv6 with neighbor discovery, and what UDP carries in the same stack. */

#include <rte_common.h>

#include "gen_put.h"

static uint8_t
random_type(struct gen_random *r, enum ref_nd nd)
{
	static const uint8_t types[] = { 1, 128, 129, 133, 134, 135, 136, 137 };

	if (nd == REF_ND_NONE)
		return gen_pick(r, types);
	return nd == REF_ND_NS ? 135 : 136;
}

static void
put_option(struct gen_random *r, bool inner, struct gen_packet *p)
{
	uint8_t type = gen_chance(r, 75) ? gen_between(r, 1, 2) : gen_below(r, 6);
	uint8_t len = gen_chance(r, 85) ? 1 : gen_below(r, 3);

	if (type == 1 && len == 1 && p->at[inner].sla == GEN_NOWHERE)
		p->at[inner].sla = p->len;
	if (type == 2 && len == 1 && p->at[inner].tla == GEN_NOWHERE)
		p->at[inner].tla = p->len;
	put_u8(p, type);
	put_u8(p, len);
	put_u32(p, 0x02000000);
	put_u16(p, gen_below(r, 4));
	if (len == 2)
		put_random(r, p, 8);
}

void
gen_put_icmp6(struct gen_random *r, enum ref_nd nd, bool inner, struct gen_packet *p)
{
	static const uint8_t bodies[] = { [133] = 8, [134] = 16, [135] = 24, [136] = 24,
					  [137] = 40 };
	uint8_t type = random_type(r, nd);
	unsigned int opts = gen_chance(r, 90) ? gen_between(r, 1, 4) : gen_between(r, 4, 10);
	unsigned int body = type < RTE_DIM(bodies) ? bodies[type] : 0;
	uint32_t at = p->len;

	put_u8(p, type);
	put_u8(p, gen_chance(r, 80) ? 0 : gen_below(r, 3));
	put_u16(p, gen_u64(r));
	if (body == 0)
		return;
	put_u32(p, gen_chance(r, 80) ? 0 : gen_u64(r));
	while (p->len < at + body)
		put_u8(p, gen_below(r, 3));
	for (unsigned int i = 0; i < opts; i++) {
		if (i < REF_OPTS)
			p->at[inner].opt[i] = p->len;
		put_option(r, inner, p);
	}
}

void
gen_put_esp(struct gen_random *r, struct gen_packet *p)
{
	put_u32(p, gen_chance(r, 90) ? gen_between(r, 0, 4) : gen_u64(r));
	put_u32(p, gen_below(r, 8));
}

static void
put_pfcp(struct gen_random *r, struct gen_packet *p)
{
	static const uint8_t messages[] = { 1, 2, 50, 51, 52, 54 };

	put_u8(p, (gen_chance(r, 90) ? 0x20 : gen_u64(r) & 0xe0) | gen_below(r, 4));
	put_u8(p, gen_pick(r, messages));
	put_u16(p, gen_below(r, 40));
	put_u32(p, 0);
	put_u32(p, gen_below(r, 4));
	put_u32(p, gen_u64(r));
}

void
gen_put_behind_udp(struct gen_random *r, enum ref_udp udp, bool inner, struct gen_packet *p)
{
	if (udp != REF_UDP_NONE)
		p->at[inner].udp = p->len;
	if (udp == REF_UDP_ESP)
		gen_put_esp(r, p);
	else if (udp == REF_UDP_PFCP)
		put_pfcp(r, p);
	/* Long enough for a tunnel header where the port says so by chance. */
	put_random(r, p, gen_below(r, 40));
}
