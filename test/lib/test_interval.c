/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "steer_interval.h"

#include "alloc.h"
#include "eal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define MAX_RULES 256
#define N_WORDS 2
#define VERSION_ALL UINT64_MAX

/* Fields: one byte, two bytes with a hole in the mask, an IPv6 address. */
static const struct steer_field fields[] = {
	{ .off = 8, .len = 1, .mask = 0xff },
	{ .off = 10, .len = 2, .mask = 0xf0ff },
	{ .off = 32, .len = 16, .mask = ~(steer_u128)0 },
};

/* Rules with room for words and bounds. */
static union {
	struct steer_rule rule;
	uint8_t room[sizeof(struct steer_rule) + N_WORDS * sizeof(uint64_t) +
		     RTE_DIM(fields) * sizeof(struct steer_bounds)];
} rules[MAX_RULES] __rte_cache_aligned;
static struct steer_tomb tombs[MAX_RULES];
/* In a map. */
static bool in[MAX_RULES];

static struct steer_rule *
rule_at(unsigned int i)
{
	return &rules[i].rule;
}

static struct steer_bounds *
bounds_of(struct steer_rule *rule)
{
	return (struct steer_bounds *)(rule->words + N_WORDS);
}

static steer_u128
random_value(const struct steer_field *f)
{
	steer_u128 v = 0;

	for (unsigned int i = 0; i < f->len; i++)
		v = v << 8 | (unsigned int)(rand() & 0xff);
	/* Borders are where it goes wrong. */
	switch (rand() % 8) {
	case 0:
		v = 0;
		break;
	case 1:
		v = f->mask;
		break;
	default:
		break;
	}
	return v & f->mask;
}

static void
make_rule(unsigned int i, const struct steer_shape *shape)
{
	struct steer_rule *rule = rule_at(i);

	memset(&rules[i], 0, sizeof(rules[i]));
	rule->prio = (uint32_t)rand() % 4;
	rule->seq = i;
	for (unsigned int f = 0; f < shape->n_fields; f++) {
		struct steer_bounds *b = &bounds_of(rule)[f];

		b->lo = random_value(&shape->fields[f]);
		b->hi = rand() % 4 == 0 ? b->lo : random_value(&shape->fields[f]);
		if (b->lo > b->hi)
			RTE_SWAP(b->lo, b->hi);
	}
}

static void
put_value(struct steer_key *key, const struct steer_field *f, steer_u128 v)
{
	uint8_t *p = (uint8_t *)key + f->off;

	for (unsigned int i = 0; i < f->len; i++)
		p[i] = (uint8_t)(v >> 8 * (f->len - 1 - i));
}

/* Mostly values at, or right beside, a border of some rule. */
static void
make_key(struct steer_key *key, const struct steer_shape *shape, unsigned int n)
{
	memset(key, rand() & 0xff, sizeof(*key));
	for (unsigned int f = 0; f < shape->n_fields; f++) {
		const struct steer_bounds *b = &bounds_of(rule_at((unsigned int)rand() % n))[f];
		const steer_u128 values[] = { b->lo, b->hi, b->lo - 1, b->hi + 1,
					      random_value(&shape->fields[f]) };

		/* Bits outside the mask must not matter. */
		put_value(key, &shape->fields[f], values[rand() % 5] |
			  (random_value(&fields[2]) & ~shape->fields[f].mask));
	}
}

static bool
covers(unsigned int i, const struct steer_shape *shape, const struct steer_key *key)
{
	for (unsigned int f = 0; f < shape->n_fields; f++) {
		const steer_u128 v = steer_field_value(&shape->fields[f], key);

		if (v < bounds_of(rule_at(i))[f].lo || v > bounds_of(rule_at(i))[f].hi)
			return false;
	}
	return true;
}

static struct steer_rule *
brute_force(const struct steer_shape *shape, const struct steer_key *key, uint64_t version,
	    const struct steer_rule *after)
{
	struct steer_rule *best = NULL;

	for (unsigned int i = 0; i < MAX_RULES; i++) {
		struct steer_rule *rule = rule_at(i);

		if (!in[i] || !covers(i, shape, key) || !steer_rule_visible(rule, version))
			continue;
		if (after != NULL && !steer_rule_before(after, rule))
			continue;
		if (best == NULL || steer_rule_before(rule, best))
			best = rule;
	}
	return best;
}

/* All matches of a key, one after the other. */
static void
compare_key(const struct steer_interval_map *map, const struct steer_shape *shape,
	    const struct steer_key *key, uint64_t version)
{
	struct steer_rule *got = NULL;

	do {
		struct steer_rule *after = got;

		got = steer_interval_map_lookup(map, shape, key, version, after);
		assert_ptr_equal(got, brute_force(shape, key, version, after));
	} while (got != NULL);
}

static void
compare(const struct steer_interval_map *map, const struct steer_shape *shape, unsigned int n,
	unsigned int n_keys)
{
	struct steer_key key;

	for (unsigned int i = 0; i < n_keys; i++) {
		make_key(&key, shape, n);
		compare_key(map, shape, &key, VERSION_ALL);
		compare_key(map, shape, &key, (unsigned int)rand() % n);
	}
}

static struct steer_interval_map *
change(struct steer_interval_map *map, struct steer_rule *add, struct steer_rule *drop,
       const struct steer_shape *shape)
{
	struct steer_interval_map *new =
		steer_interval_map_create(map, add, drop, shape, SOCKET_ID_ANY);

	steer_interval_map_free(map);
	return new;
}

static uint32_t
count_in(void)
{
	uint32_t n = 0;

	for (unsigned int i = 0; i < MAX_RULES; i++)
		n += in[i];
	return n;
}

/* One more, one less, several taken out without memory, one buried. */
static struct steer_interval_map *
random_change(struct steer_interval_map *map, const struct steer_shape *shape, unsigned int n)
{
	const unsigned int i = (unsigned int)rand() % n;

	if (!in[i]) {
		make_rule(i, shape);
		in[i] = true;
		map = change(map, rule_at(i), NULL, shape);
		assert_non_null(map);
	} else if (rand() % 3 == 0 && map != NULL) {
		steer_interval_map_clear(map, rule_at(i));
		in[i] = false;
	} else if (rand() % 3 == 0) {
		if (steer_link_tomb(rule_at(i)->link) == NULL)
			steer_rule_bury(rule_at(i), &tombs[i], (unsigned int)rand() % n);
	} else {
		in[i] = false;
		map = change(map, NULL, rule_at(i), shape);
		assert_int_equal(map != NULL, count_in() > 0);
	}
	return map;
}

static void
run(unsigned int n_fields, unsigned int first, unsigned int n, unsigned int changes)
{
	const struct steer_shape shape = { .n_words = N_WORDS, .n_fields = (uint8_t)n_fields,
					   .fields = &fields[first] };
	struct steer_interval_map *map = NULL;

	memset(in, 0, sizeof(in));
	for (unsigned int i = 0; i < n; i++)
		make_rule(i, &shape);
	for (unsigned int i = 0; i < changes; i++) {
		map = random_change(map, &shape, n);
		if (map == NULL)
			continue;
		assert_int_equal(steer_interval_map_count(map), count_in());
		compare(map, &shape, n, 10);
	}
	steer_interval_map_free(map);
}

static void
test_random(void **state)
{
	const size_t used = test_heap_used();

	RTE_SET_USED(state);
	for (unsigned int n = 1; n < 12; n++)
		for (unsigned int first = 0; first < RTE_DIM(fields); first++)
			run(1, first, n, 100);
	for (unsigned int first = 0; first < RTE_DIM(fields); first++)
		run(1, first, MAX_RULES, 500);
	assert_int_equal(test_heap_used(), used);
}

static void
test_random_multi(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int n = 1; n < 12; n++) {
		run(2, 0, n, 100);
		run(2, 1, n, 100);
		run(3, 0, n, 100);
	}
	run(3, 0, MAX_RULES, 500);
}

/* Every value of one byte against rules of all kinds of overlap. */
static void
test_each_value(void **state)
{
	const struct steer_shape shape = { .n_words = N_WORDS, .n_fields = 1, .fields = fields };
	struct steer_interval_map *map = NULL;
	struct steer_key key;

	RTE_SET_USED(state);
	memset(in, 0, sizeof(in));
	memset(&key, 0, sizeof(key));
	for (unsigned int i = 0; i < 60; i++) {
		make_rule(i, &shape);
		in[i] = true;
		map = change(map, rule_at(i), NULL, &shape);
		for (unsigned int v = 0; v < 256; v++) {
			put_value(&key, &fields[0], v);
			compare_key(map, &shape, &key, VERSION_ALL);
		}
	}
	/* No more intervals than borders. */
	assert_true(map->n_intervals <= 2 * map->n_rules + 1);
	steer_interval_map_free(map);
}

/** From few intervals to many, which are looked for another way. */
static void
test_each_port(void **state)
{
	static const struct steer_field port = { .off = 10, .len = 2, .mask = 0xffff };
	const struct steer_shape shape = { .n_words = N_WORDS, .n_fields = 1, .fields = &port };
	struct steer_interval_map *map = NULL;
	struct steer_key key;

	RTE_SET_USED(state);
	memset(in, 0, sizeof(in));
	memset(&key, 0, sizeof(key));
	for (unsigned int i = 0; i < 40; i++) {
		make_rule(i, &shape);
		in[i] = true;
		map = change(map, rule_at(i), NULL, &shape);
		if (i % 13 != 0)
			continue;
		for (unsigned int v = 0; v <= UINT16_MAX; v++) {
			put_value(&key, &port, v);
			compare_key(map, &shape, &key, VERSION_ALL);
		}
	}
	steer_interval_map_free(map);
}

static void
test_no_memory(void **state)
{
	const struct steer_shape shape = { .n_words = N_WORDS, .n_fields = 1, .fields = fields };
	const size_t used = test_heap_used();
	struct steer_interval_map *map;

	RTE_SET_USED(state);
	make_rule(0, &shape);
	make_rule(1, &shape);
	for (unsigned int n = 1;; n++) {
		test_alloc_fail(n);
		map = steer_interval_map_create(NULL, rule_at(0), NULL, &shape, SOCKET_ID_ANY);
		if (!test_alloc_failed())
			break;
		assert_null(map);
		assert_int_equal(test_heap_used(), used);
	}
	test_alloc_fail(0);
	assert_non_null(map);
	/* Nothing left is no map. */
	assert_null(steer_interval_map_create(map, NULL, rule_at(0), &shape, SOCKET_ID_ANY));
	assert_null(steer_interval_map_create(NULL, NULL, NULL, &shape, SOCKET_ID_ANY));
	steer_interval_map_free(map);
	assert_int_equal(test_heap_used(), used);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_random_multi),
		cmocka_unit_test(test_each_value),
		cmocka_unit_test(test_each_port),
		cmocka_unit_test(test_no_memory),
	};

	srand(1);
	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
