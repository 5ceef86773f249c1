/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bus_vdev_driver.h>
#include <ethdev_driver.h>
#include <ethdev_vdev.h>
#include <rte_ethdev.h>
#include <rte_kvargs.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "steer_compat.h"

#include "synthetic.h"

#define MASK (SYNTHETIC_MBUFS - 1)
/* Headers are written this many packets before they are received. */
#define WRITE_AHEAD (SYNTHETIC_MBUFS / 2)
/* What is written or filled in this many packets later is on its way into the cache. */
#define PREFETCH_AHEAD 16
/* Whoever frees a packet of ours takes one away; never are there that many. */
#define REFERENCES 30000

static_assert((SYNTHETIC_MBUFS & MASK) == 0, "masked, not divided by");

struct synthetic_queue {
	struct rte_mbuf **mbufs;
	const struct synthetic_flow *flows;
	uint32_t flow_mask;
	/** Next packet to be received. */
	uint32_t next;
	/** Next flow to be written. */
	uint32_t flow;
	uint16_t port_id;
	struct synthetic_layout layout;
	uint64_t packets;
} __rte_cache_aligned;

struct synthetic_port {
	struct rte_ether_addr mac;
	uint16_t n_queues;
};

/* Packets */

static inline uint8_t *
data_of(struct rte_mbuf *m)
{
	return (uint8_t *)m->buf_addr + RTE_PKTMBUF_HEADROOM;
}

static inline void
fill_in(struct rte_mbuf *m, uint16_t port_id, uint16_t len)
{
	m->data_off = RTE_PKTMBUF_HEADROOM;
	m->port = port_id;
	m->ol_flags = 0;
	m->packet_type = 0;
	m->pkt_len = len;
	m->data_len = len;
	m->hash.rss = 0;
}

static uint16_t
synthetic_rx(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct synthetic_queue *q = queue;

	if (unlikely(q->flows == NULL))
		return 0;
	for (uint16_t i = 0; i < n; i++) {
		const uint32_t at = q->next + i;
		struct rte_mbuf *m = q->mbufs[at & MASK];

		rte_prefetch0_write(q->mbufs[(at + PREFETCH_AHEAD) & MASK]);
		rte_prefetch0_write(data_of(q->mbufs[(at + WRITE_AHEAD + PREFETCH_AHEAD) & MASK]));
		synthetic_write_flow(data_of(q->mbufs[(at + WRITE_AHEAD) & MASK]), &q->layout,
				     &q->flows[(q->flow + i) & q->flow_mask]);
		fill_in(m, q->port_id, q->layout.len);
		pkts[i] = m;
	}
	q->next += n;
	q->flow += n;
	q->packets += n;
	return n;
}

/** What is sent stays ours. */
static uint16_t
synthetic_tx(void *queue __rte_unused, struct rte_mbuf **pkts __rte_unused, uint16_t n)
{
	return n;
}

int
synthetic_traffic(uint16_t port, uint16_t queue, const struct synthetic_layout *layout,
		  const struct synthetic_flow *flows, uint32_t n)
{
	struct synthetic_queue *q;

	if (port >= RTE_MAX_ETHPORTS || rte_eth_devices[port].rx_pkt_burst != synthetic_rx ||
	    queue >= rte_eth_devices[port].data->nb_rx_queues || !rte_is_power_of_2(n))
		return -EINVAL;
	q = rte_eth_devices[port].data->rx_queues[queue];
	q->layout = *layout;
	q->flows = flows;
	q->flow_mask = n - 1;
	q->flow = WRITE_AHEAD;
	for (uint32_t i = 0; i < SYNTHETIC_MBUFS; i++) {
		struct rte_mbuf *m = q->mbufs[(q->next + i) & MASK];

		rte_mbuf_refcnt_set(m, REFERENCES);
		memcpy(data_of(m), layout->bytes, layout->len);
		if (i < WRITE_AHEAD)
			synthetic_write_flow(data_of(m), layout, &flows[i & q->flow_mask]);
	}
	return 0;
}

/* Operations */

static int
synthetic_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	const struct synthetic_port *port = dev->data->dev_private;

	info->max_rx_queues = port->n_queues;
	info->max_tx_queues = SYNTHETIC_QUEUES;
	info->max_rx_pktlen = RTE_ETHER_MAX_LEN;
	info->max_mac_addrs = 1;
	return 0;
}

static void
synthetic_rx_queue_release(struct rte_eth_dev *dev, uint16_t id)
{
	struct synthetic_queue *q = dev->data->rx_queues[id];

	if (q == NULL)
		return;
	for (uint32_t i = 0; q->mbufs != NULL && i < SYNTHETIC_MBUFS; i++) {
		rte_mbuf_refcnt_set(q->mbufs[i], 1);
		rte_pktmbuf_free(q->mbufs[i]);
	}
	rte_free(q->mbufs);
	rte_free(q);
	dev->data->rx_queues[id] = NULL;
}

static int
synthetic_rx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc __rte_unused,
			 unsigned int socket, const struct rte_eth_rxconf *conf __rte_unused,
			 struct rte_mempool *pool)
{
	struct synthetic_queue *q;

	if (rte_pktmbuf_data_room_size(pool) < RTE_PKTMBUF_HEADROOM + SYNTHETIC_LEN)
		return -EINVAL;
	q = rte_zmalloc_socket("synthetic_queue", sizeof(*q), RTE_CACHE_LINE_SIZE, (int)socket);
	if (q == NULL)
		return -ENOMEM;
	q->port_id = dev->data->port_id;
	q->mbufs = rte_malloc_socket("synthetic_mbufs", SYNTHETIC_MBUFS * sizeof(q->mbufs[0]),
				     RTE_CACHE_LINE_SIZE, (int)socket);
	if (q->mbufs == NULL || rte_pktmbuf_alloc_bulk(pool, q->mbufs, SYNTHETIC_MBUFS) != 0) {
		rte_free(q->mbufs);
		rte_free(q);
		return -ENOMEM;
	}
	dev->data->rx_queues[id] = q;
	return 0;
}

static int
synthetic_tx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc __rte_unused,
			 unsigned int socket __rte_unused,
			 const struct rte_eth_txconf *conf __rte_unused)
{
	/* Not NULL: it is set up. */
	dev->data->tx_queues[id] = dev->data->dev_private;
	return 0;
}

static int
synthetic_ok(struct rte_eth_dev *dev __rte_unused)
{
	return 0;
}

static int
synthetic_close(struct rte_eth_dev *dev)
{
	for (uint16_t i = 0; i < dev->data->nb_rx_queues; i++)
		synthetic_rx_queue_release(dev, i);
	/* Not allocated. */
	dev->data->mac_addrs = NULL;
	return 0;
}

static int
synthetic_link_update(struct rte_eth_dev *dev, int wait __rte_unused)
{
	const struct rte_eth_link link = {
		.link_speed = RTE_ETH_SPEED_NUM_100G,
		.link_duplex = RTE_ETH_LINK_FULL_DUPLEX,
		.link_status = RTE_ETH_LINK_UP,
	};

	return rte_eth_linkstatus_set(dev, &link);
}

static int
synthetic_stats_get(struct rte_eth_dev *dev, struct rte_eth_stats *stats STEER_QSTATS_PARAM)
{
	RTE_SET_USED(STEER_QSTATS(stats));
	for (uint16_t i = 0; i < dev->data->nb_rx_queues; i++) {
		const struct synthetic_queue *q = dev->data->rx_queues[i];

		stats->ipackets += q->packets;
		stats->ibytes += q->packets * q->layout.len;
	}
	return 0;
}

static int
synthetic_mac_addr_set(struct rte_eth_dev *dev __rte_unused,
		       struct rte_ether_addr *addr __rte_unused)
{
	return 0;
}

static int
synthetic_mtu_set(struct rte_eth_dev *dev __rte_unused, uint16_t mtu __rte_unused)
{
	return 0;
}

static const struct eth_dev_ops synthetic_ops = {
	.dev_infos_get = synthetic_infos_get,
	.dev_configure = synthetic_ok,
	.dev_start = synthetic_ok,
	.dev_stop = synthetic_ok,
	.dev_close = synthetic_close,
	.rx_queue_setup = synthetic_rx_queue_setup,
	.rx_queue_release = synthetic_rx_queue_release,
	.tx_queue_setup = synthetic_tx_queue_setup,
	.link_update = synthetic_link_update,
	.stats_get = synthetic_stats_get,
	.mtu_set = synthetic_mtu_set,
	.mac_addr_set = synthetic_mac_addr_set,
	.promiscuous_enable = synthetic_ok,
	.promiscuous_disable = synthetic_ok,
	.allmulticast_enable = synthetic_ok,
	.allmulticast_disable = synthetic_ok,
};

/* Device */

static int
parse_queues(const char *key __rte_unused, const char *value, void *n_queues)
{
	char *end;
	const unsigned long n = strtoul(value, &end, 10);

	if (*end != '\0' || n == 0 || n > SYNTHETIC_QUEUES)
		return -EINVAL;
	*(uint16_t *)n_queues = (uint16_t)n;
	return 0;
}

static int
parse_args(const char *args, uint16_t *n_queues)
{
	static const char *const keys[] = { "queues", NULL };
	struct rte_kvargs *list;
	int ret;

	*n_queues = 1;
	if (args == NULL || args[0] == '\0')
		return 0;
	list = rte_kvargs_parse(args, keys);
	if (list == NULL)
		return -EINVAL;
	ret = rte_kvargs_process(list, "queues", parse_queues, n_queues);
	rte_kvargs_free(list);
	return ret < 0 ? -EINVAL : 0;
}

static int
synthetic_probe(struct rte_vdev_device *vdev)
{
	struct synthetic_port *port;
	struct rte_eth_dev *dev;
	uint16_t n_queues;

	if (parse_args(rte_vdev_device_args(vdev), &n_queues) != 0)
		return -EINVAL;
	dev = rte_eth_vdev_allocate(vdev, sizeof(*port));
	if (dev == NULL)
		return -ENOMEM;
	port = dev->data->dev_private;
	port->n_queues = n_queues;
	port->mac = (struct rte_ether_addr){ { 2, 0, 0, 0, 0, 0x5e } };
	dev->data->mac_addrs = &port->mac;
	dev->dev_ops = &synthetic_ops;
	dev->rx_pkt_burst = synthetic_rx;
	dev->tx_pkt_burst = synthetic_tx;
	rte_eth_dev_probing_finish(dev);
	return 0;
}

static int
synthetic_remove(struct rte_vdev_device *vdev)
{
	struct rte_eth_dev *dev = rte_eth_dev_allocated(rte_vdev_device_name(vdev));

	if (dev == NULL)
		return 0;
	synthetic_close(dev);
	return rte_eth_dev_release_port(dev);
}

static struct rte_vdev_driver synthetic_driver = {
	.probe = synthetic_probe,
	.remove = synthetic_remove,
};

RTE_PMD_REGISTER_VDEV(net_synthetic, synthetic_driver);
