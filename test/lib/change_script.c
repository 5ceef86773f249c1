/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "change_script.h"
#include "ref_packet.h"

/** A miss of a group as the rule that it is as good as: for all packets, of the last priority. */
struct miss {
	bool set;
	struct rte_flow_attr attr;
	struct rte_flow_item pattern[1];
	struct rte_flow_action_queue queue;
	struct rte_flow_action actions[2];
	struct ref_rule ref;
};

/** The reference's side of a script being made. */
struct maker {
	struct change_script *s;
	struct ref_port port;
	unsigned int live[CHANGE_LIVE];
	unsigned int n_live;
	struct miss misses[GEN_GROUPS];
	unsigned int n_misses;
	unsigned int spread;
	/** What shared RSS is just now. */
	struct rte_flow_action_rss shared;
	struct ref_made made;
};

void
change_script_port_rss(struct ref_rss *rss)
{
	memset(rss, 0, sizeof(*rss));
	ref_rss_set_key(rss, ref_rss_default_key, REF_RSS_KEY_LEN);
	rss->types = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;
	rss->reta_size = 128;
	for (unsigned int i = 0; i < rss->reta_size; i++)
		rss->reta[i] = i % CHANGE_QUEUES;
}

/* Rules */

static void
share(struct maker *k, struct change_rule *rule)
{
	unsigned int n = 0;

	for (; rule->gen.actions[n].type != RTE_FLOW_ACTION_TYPE_END; n++) {
		rule->shared_actions[n] = rule->gen.actions[n];
		if (rule->gen.actions[n].type != RTE_FLOW_ACTION_TYPE_RSS)
			continue;
		rule->shared_actions[n].type = RTE_FLOW_ACTION_TYPE_INDIRECT;
		rule->gen.actions[n].conf = &k->shared;
		rule->shared = true;
	}
	rule->shared_actions[n] = rule->gen.actions[n];
}

/** A flow queue's rules have spec and mask, or neither, in each item. */
static bool
fits_template(const struct gen_rule *rule)
{
	for (unsigned int i = 0; i < rule->n_items; i++) {
		const struct rte_flow_item *item = &rule->pattern[i];

		if ((item->spec == NULL) != (item->mask == NULL))
			return false;
	}
	return rule->n_items > 0;
}

/** @return false if the rule would close a loop of groups. */
static bool
make_rule(struct maker *k, struct change_rule *rule)
{
	struct change_script *s = k->s;
	struct gen_random *r = &s->random;

	memset(rule, 0, sizeof(*rule));
	gen_rule(r, &s->style, &s->decoded[gen_below(r, CHANGE_PACKETS)], &rule->gen);
	rule->ref.attr = &rule->gen.attr;
	rule->ref.pattern = rule->gen.pattern;
	rule->ref.actions = rule->gen.actions;
	if (ref_port_loops(&k->port, &rule->ref))
		return false;
	if (gen_chance(r, 50))
		share(k, rule);
	rule->async = !rule->shared && gen_chance(r, 50) && fits_template(&rule->gen);
	return true;
}

static void
create(struct maker *k, struct change_step *step)
{
	struct change_script *s = k->s;
	struct change_rule *rule = &s->rules[s->n_rules];

	while (!make_rule(k, rule))
		;
	ref_port_add(&k->port, &rule->ref);
	k->live[k->n_live++] = s->n_rules;
	*step = (struct change_step){ .kind = CHANGE_CREATE, .which = s->n_rules++ };
}

static void
destroy(struct maker *k, struct change_step *step)
{
	unsigned int at = gen_below(&k->s->random, k->n_live);

	*step = (struct change_step){ .kind = CHANGE_DESTROY, .which = k->live[at] };
	ref_port_remove(&k->port, &k->s->rules[k->live[at]].ref);
	k->live[at] = k->live[--k->n_live];
}

/* Misses */

static void
forget(struct maker *k, unsigned int group, struct change_step *step)
{
	*step = (struct change_step){ .kind = CHANGE_FORGET, .which = group };
	ref_port_remove(&k->port, &k->misses[group].ref);
	k->misses[group].set = false;
	k->n_misses--;
}

static void
set_miss(struct maker *k, unsigned int group, struct change_step *step)
{
	struct miss *m = &k->misses[group];
	struct change_step nothing;

	if (m->set)
		forget(k, group, &nothing);
	memset(m, 0, sizeof(*m));
	*step = (struct change_step){ .kind = CHANGE_MISS, .which = group };
	step->queue = gen_below(&k->s->random, CHANGE_QUEUES + 1);
	m->queue.index = step->queue;
	m->actions[0].type = RTE_FLOW_ACTION_TYPE_DROP;
	if (step->queue < CHANGE_QUEUES)
		m->actions[0] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_QUEUE,
							  .conf = &m->queue };
	m->attr = (struct rte_flow_attr){ .group = gen_groups[group], .priority = UINT32_MAX,
					  .ingress = 1 };
	m->ref = (struct ref_rule){ .attr = &m->attr, .pattern = m->pattern,
				    .actions = m->actions };
	m->set = true;
	k->n_misses++;
	ref_port_add(&k->port, &m->ref);
}

static void
forget_some(struct maker *k, struct change_step *step)
{
	unsigned int group = 1;

	while (!k->misses[group].set)
		group++;
	forget(k, group, step);
}

/* Shared RSS */

static void
spread(struct maker *k, unsigned int which, struct change_step *step)
{
	*step = (struct change_step){ .kind = CHANGE_SPREAD, .which = which };
	k->spread = which;
	k->shared = k->s->spreads[which];
}

static void
make_spreads(struct maker *k)
{
	struct change_script *s = k->s;

	for (unsigned int i = 0; i < CHANGE_SPREADS; i++) {
		for (unsigned int q = 0; q < CHANGE_QUEUES; q++)
			s->spread_queues[i][q] = gen_below(&s->random, CHANGE_QUEUES);
		s->spreads[i] = (struct rte_flow_action_rss){
			.func = gen_rss_func(&s->random),
			.types = gen_rss_types(&s->random, true),
			.queue_num = gen_between(&s->random, 1, CHANGE_QUEUES),
			.queue = s->spread_queues[i],
		};
	}
	k->shared = s->spreads[0];
}

/* Steps */

/** Steps that it takes to be where it began. */
static unsigned int
way_back(const struct maker *k)
{
	return k->n_live + k->n_misses + (k->spread != 0);
}

static void
step_back(struct maker *k, struct change_step *step)
{
	if (k->spread != 0)
		spread(k, 0, step);
	else if (k->n_misses > 0)
		forget_some(k, step);
	else if (k->n_live > 0)
		destroy(k, step);
	else
		spread(k, 0, step);
}

static void
step_anywhere(struct maker *k, struct change_step *step)
{
	struct gen_random *r = &k->s->random;
	unsigned int what = gen_below(r, 100);

	if (what < 10)
		spread(k, gen_below(r, CHANGE_SPREADS), step);
	else if (what < 20 && k->s->style.n_groups > 1)
		set_miss(k, gen_between(r, 1, k->s->style.n_groups - 1), step);
	else if (what < 24 && k->n_misses > 0)
		forget_some(k, step);
	else if (k->n_live == CHANGE_LIVE || (what < 55 && k->n_live > 0))
		destroy(k, step);
	else
		create(k, step);
}

/* What rules make of packets */

static bool
same_input(const struct ref_input *a, const struct ref_input *b)
{
	return a->len == b->len && a->ol_flags == b->ol_flags && a->vlan_tci == b->vlan_tci &&
	       a->vlan_tci_outer == b->vlan_tci_outer && memcmp(a->data, b->data, a->len) == 0;
}

static bool
same_copy(const struct ref_copy *a, const struct ref_copy *b)
{
	return a->queue == b->queue && a->marked == b->marked &&
	       (!a->marked || a->mark == b->mark) && same_input(&a->in, &b->in);
}

static bool
same_made(const struct ref_verdict *a, const struct ref_verdict *b)
{
	if (a->made->n_copies != b->made->n_copies || !same_input(&a->out, &b->out))
		return false;
	for (unsigned int i = 0; i < a->made->n_copies; i++)
		if (!same_copy(&a->made->copies[i], &b->made->copies[i]))
			return false;
	return true;
}

/** With as many copies as there are. */
static struct ref_made *
keep_made(const struct ref_made *made)
{
	const size_t size = offsetof(struct ref_made, copies) +
			    made->n_copies * sizeof(made->copies[0]);
	struct ref_made *kept = malloc(size);

	if (kept == NULL)
		abort();
	memcpy(kept, made, size);
	for (unsigned int i = 0; i < kept->n_copies; i++)
		kept->copies[i].in.data = kept->copies[i].bytes.data;
	return kept;
}

/** Where it is as in the state before, both have it. */
static void
settle(struct change_script *s, unsigned int state, unsigned int packet)
{
	struct ref_verdict *v = &s->verdicts[state][packet];
	const struct ref_verdict *before = state > 0 ? &s->verdicts[state - 1][packet] : NULL;
	const bool edited = v->out.data == v->made->edited.data;

	if (!edited && v->made->n_copies == 0) {
		v->made = &s->unmade;
	} else if (before != NULL && same_made(v, before)) {
		v->made = before->made;
		v->out.data = before->out.data;
	} else {
		v->made = keep_made(v->made);
		if (edited)
			v->out.data = v->made->edited.data;
	}
}

static void
classify(struct maker *k, unsigned int state)
{
	struct change_script *s = k->s;

	for (unsigned int i = 0; i < CHANGE_PACKETS; i++) {
		ref_port_classify(&k->port, &s->decoded[i], &k->made, &s->verdicts[state][i]);
		settle(s, state, i);
	}
}

void
change_script_free(struct change_script *s)
{
	for (unsigned int state = CHANGE_STEPS + 1; state-- > 0;) {
		for (unsigned int i = 0; i < CHANGE_PACKETS; i++) {
			struct ref_made *made = s->verdicts[state][i].made;

			if (made != &s->unmade &&
					(state == 0 || made != s->verdicts[state - 1][i].made))
				free(made);
		}
	}
}

static void
make_packets(struct change_script *s)
{
	for (unsigned int i = 0; i < CHANGE_PACKETS; i++) {
		struct ref_input in;

		gen_packet_any(&s->random, &s->packets[i]);
		in = gen_input(&s->packets[i]);
		ref_decode(&in, &s->decoded[i]);
	}
}

/** Counts all packets, and lets them pass. */
static void
put_base(struct change_script *s)
{
	struct change_base *b = &s->base;

	b->attr.ingress = 1;
	b->actions[0].type = RTE_FLOW_ACTION_TYPE_COUNT;
	b->actions[1].type = RTE_FLOW_ACTION_TYPE_PASSTHRU;
	b->ref = (struct ref_rule){ .attr = &b->attr, .pattern = b->pattern,
				    .actions = b->actions };
}

static void
random_style(struct change_script *s)
{
	struct gen_random *r = &s->random;

	s->style = (struct gen_style){
		.n_queues = CHANGE_QUEUES,
		.strict = gen_pick(r, ((const unsigned int[]){ 0, 20, 50 })),
		.n_priorities = gen_pick(r, ((const unsigned int[]){ 1, 3, 8 })),
		.conditions = gen_pick(r, ((const unsigned int[]){ 0, 10, 30 })),
		.regs = gen_pick(r, ((const unsigned int[]){ 0, 0, 40 })),
		.passing = gen_pick(r, ((const unsigned int[]){ 10, 40 })),
		.edits = gen_pick(r, ((const unsigned int[]){ 0, 20, 40 })),
		.samples = 30,
		.n_groups = gen_pick(r, ((const unsigned int[]){ 1, 3, GEN_GROUPS })),
	};
}

void
change_script_make(struct change_script *s, uint64_t seed)
{
	struct maker *k = calloc(1, sizeof(*k));

	if (k == NULL)
		abort();
	memset(s, 0, sizeof(*s));
	s->random.state = seed;
	s->isolated = gen_chance(&s->random, 30);
	random_style(s);
	make_packets(s);
	k->s = s;
	make_spreads(k);
	ref_port_init(&k->port, CHANGE_QUEUES);
	k->port.isolated = s->isolated;
	change_script_port_rss(&k->port.rss);
	put_base(s);
	ref_port_add(&k->port, &s->base.ref);
	classify(k, 0);
	for (unsigned int i = 0; i < CHANGE_STEPS; i++) {
		if (way_back(k) >= CHANGE_STEPS - i - 1)
			step_back(k, &s->steps[i]);
		else
			step_anywhere(k, &s->steps[i]);
		classify(k, i + 1);
	}
	free(k);
}

void
change_script_share(struct change_script *s, void *handle)
{
	for (unsigned int i = 0; i < s->n_rules; i++) {
		struct rte_flow_action *a = s->rules[i].shared_actions;

		for (; a->type != RTE_FLOW_ACTION_TYPE_END; a++) {
			if (a->type == RTE_FLOW_ACTION_TYPE_INDIRECT)
				a->conf = handle;
		}
	}
}
