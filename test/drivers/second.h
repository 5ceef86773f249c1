/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_SECOND_H_
#define _TEST_SECOND_H_

#include <stdint.h>

#include <sys/types.h>

#include "traffic.h"

/*
 * A port in a primary and a secondary process: the program, and the program once more, which the
 * tests of the primary start with the name of one of the secondary's cases. Both go on by turns.
 */

#define TEST_SECOND_PORT "net_steer0"
#define TEST_SECOND_BELOW "net_ring_below"
#define TEST_SECOND_QUEUES 3
/* The queue that test_second_flow() goes to. */
#define TEST_SECOND_QUEUE 1
#define TEST_SECOND_PACKETS 10

/*
 * What main() does: both run their group of cmocka's. Returns its answer, or 77 if there are no
 * huge pages to share, after it said so.
 */
int test_second_main(int argc, char **argv, int (*primary)(void), int (*secondary)(void));

/* It is the other one's turn. */
void test_second_say(void);
/* Until it is our turn. The other one's end would be seen. */
void test_second_listen(void);
/* The one, then the other. */
void test_second_turn(void);

/* In the primary */

/* Is this program run by an emulator, which meson names? */
bool test_second_emulated(void);

/* Start a secondary process for one case. */
pid_t test_second_start(const char *name);
/* Wait until it ends, which it must do well. */
void test_second_end(pid_t pid);
/* Wait until it ends. Returns its status. */
int test_second_wait(pid_t pid);
/* A port is at work, before and after a secondary did its case. */
void test_second_disturb(const char *name);

/* A flow, the rule for it, and TEST_SECOND_PACKETS of its packets: all must arrive. */
struct test_flow test_second_flow(void);
void test_second_rule(uint16_t port);
void test_second_exchange(struct test_world *w, struct test_flow *f);

/* In the secondary */

/* The port's statistics show so many packets of the flow, and nothing else. */
void test_second_counts(uint16_t port, uint64_t packets);
/* No packets pass here. */
void test_second_bursts(uint16_t port);

#endif /* _TEST_SECOND_H_ */
