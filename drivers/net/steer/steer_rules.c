/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_errno.h>

#include "steer_hand.h"
#include "steer_port.h"
#include "steer_text.h"

/*
 * The rules of a file (rules=). All lines are checked when the port is probed; what depends on the
 * number of queues can only be checked at the first start, which installs them. The text is kept
 * until then: parsed rules would take a hundred times as much, and the file may change.
 */

/** Most bytes of a file. */
#define FILE_MAX (64u << 20)
/** Columns shown of a bad line. */
#define SHOWN 100

struct steer_rules {
	size_t len;
	char text[];
};

/** A line of the file, and what those before it have set and made. */
struct line {
	const char *text;
	size_t len;
	unsigned int number;
	struct steer_text_samples samples;
	struct steer_text_handle *handles;
};

/* Reading */

static int
complain_file(const struct steer_port *port, const char *what, int code)
{
	STEER_LOG(ERR, "%s: rules=%s: %s", port->dev->data->name, port->args.rules, what);
	return -code;
}

/** @return what was read, fewer bytes at the file's end; -errno. */
static ssize_t
read_all(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = read(fd, text + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static int
read_file(struct steer_port *port, int fd)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return complain_file(port, strerror(errno), errno);
	if (!S_ISREG(st.st_mode))
		return complain_file(port, "must be a regular file", EINVAL);
	if (st.st_size > FILE_MAX)
		return complain_file(port, "must be a file of at most 64 MiB", EFBIG);
	port->rules = malloc(sizeof(*port->rules) + (size_t)st.st_size);
	if (port->rules == NULL)
		return complain_file(port, "no memory for it", ENOMEM);
	n = read_all(fd, port->rules->text, (size_t)st.st_size);
	if (n < 0)
		return complain_file(port, strerror((int)-n), (int)-n);
	port->rules->len = (size_t)n;
	return 0;
}

/** @return false behind the last line. */
static bool
next_line(const struct steer_rules *rules, struct line *line)
{
	const char *end = rules->text + rules->len, *newline;

	line->text = line->text != NULL ? line->text + line->len + 1 : rules->text;
	if (line->text >= end)
		return false;
	newline = memchr(line->text, '\n', (size_t)(end - line->text));
	line->len = (size_t)((newline != NULL ? newline : end) - line->text);
	line->number++;
	return true;
}

/* Lines */

static void
complain(const struct steer_port *port, const struct line *line, struct steer_text_place place,
	 const char *message)
{
	char text[SHOWN + 1], caret[SHOWN + 1];

	steer_text_point(line->text, line->len, place, text, caret, sizeof(text));
	STEER_LOG(ERR, "%s: %s:%u:%u: %s\n\t%s\n\t%s", port->dev->data->name, port->args.rules,
		  line->number, place.column, message, text, caret);
}

static int
parse_line(const struct steer_port *port, struct line *line, struct steer_text_rule **rule)
{
	struct steer_text_error error;
	int rc = steer_text_parse_among(line->text, line->len, &line->samples, rule, &error);

	if (rc == -EINVAL)
		complain(port, line, error.place, error.message);
	else if (rc < 0)
		complain_file(port, "no memory for a rule", -rc);
	return rc;
}

/* Handles: they are the engine's alone, as those of applications are. */

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
make_handle(const struct steer_port *port, struct line *line, const struct steer_text_rule *rule)
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
		complain(port, line, (struct steer_text_place){ 1, 1 },
			 "a line before it has made a handle of this action_id");
		return -EINVAL;
	}
	if (grow_handles(line) < 0)
		return complain_file(port, "no memory for a handle", ENOMEM);
	handle = steer_engine_indirect_create(port->engine, &conf, rule->actions, &error);
	if (handle == NULL) {
		rc = -rte_errno;
		complain(port, line, steer_text_where(rule, &error), error.message);
		return rc;
	}
	steer_engine_indirect_keep(port->engine, handle);
	line->handles[line->samples.n_handles++] = (struct steer_text_handle){
		.number = rule->number, .handle = (struct rte_flow_action_handle *)handle,
	};
	return 0;
}

/** The last line was read; handles stay if @p keep, else no rule names them. */
static void
end_lines(struct steer_port *port, struct line *line, bool keep)
{
	for (size_t i = 0; i < line->samples.n_handles && !keep; i++)
		steer_engine_indirect_destroy(
			port->engine, (struct steer_indirect *)line->handles[i].handle, NULL);
	free(line->handles);
	steer_text_samples_free(&line->samples);
}

/* Rules */

static int
check_rule(const struct steer_port *port, const struct line *line,
	   const struct steer_text_rule *rule)
{
	struct rte_flow_error error;
	int rc = steer_engine_validate(port->engine, &rule->attr, rule->pattern, rule->actions,
				       &error);

	if (rc < 0)
		complain(port, line, steer_text_where(rule, &error), error.message);
	return rc;
}

static int
check_line(const struct steer_port *port, struct line *line)
{
	struct steer_text_rule *rule;
	int rc = parse_line(port, line, &rule);

	if (rc < 0 || rule == NULL)
		return rc;
	rc = rule->handle ? make_handle(port, line, rule) : check_rule(port, line, rule);
	steer_text_free(rule);
	return rc;
}

static int
install_rule(struct steer_port *port, const struct line *line, const struct steer_text_rule *rule)
{
	char note[sizeof(port->args.rules) + 32];
	struct rte_flow_error error;
	struct rte_flow *flow;
	int rc;

	flow = steer_hand_flow_create(port, &rule->attr, rule->pattern, rule->actions, &error);
	if (flow == NULL) {
		rc = rte_errno;
		complain(port, line, steer_text_where(rule, &error), error.message);
		return -rc;
	}
	snprintf(note, sizeof(note), "rules=%s:%u", port->args.rules, line->number);
	rc = steer_hand_flow_keep(port, flow, note);
	if (rc < 0) {
		steer_hand_flow_destroy(port, flow, NULL);
		complain_file(port, "no memory for a rule", -rc);
	}
	return rc;
}

static int
install_line(struct steer_port *port, struct line *line)
{
	struct steer_text_rule *rule;
	int rc = parse_line(port, line, &rule);

	if (rc < 0 || rule == NULL)
		return rc;
	if (rule->handle)
		rc = make_handle(port, line, rule);
	else if (!rule->validate)
		rc = install_rule(port, line, rule);
	steer_text_free(rule);
	return rc;
}

/* Life of the port */

int
steer_rules_load(struct steer_port *port)
{
	struct line line = { .text = NULL };
	int fd, rc;

	if (port->args.rules[0] == '\0')
		return 0;
	/* What is no regular file must not make us wait. */
	fd = open(port->args.rules, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return complain_file(port, strerror(errno), errno);
	rc = read_file(port, fd);
	close(fd);
	while (rc == 0 && next_line(port->rules, &line))
		rc = check_line(port, &line);
	end_lines(port, &line, false);
	if (rc < 0)
		steer_rules_free(port);
	return rc;
}

int
steer_rules_start(struct steer_port *port)
{
	struct line line = { .text = NULL };
	int rc = 0;

	if (port->rules == NULL)
		return 0;
	while (rc == 0 && next_line(port->rules, &line))
		rc = install_line(port, &line);
	if (rc == 0)
		steer_rules_free(port);
	else
		steer_hand_flow_drop_kept(port);
	end_lines(port, &line, rc == 0);
	return rc;
}

void
steer_rules_free(struct steer_port *port)
{
	free(port->rules);
	port->rules = NULL;
}
