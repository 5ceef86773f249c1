/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_RSS_PORT_H_
#define _TEST_RSS_PORT_H_

#include <stdint.h>

/* One port over rings, whose own RSS is changed. */

#define N_QUEUES 4
#define RSS_BELOW "net_ring_below"

extern uint16_t rss_port;

/* EAL and the ring below; once. @return 0, -1. */
int rss_set_up(void);

/* Set-up: a port with N_QUEUES queues and RTE_ETH_RSS_IP; tear-down. */
int rss_begin(void **state);
int rss_end(void **state);

/* Another one. */
void rss_unplug(void);
void rss_plug(const char *args);

void rss_configure(uint16_t n_queues, uint64_t rss_hf, uint8_t *key, uint8_t key_len, int expected);
void rss_start(void);

#endif /* _TEST_RSS_PORT_H_ */
