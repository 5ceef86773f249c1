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
#include "table_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/*
 * Readers at work while rules that lie in each other come and go, and filters with them. A rule's
 * mark says which one it is, so that a reader knows whether it matches.
 *
 * Each chain of rules, one of each mask, is for the same addresses. Two of them are always there,
 * in one of two forms that relieve each other: the widest one, which is the last of all, and one
 * that comes before all but some of those that come and go.
 */

#define MASKS 64
#define CHAINS 6
/* Rules that lie in nothing, so that there is a filter. */
#define ALONE 256
/* Rules that have come, gone and been forgotten. */
#define GONE 50000
#define READERS 3
#define BURST 32

#define SRC (offsetof(struct steer_key, outer.l3) + 12)
#define DST (offsetof(struct steer_key, outer.l3) + 16)
#define PORT (offsetof(struct steer_key, outer.l4) + 2)

#define RULE(chain, mask) ((chain) * MASKS + (mask))
/* Those that have a relief. */
#define WIDEST 0
#define RELIEVED 27
#define RELIEF(chain, mask) ((CHAINS + ((mask) == WIDEST)) * MASKS + (chain))
#define LONELY(i) ((CHAINS + 2) * MASKS + (i))
#define RULES LONELY(ALONE)

#define PRIO_WIDEST 9
#define PRIO_RELIEVED 4

static struct model m;
static atomic_bool over;
static atomic_uint n_started, n_bad, n_relieved;

static uint32_t
prefix(unsigned int len)
{
	return ~(UINT32_MAX >> len);
}

static uint32_t
source_mask(unsigned int mask)
{
	return prefix(17 + mask % 8);
}

static uint32_t
destination_mask(unsigned int mask)
{
	return prefix(17 + mask / 8);
}

/* Readers */

struct packet {
	unsigned int chain;
	/** Bits that are not the chain's. */
	uint32_t source, destination;
};

static bool
matches(const struct packet *p, unsigned int mask)
{
	return (p->source & source_mask(mask)) == 0 &&
	       (p->destination & destination_mask(mask)) == 0;
}

static bool
bad(const struct packet *p, const struct steer_rule *rule)
{
	const bool relieved = matches(p, RELIEVED);

	n_relieved += relieved;
	if (rule == NULL || rule->prio > (relieved ? PRIO_RELIEVED : PRIO_WIDEST))
		return true;
	return rule->mark / MASKS != p->chain || !matches(p, rule->mark % MASKS);
}

static void
make_packet(struct packet *p, struct steer_key *key, unsigned int *seed)
{
	p->chain = (unsigned int)rand_r(seed) % CHAINS;
	p->source = (uint32_t)rand_r(seed) & UINT32_MAX >> (17 + rand_r(seed) % 9);
	p->destination = (uint32_t)rand_r(seed) & UINT32_MAX >> (17 + rand_r(seed) % 9);
	key_put(key, SRC, 4, p->chain << 16 | p->source);
	key_put(key, DST, 4, p->chain << 20 | p->destination);
	key_put(key, PORT, 2, p->chain);
}

static void
read_once(unsigned int slot, unsigned int *seed)
{
	const struct steer_rule *found[BURST], *again[BURST];
	const struct steer_view *view;
	struct packet packets[BURST];
	struct steer_key keys[BURST];
	uint64_t version;

	memset(keys, 0, sizeof(keys));
	for (unsigned int i = 0; i < BURST; i++)
		make_packet(&packets[i], &keys[i], seed);
	rte_rcu_qsbr_thread_online(m.qsbr, slot);
	version = steer_table_version(&m.table);
	view = steer_table_view(&m.table);
	steer_table_lookup(view, version, keys, BURST, found);
	for (unsigned int i = 0; i < BURST; i++)
		n_bad += bad(&packets[i], found[i]);
	if (rand_r(seed) % 8 == 0) {
		/* Let much happen meanwhile: what is seen must stay as it was. */
		sched_yield();
		steer_table_lookup(view, version, keys, BURST, again);
		n_bad += memcmp(again, found, sizeof(again)) != 0;
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
	while (!over) {
		read_once(slot, &seed);
		/* Let others run while it holds nothing. */
		sched_yield();
	}
	return NULL;
}

/* Rules */

static void
make_rule(unsigned int i, unsigned int chain, unsigned int mask, uint32_t prio)
{
	struct steer_match *match = &m.rules[i].match;

	match_bytes(match, SRC, 4, source_mask(mask), chain << 16);
	match_bytes(match, DST, 4, destination_mask(mask), chain << 20);
	match_bytes(match, PORT, 2, UINT16_MAX, chain);
	m.rules[i].prio = prio;
	m.rules[i].mark = RULE(chain, mask);
}

static void
make_rules(void)
{
	for (unsigned int i = 0; i < CHAINS * MASKS; i++)
		make_rule(i, i / MASKS, i % MASKS, (uint32_t)i % 11 % PRIO_WIDEST);
	for (unsigned int chain = 0; chain < CHAINS; chain++) {
		m.rules[RULE(chain, WIDEST)].prio = PRIO_WIDEST;
		m.rules[RULE(chain, RELIEVED)].prio = PRIO_RELIEVED;
		make_rule(RELIEF(chain, WIDEST), chain, WIDEST, PRIO_WIDEST);
		make_rule(RELIEF(chain, RELIEVED), chain, RELIEVED, PRIO_RELIEVED);
	}
	for (unsigned int i = 0; i < ALONE; i++)
		make_rule(LONELY(i), 1000 + i, i % MASKS, 0);
}

static void
insert(unsigned int i)
{
	assert_int_equal(model_insert(&m, i), 0);
}

static void
relieve(unsigned int chain, unsigned int mask)
{
	const unsigned int first = RULE(chain, mask), second = RELIEF(chain, mask);
	const bool one = m.rules[first].in;

	if (m.rules[one ? second : first].leaving)
		return;
	insert(one ? second : first);
	model_bury(&m, one ? first : second);
}

static void
change_one(void)
{
	const unsigned int i = (unsigned int)rand() % (CHAINS * MASKS);

	if (i % MASKS == WIDEST || i % MASKS == RELIEVED)
		relieve(i / MASKS, i % MASKS);
	else if (rand() % 4 == 0)
		relieve(i / MASKS, rand() % 2 ? WIDEST : RELIEVED);
	else if (m.rules[i].in)
		model_bury(&m, i);
	else if (!m.rules[i].leaving)
		insert(i);
	steer_retire_reclaim_some(&m.retire, 100);
	steer_table_tidy(&m.table);
	/* It takes time for each rule. */
	if (rand() % 512 == 0)
		steer_table_fit(&m.table);
}

static void
test_readers(void **state)
{
	pthread_t threads[READERS];
	unsigned int n_crowds = 0;

	RTE_SET_USED(state);
	model_init(&m, RULES);
	make_rules();
	for (unsigned int i = 0; i < ALONE; i++)
		insert(LONELY(i));
	for (unsigned int chain = 0; chain < CHAINS; chain++) {
		insert(RULE(chain, WIDEST));
		insert(RULE(chain, RELIEVED));
	}
	for (unsigned int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader,
						(void *)(uintptr_t)i), 0);
	while (n_started < READERS)
		sched_yield();
	while (m.n_gone < GONE) {
		change_one();
		if (m.table.n_filters > 0)
			n_crowds = RTE_MAX(n_crowds, m.table.filters[0]->crowds.n);
	}
	over = true;
	for (unsigned int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(n_bad, 0);
	assert_true(n_relieved > 0);
	/* By chance, others have a row together. */
	assert_in_range(n_crowds, CHAINS, CHAINS + 8);
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
