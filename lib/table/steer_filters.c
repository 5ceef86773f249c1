/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "steer_subtable.h"
#include "steer_view.h"

/* With fewer rules, filters are not worth it. */
#define FILTER_RULES 64

static void
free_filter(struct steer_retired *r)
{
	steer_filter_free(RTE_PTR_SUB(r, offsetof(struct steer_filter, retired)));
}

static bool
same_words(const struct steer_subtable *a, const struct steer_subtable *b)
{
	return a->shape.n_words == b->shape.n_words &&
	       memcmp(a->word, b->word, a->shape.n_words) == 0;
}

/**
 * Subtables that have no filter, begin at entry @p from and have the same words.
 * @return how many; of few of them, or with few rules, 0.
 */
static unsigned int
collect_alike(const struct steer_view *view, uint32_t from, struct steer_subtable **alike)
{
	struct steer_subtable *first = view->entry[from].subtable;
	unsigned int n = 0;
	uint64_t n_rules = 0;

	for (uint32_t i = from; i < view->n && n < STEER_FILTER_SUBTABLES; i++) {
		struct steer_subtable *st = view->entry[i].subtable;

		if (st->filter != NULL || !same_words(st, first))
			continue;
		alike[n++] = st;
		n_rules += st->n_rules;
	}
	return n > STEER_CHEAP_SUBTABLES && n_rules >= FILTER_RULES ? n : 0;
}

static void
add_filter(struct steer_table *t, struct steer_subtable **alike, unsigned int n)
{
	struct steer_filter *f = steer_filter_create(alike, n, t->socket);

	if (f == NULL)
		return;
	for (unsigned int i = 0; i < n; i++) {
		alike[i]->filter = f;
		alike[i]->filter_bit = i;
	}
	t->filters[t->n_filters++] = f;
}

bool
steer_table_unfit(const struct steer_table *t)
{
	return t->unfit;
}

void
steer_table_fit(struct steer_table *t)
{
	struct steer_filter *old[STEER_VIEW_FILTERS];
	const unsigned int n_old = t->n_filters;
	struct steer_view *view = steer_view_alloc(t->view->n, t->socket);

	t->n_fitted = t->n_rules;
	if (view == NULL) {
		t->unfit = false;
		return;
	}
	memcpy(view->entry, t->view->entry, view->n * sizeof(view->entry[0]));
	memcpy(old, t->filters, sizeof(old));
	t->n_filters = 0;
	for (uint32_t i = 0; i < view->n; i++)
		view->entry[i].subtable->filter = NULL;
	for (uint32_t i = 0; view->n > STEER_CHEAP_SUBTABLES && i < view->n &&
			     t->n_filters < STEER_VIEW_FILTERS; i++) {
		struct steer_subtable *alike[STEER_FILTER_SUBTABLES];
		unsigned int n;

		if (view->entry[i].subtable->filter != NULL)
			continue;
		n = collect_alike(view, i, alike);
		if (n > 0)
			add_filter(t, alike, n);
	}
	steer_view_publish(t, view);
	t->unfit = false;
	for (unsigned int i = 0; i < n_old; i++)
		steer_retire(t->retire, &old[i]->retired, free_filter);
}

void
steer_filters_tell(struct steer_table *t, struct steer_subtable *st,
		   const struct steer_rule *rule)
{
	if (st->filter != NULL) {
		steer_filter_add(st->filter, st, rule, t->retire);
		t->unfit |= steer_filter_worn(st->filter);
	} else if (t->view->n_rest > STEER_CHEAP_SUBTABLES) {
		t->unfit |= t->n_rules > 2 * t->n_fitted + FILTER_RULES;
	}
}

void
steer_filters_forget(struct steer_subtable *st, const struct steer_rule *rule)
{
	if (st->filter != NULL)
		steer_filter_forget(st->filter, st, rule);
}

void
steer_filters_free(struct steer_table *t)
{
	for (unsigned int i = 0; i < t->n_filters; i++)
		steer_filter_free(t->filters[i]);
}
