/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "alloc.h"
#include "steer_action.h"
#include "table_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static size_t heap_before;

void
model_init(struct model *m, unsigned int max)
{
	const size_t size = rte_rcu_qsbr_get_memsize(MODEL_SLOTS);

	heap_before = test_heap_used();
	memset(m, 0, sizeof(*m));
	m->qsbr = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL(size, RTE_CACHE_LINE_SIZE));
	m->rules = calloc(max, sizeof(m->rules[0]));
	assert_non_null(m->qsbr);
	assert_non_null(m->rules);
	m->max = max;
	assert_int_equal(rte_rcu_qsbr_init(m->qsbr, MODEL_SLOTS), 0);
	for (unsigned int i = 0; i < MODEL_SLOTS; i++)
		rte_rcu_qsbr_thread_register(m->qsbr, i);
	steer_retire_init(&m->retire, m->qsbr);
	assert_int_equal(steer_table_init(&m->table, &m->retire, SOCKET_ID_ANY), 0);
}

void
model_fini(struct model *m)
{
	steer_retire_flush(&m->retire);
	steer_table_fini(&m->table);
	assert_int_equal(test_heap_used(), heap_before);
	free(m->rules);
	free(m->qsbr);
}

int
model_set_up(void **state)
{
	struct model *m = *state;

	model_init(m, m->max);
	return 0;
}

int
model_tear_down(void **state)
{
	test_alloc_fail(0);
	model_fini(*state);
	return 0;
}

int
model_insert(struct model *m, unsigned int i)
{
	struct model_rule *r = &m->rules[i];
	/* Of some, all that is to be known is the queue. */
	const struct steer_rule rule = {
		.prio = r->prio, .seq = m->version, .mark = r->mark,
		.flags = i % 4 != 0 ? STEER_FATE_QUEUE : STEER_FATE_DROP,
		.target = (uint16_t)(i % 64),
	};
	const int rc = steer_table_insert(&m->table, &r->match, &rule, &r->place);

	if (rc < 0)
		return rc;
	r->seq = m->version;
	r->in = true;
	steer_table_commit(&m->table, ++m->version);
	return 0;
}

static void
grace(struct model *m)
{
	const uint64_t token = rte_rcu_qsbr_start(m->qsbr);

	while (rte_rcu_qsbr_check(m->qsbr, token, false) != 1)
		sched_yield();
}

void
model_remove(struct model *m, unsigned int i)
{
	struct model_rule *r = &m->rules[i];

	steer_table_bury(&m->table, &r->place, &r->tomb, m->version);
	steer_table_commit(&m->table, ++m->version);
	grace(m);
	steer_table_remove(&m->table, &r->place);
	steer_table_tidy(&m->table);
	grace(m);
	steer_table_release(&m->table, &r->place);
	r->in = false;
	steer_retire_reclaim(&m->retire);
}

static void
release(struct steer_retired *r)
{
	struct model_rule *rule = RTE_PTR_SUB(r, offsetof(struct model_rule, retired));

	steer_table_release(&rule->model->table, &rule->place);
	rule->leaving = false;
	rule->model->n_gone++;
}

/* Nobody sees it, some may still walk over it. */
static void
take_out(struct steer_retired *r)
{
	struct model_rule *rule = RTE_PTR_SUB(r, offsetof(struct model_rule, retired));

	steer_table_remove(&rule->model->table, &rule->place);
	steer_retire(&rule->model->retire, r, release);
}

void
model_bury(struct model *m, unsigned int i)
{
	struct model_rule *rule = &m->rules[i];

	rule->model = m;
	rule->leaving = true;
	rule->in = false;
	steer_table_bury(&m->table, &rule->place, &rule->tomb, m->version);
	steer_table_commit(&m->table, ++m->version);
	steer_retire(&m->retire, &rule->retired, take_out);
}

static bool
rule_matches(const struct model_rule *r, const struct steer_key *key)
{
	const uint64_t *words = steer_key_words(key);

	for (unsigned int i = 0; i < STEER_KEY_WORDS; i++)
		if ((words[i] & r->match.mask[i]) != r->match.spec[i])
			return false;
	for (unsigned int i = 0; i < r->match.n_ranges; i++) {
		const steer_u128 v = steer_field_value(&r->match.fields[i], key);

		if (v < r->match.bounds[i].lo || v > r->match.bounds[i].hi)
			return false;
	}
	return true;
}

static bool
comes_before(const struct model_rule *a, const struct model_rule *b)
{
	return a->prio < b->prio || (a->prio == b->prio && a->seq < b->seq);
}

struct model_rule *
model_first(struct model *m, const struct steer_key *key, uint64_t version,
	    const struct model_rule *after)
{
	struct model_rule *best = NULL;

	for (struct model_rule *r = m->rules; r < m->rules + m->max; r++) {
		if (!r->in || r->seq >= version || (after != NULL && !comes_before(after, r)))
			continue;
		if ((best == NULL || comes_before(r, best)) && rule_matches(r, key))
			best = r;
	}
	return best;
}

static const struct steer_rule *
rule_of(const struct model_rule *r)
{
	return r != NULL ? r->place.rule : NULL;
}

void
model_compare(struct model *m, const struct steer_key *keys, unsigned int n, uint64_t version)
{
	const struct steer_view *view = steer_table_view(&m->table);
	const struct steer_rule *found[64];

	steer_table_lookup(view, version, keys, n, found);
	for (unsigned int i = 0; i < n; i++) {
		struct model_rule *r = model_first(m, &keys[i], version, NULL);

		assert_ptr_equal(found[i], rule_of(r));
		while (r != NULL) {
			const struct steer_rule *next =
				steer_table_next(view, version, &keys[i], r->place.rule);

			r = model_first(m, &keys[i], version, r);
			assert_ptr_equal(next, rule_of(r));
		}
	}
}

/* Matches and keys */

static void
put(uint8_t *p, size_t len, uint64_t value)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(value >> 8 * (len - 1 - i));
}

void
match_bytes(struct steer_match *match, size_t off, size_t len, uint64_t mask, uint64_t value)
{
	put((uint8_t *)match->mask + off, len, mask);
	put((uint8_t *)match->spec + off, len, value & mask);
}

uint64_t
match_prefix(unsigned int len)
{
	return UINT32_MAX & ~(UINT64_C(0xffffffff) >> len);
}

void
match_range(struct steer_match *match, size_t off, size_t len, uint64_t lo, uint64_t hi)
{
	const unsigned int n = match->n_ranges++;

	match->fields[n] = (struct steer_field){ .off = (uint16_t)off, .len = (uint16_t)len,
						 .mask = ((steer_u128)1 << 8 * len) - 1 };
	match->bounds[n] = (struct steer_bounds){ .lo = lo, .hi = hi };
}

void
key_put(struct steer_key *key, size_t off, size_t len, uint64_t value)
{
	put((uint8_t *)key + off, len, value);
}
