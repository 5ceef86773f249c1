/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ether.h>

#include "packet.h"

/* How a header is said to follow. */
enum link {
	LINK_NONE,
	LINK_TYPE,  /* by an EtherType */
	LINK_PROTO, /* by an IP protocol */
	LINK_PORT,  /* by a UDP destination port */
	LINK_GTP,   /* by a type of extension header of GTP */
};

#define NOWHERE (-1)

/* Each layer: name, bytes, how it follows the one before, and where it names the one behind it. */
static const struct {
	const char *name;
	uint16_t len;
	enum link by;
	uint16_t value;
	int type_at;
	int proto_at;
} layers[P_LAYERS] = {
	[P_ETH] = { "eth", 14, LINK_TYPE, RTE_ETHER_TYPE_TEB, 12, NOWHERE },
	[P_VLAN] = { "vlan", 4, LINK_TYPE, 0x8100, 2, NOWHERE },
	[P_QINQ] = { "qinq", 4, LINK_TYPE, 0x88a8, 2, NOWHERE },
	[P_QINQ1] = { "qinq1", 4, LINK_TYPE, 0x9100, 2, NOWHERE },
	[P_IPV4] = { "ipv4", 20, LINK_TYPE, 0x0800, NOWHERE, 9 },
	[P_IPV4_OPT] = { "ipv4+8", 28, LINK_TYPE, 0x0800, NOWHERE, 9 },
	[P_IPV4_FULL] = { "ipv4+40", 60, LINK_TYPE, 0x0800, NOWHERE, 9 },
	[P_IPV4_FIRST] = { "ipv4-first", 20, LINK_TYPE, 0x0800, NOWHERE, 9 },
	[P_IPV4_LATER] = { "ipv4-later", 20, LINK_TYPE, 0x0800, NOWHERE, 9 },
	[P_IPV6] = { "ipv6", 40, LINK_TYPE, 0x86dd, NOWHERE, 6 },
	[P_HOP] = { "hop", 8, LINK_PROTO, 0, NOWHERE, 0 },
	[P_ROUTE] = { "route", 24, LINK_PROTO, 43, NOWHERE, 0 },
	[P_FRAG] = { "frag", 8, LINK_PROTO, 44, NOWHERE, 0 },
	[P_FRAG_LATER] = { "frag-later", 8, LINK_PROTO, 44, NOWHERE, 0 },
	[P_AUTH] = { "auth", 24, LINK_PROTO, 51, NOWHERE, 0 },
	[P_ESP] = { "esp", 8, LINK_PROTO, 50, NOWHERE, NOWHERE },
	[P_DEST] = { "dest", 16, LINK_PROTO, 60, NOWHERE, 0 },
	[P_MOBIL] = { "mobil", 8, LINK_PROTO, 135, NOWHERE, 0 },
	[P_HIP] = { "hip", 16, LINK_PROTO, 139, NOWHERE, 0 },
	[P_SHIM6] = { "shim6", 8, LINK_PROTO, 140, NOWHERE, 0 },
	[P_ARP] = { "arp", 28, LINK_TYPE, 0x0806, NOWHERE, NOWHERE },
	[P_ETAG] = { "etag", 8, LINK_TYPE, 0x893f, 6, NOWHERE },
	[P_PPPOE] = { "pppoe", 6, LINK_TYPE, 0x8864, NOWHERE, NOWHERE },
	[P_PPPOED] = { "pppoed", 6, LINK_TYPE, 0x8863, NOWHERE, NOWHERE },
	[P_PPP] = { "ppp", 2, LINK_NONE, 0, NOWHERE, NOWHERE },
	[P_LABEL] = { "label", 4, LINK_TYPE, 0x8847, NOWHERE, NOWHERE },
	[P_LAST_LABEL] = { "last-label", 4, LINK_TYPE, 0x8848, NOWHERE, NOWHERE },
	[P_TCP] = { "tcp", 20, LINK_PROTO, 6, NOWHERE, NOWHERE },
	[P_UDP] = { "udp", 8, LINK_PROTO, 17, NOWHERE, NOWHERE },
	[P_SCTP] = { "sctp", 12, LINK_PROTO, 132, NOWHERE, NOWHERE },
	[P_ICMP] = { "icmp", 8, LINK_PROTO, 1, NOWHERE, NOWHERE },
	[P_ICMP6] = { "icmp6", 4, LINK_PROTO, 58, NOWHERE, NOWHERE },
	[P_ICMP6_ECHO] = { "icmp6-echo", 4, LINK_PROTO, 58, NOWHERE, NOWHERE },
	[P_ECHO_REST] = { "rest", 4, LINK_NONE, 0, NOWHERE, NOWHERE },
	[P_ICMP6_NS] = { "icmp6-ns", 4, LINK_PROTO, 58, NOWHERE, NOWHERE },
	[P_NS_REST] = { "rest", 20, LINK_NONE, 0, NOWHERE, NOWHERE },
	[P_SLA] = { "sla", 8, LINK_NONE, 0, NOWHERE, NOWHERE },
	[P_TLA] = { "tla", 8, LINK_NONE, 0, NOWHERE, NOWHERE },
	[P_PFCP] = { "pfcp", 8, LINK_PORT, 8805, NOWHERE, NOWHERE },
	[P_PFCP_SEID] = { "pfcp-seid", 16, LINK_PORT, 8805, NOWHERE, NOWHERE },
	[P_IGMP] = { "igmp", 8, LINK_PROTO, 2, NOWHERE, NOWHERE },
	[P_L2TPV3] = { "l2tpv3", 4, LINK_PROTO, 115, NOWHERE, NOWHERE },
	[P_UDP_ESP] = { "udp-esp", 8, LINK_PORT, 4500, NOWHERE, NOWHERE },
	[P_VXLAN] = { "vxlan", 8, LINK_PORT, 4789, NOWHERE, NOWHERE },
	[P_GENEVE] = { "geneve", 8, LINK_PORT, 6081, 2, NOWHERE },
	[P_GENEVE_OPT] = { "geneve+4", 12, LINK_PORT, 6081, 2, NOWHERE },
	[P_GENEVE_FULL] = { "geneve+252", 260, LINK_PORT, 6081, 2, NOWHERE },
	[P_GPE] = { "gpe", 8, LINK_PORT, 4790, NOWHERE, NOWHERE },
	[P_GRE] = { "gre", 4, LINK_PROTO, 47, 2, NOWHERE },
	[P_GRE_KEY] = { "gre+key", 8, LINK_PROTO, 47, 2, NOWHERE },
	[P_GRE_FULL] = { "gre+12", 16, LINK_PROTO, 47, 2, NOWHERE },
	[P_GTPU] = { "gtpu", 8, LINK_PORT, 2152, NOWHERE, NOWHERE },
	[P_GTPU_SEQ] = { "gtpu+seq", 12, LINK_PORT, 2152, NOWHERE, NOWHERE },
	[P_GTPU_EXT] = { "gtpu+ext", 12, LINK_PORT, 2152, NOWHERE, NOWHERE },
	[P_GTPC] = { "gtpc", 8, LINK_PORT, 2123, NOWHERE, NOWHERE },
	[P_GTPC_EXT] = { "gtpc+ext", 12, LINK_PORT, 2123, NOWHERE, NOWHERE },
	[P_PSC] = { "psc", 4, LINK_GTP, 0x85, NOWHERE, NOWHERE },
	[P_GTP_OTHER] = { "gtp-other", 8, LINK_GTP, 0xc0, NOWHERE, NOWHERE },
	[P_PAYLOAD] = { "payload", 5, LINK_NONE, 0, NOWHERE, NOWHERE },
};

/* EtherType and IP protocol that nobody knows: what a header says where nothing follows. */
#define TYPE_NOTHING 0x88b5
#define PROTO_NOTHING 253
#define PORT_NOTHING 9

void
packet_put16(struct packet *p, unsigned int off, uint16_t v)
{
	p->data[off] = (uint8_t)(v >> 8);
	p->data[off + 1] = (uint8_t)v;
}

static void
append(struct packet *p, enum packet_layer layer, bool plain)
{
	p->layer[p->n] = layer;
	p->at[p->n++] = (uint16_t)p->len;
	for (unsigned int i = 0; i < layers[layer].len; i++)
		p->data[p->len++] = plain ? 0 : (uint8_t)rand();
	p->at[p->n] = (uint16_t)p->len;
}

/* The protocol that says what follows: also IP in IP. */
static uint8_t
proto_of(enum packet_layer next)
{
	if (layers[next].by == LINK_PROTO)
		return (uint8_t)layers[next].value;
	if (layers[next].by == LINK_TYPE && layers[next].value == RTE_ETHER_TYPE_IPV4)
		return 4;
	if (layers[next].by == LINK_TYPE && layers[next].value == RTE_ETHER_TYPE_IPV6)
		return 41;
	return PROTO_NOTHING;
}

/* The same for VXLAN-GPE. */
static uint8_t
gpe_of(enum packet_layer next)
{
	if (layers[next].by != LINK_TYPE)
		return 0;
	if (next == P_LABEL || next == P_LAST_LABEL)
		return 5;
	return layers[next].value == RTE_ETHER_TYPE_IPV4 ? 1 :
	       layers[next].value == RTE_ETHER_TYPE_IPV6 ? 2 : 3;
}

/* The port that says what follows: also MPLS. */
static uint16_t
port_of(enum packet_layer next)
{
	if (next == P_LABEL || next == P_LAST_LABEL)
		return 6635;
	return layers[next].by == LINK_PORT ? layers[next].value : PORT_NOTHING;
}

/* Say in header i what follows it. */
static void
link_next(struct packet *p, unsigned int i)
{
	const enum packet_layer next = i + 1 < p->n ? p->layer[i + 1] : P_PAYLOAD;
	const unsigned int at = p->at[i];
	const enum link by = layers[next].by;

	if (layers[p->layer[i]].type_at != NOWHERE)
		packet_put16(p, at + (unsigned int)layers[p->layer[i]].type_at,
			     by == LINK_TYPE ? layers[next].value : TYPE_NOTHING);
	if (layers[p->layer[i]].proto_at != NOWHERE)
		p->data[at + (unsigned int)layers[p->layer[i]].proto_at] = proto_of(next);
	if (p->layer[i] == P_GPE)
		p->data[at + 3] = gpe_of(next);
	if (p->layer[i] == P_GTPU_EXT || p->layer[i] == P_GTPC_EXT ||
	    layers[p->layer[i]].by == LINK_GTP)
		p->data[p->at[i + 1] - 1] = by == LINK_GTP ? (uint8_t)layers[next].value : 0;
	if (p->layer[i] == P_UDP)
		packet_put16(p, at + 2, port_of(next));
}

static void
fix_ipv4(struct packet *p, unsigned int i, uint16_t frag)
{
	const unsigned int at = p->at[i];

	p->data[at] = (uint8_t)(0x40 | (p->at[i + 1] - at) / 4);
	packet_put16(p, at + 2, (uint16_t)(p->len - at));
	packet_put16(p, at + 6, frag);
}

static void
fix_geneve(struct packet *p, unsigned int i)
{
	p->data[p->at[i]] = (uint8_t)((p->at[i + 1] - p->at[i] - 8) / 4);
}

/* Flags and version. */
static void
fix_gre(struct packet *p, unsigned int i, uint8_t flags)
{
	packet_put16(p, p->at[i], (uint16_t)(flags << 8));
}

/* Flags, version, and that it is user data. */
static void
fix_gtp(struct packet *p, unsigned int i, uint8_t flags)
{
	packet_put16(p, p->at[i], (uint16_t)((0x30 | flags) << 8 | 255));
}

/* What a header of a tunnel says of itself. */
static void
fix_tunnel(struct packet *p, unsigned int i)
{
	switch (p->layer[i]) {
	case P_GENEVE:
	case P_GENEVE_OPT:
	case P_GENEVE_FULL:
		fix_geneve(p, i);
		break;
	case P_GPE:
		p->data[p->at[i]] = 0x0c;
		break;
	case P_GRE:
		fix_gre(p, i, 0);
		break;
	case P_GRE_KEY:
		fix_gre(p, i, 0x20);
		break;
	case P_GRE_FULL:
		fix_gre(p, i, 0xb0);
		break;
	case P_GTPU:
	case P_GTPC:
		fix_gtp(p, i, 0);
		break;
	case P_GTPU_SEQ:
		fix_gtp(p, i, 0x02);
		break;
	case P_GTPU_EXT:
	case P_GTPC_EXT:
		fix_gtp(p, i, 0x04);
		break;
	case P_PSC:
	case P_GTP_OTHER:
		p->data[p->at[i]] = (uint8_t)((p->at[i + 1] - p->at[i]) / 4);
		break;
	default:
		break;
	}
}

/* PPP has types of its own. */
static void
fix_ppp(struct packet *p, unsigned int i)
{
	const enum packet_layer next = i + 1 < p->n ? p->layer[i + 1] : P_PAYLOAD;
	uint16_t proto = 0xc021;

	if (layers[next].by == LINK_TYPE && layers[next].value == 0x0800)
		proto = 0x0021;
	if (next == P_IPV6)
		proto = 0x0057;
	if (next == P_LABEL || next == P_LAST_LABEL)
		proto = next == P_LABEL ? 0x0281 : 0x0283;
	packet_put16(p, p->at[i], proto);
}

static void
fix_label(struct packet *p, unsigned int i)
{
	const unsigned int at = p->at[i];

	p->data[at + 2] = (uint8_t)((p->data[at + 2] & 0xfe) | (p->layer[i] == P_LAST_LABEL));
	/* What follows the last one must not look like IP. */
	if (i + 1 < p->n && p->layer[i + 1] == P_PAYLOAD)
		p->data[p->at[i + 1]] &= 0x0f;
}

/* What a header says of itself. */
static void
fix_header(struct packet *p, unsigned int i)
{
	const unsigned int at = p->at[i], len = p->at[i + 1] - at;

	switch (p->layer[i]) {
	case P_IPV4:
	case P_IPV4_OPT:
	case P_IPV4_FULL:
		fix_ipv4(p, i, 0x4000);
		break;
	case P_IPV4_FIRST:
		fix_ipv4(p, i, 0x2000);
		break;
	case P_IPV4_LATER:
		fix_ipv4(p, i, 0x0001);
		break;
	case P_IPV6:
		p->data[at] = (uint8_t)(0x60 | (p->data[at] & 0xf));
		packet_put16(p, at + 4, (uint16_t)(p->len - at - 40));
		break;
	case P_HOP:
	case P_ROUTE:
	case P_DEST:
	case P_MOBIL:
	case P_HIP:
	case P_SHIM6:
		p->data[at + 1] = (uint8_t)(len / 8 - 1);
		break;
	case P_AUTH:
		p->data[at + 1] = (uint8_t)(len / 4 - 2);
		break;
	case P_FRAG:
		packet_put16(p, at + 2, 0x0001);
		break;
	case P_FRAG_LATER:
		packet_put16(p, at + 2, 0x0008);
		break;
	case P_PPPOE:
	case P_PPPOED:
		p->data[at] = 0x11;
		packet_put16(p, at + 4, (uint16_t)(p->len - at - 6));
		break;
	case P_PPP:
		fix_ppp(p, i);
		break;
	case P_LABEL:
	case P_LAST_LABEL:
		fix_label(p, i);
		break;
	case P_ICMP6:
		p->data[at] = 1;
		break;
	case P_ICMP6_ECHO:
		p->data[at] = 128;
		break;
	case P_ICMP6_NS:
		p->data[at] = 135;
		break;
	case P_SLA:
	case P_TLA:
		packet_put16(p, at, p->layer[i] == P_SLA ? 0x0101 : 0x0201);
		break;
	case P_PFCP:
	case P_PFCP_SEID:
		p->data[at] = (uint8_t)(0x20 | (p->layer[i] == P_PFCP_SEID));
		break;
	case P_UDP_ESP:
		p->data[at] |= 1;
		break;
	default:
		fix_tunnel(p, i);
		break;
	}
}

static void
make(struct packet *p, const enum packet_layer *list, bool plain)
{
	memset(p, 0, sizeof(*p));
	while (*list != P_END)
		append(p, *list++, plain);
	for (unsigned int i = 0; i < p->n; i++) {
		link_next(p, i);
		fix_header(p, i);
	}
}

void
packet_make(struct packet *p, const enum packet_layer *list)
{
	make(p, list, false);
}

void
packet_make_plain(struct packet *p, const enum packet_layer *list)
{
	make(p, list, true);
}

const char *
packet_name(const struct packet *p)
{
	static char name[256];

	name[0] = '\0';
	for (unsigned int i = 0; i < p->n; i++) {
		strncat(name, layers[p->layer[i]].name, sizeof(name) - strlen(name) - 1);
		strncat(name, "/", sizeof(name) - strlen(name) - 1);
	}
	return name;
}

int
packet_find(const struct packet *p, enum packet_layer layer, unsigned int n)
{
	for (unsigned int i = 0; i < p->n; i++)
		if (p->layer[i] == layer && n-- == 0)
			return (int)i;
	return -1;
}

/* Mbufs */

static struct rte_mbuf *
segment(const uint8_t *data, uint32_t len, uint32_t backed)
{
	/* As a pool's: aligned, and every byte known. */
	struct rte_mbuf *m = aligned_alloc(RTE_CACHE_LINE_SIZE, sizeof(*m));

	if (m == NULL)
		abort();
	memset(m, 0, sizeof(*m));
	m->buf_addr = malloc(backed);
	if (m->buf_addr == NULL && backed > 0)
		abort();
	if (backed > 0)
		memcpy(m->buf_addr, data, backed);
	m->buf_len = (uint16_t)len;
	m->data_len = (uint16_t)len;
	m->pkt_len = len;
	m->nb_segs = 1;
	rte_mbuf_refcnt_set(m, 1);
	return m;
}

struct rte_mbuf *
packet_mbuf_backed(const uint8_t *data, uint32_t len, uint32_t backed)
{
	return segment(data, len, backed);
}

struct rte_mbuf *
packet_mbuf(const uint8_t *data, uint32_t len, const uint32_t *cuts, unsigned int n_cuts)
{
	struct rte_mbuf *first = NULL, **at = &first;
	uint32_t from = 0;

	for (unsigned int i = 0; i <= n_cuts; i++) {
		const uint32_t to = i < n_cuts ? RTE_MIN(cuts[i], len) : len;

		*at = segment(data + from, to - from, to - from);
		at = &(*at)->next;
		from = to;
	}
	first->pkt_len = len;
	first->nb_segs = (uint16_t)(n_cuts + 1);
	return first;
}

void
packet_mbuf_free(struct rte_mbuf *m)
{
	struct rte_mbuf *next;

	for (; m != NULL; m = next) {
		next = m->next;
		free(m->buf_addr);
		free(m);
	}
}
