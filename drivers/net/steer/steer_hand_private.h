/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Handing down, inside: steer_handed.c (one rule and its copy below), steer_hand.c (all of them,
 * and the life of the port), steer_hand_flow.c (flow operations), steer_hand_kept.c (those on rules
 * that the application does not know).
 */

#ifndef STEER_HAND_PRIVATE_H
#define STEER_HAND_PRIVATE_H

#include <pthread.h>
#include <sys/queue.h>

#include "steer_hand.h"
#include "steer_port.h"

struct tally {
	uint64_t hits;
	uint64_t bytes;
};

/** A rule of the engine, and what it takes to hand it down again. */
struct handed_rule {
	TAILQ_ENTRY(handed_rule) link;
	struct steer_flow *flow;
	/** The lower's handle; NULL: it does not have the rule. */
	struct rte_flow *lower;
	/** Handed down, but software still counts. */
	bool fresh;
	/** Stays when all are flushed. */
	bool kept;
	/** NULL: it does not count. */
	const struct rte_flow_action *count;
	/** What the lower counted up to base, while the rule was handed down. */
	struct tally carried;
	struct tally base;
	/** Last: what it points to follows. */
	struct rte_flow_conv_rule rule;
};

TAILQ_HEAD(handed_rules, handed_rule);

struct steer_hand {
	pthread_mutex_t lock;
	/** The lower has no flow API. */
	bool idle;
	/** Between start and stop: rules may be handed down. */
	bool running;
	/** Pollers take what the lower gives as it is. */
	bool path;
	/** Refused something: until no rule is left, or the next start. */
	bool given_up;
	/** A rule could not be taken out of the lower: until it is configured anew. */
	bool stuck;
	/** The lower is isolated. */
	bool isolated;
	/** Its RSS is not as configured: it may remember that over a configure. */
	bool rss_set;
	/** The port has flow queues: until it is closed. */
	bool queues;
	/** It keeps rules when it stops. */
	bool keeps;
	struct handed_rules rules;
	/** Why nothing can be handed down, or why software has the rules; or empty. */
	char unfit[128];
	char why[512];
};

/** What was refused, and why. */
struct refusal {
	const struct steer_flow *flow; /**< NULL: no rule. */
	struct rte_flow_error error;
};

static inline bool
steer_hand_required(const struct steer_port *port)
{
	return port->args.hw == STEER_HW_REQUIRE;
}

static inline int
steer_refuse(struct refusal *no, int code, const char *message)
{
	return rte_flow_error_set(&no->error, code, RTE_FLOW_ERROR_TYPE_UNSPECIFIED, NULL, message);
}

/* steer_handed.c */

/** Copy a rule, so that it can be handed down at any time. @return NULL if memory is short. */
struct handed_rule *steer_handed_copy(const struct rte_flow_attr *attr,
				      const struct rte_flow_item *pattern,
				      const struct rte_flow_action *actions);
/**
 * Rules that the lower is not asked to take, as it may mean something else by them, or lose a part
 * of them. @return why; NULL: it is asked.
 */
const char *steer_handed_unfit(const struct rte_flow_attr *attr,
			       const struct rte_flow_item *pattern,
			       const struct rte_flow_action *actions);
/** Put it into the lower. @return 0; -errno, @p no filled. */
int steer_handed_create(const struct steer_port *port, struct handed_rule *r, struct refusal *no);
/** Take it out of the lower, if it is there; its count is carried over. @return 0; -errno. */
int steer_handed_destroy(const struct steer_port *port, struct handed_rule *r,
			 struct rte_flow_error *error);
/** What the lower counts from now on is the rule's. */
void steer_handed_begin(const struct steer_port *port, struct handed_rule *r);
/** What the lower has counted up to now is added to carried. @return 0; -errno. */
int steer_handed_count(const struct steer_port *port, struct handed_rule *r,
		       struct rte_flow_error *error);

/* steer_hand.c */

/**
 * A new rule: hand it down, if that is what has to be done now.
 * @return 0, in the lower or in software; -errno (hw=require, refused), @p no filled.
 */
int steer_hand_offer(struct steer_port *port, struct handed_rule *r, struct refusal *no);
/** Software does it all again; the lower is as if it had never had a rule. */
void steer_hand_take_back(struct steer_port *port);
/** Take back because of a refusal: one log line. */
void steer_hand_give_up(struct steer_port *port, const struct refusal *no);
/** Drop a copy. */
void steer_hand_forget(struct steer_hand *hand, struct handed_rule *r);
void steer_hand_forget_all(struct steer_hand *hand);
/** Drop those of rules that have been flushed. */
void steer_hand_forget_flushed(struct steer_hand *hand);

/* steer_hand_flow.c: the lock is held */

static inline struct steer_flow *
steer_hand_ours(struct rte_flow *flow)
{
	return (struct steer_flow *)flow;
}

/** The lower's reason, without its cause: that may lie in our copy of the rule. @return @p rc. */
int steer_hand_pass_on(const struct refusal *no, int rc, struct rte_flow_error *error);
/** A rule, handed down where rules are. @return NULL with rte_errno and error set. */
struct steer_flow *steer_hand_make(struct steer_port *port, const struct rte_flow_attr *attr,
				   const struct rte_flow_item *pattern,
				   const struct rte_flow_action *actions,
				   struct rte_flow_error *error);
/** @return 0 if the lower does not have the rule any more, or software steers; -errno. */
int steer_hand_let_go(struct steer_port *port, struct handed_rule *r, struct rte_flow_error *error);

#endif /* STEER_HAND_PRIVATE_H */
