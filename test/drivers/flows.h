/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FLOWS_H_
#define _TEST_FLOWS_H_

#include <stdint.h>

#include "rule.h"
#include "traffic.h"

/* Flows, and the rules that take them to their queues. */

/* A flow to UDP port 100 + queue, and the rule for it. */
struct test_flow test_flow_to(uint16_t port, uint16_t queue);

/*
 * n flows to all of the queues, by the last bits of their destination (n_queues is a power of two),
 * marked with queue + 1; and the rules for them, of priority 1.
 */
void test_streams_make(uint16_t port, struct test_flow *streams, unsigned int n, uint16_t n_queues);
/* One such rule. */
void test_stream_rule(struct test_rule *r, uint32_t priority, uint16_t queue, uint16_t n_queues);

#endif /* _TEST_FLOWS_H_ */
