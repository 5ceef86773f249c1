/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_LIFE_H_
#define _TEST_LIFE_H_

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_ring.h>

#include "fault.h"

/*
 * A storm of life cycles: one thread configures, starts, stops, unplugs a port and so on at random;
 * others poll it, send by it, ask it and have rules on it, as far as an application may. They are
 * held up by gates where it may not.
 */

#define LIFE_BELOW "below"
#define LIFE_BELOW_DEVICE "net_ring_" LIFE_BELOW
#define LIFE_LOWER 2
#define LIFE_QUEUES 8
#define LIFE_TX_QUEUES 4
#define LIFE_POLLERS 2
#define LIFE_RULES 64

struct life;

/* The first takes every second queue from 0 on, and so on. */
struct life_poller {
	struct life *life;
	unsigned int id;
	pthread_t thread;
};

struct life {
	uint64_t seed;
	uint64_t random_state; /* Of the life's thread. */
	bool trace;
	/* Of the port that is plugged; who looks at these has a gate. */
	uint16_t port;
	bool plugged;
	atomic_bool configured; /* Since it was plugged. */
	bool started;
	bool lower_lost; /* The port below went since it was configured. */
	atomic_bool flow_queues;
	uint16_t n_rxq, n_txq;
	unsigned int incarnation;
	/* Pollers read the first, who has rules the second; the life's thread writes. */
	pthread_rwlock_t polled, ruled;
	/* A queue is not polled, or sent by, while it is started or stopped; others are. */
	pthread_mutex_t rx[LIFE_QUEUES], tx[LIFE_TX_QUEUES];
	atomic_bool stop;
	struct rte_ring *below[LIFE_LOWER];
	_Atomic uint64_t sent; /* Into the rings below, by whom ever. */
	_Atomic uint64_t received;
	_Atomic uint64_t sent_back;
	_Atomic uint64_t turns; /* Of pollers. */
	_Atomic uint64_t rule_ops;
	_Atomic uint64_t rules_made;
	struct life_poller pollers[LIFE_POLLERS];
	pthread_t ruler;
	struct test_fault fault;
	struct {
		uint64_t steps, plugged, configured, started, checked, lower_gone, reset;
	} total;
};

/* life_steps.c */

/* The seed is set. */
void life_begin(struct life *l);
void life_step(void);
void life_end(void);
/* By the life's thread only: a number below n; one line, if each step is to be told. */
uint32_t life_any(struct life *l, uint32_t n);
void life_say(const struct life *l, const char *what, uint32_t detail);

/* life_below.c: all by the life's thread. */

bool life_has_below(void);
void life_plug_below(struct life *l);
/* Also where its port is closed already, with the one on it. */
void life_unplug_below(struct life *l);
/* Packets sent into it that nobody has taken. */
unsigned int life_waiting(const struct life *l);
void life_send_some(struct life *l);

/* life.c */

/* Threads that poll, and one that has rules. */
void life_others_start(struct life *l);
void life_others_stop(struct life *l);

#endif /* _TEST_LIFE_H_ */
