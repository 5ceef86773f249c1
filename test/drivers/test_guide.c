/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_mbuf.h>

#include "../../drivers/net/steer/steer_port.h"
#include "doc.h"
#include "eal.h"
#include "flow_types.h"
#include "port.h"
#include "steer_compat.h"
#include "steer_words_rss.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Items and actions of steer.ini against the code, both ways; and the guide names each of them, and
 * each device argument, statistic and flow operation.
 */

#define LOWER "net_null_guide"
#define UPPER "net_steer_guide"

#define ITEMS "rte_flow items"
#define ACTIONS "rte_flow actions"

/* Types are tried up to here: the enumerations grow. */
#define TYPES_END 512

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

/* Items and actions */

/* As in the enumeration, in lower case; false if DPDK has no name for it. */
static bool
type_name(enum rte_flow_conv_op op, int type, char *name, size_t size)
{
	const void *src = (void *)(uintptr_t)(unsigned int)type;
	struct rte_flow_error error;
	const char *upper_case = NULL;
	size_t i;

	if (rte_flow_conv(op, &upper_case, sizeof(upper_case), src, &error) < 0 ||
	    upper_case == NULL)
		return false;
	for (i = 0; upper_case[i] != '\0' && i < size - 1; i++)
		name[i] = (char)tolower((unsigned char)upper_case[i]);
	name[i] = '\0';
	return true;
}

/* One type. @return disagreements. */
static unsigned int
check_type(const char *section, enum rte_flow_conv_op op, int type, bool there)
{
	char name[64];

	if (type_name(op, type, name, sizeof(name)))
		return test_doc_disagrees(section, name, there) +
		       (there ? test_doc_unnamed(name) : 0);
	if (!there)
		return 0;
	print_error("%s: type %d is accepted and has no name in DPDK\n", section, type);
	return 1;
}

/* Accepted where DPDK has them. */
static unsigned int
later_items(void)
{
	unsigned int bad = 0;

#ifndef STEER_HAS_ITEM_IPV6_ROUTING_EXT
	bad += test_doc_disagrees(ITEMS, "ipv6_routing_ext", true);
#endif
#ifndef STEER_HAS_ITEM_ICMP6_ECHO
	bad += test_doc_disagrees(ITEMS, "icmp6_echo_request", true);
	bad += test_doc_disagrees(ITEMS, "icmp6_echo_reply", true);
#endif
#ifndef STEER_HAS_ITEM_PTYPE
	bad += test_doc_disagrees(ITEMS, "ptype", true);
#endif
#ifndef STEER_HAS_ITEM_RANDOM
	bad += test_doc_disagrees(ITEMS, "random", true);
#endif
#ifndef STEER_HAS_ITEM_COMPARE
	bad += test_doc_disagrees(ITEMS, "compare", true);
#endif
	return bad;
}

static bool
item_taken(int type)
{
	struct rte_flow_item pattern[TEST_FLOW_PATTERN];
	struct rte_flow_error error;

	return test_flow_item_taken(port, type, pattern, &error);
}

static bool
action_taken(int type)
{
	struct rte_flow_action actions[TEST_FLOW_ACTIONS];
	struct rte_flow_error error;

	return test_flow_action_taken(port, type, actions, &error);
}

static void
test_items(void **state __rte_unused)
{
	unsigned int bad = later_items();

	assert_true(item_taken(RTE_FLOW_ITEM_TYPE_VOID));
	for (int type = -TYPES_END; type < TYPES_END; type++) {
		if (type == RTE_FLOW_ITEM_TYPE_END || type == RTE_FLOW_ITEM_TYPE_VOID)
			continue;
		bad += check_type(ITEMS, RTE_FLOW_CONV_OP_ITEM_NAME_PTR, type, item_taken(type));
	}
	bad += test_doc_unseen(ITEMS);
	assert_int_equal(bad, 0);
}

static void
test_actions(void **state __rte_unused)
{
	unsigned int bad = 0;

	assert_true(action_taken(RTE_FLOW_ACTION_TYPE_VOID));
	for (int type = -TYPES_END; type < TYPES_END; type++) {
		if (type == RTE_FLOW_ACTION_TYPE_END || type == RTE_FLOW_ACTION_TYPE_VOID)
			continue;
		bad += check_type(ACTIONS, RTE_FLOW_CONV_OP_ACTION_NAME_PTR, type,
				  action_taken(type));
	}
	bad += test_doc_unseen(ACTIONS);
	assert_int_equal(bad, 0);
}

/* The guide */

/* Zeros for whatever there is to configure. */
static const uint64_t zeros[8];

/* Calls of rte_flow with as little as they take; -ENOSYS where the port has not that operation. */

static int
call_validate(uint16_t id, struct rte_flow_error *error)
{
	return rte_flow_validate(id, NULL, NULL, NULL, error);
}

static int
call_create(uint16_t id, struct rte_flow_error *error)
{
	return rte_flow_create(id, NULL, NULL, NULL, error) != NULL ? 0 : -rte_errno;
}

static int
call_destroy(uint16_t id, struct rte_flow_error *error)
{
	return rte_flow_destroy(id, NULL, error);
}

static int
call_query(uint16_t id, struct rte_flow_error *error)
{
	return rte_flow_query(id, NULL, NULL, NULL, error);
}

static int
call_isolate(uint16_t id, struct rte_flow_error *error)
{
	return rte_flow_isolate(id, 0, error);
}

static int
call_dump(uint16_t id, struct rte_flow_error *error)
{
	return rte_flow_dev_dump(id, NULL, stdout, error);
}

static int
call_aged(uint16_t id, struct rte_flow_error *error)
{
	return rte_flow_get_aged_flows(id, NULL, 0, error);
}

static int
call_handle(uint16_t id, struct rte_flow_error *error)
{
	const struct rte_flow_indir_action_conf conf = { .ingress = 1 };
	const struct rte_flow_action count = { .type = RTE_FLOW_ACTION_TYPE_COUNT, .conf = zeros };

	return rte_flow_action_handle_create(id, &conf, &count, error) != NULL ? 0 : -rte_errno;
}

static int
call_info(uint16_t id, struct rte_flow_error *error)
{
	struct rte_flow_port_info port_info;

	return rte_flow_info_get(id, &port_info, NULL, error);
}

static int
call_tunnel_set(uint16_t id, struct rte_flow_error *error)
{
	return rte_flow_tunnel_decap_set(id, NULL, NULL, NULL, error);
}

static int
call_tunnel_match(uint16_t id, struct rte_flow_error *error)
{
	return rte_flow_tunnel_match(id, NULL, NULL, NULL, error);
}

static int
call_restore_info(uint16_t id, struct rte_flow_error *error)
{
	struct rte_flow_restore_info restore_info;
	/* On a stack that the address sanitizer makes up it would not be aligned. */
	static struct rte_mbuf m;

	return rte_flow_get_restore_info(id, &m, &restore_info, error);
}

static void
test_flow_ops(void **state __rte_unused)
{
	static const struct {
		int (*call)(uint16_t id, struct rte_flow_error *error);
		const char *name;
	} calls[] = {
		{ call_validate, "rte_flow_validate()" },
		{ call_create, "rte_flow_create()" },
		{ call_destroy, "rte_flow_destroy()" },
		{ rte_flow_flush, "rte_flow_flush()" },
		{ call_query, "rte_flow_query()" },
		{ call_isolate, "rte_flow_isolate()" },
		{ call_dump, "rte_flow_dev_dump()" },
		{ call_aged, "rte_flow_get_aged_flows()" },
		{ call_handle, "rte_flow_action_handle_create()" },
		{ call_info, "rte_flow_info_get()" },
		{ call_tunnel_set, "rte_flow_tunnel_decap_set()" },
		{ call_tunnel_match, "rte_flow_tunnel_match()" },
		{ call_restore_info, "rte_flow_get_restore_info()" },
	};
	unsigned int bad = 0;

	for (unsigned int i = 0; i < RTE_DIM(calls); i++) {
		struct rte_flow_error error;
		const int rc = calls[i].call(port, &error);
		const bool there = rc != -ENOSYS && rc != -ENOTSUP;
		const bool named = test_doc_names(calls[i].name);

		if (there == named)
			continue;
		print_error("%s: the port %s it, " TEST_DOC_GUIDE " %s it\n", calls[i].name,
			    there ? "has" : "does not have", named ? "names" : "does not name");
		bad++;
	}
	assert_int_equal(bad, 0);
}

/* Every word of testpmd's for RSS: hashed or refused, the guide says so. */
static void
test_rss(void **state __rte_unused)
{
	unsigned int bad = 0;

	for (unsigned int i = 0; steer_words_rss_type_at(i) != NULL; i++) {
		struct steer_word w = { .at = steer_words_rss_type_at(i) };
		uint64_t types;

		w.len = strlen(w.at);
		assert_true(steer_words_rss_types(w, &types));
		/* Others are groups. */
		if (types != 0 && (types & (types - 1)) == 0)
			bad += test_doc_unnamed(w.at);
	}
	for (unsigned int i = 0; steer_words_rss_func_at(i) != NULL; i++)
		bad += test_doc_unnamed(steer_words_rss_func_at(i));
	assert_int_equal(bad, 0);
}

static void
test_arguments(void **state __rte_unused)
{
	char params[] = STEER_PARAM_STRING, *arg, *rest;
	unsigned int bad = 0;

	for (arg = strtok_r(params, " ", &rest); arg != NULL; arg = strtok_r(NULL, " ", &rest))
		bad += test_doc_unnamed(arg);
	assert_int_equal(bad, 0);
}

/* rx_q0_packets is rx_qN_packets in the guide. */
static void
test_xstats(void **state __rte_unused)
{
	struct rte_eth_xstat_name names[128];
	unsigned int bad = 0;
	int n;

	n = rte_eth_devices[port].dev_ops->xstats_get_names(&rte_eth_devices[port], names,
		RTE_DIM(names));
	assert_in_range(n, 1, RTE_DIM(names));
	for (int i = 0; i < n; i++) {
		if (strncmp(&names[i].name[1], "x_q0_", 5) == 0)
			names[i].name[4] = 'N';
		if (strncmp(names[i].name, "rx_lq0_", 7) == 0)
			names[i].name[5] = 'N';
		/* Whatever the lower port calls it. */
		if (strncmp(names[i].name, "lower_", 6) == 0)
			strcpy(names[i].name, "lower_NAME");
		bad += test_doc_unnamed(names[i].name);
	}
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_flow_ops),
		cmocka_unit_test(test_rss),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_xstats),
	};
	int rc;

	if (test_eal_init(NULL) != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, set_up, tear_down);
	test_eal_cleanup();
	return rc;
}
