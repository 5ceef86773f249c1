/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Packets made at random: headers in any order, captures, and what is left of either when somebody
 * has been at it.
 */

#ifndef HOSTILE_RANDOM_H
#define HOSTILE_RANDOM_H

#include <stdbool.h>

#include "hostile_capture.h"
#include "hostile_packet.h"

/**
 * Make one.
 *
 * @param jumbo  It may be of any length.
 * @param p      Valid until the next call.
 */
void hostile_random(struct gen_random *r, const struct hostile_captures *captures, bool jumbo,
		    struct hostile_packet *p);

#endif /* HOSTILE_RANDOM_H */
