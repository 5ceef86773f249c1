/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stddef.h>

#include "parse_coherent.h"

#define STACK_META ((UINT64_C(1) << STEER_META_INNER) - 1)
#define RARE_META ((UINT64_C(1) << STEER_RARE_INNER) - 1)
#define EXTS (((UINT64_C(1) << STEER_EXT_COUNT) - 1) << STEER_META_EXT_SHIFT)

/* b cannot be without a. */
static bool
needs(uint64_t meta, uint64_t b, uint64_t a)
{
	return (meta & b) == 0 || (meta & a) == a;
}

static const char *
stack_incoherence(uint64_t meta)
{
	const enum steer_l3 l3 = steer_meta_l3(meta);
	const enum steer_l4 l4 = steer_meta_l4(meta);

	if (!!(meta & STEER_META_L3_ANY) != (l3 != STEER_L3_NONE))
		return "L3_ANY is not whether there is L3";
	if (!!(meta & STEER_META_L4_ANY) != (l4 != STEER_L4_NONE))
		return "L4_ANY is not whether there is L4";
	if (l4 > STEER_L4_L2TPV3)
		return "unknown L4";
	if (l4 != STEER_L4_NONE && l3 != STEER_L3_IPV4 && l3 != STEER_L3_IPV6)
		return "L4 without IP";
	if ((l4 == STEER_L4_ICMP && l3 != STEER_L3_IPV4) ||
	    (l4 == STEER_L4_IGMP && l3 != STEER_L3_IPV4) ||
	    (l4 == STEER_L4_ICMP6 && l3 != STEER_L3_IPV6))
		return "ICMP in the wrong IP";
	if (!needs(meta, STEER_META_VLAN2, STEER_META_VLAN1) ||
	    !needs(meta, STEER_META_VLAN1, STEER_META_VLAN0) ||
	    !needs(meta, STEER_META_VLAN0, STEER_META_ETH))
		return "a tag without the one before it";
	if (!needs(meta, STEER_META_NONFIRST, STEER_META_FRAG) ||
	    !needs(meta, STEER_META_EXT(STEER_EXT_FRAG), STEER_META_FRAG))
		return "a fragment that is none";
	if ((meta & STEER_META_NONFIRST) && l4 != STEER_L4_NONE)
		return "L4 in a later fragment";
	if ((meta & EXTS) && l3 != STEER_L3_IPV6)
		return "extension headers without IPv6";
	if ((meta & STEER_META_FRAG) && l3 != STEER_L3_IPV4 && l3 != STEER_L3_IPV6)
		return "a fragment without IP";
	return NULL;
}

static const char *
rare_incoherence(uint64_t meta, uint64_t rare)
{
	const enum steer_l3 l3 = steer_meta_l3(meta);

	if ((rare & STEER_RARE_AH) && l3 != STEER_L3_IPV4 && l3 != STEER_L3_IPV6)
		return "AH without IP";
	if ((rare & STEER_RARE_AH) && l3 == STEER_L3_IPV6 &&
	    !(meta & STEER_META_EXT(STEER_EXT_AUTH)))
		return "AH that is no extension header";
	if ((rare & (STEER_RARE_ND_NS | STEER_RARE_ND_NA | STEER_RARE_ECHO_REQUEST |
		     STEER_RARE_ECHO_REPLY | STEER_RARE_SLA | STEER_RARE_TLA |
		     STEER_RARE_ND_OPT(0))) && steer_meta_l4(meta) != STEER_L4_ICMP6)
		return "neighbor discovery or echo without ICMPv6";
	if ((rare & (STEER_RARE_UDP_ESP | STEER_RARE_PFCP)) ==
	    (STEER_RARE_UDP_ESP | STEER_RARE_PFCP))
		return "ESP and PFCP at once";
	if ((rare & STEER_RARE_PFCP) && steer_meta_l4(meta) != STEER_L4_UDP)
		return "PFCP without UDP";
	if ((rare & STEER_RARE_NEXT(0)) && l3 != STEER_L3_IPV6)
		return "next headers without IPv6";
	if ((rare & STEER_RARE_PPP) && !(rare & STEER_RARE_PPPOES))
		return "a PPP protocol without PPPoE";
	if ((rare & STEER_RARE_PPPOES) && (rare & STEER_RARE_PPPOED))
		return "PPPoE of both kinds";
	for (unsigned int n = 1; n < STEER_MPLS_MAX; n++)
		if (!needs(rare, STEER_RARE_MPLS(n), STEER_RARE_MPLS(n - 1)))
			return "a label without the one before it";
	if (!!(rare & (STEER_RARE_PPPOES | STEER_RARE_PPPOED | STEER_RARE_MPLS(0))) !=
	    !!(meta & STEER_META_L25))
		return "L25 is not whether there are PPPoE or MPLS";
	if ((rare & STEER_RARE_UDP_ESP) && steer_meta_l4(meta) != STEER_L4_UDP)
		return "ESP in UDP without UDP";
	return NULL;
}

/* Depth bits imply those below them. */
static const char *
depth_incoherence(uint64_t meta, uint32_t depth)
{
	if (!(depth & STEER_DEPTH_TUNNEL) && meta >> STEER_META_INNER != 0)
		return "tunnel not asked for";
	if (!(depth & (STEER_DEPTH_TUNNEL | STEER_DEPTH_L4)) &&
	    (meta & (STEER_META_L4 | EXTS)) != 0)
		return "L4 not asked for";
	if (!(depth & (STEER_DEPTH_TUNNEL | STEER_DEPTH_L4 | STEER_DEPTH_L3)) &&
	    (meta & STEER_META_L3) != 0)
		return "L3 not asked for";
	return NULL;
}

static const char *
tunnel_incoherence(const struct steer_key *key, uint64_t tunnel)
{
	const uint64_t inner = key->meta >> STEER_META_INNER & STACK_META;
	const bool over_ip = tunnel == STEER_TUNNEL_GRE || tunnel == STEER_TUNNEL_NVGRE ||
			     tunnel == STEER_TUNNEL_IP;

	if (tunnel > STEER_TUNNEL_GTPC_PSC)
		return "unknown tunnel";
	if (over_ip && ((key->meta & STEER_META_L4_ANY) || (key->meta & STEER_META_NONFIRST) ||
			steer_meta_l3(key->meta) == STEER_L3_ARP))
		return "a tunnel that is not in IP";
	if (!over_ip && steer_meta_l4(key->meta) != STEER_L4_UDP)
		return "a tunnel that is not in UDP";
	if ((tunnel == STEER_TUNNEL_IP || tunnel == STEER_TUNNEL_MPLS ||
	     tunnel >= STEER_TUNNEL_GTPU) && (inner & STEER_META_ETH) != 0)
		return "Ethernet in a tunnel of IP or MPLS";
	if ((tunnel == STEER_TUNNEL_GTPC || tunnel == STEER_TUNNEL_GTPC_PSC) && inner != 0)
		return "something in GTP control";
	return NULL;
}

const char *
parse_incoherence(const struct steer_key *key, uint32_t depth)
{
	const uint64_t tunnel = (key->meta & STEER_META_TUNNEL) >> STEER_META_TUNNEL_SHIFT;
	const char *words = stack_incoherence(key->meta & STACK_META);

	if (words == NULL)
		words = stack_incoherence(key->meta >> STEER_META_INNER & STACK_META);
	if (words == NULL && (depth & STEER_DEPTH_RARE))
		words = rare_incoherence(key->meta & STACK_META, key->rare & RARE_META);
	if (words == NULL && (depth & STEER_DEPTH_RARE))
		words = rare_incoherence(key->meta >> STEER_META_INNER & STACK_META,
					 key->rare >> STEER_RARE_INNER);
	if (words == NULL)
		words = depth_incoherence(key->meta, depth);
	if (words != NULL)
		return words;
	if (tunnel == STEER_TUNNEL_NONE && key->meta >> STEER_META_INNER != 0)
		return "inner headers without tunnel";
	return tunnel != STEER_TUNNEL_NONE ? tunnel_incoherence(key, tunnel) : NULL;
}
