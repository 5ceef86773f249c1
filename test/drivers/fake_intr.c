/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/eventfd.h>

#include <bus_vdev_driver.h>
#include <ethdev_driver.h>
#include <ethdev_vdev.h>
#include <rte_interrupts.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "fake_intr.h"

#define RING_SIZE 1024

struct fake_queue {
	struct rte_ring *ring;
	uint16_t port;
	int fd;
	bool armed;
};

struct fake {
	struct fake_queue queue[TEST_FAKE_QUEUES];
	uint32_t monitored[TEST_FAKE_QUEUES];
};

static struct fake *
fake_of(uint16_t port)
{
	return rte_eth_devices[port].data->dev_private;
}

static bool
deaf(const struct rte_eth_dev *dev)
{
	return strstr(dev->data->name, "deaf") != NULL;
}

/* Packets */

bool
test_fake_receive(uint16_t port, uint16_t queue, struct rte_mbuf *m)
{
	struct fake_queue *q = &fake_of(port)->queue[queue];
	const uint64_t one = 1;

	if (rte_ring_enqueue(q->ring, m) != 0)
		return false;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_exchange_n(&q->armed, false, __ATOMIC_SEQ_CST) &&
			write(q->fd, &one, sizeof(one)) != sizeof(one))
		fprintf(stderr, "an interrupt is lost: %s\n", strerror(errno));
	return true;
}

static uint16_t
rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct fake_queue *q = queue;

	return (uint16_t)rte_ring_dequeue_burst(q->ring, (void **)pkts, n, NULL);
}

static uint16_t
tx_burst(void *queue __rte_unused, struct rte_mbuf **pkts, uint16_t n)
{
	rte_pktmbuf_free_bulk(pkts, n);
	return n;
}

unsigned int
test_fake_waiting(uint16_t port, uint16_t queue)
{
	return rte_ring_count(fake_of(port)->queue[queue].ring);
}

/* Interrupts */

bool
test_fake_armed(uint16_t port, uint16_t queue)
{
	return __atomic_load_n(&fake_of(port)->queue[queue].armed, __ATOMIC_SEQ_CST);
}

static int
intr_enable(struct rte_eth_dev *dev, uint16_t queue)
{
	__atomic_store_n(&fake_of(dev->data->port_id)->queue[queue].armed, true, __ATOMIC_SEQ_CST);
	return 0;
}

static int
intr_disable(struct rte_eth_dev *dev, uint16_t queue)
{
	__atomic_store_n(&fake_of(dev->data->port_id)->queue[queue].armed, false, __ATOMIC_SEQ_CST);
	return 0;
}

static void
remove_fds(struct rte_eth_dev *dev)
{
	struct fake *fake = dev->data->dev_private;
	uint16_t i;

	if (dev->intr_handle == NULL)
		return;
	rte_intr_free_epoll_fd(dev->intr_handle);
	rte_intr_vec_list_free(dev->intr_handle);
	rte_intr_instance_free(dev->intr_handle);
	dev->intr_handle = NULL;
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		close(fake->queue[i].fd);
}

static void
install_fds(struct rte_eth_dev *dev)
{
	struct fake *fake = dev->data->dev_private;
	const uint16_t n = dev->data->nb_rx_queues;
	uint16_t i;

	dev->intr_handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	rte_intr_type_set(dev->intr_handle, RTE_INTR_HANDLE_VDEV);
	rte_intr_efd_counter_size_set(dev->intr_handle, sizeof(uint64_t));
	rte_intr_vec_list_alloc(dev->intr_handle, NULL, n);
	rte_intr_nb_efd_set(dev->intr_handle, n);
	rte_intr_max_intr_set(dev->intr_handle, n + 1);
	for (i = 0; i < n; i++) {
		fake->queue[i].fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		rte_intr_vec_list_index_set(dev->intr_handle, i, RTE_INTR_VEC_RXTX_OFFSET + i);
		rte_intr_efds_index_set(dev->intr_handle, i, fake->queue[i].fd);
	}
}

/* Life */

static int
configure(struct rte_eth_dev *dev __rte_unused)
{
	return 0;
}

static int
start(struct rte_eth_dev *dev)
{
	if (dev->data->dev_conf.intr_conf.rxq && !deaf(dev))
		install_fds(dev);
	dev->data->dev_link.link_status = RTE_ETH_LINK_UP;
	return 0;
}

static int
stop(struct rte_eth_dev *dev)
{
	remove_fds(dev);
	return 0;
}

static void
rx_queue_release(struct rte_eth_dev *dev, uint16_t id)
{
	struct fake_queue *q = dev->data->rx_queues[id];
	struct rte_mbuf *m;

	if (q == NULL || q->ring == NULL)
		return;
	while (rte_ring_dequeue(q->ring, (void **)&m) == 0)
		rte_pktmbuf_free(m);
	rte_ring_free(q->ring);
	q->ring = NULL;
}

static int
close_port(struct rte_eth_dev *dev)
{
	uint16_t i;

	remove_fds(dev);
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		rx_queue_release(dev, i);
	dev->data->mac_addrs = NULL;
	return 0;
}

static int
infos_get(struct rte_eth_dev *dev __rte_unused, struct rte_eth_dev_info *info)
{
	info->max_rx_queues = TEST_FAKE_QUEUES;
	info->max_tx_queues = TEST_FAKE_QUEUES;
	info->max_mac_addrs = 1;
	info->max_rx_pktlen = UINT16_MAX;
	return 0;
}

static int
rx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc __rte_unused,
	       unsigned int socket __rte_unused, const struct rte_eth_rxconf *conf __rte_unused,
	       struct rte_mempool *pool __rte_unused)
{
	struct fake_queue *q = &fake_of(dev->data->port_id)->queue[id];
	char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), "fake%u_%u", dev->data->port_id, id);
	q->ring = rte_ring_create(name, RING_SIZE, SOCKET_ID_ANY, 0);
	dev->data->rx_queues[id] = q;
	return q->ring != NULL ? 0 : -ENOMEM;
}

static int
tx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc __rte_unused,
	       unsigned int socket __rte_unused, const struct rte_eth_txconf *conf __rte_unused)
{
	dev->data->tx_queues[id] = &fake_of(dev->data->port_id)->queue[id];
	return 0;
}

static int
link_update(struct rte_eth_dev *dev __rte_unused, int wait __rte_unused)
{
	return 0;
}

/* Modes */

static int
burst_mode(struct rte_eth_dev *dev __rte_unused, uint16_t queue, struct rte_eth_burst_mode *mode)
{
	mode->flags = RTE_ETH_BURST_FLAG_PER_QUEUE;
	snprintf(mode->info, sizeof(mode->info), "Fake %u", queue);
	return 0;
}

const volatile void *
test_fake_monitored(uint16_t port, uint16_t queue)
{
	return &fake_of(port)->monitored[queue];
}

static int
get_monitor_addr(void *queue, struct rte_power_monitor_cond *pmc)
{
	struct fake_queue *q = queue;
	struct fake *fake = fake_of(q->port);

	pmc->addr = &fake->monitored[q - fake->queue];
	pmc->size = sizeof(uint32_t);
	return 0;
}

#define COMMON_OPS \
	.dev_configure = configure, \
	.dev_start = start, \
	.dev_stop = stop, \
	.dev_close = close_port, \
	.dev_infos_get = infos_get, \
	.rx_queue_setup = rx_queue_setup, \
	.rx_queue_release = rx_queue_release, \
	.tx_queue_setup = tx_queue_setup, \
	.link_update = link_update

static const struct eth_dev_ops deaf_ops = { COMMON_OPS };

static const struct eth_dev_ops ops = {
	COMMON_OPS,
	.rx_queue_intr_enable = intr_enable,
	.rx_queue_intr_disable = intr_disable,
	.rx_burst_mode_get = burst_mode,
	.tx_burst_mode_get = burst_mode,
	.get_monitor_addr = get_monitor_addr,
};

static int
probe(struct rte_vdev_device *vdev)
{
	static struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 9 } };
	struct rte_eth_dev *dev = rte_eth_vdev_allocate(vdev, sizeof(struct fake));
	struct fake *fake;
	uint16_t i;

	if (dev == NULL)
		return -ENOMEM;
	fake = dev->data->dev_private;
	for (i = 0; i < TEST_FAKE_QUEUES; i++)
		fake->queue[i].port = dev->data->port_id;
	dev->data->mac_addrs = &mac;
	dev->dev_ops = deaf(dev) ? &deaf_ops : &ops;
	dev->rx_pkt_burst = rx_burst;
	dev->tx_pkt_burst = tx_burst;
	rte_eth_dev_probing_finish(dev);
	return 0;
}

static int
remove_port(struct rte_vdev_device *vdev)
{
	struct rte_eth_dev *dev = rte_eth_dev_allocated(rte_vdev_device_name(vdev));

	if (dev == NULL)
		return 0;
	rte_eth_dev_stop(dev->data->port_id);
	return rte_eth_dev_close(dev->data->port_id);
}

static struct rte_vdev_driver fake_driver = {
	.probe = probe,
	.remove = remove_port,
};

RTE_PMD_REGISTER_VDEV(test_fake, fake_driver);
