/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Rules for operators, some at once: what is in force, and what has hit it. */

#include <stdio.h>
#include <stdlib.h>

#include "steer_engine_private.h"

static void
count(struct steer_engine *e, const struct steer_flow *flow, struct steer_flow_line *line)
{
	const uint32_t id = steer_rule_count(flow->rule);

	line->counted = id != STEER_COUNT_NONE;
	if (line->counted)
		steer_engine_query_count(e, id, &line->count);
	line->ages = flow->aside->age != NULL;
	if (line->ages)
		steer_age_query(&e->ages, flow->aside->age, &line->age);
}

/** @return whether there was memory for its text. */
static bool
tell(struct steer_engine *e, unsigned int port, const struct steer_flow *flow,
     steer_flow_line_cb cb, void *arg)
{
	struct steer_flow_line line = {
		.rule = flow->rule->seq,
		.note = flow->aside->note,
	};
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	if (file == NULL)
		return false;
	steer_flow_print(file, port, flow);
	if (fclose(file) != 0 || len == 0) {
		free(text);
		return false;
	}
	text[len - 1] = '\0';
	line.text = text;
	count(e, flow, &line);
	cb(&line, arg);
	free(text);
	return true;
}

bool
steer_engine_flow_list(struct steer_engine *e, unsigned int port, uint64_t skip, unsigned int n,
		       steer_flow_line_cb cb, void *arg)
{
	const struct steer_flow *flow;
	bool told = true;
	uint64_t at = 0;

	pthread_mutex_lock(&e->lock);
	TAILQ_FOREACH(flow, &e->flows, link) {
		if (at++ < skip)
			continue;
		if (at > skip + n)
			break;
		told = tell(e, port, flow, cb, arg);
		if (!told)
			break;
	}
	pthread_mutex_unlock(&e->lock);
	return told;
}

bool
steer_engine_flow_tell(struct steer_engine *e, unsigned int port, uint64_t rule,
		       steer_flow_line_cb cb, void *arg)
{
	const struct steer_flow *flow;

	pthread_mutex_lock(&e->lock);
	TAILQ_FOREACH(flow, &e->flows, link)
		if (flow->rule->seq == rule)
			break;
	if (flow != NULL && !tell(e, port, flow, cb, arg))
		flow = NULL;
	pthread_mutex_unlock(&e->lock);
	return flow != NULL;
}
