/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_random.h>

#include "steer_control_private.h"
#include "steer_port.h"

/** Most bytes of a load: as of a file of rules. */
#define LOAD_MAX (64u << 20)
/** Room to begin with. */
#define LOAD_MIN 4096

void
steer_control_load_drop(struct steer_control_load *load)
{
	steer_text_samples_free(&load->samples);
	free(load->text);
	*load = (struct steer_control_load){ .token = 0 };
}

static bool
is_idle(const struct steer_control_load *load)
{
	return rte_get_timer_cycles() - load->used > STEER_CONTROL_IDLE * rte_get_timer_hz();
}

/** @return the load of that token; NULL: there is none. */
static struct steer_control_load *
load_of(struct steer_port *port, uint64_t token, struct steer_control_error *error, int *rc)
{
	struct steer_control_load *load;

	*rc = steer_control_check_on(port, error);
	if (*rc < 0)
		return NULL;
	load = &port->control->load;
	if (load->token != 0 && is_idle(load))
		steer_control_load_drop(load);
	if (load->token == 0 || load->token != token) {
		*rc = steer_control_refuse(error, ENOENT, "no load %" PRIu64 ": it has ended, or "
					   "was not used for %u seconds", token,
					   STEER_CONTROL_IDLE);
		return NULL;
	}
	load->used = rte_get_timer_cycles();
	return load;
}

int
steer_control_load_begin(struct steer_port *port, bool replace, uint64_t *token,
			 struct steer_control_error *error)
{
	struct steer_control_load *load;
	int rc = steer_control_check_on(port, error);

	if (rc < 0)
		return rc;
	load = &port->control->load;
	if (load->token != 0 && !is_idle(load))
		return steer_control_refuse(error, EBUSY, "another load has begun: it ends by its "
					    "commit or abort, or unused for %u seconds",
					    STEER_CONTROL_IDLE);
	steer_control_load_drop(load);
	load->replace = replace;
	load->used = rte_get_timer_cycles();
	/* A number that all programs can hold. */
	load->token = 1 + rte_rand_max(INT32_MAX);
	*token = load->token;
	return 0;
}

/* Lines */

/** Room for another line. @return 0; -ENOMEM, -EFBIG. */
static int
grow(struct steer_control_load *load, size_t len)
{
	size_t size = RTE_MAX(load->size, (size_t)LOAD_MIN);
	char *text;

	if (load->len + len <= load->size)
		return 0;
	if (load->len + len > LOAD_MAX)
		return -EFBIG;
	while (size < load->len + len)
		size *= 2;
	text = realloc(load->text, size);
	if (text == NULL)
		return -ENOMEM;
	load->text = text;
	load->size = size;
	return 0;
}

static int
check(struct steer_port *port, struct steer_control_load *load, const char *text,
      struct steer_control_error *error)
{
	struct steer_text_rule *rule;
	int rc = steer_control_parse(text, &load->samples, &rule, error);

	if (rc == 0 && rule != NULL)
		rc = steer_control_check(port, rule, error);
	steer_text_free(rule);
	return rc;
}

int
steer_control_load_line(struct steer_port *port, uint64_t token, const char *text,
			unsigned int *line, struct steer_control_error *error)
{
	const size_t len = strlen(text) + 1;
	struct steer_control_load *load;
	int rc;

	load = load_of(port, token, error, &rc);
	if (load == NULL)
		return rc;
	rc = grow(load, len);
	if (rc < 0)
		steer_control_refuse(error, -rc, rc == -EFBIG ? "a load of at most 64 MiB is "
								"accepted" :
								"no memory for a line");
	else
		rc = check(port, load, text, error);
	if (rc < 0) {
		error->line = load->lines + 1;
		return rc;
	}
	memcpy(load->text + load->len, text, len);
	load->len += len;
	*line = ++load->lines;
	return 0;
}

/* Commit */

/** Where a commit is. */
struct feed {
	const struct steer_control_load *load;
	size_t at;
	unsigned int line;
	uint64_t n;
	/** Of the last line; or NULL. */
	struct steer_text_rule *rule;
	struct steer_text_samples samples;
	struct steer_control_error *error;
};

/** The next line's rule. @return 1; 0: it has none; -errno. */
static int
read_line(struct feed *f)
{
	const char *text = f->load->text + f->at;
	int rc;

	steer_text_free(f->rule);
	f->rule = NULL;
	f->at += strlen(text) + 1;
	f->line++;
	rc = steer_control_parse(text, &f->samples, &f->rule, f->error);
	return rc < 0 ? rc : f->rule != NULL && !f->rule->validate;
}

static int
next_rule(void *arg, struct steer_flow_spec *spec, struct rte_flow_error *error)
{
	struct feed *f = arg;
	int rc = 0;

	while (rc == 0 && f->at < f->load->len)
		rc = read_line(f);
	/* All lines were read before: it is memory that is short. */
	if (rc < 0)
		return rte_flow_error_set(error, -rc, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
					  f->error->message);
	if (rc == 0)
		return 0;
	*spec = (struct steer_flow_spec){ &f->rule->attr, f->rule->pattern, f->rule->actions };
	f->n++;
	return 1;
}

int
steer_control_load_commit(struct steer_port *port, uint64_t token, uint64_t *n,
			  struct steer_control_error *error)
{
	struct rte_flow_error why = { .message = NULL };
	struct steer_control_load *load;
	struct steer_flow_range made;
	struct feed feed = { .n = 0 };
	int rc;

	load = load_of(port, token, error, &rc);
	if (load == NULL)
		return rc;
	feed.load = load;
	feed.error = error;
	rc = steer_in_kernel_flow_load(port, &(struct steer_flow_source){ next_rule, &feed },
				       STEER_CONTROL_NOTE, load->replace, &made, &why);
	if (rc < 0) {
		if (why.message != error->message)
			steer_control_refuse_rule(error, -rc, feed.rule, &why);
		error->line = feed.line;
	} else {
		*n = feed.n;
		steer_control_load_drop(load);
	}
	steer_text_free(feed.rule);
	steer_text_samples_free(&feed.samples);
	return rc;
}

int
steer_control_load_abort(struct steer_port *port, uint64_t token,
			 struct steer_control_error *error)
{
	struct steer_control_load *load;
	int rc;

	load = load_of(port, token, error, &rc);
	if (load != NULL)
		steer_control_load_drop(load);
	return rc;
}
