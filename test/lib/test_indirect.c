/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "alloc.h"
#include "clock.h"
#include "eal.h"
#include "engine_world.h"

#include <setjmp.h>
#include <cmocka.h>

/* Actions that rules share by a handle. */

#define AGE(...) { .type = RTE_FLOW_ACTION_TYPE_AGE, \
		   .conf = &(const struct rte_flow_action_age){ __VA_ARGS__ } }
#define BY(handle) { .type = RTE_FLOW_ACTION_TYPE_INDIRECT, .conf = (handle) }
#define ONE(...) (&(const struct rte_flow_action) __VA_ARGS__)

static const struct rte_flow_indir_action_conf in = { .ingress = 1 };
static const uint16_t list[] = { 1, 2 };
static const uint16_t other[] = { 0, 3 };
static const uint16_t three[] = { 3 };

static struct steer_indirect *
make(const struct rte_flow_action *action)
{
	struct rte_flow_error error = { 0 };
	struct steer_indirect *handle =
		steer_engine_indirect_create(engine, &in, action, &error);

	if (handle == NULL)
		fail_msg("%s", error.message);
	return handle;
}

static void
unmake(struct steer_indirect *handle)
{
	assert_int_equal(steer_engine_indirect_destroy(engine, handle, NULL), 0);
}

static void
update(struct steer_indirect *handle, const void *what)
{
	struct rte_flow_error error = { 0 };

	if (steer_engine_indirect_update(engine, handle, what, &error) != 0)
		fail_msg("%s", error.message);
}

static uint64_t
hits(struct steer_indirect *handle, bool reset)
{
	struct rte_flow_query_count count = { .reset = reset };

	assert_int_equal(steer_engine_indirect_query(engine, handle, &count, NULL), 0);
	assert_true(count.hits_set && count.bytes_set);
	assert_int_equal(count.bytes, count.hits * WORLD_PACKET_LEN);
	return count.hits;
}

/* Which queues packets with the ports from .. to find. */
static uint64_t
queues_of(unsigned int from, unsigned int to)
{
	struct world_result r;
	uint64_t queues = 0;

	world_burst(&r);
	for (unsigned int i = from; i <= to; i++)
		queues |= UINT64_C(1) << r.queue[i];
	return queues;
}

/* COUNT */

static void
test_count(void **state)
{
	struct steer_indirect *handle = make(ONE(DO(COUNT)));
	struct steer_flow *one, *two, *alone;
	struct world_result r;

	RTE_SET_USED(state);
	assert_int_equal(hits(handle, false), 0);
	one = world_rule(0, 3, ACTIONS(BY(handle), QUEUE(1)));
	two = world_rule_range(0, 4, 6, ACTIONS(MARK(1), BY(handle), DO(DROP)));
	/* An id does not make a counter a shared one. */
	alone = world_rule(1, 8, ACTIONS(DO(COUNT), QUEUE(1)));
	world_burst_at(&r, 0, 0);
	world_burst_at(&r, 0, 3);
	assert_int_equal(hits(handle, false), 8);
	assert_int_equal(world_hits(alone), 2);
	/* Who asks one of the rules is told of all, and resets for all. */
	assert_int_equal(world_hits(one), 8);
	assert_int_equal(world_hits(two), 8);
	assert_int_equal(hits(handle, true), 8);
	assert_int_equal(world_hits(two), 0);
	world_burst(&r);
	assert_int_equal(steer_engine_flow_destroy(engine, one, NULL), 0);
	world_burst(&r);
	/* It outlives its rules. */
	assert_int_equal(hits(handle, false), 7);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	assert_int_equal(hits(handle, false), 7);
	world_rule(0, 3, ACTIONS(BY(handle), QUEUE(1)));
	world_burst(&r);
	assert_int_equal(hits(handle, false), 8);
	/* And the port's configuration. */
	assert_int_equal(steer_engine_configure(engine, 2, 8), 0);
	world_burst_at(&r, 0, 7);
	assert_int_equal(hits(handle, false), 9);
}

/* A handle that rules name stays; what readers may still count with, too. */
static void
test_busy(void **state)
{
	struct steer_indirect *handle = make(ONE(DO(COUNT)));
	struct rte_flow_error error;
	struct steer_flow *one, *two;

	RTE_SET_USED(state);
	one = world_rule(0, 3, ACTIONS(BY(handle), QUEUE(1)));
	two = world_rule(0, 4, ACTIONS(BY(handle), QUEUE(7 % 4)));
	assert_int_equal(steer_engine_indirect_destroy(engine, handle, &error), -EBUSY);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION_CONF);
	assert_ptr_equal(error.cause, handle);
	assert_non_null(strstr(error.message, "in use by 2 rules: destroy them"));
	assert_int_equal(steer_engine_flow_destroy(engine, one, NULL), 0);
	/* Inactive rules count as well. */
	assert_int_equal(steer_engine_configure(engine, 2, 4), 0);
	assert_int_equal(steer_engine_indirect_destroy(engine, handle, &error), -EBUSY);
	assert_non_null(strstr(error.message, "in use by 1 rule: destroy it"));
	assert_int_equal(steer_engine_flow_destroy(engine, two, NULL), 0);
	unmake(handle);
}

/* RSS */

static void
test_rss(void **state)
{
	const struct steer_rss_conf conf = world_rss(4);
	struct steer_indirect *handle;
	struct steer_flow *alone;
	uint64_t port_queues, alone_queues;

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_port_rss(engine, &conf), 0);
	port_queues = queues_of(0, 11);
	handle = make(ONE(RSS(.queue = list, .queue_num = 2)));
	world_rule_range(0, 0, 5, ACTIONS(BY(handle)));
	world_rule_range(1, 6, 11, ACTIONS(BY(handle), MARK(1)));
	/* Equal, but not shared. */
	alone = world_rule_range(2, 12, 15, ACTIONS(RSS(.queue = list, .queue_num = 2)));
	assert_int_equal(queues_of(0, 11), 0x6);
	alone_queues = queues_of(12, 15);
	assert_int_equal(alone_queues & ~UINT64_C(0x6), 0);
	update(handle, ONE(RSS(.queue = other, .queue_num = 2)));
	assert_int_equal(queues_of(0, 11), 0x9);
	assert_int_equal(queues_of(12, 15), alone_queues);
	/* Nothing but what the port does, now and later. */
	update(handle, ONE(RSS(.types = 0)));
	assert_int_equal(queues_of(0, 11), port_queues);
	assert_int_equal(steer_engine_port_rss(engine, NULL), 0);
	assert_int_equal(queues_of(0, 11), 0x1);
	assert_int_equal(steer_engine_flow_destroy(engine, alone, NULL), 0);
	assert_int_equal(queues_of(12, 15), 0x1);
	update(handle, ONE(RSS(.queue = three, .queue_num = 1)));
	assert_int_equal(queues_of(0, 11), 0x8);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	unmake(handle);
}

/* With the queues gone its rules sleep; an update or the queues wake them. */
static void
test_rss_inactive(void **state)
{
	struct steer_indirect *handle = make(ONE(RSS(.queue = three, .queue_num = 1)));

	RTE_SET_USED(state);
	world_rule_range(0, 0, 5, ACTIONS(BY(handle)));
	world_rule_range(0, 3, 11, ACTIONS(BY(handle), MARK(2)));
	assert_int_equal(queues_of(0, 11), 0x8);
	assert_int_equal(steer_engine_configure(engine, 2, 4), 0);
	assert_int_equal(queues_of(0, 11), 0x1);
	update(handle, ONE(RSS(.queue = list, .queue_num = 1)));
	assert_int_equal(queues_of(0, 11), 0x2);
	assert_int_equal(steer_engine_configure(engine, 1, 4), 0);
	assert_int_equal(queues_of(0, 11), 0x1);
	assert_int_equal(steer_engine_configure(engine, 4, 4), 0);
	assert_int_equal(queues_of(0, 11), 0x2);
}

/* Rules that an update wakes come last, in the order in which they stood; so they are listed. */
static void
test_rss_woken(void **state)
{
	struct steer_indirect *handle = make(ONE(RSS(.queue = three, .queue_num = 1)));
	struct steer_flow *flow[4];
	struct world_result r;
	char *text = NULL;
	size_t size;
	FILE *f;

	RTE_SET_USED(state);
	flow[1] = world_rule(0, 5, ACTIONS(QUEUE(3)));
	flow[2] = world_rule(0, 5, ACTIONS(MARK(2), BY(handle)));
	assert_int_equal(steer_engine_configure(engine, 2, 4), 0);
	/* With a queue it comes behind the second one, and stays there without. */
	assert_int_equal(steer_engine_flow_update(engine, flow[1], ACTIONS(QUEUE(1)), NULL), 0);
	assert_int_equal(steer_engine_flow_update(engine, flow[1], ACTIONS(MARK(1), BY(handle)),
						  NULL), 0);
	flow[3] = world_rule(0, 5, ACTIONS(MARK(3), QUEUE(0)));
	update(handle, ONE(RSS(.queue = list, .queue_num = 1)));
	f = open_memstream(&text, &size);
	assert_non_null(f);
	assert_int_equal(steer_engine_flow_dump(engine, 0, NULL, f, NULL), 0);
	fclose(f);
	assert_true(strstr(text, "mark id 3") < strstr(text, "mark id 2"));
	assert_true(strstr(text, "mark id 2") < strstr(text, "mark id 1"));
	free(text);
	for (unsigned int mark = 3; mark > 0; mark--) {
		world_burst(&r);
		assert_int_equal(r.mark[5], mark);
		assert_int_equal(steer_engine_flow_destroy(engine, flow[mark], NULL), 0);
	}
}

/* Before the port is configured, rules and handles wait for it. */
static void
test_rss_early(void **state)
{
	struct steer_indirect *handle = make(ONE(RSS(.types = 0)));

	RTE_SET_USED(state);
	world_rule_range(0, 0, 5, ACTIONS(BY(handle)));
	update(handle, ONE(RSS(.queue = three, .queue_num = 1)));
	assert_int_equal(steer_engine_configure(engine, 4, 1), 0);
	assert_int_equal(queues_of(0, 5), 0x8);
	assert_int_equal(queues_of(6, 15), 0x1);
}

/* AGE */

static void
test_age(void **state)
{
	struct rte_flow_query_age query = { 0 };
	struct steer_indirect *named, *handle;
	struct world_result r;
	int context;
	void *aged[2];

	RTE_SET_USED(state);
	handle = make(ONE(AGE(.timeout = 3)));
	named = make(ONE(AGE(.timeout = 4, .context = &context)));
	world_rule(0, 3, ACTIONS(BY(handle), QUEUE(1)));
	world_rule(0, 300, ACTIONS(BY(handle), QUEUE(1)));
	world_rule(0, 301, ACTIONS(BY(named), QUEUE(1)));
	test_clock_forward(2500);
	/* It takes one of the rules to be hit. */
	world_burst(&r);
	test_clock_forward(2500);
	steer_engine_look_aged(engine);
	assert_int_equal(steer_engine_aged(engine, aged, 2, NULL), 1);
	assert_ptr_equal(aged[0], &context);
	test_clock_forward(1000);
	steer_engine_look_aged(engine);
	assert_int_equal(steer_engine_aged(engine, aged, 2, NULL), 2);
	assert_ptr_equal(aged[1], handle);
	assert_int_equal(steer_engine_indirect_query(engine, handle, &query, NULL), 0);
	assert_true(query.aged);
	assert_int_equal(query.sec_since_last_hit, 3);
	update(handle, &(const struct rte_flow_update_age){ .touch = 1 });
	assert_int_equal(steer_engine_aged(engine, aged, 2, NULL), 1);
	update(named, &(const struct rte_flow_update_age){ .timeout_valid = 1, .timeout = 100 });
	assert_int_equal(steer_engine_indirect_query(engine, named, &query, NULL), 0);
	assert_false(query.aged);
	assert_int_equal(query.sec_since_last_hit, 6);
	assert_int_equal(steer_engine_aged(engine, NULL, 0, NULL), 0);
	/* A shorter one may have passed already; 0 never does. */
	update(named, &(const struct rte_flow_update_age){ .timeout_valid = 1, .timeout = 1 });
	update(handle, &(const struct rte_flow_update_age){ .timeout_valid = 1, .timeout = 0 });
	test_clock_forward(100000);
	steer_engine_look_aged(engine);
	assert_int_equal(steer_engine_aged(engine, aged, 2, NULL), 1);
	assert_ptr_equal(aged[0], &context);
	assert_int_equal(steer_engine_indirect_query(engine, handle, &query, NULL), 0);
	assert_false(query.aged);
	assert_int_equal(query.sec_since_last_hit, 100);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	unmake(named);
	assert_int_equal(steer_engine_aged(engine, NULL, 0, NULL), 0);
}

/* Refusals */

struct refused {
	struct rte_flow_action action;
	int code;
	enum rte_flow_error_type type;
	bool cause_conf;
	const char *words;
};

static const struct refused refused[] = {
	{ DO(QUEUE), ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, false, "rss, count and age are" },
	{ DO(DROP), ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, false, "rss, count and age are" },
	{ DO(END), ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, false, "rss, count and age are" },
	{ DO(RSS), EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, false, "rss: no configuration" },
	{ RSS(.queue_num = 1, .queue = (const uint16_t[]){ 4 }), EINVAL,
	  RTE_FLOW_ERROR_TYPE_ACTION_CONF, true, "rss: queue 4: the port has queues 0..3" },
	{ RSS(.level = 3), ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION_CONF, true, "rss: level 3" },
	{ DO(AGE), EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, false, "age: no timeout given" },
	{ AGE(.timeout = 0), EINVAL, RTE_FLOW_ERROR_TYPE_ACTION_CONF, true, "age: timeout 0" },
	{ AGE(.timeout = 1, .reserved = 2), EINVAL, RTE_FLOW_ERROR_TYPE_ACTION_CONF, true,
	  "age: reserved 2" },
};

static void
test_refused(void **state)
{
	const struct rte_flow_indir_action_conf none = { 0 }, out = { .egress = 1 };
	struct rte_flow_error error;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(refused); i++) {
		const struct refused *r = &refused[i];

		memset(&error, 0, sizeof(error));
		assert_null(steer_engine_indirect_create(engine, &in, &r->action, &error));
		assert_int_equal(rte_errno, r->code);
		assert_int_equal(error.type, r->type);
		assert_ptr_equal(error.cause, r->cause_conf ? r->action.conf : &r->action);
		assert_non_null(strstr(error.message, r->words));
	}
	assert_null(steer_engine_indirect_create(engine, NULL, ONE(DO(COUNT)), &error));
	assert_int_equal(rte_errno, EINVAL);
	assert_null(steer_engine_indirect_create(engine, &none, ONE(DO(COUNT)), &error));
	assert_int_equal(rte_errno, EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ATTR_INGRESS);
	assert_ptr_equal(error.cause, &none);
	assert_null(steer_engine_indirect_create(engine, &out, ONE(DO(COUNT)), &error));
	assert_int_equal(rte_errno, ENOTSUP);
	assert_null(steer_engine_indirect_create(engine, &in, NULL, &error));
	assert_int_equal(rte_errno, EINVAL);
}

static void
expect_rule_refused(const struct rte_flow_action *actions, enum rte_flow_error_type type,
		    const void *cause, const char *words)
{
	struct rte_flow_error error = { 0 };

	assert_null(world_try(0, 3, actions, &error));
	assert_int_equal(rte_errno, EINVAL);
	assert_int_equal(error.type, type);
	assert_ptr_equal(error.cause, cause);
	if (strstr(error.message, words) == NULL)
		fail_msg("%s", error.message);
}

static void
test_rule_refused(void **state)
{
	struct steer_indirect *count = make(ONE(DO(COUNT))), *age = make(ONE(AGE(.timeout = 1)));
	struct steer_indirect *rss = make(ONE(RSS(.types = RTE_ETH_RSS_IP)));
	struct steer_engine *foreign = steer_engine_create(4, SOCKET_ID_ANY);
	const struct rte_flow_action *a;
	struct steer_indirect *theirs;

	RTE_SET_USED(state);
	assert_non_null(foreign);
	theirs = steer_engine_indirect_create(foreign, &in, ONE(DO(COUNT)), NULL);
	assert_non_null(theirs);
	a = ACTIONS(DO(INDIRECT), QUEUE(1));
	expect_rule_refused(a, RTE_FLOW_ERROR_TYPE_ACTION, &a[0], "indirect: no handle given");
	a = ACTIONS(BY(theirs), QUEUE(1));
	expect_rule_refused(a, RTE_FLOW_ERROR_TYPE_ACTION_CONF, theirs,
			    "not a handle of this port");
	a = ACTIONS(BY(count), QUEUE(1), DO(COUNT));
	expect_rule_refused(a, RTE_FLOW_ERROR_TYPE_ACTION, &a[2], "count: the rule has one");
	a = ACTIONS(DO(COUNT), QUEUE(1), BY(count));
	expect_rule_refused(a, RTE_FLOW_ERROR_TYPE_ACTION, &a[2], "the rule has count already");
	a = ACTIONS(BY(count), BY(count));
	expect_rule_refused(a, RTE_FLOW_ERROR_TYPE_ACTION, &a[1], "the rule has count already");
	a = ACTIONS(BY(age), AGE(.timeout = 2));
	expect_rule_refused(a, RTE_FLOW_ERROR_TYPE_ACTION, &a[1], "the rule has age already");
	a = ACTIONS(AGE(.timeout = 2), BY(age));
	expect_rule_refused(a, RTE_FLOW_ERROR_TYPE_ACTION, &a[1], "the rule has age already");
	a = ACTIONS(BY(rss), QUEUE(1));
	expect_rule_refused(a, RTE_FLOW_ERROR_TYPE_ACTION, &a[1], "the rule has rss already");
	a = ACTIONS(DO(DROP), BY(rss));
	expect_rule_refused(a, RTE_FLOW_ERROR_TYPE_ACTION, &a[1], "the rule has drop already");
	steer_engine_free(foreign);
	/* Nobody was held by what was refused. */
	unmake(count);
	unmake(age);
	unmake(rss);
}

static void
test_call_refused(void **state)
{
	struct steer_indirect *count = make(ONE(DO(COUNT))), *rss = make(ONE(RSS(.types = 0)));
	struct rte_flow_query_count data;
	struct rte_flow_error error;

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_indirect_destroy(engine, NULL, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION_CONF);
	assert_int_equal(steer_engine_indirect_update(engine, NULL, &in, &error), -EINVAL);
	assert_int_equal(steer_engine_indirect_query(engine, NULL, &data, &error), -EINVAL);
	assert_int_equal(steer_engine_indirect_query(engine, count, NULL, &error), -EINVAL);
	assert_int_equal(steer_engine_indirect_query(engine, rss, &data, &error), -ENOTSUP);
	assert_non_null(strstr(error.message, "rss has nothing to tell"));
	assert_int_equal(steer_engine_indirect_update(engine, count, ONE(DO(COUNT)), &error),
			 -ENOTSUP);
	assert_int_equal(steer_engine_indirect_update(engine, rss, NULL, &error), -EINVAL);
	assert_int_equal(steer_engine_indirect_update(engine, rss, ONE(QUEUE(1)), &error),
			 -EINVAL);
	assert_non_null(strstr(error.message, "the handle is for rss"));
	assert_int_equal(steer_engine_indirect_update(
				 engine, rss, ONE(RSS(.queue = (const uint16_t[]){ 9 },
						      .queue_num = 1)), &error), -EINVAL);
	assert_non_null(strstr(error.message, "rss: queue 9"));
}

static void
test_no_memory(void **state)
{
	const struct rte_flow_action actions[] = {
		DO(COUNT), AGE(.timeout = 1), RSS(.queue = list, .queue_num = 2),
	};
	struct steer_indirect *handle = NULL;
	unsigned int n;
	int rc;

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(actions); i++) {
		for (n = 1;; n++) {
			test_alloc_fail(n);
			handle = steer_engine_indirect_create(engine, &in, &actions[i], NULL);
			if (!test_alloc_failed())
				break;
			assert_null(handle);
			assert_int_equal(rte_errno, ENOMEM);
		}
		test_alloc_fail(0);
		assert_non_null(handle);
	}
	world_rule_range(0, 0, 15, ACTIONS(BY(handle)));
	for (n = 1;; n++) {
		test_alloc_fail(n);
		rc = steer_engine_indirect_update(engine, handle,
						  ONE(RSS(.queue = three, .queue_num = 1)), NULL);
		if (!test_alloc_failed())
			break;
		test_alloc_fail(0);
		assert_int_equal(rc, -ENOMEM);
		assert_int_equal(queues_of(0, 15) & ~UINT64_C(6), 0);
	}
	test_alloc_fail(0);
	assert_int_equal(rc, 0);
	assert_int_equal(queues_of(0, 15), 0x8);
}

/* Dump */

static void
test_dump(void **state)
{
	static const char expected[] =
		"flow indirect_action 3 create action_id 0 ingress "
		"action rss func default level 0 types none end queues 1 2 end / end\n"
		"flow indirect_action 3 create action_id 1 ingress action count / end\n"
		"flow indirect_action 3 create action_id 2 ingress action age timeout 60 / end\n"
		"flow create 3 ingress group 0 priority 7 pattern udp dst is 3 / end "
		"actions mark id 5 / indirect 0 / indirect 1 / indirect 2 / end # rule 0\n"
		"flow create 3 ingress group 0 priority 8 pattern udp dst is 4 / end "
		"actions age timeout 16777215 / queue index 1 / end # rule 1\n";
	struct steer_indirect *rss = make(ONE(RSS(.queue = list, .queue_num = 2)));
	struct steer_indirect *count = make(ONE(DO(COUNT))), *age = make(ONE(AGE(.timeout = 60)));
	struct steer_flow *one;
	char *text = NULL;
	size_t size;
	FILE *f;

	RTE_SET_USED(state);
	one = world_rule(7, 3, ACTIONS(BY(age), MARK(5), BY(rss), BY(count)));
	world_rule(8, 4, ACTIONS(AGE(.timeout = 0xffffff), QUEUE(1)));
	f = open_memstream(&text, &size);
	assert_non_null(f);
	assert_int_equal(steer_engine_flow_dump(engine, 3, NULL, f, NULL), 0);
	fclose(f);
	assert_string_equal(text, expected);
	free(text);
	f = open_memstream(&text, &size);
	assert_non_null(f);
	assert_int_equal(steer_engine_flow_dump(engine, 3, one, f, NULL), 0);
	fclose(f);
	assert_memory_equal(text, strstr(expected, "flow create"), strlen(text));
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin_ready, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_count),
		TEST(test_busy),
		TEST(test_rss),
		TEST(test_rss_inactive),
		TEST(test_rss_woken),
		cmocka_unit_test_setup_teardown(test_rss_early, world_begin, world_end),
		TEST(test_age),
		TEST(test_refused),
		TEST(test_rule_refused),
		TEST(test_call_refused),
		TEST(test_no_memory),
		TEST(test_dump),
	};

	return cmocka_run_group_tests(tests, test_eal_begin, test_eal_end);
}
