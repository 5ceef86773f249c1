/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Which items and actions a randomised comparison has reached. What the engine accepts is asked of
 * the engine: whoever adds an item or an action hears of it here.
 */

#ifndef COMPARE_COVER_H
#define COMPARE_COVER_H

#include <stdint.h>
#include <stdio.h>

struct ref_rule;

/** Types of items and actions are looked at up to here. */
#define COMPARE_TYPES 256

/** By type: rules that some packet matched. Behind INVERT only the actions count. */
struct compare_cover {
	uint64_t items[COMPARE_TYPES];
	uint64_t actions[COMPARE_TYPES];
};

/** Add a rule, when all its packets have passed. */
void compare_cover_add(struct compare_cover *cover, const struct ref_rule *rule);

/** Print a line for each item and action that the engine accepts. */
void compare_cover_print(FILE *f, const struct compare_cover *cover);

/** @return items and actions that the engine accepts and no packet has matched. */
unsigned int compare_cover_missing(const struct compare_cover *cover);

#endif /* COMPARE_COVER_H */
