/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>

#include "steer_retire.h"

void
steer_retire_init(struct steer_retire *list, struct rte_rcu_qsbr *qsbr)
{
	list->qsbr = qsbr;
	list->head = NULL;
	list->tail = &list->head;
}

void
steer_retire(struct steer_retire *list, struct steer_retired *r, steer_retired_free fn)
{
	r->next = NULL;
	r->free = fn;
	r->token = rte_rcu_qsbr_start(list->qsbr);
	*list->tail = r;
	list->tail = &r->next;
}

static void
free_head(struct steer_retire *list)
{
	struct steer_retired *r = list->head;

	list->head = r->next;
	if (list->head == NULL)
		list->tail = &list->head;
	r->free(r);
}

unsigned int
steer_retire_reclaim_some(struct steer_retire *list, unsigned int max)
{
	unsigned int n = 0;

	while (n < max && list->head != NULL &&
	       rte_rcu_qsbr_check(list->qsbr, list->head->token, false) == 1) {
		free_head(list);
		n++;
	}
	return n;
}

void
steer_retire_flush(struct steer_retire *list)
{
	while (list->head != NULL)
		free_head(list);
}
