/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "same_rule.h"
#include "steer_compare.h"
#include "steer_condition.h"
#include "steer_geneve_opt.h"
#include "steer_integrity.h"
#include "steer_raw.h"

static size_t
check_size(enum steer_check_type type)
{
	switch (type) {
	case STEER_CHECK_RAW:
		return sizeof(struct steer_raw);
	case STEER_CHECK_GENEVE_OPT:
		return sizeof(struct steer_geneve_opt);
	case STEER_CHECK_INTEGRITY:
		return sizeof(struct steer_integrity);
	case STEER_CHECK_COMPARE:
		return sizeof(struct steer_compare);
	default:
		return sizeof(struct steer_bounded);
	}
}

/** What checks of a condition are made of, but for their links. */
static bool
same_checks(const struct steer_check *a, const struct steer_check *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		if (a->type != b->type)
			return false;
		if (memcmp(a + 1, b + 1, check_size(a->type) - sizeof(*a)) != 0)
			return false;
	}
	return a == NULL && b == NULL;
}

static bool
same_condition(const struct steer_condition *a, const struct steer_condition *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->inverted == NULL || b->inverted == NULL)
		return a->inverted == b->inverted && same_checks(a->checks, b->checks);
	return same_match(a->inverted, b->inverted) && same_checks(a->checks, b->checks);
}

static bool
has_range(const struct steer_match *m, const struct steer_field *f, const struct steer_bounds *b)
{
	for (unsigned int i = 0; i < m->n_ranges; i++)
		if (m->fields[i].off == f->off && m->fields[i].len == f->len &&
		    m->fields[i].mask == f->mask && m->bounds[i].lo == b->lo &&
		    m->bounds[i].hi == b->hi)
			return true;
	return false;
}

bool
same_match(const struct steer_match *a, const struct steer_match *b)
{
	if (memcmp(a->spec, b->spec, sizeof(a->spec)) != 0 ||
	    memcmp(a->mask, b->mask, sizeof(a->mask)) != 0 || a->n_ranges != b->n_ranges)
		return false;
	/* In any order: that of extension headers says nothing. */
	for (unsigned int i = 0; i < a->n_ranges; i++)
		if (!has_range(b, &a->fields[i], &a->bounds[i]))
			return false;
	return same_condition(a->condition, b->condition);
}

/* Nothing may be NULL. */
static bool
same_bytes(const void *a, const void *b, size_t len)
{
	return len == 0 || memcmp(a, b, len) == 0;
}

static bool
same_rss(const struct rte_flow_action_rss *a, const struct rte_flow_action_rss *b)
{
	return a->func == b->func && a->level == b->level && a->types == b->types &&
	       a->key_len == b->key_len && same_bytes(a->key, b->key, a->key_len) &&
	       a->queue_num == b->queue_num &&
	       same_bytes(a->queue, b->queue, a->queue_num * sizeof(a->queue[0]));
}

static bool
same_edits(const struct steer_edits *a, const struct steer_edits *b)
{
	for (unsigned int i = 0; i < a->n && i < b->n; i++)
		if (a->edit[i].type != b->edit[i].type ||
		    !same_bytes(a->edit[i].conf, b->edit[i].conf, sizeof(a->edit[i].conf)))
			return false;
	return a->n == b->n && a->sample.ratio == b->sample.ratio &&
	       a->sample.queue == b->sample.queue && a->sample.mark == b->sample.mark &&
	       a->sample.mark_id == b->sample.mark_id && a->sample.count == b->sample.count;
}

bool
same_actions(const struct steer_actions *a, const struct steer_actions *b)
{
	return a->fate == b->fate && a->flag == b->flag && a->count == b->count &&
	       a->mark == b->mark && a->mark_id == b->mark_id &&
	       (a->fate != STEER_FATE_QUEUE || a->queue == b->queue) &&
	       (a->fate != STEER_FATE_JUMP || a->jump->group == b->jump->group) &&
	       (a->fate != STEER_FATE_RSS || same_rss(a->rss, b->rss)) &&
	       memcmp(a->sets.data, b->sets.data, sizeof(a->sets.data)) == 0 &&
	       memcmp(a->sets.mask, b->sets.mask, sizeof(a->sets.mask)) == 0 &&
	       same_edits(&a->edits, &b->edits);
}
