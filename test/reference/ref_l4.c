/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* What some L4 headers carry in the same stack: ESP and PFCP in UDP, neighbor discovery. */

#include <string.h>

#include "ref_bugs.h"
#include "ref_decode.h"

#define PORT_ESP 4500
#define PORT_PFCP 8805

static void
decode_esp(const struct bytes *b, size_t at, struct ref_stack *s)
{
	const uint8_t *h = b->data + at;

	if (!there(at, s->l3_end, 8))
		return;
	if (be16(h) == 0 && be16(h + 2) == 0 && ref_bug != REF_BUG_ESP_IKE)
		return;
	s->udp = REF_UDP_ESP;
	memcpy(s->udp_header, h, 8);
}

static void
decode_pfcp(const struct bytes *b, size_t at, struct ref_stack *s)
{
	const uint8_t *h = b->data + at;
	bool session;

	if (!there(at, s->l3_end, 8) || h[0] >> 5 != 1)
		return;
	session = h[0] & 1;
	if (session && !there(at, s->l3_end, 16))
		return;
	s->udp = REF_UDP_PFCP;
	s->udp_header[0] = ref_bug == REF_BUG_PFCP_FLAGS ? h[0] : session;
	memcpy(s->udp_header + 1, h + 1, 3);
	if (session)
		memcpy(s->udp_header + 4, h + 4, 8);
}

void
ref_decode_udp(const struct bytes *b, struct ref_stack *s)
{
	unsigned int from = be16(s->l4_header), to = be16(s->l4_header + 2);
	size_t at = s->l4_at + 8;

	if (s->l4 != REF_L4_UDP)
		return;
	if (to == PORT_ESP || (from == PORT_ESP && ref_bug != REF_BUG_ESP_FROM))
		decode_esp(b, at, s);
	else if (to == PORT_PFCP || from == PORT_PFCP)
		decode_pfcp(b, at, s);
}

static void
note_option(const uint8_t *h, struct ref_stack *s)
{
	bool eth = h[1] == 1;

	if (s->n_opts < REF_OPTS)
		memcpy(s->opt[s->n_opts++], h, 2);
	if (h[0] == 1 && eth && !s->has_sla) {
		s->has_sla = true;
		memcpy(s->sla, h, 8);
	}
	if (h[0] == 2 && eth && !s->has_tla) {
		s->has_tla = true;
		memcpy(s->tla, h, 8);
	}
}

/** @return where the options are behind the beginning of a message; 0: it has none. */
static size_t
options_of(unsigned int type)
{
	switch (type) {
	case 133:
		return 8;
	case 134:
		return ref_bug == REF_BUG_ND_OPTIONS ? 8 : 16;
	case 135:
	case 136:
		return 24;
	case 137:
		return 40;
	default:
		return 0;
	}
}

void
ref_decode_nd(const struct bytes *b, struct ref_stack *s)
{
	unsigned int type = s->l4_header[0];
	size_t at = s->l4_at + options_of(type);

	if (s->l4 != REF_L4_ICMP6 || options_of(type) == 0)
		return;
	if (type == 135 || type == 136) {
		if (!there(s->l4_at, s->l3_end, 24))
			return;
		s->nd = type == 135 ? REF_ND_NS : REF_ND_NA;
		memcpy(s->nd_header, b->data + s->l4_at, 24);
	}
	for (unsigned int n = 0; n < REF_OPTS_MAX && there(at, s->l3_end, 8); n++) {
		const uint8_t *h = b->data + at;

		if (h[1] == 0 || !there(at, s->l3_end, 8 * h[1]))
			return;
		note_option(h, s);
		at += 8 * h[1];
	}
}
