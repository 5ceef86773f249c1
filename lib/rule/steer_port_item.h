/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Items that speak of ports: all packets come from one, so they hold always or never.
 */

#ifndef STEER_PORT_ITEM_H
#define STEER_PORT_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

/** Is it such an item? */
bool steer_is_port_item(enum rte_flow_item_type type);

/**
 * Check those of a pattern: what they ask for must be the port that the rule is for.
 *
 * @param port   Its id; UINT32_MAX: not known.
 * @param error  As for steer_pattern_parse().
 * @return       0; -EINVAL, -ENOTSUP.
 */
int steer_port_items_check(const struct rte_flow_item pattern[], uint32_t port,
			   struct rte_flow_error *error);

/** Why an item is refused that rte_flow has; NULL: it has no such item, or we take it. */
const char *steer_refused_item(enum rte_flow_item_type type);

#endif /* STEER_PORT_ITEM_H */
