/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * The engine: rules come, change, go, are queried and dumped, as do handles of shared actions,
 * tunnels and what groups do on a miss; queues come and go, packets pass. What validate says create
 * must do; each packet must go where a search through all rules, one after the other, says; and at
 * the end nothing is left.
 */

#include <errno.h>

#include <rte_common.h>
#include <rte_errno.h>

#include "steer_error.h"
#include "steer_group.h"
#include "steer_parse.h"

#include "fuzz_flow.h"

/* Rules */

static void
check_refusal(const struct fuzz_rule *rule, const struct rte_flow_error *a,
	      const struct rte_flow_error *b)
{
	RTE_SET_USED(rule);
	FUZZ_CHECK(a->type != RTE_FLOW_ERROR_TYPE_NONE && a->type == b->type);
	FUZZ_CHECK(a->cause == b->cause && a->cause != NULL);
	FUZZ_CHECK(a->message != NULL && strlen(a->message) > 5);
	FUZZ_CHECK(strlen(a->message) < STEER_ERROR_MAX - 1);
}

uint64_t
fuzz_rss_queues(const struct rte_flow_action_rss *rss)
{
	uint64_t queues = 0;

	for (uint32_t i = 0; i < rss->queue_num; i++)
		queues |= UINT64_C(1) << rss->queue[i];
	return queues;
}

uint64_t
fuzz_queues(const struct world *w, const struct known *k)
{
	const struct held *held = fuzz_held(w, k, STEER_SHARE_RSS);

	return held != NULL ? held->queues : k->queues;
}

bool
fuzz_active(const struct world *w, const struct known *k)
{
	const uint64_t there = (UINT64_C(1) << w->n_queues) - 1, queues = fuzz_queues(w, k);
	const struct steer_sample *sample = &k->actions.edits.sample;

	if (sample->ratio != 0 && sample->queue >= w->n_queues)
		return false;
	if (k->actions.fate == STEER_FATE_QUEUE)
		return k->actions.queue < w->n_queues;
	return queues == 0 || (queues & there) != 0;
}

void
fuzz_move_last(struct world *w, struct known *k)
{
	const struct known moved = *k;
	struct known *last = &w->known[w->n - 1];

	memmove(k, k + 1, (size_t)(last - k) * sizeof(*k));
	*last = moved;
}

bool
fuzz_draws(const struct known *k)
{
	const struct steer_condition *c = k->match.condition;

	return k->actions.edits.sample.ratio > 1 ||
	       (c != NULL && (c->depth & STEER_DEPTH_RANDOM) != 0);
}

/* From a group of a tunnel, jumps lead to others of it. */
static uint64_t
next_group(const struct known *k)
{
	uint32_t tunnel = (uint32_t)(k->group >> 32);

	if (k->actions.jump == NULL)
		return 0;
	if (k->actions.tunnel != NULL)
		tunnel = steer_tunnel_name(k->actions.tunnel->conf).id;
	return STEER_GROUP_ID(tunnel, k->actions.jump->group);
}

static void
take_actions(struct world *w, struct known *k, const struct rte_flow_action *actions)
{
	FUZZ_CHECK(steer_actions_parse(actions, MAX_QUEUES, &k->actions, NULL) == 0);
	k->queues = k->actions.rss != NULL ? fuzz_rss_queues(k->actions.rss) : 0;
	k->next_group = next_group(k);
	w->drawn |= fuzz_draws(k);
}

/* It is the last one. */
static void
take(struct world *w, struct steer_flow *flow, const struct fuzz_rule *rule)
{
	struct known *k = &w->known[w->n++];

	memset(k, 0, sizeof(*k));
	k->id = ++w->last_id;
	k->flow = flow;
	k->prio = rule->attr.priority;
	FUZZ_CHECK(steer_pattern_parse(rule->pattern, &k->match, NULL) == 0);
	k->group = STEER_GROUP_ID(fuzz_tunnel_match(w, rule->pattern, &k->match),
				  rule->attr.group);
	take_actions(w, k, rule->actions);
}

static void
forget(struct world *w, unsigned int i)
{
	steer_condition_free(w->known[i].match.condition);
	w->n--;
	memmove(&w->known[i], &w->known[i + 1], (w->n - i) * sizeof(w->known[0]));
}

static void
create(struct world *w, struct fuzz_stream *s)
{
	struct rte_flow_error a = { 0 }, b = { 0 };
	struct steer_flow *flow;
	struct fuzz_rule rule;
	int rc;

	fuzz_rule_read(s, &w->given, &rule);
	rc = steer_engine_validate(w->e, &rule.attr, rule.pattern, rule.actions, &a);
	rte_errno = 0;
	flow = steer_engine_flow_create(w->e, &rule.attr, rule.pattern, rule.actions, &b);
	FUZZ_CHECK((flow != NULL) == (rc == 0));
	if (flow == NULL) {
		FUZZ_CHECK(rte_errno == -rc);
		check_refusal(&rule, &a, &b);
	} else {
		take(w, flow, &rule);
	}
	fuzz_rule_free(&rule);
}

/* It counts by itself: packets or copies. */
static bool
counts(const struct known *k)
{
	return k->actions.count || k->actions.edits.sample.count;
}

/* It keeps its place if it was in force, and its count if it counts by itself before and after. */
static void
update(struct world *w, struct known *k, struct fuzz_stream *s)
{
	const bool was_active = fuzz_active(w, k), counted = counts(k);
	const bool copies = k->actions.edits.sample.count;
	struct rte_flow_error error = { 0 };
	struct fuzz_rule rule;
	int rc;

	fuzz_rule_read_actions(s, &w->given, &rule);
	rc = steer_engine_flow_update(w->e, k->flow, rule.actions, &error);
	if (rc == 0) {
		take_actions(w, k, rule.actions);
		if (!counted || !counts(k) || copies != k->actions.edits.sample.count)
			k->hits = 0;
		if (!was_active && fuzz_active(w, k))
			fuzz_move_last(w, k);
	} else {
		check_refusal(&rule, &error, &error);
	}
	fuzz_rule_free(&rule);
}

static void
query(struct world *w, struct known *k, bool reset)
{
	const struct rte_flow_action action = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	struct rte_flow_query_count count = { .reset = reset };
	struct rte_flow_error error = { 0 };
	const int rc = steer_engine_flow_query(w->e, k->flow, &action, &count, &error);
	struct held *held = fuzz_held(w, k, STEER_SHARE_COUNT);
	uint64_t *hits = held != NULL ? &held->hits : &k->hits;

	FUZZ_CHECK((rc == 0) == (counts(k) || held != NULL));
	if (rc == 0)
		FUZZ_CHECK(count.hits_set && count.bytes_set);
	if (rc == 0 && !w->drawn)
		FUZZ_CHECK(count.hits == *hits);
	if (rc == 0 && reset)
		*hits = 0;
}

static void
destroy(struct world *w, unsigned int i)
{
	FUZZ_CHECK(steer_engine_flow_destroy(w->e, w->known[i].flow, NULL) == 0);
	forget(w, i);
}

/* All rules have gone. */
static void
forget_all(struct world *w)
{
	while (w->n > 0)
		forget(w, w->n - 1);
}

/* Lines: of the rule, and of its sample. */
static size_t
dumped(const struct known *k)
{
	return 1 + (k->actions.edits.sample.ratio != 0);
}

static void
dump(struct world *w, const struct steer_flow *flow)
{
	char *text = NULL;
	size_t len = 0, lines = 0, wanted = flow != NULL ? 0 : w->given.n_handles;
	FILE *file = open_memstream(&text, &len);

	if (file == NULL)
		abort();
	FUZZ_CHECK(steer_engine_flow_dump(w->e, 0, flow, file, NULL) == 0);
	fclose(file);
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	for (unsigned int i = 0; i < w->n; i++)
		if (flow == NULL || w->known[i].flow == flow)
			wanted += dumped(&w->known[i]);
	FUZZ_CHECK(lines == wanted);
	free(text);
}

/* Misses: as rules of the last priority for all packets, but nobody has a handle of them. */

static unsigned int
find_miss(const struct world *w, uint32_t group)
{
	unsigned int i = 0;

	while (i < w->n && (w->known[i].flow != NULL || w->known[i].group != group))
		i++;
	return i;
}

static unsigned int
count_misses(const struct world *w)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < w->n; i++)
		n += w->known[i].flow == NULL;
	return n;
}

static bool
is_empty(const struct rte_flow_action *actions)
{
	while (actions->type == RTE_FLOW_ACTION_TYPE_VOID)
		actions++;
	return actions->type == RTE_FLOW_ACTION_TYPE_END;
}

/* The new one comes last, whatever was there before. */
static void
set_miss(struct world *w, struct fuzz_stream *s)
{
	const uint32_t group = fuzz_u8(s) % 5, old = find_miss(w, group);
	struct rte_flow_error error = { 0 };
	struct fuzz_rule rule;

	fuzz_rule_read_actions(s, &w->given, &rule);
	rule.attr = (struct rte_flow_attr){ .group = group, .priority = UINT32_MAX };
	if (w->n == MAX_FLOWS && !is_empty(rule.actions)) {
		fuzz_rule_free(&rule);
		return;
	}
	if (steer_engine_group_miss(w->e, group, rule.actions, &error) == 0) {
		if (old < w->n)
			forget(w, old);
		if (!is_empty(rule.actions))
			take(w, NULL, &rule);
	} else if (group == 0) {
		/* A number lies nowhere. */
		FUZZ_CHECK(error.type == RTE_FLOW_ERROR_TYPE_ATTR_GROUP);
	} else {
		check_refusal(&rule, &error, &error);
	}
	fuzz_rule_free(&rule);
}

/* The port */

static void
configure(struct world *w, uint8_t n)
{
	const int rc = steer_engine_configure(w->e, n % 10, 1 + n % 3);

	FUZZ_CHECK((rc == 0) == (n % 10 >= 1 && n % 10 <= MAX_QUEUES));
	if (rc == 0)
		w->n_queues = n % 10;
}

static void
port_rss(struct world *w, struct fuzz_stream *s)
{
	struct steer_rss_conf conf = { .func = (enum rte_eth_hash_function)(fuzz_u8(s) % 5) };
	uint16_t reta[16];

	conf.level = fuzz_u8(s) % 4;
	conf.types = (uint64_t)fuzz_u32(s);
	conf.reta = reta;
	conf.reta_size = fuzz_u8(s) % (RTE_DIM(reta) + 1);
	for (unsigned int i = 0; i < conf.reta_size; i++)
		reta[i] = fuzz_u8(s) % MAX_QUEUES;
	steer_engine_port_rss(w->e, fuzz_u8(s) % 4 == 0 ? NULL : &conf);
}

static void
operate(struct world *w, struct fuzz_stream *s)
{
	const uint8_t op = fuzz_u8(s), which = w->n > 0 ? fuzz_u8(s) % w->n : 0;
	const bool is_rule = w->n > 0 && w->known[which].flow != NULL;

	switch (op % 16) {
	case 0:
		if (is_rule)
			destroy(w, which);
		break;
	case 1:
		if (is_rule)
			query(w, &w->known[which], op & 16);
		break;
	case 2:
		dump(w, is_rule && op & 16 ? w->known[which].flow : NULL);
		break;
	case 3:
		configure(w, op >> 4);
		break;
	case 4:
		port_rss(w, s);
		break;
	case 5:
		w->isolated = op & 16;
		steer_engine_isolate(w->e, w->isolated);
		steer_engine_want_hash(w->e, op & 32);
		break;
	case 6:
		if ((op & 48) == 48) {
			fuzz_tunnel_operate(w, s);
		} else if (op & 16) {
			set_miss(w, s);
		} else {
			FUZZ_CHECK(steer_engine_flow_flush(w->e, NULL) == 0);
			forget_all(w);
		}
		break;
	case 7: case 8: case 9: case 10:
		fuzz_burst(w, s);
		break;
	case 11:
		if (is_rule)
			update(w, &w->known[which], s);
		break;
	case 12:
		fuzz_handle_operate(w, s);
		break;
	default:
		if (w->n < MAX_FLOWS)
			create(w, s);
		break;
	}
	FUZZ_CHECK(steer_engine_flow_count(w->e) == w->n - count_misses(w));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_stream s = { .data = data, .left = size };
	/* Too large for the stack of a fuzzer. */
	static struct world w;

	w = (struct world){ .e = steer_engine_create(MAX_QUEUES, SOCKET_ID_ANY) };
	if (w.e == NULL)
		abort();
	steer_engine_port_id(w.e, 0);
	for (unsigned int i = 0; i < MAX_OPS && s.left > 0; i++)
		operate(&w, &s);
	dump(&w, NULL);
	while (w.n > 0 && w.known[w.n - 1].flow != NULL && size % 2 == 0)
		destroy(&w, w.n - 1);
	forget_all(&w);
	steer_engine_free(w.e);
	return 0;
}
