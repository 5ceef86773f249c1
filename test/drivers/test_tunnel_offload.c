/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ether.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_ring.h>

#include "../../drivers/net/steer/steer_port.h"
#include "eal.h"
#include "port.h"
#include "traffic.h"
#include "tunnels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Tunnel offload: rules with tunnel_set send packets to groups of their tunnel; rules with
 * tunnel_match take them out of it; what misses is delivered as it came, and tells where.
 */

#define QUEUES 4

static struct rte_flow_tunnel vxlan = { .type = RTE_FLOW_ITEM_TYPE_VXLAN };
/* Set as DPDK 23.07 has it, in all versions. */
static uint64_t restore_flag;

/* A packet in VXLAN, and the same as it is inside. */
static const struct test_packet outside = {
	.vni = 7, .dst = 1, .proto = IPPROTO_UDP, .dport = 5,
};
static const struct test_packet inside = { .dst = 1, .proto = IPPROTO_UDP, .dport = 5 };

/* Send one packet. The one that comes, if one does, and from which queue. */
static struct rte_mbuf *
pass(const struct test_world *w, struct rte_mbuf *m, uint16_t *queue)
{
	struct rte_mbuf *got[2];
	unsigned int n = 0;

	assert_non_null(m);
	assert_int_equal(rte_ring_enqueue(test_below(0), m), 0);
	for (uint16_t round = 0; round < 2; round++) {
		for (uint16_t q = 0; q < w->n_queues; q++) {
			if (rte_eth_rx_burst(w->port, q, &got[n], 1) == 0)
				continue;
			assert_int_equal(n++, 0);
			*queue = q;
		}
	}
	return n > 0 ? got[0] : NULL;
}

static struct rte_mbuf *
pass_packet(const struct test_world *w, const struct test_packet *p, uint16_t *queue)
{
	return pass(w, test_packet_make(p), queue);
}

static void
read_bytes(struct test_frame *f, const struct rte_mbuf *m)
{
	const void *data = rte_pktmbuf_read(m, 0, rte_pktmbuf_pkt_len(m), f->data);

	f->len = (uint16_t)rte_pktmbuf_pkt_len(m);
	assert_non_null(data);
	if (data != f->data)
		memcpy(f->data, data, f->len);
}

/* It has the bytes of that packet. */
static void
assert_packet(const struct rte_mbuf *m, const struct test_packet *p)
{
	struct rte_mbuf *wanted = test_packet_make(p);
	struct test_frame f;

	assert_non_null(wanted);
	read_bytes(&f, wanted);
	rte_pktmbuf_free(wanted);
	test_frame_is(m, &f);
	rte_mbuf_sanity_check(m, 1);
}

static void
assert_missed(const struct test_world *w, struct rte_mbuf *m, const struct rte_flow_tunnel *t,
	      uint32_t group)
{
	struct rte_flow_restore_info info = { 0 };

	assert_true(m->ol_flags & restore_flag);
	assert_int_equal(rte_flow_get_restore_info(w->port, m, &info, NULL), 0);
	assert_int_equal(info.flags, RTE_FLOW_RESTORE_INFO_TUNNEL |
			 RTE_FLOW_RESTORE_INFO_ENCAPSULATED | RTE_FLOW_RESTORE_INFO_GROUP_ID);
	assert_int_equal(info.group_id, group);
	assert_memory_equal(&info.tunnel, t, sizeof(*t));
}

static void
assert_not_missed(const struct test_world *w, struct rte_mbuf *m)
{
	struct rte_flow_restore_info info;
	struct rte_flow_error error = { .message = NULL };

	assert_false(m->ol_flags & restore_flag);
	assert_int_equal(rte_flow_get_restore_info(w->port, m, &info, &error), -EINVAL);
	assert_non_null(error.message);
}

/* It comes out of the tunnel into a queue. */
static void
expect_inside(const struct test_world *w, uint16_t queue)
{
	uint16_t q = QUEUES;
	struct rte_mbuf *m = pass_packet(w, &outside, &q);

	assert_non_null(m);
	assert_int_equal(q, queue);
	assert_packet(m, &inside);
	assert_not_missed(w, m);
	rte_pktmbuf_free(m);
}

/* It comes as it was, and tells the group where it missed. */
static void
expect_miss(const struct test_world *w, const struct rte_flow_tunnel *t, uint32_t group)
{
	uint16_t q = QUEUES;
	struct rte_mbuf *m = pass_packet(w, &outside, &q);

	assert_non_null(m);
	assert_packet(m, &outside);
	assert_missed(w, m, t, group);
	rte_pktmbuf_free(m);
}

static void
set_vxlan(const struct test_world *w, const char *line)
{
	test_tunnel_set(w->port, &vxlan, line);
}

static void
match_vxlan(const struct test_world *w, const char *line)
{
	test_tunnel_match(w->port, &vxlan, line);
}

#define SET "ingress pattern eth / ipv4 / udp dst is 4789 / end actions jump group 3 / end"

static void
test_match(void **state __rte_unused)
{
	struct test_world w;
	struct rte_mbuf *m;
	uint16_t q;

	test_world_up(&w, 1, QUEUES, "");
	set_vxlan(&w, SET);
	expect_miss(&w, &vxlan, 3);
	match_vxlan(&w, "ingress group 3 pattern eth / ipv4 / udp / vxlan vni is 7 / eth / ipv4 / "
		    "udp dst is 5 / end actions mark id 9 / queue index 2 / end");
	match_vxlan(&w, "ingress group 3 pattern eth / ipv4 / udp / vxlan vni is 8 / end "
		    "actions queue index 3 / end");
	expect_inside(&w, 2);
	m = pass_packet(&w, &outside, &q);
	assert_int_equal(m->hash.fdir.hi, 9);
	assert_int_equal(m->packet_type & RTE_PTYPE_TUNNEL_MASK, 0);
	rte_pktmbuf_free(m);
	/* What is no such packet is left alone. */
	m = pass_packet(&w, &inside, &q);
	assert_packet(m, &inside);
	assert_not_missed(&w, m);
	rte_pktmbuf_free(m);
	test_world_down(&w);
}

/* Groups of a tunnel are not those of the same number. 0 to 0 is how Open vSwitch does it. */
static void
test_groups(void **state __rte_unused)
{
	struct rte_flow_tunnel other = { .type = RTE_FLOW_ITEM_TYPE_VXLAN, .tun_id = 5 };
	struct rte_flow *flow;
	struct test_world w;

	test_world_up(&w, 1, QUEUES, "");
	set_vxlan(&w, "ingress priority 1 pattern eth / ipv4 / udp dst is 4789 / end "
		  "actions jump group 0 / end");
	match_vxlan(&w, "ingress priority 2 pattern end actions queue index 1 / end");
	expect_inside(&w, 1);
	/* Neither of these is for packets that are in the tunnel's group 0. */
	test_tunnel_set(w.port, NULL, "ingress priority 2 pattern end actions drop / end");
	test_tunnel_match(w.port, &other, "ingress pattern end actions drop / end");
	expect_inside(&w, 1);
	/* From group to group, inside. */
	flow = test_tunnel_match(w.port, &vxlan,
				 "ingress pattern end actions mark id 3 / jump group 9 / end");
	expect_miss(&w, &vxlan, 9);
	test_tunnel_set(w.port, NULL, "ingress group 9 pattern end actions drop / end");
	expect_miss(&w, &vxlan, 9);
	match_vxlan(&w, "ingress group 9 pattern end actions passthru / end");
	expect_miss(&w, &vxlan, 9);
	match_vxlan(&w, "ingress group 9 priority 1 pattern end actions queue index 3 / end");
	expect_inside(&w, 3);
	assert_int_equal(rte_flow_destroy(w.port, flow, NULL), 0);
	expect_inside(&w, 1);
	test_world_down(&w);
}

/* What a rule changes is what was inside; what one before it changed is outside. */
static void
test_actions(void **state __rte_unused)
{
	struct rte_flow_query_count count = { 0 };
	const struct rte_flow_action query[] = { { .type = RTE_FLOW_ACTION_TYPE_COUNT },
						 { .type = RTE_FLOW_ACTION_TYPE_END } };
	struct test_packet changed = inside;
	struct test_world w;
	struct rte_flow *flow;
	struct rte_mbuf *m;
	uint16_t q;

	test_world_up(&w, 1, QUEUES, "");
	set_vxlan(&w, SET);
	match_vxlan(&w, "ingress group 3 pattern eth / ipv4 / udp dst is 4789 / end "
		    "actions set_ttl ttl_value 9 / passthru / end");
	flow = test_tunnel_match(w.port, &vxlan,
				 "ingress group 3 priority 1 pattern vxlan / eth / ipv4 / end "
				 "actions set_tp_dst port 6 / count / rss queues 1 end types udp "
				 "end / end");
	changed.dport = 6;
	m = pass_packet(&w, &outside, &q);
	assert_non_null(m);
	assert_int_equal(q, 1);
	assert_packet(m, &changed);
	rte_pktmbuf_free(m);
	assert_int_equal(rte_flow_query(w.port, flow, query, &count, NULL), 0);
	assert_int_equal(count.hits, 1);
	m = test_packet_make(&outside);
	assert_int_equal(count.bytes, rte_pktmbuf_pkt_len(m));
	rte_pktmbuf_free(m);
	match_vxlan(&w, "ingress group 3 pattern vxlan vni is 7 / end actions drop / end");
	match_vxlan(&w, "ingress group 3 pattern end actions flag / end");
	assert_null(pass_packet(&w, &outside, &q));
	test_world_down(&w);
}

/* However a packet lies in memory. Who holds it too sees it as it was. */
static void
test_memory(void **state __rte_unused)
{
	struct test_packet p = outside;
	struct rte_mbuf *m, *sent;
	struct test_world w;
	uint16_t q;

	test_world_up(&w, 1, QUEUES, "");
	set_vxlan(&w, SET);
	match_vxlan(&w, "ingress group 3 pattern end actions queue index 2 / end");
	for (p.memory = TEST_PLAIN; p.memory < TEST_MEMORIES; p.memory++) {
		sent = test_packet_make(&p);
		m = pass(&w, sent, &q);
		assert_non_null(m);
		assert_int_equal(q, 2);
		assert_packet(m, &inside);
		assert_not_missed(&w, m);
		if (p.memory == TEST_SHARED) {
			assert_ptr_not_equal(m, sent);
			assert_packet(sent, &outside);
			rte_pktmbuf_free(sent);
		}
		rte_pktmbuf_free(m);
	}
	test_world_down(&w);
}

/* A packet that has to be copied, and no mbuf for that. */
static void
test_no_mbuf(void **state __rte_unused)
{
	struct test_packet p = outside;
	struct rte_mbuf **all, *sent;
	const unsigned int n = rte_mempool_avail_count(test_pool());
	unsigned int got = 0;
	struct test_world w;
	uint16_t q;

	test_world_up(&w, 1, QUEUES, "");
	set_vxlan(&w, SET);
	match_vxlan(&w, "ingress group 3 pattern end actions queue index 2 / end");
	p.memory = TEST_SHARED;
	sent = test_packet_make(&p);
	all = malloc(n * sizeof(*all));
	while (got < n && (all[got] = rte_pktmbuf_alloc(test_pool())) != NULL)
		got++;
	assert_null(pass(&w, sent, &q));
	assert_int_equal(test_xstat(w.port, "rx_no_mbuf_drops"), 1);
	rte_pktmbuf_free_bulk(all, got);
	free(all);
	rte_pktmbuf_free(sent);
	test_world_down(&w);
}

/* Every kind of tunnel, with all that it carries. */
static void
try_carried(const struct test_world *w, enum rte_flow_item_type tunnel, uint16_t type,
	    bool ethernet)
{
	struct test_frame inner, outer, wanted;
	struct rte_mbuf *m;
	uint16_t q;

	test_frame(&inner, type, ethernet, 70);
	if (!test_frame_wrap(&outer, &inner, type, ethernet, tunnel))
		return;
	test_frame_unwrapped(&wanted, &inner, type, ethernet, &outer);
	/* Behind the end is what Ethernet has filled up. */
	outer.len += 3;
	m = pass(w, test_frame_mbuf(&outer), &q);
	assert_non_null(m);
	assert_int_equal(q, 2);
	test_frame_is(m, &wanted);
	assert_not_missed(w, m);
	rte_pktmbuf_free(m);
}

static void
test_kinds(void **state __rte_unused)
{
	static const enum rte_flow_item_type tunnels[] = {
		RTE_FLOW_ITEM_TYPE_VXLAN, RTE_FLOW_ITEM_TYPE_VXLAN_GPE, RTE_FLOW_ITEM_TYPE_GENEVE,
		RTE_FLOW_ITEM_TYPE_GRE, RTE_FLOW_ITEM_TYPE_NVGRE, RTE_FLOW_ITEM_TYPE_GTPU,
	};
	static const uint16_t types[] = {
		RTE_ETHER_TYPE_IPV4, RTE_ETHER_TYPE_IPV6, RTE_ETHER_TYPE_MPLS,
	};
	struct test_world w;

	test_world_up(&w, 1, QUEUES, "");
	for (unsigned int i = 0; i < RTE_DIM(tunnels); i++) {
		struct rte_flow_tunnel t = { .type = tunnels[i] };

		test_tunnel_set(w.port, &t, "ingress pattern end actions jump group 3 / end");
		test_tunnel_match(w.port, &t, "ingress group 3 pattern end "
				  "actions queue index 2 / end");
		for (unsigned int k = 0; k < RTE_DIM(types); k++) {
			try_carried(&w, tunnels[i], types[k], true);
			try_carried(&w, tunnels[i], types[k], false);
		}
		assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	}
	test_world_down(&w);
}

/* It is delivered either as it came, and says so, or as the end of that. */
static void
try_hostile(const struct test_world *w, const struct test_frame *f, struct rte_mbuf *m)
{
	struct test_frame end = { .len = 0 };
	uint16_t q;

	m = pass(w, m, &q);
	assert_non_null(m);
	rte_mbuf_sanity_check(m, 1);
	assert_in_range(rte_pktmbuf_data_len(m), 1, f->len);
	if (m->ol_flags & restore_flag) {
		assert_missed(w, m, &vxlan, 3);
		test_frame_is(m, f);
	} else {
		assert_in_range(rte_pktmbuf_pkt_len(m), RTE_ETHER_HDR_LEN, f->len - 50);
		end.len = (uint16_t)rte_pktmbuf_pkt_len(m);
		memcpy(end.data, f->data + 50, end.len);
		test_frame_is(m, &end);
	}
	rte_pktmbuf_free(m);
}

/* Cut short anywhere, in two segments cut anywhere. */
static void
test_cut(void **state __rte_unused)
{
	struct test_frame inner, whole, head, tail;
	struct rte_mbuf *m;
	struct test_world w;

	test_world_up(&w, 1, QUEUES, "");
	set_vxlan(&w, "ingress pattern end actions jump group 3 / end");
	match_vxlan(&w, "ingress group 3 pattern end actions queue index 2 / end");
	test_frame(&inner, RTE_ETHER_TYPE_IPV4, true, 60);
	test_frame_wrap(&whole, &inner, RTE_ETHER_TYPE_IPV4, true, RTE_FLOW_ITEM_TYPE_VXLAN);
	assert_int_equal(whole.len, 50 + inner.len);
	for (uint16_t len = RTE_ETHER_HDR_LEN; len <= whole.len; len++) {
		struct test_frame f = whole;

		f.len = len;
		try_hostile(&w, &f, test_frame_mbuf(&f));
		for (uint16_t at = 1; at < len; at += 7) {
			head = f;
			head.len = at;
			tail.len = len - at;
			memcpy(tail.data, f.data + at, tail.len);
			m = test_frame_mbuf(&head);
			assert_int_equal(rte_pktmbuf_chain(m, test_frame_mbuf(&tail)), 0);
			try_hostile(&w, &f, m);
		}
	}
	test_world_down(&w);
}

/* Any byte of the headers may be anything. Fragments have a part of what is inside. */
static void
test_spoilt(void **state __rte_unused)
{
	struct test_frame inner, whole;
	struct test_world w;
	struct rte_mbuf *m;
	uint16_t q;

	test_world_up(&w, 1, QUEUES, "");
	set_vxlan(&w, "ingress pattern end actions jump group 3 / end");
	match_vxlan(&w, "ingress group 3 pattern end actions mark id 9 / queue index 2 / end");
	test_frame(&inner, RTE_ETHER_TYPE_IPV4, true, 60);
	test_frame_wrap(&whole, &inner, RTE_ETHER_TYPE_IPV4, true, RTE_FLOW_ITEM_TYPE_VXLAN);
	for (uint16_t at = 12; at < 50; at++) {
		struct test_frame f = whole;

		/* With more options of IPv4 the tunnel is elsewhere, or nowhere. */
		if (at == 14)
			continue;
		for (unsigned int v = 0; v < 256; v += 5) {
			f.data[at] = (uint8_t)v;
			try_hostile(&w, &f, test_frame_mbuf(&f));
		}
	}
	whole.data[20] = 0x20;
	m = pass(&w, test_frame_mbuf(&whole), &q);
	assert_missed(&w, m, &vxlan, 3);
	test_frame_is(m, &whole);
	assert_int_equal(m->hash.fdir.hi, 9);
	rte_pktmbuf_free(m);
	/* What has been sent to a group of VXLAN without being VXLAN, no rule there matches. */
	m = pass_packet(&w, &inside, &q);
	assert_missed(&w, m, &vxlan, 3);
	assert_packet(m, &inside);
	assert_int_equal(m->ol_flags & RTE_MBUF_F_RX_FDIR_ID, 0);
	rte_pktmbuf_free(m);
	test_world_down(&w);
}

/* What the lower port said of the outer headers is not true of the inner ones. */
static void
test_metadata(void **state __rte_unused)
{
	const uint64_t flags = RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED |
			       RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_BAD;
	struct rte_mbuf *m = NULL;
	struct test_world w;
	uint16_t q;

	test_world_up(&w, 1, QUEUES, "");
	set_vxlan(&w, SET);
	for (unsigned int i = 0; i < 2; i++) {
		m = test_packet_make(&outside);
		m->ol_flags |= flags;
		m->vlan_tci = 5;
		m = pass(&w, m, &q);
		if (i == 1)
			break;
		assert_int_equal(m->ol_flags & flags, flags);
		rte_pktmbuf_free(m);
		match_vxlan(&w, "ingress group 3 pattern eth / vlan vid is 5 / ipv4 / end "
			    "actions queue index 2 / end");
	}
	assert_int_equal(q, 2);
	assert_packet(m, &inside);
	assert_int_equal(m->ol_flags & flags, 0);
	assert_int_equal(m->vlan_tci, 0);
	rte_pktmbuf_free(m);
	test_world_down(&w);
}

/* Also of an isolated port: a rule has matched it. */
static void
test_isolated(void **state __rte_unused)
{
	struct test_world w;
	uint16_t q;

	test_world_up(&w, 1, QUEUES, "");
	assert_int_equal(rte_flow_isolate(w.port, 1, NULL), 0);
	set_vxlan(&w, SET);
	expect_miss(&w, &vxlan, 3);
	assert_null(pass_packet(&w, &inside, &q));
	assert_int_equal(rte_flow_isolate(w.port, 0, NULL), 0);
	test_world_down(&w);
}

/* A tunnel is what its fields are, and is there as long as anything is for it. */
static void
test_life(void **state __rte_unused)
{
	struct rte_flow_tunnel a, b;
	struct rte_flow_restore_info info;
	struct rte_flow_action *set[2];
	struct rte_flow *flow;
	struct test_world w;
	struct rte_mbuf *m;
	uint32_t n;
	uint16_t q;

	test_world_up(&w, 1, QUEUES, "");
	memset(&a, 0xff, sizeof(a));
	memset(&b, 0, sizeof(b));
	a.type = b.type = RTE_FLOW_ITEM_TYPE_VXLAN;
	a.tun_id = b.tun_id = 4;
	a.is_ipv6 = b.is_ipv6 = false;
	a.ipv4.src_addr = b.ipv4.src_addr = 1;
	a.ipv4.dst_addr = b.ipv4.dst_addr = 2;
	a.tp_src = b.tp_src = a.tp_dst = b.tp_dst = a.tun_flags = b.tun_flags = 0;
	a.tos = b.tos = a.ttl = b.ttl = 1;
	a.label = b.label = 0;
	assert_int_equal(rte_flow_tunnel_decap_set(w.port, &a, &set[0], &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_int_equal(rte_flow_tunnel_decap_set(w.port, &b, &set[1], &n, NULL), 0);
	assert_ptr_equal(set[0], set[1]);
	flow = test_tunnel_set(w.port, &b, SET);
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, set[i], 1, NULL), 0);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, set[0], 1, NULL), -EINVAL);
	/* The rule has it still; what is told are the bytes that came first. */
	m = pass_packet(&w, &outside, &q);
	assert_missed(&w, m, &a, 3);
	assert_int_equal(rte_flow_destroy(w.port, flow, NULL), 0);
	/* Freed once no burst sees the rule: the next call does that. */
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_int_equal(rte_flow_get_restore_info(w.port, m, &info, NULL), -EINVAL);
	rte_pktmbuf_free(m);
	test_world_down(&w);
}

/* As rte_flow_actions_update(), which not all versions have. */
static void
update(const struct test_world *w, struct rte_flow *flow, const struct rte_flow_action *actions)
{
	struct steer_engine *e = steer_port(&rte_eth_devices[w->port])->engine;

	assert_int_equal(steer_engine_flow_update(e, (struct steer_flow *)flow, actions, NULL), 0);
}

/* Other actions: the rule stays in its group, or begins or ceases to lead there. */
static void
test_update(void **state __rte_unused)
{
	const struct rte_flow_action_queue three = { .index = 3 };
	const struct rte_flow_action_jump to = { .group = 5 };
	struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &three },
		{ .type = RTE_FLOW_ACTION_TYPE_END }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow *set, *match;
	struct rte_flow_action *given;
	struct test_world w;
	struct rte_mbuf *m;
	uint32_t n;
	uint16_t q;

	test_world_up(&w, 1, QUEUES, "");
	set = test_tunnel_set(w.port, &vxlan, SET);
	match = test_tunnel_match(w.port, &vxlan,
				  "ingress group 3 pattern end actions queue index 2 / end");
	expect_inside(&w, 2);
	update(&w, match, actions);
	expect_inside(&w, 3);
	update(&w, set, actions);
	m = pass_packet(&w, &outside, &q);
	assert_int_equal(q, 3);
	assert_packet(m, &outside);
	assert_not_missed(&w, m);
	rte_pktmbuf_free(m);
	assert_int_equal(rte_flow_tunnel_decap_set(w.port, &vxlan, &given, &n, NULL), 0);
	actions[0] = given[0];
	actions[1] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_JUMP, .conf = &to };
	update(&w, set, actions);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, given, n, NULL), 0);
	expect_miss(&w, &vxlan, 5);
	test_world_down(&w);
}

/* A port that may hand rules down keeps these. */
static void
test_stacked(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 1, QUEUES, "");
	test_world_raise(&w, "");
	test_log_begin();
	match_vxlan(&w, "ingress pattern end actions queue index 1 / end");
	test_log_end_with("tunnel_match", "kept in software");
	set_vxlan(&w, "ingress pattern eth / ipv4 / udp / end actions jump group 0 / end");
	expect_inside(&w, 1);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_log_begin();
	set_vxlan(&w, SET);
	test_log_end_with("tunnel_set", "kept in software");
	expect_miss(&w, &vxlan, 3);
	test_world_down(&w);
}

/* Dumped as a comment: it cannot be loaded. */
static void
test_dump(void **state __rte_unused)
{
	struct test_world w;
	char *text = NULL;
	size_t size = 0;
	FILE *file;

	test_world_up(&w, 1, QUEUES, "");
	set_vxlan(&w, SET);
	match_vxlan(&w, "ingress group 3 pattern eth / ipv4 / udp / vxlan vni is 7 / end "
		    "actions queue index 2 / end");
	file = open_memstream(&text, &size);
	assert_int_equal(rte_flow_dev_dump(w.port, NULL, file, NULL), 0);
	fclose(file);
	assert_memory_equal(text, "# tunnel_set of vxlan tunnel ", 29);
	assert_non_null(strstr(text, " ingress group 0 priority 0 pattern eth / ipv4 / udp dst is "
			       "4789 / end actions jump group 3 / end # rule "));
	assert_non_null(strstr(text, "\n# tunnel_match of vxlan tunnel "));
	assert_non_null(strstr(text, " ingress group 3 priority 0 pattern eth / ipv4 / udp / vxlan "
			       "vni is 7 / end actions queue index 2 / end # rule "));
	free(text);
	test_world_down(&w);
}

/* The first use registers what stays. */
static int
begin_group(void **state __rte_unused)
{
	const struct rte_mbuf_dynflag flag = { .name = "RTE_MBUF_F_RX_RESTORE_INFO" };
	struct rte_flow_action *set;
	struct test_world w;
	uint32_t n;

	test_world_up(&w, 1, QUEUES, "");
	assert_int_equal(rte_mbuf_dynflag_lookup(flag.name, NULL), -1);
	assert_int_equal(rte_flow_tunnel_decap_set(w.port, &vxlan, &set, &n, NULL), 0);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, set, n, NULL), 0);
	restore_flag = RTE_BIT64(rte_mbuf_dynflag_lookup(flag.name, NULL));
	test_world_down(&w);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, test_begin, test_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(match), TEST(groups), TEST(actions), TEST(memory), TEST(no_mbuf),
		TEST(kinds), TEST(cut), TEST(spoilt), TEST(metadata), TEST(isolated),
		TEST(life), TEST(update), TEST(stacked), TEST(dump),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("tunnel_offload", tests, begin_group, NULL);
	test_eal_cleanup();
	return ret;
}
