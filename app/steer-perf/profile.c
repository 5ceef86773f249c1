/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_common.h>

#include "profile.h"

/* Of fewer, many might be for the same queue, by chance. */
#define LEAST 2048

const struct perf_profile perf_profiles_all[] = {
	{ .name = "RSS only", .target = 1.25, .relation = PERF_RSS_ONLY },
	{ .name = "DPVS profile, 1,024 rules", .rule = perf_rule_dpvs, .n_rules = 1024,
	  .target = 1.6 },
	{ .name = "10 k exact 5-tuples", .rule = perf_rule_exact, .n_rules = 10000,
	  .relation = PERF_PLAIN },
	{ .name = "10 k exact 5-tuples, all missed", .rule = perf_rule_exact, .n_rules = 10000,
	  .miss = true },
	{ .name = "10 k with MARK, COUNT and AGE", .rule = perf_rule_exact, .n_rules = 10000,
	  .actions = PERF_QUEUE_MARK_COUNT_AGE, .relation = PERF_ON_TOP },
	{ .name = "1 M exact 5-tuples", .rule = perf_rule_exact, .n_rules = 1000000,
	  .target = 1.9 },
	{ .name = "4 M exact 5-tuples", .rule = perf_rule_exact, .n_rules = 4000000 },
	{ .name = "16 masks x 1,000, 8 k flows", .rule = perf_rule_masks_16, .n_rules = 16000,
	  .n_flows = 8192, .target = 2.0 },
	{ .name = "16 masks x 1,000, 1 M flows", .rule = perf_rule_masks_16, .n_rules = 16000 },
	{ .name = "64 masks x 1,000, 8 k flows", .rule = perf_rule_masks_64, .n_rules = 64000,
	  .n_flows = 8192, .target = 2.2 },
	{ .name = "64 masks x 1,000, 1 M flows", .rule = perf_rule_masks_64, .n_rules = 64000,
	  .target = 5 },
	{ .name = "200 port ranges, 8 k flows", .rule = perf_rule_range, .n_rules = 200,
	  .n_flows = 8192, .target = 2.0 },
	{ .name = "200 port ranges, 1 M flows", .rule = perf_rule_range, .n_rules = 200,
	  .target = 2.0 },
	{ .name = "IPv6, 100 k exact 5-tuples", .kind = PERF_IPV6, .rule = perf_rule_exact,
	  .n_rules = 100000, .target = 2.2 },
	{ .name = "VXLAN, 10 k exact inner 5-tuples", .kind = PERF_VXLAN, .rule = perf_rule_exact,
	  .n_rules = 10000, .target = 2.6 },
	{ .name = "MARK and RSS, 10 k rules, 1 mask", .rule = perf_rule_masks_1, .n_rules = 10000,
	  .n_flows = 10000, .actions = PERF_MARK_RSS, .relation = PERF_MARKING },
	{ .name = "MARK and RSS, 10 k rules, 4 masks", .rule = perf_rule_masks_4, .n_rules = 10000,
	  .n_flows = 10000, .actions = PERF_MARK_RSS, .relation = PERF_MARKING },
	{ .name = "MARK and RSS, 10 k rules, 16 masks", .rule = perf_rule_masks_16,
	  .n_rules = 10000, .n_flows = 10000, .actions = PERF_MARK_RSS, .relation = PERF_MARKING },
};

const unsigned int perf_profiles_number = RTE_DIM(perf_profiles_all);

uint32_t
perf_scaled(uint32_t n, uint32_t scale, uint32_t least)
{
	return RTE_MAX(n / scale, RTE_MIN(n, least));
}

uint32_t
perf_profile_rules(const struct perf_profile *profile, uint32_t scale)
{
	return perf_scaled(profile->n_rules, scale, LEAST);
}

void
perf_profile_traffic(const struct perf_profile *profile, uint32_t scale,
		     struct perf_traffic *traffic)
{
	const struct perf_draw draw = {
		.rule = profile->rule,
		.n_rules = perf_profile_rules(profile, scale),
		.n_flows = perf_scaled(profile->n_flows, scale, LEAST),
	};
	const bool any = profile->rule == NULL || profile->miss;
	const uint32_t packets = RTE_MAX(PERF_PROFILE_PACKETS, profile->n_rules);

	perf_traffic_make(traffic, profile->kind, perf_scaled(packets, scale, LEAST),
			  any ? perf_flow_any : perf_flow_of_rules, &draw);
}
