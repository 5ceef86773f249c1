/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_INTR_H_
#define _TEST_INTR_H_

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;

/* RX queues that applications sleep on. */

/* Longer than any machine takes: who waits so long waits for ever. */
#define TEST_INTR_TIMEOUT_MS 10000

/* Configure a port, with RX interrupts or without, and start it; one TX queue. */
void test_intr_start(uint16_t port, uint16_t n_rxq, bool intr);
/* Packets of test_intr_packet() go to their queue. */
void test_intr_rules(uint16_t port, uint16_t n_queues);
struct rte_mbuf *test_intr_packet(uint16_t queue);
/* One of them arrives at a queue of a test_fake port. Thread-safe. */
void test_intr_arrive(uint16_t lower, uint16_t lower_queue, uint16_t queue);
/* Receive one burst, and free it. Returns how many packets that were. */
unsigned int test_intr_take(uint16_t port, uint16_t queue);

/* An epoll for one queue, as applications make it. */
int test_intr_listen(uint16_t port, uint16_t queue);
void test_intr_listen_end(uint16_t port, uint16_t queue, int epfd);
/* How many events there are, 0 or 1, within a time in milliseconds. */
int test_intr_woken(int epfd, int timeout);

#endif /* _TEST_INTR_H_ */
