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

struct rte_mbuf;

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

#endif /* COMPARE_VERDICT_H */
