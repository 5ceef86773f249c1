/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "alloc.h"
#include "eal.h"
#include "steer_crowd.h"
#include "steer_subtable.h"
#include "table_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SRC (offsetof(struct steer_key, outer.l3) + 12)
#define DST (offsetof(struct steer_key, outer.l3) + 16)
#define PORT (offsetof(struct steer_key, outer.l4) + 2)

/* Entries */

#define ENTRIES 400
#define BYTES_MAX 5

/* What a crowd has to know, in any order. */
static struct steer_crowd_entry plain[ENTRIES];
static unsigned int n_plain;

static bool
fits(const struct steer_crowd_entry *e, unsigned int n_bytes, const uint8_t *key)
{
	for (unsigned int i = 0; i < n_bytes; i++)
		if ((key[i * 2] & e->mask[i]) != e->value[i])
			return false;
	return true;
}

/* The first behind another one that fits, or NULL. */
static const struct steer_crowd_entry *
next_plain(const struct steer_crowd_entry *after, unsigned int n_bytes, const uint8_t *key)
{
	const struct steer_crowd_entry *best = NULL;

	for (const struct steer_crowd_entry *e = plain; e < plain + n_plain; e++) {
		if (!fits(e, n_bytes, key))
			continue;
		if (after != NULL && (e->prio < after->prio ||
				      (e->prio == after->prio && e->seq <= after->seq)))
			continue;
		if (best == NULL || e->prio < best->prio ||
		    (e->prio == best->prio && e->seq < best->seq))
			best = e;
	}
	return best;
}

static void
compare_entries(const struct steer_crowd *c)
{
	static const uint16_t bytes[BYTES_MAX] = { 0, 2, 4, 6, 8 };
	const struct steer_crowd_entry *e = NULL;
	uint8_t key[2 * BYTES_MAX];
	uint32_t at = 0;

	for (unsigned int i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(rand() % 4 == 0 ? rand() : 0x80);
	while ((e = next_plain(e, c->n_bytes, key)) != NULL) {
		at = steer_crowd_next(c, at, c->n, key, bytes);
		assert_in_range(at, 0, c->n - 1);
		assert_int_equal(c->seq[at], e->seq);
		assert_int_equal(c->prio[at], e->prio);
		assert_int_equal(c->bit[at], e->bit);
		at++;
	}
	assert_int_equal(steer_crowd_next(c, at, c->n, key, bytes), c->n);
}

static struct steer_crowd *
add_entry(struct steer_crowd *c, uint64_t seq)
{
	struct steer_crowd_entry *e = &plain[n_plain];
	struct steer_crowd *with = NULL;

	memset(e, 0, sizeof(*e));
	e->seq = seq;
	e->prio = rand() % 4 == 0 ? (uint32_t)rand() % 3 : 2;
	e->bit = (uint8_t)(rand() % 64);
	for (unsigned int i = 0; i < c->n_bytes; i++) {
		e->mask[i] = (uint8_t)(0xff00 >> rand() % 9);
		e->value[i] = 0x80 & e->mask[i];
	}
	if (steer_crowd_takes(c, e)) {
		steer_crowd_append(c, e);
		n_plain++;
		return c;
	}
	with = steer_crowd_with(c, e, SOCKET_ID_ANY);
	assert_int_equal(with == NULL, n_plain == STEER_CROWD_MAX);
	if (with == NULL)
		return c;
	steer_crowd_free(c);
	n_plain++;
	return with;
}

static void
kill_entry(struct steer_crowd *c)
{
	const unsigned int i = (unsigned int)rand() % n_plain;

	assert_true(steer_crowd_kill(c, &plain[i]));
	assert_false(steer_crowd_kill(c, &plain[i]));
	plain[i] = plain[--n_plain];
}

/* They come and go, and are found in their order. */
static void
test_entries(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int n_bytes = 1; n_bytes <= BYTES_MAX; n_bytes++) {
		struct steer_crowd *c = steer_crowd_create(1, n_bytes, SOCKET_ID_ANY);
		unsigned int most = 0;

		n_plain = 0;
		for (uint64_t step = 0; step < 3000; step++) {
			/* First more and more, then fewer. */
			if (n_plain == 0 || rand() % 8 < (step < 1500 ? 6 : 3))
				c = add_entry(c, step);
			else
				kill_entry(c);
			most = RTE_MAX(most, n_plain);
			compare_entries(c);
		}
		assert_int_equal(most, STEER_CROWD_MAX);
		steer_crowd_free(c);
	}
}

/* Two that are the same are two. */
static void
test_twice(void **state)
{
	static const uint16_t bytes[] = { 0 };
	const struct steer_crowd_entry e = { .seq = 1, .prio = 1, .mask = { 0xf0 } };
	struct steer_crowd *c = steer_crowd_create(2, 1, SOCKET_ID_ANY);
	const uint8_t key = 0x0f;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 2; i++) {
		assert_true(steer_crowd_takes(c, &e));
		steer_crowd_append(c, &e);
	}
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(steer_crowd_next(c, 0, c->n, &key, bytes), i);
		assert_true(steer_crowd_kill(c, &e));
	}
	assert_int_equal(steer_crowd_next(c, 0, c->n, &key, bytes), c->n);
	assert_false(steer_crowd_kill(c, &e));
	steer_crowd_free(c);
}

/* Tables */

#define MASKS 64
#define CHAINS 8
#define RULES 1024
#define BURST 64
#define STEPS 1500

static struct model m = { .max = RULES };

/* For the addresses of a chain, as all others of it: one of its 64 masks. */
static void
make_nested(unsigned int i, unsigned int chain, unsigned int mask, uint32_t below)
{
	struct steer_match *match = &m.rules[i].match;

	memset(&m.rules[i], 0, sizeof(m.rules[i]));
	m.rules[i].prio = (uint32_t)rand() % 3;
	match_bytes(match, SRC, 4, match_prefix(17 + mask % 8), chain << 16 | below);
	match_bytes(match, DST, 4, match_prefix(17 + mask / 8), chain << 20 | below);
	match_bytes(match, PORT, 2, UINT16_MAX, chain);
	if (rand() % 16 == 0)
		match_range(match, PORT - 2, 2, (uint64_t)rand() % 8, 8 + (uint64_t)rand() % 8);
}

/* Bits in which addresses differ from a chain's: the less, the more of its rules match. */
static uint32_t
apart(void)
{
	return (uint32_t)rand() & UINT32_MAX >> (17 + rand() % 9);
}

static void
compare(void)
{
	const unsigned int n = 1 + (unsigned int)rand() % BURST;
	const struct steer_rule *found[BURST];
	struct steer_key keys[BURST];

	memset(keys, 0, sizeof(keys));
	for (unsigned int i = 0; i < n; i++) {
		const uint32_t chain = (uint32_t)rand() % (CHAINS + 1);

		key_put(&keys[i], SRC, 4, chain << 16 | apart());
		key_put(&keys[i], DST, 4, chain << 20 | apart());
		key_put(&keys[i], PORT, 2, chain);
		key_put(&keys[i], PORT - 2, 2, (uint64_t)rand() % 16);
		if (rand() % 4 == 0) {
			key_put(&keys[i], SRC, 4, (uint32_t)rand() & 0xffffff);
			key_put(&keys[i], PORT, 2, 1);
		}
	}
	steer_table_lookup(m.table.view, m.version, keys, n, found);
	for (unsigned int i = 0; i < n; i++) {
		const struct model_rule *r = model_first(&m, &keys[i], m.version, NULL);

		assert_ptr_equal(found[i], r != NULL ? r->place.rule : NULL);
	}
}

static void
insert(unsigned int i)
{
	assert_int_equal(model_insert(&m, i), 0);
}

/* Rules of all masks that lie in nothing, so that there is a filter. */
static void
fill_alone(unsigned int first, unsigned int n)
{
	for (unsigned int i = first; i < first + n; i++) {
		make_nested(i, 1000 + i, i % MASKS, 0);
		m.rules[i].match.n_ranges = 0;
		insert(i);
	}
}

static void
fill_chain(unsigned int first, unsigned int chain)
{
	for (unsigned int i = 0; i < MASKS; i++) {
		make_nested(first + i, chain, i, 0);
		m.rules[first + i].match.n_ranges = 0;
		insert(first + i);
	}
}

/* The crowd of packets; NULL: there is none. */
static const struct steer_crowd *
crowd_at(uint32_t source, uint32_t destination, uint16_t port)
{
	const struct steer_filter *f = m.table.filters[0];
	struct steer_key key;

	memset(&key, 0, sizeof(key));
	key_put(&key, SRC, 4, source);
	key_put(&key, DST, 4, destination);
	key_put(&key, PORT, 2, port);
	return steer_crowds_find(&f->crowds,
				 (uint32_t)(steer_filter_row(f, f->n_words,
							     steer_key_words(&key)) - f->rows));
}

static const struct steer_crowd *
crowd_of(unsigned int chain)
{
	return crowd_at(chain << 16, chain << 20, (uint16_t)chain);
}

/* Rules that lie in each other come and go, and with them masks and filters. */
static void
test_random(void **state)
{
	unsigned int n_with = 0;

	RTE_SET_USED(state);
	fill_alone(0, 512);
	for (unsigned int step = 0; step < STEPS; step++) {
		const unsigned int i = 512 + (unsigned int)rand() % 512;

		if (m.rules[i].in) {
			model_remove(&m, i);
		} else {
			make_nested(i, (unsigned int)rand() % CHAINS, (unsigned int)rand() % MASKS,
				    rand() % 4 == 0 ? apart() : 0);
			insert(i);
		}
		if (steer_table_unfit(&m.table) && rand() % 256 == 0)
			steer_table_fit(&m.table);
		if (rand() % 512 == 0)
			steer_table_fit(&m.table);
		n_with += m.table.n_filters > 0 && m.table.filters[0]->crowds.n > 0;
		compare();
	}
	assert_in_range(n_with, STEPS / 2, STEPS);
}

/* Each has the rules of its chain, and of nothing is more to be searched. */
static void
test_made(void **state)
{
	RTE_SET_USED(state);
	fill_alone(0, 512);
	for (unsigned int i = 0; i < CHAINS; i++)
		fill_chain(512 + i * MASKS, i);
	steer_table_fit(&m.table);
	assert_int_equal(m.table.n_filters, 1);
	/* By chance, rules that lie in nothing have a row together, or one of these. */
	assert_in_range(m.table.filters[0]->crowds.n, CHAINS - 1, CHAINS + 4);
	for (unsigned int i = 0; i < CHAINS; i++) {
		const struct steer_crowd *c = crowd_of(i);

		assert_non_null(c);
		assert_int_equal(c->always, 0);
		assert_in_range(c->n, MASKS, 2 * MASKS + 8);
	}
	compare();
}

/* There is a filter even where there is nothing else. */
static void
test_all(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < CHAINS; i++)
		fill_chain(i * MASKS, i);
	steer_table_fit(&m.table);
	assert_int_equal(m.table.n_filters, 1);
	assert_int_equal(m.table.view->n_rest, 0);
	for (unsigned int i = 0; i < CHAINS; i++)
		assert_non_null(crowd_of(i));
	compare();
}

/* A chain that comes later has one as well, but for its first rules. */
static void
test_comes(void **state)
{
	const struct steer_crowd *c;

	RTE_SET_USED(state);
	fill_alone(0, 512);
	steer_table_fit(&m.table);
	assert_null(crowd_of(1));
	fill_chain(512, 1);
	assert_false(steer_table_unfit(&m.table));
	c = crowd_of(1);
	assert_non_null(c);
	assert_int_equal(__builtin_popcountll(c->always), STEER_CROWDED);
	assert_in_range(c->n, MASKS - STEER_CROWDED, MASKS);
	compare();
}

/* For ever the same one or two, and the crowd gets no larger. */
static void
test_churn(void **state)
{
	RTE_SET_USED(state);
	fill_alone(0, 512);
	fill_chain(512, 1);
	steer_table_fit(&m.table);
	for (unsigned int i = 0; i < 1000; i++) {
		model_remove(&m, 512 + i % MASKS);
		m.rules[512 + i % MASKS].prio = (uint32_t)rand() % 3;
		insert(512 + i % MASKS);
	}
	assert_int_equal(crowd_of(1)->always, 0);
	assert_in_range(crowd_of(1)->capacity, MASKS, 2 * MASKS);
	compare();
}

/* More than a crowd takes, before there is a filter and afterwards. */
static void
test_too_many(void **state)
{
	RTE_SET_USED(state);
	fill_alone(0, 512);
	for (unsigned int i = 0; i < 200; i++) {
		make_nested(512 + i, 1, i % MASKS, i % 128 << 8);
		insert(512 + i);
	}
	steer_table_fit(&m.table);
	for (unsigned int i = 200; i < 400; i++) {
		make_nested(512 + i, 1, i % MASKS, i % 128 << 8);
		insert(512 + i);
		compare();
	}
	assert_true(crowd_of(1)->always != 0);
	assert_in_range(crowd_of(1)->n, 200, STEER_CROWD_MAX);
	steer_table_fit(&m.table);
	assert_true(m.table.n_filters == 0 || crowd_of(1) == NULL);
	compare();
}

/* One of six masks, which differ in six bytes. */
static void
make_wide(unsigned int i, uint16_t port, uint32_t below)
{
	static const uint8_t len[][2] = {
		{ 8, 8 }, { 8, 32 }, { 32, 8 }, { 32, 32 }, { 16, 24 }, { 24, 16 },
	};
	struct steer_match *match = &m.rules[i].match;

	memset(&m.rules[i], 0, sizeof(m.rules[i]));
	match_bytes(match, SRC, 4, match_prefix(len[i % 6][0]), below);
	match_bytes(match, DST, 4, match_prefix(len[i % 6][1]), below);
	match_bytes(match, PORT, 2, UINT16_MAX, port);
	insert(i);
}

/* Many rules of few masks: it is faster to search for all of these. */
static void
test_not_worth(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 256; i++)
		make_wide(i, (uint16_t)(1000 + i), 0);
	for (unsigned int i = 256; i < 320; i++)
		make_wide(i, 1, (uint32_t)rand() & 0xffffff);
	steer_table_fit(&m.table);
	assert_int_equal(crowd_at(0, 0, 1)->always, 0);
	for (unsigned int i = 320; i < 480; i++)
		make_wide(i, 1, (uint32_t)rand() & 0xffffff);
	assert_int_equal(__builtin_popcountll(crowd_at(0, 0, 1)->always), 6);
	compare();
	steer_table_fit(&m.table);
	assert_null(crowd_at(0, 0, 1));
	compare();
}

/* One rule takes another one's place, and is found when that one has gone. */
static void
test_replaced(void **state)
{
	RTE_SET_USED(state);
	fill_alone(0, 512);
	fill_chain(512, 1);
	steer_table_fit(&m.table);
	for (unsigned int i = 512; i < 512 + MASKS; i++) {
		struct model_rule *r = &m.rules[i], old = *r;
		const struct steer_rule rule = { .prio = r->prio, .seq = r->seq, .flags = 1 };

		assert_int_equal(steer_table_replace(&m.table, &old.place, &rule, &r->place), 0);
		steer_table_bury(&m.table, &old.place, &old.tomb, m.version);
		steer_table_commit(&m.table, ++m.version);
		compare();
		steer_table_remove(&m.table, &old.place);
		steer_table_tidy(&m.table);
		steer_table_release(&m.table, &old.place);
		compare();
	}
	for (unsigned int i = 512; i < 512 + MASKS; i++) {
		model_remove(&m, i);
		compare();
	}
}

/* Without memory more is searched, and the same is found. */
static void
test_no_memory(void **state)
{
	RTE_SET_USED(state);
	fill_alone(0, 512);
	fill_chain(512, 1);
	for (unsigned int n = 1; n < 8; n++) {
		test_alloc_fail(n);
		steer_table_fit(&m.table);
		test_alloc_fail(0);
		compare();
	}
	steer_table_fit(&m.table);
	for (unsigned int i = 576; i < 576 + 256; i++) {
		make_nested(i, (unsigned int)rand() % CHAINS, (unsigned int)rand() % MASKS, 0);
		test_alloc_fail(1 + (unsigned int)rand() % 3);
		if (model_insert(&m, i) < 0)
			assert_true(test_alloc_failed());
		test_alloc_fail(0);
		compare();
	}
	steer_retire_flush(&m.retire);
}

/* Masks that differ in ranges alone: there is nothing that a crowd could compare. */
static void
test_same_masks(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 240; i++) {
		struct steer_match *match = &m.rules[i].match;

		memset(&m.rules[i], 0, sizeof(m.rules[i]));
		match_bytes(match, PORT, 2, UINT16_MAX, i < 200 ? i : 1);
		match_range(match, SRC, 1 + i % 8, 0, i);
		insert(i);
	}
	steer_table_fit(&m.table);
	assert_int_equal(m.table.n_filters, 1);
	assert_null(m.table.filters[0]->crowds.places);
	fill_chain(300, 1);
	compare();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_twice),
		MODEL_TEST(test_random, &m),
		MODEL_TEST(test_made, &m),
		MODEL_TEST(test_all, &m),
		MODEL_TEST(test_comes, &m),
		MODEL_TEST(test_churn, &m),
		MODEL_TEST(test_too_many, &m),
		MODEL_TEST(test_not_worth, &m),
		MODEL_TEST(test_replaced, &m),
		MODEL_TEST(test_no_memory, &m),
		MODEL_TEST(test_same_masks, &m),
	};

	srand(1);
	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
