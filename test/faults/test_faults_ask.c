/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_common.h>

#include "eal.h"
#include "fault_case.h"
#include "port.h"
#include "telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Requests of telemetry of which any call fails: a refusal, or the whole answer. */

#define PACKET \
	"0200000000010200000000020800450000240001000040110000" \
	"0a0000010a00000900350064001000000000000000000000"

static const char *given;

static int
ask(const struct fault_case *c)
{
	given = test_ask(c->text, fault_world.port);
	return strcmp(given, "null") == 0 || strstr(given, "\"errno\"") != NULL ? -EIO : 0;
}

/* A list has all, or says that there are more. */
static void
check(const struct fault_case *c __rte_unused, bool done)
{
	fault_forwards();
	if (!done)
		return;
	assert_null(strstr(given, "\"flows\":{}"));
	assert_null(strstr(given, "\"tables\":{}"));
}

#define ASK(request, arguments) \
	{ .name = request, .text = request, .args = arguments, .up = fault_world_up, .op = ask, \
	  .check = check, .who = TEST_FAULT_ANYBODY }
#define RULE "ingress pattern ipv4 / udp dst is 101 / end actions queue index 0 / end"

static const struct fault_case cases[] = {
	ASK("/steer/list", ""),
	ASK("/steer/info,%u", ""),
	ASK("/steer/rss,%u", ""),
	ASK("/steer/queues,%u", ""),
	ASK("/steer/flows,%u", ""),
	ASK("/steer/tables,%u", ""),
	ASK("/steer/kernel,%u", ""),
	ASK("/steer/flow,%u,0", ""),
	ASK("/steer/trace,%u,0," PACKET, ""),
	ASK("/steer/flow_create,%u," RULE, "control=on"),
	ASK("/steer/flow_validate,%u," RULE, "control=on"),
	ASK("/steer/flow_flush,%u", "control=on"),
	ASK("/steer/load_begin,%u", "control=on"),
};

static const struct fault_group groups[] = {
	FAULT_GROUP(cases),
};

int
main(void)
{
	int ret;

	if (test_telemetry_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = fault_run("faults_ask", groups, RTE_DIM(groups));
	test_telemetry_cleanup();
	return ret;
}
