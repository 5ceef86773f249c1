/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "rule.h"
#include "steer_kept.h"
#include "../../drivers/net/steer/steer_port.h"
#include "storm.h"

/*
 * Rules of so many shapes that there is a cache, and mostly the same one whatever the others do:
 * they hardly look at anything that these do not look at, and no flush takes them.
 */

/* Rules for other packets than there are; behind all others. */
#define STONE_ADDRESS 0x0a030000
#define STONE_PRIORITY 9

static struct rte_flow *
make_stone(struct storm *s, unsigned int i)
{
	static const uint16_t masks[] = { 0xffff, 0xff00, 0x0ff0, 0xf00f };
	const uint16_t mask = masks[i / 4 % RTE_DIM(masks)];
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow *flow;
	struct test_rule r;

	test_rule(&r, STONE_PRIORITY);
	test_item(&r, RTE_FLOW_ITEM_TYPE_ETH);
	if (i < 2)
		test_item_vlan(&r, 1);
	test_item_ip_dst(&r, i & 1, STONE_ADDRESS);
	test_item_dst_port(&r, i & 2 ? IPPROTO_TCP : IPPROTO_UDP, mask, mask);
	test_action(&r, RTE_FLOW_ACTION_TYPE_DROP);
	flow = rte_flow_create(s->port, &r.attr, r.pattern, r.actions, &error);
	if (flow == NULL)
		storm_refused(&s->owners[0], "stone", -rte_errno, &error);
	else if (steer_engine_flow_keep(steer_port(&rte_eth_devices[s->port])->engine,
			(struct steer_flow *)flow, "stone") != 0)
		test_fault_note(&s->fault, "a stone is not kept");
	return flow;
}

void
storm_stones(struct storm *s, bool there)
{
	struct rte_flow_error error = { .message = NULL };

	for (unsigned int i = 0; i < STORM_STONES; i++) {
		if (there == (s->stone[i] != NULL))
			continue;
		if (there)
			s->stone[i] = make_stone(s, i);
		else if (rte_flow_destroy(s->port, s->stone[i], &error) != 0)
			storm_refused(&s->owners[0], "stone destroyed", -rte_errno, &error);
		else
			s->stone[i] = NULL;
	}
}
