/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The port: what stands behind dev_private, and which file does what with it. What the files offer
 * each other stands in headers by what it is about: steer_args.h, steer_lower.h, steer_queue.h,
 * steer_stats.h, steer_ether.h, steer_device.h, steer_rx.h, steer_hand.h, steer_in_kernel.h,
 * steer_control.h, steer_telemetry.h; the rest is here.
 *
 *   steer_ethdev.c  probe and remove, table of operations
 *   steer_args.c    device arguments
 *   steer_make.c    the port below, where we make it: addresses, devargs, kernel interfaces
 *   steer_lower.c   the port below: find, own, late binding
 *   steer_lower_events.c  what it tells: it comes, it goes, its link changes
 *   steer_lower_ask.c  who asks it and who changes it exclude each other
 *   steer_info.c    what the port can do: its own limits, the lower's offloads
 *   steer_conf.c    configure, start, stop, close: the lower's life follows ours
 *   steer_rx.c      receive burst: drain lower queues, steer, deliver
 *   steer_counts.c  lock of what statistics read, in any process
 *   steer_source.c  lower queues as sources, the rings between, receive counts
 *   steer_intr.c    RX interrupts: who sleeps, and who wakes it
 *   steer_tx.c      transmit burst: many queues over fewer
 *   steer_queue.c   RX and TX queues: set up, start, stop; burst mode, monitor address
 *   steer_ether.c   MAC and multicast addresses, promiscuity
 *   steer_link.c    link, MTU, flow control
 *   steer_vlan.c    VLAN filter, stripping, insertion
 *   steer_clock.c   clock and PTP timestamps
 *   steer_device.c  firmware, module, reset
 *   steer_ptypes.c  packet types: which are told
 *   steer_rss.c     RETA, RSS key and types
 *   steer_service.c services on service cores that drain, with dispatch=service
 *   steer_stats.c   statistics
 *   steer_xstats.c  extended statistics
 *   steer_lower_xstats.c  those of the lower, shown with a prefix
 *   steer_telemetry.c  requests of DPDK's telemetry, those about queues and rules beside it
 *   steer_telemetry_page.c  part of a list, as much as one answer has room for
 *   steer_control.c  rules that operators make by requests
 *   steer_telemetry_trace.c  what would happen to a packet, and why
 *   steer_flow.c    rte_flow operations
 *   steer_flow_async.c  those of flow queues and templates
 *   steer_flow_tunnel.c  those of tunnel offload
 *   steer_flow_refused.c  those that are refused
 *   steer_secondary.c  the port in a secondary process, with a table of operations of its own
 *   steer_hand.h    handing rules down to the lower port
 *   steer_in_kernel.h  steering in the kernel, by programs on the netdev below
 *   steer_lower_rss.c  the lower's RSS, where it has to be as ours
 */

#ifndef STEER_PORT_H
#define STEER_PORT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <ethdev_driver.h>
#include <rte_ethdev.h>
#include <rte_spinlock.h>

#include "steer_args.h"
#include "steer_compat.h"
#include "steer_engine.h"
#include "steer_hand.h"
#include "steer_in_kernel.h"
#include "steer_lower.h"
#include "steer_stats.h"

struct rte_vdev_device;

#define STEER_DRIVER_NAME "net_steer"

/** MAC addresses of a port, whatever the lower has room for: see steer_ether.c. */
#define STEER_MAC_ADDRS 64

/** Entries of the RETA at most; by default STEER_RETA_SIZE are reported. */
#define STEER_RETA_MAX 512

extern int steer_logtype;
/** One log line: level NOTICE, ERR ...; begins with the device's name where there is one. */
#define STEER_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_##level, (uint32_t)steer_logtype, "net_steer: " fmt "\n", ##__VA_ARGS__)

/** What the lower does not take, for which it is promiscuous: see steer_ether.c. */
struct steer_untaken {
	uint64_t macs;  /**< Bit i: data->mac_addrs[i]. */
	bool multicast; /**< All multicast. */
};

/** Rules by requests. Defined in steer_control_private.h. */
struct steer_control;
/** A lower RX queue: whoever holds the lock drains it. Defined in steer_rx.h. */
struct steer_source;
struct steer_rings;
struct steer_rx_totals;
struct steer_lower_xstats;
/** RX interrupts. Defined in steer_intr.c. */
struct steer_intr;
/** Our RX queue. Defined in steer_rx.h. */
struct steer_rxq;

/** Builds of the driver that may share a port between processes are equal in this. */
struct steer_build {
	char version[32];
	/** Of the structures that secondary processes read. */
	uint32_t size[5];
};

/** Of this process; steer_ethdev.c. */
extern const struct steer_build steer_build;

/** dev_private. Secondary processes read it: see steer_secondary.c. */
struct steer_port {
	/** The primary's; first in every release. */
	struct steer_build build;
	/** In the primary process: it is not in shared memory. */
	struct rte_eth_dev *dev;
	struct steer_args args;
	struct steer_lower lower;
	/** For who changes the lower, or which it is, and who asks it: steer_lower_ask.c. */
	pthread_mutex_t lower_lock;
	struct steer_engine *engine;
	/** Rules in the lower; NULL: never. */
	struct steer_hand *hand;
	/** Programs on the netdev below; NULL: kernel=off. */
	struct steer_in_kernel *in_kernel;
	/** The file of rules, until they are installed; NULL: none. */
	struct steer_rules *rules;
	/** NULL: control=off. */
	struct steer_control *control;

	/* Data path, made at start: see steer_rx.h. */
	struct steer_source **sources;
	uint16_t n_sources;
	struct steer_rings *rings;
	struct steer_intr *intr;       /**< NULL: none asked for, or the lower has none. */
	rte_spinlock_t *tx_locks;      /**< lower.n_txq of them, a cache line apart. */

	/** The port's RSS as last set; with counts_lock where others may read. See steer_rss.c. */
	struct steer_rss_conf rss;
	uint16_t reta[STEER_RETA_MAX];
	/** The application has set the RETA: configure keeps it where its queues exist. */
	bool reta_set;

	/** Made up for a lower without an address; zero: none was. */
	struct rte_ether_addr made_mac;
	/** As the application wants them; the lower's may be on for what it does not take, too. */
	bool promiscuous;
	bool all_multicast;
	struct steer_untaken untaken;
	/** Multicast addresses as last set: ethdev does not remember them. */
	struct rte_ether_addr *mc_addrs;
	uint32_t n_mc_addrs;
	/** The lower does not take them: it receives all multicast instead. */
	bool mc_untaken;

	/** Those registered to drain, in the driver's table of services; see steer_service.c. */
	uint8_t services[STEER_QUEUES_MAX];
	uint16_t n_services;

	/** Its bus removes the device: no time to unplug others. */
	bool removing;
	/** Receive counts that no source holds. */
	struct steer_rx_totals *totals;
	/**
	 * Queues that are set up, with counts_lock: ethdev frees its own arrays of them before it
	 * says that there are none.
	 */
	struct steer_rxq *rxqs[STEER_QUEUES_MAX];
	struct steer_txq *txqs[STEER_QUEUES_MAX];
	/** Transmit counts of each queue that are in no steer_txq any more. */
	struct steer_tx_counts tx_gone[STEER_QUEUES_MAX];
	/**
	 * What counts comes and goes under it, and is cut off: statistics may be read at any time
	 * (telemetry), the lower may go at any time. No poller takes it.
	 */
	pthread_mutex_t counts_lock;
	/** Statistics of lower at the last reset; with lower_lock. */
	struct rte_eth_stats lower_base;
	/** NULL before the first configure: see steer_lower_xstats.c. */
	struct steer_lower_xstats *lower_xstats;
};

static inline struct steer_port *
steer_port(const struct rte_eth_dev *dev)
{
	return dev->data->dev_private;
}

/** Is there a lower port? */
static inline bool
steer_bound(const struct steer_port *port)
{
	return __atomic_load_n(&port->lower.port_id, __ATOMIC_RELAXED) != RTE_MAX_ETHPORTS;
}

/** While we run: is the lower port there that we were started upon? */
static inline bool
steer_reachable(const struct steer_port *port)
{
	return steer_bound(port) && !port->lower.cut;
}

/* steer_ethdev.c */
extern const struct eth_dev_ops steer_ops;

/* steer_conf.c */
int steer_dev_configure(struct rte_eth_dev *dev);
int steer_dev_start(struct rte_eth_dev *dev);
int steer_dev_stop(struct rte_eth_dev *dev);
int steer_dev_close(struct rte_eth_dev *dev);

/* steer_rss.c */
/** What it is, also while another thread changes it; conf->reta is @p reta. */
void steer_rss_read(struct steer_port *port, struct steer_rss_conf *conf,
		    uint16_t reta[STEER_RETA_MAX]);
/** Default key, no types, all entries of the RETA to queue 0. */
void steer_rss_init(struct steer_port *port);
/** Take mq_mode, rss_conf and queue count of dev_conf into the engine. @return 0; -errno. */
int steer_rss_configure(struct rte_eth_dev *dev);
/** Take into the engine what was set last. @return 0; -errno. */
int steer_rss_restore(struct steer_port *port);
int steer_reta_update(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf,
		      uint16_t size);
int steer_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size);
int steer_rss_hash_update(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);
int steer_rss_hash_conf_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);

/* steer_flow.c */
int steer_rx_metadata_negotiate(struct rte_eth_dev *dev, uint64_t *features);
/** Have the application told of rules that have aged: the engine is there. */
void steer_flow_init(struct rte_eth_dev *dev);
int steer_flow_ops_get(struct rte_eth_dev *dev, const struct rte_flow_ops **ops);

/* steer_secondary.c */
extern const struct eth_dev_ops steer_secondary_ops;
/** Attach to the primary's port of that name. @return 0; -ENODEV, one log line. */
int steer_secondary_probe(struct rte_vdev_device *vdev);
/** Let go of it in this process. */
int steer_secondary_remove(struct rte_vdev_device *vdev);

#endif /* STEER_PORT_H */
