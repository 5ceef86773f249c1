/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_pause.h>
#include <rte_service.h>
#include <rte_service_component.h>

#include "steer_queue.h"
#include "steer_rx.h"

/*
 * Draining on service cores. A port has as many services as it has lower queues to be drained and
 * EAL has service cores to do it; each has lower queues of its own, so that the cores share the
 * load and no lower queue changes hands.
 *
 * Services are active from start to stop of the port, but registered until it is closed: where the
 * application maps them holds over stop and start.
 */

/** As many as EAL has room for. */
#define SERVICES_MAX 64

/**
 * Not part of any port: a service core that is late finds its service here, and whether there is
 * something to drain.
 */
struct service {
	/** Held while draining: what it drains goes away under it only. */
	rte_spinlock_t lock;
	bool active;
	struct steer_rxq reader;

	/* Under table_lock. */
	bool taken;      /**< By a port. */
	bool registered; /**< With EAL, as id. */
	uint32_t id;
} __rte_cache_aligned;

static struct service table[SERVICES_MAX];
/* EAL's own functions for services are not thread-safe; those for different ports may be called
 * at once. */
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

/* On service cores. Several of them may be mapped to one service. */
static int32_t
run(void *arg)
{
	struct service *s = arg;
	uint16_t n = 0;

	if (!rte_spinlock_trylock(&s->lock))
		return -EAGAIN;
	if (s->active)
		n = steer_rx_drain(&s->reader);
	rte_spinlock_unlock(&s->lock);
	return n > 0 ? 0 : -EAGAIN;
}

/* Service cores */

static unsigned int
list_lcores(uint32_t lcores[RTE_MAX_LCORE])
{
	const int32_t n = rte_service_lcore_list(lcores, RTE_MAX_LCORE);

	return (unsigned int)RTE_MAX(n, 0);
}

/*
 * rte_eal_cleanup() frees all about services before it removes the devices. Then EAL must not be
 * asked about them any more, and has no service core.
 */
static bool
services_exist(void)
{
	for (unsigned int i = 0; i < RTE_MAX_LCORE; i++)
		if (rte_eal_lcore_role(i) == ROLE_SERVICE)
			return true;
	return false;
}

/** The service core with the fewest services. @return -ENOENT if there is none. */
static int
idlest_lcore(void)
{
	uint32_t lcores[RTE_MAX_LCORE];
	const unsigned int n = list_lcores(lcores);
	int32_t least = INT32_MAX;
	int idlest = -ENOENT;

	for (unsigned int i = 0; i < n; i++) {
		const int32_t services = rte_service_lcore_count_services(lcores[i]);

		if (services < least) {
			least = services;
			idlest = (int)lcores[i];
		}
	}
	return idlest;
}

static bool
is_mapped(uint32_t id)
{
	uint32_t lcores[RTE_MAX_LCORE];
	const unsigned int n = list_lcores(lcores);

	for (unsigned int i = 0; i < n; i++)
		if (rte_service_map_lcore_get(id, lcores[i]) == 1)
			return true;
	return false;
}

/** EAL maps and starts by itself only what is there when it starts. @return 0; -errno. */
static int
map(uint32_t id)
{
	const int lcore = idlest_lcore();
	int rc;

	if (lcore < 0)
		return lcore;
	rc = rte_service_lcore_start((uint32_t)lcore);
	if (rc < 0 && rc != -EALREADY) {
		/* Or EAL would take it for started. */
		rte_service_lcore_stop((uint32_t)lcore);
		return rc;
	}
	return rte_service_map_lcore_set(id, (uint32_t)lcore, 1);
}

static bool
loops_of(uint32_t lcore, uint64_t *loops)
{
	return rte_service_lcore_attr_get(lcore, RTE_SERVICE_LCORE_ATTR_LOOPS, loops) == 0;
}

/** @return is the core's loop another one than that, or none? */
static bool
wait_for_loop(uint32_t lcore, uint64_t before)
{
	uint64_t loops;

	while (rte_service_lcore_may_be_active(lcore) == 1) {
		if (!loops_of(lcore, &loops))
			return false;
		if (loops != before)
			break;
		rte_pause();
	}
	return true;
}

/**
 * Wait until no service core is on its way into a service that is not to run any more.
 * rte_service_may_be_active() would not do: it does not see who is about to become active, and is
 * true for ever after a service was taken away from a core that has no other.
 *
 * @return has each been waited for? Who unregisters else may do so under a core's feet.
 */
static bool
wait_for_lcores(uint32_t id)
{
	uint64_t before[RTE_MAX_LCORE];
	uint32_t lcores[RTE_MAX_LCORE];
	const unsigned int n = list_lcores(lcores);
	bool counts[RTE_MAX_LCORE], all = true;

	/* A core counts its loops only as long as it has a service: else we wait for ever. */
	for (unsigned int i = 0; i < n; i++)
		counts[i] = rte_service_map_lcore_set(id, lcores[i], 1) == 0;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < n; i++)
		counts[i] = counts[i] && loops_of(lcores[i], &before[i]);
	for (unsigned int i = 0; i < n; i++)
		if (lcores[i] != rte_lcore_id())
			all = counts[i] && wait_for_loop(lcores[i], before[i]) && all;
	return all;
}

/**
 * Have no core go into a service any more: one that stopped may be able to run yet, if EAL refused
 * to stop it. Either of EAL's two switches does. @return false: both were refused.
 */
static bool
turn_off(const struct service *s)
{
	return rte_service_component_runstate_set(s->id, 0) == 0 ||
	       rte_service_runstate_set(s->id, 0) == 0;
}

/* The table */

static int
register_service(struct service *s, const struct steer_port *port, uint16_t number)
{
	struct rte_service_spec spec = {
		.callback = run,
		.callback_userdata = s,
		.capabilities = RTE_SERVICE_CAP_MT_SAFE,
		.socket_id = port->dev->data->numa_node,
	};
	int rc;

	snprintf(spec.name, sizeof(spec.name), "%.*s_rx%u", RTE_SERVICE_NAME_MAX - 8,
		 port->dev->data->name, number % STEER_QUEUES_MAX);
	rc = rte_service_component_register(&spec, &s->id);
	if (rc < 0)
		return rc;
	s->registered = true;
	return rte_service_runstate_set(s->id, 1);
}

static void
unregister_service(struct service *s)
{
	rte_service_component_unregister(s->id);
	s->registered = false;
}

/** One service more for a port. @return 0; -ENOSPC, -errno. */
static int
take_service(struct steer_port *port)
{
	struct service *s = table;
	int rc;

	while (s < &table[SERVICES_MAX] && s->taken)
		s++;
	if (s == &table[SERVICES_MAX])
		return -ENOSPC;
	/* Its port was closed when there was no service core, or one could not be waited for. */
	if (s->registered) {
		if (!turn_off(s) || !wait_for_lcores(s->id))
			return -EBUSY;
		unregister_service(s);
	}
	rc = register_service(s, port, port->n_services);
	if (rc < 0)
		return rc;
	s->taken = true;
	port->services[port->n_services++] = (uint8_t)(s - table);
	return 0;
}

/* Start and stop */

static void
activate(struct service *s, struct steer_port *port, uint16_t number, uint16_t n)
{
	rte_spinlock_lock(&s->lock);
	s->reader = (struct steer_rxq){ .id = number, .port_id = port->dev->data->port_id };
	steer_reader_point(port, &s->reader, n);
	s->active = true;
	rte_spinlock_unlock(&s->lock);
	rte_service_component_runstate_set(s->id, 1);
}

static void
deactivate(struct service *s, bool exist)
{
	if (exist)
		rte_service_component_runstate_set(s->id, 0);
	rte_spinlock_lock(&s->lock);
	s->active = false;
	rte_spinlock_unlock(&s->lock);
}

/** @param n  How many services of the port there are to be. */
static int
start_service(struct steer_port *port, uint16_t number, uint16_t n)
{
	struct service *s;
	int rc = 0;

	if (number == port->n_services)
		rc = take_service(port);
	if (rc < 0)
		return rc;
	s = &table[port->services[number]];
	if (!is_mapped(s->id))
		rc = map(s->id);
	if (rc == 0)
		activate(s, port, number, n);
	return rc;
}

int
steer_services_check(const struct steer_port *port)
{
	if (port->args.dispatch != STEER_DISPATCH_SERVICE || port->lower.n_rxq == 0 ||
	    rte_service_lcore_count() > 0)
		return 0;
	STEER_LOG(ERR, "%s: dispatch=service needs a service core: give EAL some by -s or -S",
		  port->dev->data->name);
	return -ENOENT;
}

int
steer_services_start(struct steer_port *port)
{
	const uint16_t n = (uint16_t)RTE_MIN(port->n_sources, rte_service_lcore_count());
	int rc = 0;

	if (port->args.dispatch != STEER_DISPATCH_SERVICE)
		return 0;
	pthread_mutex_lock(&table_lock);
	for (uint16_t i = 0; i < n && rc == 0; i++)
		rc = start_service(port, i, n);
	pthread_mutex_unlock(&table_lock);
	if (rc < 0) {
		STEER_LOG(ERR, "%s: dispatch=service: no service can be started: %s",
			  port->dev->data->name, rte_strerror(-rc));
		steer_services_stop(port);
	}
	return rc;
}

void
steer_services_stop(struct steer_port *port)
{
	const bool exist = services_exist();

	pthread_mutex_lock(&table_lock);
	for (uint16_t i = 0; i < port->n_services; i++)
		deactivate(&table[port->services[i]], exist);
	pthread_mutex_unlock(&table_lock);
}

void
steer_services_release(struct steer_port *port)
{
	bool exist = services_exist();

	pthread_mutex_lock(&table_lock);
	for (uint16_t i = 0; i < port->n_services; i++)
		exist = exist && turn_off(&table[port->services[i]]);
	if (exist && port->n_services > 0)
		exist = wait_for_lcores(table[port->services[0]].id);
	for (uint16_t i = 0; i < port->n_services; i++) {
		struct service *s = &table[port->services[i]];

		if (exist)
			unregister_service(s);
		s->taken = false;
	}
	port->n_services = 0;
	pthread_mutex_unlock(&table_lock);
}
