/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * All rules with one mask, in a hash of cache-line buckets over only the words the mask touches.
 *
 * A bucket holds six 16-bit tags and six pointers; where more rules hash to it, it links to an
 * overflow bucket. Rules with the same words hang together as a list in order, so that a slot is
 * found once and its first rule wins. Rules that ask for ranges too hang in an interval map.
 *
 * One writer, any number of readers under RCU: a slot's pointer is written before its tag, nothing
 * moves between slots, and growing builds a new hash.
 */

#ifndef STEER_SUBTABLE_H
#define STEER_SUBTABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_atomic.h>
#include <rte_common.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "steer_form.h"
#include "steer_interval.h"
#include "steer_match.h"
#include "steer_retire.h"
#include "steer_rule.h"
#include "steer_secret.h"

#define STEER_BUCKET_SLOTS 6

struct steer_bucket {
	/** First: see steer_bucket_fits(). */
	uint16_t tag[STEER_BUCKET_SLOTS];
	/** Overflow bucket; 0: none. */
	uint32_t more;
	struct steer_rule *rule[STEER_BUCKET_SLOTS];
} __rte_cache_aligned;

struct steer_hash {
	struct steer_retired retired;
	/** Primary buckets, less one. They come first, overflow buckets behind them. */
	uint32_t mask;
	uint32_t n_buckets;
	/** First overflow bucket that is not in use. */
	uint32_t next_more;
	struct steer_bucket buckets[];
};

struct range_head;
struct steer_filter;
struct steer_table;

struct steer_subtable {
	/* Readers */
	struct steer_hash *hash;
	/** The table's. */
	const struct steer_secret *secret;
	struct steer_shape shape;
	uint8_t word[STEER_KEY_WORDS]; /**< Which words of the key. */
	uint64_t mask[STEER_KEY_WORDS];
	struct steer_field fields[STEER_RANGES_MAX];

	/* Control */
	/** That it is part of. */
	struct steer_table *table;
	struct steer_retired retired;
	uint64_t number;  /**< No other one in the process has it, or had. */
	uint64_t id;      /**< Hash of mask and fields. */
	uint64_t full_mask[STEER_KEY_WORDS]; /**< As of a match. */
	uint32_t depth;   /**< STEER_DEPTH_* that the mask needs. */
	int socket;
	uint64_t n_rules;
	uint64_t n_slots; /**< In use: distinct words. */
	/** No rule is before this; exact unless stale. */
	uint32_t best_prio;
	uint64_t best_seq;
	/** Rules taken out since best_* was exact, the best one being the first. */
	uint64_t stale;
	/** Last rule appended to a long list of equal ones. */
	struct steer_rule *tail;
	/** Interval maps with rules taken out, and the table's next subtable with such. */
	struct range_head *untidy;
	struct steer_subtable *next_untidy;
	/** NULL: none. */
	struct steer_filter *filter;
	unsigned int filter_bit;
};

/**
 * Make an empty subtable for a match's mask and fields.
 *
 * @param secret  Of its hash; it stays the caller's, and has to stay.
 * @return        NULL if memory is short.
 */
struct steer_subtable *steer_subtable_create(const struct steer_match *match,
					     const struct steer_secret *secret, int socket);
/** Free it; rules in it belong to the slab. */
void steer_subtable_free(struct steer_subtable *st);

/** Hash of what makes subtables distinct. */
uint64_t steer_subtable_id(const struct steer_match *match);
bool steer_subtable_fits(const struct steer_subtable *st, const struct steer_match *match);
/* The same of matches of words alone. */
uint64_t steer_subtable_form_id(const struct steer_form *form);
bool steer_subtable_fits_form(const struct steer_subtable *st, const struct steer_form *form);

/** Add the bits of the key that its mask and ranges touch. */
void steer_subtable_used(const struct steer_subtable *st, uint64_t *used);

/** Bytes of a rule in this subtable. */
size_t steer_subtable_rule_size(const struct steer_subtable *st);
/** Fill in words and ranges of a new rule. */
void steer_subtable_rule_init(const struct steer_subtable *st, struct steer_rule *rule,
			      const struct steer_match *match);

/** The way back: what a rule asks for. */
void steer_subtable_rule_match(const struct steer_subtable *st, const struct steer_rule *rule,
			       struct steer_match *match);

/** A rule that asks for this, or has these words, is about to be added. */
void steer_subtable_prefetch(const struct steer_subtable *st, const struct steer_match *match);
void steer_subtable_prefetch_words(const struct steer_subtable *st, const uint64_t *words);
/** A rule is about to be taken out. */
void steer_subtable_prefetch_rule(const struct steer_subtable *st, const struct steer_rule *rule);
/**
 * Add a rule, readers active.
 * @return 0; -ENOMEM (then nothing changed).
 */
int steer_subtable_insert(struct steer_subtable *st, struct steer_rule *rule,
			  struct steer_retire *retire);
/**
 * Add a rule right behind one that has its words, ranges, priority and seq, readers active.
 * @return 0; -ENOMEM (then nothing changed).
 */
int steer_subtable_replace(struct steer_subtable *st, struct steer_rule *old,
			   struct steer_rule *rule, struct steer_retire *retire);
/**
 * Take a rule out; readers may still hold it. Never fails. After one or many, where the subtable
 * is then untidy, steer_ranges_tidy() makes look-ups fast again.
 */
void steer_subtable_remove(struct steer_subtable *st, struct steer_rule *rule);
/** Make best_prio and best_seq exact again. */
void steer_subtable_rescan(struct steer_subtable *st);

/* Readers */

/* Of a number of words that is known when compiled, there is no loop. */

static __rte_always_inline uint32_t
steer_subtable_hash_n(const struct steer_subtable *st, unsigned int n_words, const uint64_t *key)
{
	return steer_secret_hash(st->secret, n_words, key, st->word, st->mask);
}

static __rte_always_inline bool
steer_subtable_equal_n(const struct steer_subtable *st, unsigned int n_words,
		       const struct steer_rule *rule, const uint64_t *key)
{
	uint64_t diff = 0;

	for (unsigned int i = 0; i < n_words; i++)
		diff |= (key[st->word[i]] & st->mask[i]) ^ rule->words[i];
	return diff == 0;
}

/** Hash of a key's masked words. */
static inline uint32_t
steer_subtable_hash(const struct steer_subtable *st, const uint64_t *key)
{
	return steer_subtable_hash_n(st, st->shape.n_words, key);
}

static inline uint16_t
steer_hash_tag(uint32_t hash)
{
	return (uint16_t)(hash >> 16);
}

static inline const struct steer_bucket *
steer_hash_bucket(const struct steer_hash *h, uint32_t hash)
{
	return &h->buckets[hash & h->mask];
}

/** Does a key have the words of a rule (or of what stands for several)? */
static inline bool
steer_subtable_equal(const struct steer_subtable *st, const struct steer_rule *rule,
		     const uint64_t *key)
{
	return steer_subtable_equal_n(st, st->shape.n_words, rule, key);
}

/** Slots of a bucket whose tag fits: two bits of each. */
static inline uint32_t
steer_bucket_fits(const struct steer_bucket *b, uint16_t tag)
{
#if defined(__SSE2__) && !defined(__SANITIZE_THREAD__)
	/* The tags, and what follows them. */
	const __m128i tags = _mm_load_si128((const __m128i *)b->tag);
	const int fits = _mm_movemask_epi8(_mm_cmpeq_epi16(tags, _mm_set1_epi16((short)tag)));

	/* Tags first, then what they stand for: the CPU does it so. */
	rte_compiler_barrier();
	return (uint32_t)fits & ((1u << 2 * STEER_BUCKET_SLOTS) - 1);
#else
	uint32_t fits = 0;

	for (unsigned int i = 0; i < STEER_BUCKET_SLOTS; i++)
		if (__atomic_load_n(&b->tag[i], __ATOMIC_ACQUIRE) == tag)
			fits |= 3u << 2 * i;
	return fits;
#endif
}

/** First rule of a bucket whose tag fits, without looking at its words; NULL if none. */
static inline struct steer_rule *
steer_bucket_candidate(const struct steer_bucket *b, uint16_t tag)
{
	uint32_t fits = steer_bucket_fits(b, tag);

	while (fits != 0) {
		const unsigned int i = (unsigned int)__builtin_ctz(fits) / 2;
		struct steer_rule *rule = __atomic_load_n(&b->rule[i], __ATOMIC_ACQUIRE);

		if (rule != NULL)
			return rule;
		fits &= ~(3u << 2 * i);
	}
	return NULL;
}

/** What stands in the slot of the key's words; NULL if nothing. @p hash of the key. */
struct steer_rule *steer_subtable_find(const struct steer_subtable *st,
				       const struct steer_hash *h, uint32_t hash,
				       const uint64_t *key);

#endif /* STEER_SUBTABLE_H */
