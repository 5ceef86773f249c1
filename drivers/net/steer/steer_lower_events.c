/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_ethdev.h>

#include "steer_lower_private.h"
#include "steer_queue.h"

/*
 * Events may come from EAL's interrupt thread while another thread closes the port they are for,
 * and unregistering a callback that is running fails. So callbacks are registered once for the
 * whole driver and carry no pointer: they look up in the list of steer_lower.c, under its lock,
 * which ports they concern. A callback that is left over then finds nothing.
 */

static const enum rte_eth_event_type events[] = {
	RTE_ETH_EVENT_NEW,
	RTE_ETH_EVENT_DESTROY,
	RTE_ETH_EVENT_INTR_LSC,
	RTE_ETH_EVENT_INTR_RMV,
	RTE_ETH_EVENT_INTR_RESET,
	RTE_ETH_EVENT_ERR_RECOVERING,
	RTE_ETH_EVENT_RECOVERY_SUCCESS,
	RTE_ETH_EVENT_RECOVERY_FAILED,
};

static void
lose_lower(struct steer_port *port)
{
	/* First of all: who enables interrupts looks there for the lower. */
	steer_intr_cut(port);
	steer_lower_set(port, RTE_MAX_ETHPORTS);
	port->lower.started = false;
	steer_hand_lost(port);
	steer_in_kernel_lost(port);
	port->lower.cut = true;
	steer_rx_cut(port);
	steer_tx_cut(port);
	STEER_LOG(NOTICE, "%s: iface=%s: the port is gone", port->dev->data->name,
		port->args.iface);
}

/* A port is being released: its driver has closed it already. */
static void
on_destroy(uint16_t port_id)
{
	const struct rte_eth_link down = { .link_status = RTE_ETH_LINK_DOWN };
	struct rte_eth_dev *dev = NULL;
	struct steer_port *port;

	steer_lower_list_lock();
	port = steer_lower_upper(port_id);
	if (port != NULL) {
		steer_lower_hold(port);
		dev = port->dev;
		lose_lower(port);
		steer_lower_let_go(port);
	}
	steer_lower_list_unlock();

	if (dev != NULL && rte_eth_linkstatus_set(dev, &down) == 0)
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_LSC, NULL);
}

/*
 * What concerns the lower concerns the port on top. One that was pulled out is not polled any more:
 * the application may take its time before it closes us.
 */
static void
on_interrupt(uint16_t port_id, enum rte_eth_event_type type)
{
	struct rte_eth_dev *dev = NULL;
	struct rte_eth_link link;
	struct steer_port *port;

	steer_lower_list_lock();
	port = steer_lower_upper(port_id);
	if (port != NULL) {
		dev = port->dev;
		if (type == RTE_ETH_EVENT_INTR_RMV) {
			steer_intr_cut(port);
			port->lower.cut = true;
			steer_rx_cut(port);
			steer_tx_cut(port);
			STEER_LOG(NOTICE, "%s: iface=%s: the port was pulled out",
				dev->data->name, port->args.iface);
		}
	}
	steer_lower_list_unlock();
	if (dev == NULL)
		return;

	/* Should the port be closed meanwhile: dev and its data are static, port is not. */
	if (type == RTE_ETH_EVENT_INTR_LSC && rte_eth_link_get_nowait(port_id, &link) == 0)
		rte_eth_linkstatus_set(dev, &link);
	rte_eth_dev_callback_process(dev, type, NULL);
}

static int
on_event(uint16_t port_id, enum rte_eth_event_type type, void *arg __rte_unused,
	 void *ret_param __rte_unused)
{
	steer_lower_event_begin();
	switch (type) {
	case RTE_ETH_EVENT_NEW:
		steer_lower_come(port_id);
		break;
	case RTE_ETH_EVENT_DESTROY:
		on_destroy(port_id);
		break;
	default:
		on_interrupt(port_id, type);
		break;
	}
	steer_lower_event_end();
	return 0;
}

/* For all ports, as the one that matters may not exist yet. */
static void
unregister(unsigned int n)
{
	while (n-- > 0)
		rte_eth_dev_callback_unregister(RTE_ETH_ALL, events[n], on_event, NULL);
}

int
steer_lower_events_register(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < RTE_DIM(events); i++) {
		ret = rte_eth_dev_callback_register(RTE_ETH_ALL, events[i], on_event, NULL);
		if (ret != 0) {
			unregister(i);
			return ret;
		}
	}
	return 0;
}

void
steer_lower_events_unregister(void)
{
	unregister(RTE_DIM(events));
}
