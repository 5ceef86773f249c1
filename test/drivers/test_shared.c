/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "flow_spy.h"
#include "hand.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* AGE and its event, and actions that rules share, through the port. */

#define QUEUES 4
/* Seconds that nobody waits for in vain. */
#define LONG 1000

static const struct rte_flow_indir_action_conf in = { .ingress = 1 };
static const struct rte_flow_action age_query[] = {
	{ .type = RTE_FLOW_ACTION_TYPE_AGE }, { .type = RTE_FLOW_ACTION_TYPE_END },
};
static int context;
static atomic_uint n_told;

static int
on_aged(uint16_t port __rte_unused, enum rte_eth_event_type type __rte_unused,
	void *arg __rte_unused, void *info __rte_unused)
{
	n_told++;
	return 0;
}

static void
hear(uint16_t port)
{
	n_told = 0;
	assert_int_equal(rte_eth_dev_callback_register(port, RTE_ETH_EVENT_FLOW_AGED, on_aged,
						       NULL), 0);
}

static void
hear_no_more(uint16_t port)
{
	assert_int_equal(rte_eth_dev_callback_unregister(port, RTE_ETH_EVENT_FLOW_AGED, on_aged,
							 NULL), 0);
}

/* The event comes by itself, nobody polling. */
static void
wait_told(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < 6000 && n_told < n; i++)
		rte_delay_us_sleep(10000);
	assert_int_equal(n_told, n);
}

static struct test_packet
packet_to(uint16_t port)
{
	return (struct test_packet){ .dst = 1, .proto = IPPROTO_UDP, .dport = port };
}

/* A rule for a UDP port; its actions are the caller's, then a queue. */
static void
for_port(struct test_rule *r, uint16_t port)
{
	test_rule(r, 1);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(r, IPPROTO_UDP, port, UINT16_MAX);
}

static struct rte_flow *
aging(const struct test_world *w, uint16_t port, uint32_t timeout, void *ctx)
{
	struct test_rule r;

	for_port(&r, port);
	test_action_age(&r, timeout, ctx);
	test_action_queue(&r, 2);
	return test_create(w->port, &r);
}

static struct rte_flow *
sharing(const struct test_world *w, uint16_t port, struct rte_flow_action_handle *handle)
{
	struct test_rule r;

	for_port(&r, port);
	test_action_indirect(&r, handle);
	return test_create(w->port, &r);
}

static struct rte_flow_action_handle *
make(const struct test_world *w, enum rte_flow_action_type type, const void *conf)
{
	const struct rte_flow_action action = { .type = type, .conf = conf };
	struct rte_flow_action_handle *handle =
		rte_flow_action_handle_create(w->port, &in, &action, NULL);

	assert_non_null(handle);
	return handle;
}

static uint64_t
handle_hits(const struct test_world *w, const struct rte_flow_action_handle *handle)
{
	struct rte_flow_query_count count = { 0 };

	assert_int_equal(rte_flow_action_handle_query(w->port, handle, &count, NULL), 0);
	return count.hits;
}

static void
test_aged(void **state __rte_unused)
{
	struct rte_flow_query_age query = { 0 };
	struct rte_flow *one, *two, *old;
	struct test_packet p = packet_to(100);
	struct test_world w;
	void *aged[4];

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	hear(w.port);
	old = aging(&w, 100, LONG, NULL);
	one = aging(&w, 101, 1, &context);
	wait_told(1);
	assert_int_equal(rte_flow_get_aged_flows(w.port, NULL, 0, NULL), 1);
	assert_int_equal(rte_flow_get_aged_flows(w.port, aged, 4, NULL), 1);
	assert_ptr_equal(aged[0], &context);
	assert_int_equal(rte_flow_query(w.port, one, age_query, &query, NULL), 0);
	assert_int_equal(query.aged, 1);
	test_expect(&w, &p, 2, 0);
	assert_int_equal(rte_flow_query(w.port, old, age_query, &query, NULL), 0);
	assert_int_equal(query.aged, 0);
	/* Also while the port is stopped; it does not take a start to go on. */
	test_stop(w.port);
	two = aging(&w, 102, 1, NULL);
	wait_told(2);
	assert_int_equal(rte_flow_get_aged_flows(w.port, aged, 4, NULL), 2);
	assert_ptr_equal(aged[1], two);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_destroy(w.port, one);
	assert_int_equal(rte_flow_get_aged_flows(w.port, NULL, 0, NULL), 1);
	p = packet_to(102);
	test_expect(&w, &p, 2, 0);
	assert_int_equal(rte_flow_query(w.port, two, age_query, &query, NULL), 0);
	if (query.sec_since_last_hit == 0)
		assert_int_equal(query.aged, 0);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_int_equal(rte_flow_get_aged_flows(w.port, NULL, 0, NULL), 0);
	hear_no_more(w.port);
	test_world_down(&w);
}

static int
on_aged_flush(uint16_t port, enum rte_eth_event_type type __rte_unused, void *arg,
	      void *info __rte_unused)
{
	struct rte_flow **flow = arg;
	void *aged[2] = { NULL };

	if (rte_flow_get_aged_flows(port, aged, 2, NULL) == 1 && aged[0] == *flow &&
	    rte_flow_destroy(port, *flow, NULL) == 0)
		n_told++;
	return 0;
}

/* Who is told may destroy what has aged there and then. */
static void
test_told_destroys(void **state __rte_unused)
{
	struct rte_flow *flow;
	struct test_world w;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY);
	n_told = 0;
	assert_int_equal(rte_eth_dev_callback_register(w.port, RTE_ETH_EVENT_FLOW_AGED,
						       on_aged_flush, &flow), 0);
	flow = aging(&w, 100, 1, NULL);
	wait_told(1);
	assert_int_equal(rte_flow_get_aged_flows(w.port, NULL, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_callback_unregister(w.port, RTE_ETH_EVENT_FLOW_AGED,
							 on_aged_flush, &flow), 0);
	test_world_down(&w);
}

/* Handles stay over flush, stop, configure and start. */
static void
test_keep(void **state __rte_unused)
{
	struct rte_flow_action_handle *handle;
	struct rte_flow_error error;
	struct rte_flow *flow;
	struct test_packet p = packet_to(100);
	struct rte_eth_dev_info info;
	struct test_world w;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	assert_int_equal(rte_eth_dev_info_get(w.port, &info), 0);
	assert_true(info.dev_capa & RTE_ETH_DEV_CAPA_FLOW_SHARED_OBJECT_KEEP);
	handle = make(&w, RTE_FLOW_ACTION_TYPE_COUNT, NULL);
	flow = sharing(&w, 100, handle);
	sharing(&w, 101, handle);
	test_expect(&w, &p, TEST_ANYWHERE, 0);
	assert_int_equal(rte_flow_action_handle_destroy(w.port, handle, &error), -EBUSY);
	assert_non_null(strstr(error.message, "in use by 2 rules"));
	test_destroy(w.port, flow);
	test_stop(w.port);
	test_start(w.port, 2, 1);
	w.n_queues = 2;
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_int_equal(handle_hits(&w, handle), 1);
	sharing(&w, 100, handle);
	test_expect(&w, &p, TEST_ANYWHERE, 0);
	assert_int_equal(handle_hits(&w, handle), 2);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_int_equal(rte_flow_action_handle_destroy(w.port, handle, &error), 0);
	/* What is left goes with the port. */
	make(&w, RTE_FLOW_ACTION_TYPE_COUNT, NULL);
	test_world_down(&w);
}

static void
test_rss(void **state __rte_unused)
{
	static const uint16_t first[] = { 1 }, second[] = { 3 };
	const struct rte_flow_action_rss before = { .queue = first, .queue_num = 1 };
	const struct rte_flow_action_rss after = { .queue = second, .queue_num = 1 };
	const struct rte_flow_action update = { .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &after };
	struct rte_flow_action_handle *handle;
	struct test_world w;
	unsigned int i;

	test_world_up(&w, 2, QUEUES, TEST_ROOMY);
	handle = make(&w, RTE_FLOW_ACTION_TYPE_RSS, &before);
	for (i = 0; i < 4; i++)
		sharing(&w, 100 + i, handle);
	for (i = 0; i < 8; i++) {
		const struct test_packet p = packet_to(100 + i % 4);

		if (i == 4)
			assert_int_equal(rte_flow_action_handle_update(w.port, handle, &update,
								       NULL), 0);
		test_expect(&w, &p, i < 4 ? 1 : 3, 0);
	}
	test_world_down(&w);
}

static void
test_other_port(void **state __rte_unused)
{
	const struct rte_flow_action_age age = { .timeout = LONG };
	struct rte_flow_action_handle *handle;
	struct rte_flow_error error;
	struct flow_spy spy = { 0 };
	struct test_world w;
	struct test_rule r;

	test_hand_up(&w, &spy, "");
	handle = make(&w, RTE_FLOW_ACTION_TYPE_AGE, &age);
	assert_int_equal(rte_flow_action_handle_destroy(w.low, handle, &error), -EINVAL);
	assert_non_null(strstr(error.message, "not a handle of this port"));
	for_port(&r, 100);
	test_action_indirect(&r, handle);
	assert_null(rte_flow_create(w.low, &r.attr, r.pattern, r.actions, &error));
	assert_int_equal(rte_errno, EINVAL);
	assert_ptr_equal(error.cause, handle);
	test_world_down(&w);
}

/* With AGE or a shared action software has the rules, until the last one is gone. */
static void
test_not_handed(void **state __rte_unused)
{
	struct rte_flow_action_handle *handle;
	struct flow_spy spy = { 0 };
	struct rte_flow *flow;
	struct test_world w;
	struct test_rule r;

	test_hand_up(&w, &spy, "");
	flow = test_hand_create(&w, 100, 1);
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 100, 1);
	for_port(&r, 101);
	test_action_age(&r, LONG, NULL);
	test_action_queue(&r, 2);
	test_log_begin();
	test_create(w.port, &r);
	test_log_end_with("age timeout 1000", "rules with age are kept in software");
	assert_int_equal(spy.rules, 0);
	test_hand_expect(&w, 100, 1);
	assert_int_equal(test_hits(w.port, flow, false), 2);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);

	handle = make(&w, RTE_FLOW_ACTION_TYPE_COUNT, NULL);
	test_hand_create(&w, 100, 1);
	assert_int_equal(spy.rules, 1);
	test_log_begin();
	sharing(&w, 101, handle);
	test_log_end_with("indirect", "rules that share actions are kept in software");
	assert_int_equal(spy.rules, 0);
	test_world_down(&w);
}

static void
test_required(void **state __rte_unused)
{
	struct flow_spy spy = { 0 };
	struct rte_flow_error error;
	struct test_world w;
	struct test_rule r;

	test_hand_up(&w, &spy, "hw=require");
	for_port(&r, 101);
	test_action_age(&r, LONG, NULL);
	assert_int_equal(rte_flow_validate(w.port, &r.attr, r.pattern, r.actions, &error),
			 -ENOTSUP);
	assert_non_null(strstr(error.message, "rules with age"));
	assert_null(rte_flow_create(w.port, &r.attr, r.pattern, r.actions, &error));
	assert_int_equal(rte_errno, ENOTSUP);
	assert_int_equal(spy.rules, 0);
	test_world_down(&w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_aged),
		TEST(test_told_destroys),
		TEST(test_keep),
		TEST(test_rss),
		TEST(test_other_port),
		TEST(test_not_handed),
		TEST(test_required),
	};
	int rc;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	test_eal_cleanup();
	return rc;
}
