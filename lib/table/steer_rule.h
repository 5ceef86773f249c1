/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A rule as readers see it: verdict and match words, one cache line for up to four words (an IPv4
 * 5-tuple). Immutable while readers can see it, but for the link to the next one.
 *
 * Each change of a table has a version, and each burst is judged as of the version at its begin,
 * whatever changes meanwhile: a rule is visible from its seq, the version of its coming, up to the
 * version of its going. A rule that goes is buried first (its link then leads to a tomb that says
 * when), and taken out only when no reader of an older version is left.
 */

#ifndef STEER_RULE_H
#define STEER_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>

#include "steer_condition.h"

/** Flags: the fate (enum steer_fate) in the low bits. */
#define STEER_RULE_FATE 0x7
#define STEER_RULE_MARK (1u << 3)
#define STEER_RULE_FLAG (1u << 4)
#define STEER_RULE_COUNT (1u << 5)
/** No rule itself: stands for all rules with these words, which ask for ranges. */
#define STEER_RULE_RANGES (1u << 6)
/** It sets registers. */
#define STEER_RULE_SETS (1u << 8)
/** What else the rule has is in struct steer_more. */
#define STEER_RULE_MORE (1u << 7)
/** Notes when it was hit; always with RULE_MORE. */
#define STEER_RULE_AGE (1u << 9)
/** It changes packets; always with RULE_MORE. */
#define STEER_RULE_EDITS (1u << 10)
/** It takes packets out of their tunnel. */
#define STEER_RULE_DECAP (1u << 11)
/** It asks for more than words and ranges; always with RULE_MORE. */
#define STEER_RULE_CONDITION (1u << 12)
/** What few rules do besides saying where to. */
#define STEER_RULE_RARE (STEER_RULE_SETS | STEER_RULE_EDITS | STEER_RULE_DECAP)

struct steer_edits;
struct steer_interval_map;
struct steer_sets;
struct steer_table;

/** What few rules have, aside, so that the others stay small. Belongs to who holds the rule. */
struct steer_more {
	/* What hits of many rules touch stands together. */
	uint32_t mark;
	uint32_t count;
	/** RULE_AGE: where the time of the last hit is noted (see steer_age.h). */
	uint32_t age;
	/** Of a tunnel (see steer_tunnels.h) that FATE_JUMP leads to: its id; else 0. */
	uint32_t tunnel;
	/** RULE_CONDITION: what the rule asks beyond its words and ranges; else NULL. */
	struct steer_condition *condition;
	/** RULE_SETS. */
	const struct steer_sets *sets;
	/** FATE_JUMP: where the search goes on. */
	const struct steer_table *jump;
	/** RULE_EDITS. */
	const struct steer_edits *edits;
	/** With tunnel: the group's number. */
	uint32_t group;
};

struct steer_rule {
	uint32_t prio;
	uint16_t flags;
	/** Queue, or number of the RSS context. */
	uint16_t target;
	union {
		struct {
			uint32_t mark;
			/** Counter (see steer_count.h). */
			uint32_t count;
		};
		/** RULE_MORE. */
		const struct steer_more *more;
	};
	uint64_t seq;
	union {
		/** Next rule with the same words, in order; or, if buried, the tomb | 1. */
		uintptr_t link;
		/** RULE_RANGES. */
		struct steer_interval_map *map;
	};
	/** The subtable's words; behind them, where it has ranges, struct steer_bounds of each. */
	uint64_t words[];
};

/** What is added to a rule that goes. Belongs to who holds the rule. */
struct steer_tomb {
	/** The rule's link as it was. */
	uintptr_t link;
	/** Version from which on the rule is not seen any more. */
	uint64_t died;
};

static inline uint32_t
steer_rule_mark(const struct steer_rule *rule)
{
	return (rule->flags & STEER_RULE_MORE) != 0 ? rule->more->mark : rule->mark;
}

static inline uint32_t
steer_rule_count(const struct steer_rule *rule)
{
	return (rule->flags & STEER_RULE_MORE) != 0 ? rule->more->count : rule->count;
}

/** What the rule asks beyond its words and ranges; NULL: nothing. */
static inline struct steer_condition *
steer_rule_condition(const struct steer_rule *rule)
{
	return unlikely(rule->flags & STEER_RULE_CONDITION) ? rule->more->condition : NULL;
}

/** Does a key that has the rule's words satisfy its condition? */
static inline bool
steer_rule_holds(const struct steer_rule *rule, const struct steer_key *key)
{
	const struct steer_condition *condition = steer_rule_condition(rule);

	return likely(condition == NULL) || steer_condition_holds(condition, key);
}

/** The tomb of a link; NULL if the rule is not buried. */
static inline struct steer_tomb *
steer_link_tomb(uintptr_t link)
{
	return (link & 1) != 0 ? (struct steer_tomb *)(link - 1) : NULL;
}

/** Next rule with the same words, visible or not. */
static inline struct steer_rule *
steer_rule_next(const struct steer_rule *rule)
{
	uintptr_t link = __atomic_load_n(&rule->link, __ATOMIC_ACQUIRE);
	const struct steer_tomb *tomb = steer_link_tomb(link);

	if (tomb != NULL)
		link = __atomic_load_n(&tomb->link, __ATOMIC_ACQUIRE);
	return (struct steer_rule *)link;
}

/** Does a burst of @p version see the rule? */
static inline bool
steer_rule_visible(const struct steer_rule *rule, uint64_t version)
{
	const struct steer_tomb *tomb =
		steer_link_tomb(__atomic_load_n(&rule->link, __ATOMIC_ACQUIRE));

	return rule->seq < version && (tomb == NULL || tomb->died >= version);
}

/** The same, but false of a rule that is buried and yet seen. */
static inline bool
steer_rule_visible_now(const struct steer_rule *rule, uint64_t version)
{
	return (__atomic_load_n(&rule->link, __ATOMIC_ACQUIRE) & 1) == 0 && rule->seq < version;
}

/** Have bursts of versions above @p died see the rule no more. */
static inline void
steer_rule_bury(struct steer_rule *rule, struct steer_tomb *tomb, uint64_t died)
{
	tomb->link = rule->link;
	tomb->died = died;
	__atomic_store_n(&rule->link, (uintptr_t)tomb | 1, __ATOMIC_RELEASE);
}

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
