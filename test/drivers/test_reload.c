/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "flow_types.h"
#include "port.h"
#include "same_rule.h"
#include "steer_compat.h"
#include "steer_condition.h"
#include "steer_text.h"
#include "steer_words_action.h"
#include "steer_words_item.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Whatever the port takes can be written down: each item and action of rte_flow.h that it takes has
 * words, with each of its fields; a rule with it is dumped by these words; and what was dumped
 * makes the same rule again.
 */

#define LOWER "net_null_reload"
#define UPPER "net_steer_reload"
#define QUEUES 4

static uint16_t port;
static struct steer_text_samples samples;

static int
set_up(void **state __rte_unused)
{
	static const struct rte_eth_conf conf;

	test_plug(LOWER, NULL);
	port = test_plug(UPPER, "iface=" LOWER);
	assert_int_equal(rte_eth_dev_configure(port, QUEUES, 1, &conf), 0);
	return 0;
}

static int
tear_down(void **state __rte_unused)
{
	steer_text_samples_free(&samples);
	rte_vdev_uninit(UPPER);
	rte_vdev_uninit(LOWER);
	return 0;
}

/* What the dump has of a rule, without its comment; to be freed. */
static char *
dump(struct rte_flow *flow)
{
	/* Static, as the compiler does not see that the stream forgets them when closed. */
	static char *text;
	static size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	assert_int_equal(rte_flow_dev_dump(port, flow, file, NULL), 0);
	fclose(file);
	if (strstr(text, " # ") != NULL)
		*strstr(text, " # ") = '\0';
	return text;
}

/* What the engine makes of a rule that it has taken; what actions point to is the rule's. */
struct meaning {
	struct steer_match match;
	struct steer_actions actions;
};

static void
understand(const struct rte_flow_item *pattern, const struct rte_flow_action *actions,
	   struct meaning *m)
{
	assert_int_equal(steer_pattern_parse(pattern, &m->match, NULL), 0);
	assert_int_equal(steer_actions_parse(actions, QUEUES, &m->actions, NULL), 0);
}

static bool
mean_the_same(const struct rte_flow_item *pattern, const struct rte_flow_action *actions,
	      const struct steer_text_rule *rule)
{
	struct meaning a, b;
	bool same;

	understand(pattern, actions, &a);
	understand(rule->pattern, rule->actions, &b);
	same = same_match(&a.match, &b.match) && same_actions(&a.actions, &b.actions);
	steer_condition_free(a.match.condition);
	steer_condition_free(b.match.condition);
	return same;
}

/* What the last line says, with what those before it have set. */
static int
parse_lines(const char *text, struct steer_text_rule **rule, struct steer_text_error *error)
{
	const char *end;

	for (; (end = strchr(text, '\n')) != NULL; text = end + 1)
		if (steer_text_parse_among(text, (size_t)(end - text), &samples, rule, error) != 0)
			return -EINVAL;
	return steer_text_parse_among(text, strlen(text), &samples, rule, error);
}

/*
 * A rule that is taken, dumped and made again of that.
 * @return how it is dumped, to be freed; the test fails if it is another rule then.
 */
static char *
reload(const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
       const struct rte_flow_action *actions)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;
	struct rte_flow *flow;
	char *text, *again;

	flow = rte_flow_create(port, attr, pattern, actions, NULL);
	assert_non_null(flow);
	text = dump(flow);
	assert_int_equal(rte_flow_destroy(port, flow, NULL), 0);
	if (parse_lines(text, &rule, &error) != 0 || rule == NULL)
		fail_msg("%s: column %u: %s", text, error.place.column, error.message);
	if (!mean_the_same(pattern, actions, rule))
		fail_msg("means something else: %s", text);
	flow = rte_flow_create(port, &rule->attr, rule->pattern, rule->actions, NULL);
	if (flow == NULL)
		fail_msg("refused: %s", text);
	again = dump(flow);
	assert_string_equal(again, text);
	assert_int_equal(rte_flow_destroy(port, flow, NULL), 0);
	free(again);
	steer_text_free(rule);
	return text;
}

/* @return whether the line is a rule that the port takes; then it was reloaded. */
static bool
reload_line(const char *line, char **text)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;
	bool taken;

	if (parse_lines(line, &rule, &error) != 0)
		return false;
	taken = rte_flow_validate(port, &rule->attr, rule->pattern, rule->actions, NULL) == 0;
	if (taken)
		*text = reload(&rule->attr, rule->pattern, rule->actions);
	steer_text_free(rule);
	return taken;
}

static bool
has_word(const char *text, const char *word)
{
	char between[64];

	snprintf(between, sizeof(between), " %s ", word);
	return strstr(text, between) != NULL;
}

/* Items */

/* Those which say nothing of the packet, or nothing where they have no fields. */
static bool
says_nothing(int type)
{
	return type == RTE_FLOW_ITEM_TYPE_END || type == RTE_FLOW_ITEM_TYPE_VOID ||
	       type == RTE_FLOW_ITEM_TYPE_ANY || type == RTE_FLOW_ITEM_TYPE_FUZZY ||
	       type == RTE_FLOW_ITEM_TYPE_PORT_ID || type == RTE_FLOW_ITEM_TYPE_REPRESENTED_PORT;
}

static bool
find_item(int type, struct steer_words_item *item)
{
	for (unsigned int i = 0; steer_words_item_at(i, item); i++)
		if ((int)item->type == type)
			return true;
	return false;
}

/* Some value that a field takes. */
static const char *
value_of(const struct steer_value *v)
{
	uint32_t number;

	if (v->kind == STEER_VALUE_NAME)
		return v->name_at(1, &number);
	/* Of an EtherType that VLAN tags have. */
	if (strcmp(v->f.name, "ethertype") == 0)
		return "0x8100";
	if (v->f.format == STEER_FORMAT_MAC)
		return "02:00:00:00:00:01";
	if (v->f.format == STEER_FORMAT_IPV4)
		return "10.0.0.1";
	if (v->f.format == STEER_FORMAT_IPV6)
		return "2001:db8::1";
	return v->kind >= STEER_VALUE_PLACED ? "01020304" : "1";
}

/* What an item needs besides the field, before or behind it. */
static const struct {
	enum rte_flow_item_type type;
	const char *fields;
} needs[] = {
	{ RTE_FLOW_ITEM_TYPE_TAG, " data is 7 index is 1" },
	{ RTE_FLOW_ITEM_TYPE_GENEVE_OPT, " length is 1" },
	{ RTE_FLOW_ITEM_TYPE_RAW, " relative is 1" },
	{ RTE_FLOW_ITEM_TYPE_INTEGRITY, " value spec 3 value mask 3" },
#ifdef STEER_HAS_ITEM_COMPARE
	{ RTE_FLOW_ITEM_TYPE_COMPARE, " a_type is ipv4_ttl b_type is value width is 8" },
	{ RTE_FLOW_ITEM_TYPE_COMPARE, " a_type is mac_src b_type is mac_dst width is 48" },
	{ RTE_FLOW_ITEM_TYPE_COMPARE, " a_type is vlan_id b_type is vlan_id width is 12" },
	{ RTE_FLOW_ITEM_TYPE_COMPARE, " a_type is random b_type is value" },
#endif
};

/* How many rules were taken, and how many of them are dumped with the item's name. */
struct tally {
	unsigned int taken;
	unsigned int named;
};

/* A field in any place of the item, and with what else it needs. */
static void
try_field(const struct steer_words_item *item, const char *field, struct tally *tally)
{
	static const char *const places[] = {
		"", "eth / ", "ipv4 / ", "ipv6 / ", "udp / ", "geneve / ", "gre / ",
	};
	char line[512], *text;

	for (unsigned int p = 0; p < RTE_DIM(places); p++) {
		for (unsigned int n = 0; n <= RTE_DIM(needs); n++) {
			if (n < RTE_DIM(needs) && needs[n].type != item->type)
				continue;
			snprintf(line, sizeof(line),
				 "ingress group 5 priority 3 pattern %s%s%s %s / end "
				 "actions drop / end", places[p], item->name,
				 n < RTE_DIM(needs) ? needs[n].fields : "", field);
			if (!reload_line(line, &text))
				continue;
			tally->taken++;
			tally->named += has_word(text, item->name);
			free(text);
		}
	}
}

/* In full, under a mask, and as a range. */
static void
try_values(const struct steer_words_item *item, const struct steer_value *v, struct tally *tally)
{
	const char *name = v->f.name, *value = value_of(v);
	char field[256];

	snprintf(field, sizeof(field), "%s is %s", name, value);
	try_field(item, field, tally);
	snprintf(field, sizeof(field), "%s spec %s %s mask %s", name, value, name, value);
	try_field(item, field, tally);
	if (v->kind != STEER_VALUE_NUMBER || v->f.format > STEER_FORMAT_HEX ||
	    steer_value_bits(v) < 3)
		return;
	snprintf(field, sizeof(field), "%s spec 2 %s last 3 %s mask 3", name, name, name);
	try_field(item, field, tally);
}

static unsigned int
check_fields(const struct steer_words_item *item, unsigned int *tried)
{
	unsigned int bad = 0;
	struct steer_value v;

	for (unsigned int i = 0; steer_words_field_at(item, i, &v); i++) {
		struct tally tally = { .taken = 0 };

		try_values(item, &v, &tally);
		*tried += tally.taken;
		/* Fields are compared as a whole alone; other ports than this one are not taken. */
		if (says_nothing((int)item->type) || strstr(v.f.name, "_offset") != NULL)
			continue;
		if (tally.taken > 0 && tally.named > 0)
			continue;
		print_error("%s %s: %u rules with it are taken, %u are dumped by its name\n",
			    item->name, v.f.name, tally.taken, tally.named);
		bad++;
	}
	return bad;
}

static unsigned int
check_item(int type, const char *name, unsigned int *tried)
{
	static const struct rte_flow_attr attr = { .ingress = 1, .group = 5 };
	static const struct rte_flow_action drop[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_DROP }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_item pattern[TEST_FLOW_PATTERN];
	struct steer_words_item item;
	struct rte_flow_error error;

	if (type == RTE_FLOW_ITEM_TYPE_END ||
	    !test_flow_item_taken(port, type, pattern, &error))
		return 0;
	if (!find_item(type, &item)) {
		print_error("%s: it is taken, and has no words\n", name);
		return 1;
	}
	free(reload(&attr, pattern, drop));
	return check_fields(&item, tried);
}

static void
test_items(void **state __rte_unused)
{
	static struct test_flow_types types;
	unsigned int bad = 0, tried = 0;

	test_flow_types_read("rte_flow_item_type", "RTE_FLOW_ITEM_TYPE_", &types);
	for (unsigned int i = 0; i < types.n; i++)
		bad += check_item((int)i, types.names[i], &tried);
	print_message("%u rules\n", tried);
	assert_int_equal(bad, 0);
	assert_in_range(tried, 500, UINT32_MAX);
}

/* Actions */

static const struct steer_words_action *
find_action(int type)
{
	const struct steer_words_action *words;

	for (unsigned int i = 0; (words = steer_words_action_at(i)) != NULL; i++)
		if ((int)words->type == type)
			return words;
	return NULL;
}

/* With all of its parameters. @return whether it is taken, and dumped by its name. */
static bool
check_params(const struct steer_words_action *words)
{
	char all[512] = "", line[640], *text;
	bool same = true;

	for (unsigned int i = 0; i < words->n_params; i++) {
		const struct steer_value *v = &words->params[i];

		snprintf(all + strlen(all), sizeof(all) - strlen(all), " %s %s", v->f.name,
			 value_of(v));
	}
	/* It is the one that needs a line of its own. */
	if (words->type == RTE_FLOW_ACTION_TYPE_SAMPLE)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), " index 7");
	snprintf(line, sizeof(line), "%s\ningress group 5 pattern eth / end actions %s%s / end",
		 "set sample_actions 7 mark id 3 / count / queue index 2 / end", words->name, all);
	if (!reload_line(line, &text)) {
		print_error("%s: refused\n", line);
		return false;
	}
	if (words->type != RTE_FLOW_ACTION_TYPE_VOID)
		same = has_word(text, words->name);
	if (!same)
		print_error("%s is dumped as %s\n", line, text);
	free(text);
	return same;
}

static unsigned int
check_action(int type, const char *name)
{
	static const struct rte_flow_attr attr = { .ingress = 1, .group = 5 };
	static const struct rte_flow_item all[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	struct rte_flow_action actions[TEST_FLOW_ACTIONS];
	const struct steer_words_action *words;
	struct rte_flow_error error;

	if (type == RTE_FLOW_ACTION_TYPE_END ||
	    !test_flow_action_taken(port, type, actions, &error))
		return 0;
	words = find_action(type);
	if (words == NULL) {
		print_error("%s: it is taken, and has no words\n", name);
		return 1;
	}
	free(reload(&attr, all, actions));
	/* They do nothing alone. */
	if (type == RTE_FLOW_ACTION_TYPE_VOID)
		return 0;
	return !check_params(words);
}

static void
test_actions(void **state __rte_unused)
{
	static struct test_flow_types types;
	unsigned int bad = 0;

	test_flow_types_read("rte_flow_action_type", "RTE_FLOW_ACTION_TYPE_", &types);
	for (unsigned int i = 0; i < types.n; i++)
		bad += check_action((int)i, types.names[i]);
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_actions),
	};
	int rc;

	if (test_eal_init(NULL) != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, set_up, tear_down);
	test_eal_cleanup();
	return rc;
}
