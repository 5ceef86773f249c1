/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#include "steer_group.h"

/* Life */

void
steer_groups_init(struct steer_groups *set, struct steer_table *root)
{
	memset(set, 0, sizeof(*set));
	set->root.set = set;
	set->root.table = root;
	root->owner = &set->root;
}

static struct steer_group_list *
bucket_of(struct steer_groups *set, uint64_t id)
{
	/* Fibonacci hashing: applications number groups in steps of all kinds. */
	return &set->buckets[(id * UINT64_C(11400714819323198485)) >> 54];
}

struct steer_group *
steer_group_find(struct steer_groups *set, uint64_t id)
{
	struct steer_group *group;

	if (id == 0)
		return &set->root;
	LIST_FOREACH(group, bucket_of(set, id), link)
		if (group->id == id)
			return group;
	return NULL;
}

static struct steer_group *
create(struct steer_groups *set, uint64_t id)
{
	const struct steer_table *root = set->root.table;
	struct steer_group *group = calloc(1, sizeof(*group));

	if (group == NULL)
		return NULL;
	group->id = id;
	group->set = set;
	group->table = rte_zmalloc_socket("steer_group", sizeof(*group->table),
					  RTE_CACHE_LINE_SIZE, root->socket);
	if (group->table == NULL || steer_table_init_beside(group->table, set->root.table) < 0) {
		rte_free(group->table);
		free(group);
		return NULL;
	}
	group->table->owner = group;
	LIST_INSERT_HEAD(bucket_of(set, id), group, link);
	set->n++;
	return group;
}

static void
set_untidy(struct steer_groups *set, struct steer_group *group, bool untidy)
{
	if (untidy && !group->untidy)
		LIST_INSERT_HEAD(&set->untidy, group, link_untidy);
	else if (!untidy && group->untidy)
		LIST_REMOVE(group, link_untidy);
	group->untidy = untidy;
}

static void
destroy(struct steer_groups *set, struct steer_group *group)
{
	set_untidy(set, group, false);
	LIST_REMOVE(group, link);
	steer_table_fini(group->table);
	rte_free(group->table);
	free(group);
	/* While there are groups, parsing too deep costs less than to find out. */
	if (--set->n == 0)
		__atomic_store_n(&set->depth, 0, __ATOMIC_RELAXED);
}

void
steer_groups_fini(struct steer_groups *set)
{
	struct steer_group *group;

	for (unsigned int i = 0; i < STEER_GROUP_BUCKETS; i++)
		while ((group = LIST_FIRST(&set->buckets[i])) != NULL)
			destroy(set, group);
}

struct steer_group *
steer_group_get(struct steer_groups *set, uint64_t id)
{
	struct steer_group *group = steer_group_find(set, id);

	if (group == NULL)
		group = create(set, id);
	if (group != NULL)
		group->users++;
	return group;
}

void
steer_group_put(struct steer_groups *set, struct steer_group *group)
{
	if (--group->users == 0 && group != &set->root)
		destroy(set, group);
}

/* Jumps */

struct steer_jump *
steer_group_jump(struct steer_group *from, struct steer_group *to)
{
	struct steer_jump *jump;

	LIST_FOREACH(jump, &to->jumps, link)
		if (jump->from == from)
			break;
	if (jump == NULL) {
		jump = calloc(1, sizeof(*jump));
		if (jump == NULL)
			return NULL;
		jump->from = from;
		LIST_INSERT_HEAD(&to->jumps, jump, link);
	}
	jump->n_rules++;
	return jump;
}

void
steer_group_jump_end(struct steer_jump *jump)
{
	if (--jump->n_rules > 0)
		return;
	LIST_REMOVE(jump, link);
	free(jump);
}

/** From a group back to those that lead to it. @return whether @p goal is one of them. */
static bool
leads_to(struct steer_groups *set, struct steer_group *goal, struct steer_group *group)
{
	struct steer_group *todo = group;
	struct steer_jump *jump;

	group->search = ++set->search;
	group->towards = NULL;
	group->next = NULL;
	while (todo != NULL && todo != goal) {
		group = todo;
		todo = group->next;
		LIST_FOREACH(jump, &group->jumps, link) {
			struct steer_group *from = jump->from;

			if (from->search == set->search)
				continue;
			from->search = set->search;
			from->towards = group;
			from->next = todo;
			todo = from;
		}
	}
	return todo != NULL;
}

/** The groups from one on, as the search has left them: all of one tunnel, or of none. */
static void
print_path(const struct steer_group *group, uint64_t from, char *path, size_t size)
{
	size_t len = (size_t)snprintf(path, size, "%u", (uint32_t)from);

	for (; group != NULL && len < size; group = group->towards)
		len += (size_t)snprintf(path + len, size - len, " -> %u",
				       steer_group_number(group));
	if (len >= size)
		strcpy(path + size - sizeof("..."), "...");
}

bool
steer_groups_loop(struct steer_groups *set, uint64_t from, uint64_t to, char *path, size_t size)
{
	struct steer_group *source = steer_group_find(set, from), *goal = steer_group_find(set, to);

	if (from == to) {
		snprintf(path, size, "%u -> %u", (uint32_t)from, (uint32_t)to);
		return true;
	}
	/* Who wants to be led back to has to be there already. */
	if (source == NULL || goal == NULL || !leads_to(set, goal, source))
		return false;
	print_path(goal, from, path, size);
	return true;
}

/* Tables */

void
steer_group_deepen(struct steer_groups *set, const struct steer_group *group)
{
	if (group != &set->root)
		__atomic_store_n(&set->depth, set->depth | group->table->view->depth,
				 __ATOMIC_RELAXED);
}

void
steer_group_remove(struct steer_groups *set, struct steer_group *group,
		   const struct steer_place *place)
{
	steer_table_remove(group->table, place);
	set_untidy(set, group, group->table->untidy != NULL);
}

void
steer_groups_tidy(struct steer_groups *set)
{
	struct steer_group *group;

	while ((group = LIST_FIRST(&set->untidy)) != NULL) {
		steer_table_tidy(group->table);
		set_untidy(set, group, false);
	}
}
