/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include "steer_engine_private.h"
#include "steer_listed.h"

/** What else than saying where to, MARK and FLAG. */
#define MORE (STEER_RULE_COUNT | STEER_RULE_RARE)

static bool
is_listed(const struct steer_flow *flow)
{
	return steer_flow_active(flow) && !flow->miss && steer_flow_group(flow)->id == 0;
}

static const struct steer_rss *
rss_of(const struct steer_engine *e, const struct steer_flow *flow)
{
	if (steer_flow_fate(flow) != STEER_FATE_RSS || flow->rule->target == STEER_CONTEXT_PORT)
		return NULL;
	return e->contexts.rss[flow->rule->target];
}

static int
list_flow(const struct steer_engine *e, const struct steer_flow *flow,
	  const struct steer_list_to *to)
{
	struct steer_match match;
	const struct steer_listed rule = {
		.prio = flow->rule->prio,
		.seq = flow->rule->seq,
		.fate = steer_flow_fate(flow),
		.queue = flow->rule->target,
		.rss = rss_of(e, flow),
		.mark = (flow->rule->flags & STEER_RULE_MARK) != 0,
		.flag = (flow->rule->flags & STEER_RULE_FLAG) != 0,
		.mark_id = steer_rule_mark(flow->rule),
		.more = (flow->rule->flags & (flow->quiet ? MORE & ~STEER_RULE_COUNT : MORE)) != 0,
		.match = &match,
	};

	steer_flow_match(flow, &match);
	return to->rule(&rule, to->arg);
}

static int
list_port(const struct steer_engine *e, const struct steer_list_to *to)
{
	struct steer_listed_port port = {
		.rss = e->port_rss,
		.isolated = e->isolated,
		.want_hash = e->want_hash,
	};
	const struct steer_flow *flow;

	if (to->port == NULL)
		return 0;
	TAILQ_FOREACH(flow, &e->flows, link)
		port.n_rules += is_listed(flow);
	return to->port(&port, to->arg);
}

int
steer_engine_list(struct steer_engine *e, const struct steer_flow *only,
		  const struct steer_list_to *to)
{
	const struct steer_flow *flow;
	int rc = 0;

	pthread_mutex_lock(&e->lock);
	if (only != NULL)
		rc = steer_flow_check_handle(e, only, NULL);
	if (rc == 0)
		rc = list_port(e, to);
	if (rc == 0 && only != NULL && is_listed(only))
		rc = list_flow(e, only, to);
	if (only == NULL)
		TAILQ_FOREACH(flow, &e->flows, link)
			if (rc == 0 && is_listed(flow))
				rc = list_flow(e, flow, to);
	pthread_mutex_unlock(&e->lock);
	return rc;
}
