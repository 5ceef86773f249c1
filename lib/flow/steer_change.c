/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_mbuf.h>

#include "steer_edit.h"
#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_restore.h"

/* Packets that rules change. */

/* Control */

int
steer_change_take(struct steer_flow *flow, const struct steer_edits *edits,
		  struct rte_flow_error *error)
{
	if (edits->n == 0)
		return 0;
	flow->edits = malloc(sizeof(*flow->edits));
	if (flow->edits == NULL)
		return steer_error(error, ENOMEM, RTE_FLOW_ERROR_TYPE_HANDLE, NULL,
				   "no memory for another rule");
	*flow->edits = *edits;
	flow->more->edits = flow->edits;
	return 0;
}

void
steer_engine_pool(struct steer_engine *e, struct rte_mempool *pool)
{
	e->pool = pool;
}

/* Readers */

bool
steer_change(struct steer_engine *e, const struct steer_rule *rule, struct rte_mbuf **pkt,
	     struct steer_key *key)
{
	const struct steer_edits *edits = rule->more->edits;
	struct steer_editor editor = { .m = *pkt, .pool = e->pool, .key = key };
	bool done = true;

	for (unsigned int i = 0; i < edits->n && done; i++)
		done = steer_edit(&editor, &edits->edit[i]);
	*pkt = editor.m;
	steer_edit_end(&editor);
	return done;
}

bool
steer_change_decap(const struct steer_engine *e, struct rte_mbuf **pkt, struct steer_key *key)
{
	struct steer_editor editor = { .m = *pkt, .pool = e->pool, .key = key };
	const int rc = steer_edit_decap(&editor);

	*pkt = editor.m;
	if (rc == 0)
		steer_restore_clear(*pkt);
	steer_edit_end(&editor);
	return rc != -ENOMEM;
}
