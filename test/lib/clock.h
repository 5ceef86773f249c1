/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_CLOCK_H_
#define _TEST_CLOCK_H_

#include <stdint.h>

/*
 * The library's coarse clock stands still until it is told to go on, and its alarms never come: the
 * linker hands clock_gettime() and rte_eal_alarm_set() over to us (--wrap, see meson.build).
 */

void test_clock_forward(uint64_t ms);

/* Whether an alarm has been asked for since the last look, and for when. */
uint64_t test_alarm_us(void);

#endif /* _TEST_CLOCK_H_ */
