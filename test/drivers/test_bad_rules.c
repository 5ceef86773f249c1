/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "bad_rules.h"
#include "eal.h"
#include "port.h"
#include "rule.h"
#include "steer_text.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Bad rules on a running port: rte_flow_validate() and rte_flow_create() refuse them alike, and say
 * what kind of thing is wrong, which one, and in a sentence why.
 */

#define QUEUES 4

/* The line without its mark, and which column that was at. */
static unsigned int
unmark(const char *marked, char *line, size_t size)
{
	const char *mark = strchr(marked, '^');

	assert_non_null(mark);
	assert_in_range(strlen(marked), 1, size - 1);
	snprintf(line, size, "%.*s%s", (int)(mark - marked), marked, mark + 1);
	return (unsigned int)(mark - marked) + 1;
}

/* Is it one of the actions of a sample? */
static bool
is_sampled(const struct steer_text_rule *rule, const void *cause)
{
	for (unsigned int i = 0; i < RTE_DIM(rule->actions); i++) {
		const struct rte_flow_action_sample *sample = rule->actions[i].conf;
		const struct rte_flow_action *a;

		if (rule->actions[i].type != RTE_FLOW_ACTION_TYPE_SAMPLE ||
				sample->actions == NULL)
			continue;
		for (a = sample->actions; a->type != RTE_FLOW_ACTION_TYPE_END; a++)
			if (a == cause || (cause != NULL && a->conf == cause))
				return true;
	}
	return false;
}

/* Is the cause what errors of its type point at? */
static bool
is_cause(const struct steer_text_rule *rule, const struct rte_flow_error *error)
{
	switch (error->type) {
	case RTE_FLOW_ERROR_TYPE_ATTR_EGRESS:
	case RTE_FLOW_ERROR_TYPE_ATTR_INGRESS:
		return error->cause == &rule->attr;
	case RTE_FLOW_ERROR_TYPE_ITEM:
	case RTE_FLOW_ERROR_TYPE_ITEM_SPEC:
	case RTE_FLOW_ERROR_TYPE_ITEM_LAST:
	case RTE_FLOW_ERROR_TYPE_ITEM_MASK:
		for (unsigned int i = 0; i < RTE_DIM(rule->pattern); i++)
			if (error->cause == &rule->pattern[i])
				return true;
		return false;
	case RTE_FLOW_ERROR_TYPE_ACTION:
		if (is_sampled(rule, error->cause))
			return true;
		/* DPVS wants that of transfer. */
		for (unsigned int i = 0; i < RTE_DIM(rule->actions); i++)
			if (error->cause == &rule->actions[i])
				return true;
		return rule->attr.transfer && error->cause == &rule->attr;
	case RTE_FLOW_ERROR_TYPE_ACTION_CONF:
		if (is_sampled(rule, error->cause))
			return true;
		for (unsigned int i = 0; i < RTE_DIM(rule->actions); i++)
			if (error->cause != NULL && error->cause == rule->actions[i].conf)
				return true;
		return false;
	default:
		return false;
	}
}

static bool
is_message(const char *message, const char *wanted)
{
	const size_t n = strlen(wanted);

	if (n > 3 && strcmp(wanted + n - 3, "...") == 0)
		return strncmp(message, wanted, n - 3) == 0;
	return strcmp(message, wanted) == 0;
}

/* @return whether an answer is as wanted; if not, it is shown. */
static bool
is_wanted(const char *who, const struct bad_rule *bad, const struct steer_text_rule *rule,
	  unsigned int column, int code, const struct rte_flow_error *error)
{
	const struct steer_text_place place = steer_text_where(rule, error);

	if (code == bad->code && error->type == bad->type && place.column == column &&
	    is_cause(rule, error) && error->message != NULL &&
	    is_message(error->message, bad->message))
		return true;
	print_error("%s: %s\n\tcode %d, type %d, at column %u%s: \"%s\"\n\twanted: code %d, "
		    "type %d, \"%s\"\n", who, bad->line, code, error->type, place.column,
		    is_cause(rule, error) ? "" : ", cause elsewhere",
		    error->message, bad->code, bad->type, bad->message);
	return false;
}

/* What rules name by "index". */
static struct steer_text_samples samples;

static struct steer_text_rule *
read_rule(const char *line)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;

	if (steer_text_parse_among(line, strlen(line), &samples, &rule, &error) != 0)
		fail_msg("\"%s\": column %u: %s", line, error.place.column, error.message);
	return rule;
}

/* @return whether both refuse it as wanted. */
static bool
is_refused(uint16_t port, const struct bad_rule *bad)
{
	struct rte_flow_error error = { .type = RTE_FLOW_ERROR_TYPE_NONE };
	struct steer_text_rule *rule;
	struct rte_flow *flow;
	unsigned int column;
	char line[2048];
	bool ok;
	int rc;

	column = unmark(bad->line, line, sizeof(line));
	rule = read_rule(line);
	rc = rte_flow_validate(port, &rule->attr, rule->pattern, rule->actions, &error);
	ok = is_wanted("validate", bad, rule, column, -rc, &error);
	memset(&error, 0, sizeof(error));
	rte_errno = 0;
	flow = rte_flow_create(port, &rule->attr, rule->pattern, rule->actions, &error);
	ok &= flow == NULL && is_wanted("create", bad, rule, column, rte_errno, &error);
	/* Who does not want to know need not ask. */
	ok &= rte_flow_validate(port, &rule->attr, rule->pattern, rule->actions, NULL) ==
	      -bad->code;
	steer_text_free(rule);
	return ok;
}

static void
create_line(uint16_t port, const char *line)
{
	struct steer_text_rule *rule = read_rule(line);
	struct rte_flow_error error = { .message = NULL };

	if (rte_flow_create(port, &rule->attr, rule->pattern, rule->actions, &error) == NULL)
		fail_msg("%s: %s", line, error.message);
	steer_text_free(rule);
}

/* What is refused leaves no trace: the port steers as before. */
static void
test_bad_rules(void **state __rte_unused)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = 1 };
	unsigned int wrong = 0, n = 0;
	struct test_world w;

	for (unsigned int i = 0; i < n_bad_rule_samples; i++)
		assert_null(read_rule(bad_rule_samples[i]));
	test_world_up(&w, 1, QUEUES, "");
	create_line(w.port, "ingress priority 9 pattern end actions queue index 3 / end");
	create_line(w.port, "ingress pattern eth type is 0x88b5 / end actions jump group 20 / end");
	create_line(w.port, "ingress group 20 pattern end actions jump group 21 / end");
	create_line(w.port, "ingress group 21 pattern end actions jump group 22 / end");
	for (; bad_rule(n) != NULL; n++)
		wrong += !is_refused(w.port, bad_rule(n));
	test_expect(&w, &p, 3, 0);
	test_world_down(&w);
	steer_text_samples_free(&samples);
	assert_int_equal(wrong, 0);
	assert_in_range(n, 150, UINT32_MAX);
}

/* None of them stands there twice. */
static void
test_all_differ(void **state __rte_unused)
{
	for (unsigned int i = 0; bad_rule(i) != NULL; i++)
		for (unsigned int j = 0; j < i; j++)
			if (strcmp(bad_rule(i)->line, bad_rule(j)->line) == 0)
				fail_msg("twice: %s", bad_rule(i)->line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bad_rules, test_begin, test_end),
		cmocka_unit_test(test_all_differ),
	};
	int ret;

	if (test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("bad_rules", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
