/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "steer_reader.h"

static int
refuse_item(struct steer_reader *p, struct steer_word w)
{
	struct steer_list list = { .n = 0 };
	enum rte_flow_item_type last = RTE_FLOW_ITEM_TYPE_END;
	struct steer_words_item item;

	steer_list_add(&list, "end");
	for (unsigned int i = 0; steer_words_item_at(i, &item); i++) {
		if (item.type != last)
			steer_list_add(&list, item.name);
		last = item.type;
	}
	return steer_reader_refuse(p, w, ": items are %s", list.text);
}

static int
refuse_field(struct steer_reader *p, struct steer_word w, const struct steer_words_item *item)
{
	struct steer_list list = { .n = 0 };
	struct steer_value field;

	steer_list_add(&list, "/");
	for (unsigned int i = 0; steer_words_field_at(item, i, &field); i++)
		steer_list_add(&list, field.f.name);
	return steer_reader_refuse(p, w, ": accepted behind %s are %s", item->name, list.text);
}

static int
read_prefix(struct steer_reader *p, const struct steer_words_item *item,
	    const struct steer_value *v, steer_u128 *mask)
{
	const struct steer_word w = steer_reader_next(p);
	const unsigned int bits = steer_value_bits(v);
	uint64_t n;

	if (!steer_read_number(w, bits, &n))
		return steer_reader_refuse(p, w, ": a prefix of %s %s has 0..%u bits", item->name,
					   v->f.name, bits);
	*mask = n == 0 ? 0 : steer_value_full(v) >> (bits - n) << (bits - n);
	return 0;
}

/** Bytes of a field go into the arena: those of a mask in full as well. */
static int
parse_bytes(struct steer_reader *p, const struct steer_words_item *words,
	    const struct steer_value *v, uint8_t **bytes)
{
	const struct steer_word w = steer_reader_next(p);
	char accepted[128];
	int n = -1;

	*bytes = p->t->arena + p->t->n_arena;
	if (v->kind == STEER_VALUE_HEX || v->kind == STEER_VALUE_DATA) {
		n = steer_read_hex(w, *bytes, STEER_BYTES_MAX);
	} else if (w.len > 0 && w.len <= STEER_BYTES_MAX) {
		n = (int)w.len;
		memcpy(*bytes, w.at, w.len);
	}
	if (n < 0) {
		steer_value_accepted(v, accepted, sizeof(accepted));
		return steer_reader_refuse(p, w, ": %s %s takes %s", words->name, v->f.name,
					   accepted);
	}
	p->t->n_arena += (size_t)n;
	return n;
}

static void
store_bytes(void *structure, const struct steer_value *v, const uint8_t *bytes, uint16_t n)
{
	memcpy((uint8_t *)structure + v->f.off, &bytes, sizeof(bytes));
	memcpy((uint8_t *)structure + v->len_off, &n, sizeof(n));
}

/** A field of bytes: is|spec|mask BYTES. */
static int
parse_bytes_param(struct steer_reader *p, const struct steer_words_item *words,
		  const struct steer_value *v)
{
	struct rte_flow_item *item = &p->t->rule.pattern[p->t->n_items];
	uint8_t(*specs)[STEER_ITEM_SIZE_MAX] = p->t->specs[p->t->n_items];
	const struct steer_word w = steer_reader_next(p);
	const bool is = steer_word_is(w, "is"), mask = steer_word_is(w, "mask");
	uint8_t *bytes;
	int n;

	if (!is && !mask && !steer_word_is(w, "spec"))
		return steer_reader_refuse(p, w, ": accepted behind %s %s are is, spec, mask",
					   words->name, v->f.name);
	n = parse_bytes(p, words, v, &bytes);
	if (n < 0)
		return n;
	if (mask)
		item->mask = specs[STEER_READ_MASK];
	else
		item->spec = specs[STEER_READ_SPEC];
	store_bytes(specs[mask ? STEER_READ_MASK : STEER_READ_SPEC], v, bytes, (uint16_t)n);
	if (!is)
		return 0;
	bytes += n;
	memset(bytes, 0xff, (size_t)n);
	p->t->n_arena += (size_t)n;
	item->mask = specs[STEER_READ_MASK];
	store_bytes(specs[STEER_READ_MASK], v, bytes,
		    v->kind == STEER_VALUE_DATA ? (uint16_t)n : UINT16_MAX);
	return 0;
}

/** What stands behind a field's name: is|spec|last|mask|prefix VALUE. */
static int
parse_param(struct steer_reader *p, const struct steer_words_item *words,
	    const struct steer_value *v)
{
	struct rte_flow_item *item = &p->t->rule.pattern[p->t->n_items];
	uint8_t(*specs)[STEER_ITEM_SIZE_MAX] = p->t->specs[p->t->n_items];
	const struct steer_word w = steer_reader_next(p);
	const bool is = steer_word_is(w, "is");
	steer_u128 value;
	int rc;

	if (steer_word_is(w, "prefix"))
		rc = read_prefix(p, words, v, &value);
	else if (is || steer_word_is(w, "spec") || steer_word_is(w, "last") ||
		 steer_word_is(w, "mask"))
		rc = steer_reader_value(p, words->name, v, &value);
	else
		return steer_reader_refuse(
			p, w, ": accepted behind %s %s are is, spec, last, mask, prefix",
			words->name, v->f.name);
	if (rc < 0)
		return rc;
	if (is || steer_word_is(w, "spec")) {
		item->spec = specs[STEER_READ_SPEC];
		steer_value_store(specs[STEER_READ_SPEC], v, value);
	} else if (steer_word_is(w, "last")) {
		item->last = specs[STEER_READ_LAST];
		steer_value_store(specs[STEER_READ_LAST], v, value);
	}
	if (is || steer_word_is(w, "mask") || steer_word_is(w, "prefix")) {
		item->mask = specs[STEER_READ_MASK];
		steer_value_store(specs[STEER_READ_MASK], v, is ? steer_value_full(v) : value);
	}
	return 0;
}

static int
parse_fields(struct steer_reader *p, const struct steer_words_item *item)
{
	struct steer_word w = { .len = 0 };
	struct steer_value field;
	int rc;

	for (;;) {
		/* A field without a name: its parameter stands for it. */
		const bool named = !steer_words_field_at(item, 0, &field) ||
				   field.f.name[0] != '\0';

		if (named || steer_word_is(steer_reader_peek(p), "/"))
			w = steer_reader_next(p);
		if (steer_word_is(w, "/"))
			return 0;
		if (named && !steer_words_field(item, w, &field))
			return refuse_field(p, w, item);
		rc = field.kind >= STEER_VALUE_TEXT ? parse_bytes_param(p, item, &field)
						    : parse_param(p, item, &field);
		if (rc < 0)
			return rc;
	}
}

/** As much data as the length of spec says is what those read who take the rule. */
static int
check_data(struct steer_reader *p, struct steer_word w)
{
	uint8_t(*specs)[STEER_ITEM_SIZE_MAX] = p->t->specs[p->t->n_items];
	const struct rte_flow_item_geneve_opt *spec = (const void *)specs[STEER_READ_SPEC];
	uint16_t n;

	for (unsigned int which = 0; which < STEER_READ_N; which++) {
		const struct rte_flow_item_geneve_opt *opt = (const void *)specs[which];

		memcpy(&n, specs[which] + sizeof(*opt), sizeof(n));
		if (opt->data != NULL && n != spec->option_len * 4u)
			return steer_reader_refuse(p, w,
						   ": %u bytes of data, length spec %u: it must "
						   "be their number of words of 4 bytes",
						   n, spec->option_len);
	}
	return 0;
}

int
steer_read_pattern(struct steer_reader *p)
{
	struct steer_read_rule *t = p->t;
	struct steer_words_item item;
	struct steer_word w;
	int rc;

	while (!steer_word_is(w = steer_reader_next(p), "end")) {
		if (!steer_words_item(w, &item))
			return refuse_item(p, w);
		if (t->n_items == STEER_TEXT_ITEMS_MAX)
			return steer_reader_refuse(p, w, ": at most %d items are accepted",
						   STEER_TEXT_ITEMS_MAX);
		t->rule.pattern[t->n_items].type = item.type;
		t->at_item[t->n_items] = steer_reader_place(p, w);
		rc = parse_fields(p, &item);
		if (rc == 0 && item.type == RTE_FLOW_ITEM_TYPE_GENEVE_OPT)
			rc = check_data(p, w);
		if (rc < 0)
			return rc;
		t->n_items++;
	}
	t->rule.pattern[t->n_items].type = RTE_FLOW_ITEM_TYPE_END;
	t->at_item[t->n_items] = steer_reader_place(p, w);
	w = steer_reader_next(p);
	if (!steer_word_is(w, "actions"))
		return steer_reader_refuse(p, w, ": actions must follow the pattern's end");
	return 0;
}
