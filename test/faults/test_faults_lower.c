/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "fault_case.h"
#include "overlay.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Operations that are handed to the port below, of which any call fails. */

#define PORT (fault_world.port)

/* Below: whatever net_ring cannot is done at once. */

static int
done(struct rte_eth_dev *dev __rte_unused)
{
	return 0;
}

static int
mtu_set(struct rte_eth_dev *dev __rte_unused, uint16_t mtu __rte_unused)
{
	return 0;
}

static int
flow_ctrl(struct rte_eth_dev *dev __rte_unused, struct rte_eth_fc_conf *conf __rte_unused)
{
	return 0;
}

static int
priority_flow_ctrl(struct rte_eth_dev *dev __rte_unused,
		   struct rte_eth_pfc_conf *conf __rte_unused)
{
	return 0;
}

static int
below_clock(struct rte_eth_dev *dev __rte_unused, uint64_t *clock __rte_unused)
{
	return 0;
}

static int
below_rx_time(struct rte_eth_dev *dev __rte_unused, struct timespec *time __rte_unused,
	      uint32_t flags __rte_unused)
{
	return 0;
}

static int
below_time(struct rte_eth_dev *dev __rte_unused, struct timespec *time __rte_unused)
{
	return 0;
}

static int
below_adjust(struct rte_eth_dev *dev __rte_unused, int64_t delta __rte_unused)
{
	return 0;
}

static int
below_write(struct rte_eth_dev *dev __rte_unused, const struct timespec *time __rte_unused)
{
	return 0;
}

static int
below_fw(struct rte_eth_dev *dev __rte_unused, char *version __rte_unused,
	 size_t size __rte_unused)
{
	return 0;
}

static int
below_module(struct rte_eth_dev *dev __rte_unused,
	     struct rte_eth_dev_module_info *info __rte_unused)
{
	return 0;
}

static int
below_eeprom(struct rte_eth_dev *dev __rte_unused, struct rte_dev_eeprom_info *info __rte_unused)
{
	return 0;
}

static int
below_burst_mode(struct rte_eth_dev *dev __rte_unused, uint16_t queue __rte_unused,
		 struct rte_eth_burst_mode *mode)
{
	strcpy(mode->info, "Rings");
	return 0;
}

static int
below_cleanup(void *queue __rte_unused, uint32_t n __rte_unused)
{
	return 0;
}

static int
below_monitor(void *queue __rte_unused, struct rte_power_monitor_cond *pmc __rte_unused)
{
	return 0;
}

static void
put_ops(struct eth_dev_ops *ops)
{
	ops->mtu_set = mtu_set;
	ops->flow_ctrl_get = flow_ctrl;
	ops->flow_ctrl_set = flow_ctrl;
	ops->priority_flow_ctrl_set = priority_flow_ctrl;
	ops->read_clock = below_clock;
	ops->timesync_enable = done;
	ops->timesync_disable = done;
	ops->timesync_read_rx_timestamp = below_rx_time;
	ops->timesync_read_tx_timestamp = below_time;
	ops->timesync_adjust_time = below_adjust;
	ops->timesync_read_time = below_time;
	ops->timesync_write_time = below_write;
	ops->fw_version_get = below_fw;
	ops->get_module_info = below_module;
	ops->get_module_eeprom = below_eeprom;
	ops->rx_burst_mode_get = below_burst_mode;
	ops->tx_burst_mode_get = below_burst_mode;
	ops->tx_done_cleanup = below_cleanup;
	ops->get_monitor_addr = below_monitor;
	ops->dev_reset = done;
}

static void
up(const struct fault_case *c)
{
	fault_world_up(c);
	put_ops(test_overlay_begin(fault_world.below));
}

/* The MTU is fixed below, to what it is now. */
static void
up_fixed(const struct fault_case *c)
{
	up(c);
	test_overlay_begin(fault_world.below)->mtu_set = NULL;
}

/* One queue each: what a sleeper may be woken by. */
static void
up_one(const struct fault_case *c __rte_unused)
{
	test_world_up(&fault_world, 1, 1, "");
	put_ops(test_overlay_begin(fault_world.below));
}

static void
down(const struct fault_case *c)
{
	test_overlay_end();
	fault_world_down(c);
}

/* Above */

static int
get_link(const struct fault_case *c __rte_unused)
{
	struct rte_eth_link link;

	return rte_eth_link_get(PORT, &link);
}

static int
set_link_up(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_link_up(PORT);
}

static int
set_link_down(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_link_down(PORT);
}

static int
set_mtu(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_set_mtu(PORT, 1400);
}

static int
get_flow_ctrl(const struct fault_case *c __rte_unused)
{
	struct rte_eth_fc_conf conf;

	return rte_eth_dev_flow_ctrl_get(PORT, &conf);
}

static int
set_flow_ctrl(const struct fault_case *c __rte_unused)
{
	struct rte_eth_fc_conf conf = { .mode = RTE_ETH_FC_FULL };

	return rte_eth_dev_flow_ctrl_set(PORT, &conf);
}

static int
set_priority_flow_ctrl(const struct fault_case *c __rte_unused)
{
	struct rte_eth_pfc_conf conf = { .priority = 1 };

	return rte_eth_dev_priority_flow_ctrl_set(PORT, &conf);
}

static int
read_clock(const struct fault_case *c __rte_unused)
{
	uint64_t clock;

	return rte_eth_read_clock(PORT, &clock);
}

static int
enable_timesync(const struct fault_case *c __rte_unused)
{
	return rte_eth_timesync_enable(PORT);
}

static int
disable_timesync(const struct fault_case *c __rte_unused)
{
	return rte_eth_timesync_disable(PORT);
}

static int
read_rx_time(const struct fault_case *c __rte_unused)
{
	struct timespec time;

	return rte_eth_timesync_read_rx_timestamp(PORT, &time, 0);
}

static int
read_tx_time(const struct fault_case *c __rte_unused)
{
	struct timespec time;

	return rte_eth_timesync_read_tx_timestamp(PORT, &time);
}

static int
adjust_time(const struct fault_case *c __rte_unused)
{
	return rte_eth_timesync_adjust_time(PORT, 1);
}

static int
read_time(const struct fault_case *c __rte_unused)
{
	struct timespec time;

	return rte_eth_timesync_read_time(PORT, &time);
}

static int
write_time(const struct fault_case *c __rte_unused)
{
	const struct timespec time = { .tv_sec = 1 };

	return rte_eth_timesync_write_time(PORT, &time);
}

static int
get_firmware(const struct fault_case *c __rte_unused)
{
	char version[16];

	return rte_eth_dev_fw_version_get(PORT, version, sizeof(version));
}

static int
get_module(const struct fault_case *c __rte_unused)
{
	struct rte_eth_dev_module_info info;

	return rte_eth_dev_get_module_info(PORT, &info);
}

static int
get_eeprom(const struct fault_case *c __rte_unused)
{
	uint8_t data[8];
	struct rte_dev_eeprom_info info = { .data = data, .length = sizeof(data) };

	return rte_eth_dev_get_module_eeprom(PORT, &info);
}

static int
get_burst_modes(const struct fault_case *c __rte_unused)
{
	struct rte_eth_burst_mode mode;
	int ret = rte_eth_rx_burst_mode_get(PORT, 0, &mode);

	return ret != 0 ? ret : rte_eth_tx_burst_mode_get(PORT, 0, &mode);
}

static int
clean_up_tx(const struct fault_case *c __rte_unused)
{
	return rte_eth_tx_done_cleanup(PORT, 0, 0);
}

static int
get_monitor(const struct fault_case *c __rte_unused)
{
	struct rte_power_monitor_cond pmc;

	return rte_eth_get_monitor_addr(PORT, 0, &pmc);
}

static int
get_stats(const struct fault_case *c __rte_unused)
{
	struct rte_eth_stats stats;

	return rte_eth_stats_get(PORT, &stats);
}

static int
reset_stats(const struct fault_case *c __rte_unused)
{
	int ret = rte_eth_stats_reset(PORT);

	return ret != 0 ? ret : rte_eth_xstats_reset(PORT);
}

static int
get_xstats(const struct fault_case *c __rte_unused)
{
	static struct rte_eth_xstat_name names[1024];
	static struct rte_eth_xstat xstats[1024];
	int ret = rte_eth_xstats_get_names(PORT, names, RTE_DIM(names));

	if (ret >= 0)
		ret = rte_eth_xstats_get(PORT, xstats, RTE_DIM(xstats));
	assert_true(ret <= (int)RTE_DIM(xstats));
	return RTE_MIN(ret, 0);
}

/* The port below says that its link has changed. */
static int
change_link(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_callback_process(&rte_eth_devices[fault_world.below],
		RTE_ETH_EVENT_INTR_LSC, NULL);
}

static int
reset(const struct fault_case *c __rte_unused)
{
	return rte_eth_dev_reset(PORT);
}

/* The link is up as soon as it can be read. */
static void
check(const struct fault_case *c, bool ok __rte_unused)
{
	struct rte_eth_link link;

	if (c->op == set_link_down)
		rte_eth_dev_set_link_up(PORT);
	assert_int_equal(rte_eth_link_get_nowait(PORT, &link), 0);
	assert_int_equal(link.link_status, RTE_ETH_LINK_UP);
	fault_forwards();
}

/* It is stopped, to be configured again, and has its rules. */
static void
check_reset(const struct fault_case *c __rte_unused, bool ok)
{
	if (!ok)
		assert_int_equal(rte_eth_dev_stop(PORT), 0);
	test_start(PORT, FAULT_QUEUES, 1);
	fault_forwards();
}

#define ASK(operation) \
	{ .name = #operation, .up = up, .op = operation, .check = check, .down = down }

static const struct fault_case cases[] = {
	ASK(get_link), ASK(change_link), ASK(set_link_up), ASK(set_link_down),
	ASK(set_mtu),
	{ .name = "fixed MTU", .up = up_fixed, .op = set_mtu, .check = check, .down = down },
	ASK(get_flow_ctrl), ASK(set_flow_ctrl), ASK(set_priority_flow_ctrl),
	ASK(read_clock), ASK(enable_timesync), ASK(disable_timesync), ASK(read_rx_time),
	ASK(read_tx_time), ASK(adjust_time), ASK(read_time), ASK(write_time),
	ASK(get_firmware), ASK(get_module), ASK(get_eeprom),
	ASK(get_burst_modes), ASK(clean_up_tx),
	{ .name = "monitor", .up = up_one, .op = get_monitor, .down = down },
	ASK(get_stats), ASK(reset_stats), ASK(get_xstats),
	{ .name = "reset", .up = up, .op = reset, .check = check_reset, .down = down },
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
	ret = fault_run("faults_lower", groups, RTE_DIM(groups));
	test_eal_cleanup();
	return ret;
}
