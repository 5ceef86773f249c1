/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stddef.h>
#include <string.h>

#include <rte_byteorder.h>

#include "steer_cursor.h"
#include "steer_editor.h"

#define VID_MASK 0x0fff
#define PCP_MASK 0xe000
#define PCP_SHIFT 13

/* Places in headers. */
#define IPV4_TOS 0 /* the version with it */
#define IPV4_TTL 8 /* the protocol with it */
#define IPV4_SRC 12
#define IPV4_DST 16
#define IPV6_CLASS 0
#define IPV6_HOPS 6 /* the next header with it */
#define IPV6_SRC 8
#define IPV6_DST 24
#define TCP_SEQ 4
#define TCP_ACK 8

/** Bytes of a routing header: how many addresses are still to be visited. */
#define ROUTE_LEFT 3

static enum steer_l3
l3(const struct steer_editor *e)
{
	return steer_meta_l3(e->key->meta);
}

static uint32_t
l3_at(const struct steer_editor *e, uint32_t field)
{
	return e->key->at[0].l3 + field;
}

/* Addresses */

static bool
set_ipv4(struct steer_editor *e, uint32_t field, const uint8_t *address)
{
	if (l3(e) != STEER_L3_IPV4)
		return true;
	return steer_edit_field(e, l3_at(e, field), address, 4, STEER_SUM_IP | STEER_SUM_PSEUDO);
}

/** On the way to another address than its last one, that is the one that L4's checksum has. */
static bool
is_routed(const struct steer_key *key)
{
	return (key->meta & STEER_META_EXT(STEER_EXT_ROUTE)) != 0 &&
	       key->outer_rare.route[ROUTE_LEFT] != 0;
}

static bool
set_ipv6(struct steer_editor *e, uint32_t field, const uint8_t *address)
{
	const bool pseudo = field == IPV6_SRC || !is_routed(e->key);

	if (l3(e) != STEER_L3_IPV6)
		return true;
	return steer_edit_field(e, l3_at(e, field), address, 16,
				pseudo ? STEER_SUM_PSEUDO : STEER_SUM_NONE);
}

/* Hops and classes */

/** @return where TTL or hop limit is; the byte behind or before it is changed with it. */
static bool
set_hops(struct steer_editor *e, bool set, uint8_t hops)
{
	const bool v4 = l3(e) == STEER_L3_IPV4;
	const unsigned int at = v4 ? 0 : 1;
	uint8_t bytes[2];
	uint32_t off;

	if (!v4 && l3(e) != STEER_L3_IPV6)
		return true;
	off = l3_at(e, v4 ? IPV4_TTL : IPV6_HOPS);
	steer_editor_get(e, off, bytes, sizeof(bytes));
	if (set)
		bytes[at] = hops;
	else if (bytes[at] > 0)
		bytes[at]--;
	return steer_edit_field(e, off, bytes, sizeof(bytes), v4 ? STEER_SUM_IP : STEER_SUM_NONE);
}

static bool
set_dscp(struct steer_editor *e, enum steer_l3 version, uint8_t dscp)
{
	const bool v4 = version == STEER_L3_IPV4;
	uint8_t bytes[2];
	uint32_t off;

	if (l3(e) != version)
		return true;
	off = l3_at(e, v4 ? IPV4_TOS : IPV6_CLASS);
	steer_editor_get(e, off, bytes, sizeof(bytes));
	if (v4) {
		bytes[1] = (uint8_t)((bytes[1] & 0x03) | dscp << 2);
	} else {
		bytes[0] = (uint8_t)((bytes[0] & 0xf0) | dscp >> 2);
		bytes[1] = (uint8_t)((bytes[1] & 0x3f) | dscp << 6);
	}
	return steer_edit_field(e, off, bytes, sizeof(bytes), v4 ? STEER_SUM_IP : STEER_SUM_NONE);
}

/* L4 */

static bool
set_port(struct steer_editor *e, uint32_t field, const uint8_t *port)
{
	const enum steer_l4 l4 = steer_meta_l4(e->key->meta);

	if (l4 != STEER_L4_TCP && l4 != STEER_L4_UDP)
		return true;
	return steer_edit_field(e, e->key->at[0].l4 + field, port, 2, STEER_SUM_L4);
}

static bool
add_tcp(struct steer_editor *e, uint32_t field, const uint8_t *conf, bool down)
{
	rte_be32_t value, by;
	uint32_t off;

	if (steer_meta_l4(e->key->meta) != STEER_L4_TCP)
		return true;
	off = e->key->at[0].l4 + field;
	steer_editor_get(e, off, &value, sizeof(value));
	memcpy(&by, conf, sizeof(by));
	by = rte_be_to_cpu_32(by);
	value = rte_cpu_to_be_32(rte_be_to_cpu_32(value) + (down ? -by : by));
	return steer_edit_field(e, off, (const uint8_t *)&value, sizeof(value), STEER_SUM_L4);
}

static bool
edit_l4(struct steer_editor *e, const struct steer_edit *edit)
{
	switch (edit->type) {
	case RTE_FLOW_ACTION_TYPE_SET_TP_SRC:
		return set_port(e, 0, edit->conf);
	case RTE_FLOW_ACTION_TYPE_SET_TP_DST:
		return set_port(e, 2, edit->conf);
	case RTE_FLOW_ACTION_TYPE_INC_TCP_SEQ:
		return add_tcp(e, TCP_SEQ, edit->conf, false);
	case RTE_FLOW_ACTION_TYPE_DEC_TCP_SEQ:
		return add_tcp(e, TCP_SEQ, edit->conf, true);
	case RTE_FLOW_ACTION_TYPE_INC_TCP_ACK:
		return add_tcp(e, TCP_ACK, edit->conf, false);
	default:
		return add_tcp(e, TCP_ACK, edit->conf, true);
	}
}

static bool
edit_ip(struct steer_editor *e, const struct steer_edit *edit)
{
	steer_editor_parse(e);
	switch (edit->type) {
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_SRC:
		return set_ipv4(e, IPV4_SRC, edit->conf);
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_DST:
		return set_ipv4(e, IPV4_DST, edit->conf);
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_SRC:
		return set_ipv6(e, IPV6_SRC, edit->conf);
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_DST:
		return set_ipv6(e, IPV6_DST, edit->conf);
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_DSCP:
		return set_dscp(e, STEER_L3_IPV4, edit->conf[0]);
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_DSCP:
		return set_dscp(e, STEER_L3_IPV6, edit->conf[0]);
	case RTE_FLOW_ACTION_TYPE_SET_TTL:
		return set_hops(e, true, edit->conf[0]);
	case RTE_FLOW_ACTION_TYPE_DEC_TTL:
	case RTE_FLOW_ACTION_TYPE_OF_DEC_NW_TTL:
		return set_hops(e, false, 0);
	default:
		return edit_l4(e, edit);
	}
}

bool
steer_edit(struct steer_editor *e, const struct steer_edit *edit)
{
	switch (edit->type) {
	case RTE_FLOW_ACTION_TYPE_SET_MAC_SRC:
	case RTE_FLOW_ACTION_TYPE_SET_MAC_DST:
	case RTE_FLOW_ACTION_TYPE_MAC_SWAP:
		return steer_edit_mac(e, edit);
	case RTE_FLOW_ACTION_TYPE_OF_POP_VLAN:
		return steer_edit_pop_vlan(e);
	case RTE_FLOW_ACTION_TYPE_OF_PUSH_VLAN:
		return steer_edit_push_vlan(e, steer_load_be16(edit->conf));
	case RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_VID:
		return steer_edit_tci(e, VID_MASK, steer_load_be16(edit->conf));
	case RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_PCP:
		return steer_edit_tci(e, PCP_MASK, (uint16_t)(edit->conf[0] << PCP_SHIFT));
	default:
		return edit_ip(e, edit);
	}
}
