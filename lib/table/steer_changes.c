/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include "steer_changes.h"

static void
stamp(uint64_t *at, uint64_t value)
{
	__atomic_store_n(at, value, __ATOMIC_RELAXED);
}

/** The place for a priority: its own, a new one, or a better one's, which is on the safe side. */
static struct steer_arrival *
arrival_of(struct steer_changes *c, uint32_t prio)
{
	struct steer_arrival *better = NULL, *best = &c->arrivals[0];

	for (uint32_t i = 0; i < c->n_arrivals; i++) {
		struct steer_arrival *a = &c->arrivals[i];

		if (a->prio == prio)
			return a;
		if (a->prio < prio && (better == NULL || a->prio > better->prio))
			better = a;
		if (a->prio < best->prio)
			best = a;
	}
	if (c->n_arrivals < STEER_CHANGES_PRIOS) {
		better = &c->arrivals[c->n_arrivals];
		better->prio = prio;
		__atomic_store_n(&c->n_arrivals, c->n_arrivals + 1, __ATOMIC_RELEASE);
	} else if (better == NULL) {
		better = best;
		__atomic_store_n(&better->prio, prio, __ATOMIC_RELAXED);
	}
	return better;
}

void
steer_changes_arrival(struct steer_changes *c, uint32_t prio, uint64_t version)
{
	stamp(&arrival_of(c, prio)->stamp, version);
	stamp(&c->arrived, version);
	stamp(&c->latest, version);
}

void
steer_changes_death(struct steer_changes *c, const struct steer_rule *rule, uint64_t version)
{
	stamp(steer_changes_death_stamp(c, rule), version);
	stamp(&c->latest, version);
}

static uint64_t
read_stamp(const uint64_t *at)
{
	return __atomic_load_n(at, __ATOMIC_RELAXED);
}

bool
steer_changes_holds(const struct steer_changes *c, const struct steer_rule *rule, uint64_t version)
{
	uint32_t n;

	if (rule == NULL)
		return read_stamp(&c->arrived) <= version;
	if (read_stamp(steer_changes_death_stamp((struct steer_changes *)(uintptr_t)c, rule)) >
	    version)
		return false;
	n = __atomic_load_n(&c->n_arrivals, __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < n; i++)
		if (__atomic_load_n(&c->arrivals[i].prio, __ATOMIC_RELAXED) < rule->prio &&
		    read_stamp(&c->arrivals[i].stamp) > version)
			return false;
	return true;
}
