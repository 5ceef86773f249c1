/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#include "steer_filter.h"
#include "steer_subtable.h"

/* Rows for each rule: with fewer, rules of other subtables are met by chance too often. */
#define ROWS 2
#define ROWS_MIN 256
/* A filter has to leave no more subtables to be searched than this, as a mean. */
#define SUBTABLES_LEFT 3

/** What the subtables' masks have in common. @return whether there is anything. */
static bool
take_masks(struct steer_filter *f, struct steer_subtable *const *subtables, unsigned int n)
{
	const struct steer_subtable *first = subtables[0];
	uint64_t any = 0;

	f->n_words = first->shape.n_words;
	if (f->n_words > STEER_FILTER_WORDS)
		return false;
	for (unsigned int w = 0; w < f->n_words; w++) {
		f->word[w] = first->word[w];
		f->mask[w] = UINT64_MAX;
		for (unsigned int i = 0; i < n; i++)
			f->mask[w] &= subtables[i]->mask[w];
		any |= f->mask[w];
	}
	return any != 0;
}

static uint64_t *
row_of(const struct steer_filter *f, const uint64_t *words)
{
	const uint32_t hash = steer_secret_hash(&f->secret, f->n_words, words, NULL, f->mask);

	return &f->rows[hash & f->row_mask];
}

/** Rows of all rules in a subtable. */
static void
add_subtable(struct steer_filter *f, const struct steer_subtable *st, unsigned int bit)
{
	for (uint32_t i = 0; i < st->hash->n_buckets; i++)
		for (unsigned int j = 0; j < STEER_BUCKET_SLOTS; j++) {
			const struct steer_rule *rule = st->hash->buckets[i].rule[j];

			if (rule != NULL)
				*row_of(f, rule->words) |= UINT64_C(1) << bit;
		}
}

/** Is it one of those, or of those that one stands for, in a crowded row? Then it is noted. */
static void
note_crowded(const struct steer_filter *f, const struct steer_rule *head, unsigned int bit,
	     struct steer_crowd_rule *rules, size_t *n)
{
	const uint64_t *row = row_of(f, head->words);
	struct steer_crowd_rule note = { .row = (uint32_t)(row - f->rows), .bit = bit };

	if (!steer_crowded(*row))
		return;
	if ((head->flags & STEER_RULE_RANGES) == 0) {
		for (note.rule = head; note.rule != NULL; note.rule = steer_rule_next(note.rule))
			rules[(*n)++] = note;
		return;
	}
	for (uint32_t i = 0; i < head->map->n_rules; i++) {
		note.rule = head->map->rules[i];
		if (note.rule != NULL)
			rules[(*n)++] = note;
	}
}

static void
make_crowds(struct steer_filter *f, uint64_t n_slots)
{
	struct steer_crowd_rule *rules = malloc((f->n_rules + 1) * sizeof(rules[0]));
	size_t n = 0;

	if (rules == NULL)
		return;
	for (unsigned int s = 0; s < f->n; s++) {
		const struct steer_hash *h = f->subtable[s]->hash;

		for (uint32_t i = 0; i < h->n_buckets; i++)
			for (unsigned int j = 0; j < STEER_BUCKET_SLOTS; j++)
				if (h->buckets[i].rule[j] != NULL)
					note_crowded(f, h->buckets[i].rule[j], s, rules, &n);
	}
	steer_crowds_make(&f->crowds, f->subtable, rules, n, n_slots);
	free(rules);
}

/**
 * Would a packet of any rule have few subtables left? Rows that nobody has do not count. Of a crowd
 * it is mostly one.
 */
static bool
tells_apart(const struct steer_filter *f)
{
	uint64_t bits = 0, used = 0;

	for (uint32_t i = 0; i <= f->row_mask; i++) {
		if (steer_crowded(f->rows[i]) && steer_crowds_have(&f->crowds, i))
			bits++;
		else
			bits += (unsigned int)__builtin_popcountll(f->rows[i]);
		used += f->rows[i] != 0;
	}
	return bits <= used * SUBTABLES_LEFT;
}

static uint32_t
rows_for(uint64_t n_slots)
{
	if (n_slots > UINT32_MAX / 2 / ROWS)
		return UINT32_C(1) << 31;
	return rte_align32pow2(RTE_MAX((uint32_t)n_slots * ROWS, (uint32_t)ROWS_MIN));
}

struct steer_filter *
steer_filter_create(struct steer_subtable *const *subtables, unsigned int n, int socket)
{
	struct steer_filter *f = rte_zmalloc_socket("steer_filter", sizeof(*f),
						    RTE_CACHE_LINE_SIZE, socket);
	uint64_t n_slots = 0;

	if (f == NULL)
		return NULL;
	for (unsigned int i = 0; i < n; i++) {
		n_slots += subtables[i]->n_slots;
		f->n_rules += subtables[i]->n_rules;
	}
	f->n = n;
	memcpy(f->subtable, subtables, n * sizeof(subtables[0]));
	steer_secret_draw(&f->secret);
	f->row_mask = rows_for(n_slots) - 1;
	if (!take_masks(f, subtables, n))
		goto fail;
	f->rows = rte_zmalloc_socket("steer_filter", ((size_t)f->row_mask + 1) * sizeof(*f->rows),
				     RTE_CACHE_LINE_SIZE, socket);
	if (f->rows == NULL)
		goto fail;
	for (unsigned int i = 0; i < n; i++)
		add_subtable(f, subtables[i], i);
	steer_crowds_init(&f->crowds, subtables, n, socket);
	if (f->crowds.n_bytes > 0)
		make_crowds(f, n_slots);
	if (tells_apart(f))
		return f;
fail:
	steer_filter_free(f);
	return NULL;
}

void
steer_filter_free(struct steer_filter *f)
{
	if (f == NULL)
		return;
	steer_crowds_free(&f->crowds);
	rte_free(f->rows);
	rte_free(f);
}

void
steer_filter_add(struct steer_filter *f, const struct steer_subtable *st,
		 const struct steer_rule *rule, struct steer_retire *retire)
{
	uint64_t *row = row_of(f, rule->words);
	const uint64_t bits = *row | UINT64_C(1) << st->filter_bit;

	if (steer_crowded(bits))
		steer_crowds_add(&f->crowds, (uint32_t)(row - f->rows), *row, st, st->filter_bit,
				 rule, retire);
	__atomic_store_n(row, bits, __ATOMIC_RELEASE);
	f->n_added++;
}

void
steer_filter_forget(struct steer_filter *f, const struct steer_subtable *st,
		    const struct steer_rule *rule)
{
	const uint64_t *row = row_of(f, rule->words);

	if (steer_crowded(*row))
		steer_crowds_forget(&f->crowds, (uint32_t)(row - f->rows), st, st->filter_bit,
				    rule);
}
