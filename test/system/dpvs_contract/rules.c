/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>

#include "contract.h"

#define PRIORITY_WORKER 1
#define PRIORITY_KERNEL 2

/** Where the items' specs and masks are while a rule is made. */
struct rule {
	struct rte_flow_attr attr;
	struct rte_flow_item pattern[5];
	struct rte_flow_action actions[2];
	struct rte_flow_action_queue queue;
	struct rte_flow_item_ipv4 v4, v4_mask;
	struct rte_flow_item_ipv6 v6, v6_mask;
	struct rte_flow_item_tcp tcp, tcp_mask;
	struct rte_flow_item_udp udp, udp_mask;
	struct rte_flow_item_fuzzy fuzzy;
};

uint16_t
rules_mask(const struct contract *c)
{
	return rte_align32pow2(c->n_workers) - 1;
}

static void
add_ip(struct rule *r, uint16_t family, const struct address *dst)
{
	r->pattern[0].type = RTE_FLOW_ITEM_TYPE_ETH;
	if (family == V4) {
		memcpy(&r->v4.hdr.dst_addr, dst->bytes + 12, 4);
		r->v4_mask.hdr.dst_addr = RTE_BE32(UINT32_MAX);
		r->pattern[1] = (struct rte_flow_item){ .type = RTE_FLOW_ITEM_TYPE_IPV4,
			.spec = &r->v4, .mask = &r->v4_mask };
	} else {
		memcpy(&r->v6.hdr.dst_addr, dst->bytes, sizeof(dst->bytes));
		memset(&r->v6_mask.hdr.dst_addr, 0xff, sizeof(dst->bytes));
		r->pattern[1] = (struct rte_flow_item){ .type = RTE_FLOW_ITEM_TYPE_IPV6,
			.spec = &r->v6, .mask = &r->v6_mask };
	}
}

static void
add_port(struct rule *r, bool udp, uint16_t port, uint16_t mask)
{
	if (udp) {
		r->udp.hdr.dst_port = rte_cpu_to_be_16(port);
		r->udp_mask.hdr.dst_port = rte_cpu_to_be_16(mask);
		r->pattern[2] = (struct rte_flow_item){ .type = RTE_FLOW_ITEM_TYPE_UDP,
			.spec = &r->udp, .mask = &r->udp_mask };
	} else {
		r->tcp.hdr.dst_port = rte_cpu_to_be_16(port);
		r->tcp_mask.hdr.dst_port = rte_cpu_to_be_16(mask);
		r->pattern[2] = (struct rte_flow_item){ .type = RTE_FLOW_ITEM_TYPE_TCP,
			.spec = &r->tcp, .mask = &r->tcp_mask };
	}
}

static struct rte_flow *
create(uint16_t port, struct rule *r, uint32_t priority, uint16_t queue)
{
	struct rte_flow_error error;
	struct rte_flow *flow;

	memset(&error, 0, sizeof(error));
	r->attr.priority = priority;
	r->attr.ingress = 1;
	r->queue.index = queue;
	r->actions[0] = (struct rte_flow_action){ RTE_FLOW_ACTION_TYPE_QUEUE, &r->queue };
	if (rte_flow_validate(port, &r->attr, r->pattern, r->actions, &error) != 0) {
		printf("note rte_flow_validate on dpdk%u failed -- %s\n", port, error.message);
		return NULL;
	}
	flow = rte_flow_create(port, &r->attr, r->pattern, r->actions, &error);
	if (flow == NULL)
		printf("note rte_flow_create on dpdk%u failed -- %s\n", port, error.message);
	return flow;
}

void
rules_kernel(const struct contract *c)
{
	for (uint16_t port = 0; port < PORTS; port++) {
		for (uint16_t family = 0; family < FAMILIES; family++) {
			/* at dpdk1 on the local address: the workers' rules come first there */
			const struct address *dst = port == WAN ? &c->kernel_ip[family] :
								  &c->lip[family];
			struct rule r;

			memset(&r, 0, sizeof(r));
			add_ip(&r, family, dst);
			if (create(port, &r, PRIORITY_KERNEL, c->n_workers) == NULL)
				fail("no rule for the kernel's address");
		}
	}
}

bool
rules_make_next(struct worker *w)
{
	const unsigned int i = w->n_made % RULES;
	const struct contract *c = w->c;
	struct rte_flow *flow;
	struct rule r;

	if (w->kernel || w->n_made == COPIES * RULES)
		return false;
	memset(&r, 0, sizeof(r));
	add_ip(&r, i / 2, &c->lip[i / 2]);
	add_port(&r, i % 2 != 0, w->id, rules_mask(c));
	if (c->signature) {
		r.fuzzy.thresh = UINT32_MAX;
		r.pattern[3] = (struct rte_flow_item){ .type = RTE_FLOW_ITEM_TYPE_FUZZY,
			.spec = &r.fuzzy, .mask = &r.fuzzy };
	}
	flow = create(LAN, &r, PRIORITY_WORKER, w->id);
	if (flow == NULL)
		w->n_refused++;
	w->flow[w->n_made++ / RULES][i] = flow;
	return true;
}

bool
rules_destroy_next(struct worker *w)
{
	struct rte_flow_error error;
	struct rte_flow *flow;

	if (w->n_destroyed == (COPIES - 1) * RULES)
		return false;
	flow = w->flow[w->n_destroyed / RULES][w->n_destroyed % RULES];
	w->n_destroyed++;
	if (flow != NULL && rte_flow_destroy(LAN, flow, &error) != 0)
		fail("a rule is not destroyed: %s", error.message);
	return true;
}
