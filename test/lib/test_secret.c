/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Nobody computes what collides: what does under a CRC is spread as anything else is, and what
 * stands in order, too. Where it is spread to is another place in each table.
 */

#include <string.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "crc_kernel.h"
#include "eal.h"
#include "steer_cache.h"
#include "steer_subtable.h"
#include "table_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SRC (offsetof(struct steer_key, outer.l3) + 12)
#define DST (offsetof(struct steer_key, outer.l3) + 16)
#define PORTS (offsetof(struct steer_key, outer.l4))

#define RULES 4096
#define MASKS 8
#define BURST 32

static struct model m = { .max = RULES };
static struct crc_kernel kernel;

/* Numbers as good as random ones, the same in each run. */
static uint64_t
mixed(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static void
fixed_secret(struct steer_secret *secret, uint64_t seed)
{
	secret->last = mixed(seed * 1000) | 1;
	for (unsigned int i = 0; i < RTE_DIM(secret->word); i++)
		secret->word[i] = mixed(seed * 1000 + 1 + i);
}

/* Values chosen to collide */

/* Of no word. */
#define NONE STEER_KEY_WORDS

/*
 * Have what a match asks for be the i-th of those that all have one CRC, whatever it begins with;
 * the word @p fixed stays as it is.
 */
static void
collide(struct steer_match *match, unsigned int i, size_t fixed)
{
	uint64_t mask[CRC_KERNEL_WORDS], words[CRC_KERNEL_WORDS], before[CRC_KERNEL_WORDS];
	uint8_t word[CRC_KERNEL_WORDS];
	unsigned int n = 0;

	for (uint8_t w = 0; w < STEER_KEY_WORDS; w++)
		if (match->mask[w] != 0) {
			mask[n] = w != fixed ? match->mask[w] : 0;
			before[n] = words[n] = match->spec[w];
			word[n++] = w;
		}
	if (kernel.n == 0)
		crc_kernel_find(&kernel, mask, n);
	crc_kernel_add(&kernel, i, words);
	assert_int_equal(crc_of_words(i, words, n), crc_of_words(i, before, n));
	for (unsigned int w = 0; w < n; w++)
		match->spec[word[w]] = words[w];
}

static void
tuple(struct steer_match *match, uint64_t src, uint64_t dst, uint64_t ports)
{
	memset(match, 0, sizeof(*match));
	match_bytes(match, SRC, 4, UINT32_MAX, src);
	match_bytes(match, DST, 4, UINT32_MAX, dst);
	match_bytes(match, PORTS, 4, UINT32_MAX, ports);
}

/* Slots in use of the fullest bucket and what it has run over to. */
static unsigned int
longest_chain(const struct steer_subtable *st)
{
	const struct steer_hash *h = st->hash;
	unsigned int longest = 0;

	for (uint32_t i = 0; i <= h->mask; i++) {
		const struct steer_bucket *b = &h->buckets[i];
		unsigned int n = 0;

		for (;; b = &h->buckets[b->more]) {
			for (unsigned int s = 0; s < STEER_BUCKET_SLOTS; s++)
				n += b->rule[s] != NULL;
			if (b->more == 0)
				break;
		}
		longest = RTE_MAX(longest, n);
	}
	return longest;
}

/* With up to four rules for each bucket, one in 10^9 has more than this by chance. */
#define CHAIN_MAX 24

static void
test_chosen_rules(void **state)
{
	RTE_SET_USED(state);
	memset(&kernel, 0, sizeof(kernel));
	for (unsigned int i = 0; i < RULES; i++) {
		tuple(&m.rules[i].match, 0x0a000001, 0x0b000001, 0x00500050);
		collide(&m.rules[i].match, i, NONE);
		assert_int_equal(model_insert(&m, i), 0);
	}
	assert_int_equal(m.table.view->n, 1);
	assert_in_range(longest_chain(m.rules[0].place.subtable), 1, CHAIN_MAX);
}

/* The same number at random: the bound is one that they keep. */
static void
test_any_rules(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RULES; i++) {
		tuple(&m.rules[i].match, mixed(3 * i), mixed(3 * i + 1), mixed(3 * i + 2));
		assert_int_equal(model_insert(&m, i), 0);
	}
	assert_in_range(longest_chain(m.rules[0].place.subtable), 1, CHAIN_MAX);
}

static struct steer_key
key_of(const struct steer_match *match)
{
	struct steer_key key;

	memset(&key, 0, sizeof(key));
	memcpy(&key, match->spec, sizeof(match->spec));
	return key;
}

/* Flows that are a third of a cache's entries find room in it. */
static void
test_chosen_flows(void **state)
{
	enum { ENTRIES = 4096, FLOWS = 1344 };
	const struct steer_rule *found[BURST];
	struct steer_key keys[BURST];
	uint16_t queues[BURST];
	struct steer_cache *cache;
	unsigned int cached = 0;

	RTE_SET_USED(state);
	memset(&kernel, 0, sizeof(kernel));
	tuple(&m.rules[0].match, 1, 2, 3);
	assert_int_equal(model_insert(&m, 0), 0);
	cache = steer_cache_create(&m.table, ENTRIES, 1, SOCKET_ID_ANY);
	assert_non_null(cache);
	for (unsigned int i = 0; i < 3 * FLOWS; i += BURST) {
		if (i == 2 * FLOWS)
			cached = 0;
		for (unsigned int k = 0; k < BURST; k++) {
			struct steer_match match;

			tuple(&match, 0x0a000001, 0x0b000001, 0x00500050);
			collide(&match, (i + k) % FLOWS, NONE);
			keys[k] = key_of(&match);
		}
		cached += steer_cache_lookup(cache, 0, &m.table, m.table.view, m.version, keys,
					     BURST, found, queues);
	}
	steer_cache_free(cache);
	assert_in_range(cached, FLOWS * 95 / 100, FLOWS);
}

/* What many masks have in common collides: a filter still tells them apart. */
static void
test_chosen_rows(void **state)
{
	const struct steer_filter *f;
	unsigned int rows = 0;

	RTE_SET_USED(state);
	memset(&kernel, 0, sizeof(kernel));
	for (unsigned int i = 0; i < RULES / 4; i++) {
		struct steer_match *match = &m.rules[i].match;
		const unsigned int len = i % MASKS;

		memset(match, 0, sizeof(*match));
		match_bytes(match, SRC, 4, UINT32_MAX, 0x0a000001);
		match_bytes(match, PORTS, 4, UINT32_MAX, 0x00500050);
		match_bytes(match, DST, 4, UINT32_MAX << (24 - len), 0x0b000000);
		collide(match, i, DST / sizeof(uint64_t));
		assert_int_equal(model_insert(&m, i), 0);
	}
	steer_table_fit(&m.table);
	assert_int_equal(m.table.n_filters, 1);
	f = m.table.filters[0];
	for (uint32_t i = 0; i <= f->row_mask; i++)
		rows += f->rows[i] != 0;
	assert_in_range(rows, RULES / 4 / 2, RULES / 4);
}

/* Secrets */

/* Tables, and what is in front of one, put the same things to different places. */
static void
test_own_secrets(void **state)
{
	const struct steer_secret *secrets[3];
	unsigned int same[3] = { 0 };
	struct steer_table other;
	struct steer_cache *cache;

	RTE_SET_USED(state);
	tuple(&m.rules[0].match, 1, 2, 3);
	assert_int_equal(model_insert(&m, 0), 0);
	cache = steer_cache_create(&m.table, 64, 1, SOCKET_ID_ANY);
	assert_non_null(cache);
	assert_int_equal(steer_table_init(&other, &m.retire, SOCKET_ID_ANY), 0);
	secrets[0] = &m.table.secret;
	secrets[1] = &other.secret;
	secrets[2] = &cache->secret;
	assert_ptr_equal(m.rules[0].place.subtable->secret, secrets[0]);
	for (uint64_t i = 0; i < 4096; i++)
		for (unsigned int s = 0; s < 3; s++) {
			const uint32_t differ =
				steer_secret_hash(secrets[s], 1, &i, NULL, NULL) ^
				steer_secret_hash(secrets[(s + 1) % 3], 1, &i, NULL, NULL);

			same[s] += (differ & 0xff) == 0;
		}
	for (unsigned int s = 0; s < 3; s++) {
		assert_int_equal(secrets[s]->last & 1, 1);
		/* 16 by chance. */
		assert_in_range(same[s], 0, 64);
	}
	steer_table_fini(&other);
	steer_cache_free(cache);
}

/* Distribution */

#define KEYS 16384
#define CELLS 256
/* Of 255 degrees of freedom, one in 10^20 is above by chance. */
#define CHI_MAX 520

struct cells {
	uint32_t low[CELLS], tag[CELLS];
};

static void
count(struct cells *c, uint32_t hash)
{
	c->low[hash % CELLS]++;
	c->tag[steer_hash_tag(hash) % CELLS]++;
}

static double
chi_square(const uint32_t *cells, unsigned int n)
{
	const double mean = (double)n / CELLS;
	double sum = 0;

	for (unsigned int i = 0; i < CELLS; i++)
		sum += ((double)cells[i] - mean) * ((double)cells[i] - mean) / mean;
	return sum;
}

static void
assert_even(const struct cells *c, unsigned int n)
{
	const double low = chi_square(c->low, n), tag = chi_square(c->tag, n);

	if (low > CHI_MAX || tag > CHI_MAX)
		fail_msg("chi square of the low bits %f, of the tag's %f", low, tag);
}

/* One word counts up, the others are what they are in many rules. */
static void
test_progressions(void **state)
{
	static const uint64_t steps[] = {
		1, 2, 3, 1 << 8, 1 << 16, 1 << 24, UINT64_C(1) << 32, UINT64_C(1) << 40,
		UINT64_C(1) << 48, 0x10001, UINT64_C(0x100000001),
	};

	RTE_SET_USED(state);
	for (unsigned int at = 0; at < 10 * RTE_DIM(steps); at++) {
		const uint64_t step = steps[at / 10];
		/* 1, 2, 3, 4 words, each of them. */
		const unsigned int n = at % 10 < 1 ? 1 : at % 10 < 3 ? 2 : at % 10 < 6 ? 3 : 4;
		const unsigned int w = at % 10 - n * (n - 1) / 2;
		uint64_t words[4] = { 0x1122, 0, 0x0a000001, 80 };
		struct steer_secret secret;
		struct cells c;

		fixed_secret(&secret, at);
		memset(&c, 0, sizeof(c));
		for (unsigned int i = 0; i < KEYS; i++, words[w] += step)
			count(&c, steer_secret_hash(&secret, n, words, NULL, NULL));
		assert_even(&c, KEYS);
	}
}

/* All that differ in one bit or two: in words of zeros, and in others. */
static void
test_one_bit_apart(void **state)
{
	enum { WORDS = 4, BITS = WORDS * 64 };

	RTE_SET_USED(state);
	for (unsigned int round = 0; round < 16; round++) {
		struct steer_secret secret;
		unsigned int n = 0;
		struct cells c;

		fixed_secret(&secret, 1000 + round);
		memset(&c, 0, sizeof(c));
		for (unsigned int a = 0; a < BITS; a++)
			for (unsigned int b = 0; b <= a; b++, n++) {
				uint64_t words[WORDS] = { 0 };

				for (unsigned int w = 0; round % 2 && w < WORDS; w++)
					words[w] = mixed(round * WORDS + w);
				words[a / 64] ^= UINT64_C(1) << a % 64;
				words[b / 64] ^= b != a ? UINT64_C(1) << b % 64 : 0;
				count(&c, steer_secret_hash(&secret, WORDS, words, NULL, NULL));
			}
		assert_even(&c, n);
	}
}

/* Zeros are words as others are: those of a table are as many for each rule. */
static void
test_zeros(void **state)
{
	unsigned int same = 0;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 1024; i++) {
		const uint64_t words[4] = { 0 }, one[2] = { 0, mixed(i) };
		struct steer_secret secret;

		fixed_secret(&secret, 2000 + i);
		for (unsigned int n = 1; n < 3; n++)
			same += steer_secret_hash(&secret, n, words, NULL, NULL) ==
				steer_secret_hash(&secret, n + 2, words, NULL, NULL);
		same += steer_secret_hash(&secret, 2, words, NULL, NULL) ==
			steer_secret_hash(&secret, 2, one, NULL, NULL);
		/* One factor is 0: of all words but two nothing is lost. */
		secret.word[0] = 0;
		same += steer_secret_hash(&secret, 4, words, NULL, NULL) ==
			steer_secret_hash(&secret, 4, (const uint64_t[]){ 0, 0, 1, 0 }, NULL, NULL);
	}
	assert_int_equal(same, 0);
}

/* The same words, picked and masked on the way. */
static void
test_picked(void **state)
{
	const uint64_t key[5] = { 1, 2, 3, 4, 5 }, mask[3] = { 7, 1, UINT64_MAX };
	const uint64_t picked[3] = { 5, 0, 3 };
	const uint8_t which[3] = { 4, 1, 2 };
	struct steer_secret secret;

	RTE_SET_USED(state);
	fixed_secret(&secret, 3000);
	for (unsigned int n = 1; n <= 3; n++)
		assert_int_equal(steer_secret_hash(&secret, n, key, which, mask),
				 steer_secret_hash(&secret, n, picked, NULL, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		MODEL_TEST(test_chosen_rules, &m),
		MODEL_TEST(test_any_rules, &m),
		MODEL_TEST(test_chosen_flows, &m),
		MODEL_TEST(test_chosen_rows, &m),
		MODEL_TEST(test_own_secrets, &m),
		cmocka_unit_test(test_progressions),
		cmocka_unit_test(test_one_bit_apart),
		cmocka_unit_test(test_zeros),
		cmocka_unit_test(test_picked),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
