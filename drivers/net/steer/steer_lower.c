/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ether.h>
#include <rte_string_fns.h>

#include "steer_ether.h"
#include "steer_lower_private.h"

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
/* All our ports, by port id. */
static struct steer_port *list[RTE_MAX_ETHPORTS];
static unsigned int list_count;
/* No port is held any more. */
static pthread_cond_t let_go_of = PTHREAD_COND_INITIALIZER;

void
steer_lower_list_lock(void)
{
	pthread_mutex_lock(&list_lock);
}

void
steer_lower_list_unlock(void)
{
	pthread_mutex_unlock(&list_lock);
}

void
steer_lower_hold(struct steer_port *port)
{
	port->lower.held++;
	steer_lower_list_unlock();
	steer_lower_lock(port);
	steer_lower_list_lock();
}

void
steer_lower_let_go(struct steer_port *port)
{
	steer_lower_unlock(port);
	if (--port->lower.held == 0)
		pthread_cond_broadcast(&let_go_of);
}

void
steer_lower_set(struct steer_port *port, uint16_t lower_id)
{
	__atomic_store_n(&port->lower.port_id, lower_id, __ATOMIC_RELAXED);
}

/* What of the lower's flags holds for us too. */
#define FLAGS_OF_LOWER                                                                             \
	(RTE_ETH_DEV_INTR_LSC | RTE_ETH_DEV_INTR_RMV | RTE_ETH_DEV_NOLIVE_MAC_ADDR)

static const char *
name_of(const struct steer_port *port)
{
	return port->dev->data->name;
}

static struct steer_port *
find_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(list); i++) {
		if (list[i] != NULL && strcmp(name_of(list[i]), name) == 0)
			return list[i];
	}
	return NULL;
}

struct steer_port *
steer_lower_upper(uint16_t lower_id)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(list); i++) {
		if (list[i] != NULL && list[i]->lower.port_id == lower_id)
			return list[i];
	}
	return NULL;
}

/*
 * Do the ports that are named from one to the next come back to the first, be they bound yet or
 * not? The port that would close a loop is refused, so that none can come to be later, when a
 * port that was waited for appears.
 */
static bool
leads_back(const struct steer_port *port)
{
	const struct steer_port *p = port;
	unsigned int steps;

	for (steps = 0; steps < RTE_MAX_ETHPORTS; steps++) {
		p = find_by_name(p->args.iface);
		if (p == NULL)
			return false;
		if (p == port)
			break;
	}
	STEER_LOG(ERR, "%s: iface=%s: leads back to %s itself", name_of(port), port->args.iface,
		name_of(port));
	return true;
}

static int
claim(const struct steer_port *port, uint16_t lower_id)
{
	struct rte_eth_dev_owner owner;
	int ret;

	ret = rte_eth_dev_owner_get(lower_id, &owner);
	if (ret == 0 && owner.id != RTE_ETH_DEV_NO_OWNER) {
		STEER_LOG(ERR, "%s: iface=%s: the port is owned by %s", name_of(port),
			port->args.iface, owner.name);
		return -EPERM;
	}
	if (ret == 0)
		ret = rte_eth_dev_owner_set(lower_id, &port->lower.owner);
	if (ret != 0)
		STEER_LOG(ERR, "%s: iface=%s: the port cannot be owned: %s", name_of(port),
			port->args.iface, rte_strerror(-ret));
	return ret;
}

/*
 * The lower's address; one of our own if it has none, as rings have: applications take any address
 * for valid. But for a net_steer port below that has no lower port yet: its address is to come. An
 * address is taken over only once, as applications read it once.
 */
static void
inherit_mac(struct steer_port *port)
{
	const uint16_t lower_id = port->lower.port_id;
	const struct rte_ether_addr *theirs = rte_eth_devices[lower_id].data->mac_addrs;
	struct rte_ether_addr *ours = &port->dev->data->mac_addrs[0];

	if (!rte_is_zero_ether_addr(ours))
		return;
	if (theirs != NULL && !rte_is_zero_ether_addr(theirs)) {
		rte_ether_addr_copy(theirs, ours);
		if (list[lower_id] != NULL)
			port->made_mac = list[lower_id]->made_mac;
	} else if (list[lower_id] == NULL || steer_bound(list[lower_id])) {
		rte_eth_random_addr(ours->addr_bytes);
		port->made_mac = *ours;
	}
}

/*
 * net_tap says that it has events of the link, and sends none: with them asked for, ethdev would
 * show for ever what it was at start.
 */
static uint32_t
flags_of(const struct rte_eth_dev_data *lower)
{
	uint32_t flags = lower->dev_flags & FLAGS_OF_LOWER;

	if (strncmp(lower->name, "net_tap", strlen("net_tap")) == 0)
		flags &= ~(uint32_t)RTE_ETH_DEV_INTR_LSC;
	return flags;
}

/*
 * What ethdev and applications read from our data comes from the lower's. Its data is read as it
 * stands: a port that is just appearing is not valid yet for ethdev's functions.
 */
static void
inherit(struct steer_port *port)
{
	const struct rte_eth_dev_data *lower = rte_eth_devices[port->lower.port_id].data;
	struct rte_eth_dev_data *data = port->dev->data;
	struct steer_port *upper;

	data->dev_flags = (data->dev_flags & ~FLAGS_OF_LOWER) | flags_of(lower);
	/* Never SOCKET_ID_ANY: applications index arrays with it. */
	data->numa_node = RTE_MAX(lower->numa_node, 0);
	inherit_mac(port);

	/* A net_steer port on top was bound when we had nothing to inherit. */
	upper = steer_lower_upper(data->port_id);
	if (upper != NULL)
		inherit(upper);
}

static int
bind_lower(struct steer_port *port, uint16_t lower_id)
{
	int ret;

	ret = claim(port, lower_id);
	if (ret != 0)
		return ret;
	steer_lower_set(port, lower_id);
	port->lower.configured = false;
	/* The one before it may have been pulled out. */
	if (port->dev->state == RTE_ETH_DEV_REMOVED)
		port->dev->state = RTE_ETH_DEV_ATTACHED;
	/* Those of a lower before it. */
	memset(&port->lower_base, 0, sizeof(port->lower_base));
	inherit(port);
	return 0;
}

void
steer_lower_come(uint16_t port_id)
{
	const char *name = rte_eth_devices[port_id].data->name;
	struct steer_port *port;
	unsigned int i;

	steer_lower_list_lock();
	for (i = 0; i < RTE_DIM(list); i++) {
		port = list[i];
		if (port == NULL || steer_bound(port) || strcmp(port->args.iface, name) != 0)
			continue;
		steer_lower_hold(port);
		if (!steer_bound(port) && bind_lower(port, port_id) == 0)
			STEER_LOG(INFO, "%s: iface=%s: the port has come", name_of(port), name);
		steer_lower_let_go(port);
	}
	steer_lower_list_unlock();
}

static int
list_add(struct steer_port *port)
{
	int ret;

	if (list_count == 0) {
		ret = steer_lower_events_register();
		if (ret != 0) {
			STEER_LOG(ERR, "%s: events of other ports cannot be registered for: %s",
				name_of(port), rte_strerror(-ret));
			return ret;
		}
	}
	list[port->dev->data->port_id] = port;
	list_count++;
	return 0;
}

static void
list_remove(const struct steer_port *port)
{
	uint16_t id = port->dev->data->port_id;

	if (list[id] != port)
		return;
	list[id] = NULL;
	if (--list_count == 0)
		steer_lower_events_unregister();
}

static int
find_lower(struct steer_port *port)
{
	uint16_t lower_id;

	if (leads_back(port))
		return -ELOOP;
	if (rte_eth_dev_get_port_by_name(port->args.iface, &lower_id) == 0)
		return bind_lower(port, lower_id);
	return 0;
}

static void
forget(struct steer_port *port)
{
	steer_lower_list_lock();
	while (port->lower.held > 0)
		pthread_cond_wait(&let_go_of, &list_lock);
	list_remove(port);
	steer_lower_list_unlock();
}

/* What is not there: make it, or wait for it. */
static int
make_or_wait(struct steer_port *port)
{
	int ret;

	ret = steer_make_lower(port);
	if (ret == -ENOENT) {
		STEER_LOG(NOTICE, "%s: iface=%s: there is no such port yet, it is waited for",
			name_of(port), port->args.iface);
		return 0;
	}
	return ret;
}

/* The first by its id of those whose lower port is still to be made. */
static struct steer_port *
take_put_off(void)
{
	struct steer_port *port = NULL;
	unsigned int i;

	steer_lower_list_lock();
	for (i = 0; i < RTE_DIM(list) && port == NULL; i++) {
		if (list[i] != NULL && list[i]->lower.put_off)
			port = list[i];
	}
	if (port != NULL)
		port->lower.put_off = false;
	steer_lower_list_unlock();
	return port;
}

void
steer_lower_make_put_off(void)
{
	struct steer_port *port;

	/* One that cannot be made has been logged: its port has none, as if it were waited for. */
	while ((port = take_put_off()) != NULL) {
		if (!steer_bound(port))
			make_or_wait(port);
	}
}

int
steer_lower_bind(struct steer_port *port, uint16_t lower_id)
{
	int ret;

	steer_lower_lock(port);
	steer_lower_list_lock();
	ret = steer_bound(port) ? 0 : bind_lower(port, lower_id);
	steer_lower_list_unlock();
	steer_lower_unlock(port);
	return ret;
}

int
steer_lower_require(struct steer_port *port)
{
	uint16_t lower_id;

	if (steer_bound(port))
		return 0;
	/* There, but it was not ours to have when it came; it may be now. */
	if (rte_eth_dev_get_port_by_name(port->args.iface, &lower_id) == 0)
		return steer_lower_bind(port, lower_id);
	STEER_LOG(ERR, "%s: iface=%s: there is no such port (any more)", name_of(port),
		port->args.iface);
	return -ENODEV;
}

void
steer_lower_configured(struct steer_port *port)
{
	const struct rte_ether_addr *theirs =
		rte_eth_devices[port->lower.port_id].data->mac_addrs;
	struct rte_ether_addr *ours = &port->dev->data->mac_addrs[0];

	if (!rte_is_zero_ether_addr(ours) && rte_is_same_ether_addr(ours, &port->made_mac) &&
			theirs != NULL && !rte_is_zero_ether_addr(theirs))
		rte_ether_addr_copy(theirs, ours);
}

int
steer_lower_attach(struct steer_port *port)
{
	struct rte_eth_dev_owner *owner = &port->lower.owner;
	int ret;

	steer_lower_set(port, RTE_MAX_ETHPORTS);
	rte_eth_dev_owner_new(&owner->id);
	strlcpy(owner->name, name_of(port), sizeof(owner->name));

	/* Listening before looking, so that a port cannot come unseen in between. */
	steer_lower_list_lock();
	ret = list_add(port);
	if (ret == 0) {
		ret = find_lower(port);
		if (ret != 0)
			list_remove(port);
	}
	steer_lower_list_unlock();
	if (ret == 0 && !steer_bound(port)) {
		port->lower.put_off = steer_more_to_come(name_of(port));
		if (!port->lower.put_off)
			ret = make_or_wait(port);
		if (ret != 0)
			forget(port);
	}

	/* Packets from before our time are not ours. */
	if (ret == 0 && steer_bound(port) &&
			rte_eth_stats_get(port->lower.port_id, &port->lower_base) != 0)
		memset(&port->lower_base, 0, sizeof(port->lower_base));
	return ret;
}

/*
 * EAL would close the lower in its turn, but only after the application has freed the pools of
 * the mbufs it holds.
 */
static void
close_lower(const char *name, uint16_t lower_id)
{
	int ret = 0;

	if (rte_eth_devices[lower_id].data->dev_started)
		ret = rte_eth_dev_stop(lower_id);
	if (ret == 0)
		ret = rte_eth_dev_close(lower_id);
	if (ret != 0)
		STEER_LOG(ERR, "%s: port %u below cannot be closed: %s", name, lower_id,
			rte_strerror(-ret));
}

void
steer_lower_detach(struct steer_port *port, bool close)
{
	uint16_t lower_id;

	forget(port);
	steer_lower_lock(port);
	lower_id = port->lower.port_id;
	steer_lower_set(port, RTE_MAX_ETHPORTS);
	steer_lower_unlock(port);

	steer_ether_fini(port);
	if (lower_id != RTE_MAX_ETHPORTS) {
		if (close)
			close_lower(name_of(port), lower_id);
		/* What was closed has lost its name and its owner with it. */
		if (rte_eth_dev_is_valid_port(lower_id))
			rte_eth_dev_owner_unset(lower_id, port->lower.owner.id);
	}
	if (port->lower.made)
		steer_unmake_lower(port);
}
