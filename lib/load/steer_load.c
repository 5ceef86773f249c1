/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include "steer_engine.h"
#include "steer_load.h"

/** A line, and what those before it have set and made. */
struct line {
	const char *text;
	size_t len;
	unsigned int number;
	struct steer_text_samples samples;
	struct steer_text_handle *handles;
};

/** @return false behind the last line. */
static bool
next_line(const char *text, size_t len, struct line *line)
{
	const char *end = text + len, *newline;

	line->text = line->text != NULL ? line->text + line->len + 1 : text;
	if (line->text >= end)
		return false;
	newline = memchr(line->text, '\n', (size_t)(end - line->text));
	line->len = (size_t)((newline != NULL ? newline : end) - line->text);
	line->number++;
	return true;
}

static void
complain(const struct steer_load *load, const struct line *line, struct steer_text_place place,
	 const char *message)
{
	struct steer_load_error error = {
		.line = line->number, .column = place.column, .message = message,
	};

	steer_text_point(line->text, line->len, place, error.text, error.caret,
			 sizeof(error.text));
	load->complain(&error, load->arg);
}

static int
no_memory(const struct steer_load *load, const struct line *line, const char *message)
{
	const struct steer_load_error error = { .line = line->number, .message = message };

	load->complain(&error, load->arg);
	return -ENOMEM;
}

/* Handles */

static bool
has_handle(const struct line *line, uint32_t number)
{
	for (size_t i = 0; i < line->samples.n_handles; i++)
		if (line->handles[i].number == number)
			return true;
	return false;
}

/** Room for another one. */
static int
grow_handles(struct line *line)
{
	const size_t n = line->samples.n_handles + 1;
	struct steer_text_handle *handles = realloc(line->handles, n * sizeof(handles[0]));

	if (handles == NULL)
		return -ENOMEM;
	line->handles = handles;
	line->samples.handles = handles;
	return 0;
}

static int
make_handle(const struct steer_load *load, struct line *line, const struct steer_text_rule *rule)
{
	const struct rte_flow_indir_action_conf conf = {
		.ingress = rule->attr.ingress,
		.egress = rule->attr.egress,
		.transfer = rule->attr.transfer,
	};
	struct steer_indirect *handle;
	struct rte_flow_error error;
	int rc;

	if (has_handle(line, rule->number)) {
		complain(load, line, (struct steer_text_place){ 1, 1 },
			 "a line before it has made a handle of this action_id");
		return -EINVAL;
	}
	if (grow_handles(line) < 0)
		return no_memory(load, line, "no memory for a handle");
	handle = steer_engine_indirect_create(load->engine, &conf, rule->actions, &error);
	if (handle == NULL) {
		rc = -rte_errno;
		complain(load, line, steer_text_where(rule, &error), error.message);
		return rc;
	}
	steer_engine_indirect_keep(load->engine, handle);
	line->handles[line->samples.n_handles++] = (struct steer_text_handle){
		.number = rule->number, .handle = (struct rte_flow_action_handle *)handle,
	};
	return 0;
}

/** The last line was read; handles stay if @p keep, else no rule names them. */
static void
end_lines(const struct steer_load *load, struct line *line, bool keep)
{
	for (size_t i = 0; i < line->samples.n_handles && !keep; i++)
		steer_engine_indirect_destroy(
			load->engine, (struct steer_indirect *)line->handles[i].handle, NULL);
	free(line->handles);
	steer_text_samples_free(&line->samples);
}

/* Lines */

static int
parse_line(const struct steer_load *load, struct line *line, struct steer_text_rule **rule)
{
	struct steer_text_error error;
	int rc = steer_text_parse_among(line->text, line->len, &line->samples, rule, &error);

	if (rc == -EINVAL)
		complain(load, line, error.place, error.message);
	else if (rc < 0)
		no_memory(load, line, "no memory for a rule");
	return rc;
}

static int
load_line(const struct steer_load *load, struct line *line)
{
	struct rte_flow_error error = { .message = NULL };
	struct steer_text_rule *rule;
	int rc = parse_line(load, line, &rule);

	if (rc < 0 || rule == NULL)
		return rc;
	if (rule->handle) {
		rc = make_handle(load, line, rule);
	} else {
		rc = load->rule(rule, line->number, &error, load->arg);
		if (rc < 0 && error.message != NULL)
			complain(load, line, steer_text_where(rule, &error), error.message);
	}
	steer_text_free(rule);
	return rc;
}

int
steer_load(const struct steer_load *load, const char *text, size_t len)
{
	struct line line = { .text = NULL };
	int rc = 0;

	while (rc == 0 && next_line(text, len, &line))
		rc = load_line(load, &line);
	if (rc != 0 && load->undo != NULL)
		load->undo(load->arg);
	end_lines(load, &line, rc == 0 && load->keep);
	return rc;
}
