/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_errno.h>

#include "steer_error.h"
#include "steer_in_kernel_private.h"
#include "steer_port.h"

/*
 * Flow operations of a port whose packets are judged in the kernel as well: what the engine has
 * done is done below before the call returns, or soon, where many come in a row. What fails there
 * is taken back in the engine; what takes rules away does not fail.
 */

static int
refuse(const struct steer_kernel_trouble *t, struct rte_flow_error *error)
{
	return steer_error(error, t->code, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
			   "in the kernel: %s: %s", t->step, t->text);
}

/** What takes rules away, or changes what they do, is not refused. */
static void
follow(struct steer_port *port)
{
	if (!steer_in_kernel_put_off(port))
		steer_in_kernel_follow(port);
}

static struct rte_flow *
create(struct steer_port *port, const struct rte_flow_attr *attr,
       const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
       struct rte_flow_error *error)
{
	struct steer_kernel_trouble trouble = { .step = "sync", .code = EIO };
	struct rte_flow *flow = steer_hand_flow_create(port, attr, pattern, actions, error);

	if (flow == NULL || port->in_kernel->k == NULL)
		return flow;
	/* One that cannot be given to them is refused, and not put off. */
	if (steer_kernel_check(port->in_kernel->k, port->engine, (struct steer_flow *)flow,
			       &trouble) == 0 &&
	    steer_in_kernel_put_off(port))
		return flow;
	if (steer_in_kernel_sync(port, &trouble) == 0)
		return flow;
	steer_hand_flow_destroy(port, flow, NULL);
	refuse(&trouble, error);
	return NULL;
}

struct rte_flow *
steer_in_kernel_flow_create(struct steer_port *port, const struct rte_flow_attr *attr,
			    const struct rte_flow_item pattern[],
			    const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	struct rte_flow *flow;

	if (!steer_in_kernel_on(port))
		return steer_hand_flow_create(port, attr, pattern, actions, error);
	pthread_mutex_lock(&port->in_kernel->lock);
	flow = create(port, attr, pattern, actions, error);
	pthread_mutex_unlock(&port->in_kernel->lock);
	return flow;
}

/** Then the programs could have to say more exactly what they may have said in outline. */
static bool
sends_to_kernel(const struct rte_flow_action *action)
{
	for (; action != NULL && action->type != RTE_FLOW_ACTION_TYPE_END; action++)
		if (action->type == RTE_FLOW_ACTION_TYPE_SEND_TO_KERNEL)
			return true;
	return false;
}

int
steer_in_kernel_flow_update(struct steer_port *port, struct rte_flow *flow,
			    const struct rte_flow_action actions[], struct rte_flow_error *error)
{
	int rc;

	if (!steer_in_kernel_on(port))
		return steer_hand_flow_update(port, flow, actions, error);
	if (sends_to_kernel(actions))
		return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, actions,
					  "send_to_kernel: not by an update: create another rule");
	pthread_mutex_lock(&port->in_kernel->lock);
	rc = steer_hand_flow_update(port, flow, actions, error);
	if (rc == 0)
		follow(port);
	pthread_mutex_unlock(&port->in_kernel->lock);
	return rc;
}

int
steer_in_kernel_flow_destroy(struct steer_port *port, struct rte_flow *flow,
			     struct rte_flow_error *error)
{
	int rc;

	if (!steer_in_kernel_on(port))
		return steer_hand_flow_destroy(port, flow, error);
	pthread_mutex_lock(&port->in_kernel->lock);
	rc = steer_hand_flow_destroy(port, flow, error);
	if (rc == 0)
		follow(port);
	pthread_mutex_unlock(&port->in_kernel->lock);
	return rc;
}

int
steer_in_kernel_flow_flush(struct steer_port *port, struct rte_flow_error *error)
{
	int rc;

	if (!steer_in_kernel_on(port))
		return steer_hand_flow_flush(port, error);
	pthread_mutex_lock(&port->in_kernel->lock);
	rc = steer_hand_flow_flush(port, error);
	if (rc == 0)
		follow(port);
	pthread_mutex_unlock(&port->in_kernel->lock);
	return rc;
}

/* Rules that the application does not know */

static int
load(struct steer_port *port, const struct steer_flow_source *source, const char *note,
     bool replace, struct steer_flow_range *made, struct rte_flow_error *error)
{
	struct steer_kernel_trouble trouble = { .step = "sync", .code = EIO };
	int rc = steer_hand_flow_load(port, source, note, false, made, error);

	if (rc < 0)
		return rc;
	if (steer_in_kernel_sync(port, &trouble) < 0) {
		steer_hand_flow_unload(port, note, *made);
		return refuse(&trouble, error);
	}
	if (replace && steer_hand_flow_unload(port, note,
					      (struct steer_flow_range){ 0, made->first }) > 0)
		follow(port);
	return 0;
}

int
steer_in_kernel_flow_load(struct steer_port *port, const struct steer_flow_source *source,
			  const char *note, bool replace, struct steer_flow_range *made,
			  struct rte_flow_error *error)
{
	int rc;

	if (!steer_in_kernel_on(port))
		return steer_hand_flow_load(port, source, note, replace, made, error);
	pthread_mutex_lock(&port->in_kernel->lock);
	rc = load(port, source, note, replace, made, error);
	pthread_mutex_unlock(&port->in_kernel->lock);
	return rc;
}

uint64_t
steer_in_kernel_flow_unload(struct steer_port *port, const char *by, struct steer_flow_range range)
{
	uint64_t n;

	if (!steer_in_kernel_on(port))
		return steer_hand_flow_unload(port, by, range);
	pthread_mutex_lock(&port->in_kernel->lock);
	n = steer_hand_flow_unload(port, by, range);
	if (n > 0)
		follow(port);
	pthread_mutex_unlock(&port->in_kernel->lock);
	return n;
}

int
steer_in_kernel_flow_destroy_number(struct steer_port *port, uint64_t number, const char *by,
				    struct rte_flow_error *error)
{
	int rc;

	if (!steer_in_kernel_on(port))
		return steer_hand_flow_destroy_number(port, number, by, error);
	pthread_mutex_lock(&port->in_kernel->lock);
	rc = steer_hand_flow_destroy_number(port, number, by, error);
	if (rc == 0)
		follow(port);
	pthread_mutex_unlock(&port->in_kernel->lock);
	return rc;
}

/* Others */

static int
isolate(struct steer_port *port, bool on, struct rte_flow_error *error)
{
	struct steer_kernel_trouble trouble = { .step = "sync", .code = EIO };
	const bool before = steer_engine_isolated(port->engine);
	int rc = steer_hand_flow_isolate(port, on, error);

	if (rc < 0 || steer_in_kernel_sync(port, &trouble) == 0)
		return rc;
	steer_hand_flow_isolate(port, before, NULL);
	return refuse(&trouble, error);
}

int
steer_in_kernel_flow_isolate(struct steer_port *port, bool on, struct rte_flow_error *error)
{
	int rc;

	if (!steer_in_kernel_on(port))
		return steer_hand_flow_isolate(port, on, error);
	pthread_mutex_lock(&port->in_kernel->lock);
	rc = isolate(port, on, error);
	pthread_mutex_unlock(&port->in_kernel->lock);
	return rc;
}

int
steer_in_kernel_check_queues(const struct steer_port *port, struct rte_flow_error *error)
{
	if (!steer_in_kernel_on(port))
		return 0;
	return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
				  "kernel=: rules that come by flow queues are not in the kernel");
}

const char *
steer_in_kernel_hook(const struct steer_in_kernel *ik)
{
	if (ik->netdev.kind != STEER_KERNEL_XDP)
		return "TAP";
	return ik->generic ? "generic XDP" : "native XDP";
}

static void
print_state(const struct steer_in_kernel *ik, FILE *file)
{
	struct steer_kernel_info info;

	steer_kernel_info(ik->k, &info);
	fprintf(file, "# in the kernel, by %s on %s", steer_in_kernel_hook(ik), ik->netdev.name);
	if (ik->netdev.kind == STEER_KERNEL_REMOTE)
		fprintf(file, " and %s on remote %s", steer_remote_hook(ik),
			ik->remote.netdev.name);
	fprintf(file, ": %u rules (%u refined here), %u masks\n", info.rules, info.refined,
		info.masks);
}

void
steer_in_kernel_dump(struct steer_port *port, FILE *file)
{
	if (!steer_in_kernel_on(port))
		return;
	pthread_mutex_lock(&port->in_kernel->lock);
	if (port->in_kernel->behind)
		steer_in_kernel_follow(port);
	if (port->in_kernel->k != NULL)
		print_state(port->in_kernel, file);
	pthread_mutex_unlock(&port->in_kernel->lock);
}
