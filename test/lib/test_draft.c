/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Rules that can be said in short: what comes of them, by rte_flow_create() and by flow queues, is
 * what comes of them at length.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>

#include "async_world.h"
#include "eal.h"
#include "steer_op.h"
#include "steer_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define PRIO 5

static const struct rte_flow_item_udp spec = { .hdr.dst_port = RTE_BE16(7) };
static const struct rte_flow_item pattern[] = {
	{ .type = RTE_FLOW_ITEM_TYPE_IPV4 },
	{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec, .mask = &full },
	{ .type = RTE_FLOW_ITEM_TYPE_END },
};
static const uint16_t two[] = { 0, 1 };

#define LIST(...) .actions = (const struct rte_flow_action[]){ __VA_ARGS__, DO(END) }

static const struct {
	const struct rte_flow_action *actions;
	bool in_short;
	bool refused;
} cases[] = {
	{ LIST(QUEUE(1)), .in_short = true },
	{ LIST(MARK(5), QUEUE(3)), .in_short = true },
	{ LIST(DO(VOID), DO(COUNT), DO(DROP)), .in_short = true },
	{ LIST(DO(FLAG), DO(PASSTHRU)), .in_short = true },
	{ LIST(MARK(1), MARK(2), DO(COUNT), DO(COUNT)), .in_short = true },
	{ LIST(RSS(.queue = two, .queue_num = RTE_DIM(two))) },
	{ LIST(JUMP(9), MARK(3)) },
	{ LIST(DO(VOID)), .refused = true },
	{ LIST(QUEUE(1), DO(DROP)), .refused = true },
	{ LIST(QUEUE(RX_QUEUES)), .refused = true },
	{ LIST(DO(QUEUE)), .refused = true },
	{ LIST(DO(MARK), QUEUE(1)), .refused = true },
	{ LIST(QUEUE(1), DO(VF)), .refused = true },
};

/** What has come of a rule. */
struct outcome {
	/** Its dump without its number; empty if it was refused. */
	char text[512];
	int rc;
	enum rte_flow_error_type type;
	const void *cause;
	char message[256];
};

static void
note(struct outcome *o, struct steer_flow *flow, const struct rte_flow_error *error)
{
	FILE *file;

	memset(o, 0, sizeof(*o));
	if (flow == NULL) {
		o->rc = rte_errno;
		o->type = error->type;
		o->cause = error->cause;
		snprintf(o->message, sizeof(o->message), "%s", error->message);
		return;
	}
	file = fmemopen(o->text, sizeof(o->text), "w");
	assert_non_null(file);
	assert_int_equal(steer_engine_flow_dump(engine, 3, flow, file, NULL), 0);
	fclose(file);
	assert_non_null(strchr(o->text, '#'));
	*strchr(o->text, '#') = '\0';
}

static void
expect_same(const struct outcome *a, const struct outcome *b, unsigned int i)
{
	if (strcmp(a->text, b->text) != 0 || strcmp(a->message, b->message) != 0)
		fail_msg("case %u: \"%s%s\", not \"%s%s\"", i, b->text, b->message, a->text,
			 a->message);
	assert_int_equal(a->rc, b->rc);
	assert_int_equal(a->type, b->type);
	assert_ptr_equal(a->cause, b->cause);
}

/* rte_flow_create() */

static void
forget_patterns(void)
{
	memset(&engine->repeat, 0, sizeof(engine->repeat));
}

static void
create(const struct rte_flow_attr *attr, const struct rte_flow_action *actions, struct outcome *o)
{
	struct rte_flow_error error = { .message = NULL };
	struct steer_flow *flow = steer_engine_flow_create(engine, attr, pattern, actions, &error);

	note(o, flow, &error);
	if (flow != NULL)
		assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
}

/** The first one is at length, as its pattern is not known; the next one is in short. */
static void
check_create(const struct rte_flow_attr *attr)
{
	for (unsigned int i = 0; i < RTE_DIM(cases); i++) {
		struct outcome first, next;
		struct steer_draft d;

		forget_patterns();
		create(attr, cases[i].actions, &first);
		assert_int_equal(first.rc != 0, cases[i].refused);
		assert_int_equal(steer_draft_take(engine, &engine->repeat, attr, pattern,
						  cases[i].actions, &d), cases[i].in_short);
		create(attr, cases[i].actions, &next);
		expect_same(&first, &next, i);
	}
}

static void
test_create(void **state)
{
	RTE_SET_USED(state);
	check_create(&(const struct rte_flow_attr){ .ingress = 1 });
	check_create(&(const struct rte_flow_attr){ .ingress = 1, .group = 7, .priority = 3 });
}

static void
test_attr(void **state)
{
	static const struct rte_flow_attr attrs[] = {
		{ .ingress = 0 }, { .ingress = 1, .egress = 1 }, { .ingress = 1, .transfer = 1 },
	};
	struct outcome o;

	RTE_SET_USED(state);
	create(&(const struct rte_flow_attr){ .ingress = 1 }, cases[0].actions, &o);
	assert_int_equal(o.rc, 0);
	for (unsigned int i = 0; i < RTE_DIM(attrs); i++) {
		create(&attrs[i], cases[0].actions, &o);
		assert_int_not_equal(o.rc, 0);
	}
	create(NULL, cases[0].actions, &o);
	assert_int_equal(o.type, RTE_FLOW_ERROR_TYPE_ATTR);
}

/** Rules for queues that there are not yet wait for them. */
static void
test_unusable(void **state)
{
	struct steer_flow *flow[2];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 2; i++)
		flow[i] = world_rule(i, 7, ACTIONS(QUEUE(2)));
	assert_false(steer_flow_active(flow[1]));
	assert_int_equal(steer_engine_configure(engine, 4, 4), 0);
	assert_true(steer_flow_active(flow[1]));
	assert_int_equal(world_queue(7), 2);
	assert_int_equal(steer_engine_flow_destroy(engine, flow[0], NULL), 0);
	assert_int_equal(world_queue(7), 2);
}

/* Flow queues */

/** @param fixed  The actions are the template's, whatever the rule says. */
static struct steer_template_table *
make_table(const struct rte_flow_action *actions, bool fixed)
{
	const struct rte_flow_template_table_attr attr = {
		.flow_attr = { .ingress = 1, .priority = PRIO },
	};
	struct rte_flow_action masks[8];
	struct steer_actions_template *a;
	struct steer_template_table *t;
	unsigned int n = 0;

	do {
		masks[n] = actions[n];
		if (!fixed)
			masks[n].conf = NULL;
	} while (actions[n++].type != RTE_FLOW_ACTION_TYPE_END);
	a = steer_actions_template_create(templates(), &do_in, actions, masks, NULL);
	assert_non_null(a);
	t = steer_template_table_create(templates(), &attr, patterns, 1, &a, 1, NULL);
	assert_non_null(t);
	return t;
}

static void
free_table(struct steer_template_table *t)
{
	struct steer_actions_template *a = t->actions[0];

	assert_int_equal(steer_template_table_destroy(templates(), t, NULL), 0);
	assert_int_equal(steer_actions_template_destroy(templates(), a, NULL), 0);
}

/** @param items  Of the rule. */
static void
enqueue(struct steer_template_table *t, const struct rte_flow_item *items,
	const struct rte_flow_action *actions, bool in_short, struct outcome *o)
{
	struct rte_flow_error error = { .message = NULL };
	struct steer_op_queue *q = &engine->async->queues[0];
	struct steer_flow *flow;

	flow = steer_async_create(engine, 0, true, t, items, 0, actions, 0, (void *)1, &error);
	if (flow != NULL) {
		assert_int_equal(q->ops[(q->tail - 1) & q->mask].kind,
				 in_short ? STEER_OP_DRAFT : STEER_OP_CREATE);
		assert_int_equal(steer_async_push(engine, 0, NULL), 0);
		EXPECT(0, 1);
	}
	note(o, flow, &error);
	/* What it names is the caller's. */
	if (flow == NULL && error.type == RTE_FLOW_ERROR_TYPE_ACTION)
		assert_in_range((uintptr_t)error.cause, (uintptr_t)actions,
				(uintptr_t)(actions + 7));
	if (flow == NULL && error.type == RTE_FLOW_ERROR_TYPE_ITEM)
		assert_in_range((uintptr_t)error.cause, (uintptr_t)items,
				(uintptr_t)(items + RTE_DIM(pattern)));
	if (flow != NULL) {
		take(0, false, flow, 2);
		EXPECT(0, 2);
	}
}

/** By the template's plan, and then without it. */
static void
check_enqueue(struct steer_template_table *t, const struct rte_flow_item *items, unsigned int i,
	      bool in_short)
{
	struct steer_plan *plan = patterns[0]->plan;
	struct outcome by_plan, at_length;

	assert_non_null(plan);
	enqueue(t, items, cases[i].actions, in_short, &by_plan);
	patterns[0]->plan = NULL;
	enqueue(t, items, cases[i].actions, false, &at_length);
	patterns[0]->plan = plan;
	expect_same(&at_length, &by_plan, i);
}

static void
test_enqueue(void **state)
{
	struct rte_flow_item items[RTE_DIM(pattern)];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < 2 * RTE_DIM(cases); i++) {
		struct steer_template_table *t = make_table(cases[i / 2].actions, i % 2 != 0);

		memcpy(items, pattern, sizeof(items));
		check_enqueue(t, items, i / 2, cases[i / 2].in_short);
		/* Masks and ends of ranges are the template's. */
		items[1].mask = items[1].last = pattern[1].spec;
		check_enqueue(t, items, i / 2, cases[i / 2].in_short);
		/* All ports. */
		items[1].spec = NULL;
		check_enqueue(t, items, i / 2, false);
		items[1].type = RTE_FLOW_ITEM_TYPE_TCP;
		check_enqueue(t, items, i / 2, false);
		items[1].type = RTE_FLOW_ITEM_TYPE_END;
		check_enqueue(t, items, i / 2, false);
		free_table(t);
	}
}

/** Other actions than those of the template are refused, as are too few of them. */
static void
test_other_actions(void **state)
{
	struct steer_template_table *t = make_table(ACTIONS(MARK(0), QUEUE(0)), false);

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(cases); i++)
		check_enqueue(t, pattern, i, i == 1);
	free_table(t);
}

/** What is postponed and never pushed goes with the queue. */
static void
test_left(void **state)
{
	RTE_SET_USED(state);
	add_to(0, true, 1, 1);
	add_to(1, true, 2, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ASYNC_TEST(test_create),
		ASYNC_TEST(test_attr),
		cmocka_unit_test_setup_teardown(test_unusable, world_begin, world_end),
		ASYNC_TEST(test_enqueue),
		ASYNC_TEST(test_other_actions),
		ASYNC_TEST(test_left),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
