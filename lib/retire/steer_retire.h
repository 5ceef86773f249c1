/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Deferred freeing. What readers may still see is retired; it is freed by a later call, once every
 * reader that was online then has gone offline. Nobody ever waits.
 *
 * The list's node is part of what is retired, so that retiring cannot fail (rte_rcu_qsbr_dq's
 * fixed size could). Not thread-safe: one control thread at a time.
 */

#ifndef STEER_RETIRE_H
#define STEER_RETIRE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_rcu_qsbr.h>

struct steer_retired;

typedef void (*steer_retired_free)(struct steer_retired *r);

/** To be embedded in whatever gets retired: in every rule, so it is small. */
struct steer_retired {
	struct steer_retired *next;
	/** Of RCU, times STEER_RETIRE_KINDS; plus which of the list's functions frees it. */
	uint64_t token;
};

/** Most functions that free what is in one list; a power of two. */
#define STEER_RETIRE_KINDS 16

struct steer_retire {
	struct rte_rcu_qsbr *qsbr;
	struct steer_retired *head; /**< Oldest. */
	struct steer_retired **tail;
	/** Tokens: up to this one readers are known to hold nothing, and that of the last one. */
	uint64_t known;
	uint64_t newest;
	/** Retired since readers were last asked. */
	unsigned int unasked;
	unsigned int n_kinds;
	steer_retired_free kinds[STEER_RETIRE_KINDS];
};

/** @param qsbr  What readers report to. */
void steer_retire_init(struct steer_retire *list, struct rte_rcu_qsbr *qsbr);

/** Have @p fn called for @p r once no reader can hold it: it must be unreachable for new ones. */
void steer_retire(struct steer_retire *list, struct steer_retired *r, steer_retired_free fn);

/** Free what no reader holds any more, at most @p max. @return how many were freed. */
unsigned int steer_retire_reclaim_some(struct steer_retire *list, unsigned int max);

/** As many as come together before steer_retire_reclaim_lazily() asks readers. */
#define STEER_RETIRE_LAZY 32

/**
 * The same, of what readers are known not to hold: they are asked only now and then, since that
 * takes a look at each of them. @return how many were freed.
 */
unsigned int steer_retire_reclaim_lazily(struct steer_retire *list, unsigned int max);

/** Free all that no reader holds any more. @return how many were freed. */
static inline unsigned int
steer_retire_reclaim(struct steer_retire *list)
{
	return steer_retire_reclaim_some(list, UINT_MAX);
}

/** Free everything: no reader may be active. */
void steer_retire_flush(struct steer_retire *list);

#endif /* STEER_RETIRE_H */
