/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* No port of that name: it is waited for, which is no error. */
#define IFACE "iface=eth_below"

#define NAME_63 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"

static const struct {
	const char *args;
	const char *named; /* By the one line logged. */
	const char *accepted;
} bad[] = {
	/* iface */
	{ NULL, "iface=", "missing" },
	{ "", "iface=", "missing" },
	{ ",", "iface=", "missing" },
	{ "queues=4", "iface=", "missing" },
	{ "iface", "iface", "iface=<port>" },
	{ "iface=", "iface=:", "name of a port" },
	{ "iface=a b", "iface=a b", "name of a port" },
	{ "iface= a", "iface= a", "name of a port" },
	{ "iface=a\t", "iface=a\t", "name of a port" },
	{ "iface=a\x7f", "iface=a\x7f", "name of a port" },
	{ "iface=\xc3\xa4", "iface=\xc3\xa4", "name of a port" },
	{ "iface=" NAME_63 "f", "iface=" NAME_63 "f", "63" },
	{ "iface=net_steer0", "iface=net_steer0", "another port" },
	{ "iface=a,iface=b", "iface=a", "more than once" },
	{ "iface=()", "iface=()", "(DEVICE)" },
	{ "iface=(,a=b)", "iface=(,a=b)", "(DEVICE)" },
	{ "iface=(net_null0", "iface=(net_null0", "(DEVICE)" },
	{ "iface=(net_null0,size=64", "iface=(net_null0", "(DEVICE)" },
	{ "iface=(net_steer0)", "iface=(net_steer0)", "another port" },
	{ "iface=(" NAME_63 "f)", NAME_63, "63" },
	{ "iface=tap:", "iface=tap:", "an interface" },
	{ "iface=tap:a/b", "iface=tap:a/b", "an interface" },
	{ "iface=tap:0123456789abcdef", "iface=tap:0123456789abcdef", "an interface" },
	/* lower, lower_queues */
	{ IFACE ",lower=dpdk", "lower=dpdk", "af_xdp or af_packet" },
	{ IFACE ",lower=", "lower=", "af_xdp or af_packet" },
	{ IFACE ",lower_queues=0", "lower_queues=0", "1 to 64" },
	{ IFACE ",lower_queues=65", "lower_queues=65", "1 to 64" },
	{ IFACE ",lower_queues=2x", "lower_queues=2x", "1 to 64" },
	{ "iface=a,iface=a", "iface=a", "more than once" },
	/* queues */
	{ IFACE ",queues", "queues", "queues=<1-64>" },
	{ IFACE ",queues=", "queues=", "1 to 64" },
	{ IFACE ",queues=0", "queues=0", "1 to 64" },
	{ IFACE ",queues=65", "queues=65", "1 to 64" },
	{ IFACE ",queues=x", "queues=x", "1 to 64" },
	{ IFACE ",queues=-1", "queues=-1", "1 to 64" },
	{ IFACE ",queues=+4", "queues=+4", "1 to 64" },
	{ IFACE ",queues=4x", "queues=4x", "1 to 64" },
	{ IFACE ",queues=4 ", "queues=4 ", "1 to 64" },
	{ IFACE ",queues= 4", "queues= 4", "1 to 64" },
	{ IFACE ",queues=0x4", "queues=0x4", "1 to 64" },
	{ IFACE ",queues=65537", "queues=65537", "1 to 64" },
	{ IFACE ",queues=4294967300", "queues=4294967300", "1 to 64" },
	{ IFACE ",queues=18446744073709551620", "queues=18446744073709551620", "1 to 64" },
	{ IFACE ",queues=4,queues=4", "queues=4", "more than once" },
	/* qpairs: the same */
	{ IFACE ",qpairs=0", "qpairs=0", "1 to 64" },
	{ IFACE ",qpairs=65", "qpairs=65", "1 to 64" },
	{ IFACE ",qpairs=4,queues=4", "queues=4", "another word for queues" },
	{ IFACE ",queues=4,qpairs=4", "qpairs=4", "another word for queues" },
	/* kernel */
	{ IFACE ",kernel=", "kernel=", "off, auto or require" },
	{ IFACE ",kernel=on", "kernel=on", "off, auto or require" },
	/* remote */
	{ IFACE ",remote=", "remote=", "name of an interface" },
	{ IFACE ",remote=a/b", "remote=a/b", "name of an interface" },
	{ IFACE ",remote=0123456789abcdef", "remote=0123456789abcdef", "name of an interface" },
	{ IFACE ",remote=eth0,kernel=off", "remote=eth0", "auto or require" },
	{ IFACE ",kernel=off,remote=eth0", "kernel=off", "auto or require" },
	{ IFACE ",remote=eth0,remote=eth1", "remote=eth0", "more than once" },
	/* ring_size */
	{ IFACE ",ring_size", "ring_size", "ring_size=<32-32768>" },
	{ IFACE ",ring_size=", "ring_size=", "32 to 32768" },
	{ IFACE ",ring_size=0", "ring_size=0", "32 to 32768" },
	{ IFACE ",ring_size=16", "ring_size=16", "32 to 32768" },
	{ IFACE ",ring_size=31", "ring_size=31", "32 to 32768" },
	{ IFACE ",ring_size=33", "ring_size=33", "power of two" },
	{ IFACE ",ring_size=65536", "ring_size=65536", "32 to 32768" },
	{ IFACE ",ring_size=x", "ring_size=x", "32 to 32768" },
	{ IFACE ",ring_size=-64", "ring_size=-64", "32 to 32768" },
	{ IFACE ",ring_size=64k", "ring_size=64k", "32 to 32768" },
	{ IFACE ",ring_size=64,ring_size=128", "ring_size=64", "more than once" },
	/* cache */
	{ IFACE ",cache=", "cache=", "0 to 4194304" },
	{ IFACE ",cache=-1", "cache=-1", "0 to 4194304" },
	{ IFACE ",cache=4194305", "cache=4194305", "0 to 4194304" },
	{ IFACE ",cache=1k", "cache=1k", "0 to 4194304" },
	/* reta_size */
	{ IFACE ",reta_size=", "reta_size=", "1 to 512" },
	{ IFACE ",reta_size=0", "reta_size=0", "1 to 512" },
	{ IFACE ",reta_size=513", "reta_size=513", "1 to 512" },
	{ IFACE ",reta_size=-1", "reta_size=-1", "1 to 512" },
	{ IFACE ",reta_size=64,reta_size=64", "reta_size=64", "more than once" },
	/* dispatch */
	{ IFACE ",dispatch=", "dispatch=", "poll or service" },
	{ IFACE ",dispatch=Service", "dispatch=Service", "poll or service" },
	{ IFACE ",dispatch=interrupt", "dispatch=interrupt", "poll or service" },
	{ IFACE ",dispatch", "dispatch", "dispatch=<poll|service>" },
	{ IFACE ",dispatch=poll,dispatch=poll", "dispatch=poll", "more than once" },
	/* hw */
	{ IFACE ",hw=", "hw=", "off, auto or require" },
	{ IFACE ",hw=on", "hw=on", "off, auto or require" },
	{ IFACE ",hw=off,hw=auto", "hw=off", "more than once" },
	/* rules */
	{ IFACE ",control=", "control=", "off or on" },
	{ IFACE ",control=yes", "control=yes", "off or on" },
	{ IFACE ",control=on,control=off", "control=on", "more than once" },
	{ IFACE ",count=", "count=", "asked or all" },
	{ IFACE ",count=none", "count=none", "asked or all" },
	{ IFACE ",rules=", "rules=", "a file's path" },
	{ IFACE ",rules=a b", "rules=a b", "a file's path" },
	{ IFACE ",rules=" NAME_63 NAME_63 NAME_63 NAME_63 "abcd", "rules=0123", "255 characters" },
	{ IFACE ",rules=a,rules=b", "rules=a", "more than once" },
	/* simd */
	{ IFACE ",simd=", "simd=", "off, auto or gfni" },
	{ IFACE ",simd=avx2", "simd=avx2", "off, auto or gfni" },
	{ IFACE ",simd=off,simd=off", "simd=off", "more than once" },
	/* others */
	{ IFACE ",rings=4", "rings=4", "ring_size=<32-32768>" },
	{ IFACE ",Queues=4", "Queues=4", "queues=<1-64>" },
	{ IFACE ",=4", "=4", "iface=<port>" },
	{ IFACE ",fast", "fast", "iface=<port>" },
	{ "eth_below", "eth_below", "iface=<port>" },
	/* More than rte_kvargs holds. */
	{ "a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,"
	  "a=,a=,a=,b=", "a=,b=", "iface=<port>" },
};

static const char *const good[] = {
	IFACE,
	"iface=" NAME_63,
	"queues=4," IFACE,
	IFACE ",queues=1",
	IFACE ",queues=64",
	IFACE ",queues=08",
	IFACE ",ring_size=32",
	IFACE ",hw=off",
	IFACE ",hw=auto",
	IFACE ",hw=require",
	IFACE ",ring_size=32768",
	IFACE ",ring_size=256,queues=16",
	IFACE ",reta_size=1",
	IFACE ",cache=0",
	IFACE ",cache=4194304",
	IFACE ",reta_size=512",
	IFACE ",lower=af_packet,lower_queues=2",
	IFACE ",lower=af_xdp",
	IFACE ",dispatch=poll",
	IFACE ",dispatch=service",
	IFACE ",simd=off",
	IFACE ",simd=auto",
	IFACE ",qpairs=4",
	IFACE ",kernel=off",
};

static void
test_bad(void **state __rte_unused)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++)
		test_plug_refused("net_steer0", bad[i].args, bad[i].named, bad[i].accepted);
}

/* Every line names the device too. */
static void
test_device_named(void **state __rte_unused)
{
	test_plug_refused("net_steer7", "iface=a,queues=x", "net_steer7: ", "queues=x");
	test_plug_refused("net_steer", "", "net_steer: net_steer: ", "iface=");
}

static void
test_good(void **state __rte_unused)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(good); i++) {
		test_log_begin();
		test_plug("net_steer0", good[i]);
		test_log_end_with("net_steer0", "waited for");
		test_unplug("net_steer0");
	}
}

/* A device without a number is one, too. */
static void
test_bare_name(void **state __rte_unused)
{
	test_log_begin();
	test_plug("net_steer", IFACE);
	test_log_end_with("net_steer", "eth_below");
	test_unplug("net_steer");
}

/* The number of queues is what the port offers. */
static void
test_queues(void **state __rte_unused)
{
	struct rte_eth_dev_info info;
	uint16_t port;

	test_log_begin();
	port = test_plug("net_steer0", IFACE ",queues=5");
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.max_rx_queues, 5);
	assert_int_equal(info.max_tx_queues, 5);
	test_unplug("net_steer0");

	port = test_plug("net_steer0", IFACE ",qpairs=6");
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.max_rx_queues, 6);
	assert_int_equal(info.max_tx_queues, 6);
	test_unplug("net_steer0");

	port = test_plug("net_steer0", IFACE);
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.max_rx_queues, 64);
	test_unplug("net_steer0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bad, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_device_named, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_good, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_bare_name, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_queues, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("args", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
