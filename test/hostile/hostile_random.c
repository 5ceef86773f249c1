/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "gen_packet.h"
#include "hostile_random.h"
#include "parse_expect.h"

/* Where most headers are. */
#define HEADERS 160

/* The packet that is made. */
static uint8_t data[HOSTILE_MAX];
static uint32_t len;

static void
take(const uint8_t *from, uint32_t n)
{
	len = RTE_MIN(n, (uint32_t)REF_PACKET_MAX);
	memcpy(data, from, len);
}

/* Sources */

static void
from_generator(struct gen_random *r, struct hostile_packet *p)
{
	static struct gen_packet made;

	gen_packet_any(r, &made);
	take(made.data, made.len);
	p->kind = "made as in the comparison";
	p->ol_flags = made.ol_flags;
	p->vlan_tci = made.vlan_tci;
	p->vlan_tci_outer = made.vlan_tci_outer;
}

static void
from_chain(struct gen_random *r)
{
	static struct packet made;

	packet_make(&made, parse_chains[gen_below(r, parse_n_chains)]);
	take(made.data, made.len);
}

/* Any headers behind each other: what does not follow is linked to by nothing. */
static void
from_layers(struct gen_random *r)
{
	enum packet_layer layers[PACKET_LAYERS];
	const unsigned int n = gen_between(r, 1, 14);
	static struct packet made;

	layers[0] = P_ETH;
	for (unsigned int i = 1; i < n; i++)
		do {
			layers[i] = (enum packet_layer)gen_between(r, P_ETH, P_LAYERS - 1);
		} while (layers[i] == P_GENEVE_FULL && i > 4);
	layers[n] = P_END;
	packet_make(&made, layers);
	take(made.data, made.len);
}

static void
from_noise(struct gen_random *r)
{
	len = gen_below(r, 200);
	gen_bytes(r, data, len);
}

/* Changes */

static uint32_t
somewhere(struct gen_random *r)
{
	return gen_below(r, RTE_MIN(len, (uint32_t)HEADERS));
}

static void
flip(struct gen_random *r)
{
	data[somewhere(r)] ^= (uint8_t)(1u << gen_below(r, 8));
}

static void
set_extreme(struct gen_random *r)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff };

	data[somewhere(r)] = gen_pick(r, values);
}

/* A length, wherever one is. */
static void
lie(struct gen_random *r)
{
	const uint32_t at = somewhere(r);
	const uint32_t values[] = { 0, 1, len, len - at, len - at + 1, len - at - 1, 0x7fff,
				    0x8000, 0xffff, (uint32_t)gen_u64(r) };
	const uint32_t value = gen_pick(r, values);

	if (at + 1 >= len)
		return;
	data[at] = (uint8_t)(value >> 8);
	data[at + 1] = (uint8_t)value;
}

static void
cut(struct gen_random *r)
{
	len = gen_below(r, len + 1);
}

static void
pad(struct gen_random *r)
{
	const uint32_t n = RTE_MIN(gen_between(r, 1, 64), REF_PACKET_MAX - len);

	gen_bytes(r, data + len, n);
	len += n;
}

/* Some bytes once more, or not at all: all behind them is moved. */
static void
repeat(struct gen_random *r)
{
	const uint32_t at = somewhere(r);
	const uint32_t n = RTE_MIN(RTE_MIN(gen_between(r, 1, 24), len - at), REF_PACKET_MAX - len);

	memmove(data + at + n, data + at, len - at);
	len += n;
}

static void
leave_out(struct gen_random *r)
{
	const uint32_t at = somewhere(r);
	const uint32_t n = RTE_MIN(gen_between(r, 1, 24), len - at);

	memmove(data + at, data + at + n, len - at - n);
	len -= n;
}

static void
change(struct gen_random *r)
{
	static void (*const changes[])(struct gen_random *r) = {
		flip, flip, flip, set_extreme, set_extreme, lie, lie, cut, pad, repeat, leave_out,
	};

	for (unsigned int n = gen_below(r, 5); n > 0 && len > 0; n--)
		changes[gen_below(r, RTE_DIM(changes))](r);
}

/* Shapes */

static int
compare_cut(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Anywhere, mostly where headers are. */
static unsigned int
cut_few(struct gen_random *r, uint32_t *cuts)
{
	const unsigned int n = gen_between(r, 1, 4);

	for (unsigned int i = 0; i < n; i++)
		cuts[i] = gen_below(r, (gen_chance(r, 80) ? RTE_MIN(len, (uint32_t)HEADERS) : len)
					       + 1);
	qsort(cuts, n, sizeof(cuts[0]), compare_cut);
	return n;
}

static unsigned int
cut_many(struct gen_random *r, uint32_t *cuts)
{
	unsigned int n = 0;

	for (uint32_t at = gen_between(r, 0, 4); at < len && n < HEADERS; at += gen_below(r, 5))
		cuts[n++] = at;
	return n;
}

static void
shape(struct gen_random *r, struct hostile_packet *p)
{
	static uint32_t cuts[HEADERS];

	p->memory = gen_chance(r, 50) ? HOSTILE_EXACT
				      : (enum hostile_memory)gen_below(r, HOSTILE_MEMORIES);
	p->cuts = cuts;
	p->n_cuts = 0;
	if (gen_chance(r, 20))
		p->n_cuts = cut_few(r, cuts);
	else if (gen_chance(r, 2))
		p->n_cuts = cut_many(r, cuts);
}

static void
make(struct gen_random *r, const struct hostile_captures *captures, struct hostile_packet *p)
{
	const unsigned int which = gen_below(r, 100);
	const struct hostile_capture *c;

	if (which < 25) {
		from_generator(r, p);
	} else if (which < 35) {
		p->kind = "any headers";
		from_layers(r);
	} else if (which < 38) {
		p->kind = "noise";
		from_noise(r);
	} else if (which < 60 && captures->n > 0) {
		c = &captures->all[gen_below(r, captures->n)];
		p->kind = "captured and changed";
		take(c->data, c->len);
	} else {
		p->kind = "known headers, changed";
		from_chain(r);
	}
}

void
hostile_random(struct gen_random *r, const struct hostile_captures *captures, bool jumbo,
	       struct hostile_packet *p)
{
	*p = (struct hostile_packet){ .data = data };
	make(r, captures, p);
	change(r);
	if (jumbo && gen_chance(r, 2)) {
		const uint32_t longer = gen_between(r, len, gen_chance(r, 70) ? 9216 : HOSTILE_MAX);

		memset(data + len, (int)gen_below(r, 256), longer - len);
		len = longer;
	}
	p->len = len;
	shape(r, p);
}
