/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_kept.h"

/** Whose a rule is: @p by is how its note begins. */
static bool
is_of(const struct steer_flow *flow, const char *by)
{
	return flow->aside->note != NULL && strncmp(flow->aside->note, by, strlen(by)) == 0;
}

static bool
is_within(const struct steer_flow *flow, struct steer_flow_range range)
{
	return flow->rule->seq >= range.first && flow->rule->seq < range.end;
}

/** The lock is held. @return 0; -ENOMEM. */
static int
keep(struct steer_engine *e, struct steer_flow *flow, const char *note)
{
	struct steer_aside *aside = steer_flow_aside(flow);
	char *copy = aside != NULL ? strdup(note) : NULL;

	if (copy == NULL)
		return -ENOMEM;
	free(aside->note);
	aside->note = copy;
	/* The application does not know it: it is not to be told of it. */
	if (aside->age != NULL && aside->shared[STEER_SHARE_AGE] == NULL)
		steer_age_hush(&e->ages, aside->age);
	return 0;
}

int
steer_engine_flow_keep(struct steer_engine *e, struct steer_flow *flow, const char *note)
{
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = steer_flow_check_handle(e, flow, NULL);
	if (rc == 0)
		rc = keep(e, flow, note);
	pthread_mutex_unlock(&e->lock);
	return rc;
}

/* Several at once: what is made is seen by readers when all is there */

static int
make(struct steer_engine *e, const struct steer_flow_spec *spec, const char *note,
     struct rte_flow_error *error)
{
	struct steer_flow_list dead = TAILQ_HEAD_INITIALIZER(dead);
	struct steer_request req;
	struct steer_flow *flow;
	int rc;

	rc = steer_request_parse(e, &e->repeat, spec->attr, spec->pattern, spec->actions, &req,
				 error);
	if (rc < 0)
		return rc;
	flow = steer_flow_alloc(e);
	if (flow == NULL) {
		steer_condition_free(req.match.condition);
		return steer_error(error, ENOMEM, RTE_FLOW_ERROR_TYPE_HANDLE, NULL,
				   "no memory for another rule");
	}
	rc = steer_flow_fill(e, flow, &req, error);
	if (rc < 0) {
		steer_flow_release(&e->flow_pool, flow);
		return rc;
	}
	if (keep(e, flow, note) == 0)
		return 0;
	return steer_error(error, ENOMEM, RTE_FLOW_ERROR_TYPE_HANDLE, NULL,
			   "no memory for a rule's note");
}

/** Those of a note, or, without one, all in a range. */
static uint64_t
remove_all(struct steer_engine *e, const char *by, struct steer_flow_range range,
	   struct steer_flow_list *dead)
{
	struct steer_flow *flow, *next;
	uint64_t n = 0;

	for (flow = TAILQ_FIRST(&e->flows); flow != NULL; flow = next) {
		next = TAILQ_NEXT(flow, link);
		if (!is_within(flow, range) || (by != NULL && !is_of(flow, by)))
			continue;
		steer_flow_remove(e, flow, dead);
		n++;
	}
	return n;
}

int
steer_engine_flow_load(struct steer_engine *e, const struct steer_flow_source *source,
		       const char *note, bool replace, struct steer_flow_range *made,
		       struct rte_flow_error *error)
{
	struct steer_flow_list dead = TAILQ_HEAD_INITIALIZER(dead);
	struct steer_flow_spec spec;
	int rc;

	pthread_mutex_lock(&e->lock);
	made->first = e->next_version;
	while ((rc = source->next(source->arg, &spec, error)) > 0) {
		rc = make(e, &spec, note, error);
		if (rc < 0)
			break;
	}
	made->end = e->next_version;
	if (rc < 0)
		remove_all(e, NULL, *made, &dead);
	else if (replace)
		remove_all(e, note, (struct steer_flow_range){ 0, made->first }, &dead);
	steer_flows_commit(e, &dead);
	steer_engine_unlock(e, UINT_MAX);
	return rc;
}

uint64_t
steer_engine_flow_unload(struct steer_engine *e, const char *by, struct steer_flow_range range)
{
	struct steer_flow_list dead = TAILQ_HEAD_INITIALIZER(dead);
	uint64_t n;

	pthread_mutex_lock(&e->lock);
	n = remove_all(e, by, range, &dead);
	steer_flows_commit(e, &dead);
	steer_engine_unlock(e, UINT_MAX);
	return n;
}

/* One of them */

struct steer_flow *
steer_engine_flow_kept(struct steer_engine *e, const char *by, struct steer_flow_range range)
{
	struct steer_flow *flow;

	pthread_mutex_lock(&e->lock);
	TAILQ_FOREACH(flow, &e->flows, link)
		if (is_within(flow, range) && is_of(flow, by))
			break;
	pthread_mutex_unlock(&e->lock);
	return flow;
}

/** The lock is held. */
static int
find(struct steer_engine *e, uint64_t number, const char *by, struct steer_flow **found)
{
	struct steer_flow *flow;

	TAILQ_FOREACH(flow, &e->flows, link)
		if (flow->rule->seq == number)
			break;
	if (flow == NULL)
		return -ENOENT;
	if (by != NULL && !is_of(flow, by))
		return -EPERM;
	*found = flow;
	return 0;
}

int
steer_engine_flow_find(struct steer_engine *e, uint64_t number, const char *by,
		       struct steer_flow **flow)
{
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = find(e, number, by, flow);
	pthread_mutex_unlock(&e->lock);
	return rc;
}

uint64_t
steer_engine_flow_number(const struct steer_flow *flow)
{
	return flow->rule->seq;
}

int
steer_engine_flow_destroy_number(struct steer_engine *e, uint64_t number, const char *by)
{
	struct steer_flow_list dead = TAILQ_HEAD_INITIALIZER(dead);
	struct steer_flow *flow;
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = find(e, number, by, &flow);
	if (rc == 0) {
		/* The application does not know that its handle is none. */
		flow->awaited += flow->aside->note == NULL;
		steer_flow_remove(e, flow, &dead);
		steer_flows_commit(e, &dead);
	}
	steer_engine_unlock(e, STEER_RECLAIM_MAX);
	return rc;
}
