/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_RULE_H_
#define _TEST_RULE_H_

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#define TEST_RULE_ITEMS 10
#define TEST_RULE_ACTIONS 8
#define TEST_RULE_QUEUES 64

union test_item {
	struct rte_flow_item_any any;
	struct rte_flow_item_eth eth;
	struct rte_flow_item_vlan vlan;
	struct rte_flow_item_ipv4 ipv4;
	struct rte_flow_item_ipv6 ipv6;
	struct rte_flow_item_tcp tcp;
	struct rte_flow_item_udp udp;
	struct rte_flow_item_vxlan vxlan;
	struct rte_flow_item_fuzzy fuzzy;
};

union test_action {
	struct rte_flow_action_queue queue;
	struct rte_flow_action_mark mark;
	struct rte_flow_action_rss rss;
	struct rte_flow_action_jump jump;
	struct rte_flow_action_set_meta set_meta;
	struct rte_flow_action_age age;
};

/*
 * A rule in the making: begun by test_rule(), then items and actions in their order. It points
 * into itself: not to be copied. After each item or action there is an END.
 */
struct test_rule {
	struct rte_flow_attr attr;
	struct rte_flow_item pattern[TEST_RULE_ITEMS + 1];
	struct rte_flow_action actions[TEST_RULE_ACTIONS + 1];
	unsigned int n_items;
	unsigned int n_actions;
	union test_item spec[TEST_RULE_ITEMS];
	union test_item last[TEST_RULE_ITEMS];
	union test_item mask[TEST_RULE_ITEMS];
	union test_action conf[TEST_RULE_ACTIONS];
	uint16_t queues[TEST_RULE_QUEUES];
};

void test_rule(struct test_rule *r, uint32_t priority);

/* An item with spec and mask NULL. */
void test_item(struct test_rule *r, enum rte_flow_item_type type);
void test_item_eth_type(struct test_rule *r, uint16_t type);
void test_item_vlan(struct test_rule *r, uint16_t vid);
/* Destination, all bits of it; IPv6: the last bytes of 2001:db8::. */
void test_item_ip_dst(struct test_rule *r, bool v6, uint32_t dst);
/* TCP or UDP. */
void test_item_dst_port(struct test_rule *r, uint8_t proto, uint16_t spec, uint16_t mask);
void test_item_udp_range(struct test_rule *r, uint16_t from, uint16_t to);
void test_item_vxlan(struct test_rule *r, uint32_t vni);
void test_item_fuzzy(struct test_rule *r);

/* An action without a configuration: DROP, FLAG, COUNT, PASSTHRU ... */
void test_action(struct test_rule *r, enum rte_flow_action_type type);
void test_action_queue(struct test_rule *r, uint16_t queue);
void test_action_mark(struct test_rule *r, uint32_t id);
/* All bits of it. */
void test_action_set_meta(struct test_rule *r, uint32_t data);
void test_action_jump(struct test_rule *r, uint32_t group);
void test_action_age(struct test_rule *r, uint32_t timeout, void *context);
void test_action_indirect(struct test_rule *r, const struct rte_flow_action_handle *handle);
/* Over queues from .. from + n - 1. */
void test_action_rss(struct test_rule *r, uint64_t types, uint16_t from, uint16_t n);

/* Create it; the test fails if it is refused. Not for other threads than the test's. */
struct rte_flow *test_create(uint16_t port, const struct test_rule *r);
void test_destroy(uint16_t port, struct rte_flow *flow);
/* The hits of a rule with COUNT, and with reset from zero again. */
uint64_t test_hits(uint16_t port, struct rte_flow *flow, bool reset);
/* How many rules the dump shows inactive, of all or of one. */
unsigned int test_inactive(uint16_t port, struct rte_flow *flow);

#endif /* _TEST_RULE_H_ */
