/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_port_item.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

int
steer_flow_check_attr(const struct rte_flow_attr *attr, struct rte_flow_error *error)
{
	if (attr == NULL)
		return REFUSE(error, NULL, EINVAL, ATTR, "no attributes");
	/* Some clients try this first with every rule and log all but this type of error. */
	if (attr->transfer)
		return REFUSE(error, attr, ENOTSUP, ACTION,
			      "transfer: the port has no switch, ingress rules are accepted");
	if (attr->egress)
		return REFUSE(error, attr, ENOTSUP, ATTR_EGRESS,
			      "egress: ingress rules are accepted");
	if (!attr->ingress)
		return REFUSE(error, attr, EINVAL, ATTR_INGRESS,
			      "neither ingress nor egress: ingress rules are accepted");
	return 0;
}

uint64_t
steer_request_group(const struct steer_request *req)
{
	return STEER_GROUP_ID(req->tunnel != NULL ? req->tunnel->id : 0, req->group);
}

uint64_t
steer_request_next(const struct steer_engine *e, const struct steer_request *req)
{
	const struct steer_app_tunnel *tunnel = steer_offload_tunnel(e, req);

	return STEER_GROUP_ID(tunnel != NULL ? tunnel->id : 0, req->actions.jump->group);
}

static int
check_jump(struct steer_engine *e, const struct steer_request *req, struct rte_flow_error *error)
{
	const struct rte_flow_action_jump *jump = req->actions.jump;
	char path[160];

	if (req->actions.fate != STEER_FATE_JUMP ||
	    !steer_groups_loop(&e->groups, steer_request_group(req),
			       steer_request_next(e, req), path, sizeof(path)))
		return 0;
	return REFUSE(error, jump, EINVAL, ACTION_CONF,
		      "jump: group %u leads back to group %u: %s", jump->group, req->group, path);
}

int
steer_request_kernel(const struct steer_engine *e, const struct steer_actions *actions,
		   struct rte_flow_error *error)
{
	if (actions->fate != STEER_FATE_KERNEL || __atomic_load_n(&e->kernel, __ATOMIC_RELAXED))
		return 0;
	return steer_actions_no_kernel(actions, error);
}

/** The kernel knows the first group alone. */
static int
check_kernel(const struct steer_engine *e, const struct steer_request *req,
	     struct rte_flow_error *error)
{
	int rc = steer_request_kernel(e, &req->actions, error);

	if (rc < 0 || req->actions.fate != STEER_FATE_KERNEL || steer_request_group(req) == 0)
		return rc;
	return REFUSE(error, req->actions.kernel, ENOTSUP, ACTION,
		      "send_to_kernel: in group %u: only rules of group 0 are in the kernel",
		      req->group);
}

int
steer_flow_pattern(const struct steer_engine *e, struct steer_repeat *repeat,
		   const struct rte_flow_item pattern[], struct steer_match *match,
		   struct rte_flow_error *error)
{
	int rc = steer_port_items_check(pattern, e->port_id, error);

	if (rc < 0)
		return rc;
	if (repeat == NULL)
		return steer_pattern_parse(pattern, match, error);
	rc = steer_pattern_parse_next(pattern, repeat, error);
	if (rc == 0)
		steer_match_copy(match, &repeat->match);
	return rc;
}

int
steer_flow_check(struct steer_engine *e, const struct steer_request *req,
		 struct rte_flow_error *error)
{
	int rc = steer_indirect_check(e, &req->actions, error);

	if (rc == 0)
		rc = steer_offload_check(e, req, error);
	if (rc == 0)
		rc = check_jump(e, req, error);
	if (rc == 0)
		rc = check_kernel(e, req, error);
	if (rc < 0)
		steer_condition_free(req->match.condition);
	return rc;
}

int
steer_request_parse(struct steer_engine *e, struct steer_repeat *repeat,
		    const struct rte_flow_attr *attr, const struct rte_flow_item pattern[],
		    const struct rte_flow_action actions[], struct steer_request *req,
		    struct rte_flow_error *error)
{
	int rc = steer_flow_check_attr(attr, error);

	if (rc == 0)
		rc = steer_flow_pattern(e, repeat, pattern, &req->match, error);
	if (rc < 0)
		return rc;
	steer_request_attr(req, attr);
	rc = steer_offload_match(e, pattern, req, error);
	if (rc == 0 && steer_request_group(req) == 0)
		steer_table_expect(&e->table, &req->match);
	if (rc == 0)
		rc = steer_actions_parse(actions, steer_nameable_queues(e), &req->actions, error);
	if (rc < 0) {
		steer_condition_free(req->match.condition);
		return rc;
	}
	return steer_flow_check(e, req, error);
}

int
steer_engine_validate(struct steer_engine *e, const struct rte_flow_attr *attr,
		      const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
		      struct rte_flow_error *error)
{
	struct steer_request req;
	int rc;

	pthread_mutex_lock(&e->lock);
	rc = steer_request_parse(e, NULL, attr, pattern, actions, &req, error);
	pthread_mutex_unlock(&e->lock);
	if (rc == 0)
		steer_condition_free(req.match.condition);
	return rc;
}
