/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>

#include "../../drivers/net/steer/steer_port.h"
#include "eal.h"
#include "offload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Rules of tunnels: their groups, what they do, and how long a tunnel is there. */

static void
test_match(void **state __rte_unused)
{
	struct test_world w;
	struct rte_mbuf *m;
	uint16_t q;

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	offload_set(&w, OFFLOAD_SET);
	offload_expect_miss(&w, &offload_vxlan, 3);
	offload_match(&w, "ingress group 3 pattern eth / ipv4 / udp / vxlan vni is 7 / eth / "
		      "ipv4 / udp dst is 5 / end actions mark id 9 / queue index 2 / end");
	offload_match(&w, "ingress group 3 pattern eth / ipv4 / udp / vxlan vni is 8 / end "
		      "actions queue index 3 / end");
	offload_expect_inside(&w, 2);
	m = offload_pass_packet(&w, &offload_outside, &q);
	assert_int_equal(m->hash.fdir.hi, 9);
	assert_int_equal(m->packet_type & RTE_PTYPE_TUNNEL_MASK, 0);
	rte_pktmbuf_free(m);
	/* What is no such packet is left alone. */
	m = offload_pass_packet(&w, &offload_inside, &q);
	offload_is_packet(m, &offload_inside);
	offload_is_not_missed(&w, m);
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

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	offload_set(&w, "ingress priority 1 pattern eth / ipv4 / udp dst is 4789 / end "
		    "actions jump group 0 / end");
	offload_match(&w, "ingress priority 2 pattern end actions queue index 1 / end");
	offload_expect_inside(&w, 1);
	/* Neither of these is for packets that are in the tunnel's group 0. */
	test_tunnel_set(w.port, NULL, "ingress priority 2 pattern end actions drop / end");
	test_tunnel_match(w.port, &other, "ingress pattern end actions drop / end");
	offload_expect_inside(&w, 1);
	/* From group to group, inside. */
	flow = test_tunnel_match(w.port, &offload_vxlan,
				 "ingress pattern end actions mark id 3 / jump group 9 / end");
	offload_expect_miss(&w, &offload_vxlan, 9);
	test_tunnel_set(w.port, NULL, "ingress group 9 pattern end actions drop / end");
	offload_expect_miss(&w, &offload_vxlan, 9);
	offload_match(&w, "ingress group 9 pattern end actions passthru / end");
	offload_expect_miss(&w, &offload_vxlan, 9);
	offload_match(&w, "ingress group 9 priority 1 pattern end actions queue index 3 / end");
	offload_expect_inside(&w, 3);
	assert_int_equal(rte_flow_destroy(w.port, flow, NULL), 0);
	offload_expect_inside(&w, 1);
	test_world_down(&w);
}

/* What a rule changes is what was offload_inside; what one before it changed is outside. */
static void
test_actions(void **state __rte_unused)
{
	struct rte_flow_query_count count = { 0 };
	const struct rte_flow_action query[] = { { .type = RTE_FLOW_ACTION_TYPE_COUNT },
						 { .type = RTE_FLOW_ACTION_TYPE_END } };
	struct test_packet changed = offload_inside;
	struct test_world w;
	struct rte_flow *flow;
	struct rte_mbuf *m;
	uint16_t q;

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	offload_set(&w, OFFLOAD_SET);
	offload_match(&w, "ingress group 3 pattern eth / ipv4 / udp dst is 4789 / end "
		      "actions set_ttl ttl_value 9 / passthru / end");
	flow = test_tunnel_match(w.port, &offload_vxlan,
				 "ingress group 3 priority 1 pattern vxlan / eth / ipv4 / end "
				 "actions set_tp_dst port 6 / count / rss queues 1 end types udp "
				 "end / end");
	changed.dport = 6;
	m = offload_pass_packet(&w, &offload_outside, &q);
	assert_non_null(m);
	assert_int_equal(q, 1);
	offload_is_packet(m, &changed);
	rte_pktmbuf_free(m);
	assert_int_equal(rte_flow_query(w.port, flow, query, &count, NULL), 0);
	assert_int_equal(count.hits, 1);
	m = test_packet_make(&offload_outside);
	assert_int_equal(count.bytes, rte_pktmbuf_pkt_len(m));
	rte_pktmbuf_free(m);
	offload_match(&w, "ingress group 3 pattern vxlan vni is 7 / end actions drop / end");
	offload_match(&w, "ingress group 3 pattern end actions flag / end");
	assert_null(offload_pass_packet(&w, &offload_outside, &q));
	test_world_down(&w);
}

/* Also of an isolated port: a rule has matched it. */
static void
test_isolated(void **state __rte_unused)
{
	struct test_world w;
	uint16_t q;

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	assert_int_equal(rte_flow_isolate(w.port, 1, NULL), 0);
	offload_set(&w, OFFLOAD_SET);
	offload_expect_miss(&w, &offload_vxlan, 3);
	assert_null(offload_pass_packet(&w, &offload_inside, &q));
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

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
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
	flow = test_tunnel_set(w.port, &b, OFFLOAD_SET);
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, set[i], 1, NULL), 0);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, set[0], 1, NULL), -EINVAL);
	/* The rule has it still; what is told are the bytes that came first. */
	m = offload_pass_packet(&w, &offload_outside, &q);
	offload_is_missed(&w, m, &a, 3);
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

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	set = test_tunnel_set(w.port, &offload_vxlan, OFFLOAD_SET);
	match = test_tunnel_match(w.port, &offload_vxlan,
				  "ingress group 3 pattern end actions queue index 2 / end");
	offload_expect_inside(&w, 2);
	update(&w, match, actions);
	offload_expect_inside(&w, 3);
	update(&w, set, actions);
	m = offload_pass_packet(&w, &offload_outside, &q);
	assert_int_equal(q, 3);
	offload_is_packet(m, &offload_outside);
	offload_is_not_missed(&w, m);
	rte_pktmbuf_free(m);
	assert_int_equal(rte_flow_tunnel_decap_set(w.port, &offload_vxlan, &given, &n, NULL), 0);
	actions[0] = given[0];
	actions[1] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_JUMP, .conf = &to };
	update(&w, set, actions);
	assert_int_equal(rte_flow_tunnel_action_decap_release(w.port, given, n, NULL), 0);
	offload_expect_miss(&w, &offload_vxlan, 5);
	test_world_down(&w);
}

/* A port that may hand rules down keeps these. */
static void
test_stacked(void **state __rte_unused)
{
	struct test_world w;

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	test_world_raise(&w, "");
	test_log_begin();
	offload_match(&w, "ingress pattern end actions queue index 1 / end");
	test_log_end_with("tunnel_match", "kept in software");
	offload_set(&w, "ingress pattern eth / ipv4 / udp / end actions jump group 0 / end");
	offload_expect_inside(&w, 1);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	test_log_begin();
	offload_set(&w, OFFLOAD_SET);
	test_log_end_with("tunnel_set", "kept in software");
	offload_expect_miss(&w, &offload_vxlan, 3);
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

	test_world_up(&w, 1, OFFLOAD_QUEUES, "");
	offload_set(&w, OFFLOAD_SET);
	offload_match(&w, "ingress group 3 pattern eth / ipv4 / udp / vxlan vni is 7 / end "
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

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, test_begin, test_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(match), TEST(groups), TEST(actions), TEST(isolated), TEST(life),
		TEST(update), TEST(stacked), TEST(dump),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("tunnel_offload", tests, offload_begin_group, NULL);
	test_eal_cleanup();
	return ret;
}
