/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include "compare_age.h"
#include "compare_handle.h"
#include "compare_world.h"
#include "ref_match.h"
#include "ref_packet.h"
#include "ref_print.h"
#include "steer_engine.h"

#define PACKETS 96

void
world_difference(struct world *w, const char *format, ...)
{
	va_list args;

	w->stats->differences++;
	if (w->config->report == NULL || w->stats->differences > 5)
		return;
	fprintf(w->config->report, "difference: seed %#" PRIx64 " set %u: ", w->config->seed,
		w->set);
	va_start(args, format);
	vfprintf(w->config->report, format, args);
	va_end(args);
	fprintf(w->config->report, "\n");
}

void
world_print_matches(const struct world *w, const struct ref_packet *p)
{
	FILE *out = w->config->report;

	for (unsigned int i = 0; i < w->port.n_rules; i++) {
		const struct ref_rule *rule = w->port.rules[i];

		if (!ref_match(rule->pattern, p))
			continue;
		fprintf(out, "rule %u%s: ", i,
			ref_rule_active(&w->port, rule) ? "" : " (inactive)");
		ref_print_rule(out, rule->attr, rule->pattern, rule->actions);
	}
}

/** Decode without bugs: rules are the same whatever bug is in force. */
static void
decode(const struct gen_packet *p, struct ref_packet *decoded)
{
	struct ref_input in = gen_input(p);

	ref_decode(&in, decoded);
}

static void
print_live(const struct world *w, const struct live *l)
{
	if (w->config->report != NULL)
		ref_print_rule(w->config->report, l->ref.attr, l->ref.pattern, l->ref.actions);
}

/** What the reference is given of a rule. */
static void
point_live(struct live *l)
{
	l->ref.attr = &l->gen.attr;
	l->ref.pattern = l->gen.pattern;
	l->ref.actions = l->gen.actions;
	l->ref.cookie = l;
}

static struct live *
make_live(struct world *w)
{
	struct gen_random *r = &w->random;
	struct live *l = calloc(1, sizeof(*l));
	struct ref_packet decoded;

	if (l == NULL)
		abort();
	if (w->n_live > 0 && gen_chance(r, 10)) {
		gen_rule_again(r, &w->style, &w->live[gen_below(r, w->n_live)]->gen, &l->gen);
	} else {
		decode(&w->packets[gen_below(r, w->n_packets)], &decoded);
		gen_rule(r, &w->style, &decoded, &l->gen);
	}
	point_live(l);
	return l;
}

static void
refused(struct world *w, struct live *l, const struct rte_flow_error *error)
{
	w->stats->refused++;
	if (w->stats->refused <= 5)
		world_difference(w, "rule refused: type %d, %s (%s)", error->type,
				 error->message != NULL ? error->message : "-",
				 rte_strerror(rte_errno));
	else
		w->stats->differences++;
	if (w->stats->refused <= 5)
		print_live(w, l);
	free(l);
}

/** Both must notice a loop. */
static void
try_loop(struct world *w, struct live *l)
{
	struct rte_flow_error error = { 0 };

	w->stats->loops++;
	if (steer_engine_flow_create(w->engine, &l->gen.attr, l->gen.pattern, l->gen.actions,
				     &error) != NULL ||
			error.type != RTE_FLOW_ERROR_TYPE_ACTION_CONF ||
			error.cause != &l->gen.jump)
		world_difference(w, "a loop of groups is not noticed");
	free(l);
}

static void
add_rule(struct world *w)
{
	struct live *l = make_live(w);
	struct rte_flow_error error = { 0 };

	if (ref_port_loops(&w->port, &l->ref)) {
		try_loop(w, l);
		return;
	}
	if (gen_chance(&w->random, 5) &&
			steer_engine_validate(w->engine, &l->gen.attr, l->gen.pattern,
					      l->gen.actions, &error) != 0) {
		refused(w, l, &error);
		return;
	}
	l->flow = steer_engine_flow_create(w->engine, &l->gen.attr, l->gen.pattern,
					   l->gen.actions, &error);
	if (l->flow == NULL) {
		refused(w, l, &error);
		return;
	}
	w->live[w->n_live++] = l;
	w->stats->rules++;
	ref_bug = w->config->bug;
	ref_port_add(&w->port, &l->ref);
	ref_bug = REF_BUG_NONE;
}

static void
destroy_rule(struct world *w, unsigned int n)
{
	struct live *l = w->live[n];
	struct rte_flow_error error = { 0 };

	world_check_rule(w, l);
	w->stats->hit += l->ref.matched > 0;
	compare_cover_add(&w->stats->cover, &l->ref);
	if (steer_engine_flow_destroy(w->engine, l->flow, &error) != 0)
		world_difference(w, "destroy fails: %s", error.message);
	ref_port_remove(&w->port, &l->ref);
	w->live[n] = w->live[--w->n_live];
	free(l);
}

/** Other actions for a rule. */
static void
update_rule(struct world *w, unsigned int n)
{
	struct live *old = w->live[n], *l = calloc(1, sizeof(*l));
	struct rte_flow_error error = { 0 };

	if (l == NULL)
		abort();
	gen_rule_update(&w->random, &w->style, &old->gen, &l->gen);
	point_live(l);
	l->flow = old->flow;
	l->ref.matched = old->ref.matched;
	if (ref_port_loops(&w->port, &l->ref)) {
		w->stats->loops++;
		if (steer_engine_flow_update(w->engine, l->flow, l->gen.actions, &error) == 0)
			world_difference(w, "a loop of groups by an update is not noticed");
		free(l);
		return;
	}
	if (steer_engine_flow_update(w->engine, l->flow, l->gen.actions, &error) != 0) {
		refused(w, l, &error);
		return;
	}
	w->stats->updates++;
	ref_bug = w->config->bug;
	ref_port_update(&w->port, &old->ref, &l->ref);
	ref_bug = REF_BUG_NONE;
	w->live[n] = l;
	free(old);
}

static void
random_port_rss(struct world *w)
{
	struct gen_random *r = &w->random;
	struct ref_rss *rss = &w->port.rss;

	w->has_rss = gen_chance(r, 90);
	memset(rss, 0, sizeof(*rss));
	ref_rss_set_key(rss, ref_rss_default_key, REF_RSS_KEY_LEN);
	rss->reta_size = 1;
	if (!w->has_rss)
		return;
	rss->reta_size = gen_chance(r, 60) ? 128 : 1 + gen_below(r, 512);
	/* With the one that not all versions have a name for. */
	rss->func = (enum rte_eth_hash_function)gen_below(r, REF_RSS_SORT + 1);
	rss->level = gen_below(r, 3);
	rss->types = gen_chance(r, 8) ? 0 : gen_rss_types(r, false);
	if (gen_chance(r, 50))
		gen_bytes(r, rss->key, REF_RSS_KEY_LEN);
	for (unsigned int i = 0; i < rss->reta_size; i++)
		rss->reta[i] = gen_below(r, w->port.n_queues);
}

/** Give an engine the RSS that the reference has. */
static int
set_port_rss(const struct world *w, struct steer_engine *e)
{
	const struct ref_rss *rss = &w->port.rss;
	struct steer_rss_conf conf = {
		.func = rss->func,
		.level = rss->level,
		.types = rss->types,
		.reta = rss->reta,
		.reta_size = rss->reta_size,
	};

	memcpy(conf.key, rss->key, sizeof(conf.key));
	return steer_engine_port_rss(e, w->has_rss ? &conf : NULL);
}

static void
change_rss(struct world *w)
{
	random_port_rss(w);
	if (set_port_rss(w, w->engine) != 0)
		world_difference(w, "port RSS refused");
}

static void
change_queues(struct world *w)
{
	struct gen_random *r = &w->random;

	w->port.n_queues = gen_between(r, 1, w->max_queues);
	w->style.n_queues = w->port.n_queues; /* rules to others are refused */
	/* Shards never go away. */
	w->n_shards = gen_between(r, w->n_shards, 8);
	if (steer_engine_configure(w->engine, w->port.n_queues, w->n_shards) != 0)
		world_difference(w, "configure refused");
	change_rss(w);
}

static void
change_isolation(struct world *w)
{
	w->port.isolated = !w->port.isolated;
	steer_engine_isolate(w->engine, w->port.isolated);
}

void
world_change(struct world *w)
{
	struct gen_random *r = &w->random;
	unsigned int want = gen_between(r, 1, w->most_rules);

	if (gen_chance(r, 30))
		change_queues(w);
	else if (gen_chance(r, 30))
		change_rss(w);
	if (gen_chance(r, 20))
		change_isolation(w);
	if (gen_chance(r, 30)) {
		w->want_hash = gen_chance(r, 50);
		steer_engine_want_hash(w->engine, w->want_hash);
	}
	for (unsigned int n = gen_below(r, w->n_live + 1); n > 0 && gen_chance(r, 80); n--)
		destroy_rule(w, gen_below(r, w->n_live));
	world_wait(w);
	world_check_aged(w);
	world_change_handles(w);
	/* Refused rules are counted, not tried for ever. */
	for (unsigned int n = w->n_live; n < want; n++)
		add_rule(w);
	for (unsigned int n = gen_below(r, w->n_live + 1); n > 0 && gen_chance(r, 80); n--)
		update_rule(w, gen_below(r, w->n_live));
	while (w->n_live > want)
		destroy_rule(w, gen_below(r, w->n_live));
	if (steer_engine_flow_count(w->engine) != w->n_live)
		world_difference(w, "number of rules");
	/* Else an alarm does it at some time: all is compared with a flow cache and without. */
	if (gen_chance(r, 50))
		steer_engine_settle(w->engine);
}

static void
next_length(struct world *w, struct gen_packet *p)
{
	if (w->cut_at > w->packets[w->cutting].len) {
		w->cutting = (w->cutting + 1) % w->n_packets;
		w->cut_at = 0;
	}
	*p = w->packets[w->cutting];
	p->len = w->cut_at++;
}

void
world_packet(struct world *w, struct gen_packet *p)
{
	struct gen_random *r = &w->random;

	if (w->config->every_length) {
		next_length(w, p);
		return;
	}
	if (w->n_live == 0 || gen_chance(r, 50)) {
		*p = w->packets[gen_below(r, w->n_packets)];
		if (gen_chance(r, 10))
			gen_spoil(r, p);
		return;
	}
	gen_packet_for(r, w->live[gen_below(r, w->n_live)]->gen.pattern, p);
	if (gen_chance(r, 15))
		gen_spoil(r, p);
	if (gen_chance(r, 15))
		gen_strip(r, p);
}

/** As many small sets as big ones. */
static unsigned int
random_size(struct gen_random *r, unsigned int most)
{
	unsigned int size = 1;

	while (size < most && gen_chance(r, 82))
		size *= 2;
	return RTE_MIN(gen_between(r, size, 2 * size), most);
}

struct steer_engine *
world_engine(const struct world *w, const bool *keep)
{
	struct steer_engine *e = steer_engine_create(w->max_queues, SOCKET_ID_ANY);
	struct steer_indirect *handles[GEN_HANDLES] = { NULL };
	struct rte_flow_action actions[GEN_ACTIONS + 1];
	struct rte_flow_error error;

	/* All queues first: rules to queues that are gone were made while these were there. */
	if (e == NULL || steer_engine_configure(e, w->max_queues, 1) != 0)
		abort();
	steer_engine_port_id(e, GEN_PORT);
	steer_engine_pool(e, w->config->pool);
	for (unsigned int i = 0; i < w->port.n_rules; i++) {
		const struct ref_rule *rule = w->port.rules[i];

		if (keep[i])
			steer_engine_flow_create(e, rule->attr, rule->pattern,
						 world_copy_actions(w, e, handles, rule->actions,
								    actions), &error);
	}
	if (steer_engine_configure(e, w->port.n_queues, 1) != 0 ||
			set_port_rss(w, e) != 0)
		abort();
	steer_engine_isolate(e, w->port.isolated);
	steer_engine_want_hash(e, w->want_hash);
	return e;
}

void
world_subset(const struct world *w, const bool *keep, struct ref_port *port)
{
	*port = w->port;
	port->n_rules = 0;
	for (unsigned int i = 0; i < w->port.n_rules; i++) {
		if (keep[i])
			port->rules[port->n_rules++] = w->port.rules[i];
	}
}

static void
random_world(struct world *w)
{
	struct gen_random *r = &w->random;

	w->most_rules = RTE_MAX(random_size(r, w->config->rules), w->config->least_rules);
	w->max_queues = gen_between(r, 1, gen_chance(r, 80) ? 16 : STEER_QUEUES_MAX);
	w->n_shards = gen_between(r, 1, 8);
	w->style = (struct gen_style){
		.strict = gen_pick(r, ((const unsigned int[]){ 0, 20, 50, 80, 100 })),
		.n_priorities = gen_pick(r, ((const unsigned int[]){ 1, 2, 3, 8 })),
		.dpvs = gen_chance(r, w->config->dpvs),
		.conditions = gen_pick(r, ((const unsigned int[]){ 0, 10, 30, 60 })),
		.regs = gen_pick(r, ((const unsigned int[]){ 0, 0, 30, 70 })),
		.passing = gen_pick(r, ((const unsigned int[]){ 0, 15, 15, 60 })),
		.edits = gen_pick(r, ((const unsigned int[]){ 0, 0, 20, 60 })),
		.samples = 20,
		.n_groups = gen_pick(r, ((const unsigned int[]){ 1, 2, 3, GEN_GROUPS })),
	};
	w->most_handles = gen_pick(r, ((const unsigned int[]){ 0, 1, 3, GEN_HANDLES }));
	w->n_packets = PACKETS;
	w->packets = calloc(PACKETS, sizeof(*w->packets));
	if (w->packets == NULL)
		abort();
	for (unsigned int i = 0; i < PACKETS; i++)
		gen_packet_any(r, &w->packets[i]);
}

struct world *
world_create(const struct compare_config *config, unsigned int set, struct compare_stats *stats)
{
	struct world *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->config = config;
	w->stats = stats;
	w->set = set;
	w->random.state = config->seed + set * UINT64_C(0xd1342543de82ef95);
	random_world(w);
	w->engine = steer_engine_create(w->max_queues, SOCKET_ID_ANY);
	if (w->engine == NULL)
		abort();
	steer_engine_port_id(w->engine, GEN_PORT);
	steer_engine_pool(w->engine, config->pool);
	ref_port_init(&w->port, w->max_queues);
	change_queues(w);
	return w;
}

void
world_free(struct world *w)
{
	/* Some rules go with the engine. */
	while (w->n_live > 0 && !gen_chance(&w->random, 5))
		destroy_rule(w, gen_below(&w->random, w->n_live));
	world_forget_handles(w);
	while (w->n_live > 0)
		free(w->live[--w->n_live]);
	steer_engine_free(w->engine);
	free(w->packets);
	free(w);
}
