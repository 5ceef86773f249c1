/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdint.h>

#include <netinet/in.h>

#include <rte_flow.h>

#include "flows.h"
#include "rule.h"
#include "traffic.h"

struct test_flow
test_flow_to(uint16_t port, uint16_t queue)
{
	struct test_flow f = {
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 100 + queue },
		.queue = queue,
	};
	struct test_rule r;

	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, f.packet.dport, UINT16_MAX);
	test_action_queue(&r, queue);
	test_create(port, &r);
	return f;
}

void
test_stream_rule(struct test_rule *r, uint32_t priority, uint16_t queue, uint16_t n_queues)
{
	test_rule(r, priority);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(r, IPPROTO_UDP, queue, n_queues - 1);
	test_action_mark(r, 1 + queue);
	test_action_queue(r, queue);
}

void
test_streams_make(uint16_t port, struct test_flow *streams, unsigned int n, uint16_t n_queues)
{
	struct test_rule r;
	unsigned int i;
	uint16_t q;

	for (i = 0; i < n; i++)
		streams[i] = (struct test_flow){
			.packet = { .proto = IPPROTO_UDP, .src = i, .dst = i, .dport = i },
			.queue = i % n_queues,
			.mark = 1 + i % n_queues,
		};
	for (q = 0; q < n_queues; q++) {
		test_stream_rule(&r, 1, q, n_queues);
		test_create(port, &r);
	}
}
