/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Random rules, printed and read again: the same match and the same actions.
 *
 * STEER_TEST_SEED is another seed, STEER_TEST_SETS another number of rules.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "gen_packet.h"
#include "gen_rule.h"
#include "ref_packet.h"
#include "same_rule.h"
#include "steer_action.h"
#include "steer_condition.h"
#include "steer_match.h"
#include "steer_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SEED 20260711
#define RULES 120000
#define QUEUES 64

/** A rule as the engine has it. */
struct meaning {
	struct rte_flow_attr attr;
	struct steer_match match;
	struct steer_actions actions;
};

static uint64_t
from_environment(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? strtoull(value, NULL, 0) : otherwise;
}

/** @return false if the engine does not take the rule. */
static bool
understand(const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
	   const struct rte_flow_action *actions, struct meaning *m, struct rte_flow_error *error)
{
	m->attr = *attr;
	m->match.condition = NULL;
	return steer_pattern_parse(pattern, &m->match, error) == 0 &&
	       steer_actions_parse(actions, QUEUES, &m->actions, error) == 0;
}

/** Print a rule and read it. @return false, having said why, if it is another one then. */
static bool
returns(const struct meaning *m)
{
	static char text[16384];
	FILE *file = fmemopen(text, sizeof(text), "w");
	struct steer_text_error text_error;
	struct steer_text_rule *rule;
	struct rte_flow_error error = { .message = "another rule" };
	struct meaning again;
	bool same = false;

	assert_non_null(file);
	steer_text_print(file, &m->attr, &m->match, &m->actions);
	fclose(file);
	if (steer_text_parse(text, strlen(text), &rule, &text_error) != 0) {
		printf("%s\ncolumn %u: %s\n", text, text_error.place.column, text_error.message);
		return false;
	}
	if (understand(&rule->attr, rule->pattern, rule->actions, &again, &error))
		same = again.attr.ingress && !again.attr.egress && !again.attr.transfer &&
		       again.attr.group == m->attr.group &&
		       again.attr.priority == m->attr.priority &&
		       same_match(&m->match, &again.match) &&
		       same_actions(&m->actions, &again.actions);
	if (!same)
		printf("%s\n%s\n", text, error.message);
	steer_condition_free(again.match.condition);
	steer_text_free(rule);
	return same;
}

static void
test_round_trip(void **state)
{
	struct gen_random r = { from_environment("STEER_TEST_SEED", SEED) };
	const uint64_t n = from_environment("STEER_TEST_SETS", RULES);
	unsigned int refused = 0, ranged = 0, spread = 0, conditional = 0;
	unsigned int setting = 0, changing = 0;
	static struct gen_packet packet;
	static struct ref_packet decoded;
	static struct gen_rule rule;
	struct rte_flow_error error;
	struct ref_input in;
	struct meaning m;

	(void)state;
	printf("seed %#" PRIx64 "\n", r.state);
	for (uint64_t i = 0; i < n; i++) {
		const struct gen_style style = { .n_queues = QUEUES, .n_priorities = 8,
						 .strict = gen_below(&r, 101),
						 .n_groups = GEN_GROUPS,
						 .passing = 20,
						 .regs = 15,
						 .edits = 20,
						 .conditions = 20 };

		gen_packet_any(&r, &packet);
		in = gen_input(&packet);
		ref_decode(&in, &decoded);
		gen_rule(&r, &style, &decoded, &rule);
		if (!understand(&rule.attr, rule.pattern, rule.actions, &m, &error)) {
			steer_condition_free(m.match.condition);
			refused++;
			continue;
		}
		ranged += m.match.n_ranges > 0;
		spread += m.actions.fate == STEER_FATE_RSS;
		conditional += m.match.condition != NULL;
		setting += m.actions.sets.mask[STEER_REG_META] != 0;
		changing += m.actions.edits.n > 0;
		if (!returns(&m))
			fail_msg("rule %" PRIu64, i);
		steer_condition_free(m.match.condition);
	}
	printf("%" PRIu64 " rules, %u of them refused, %u with ranges, %u with RSS, "
	       "%u with conditions\n", n, refused, ranged, spread, conditional);
	assert_true((n - refused) * 10 > n * 9);
	assert_true(ranged * 20 > n);
	assert_true(spread * 10 > n);
	assert_true(conditional * 10 > n);
	assert_true(setting * 100 > n);
	assert_true(changing * 10 > n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests_name("text_random", tests, NULL, NULL);
}
