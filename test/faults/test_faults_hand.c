/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "fault_case.h"
#include "hand.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Rules that the port below has, which is another net_steer: any call of either fails, and they are
 * in software then, or with hw=require the operation is refused.
 */

#define PORT (fault_world.port)
#define OLD 100
#define NEW 101

static struct flow_spy spy;
static struct rte_flow *old;

static void
up(const struct fault_case *c)
{
	spy = (struct flow_spy){ .no_keep = strstr(c->name, "replayed") != NULL };
	test_hand_up(&fault_world, &spy, c->args);
	old = test_hand_create(&fault_world, OLD, 1);
}

static void
up_stopped(const struct fault_case *c)
{
	up(c);
	test_stop(PORT);
}

static void
up_isolated(const struct fault_case *c)
{
	up_stopped(c);
	assert_int_equal(rte_flow_isolate(PORT, 1, NULL), 0);
}

/* The port below has not given back its rules when it was stopped, but would now. */
static void
up_stuck(const struct fault_case *c)
{
	up(c);
	spy.destroy = spy.flush = true;
	test_log_begin();
	test_stop(PORT);
	test_log_end(NULL);
	spy.destroy = spy.flush = false;
}

static int
create(const struct fault_case *c __rte_unused)
{
	struct test_rule r;

	test_hand_rule(&r, 1, NEW, UINT16_MAX, 2);
	return rte_flow_create(PORT, &r.attr, r.pattern, r.actions, &fault_error) != NULL ?
		0 : -rte_errno;
}

/* It cannot be below. */
static int
create_unfit(const struct fault_case *c __rte_unused)
{
	struct test_rule r;

	test_hand_rule(&r, 1, NEW, UINT16_MAX, 2);
	r.attr.group = 3;
	return rte_flow_create(PORT, &r.attr, r.pattern, r.actions, &fault_error) != NULL ?
		0 : -rte_errno;
}

static int
validate(const struct fault_case *c __rte_unused)
{
	struct test_rule r;

	test_hand_rule(&r, 1, NEW, UINT16_MAX, 2);
	return rte_flow_validate(PORT, &r.attr, r.pattern, r.actions, &fault_error);
}

static int
destroy(const struct fault_case *c __rte_unused)
{
	return rte_flow_destroy(PORT, old, &fault_error);
}

static int
flush(const struct fault_case *c __rte_unused)
{
	return rte_flow_flush(PORT, &fault_error);
}

static int
isolate(const struct fault_case *c __rte_unused)
{
	return rte_flow_isolate(PORT, 1, &fault_error);
}

/* And not any more. */
static int
isolate_both(const struct fault_case *c)
{
	int ret = isolate(c);

	return ret != 0 ? ret : rte_flow_isolate(PORT, 0, &fault_error);
}

static int
query(const struct fault_case *c __rte_unused)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count data = { .reset = 0 };

	return rte_flow_query(PORT, old, count, &data, &fault_error);
}

static int
start(const struct fault_case *c __rte_unused)
{
	/* Which a start before could not do. */
	int ret = rte_eth_dev_stop(PORT);

	return ret != 0 ? ret : rte_eth_dev_start(PORT);
}

static int
stop_port(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_stop(PORT);
}

static int
configure(const struct fault_case *c)
{
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_RSS };
	uint16_t i;
	int ret;

	conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IPV4;
	ret = rte_eth_dev_stop(PORT);
	if (ret == 0)
		ret = rte_eth_dev_configure(PORT, TEST_HAND_QUEUES, 1, &conf);
	for (i = 0; ret == 0 && i < TEST_HAND_QUEUES; i++)
		ret = rte_eth_rx_queue_setup(PORT, i, 128, 0, NULL, test_pool());
	if (ret == 0)
		ret = rte_eth_tx_queue_setup(PORT, 0, 128, 0, NULL);
	return ret != 0 ? ret : start(c);
}

static int
set_hash(const struct fault_case *c __rte_unused)
{
	struct rte_eth_rss_conf conf = { .rss_hf = RTE_ETH_RSS_IPV4 };

	return rte_eth_dev_rss_hash_update(PORT, &conf);
}

static int
stop_queue(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_rx_queue_stop(PORT, 3);
}

static int
close_port(const struct fault_case *c __rte_unused)
{
	if (!rte_eth_dev_is_valid_port(PORT))
		return 0;
	rte_eth_dev_stop(PORT);
	return rte_eth_dev_close(PORT);
}

static void
check(const struct fault_case *c, bool done)
{
	if (c->op == close_port || c->op == stop_port)
		return;
	if ((c->op == start || c->op == configure) && !done)
		return;
	if (c->op != destroy && c->op != flush)
		test_hand_expect(&fault_world, OLD, 1);
	else if (done)
		test_hand_expect(&fault_world, OLD, TEST_ANYWHERE);
	if (c->op == create)
		test_hand_expect(&fault_world, NEW, done ? 2 : TEST_ANYWHERE);
}

static void
down(const struct fault_case *c __rte_unused)
{
	if (rte_eth_dev_is_valid_port(PORT))
		rte_eth_dev_stop(PORT);
	test_unplug("net_steer_top");
	rte_vdev_uninit("net_steer0");
	rte_vdev_uninit(fault_world.lower);
	test_world_clear(&fault_world);
}

#define CASE(what, before, operation, arguments, of_flows) \
	{ .name = what " " arguments, .args = arguments, .up = before, .op = operation, \
	  .check = check, .down = down, .flow = of_flows }
#define FLOW(what, operation) \
	CASE(what, up, operation, "", true), CASE(what, up, operation, "hw=require", true)
#define LIFE(what, before, operation) \
	CASE(what, before, operation, "", false), CASE(what, before, operation, "hw=require", false)

static const struct fault_case cases[] = {
	FLOW("create", create),
	CASE("create unfit", up, create_unfit, "", true),
	FLOW("validate", validate),
	FLOW("destroy", destroy),
	FLOW("flush", flush),
	FLOW("isolate", isolate),
	FLOW("isolate both", isolate_both),
	FLOW("query", query),
	LIFE("start", up_stopped, start),
	LIFE("start replayed", up_stopped, start),
	LIFE("start isolated", up_isolated, start),
	LIFE("start stuck, replayed", up_stuck, start),
	LIFE("configure", up_stopped, configure),
	LIFE("stop", up, stop_port),
	LIFE("stop replayed", up, stop_port),
	LIFE("hash", up, set_hash),
	CASE("queue stops", up, stop_queue, "", false),
	LIFE("close", up, close_port),
};

static const struct fault_group groups[] = {
	FAULT_GROUP(cases),
};

int
main(void)
{
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = fault_run("faults_hand", groups, RTE_DIM(groups));
	test_eal_cleanup();
	return ret;
}
