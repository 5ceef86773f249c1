/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include "steer_compat.h"
#include "steer_control.h"
#include "steer_port.h"
#include "steer_telemetry.h"

/* Requests that change rules. A refusal is an answer as well: telemetry has no words for one. */

/** What was changed. */
static void
begin_answer(const struct steer_telemetry_request *r, struct rte_tel_data *d, const char *what)
{
	STEER_LOG(DEBUG, "%s: telemetry: %s", r->port->dev->data->name, what);
	rte_tel_data_start_dict(d);
	rte_tel_data_add_dict_int(d, "port", r->port->dev->data->port_id);
}

/** What was not, and why: one string, as long as it fits. @return 0; -ENOMEM. */
static int
refused(const struct steer_telemetry_request *r, struct rte_tel_data *d, const char *what, int rc,
	const struct steer_control_error *error)
{
	const size_t len = strlen(error->message);

	STEER_LOG(INFO, "%s: telemetry: %s: %s", r->port->dev->data->name, what, error->message);
	rte_tel_data_start_dict(d);
	if (len <= STEER_TELEMETRY_STRING)
		rte_tel_data_add_dict_string(d, "error", error->message);
	else if (steer_telemetry_add_pieces(d, "error", error->message, len) < 0)
		return -ENOMEM;
	rte_tel_data_add_dict_int(d, "errno", -rc);
	if (error->line > 0)
		rte_tel_data_add_dict_int(d, "line", (int)error->line);
	if (error->at >= 0)
		rte_tel_data_add_dict_int(d, "at", error->at);
	return 0;
}

static int
flow_create(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_control_error error;
	uint64_t number;
	int rc = steer_control_add(r->port, r->text, &number, &error);

	if (rc < 0)
		return refused(r, d, "flow_create", rc, &error);
	begin_answer(r, d, "flow_create");
	STEER_TEL_DICT_UINT(d, "flow", number);
	return 0;
}

static int
flow_validate(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_control_error error;
	int rc = steer_control_validate(r->port, r->text, &error);

	if (rc < 0)
		return refused(r, d, "flow_validate", rc, &error);
	begin_answer(r, d, "flow_validate");
	return 0;
}

/** A word behind the numbers, or nothing. @return 0; -EINVAL: something else. */
static int
read_word(const struct steer_telemetry_request *r, const char *word, bool *is_there)
{
	*is_there = r->text != NULL;
	return r->text == NULL || strcmp(r->text, word) == 0 ? 0 : -EINVAL;
}

static int
flow_destroy(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_control_error error;
	bool any;
	int rc = read_word(r, "any", &any);

	if (rc < 0)
		return rc;
	rc = steer_control_destroy(r->port, r->number[0], any, &error);
	if (rc < 0)
		return refused(r, d, "flow_destroy", rc, &error);
	begin_answer(r, d, "flow_destroy");
	STEER_TEL_DICT_UINT(d, "flow", r->number[0]);
	return 0;
}

static int
flow_flush(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_control_error error;
	uint64_t n = 0;
	int rc = steer_control_flush(r->port, &n, &error);

	if (rc < 0)
		return refused(r, d, "flow_flush", rc, &error);
	begin_answer(r, d, "flow_flush");
	STEER_TEL_DICT_UINT(d, "destroyed", n);
	return 0;
}

static int
load_begin(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_control_error error;
	uint64_t token;
	bool replace;
	int rc = read_word(r, "replace", &replace);

	if (rc < 0)
		return rc;
	rc = steer_control_load_begin(r->port, replace, &token, &error);
	if (rc < 0)
		return refused(r, d, "load_begin", rc, &error);
	begin_answer(r, d, "load_begin");
	STEER_TEL_DICT_UINT(d, "load", token);
	return 0;
}

static int
load_add(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_control_error error;
	unsigned int line;
	int rc = steer_control_load_line(r->port, r->number[0], r->text, &line, &error);

	if (rc < 0)
		return refused(r, d, "load_add", rc, &error);
	begin_answer(r, d, "load_add");
	STEER_TEL_DICT_UINT(d, "line", line);
	return 0;
}

static int
load_commit(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_control_error error;
	uint64_t n;
	int rc = steer_control_load_commit(r->port, r->number[0], &n, &error);

	if (rc < 0)
		return refused(r, d, "load_commit", rc, &error);
	begin_answer(r, d, "load_commit");
	STEER_TEL_DICT_UINT(d, "flows", n);
	return 0;
}

static int
load_abort(const struct steer_telemetry_request *r, struct rte_tel_data *d)
{
	struct steer_control_error error;
	int rc = steer_control_load_abort(r->port, r->number[0], &error);

	if (rc < 0)
		return refused(r, d, "load_abort", rc, &error);
	begin_answer(r, d, "load_abort");
	return 0;
}

/* Commands */

static const struct steer_params_shape port_only = { 1, 1, STEER_PARAMS_NO_TEXT };
static const struct steer_params_shape port_and_word = { 1, 1, STEER_PARAMS_MAY_TEXT };
static const struct steer_params_shape port_and_text = { 1, 1, STEER_PARAMS_MUST_TEXT };
static const struct steer_params_shape number_only = { 2, 2, STEER_PARAMS_NO_TEXT };
static const struct steer_params_shape number_and_word = { 2, 2, STEER_PARAMS_MAY_TEXT };
static const struct steer_params_shape number_and_text = { 2, 2, STEER_PARAMS_MUST_TEXT };

/* DPDK gives a callback no argument of its own. */
#define COMMAND(name, shape) \
	static int on_##name(const char *cmd, const char *params, struct rte_tel_data *d) \
	{ \
		return steer_telemetry_answer(cmd, params, d, &shape, name); \
	}

COMMAND(flow_create, port_and_text)
COMMAND(flow_validate, port_and_text)
COMMAND(flow_destroy, number_and_word)
COMMAND(flow_flush, port_only)
COMMAND(load_begin, port_and_word)
COMMAND(load_add, number_and_text)
COMMAND(load_commit, number_only)
COMMAND(load_abort, number_only)

RTE_INIT(steer_telemetry_control_init)
{
	rte_telemetry_register_cmd("/steer/flow_create", on_flow_create,
				   "Make a rule (control=on). Parameters: port,rule as text");
	rte_telemetry_register_cmd("/steer/flow_validate", on_flow_validate,
				   "Would a rule be taken? Parameters: port,rule as text");
	rte_telemetry_register_cmd("/steer/flow_destroy", on_flow_destroy,
				   "Destroy a rule (control=on). Parameters: port,rule[,any]");
	rte_telemetry_register_cmd("/steer/flow_flush", on_flow_flush,
				   "Destroy the rules of control (control=on). Parameters: port");
	rte_telemetry_register_cmd("/steer/load_begin", on_load_begin,
				   "Begin a load (control=on). Parameters: port[,replace]");
	rte_telemetry_register_cmd("/steer/load_add", on_load_add,
				   "Add a line to a load. Parameters: port,load,rule as text");
	rte_telemetry_register_cmd("/steer/load_commit", on_load_commit,
				   "Make all rules of a load. Parameters: port,load");
	rte_telemetry_register_cmd("/steer/load_abort", on_load_abort,
				   "Forget a load. Parameters: port,load");
}
