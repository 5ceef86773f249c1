/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What a rule asks of a packet beyond words and ranges of its key: checks that look into the
 * packet, and a pattern that must not match as a whole (INVERT).
 *
 * A condition is made with the pattern and immutable then. It is looked at only for packets that
 * have the rule's words. Rules that stand for the same one, one after the other, hold it together.
 */

#ifndef STEER_CONDITION_H
#define STEER_CONDITION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "steer_key.h"
#include "steer_match.h"

enum steer_check_type {
	STEER_CHECK_RAW,        /**< struct steer_raw. */
	STEER_CHECK_GENEVE_OPT, /**< struct steer_geneve_opt. */
	STEER_CHECK_INTEGRITY,  /**< struct steer_integrity. */
	STEER_CHECK_PTYPE,      /**< struct steer_bounded. */
	STEER_CHECK_RANDOM,     /**< struct steer_bounded. */
	STEER_CHECK_COMPARE,    /**< struct steer_compare. */
};

/** One item of a pattern. Its own structure, which begins with this one, says what is checked. */
struct steer_check {
	enum steer_check_type type;
	struct steer_check *next;
};

/** A number about the packet, under a mask, between bounds, both included. */
struct steer_bounded {
	struct steer_check check;
	uint32_t mask;
	uint32_t lo;
	uint32_t hi;
};

struct steer_condition {
	/** Those that hold it besides its maker. Control path. */
	uint32_t holders;
	/** STEER_DEPTH_* that it needs. */
	uint32_t depth;
	/** All must hold. In the order of the pattern. */
	struct steer_check *checks;
	/** INVERT: this and the checks must not hold together. Else NULL. */
	struct steer_match *inverted;
};

/** Make one that always holds. @return NULL: no memory. */
struct steer_condition *steer_condition_create(void);

/** One more holds it, and calls steer_condition_free(). NULL is allowed. */
void steer_condition_hold(struct steer_condition *c);

/** Let go of it; the last one frees it with all that it has. NULL is allowed. */
void steer_condition_free(struct steer_condition *c);

/** Add a check, made by malloc(), behind those it has. It is the condition's then. */
void steer_condition_add(struct steer_condition *c, struct steer_check *check);

/**
 * Does it hold?
 *
 * @param key  Parsed as deep as the condition asks for, with its packet.
 */
bool steer_condition_holds(const struct steer_condition *c, const struct steer_key *key);

/** @return the first check that does not hold; NULL: all do. Whether INVERT is asked for or not. */
const struct steer_check *steer_condition_fails(const struct steer_condition *c,
						const struct steer_key *key);

/**
 * Write checks as items in testpmd's words.
 * @param options  Those that stand behind the tunnel's item; else those that stand at the end.
 */
void steer_condition_print(FILE *file, const struct steer_condition *c, bool options);
/** One of them, with a blank in front of it. */
void steer_check_print(FILE *file, const struct steer_check *check);

#endif /* STEER_CONDITION_H */
