/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_malloc.h>

#include "steer_ranges.h"
#include "steer_subtable.h"
#include "steer_table.h"
#include "steer_view.h"

/* Conditions */

/** A rule with a condition comes: first readers have to parse what it looks at. */
static int
add_condition(struct steer_table *t, const struct steer_condition *c)
{
	const uint32_t depth = t->condition_depth;

	t->n_conditions++;
	t->condition_depth |= c->depth;
	if (t->view->conditions && (c->depth & ~t->view->depth) == 0)
		return 0;
	if (steer_view_again(t) == 0)
		return 0;
	t->n_conditions--;
	t->condition_depth = depth;
	return -ENOMEM;
}

/** One has gone, or did not come; without memory readers parse too much, which does no harm. */
static void
drop_condition(struct steer_table *t)
{
	if (--t->n_conditions > 0)
		return;
	t->condition_depth = 0;
	steer_view_again(t);
}

static void
free_subtable(struct steer_retired *r)
{
	steer_subtable_free(RTE_PTR_SUB(r, offsetof(struct steer_subtable, retired)));
}

/** Take an empty subtable out; without memory it stays, which does no harm. */
static void
drop_subtable(struct steer_table *t, struct steer_subtable *st)
{
	struct steer_view *view = steer_view_alloc(t->view->n - 1, t->socket);
	uint32_t n = 0;

	if (view == NULL)
		return;
	for (uint32_t i = 0; i < t->view->n; i++)
		if (t->view->entry[i].subtable != st)
			view->entry[n++] = t->view->entry[i];
	steer_view_publish(t, view);
	steer_retire(t->retire, &st->retired, free_subtable);
}

static struct steer_view_entry *
find_entry(struct steer_table *t, const struct steer_match *match)
{
	struct steer_view *view = t->view;
	uint64_t id;

	/* Most rules are shaped like the one before. */
	if (t->last < view->n && steer_subtable_fits(view->entry[t->last].subtable, match))
		return &view->entry[t->last];
	id = steer_subtable_id(match);
	for (uint32_t i = 0; i < view->n; i++)
		if (view->entry[i].subtable->id == id &&
		    steer_subtable_fits(view->entry[i].subtable, match)) {
			t->last = i;
			return &view->entry[i];
		}
	return NULL;
}

/** Where a form remembers that it is: rules of two forms may come by turns. */
static const struct steer_view_entry *
remembered_entry(const struct steer_table *t, const struct steer_form *form)
{
	const struct steer_view *view = t->view;

	if (form->entry < view->n &&
	    view->entry[form->entry].subtable->number == form->subtable)
		return &view->entry[form->entry];
	return NULL;
}

static const struct steer_view_entry *
find_form_entry(struct steer_table *t, struct steer_form *form)
{
	const struct steer_view_entry *e = remembered_entry(t, form);
	uint64_t id;

	if (e != NULL)
		return e;
	id = steer_subtable_form_id(form);
	for (uint32_t i = 0; i < t->view->n; i++) {
		e = &t->view->entry[i];
		if (e->subtable->id == id && steer_subtable_fits_form(e->subtable, form)) {
			form->subtable = e->subtable->number;
			form->entry = i;
			return e;
		}
	}
	return NULL;
}

/* Table */

static int
init(struct steer_table *t, struct steer_retire *retire, int socket)
{
	memset(t, 0, sizeof(*t));
	t->retire = retire;
	t->socket = socket;
	steer_secret_draw(&t->secret);
	t->view = steer_view_alloc(0, socket);
	return t->view != NULL ? 0 : -ENOMEM;
}

int
steer_table_init(struct steer_table *t, struct steer_retire *retire, int socket)
{
	int rc = init(t, retire, socket);

	if (rc < 0)
		return rc;
	t->changes = rte_zmalloc_socket("steer_changes", sizeof(*t->changes), RTE_CACHE_LINE_SIZE,
					socket);
	if (t->changes == NULL) {
		rte_free(t->view);
		t->view = NULL;
		return -ENOMEM;
	}
	steer_slab_init(&t->own_slab, socket);
	t->slab = &t->own_slab;
	return 0;
}

int
steer_table_init_beside(struct steer_table *t, struct steer_table *other)
{
	int rc = init(t, other->retire, other->socket);

	t->slab = other->slab;
	return rc;
}

void
steer_table_fini(struct steer_table *t)
{
	if (t->view == NULL)
		return;
	for (uint32_t i = 0; i < t->view->n; i++)
		steer_subtable_free(t->view->entry[i].subtable);
	rte_free(t->view);
	t->view = NULL;
	steer_filters_free(t);
	rte_free(t->changes);
	if (t->slab == &t->own_slab)
		steer_slab_fini(&t->own_slab);
}

void
steer_table_commit(struct steer_table *t, uint64_t version)
{
	__atomic_store_n(&t->version, version, __ATOMIC_RELEASE);
}

/** Subtable for a rule's mask, which is new. */
static struct steer_subtable *
add_subtable(struct steer_table *t, const struct steer_match *match, const struct steer_rule *rule)
{
	struct steer_view_entry e = {
		.subtable = steer_subtable_create(match, &t->secret, t->socket),
		.prio = rule->prio,
		.seq = rule->seq,
		.kind_mask = match->mask[0],
		.kind = match->spec[0],
	};

	if (e.subtable == NULL)
		return NULL;
	e.subtable->table = t;
	if (steer_view_set(t, &e) < 0) {
		steer_subtable_free(e.subtable);
		return NULL;
	}
	return e.subtable;
}

/**
 * Have an entry be right for @p rule, whose meta word is @p kind. First the entry, then the rule:
 * readers pass over subtables by their entries. @return 0; -ENOMEM.
 */
static int
suit_entry(struct steer_table *t, const struct steer_view_entry *old, uint64_t kind,
	   const struct steer_rule *rule)
{
	const bool first = steer_order_before(rule, old->prio, old->seq);
	const uint64_t differ = (kind ^ old->kind) & old->kind_mask;
	struct steer_view_entry e;

	if (likely(!first && differ == 0))
		return 0;
	e = *old;
	if (first) {
		e.prio = rule->prio;
		e.seq = rule->seq;
	}
	e.kind_mask &= ~differ;
	e.kind &= e.kind_mask;
	return steer_view_set(t, &e);
}

/** Subtable for @p match whose entry is right for @p rule. @return NULL if memory is short. */
static struct steer_subtable *
get_subtable(struct steer_table *t, const struct steer_match *match, const struct steer_rule *rule)
{
	const struct steer_view_entry *entry = find_entry(t, match);
	struct steer_subtable *st;

	if (entry == NULL)
		return add_subtable(t, match, rule);
	/* Not afterwards: the view may be another one then. */
	st = entry->subtable;
	return suit_entry(t, entry, match->spec[0], rule) == 0 ? st : NULL;
}

void
steer_table_expect(const struct steer_table *t, const struct steer_match *match)
{
	if (t->last < t->view->n && steer_subtable_fits(t->view->entry[t->last].subtable, match))
		steer_subtable_prefetch(t->view->entry[t->last].subtable, match);
}

void
steer_table_expect_words(const struct steer_table *t, const struct steer_form *form,
			 const uint64_t *words)
{
	const struct steer_view_entry *e = remembered_entry(t, form);

	if (e != NULL)
		steer_subtable_prefetch_words(e->subtable, words);
}

/** A copy of a rule, without words. */
static int
copy_rule(struct steer_table *t, struct steer_subtable *st, const struct steer_rule *rule,
	  struct steer_place *place)
{
	const size_t size = steer_subtable_rule_size(st);
	struct steer_rule *copy = steer_slab_alloc(t->slab, size);

	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, rule, sizeof(*copy));
	*place = (struct steer_place){ .subtable = st, .rule = copy, .size = size };
	return 0;
}

/** A rule has its words: let readers have it. @return 0; -ENOMEM: its memory is given back. */
static int
add_rule(struct steer_table *t, const struct steer_place *place)
{
	steer_filters_tell(t, place->subtable, place->rule);
	if (steer_subtable_insert(place->subtable, place->rule, t->retire) < 0) {
		steer_filters_forget(place->subtable, place->rule);
		steer_slab_free(t->slab, place->rule, place->size);
		return -ENOMEM;
	}
	t->n_rules++;
	if (t->changes != NULL)
		steer_changes_arrival(t->changes, place->rule->prio, place->rule->seq + 1);
	return 0;
}

static int
insert(struct steer_table *t, const struct steer_match *match, const struct steer_rule *rule,
       struct steer_place *place)
{
	struct steer_subtable *st = get_subtable(t, match, rule);
	int rc;

	if (st == NULL)
		return -ENOMEM;
	rc = copy_rule(t, st, rule, place);
	if (rc == 0) {
		steer_subtable_rule_init(st, place->rule, match);
		rc = add_rule(t, place);
	}
	if (rc < 0 && st->n_rules == 0)
		drop_subtable(t, st);
	return rc;
}

/** The first of its form: from now on there is a subtable. */
static int __rte_noinline
insert_first(struct steer_table *t, const struct steer_form *form, const uint64_t *words,
	     const struct steer_rule *rule, struct steer_place *place)
{
	struct steer_match match;

	steer_form_match(form, words, &match);
	return insert(t, &match, rule, place);
}

int
steer_table_insert_words(struct steer_table *t, struct steer_form *form, const uint64_t *words,
			 const struct steer_rule *rule, struct steer_place *place)
{
	const struct steer_view_entry *entry = find_form_entry(t, form);
	struct steer_subtable *st;
	int rc;

	if (entry == NULL)
		return insert_first(t, form, words, rule, place);
	st = entry->subtable;
	rc = suit_entry(t, entry, form->n_words > 0 && form->word[0] == 0 ? words[0] : 0, rule);
	if (rc == 0)
		rc = copy_rule(t, st, rule, place);
	if (rc < 0)
		return rc;
	for (unsigned int i = 0; i < form->n_words; i++)
		place->rule->words[i] = words[i];
	return add_rule(t, place);
}

int
steer_table_insert(struct steer_table *t, const struct steer_match *match,
		   const struct steer_rule *rule, struct steer_place *place)
{
	const struct steer_condition *condition = steer_rule_condition(rule);
	int rc;

	if (condition != NULL && add_condition(t, condition) < 0)
		return -ENOMEM;
	rc = insert(t, match, rule, place);
	if (rc < 0 && condition != NULL)
		drop_condition(t);
	return rc;
}

/** Who remembers an outcome sees the old rule's death; for all others nothing has changed. */
int
steer_table_replace(struct steer_table *t, const struct steer_place *old,
		    const struct steer_rule *rule, struct steer_place *place)
{
	struct steer_rule *copy = steer_slab_alloc(t->slab, old->size);

	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, old->rule, old->size);
	memcpy(copy, rule, sizeof(*copy));
	steer_filters_tell(t, old->subtable, copy);
	if (steer_subtable_replace(old->subtable, old->rule, copy, t->retire) < 0) {
		steer_filters_forget(old->subtable, copy);
		steer_slab_free(t->slab, copy, old->size);
		return -ENOMEM;
	}
	*place = (struct steer_place){
		.subtable = old->subtable, .rule = copy, .size = old->size,
	};
	t->n_rules++;
	t->n_conditions += steer_rule_condition(rule) != NULL;
	return 0;
}

void
steer_table_bury(struct steer_table *t, const struct steer_place *place, struct steer_tomb *tomb,
		 uint64_t died)
{
	if (t->changes != NULL)
		steer_changes_death(t->changes, place->rule, died + 1);
	steer_rule_bury(place->rule, tomb, died);
	steer_subtable_prefetch_rule(place->subtable, place->rule);
}

/** Best rules have gone: look for the best one anew, at a cost that they have paid for. */
static void
lower_subtable(struct steer_table *t, struct steer_subtable *st)
{
	struct steer_view_entry e = { .subtable = NULL };

	/* Nothing is before or behind the only one. */
	if (st->stale < st->n_rules || t->view->n == 1)
		return;
	steer_subtable_rescan(st);
	for (uint32_t i = 0; i < t->view->n; i++)
		if (t->view->entry[i].subtable == st)
			e = t->view->entry[i];
	e.prio = st->best_prio;
	e.seq = st->best_seq;
	steer_view_set(t, &e);
}

/** A subtable has lost rules: is it empty, is its best rule another one now? */
static void
settle(struct steer_table *t, struct steer_subtable *st)
{
	if (st->n_rules == 0)
		drop_subtable(t, st);
	else if (st->stale > 0)
		lower_subtable(t, st);
}

void
steer_table_remove(struct steer_table *t, const struct steer_place *place)
{
	struct steer_subtable *st = place->subtable;
	const bool tidy = st->untidy == NULL;

	steer_filters_forget(st, place->rule);
	steer_subtable_remove(st, place->rule);
	t->n_rules--;
	if (steer_rule_condition(place->rule) != NULL)
		drop_condition(t);
	if (st->untidy != NULL) {
		if (tidy) {
			st->next_untidy = t->untidy;
			t->untidy = st;
		}
	} else {
		settle(t, st);
	}
}

void
steer_table_tidy(struct steer_table *t)
{
	struct steer_subtable *st;

	while ((st = t->untidy) != NULL) {
		t->untidy = st->next_untidy;
		steer_ranges_tidy(st, t->retire);
		settle(t, st);
	}
}

void
steer_table_release(struct steer_table *t, const struct steer_place *place)
{
	steer_slab_free(t->slab, place->rule, place->size);
}

void
steer_table_match(const struct steer_place *place, struct steer_match *match)
{
	steer_subtable_rule_match(place->subtable, place->rule, match);
}
