/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#include "steer_subtable.h"
#include "steer_view.h"

struct steer_view *
steer_view_alloc(uint32_t n, int socket)
{
	const size_t len = sizeof(struct steer_view) + n * sizeof(struct steer_view_entry);
	struct steer_view *view = rte_zmalloc_socket("steer_view", len + n * sizeof(uint32_t),
						     RTE_CACHE_LINE_SIZE, socket);

	if (view == NULL)
		return NULL;
	view->n = n;
	view->rest = RTE_PTR_ADD(view, len);
	return view;
}

static void
free_view(struct steer_retired *r)
{
	rte_free(RTE_PTR_SUB(r, offsetof(struct steer_view, retired)));
}

static int
compare_entry(const void *pa, const void *pb)
{
	const struct steer_view_entry *a = pa, *b = pb;

	if (a->prio != b->prio)
		return a->prio < b->prio ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/** Bits of the key that a view's subtables touch. */
static void
used_bits(const struct steer_view *view, uint64_t *used)
{
	memset(used, 0, STEER_KEY_WORDS * sizeof(*used));
	for (uint32_t i = 0; i < view->n; i++)
		steer_subtable_used(view->entry[i].subtable, used);
}

static bool
has_ranges(const struct steer_view *view)
{
	for (uint32_t i = 0; i < view->n; i++)
		if (view->entry[i].subtable->shape.n_fields > 0)
			return true;
	return false;
}

/** Are there packets for which more subtables than are cheap have to be searched? */
static bool
searches_many(const struct steer_view *view)
{
	for (uint32_t i = 0; i < view->n_rest; i++) {
		const struct steer_view_entry *a = &view->entry[view->rest[i]];
		unsigned int n = 0;

		for (uint32_t k = 0; k < view->n_rest && n <= STEER_CHEAP_SUBTABLES; k++) {
			const struct steer_view_entry *b = &view->entry[view->rest[k]];

			n += ((a->kind ^ b->kind) & a->kind_mask & b->kind_mask) == 0;
		}
		if (n > STEER_CHEAP_SUBTABLES)
			return true;
	}
	return false;
}

/** Where each filter's subtables stand in a view, and who has no filter. */
static void
point_filters(const struct steer_table *t, struct steer_view *view)
{
	view->n_filters = t->n_filters;
	for (unsigned int i = 0; i < t->n_filters; i++) {
		view->filter[i].filter = t->filters[i];
		view->filter[i].prio = UINT32_MAX;
		view->filter[i].seq = UINT64_MAX;
		memset(view->filter[i].entry, 0xff, sizeof(view->filter[i].entry));
	}
	view->n_rest = 0;
	for (uint32_t i = view->n; i-- > 0;) {
		const struct steer_view_entry *e = &view->entry[i];
		struct steer_view_filter *f = view->filter;

		if (e->subtable->filter == NULL || i >= STEER_VIEW_NONE)
			continue;
		while (f->filter != e->subtable->filter)
			f++;
		f->entry[e->subtable->filter_bit] = (uint16_t)i;
		f->prio = e->prio;
		f->seq = e->seq;
	}
	for (uint32_t i = 0; i < view->n; i++)
		if (view->entry[i].subtable->filter == NULL || i >= STEER_VIEW_NONE)
			view->rest[view->n_rest++] = i;
}

void
steer_view_publish(struct steer_table *t, struct steer_view *view)
{
	struct steer_view *old = t->view;
	uint64_t used[STEER_KEY_WORDS];
	bool many;

	view->depth = 0;
	for (uint32_t i = 0; i < view->n; i++)
		view->depth |= view->entry[i].subtable->depth;
	used_bits(view, used);
	view->conditions = t->n_conditions > 0;
	if (view->conditions)
		view->depth |= t->condition_depth;
	view->layout = old->layout;
	if (memcmp(used, t->used, sizeof(used)) != 0 || view->conditions != old->conditions) {
		memcpy(t->used, used, sizeof(used));
		view->layout++;
	}
	qsort(view->entry, view->n, sizeof(view->entry[0]), compare_entry);
	point_filters(t, view);
	/* What depends on more than the key cannot be remembered by it. */
	many = searches_many(view);
	view->costly = !view->conditions && (many || view->n_filters > 0 || has_ranges(view));
	view->bearable = !many;
	/* More subtables to be searched than before, or hardly any at all. */
	t->unfit |= view->n > old->n ? view->n_rest > STEER_CHEAP_SUBTABLES :
				       view->n_filters > 0 && view->n <= STEER_CHEAP_SUBTABLES;
	__atomic_store_n(&t->view, view, __ATOMIC_RELEASE);
	steer_retire(t->retire, &old->retired, free_view);
}

int
steer_view_set(struct steer_table *t, const struct steer_view_entry *e)
{
	const struct steer_view *old = t->view;
	struct steer_view *view;
	uint32_t n = 0;

	view = steer_view_alloc(old->n + 1, t->socket);
	if (view == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < old->n; i++)
		if (old->entry[i].subtable != e->subtable)
			view->entry[n++] = old->entry[i];
	view->entry[n++] = *e;
	view->n = n;
	steer_view_publish(t, view);
	return 0;
}

int
steer_view_again(struct steer_table *t)
{
	const struct steer_view *old = t->view;
	struct steer_view *view = steer_view_alloc(old->n, t->socket);

	if (view == NULL)
		return -ENOMEM;
	memcpy(view->entry, old->entry, old->n * sizeof(view->entry[0]));
	steer_view_publish(t, view);
	return 0;
}
