/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_flow.h>

#include "../../drivers/net/steer/steer_in_kernel_private.h"
#include "fault_case.h"
#include "netdev.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* kernel= over TAP and AF_XDP, of which any call fails. */

#define TAP "iface=tap:" NETDEV_TAP ",kernel=require"
#define TAP_AUTO "iface=tap:" NETDEV_TAP ",kernel=auto"
#define XDP "iface=" NETDEV_VETH ",kernel=require"
#define JUMBO "iface=" NETDEV_JUMBO ",kernel=require"

static void
begin_tap(void)
{
	netdev_begin(TAP);
}

/* So many changes have come in a row that the next one is put off, and none is so far. */
static void
in_a_row(const struct fault_case *c __rte_unused)
{
	struct steer_in_kernel *ik = netdev_steer_port()->in_kernel;

	pthread_mutex_lock(&ik->lock);
	while (ik->alarm_set) {
		pthread_mutex_unlock(&ik->lock);
		usleep(1000);
		pthread_mutex_lock(&ik->lock);
	}
	ik->row = UINT32_MAX / 2;
	ik->synced = rte_get_timer_cycles();
	pthread_mutex_unlock(&ik->lock);
}

static int
flush(const struct fault_case *c __rte_unused)
{
	return rte_flow_flush(netdev_port, &fault_error);
}

static int
isolate(const struct fault_case *c __rte_unused)
{
	return rte_flow_isolate(netdev_port, 1, &fault_error);
}

static int
dump(const struct fault_case *c __rte_unused)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	int ret;

	assert_non_null(file);
	ret = rte_flow_dev_dump(netdev_port, NULL, file, &fault_error);
	fclose(file);
	free(text);
	return ret;
}

#define PLUG(words) \
	{ .name = "plug " words, .args = words, .up = netdev_up, .op = netdev_plug, \
	  .check = netdev_check_plugged, .down = netdev_down, .only = NETDEV_ONLY }
#define START(words) \
	{ .name = "start " words, .args = words, .up = netdev_up_started, .op = netdev_start, \
	  .check = netdev_check_forwards, .down = netdev_down, \
	  .only = "bpf_map_update_elem ioctl opendir" }
#define LIFE(what, operation, checked) \
	{ .name = what, .up = netdev_stays, .op = operation, .check = checked, \
	  .down = netdev_stays, .only = NETDEV_ONLY }
#define FLOW(what, before, operation, checked) \
	{ .name = what, .up = before, .op = operation, .check = checked, .down = netdev_flush, \
	  .only = NETDEV_ONLY, .flow = true }

static const struct fault_case plugs[] = {
	PLUG(TAP),
	START(TAP_AUTO),
};

static const struct fault_case taps[] = {
	LIFE("start", netdev_start, netdev_check_forwards),
	FLOW("create", netdev_stays, netdev_create, netdev_check_forwards),
	FLOW("create in a row", in_a_row, netdev_create, netdev_check_forwards),
	FLOW("flush", netdev_stays, flush, NULL),
	FLOW("isolate", netdev_stays, isolate, NULL),
	FLOW("dump", netdev_stays, dump, netdev_check_forwards),
};

static const struct fault_case xdps[] = {
	PLUG(XDP),
	PLUG(JUMBO),
};

static const struct fault_group groups[] = {
	FAULT_GROUP(plugs),
	{ "taps", taps, RTE_DIM(taps), begin_tap, netdev_end, false },
	/* net_af_xdp does not free its queues. */
	{ "xdps", xdps, RTE_DIM(xdps), NULL, NULL, true },
};

int
main(void)
{
	static const char *const ports[] = { TAP, XDP, NULL };

	return netdev_main("faults_netdev", ports, groups, RTE_DIM(groups));
}
