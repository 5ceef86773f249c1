/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "steer_control_private.h"
#include "steer_port.h"
#include "steer_text.h"

/* Refusals */

int
steer_control_refuse(struct steer_control_error *error, int code, const char *format, ...)
{
	va_list args;

	error->at = -1;
	error->line = 0;
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	return -code;
}

int
steer_control_check_on(const struct steer_port *port, struct steer_control_error *error)
{
	if (port->control != NULL)
		return 0;
	return steer_control_refuse(error, EPERM,
				    "control=off: the port's device argument control=on lets "
				    "requests change rules");
}

int
steer_control_refuse_rule(struct steer_control_error *error, int code,
			  const struct steer_text_rule *rule, const struct rte_flow_error *why)
{
	steer_control_refuse(error, code, "%s", why->message != NULL ? why->message :
						rte_strerror(code));
	if (rule != NULL && why->cause != NULL)
		error->at = (int)steer_text_where(rule, why).column - 1;
	return -code;
}

/* Text */

int
steer_control_parse(const char *text, struct steer_text_samples *samples,
		    struct steer_text_rule **rule, struct steer_control_error *error)
{
	struct steer_text_error wrong;
	int rc = steer_text_parse_among(text, strlen(text), samples, rule, &wrong);

	if (rc == -EINVAL) {
		steer_control_refuse(error, EINVAL, "%s", wrong.message);
		error->at = (int)wrong.place.column - 1;
	} else if (rc < 0) {
		steer_control_refuse(error, -rc, "no memory for a rule");
	} else if (*rule != NULL && (*rule)->handle) {
		steer_text_free(*rule);
		*rule = NULL;
		rc = steer_control_refuse(error, ENOTSUP,
					  "indirect_action: a file of rules= makes handles, "
					  "requests make rules");
	}
	return rc;
}

int
steer_control_check(struct steer_port *port, const struct steer_text_rule *rule,
		    struct steer_control_error *error)
{
	struct rte_flow_error why = { .message = NULL };
	int rc = steer_hand_flow_validate(port, &rule->attr, rule->pattern, rule->actions, &why);

	return rc < 0 ? steer_control_refuse_rule(error, -rc, rule, &why) : 0;
}

/** A rule, and nothing else. */
static int
parse_rule(const char *text, struct steer_text_rule **rule, struct steer_control_error *error)
{
	int rc = steer_control_parse(text, NULL, rule, error);

	if (rc == 0 && *rule == NULL)
		return steer_control_refuse(error, EINVAL,
					    "no rule: what testpmd takes behind \"flow create "
					    "PORT\" is accepted");
	return rc;
}

/* Rules */

int
steer_control_validate(struct steer_port *port, const char *text,
		       struct steer_control_error *error)
{
	struct steer_text_rule *rule;
	int rc = parse_rule(text, &rule, error);

	if (rc < 0)
		return rc;
	rc = steer_control_check(port, rule, error);
	steer_text_free(rule);
	return rc;
}

/** A source of one rule. */
static int
next_once(void *arg, struct steer_flow_spec *spec, struct rte_flow_error *error)
{
	const struct steer_text_rule **rule = arg;

	RTE_SET_USED(error);
	if (*rule == NULL)
		return 0;
	*spec = (struct steer_flow_spec){ &(*rule)->attr, (*rule)->pattern, (*rule)->actions };
	*rule = NULL;
	return 1;
}

static int
add(struct steer_port *port, const struct steer_text_rule *rule, uint64_t *number,
    struct steer_control_error *error)
{
	const struct steer_text_rule *once = rule;
	const struct steer_flow_source source = { next_once, &once };
	struct rte_flow_error why = { .message = NULL };
	struct steer_flow_range made;
	int rc;

	if (rule->validate)
		return steer_control_refuse(error, EINVAL,
					    "flow validate: to make a rule, \"flow create\" is "
					    "accepted, or what stands behind it");
	rc = steer_in_kernel_flow_load(port, &source, STEER_CONTROL_NOTE, false, &made, &why);
	if (rc < 0)
		return steer_control_refuse_rule(error, -rc, rule, &why);
	*number = made.first;
	return 0;
}

int
steer_control_add(struct steer_port *port, const char *text, uint64_t *number,
		  struct steer_control_error *error)
{
	struct steer_text_rule *rule;
	int rc = steer_control_check_on(port, error);

	if (rc == 0)
		rc = parse_rule(text, &rule, error);
	if (rc < 0)
		return rc;
	rc = add(port, rule, number, error);
	steer_text_free(rule);
	return rc;
}

int
steer_control_destroy(struct steer_port *port, uint64_t number, bool any,
		      struct steer_control_error *error)
{
	struct rte_flow_error why = { .message = NULL };
	int rc = steer_control_check_on(port, error);

	if (rc < 0)
		return rc;
	rc = steer_in_kernel_flow_destroy_number(port, number, any ? NULL : STEER_CONTROL_NOTE,
						 &why);
	if (rc == -ENOENT)
		return steer_control_refuse(error, ENOENT, "no rule %" PRIu64, number);
	if (rc == -EPERM && !any)
		return steer_control_refuse(error, EPERM,
					    "rule %" PRIu64 " was not made by control: with "
					    "\"any\" it is destroyed all the same", number);
	return rc < 0 ? steer_control_refuse_rule(error, -rc, NULL, &why) : 0;
}

int
steer_control_flush(struct steer_port *port, uint64_t *n, struct steer_control_error *error)
{
	int rc = steer_control_check_on(port, error);

	if (rc == 0)
		*n = steer_in_kernel_flow_unload(port, STEER_CONTROL_NOTE, STEER_FLOW_ALL);
	return rc;
}

/* Life of the port */

int
steer_control_create(struct steer_port *port)
{
	if (!port->args.control)
		return 0;
	port->control = calloc(1, sizeof(*port->control));
	if (port->control != NULL)
		return 0;
	STEER_LOG(ERR, "%s: control=on: no memory for it", port->dev->data->name);
	return -ENOMEM;
}

void
steer_control_free(struct steer_port *port)
{
	if (port->control == NULL)
		return;
	steer_control_load_drop(&port->control->load);
	free(port->control);
	port->control = NULL;
}
