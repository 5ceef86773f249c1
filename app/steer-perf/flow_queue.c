/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>
#include <rte_flow.h>

#include "steer_compat.h"

#include "flow_queue.h"

#define QUEUE_SIZE (4 * PERF_FLOW_QUEUE_BATCH)

static const struct rte_flow_op_attr later = { .postpone = 1 };

/** End the program if it is so. */
static void
fail_if(bool failed, const char *what, const struct rte_flow_error *error)
{
	if (failed)
		rte_exit(EXIT_FAILURE, "steer-perf: %s: %s\n", what,
			 error->message != NULL ? error->message : "no reason given");
}

void
perf_flow_queue_configure(uint16_t port)
{
	const struct rte_flow_port_attr attr = { .nb_counters = 0 };
	const struct rte_flow_queue_attr queue = { .size = QUEUE_SIZE };
	const struct rte_flow_queue_attr *queues[] = { &queue };
	struct rte_flow_error error = { .message = NULL };

	fail_if(rte_flow_configure(port, &attr, 1, queues, &error) != 0, "no flow queue", &error);
}

static struct rte_flow_pattern_template *
pattern_of(uint16_t port, const struct perf_rule *rule, uint8_t proto)
{
	const struct rte_flow_pattern_template_attr attr = { .ingress = 1 };
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow_pattern_template *pattern;
	struct perf_flow_args args;
	struct perf_rule r = *rule;

	r.value.proto = proto;
	perf_flow_args_init(&args, PERF_IPV4, PERF_QUEUE);
	perf_flow_args_set(&args, &r);
	pattern = rte_flow_pattern_template_create(port, &attr, args.items, &error);
	fail_if(pattern == NULL, "no pattern template", &error);
	return pattern;
}

void
perf_flow_queue_open(struct perf_flow_queue *q, uint16_t port, const struct perf_rule *rule,
		     uint32_t n)
{
	static const struct rte_flow_action_queue any = { .index = 0 };
	static const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &any },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	const struct rte_flow_actions_template_attr attr = { .ingress = 1 };
	const struct rte_flow_template_table_attr table = {
		.flow_attr = { .ingress = 1 }, .nb_flows = n,
	};
	struct rte_flow_error error = { .message = NULL };

	memset(q, 0, sizeof(*q));
	q->port = port;
	q->patterns[0] = pattern_of(port, rule, IPPROTO_UDP);
	q->patterns[1] = pattern_of(port, rule, IPPROTO_TCP);
	q->actions = rte_flow_actions_template_create(port, &attr, actions, actions, &error);
	fail_if(q->actions == NULL, "no actions template", &error);
	q->table = rte_flow_template_table_create(port, &table, q->patterns, 2, &q->actions, 1,
						  &error);
	fail_if(q->table == NULL, "no template table", &error);
}

void
perf_flow_queue_close(struct perf_flow_queue *q)
{
	struct rte_flow_error error = { .message = NULL };

	perf_flow_queue_push(q);
	fail_if(rte_flow_template_table_destroy(q->port, q->table, &error) != 0,
		"a template table does not go", &error);
	rte_flow_actions_template_destroy(q->port, q->actions, NULL);
	for (unsigned int i = 0; i < 2; i++)
		rte_flow_pattern_template_destroy(q->port, q->patterns[i], NULL);
}

void
perf_flow_queue_push(struct perf_flow_queue *q)
{
	struct rte_flow_op_result results[PERF_FLOW_QUEUE_BATCH];
	struct rte_flow_error error = { .message = NULL };

	if (q->n_postponed == 0)
		return;
	fail_if(rte_flow_push(q->port, 0, &error) != 0, "a flow queue is not pushed", &error);
	while (q->n_postponed != 0) {
		const int n = rte_flow_pull(q->port, 0, results, PERF_FLOW_QUEUE_BATCH, &error);

		fail_if(n < 0, "no results of a flow queue", &error);
		for (int i = 0; i < n; i++)
			fail_if(results[i].status != RTE_FLOW_OP_SUCCESS, "a rule by flow queue",
				&error);
		q->n_postponed -= (unsigned int)n;
	}
}

static void
postponed(struct perf_flow_queue *q)
{
	if (++q->n_postponed == PERF_FLOW_QUEUE_BATCH)
		perf_flow_queue_push(q);
}

struct rte_flow *
perf_flow_queue_create(struct perf_flow_queue *q, const struct perf_flow_args *f)
{
	struct rte_flow_error error = { .message = NULL };
	const uint8_t pattern = f->l4_item->type == RTE_FLOW_ITEM_TYPE_TCP;
	struct rte_flow *flow = rte_flow_async_create(q->port, 0, &later, q->table, f->items,
						      pattern, f->actions, 0, NULL, &error);

	fail_if(flow == NULL, "a rule by flow queue is refused", &error);
	postponed(q);
	return flow;
}

struct rte_flow *
perf_flow_queue_update(struct perf_flow_queue *q, struct rte_flow *flow,
		       const struct perf_flow_args *f)
{
#if STEER_FLOW_OPS_23_11
	struct rte_flow_error error = { .message = NULL };

	fail_if(rte_flow_async_actions_update(q->port, 0, &later, flow, f->actions, 0, NULL,
					      &error) != 0,
		"a rule by flow queue is not updated", &error);
	postponed(q);
	return flow;
#else
	perf_flow_queue_destroy(q, flow);
	return perf_flow_queue_create(q, f);
#endif
}

void
perf_flow_queue_destroy(struct perf_flow_queue *q, struct rte_flow *flow)
{
	struct rte_flow_error error = { .message = NULL };

	fail_if(rte_flow_async_destroy(q->port, 0, &later, flow, NULL, &error) != 0,
		"a rule by flow queue does not go", &error);
	postponed(q);
}
