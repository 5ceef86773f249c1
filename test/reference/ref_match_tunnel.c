/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "ref_bugs.h"
#include "ref_fields.h"
#include "ref_match_part.h"
#include "ref_packet.h"

static bool
is_nvgre(const struct ref_packet *p)
{
	const uint8_t *h = p->tunnel_header;

	if (ref_bug == REF_BUG_NVGRE_IS_GRE)
		return h[2] == 0x65 && h[3] == 0x58;
	return (h[0] & 0xb0) == 0x20 && h[2] == 0x65 && h[3] == 0x58;
}

static bool
nvgre_matches(const struct rte_flow_item *item, const struct ref_packet *p)
{
	uint8_t header[8];

	if (p->tunnel != REF_TUNNEL_GRE || !is_nvgre(p))
		return false;
	memcpy(header, p->tunnel_header, 4);
	memcpy(header + 4, p->gre.key, 4);
	return ref_fields_match(item, header);
}

static bool
gre_key_matches(const struct rte_flow_item *item, const struct ref_packet *p)
{
	if (p->tunnel != REF_TUNNEL_GRE || (!p->gre.has_key && ref_bug != REF_BUG_GRE_KEY_ABSENT))
		return false;
	return ref_fields_match(item, p->gre.key);
}

/** Is any bit of some bytes of the mask set? */
static bool
asked(const struct rte_flow_item *item, unsigned int byte, unsigned int bytes)
{
	return item->spec != NULL && ref_get(item->mask, 8 * byte, 8 * bytes) != 0;
}

static bool
gre_option_matches(const struct rte_flow_item *item, const struct ref_packet *p)
{
	bool all = ref_bug == REF_BUG_GRE_OPTION_ALL;
	uint8_t header[12];

	if (p->tunnel != REF_TUNNEL_GRE)
		return false;
	if ((all || asked(item, 0, 4)) && !p->gre.has_checksum)
		return false;
	if ((all || asked(item, 4, 4)) && !p->gre.has_key)
		return false;
	if ((all || asked(item, 8, 4)) && !p->gre.has_sequence)
		return false;
	memcpy(header, p->gre.checksum, 4);
	memcpy(header + 4, p->gre.key, 4);
	memcpy(header + 8, p->gre.sequence, 4);
	return ref_fields_match(item, header);
}

static bool
base_matches(const struct rte_flow_item *item, const struct ref_packet *p, enum ref_tunnel tunnel)
{
	return p->tunnel == tunnel && ref_fields_match(item, p->tunnel_header);
}

bool
ref_tunnel_matches(const struct rte_flow_item *item, const struct ref_packet *p)
{
	switch (item->type) {
	case RTE_FLOW_ITEM_TYPE_VXLAN:
		return base_matches(item, p, REF_TUNNEL_VXLAN);
	case RTE_FLOW_ITEM_TYPE_VXLAN_GPE:
		return base_matches(item, p, REF_TUNNEL_VXLAN_GPE);
	case RTE_FLOW_ITEM_TYPE_GENEVE:
		return base_matches(item, p, REF_TUNNEL_GENEVE);
	case RTE_FLOW_ITEM_TYPE_GRE:
		return base_matches(item, p, REF_TUNNEL_GRE);
	case RTE_FLOW_ITEM_TYPE_NVGRE:
		return nvgre_matches(item, p);
	case RTE_FLOW_ITEM_TYPE_GRE_KEY:
		return gre_key_matches(item, p);
	case RTE_FLOW_ITEM_TYPE_GRE_OPTION:
		return gre_option_matches(item, p);
	case RTE_FLOW_ITEM_TYPE_GTP:
		return base_matches(item, p, REF_TUNNEL_GTPU) ||
		       (base_matches(item, p, REF_TUNNEL_GTPC) && ref_bug != REF_BUG_GTP_IS_GTPU);
	case RTE_FLOW_ITEM_TYPE_GTPU:
		return base_matches(item, p, REF_TUNNEL_GTPU);
	case RTE_FLOW_ITEM_TYPE_GTPC:
		return base_matches(item, p, REF_TUNNEL_GTPC);
	default: /* GTP_PSC */
		return p->has_psc && ref_fields_match(item, p->psc);
	}
}
