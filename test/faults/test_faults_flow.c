/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_alarm.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "../../drivers/net/steer/steer_in_kernel.h"
#include "../../drivers/net/steer/steer_port.h"
#include "eal.h"
#include "fault_case.h"
#include "port.h"
#include "rule.h"
#include "steer_text.h"
#include "steer_trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Flow operations of which any call fails. */

/* Later than the engine's own alarms. */
#define ALARM_US 20000
/* Packets to this UDP port are copied. */
#define COPIED 102

static struct steer_text_rule *rule;
static struct rte_flow *flow;

/* Rules of text */

static struct steer_text_rule *
read_rule(const char *text)
{
	struct steer_text_error error;
	struct steer_text_rule *r = NULL;

	if (steer_text_parse(text, strlen(text), &r, &error) != 0)
		fail_msg("%s: %s", text, error.message);
	return r;
}

static void
up(const struct fault_case *c)
{
	fault_world_up(c);
	rule = read_rule(c->text);
	flow = NULL;
}

static void
down(const struct fault_case *c)
{
	steer_text_free(rule);
	rule = NULL;
	fault_world_down(c);
}

static int
create(const struct fault_case *c __rte_unused)
{
	flow = rte_flow_create(fault_world.port, &rule->attr, rule->pattern, rule->actions,
		&fault_error);
	return flow != NULL ? 0 : -rte_errno;
}

/* It can be taken away again. */
static void
check_created(const struct fault_case *c __rte_unused, bool done)
{
	fault_forwards();
	if (!done)
		return;
	test_destroy(fault_world.port, flow);
	fault_forwards();
}

#define KEY \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"
#define CREATE(words) \
	{ .name = words, .up = up, .op = create, .check = check_created, .down = down, \
	  .flow = true, .text = words }
#define MATCH(items) CREATE("ingress pattern " items " / end actions queue index 0 / end")
#define DO(actions) CREATE("ingress pattern eth / ipv4 / tcp / end actions " actions " / end")

static const struct fault_case creates[] = {
	/* The world's own mask, another one. */
	MATCH("ipv4 / udp dst is 101"),
	MATCH("eth / ipv6 dst is 2001:db8::1 / tcp dst is 80"),
	MATCH("ipv4 / udp dst spec 101 dst last 200 dst mask 65535"),
	MATCH("ipv4 dst spec 10.0.0.1 dst last 10.0.0.9 dst prefix 32 / tcp src spec 1 src last 9 "
	      "src mask 65535"),
	MATCH("eth / ipv4 / udp / vxlan vni is 7 / eth / ipv4 / tcp dst is 80"),
	MATCH("raw offset is 0 pattern_hex spec 60 pattern_hex mask ff"),
	MATCH("eth / raw relative is 1 search is 1 offset is 0 limit is 20 pattern is ab"),
	MATCH("invert / eth / ipv4 / udp"),
	MATCH("geneve / geneve-opt class is 0x102 type is 0x80 length is 1 data is 01020304 / "
	      "eth / udp"),
	MATCH("eth / ipv4 / udp / integrity level is 0 value spec 0x20 value mask 0x60"),
	DO("drop"),
	DO("count / queue index 1"),
	DO("mark id 7 / flag / count / passthru"),
	DO("age timeout 10 / queue index 1"),
	DO("jump group 3"),
	DO("rss queues 0 1 end"),
	DO("rss types ip end queues 1 end key " KEY),
	DO("rss func symmetric_toeplitz types ipv4-tcp end queues 0 1 0 1 end level 2"),
	DO("set_ipv4_dst ipv4_addr 10.0.0.1 / dec_ttl / queue index 1"),
	DO("of_push_vlan ethertype 0x8100 / of_set_vlan_vid vlan_vid 5 / queue index 0"),
	DO("set_meta data 1 mask 0xff / queue index 1"),
	CREATE("group 5 ingress pattern eth / ipv4 / end actions count / queue index 0 / end"),
};

/* What rules there are */

/* A rule of each sort stands. */
static void
full_up(const struct fault_case *c)
{
	static const char *const lines[] = {
		"ingress pattern ipv4 / udp dst is 101 / end actions count / queue index 0 / end",
		/* a range, and a context of its own */
		("ingress pattern ipv4 / udp dst spec 200 dst last 300 dst mask 65535 / end "
			"actions age timeout 10 / queue index 0 / end"),
		"ingress pattern eth / ipv6 / end actions rss queues 0 1 end / end",
		"ingress pattern eth / ipv4 / tcp / end actions jump group 3 / end",
		"group 3 ingress pattern eth / end actions drop / end",
		"ingress pattern raw offset is 0 pattern_hex is ffff / end actions drop / end",
	};
	struct rte_flow_error error;
	unsigned int i;

	fault_world_up(c);
	for (i = 0; i < RTE_DIM(lines); i++) {
		rule = read_rule(lines[i]);
		error.message = NULL;
		flow = rte_flow_create(fault_world.port, &rule->attr, rule->pattern, rule->actions,
			&error);
		if (flow == NULL)
			fail_msg("%s: %s", lines[i], error.message);
		steer_text_free(rule);
	}
	rule = c->text != NULL ? read_rule(c->text) : NULL;
}

static int
validate(const struct fault_case *c __rte_unused)
{
	return rte_flow_validate(fault_world.port, &rule->attr, rule->pattern, rule->actions,
		&fault_error);
}

static int
destroy(const struct fault_case *c __rte_unused)
{
	return rte_flow_destroy(fault_world.port, flow, &fault_error);
}

/* As rte_flow_actions_update(), which not all versions have. */
static int
update(const struct fault_case *c __rte_unused)
{
	return steer_in_kernel_flow_update(steer_port(&rte_eth_devices[fault_world.port]), flow,
		rule->actions, &fault_error);
}

/* A trace as JSON: where there is no memory for a part of it, that is empty. */
static int
trace(const struct fault_case *c __rte_unused)
{
	struct steer_engine *engine = steer_port(&rte_eth_devices[fault_world.port])->engine;
	static const uint8_t bytes[64] = { [12] = 0x08, [13] = 0x06 };
	struct rte_mbuf *m = steer_trace_packet(bytes, sizeof(bytes), sizeof(bytes));
	struct steer_trace *t = m != NULL ? steer_trace_create(engine, m, 0, true) : NULL;
	char *text = NULL;
	size_t size;
	FILE *file;

	if (t != NULL) {
		file = open_memstream(&text, &size);
		assert_non_null(file);
		steer_trace_json(file, t, true);
		fclose(file);
		assert_true(t->cut || strstr(text, "\"why\":\"") != NULL);
		assert_non_null(strstr(text, "\"verdict\":"));
		free(text);
	}
	steer_trace_free(t);
	if (m != NULL)
		steer_trace_packet_free(m);
	return t != NULL ? 0 : -ENOMEM;
}

static int
flush(const struct fault_case *c __rte_unused)
{
	return rte_flow_flush(fault_world.port, &fault_error);
}

static int
isolate(const struct fault_case *c __rte_unused)
{
	return rte_flow_isolate(fault_world.port, 1, &fault_error);
}

static int
dump(const struct fault_case *c __rte_unused)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	int ret;

	assert_non_null(file);
	ret = rte_flow_dev_dump(fault_world.port, NULL, file, &fault_error);
	fclose(file);
	free(text);
	return ret;
}

static int
get_aged(const struct fault_case *c __rte_unused)
{
	void *contexts[8];
	int n = rte_flow_get_aged_flows(fault_world.port, contexts, RTE_DIM(contexts),
		&fault_error);

	return RTE_MIN(n, 0);
}

static void
check_kept(const struct fault_case *c __rte_unused, bool done __rte_unused)
{
	fault_forwards();
}

static void
check_flushed(const struct fault_case *c __rte_unused, bool done)
{
	if (!done)
		fault_forwards();
}

/* Who asks for what there is not is told its name, or at least its number. */
static int
refuse(const struct fault_case *c __rte_unused)
{
	const struct rte_flow_action mark = { .type = RTE_FLOW_ACTION_TYPE_MARK };
	struct rte_flow_query_count data;

	assert_int_equal(rte_flow_query(fault_world.port, flow, &mark, &data, &fault_error),
		-ENOTSUP);
	assert_non_null(fault_error.message);
	return 0;
}

/* The i-th rule of six masks; or seven of them lie in each other, which is a crowd. */
static int
create_masked(const struct fault_case *c, uint16_t i)
{
	const bool nested = strcmp(c->name, "crowd") == 0;
	struct test_rule r;

	test_rule(&r, 8);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	if (nested)
		test_item_dst_port(&r, IPPROTO_UDP, i / 7 << 8, (uint16_t)(0xffff << i % 7));
	else
		test_item_dst_port(&r, IPPROTO_UDP, i << 8, (uint16_t)(0xffff << i % 6));
	test_action_queue(&r, 0);
	flow = rte_flow_create(fault_world.port, &r.attr, r.pattern, r.actions, &fault_error);
	return flow != NULL ? 0 : -rte_errno;
}

static void
on_alarm(void *done)
{
	__atomic_store_n((bool *)done, true, __ATOMIC_RELEASE);
}

/* All that were to go off by now have, twice, as each may set another one. */
static void
test_alarms(void)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		bool done = false;

		assert_int_equal(rte_eal_alarm_set(ALARM_US, on_alarm, &done), 0);
		while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
			usleep(100);
	}
}

/* More masks than are searched one by one: a cache, and with more rules a filter, with crowds. */
static void
masks_up(const struct fault_case *c)
{
	const uint16_t n = strcmp(c->name, "cache") == 0 ? 3 : 60;
	uint16_t i;

	fault_world_up(c);
	for (i = 0; i < n; i++)
		assert_int_equal(create_masked(c, i), 0);
}

/* An alarm makes them, in EAL's thread, and what it cannot make is done without. */
static int
create_more(const struct fault_case *c)
{
	uint16_t i;
	int ret = 0;

	for (i = 0; i < 24 && ret == 0; i++)
		ret = create_masked(c, 64 + i);
	test_alarms();
	return ret;
}

/* Packets that rules copy, change and cut out of a tunnel: what fails is one copy less. */

static void
copied_up(const struct fault_case *c)
{
	static const struct rte_flow_action_queue second = { .index = 1 }, first = { .index = 0 };
	static const struct rte_flow_action copy[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &second },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	static const struct rte_flow_action_sample sample = { .ratio = 1, .actions = copy };
	static const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_SAMPLE, .conf = &sample },
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &first },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct test_rule r;

	fault_world_up(c);
	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, COPIED, UINT16_MAX);
	assert_non_null(rte_flow_create(fault_world.port, &r.attr, r.pattern, actions, NULL));
}

static int
receive_copied(const struct fault_case *c __rte_unused)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = COPIED };
	struct rte_mbuf *m = test_packet_make(&p), *got = NULL, *copy = NULL;

	assert_non_null(m);
	assert_int_equal(rte_ring_enqueue(test_below(0), m), 0);
	assert_int_equal(rte_eth_rx_burst(fault_world.port, 0, &got, 1), 1);
	assert_ptr_equal(got, m);
	rte_pktmbuf_free(got);
	if (rte_eth_rx_burst(fault_world.port, 1, &copy, 1) == 0)
		return test_xstat(fault_world.port, "rx_sample_drops") == 1 ? -ENOMEM : -EPROTO;
	rte_pktmbuf_free(copy);
	return 0;
}

static void
check_copied(const struct fault_case *c, bool done)
{
	if (!done)
		assert_int_equal(test_xstat(fault_world.port, "rx_sample_drops"), 1);
	check_kept(c, done);
}

#define MASKS(what) \
	{ .name = what, .up = masks_up, .op = create_more, .check = check_kept, .down = down, \
	  .who = TEST_FAULT_ANYBODY, .flow = true }
#define OVER(what, operation, checked, words) \
	{ .name = what, .up = full_up, .op = operation, .check = checked, .down = down, \
	  .flow = true, .text = words }

static const struct fault_case overs[] = {
	OVER("validate", validate, check_kept,
	     "ingress pattern ipv4 / udp dst is 7 / end actions rss queues 0 1 end / end"),
	OVER("destroy", destroy, check_kept, NULL),
	OVER("update", update, check_kept,
	     "ingress pattern end actions mark id 5 / count / queue index 1 / end"),
	OVER("update with a context", update, check_kept,
	     "ingress pattern end actions rss queues 1 0 end / end"),
	OVER("flush", flush, check_flushed, NULL),
	OVER("isolate", isolate, check_kept, NULL),
	OVER("dump", dump, check_kept, NULL),
	OVER("aged", get_aged, check_kept, NULL),
	OVER("refused", refuse, check_kept, NULL),
	{ .name = "trace", .up = full_up, .op = trace, .check = check_kept, .down = down },
	MASKS("cache"),
	MASKS("filter"),
	MASKS("crowd"),
	{ .name = "copied", .up = copied_up, .op = receive_copied, .check = check_copied,
	  .down = down },
	OVER("another range", create, check_created,
	     "ingress pattern ipv4 / udp dst spec 250 dst last 400 dst mask 65535 / end "
	     "actions queue index 1 / end"),
	OVER("in a group", create, check_created,
	     "group 3 ingress pattern ipv4 / udp dst is 400 / end actions queue index 1 / end"),
};

static const struct fault_group groups[] = {
	FAULT_GROUP(creates), FAULT_GROUP(overs),
};

int
main(void)
{
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = fault_run("faults_flow", groups, RTE_DIM(groups));
	test_eal_cleanup();
	return ret;
}
