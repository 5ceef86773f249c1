/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_alarm.h>
#include <rte_cycles.h>
#include <rte_errno.h>

#include "steer_in_kernel_private.h"
#include "steer_port.h"
#include "steer_rx.h"

/**
 * Each time that programs follow costs a grace period of the kernel, and all rules. Where so many
 * changes have come in a row, each sooner than this after the one before, the next ones wait as
 * long for more of them.
 */
#define ROW_US 20000
#define ROW 16

static const char *
name_of(const struct steer_port *port)
{
	return port->dev->data->name;
}

static bool
required(const struct steer_port *port)
{
	return port->args.kernel == STEER_KERNEL_REQUIRE;
}

bool
steer_in_kernel_on(const struct steer_port *port)
{
	return port->in_kernel != NULL && port->in_kernel->k != NULL;
}

/* Failing */

/** One line. @return 0 where user space goes on alone; the error where that will not do. */
static int
explain(const struct steer_port *port, const struct steer_kernel_trouble *t)
{
	if (required(port)) {
		STEER_LOG(ERR, "%s: kernel=require, but %s: %s", name_of(port), t->step, t->text);
		return t->code != 0 ? -t->code : -EIO;
	}
	STEER_LOG(NOTICE, "%s: kernel=auto: user space steers alone: %s: %s", name_of(port),
		t->step, t->text);
	return 0;
}

/**
 * What the kernel finds in packets counts from now on, or does not. A TAP's packets do not say what
 * was found.
 */
static void
believe(struct steer_port *port, bool on)
{
	const struct steer_in_kernel *ik = port->in_kernel;
	const struct rte_eth_dev_data *data = port->dev->data;
	const bool xdp = ik->k != NULL && ik->netdev.kind == STEER_KERNEL_XDP;
	const uint32_t generation = on && xdp ? steer_kernel_generation(ik->k) : 0;

	for (uint16_t i = 0; i < data->nb_rx_queues; i++) {
		struct steer_rxq *rxq = data->rx_queues[i];

		if (rxq != NULL)
			__atomic_store_n(&rxq->generation, generation, __ATOMIC_RELEASE);
	}
}

static void
drop_programs(struct steer_port *port)
{
	struct steer_in_kernel *ik = port->in_kernel;
	struct steer_kernel *k = ik->k;

	believe(port, false);

	/* Others look whether it is there. */
	__atomic_store_n(&ik->k, NULL, __ATOMIC_RELAXED);
	steer_kernel_close(k);
	steer_remote_drop(ik);
}

/* Attaching */

/** Natively, or else by the stack: slower, and for any netdev. */
static int
attach_xdp(struct steer_port *port, struct steer_kernel_trouble *trouble)
{
	struct steer_in_kernel *ik = port->in_kernel;
	char conditions[512];
	int rc;

	ik->generic = false;
	rc = steer_kernel_attach(ik->k, ik->netdev.ifindex, false, trouble);
	/* Neither of them depends on the driver. */
	if (rc == 0 || rc == -EBUSY || rc == -EPERM)
		return rc;
	steer_netdev_conditions(&ik->netdev, conditions, sizeof(conditions));
	STEER_LOG(WARNING, "%s: no native XDP on %s, generic XDP is tried, which is slower: "
		"%s: %s%s", name_of(port), ik->netdev.name, trouble->step, trouble->text,
		conditions);
	ik->generic = true;
	return steer_kernel_attach(ik->k, ik->netdev.ifindex, true, trouble);
}

static int
load(struct steer_port *port, struct steer_kernel_trouble *trouble)
{
	struct steer_in_kernel *ik = port->in_kernel;
	int rc = steer_netdev_find(port, &ik->netdev, trouble);

	if (rc == 0 && port->args.remote[0] != '\0')
		rc = steer_remote_find(port, trouble);
	if (rc < 0)
		return rc;
	ik->k = steer_kernel_open(ik->netdev.kind, trouble);
	if (ik->k == NULL)
		return -trouble->code;
	if (ik->netdev.kind == STEER_KERNEL_XDP)
		rc = attach_xdp(port, trouble);
	else if (ik->netdev.kind == STEER_KERNEL_REMOTE)
		rc = steer_remote_attach(port, trouble);
	return rc;
}

static int
attach(struct steer_port *port)
{
	struct steer_kernel_trouble trouble = { .step = "attach" };
	struct steer_in_kernel *ik = port->in_kernel;
	int rc = load(port, &trouble);

	ik->tried = true;
	if (rc == 0) {
		/* What comes from a TAP device alone comes from the kernel. */
		steer_engine_kernel(port->engine, ik->netdev.kind != STEER_KERNEL_TAP);
		STEER_LOG(INFO, "%s: programs in the kernel steer on %s%s", name_of(port),
			ik->netdev.name, ik->generic ? " (generic XDP)" : "");
		return 0;
	}
	drop_programs(port);
	steer_engine_kernel(port->engine, false);
	rc = explain(port, &trouble);
	/* Then the next one tries again. */
	ik->tried = rc == 0;
	return rc;
}

int
steer_in_kernel_attach(struct steer_port *port)
{
	struct steer_in_kernel *ik = port->in_kernel;
	int rc = 0;

	if (ik == NULL)
		return 0;
	pthread_mutex_lock(&ik->lock);
	if (!ik->tried)
		rc = attach(port);
	pthread_mutex_unlock(&ik->lock);
	return rc;
}

/* Following the engine */

int
steer_in_kernel_sync(struct steer_port *port, struct steer_kernel_trouble *trouble)
{
	struct steer_in_kernel *ik = port->in_kernel;
	struct steer_kernel_trouble ignored;
	int rc;

	if (ik->k == NULL)
		return 0;
	rc = steer_kernel_sync(ik->k, port->engine, trouble);
	ik->behind = rc < 0;
	ik->synced = rte_get_timer_cycles();
	if (rc == 0)
		believe(port, ik->running);
	/* It is known now that it can be done; nobody would receive what comes up. */
	if (rc == 0 && !ik->running)
		steer_kernel_pause(ik->k, &ignored);
	return rc;
}

void
steer_in_kernel_follow(struct steer_port *port)
{
	struct steer_kernel_trouble trouble = { .step = "sync" };

	if (steer_in_kernel_sync(port, &trouble) == 0)
		return;
	believe(port, false);
	STEER_LOG(ERR, "%s: programs on %s steer as before: %s: %s", name_of(port),
		port->in_kernel->netdev.name, trouble.step, trouble.text);
}

/** EAL's alarm. */
static void
catch_up(void *arg)
{
	struct steer_port *port = arg;
	struct steer_in_kernel *ik = port->in_kernel;

	pthread_mutex_lock(&ik->lock);
	ik->alarm_set = false;
	if (ik->behind)
		steer_in_kernel_follow(port);
	pthread_mutex_unlock(&ik->lock);
}

bool
steer_in_kernel_put_off(struct steer_port *port)
{
	struct steer_in_kernel *ik = port->in_kernel;
	const uint64_t row = rte_get_timer_hz() / 1000000 * ROW_US;

	if (rte_get_timer_cycles() - ik->synced > row)
		ik->row = 0;
	if (ik->k == NULL || ++ik->row <= ROW)
		return false;
	if (!ik->alarm_set && rte_eal_alarm_set(ROW_US, catch_up, port) < 0)
		return false;
	ik->alarm_set = true;
	ik->behind = true;
	believe(port, false);
	return true;
}

void
steer_in_kernel_changed(struct steer_port *port)
{
	struct steer_in_kernel *ik = port->in_kernel;

	if (ik == NULL)
		return;
	pthread_mutex_lock(&ik->lock);
	steer_in_kernel_follow(port);
	pthread_mutex_unlock(&ik->lock);
}

/* Life of the port */

int
steer_in_kernel_create(struct steer_port *port)
{
	struct steer_kernel_trouble trouble;

	if (port->args.kernel == STEER_KERNEL_OFF)
		return 0;
	if (!steer_kernel_built()) {
		/* Says why. */
		steer_kernel_close(steer_kernel_open(STEER_KERNEL_XDP, &trouble));
		return explain(port, &trouble);
	}
	port->in_kernel = calloc(1, sizeof(*port->in_kernel));
	if (port->in_kernel == NULL) {
		STEER_LOG(ERR, "%s: no memory for steering in the kernel", name_of(port));
		return -ENOMEM;
	}
	/* Until it is known what is below: rules of a file may be read before that. */
	steer_engine_kernel(port->engine, true);
	pthread_mutex_init(&port->in_kernel->lock, NULL);
	return 0;
}

void
steer_in_kernel_free(struct steer_port *port)
{
	if (port->in_kernel == NULL)
		return;
	/* Waits for one that runs. */
	rte_eal_alarm_cancel(catch_up, port);
	drop_programs(port);
	pthread_mutex_destroy(&port->in_kernel->lock);
	free(port->in_kernel);
	port->in_kernel = NULL;
}

void
steer_in_kernel_lost(struct steer_port *port)
{
	struct steer_in_kernel *ik = port->in_kernel;

	if (ik == NULL)
		return;
	pthread_mutex_lock(&ik->lock);
	drop_programs(port);
	ik->running = false;
	ik->tried = false;
	pthread_mutex_unlock(&ik->lock);
}

/** All packets come up, as the sockets would get none without a program. */
static int
open_up(struct steer_port *port, struct steer_kernel_trouble *trouble)
{
	struct steer_engine *none = steer_engine_create(1, SOCKET_ID_ANY);
	int rc = none != NULL ? steer_engine_configure(none, 1, 1) : -ENOMEM;

	believe(port, false);
	if (rc == 0)
		rc = steer_kernel_sync(port->in_kernel->k, none, trouble);
	steer_engine_free(none);
	return rc;
}

static int
set_tap(struct steer_in_kernel *ik, struct steer_kernel_trouble *trouble)
{
	int fd = steer_netdev_tap_fd(&ik->netdev);

	if (fd >= 0)
		return steer_kernel_tap_set(ik->k, fd, true, trouble);
	return steer_kernel_fail(trouble, "attach", -fd,
		"no queue of %s is among the open files of this process", ik->netdev.name);
}

static void
clear_tap(const struct steer_in_kernel *ik)
{
	int fd = steer_netdev_tap_fd(&ik->netdev);

	if (fd >= 0)
		steer_kernel_tap_clear(fd);
}

static int
start(struct steer_port *port, struct steer_kernel_trouble *trouble)
{
	struct steer_in_kernel *ik = port->in_kernel;
	int rc;

	ik->running = true;
	rc = steer_in_kernel_sync(port, trouble);
	if (rc == 0 && ik->netdev.kind != STEER_KERNEL_XDP)
		rc = set_tap(ik, trouble);
	return rc;
}

/** It cannot be as asked for. @return 0 where it can be otherwise. */
static int
start_alone(struct steer_port *port, const struct steer_kernel_trouble *why)
{
	struct steer_in_kernel *ik = port->in_kernel;
	struct steer_kernel_trouble trouble = { .step = "sync" };
	int rc = explain(port, why);

	if (rc == 0 && ik->netdev.kind != STEER_KERNEL_XDP)
		drop_programs(port);
	else if (rc == 0)
		rc = open_up(port, &trouble);
	if (rc < 0)
		ik->running = false;
	return rc;
}

int
steer_in_kernel_start(struct steer_port *port)
{
	struct steer_kernel_trouble trouble = { .step = "sync" };
	struct steer_in_kernel *ik = port->in_kernel;
	int rc = 0;

	if (ik == NULL)
		return 0;
	pthread_mutex_lock(&ik->lock);
	if (ik->k != NULL && start(port, &trouble) < 0)
		rc = start_alone(port, &trouble);
	pthread_mutex_unlock(&ik->lock);
	return rc;
}

void
steer_in_kernel_stop(struct steer_port *port)
{
	struct steer_kernel_trouble trouble = { .step = "pause" };
	struct steer_in_kernel *ik = port->in_kernel;

	if (ik == NULL)
		return;
	pthread_mutex_lock(&ik->lock);
	ik->running = false;
	believe(port, false);
	if (ik->k != NULL && ik->netdev.kind != STEER_KERNEL_XDP)
		clear_tap(ik);
	if (ik->k != NULL && ik->netdev.kind != STEER_KERNEL_TAP &&
	    steer_kernel_pause(ik->k, &trouble) < 0)
		STEER_LOG(ERR, "%s: the kernel does not get the packets of %s back: %s: %s",
			name_of(port), ik->netdev.name, trouble.step, trouble.text);
	pthread_mutex_unlock(&ik->lock);
}
