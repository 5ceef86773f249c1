/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Lines of text as rules. What is refused is refused with a place in the line and a sentence; what
 * is taken is printed, and read again as the same.
 */

#include <errno.h>

#include <rte_common.h>

#include "fuzz.h"
#include "steer_action.h"
#include "steer_condition.h"
#include "steer_match.h"
#include "steer_text.h"

#define QUEUES 64
#define SHOWN 40

static void
check_place(const char *line, size_t len, struct steer_text_place place)
{
	char text[SHOWN + 1], caret[SHOWN + 1];

	FUZZ_CHECK(place.column >= 1 && place.column <= len + 2);
	FUZZ_CHECK(place.len >= 1 && place.column + place.len <= len + 3);
	steer_text_point(line, len, place, text, caret, sizeof(text));
	FUZZ_CHECK(strlen(text) <= SHOWN && strlen(caret) <= SHOWN);
	FUZZ_CHECK(strchr(caret, '^') != NULL);
}

/* Print a rule, if the engine takes it; to be freed. NULL: it does not. */
static char *
print(const struct steer_text_rule *rule, const char *line, size_t len)
{
	struct rte_flow_error error;
	struct steer_actions actions;
	struct steer_match match;
	char *text = NULL;
	size_t size;
	FILE *file;

	if (steer_pattern_parse(rule->pattern, &match, &error) < 0) {
		check_place(line, len, steer_text_where(rule, &error));
		return NULL;
	}
	if (steer_actions_parse(rule->actions, QUEUES, &actions, &error) < 0) {
		check_place(line, len, steer_text_where(rule, &error));
		steer_condition_free(match.condition);
		return NULL;
	}
	file = open_memstream(&text, &size);
	if (file == NULL)
		abort();
	steer_text_print(file, &rule->attr, &match, &actions);
	fclose(file);
	steer_condition_free(match.condition);
	return text;
}

static void
check_again(const char *text)
{
	struct steer_text_error error;
	struct steer_text_rule *rule;
	char *again;

	FUZZ_CHECK(steer_text_parse(text, strlen(text), &rule, &error) == 0);
	FUZZ_CHECK(rule != NULL);
	again = print(rule, text, strlen(text));
	if (again == NULL || strcmp(text, again) != 0)
		fprintf(stderr, "%s\n%s\n", text, again != NULL ? again : "refused");
	FUZZ_CHECK(again != NULL && strcmp(text, again) == 0);
	free(again);
	steer_text_free(rule);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *line = (const char *)data;
	struct steer_text_error error;
	struct steer_text_rule *rule;
	char *text;
	int rc;

	memset(&error, 0xff, sizeof(error));
	rc = steer_text_parse(line, size, &rule, &error);
	FUZZ_CHECK(rc == 0 || rc == -EINVAL);
	FUZZ_CHECK(rc == 0 || rule == NULL);
	if (rc < 0) {
		check_place(line, size, error.place);
		FUZZ_CHECK(memchr(error.message, '\0', sizeof(error.message)) != NULL);
		FUZZ_CHECK(strlen(error.message) > 8);
	}
	if (rule == NULL)
		return 0;
	text = print(rule, line, size);
	if (text != NULL)
		check_again(text);
	free(text);
	steer_text_free(rule);
	return 0;
}
