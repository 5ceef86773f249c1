/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_ethdev.h>
#include <rte_ring.h>

#include "port.h"
#include "rss_port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

uint16_t rss_port;
static struct rte_ring *rss_ring;

void
rss_configure(uint16_t n_queues, uint64_t rss_hf, uint8_t *key, uint8_t key_len, int expected)
{
	struct rte_eth_conf conf;

	memset(&conf, 0, sizeof(conf));
	conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf.rx_adv_conf.rss_conf.rss_hf = rss_hf;
	conf.rx_adv_conf.rss_conf.rss_key = key;
	conf.rx_adv_conf.rss_conf.rss_key_len = key_len;
	assert_int_equal(rte_eth_dev_configure(rss_port, n_queues, 1, &conf), expected);
}

void
rss_start(void)
{
	uint16_t i;

	for (i = 0; i < N_QUEUES; i++)
		assert_int_equal(rte_eth_rx_queue_setup(rss_port, i, 128, 0, NULL, test_pool()), 0);
	assert_int_equal(rte_eth_tx_queue_setup(rss_port, 0, 128, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(rss_port), 0);
}

void
rss_plug(const char *args)
{
	test_plug_rings("below", &rss_ring, 1);
	rss_port = test_plug("net_steer0", args);
}

void
rss_unplug(void)
{
	rte_vdev_uninit("net_steer0");
	rte_vdev_uninit(RSS_BELOW);
}

int
rss_begin(void **state)
{
	test_begin(state);
	rss_plug("iface=" RSS_BELOW);
	rss_configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	return 0;
}

int
rss_end(void **state)
{
	rte_eth_dev_stop(rss_port);
	rss_unplug();
	return test_end(state);
}

int
rss_set_up(void)
{
	if (test_driver_init() != 0)
		return -1;
	rss_ring = test_ring("below", 1024);
	return 0;
}
