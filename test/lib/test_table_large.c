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

/* Many rules, where comparing each look-up with all of them would take too long. */

#define SRC (offsetof(struct steer_key, outer.l3) + 12)
#define DST (offsetof(struct steer_key, outer.l3) + 16)
#define PORT (offsetof(struct steer_key, outer.l4) + 2)

#define N_RULES 200000
#define N_MASKS 2000
#define N_RANGES 500

static struct model m;

/* Look up keys made of numbers; each must be found, or not, as expected. */
static void
look_up(unsigned int first, unsigned int n, void (*make)(struct steer_key *, unsigned int),
	bool there)
{
	const struct steer_view *view = steer_table_view(&m.table);
	const struct steer_rule *found[64];
	struct steer_key keys[64];

	memset(keys, 0, sizeof(keys));
	for (unsigned int i = 0; i < n; i++)
		make(&keys[i], first + i);
	steer_table_lookup(view, m.version, keys, n, found);
	for (unsigned int i = 0; i < n; i++)
		assert_ptr_equal(found[i], there ? m.rules[first + i].place.rule : NULL);
}

static void
look_up_all(unsigned int n, void (*make)(struct steer_key *, unsigned int), bool there)
{
	for (unsigned int i = 0; i < n; i += 64)
		look_up(i, RTE_MIN(n - i, 64u), make, there);
}

static void
key_of_two(struct steer_key *key, unsigned int i)
{
	key_put(key, SRC, 4, 0x0a000000 + i);
	key_put(key, DST, 4, i * 2654435761u);
}

static void
test_many_rules(void **state)
{
	RTE_SET_USED(state);
	model_init(&m, N_RULES);
	for (unsigned int i = 0; i < N_RULES; i++) {
		match_bytes(&m.rules[i].match, SRC, 4, 0xffffffff, 0x0a000000 + i);
		match_bytes(&m.rules[i].match, DST, 4, 0xffffffff, i * 2654435761u);
		assert_int_equal(model_insert(&m, i), 0);
		/* Hashes that have been grown out of. */
		steer_retire_reclaim(&m.retire);
	}
	assert_int_equal(m.table.n_rules, N_RULES);
	assert_int_equal(steer_table_view(&m.table)->n, 1);
	look_up_all(N_RULES, key_of_two, true);
	/* Two cache lines a rule at the most, its slot included. */
	assert_true(m.table.own_slab.bytes < (size_t)N_RULES * 64 + (1 << 20));
	assert_true(m.rules[0].place.subtable->hash->n_buckets * sizeof(struct steer_bucket) <
		    (size_t)N_RULES * 64);
	for (unsigned int i = 0; i < N_RULES; i++)
		model_remove(&m, i);
	assert_int_equal(m.table.n_rules, 0);
	look_up_all(N_RULES, key_of_two, false);
	model_fini(&m);
}

/* As many with the same words: the first one counts, and each takes its turn. */
static void
test_many_equal_rules(void **state)
{
	const struct steer_rule *found;
	struct steer_key key;

	RTE_SET_USED(state);
	model_init(&m, N_RULES);
	memset(&key, 0, sizeof(key));
	key_put(&key, SRC, 4, 1);
	for (unsigned int i = 0; i < N_RULES; i++) {
		match_bytes(&m.rules[i].match, SRC, 4, 0xffffffff, 1);
		assert_int_equal(model_insert(&m, i), 0);
	}
	for (unsigned int i = 0; i < N_RULES; i++) {
		steer_table_lookup(steer_table_view(&m.table), m.version, &key, 1, &found);
		assert_ptr_equal(found, m.rules[i].place.rule);
		model_remove(&m, i);
	}
	model_fini(&m);
}

/* Bits of a mask: as many different ones as there are numbers. */
static uint64_t
mask_of(unsigned int i)
{
	return (uint64_t)(i + 1) << 16 | 0xffff;
}

static void
key_of_mask(struct steer_key *key, unsigned int i)
{
	/* The low bits tell the rules apart, whatever the masks. */
	key_put(key, SRC, 4, i);
}

static void
test_many_masks(void **state)
{
	RTE_SET_USED(state);
	model_init(&m, N_MASKS);
	for (unsigned int i = 0; i < N_MASKS; i++) {
		match_bytes(&m.rules[i].match, SRC, 4, mask_of(i), i);
		/* The last ones come first: each changes the order. */
		m.rules[i].prio = N_MASKS - i;
		assert_int_equal(model_insert(&m, i), 0);
		steer_retire_reclaim(&m.retire);
	}
	assert_int_equal(steer_table_view(&m.table)->n, N_MASKS);
	look_up_all(N_MASKS, key_of_mask, true);
	for (unsigned int i = 0; i < N_MASKS; i++)
		model_remove(&m, (i * 7) % N_MASKS);
	assert_int_equal(steer_table_view(&m.table)->n, 0);
	look_up_all(N_MASKS, key_of_mask, false);
	model_fini(&m);
}

static void
key_of_port(struct steer_key *key, unsigned int i)
{
	key_put(key, PORT, 2, 100 * i + 50);
}

/* Ranges that overlap their neighbours; the later ones win. */
static void
test_many_ranges(void **state)
{
	RTE_SET_USED(state);
	model_init(&m, N_RANGES);
	for (unsigned int i = 0; i < N_RANGES; i++) {
		match_range(&m.rules[i].match, PORT, 2, 100 * i + 50, 100 * i + 250);
		m.rules[i].prio = N_RANGES - i;
		assert_int_equal(model_insert(&m, i), 0);
		steer_retire_reclaim(&m.retire);
	}
	look_up_all(N_RANGES, key_of_port, true);
	for (unsigned int i = 0; i < N_RANGES; i++)
		model_remove(&m, (i * 7) % N_RANGES);
	look_up_all(N_RANGES, key_of_port, false);
	model_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_rules),
		cmocka_unit_test(test_many_equal_rules),
		cmocka_unit_test(test_many_masks),
		cmocka_unit_test(test_many_ranges),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
