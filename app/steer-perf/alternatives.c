/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "alternative.h"
#include "compare.h"
#include "floor.h"
#include "perf.h"
#include "profile.h"

#define ALTERNATIVES_MAX 3
#define NAME_LEN 64
/* However small the scale is: fewer rules would be another contest. */
#define LEAST 2048
/* The floor, the alternatives, and net_steer. */
#define WAYS (ALTERNATIVES_MAX + 2)

/** A set of rules, and who else can do the same with it. */
struct contest {
	const char *name;
	perf_rule_fn rule;
	uint32_t n_rules;
	/** Different flows; 0: as many as packets. */
	uint32_t n_flows;
	const struct perf_alternative *others[ALTERNATIVES_MAX];
	/** How much faster than the first of them; 0: no target. */
	double target;
};

#define FOR_RANGES { &perf_alternative_list, &perf_alternative_array, &perf_alternative_acl }

static const struct contest contests[] = {
	{ .name = "8 ranges", .rule = perf_rule_range, .n_rules = 8, .n_flows = 8192,
	  .others = FOR_RANGES },
	{ .name = "64 ranges", .rule = perf_rule_range, .n_rules = 64, .n_flows = 8192,
	  .others = FOR_RANGES },
	{ .name = "512 ranges", .rule = perf_rule_range, .n_rules = 512, .n_flows = 8192,
	  .others = FOR_RANGES, .target = 15 },
	{ .name = "512 ranges, 1 M flows", .rule = perf_rule_range, .n_rules = 512,
	  .others = FOR_RANGES },
	{ .name = "10 k 5-tuples", .rule = perf_rule_exact, .n_rules = 10000,
	  .others = { &perf_alternative_hash, &perf_alternative_redirect,
		      &perf_alternative_distributor } },
	{ .name = "1 M 5-tuples", .rule = perf_rule_exact, .n_rules = 1000000,
	  .others = { &perf_alternative_hash, &perf_alternative_redirect } },
};

/** A contest at work. */
struct arena {
	const struct contest *contest;
	uint32_t n_rules;
	struct perf_traffic traffic;
	struct rte_flow **flows;
	unsigned int n_others;
	unsigned int n_ways;
	struct perf_way ways[WAYS];
	char names[WAYS][NAME_LEN];
};

static void
add_way(struct perf *p, struct arena *a, const char *name, uint64_t (*run)(void *, uint64_t),
	void *arg)
{
	struct perf_way *way = &a->ways[a->n_ways];

	if (arg == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory for %s\n", a->contest->name);
	*way = (struct perf_way){ .run = run, .arg = arg, .lower = p->bed.lower,
				  .traffic = &a->traffic };
	if (name != NULL) {
		snprintf(a->names[a->n_ways], NAME_LEN, "%s: %s", a->contest->name, name);
		way->name = a->names[a->n_ways];
	}
	a->n_ways++;
}

static void
open_arena(struct perf *p, struct arena *a, const struct contest *c, struct perf_floor *floor)
{
	const uint32_t scale = p->args.scale;
	const struct perf_draw draw = {
		.rule = c->rule,
		.n_rules = perf_scaled(c->n_rules, scale, LEAST),
		.n_flows = perf_scaled(c->n_flows, scale, LEAST),
	};

	memset(a, 0, sizeof(*a));
	a->contest = c;
	a->n_rules = draw.n_rules;
	perf_traffic_make(&a->traffic, PERF_IPV4, perf_scaled(PERF_PROFILE_PACKETS, scale, LEAST),
			  perf_flow_of_rules, &draw);
	a->flows = perf_ruleset_create(p->bed.port, PERF_IPV4, c->rule, a->n_rules, PERF_QUEUE);
	add_way(p, a, NULL, perf_floor_run, floor);
	while (a->n_others < ALTERNATIVES_MAX && c->others[a->n_others] != NULL) {
		const struct perf_alternative *other = c->others[a->n_others++];

		add_way(p, a, other->name, other->run,
			other->create(p->bed.lower, c->rule, a->n_rules));
	}
	add_way(p, a, "net_steer", perf_bed_run, &p->bed);
}

static void
close_arena(struct perf *p, struct arena *a)
{
	for (unsigned int i = 0; i < a->n_others; i++)
		a->contest->others[i]->free(a->ways[i + 1].arg);
	perf_ruleset_destroy(p->bed.port, a->flows, a->n_rules);
	free(a->flows);
	perf_traffic_free(&a->traffic);
}

static void
run_contest(struct perf *p, const struct contest *c, struct perf_floor *floor)
{
	struct arena a;
	char name[NAME_LEN];

	if (!perf_wanted(p, c->name))
		return;
	perf_report_progress(&p->report, "%s ...", c->name);
	open_arena(p, &a, c, floor);
	if (perf_compare(p, a.ways, a.n_ways, true) && c->target != 0) {
		snprintf(name, sizeof(name), "%s: faster than the %s", c->name, c->others[0]->name);
		perf_report_target(&p->report, name,
				   perf_way_ratio(&a.ways[1], &a.ways[a.n_ways - 1],
						  &p->args).median,
				   c->target, true, "times");
	}
	close_arena(p, &a);
}

void
perf_alternatives(struct perf *p)
{
	struct perf_floor *floor = perf_floor_create(p->bed.lower, 0, PERF_FLOOR_BEST,
						     perf_rss_key(p));

	if (floor == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory\n");
	perf_report_section(&p->report, p->args.instructions ?
			    "Instructions of the alternatives" : "The alternatives", "floor");
	for (unsigned int i = 0; i < RTE_DIM(contests); i++)
		run_contest(p, &contests[i], floor);
	perf_floor_free(floor);
}
