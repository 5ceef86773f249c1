/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Traces: which header or field of a rule is told to have refused a packet, what is told of the
 * packet, and that nothing of the engine changes. That explanations and tables agree is judged in
 * test_random.c, too, for all rules and packets that can be made up.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "eal.h"
#include "engine_world.h"
#include "packet.h"
#include "steer_condition.h"
#include "steer_text.h"
#include "steer_trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define LAYERS(...) ((const enum packet_layer[]){ __VA_ARGS__, P_END })

/** A packet with ports 53 and 1500. */
static struct rte_mbuf *
make(const enum packet_layer *layers)
{
	struct packet p;
	int l4;

	packet_make_plain(&p, layers);
	l4 = packet_find(&p, P_UDP, 0);
	if (l4 >= 0 && packet_find(&p, P_VXLAN, 0) < 0) {
		packet_put16(&p, p.at[l4], 53);
		packet_put16(&p, p.at[l4] + 2, 1500);
	}
	return steer_trace_packet(p.data, p.len, p.len);
}

static struct steer_flow *
add(const char *pattern, const char *actions)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;
	struct steer_flow *flow;
	char line[512];

	snprintf(line, sizeof(line), "ingress %s / end actions %s / end", pattern, actions);
	if (steer_text_parse(line, strlen(line), &rule, &error) < 0)
		fail_msg("%s: %s", line, error.message);
	flow = steer_engine_flow_create(engine, &rule->attr, rule->pattern, rule->actions, NULL);
	assert_non_null(flow);
	steer_text_free(rule);
	return flow;
}

static struct steer_trace *
trace(const enum packet_layer *layers)
{
	struct rte_mbuf *m = make(layers);
	struct steer_trace *t = steer_trace_create(engine, m, 0, true);

	assert_non_null(t);
	assert_int_equal(t->disagree, 0);
	steer_trace_packet_free(m);
	return t;
}

static char *
to_text(void (*print)(FILE *file, const void *what), const void *what)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	assert_non_null(file);
	print(file, what);
	fclose(file);
	return text;
}

static void
print_why(FILE *file, const void *why)
{
	steer_why_print(file, why);
}

static void
print_all(FILE *file, const void *t)
{
	steer_trace_print(file, t, &(struct steer_trace_style){ .indent = "" });
}

static void
print_json(FILE *file, const void *t)
{
	fputc('{', file);
	steer_trace_json(file, t, true);
	fputc('}', file);
}

/* Why */

struct why_case {
	const enum packet_layer *layers;
	const char *pattern;
	const char *why;
};

#define UDP4 LAYERS(P_ETH, P_IPV4, P_UDP, P_PAYLOAD)
#define TAGGED LAYERS(P_ETH, P_VLAN, P_IPV6, P_TCP)
#define INSIDE LAYERS(P_ETH, P_IPV4, P_UDP, P_VXLAN, P_ETH, P_IPV4, P_TCP)

static void
test_why(void **state)
{
	const struct why_case cases[] = {
		{ UDP4, "pattern eth / ipv4 / udp dst is 1500", "matches" },
		{ UDP4, "pattern eth / ipv4 dst is 10.0.0.9 / udp dst is 1500",
		  "ipv4 dst is 0.0.0.0, not 10.0.0.9" },
		{ UDP4, "pattern eth / ipv4 / udp dst spec 1 dst mask 3",
		  "udp dst is 1500, not 1 mask 3" },
		{ UDP4, "pattern eth / ipv4 / udp dst spec 1 dst last 9 dst mask 65535 src mask 0",
		  "udp dst is 1500, not 1..9" },
		{ UDP4, "pattern eth / ipv4 / tcp", "no tcp" },
		{ UDP4, "pattern eth / ipv6 / udp", "no ipv6" },
		{ UDP4, "pattern eth / vlan / ipv4", "no vlan" },
		{ UDP4, "pattern eth type is 0x86dd", "eth type is 0x800, not 0x86dd" },
		{ UDP4, "pattern eth / ipv4 / udp / vxlan vni is 5", "no vxlan" },
		{ UDP4, "pattern meta data is 5 / eth", "meta data is 0, not 5" },
		{ UDP4, "pattern mark id is 5 / eth", "mark id is 0, not 5" },
		{ UDP4, "pattern eth / ipv4 / udp / raw relative is 1 offset is 0 pattern is abc",
		  "does not hold: raw relative is 1 offset is 0 pattern is abc" },
		{ UDP4, "pattern invert / eth / ipv4 / udp dst is 1500",
		  "all holds that invert forbids" },
		{ UDP4, "pattern invert / eth / ipv4 / udp dst is 1501", "matches" },
		{ TAGGED, "pattern eth has_vlan is 0", "eth has_vlan is 1, not 0" },
		{ TAGGED, "pattern eth / vlan vid is 7", "vlan vid is 0, not 7" },
		{ TAGGED, "pattern eth / vlan / vlan vid is 7", "no vlan" },
		{ TAGGED, "pattern eth / vlan / ipv6 dst is ::1", "ipv6 dst is ::, not ::1" },
		{ INSIDE, "pattern eth / ipv4 / udp / vxlan vni is 5", "vxlan vni is 0, not 5" },
		{ INSIDE, "pattern eth / ipv4 / udp / vxlan / eth / ipv4 / tcp dst is 80",
		  "inner tcp dst is 0, not 80" },
		{ INSIDE, "pattern eth / ipv4 / udp / vxlan / eth / ipv6", "no inner ipv6" },
	};

	(void)state;
	for (size_t i = 0; i < RTE_DIM(cases); i++) {
		struct steer_flow *flow = add(cases[i].pattern, "queue index 1");
		struct steer_trace *t = trace(cases[i].layers);
		char *why;

		assert_int_equal(t->n_rules, 1);
		why = to_text(print_why, &t->rules[0].why);
		if (strcmp(why, cases[i].why) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].pattern, why, cases[i].why);
		assert_int_equal(t->path.hit, strcmp(why, "matches") == 0);
		free(why);
		steer_trace_free(t);
		assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
	}
}

/* The way */

/** PASSTHRU, JUMP, what is inactive: each rule is told of once, in order. */
static void
test_way(void **state)
{
	struct steer_trace *t;

	(void)state;
	add("group 0 priority 2 pattern eth / ipv4", "mark id 9 / jump group 1");
	add("group 0 priority 1 pattern eth / ipv4 / udp", "mark id 7 / passthru");
	add("group 0 priority 0 pattern eth / ipv6", "drop");
	add("group 1 priority 0 pattern mark id is 7 / eth", "queue index 3");
	add("group 1 priority 1 pattern mark id is 9 / eth", "count / queue index 2");
	add("group 1 priority 2 pattern eth", "drop");
	t = trace(UDP4);
	assert_int_equal(t->path.queue, 2);
	assert_int_equal(t->path.mark, 9);
	assert_int_equal(t->n_rules, 5);
	assert_false(t->rules[0].found);
	assert_true(t->rules[1].found);
	assert_true(t->rules[2].found);
	assert_int_equal(t->rules[3].why.kind, STEER_WHY_VALUE);
	assert_true(t->rules[4].found);
	assert_int_equal(t->rules[4].group, 1);
	steer_trace_free(t);
}

/** Nobody counts, and a change is seen by rules behind it. */
static void
test_no_trace_left(void **state)
{
	struct rte_flow_query_count count = { .reset = 0 };
	const struct rte_flow_action query = DO(COUNT);
	struct steer_trace *t;
	struct steer_flow *flow;

	(void)state;
	add("priority 0 pattern eth / ipv4", "set_ipv4_dst ipv4_addr 10.1.2.3 / passthru");
	flow = add("priority 1 pattern eth / ipv4 dst is 10.1.2.3", "count / queue index 3");
	t = trace(UDP4);
	assert_int_equal(t->path.queue, 3);
	assert_int_equal(t->rules[1].why.kind, STEER_WHY_MATCHES);
	steer_trace_free(t);
	assert_int_equal(steer_engine_flow_query(engine, flow, &query, &count, NULL), 0);
	assert_int_equal(count.hits, 0);
}

/** Of many rules the nearest ones come first. */
static void
test_nearest(void **state)
{
	struct steer_trace *t;
	char *text, *near, *far;
	char pattern[128];

	(void)state;
	for (unsigned int i = 0; i < 30; i++) {
		snprintf(pattern, sizeof(pattern),
			 i == 20 ? "pattern eth / ipv4 / udp src is 53 dst is %u"
				 : "pattern eth / ipv4 dst is 10.0.0.%u", i + 1);
		add(pattern, "queue index 1");
	}
	t = trace(UDP4);
	assert_int_equal(t->n_rules, 30);
	text = to_text(print_all, t);
	near = strstr(text, "udp dst is 1500, not 21");
	far = strstr(text, "ipv4 dst is 0.0.0.0");
	assert_non_null(near);
	assert_non_null(far);
	assert_true(near < far);
	assert_non_null(strstr(text, "and 22 rules that are farther from it"));
	free(text);
	steer_trace_free(t);
}

/* Printing */

static void
test_print(void **state)
{
	struct steer_trace *t;
	char *text;

	(void)state;
	add("pattern eth / ipv4 / udp dst is 1500", "mark id 7 / queue index 1");
	t = trace(UDP4);
	text = to_text(print_all, t);
	assert_non_null(strstr(text, "\nipv4 @14: "));
	assert_non_null(strstr(text, "\nudp @34: src 53 dst 1500\n"));
	assert_non_null(strstr(text, ": matches\n    flow create 0 ingress "));
	assert_non_null(strstr(text, "\n=> queue 1, mark 7 (rule "));
	free(text);
	text = to_text(print_json, t);
	assert_non_null(strstr(text, "{\"name\":\"udp\",\"inner\":false,\"offset\":34,\"fields\":"
				     "{\"src\":\"53\",\"dst\":\"1500\""));
	assert_non_null(strstr(text, "\"verdict\":\"queue\",\"queue\":1,\"rule\":"));
	free(text);
	steer_trace_free(t);
}

static void
print_string(FILE *file, const void *text)
{
	steer_trace_json_string(file, text);
}

static void
test_json_string(void **state)
{
	char *text = to_text(print_string, "a\"b\\c\n\x01");

	(void)state;
	assert_string_equal(text, "\"a\\\"b\\\\c\\u000a\\u0001\"");
	free(text);
}

/** Isolated, and a header that ends early. */
static void
test_cut_short(void **state)
{
	const uint8_t bytes[20] = { [12] = 0x08, [13] = 0x00, [14] = 0x45 };
	struct rte_mbuf *m = steer_trace_packet(bytes, sizeof(bytes), sizeof(bytes));
	struct steer_trace *t;

	(void)state;
	steer_engine_isolate(engine, true);
	t = steer_trace_create(engine, m, 0, true);
	assert_true(t->path.malformed);
	assert_int_equal(t->path.queue, STEER_DROP_ISOLATED);
	steer_trace_free(t);
	assert_false(steer_trace_packet_set(m, bytes, 1, STEER_TRACE_LEN_MAX + 1));
	assert_true(steer_trace_packet_set(m, bytes, 0, 0));
	t = steer_trace_create(engine, m, 0, true);
	assert_int_equal(t->path.queue, STEER_DROP_ISOLATED);
	steer_trace_free(t);
	steer_trace_packet_free(m);
}

#define ON_WORLD(f) cmocka_unit_test_setup_teardown(f, world_begin_ready, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_WORLD(test_why),
		ON_WORLD(test_way),
		ON_WORLD(test_no_trace_left),
		ON_WORLD(test_nearest),
		ON_WORLD(test_print),
		ON_WORLD(test_cut_short),
		cmocka_unit_test(test_json_string),
	};

	return cmocka_run_group_tests_name("trace", tests, test_eal_begin, test_eal_end);
}
