/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stddef.h>

#include <rte_common.h>

#include "steer_compat.h"
#include "steer_error.h"
#include "steer_port_item.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

/* Ports */

/** Id of an item structure; @p none where there is no structure. */
static uint32_t
id_of(enum rte_flow_item_type type, const void *structure, uint32_t none)
{
	if (structure == NULL)
		return none;
	if (type == RTE_FLOW_ITEM_TYPE_PORT_ID)
		return ((const struct rte_flow_item_port_id *)structure)->id;
	return ((const struct rte_flow_item_ethdev *)structure)->port_id;
}

static int
check_item(const struct rte_flow_item *item, uint32_t port, struct rte_flow_error *error)
{
	const char *name =
		item->type == RTE_FLOW_ITEM_TYPE_PORT_ID ? "port_id" : "represented_port";
	const uint32_t mask = id_of(item->type, item->mask, UINT32_MAX);
	const uint32_t lo = id_of(item->type, item->spec, 0) & mask;
	const uint32_t last = id_of(item->type, item->last, 0) & mask;
	const uint32_t hi = last != 0 ? last : lo;

	if (item->spec == NULL && item->mask != NULL)
		return REFUSE(error, item, EINVAL, ITEM_MASK, "%s: mask without spec", name);
	if (item->spec == NULL && item->last != NULL)
		return REFUSE(error, item, EINVAL, ITEM_LAST, "%s: last without spec", name);
	if (item->spec == NULL || mask == 0)
		return 0;
	if (hi < lo)
		return REFUSE(error, item, EINVAL, ITEM_LAST,
			      "%s: last is below its spec: last must be 0 or at least spec", name);
	if (port == UINT32_MAX || (port & mask) < lo || (port & mask) > hi)
		return REFUSE(error, item, EINVAL, ITEM_SPEC,
			      "%s: port %u: no packet of another port comes in here, a rule can "
			      "name its own one only",
			      name, lo);
	return 0;
}

bool
steer_is_port_item(enum rte_flow_item_type type)
{
	return type == RTE_FLOW_ITEM_TYPE_PORT_ID || type == RTE_FLOW_ITEM_TYPE_REPRESENTED_PORT;
}

int
steer_port_items_check(const struct rte_flow_item pattern[], uint32_t port,
		       struct rte_flow_error *error)
{
	int rc = 0;

	/* That there is none is said elsewhere. */
	for (; pattern != NULL && pattern->type != RTE_FLOW_ITEM_TYPE_END && rc == 0; pattern++)
		if (steer_is_port_item(pattern->type))
			rc = check_item(pattern, port, error);
	return rc;
}

/* What is not taken */

static const struct {
	enum rte_flow_item_type type;
	const char *reason;
} refused[] = {
	{ RTE_FLOW_ITEM_TYPE_PORT_REPRESENTOR,
	  "port_representor: means packets that the application sends, and rules are for those "
	  "that come in" },
	{ RTE_FLOW_ITEM_TYPE_CONNTRACK,
	  "conntrack: connections are not tracked, so no packet has such a state" },
	{ RTE_FLOW_ITEM_TYPE_FLEX,
	  "flex: needs rte_flow_flex_item_create(), which the port does not have; raw matches any "
	  "bytes" },
	{ RTE_FLOW_ITEM_TYPE_METER_COLOR,
	  "meter_color: there are no meters, so no packet has a color" },
	{ RTE_FLOW_ITEM_TYPE_HIGIG2,
	  "higig2: is in front of Ethernet between switch chips, and does not come in by a port" },
	{ RTE_FLOW_ITEM_TYPE_MACSEC,
	  "macsec: what is behind its header is encrypted; raw matches the header's bytes" },
	{ RTE_FLOW_ITEM_TYPE_ECPRI,
	  "ecpri: its messages are not parsed; raw behind eth or udp matches their bytes" },
	{ RTE_FLOW_ITEM_TYPE_L2TPV2,
	  "l2tpv2: its header has no fixed layout and is not parsed; raw behind udp matches its "
	  "bytes" },
	{ RTE_FLOW_ITEM_TYPE_PPP,
	  "ppp: belongs behind l2tpv2, which is not parsed; raw matches its bytes" },
	{ RTE_FLOW_ITEM_TYPE_NSH,
	  "nsh: what it carries is not looked at; raw behind eth or vxlan-gpe matches its bytes" },
#ifdef STEER_HAS_ITEM_PTYPE
	{ RTE_FLOW_ITEM_TYPE_QUOTA, "quota: there are no quotas, so no packet has such a state" },
	{ RTE_FLOW_ITEM_TYPE_AGGR_AFFINITY,
	  "aggr_affinity: the lower port does not say by which of its members a packet came" },
	{ RTE_FLOW_ITEM_TYPE_TX_QUEUE,
	  "tx_queue: means packets that are sent, and rules are for those that come in" },
	{ RTE_FLOW_ITEM_TYPE_IB_BTH,
	  "ib_bth: RoCE is not parsed; raw behind udp to port 4791 matches its bytes" },
#endif
};

const char *
steer_refused_item(enum rte_flow_item_type type)
{
	for (unsigned int i = 0; i < RTE_DIM(refused); i++)
		if (refused[i].type == type)
			return refused[i].reason;
	return NULL;
}
