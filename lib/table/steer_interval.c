/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#include "steer_interval.h"

/* Building */

/** Index of the interval that @p value lies in. */
static uint32_t
find_interval(const struct steer_interval_map *map, steer_u128 value)
{
	uint32_t lo = 0, n = map->n_intervals;

	while (n > 1) {
		const uint32_t half = n / 2;

		lo += map->start[lo + half] <= value ? half : 0;
		n -= half;
	}
	return lo;
}

static struct steer_interval_map *
alloc_map(uint32_t n_rules, int socket)
{
	const size_t n_start = 2 * (size_t)n_rules + 1;
	struct steer_interval_map *map;
	size_t len = sizeof(*map) + n_start * sizeof(map->start[0]) +
		     n_rules * sizeof(map->rules[0]) + n_start * sizeof(map->first[0]);

	map = rte_malloc_socket("steer_interval", len, RTE_CACHE_LINE_SIZE, socket);
	if (map == NULL)
		return NULL;
	map->n_rules = 0;
	map->n_intervals = 0;
	map->rules = (struct steer_rule **)(map->start + n_start);
	map->first = (uint32_t *)(map->rules + n_rules);
	return map;
}

static void
collect_rules(struct steer_interval_map *map, const struct steer_interval_map *old,
	      struct steer_rule *add, const struct steer_rule *drop)
{
	struct steer_rule *r;

	for (uint32_t i = 0; old != NULL && i < old->n_rules; i++) {
		r = old->rules[i];
		if (r == NULL || r == drop)
			continue;
		if (add != NULL && steer_rule_before(add, r)) {
			map->rules[map->n_rules++] = add;
			add = NULL;
		}
		map->rules[map->n_rules++] = r;
	}
	if (add != NULL)
		map->rules[map->n_rules++] = add;
}

static int
compare_u128(const void *a, const void *b)
{
	const steer_u128 x = *(const steer_u128 *)a, y = *(const steer_u128 *)b;

	return x < y ? -1 : x > y;
}

static void
cut_intervals(struct steer_interval_map *map, const struct steer_shape *shape)
{
	uint32_t n = 0, kept = 1;

	map->start[n++] = 0;
	for (uint32_t i = 0; i < map->n_rules; i++) {
		const struct steer_bounds *b = steer_rule_bounds(map->rules[i], shape->n_words);

		map->start[n++] = b->lo;
		if (b->hi < shape->fields[0].mask)
			map->start[n++] = b->hi + 1;
	}
	qsort(map->start, n, sizeof(map->start[0]), compare_u128);
	for (uint32_t i = 1; i < n; i++)
		if (map->start[i] != map->start[kept - 1])
			map->start[kept++] = map->start[i];
	map->n_intervals = kept;
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

/** In order, each rule takes the intervals of its range that no earlier one has. */
static void
paint(struct steer_interval_map *map, const struct steer_shape *shape, uint32_t *next)
{
	for (uint32_t i = 0; i <= map->n_intervals; i++)
		next[i] = i;
	for (uint32_t i = 0; i < map->n_intervals; i++)
		map->first[i] = map->n_rules;
	for (uint32_t r = 0; r < map->n_rules; r++) {
		const struct steer_bounds *b = steer_rule_bounds(map->rules[r], shape->n_words);
		const uint32_t end = find_interval(map, b->hi);
		uint32_t i = next_free(next, find_interval(map, b->lo));

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
	uint32_t max = (old != NULL ? old->n_rules : 0) + (add != NULL ? 1 : 0);
	uint32_t *next = malloc((2 * (size_t)max + 2) * sizeof(*next));
	struct steer_interval_map *map = alloc_map(max, socket);

	if (next == NULL || map == NULL)
		goto fail;
	collect_rules(map, old, add, drop);
	if (map->n_rules == 0)
		goto fail;
	cut_intervals(map, shape);
	paint(map, shape, next);
	free(next);
	return map;
fail:
	free(next);
	steer_interval_map_free(map);
	return NULL;
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

static bool
covers(const struct steer_rule *rule, const struct steer_shape *shape, const steer_u128 *values)
{
	const struct steer_bounds *b = steer_rule_bounds(rule, shape->n_words);

	for (unsigned int i = 0; i < shape->n_fields; i++)
		if (values[i] < b[i].lo || values[i] > b[i].hi)
			return false;
	return true;
}

struct steer_rule *
steer_interval_map_lookup(const struct steer_interval_map *map, const struct steer_shape *shape,
			  const struct steer_key *key, uint64_t version,
			  const struct steer_rule *after)
{
	steer_u128 values[STEER_RANGES_MAX];
	struct steer_rule *rule;

	for (unsigned int i = 0; i < shape->n_fields; i++)
		values[i] = steer_field_value(&shape->fields[i], key);
	for (uint32_t i = map->first[find_interval(map, values[0])]; i < map->n_rules; i++) {
		rule = __atomic_load_n(&map->rules[i], __ATOMIC_ACQUIRE);
		if (rule == NULL || (after != NULL && !steer_rule_before(after, rule)))
			continue;
		if (covers(rule, shape, values) && steer_rule_visible(rule, version) &&
		    steer_rule_holds(rule, key))
			return rule;
	}
	return NULL;
}
