/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Steering in the kernel, inside: steer_in_kernel.c (life of the port), steer_in_kernel_flow.c
 * (flow operations), steer_in_kernel_netdev.c (what is below), steer_in_kernel_remote.c (another
 * netdev beside it), steer_in_kernel_rx.c (received packets).
 */

#ifndef STEER_IN_KERNEL_PRIVATE_H
#define STEER_IN_KERNEL_PRIVATE_H

#include <net/if.h>
#include <pthread.h>

#include <rte_ether.h>

#include "steer_in_kernel.h"
#include "steer_kernel.h"
#include "steer_port.h"

/** The netdev below. */
struct steer_netdev {
	enum steer_kernel_kind kind;
	int ifindex;
	char name[IFNAMSIZ];
};

/** The netdev of remote=. */
struct steer_remote {
	struct steer_netdev netdev;
	/** A socket, for its memberships; -1: none. */
	int members;
	/** Addresses of the port: ethdev takes note of a new one after it was told to us. */
	struct rte_ether_addr macs[STEER_MAC_ADDRS];
	/** What the programs know. */
	struct steer_kernel_remote implicit;
};

struct steer_in_kernel {
	pthread_mutex_t lock;
	/** The programs; NULL: none, packets are judged in user space alone. */
	struct steer_kernel *k;
	struct steer_netdev netdev;
	/** Of kind STEER_KERNEL_REMOTE. */
	struct steer_remote remote;
	/** Native XDP was not to be had: generic XDP, or tc alone for a remote netdev. */
	bool generic;
	/** It was tried with the lower that is bound. */
	bool tried;
	/** The lower has started. */
	bool running;
	/** The programs have yet to follow: an alarm has them do so, at the latest. */
	bool behind;
	bool alarm_set;
	/** When they last did, in cycles of the timer; changes that came soon after one another. */
	uint64_t synced;
	uint32_t row;
};

/* steer_in_kernel.c */

/** Give the programs what the engine has now. The lock is held. @return 0; -errno. */
int steer_in_kernel_sync(struct steer_port *port, struct steer_kernel_trouble *trouble);

/** The same where it is too late to refuse: a failure is logged. */
void steer_in_kernel_follow(struct steer_port *port);
/**
 * Let a change wait for others, if many have come in a row. The lock is held.
 * @return false: it has to be done now.
 */
bool steer_in_kernel_put_off(struct steer_port *port);

/* steer_in_kernel_flow.c */

/** Where the programs are attached, in words. */
const char *steer_in_kernel_hook(const struct steer_in_kernel *ik);

/* steer_in_kernel_netdev.c */

/** @return 0; -ENOTSUP (the lower is on none that we know), -ENODEV; with trouble. */
int steer_netdev_find(const struct steer_port *port, struct steer_netdev *netdev,
		      struct steer_kernel_trouble *trouble);
/**
 * What of a netdev often is in the way of native XDP: its driver, MTU and channels.
 * @param text  Filled, "" if nothing is known.
 */
void steer_netdev_conditions(const struct steer_netdev *netdev, char *text, size_t size);
/**
 * Some queue of a TAP device, among the files that this process has open.
 * @return a file descriptor, not to be closed; -ENOENT.
 */
int steer_netdev_tap_fd(const struct steer_netdev *netdev);

/* steer_in_kernel_remote.c */

/**
 * Find the netdev of remote=, and take its address: the netdev below is TAP's, of kind
 * STEER_KERNEL_REMOTE then. @return 0; -errno with trouble.
 */
int steer_remote_find(struct steer_port *port, struct steer_kernel_trouble *trouble);
/** Attach the programs there. @return 0; -errno with trouble. */
int steer_remote_attach(struct steer_port *port, struct steer_kernel_trouble *trouble);
/** What judges its packets first, in words. */
const char *steer_remote_hook(const struct steer_in_kernel *ik);
/** Have the netdev receive nothing for the port. */
void steer_remote_drop(struct steer_in_kernel *ik);

#endif /* STEER_IN_KERNEL_PRIVATE_H */
