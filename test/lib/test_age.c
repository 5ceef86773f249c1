/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "steer_age.h"
#include "steer_kept.h"

#include "alloc.h"
#include "clock.h"
#include "eal.h"
#include "engine_world.h"

#include <setjmp.h>
#include <cmocka.h>

#define AGE(...) { .type = RTE_FLOW_ACTION_TYPE_AGE, \
		   .conf = &(const struct rte_flow_action_age){ __VA_ARGS__ } }

static const struct rte_flow_action age_query = { .type = RTE_FLOW_ACTION_TYPE_AGE };
static int context[4];
static unsigned int n_told;

static void
tell(void *arg)
{
	assert_ptr_equal(arg, context);
	n_told++;
}

static int
begin(void **state)
{
	const int rc = world_begin(state);

	if (rc != 0)
		return rc;
	n_told = 0;
	steer_engine_on_aged(engine, tell, context);
	return steer_engine_configure(engine, 4, 4);
}

/* Time passes, and who looks once a second does so. */
static void
pass(uint64_t ms)
{
	test_clock_forward(ms);
	steer_engine_look_aged(engine);
}

static void
expect_age(struct steer_flow *flow, bool aged, unsigned int seconds)
{
	struct rte_flow_query_age query = { 0 };

	assert_int_equal(steer_engine_flow_query(engine, flow, &age_query, &query, NULL), 0);
	assert_int_equal(query.aged, aged);
	assert_int_equal(query.sec_since_last_hit_valid, 1);
	assert_int_equal(query.sec_since_last_hit, seconds);
}

static unsigned int
n_aged(void)
{
	return (unsigned int)steer_engine_aged(engine, NULL, 0, NULL);
}

static void
hit(unsigned int shard)
{
	struct world_result r;

	world_burst_at(&r, 0, shard);
}

/* A rule ages after its timeout, not before; a packet, by whatever lower queue, makes it young. */
static void
test_timeout(void **state)
{
	struct steer_flow *flow;

	RTE_SET_USED(state);
	flow = world_rule(0, 3, ACTIONS(AGE(.timeout = 3), QUEUE(1)));
	expect_age(flow, false, 0);
	pass(2999);
	expect_age(flow, false, 2);
	for (unsigned int shard = 0; shard < 4; shard++) {
		hit(shard);
		expect_age(flow, false, 0);
		pass(2500);
		expect_age(flow, false, 2);
		assert_int_equal(n_told, 0);
		assert_int_equal(n_aged(), 0);
	}
	pass(499);
	assert_int_equal(n_aged(), 0);
	pass(1);
	expect_age(flow, true, 3);
	/* Within the second it is found, too. */
	pass(1000);
	assert_int_equal(n_aged(), 1);
	assert_int_equal(n_told, 1);
	pass(UINT64_C(3600) * 24 * 400 * 1000);
	expect_age(flow, true, 0xffffff);
}

/* An application is not told of a rule that it did not make: it would take it for its own. */
static void
test_kept(void **state)
{
	const struct rte_flow_action age = AGE(.timeout = 1);
	const struct rte_flow_indir_action_conf in = { .ingress = 1 };
	struct steer_indirect *handle = steer_engine_indirect_create(engine, &in, &age, NULL);
	struct steer_flow *flow;

	RTE_SET_USED(state);
	assert_non_null(handle);
	steer_engine_indirect_keep(engine, handle);
	flow = world_rule(0, 3, ACTIONS(AGE(.timeout = 1), QUEUE(1)));
	assert_int_equal(steer_engine_flow_keep(engine, flow, "an operator's"), 0);
	/* Nor does its time begin anew with another rule. */
	world_rule(0, 4, ACTIONS({ .type = RTE_FLOW_ACTION_TYPE_INDIRECT, .conf = handle },
				 QUEUE(1)));
	pass(2000);
	assert_int_equal(n_told, 0);
	assert_int_equal(n_aged(), 0);
	hit(0);
	pass(2000);
	assert_int_equal(n_aged(), 0);
	expect_age(flow, true, 2);
}

/* Once until it is fetched, and then for what is new. */
static void
test_told_once(void **state)
{
	void *aged[3] = { NULL };

	RTE_SET_USED(state);
	world_rule(0, 3, ACTIONS(AGE(.timeout = 1, .context = &context[0]), QUEUE(1)));
	world_rule(0, 4, ACTIONS(AGE(.timeout = 5, .context = &context[1]), QUEUE(1)));
	world_rule(0, 5, ACTIONS(AGE(.timeout = 9, .context = &context[2]), QUEUE(1)));
	pass(2000);
	assert_int_equal(n_told, 1);
	pass(5000);
	assert_int_equal(n_told, 1);
	assert_int_equal(steer_engine_aged(engine, aged, 3, NULL), 2);
	assert_ptr_equal(aged[0], &context[0]);
	assert_ptr_equal(aged[1], &context[1]);
	pass(1000);
	assert_int_equal(n_told, 1);
	pass(3000);
	assert_int_equal(n_told, 2);
	/* As many as there is room for; they are told again. */
	assert_int_equal(n_aged(), 3);
	aged[1] = NULL;
	assert_int_equal(steer_engine_aged(engine, aged, 1, NULL), 1);
	assert_null(aged[1]);
	assert_int_equal(steer_engine_aged(engine, aged, 3, NULL), 3);
	pass(60000);
	assert_int_equal(n_told, 2);
}

/* Nobody has to be told. */
static void
test_nobody(void **state)
{
	RTE_SET_USED(state);
	steer_engine_on_aged(engine, NULL, NULL);
	world_rule(0, 3, ACTIONS(AGE(.timeout = 1), QUEUE(1)));
	pass(2000);
	assert_int_equal(n_told, 0);
	assert_int_equal(n_aged(), 1);
}

/* Without a context it is the rule; gone, or hit again, it is not reported. */
static void
test_fetch(void **state)
{
	struct steer_flow *one, *two, *three;
	struct rte_flow_error error;
	void *aged[3];

	RTE_SET_USED(state);
	one = world_rule(0, 3, ACTIONS(AGE(.timeout = 1), QUEUE(1)));
	/* No packet has this port. */
	two = world_rule(0, 300, ACTIONS(AGE(.timeout = 1), QUEUE(1)));
	three = world_rule(0, 301, ACTIONS(AGE(.timeout = 1), QUEUE(1)));
	pass(2000);
	assert_int_equal(steer_engine_aged(engine, aged, 3, NULL), 3);
	assert_ptr_equal(aged[0], one);
	assert_ptr_equal(aged[1], two);
	assert_ptr_equal(aged[2], three);
	hit(0);
	assert_int_equal(steer_engine_aged(engine, aged, 3, NULL), 2);
	assert_ptr_equal(aged[0], two);
	expect_age(one, false, 0);
	assert_int_equal(steer_engine_flow_destroy(engine, two, NULL), 0);
	assert_int_equal(n_aged(), 1);
	pass(3000);
	assert_int_equal(n_told, 2);
	assert_int_equal(n_aged(), 2);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	assert_int_equal(n_aged(), 0);
	assert_int_equal(steer_engine_aged(engine, NULL, 3, &error), -EINVAL);
	assert_non_null(strstr(error.message, "room for 3 contexts"));
}

/* Whatever the rule does with a packet, it was hit; a rule that another one shadows was not. */
static void
test_fates(void **state)
{
	struct steer_flow *young[5], *shadowed;

	RTE_SET_USED(state);
	young[0] = world_rule(0, 3, ACTIONS(AGE(.timeout = 9), MARK(1), DO(PASSTHRU)));
	young[1] = world_rule(1, 3, ACTIONS(DO(COUNT), AGE(.timeout = 9), DO(DROP)));
	shadowed = world_rule(2, 3, ACTIONS(AGE(.timeout = 9), QUEUE(1)));
	young[2] = world_rule(0, 4, ACTIONS(AGE(.timeout = 9)));
	young[3] = world_rule(0, 5, ACTIONS(AGE(.timeout = 9), RSS(.types = RTE_ETH_RSS_IP)));
	young[4] = world_rule_range(0, 6, 9, ACTIONS(AGE(.timeout = 9), MARK(7), DO(FLAG)));
	pass(10000);
	assert_int_equal(n_aged(), 6);
	hit(0);
	for (unsigned int i = 0; i < RTE_DIM(young); i++)
		expect_age(young[i], false, 0);
	expect_age(shadowed, true, 10);
	assert_int_equal(n_aged(), 1);
	assert_int_equal(world_hits(young[1]), 1);
}

/* Time goes on while the queues of a rule are gone, and when they are back. */
static void
test_inactive(void **state)
{
	struct steer_flow *flow;

	RTE_SET_USED(state);
	flow = world_rule(0, 3, ACTIONS(AGE(.timeout = 5), QUEUE(3)));
	hit(3);
	assert_int_equal(steer_engine_configure(engine, 2, 2), 0);
	pass(3000);
	hit(0);
	expect_age(flow, false, 3);
	assert_int_equal(steer_engine_configure(engine, 4, 8), 0);
	expect_age(flow, false, 3);
	pass(3000);
	expect_age(flow, true, 6);
	assert_int_equal(n_told, 1);
	hit(7);
	expect_age(flow, false, 0);
}

/* Deadlines far away, and more of them at once than are looked at in one go. */
static void
test_many(void **state)
{
	enum { MANY = 40000 };
	static struct steer_age *age[MANY];
	static void *aged[MANY];
	struct steer_ages set;
	unsigned int looks = 0;
	bool more;

	RTE_SET_USED(state);
	steer_ages_init(&set, SOCKET_ID_ANY);
	for (unsigned int i = 0; i < MANY; i++) {
		age[i] = steer_age_create(&set, i % 2 == 0 ? 1000 : 1256, &age[i]);
		assert_non_null(age[i]);
	}
	test_clock_forward(999000);
	do {
		assert_false(steer_ages_look(&set, &more));
	} while (more);
	assert_int_equal(steer_ages_fetch(&set, NULL, 0), 0);
	test_clock_forward(2000);
	assert_true(steer_ages_look(&set, &more));
	assert_true(more);
	do {
		assert_false(steer_ages_look(&set, &more));
		looks++;
	} while (more);
	assert_in_range(looks, 1, MANY / 1000);
	assert_int_equal(steer_ages_fetch(&set, aged, MANY), MANY / 2);
	for (unsigned int i = 0; i < MANY; i += 2) {
		assert_ptr_equal(aged[i / 2], &age[i]);
		steer_age_free(&set, age[i]);
	}
	assert_int_equal(steer_ages_fetch(&set, NULL, 0), 0);
	test_clock_forward(256000);
	assert_true(steer_ages_look(&set, &more));
	while (more)
		steer_ages_look(&set, &more);
	assert_int_equal(steer_ages_fetch(&set, NULL, 0), MANY / 2);
	for (unsigned int i = 1; i < MANY; i += 2)
		steer_age_free(&set, age[i]);
	assert_int_equal(set.n, 0);
	steer_ages_fini(&set);
}

/* Somebody looks, from when there is something to see on. */
static void
test_alarm(void **state)
{
	struct steer_flow *flow;

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	test_alarm_us();
	world_rule(0, 5, ACTIONS(QUEUE(1)));
	/* Somebody frees the view that there was before, but does not look at ages. */
	assert_true(test_alarm_us() <= 10000);
	test_clock_forward(300);
	flow = world_rule(0, 3, ACTIONS(AGE(.timeout = 5), QUEUE(3)));
	assert_in_range(test_alarm_us(), 1, 1100000);
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
}

static void
test_no_memory(void **state)
{
	RTE_SET_USED(state);
	world_rule(0, 1, ACTIONS(QUEUE(1)));
	for (unsigned int n = 1;; n++) {
		struct rte_flow_error error = { 0 };
		struct steer_flow *flow;

		test_alloc_fail(n);
		flow = world_try(0, 3, ACTIONS(AGE(.timeout = 1), QUEUE(1)), &error);
		if (!test_alloc_failed()) {
			assert_non_null(flow);
			break;
		}
		assert_null(flow);
		assert_int_equal(rte_errno, ENOMEM);
		assert_non_null(strstr(error.message, "no "));
		pass(2000);
		assert_int_equal(n_aged(), 0);
	}
	assert_int_equal(n_told, 0);
	pass(2000);
	assert_int_equal(n_aged(), 1);
}

static void
test_query_refused(void **state)
{
	struct rte_flow_query_age query;
	struct rte_flow_error error;
	struct steer_flow *flow;

	RTE_SET_USED(state);
	flow = world_rule(0, 3, ACTIONS(DO(COUNT), QUEUE(1)));
	assert_int_equal(steer_engine_flow_query(engine, flow, &age_query, &query, &error),
			 -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION);
	assert_ptr_equal(error.cause, &age_query);
	assert_non_null(strstr(error.message, "no age action"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_timeout),
		TEST(test_kept),
		TEST(test_told_once),
		TEST(test_nobody),
		TEST(test_fetch),
		TEST(test_fates),
		TEST(test_inactive),
		TEST(test_many),
		TEST(test_alarm),
		TEST(test_no_memory),
		TEST(test_query_refused),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
