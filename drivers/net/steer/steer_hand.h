/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Handing rules down: where the lower port's own flow API takes every rule, the lower port
 * classifies and spreads, and our queues are its queues.
 *
 * The engine holds every rule as well, so what it refuses is refused in every state, and coming
 * back is only a switch. Software steers right whatever rules the lower holds, so that it is
 * switched to before the lower loses them, and from only once the lower has them all.
 *
 * Control path. Calls take the mutex of struct steer_hand against each other, and never wait for
 * pollers. Without a flow API below there is no mutex and no copy of a rule.
 */

#ifndef STEER_HAND_H
#define STEER_HAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_ethdev.h>
#include <rte_flow.h>

#include "steer_kept.h"

struct steer_port;
struct steer_rss_conf;

/** hw= */
enum steer_hw {
	STEER_HW_AUTO,    /**< Handed down where possible. */
	STEER_HW_OFF,     /**< Never. */
	STEER_HW_REQUIRE, /**< What cannot be handed down is refused. */
};

struct steer_hand;

/** Rules are never handed down: it is forbidden, or the lower has no flow API. */
bool steer_hand_idle(const struct steer_port *port);

/* Life of the port */

/** @return 0; -ENOMEM. */
int steer_hand_create(struct steer_port *port);
/** Also takes back what the lower still has. */
void steer_hand_free(struct steer_port *port);
/**
 * The lower is about to be configured: take back what it still has, and find out whether it may be
 * handed rules.
 * @param lower  What it can do.
 * @param n_rxq  RX queues it will have.
 * @return       0; -ENOTSUP (hw=require, and it cannot be), one log line.
 */
int steer_hand_configure(struct steer_port *port, const struct rte_eth_dev_info *lower,
			 uint16_t n_rxq);
/** Is the lower to deliver the hash that the application wants? */
bool steer_hand_wants_hash(const struct steer_port *port, const struct rte_eth_dev_info *lower);
/**
 * The lower has started: hand it the rules there are.
 * @return 0; -errno (hw=require, and it refuses), one log line.
 */
int steer_hand_start(struct steer_port *port);
/** The lower is about to stop. */
void steer_hand_stop(struct steer_port *port);
/** The lower is gone with all it had. */
void steer_hand_lost(struct steer_port *port);
/**
 * An RX queue is about to be stopped, and its packets to be dropped: only software can.
 * @return 0; -ENOTSUP (hw=require, and the lower has the rules), one log line.
 */
int steer_hand_queue_stop(struct steer_port *port, uint16_t id);
/** The port's RSS must not change while rules are handed down: around steer_hand_rss(). */
void steer_hand_lock(struct steer_port *port);
void steer_hand_unlock(struct steer_port *port);
/**
 * The port's RSS is about to be @p conf. Under steer_hand_lock().
 * @return 0; -errno (hw=require, and the lower refuses: nothing changed), one log line.
 */
int steer_hand_rss(struct steer_port *port, const struct steer_rss_conf *conf);

/* Flow operations, as those of the engine */

int steer_hand_flow_validate(struct steer_port *port, const struct rte_flow_attr *attr,
			     const struct rte_flow_item pattern[],
			     const struct rte_flow_action actions[], struct rte_flow_error *error);
struct rte_flow *steer_hand_flow_create(struct steer_port *port, const struct rte_flow_attr *attr,
					const struct rte_flow_item pattern[],
					const struct rte_flow_action actions[],
					struct rte_flow_error *error);
int steer_hand_flow_update(struct steer_port *port, struct rte_flow *flow,
			   const struct rte_flow_action actions[], struct rte_flow_error *error);
int steer_hand_flow_destroy(struct steer_port *port, struct rte_flow *flow,
			    struct rte_flow_error *error);
int steer_hand_flow_flush(struct steer_port *port, struct rte_flow_error *error);
/** Have a rule stay when all are flushed, see steer_engine_flow_keep(). @return 0; -ENOMEM. */
int steer_hand_flow_keep(struct steer_port *port, struct rte_flow *flow, const char *note);
/**
 * As steer_engine_flow_load(); where rules are handed down, they come one by one and those that are
 * replaced go after them, all or none nevertheless.
 */
int steer_hand_flow_load(struct steer_port *port, const struct steer_flow_source *source,
			 const char *note, bool replace, struct steer_flow_range *made,
			 struct rte_flow_error *error);
/** As steer_engine_flow_unload(); those that the lower does not let go of (hw=require) stay. */
uint64_t steer_hand_flow_unload(struct steer_port *port, const char *by,
				struct steer_flow_range range);
/** As steer_engine_flow_destroy_number(), or -errno with error: the lower does not let go of it. */
int steer_hand_flow_destroy_number(struct steer_port *port, uint64_t number, const char *by,
				   struct rte_flow_error *error);
int steer_hand_flow_query(struct steer_port *port, struct rte_flow *flow,
			  const struct rte_flow_action *action, void *data,
			  struct rte_flow_error *error);
int steer_hand_flow_isolate(struct steer_port *port, bool on, struct rte_flow_error *error);
int steer_hand_flow_dump(struct steer_port *port, struct rte_flow *flow, FILE *file,
			 struct rte_flow_error *error);

/** May the port have flow queues? @return 0; -ENOTSUP (hw=require). */
int steer_hand_check_queues(const struct steer_port *port, struct rte_flow_error *error);
/** It has: rules that come by them are not handed down, nor others with them. */
void steer_hand_flow_queues(struct steer_port *port);

#endif /* STEER_HAND_H */
