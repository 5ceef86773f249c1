/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>

#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_mempool.h>

#include "../../drivers/net/steer/steer_port.h"
#include "port.h"
#include "second.h"
#include "steer_ptype.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The port in a secondary process: what it sees there, and what it may not. */

/* Secondary */

static void
second_stats(void **state __rte_unused)
{
	uint16_t port = test_port_of(TEST_SECOND_PORT);

	test_second_counts(port, TEST_SECOND_PACKETS);
	test_second_turn();
	test_second_counts(port, 2 * TEST_SECOND_PACKETS);
	assert_int_equal(rte_eth_stats_reset(port), 0);
	test_second_counts(port, 0);
	assert_int_equal(rte_eth_xstats_reset(port), 0);
}

static void
second_info(void **state __rte_unused)
{
	struct rte_eth_rss_reta_entry64 reta[16] = { [1] = { .mask = 1 } };
	uint8_t key[40];
	struct rte_eth_rss_conf rss = { .rss_key = key, .rss_key_len = sizeof(key) };
	struct rte_eth_dev_info info, below;
	static struct rte_eth_rxq_info rxq; /* The sanitizers keep no alignment on the stack. */
	static struct rte_eth_txq_info txq; /* The sanitizers keep no alignment on the stack. */
	uint16_t port = test_port_of(TEST_SECOND_PORT);
	uint32_t ptypes[8];

	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_string_equal(info.driver_name, "net_steer");
	assert_int_equal(info.nb_rx_queues, TEST_SECOND_QUEUES);
	assert_int_equal(info.max_rx_queues, 64);
	assert_int_equal(rte_eth_dev_info_get(test_port_of(TEST_SECOND_BELOW), &below), 0);
	assert_int_equal(info.max_rx_pktlen, below.max_rx_pktlen);
	assert_int_equal(test_link_status(port), RTE_ETH_LINK_UP);
	assert_int_equal(rte_eth_rx_queue_info_get(port, TEST_SECOND_QUEUES - 1, &rxq), 0);
	assert_string_equal(rxq.mp->name, "test");
	assert_int_equal(rte_eth_tx_queue_info_get(port, 0, &txq), 0);
	assert_int_equal(txq.nb_desc, rxq.nb_desc);
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(port, &rss), 0);
	assert_int_equal(rss.rss_hf, RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_UDP);
	assert_int_equal(key[0], 0x6d);
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta, 128), 0);
	assert_int_equal(reta[1].reta[0], 64 % TEST_SECOND_QUEUES);
	/* The log names the port by what is in shared memory. */
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta, 1024), -EINVAL);
	test_log_end_with(TEST_SECOND_PORT, "1024");
	assert_int_equal(rte_eth_dev_get_supported_ptypes(port, UINT32_MAX, ptypes, 8),
			 STEER_PTYPES);
	test_second_turn();
}

/* Without the lower port there are its parts of it all missing. */
static void
second_alone(void **state __rte_unused)
{
	struct rte_eth_dev *below = &rte_eth_devices[test_port_of(TEST_SECOND_BELOW)];
	const struct eth_dev_ops *ops = below->dev_ops;
	struct rte_eth_dev_info info;
	uint16_t port = test_port_of(TEST_SECOND_PORT);
	uint32_t ptypes[8];

	below->dev_ops = NULL;
	test_second_counts(port, TEST_SECOND_PACKETS);
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(rte_eth_dev_get_supported_ptypes(port, UINT32_MAX, ptypes, 8),
			 STEER_PTYPES);
	below->dev_ops = ops;

	assert_int_equal(rte_vdev_uninit(TEST_SECOND_BELOW), 0);
	test_second_counts(port, TEST_SECOND_PACKETS);
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.max_rx_queues, 64);
	assert_int_equal(rte_eth_dev_get_supported_ptypes(port, UINT32_MAX, ptypes, 8),
			 STEER_PTYPES);
	assert_int_equal(rte_eth_stats_reset(port), 0);
	test_second_turn();
	test_second_counts(port, TEST_SECOND_PACKETS);
}

static void
check_flows_refused(uint16_t port)
{
	static const struct rte_flow_attr attr = { .ingress = 1 };
	static const struct rte_flow_item all[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	static const struct rte_flow_action drop[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_DROP }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_error error;

	assert_int_equal(rte_flow_validate(port, &attr, all, drop, &error), -ENOTSUP);
	assert_null(rte_flow_create(port, &attr, all, drop, &error));
	assert_int_equal(rte_errno, ENOTSUP);
	assert_int_equal(rte_flow_flush(port, &error), -ENOTSUP);
	assert_int_equal(rte_flow_isolate(port, 1, &error), -ENOTSUP);
	assert_int_equal(rte_flow_dev_dump(port, NULL, stderr, &error), -ENOTSUP);
}

static void
second_refused(void **state __rte_unused)
{
	struct rte_ether_addr mac = { .addr_bytes = { 2, 0, 0, 0, 0, 9 } };
	struct rte_eth_rss_reta_entry64 reta[2] = { { .mask = 1, .reta = { 2 } } };
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };
	struct rte_eth_rss_conf rss = { .rss_hf = RTE_ETH_RSS_IPV4 };
	uint16_t port = test_port_of(TEST_SECOND_PORT);

	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), -ENOTSUP);
	assert_int_equal(rte_eth_rx_queue_setup(port, 0, 64, 0, NULL, NULL), -ENOTSUP);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, 64, 0, NULL), -ENOTSUP);
	assert_int_equal(rte_eth_dev_start(port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_stop(port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_reset(port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_set_mtu(port, 1400), -ENOTSUP);
	assert_int_equal(rte_eth_dev_set_link_down(port), -ENOTSUP);
	assert_int_equal(rte_eth_promiscuous_enable(port), -ENOTSUP);
	assert_int_equal(rte_eth_allmulticast_enable(port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port, &mac), -ENOTSUP);
	assert_int_equal(rte_eth_dev_mac_addr_add(port, &mac, 0), -ENOTSUP);
	assert_int_equal(rte_eth_dev_rss_reta_update(port, reta, 128), -ENOTSUP);
	assert_int_equal(rte_eth_dev_rss_hash_update(port, &rss), -ENOTSUP);
	check_flows_refused(port);
	test_second_bursts(port);
	test_second_turn();
}

/* Primary */

static void
test_stats(void **state __rte_unused)
{
	struct test_flow f = test_second_flow();
	struct rte_eth_stats stats;
	struct test_world w;
	pid_t pid;

	test_world_up(&w, 2, TEST_SECOND_QUEUES, "");
	test_second_rule(w.port);
	test_second_exchange(&w, &f);
	pid = test_second_start("second_stats");
	test_second_listen();
	test_second_exchange(&w, &f);
	test_second_say();
	test_second_end(pid);
	/* It has set them back. */
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.ipackets, 0);
	test_second_exchange(&w, &f);
	assert_int_equal(test_xstat(w.port, "rx_q1_packets"), TEST_SECOND_PACKETS);
	test_world_down(&w);
}

static void
test_info(void **state __rte_unused)
{
	test_second_disturb("second_info");
}

static void
test_alone(void **state __rte_unused)
{
	test_second_disturb("second_alone");
}

static void
test_refused(void **state __rte_unused)
{
	test_second_disturb("second_refused");
}

static int
primary(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stats, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_info, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_alone, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_refused, test_begin, test_end),
	};

	return cmocka_run_group_tests_name("secondary", tests, NULL, NULL);
}

static int
secondary(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(second_stats),
		cmocka_unit_test(second_info),
		cmocka_unit_test(second_alone),
		cmocka_unit_test(second_refused),
	};

	return cmocka_run_group_tests_name("secondary process", tests, NULL, NULL);
}

int
main(int argc, char **argv)
{
	return test_second_main(argc, argv, primary, secondary);
}
