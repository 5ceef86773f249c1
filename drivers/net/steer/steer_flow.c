/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <ethdev_driver.h>
#include <rte_flow_driver.h>

#include "steer_port.h"

/*
 * rte_flow as ethdev hands it down: the engine has it all. struct rte_flow is what applications
 * call an opaque rule; ours is struct steer_flow.
 */

static inline struct steer_flow *
ours(struct rte_flow *flow)
{
	return (struct steer_flow *)flow;
}

static int
flow_validate(struct rte_eth_dev *dev, const struct rte_flow_attr *attr,
	      const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
	      struct rte_flow_error *error)
{
	return steer_engine_validate(steer_port(dev)->engine, attr, pattern, actions, error);
}

static struct rte_flow *
flow_create(struct rte_eth_dev *dev, const struct rte_flow_attr *attr,
	    const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
	    struct rte_flow_error *error)
{
	return (struct rte_flow *)steer_engine_flow_create(steer_port(dev)->engine, attr, pattern,
							   actions, error);
}

static int
flow_destroy(struct rte_eth_dev *dev, struct rte_flow *flow, struct rte_flow_error *error)
{
	return steer_engine_flow_destroy(steer_port(dev)->engine, ours(flow), error);
}

static int
flow_flush(struct rte_eth_dev *dev, struct rte_flow_error *error)
{
	return steer_engine_flow_flush(steer_port(dev)->engine, error);
}

static int
flow_query(struct rte_eth_dev *dev, struct rte_flow *flow, const struct rte_flow_action *action,
	   void *data, struct rte_flow_error *error)
{
	return steer_engine_flow_query(steer_port(dev)->engine, ours(flow), action, data, error);
}

static int
flow_isolate(struct rte_eth_dev *dev, int on, struct rte_flow_error *error)
{
	RTE_SET_USED(error);
	steer_engine_isolate(steer_port(dev)->engine, on != 0);
	return 0;
}

static int
flow_dump(struct rte_eth_dev *dev, struct rte_flow *flow, FILE *file, struct rte_flow_error *error)
{
	return steer_engine_flow_dump(steer_port(dev)->engine, ours(flow), file, error);
}

static const struct rte_flow_ops flow_ops = {
	.validate = flow_validate,
	.create = flow_create,
	.destroy = flow_destroy,
	.flush = flow_flush,
	.query = flow_query,
	.isolate = flow_isolate,
	.dev_dump = flow_dump,
};

int
steer_flow_ops_get(struct rte_eth_dev *dev, const struct rte_flow_ops **ops)
{
	RTE_SET_USED(dev);
	*ops = &flow_ops;
	return 0;
}
