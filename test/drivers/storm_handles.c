/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "rule.h"
#include "storm.h"

/* Actions that rules share: of an owner's rules, or of all of them. */

enum storm_kind
storm_kind(struct storm_owner *o)
{
	const enum storm_kind kind = test_chance(&o->random) % STORM_KINDS;

	return kind == STORM_AGE && !o->storm->ages ? STORM_COUNT : kind;
}

void
storm_handle_conf(struct storm_owner *o, enum storm_kind kind, struct storm_handle_conf *c)
{
	memset(c, 0, sizeof(*c));
	switch (kind) {
	case STORM_COUNT:
		c->action.type = RTE_FLOW_ACTION_TYPE_COUNT;
		break;
	case STORM_RSS:
		c->queues[0] = storm_queue(o);
		c->queues[1] = storm_queue(o) ^ (test_chance(&o->random) & 1);
		c->conf.rss = (struct rte_flow_action_rss){
			.types = RTE_ETH_RSS_IPV4, .queue = c->queues, .queue_num = 2,
		};
		c->action.type = RTE_FLOW_ACTION_TYPE_RSS;
		c->action.conf = &c->conf.rss;
		break;
	default:
		c->conf.age = (struct rte_flow_action_age){ .timeout = 1, .context = o };
		c->action.type = RTE_FLOW_ACTION_TYPE_AGE;
		c->action.conf = &c->conf.age;
	}
}

struct rte_flow_action_handle *
storm_handle_create(struct storm_owner *o, const struct storm_handle_conf *c)
{
	const struct rte_flow_indir_action_conf in = { .ingress = 1 };
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow_action_handle *handle =
		rte_flow_action_handle_create(o->storm->port, &in, &c->action, &error);

	if (handle == NULL)
		storm_refused(o, "handle", -rte_errno, &error);
	return handle;
}

static struct rte_flow_action_handle *
create(struct storm_owner *o, enum storm_kind kind)
{
	struct storm_handle_conf c;

	storm_handle_conf(o, kind, &c);
	return storm_handle_create(o, &c);
}

/* Whoever has rules that name it is refused. */
void
storm_handle_destroy(struct storm_owner *o, struct storm_handle *h)
{
	struct rte_flow_error error = { .message = NULL };
	int rc = rte_flow_action_handle_destroy(o->storm->port, h->handle, &error);

	if (rc == -EBUSY && h->rules > 0)
		o->refused++;
	else if (rc != 0 || h->rules > 0)
		storm_refused(o, h->rules > 0 ? "handle with rules destroyed" : "handle destroyed",
			rc, &error);
	if (rc == 0)
		h->handle = NULL;
}

static void
update(struct storm_owner *o, struct storm_handle *h)
{
	const struct rte_flow_update_age age = { .timeout_valid = 1, .timeout = 2, .touch = 1 };
	struct rte_flow_error error = { .message = NULL };
	struct storm_handle_conf c;
	const void *to = &age;
	int rc;

	if (h->kind == STORM_COUNT)
		return;
	if (h->kind == STORM_RSS) {
		storm_handle_conf(o, STORM_RSS, &c);
		to = &c.action;
	}
	rc = rte_flow_action_handle_update(o->storm->port, h->handle, to, &error);
	if (rc != 0)
		storm_refused(o, "handle updated", rc, &error);
}

static void
query(struct storm_owner *o, const struct storm_handle *h)
{
	struct rte_flow_query_count count = { .reset = 0 };
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow_query_age aged;
	int rc;

	if (h->kind == STORM_RSS)
		return;
	rc = rte_flow_action_handle_query(o->storm->port, h->handle,
		h->kind == STORM_COUNT ? (void *)&count : (void *)&aged, &error);
	if (rc != 0)
		storm_refused(o, "handle queried", rc, &error);
}

void
storm_handle_op(struct storm_owner *o, struct storm_handle *h)
{
	const uint32_t x = test_chance(&o->random) & 7;

	if (x == 0) {
		storm_async_handle(o, h);
	} else if (h->handle == NULL) {
		h->kind = storm_kind(o);
		h->handle = create(o, h->kind);
	} else if (x < 3) {
		storm_handle_destroy(o, h);
	} else if (x < 6) {
		update(o, h);
	} else {
		query(o, h);
	}
}

void
storm_shared_op(struct storm_owner *o, struct storm_handle *h)
{
	if (h->handle == NULL)
		return;
	if (test_chance(&o->random) & 1)
		update(o, h);
	else
		query(o, h);
}

/* RSS that all share sends to queues of the first owner: its rules alone may name that. */
int
storm_handles_set_up(struct storm *s)
{
	s->ages = true;
	for (enum storm_kind kind = 0; kind < STORM_KINDS; kind++) {
		s->shared[kind].kind = kind;
		s->shared[kind].handle = create(&s->owners[0], kind);
		if (s->shared[kind].handle == NULL)
			return -1;
	}
	return 0;
}

static void
destroy_own(struct storm *s, bool ages_only)
{
	for (unsigned int i = 0; i < STORM_OWNERS; i++)
		for (unsigned int k = 0; k < STORM_HANDLES; k++) {
			struct storm_handle *h = &s->owners[i].handles[k];

			if (h->handle != NULL && (!ages_only || h->kind == STORM_AGE))
				storm_handle_destroy(&s->owners[i], h);
		}
}

void
storm_ages(struct storm *s, bool on)
{
	struct storm_handle *shared = &s->shared[STORM_AGE];

	if (s->ages == on)
		return;
	s->ages = on;
	if (on) {
		shared->handle = create(&s->owners[0], STORM_AGE);
	} else {
		storm_handle_destroy(&s->owners[0], shared);
		destroy_own(s, true);
	}
}

/* After a flush, when no rule names one. */
void
storm_handles_tear_down(struct storm *s)
{
	for (unsigned int kind = 0; kind < STORM_KINDS; kind++)
		if (s->shared[kind].handle != NULL)
			storm_handle_destroy(&s->owners[0], &s->shared[kind]);
	destroy_own(s, false);
}
