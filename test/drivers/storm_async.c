/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "rule.h"
#include "steer_compat.h"
#include "storm.h"

/*
 * By flow queues, each owner by its own: the rules of some slots, and handles. Only that a queue is
 * full, or that another thread changes rules, is a reason to refuse.
 */

#define END_ITEM { .type = RTE_FLOW_ITEM_TYPE_END }
#define END_ACTION { .type = RTE_FLOW_ACTION_TYPE_END }

static const struct rte_flow_item_ipv4 all_dst = { .hdr.dst_addr = RTE_BE32(UINT32_MAX) };
static const struct rte_flow_item_udp all_port = { .hdr.dst_port = RTE_BE16(UINT16_MAX) };

static const struct rte_flow_item by_slot[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_IPV4, .mask = &all_dst },
	{ .type = RTE_FLOW_ITEM_TYPE_UDP, .mask = &all_port },
	END_ITEM,
};
static const struct rte_flow_action to_queue[] = {
	{ .type = RTE_FLOW_ACTION_TYPE_MARK },
	{ .type = RTE_FLOW_ACTION_TYPE_QUEUE },
	END_ACTION,
};

static int
make_templates(struct storm *s)
{
	const struct rte_flow_pattern_template_attr in = { .ingress = 1 };
	const struct rte_flow_actions_template_attr do_in = { .ingress = 1 };
	const struct rte_flow_template_table_attr attr = {
		.flow_attr = { .ingress = 1, .priority = STORM_EXACT_PRIORITY },
		.nb_flows = 1024,
	};

	s->pattern = rte_flow_pattern_template_create(s->port, &in, by_slot, NULL);
	s->actions = rte_flow_actions_template_create(s->port, &do_in, to_queue, to_queue, NULL);
	if (s->pattern == NULL || s->actions == NULL)
		return -1;
	s->table = rte_flow_template_table_create(s->port, &attr, &s->pattern, 1, &s->actions, 1,
		NULL);
	return s->table != NULL ? 0 : -1;
}

int
storm_async_set_up(struct storm *s)
{
	const struct rte_flow_queue_attr size = { .size = STORM_FLOW_QUEUE_SIZE };
	const struct rte_flow_queue_attr *sizes[] = { &size, &size, &size, &size };
	const struct rte_flow_port_attr attr = { .flags = 0 };

	RTE_BUILD_BUG_ON(RTE_DIM(sizes) != STORM_OWNERS);
	if (rte_flow_configure(s->port, &attr, STORM_OWNERS, sizes, NULL) != 0)
		return -1;
	return make_templates(s);
}

int
storm_async_tear_down(struct storm *s)
{
	if (rte_flow_template_table_destroy(s->port, s->table, NULL) != 0)
		return -1;
	if (rte_flow_actions_template_destroy(s->port, s->actions, NULL) != 0)
		return -1;
	return rte_flow_pattern_template_destroy(s->port, s->pattern, NULL);
}

/* Was it refused for a reason? */
static void
expect_again(struct storm_owner *o, const char *what, int rc, const struct rte_flow_error *error)
{
	if (rc != -EAGAIN)
		storm_refused(o, what, rc, error);
	o->refused++;
	storm_async_pull(o);
}

/* Rules */

static const struct rte_flow_op_attr *
postpone(struct storm_owner *o)
{
	static const struct rte_flow_op_attr now = { .postpone = 0 }, later = { .postpone = 1 };

	return test_chance(&o->random) & 1 ? &now : &later;
}

struct room {
	struct rte_flow_action_mark mark;
	struct rte_flow_action_queue queue;
	struct rte_flow_action actions[3];
};

static void
put_actions(struct storm_owner *o, const struct storm_rule *rule, struct room *room)
{
	room->queue.index = storm_queue(o);
	room->mark.id = storm_mark(o, rule->number, room->queue.index);
	room->actions[0] = (struct rte_flow_action){ RTE_FLOW_ACTION_TYPE_MARK, &room->mark };
	room->actions[1] = (struct rte_flow_action){ RTE_FLOW_ACTION_TYPE_QUEUE, &room->queue };
	room->actions[2] = (struct rte_flow_action)END_ACTION;
}

static void
create(struct storm_owner *o, struct storm_rule *rule)
{
	const struct rte_flow_item_ipv4 ip = {
		.hdr.dst_addr = rte_cpu_to_be_32(storm_address(o->id)),
	};
	const struct rte_flow_item_udp udp = { .hdr.dst_port = rte_cpu_to_be_16(rule->slot) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4, .spec = &ip },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &udp },
		END_ITEM,
	};
	struct rte_flow_error error = { .message = NULL };
	struct room room;

	rule->number = storm_number(o);
	rule->by_queue = true;
	rule->bare = rule->counts = rule->drop = rule->doubtful = false;
	rule->where = STORM_ANYWHERE;
	put_actions(o, rule, &room);
	rule->flow = rte_flow_async_create(o->storm->port, o->id, postpone(o), o->storm->table,
		pattern, 0, room.actions, 0, rule, &error);
	if (rule->flow == NULL) {
		storm_gone(o, rule->number, 0);
		expect_again(o, "async create", -rte_errno, &error);
		return;
	}
	o->queued++;
	rule->state = STORM_QUEUED;
}

static void
destroy(struct storm_owner *o, struct storm_rule *rule)
{
	struct rte_flow_error error = { .message = NULL };
	int rc;

	atomic_store(rule->must, 0);
	rule->doubtful = false;
	rc = rte_flow_async_destroy(o->storm->port, o->id, postpone(o), rule->flow, rule, &error);
	if (rc != 0) {
		expect_again(o, "async destroy", rc, &error);
		return;
	}
	o->queued++;
	rule->state = STORM_UNQUEUED;
}

#if STEER_FLOW_OPS_23_11
/* The old number and the new one: who knows when? Both are there from now on. */
static void
update(struct storm_owner *o, struct storm_rule *rule)
{
	struct rte_flow_error error = { .message = NULL };
	struct room room;
	int rc;

	atomic_store(rule->must, 0);
	storm_gone(o, rule->number, UINT64_MAX / 2);
	rule->number = storm_number(o);
	put_actions(o, rule, &room);
	rc = rte_flow_async_actions_update(o->storm->port, o->id, postpone(o), rule->flow,
		room.actions, 0, NULL, &error);
	if (rc == 0)
		o->queued++;
	else
		expect_again(o, "async update", rc, &error);
}
#endif

void
storm_async_op(struct storm_owner *o, struct storm_rule *rule)
{
	if (rule->state == STORM_EMPTY)
		create(o, rule);
#if STEER_FLOW_OPS_23_11
	else if (rule->state == STORM_LIVE && test_chance(&o->random) % 4 == 0)
		update(o, rule);
#endif
	else if (rule->state == STORM_LIVE)
		destroy(o, rule);
}

/* Results */

static void
created(struct storm_owner *o, struct storm_rule *rule)
{
	rule->state = rule->doubtful ? STORM_ORPHAN : STORM_LIVE;
	if (!rule->doubtful)
		storm_rule_must(o, rule);
}

static void
take_result(struct storm_owner *o, const struct rte_flow_op_result *res)
{
	struct storm_rule *rule = res->user_data;

	o->pulled++;
	if (rule == NULL) {
		if (res->status != RTE_FLOW_OP_SUCCESS && o->storm->flushes == 0)
			test_fault_note(&o->storm->fault, "a result of a flow queue is an error");
		return;
	}
	/* What was to be destroyed may have been flushed. */
	if (res->status != RTE_FLOW_OP_SUCCESS &&
			!(rule->doubtful && rule->state == STORM_UNQUEUED))
		test_fault_note(&o->storm->fault, "slot %u of %u: %s by a flow queue failed",
			rule->slot, o->id,
			rule->state == STORM_QUEUED ? "creation" : "destruction");
	if (rule->state == STORM_QUEUED)
		created(o, rule);
	else if (rule->state == STORM_UNQUEUED)
		storm_rule_gone(o, rule, storm_now(o->storm));
	else
		test_fault_note(&o->storm->fault, "slot %u of %u: a result that nobody awaits",
			rule->slot, o->id);
}

void
storm_async_pull(struct storm_owner *o)
{
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow_op_result res[8];
	int n = rte_flow_pull(o->storm->port, o->id, res, RTE_DIM(res), &error);

	if (n < 0)
		storm_refused(o, "pull", n, &error);
	for (int i = 0; i < n; i++)
		take_result(o, &res[i]);
}

void
storm_async_push(struct storm_owner *o)
{
	struct rte_flow_error error = { .message = NULL };
	int rc = rte_flow_push(o->storm->port, o->id, &error);

	if (rc != 0)
		storm_refused(o, "push", rc, &error);
}

void
storm_async_finish(struct storm_owner *o)
{
	while (o->pulled < o->queued) {
		storm_async_push(o);
		storm_async_pull(o);
	}
}

/* Handles: done at once, or refused at once. */

void
storm_async_handle(struct storm_owner *o, struct storm_handle *h)
{
	const struct rte_flow_indir_action_conf in = { .ingress = 1 };
	struct rte_flow_error error = { .message = NULL };
	struct storm_handle_conf c;
	int rc = 0;

	if (h->handle == NULL) {
		h->kind = storm_kind(o);
		storm_handle_conf(o, h->kind, &c);
		h->handle = rte_flow_async_action_handle_create(o->storm->port, o->id, postpone(o),
			&in, &c.action, NULL, &error);
		if (h->handle == NULL)
			rc = -rte_errno;
	} else if (h->rules == 0) {
		rc = rte_flow_async_action_handle_destroy(o->storm->port, o->id, postpone(o),
			h->handle, NULL, &error);
		if (rc == 0)
			h->handle = NULL;
	} else {
		return;
	}
	if (rc == 0)
		o->queued++;
	else
		expect_again(o, "async handle", rc, &error);
}
