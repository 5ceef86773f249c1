/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * COMPARE: two fields of a packet, or one and a number.
 */

#ifndef STEER_COMPARE_H
#define STEER_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_condition.h"

enum steer_compare_op {
	STEER_COMPARE_EQ,
	STEER_COMPARE_NE,
	STEER_COMPARE_LT,
	STEER_COMPARE_LE,
	STEER_COMPARE_GT,
	STEER_COMPARE_GE,
};

enum steer_operand_kind {
	STEER_OPERAND_KEY,    /**< Bits of the key. */
	STEER_OPERAND_RANDOM, /**< The packet's random number. */
	STEER_OPERAND_VALUE,  /**< A number. */
};

struct steer_operand {
	enum steer_operand_kind kind;
	/** testpmd's name, level (2: inner) and index of the tag. */
	const char *name;
	uint8_t level;
	uint8_t tag;
	/** KEY: bits of meta that say that the field is there. */
	uint64_t meta_mask;
	uint64_t meta_spec;
	/** KEY: bytes, big-endian; which of their bits; and how far these are shifted. */
	uint16_t off;
	uint8_t len;
	uint8_t shift;
	/** Bits of the operand after that: the lowest ones. */
	steer_u128 mask;
	/** VALUE: and whether its bytes are those of a number of the CPU. */
	steer_u128 value;
	bool host;
};

struct steer_compare {
	struct steer_check check;
	enum steer_compare_op op;
	struct steer_operand a;
	struct steer_operand b;
};

/** Are both there, and do they compare like that? */
bool steer_compare_holds(const struct steer_compare *c, const struct steer_key *key);

/** testpmd's name of the i-th operation, and its number; NULL behind the last one. */
const char *steer_compare_op_at(unsigned int i, uint32_t *number);

/** Write both in testpmd's words, behind "compare". */
void steer_compare_print(FILE *file, const struct steer_compare *c);

#endif /* STEER_COMPARE_H */
