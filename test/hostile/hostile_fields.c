/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "hostile_packet.h"
#include "parse_expect.h"

#define ETH 14
#define IPV6 40
#define BUFFER 4096

#define CHAIN(...) ((const enum packet_layer[]){ __VA_ARGS__, P_END })

/* A packet that grows. */
struct bytes {
	uint8_t data[BUFFER];
	uint32_t len;
};

static void
start(struct bytes *b, const enum packet_layer *chain)
{
	static struct packet p;

	packet_make(&p, chain);
	memcpy(b->data, p.data, p.len);
	b->len = p.len;
}

static void
grow(struct hostile_sink *sink, struct bytes *b, uint32_t len)
{
	gen_bytes(&sink->random, b->data + b->len, len);
	b->len += len;
}

static void
put16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/* Whole, and ending before it says that it does. */
static void
emit_short(struct hostile_sink *sink, const char *kind, const struct bytes *b, uint32_t least)
{
	hostile_emit(sink, kind, b->data, b->len);
	hostile_emit(sink, kind, b->data, b->len - 1);
	hostile_emit(sink, kind, b->data, RTE_MIN(least, b->len));
}

/* IPv6 extension headers */

static uint32_t
ext_bytes(uint8_t proto, uint8_t len)
{
	if (proto == 44)
		return 8;
	return proto == 51 ? (len + 2) * 4u : (len + 1) * 8u;
}

/* One that says it has so many words; behind it TCP. */
static void
put_ext(struct hostile_sink *sink, struct bytes *b, uint8_t len, uint8_t proto, uint8_t next)
{
	const uint32_t at = b->len;

	grow(sink, b, ext_bytes(proto, len));
	b->data[at] = next;
	b->data[at + 1] = len;
	if (proto == 44)
		put16(b->data + at + 2, 0);
}

static void
list_ext(struct hostile_sink *sink, uint8_t proto)
{
	static struct bytes b;

	for (unsigned int len = 0; len <= UINT8_MAX; len++) {
		start(&b, CHAIN(P_ETH, P_IPV6));
		b.data[ETH + 6] = proto;
		put_ext(sink, &b, (uint8_t)len, proto, 6);
		grow(sink, &b, 20);
		put16(b.data + ETH + 4, b.len - ETH - IPV6);
		emit_short(sink, "extension headers of every length", &b, ETH + IPV6 + 8);
	}
}

/* So many of one kind: more than are looked through. */
static void
list_ext_chain(struct hostile_sink *sink, uint8_t proto)
{
	static struct bytes b;

	for (unsigned int n = 0; n <= 2 * STEER_EXT_MAX; n++) {
		start(&b, CHAIN(P_ETH, P_IPV6));
		b.data[ETH + 6] = n > 0 ? proto : 6;
		for (unsigned int i = 0; i < n; i++)
			put_ext(sink, &b, (uint8_t)gen_below(&sink->random, 3), proto,
				i + 1 < n ? proto : 6);
		grow(sink, &b, 20);
		put16(b.data + ETH + 4, b.len - ETH - IPV6);
		for (uint32_t len = ETH + IPV6; len <= b.len; len += 4)
			hostile_emit(sink, "chains of extension headers", b.data, len);
	}
}

static void
list_exts(struct hostile_sink *sink)
{
	static const uint8_t protos[] = { 0, 43, 44, 51, 60, 135, 139, 140 };

	for (unsigned int i = 0; i < RTE_DIM(protos); i++) {
		list_ext(sink, protos[i]);
		list_ext_chain(sink, protos[i]);
	}
}

/* Options */

/* GENEVE's own, which fill the space, or say that they are longer. */
static void
put_geneve_options(struct hostile_sink *sink, uint8_t *at, unsigned int words, bool lie)
{
	while (words > 0) {
		const unsigned int n = gen_between(&sink->random, 1, RTE_MIN(words, 8u));

		at[3] = (uint8_t)(lie ? 31 : n - 1);
		at += n * 4;
		words -= n;
	}
}

static void
list_geneve(struct hostile_sink *sink)
{
	static const uint16_t types[] = { 0x6558, 0x0800, 0x86dd, 0x8847, 0xffff };
	static struct bytes b;
	uint32_t at;

	for (unsigned int words = 0; words < 64; words++) {
		for (unsigned int i = 0; i < 2 * RTE_DIM(types); i++) {
			start(&b, CHAIN(P_ETH, P_IPV4, P_UDP, P_GENEVE));
			at = b.len - 8;
			b.data[at] = (uint8_t)words;
			put16(b.data + at + 2, types[i / 2]);
			grow(sink, &b, words * 4 + 60);
			put_geneve_options(sink, b.data + at + 8, words, i % 2 != 0);
			put16(b.data + ETH + 2, b.len - ETH);
			emit_short(sink, "GENEVE options of every length", &b,
				   at + 8 + words * 4 - 1);
		}
	}
}

/* What one byte or one word of a header says, with all the values it can have. */
static void
list_byte(struct hostile_sink *sink, const enum packet_layer *chain, enum packet_layer layer,
	  uint32_t off)
{
	static struct packet p;

	packet_make(&p, chain);
	for (unsigned int value = 0; value <= UINT8_MAX; value++) {
		p.data[p.at[packet_find(&p, layer, 0)] + off] = (uint8_t)value;
		hostile_emit(sink, "flags and lengths with every value", p.data, p.len);
	}
}

static void
list_word(struct hostile_sink *sink, const enum packet_layer *chain, enum packet_layer layer,
	  uint32_t off)
{
	static const uint32_t big[] = { 0x7fff, 0x8000, 0xfffe, 0xffff };
	static struct packet p;
	unsigned int at;

	packet_make(&p, chain);
	at = p.at[packet_find(&p, layer, 0)] + off;
	for (unsigned int value = 0; value <= p.len + 40 + RTE_DIM(big); value++) {
		const unsigned int beyond = value - (p.len + 41);

		packet_put16(&p, at, (uint16_t)(value <= p.len + 40 ? value : big[beyond]));
		hostile_emit(sink, "lengths that lie", p.data, p.len);
	}
}

/* Of tunnels: how long, what follows. */
static void
list_tunnel_bytes(struct hostile_sink *sink)
{
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_GRE_FULL, P_IPV4, P_TCP), P_GRE_FULL, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_GRE_FULL, P_IPV4, P_TCP), P_GRE_FULL, 1);
	list_byte(sink, CHAIN(P_ETH, P_IPV6, P_GRE_KEY, P_ETH, P_IPV4), P_GRE_KEY, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_IPV4), P_GTPU_EXT, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_IPV4), P_GTPU_EXT, 1);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_IPV4), P_PSC, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_IPV4), P_PSC, 3);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_GPE, P_IPV4, P_TCP), P_GPE, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_GPE, P_IPV4, P_TCP), P_GPE, 3);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_GENEVE, P_IPV4, P_TCP), P_GENEVE, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4), P_VXLAN, 0);
	list_byte(sink, CHAIN(P_ETH, P_LAST_LABEL, P_IPV4, P_TCP), P_IPV4, 0);
}

static void
list_bytes(struct hostile_sink *sink)
{
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_TCP, P_PAYLOAD), P_IPV4, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV4_FULL, P_UDP, P_PAYLOAD), P_IPV4_FULL, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_TCP, P_PAYLOAD), P_IPV4, 9);
	list_byte(sink, CHAIN(P_ETH, P_IPV6, P_TCP, P_PAYLOAD), P_IPV6, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV6, P_TCP, P_PAYLOAD), P_IPV6, 6);
	list_byte(sink, CHAIN(P_ETH, P_IPV6, P_DEST, P_TCP, P_PAYLOAD), P_DEST, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_AUTH, P_TCP, P_PAYLOAD), P_AUTH, 1);
	list_byte(sink, CHAIN(P_ETH, P_IPV4, P_TCP, P_PAYLOAD), P_TCP, 12);
	list_byte(sink, CHAIN(P_ETH, P_IPV6, P_ICMP6_NS, P_NS_REST, P_SLA, P_TLA), P_SLA, 1);
	list_byte(sink, CHAIN(P_ETH, P_IPV6, P_ICMP6_NS, P_NS_REST, P_SLA, P_TLA), P_SLA, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV6, P_ICMP6_NS, P_NS_REST, P_SLA), P_ICMP6_NS, 0);
	list_byte(sink, CHAIN(P_ETH, P_IPV6, P_UDP, P_PFCP_SEID), P_PFCP_SEID, 0);
	list_byte(sink, CHAIN(P_ETH, P_PPPOE, P_PPP, P_IPV4, P_TCP), P_PPPOE, 0);
	list_byte(sink, CHAIN(P_ETH, P_LABEL, P_LAST_LABEL, P_IPV4, P_TCP), P_LABEL, 2);
	list_tunnel_bytes(sink);
}

static void
list_words(struct hostile_sink *sink)
{
	list_word(sink, CHAIN(P_ETH, P_IPV4, P_TCP, P_PAYLOAD), P_IPV4, 2);
	list_word(sink, CHAIN(P_ETH, P_IPV4_FULL, P_UDP, P_PAYLOAD), P_IPV4_FULL, 2);
	list_word(sink, CHAIN(P_ETH, P_IPV6, P_UDP, P_PAYLOAD), P_IPV6, 4);
	list_word(sink, CHAIN(P_ETH, P_IPV6, P_DEST, P_UDP, P_PAYLOAD), P_IPV6, 4);
	list_word(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP), P_IPV4, 2);
	list_word(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP), P_UDP, 4);
	list_word(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_GTPU, P_IPV6, P_TCP), P_IPV6, 4);
	list_word(sink, CHAIN(P_ETH, P_PPPOE, P_PPP, P_IPV6, P_TCP), P_PPPOE, 4);
	list_word(sink, CHAIN(P_ETH, P_VLAN, P_ARP), P_ARP, 2);
}

/* What UDP carries is known by either port. */
static void
list_source_port(struct hostile_sink *sink, const enum packet_layer *chain)
{
	static struct packet p;
	unsigned int at;

	packet_make(&p, chain);
	at = p.at[packet_find(&p, P_UDP, 0)];
	memcpy(p.data + at, p.data + at + 2, 2);
	packet_put16(&p, at + 2, 9);
	for (uint32_t len = at; len <= p.len; len++)
		hostile_emit(sink, "known by the source port", p.data, len);
}

void
hostile_list_fields(struct hostile_sink *sink)
{
	list_exts(sink);
	list_geneve(sink);
	list_bytes(sink);
	list_words(sink);
	list_source_port(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_UDP_ESP, P_PAYLOAD));
	list_source_port(sink, CHAIN(P_ETH, P_IPV4, P_UDP, P_PFCP_SEID, P_PAYLOAD));
	list_source_port(sink, CHAIN(P_ETH, P_IPV6, P_UDP, P_PFCP, P_PAYLOAD));
}
