/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include <rte_common.h>
#include <rte_hash.h>

#include "heap.h"
#include "perf.h"
#include "profile.h"
#include "tuple_hash.h"

/* What a rule takes of memory, all included: handle, table, room that the table keeps free. */

#define RULES 1000000
#define RULES_QUICK 100000

static const struct set {
	const char *name;
	enum perf_kind kind;
	perf_rule_fn rule;
	enum perf_actions actions;
	/** Bytes at most; 0: no target. */
	double target;
} sets[] = {
	{ .name = "IPv4 5-tuple", .rule = perf_rule_exact, .target = 160 },
	{ .name = "IPv4 5-tuple with MARK, COUNT and AGE", .rule = perf_rule_exact,
	  .actions = PERF_QUEUE_MARK_COUNT_AGE },
	{ .name = "IPv6 5-tuple", .kind = PERF_IPV6, .rule = perf_rule_exact },
	{ .name = "inner 5-tuple of VXLAN", .kind = PERF_VXLAN, .rule = perf_rule_exact },
};

/** On a port of its own: what others have freed does not count. */
static double
memory_of(struct perf *p, const struct set *set, uint32_t n)
{
	struct perf_bed bed;
	struct rte_flow **flows;
	uint64_t before, after;

	perf_bed_open(&bed, 1, p->pool);
	before = perf_heap();
	flows = perf_ruleset_create(bed.port, set->kind, set->rule, n, set->actions);
	after = perf_heap();
	perf_ruleset_destroy(bed.port, flows, n);
	free(flows);
	perf_bed_close(&bed);
	/* The list of handles is ours. */
	return (double)(after - before) / n - sizeof(flows[0]);
}

static double
memory_of_hash(uint32_t n)
{
	const uint64_t before = perf_heap();
	struct rte_hash *hash = perf_tuple_hash_fill(perf_rule_exact, n);
	const uint64_t after = perf_heap();

	rte_hash_free(hash);
	return hash != NULL ? (double)(after - before) / n : 0;
}

static void
report(struct perf *p, const char *name, double bytes)
{
	const struct perf_value value = { bytes, bytes, bytes };

	perf_report_value(&p->report, name, &value, "bytes");
}

void
perf_memory(struct perf *p, const char *heading)
{
	const uint32_t n = perf_scaled(p->args.quick ? RULES_QUICK : RULES, p->args.scale, 64);

	perf_report_section(&p->report, heading, NULL);
	report(p, "rte_hash, key of 16 bytes", memory_of_hash(n));
	for (unsigned int i = 0; i < RTE_DIM(sets); i++) {
		double bytes;

		perf_report_progress(&p->report, "memory: %s ...", sets[i].name);
		bytes = memory_of(p, &sets[i], n);
		report(p, sets[i].name, bytes);
		if (sets[i].target != 0)
			perf_report_target(&p->report, "Memory: IPv4 5-tuple", bytes,
					   sets[i].target, false, "bytes");
	}
}
