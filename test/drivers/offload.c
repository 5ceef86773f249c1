/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_ethdev.h>
#include <rte_mbuf_dyn.h>
#include <rte_ring.h>

#include "offload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct rte_flow_tunnel offload_vxlan = { .type = RTE_FLOW_ITEM_TYPE_VXLAN };
/* Set as DPDK 23.07 has it, in all versions. */
static uint64_t restore_flag;

const struct test_packet offload_outside = {
	.vni = 7, .dst = 1, .proto = IPPROTO_UDP, .dport = 5,
};
const struct test_packet offload_inside = { .dst = 1, .proto = IPPROTO_UDP, .dport = 5 };

bool
offload_tells(const struct rte_mbuf *m)
{
	return (m->ol_flags & restore_flag) != 0;
}

struct rte_mbuf *
offload_pass(const struct test_world *w, struct rte_mbuf *m, uint16_t *queue)
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

struct rte_mbuf *
offload_pass_packet(const struct test_world *w, const struct test_packet *p, uint16_t *queue)
{
	return offload_pass(w, test_packet_make(p), queue);
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

void
offload_is_packet(const struct rte_mbuf *m, const struct test_packet *p)
{
	struct rte_mbuf *wanted = test_packet_make(p);
	struct test_frame f;

	assert_non_null(wanted);
	read_bytes(&f, wanted);
	rte_pktmbuf_free(wanted);
	test_frame_is(m, &f);
	rte_mbuf_sanity_check(m, 1);
}

void
offload_is_missed(const struct test_world *w, struct rte_mbuf *m, const struct rte_flow_tunnel *t,
	      uint32_t group)
{
	struct rte_flow_restore_info info = { 0 };

	assert_true(offload_tells(m));
	assert_int_equal(rte_flow_get_restore_info(w->port, m, &info, NULL), 0);
	assert_int_equal(info.flags, RTE_FLOW_RESTORE_INFO_TUNNEL |
			 RTE_FLOW_RESTORE_INFO_ENCAPSULATED | RTE_FLOW_RESTORE_INFO_GROUP_ID);
	assert_int_equal(info.group_id, group);
	assert_memory_equal(&info.tunnel, t, sizeof(*t));
}

void
offload_is_not_missed(const struct test_world *w, struct rte_mbuf *m)
{
	struct rte_flow_restore_info info;
	struct rte_flow_error error = { .message = NULL };

	assert_false(offload_tells(m));
	assert_int_equal(rte_flow_get_restore_info(w->port, m, &info, &error), -EINVAL);
	assert_non_null(error.message);
}

void
offload_expect_inside(const struct test_world *w, uint16_t queue)
{
	uint16_t q = OFFLOAD_QUEUES;
	struct rte_mbuf *m = offload_pass_packet(w, &offload_outside, &q);

	assert_non_null(m);
	assert_int_equal(q, queue);
	offload_is_packet(m, &offload_inside);
	offload_is_not_missed(w, m);
	rte_pktmbuf_free(m);
}

void
offload_expect_miss(const struct test_world *w, const struct rte_flow_tunnel *t, uint32_t group)
{
	uint16_t q = OFFLOAD_QUEUES;
	struct rte_mbuf *m = offload_pass_packet(w, &offload_outside, &q);

	assert_non_null(m);
	offload_is_packet(m, &offload_outside);
	offload_is_missed(w, m, t, group);
	rte_pktmbuf_free(m);
}

void
offload_set(const struct test_world *w, const char *line)
{
	test_tunnel_set(w->port, &offload_vxlan, line);
}

void
offload_match(const struct test_world *w, const char *line)
{
	test_tunnel_match(w->port, &offload_vxlan, line);
}

int
offload_begin_group(void **state __rte_unused)
{
	const struct rte_mbuf_dynflag flag = { .name = "RTE_MBUF_F_RX_RESTORE_INFO" };
	struct rte_flow_action *set;
	struct test_world w;
	uint32_t n;

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	assert_int_equal(rte_mbuf_dynflag_lookup(flag.name, NULL), -1);
	assert_int_equal(rte_flow_tunnel_decap_set(w.port, &offload_vxlan, &set, &n, NULL), 0);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, set, n, NULL), 0);
	restore_flag = RTE_BIT64(rte_mbuf_dynflag_lookup(flag.name, NULL));
	test_world_down(&w);
	return 0;
}
