/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_NETDEV_H_
#define _TEST_NETDEV_H_

#include <stdbool.h>
#include <stdint.h>

#include "fault_case.h"

struct steer_port;

/*
 * A port on a netdev, with programs in the kernel, in a network of the program's own: a pair of
 * veth devices, another one whose MTU is too large for native XDP, and the TAP device that a port
 * makes.
 */

#define NETDEV_TAP "steertap"
/* Its DPDK port. */
#define NETDEV_LOWER "net_tap_net_steer0"
#define NETDEV_VETH "veth0"
#define NETDEV_JUMBO "jumbo0"

extern uint16_t netdev_port;

/*
 * What main() does.
 * @param ports  Arguments of ports that must be possible, up to NULL: else 77, with the reason.
 */
int netdev_main(const char *name, const char *const *ports, const struct fault_group *groups,
		unsigned int n);

/*
 * What has to do with netdevs and the kernel, where it would take too long for all else to fail:
 * other tests have faults of that.
 */
#define NETDEV_ONLY \
	"bpf_ calloc malloc realloc if_ ioctl libbpf_ opendir readlink rte_eal_alarm_set " \
	"setsockopt socket"

/* For a group: a port that is started, and has a rule. */
void netdev_begin(const char *args);
void netdev_end(void);

/* Set-up and tear-down. Nothing is plugged before, and nothing is left on any netdev behind it. */
void netdev_up(const struct fault_case *c);
void netdev_down(const struct fault_case *c);
/* The same with a port as a group has it. */
void netdev_up_started(const struct fault_case *c);
/* For the group's port: all rules behind the first one go. */
void netdev_stays(const struct fault_case *c);
void netdev_flush(const struct fault_case *c);

struct steer_port *netdev_steer_port(void);

/* Operations */
int netdev_plug(const struct fault_case *c);
int netdev_configure(const struct fault_case *c);
int netdev_start(const struct fault_case *c);
int netdev_create(const struct fault_case *c);

/* Checks */

/* It is there, or else nothing is left of it on any netdev. */
void netdev_check_plugged(const struct fault_case *c, bool done);
/* Over TAP, if it was done: what its kernel sends comes to the queue of the rule. */
void netdev_check_forwards(const struct fault_case *c, bool done);
/* Does a netdev receive this group, in hexadecimal digits, for whomever? */
bool netdev_receives(const char *netdev, const char *group);

#endif /* _TEST_NETDEV_H_ */
