/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A profile: rules, and packets that hit them or do not.
 */

#ifndef PERF_PROFILE_H
#define PERF_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "ruleset.h"

/** Packets of a profile, and different flows of those without a number of their own. */
#define PERF_PROFILE_PACKETS (1u << 20)

/** Which other result this one is compared with. */
enum perf_relation {
	PERF_NO_RELATION,
	PERF_PLAIN,    /**< PERF_ON_TOP is compared with it. */
	PERF_ON_TOP,   /**< In proportion to PERF_PLAIN. */
	PERF_RSS_ONLY,
	PERF_MARKING,  /**< What is more than PERF_RSS_ONLY. */
};

struct perf_profile {
	const char *name;
	enum perf_kind kind;
	/** NULL: no rules. */
	perf_rule_fn rule;
	uint32_t n_rules;
	/** Different flows; 0: as many as packets. */
	uint32_t n_flows;
	enum perf_actions actions;
	/** No packet hits a rule. */
	bool miss;
	/** Times the floor at most; 0: no target. */
	double target;
	enum perf_relation relation;
};

/** All of them, in the order in which they are measured. */
extern const struct perf_profile perf_profiles_all[];
extern const unsigned int perf_profiles_number;

/** A number divided by the scale, but no less than @p least, if it is not less itself. */
uint32_t perf_scaled(uint32_t n, uint32_t scale, uint32_t least);

/** Rules of a profile at a scale. */
uint32_t perf_profile_rules(const struct perf_profile *profile, uint32_t scale);
/** Make its packets; perf_traffic_free() them. */
void perf_profile_traffic(const struct perf_profile *profile, uint32_t scale,
			  struct perf_traffic *traffic);

#endif /* PERF_PROFILE_H */
