/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "alloc.h"
#include "eal.h"
#include "steer_action.h"
#include "steer_cache.h"
#include "table_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SRC (offsetof(struct steer_key, outer.l3) + 12)
#define DST (offsetof(struct steer_key, outer.l3) + 16)
#define PORT (offsetof(struct steer_key, outer.l4) + 2)

#define RULES 400
#define BURST 32
#define SHARDS 2
#define STEPS 20000

static struct model m;
static struct steer_cache *cache;

static int
set_up(void **state)
{
	RTE_SET_USED(state);
	model_init(&m, RULES);
	return 0;
}

static int
tear_down(void **state)
{
	RTE_SET_USED(state);
	steer_cache_free(cache);
	cache = NULL;
	model_fini(&m);
	return 0;
}

static void
fit(uint32_t n_entries)
{
	if (cache != NULL && cache->layout == m.table.view->layout)
		return;
	steer_cache_free(cache);
	cache = steer_cache_create(&m.table, n_entries, SHARDS, SOCKET_ID_ANY);
	assert_non_null(cache);
}

/* What the cache says must be what the plain array says. @return how many it knew. */
static unsigned int
look_up(unsigned int shard, const struct steer_key *keys, unsigned int n)
{
	const struct steer_rule *found[BURST];
	unsigned int cached, named = 0, name = 0;
	uint16_t queues[BURST];

	cached = steer_cache_lookup(cache, shard, &m.table, m.table.view, m.version, keys, n,
				    found, queues);
	for (unsigned int i = 0; i < n; i++) {
		const struct model_rule *r = model_first(&m, &keys[i], m.version, NULL);

		assert_ptr_equal(found[i], r != NULL ? r->place.rule : NULL);
		name += r != NULL && found[i]->flags == STEER_FATE_QUEUE;
		if (queues[i] == STEER_CACHE_NO_QUEUE)
			continue;
		assert_int_equal(found[i]->flags, STEER_FATE_QUEUE);
		assert_int_equal(queues[i], found[i]->target);
		named++;
	}
	assert_true(named <= cached);
	if (cached == n)
		assert_int_equal(named, name);
	return cached;
}

static void
rule(unsigned int i, uint32_t prio, size_t off, uint64_t mask, uint64_t value)
{
	memset(&m.rules[i], 0, sizeof(m.rules[i]));
	m.rules[i].prio = prio;
	match_bytes(&m.rules[i].match, off, 4, mask, value);
}

static void
insert(unsigned int i)
{
	assert_int_equal(model_insert(&m, i), 0);
}

static struct steer_key
key(uint32_t src, uint32_t dst)
{
	struct steer_key k;

	memset(&k, 0, sizeof(k));
	key_put(&k, SRC, 4, src);
	key_put(&k, DST, 4, dst);
	return k;
}

/* Outcomes are kept over changes that do not concern them, and over no others. */
static void
test_what_lasts(void **state)
{
	struct steer_key keys[3] = { key(1, 9), key(2, 9), key(3, 9) };

	RTE_SET_USED(state);
	rule(0, 5, SRC, 0xffffffff, 1);
	rule(1, 5, SRC, 0xffffffff, 2);
	rule(2, 5, DST, 0xffffffff, 7);
	insert(0);
	insert(1);
	insert(2);
	fit(64);
	assert_int_equal(look_up(0, keys, 3), 0);
	assert_int_equal(look_up(0, keys, 3), 3);
	/* The other shard has seen nothing yet. */
	assert_int_equal(look_up(1, keys, 3), 0);

	/* Later rules of the same priority or a worse one: only to who has found nothing. */
	rule(3, 5, DST, 0xffffffff, 8);
	insert(3);
	rule(4, 6, DST, 0xffffffff, 9);
	insert(4);
	assert_int_equal(look_up(0, keys, 3), 2);
	assert_int_equal(look_up(0, keys, 3), 3);

	/* One that wins over those of priority 6, and matches none of these. */
	rule(5, 5, DST, 0xffffffff, 10);
	insert(5);
	assert_int_equal(look_up(0, keys, 3), 2);

	/* A better one is found by all. */
	rule(6, 0, DST, 0xffffffff, 9);
	insert(6);
	assert_int_equal(look_up(0, keys, 3), 0);
	model_remove(&m, 6);
	assert_int_equal(look_up(0, keys, 3), 0);

	/* A rule that goes matters to who found it. */
	model_remove(&m, 1);
	assert_int_equal(look_up(0, keys, 3), 2);
	assert_int_equal(look_up(0, keys, 3), 3);
}

struct hashed {
	uint32_t hash, src;
};

static int
by_hash(const void *a, const void *b)
{
	const struct hashed *x = a, *y = b;

	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static uint32_t
hash_of(const struct steer_key *k)
{
	return steer_secret_hash(&cache->secret, cache->n_words, steer_key_words(k), cache->word,
				 cache->mask);
}

/* Of so many, some 30 pairs have one hash. */
#define HASHED (1u << 19)

/* Two sources whose keys to a destination have one hash. */
static void
equal_hashes(uint32_t dst, uint32_t *src)
{
	struct hashed *all = calloc(HASHED, sizeof(*all));
	unsigned int n = 0;

	assert_non_null(all);
	for (unsigned int i = 0; i < HASHED; i++) {
		struct steer_key k;

		all[i].src = (uint32_t)rand() << 16 ^ (uint32_t)rand();
		k = key(all[i].src, dst);
		all[i].hash = hash_of(&k);
	}
	qsort(all, HASHED, sizeof(*all), by_hash);
	for (unsigned int i = 1; i < HASHED && n == 0; i++) {
		if (all[i].hash != all[i - 1].hash || all[i].src == all[i - 1].src)
			continue;
		src[n++] = all[i - 1].src;
		src[n++] = all[i].src;
	}
	free(all);
	assert_int_equal(n, 2);
}

/* Keys of one hash are told apart, and both are known. */
static void
test_equal_hashes(void **state)
{
	struct steer_key keys[2];
	uint32_t src[2] = { 0 };

	RTE_SET_USED(state);
	rule(0, 5, SRC, 0xffffffff, 0);
	rule(1, 5, DST, 0xffffffff, 9);
	insert(0);
	insert(1);
	fit(64);
	equal_hashes(9, src);
	rule(2, 4, SRC, 0xffffffff, src[0]);
	insert(2);
	fit(64);
	for (unsigned int i = 0; i < 2; i++)
		keys[i] = key(src[i], 9);
	assert_int_equal(hash_of(&keys[0]), hash_of(&keys[1]));
	assert_int_equal(look_up(0, keys, 2), 0);
	assert_int_equal(look_up(0, keys, 2), 2);
	assert_int_equal(look_up(0, keys + 1, 1), 1);
	assert_int_equal(look_up(0, keys, 1), 1);
}

/* More priorities than are told apart: the better ones stand for the others. */
static void
test_many_priorities(void **state)
{
	struct steer_key k = key(1, 9);

	RTE_SET_USED(state);
	rule(0, 50, SRC, 0xffffffff, 1);
	insert(0);
	for (unsigned int i = 1; i < 100; i++) {
		rule(i, 100 - i, DST, 0xffffffff, i % 10);
		insert(i);
		fit(64);
		look_up(0, &k, 1);
	}
	for (unsigned int i = 1; i < 100; i++) {
		model_remove(&m, i);
		fit(64);
		look_up(0, &k, 1);
	}
}

static void
make_rule(unsigned int i)
{
	static const uint64_t masks[] = { 0xffffffff, 0xffffff00, 0xffff0000, 0xff, 0xf0f };

	memset(&m.rules[i], 0, sizeof(m.rules[i]));
	m.rules[i].prio = (uint32_t)rand() % 12;
	match_bytes(&m.rules[i].match, rand() % 2 ? SRC : DST, 4, masks[rand() % RTE_DIM(masks)],
		    (uint64_t)rand() % 16 * 0x01010101);
	if (rand() % 4 == 0)
		match_range(&m.rules[i].match, PORT, 2, (uint64_t)rand() % 8, 8 + rand() % 8);
}

static void
make_keys(struct steer_key *keys)
{
	memset(keys, 0, BURST * sizeof(*keys));
	for (unsigned int i = 0; i < BURST; i++) {
		key_put(&keys[i], SRC, 4, (uint64_t)rand() % 16 * 0x01010101);
		key_put(&keys[i], DST, 4, (uint64_t)rand() % 4 * 0x01010101);
		key_put(&keys[i], PORT, 2, (uint64_t)rand() % 4 * 4);
	}
}

static void
test_random(void **state)
{
	unsigned int n_cached = 0, n_searched = 0;
	struct steer_key keys[BURST];

	RTE_SET_USED(state);
	for (unsigned int step = 0; step < STEPS; step++) {
		const unsigned int i = (unsigned int)rand() % RULES;

		if (m.rules[i].in) {
			model_remove(&m, i);
		} else {
			make_rule(i);
			insert(i);
		}
		/* Few entries, so that they push each other out. */
		fit(128);
		make_keys(keys);
		n_cached += look_up(step % SHARDS, keys, 1 + step % BURST);
	}
	for (unsigned int step = 0; step < STEPS / 10; step++) {
		make_keys(keys);
		n_searched += BURST - look_up(0, keys, BURST);
	}
	assert_true(n_cached > STEPS);
	assert_true(n_searched > 0);
}

/* Flows that come in turn are known, nearly all, if they are a third of the entries. */
static void
test_room(void **state)
{
	enum { ENTRIES = 4096, FLOWS = 1344 };
	struct steer_key keys[BURST];
	unsigned int cached = 0;

	RTE_SET_USED(state);
	rule(0, 0, SRC, UINT32_MAX, 1);
	insert(0);
	fit(ENTRIES);
	for (unsigned int i = 0; i < 3 * FLOWS; i += BURST) {
		if (i == 2 * FLOWS)
			cached = 0;
		for (unsigned int k = 0; k < BURST; k++)
			keys[k] = key((i + k) % FLOWS * 2654435761u, 0);
		cached += look_up(0, keys, BURST);
	}
	assert_in_range(cached, FLOWS * 99 / 100, FLOWS);
}

/* More flows than it holds: it is not asked for a while, and then tried again. */
static void
test_worth(void **state)
{
	enum { ENTRIES = 512 };
	struct steer_key keys[BURST];
	unsigned int asked = 0;

	RTE_SET_USED(state);
	rule(0, 0, SRC, UINT32_MAX, 1);
	insert(0);
	fit(ENTRIES);
	for (unsigned int n = 0; n < 2 * ENTRIES * (STEER_CACHE_PAUSE + 1); n += BURST) {
		if (!steer_cache_worth(cache, 1, BURST))
			continue;
		for (unsigned int k = 0; k < BURST; k++)
			keys[k] = key(n + k, 0);
		look_up(1, keys, BURST);
		asked += BURST;
	}
	assert_int_equal(asked, 2 * ENTRIES);
	/* The other shard has few flows. */
	for (unsigned int n = 0; n < 8 * ENTRIES; n += BURST) {
		assert_true(steer_cache_worth(cache, 0, BURST));
		for (unsigned int k = 0; k < BURST; k++)
			keys[k] = key((n + k) % 64, 0);
		look_up(0, keys, BURST);
	}
}

static void
test_too_wide(void **state)
{
	RTE_SET_USED(state);
	memset(&m.rules[0], 0, sizeof(m.rules[0]));
	for (unsigned int i = 0; i < STEER_CACHE_WORDS; i++)
		match_bytes(&m.rules[0].match, i * 8, 8, UINT64_MAX, i);
	insert(0);
	fit(64);
	rule(1, 0, STEER_CACHE_WORDS * 8, 1, 1);
	insert(1);
	assert_null(steer_cache_create(&m.table, 64, 1, SOCKET_ID_ANY));
	assert_int_equal(rte_errno, E2BIG);
}

static void
test_no_memory(void **state)
{
	unsigned int n;

	RTE_SET_USED(state);
	rule(0, 0, SRC, 0xffffffff, 1);
	insert(0);
	for (n = 1;; n++) {
		test_alloc_fail(n);
		cache = steer_cache_create(&m.table, 64, SHARDS, SOCKET_ID_ANY);
		if (!test_alloc_failed())
			break;
		assert_null(cache);
		assert_int_equal(rte_errno, ENOMEM);
	}
	test_alloc_fail(0);
	assert_non_null(cache);
	assert_int_equal(n, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_lasts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_equal_hashes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_priorities, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_random, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_worth, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_too_wide, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
	};

	srand(1);
	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
