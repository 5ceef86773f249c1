/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "compare.h"
#include "floor.h"
#include "perf.h"
#include "profile.h"

/** What is known of other profiles. */
struct known {
	struct perf_floor *floor;
	/** Any IPv4 packets: for the floor, where net_steer gets others. */
	struct perf_traffic any;
	double plain_ratio;
	double rss_cycles;
};

static void
relate(struct perf *p, const struct perf_profile *pr, struct known *known, double cycles,
       double ratio)
{
	char name[64];

	switch (pr->relation) {
	case PERF_RSS_ONLY:
		known->rss_cycles = cycles;
		break;
	case PERF_PLAIN:
		known->plain_ratio = ratio;
		break;
	case PERF_ON_TOP:
		if (known->plain_ratio == 0)
			break;
		perf_report_target(&p->report, "MARK, COUNT and AGE on top",
				   100 * (ratio / known->plain_ratio - 1), 15, false, "percent");
		break;
	case PERF_MARKING:
		if (known->rss_cycles == 0)
			break;
		snprintf(name, sizeof(name), "Match and mark: %s", strchr(pr->name, ',') + 2);
		perf_report_target(&p->report, name, cycles - known->rss_cycles, 70, false,
				   "cycles");
		break;
	default:
		break;
	}
	if (pr->target != 0)
		perf_report_target(&p->report, pr->name, ratio, pr->target, false, "x floor");
}

static void
measure_profile(struct perf *p, const struct perf_profile *pr, struct known *known,
		const struct perf_traffic *traffic)
{
	const uint64_t missed = perf_bed_missed(&p->bed);
	struct perf_way ways[] = {
		{ .run = perf_floor_run, .arg = known->floor, .lower = p->bed.lower,
		  .traffic = pr->kind == PERF_IPV4 ? traffic : &known->any },
		{ .name = pr->name, .run = perf_bed_run, .arg = &p->bed, .lower = p->bed.lower,
		  .traffic = traffic },
	};

	if (perf_compare(p, ways, RTE_DIM(ways), true))
		relate(p, pr, known, perf_way_value(&ways[1], &p->args).median,
		       perf_way_ratio(&ways[1], &ways[0], &p->args).median);
	if (perf_bed_missed(&p->bed) != missed)
		perf_report_note(&p->report, "  not valid: rings were full, packets were lost");
}

static void
run_profile(struct perf *p, const struct perf_profile *pr, struct known *known)
{
	const uint32_t n_rules = perf_profile_rules(pr, p->args.scale);
	struct perf_traffic traffic;
	struct rte_flow **flows = NULL;

	if (!perf_wanted(p, pr->name) || (p->args.quick && pr->n_rules > 1000000))
		return;
	perf_report_progress(&p->report, "%s ...", pr->name);
	perf_profile_traffic(pr, p->args.scale, &traffic);
	if (pr->rule != NULL)
		flows = perf_ruleset_create(p->bed.port, pr->kind, pr->rule, n_rules, pr->actions);
	measure_profile(p, pr, known, &traffic);
	if (pr->rule != NULL)
		perf_ruleset_destroy(p->bed.port, flows, n_rules);
	free(flows);
	perf_traffic_free(&traffic);
}

/** What every measurement has in it, and what the floor would be with the slower hash. */
static void
measure_floors(struct perf *p, const struct known *known)
{
	struct perf_floor *tables = perf_floor_create(p->bed.lower, 0, PERF_FLOOR_TABLES,
						      perf_rss_key(p));
	struct perf_way ways[] = {
		{ .name = "lower port alone", .run = perf_bed_run_lower, .arg = &p->bed },
		{ .run = perf_floor_run, .arg = known->floor,
		  .name = perf_floor_has_gfni() ? "floor, Toeplitz by GFNI" :
						  "floor, Toeplitz by tables" },
		{ .name = "floor, Toeplitz by tables", .run = perf_floor_run, .arg = tables },
	};
	const unsigned int n = perf_floor_has_gfni() ? 3 : 2;

	if (tables == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory\n");
	for (unsigned int i = 0; i < n; i++) {
		ways[i].lower = p->bed.lower;
		ways[i].traffic = &known->any;
	}
	perf_compare(p, ways, n, false);
	perf_floor_free(tables);
}

void
perf_profiles(struct perf *p)
{
	struct known known = {
		.floor = perf_floor_create(p->bed.lower, 0, PERF_FLOOR_BEST, perf_rss_key(p)),
	};

	if (known.floor == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory\n");
	perf_traffic_make(&known.any, PERF_IPV4,
			  perf_scaled(PERF_PROFILE_PACKETS, p->args.scale, 64), perf_flow_any,
			  NULL);
	perf_report_section(&p->report,
			    p->args.instructions ? "Instructions for each packet, one lcore" :
						   "A packet, one lcore", "floor");
	measure_floors(p, &known);
	for (unsigned int i = 0; i < perf_profiles_number; i++)
		run_profile(p, &perf_profiles_all[i], &known);
	perf_floor_free(known.floor);
	perf_traffic_free(&known.any);
}
