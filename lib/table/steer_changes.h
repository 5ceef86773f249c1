/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What has changed in a table lately, for who remembers what a search has found: does it still
 * hold? A new rule matters only where it could be before the one found, a rule that has gone only
 * to who found that one.
 *
 * Stamps are versions: that of the first burst which sees the change; 0: never. They are written
 * before the change is committed, so that a burst knows those of all that it sees, and perhaps
 * some more: then it searches once more than it had to.
 *
 * One writer, any number of readers.
 */

#ifndef STEER_CHANGES_H
#define STEER_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_common.h>

#include "steer_rule.h"

/** Distinct priorities of new rules that are told apart. */
#define STEER_CHANGES_PRIOS 8
/** Deaths are told apart by the rule's address; a power of two. */
#define STEER_CHANGES_DEATHS 4096

struct steer_arrival {
	/** Rules of this priority, or worse ones for which there was no room. */
	uint32_t prio;
	uint64_t stamp;
};

struct steer_changes {
	/** The last one of all. */
	uint64_t latest;
	uint64_t arrived;
	uint32_t n_arrivals;
	struct steer_arrival arrivals[STEER_CHANGES_PRIOS];
	uint64_t deaths[STEER_CHANGES_DEATHS];
};

/** A rule comes at @p version. */
void steer_changes_arrival(struct steer_changes *c, uint32_t prio, uint64_t version);
/** A rule goes at @p version. */
void steer_changes_death(struct steer_changes *c, const struct steer_rule *rule, uint64_t version);

static inline uint64_t *
steer_changes_death_stamp(struct steer_changes *c, const struct steer_rule *rule)
{
	/* Rules begin at cache lines. */
	return &c->deaths[(uintptr_t)rule / RTE_CACHE_LINE_SIZE % STEER_CHANGES_DEATHS];
}

/** Has nothing at all changed since a burst of @p version? */
static inline bool
steer_changes_none(const struct steer_changes *c, uint64_t version)
{
	return __atomic_load_n(&c->latest, __ATOMIC_RELAXED) <= version;
}

/**
 * Is @p rule, which a burst of @p version has found, still the one to be found? It may be gone and
 * its memory another rule's: it is looked at only if it is not. NULL: nothing was found.
 */
bool steer_changes_holds(const struct steer_changes *c, const struct steer_rule *rule,
			 uint64_t version);

#endif /* STEER_CHANGES_H */
