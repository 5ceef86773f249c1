/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "eal.h"
#include "steer_cache.h"
#include "table_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/*
 * Readers at work while rules come and go. A rule's mark says which value it is for, so that a
 * reader knows a wrong one, or one whose memory is somebody else's by now.
 *
 * Value v of the source address:
 *   v % 4 == 0  has a rule that stays;
 *   v % 4 == 1  has one that comes and goes;
 *   v % 4 == 2  has two that relieve each other: one is always there;
 *   v % 4 == 3  has one that asks for a range as well and comes and goes.
 * And rules of many other masks, which match nothing, have subtables come and go. The last of them
 * stays: it touches what all of them do.
 *
 * Every other search asks a flow cache first.
 */

#define VALUES 512
#define OTHERS 64
/* Rules that have come, gone and been forgotten. */
#define GONE 200000
#define READERS 3
#define BURST 32

#define SRC (offsetof(struct steer_key, outer.l3) + 12)
#define DST (offsetof(struct steer_key, outer.l3) + 16)
#define PORT (offsetof(struct steer_key, outer.l4) + 2)

/* Rule of a value; its relief; one that matches nothing. */
#define RULE(v) (v)
#define RELIEF(v) (VALUES + (v))
#define OTHER(i) (2 * VALUES + (i))
#define RULES (2 * VALUES + OTHERS)

static struct model m;
static struct steer_cache *cache;
static atomic_bool stop;
static atomic_uint n_started, n_bad, n_cached;

/* A wrong rule, or none where there has to be one. */
static bool
bad(unsigned int v, const struct steer_rule *rule)
{
	if (rule == NULL)
		return v % 2 == 0;
	return rule->mark != v;
}

/* What a reader knows while it is online. */
struct burst {
	const struct steer_view *view;
	uint64_t version;
	struct steer_key keys[BURST];
	unsigned int v[BURST];
	const struct steer_rule *found[BURST];
};

static void
make_keys(struct burst *b, unsigned int *seed)
{
	memset(b->keys, 0, sizeof(b->keys));
	for (unsigned int i = 0; i < BURST; i++) {
		b->v[i] = (unsigned int)rand_r(seed) % VALUES;
		key_put(&b->keys[i], SRC, 4, b->v[i]);
		key_put(&b->keys[i], PORT, 2, 50);
	}
}

static void
check(const struct burst *b)
{
	const struct steer_rule *next;

	for (unsigned int i = 0; i < BURST; i++) {
		n_bad += bad(b->v[i], b->found[i]);
		/* All of the others behind it are of this value, too. */
		for (next = b->found[i]; next != NULL;
		     next = steer_table_next(b->view, b->version, &b->keys[i], next))
			n_bad += next->mark != b->v[i];
	}
}

static void
look_up(struct burst *b, unsigned int slot, const struct steer_rule **found)
{
	struct steer_cache *c = __atomic_load_n(&cache, __ATOMIC_ACQUIRE);
	uint16_t queues[BURST];

	if (c == NULL || c->layout != b->view->layout)
		steer_table_lookup(b->view, b->version, b->keys, BURST, found);
	else
		n_cached += steer_cache_lookup(c, slot, &m.table, b->view, b->version, b->keys,
					       BURST, found, queues);
}

static void
read_once(unsigned int slot, unsigned int *seed)
{
	const struct steer_rule *again[BURST];
	struct burst b;

	make_keys(&b, seed);
	rte_rcu_qsbr_thread_online(m.qsbr, slot);
	b.version = steer_table_version(&m.table);
	b.view = steer_table_view(&m.table);
	look_up(&b, slot, b.found);
	check(&b);
	if (rand_r(seed) % 8 == 0) {
		/* Let much happen meanwhile: what is held must stay as it was. */
		sched_yield();
		check(&b);
		steer_table_lookup(b.view, b.version, b.keys, BURST, again);
		n_bad += memcmp(again, b.found, sizeof(again)) != 0;
	}
	rte_rcu_qsbr_thread_offline(m.qsbr, slot);
}

static void *
reader(void *arg)
{
	const unsigned int slot = (unsigned int)(uintptr_t)arg;
	unsigned int seed = slot;

	read_once(slot, &seed);
	n_started++;
	while (!stop) {
		read_once(slot, &seed);
		/* Let others run while it holds nothing. */
		sched_yield();
	}
	return NULL;
}

static void
make_rules(void)
{
	for (unsigned int v = 0; v < VALUES; v++) {
		match_bytes(&m.rules[RULE(v)].match, SRC, 4, 0xffffffff, v);
		match_bytes(&m.rules[RELIEF(v)].match, SRC, 4, 0xffffffff, v);
		if (v % 4 == 3)
			match_range(&m.rules[RULE(v)].match, PORT, 2, v % 50, 50 + v % 7);
		m.rules[RULE(v)].prio = v % 3;
		m.rules[RELIEF(v)].prio = v % 5;
		m.rules[RULE(v)].mark = v;
		m.rules[RELIEF(v)].mark = v;
	}
	for (unsigned int i = 0; i < OTHERS; i++) {
		match_bytes(&m.rules[OTHER(i)].match, DST, 4, 0xffff0000 | i, 0xffff0000 | i);
		m.rules[OTHER(i)].prio = i % 7;
		m.rules[OTHER(i)].mark = UINT32_MAX;
	}
}

static void
insert(unsigned int i)
{
	assert_int_equal(model_insert(&m, i), 0);
}

static void
reclaim(void)
{
	steer_retire_reclaim_some(&m.retire, 100);
	steer_table_tidy(&m.table);
}

static void
free_cache(struct steer_retired *r)
{
	steer_cache_free(RTE_PTR_SUB(r, offsetof(struct steer_cache, retired)));
}

/* Another cache where the masks are others, and now and then. */
static void
fit_cache(void)
{
	struct steer_cache *old = cache;

	if (old != NULL && old->layout == m.table.view->layout && rand() % 1024 != 0)
		return;
	__atomic_store_n(&cache, steer_cache_create(&m.table, 256, READERS, SOCKET_ID_ANY),
			 __ATOMIC_RELEASE);
	if (old != NULL)
		steer_retire(&m.retire, &old->retired, free_cache);
}

static void
change_one(void)
{
	const unsigned int v = (unsigned int)rand() % VALUES;
	const unsigned int i = rand() % 4 == 0 ? OTHER(v % OTHERS) : RULE(v);
	const bool one = m.rules[RULE(v)].in;

	fit_cache();
	if ((i == RULE(v) && v % 4 == 0) || i == OTHER(OTHERS - 1))
		return;
	if (i == RULE(v) && v % 4 == 2) {
		if (m.rules[one ? RELIEF(v) : RULE(v)].leaving)
			return;
		insert(one ? RELIEF(v) : RULE(v));
		model_bury(&m, one ? RULE(v) : RELIEF(v));
	} else if (m.rules[i].in) {
		model_bury(&m, i);
	} else if (!m.rules[i].leaving) {
		insert(i);
	}
	reclaim();
}

static void
test_readers(void **state)
{
	pthread_t threads[READERS];

	RTE_SET_USED(state);
	model_init(&m, RULES);
	make_rules();
	for (unsigned int v = 0; v < VALUES; v += 2)
		insert(RULE(v));
	insert(OTHER(OTHERS - 1));
	for (unsigned int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader,
						(void *)(uintptr_t)i), 0);
	while (n_started < READERS)
		sched_yield();
	while (m.n_gone < GONE)
		change_one();
	stop = true;
	for (unsigned int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(n_bad, 0);
	assert_true(n_cached > 0);
	steer_cache_free(cache);
	model_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readers),
	};

	srand(1);
	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
