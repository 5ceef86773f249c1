/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Rules of a subtable that ask for ranges: those with the same words hang in one interval map, for
 * which a rule of its own stands in their slot. For the writer.
 */

#ifndef STEER_RANGES_H
#define STEER_RANGES_H

#include "steer_subtable.h"

/** Add a rule, readers active. @return 0; -ENOMEM (then nothing changed). */
int steer_ranges_insert(struct steer_subtable *st, struct steer_rule *rule, uint32_t hash,
			struct steer_retire *retire);
/** The same, to the map that stands in @p slot. */
int steer_ranges_add(struct steer_subtable *st, struct steer_rule **slot, struct steer_rule *rule,
		     struct steer_retire *retire);
/** Take a rule out of the map in @p slot; steer_ranges_tidy() has to follow. */
void steer_ranges_remove(struct steer_subtable *st, struct steer_rule **slot,
			 struct steer_rule *rule);
/** Make look-ups fast again. */
void steer_ranges_tidy(struct steer_subtable *st, struct steer_retire *retire);
/** Free what stands for rules. No reader is active. */
void steer_ranges_free(struct steer_subtable *st);

#endif /* STEER_RANGES_H */
