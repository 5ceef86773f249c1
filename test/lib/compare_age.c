/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>

#include "clock.h"
#include "compare_age.h"
#include "compare_handle.h"
#include "ref_print.h"
#include "ref_shared.h"
#include "steer_engine.h"

/** The port looks for what has aged once a second. */
#define LOOK_MS 1000

void
world_wait(struct world *w)
{
	struct gen_random *r = &w->random;
	uint64_t ms = gen_chance(r, 80) ? gen_below(r, 2500) : gen_below(r, 600000);

	test_clock_forward(ms);
	w->port.now += ms;
}

/* Queries */

void
world_check_count(struct world *w, const struct rte_flow_query_count *count,
		  struct ref_tally *tally)
{
	if (count->hits != tally->hits || count->bytes != tally->bytes)
		world_difference(w, "count: reference %" PRIu64 "/%" PRIu64 ", engine %" PRIu64
				    "/%" PRIu64, tally->hits, tally->bytes, count->hits,
				 count->bytes);
	if (count->reset) {
		tally->hits = 0;
		tally->bytes = 0;
	}
}

void
world_check_age(struct world *w, const struct rte_flow_query_age *age, uint32_t timeout,
		const struct ref_tally *tally)
{
	const uint64_t seconds = (w->port.now - tally->last_hit) / 1000;
	const bool aged = timeout != 0 && seconds >= timeout;

	if (age->aged != aged || !age->sec_since_last_hit_valid ||
			age->sec_since_last_hit != seconds)
		world_difference(w, "age: reference %d, %" PRIu64 " s, engine %u, %u s", aged,
				 seconds, age->aged, age->sec_since_last_hit);
}

/** The action of a rule, its own, by a handle or of its sample, and where it counts. */
static const struct rte_flow_action *
find_action(const struct world *w, struct live *l, enum rte_flow_action_type type,
	    struct ref_tally **tally)
{
	const struct rte_flow_action *a, *meant;

	for (a = l->ref.actions; a->type != RTE_FLOW_ACTION_TYPE_END; a++) {
		meant = ref_action_meant(&w->port, &l->ref, a, tally);
		if (meant->type == type)
			return meant;
	}
	a = ref_action(l->ref.actions, RTE_FLOW_ACTION_TYPE_SAMPLE);
	*tally = &l->ref.tally;
	return a != NULL ? ref_action(((const struct rte_flow_action_sample *)a->conf)->actions,
				      type)
			 : NULL;
}

static void
query(struct world *w, struct live *l, enum rte_flow_action_type type, void *data)
{
	const struct rte_flow_action action = { .type = type };
	struct rte_flow_error error = { 0 };

	if (steer_engine_flow_query(w->engine, l->flow, &action, data, &error) != 0)
		world_difference(w, "query fails: %s", error.message);
}

void
world_check_rule(struct world *w, struct live *l)
{
	const uint64_t before = w->stats->differences;
	const struct rte_flow_action *a;
	struct ref_tally *tally;

	if (find_action(w, l, RTE_FLOW_ACTION_TYPE_COUNT, &tally) != NULL) {
		struct rte_flow_query_count count = { .reset = gen_chance(&w->random, 20) };

		query(w, l, RTE_FLOW_ACTION_TYPE_COUNT, &count);
		world_check_count(w, &count, tally);
	}
	a = find_action(w, l, RTE_FLOW_ACTION_TYPE_AGE, &tally);
	if (a != NULL) {
		struct rte_flow_query_age age = { 0 };

		query(w, l, RTE_FLOW_ACTION_TYPE_AGE, &age);
		world_check_age(w, &age, ((const struct rte_flow_action_age *)a->conf)->timeout,
				tally);
	}
	if (w->stats->differences != before && w->config->report != NULL)
		ref_print_rule(w->config->report, l->ref.attr, l->ref.pattern, l->ref.actions);
}

/* What has aged */

static bool
is_told(void *const *contexts, int n, const void *context)
{
	int i = 0;

	while (i < n && contexts[i] != context)
		i++;
	return i < n;
}

/** What has just aged may be told, what has for as long as a look takes to come must be. */
static void
check_told(struct world *w, uint32_t timeout, const struct ref_tally *tally, bool told)
{
	const uint64_t ms = w->port.now - tally->last_hit, limit = timeout * UINT64_C(1000);
	const bool must = timeout != 0 && ms >= limit + LOOK_MS;
	const bool may = timeout != 0 && ms >= limit;

	if ((must && !told) || (told && !may))
		world_difference(w, "%s: timeout %u s, %" PRIu64 " ms since the last hit",
				 told ? "told to have aged" : "not told to have aged", timeout, ms);
	w->stats->aged += told;
}

void
world_check_aged(struct world *w)
{
	static void *contexts[REF_RULES_MAX + REF_SHARED_MAX];
	int n;

	steer_engine_look_aged(w->engine);
	n = steer_engine_aged(w->engine, contexts, RTE_DIM(contexts), NULL);
	if (n < 0)
		world_difference(w, "what has aged: %d", n);
	for (unsigned int i = 0; i < w->n_live; i++) {
		struct live *l = w->live[i];
		const struct rte_flow_action *a = ref_action(l->ref.actions,
							     RTE_FLOW_ACTION_TYPE_AGE);

		if (a != NULL)
			check_told(w, ((const struct rte_flow_action_age *)a->conf)->timeout,
				   &l->ref.tally, is_told(contexts, n, l->flow));
	}
	for (unsigned int i = 0; i < w->n_held; i++) {
		struct held *h = w->held[i];

		if (h->ref.action.type == RTE_FLOW_ACTION_TYPE_AGE)
			check_told(w, h->age.timeout, &h->ref.tally,
				   is_told(contexts, n, h->handle));
	}
}
