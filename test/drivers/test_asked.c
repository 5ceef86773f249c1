/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ethdev_driver.h>
#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>

#include "steer_compat.h"

#include "eal.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * The lower port is asked while another thread is about to change it, which waits; DPDK's telemetry
 * asks at any time.
 */

#define BELOW "net_ring_below"
#define RINGS 2

static struct rte_ring *rings[RINGS];
static uint16_t below, port;

static struct eth_dev_ops fake_ops;
static const struct eth_dev_ops *true_ops;

static struct {
	/* What the other thread does, once the lower is asked; NULL: nothing. */
	int (*change)(void);
	pthread_t asker, changer;
	atomic_bool begun;
	atomic_int id; /* Of the thread that changes. */
	atomic_bool ended;
	int result;
	atomic_bool asking;
	/* The lower was changed while it was asked. */
	atomic_bool beside;
	/* What happens while the lower stops. */
	void (*at_stop)(void);
} seen;

/* Two threads */

static void *
change_main(void *arg)
{
	atomic_store(&seen.id, (int)syscall(SYS_gettid));
	seen.result = seen.change();
	atomic_store(&seen.ended, true);
	return arg;
}

/* Does the thread wait for something? */
static bool
waits(int id)
{
	char path[64], state = 'R';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", id);
	f = fopen(path, "r");
	if (f == NULL)
		return false;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 'R';
	fclose(f);
	return state == 'S';
}

/* The first time, the other one begins now, and comes as far as it gets. */
static void
asked(void)
{
	if (seen.change == NULL || !pthread_equal(seen.asker, pthread_self()))
		return;
	atomic_store(&seen.asking, true);
	if (!atomic_exchange(&seen.begun, true))
		pthread_create(&seen.changer, NULL, change_main, NULL);
	while (!atomic_load(&seen.ended) && !atomic_load(&seen.beside) &&
			(atomic_load(&seen.id) == 0 || !waits(atomic_load(&seen.id))))
		sched_yield();
	atomic_store(&seen.asking, false);
}

static void
changed(void)
{
	if (atomic_load(&seen.asking))
		atomic_store(&seen.beside, true);
}

/* The lower port */

static int
fake_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	asked();
	return true_ops->dev_infos_get(dev, info);
}

static int
fake_stats_get(struct rte_eth_dev *dev __rte_unused,
	       struct rte_eth_stats *stats __rte_unused STEER_QSTATS_PARAM)
{
	RTE_SET_USED(STEER_QSTATS(stats));
	asked();
	return 0;
}

/* Each queue has some, as many drivers' have. */
static int
fake_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names, unsigned int n)
{
	const unsigned int count = dev->data->nb_rx_queues * 4;

	asked();
	for (unsigned int i = 0; names != NULL && i < RTE_MIN(n, count); i++)
		snprintf(names[i].name, sizeof(names[i].name), "x%u", i);
	return (int)count;
}

static int
fake_values(struct rte_eth_dev *dev, struct rte_eth_xstat *values, unsigned int n)
{
	const unsigned int count = dev->data->nb_rx_queues * 4;

	asked();
	for (unsigned int i = 0; values != NULL && i < RTE_MIN(n, count); i++)
		values[i] = (struct rte_eth_xstat){ .id = i, .value = i };
	return (int)count;
}

static int
fake_link(struct rte_eth_dev *dev __rte_unused, int wait __rte_unused)
{
	asked();
	return 0;
}

static int
fake_firmware(struct rte_eth_dev *dev __rte_unused, char *version, size_t size)
{
	asked();
	snprintf(version, size, "1");
	return 0;
}

static int
fake_module(struct rte_eth_dev *dev __rte_unused, struct rte_eth_dev_module_info *info __rte_unused)
{
	asked();
	return 0;
}

static int
fake_eeprom(struct rte_eth_dev *dev __rte_unused, struct rte_dev_eeprom_info *info __rte_unused)
{
	asked();
	return 0;
}

static int
fake_pause(struct rte_eth_dev *dev __rte_unused, struct rte_eth_fc_conf *conf __rte_unused)
{
	asked();
	return 0;
}

static int
fake_mode(struct rte_eth_dev *dev __rte_unused, uint16_t queue __rte_unused,
	  struct rte_eth_burst_mode *mode __rte_unused)
{
	asked();
	return 0;
}

static int
fake_removed(struct rte_eth_dev *dev __rte_unused)
{
	asked();
	return 0;
}

static int
fake_configure(struct rte_eth_dev *dev)
{
	changed();
	return true_ops->dev_configure(dev);
}

static int
fake_stop(struct rte_eth_dev *dev)
{
	changed();
	if (seen.at_stop != NULL)
		seen.at_stop();
	return true_ops->dev_stop(dev);
}

static int
fake_reset(struct rte_eth_dev *dev __rte_unused)
{
	changed();
	return 0;
}

static int
on_destroy(uint16_t id, enum rte_eth_event_type type __rte_unused, void *arg __rte_unused,
	   void *ret __rte_unused)
{
	if (id == below)
		changed();
	return 0;
}

static void
fake_below(void)
{
	true_ops = rte_eth_devices[below].dev_ops;
	fake_ops = *true_ops;
	fake_ops.dev_infos_get = fake_infos_get;
	fake_ops.stats_get = fake_stats_get;
	fake_ops.xstats_get_names = fake_names;
	fake_ops.xstats_get = fake_values;
	fake_ops.link_update = fake_link;
	fake_ops.fw_version_get = fake_firmware;
	fake_ops.get_module_info = fake_module;
	fake_ops.get_module_eeprom = fake_eeprom;
	fake_ops.flow_ctrl_get = fake_pause;
	fake_ops.rx_burst_mode_get = fake_mode;
	fake_ops.tx_burst_mode_get = fake_mode;
	fake_ops.is_removed = fake_removed;
	fake_ops.dev_configure = fake_configure;
	fake_ops.dev_stop = fake_stop;
	fake_ops.dev_reset = fake_reset;
	rte_eth_devices[below].dev_ops = &fake_ops;
}

/* What is asked */

static int
ask_stats(void)
{
	struct rte_eth_stats stats;

	return rte_eth_stats_get(port, &stats);
}

static int
ask_xstats(void)
{
	struct rte_eth_xstat xstats[256];

	return rte_eth_xstats_get(port, xstats, RTE_DIM(xstats)) > 0 ? 0 : -1;
}

static int
ask_info(void)
{
	struct rte_eth_dev_info info;

	return rte_eth_dev_info_get(port, &info);
}

static int
ask_link(void)
{
	struct rte_eth_link link;

	return rte_eth_link_get_nowait(port, &link);
}

static int
ask_link_wait(void)
{
	struct rte_eth_link link;

	return rte_eth_link_get(port, &link);
}

static int
ask_firmware(void)
{
	char version[16];

	return rte_eth_dev_fw_version_get(port, version, sizeof(version));
}

static int
ask_module(void)
{
	struct rte_eth_dev_module_info info;

	return rte_eth_dev_get_module_info(port, &info);
}

static int
ask_eeprom(void)
{
	uint8_t byte;
	struct rte_dev_eeprom_info info = { .data = &byte, .length = 1 };

	return rte_eth_dev_get_module_eeprom(port, &info);
}

static int
ask_pause(void)
{
	struct rte_eth_fc_conf conf;

	memset(&conf, 0, sizeof(conf));
	return rte_eth_dev_flow_ctrl_get(port, &conf);
}

static int
ask_rx_mode(void)
{
	struct rte_eth_burst_mode mode;

	return rte_eth_rx_burst_mode_get(port, 0, &mode);
}

static int
ask_tx_mode(void)
{
	struct rte_eth_burst_mode mode;

	return rte_eth_tx_burst_mode_get(port, 0, &mode);
}

static int
reset_stats(void)
{
	return rte_eth_stats_reset(port);
}

static int
reset_xstats(void)
{
	return rte_eth_xstats_reset(port);
}

static int
ask_removed(void)
{
	return rte_eth_dev_is_removed(port);
}

static const struct ask {
	const char *what;
	int (*ask)(void);
	bool started; /* Of a lower that runs only. */
} asks[] = {
	{ "statistics", ask_stats, false },
	{ "extended statistics", ask_xstats, false },
	{ "reset of statistics", reset_stats, false },
	{ "reset of extended statistics", reset_xstats, false },
	{ "limits", ask_info, false },
	{ "link", ask_link, false },
	{ "link, with time", ask_link_wait, false },
	{ "firmware", ask_firmware, false },
	{ "module", ask_module, false },
	{ "contents of the module", ask_eeprom, false },
	{ "pause frames", ask_pause, false },
	{ "whether it is there", ask_removed, false },
	{ "how it receives", ask_rx_mode, true },
	{ "how it sends", ask_tx_mode, true },
};

/* What changes the lower meanwhile */

static int
change_queues(void)
{
	const struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };

	return rte_eth_dev_configure(port, 2, 2, &conf);
}

static int
change_state(void)
{
	return rte_eth_dev_stop(port);
}

static int
change_by_reset(void)
{
	return rte_eth_dev_reset(port);
}

static int
change_presence(void)
{
	return rte_vdev_uninit(BELOW);
}

static void
check_ask(const struct ask *a, int (*change)(void))
{
	memset(&seen, 0, sizeof(seen));
	seen.asker = pthread_self();
	seen.change = change;
	assert_int_equal(a->ask(), 0);
	if (!atomic_load(&seen.begun))
		fail_msg("%s: the lower was not asked", a->what);
	pthread_join(seen.changer, NULL);
	seen.change = NULL;
	assert_int_equal(seen.result, 0);
	if (atomic_load(&seen.beside))
		fail_msg("%s: the lower was changed while it was asked", a->what);
}

/* Tests */

static void
up(void)
{
	for (unsigned int i = 0; i < RINGS; i++)
		rings[i] = test_ring(i == 0 ? "asked0" : "asked1", 64);
	below = test_plug_rings("below", rings, RINGS);
	fake_below();
	port = test_plug("net_steer0", "iface=" BELOW);
	memset(&seen, 0, sizeof(seen));
}

static void
down(void)
{
	test_unplug("net_steer0");
	rte_vdev_uninit(BELOW);
	for (unsigned int i = 0; i < RINGS; i++)
		rte_ring_free(rings[i]);
}

static void
test_stop_waits(void **state __rte_unused)
{
	struct rte_eth_link link;

	up();
	for (unsigned int i = 0; i < RTE_DIM(asks); i++) {
		test_start(port, 1, 1);
		check_ask(&asks[i], change_state);
		rte_eth_linkstatus_get(&rte_eth_devices[port], &link);
		assert_int_equal(link.link_status, RTE_ETH_LINK_DOWN);
	}
	down();
}

static void
test_configure_waits(void **state __rte_unused)
{
	const struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };

	up();
	for (unsigned int i = 0; i < RTE_DIM(asks); i++) {
		assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), 0);
		if (!asks[i].started)
			check_ask(&asks[i], change_queues);
	}
	down();
}

static void
test_reset_waits(void **state __rte_unused)
{
	up();
	for (unsigned int i = 0; i < RTE_DIM(asks); i++) {
		test_start(port, 1, 1);
		test_stop(port);
		if (!asks[i].started)
			check_ask(&asks[i], change_by_reset);
	}
	down();
}

/* ethdev frees its data when we have been told. */
static void
test_unplug_waits(void **state __rte_unused)
{
	for (unsigned int i = 0; i < RTE_DIM(asks); i++) {
		up();
		assert_int_equal(rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_DESTROY,
			on_destroy, NULL), 0);
		test_start(port, 1, 1);
		test_log_begin();
		check_ask(&asks[i], change_presence);
		test_log_end_with("net_steer0", "the port is gone");
		assert_int_equal(rte_eth_dev_callback_unregister(RTE_ETH_ALL,
			RTE_ETH_EVENT_DESTROY, on_destroy, NULL), 0);
		down();
	}
}

/* Events */

static unsigned int told;

static int
on_link(uint16_t id __rte_unused, enum rte_eth_event_type type __rte_unused,
	void *arg __rte_unused, void *ret __rte_unused)
{
	for (unsigned int i = 0; i < RTE_DIM(asks); i++)
		asks[i].ask();
	told++;
	return 0;
}

static void *
send_event(void *arg)
{
	rte_eth_dev_callback_process(&rte_eth_devices[below], RTE_ETH_EVENT_INTR_LSC, NULL);
	return arg;
}

static void
event_here(void)
{
	send_event(NULL);
}

/* As the handler of an interrupt, which drivers wait for when they stop. */
static void
event_elsewhere(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, send_event, NULL);
	pthread_join(thread, NULL);
}

/* The application asks us when it is told of an event that is sent while the lower stops. */
static void
check_event(void (*at_stop)(void))
{
	up();
	assert_int_equal(rte_eth_dev_callback_register(port, RTE_ETH_EVENT_INTR_LSC, on_link, NULL),
		0);
	test_start(port, 1, 1);
	told = 0;
	seen.at_stop = at_stop;
	assert_int_equal(rte_eth_dev_stop(port), 0);
	seen.at_stop = NULL;
	assert_int_equal(told, 1);
	assert_int_equal(rte_eth_dev_callback_unregister(port, RTE_ETH_EVENT_INTR_LSC, on_link,
		NULL), 0);
	down();
}

static void
test_event_at_stop(void **state __rte_unused)
{
	check_event(event_here);
}

static void
test_event_beside_stop(void **state __rte_unused)
{
	check_event(event_elsewhere);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stop_waits, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_configure_waits, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_reset_waits, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_unplug_waits, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_event_at_stop, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_event_beside_stop, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("asked", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
