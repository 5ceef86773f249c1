/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "doc.h"
#include "eal.h"
#include "flow_types.h"
#include "port.h"
#include "steer_compat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * All types that rte_flow.h has: the guide's tables have a row for each, which says what the port
 * does with it, and of what is refused the very reason that the error gives.
 */

#define LOWER "net_null_types"
#define UPPER "net_steer_types"

static uint16_t port;

static int
set_up(void **state __rte_unused)
{
	static const struct rte_eth_conf conf;

	test_doc_begin();
	test_plug(LOWER, NULL);
	port = test_plug(UPPER, "iface=" LOWER);
	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), 0);
	return 0;
}

static int
tear_down(void **state __rte_unused)
{
	rte_vdev_uninit(UPPER);
	rte_vdev_uninit(LOWER);
	test_doc_end();
	return 0;
}

/* Is the release of a row, "" or "23.03", not later than the one we were built with? */
static bool
is_there(const char *since)
{
	int year = 0, month = 0;

	if (since[0] == '\0')
		return true;
	if (sscanf(since, "%d.%d", &year, &month) != 2)
		fail_msg("'%s' is no release", since);
	return STEER_DPDK_YEAR > year || (STEER_DPDK_YEAR == year && STEER_DPDK_MONTH >= month);
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Does the message "NAME: REASON" say of the item what the row does: "no: REASON"? */
static bool
is_reason(const char *message, const char *name, const char *row)
{
	const size_t n = strlen(name);

	return strncmp(message, name, n) == 0 && begins(message + n, ": ") &&
	       strcmp(message + n + 2, row + strlen("no: ")) == 0;
}

/* One type that this DPDK has. @return disagreements. */
static unsigned int
check_item(int type, const char *name)
{
	struct rte_flow_item pattern[TEST_FLOW_PATTERN];
	struct rte_flow_error error;
	struct test_doc_row row;
	bool taken, told;

	if (!test_doc_row("Every item", name, &row)) {
		print_error("%s: " TEST_DOC_GUIDE " has no row for it in \"Every item\"\n", name);
		return 1;
	}
	taken = test_flow_item_taken(port, type, pattern, &error);
	told = begins(row.text, "yes") || begins(row.text, "ignored");
	if (!told && !begins(row.text, "no: ")) {
		print_error("%s: \"%s\" is neither yes nor ignored nor no and a reason\n", name,
			    row.text);
		return 1;
	}
	if (taken != (told && is_there(row.since))) {
		print_error("%s: the port %s it, the row says \"%s\" since \"%s\"\n", name,
			    taken ? "takes" : "refuses", row.text, row.since);
		return 1;
	}
	if (!told && !is_reason(error.message, name, row.text)) {
		print_error("%s: the row says \"%s\", the port \"%s\"\n", name, row.text,
			    error.message);
		return 1;
	}
	return 0;
}

/* Rows for what this DPDK does not have must say since when there is such a thing. */
static unsigned int
check_rows(const char *table, const struct test_flow_types *types)
{
	struct test_doc_row row;
	unsigned int bad = 0, i;

	for (unsigned int n = 0; test_doc_row_at(table, n, &row); n++) {
		for (i = 0; i < types->n; i++)
			if (strcmp(types->names[i], row.name) == 0)
				break;
		if (i < types->n || !is_there(row.since))
			continue;
		print_error("%s: rte_flow.h has no such type, \"%s\" has\n", row.name, table);
		bad++;
	}
	return bad;
}

static void
test_items(void **state __rte_unused)
{
	static struct test_flow_types types;
	unsigned int bad;

	test_flow_types_read("rte_flow_item_type", "RTE_FLOW_ITEM_TYPE_", &types);
	assert_string_equal(types.names[RTE_FLOW_ITEM_TYPE_METER_COLOR], "meter_color");
	bad = check_rows("Every item", &types);
	for (unsigned int i = 0; i < types.n; i++)
		bad += check_item((int)i, types.names[i]);
	assert_int_equal(bad, 0);
}

/* Behind the reason stands what is accepted, which no row says. */
static bool
is_action_reason(const char *message, const char *name, const char *row)
{
	char begin[sizeof(struct test_doc_row) + 64];

	snprintf(begin, sizeof(begin), "%s: %s: accepted are ", name, row + strlen("no: "));
	return begins(message, begin);
}

static unsigned int
check_action(int type, const char *name)
{
	struct rte_flow_action actions[TEST_FLOW_ACTIONS];
	struct rte_flow_error error;
	struct test_doc_row row;
	bool taken, told;

	if (!test_doc_row("Every action", name, &row)) {
		print_error("%s: " TEST_DOC_GUIDE " has no row for it in \"Every action\"\n", name);
		return 1;
	}
	/* No handle is so small. */
	taken = type == RTE_FLOW_ACTION_TYPE_INDIRECT ||
		test_flow_action_taken(port, type, actions, &error);
	told = begins(row.text, "yes") || begins(row.text, "ignored");
	if (taken != told) {
		print_error("%s: the port %s it, the row says \"%s\"\n", name,
			    taken ? "takes" : "refuses", row.text);
		return 1;
	}
	if (!told && (error.type != RTE_FLOW_ERROR_TYPE_ACTION ||
		      !is_action_reason(error.message, name, row.text))) {
		print_error("%s: the row says \"%s\", the port \"%s\"\n", name, row.text,
			    error.message);
		return 1;
	}
	return 0;
}

static void
test_actions(void **state __rte_unused)
{
	static struct test_flow_types types;
	unsigned int bad;

	test_flow_types_read("rte_flow_action_type", "RTE_FLOW_ACTION_TYPE_", &types);
	assert_string_equal(types.names[RTE_FLOW_ACTION_TYPE_SET_TTL], "set_ttl");
	bad = check_rows("Every action", &types);
	/* END is no action, and alone none at all. */
	for (unsigned int i = 1; i < types.n; i++)
		bad += check_action((int)i, types.names[i]);
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_actions),
	};
	int rc;

	if (test_eal_init(NULL) != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, set_up, tear_down);
	test_eal_cleanup();
	return rc;
}
