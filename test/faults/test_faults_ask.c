/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
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

static void
check(const struct fault_case *c __rte_unused, bool done __rte_unused)
{
	fault_forwards();
}

/* The name of the next part of an answer, with its marks; NULL: there is none. */
static const char *
next_name(const char *from, size_t *len)
{
	const char *end;

	for (; (from = strchr(from, '"')) != NULL; from = end + 1) {
		for (end = from + 1; *end != '"'; end++)
			end += *end == '\\';
		if (end[1] == ':') {
			*len = (size_t)(end + 1 - from);
			return from;
		}
	}
	return NULL;
}

static bool
same_names(const char *a, const char *b)
{
	size_t len_a = 0, len_b = 0;

	do {
		a = next_name(a + len_a, &len_a);
		b = next_name(b + len_b, &len_b);
		if (a == NULL || b == NULL)
			return a == b;
	} while (len_a == len_b && memcmp(a, b, len_a) == 0);
	return false;
}

/* It lacks nothing, or says where a list goes on that has something already. */
static void
check_whole(const struct fault_case *c, bool done)
{
	char *told = strdup(given);
	const char *whole;

	assert_non_null(told);
	fault_forwards();
	whole = test_ask(c->text, fault_world.port);
	if (strstr(told, ":{}") != NULL)
		fail_msg("%s: nothing: %s", c->name, told);
	if (done && strstr(told, "\"next\"") == NULL && !same_names(told, whole))
		fail_msg("%s: %s and not %s", c->name, told, whole);
	free(told);
}

/* A refusal that is longer than a string of telemetry's. */

static int
ask_refused(const struct fault_case *c)
{
	given = test_ask(c->text, fault_world.port);
	return strcmp(given, "null") == 0 ? -EIO : 0;
}

static void
check_refused(const struct fault_case *c __rte_unused, bool done)
{
	fault_forwards();
	if (done && (strstr(given, "\"error\"") == NULL || strstr(given, "\"errno\"") == NULL))
		fail_msg("no reason: %s", given);
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
#define WHOLE(request, arguments, before) \
	{ .name = request, .text = request, .args = arguments, .up = before, .op = ask, \
	  .check = check_whole, .who = TEST_FAULT_ANYBODY }
#define NOTHING "ingress pattern ipv4 / end actions void / end"
#define RULE "ingress pattern ipv4 / udp dst is 101 / end actions queue index 0 / end"

static const struct fault_case cases[] = {
	WHOLE("/steer/list", "", fault_world_up),
	WHOLE("/steer/info,%u", "", fault_world_up),
	WHOLE("/steer/rss,%u", "", fault_world_up),
	WHOLE("/steer/queues,%u", "", fault_world_up),
	WHOLE("/steer/flows,%u", "", fault_world_up),
	WHOLE("/steer/tables,%u", "", fault_world_up),
	WHOLE("/steer/kernel,%u", "", fault_world_up),
	WHOLE("/steer/flow,%u,0", "", fault_world_up),
	WHOLE("/steer/trace,%u,0," PACKET, "", fault_world_up),
	ASK("/steer/flow_create,%u," RULE, "control=on"),
	ASK("/steer/flow_validate,%u," RULE, "control=on"),
	ASK("/steer/flow_flush,%u", "control=on"),
	ASK("/steer/load_begin,%u", "control=on"),
	/* Among others. */
	WHOLE("/steer/flows,%u,1", "control=on", up_rules),
	WHOLE("/steer/tables,%u,1", "control=on", up_rules),
	WHOLE("/steer/trace,%u,1," PACKET, "control=on", up_rules),
	{ .name = "refused", .text = "/steer/flow_create,%u," NOTHING, .args = "control=on",
	  .up = fault_world_up, .op = ask_refused, .check = check_refused,
	  .who = TEST_FAULT_ANYBODY },
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
