/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_byteorder.h>

#include "gen_rule.h"

/* Actions that change the packet, and copy it. */

static const enum rte_flow_action_type types[] = {
	RTE_FLOW_ACTION_TYPE_OF_POP_VLAN,     RTE_FLOW_ACTION_TYPE_OF_PUSH_VLAN,
	RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_VID, RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_PCP,
	RTE_FLOW_ACTION_TYPE_OF_DEC_NW_TTL,   RTE_FLOW_ACTION_TYPE_DEC_TTL,
	RTE_FLOW_ACTION_TYPE_SET_TTL,         RTE_FLOW_ACTION_TYPE_SET_IPV4_SRC,
	RTE_FLOW_ACTION_TYPE_SET_IPV4_DST,    RTE_FLOW_ACTION_TYPE_SET_IPV6_SRC,
	RTE_FLOW_ACTION_TYPE_SET_IPV6_DST,    RTE_FLOW_ACTION_TYPE_SET_IPV4_DSCP,
	RTE_FLOW_ACTION_TYPE_SET_IPV6_DSCP,   RTE_FLOW_ACTION_TYPE_SET_TP_SRC,
	RTE_FLOW_ACTION_TYPE_SET_TP_DST,      RTE_FLOW_ACTION_TYPE_INC_TCP_SEQ,
	RTE_FLOW_ACTION_TYPE_DEC_TCP_SEQ,     RTE_FLOW_ACTION_TYPE_INC_TCP_ACK,
	RTE_FLOW_ACTION_TYPE_DEC_TCP_ACK,     RTE_FLOW_ACTION_TYPE_SET_MAC_SRC,
	RTE_FLOW_ACTION_TYPE_SET_MAC_DST,     RTE_FLOW_ACTION_TYPE_MAC_SWAP,
};

static void
put_be16(uint8_t *to, uint16_t value)
{
	to[0] = value >> 8;
	to[1] = value & 0xff;
}

static const void *
fill(struct gen_random *r, enum rte_flow_action_type type, uint8_t *conf)
{
	static const uint16_t tpids[] = { 0x8100, 0x88a8, 0x9100 };
	static const uint16_t ports[] = { 0, 53, 80, 443, 4500, 4789, 0xffff };

	gen_bytes(r, conf, GEN_EDIT_SIZE);
	if (gen_chance(r, 20))
		memset(conf, gen_chance(r, 50) ? 0 : 0xff, GEN_EDIT_SIZE);
	switch (type) {
	case RTE_FLOW_ACTION_TYPE_OF_POP_VLAN:
	case RTE_FLOW_ACTION_TYPE_DEC_TTL:
	case RTE_FLOW_ACTION_TYPE_OF_DEC_NW_TTL:
	case RTE_FLOW_ACTION_TYPE_MAC_SWAP:
		return NULL;
	case RTE_FLOW_ACTION_TYPE_OF_PUSH_VLAN:
		put_be16(conf, gen_pick(r, tpids));
		break;
	case RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_VID:
		put_be16(conf, gen_below(r, 4096));
		break;
	case RTE_FLOW_ACTION_TYPE_OF_SET_VLAN_PCP:
		conf[0] = gen_below(r, 8);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_IPV4_DSCP:
	case RTE_FLOW_ACTION_TYPE_SET_IPV6_DSCP:
		conf[0] = gen_below(r, 64);
		break;
	case RTE_FLOW_ACTION_TYPE_SET_TP_SRC:
	case RTE_FLOW_ACTION_TYPE_SET_TP_DST:
		put_be16(conf, gen_pick(r, ports));
		break;
	case RTE_FLOW_ACTION_TYPE_SET_TTL:
		conf[0] = gen_chance(r, 50) ? gen_below(r, 2) : conf[0];
		break;
	default:
		break;
	}
	return conf;
}

static void
add_sample(struct gen_random *r, const struct gen_style *style, bool count, struct gen_rule *rule)
{
	struct rte_flow_action *a = rule->sampled;

	rule->sample_queue.index = gen_below(r, style->n_queues);
	*a++ = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_QUEUE,
					 .conf = &rule->sample_queue };
	rule->sample_mark.id = gen_below(r, 4);
	if (gen_chance(r, 50))
		*a++ = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_MARK,
						 .conf = &rule->sample_mark };
	if (count)
		*a++ = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_COUNT };
	*a = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_END };
	rule->sample = (struct rte_flow_action_sample){ .ratio = 1, .actions = rule->sampled };
	gen_action(rule, RTE_FLOW_ACTION_TYPE_SAMPLE, &rule->sample);
}

void
gen_edits(struct gen_random *r, const struct gen_style *style, bool counts, struct gen_rule *rule)
{
	const unsigned int n = gen_between(r, 1, GEN_EDITS);

	for (unsigned int i = 0; i < n; i++) {
		enum rte_flow_action_type type = gen_pick(r, types);

		gen_action(rule, type, fill(r, type, rule->edits[i]));
	}
	if (gen_chance(r, style->samples))
		add_sample(r, style, !counts && gen_chance(r, 50), rule);
}
