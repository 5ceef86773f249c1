/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "gen_packet.h"
#include "gen_rule.h"
#include "port.h"
#include "ref_packet.h"
#include "steer_text.h"
#include "text_cases.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * rte_flow_validate() and rte_flow_create() of a running port take and refuse the same rules, for
 * the same reason.
 */

#define QUEUES 4
#define RULES 20000
#define SEED 20261121

struct answer {
	int code;
	struct rte_flow_error error;
};

static struct answer
validate(uint16_t port, const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
	 const struct rte_flow_action *actions)
{
	struct answer a = { .code = 0 };

	a.code = -rte_flow_validate(port, attr, pattern, actions, &a.error);
	return a;
}

/* What is created is destroyed again. */
static struct answer
create(uint16_t port, const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
       const struct rte_flow_action *actions)
{
	struct answer a = { .code = 0 };
	struct rte_flow *flow = rte_flow_create(port, attr, pattern, actions, &a.error);

	if (flow == NULL)
		a.code = rte_errno;
	else
		assert_int_equal(rte_flow_destroy(port, flow, NULL), 0);
	return a;
}

/* The message of one is lost by the other: it is in the thread's only place. */
static void
assert_agree(uint16_t port, const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
	     const struct rte_flow_action *actions, unsigned int *refused)
{
	struct answer v = validate(port, attr, pattern, actions), c;
	char message[512];

	snprintf(message, sizeof(message), "%s", v.code != 0 ? v.error.message : "");
	c = create(port, attr, pattern, actions);
	if (v.code != c.code || (v.code != 0 && (v.error.type != c.error.type ||
						 v.error.cause != c.error.cause ||
						 strcmp(message, c.error.message) != 0)))
		fail_msg("validate: %d \"%s\", create: %d \"%s\"", v.code, message, c.code,
			 c.code != 0 ? c.error.message : "");
	*refused += v.code != 0;
}

/* All lines that the tests of text know; some name queues that this port has not. */
static void
test_lines(void **state __rte_unused)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;
	unsigned int refused = 0;
	struct test_world w;

	test_world_up(&w, 1, QUEUES, "");
	for (unsigned int i = 0; i < text_n_good; i++) {
		assert_int_equal(steer_text_parse(text_good[i].line, strlen(text_good[i].line),
						  &rule, &error), 0);
		rule->attr.ingress = 1;
		assert_agree(w.port, &rule->attr, rule->pattern, rule->actions, &refused);
		steer_text_free(rule);
	}
	test_world_down(&w);
	assert_in_range(refused, 1, text_n_good / 4);
}

/* Has an item pointers, or is its size another one than that of what we have? */
static bool
is_plain(const struct rte_flow_item *item)
{
	return item->type != RTE_FLOW_ITEM_TYPE_RAW && item->type != RTE_FLOW_ITEM_TYPE_GENEVE_OPT;
}

static void
change_item(struct gen_random *r, struct gen_rule *rule)
{
	const unsigned int n = gen_below(r, rule->n_items), at = gen_below(r, GEN_ITEM_SIZE);
	struct rte_flow_item *item = &rule->pattern[n];

	switch (gen_below(r, 7)) {
	case 0:
		rule->store[n].spec[at] ^= (uint8_t)gen_below(r, 256);
		break;
	case 1:
		rule->store[n].mask[at] ^= (uint8_t)gen_below(r, 256);
		item->mask = rule->store[n].mask;
		break;
	case 2:
		rule->store[n].last[at] = (uint8_t)gen_below(r, 256);
		item->last = rule->store[n].last;
		break;
	case 3:
		item->spec = NULL;
		break;
	case 4:
		item->mask = NULL;
		break;
	case 5:
		*item = rule->pattern[gen_below(r, rule->n_items)];
		break;
	default:
		/* Without a structure: what is in it would be taken for another. */
		*item = (struct rte_flow_item){
			.type = (enum rte_flow_item_type)gen_below(r, 80),
		};
	}
}

static void
change_action(struct gen_random *r, struct gen_rule *rule)
{
	static const enum rte_flow_action_type plain[] = {
		RTE_FLOW_ACTION_TYPE_VOID, RTE_FLOW_ACTION_TYPE_DROP, RTE_FLOW_ACTION_TYPE_FLAG,
		RTE_FLOW_ACTION_TYPE_PASSTHRU, RTE_FLOW_ACTION_TYPE_QUEUE,
		RTE_FLOW_ACTION_TYPE_RSS, RTE_FLOW_ACTION_TYPE_MARK, RTE_FLOW_ACTION_TYPE_JUMP,
		RTE_FLOW_ACTION_TYPE_INDIRECT, RTE_FLOW_ACTION_TYPE_VXLAN_DECAP,
	};
	struct rte_flow_action *action = &rule->actions[gen_below(r, rule->n_actions)];

	switch (gen_below(r, 4)) {
	case 0:
		*action = (struct rte_flow_action){ .type = plain[gen_below(r, RTE_DIM(plain))] };
		break;
	case 1:
		rule->queue.index = (uint16_t)gen_below(r, 2 * QUEUES);
		break;
	case 2:
		rule->rss.conf.level = gen_below(r, 5);
		rule->rss.conf.types ^= UINT64_C(1) << gen_below(r, 64);
		break;
	default:
		rule->attr.ingress ^= 1;
		rule->attr.egress = gen_below(r, 3) == 0;
	}
}

static void
make_rule(struct gen_random *r, struct gen_rule *rule)
{
	static const struct gen_style style = {
		.n_queues = QUEUES,
		.strict = 50,
		.n_priorities = 3,
		.conditions = 20,
		.regs = 10,
		.edits = 20,
		.n_groups = GEN_GROUPS,
	};
	static struct gen_packet packet;
	static struct ref_packet decoded;
	struct ref_input in;

	gen_packet_any(r, &packet);
	in = gen_input(&packet);
	ref_decode(&in, &decoded);
	gen_rule(r, &style, &decoded, rule);
}

/* Random rules, as they are and changed more and more. */
static void
test_random(void **state __rte_unused)
{
	struct gen_random r = { .state = SEED };
	unsigned int refused = 0, n = 0, at;
	static struct gen_rule rule;
	struct test_world w;

	test_world_up(&w, 1, QUEUES, "");
	for (unsigned int i = 0; i < RULES; i++) {
		make_rule(&r, &rule);
		for (unsigned int change = 0; change < 4; change++, n++) {
			assert_agree(w.port, &rule.attr, rule.pattern, rule.actions, &refused);
			if (gen_below(&r, 2) == 0) {
				change_action(&r, &rule);
				continue;
			}
			for (at = 0; at < rule.n_items && is_plain(&rule.pattern[at]); at++)
				;
			if (rule.n_items > 0 && at == rule.n_items)
				change_item(&r, &rule);
		}
	}
	test_world_down(&w);
	print_message("%u rules, %u of them refused\n", n, refused);
	assert_in_range(refused, n / 5, n / 5 * 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_random, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("flow_agree", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
