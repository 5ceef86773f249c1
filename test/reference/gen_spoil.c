/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>
#include <rte_mbuf_core.h>

#include "gen_packet.h"
#include "ref_fields.h"

static void
flip(struct gen_random *r, struct gen_packet *p)
{
	for (unsigned int n = gen_between(r, 1, 3); n > 0 && p->len > 0; n--)
		p->data[gen_below(r, RTE_MIN(p->len, 120u))] ^= 1u << gen_below(r, 8);
}

static void
cut(struct gen_random *r, struct gen_packet *p)
{
	p->len = gen_below(r, p->len + 1);
}

static void
pad(struct gen_random *r, struct gen_packet *p)
{
	unsigned int len = RTE_MIN(gen_between(r, 1, 40), (uint32_t)sizeof(p->data) - p->len);

	gen_bytes(r, p->data + p->len, len);
	p->len += len;
}

static bool
is_ip(const struct gen_packet *p, const struct gen_offsets *at, unsigned int version)
{
	return at->l3 != GEN_NOWHERE && p->data[at->l3] >> 4 == version;
}

/** A length of the outer or inner IP header, or of the tunnel's options, that is wrong. */
static void
lie(struct gen_random *r, struct gen_packet *p)
{
	const struct gen_offsets *at = &p->at[gen_below(r, 2)];
	uint16_t len = gen_chance(r, 80) ? gen_below(r, 120) : gen_u64(r);

	if (p->tunnel_at != GEN_NOWHERE && gen_chance(r, 30)) {
		p->data[p->tunnel_at] ^= gen_below(r, 256);
		return;
	}
	if (is_ip(p, at, 4) && gen_chance(r, 25))
		p->data[at->l3] = gen_chance(r, 30) ? gen_u64(r) : 0x40 | gen_below(r, 16);
	else if (is_ip(p, at, 4))
		ref_put(p->data + at->l3, 16, 16, len);
	else if (is_ip(p, at, 6) && gen_chance(r, 10))
		p->data[at->l3] ^= 0x10 << gen_below(r, 4);
	else if (is_ip(p, at, 6))
		ref_put(p->data + at->l3, 32, 16, len);
}

void
gen_spoil(struct gen_random *r, struct gen_packet *p)
{
	switch (gen_below(r, 5)) {
	case 0:
		flip(r, p);
		break;
	case 1:
		cut(r, p);
		break;
	case 2:
		pad(r, p);
		break;
	case 3:
		lie(r, p);
		pad(r, p);
		break;
	case 4:
		lie(r, p);
		break;
	}
}

static bool
tag_in_front(const struct gen_packet *p)
{
	ref_int type;

	if (p->len < 18)
		return false;
	type = ref_get(p->data, 96, 16);
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/** Take the first tag out of the packet, as a lower port does; or make one up. */
static uint16_t
take_tag(struct gen_random *r, struct gen_packet *p, uint16_t made_up)
{
	uint16_t tci;

	if (!tag_in_front(p) || gen_chance(r, 15))
		return made_up;
	tci = ref_get(p->data, 112, 16);
	memmove(p->data + 12, p->data + 16, p->len - 16);
	p->len -= 4;
	return tci;
}

void
gen_strip(struct gen_random *r, struct gen_packet *p)
{
	const uint64_t vlan = RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
	const uint64_t qinq = RTE_MBUF_F_RX_QINQ | RTE_MBUF_F_RX_QINQ_STRIPPED;

	switch (gen_below(r, 6)) {
	case 0:
		/* The port knows the tags but has left them where they are. */
		p->ol_flags |= RTE_MBUF_F_RX_VLAN;
		if (gen_chance(r, 50))
			p->ol_flags |= RTE_MBUF_F_RX_QINQ;
		break;
	case 1:
		/* Only the outer one is gone. */
		p->vlan_tci_outer = take_tag(r, p, p->vlan_tci_outer);
		p->ol_flags |= qinq | RTE_MBUF_F_RX_VLAN;
		break;
	case 2:
	case 3:
		p->vlan_tci_outer = take_tag(r, p, p->vlan_tci_outer);
		p->vlan_tci = take_tag(r, p, p->vlan_tci);
		p->ol_flags |= qinq | vlan;
		break;
	default:
		p->vlan_tci = take_tag(r, p, p->vlan_tci);
		p->ol_flags |= vlan;
		break;
	}
	gen_packet_forget(p);
}

void
gen_packet_any(struct gen_random *r, struct gen_packet *p)
{
	struct gen_plan plan;

	gen_plan_random(r, &plan);
	gen_packet(r, &plan, p);
	if (gen_chance(r, 30))
		gen_spoil(r, p);
	if (gen_chance(r, 20))
		gen_strip(r, p);
}
