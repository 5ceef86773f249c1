/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdint.h>

#include <rte_errno.h>

#include "steer_engine_private.h"
#include "steer_error.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

static int
check_miss(struct steer_engine *e, uint32_t group, const struct rte_flow_action *actions,
	   struct steer_request *req, struct rte_flow_error *error)
{
	const struct rte_flow_item all[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	const struct rte_flow_attr attr = {
		.ingress = 1, .group = group, .priority = UINT32_MAX,
	};
	int rc;

	if (group == 0)
		return REFUSE(error, NULL, ENOTSUP, ATTR_GROUP,
			      "group 0: its misses go by the port's RSS; a rule of the last "
			      "priority does otherwise");
	rc = steer_request_parse(e, NULL, &attr, all, actions, req, error);
	if (rc == 0 && (req->actions.count || req->actions.edits.sample.count))
		return REFUSE(error, actions, ENOTSUP, ACTION,
			      "count: there is no rule to query it by");
	if (rc == 0 && req->actions.age != NULL && req->actions.age->context == NULL)
		return REFUSE(error, req->actions.age, ENOTSUP, ACTION_CONF,
			      "age: no context, and there is no rule to be told of in its place");
	return rc;
}

static bool
is_empty(const struct rte_flow_action *actions)
{
	while (actions->type == RTE_FLOW_ACTION_TYPE_VOID)
		actions++;
	return actions->type == RTE_FLOW_ACTION_TYPE_END;
}

static int
create_miss(struct steer_engine *e, uint32_t group, const struct rte_flow_action *actions,
	    struct steer_flow **miss, struct rte_flow_error *error)
{
	struct steer_request req;
	int rc = check_miss(e, group, actions, &req, error);

	if (rc < 0)
		return rc;
	*miss = steer_flow_create(e, &req, error);
	if (*miss == NULL)
		return -rte_errno;
	(*miss)->miss = true;
	e->n_flows--;
	return 0;
}

/** The new ones, if any, are there before the old ones go: no packet is without either. */
static void
replace_miss(struct steer_engine *e, struct steer_group *group, struct steer_flow *miss)
{
	struct steer_flow_list list = TAILQ_HEAD_INITIALIZER(list);
	struct steer_flow *old = group->miss;

	group->miss = miss;
	if (old == NULL)
		return;
	TAILQ_REMOVE(&e->flows, old, link);
	steer_flow_bury(e, old, &list);
	steer_flows_commit(e, &list);
}

int
steer_engine_group_miss(struct steer_engine *e, uint32_t id,
			const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	struct steer_flow *miss = NULL;
	struct steer_group *group;
	int rc = 0;

	if (actions == NULL)
		return REFUSE(error, NULL, EINVAL, ACTION_NUM, "no actions");
	pthread_mutex_lock(&e->lock);
	if (!is_empty(actions))
		rc = create_miss(e, id, actions, &miss, error);
	group = steer_group_find(&e->groups, id);
	if (rc == 0 && group != NULL)
		replace_miss(e, group, miss);
	steer_engine_unlock(e, STEER_RECLAIM_MAX);
	return rc;
}
