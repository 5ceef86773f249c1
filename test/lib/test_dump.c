/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* A dump shows what is compared (masks, ranges, layers) and what is done. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_flow.h>

#include "eal.h"
#include "steer_engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define ITEM(t, ...) { .type = RTE_FLOW_ITEM_TYPE_##t, ##__VA_ARGS__ }
#define END ITEM(END)
#define ACTION(t, ...) { .type = RTE_FLOW_ACTION_TYPE_##t, ##__VA_ARGS__ }

static const struct rte_flow_action_queue to_1 = { .index = 1 };
static const struct rte_flow_action_mark mark_7 = { .id = 7 };
static const uint16_t two[] = { 0, 2 };
static const struct rte_flow_action_rss spread = {
	.func = RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ,
	.level = 2,
	.types = RTE_ETH_RSS_IPV4,
	.queue = two,
	.queue_num = RTE_DIM(two),
};

static const struct rte_flow_item_eth mac = {
	.hdr.dst_addr.addr_bytes = { 2, 0, 0, 0, 0, 0x1f },
	.has_vlan = 0,
};
static const struct rte_flow_item_eth mac_mask = {
	.hdr.dst_addr.addr_bytes = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	.has_vlan = 1,
};
static const struct rte_flow_item_vlan vid = { .hdr.vlan_tci = RTE_BE16(0x6005) };
static const struct rte_flow_item_vlan vid_last = { .hdr.vlan_tci = RTE_BE16(0x0009) };
static const struct rte_flow_item_vlan vid_mask = { .hdr.vlan_tci = RTE_BE16(0xefff) };
static const struct rte_flow_item_ipv4 addr = { .hdr.dst_addr = RTE_BE32(0x0a000009) };
static const struct rte_flow_item_ipv4 net = { .hdr.dst_addr = RTE_BE32(0xffffff00) };
static const struct rte_flow_item_ipv4 host = { .hdr.dst_addr = RTE_BE32(0xffffffff) };
static const struct rte_flow_item_tcp port = { .hdr.dst_port = RTE_BE16(100) };
static const struct rte_flow_item_tcp port_last = { .hdr.dst_port = RTE_BE16(200) };
static const struct rte_flow_item_tcp port_mask = { .hdr.dst_port = RTE_BE16(0xffff) };
static const struct rte_flow_item_ipv6 frag6 = { .has_frag_ext = 1 };
static const struct rte_flow_item_ipv6 frag6_mask = { .has_frag_ext = 1 };
static const struct rte_flow_item_vxlan vni = { .hdr.vx_vni = RTE_BE32(42 << 8) };
static const struct rte_flow_item_raw foo = {
	.relative = 1,
	.search = 1,
	.offset = 2,
	.limit = 9,
	.length = 3,
	.pattern = (const uint8_t *)"foo",
};
static const struct rte_flow_item_raw byte = { .length = 1, .pattern = (const uint8_t *)"f" };
static const struct rte_flow_item_raw byte_mask = {
	.length = UINT16_MAX,
	.pattern = (const uint8_t *)"\xf0",
};
static const struct rte_flow_item_raw blank = { .length = 1, .pattern = (const uint8_t *)" " };
static const struct rte_flow_item_esp spi = { .hdr.spi = RTE_BE32(77) };
static const struct rte_flow_item_pppoe seid = { .session_id = RTE_BE16(5) };
static const struct rte_flow_item_pppoe_proto_id ppp_ipv4 = { .proto_id = RTE_BE16(0x21) };
static const struct rte_flow_item_mpls label = { .label_tc_s = { 0, 6, 0x40 } };
static const struct rte_flow_item_ipv6_ext next_58 = { .next_hdr = 58 };
static const struct rte_flow_item_pfcp session = { .s_field = 1, .seid = RTE_BE64(7) };
static uint32_t opt_data[] = { RTE_BE32(0x01020304) };
static uint32_t opt_data_mask[] = { RTE_BE32(0xffffff00) };
static const struct rte_flow_item_geneve_opt opt = {
	.option_class = RTE_BE16(0x0123),
	.option_type = 0x80,
	.option_len = 1,
	.data = opt_data,
};
static const struct rte_flow_item_geneve_opt opt_mask = {
	.option_class = RTE_BE16(0xff00),
	.option_type = 0xff,
	.data = opt_data_mask,
};
static const struct rte_flow_item_integrity inner = { .level = 2, .value = 0x20 };
static const struct rte_flow_item_integrity sums = { .value = 0x60 };
static const struct rte_flow_item_any any_2 = { .num = 2 };
static const struct rte_flow_item_any any_mask = { .num = UINT32_MAX };
static const struct rte_flow_item_gre gre_ip = { .protocol = RTE_BE16(0x86dd) };
static const rte_be32_t gre_key = RTE_BE32(5);
static const struct rte_flow_item_gre_opt gre_seq = { .sequence = { .sequence = RTE_BE32(9) } };
static const struct rte_flow_item_gre_opt gre_seq_mask = {
	.sequence = { .sequence = RTE_BE32(0xffffffff) },
};
static const struct rte_flow_item_nvgre nvgre = { .tni = { 0, 1, 2 } };
static const struct rte_flow_item_gtp gtp = { .teid = RTE_BE32(77) };
static const struct rte_flow_item_gtp_psc psc = { .hdr = { .qfi = 6 } };

static const struct {
	uint32_t prio;
	struct rte_flow_item pattern[8];
	struct rte_flow_action actions[5];
	const char *text;
} cases[] = {
	{ 0, { END }, { ACTION(DROP), ACTION(END) },
	  "flow create 3 ingress group 0 priority 0 pattern end actions drop / end" },
	{ 3, { ITEM(ETH), ITEM(IPV4, .spec = &addr, .mask = &host), ITEM(TCP), END },
	  { ACTION(MARK, .conf = &mark_7), ACTION(COUNT), ACTION(QUEUE, .conf = &to_1),
	    ACTION(END) },
	  "priority 3 pattern eth / ipv4 dst is 10.0.0.9 / tcp / end "
	  "actions mark id 7 / count / queue index 1 / end" },
	{ 0, { ITEM(IPV4, .spec = &addr, .mask = &net), END },
	  { ACTION(FLAG), ACTION(PASSTHRU), ACTION(END) },
	  "pattern ipv4 dst spec 10.0.0.0 dst prefix 24 / end "
	  "actions flag / passthru / end" },
	{ 0, { ITEM(TCP, .spec = &port, .last = &port_last, .mask = &port_mask), END },
	  { ACTION(QUEUE, .conf = &to_1), ACTION(END) },
	  "pattern tcp dst spec 100 dst last 200 dst mask 65535 / end "
	  "actions queue index 1 / end" },
	{ 0, { ITEM(ETH, .spec = &mac, .mask = &mac_mask), END },
	  { ACTION(QUEUE, .conf = &to_1), ACTION(END) },
	  "pattern eth dst is 02:00:00:00:00:1f has_vlan is 0 / end" },
	{ 0, { ITEM(VLAN, .spec = &vid, .last = &vid_last, .mask = &vid_mask), ITEM(VLAN), END },
	  { ACTION(QUEUE, .conf = &to_1), ACTION(END) },
	  "vlan pcp is 3 vid spec 5 vid last 9 vid mask 4095 / vlan / end" },
	{ 0, { ITEM(IPV6, .spec = &frag6, .mask = &frag6_mask), END },
	  { ACTION(QUEUE, .conf = &to_1), ACTION(END) }, "pattern ipv6 / ipv6_frag_ext / end" },
	{ 0, { ITEM(UDP), ITEM(VXLAN, .spec = &vni), ITEM(ETH), ITEM(IPV4, .spec = &addr,
	       .mask = &host), END },
	  { ACTION(RSS, .conf = &spread), ACTION(END) },
	  "pattern udp / vxlan vni is 42 / eth / ipv4 dst is 10.0.0.9 / end actions "
	  "rss func symmetric_toeplitz level 2 types ipv4 end queues 0 2 end / end" },
	{ 0, { ITEM(IPV4, .spec = &addr, .mask = &net), ITEM(UDP), ITEM(RAW, .spec = &foo),
	       ITEM(RAW, .spec = &byte, .mask = &byte_mask), ITEM(INVERT), END },
	  { ACTION(DROP), ACTION(END) },
	  "pattern invert / ipv4 dst spec 10.0.0.0 dst prefix 24 / udp / "
	  "raw relative is 1 search is 1 offset is 2 limit is 9 pattern is foo / "
	  "raw offset is 0 pattern_hex spec 60 pattern_hex mask f0 / end actions drop / end" },
	{ 0, { ITEM(GENEVE), ITEM(GENEVE_OPT, .spec = &opt, .mask = &opt_mask), ITEM(UDP),
	       ITEM(INTEGRITY, .spec = &inner, .mask = &sums), END },
	  { ACTION(DROP), ACTION(END) },
	  "pattern geneve / geneve-opt class spec 0x100 class mask 0xff00 type is 0x80 "
	  "length spec 0x1 length mask 0x0 data spec 01020300 data mask ffffff00 / udp / "
	  "integrity level is 2 value spec 0x20 value mask 0x60 / end actions drop / end" },
	{ 0, { ITEM(RAW, .spec = &blank), END }, { ACTION(DROP), ACTION(END) },
	  "pattern raw offset is 0 pattern_hex is 20 / end actions drop / end" },
	{ 0, { ITEM(ETH), ITEM(PPPOES, .spec = &seid), ITEM(PPPOE_PROTO_ID, .spec = &ppp_ipv4),
	       ITEM(MPLS), ITEM(MPLS, .spec = &label), ITEM(IPV4), END },
	  { ACTION(DROP), ACTION(END) },
	  "pattern eth / pppoes seid is 5 / pppoe_proto_id is 0x21 / mpls / mpls label is 100 / "
	  "ipv4 / end" },
	{ 0, { ITEM(IPV6), ITEM(IPV6_EXT), ITEM(IPV6_EXT, .spec = &next_58),
	       ITEM(ICMP6_ND_NS), ITEM(ICMP6_ND_OPT), ITEM(ICMP6_ND_OPT_SLA_ETH), END },
	  { ACTION(DROP), ACTION(END) },
	  "pattern ipv6 / ipv6_ext / ipv6_ext next_hdr is 58 / icmp6_nd_ns / icmp6_nd_opt / "
	  "icmp6_nd_opt_sla_eth / end" },
	{ 0, { ITEM(UDP), ITEM(PFCP, .spec = &session), END }, { ACTION(DROP), ACTION(END) },
	  "pattern udp / pfcp s_field spec 1 s_field mask 1 seid is 0x7 / end" },
	{ 0, { ITEM(ETH), ITEM(IPV6), ITEM(AH), ITEM(ESP, .spec = &spi), END },
	  { ACTION(DROP), ACTION(END) }, "pattern eth / ipv6 / ah / esp spi is 77 / end" },
	{ 0, { ITEM(VXLAN), ITEM(IPV4), ITEM(UDP), ITEM(ESP, .spec = &spi), END },
	  { ACTION(DROP), ACTION(END) }, "pattern vxlan / ipv4 / udp / esp spi is 77 / end" },
	{ 0, { ITEM(IPV4), ITEM(GRE, .spec = &gre_ip), ITEM(GRE_KEY, .spec = &gre_key),
	       ITEM(GRE_OPTION, .spec = &gre_seq, .mask = &gre_seq_mask), ITEM(IPV6), END },
	  { ACTION(DROP), ACTION(END) },
	  "pattern ipv4 / gre c_rsvd0_ver spec 0x3000 c_rsvd0_ver mask 0x3000 protocol is 0x86dd / "
	  "gre_key value is 5 / gre_option sequence is 9 / ipv6 / end" },
	{ 0, { ITEM(IPV6), ITEM(NVGRE, .spec = &nvgre), END }, { ACTION(DROP), ACTION(END) },
	  "pattern ipv6 / nvgre tni is 258 / end" },
	{ 0, { ITEM(UDP), ITEM(GTP, .spec = &gtp), ITEM(GTP_PSC, .spec = &psc), ITEM(IPV4), END },
	  { ACTION(DROP), ACTION(END) },
	  "pattern udp / gtp teid is 77 / gtp_psc qfi is 6 / ipv4 / end" },
	{ 0, { ITEM(GTPU), END }, { ACTION(DROP), ACTION(END) }, "pattern gtpu / end" },
	{ 0, { ITEM(GTPC), ITEM(GTP_PSC), END }, { ACTION(DROP), ACTION(END) },
	  "pattern gtpc / gtp_psc / end" },
	{ 0, { ITEM(VXLAN_GPE), ITEM(IPV4), END }, { ACTION(DROP), ACTION(END) },
	  "pattern vxlan-gpe / ipv4 / end" },
	{ 0, { ITEM(ETH), ITEM(IPV6), ITEM(IPV4, .spec = &addr, .mask = &host), ITEM(TCP), END },
	  { ACTION(DROP), ACTION(END) }, "pattern eth / ipv6 / ipv4 dst is 10.0.0.9 / tcp / end" },
	{ 0, { ITEM(ETH), ITEM(ANY, .spec = &any_2, .mask = &any_mask), END },
	  { ACTION(DROP), ACTION(END) }, "pattern eth / any num is 1 / any num is 1 / end" },
};

static struct steer_engine *engine;

/** @return the dump of a rule, or of all; to be freed. */
static char *
dump(const struct steer_flow *flow)
{
	/* Static, as the compiler does not see that the stream forgets them when closed. */
	static char *text;
	static size_t len;
	struct rte_flow_error error;
	FILE *file = open_memstream(&text, &len);

	assert_non_null(file);
	assert_int_equal(steer_engine_flow_dump(engine, 3, flow, file, &error), 0);
	fclose(file);
	return text;
}

static struct steer_flow *
create(unsigned int i)
{
	const struct rte_flow_attr attr = { .ingress = 1, .priority = cases[i].prio };
	struct rte_flow_error error;
	struct steer_flow *flow;

	flow = steer_engine_flow_create(engine, &attr, cases[i].pattern, cases[i].actions, &error);
	if (flow == NULL)
		fail_msg("case %u: %s", i, error.message);
	return flow;
}

static void
test_each(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < RTE_DIM(cases); i++) {
		struct steer_flow *flow = create(i);
		char *text = dump(flow);

		if (strstr(text, cases[i].text) == NULL || strchr(text, '\n')[1] != '\0')
			fail_msg("case %u: dump is \"%s\", not \"%s\"", i, text, cases[i].text);
		free(text);
		assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
	}
}

/* One line for each rule, in the order of their making. */
static void
test_all(void **state)
{
	char *text, *at;

	(void)state;
	for (unsigned int i = 0; i < RTE_DIM(cases); i++)
		create(i);
	at = text = dump(NULL);
	for (unsigned int i = 0; i < RTE_DIM(cases); i++) {
		at = strstr(at, cases[i].text);
		assert_non_null(at);
		at = strchr(at, '\n') + 1;
	}
	assert_int_equal(*at, '\0');
	free(text);
	assert_int_equal(steer_engine_flow_flush(engine, NULL), 0);
	text = dump(NULL);
	assert_string_equal(text, "");
	free(text);
}

/* Queue 1 goes and returns: the rule reads the same, and says that it is not in force. */
static void
test_inactive(void **state)
{
	struct steer_flow *flow = create(1);
	char *text;

	(void)state;
	assert_int_equal(steer_engine_configure(engine, 1, 1), 0);
	text = dump(flow);
	assert_non_null(strstr(text, cases[1].text));
	assert_memory_equal(text, "# inactive, ", 12);
	free(text);
	assert_int_equal(steer_engine_configure(engine, 4, 1), 0);
	text = dump(flow);
	assert_non_null(strstr(text, cases[1].text));
	assert_null(strstr(text, "inactive"));
	free(text);
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
}

/* A rule of another port. */
static void
test_foreign(void **state)
{
	struct steer_engine *other = steer_engine_create(4, SOCKET_ID_ANY);
	struct steer_flow *flow = create(0);
	struct rte_flow_error error;

	(void)state;
	assert_non_null(other);
	assert_int_equal(steer_engine_flow_dump(other, 3, flow, stdout, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_HANDLE);
	assert_ptr_equal(error.cause, flow);
	steer_engine_free(other);
	assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
}

static int
setup(void **state)
{
	(void)state;
	engine = steer_engine_create(8, SOCKET_ID_ANY);
	return engine != NULL && steer_engine_configure(engine, 4, 1) == 0 ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	steer_engine_free(engine);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_inactive),
		cmocka_unit_test(test_foreign),
	};
	int failed;

	if (test_eal_init(NULL) != 0)
		return 1;
	failed = cmocka_run_group_tests_name("dump", tests, setup, teardown);
	test_eal_cleanup();
	return failed;
}
