/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Tunnels in rules: the private item and action that rte_flow_tunnel_match() and
 * rte_flow_tunnel_decap_set() give to applications, and what they mean to a pattern.
 */

#ifndef STEER_TUNNEL_H
#define STEER_TUNNEL_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

struct steer_match;

/* What rte_flow leaves to drivers: types below 0. */
#define STEER_ITEM_TUNNEL ((enum rte_flow_item_type)INT_MIN)
#define STEER_ACTION_TUNNEL ((enum rte_flow_action_type)INT_MIN)

/**
 * What the private ones point to. rte_flow_conv() copies as many bytes as a pointer has: these
 * stand for the tunnel wherever they are copied to.
 */
struct steer_tunnel_name {
	uint32_t id; /**< Never 0. */
	uint32_t type; /**< enum rte_flow_item_type */
};

/** The name that a private item's spec or action's configuration points to; id 0: none. */
struct steer_tunnel_name steer_tunnel_name(const void *p);

/** testpmd's word for a type of tunnel; NULL if it cannot be taken away from packets. */
const char *steer_tunnel_type(uint32_t type);

/** Can tunnels like that be known? @return 0; -EINVAL, -ENOTSUP. */
int steer_tunnel_check(const struct rte_flow_tunnel *tunnel, struct rte_flow_error *error);

/**
 * Which tunnel a pattern is for.
 * @param item  Set to the private one; NULL: there is none.
 * @return      0; -EINVAL.
 */
int steer_tunnel_item(const struct rte_flow_item pattern[], const struct rte_flow_item **item,
		      struct rte_flow_error *error);

/** Could a packet match that has that type of tunnel? */
bool steer_tunnel_fits(const struct steer_match *match, uint32_t type);
/** Have a match ask for it, that it fits. */
void steer_tunnel_demand(struct steer_match *match, uint32_t type);

#endif /* STEER_TUNNEL_H */
