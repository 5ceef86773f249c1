/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Random rules, each broken in one way: refused with an error that says why, by validate as by
 * create, and without a trace. Whole, the same rules are taken.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_errno.h>

#include "eal.h"
#include "gen_packet.h"
#include "gen_rule.h"
#include "ref_fields.h"
#include "ref_print.h"
#include "steer_engine.h"

#define RULES 3000
#define QUEUES 8

/** @return false if the rule has nothing to break in this way. */
typedef bool (*breaker)(struct gen_random *r, struct gen_rule *rule);

/** Some item with a header. */
static struct rte_flow_item *
some_item(struct gen_random *r, struct gen_rule *rule, unsigned int *n)
{
	if (rule->n_items == 0)
		return NULL;
	*n = gen_below(r, rule->n_items);
	return ref_item(rule->pattern[*n].type)->n_fields > 0 ? &rule->pattern[*n] : NULL;
}

static bool
mask_without_spec(struct gen_random *r, struct gen_rule *rule)
{
	unsigned int n;
	struct rte_flow_item *item = some_item(r, rule, &n);

	if (item == NULL)
		return false;
	*item = (struct rte_flow_item){ .type = item->type, .mask = rule->store[n].mask };
	return true;
}

static bool
last_without_spec(struct gen_random *r, struct gen_rule *rule)
{
	unsigned int n;
	struct rte_flow_item *item = some_item(r, rule, &n);

	if (item == NULL)
		return false;
	*item = (struct rte_flow_item){ .type = item->type, .last = rule->store[n].last };
	return true;
}

static bool
last_below_spec(struct gen_random *r, struct gen_rule *rule)
{
	unsigned int n;
	struct rte_flow_item *item = some_item(r, rule, &n);
	const struct ref_item *known;
	const struct ref_field *f;

	if (item == NULL)
		return false;
	known = ref_item(item->type);
	f = &known->fields[gen_below(r, known->n_fields)];
	if (f->bits < 2)
		return false;
	memset(&rule->store[n], 0, sizeof(rule->store[n]));
	ref_put(rule->store[n].mask, f->item_bit, f->bits, ref_ones(f->bits));
	ref_put(rule->store[n].spec, f->item_bit, f->bits, 2);
	ref_put(rule->store[n].last, f->item_bit, f->bits, 1);
	item->spec = rule->store[n].spec;
	item->last = rule->store[n].last;
	item->mask = rule->store[n].mask;
	return true;
}

static bool
no_action(struct gen_random *r __rte_unused, struct gen_rule *rule)
{
	rule->actions[0].type = RTE_FLOW_ACTION_TYPE_END;
	return true;
}

static bool
two_fates(struct gen_random *r __rte_unused, struct gen_rule *rule)
{
	rule->actions[0] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_DROP };
	rule->actions[1] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_PASSTHRU };
	rule->actions[2] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_END };
	return true;
}

static bool
no_such_queue(struct gen_random *r, struct gen_rule *rule)
{
	rule->queue.index = gen_between(r, QUEUES, UINT16_MAX);
	rule->actions[0] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_QUEUE,
						     .conf = &rule->queue };
	rule->actions[1] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_END };
	return true;
}

static bool
no_conf(struct gen_random *r __rte_unused, struct gen_rule *rule)
{
	for (unsigned int i = 0; i < rule->n_actions; i++) {
		struct rte_flow_action *a = &rule->actions[i];

		if (a->type != RTE_FLOW_ACTION_TYPE_QUEUE && a->type != RTE_FLOW_ACTION_TYPE_MARK &&
				a->type != RTE_FLOW_ACTION_TYPE_RSS)
			continue;
		a->conf = NULL;
		return true;
	}
	return false;
}

static bool
egress(struct gen_random *r __rte_unused, struct gen_rule *rule)
{
	rule->attr.ingress = 0;
	rule->attr.egress = 1;
	return true;
}

static bool
transfer(struct gen_random *r __rte_unused, struct gen_rule *rule)
{
	rule->attr.transfer = 1;
	return true;
}

static bool
unknown_item(struct gen_random *r, struct gen_rule *rule)
{
	unsigned int n;
	struct rte_flow_item *item = some_item(r, rule, &n);

	if (item == NULL)
		return false;
	*item = (struct rte_flow_item){ .type = RTE_FLOW_ITEM_TYPE_HIGIG2 };
	return true;
}

static const breaker breakers[] = {
	mask_without_spec, last_without_spec, last_below_spec, no_action, two_fates,
	no_such_queue,     no_conf,           egress,          transfer,  unknown_item,
};

static void
make_rule(struct gen_random *r, struct gen_rule *rule)
{
	static const struct gen_style style = {
		.n_queues = QUEUES,
		.strict = 50,
		.n_priorities = 3,
		.conditions = 10,
		.passing = 20,
		.edits = 20,
	};
	static struct gen_packet packet;
	struct ref_packet decoded;
	struct ref_input in;

	gen_packet_any(r, &packet);
	in = gen_input(&packet);
	ref_decode(&in, &decoded);
	gen_rule(r, &style, &decoded, rule);
}

/** How validate and create answer. */
static void
assert_refused(struct steer_engine *e, const struct gen_rule *rule)
{
	struct rte_flow_error error = { 0 };
	struct steer_flow *flow;

	assert_true(steer_engine_validate(e, &rule->attr, rule->pattern, rule->actions,
					  &error) < 0);
	assert_int_not_equal(error.type, RTE_FLOW_ERROR_TYPE_NONE);
	assert_non_null(error.message);
	memset(&error, 0, sizeof(error));
	rte_errno = 0;
	flow = steer_engine_flow_create(e, &rule->attr, rule->pattern, rule->actions, &error);
	if (flow != NULL)
		ref_print_rule(stdout, &rule->attr, rule->pattern, rule->actions);
	assert_null(flow);
	assert_int_not_equal(rte_errno, 0);
	assert_int_not_equal(error.type, RTE_FLOW_ERROR_TYPE_NONE);
	assert_non_null(error.message);
}

static void
assert_taken(struct steer_engine *e, const struct gen_rule *rule)
{
	struct rte_flow_error error;
	struct steer_flow *flow;

	assert_int_equal(
		steer_engine_validate(e, &rule->attr, rule->pattern, rule->actions, &error), 0);
	flow = steer_engine_flow_create(e, &rule->attr, rule->pattern, rule->actions, &error);
	assert_non_null(flow);
	assert_int_equal(steer_engine_flow_destroy(e, flow, &error), 0);
}

static void
test_broken_rules(void **state __rte_unused)
{
	struct steer_engine *e = steer_engine_create(QUEUES, SOCKET_ID_ANY);
	struct gen_random r = { .state = 20260711 };
	unsigned int broken[RTE_DIM(breakers)] = { 0 };
	static struct gen_rule rule;

	assert_non_null(e);
	assert_int_equal(steer_engine_configure(e, QUEUES, 1), 0);
	steer_engine_port_id(e, GEN_PORT);
	for (unsigned int i = 0; i < RULES; i++) {
		unsigned int way = gen_below(&r, RTE_DIM(breakers));

		make_rule(&r, &rule);
		assert_taken(e, &rule);
		if (!breakers[way](&r, &rule))
			continue;
		assert_refused(e, &rule);
		broken[way]++;
		assert_int_equal(steer_engine_flow_count(e), 0);
	}
	for (unsigned int i = 0; i < RTE_DIM(breakers); i++)
		assert_true(broken[i] > RULES / 50);
	steer_engine_free(e);
}

static int
set_up(void **state __rte_unused)
{
	return test_eal_init(NULL);
}

static int
tear_down(void **state __rte_unused)
{
	test_eal_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken_rules),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
