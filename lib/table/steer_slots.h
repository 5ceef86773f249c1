/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A subtable's slots: which bucket of its hash holds the rules with some words. For the writer;
 * readers see struct steer_hash only.
 */

#ifndef STEER_SLOTS_H
#define STEER_SLOTS_H

#include <string.h>

#include "steer_subtable.h"

/** Primary buckets of an empty subtable. */
#define STEER_BUCKETS_MIN 2

/** Hash of a rule's words, as steer_subtable_hash() of a key that has them. */
static inline uint32_t
steer_words_hash(const struct steer_subtable *st, const uint64_t *words)
{
	return steer_secret_hash(st->secret, st->shape.n_words, words, NULL, NULL);
}

static inline uint32_t
steer_rule_hash(const struct steer_subtable *st, const struct steer_rule *rule)
{
	return steer_words_hash(st, rule->words);
}

static inline bool
steer_rules_same_words(const struct steer_subtable *st, const struct steer_rule *a,
		       const struct steer_rule *b)
{
	return memcmp(a->words, b->words, st->shape.n_words * sizeof(a->words[0])) == 0;
}

/** @param n_primary  A power of two. @return NULL if memory is short. */
struct steer_hash *steer_hash_create(uint32_t n_primary, int socket);

/** Slot whose rules have the words of @p rule; NULL if there is none. */
struct steer_rule **steer_slot_find(struct steer_subtable *st, const struct steer_rule *rule,
				    uint32_t hash);
/** Put a rule with new words into a slot, readers active. @return 0; -ENOMEM. */
int steer_slot_add(struct steer_subtable *st, struct steer_rule *rule, uint32_t hash,
		   struct steer_retire *retire);

#endif /* STEER_SLOTS_H */
