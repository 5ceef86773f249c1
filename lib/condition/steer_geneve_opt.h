/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * GENEVE_OPT: some option of the GENEVE header. Options are looked at one after the other, as far
 * as the header's length goes; one that goes beyond it ends them.
 */

#ifndef STEER_GENEVE_OPT_H
#define STEER_GENEVE_OPT_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_condition.h"

/** Most bytes of data that an option can have. */
#define STEER_GENEVE_OPT_MAX (31 * 4)

/** Bounds, both included, of a value under a mask. */
struct steer_masked {
	uint16_t mask;
	uint16_t lo;
	uint16_t hi;
};

struct steer_geneve_opt {
	struct steer_check check;
	struct steer_masked option_class;
	struct steer_masked type;
	/** Words of data. */
	struct steer_masked length;
	/** Bytes of data that are compared: so many must be there. */
	uint8_t n_bytes;
	/** What is asked for, within the mask. */
	uint8_t spec[STEER_GENEVE_OPT_MAX];
	uint8_t mask[STEER_GENEVE_OPT_MAX];
};

/** Is there such an option? @param key  Its tunnel is GENEVE. */
bool steer_geneve_opt_holds(const struct steer_geneve_opt *opt, const struct steer_key *key);

#endif /* STEER_GENEVE_OPT_H */
