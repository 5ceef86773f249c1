/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The port: what stands behind dev_private, and which file does what with it.
 *
 *   steer_ethdev.c  probe and remove, table of operations
 *   steer_args.c    device arguments
 *   steer_make.c    the port below, where we make it: addresses, devargs, kernel interfaces
 *   steer_lower.c   the port below: find, own, late binding, events
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
 *   steer_flow.c    rte_flow operations
 *   steer_flow_async.c  those of flow queues and templates
 *   steer_flow_tunnel.c  those of tunnel offload
 *   steer_flow_refused.c  those that are refused
 *   steer_secondary.c  the port in a secondary process, with a table of operations of its own
 *   steer_hand.h    handing rules down to the lower port
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

#include "steer_compat.h"
#include "steer_engine.h"
#include "steer_hand.h"
#include "steer_simd.h"

struct rte_vdev_device;

#define STEER_DRIVER_NAME "net_steer"

/** Ring entries by default at most, and the bounds of ring_size=. */
#define STEER_RING_DEFAULT 512
#define STEER_RING_MIN 32
#define STEER_RING_MAX 32768

/** MAC addresses of a port, whatever the lower has room for: see steer_ether.c. */
#define STEER_MAC_ADDRS 64

/** Entries of the RETA at most; by default STEER_RETA_SIZE are reported. */
#define STEER_RETA_MAX 512

extern int steer_logtype;
/** One log line: level NOTICE, ERR ...; begins with the device's name where there is one. */
#define STEER_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_##level, (uint32_t)steer_logtype, "net_steer: " fmt "\n", ##__VA_ARGS__)

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
	uint16_t lower_queues;            /**< Most queues used of the lower; 0: what fits. */
	uint16_t queues;                  /**< Most RX and TX queues offered. */
	uint32_t ring_size;               /**< Entries of each ring; 0: from the descriptors. */
	uint16_t reta_size;               /**< Entries of the RETA reported. */
	uint32_t cache;                   /**< Entries of the flow cache; 0: none. */
	char rules[256];                  /**< File of rules; empty: none. */
	enum steer_simd simd;             /**< Of hashes; the CPU has it. */
};

/** The port below. */
struct steer_lower {
	/** Port id; RTE_MAX_ETHPORTS while not bound. Also reset when the lower goes away. */
	uint16_t port_id;
	struct rte_eth_dev_owner owner;
	/** Queues in use, set at configure; 0 while it is not configured by us. */
	uint16_t n_rxq;
	uint16_t n_txq;
	/** By us. */
	bool started;
	/** Configured as our configuration wants it; another one that comes in its place is not. */
	bool configured;
	/** Its queues are set up as our configuration wants them. */
	bool queues_ready;
	/** We have plugged its device. */
	bool made;
	/** It is made when the last net_steer device on the bus has its port. */
	bool put_off;
};

/** What the lower does not take, for which it is promiscuous: see steer_ether.c. */
struct steer_untaken {
	uint64_t macs;  /**< Bit i: data->mac_addrs[i]. */
	bool multicast; /**< All multicast. */
};

/** Totals of one target queue from one lower queue; one writer (the drain lock's holder). */
struct steer_rx_counts {
	uint64_t packets;   /**< Delivered, directly or by ring. */
	uint64_t bytes;
	uint64_t crossed;   /**< Of packets: by ring. */
	uint64_t ring_full; /**< Freed because the ring was full. */
	uint64_t stopped;   /**< Freed because the queue was stopped. */
};

/** What of one lower queue belongs to no target: drops, and what is known before; same writer. */
struct steer_drop_counts {
	uint64_t rule;
	uint64_t isolated;
	uint64_t no_mbuf;   /**< A rule changes them, and there was no mbuf for that. */
	uint64_t malformed; /**< Not dropped, only counted. */
	uint64_t hits;      /**< Matched by some rule; not dropped. */
	uint64_t misses;    /**< Matched by none. With hits and handed, all packets received. */
	uint64_t cached;    /**< Of hits and misses, those that the flow cache knew. */
	uint64_t copies;    /**< Made by rules, of packets that are counted besides. */
	uint64_t uncopied;  /**< That rules would have made. */
	uint64_t handed;    /**< Taken as the lower steered them; not dropped. */
};

/** A lower RX queue: whoever holds the lock drains it. Defined in steer_rx.h. */
struct steer_source;
struct steer_rings;
struct steer_rx_totals;
struct steer_lower_xstats;
/** RX interrupts. Defined in steer_intr.c. */
struct steer_intr;
/** Our RX queue. Defined in steer_rx.h. */
struct steer_rxq;

/** What a TX queue has sent, as statistics show it. */
struct steer_tx_counts {
	uint64_t packets;
	uint64_t bytes;
	uint64_t not_taken; /**< Packets that the lower did not take: left with the caller. */
};

/** Our TX queue. */
struct steer_txq {
	/** Where packets go. RTE_MAX_ETHPORTS: nowhere, it is stopped or the lower is gone. */
	uint16_t lower_port;
	uint16_t lower_queue;
	/** NULL if no other queue uses the lower queue. */
	rte_spinlock_t *lock;
	uint16_t id;
	/** Written by the queue's one user. */
	uint64_t packets;
	uint64_t bytes;
	uint64_t not_taken; /**< Packets that the lower did not take: left with the caller. */
	/** What the counts were at the last reset. */
	uint64_t packets_base;
	uint64_t bytes_base;
	uint64_t not_taken_base;
	uint16_t n_desc;
	struct rte_eth_txconf conf;
} __rte_cache_aligned;

/** dev_private. Secondary processes read it: see steer_secondary.c. */
struct steer_port {
	/** In the primary process: it is not in shared memory. */
	struct rte_eth_dev *dev;
	struct steer_args args;
	struct steer_lower lower;
	struct steer_engine *engine;
	/** Rules in the lower; NULL: never. */
	struct steer_hand *hand;
	/** The file of rules, until they are installed; NULL: none. */
	struct steer_rules *rules;

	/* Data path, made at start: see steer_rx.h. */
	struct steer_source **sources;
	uint16_t n_sources;
	struct steer_rings *rings;
	struct steer_intr *intr;       /**< NULL: none asked for, or the lower has none. */
	rte_spinlock_t *tx_locks;      /**< lower.n_txq of them, a cache line apart. */

	/** The port's RSS as last set; see steer_rss.c. */
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
	/** Transmit counts of each queue that are in no steer_txq any more. */
	struct steer_tx_counts tx_gone[STEER_QUEUES_MAX];
	/**
	 * What counts comes and goes under it, and is cut off: statistics may be read at any time
	 * (telemetry), the lower may go at any time. No poller takes it.
	 */
	pthread_mutex_t counts_lock;
	/** Statistics of lower at the last reset. */
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
	return port->lower.port_id != RTE_MAX_ETHPORTS;
}

/* steer_ethdev.c */
extern const struct eth_dev_ops steer_ops;

/* steer_args.c */

/** Accepted device arguments, as shown by dpdk-pmdinfo. */
#define STEER_PARAM_STRING \
	"iface=<port> lower=<af_xdp|af_packet> lower_queues=<1-64> queues=<1-64> " \
	"ring_size=<32-32768> reta_size=<1-512> cache=<0-4194304> " \
	"dispatch=<poll|service> hw=<off|auto|require> rules=<file> simd=<off|auto|gfni>"

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

/* steer_lower.c */

/**
 * Find and own the lower port, or wait for it: then one notice, and steer_bound() is false until
 * it appears. Takes over its MAC address.
 * @return 0; -EPERM (owned by somebody else), -ELOOP, -errno; one log line.
 */
int steer_lower_attach(struct steer_port *port);
/**
 * Make the lower ports that were put off: all net_steer devices on the bus have been probed. One
 * that cannot be made is logged; its port stays without, as if it were waited for.
 */
void steer_lower_make_put_off(void);
/**
 * The lower port is needed now: one that belonged to another owner when it came is tried again.
 * @return 0; -ENODEV if there is none, -EPERM if it is owned by somebody else; one log line.
 */
int steer_lower_require(struct steer_port *port);
/**
 * The lower port was configured: an address that it has got by that, as bonding has, takes the
 * place of one that we made up.
 */
void steer_lower_configured(struct steer_port *port);
/** Bind a port by its id, where none is bound. @return 0; -EPERM, -errno; one log line. */
int steer_lower_bind(struct steer_port *port, uint16_t lower_id);
/**
 * Give the lower port up: events, ownership. It is closed if @p close, while it is still ours, so
 * that nobody finds it in between. Also without a lower; twice does no harm.
 */
void steer_lower_detach(struct steer_port *port, bool close);
/**
 * The lower port, for who only asks it something.
 * @return its id; RTE_MAX_ETHPORTS if there is none, or not in this secondary process.
 */
uint16_t steer_lower_asked(const struct steer_port *port);

/* steer_make.c */

/**
 * Read an iface= that says how the lower port is made: "(DEVICE,ARGUMENTS)", a full PCI address, a
 * VMBus UUID, "tap:INTERFACE". A plain name is only taken over.
 * @param name  Our device's name.
 * @return 0; -EINVAL, one log line.
 */
int steer_make_parse(const char *name, const char *iface, struct steer_args *args);
/**
 * Make the lower port, if it is ours to make: also where iface= names a kernel interface. It is
 * probed after us, so that it has a higher id.
 * @return 0 if it was probed, its port bound; -ENOENT if there is nothing to make; -errno, one log
 *         line.
 */
int steer_make_lower(struct steer_port *port);
/** Unplug what steer_make_lower() has plugged; its port is closed. */
void steer_unmake_lower(struct steer_port *port);
/**
 * Are there net_steer devices behind this one that the bus has yet to probe? They want the next
 * ids, before any lower port: applications count ports and number them from 0. One before it that
 * is not probed has failed.
 */
bool steer_more_to_come(const char *name);

/* steer_info.c */
/**
 * RX offloads that would bypass or contradict what we do with packets, or that need more of the
 * port than we hand through: security contexts, MACsec's.
 */
#define STEER_RX_OFFLOADS_NOT \
	(RTE_ETH_RX_OFFLOAD_BUFFER_SPLIT | RTE_ETH_RX_OFFLOAD_RSS_HASH | \
	 RTE_ETH_RX_OFFLOAD_SECURITY | RTE_ETH_RX_OFFLOAD_MACSEC_STRIP)
int steer_dev_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info);

/* steer_conf.c */
int steer_dev_configure(struct rte_eth_dev *dev);
int steer_dev_start(struct rte_eth_dev *dev);
int steer_dev_stop(struct rte_eth_dev *dev);
int steer_dev_close(struct rte_eth_dev *dev);

/* steer_queue.c */
int steer_rx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc, unsigned int socket,
			 const struct rte_eth_rxconf *conf, struct rte_mempool *pool);
void steer_rx_queue_release(struct rte_eth_dev *dev, uint16_t id);
int steer_tx_queue_setup(struct rte_eth_dev *dev, uint16_t id, uint16_t n_desc, unsigned int socket,
			 const struct rte_eth_txconf *conf);
void steer_tx_queue_release(struct rte_eth_dev *dev, uint16_t id);
void steer_rxq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_rxq_info *info);
void steer_txq_info_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_txq_info *info);
int steer_rx_queue_start(struct rte_eth_dev *dev, uint16_t id);
int steer_rx_queue_stop(struct rte_eth_dev *dev, uint16_t id);
int steer_tx_queue_start(struct rte_eth_dev *dev, uint16_t id);
int steer_tx_queue_stop(struct rte_eth_dev *dev, uint16_t id);
/** Are all set up? @return 0; -EINVAL, one log line. */
int steer_queues_check(const struct rte_eth_dev *dev);
/** With the port: only set the states that ethdev tells. */
void steer_queues_started(struct rte_eth_dev *dev);
void steer_queues_stopped(struct rte_eth_dev *dev);
int steer_rx_burst_mode_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_burst_mode *mode);
int steer_tx_burst_mode_get(struct rte_eth_dev *dev, uint16_t id, struct rte_eth_burst_mode *mode);
int steer_get_monitor_addr(void *queue, struct rte_power_monitor_cond *pmc);

/* steer_rx.c */
uint16_t steer_rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** Only what others have drained. */
uint16_t steer_rx_burst_rings(void *queue, struct rte_mbuf **pkts, uint16_t n);
int steer_rx_descriptor_status(void *queue, uint16_t offset);
steer_rx_queue_count_t steer_rx_queue_count(void *queue);

/* steer_counts.c */
/** @return 0; -errno. */
int steer_counts_lock_init(struct steer_port *port);
/** Also where the process that had it is dead. Short, and nothing is called that may call us. */
void steer_counts_lock(struct steer_port *port);
void steer_counts_unlock(struct steer_port *port);

/* steer_intr.c */
/**
 * Make the queues' file descriptors, if interrupts are configured and the lower, which runs, has
 * them; one log line if it has none.
 * @return 0, also without; -ENOMEM, -EMFILE.
 */
int steer_intr_create(struct rte_eth_dev *dev);
void steer_intr_free(struct rte_eth_dev *dev);
/** The lower is gone: wake all. */
void steer_intr_cut(struct steer_port *port);
/** Wake those who sleep on queues (a bitmap). Thread-safe. */
void steer_intr_wake(struct steer_intr *intr, uint64_t queues);
/**
 * By the queue's poller, when it finds nothing more: an event follows if there is something all the
 * same. @return 0; -ENOTSUP, -ENODEV (the lower is gone), or the lower's error.
 */
int steer_rx_queue_intr_enable(struct rte_eth_dev *dev, uint16_t id);
int steer_rx_queue_intr_disable(struct rte_eth_dev *dev, uint16_t id);

/* steer_source.c */
/** Where receive counts outlive the sources. @return 0; -ENOMEM. */
int steer_rx_totals_create(struct steer_port *port);
void steer_rx_totals_free(struct steer_port *port);
/** Counts of one target summed over the lower queues, since the last reset. */
void steer_rx_counts_read(struct steer_port *port, uint16_t queue, struct steer_rx_counts *c);
/** Those of one lower queue. */
void steer_drop_counts_read(struct steer_port *port, uint16_t lower_queue,
			    struct steer_drop_counts *c);
/** Those of all, also of lower queues that are not used any more. */
void steer_drop_counts_sum(struct steer_port *port, struct steer_drop_counts *c);
/** Packets delivered into a ring and freed there at stop. */
uint64_t steer_stop_drops_read(struct steer_port *port);
/**
 * The lower port is gone: receive nothing from it any more, also while queues are polled. Does not
 * wait for who is polling it, as that may be us: a driver may notice it there.
 */
void steer_rx_cut(struct steer_port *port);
/** Start counting from zero; packets may be arriving. */
void steer_rx_counts_reset(struct steer_port *port);

/* steer_service.c: nothing happens in there with dispatch=poll. */
/** Is there a service core? @return 0; -ENOENT, one log line. */
int steer_services_check(const struct steer_port *port);
/**
 * Have the sources drained: register services that are not yet, map those that no service core
 * runs, start their cores.
 * @return 0; -errno, one log line (then none is active).
 */
int steer_services_start(struct steer_port *port);
/** When it returns, no service core touches the data path. They stay registered, and mapped. */
void steer_services_stop(struct steer_port *port);
/** Unregister; waits until all service cores have let go. */
void steer_services_release(struct steer_port *port);

/* steer_tx.c */
uint16_t steer_tx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** The same for a port that has IPv4 checksums to write. */
uint16_t steer_tx_burst_checksums(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** Does the application want IPv4 checksums that this lower does not write? */
bool steer_tx_checksums(const struct rte_eth_dev *dev, const struct rte_eth_dev_info *lower);
uint16_t steer_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t n);
int steer_tx_descriptor_status(void *queue, uint16_t offset);
int steer_tx_done_cleanup(void *queue, uint32_t free_cnt);
/** Point a TX queue at its queue of the lower. @return 0; -ENODEV: the lower is gone. */
int steer_txq_start(const struct steer_port *port, struct steer_txq *q);
/** Let it take no packets from now on. */
void steer_txq_stop(struct steer_txq *q);
/** Point all queues but those with deferred start. @return 0; -ENOMEM. */
int steer_tx_map(struct rte_eth_dev *dev);
void steer_tx_unmap(struct rte_eth_dev *dev);
/** The lower is gone while queues may be in use: they take no packets from now on. */
void steer_tx_cut(struct rte_eth_dev *dev);

/* steer_ether.c: registered in the table of operations only. */
int steer_mac_addr_set(struct rte_eth_dev *dev, struct rte_ether_addr *addr);
int steer_mac_addr_add(struct rte_eth_dev *dev, struct rte_ether_addr *addr, uint32_t index,
		       uint32_t vmdq);
void steer_mac_addr_remove(struct rte_eth_dev *dev, uint32_t index);
int steer_set_mc_addr_list(struct rte_eth_dev *dev, struct rte_ether_addr *list, uint32_t n);
int steer_promiscuous_enable(struct rte_eth_dev *dev);
int steer_promiscuous_disable(struct rte_eth_dev *dev);
int steer_allmulticast_enable(struct rte_eth_dev *dev);
int steer_allmulticast_disable(struct rte_eth_dev *dev);
/** After the lower was configured anew: promiscuity, addresses, VLAN filter as we have them. */
int steer_ether_restore(struct rte_eth_dev *dev);
/** Free what is remembered for that. */
void steer_ether_fini(struct steer_port *port);

/* steer_ptypes.c */
const uint32_t *steer_supported_ptypes_get(struct rte_eth_dev *dev STEER_PTYPES_PARAM);
int steer_ptypes_set(struct rte_eth_dev *dev, uint32_t mask);

/* steer_link.c */
int steer_link_update(struct rte_eth_dev *dev, int wait);
int steer_set_link_up(struct rte_eth_dev *dev);
int steer_set_link_down(struct rte_eth_dev *dev);
int steer_mtu_set(struct rte_eth_dev *dev, uint16_t mtu);
int steer_flow_ctrl_get(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf);
int steer_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_fc_conf *conf);
int steer_priority_flow_ctrl_set(struct rte_eth_dev *dev, struct rte_eth_pfc_conf *conf);

/* steer_vlan.c */
int steer_vlan_filter_set(struct rte_eth_dev *dev, uint16_t vlan, int on);
int steer_vlan_offload_set(struct rte_eth_dev *dev, int mask);
int steer_vlan_tpid_set(struct rte_eth_dev *dev, enum rte_vlan_type type, uint16_t tpid);
int steer_vlan_pvid_set(struct rte_eth_dev *dev, uint16_t pvid, int on);
/** Filter as ethdev remembers it, for steer_ether_restore(). @return 0; the lower's error. */
int steer_vlan_restore(struct rte_eth_dev *dev);

/* steer_clock.c */
int steer_read_clock(struct rte_eth_dev *dev, uint64_t *clock);
int steer_timesync_enable(struct rte_eth_dev *dev);
int steer_timesync_disable(struct rte_eth_dev *dev);
int steer_timesync_read_rx_timestamp(struct rte_eth_dev *dev, struct timespec *time,
				     uint32_t flags);
int steer_timesync_read_tx_timestamp(struct rte_eth_dev *dev, struct timespec *time);
int steer_timesync_adjust_time(struct rte_eth_dev *dev, int64_t delta);
int steer_timesync_read_time(struct rte_eth_dev *dev, struct timespec *time);
int steer_timesync_write_time(struct rte_eth_dev *dev, const struct timespec *time);

/* steer_device.c */
int steer_fw_version_get(struct rte_eth_dev *dev, char *version, size_t size);
int steer_get_module_info(struct rte_eth_dev *dev, struct rte_eth_dev_module_info *info);
int steer_get_module_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info);
int steer_is_removed(struct rte_eth_dev *dev);
int steer_dev_reset(struct rte_eth_dev *dev);

/* steer_rss.c */
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

/* steer_stats.c */
/** Take a TX queue away that may be freed then; its counts are kept. NULL if there is none. */
struct steer_txq *steer_stats_take_txq(struct rte_eth_dev *dev, uint16_t id);
int steer_stats_get(struct rte_eth_dev *dev, struct rte_eth_stats *stats STEER_QSTATS_PARAM);
int steer_stats_reset(struct rte_eth_dev *dev);
void steer_tx_counts_read(const struct rte_eth_dev *dev, uint16_t id, struct steer_tx_counts *c);

/** A counter of the lower since a reset: one that was started anew may have begun from zero. */
static inline uint64_t
steer_since(uint64_t now, uint64_t base)
{
	return now >= base ? now - base : now;
}

/* steer_xstats.c */
int steer_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n);
int steer_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names,
			   unsigned int n);
int steer_xstats_reset(struct rte_eth_dev *dev);

/* steer_lower_xstats.c: may be read at any time, also while the port is configured. */
/** Settle how many there are: the lower is configured. @return 0; -ENOMEM (then as before). */
int steer_lower_xstats_settle(struct steer_port *port);
/** Look for names that came later: the lower's queues are set up. @return 0; -ENOMEM. */
int steer_lower_xstats_refresh(struct steer_port *port);
void steer_lower_xstats_free(struct steer_port *port);
/** The same from one configure to the next; 0 before the first. */
unsigned int steer_lower_xstats_count(struct steer_port *port);
/** Fill @p n names; no two are the same. */
void steer_lower_xstats_names(struct steer_port *port, struct rte_eth_xstat_name *names,
			      unsigned int n);
/** Fill @p n values, their ids left out. What the lower does not have now is 0. */
void steer_lower_xstats_read(struct steer_port *port, struct rte_eth_xstat *to, unsigned int n);
/** Start counting from zero. @return 0; -ENOMEM. */
int steer_lower_xstats_reset(struct steer_port *port);

/* steer_lower_rss.c */
/**
 * Have the lower spread over its queues, as many as ours, as @p conf does over ours.
 * @return 0; -ENOTSUP (it cannot), -errno.
 */
int steer_lower_rss_set(const struct steer_port *port, const struct steer_rss_conf *conf);
/** Have it spread evenly again, as well as it can. */
void steer_lower_rss_spread(const struct steer_port *port);
/** Types that the lower is asked for where only an even spread counts. */
uint64_t steer_lower_rss_types(const struct rte_eth_dev_info *lower);

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
