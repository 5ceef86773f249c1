/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_PORT_H_
#define _TEST_PORT_H_

#include <stdint.h>

#include <rte_ethdev.h>

struct rte_mempool;
struct rte_ring;

/*
 * Ports for tests of the driver. What cannot fail in a sound test fails the test, by cmocka's
 * assertions.
 */

#define TEST_BURST 32

/* EAL that logs what net_steer says from NOTICE on, and a pool of mbufs. For main(). */
int test_driver_init(void);
/* The same where EAL has been started otherwise. */
int test_driver_prepare(void);
/* The same with so many lcores, on whatever processors there are. */
int test_driver_init_lcores(unsigned int n);
/* In a secondary process, whose primary has done so: the pool is its. */
void test_driver_join(void);

/* The pool that all ports here receive into; full again when a test has lost no mbuf. */
struct rte_mempool *test_pool(void);

/*
 * Set-up and tear-down of a test: it must leave the ports, EAL's heap and the pool as it found
 * them.
 */
int test_begin(void **state);
int test_end(void **state);

/* What is logged between these is kept instead of shown. One test at a time. */
void test_log_begin(void);
/* The text, until the next test_log_begin(); how many lines is told. */
const char *test_log_end(unsigned int *lines);
/* End, and the log must have been one line which contains these two. */
void test_log_end_with(const char *part, const char *other);
/* End, and nothing must have been logged. */
void test_log_end_empty(void);

/* Plug a virtual device; its port. */
uint16_t test_plug(const char *name, const char *args);
void test_unplug(const char *name);
/* The port of that name, which must be there; who its owner must be. */
uint16_t test_port_of(const char *name);
void test_owner_is(uint16_t port, const char *name);
/* A net_steer whose port below is still to come: it says so. */
uint16_t test_plug_waiting(const char *name, const char *args);
/* A device must be refused, with one line that contains these, leaving nothing behind. */
void test_plug_refused(const char *name, const char *args, const char *part, const char *other);

/*
 * A port net_ring_<name> that sends into rings and receives from the same ones, rings[n]. They
 * stay when it goes.
 */
uint16_t test_plug_rings(const char *name, struct rte_ring *const rings[], unsigned int n);
struct rte_ring *test_ring(const char *name, unsigned int size);

/* Configure, set up all queues and start; RSS if there are several RX queues. */
void test_start(uint16_t port, uint16_t n_rxq, uint16_t n_txq);
void test_stop(uint16_t port);

int test_link_status(uint16_t port);

/* A value among the extended statistics; the test fails if there is none of that name. */
uint64_t test_xstat(uint16_t port, const char *name);
/* Packets received by a queue, as the driver's basic statistics tell. */
uint64_t test_q_ipackets(uint16_t port, uint16_t queue);

#endif /* _TEST_PORT_H_ */
