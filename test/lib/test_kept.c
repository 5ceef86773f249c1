/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "steer_kept.h"

#include "eal.h"
#include "engine_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Rules that the application does not know: loads, and counters that nobody asked for. */

#define NOTE "an operator's"

static struct steer_flow_range made;

/* One rule for each port, all to one queue; the last one may be one that is refused. */
struct feed {
	uint16_t queue;
	bool bad;
	/* Where packets go while they come. */
	uint16_t queue_now;
	unsigned int n;
	struct rte_flow_attr attr;
	struct rte_flow_item_udp port;
	struct rte_flow_item pattern[4];
	struct rte_flow_action_queue to;
	struct rte_flow_action actions[2];
};

static void
all_at(uint16_t queue)
{
	struct world_result r;

	world_burst(&r);
	for (unsigned int port = 0; port < WORLD_PORTS; port++)
		assert_int_equal(r.queue[port], queue);
}

static int
next(void *arg, struct steer_flow_spec *spec, struct rte_flow_error *error)
{
	struct feed *f = arg;

	RTE_SET_USED(error);
	all_at(f->queue_now);
	if (f->n == WORLD_PORTS)
		return 0;
	f->attr = (struct rte_flow_attr){ .ingress = 1, .priority = 1 };
	f->port.hdr.dst_port = rte_cpu_to_be_16((uint16_t)f->n++);
	f->pattern[0].type = RTE_FLOW_ITEM_TYPE_ETH;
	f->pattern[1].type = RTE_FLOW_ITEM_TYPE_IPV4;
	f->pattern[2] = (struct rte_flow_item){
		.type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &f->port, .mask = &rte_flow_item_udp_mask,
	};
	f->to.index = f->bad && f->n == WORLD_PORTS ? WORLD_QUEUES : f->queue;
	f->actions[0] = (struct rte_flow_action){
		.type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &f->to,
	};
	*spec = (struct steer_flow_spec){ &f->attr, f->pattern, f->actions };
	return 1;
}

static int
load(uint16_t queue, uint16_t queue_now, bool bad, bool replace)
{
	struct feed f = { .queue = queue, .queue_now = queue_now, .bad = bad };
	const struct steer_flow_source source = { next, &f };
	struct rte_flow_error error = { .message = NULL };
	int rc = steer_engine_flow_load(engine, &source, NOTE, replace, &made, &error);

	assert_true(rc == 0 || (error.message != NULL && rc == -EINVAL));
	return rc;
}

/* Packets between two rules of a load meet none of it; behind it, all. */
static void
test_one_moment(void **state __rte_unused)
{
	assert_int_equal(load(1, 0, false, true), 0);
	assert_int_equal(made.end - made.first, WORLD_PORTS);
	all_at(1);
	assert_int_equal(load(2, 1, false, true), 0);
	all_at(2);
	assert_int_equal(steer_engine_flow_count(engine), WORLD_PORTS);
	/* Behind those that are there. */
	assert_int_equal(load(3, 2, false, false), 0);
	all_at(2);
	assert_int_equal(steer_engine_flow_unload(engine, NOTE, made), WORLD_PORTS);
	assert_int_equal(steer_engine_flow_unload(engine, "somebody", STEER_FLOW_ALL), 0);
	assert_int_equal(steer_engine_flow_unload(engine, NOTE, STEER_FLOW_ALL), WORLD_PORTS);
	all_at(0);
}

static void
test_none(void **state __rte_unused)
{
	struct steer_flow *flow;

	assert_int_equal(load(1, 0, false, false), 0);
	assert_int_equal(load(2, 1, true, true), -EINVAL);
	all_at(1);
	assert_int_equal(steer_engine_flow_count(engine), WORLD_PORTS);
	assert_int_equal(steer_engine_flow_find(engine, made.first, NULL, &flow), -ENOENT);
	/* The application's flush is not theirs, and the rest is not the load's. */
	world_rule(0, 3, ACTIONS(QUEUE(3)));
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	all_at(1);
}

/* Counters that nobody asked for */

struct told {
	unsigned int counted;
	uint64_t hits;
	bool text;
};

static void
note_line(const struct steer_flow_line *line, void *arg)
{
	struct told *t = arg;

	t->counted += line->counted;
	t->hits += line->count.hits;
	t->text |= strstr(line->text, "count") != NULL;
}

static void
test_count_all(void **state __rte_unused)
{
	const struct rte_flow_action count = DO(COUNT);
	struct rte_flow_query_count data = { .hits = 0 };
	struct told told = { .hits = 0 };
	struct world_result r;
	struct steer_flow *flow;

	world_rule(0, 1, ACTIONS(QUEUE(1)));
	steer_engine_count_all(engine, true);
	flow = world_rule(0, 2, ACTIONS(QUEUE(2)));
	/* By both ways: at length, and in short as what repeats a pattern. */
	world_rule_range(0, 3, 4, ACTIONS(MARK(1), DO(DROP)));
	world_rule(0, 5, ACTIONS(QUEUE(1)));
	world_burst(&r);
	steer_engine_flow_list(engine, 0, 0, 99, note_line, &told);
	assert_int_equal(told.counted, 3);
	assert_int_equal(told.hits, 4);
	assert_false(told.text);
	assert_int_equal(steer_engine_flow_query(engine, flow, &count, &data, NULL), -EINVAL);
	/* It asks for one: then it has one. */
	assert_int_equal(steer_engine_flow_update(engine, flow, ACTIONS(DO(COUNT), QUEUE(3)), NULL),
			 0);
	world_burst(&r);
	assert_in_range(world_hits(flow), 1, 2);
	assert_int_equal(steer_engine_flow_update(engine, flow, ACTIONS(QUEUE(3)), NULL), 0);
	assert_int_equal(steer_engine_flow_query(engine, flow, &count, &data, NULL), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_moment, world_begin_ready, world_end),
		cmocka_unit_test_setup_teardown(test_none, world_begin_ready, world_end),
		cmocka_unit_test_setup_teardown(test_count_all, world_begin_ready, world_end),
	};

	return cmocka_run_group_tests_name("kept", tests, test_eal_begin, test_eal_end);
}
