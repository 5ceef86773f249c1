/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The port below: which it is, what it is to do, what it tells.
 */

#ifndef STEER_LOWER_H
#define STEER_LOWER_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>

struct steer_args;
struct steer_port;
struct steer_rss_conf;

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
	/** It went, or was pulled out, since we were started: what is there now is not started. */
	bool cut;
	/** Its queues are set up as our configuration wants them. */
	bool queues_ready;
	/** We have plugged its device. */
	bool made;
	/** It is made when the last net_steer device on the bus has its port. */
	bool put_off;
	/** Those who are about to bind or cut it, for whom the port must stay; with list_lock. */
	unsigned int held;
};

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

/* steer_lower_ask.c */

/** @return 0; -errno. */
int steer_lower_lock_init(struct steer_port *port);
/** For who changes it, and nobody closes a port with it. Recursive; waits for who asks it. */
void steer_lower_lock(struct steer_port *port);
void steer_lower_unlock(struct steer_port *port);
/**
 * The lower port, for who only asks it something, at any time: nobody changes it then until
 * steer_lower_told().
 * @return its id; RTE_MAX_ETHPORTS, and there is nothing to end, if there is none, or not in this
 *         secondary process, or if it is just being changed and who asks must not wait for that.
 */
uint16_t steer_lower_ask(struct steer_port *port);
void steer_lower_told(struct steer_port *port);
/** From here on until the end, this thread tells of an event of a lower. */
void steer_lower_event_begin(void);
void steer_lower_event_end(void);

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

#endif /* STEER_LOWER_H */
