/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What the engine made of a packet against the verdict of the reference.
 */

#ifndef COMPARE_VERDICT_H
#define COMPARE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "ref_rules.h"
#include "steer_engine.h"

struct rte_mbuf;
struct steer_copies;

/** The engine's queue, or STEER_DROP_*. */
uint16_t verdict_queue(const struct ref_verdict *v);

/** Is a packet as it should be, tags in the mbuf included? */
bool verdict_bytes_agree(const struct ref_input *want, const struct rte_mbuf *m);

/**
 * @param want_hash     See steer_engine_want_hash().
 * @param flags_before  Those of the mbuf before the engine had it.
 */
bool verdict_agrees(const struct ref_verdict *v, bool want_hash, struct rte_mbuf *m,
		    uint16_t queue, uint64_t flags_before);

/** Is it that copy? */
bool verdict_is_copy(const struct ref_copy *want, const struct rte_mbuf *m, uint16_t queue);

/** Copies that are wanted, of one burst, in any order. */
struct verdict_copies {
	unsigned int n;
	const struct ref_copy *want[STEER_BURST_MAX * REF_COPIES_MAX];
};

/** Add those of one packet. */
void verdict_want_copies(struct verdict_copies *copies, const struct ref_made *made);

/**
 * Is each copy that was made one of those, and have the others been lost for want of room? Nothing
 * can be copied of an empty packet.
 * @param made  NULL: none was.
 * @param lost  What the burst's statistics say.
 */
bool verdict_copies_agree(const struct verdict_copies *copies, const struct steer_copies *made,
			  unsigned int lost);

#endif /* COMPARE_VERDICT_H */
