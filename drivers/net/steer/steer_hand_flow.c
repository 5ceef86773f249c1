/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_errno.h>

#include "steer_hand_private.h"

/*
 * Flow operations of a port that may hand rules down. struct rte_flow is what applications call an
 * opaque rule; ours is struct steer_flow.
 *
 * The engine says what a rule is; but what the lower has to give up it gives up first, so that with
 * hw=require a refusal leaves all as it was.
 */

int
steer_hand_pass_on(const struct refusal *no, int rc, struct rte_flow_error *error)
{
	return rte_flow_error_set(error, -rc, no->error.type, NULL, no->error.message);
}

/* Creating */

static struct handed_rule *
add_copy(struct steer_port *port, struct steer_flow *flow, const struct rte_flow_attr *attr,
	 const struct rte_flow_item *pattern, const struct rte_flow_action *actions)
{
	struct handed_rule *r = steer_handed_copy(attr, pattern, actions);

	if (r == NULL)
		return NULL;
	r->flow = flow;
	TAILQ_INSERT_TAIL(&port->hand->rules, r, link);
	if (steer_engine_flow_set_cookie(port->engine, flow, r) < 0) {
		steer_hand_forget(port->hand, r);
		return NULL;
	}
	return r;
}

struct steer_flow *
steer_hand_make(struct steer_port *port, const struct rte_flow_attr *attr,
		const struct rte_flow_item *pattern, const struct rte_flow_action *actions,
		struct rte_flow_error *error)
{
	struct refusal no = { .flow = NULL };
	struct steer_flow *flow =
		steer_engine_flow_create(port->engine, attr, pattern, actions, error);
	struct handed_rule *r;
	int rc;

	if (flow == NULL)
		return NULL;
	r = add_copy(port, flow, attr, pattern, actions);
	if (r == NULL) {
		steer_engine_flow_destroy(port->engine, flow, NULL);
		rte_flow_error_set(error, ENOMEM, RTE_FLOW_ERROR_TYPE_HANDLE, NULL,
				   "no memory for a copy of the rule");
		return NULL;
	}
	rc = steer_hand_offer(port, r, &no);
	if (rc == 0)
		return flow;
	steer_hand_forget(port->hand, r);
	steer_engine_flow_destroy(port->engine, flow, NULL);
	steer_hand_pass_on(&no, rc, error);
	return NULL;
}

struct rte_flow *
steer_hand_flow_create(struct steer_port *port, const struct rte_flow_attr *attr,
		       const struct rte_flow_item pattern[],
		       const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	struct steer_flow *flow;

	if (steer_hand_idle(port))
		return (struct rte_flow *)steer_engine_flow_create(port->engine, attr, pattern,
								   actions, error);
	pthread_mutex_lock(&port->hand->lock);
	flow = steer_hand_make(port, attr, pattern, actions, error);
	pthread_mutex_unlock(&port->hand->lock);
	return (struct rte_flow *)flow;
}

/** With hw=require the lower is asked, too, if it is there and can tell. */
static int
ask_lower(const struct steer_port *port, const struct rte_flow_attr *attr,
	  const struct rte_flow_item *pattern, const struct rte_flow_action *actions,
	  struct rte_flow_error *error)
{
	const char *unfit = steer_handed_unfit(attr, pattern, actions);
	int rc;

	if (!steer_hand_required(port) || !port->hand->running)
		return 0;
	if (unfit != NULL)
		return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
					  unfit);
	rc = rte_flow_validate(port->lower.port_id, attr, pattern, actions, error);
	return rc != -ENOSYS ? rc : 0;
}

int
steer_hand_flow_validate(struct steer_port *port, const struct rte_flow_attr *attr,
			 const struct rte_flow_item pattern[],
			 const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	int rc = steer_engine_validate(port->engine, attr, pattern, actions, error);

	if (rc < 0 || steer_hand_idle(port))
		return rc;
	pthread_mutex_lock(&port->hand->lock);
	rc = ask_lower(port, attr, pattern, actions, error);
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}

/* Changing */

/** One copy of a rule in the place of another one. */
static void
replace_copy(struct steer_port *port, struct handed_rule *old, struct handed_rule *r)
{
	r->flow = old->flow;
	r->kept = old->kept;
	if (old->count != NULL && r->count != NULL)
		r->carried = old->carried;
	TAILQ_INSERT_AFTER(&port->hand->rules, old, r, link);
	TAILQ_REMOVE(&port->hand->rules, old, link);
	steer_engine_flow_set_cookie(port->engine, r->flow, r);
}

/**
 * Software takes over with the new actions, then all goes down again. With hw=require, should the
 * lower refuse what it has called valid, the old ones go down again.
 * @return 0: @p r is in use; else @p old is, as before.
 */
static int
change(struct steer_port *port, struct handed_rule *old, struct handed_rule *r,
       const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	struct refusal no = { .flow = NULL }, ignored = { .flow = NULL };
	int rc = steer_engine_flow_update(port->engine, old->flow, actions, error);

	if (rc < 0)
		return rc;
	steer_hand_take_back(port);
	replace_copy(port, old, r);
	rc = steer_hand_offer(port, r, &no);
	if (rc == 0)
		return 0;
	steer_engine_flow_update(port->engine, old->flow, old->rule.actions_ro, NULL);
	replace_copy(port, r, old);
	steer_hand_offer(port, old, &ignored);
	return steer_hand_pass_on(&no, rc, error);
}

static int
update(struct steer_port *port, struct steer_flow *flow, const struct rte_flow_action *actions,
       struct rte_flow_error *error)
{
	struct handed_rule *old = steer_engine_flow_cookie(port->engine, flow), *r;
	int rc;

	if (old == NULL)
		return steer_engine_flow_update(port->engine, flow, actions, error);
	/* What is copied has been looked at. */
	rc = steer_engine_validate(port->engine, old->rule.attr_ro, old->rule.pattern_ro, actions,
				   error);
	if (rc == 0)
		rc = ask_lower(port, old->rule.attr_ro, old->rule.pattern_ro, actions, error);
	if (rc < 0)
		return rc;
	r = steer_handed_copy(old->rule.attr_ro, old->rule.pattern_ro, actions);
	if (r == NULL)
		return rte_flow_error_set(error, ENOMEM, RTE_FLOW_ERROR_TYPE_HANDLE, NULL,
					  "no memory for a copy of the rule");
	rc = change(port, old, r, actions, error);
	free(rc == 0 ? old : r);
	return rc;
}

int
steer_hand_flow_update(struct steer_port *port, struct rte_flow *flow,
		       const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	int rc;

	if (steer_hand_idle(port))
		return steer_engine_flow_update(port->engine, steer_hand_ours(flow), actions,
						error);
	pthread_mutex_lock(&port->hand->lock);
	rc = update(port, steer_hand_ours(flow), actions, error);
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}

/* Destroying */

int
steer_hand_let_go(struct steer_port *port, struct handed_rule *r, struct rte_flow_error *error)
{
	struct refusal no = { .flow = r->flow };
	int rc = steer_handed_destroy(port, r, &no.error);

	if (rc == 0)
		return 0;
	if (steer_hand_required(port))
		return steer_hand_pass_on(&no, rc, error);
	steer_hand_give_up(port, &no);
	return 0;
}

static int
destroy(struct steer_port *port, struct steer_flow *flow, struct rte_flow_error *error)
{
	struct handed_rule *r = steer_engine_flow_cookie(port->engine, flow);
	int rc = r != NULL ? steer_hand_let_go(port, r, error) : 0;

	if (rc == 0)
		rc = steer_engine_flow_destroy(port->engine, flow, error);
	if (rc == 0 && r != NULL)
		steer_hand_forget(port->hand, r);
	return rc;
}

int
steer_hand_flow_destroy(struct steer_port *port, struct rte_flow *flow,
			struct rte_flow_error *error)
{
	int rc;

	if (steer_hand_idle(port))
		return steer_engine_flow_destroy(port->engine, steer_hand_ours(flow), error);
	pthread_mutex_lock(&port->hand->lock);
	rc = destroy(port, steer_hand_ours(flow), error);
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}

/** Software takes over, so that they all go at once; those that stay go down again. */
int
steer_hand_flow_flush(struct steer_port *port, struct rte_flow_error *error)
{
	struct refusal no = { .flow = NULL };
	struct handed_rule *kept;
	int rc;

	if (steer_hand_idle(port))
		return steer_engine_flow_flush(port->engine, error);
	pthread_mutex_lock(&port->hand->lock);
	steer_hand_take_back(port);
	rc = steer_engine_flow_flush(port->engine, error);
	steer_hand_forget_flushed(port->hand);
	kept = TAILQ_FIRST(&port->hand->rules);
	if (rc == 0 && kept != NULL) {
		rc = steer_hand_offer(port, kept, &no);
		rc = rc < 0 ? steer_hand_pass_on(&no, rc, error) : 0;
	}
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}

/* Querying */

/** What software counted, and what the lower ever did. */
static int
query(struct steer_port *port, struct steer_flow *flow, const struct rte_flow_action *action,
      void *data, struct rte_flow_error *error)
{
	struct handed_rule *r = steer_engine_flow_cookie(port->engine, flow);
	struct rte_flow_query_count *count = data;
	int rc;

	if (r != NULL) {
		rc = steer_handed_count(port, r, error);
		if (rc < 0)
			return rc;
	}
	rc = steer_engine_flow_query(port->engine, flow, action, data, error);
	if (rc < 0 || r == NULL || action->type != RTE_FLOW_ACTION_TYPE_COUNT)
		return rc;
	count->hits += r->carried.hits;
	count->bytes += r->carried.bytes;
	if (count->reset)
		r->carried = (struct tally){ .hits = 0 };
	return 0;
}

int
steer_hand_flow_query(struct steer_port *port, struct rte_flow *flow,
		      const struct rte_flow_action *action, void *data,
		      struct rte_flow_error *error)
{
	int rc;

	if (steer_hand_idle(port))
		return steer_engine_flow_query(port->engine, steer_hand_ours(flow), action, data,
					       error);
	pthread_mutex_lock(&port->hand->lock);
	rc = query(port, steer_hand_ours(flow), action, data, error);
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}

/* Others */

static int
isolate(struct steer_port *port, bool on, struct rte_flow_error *error)
{
	struct refusal no = { .flow = NULL };
	int rc = 0;

	if (port->hand->path)
		rc = rte_flow_isolate(port->lower.port_id, on, &no.error);
	if (rc < 0 && steer_hand_required(port))
		return steer_hand_pass_on(&no, rc, error);
	if (rc < 0)
		steer_hand_give_up(port, &no);
	else if (port->hand->path)
		port->hand->isolated = on;
	steer_engine_isolate(port->engine, on);
	return 0;
}

int
steer_hand_flow_isolate(struct steer_port *port, bool on, struct rte_flow_error *error)
{
	int rc = 0;

	if (steer_hand_idle(port)) {
		steer_engine_isolate(port->engine, on);
		return 0;
	}
	pthread_mutex_lock(&port->hand->lock);
	if (on != steer_engine_isolated(port->engine))
		rc = isolate(port, on, error);
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}

int
steer_hand_check_queues(const struct steer_port *port, struct rte_flow_error *error)
{
	if (port->hand == NULL || !steer_hand_required(port))
		return 0;
	return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
				  "hw=require: with flow queues rules are kept in software");
}

void
steer_hand_flow_queues(struct steer_port *port)
{
	if (port->hand == NULL)
		return;
	pthread_mutex_lock(&port->hand->lock);
	steer_hand_take_back(port);
	port->hand->queues = true;
	pthread_mutex_unlock(&port->hand->lock);
}

static void
print_state(const struct steer_port *port, FILE *file)
{
	const struct steer_hand *hand = port->hand;

	if (hand->path)
		fprintf(file, "# handed down to lower port '%s':\n", port->args.iface);
	else if (hand->given_up)
		fprintf(file, "# in software, as lower port '%s' cannot have them: %s\n",
			port->args.iface, hand->why);
}

int
steer_hand_flow_dump(struct steer_port *port, struct rte_flow *flow, FILE *file,
		     struct rte_flow_error *error)
{
	const uint16_t id = port->dev->data->port_id;
	int rc;

	if (steer_hand_idle(port))
		return steer_engine_flow_dump(port->engine, id, steer_hand_ours(flow), file, error);
	pthread_mutex_lock(&port->hand->lock);
	if (flow == NULL)
		print_state(port, file);
	rc = steer_engine_flow_dump(port->engine, id, steer_hand_ours(flow), file, error);
	pthread_mutex_unlock(&port->hand->lock);
	return rc;
}
