/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Tunnels that applications have asked for, each with the private action and item that stand for
 * it. A tunnel is there while the application has not given both back, or a rule is for it.
 *
 * One writer. Any thread may ask what a tunnel is, by the id that mbufs have, and does not wait.
 */

#ifndef STEER_TUNNELS_H
#define STEER_TUNNELS_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "steer_tunnel.h"

/** Most different tunnels at a time. */
#define STEER_TUNNELS_MAX 256

#define STEER_TUNNEL_WORDS (sizeof(struct rte_flow_tunnel) / sizeof(uint64_t))

struct steer_app_tunnel {
	/** Its slot is the remainder of its id; 0: the slot is free. */
	uint32_t id;
	/** struct rte_flow_tunnel as the application first had it. */
	uint64_t words[STEER_TUNNEL_WORDS];

	/* Control */
	struct rte_flow_tunnel tunnel;
	/** Of rte_flow_tunnel_decap_set() and _match(), without those given back. */
	uint64_t actions_out;
	uint64_t items_out;
	/** Rules for it, and those that are gone, but not for all readers. */
	uint64_t rules;
	struct steer_tunnel_name name;
	struct rte_flow_action action;
	struct rte_flow_item item;
};

/** Zeroed: there are none. */
struct steer_tunnels {
	/** STEER_TUNNELS_MAX of them, once there was one; NULL before. */
	struct steer_app_tunnel *slots;
};

/** No rule is left. */
void steer_tunnels_fini(struct steer_tunnels *set);

/**
 * The tunnel that is as this one in all fields; a new one if there is none.
 * @return 0; -ENOMEM, -ENOSPC. One that is new goes by steer_tunnel_settle().
 */
int steer_tunnels_get(struct steer_tunnels *set, const struct rte_flow_tunnel *tunnel,
		      struct steer_app_tunnel **found, struct rte_flow_error *error);
/** The one that is named, by the application; NULL: there is none (any more) of that name. */
struct steer_app_tunnel *steer_tunnels_named(const struct steer_tunnels *set, const void *name);
/** Whose these are; NULL: they have not been given out. */
struct steer_app_tunnel *steer_tunnels_of_action(const struct steer_tunnels *set,
					     const struct rte_flow_action *action);
struct steer_app_tunnel *steer_tunnels_of_item(const struct steer_tunnels *set,
					   const struct rte_flow_item *item);
/** Nobody may need it any more: then it goes. */
void steer_tunnel_settle(struct steer_app_tunnel *tunnel);

/** A tunnel as the application had it. @return false: it is gone. */
bool steer_tunnels_read(const struct steer_tunnels *set, uint32_t id,
			struct rte_flow_tunnel *tunnel);

#endif /* STEER_TUNNELS_H */
