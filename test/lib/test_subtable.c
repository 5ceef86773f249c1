/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "steer_subtable.h"

#include "alloc.h"
#include "eal.h"
#include "table_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SRC (offsetof(struct steer_key, outer.l3) + 12)
#define DST (offsetof(struct steer_key, outer.l3) + 16)
#define PORT (offsetof(struct steer_key, outer.l4) + 2)

static struct model m;
static struct steer_secret secret;

/* Shapes */

static void
shape(struct steer_match *match, unsigned int kind)
{
	memset(match, 0, sizeof(*match));
	switch (kind) {
	case 0:
		break;
	case 1:
		match_bytes(match, SRC, 4, 0xffffffff, 1);
		break;
	case 2:
		match_bytes(match, SRC, 4, 0xfffffffe, 2);
		break;
	case 3:
		match_bytes(match, DST, 4, 0xffffffff, 1);
		break;
	case 4:
		match_bytes(match, SRC, 4, 0xffffffff, 1);
		match_bytes(match, DST, 4, 0xffffffff, 1);
		break;
	case 5:
		match_range(match, PORT, 2, 1, 2);
		break;
	case 6:
		match_range(match, PORT, 2, 1, 2);
		match_range(match, PORT - 2, 2, 1, 2);
		break;
	case 7:
		match_range(match, PORT - 2, 2, 1, 2);
		match_range(match, PORT, 2, 1, 2);
		break;
	case 8:
		match_range(match, PORT, 1, 1, 2);
		break;
	case 9:
		match_range(match, PORT, 2, 1, 2);
		match->fields[0].mask = 0x0fff;
		break;
	case 10:
		match_bytes(match, SRC, 4, 0xffffffff, 1);
		match_range(match, PORT, 2, 1, 2);
		break;
	}
}
#define SHAPES 11

/* Only matches that look at the same bits in the same way share a subtable. */
static void
test_shapes(void **state)
{
	struct steer_match a, b;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < SHAPES; i++) {
		struct steer_subtable *st;

		shape(&a, i);
		st = steer_subtable_create(&a, &secret, SOCKET_ID_ANY);
		assert_non_null(st);
		assert_int_equal(st->id, steer_subtable_id(&a));
		for (unsigned int j = 0; j < SHAPES; j++) {
			shape(&b, j);
			assert_int_equal(steer_subtable_fits(st, &b), i == j);
			assert_int_equal(steer_subtable_id(&b) == st->id, i == j);
			/* Values do not matter. */
			for (unsigned int w = 0; w < STEER_KEY_WORDS; w++)
				b.spec[w] = 0;
			b.bounds[0].hi++;
			assert_int_equal(steer_subtable_fits(st, &b), i == j);
		}
		steer_subtable_free(st);
	}
}

/* A rule says what it was made of. */
static void
test_rule_match(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < SHAPES; i++) {
		struct steer_match a, b;
		struct steer_subtable *st;
		struct steer_rule *rule;

		shape(&a, i);
		st = steer_subtable_create(&a, &secret, SOCKET_ID_ANY);
		assert_non_null(st);
		/* Just as large as it says. */
		rule = malloc(steer_subtable_rule_size(st));
		assert_non_null(rule);
		rule->flags = 0;
		steer_subtable_rule_init(st, rule, &a);
		memset(&b, 0xa5, sizeof(b));
		steer_subtable_rule_match(st, rule, &b);
		assert_memory_equal(a.mask, b.mask, sizeof(a.mask));
		assert_memory_equal(a.spec, b.spec, sizeof(a.spec));
		assert_int_equal(a.n_ranges, b.n_ranges);
		for (unsigned int r = 0; r < a.n_ranges; r++) {
			assert_int_equal(a.fields[r].off, b.fields[r].off);
			assert_int_equal(a.fields[r].len, b.fields[r].len);
			assert_true(a.fields[r].mask == b.fields[r].mask);
			assert_true(a.bounds[r].lo == b.bounds[r].lo);
			assert_true(a.bounds[r].hi == b.bounds[r].hi);
		}
		free(rule);
		steer_subtable_free(st);
	}
}

static void
test_create_without_memory(void **state)
{
	const size_t used = test_heap_used();
	struct steer_match match;

	RTE_SET_USED(state);
	shape(&match, 10);
	for (unsigned int n = 1; n <= 2; n++) {
		test_alloc_fail(n);
		assert_null(steer_subtable_create(&match, &secret, SOCKET_ID_ANY));
		assert_true(test_alloc_failed());
		assert_int_equal(test_heap_used(), used);
	}
	test_alloc_fail(0);
}

/* Collisions */

static uint32_t
hash_of(uint32_t src)
{
	struct steer_key key;

	memset(&key, 0, sizeof(key));
	key_put(&key, SRC, 4, src);
	return steer_subtable_hash(m.rules[0].place.subtable, steer_key_words(&key));
}

/* Make rules whose hashes agree in some bits with the first one's. */
static void
colliding_rules(unsigned int n, uint32_t bits)
{
	uint32_t want, src = 1;

	match_bytes(&m.rules[0].match, SRC, 4, 0xffffffff, 0);
	assert_int_equal(model_insert(&m, 0), 0);
	want = hash_of(0) & bits;
	for (unsigned int i = 1; i < n; src++) {
		if ((hash_of(src) & bits) != want)
			continue;
		match_bytes(&m.rules[i].match, SRC, 4, 0xffffffff, src);
		assert_int_equal(model_insert(&m, i), 0);
		i++;
	}
}

static void
compare_all(unsigned int n)
{
	struct steer_key key;

	for (unsigned int i = 0; i < n; i++) {
		memset(&key, 0, sizeof(key));
		memcpy((uint8_t *)&key + SRC, (uint8_t *)m.rules[i].match.spec + SRC, 4);
		model_compare(&m, &key, 1, m.version);
	}
}

/* All go and come in any order; what is left is found, what has gone is not. */
static void
churn(unsigned int n)
{
	compare_all(n);
	for (unsigned int c = 0; c < 4 * n; c++) {
		const unsigned int i = (unsigned int)rand() % n;

		if (m.rules[i].in)
			model_remove(&m, i);
		else
			assert_int_equal(model_insert(&m, i), 0);
		if (c % 4 == 0)
			compare_all(n);
	}
}

/* The same bucket of a small hash, so that buckets overflow and the hash has to grow for them. */
static void
test_same_bucket(void **state)
{
	RTE_SET_USED(state);
	model_init(&m, 100);
	colliding_rules(100, 0x3ff);
	churn(100);
	model_fini(&m);
}

/* The same tag in the same bucket: only the words tell them apart. */
static void
test_same_tag(void **state)
{
	RTE_SET_USED(state);
	model_init(&m, 12);
	colliding_rules(12, 0xffff0003);
	churn(12);
	model_fini(&m);
}

/* Rules that come and go leave no growing hash behind. */
static void
test_churn_does_not_grow(void **state)
{
	enum { N = 8 };

	RTE_SET_USED(state);
	model_init(&m, N);
	match_bytes(&m.rules[0].match, SRC, 4, 0xffffffff, 0);
	assert_int_equal(model_insert(&m, 0), 0);
	for (unsigned int n = 1; n < 50000; n++) {
		const unsigned int i = 1 + n % (N - 1);

		if (m.rules[i].in)
			model_remove(&m, i);
		match_bytes(&m.rules[i].match, SRC, 4, 0xffffffff, n);
		assert_int_equal(model_insert(&m, i), 0);
	}
	assert_true(m.rules[0].place.subtable->hash->mask < 64);
	assert_int_equal(m.rules[0].place.subtable->n_slots, N);
	assert_int_equal(m.rules[0].place.subtable->n_rules, N);
	model_fini(&m);
}

/* What a reader holds stays as it was, while a new hash takes its place. */
static void
test_old_hash_stays(void **state)
{
	const struct steer_hash *old;
	struct steer_subtable *st;
	struct steer_key key;

	RTE_SET_USED(state);
	model_init(&m, 100);
	memset(&key, 0, sizeof(key));
	for (unsigned int i = 0; i < 100; i++)
		match_bytes(&m.rules[i].match, SRC, 4, 0xffffffff, i);
	assert_int_equal(model_insert(&m, 0), 0);
	st = m.rules[0].place.subtable;
	old = st->hash;
	rte_rcu_qsbr_thread_online(m.qsbr, 0);
	for (unsigned int i = 1; i < 100; i++) {
		assert_int_equal(model_insert(&m, i), 0);
		steer_retire_reclaim(&m.retire);
		assert_ptr_equal(steer_subtable_find(st, old, hash_of(0), steer_key_words(&key)),
				 m.rules[0].place.rule);
	}
	assert_ptr_not_equal(st->hash, old);
	rte_rcu_qsbr_thread_offline(m.qsbr, 0);
	assert_true(steer_retire_reclaim(&m.retire) > 1);
	model_fini(&m);
}

/* The same of a map of ranges. */
static void
test_old_map_stays(void **state)
{
	const struct steer_interval_map *old;
	struct steer_subtable *st;
	struct steer_rule *head;
	struct steer_key key;

	RTE_SET_USED(state);
	model_init(&m, 20);
	memset(&key, 0, sizeof(key));
	key_put(&key, PORT, 2, 5);
	for (unsigned int i = 0; i < 20; i++)
		match_range(&m.rules[i].match, PORT, 2, 5, 10 + i);
	assert_int_equal(model_insert(&m, 0), 0);
	st = m.rules[0].place.subtable;
	head = steer_subtable_find(st, st->hash,
				   steer_subtable_hash(st, steer_key_words(&key)),
				   steer_key_words(&key));
	assert_non_null(head);
	old = head->map;
	rte_rcu_qsbr_thread_online(m.qsbr, 0);
	for (unsigned int i = 1; i < 20; i++) {
		assert_int_equal(model_insert(&m, i), 0);
		steer_retire_reclaim(&m.retire);
		assert_ptr_not_equal(head->map, old);
		assert_ptr_equal(steer_interval_map_lookup(old, &st->shape, &key, m.version, NULL),
				 m.rules[0].place.rule);
	}
	rte_rcu_qsbr_thread_offline(m.qsbr, 0);
	assert_true(steer_retire_reclaim(&m.retire) >= 19);
	model_fini(&m);
}

static void
test_rescan(void **state)
{
	struct steer_subtable *st;

	RTE_SET_USED(state);
	for (unsigned int kind = 0; kind < 2; kind++) {
		model_init(&m, 50);
		for (unsigned int i = 0; i < 50; i++) {
			match_bytes(&m.rules[i].match, SRC, 4, 0xffffffff, i % 20);
			if (kind == 1)
				match_range(&m.rules[i].match, PORT, 2, i, 2 * i);
			m.rules[i].prio = (i * 7) % 50;
			assert_int_equal(model_insert(&m, i), 0);
		}
		st = m.rules[0].place.subtable;
		for (unsigned int prio = 0; prio < 49; prio++) {
			unsigned int i = 0;

			while (m.rules[i].prio != prio)
				i++;
			assert_int_equal(st->best_prio, prio);
			assert_int_equal(st->best_seq, m.rules[i].seq);
			model_remove(&m, i);
			steer_subtable_rescan(st);
			assert_int_equal(st->stale, 0);
		}
		model_fini(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_rule_match),
		cmocka_unit_test(test_create_without_memory),
		cmocka_unit_test(test_same_bucket),
		cmocka_unit_test(test_same_tag),
		cmocka_unit_test(test_churn_does_not_grow),
		cmocka_unit_test(test_old_hash_stays),
		cmocka_unit_test(test_old_map_stays),
		cmocka_unit_test(test_rescan),
	};

	srand(1);
	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
