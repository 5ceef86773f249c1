/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_random.h>

#include "steer_edit.h"
#include "steer_engine_private.h"
#include "steer_error.h"
#include "steer_ptype.h"
#include "steer_restore.h"

/* Packets that rules change and copy. */

/* Control */

static int
make_copies(struct steer_engine *e)
{
	struct steer_copies *copies;

	if (e->copies != NULL)
		return 0;
	copies = rte_zmalloc_socket("steer_copies", STEER_QUEUES_MAX * sizeof(copies[0]),
				    RTE_CACHE_LINE_SIZE, e->socket);
	__atomic_store_n(&e->copies, copies, __ATOMIC_RELEASE);
	return copies != NULL ? 0 : -ENOMEM;
}

int
steer_change_take(struct steer_engine *e, struct steer_flow *flow,
		  const struct steer_edits *edits, struct rte_flow_error *error)
{
	struct steer_aside *aside;

	if (edits->n == 0)
		return 0;
	aside = steer_flow_has_aside(flow);
	aside->edits = malloc(sizeof(*aside->edits));
	if (aside->edits == NULL ||
	    (edits->sample.ratio != 0 && make_copies(e) < 0))
		return steer_error(error, ENOMEM, RTE_FLOW_ERROR_TYPE_HANDLE, NULL,
				   "no memory for another rule");
	*aside->edits = *edits;
	aside->more.edits = aside->edits;
	return 0;
}

void
steer_engine_pool(struct steer_engine *e, struct rte_mempool *pool)
{
	e->pool = pool;
}

/* Readers */

const struct steer_copies *
steer_engine_copies(const struct steer_engine *e, unsigned int slot)
{
	return &e->copies[slot];
}

/** One in so many, of no regular distance. */
static bool
is_drawn(uint32_t ratio)
{
	return ratio == 1 || (rte_rand() & UINT32_MAX) * ratio >> 32 == 0;
}

/** What a copy says of itself is what the actions of its sample say. */
static void
mark_copy(const struct steer_sample *sample, struct rte_mbuf *copy)
{
	copy->ol_flags &= ~(RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID | RTE_MBUF_F_RX_RSS_HASH);
	if (!sample->mark)
		return;
	copy->hash.fdir.hi = sample->mark_id;
	copy->ol_flags |= RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
}

/** The packet itself is never lost over it. */
static void
add_copy(const struct steer_changer *c, const struct steer_sample *sample, const struct rte_mbuf *m)
{
	struct steer_copies *copies = c->copies;
	struct rte_mbuf *copy = NULL;

	if (copies->n < STEER_COPIES_MAX)
		copy = steer_edit_copy(m, c->engine->pool);
	if (copy == NULL) {
		copies->lost++;
		return;
	}
	mark_copy(sample, copy);
	copies->queues[copies->n] = sample->queue;
	copies->pkts[copies->n++] = copy;
}

/** What has been changed is known, and said of it, as it is now. */
static void
look_again(const struct steer_changer *c, struct steer_editor *editor)
{
	steer_edit_end(editor);
	editor->m->packet_type = c->ptypes != 0 ? steer_ptype(editor->m, editor->key) & c->ptypes
						: RTE_PTYPE_UNKNOWN;
}

static void
sample(const struct steer_changer *c, const struct steer_rule *rule, struct steer_editor *editor,
       bool changed)
{
	const struct steer_sample *s = &rule->more->edits->sample;

	if (!is_drawn(s->ratio))
		return;
	if (changed)
		look_again(c, editor);
	add_copy(c, s, editor->m);
	if (s->count)
		steer_count_add(steer_count_at(&c->engine->count, c->shard, rule->more->count),
				editor->m->pkt_len);
}

bool
steer_change(const struct steer_changer *changer, const struct steer_rule *rule,
	     struct rte_mbuf **pkt, struct steer_key *key)
{
	const struct steer_edits *edits = rule->more->edits;
	struct steer_editor editor = { .m = *pkt, .pool = changer->engine->pool, .key = key };
	bool done = true, changed = false;

	for (unsigned int i = 0; i < edits->n && done; i++) {
		if (edits->edit[i].type == RTE_FLOW_ACTION_TYPE_SAMPLE) {
			sample(changer, rule, &editor, changed);
			continue;
		}
		done = steer_edit(&editor, &edits->edit[i]);
		changed = true;
	}
	*pkt = editor.m;
	if (changed)
		look_again(changer, &editor);
	return done;
}

bool
steer_change_decap(const struct steer_changer *changer, struct rte_mbuf **pkt,
		   struct steer_key *key)
{
	struct steer_editor editor = { .m = *pkt, .pool = changer->engine->pool, .key = key };
	const int rc = steer_edit_decap(&editor);

	*pkt = editor.m;
	if (rc == 0)
		steer_restore_clear(*pkt);
	look_again(changer, &editor);
	return rc != -ENOMEM;
}
