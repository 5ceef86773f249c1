/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Steering in the kernel, kernel=: the programs of lib/kernel on the netdev below, which judge
 * packets before the lower port receives them. An XDP program leaves packets with the kernel, so
 * that one netdev is shared with it; a TAP program chooses the lower queue, and drops. With remote=
 * others take packets of another netdev over to TAP.
 *
 * The engine has every rule and the last word: what comes up is classified there. What the programs
 * have follows it: a change of the rules is made in the engine, then below. What a program cannot
 * express, where the packets it is about would not come up, is refused and taken back.
 *
 * Control path, like steer_hand.h: calls take a mutex against each other, and never wait for
 * pollers. It is taken before that of struct steer_hand.
 */

#ifndef STEER_IN_KERNEL_H
#define STEER_IN_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_flow.h>

#include "steer_kept.h"

struct rte_ether_addr;
struct rte_mbuf;
struct steer_burst_stats;
struct steer_in_kernel;
struct steer_port;
struct steer_rxq;

/** kernel= */
enum steer_kernel_mode {
	STEER_KERNEL_OFF,
	STEER_KERNEL_AUTO,    /**< Where it can be had. */
	STEER_KERNEL_REQUIRE, /**< No port without. */
};

/** Is a program steering for the port, or will one? */
bool steer_in_kernel_on(const struct steer_port *port);

/* Life of the port */

/**
 * The engine is there.
 * @return 0; -ENOSYS (kernel=require, and it was built without), -ENOMEM; one log line.
 */
int steer_in_kernel_create(struct steer_port *port);
/** The lower is closed. */
void steer_in_kernel_free(struct steer_port *port);
/**
 * A lower is bound, and its RX queues are not set up: load the programs and attach them, once for
 * each lower.
 * @return 0; -errno (kernel=require, and it cannot be), one log line.
 */
int steer_in_kernel_attach(struct steer_port *port);
/** The lower is gone. */
void steer_in_kernel_lost(struct steer_port *port);
/**
 * The lower has started: from now on packets come up.
 * @return 0; -errno (kernel=require), one log line.
 */
int steer_in_kernel_start(struct steer_port *port);
/** The lower is about to stop: the kernel keeps its packets. */
void steer_in_kernel_stop(struct steer_port *port);
/** Something else than rules has changed that packets are judged by: RSS, actions of handles. */
void steer_in_kernel_changed(struct steer_port *port);

/* Another netdev, remote=: steer_in_kernel_remote.c. Without one these do nothing. */

/** Are packets taken over from one? */
bool steer_remote_on(const struct steer_port *port);
/** Promiscuity, all multicast or groups have changed. A failure is logged. */
void steer_remote_changed(struct steer_port *port);
/** An address of the port was set; NULL: removed. */
void steer_remote_mac(struct steer_port *port, uint32_t index, const struct rte_ether_addr *mac);
/** Is its link up? */
bool steer_remote_link(const struct steer_port *port);
/** May the port have this MTU? @return 0; -EINVAL, one log line. */
int steer_remote_mtu(const struct steer_port *port, uint16_t mtu);

/* Flow operations, as those of steer_hand.h, which they end in */

struct rte_flow *steer_in_kernel_flow_create(struct steer_port *port,
					     const struct rte_flow_attr *attr,
					     const struct rte_flow_item pattern[],
					     const struct rte_flow_action actions[],
					     struct rte_flow_error *error);
int steer_in_kernel_flow_update(struct steer_port *port, struct rte_flow *flow,
				const struct rte_flow_action actions[],
				struct rte_flow_error *error);
int steer_in_kernel_flow_destroy(struct steer_port *port, struct rte_flow *flow,
				 struct rte_flow_error *error);
int steer_in_kernel_flow_flush(struct steer_port *port, struct rte_flow_error *error);
/** Where the kernel steers as well, those that are replaced go after the others have come. */
int steer_in_kernel_flow_load(struct steer_port *port, const struct steer_flow_source *source,
			      const char *note, bool replace, struct steer_flow_range *made,
			      struct rte_flow_error *error);
uint64_t steer_in_kernel_flow_unload(struct steer_port *port, const char *by,
				     struct steer_flow_range range);
int steer_in_kernel_flow_destroy_number(struct steer_port *port, uint64_t number, const char *by,
					struct rte_flow_error *error);
int steer_in_kernel_flow_isolate(struct steer_port *port, bool on, struct rte_flow_error *error);
/** What the programs have, as a comment before the rules. */
void steer_in_kernel_dump(struct steer_port *port, FILE *file);
/** May the port have flow queues? @return 0; -ENOTSUP. */
int steer_in_kernel_check_queues(const struct steer_port *port, struct rte_flow_error *error);

/* Data path: steer_in_kernel_rx.c */

/**
 * As steer_engine_burst(), for a port whose packets the kernel has judged: what it has found is
 * used where it is all there is to find.
 *
 * @param generation  Of what counts; not 0.
 * @return            How many packets did not have to be judged again.
 */
uint16_t steer_in_kernel_burst(const struct steer_rxq *rxq, uint16_t source, uint32_t generation,
			       struct rte_mbuf **pkts, uint16_t n, uint16_t *queues,
			       struct steer_burst_stats *stats);

#endif /* STEER_IN_KERNEL_H */
