/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_alarm.h>

#include "steer_engine_private.h"
#include "steer_error.h"

/*
 * Who is told of what has aged. An alarm looks once a second, as long as there is something that
 * may age.
 */

/* After the second has begun: the clock may be late by a tick. */
#define LATE_US 10000
/* Where there was more than could be looked at. */
#define SOON_US 1000

static void on_alarm(void *arg);

static void
set_alarm(struct steer_engine *e, uint64_t us)
{
	if (!e->age_alarm_set)
		e->age_alarm_set = rte_eal_alarm_set(us, on_alarm, e) == 0;
}

void
steer_aged_watch(struct steer_engine *e)
{
	set_alarm(e, (1000 - steer_age_now() % 1000) * 1000 + LATE_US);
}

void
steer_engine_look_aged(struct steer_engine *e)
{
	steer_aged_cb cb = NULL;
	void *arg = NULL;
	bool more;

	pthread_mutex_lock(&e->lock);
	if (steer_ages_look(&e->ages, &more)) {
		cb = e->aged_cb;
		arg = e->aged_arg;
	}
	if (more)
		set_alarm(e, SOON_US);
	else if (e->ages.n > 0)
		steer_aged_watch(e);
	pthread_mutex_unlock(&e->lock);
	/* Last: it may ask for what has aged, destroy rules, and even free the engine. */
	if (cb != NULL)
		cb(arg);
}

static void
on_alarm(void *arg)
{
	struct steer_engine *e = arg;

	pthread_mutex_lock(&e->lock);
	e->age_alarm_set = false;
	pthread_mutex_unlock(&e->lock);
	steer_engine_look_aged(e);
}

void
steer_aged_fini(struct steer_engine *e)
{
	rte_eal_alarm_cancel(on_alarm, e);
}

void
steer_engine_on_aged(struct steer_engine *e, steer_aged_cb cb, void *arg)
{
	pthread_mutex_lock(&e->lock);
	e->aged_cb = cb;
	e->aged_arg = arg;
	pthread_mutex_unlock(&e->lock);
}

int
steer_engine_aged(struct steer_engine *e, void **contexts, uint32_t n, struct rte_flow_error *error)
{
	int rc;

	if (n != 0 && contexts == NULL)
		return steer_error(error, EINVAL, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL,
				   "aged flows: room for %u contexts, but no array", n);
	pthread_mutex_lock(&e->lock);
	rc = (int)steer_ages_fetch(&e->ages, contexts, n);
	pthread_mutex_unlock(&e->lock);
	return rc;
}
