/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* The tables of words: each item, field, action and parameter is read, by one name alone. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "steer_rss.h"
#include "steer_text.h"
#include "steer_words_action.h"
#include "steer_words_item.h"
#include "steer_words_rss.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/** Some value that the field takes, but 0. */
static const char *
value_of(const struct steer_value *v)
{
	uint32_t number;

	if (v->kind == STEER_VALUE_NAME)
		return v->name_at(1, &number);
	if (v->kind == STEER_VALUE_PLACED)
		return "01";
	if (v->f.format == STEER_FORMAT_MAC)
		return "02:00:00:00:00:01";
	if (v->f.format == STEER_FORMAT_IPV4)
		return "10.0.0.1";
	if (v->f.format == STEER_FORMAT_IPV6)
		return "2001:db8::1";
	return v->kind >= STEER_VALUE_TEXT ? "00" : "1";
}

static struct steer_text_rule *
read_line(const char *line)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;

	if (steer_text_parse(line, strlen(line), &rule, &error) != 0)
		fail_msg("\"%s\": column %u: %s", line, error.place.column, error.message);
	return rule;
}

/** Are there bytes other than 0? */
static bool
has_bits(const void *p, size_t size)
{
	const uint8_t *bytes = p;

	for (size_t i = 0; i < size; i++)
		if (bytes[i] != 0)
			return true;
	return false;
}

static void
check_field(const struct steer_words_item *item, const struct steer_value *v)
{
	struct steer_text_rule *rule;
	struct steer_value other;
	char line[160];

	snprintf(line, sizeof(line), "pattern %s %s spec %s / end actions end", item->name,
		 v->f.name, value_of(v));
	/* It may have to go with another field. */
	if (v->kind >= STEER_VALUE_TEXT)
		return;
	rule = read_line(line);
	assert_int_equal(rule->pattern[0].type, item->type);
	assert_true(has_bits(rule->pattern[0].spec, STEER_ITEM_SIZE_MAX));
	assert_null(rule->pattern[0].mask);
	steer_text_free(rule);
	/* Where it is written lies within the item. */
	assert_true(v->f.off + (size_t)v->f.len <= STEER_ITEM_SIZE_MAX);
	assert_true(steer_words_field(item, (struct steer_word){ v->f.name, strlen(v->f.name) },
				      &other));
	if (other.f.off != v->f.off || other.f.len != v->f.len || other.f.bits != v->f.bits)
		fail_msg("%s has two fields named %s", item->name, v->f.name);
}

static void
test_items(void **state)
{
	struct steer_words_item item;
	unsigned int fields = 0, i;
	struct steer_value v;

	(void)state;
	for (i = 0; steer_words_item_at(i, &item); i++) {
		char line[80];

		snprintf(line, sizeof(line), "pattern %s / end actions end", item.name);
		steer_text_free(read_line(line));
		for (unsigned int f = 0; steer_words_field_at(&item, f, &v); f++, fields++)
			check_field(&item, &v);
	}
	printf("%u items, %u fields\n", i, fields);
	assert_true(i > 25 && fields > 80);
}

static void
test_actions(void **state)
{
	const struct steer_words_action *action;
	struct steer_text_rule *rule;
	char line[160];

	(void)state;
	for (unsigned int i = 0; (action = steer_words_action_at(i)) != NULL; i++) {
		snprintf(line, sizeof(line), "pattern end actions %s / end", action->name);
		rule = read_line(line);
		assert_int_equal(rule->actions[0].type, action->type);
		assert_true((rule->actions[0].conf != NULL) == (action->size > 0));
		steer_text_free(rule);
		assert_true(action->size <= STEER_ACTION_SIZE_MAX);
		for (unsigned int p = 0; p < action->n_params; p++) {
			const struct steer_value *v = &action->params[p];

			snprintf(line, sizeof(line), "pattern end actions %s %s %s / end",
				 action->name, v->f.name, value_of(v));
			rule = read_line(line);
			assert_true(has_bits(rule->actions[0].conf, action->size));
			assert_true(v->f.off + (size_t)v->f.len <= action->size);
			steer_text_free(rule);
		}
	}
}

/** What types are printed as; to be freed. */
static char *
print_types(uint64_t types)
{
	/* Static, as the compiler does not see that the stream forgets them when closed. */
	static char *text;
	static size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	steer_words_print_rss_types(file, types);
	fclose(file);
	return text;
}

/* All that the port hashes has a name (the level has a parameter), and comes back by it. */
static void
test_rss_types(void **state)
{
	const uint64_t named = STEER_RSS_TYPES & ~(uint64_t)RTE_ETH_RSS_LEVEL_MASK;
	const struct rte_flow_action_rss *rss;
	struct steer_text_rule *rule;
	char line[1024], *text;

	(void)state;
	for (unsigned int bit = 0; bit < 65; bit++) {
		const uint64_t types = bit < 64 ? UINT64_C(1) << bit : named;

		text = print_types(types);
		if ((types & ~named) == 0 && strstr(text, "0x") != NULL)
			fail_msg("RSS type %#" PRIx64 " has no name", types);
		snprintf(line, sizeof(line), "pattern end actions rss types%s end / end", text);
		free(text);
		rule = read_line(line);
		rss = rule->actions[0].conf;
		assert_true(rss->types == types);
		steer_text_free(rule);
	}
	text = print_types(0);
	assert_string_equal(text, " none");
	free(text);
}

static void
test_rss_funcs(void **state)
{
	enum rte_eth_hash_function func;
	const char *name;

	(void)state;
	for (unsigned int i = 0; (name = steer_words_rss_func_at(i)) != NULL; i++) {
		assert_true(steer_words_rss_func((struct steer_word){ name, strlen(name) }, &func));
		assert_int_equal(func, i);
		assert_string_equal(steer_words_rss_func_name(func), name);
	}
	assert_null(steer_words_rss_func_name((enum rte_eth_hash_function)99));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_rss_types),
		cmocka_unit_test(test_rss_funcs),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
