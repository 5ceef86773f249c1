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
#include "steer_load.h"
#include "steer_port.h"

/*
 * The rules of a file (rules=). All lines are checked when the port is probed; what depends on the
 * number of queues can only be checked at the first start, which installs them. The text is kept
 * until then: parsed rules would take a hundred times as much, and the file may change.
 */

/** Most bytes of a file. */
#define FILE_MAX (64u << 20)
/** How the notes of its rules begin. */
#define NOTE "rules="

struct steer_rules {
	size_t len;
	char text[];
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

/* Lines */

static void
complain(const struct steer_load_error *error, void *port)
{
	const struct steer_port *p = port;

	if (error->column == 0) {
		STEER_LOG(ERR, "%s: rules=%s: %s", p->dev->data->name, p->args.rules,
			  error->message);
		return;
	}
	STEER_LOG(ERR, "%s: %s:%u:%u: %s\n\t%s\n\t%s", p->dev->data->name, p->args.rules,
		  error->line, error->column, error->message, error->text, error->caret);
}

static int
check_rule(const struct steer_text_rule *rule, unsigned int line __rte_unused,
	   struct rte_flow_error *error, void *port)
{
	const struct steer_port *p = port;

	return steer_engine_validate(p->engine, &rule->attr, rule->pattern, rule->actions, error);
}

static int
install_rule(const struct steer_text_rule *rule, unsigned int line, struct rte_flow_error *error,
	     void *arg)
{
	struct steer_port *port = arg;
	char note[sizeof(port->args.rules) + 32];
	struct rte_flow *flow;
	int rc;

	if (rule->validate)
		return 0;
	flow = steer_hand_flow_create(port, &rule->attr, rule->pattern, rule->actions, error);
	if (flow == NULL)
		return -rte_errno;
	snprintf(note, sizeof(note), NOTE "%s:%u", port->args.rules, line);
	rc = steer_hand_flow_keep(port, flow, note);
	if (rc < 0) {
		steer_hand_flow_destroy(port, flow, NULL);
		error->message = NULL;
		complain_file(port, "no memory for a rule", -rc);
	}
	return rc;
}

static void
remove_rules(void *port)
{
	steer_hand_flow_unload(port, NOTE, STEER_FLOW_ALL);
}

/* Life of the port */

int
steer_rules_load(struct steer_port *port)
{
	const struct steer_load load = {
		.engine = port->engine, .rule = check_rule, .complain = complain, .arg = port,
	};
	int fd, rc;

	if (port->args.rules[0] == '\0')
		return 0;
	/* What is no regular file must not make us wait. */
	fd = open(port->args.rules, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return complain_file(port, strerror(errno), errno);
	rc = read_file(port, fd);
	close(fd);
	if (rc == 0)
		rc = steer_load(&load, port->rules->text, port->rules->len);
	if (rc < 0)
		steer_rules_free(port);
	return rc;
}

int
steer_rules_start(struct steer_port *port)
{
	const struct steer_load load = {
		.engine = port->engine, .rule = install_rule, .complain = complain,
		.undo = remove_rules, .arg = port, .keep = true,
	};
	int rc;

	if (port->rules == NULL)
		return 0;
	rc = steer_load(&load, port->rules->text, port->rules->len);
	if (rc == 0)
		steer_rules_free(port);
	return rc;
}

void
steer_rules_free(struct steer_port *port)
{
	free(port->rules);
	port->rules = NULL;
}
