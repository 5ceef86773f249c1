/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Handles of shared actions: they come, change, are queried, and go once no rule names them. */

#include <errno.h>

#include <rte_common.h>

#include "fuzz_flow.h"

struct held *
fuzz_held(const struct world *w, const struct known *k, enum steer_share kind)
{
	for (unsigned int i = 0; i < w->given.n_handles; i++)
		if ((const void *)k->actions.shared[kind] == w->given.handles[i])
			return RTE_PTR_ADD(w->held, i * sizeof(w->held[0]));
	return NULL;
}

static bool
names(const struct known *k, const struct held *h)
{
	for (unsigned int kind = 0; kind < STEER_SHARES; kind++)
		if ((const void *)k->actions.shared[kind] == h->handle)
			return true;
	return false;
}

static void
check_refused(const struct rte_flow_error *error)
{
	FUZZ_CHECK(error->type != RTE_FLOW_ERROR_TYPE_NONE && error->message != NULL);
}

static void
create(struct world *w, struct fuzz_stream *s)
{
	const uint8_t flags = fuzz_u8(s);
	const struct rte_flow_indir_action_conf conf = {
		.ingress = (flags & 0xf0) != 0xf0, .egress = (flags & 0xf1) == 0xf1,
	};
	struct rte_flow_error error = { 0 };
	struct held *h = &w->held[w->given.n_handles];
	struct rte_flow_action action;
	struct fuzz_rule rule;

	fuzz_rule_read_action(s, &w->given, &rule, &action);
	h->handle = steer_engine_indirect_create(w->e, &conf, &action, &error);
	h->type = action.type;
	h->hits = 0;
	h->queues = 0;
	if (h->handle == NULL) {
		check_refused(&error);
	} else {
		if (action.type == RTE_FLOW_ACTION_TYPE_RSS)
			h->queues = fuzz_rss_queues(action.conf);
		w->given.handles[w->given.n_handles++] = h->handle;
	}
	fuzz_rule_free(&rule);
}

static void
destroy(struct world *w, struct held *h)
{
	unsigned int rules = 0;

	for (unsigned int i = 0; i < w->n; i++)
		rules += names(&w->known[i], h);
	if (rules > 0) {
		FUZZ_CHECK(steer_engine_indirect_destroy(w->e, h->handle, NULL) == -EBUSY);
		return;
	}
	FUZZ_CHECK(steer_engine_indirect_destroy(w->e, h->handle, NULL) == 0);
	*h = w->held[--w->given.n_handles];
	w->given.handles[h - w->held] = h->handle;
}

/* Rules that have queues again come last, in the order in which they stood. */
static void
wake(struct world *w, struct held *h, uint64_t queues)
{
	unsigned int asleep[MAX_FLOWS];
	unsigned int n = 0;

	for (unsigned int i = 0; i < w->n; i++)
		if (names(&w->known[i], h) && !fuzz_active(w, &w->known[i]))
			asleep[n++] = w->known[i].id;
	h->queues = queues;
	for (unsigned int i = 0; i < n; i++) {
		struct known *k = w->known;

		while (k->id != asleep[i])
			k++;
		if (fuzz_active(w, k))
			fuzz_move_last(w, k);
	}
}

static void
update_rss(struct world *w, struct held *h, struct fuzz_stream *s)
{
	struct rte_flow_error error = { 0 };
	struct rte_flow_action action;
	struct fuzz_rule rule;

	fuzz_rule_read_action(s, &w->given, &rule, &action);
	if (steer_engine_indirect_update(w->e, h->handle, &action, &error) == 0) {
		FUZZ_CHECK(action.type == RTE_FLOW_ACTION_TYPE_RSS);
		wake(w, h, fuzz_rss_queues(action.conf));
	} else {
		check_refused(&error);
	}
	fuzz_rule_free(&rule);
}

static void
update(struct world *w, struct held *h, struct fuzz_stream *s)
{
	struct rte_flow_update_age age = { .reserved = 0 };
	uint8_t flags;

	if (h->type == RTE_FLOW_ACTION_TYPE_RSS) {
		update_rss(w, h, s);
		return;
	}
	flags = fuzz_u8(s);
	age.timeout_valid = flags;
	age.touch = flags >> 1;
	age.timeout = flags >> 2;
	FUZZ_CHECK(steer_engine_indirect_update(w->e, h->handle, &age, NULL) ==
		   (h->type == RTE_FLOW_ACTION_TYPE_AGE ? 0 : -ENOTSUP));
}

static void
query(struct world *w, struct held *h, bool reset)
{
	struct rte_flow_query_count count = { .reset = reset };
	struct rte_flow_query_age age = { 0 };

	switch (h->type) {
	case RTE_FLOW_ACTION_TYPE_COUNT:
		FUZZ_CHECK(steer_engine_indirect_query(w->e, h->handle, &count, NULL) == 0);
		FUZZ_CHECK(count.hits == h->hits);
		h->hits = reset ? 0 : h->hits;
		break;
	case RTE_FLOW_ACTION_TYPE_AGE:
		FUZZ_CHECK(steer_engine_indirect_query(w->e, h->handle, &age, NULL) == 0);
		FUZZ_CHECK(age.sec_since_last_hit_valid);
		break;
	default:
		FUZZ_CHECK(steer_engine_indirect_query(w->e, h->handle, &age, NULL) == -ENOTSUP);
		break;
	}
}

void
fuzz_handle_operate(struct world *w, struct fuzz_stream *s)
{
	const uint8_t op = fuzz_u8(s);
	struct held *h;

	if (w->given.n_handles == 0 || (op % 8 < 3 && w->given.n_handles < FUZZ_HANDLES)) {
		create(w, s);
		return;
	}
	h = &w->held[(op >> 4) % w->given.n_handles];
	if (op % 8 == 3)
		destroy(w, h);
	else if (op % 8 == 4)
		query(w, h, op & 8);
	else
		update(w, h, s);
}
