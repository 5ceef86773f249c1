/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_TRAFFIC_H_
#define _TEST_TRAFFIC_H_

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>

#include "packet.h"

/*
 * Traffic: flows of numbered packets, that know where they belong, go in below a net_steer port;
 * whoever polls a queue of it checks what arrives. Checking asserts nothing, as it may happen in
 * any thread: the first thing that is wrong is remembered as a sentence.
 */

#define TEST_LOWER_MAX 4
#define TEST_QUEUES_MAX 16
#define TEST_THREADS_MAX 8

/* Instead of a queue. */
#define TEST_ANYWHERE UINT16_MAX
#define TEST_NOWHERE (UINT16_MAX - 1)

#define TEST_ALL_QUEUES UINT64_MAX
/* Bursts of sizes that change from one to the next. */
#define TEST_ODD_BURSTS 0

struct test_flow {
	struct test_packet packet;
	/* What must be true of its packets; if there is no such queue (any more), nothing. */
	uint16_t queue;
	uint32_t mark; /* 0: none */
	bool flag;
	/* How many so far. Which queue they came from last. */
	uint32_t sent;
	uint32_t received;
	uint32_t next;
	uint16_t came_from;
};

struct test_world;

struct test_poller {
	pthread_t thread;
	unsigned int lcore; /* RTE_MAX_LCORE: it is a thread that EAL does not know. */
	struct test_world *world;
	uint64_t queues;
	uint16_t burst;
};

/* A net_steer port on a port of rings, or on another one. */
struct test_world {
	uint16_t n_lower;
	uint16_t n_queues;
	char lower[RTE_ETH_NAME_MAX_LEN];
	uint16_t below;
	uint16_t port;
	uint16_t low; /* What it is raised on. */
	bool raised;
	/* Packets may be lost, but not reordered. */
	bool lossy;
	/* Flows may change queues, and so be reordered. */
	bool moving;
	/* Pollers fall asleep now and then, for so long. */
	uint32_t nap_us;
	/* Marks and flags may be anything. */
	bool any_metadata;
	/* Packets under way at most: what a ring of the port holds, so that none is lost. */
	uint32_t window;
	/* Which queues are polled, and how, where a sender without pollers has to make way. */
	uint64_t polled;
	uint16_t burst;
	uint32_t patience;
	uint64_t received_then;
	struct rte_mbuf *last_sent; /* For who holds another reference. */
	uint64_t sent; /* Without those that shall arrive nowhere. */
	uint64_t received[TEST_QUEUES_MAX];
	unsigned int turn; /* Of odd bursts. */

	unsigned int n_lcores; /* How many pollers are lcores, if there are. */
	unsigned int n_pollers;
	struct test_poller poller[TEST_THREADS_MAX];
	bool stop;
	/* The first one to find something wrong takes the place. */
	bool bad;
	char sentence[256];
};

/* Once, after test_driver_init(): the rings below, and room in each mbuf. */
int test_traffic_init(void);

/*
 * Plug net_ring_below with n_lower queues and on it net_steer0 with further arguments (or ""), and
 * start it with n_queues RX queues.
 */
#define TEST_ROOMY "ring_size=1024"
void test_world_up(struct test_world *w, uint16_t n_lower, uint16_t n_queues, const char *args);
/* The same on a port that is plugged already and receives from test_below(0) and so on. */
void test_world_up_on(struct test_world *w, const char *lower, uint16_t n_lower, uint16_t n_queues,
		      const char *args);
struct rte_ring *test_below(unsigned int lower);
/*
 * Put another net_steer port with as many queues and further arguments on top of it: that is the
 * world's port from now on.
 */
void test_world_raise(struct test_world *w, const char *args);
/* Stop and unplug all; packets that are still under way are freed. */
void test_world_down(struct test_world *w);
/* Free packets that are left below, when all is unplugged. */
void test_world_clear(const struct test_world *w);
/* Fail the test if anything was wrong so far. */
void test_world_check(const struct test_world *w);

/* Send one packet of a flow into a lower queue, when there is room and the window allows. */
void test_send(struct test_world *w, struct test_flow *flow, uint16_t lower);
/* The same without a look at the window. */
void test_send_anyhow(struct test_world *w, struct test_flow *flow, uint16_t lower);
/* The same if there is an mbuf and room. */
bool test_offer(struct test_world *w, struct test_flow *flow, uint16_t lower);

/* Send one packet: it, and nothing else, must arrive at a queue (or TEST_NOWHERE), marked. */
void test_expect(struct test_world *w, const struct test_packet *packet, uint16_t queue,
		 uint32_t mark);

/* Poll a queue once, check and free what comes. Returns how many. */
uint16_t test_poll(struct test_world *w, uint16_t queue, uint16_t burst);
/* Poll some queues in turn, until nothing comes any more. */
void test_poll_rest(struct test_world *w, uint64_t queues, uint16_t burst);

/*
 * Poll queues by n threads, n_lcores lcores among them if there are, each of which has every n-th
 * of the queues, until they are stopped.
 */
void test_pollers_start(struct test_world *w, unsigned int n, uint64_t queues, uint16_t burst);
/* Stop them, and poll what may be left. */
void test_pollers_stop(struct test_world *w);
/* Stop them. Returns the queues that they polled. */
uint64_t test_pollers_halt(struct test_world *w);

/* Packets received so far, from all queues. */
uint64_t test_received(const struct test_world *w);
/* Packets that are still in the rings below. */
unsigned int test_waiting_below(const struct test_world *w);

#endif /* _TEST_TRAFFIC_H_ */
