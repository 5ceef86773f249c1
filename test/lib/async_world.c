/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_byteorder.h>
#include <rte_common.h>

#include "async_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

const struct rte_flow_item_udp full = { .hdr.dst_port = RTE_BE16(0xffff) };
const struct rte_flow_item by_port[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_IPV4 },
	{ .type = RTE_FLOW_ITEM_TYPE_UDP, .mask = &full },
	{ .type = RTE_FLOW_ITEM_TYPE_END },
};
const struct rte_flow_pattern_template_attr in = { .ingress = 1 };
const struct rte_flow_actions_template_attr do_in = { .ingress = 1 };
struct steer_pattern_template *patterns[1];
struct steer_actions_template *to_queue[2];
struct steer_template_table *table;

struct steer_templates *
templates(void)
{
	return steer_async_templates(engine);
}

int
configure(uint16_t n, uint32_t size, struct rte_flow_error *error)
{
	const struct rte_flow_queue_attr attr = { .size = size };
	const struct rte_flow_queue_attr *attrs[STEER_ASYNC_QUEUES + 1];

	for (unsigned int i = 0; i < RTE_DIM(attrs); i++)
		attrs[i] = &attr;
	return steer_async_configure(engine, n, attrs, error);
}

/* A queue that each rule chooses, marked; and one whose queue is the template's, counted. */
static void
make_table(uint32_t prio)
{
	const struct rte_flow_action *open = ACTIONS(MARK(0), QUEUE(0));
	const struct rte_flow_action *fixed = ACTIONS(DO(COUNT), QUEUE(3));
	const struct rte_flow_template_table_attr attr = {
		.flow_attr = { .ingress = 1, .priority = prio },
	};

	patterns[0] = steer_pattern_template_create(templates(), &in, by_port, NULL);
	to_queue[0] = steer_actions_template_create(templates(), &do_in, open,
						    ACTIONS(MARK(0), QUEUE(0)), NULL);
	to_queue[1] = steer_actions_template_create(templates(), &do_in, fixed,
						    ACTIONS(DO(COUNT), QUEUE(0xffff)), NULL);
	assert_true(patterns[0] != NULL && to_queue[0] != NULL && to_queue[1] != NULL);
	table = steer_template_table_create(templates(), &attr, patterns, 1, to_queue, 2, NULL);
	assert_non_null(table);
}

int
async_begin(void **state)
{
	const int rc = world_begin(state);

	if (rc != 0 || steer_engine_configure(engine, RX_QUEUES, 4) != 0 ||
	    configure(2, ASYNC_SIZE, NULL) != 0)
		return -1;
	make_table(5);
	return 0;
}

struct steer_flow *
add(uint32_t queue, bool postpone, uint16_t port, const struct rte_flow_action *actions,
    uint8_t template, struct rte_flow_error *error)
{
	const struct rte_flow_item_udp spec = { .hdr.dst_port = rte_cpu_to_be_16(port) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4 },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};

	return steer_async_create(engine, queue, postpone, table, pattern, 0, actions, template,
				  (void *)(uintptr_t)port, error);
}

struct steer_flow *
add_to(uint32_t queue, bool postpone, uint16_t port, uint16_t to)
{
	struct steer_flow *flow =
		add(queue, postpone, port, ACTIONS(MARK(port), QUEUE(to)), 0, NULL);

	assert_non_null(flow);
	return flow;
}

void
take(uint32_t queue, bool postpone, struct steer_flow *flow, uintptr_t data)
{
	assert_int_equal(steer_async_destroy(engine, queue, postpone, flow, (void *)data, NULL), 0);
}

/* The next results, in order, each a success. */
void
expect(uint32_t queue, unsigned int n, const uintptr_t *data)
{
	struct rte_flow_op_result res[2 * ASYNC_SIZE];

	assert_int_equal(steer_async_pull(engine, queue, res, RTE_DIM(res), NULL), n);
	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(res[i].status, RTE_FLOW_OP_SUCCESS);
		assert_int_equal((uintptr_t)res[i].user_data, data[i]);
	}
}
