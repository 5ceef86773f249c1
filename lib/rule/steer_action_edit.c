/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ether.h>

#include "steer_action.h"
#include "steer_error.h"

/* Actions that change the packet. */

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

struct row {
	enum rte_flow_action_type type;
	const char *name;
	/** Bytes of its configuration; 0: it has none. */
	size_t size;
	/** What of it there is; 0: any. In the CPU's order, of 8 or 16 bits. */
	uint16_t most;
};

#define PLAIN(type, name) { RTE_FLOW_ACTION_TYPE_##type, name, 0, 0 }
#define WITH(type, name, conf, most) \
	{ RTE_FLOW_ACTION_TYPE_##type, name, sizeof(struct rte_flow_action_##conf), most }
#define TCP(type, name) { RTE_FLOW_ACTION_TYPE_##type, name, sizeof(rte_be32_t), 0 }

static const struct row rows[] = {
	PLAIN(OF_POP_VLAN, "of_pop_vlan"),
	WITH(OF_PUSH_VLAN, "of_push_vlan", of_push_vlan, 0),
	WITH(OF_SET_VLAN_VID, "of_set_vlan_vid", of_set_vlan_vid, 4095),
	WITH(OF_SET_VLAN_PCP, "of_set_vlan_pcp", of_set_vlan_pcp, 7),
	PLAIN(OF_DEC_NW_TTL, "of_dec_nw_ttl"),
	PLAIN(DEC_TTL, "dec_ttl"),
	WITH(SET_TTL, "set_ttl", set_ttl, 0),
	WITH(SET_IPV4_SRC, "set_ipv4_src", set_ipv4, 0),
	WITH(SET_IPV4_DST, "set_ipv4_dst", set_ipv4, 0),
	WITH(SET_IPV6_SRC, "set_ipv6_src", set_ipv6, 0),
	WITH(SET_IPV6_DST, "set_ipv6_dst", set_ipv6, 0),
	WITH(SET_IPV4_DSCP, "set_ipv4_dscp", set_dscp, 63),
	WITH(SET_IPV6_DSCP, "set_ipv6_dscp", set_dscp, 63),
	WITH(SET_TP_SRC, "set_tp_src", set_tp, 0),
	WITH(SET_TP_DST, "set_tp_dst", set_tp, 0),
	TCP(INC_TCP_SEQ, "inc_tcp_seq"),
	TCP(DEC_TCP_SEQ, "dec_tcp_seq"),
	TCP(INC_TCP_ACK, "inc_tcp_ack"),
	TCP(DEC_TCP_ACK, "dec_tcp_ack"),
	WITH(SET_MAC_SRC, "set_mac_src", set_mac, 0),
	WITH(SET_MAC_DST, "set_mac_dst", set_mac, 0),
	PLAIN(MAC_SWAP, "mac_swap"),
};

static_assert(sizeof(struct rte_flow_action_set_ipv6) == STEER_EDIT_CONF, "the largest one");

static const struct row *
find(enum rte_flow_action_type type)
{
	for (unsigned int i = 0; i < RTE_DIM(rows); i++)
		if (rows[i].type == type)
			return &rows[i];
	return NULL;
}

bool
steer_action_edits(enum rte_flow_action_type type, size_t *size)
{
	const struct row *row = find(type);

	if (row != NULL)
		*size = row->size;
	return row != NULL;
}

static int
check_tpid(const struct rte_flow_action_of_push_vlan *conf, struct rte_flow_error *error)
{
	switch (rte_be_to_cpu_16(conf->ethertype)) {
	case RTE_ETHER_TYPE_VLAN:
	case RTE_ETHER_TYPE_QINQ:
	case RTE_ETHER_TYPE_QINQ1:
		return 0;
	default:
		return REFUSE(error, conf, EINVAL, ACTION_CONF,
			      "of_push_vlan: ethertype 0x%04x: 0x8100, 0x88a8 and 0x9100 are "
			      "accepted", rte_be_to_cpu_16(conf->ethertype));
	}
}

static int
check_conf(const struct row *row, const struct rte_flow_action *action,
	   struct rte_flow_error *error)
{
	const uint8_t *bytes = action->conf;
	unsigned int value;

	if (row->size == 0)
		return 0;
	if (bytes == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "%s: no value given", row->name);
	if (row->type == RTE_FLOW_ACTION_TYPE_OF_PUSH_VLAN)
		return check_tpid(action->conf, error);
	value = row->size == 1 ? bytes[0] : bytes[0] << 8 | bytes[1];
	if (row->most != 0 && value > row->most)
		return REFUSE(error, bytes, EINVAL, ACTION_CONF, "%s: %u: 0..%u are accepted",
			      row->name, value, row->most);
	return 0;
}

int
steer_action_parse_edit(const struct rte_flow_action *action, struct steer_actions *out,
			struct rte_flow_error *error)
{
	const struct row *row = find(action->type);
	struct steer_edits *edits = &out->edits;
	int rc = check_conf(row, action, error);

	if (rc < 0)
		return rc;
	if (edits->n == STEER_EDITS_MAX)
		return REFUSE(error, action, ENOTSUP, ACTION,
			      "%s: the rule changes packets %u times already: no more are accepted",
			      row->name, STEER_EDITS_MAX);
	edits->edit[edits->n].type = action->type;
	if (row->size > 0)
		memcpy(edits->edit[edits->n].conf, action->conf, row->size);
	edits->n++;
	return 0;
}
