/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdint.h>

#include <netinet/in.h>

#include <rte_flow.h>

#include "flow_spy.h"
#include "hand.h"
#include "rule.h"
#include "traffic.h"

void
test_hand_up(struct test_world *w, struct flow_spy *spy, const char *args)
{
	test_world_up(w, 2, TEST_HAND_QUEUES, TEST_ROOMY);
	flow_spy_on(w->port, spy);
	test_world_raise(w, args);
}

struct test_packet
test_hand_packet(uint16_t dst_port)
{
	return (struct test_packet){ .src = 9, .dst = 1, .proto = IPPROTO_UDP, .dport = dst_port };
}

void
test_hand_rule(struct test_rule *r, uint32_t priority, uint16_t dst_port, uint16_t mask,
	       uint16_t queue)
{
	test_rule(r, priority);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(r, IPPROTO_UDP, dst_port, mask);
	test_action_mark(r, dst_port);
	test_action(r, RTE_FLOW_ACTION_TYPE_COUNT);
	if (queue == TEST_NOWHERE)
		test_action(r, RTE_FLOW_ACTION_TYPE_DROP);
	else
		test_action_queue(r, queue);
}

struct rte_flow *
test_hand_create(const struct test_world *w, uint16_t dst_port, uint16_t queue)
{
	struct test_rule r;

	test_hand_rule(&r, 1, dst_port, UINT16_MAX, queue);
	return test_create(w->port, &r);
}

void
test_hand_expect(struct test_world *w, uint16_t dst_port, uint16_t queue)
{
	const struct test_packet p = test_hand_packet(dst_port);

	test_expect(w, &p, queue, queue == TEST_ANYWHERE ? 0 : dst_port);
}
