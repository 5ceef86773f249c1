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

/** To be embedded in whatever gets retired. */
struct steer_retired {
	struct steer_retired *next;
	uint64_t token;
	steer_retired_free free;
};

struct steer_retire {
	struct rte_rcu_qsbr *qsbr;
	struct steer_retired *head; /**< Oldest. */
	struct steer_retired **tail;
};

/** @param qsbr  What readers report to. */
void steer_retire_init(struct steer_retire *list, struct rte_rcu_qsbr *qsbr);

/** Have @p fn called for @p r once no reader can hold it: it must be unreachable for new ones. */
void steer_retire(struct steer_retire *list, struct steer_retired *r, steer_retired_free fn);

/** Free what no reader holds any more, at most @p max. @return how many were freed. */
unsigned int steer_retire_reclaim_some(struct steer_retire *list, unsigned int max);

/** Free all that no reader holds any more. @return how many were freed. */
static inline unsigned int
steer_retire_reclaim(struct steer_retire *list)
{
	return steer_retire_reclaim_some(list, UINT_MAX);
}

/** Free everything: no reader may be active. */
void steer_retire_flush(struct steer_retire *list);

#endif /* STEER_RETIRE_H */
