/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <stdlib.h>

#include "steer_engine_private.h"

const struct steer_aside steer_aside_none;

struct steer_aside *
steer_flow_has_aside(struct steer_flow *flow)
{
	assert(flow->aside != &steer_aside_none);
	/* All but that one are made here. */
	return (struct steer_aside *)(uintptr_t)flow->aside;
}

struct steer_aside *
steer_flow_aside(struct steer_flow *flow)
{
	struct steer_aside *aside;

	if (flow->aside != &steer_aside_none)
		return steer_flow_has_aside(flow);
	aside = calloc(1, sizeof(*aside));
	if (aside != NULL)
		flow->aside = aside;
	return aside;
}

void
steer_aside_free(struct steer_flow *flow)
{
	struct steer_aside *aside;

	if (flow->aside == &steer_aside_none)
		return;
	aside = steer_flow_has_aside(flow);
	flow->aside = &steer_aside_none;
	free(aside->sets);
	free(aside->edits);
	free(aside->match);
	free(aside->note);
	steer_condition_free(aside->more.condition);
	free(aside);
}
