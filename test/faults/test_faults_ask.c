/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
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

/* A trace that passes over rules: other masks, a range, a check, one of telemetry's. */
static void
up_rules(const struct fault_case *c)
{
	static const char *const rules[] = {
		"ingress pattern ipv4 / udp dst is 101 / end actions queue index 0 / end",
		"ingress priority 1 pattern eth / ipv4 / udp dst spec 200 dst last 300 dst mask "
			"65535 / end actions queue index 0 / end",
		"ingress priority 1 pattern eth / ipv4 / raw relative is 1 search is 1 offset is 0 "
			"limit is 20 pattern is abcd / end actions queue index 0 / end",
		"ingress priority 2 pattern eth / ipv4 / integrity level is 0 value spec 0x10 "
			"value mask 0x10 / end actions mark id 9 / passthru / end",
	};
	unsigned int i;

	fault_world_up(c);
	for (i = 0; i < RTE_DIM(rules); i++) {
		given = test_ask("/steer/flow_create,%u,%s", fault_world.port, rules[i]);
		if (strstr(given, "\"errno\"") != NULL)
			fail_msg("%s: %s", rules[i], given);
	}
}

/* Loads: lines are kept, then all rules come at once. */

#define NEW 102
#define LINE "ingress pattern ipv4 / udp dst is 102 / end actions mark id 102 / queue index 0 / end"

static uint64_t load;

static void
up_load(const struct fault_case *c)
{
	fault_world_up(c);
	test_ask("/steer/load_begin,%u", fault_world.port);
	load = test_answer_number("load");
}

static void
up_line(const struct fault_case *c)
{
	up_load(c);
	test_ask("/steer/load_add,%u,%" PRIu64 "," LINE, fault_world.port, load);
	assert_int_equal(test_answer_number("line"), 1);
}

static int
ask_load(const struct fault_case *c)
{
	given = test_ask(c->text, fault_world.port, load);
	/* It is done, if the answer was lost: see check_commit(). */
	if (strstr(given, "no load") != NULL)
		return 0;
	return strcmp(given, "null") == 0 || strstr(given, "\"errno\"") != NULL ? -EIO : 0;
}

static void
check_commit(const struct fault_case *c __rte_unused, bool done)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = NEW };

	fault_forwards();
	if (done)
		test_expect(&fault_world, &p, 0, NEW);
}

#define LOAD(request, before, checked) \
	{ .name = request, .text = request, .args = "control=on", .up = before, .op = ask_load, \
	  .check = checked, .who = TEST_FAULT_ANYBODY }
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
	{ .name = "trace over rules", .text = "/steer/trace,%u,0," PACKET, .args = "control=on",
	  .up = up_rules, .op = ask, .check = check, .who = TEST_FAULT_ANYBODY },
	LOAD("/steer/load_add,%u,%" PRIu64 "," LINE, up_load, check),
	LOAD("/steer/load_commit,%u,%" PRIu64, up_line, check_commit),
	LOAD("/steer/load_abort,%u,%" PRIu64, up_line, check),
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
