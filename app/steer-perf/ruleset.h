/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Sets of rules, as applications have them, and packets that hit them.
 */

#ifndef PERF_RULESET_H
#define PERF_RULESET_H

#include <stdint.h>

#include "rule.h"

/** The i-th rule of a set. */
typedef void (*perf_rule_fn)(uint32_t i, struct perf_rule *rule);

/** DPVS: 64 local addresses, 8 workers, TCP and UDP. All of these go to PERF_QUEUES queues. */
void perf_rule_dpvs(uint32_t i, struct perf_rule *rule);
/** All of addresses, ports and protocol. */
void perf_rule_exact(uint32_t i, struct perf_rule *rule);
/**
 * Prefixes of both addresses and a destination port, of 1, 4, 16, 64 different lengths. Rule by
 * rule in turn; no address says by itself which one it is.
 */
void perf_rule_masks_1(uint32_t i, struct perf_rule *rule);
void perf_rule_masks_4(uint32_t i, struct perf_rule *rule);
void perf_rule_masks_16(uint32_t i, struct perf_rule *rule);
void perf_rule_masks_64(uint32_t i, struct perf_rule *rule);
/** As DPVS's cpu_fdir has them: protocol, network of the destination, range of its port. */
void perf_rule_range(uint32_t i, struct perf_rule *rule);

/** 0 .. n - 1 in some order. Ends the program if there is no memory; free() it. */
uint32_t *perf_shuffled(uint32_t n);

/**
 * Create the first n rules of a set, shuffled.
 * @return their handles; free() them when the rules are destroyed.
 */
struct rte_flow **perf_ruleset_create(uint16_t port, enum perf_kind kind, perf_rule_fn rule,
				      uint32_t n, enum perf_actions actions);
/** Destroy all of them. */
void perf_ruleset_destroy(uint16_t port, struct rte_flow **flows, uint32_t n);

/** What packets are drawn from. */
struct perf_draw {
	perf_rule_fn rule;
	uint32_t n_rules;
	/** Different flows; 0: each packet is of another one. */
	uint32_t n_flows;
};

/** A perf_flow_fn with a struct perf_draw: hits the rules at random, all alike. */
void perf_flow_of_rules(const void *draw, uint64_t i, struct synthetic_flow *flow);

#endif /* PERF_RULESET_H */
