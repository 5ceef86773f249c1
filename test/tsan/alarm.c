/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * What was done before an alarm was set is done before it goes off, and what the alarm does before
 * its cancellation returns.
 */

#include <stdbool.h>

#include <rte_alarm.h>
#include <rte_common.h>

#include "tsan.h"

#define ALARMS_MAX 4096

/* Each pair of these there ever was: an alarm may be set as long as it goes off. */
struct alarm {
	rte_eal_alarm_callback cb;
	void *arg;
};

static struct alarm alarms[ALARMS_MAX];
static unsigned int n_alarms;
static int lock;

static int (*dpdk_set)(uint64_t us, rte_eal_alarm_callback cb, void *arg);
static int (*dpdk_cancel)(rte_eal_alarm_callback cb, void *arg);

RTE_INIT(find_alarms)
{
	find_dpdk("rte_eal_alarm_set", &dpdk_set);
	find_dpdk("rte_eal_alarm_cancel", &dpdk_cancel);
}

static struct alarm *
alarm_of(rte_eal_alarm_callback cb, void *arg, bool add)
{
	struct alarm *a = NULL;

	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE) != 0)
		;
	for (unsigned int i = 0; i < n_alarms && a == NULL; i++)
		if (alarms[i].cb == cb && alarms[i].arg == arg)
			a = &alarms[i];
	if (a == NULL && add) {
		if (n_alarms == ALARMS_MAX)
			abort();
		a = &alarms[n_alarms++];
		*a = (struct alarm){ .cb = cb, .arg = arg };
	}
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
	return a;
}

static void
on_alarm(void *arg)
{
	struct alarm *a = arg;

	__tsan_acquire(a);
	a->cb(a->arg);
	__tsan_release(a);
}

int
rte_eal_alarm_set(uint64_t us, rte_eal_alarm_callback cb, void *arg)
{
	struct alarm *a = alarm_of(cb, arg, true);

	__tsan_release(a);
	return dpdk_set(us, on_alarm, a);
}

int
rte_eal_alarm_cancel(rte_eal_alarm_callback cb, void *arg)
{
	struct alarm *a = alarm_of(cb, arg, false);
	int rc;

	if (a == NULL)
		return dpdk_cancel(cb, arg);
	/* It frees what EAL has allocated, under EAL's own lock, which is not seen. */
	AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
	rc = dpdk_cancel(on_alarm, a);
	AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
	__tsan_acquire(a);
	return rc;
}
