/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "fake_lower.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The lower port refuses, or comes and goes between two steps: each step can be tried again. */

#define LOWER "net_fake0"
#define LOWERS 2
#define QUEUES 4

static struct fake_lower fake;

static void
plug_lower(void)
{
	unsigned int i;

	fake = (struct fake_lower){ .n_queues = LOWERS };
	for (i = 0; i < LOWERS; i++)
		fake.rings[i] = test_below(i);
	fake_lower_plug(LOWER, &fake);
}

static int
bring_up(uint16_t port)
{
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_RSS };
	uint16_t q;
	int ret;

	ret = rte_eth_dev_configure(port, QUEUES, QUEUES, &conf);
	for (q = 0; q < QUEUES && ret == 0; q++)
		ret = rte_eth_rx_queue_setup(port, q, 64, 0, NULL, test_pool());
	for (q = 0; q < QUEUES && ret == 0; q++)
		ret = rte_eth_tx_queue_setup(port, q, 64, 0, NULL);
	return ret != 0 ? ret : rte_eth_dev_start(port);
}

/* End of a log that has one line of net_steer; others may have theirs. */
static void
log_end_once(const char *part)
{
	const char *text = test_log_end(NULL), *line = strstr(text, "net_steer: ");

	if (line == NULL || strstr(line, part) == NULL || strstr(line + 1, "net_steer: ") != NULL)
		fail_msg("logged is \"%s\", wanted is one line of net_steer with \"%s\"", text,
			part);
}

static void
make_rule(uint16_t port)
{
	struct test_rule r;

	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_action_mark(&r, 7);
	test_action_queue(&r, QUEUES - 1);
	test_create(port, &r);
}

/* By each lower queue. */
static void
assert_works(struct test_world *w)
{
	struct test_flow f = {
		.packet = { .dst = 1, .proto = IPPROTO_UDP }, .queue = QUEUES - 1, .mark = 7,
	};
	struct rte_mbuf *m;
	unsigned int i;

	for (i = 0; i < LOWERS; i++)
		test_send(w, &f, i);
	test_poll_rest(w, TEST_ALL_QUEUES, TEST_BURST);
	test_world_check(w);
	assert_int_equal(f.received, LOWERS);
	m = test_packet_make(&f.packet);
	assert_int_equal(rte_eth_tx_burst(w->port, QUEUES - 1, &m, 1), 1);
}

static void
plug(struct test_world *w)
{
	memset(w, 0, sizeof(*w));
	w->n_lower = LOWERS;
	w->n_queues = QUEUES;
	w->window = 100;
	w->patience = 1000;
	w->polled = TEST_ALL_QUEUES;
	w->burst = TEST_BURST;
	w->port = test_plug("net_steer0", "iface=" LOWER);
}

static void
unplug(const struct test_world *w)
{
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(LOWER), 0);
	test_world_clear(w);
	assert_false(fake.misused);
}

/* Refusals */

/* The n-th call of an operation fails: then all is tried once more, or given up. */
static bool
fails_at(enum fake_op op, unsigned int n, bool again)
{
	struct test_world w;
	int ret;

	plug_lower();
	plug(&w);
	fake.fail_at[op] = n;
	test_log_begin();
	ret = bring_up(w.port);
	if (ret == 0) {
		test_log_end_empty();
	} else {
		log_end_once(LOWER);
		assert_int_equal(ret, -EIO);
	}
	if (ret != 0 && again) {
		assert_int_equal(bring_up(w.port), 0);
		make_rule(w.port);
		assert_works(&w);
	}
	unplug(&w);
	return ret != 0;
}

static void
test_start_fails(void **state __rte_unused)
{
	static const struct {
		enum fake_op op;
		unsigned int calls;
	} starting[] = {
		{ FAKE_CONFIGURE, 1 }, { FAKE_RX_SETUP, LOWERS }, { FAKE_TX_SETUP, LOWERS },
		{ FAKE_START, 1 },
	};
	unsigned int i, n;

	for (i = 0; i < RTE_DIM(starting); i++) {
		for (n = 1; n <= starting[i].calls; n++) {
			assert_true(fails_at(starting[i].op, n, true));
			assert_true(fails_at(starting[i].op, n, false));
		}
		assert_false(fails_at(starting[i].op, n, false));
	}
}

/* A port that worked before, and its lower port cannot be started once. */
static void
test_restart_fails(void **state __rte_unused)
{
	struct test_world w;

	plug_lower();
	plug(&w);
	make_rule(w.port);
	assert_int_equal(bring_up(w.port), 0);
	assert_works(&w);
	test_stop(w.port);
	fake.fail_at[FAKE_START] = 1;
	test_log_begin();
	assert_int_equal(rte_eth_dev_start(w.port), -EIO);
	log_end_once(LOWER);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_works(&w);
	unplug(&w);
}

/* The application asks again; we do not forget that the lower port still runs. */
static void
test_stop_fails(void **state __rte_unused)
{
	struct test_world w;

	plug_lower();
	plug(&w);
	make_rule(w.port);
	assert_int_equal(bring_up(w.port), 0);
	fake.fail_at[FAKE_STOP] = 1;
	test_log_begin();
	assert_int_equal(rte_eth_dev_stop(w.port), -EIO);
	log_end_once("cannot be stopped");
	test_stop(w.port);
	assert_int_equal(fake.calls[FAKE_STOP], 2);
	assert_int_equal(bring_up(w.port), 0);
	assert_works(&w);

	/* Removal does not go through, and does the next time. */
	fake.fail_at[FAKE_STOP] = 1;
	test_log_begin();
	assert_true(rte_vdev_uninit("net_steer0") < 0);
	test_log_end(NULL);
	assert_int_equal(rte_eth_dev_count_total(), 2);
	unplug(&w);
}

/* Comes and goes */

static void
assert_start_refused(uint16_t port)
{
	test_log_begin();
	assert_int_equal(rte_eth_dev_start(port), -ENODEV);
	test_log_end_with("net_steer0", LOWER);
}

static void
test_comes_before_configure(void **state __rte_unused)
{
	struct test_world w;

	test_log_begin();
	plug(&w);
	log_end_once("waited for");
	test_log_begin();
	assert_int_equal(bring_up(w.port), -ENODEV);
	log_end_once(LOWER);
	plug_lower();
	make_rule(w.port);
	assert_int_equal(bring_up(w.port), 0);
	assert_works(&w);
	unplug(&w);
}

/* Between configure and start: one that comes in its place is configured by start. */
static void
goes_before_start(uint16_t n_queues_then)
{
	struct test_world w;

	plug_lower();
	plug(&w);
	assert_int_equal(bring_up(w.port), 0);
	make_rule(w.port);
	test_stop(w.port);
	test_log_begin();
	test_unplug(LOWER);
	log_end_once("gone");
	assert_start_refused(w.port);
	plug_lower();
	fake.n_queues = n_queues_then;
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(fake.calls[FAKE_CONFIGURE], 1);
	w.n_lower = n_queues_then;
	assert_works(&w);
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(fake.calls[FAKE_CONFIGURE], 1);
	assert_works(&w);
	unplug(&w);
}

static void
test_goes_before_start(void **state __rte_unused)
{
	goes_before_start(LOWERS);
	goes_before_start(LOWERS + 5);
}

static void
test_goes_at_work(void **state __rte_unused)
{
	struct rte_mbuf *m;
	struct test_world w;
	uint16_t q;

	plug_lower();
	plug(&w);
	make_rule(w.port);
	assert_int_equal(bring_up(w.port), 0);
	assert_works(&w);
	test_log_begin();
	test_unplug(LOWER);
	plug_lower();
	log_end_once("gone");
	for (q = 0; q < QUEUES; q++)
		assert_int_equal(rte_eth_rx_burst(w.port, q, &m, 1), 0);
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_works(&w);
	assert_int_equal(rte_eth_dev_stop(w.port), 0);
	assert_int_equal(rte_eth_dev_stop(w.port), 0);
	assert_int_equal(rte_eth_dev_close(w.port), 0);
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(LOWER), 0);
	assert_int_equal(rte_eth_dev_count_total(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_start_fails, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_restart_fails, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_stop_fails, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_comes_before_configure, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_goes_before_start, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_goes_at_work, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("failures", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
