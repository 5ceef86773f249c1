/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * What somebody who knows the code, but no secrets, can make of packets: the same number of rules
 * and of flows, chosen by him or at random, with the flow cache on.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ip.h>

#include "compare.h"
#include "crc_kernel.h"
#include "perf.h"
#include "profile.h"
#include "random.h"
#include "ruleset.h"
#include "steer_key.h"

#define PACKETS (1u << 20)
#define RULES_CHOSEN 16384
#define RULES_MASKS 64000
#define MASKS 64
#define LEAST 640
/* Times the friendly ones at most. */
#define TARGET 2

/* Collisions */

#define SRC (offsetof(struct steer_key, outer.l3) + offsetof(struct rte_ipv4_hdr, src_addr))
#define DST (offsetof(struct steer_key, outer.l3) + offsetof(struct rte_ipv4_hdr, dst_addr))
#define PORTS offsetof(struct steer_key, outer.l4)
#define WORDS 3
static_assert(SRC / 8 < DST / 8 && DST / 8 < PORTS / 8, "words of a table for 5-tuples");

/** A flow's fields as the words of a key that hold them. */
static void
words_of_flow(const struct synthetic_flow *flow, uint64_t *words)
{
	memset(words, 0, WORDS * sizeof(*words));
	memcpy((uint8_t *)&words[0] + SRC % 8, &flow->src, sizeof(flow->src));
	memcpy((uint8_t *)&words[1] + DST % 8, &flow->dst, sizeof(flow->dst));
	memcpy((uint8_t *)&words[2] + PORTS % 8, flow->ports, sizeof(flow->ports));
}

static void
flow_of_words(const uint64_t *words, struct synthetic_flow *flow)
{
	memcpy(&flow->src, (const uint8_t *)&words[0] + SRC % 8, sizeof(flow->src));
	memcpy(&flow->dst, (const uint8_t *)&words[1] + DST % 8, sizeof(flow->dst));
	memcpy(flow->ports, (const uint8_t *)&words[2] + PORTS % 8, sizeof(flow->ports));
}

/** The i-th of flows whose words have one CRC under a mask, whatever the CRC begins with. */
static void
colliding(struct crc_kernel *kernel, const struct synthetic_flow *mask, uint64_t i,
	  struct synthetic_flow *flow)
{
	static const struct synthetic_flow first = {
		.src = RTE_BE32(RTE_IPV4(10, 0, 0, 1)), .dst = RTE_BE32(RTE_IPV4(11, 0, 0, 1)),
		.ports = { RTE_BE16(1024), RTE_BE16(80) }, .proto = IPPROTO_UDP,
	};
	uint64_t words[WORDS];

	if (kernel->n == 0) {
		words_of_flow(mask, words);
		crc_kernel_find(kernel, words, WORDS);
	}
	words_of_flow(&first, words);
	crc_kernel_add(kernel, i, words);
	*flow = first;
	flow_of_words(words, flow);
}

static void
colliding_tuple(uint64_t i, struct synthetic_flow *flow)
{
	static struct crc_kernel kernel;
	static struct synthetic_flow all;

	memset(&all, 0xff, sizeof(all));
	colliding(&kernel, &all, i, flow);
}

/** In what all masks of perf_rule_masks_64() touch together. */
static void
colliding_in_cache(uint64_t i, struct synthetic_flow *flow)
{
	static const struct synthetic_flow mask = {
		.src = RTE_BE32(0xffffff00), .dst = RTE_BE32(0xffffff00),
		.ports = { 0, UINT16_MAX },
	};
	static struct crc_kernel kernel;

	colliding(&kernel, &mask, i, flow);
}

/* Rules */

static void
rule_colliding(uint32_t i, struct perf_rule *rule)
{
	memset(rule, 0, sizeof(*rule));
	memset(&rule->mask, 0xff, sizeof(rule->mask));
	colliding_tuple(i, &rule->value);
	rule->queue = i / 2 % PERF_QUEUES;
}

/**
 * As perf_rule_masks_64(), but that each tenth row of rules, one of each mask, is for the same
 * packets: the widest ones lie around the narrower ones.
 */
static void
rule_nested(uint32_t i, struct perf_rule *rule)
{
	const uint32_t row = i / MASKS;
	struct perf_rule last;

	perf_rule_masks_64(i, rule);
	if (row % 10 != 0)
		return;
	perf_rule_masks_64(row * MASKS + MASKS - 1, &last);
	rule->value = last.value;
	rule->value.src &= rule->mask.src;
	rule->value.dst &= rule->mask.dst;
}

/** Of these the i-th that is alone. */
static void
rule_alone(uint32_t i, struct perf_rule *rule)
{
	const uint32_t row = i / MASKS;

	rule_nested((row + row / 9 + 1) * MASKS + i % MASKS, rule);
}

/** Of these the i-th that lies around all others of its row. */
static void
rule_outermost(uint32_t i, struct perf_rule *rule)
{
	rule_nested(i * 10 * MASKS, rule);
}

/** The one that lies in all others: what it matches, all 64 of them match. */
static void
rule_innermost(uint32_t i, struct perf_rule *rule)
{
	rule_nested(i * 10 * MASKS + MASKS - 1, rule);
}

/* Packets: the draw's number of flows is theirs, 0 being as many as packets */

static uint32_t
one_of(const struct perf_draw *draw, uint64_t i)
{
	uint64_t state = (UINT64_C(7) << 40) + 4 * i;

	return draw->n_flows != 0 ? perf_random_below(&state, draw->n_flows) : (uint32_t)i;
}

/** That rules for UDP have to be searched for. */
static void
flow_any_udp(const void *draw, uint64_t i, struct synthetic_flow *flow)
{
	perf_flow_any(NULL, one_of(draw, i), flow);
	flow->proto = IPPROTO_UDP;
}

/** Of no rule, in the place of those that collide. */
static void
flow_beside_rules(const void *draw, uint64_t i, struct synthetic_flow *flow)
{
	colliding_tuple(RULES_CHOSEN + one_of(draw, i), flow);
}

static void
flow_colliding_in_cache(const void *draw, uint64_t i, struct synthetic_flow *flow)
{
	colliding_in_cache(one_of(draw, i), flow);
}

static void
flow_number(const struct perf_draw *draw, uint32_t number, struct synthetic_flow *flow)
{
	const struct perf_draw each = { .rule = draw->rule, .n_rules = draw->n_rules };

	perf_flow_of_rules(&each, number, flow);
}

/** Each flow comes again when all others have come: the worst for a cache. */
static void
flow_in_turn(const void *draw, uint64_t i, struct synthetic_flow *flow)
{
	const struct perf_draw *d = draw;

	flow_number(d, (uint32_t)(i % d->n_flows), flow);
}

/** Few flows are much of the traffic: half of it is a sixteenth of them. */
static void
flow_skewed(const void *draw, uint64_t i, struct synthetic_flow *flow)
{
	const struct perf_draw *d = draw;
	uint64_t state = (UINT64_C(8) << 40) + 4 * i;
	uint32_t number = d->n_flows;

	for (unsigned int k = 0; k < 3; k++)
		number = perf_random_below(&state, number) + (k < 2);
	flow_number(d, number, flow);
}

/* Contests */

/** Rules of a port, and packets: drawn from those, or from some of them. */
struct side {
	perf_rule_fn rules;
	perf_rule_fn drawn;
	uint32_t n_drawn;
	perf_flow_fn flow;
	uint32_t n_flows;
};

static const struct contest {
	const char *name;
	uint32_t n_rules;
	/** Hostile ones without rules have the friendly ones'. */
	struct side friendly, hostile;
} contests[] = {
	{ "Rules chosen to collide", RULES_CHOSEN,
	  { .rules = perf_rule_exact, .flow = perf_flow_of_rules },
	  { .rules = rule_colliding, .flow = perf_flow_of_rules } },
	{ "Misses chosen to collide with them", RULES_CHOSEN,
	  { .rules = perf_rule_exact, .flow = flow_any_udp },
	  { .rules = rule_colliding, .flow = flow_beside_rules } },
	{ "Flows chosen to collide, 64 masks, 8 k flows", RULES_MASKS,
	  { .rules = perf_rule_masks_64, .flow = flow_any_udp, .n_flows = 8192 },
	  { .flow = flow_colliding_in_cache, .n_flows = 8192 } },
	{ "One flow, 64 masks", RULES_MASKS,
	  { .rules = perf_rule_masks_64, .flow = perf_flow_of_rules, .n_flows = 8192 },
	  { .flow = perf_flow_of_rules, .n_flows = 1 } },
	{ "Flows in turn, 64 masks, 128 k flows", RULES_MASKS,
	  { .rules = perf_rule_masks_64, .flow = flow_skewed, .n_flows = 131072 },
	  { .flow = flow_in_turn, .n_flows = 131072 } },
	{ "New flows without a rule, 64 masks", RULES_MASKS,
	  { .rules = perf_rule_masks_64, .flow = perf_flow_of_rules },
	  { .flow = flow_any_udp } },
	{ "New flows near rules of all 64 masks", RULES_MASKS,
	  { .rules = rule_nested, .drawn = rule_alone, .n_drawn = RULES_MASKS / 10 * 9 - MASKS,
	    .flow = perf_flow_of_rules },
	  { .drawn = rule_outermost, .n_drawn = RULES_MASKS / MASKS / 10,
	    .flow = perf_flow_of_rules } },
	{ "New flows of rules of all 64 masks", RULES_MASKS,
	  { .rules = rule_nested, .drawn = rule_alone, .n_drawn = RULES_MASKS / 10 * 9 - MASKS,
	    .flow = perf_flow_of_rules },
	  { .drawn = rule_innermost, .n_drawn = RULES_MASKS / MASKS / 10,
	    .flow = perf_flow_of_rules } },
};

static void
make_traffic(const struct perf *p, const struct contest *c, const struct side *side,
	     struct perf_traffic *traffic)
{
	const uint32_t n_rules = perf_scaled(c->n_rules, p->args.scale, LEAST);
	struct perf_draw draw = {
		.rule = side->rules != NULL ? side->rules : c->friendly.rules,
		.n_rules = n_rules,
		.n_flows = perf_scaled(side->n_flows, p->args.scale, 64),
	};

	if (side->drawn != NULL) {
		draw.rule = side->drawn;
		draw.n_rules = RTE_MAX((uint32_t)((uint64_t)side->n_drawn * n_rules / c->n_rules),
				       1u);
	}
	perf_traffic_make(traffic, PERF_IPV4, perf_scaled(PACKETS, p->args.scale, LEAST),
			  side->flow, &draw);
}

static void
measure(struct perf *p, const struct contest *c, struct perf_bed *beds)
{
	struct perf_bed *bed = c->hostile.rules != NULL ? &beds[1] : &beds[0];
	struct perf_traffic friendly, hostile;
	struct perf_way ways[] = {
		{ .run = perf_bed_run, .arg = &beds[0], .lower = beds[0].lower,
		  .traffic = &friendly },
		{ .name = c->name, .run = perf_bed_run, .arg = bed, .lower = bed->lower,
		  .traffic = &hostile },
	};

	make_traffic(p, c, &c->friendly, &friendly);
	make_traffic(p, c, &c->hostile, &hostile);
	if (perf_compare(p, ways, RTE_DIM(ways), true))
		perf_report_target(&p->report, c->name,
				   perf_way_ratio(&ways[1], &ways[0], &p->args).median, TARGET,
				   false, "x friendly");
	perf_traffic_free(&friendly);
	perf_traffic_free(&hostile);
}

static void
contest(struct perf *p, const struct contest *c, struct perf_bed *beds)
{
	const perf_rule_fn rules[2] = { c->friendly.rules, c->hostile.rules };
	const uint32_t n = perf_scaled(c->n_rules, p->args.scale, LEAST);
	struct rte_flow **flows[2] = { NULL };

	perf_report_progress(&p->report, "%s ...", c->name);
	for (unsigned int i = 0; i < 2; i++)
		if (rules[i] != NULL)
			flows[i] = perf_ruleset_create(beds[i].port, PERF_IPV4, rules[i], n,
						       PERF_QUEUE);
	measure(p, c, beds);
	for (unsigned int i = 0; i < 2; i++)
		if (rules[i] != NULL)
			perf_ruleset_destroy(beds[i].port, flows[i], n);
	free(flows[0]);
	free(flows[1]);
}

void
perf_hostile(struct perf *p, const char *heading)
{
	struct perf_bed beds[2];

	perf_bed_open(&beds[0], 1, p->pool);
	perf_bed_open(&beds[1], 1, p->pool);
	perf_report_section(&p->report, heading, "friendly");
	for (unsigned int i = 0; i < RTE_DIM(contests); i++)
		contest(p, &contests[i], beds);
	perf_bed_close(&beds[1]);
	perf_bed_close(&beds[0]);
}
