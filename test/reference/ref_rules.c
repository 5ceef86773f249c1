/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <string.h>

#include "ref_bugs.h"
#include "ref_match.h"
#include "ref_packet.h"
#include "ref_rules.h"
#include "ref_shared.h"

void
ref_port_init(struct ref_port *port, uint16_t n_queues)
{
	memset(port, 0, sizeof(*port));
	port->n_queues = n_queues;
	port->rss.reta_size = 1;
	ref_rss_set_key(&port->rss, ref_rss_default_key, REF_RSS_KEY_LEN);
}

/** Does @p rule come after @p other, which was there before? */
static bool
comes_after(const struct ref_rule *rule, const struct ref_rule *other)
{
	if (ref_bug == REF_BUG_PRIORITY_IGNORED)
		return true;
	if (ref_bug == REF_BUG_TIE_LATER)
		return other->attr->priority < rule->attr->priority;
	return other->attr->priority <= rule->attr->priority;
}

void
ref_port_insert(struct ref_port *port, struct ref_rule *rule)
{
	unsigned int at = 0;

	assert(port->n_rules < REF_RULES_MAX);
	while (at < port->n_rules && comes_after(rule, port->rules[at]))
		at++;
	memmove(&port->rules[at + 1], &port->rules[at],
		(port->n_rules - at) * sizeof(port->rules[0]));
	port->rules[at] = rule;
	port->n_rules++;
}

void
ref_port_add(struct ref_port *port, struct ref_rule *rule)
{
	ref_port_insert(port, rule);
	ref_rule_touch(port, rule);
}

void
ref_port_remove(struct ref_port *port, struct ref_rule *rule)
{
	unsigned int at = 0;

	while (port->rules[at] != rule)
		at++;
	port->n_rules--;
	memmove(&port->rules[at], &port->rules[at + 1],
		(port->n_rules - at) * sizeof(port->rules[0]));
}

static bool
counts_copies(const struct rte_flow_action *actions)
{
	const struct rte_flow_action *a = ref_action(actions, RTE_FLOW_ACTION_TYPE_SAMPLE);

	return a != NULL &&
	       ref_action(((const struct rte_flow_action_sample *)a->conf)->actions,
			  RTE_FLOW_ACTION_TYPE_COUNT) != NULL;
}

/** Packets both, or copies. */
static bool
count_alike(const struct rte_flow_action *a, const struct rte_flow_action *b)
{
	return (ref_action(a, RTE_FLOW_ACTION_TYPE_COUNT) != NULL &&
		ref_action(b, RTE_FLOW_ACTION_TYPE_COUNT) != NULL) ||
	       (counts_copies(a) && counts_copies(b));
}

void
ref_port_update(struct ref_port *port, const struct ref_rule *old, struct ref_rule *rule)
{
	unsigned int at = 0;

	while (port->rules[at] != old)
		at++;
	if (ref_bug != REF_BUG_UPDATE_COUNT && count_alike(old->actions, rule->actions)) {
		rule->tally.hits = old->tally.hits;
		rule->tally.bytes = old->tally.bytes;
	}
	rule->tally.last_hit = old->tally.last_hit;
	port->rules[at] = rule;
	if (ref_bug != REF_BUG_UPDATE_AGE)
		ref_rule_touch(port, rule);
	if (ref_bug == REF_BUG_UPDATE_LAST ||
			(!ref_rule_active(port, old) && ref_rule_active(port, rule))) {
		ref_port_remove(port, rule);
		ref_port_insert(port, rule);
	}
}

const struct rte_flow_action *
ref_action(const struct rte_flow_action *actions, enum rte_flow_action_type type)
{
	for (; actions->type != RTE_FLOW_ACTION_TYPE_END; actions++) {
		if (actions->type == type)
			return actions;
	}
	return NULL;
}

/** Those queues of an RSS action that exist. */
static unsigned int
queues_left(const struct ref_port *port, const struct rte_flow_action_rss *conf, uint16_t *queues)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < conf->queue_num; i++) {
		if (conf->queue[i] < port->n_queues)
			queues[n++] = conf->queue[i];
	}
	return n;
}

static bool
sample_active(const struct ref_port *port, const struct ref_rule *rule)
{
	const struct rte_flow_action *a = ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_SAMPLE);
	const struct rte_flow_action_queue *queue;

	if (a == NULL)
		return true;
	a = ref_action(((const struct rte_flow_action_sample *)a->conf)->actions,
		       RTE_FLOW_ACTION_TYPE_QUEUE);
	queue = a->conf;
	return queue->index < port->n_queues;
}

bool
ref_rule_active(const struct ref_port *port, const struct ref_rule *rule)
{
	const struct rte_flow_action *queue, *rss;
	uint16_t queues[REF_RETA_MAX];

	if (ref_bug == REF_BUG_GONE_QUEUE)
		return true;
	if (!sample_active(port, rule))
		return false;
	queue = ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_QUEUE);
	if (queue != NULL)
		return ((const struct rte_flow_action_queue *)queue->conf)->index < port->n_queues;
	rss = ref_rule_action(port, rule, RTE_FLOW_ACTION_TYPE_RSS);
	if (rss != NULL) {
		const struct rte_flow_action_rss *conf = rss->conf;

		return conf->queue_num == 0 || queues_left(port, conf, queues) > 0;
	}
	return true;
}

static void
by_hash(const struct ref_rss *rss, const struct ref_packet *p, struct ref_verdict *v)
{
	v->fate = REF_QUEUE;
	v->spread = true;
	v->hash = ref_rss_hash(rss, p);
	v->queue = ref_rss_queue(rss, v->hash);
}

/** What an RSS action leaves out is the port's. */
static void
by_rss_action(const struct ref_port *port, const struct rte_flow_action_rss *conf,
	      const struct ref_packet *p, struct ref_verdict *v)
{
	struct ref_rss rss = port->rss;
	uint16_t queues[REF_RETA_MAX];
	unsigned int n;

	if (conf->level != 0)
		rss.level = conf->level;
	if (conf->func != RTE_ETH_HASH_FUNCTION_DEFAULT)
		rss.func = conf->func;
	if (conf->types != 0)
		rss.types = conf->types;
	if (conf->key != NULL && ref_bug != REF_BUG_RSS_PORT_KEY)
		ref_rss_set_key(&rss, conf->key, conf->key_len);
	n = queues_left(port, conf, queues);
	if (n > 0)
		ref_rss_spread(&rss, queues, n);
	by_hash(&rss, p, v);
}

static void
set(uint32_t *reg, uint32_t data, uint32_t mask)
{
	if (ref_bug == REF_BUG_SET_UNMASKED)
		mask = UINT32_MAX;
	*reg = (*reg & ~mask) | (data & mask);
}

static void
set_tag(const struct rte_flow_action_set_tag *conf, struct ref_regs *regs)
{
	set(&regs->tag[ref_bug == REF_BUG_TAG_INDEX ? 0 : conf->index], conf->data, conf->mask);
}

static void
set_meta(const struct rte_flow_action_set_meta *conf, struct ref_regs *regs)
{
	/* A mask of 0 is no SET_META. */
	regs->meta_set |= conf->mask != 0;
	set(&regs->meta, conf->data, conf->mask);
}

static void
mark(uint32_t id, struct ref_regs *regs, struct ref_verdict *v)
{
	if (ref_bug != REF_BUG_MARK_NOT_SEEN) {
		regs->mark = id;
		regs->marked = true;
	}
	if (!v->marked || ref_bug != REF_BUG_FIRST_MARK)
		v->mark = id;
	v->marked = true;
	v->flagged = true;
}

static void
count(const struct ref_rule *rule, uint32_t len, struct ref_tally *tally)
{
	if (ref_bug == REF_BUG_JUMP_NO_COUNT &&
			ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_JUMP) != NULL)
		return;
	if (ref_bug == REF_BUG_PASSTHRU_NO_COUNT &&
			ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_PASSTHRU) != NULL)
		return;
	tally->hits++;
	tally->bytes += len;
}

static bool
has_fate(const struct ref_port *port, const struct ref_rule *rule)
{
	return ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_QUEUE) != NULL ||
	       ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_DROP) != NULL ||
	       ref_rule_action(port, rule, RTE_FLOW_ACTION_TYPE_RSS) != NULL ||
	       ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_JUMP) != NULL;
}

/** @return where the rule jumps to; NULL if it does not. */
static const struct rte_flow_action_jump *
jump_of(const struct ref_rule *rule)
{
	const struct rte_flow_action *a = ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_JUMP);

	return a != NULL ? a->conf : NULL;
}

static bool
is_among(const uint32_t *groups, unsigned int n, uint32_t group)
{
	for (unsigned int i = 0; i < n; i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}

/** All groups that one leads to, itself included. @return how many. */
static unsigned int
reached_from(const struct ref_port *port, uint32_t group, uint32_t *reached)
{
	unsigned int n = 1;

	reached[0] = group;
	for (unsigned int at = 0; at < n; at++) {
		for (unsigned int i = 0; i < port->n_rules; i++) {
			const struct rte_flow_action_jump *jump = jump_of(port->rules[i]);

			if (jump != NULL && port->rules[i]->attr->group == reached[at] &&
					!is_among(reached, n, jump->group))
				reached[n++] = jump->group;
		}
	}
	return n;
}

bool
ref_port_loops(const struct ref_port *port, const struct ref_rule *rule)
{
	const struct rte_flow_action_jump *jump = jump_of(rule);
	uint32_t reached[REF_RULES_MAX + 1];

	return jump != NULL &&
	       is_among(reached, reached_from(port, jump->group, reached), rule->attr->group);
}

static void
copy(struct ref_rule *rule, const struct rte_flow_action_sample *conf, const struct ref_packet *p,
     struct ref_verdict *v)
{
	struct ref_copy *c = &v->made->copies[v->made->n_copies++];
	const struct rte_flow_action *a = conf->actions;

	assert(v->made->n_copies <= REF_COPIES_MAX);
	assert(conf->ratio == 1);
	c->marked = ref_action(a, RTE_FLOW_ACTION_TYPE_MARK) != NULL;
	if (c->marked)
		c->mark = ((const struct rte_flow_action_mark *)ref_action(
				a, RTE_FLOW_ACTION_TYPE_MARK)->conf)->id;
	c->queue = ((const struct rte_flow_action_queue *)ref_action(
			a, RTE_FLOW_ACTION_TYPE_QUEUE)->conf)->index;
	c->in = p->in;
	memcpy(c->bytes.data, p->in.data, p->in.len);
	c->in.data = c->bytes.data;
	if (ref_action(a, RTE_FLOW_ACTION_TYPE_COUNT) != NULL) {
		rule->tally.hits++;
		rule->tally.bytes += p->in.len;
	}
}

/** In their order, whatever stands between them. */
static void
change(struct ref_rule *rule, struct ref_packet *p, struct ref_verdict *v)
{
	const struct ref_packet before = *p;
	const struct rte_flow_action *a;

	for (a = rule->actions; a->type != RTE_FLOW_ACTION_TYPE_END; a++) {
		if (ref_is_edit(a->type)) {
			ref_edit(a, p, &v->made->edited);
			v->n_edits++;
		} else if (a->type == RTE_FLOW_ACTION_TYPE_SAMPLE) {
			copy(rule, a->conf, p, v);
			if (ref_bug == REF_BUG_SAMPLE_MARKED && p->regs.marked) {
				v->made->copies[v->made->n_copies - 1].marked = true;
				v->made->copies[v->made->n_copies - 1].mark = p->regs.mark;
			}
		}
	}
	if (ref_bug == REF_BUG_EDIT_NOT_SEEN) {
		v->out = p->in;
		*p = before;
	}
}

/** @return true if the search ends with this rule. */
static bool
apply(const struct ref_port *port, struct ref_rule *rule, struct ref_packet *p,
      struct ref_verdict *v)
{
	const uint32_t len = p->in.len;
	const struct rte_flow_action *next;
	bool ends = true;

	change(rule, p, v);
	for (next = rule->actions; next->type != RTE_FLOW_ACTION_TYPE_END; next++) {
		struct ref_tally *tally;
		const struct rte_flow_action *a = ref_action_meant(port, rule, next, &tally);

		switch (a->type) {
		case RTE_FLOW_ACTION_TYPE_QUEUE:
			v->fate = REF_QUEUE;
			v->spread = false;
			v->queue = ((const struct rte_flow_action_queue *)a->conf)->index;
			break;
		case RTE_FLOW_ACTION_TYPE_DROP:
			v->fate = REF_DROP_RULE;
			v->spread = false;
			break;
		case RTE_FLOW_ACTION_TYPE_RSS:
			by_rss_action(port, a->conf, p, v);
			break;
		case RTE_FLOW_ACTION_TYPE_PASSTHRU:
			ends = ref_bug == REF_BUG_PASSTHRU_ENDS;
			break;
		case RTE_FLOW_ACTION_TYPE_MARK:
			mark(((const struct rte_flow_action_mark *)a->conf)->id, &p->regs, v);
			break;
		case RTE_FLOW_ACTION_TYPE_FLAG:
			v->flagged = true;
			break;
		case RTE_FLOW_ACTION_TYPE_COUNT:
			count(rule, len, tally);
			break;
		case RTE_FLOW_ACTION_TYPE_SET_META:
			set_meta(a->conf, &p->regs);
			break;
		case RTE_FLOW_ACTION_TYPE_SET_TAG:
			set_tag(a->conf, &p->regs);
			break;
		case RTE_FLOW_ACTION_TYPE_JUMP:
			if (ref_bug == REF_BUG_JUMP_CLEARS)
				memset(p->regs.tag, 0, sizeof(p->regs.tag));
			break;
		case RTE_FLOW_ACTION_TYPE_AGE:
			if (ref_bug != REF_BUG_AGE_HITS)
				tally->last_hit = port->now;
			break;
		case RTE_FLOW_ACTION_TYPE_VOID:
			break;
		case RTE_FLOW_ACTION_TYPE_SAMPLE:
			break;
		default:
			if (ref_is_edit(a->type))
				break;
			assert(!"an action that the reference does not know");
		}
	}
	if (ends && !has_fate(port, rule))
		by_hash(&port->rss, p, v);
	return ends;
}

/** What becomes of the search after a rule was applied, with the bugs in force. */
static bool
goes_on(const struct ref_port *port, const struct ref_rule *rule, bool ends,
	struct ref_verdict *v)
{
	if ((!ends && ref_bug == REF_BUG_PASSTHRU_FORGETS) ||
			(jump_of(rule) != NULL && ref_bug == REF_BUG_JUMP_FORGETS)) {
		v->flagged = false;
		v->marked = false;
	}
	if (ref_bug == REF_BUG_NO_FATE_GOES_ON && !has_fate(port, rule))
		return true;
	return !ends;
}

static void
note_passed(const struct ref_rule *rule, struct ref_verdict *v)
{
	if (ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_PASSTHRU) == NULL)
		return;
	v->n_passed++;
	v->passed_marked |= ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_MARK) != NULL;
	v->passed_counted |= ref_action(rule->actions, RTE_FLOW_ACTION_TYPE_COUNT) != NULL;
	v->passed_behind_jump |= v->n_jumps > 0;
}

/** No rule said where to go. @p matched: there was one in the group it came to. */
static void
by_default(const struct ref_port *port, const struct ref_packet *p, bool matched,
	   struct ref_verdict *v)
{
	if (ref_bug == REF_BUG_ISOLATED_PASSTHRU)
		matched = false;
	if (ref_bug == REF_BUG_MISS_ISOLATED)
		matched = v->n_matched > 0;
	if (port->isolated && !matched) {
		v->fate = REF_DROP_ISOLATED;
		v->spread = false;
		return;
	}
	by_hash(&port->rss, p, v);
}

static bool
takes_part(const struct ref_port *port, const struct ref_rule *rule, uint32_t group,
	   const struct ref_packet *p)
{
	return (rule->attr->group == group || ref_bug == REF_BUG_GROUPS_IGNORED) &&
	       ref_rule_active(port, rule) && ref_match(rule->pattern, p);
}

/**
 * Search one group.
 * @return The rule that ended it; NULL: none did.
 */
static const struct ref_rule *
search_group(struct ref_port *port, uint32_t group, struct ref_packet *p, struct ref_verdict *v,
	     bool *matched)
{
	*matched = false;
	for (unsigned int i = 0; i < port->n_rules; i++) {
		struct ref_rule *rule = port->rules[i];
		bool ends;

		if (!takes_part(port, rule, group, p))
			continue;
		*matched = true;
		v->n_matched++;
		rule->matched++;
		note_passed(rule, v);
		ends = apply(port, rule, p, v);
		if (!goes_on(port, rule, ends, v))
			return rule;
	}
	return NULL;
}

void
ref_port_classify(struct ref_port *port, const struct ref_packet *packet, struct ref_made *made,
		  struct ref_verdict *v)
{
	struct ref_packet with_regs = *packet, *p = &with_regs;
	const struct ref_rule *last;
	uint32_t group = 0;
	bool matched;

	memset(v, 0, sizeof(*v));
	v->made = made;
	if (made != NULL)
		made->n_copies = 0;
	v->hash = ref_rss_hash(&port->rss, p);
	last = search_group(port, group, p, v, &matched);
	while (last != NULL && jump_of(last) != NULL && ref_bug != REF_BUG_GROUPS_IGNORED) {
		group = jump_of(last)->group;
		v->n_jumps++;
		last = search_group(port, group, p, v, &matched);
	}
	v->ended_by = last;
	if (last == NULL || jump_of(last) != NULL)
		by_default(port, p, matched, v);
	if (!v->spread)
		v->hash = ref_rss_hash(&port->rss, p);
	if (ref_bug != REF_BUG_EDIT_NOT_SEEN || v->n_edits == 0)
		v->out = p->in;
	v->meta_set = p->regs.meta_set;
	v->meta = p->regs.meta;
}
