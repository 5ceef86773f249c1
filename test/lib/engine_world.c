/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdarg.h>
#include <string.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "alloc.h"
#include "engine_world.h"
#include "packet.h"

#include <setjmp.h>
#include <cmocka.h>

struct steer_engine *engine;
uint32_t world_group;
static size_t heap_before;

int
world_begin(void **state)
{
	RTE_SET_USED(state);
	world_group = 0;
	heap_before = test_heap_used();
	engine = steer_engine_create(WORLD_QUEUES, SOCKET_ID_ANY);
	return engine != NULL ? 0 : -1;
}

int
world_begin_ready(void **state)
{
	const int rc = world_begin(state);

	return rc == 0 ? steer_engine_configure(engine, 4, 4) : rc;
}

int
world_end(void **state)
{
	RTE_SET_USED(state);
	test_alloc_fail(0);
	steer_engine_free(engine);
	return test_heap_used() == heap_before ? 0 : -1;
}

static struct rte_mbuf *
make_packet(unsigned int port)
{
	static const enum packet_layer chain[] = { P_ETH, P_IPV4, P_UDP, P_END };
	struct packet p;

	packet_make_plain(&p, chain);
	/* A source that no hash makes nothing of. */
	p.data[p.at[1] + 12] = 10;
	packet_put16(&p, p.at[2] + 2u, (uint16_t)port);
	return packet_mbuf(p.data, p.len, NULL, 0);
}

void
world_burst_at(struct world_result *r, unsigned int slot, unsigned int shard)
{
	struct rte_mbuf *pkts[WORLD_PORTS];

	memset(r, 0, sizeof(*r));
	for (unsigned int i = 0; i < WORLD_PORTS; i++) {
		pkts[i] = make_packet(i);
		/* What the lower port says of rules is not ours. */
		pkts[i]->ol_flags = RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID |
				    RTE_MBUF_F_RX_RSS_HASH | RTE_MBUF_F_RX_IP_CKSUM_GOOD;
	}
	steer_engine_burst(engine, slot, shard, pkts, WORLD_PORTS, r->queue, &r->stats);
	for (unsigned int i = 0; i < WORLD_PORTS; i++) {
		assert_true(pkts[i]->ol_flags & RTE_MBUF_F_RX_IP_CKSUM_GOOD);
		r->flags[i] = pkts[i]->ol_flags & ~RTE_MBUF_F_RX_IP_CKSUM_GOOD;
		if (r->flags[i] & RTE_MBUF_F_RX_FDIR_ID)
			r->mark[i] = pkts[i]->hash.fdir.hi;
		if (r->flags[i] & RTE_MBUF_F_RX_RSS_HASH)
			r->hash[i] = pkts[i]->hash.rss;
		packet_mbuf_free(pkts[i]);
	}
}

void
world_burst(struct world_result *r)
{
	world_burst_at(r, 0, 0);
}

uint16_t
world_queue(unsigned int port)
{
	struct world_result r;

	world_burst(&r);
	return r.queue[port];
}

/* Rules */

static struct steer_flow *
create(uint32_t prio, const struct rte_flow_item *pattern, const struct rte_flow_action *actions,
       struct rte_flow_error *error)
{
	const struct rte_flow_attr attr = {
		.ingress = 1, .group = world_group, .priority = prio,
	};

	return steer_engine_flow_create(engine, &attr, pattern, actions, error);
}

struct steer_flow *
world_try(uint32_t prio, uint16_t port, const struct rte_flow_action *actions,
	  struct rte_flow_error *error)
{
	const struct rte_flow_item_udp spec = { .hdr.dst_port = rte_cpu_to_be_16(port) };
	const struct rte_flow_item_udp mask = { .hdr.dst_port = RTE_BE16(0xffff) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec, .mask = &mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};

	return create(prio, pattern, actions, error);
}

static struct steer_flow *
taken(struct steer_flow *flow, const struct rte_flow_error *error)
{
	if (flow == NULL)
		fail_msg("%s", error->message);
	return flow;
}

struct steer_flow *
world_rule(uint32_t prio, uint16_t port, const struct rte_flow_action *actions)
{
	struct rte_flow_error error = { 0 };

	return taken(world_try(prio, port, actions, &error), &error);
}

struct steer_flow *
world_rule_all(uint32_t prio, const struct rte_flow_action *actions)
{
	const struct rte_flow_item pattern[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	struct rte_flow_error error = { 0 };

	return taken(create(prio, pattern, actions, &error), &error);
}

struct steer_flow *
world_rule_range(uint32_t prio, uint16_t from, uint16_t to, const struct rte_flow_action *actions)
{
	const struct rte_flow_item_udp spec = { .hdr.dst_port = rte_cpu_to_be_16(from) };
	const struct rte_flow_item_udp last = { .hdr.dst_port = rte_cpu_to_be_16(to) };
	const struct rte_flow_item_udp mask = { .hdr.dst_port = RTE_BE16(0xffff) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec, .last = &last, .mask = &mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	struct rte_flow_error error = { 0 };

	return taken(create(prio, pattern, actions, &error), &error);
}

uint64_t
world_hits(struct steer_flow *flow)
{
	const struct rte_flow_action action = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	struct rte_flow_query_count count = { 0 };

	assert_int_equal(steer_engine_flow_query(engine, flow, &action, &count, NULL), 0);
	assert_true(count.hits_set && count.bytes_set);
	assert_int_equal(count.bytes, count.hits * WORLD_PACKET_LEN);
	return count.hits;
}

struct steer_rss_conf
world_rss(uint16_t n_queues)
{
	static uint16_t reta[128];
	struct steer_rss_conf conf = {
		.types = RTE_ETH_RSS_NONFRAG_IPV4_UDP,
		.reta = reta,
		.reta_size = RTE_DIM(reta),
	};

	memcpy(conf.key, steer_rss_default_key, sizeof(conf.key));
	for (unsigned int i = 0; i < RTE_DIM(reta); i++)
		reta[i] = (uint16_t)(i % n_queues);
	return conf;
}
