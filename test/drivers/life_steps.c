/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <ethdev_driver.h>
#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_mempool.h>

#include "chance.h"
#include "life.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* One step after the other in the life of a port, at random. By one thread, which may assert. */

#define NAME "net_steer0"

static struct life *l;

/* What the counts of the port began with. */
static struct {
	uint64_t taken;
	uint64_t received;
} base;

uint32_t
life_any(struct life *life, uint32_t n)
{
	return test_chance(&life->random_state) % n;
}

void
life_say(const struct life *life, const char *what, uint32_t detail)
{
	if (life->trace)
		printf("%" PRIu64 ": %s %u\n", life->total.steps, what, detail);
}

static uint32_t
any(uint32_t n)
{
	return life_any(l, n);
}

static void
say(const char *what, uint32_t detail)
{
	life_say(l, what, detail);
}

/* Sums */

static uint64_t
taken(void)
{
	return atomic_load(&l->sent) - life_waiting(l);
}

static void
begin_sums(void)
{
	base.taken = taken();
	base.received = atomic_load(&l->received);
}

/* All that was taken from below was delivered or dropped; nobody polls, and rings are empty. */
static void
check_sums(void)
{
	struct rte_eth_stats stats;
	uint64_t dropped;

	assert_int_equal(rte_eth_stats_get(l->port, &stats), 0);
	dropped = test_xstat(l->port, "rx_rule_drops") +
		test_xstat(l->port, "rx_isolated_drops") +
		test_xstat(l->port, "rx_no_mbuf_drops");
	assert_int_equal(stats.ipackets + stats.imissed + dropped, taken() - base.taken);
	assert_int_equal(test_xstat(l->port, "rx_flow_hits") +
		test_xstat(l->port, "rx_flow_misses"), taken() - base.taken);
	assert_int_equal(stats.ipackets - test_xstat(l->port, "rx_stop_drops"),
		atomic_load(&l->received) - base.received);
	assert_int_equal(rte_mempool_in_use_count(test_pool()), life_waiting(l));
	l->total.checked++;
}

/* Steps: those that pollers may not see, */

static void
hold_pollers(void)
{
	pthread_rwlock_wrlock(&l->polled);
}

static void
let_pollers(void)
{
	pthread_rwlock_unlock(&l->polled);
}

static void
stop_port(void)
{
	say("stop", 0);
	assert_int_equal(rte_eth_dev_stop(l->port), 0);
	l->started = false;
	if (l->configured)
		check_sums();
}

static bool
all_set_up(void)
{
	const struct rte_eth_dev_data *data = rte_eth_devices[l->port].data;

	for (uint16_t i = 0; i < data->nb_rx_queues; i++)
		if (data->rx_queues[i] == NULL)
			return false;
	for (uint16_t i = 0; i < data->nb_tx_queues; i++)
		if (data->tx_queues[i] == NULL)
			return false;
	return data->dev_configured;
}

/* Also upon a port below that has come back, which is configured as the one before. */
static void
start(void)
{
	const bool good = all_set_up() && life_has_below();
	int rc = rte_eth_dev_start(l->port);

	say("start", (uint32_t)-rc);
	if (l->started) {
		assert_int_equal(rc, 0);
		return;
	}
	assert_true(good ? rc == 0 : rc < 0);
	if (rc < 0)
		return;
	l->started = true;
	l->lower_lost = false;
	l->n_rxq = rte_eth_devices[l->port].data->nb_rx_queues;
	l->n_txq = rte_eth_devices[l->port].data->nb_tx_queues;
	l->total.started++;
}

static void
configure_flow_queues(void)
{
	const struct rte_flow_queue_attr size = { .size = 16 };
	const struct rte_flow_queue_attr *sizes[] = { &size };
	const struct rte_flow_port_attr attr = { .flags = 0 };

	if (rte_flow_configure(l->port, &attr, 1, sizes, NULL) == 0)
		l->flow_queues = true;
}

static void
configure(void)
{
	const uint16_t n_rxq = any(LIFE_QUEUES + 1), n_txq = any(LIFE_TX_QUEUES + 1);
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };
	int rc;

	if (n_rxq > 1 && any(4) > 0) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IPV4;
	}
	rc = rte_eth_dev_configure(l->port, n_rxq, n_txq, &conf);
	say("configure", n_rxq << 16 | n_txq << 8 | (uint32_t)-rc);
	if (l->started) {
		assert_int_equal(rc, -EBUSY);
		return;
	}
	/* No queues at all are ethdev's default. */
	assert_true(life_has_below() ? rc == 0 : rc < 0);
	if (rc < 0)
		return;
	l->lower_lost = false;
	l->configured = true;
	l->total.configured++;
	if (!l->flow_queues && any(2))
		configure_flow_queues();
}

static void
set_up_queues(bool all)
{
	const struct rte_eth_dev_data *data = rte_eth_devices[l->port].data;
	struct rte_eth_rxconf rxconf = { .rx_deferred_start = any(8) == 0 };
	struct rte_eth_txconf txconf = { .tx_deferred_start = any(8) == 0 };

	say("set up queues", all);
	if (!data->dev_configured || l->started)
		return;
	for (uint16_t i = 0; i < data->nb_rx_queues; i++)
		if (all || any(2))
			assert_int_equal(rte_eth_rx_queue_setup(l->port, i, 64 << any(4), 0,
				&rxconf, test_pool()), 0);
	for (uint16_t i = 0; i < data->nb_tx_queues; i++)
		if (all || any(2))
			assert_int_equal(rte_eth_tx_queue_setup(l->port, i, 64 << any(4), 0,
				&txconf), 0);
}

/* One that was closed is there no more; its device is. */
static void
take_down(void)
{
	const uint32_t way = any(3);

	say("unplug", way);
	if (l->started)
		stop_port();
	else if (l->configured)
		check_sums();
	pthread_rwlock_wrlock(&l->ruled);
	l->plugged = false;
	l->configured = false;
	if (way == 0) {
		assert_int_equal(rte_eal_hotplug_remove("vdev", NAME), 0);
	} else {
		if (way == 1)
			assert_int_equal(rte_eth_dev_close(l->port), 0);
		assert_int_equal(rte_vdev_uninit(NAME), 0);
	}
	pthread_rwlock_unlock(&l->ruled);
	life_unplug_below(l);
	assert_int_equal(rte_eth_dev_count_total(), 0);
	assert_int_equal(rte_mempool_in_use_count(test_pool()), life_waiting(l));
}

/* It stops and is started as it was, or has to be configured anew. */
static void
reset(void)
{
	int rc = rte_eth_dev_reset(l->port);

	say("reset", (uint32_t)-rc);
	assert_int_equal(rc, life_has_below() && !l->lower_lost ? -ENOTSUP : rc);
	assert_true(rc < 0);
	l->started = false;
	l->total.reset++;
	if (l->configured)
		check_sums();
}

static void
clear_stats(void)
{
	say("clear statistics", 0);
	if (l->started)
		return;
	assert_int_equal(any(2) ? rte_eth_stats_reset(l->port) : rte_eth_xstats_reset(l->port), 0);
	if (l->configured)
		begin_sums();
}

/* and those that they may. */

/* Some of it no port of rings can do: then it is refused. */
static void
settings(void)
{
	struct rte_ether_addr mac = { .addr_bytes = { 2, 0, 0, 0, 0, 1 + any(80) } };
	const uint32_t what = any(6);

	say("settings", what);
	switch (what) {
	case 0:
		if (rte_eth_promiscuous_enable(l->port) == 0)
			assert_int_equal(rte_eth_promiscuous_get(l->port), 1);
		break;
	case 1:
		if (rte_eth_promiscuous_disable(l->port) == 0)
			assert_int_equal(rte_eth_promiscuous_get(l->port), 0);
		break;
	case 2:
		rte_eth_allmulticast_enable(l->port);
		rte_eth_allmulticast_disable(l->port);
		break;
	case 3:
		rte_eth_dev_set_mtu(l->port, 1000 + any(600));
		break;
	case 4:
		rte_eth_dev_mac_addr_add(l->port, &mac, 0);
		break;
	default:
		rte_eth_dev_mac_addr_remove(l->port, &mac);
	}
}

/* Of a queue that nobody polls, while another one brings it packets. */
static void
fill_rings(void)
{
	const uint64_t turns = atomic_load(&l->turns) + LIFE_POLLERS * 2;

	life_send_some(l);
	for (unsigned int i = 0; i < 100 && atomic_load(&l->turns) < turns; i++)
		sched_yield();
}

/* Without the port below there is nothing to start, or to stop. */
static void
change_queue(pthread_mutex_t *gates, uint16_t n, int (*start_it)(uint16_t port, uint16_t queue),
	     int (*stop_it)(uint16_t port, uint16_t queue))
{
	const uint16_t queue = n > 0 ? any(n) : 0;
	int rc;

	if (n == 0)
		return;
	pthread_mutex_lock(&gates[queue]);
	if (any(2))
		fill_rings();
	rc = any(2) ? start_it(l->port, queue) : stop_it(l->port, queue);
	pthread_mutex_unlock(&gates[queue]);
	assert_true(rc == 0 || (rc == -ENODEV && l->lower_lost));
}

static void
queue_start_stop(void)
{
	if (!l->started)
		return;
	say("start or stop queues", 0);
	change_queue(l->rx, l->n_rxq, rte_eth_dev_rx_queue_start, rte_eth_dev_rx_queue_stop);
	change_queue(l->tx, l->n_txq, rte_eth_dev_tx_queue_start, rte_eth_dev_tx_queue_stop);
}

static void
plug(void)
{
	static const char *const args[] = {
		"", ",ring_size=64", ",lower_queues=1", ",cache=0", ",control=on", ",queues=8",
		",count=all",
	};
	const uint32_t which = any(RTE_DIM(args));
	char all[128];

	say("plug", which);
	if (any(4) > 0)
		life_plug_below(l);
	snprintf(all, sizeof(all), "iface=" LIFE_BELOW_DEVICE "%s", args[which]);
	pthread_rwlock_wrlock(&l->ruled);
	if (any(2))
		assert_int_equal(rte_vdev_init(NAME, all), 0);
	else
		assert_int_equal(rte_eal_hotplug_add("vdev", NAME, all), 0);
	assert_int_equal(rte_eth_dev_get_port_by_name(NAME, &l->port), 0);
	l->plugged = true;
	l->started = false;
	l->configured = false;
	l->flow_queues = false;
	l->lower_lost = true;
	l->incarnation++;
	pthread_rwlock_unlock(&l->ruled);
	begin_sums();
	l->total.plugged++;
}

/* The port below goes, or comes back. */
static void
change_below(void)
{
	if (!life_has_below()) {
		rte_vdev_uninit(LIFE_BELOW_DEVICE);
		life_plug_below(l);
		return;
	}
	life_unplug_below(l);
	l->total.lower_gone++;
}

/* What an application does when it is up to something. */
static void
bring_up(void)
{
	if (l->started)
		stop_port();
	if (!life_has_below())
		change_below();
	configure();
	set_up_queues(true);
	start();
}

static void
held_step(void)
{
	const uint32_t x = any(64);

	hold_pollers();
	if (!l->plugged)
		plug();
	else if (x < 20)
		bring_up();
	else if (x < 30)
		configure();
	else if (x < 36)
		set_up_queues(x & 1);
	else if (x < 44)
		start();
	else if (x < 52 && l->started)
		stop_port();
	else if (x < 54)
		reset();
	else if (x < 57)
		clear_stats();
	else if (x < 60)
		change_below();
	else if (x < 62)
		take_down();
	let_pollers();
}

void
life_step(void)
{
	const uint32_t x = any(8);

	l->total.steps++;
	if (x < 3 || !l->plugged)
		held_step();
	else if (x < 6)
		life_send_some(l);
	else if (x == 6)
		settings();
	else
		queue_start_stop();
}

void
life_begin(struct life *life)
{
	l = life;
	l->trace = getenv("STEER_STORM_TRACE") != NULL;
	l->random_state = l->seed;
}

void
life_end(void)
{
	if (l->plugged)
		take_down();
}
