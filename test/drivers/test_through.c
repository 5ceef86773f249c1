/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Operations that are handed down: each is seen to reach the port below with what it was given, and
 * what the port below answers is seen to come back.
 */

#include <errno.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "overlay.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define BELOW "net_null_below"

/* What the port below was asked last, and what it is to answer. */
static struct {
	unsigned int calls;
	uint16_t port;
	uint64_t a;
	uint64_t b;
} seen;
static int answer;

static int
note(const struct rte_eth_dev *dev, uint64_t a, uint64_t b)
{
	seen.calls++;
	seen.port = dev->data->port_id;
	seen.a = a;
	seen.b = b;
	return answer;
}

/* Below */

static int
flow_ctrl_get(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf)
{
	conf->high_water = 77;
	return note(dev, 0, 0);
}

static int
flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf)
{
	return note(dev, conf->mode, conf->pause_time);
}

static int
priority_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_pfc_conf *conf)
{
	return note(dev, conf->priority, conf->fc.pause_time);
}

static int
vlan_tpid_set(struct rte_eth_dev *dev, enum rte_vlan_type type, uint16_t tpid)
{
	return note(dev, type, tpid);
}

static int
vlan_pvid_set(struct rte_eth_dev *dev, uint16_t pvid, int on)
{
	return note(dev, pvid, (uint64_t)on);
}

static int
read_clock(struct rte_eth_dev *dev, uint64_t *clock)
{
	*clock = 1234567;
	return note(dev, 0, 0);
}

static int
timesync_enable(struct rte_eth_dev *dev)
{
	return note(dev, 1, 0);
}

static int
timesync_disable(struct rte_eth_dev *dev)
{
	return note(dev, 2, 0);
}

static int
timesync_read_rx(struct rte_eth_dev *dev, struct timespec *time, uint32_t flags)
{
	time->tv_nsec = 11;
	return note(dev, flags, 0);
}

static int
timesync_read_tx(struct rte_eth_dev *dev, struct timespec *time)
{
	time->tv_nsec = 12;
	return note(dev, 0, 0);
}

static int
timesync_adjust(struct rte_eth_dev *dev, int64_t delta)
{
	return note(dev, (uint64_t)delta, 0);
}

static int
timesync_read(struct rte_eth_dev *dev, struct timespec *time)
{
	time->tv_nsec = 13;
	return note(dev, 0, 0);
}

static int
timesync_write(struct rte_eth_dev *dev, const struct timespec *time)
{
	return note(dev, (uint64_t)time->tv_sec, (uint64_t)time->tv_nsec);
}

static int
fw_version_get(struct rte_eth_dev *dev, char *version, size_t size)
{
	strcpy(version, "7.1");
	return note(dev, size, 0);
}

static int
get_module_info(struct rte_eth_dev *dev, struct rte_eth_dev_module_info *info)
{
	info->eeprom_len = 256;
	return note(dev, 0, 0);
}

static int
get_module_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info)
{
	return note(dev, info->offset, info->length);
}

static const struct eth_dev_ops below_ops = {
	.flow_ctrl_get = flow_ctrl_get,
	.flow_ctrl_set = flow_ctrl_set,
	.priority_flow_ctrl_set = priority_flow_ctrl_set,
	.vlan_tpid_set = vlan_tpid_set,
	.vlan_pvid_set = vlan_pvid_set,
	.read_clock = read_clock,
	.timesync_enable = timesync_enable,
	.timesync_disable = timesync_disable,
	.timesync_read_rx_timestamp = timesync_read_rx,
	.timesync_read_tx_timestamp = timesync_read_tx,
	.timesync_adjust_time = timesync_adjust,
	.timesync_read_time = timesync_read,
	.timesync_write_time = timesync_write,
	.fw_version_get = fw_version_get,
	.get_module_info = get_module_info,
	.get_module_eeprom = get_module_eeprom,
};

/* Above: -EBADMSG if what the port below has filled in does not come up. */

static int
filled(int ret, bool right)
{
	return ret == 0 && !right ? -EBADMSG : ret;
}

static int
call_flow_ctrl_get(uint16_t port)
{
	struct rte_eth_fc_conf conf;
	int ret = rte_eth_dev_flow_ctrl_get(port, &conf);

	return filled(ret, conf.high_water == 77);
}

static int
call_flow_ctrl_set(uint16_t port)
{
	struct rte_eth_fc_conf conf = { .mode = RTE_ETH_FC_TX_PAUSE, .pause_time = 33 };

	return rte_eth_dev_flow_ctrl_set(port, &conf);
}

static int
call_priority_flow_ctrl_set(uint16_t port)
{
	struct rte_eth_pfc_conf conf = { .priority = 5, .fc.pause_time = 34 };

	return rte_eth_dev_priority_flow_ctrl_set(port, &conf);
}

static int
call_vlan_tpid_set(uint16_t port)
{
	return rte_eth_dev_set_vlan_ether_type(port, RTE_ETH_VLAN_TYPE_OUTER, 0x88a8);
}

static int
call_vlan_pvid_set(uint16_t port)
{
	return rte_eth_dev_set_vlan_pvid(port, 99, 1);
}

static int
call_read_clock(uint16_t port)
{
	uint64_t clock = 0;
	int ret = rte_eth_read_clock(port, &clock);

	return filled(ret, clock == 1234567);
}

static int
call_timesync_read_rx(uint16_t port)
{
	struct timespec time = { 0 };
	int ret = rte_eth_timesync_read_rx_timestamp(port, &time, 3);

	return filled(ret, time.tv_nsec == 11);
}

static int
call_timesync_read_tx(uint16_t port)
{
	struct timespec time = { 0 };
	int ret = rte_eth_timesync_read_tx_timestamp(port, &time);

	return filled(ret, time.tv_nsec == 12);
}

static int
call_timesync_adjust(uint16_t port)
{
	return rte_eth_timesync_adjust_time(port, -5);
}

static int
call_timesync_read(uint16_t port)
{
	struct timespec time = { 0 };
	int ret = rte_eth_timesync_read_time(port, &time);

	return filled(ret, time.tv_nsec == 13);
}

static int
call_timesync_write(uint16_t port)
{
	const struct timespec time = { .tv_sec = 4, .tv_nsec = 5 };

	return rte_eth_timesync_write_time(port, &time);
}

static int
call_fw_version_get(uint16_t port)
{
	char version[16] = "";
	int ret = rte_eth_dev_fw_version_get(port, version, sizeof(version));

	return filled(ret, strcmp(version, "7.1") == 0);
}

static int
call_get_module_info(uint16_t port)
{
	struct rte_eth_dev_module_info info = { 0 };
	int ret = rte_eth_dev_get_module_info(port, &info);

	return filled(ret, info.eeprom_len == 256);
}

static int
call_get_module_eeprom(uint16_t port)
{
	uint8_t data[8];
	struct rte_dev_eeprom_info info = { .data = data, .offset = 2, .length = sizeof(data) };

	return rte_eth_dev_get_module_eeprom(port, &info);
}

#define OP(name) offsetof(struct eth_dev_ops, name)

static const struct {
	int (*call)(uint16_t port);
	size_t op;
	/* What arrives below. */
	uint64_t a;
	uint64_t b;
} rows[] = {
	{ call_flow_ctrl_get, OP(flow_ctrl_get), 0, 0 },
	{ call_flow_ctrl_set, OP(flow_ctrl_set), RTE_ETH_FC_TX_PAUSE, 33 },
	{ call_priority_flow_ctrl_set, OP(priority_flow_ctrl_set), 5, 34 },
	{ call_vlan_tpid_set, OP(vlan_tpid_set), RTE_ETH_VLAN_TYPE_OUTER, 0x88a8 },
	{ call_vlan_pvid_set, OP(vlan_pvid_set), 99, 1 },
	{ call_read_clock, OP(read_clock), 0, 0 },
	{ rte_eth_timesync_enable, OP(timesync_enable), 1, 0 },
	{ rte_eth_timesync_disable, OP(timesync_disable), 2, 0 },
	{ call_timesync_read_rx, OP(timesync_read_rx_timestamp), 3, 0 },
	{ call_timesync_read_tx, OP(timesync_read_tx_timestamp), 0, 0 },
	{ call_timesync_adjust, OP(timesync_adjust_time), (uint64_t)-5, 0 },
	{ call_timesync_read, OP(timesync_read_time), 0, 0 },
	{ call_timesync_write, OP(timesync_write_time), 4, 5 },
	{ call_fw_version_get, OP(fw_version_get), 16, 0 },
	{ call_get_module_info, OP(get_module_info), 0, 0 },
	{ call_get_module_eeprom, OP(get_module_eeprom), 2, 8 },
};

/* The operation at an offset, from the one table into the other. */
static void
put_op(struct eth_dev_ops *to, const struct eth_dev_ops *from, size_t op)
{
	memcpy((uint8_t *)to + op, (const uint8_t *)from + op, sizeof(void *));
}

static void
check_row(unsigned int i, uint16_t port, uint16_t below, struct eth_dev_ops *ops)
{
	static const struct eth_dev_ops none;
	int ret;

	put_op(ops, &none, rows[i].op);
	ret = rows[i].call(port);
	if (ret != -ENOTSUP)
		fail_msg("row %u: the port below cannot, answered is %d", i, ret);

	put_op(ops, &below_ops, rows[i].op);
	memset(&seen, 0, sizeof(seen));
	answer = 0;
	ret = rows[i].call(port);
	if (ret != 0 || seen.calls != 1 || seen.port != below || seen.a != rows[i].a ||
			seen.b != rows[i].b)
		fail_msg("row %u: answered is %d after %u calls with %lu, %lu", i, ret, seen.calls,
			(unsigned long)seen.a, (unsigned long)seen.b);

	answer = -EBUSY;
	ret = rows[i].call(port);
	if (ret != -EBUSY)
		fail_msg("row %u: the port below is busy, answered is %d", i, ret);
}

static void
test_handed_down(void **state __rte_unused)
{
	struct eth_dev_ops *ops;
	uint16_t below, port;
	unsigned int i;

	below = test_plug(BELOW, "");
	port = test_plug("net_steer0", "iface=" BELOW);
	ops = test_overlay_begin(below);
	for (i = 0; i < RTE_DIM(rows); i++)
		check_row(i, port, below, ops);

	/* Too little room for the version: how much is needed. */
	answer = 20;
	assert_int_equal(call_fw_version_get(port), 20);

	test_overlay_end();
	test_log_begin();
	test_unplug(BELOW);
	test_log_end_with("net_steer0", "gone");
	for (i = 0; i < RTE_DIM(rows); i++)
		assert_int_equal(rows[i].call(port), -ENODEV);
	test_unplug("net_steer0");
}

/* By way of another net_steer. */
static void
test_through_two(void **state __rte_unused)
{
	struct eth_dev_ops *ops;
	uint16_t below, port;
	unsigned int i;

	below = test_plug(BELOW, "");
	test_plug("net_steer0", "iface=" BELOW);
	port = test_plug("net_steer1", "iface=net_steer0");
	ops = test_overlay_begin(below);
	for (i = 0; i < RTE_DIM(rows); i++)
		check_row(i, port, below, ops);
	test_overlay_end();
	test_unplug("net_steer1");
	assert_int_equal(rte_vdev_uninit("net_steer0"), 0);
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static int removed;

static int
is_removed(struct rte_eth_dev *dev __rte_unused)
{
	return removed;
}

/* Errors of a port whose card was pulled out are -EIO, as ethdev has it, until there is another. */
static void
test_removed(void **state __rte_unused)
{
	struct eth_dev_ops *ops;
	uint16_t below, port;

	below = test_plug(BELOW, "");
	port = test_plug("net_steer0", "iface=" BELOW);
	ops = test_overlay_begin(below);
	ops->is_removed = is_removed;
	ops->timesync_enable = timesync_enable;
	answer = -EBUSY;
	removed = 0;
	assert_int_equal(rte_eth_dev_is_removed(port), 0);
	assert_int_equal(rte_eth_timesync_enable(port), -EBUSY);
	removed = 1;
	assert_int_equal(rte_eth_dev_is_removed(port), 1);
	assert_int_equal(rte_eth_timesync_enable(port), -EIO);
	test_overlay_end();
	test_log_begin();
	test_unplug(BELOW);
	test_log_end(NULL);

	below = test_plug(BELOW, "");
	assert_int_equal(rte_eth_dev_is_removed(port), 0);
	ops = test_overlay_begin(below);
	ops->timesync_enable = timesync_enable;
	assert_int_equal(rte_eth_timesync_enable(port), -EBUSY);
	test_overlay_end();
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_handed_down, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_through_two, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_removed, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("through", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
