/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Packets that somebody sends who wishes us ill: what they are made of, and all those that are
 * listed. Others are made at random (hostile_random.h).
 */

#ifndef HOSTILE_PACKET_H
#define HOSTILE_PACKET_H

#include <stdint.h>

#include "gen_random.h"

/** Longest packet. */
#define HOSTILE_MAX 65535

/** Whose memory the bytes are in. */
enum hostile_memory {
	HOSTILE_EXACT,    /**< An external buffer that ends where the bytes end. */
	HOSTILE_DIRECT,   /**< The mbuf's own. */
	HOSTILE_INDIRECT, /**< Another mbuf's, which somebody may still have. */
	HOSTILE_SHARED,   /**< The mbuf's own, of which somebody has another reference. */
	HOSTILE_ATTACHED, /**< An external buffer that another mbuf has, too. */
	HOSTILE_MEMORIES,
};

/** All of it lasts as long as the call that it is given to. */
struct hostile_packet {
	const char *kind; /**< For reports: a literal. */
	const uint8_t *data;
	uint32_t len;
	/** Ascending offsets where segments begin; the same one twice: an empty one. */
	const uint32_t *cuts;
	unsigned int n_cuts;
	enum hostile_memory memory;
	/** What a lower port says of stripped tags. */
	uint64_t ol_flags;
	uint16_t vlan_tci;
	uint16_t vlan_tci_outer;
};

/** Is given packets. */
struct hostile_sink {
	void (*take)(struct hostile_sink *sink, const struct hostile_packet *p);
	/** Of what is not listed: payload, and whose memory. */
	struct gen_random random;
	/** How many so far. */
	uint64_t n;
};

/**
 * All listed packets, each of them once: each chain of headers that the parser knows cut at every
 * length, in two segments at every byte, in three, in single bytes, with each byte extreme and in
 * each memory; and hostile_list_fields(), hostile_list_shapes().
 */
void hostile_list(struct hostile_sink *sink);

/** Lengths, flags and counts that headers have of themselves, each with all its values. */
void hostile_list_fields(struct hostile_sink *sink);

/** Fragments, tunnels in tunnels, jumbo and empty packets. */
void hostile_list_shapes(struct hostile_sink *sink);

/** One packet; the rest of it is drawn. */
void hostile_emit(struct hostile_sink *sink, const char *kind, const uint8_t *data, uint32_t len);

/** The same in segments. */
void hostile_emit_cut(struct hostile_sink *sink, const char *kind, const uint8_t *data,
		      uint32_t len, const uint32_t *cuts, unsigned int n_cuts);

/** Each of a size; the last is what is left. No more than fit into an mbuf's count. */
void hostile_emit_even(struct hostile_sink *sink, const char *kind, const uint8_t *data,
		       uint32_t len, uint32_t size);

#endif /* HOSTILE_PACKET_H */
