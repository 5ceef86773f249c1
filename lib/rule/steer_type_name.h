/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Names of the types of items and actions for messages, as rte_flow has them and testpmd writes
 * them: "udp".
 */

#ifndef STEER_TYPE_NAME_H
#define STEER_TYPE_NAME_H

#include <rte_flow.h>

struct steer_type_name {
	char text[40];
};

/** @return its name; "item type 4711" if rte_flow has none for it. */
struct steer_type_name steer_item_type_name(enum rte_flow_item_type type);
/** @return its name; "action type 4711" if rte_flow has none for it. */
struct steer_type_name steer_action_type_name(enum rte_flow_action_type type);

#endif /* STEER_TYPE_NAME_H */
