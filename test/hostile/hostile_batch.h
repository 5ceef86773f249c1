/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Packets on their way through the port: many at a time, each many times, with what the reference
 * says of them, which is worked out once.
 */

#ifndef HOSTILE_BATCH_H
#define HOSTILE_BATCH_H

#include <stdbool.h>

#include "hostile_mold.h"
#include "hostile_world.h"

#define HOSTILE_BATCH 1024

struct hostile_flight {
	struct hostile_mold mold; /**< First: mbufs tell of it. */
	struct ref_packet decoded;
	struct ref_verdict verdict;
	/** What rules make of it; NULL: nothing. */
	struct ref_made *made;

	/* Of this time. */
	bool out;
	bool delivered;
	unsigned int n_copies; /**< That came, bits of them below. */
	uint32_t copies;
};

struct hostile_batch {
	struct hostile_world *world;
	unsigned int n;
	uint32_t longest;
	struct hostile_flight flights[HOSTILE_BATCH];
};

void hostile_batch_add(struct hostile_batch *b, const struct hostile_packet *p);

/**
 * Send each packet so many times past rules that are made for it, judge what comes and what is
 * counted, and forget the packets and the rules.
 *
 * @param stop  Stop the port in the end, with packets in its rings.
 */
void hostile_batch_run(struct hostile_batch *b, unsigned int repeats, bool stop);

#endif /* HOSTILE_BATCH_H */
