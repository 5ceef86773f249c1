/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Tuple-space search: one subtable for each distinct mask.
 *
 * Readers see a view: the subtables in the order of their best rules, so that a search ends at the
 * first subtable whose best rule comes after what was found. A view is immutable; it is replaced
 * when a subtable comes or goes or gets a better best rule. The parsing depth that the masks need
 * is part of the view, since a key must never be compared with a mask it was not parsed for.
 *
 * One writer, any number of readers under RCU.
 */

#ifndef STEER_TABLE_H
#define STEER_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_changes.h"
#include "steer_filter.h"
#include "steer_form.h"
#include "steer_key.h"
#include "steer_match.h"
#include "steer_retire.h"
#include "steer_rule.h"
#include "steer_secret.h"
#include "steer_slab.h"

struct steer_subtable;

struct steer_view_entry {
	struct steer_subtable *subtable;
	uint64_t seq;
	uint32_t prio;
	/** Bits of a key's meta word that are the same in all rules, and what they are. */
	uint64_t kind_mask;
	uint64_t kind;
};

/** May the subtable have a rule for packets like this one? */
static inline bool
steer_view_entry_kind(const struct steer_view_entry *e, const struct steer_key *key)
{
	return (key->meta & e->kind_mask) == e->kind;
}

/** Most filters of a view. */
#define STEER_VIEW_FILTERS 4
/** Index of no entry. */
#define STEER_VIEW_NONE UINT16_MAX

/** Subtables that are searched only where a filter says so. */
struct steer_view_filter {
	const struct steer_filter *filter;
	/** Of the best one of them. */
	uint32_t prio;
	uint64_t seq;
	/** The entry of each bit; VIEW_NONE: it has gone. */
	uint16_t entry[STEER_FILTER_SUBTABLES];
};

struct steer_view {
	struct steer_retired retired;
	uint32_t depth; /**< STEER_DEPTH_*. */
	/** Number of the set of key bits that the masks touch: another set, another number. */
	uint32_t layout;
	/** A search is worth remembering. */
	bool costly;
	/** But only where it is likely that it will be asked for. */
	bool bearable;
	/** Some rule has a condition: what a key finds may be another one next time. */
	bool conditions;
	uint32_t n;
	/** Entries without a filter, in order. */
	uint32_t n_rest;
	uint32_t *rest;
	uint32_t n_filters;
	struct steer_view_filter filter[STEER_VIEW_FILTERS];
	/** In the order of their best rules. */
	struct steer_view_entry entry[];
};

struct steer_table {
	struct steer_view *view; /**< For readers: steer_table_view(). */
	uint64_t version;        /**< For readers: steer_table_version(). */
	/** For flow caches; NULL: none is ever made for this table. */
	struct steer_changes *changes;

	/* Control */
	/** What it is for, for who has a place in it. */
	void *owner;
	struct steer_retire *retire;
	/** Memory of rules: the table's own, or that of another one. */
	struct steer_slab *slab;
	struct steer_slab own_slab;
	struct steer_subtable *untidy;
	struct steer_filter *filters[STEER_VIEW_FILTERS];
	unsigned int n_filters;
	/** Since filters were made, subtables have come or gone or many rules have come. */
	bool unfit;
	/** Rules then. */
	uint64_t n_fitted;
	uint64_t n_rules;
	/** Of the view: entry that a rule was last added to. */
	uint32_t last;
	/** Rules that have a condition, and the STEER_DEPTH_* that conditions need. */
	uint64_t n_conditions;
	uint32_t condition_depth;
	int socket;
	/** Of the hashes of all its subtables. */
	struct steer_secret secret;
	/** Key bits that the view's masks and ranges touch. */
	uint64_t used[STEER_KEY_WORDS];
};

/** Where a rule stands, for taking it out again. */
struct steer_place {
	struct steer_subtable *subtable;
	struct steer_rule *rule;
	/** Bytes of the rule. */
	size_t size;
};

/** @return 0; -ENOMEM. */
int steer_table_init(struct steer_table *t, struct steer_retire *retire, int socket);
/**
 * Make a small table beside another one, whose memory it shares and which it must not outlive: it
 * has no flow cache. Readers take versions from the other one. @return 0; -ENOMEM.
 */
int steer_table_init_beside(struct steer_table *t, struct steer_table *other);
/** Free all. No reader may be active; the retire list is flushed before. */
void steer_table_fini(struct steer_table *t);

/** A rule that asks for this will be added soon: have what it takes in the processor's caches. */
void steer_table_expect(const struct steer_table *t, const struct steer_match *match);
/** The same of one that is known by its words. */
void steer_table_expect_words(const struct steer_table *t, const struct steer_form *form,
			      const uint64_t *words);

/**
 * Add a rule, readers active. They see it from the next steer_table_commit() on.
 *
 * @param match  What it asks for by words and ranges.
 * @param rule   Verdict, prio, seq and, in its steer_more, condition; copied. Words and links are
 *               ignored.
 * @param place  Filled.
 * @return       0; -ENOMEM (then no reader sees a difference).
 */
int steer_table_insert(struct steer_table *t, const struct steer_match *match,
		       const struct steer_rule *rule, struct steer_place *place);

/**
 * The same for a rule that asks for words alone.
 * @param words  As many as the form has.
 */
int steer_table_insert_words(struct steer_table *t, struct steer_form *form, const uint64_t *words,
			     const struct steer_rule *rule, struct steer_place *place);

/**
 * Add a rule that asks for the same as one that is there and has its prio and seq, readers active.
 * It is behind that one, which has to be buried in the same version: a burst sees the one or the
 * other.
 *
 * @param rule   As of steer_table_insert(), with the condition of the old one.
 * @param place  Filled.
 * @return       0; -ENOMEM (then nothing changed).
 */
int steer_table_replace(struct steer_table *t, const struct steer_place *old,
			const struct steer_rule *rule, struct steer_place *place);

/**
 * Readers that come from now on are of version @p version: they see rules whose seq is below it
 * and which did not die below it. Versions only grow.
 */
void steer_table_commit(struct steer_table *t, uint64_t version);

/** Have bursts of versions above @p died see the rule no more. */
void steer_table_bury(struct steer_table *t, const struct steer_place *place,
		      struct steer_tomb *tomb, uint64_t died);

/**
 * Take a rule out that no reader sees any more: buried (steer_table_bury()) at least a grace period
 * ago. Never fails. Readers may still walk over it: steer_table_release() has to be called after
 * another grace period.
 */
void steer_table_remove(struct steer_table *t, const struct steer_place *place);
/** After one or many steer_table_remove(), before the next insert: make look-ups fast again. */
void steer_table_tidy(struct steer_table *t);
void steer_table_release(struct steer_table *t, const struct steer_place *place);

/** Would other filters, or some, be of use now? */
bool steer_table_unfit(const struct steer_table *t);
/** Make filters for the subtables as they are now, readers active. It takes time for each rule. */
void steer_table_fit(struct steer_table *t);

/** What a rule in the table asks for. */
void steer_table_match(const struct steer_place *place, struct steer_match *match);

/**
 * Is there a packet that a rule and another one of equal priority both match? Rules that are gone
 * in @p version do not count.
 *
 * Never 0 if there is one. Ranges of fields that the other rule looks at in another shape are
 * taken to overlap, and conditions to hold.
 *
 * @param budget  Rules and buckets to look at, at most.
 * @return        1; 0; -E2BIG (the budget does not do). Control path.
 */
int steer_table_overlaps(const struct steer_table *t, const struct steer_place *place,
			 uint64_t version, unsigned int budget);

/* Readers */

/** The version of one burst, online to RCU; to be taken before the view. */
static inline uint64_t
steer_table_version(const struct steer_table *t)
{
	return __atomic_load_n(&t->version, __ATOMIC_ACQUIRE);
}

/** The view to use for one burst. It is at least as new as the version taken before. */
static inline const struct steer_view *
steer_table_view(const struct steer_table *t)
{
	return __atomic_load_n(&t->view, __ATOMIC_ACQUIRE);
}

/**
 * First matching rule of each key that is visible in a version.
 *
 * @param keys   Parsed as deep as view->depth.
 * @param n      At most 64.
 * @param found  For each key the rule, or NULL.
 */
void steer_table_lookup(const struct steer_view *view, uint64_t version,
			const struct steer_key *keys, unsigned int n,
			const struct steer_rule **found);

/** The same for the keys whose indices are in @p which; the others' places are left alone. */
void steer_table_lookup_some(const struct steer_view *view, uint64_t version,
			     const struct steer_key *keys, const uint8_t *which, unsigned int n,
			     const struct steer_rule **found);

/** First visible matching rule behind @p after, or NULL. */
const struct steer_rule *steer_table_next(const struct steer_view *view, uint64_t version,
					  const struct steer_key *key,
					  const struct steer_rule *after);

#endif /* STEER_TABLE_H */
