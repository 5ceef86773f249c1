/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Why a rule does not take a packet: the first of what it asks for that the packet does not have,
 * layer by layer, as testpmd calls it. Nothing is steered by it; it goes over the same words,
 * ranges and conditions as tables do, one after the other.
 */

#ifndef STEER_WHY_H
#define STEER_WHY_H

#include <stdbool.h>
#include <stdio.h>

#include "steer_match.h"
#include "steer_value.h"

struct steer_key;

enum steer_why_kind {
	STEER_WHY_MATCHES, /**< Nothing refuses: the rule takes the packet. */
	STEER_WHY_ABSENT,  /**< There is no such header. */
	STEER_WHY_VALUE,   /**< A field has another value. */
	STEER_WHY_RANGE,   /**< A field is out of bounds. */
	STEER_WHY_BIT,     /**< A header is there that must not be, or the other way round. */
	STEER_WHY_CHECK,   /**< An item that looks into the packet does not hold. */
	STEER_WHY_INVERT,  /**< All holds that must not. */
	STEER_WHY_OTHER,   /**< What has no name. */
};

struct steer_why {
	enum steer_why_kind kind;
	/** How much of what the rule asks for the packet has, up to there. */
	unsigned int agreed;
	/** Headers inside a tunnel. */
	bool inner;
	/** Not CHECK, INVERT, OTHER: the item. */
	const char *item;
	/** VALUE, RANGE, BIT: the field. */
	struct steer_value field;
	/** At their place in the field: the packet's, and what is asked for, under the mask. */
	steer_u128 have;
	steer_u128 lo;
	steer_u128 hi;
	steer_u128 mask;
	/** CHECK: the item with what it asks for; NULL without memory. */
	char *check;
};

/**
 * Look for what refuses.
 *
 * @param key  Of all layers, with its packet.
 * @param why  Filled; to be given to steer_why_free(). Thread-safe.
 */
void steer_why(const struct steer_match *match, const struct steer_key *key,
	       struct steer_why *why);
void steer_why_free(struct steer_why *why);

/** "inner ipv4 dst": what refuses. */
void steer_why_print_what(FILE *file, const struct steer_why *why);
/** The packet's value; nothing where there is none. */
void steer_why_print_have(FILE *file, const struct steer_why *why);
/** "10.0.0.9", "80 mask 0xff", "1000..2000": what the rule asks for. */
void steer_why_print_want(FILE *file, const struct steer_why *why);
/** All of it: "ipv4 dst is 10.0.0.8, not 10.0.0.9". */
void steer_why_print(FILE *file, const struct steer_why *why);

#endif /* STEER_WHY_H */
