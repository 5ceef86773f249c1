/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_rcu_qsbr.h>

#include "rule.h"
#include "steer_compat.h"
#include "steer_engine_private.h"
#include "../../drivers/net/steer/steer_port.h"
#include "storm.h"

/*
 * What has returned is in effect: while all others stand still, each change is followed by packets
 * that have come before there is another one. Before it there were as many, so that a flow cache,
 * where there is one, knows them.
 */

/* One owner's, while it is calm. */
#define CHANGES 8
#define FLUSHES 32
#define AIMS 4
/* Packets of a flow: the first one is searched for, and the other one in the same burst. */
#define PROBES 2
/* Flows that are looked at around a flush. */
#define WATCHED 8
/* What is sent of a crowd at once: a ring of the port holds more. */
#define CROWD_PART 256

/*
 * One who is within a burst for long, so that rules which have gone stay where they are: to be seen
 * no more is not the same as to be away. No queue has its number.
 */
#define SLOW_READER (STEER_QUEUES_MAX - 1)

/* Probes */

static struct storm_rule *
any_slot(struct storm_owner *o)
{
	return &o->exact[test_chance(&o->random) % STORM_SLOTS];
}

/* Of those that no flow queue is for. */
static struct storm_rule *
own_slot(struct storm_owner *o)
{
	struct storm_rule *rule;

	do
		rule = any_slot(o);
	while (storm_slot_queued(rule->slot));
	return rule;
}

static void
send_probe(struct storm_owner *o, unsigned int slot)
{
	o->storm->probes++;
	if (!storm_send_one(o->storm, o->id, slot))
		test_fault_note(&o->storm->fault, "no mbuf for a probe");
}

/* The hits of a rule, from zero again. */
static uint64_t
take_hits(struct storm_owner *o, const struct storm_rule *rule)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count value = { .reset = 1 };
	struct rte_flow_error error = { .message = NULL };
	int rc = rte_flow_query(o->storm->port, rule->flow, count, &value, &error);

	if (rc != 0 || !value.hits_set)
		storm_refused(o, "query", rc, &error);
	return value.hits;
}

static bool
must_come(const struct storm_rule *rule)
{
	const uint64_t must = atomic_load(rule->must);

	return must != 0 && !STORM_MUST_DROP(must);
}

static void
check_hits(struct storm_owner *o, const struct storm_rule *rule)
{
	const uint64_t hits = take_hits(o, rule);

	if (hits != PROBES)
		test_fault_note(&o->storm->fault, "slot %u of %u: rule %u counts %" PRIu64
			" of %u packets", rule->slot, o->id, rule->number, hits, PROBES);
}

/* Packets for a rule, or where it was. Who receives them judges; none that must come is lost. */
static void
probe(struct storm_owner *o, const struct storm_rule *rule)
{
	const bool counts = rule->counts && rule->state == STORM_LIVE &&
		atomic_load(rule->must) != 0;
	struct storm *s = o->storm;
	const uint64_t judged = atomic_load(&s->judged);

	if (counts)
		take_hits(o, rule);
	for (unsigned int i = 0; i < PROBES; i++)
		send_probe(o, rule->slot);
	storm_await(s);
	if (must_come(rule) && atomic_load(&s->judged) != judged + PROBES)
		test_fault_note(&s->fault, "slot %u of %u: packets of rule %u are lost",
			rule->slot, o->id, rule->number);
	if (counts)
		check_hits(o, rule);
}

/* One rule */

/* Done before it returns. */
static void
change_by_queue(struct storm_owner *o, struct storm_rule *rule)
{
	const enum storm_state state = rule->state;
	const uint32_t number = rule->number;
	const uint64_t queued = o->queued;

	storm_async_op(o, rule);
	storm_async_finish(o);
	if (state != STORM_LIVE || rule->state != STORM_LIVE || o->queued == queued)
		return;
	/* Updated, and now it is known when. */
	storm_gone(o, number, storm_now(o->storm));
	storm_rule_must(o, rule);
}

static void
change(struct storm_owner *o, struct storm_rule *rule)
{
	if (storm_slot_queued(rule->slot))
		change_by_queue(o, rule);
	else if (rule->state == STORM_EMPTY)
		storm_create(o, rule);
#if STEER_FLOW_OPS_23_11
	else if (test_chance(&o->random) & 1)
		storm_update(o, rule);
#endif
	else
		storm_destroy(o, rule);
}

static void
change_slot(struct storm_owner *o)
{
	const uint32_t x = test_chance(&o->random);
	struct storm_rule *rule = any_slot(o);

	/* More often by a flow queue than where all are equal. */
	if ((x & 3) == 0)
		rule = &o->exact[(rule->slot & ~7u) + 4];
	probe(o, rule);
	change(o, rule);
	probe(o, rule);
}

/* Two rules for the same packets */

/* Of whom a rule is: packets of a slot, of its twin, or of both. */
enum side { SLOT, TWIN, BOTH };

static void
make_rival(struct storm_owner *o, struct storm_rule *rival, unsigned int slot, uint32_t priority,
	   enum side side)
{
	struct test_rule r;

	*rival = (struct storm_rule){ .number = storm_number(o), .slot = slot };
	storm_exact_items(o, &r, slot);
	r.attr.priority = priority;
	if (side != BOTH) {
		/* At the same place in both protocols. */
		r.spec[r.n_items - 1].udp.hdr.src_port = rte_cpu_to_be_16(side == TWIN);
		r.mask[r.n_items - 1].udp.hdr.src_port = RTE_BE16(UINT16_MAX);
	}
	storm_exact_actions(o, &r, rival);
	storm_submit(o, rival, &r);
}

/* Of equal priority: the first one has the packets, and when it is gone, the other one. */
static void
tie(struct storm_owner *o)
{
	const uint32_t x = test_chance(&o->random);
	struct storm_rule *first = own_slot(o);
	struct storm_rule rival, elder;

	if (first->state == STORM_LIVE)
		storm_destroy(o, first);
	/* Where the rival is, there may be something that is older, for others. */
	make_rival(o, &elder, first->slot, STORM_EXACT_PRIORITY, TWIN);
	storm_create(o, first);
	probe(o, first);
	make_rival(o, &rival, first->slot, STORM_EXACT_PRIORITY, x & 1 ? SLOT : BOTH);
	probe(o, first);
	if (x & 2) {
		storm_destroy(o, first);
		rival.must = first->must;
		storm_rule_must(o, &rival);
		probe(o, &rival);
	}
	storm_destroy(o, &rival);
	storm_destroy(o, &elder);
	probe(o, first);
}

/* One that is better and looks at more has packets of the slot, but not of its twin. */
static void
narrow(struct storm_owner *o)
{
	struct storm_rule *wide = own_slot(o);
	struct storm_rule twin, better;

	if (wide->state == STORM_EMPTY)
		storm_create(o, wide);
	twin = *wide;
	twin.slot = STORM_TWIN(wide->slot);
	twin.must = &o->must[twin.slot];
	storm_rule_must(o, &twin);
	probe(o, wide);
	probe(o, &twin);
	make_rival(o, &better, wide->slot, STORM_WITNESS_PRIORITY, SLOT);
	better.must = wide->must;
	storm_rule_must(o, &better);
	probe(o, &better);
	probe(o, &twin);
	storm_destroy(o, &better);
	storm_rule_must(o, wide);
	probe(o, wide);
	probe(o, &twin);
	atomic_store(twin.must, 0);
}

/* A shared action */

/* To one queue. */
static void
aim(struct storm_owner *o, struct storm_rule *rule, struct storm_handle_conf *c)
{
	storm_handle_conf(o, STORM_RSS, c);
	c->queues[1] = c->queues[0];
	rule->where = c->queues[0];
}

static void
create_aimed(struct storm_owner *o, struct storm_rule *rule, struct storm_handle *h)
{
	struct test_rule r;

	rule->number = storm_number(o);
	rule->bare = rule->counts = rule->drop = false;
	rule->handle = h;
	storm_exact_items(o, &r, rule->slot);
	test_action_mark(&r, storm_mark(o, rule->number, STORM_TO_OWN));
	test_action_indirect(&r, h->handle);
	storm_submit(o, rule, &r);
}

/* A rule's packets go where its handle says at that time. */
static void
change_handle(struct storm_owner *o)
{
	struct storm_handle h = { .kind = STORM_RSS };
	struct storm_rule *rule = own_slot(o);
	struct rte_flow_error error = { .message = NULL };
	struct storm_handle_conf c;
	int rc = 0;

	if (rule->state == STORM_LIVE)
		storm_destroy(o, rule);
	aim(o, rule, &c);
	h.handle = storm_handle_create(o, &c);
	if (h.handle == NULL)
		return;
	create_aimed(o, rule, &h);
	for (unsigned int i = 0; i < AIMS && rc == 0; i++) {
		probe(o, rule);
		aim(o, rule, &c);
		rc = rte_flow_action_handle_update(o->storm->port, h.handle, &c.action, &error);
		if (rc != 0)
			storm_refused(o, "handle updated", rc, &error);
		storm_rule_must(o, rule);
	}
	probe(o, rule);
	storm_destroy(o, rule);
	probe(o, rule);
	storm_handle_destroy(o, &h);
}

/* All rules */

struct watched {
	struct storm_owner *owner;
	struct storm_rule *rule;
};

/* Half of them of rules that are as good as new. */
static void
watch(struct storm_owner *o, struct watched *w)
{
	for (unsigned int i = 0; i < WATCHED; i++) {
		w[i].owner = i % 2 == 0 ? o :
			&o->storm->owners[test_chance(&o->random) % STORM_OWNERS];
		w[i].rule = &w[i].owner->exact[own_slot(o)->slot];
		if (i % 2 == 0 && w[i].rule->state == STORM_EMPTY)
			storm_create(o, w[i].rule);
		probe(w[i].owner, w[i].rule);
	}
}

static void
change_all(struct storm_owner *o)
{
	struct watched w[WATCHED];

	watch(o, w);
	storm_flush(o);
	for (unsigned int i = 0; i < STORM_OWNERS; i++)
		storm_notice_flushes(&o->storm->owners[i]);
	for (unsigned int i = 0; i < WATCHED; i++)
		probe(w[i].owner, w[i].rule);
}

/* Many rules */

static void
settle(struct storm *s)
{
	steer_engine_settle(steer_port(&rte_eth_devices[s->port])->engine);
}

static uint64_t
flow_hits(struct storm *s)
{
	uint64_t id, value;

	if (rte_eth_xstats_get_id_by_name(s->port, "rx_flow_hits", &id) == 0 &&
			rte_eth_xstats_get_by_id(s->port, &id, &value, 1) == 1)
		return value;
	test_fault_note(&s->fault, "no statistics of hits");
	return 0;
}

/* A packet for each. */
static void
probe_crowd(struct storm_owner *o, bool all_hit)
{
	struct storm *s = o->storm;
	const uint64_t judged = atomic_load(&s->judged), hits = flow_hits(s);
	uint64_t wanted = 0;

	for (unsigned int i = 0; i < STORM_CROWD; i++) {
		wanted += must_come(&o->crowd[i]);
		send_probe(o, o->crowd[i].slot);
		if (i % CROWD_PART == CROWD_PART - 1)
			storm_await(s);
	}
	if (atomic_load(&s->judged) != judged + wanted)
		test_fault_note(&s->fault, "of %" PRIu64 " packets of a crowd's rules came %"
			PRIu64, wanted, atomic_load(&s->judged) - judged);
	if (all_hit && flow_hits(s) != hits + STORM_CROWD)
		test_fault_note(&s->fault, "of %u packets %" PRIu64 " hit", STORM_CROWD,
			flow_hits(s) - hits);
}

static void
crowd(struct storm_owner *o)
{
	for (unsigned int i = 0; i < STORM_CROWD; i++) {
		/* With filters, if there are other shapes as well. */
		if (i == STORM_CROWD / 2)
			settle(o->storm);
		storm_create(o, &o->crowd[i]);
	}
	probe_crowd(o, true);
	for (unsigned int from = 0; from < 2; from++) {
		for (unsigned int i = from; i < STORM_CROWD; i += 2)
			storm_destroy(o, &o->crowd[i]);
		probe_crowd(o, false);
	}
}

/* All of it */

static void
flushes(struct storm_owner *o)
{
	/* Mostly there. */
	storm_stones(o->storm, test_chance(&o->random) % 4 != 0);
	for (unsigned int i = 0; i < FLUSHES; i++)
		change_all(o);
	storm_ages(o->storm, test_chance(&o->random) & 1);
}

static void
something(struct storm_owner *o)
{
	const uint32_t x = test_chance(&o->random) & 63;

	if (x < 1)
		flushes(o);
	else if (x < 2)
		crowd(o);
	else if (x < 10)
		change_handle(o);
	else if (x < 22)
		tie(o);
	else if (x < 32)
		narrow(o);
	else
		for (unsigned int i = 0; i < CHANGES; i++)
			change_slot(o);
}

void
storm_calm(struct storm_owner *o)
{
	struct storm *s = o->storm;
	struct steer_engine *e = steer_port(&rte_eth_devices[s->port])->engine;
	const uint32_t x = test_chance(&o->random);

	pthread_rwlock_wrlock(&s->calm_lock);
	storm_notice_flushes(o);
	storm_async_finish(o);
	storm_await(s);
	/* The cache is fitted to the rules; or not yet. */
	if (x & 1)
		settle(s);
	if (x & 2)
		rte_rcu_qsbr_thread_online(e->qsbr, SLOW_READER);
	something(o);
	if (x & 2)
		rte_rcu_qsbr_thread_offline(e->qsbr, SLOW_READER);
	pthread_rwlock_unlock(&s->calm_lock);
}
