/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_malloc.h>

#include "steer_interval.h"

/** A field of more bytes has wide values. */
#define NARROW_LEN 4

/** A page each for the highest bits of a value, where so many intervals are to be told apart. */
#define PAGE_BITS 8
#define N_PAGES (1u << PAGE_BITS)
#define PAGES_FROM 16

/* Intervals */

/** The last of @p n ascending values from @p lo on that is not above @p value: without a branch. */
static inline uint32_t
last_below(const uint32_t *start, uint32_t lo, uint32_t n, uint32_t value)
{
	while (n > 1) {
		const uint32_t half = n / 2;

		lo += start[lo + half] <= value ? half : 0;
		n -= half;
	}
	return lo;
}

static uint32_t
last_below_wide(const steer_u128 *start, uint32_t n, steer_u128 value)
{
	uint32_t lo = 0;

	while (n > 1) {
		const uint32_t half = n / 2;

		lo += start[lo + half] <= value ? half : 0;
		n -= half;
	}
	return lo;
}

/** Index of the interval that a value lies in, which is not wide and within its field's mask. */
static inline uint32_t
find_narrow(const struct steer_interval_map *map, uint32_t value)
{
	const uint32_t *page = map->page;

	if (page == NULL)
		return last_below(map->start, 0, map->n_intervals, value);
	page += value >> map->shift;
	return last_below(map->start, page[0], page[1] - page[0] + 1, value);
}

static inline uint32_t
find_interval(const struct steer_interval_map *map, steer_u128 value)
{
	if (map->wide != NULL)
		return last_below_wide(map->wide, map->n_intervals, value);
	return find_narrow(map, (uint32_t)value);
}

/* Building */

static int
compare_u128(const void *a, const void *b)
{
	const steer_u128 x = *(const steer_u128 *)a, y = *(const steer_u128 *)b;

	return x < y ? -1 : x > y;
}

/** First values of the rules' intervals. @return how many. */
static uint32_t
cut_intervals(steer_u128 *start, struct steer_rule *const *rules, uint32_t n_rules,
	      const struct steer_shape *shape)
{
	uint32_t n = 0, kept = 1;

	start[n++] = 0;
	for (uint32_t i = 0; i < n_rules; i++) {
		const struct steer_bounds *b = steer_rule_bounds(rules[i], shape->n_words);

		start[n++] = b->lo;
		if (b->hi < shape->fields[0].mask)
			start[n++] = b->hi + 1;
	}
	qsort(start, n, sizeof(start[0]), compare_u128);
	for (uint32_t i = 1; i < n; i++)
		if (start[i] != start[kept - 1])
			start[kept++] = start[i];
	return kept;
}

/** What is worked with until a map's size is known. */
struct draft {
	uint32_t n_rules;
	uint32_t n_intervals;
	struct steer_rule **rules;
	steer_u128 *start;
	uint32_t *next;
};

static void
draft_free(struct draft *d)
{
	free(d->rules);
	free(d->start);
	free(d->next);
}

/** Room for @p n rules. */
static int
draft_alloc(struct draft *d, uint32_t n)
{
	const size_t n_start = 2 * (size_t)n + 1;

	d->n_rules = 0;
	d->rules = malloc(n * sizeof(d->rules[0]));
	d->start = malloc(n_start * sizeof(d->start[0]));
	d->next = malloc((n_start + 1) * sizeof(d->next[0]));
	if (d->rules != NULL && d->start != NULL && d->next != NULL)
		return 0;
	draft_free(d);
	return -ENOMEM;
}

static void
collect_rules(struct draft *d, const struct steer_interval_map *old, struct steer_rule *add,
	      const struct steer_rule *drop)
{
	struct steer_rule *r;

	for (uint32_t i = 0; old != NULL && i < old->n_rules; i++) {
		r = old->rules[i];
		if (r == NULL || r == drop)
			continue;
		if (add != NULL && steer_rule_before(add, r)) {
			d->rules[d->n_rules++] = add;
			add = NULL;
		}
		d->rules[d->n_rules++] = r;
	}
	if (add != NULL)
		d->rules[d->n_rules++] = add;
}

static struct steer_interval_map *
alloc_map(const struct draft *d, bool wide, int socket)
{
	const uint32_t n = d->n_intervals;
	const uint32_t n_pages = !wide && n >= PAGES_FROM ? N_PAGES + 1 : 0;
	struct steer_interval_map *map;
	size_t len = sizeof(*map) + d->n_rules * sizeof(map->rules[0]);

	len += wide ? n * sizeof(map->wide[0]) : (n + n_pages) * sizeof(map->start[0]);
	len += n * sizeof(map->first[0]);
	map = rte_zmalloc_socket("steer_interval", len, RTE_CACHE_LINE_SIZE, socket);
	if (map == NULL)
		return NULL;
	/* those of larger types first */
	map->wide = wide ? (steer_u128 *)(map + 1) : NULL;
	map->rules = wide ? (struct steer_rule **)(map->wide + n) : (struct steer_rule **)(map + 1);
	map->first = (uint32_t *)(map->rules + d->n_rules);
	map->start = wide ? NULL : map->first + n;
	map->page = n_pages > 0 ? map->start + n : NULL;
	return map;
}

static void
fill_starts(struct steer_interval_map *map, const struct draft *d)
{
	map->n_intervals = d->n_intervals;
	if (map->wide != NULL) {
		memcpy(map->wide, d->start, d->n_intervals * sizeof(map->wide[0]));
		return;
	}
	for (uint32_t i = 0; i < d->n_intervals; i++)
		map->start[i] = (uint32_t)d->start[i];
}

static void
fill_pages(struct steer_interval_map *map, uint32_t mask)
{
	map->shift = rte_fls_u32(mask) > PAGE_BITS ? rte_fls_u32(mask) - PAGE_BITS : 0;
	for (uint32_t p = 0; p < N_PAGES; p++)
		map->page[p] = last_below(map->start, 0, map->n_intervals, p << map->shift);
	map->page[N_PAGES] = map->n_intervals - 1;
}

/** Next interval at or after @p i that no rule covers yet, with path halving. */
static uint32_t
next_free(uint32_t *next, uint32_t i)
{
	while (next[i] != i) {
		next[i] = next[next[i]];
		i = next[i];
	}
	return i;
}

/** Where a rule's first or last value lies: there are no pages yet. */
static uint32_t
interval_of(const struct steer_interval_map *map, steer_u128 value)
{
	return map->wide != NULL ? last_below_wide(map->wide, map->n_intervals, value) :
				   last_below(map->start, 0, map->n_intervals, (uint32_t)value);
}

/** In order, each rule takes the intervals of its range that no earlier one has. */
static void
paint(const struct steer_interval_map *map, const struct steer_shape *shape, uint32_t *next)
{
	for (uint32_t i = 0; i <= map->n_intervals; i++)
		next[i] = i;
	for (uint32_t i = 0; i < map->n_intervals; i++)
		map->first[i] = map->n_rules;
	for (uint32_t r = 0; r < map->n_rules; r++) {
		const struct steer_bounds *b = steer_rule_bounds(map->rules[r], shape->n_words);
		const uint32_t end = interval_of(map, b->hi);
		uint32_t i = next_free(next, interval_of(map, b->lo));

		for (; i <= end; i = next_free(next, i)) {
			map->first[i] = r;
			next[i] = i + 1;
		}
	}
}

struct steer_interval_map *
steer_interval_map_create(const struct steer_interval_map *old, struct steer_rule *add,
			  const struct steer_rule *drop, const struct steer_shape *shape,
			  int socket)
{
	const uint32_t max = (old != NULL ? old->n_rules : 0) + (add != NULL ? 1 : 0);
	const struct steer_field *field = &shape->fields[0];
	struct steer_interval_map *map = NULL;
	struct draft d;

	if (max == 0 || draft_alloc(&d, max) != 0)
		return NULL;
	collect_rules(&d, old, add, drop);
	if (d.n_rules > 0) {
		d.n_intervals = cut_intervals(d.start, d.rules, d.n_rules, shape);
		map = alloc_map(&d, field->len > NARROW_LEN, socket);
	}
	if (map != NULL) {
		map->n_rules = d.n_rules;
		memcpy(map->rules, d.rules, d.n_rules * sizeof(map->rules[0]));
		fill_starts(map, &d);
		paint(map, shape, d.next);
		if (map->page != NULL)
			fill_pages(map, (uint32_t)field->mask);
	}
	draft_free(&d);
	return map;
}

void
steer_interval_map_free(struct steer_interval_map *map)
{
	rte_free(map);
}

uint32_t
steer_interval_map_count(const struct steer_interval_map *map)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < map->n_rules; i++)
		n += map->rules[i] != NULL;
	return n;
}

void
steer_interval_map_clear(struct steer_interval_map *map, const struct steer_rule *rule)
{
	for (uint32_t i = 0; i < map->n_rules; i++)
		if (map->rules[i] == rule)
			__atomic_store_n(&map->rules[i], NULL, __ATOMIC_RELEASE);
}

/* Looking up */

/** Are the values of the fields from @p from on in the rule's ranges? */
static inline bool
covers(const struct steer_rule *rule, const struct steer_shape *shape, unsigned int from,
       const steer_u128 *values)
{
	const struct steer_bounds *b = steer_rule_bounds(rule, shape->n_words);

	for (unsigned int i = from; i < shape->n_fields; i++)
		if (values[i] < b[i].lo || values[i] > b[i].hi)
			return false;
	return true;
}

/** The first from @p i on behind @p after (if not NULL) that covers the values. */
static __rte_noinline struct steer_rule *
lookup_behind(const struct steer_interval_map *map, const struct steer_shape *shape, uint32_t i,
	      const struct steer_key *key, const steer_u128 *values, uint64_t version,
	      const struct steer_rule *after)
{
	struct steer_rule *rule;

	for (; i < map->n_rules; i++) {
		rule = __atomic_load_n(&map->rules[i], __ATOMIC_ACQUIRE);
		if (rule == NULL || (after != NULL && !steer_rule_before(after, rule)))
			continue;
		if (covers(rule, shape, 0, values) && steer_rule_visible(rule, version) &&
		    steer_rule_holds(rule, key))
			return rule;
	}
	return NULL;
}

/** Values of any size in ranges of several fields. */
static __rte_noinline struct steer_rule *
lookup_any(const struct steer_interval_map *map, const struct steer_shape *shape,
	   const struct steer_key *key, uint64_t version, const struct steer_rule *after)
{
	steer_u128 values[STEER_RANGES_MAX];
	struct steer_rule *rule;
	uint32_t first;

	values[0] = steer_field_value(&shape->fields[0], key);
	first = map->first[find_interval(map, values[0])];
	if (first == map->n_rules)
		return NULL;
	for (unsigned int i = 1; i < shape->n_fields; i++)
		values[i] = steer_field_value(&shape->fields[i], key);
	rule = __atomic_load_n(&map->rules[first], __ATOMIC_ACQUIRE);
	/* The first one of the interval has the first field's value. */
	if (likely(rule != NULL && after == NULL) && likely(covers(rule, shape, 1, values)) &&
	    likely(steer_rule_visible(rule, version)) && likely(steer_rule_holds(rule, key)))
		return rule;
	return lookup_behind(map, shape, first, key, values, version, after);
}

struct steer_rule *
steer_interval_map_lookup(const struct steer_interval_map *map, const struct steer_shape *shape,
			  const struct steer_key *key, uint64_t version,
			  const struct steer_rule *after)
{
	struct steer_rule *rule;
	uint32_t first;

	if (unlikely(map->wide != NULL || shape->n_fields > 1))
		return lookup_any(map, shape, key, version, after);
	first = map->first[find_narrow(map, (uint32_t)steer_field_value(shape->fields, key))];
	if (first == map->n_rules)
		return NULL;
	rule = __atomic_load_n(&map->rules[first], __ATOMIC_ACQUIRE);
	if (likely(rule != NULL && after == NULL) && likely(steer_rule_visible(rule, version)) &&
	    likely(steer_rule_holds(rule, key)))
		return rule;
	return lookup_any(map, shape, key, version, after);
}
