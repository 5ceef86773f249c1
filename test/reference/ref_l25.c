/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* What stands between L2 and L3: E-tag, PPPoE, MPLS. */

#include <string.h>

#include <rte_common.h>

#include "ref_bugs.h"
#include "ref_decode.h"

#define TYPE_PPPOED 0x8863
#define TYPE_PPPOES 0x8864
#define TYPE_ETAG 0x893f

static void
decode_mpls(const struct bytes *b, size_t at, size_t end, struct ref_stack *s)
{
	bool bottom = false;

	while (!bottom) {
		if (s->n_labels == REF_LABELS || !there(at, end, 4))
			return;
		s->label_at[s->n_labels] = at;
		memcpy(s->label[s->n_labels++], b->data + at, 4);
		bottom = b->data[at + 2] & 1;
		if (ref_bug == REF_BUG_MPLS_ONE)
			bottom = true;
		at += 4;
	}
	if (!there(at, end, 1))
		return;
	if (b->data[at] >> 4 == 4)
		ref_decode_l3(b, TYPE_IPV4, at, end, s);
	if (b->data[at] >> 4 == 6)
		ref_decode_l3(b, TYPE_IPV6, at, end, s);
}

/** @return end of what it carries. */
static size_t
pppoe_end(const uint8_t *h, size_t at, size_t end)
{
	size_t length = be16(h + 4);

	if (ref_bug == REF_BUG_PPPOE_LENGTH)
		return end;
	return RTE_MIN(at + 6 + length, end);
}

static void
decode_pppoe(const struct bytes *b, bool session, size_t at, size_t end, struct ref_stack *s)
{
	const uint8_t *h = b->data + at;

	if (!there(at, end, 6) || h[0] != 0x11)
		return;
	s->pppoe = session ? REF_PPPOE_SESSION : REF_PPPOE_DISCOVERY;
	s->pppoe_at = at;
	memcpy(s->pppoe_header, h, 6);
	end = pppoe_end(h, at, end);
	at += 6;
	if (!there(at, end, 2) || (!session && ref_bug != REF_BUG_PPPOE_DISCOVERY))
		return;
	s->has_ppp = true;
	memcpy(s->ppp, b->data + at, 2);
	switch (be16(s->ppp)) {
	case 0x0021:
		ref_decode_l3(b, TYPE_IPV4, at + 2, end, s);
		break;
	case 0x0057:
		ref_decode_l3(b, TYPE_IPV6, at + 2, end, s);
		break;
	case 0x0281:
	case 0x0283:
		decode_mpls(b, at + 2, end, s);
		break;
	}
}

void
ref_decode_type(const struct bytes *b, unsigned int type, size_t at, size_t end,
		struct ref_stack *s)
{
	switch (type) {
	case TYPE_PPPOES:
	case TYPE_PPPOED:
		decode_pppoe(b, type == TYPE_PPPOES, at, end, s);
		break;
	case TYPE_MPLS:
	case TYPE_MPLSM:
		decode_mpls(b, at, end, s);
		break;
	default:
		ref_decode_l3(b, type, at, end, s);
		break;
	}
}

bool
ref_decode_etag(const struct bytes *b, unsigned int *type, size_t *at, size_t end,
		struct ref_stack *s)
{
	if (*type != TYPE_ETAG || ref_bug == REF_BUG_NO_ETAG)
		return true;
	if (!there(*at, end, 8))
		return false;
	s->has_etag = true;
	s->etag_at = *at;
	memcpy(s->etag, b->data + *at, 8);
	*type = be16(s->etag + 6);
	*at += 8;
	return true;
}
