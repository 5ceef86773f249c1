/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_errno.h>

#include "steer_control.h"
#include "steer_device.h"
#include "steer_ether.h"
#include "steer_queue.h"
#include "steer_rx.h"
#include "steer_telemetry.h"

/* Configure */

/*
 * net_tap sends the descriptors of all its queues to secondary processes in one message, on its
 * stack, with room for eight. net_memif offers 255 queues, and by each one that the other side does
 * not have it receives all of the first one's packets again.
 */
static void
limit_queues(const struct steer_port *port, struct rte_eth_dev_info *lower)
{
	uint16_t most = UINT16_MAX;

	if (strcmp(lower->driver_name, "net_tap") == 0)
		most = 4;
	else if (strcmp(lower->driver_name, "net_memif") == 0)
		most = RTE_MAX(port->args.lower_queues, 1);
	lower->max_rx_queues = RTE_MIN(lower->max_rx_queues, most);
	lower->max_tx_queues = RTE_MIN(lower->max_tx_queues, most);
}

/**
 * A lower with RSS gives each of our queues one of its own. One without spreads over all its
 * queues by means we do not know: all of them have to be drained.
 */
static uint16_t
lower_rx_queues(const struct steer_port *port, const struct rte_eth_dev_info *lower, uint16_t ours)
{
	const bool has_rss = lower->flow_type_rss_offloads != 0;
	uint16_t n = has_rss ? ours : STEER_RINGS_SOURCES;

	if (port->args.lower_queues != 0)
		n = port->args.lower_queues;
	return RTE_MIN(lower->max_rx_queues, n);
}

/** What the lower is asked for: never RSS unless it has it. */
static void
lower_conf(const struct rte_eth_dev *dev, const struct rte_eth_dev_info *lower, uint16_t n_rxq,
	   struct rte_eth_conf *conf)
{
	const struct rte_eth_conf *ours = &dev->data->dev_conf;

	memset(conf, 0, sizeof(*conf));
	conf->link_speeds = ours->link_speeds;
	/* Also what was set since the application configured. */
	conf->rxmode.mtu = dev->data->mtu;
	conf->rxmode.max_lro_pkt_size = ours->rxmode.max_lro_pkt_size;
	conf->rxmode.offloads = ours->rxmode.offloads & ~(uint64_t)STEER_RX_OFFLOADS_NOT;
	conf->txmode.offloads = ours->txmode.offloads;
	if (steer_tx_checksums(dev, lower))
		conf->txmode.offloads &= ~(uint64_t)RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;
	conf->txmode.pvid = ours->txmode.pvid;
	conf->txmode.hw_vlan_insert_pvid = ours->txmode.hw_vlan_insert_pvid;
	conf->intr_conf.lsc = ours->intr_conf.lsc;
	conf->intr_conf.rmv = ours->intr_conf.rmv;
	/* Services do not sleep. */
	conf->intr_conf.rxq = ours->intr_conf.rxq &&
			      steer_port(dev)->args.dispatch == STEER_DISPATCH_POLL;
	if (n_rxq > 1 && lower->flow_type_rss_offloads != 0) {
		conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf->rx_adv_conf.rss_conf.rss_hf = steer_lower_rss_types(lower);
	}
	if (steer_hand_wants_hash(steer_port(dev), lower))
		conf->rxmode.offloads |= RTE_ETH_RX_OFFLOAD_RSS_HASH;
}

static int
configure_lower(struct rte_eth_dev *dev, const struct rte_eth_dev_info *info, uint16_t n_rxq,
		uint16_t *n_txq)
{
	const uint16_t lower = steer_port(dev)->lower.port_id;
	struct rte_eth_conf conf;
	int rc;

	/* Ours take the place of its own, unless packets may pass us by. Most drivers have
	 * nothing to turn off. */
	if (steer_hand_idle(steer_port(dev)))
		rte_eth_dev_set_ptypes(lower, RTE_PTYPE_UNKNOWN, NULL, 0);
	lower_conf(dev, info, n_rxq, &conf);
	rc = rte_eth_dev_configure(lower, n_rxq, *n_txq, &conf);
	/* Some want as many of both (net_tap): TX queues can be shared, or left unused. */
	if (rc < 0 && n_rxq > 0 && *n_txq > 0 && n_rxq != *n_txq &&
	    n_rxq <= info->max_tx_queues) {
		*n_txq = n_rxq;
		rc = rte_eth_dev_configure(lower, n_rxq, *n_txq, &conf);
	}
	return rc;
}

/** It is ours: nobody else should have started it, but it can be configured only while stopped. */
static int
take_back_lower(const struct rte_eth_dev *dev)
{
	const uint16_t lower = steer_port(dev)->lower.port_id;

	if (!rte_eth_devices[lower].data->dev_started)
		return 0;
	STEER_LOG(NOTICE, "%s: lower port '%s' was started by somebody else, and is stopped",
		  dev->data->name, steer_port(dev)->args.iface);
	return rte_eth_dev_stop(lower);
}

/** What the lower can do, and how many queues of it are used; it is stopped. */
static int
plan_lower(const struct rte_eth_dev *dev, struct rte_eth_dev_info *info, uint16_t *n_rxq,
	   uint16_t *n_txq)
{
	const struct steer_port *port = steer_port(dev);
	int rc = take_back_lower(dev);

	if (rc == 0)
		rc = rte_eth_dev_info_get(port->lower.port_id, info);
	if (rc < 0)
		return rc;
	limit_queues(port, info);
	*n_rxq = dev->data->nb_rx_queues > 0 ?
			 lower_rx_queues(port, info, dev->data->nb_rx_queues) : 0;
	*n_txq = RTE_MIN(info->max_tx_queues, dev->data->nb_tx_queues);
	return 0;
}

/** net_vmxnet3 wants a power of two, and does not say so. With RSS, fewer queues will do. */
static int
configure_fewer(struct rte_eth_dev *dev, const struct rte_eth_dev_info *info, uint16_t *n_rxq,
		uint16_t *n_txq)
{
	int rc;

	if (info->flow_type_rss_offloads == 0 || rte_is_power_of_2(*n_rxq))
		return -EINVAL;
	*n_rxq = (uint16_t)rte_align32prevpow2(*n_rxq);
	rc = steer_hand_configure(steer_port(dev), info, *n_rxq);
	return rc == 0 ? configure_lower(dev, info, *n_rxq, n_txq) : rc;
}

static int
not_configured(const struct rte_eth_dev *dev, int rc)
{
	STEER_LOG(ERR, "%s: lower port '%s' cannot be configured: %s", dev->data->name,
		  steer_port(dev)->args.iface, rte_strerror(-rc));
	return rc;
}

/** All but RSS: what depends on which port is the lower one. */
static int
configure_over_lower(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	struct rte_eth_dev_info info;
	uint16_t n_rxq, n_txq;
	int rc;

	port->lower.queues_ready = false;
	port->lower.configured = false;
	rc = plan_lower(dev, &info, &n_rxq, &n_txq);
	if (rc < 0)
		return not_configured(dev, rc);
	rc = steer_in_kernel_attach(port);
	if (rc < 0)
		return rc;
	rc = steer_hand_configure(port, &info, n_rxq);
	if (rc < 0)
		return rc;
	rc = configure_lower(dev, &info, n_rxq, &n_txq);
	if (rc == -EINVAL)
		rc = configure_fewer(dev, &info, &n_rxq, &n_txq);
	if (rc < 0)
		return not_configured(dev, rc);
	steer_lower_configured(port);
	rc = steer_engine_configure(port->engine, RTE_MAX(dev->data->nb_rx_queues, 1),
				    RTE_MAX(n_rxq, 1));
	if (rc < 0) {
		STEER_LOG(ERR, "%s: rules cannot be kept for %u queues: %s", dev->data->name,
			  dev->data->nb_rx_queues, rte_strerror(-rc));
		return rc;
	}
	rc = steer_lower_xstats_settle(port);
	if (rc < 0) {
		STEER_LOG(ERR, "%s: no memory for the statistics of lower port '%s'",
			  dev->data->name, port->args.iface);
		return rc;
	}
	/* Others may read statistics meanwhile. */
	__atomic_store_n(&port->lower.n_rxq, n_rxq, __ATOMIC_RELAXED);
	port->lower.n_txq = n_txq;
	port->lower.configured = true;
	dev->tx_pkt_burst = steer_tx_checksums(dev, &info) ? steer_tx_burst_checksums :
							     steer_tx_burst;
	return 0;
}

static int
configure(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int rc;

	rc = steer_lower_require(port);
	if (rc == 0)
		rc = configure_over_lower(dev);
	if (rc < 0)
		return rc;
	steer_engine_want_hash(port->engine, (dev->data->dev_conf.rxmode.offloads &
					      RTE_ETH_RX_OFFLOAD_RSS_HASH) != 0);
	return steer_rss_configure(dev);
}

int
steer_dev_configure(struct rte_eth_dev *dev)
{
	int rc;

	steer_lower_lock(steer_port(dev));
	rc = configure(dev);
	steer_lower_unlock(steer_port(dev));
	return rc;
}

/* Start */

/**
 * Descriptors of each lower queue and entries of each ring, so that together they hold no more
 * packets than the application's own descriptors would: that is what it sized its pools for.
 * Descriptors are a power of two: some drivers, such as net_ena, refuse others without saying so
 * in their limits.
 */
static void
split_descriptors(const struct rte_eth_dev *dev, uint16_t *n_desc, uint32_t *ring_size)
{
	const struct steer_port *port = steer_port(dev);
	const uint32_t n_rings = port->lower.n_rxq * dev->data->nb_rx_queues;
	uint32_t total = 0, most = 0, used, size;

	for (uint16_t i = 0; i < dev->data->nb_rx_queues; i++) {
		const struct steer_rxq *rxq = dev->data->rx_queues[i];

		total += rxq->n_desc;
		most = RTE_MAX(most, rxq->n_desc);
	}
	*n_desc = (uint16_t)RTE_MIN(most, RTE_MAX(total / 2 / port->lower.n_rxq, 1u));
	if (dev->data->nb_rx_queues == 1 && port->lower.n_rxq == 1 &&
	    port->args.dispatch == STEER_DISPATCH_POLL)
		*n_desc = (uint16_t)most;
	*n_desc = (uint16_t)rte_align32prevpow2(*n_desc);
	used = RTE_MIN((uint32_t)*n_desc * port->lower.n_rxq, total);
	/* A ring of 2^n holds one less. */
	size = rte_align32prevpow2((total - used) / n_rings + 1);
	size = RTE_MAX(RTE_MIN(size, (uint32_t)STEER_RING_DEFAULT), (uint32_t)STEER_RING_MIN);
	*ring_size = (port->args.ring_size != 0 ? port->args.ring_size : size) - 1;
}

static int
setup_lower_rxq(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc)
{
	const uint16_t lower = steer_port(dev)->lower.port_id;
	const struct steer_rxq *rxq = dev->data->rx_queues[id % dev->data->nb_rx_queues];
	struct rte_eth_rxconf conf = rxq->conf;
	uint16_t n_tx = 0;
	int rc;

	conf.offloads = 0; /* The port's hold for all queues. */
	conf.rx_deferred_start = 0; /* Only ours waits: others are fed by it, too. */
	rc = rte_eth_dev_adjust_nb_rx_tx_desc(lower, &n_desc, &n_tx);
	if (rc < 0)
		return rc;
	return rte_eth_rx_queue_setup(lower, id, n_desc, (unsigned int)dev->data->numa_node, &conf,
				      rxq->pool);
}

static int
setup_lower_txq(struct rte_eth_dev *dev, uint16_t id)
{
	const uint16_t lower = steer_port(dev)->lower.port_id;
	const struct steer_txq *txq = dev->data->tx_queues[id % dev->data->nb_tx_queues];
	struct rte_eth_txconf conf = txq->conf;
	uint16_t n_desc = (uint16_t)rte_align32prevpow2(txq->n_desc), n_rx = 0;
	int rc;

	conf.offloads = 0;
	conf.tx_deferred_start = 0;
	rc = rte_eth_dev_adjust_nb_rx_tx_desc(lower, &n_rx, &n_desc);
	if (rc < 0)
		return rc;
	return rte_eth_tx_queue_setup(lower, id, n_desc, (unsigned int)dev->data->numa_node, &conf);
}

/** Once for each configuration: some drivers do not survive a second set-up of a queue. */
static int
setup_lower_queues(struct rte_eth_dev *dev, uint16_t n_desc)
{
	struct steer_lower *lower = &steer_port(dev)->lower;
	int rc = 0;

	if (lower->queues_ready)
		return 0;
	for (uint16_t i = 0; i < lower->n_rxq && rc == 0; i++)
		rc = setup_lower_rxq(dev, i, n_desc);
	for (uint16_t i = 0; i < lower->n_txq && rc == 0; i++)
		rc = setup_lower_txq(dev, i);
	lower->queues_ready = rc == 0;
	return rc;
}

static int
make_data_path(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	uint32_t ring_size = 0;
	uint16_t n_desc = 0;
	int rc;

	if (port->lower.n_rxq > 0)
		split_descriptors(dev, &n_desc, &ring_size);
	rc = setup_lower_queues(dev, n_desc);
	if (rc == 0)
		rc = steer_lower_xstats_refresh(port);
	if (rc == 0 && port->lower.n_rxq > 0)
		rc = steer_sources_create(port, ring_size);
	if (rc == 0)
		rc = steer_tx_map(dev);
	return rc;
}

static void
drop_data_path(struct rte_eth_dev *dev)
{
	steer_tx_unmap(dev);
	steer_intr_free(dev);
	steer_sources_free(steer_port(dev));
}

/**
 * A lower port that went and came back, or another one in its place. The RSS is that of before: the
 * key in dev_conf may not be there any more.
 */
static int
configure_anew(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int rc;

	if (port->lower.configured)
		return 0;
	rc = configure_over_lower(dev);
	return rc < 0 ? rc : steer_rss_restore(port);
}

/** How the lower receives, where the application looks it up: known once it is started. */
static void
inherit_modes(struct rte_eth_dev *dev)
{
	const struct rte_eth_dev_data *lower =
		rte_eth_devices[steer_port(dev)->lower.port_id].data;

	dev->data->scattered_rx = lower->scattered_rx;
	dev->data->lro = lower->lro;
}

/** The lower has its interrupts' descriptors only while it runs. */
static int
start_lower(struct rte_eth_dev *dev)
{
	const uint16_t lower = steer_port(dev)->lower.port_id;
	int rc = rte_eth_dev_start(lower);

	if (rc < 0)
		return rc;
	rc = steer_intr_create(dev);
	if (rc < 0)
		rte_eth_dev_stop(lower);
	return rc;
}

static int
start(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int rc;

	if (!steer_bound(port)) {
		STEER_LOG(ERR, "%s: lower port '%s' does not exist (any more)", dev->data->name,
			  port->args.iface);
		return -ENODEV;
	}
	rc = steer_queues_check(dev);
	if (rc == 0)
		rc = take_back_lower(dev);
	if (rc == 0)
		rc = configure_anew(dev);
	if (rc == 0)
		rc = steer_services_check(port);
	if (rc < 0)
		return rc;
	rc = steer_rules_start(port);
	if (rc < 0)
		return rc;
	port->lower.cut = false;
	rc = make_data_path(dev);
	if (rc == 0)
		rc = start_lower(dev);
	if (rc < 0) {
		drop_data_path(dev);
		STEER_LOG(ERR, "%s: cannot start over lower port '%s': %s", dev->data->name,
			  port->args.iface, rte_strerror(-rc));
		return rc;
	}
	port->lower.started = true;
	inherit_modes(dev);
	rc = steer_hand_start(port);
	if (rc == 0)
		rc = steer_in_kernel_start(port);
	if (rc < 0) {
		steer_dev_stop(dev);
		return rc;
	}
	steer_ether_restore(dev);
	steer_link_update(dev, 0);
	steer_queues_started(dev);
	rc = steer_services_start(port);
	if (rc < 0)
		steer_dev_stop(dev);
	return rc;
}

int
steer_dev_start(struct rte_eth_dev *dev)
{
	int rc;

	steer_lower_lock(steer_port(dev));
	rc = start(dev);
	steer_lower_unlock(steer_port(dev));
	return rc;
}

/* Stop, close */

static void
link_down(struct rte_eth_dev *dev)
{
	struct rte_eth_link link;

	rte_eth_linkstatus_get(dev, &link);
	link.link_status = RTE_ETH_LINK_DOWN;
	rte_eth_linkstatus_set(dev, &link);
}

int
steer_dev_stop(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int rc = 0;

	steer_lower_lock(port);
	steer_services_stop(port);
	steer_in_kernel_stop(port);
	steer_hand_stop(port);
	if (steer_bound(port) && port->lower.started)
		rc = rte_eth_dev_stop(port->lower.port_id);
	if (rc < 0)
		STEER_LOG(ERR, "%s: lower port '%s' cannot be stopped: %s", dev->data->name,
			  port->args.iface, rte_strerror(-rc));
	/* If not, another stop tries again. */
	port->lower.started = rc < 0;
	drop_data_path(dev);
	steer_queues_stopped(dev);
	link_down(dev);
	steer_lower_unlock(port);
	return rc;
}

int
steer_dev_close(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	int rc = 0;

	steer_telemetry_remove(dev);
	if (dev->data->dev_started)
		rc = steer_dev_stop(dev);
	steer_services_release(port);
	steer_hand_free(port);
	steer_lower_detach(port, true);
	steer_in_kernel_free(port);
	for (uint16_t i = 0; i < dev->data->nb_rx_queues; i++)
		steer_rx_queue_release(dev, i);
	for (uint16_t i = 0; i < dev->data->nb_tx_queues; i++)
		steer_tx_queue_release(dev, i);
	steer_rules_free(port);
	steer_control_free(port);
	steer_engine_free(port->engine);
	port->engine = NULL;
	steer_rx_totals_free(port);
	steer_lower_xstats_free(port);
	return rc;
}
