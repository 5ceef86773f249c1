/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <stdbool.h>

#include <rte_prefetch.h>

#include "steer_retire.h"

void
steer_retire_init(struct steer_retire *list, struct rte_rcu_qsbr *qsbr)
{
	list->qsbr = qsbr;
	list->head = NULL;
	list->tail = &list->head;
	list->known = 0;
	list->newest = 0;
	list->unasked = 0;
	list->n_kinds = 0;
}

/** Number of a function; there are fewer of them than STEER_RETIRE_KINDS. */
static unsigned int
kind_of(struct steer_retire *list, steer_retired_free fn)
{
	unsigned int i;

	for (i = 0; i < list->n_kinds; i++)
		if (list->kinds[i] == fn)
			return i;
	assert(i < STEER_RETIRE_KINDS);
	list->kinds[list->n_kinds++] = fn;
	return i;
}

void
steer_retire(struct steer_retire *list, struct steer_retired *r, steer_retired_free fn)
{
	const unsigned int kind = kind_of(list, fn);

	list->newest = rte_rcu_qsbr_start(list->qsbr);
	r->next = NULL;
	r->token = list->newest * STEER_RETIRE_KINDS + kind;
	*list->tail = r;
	list->tail = &r->next;
	list->unasked++;
}

static void
free_head(struct steer_retire *list)
{
	struct steer_retired *r = list->head;

	list->head = r->next;
	if (list->head == NULL)
		list->tail = &list->head;
	/* It was touched last when it was retired. */
	rte_prefetch0(list->head);
	list->kinds[r->token % STEER_RETIRE_KINDS](r);
}

/** Does no reader hold the oldest one? Readers are asked if it is not newer than @p newest. */
static bool
head_is_free(struct steer_retire *list, uint64_t newest)
{
	const uint64_t token = list->head->token / STEER_RETIRE_KINDS;

	return token <= list->known ||
	       (token <= newest && rte_rcu_qsbr_check(list->qsbr, token, false) == 1);
}

static unsigned int
reclaim(struct steer_retire *list, unsigned int max, uint64_t newest)
{
	unsigned int n = 0;

	while (n < max && list->head != NULL && head_is_free(list, newest)) {
		free_head(list);
		n++;
	}
	return n;
}

/** For all that there are at once. */
static void
ask(struct steer_retire *list)
{
	list->unasked = 0;
	if (list->known < list->newest &&
	    rte_rcu_qsbr_check(list->qsbr, list->newest, false) == 1)
		list->known = list->newest;
}

unsigned int
steer_retire_reclaim_some(struct steer_retire *list, unsigned int max)
{
	ask(list);
	return reclaim(list, max, UINT64_MAX);
}

unsigned int
steer_retire_reclaim_lazily(struct steer_retire *list, unsigned int max)
{
	if (list->unasked < STEER_RETIRE_LAZY)
		return reclaim(list, max, 0);
	ask(list);
	/* Not those that are retired by freeing others. */
	return reclaim(list, max, list->newest);
}

void
steer_retire_flush(struct steer_retire *list)
{
	while (list->head != NULL)
		free_head(list);
}
