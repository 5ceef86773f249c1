/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FLOW_TYPES_H_
#define _TEST_FLOW_TYPES_H_

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

/*
 * Every type of item or action that DPDK has: the names of an enumeration of rte_flow.h, which is
 * read where STEER_RTE_FLOW_H says. So a later DPDK cannot have one that a test knows nothing of.
 */

#define TEST_FLOW_TYPES 256

/* By value; each in lower case, without what all of them begin with. */
struct test_flow_types {
	unsigned int n;
	char names[TEST_FLOW_TYPES][48];
};

/* What cannot be found fails the test. */
void test_flow_types_read(const char *enumeration, const char *prefix,
			  struct test_flow_types *types);

/*
 * Smallest patterns with an item of that type: alone or in its place, without fields or with none.
 * Filled with the first one that the port takes; false if there is none, and the error of the item
 * alone.
 */
#define TEST_FLOW_PATTERN 3
bool test_flow_item_taken(uint16_t port, int type, struct rte_flow_item pattern[TEST_FLOW_PATTERN],
			  struct rte_flow_error *error);

/* Actions alike, alone or with a queue. The rules are those of group 1. */
#define TEST_FLOW_ACTIONS 3
bool test_flow_action_taken(uint16_t port, int type,
			    struct rte_flow_action actions[TEST_FLOW_ACTIONS],
			    struct rte_flow_error *error);

#endif /* _TEST_FLOW_TYPES_H_ */
