/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_hash_crc.h>
#include <rte_malloc.h>
#include <rte_prefetch.h>

#include "steer_parse.h"
#include "steer_ranges.h"
#include "steer_slots.h"
#include "steer_subtable.h"

/* Making */

/*
 * Ids may be equal, they only save comparisons: there are as many subtables to be asked, one after
 * the other, if they are not. So nobody gains by masks whose ids collide.
 */

/** Hash of a mask, most words of which are 0. */
static uint32_t
mask_hash(const uint64_t *mask)
{
	uint32_t hash = 0;

	for (uint32_t i = 0; i < STEER_KEY_WORDS; i++)
		if (mask[i] != 0)
			hash = rte_hash_crc_8byte(mask[i], rte_hash_crc_4byte(i, hash));
	return hash;
}

uint64_t
steer_subtable_id(const struct steer_match *match)
{
	uint32_t lo = mask_hash(match->mask);
	uint32_t hi = match->n_ranges;

	for (unsigned int i = 0; i < match->n_ranges; i++) {
		const struct steer_field *f = &match->fields[i];

		hi = rte_hash_crc_4byte((uint32_t)f->off << 16 | f->len, hi);
		hi = rte_hash_crc(&f->mask, sizeof(f->mask), hi);
	}
	return (uint64_t)hi << 32 | lo;
}

uint64_t
steer_subtable_form_id(const struct steer_form *form)
{
	uint32_t hash = 0;

	for (unsigned int i = 0; i < form->n_words; i++)
		hash = rte_hash_crc_8byte(form->mask[i], rte_hash_crc_4byte(form->word[i], hash));
	return hash;
}

static bool
field_equal(const struct steer_field *a, const struct steer_field *b)
{
	return a->off == b->off && a->len == b->len && a->mask == b->mask;
}

bool
steer_subtable_fits(const struct steer_subtable *st, const struct steer_match *match)
{
	if (match->n_ranges != st->shape.n_fields ||
	    memcmp(match->mask, st->full_mask, sizeof(st->full_mask)) != 0)
		return false;
	for (unsigned int i = 0; i < match->n_ranges; i++)
		if (!field_equal(&st->fields[i], &match->fields[i]))
			return false;
	return true;
}

bool
steer_subtable_fits_form(const struct steer_subtable *st, const struct steer_form *form)
{
	uint64_t differ = st->shape.n_words ^ form->n_words;

	if (differ != 0 || st->shape.n_fields != 0)
		return false;
	for (unsigned int i = 0; i < form->n_words; i++)
		differ |= (st->mask[i] ^ form->mask[i]) | (st->word[i] ^ form->word[i]);
	return differ == 0;
}

static uint64_t numbers;

struct steer_subtable *
steer_subtable_create(const struct steer_match *match, const struct steer_secret *secret,
		      int socket)
{
	struct steer_subtable *st =
		rte_zmalloc_socket("steer_subtable", sizeof(*st), RTE_CACHE_LINE_SIZE, socket);

	if (st == NULL)
		return NULL;
	st->hash = steer_hash_create(STEER_BUCKETS_MIN, socket);
	if (st->hash == NULL) {
		rte_free(st);
		return NULL;
	}
	for (unsigned int i = 0; i < STEER_KEY_WORDS; i++)
		if (match->mask[i] != 0) {
			st->word[st->shape.n_words] = (uint8_t)i;
			st->mask[st->shape.n_words++] = match->mask[i];
		}
	memcpy(st->full_mask, match->mask, sizeof(st->full_mask));
	memcpy(st->fields, match->fields, match->n_ranges * sizeof(st->fields[0]));
	st->shape.n_fields = (uint8_t)match->n_ranges;
	st->shape.fields = st->fields;
	st->number = __atomic_add_fetch(&numbers, 1, __ATOMIC_RELAXED);
	st->secret = secret;
	st->socket = socket;
	st->id = steer_subtable_id(match);
	st->depth = steer_match_depth(match);
	st->best_prio = UINT32_MAX;
	st->best_seq = UINT64_MAX;
	return st;
}

void
steer_subtable_free(struct steer_subtable *st)
{
	steer_ranges_free(st);
	rte_free(st->hash);
	rte_free(st);
}

void
steer_subtable_used(const struct steer_subtable *st, uint64_t *used)
{
	uint8_t *bytes = (uint8_t *)used;

	for (unsigned int i = 0; i < st->shape.n_words; i++)
		used[st->word[i]] |= st->mask[i];
	for (unsigned int i = 0; i < st->shape.n_fields; i++) {
		const struct steer_field *f = &st->fields[i];

		for (unsigned int b = 0; b < f->len; b++)
			bytes[f->off + b] |= (uint8_t)(f->mask >> (f->len - 1 - b) * 8);
	}
}

size_t
steer_subtable_rule_size(const struct steer_subtable *st)
{
	return sizeof(struct steer_rule) + st->shape.n_words * sizeof(uint64_t) +
	       st->shape.n_fields * sizeof(struct steer_bounds);
}

void
steer_subtable_rule_init(const struct steer_subtable *st, struct steer_rule *rule,
			 const struct steer_match *match)
{
	for (unsigned int i = 0; i < st->shape.n_words; i++)
		rule->words[i] = match->spec[st->word[i]];
	memcpy(rule->words + st->shape.n_words, match->bounds,
	       st->shape.n_fields * sizeof(match->bounds[0]));
}

void
steer_subtable_rule_match(const struct steer_subtable *st, const struct steer_rule *rule,
			  struct steer_match *match)
{
	memset(match->spec, 0, sizeof(match->spec));
	memset(match->mask, 0, sizeof(match->mask));
	for (unsigned int i = 0; i < st->shape.n_words; i++) {
		match->mask[st->word[i]] = st->mask[i];
		match->spec[st->word[i]] = rule->words[i];
	}
	match->n_ranges = st->shape.n_fields;
	memcpy(match->fields, st->fields, match->n_ranges * sizeof(match->fields[0]));
	memcpy(match->bounds, steer_rule_bounds(rule, st->shape.n_words),
	       match->n_ranges * sizeof(match->bounds[0]));
	match->condition = steer_rule_condition(rule);
}

/* Equal words */

/** Have @p rule follow @p prev, or be the first in @p slot. */
static void
set_next(struct steer_rule **slot, struct steer_rule *prev, struct steer_rule *rule)
{
	struct steer_tomb *tomb = prev != NULL ? steer_link_tomb(prev->link) : NULL;

	if (prev == NULL)
		__atomic_store_n(slot, rule, __ATOMIC_RELEASE);
	else
		__atomic_store_n(tomb != NULL ? &tomb->link : &prev->link, (uintptr_t)rule,
				 __ATOMIC_RELEASE);
}

/** Link @p rule into the list at @p slot, in order. */
static void
link_rule(struct steer_subtable *st, struct steer_rule **slot, struct steer_rule *rule)
{
	struct steer_rule *prev = NULL, *next;

	/* Many equal rules in a row: go on where the last one was put. */
	if (st->tail != NULL && steer_rules_same_words(st, st->tail, rule) &&
	    steer_rule_before(st->tail, rule))
		prev = st->tail;
	next = prev != NULL ? steer_rule_next(prev) : *slot;
	while (next != NULL && steer_rule_before(next, rule)) {
		prev = next;
		next = steer_rule_next(prev);
	}
	rule->link = (uintptr_t)next;
	set_next(slot, prev, rule);
	st->tail = rule;
}

static void
unlink_rule(struct steer_subtable *st, struct steer_rule **slot, struct steer_rule *rule)
{
	struct steer_rule *prev = NULL, *at = *slot;

	while (at != rule) {
		prev = at;
		at = steer_rule_next(prev);
	}
	set_next(slot, prev, steer_rule_next(rule));
	if (*slot == NULL)
		st->n_slots--;
	if (st->tail == rule)
		st->tail = NULL;
}

/* Rules */

static int
insert_exact(struct steer_subtable *st, struct steer_rule *rule, uint32_t hash,
	     struct steer_retire *retire)
{
	struct steer_rule **slot = steer_slot_find(st, rule, hash);

	if (slot != NULL) {
		link_rule(st, slot, rule);
		return 0;
	}
	rule->link = 0;
	return steer_slot_add(st, rule, hash, retire);
}

void
steer_subtable_prefetch(const struct steer_subtable *st, const struct steer_match *match)
{
	rte_prefetch0(steer_hash_bucket(st->hash, steer_subtable_hash(st, match->spec)));
}

void
steer_subtable_prefetch_words(const struct steer_subtable *st, const uint64_t *words)
{
	const uint32_t hash = steer_words_hash(st, words);

	rte_prefetch0(steer_hash_bucket(st->hash, hash));
}

void
steer_subtable_prefetch_rule(const struct steer_subtable *st, const struct steer_rule *rule)
{
	rte_prefetch0(steer_hash_bucket(st->hash, steer_rule_hash(st, rule)));
}

int
steer_subtable_insert(struct steer_subtable *st, struct steer_rule *rule,
		      struct steer_retire *retire)
{
	const uint32_t hash = steer_rule_hash(st, rule);
	int rc = st->shape.n_fields > 0 ? steer_ranges_insert(st, rule, hash, retire)
					: insert_exact(st, rule, hash, retire);

	if (rc < 0)
		return rc;
	st->n_rules++;
	if (steer_order_before(rule, st->best_prio, st->best_seq)) {
		st->best_prio = rule->prio;
		st->best_seq = rule->seq;
	}
	return 0;
}

int
steer_subtable_replace(struct steer_subtable *st, struct steer_rule *old, struct steer_rule *rule,
		       struct steer_retire *retire)
{
	struct steer_rule **slot = steer_slot_find(st, rule, steer_rule_hash(st, rule));

	if (st->shape.n_fields > 0) {
		/* Of equal rules the map has the one that is added last. */
		int rc = steer_ranges_add(st, slot, rule, retire);

		if (rc < 0)
			return rc;
	} else {
		rule->link = (uintptr_t)steer_rule_next(old);
		set_next(slot, old, rule);
	}
	st->n_rules++;
	return 0;
}

void
steer_subtable_remove(struct steer_subtable *st, struct steer_rule *rule)
{
	struct steer_rule **slot = steer_slot_find(st, rule, steer_rule_hash(st, rule));

	if (st->shape.n_fields > 0)
		steer_ranges_remove(st, slot, rule);
	else
		unlink_rule(st, slot, rule);
	st->n_rules--;
	if (st->stale > 0 || (rule->prio == st->best_prio && rule->seq == st->best_seq))
		st->stale++;
}

static void
take_best(struct steer_subtable *st, const struct steer_rule *head)
{
	const struct steer_rule *first = head;

	if (head->flags & STEER_RULE_RANGES) {
		uint32_t i = 0;

		while (i < head->map->n_rules && head->map->rules[i] == NULL)
			i++;
		if (i == head->map->n_rules)
			return;
		first = head->map->rules[i];
	}
	if (steer_order_before(first, st->best_prio, st->best_seq)) {
		st->best_prio = first->prio;
		st->best_seq = first->seq;
	}
}

void
steer_subtable_rescan(struct steer_subtable *st)
{
	st->best_prio = UINT32_MAX;
	st->best_seq = UINT64_MAX;
	for (uint32_t i = 0; i < st->hash->n_buckets; i++)
		for (unsigned int j = 0; j < STEER_BUCKET_SLOTS; j++)
			if (st->hash->buckets[i].rule[j] != NULL)
				take_best(st, st->hash->buckets[i].rule[j]);
	st->stale = 0;
}

