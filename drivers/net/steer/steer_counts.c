/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <pthread.h>

#include "steer_port.h"

/*
 * The lock of statistics lies in shared memory, and secondary processes take it to read them. One
 * that is killed meanwhile must not stop the primary for ever: so the lock is a robust one, which
 * the next to ask for it is given. What it covers needs no repair then: who reads leaves it as it
 * is, and a reset in part is one that was asked for.
 */

int
steer_shared_lock_init(pthread_mutex_t *lock, int type)
{
	pthread_mutexattr_t attr;
	int ret;

	ret = pthread_mutexattr_init(&attr);
	if (ret != 0)
		return -ret;
	ret = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	if (ret == 0)
		ret = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	if (ret == 0)
		ret = pthread_mutexattr_settype(&attr, type);
	if (ret == 0)
		ret = pthread_mutex_init(lock, &attr);
	pthread_mutexattr_destroy(&attr);
	return -ret;
}

int
steer_counts_lock_init(struct steer_port *port)
{
	return steer_shared_lock_init(&port->counts_lock, PTHREAD_MUTEX_NORMAL);
}

void
steer_counts_lock(struct steer_port *port)
{
	if (pthread_mutex_lock(&port->counts_lock) == EOWNERDEAD)
		pthread_mutex_consistent(&port->counts_lock);
}

void
steer_counts_unlock(struct steer_port *port)
{
	pthread_mutex_unlock(&port->counts_lock);
}
