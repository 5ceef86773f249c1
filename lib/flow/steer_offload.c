/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Tunnel offload: what applications ask for besides rules. */

#include <errno.h>

#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_restore.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

int
steer_engine_tunnel_set(struct steer_engine *e, const struct rte_flow_tunnel *tunnel,
			struct rte_flow_action **actions, uint32_t *n,
			struct rte_flow_error *error)
{
	struct steer_app_tunnel *t;
	int rc = steer_tunnel_check(tunnel, error);

	if (rc < 0)
		return rc;
	if (steer_restore_register() < 0)
		return REFUSE(error, NULL, ENOSPC, UNSPECIFIED,
			      "tunnel: mbufs have no room for what packets that miss tell");
	pthread_mutex_lock(&e->lock);
	rc = steer_tunnels_get(&e->tunnels, tunnel, &t, error);
	if (rc == 0) {
		t->actions_out++;
		*actions = &t->action;
		*n = 1;
	}
	pthread_mutex_unlock(&e->lock);
	return rc;
}

int
steer_engine_tunnel_match(struct steer_engine *e, const struct rte_flow_tunnel *tunnel,
			  struct rte_flow_item **items, uint32_t *n, struct rte_flow_error *error)
{
	struct steer_app_tunnel *t;
	int rc = steer_tunnel_check(tunnel, error);

	if (rc < 0)
		return rc;
	pthread_mutex_lock(&e->lock);
	rc = steer_tunnels_get(&e->tunnels, tunnel, &t, error);
	if (rc == 0) {
		t->items_out++;
		*items = &t->item;
		*n = 1;
	}
	pthread_mutex_unlock(&e->lock);
	return rc;
}

int
steer_engine_tunnel_release_actions(struct steer_engine *e, struct rte_flow_action *actions,
				    uint32_t n, struct rte_flow_error *error)
{
	struct steer_app_tunnel *t;

	pthread_mutex_lock(&e->lock);
	t = n == 1 ? steer_tunnels_of_action(&e->tunnels, actions) : NULL;
	if (t != NULL) {
		t->actions_out--;
		steer_tunnel_settle(t);
	}
	pthread_mutex_unlock(&e->lock);
	if (t == NULL)
		return REFUSE(error, actions, EINVAL, HANDLE,
			      "tunnel: not what rte_flow_tunnel_decap_set() of this port has "
			      "given, or released already");
	return 0;
}

int
steer_engine_tunnel_release_items(struct steer_engine *e, struct rte_flow_item *items, uint32_t n,
				  struct rte_flow_error *error)
{
	struct steer_app_tunnel *t;

	pthread_mutex_lock(&e->lock);
	t = n == 1 ? steer_tunnels_of_item(&e->tunnels, items) : NULL;
	if (t != NULL) {
		t->items_out--;
		steer_tunnel_settle(t);
	}
	pthread_mutex_unlock(&e->lock);
	if (t == NULL)
		return REFUSE(error, items, EINVAL, HANDLE,
			      "tunnel: not what rte_flow_tunnel_match() of this port has given, or "
			      "released already");
	return 0;
}

int
steer_engine_restore_info(const struct steer_engine *e, const struct rte_mbuf *m,
			  struct rte_flow_restore_info *info, struct rte_flow_error *error)
{
	struct steer_restore restore;

	/* Asked for each packet: no text is made. */
	if (!steer_restore_get(m, &restore))
		return rte_flow_error_set(error, EINVAL, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, m,
					  "restore info: no rule of a tunnel has left the packet");
	if (!steer_tunnels_read(&e->tunnels, restore.tunnel, &info->tunnel))
		return rte_flow_error_set(error, EINVAL, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, m,
					  "restore info: the packet's tunnel is gone, or of "
					  "another port");
	info->flags = RTE_FLOW_RESTORE_INFO_TUNNEL | RTE_FLOW_RESTORE_INFO_ENCAPSULATED |
		      RTE_FLOW_RESTORE_INFO_GROUP_ID;
	info->group_id = restore.group;
	return 0;
}

/* Rules */

int
steer_offload_match(struct steer_engine *e, const struct rte_flow_item pattern[],
		    struct steer_request *req, struct rte_flow_error *error)
{
	const struct rte_flow_item *item;
	int rc = steer_tunnel_item(pattern, &item, error);

	if (rc < 0 || item == NULL)
		return rc;
	req->tunnel = steer_tunnels_named(&e->tunnels, item->spec);
	if (req->tunnel == NULL)
		return REFUSE(error, item, EINVAL, ITEM_SPEC,
			      "tunnel_match: no tunnel of this port: take the item from "
			      "rte_flow_tunnel_match(), and release it when the rule is made");
	if (!steer_tunnel_fits(&req->match, req->tunnel->name.type))
		return REFUSE(error, item, EINVAL, ITEM,
			      "tunnel_match: %s: another item asks for another tunnel, nothing "
			      "could match", steer_tunnel_type(req->tunnel->name.type));
	steer_tunnel_demand(&req->match, req->tunnel->name.type);
	return 0;
}

static int
check_set(const struct steer_request *req, const struct steer_app_tunnel *t,
	  struct rte_flow_error *error)
{
	const struct rte_flow_action *action = req->actions.tunnel;

	if (t == NULL)
		return REFUSE(error, action, EINVAL, ACTION_CONF,
			      "tunnel_set: no tunnel of this port: take the action from "
			      "rte_flow_tunnel_decap_set(), and release it when the rule is made");
	if (req->tunnel != NULL)
		return REFUSE(error, action, EINVAL, ACTION,
			      "tunnel_set: the rule has tunnel_match: tunnels inside tunnels are "
			      "not known");
	if (!steer_tunnel_fits(&req->match, t->name.type))
		return REFUSE(error, action, EINVAL, ACTION,
			      "tunnel_set: %s: the pattern asks for another tunnel",
			      steer_tunnel_type(t->name.type));
	return 0;
}

int
steer_offload_check(struct steer_engine *e, const struct steer_request *req,
		    struct rte_flow_error *error)
{
	if (req->actions.tunnel == NULL)
		return 0;
	return check_set(req, steer_offload_tunnel(e, req), error);
}

struct steer_app_tunnel *
steer_offload_tunnel(const struct steer_engine *e, const struct steer_request *req)
{
	if (req->actions.tunnel != NULL)
		return steer_tunnels_named(&e->tunnels, req->actions.tunnel->conf);
	return req->tunnel;
}
