/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "alloc.h"
#include "eal.h"
#include "steer_subtable.h"
#include "table_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SRC (offsetof(struct steer_key, outer.l3) + 12)
#define DST (offsetof(struct steer_key, outer.l3) + 16)
#define PORT (offsetof(struct steer_key, outer.l4) + 2)

#define RULES 600
#define BURST 64
#define STEPS 4000

static struct model m = { .max = RULES };

static uint32_t
address(void)
{
	return (uint32_t)rand() % 3 << 30 | (uint32_t)rand() % 8 << 12 | (uint32_t)rand() % 4;
}

/*
 * Rule i: of two sets of words, each with many masks. What the masks have in common is enough to
 * tell rules apart, mostly.
 */
static void
make_rule(unsigned int i)
{
	struct steer_match *match = &m.rules[i].match;

	memset(&m.rules[i], 0, sizeof(m.rules[i]));
	m.rules[i].prio = (uint32_t)rand() % 4;
	match_bytes(match, SRC, 4, match_prefix(18 + (unsigned int)rand() % 14), address());
	match_bytes(match, PORT, 2, rand() % 8 ? 0xffff : 0xfffe, (uint64_t)rand() % 16);
	if (rand() % 3 == 0)
		match_bytes(match, DST, 4, match_prefix(20 + (unsigned int)rand() % 10), address());
	if (rand() % 32 == 0)
		match_range(match, PORT - 2, 2, (uint64_t)rand() % 8, 8 + (uint64_t)rand() % 8);
}

static void
insert(unsigned int i)
{
	assert_int_equal(model_insert(&m, i), 0);
}

static void
compare(void)
{
	struct steer_key keys[BURST];

	memset(keys, 0, sizeof(keys));
	for (unsigned int i = 0; i < BURST; i++) {
		key_put(&keys[i], SRC, 4, address());
		key_put(&keys[i], DST, 4, address());
		key_put(&keys[i], PORT, 2, (uint64_t)rand() % 16);
		key_put(&keys[i], PORT - 2, 2, (uint64_t)rand() % 16);
	}
	model_compare(&m, keys, 1 + (unsigned int)rand() % BURST, m.version);
}

static void
change(void)
{
	const unsigned int i = (unsigned int)rand() % RULES;

	if (m.rules[i].in) {
		model_remove(&m, i);
	} else {
		make_rule(i);
		insert(i);
	}
}

/* Rules and masks come and go, with filters for them as they are or for those that were. */
static void
test_random(void **state)
{
	unsigned int n_with = 0, n_filters = 0;

	RTE_SET_USED(state);
	for (unsigned int step = 0; step < STEPS; step++) {
		change();
		if (steer_table_unfit(&m.table) && rand() % 64 == 0)
			steer_table_fit(&m.table);
		n_with += m.table.view->n_filters > 0;
		n_filters = RTE_MAX(n_filters, m.table.view->n_filters);
		compare();
	}
	assert_in_range(n_with, STEPS / 2, STEPS - 1);
	assert_true(n_filters > 1);
}

/* One rule for each of many masks, and one more for each. */
static void
fill(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		memset(&m.rules[i], 0, sizeof(m.rules[i]));
		match_bytes(&m.rules[i].match, SRC, 4, match_prefix(17 + i % 16), i << 16);
		match_bytes(&m.rules[i].match, DST, 4, match_prefix(17 + i / 16 % 8), i << 16);
		insert(i);
	}
}

/* Few subtables are left to be searched: that is what filters are for. */
static void
test_few_left(void **state)
{
	const struct steer_view_filter *vf;
	unsigned int bits = 0;

	RTE_SET_USED(state);
	fill(512);
	assert_true(m.table.view->costly);
	assert_true(steer_table_unfit(&m.table));
	assert_false(m.table.view->bearable);
	steer_table_fit(&m.table);
	assert_false(steer_table_unfit(&m.table));
	assert_true(m.table.view->costly);
	assert_true(m.table.view->bearable);
	assert_int_equal(m.table.view->n, 128);
	assert_int_equal(m.table.view->n_filters, 2);
	assert_int_equal(m.table.view->n_rest, 0);
	for (unsigned int f = 0; f < 2; f++) {
		vf = &m.table.view->filter[f];
		for (uint32_t i = 0; i <= vf->filter->row_mask; i++)
			bits += (unsigned int)__builtin_popcountll(vf->filter->rows[i]);
	}
	assert_in_range(bits, 400, 512);
}

/* Masks that have nothing in common, few masks, few rules: no filter. */
static void
test_none(void **state)
{
	RTE_SET_USED(state);
	fill(3);
	steer_table_fit(&m.table);
	assert_int_equal(m.table.view->n_filters, 0);
	for (unsigned int i = 3; i < 203; i++) {
		memset(&m.rules[i], 0, sizeof(m.rules[i]));
		match_bytes(&m.rules[i].match, PORT, 2, 1u << i % 8, 0xffff);
		if (i % 2 != 0)
			match_bytes(&m.rules[i].match, PORT, 2, 0x100 << i % 8, i << 8);
		insert(i);
	}
	steer_table_fit(&m.table);
	assert_int_equal(m.table.view->n_filters, 0);
	assert_true(m.table.view->costly);
}

/* They go with the masks. */
static void
test_go(void **state)
{
	RTE_SET_USED(state);
	fill(512);
	steer_table_fit(&m.table);
	for (unsigned int i = 0; i < 512; i++) {
		model_remove(&m, i);
		compare();
	}
	assert_true(steer_table_unfit(&m.table));
	steer_table_fit(&m.table);
	assert_int_equal(m.table.view->n_filters, 0);
	assert_false(steer_table_unfit(&m.table));
}

/* Many rules for the same masks: the filter is made anew, once it is worn. */
static void
test_worn(void **state)
{
	RTE_SET_USED(state);
	fill(128);
	steer_table_fit(&m.table);
	for (unsigned int i = 0; !steer_table_unfit(&m.table); i++) {
		assert_true(i < 10000);
		if (m.rules[128].in)
			model_remove(&m, 128);
		m.rules[128] = m.rules[i % 128];
		m.rules[128].in = false;
		insert(128);
	}
	steer_table_fit(&m.table);
	assert_int_equal(m.table.view->filter[0].filter->n_added, 0);
	compare();
}

/* Without memory there are other filters, or none, and the same rules are found. */
static void
test_no_memory(void **state)
{
	RTE_SET_USED(state);
	fill(512);
	for (unsigned int n = 1; n < 8; n++) {
		test_alloc_fail(n);
		steer_table_fit(&m.table);
		test_alloc_fail(0);
		compare();
	}
	steer_retire_flush(&m.retire);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		MODEL_TEST(test_random, &m),
		MODEL_TEST(test_few_left, &m),
		MODEL_TEST(test_none, &m),
		MODEL_TEST(test_go, &m),
		MODEL_TEST(test_worn, &m),
		MODEL_TEST(test_no_memory, &m),
	};

	srand(1);
	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
