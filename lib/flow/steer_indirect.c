/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include <rte_errno.h>

#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_type_name.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Naming */

static bool
is_ours(const struct steer_engine *e, const struct steer_indirect *handle)
{
	return handle != NULL && handle->engine == e && !handle->destroyed;
}

static int
check_handle(const struct steer_engine *e, const struct steer_indirect *handle,
	     struct rte_flow_error *error)
{
	if (!is_ours(e, handle))
		return REFUSE(error, handle, EINVAL, ACTION_CONF,
			      "indirect: not a handle of this port");
	return 0;
}

int
steer_indirect_check(const struct steer_engine *e, const struct steer_actions *actions,
		     struct rte_flow_error *error)
{
	int rc = 0;

	for (unsigned int i = 0; i < STEER_SHARES && rc == 0; i++)
		if (actions->shared[i] != NULL)
			rc = check_handle(e, (const struct steer_indirect *)actions->shared[i],
					  error);
	return rc;
}

bool
steer_templates_own(const struct steer_templates *set, const struct rte_flow_action *action)
{
	const struct steer_indirect *handle = action->conf;

	return !handle->destroyed && &handle->engine->templates == set;
}

int
steer_indirect_share(struct steer_flow *flow, const struct steer_actions *actions)
{
	struct steer_indirect *handle;
	struct steer_aside *aside;

	for (unsigned int i = 0; i < STEER_SHARES; i++) {
		if (actions->shared[i] == NULL)
			continue;
		aside = steer_flow_aside(flow);
		if (aside == NULL)
			return -ENOMEM;
		/* Const is what the application handed us. */
		handle = (struct steer_indirect *)(uintptr_t)actions->shared[i];
		handle->rules++;
		handle->holders++;
		aside->shared[i] = handle;
		aside->sharing = true;
		switch (handle->shared.kind) {
		case STEER_SHARE_RSS:
			flow->rule->target = handle->context;
			break;
		case STEER_SHARE_COUNT:
			flow->rule->flags |= STEER_RULE_COUNT;
			steer_flow_set_count(flow, handle->count);
			break;
		default:
			aside->age = handle->age;
		}
	}
	return 0;
}

void
steer_indirect_unshare(struct steer_flow *flow)
{
	if (!flow->aside->sharing)
		return;
	for (unsigned int i = 0; i < STEER_SHARES; i++)
		if (flow->aside->shared[i] != NULL)
			flow->aside->shared[i]->rules--;
	steer_flow_has_aside(flow)->sharing = false;
}

static void
free_handle(struct steer_indirect *handle)
{
	struct steer_engine *e = handle->engine;

	if (handle->count != STEER_COUNT_NONE)
		steer_count_release(&e->count, handle->count);
	if (handle->context != STEER_CONTEXT_PORT)
		steer_contexts_put(&e->contexts, handle->context);
	if (handle->age != NULL)
		steer_age_free(&e->ages, handle->age);
	free(handle);
}

void
steer_indirect_put(struct steer_flow *flow)
{
	steer_indirect_unshare(flow);
	for (unsigned int i = 0; i < STEER_SHARES; i++) {
		struct steer_indirect *handle = flow->aside->shared[i];

		if (handle == NULL)
			continue;
		steer_flow_has_aside(flow)->shared[i] = NULL;
		if (--handle->holders == 0 && handle->destroyed)
			free_handle(handle);
	}
}

void
steer_indirect_fini(struct steer_engine *e)
{
	struct steer_indirect *handle;

	while ((handle = TAILQ_FIRST(&e->indirects)) != NULL) {
		TAILQ_REMOVE(&e->indirects, handle, link);
		free_handle(handle);
	}
}

/* Life */

static int
check_create(const struct steer_engine *e, const struct rte_flow_indir_action_conf *conf,
	     const struct rte_flow_action *action, enum steer_share *kind,
	     struct rte_flow_error *error)
{
	if (conf == NULL)
		return REFUSE(error, NULL, EINVAL, ATTR, "indirect: no attributes");
	if (!conf->ingress)
		return REFUSE(error, conf, conf->egress || conf->transfer ? ENOTSUP : EINVAL,
			      ATTR_INGRESS,
			      "indirect: not for ingress: ingress rules are accepted");
	if (action == NULL)
		return REFUSE(error, NULL, EINVAL, ACTION, "indirect: no action");
	return steer_action_parse_shared(action, steer_nameable_queues(e), kind, error);
}

/** @return 0; -errno. */
static int
take_resources(struct steer_engine *e, struct steer_indirect *handle,
	       const struct rte_flow_action *action)
{
	const struct rte_flow_action_age *age = action->conf;
	int number;

	switch (handle->shared.kind) {
	case STEER_SHARE_RSS:
		number = steer_contexts_get_own(&e->contexts, action->conf, &e->port_conf,
						steer_nameable_queues(e));
		if (number < 0)
			return number;
		handle->context = (uint16_t)number;
		return 0;
	case STEER_SHARE_COUNT:
		handle->count = steer_count_alloc(&e->count);
		return handle->count != STEER_COUNT_NONE ? 0 : -ENOMEM;
	default:
		handle->age = steer_age_create(&e->ages, age->timeout,
					       age->context != NULL ? age->context : handle);
		if (handle->age == NULL)
			return -ENOMEM;
		steer_aged_watch(e);
		return 0;
	}
}

static struct steer_indirect *
create(struct steer_engine *e, const struct rte_flow_action *action, enum steer_share kind,
       struct rte_flow_error *error)
{
	struct steer_indirect *handle = calloc(1, sizeof(*handle));
	int rc = -ENOMEM;

	if (handle != NULL) {
		handle->shared.kind = kind;
		handle->engine = e;
		handle->context = STEER_CONTEXT_PORT;
		handle->count = STEER_COUNT_NONE;
		rc = take_resources(e, handle, action);
	}
	if (rc < 0) {
		REFUSE(error, NULL, -rc, ACTION,
		       rc == -ENOSPC ? "indirect: more than %u distinct RSS actions"
				     : "indirect: no memory for another handle", STEER_CONTEXTS);
		free(handle);
		return NULL;
	}
	handle->shared.number = e->next_indirect++;
	TAILQ_INSERT_TAIL(&e->indirects, handle, link);
	return handle;
}

struct steer_indirect *
steer_indirect_create(struct steer_engine *e, const struct rte_flow_indir_action_conf *conf,
		      const struct rte_flow_action *action, struct rte_flow_error *error)
{
	enum steer_share kind;

	if (check_create(e, conf, action, &kind, error) < 0)
		return NULL;
	return create(e, action, kind, error);
}

struct steer_indirect *
steer_engine_indirect_create(struct steer_engine *e, const struct rte_flow_indir_action_conf *conf,
			     const struct rte_flow_action *action, struct rte_flow_error *error)
{
	struct steer_indirect *handle;

	pthread_mutex_lock(&e->lock);
	handle = steer_indirect_create(e, conf, action, error);
	pthread_mutex_unlock(&e->lock);
	return handle;
}

void
steer_engine_indirect_keep(struct steer_engine *e, struct steer_indirect *handle)
{
	pthread_mutex_lock(&e->lock);
	if (handle->age != NULL)
		steer_age_hush(&e->ages, handle->age);
	pthread_mutex_unlock(&e->lock);
}

int
steer_indirect_destroy(struct steer_engine *e, struct steer_indirect *handle,
		       struct rte_flow_error *error)
{
	int rc = check_handle(e, handle, error);

	if (rc < 0)
		return rc;
	if (handle->rules > 0)
		return REFUSE(error, handle, EBUSY, ACTION_CONF,
			      "indirect: in use by %" PRIu64 " rule%s: destroy %s first",
			      handle->rules, handle->rules == 1 ? "" : "s",
			      handle->rules == 1 ? "it" : "them");
	if (__atomic_load_n(&handle->shared.held, __ATOMIC_RELAXED) > 0)
		return REFUSE(error, handle, EBUSY, ACTION_CONF,
			      "indirect: in use by an actions template, or by an operation that "
			      "waits in a flow queue: destroy the one, push the other first");
	TAILQ_REMOVE(&e->indirects, handle, link);
	if (TAILQ_EMPTY(&e->indirects))
		e->next_indirect = 0;
	handle->destroyed = true;
	if (handle->age != NULL)
		steer_age_stop(&e->ages, handle->age);
	if (handle->holders == 0)
		free_handle(handle);
	return 0;
}

int
steer_engine_indirect_destroy(struct steer_engine *e, struct steer_indirect *handle,
			      struct rte_flow_error *error)
{
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = steer_indirect_destroy(e, handle, error);
	steer_engine_unlock(e, UINT_MAX);
	return rc;
}

/* Changing */

/** Rules whose queues were all gone have some again. They come last within their priority. */
static int
wake_flows(struct steer_engine *e, const struct steer_indirect *handle)
{
	struct steer_flow *flow, *next;

	/* Those that have come last are met again at the end, active by then. */
	for (flow = TAILQ_FIRST(&e->flows); flow != NULL; flow = next) {
		next = TAILQ_NEXT(flow, link);
		if (flow->aside->shared[STEER_SHARE_RSS] != handle || steer_flow_active(flow) ||
		    !steer_flow_usable(e, flow, e->n_queues))
			continue;
		flow->rule->seq = e->next_version++;
		steer_flow_last(e, flow);
		if (steer_flow_activate(e, flow, flow->aside->match) < 0)
			return -ENOMEM;
		steer_flow_forget_match(flow);
	}
	return 0;
}

static int
update_rss(struct steer_engine *e, struct steer_indirect *handle,
	   const struct rte_flow_action *action, struct rte_flow_error *error)
{
	enum steer_share kind;
	int rc;

	if (action->type != RTE_FLOW_ACTION_TYPE_RSS)
		return REFUSE(error, action, EINVAL, ACTION,
			      "indirect: %s: the handle is for rss",
			      steer_action_type_name(action->type).text);
	rc = steer_action_parse_shared(action, steer_nameable_queues(e), &kind, error);
	if (rc < 0)
		return rc;
	rc = steer_contexts_update(&e->contexts, handle->context, action->conf, &e->port_conf,
				   steer_nameable_queues(e), e->next_version);
	if (rc < 0)
		return REFUSE(error, action->conf, -rc, ACTION_CONF,
			      "rss: no memory for its context");
	rc = wake_flows(e, handle);
	steer_table_commit(&e->table, ++e->next_version);
	steer_contexts_settle(&e->contexts, handle->context, &e->retire);
	if (rc < 0)
		return REFUSE(error, action->conf, -rc, ACTION_CONF,
			      "rss: updated, but no memory for rules whose queues were gone: "
			      "they stay inactive until the port is configured");
	return 0;
}

int
steer_indirect_update(struct steer_engine *e, struct steer_indirect *handle, const void *what,
		      struct rte_flow_error *error)
{
	const struct rte_flow_update_age *age = what;
	int rc = check_handle(e, handle, error);

	if (rc < 0)
		return rc;
	if (what == NULL)
		return REFUSE(error, NULL, EINVAL, ACTION, "indirect: no update given");
	switch (handle->shared.kind) {
	case STEER_SHARE_RSS:
		return update_rss(e, handle, what, error);
	case STEER_SHARE_AGE:
		if (age->timeout_valid)
			steer_age_set_timeout(&e->ages, handle->age, age->timeout);
		if (age->touch)
			steer_age_touch(&e->ages, handle->age);
		return 0;
	default:
		return REFUSE(error, NULL, ENOTSUP, ACTION,
			      "indirect: count has nothing to update: rss and age are accepted");
	}
}

int
steer_engine_indirect_update(struct steer_engine *e, struct steer_indirect *handle,
			     const void *what, struct rte_flow_error *error)
{
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = steer_indirect_update(e, handle, what, error);
	steer_engine_unlock(e, UINT_MAX);
	return rc;
}

/* Querying */

int
steer_indirect_query(struct steer_engine *e, const struct steer_indirect *handle, void *data,
		     struct rte_flow_error *error)
{
	int rc = check_handle(e, handle, error);

	if (rc < 0)
		return rc;
	if (data == NULL)
		return REFUSE(error, NULL, EINVAL, ACTION, "query: no data given");
	switch (handle->shared.kind) {
	case STEER_SHARE_COUNT:
		steer_engine_query_count(e, handle->count, data);
		return 0;
	case STEER_SHARE_AGE:
		steer_age_query(&e->ages, handle->age, data);
		return 0;
	default:
		return REFUSE(error, NULL, ENOTSUP, ACTION,
			      "query: rss has nothing to tell: count and age are accepted");
	}
}

int
steer_engine_indirect_query(struct steer_engine *e, const struct steer_indirect *handle, void *data,
			    struct rte_flow_error *error)
{
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = steer_indirect_query(e, handle, data, error);
	pthread_mutex_unlock(&e->lock);
	return rc;
}

int
steer_indirect_query_update(struct steer_engine *e, struct steer_indirect *handle,
			    const void *what, void *data, bool update_first,
			    struct rte_flow_error *error)
{
	int rc = check_handle(e, handle, error);

	if (rc < 0)
		return rc;
	if (what == NULL)
		return steer_indirect_query(e, handle, data, error);
	if (data == NULL)
		return steer_indirect_update(e, handle, what, error);
	/* Of the others, only one of the two is possible. */
	if (handle->shared.kind != STEER_SHARE_AGE)
		return REFUSE(error, handle, ENOTSUP, ACTION_CONF,
			      "indirect: query and update together are accepted for age");
	if (!update_first)
		steer_indirect_query(e, handle, data, NULL);
	steer_indirect_update(e, handle, what, NULL);
	if (update_first)
		steer_indirect_query(e, handle, data, NULL);
	return 0;
}

int
steer_engine_indirect_query_update(struct steer_engine *e, struct steer_indirect *handle,
				   const void *what, void *data, bool update_first,
				   struct rte_flow_error *error)
{
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = steer_indirect_query_update(e, handle, what, data, update_first, error);
	steer_engine_unlock(e, UINT_MAX);
	return rc;
}
