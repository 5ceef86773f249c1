/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include "compare_age.h"
#include "compare_handle.h"
#include "ref_print.h"
#include "ref_shared.h"
#include "steer_engine.h"

static const struct rte_flow_indir_action_conf ingress = { .ingress = 1 };

/* Making */

/** The fewer queues, the more often all of them are gone. */
static void
random_rss(struct world *w, struct gen_rss *rss)
{
	gen_rss(&w->random, &w->style, rss);
	if (gen_chance(&w->random, 60))
		rss->conf.queue_num = RTE_MIN(rss->conf.queue_num, 1u);
}

static struct rte_flow_action
random_action(struct world *w, struct held *h)
{
	struct rte_flow_action a = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	unsigned int what = gen_below(&w->random, 100);

	if (what < 60) {
		random_rss(w, &h->rss[0]);
		a.type = RTE_FLOW_ACTION_TYPE_RSS;
		a.conf = &h->rss[0].conf;
	} else if (what < 80) {
		h->age.timeout = gen_timeout(&w->random);
		a.type = RTE_FLOW_ACTION_TYPE_AGE;
		a.conf = &h->age;
	}
	return a;
}

static void
create(struct world *w)
{
	struct held *h = calloc(1, sizeof(*h));
	struct rte_flow_error error = { 0 };

	if (h == NULL)
		abort();
	h->ref.action = random_action(w, h);
	h->handle = steer_engine_indirect_create(w->engine, &ingress, &h->ref.action, &error);
	if (h->handle == NULL) {
		world_difference(w, "handle refused: %s", error.message);
		free(h);
		return;
	}
	h->ref.handle = h->handle;
	ref_port_share(&w->port, &h->ref);
	w->style.handles[w->n_held] = (struct gen_handle){ h->ref.action.type, h->handle };
	w->held[w->n_held++] = h;
	w->style.n_handles = w->n_held;
	w->stats->handles++;
}

/* Changing */

static void
update_rss(struct world *w, struct held *h)
{
	struct rte_flow_action action = { .type = RTE_FLOW_ACTION_TYPE_RSS };
	struct rte_flow_error error = { 0 };
	struct gen_rss *rss;

	h->turn = !h->turn;
	rss = &h->rss[h->turn];
	random_rss(w, rss);
	action.conf = &rss->conf;
	if (steer_engine_indirect_update(w->engine, h->handle, &action, &error) != 0)
		world_difference(w, "update of a handle refused: %s", error.message);
	ref_bug = w->config->bug;
	ref_port_update_rss(&w->port, &h->ref, &action);
	ref_bug = REF_BUG_NONE;
}

static void
update_age(struct world *w, struct held *h)
{
	const struct rte_flow_update_age update = {
		.timeout_valid = gen_chance(&w->random, 60),
		.timeout = gen_chance(&w->random, 90) ? gen_timeout(&w->random) : 0,
		.touch = gen_chance(&w->random, 30),
	};
	struct rte_flow_error error = { 0 };

	if (steer_engine_indirect_update(w->engine, h->handle, &update, &error) != 0)
		world_difference(w, "update of a handle refused: %s", error.message);
	if (update.timeout_valid)
		h->age.timeout = update.timeout;
	if (update.touch)
		h->ref.tally.last_hit = w->port.now;
}

static void
update(struct world *w, struct held *h)
{
	if (h->ref.action.type == RTE_FLOW_ACTION_TYPE_RSS)
		update_rss(w, h);
	if (h->ref.action.type == RTE_FLOW_ACTION_TYPE_AGE)
		update_age(w, h);
}

/* Comparing */

static void
check(struct world *w, struct held *h)
{
	if (h->ref.action.type == RTE_FLOW_ACTION_TYPE_COUNT) {
		struct rte_flow_query_count count = { .reset = gen_chance(&w->random, 20) };

		if (steer_engine_indirect_query(w->engine, h->handle, &count, NULL) != 0)
			world_difference(w, "query of a handle fails");
		world_check_count(w, &count, &h->ref.tally);
	}
	if (h->ref.action.type == RTE_FLOW_ACTION_TYPE_AGE) {
		struct rte_flow_query_age age = { 0 };

		if (steer_engine_indirect_query(w->engine, h->handle, &age, NULL) != 0)
			world_difference(w, "query of a handle fails");
		world_check_age(w, &age, h->age.timeout, &h->ref.tally);
	}
}

static void
forget(struct world *w, unsigned int n)
{
	struct held *h = w->held[n];

	ref_port_unshare(&w->port, &h->ref);
	w->held[n] = w->held[--w->n_held];
	w->style.handles[n] = w->style.handles[w->n_held];
	w->style.n_handles = w->n_held;
	free(h);
}

/** It goes where no rule names it, and nowhere else. */
static void
destroy(struct world *w, unsigned int n)
{
	struct held *h = w->held[n];
	int wanted = ref_shared_rules(&w->port, &h->ref) == 0 ? 0 : -EBUSY;
	int rc;

	check(w, h);
	rc = steer_engine_indirect_destroy(w->engine, h->handle, NULL);
	if (rc != wanted)
		world_difference(w, "destroying a handle: reference %d, engine %d", wanted, rc);
	if (rc == 0)
		forget(w, n);
}

void
world_change_handles(struct world *w)
{
	struct gen_random *r = &w->random;

	for (unsigned int n = w->n_held; n > 0; n--) {
		if (gen_chance(r, 30))
			destroy(w, n - 1);
		else if (gen_chance(r, 60))
			update(w, w->held[n - 1]);
	}
	while (w->n_held < w->most_handles && gen_chance(r, 70))
		create(w);
}

void
world_forget_handles(struct world *w)
{
	while (w->n_held > 0) {
		check(w, w->held[w->n_held - 1]);
		forget(w, w->n_held - 1);
	}
}

/* For another engine */

/** @return the place of a handle among those held. */
static unsigned int
find(const struct world *w, const void *handle)
{
	unsigned int n = 0;

	while (w->held[n]->handle != handle)
		n++;
	return n;
}

struct rte_flow_action *
world_copy_actions(const struct world *w, struct steer_engine *e,
		   struct steer_indirect *handles[GEN_HANDLES],
		   const struct rte_flow_action *actions,
		   struct rte_flow_action copy[GEN_ACTIONS + 1])
{
	unsigned int i = 0;

	do {
		unsigned int n;

		copy[i] = actions[i];
		if (actions[i].type != RTE_FLOW_ACTION_TYPE_INDIRECT)
			continue;
		n = find(w, actions[i].conf);
		if (handles[n] == NULL)
			handles[n] = steer_engine_indirect_create(e, &ingress,
								  &w->held[n]->ref.action, NULL);
		copy[i].conf = handles[n];
	} while (actions[i++].type != RTE_FLOW_ACTION_TYPE_END);
	return copy;
}

void
world_print_handles(const struct world *w)
{
	FILE *out = w->config->report;

	for (unsigned int i = 0; i < w->n_held; i++) {
		const struct rte_flow_action actions[] = {
			w->held[i]->ref.action, { .type = RTE_FLOW_ACTION_TYPE_END },
		};

		fprintf(out, "handle %p: ", (void *)w->held[i]->handle);
		ref_print_actions(out, actions);
		fprintf(out, "\n");
	}
}
