/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_TELEMETRY_H_
#define _TEST_TELEMETRY_H_

#include <stdint.h>

/* This process as a client of its own telemetry: what is asked goes through DPDK's socket. */

/* For main(), in place of test_driver_init() and test_eal_cleanup(). */
int test_telemetry_init(void);
void test_telemetry_cleanup(void);

/* Ask, and have the answer as text, without the request's name around it, until the next one. */
const char *test_ask(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The number behind a name in the last answer; the test fails if there is none. */
uint64_t test_answer_number(const char *name);
/* Ask, and be refused with that errno and a sentence that contains this. */
void test_ask_refused(int code, const char *part, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* _TEST_TELEMETRY_H_ */
