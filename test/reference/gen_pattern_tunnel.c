/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "gen_item.h"
#include "gen_pattern.h"
#include "gen_rule.h"
#include "ref_packet.h"

/** GRE or NVGRE, and its optional fields, some of which say that it is GRE as well. */
static void
add_gre(const struct gen_maker *m, const struct ref_packet *p)
{
	bool nvgre = p->gre.has_key && !p->gre.has_checksum && !p->gre.has_sequence &&
		     gen_chance(m->r, 40);
	/* Behind NVGRE, which has the key's bytes, it may contradict: then it is refused. */
	bool key = !nvgre && gen_chance(m->r, p->gre.has_key ? 40 : 5);
	bool option = gen_chance(m->r, 25);
	uint8_t header[12];

	memcpy(header, p->tunnel_header, 4);
	memcpy(header + 4, p->gre.key, 4);
	if (nvgre)
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_NVGRE, header);
	else if (!(key || option) || gen_chance(m->r, 70))
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_GRE, header);
	if (key)
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_GRE_KEY, p->gre.key);
	if (!option)
		return;
	memcpy(header, p->gre.checksum, 4);
	memcpy(header + 4, p->gre.key, 4);
	memcpy(header + 8, p->gre.sequence, 4);
	gen_add_item(m, RTE_FLOW_ITEM_TYPE_GRE_OPTION, header);
}

static void
add_gtp(const struct gen_maker *m, const struct ref_packet *p)
{
	bool psc = gen_chance(m->r, p->has_psc ? 60 : 5);

	if (!psc || gen_chance(m->r, 80)) {
		if (gen_chance(m->r, 30))
			gen_add_item(m, RTE_FLOW_ITEM_TYPE_GTP, p->tunnel_header);
		else if (p->tunnel == REF_TUNNEL_GTPU)
			gen_add_item(m, RTE_FLOW_ITEM_TYPE_GTPU, p->tunnel_header);
		else
			gen_add_item(m, RTE_FLOW_ITEM_TYPE_GTPC, p->tunnel_header);
	}
	if (psc)
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_GTP_PSC, p->psc);
}

void
gen_add_tunnel(const struct gen_maker *m, const struct ref_packet *p)
{
	switch (p->tunnel) {
	case REF_TUNNEL_VXLAN:
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_VXLAN, p->tunnel_header);
		break;
	case REF_TUNNEL_VXLAN_GPE:
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_VXLAN_GPE, p->tunnel_header);
		break;
	case REF_TUNNEL_GENEVE:
		gen_add_item(m, RTE_FLOW_ITEM_TYPE_GENEVE, p->tunnel_header);
		break;
	case REF_TUNNEL_GRE:
		add_gre(m, p);
		break;
	case REF_TUNNEL_GTPU:
	case REF_TUNNEL_GTPC:
		add_gtp(m, p);
		break;
	case REF_TUNNEL_IP:
	case REF_TUNNEL_MPLS:
	case REF_TUNNEL_NONE:
		break;
	}
}
