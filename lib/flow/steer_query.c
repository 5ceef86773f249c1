/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_type_name.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

void
steer_engine_query_count(struct steer_engine *e, uint32_t id, struct rte_flow_query_count *query)
{
	const struct steer_count_value v = query->reset ? steer_count_reset(&e->count, id) :
							  steer_count_read(&e->count, id);

	query->hits = v.hits;
	query->bytes = v.bytes;
	query->hits_set = 1;
	query->bytes_set = 1;
}

static int
check_query(const struct steer_engine *e, const struct steer_flow *flow,
	    const struct rte_flow_action *action, const void *data, struct rte_flow_error *error)
{
	int rc = steer_flow_check_handle(e, flow, error);

	if (rc < 0)
		return rc;
	if (action == NULL || data == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "query: no action or no data given");
	if (action->type == RTE_FLOW_ACTION_TYPE_VOID)
		return 0;
	if (action->type != RTE_FLOW_ACTION_TYPE_COUNT &&
	    action->type != RTE_FLOW_ACTION_TYPE_AGE)
		return REFUSE(error, action, ENOTSUP, ACTION,
			      "query: %s: count and age are accepted",
			      steer_action_type_name(action->type).text);
	if (action->type == RTE_FLOW_ACTION_TYPE_AGE && flow->aside->age == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "query: the rule has no age action");
	if (action->type == RTE_FLOW_ACTION_TYPE_COUNT &&
	    (flow->quiet || steer_rule_count(flow->rule) == STEER_COUNT_NONE))
		return REFUSE(error, action, EINVAL, ACTION, "query: the rule has no count action");
	return 0;
}

int
steer_engine_flow_query(struct steer_engine *e, struct steer_flow *flow,
			const struct rte_flow_action *action, void *data,
			struct rte_flow_error *error)
{
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = check_query(e, flow, action, data, error);
	if (rc == 0 && action->type == RTE_FLOW_ACTION_TYPE_COUNT)
		steer_engine_query_count(e, steer_rule_count(flow->rule), data);
	if (rc == 0 && action->type == RTE_FLOW_ACTION_TYPE_AGE)
		steer_age_query(&e->ages, flow->aside->age, data);
	pthread_mutex_unlock(&e->lock);
	return rc;
}

/* For who hands rules on */

int
steer_engine_flow_set_cookie(struct steer_engine *e, struct steer_flow *flow, void *cookie)
{
	struct steer_aside *aside = NULL;
	int rc = -EINVAL;

	pthread_mutex_lock(&e->lock);
	if (steer_flow_is_ours(e, flow)) {
		aside = steer_flow_aside(flow);
		rc = aside != NULL ? 0 : -ENOMEM;
	}
	if (rc == 0)
		aside->cookie = cookie;
	pthread_mutex_unlock(&e->lock);
	return rc;
}

void *
steer_engine_flow_cookie(struct steer_engine *e, const struct steer_flow *flow)
{
	void *cookie;

	pthread_mutex_lock(&e->lock);
	cookie = steer_flow_is_ours(e, flow) ? flow->aside->cookie : NULL;
	pthread_mutex_unlock(&e->lock);
	return cookie;
}

int
steer_engine_flow_overlaps(struct steer_engine *e, const struct steer_flow *flow,
			   unsigned int budget)
{
	struct steer_place place;
	int rc = 0;

	pthread_mutex_lock(&e->lock);
	if (steer_flow_is_ours(e, flow) && steer_flow_active(flow)) {
		place = steer_flow_stands(flow);
		rc = steer_table_overlaps(steer_flow_group(flow)->table, &place, e->next_version,
					  budget);
	}
	pthread_mutex_unlock(&e->lock);
	return rc;
}
