/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <ethdev_driver.h>
#include <rte_flow_driver.h>

#include "flow_spy.h"

static struct flow_spy *spy;
/* The port's own, and ours in their place. */
static const struct eth_dev_ops *dev_ops;
static const struct rte_flow_ops *flow_ops;
static struct eth_dev_ops spy_dev_ops;
static struct rte_flow_ops spy_flow_ops;

static int
refused(struct rte_flow_error *error)
{
	return rte_flow_error_set(error, ENOTSUP, RTE_FLOW_ERROR_TYPE_ACTION, NULL,
		FLOW_SPY_MESSAGE);
}

static bool
unwanted(const struct rte_flow_action *actions)
{
	for (; actions->type != RTE_FLOW_ACTION_TYPE_END; actions++) {
		if ((int)actions->type == spy->action)
			return true;
	}
	return spy->create;
}

static int
on_validate(struct rte_eth_dev *dev, const struct rte_flow_attr *attr,
	const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
	struct rte_flow_error *error)
{
	if (unwanted(actions))
		return refused(error);
	return flow_ops->validate(dev, attr, pattern, actions, error);
}

static struct rte_flow *
on_create(struct rte_eth_dev *dev, const struct rte_flow_attr *attr,
	const struct rte_flow_item pattern[], const struct rte_flow_action actions[],
	struct rte_flow_error *error)
{
	struct rte_flow *flow = NULL;

	spy->creates++;
	if (unwanted(actions))
		refused(error);
	else
		flow = flow_ops->create(dev, attr, pattern, actions, error);
	spy->rules += flow != NULL;
	return flow;
}

static int
on_destroy(struct rte_eth_dev *dev, struct rte_flow *flow, struct rte_flow_error *error)
{
	int ret = spy->destroy ? refused(error) : flow_ops->destroy(dev, flow, error);

	spy->rules -= ret == 0;
	return ret;
}

static int
on_flush(struct rte_eth_dev *dev, struct rte_flow_error *error)
{
	int ret = spy->flush ? refused(error) : flow_ops->flush(dev, error);

	if (ret == 0)
		spy->rules = 0;
	return ret;
}

static int
on_query(struct rte_eth_dev *dev, struct rte_flow *flow, const struct rte_flow_action *action,
	void *data, struct rte_flow_error *error)
{
	return spy->query ? refused(error) : flow_ops->query(dev, flow, action, data, error);
}

static int
on_isolate(struct rte_eth_dev *dev, int on, struct rte_flow_error *error)
{
	int ret = spy->isolate ? refused(error) : flow_ops->isolate(dev, on, error);

	if (ret == 0)
		spy->isolated = on;
	return ret;
}

static int
on_flow_ops(struct rte_eth_dev *dev, const struct rte_flow_ops **ops)
{
	RTE_SET_USED(dev);
	*ops = spy->no_api ? NULL : &spy_flow_ops;
	return 0;
}

static int
on_infos(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	int ret = dev_ops->dev_infos_get(dev, info);

	if (spy->no_keep)
		info->dev_capa &= ~(uint64_t)RTE_ETH_DEV_CAPA_FLOW_RULE_KEEP;
	if (spy->no_hash)
		info->rx_offload_capa &= ~(uint64_t)RTE_ETH_RX_OFFLOAD_RSS_HASH;
	return ret;
}

static int
on_reta(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size)
{
	return spy->rss ? -ENOTSUP : dev_ops->reta_update(dev, conf, size);
}

static int
on_hash(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	return spy->rss ? -ENOTSUP : dev_ops->rss_hash_update(dev, conf);
}

void
flow_spy_on(uint16_t port, struct flow_spy *s)
{
	struct rte_eth_dev *dev = &rte_eth_devices[port];

	spy = s;
	dev_ops = dev->dev_ops;
	dev_ops->flow_ops_get(dev, &flow_ops);
	spy_flow_ops = *flow_ops;
	spy_flow_ops.validate = on_validate;
	spy_flow_ops.create = on_create;
	spy_flow_ops.destroy = on_destroy;
	spy_flow_ops.flush = on_flush;
	spy_flow_ops.query = on_query;
	spy_flow_ops.isolate = on_isolate;
	spy_dev_ops = *dev_ops;
	spy_dev_ops.flow_ops_get = on_flow_ops;
	spy_dev_ops.dev_infos_get = on_infos;
	spy_dev_ops.reta_update = on_reta;
	spy_dev_ops.rss_hash_update = on_hash;
	dev->dev_ops = &spy_dev_ops;
}
