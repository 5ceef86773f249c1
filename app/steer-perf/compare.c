/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include <rte_debug.h>

#include "compare.h"
#include "instructions.h"
#include "where.h"

static double
count(const struct perf *p, const struct perf_way *way)
{
	double instructions;

	perf_traffic_start(way->traffic, way->lower, 0);
	instructions = perf_instructions(way->run, way->arg, p->args.packets);
	if (instructions < 0)
		rte_exit(77, "steer-perf: skipped: instructions are counted on x86 only\n");
	if (way->name != NULL)
		perf_where_write(way->name, instructions);
	return instructions;
}

static void
count_all(struct perf *p, const struct perf_way *ways, unsigned int n, bool to_first)
{
	const double first = count(p, &ways[0]);

	for (unsigned int i = 0; i < n; i++) {
		const double each = i == 0 ? first : count(p, &ways[i]);

		if (ways[i].name != NULL)
			perf_report_counts(&p->report, ways[i].name, each, to_first ? first : 0);
	}
}

static void
report(struct perf *p, const struct perf_way *way, const struct perf_way *first)
{
	const struct perf_value value = perf_way_value(way, &p->args);
	struct perf_value floor, ratio;

	if (first == NULL) {
		perf_report_row(&p->report, way->name, "cycles", &value, NULL, NULL);
		return;
	}
	floor = perf_way_value(first, &p->args);
	ratio = perf_way_ratio(way, first, &p->args);
	perf_report_row(&p->report, way->name, "cycles", &value, &floor, &ratio);
}

bool
perf_compare(struct perf *p, struct perf_way *ways, unsigned int n, bool to_first)
{
	if (p->args.instructions) {
		count_all(p, ways, n, to_first);
		return false;
	}
	perf_measure(ways, n, &p->args);
	for (unsigned int i = 0; i < n; i++)
		if (ways[i].name != NULL)
			report(p, &ways[i], to_first ? &ways[0] : NULL);
	return true;
}
