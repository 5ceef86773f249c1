/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_errno.h>

#include "steer_port.h"

/*
 * port->rss and port->reta are what the engine has: each change is made in a copy, which takes
 * their place once the engine has accepted it.
 *
 * The RETA is as long as the application's last update, whatever size is reported: some update 128
 * entries without asking.
 */

/* A copy in the making. Its conf.reta points into itself: not to be assigned. */
struct rss_change {
	struct steer_rss_conf conf;
	uint16_t reta[STEER_RETA_MAX];
};

static const char *
name_of(const struct steer_port *port)
{
	return port->dev->data->name;
}

static void
change_begin(struct rss_change *c, const struct steer_port *port)
{
	c->conf = port->rss;
	c->conf.reta = c->reta;
	memcpy(c->reta, port->reta, sizeof(c->reta));
}

static int
commit_locked(const struct rss_change *c, struct steer_port *port)
{
	int ret;

	ret = steer_hand_rss(port, &c->conf);
	if (ret != 0)
		return ret;
	ret = steer_engine_port_rss(port->engine, &c->conf);
	if (ret != 0) {
		steer_hand_rss(port, &port->rss);
		STEER_LOG(ERR, "%s: RSS cannot be changed: %s", name_of(port), rte_strerror(-ret));
		return ret;
	}
	steer_counts_lock(port);
	memcpy(port->reta, c->reta, sizeof(port->reta));
	port->rss = c->conf;
	port->rss.reta = port->reta;
	steer_counts_unlock(port);
	return 0;
}

static int
change_commit(const struct rss_change *c, struct steer_port *port)
{
	int ret;

	steer_hand_lock(port);
	ret = commit_locked(c, port);
	steer_hand_unlock(port);
	if (ret == 0)
		steer_in_kernel_changed(port);
	return ret;
}

static int
change_types(struct rss_change *c, const struct steer_port *port,
	     const struct rte_eth_rss_conf *conf)
{
	if (conf->rss_key != NULL && conf->rss_key_len != STEER_RSS_KEY_LEN) {
		STEER_LOG(ERR, "%s: RSS key has %u bytes: must have %u", name_of(port),
			conf->rss_key_len, STEER_RSS_KEY_LEN);
		return -EINVAL;
	}
	if (RTE_ETH_RSS_LEVEL(conf->rss_hf) > 2) {
		STEER_LOG(ERR, "%s: RSS level 3: 0, 1 (outer) and 2 (inner) are accepted",
			name_of(port));
		return -EINVAL;
	}
	if (!steer_rss_has_func(STEER_RSS_CONF_FUNC(conf))) {
		STEER_LOG(ERR, "%s: RSS function %d: 0 to %d are accepted", name_of(port),
			STEER_RSS_CONF_FUNC(conf), STEER_HASH_FUNCTION_SORT);
		return -EINVAL;
	}
	if (conf->rss_key != NULL)
		memcpy(c->conf.key, conf->rss_key, STEER_RSS_KEY_LEN);
	c->conf.func = STEER_RSS_CONF_FUNC(conf);
	c->conf.types = conf->rss_hf & STEER_RSS_TYPES_PORT & ~RTE_ETH_RSS_LEVEL_MASK;
	c->conf.level = RTE_ETH_RSS_LEVEL(conf->rss_hf);
	return 0;
}

void
steer_rss_init(struct steer_port *port)
{
	port->rss.func = RTE_ETH_HASH_FUNCTION_DEFAULT;
	memcpy(port->rss.key, steer_rss_default_key, STEER_RSS_KEY_LEN);
	port->rss.reta = port->reta;
	port->rss.reta_size = port->args.reta_size;
	port->rss.simd = port->args.simd;
}

void
steer_rss_read(struct steer_port *port, struct steer_rss_conf *conf, uint16_t reta[STEER_RETA_MAX])
{
	steer_counts_lock(port);
	memcpy(reta, port->reta, sizeof(port->reta));
	*conf = port->rss;
	steer_counts_unlock(port);
	conf->reta = reta;
}

/* The application's own RETA stays as long as all its queues do. */
static bool
reta_stays(const struct steer_port *port, uint16_t n_queues)
{
	unsigned int i;

	if (!port->reta_set)
		return false;
	for (i = 0; i < port->rss.reta_size; i++) {
		if (port->reta[i] >= n_queues)
			return false;
	}
	return true;
}

int
steer_rss_configure(struct rte_eth_dev *dev)
{
	const struct rte_eth_conf *conf = &dev->data->dev_conf;
	struct steer_port *port = steer_port(dev);
	uint16_t n_queues = dev->data->nb_rx_queues;
	bool stays = reta_stays(port, n_queues);
	struct rss_change c;
	unsigned int i;
	int ret;

	change_begin(&c, port);
	if (!stays)
		c.conf.reta_size = port->args.reta_size;
	for (i = 0; i < c.conf.reta_size && !stays; i++)
		c.reta[i] = n_queues != 0 ? i % n_queues : 0;

	c.conf.types = 0;
	c.conf.level = 0;
	if (conf->rxmode.mq_mode & RTE_ETH_MQ_RX_RSS_FLAG) {
		ret = change_types(&c, port, &conf->rx_adv_conf.rss_conf);
		if (ret != 0)
			return ret;
	}
	ret = change_commit(&c, port);
	if (ret == 0)
		port->reta_set = stays;
	return ret;
}

int
steer_rss_restore(struct steer_port *port)
{
	struct rss_change c;

	change_begin(&c, port);
	return change_commit(&c, port);
}

static int
check_reta_size(const struct rte_eth_dev *dev, uint16_t size)
{
	if (size >= 1 && size <= STEER_RETA_MAX)
		return 0;
	STEER_LOG(ERR, "%s: RETA of %u entries: must have 1 to %u", dev->data->name, size,
		STEER_RETA_MAX);
	return -EINVAL;
}

static bool
reta_selected(const struct rte_eth_rss_reta_entry64 *conf, unsigned int i)
{
	return conf[i / RTE_ETH_RETA_GROUP_SIZE].mask & RTE_BIT64(i % RTE_ETH_RETA_GROUP_SIZE);
}

static uint16_t *
reta_entry(struct rte_eth_rss_reta_entry64 *conf, unsigned int i)
{
	return &conf[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE];
}

int
steer_reta_update(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size)
{
	struct steer_port *port = steer_port(dev);
	struct rss_change c;
	unsigned int i;
	int ret;

	ret = check_reta_size(dev, size);
	if (ret != 0)
		return ret;

	change_begin(&c, port);
	c.conf.reta_size = size;
	for (i = 0; i < size; i++) {
		c.reta[i] = reta_selected(conf, i) ? *reta_entry(conf, i) :
						     port->reta[i % port->rss.reta_size];
		if (c.reta[i] >= dev->data->nb_rx_queues) {
			STEER_LOG(ERR, "%s: RETA entry %u names queue %u: there are %u",
				name_of(port), i, c.reta[i], dev->data->nb_rx_queues);
			return -EINVAL;
		}
	}
	ret = change_commit(&c, port);
	if (ret == 0)
		port->reta_set = true;
	return ret;
}

int
steer_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size)
{
	struct steer_rss_conf now;
	uint16_t reta[STEER_RETA_MAX];
	unsigned int i;
	int ret;

	ret = check_reta_size(dev, size);
	if (ret != 0)
		return ret;
	steer_rss_read(steer_port(dev), &now, reta);
	for (i = 0; i < size; i++) {
		if (reta_selected(conf, i))
			*reta_entry(conf, i) = reta[i % now.reta_size];
	}
	return 0;
}

int
steer_rss_hash_update(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	struct steer_port *port = steer_port(dev);
	struct rss_change c;
	int ret;

	change_begin(&c, port);
	ret = change_types(&c, port, conf);
	if (ret != 0)
		return ret;
	return change_commit(&c, port);
}

int
steer_rss_hash_conf_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	struct steer_rss_conf now;
	uint16_t reta[STEER_RETA_MAX];

	steer_rss_read(steer_port(dev), &now, reta);
	conf->rss_hf = now.types | now.level * RTE_ETH_RSS_LEVEL_OUTERMOST;
	STEER_RSS_CONF_SET_FUNC(conf, now.func);
	/* rss_key_len is the room in the caller's buffer, if there is one. */
	if (conf->rss_key != NULL && conf->rss_key_len >= STEER_RSS_KEY_LEN)
		memcpy(conf->rss_key, now.key, STEER_RSS_KEY_LEN);
	conf->rss_key_len = STEER_RSS_KEY_LEN;
	return 0;
}
