/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What rules and handles of a world have counted, and how long ago they were hit, in both.
 */

#ifndef COMPARE_AGE_H
#define COMPARE_AGE_H

#include <rte_flow.h>

#include "compare_world.h"

/** Some time goes by. */
void world_wait(struct world *w);

/** Compare a count, and take it for reset if it was. */
void world_check_count(struct world *w, const struct rte_flow_query_count *count,
		       struct ref_tally *tally);

void world_check_age(struct world *w, const struct rte_flow_query_age *age, uint32_t timeout,
		     const struct ref_tally *tally);

/** Compare what a rule has counted and how old it is. */
void world_check_rule(struct world *w, struct live *l);

/** Compare what the port reports as aged. */
void world_check_aged(struct world *w);

#endif /* COMPARE_AGE_H */
