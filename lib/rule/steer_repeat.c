/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "steer_item.h"
#include "steer_repeat.h"

/* Repeating */

/** As memcmp(), which is slow where the length is small and not known when compiled. */
static inline bool
same_bytes(const uint8_t *a, const uint8_t *b, unsigned int len)
{
	uint64_t x, y, differ = 0;

	if (len < sizeof(x))
		return memcmp(a, b, len) == 0;
	for (unsigned int at = 0; at < len; at += sizeof(x)) {
		/* The last ones overlap with those before them. */
		const unsigned int from = RTE_MIN(at, len - (unsigned int)sizeof(x));

		memcpy(&x, a + from, sizeof(x));
		memcpy(&y, b + from, sizeof(y));
		differ |= x ^ y;
	}
	return differ == 0;
}

/** Has it the same items, with and without values? */
static bool
same_items(const struct steer_repeat_pattern *p, const struct rte_flow_item pattern[])
{
	if (!p->known)
		return false;
	for (unsigned int i = 0; i < p->n_items; i++)
		if (pattern[i].type != p->items[i].type ||
		    (pattern[i].spec != NULL) != p->items[i].has_spec)
			return false;
	return pattern[p->n_items].type == RTE_FLOW_ITEM_TYPE_END;
}

static bool
same_mask(const struct steer_repeat_item *was, const struct rte_flow_item *item)
{
	if (item->last != NULL)
		return false;
	if (!was->has_spec)
		return item->mask == NULL;
	return same_bytes(item->mask != NULL ? item->mask : was->default_mask, was->mask,
			  was->len);
}

/** Of one with the same items. */
static bool
same_masks(const struct steer_repeat_pattern *p, const struct rte_flow_item pattern[])
{
	for (unsigned int i = 0; i < p->n_items; i++)
		if (!same_mask(&p->items[i], &pattern[i]))
			return false;
	return true;
}

/** The pattern that is repeated, most likely the last one; NULL if none is. */
static struct steer_repeat_pattern *
find(struct steer_repeat *r, const struct rte_flow_item pattern[])
{
	for (unsigned int n = 0; n < STEER_REPEAT_PATTERNS; n++) {
		const unsigned int i = (r->last + n) % STEER_REPEAT_PATTERNS;

		if (same_items(&r->patterns[i], pattern) &&
		    same_masks(&r->patterns[i], pattern)) {
			r->last = i;
			return &r->patterns[i];
		}
	}
	return NULL;
}

/** Bytes, most often those of ports or addresses, in their place in a word. */
static inline uint64_t
load(const uint8_t *from, unsigned int len, unsigned int to)
{
	uint64_t value = 0;
	uint32_t half;

	switch (len) {
	case sizeof(value):
		memcpy(&value, from, sizeof(value));
		return value;
	case sizeof(half):
		memcpy(&half, from, sizeof(half));
		return (uint64_t)half
		       << 8 * (RTE_BYTE_ORDER == RTE_LITTLE_ENDIAN ? to : sizeof(half) - to);
	default:
		for (unsigned int i = 0; i < len; i++)
			((uint8_t *)&value)[to + i] = from[i];
		return value;
	}
}

void
steer_repeat_load(const struct steer_repeat_pattern *p, const struct rte_flow_item pattern[],
		  uint64_t *values)
{
	/* Items may share a word: first what is of none of them. */
	for (unsigned int i = 0; i < p->form.n_words; i++)
		values[i] = p->fixed[i];
	for (unsigned int i = 0; i < p->n_copies; i++) {
		const struct steer_repeat_copy *c = &p->copies[i];
		const uint8_t *spec = pattern[c->item].spec;

		values[c->word] |= load(spec + c->from, c->len, c->to) & c->mask;
	}
}

struct steer_form *
steer_repeat_guess(struct steer_repeat *r, const struct rte_flow_item pattern[], uint64_t *values)
{
	for (unsigned int n = 0; n < STEER_REPEAT_PATTERNS; n++) {
		const unsigned int i = (r->last + n) % STEER_REPEAT_PATTERNS;

		if (!same_items(&r->patterns[i], pattern))
			continue;
		r->last = i;
		steer_repeat_load(&r->patterns[i], pattern, values);
		return &r->patterns[i].form;
	}
	return NULL;
}

struct steer_form *
steer_repeat_confirm(struct steer_repeat *r, const struct rte_flow_item pattern[],
		     uint64_t *values)
{
	struct steer_repeat_pattern *p = &r->patterns[r->last];

	if (same_masks(p, pattern))
		return &p->form;
	p = find(r, pattern);
	if (p == NULL)
		return NULL;
	steer_repeat_load(p, pattern, values);
	return &p->form;
}

bool
steer_repeat(struct steer_repeat *r, const struct rte_flow_item pattern[])
{
	struct steer_repeat_pattern *p = find(r, pattern);
	struct steer_match *m = &r->match;
	uint64_t values[STEER_FORM_WORDS];

	if (p == NULL)
		return false;
	steer_repeat_load(p, pattern, values);
	if (p != r->shown) {
		steer_form_match(&p->form, values, m);
		r->shown = p;
		return true;
	}
	for (unsigned int i = 0; i < p->form.n_words; i++)
		m->spec[p->form.word[i]] = values[i];
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
	p->n_copies = 0;
	p->form.subtable = 0;
	p->form.n_words = 0;
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
		.word = (uint8_t)word,
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
end_word(struct steer_repeat_pattern *p, const struct steer_match *match, uint8_t word)
{
	struct steer_form *form = &p->form;
	uint64_t copied = 0;

	if (form->n_words == STEER_FORM_WORDS) {
		p->known = false;
		return;
	}
	for (unsigned int i = 0; i < p->n_copies; i++)
		if (p->copies[i].word == word)
			copied |= p->copies[i].mask;
	p->fixed[form->n_words] = match->spec[word] & ~copied;
	form->mask[form->n_words] = match->mask[word];
	form->word[form->n_words++] = word;
}

/** Which word of the form is one of the key, which it has. */
static uint8_t
form_word(const struct steer_form *form, uint8_t word)
{
	uint8_t i = 0;

	while (form->word[i] != word)
		i++;
	return i;
}

void
steer_repeat_end(struct steer_repeat *r)
{
	struct steer_repeat_pattern *p = &r->patterns[r->noted];

	for (uint8_t i = 0; p->known && i < STEER_KEY_WORDS; i++)
		if (r->match.mask[i] != 0)
			end_word(p, &r->match, i);
	if (!p->known)
		return;
	for (unsigned int i = 0; i < p->n_copies; i++)
		p->copies[i].word = form_word(&p->form, p->copies[i].word);
	r->shown = p;
	r->last = r->noted;
}
