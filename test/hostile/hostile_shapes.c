/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "hostile_packet.h"
#include "parse_expect.h"

#define ETH 14

/* Fragments: each is judged alone, whatever others of its packet say. */

static void
put16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/* One at an offset (of 8 bytes), with so many bytes: those that lie over others, and tiny ones. */
static void
emit_fragment(struct hostile_sink *sink, const enum packet_layer *chain, uint16_t offset,
	      bool more, uint32_t payload)
{
	static struct packet p;
	int frag;

	packet_make(&p, chain);
	frag = packet_find(&p, P_FRAG, 0);
	if (frag >= 0) {
		put16(p.data + p.at[frag] + 2, (uint32_t)offset << 3 | more);
		put16(p.data + ETH + 4, p.len - ETH - 40 + payload);
	} else {
		put16(p.data + ETH + 6, offset | (uint32_t)more << 13);
		put16(p.data + ETH + 2, p.len - ETH + payload);
	}
	gen_bytes(&sink->random, p.data + p.len, payload);
	hostile_emit(sink, "fragments", p.data, p.len + payload);
}

static void
list_fragments(struct hostile_sink *sink)
{
	static const enum packet_layer chains[][5] = {
		{ P_ETH, P_IPV4, P_END },
		{ P_ETH, P_IPV4_FULL, P_END },
		{ P_ETH, P_IPV6, P_FRAG, P_END },
		{ P_ETH, P_IPV6, P_HOP, P_FRAG, P_END },
	};
	static const uint16_t offsets[] = { 0, 1, 2, 3, 7, 8, 9, 185, 4095, 4096, 8190, 8191 };

	for (unsigned int c = 0; c < RTE_DIM(chains); c++)
		for (unsigned int i = 0; i < 2 * RTE_DIM(offsets); i++)
			for (uint32_t payload = 0; payload <= 48; payload++)
				emit_fragment(sink, chains[c], offsets[i / 2], i % 2 != 0, payload);
}

/* Tunnels in tunnels, of which the first alone is entered. */

static const enum packet_layer deep[][PACKET_LAYERS + 1] = {
	{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_UDP,
	  P_VXLAN, P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4,
	  P_UDP, P_VXLAN, P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH,
	  P_IPV4, P_TCP },
	{ P_ETH, P_IPV4, P_IPV4, P_IPV4, P_IPV4, P_IPV4, P_IPV4, P_IPV4, P_IPV4, P_IPV4, P_TCP },
	{ P_ETH, P_IPV6, P_IPV6, P_IPV6, P_IPV6, P_IPV6, P_IPV6, P_IPV6, P_IPV6, P_IPV6, P_UDP },
	{ P_ETH, P_IPV4, P_GRE, P_IPV4, P_GRE, P_IPV4, P_GRE, P_IPV4, P_GRE, P_IPV4, P_GRE, P_IPV4,
	  P_GRE, P_IPV4, P_GRE, P_IPV4, P_GRE, P_IPV4, P_TCP },
	{ P_ETH, P_IPV4, P_UDP, P_GENEVE_OPT, P_IPV4, P_UDP, P_GENEVE_OPT, P_IPV6, P_UDP,
	  P_GENEVE_OPT, P_IPV4, P_UDP, P_GENEVE_OPT, P_IPV4, P_UDP, P_GENEVE_OPT, P_IPV4, P_UDP,
	  P_GENEVE_OPT, P_IPV4, P_UDP, P_GENEVE_OPT, P_IPV4, P_UDP, P_GENEVE_OPT, P_IPV4, P_UDP },
	{ P_ETH, P_IPV4, P_UDP, P_GTPU_EXT, P_PSC, P_IPV4, P_UDP, P_GTPU, P_IPV6, P_UDP, P_GTPU_SEQ,
	  P_IPV4, P_UDP, P_GTPU, P_IPV4, P_UDP, P_GTPU, P_IPV4, P_UDP, P_GTPU, P_IPV4, P_UDP,
	  P_GTPU, P_IPV4, P_UDP, P_GTPU, P_IPV4, P_TCP },
	{ P_ETH, P_QINQ, P_VLAN, P_LAST_LABEL, P_IPV4, P_UDP, P_GPE, P_ETH, P_VLAN, P_IPV6, P_DEST,
	  P_GRE_KEY, P_ETH, P_IPV4, P_UDP, P_GENEVE_OPT, P_IPV6, P_IPV4, P_UDP, P_LAST_LABEL,
	  P_IPV6, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_UDP, P_GTPU_SEQ, P_IPV4, P_GRE_FULL, P_IPV4,
	  P_TCP },
};

static void
list_deep(struct hostile_sink *sink)
{
	static struct packet p;

	for (unsigned int c = 0; c < RTE_DIM(deep); c++) {
		packet_make(&p, deep[c]);
		for (uint32_t len = 0; len <= p.len; len++) {
			hostile_emit(sink, "eight tunnels deep", p.data, len);
			hostile_emit_cut(sink, "eight tunnels deep", p.data, p.len, &len, 1);
		}
	}
}

/* Sizes */

static void
list_jumbo(struct hostile_sink *sink, const enum packet_layer *chain)
{
	static const uint32_t lengths[] = { 9018, 16128, HOSTILE_MAX - 1, HOSTILE_MAX };
	static const uint32_t sizes[] = { HOSTILE_MAX, 9000, 2048, 1460, 127 };
	static uint8_t data[HOSTILE_MAX];
	static struct packet p;

	packet_make(&p, chain);
	gen_bytes(&sink->random, data, sizeof(data));
	memcpy(data, p.data, p.len);
	for (unsigned int i = 0; i < RTE_DIM(lengths); i++) {
		/* As long as it is, or as long as it can say. */
		if (packet_find(&p, P_IPV4, 0) == 1)
			put16(data + ETH + 2, lengths[i] - ETH);
		if (packet_find(&p, P_IPV6, 0) == 1)
			put16(data + ETH + 4, lengths[i] - ETH - 40);
		for (unsigned int n = 0; n < RTE_DIM(sizes); n++)
			hostile_emit_even(sink, "jumbo", data, lengths[i], sizes[n]);
	}
	hostile_emit_even(sink, "jumbo", data, lengths[0], 1);
}

static void
list_jumbos(struct hostile_sink *sink)
{
	static const enum packet_layer chains[][10] = {
		{ P_ETH, P_IPV4, P_TCP, P_END },
		{ P_ETH, P_IPV6, P_UDP, P_END },
		{ P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP, P_END },
		{ P_ETH, P_QINQ, P_VLAN, P_IPV4, P_UDP, P_END },
		{ P_ETH, P_IPV6, P_DEST, P_TCP, P_END },
	};

	for (unsigned int c = 0; c < RTE_DIM(chains); c++)
		list_jumbo(sink, chains[c]);
}

static void
list_empty(struct hostile_sink *sink)
{
	static const uint32_t zeros[15];
	const uint8_t none = 0;

	for (unsigned int n = 0; n <= RTE_DIM(zeros); n++)
		for (unsigned int turn = 0; turn < 2 * HOSTILE_MEMORIES; turn++)
			hostile_emit_cut(sink, "no bytes at all", &none, 0, zeros, n);
}

void
hostile_list_shapes(struct hostile_sink *sink)
{
	list_fragments(sink);
	list_deep(sink);
	list_empty(sink);
	list_jumbos(sink);
}
