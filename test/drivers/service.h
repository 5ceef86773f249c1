/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_SERVICE_H_
#define _TEST_SERVICE_H_

#include <stdint.h>

#include "traffic.h"

/* Ports that service cores drain: the cores, the services, and streams of packets to all queues. */

#define TEST_SERVICE "dispatch=service," TEST_ROOMY
#define TEST_SERVICE_QUEUES 8
/* Lcore 1 is for pollers. */
#define TEST_FIRST_CORE 2
#define TEST_SERVICE_CORES 2
/* How often nothing arrives until nothing will: seconds, on any machine. */
#define TEST_PATIENCE 5000000

/* The first n lcores from TEST_FIRST_CORE on. */
void test_cores_add(unsigned int n);
void test_cores_remove(unsigned int n);
/* One of them, whether it runs or not. */
void test_core_stop(unsigned int lcore);

uint32_t test_service_id(const char *name);
void test_service_absent(const char *name);
/* Of all service cores this one, and no other, runs the service. */
void test_service_mapped(const char *name, unsigned int lcore);

/* Have streams to all queues, by rules of priority 1. */
void test_service_streams(const struct test_world *w);
struct test_flow *test_service_stream(unsigned int stream);
/* Send n packets of all streams. */
void test_service_send(struct test_world *w, unsigned int n);
/* Poll until all has come that was sent. */
void test_service_receive(struct test_world *w);

#endif /* _TEST_SERVICE_H_ */
