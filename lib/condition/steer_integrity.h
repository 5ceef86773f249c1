/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * INTEGRITY: are headers and checksums as they should be?
 *
 * Of checksums the lower port's word is taken where it has one for just these headers; else they
 * are computed. See the guide for what each bit means.
 */

#ifndef STEER_INTEGRITY_H
#define STEER_INTEGRITY_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_condition.h"

/** Bits of struct rte_flow_item_integrity, in its order. */
#define STEER_INTEGRITY_PACKET (1u << 0)
#define STEER_INTEGRITY_L2 (1u << 1)
#define STEER_INTEGRITY_L3 (1u << 2)
#define STEER_INTEGRITY_L4 (1u << 3)
#define STEER_INTEGRITY_L2_CRC (1u << 4)
#define STEER_INTEGRITY_IPV4_CSUM (1u << 5)
#define STEER_INTEGRITY_L4_CSUM (1u << 6)
#define STEER_INTEGRITY_L3_LEN (1u << 7)
#define STEER_INTEGRITY_ALL 0xffu

struct steer_integrity {
	struct steer_check check;
	/** Of the headers inside a tunnel, which must be there. */
	bool inner;
	uint8_t mask;
	uint8_t spec;
};

bool steer_integrity_holds(const struct steer_integrity *i, const struct steer_key *key);

#endif /* STEER_INTEGRITY_H */
