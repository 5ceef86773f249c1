/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "eal.h"
#include "engine_world.h"

#include <setjmp.h>
#include <cmocka.h>

/*
 * Whether a rule overlaps with others of equal priority: against trying all packets there are in a
 * small world of IPv4 or IPv6, and eight source and eight destination ports of UDP.
 */

#define PORTS 8
#define RULES 12
#define WORLDS 3000
#define ENOUGH 100000

enum kind {
	ANY,
	MASKED,
	EXACT,
	RANGE,
	KINDS,
};

struct asked {
	enum kind kind;
	uint16_t spec, last, mask;
};

struct rule {
	struct steer_flow *flow;
	uint32_t prio;
	unsigned int version; /* 4, 6; 0: either. */
	struct asked src, dst;
};

static unsigned int
pick(unsigned int n)
{
	return (unsigned int)random() % n;
}

static void
make_asked(struct asked *a)
{
	a->kind = (enum kind)pick(KINDS);
	a->mask = a->kind == ANY ? 0 : a->kind == MASKED ? 1 + pick(6) : UINT16_MAX;
	a->spec = pick(PORTS) & a->mask;
	/* A last that is 0 or the spec is none. */
	a->last = (uint16_t)(a->spec + 1 + pick(3));
	if (a->kind == RANGE && a->last >= PORTS)
		a->kind = EXACT;
}

static bool
satisfies(const struct asked *a, unsigned int port)
{
	if (a->kind == RANGE)
		return port >= a->spec && port <= a->last;
	return (port & a->mask) == a->spec;
}

static bool
overlaps(const struct asked *a, const struct asked *b)
{
	for (unsigned int port = 0; port < PORTS; port++)
		if (satisfies(a, port) && satisfies(b, port))
			return true;
	return false;
}

static bool
rules_overlap(const struct rule *a, const struct rule *b)
{
	if (a->version != 0 && b->version != 0 && a->version != b->version)
		return false;
	return overlaps(&a->src, &b->src) && overlaps(&a->dst, &b->dst);
}

/** A range and bits of the same field: taken to overlap. */
static bool
unclear(const struct asked *a, const struct asked *b)
{
	return (a->kind == RANGE && b->kind == MASKED) || (a->kind == MASKED && b->kind == RANGE);
}

static void
create(struct rule *r)
{
	const struct rte_flow_attr attr = { .ingress = 1, .priority = r->prio };
	struct rte_flow_item_udp spec = { .hdr.src_port = rte_cpu_to_be_16(r->src.spec),
					  .hdr.dst_port = rte_cpu_to_be_16(r->dst.spec) };
	struct rte_flow_item_udp last = spec;
	struct rte_flow_item_udp mask = { .hdr.src_port = rte_cpu_to_be_16(r->src.mask),
					  .hdr.dst_port = rte_cpu_to_be_16(r->dst.mask) };
	const struct rte_flow_item pattern[] = {
		{ .type = r->version == 4   ? RTE_FLOW_ITEM_TYPE_IPV4
			  : r->version == 6 ? RTE_FLOW_ITEM_TYPE_IPV6
					    : RTE_FLOW_ITEM_TYPE_VOID },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec, .last = &last, .mask = &mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};

	if (r->src.kind == RANGE)
		last.hdr.src_port = rte_cpu_to_be_16(r->src.last);
	if (r->dst.kind == RANGE)
		last.hdr.dst_port = rte_cpu_to_be_16(r->dst.last);
	r->flow = steer_engine_flow_create(engine, &attr, pattern, ACTIONS(QUEUE(0)), NULL);
	assert_non_null(r->flow);
}

static void
make_rule(struct rule *r)
{
	r->prio = pick(2);
	r->version = pick(3) * 2;
	if (r->version == 2)
		r->version = 6;
	make_asked(&r->src);
	make_asked(&r->dst);
	create(r);
}

static void
check(const struct rule *rules, unsigned int n, const struct rule *r, unsigned int *seen)
{
	bool certain = false, possible = false;
	int rc = steer_engine_flow_overlaps(engine, r->flow, ENOUGH);

	for (unsigned int i = 0; i < n; i++) {
		if (&rules[i] == r || rules[i].flow == NULL || rules[i].prio != r->prio)
			continue;
		certain |= rules_overlap(&rules[i], r);
		possible |= unclear(&rules[i].src, &r->src) || unclear(&rules[i].dst, &r->dst);
	}
	assert_in_range(rc, 0, 1);
	if (certain)
		assert_int_equal(rc, 1);
	else if (!possible)
		assert_int_equal(rc, 0);
	seen[rc]++;
}

static void
test_all_packets(void **state)
{
	unsigned int seen[2] = { 0, 0 };
	struct rule rules[RULES];

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_configure(engine, 2, 1), 0);
	for (unsigned int world = 0; world < WORLDS; world++) {
		const unsigned int n = 2 + pick(RULES - 1);

		for (unsigned int i = 0; i < n; i++) {
			make_rule(&rules[i]);
			check(rules, i + 1, &rules[i], seen);
		}
		/* One that is gone is in nobody's way. */
		steer_engine_flow_destroy(engine, rules[0].flow, NULL);
		rules[0].flow = NULL;
		for (unsigned int i = 1; i < n; i++)
			check(rules, n, &rules[i], seen);
		steer_engine_flow_flush(engine, NULL);
	}
	/* Both, and often. */
	assert_true(seen[0] > WORLDS && seen[1] > WORLDS);
}

/* Under the same mask it takes one look; under another one as many as there are rules. */
static void
test_budget(void **state)
{
	const struct steer_flow *one, *range;

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_configure(engine, 2, 1), 0);
	for (uint16_t port = 100; port < 600; port++)
		world_rule(1, port, ACTIONS(QUEUE(0)));
	one = world_rule(1, 600, ACTIONS(QUEUE(0)));
	assert_int_equal(steer_engine_flow_overlaps(engine, one, 10), 0);
	range = world_rule_range(1, 700, 800, ACTIONS(QUEUE(0)));
	assert_int_equal(steer_engine_flow_overlaps(engine, range, 300), -E2BIG);
	assert_int_equal(steer_engine_flow_overlaps(engine, range, ENOUGH), 0);
	assert_int_equal(steer_engine_flow_overlaps(engine, one, 10), 0);
	one = world_rule(1, 750, ACTIONS(QUEUE(0)));
	assert_int_equal(steer_engine_flow_overlaps(engine, one, 10), 1);
}

static void
test_cookie(void **state)
{
	struct steer_flow *flow;

	RTE_SET_USED(state);
	assert_int_equal(steer_engine_configure(engine, 2, 1), 0);
	flow = world_rule(1, 1, ACTIONS(QUEUE(0)));
	assert_null(steer_engine_flow_cookie(engine, flow));
	steer_engine_flow_set_cookie(engine, flow, &flow);
	assert_ptr_equal(steer_engine_flow_cookie(engine, flow), &flow);
	assert_null(steer_engine_flow_cookie(engine, NULL));
	steer_engine_flow_set_cookie(engine, NULL, &flow);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_packets, world_begin, world_end),
		cmocka_unit_test_setup_teardown(test_budget, world_begin, world_end),
		cmocka_unit_test_setup_teardown(test_cookie, world_begin, world_end),
	};
	int rc;

	if (test_eal_init(NULL) != 0)
		return 1;
	srandom(1);
	rc = cmocka_run_group_tests_name("overlap", tests, NULL, NULL);
	test_eal_cleanup();
	return rc;
}
