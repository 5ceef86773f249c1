/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_malloc.h>
#include <rte_prefetch.h>

#include "steer_parse.h"
#include "steer_subtable.h"

/* Grow when there are more than this many slots in use for each primary bucket: with a mean of
 * four in six few buckets overflow, and the pointer array stays below two thirds empty. */
#define LOAD_MAX 4
#define BUCKETS_MIN 2

/** What is hung into a slot to stand for rules with ranges. */
struct range_head {
	struct steer_retired retired;
	/** In the subtable's list of those to be tidied. */
	struct range_head *next_untidy;
	bool untidy;
	struct steer_rule rule;
};

static struct range_head *
range_head(struct steer_rule *rule)
{
	return RTE_PTR_SUB(rule, offsetof(struct range_head, rule));
}

/* Making */

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

static struct steer_hash *
create_hash(uint32_t n_primary, int socket)
{
	const uint32_t n = n_primary + n_primary / 4 + 1;
	struct steer_hash *h;

	h = rte_zmalloc_socket("steer_hash", sizeof(*h) + n * sizeof(h->buckets[0]),
			       RTE_CACHE_LINE_SIZE, socket);
	if (h == NULL)
		return NULL;
	h->mask = n_primary - 1;
	h->n_buckets = n;
	h->next_more = n_primary;
	return h;
}

static void
free_hash(struct steer_retired *r)
{
	rte_free(RTE_PTR_SUB(r, offsetof(struct steer_hash, retired)));
}

struct steer_subtable *
steer_subtable_create(const struct steer_match *match, uint32_t seed, int socket)
{
	struct steer_subtable *st =
		rte_zmalloc_socket("steer_subtable", sizeof(*st), RTE_CACHE_LINE_SIZE, socket);

	if (st == NULL)
		return NULL;
	st->hash = create_hash(BUCKETS_MIN, socket);
	if (st->hash == NULL) {
		rte_free(st);
		return NULL;
	}
	for (uint8_t i = 0; i < STEER_KEY_WORDS; i++)
		if (match->mask[i] != 0) {
			st->word[st->shape.n_words] = i;
			st->mask[st->shape.n_words++] = match->mask[i];
		}
	memcpy(st->full_mask, match->mask, sizeof(st->full_mask));
	memcpy(st->fields, match->fields, match->n_ranges * sizeof(st->fields[0]));
	st->shape.n_fields = (uint8_t)match->n_ranges;
	st->shape.fields = st->fields;
	st->seed = seed;
	st->socket = socket;
	st->id = steer_subtable_id(match);
	st->depth = steer_match_depth(match);
	st->best_prio = UINT32_MAX;
	st->best_seq = UINT64_MAX;
	return st;
}

static void
free_range_heads(struct steer_subtable *st)
{
	for (uint32_t i = 0; i < st->hash->n_buckets; i++)
		for (unsigned int j = 0; j < STEER_BUCKET_SLOTS; j++) {
			struct steer_rule *head = st->hash->buckets[i].rule[j];

			if (head == NULL || !(head->flags & STEER_RULE_RANGES))
				continue;
			steer_interval_map_free(head->map);
			rte_free(range_head(head));
		}
}

void
steer_subtable_free(struct steer_subtable *st)
{
	free_range_heads(st);
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

/* Slots */

static uint32_t
rule_hash(const struct steer_subtable *st, const struct steer_rule *rule)
{
	uint32_t hash = st->seed;

	for (unsigned int i = 0; i < st->shape.n_words; i++)
		hash = rte_hash_crc_8byte(rule->words[i], hash);
	return hash;
}

static bool
same_words(const struct steer_subtable *st, const struct steer_rule *a, const struct steer_rule *b)
{
	return memcmp(a->words, b->words, st->shape.n_words * sizeof(a->words[0])) == 0;
}

/** Slot whose rules have the words of @p rule; NULL if there is none. */
static struct steer_rule **
find_slot(struct steer_subtable *st, const struct steer_rule *rule, uint32_t hash)
{
	struct steer_bucket *b = &st->hash->buckets[hash & st->hash->mask];

	for (;; b = &st->hash->buckets[b->more]) {
		for (unsigned int i = 0; i < STEER_BUCKET_SLOTS; i++)
			if (b->rule[i] != NULL && b->tag[i] == steer_hash_tag(hash) &&
			    same_words(st, b->rule[i], rule))
				return &b->rule[i];
		if (b->more == 0)
			return NULL;
	}
}

/** Put @p rule into a free slot of its bucket; readers active. @return -ENOSPC: grow first. */
static int
fill_slot(struct steer_hash *h, struct steer_rule *rule, uint32_t hash)
{
	struct steer_bucket *b = &h->buckets[hash & h->mask];

	for (;;) {
		for (unsigned int i = 0; i < STEER_BUCKET_SLOTS; i++)
			if (b->rule[i] == NULL) {
				__atomic_store_n(&b->rule[i], rule, __ATOMIC_RELEASE);
				__atomic_store_n(&b->tag[i], steer_hash_tag(hash),
						 __ATOMIC_RELEASE);
				return 0;
			}
		if (b->more == 0) {
			if (h->next_more == h->n_buckets)
				return -ENOSPC;
			__atomic_store_n(&b->more, h->next_more++, __ATOMIC_RELEASE);
		}
		b = &h->buckets[b->more];
	}
}

static int
copy_slots(const struct steer_subtable *st, struct steer_hash *to)
{
	const struct steer_hash *from = st->hash;

	for (uint32_t i = 0; i < from->n_buckets; i++)
		for (unsigned int j = 0; j < STEER_BUCKET_SLOTS; j++) {
			struct steer_rule *rule = from->buckets[i].rule[j];

			if (rule != NULL && fill_slot(to, rule, rule_hash(st, rule)) < 0)
				return -ENOSPC;
		}
	return 0;
}

/** A hash of twice the size; of four times if so many words collide that twice does not do. */
static int
grow(struct steer_subtable *st, struct steer_retire *retire)
{
	uint32_t n = st->hash->mask + 1;
	struct steer_hash *h, *old = st->hash;

	do {
		if (n > UINT32_MAX / 4)
			return -ENOMEM;
		n *= 2;
		h = create_hash(n, st->socket);
		if (h == NULL)
			return -ENOMEM;
		if (copy_slots(st, h) == 0)
			break;
		rte_free(h);
	} while (1);
	__atomic_store_n(&st->hash, h, __ATOMIC_RELEASE);
	steer_retire(retire, &old->retired, free_hash);
	return 0;
}

static int
add_slot(struct steer_subtable *st, struct steer_rule *rule, uint32_t hash,
	 struct steer_retire *retire)
{
	int rc;

	if (st->n_slots >= (uint64_t)LOAD_MAX * (st->hash->mask + 1) && grow(st, retire) < 0)
		return -ENOMEM;
	while (fill_slot(st->hash, rule, hash) < 0) {
		rc = grow(st, retire);
		if (rc < 0)
			return rc;
	}
	st->n_slots++;
	return 0;
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
	if (st->tail != NULL && same_words(st, st->tail, rule) && steer_rule_before(st->tail, rule))
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

/* Ranges */

static void
free_map(struct steer_retired *r)
{
	steer_interval_map_free(RTE_PTR_SUB(r, offsetof(struct steer_interval_map, retired)));
}

static void
free_range_head(struct steer_retired *r)
{
	rte_free(r);
}

static struct steer_rule *
create_range_head(struct steer_subtable *st, struct steer_rule *rule)
{
	const size_t words = st->shape.n_words * sizeof(uint64_t);
	struct range_head *head = rte_zmalloc_socket("steer_ranges", sizeof(*head) + words,
						     RTE_CACHE_LINE_SIZE, st->socket);

	if (head == NULL)
		return NULL;
	head->rule.flags = STEER_RULE_RANGES;
	memcpy(head->rule.words, rule->words, words);
	head->rule.map = steer_interval_map_create(NULL, rule, NULL, &st->shape, st->socket);
	if (head->rule.map == NULL) {
		rte_free(head);
		return NULL;
	}
	return &head->rule;
}

static void
swap_map(struct steer_rule *head, struct steer_interval_map *map, struct steer_retire *retire)
{
	struct steer_interval_map *old = head->map;

	__atomic_store_n(&head->map, map, __ATOMIC_RELEASE);
	steer_retire(retire, &old->retired, free_map);
}

static int
insert_range(struct steer_subtable *st, struct steer_rule *rule, uint32_t hash,
	     struct steer_retire *retire)
{
	struct steer_rule **slot = find_slot(st, rule, hash);
	struct steer_interval_map *map;
	struct steer_rule *head;
	int rc;

	if (slot == NULL) {
		head = create_range_head(st, rule);
		if (head == NULL)
			return -ENOMEM;
		rc = add_slot(st, head, hash, retire);
		if (rc < 0) {
			steer_interval_map_free(head->map);
			rte_free(range_head(head));
		}
		return rc;
	}
	map = steer_interval_map_create((*slot)->map, rule, NULL, &st->shape, st->socket);
	if (map == NULL)
		return -ENOMEM;
	swap_map(*slot, map, retire);
	return 0;
}

/** Only forget the rule: when many go at once, their map is made anew once. */
static void
remove_range(struct steer_subtable *st, struct steer_rule *rule, struct steer_rule *head_rule)
{
	struct range_head *head = range_head(head_rule);

	steer_interval_map_clear(head_rule->map, rule);
	if (head->untidy)
		return;
	head->untidy = true;
	head->next_untidy = st->untidy;
	st->untidy = head;
}

static void
tidy_head(struct steer_subtable *st, struct range_head *head, struct steer_retire *retire)
{
	struct steer_rule **slot;
	struct steer_interval_map *map;

	head->untidy = false;
	map = steer_interval_map_create(head->rule.map, NULL, NULL, &st->shape, st->socket);
	if (map != NULL) {
		swap_map(&head->rule, map, retire);
		return;
	}
	/* Nothing is left, or no memory: what is cleared is not found, only slower. */
	if (steer_interval_map_count(head->rule.map) > 0)
		return;
	slot = find_slot(st, &head->rule, rule_hash(st, &head->rule));
	__atomic_store_n(slot, NULL, __ATOMIC_RELEASE);
	st->n_slots--;
	steer_retire(retire, &head->rule.map->retired, free_map);
	steer_retire(retire, &head->retired, free_range_head);
}

void
steer_subtable_tidy(struct steer_subtable *st, struct steer_retire *retire)
{
	struct range_head *head;

	while ((head = st->untidy) != NULL) {
		st->untidy = head->next_untidy;
		tidy_head(st, head, retire);
	}
}

/* Rules */

static int
insert_exact(struct steer_subtable *st, struct steer_rule *rule, uint32_t hash,
	     struct steer_retire *retire)
{
	struct steer_rule **slot = find_slot(st, rule, hash);

	if (slot != NULL) {
		link_rule(st, slot, rule);
		return 0;
	}
	rule->link = 0;
	return add_slot(st, rule, hash, retire);
}

void
steer_subtable_prefetch(const struct steer_subtable *st, const struct steer_match *match)
{
	rte_prefetch0(steer_hash_bucket(st->hash, steer_subtable_hash(st, match->spec)));
}

void
steer_subtable_prefetch_rule(const struct steer_subtable *st, const struct steer_rule *rule)
{
	rte_prefetch0(steer_hash_bucket(st->hash, rule_hash(st, rule)));
}

int
steer_subtable_insert(struct steer_subtable *st, struct steer_rule *rule,
		      struct steer_retire *retire)
{
	const uint32_t hash = rule_hash(st, rule);
	int rc = st->shape.n_fields > 0 ? insert_range(st, rule, hash, retire)
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
	struct steer_rule **slot = find_slot(st, rule, rule_hash(st, rule));
	struct steer_interval_map *map;

	if (st->shape.n_fields > 0) {
		/* Of equal rules the map has the one that is added last. */
		map = steer_interval_map_create((*slot)->map, rule, NULL, &st->shape, st->socket);
		if (map == NULL)
			return -ENOMEM;
		swap_map(*slot, map, retire);
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
	struct steer_rule **slot = find_slot(st, rule, rule_hash(st, rule));

	if (st->shape.n_fields > 0)
		remove_range(st, rule, *slot);
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

/* Readers */

struct steer_rule *
steer_subtable_find(const struct steer_subtable *st, const struct steer_hash *h, uint32_t hash,
		    const uint64_t *key)
{
	const struct steer_bucket *b = steer_hash_bucket(h, hash);
	struct steer_rule *rule;
	uint32_t more;

	for (;;) {
		for (unsigned int i = 0; i < STEER_BUCKET_SLOTS; i++) {
			if (__atomic_load_n(&b->tag[i], __ATOMIC_ACQUIRE) != steer_hash_tag(hash))
				continue;
			rule = __atomic_load_n(&b->rule[i], __ATOMIC_ACQUIRE);
			if (rule != NULL && steer_subtable_equal(st, rule, key))
				return rule;
		}
		more = __atomic_load_n(&b->more, __ATOMIC_ACQUIRE);
		if (more == 0)
			return NULL;
		b = &h->buckets[more];
	}
}
