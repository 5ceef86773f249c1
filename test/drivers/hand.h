/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_HAND_H_
#define _TEST_HAND_H_

#include <stdint.h>

#include "flow_spy.h"
#include "rule.h"
#include "traffic.h"

/* Rules handed down: by a net_steer port to another one, which is watched. */

#define TEST_HAND_QUEUES 4

/* Both, with so many queues; further arguments of the upper one. */
void test_hand_up(struct test_world *w, struct flow_spy *spy, const char *args);
/* A packet to a UDP port. */
struct test_packet test_hand_packet(uint16_t dst_port);

/*
 * UDP ports under a mask to a queue, or if that is TEST_NOWHERE dropped; marked with the port and
 * counted.
 */
void test_hand_rule(struct test_rule *r, uint32_t priority, uint16_t dst_port, uint16_t mask,
		    uint16_t queue);
/* For one UDP port, of priority 1, created. */
struct rte_flow *test_hand_create(const struct test_world *w, uint16_t dst_port, uint16_t queue);
/* Its packets arrive at the queue, marked; at TEST_ANYWHERE: no such rule takes them. */
void test_hand_expect(struct test_world *w, uint16_t dst_port, uint16_t queue);

#endif /* _TEST_HAND_H_ */
