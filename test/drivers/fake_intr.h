/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FAKE_INTR_H_
#define _TEST_FAKE_INTR_H_

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;

/*
 * A port that has what rings have not: RX interrupts, names of its burst modes, addresses to
 * monitor. Any device whose name begins with "test_fake" is one; if it has "deaf" in it, it has
 * none of that. Up to four queues, no RSS. It sends into nowhere.
 *
 * Its interrupts are of the most awkward kind: enabling does not look for packets that have come
 * before, and each fires once and is disabled then.
 */

#define TEST_FAKE_QUEUES 4

/* A packet arrives. Thread-safe. Returns false if there is no room. */
bool test_fake_receive(uint16_t port, uint16_t queue, struct rte_mbuf *m);

/* Is the interrupt of a queue enabled? */
bool test_fake_armed(uint16_t port, uint16_t queue);

/* How many packets wait in a queue. */
unsigned int test_fake_waiting(uint16_t port, uint16_t queue);

/* What its addresses to monitor are. */
const volatile void *test_fake_monitored(uint16_t port, uint16_t queue);

#endif /* _TEST_FAKE_INTR_H_ */
