/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_mbuf.h>

#include "steer_burst.h"
#include "steer_edit.h"
#include "steer_path.h"

struct walk {
	struct steer_batch b;
	struct rte_mbuf *m;
	struct steer_key key;
	unsigned int port;
	steer_path_rule_cb cb;
	void *arg;
	struct steer_path *path;
	/** Rules of the group that is searched, as they are tried; only if somebody is told. */
	const struct steer_flow **order;
	uint64_t n;
	/** Those of them that were told of. */
	uint64_t told;
};

/* Telling */

static int
compare(const void *a, const void *b)
{
	const struct steer_rule *x = (*(const struct steer_flow *const *)a)->rule;
	const struct steer_rule *y = (*(const struct steer_flow *const *)b)->rule;

	return steer_rule_before(x, y) ? -1 : steer_rule_before(y, x);
}

static int
make_order(struct walk *w)
{
	const struct steer_flow *flow;
	size_t n = 1;

	/* What groups do on a miss is no rule that counts, and yet among them. */
	TAILQ_FOREACH(flow, &w->b.e->flows, link)
		n++;
	w->order = malloc(n * sizeof(w->order[0]));
	return w->order != NULL ? 0 : -ENOMEM;
}

/** A search of another group begins. */
static void
list_group(struct walk *w, const struct steer_table *t)
{
	const struct steer_flow *flow;

	w->n = 0;
	w->told = 0;
	if (w->cb == NULL)
		return;
	TAILQ_FOREACH(flow, &w->b.e->flows, link)
		if (steer_flow_group(flow) == t->owner)
			w->order[w->n++] = flow;
	qsort(w->order, w->n, sizeof(w->order[0]), compare);
}

static void
tell_one(struct walk *w, const struct steer_flow *flow, bool found)
{
	struct steer_match match;
	struct steer_path_rule rule = {
		.rule = flow->rule->seq,
		.group = steer_group_number(steer_flow_group(flow)),
		.prio = flow->rule->prio,
		.inactive = !steer_flow_active(flow),
		.found = found,
		.match = &match,
		.note = flow->aside->note,
	};
	char *text = NULL;
	size_t len = 0;
	FILE *file = found ? open_memstream(&text, &len) : NULL;

	if (file != NULL) {
		steer_flow_print(file, w->port, flow);
		fclose(file);
	}
	if (text != NULL && len > 0)
		text[len - 1] = '\0';
	rule.text = text;
	steer_flow_match(flow, &match);
	w->cb(&rule, &w->key, w->arg);
	free(text);
}

/** What was found, which may be nothing; before it, all that was not. */
static void
tell(struct walk *w, const struct steer_rule *found)
{
	const struct steer_flow *flow = NULL;

	while (w->told < w->n && (flow == NULL || flow->rule != found)) {
		flow = w->order[w->told++];
		tell_one(w, flow, flow->rule == found);
	}
}

/* Walking */

/** The changes of a rule but copies. @return false: the packet is to go. */
static bool
change(struct walk *w, const struct steer_rule *rule)
{
	/* Without a pool nothing but this packet is touched. */
	struct steer_editor editor = { .m = w->m, .key = &w->key };
	const struct steer_edits *edits = rule->more->edits;
	bool done = true;

	if ((rule->flags & STEER_RULE_DECAP) && steer_edit_decap(&editor) == -ENOMEM)
		return false;
	for (unsigned int i = 0; (rule->flags & STEER_RULE_EDITS) && i < edits->n && done; i++)
		if (edits->edit[i].type != RTE_FLOW_ACTION_TYPE_SAMPLE)
			done = steer_edit(&editor, &edits->edit[i]);
	steer_edit_end(&editor);
	return done;
}

/** As bursts do, but for what is counted and noted. @return false: the packet is to go. */
static bool
apply(struct walk *w, const struct steer_rule *rule)
{
	w->path->hit = true;
	w->path->rule = rule->seq;
	if (rule->flags & STEER_RULE_MARK) {
		w->path->marked = true;
		w->path->mark = steer_rule_mark(rule);
		w->key.regs.mark = rte_cpu_to_be_32(w->path->mark);
		w->key.regs.marked = UINT32_MAX;
	}
	if (rule->flags & (STEER_RULE_MARK | STEER_RULE_FLAG))
		w->path->flagged = true;
	if (rule->flags & STEER_RULE_SETS)
		steer_regs_apply(&w->key.regs, rule->more->sets);
	return (rule->flags & (STEER_RULE_DECAP | STEER_RULE_EDITS)) == 0 || change(w, rule);
}

/**
 * Search one group.
 * @param queue  Set if the search ends here.
 * @return       The rule that leads to another group; NULL if the search ends.
 */
static const struct steer_rule *
search(struct walk *w, const struct steer_table *t, bool tunnel, uint16_t *queue)
{
	const struct steer_view *view = steer_table_view(t);
	const struct steer_rule *rule;
	bool any = false;

	list_group(w, t);
	steer_table_lookup(view, w->b.version, &w->key, 1, &rule);
	for (;;) {
		tell(w, rule);
		if (rule == NULL)
			break;
		any = true;
		if (!apply(w, rule)) {
			*queue = STEER_DROP_NO_MBUF;
			return NULL;
		}
		if ((rule->flags & STEER_RULE_FATE) == STEER_FATE_JUMP)
			return rule;
		if ((rule->flags & STEER_RULE_FATE) < STEER_FATE_PASSTHRU) {
			*queue = steer_batch_rule_queue(&w->b, rule, w->m, &w->key);
			return NULL;
		}
		rule = steer_table_next(view, w->b.version, &w->key, rule);
	}
	/* What a tunnel's rule has sent here the application goes on with. */
	*queue = w->b.isolated && !any && !tunnel ?
			 STEER_DROP_ISOLATED :
			 steer_batch_spread(&w->b, w->b.port_rss, w->m, &w->key);
	return NULL;
}

static void
walk(struct walk *w)
{
	const struct steer_table *t = &w->b.e->table;
	const struct steer_rule *jump;
	bool tunnel = false;

	while ((jump = search(w, t, tunnel, &w->path->queue)) != NULL) {
		t = jump->more->jump;
		tunnel = jump->more->tunnel != 0;
	}
	w->path->hashed = (w->m->ol_flags & RTE_MBUF_F_RX_RSS_HASH) != 0;
	w->path->hash = w->path->hashed ? w->m->hash.rss : 0;
}

int
steer_engine_path(struct steer_engine *e, struct rte_mbuf *m, unsigned int port,
		  steer_path_rule_cb cb, void *arg, struct steer_path *path)
{
	struct walk w = { .b.e = e, .m = m, .port = port, .cb = cb, .arg = arg, .path = path };

	memset(path, 0, sizeof(*path));
	m->ol_flags &= ~STEER_BATCH_FLAGS;
	/* No rule comes or goes, nor is freed. */
	pthread_mutex_lock(&e->lock);
	if (cb != NULL && make_order(&w) < 0) {
		pthread_mutex_unlock(&e->lock);
		return -ENOMEM;
	}
	w.b.version = steer_table_version(&e->table);
	w.b.port_rss = e->port_rss;
	w.b.isolated = e->isolated;
	w.b.want_hash = e->want_hash;
	w.b.depth = STEER_DEPTH_ALL | STEER_DEPTH_PACKET | STEER_DEPTH_RANDOM | STEER_DEPTH_TCP;
	path->malformed = !steer_parse(m, w.b.depth, &w.key);
	walk(&w);
	pthread_mutex_unlock(&e->lock);
	free(w.order);
	return 0;
}
