/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_malloc.h>

#include "steer_queue.h"
#include "steer_rx.h"

/*
 * RX interrupts. Each of our queues has an epoll over an eventfd of its own and the descriptors of
 * all lower queues: any of them may bring a packet for it. So a packet in a lower queue wakes all
 * who sleep; the first of them drains it, and rings up those for whom there is something. With
 * dispatch=service all is brought by rings, and the lower's interrupts are left alone.
 *
 * All are watched edge-triggered, and nothing is ever read: every event makes a new edge, whatever
 * stands in the counter, and to whom the counter of a lower's descriptor belongs differs between
 * drivers. An edge stays in the epoll until the queue's next enable takes it out.
 *
 * No wake-up is lost. Who enables takes the old edges out, says that it sleeps, enables the lower's
 * interrupts, and only then looks at lower queues and rings. A packet that came into a lower queue
 * before the look is found by it; a later one finds the interrupt enabled and makes an edge that
 * nobody takes out. A packet that is put into a ring is either seen by the look, or who put it in
 * sees that the queue sleeps: see steer_rings_notify().
 */

/** One of our queues. */
struct sleeper {
	int epoll;
	int event;
	/** What is watched of each lower queue; -1: nothing. */
	int lower[STEER_RINGS_SOURCES];
};

struct steer_intr {
	/** Drivers need not bear that a queue's interrupt is switched by two threads. */
	rte_spinlock_t lock;
	uint16_t n;
	/** The lower is gone. */
	bool cut;
	/**
	 * The lower (net_tap) has descriptors and no operation to enable interrupts: they are
	 * always on, and readable while packets wait.
	 */
	bool level;
	/** Services drain the lower. */
	bool served;
	/** Queues (a bitmap) that sleep or are about to: for them the lower's are on. */
	uint64_t enabled;
	struct sleeper sleeper[];
};

/* What is watched */

static int
lower_fd(uint16_t lower, uint16_t queue)
{
	/* ethdev would log an error. */
	if (rte_eth_devices[lower].intr_handle == NULL)
		return -1;
	return rte_eth_dev_rx_intr_ctl_q_get_fd(lower, queue);
}

static bool
lower_has_intr(uint16_t lower)
{
	const struct rte_eth_dev *dev = &rte_eth_devices[lower];

	/* With the operation, descriptors may come later: net_vhost. */
	return dev->dev_ops->rx_queue_intr_enable != NULL || lower_fd(lower, 0) >= 0;
}

static int
watch(const struct sleeper *s, int fd, uint32_t events)
{
	struct epoll_event event = { .events = EPOLLIN | events };

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

static void
unwatch_lower(struct sleeper *s, uint16_t queue)
{
	/* The lower may have closed it. */
	if (s->lower[queue] >= 0)
		epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->lower[queue], NULL);
	s->lower[queue] = -1;
}

/** The lower may have other descriptors than before, or have some now. */
static int
watch_lower(const struct steer_port *port, struct sleeper *s)
{
	for (uint16_t i = 0; i < port->lower.n_rxq; i++) {
		const int fd = lower_fd(port->lower.port_id, i);
		int rc;

		if (fd == s->lower[i])
			continue;
		unwatch_lower(s, i);
		rc = fd >= 0 ? watch(s, fd, EPOLLET) : 0;
		if (rc < 0)
			return rc;
		s->lower[i] = fd;
	}
	return 0;
}

/** Take out the edges of before. */
static void
forget_edges(const struct sleeper *s)
{
	struct epoll_event events[STEER_RINGS_SOURCES + 1];

	while (epoll_wait(s->epoll, events, RTE_DIM(events), 0) < 0 && errno == EINTR)
		;
}

static void
wake(const struct sleeper *s)
{
	const uint64_t one = 1;

	/* Nobody reads it, and it takes 2^64 wake-ups to fill it. */
	while (write(s->event, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

void
steer_intr_wake(struct steer_intr *intr, uint64_t queues)
{
	for (; queues != 0; queues &= queues - 1)
		wake(&intr->sleeper[__builtin_ctzll(queues)]);
}

/* Life */

static int
open_sleeper(struct sleeper *s)
{
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (s->epoll < 0 || s->event < 0)
		return -errno;
	return watch(s, s->event, EPOLLET);
}

static void
free_intr(struct steer_intr *intr)
{
	for (uint16_t i = 0; i < intr->n; i++) {
		if (intr->sleeper[i].epoll >= 0)
			close(intr->sleeper[i].epoll);
		if (intr->sleeper[i].event >= 0)
			close(intr->sleeper[i].event);
	}
	free(intr);
}

static struct steer_intr *
make_intr(uint16_t n)
{
	struct steer_intr *intr = malloc(sizeof(*intr) + n * sizeof(intr->sleeper[0]));

	if (intr == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	memset(intr, 0, sizeof(*intr));
	rte_spinlock_init(&intr->lock);
	intr->n = n;
	/* All descriptors -1. */
	memset(intr->sleeper, 0xff, n * sizeof(intr->sleeper[0]));
	for (uint16_t i = 0; i < n; i++) {
		const int rc = open_sleeper(&intr->sleeper[i]);

		if (rc < 0) {
			free_intr(intr);
			rte_errno = -rc;
			return NULL;
		}
	}
	return intr;
}

/** What ethdev's functions look at. EAL must not read an epoll: no counter. */
static int
fill_handle(struct rte_intr_handle *handle, const struct steer_intr *intr)
{
	int rc = rte_intr_type_set(handle, RTE_INTR_HANDLE_VDEV);

	rc |= rte_intr_efd_counter_size_set(handle, 0);
	rc |= rte_intr_vec_list_alloc(handle, NULL, intr->n);
	rc |= rte_intr_nb_efd_set(handle, intr->n);
	rc |= rte_intr_max_intr_set(handle, intr->n + 1);
	for (uint16_t i = 0; i < intr->n && rc == 0; i++) {
		rc |= rte_intr_vec_list_index_set(handle, i, RTE_INTR_VEC_RXTX_OFFSET + i);
		rc |= rte_intr_efds_index_set(handle, i, intr->sleeper[i].epoll);
	}
	return rc == 0 ? 0 : -ENOMEM;
}

static void
free_handle(struct rte_intr_handle *handle)
{
	rte_intr_free_epoll_fd(handle);
	rte_intr_vec_list_free(handle);
	rte_intr_instance_free(handle);
}

static struct rte_intr_handle *
make_handle(const struct steer_intr *intr)
{
	struct rte_intr_handle *handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);

	if (handle != NULL && fill_handle(handle, intr) < 0) {
		free_handle(handle);
		handle = NULL;
	}
	return handle;
}

int
steer_intr_create(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);
	const uint16_t lower = port->lower.port_id;
	const bool served = port->args.dispatch == STEER_DISPATCH_SERVICE;
	struct steer_intr *intr;

	if (!dev->data->dev_conf.intr_conf.rxq || port->rings == NULL)
		return 0;
	if (!served && !lower_has_intr(lower)) {
		/* As other ports do: who asks for an interrupt is refused, and may poll. */
		STEER_LOG(ERR, "%s: no RX interrupts: lower port '%s' (%s) has none",
			  dev->data->name, port->args.iface,
			  rte_eth_devices[lower].device->driver->name);
		return 0;
	}
	intr = make_intr(dev->data->nb_rx_queues);
	if (intr == NULL)
		return -rte_errno;
	dev->intr_handle = make_handle(intr);
	if (dev->intr_handle == NULL) {
		free_intr(intr);
		return -ENOMEM;
	}
	intr->served = served;
	intr->level = !served && rte_eth_devices[lower].dev_ops->rx_queue_intr_enable == NULL;
	port->intr = intr;
	return 0;
}

void
steer_intr_free(struct rte_eth_dev *dev)
{
	struct steer_port *port = steer_port(dev);

	if (port->intr == NULL)
		return;
	free_handle(dev->intr_handle);
	dev->intr_handle = NULL;
	free_intr(port->intr);
	port->intr = NULL;
}

void
steer_intr_cut(struct steer_port *port)
{
	struct steer_intr *intr = port->intr;

	if (intr == NULL)
		return;
	rte_spinlock_lock(&intr->lock);
	intr->cut = true;
	for (uint16_t i = 0; i < intr->n; i++) {
		for (uint16_t q = 0; q < STEER_RINGS_SOURCES; q++)
			unwatch_lower(&intr->sleeper[i], q);
		wake(&intr->sleeper[i]);
	}
	rte_spinlock_unlock(&intr->lock);
}

/* Enable, disable */

static void
disable_lower(const struct steer_port *port)
{
	/* Some say so if there was no interrupt: it is off all the same. */
	for (uint16_t i = 0; i < port->lower.n_rxq; i++)
		rte_eth_dev_rx_intr_disable(port->lower.port_id, i);
}

/** Each time: many drivers' interrupts fire only once. */
static int
enable_lower(const struct steer_port *port)
{
	int rc = 0;

	for (uint16_t i = 0; i < port->lower.n_rxq && rc == 0; i++)
		rc = rte_eth_dev_rx_intr_enable(port->lower.port_id, i);
	return rc;
}

static void
stop_sleeping(const struct steer_port *port, uint16_t id)
{
	struct steer_intr *intr = port->intr;

	steer_rings_sleeps(port->rings, id, false);
	intr->enabled &= ~(UINT64_C(1) << id);
	if (intr->enabled == 0 && !intr->level && !intr->served && !intr->cut)
		disable_lower(port);
}

static int
start_sleeping(const struct steer_port *port, uint16_t id)
{
	struct steer_intr *intr = port->intr;
	int rc = intr->served ? 0 : watch_lower(port, &intr->sleeper[id]);

	if (rc < 0)
		return rc;
	forget_edges(&intr->sleeper[id]);
	steer_rings_sleeps(port->rings, id, true);
	intr->enabled |= UINT64_C(1) << id;
	rc = intr->level || intr->served ? 0 : enable_lower(port);
	if (rc < 0)
		stop_sleeping(port, id);
	return rc;
}

/** Has the lower packets that its driver does not give yet? net_tap waits for a signal. */
static bool
lower_readable(const struct steer_port *port, const struct sleeper *s)
{
	struct pollfd fds[STEER_RINGS_SOURCES];

	for (uint16_t i = 0; i < port->lower.n_rxq; i++)
		fds[i] = (struct pollfd){ .fd = s->lower[i], .events = POLLIN };
	return poll(fds, port->lower.n_rxq, 0) > 0;
}

int
steer_rx_queue_intr_enable(struct rte_eth_dev *dev, uint16_t id)
{
	struct steer_port *port = steer_port(dev);
	struct steer_intr *intr = port->intr;
	struct steer_rxq *rxq = dev->data->rx_queues[id];
	int rc;

	if (intr == NULL || rxq == NULL)
		return -ENOTSUP;
	rte_spinlock_lock(&intr->lock);
	rc = intr->cut ? -ENODEV : start_sleeping(port, id);
	rte_spinlock_unlock(&intr->lock);
	if (rc < 0)
		return rc;
	if (steer_rx_look(rxq, !intr->served) ||
	    (intr->level && lower_readable(port, &intr->sleeper[id])))
		wake(&intr->sleeper[id]);
	return 0;
}

int
steer_rx_queue_intr_disable(struct rte_eth_dev *dev, uint16_t id)
{
	const struct steer_port *port = steer_port(dev);
	struct steer_intr *intr = port->intr;

	if (intr == NULL)
		return -ENOTSUP;
	rte_spinlock_lock(&intr->lock);
	stop_sleeping(port, id);
	rte_spinlock_unlock(&intr->lock);
	return 0;
}
