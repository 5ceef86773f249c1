/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What is right of a packet that comes, and of all that came.
 */

#ifndef HOSTILE_JUDGE_H
#define HOSTILE_JUDGE_H

#include <stdint.h>

#include "hostile_batch.h"

/** Of one set of rules: what was sent, what should have come of it, and what did. */
struct hostile_sums {
	uint64_t sent;
	uint64_t matched;   /**< Of these, by some rule. */
	uint64_t rule;      /**< To be dropped. */
	uint64_t isolated;
	uint64_t received;  /**< With copies. */
	uint64_t bytes;
	uint64_t missing;   /**< Neither came nor was to be dropped. With copies. */
	uint64_t waiting;   /**< In rings when the port was stopped. */
};

/** What the reference says, and the rules' counts with it. */
void hostile_judge_before(struct hostile_batch *b, struct hostile_flight *f);

/** A packet has come to a queue; it is freed. */
void hostile_judge(struct hostile_world *w, struct rte_mbuf *m, uint16_t queue,
		   struct hostile_sums *sums);

/** No more will come of a packet. */
void hostile_judge_end(struct hostile_world *w, struct hostile_flight *f,
		       struct hostile_sums *sums);

/** No packet is lost or made up, and none is counted wrong. */
void hostile_judge_sums(struct hostile_world *w, const struct hostile_sums *sums,
			const struct hostile_counts *before, const struct hostile_counts *after);

#endif /* HOSTILE_JUDGE_H */
