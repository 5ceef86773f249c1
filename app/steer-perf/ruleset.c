/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_debug.h>
#include <rte_ip.h>

#include "bed.h"
#include "random.h"
#include "ruleset.h"

/* Of different things, different numbers. */
#define SEED_EXACT (UINT64_C(1) << 40)
#define SEED_MASKS (UINT64_C(2) << 40)
#define SEED_FLOW (UINT64_C(3) << 40)
#define SEED_PACKET (UINT64_C(4) << 40)
#define SEED_ORDER (UINT64_C(5) << 40)

static uint8_t
proto_of(uint32_t i)
{
	return i & 1 ? IPPROTO_TCP : IPPROTO_UDP;
}

/* Rules */

void
perf_rule_dpvs(uint32_t i, struct perf_rule *rule)
{
	const uint32_t worker = i / 2 % 8, address = i / 16;

	memset(rule, 0, sizeof(*rule));
	rule->value.dst = rte_cpu_to_be_32(RTE_IPV4(10, 0, 0, 0) + address);
	rule->mask.dst = UINT32_MAX;
	rule->value.ports[1] = rte_cpu_to_be_16((uint16_t)worker);
	rule->mask.ports[1] = RTE_BE16(7);
	rule->value.proto = proto_of(i);
	rule->queue = worker % PERF_QUEUES;
}

void
perf_rule_exact(uint32_t i, struct perf_rule *rule)
{
	const uint64_t a = perf_mix(SEED_EXACT + i);

	memset(rule, 0, sizeof(*rule));
	memset(&rule->mask, 0xff, sizeof(rule->mask));
	/* No two are alike: i is in it. */
	rule->value.src = (rte_be32_t)a;
	rule->value.dst = rte_cpu_to_be_32(RTE_IPV4(10, 0, 0, 0) + i);
	rule->value.ports[0] = (rte_be16_t)(a >> 32);
	rule->value.ports[1] = (rte_be16_t)(a >> 48);
	rule->value.proto = proto_of(i);
	rule->queue = i / 2 % PERF_QUEUES;
}

static rte_be32_t
prefix(unsigned int len)
{
	return rte_cpu_to_be_32(UINT32_MAX << (32 - len));
}

/** Rule of mask i % n_masks: prefixes of 17..24 bits, of which the first 16 tell rules apart. */
static void
masked(uint32_t i, uint32_t n_masks, struct perf_rule *rule)
{
	const uint32_t mask = i % n_masks;
	const uint64_t a = perf_mix(SEED_MASKS + i);
	/* An odd factor: a permutation of 16 bits. */
	const uint32_t id = i * 40503u & 0xffff;

	memset(rule, 0, sizeof(*rule));
	rule->mask.src = prefix(17 + mask % 8);
	rule->mask.dst = prefix(17 + mask / 8);
	rule->mask.ports[1] = UINT16_MAX;
	rule->value.src = rte_cpu_to_be_32(RTE_IPV4(10, id >> 8, 0, 0) | ((uint32_t)a & 0xffff)) &
			  rule->mask.src;
	rule->value.dst = rte_cpu_to_be_32(RTE_IPV4(11, id & 0xff, 0, 0) |
					   ((uint32_t)(a >> 16) & 0xffff)) & rule->mask.dst;
	rule->value.ports[1] = (rte_be16_t)(a >> 32);
	rule->value.proto = IPPROTO_UDP;
	rule->queue = (uint16_t)(a >> 48) % PERF_QUEUES;
}

void
perf_rule_masks_1(uint32_t i, struct perf_rule *rule)
{
	masked(i, 1, rule);
}

void
perf_rule_masks_4(uint32_t i, struct perf_rule *rule)
{
	masked(i, 4, rule);
}

void
perf_rule_masks_16(uint32_t i, struct perf_rule *rule)
{
	masked(i, 16, rule);
}

void
perf_rule_masks_64(uint32_t i, struct perf_rule *rule)
{
	masked(i, 64, rule);
}

void
perf_rule_range(uint32_t i, struct perf_rule *rule)
{
	const uint16_t from = (uint16_t)(1000 + i / 2 % 8 * 5000);

	memset(rule, 0, sizeof(*rule));
	rule->value.dst = rte_cpu_to_be_32(RTE_IPV4(172u, i / 16, 0, 0));
	rule->mask.dst = prefix(16);
	rule->value.ports[1] = rte_cpu_to_be_16(from);
	rule->mask.ports[1] = UINT16_MAX;
	rule->last_port = rte_cpu_to_be_16((uint16_t)(from + 4499));
	rule->value.proto = proto_of(i);
	rule->queue = i / 2 % PERF_QUEUES;
}

/* Packets */

static void
flow_of_rule(const struct perf_rule *rule, uint64_t number, struct synthetic_flow *flow)
{
	struct synthetic_flow any;
	uint32_t from, to;

	perf_flow_any(NULL, number, &any);
	flow->src = (rule->value.src & rule->mask.src) | (any.src & ~rule->mask.src);
	flow->dst = (rule->value.dst & rule->mask.dst) | (any.dst & ~rule->mask.dst);
	for (unsigned int i = 0; i < 2; i++)
		flow->ports[i] = (rte_be16_t)((rule->value.ports[i] & rule->mask.ports[i]) |
					      (any.ports[i] & ~rule->mask.ports[i]));
	flow->proto = rule->value.proto;
	if (rule->last_port == 0)
		return;
	from = rte_be_to_cpu_16(rule->value.ports[1]);
	to = rte_be_to_cpu_16(rule->last_port);
	flow->ports[1] = rte_cpu_to_be_16((uint16_t)(from + any.ports[1] % (to - from + 1)));
}

void
perf_flow_of_rules(const void *draw, uint64_t i, struct synthetic_flow *flow)
{
	const struct perf_draw *d = draw;
	uint64_t state = SEED_PACKET + 4 * i;
	struct perf_rule rule;

	if (d->n_flows != 0)
		i = perf_random_below(&state, d->n_flows);
	state = SEED_FLOW + 4 * i;
	d->rule(perf_random_below(&state, d->n_rules), &rule);
	flow_of_rule(&rule, SEED_FLOW + i, flow);
}

/* Sets */

uint32_t *
perf_shuffled(uint32_t n)
{
	uint32_t *order = calloc(n, sizeof(order[0]));
	uint64_t state = SEED_ORDER;

	if (order == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory for %u numbers\n", n);
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t other = perf_random_below(&state, i + 1);

		order[i] = order[other];
		order[other] = i;
	}
	return order;
}

struct rte_flow **
perf_ruleset_create(uint16_t port, enum perf_kind kind, perf_rule_fn rule, uint32_t n,
		    enum perf_actions actions)
{
	uint32_t *order = perf_shuffled(n);
	struct rte_flow **flows = malloc(n * sizeof(flows[0]));
	struct perf_flow_args args;
	struct perf_rule r;

	if (flows == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory for %u rules\n", n);
	perf_flow_args_init(&args, kind, actions);
	for (uint32_t i = 0; i < n; i++) {
		rule(order[i], &r);
		perf_flow_args_set(&args, &r);
		flows[i] = perf_flow_create(port, &args);
	}
	free(order);
	return flows;
}

void
perf_ruleset_destroy(uint16_t port, struct rte_flow **flows, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		perf_flow_destroy(port, flows[i]);
}
