/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>

#include <rte_eal.h>
#include <rte_interrupts.h>

#include "steer_port.h"

/*
 * Statistics, the link and the like are asked for at any time, by any process: DPDK's telemetry
 * does so in a thread of its own. The lower is then asked in our place, and must not be configured,
 * started, stopped or reset meanwhile, nor go: ethdev first asks how much a port has to tell and
 * then for all of it, and drivers look at queues that would just be freed. So who asks it and who
 * changes it exclude each other, by a lock in shared memory. It is a robust one, as that of the
 * counters is (steer_counts.c): a secondary process may be killed while it asks.
 *
 * It is recursive, too: the lower may send an event while it is changed, and the application may
 * ask us when it is told. An event that another thread sends must not wait for who changes the
 * lower: a driver that is stopped may wait for its interrupt handler, which is just sending it. Nor
 * must EAL's interrupt thread, whatever it does. There the lower is not asked while it is changed.
 *
 * It comes before all other locks of ours but that of telemetry, under which the lower is asked; so
 * nobody closes a port, which takes that one, with it. A port on top of ours takes its own before
 * it asks us.
 */

/* This thread tells of an event of some lower. */
static __thread unsigned int events;

int
steer_lower_lock_init(struct steer_port *port)
{
	return steer_shared_lock_init(&port->lower_lock, PTHREAD_MUTEX_RECURSIVE);
}

void
steer_lower_lock(struct steer_port *port)
{
	if (pthread_mutex_lock(&port->lower_lock) == EOWNERDEAD)
		pthread_mutex_consistent(&port->lower_lock);
}

void
steer_lower_unlock(struct steer_port *port)
{
	pthread_mutex_unlock(&port->lower_lock);
}

void
steer_lower_event_begin(void)
{
	events++;
}

void
steer_lower_event_end(void)
{
	events--;
}

static bool
lock_to_ask(struct steer_port *port)
{
	int ret;

	if (events == 0 && !rte_thread_is_intr()) {
		steer_lower_lock(port);
		return true;
	}
	ret = pthread_mutex_trylock(&port->lower_lock);
	if (ret == EOWNERDEAD)
		ret = pthread_mutex_consistent(&port->lower_lock);
	return ret == 0;
}

/* A secondary process may probe the lower after us, and not all drivers have operations there. */
static bool
can_answer(uint16_t id)
{
	return id < RTE_MAX_ETHPORTS && (rte_eal_process_type() == RTE_PROC_PRIMARY ||
		(rte_eth_dev_is_valid_port(id) && rte_eth_devices[id].dev_ops != NULL));
}

uint16_t
steer_lower_ask(struct steer_port *port)
{
	uint16_t id;

	if (!lock_to_ask(port))
		return RTE_MAX_ETHPORTS;
	id = port->lower.port_id;
	if (can_answer(id))
		return id;
	steer_lower_unlock(port);
	return RTE_MAX_ETHPORTS;
}

void
steer_lower_told(struct steer_port *port)
{
	steer_lower_unlock(port);
}
