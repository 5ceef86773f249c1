/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "steer_parse.h"
#include "steer_subtable.h"

#include "alloc.h"
#include "eal.h"
#include "table_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define L3 (offsetof(struct steer_key, outer.l3))
#define L4 (offsetof(struct steer_key, outer.l4))
#define SRC (L3 + 12)
#define DST (L3 + 16)
#define PORT (L4 + 2)

static struct model m;

/* Few values and masks of few kinds, so that many rules match a key. */
static void
random_match(struct steer_match *match)
{
	static const uint32_t masks[] = { 0xffffffff, 0xffffff00, 0x3, 0x1 };

	memset(match, 0, sizeof(*match));
	if (rand() % 2)
		match_bytes(match, SRC, 4, masks[rand() % 4], (uint64_t)rand() % 4);
	if (rand() % 2)
		match_bytes(match, DST, 4, masks[rand() % 4], (uint64_t)rand() % 4);
	if (rand() % 2) {
		const uint64_t lo = (uint64_t)rand() % 8;

		match_range(match, PORT, 2, lo, lo + (uint64_t)rand() % 4);
	} else if (rand() % 2) {
		match_bytes(match, PORT, 2, 0xffff, (uint64_t)rand() % 8);
	}
	if (rand() % 4 == 0)
		match_range(match, L3 + 8, 1, 1, (uint64_t)rand() % 4 + 1);
}

static void
random_key(struct steer_key *key)
{
	memset(key, 0, sizeof(*key));
	key_put(key, SRC, 4, (uint64_t)rand() % 4);
	key_put(key, DST, 4, (uint64_t)rand() % 4);
	key_put(key, PORT, 2, (uint64_t)rand() % 9);
	key_put(key, L3 + 8, 1, (uint64_t)rand() % 4);
}

static void
compare_random(unsigned int n, uint64_t version)
{
	struct steer_key keys[64];

	for (unsigned int i = 0; i < n; i++)
		random_key(&keys[i]);
	model_compare(&m, keys, n, version);
}

static void
random_rule(unsigned int i)
{
	random_match(&m.rules[i].match);
	m.rules[i].prio = (uint32_t)rand() % 3;
}

static void
run_random(unsigned int max, unsigned int changes)
{
	uint64_t n = 0;

	model_init(&m, max);
	for (unsigned int c = 0; c < changes; c++) {
		const unsigned int i = (unsigned int)rand() % max;

		if (m.rules[i].in) {
			model_remove(&m, i);
			n--;
		} else {
			random_rule(i);
			assert_int_equal(model_insert(&m, i), 0);
			n++;
		}
		assert_int_equal(m.table.n_rules, n);
		compare_random(1 + (unsigned int)rand() % 64, m.version);
		/* What came later is not seen by who began earlier. */
		compare_random(8, (uint64_t)rand() % (m.version + 1));
	}
	for (unsigned int i = 0; i < max; i++)
		if (m.rules[i].in)
			model_remove(&m, i);
	assert_int_equal(steer_table_view(&m.table)->n, 0);
	compare_random(64, m.version);
	model_fini(&m);
}

static void
test_random(void **state)
{
	RTE_SET_USED(state);
	run_random(1, 20);
	for (unsigned int i = 0; i < 20; i++)
		run_random(20, 200);
	run_random(300, 1500);
}

/* Many at once, tidied once. */
static void
test_remove_many(void **state)
{
	enum { N = 100 };

	RTE_SET_USED(state);
	model_init(&m, N);
	for (unsigned int round = 0; round < 20; round++) {
		const unsigned int left = round % 2 ? 7 : 0;

		for (unsigned int i = 0; i < N; i++) {
			if (m.rules[i].in)
				continue;
			random_rule(i);
			assert_int_equal(model_insert(&m, i), 0);
		}
		for (unsigned int i = left; i < N; i++) {
			steer_rule_bury(m.rules[i].place.rule, &m.rules[i].tomb, m.version);
			m.rules[i].in = false;
		}
		steer_table_commit(&m.table, ++m.version);
		compare_random(64, m.version);
		for (unsigned int i = left; i < N; i++)
			steer_table_remove(&m.table, &m.rules[i].place);
		compare_random(64, m.version);
		steer_table_tidy(&m.table);
		for (unsigned int i = left; i < N; i++)
			steer_table_release(&m.table, &m.rules[i].place);
		compare_random(64, m.version);
		steer_retire_reclaim(&m.retire);
		assert_int_equal(m.table.n_rules, left);
		assert_true(steer_table_view(&m.table)->n <= left);
	}
	model_fini(&m);
}

/* With rules still in it. */
static void
test_fini(void **state)
{
	RTE_SET_USED(state);
	model_init(&m, 100);
	for (unsigned int i = 0; i < 100; i++) {
		random_rule(i);
		assert_int_equal(model_insert(&m, i), 0);
	}
	model_fini(&m);
}

/* A rule buried is seen by those who began before, and by nobody else. */
static void
test_buried(void **state)
{
	struct model_rule *r;
	const struct steer_rule *found;
	const struct steer_view *view;
	struct steer_key key;

	RTE_SET_USED(state);
	model_init(&m, 4);
	memset(&key, 0, sizeof(key));
	for (unsigned int i = 0; i < 4; i++) {
		m.rules[i].prio = i / 2;
		assert_int_equal(model_insert(&m, i), 0);
	}
	r = &m.rules[0];
	steer_rule_bury(r->place.rule, &r->tomb, m.version);
	steer_table_commit(&m.table, m.version + 1);
	view = steer_table_view(&m.table);
	steer_table_lookup(view, m.version, &key, 1, &found);
	assert_ptr_equal(found, r->place.rule);
	assert_ptr_equal(steer_table_next(view, m.version, &key, found), m.rules[1].place.rule);
	steer_table_lookup(view, m.version + 1, &key, 1, &found);
	assert_ptr_equal(found, m.rules[1].place.rule);
	/* Rules may be linked behind it, and it may go. */
	m.version++;
	r->in = false;
	model_remove(&m, 1);
	assert_int_equal(model_insert(&m, 1), 0);
	model_compare(&m, &key, 1, m.version);
	steer_table_remove(&m.table, &r->place);
	steer_table_release(&m.table, &r->place);
	model_compare(&m, &key, 1, m.version);
	model_fini(&m);
}

/* Rules with the same words, however they come and go. */
static void
test_equal_rules(void **state)
{
	enum { N = 200 };
	struct steer_key key;

	RTE_SET_USED(state);
	model_init(&m, N);
	random_key(&key);
	for (unsigned int c = 0; c < 1000; c++) {
		const unsigned int i = (unsigned int)rand() % N;

		if (m.rules[i].in) {
			model_remove(&m, i);
		} else {
			m.rules[i].prio = (uint32_t)rand() % 5;
			assert_int_equal(model_insert(&m, i), 0);
		}
		model_compare(&m, &key, c % 10 == 0, m.version);
		assert_true(steer_table_view(&m.table)->n <= 1);
	}
	model_fini(&m);
}

/* The view has what is needed to parse as deep as the rules ask. */
static void
test_depth(void **state)
{
	static const struct {
		size_t off;
		uint32_t depth;
	} cases[] = {
		{ offsetof(struct steer_key, outer.l2), STEER_DEPTH_MAC },
		{ SRC, STEER_DEPTH_L3 },
		{ PORT, STEER_DEPTH_L3 | STEER_DEPTH_L4 },
	};

	RTE_SET_USED(state);
	model_init(&m, 2 * RTE_DIM(cases));
	for (unsigned int i = 0; i < RTE_DIM(cases); i++) {
		match_bytes(&m.rules[2 * i].match, cases[i].off, 2, 0xffff, 1);
		match_range(&m.rules[2 * i + 1].match, cases[i].off, 2, 1, 2);
		for (unsigned int r = 2 * i; r < 2 * i + 2; r++) {
			assert_int_equal(model_insert(&m, r), 0);
			assert_int_equal(steer_table_view(&m.table)->depth, cases[i].depth);
			model_remove(&m, r);
			assert_int_equal(steer_table_view(&m.table)->depth, 0);
		}
	}
	for (unsigned int r = 0; r < 2 * RTE_DIM(cases); r++)
		assert_int_equal(model_insert(&m, r), 0);
	assert_int_equal(steer_table_view(&m.table)->depth,
			 STEER_DEPTH_MAC | STEER_DEPTH_L3 | STEER_DEPTH_L4);
	model_fini(&m);
}

/* Subtables stand in the order of their best rules: also when the best has gone. */
static void
test_view_order(void **state)
{
	const struct steer_view *view;

	RTE_SET_USED(state);
	model_init(&m, 20);
	for (unsigned int i = 0; i < 20; i++) {
		match_bytes(&m.rules[i].match, i % 2 ? SRC : DST, 4, 0xffffffff, i);
		m.rules[i].prio = 100 - i;
		assert_int_equal(model_insert(&m, i), 0);
		view = steer_table_view(&m.table);
		assert_int_equal(view->entry[0].prio, m.rules[i].prio);
		assert_ptr_equal(view->entry[0].subtable, m.rules[i].place.subtable);
	}
	for (unsigned int i = 19; i > 0; i--) {
		model_remove(&m, i);
		view = steer_table_view(&m.table);
		/* Lower than it is costs time; higher would miss rules. */
		for (unsigned int e = 0; e < view->n; e++)
			for (unsigned int r = 0; r < i; r++)
				if (m.rules[r].place.subtable == view->entry[e].subtable)
					assert_true(view->entry[e].prio <= m.rules[r].prio);
	}
	model_fini(&m);
}

/*
 * The best rule of a subtable has gone: other subtables, by now better, must come first again
 * before as many more rules have gone as are still there.
 */
static void
test_view_order_restored(void **state)
{
	enum { N = 200 };
	unsigned int i;

	RTE_SET_USED(state);
	model_init(&m, N + 1);
	match_bytes(&m.rules[N].match, DST, 4, 0xffffffff, 0);
	m.rules[N].prio = 5;
	assert_int_equal(model_insert(&m, N), 0);
	for (i = 0; i < N; i++) {
		match_bytes(&m.rules[i].match, SRC, 4, 0xffffffff, i);
		m.rules[i].prio = i == 0 ? 0 : 10;
		assert_int_equal(model_insert(&m, i), 0);
	}
	assert_int_equal(steer_table_view(&m.table)->entry[0].prio, 0);
	for (i = 0; i < N / 2; i++)
		model_remove(&m, i);
	assert_int_equal(steer_table_view(&m.table)->entry[0].prio, 5);
	assert_int_equal(steer_table_view(&m.table)->entry[1].prio, 10);
	model_fini(&m);
}

/* Memory */

static void
try_insert(unsigned int i)
{
	const uint64_t n = m.table.n_rules;
	const uint32_t n_subtables = steer_table_view(&m.table)->n;
	struct steer_key keys[32];

	for (unsigned int k = 0; k < RTE_DIM(keys); k++)
		random_key(&keys[k]);
	for (unsigned int fail = 1;; fail++) {
		int rc;

		test_alloc_fail(fail);
		rc = model_insert(&m, i);
		if (!test_alloc_failed()) {
			assert_int_equal(rc, 0);
			break;
		}
		test_alloc_fail(0);
		/* Room made in vain, but the rule went in: as good. */
		if (rc == 0)
			model_remove(&m, i);
		else
			assert_int_equal(rc, -ENOMEM);
		assert_int_equal(m.table.n_rules, n);
		assert_int_equal(steer_table_view(&m.table)->n, n_subtables);
		model_compare(&m, keys, RTE_DIM(keys), m.version);
	}
	test_alloc_fail(0);
	model_compare(&m, keys, RTE_DIM(keys), m.version);
}

static void
test_insert_without_memory(void **state)
{
	RTE_SET_USED(state);
	model_init(&m, 150);
	for (unsigned int i = 0; i < 150; i++) {
		random_rule(i);
		try_insert(i);
	}
	for (unsigned int i = 0; i < 150; i++)
		model_remove(&m, i);
	assert_int_equal(m.table.n_rules, 0);
	model_fini(&m);
}

/* Again and again without memory for the hash: the rule's own is not lost each time. */
static void
test_failures_cost_nothing(void **state)
{
	size_t bytes = 0;

	RTE_SET_USED(state);
	model_init(&m, 2);
	for (unsigned int i = 0; i < 2; i++)
		match_bytes(&m.rules[i].match, SRC, 4, 0xffffffff, i);
	assert_int_equal(model_insert(&m, 0), 0);
	/* Subtable, hash, view, what stands for ranges; the fifth is their map. */
	match_range(&m.rules[1].match, PORT, 2, 1, 2);
	for (unsigned int n = 0; n < 1000; n++) {
		test_alloc_fail(n == 0 ? 0 : 5);
		if (model_insert(&m, 1) == 0)
			model_remove(&m, 1);
		test_alloc_fail(0);
		if (n == 1)
			bytes = m.table.own_slab.bytes;
	}
	assert_int_equal(m.table.own_slab.bytes, bytes);
	model_fini(&m);
}

/* The same where each rule has words of its own, so that the hash has to grow. */
static void
test_grow_without_memory(void **state)
{
	RTE_SET_USED(state);
	model_init(&m, 128);
	for (unsigned int i = 0; i < 128; i++) {
		match_bytes(&m.rules[i].match, SRC, 4, 0xffffffff, i / 2);
		if (i % 2)
			match_range(&m.rules[i].match, PORT, 2, i, i + 7);
		try_insert(i);
	}
	model_fini(&m);
}

/* Taking out never fails: neither when the first allocation does, nor the second... */
static void
test_remove_without_memory(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int fail = 1; fail < 6; fail++) {
		model_init(&m, 100);
		for (unsigned int i = 0; i < 100; i++) {
			random_rule(i);
			assert_int_equal(model_insert(&m, i), 0);
		}
		for (unsigned int i = 0; i < 100; i++) {
			test_alloc_fail(fail);
			model_remove(&m, i);
			test_alloc_fail(0);
			compare_random(32, m.version);
		}
		assert_int_equal(m.table.n_rules, 0);
		/* What could not be thrown away does no harm. */
		for (unsigned int i = 0; i < 100; i++)
			assert_int_equal(model_insert(&m, i), 0);
		compare_random(64, m.version);
		model_fini(&m);
	}
}

static void
test_init_without_memory(void **state)
{
	struct steer_retire retire = { 0 };
	struct steer_table t;

	RTE_SET_USED(state);
	test_alloc_fail(1);
	assert_int_equal(steer_table_init(&t, &retire, SOCKET_ID_ANY), -ENOMEM);
	test_alloc_fail(0);
	steer_table_fini(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_remove_many),
		cmocka_unit_test(test_fini),
		cmocka_unit_test(test_buried),
		cmocka_unit_test(test_equal_rules),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_view_order),
		cmocka_unit_test(test_view_order_restored),
		cmocka_unit_test(test_insert_without_memory),
		cmocka_unit_test(test_failures_cost_nothing),
		cmocka_unit_test(test_grow_without_memory),
		cmocka_unit_test(test_remove_without_memory),
		cmocka_unit_test(test_init_without_memory),
	};

	srand(1);
	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
