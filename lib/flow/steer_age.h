/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * AGE: how long ago a rule was hit last. Readers note the time of their burst, sharded like
 * counters. Once a second those are looked at that would have aged by then, had they not been hit
 * since the last look; not all of them.
 *
 * Times are in milliseconds, of a clock that only runs forward.
 *
 * One writer for all but the stamps.
 */

#ifndef STEER_AGE_H
#define STEER_AGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <rte_flow.h>

#include "steer_count.h"

/** Deadlines are sorted by second, modulo this. */
#define STEER_AGE_SLOTS 256

/** Lists that an object may be in: that of its second, and these. */
enum {
	STEER_AGE_DUE = STEER_AGE_SLOTS, /**< Its second has come: to be looked at. */
	STEER_AGE_AGED,
	STEER_AGE_LISTS,
	STEER_AGE_NOWHERE = STEER_AGE_LISTS, /**< Its time does not run. */
};

struct steer_age {
	TAILQ_ENTRY(steer_age) link;
	/** Where readers note times. */
	uint32_t id;
	/** Seconds; 0: never ages. */
	uint32_t timeout;
	/** Made, or touched: as good as a hit. */
	uint64_t since;
	/** What the application is told. */
	void *context;
	/** It is told of no such thing. */
	bool untold;
	/** The list that it is in. */
	uint16_t list;
};

TAILQ_HEAD(steer_age_list, steer_age);

struct steer_ages {
	/** For readers: objects; with none, they do not ask what time it is. */
	uint64_t n;
	struct steer_count stamps;

	/* Control */
	int socket;
	unsigned int n_shards;
	/** The last second whose list was taken. */
	uint64_t second;
	struct steer_age_list list[STEER_AGE_LISTS];
	uint32_t n_aged;
	/** There is news that was told, and not been fetched yet. */
	bool told;
};

/** Takes no memory before there is an object. */
void steer_ages_init(struct steer_ages *set, int socket);
/** As steer_count_shards(). */
int steer_ages_shards(struct steer_ages *set, unsigned int n_shards);
/** All objects are gone. A zeroed set is allowed. */
void steer_ages_fini(struct steer_ages *set);

/** What time it is, never 0. Thread-safe. */
uint64_t steer_age_now(void);

/**
 * Make one; its time begins to run.
 * @param timeout  Seconds.
 * @return         NULL if memory is short.
 */
struct steer_age *steer_age_create(struct steer_ages *set, uint32_t timeout, void *context);
/** It is not the application's: from now on it can be queried, and is never reported. */
void steer_age_hush(struct steer_ages *set, struct steer_age *age);
/** Its time runs no more, and it is not reported; readers may still use it. */
void steer_age_stop(struct steer_ages *set, struct steer_age *age);
/** Stop and free it: no reader can use it any more. */
void steer_age_free(struct steer_ages *set, struct steer_age *age);

/** Its time begins again, as after a hit. */
void steer_age_touch(struct steer_ages *set, struct steer_age *age);
/** @param timeout  Seconds; 0: it never ages. */
void steer_age_set_timeout(struct steer_ages *set, struct steer_age *age, uint32_t timeout);
void steer_age_query(const struct steer_ages *set, const struct steer_age *age,
		     struct rte_flow_query_age *query);

/**
 * Look at those that are due, but not at too many.
 * @param more  Whether there are more, to be looked at soon.
 * @return      Whether some have aged that nobody has been told of: tell now.
 */
bool steer_ages_look(struct steer_ages *set, bool *more);

/**
 * The contexts of what has aged and was not hit since; next time there is news, it is told again.
 * @param contexts  Filled with the first @p n; not used if 0.
 * @return          How many contexts were filled in; if @p n is 0, how many there are.
 */
uint32_t steer_ages_fetch(struct steer_ages *set, void **contexts, uint32_t n);

#endif /* STEER_AGE_H */
