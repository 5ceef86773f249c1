/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>
#include <rte_errno.h>
#include <rte_ip.h>

#include "rule.h"

static struct rte_flow_item *
add_item(struct perf_flow_args *f, unsigned int *n, enum rte_flow_item_type type)
{
	f->items[*n].type = type;
	return &f->items[(*n)++];
}

static void
init_items(struct perf_flow_args *f, enum perf_kind kind)
{
	unsigned int n = 0;
	struct rte_flow_item *l3;

	add_item(f, &n, RTE_FLOW_ITEM_TYPE_ETH);
	if (kind == PERF_VXLAN) {
		add_item(f, &n, RTE_FLOW_ITEM_TYPE_IPV4);
		add_item(f, &n, RTE_FLOW_ITEM_TYPE_UDP);
		add_item(f, &n, RTE_FLOW_ITEM_TYPE_VXLAN);
		add_item(f, &n, RTE_FLOW_ITEM_TYPE_ETH);
	}
	f->v6 = kind == PERF_IPV6;
	l3 = add_item(f, &n, f->v6 ? RTE_FLOW_ITEM_TYPE_IPV6 : RTE_FLOW_ITEM_TYPE_IPV4);
	l3->spec = &f->l3[0];
	l3->mask = &f->l3[1];
	f->l4_item = add_item(f, &n, RTE_FLOW_ITEM_TYPE_UDP);
	f->l4_item->spec = &f->l4[0];
	f->l4_item->mask = &f->l4[1];
	add_item(f, &n, RTE_FLOW_ITEM_TYPE_END);
}

static void
add_action(struct perf_flow_args *f, unsigned int *n, enum rte_flow_action_type type,
	   const void *conf)
{
	f->actions[(*n)++] = (struct rte_flow_action){ .type = type, .conf = conf };
}

static void
init_actions(struct perf_flow_args *f, enum perf_actions actions)
{
	unsigned int n = 0;

	if (actions != PERF_QUEUE)
		add_action(f, &n, RTE_FLOW_ACTION_TYPE_MARK, &f->mark);
	if (actions == PERF_QUEUE_MARK_COUNT_AGE) {
		f->age.timeout = 3600;
		add_action(f, &n, RTE_FLOW_ACTION_TYPE_COUNT, NULL);
		add_action(f, &n, RTE_FLOW_ACTION_TYPE_AGE, &f->age);
	}
	if (actions == PERF_MARK_RSS)
		add_action(f, &n, RTE_FLOW_ACTION_TYPE_RSS, &f->rss); /* the port's */
	else
		add_action(f, &n, RTE_FLOW_ACTION_TYPE_QUEUE, &f->queue);
	add_action(f, &n, RTE_FLOW_ACTION_TYPE_END, NULL);
}

void
perf_flow_args_init(struct perf_flow_args *f, enum perf_kind kind, enum perf_actions actions)
{
	memset(f, 0, sizeof(*f));
	f->attr.ingress = 1;
	init_items(f, kind);
	init_actions(f, actions);
}

static void
set_ipv6(uint8_t *address, rte_be32_t value, bool mask)
{
	if (mask)
		memset(address, value != 0 ? 0xff : 0, 12);
	else
		memcpy(address, perf_ipv6_prefix, 12);
	memcpy(address + 12, &value, sizeof(value));
}

static void
set_l3(struct perf_flow_args *f, unsigned int i, const struct synthetic_flow *flow)
{
	uint8_t *ip = (uint8_t *)&f->l3[i].ipv6.hdr;

	if (f->v6) {
		set_ipv6(ip + 8, flow->src, i == 1);
		set_ipv6(ip + 24, flow->dst, i == 1);
	} else {
		f->l3[i].ipv4.hdr.src_addr = flow->src;
		f->l3[i].ipv4.hdr.dst_addr = flow->dst;
	}
}

/** TCP and UDP begin with the same. */
static void
set_l4(struct perf_flow_args *f, unsigned int i, const rte_be16_t *ports)
{
	f->l4[i].udp.hdr.src_port = ports[0];
	f->l4[i].udp.hdr.dst_port = ports[1];
}

void
perf_flow_args_set(struct perf_flow_args *f, const struct perf_rule *rule)
{
	const rte_be16_t last[2] = { rule->value.ports[0], rule->last_port };

	set_l3(f, 0, &rule->value);
	set_l3(f, 1, &rule->mask);
	set_l4(f, 0, rule->value.ports);
	set_l4(f, 1, rule->mask.ports);
	f->l4_item->type = rule->value.proto == IPPROTO_TCP ? RTE_FLOW_ITEM_TYPE_TCP :
							      RTE_FLOW_ITEM_TYPE_UDP;
	f->l4_item->last = NULL;
	if (rule->last_port != 0) {
		set_l4(f, 2, last);
		f->l4_item->last = &f->l4[2];
	}
	f->queue.index = rule->queue;
	f->mark.id++;
}

struct rte_flow *
perf_flow_create(uint16_t port, const struct perf_flow_args *f)
{
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow *flow = rte_flow_create(port, &f->attr, f->items, f->actions, &error);

	if (flow == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: a rule is refused: %s (%s)\n",
			 error.message != NULL ? error.message : "no reason given",
			 rte_strerror(rte_errno));
	return flow;
}

void
perf_flow_destroy(uint16_t port, struct rte_flow *flow)
{
	struct rte_flow_error error = { .message = NULL };

	if (rte_flow_destroy(port, flow, &error) != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: a rule does not go: %s\n",
			 error.message != NULL ? error.message : "no reason given");
}
