/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Lines of testpmd's syntax: what good ones say, and what is said about bad ones. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "steer_action.h"
#include "steer_condition.h"
#include "steer_match.h"
#include "steer_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "text_cases.h"

/** Read a line that must be good; NULL: a comment. */
static struct steer_text_rule *
read_line(const char *line)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;

	if (steer_text_parse(line, strlen(line), &rule, &error) != 0)
		fail_msg("\"%s\": column %u: %s", line, error.place.column, error.message);
	return rule;
}

/** What a line's rule is printed as; to be freed. */
static char *
print_line(const char *line)
{
	/* Static, as the compiler does not see that the stream forgets them when closed. */
	static char *text;
	static size_t size;
	struct steer_text_rule *rule = read_line(line);
	struct rte_flow_error error;
	struct steer_actions actions;
	struct steer_match match;
	FILE *file;

	assert_non_null(rule);
	if (steer_pattern_parse(rule->pattern, &match, &error) != 0 ||
	    steer_actions_parse(rule->actions, 64, &actions, &error) != 0)
		fail_msg("\"%s\": %s", line, error.message);
	file = open_memstream(&text, &size);
	assert_non_null(file);
	steer_text_print(file, &rule->attr, &match, &actions);
	fclose(file);
	steer_condition_free(match.condition);
	steer_text_free(rule);
	return text;
}

/* Good lines are printed as is said, and what is printed once more as it is. */
static void
test_good(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < text_n_good; i++) {
		const struct text_good *c = &text_good[i];
		const char *wanted = c->printed != NULL ? c->printed : c->line;
		char *once = print_line(c->line), *twice;

		if (strcmp(once, wanted) != 0)
			fail_msg("\"%s\" is printed as \"%s\", not \"%s\"", c->line, once, wanted);
		twice = print_line(once);
		assert_string_equal(twice, once);
		free(once);
		free(twice);
	}
}

static void
expect_bad(const struct text_bad *c)
{
	const bool missing = c->word[0] == '\0';
	char line[512], message[512];
	struct steer_text_error error;
	struct steer_text_rule *rule;
	unsigned int column;

	snprintf(line, sizeof(line), "%s%s%s", c->before, c->word, c->behind);
	if (missing)
		snprintf(message, sizeof(message), "the line ends too early%s", c->message);
	else
		snprintf(message, sizeof(message), "\"%s\"%s", c->word, c->message);
	if (steer_text_parse(line, strlen(line), &rule, &error) != -EINVAL)
		fail_msg("\"%s\" is not refused", line);
	assert_null(rule);
	column = (unsigned int)strlen(c->before) + 1 + missing;
	if (error.place.column != column ||
	    error.place.len != (missing ? 1 : strlen(c->word)) ||
	    strncmp(error.message, message, strlen(message)) != 0)
		fail_msg("\"%s\": column %u, %u bytes: %s", line, error.place.column,
			 error.place.len, error.message);
}

/* Bad ones are refused, with the word and what is accepted in its place. */
static void
test_bad(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < text_n_bad; i++)
		expect_bad(&text_bad[i]);
}

static void
test_nothing(void **state)
{
	(void)state;
	assert_null(read_line(""));
	assert_null(read_line("   \t "));
	assert_null(read_line("# flow create 0 ingress"));
	assert_null(read_line("  #"));
	assert_null(read_line("\r\n"));
}

static void
test_command(void **state)
{
	struct steer_text_rule *rule;

	(void)state;
	rule = read_line("flow create 12 ingress pattern end actions drop / end");
	assert_int_equal(rule->port, 12);
	assert_false(rule->validate);
	steer_text_free(rule);
	rule = read_line("flow validate 0 pattern end actions end");
	assert_int_equal(rule->port, 0);
	assert_true(rule->validate);
	assert_int_equal(rule->attr.ingress, 0);
	steer_text_free(rule);
	rule = read_line("transfer group 5 egress priority 0xffffffff pattern end actions end");
	assert_int_equal(rule->port, -1);
	assert_int_equal(rule->attr.transfer, 1);
	assert_int_equal(rule->attr.egress, 1);
	assert_int_equal(rule->attr.group, 5);
	assert_int_equal(rule->attr.priority, UINT32_MAX);
	steer_text_free(rule);
}

/* spec, last and mask are there if the line has them, and as testpmd would have them. */
static void
test_item(void **state)
{
	const struct rte_flow_item_ipv4 *ip;
	const struct rte_flow_item_vlan *vlan;
	struct steer_text_rule *rule;

	(void)state;
	rule = read_line("ingress pattern vlan tci spec 0x2005 has_more_vlan is 0 / ipv4 / "
			 "ipv4 dst spec 10.0.0.1 dst prefix 9 src last 1.2.3.4 / ipv4 ttl mask 1 / "
			 "end actions end");
	vlan = rule->pattern[0].spec;
	assert_int_equal(rule->pattern[0].type, RTE_FLOW_ITEM_TYPE_VLAN);
	assert_int_equal(vlan->hdr.vlan_tci, RTE_BE16(0x2005));
	assert_int_equal(vlan->has_more_vlan, 0);
	assert_null(rule->pattern[0].last);
	vlan = rule->pattern[0].mask;
	assert_int_equal(vlan->hdr.vlan_tci, 0);
	assert_int_equal(vlan->has_more_vlan, 1);
	assert_null(rule->pattern[1].spec);
	assert_null(rule->pattern[1].mask);
	ip = rule->pattern[2].mask;
	assert_int_equal(ip->hdr.dst_addr, RTE_BE32(0xff800000));
	ip = rule->pattern[2].last;
	assert_int_equal(ip->hdr.src_addr, RTE_BE32(0x01020304));
	assert_null(rule->pattern[3].spec);
	assert_non_null(rule->pattern[3].mask);
	assert_int_equal(rule->pattern[4].type, RTE_FLOW_ITEM_TYPE_END);
	steer_text_free(rule);
}

static void
test_rss(void **state)
{
	const struct rte_flow_action_rss *rss;
	struct steer_text_rule *rule;

	(void)state;
	rule = read_line("ingress pattern end actions rss / rss types tcp ipv4 end queues 1 2 end "
			 "key 0x0A0b key_len 7 func simple_xor level 3 / rss types none end "
			 "queues end / rss queues 7 8 9 end / end");
	rss = rule->actions[0].conf;
	assert_int_equal(rss->types, 0);
	assert_null(rss->key);
	assert_null(rss->queue);
	rss = rule->actions[1].conf;
	assert_int_equal(rss->types, RTE_ETH_RSS_TCP | RTE_ETH_RSS_IPV4);
	assert_int_equal(rss->func, RTE_ETH_HASH_FUNCTION_SIMPLE_XOR);
	assert_int_equal(rss->level, 3);
	assert_int_equal(rss->queue_num, 2);
	assert_int_equal(rss->queue[1], 2);
	/* Zeros behind what was given, as in testpmd. */
	assert_int_equal(rss->key_len, 7);
	assert_memory_equal(rss->key, "\x0a\x0b\0\0\0\0\0", 7);
	assert_int_equal(((const struct rte_flow_action_rss *)rule->actions[3].conf)->queue[2], 9);
	assert_int_equal(rss->queue[0], 1);
	rss = rule->actions[2].conf;
	assert_int_equal(rss->queue_num, 0);
	steer_text_free(rule);
}

static const void *
conf(const char *line, enum rte_flow_action_type type)
{
	static struct steer_text_rule *rule;

	steer_text_free(rule);
	rule = line != NULL ? read_line(line) : NULL;
	if (rule == NULL)
		return NULL;
	assert_int_equal(rule->actions[0].type, type);
	return rule->actions[0].conf;
}

/* What the port may not take all the same is read as testpmd reads it. */
static void
test_actions(void **state)
{
#define CONF(struct_, type, text) \
	((const struct rte_flow_action_##struct_ *)conf("pattern end actions " text " / end", \
							RTE_FLOW_ACTION_TYPE_##type))
	(void)state;
	assert_int_equal(CONF(jump, JUMP, "jump group 0x10")->group, 16);
	assert_int_equal(CONF(count, COUNT, "count identifier 3")->id, 3);
	assert_int_equal(CONF(age, AGE, "age timeout 16777215")->timeout, 16777215);
	/* As testpmd: no mask is a mask of 0. */
	assert_int_equal(CONF(set_meta, SET_META, "set_meta data 5")->mask, 0);
	assert_int_equal(CONF(set_tag, SET_TAG, "set_tag index 255 data 1")->index, 255);
	assert_int_equal(CONF(set_tp, SET_TP_DST, "set_tp_dst port 258")->port, RTE_BE16(258));
	assert_int_equal(CONF(set_ipv4, SET_IPV4_SRC, "set_ipv4_src ipv4_addr 1.2.3.4")->ipv4_addr,
			 RTE_BE32(0x01020304));
	assert_int_equal(CONF(set_mac, SET_MAC_DST, "set_mac_dst mac_addr 2:0:0:0:0:fF")
				 ->mac_addr[5], 0xff);
	assert_null(CONF(queue, DEC_TTL, "dec_ttl"));
	conf(NULL, RTE_FLOW_ACTION_TYPE_END);
}

/** Where the word stands that a refusal is about. */
static void
expect_where(const char *line, const char *word)
{
	struct steer_text_rule *rule = read_line(line);
	struct steer_text_place place;
	struct rte_flow_error error;
	struct steer_actions actions;
	struct steer_match match;

	if (steer_pattern_parse(rule->pattern, &match, &error) == 0) {
		assert_true(steer_actions_parse(rule->actions, 4, &actions, &error) < 0);
		steer_condition_free(match.condition);
	}
	place = steer_text_where(rule, &error);
	if (place.column != (unsigned int)(strstr(line, word) - line) + 1)
		fail_msg("\"%s\": column %u: %s", line, place.column, error.message);
	steer_text_free(rule);
}

static void
test_where(void **state)
{
	(void)state;
	expect_where("pattern eth / ipv4 / vlan vid is 3 / end actions drop / end", "vlan");
	expect_where("pattern eth / ipv4 dst mask 1.1.1.1 / end actions drop / end", "ipv4");
	expect_where("pattern eth / end actions mark id 3 / queue index 4 / end", "queue");
	expect_where("pattern eth / end actions mark id 3 / rss level 9 / end", "rss");
	expect_where("pattern end actions drop / passthru / end", "passthru");
}

static void
test_where_attr(void **state)
{
	const char *line = "priority 3 group 7 egress pattern end actions drop / end";
	struct steer_text_rule *rule = read_line(line);
	struct rte_flow_error error = { .cause = &rule->attr };

	(void)state;
	error.type = RTE_FLOW_ERROR_TYPE_ATTR_GROUP;
	assert_int_equal(steer_text_where(rule, &error).column, strstr(line, "7") - line + 1);
	error.type = RTE_FLOW_ERROR_TYPE_ATTR_PRIORITY;
	assert_int_equal(steer_text_where(rule, &error).column, strstr(line, "3") - line + 1);
	error.type = RTE_FLOW_ERROR_TYPE_ATTR_EGRESS;
	assert_int_equal(steer_text_where(rule, &error).column, strstr(line, "egress") - line + 1);
	steer_text_free(rule);
}

static void
test_limits(void **state)
{
	static char line[STEER_TEXT_LINE_MAX + 2];
	const struct rte_flow_action_rss *rss;
	struct steer_text_error error;
	struct steer_text_rule *rule;
	size_t n;

	(void)state;
	/* As many items as may be, and one more. */
	n = (size_t)snprintf(line, sizeof(line), "pattern ");
	for (unsigned int i = 0; i < STEER_TEXT_ITEMS_MAX; i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "eth / ");
	snprintf(line + n, sizeof(line) - n, "end actions end");
	rule = read_line(line);
	assert_int_equal(rule->pattern[STEER_TEXT_ITEMS_MAX].type, RTE_FLOW_ITEM_TYPE_END);
	steer_text_free(rule);
	snprintf(line + n, sizeof(line) - n, "eth / end actions end");
	assert_int_equal(steer_text_parse(line, strlen(line), &rule, &error), -EINVAL);
	assert_int_equal(error.place.column, n + 1);
	/* As many queues as fit. */
	n = (size_t)snprintf(line, sizeof(line), "pattern end actions rss queues");
	while (n + 16 < STEER_TEXT_LINE_MAX)
		n += (size_t)snprintf(line + n, sizeof(line) - n, " 1");
	snprintf(line + n, sizeof(line) - n, " end / end");
	rule = read_line(line);
	rss = rule->actions[0].conf;
	assert_true(rss->queue_num > 130000);
	steer_text_free(rule);
	memset(line, ' ', sizeof(line) - 1);
	memcpy(line, "pattern", 7);
	assert_int_equal(steer_text_parse(line, sizeof(line) - 1, &rule, &error), -EINVAL);
	assert_non_null(strstr(error.message, "262144"));
}

/* Samples */

static struct steer_text_rule *
read_among(const char *line, struct steer_text_samples *samples)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;

	if (steer_text_parse_among(line, strlen(line), samples, &rule, &error) != 0)
		fail_msg("\"%s\": column %u: %s", line, error.place.column, error.message);
	return rule;
}

/* What one line sets, a later one has, until it is set anew. */
static void
test_samples(void **state)
{
	const char *const rule_line = "pattern end actions sample ratio 5 index 7 / drop / end";
	struct steer_text_samples samples = { .set = { NULL } };
	const struct rte_flow_action_sample *sample;
	struct steer_text_rule *rule;

	(void)state;
	assert_null(read_among("set sample_actions 7 mark id 2 / queue index 3 / end", &samples));
	assert_null(read_among("set sample_actions 0 drop / end # another", &samples));
	assert_null(read_among("# set sample_actions 7 end", &samples));
	rule = read_among(rule_line, &samples);
	sample = rule->actions[0].conf;
	assert_int_equal(sample->ratio, 5);
	assert_int_equal(sample->actions[0].type, RTE_FLOW_ACTION_TYPE_MARK);
	assert_int_equal(sample->actions[1].type, RTE_FLOW_ACTION_TYPE_QUEUE);
	assert_int_equal(sample->actions[2].type, RTE_FLOW_ACTION_TYPE_END);
	steer_text_free(rule);
	assert_null(read_among("set sample_actions 7 end", &samples));
	rule = read_among(rule_line, &samples);
	sample = rule->actions[0].conf;
	assert_int_equal(sample->actions[0].type, RTE_FLOW_ACTION_TYPE_END);
	steer_text_free(rule);
	steer_text_samples_free(&samples);
}

/* What is wrong with the copies' actions is shown at the sample. */
static void
test_samples_where(void **state)
{
	struct steer_text_samples samples = { .set = { NULL } };
	struct rte_flow_error error = { 0 };
	struct steer_actions actions;
	struct steer_text_rule *rule;
	struct steer_text_place place;

	(void)state;
	read_among("set sample_actions 2 count / queue index 64 / end", &samples);
	rule = read_among("pattern end actions count / sample ratio 1 index 2 / end", &samples);
	assert_int_equal(steer_actions_parse(rule->actions, 64, &actions, &error), -EINVAL);
	place = steer_text_where(rule, &error);
	assert_int_equal(place.column, strlen("pattern end actions count / ") + 1);
	assert_int_equal(place.len, strlen("sample"));
	steer_text_free(rule);
	steer_text_samples_free(&samples);
}

/** A line that is refused: where, and with which words. */
struct bad_line {
	const char *line;
	unsigned int column;
	const char *words;
};

static void
refused_among(const struct bad_line *bad, unsigned int n, struct steer_text_samples *samples)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;

	for (unsigned int i = 0; i < n; i++) {
		if (steer_text_parse_among(bad[i].line, strlen(bad[i].line), samples, &rule,
					   &error) != -EINVAL)
			fail_msg("\"%s\" is not refused", bad[i].line);
		assert_null(rule);
		if (error.place.column != bad[i].column ||
		    strstr(error.message, bad[i].words) == NULL)
			fail_msg("\"%s\": column %u: %s", bad[i].line, error.place.column,
				 error.message);
	}
}

static void
test_bad_samples(void **state)
{
	static const struct bad_line bad[] = {
		{ "set raw_encap 0 eth / end", 5, "accepted behind set is sample_actions" },
		{ "set sample_actions 8 end", 20, "0..7" },
		{ "set sample_actions 1 eth / end", 22, "actions are end, void" },
		{ "set sample_actions 1 sample ratio 1 index 0 / end", 43,
		  "no \"set sample_actions 0\" before it" },
		{ "pattern end actions sample ratio 1 index 3 / end", 42,
		  "no \"set sample_actions 3\" before it" },
		{ "pattern end actions sample ratio 1 index 8 / end", 42, "0..7" },
		{ "pattern end actions sample often / end", 28,
		  "accepted behind sample is /, ratio, index" },
	};
	struct steer_text_samples samples = { .set = { NULL } };

	(void)state;
	read_among("set sample_actions 0 queue index 1 / end", &samples);
	refused_among(bad, RTE_DIM(bad), &samples);
	steer_text_samples_free(&samples);
}

/* Handles: the line that makes one, and a rule that names it by its number. */
static void
test_handles(void **state)
{
	static char made[2];
	static const struct steer_text_handle handles[] = {
		{ 7, (struct rte_flow_action_handle *)&made[0] },
		{ UINT32_MAX, (struct rte_flow_action_handle *)&made[1] },
	};
	const struct steer_text_samples known = { .handles = handles, .n_handles = 2 };
	struct steer_text_samples none = { .n_handles = 0 }, both = known;
	struct steer_text_rule *rule;

	(void)state;
	rule = read_among("flow indirect_action 3 create ingress transfer action_id 9 "
			  "action age timeout 5 / end # a comment", &none);
	assert_true(rule->handle && !rule->validate);
	assert_int_equal(rule->port, 3);
	assert_int_equal(rule->number, 9);
	assert_true(rule->attr.ingress && rule->attr.transfer && !rule->attr.egress);
	assert_int_equal(rule->actions[0].type, RTE_FLOW_ACTION_TYPE_AGE);
	assert_int_equal(rule->actions[1].type, RTE_FLOW_ACTION_TYPE_END);
	steer_text_free(rule);
	rule = read_among("pattern end actions indirect 0xffffffff / indirect 7 / flag / end",
			  &both);
	assert_false(rule->handle);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(rule->actions[i].type, RTE_FLOW_ACTION_TYPE_INDIRECT);
		assert_ptr_equal(rule->actions[i].conf, &made[1 - i]);
	}
	assert_int_equal(rule->actions[2].type, RTE_FLOW_ACTION_TYPE_FLAG);
	steer_text_free(rule);
}

static void
test_bad_handles(void **state)
{
#define CREATE "flow indirect_action 0 create "
	static const struct bad_line bad[] = {
		{ "flow indirect_action", 22, "the port takes a number" },
		{ "flow indirect_action 0 destroy action_id 1", 24,
		  "accepted behind indirect_action and a port is create" },
		{ CREATE "action_id count", 41, "action_id takes a number 0..4294967295" },
		{ CREATE "ingress action count / end", 39, "action_id must stand before it" },
		{ CREATE "action_id 1 group 2", 43,
		  "accepted are action_id, ingress, egress, transfer, action" },
		{ CREATE "action_id 1 action end", 50, "0 actions: a handle is for one" },
		{ CREATE "action_id 1 action count / flag / end", 58, "2 actions: a handle is" },
		{ "pattern end actions indirect 1 / end", 30,
		  "no \"flow indirect_action 0 create action_id 1\" before it" },
		{ "pattern end actions indirect count / end", 30, "takes a number" },
		{ "pattern end actions indirect 7 index 7 / end", 32,
		  "accepted behind indirect and a number is /" },
		{ "pattern end actions direct / end", 21, ", indirect" },
	};
	static const struct steer_text_handle seven = { .number = 7 };
	struct steer_text_samples samples = { .handles = &seven, .n_handles = 1 };
	struct steer_text_error error;
	struct steer_text_rule *rule;

	(void)state;
	refused_among(bad, RTE_DIM(bad), &samples);
	/* A line by itself has nothing before it. */
	assert_int_equal(steer_text_parse(bad[2].line, strlen(bad[2].line), &rule, &error),
			 -EINVAL);
	assert_int_equal(error.place.column, 6);
#undef CREATE
}

static void
expect_point(const char *line, unsigned int column, unsigned int len, size_t size,
	     const char *wanted, const char *wanted_caret)
{
	const struct steer_text_place place = { column, len };
	char text[64], caret[64];

	assert_true(size <= sizeof(text));
	steer_text_point(line, strlen(line), place, text, caret, size);
	assert_string_equal(text, wanted);
	assert_string_equal(caret, wanted_caret);
}

static void
test_point(void **state)
{
	(void)state;
	expect_point("pattern foo / end", 9, 3, 64, "pattern foo / end", "        ^~~");
	expect_point("foo", 1, 1, 64, "foo", "^");
	expect_point("pattern", 9, 1, 64, "pattern", "        ^");
	expect_point("\tfoo\x80", 2, 4, 64, " foo ", " ^~~~");
	expect_point("pattern eth / ipv4 / tcp / end", 22, 3, 21, "...ipv4 / tcp / end",
		     "          ^~~");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_samples_where),
		cmocka_unit_test(test_bad_samples),
		cmocka_unit_test(test_handles),
		cmocka_unit_test(test_bad_handles),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_item),
		cmocka_unit_test(test_rss),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_where_attr),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_point),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
