/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FAKE_LOWER_H_
#define _TEST_FAKE_LOWER_H_

#include <stdbool.h>
#include <stdint.h>

struct rte_ring;

/*
 * A port for a test to put net_steer on: it receives from rings, allocates as hardware does, fails
 * where it is told to, and notes what no driver has to put up with.
 */

#define FAKE_QUEUES_MAX 64

/* What can be made to fail. */
enum fake_op {
	FAKE_CONFIGURE,
	FAKE_RX_SETUP,
	FAKE_TX_SETUP,
	FAKE_START,
	FAKE_STOP,
	FAKE_OPS,
};

struct fake_lower {
	/* Before it is plugged: */
	uint16_t n_queues;
	uint64_t rss_types;
	/* It takes no other number of TX queues than of RX queues. */
	bool pairs;
	/* It takes such numbers only of RX queues and of descriptors, and does not say so. */
	bool powers_of_two;
	/* It takes no other number of descriptors, and says so; 0: any. */
	uint16_t n_desc;
	/* Queue q receives from rings[q]; NULL: nothing. The mbufs themselves ... */
	struct rte_ring *rings[FAKE_QUEUES_MAX];
	/* ... or copies of them in mbufs of the queue's pool, so that there may be none. */
	bool copies;

	/* At any time: calls of an operation that succeed before one fails, with -EIO; 0: none
	 * fails. */
	unsigned int fail_at[FAKE_OPS];
	/* Its cable is cut, or the card is out: nothing is received. */
	bool dead;
	/* It is pulled, as below, by who polls it next: that is when some drivers notice. */
	bool pulled_when_polled;

	/* What was seen: */
	unsigned int calls[FAKE_OPS];
	/* Packets given to who polls. */
	uint64_t packets[FAKE_QUEUES_MAX];
	uint64_t sent;
	/* A queue was polled by two threads at once, or not set up before start. */
	bool misused;
};

/* Plug it as a device; its port. Unplug it by its name. */
uint16_t fake_lower_plug(const char *name, struct fake_lower *fake);
/* Whoever probes the next net_fake device: it is this one. */
void fake_lower_next(struct fake_lower *fake);

/* The card is pulled out: the event, and nothing is received any more. */
void fake_lower_pull(uint16_t port);

/* All packets given to who polls. */
uint64_t fake_lower_packets(const struct fake_lower *fake);

#endif /* _TEST_FAKE_LOWER_H_ */
