/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include "steer_subtable.h"
#include "steer_table.h"

/** The rule asked about, and how much may still be looked at. */
struct search {
	const struct steer_place *place;
	struct steer_match match;
	uint64_t version;
	unsigned int budget;
};

/* Pairs */

static bool
same_field(const struct steer_field *a, const struct steer_field *b)
{
	return a->off == b->off && a->len == b->len && a->mask == b->mask;
}

/** Can no value be in a range of @p a and satisfy @p b? */
static bool
range_excludes(const struct steer_match *a, unsigned int range, const struct steer_match *b)
{
	const struct steer_field *f = &a->fields[range];
	const struct steer_bounds *bounds = &a->bounds[range];
	const steer_u128 mask = steer_load_be((const uint8_t *)b->mask + f->off, f->len);
	const steer_u128 spec = steer_load_be((const uint8_t *)b->spec + f->off, f->len) & f->mask;

	for (unsigned int i = 0; i < b->n_ranges; i++)
		if (same_field(f, &b->fields[i]))
			return bounds->hi < b->bounds[i].lo || b->bounds[i].hi < bounds->lo;
	return (mask & f->mask) == f->mask && (spec < bounds->lo || spec > bounds->hi);
}

static bool
ranges_exclude(const struct steer_match *a, const struct steer_match *b)
{
	for (unsigned int i = 0; i < a->n_ranges; i++)
		if (range_excludes(a, i, b))
			return true;
	for (unsigned int i = 0; i < b->n_ranges; i++)
		if (range_excludes(b, i, a))
			return true;
	return false;
}

/** Do the rules with these words ask for bits that ours asks otherwise? */
static bool
words_exclude(const struct search *s, const struct steer_subtable *st,
	      const struct steer_rule *rule)
{
	for (unsigned int i = 0; i < st->shape.n_words; i++) {
		const unsigned int w = st->word[i];

		if ((rule->words[i] ^ s->match.spec[w]) & s->match.mask[w] & st->mask[i])
			return true;
	}
	return false;
}

/** @p rule has words that do not exclude ours. */
static bool
rule_overlaps(const struct search *s, const struct steer_subtable *st,
	      const struct steer_rule *rule)
{
	const struct steer_rule *ours = s->place->rule;
	struct steer_match theirs;

	if (rule == NULL || rule == ours || rule->prio != ours->prio ||
	    !steer_rule_visible(rule, s->version))
		return false;
	if (s->match.n_ranges == 0 && st->shape.n_fields == 0)
		return true;
	steer_subtable_rule_match(st, rule, &theirs);
	return !ranges_exclude(&s->match, &theirs);
}

/* Searching: 1, 0, or -E2BIG when the budget is spent. */

static int
search_map(struct search *s, const struct steer_subtable *st, const struct steer_interval_map *map)
{
	for (uint32_t i = 0; i < map->n_rules; i++) {
		if (s->budget-- == 0)
			return -E2BIG;
		if (rule_overlaps(s, st, map->rules[i]))
			return 1;
	}
	return 0;
}

/** All rules that have the words of @p head. */
static int
search_slot(struct search *s, const struct steer_subtable *st, const struct steer_rule *head)
{
	if (s->budget-- == 0)
		return -E2BIG;
	if (words_exclude(s, st, head))
		return 0;
	if (head->flags & STEER_RULE_RANGES)
		return search_map(s, st, head->map);
	for (; head != NULL; head = steer_rule_next(head)) {
		if (s->budget-- == 0)
			return -E2BIG;
		if (rule_overlaps(s, st, head))
			return 1;
	}
	return 0;
}

static int
search_subtable(struct search *s, const struct steer_subtable *st)
{
	const struct steer_hash *h = st->hash;
	int rc = 0;

	for (uint32_t i = 0; i < h->n_buckets && rc == 0; i++) {
		if (s->budget-- == 0)
			return -E2BIG;
		for (unsigned int j = 0; j < STEER_BUCKET_SLOTS && rc == 0; j++)
			if (h->buckets[i].rule[j] != NULL)
				rc = search_slot(s, st, h->buckets[i].rule[j]);
	}
	return rc;
}

/** Under the same mask, rules overlap only if they have the same words. */
static int
search_own(struct search *s, const struct steer_subtable *st)
{
	const uint32_t hash = steer_subtable_hash(st, s->match.spec);
	const struct steer_rule *head = steer_subtable_find(st, st->hash, hash, s->match.spec);

	return head != NULL ? search_slot(s, st, head) : 0;
}

int
steer_table_overlaps(const struct steer_table *t, const struct steer_place *place,
		     uint64_t version, unsigned int budget)
{
	struct search s = { .place = place, .version = version, .budget = budget };
	int rc = 0;

	steer_table_match(place, &s.match);
	for (uint32_t i = 0; i < t->view->n && rc == 0; i++) {
		const struct steer_subtable *st = t->view->entry[i].subtable;

		rc = st == place->subtable ? search_own(&s, st) : search_subtable(&s, st);
	}
	return rc;
}
