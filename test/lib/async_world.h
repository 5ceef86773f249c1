/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_ASYNC_WORLD_H_
#define _TEST_ASYNC_WORLD_H_

#include <stdbool.h>
#include <stdint.h>

#include "engine_world.h"
#include "steer_async.h"

/* An engine with flow queues, and a table of rules for UDP ports. */

#define ASYNC_SIZE 8
#define RX_QUEUES 4

/* Under it, and whose port each rule says; of the table. */
extern const struct rte_flow_item_udp full;
extern const struct rte_flow_item by_port[];
extern const struct rte_flow_pattern_template_attr in;
extern const struct rte_flow_actions_template_attr do_in;
extern struct steer_pattern_template *patterns[1];
/* A queue that each rule chooses, marked; and one whose queue is the template's, counted. */
extern struct steer_actions_template *to_queue[2];
extern struct steer_template_table *table;

struct steer_templates *templates(void);

/* Set-up: two flow queues, and the table. */
int async_begin(void **state);
#define ASYNC_TEST(name) cmocka_unit_test_setup_teardown(name, async_begin, world_end)

/* Flow queues, all of one size. */
int configure(uint16_t n, uint32_t size, struct rte_flow_error *error);

/* A rule for a port; its result has the port's number. */
struct steer_flow *add(uint32_t queue, bool postpone, uint16_t port,
		       const struct rte_flow_action *actions, uint8_t template,
		       struct rte_flow_error *error);
/* The same, marked with the port's number; must be taken. */
struct steer_flow *add_to(uint32_t queue, bool postpone, uint16_t port, uint16_t to);
void take(uint32_t queue, bool postpone, struct steer_flow *flow, uintptr_t data);

/* The next results, in order, each a success. */
void expect(uint32_t queue, unsigned int n, const uintptr_t *data);
#define EXPECT(queue, ...) \
	expect(queue, RTE_DIM(((const uintptr_t[]){ __VA_ARGS__ })), \
	       (const uintptr_t[]){ __VA_ARGS__ })

#endif /* _TEST_ASYNC_WORLD_H_ */
