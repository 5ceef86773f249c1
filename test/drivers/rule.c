/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "packet.h"
#include "rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

void
test_rule(struct test_rule *r, uint32_t priority)
{
	memset(r, 0, sizeof(*r));
	r->attr.ingress = 1;
	r->attr.priority = priority;
	r->pattern[0].type = RTE_FLOW_ITEM_TYPE_END;
	r->actions[0].type = RTE_FLOW_ACTION_TYPE_END;
}

/* Pattern */

void
test_item(struct test_rule *r, enum rte_flow_item_type type)
{
	assert_true(r->n_items < TEST_RULE_ITEMS);
	r->pattern[r->n_items++].type = type;
	r->pattern[r->n_items].type = RTE_FLOW_ITEM_TYPE_END;
}

/* The item's number; spec and mask are to be filled. */
static unsigned int
add_item(struct test_rule *r, enum rte_flow_item_type type)
{
	const unsigned int i = r->n_items;

	test_item(r, type);
	r->pattern[i].spec = &r->spec[i];
	r->pattern[i].mask = &r->mask[i];
	return i;
}

void
test_item_eth_type(struct test_rule *r, uint16_t type)
{
	const unsigned int i = add_item(r, RTE_FLOW_ITEM_TYPE_ETH);

	r->spec[i].eth.type = rte_cpu_to_be_16(type);
	r->mask[i].eth.type = RTE_BE16(0xffff);
}

void
test_item_vlan(struct test_rule *r, uint16_t vid)
{
	const unsigned int i = add_item(r, RTE_FLOW_ITEM_TYPE_VLAN);

	r->spec[i].vlan.tci = rte_cpu_to_be_16(vid);
	r->mask[i].vlan.tci = RTE_BE16(0x0fff);
}

void
test_item_ip_dst(struct test_rule *r, bool v6, uint32_t dst)
{
	static const uint8_t prefix[] = { TEST_IPV6_PREFIX };
	const rte_be32_t last = rte_cpu_to_be_32(dst);
	unsigned int i;

	if (!v6) {
		i = add_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
		r->spec[i].ipv4.hdr.dst_addr = last;
		r->mask[i].ipv4.hdr.dst_addr = RTE_BE32(0xffffffff);
		return;
	}
	i = add_item(r, RTE_FLOW_ITEM_TYPE_IPV6);
	memcpy(&r->spec[i].ipv6.hdr.dst_addr, prefix, sizeof(prefix));
	memcpy((uint8_t *)&r->spec[i].ipv6.hdr.dst_addr + sizeof(prefix), &last, sizeof(last));
	memset(&r->mask[i].ipv6.hdr.dst_addr, 0xff, 16);
}

void
test_item_dst_port(struct test_rule *r, uint8_t proto, uint16_t spec, uint16_t mask)
{
	unsigned int i;

	if (proto == IPPROTO_TCP) {
		i = add_item(r, RTE_FLOW_ITEM_TYPE_TCP);
		r->spec[i].tcp.hdr.dst_port = rte_cpu_to_be_16(spec);
		r->mask[i].tcp.hdr.dst_port = rte_cpu_to_be_16(mask);
	} else {
		i = add_item(r, RTE_FLOW_ITEM_TYPE_UDP);
		r->spec[i].udp.hdr.dst_port = rte_cpu_to_be_16(spec);
		r->mask[i].udp.hdr.dst_port = rte_cpu_to_be_16(mask);
	}
}

void
test_item_udp_range(struct test_rule *r, uint16_t from, uint16_t to)
{
	const unsigned int i = r->n_items;

	test_item_dst_port(r, IPPROTO_UDP, from, 0xffff);
	r->pattern[i].last = &r->last[i];
	r->last[i].udp.hdr.dst_port = rte_cpu_to_be_16(to);
}

void
test_item_vxlan(struct test_rule *r, uint32_t vni)
{
	const unsigned int i = add_item(r, RTE_FLOW_ITEM_TYPE_VXLAN);
	const rte_be32_t shifted = rte_cpu_to_be_32(vni << 8);

	memcpy(r->spec[i].vxlan.vni, &shifted, 3);
	memset(r->mask[i].vxlan.vni, 0xff, 3);
}

void
test_item_fuzzy(struct test_rule *r)
{
	const unsigned int i = add_item(r, RTE_FLOW_ITEM_TYPE_FUZZY);

	r->spec[i].fuzzy.thresh = UINT32_MAX;
	r->mask[i].fuzzy.thresh = UINT32_MAX;
}

/* Actions */

void
test_action(struct test_rule *r, enum rte_flow_action_type type)
{
	assert_true(r->n_actions < TEST_RULE_ACTIONS);
	r->actions[r->n_actions++].type = type;
	r->actions[r->n_actions].type = RTE_FLOW_ACTION_TYPE_END;
}

static union test_action *
add_action(struct test_rule *r, enum rte_flow_action_type type)
{
	const unsigned int i = r->n_actions;

	test_action(r, type);
	r->actions[i].conf = &r->conf[i];
	return &r->conf[i];
}

void
test_action_queue(struct test_rule *r, uint16_t queue)
{
	add_action(r, RTE_FLOW_ACTION_TYPE_QUEUE)->queue.index = queue;
}

void
test_action_mark(struct test_rule *r, uint32_t id)
{
	add_action(r, RTE_FLOW_ACTION_TYPE_MARK)->mark.id = id;
}

void
test_action_set_meta(struct test_rule *r, uint32_t data)
{
	struct rte_flow_action_set_meta *conf =
		&add_action(r, RTE_FLOW_ACTION_TYPE_SET_META)->set_meta;

	conf->data = data;
	conf->mask = UINT32_MAX;
}

void
test_action_jump(struct test_rule *r, uint32_t group)
{
	add_action(r, RTE_FLOW_ACTION_TYPE_JUMP)->jump.group = group;
}

void
test_action_age(struct test_rule *r, uint32_t timeout, void *context)
{
	struct rte_flow_action_age *age = &add_action(r, RTE_FLOW_ACTION_TYPE_AGE)->age;

	age->timeout = timeout & 0xffffff;
	age->context = context;
}

void
test_action_indirect(struct test_rule *r, const struct rte_flow_action_handle *handle)
{
	add_action(r, RTE_FLOW_ACTION_TYPE_INDIRECT);
	r->actions[r->n_actions - 1].conf = handle;
}

void
test_action_rss(struct test_rule *r, uint64_t types, uint16_t from, uint16_t n)
{
	struct rte_flow_action_rss *rss = &add_action(r, RTE_FLOW_ACTION_TYPE_RSS)->rss;
	uint16_t i;

	for (i = 0; i < n; i++)
		r->queues[i] = from + i;
	rss->types = types;
	rss->queue = r->queues;
	rss->queue_num = n;
}

/* Rules of a port */

struct rte_flow *
test_create(uint16_t port, const struct test_rule *r)
{
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow *flow;

	assert_int_equal(rte_flow_validate(port, &r->attr, r->pattern, r->actions, &error), 0);
	flow = rte_flow_create(port, &r->attr, r->pattern, r->actions, &error);
	if (flow == NULL)
		fail_msg("refused, though valid: %s", error.message);
	return flow;
}

void
test_destroy(uint16_t port, struct rte_flow *flow)
{
	assert_int_equal(rte_flow_destroy(port, flow, NULL), 0);
}

uint64_t
test_hits(uint16_t port, struct rte_flow *flow, bool reset)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count query = { .reset = reset };

	assert_int_equal(rte_flow_query(port, flow, count, &query, NULL), 0);
	assert_int_equal(query.hits_set, 1);
	return query.hits;
}

unsigned int
test_inactive(uint16_t port, struct rte_flow *flow)
{
	unsigned int n = 0;
	char *text = NULL;
	const char *c;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	assert_int_equal(rte_flow_dev_dump(port, flow, f, NULL), 0);
	fclose(f);
	for (c = text; (c = strstr(c, "# inactive, its queue does not exist: ")) != NULL; c++)
		n++;
	free(text);
	return n;
}
