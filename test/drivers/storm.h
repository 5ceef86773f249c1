/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_STORM_H_
#define _TEST_STORM_H_

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "chance.h"
#include "fault.h"
#include "rule.h"

struct rte_mbuf;

/*
 * A storm of rules: some threads do all that rte_flow offers, each with rules for packets of its
 * own; the rules mark what they match with who made them, which one it was, and where it sends.
 * So a packet tells by which rule it was judged, and a clock that ticks with each packet sent tells
 * whether that rule may have been there, and whether another one must have been.
 *
 * What is wrong only until the next change is seen only if there is none for a while. So from time
 * to time the storm is calm: all stand still but one owner, which makes one change after the other,
 * and between two of them sends packets that the change matters to, until they have come.
 *
 * Nothing here asserts, as it may happen in any thread: the first thing that is wrong is remembered
 * as a sentence.
 */

#define STORM_OWNERS 4
#define STORM_SLOTS 64
/* Of which an owner has rules for a short time only, all of one shape. */
#define STORM_CROWD 1024
/* And those like the ones of slots, but from another port. */
#define STORM_TWIN(slot) (STORM_SLOTS + STORM_CROWD + (slot))
#define STORM_FLOWS STORM_TWIN(STORM_SLOTS)
/* Those of owner t are 2 t and 2 t + 1. */
#define STORM_QUEUES (2 * STORM_OWNERS)
#define STORM_LOWER 2
/* Flows whose rules never change. */
#define STORM_WITNESSES 32
/* Rules that stay when others go, and match nothing. */
#define STORM_STONES 16
#define STORM_WITNESS_PRIORITY 0
#define STORM_EXACT_PRIORITY 1
#define STORM_GROUP_FIRST 1
#define STORM_FLOW_QUEUE_SIZE 32

/* Marks: who made the rule, its number among those of its maker, and where it sends: a queue, or */
#define STORM_TO_OWN 0xfe
#define STORM_ANYWHERE 0xff
/* Of rules that nobody knows the end of. */
#define STORM_NUMBER_ANY 0
#define STORM_NUMBERS (1u << 20)

/* The life of a rule, by the clock. */
struct storm_life {
	_Atomic uint64_t born; /* Before it was created. */
	_Atomic uint64_t gone; /* After it was destroyed. */
};

/*
 * What must become of a slot's packets: STORM_MUST of a number (STORM_NUMBER_ANY: no mark), the
 * queue (or STORM_ANYWHERE: the mark says it) and since when; or 0.
 */
#define STORM_MUST(since, where, drop, number) \
	((uint64_t)(since) << 29 | (uint64_t)(where) << 21 | (uint64_t)(drop) << 20 | (number))
#define STORM_MUST_SINCE(must) ((must) >> 29)
#define STORM_MUST_WHERE(must) ((must) >> 21 & 0xff)
#define STORM_MUST_DROP(must) ((must) >> 20 & 1)
#define STORM_MUST_NUMBER(must) ((must) & (STORM_NUMBERS - 1))

enum storm_state {
	STORM_EMPTY,
	STORM_LIVE,
	STORM_QUEUED,     /* Its creation waits in a flow queue. */
	STORM_UNQUEUED,   /* Its destruction does. */
	STORM_ORPHAN,     /* A flush came while it was queued: nobody knows. */
};

/* A rule that an owner holds. */
struct storm_rule {
	struct rte_flow *flow;
	enum storm_state state;
	bool bare; /* Marks nothing. */
	bool by_queue;
	bool counts;
	bool doubtful;     /* A flush has come since it was queued. */
	bool drop;
	uint8_t where; /* As in STORM_MUST. */
	uint32_t number;
	struct storm_handle *handle; /* Of its owner's, or NULL. */
	_Atomic uint64_t *must;      /* NULL: others may take its packets. */
	unsigned int slot;
};

enum storm_kind { STORM_COUNT, STORM_RSS, STORM_AGE, STORM_KINDS };

struct storm_handle {
	struct rte_flow_action_handle *handle;
	enum storm_kind kind;
	unsigned int rules;
};

#define STORM_HELD 24
#define STORM_HANDLES 6

struct storm;

struct storm_owner {
	struct storm *storm;
	unsigned int id;
	uint64_t random;
	uint64_t ops;
	uint64_t refused; /* Of ops: as documented. */
	uint64_t queued;
	uint64_t pulled;
	unsigned int epoch; /* How many flushes it knows of. */
	uint32_t last_number;
	struct storm_life *lives;
	_Atomic uint64_t must[STORM_FLOWS];
	struct storm_rule exact[STORM_SLOTS];
	struct storm_rule crowd[STORM_CROWD];
	struct storm_rule held[STORM_HELD];
	struct storm_handle handles[STORM_HANDLES];
};

struct storm {
	uint16_t port;
	uint16_t below;
	uint64_t seed;
	uint64_t ops_wanted; /* Of each owner. */
	uint32_t calm_every; /* After one in so many it is calm. */
	_Atomic uint64_t clock;
	struct storm_owner owners[STORM_OWNERS];
	unsigned int working;
	/* Who does or sends something reads, whose calm it is writes; before flush_lock. */
	pthread_rwlock_t calm_lock;
	/* Who uses a rule that it holds reads, who flushes writes. */
	pthread_rwlock_t flush_lock;
	unsigned int flushes;
	uint64_t probes; /* Packets sent while it was calm. */
	uint64_t last_flush;
	struct storm_handle shared[STORM_KINDS];
	bool ages; /* Rules may age: what notes nothing is judged in another way. */
	struct rte_flow_template_table *table;
	struct rte_flow_pattern_template *pattern;
	struct rte_flow_actions_template *actions;
	struct rte_flow *witness[STORM_WITNESSES];
	struct rte_flow *stone[STORM_STONES]; /* Or NULL. */
	/* Traffic. */
	uint64_t sent;
	uint64_t sent_witness[STORM_WITNESSES];
	uint64_t came_witness[STORM_WITNESSES];
	uint64_t last_witness[STORM_WITNESSES]; /* By the clock. */
	_Atomic uint64_t received;
	_Atomic uint64_t received_witness;
	_Atomic uint64_t judged; /* Packets that had to be a certain rule's. */
	_Atomic uint64_t marked;
	atomic_bool stop;
	struct test_fault fault;
};

static inline uint64_t
storm_now(struct storm *s)
{
	return atomic_load(&s->clock);
}

/* storm_traffic.c */

/* Once, after test_traffic_init(). @return 0; -1. */
int storm_traffic_init(void);
/* The packets of an owner's slot go to this address by this protocol, to a port of that number. */
static inline uint32_t
storm_address(unsigned int owner)
{
	return 0x0a010000 + owner;
}
bool storm_slot_v6(unsigned int slot);
uint8_t storm_slot_proto(unsigned int slot);
/* Its rule comes by a flow queue. */
bool storm_slot_queued(unsigned int slot);
void storm_witnesses_make(struct storm *s);
/* With the calm lock. @return whether there was an mbuf. */
bool storm_send_one(struct storm *s, unsigned int owner, unsigned int slot);
/* Until all that was sent has come, or is dropped. */
void storm_await(struct storm *s);
/* Send at random until the owners are done; no more are under way than rings hold. */
void storm_send(struct storm *s, uint64_t *random);
/* For an lcore or a thread: poll these queues until told to stop. */
struct storm_poller {
	struct storm *storm;
	uint64_t queues;
};
int storm_poll(void *poller);
/* Poll what is left, in this thread. */
void storm_poll_rest(struct storm *s);

/* storm_rules.c */

/* A number for a rule that is about to be created. */
uint32_t storm_number(struct storm_owner *o);
void storm_gone(struct storm_owner *o, uint32_t number, uint64_t when);
uint32_t storm_mark(const struct storm_owner *o, uint32_t number, uint8_t where);
/* Where the packets of an owner's rule go: one of its own queues. */
uint16_t storm_queue(struct storm_owner *o);
/* Begin a rule for a slot's packets alone. */
void storm_exact_items(struct storm_owner *o, struct test_rule *r, unsigned int slot);
/* The one rule for a slot's packets; drop or not. */
void storm_exact(struct storm_owner *o, struct test_rule *r, struct storm_rule *rule);
void storm_exact_actions(struct storm_owner *o, struct test_rule *r, struct storm_rule *rule);
/* Some other rule for packets of the owner. */
void storm_loose(struct storm_owner *o, struct test_rule *r, struct storm_rule *rule);
/* One that nobody will hold. */
void storm_anonymous(struct storm_owner *o, struct test_rule *r);
/* One that is refused. */
void storm_wrong(struct storm_owner *o, struct test_rule *r);

/* storm_ops.c */

/* For an lcore or a thread: so many operations as wanted. */
int storm_work(void *owner);
/* What is said of an operation that must not fail. */
void storm_refused(struct storm_owner *o, const char *what, int rc,
		   const struct rte_flow_error *error);
/* From now on its slot's packets have to be its own. */
void storm_rule_must(struct storm_owner *o, const struct storm_rule *rule);
/* Create a rule, or what was made for it, or destroy it. */
void storm_create(struct storm_owner *o, struct storm_rule *rule);
bool storm_submit(struct storm_owner *o, struct storm_rule *rule, const struct test_rule *r);
void storm_destroy(struct storm_owner *o, struct storm_rule *rule);
/* Another one's actions; not before DPDK 23.11. */
void storm_update(struct storm_owner *o, struct storm_rule *rule);
void storm_flush(struct storm_owner *o);
/* Rules that were there at the last flush are gone. */
void storm_notice_flush(struct storm_owner *o, struct storm_rule *rule);
void storm_notice_flushes(struct storm_owner *o);
/* It was destroyed by this time. */
void storm_rule_gone(struct storm_owner *o, struct storm_rule *rule, uint64_t when);

/* storm_async.c */

int storm_async_set_up(struct storm *s);
int storm_async_tear_down(struct storm *s);
/* Create, destroy or change the rule of a slot by the owner's flow queue. */
void storm_async_op(struct storm_owner *o, struct storm_rule *rule);
void storm_async_pull(struct storm_owner *o);
void storm_async_push(struct storm_owner *o);
void storm_async_handle(struct storm_owner *o, struct storm_handle *h);
/* Until all results are there. */
void storm_async_finish(struct storm_owner *o);

/* storm_handles.c */

int storm_handles_set_up(struct storm *s);
void storm_handles_tear_down(struct storm *s);
/* What a handle is made of; it points into the room given. */
struct storm_handle_conf {
	struct rte_flow_action action;
	union test_action conf;
	uint16_t queues[2];
};
/* Any. */
enum storm_kind storm_kind(struct storm_owner *o);
void storm_handle_conf(struct storm_owner *o, enum storm_kind kind, struct storm_handle_conf *c);
/* @return NULL: it was refused. */
struct rte_flow_action_handle *storm_handle_create(struct storm_owner *o,
						   const struct storm_handle_conf *c);
void storm_handle_op(struct storm_owner *o, struct storm_handle *h);
void storm_handle_destroy(struct storm_owner *o, struct storm_handle *h);
/* With nobody else at work and no rules. */
void storm_ages(struct storm *s, bool on);
void storm_shared_op(struct storm_owner *o, struct storm_handle *h);

/* storm_stones.c */

/* Have stones, or have none; with nobody else at work. */
void storm_stones(struct storm *s, bool there);

/* storm_calm.c */

/* Calm for some changes, each of which is looked at. */
void storm_calm(struct storm_owner *o);

#endif /* _TEST_STORM_H_ */
