/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_errno.h>

#include "steer_hand_private.h"

/* Rules that the application does not know, of a port that may hand rules down: see steer_kept.h.
 * Where there is nothing to hand down, the engine does all at one moment. */

/** The lock is held. */
static int
keep(struct steer_port *port, struct steer_flow *flow, const char *note)
{
	struct handed_rule *r = steer_engine_flow_cookie(port->engine, flow);
	int rc = steer_engine_flow_keep(port->engine, flow, note);

	if (rc == 0 && r != NULL)
		r->kept = true;
	return rc;
}

int
steer_hand_flow_keep(struct steer_port *port, struct rte_flow *flow, const char *note)
{
	int rc;

	if (steer_hand_idle(port))
		return steer_engine_flow_keep(port->engine, steer_hand_ours(flow), note);
	pthread_mutex_lock(&port->hand->lock);
	rc = keep(port, steer_hand_ours(flow), note);
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}

/* One by one: the lock is held */

static int
destroy_number(struct steer_port *port, uint64_t number, const char *by,
	       struct rte_flow_error *error)
{
	struct handed_rule *r;
	struct steer_flow *flow;
	int rc = steer_engine_flow_find(port->engine, number, by, &flow);

	if (rc < 0)
		return rc;
	r = steer_engine_flow_cookie(port->engine, flow);
	rc = r != NULL ? steer_hand_let_go(port, r, error) : 0;
	if (rc == 0)
		rc = steer_engine_flow_destroy_number(port->engine, number, by);
	if (rc == 0 && r != NULL)
		steer_hand_forget(port->hand, r);
	return rc;
}

static uint64_t
unload(struct steer_port *port, const char *by, struct steer_flow_range range)
{
	struct steer_flow *flow;
	uint64_t n = 0;

	while ((flow = steer_engine_flow_kept(port->engine, by, range)) != NULL) {
		range.first = steer_engine_flow_number(flow);
		if (destroy_number(port, range.first++, by, NULL) == 0)
			n++;
	}
	return n;
}

static int
make(struct steer_port *port, const struct steer_flow_spec *spec, const char *note,
     struct steer_flow_range *made, struct rte_flow_error *error)
{
	struct steer_flow *flow = steer_hand_make(port, spec->attr, spec->pattern, spec->actions,
						  error);
	uint64_t number;

	if (flow == NULL)
		return -rte_errno;
	number = steer_engine_flow_number(flow);
	if (keep(port, flow, note) < 0) {
		destroy_number(port, number, NULL, NULL);
		return rte_flow_error_set(error, ENOMEM, RTE_FLOW_ERROR_TYPE_HANDLE, NULL,
					  "no memory for a rule's note");
	}
	if (made->first == made->end)
		made->first = number;
	made->end = number + 1;
	return 0;
}

static int
load(struct steer_port *port, const struct steer_flow_source *source, const char *note,
     bool replace, struct steer_flow_range *made, struct rte_flow_error *error)
{
	struct steer_flow_spec spec;
	int rc;

	*made = (struct steer_flow_range){ UINT64_MAX, UINT64_MAX };
	while ((rc = source->next(source->arg, &spec, error)) > 0) {
		rc = make(port, &spec, note, made, error);
		if (rc < 0)
			break;
	}
	if (rc < 0)
		unload(port, note, *made);
	else if (replace)
		unload(port, note, (struct steer_flow_range){ 0, made->first });
	return rc;
}

/* Operations */

int
steer_hand_flow_load(struct steer_port *port, const struct steer_flow_source *source,
		     const char *note, bool replace, struct steer_flow_range *made,
		     struct rte_flow_error *error)
{
	int rc;

	if (steer_hand_idle(port))
		return steer_engine_flow_load(port->engine, source, note, replace, made, error);
	pthread_mutex_lock(&port->hand->lock);
	rc = load(port, source, note, replace, made, error);
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}

uint64_t
steer_hand_flow_unload(struct steer_port *port, const char *by, struct steer_flow_range range)
{
	uint64_t n;

	if (steer_hand_idle(port))
		return steer_engine_flow_unload(port->engine, by, range);
	pthread_mutex_lock(&port->hand->lock);
	n = unload(port, by, range);
	pthread_mutex_unlock(&port->hand->lock);
	return n;
}

int
steer_hand_flow_destroy_number(struct steer_port *port, uint64_t number, const char *by,
			       struct rte_flow_error *error)
{
	int rc;

	if (steer_hand_idle(port))
		return steer_engine_flow_destroy_number(port->engine, number, by);
	pthread_mutex_lock(&port->hand->lock);
	rc = destroy_number(port, number, by, error);
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}
