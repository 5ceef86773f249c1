/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <time.h>

#include <rte_alarm.h>
#include <rte_common.h>

#include "clock.h"

int __real_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_rte_eal_alarm_set(uint64_t us, rte_eal_alarm_callback cb, void *arg);

static uint64_t clock_ms = 1000000;
static uint64_t alarm_us;

void
test_clock_forward(uint64_t ms)
{
	clock_ms += ms;
}

uint64_t
test_alarm_us(void)
{
	const uint64_t us = alarm_us;

	alarm_us = 0;
	return us;
}

int
__wrap_clock_gettime(clockid_t id, struct timespec *now)
{
	if (id != CLOCK_MONOTONIC_COARSE)
		return __real_clock_gettime(id, now);
	now->tv_sec = (time_t)(clock_ms / 1000);
	now->tv_nsec = (long)(clock_ms % 1000 * 1000000);
	return 0;
}

int
__wrap_rte_eal_alarm_set(uint64_t us, rte_eal_alarm_callback cb, void *arg)
{
	RTE_SET_USED(cb);
	RTE_SET_USED(arg);
	alarm_us = us;
	return 0;
}
