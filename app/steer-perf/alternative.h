/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What an application without a flow director does to bring packets to their queues. Each is a walk
 * (see walk.h) with its own way to find the ring.
 */

#ifndef PERF_ALTERNATIVE_H
#define PERF_ALTERNATIVE_H

#include <stdint.h>

#include "ruleset.h"

struct perf_alternative {
	const char *name;
	/**
	 * With the first @p n rules of a set, over queue 0 of a port.
	 * @return NULL: no memory.
	 */
	void *(*create)(uint16_t lower, perf_rule_fn rule, uint32_t n);
	/** Move so many packets, or a few more; @return how many. */
	uint64_t (*run)(void *arg, uint64_t packets);
	/** What create() has returned; NULL is nothing. */
	void (*free)(void *arg);
};

/**
 * DPVS's cpu_fdir: the rules one after the other, each a node of a list, and a packet that has one
 * goes into a ring by itself. Sets with ranges.
 */
extern const struct perf_alternative perf_alternative_list;
/** The rules one after the other as close as they can be, and bursts into rings. The same sets. */
extern const struct perf_alternative perf_alternative_array;
/** rte_acl, by bursts. Sets with ranges. */
extern const struct perf_alternative perf_alternative_acl;
/** rte_hash of the 5-tuple, by bursts. Sets of exact rules. */
extern const struct perf_alternative perf_alternative_hash;
/**
 * DPVS without a flow director: each packet is looked up by whoever gets it, and handed to another
 * worker by a ring, one by one. Sets of exact rules.
 */
extern const struct perf_alternative perf_alternative_redirect;
/**
 * rte_distributor in burst mode, its workers polled by the same thread, so that no cache line
 * changes cores. It takes no rules: flows go anywhere.
 */
extern const struct perf_alternative perf_alternative_distributor;

#endif /* PERF_ALTERNATIVE_H */
