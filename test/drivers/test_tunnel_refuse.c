/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "port.h"
#include "traffic.h"
#include "tunnels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Tunnel offload: what is refused, and what is said of it. */

#define QUEUES 4

static struct rte_flow_tunnel vxlan = { .type = RTE_FLOW_ITEM_TYPE_VXLAN };
static struct rte_flow_tunnel geneve = { .type = RTE_FLOW_ITEM_TYPE_GENEVE };

#define JUMP " / end actions jump group 3 / end"
#define QUEUE " / end actions queue index 1 / end"

static const struct {
	struct test_tunnel_rule rule;
	enum rte_flow_error_type type;
	const char *message;
} bad_rules[] = {
	{ { &vxlan, NULL, "ingress pattern eth" QUEUE }, RTE_FLOW_ERROR_TYPE_ACTION,
	  "tunnel_set: no jump: one is needed, to the group whose rules have tunnel_match" },
	{ { &vxlan, NULL, "ingress pattern eth / end actions end" }, RTE_FLOW_ERROR_TYPE_ACTION,
	  "tunnel_set: no jump: one is needed, to the group whose rules have tunnel_match" },
	{ { &vxlan, NULL, "ingress pattern eth / ipv4 / udp / geneve" JUMP },
	  RTE_FLOW_ERROR_TYPE_ACTION,
	  "tunnel_set: vxlan: the pattern asks for another tunnel" },
	{ { &vxlan, &vxlan, "ingress pattern eth" JUMP }, RTE_FLOW_ERROR_TYPE_ACTION,
	  "tunnel_set: the rule has tunnel_match: tunnels inside tunnels are not known" },
	{ { NULL, &geneve, "ingress group 3 pattern eth / ipv4 / udp / vxlan" QUEUE },
	  RTE_FLOW_ERROR_TYPE_ITEM,
	  "tunnel_match: geneve: another item asks for another tunnel, nothing could match" },
	{ { NULL, &vxlan, "ingress group 3 pattern eth" JUMP }, RTE_FLOW_ERROR_TYPE_ACTION_CONF,
	  "jump: group 3 leads back to group 3: 3 -> 3" },
	{ { NULL, &vxlan, "ingress group 4 pattern eth" JUMP }, RTE_FLOW_ERROR_TYPE_ACTION_CONF,
	  "jump: group 3 leads back to group 4: 4 -> 3 -> 4" },
	{ { NULL, &vxlan, "ingress group 3 pattern eth / end actions queue index 4 / end" },
	  RTE_FLOW_ERROR_TYPE_ACTION_CONF, "queue: index 4..." },
};

static void
assert_message(const struct rte_flow_error *error, const char *wanted)
{
	const size_t n = strlen(wanted);

	assert_non_null(error->message);
	if (n > 3 && strcmp(wanted + n - 3, "...") == 0)
		assert_memory_equal(error->message, wanted, n - 3);
	else
		assert_string_equal(error->message, wanted);
}

static void
test_rules(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 1, QUEUES, "");
	test_tunnel_match(w.port, &vxlan, "ingress group 3 pattern end "
			  "actions jump group 4 / end");
	for (unsigned int i = 0; i < RTE_DIM(bad_rules); i++) {
		struct rte_flow_error error = { .message = NULL };

		assert_null(test_tunnel_try(w.port, &bad_rules[i].rule, &error));
		assert_int_equal(rte_errno, EINVAL);
		assert_int_equal(error.type, bad_rules[i].type);
		assert_message(&error, bad_rules[i].message);
		assert_non_null(error.cause);
	}
	test_world_down(&w);
}

static void
refuse_tunnel(uint16_t port, struct rte_flow_tunnel *t, int code, const char *message)
{
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow_action *actions;
	struct rte_flow_item *items;
	uint32_t n;

	assert_int_equal(rte_flow_tunnel_decap_set(port, t, &actions, &n, &error), -code);
	assert_message(&error, message);
	memset(&error, 0, sizeof(error));
	assert_int_equal(rte_flow_tunnel_match(port, t, &items, &n, &error), -code);
	assert_message(&error, message);
}

static void
test_tunnels(void **state __rte_unused)
{
	struct rte_flow_tunnel bad = { .type = RTE_FLOW_ITEM_TYPE_MPLS };
	struct test_world w;

	test_world_up(&w, 1, QUEUES, "");
	refuse_tunnel(w.port, NULL, EINVAL, "tunnel: none given");
	refuse_tunnel(w.port, &bad, ENOTSUP, "tunnel: mpls: vxlan, vxlan_gpe, ...");
	bad = (struct rte_flow_tunnel){ .type = RTE_FLOW_ITEM_TYPE_VXLAN,
					.tp_dst = RTE_BE16(8472) };
	refuse_tunnel(w.port, &bad, ENOTSUP,
		      "tunnel: tp_dst 8472: vxlan is known by UDP port 4789");
	test_world_down(&w);
}

#define MAX 256

/* There is an end to them, and room again when one goes. */
static void
test_too_many(void **state __rte_unused)
{
	struct rte_flow_item *items[MAX];
	struct rte_flow_tunnel t = vxlan;
	struct test_world w;
	uint32_t n;

	test_world_up(&w, 1, QUEUES, "");
	for (t.tun_id = 0; t.tun_id < MAX; t.tun_id++)
		assert_int_equal(rte_flow_tunnel_match(w.port, &t, &items[t.tun_id], &n, NULL), 0);
	refuse_tunnel(w.port, &t, ENOSPC,
		      "tunnel: there are 256 different ones: no more are accepted");
	assert_int_equal(rte_flow_tunnel_item_release(w.port, items[77], 1, NULL), 0);
	assert_int_equal(rte_flow_tunnel_match(w.port, &t, &items[77], &n, NULL), 0);
	for (unsigned int i = 0; i < MAX; i++)
		assert_int_equal(rte_flow_tunnel_item_release(w.port, items[i], 1, NULL), 0);
	test_world_down(&w);
}

/* One rule, whose items or actions are wrong in themselves. */
static void
refuse(uint16_t port, const struct rte_flow_item *pattern, const struct rte_flow_action *actions,
       enum rte_flow_error_type type, const char *message)
{
	const struct rte_flow_attr attr = { .ingress = 1 };
	struct rte_flow_error error = { .message = NULL };

	assert_int_equal(rte_flow_validate(port, &attr, pattern, actions, &error), -EINVAL);
	assert_int_equal(error.type, type);
	assert_message(&error, message);
	assert_null(rte_flow_create(port, &attr, pattern, actions, &error));
}

static const struct rte_flow_item any[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
static const struct rte_flow_action_jump to = { .group = 3 };
static const struct rte_flow_action jump = { .type = RTE_FLOW_ACTION_TYPE_JUMP, .conf = &to };
static const struct rte_flow_action drop[] = { { .type = RTE_FLOW_ACTION_TYPE_DROP },
					       { .type = RTE_FLOW_ACTION_TYPE_END } };

/* What is not, or not any more, what this port has given. */
static void
test_strangers(void **state __rte_unused)
{
	static const char set_message[] = "tunnel_set: no tunnel of this port: ...";
	static const char match_message[] = "tunnel_match: no tunnel of this port: ...";
	struct rte_flow_action *action, actions[4] = { { 0 } };
	struct rte_flow_item *item, items[3] = { { 0 } };
	const uint64_t zeros = 0;
	struct test_world w;
	uint32_t n;

	test_world_up(&w, 1, QUEUES, "");
	assert_int_equal(rte_flow_tunnel_decap_set(w.port, &vxlan, &action, &n, NULL), 0);
	assert_int_equal(rte_flow_tunnel_match(w.port, &vxlan, &item, &n, NULL), 0);
	/* Twice. */
	actions[0] = actions[1] = *action;
	actions[2] = jump;
	refuse(w.port, any, actions, RTE_FLOW_ERROR_TYPE_ACTION,
	       "tunnel_set: the rule has one already: one is accepted");
	items[0] = items[1] = *item;
	refuse(w.port, items, drop, RTE_FLOW_ERROR_TYPE_ITEM,
	       "tunnel_match: the rule has one already: one is accepted");
	/* Without what it points to, and with something else. */
	actions[1] = jump;
	actions[2].type = RTE_FLOW_ACTION_TYPE_END;
	actions[0].conf = NULL;
	refuse(w.port, any, actions, RTE_FLOW_ERROR_TYPE_ACTION, "tunnel_set: no tunnel given");
	actions[0].conf = &zeros;
	refuse(w.port, any, actions, RTE_FLOW_ERROR_TYPE_ACTION_CONF, set_message);
	items[1].type = RTE_FLOW_ITEM_TYPE_END;
	items[0].spec = NULL;
	refuse(w.port, items, drop, RTE_FLOW_ERROR_TYPE_ITEM_SPEC, match_message);
	items[0].spec = &zeros;
	refuse(w.port, items, drop, RTE_FLOW_ERROR_TYPE_ITEM_SPEC, match_message);
	/* Released: first one of two, then the other. */
	actions[0].conf = action->conf;
	items[0].spec = item->spec;
	assert_int_equal(rte_flow_tunnel_item_release(w.port, item, 2, NULL), -EINVAL);
	assert_int_equal(rte_flow_tunnel_item_release(w.port, item, 1, NULL), 0);
	assert_int_equal(rte_flow_tunnel_item_release(w.port, item, 1, NULL), -EINVAL);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, action + 1, 1, NULL),
			 -EINVAL);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, action, 1, NULL), 0);
	refuse(w.port, any, actions, RTE_FLOW_ERROR_TYPE_ACTION_CONF, set_message);
	refuse(w.port, items, drop, RTE_FLOW_ERROR_TYPE_ITEM_SPEC, match_message);
	test_world_down(&w);
}

/* Another port's are not ours, though they look alike. */
static void
test_foreign(void **state __rte_unused)
{
	struct rte_flow_action *action, actions[3] = { { 0 } };
	struct test_world w;
	uint16_t low;
	uint32_t n;

	test_world_up(&w, 1, QUEUES, "");
	low = w.port;
	test_world_raise(&w, "");
	assert_int_equal(rte_flow_tunnel_decap_set(low, &vxlan, &action, &n, NULL), 0);
	actions[0] = *action;
	actions[1] = jump;
	actions[2].type = RTE_FLOW_ACTION_TYPE_END;
	refuse(w.port, any, actions, RTE_FLOW_ERROR_TYPE_ACTION_CONF,
	       "tunnel_set: no tunnel of this port: ...");
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, action, 1, NULL), -EINVAL);
	assert_int_equal(rte_flow_tunnel_action_decap_release(low, action, 1, NULL), 0);
	test_world_down(&w);
}

/* Templates do not know which tunnel it will be. */
static void
test_templates(void **state __rte_unused)
{
	const struct rte_flow_pattern_template_attr pattern_attr = { .ingress = 1 };
	const struct rte_flow_actions_template_attr actions_attr = { .ingress = 1 };
	const struct rte_flow_queue_attr queue = { .size = 32 };
	const struct rte_flow_queue_attr *queues[] = { &queue };
	const struct rte_flow_port_attr port_attr = { .nb_counters = 0 };
	struct rte_flow_action *action, actions[3] = { { 0 } };
	struct rte_flow_item *item, items[2] = { { 0 } };
	struct rte_flow_error error = { .message = NULL };
	struct test_world w;
	uint32_t n;

	test_world_up(&w, 1, QUEUES, "");
	assert_int_equal(rte_eth_dev_stop(w.port), 0);
	assert_int_equal(rte_flow_configure(w.port, &port_attr, 1, queues, NULL), 0);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	assert_int_equal(rte_flow_tunnel_decap_set(w.port, &vxlan, &action, &n, NULL), 0);
	assert_int_equal(rte_flow_tunnel_match(w.port, &vxlan, &item, &n, NULL), 0);
	items[0] = *item;
	items[1].type = RTE_FLOW_ITEM_TYPE_END;
	actions[0] = *action;
	actions[1] = jump;
	actions[2].type = RTE_FLOW_ACTION_TYPE_END;
	assert_null(rte_flow_pattern_template_create(w.port, &pattern_attr, items, &error));
	assert_message(&error, "template: tunnel_match: ...");
	assert_null(rte_flow_actions_template_create(w.port, &actions_attr, actions, actions,
						     &error));
	assert_message(&error, "template: tunnel_set: ...");
	assert_int_equal(rte_flow_tunnel_item_release(w.port, item, 1, NULL), 0);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, action, 1, NULL), 0);
	test_world_down(&w);
}

/* The first use registers what stays. */
static int
begin_group(void **state __rte_unused)
{
	struct rte_flow_action *set;
	struct test_world w;
	uint32_t n;

	test_world_up(&w, 1, QUEUES, "");
	assert_int_equal(rte_flow_tunnel_decap_set(w.port, &vxlan, &set, &n, NULL), 0);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, set, n, NULL), 0);
	test_world_down(&w);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, test_begin, test_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rules), TEST(tunnels), TEST(too_many), TEST(strangers), TEST(foreign),
		TEST(templates),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("tunnel_refuse", tests, begin_group, NULL);
	test_eal_cleanup();
	return ret;
}
