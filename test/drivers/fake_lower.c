/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <bus_vdev_driver.h>
#include <ethdev_driver.h>
#include <ethdev_vdev.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "steer_compat.h"

#include "fake_lower.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct fake_rxq {
	struct fake_lower *fake;
	struct rte_eth_dev_data *data;
	struct rte_mempool *pool;
	uint16_t id;
	bool busy;
};

struct fake_port {
	struct fake_lower *fake;
	struct rte_ether_addr mac;
};

static struct fake_lower *next_fake;

static struct fake_lower *
fake_of(const struct rte_eth_dev *dev)
{
	return ((struct fake_port *)dev->data->dev_private)->fake;
}

/* -EIO, if it is this call's turn to fail. */
static int
call(const struct rte_eth_dev *dev, enum fake_op op)
{
	struct fake_lower *fake = fake_of(dev);

	fake->calls[op]++;
	return fake->fail_at[op] != 0 && --fake->fail_at[op] == 0 ? -EIO : 0;
}

/* Packets */

static uint16_t
copy_all(const struct fake_rxq *q, struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t i, kept = 0;

	for (i = 0; i < n; i++) {
		struct rte_mbuf *copy = rte_pktmbuf_copy(pkts[i], q->pool, 0, UINT32_MAX);

		rte_pktmbuf_free(pkts[i]);
		if (copy != NULL)
			pkts[kept++] = copy;
		else
			__atomic_fetch_add(&q->data->rx_mbuf_alloc_failed, 1, __ATOMIC_RELAXED);
	}
	return kept;
}

static uint16_t
fake_rx(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct fake_rxq *q = queue;
	struct fake_lower *fake = q->fake;

	if (__atomic_exchange_n(&q->busy, true, __ATOMIC_ACQUIRE))
		__atomic_store_n(&fake->misused, true, __ATOMIC_RELAXED);
	if (__atomic_exchange_n(&fake->pulled_when_polled, false, __ATOMIC_RELAXED))
		fake_lower_pull(q->data->port_id);
	if (fake->rings[q->id] == NULL || __atomic_load_n(&fake->dead, __ATOMIC_RELAXED))
		n = 0;
	else
		n = (uint16_t)rte_ring_dequeue_burst(fake->rings[q->id], (void **)pkts, n, NULL);
	if (fake->copies)
		n = copy_all(q, pkts, n);
	__atomic_store_n(&fake->packets[q->id], fake->packets[q->id] + n, __ATOMIC_RELAXED);
	__atomic_store_n(&q->busy, false, __ATOMIC_RELEASE);
	return n;
}

static uint16_t
fake_tx(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct fake_lower *fake = queue;

	rte_pktmbuf_free_bulk(pkts, n);
	__atomic_fetch_add(&fake->sent, n, __ATOMIC_RELAXED);
	return n;
}

/* Operations */

static int
fake_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	const struct fake_lower *fake = fake_of(dev);

	info->max_rx_queues = fake->n_queues;
	info->max_tx_queues = fake->n_queues;
	info->max_rx_pktlen = 9000;
	info->max_mac_addrs = 1;
	info->flow_type_rss_offloads = fake->rss_types;
	if (fake->n_desc != 0) {
		info->rx_desc_lim = (struct rte_eth_desc_lim){
			.nb_max = fake->n_desc, .nb_min = fake->n_desc, .nb_align = 1,
		};
		info->tx_desc_lim = info->rx_desc_lim;
	}
	return 0;
}

static bool
takes(const struct rte_eth_dev *dev, uint16_t number)
{
	return !fake_of(dev)->powers_of_two || rte_is_power_of_2(number);
}

static int
fake_configure(struct rte_eth_dev *dev)
{
	const int ret = call(dev, FAKE_CONFIGURE);

	if (ret == 0 && fake_of(dev)->pairs && dev->data->nb_rx_queues != dev->data->nb_tx_queues)
		return -EINVAL;
	if (ret == 0 && !takes(dev, dev->data->nb_rx_queues))
		return -EINVAL;
	return ret;
}

static int
fake_rx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc,
		    unsigned int socket __rte_unused,
		    const struct rte_eth_rxconf *conf __rte_unused, struct rte_mempool *pool)
{
	struct fake_rxq *q;
	int ret = call(dev, FAKE_RX_SETUP);

	if (ret == 0 && !takes(dev, n_desc))
		ret = -EINVAL;
	if (ret != 0)
		return ret;
	q = rte_zmalloc("fake_rxq", sizeof(*q), 0);
	if (q == NULL)
		return -ENOMEM;
	*q = (struct fake_rxq){ fake_of(dev), dev->data, pool, id, false };
	dev->data->rx_queues[id] = q;
	return 0;
}

static void
fake_rx_queue_release(struct rte_eth_dev *dev, uint16_t id)
{
	rte_free(dev->data->rx_queues[id]);
	dev->data->rx_queues[id] = NULL;
}

static int
fake_tx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc,
		    unsigned int socket __rte_unused,
		    const struct rte_eth_txconf *conf __rte_unused)
{
	if (!takes(dev, n_desc))
		return -EINVAL;
	dev->data->tx_queues[id] = fake_of(dev);
	return call(dev, FAKE_TX_SETUP);
}

static void
check_queues(const struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++)
		fake_of(dev)->misused |= dev->data->rx_queues[i] == NULL;
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		fake_of(dev)->misused |= dev->data->tx_queues[i] == NULL;
}

static int
fake_start(struct rte_eth_dev *dev)
{
	check_queues(dev);
	return call(dev, FAKE_START);
}

static int
fake_stop(struct rte_eth_dev *dev)
{
	return call(dev, FAKE_STOP);
}

static int
fake_close(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++)
		fake_rx_queue_release(dev, i);
	/* Not allocated. */
	dev->data->mac_addrs = NULL;
	return 0;
}

static int
fake_link_update(struct rte_eth_dev *dev, int wait __rte_unused)
{
	const struct rte_eth_link link = {
		.link_speed = RTE_ETH_SPEED_NUM_10G,
		.link_duplex = RTE_ETH_LINK_FULL_DUPLEX,
		.link_status = fake_of(dev)->dead ? RTE_ETH_LINK_DOWN : RTE_ETH_LINK_UP,
	};

	return rte_eth_linkstatus_set(dev, &link);
}

static int
fake_stats_get(struct rte_eth_dev *dev, struct rte_eth_stats *stats STEER_QSTATS_PARAM)
{
	RTE_SET_USED(STEER_QSTATS(stats));
	stats->ipackets = fake_lower_packets(fake_of(dev));
	stats->opackets = __atomic_load_n(&fake_of(dev)->sent, __ATOMIC_RELAXED);
	return 0;
}

static int
fake_mtu_set(struct rte_eth_dev *dev __rte_unused, uint16_t mtu __rte_unused)
{
	return 0;
}

static int
fake_mac_addr_set(struct rte_eth_dev *dev __rte_unused, struct rte_ether_addr *addr __rte_unused)
{
	return 0;
}

static int
fake_set_mc_addr_list(struct rte_eth_dev *dev __rte_unused,
		      struct rte_ether_addr *list __rte_unused, uint32_t n __rte_unused)
{
	return 0;
}

static int
fake_mode(struct rte_eth_dev *dev __rte_unused)
{
	return 0;
}

static const struct eth_dev_ops fake_ops = {
	.dev_infos_get = fake_infos_get,
	.dev_configure = fake_configure,
	.dev_start = fake_start,
	.dev_stop = fake_stop,
	.dev_close = fake_close,
	.rx_queue_setup = fake_rx_queue_setup,
	.rx_queue_release = fake_rx_queue_release,
	.tx_queue_setup = fake_tx_queue_setup,
	.link_update = fake_link_update,
	.stats_get = fake_stats_get,
	.mtu_set = fake_mtu_set,
	.mac_addr_set = fake_mac_addr_set,
	.set_mc_addr_list = fake_set_mc_addr_list,
	.promiscuous_enable = fake_mode,
	.promiscuous_disable = fake_mode,
	.allmulticast_enable = fake_mode,
	.allmulticast_disable = fake_mode,
};

/* Device */

static int
fake_probe(struct rte_vdev_device *vdev)
{
	struct rte_eth_dev *dev = rte_eth_vdev_allocate(vdev, sizeof(struct fake_port));
	struct fake_port *port;

	if (dev == NULL)
		return -ENOMEM;
	port = dev->data->dev_private;
	port->fake = next_fake;
	port->mac = (struct rte_ether_addr){ { 2, 0, 0, 0, 0, 0xfa } };
	dev->data->mac_addrs = &port->mac;
	dev->data->dev_flags = RTE_ETH_DEV_INTR_RMV | RTE_ETH_DEV_INTR_LSC;
	dev->dev_ops = &fake_ops;
	dev->rx_pkt_burst = fake_rx;
	dev->tx_pkt_burst = fake_tx;
	rte_eth_dev_probing_finish(dev);
	return 0;
}

static int
fake_remove(struct rte_vdev_device *vdev)
{
	struct rte_eth_dev *dev = rte_eth_dev_allocated(rte_vdev_device_name(vdev));

	if (dev == NULL)
		return 0;
	fake_close(dev);
	return rte_eth_dev_release_port(dev);
}

static struct rte_vdev_driver fake_driver = {
	.probe = fake_probe,
	.remove = fake_remove,
};

RTE_PMD_REGISTER_VDEV(net_fake, fake_driver);

/* For tests */

void
fake_lower_next(struct fake_lower *fake)
{
	next_fake = fake;
}

uint16_t
fake_lower_plug(const char *name, struct fake_lower *fake)
{
	fake_lower_next(fake);
	return test_plug(name, "");
}

void
fake_lower_pull(uint16_t port)
{
	struct rte_eth_dev *dev = &rte_eth_devices[port];

	__atomic_store_n(&fake_of(dev)->dead, true, __ATOMIC_RELAXED);
	rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_RMV, NULL);
}

uint64_t
fake_lower_packets(const struct fake_lower *fake)
{
	uint64_t n = 0;
	unsigned int i;

	for (i = 0; i < FAKE_QUEUES_MAX; i++)
		n += __atomic_load_n(&fake->packets[i], __ATOMIC_RELAXED);
	return n;
}
