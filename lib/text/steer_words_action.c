/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>

#include <rte_common.h>

#include "steer_words_action.h"

#define PARAM(type, member, name, bits, endian, format) \
	{ .f = { name, offsetof(struct rte_flow_action_##type, member), \
	    sizeof(((struct rte_flow_action_##type *)0)->member), bits, STEER_FORMAT_##format }, \
	  .order = STEER_ORDER_##endian }
#define ACTION(type_, name_) { .name = name_, .type = RTE_FLOW_ACTION_TYPE_##type_ }
#define ACTION_WITH(type_, name_, struct_, array) \
	{ .name = name_, .type = RTE_FLOW_ACTION_TYPE_##type_, \
	  .size = sizeof(struct rte_flow_action_##struct_), .params = array, \
	  .n_params = RTE_DIM(array) }

#define ACTION_TCP(type_, name_) \
	{ .name = name_, .type = RTE_FLOW_ACTION_TYPE_##type_, .size = sizeof(rte_be32_t), \
	  .params = tcp_params, .n_params = RTE_DIM(tcp_params) }

static const struct steer_value jump_params[] = { PARAM(jump, group, "group", 0, HOST, UINT) };
static const struct steer_value mark_params[] = { PARAM(mark, id, "id", 0, HOST, UINT) };
static const struct steer_value queue_params[] = { PARAM(queue, index, "index", 0, HOST, UINT) };
static const struct steer_value count_params[] = {
	PARAM(count, id, "identifier", 0, HOST, UINT),
};
static const struct steer_value age_params[] = {
	/* A bit field, first in its word. */
	{ .f = { "timeout", 0, 4, 0xffffff, STEER_FORMAT_UINT }, .order = STEER_ORDER_HOST },
};
static const struct steer_value sample_params[] = {
	PARAM(sample, ratio, "ratio", 0, HOST, UINT),
};
static const struct steer_value set_meta_params[] = {
	PARAM(set_meta, data, "data", 0, HOST, UINT),
	PARAM(set_meta, mask, "mask", 0, HOST, HEX),
};
static const struct steer_value set_tag_params[] = {
	PARAM(set_tag, data, "data", 0, HOST, UINT),
	PARAM(set_tag, mask, "mask", 0, HOST, HEX),
	PARAM(set_tag, index, "index", 0, HOST, UINT),
};
static const struct steer_value meter_params[] = { PARAM(meter, mtr_id, "mtr_id", 0, HOST, UINT) };
static const struct steer_value port_id_params[] = { PARAM(port_id, id, "id", 0, HOST, UINT) };
static const struct steer_value represented_params[] = {
	PARAM(ethdev, port_id, "ethdev_port_id", 0, HOST, UINT),
};
static const struct steer_value representor_params[] = {
	PARAM(ethdev, port_id, "port_id", 0, HOST, UINT),
};
static const struct steer_value push_vlan_params[] = {
	PARAM(of_push_vlan, ethertype, "ethertype", 0, NETWORK, HEX),
};
static const struct steer_value vlan_vid_params[] = {
	PARAM(of_set_vlan_vid, vlan_vid, "vlan_vid", 0, NETWORK, UINT),
};
static const struct steer_value vlan_pcp_params[] = {
	PARAM(of_set_vlan_pcp, vlan_pcp, "vlan_pcp", 0, NETWORK, UINT),
};
static const struct steer_value set_ipv4_params[] = {
	PARAM(set_ipv4, ipv4_addr, "ipv4_addr", 0, NETWORK, IPV4),
};
static const struct steer_value set_ipv6_params[] = {
	PARAM(set_ipv6, ipv6_addr, "ipv6_addr", 0, NETWORK, IPV6),
};
static const struct steer_value set_tp_params[] = { PARAM(set_tp, port, "port", 0, NETWORK, UINT) };
static const struct steer_value set_ttl_params[] = {
	PARAM(set_ttl, ttl_value, "ttl_value", 0, HOST, UINT),
};
static const struct steer_value set_mac_params[] = {
	PARAM(set_mac, mac_addr, "mac_addr", 0, NETWORK, MAC),
};
static const struct steer_value tcp_params[] = {
	{ .f = { "value", 0, 4, 0, STEER_FORMAT_UINT }, .order = STEER_ORDER_NETWORK },
};
static const struct steer_value set_dscp_params[] = {
	PARAM(set_dscp, dscp, "dscp_value", 0, HOST, UINT),
};

static const struct steer_words_action actions[] = {
	ACTION(VOID, "void"),
	ACTION(PASSTHRU, "passthru"),
	ACTION_WITH(JUMP, "jump", jump, jump_params),
	ACTION_WITH(MARK, "mark", mark, mark_params),
	ACTION(FLAG, "flag"),
	ACTION_WITH(QUEUE, "queue", queue, queue_params),
	ACTION(DROP, "drop"),
	ACTION(SEND_TO_KERNEL, "send_to_kernel"),
	ACTION_WITH(COUNT, "count", count, count_params),
	{ .name = "rss", .type = RTE_FLOW_ACTION_TYPE_RSS,
	  .size = sizeof(struct rte_flow_action_rss) },
	ACTION_WITH(AGE, "age", age, age_params),
	ACTION_WITH(SAMPLE, "sample", sample, sample_params),
	ACTION_WITH(SET_META, "set_meta", set_meta, set_meta_params),
	ACTION_WITH(SET_TAG, "set_tag", set_tag, set_tag_params),
	ACTION_WITH(METER, "meter", meter, meter_params),
	ACTION_WITH(PORT_ID, "port_id", port_id, port_id_params),
	ACTION_WITH(REPRESENTED_PORT, "represented_port", ethdev, represented_params),
	ACTION_WITH(PORT_REPRESENTOR, "port_representor", ethdev, representor_params),
	ACTION(OF_DEC_NW_TTL, "of_dec_nw_ttl"),
	ACTION(OF_POP_VLAN, "of_pop_vlan"),
	ACTION_WITH(OF_PUSH_VLAN, "of_push_vlan", of_push_vlan, push_vlan_params),
	ACTION_WITH(OF_SET_VLAN_VID, "of_set_vlan_vid", of_set_vlan_vid, vlan_vid_params),
	ACTION_WITH(OF_SET_VLAN_PCP, "of_set_vlan_pcp", of_set_vlan_pcp, vlan_pcp_params),
	ACTION_WITH(SET_IPV4_SRC, "set_ipv4_src", set_ipv4, set_ipv4_params),
	ACTION_WITH(SET_IPV4_DST, "set_ipv4_dst", set_ipv4, set_ipv4_params),
	ACTION_WITH(SET_IPV6_SRC, "set_ipv6_src", set_ipv6, set_ipv6_params),
	ACTION_WITH(SET_IPV6_DST, "set_ipv6_dst", set_ipv6, set_ipv6_params),
	ACTION_WITH(SET_TP_SRC, "set_tp_src", set_tp, set_tp_params),
	ACTION_WITH(SET_TP_DST, "set_tp_dst", set_tp, set_tp_params),
	ACTION(MAC_SWAP, "mac_swap"),
	ACTION(DEC_TTL, "dec_ttl"),
	ACTION_WITH(SET_TTL, "set_ttl", set_ttl, set_ttl_params),
	ACTION_WITH(SET_MAC_SRC, "set_mac_src", set_mac, set_mac_params),
	ACTION_WITH(SET_MAC_DST, "set_mac_dst", set_mac, set_mac_params),
	ACTION_TCP(INC_TCP_SEQ, "inc_tcp_seq"),
	ACTION_TCP(DEC_TCP_SEQ, "dec_tcp_seq"),
	ACTION_TCP(INC_TCP_ACK, "inc_tcp_ack"),
	ACTION_TCP(DEC_TCP_ACK, "dec_tcp_ack"),
	ACTION_WITH(SET_IPV4_DSCP, "set_ipv4_dscp", set_dscp, set_dscp_params),
	ACTION_WITH(SET_IPV6_DSCP, "set_ipv6_dscp", set_dscp, set_dscp_params),
};

static_assert(sizeof(struct rte_flow_action_set_ipv6) <= STEER_ACTION_SIZE_MAX, "set_ipv6 fits");
static_assert(sizeof(struct rte_flow_action_age) <= STEER_ACTION_SIZE_MAX, "age fits");

const struct steer_words_action *
steer_words_action_at(unsigned int i)
{
	return i < RTE_DIM(actions) ? &actions[i] : NULL;
}

const struct steer_words_action *
steer_words_action(struct steer_word w)
{
	for (unsigned int i = 0; i < RTE_DIM(actions); i++)
		if (steer_word_is(w, actions[i].name))
			return &actions[i];
	return NULL;
}
