/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "parse_expect.h"
#include "steer_compat.h"

const enum packet_layer parse_chains[][PACKET_LAYERS + 1] = {
	{ P_ETH },
	{ P_ETH, P_PAYLOAD },
	{ P_ETH, P_VLAN, P_PAYLOAD },
	{ P_ETH, P_QINQ, P_VLAN, P_PAYLOAD },
	{ P_ETH, P_ARP },
	{ P_ETH, P_VLAN, P_ARP, P_PAYLOAD },
	{ P_ETH, P_ETAG, P_PAYLOAD },
	{ P_ETH, P_ETAG, P_IPV4, P_TCP },
	{ P_ETH, P_ETAG, P_QINQ, P_VLAN, P_IPV6, P_UDP },
	{ P_ETH, P_PPPOE, P_PPP, P_IPV4, P_UDP, P_PAYLOAD },
	{ P_ETH, P_VLAN, P_PPPOE, P_PPP, P_IPV6, P_DEST, P_TCP },
	{ P_ETH, P_PPPOE, P_PPP, P_PAYLOAD },
	{ P_ETH, P_PPPOED, P_PAYLOAD },
	{ P_ETH, P_PPPOE, P_PPP, P_LABEL, P_LAST_LABEL, P_IPV4, P_TCP },
	{ P_ETH, P_LAST_LABEL, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_LAST_LABEL, P_IPV6, P_UDP },
	{ P_ETH, P_LAST_LABEL, P_PAYLOAD },
	{ P_ETH, P_LAST_LABEL },
	{ P_ETH, P_QINQ, P_VLAN, P_LABEL, P_LABEL, P_LABEL, P_LABEL, P_LAST_LABEL, P_IPV4, P_UDP },
	{ P_ETH, P_LABEL, P_LABEL, P_LABEL, P_LABEL, P_LABEL, P_LAST_LABEL, P_IPV4, P_UDP },
	{ P_ETH, P_VLAN, P_QINQ, P_LABEL, P_LAST_LABEL, P_IPV4, P_TCP },
	{ P_ETH, P_VLAN, P_QINQ1, P_IPV6, P_UDP },
	{ P_ETH, P_VLAN, P_LABEL, P_LAST_LABEL, P_IPV4, P_UDP },
	{ P_ETH, P_VLAN, P_LAST_LABEL, P_IPV6, P_TCP },
	{ P_ETH, P_VLAN, P_PPPOED, P_PAYLOAD },
	{ P_ETH, P_PPPOE, P_PPP, P_LAST_LABEL, P_IPV4, P_UDP },
	{ P_ETH, P_ETAG, P_VLAN, P_PPPOE, P_PPP, P_LAST_LABEL, P_IPV4, P_UDP, P_VXLAN, P_ETH,
	  P_ETAG, P_VLAN, P_PPPOE, P_PPP, P_LAST_LABEL, P_IPV6, P_TCP },
	{ P_ETH, P_IPV4 },
	{ P_ETH, P_IPV4, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_SCTP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_ICMP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_ESP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_IGMP, P_PAYLOAD },
	{ P_ETH, P_VLAN, P_IPV4, P_L2TPV3, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_AUTH, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4_OPT, P_AUTH, P_ESP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_AUTH, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_AUTH, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_UDP, P_UDP_ESP, P_PAYLOAD },
	{ P_ETH, P_IPV4_OPT, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4_FULL, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV4_FIRST, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4_FIRST, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4_LATER, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4_LATER, P_UDP, P_VXLAN, P_ETH },
	{ P_ETH, P_VLAN, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_QINQ, P_VLAN, P_IPV4, P_UDP, P_PAYLOAD },
	{ P_ETH, P_QINQ1, P_QINQ1, P_IPV6, P_SCTP, P_PAYLOAD },
	{ P_ETH, P_QINQ, P_VLAN, P_VLAN, P_IPV4, P_TCP },
	{ P_ETH, P_VLAN, P_VLAN, P_QINQ, P_VLAN, P_IPV6 },
	{ P_ETH, P_IPV6 },
	{ P_ETH, P_IPV6, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_SCTP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_ICMP6, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_HOP, P_TCP },
	{ P_ETH, P_IPV6, P_ROUTE, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_FRAG, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_FRAG_LATER, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_AUTH, P_TCP },
	{ P_ETH, P_IPV6, P_ESP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_ICMP6_ECHO, P_ECHO_REST, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_HOP, P_ICMP6_NS, P_NS_REST },
	{ P_ETH, P_IPV6, P_ICMP6_NS, P_NS_REST, P_SLA, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_ICMP6_NS, P_NS_REST, P_TLA, P_SLA, P_SLA, P_SLA, P_SLA, P_TLA },
	{ P_ETH, P_IPV4, P_UDP, P_PFCP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_UDP, P_PFCP_SEID },
	{ P_ETH, P_IPV6, P_ROUTE, P_DEST, P_ROUTE, P_TCP },
	{ P_ETH, P_IPV6, P_L2TPV3, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_AUTH, P_AUTH, P_UDP, P_UDP_ESP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_DEST, P_ICMP6 },
	{ P_ETH, P_IPV6, P_MOBIL },
	{ P_ETH, P_IPV6, P_HIP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_SHIM6, P_SCTP },
	{ P_ETH, P_IPV6, P_HOP, P_DEST, P_ROUTE, P_FRAG, P_AUTH, P_DEST, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_HOP, P_DEST, P_ROUTE, P_FRAG_LATER, P_AUTH, P_TCP },
	/* As many as are looked through, and one more. */
	{ P_ETH, P_IPV6, P_HOP, P_DEST, P_ROUTE, P_FRAG, P_AUTH, P_MOBIL, P_HIP, P_SHIM6, P_UDP },
	{ P_ETH, P_IPV6, P_DEST, P_DEST, P_DEST, P_DEST, P_DEST, P_DEST, P_DEST, P_DEST, P_TCP },
	{ P_ETH, P_IPV6, P_DEST, P_DEST, P_DEST, P_DEST, P_DEST, P_DEST, P_DEST, P_DEST, P_HOP,
	  P_TCP },
	{ P_ETH, P_IPV6, P_HOP, P_HOP, P_HOP, P_HOP, P_HOP, P_HOP, P_HOP, P_HOP, P_ESP },
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_VLAN, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_VLAN, P_QINQ, P_IPV6, P_UDP },
	{ P_ETH, P_IPV6, P_UDP, P_VXLAN, P_ETH, P_QINQ, P_VLAN, P_VLAN, P_IPV4, P_TCP },
	{ P_ETH, P_IPV6, P_DEST, P_UDP, P_VXLAN, P_ETH, P_IPV6, P_HOP, P_FRAG, P_ICMP6 },
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV6, P_AUTH, P_UDP, P_UDP_ESP },
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_ESP },
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_ARP },
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4_LATER, P_TCP },
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV6, P_TCP },
	{ P_ETH, P_IPV4, P_UDP, P_GENEVE, P_ETH, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_UDP, P_GENEVE_OPT, P_ETH, P_IPV6, P_SCTP },
	{ P_ETH, P_IPV4, P_UDP, P_GENEVE_FULL, P_ETH, P_IPV4_FULL, P_ICMP },
	{ P_ETH, P_IPV6, P_UDP, P_GENEVE, P_IPV4, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_UDP, P_GENEVE_OPT, P_IPV6, P_FRAG_LATER, P_TCP },
	{ P_ETH, P_IPV4, P_UDP, P_GENEVE, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_UDP, P_GPE, P_ETH, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_UDP, P_GPE, P_IPV4, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_UDP, P_GPE, P_IPV6, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_UDP, P_GPE, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_GRE, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_GRE, P_IPV6, P_UDP },
	{ P_ETH, P_IPV4, P_GRE, P_LAST_LABEL, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4_OPT, P_GRE, P_IPV6, P_UDP },
	{ P_ETH, P_VLAN, P_IPV6, P_GRE, P_ETH, P_VLAN, P_IPV4, P_SCTP },
	{ P_ETH, P_IPV4, P_GRE_KEY, P_ETH, P_IPV6, P_HOP, P_TCP },
	{ P_ETH, P_IPV6, P_DEST, P_GRE_KEY, P_IPV4, P_UDP },
	{ P_ETH, P_IPV4, P_GRE_FULL, P_IPV4, P_ICMP },
	{ P_ETH, P_IPV4, P_GRE_FULL, P_ETH, P_ARP },
	{ P_ETH, P_IPV4, P_GRE, P_PAYLOAD },
	{ P_ETH, P_IPV4_FIRST, P_GRE, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4_LATER, P_GRE, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_IPV6, P_DEST, P_UDP },
	{ P_ETH, P_IPV6, P_IPV4_OPT, P_SCTP },
	{ P_ETH, P_VLAN, P_IPV6, P_HOP, P_IPV6, P_ICMP6 },
	{ P_ETH, P_IPV6, P_FRAG, P_IPV4, P_TCP },
	{ P_ETH, P_IPV6, P_FRAG_LATER, P_IPV4, P_TCP },
	/* A tunnel in a tunnel. */
	{ P_ETH, P_IPV4, P_IPV4, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4, P_GRE, P_IPV4, P_GRE, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4, P_UDP, P_GTPU, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_IPV6, P_UDP, P_GTPU_SEQ, P_IPV6, P_UDP },
	{ P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_IPV4, P_UDP, P_PAYLOAD },
	{ P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_GTP_OTHER, P_PSC, P_PSC, P_IPV6, P_TCP },
	{ P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_GTP_OTHER, P_IPV4, P_UDP },
	/* As many extension headers as are looked through, and one more. */
	{ P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_PSC, P_PSC, P_PSC, P_PSC, P_PSC, P_PSC, P_PSC,
	  P_IPV4, P_UDP },
	{ P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_PSC, P_PSC, P_PSC, P_PSC, P_PSC, P_PSC, P_PSC,
	  P_PSC, P_IPV4, P_UDP },
	{ P_ETH, P_IPV4, P_UDP, P_GTPC, P_PAYLOAD },
	/* MPLS in tunnels. */
	{ P_ETH, P_IPV4, P_UDP, P_LAST_LABEL, P_IPV4, P_TCP, P_PAYLOAD },
	{ P_ETH, P_LAST_LABEL, P_IPV6, P_UDP, P_LABEL, P_LABEL, P_LAST_LABEL, P_IPV6, P_UDP },
	{ P_ETH, P_IPV4, P_GRE, P_LABEL, P_LAST_LABEL, P_IPV4, P_TCP },
	{ P_ETH, P_IPV6, P_GRE_KEY, P_LAST_LABEL, P_IPV6, P_SCTP },
	{ P_ETH, P_IPV4, P_UDP, P_GPE, P_LAST_LABEL, P_IPV4, P_UDP },
	{ P_ETH, P_IPV4, P_UDP, P_GENEVE, P_LAST_LABEL, P_IPV4, P_UDP },
	{ P_ETH, P_IPV4, P_GRE, P_IPV4, P_UDP, P_LAST_LABEL, P_IPV4, P_TCP },
	{ P_ETH, P_IPV6, P_UDP, P_GTPC_EXT, P_PSC, P_PAYLOAD },
};
const unsigned int parse_n_chains = RTE_DIM(parse_chains);

/* What each header adds to meta. */
#define L3(type) ((uint64_t)STEER_L3_##type << STEER_META_L3_SHIFT | STEER_META_L3_ANY)
#define L4(type) ((uint64_t)STEER_L4_##type << STEER_META_L4_SHIFT | STEER_META_L4_ANY)
#define EXT(type) STEER_META_EXT(STEER_EXT_##type)
#define LATER (STEER_META_FRAG | STEER_META_NONFIRST)

#define SLOT(name) offsetof(struct steer_stack, name)
#define NO_SLOT 0xff

enum kind { L2, TAG, BETWEEN, IP, ARP, EXTENSION, PORTS, BEHIND_L4, TUNNEL, GTP_EXT, UNKNOWN };

static const struct {
	enum kind kind;
	uint8_t slot;
	uint8_t len;
	uint64_t meta;
} adds[P_LAYERS] = {
	[P_ETH] = { L2, SLOT(l2), 14, STEER_META_ETH },
	[P_VLAN] = { TAG, SLOT(l2) + 14, 4, STEER_META_VLAN0 },
	[P_QINQ] = { TAG, SLOT(l2) + 14, 4, STEER_META_VLAN0 },
	[P_QINQ1] = { TAG, SLOT(l2) + 14, 4, STEER_META_VLAN0 },
	[P_IPV4] = { IP, SLOT(l3), 20, L3(IPV4) },
	[P_IPV4_OPT] = { IP, SLOT(l3), 20, L3(IPV4) },
	[P_IPV4_FULL] = { IP, SLOT(l3), 20, L3(IPV4) },
	[P_IPV4_FIRST] = { IP, SLOT(l3), 20, L3(IPV4) | STEER_META_FRAG },
	[P_IPV4_LATER] = { IP, SLOT(l3), 20, L3(IPV4) | LATER },
	[P_IPV6] = { IP, SLOT(l3), 40, L3(IPV6) },
	[P_ARP] = { ARP, SLOT(l3), 14, L3(ARP) },
	[P_ETAG] = { BETWEEN, NO_SLOT, 8, 0 },
	[P_PPPOE] = { BETWEEN, NO_SLOT, 6, STEER_META_L25 },
	[P_PPPOED] = { BETWEEN, NO_SLOT, 6, STEER_META_L25 },
	[P_PPP] = { BETWEEN, NO_SLOT, 2, 0 },
	[P_LABEL] = { BETWEEN, NO_SLOT, 4, STEER_META_L25 },
	[P_LAST_LABEL] = { BETWEEN, NO_SLOT, 4, STEER_META_L25 },
	[P_HOP] = { EXTENSION, NO_SLOT, 0, EXT(HOP) },
	[P_ROUTE] = { EXTENSION, NO_SLOT, 0, EXT(ROUTE) },
	[P_FRAG] = { EXTENSION, SLOT(frag), 8, EXT(FRAG) | STEER_META_FRAG },
	[P_FRAG_LATER] = { EXTENSION, SLOT(frag), 8, EXT(FRAG) | LATER },
	[P_AUTH] = { EXTENSION, NO_SLOT, 0, EXT(AUTH) },
	[P_ESP] = { PORTS, SLOT(l4), 8, L4(ESP) },
	[P_DEST] = { EXTENSION, NO_SLOT, 0, EXT(DEST) },
	[P_MOBIL] = { EXTENSION, NO_SLOT, 0, EXT(MOBIL) },
	[P_HIP] = { EXTENSION, NO_SLOT, 0, EXT(HIP) },
	[P_SHIM6] = { EXTENSION, NO_SLOT, 0, EXT(SHIM6) },
	[P_TCP] = { PORTS, SLOT(l4), 20, L4(TCP) },
	[P_UDP] = { PORTS, SLOT(l4), 8, L4(UDP) },
	[P_SCTP] = { PORTS, SLOT(l4), 12, L4(SCTP) },
	[P_ICMP] = { PORTS, SLOT(l4), 8, L4(ICMP) },
	[P_ICMP6] = { PORTS, SLOT(l4), 4, L4(ICMP6) },
	[P_ICMP6_ECHO] = { PORTS, SLOT(l4), 4, L4(ICMP6) },
	[P_ECHO_REST] = { BEHIND_L4, SLOT(l4) + 4, 4, 0 },
	[P_ICMP6_NS] = { PORTS, SLOT(l4), 4, L4(ICMP6) },
	[P_NS_REST] = { BEHIND_L4, SLOT(l4) + 4, 20, 0 },
	[P_SLA] = { BEHIND_L4, NO_SLOT, 8, 0 },
	[P_TLA] = { BEHIND_L4, NO_SLOT, 8, 0 },
	[P_PFCP] = { BEHIND_L4, NO_SLOT, 8, 0 },
	[P_PFCP_SEID] = { BEHIND_L4, NO_SLOT, 16, 0 },
	[P_IGMP] = { PORTS, SLOT(l4), 8, L4(IGMP) },
	[P_L2TPV3] = { PORTS, SLOT(l4), 4, L4(L2TPV3) },
	[P_UDP_ESP] = { BEHIND_L4, SLOT(l4) + 8, 8, 0 },
	[P_VXLAN] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_VXLAN },
	[P_GENEVE] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_GENEVE },
	[P_GENEVE_OPT] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_GENEVE },
	[P_GENEVE_FULL] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_GENEVE },
	[P_GPE] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_VXLAN_GPE },
	[P_GRE] = { TUNNEL, NO_SLOT, 4, (uint64_t)STEER_TUNNEL_GRE },
	[P_GRE_KEY] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_GRE },
	[P_GRE_FULL] = { TUNNEL, NO_SLOT, 16, (uint64_t)STEER_TUNNEL_GRE },
	[P_GTPU] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_GTPU },
	[P_GTPU_SEQ] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_GTPU },
	[P_GTPU_EXT] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_GTPU },
	[P_GTPC] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_GTPC },
	[P_GTPC_EXT] = { TUNNEL, NO_SLOT, 8, (uint64_t)STEER_TUNNEL_GTPC },
	[P_PSC] = { GTP_EXT, NO_SLOT, 4, 2 },
	[P_GTP_OTHER] = { GTP_EXT, NO_SLOT, 0, 0 },
	[P_PAYLOAD] = { UNKNOWN, NO_SLOT, 0, 0 },
};

struct walk {
	struct parse_expect *e;
	uint32_t depth;
	uint64_t meta;
	uint64_t rare;
	unsigned int n_tags;
	unsigned int n_exts;
	unsigned int n_labels;
	unsigned int n_opts;
	bool inner;
	bool ip;
	bool ipv6;
	bool stack_ip; /* in this stack */
	bool udp;      /* right before */
};

/* A header that is only kept if somebody asks for it. */
static void
keep(struct walk *w, uint8_t *slot, const uint8_t *bytes, size_t len, uint64_t bit)
{
	memcpy(slot, bytes, len);
	w->rare |= bit << (w->inner ? STEER_RARE_INNER : 0);
}

static void
add_between(struct walk *w, enum packet_layer layer, const uint8_t *bytes)
{
	struct steer_rare *rare = w->inner ? &w->e->key.inner_rare : &w->e->key.outer_rare;
	const unsigned int n = w->n_labels;

	w->n_labels += layer == P_LABEL || layer == P_LAST_LABEL;
	if (!(w->depth & STEER_DEPTH_RARE))
		return;
	if (layer == P_ETAG)
		keep(w, rare->etag, bytes, 8, STEER_RARE_ETAG);
	else if (layer == P_PPPOE)
		keep(w, rare->pppoe, bytes, 6, STEER_RARE_PPPOES);
	else if (layer == P_PPPOED)
		keep(w, rare->pppoe, bytes, 6, STEER_RARE_PPPOED);
	else if (layer == P_PPP)
		keep(w, rare->pppoe + 6, bytes, 2, STEER_RARE_PPP);
	else
		keep(w, rare->mpls + 4 * n, bytes, 4, STEER_RARE_MPLS(n));
}

/* Laid out as the item is. */
static void
keep_pfcp(struct walk *w, const uint8_t *bytes, bool seid)
{
	struct steer_stack *stack = w->inner ? &w->e->key.inner : &w->e->key.outer;
	uint8_t item[16] = { seid, bytes[1], bytes[2], bytes[3] };

	if (seid)
		memcpy(item + 8, bytes + 4, 8);
	keep(w, stack->l4 + 8, item, sizeof(item), STEER_RARE_PFCP);
}

static void
keep_option(struct walk *w, bool sla, const uint8_t *bytes)
{
	struct steer_rare *rare = w->inner ? &w->e->key.inner_rare : &w->e->key.outer_rare;
	const unsigned int shift = w->inner ? STEER_RARE_INNER : 0;

	if (w->n_opts < 4)
		keep(w, rare->nd_opts + 2 * w->n_opts, bytes, 2, STEER_RARE_ND_OPT(w->n_opts));
	w->n_opts++;
	if (sla && !(w->rare & STEER_RARE_SLA << shift))
		keep(w, rare->sla, bytes, 8, STEER_RARE_SLA);
	if (!sla && !(w->rare & STEER_RARE_TLA << shift))
		keep(w, rare->tla, bytes, 8, STEER_RARE_TLA);
}

/* One of IPv6's. */
static void
keep_ext(struct walk *w, enum packet_layer layer, const uint8_t *bytes)
{
	struct steer_rare *rare = w->inner ? &w->e->key.inner_rare : &w->e->key.outer_rare;
	const uint64_t seen = w->inner ? EXT(ROUTE) << STEER_META_INNER : EXT(ROUTE);

	keep(w, rare->next + w->n_exts - 1, bytes, 1, STEER_RARE_NEXT(w->n_exts - 1));
	if (layer == P_ROUTE && !(w->meta & seen))
		memcpy(rare->route, bytes, 8);
}

static void
add_rare(struct walk *w, enum packet_layer layer, const uint8_t *bytes)
{
	struct steer_rare *rare = w->inner ? &w->e->key.inner_rare : &w->e->key.outer_rare;
	const unsigned int shift = w->inner ? STEER_RARE_INNER : 0;

	if (!(w->depth & STEER_DEPTH_RARE))
		return;
	if (adds[layer].kind == EXTENSION && w->ipv6)
		keep_ext(w, layer, bytes);
	if (layer == P_ECHO_REST)
		w->rare |= STEER_RARE_ECHO_REQUEST << shift;
	if (layer == P_NS_REST)
		w->rare |= STEER_RARE_ND_NS << shift;
	if (layer == P_SLA || layer == P_TLA)
		keep_option(w, layer == P_SLA, bytes);
	if (layer == P_PFCP || layer == P_PFCP_SEID)
		keep_pfcp(w, bytes, layer == P_PFCP_SEID);
	/* The first one is kept. */
	if (layer == P_AUTH && !(w->rare & STEER_RARE_AH << shift)) {
		memcpy(rare->ah, bytes, 12);
		w->rare |= STEER_RARE_AH << shift;
	}
	if (layer == P_UDP_ESP)
		w->rare |= STEER_RARE_UDP_ESP << shift;
}

static void
add_header(struct walk *w, enum packet_layer layer, const uint8_t *bytes)
{
	struct steer_stack *stack = w->inner ? &w->e->key.inner : &w->e->key.outer;
	uint8_t *slot = (uint8_t *)stack + adds[layer].slot;
	uint64_t meta = adds[layer].meta;

	if (adds[layer].kind == BETWEEN)
		add_between(w, layer, bytes);
	else
		add_rare(w, layer, bytes);
	/* Over IPv4 it is none of the extension headers. */
	if (layer == P_AUTH && !w->ipv6)
		meta = 0;
	if (adds[layer].kind == TAG) {
		meta <<= w->n_tags;
		slot += 4 * w->n_tags;
		/* The third one is seen, not kept. */
		if (w->n_tags++ < 2)
			memcpy(slot, bytes, 4);
	} else if (adds[layer].slot != NO_SLOT) {
		memcpy(slot, bytes, adds[layer].len);
	}
	if (layer == P_ARP) {
		memcpy(slot + STEER_ARP_SPA, bytes + 14, 10);
		memcpy(slot + STEER_ARP_TPA, bytes + 24, 4);
	}
	w->meta |= w->inner ? meta << STEER_META_INNER : meta;
}

/* Each field of GRE to its place. */
static void
add_gre(struct walk *w, enum packet_layer layer, const uint8_t *bytes)
{
	uint8_t *tunnel = w->e->key.tunnel;

	memcpy(tunnel, bytes, 4);
	if (layer == P_GRE_KEY) {
		memcpy(tunnel + 4, bytes + 4, 4);
		memcpy(tunnel + 12, bytes + 4, 4);
		/* Ethernet inside: NVGRE. */
		if (bytes[2] == 0x65 && bytes[3] == 0x58)
			w->meta |= UINT64_C(1) << STEER_META_TUNNEL_SHIFT;
	} else if (layer == P_GRE_FULL) {
		memcpy(tunnel + 4, bytes + 8, 4);
		memcpy(tunnel + 8, bytes + 4, 12);
	}
}

static void
enter_tunnel(struct walk *w, uint64_t tunnel)
{
	w->meta |= tunnel << STEER_META_TUNNEL_SHIFT;
	w->inner = true;
	w->stack_ip = false;
	w->n_tags = 0;
	w->n_exts = 0;
	w->n_labels = 0;
	w->n_opts = 0;
	w->ipv6 = false;
}

static void
add_tunnel(struct walk *w, enum packet_layer layer, const uint8_t *bytes)
{
	if (adds[layer].meta == STEER_TUNNEL_GRE)
		add_gre(w, layer, bytes);
	else
		memcpy(w->e->key.tunnel, bytes, adds[layer].len);
	enter_tunnel(w, adds[layer].meta);
}

/* The first container is kept. */
static void
add_gtp_ext(struct walk *w, enum packet_layer layer, const uint8_t *bytes)
{
	const uint64_t meta = adds[layer].meta << STEER_META_TUNNEL_SHIFT;

	w->n_exts++;
	if (meta == 0 || (w->meta & meta) != 0)
		return;
	memcpy(w->e->key.tunnel + 8, bytes, adds[layer].len);
	w->meta |= meta;
}

/* Is a header looked for at all? */
static bool
wanted(const struct walk *w, enum packet_layer layer, uint32_t depth)
{
	switch (adds[layer].kind) {
	case BETWEEN:
		if (w->udp)
			return (depth & STEER_DEPTH_TUNNEL) && !w->inner;
		return layer == P_ETAG || (depth & STEER_DEPTH_L3);
	case IP:
		if (w->stack_ip)
			return (depth & STEER_DEPTH_TUNNEL) && !w->inner;
		return depth & STEER_DEPTH_L3;
	case ARP:
		return depth & STEER_DEPTH_L3;
	case EXTENSION:
		return (depth & STEER_DEPTH_L4) && w->n_exts < STEER_EXT_MAX;
	case PORTS:
		return (depth & STEER_DEPTH_L4) &&
		       (layer != P_ESP || w->n_exts < STEER_EXT_MAX);
	case BEHIND_L4:
		return depth & STEER_DEPTH_RARE;
	case TUNNEL:
		return (depth & STEER_DEPTH_TUNNEL) && !w->inner;
	case GTP_EXT:
		return w->n_exts < STEER_GTP_EXT_MAX;
	case UNKNOWN:
		return false;
	default:
		return true;
	}
}

/* Does the way go on behind a header? */
static bool
goes_on(const struct walk *w, enum packet_layer layer)
{
	if (adds[layer].kind == TAG && w->n_tags == 3)
		return false;
	if (layer == P_LABEL && w->n_labels == STEER_MPLS_MAX)
		return false;
	return layer != P_PPPOED && layer != P_IPV4_LATER && layer != P_FRAG_LATER;
}

/* Known by the protocol alone, even if its header is cut. */
static void
note_esp(struct walk *w)
{
	const uint64_t meta = EXT(ESP);

	if (w->ipv6)
		w->meta |= w->inner ? meta << STEER_META_INNER : meta;
}

void
parse_expect(const struct packet *p, uint32_t len, uint32_t depth, struct parse_expect *e)
{
	struct walk w = { .e = e, .depth = depth };

	memset(&e->key, EXPECT_UNTOUCHED, sizeof(e->key));
	e->whole = true;
	e->reads = 0;
	for (unsigned int i = 0; i < p->n && wanted(&w, p->layer[i], depth); i++) {
		const enum packet_layer layer = p->layer[i];

		if (layer == P_ESP)
			note_esp(&w);
		/* IP in IP is known by the protocol alone. */
		if (adds[layer].kind == IP && w.stack_ip)
			enter_tunnel(&w, STEER_TUNNEL_IP);
		/* So is MPLS over UDP by the port. */
		if (adds[layer].kind == BETWEEN && w.udp)
			enter_tunnel(&w, STEER_TUNNEL_MPLS);
		if (p->at[i + 1] > len) {
			e->whole = i > 0 && p->layer[i - 1] == P_LAST_LABEL && p->at[i] == len;
			break;
		}
		e->reads = p->at[i + 1];
		/* What stands behind a label is told by its first byte. */
		if (layer == P_LAST_LABEL && e->reads < len)
			e->reads++;
		w.ip |= adds[layer].kind == IP || layer == P_PPPOE || layer == P_PPPOED;
		w.ipv6 |= layer == P_IPV6;
		w.stack_ip |= adds[layer].kind == IP;
		w.udp = layer == P_UDP;
		w.n_exts += adds[layer].kind == EXTENSION;
		if (adds[layer].kind == TUNNEL)
			add_tunnel(&w, layer, p->data + p->at[i]);
		else if (adds[layer].kind == GTP_EXT)
			add_gtp_ext(&w, layer, p->data + p->at[i]);
		else
			add_header(&w, layer, p->data + p->at[i]);
		if (!goes_on(&w, layer))
			break;
	}
	/* IP and PPPoE say how long they are. */
	if (w.ip && len < p->len)
		e->whole = false;
	e->key.meta = w.meta;
	if (depth & STEER_DEPTH_RARE)
		e->key.rare = w.rare;
}

bool
parse_fresh(const struct rte_mbuf *m, uint32_t depth, struct steer_key *key)
{
	memset(key, EXPECT_UNTOUCHED, sizeof(*key));
	return steer_parse(m, depth, key);
}
