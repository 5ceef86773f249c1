/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ether.h>

#include "eal.h"
#include "offload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* What is inside a tunnel, however packets lie in memory, and however they are spoilt. */

/* However a packet lies in memory. Who holds it too sees it as it was. */
static void
test_memory(void **state __rte_unused)
{
	struct test_packet p = offload_outside;
	struct rte_mbuf *m, *sent;
	struct test_world w;
	uint16_t q;

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	offload_set(&w, OFFLOAD_SET);
	offload_match(&w, "ingress group 3 pattern end actions queue index 2 / end");
	for (p.memory = TEST_PLAIN; p.memory < TEST_MEMORIES; p.memory++) {
		sent = test_packet_make(&p);
		m = offload_pass(&w, sent, &q);
		assert_non_null(m);
		assert_int_equal(q, 2);
		offload_is_packet(m, &offload_inside);
		offload_is_not_missed(&w, m);
		if (p.memory == TEST_SHARED) {
			assert_ptr_not_equal(m, sent);
			offload_is_packet(sent, &offload_outside);
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
	struct test_packet p = offload_outside;
	struct rte_mbuf **all, *sent;
	const unsigned int n = rte_mempool_avail_count(test_pool());
	unsigned int got = 0;
	struct test_world w;
	uint16_t q;

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	offload_set(&w, OFFLOAD_SET);
	offload_match(&w, "ingress group 3 pattern end actions queue index 2 / end");
	p.memory = TEST_SHARED;
	sent = test_packet_make(&p);
	all = malloc(n * sizeof(*all));
	while (got < n && (all[got] = rte_pktmbuf_alloc(test_pool())) != NULL)
		got++;
	assert_null(offload_pass(&w, sent, &q));
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
	m = offload_pass(w, test_frame_mbuf(&outer), &q);
	assert_non_null(m);
	assert_int_equal(q, 2);
	test_frame_is(m, &wanted);
	offload_is_not_missed(w, m);
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

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
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

	m = offload_pass(w, m, &q);
	assert_non_null(m);
	rte_mbuf_sanity_check(m, 1);
	assert_in_range(rte_pktmbuf_data_len(m), 1, f->len);
	if (offload_tells(m)) {
		offload_is_missed(w, m, &offload_vxlan, 3);
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

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	offload_set(&w, "ingress pattern end actions jump group 3 / end");
	offload_match(&w, "ingress group 3 pattern end actions queue index 2 / end");
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

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	offload_set(&w, "ingress pattern end actions jump group 3 / end");
	offload_match(&w, "ingress group 3 pattern end actions mark id 9 / queue index 2 / end");
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
	m = offload_pass(&w, test_frame_mbuf(&whole), &q);
	offload_is_missed(&w, m, &offload_vxlan, 3);
	test_frame_is(m, &whole);
	assert_int_equal(m->hash.fdir.hi, 9);
	rte_pktmbuf_free(m);
	/* What has been sent to a group of VXLAN without being VXLAN, no rule there matches. */
	m = offload_pass_packet(&w, &offload_inside, &q);
	offload_is_missed(&w, m, &offload_vxlan, 3);
	offload_is_packet(m, &offload_inside);
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

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	offload_set(&w, OFFLOAD_SET);
	for (unsigned int i = 0; i < 2; i++) {
		m = test_packet_make(&offload_outside);
		m->ol_flags |= flags;
		m->vlan_tci = 5;
		m = offload_pass(&w, m, &q);
		if (i == 1)
			break;
		assert_int_equal(m->ol_flags & flags, flags);
		rte_pktmbuf_free(m);
		offload_match(&w, "ingress group 3 pattern eth / vlan vid is 5 / ipv4 / end "
			      "actions queue index 2 / end");
	}
	assert_int_equal(q, 2);
	offload_is_packet(m, &offload_inside);
	assert_int_equal(m->ol_flags & flags, 0);
	assert_int_equal(m->vlan_tci, 0);
	rte_pktmbuf_free(m);
	test_world_down(&w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, test_begin, test_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(memory), TEST(no_mbuf), TEST(kinds), TEST(cut), TEST(spoilt),
		TEST(metadata),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("tunnel_packets", tests, offload_begin_group, NULL);
	test_eal_cleanup();
	return ret;
}
