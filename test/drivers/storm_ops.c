/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "rule.h"
#include "steer_compat.h"
#include "storm.h"

/* One operation after the other, at random. */

/* Of an owner's operations, one in so many flushes the rules of all. */
#define FLUSH_EVERY 4096

void
storm_refused(struct storm_owner *o, const char *what, int rc, const struct rte_flow_error *error)
{
	test_fault_note(&o->storm->fault, "%s: %s: %s", what, rte_strerror(-rc),
		error != NULL && error->message != NULL ? error->message : "no message");
}

/* Rules */

void
storm_rule_gone(struct storm_owner *o, struct storm_rule *rule, uint64_t when)
{
	storm_gone(o, rule->number, when);
	if (rule->handle != NULL)
		rule->handle->rules--;
	rule->handle = NULL;
	rule->flow = NULL;
	rule->state = STORM_EMPTY;
}

void
storm_rule_must(struct storm_owner *o, const struct storm_rule *rule)
{
	if (rule->must != NULL)
		atomic_store(rule->must, STORM_MUST(storm_now(o->storm), rule->where, rule->drop,
			rule->bare ? STORM_NUMBER_ANY : rule->number));
}

bool
storm_submit(struct storm_owner *o, struct storm_rule *rule, const struct test_rule *r)
{
	struct rte_flow_error error = { .message = NULL };

	rule->by_queue = false;
	rule->flow = rte_flow_create(o->storm->port, &r->attr, r->pattern, r->actions, &error);
	if (rule->flow == NULL) {
		storm_refused(o, "create", -rte_errno, &error);
		return false;
	}
	rule->state = STORM_LIVE;
	if (rule->handle != NULL)
		rule->handle->rules++;
	storm_rule_must(o, rule);
	return true;
}

void
storm_create(struct storm_owner *o, struct storm_rule *rule)
{
	struct test_rule r;

	rule->number = storm_number(o);
	if (rule->must != NULL)
		storm_exact(o, &r, rule);
	else
		storm_loose(o, &r, rule);
	storm_submit(o, rule, &r);
}

void
storm_destroy(struct storm_owner *o, struct storm_rule *rule)
{
	struct rte_flow_error error = { .message = NULL };
	int rc;

	if (rule->must != NULL)
		atomic_store(rule->must, 0);
	rc = rte_flow_destroy(o->storm->port, rule->flow, &error);
	if (rc != 0)
		storm_refused(o, "destroy", rc, &error);
	storm_rule_gone(o, rule, storm_now(o->storm));
}

#if STEER_FLOW_OPS_23_11
/* The new actions have a number of their own. */
void
storm_update(struct storm_owner *o, struct storm_rule *rule)
{
	struct rte_flow_error error = { .message = NULL };
	const uint32_t before = rule->number;
	struct test_rule r;
	int rc;

	test_rule(&r, 0);
	rule->number = storm_number(o);
	storm_exact_actions(o, &r, rule);
	atomic_store(rule->must, 0);
	rc = rte_flow_actions_update(o->storm->port, rule->flow, r.actions, &error);
	if (rc != 0)
		storm_refused(o, "update", rc, &error);
	storm_gone(o, before, storm_now(o->storm));
	storm_rule_must(o, rule);
}
#endif

static void
query(struct storm_owner *o, const struct storm_rule *rule)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count value = { .reset = test_chance(&o->random) & 1 };
	struct rte_flow_error error = { .message = NULL };
	int rc = rte_flow_query(o->storm->port, rule->flow, count, &value, &error);

	if (rule->counts && (rc != 0 || !value.hits_set))
		storm_refused(o, "query", rc, &error);
	else if (rc != 0)
		o->refused++;
}

/* To a file that takes everything. */
static void
dump(struct storm_owner *o, struct rte_flow *flow)
{
	struct rte_flow_error error = { .message = NULL };
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	int rc = rte_flow_dev_dump(o->storm->port, flow, f, &error);

	fclose(f);
	if (rc != 0 || size == 0)
		storm_refused(o, "dump", rc, &error);
	free(text);
}

static void
rule_op(struct storm_owner *o, struct storm_rule *rule)
{
	const uint32_t x = test_chance(&o->random) & 15;

	if (rule->must != NULL && storm_slot_queued(rule->slot))
		storm_async_op(o, rule);
	else if (rule->state == STORM_EMPTY)
		storm_create(o, rule);
	else if (x < 8)
		storm_destroy(o, rule);
#if STEER_FLOW_OPS_23_11
	else if (x < 12 && rule->must != NULL)
		storm_update(o, rule);
#endif
	else if (x == 15)
		dump(o, rule->flow);
	else
		query(o, rule);
}

/* Rules that nobody holds: also while somebody flushes. */

static void
anonymous(struct storm_owner *o)
{
	struct rte_flow_error error = { .message = NULL };
	struct test_rule r;

	storm_anonymous(o, &r);
	if (rte_flow_create(o->storm->port, &r.attr, r.pattern, r.actions, &error) == NULL)
		storm_refused(o, "create", -rte_errno, &error);
}

static void
validate(struct storm_owner *o)
{
	struct rte_flow_error error = { .message = NULL };
	const bool wrong = test_chance(&o->random) & 1;
	struct test_rule r;
	int rc;

	if (wrong)
		storm_wrong(o, &r);
	else
		storm_anonymous(o, &r);
	rc = rte_flow_validate(o->storm->port, &r.attr, r.pattern, r.actions, &error);
	if (!wrong && rc != 0)
		storm_refused(o, "validate", rc, &error);
	if (!wrong)
		return;
	o->refused++;
	if (rc == 0 || error.message == NULL)
		test_fault_note(&o->storm->fault, "validate takes what is wrong");
	else if (rte_flow_create(o->storm->port, &r.attr, r.pattern, r.actions, &error) != NULL)
		test_fault_note(&o->storm->fault, "create takes what is wrong");
}

/* All rules */

/* What an owner held at the last flush is gone. */
void
storm_notice_flush(struct storm_owner *o, struct storm_rule *rule)
{
	const uint64_t when = o->storm->last_flush;

	if (rule->state == STORM_LIVE || rule->state == STORM_ORPHAN)
		storm_rule_gone(o, rule, when);
	else if (rule->state != STORM_EMPTY)
		rule->doubtful = true;
}

void
storm_notice_flushes(struct storm_owner *o)
{
	if (o->epoch == o->storm->flushes)
		return;
	o->epoch = o->storm->flushes;
	for (unsigned int i = 0; i < STORM_SLOTS; i++)
		storm_notice_flush(o, &o->exact[i]);
	for (unsigned int i = 0; i < STORM_HELD; i++)
		storm_notice_flush(o, &o->held[i]);
}

/* Nobody's packets have to be a rule's. */
static void
forget_musts(struct storm *s)
{
	for (unsigned int i = 0; i < STORM_OWNERS; i++)
		for (unsigned int k = 0; k < STORM_FLOWS; k++)
			if (atomic_load(&s->owners[i].must[k]) != 0)
				atomic_store(&s->owners[i].must[k], 0);
}

void
storm_flush(struct storm_owner *o)
{
	struct rte_flow_error error = { .message = NULL };
	struct storm *s = o->storm;
	int rc;

	pthread_rwlock_wrlock(&s->flush_lock);
	forget_musts(s);
	rc = rte_flow_flush(s->port, &error);
	if (rc != 0)
		storm_refused(o, "flush", rc, &error);
	s->flushes++;
	s->last_flush = storm_now(s);
	pthread_rwlock_unlock(&s->flush_lock);
}

/* What there is besides rules */

static void
aged(struct storm_owner *o)
{
	struct rte_flow_error error = { .message = NULL };
	void *contexts[16];
	int n = rte_flow_get_aged_flows(o->storm->port, contexts, RTE_DIM(contexts), &error);

	if (n < 0)
		storm_refused(o, "aged", n, &error);
	for (int i = 0; i < n; i++)
		if ((uintptr_t)contexts[i] - (uintptr_t)o->storm >= sizeof(*o->storm))
			test_fault_note(&o->storm->fault, "aged: %p is no context of ours",
				contexts[i]);
}

/* ethdev wants one thread for these. */
static void
change_rss(struct storm_owner *o)
{
	struct rte_eth_rss_reta_entry64 reta[2] = { { .mask = UINT64_MAX }, { .mask = 1 } };
	struct rte_eth_rss_conf conf = { .rss_hf = RTE_ETH_RSS_IPV4 };
	const uint16_t port = o->storm->port;
	uint8_t key[40];
	int rc;

	if (test_chance(&o->random) & 1) {
		for (unsigned int i = 0; i < RTE_ETH_RETA_GROUP_SIZE; i++)
			reta[0].reta[i] = test_chance(&o->random) % STORM_QUEUES;
		rc = rte_eth_dev_rss_reta_update(port, reta, 128);
	} else {
		for (unsigned int i = 0; i < sizeof(key); i++)
			key[i] = test_chance(&o->random);
		conf.rss_key = key;
		conf.rss_key_len = sizeof(key);
		if (test_chance(&o->random) & 1)
			conf.rss_hf = RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_NONFRAG_IPV4_TCP;
		rc = rte_eth_dev_rss_hash_update(port, &conf);
	}
	if (rc != 0)
		storm_refused(o, "RSS", rc, NULL);
}

static void
ask(struct storm_owner *o)
{
	struct rte_eth_xstat xstats[256];
	struct rte_eth_stats stats;
	int n;

	if (rte_eth_stats_get(o->storm->port, &stats) != 0)
		test_fault_note(&o->storm->fault, "no statistics");
	n = rte_eth_xstats_get(o->storm->port, xstats, RTE_DIM(xstats));
	if (n <= 0 || n > (int)RTE_DIM(xstats))
		test_fault_note(&o->storm->fault, "%d extended statistics", n);
}

static void
isolate(struct storm_owner *o)
{
	struct rte_flow_error error = { .message = NULL };
	int rc = rte_flow_isolate(o->storm->port, test_chance(&o->random) & 1, &error);

	if (rc != 0)
		storm_refused(o, "isolate", rc, &error);
}

static void
other_op(struct storm_owner *o)
{
	const uint32_t x = test_chance(&o->random) & 63;

	if (x < 20)
		anonymous(o);
	else if (x < 40)
		validate(o);
	else if (x < 56)
		aged(o);
	else if (x == 56)
		dump(o, NULL);
	else if (x < 60)
		ask(o);
	else if (o->id == 0)
		change_rss(o);
	else
		isolate(o);
}

/* All of it */

static void
op(struct storm_owner *o)
{
	const uint32_t x = test_chance(&o->random) & 255;
	struct storm *s = o->storm;

	o->ops++;
	if (x < 24) {
		other_op(o);
		return;
	}
	pthread_rwlock_rdlock(&s->flush_lock);
	storm_notice_flushes(o);
	if (x < 128)
		rule_op(o, &o->exact[test_chance(&o->random) % STORM_SLOTS]);
	else if (x < 192)
		rule_op(o, &o->held[test_chance(&o->random) % STORM_HELD]);
	else if (x < 216)
		storm_handle_op(o, &o->handles[test_chance(&o->random) % STORM_HANDLES]);
	else if (x < 224)
		storm_shared_op(o, &s->shared[test_chance(&o->random) % STORM_KINDS]);
	else if (x < 240)
		storm_async_push(o);
	else
		storm_async_pull(o);
	pthread_rwlock_unlock(&s->flush_lock);
}

/* Half of its rules an owner takes away itself, the others are flushed. */
static void
finish(struct storm_owner *o)
{
	pthread_rwlock_rdlock(&o->storm->calm_lock);
	pthread_rwlock_rdlock(&o->storm->flush_lock);
	storm_notice_flushes(o);
	storm_async_finish(o);
	for (unsigned int i = 0; i < STORM_SLOTS; i++) {
		struct storm_rule *rule = &o->exact[i];

		if (rule->state == STORM_LIVE && !rule->by_queue && i % 2 == 0)
			storm_destroy(o, rule);
	}
	pthread_rwlock_unlock(&o->storm->flush_lock);
	pthread_rwlock_unlock(&o->storm->calm_lock);
}

int
storm_work(void *owner)
{
	struct storm_owner *o = owner;
	struct storm *s = o->storm;

	while (o->ops < s->ops_wanted && !test_fault_found(&s->fault)) {
		pthread_rwlock_rdlock(&s->calm_lock);
		op(o);
		if (test_chance(&o->random) % FLUSH_EVERY == 0)
			storm_flush(o);
		pthread_rwlock_unlock(&s->calm_lock);
		if (test_chance(&o->random) % s->calm_every == 0)
			storm_calm(o);
	}
	finish(o);
	__atomic_fetch_sub(&s->working, 1, __ATOMIC_RELEASE);
	return 0;
}
