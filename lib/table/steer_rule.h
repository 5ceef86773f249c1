/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A rule as readers see it: verdict and match words, one cache line for up to four words (an IPv4
 * 5-tuple). Immutable while readers can see it, but for the link to the next one.
 */

#ifndef STEER_RULE_H
#define STEER_RULE_H

#include <stdbool.h>
#include <stdint.h>

/** Flags: the fate (enum steer_fate) in the low bits. */
#define STEER_RULE_FATE 0x7
#define STEER_RULE_MARK (1u << 3)
#define STEER_RULE_FLAG (1u << 4)
#define STEER_RULE_COUNT (1u << 5)
/** No rule itself: stands for all rules with these words, which ask for ranges. */
#define STEER_RULE_RANGES (1u << 6)

struct steer_interval_map;

struct steer_rule {
	uint32_t prio;
	uint16_t flags;
	/** Queue, or number of the RSS context. */
	uint16_t target;
	uint32_t mark;
	/** Counter (see steer_count.h). */
	uint32_t count;
	uint64_t seq;
	union {
		/** Next rule with the same mask and words, in order. */
		struct steer_rule *next;
		/** RULE_RANGES. */
		struct steer_interval_map *map;
	};
	/** The subtable's words; behind them, where it has ranges, struct steer_bounds of each. */
	uint64_t words[];
};

/** Does @p a come before rule {prio, seq}? */
static inline bool
steer_order_before(const struct steer_rule *a, uint32_t prio, uint64_t seq)
{
	return a->prio < prio || (a->prio == prio && a->seq < seq);
}

static inline bool
steer_rule_before(const struct steer_rule *a, const struct steer_rule *b)
{
	return steer_order_before(a, b->prio, b->seq);
}

#endif /* STEER_RULE_H */
