/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FAULT_CASE_H_
#define _TEST_FAULT_CASE_H_

#include <stdbool.h>

#include <rte_flow.h>

#include "fault.h"
#include "traffic.h"

/* An operation, in which each call that can fail does so in turn. */
struct fault_case {
	const char *name;
	const char *args; /* Of the port. */
	/* Before it. NULL: a world, with a rule. */
	void (*up)(const struct fault_case *c);
	/* 0, -errno; flow operations fill fault_error. */
	int (*op)(const struct fault_case *c);
	/* What else must be true, where it is done or not. May be NULL. */
	void (*check)(const struct fault_case *c, bool done);
	/* Behind it. NULL: the world goes, and all that is in it. */
	void (*down)(const struct fault_case *c);
	enum test_fault_who who;
	const char *only; /* As test_fault_only(). */
	bool flow; /* A refusal has a message. */
	const char *text; /* The operation's own. */
};

extern struct test_world fault_world;
extern struct rte_flow_error fault_error;
/* Not one call fails, but all behind it as well: who takes back what was done cannot either. */
extern bool fault_onwards;

#define FAULT_QUEUES 2
/* The rule of a world takes this UDP port to the last queue, marked with it. */
#define FAULT_PORT 100

/* Set-up and tear-down where a case has none. */
void fault_world_up(const struct fault_case *c);
void fault_world_down(const struct fault_case *c);

/* Packets of the world's rule come as they should. */
void fault_forwards(void);

struct fault_group {
	const char *name;
	const struct fault_case *cases;
	unsigned int n;
	void (*begin)(void); /* Once, for what stays. May be NULL. */
	/*
	 * Behind all, if something stays that may keep memory for later: only then it must have
	 * been given back. May be NULL.
	 */
	void (*end)(void);
	bool leaks; /* What is below does not give all memory back. */
};

#define FAULT_GROUP(cases) { #cases, cases, RTE_DIM(cases), NULL, NULL, false }

/*
 * Run each case of these groups, which are a cmocka test each, without a fault, and with each one
 * there can be: one call that fails, and all from one on. The operation is refused or done as a
 * whole, packets go on, then it is done without a fault, and in the end nothing is left. Then write
 * the sites. @return cmocka's.
 */
int fault_run(const char *name, const struct fault_group *groups, unsigned int n);

#endif /* _TEST_FAULT_CASE_H_ */
