/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "steer_error.h"
#include "steer_item.h"
#include "steer_match.h"
#include "steer_parse.h"
#include "steer_tunnel.h"
#include "steer_type_name.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

static const struct {
	enum rte_flow_item_type type;
	/** UDP port by which it is known; 0: it is not over UDP. */
	uint16_t port;
} types[] = {
	{ RTE_FLOW_ITEM_TYPE_VXLAN, STEER_PORT_VXLAN },
	{ RTE_FLOW_ITEM_TYPE_VXLAN_GPE, STEER_PORT_VXLAN_GPE },
	{ RTE_FLOW_ITEM_TYPE_GENEVE, STEER_PORT_GENEVE },
	{ RTE_FLOW_ITEM_TYPE_GRE, 0 },
	{ RTE_FLOW_ITEM_TYPE_NVGRE, 0 },
	{ RTE_FLOW_ITEM_TYPE_GTPU, STEER_PORT_GTPU },
};

struct steer_tunnel_name
steer_tunnel_name(const void *p)
{
	struct steer_tunnel_name name = { .id = 0 };

	/* It may be a copy in the midst of anything. */
	if (p != NULL)
		memcpy(&name, p, sizeof(name));
	return name;
}

static int
index_of(uint32_t type)
{
	for (unsigned int i = 0; i < RTE_DIM(types); i++)
		if ((uint32_t)types[i].type == type)
			return (int)i;
	return -1;
}

static const struct steer_item *
row_of(uint32_t type)
{
	return steer_item((enum rte_flow_item_type)type, STEER_L4_UDP);
}

const char *
steer_tunnel_type(uint32_t type)
{
	return index_of(type) < 0 ? NULL : row_of(type)->name;
}

int
steer_tunnel_check(const struct rte_flow_tunnel *tunnel, struct rte_flow_error *error)
{
	uint16_t port;
	int i;

	if (tunnel == NULL)
		return REFUSE(error, NULL, EINVAL, UNSPECIFIED, "tunnel: none given");
	i = index_of(tunnel->type);
	if (i < 0)
		return REFUSE(error, tunnel, ENOTSUP, UNSPECIFIED,
			      "tunnel: %s: vxlan, vxlan_gpe, geneve, gre, nvgre and gtpu are "
			      "accepted", steer_item_type_name(tunnel->type).text);
	port = rte_be_to_cpu_16(tunnel->tp_dst);
	if (types[i].port != 0 && port != 0 && port != types[i].port)
		return REFUSE(error, tunnel, ENOTSUP, UNSPECIFIED,
			      "tunnel: tp_dst %u: %s is known by UDP port %u", port,
			      row_of(tunnel->type)->name, types[i].port);
	return 0;
}

int
steer_tunnel_item(const struct rte_flow_item pattern[], const struct rte_flow_item **item,
		  struct rte_flow_error *error)
{
	*item = NULL;
	/* That there is none is said elsewhere. */
	for (; pattern != NULL && pattern->type != RTE_FLOW_ITEM_TYPE_END; pattern++) {
		if (pattern->type != STEER_ITEM_TUNNEL)
			continue;
		if (*item != NULL)
			return REFUSE(error, pattern, EINVAL, ITEM,
				      "tunnel_match: the rule has one already: one is accepted");
		*item = pattern;
	}
	return 0;
}

bool
steer_tunnel_fits(const struct steer_match *match, uint32_t type)
{
	const struct steer_item *row = row_of(type);

	return ((match->spec[0] ^ row->meta_spec) & match->mask[0] & row->meta_mask) == 0;
}

void
steer_tunnel_demand(struct steer_match *match, uint32_t type)
{
	const struct steer_item *row = row_of(type);

	match->mask[0] |= row->meta_mask;
	match->spec[0] |= row->meta_spec;
}
