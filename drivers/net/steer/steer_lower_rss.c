/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include "steer_port.h"

/* The lower port's RSS, where it has to spread as ours does. */

#define GROUPS (STEER_RETA_MAX / RTE_ETH_RETA_GROUP_SIZE)

/** Drivers do not agree on what others hash: PORT is ports to some, a port's number to others. */
#define TYPES_AGREED \
	((STEER_RSS_TYPES_TUPLE | RTE_ETH_RSS_LEVEL_MASK) & ~(uint64_t)RTE_ETH_RSS_PORT)

static int
set_hash(uint16_t lower, const struct rte_eth_dev_info *info, const struct steer_rss_conf *conf)
{
	uint8_t key[STEER_RSS_KEY_LEN];
	struct rte_eth_rss_conf hash = {
		.rss_key = key,
		.rss_key_len = sizeof(key),
		.rss_hf = conf->types & ~(uint64_t)RTE_ETH_RSS_LEVEL_MASK,
	};

	/* Without a level, drivers take the outer headers, too. */
	if (conf->level > 1)
		hash.rss_hf |= conf->level * RTE_ETH_RSS_LEVEL_OUTERMOST;
	if ((conf->types & ~TYPES_AGREED) != 0)
		return -ENOTSUP;
	/* ethdev would refuse it, too, and log an error. */
	if ((hash.rss_hf & ~info->flow_type_rss_offloads) != 0)
		return -ENOTSUP;
	memcpy(key, conf->key, sizeof(key));
	STEER_RSS_CONF_SET_FUNC(&hash, conf->func);
	return rte_eth_dev_rss_hash_update(lower, &hash);
}

/**
 * Can a table of @p size entries send every hash where ours does? If one size divides the other,
 * the entries of one repeat those of the other.
 */
static bool
reta_fits(uint16_t size, const struct steer_rss_conf *conf)
{
	if (size == 0 || size > STEER_RETA_MAX)
		return false;
	if (size % conf->reta_size == 0)
		return true;
	if (conf->reta_size % size != 0)
		return false;
	for (uint32_t i = size; i < conf->reta_size; i++)
		if (conf->reta[i] != conf->reta[i % size])
			return false;
	return true;
}

static int
set_reta(uint16_t lower, uint16_t size, const struct steer_rss_conf *conf)
{
	struct rte_eth_rss_reta_entry64 reta[GROUPS];

	if (!reta_fits(size, conf))
		return -ENOTSUP;
	memset(reta, 0, sizeof(reta));
	for (uint16_t i = 0; i < size; i++) {
		struct rte_eth_rss_reta_entry64 *group = &reta[i / RTE_ETH_RETA_GROUP_SIZE];

		group->mask |= RTE_BIT64(i % RTE_ETH_RETA_GROUP_SIZE);
		group->reta[i % RTE_ETH_RETA_GROUP_SIZE] = conf->reta[i % conf->reta_size];
	}
	return rte_eth_dev_rss_reta_update(lower, reta, size);
}

uint64_t
steer_lower_rss_types(const struct rte_eth_dev_info *lower)
{
	return lower->flow_type_rss_offloads &
	       (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_SCTP);
}

int
steer_lower_rss_set(const struct steer_port *port, const struct steer_rss_conf *conf)
{
	const uint16_t lower = port->lower.port_id;
	struct rte_eth_dev_info info;
	int rc;

	if (port->lower.n_rxq <= 1)
		return 0;
	rc = rte_eth_dev_info_get(lower, &info);
	if (rc == 0)
		rc = set_hash(lower, &info, conf);
	if (rc == 0)
		rc = set_reta(lower, info.reta_size, conf);
	return rc;
}

void
steer_lower_rss_spread(const struct steer_port *port)
{
	struct steer_rss_conf conf = port->rss;
	struct rte_eth_dev_info info;
	uint16_t reta[STEER_RETA_MAX];

	if (port->lower.n_rxq <= 1 || rte_eth_dev_info_get(port->lower.port_id, &info) != 0)
		return;
	for (uint16_t i = 0; i < STEER_RETA_MAX; i++)
		reta[i] = i % port->lower.n_rxq;
	conf.level = 0;
	conf.types = steer_lower_rss_types(&info);
	conf.reta = reta;
	conf.reta_size = RTE_MAX(info.reta_size, 1);
	/* Wherever a packet comes in, software finds its queue. */
	set_hash(port->lower.port_id, &info, &conf);
	set_reta(port->lower.port_id, info.reta_size, &conf);
}
