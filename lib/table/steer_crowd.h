/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Rules of many masks that lie in each other: which of them may be a key's?
 *
 * All of them have one row of a filter, which is like saying nothing. A crowd has such a row's
 * rules in their order, and of each the bytes in which the filter's masks differ. Vectors compare
 * 16 rules with a key at once, so that the first that fits is found without a search for the
 * others, and mostly no subtable has to be searched but its one.
 *
 * A crowd tells, as a row does, where to search, and knows no rule: an entry too many costs time.
 * Where memory or room does not do for a rule, its subtable is one of those that are always
 * searched for the row.
 *
 * One writer, any number of readers under RCU. Readers look at no more entries than there are; what
 * is behind them is free to be written. An entry is made to fit no key when its rule is taken out,
 * which nobody sees any more then. All else is another crowd.
 */

#ifndef STEER_CROWD_H
#define STEER_CROWD_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "steer_retire.h"
#include "steer_rule.h"

/** Bytes of a key that are compared, at most. */
#define STEER_CROWD_BYTES 32
/** Entries of one crowd, at most: with more, they would cost as much as what they spare. */
#define STEER_CROWD_MAX 256
/** Entries that are compared at once. */
#define STEER_CROWD_GROUP 16

/** What is known of a rule. */
struct steer_crowd_entry {
	uint64_t seq;
	uint32_t prio;
	/** Its subtable's in the filter. */
	uint8_t bit;
	uint8_t mask[STEER_CROWD_BYTES];
	uint8_t value[STEER_CROWD_BYTES];
};

struct steer_crowd {
	struct steer_retired retired;
	/** Bits of subtables that are to be searched anyway. */
	uint64_t always;
	uint32_t n;
	/** A multiple of STEER_CROWD_GROUP. */
	uint32_t capacity;
	uint8_t n_bytes;
	/** Control: entries that were not killed. */
	uint32_t n_alive;
	/** Of each entry, in order. */
	uint64_t *seq;
	uint32_t *prio;
	uint8_t *bit;
	/** Of each group: of each byte the masks of its entries, then the values. */
	uint8_t groups[] __rte_aligned(16);
};

/** For a number of entries and some more. @return NULL if memory is short. */
struct steer_crowd *steer_crowd_create(unsigned int n, unsigned int n_bytes, int socket);
/** NULL is allowed; no reader may use it. */
void steer_crowd_free(struct steer_crowd *c);

/** Is there room for an entry, behind all others, where it belongs? */
bool steer_crowd_takes(const struct steer_crowd *c, const struct steer_crowd_entry *e);
/** Add an entry that it takes, readers active. */
void steer_crowd_append(struct steer_crowd *c, const struct steer_crowd_entry *e);
/**
 * Make a crowd of what is left of an old one, which stays as it is, and an entry.
 * @return NULL: no memory, or too many.
 */
struct steer_crowd *steer_crowd_with(const struct steer_crowd *old,
				     const struct steer_crowd_entry *e, int socket);
/** Have an entry like that fit no key, readers active; of several, one. @return was there any? */
bool steer_crowd_kill(struct steer_crowd *c, const struct steer_crowd_entry *e);

/* Readers */

/** Does an entry come before a rule? */
static inline bool
steer_crowd_before(const struct steer_crowd *c, uint32_t at, const struct steer_rule *rule)
{
	return c->prio[at] < rule->prio || (c->prio[at] == rule->prio && c->seq[at] < rule->seq);
}

/** Entries of a group whose bytes fit a key's: a bit of each. @p bytes  Of the key, which ones. */
static inline uint32_t
steer_crowd_fits(const struct steer_crowd *c, uint32_t group, const uint8_t *key,
		 const uint16_t *bytes)
{
	const uint8_t *at = c->groups + (size_t)group * c->n_bytes * 2 * STEER_CROWD_GROUP;
#if defined(__SSE2__) && !defined(__SANITIZE_THREAD__)
	const __m128i *vector = (const __m128i *)at;
	__m128i differ = _mm_setzero_si128();

	for (unsigned int i = 0; i < c->n_bytes; i++) {
		const __m128i byte = _mm_set1_epi8((char)key[bytes[i]]);

		differ = _mm_or_si128(differ, _mm_xor_si128(_mm_and_si128(byte, vector[2 * i]),
							    vector[2 * i + 1]));
	}
	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(differ, _mm_setzero_si128()));
#else
	uint32_t fits = (UINT32_C(1) << STEER_CROWD_GROUP) - 1;

	for (unsigned int i = 0; i < c->n_bytes; i++, at += 2 * STEER_CROWD_GROUP)
		for (unsigned int k = 0; k < STEER_CROWD_GROUP; k++) {
			const uint8_t *mask = &at[k], *value = mask + STEER_CROWD_GROUP;

			if ((key[bytes[i]] & __atomic_load_n(mask, __ATOMIC_RELAXED)) !=
			    __atomic_load_n(value, __ATOMIC_RELAXED))
				fits &= ~(UINT32_C(1) << k);
		}
	return fits;
#endif
}

/** First entry from @p from on, of @p n, that fits a key; none: @p n. */
static inline uint32_t
steer_crowd_next(const struct steer_crowd *c, uint32_t from, uint32_t n, const uint8_t *key,
		 const uint16_t *bytes)
{
	uint32_t group = from / STEER_CROWD_GROUP;
	uint32_t open = ~UINT32_C(0) << from % STEER_CROWD_GROUP;

	for (; group * STEER_CROWD_GROUP < n; group++, open = ~UINT32_C(0)) {
		const uint32_t fits = steer_crowd_fits(c, group, key, bytes) & open;

		if (fits != 0)
			return RTE_MIN(n, group * STEER_CROWD_GROUP +
						  (uint32_t)__builtin_ctz(fits));
	}
	return n;
}

#endif /* STEER_CROWD_H */
