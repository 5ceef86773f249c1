/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Random patterns one after another, most of which repeat the one before with other values: what
 * is made of each is what would be made of it alone. The same with rules of templates.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>

#include "gen_packet.h"
#include "gen_rule.h"
#include "ref_packet.h"
#include "same_rule.h"
#include "steer_condition.h"
#include "steer_item.h"
#include "steer_plan.h"
#include "steer_repeat.h"
#include "steer_template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SEED 20261121
#define PATTERNS 20000
/** Times that two of them are repeated. */
#define AGAIN 8

static const struct gen_style style = {
	.n_queues = 4, .strict = 50, .n_priorities = 1, .conditions = 10, .regs = 5,
};

static void
new_pattern(struct gen_random *r, struct gen_rule *rule)
{
	static struct gen_packet packet;
	static struct ref_packet decoded;
	struct ref_input in;

	gen_packet_any(r, &packet);
	in = gen_input(&packet);
	ref_decode(&in, &decoded);
	gen_pattern(r, &style, &decoded, rule);
}

/** Other values, now and then another mask, range or end. */
static void
change(struct gen_random *r, struct gen_rule *rule)
{
	const unsigned int n = rule->n_items;

	for (unsigned int i = 0; i < n; i++) {
		struct rte_flow_item *item = &rule->pattern[i];

		/* What other items have may be pointers. */
		if (steer_item(item->type, STEER_L4_NONE) == NULL)
			continue;
		if (item->spec == rule->store[i].spec)
			rule->store[i].spec[gen_below(r, 40)] ^= (uint8_t)gen_u64(r);
		if (item->mask == rule->store[i].mask && gen_chance(r, 5))
			rule->store[i].mask[gen_below(r, 40)] ^= (uint8_t)gen_u64(r);
		if (gen_chance(r, 2))
			item->last = item->last == NULL && item->spec != NULL ?
					     rule->store[i].last : NULL;
		if (gen_chance(r, 2))
			item->spec = NULL;
		if (gen_chance(r, 2))
			item->mask = NULL;
	}
	if (n > 0 && gen_chance(r, 3))
		rule->pattern[--rule->n_items].type = RTE_FLOW_ITEM_TYPE_END;
}

struct seen {
	uint64_t taken;
	uint64_t repeated;
	uint64_t repeated_fields;
	uint64_t switched;
};

static void
check(struct steer_repeat *repeat, const struct gen_rule *rule, struct seen *seen)
{
	static struct steer_repeat copy;
	struct rte_flow_error alone_error = { 0 }, error = { 0 };
	struct steer_match alone;
	int rc = steer_pattern_parse(rule->pattern, &alone, &alone_error);

	copy = *repeat;
	if (repeat->shown != NULL)
		copy.shown = &copy.patterns[repeat->shown - repeat->patterns];
	if (steer_repeat(&copy, rule->pattern)) {
		seen->repeated++;
		seen->repeated_fields += copy.shown->n_copies > 1;
		seen->switched += copy.shown - copy.patterns != repeat->shown - repeat->patterns;
	}
	assert_int_equal(steer_pattern_parse_next(rule->pattern, repeat, &error), rc);
	assert_int_equal(error.type, alone_error.type);
	if (rc < 0) {
		assert_string_equal(error.message, alone_error.message);
		assert_ptr_equal(error.cause, alone_error.cause);
		return;
	}
	seen->taken++;
	assert_true(same_match(&repeat->match, &alone));
	steer_condition_free(alone.condition);
	steer_condition_free(repeat->match.condition);
}

/** Two patterns by turns, each of which changes. */
static void
test_as_alone(void **state)
{
	static struct steer_repeat repeat;
	static struct gen_rule rules[2];
	struct gen_random r = { SEED };
	struct seen seen = { 0 };

	(void)state;
	for (unsigned int i = 0; i < PATTERNS; i++) {
		for (unsigned int k = 0; k < 2; k++)
			new_pattern(&r, &rules[k]);
		for (unsigned int j = 0; j < AGAIN; j++) {
			const unsigned int k = gen_below(&r, 2);

			check(&repeat, &rules[k], &seen);
			change(&r, &rules[k]);
		}
	}
	printf("%" PRIu64 " taken, %" PRIu64 " repeated, %" PRIu64 " with several fields, %" PRIu64
	       " not of the one before\n",
	       seen.taken, seen.repeated, seen.repeated_fields, seen.switched);
	assert_true(seen.taken > PATTERNS);
	assert_true(seen.repeated > PATTERNS / 4);
	assert_true(seen.repeated_fields > PATTERNS / 10);
	assert_true(seen.switched > PATTERNS / 10);
}

/** @return whether the plan has said what the rule asks for. */
static bool
check_planned(const struct steer_pattern_template *t, const struct gen_rule *rule)
{
	uint64_t values[STEER_FORM_WORDS];
	struct rte_flow_item filled[STEER_TEMPLATE_MAX];
	struct steer_match planned, alone;
	struct steer_form *form;

	if (t->plan == NULL)
		return false;
	form = steer_plan_values(t->plan, t->head.list, t->head.n, rule->pattern, values);
	if (form == NULL)
		return false;
	assert_int_equal(steer_pattern_template_fill(t, rule->pattern, filled, NULL), 0);
	assert_int_equal(steer_pattern_parse(filled, &alone, NULL), 0);
	steer_form_match(form, values, &planned);
	assert_true(same_match(&planned, &alone));
	return true;
}

/** Templates of random patterns; rules of them, some of which have other items or no value. */
static void
test_planned(void **state)
{
	struct steer_templates set = { .patterns = LIST_HEAD_INITIALIZER(patterns) };
	uint64_t plans = 0, planned = 0, n = 0;
	static struct gen_rule rule;
	struct gen_random r = { SEED };

	(void)state;
	for (unsigned int i = 0; i < PATTERNS; i++) {
		const struct rte_flow_pattern_template_attr attr = {
			.ingress = 1, .relaxed_matching = gen_chance(&r, 50),
		};
		struct steer_pattern_template *t;

		new_pattern(&r, &rule);
		t = steer_pattern_template_create(&set, &attr, rule.pattern, NULL);
		if (t == NULL)
			continue;
		plans += t->plan != NULL;
		for (unsigned int j = 0; j < AGAIN; j++) {
			planned += check_planned(t, &rule);
			n++;
			change(&r, &rule);
			if (rule.n_items > 0 && gen_chance(&r, 5))
				rule.pattern[gen_below(&r, rule.n_items)].type =
					RTE_FLOW_ITEM_TYPE_ETH;
		}
		assert_int_equal(steer_pattern_template_destroy(&set, t, NULL), 0);
	}
	printf("%" PRIu64 " plans, %" PRIu64 " of %" PRIu64 " rules by them\n", plans, planned, n);
	assert_true(plans > PATTERNS / 10);
	assert_true(planned > PATTERNS / 5);
	assert_true(planned < n);
}

/** What is refused is not repeated, and what was there before is. */
static void
test_refused(void **state)
{
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_ETH }, { .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_item twice[] = {
		pattern[0], pattern[0], pattern[1],
	};
	static struct steer_repeat repeat;

	(void)state;
	assert_false(steer_repeat(&repeat, pattern));
	assert_int_equal(steer_pattern_parse_next(pattern, &repeat, NULL), 0);
	assert_true(steer_repeat(&repeat, pattern));
	assert_int_equal(steer_pattern_parse_next(twice, &repeat, NULL), -EINVAL);
	assert_false(steer_repeat(&repeat, twice));
	assert_int_equal(steer_pattern_parse_next(NULL, &repeat, NULL), -EINVAL);
	assert_true(steer_repeat(&repeat, pattern));
	assert_int_equal(repeat.match.mask[0], STEER_META_ETH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_alone),
		cmocka_unit_test(test_planned),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
