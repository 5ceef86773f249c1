/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>

#include "eal.h"
#include "fake_lower.h"
#include "fault_case.h"
#include "port.h"
#include "service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* A port's life, of which any call fails. */

#define PORT "net_steer0"
#define BELOW "net_ring_below"
#define MADE "net_fake1"
/* In a directory of this process. */
#define RULES "faults.rules"

static uint16_t port;
static struct fake_lower fake;

/* Probe */

static void
below_up(const struct fault_case *c __rte_unused)
{
	struct rte_ring *const rings[] = { test_below(0), test_below(1) };

	test_plug_rings("below", rings, RTE_DIM(rings));
	/* For who makes his lower port himself. */
	fake = (struct fake_lower){ .n_queues = 2 };
	fake_lower_next(&fake);
}

static void
left_up(const struct fault_case *c)
{
	below_up(c);
	assert_int_equal(rte_vdev_init(PORT, c->args), 0);
	assert_int_equal(rte_vdev_uninit(PORT), 0);
}

static int
probe(const struct fault_case *c)
{
	return rte_vdev_init(PORT, c->args);
}

static void
check_probed(const struct fault_case *c, bool done)
{
	struct rte_eth_dev_owner owner;
	uint16_t id;

	assert_int_equal(rte_eth_dev_get_port_by_name(PORT, &id) == 0, done);
	if (strstr(c->args, "iface=" BELOW) == NULL)
		return;
	assert_int_equal(rte_eth_dev_owner_get(test_port_of(BELOW), &owner), 0);
	assert_int_equal(owner.id != RTE_ETH_DEV_NO_OWNER, done);
}

static void
below_down(const struct fault_case *c __rte_unused)
{
	rte_vdev_uninit(PORT);
	rte_vdev_uninit(BELOW);
	/* It may be there yet, if it could not be removed. */
	rte_vdev_uninit(MADE);
}

#define PROBE(words) \
	{ .name = "probe " words, .args = words, .up = below_up, .op = probe, \
	  .check = check_probed, .down = below_down }

static const struct fault_case probes[] = {
	PROBE("iface=" BELOW),
	PROBE("iface=" BELOW ",control=on,count=all,queues=4,ring_size=64,reta_size=512,cache=0"),
	PROBE("iface=" BELOW ",dispatch=service,hw=auto,lower_queues=1"),
	PROBE("iface=" BELOW ",kernel=auto"),
	PROBE("iface=" BELOW ",rules=" RULES),
	PROBE("iface=still_to_come"),
	PROBE("iface=(" MADE ")"),
	/* Its device is there from before. */
	{ .name = "probe left over", .args = "iface=(" MADE ")", .up = left_up, .op = probe,
	  .check = check_probed, .down = below_down },
};

/* Bring-up */

static void
port_up(const struct fault_case *c)
{
	if (strstr(c->args, "dispatch=service") != NULL)
		test_cores_add(1);
	below_up(c);
	test_log_begin();
	port = test_plug(PORT, c->args);
	test_log_end(NULL);
}

static int
bring_up_queues(const struct fault_case *c, bool fewer)
{
	const uint16_t n = fewer ? 1 : 3;
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_RSS };
	uint16_t i;
	int ret;

	conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IP;
	conf.intr_conf.rxq = strstr(c->name, "asleep") != NULL;
	/* If it runs. */
	rte_eth_dev_stop(port);
	ret = rte_eth_dev_configure(port, n, n, &conf);
	for (i = 0; i < n && ret == 0; i++)
		ret = rte_eth_rx_queue_setup(port, i, 128, 0, NULL, test_pool());
	for (i = 0; i < n && ret == 0; i++)
		ret = rte_eth_tx_queue_setup(port, i, 128, 0, NULL);
	return ret != 0 ? ret : rte_eth_dev_start(port);
}

static int
bring_up(const struct fault_case *c)
{
	return bring_up_queues(c, false);
}

/* Rules wait for queues that are gone. */
static int
bring_up_fewer(const struct fault_case *c)
{
	return bring_up_queues(c, true);
}

static int
bring_up_and_close(const struct fault_case *c)
{
	int ret;

	if (!rte_eth_dev_is_valid_port(port))
		return 0;
	/* Whatever has become of that. */
	bring_up(c);
	ret = rte_eth_dev_stop(port);
	return ret != 0 ? ret : rte_eth_dev_close(port);
}

static int
stop_port(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_stop(port);
}

static void
started_up(const struct fault_case *c)
{
	port_up(c);
	test_log_begin();
	assert_int_equal(bring_up(c), 0);
	test_log_end(NULL);
}

/* Somebody else has started the port below, whose it is not. */
static void
foreign_up(const struct fault_case *c)
{
	started_up(c);
	assert_int_equal(rte_eth_dev_stop(port), 0);
	assert_int_equal(rte_eth_dev_start(test_port_of(BELOW)), 0);
}

static int
unplug(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_is_valid_port(port) ? rte_vdev_uninit(PORT) : 0;
}

/* Whatever fails below, it is closed. */
static int
close_port(const struct fault_case *c __rte_unused)
{
	if (!rte_eth_dev_is_valid_port(port))
		return 0;
	rte_eth_dev_stop(port);
	return rte_eth_dev_close(port);
}

static void
port_down(const struct fault_case *c)
{
	if (rte_eth_dev_is_valid_port(port))
		rte_eth_dev_stop(port);
	below_down(c);
	if (strstr(c->args, "dispatch=service") != NULL)
		test_cores_remove(1);
}

#define LIFE(what, before, operation, words) \
	{ .name = what " " words, .args = "iface=" words, .up = before, .op = operation, \
	  .down = port_down }

static const struct fault_case lives[] = {
	LIFE("bring up", port_up, bring_up, BELOW),
	LIFE("bring up asleep", port_up, bring_up, BELOW),
	LIFE("bring up", port_up, bring_up, BELOW ",rules=" RULES ",count=all"),
	LIFE("bring up", port_up, bring_up, BELOW ",lower_queues=1,hw=auto,dispatch=poll"),
	LIFE("bring up", port_up, bring_up, BELOW ",dispatch=service"),
	LIFE("again", started_up, bring_up, BELOW ",rules=" RULES),
	LIFE("again asleep", started_up, bring_up, BELOW),
	LIFE("fewer queues", started_up, bring_up_fewer, BELOW ",rules=" RULES),
	LIFE("again foreign", foreign_up, bring_up, BELOW),
	LIFE("stop", started_up, stop_port, BELOW),
	LIFE("stop", started_up, stop_port, BELOW ",dispatch=service"),
	LIFE("unplug", started_up, unplug, BELOW ",rules=" RULES),
	LIFE("bring up and close", port_up, bring_up_and_close, "(" MADE "),dispatch=service"),
	LIFE("close", started_up, close_port, BELOW ",rules=" RULES),
	LIFE("close", started_up, close_port, BELOW ",dispatch=service"),
	LIFE("close", started_up, close_port, "(" MADE ")"),
	LIFE("bring up", port_up, bring_up, "(" MADE ")"),
};

static char directory[] = "/tmp/faults.XXXXXX";

static int
write_rules(void)
{
	FILE *file;

	if (mkdtemp(directory) == NULL || chdir(directory) != 0)
		return -1;
	file = fopen(RULES, "w");
	if (file == NULL)
		return -1;
	fprintf(file, "flow create 0 ingress pattern ipv4 / udp dst is 9 / end "
		"actions count / queue index 0 / end\n"
		"# two of them\n"
		"flow indirect_action 0 create action_id 3 ingress action count / end\n"
		"set sample_actions 0 queue index 1 / end\n"
		"flow create 0 ingress pattern eth / ipv4 / tcp / end "
		"actions sample ratio 1 index 0 / queue index 0 / end\n"
		"flow create 0 ingress pattern eth / ipv6 / end "
		"actions rss queues 0 1 end / end\n");
	return fclose(file);
}

static void
remove_rules(void)
{
	unlink(RULES);
	rmdir(directory);
}

static const struct fault_group groups[] = {
	FAULT_GROUP(probes), FAULT_GROUP(lives),
};

int
main(void)
{
	int ret;

	if (test_driver_init_lcores(TEST_FIRST_CORE + 1) != 0 || test_traffic_init() != 0 ||
			write_rules() != 0)
		return 1;
	ret = fault_run("faults_port", groups, RTE_DIM(groups));
	remove_rules();
	test_eal_cleanup();
	return ret;
}
