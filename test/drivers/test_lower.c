/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <ethdev_driver.h>
#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "eal.h"
#include "port.h"
#include "steer_ptype.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The port below is made of a ring: what is sent is received. */
#define BELOW "net_ring_below"
#define IFACE "iface=" BELOW

static struct rte_ring *ring;

static uint16_t
plug_below(void)
{
	return test_plug_rings("below", &ring, 1);
}

/* dev_configure says which port is missing, or whose it is. */
static void
assert_refused(uint16_t port, const char *iface, int answer, const char *why)
{
	struct rte_eth_conf conf = { 0 };
	const char *text;
	int ret;

	test_log_begin();
	ret = rte_eth_dev_configure(port, 1, 1, &conf);
	text = test_log_end(NULL);
	if (ret != answer || strstr(text, "net_steer: ") == NULL || strstr(text, iface) == NULL ||
			strstr(text, why) == NULL)
		fail_msg("dev_configure answers %d and logs \"%s\"", ret, text);
}

static void
assert_not_configurable(uint16_t port, const char *iface)
{
	assert_refused(port, iface, -ENODEV, "no such port");
}

/* Packets pass. */
static void
assert_works(uint16_t port)
{
	struct rte_mbuf *pkts[TEST_BURST];
	unsigned int tries;
	uint16_t n = 0;

	test_start(port, 1, 1);
	assert_int_equal(rte_pktmbuf_alloc_bulk(test_pool(), pkts, TEST_BURST), 0);
	assert_int_equal(rte_eth_tx_burst(port, 0, pkts, TEST_BURST), TEST_BURST);
	for (tries = 0; tries < 100 && n < TEST_BURST; tries++)
		n += rte_eth_rx_burst(port, 0, &pkts[n], TEST_BURST - n);
	assert_int_equal(n, TEST_BURST);
	rte_pktmbuf_free_bulk(pkts, n);
	test_stop(port);
}

static void
test_present(void **state __rte_unused)
{
	uint16_t below, port;

	below = plug_below();
	test_log_begin();
	port = test_plug("net_steer0", IFACE);
	test_log_end_empty();
	test_owner_is(below, "net_steer0");
	/* The application sees one port only. */
	assert_int_equal(rte_eth_dev_count_avail(), 1);
	assert_works(port);

	/* It goes, and the port below with it. */
	test_unplug("net_steer0");
	assert_int_equal(rte_eth_dev_count_total(), 0);
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static void
test_to_come(void **state __rte_unused)
{
	uint16_t below, port;

	port = test_plug_waiting("net_steer0", IFACE);
	assert_not_configurable(port, BELOW);
	assert_int_equal(test_link_status(port), RTE_ETH_LINK_DOWN);
	assert_int_equal(rte_eth_dev_set_link_up(port), -ENODEV);
	assert_int_equal(rte_eth_promiscuous_enable(port), -ENODEV);
	assert_int_equal(rte_eth_allmulticast_enable(port), -ENODEV);

	/* Others are none of its business. */
	test_plug("net_null_other", "");
	assert_not_configurable(port, BELOW);
	test_unplug("net_null_other");

	test_log_begin();
	below = plug_below();
	test_log_end_empty();
	assert_true(port < below);
	test_owner_is(below, "net_steer0");
	assert_int_equal(rte_eth_dev_socket_id(port), RTE_MAX(rte_eth_dev_socket_id(below), 0));
	assert_works(port);

	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static void
test_owned_by_other(void **state __rte_unused)
{
	struct rte_eth_dev_owner owner = { .name = "somebody" };
	uint16_t below;

	below = plug_below();
	assert_int_equal(rte_eth_dev_owner_new(&owner.id), 0);
	assert_int_equal(rte_eth_dev_owner_set(below, &owner), 0);
	test_plug_refused("net_steer0", IFACE, IFACE, "somebody");
	test_owner_is(below, "somebody");

	/* Free again, one takes it and the next does not. */
	assert_int_equal(rte_eth_dev_owner_unset(below, owner.id), 0);
	test_plug("net_steer0", IFACE);
	test_plug_refused("net_steer1", IFACE, IFACE, "net_steer0");
	test_owner_is(below, "net_steer0");
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

/* Another one's callback, called before ours. */
static int
own_first(uint16_t port, enum rte_eth_event_type event __rte_unused, void *owner,
	  void *ret_param __rte_unused)
{
	return rte_eth_dev_owner_set(port, owner);
}

/* Somebody else owns the port below from the moment it comes. Returns ours, which complains. */
static uint16_t
plug_owned(struct rte_eth_dev_owner *somebody, uint16_t *below)
{
	uint16_t port;

	assert_int_equal(rte_eth_dev_owner_new(&somebody->id), 0);
	assert_int_equal(rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_NEW, own_first,
		somebody), 0);
	port = test_plug_waiting("net_steer0", IFACE);
	test_log_begin();
	*below = plug_below();
	test_log_end_with(IFACE, somebody->name);
	assert_int_equal(rte_eth_dev_callback_unregister(RTE_ETH_ALL, RTE_ETH_EVENT_NEW, own_first,
		somebody), 0);
	test_owner_is(*below, somebody->name);
	assert_refused(port, BELOW, -EPERM, somebody->name);
	return port;
}

static void
test_owned_when_it_comes(void **state __rte_unused)
{
	struct rte_eth_dev_owner owner = { .name = "somebody" };
	uint16_t below;

	plug_owned(&owner, &below);
	test_unplug("net_steer0");
	/* What was never ours is still there. */
	test_unplug(BELOW);
}

/* Its owner gives it back: it is taken when it is needed. */
static void
test_owner_gives_back(void **state __rte_unused)
{
	struct rte_eth_dev_owner owner = { .name = "somebody" };
	uint16_t below, port;

	port = plug_owned(&owner, &below);
	assert_int_equal(rte_eth_dev_owner_unset(below, owner.id), 0);
	assert_works(port);
	test_owner_is(below, "net_steer0");
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static void
test_two_wait_for_one(void **state __rte_unused)
{
	uint16_t below, first, second;

	first = test_plug_waiting("net_steer0", IFACE);
	second = test_plug_waiting("net_steer1", IFACE);
	test_log_begin();
	below = plug_below();
	test_log_end_with("net_steer1", "net_steer0");
	test_owner_is(below, "net_steer0");
	assert_works(first);
	assert_refused(second, BELOW, -EPERM, "net_steer0");
	test_unplug("net_steer1");
	assert_works(first);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static void
test_loops(void **state __rte_unused)
{
	test_plug_refused("net_steer0", "iface=net_steer0", "iface=net_steer0", "another");

	/* Of two. */
	test_plug_waiting("net_steer0", "iface=net_steer1");
	test_plug_refused("net_steer1", "iface=net_steer0", "iface=net_steer0", "leads back");

	/* Of three: the first is waiting, the second is bound to it. */
	test_plug("net_steer2", "iface=net_steer0");
	test_plug_refused("net_steer1", "iface=net_steer2", "iface=net_steer2", "leads back");
	test_unplug("net_steer2");
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);

	/* Of three: each waits for the next, as on a command line. */
	test_plug_waiting("net_steer0", "iface=net_steer1");
	test_plug_waiting("net_steer1", "iface=net_steer2");
	test_plug_refused("net_steer2", "iface=net_steer0", "iface=net_steer0", "leads back");
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit("net_steer1"), 0);
}

/* No loop: the upper one takes from the lower one what that one has not got itself yet. */
static void
test_steer_on_steer(void **state __rte_unused)
{
	uint16_t below, upper, lower;

	upper = test_plug_waiting("net_steer1", "iface=net_steer0");
	lower = test_plug_waiting("net_steer0", IFACE);
	test_owner_is(lower, "net_steer1");
	assert_not_configurable(upper, BELOW);
	below = plug_below();
	test_owner_is(below, "net_steer0");
	assert_int_equal(rte_eth_dev_count_avail(), 1);
	assert_works(upper);

	test_unplug("net_steer1");
	assert_int_equal(rte_eth_dev_count_total(), 0);
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

/* All that an application may ask for while there is no port below. */
static void
assert_survives(uint16_t port)
{
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };
	struct rte_eth_stats stats;
	struct rte_eth_dev_info info;
	uint32_t ptypes[64];

	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	assert_int_equal(rte_eth_stats_reset(port), 0);
	assert_true(rte_eth_xstats_get(port, NULL, 0) > 0);
	assert_int_equal(test_link_status(port), RTE_ETH_LINK_DOWN);
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port, &mac), -ENODEV);
	assert_int_equal(rte_eth_dev_mac_addr_add(port, &mac, 0), -ENODEV);
	assert_int_equal(rte_eth_promiscuous_enable(port), -ENODEV);
	assert_int_equal(rte_eth_allmulticast_enable(port), -ENODEV);
	assert_int_equal(rte_eth_dev_set_mc_addr_list(port, &mac, 1), -ENODEV);
	assert_int_equal(rte_eth_dev_reset(port), -ENODEV);
	assert_int_equal(rte_eth_dev_set_link_up(port), -ENODEV);
	assert_int_equal(rte_eth_dev_set_link_down(port), -ENODEV);
	assert_int_equal(rte_eth_dev_get_supported_ptypes(port, RTE_PTYPE_ALL_MASK, ptypes,
		RTE_DIM(ptypes)), STEER_PTYPES);
}

static void
test_lower_goes(void **state __rte_unused)
{
	uint16_t below, port;

	plug_below();
	port = test_plug("net_steer0", IFACE);
	assert_works(port);
	test_log_begin();
	test_unplug(BELOW);
	test_log_end_with("net_steer0", BELOW);
	assert_survives(port);
	assert_not_configurable(port, BELOW);

	/* It comes back. */
	test_log_begin();
	below = plug_below();
	test_log_end_empty();
	test_owner_is(below, "net_steer0");
	assert_works(port);

	test_log_begin();
	test_unplug(BELOW);
	test_log_end(NULL);
	test_unplug("net_steer0");
}

/* As when a card is pulled out. */
static void
test_lower_goes_at_work(void **state __rte_unused)
{
	struct rte_mbuf *pkts[TEST_BURST];
	uint16_t port;

	plug_below();
	port = test_plug("net_steer0", IFACE);
	test_start(port, 2, 2);
	test_log_begin();
	test_unplug(BELOW);
	test_log_end_with("net_steer0", "gone");

	assert_int_equal(rte_pktmbuf_alloc_bulk(test_pool(), pkts, TEST_BURST), 0);
	test_log_begin();
	assert_int_equal(rte_eth_tx_prepare(port, 1, pkts, TEST_BURST), 0);
	assert_int_equal(rte_errno, ENODEV);
	assert_int_equal(rte_eth_tx_burst(port, 0, pkts, TEST_BURST), 0);
	assert_int_equal(rte_eth_tx_burst(port, 1, pkts, TEST_BURST), 0);
	assert_int_equal(rte_eth_tx_descriptor_status(port, 0, 0), -ENODEV);
	assert_int_equal(rte_eth_tx_done_cleanup(port, 0, 0), -ENODEV);
	test_log_end_empty();
	rte_pktmbuf_free_bulk(pkts, TEST_BURST);
	assert_int_equal(rte_eth_rx_burst(port, 0, pkts, TEST_BURST), 0);
	assert_int_equal(rte_eth_rx_burst(port, 1, pkts, TEST_BURST), 0);
	assert_survives(port);
	assert_int_equal(test_xstat(port, "tx_q0_packets"), 0);

	/* One that takes its place in the meantime is not started by anybody. */
	plug_below();
	assert_int_equal(rte_eth_rx_burst(port, 0, pkts, TEST_BURST), 0);
	assert_int_equal(rte_eth_dev_stop(port), 0);
	assert_works(port);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static void
test_close_then_unplug(void **state __rte_unused)
{
	uint16_t port;

	plug_below();
	port = test_plug("net_steer0", IFACE);
	assert_works(port);
	assert_int_equal(rte_eth_dev_close(port), 0);
	assert_int_equal(rte_eth_dev_count_total(), 0);
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
}

/* Unplugging stops it first. */
static void
test_unplug_at_work(void **state __rte_unused)
{
	plug_below();
	test_start(test_plug("net_steer0", IFACE), 2, 2);
	test_unplug("net_steer0");
	assert_int_equal(rte_eth_dev_count_total(), 0);
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static unsigned int seen[RTE_ETH_EVENT_MAX];

static int
on_event(uint16_t port __rte_unused, enum rte_eth_event_type event, void *arg __rte_unused,
	 void *ret_param __rte_unused)
{
	seen[event]++;
	return 0;
}

static void
test_events(void **state __rte_unused)
{
	static const enum rte_eth_event_type passed_on[] = {
		RTE_ETH_EVENT_INTR_LSC, RTE_ETH_EVENT_INTR_RMV, RTE_ETH_EVENT_INTR_RESET,
		RTE_ETH_EVENT_ERR_RECOVERING, RTE_ETH_EVENT_RECOVERY_SUCCESS,
		RTE_ETH_EVENT_RECOVERY_FAILED,
	};
	uint16_t below, other, port;
	unsigned int i;

	other = test_plug("net_null_other", "");
	below = plug_below();
	port = test_plug("net_steer0", IFACE);
	for (i = 0; i < RTE_DIM(passed_on); i++) {
		enum rte_eth_event_type event = passed_on[i];

		seen[event] = 0;
		assert_int_equal(rte_eth_dev_callback_register(port, event, on_event, NULL), 0);
		rte_eth_dev_callback_process(&rte_eth_devices[other], event, NULL);
		assert_int_equal(seen[event], 0);
		rte_eth_dev_callback_process(&rte_eth_devices[below], event, NULL);
		assert_int_equal(seen[event], 1);
		assert_int_equal(rte_eth_dev_callback_unregister(port, event, on_event, NULL), 0);
	}
	test_unplug("net_steer0");
	test_unplug("net_null_other");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static int
close_on_event(uint16_t port, enum rte_eth_event_type event __rte_unused, void *arg __rte_unused,
	       void *ret_param __rte_unused)
{
	return rte_eth_dev_close(port);
}

/* The callback of ours that calls the application's is running then, and cannot be taken away. */
static void
test_close_in_event(void **state __rte_unused)
{
	uint16_t below, port;

	below = plug_below();
	port = test_plug("net_steer0", IFACE);
	assert_int_equal(rte_eth_dev_callback_register(port, RTE_ETH_EVENT_INTR_RMV,
		close_on_event, NULL), 0);
	rte_eth_dev_callback_process(&rte_eth_devices[below], RTE_ETH_EVENT_INTR_RMV, NULL);
	assert_int_equal(rte_eth_dev_count_total(), 0);
	assert_int_equal(rte_eth_dev_callback_unregister(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_RMV,
		close_on_event, NULL), 0);
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(BELOW), 0);

	/* What is left of it finds no port, and goes with the next. */
	below = plug_below();
	rte_eth_dev_callback_process(&rte_eth_devices[below], RTE_ETH_EVENT_INTR_RMV, NULL);
	test_plug("net_steer0", IFACE);
	rte_eth_dev_callback_process(&rte_eth_devices[below], RTE_ETH_EVENT_INTR_RMV, NULL);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_present, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_to_come, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_owned_by_other, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_owned_when_it_comes, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_owner_gives_back, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_two_wait_for_one, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_loops, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_steer_on_steer, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_lower_goes, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_lower_goes_at_work, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_close_then_unplug, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_unplug_at_work, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_events, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_close_in_event, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ring = test_ring("below", 1024);
	ret = cmocka_run_group_tests_name("lower", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
