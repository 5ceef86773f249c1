/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_debug.h>
#include <rte_hash.h>

#include "steer_compat.h"

#include "flow_queue.h"
#include "instructions.h"
#include "perf.h"
#include "profile.h"
#include "sample.h"
#include "tuple_hash.h"

#define RULES 1000000
#define RULES_QUICK 100000

/** Rules on their way in and out, by several ways one after the other. */
struct rates {
	struct perf_bed bed;
	uint32_t n;
	/** As they are made. */
	struct perf_rule *rules;
	/** In which order they go. */
	uint32_t *order;
	struct rte_flow **flows;
	struct perf_flow_args args;
	struct rte_hash *hash;
	struct perf_flow_queue queue;
	/** Next rule. */
	uint32_t at;
};

/* Operations: on so many rules, from the next one on. */

static uint64_t
hash_add(void *rates, uint64_t n)
{
	struct rates *r = rates;

	for (const uint64_t end = r->at + n; r->at < end; r->at++) {
		struct perf_key key;

		perf_key_of_rule(&key, &r->rules[r->at]);
		if (rte_hash_add_key(r->hash, &key) < 0)
			rte_exit(EXIT_FAILURE, "steer-perf: rte_hash takes no more\n");
	}
	return n;
}

static uint64_t
hash_del(void *rates, uint64_t n)
{
	struct rates *r = rates;

	for (const uint64_t end = r->at + n; r->at < end; r->at++) {
		struct perf_key key;

		perf_key_of_rule(&key, &r->rules[r->order[r->at]]);
		if (rte_hash_del_key(r->hash, &key) < 0)
			rte_exit(EXIT_FAILURE, "steer-perf: rte_hash has lost a key\n");
	}
	return n;
}

static uint64_t
flow_create(void *rates, uint64_t n)
{
	struct rates *r = rates;

	for (const uint64_t end = r->at + n; r->at < end; r->at++) {
		perf_flow_args_set(&r->args, &r->rules[r->at]);
		r->flows[r->at] = perf_flow_create(r->bed.port, &r->args);
	}
	return n;
}

/** Each rule to another queue. */
static struct rte_flow **
next_update(struct rates *r)
{
	struct perf_rule *rule = &r->rules[r->order[r->at]];

	rule->queue = (uint16_t)((rule->queue + 1) % PERF_QUEUES);
	perf_flow_args_set(&r->args, rule);
	return &r->flows[r->order[r->at]];
}

static uint64_t
flow_update(void *rates, uint64_t n)
{
	struct rates *r = rates;

	for (const uint64_t end = r->at + n; r->at < end; r->at++) {
		struct rte_flow **flow = next_update(r);

#if STEER_FLOW_OPS_23_11
		if (rte_flow_actions_update(r->bed.port, *flow, r->args.actions, NULL) != 0)
			rte_exit(EXIT_FAILURE, "steer-perf: a rule is not updated\n");
#else
		perf_flow_destroy(r->bed.port, *flow);
		*flow = perf_flow_create(r->bed.port, &r->args);
#endif
	}
	return n;
}

static uint64_t
flow_destroy(void *rates, uint64_t n)
{
	struct rates *r = rates;

	for (const uint64_t end = r->at + n; r->at < end; r->at++)
		perf_flow_destroy(r->bed.port, r->flows[r->order[r->at]]);
	return n;
}

static uint64_t
queue_create(void *rates, uint64_t n)
{
	struct rates *r = rates;

	for (const uint64_t end = r->at + n; r->at < end; r->at++) {
		perf_flow_args_set(&r->args, &r->rules[r->at]);
		r->flows[r->at] = perf_flow_queue_create(&r->queue, &r->args);
	}
	perf_flow_queue_push(&r->queue);
	return n;
}

static uint64_t
queue_update(void *rates, uint64_t n)
{
	struct rates *r = rates;

	for (const uint64_t end = r->at + n; r->at < end; r->at++) {
		struct rte_flow **flow = next_update(r);

		*flow = perf_flow_queue_update(&r->queue, *flow, &r->args);
	}
	perf_flow_queue_push(&r->queue);
	return n;
}

static uint64_t
queue_destroy(void *rates, uint64_t n)
{
	struct rates *r = rates;

	for (const uint64_t end = r->at + n; r->at < end; r->at++)
		perf_flow_queue_destroy(&r->queue, r->flows[r->order[r->at]]);
	perf_flow_queue_push(&r->queue);
	return n;
}

struct operation {
	const char *name;
	uint64_t (*run)(void *rates, uint64_t n);
	/** Which operation it is compared with. */
	unsigned int base;
	/** At most so many times that one; 0: no target. */
	double target;
};

/* In this order: what one makes, the next ones take. */
static const struct operation operations[] = {
	{ .name = "rte_hash_add_key", .run = hash_add },
	{ .name = "rte_hash_del_key", .run = hash_del, .base = 1 },
	{ .name = "rte_flow_create", .run = flow_create, .target = 1.1 },
#if STEER_FLOW_OPS_23_11
	{ .name = "rte_flow_actions_update", .run = flow_update },
#else
	{ .name = "rte_flow_destroy, rte_flow_create", .run = flow_update },
#endif
	{ .name = "rte_flow_destroy", .run = flow_destroy, .base = 1 },
	{ .name = "rte_flow_async_create", .run = queue_create, .target = 0.8 },
#if STEER_FLOW_OPS_23_11
	{ .name = "rte_flow_async_actions_update", .run = queue_update },
#else
	{ .name = "rte_flow_async_destroy, then create", .run = queue_update },
#endif
	{ .name = "rte_flow_async_destroy", .run = queue_destroy, .base = 1 },
};

#define OPERATIONS RTE_DIM(operations)

static void
measure(struct perf *p, struct rates *r, struct perf_way *ways)
{
	for (unsigned int round = 0; round < p->args.rounds; round++) {
		perf_report_progress(&p->report, "rules, round %u ...", round + 1);
		for (unsigned int i = 0; i < OPERATIONS; i++) {
			const uint64_t start = rte_rdtsc_precise();

			r->at = 0;
			operations[i].run(r, r->n);
			ways[i].samples[round] = (double)(rte_rdtsc_precise() - start) / r->n;
		}
	}
}

static void
report(struct perf *p, const struct perf_way *ways)
{
	for (unsigned int i = 0; i < OPERATIONS; i++) {
		const struct operation *o = &operations[i];
		const struct perf_value value = perf_way_value(&ways[i], &p->args);
		const struct perf_value base = perf_way_value(&ways[o->base], &p->args);
		const struct perf_value ratio = perf_way_ratio(&ways[i], &ways[o->base], &p->args);

		perf_report_row(&p->report, o->name, "cycles", &value, &base, &ratio);
		if (o->target != 0)
			perf_report_target(&p->report, o->name, ratio.median, o->target, false,
					   "x rte_hash");
	}
}

static void
count(struct perf *p, struct rates *r)
{
	double counts[OPERATIONS];

	for (unsigned int i = 0; i < OPERATIONS; i++) {
		r->at = 0;
		counts[i] = perf_instructions(operations[i].run, r, p->args.packets);
		perf_report_counts(&p->report, operations[i].name, counts[i],
				   counts[operations[i].base]);
	}
}

static void
open_rates(struct perf *p, struct rates *r)
{
	r->n = p->args.instructions ?
	       PERF_INSTRUCTIONS_BEFORE + (uint32_t)p->args.packets :
	       perf_scaled(p->args.quick ? RULES_QUICK : RULES, p->args.scale, 64);
	r->rules = malloc(r->n * sizeof(r->rules[0]));
	r->flows = malloc(r->n * sizeof(r->flows[0]));
	r->hash = perf_tuple_hash_create(r->n);
	if (r->rules == NULL || r->flows == NULL || r->hash == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory for %u rules\n", r->n);
	for (uint32_t i = 0; i < r->n; i++)
		perf_rule_exact(i, &r->rules[i]);
	r->order = perf_shuffled(r->n);
	perf_flow_args_init(&r->args, PERF_IPV4, PERF_QUEUE);
	perf_bed_open(&r->bed, 1, p->pool);
	rte_eth_dev_stop(r->bed.port);
	perf_flow_queue_configure(r->bed.port);
	if (rte_eth_dev_start(r->bed.port) != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: a port with flow queues does not start\n");
	perf_flow_queue_open(&r->queue, r->bed.port, &r->rules[0], r->n);
}

static void
close_rates(struct rates *r)
{
	perf_flow_queue_close(&r->queue);
	perf_bed_close(&r->bed);
	rte_hash_free(r->hash);
	free(r->order);
	free(r->flows);
	free(r->rules);
}

void
perf_rates(struct perf *p, const char *heading)
{
	struct perf_way ways[OPERATIONS];
	struct rates r = { .at = 0 };

	open_rates(p, &r);
	perf_report_section(&p->report, heading, "rte_hash");
	if (p->args.instructions) {
		count(p, &r);
	} else {
		measure(p, &r, ways);
		report(p, ways);
	}
	close_rates(&r);
}
