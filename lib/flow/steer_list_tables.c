/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Subtables for operators, some at once: which masks there are, and what they take. */

#include <stdio.h>
#include <stdlib.h>

#include "steer_engine_private.h"
#include "steer_text.h"

/** Most that are told at once. */
#define AT_ONCE 32

/** Those that are told, and a rule of each. */
struct page {
	const struct steer_group *group[AT_ONCE];
	const struct steer_subtable *subtable[AT_ONCE];
	const struct steer_flow *flow[AT_ONCE];
	unsigned int n;
	unsigned int max;
	uint64_t skip;
	/** All there are. */
	uint64_t total;
};

static void
add_group(struct page *page, const struct steer_group *group)
{
	const struct steer_view *view = group->table->view;

	for (uint32_t i = 0; i < view->n; i++) {
		if (page->total++ < page->skip || page->n == page->max)
			continue;
		page->group[page->n] = group;
		page->subtable[page->n] = view->entry[i].subtable;
		page->flow[page->n++] = NULL;
	}
}

static void
add_groups(struct page *page, const struct steer_groups *groups)
{
	const struct steer_group *group;

	add_group(page, &groups->root);
	for (unsigned int i = 0; i < STEER_GROUP_BUCKETS && groups->n > 0; i++)
		LIST_FOREACH(group, &groups->buckets[i], link)
			add_group(page, group);
}

/** A rule of each: it says what the mask is of. */
static void
find_flows(struct page *page, const struct steer_flow_list *flows)
{
	const struct steer_flow *flow;
	unsigned int found = 0;

	TAILQ_FOREACH(flow, flows, link) {
		for (unsigned int i = 0; i < page->n && flow->in_table; i++) {
			if (page->subtable[i] != flow->subtable || page->flow[i] != NULL)
				continue;
			page->flow[i] = flow;
			found++;
		}
		if (found == page->n)
			break;
	}
}

/** To be freed; NULL: there is no rule in force, or no memory. */
static char *
mask_text(const struct steer_flow *flow)
{
	struct steer_match match;
	char *text = NULL;
	size_t len;
	FILE *file;

	if (flow == NULL)
		return NULL;
	file = open_memstream(&text, &len);
	if (file == NULL)
		return NULL;
	steer_flow_match(flow, &match);
	steer_text_print_fields(file, &match);
	if (fclose(file) == 0)
		return text;
	free(text);
	return NULL;
}

static void
tell(const struct page *page, unsigned int i, steer_table_line_cb cb, void *arg)
{
	const struct steer_subtable *st = page->subtable[i];
	char *mask = mask_text(page->flow[i]);
	const struct steer_table_line line = {
		.group = steer_group_number(page->group[i]),
		.tunnel = (uint32_t)(page->group[i]->id >> 32),
		.mask = mask != NULL ? mask : "",
		.priority = st->best_prio,
		.rules = st->n_rules,
		.values = st->n_slots,
		.buckets = st->hash->n_buckets,
		.bytes = sizeof(*st) + sizeof(*st->hash) +
			 (uint64_t)st->hash->n_buckets * sizeof(st->hash->buckets[0]) +
			 st->n_rules * steer_subtable_rule_size(st),
		.filtered = st->filter != NULL,
	};

	cb(&line, arg);
	free(mask);
}

uint64_t
steer_engine_table_list(struct steer_engine *e, uint64_t skip, unsigned int n,
			steer_table_line_cb cb, void *arg)
{
	struct page page = { .skip = skip, .max = RTE_MIN(n, (unsigned int)AT_ONCE) };

	pthread_mutex_lock(&e->lock);
	add_groups(&page, &e->groups);
	find_flows(&page, &e->flows);
	for (unsigned int i = 0; i < page.n; i++)
		tell(&page, i, cb, arg);
	pthread_mutex_unlock(&e->lock);
	return page.total;
}

bool
steer_engine_cached(struct steer_engine *e)
{
	bool cached;

	pthread_mutex_lock(&e->lock);
	cached = e->cache != NULL;
	pthread_mutex_unlock(&e->lock);
	return cached;
}
