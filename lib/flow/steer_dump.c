/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Rules as commands of testpmd: what is shown can be typed in, or loaded from a file. */

#include <inttypes.h>
#include <stdio.h>

#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_text.h"

/** What the actions of a flow point to. */
struct confs {
	struct rte_flow_action_rss rss;
	struct rte_flow_action_jump jump;
	struct rte_flow_action_age age;
};

static void
flow_actions(const struct steer_flow *flow, struct steer_actions *actions, struct confs *confs)
{
	*actions = (struct steer_actions){
		.fate = steer_flow_fate(flow),
		.queue = flow->rule->target,
		.flag = (flow->rule->flags & STEER_RULE_FLAG) != 0,
		.count = (flow->rule->flags & STEER_RULE_COUNT) != 0 && !flow->quiet,
		.mark = (flow->rule->flags & STEER_RULE_MARK) != 0,
		.mark_id = steer_rule_mark(flow->rule),
	};
	if (flow->aside->sets != NULL)
		actions->sets = *flow->aside->sets;
	if (flow->aside->edits != NULL)
		actions->edits = *flow->aside->edits;
	if (actions->fate == STEER_FATE_RSS) {
		steer_contexts_action(&steer_flow_engine(flow)->contexts, flow->rule->target,
				      &confs->rss);
		actions->rss = &confs->rss;
	}
	if (actions->fate == STEER_FATE_JUMP) {
		confs->jump.group = steer_group_number(flow->aside->next_group);
		actions->jump = &confs->jump;
	}
	if (flow->aside->age != NULL) {
		confs->age = (struct rte_flow_action_age){ .timeout = flow->aside->age->timeout };
		actions->age = &confs->age;
	}
	for (unsigned int i = 0; i < STEER_SHARES; i++)
		if (flow->aside->shared[i] != NULL)
			actions->shared[i] = &flow->aside->shared[i]->shared;
}

/** Handles come first, so that rules find them. */
static void
print_handle(FILE *file, unsigned int port, const struct steer_indirect *handle)
{
	struct steer_actions actions = { .count = handle->shared.kind == STEER_SHARE_COUNT };
	struct confs confs;

	if (handle->shared.kind == STEER_SHARE_RSS) {
		steer_contexts_action(&handle->engine->contexts, handle->context, &confs.rss);
		actions.fate = STEER_FATE_RSS;
		actions.rss = &confs.rss;
	} else if (handle->shared.kind == STEER_SHARE_AGE) {
		confs.age = (struct rte_flow_action_age){ .timeout = handle->age->timeout };
		actions.age = &confs.age;
	}
	fprintf(file, "flow indirect_action %u create action_id %u ingress action", port,
		handle->shared.number);
	steer_text_print_actions(file, &actions);
	fputc('\n', file);
}

static void
print_tunnel(FILE *file, const struct steer_flow *flow)
{
	fprintf(file, "# %s of %s tunnel %u: ",
		steer_flow_matches_tunnel(flow) ? "tunnel_match" : "tunnel_set",
		steer_tunnel_type(flow->aside->tunnel->name.type), flow->aside->tunnel->id);
}

void
steer_flow_print(FILE *file, unsigned int port, const struct steer_flow *flow)
{
	const struct rte_flow_attr attr = {
		.group = steer_group_number(steer_flow_group(flow)),
		.priority = flow->rule->prio,
	};
	struct steer_actions actions;
	struct steer_match match;
	struct confs confs;

	steer_flow_match(flow, &match);
	flow_actions(flow, &actions, &confs);
	if (flow->aside->edits != NULL && flow->aside->edits->sample.ratio != 0) {
		fputs(flow->miss || !steer_flow_active(flow) ? "# " : "", file);
		steer_text_print_sample(file, &flow->aside->edits->sample);
		fputc('\n', file);
	}
	/* A comment, so that what is loaded again is what is in force; and tunnels are made by
	 * applications alone. */
	if (flow->miss)
		fputs("# what the group has no rule for: ", file);
	if (!steer_flow_active(flow))
		fputs("# inactive, its queue does not exist: ", file);
	if (flow->aside->tunnel != NULL)
		print_tunnel(file, flow);
	fprintf(file, "flow create %u ", port);
	steer_text_print(file, &attr, &match, &actions);
	fprintf(file, " # rule %" PRIu64 "%s%s\n", flow->rule->seq,
		flow->aside->note != NULL ? ", " : "",
		flow->aside->note != NULL ? flow->aside->note : "");
}

int
steer_engine_flow_dump(struct steer_engine *e, unsigned int port, const struct steer_flow *flow,
		       FILE *file, struct rte_flow_error *error)
{
	const struct steer_indirect *handle;
	const struct steer_flow *each;
	int rc = 0;

	pthread_mutex_lock(&e->lock);
	if (flow != NULL)
		rc = steer_flow_check_handle(e, flow, error);
	if (rc == 0 && flow != NULL)
		steer_flow_print(file, port, flow);
	if (flow == NULL) {
		TAILQ_FOREACH(handle, &e->indirects, link)
			print_handle(file, port, handle);
		TAILQ_FOREACH(each, &e->flows, link)
			steer_flow_print(file, port, each);
	}
	pthread_mutex_unlock(&e->lock);
	return rc;
}
