/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_common.h>

#include "steer_action.h"
#include "steer_compat.h"
#include "steer_error.h"
#include "steer_type_name.h"

/* Actions that are not done, and why. */

#define ENCAP "headers of tunnels are not put on"
#define DECAP "tunnel offload does: rte_flow_tunnel_decap_set(), rte_flow_tunnel_match()"
#define METER "the port has no meters"
#define PORT "packets stay on this port"
#define KERNEL "only where the kernel steers (kernel=)"
#define MPLS "labels are neither put on nor taken off"
#define OPTIONS "IPv6 extension headers are neither put on nor taken off"

static const struct {
	enum rte_flow_action_type type;
	const char *name;
	const char *why;
} refused[] = {
	{ RTE_FLOW_ACTION_TYPE_PF, "pf", PORT },
	{ RTE_FLOW_ACTION_TYPE_VF, "vf", PORT },
	{ RTE_FLOW_ACTION_TYPE_PORT_ID, "port_id", PORT },
	{ RTE_FLOW_ACTION_TYPE_PORT_REPRESENTOR, "port_representor", PORT },
	{ RTE_FLOW_ACTION_TYPE_REPRESENTED_PORT, "represented_port", PORT },
	{ RTE_FLOW_ACTION_TYPE_SEND_TO_KERNEL, "send_to_kernel", KERNEL },
	{ RTE_FLOW_ACTION_TYPE_METER, "meter", METER },
	{ RTE_FLOW_ACTION_TYPE_METER_COLOR, "meter_color", METER },
	{ RTE_FLOW_ACTION_TYPE_METER_MARK, "meter_mark", METER },
	{ RTE_FLOW_ACTION_TYPE_SECURITY, "security", "the port has no security offload" },
	{ RTE_FLOW_ACTION_TYPE_CONNTRACK, "conntrack", "connections are not tracked" },
	{ RTE_FLOW_ACTION_TYPE_OF_POP_MPLS, "of_pop_mpls", MPLS },
	{ RTE_FLOW_ACTION_TYPE_OF_PUSH_MPLS, "of_push_mpls", MPLS },
	{ RTE_FLOW_ACTION_TYPE_VXLAN_ENCAP, "vxlan_encap", ENCAP },
	{ RTE_FLOW_ACTION_TYPE_VXLAN_DECAP, "vxlan_decap", DECAP },
	{ RTE_FLOW_ACTION_TYPE_NVGRE_ENCAP, "nvgre_encap", ENCAP },
	{ RTE_FLOW_ACTION_TYPE_NVGRE_DECAP, "nvgre_decap", DECAP },
	{ RTE_FLOW_ACTION_TYPE_RAW_ENCAP, "raw_encap", ENCAP },
	{ RTE_FLOW_ACTION_TYPE_RAW_DECAP, "raw_decap", DECAP },
	{ RTE_FLOW_ACTION_TYPE_MODIFY_FIELD, "modify_field", "set_* actions do" },
	{ RTE_FLOW_ACTION_TYPE_SHARED, "shared", "indirect does" },
#ifdef STEER_HAS_ACTION_QUOTA
	{ RTE_FLOW_ACTION_TYPE_QUOTA, "quota", METER },
	{ RTE_FLOW_ACTION_TYPE_SKIP_CMAN, "skip_cman", "there is no congestion management" },
	{ RTE_FLOW_ACTION_TYPE_IPV6_EXT_PUSH, "ipv6_ext_push", OPTIONS },
	{ RTE_FLOW_ACTION_TYPE_IPV6_EXT_REMOVE, "ipv6_ext_remove", OPTIONS },
	{ RTE_FLOW_ACTION_TYPE_INDIRECT_LIST, "indirect_list", "indirect does, one by one" },
	{ RTE_FLOW_ACTION_TYPE_PROG, "prog", "there are no programs of a device" },
#endif
#ifdef STEER_HAS_ACTION_NAT64
	{ RTE_FLOW_ACTION_TYPE_NAT64, "nat64", "addresses are not translated" },
#endif
#ifdef STEER_HAS_ACTION_JUMP_TO_TABLE_INDEX
	{ RTE_FLOW_ACTION_TYPE_JUMP_TO_TABLE_INDEX, "jump_to_table_index", "jump does" },
#endif
};

int
steer_action_refuse(const struct rte_flow_action *action, const char *list,
		    struct rte_flow_error *error)
{
	for (unsigned int i = 0; i < RTE_DIM(refused); i++)
		if (refused[i].type == action->type)
			return steer_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, action,
					   "%s: %s: accepted are %s", refused[i].name,
					   refused[i].why, list);
	return steer_error(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, action,
			   "%s: accepted are %s", steer_action_type_name(action->type).text, list);
}
