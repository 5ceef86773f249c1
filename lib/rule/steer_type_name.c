/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>

#include "steer_type_name.h"

static struct steer_type_name
name_of(enum rte_flow_conv_op op, const char *what, int type)
{
	const char *name = NULL;
	struct steer_type_name out;

	if (type < 0 ||
	    rte_flow_conv(op, &name, sizeof(name), (const void *)(uintptr_t)type, NULL) < 0 ||
	    name == NULL) {
		snprintf(out.text, sizeof(out.text), "%s type %d", what, type);
		return out;
	}
	snprintf(out.text, sizeof(out.text), "%s", name);
	for (char *c = out.text; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return out;
}

struct steer_type_name
steer_item_type_name(enum rte_flow_item_type type)
{
	return name_of(RTE_FLOW_CONV_OP_ITEM_NAME_PTR, "item", (int)type);
}

struct steer_type_name
steer_action_type_name(enum rte_flow_action_type type)
{
	return name_of(RTE_FLOW_CONV_OP_ACTION_NAME_PTR, "action", (int)type);
}
