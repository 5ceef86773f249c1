/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Who classifies while rules change: all packets of a burst, and all copies of them, must be as the
 * reference has them in one and the same of the states that there were meanwhile.
 */

#ifndef CHANGE_READER_H
#define CHANGE_READER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "change_script.h"
#include "steer_engine.h"

/** What all threads of a play share. */
struct change_scene {
	struct change_script *script;
	struct steer_engine *engine;
	struct rte_mempool *pool;
	uint64_t seed;
	/** Changes begun and done, of all plays. */
	atomic_uint_fast64_t begun, done;
	atomic_bool over;
};

struct change_reader {
	struct change_scene *scene;
	pthread_t thread;
	unsigned int slot;
	struct gen_random random;
	struct rte_mbuf *mbufs[CHANGE_PACKETS];
	uint64_t flags[CHANGE_PACKETS];
	/** What became of the last burst. */
	uint16_t queues[STEER_BURST_MAX];
	const struct steer_copies *copies;
	unsigned int lost;
	uint64_t bursts, packets, bytes, changed, copied;
	/** Bursts with at most one change meanwhile; those as no state has it. */
	uint64_t narrow, bad;
};

/** Let the calling thread run anywhere: EAL has pinned the one that started it. */
void change_unpin(void);

/** Make the reader's i-th packet anew. */
void change_reader_mbuf(struct change_reader *r, unsigned int i);

/** Classify n packets from the first on as one burst, and judge them. */
void change_reader_burst(struct change_reader *r, unsigned int first, unsigned int n);

/** A thread that does so until the scene is over. @param arg  A struct change_reader. */
void *change_reader_main(void *arg);

#endif /* CHANGE_READER_H */
