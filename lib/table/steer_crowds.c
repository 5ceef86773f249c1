/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#include "steer_crowds.h"
#include "steer_subtable.h"

#define PLACES_MIN 256
/* Places to come: one for so many slots. */
#define SLOTS_FOR_PLACE 64
/* To search a subtable takes as long as to compare so many bytes of entries. */
#define BYTES_FOR_SUBTABLE 200

/* Making */

void
steer_crowds_init(struct steer_crowds *crowds, struct steer_subtable *const *subtables,
		  unsigned int n, int socket)
{
	const struct steer_subtable *first = subtables[0];
	const unsigned int len = first->shape.n_words * sizeof(uint64_t);
	const uint8_t *a = (const uint8_t *)first->mask;

	memset(crowds, 0, sizeof(*crowds));
	crowds->socket = socket;
	for (unsigned int i = 0; i < len && crowds->n_bytes < STEER_CROWD_BYTES; i++) {
		unsigned int differ = 0;

		for (unsigned int k = 1; k < n; k++)
			differ |= a[i] ^ ((const uint8_t *)subtables[k]->mask)[i];
		if (differ == 0)
			continue;
		crowds->byte[crowds->n_bytes] = (uint8_t)i;
		crowds->key_byte[crowds->n_bytes++] =
			(uint16_t)(first->word[i / sizeof(uint64_t)] * sizeof(uint64_t) +
				   i % sizeof(uint64_t));
	}
}

static void
make_entry(const struct steer_crowds *crowds, const struct steer_subtable *st, unsigned int bit,
	   const struct steer_rule *rule, struct steer_crowd_entry *e)
{
	e->seq = rule->seq;
	e->prio = rule->prio;
	e->bit = (uint8_t)bit;
	for (unsigned int i = 0; i < crowds->n_bytes; i++) {
		e->mask[i] = ((const uint8_t *)st->mask)[crowds->byte[i]];
		e->value[i] = ((const uint8_t *)rule->words)[crowds->byte[i]];
	}
}

/** Let readers have a crowd, the row's first or another one. */
static void
publish(struct steer_crowds *crowds, uint32_t row, struct steer_crowd *c)
{
	uint32_t i = row & crowds->mask;

	while (crowds->places[i].crowd != NULL && crowds->places[i].row != row)
		i = (i + 1) & crowds->mask;
	if (crowds->places[i].crowd == NULL) {
		crowds->places[i].row = row;
		crowds->n++;
	}
	__atomic_store_n(&crowds->places[i].crowd, c, __ATOMIC_RELEASE);
}

static int
compare_rules(const void *pa, const void *pb)
{
	const struct steer_crowd_rule *a = pa, *b = pb;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	if (a->rule->prio != b->rule->prio)
		return a->rule->prio < b->rule->prio ? -1 : 1;
	return a->rule->seq < b->rule->seq ? -1 : a->rule->seq > b->rule->seq;
}

/** Are so many entries compared faster than the row's subtables are searched? */
static bool
is_worth(const struct steer_crowds *crowds, size_t n, uint64_t bits)
{
	return n <= STEER_CROWD_MAX &&
	       n * crowds->n_bytes <=
		       (size_t)__builtin_popcountll(bits) * BYTES_FOR_SUBTABLE;
}

static uint64_t
bits_of(const struct steer_crowd_rule *rules, size_t n)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < n; i++)
		bits |= UINT64_C(1) << rules[i].bit;
	return bits;
}

/** The crowd of rules of one row, which are in order. */
static void
make_one(struct steer_crowds *crowds, struct steer_subtable *const *subtables,
	 const struct steer_crowd_rule *rules, size_t n)
{
	struct steer_crowd_entry e;
	struct steer_crowd *c;

	if (!is_worth(crowds, n, bits_of(rules, n)))
		return;
	c = steer_crowd_create((unsigned int)n, crowds->n_bytes, crowds->socket);
	if (c == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		make_entry(crowds, subtables[rules[i].bit], rules[i].bit, rules[i].rule, &e);
		steer_crowd_append(c, &e);
	}
	publish(crowds, rules[0].row, c);
}

/** Rules of the first one's row. */
static size_t
count_row(const struct steer_crowd_rule *rules, size_t n)
{
	size_t same = 1;

	while (same < n && rules[same].row == rules[0].row)
		same++;
	return same;
}

void
steer_crowds_make(struct steer_crowds *crowds, struct steer_subtable *const *subtables,
		  struct steer_crowd_rule *rules, size_t n, uint64_t n_slots)
{
	uint64_t n_places = n_slots / SLOTS_FOR_PLACE + PLACES_MIN;

	qsort(rules, n, sizeof(*rules), compare_rules);
	for (size_t i = 0; i < n; i += count_row(rules + i, n - i))
		n_places += 2;
	crowds->mask = (uint32_t)rte_align64pow2(n_places) - 1;
	crowds->places = rte_zmalloc_socket("steer_crowds",
					    ((size_t)crowds->mask + 1) * sizeof(crowds->places[0]),
					    RTE_CACHE_LINE_SIZE, crowds->socket);
	if (crowds->places == NULL)
		return;
	for (size_t i = 0, same; i < n; i += same) {
		same = count_row(rules + i, n - i);
		make_one(crowds, subtables, rules + i, same);
	}
}

void
steer_crowds_free(struct steer_crowds *crowds)
{
	for (uint32_t i = 0; crowds->places != NULL && i <= crowds->mask; i++)
		steer_crowd_free(crowds->places[i].crowd);
	rte_free(crowds->places);
}

/* Rules */

static void
free_crowd(struct steer_retired *r)
{
	steer_crowd_free(RTE_PTR_SUB(r, offsetof(struct steer_crowd, retired)));
}

/** A row's first: what was there before, it knows no more of than where to search. */
static void
found_crowd(struct steer_crowds *crowds, uint32_t row, uint64_t bits,
	    const struct steer_crowd_entry *e)
{
	struct steer_crowd *c;

	if (steer_crowded(bits) || steer_crowds_full(crowds))
		return;
	c = steer_crowd_create(STEER_CROWD_GROUP, crowds->n_bytes, crowds->socket);
	if (c == NULL)
		return;
	c->always = bits;
	steer_crowd_append(c, e);
	publish(crowds, row, c);
}

/** Have a subtable searched whatever the crowd says. */
static void
give_up(struct steer_crowd *c, unsigned int bit)
{
	__atomic_store_n(&c->always, c->always | UINT64_C(1) << bit, __ATOMIC_RELEASE);
}

/** Not behind all others, or there is no room. */
static void
replace_crowd(struct steer_crowds *crowds, uint32_t row, struct steer_crowd *old,
	      const struct steer_crowd_entry *e, struct steer_retire *retire)
{
	struct steer_crowd *c = steer_crowd_with(old, e, crowds->socket);

	if (c == NULL) {
		give_up(old, e->bit);
		return;
	}
	publish(crowds, row, c);
	steer_retire(retire, &old->retired, free_crowd);
}

void
steer_crowds_add(struct steer_crowds *crowds, uint32_t row, uint64_t bits,
		 const struct steer_subtable *st, unsigned int bit, const struct steer_rule *rule,
		 struct steer_retire *retire)
{
	struct steer_crowd_entry e;
	struct steer_crowd *c;

	if (crowds->places == NULL)
		return;
	make_entry(crowds, st, bit, rule, &e);
	c = steer_crowds_find(crowds, row);
	if (c == NULL)
		found_crowd(crowds, row, bits, &e);
	else if (c->always >> bit & 1)
		return;
	else if (!is_worth(crowds, c->n_alive + 1, bits | UINT64_C(1) << bit))
		give_up(c, bit);
	else if (steer_crowd_takes(c, &e))
		steer_crowd_append(c, &e);
	else
		replace_crowd(crowds, row, c, &e, retire);
}

void
steer_crowds_forget(struct steer_crowds *crowds, uint32_t row, const struct steer_subtable *st,
		    unsigned int bit, const struct steer_rule *rule)
{
	struct steer_crowd_entry e;
	struct steer_crowd *c;

	if (crowds->places == NULL)
		return;
	c = steer_crowds_find(crowds, row);
	if (c == NULL)
		return;
	make_entry(crowds, st, bit, rule, &e);
	steer_crowd_kill(c, &e);
}
