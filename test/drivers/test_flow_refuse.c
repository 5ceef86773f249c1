/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* A rule that is refused says why: what kind of thing, which one, and a sentence about it. */

#define QUEUES 4

/* What the error points at. */
enum cause {
	NOTHING,
	ATTR,
	ITEM,
	ACTION,
	CONF,
};

static void
bad_transfer(struct test_rule *r)
{
	r->attr.ingress = 0;
	r->attr.transfer = 1;
}

static void
bad_egress(struct test_rule *r)
{
	r->attr.egress = 1;
}

static void
bad_direction(struct test_rule *r)
{
	r->attr.ingress = 0;
}

static void
bad_item(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item(r, (enum rte_flow_item_type)9999);
}

static void
bad_order(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item(r, RTE_FLOW_ITEM_TYPE_VOID);
	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
}

static void
bad_layers(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item(r, RTE_FLOW_ITEM_TYPE_ICMP6);
}

static void
bad_mask(struct test_rule *r)
{
	test_item_dst_port(r, IPPROTO_UDP, 1, 1);
	r->pattern[0].spec = NULL;
}

static void
bad_last(struct test_rule *r)
{
	test_item_udp_range(r, 1, 2);
	r->pattern[0].spec = NULL;
	r->pattern[0].mask = NULL;
}

static void
bad_range(struct test_rule *r)
{
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_udp_range(r, 200, 100);
}

static void
bad_tags(struct test_rule *r)
{
	test_item_vlan(r, 1);
	test_item_vlan(r, 2);
	test_item_vlan(r, 3);
}

static void
bad_action(struct test_rule *r)
{
	test_action_mark(r, 1);
	test_action(r, RTE_FLOW_ACTION_TYPE_PORT_ID);
}

static void
bad_queue(struct test_rule *r)
{
	test_action_queue(r, QUEUES);
}

static void
bad_queue_conf(struct test_rule *r)
{
	test_action(r, RTE_FLOW_ACTION_TYPE_QUEUE);
}

static void
bad_mark_conf(struct test_rule *r)
{
	test_action(r, RTE_FLOW_ACTION_TYPE_MARK);
}

static void
bad_jump_conf(struct test_rule *r)
{
	test_action(r, RTE_FLOW_ACTION_TYPE_JUMP);
}

static void
bad_loop(struct test_rule *r)
{
	r->attr.group = 9;
	test_action(r, RTE_FLOW_ACTION_TYPE_COUNT);
	test_action_jump(r, 9);
}

static void
bad_rss_conf(struct test_rule *r)
{
	test_action(r, RTE_FLOW_ACTION_TYPE_RSS);
}

static void
bad_rss_queue(struct test_rule *r)
{
	test_action_rss(r, 0, QUEUES - 1, 2);
}

static void
bad_rss_types(struct test_rule *r)
{
	test_action_rss(r, RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_ECPRI, 0, 1);
}

static void
bad_rss_level(struct test_rule *r)
{
	test_action_rss(r, 0, 0, 1);
	r->conf[0].rss.level = 3;
}

static void
bad_rss_func(struct test_rule *r)
{
	test_action_rss(r, 0, 0, 1);
	r->conf[0].rss.func = RTE_ETH_HASH_FUNCTION_MAX;
}

static void
bad_rss_key(struct test_rule *r)
{
	static const uint8_t key[257];

	test_action_rss(r, 0, 0, 1);
	r->conf[0].rss.key = key;
	r->conf[0].rss.key_len = sizeof(key);
}

static void
bad_rss_list(struct test_rule *r)
{
	test_action_rss(r, 0, 0, 1);
	r->conf[0].rss.queue = NULL;
}

static void
bad_fates(struct test_rule *r)
{
	test_action_queue(r, 0);
	test_action(r, RTE_FLOW_ACTION_TYPE_COUNT);
	test_action(r, RTE_FLOW_ACTION_TYPE_DROP);
}

static void
bad_nothing(struct test_rule *r)
{
	test_action(r, RTE_FLOW_ACTION_TYPE_VOID);
}

static const struct {
	void (*make)(struct test_rule *r); /* Without actions: to queue 0. */
	int code;
	enum rte_flow_error_type type;
	enum cause cause;
	unsigned int number; /* Of the item or action. */
	const char *part;    /* Of the message. */
} bad[] = {
	{ bad_transfer, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, ATTR, 0, "transfer" },
	{ bad_egress, ENOTSUP, RTE_FLOW_ERROR_TYPE_ATTR_EGRESS, ATTR, 0, "egress" },
	{ bad_direction, EINVAL, RTE_FLOW_ERROR_TYPE_ATTR_INGRESS, ATTR, 0, "neither" },
	{ bad_item, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, ITEM, 1, "accepted are" },
	{ bad_order, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM, ITEM, 2, "eth: cannot follow" },
	{ bad_layers, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM, ITEM, 1, "icmp6" },
	{ bad_mask, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM_MASK, ITEM, 0, "mask without spec" },
	{ bad_last, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM_LAST, ITEM, 0, "last without spec" },
	{ bad_range, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM_LAST, ITEM, 1, "below its spec" },
	{ bad_tags, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, ITEM, 2, "third" },
	{ bad_action, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, ACTION, 1, "accepted are" },
	{ bad_queue, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION_CONF, CONF, 0, "queues 0..3" },
	{ bad_queue_conf, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, ACTION, 0, "no index" },
	{ bad_mark_conf, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, ACTION, 0, "no id" },
	{ bad_jump_conf, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, ACTION, 0, "no group" },
	{ bad_loop, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION_CONF, CONF, 1, "9 -> 9" },
	{ bad_rss_conf, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, ACTION, 0, "no configuration" },
	{ bad_rss_queue, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION_CONF, CONF, 0, "queues 0..3" },
	{ bad_rss_types, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION_CONF, CONF, 0, "types ecpri are" },
	{ bad_rss_level, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION_CONF, CONF, 0, "level 3" },
	{ bad_rss_func, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION_CONF, CONF, 0, "func" },
	{ bad_rss_key, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION_CONF, CONF, 0, "key of 257 bytes" },
	{ bad_rss_list, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION_CONF, CONF, 0, "no list" },
	{ bad_fates, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, ACTION, 2, "queue already" },
	{ bad_nothing, EINVAL, RTE_FLOW_ERROR_TYPE_ACTION, ACTION, 0, "does nothing" },
};

static const void *
cause_of(const struct test_rule *r, enum cause cause, unsigned int number)
{
	switch (cause) {
	case ATTR:
		return &r->attr;
	case ITEM:
		return &r->pattern[number];
	case ACTION:
		return &r->actions[number];
	case CONF:
		return r->actions[number].conf;
	default:
		return NULL;
	}
}

static void
check_error(const struct rte_flow_error *error, const struct test_rule *r, unsigned int i)
{
	assert_non_null(error->message);
	if (strstr(error->message, bad[i].part) == NULL)
		fail_msg("the message is \"%s\", without \"%s\"", error->message, bad[i].part);
	if (error->type != bad[i].type)
		fail_msg("\"%s\" is of type %d, not %d", error->message, error->type, bad[i].type);
	if (error->cause != cause_of(r, bad[i].cause, bad[i].number))
		fail_msg("\"%s\" points elsewhere", error->message);
}

static void
refuse(uint16_t port, unsigned int i)
{
	struct rte_flow_error error;
	struct test_rule r;

	test_rule(&r, 0);
	bad[i].make(&r);
	if (r.n_actions == 0)
		test_action_queue(&r, 0);

	memset(&error, 0, sizeof(error));
	assert_int_equal(rte_flow_validate(port, &r.attr, r.pattern, r.actions, &error),
		-bad[i].code);
	check_error(&error, &r, i);
	memset(&error, 0, sizeof(error));
	rte_errno = 0;
	assert_null(rte_flow_create(port, &r.attr, r.pattern, r.actions, &error));
	assert_int_equal(rte_errno, bad[i].code);
	check_error(&error, &r, i);
	/* Who does not want to know need not ask. */
	assert_null(rte_flow_create(port, &r.attr, r.pattern, r.actions, NULL));
}

/* What is refused leaves no trace: the port steers as before. */
static void
test_refuse(void **state __rte_unused)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = 1 };
	struct test_world w;
	struct test_rule r;
	unsigned int i;

	test_world_up(&w, 1, QUEUES, "");
	test_rule(&r, 1);
	test_action_queue(&r, 3);
	test_create(w.port, &r);
	for (i = 0; i < RTE_DIM(bad); i++)
		refuse(w.port, i);
	test_expect(&w, &p, 3, 0);
	test_world_down(&w);
}

static void
test_missing(void **state __rte_unused)
{
	struct rte_flow_error error;
	struct test_world w;
	struct test_rule r;

	test_world_up(&w, 1, QUEUES, "");
	test_rule(&r, 1);
	test_action_queue(&r, 3);
	assert_int_equal(rte_flow_validate(w.port, NULL, r.pattern, r.actions, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ATTR);
	assert_int_equal(rte_flow_validate(w.port, &r.attr, NULL, r.actions, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ITEM_NUM);
	assert_int_equal(rte_flow_validate(w.port, &r.attr, r.pattern, NULL, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ACTION_NUM);
	/* To validate makes no rule. */
	assert_int_equal(rte_flow_validate(w.port, &r.attr, r.pattern, r.actions, &error), 0);
	test_expect(&w, &(struct test_packet){ .eth_type = 0x88cc }, 0, 0);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refuse, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_missing, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("flow_refuse", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
