/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "steer_item.h"
#include "steer_repeat.h"

/* Repeating */

static bool
same_item(const struct steer_repeat_item *was, const struct rte_flow_item *item)
{
	const void *mask = item->mask != NULL ? item->mask : was->default_mask;

	if (item->type != was->type || item->last != NULL || (item->spec != NULL) != was->has_spec)
		return false;
	if (!was->has_spec)
		return item->mask == NULL;
	return memcmp(mask, was->mask, was->len) == 0;
}

static bool
same(const struct steer_repeat_pattern *p, const struct rte_flow_item pattern[])
{
	for (unsigned int i = 0; i < p->n_items; i++)
		if (!same_item(&p->items[i], &pattern[i]))
			return false;
	return p->known && pattern[p->n_items].type == RTE_FLOW_ITEM_TYPE_END;
}

/** The pattern that is repeated, most likely the last one; NULL if none is. */
static struct steer_repeat_pattern *
find(struct steer_repeat *r, const struct rte_flow_item pattern[])
{
	if (r->shown != NULL && same(r->shown, pattern))
		return r->shown;
	for (unsigned int i = 0; i < STEER_REPEAT_PATTERNS; i++)
		if (&r->patterns[i] != r->shown && same(&r->patterns[i], pattern))
			return &r->patterns[i];
	return NULL;
}

/** Have the match ask for the words of another pattern. */
static void
show(struct steer_repeat *r, struct steer_repeat_pattern *p)
{
	struct steer_match *m = &r->match;

	if (r->shown != NULL) {
		for (unsigned int i = 0; i < r->shown->n_words; i++) {
			m->mask[r->shown->words[i].word] = 0;
			m->spec[r->shown->words[i].word] = 0;
		}
	} else {
		memset(m->mask, 0, sizeof(m->mask));
		memset(m->spec, 0, sizeof(m->spec));
		m->n_ranges = 0;
		m->condition = NULL;
	}
	for (unsigned int i = 0; i < p->n_words; i++)
		m->mask[p->words[i].word] = p->words[i].mask;
	r->shown = p;
}

/** Bytes, most often those of a port or an address, in their place in a word. */
static inline uint64_t
load(const uint8_t *from, unsigned int len, unsigned int to)
{
	uint64_t value = 0;
	uint32_t half;

	if (len == sizeof(half) && to % sizeof(half) == 0) {
		memcpy(&half, from, sizeof(half));
		return RTE_BYTE_ORDER == RTE_LITTLE_ENDIAN ? (uint64_t)half << 8 * to
							   : (uint64_t)half << (32 - 8 * to);
	}
	for (unsigned int i = 0; i < len; i++)
		((uint8_t *)&value)[to + i] = from[i];
	return value;
}

bool
steer_repeat(struct steer_repeat *r, const struct rte_flow_item pattern[])
{
	struct steer_repeat_pattern *p = find(r, pattern);

	if (p == NULL)
		return false;
	if (p != r->shown)
		show(r, p);
	/* Items may share a word: first what is of none of them. */
	for (unsigned int i = 0; i < p->n_words; i++)
		r->match.spec[p->words[i].word] = p->words[i].spec;
	for (unsigned int i = 0; i < p->n_copies; i++) {
		const struct steer_repeat_copy *c = &p->copies[i];
		const uint8_t *spec = pattern[c->item].spec;

		r->match.spec[c->word] |= load(spec + c->from, c->len, c->to) & c->mask;
	}
	return true;
}

/* Noting */

void
steer_repeat_begin(struct steer_repeat *r)
{
	struct steer_repeat_pattern *p;

	r->noted = (r->noted + 1) % STEER_REPEAT_PATTERNS;
	p = &r->patterns[r->noted];
	p->known = true;
	p->n_items = 0;
	p->n_words = 0;
	p->n_copies = 0;
	r->shown = NULL;
}

void
steer_repeat_forget(struct steer_repeat *r)
{
	r->patterns[r->noted].known = false;
}

/** Bytes of a word from one on up to, not including, another one. */
static uint64_t
bytes_mask(unsigned int from, unsigned int to)
{
	uint8_t word[sizeof(uint64_t)] = { 0 };
	uint64_t mask;

	memset(word + from, 0xff, to - from);
	memcpy(&mask, word, sizeof(mask));
	return mask;
}

/** Does another item say something of the same bits? Then they may contradict each other. */
static bool
is_copied(const struct steer_repeat_pattern *p, const struct steer_repeat_copy *c)
{
	for (unsigned int i = 0; i < p->n_copies; i++)
		if (p->copies[i].word == c->word && (p->copies[i].mask & c->mask) != 0)
			return true;
	return false;
}

/** What of the item's header, which is at @p base, is in a word. @return false: no room. */
static bool
note_word(struct steer_repeat_pattern *p, const struct steer_match *match, size_t base, size_t len,
	  size_t word)
{
	const size_t begin = RTE_MAX(base, word * sizeof(uint64_t));
	const size_t end = RTE_MIN(base + len, (word + 1) * sizeof(uint64_t));
	const unsigned int to = begin % sizeof(uint64_t);
	struct steer_repeat_copy c = {
		.item = (uint8_t)p->n_items,
		.from = (uint8_t)(begin - base),
		.len = (uint8_t)(end - begin),
		.to = (uint8_t)to,
		.word = (uint16_t)word,
		.mask = match->mask[word] & bytes_mask(to, to + (unsigned int)(end - begin)),
	};

	if (c.mask == 0)
		return true;
	if (p->n_copies == STEER_REPEAT_COPIES || is_copied(p, &c))
		return false;
	/* Without bytes that nobody asks for. */
	for (; (c.mask & bytes_mask(c.to, c.to + 1u)) == 0; c.len--) {
		c.from++;
		c.to++;
	}
	while ((c.mask & bytes_mask(c.to + c.len - 1u, c.to + c.len)) == 0)
		c.len--;
	p->copies[p->n_copies++] = c;
	return true;
}

/** Does an item of this row say nothing but its fields? */
static bool
is_plain(const struct steer_item *row, const void *mask)
{
	return row->behind == 0 && row->field_needs == NULL &&
	       steer_item_size(row) <= STEER_REPEAT_MASK && steer_item_bits(row, mask) == 0;
}

void
steer_repeat_note(struct steer_repeat *r, const struct rte_flow_item *item,
		  const struct steer_item *row, size_t base)
{
	const void *mask = item->mask != NULL ? item->mask : row->default_mask;
	struct steer_repeat_pattern *p = &r->patterns[r->noted];
	struct steer_repeat_item *note = &p->items[p->n_items];
	size_t word = base / sizeof(uint64_t);

	if (p->n_items == STEER_REPEAT_ITEMS || item->last != NULL || row->needs != 0 ||
	    (item->spec != NULL && !is_plain(row, mask)))
		p->known = false;
	if (!p->known)
		return;
	*note = (struct steer_repeat_item){ .type = item->type, .has_spec = item->spec != NULL };
	if (note->has_spec) {
		note->default_mask = row->default_mask;
		note->len = (uint8_t)steer_item_size(row);
		memcpy(note->mask, mask, note->len);
		for (; p->known && word * sizeof(uint64_t) < base + row->len; word++)
			p->known = note_word(p, &r->match, base, row->len, word);
	}
	p->n_items++;
}

/** A word that is asked for, and what of it no item's value is. */
static void
end_word(struct steer_repeat_pattern *p, const struct steer_match *match, unsigned int word)
{
	uint64_t copied = 0;

	if (p->n_words == STEER_REPEAT_WORDS) {
		p->known = false;
		return;
	}
	for (unsigned int i = 0; i < p->n_copies; i++)
		if (p->copies[i].word == word)
			copied |= p->copies[i].mask;
	p->words[p->n_words++] = (struct steer_repeat_word){
		.word = (uint16_t)word,
		.mask = match->mask[word],
		.spec = match->spec[word] & ~copied,
	};
}

void
steer_repeat_end(struct steer_repeat *r)
{
	struct steer_repeat_pattern *p = &r->patterns[r->noted];

	for (unsigned int i = 0; p->known && i < STEER_KEY_WORDS; i++)
		if (r->match.mask[i] != 0)
			end_word(p, &r->match, i);
	if (p->known)
		r->shown = p;
}
