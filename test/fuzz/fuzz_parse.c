/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * The parser: any bytes, cut into any segments, with any tags said to be stripped, as deep as
 * may be. Input: a byte of flags and one for the number of cuts, two bytes of each cut's offset,
 * two tags, and the packet.
 */

#include <rte_common.h>

#include "fuzz.h"
#include "parse_coherent.h"

#define MAX_CUTS 8
#define MAX_LEN 2048

struct input {
	uint64_t ol_flags;
	unsigned int n_cuts;
	uint32_t cuts[MAX_CUTS];
	uint16_t tci[2];
	const uint8_t *data;
	uint32_t len;
};

static int
compare_cut(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
read_input(struct fuzz_stream *s, struct input *in)
{
	const uint8_t flags = fuzz_u8(s);

	in->ol_flags = (flags & 1 ? RTE_MBUF_F_RX_VLAN_STRIPPED : 0) |
		       (flags & 2 ? RTE_MBUF_F_RX_QINQ_STRIPPED : 0) |
		       (flags & 4 ? RTE_MBUF_F_RX_VLAN : 0) | (flags & 8 ? RTE_MBUF_F_RX_QINQ : 0);
	in->n_cuts = fuzz_u8(s) % (MAX_CUTS + 1);
	for (unsigned int i = 0; i < in->n_cuts; i++)
		in->cuts[i] = fuzz_u16(s) % (MAX_LEN + 1);
	qsort(in->cuts, in->n_cuts, sizeof(in->cuts[0]), compare_cut);
	in->tci[0] = fuzz_u16(s);
	in->tci[1] = fuzz_u16(s);
	in->data = s->data;
	in->len = (uint32_t)RTE_MIN(s->left, (size_t)MAX_LEN);
	for (unsigned int i = 0; i < in->n_cuts; i++)
		in->cuts[i] = RTE_MIN(in->cuts[i], in->len);
}

static struct rte_mbuf *
make_mbuf(const struct input *in, unsigned int n_cuts)
{
	struct rte_mbuf *m = packet_mbuf(in->data, in->len, in->cuts, n_cuts);

	m->ol_flags = in->ol_flags;
	m->vlan_tci = in->tci[0];
	m->vlan_tci_outer = in->tci[1];
	return m;
}

/* Segments make no difference, and what is known of a packet is known at each greater depth. */
static void
check_depths(const struct rte_mbuf *one, const struct rte_mbuf *many)
{
	static const uint32_t depths[] = {
		STEER_DEPTH_ALL, STEER_DEPTH_MAC | STEER_DEPTH_L3 | STEER_DEPTH_L4,
		STEER_DEPTH_MAC | STEER_DEPTH_L3, STEER_DEPTH_MAC, 0,
		STEER_DEPTH_TUNNEL, STEER_DEPTH_L4, STEER_DEPTH_L3,
	};
	uint64_t all = UINT64_MAX;

	for (unsigned int i = 0; i < RTE_DIM(depths); i++) {
		struct steer_key a, b;

		FUZZ_CHECK(parse_fresh(one, depths[i], &a) == parse_fresh(many, depths[i], &b));
		FUZZ_CHECK(memcmp(&a, &b, sizeof(a)) == 0);
		FUZZ_CHECK(parse_incoherence(&a, depths[i]) == NULL);
		FUZZ_CHECK((a.meta & ~all) == 0);
		if (i == 0)
			all = a.meta;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_stream s = { .data = data, .left = size };
	struct rte_mbuf *one, *many;
	struct input in;

	read_input(&s, &in);
	one = make_mbuf(&in, 0);
	many = make_mbuf(&in, in.n_cuts);
	check_depths(one, many);
	packet_mbuf_free(one);
	packet_mbuf_free(many);
	return 0;
}
