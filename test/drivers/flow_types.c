/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "flow_types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The header */

/* A line "PREFIX_NAME," adds a name; comments name types, too, but do not begin with them. */
static void
read_line(const char *line, const char *prefix, struct test_flow_types *types)
{
	const char *at = line + strspn(line, " \t");
	char *name = types->names[types->n];
	size_t i;

	if (strncmp(at, prefix, strlen(prefix)) != 0)
		return;
	/* A value of its own would be another one than its place. */
	assert_null(strchr(at, '='));
	assert_in_range(types->n, 0, TEST_FLOW_TYPES - 1);
	at += strlen(prefix);
	for (i = 0; isalnum((unsigned char)at[i]) || at[i] == '_'; i++) {
		assert_in_range(i, 0, sizeof(types->names[0]) - 2);
		name[i] = (char)tolower((unsigned char)at[i]);
	}
	name[i] = '\0';
	types->n++;
}

void
test_flow_types_read(const char *enumeration, const char *prefix, struct test_flow_types *types)
{
	const char *path = getenv("STEER_RTE_FLOW_H");
	char line[1024], begin[64];
	bool inside = false;
	FILE *f;

	memset(types, 0, sizeof(*types));
	f = fopen(path != NULL ? path : "/usr/include/dpdk/rte_flow.h", "r");
	if (f == NULL)
		fail_msg("STEER_RTE_FLOW_H must be the path of DPDK's rte_flow.h");
	snprintf(begin, sizeof(begin), "enum %s {", enumeration);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, begin, strlen(begin)) == 0)
			inside = true;
		else if (inside && line[0] == '}')
			break;
		else if (inside)
			read_line(line, prefix, types);
	}
	fclose(f);
	assert_in_range(types->n, 50, TEST_FLOW_TYPES);
	assert_string_equal(types->names[0], "end");
}

/* Rules */

static bool
taken(uint16_t port, const struct rte_flow_item *pattern, const struct rte_flow_action *actions,
      struct rte_flow_error *error)
{
	/* A jump to group 0 would be a loop there. */
	const struct rte_flow_attr attr = { .ingress = 1, .group = 1 };

	memset(error, 0, sizeof(*error));
	return rte_flow_validate(port, &attr, pattern, actions, error) == 0;
}

/* All zeros: a minimal item or configuration of whatever type. */
static const uint64_t zeros[64];

bool
test_flow_item_taken(uint16_t port, int type, struct rte_flow_item pattern[TEST_FLOW_PATTERN],
		     struct rte_flow_error *error)
{
	static const struct rte_flow_action drop[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_DROP }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	const enum rte_flow_item_type item = (enum rte_flow_item_type)type;
	const struct rte_flow_item patterns[][TEST_FLOW_PATTERN] = {
		{ { .type = item } },
		{ { .type = item, .spec = zeros, .mask = zeros } },
		{ { .type = RTE_FLOW_ITEM_TYPE_ETH }, { .type = item } },
		{ { .type = RTE_FLOW_ITEM_TYPE_IPV4 }, { .type = item } },
		{ { .type = RTE_FLOW_ITEM_TYPE_IPV6 }, { .type = item } },
		{ { .type = RTE_FLOW_ITEM_TYPE_UDP }, { .type = item } },
	};
	struct rte_flow_error later;

	for (unsigned int i = 0; i < RTE_DIM(patterns); i++) {
		if (!taken(port, patterns[i], drop, i == 0 ? error : &later))
			continue;
		memcpy(pattern, patterns[i], sizeof(patterns[i]));
		return true;
	}
	return false;
}

/* Zeros where they mean something. */
static const void *
minimal_conf(enum rte_flow_action_type type)
{
	static const struct rte_flow_action queue[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = zeros },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	static const struct rte_flow_action_sample sample = { .ratio = 1, .actions = queue };
	static const struct rte_flow_action_of_push_vlan vlan = { .ethertype = RTE_BE16(0x8100) };
	static const struct rte_flow_action_age age = { .timeout = 1 };

	switch (type) {
	case RTE_FLOW_ACTION_TYPE_AGE:
		return &age;
	case RTE_FLOW_ACTION_TYPE_SAMPLE:
		return &sample;
	case RTE_FLOW_ACTION_TYPE_OF_PUSH_VLAN:
		return &vlan;
	default:
		return zeros;
	}
}

bool
test_flow_action_taken(uint16_t port, int type, struct rte_flow_action actions[TEST_FLOW_ACTIONS],
		       struct rte_flow_error *error)
{
	static const struct rte_flow_item all[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	const enum rte_flow_action_type action = (enum rte_flow_action_type)type;
	const void *conf = minimal_conf(action);
	const struct rte_flow_action lists[][TEST_FLOW_ACTIONS] = {
		{ { .type = action, .conf = conf } },
		{ { .type = action, .conf = conf },
		  { .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = zeros } },
	};

	for (unsigned int i = 0; i < RTE_DIM(lists); i++) {
		if (!taken(port, all, lists[i], error))
			continue;
		memcpy(actions, lists[i], sizeof(lists[i]));
		return true;
	}
	/* Of what goes with nothing else, the reason is that for it alone. */
	return taken(port, all, lists[0], error);
}
