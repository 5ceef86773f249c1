/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_common.h>

#include "steer_age.h"

/* Objects looked at in one go: control calls wait for it. */
#define LOOK_MAX 16384

/* Width of sec_since_last_hit. */
#define QUERY_MAX (RTE_BIT32(24) - 1)

void
steer_ages_init(struct steer_ages *set, int socket)
{
	memset(set, 0, sizeof(*set));
	for (unsigned int i = 0; i < STEER_AGE_LISTS; i++)
		TAILQ_INIT(&set->list[i]);
	set->socket = socket;
	set->n_shards = 1;
}

int
steer_ages_shards(struct steer_ages *set, unsigned int n_shards)
{
	int rc = 0;

	if (set->stamps.control != NULL)
		rc = steer_count_shards(&set->stamps, n_shards);
	if (rc == 0)
		set->n_shards = RTE_MAX(set->n_shards, n_shards);
	return rc;
}

void
steer_ages_fini(struct steer_ages *set)
{
	steer_count_fini(&set->stamps);
}

uint64_t
steer_age_now(void)
{
	struct timespec now;

	/* The coarse one is read without asking the hardware. */
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000 + 1;
}

/* Lists */

static uint64_t
last_hit(const struct steer_ages *set, const struct steer_age *age)
{
	return RTE_MAX(age->since, steer_count_latest(&set->stamps, age->id));
}

static void
take_out(struct steer_ages *set, struct steer_age *age)
{
	if (age->list == STEER_AGE_NOWHERE)
		return;
	TAILQ_REMOVE(&set->list[age->list], age, link);
	set->n_aged -= age->list == STEER_AGE_AGED;
	age->list = STEER_AGE_NOWHERE;
}

static void
put_in(struct steer_ages *set, struct steer_age *age, uint16_t list)
{
	take_out(set, age);
	TAILQ_INSERT_TAIL(&set->list[list], age, link);
	set->n_aged += list == STEER_AGE_AGED;
	age->list = list;
}

/** Put it where it will be found when it is due; or it has aged. @return whether it has. */
static bool
sort_in(struct steer_ages *set, struct steer_age *age, uint64_t now)
{
	const uint64_t deadline = last_hit(set, age) + age->timeout * UINT64_C(1000);

	if (age->timeout == 0 || age->untold) {
		take_out(set, age);
		return false;
	}
	if (deadline <= now) {
		if (age->list != STEER_AGE_AGED)
			put_in(set, age, STEER_AGE_AGED);
		return true;
	}
	put_in(set, age, (uint16_t)((deadline + 999) / 1000 % STEER_AGE_SLOTS));
	return false;
}

/* Objects */

/** Where times are noted, from the first object on. */
static uint32_t
take_stamp(struct steer_ages *set)
{
	if (set->stamps.control == NULL &&
	    steer_count_init(&set->stamps, set->n_shards, set->socket) < 0)
		return STEER_COUNT_NONE;
	return steer_count_alloc(&set->stamps);
}

struct steer_age *
steer_age_create(struct steer_ages *set, uint32_t timeout, void *context)
{
	struct steer_age *age = calloc(1, sizeof(*age));

	if (age == NULL)
		return NULL;
	age->id = take_stamp(set);
	if (age->id == STEER_COUNT_NONE) {
		free(age);
		return NULL;
	}
	age->timeout = timeout;
	age->context = context;
	age->list = STEER_AGE_NOWHERE;
	/* Nobody has looked while there was nothing to see. */
	if (set->n == 0)
		set->second = steer_age_now() / 1000;
	__atomic_store_n(&set->n, set->n + 1, __ATOMIC_RELAXED);
	steer_age_touch(set, age);
	return age;
}

void
steer_age_hush(struct steer_ages *set, struct steer_age *age)
{
	age->untold = true;
	take_out(set, age);
}

void
steer_age_stop(struct steer_ages *set, struct steer_age *age)
{
	take_out(set, age);
}

void
steer_age_free(struct steer_ages *set, struct steer_age *age)
{
	take_out(set, age);
	steer_count_release(&set->stamps, age->id);
	__atomic_store_n(&set->n, set->n - 1, __ATOMIC_RELAXED);
	free(age);
}

void
steer_age_touch(struct steer_ages *set, struct steer_age *age)
{
	age->since = steer_age_now();
	sort_in(set, age, age->since);
}

void
steer_age_set_timeout(struct steer_ages *set, struct steer_age *age, uint32_t timeout)
{
	age->timeout = timeout;
	/* One that has aged by that is news, to be found when looking. */
	put_in(set, age, STEER_AGE_DUE);
}

void
steer_age_query(const struct steer_ages *set, const struct steer_age *age,
		struct rte_flow_query_age *query)
{
	const uint64_t now = steer_age_now(), hit = last_hit(set, age);
	const uint64_t seconds = now > hit ? (now - hit) / 1000 : 0;

	query->aged = age->timeout != 0 && seconds >= age->timeout;
	query->sec_since_last_hit_valid = 1;
	query->sec_since_last_hit = (uint32_t)RTE_MIN(seconds, (uint64_t)QUERY_MAX) & QUERY_MAX;
}

/* Looking */

bool
steer_ages_look(struct steer_ages *set, bool *more)
{
	struct steer_age_list *due = &set->list[STEER_AGE_DUE];
	const uint64_t now = steer_age_now();
	unsigned int left = LOOK_MAX;
	struct steer_age *age;
	bool news = false;

	for (;;) {
		while (left > 0 && (age = TAILQ_FIRST(due)) != NULL) {
			news |= sort_in(set, age, now);
			left--;
		}
		if (!TAILQ_EMPTY(due) || set->second >= now / 1000)
			break;
		set->second++;
		TAILQ_FOREACH(age, &set->list[set->second % STEER_AGE_SLOTS], link)
			age->list = STEER_AGE_DUE;
		TAILQ_CONCAT(due, &set->list[set->second % STEER_AGE_SLOTS], link);
	}
	*more = !TAILQ_EMPTY(due);
	news &= !set->told;
	set->told |= news;
	return news;
}

uint32_t
steer_ages_fetch(struct steer_ages *set, void **contexts, uint32_t n)
{
	const uint64_t now = steer_age_now();
	struct steer_age *age, *next;
	uint32_t filled = 0;

	set->told = false;
	for (age = TAILQ_FIRST(&set->list[STEER_AGE_AGED]); age != NULL; age = next) {
		next = TAILQ_NEXT(age, link);
		if (n != 0 && filled == n)
			break;
		if (sort_in(set, age, now) && n != 0)
			contexts[filled++] = age->context;
	}
	return n != 0 ? filled : set->n_aged;
}
