/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "hostile_packet.h"
#include "parse_expect.h"

/** Shorter packets are cut, and filled up, to this at least. */
#define LENGTHS 128

/** Memory that ends where the packet ends is looked at most closely. */
static enum hostile_memory
next_memory(struct hostile_sink *sink)
{
	return sink->n % 2 == 0 ? HOSTILE_EXACT
				: (enum hostile_memory)(sink->n / 2 % HOSTILE_MEMORIES);
}

void
hostile_emit_cut(struct hostile_sink *sink, const char *kind, const uint8_t *data, uint32_t len,
		 const uint32_t *cuts, unsigned int n_cuts)
{
	const struct hostile_packet p = {
		.kind = kind,
		.data = data,
		.len = len,
		.cuts = cuts,
		.n_cuts = n_cuts,
		.memory = next_memory(sink),
	};

	sink->n++;
	sink->take(sink, &p);
}

void
hostile_emit(struct hostile_sink *sink, const char *kind, const uint8_t *data, uint32_t len)
{
	hostile_emit_cut(sink, kind, data, len, NULL, 0);
}

void
hostile_emit_even(struct hostile_sink *sink, const char *kind, const uint8_t *data, uint32_t len,
		  uint32_t size)
{
	static uint32_t cuts[HOSTILE_MAX];
	unsigned int n = 0;

	for (uint32_t at = size; at < len; at += size)
		cuts[n++] = at;
	hostile_emit_cut(sink, kind, data, len, cuts, n);
}

/* Behind the packet are zeros. */
static void
list_lengths(struct hostile_sink *sink, const struct packet *p)
{
	for (uint32_t len = 0; len <= RTE_MAX(p->len, (uint32_t)LENGTHS); len++)
		hostile_emit(sink, "cut at every length", p->data, len);
}

static void
list_splits(struct hostile_sink *sink, const struct packet *p)
{
	for (uint32_t at = 0; at <= p->len; at++) {
		const uint32_t twice = RTE_MIN(at + 1 + gen_below(&sink->random, 8), p->len);

		hostile_emit_cut(sink, "two segments", p->data, p->len, &at, 1);
		hostile_emit_cut(sink, "three segments", p->data, p->len,
				 (const uint32_t[]){ at, twice }, 2);
		hostile_emit_cut(sink, "an empty segment between", p->data, p->len,
				 (const uint32_t[]){ at, at }, 2);
	}
	for (uint32_t size = 1; size <= 3; size++)
		hostile_emit_even(sink, "tiny segments", p->data, p->len, size);
	hostile_emit_cut(sink, "empty segments in front", p->data, p->len,
			 (const uint32_t[]){ 0, 0, 0 }, 3);
}

/* Whatever a byte means, it has said the most and the least that it can. */
static void
list_extremes(struct hostile_sink *sink, const struct packet *p)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct packet changed = *p;

	for (uint32_t at = 0; at < RTE_MIN(p->len, (uint32_t)LENGTHS); at++) {
		for (unsigned int i = 0; i < RTE_DIM(values); i++) {
			changed.data[at] = values[i];
			hostile_emit(sink, "extreme bytes", changed.data, changed.len);
		}
		changed.data[at] = p->data[at];
	}
}

static void
list_memories(struct hostile_sink *sink, const struct packet *p)
{
	struct hostile_packet h = { .kind = "all memories", .data = p->data, .len = p->len };

	for (h.memory = 0; h.memory < HOSTILE_MEMORIES; h.memory++) {
		sink->n++;
		sink->take(sink, &h);
	}
}

void
hostile_list(struct hostile_sink *sink)
{
	static struct packet p;

	for (unsigned int c = 0; c < parse_n_chains; c++) {
		packet_make(&p, parse_chains[c]);
		list_lengths(sink, &p);
		list_splits(sink, &p);
		list_extremes(sink, &p);
		list_memories(sink, &p);
	}
	hostile_list_fields(sink);
	hostile_list_shapes(sink);
}
