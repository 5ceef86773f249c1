/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Device arguments, and what the longer ones say: how the lower port is made, rules that are there
 * from the start.
 */

#ifndef STEER_ARGS_H
#define STEER_ARGS_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>

#include "steer_hand.h"
#include "steer_in_kernel.h"
#include "steer_simd.h"

struct steer_port;

/** Ring entries by default at most, and the bounds of ring_size=. */
#define STEER_RING_DEFAULT 512
#define STEER_RING_MIN 32
#define STEER_RING_MAX 32768

/** Room for the arguments of a lower port that we make. */
#define STEER_MAKE_ARGS 256

/** How to make a lower port: what EAL is asked to plug. */
struct steer_make {
	const char *bus; /**< NULL: it is not ours to make. */
	char args[STEER_MAKE_ARGS];
};

/** Driver for a kernel interface named by iface=. */
enum steer_driver {
	STEER_DRIVER_AF_XDP,
	STEER_DRIVER_AF_PACKET,
};

/** Who drains the lower queues. */
enum steer_dispatch {
	STEER_DISPATCH_POLL,    /**< Whoever polls our queues. */
	STEER_DISPATCH_SERVICE, /**< Service cores. */
};

/** Device arguments, checked. */
struct steer_args {
	/** Name of the lower port; also of its device, if we make it. */
	char iface[RTE_ETH_NAME_MAX_LEN];
	struct steer_make make;
	enum steer_driver driver;
	enum steer_dispatch dispatch;
	enum steer_hw hw;
	enum steer_kernel_mode kernel;
	uint16_t lower_queues;            /**< Most queues used of the lower; 0: what fits. */
	uint16_t queues;                  /**< Most RX and TX queues offered. */
	uint32_t ring_size;               /**< Entries of each ring; 0: from the descriptors. */
	uint16_t reta_size;               /**< Entries of the RETA reported. */
	uint32_t cache;                   /**< Entries of the flow cache; 0: none. */
	char remote[IFNAMSIZ];            /**< Another netdev to take packets from; empty: none. */
	char rules[256];                  /**< File of rules; empty: none. */
	bool count_all;                   /**< Rules count hits, asked to or not. */
	bool control;                     /**< Operators may change rules: see steer_control.h. */
	enum steer_simd simd;             /**< Of hashes; the CPU has it. */
};

/* steer_args.c */

/** Accepted device arguments, as shown by dpdk-pmdinfo. */
#define STEER_PARAM_STRING \
	"iface=<port> lower=<af_xdp|af_packet> lower_queues=<1-64> queues=<1-64> qpairs=<1-64> " \
	"ring_size=<32-32768> reta_size=<1-512> cache=<0-4194304> " \
	"dispatch=<poll|service> hw=<off|auto|require> kernel=<off|auto|require> " \
	"remote=<netdev> rules=<file> control=<off|on> " \
	"count=<asked|all> simd=<off|auto|gfni>"

/**
 * Parse device arguments. Each refusal is one log line naming key, value and what is accepted.
 * @param name  Our device's name: iface= must not name it.
 * @return 0; -EINVAL, -ENOMEM.
 */
int steer_args_parse(const char *name, const char *params, struct steer_args *args);

/* steer_rules.c */

/**
 * Read the file that rules= names, if any, and check its lines.
 * @return 0; -errno, one log message with file, line, column and what is accepted.
 */
int steer_rules_load(struct steer_port *port);
/**
 * Install them, once. They stay when the application flushes its rules.
 * @return 0; -errno, none of them installed, one log message as from steer_rules_load().
 */
int steer_rules_start(struct steer_port *port);
/** Free what is kept until they are installed. */
void steer_rules_free(struct steer_port *port);

#endif /* STEER_ARGS_H */
