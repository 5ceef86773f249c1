/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What rules have in common that ask for words of the key only, and differ in nothing but values: a
 * match (struct steer_match) of one of them is a kilobyte, its values are a few words.
 */

#ifndef STEER_FORM_H
#define STEER_FORM_H

#include <stdint.h>

#include "steer_match.h"

/** Words of the key that are asked for, at most. */
#define STEER_FORM_WORDS 16

struct steer_form {
	/**
	 * For who changes rules, under his lock: the subtable that a table has found for it last,
	 * and where. 0: none.
	 */
	uint64_t subtable;
	uint32_t entry;
	unsigned int n_words;
	/** Which words of the key, ascending, and their masks; none is 0. */
	uint8_t word[STEER_FORM_WORDS];
	uint64_t mask[STEER_FORM_WORDS];
};

/** The match of one with these values, one for each word. */
void steer_form_match(const struct steer_form *form, const uint64_t *values,
		      struct steer_match *match);

#endif /* STEER_FORM_H */
