/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * An application that asks of its ports what DPVS asks, and no more.
 *
 *   main.c    arguments, order of events, report
 *   ports.c   bring-up of the ports, and what the operator does to them later
 *   rules.c   rules of the workers and of the kernel's addresses
 *   worker.c  one core's part: polling, making rules, sending
 *   nat.c     full NAT, with local ports of each worker's own
 *   packet.c  headers of a packet, read and written
 *
 * A client talks to VIP:VPORT by dpdk0. Each connection belongs to the worker that receives its
 * first packet; it goes on from LIP and a local port of that worker to RS:RPORT by dpdk1. Whether
 * the replies come to the same worker is what all this is about.
 */

#ifndef CONTRACT_H
#define CONTRACT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_flow.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

struct rte_hash;

/** Ids, as DPVS counts them. */
enum { WAN, LAN, PORTS };
enum { V4, V6, FAMILIES };

#define WORKERS_MAX 8
/** Workers, and the one that has the kernel's addresses. */
#define POLLERS_MAX (WORKERS_MAX + 1)
#define BURST 32
/** TCP and UDP, of IPv4 and IPv6. */
#define RULES 4
/** Each rule is made that often, as after a failure half way. */
#define COPIES 2

#define VPORT 80
#define RPORT 8080
#define LOCAL_PORT_MIN 1025

/** IPv4 in the form ::ffff:a.b.c.d. */
struct address {
	uint8_t bytes[16];
};

/** One end of a connection, a key in a hash table: no gaps. */
struct endpoint {
	struct address addr;
	uint16_t port; /**< In network order. */
	uint16_t proto;
};

struct connection {
	struct endpoint client;
	uint16_t family;
	uint16_t local_port; /**< In host order. */
	uint16_t owner;
};

struct counts {
	uint64_t connections;
	uint64_t right;       /**< Replies that came to the connection's owner. */
	uint64_t wrong;       /**< Replies that came to another worker: dropped, as by DPVS. */
	uint64_t unknown;     /**< Neither of a connection nor its first packet. */
	uint64_t kernel;      /**< For the kernel's addresses, at their worker. */
	uint64_t strayed;     /**< For the kernel's addresses, at another one; or others there. */
	uint64_t foreign;     /**< With an mbuf->port that is not the port's. */
	uint64_t unsent;
};

struct contract;

struct worker {
	struct contract *c;
	uint16_t id; /**< Of its queues, too. */
	bool kernel; /**< It has the kernel's addresses. */
	uint32_t next_port;
	struct rte_hash *clients;
	struct rte_flow *flow[COPIES][RULES];
	uint16_t n_made; /**< Of COPIES * RULES. */
	uint16_t n_destroyed;
	uint16_t n_refused;
	struct counts counts;
} __rte_cache_aligned;

enum phase { POLL, MAKE_RULES, QUIT };

struct contract {
	/* Arguments. */
	uint16_t n_workers;
	uint16_t vlan;   /**< Tag of what goes out by dpdk1; 0: none. */
	bool signature;  /**< Rules with FUZZY, as with fdir mode "signature". */
	bool plain;      /**< Note what a port refuses, and go on. */
	struct rte_ether_addr peer[PORTS];
	struct rte_ether_addr new_mac[PORTS];

	struct address vip[FAMILIES];
	struct address lip[FAMILIES];
	struct address rs[FAMILIES];
	struct address kernel_ip[FAMILIES];

	struct rte_mempool *pool;
	struct rte_ether_addr mac[PORTS];
	int n_xstats[PORTS];
	uint16_t n_pollers; /**< Workers, and the one of the kernel unless plain. */
	struct worker worker[POLLERS_MAX];
	atomic_int phase;
	atomic_uint n_ready; /**< Workers that have made their rules. */
	/** By local port. */
	_Atomic(struct connection *) connection[UINT16_MAX + 1];
};

/** A packet's headers, without a VLAN tag. */
struct packet {
	struct rte_ether_hdr *eth;
	void *ip;
	uint16_t *ports; /**< Source and destination; the start of the header. */
	uint16_t family;
	uint16_t proto;
	struct address src;
	struct address dst;
};

/* main.c */
/** Print a line and end the program. */
void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/** What must succeed on a port; if not: fail, or a note if the ports are plain. */
void must(const struct contract *c, uint16_t port, const char *what, int rc);

/* ports.c */
/** Walk the ids and bring the ports up. */
void ports_up(struct contract *c);
/** What `dpip` does to ports at work. */
void ports_operate(struct contract *c);
/** What may not have changed since. */
void ports_check(const struct contract *c);
void ports_down(const struct contract *c);

/* rules.c */
/** The low bits of a local port that say whose it is. */
uint16_t rules_mask(const struct contract *c);
/** The kernel's addresses, on the main lcore. */
void rules_kernel(const struct contract *c);
/** A worker's next rule. @return false: they are all made. */
bool rules_make_next(struct worker *w);
/** Destroy the next rule of which there is a copy. @return false: none is left. */
bool rules_destroy_next(struct worker *w);

/* worker.c */
/** Poll some workers in turn; lcore function. */
int worker_lcore(void *c);
void worker_init(struct contract *c, uint16_t id);

/* nat.c */
/** Change a packet of port @p from to go out by the other one. @return false: drop it. */
bool nat_translate(struct worker *w, uint16_t from, struct rte_mbuf *m);

/* packet.c */
void address_parse(struct address *a, const char *text);
bool address_equal(const struct address *a, const struct address *b);
/** Without fragments, options and extension headers. @return false: it is not TCP or UDP. */
bool packet_read(struct packet *p, struct rte_mbuf *m);
/** Set addresses and ports (in network order), and checksums. */
void packet_write(struct packet *p, const struct endpoint *src, const struct endpoint *dst);
bool packet_is_syn(const struct packet *p);
/** Send it back to where it came from; the checksums stay right. */
void packet_turn(struct packet *p);

#endif /* CONTRACT_H */
